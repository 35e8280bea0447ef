//! `Compact`: a written number without its separators, ready to be held against a form.
//!
//! Nothing is allocated before a form has matched: detectors try many kinds at
//! every candidate, and most fail.

use crate::{Invalid, Parsed};

/// The longest number we know is an IBAN of 34 characters.
pub(crate) const MAX: usize = 40;

/// More separators in a row than this are a gap between two things.
const MAX_SEPARATORS: usize = 3;

/// Letters (upper case) and digits of a written number.
pub(crate) struct Compact {
    bytes: [u8; MAX],
    len: usize,
}

/// Reads a number written with or without spaces and hyphens, in either case.
pub(crate) fn compact(text: &str) -> Result<Compact, Invalid> {
    let text = text.trim();
    let mut bytes = [0; MAX];
    let mut len = 0;
    let mut n_separators = 0;
    // Most are ASCII, and most kinds refuse them: no character is decoded before it must be.
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first.is_ascii_alphanumeric() {
            *bytes.get_mut(len).ok_or(Invalid::Length)? = first.to_ascii_uppercase();
            len += 1;
            n_separators = 0;
            continue;
        }
        let mut is_apart = matches!(first, b' ' | b'-');
        if !first.is_ascii() {
            let at = text.len() - rest.len() - 1;
            let ch = text.get(at..).and_then(|text| text.chars().next());
            is_apart = ch.is_some_and(is_separator);
            let n_more = ch.map_or(0, |ch| ch.len_utf8() - 1);
            rest = rest.get(n_more..).unwrap_or(&[]);
        }
        if !is_apart || len == 0 || n_separators == MAX_SEPARATORS {
            return Err(Invalid::Character);
        }
        n_separators += 1;
    }
    if n_separators > 0 {
        return Err(Invalid::Character);
    }
    Ok(Compact { bytes, len })
}

/// Space, hyphen and their printed relatives (no-break, narrow, en dash, minus).
fn is_separator(ch: char) -> bool {
    matches!(
        ch,
        ' ' | '-' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2010}'..='\u{2013}' | '\u{2212}'
    )
}

impl Compact {
    /// The letters and digits.
    pub(crate) fn text(&self) -> &str {
        self.bytes
            .get(..self.len)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or("")
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The byte at a position; 0 beyond the end.
    pub(crate) fn at(&self, index: usize) -> u8 {
        self.bytes.get(index).copied().unwrap_or(0)
    }

    /// The digit at a position; 0 for a letter or beyond the end.
    pub(crate) fn digit(&self, index: usize) -> u8 {
        match self.at(index) {
            byte @ b'0'..=b'9' => byte - b'0',
            _ => 0,
        }
    }

    /// The digits in a range of positions.
    pub(crate) fn digits(
        &self,
        range: std::ops::Range<usize>,
    ) -> impl DoubleEndedIterator<Item = u8> + '_ {
        range.map(|index| self.digit(index))
    }

    /// Two digits from a position on, as a number.
    pub(crate) fn two(&self, index: usize) -> u8 {
        self.digit(index) * 10 + self.digit(index + 1)
    }

    /// Holds it against forms: `9` is any digit, `A` any letter, `*` either, anything else itself in lower case.
    pub(crate) fn fits(self, forms: &[&str]) -> Result<Self, Invalid> {
        let mut why = Invalid::Length;
        for form in forms.iter().filter(|form| form.len() == self.len) {
            let fits = form
                .bytes()
                .zip(&self.bytes)
                .all(|(want, byte)| match want {
                    b'9' => byte.is_ascii_digit(),
                    b'A' => byte.is_ascii_uppercase(),
                    b'*' => true,
                    itself => *byte == itself.to_ascii_uppercase(),
                });
            if fits {
                return Ok(self);
            }
            why = Invalid::Character;
        }
        Err(why)
    }

    /// The parsed number, to be shown through a mask.
    pub(crate) fn shown(&self, mask: &'static str) -> Parsed {
        Parsed::new(self.text().to_owned(), mask)
    }
}

/// A text through a mask; what the mask has no place for follows it.
pub(crate) fn shown(text: &str, mask: &str) -> String {
    // The signs of the mask and the characters of the text, at most.
    let mut out = String::with_capacity(mask.len() + text.len());
    if text.is_ascii() && mask.is_ascii() {
        let mut letters = text.bytes();
        for sign in mask.bytes() {
            match sign {
                b'_' => out.extend(letters.next().map(char::from)),
                sign => out.push(char::from(sign)),
            }
        }
        out.extend(letters.map(char::from));
        return out;
    }
    let mut rest = text;
    for piece in mask.split_inclusive('_') {
        let signs = piece.strip_suffix('_');
        out.push_str(signs.unwrap_or(piece));
        if signs.is_some()
            && let Some(next) = rest.chars().next()
        {
            out.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or("");
        }
    }
    out.push_str(rest);
    out
}

/// The letters of a name in upper case, the accents of French and its neighbours removed, all else dropped.
pub(crate) fn plain_letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_uppercase).filter_map(|ch| {
        Some(match ch {
            'A'..='Z' => ch,
            'À'..='Å' | 'Æ' => 'A',
            'Ç' => 'C',
            'È'..='Ë' => 'E',
            'Ì'..='Ï' => 'I',
            'Ñ' => 'N',
            'Ò'..='Ö' | 'Ø' | 'Œ' => 'O',
            'Ù'..='Ü' => 'U',
            'Ý' | 'Ÿ' => 'Y',
            _ => return None,
        })
    })
}

#[test]
fn separators_fall_away_only_inside() {
    assert_eq!(
        compact(" 12-34 56").map(|it| it.text().to_owned()),
        Ok("123456".into())
    );
    assert_eq!(compact("-12").err(), Some(Invalid::Character));
    assert_eq!(compact("12-").err(), Some(Invalid::Character));
    assert_eq!(compact("1    2").err(), Some(Invalid::Character));
    assert_eq!(compact("12/34").err(), Some(Invalid::Character));
    assert_eq!(compact(&"1".repeat(41)).err(), Some(Invalid::Length));
}
