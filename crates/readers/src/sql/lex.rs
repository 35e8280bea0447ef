//! Bytes of SQL in, tokens out: words, names, strings, numbers, signs; comments are passed over.
//!
//! Knows the quoting of MySQL, PostgreSQL, SQL Server, Oracle and SQLite. Works on what
//! is in memory: when a token is cut off, it says so, and the caller reads on.
//!
//! Sources: MySQL 8 manual 11.1, PostgreSQL 17 manual 4.1, T-SQL reference
//! (constants, identifiers), SQLite `lang_expr.html`, Oracle Database 23 SQL
//! Language Reference (text literals).

use memchr::{memchr, memmem};

/// One token; positions are in the bytes given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A bare word or number.
    Word(&'a [u8]),
    /// A quoted name: "x", `x`, [x]; quotes inside are still doubled.
    Name(&'a [u8]),
    /// A string; quotes inside are still escaped.
    Text(&'a [u8]),
    /// Any other byte.
    Sign(u8),
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes end, and nothing but blanks and comments was left.
    End,
    /// The bytes end inside a token.
    Cut,
}

/// How a backslash in an ordinary string is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backslash {
    /// MySQL and MariaDB.
    Escapes,
    /// Everybody else.
    Letter,
    /// Not known: an escape unless the string would end well there.
    Guess,
}

/// Reads tokens from bytes.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) backslash: Backslash,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, backslash: Backslash) -> Self {
        Self {
            bytes,
            at,
            backslash,
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Passes over blanks and comments.
    pub(super) fn blanks(&mut self) -> Result<(), Stop> {
        loop {
            match (self.byte(self.at), self.byte(self.at + 1)) {
                (b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c, _) => self.at += 1,
                (b'-', b'-') => self.line()?,
                (b'#', _) if self.backslash != Backslash::Letter => self.line()?,
                // What MySQL runs although it stands in a comment.
                (b'/', b'*') if matches!(self.byte(self.at + 2), b'!' | b'M') => {
                    let mut at = self.at + 3;
                    while self.byte(at).is_ascii_digit() || self.byte(at) == b'!' {
                        at += 1;
                    }
                    self.at = at;
                }
                (b'*', b'/') => self.at += 2,
                (b'/', b'*') => {
                    let end = memmem::find(&self.bytes[self.at + 2..], b"*/").ok_or(Stop::Cut)?;
                    self.at += 2 + end + 2;
                }
                _ if self.at >= self.bytes.len() => return Err(Stop::End),
                _ => return Ok(()),
            }
        }
    }

    fn line(&mut self) -> Result<(), Stop> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        match memchr(b'\n', rest) {
            Some(end) => self.at += end + 1,
            None => {
                self.at = self.bytes.len();
                return Err(Stop::End);
            }
        }
        Ok(())
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token<'a>, Stop> {
        self.blanks()?;
        let start = self.at;
        match self.byte(start) {
            b'\'' => self.text(start, self.backslash),
            b'"' => self.quoted(b'"'),
            b'`' => self.quoted(b'`'),
            b'[' => self.bracketed(),
            b'$' => self.dollar(),
            byte if is_word(byte) => {
                let rest = &self.bytes[start..];
                let n = rest.iter().take_while(|byte| is_word(**byte)).count();
                let word = &rest[..n];
                if self.byte(start + n) == b'\'' && is_oracle_quote(word) {
                    return self.delimited(start + n);
                }
                if self.byte(start + n) == b'\'' {
                    // N'..', E'..', B'..', X'..', _utf8'..'
                    let is_escaped = word.eq_ignore_ascii_case(b"e");
                    let backslash = if is_escaped {
                        Backslash::Escapes
                    } else {
                        self.backslash
                    };
                    if word.len() == 1 || word[0] == b'_' {
                        return self.text(start + n, backslash);
                    }
                }
                self.at = start + n;
                Ok(Token::Word(word))
            }
            byte => {
                self.at = start + 1;
                Ok(Token::Sign(byte))
            }
        }
    }

    fn text(&mut self, quote: usize, backslash: Backslash) -> Result<Token<'a>, Stop> {
        let end = string_end(self.bytes, quote, backslash).ok_or(Stop::Cut)?;
        self.at = end + 1;
        Ok(Token::Text(&self.bytes[quote + 1..end]))
    }

    /// `q'[it's]'`, with any sign in place of the brackets.
    fn delimited(&mut self, quote: usize) -> Result<Token<'a>, Stop> {
        let open = *self.bytes.get(quote + 1).ok_or(Stop::Cut)?;
        let close = match open {
            b'[' => b']',
            b'(' => b')',
            b'{' => b'}',
            b'<' => b'>',
            open => open,
        };
        let start = quote + 2;
        let body = self.bytes.get(start..).ok_or(Stop::Cut)?;
        let end = start + memmem::find(body, &[close, b'\'']).ok_or(Stop::Cut)?;
        self.at = end + 2;
        Ok(Token::Text(&self.bytes[start..end]))
    }

    fn quoted(&mut self, quote: u8) -> Result<Token<'a>, Stop> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            let rest = self.bytes.get(at..).ok_or(Stop::Cut)?;
            at += memchr(quote, rest).ok_or(Stop::Cut)?;
            if self.byte(at + 1) != quote {
                break;
            }
            at += 2;
        }
        self.at = at + 1;
        Ok(Token::Name(&self.bytes[start..at]))
    }

    /// `[name]`; PostgreSQL's `ARRAY[..]` and types like `text[]` pass too.
    fn bracketed(&mut self) -> Result<Token<'a>, Stop> {
        let start = self.at + 1;
        let end = start + memchr(b']', &self.bytes[start..]).ok_or(Stop::Cut)?;
        self.at = end + 1;
        Ok(Token::Name(&self.bytes[start..end]))
    }

    /// `$$ .. $$` and `$tag$ .. $tag$`.
    fn dollar(&mut self) -> Result<Token<'a>, Stop> {
        let start = self.at;
        let rest = &self.bytes[start + 1..];
        let n = rest.iter().take_while(|byte| is_word(**byte)).count();
        if self.byte(start + 1 + n) != b'$' {
            self.at = start + 1;
            return Ok(Token::Sign(b'$'));
        }
        let tag = &self.bytes[start..start + n + 2];
        let body = start + tag.len();
        let end = memmem::find(&self.bytes[body..], tag).ok_or(Stop::Cut)?;
        self.at = body + end + tag.len();
        Ok(Token::Text(&self.bytes[body..body + end]))
    }
}

/// What stands in front of Oracle's strings with a sign of their own.
fn is_oracle_quote(word: &[u8]) -> bool {
    word.eq_ignore_ascii_case(b"q") || word.eq_ignore_ascii_case(b"nq")
}

/// Letters, digits and what may stand in a name or number, bytes above ASCII too.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'#' | 0x80..)
}

/// Position of the quote that ends the string whose opening quote is at `quote`; `None` when the bytes end first.
pub(super) fn string_end(bytes: &[u8], quote: usize, backslash: Backslash) -> Option<usize> {
    let mut at = quote + 1;
    if backslash == Backslash::Letter {
        loop {
            at += memchr(b'\'', bytes.get(at..)?)?;
            match bytes.get(at + 1) {
                Some(b'\'') => at += 2,
                Some(_) => return Some(at),
                // Whether it is doubled is not known before the next byte is.
                None => return None,
            }
        }
    }
    loop {
        at += memchr::memchr2(b'\'', b'\\', bytes.get(at..)?)?;
        let next = *bytes.get(at + 1)?;
        if bytes[at] == b'\'' {
            if next != b'\'' {
                return Some(at);
            }
            at += 2;
            continue;
        }
        if backslash == Backslash::Guess && next == b'\'' && ends_well(bytes, at + 2) {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Whether what follows a quote is what follows a string's end.
fn ends_well(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let next = rest.iter().find(|byte| **byte != b' ');
    matches!(next, Some(b',' | b')' | b';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(sql: &str, backslash: Backslash) -> String {
        let mut lexer = Lexer::new(sql.as_bytes(), 0, backslash);
        let mut out = Vec::new();
        loop {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            out.push(match lexer.next() {
                Ok(Token::Word(word)) => text(word),
                Ok(Token::Name(name)) => format!("<{}>", text(name)),
                Ok(Token::Text(string)) => format!("'{}'", text(string)),
                Ok(Token::Sign(sign)) => char::from(sign).to_string(),
                Err(Stop::End) => break,
                Err(Stop::Cut) => {
                    out.push("CUT".into());
                    break;
                }
            });
        }
        out.join(" ")
    }

    #[test]
    fn each_dialect_quotes_in_its_own_way() {
        let check = |sql, backslash, expected: &str| assert_eq!(tokens(sql, backslash), expected);
        check(
            "[dbo].[A b] -- x\n N'c''d' ",
            Backslash::Letter,
            "<dbo> . <A b> 'c''d'",
        );
        check("`a` /* x */ 'b\\'c' ", Backslash::Escapes, "<a> 'b\\'c'");
        check("E'b\\'c' 'd\\' ", Backslash::Letter, "'b\\'c' 'd\\'");
        check("'b\\'c', 'd\\') ", Backslash::Guess, "'b\\'c' , 'd\\' )");
        check(
            "$$ it's $$ $a$ $$ $a$",
            Backslash::Letter,
            "' it's ' ' $$ '",
        );
        check(
            "q'[it's]' nq'!a!' q'(x'",
            Backslash::Letter,
            "'it's' 'a' CUT",
        );
        check("x 'cut", Backslash::Letter, "x CUT");
        check("/*!40000 ALTER */ y", Backslash::Escapes, "ALTER y");
    }
}
