//! JSON bytes in, one token at a time out; streaming, without a stack, so that no depth can break it.

use memchr::{memchr, memchr2, memmem};

use crate::{encoding, source::Source};

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    OpenObject,
    CloseObject,
    OpenArray,
    CloseArray,
    Colon,
    Comma,
    /// A string; its text is in `Tokens::text`.
    Text,
    /// A number, `true`, `false`, or a bare word; its text is in `Tokens::text`.
    Bare,
    /// `null`.
    Null,
    /// A byte that begins no token.
    Strange,
    /// A string longer than may be held; its beginning is in `Tokens::text`.
    TooLong,
    /// The bytes end inside a string.
    CutOff,
    End,
}

/// Reads tokens off a source.
pub(crate) struct Tokens {
    /// The text of the last string or bare token, escapes undone.
    pub(crate) text: String,
    max_text: usize,
    /// Whether each line is a value by itself, so that no string goes over its end.
    is_lines: bool,
    raw: Vec<u8>,
}

/// JavaScript's comments, which settings and hand-made files have.
fn is_comment(source: &mut Source<'_>) -> bool {
    matches!(source.ahead(2), [b'/', b'/' | b'*', ..])
}

fn pass_comment(source: &mut Source<'_>) {
    let is_long = source.ahead(2).get(1) == Some(&b'*');
    source.pass(2);
    loop {
        let ahead = source.ahead(2);
        let end = if is_long {
            memmem::find(ahead, b"*/").map(|at| at + 2)
        } else {
            memchr(b'\n', ahead).map(|at| at + 1)
        };
        // A star may be the last byte there is.
        let keep = usize::from(is_long && ahead.len() > 1);
        let n = end.unwrap_or(ahead.len() - keep);
        let is_end = end.is_some() || ahead.len() < 2;
        source.pass(n.max(usize::from(is_end && end.is_none())));
        if is_end {
            return;
        }
    }
}

impl Tokens {
    pub(crate) fn new(max_text: usize, is_lines: bool) -> Self {
        Self {
            text: String::new(),
            max_text,
            is_lines,
            raw: Vec::new(),
        }
    }

    /// The next token.
    pub(crate) fn next(&mut self, source: &mut Source<'_>) -> Token {
        loop {
            let ahead = if source.buffered().is_empty() {
                source.ahead(1)
            } else {
                source.buffered()
            };
            let blank = ahead
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0x1E | 0xFE..))
                .count();
            let Some(&byte) = ahead.get(blank) else {
                if ahead.is_empty() {
                    return Token::End;
                }
                source.pass(blank);
                continue;
            };
            source.pass(blank);
            let token = match byte {
                b'{' => Token::OpenObject,
                b'}' => Token::CloseObject,
                b'[' => Token::OpenArray,
                b']' => Token::CloseArray,
                b':' => Token::Colon,
                b',' => Token::Comma,
                b'"' | b'\'' => {
                    source.pass(1);
                    return self.string(source, byte);
                }
                b'/' if is_comment(source) => {
                    pass_comment(source);
                    continue;
                }
                b'-' | b'+' | b'.' | b'_' | b'$' => return self.bare(source),
                byte if byte.is_ascii_alphanumeric() => return self.bare(source),
                _ => Token::Strange,
            };
            source.pass(1);
            return token;
        }
    }

    fn bare(&mut self, source: &mut Source<'_>) -> Token {
        self.text.clear();
        loop {
            let ahead = source.ahead(64);
            let is_bare = |byte: &&u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_' | b'$')
            };
            let n = ahead.iter().take_while(is_bare).count();
            self.text.push_str(&String::from_utf8_lossy(&ahead[..n]));
            let is_over = n < ahead.len() || n == 0;
            source.pass(n);
            if is_over || self.text.len() > 4096 {
                break;
            }
        }
        if self.text == "null" {
            Token::Null
        } else {
            Token::Bare
        }
    }

    /// Passes over the rest of the line.
    pub(crate) fn pass_line(&mut self, source: &mut Source<'_>) {
        loop {
            let ahead = source.ahead(1);
            let (n, is_end) = match memchr(b'\n', ahead) {
                Some(at) => (at + 1, true),
                None => (ahead.len(), ahead.is_empty()),
            };
            source.pass(n);
            if is_end {
                return;
            }
        }
    }

    /// A string that is all there and has nothing to undo, as most are.
    fn plain_string(&mut self, source: &mut Source<'_>, quote: u8) -> Option<Token> {
        let ahead = source.buffered();
        let n = memchr2(quote, b'\\', ahead)?;
        let text = &ahead[..n];
        let is_broken = self.is_lines && memchr(b'\n', text).is_some();
        if ahead[n] != quote || n > self.max_text || is_broken {
            return None;
        }
        self.text.clear();
        self.text.push_str(std::str::from_utf8(text).ok()?);
        source.pass(n + 1);
        Some(Token::Text)
    }

    fn string(&mut self, source: &mut Source<'_>, quote: u8) -> Token {
        if let Some(token) = self.plain_string(source, quote) {
            return token;
        }
        self.raw.clear();
        let mut is_too_long = false;
        let mut surrogate: Option<u16> = None;
        loop {
            let ahead = source.ahead(1);
            if ahead.is_empty() {
                self.finish();
                return Token::CutOff;
            }
            let mut n = memchr2(quote, b'\\', ahead).unwrap_or(ahead.len());
            if self.is_lines {
                n = memchr(b'\n', &ahead[..n]).unwrap_or(n);
            }
            if n > 0 {
                if surrogate.take().is_some() {
                    self.push(char::REPLACEMENT_CHARACTER);
                }
                if self.raw.len() + n <= self.max_text {
                    self.raw.extend_from_slice(&ahead[..n]);
                } else {
                    is_too_long = true;
                }
                source.pass(n);
                continue;
            }
            if ahead[0] == b'\n' && self.is_lines {
                self.finish();
                return Token::CutOff;
            }
            if ahead[0] == quote {
                if surrogate.is_some() {
                    self.push(char::REPLACEMENT_CHARACTER);
                }
                source.pass(1);
                self.finish();
                return if is_too_long {
                    Token::TooLong
                } else {
                    Token::Text
                };
            }
            let (code, len) = match source.ahead(6) {
                [_, b'u', digits @ ..] if digits.len() >= 4 => {
                    let digits = std::str::from_utf8(&digits[..4]).unwrap_or("");
                    match u16::from_str_radix(digits, 16) {
                        Ok(unit) => (Some(unit), 6),
                        Err(_) => (None, 2),
                    }
                }
                [_, _, ..] => (None, 2),
                _ => (None, 1),
            };
            if let Some(unit) = code {
                match (surrogate.take(), unit) {
                    (Some(high), 0xDC00..=0xDFFF) => {
                        let pair = char::decode_utf16([high, unit]).next();
                        let ch = pair.and_then(Result::ok);
                        self.push(ch.unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    (before, unit) => {
                        if before.is_some() {
                            self.push(char::REPLACEMENT_CHARACTER);
                        }
                        match unit {
                            0xD800..=0xDBFF => surrogate = Some(unit),
                            _ => self.push(
                                char::from_u32(u32::from(unit))
                                    .unwrap_or(char::REPLACEMENT_CHARACTER),
                            ),
                        }
                    }
                }
            } else {
                if surrogate.take().is_some() {
                    self.push(char::REPLACEMENT_CHARACTER);
                }
                match source.buffered().get(1) {
                    Some(b'n') => self.raw.push(b'\n'),
                    Some(b't') => self.raw.push(b'\t'),
                    Some(b'r') => self.raw.push(b'\r'),
                    Some(b'b' | b'f') => self.raw.push(b' '),
                    Some(&byte) => self.raw.push(byte),
                    None => {}
                }
            }
            source.pass(len);
        }
    }

    fn push(&mut self, ch: char) {
        self.raw
            .extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn finish(&mut self) {
        self.text.clear();
        match std::str::from_utf8(&self.raw) {
            Ok(text) => self.text.push_str(text),
            Err(_) => self
                .text
                .push_str(&encoding::detect(&self.raw).decode(&self.raw)),
        }
    }
}
