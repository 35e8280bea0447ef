//! One pass over a text: words with what the lexicons know of them, numbers, and where lines begin.

use crate::{
    lexicon::{Flags, Lexicon},
    text::{WordHash, fold_char},
};

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Without a capital first.
    Lower,
    /// With a capital first.
    Capital,
    /// With capitals only, two or more.
    Capitals,
    /// With a digit in it.
    Number,
}

/// A run of letters and digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) line: u32,
    pub(crate) hash: WordHash,
    pub(crate) flags: Flags,
    pub(crate) shape: Shape,
}

impl Token {
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
    pub(crate) fn is_word(&self) -> bool {
        self.shape != Shape::Number
    }
    pub(crate) fn has(&self, flags: Flags) -> bool {
        self.flags & flags != 0
    }
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const UPPER: u8 = 4;
const NEWLINE: u8 = 8;
const HIGH: u8 = 16;

const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut b = 0;
    while b < 256 {
        class[b] = match b as u8 {
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => LETTER | UPPER,
            b'0'..=b'9' => DIGIT,
            b'\n' => NEWLINE,
            0x80.. => HIGH,
            _ => 0,
        };
        b += 1;
    }
    class
};

/// Fills `tokens` with the words and numbers of `text`.
pub(crate) fn tokenize(text: &str, lexicon: &Lexicon, tokens: &mut Vec<Token>) {
    tokens.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut line = 0;
    while at < bytes.len() {
        let class = CLASS[bytes[at] as usize];
        if class & (LETTER | DIGIT | HIGH) == 0 {
            line += u32::from(class & NEWLINE != 0);
            at += 1;
            continue;
        }
        let start = at;
        let mut hash = WordHash::EMPTY;
        let (mut n_letters, mut n_upper, mut n_digits) = (0u32, 0u32, 0u32);
        let mut starts_upper = false;
        while at < bytes.len() {
            let b = bytes[at];
            let class = CLASS[b as usize];
            if class & LETTER != 0 {
                let is_upper = class & UPPER != 0;
                starts_upper |= is_upper && n_letters == 0;
                n_upper += u32::from(is_upper);
                n_letters += 1;
                hash = hash.push(u32::from(b | 0x20));
                at += 1;
            } else if class & DIGIT != 0 {
                n_digits += 1;
                at += 1;
            } else if class & HIGH != 0 {
                let Some(ch) = text[at..].chars().next() else {
                    break;
                };
                if matches!(ch, '\u{300}'..='\u{36f}') {
                    at += ch.len_utf8();
                    continue;
                }
                let Some((first, second)) = fold_char(ch) else {
                    break;
                };
                let is_upper = ch.is_uppercase();
                starts_upper |= is_upper && n_letters == 0;
                n_upper += u32::from(is_upper);
                n_letters += 1;
                hash = hash.push(first as u32);
                if let Some(second) = second {
                    hash = hash.push(second as u32);
                }
                at += ch.len_utf8();
            } else {
                break;
            }
        }
        if at == start {
            // A sign outside ASCII that is no letter.
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let shape = if n_digits > 0 {
            Shape::Number
        } else if n_upper == n_letters && n_letters > 1 {
            Shape::Capitals
        } else if starts_upper {
            Shape::Capital
        } else {
            Shape::Lower
        };
        let flags = if n_digits == 0 && n_letters > 1 {
            lexicon.flags(hash)
        } else {
            0
        };
        tokens.push(Token {
            start: start as u32,
            end: at as u32,
            line,
            hash,
            flags,
            shape,
        });
    }
}

#[test]
fn words_numbers_and_lines_are_told_apart() {
    let mut tokens = Vec::new();
    tokenize(
        "Née le 3\nTREM85521017 €",
        crate::lexicon::lexicon(),
        &mut tokens,
    );
    let shapes: Vec<_> = tokens
        .iter()
        .map(|token| (token.shape, token.line))
        .collect();
    assert_eq!(
        shapes,
        [
            (Shape::Capital, 0),
            (Shape::Lower, 0),
            (Shape::Number, 0),
            (Shape::Number, 1)
        ]
    );
}
