//! A text value's bytes and the data set's character sets in, characters out.
//!
//! With several sets in (0008,0005), escape sequences switch between them inside
//! a value, and every delimiter switches back. A byte that is half a character
//! is never taken for a delimiter, so values are split only after decoding.
//!
//! Format: DICOM PS3.5, 6.1 and annexes H to K; PS3.3, C.12.1.1.2, tables C.12-2 to C.12-5.

use encoding_rs::{
    EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_15, WINDOWS_874, WINDOWS_1252, WINDOWS_1254,
};

use crate::encoding;

/// What stands for characters in one half of the code table.
#[derive(Clone, Copy, Debug)]
enum Set {
    Ascii,
    /// Upper half of a one-byte table.
    Upper(&'static Encoding),
    /// Half-width katakana.
    Katakana,
    /// Two bytes a character.
    Kanji,
    KanjiMore,
    Hangul,
    Hanzi,
    None,
}

/// The character sets that a data set names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Charset {
    /// None is named, or none that is known: ASCII, and what bytes above it look like.
    Default,
    Whole(&'static Encoding),
    Utf8,
    Coded {
        g1: Set1,
    },
}

/// The set that the upper half begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set1(Set);

/// The number in `ISO_IR 100`, `ISO 2022 IR 100`, `ISO-IR 100`, `IR100`.
fn number(term: &str) -> Option<u16> {
    let digits: String = term
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    digits.parse().ok()
}

impl Charset {
    /// From the value of (0008,0005); `None` when it is empty.
    pub(super) fn of(value: &[u8]) -> Option<Self> {
        let value = String::from_utf8_lossy(value).to_ascii_uppercase();
        let value = value.trim_matches(['\0', ' ']);
        if value.is_empty() {
            return None;
        }
        let first = value.split('\\').next().unwrap_or_default().trim();
        let all_of = |name: &str| value.split('\\').any(|term| term.trim() == name);
        if all_of("GB18030") || all_of("GBK") {
            return Some(Self::Whole(GB18030));
        }
        if value.contains("192") || value.contains("UTF") {
            return Some(Self::Utf8);
        }
        if first.contains("8859") || first.contains("LATIN") || first.contains("WINDOWS") {
            let label = first.to_ascii_lowercase().replace(['_', ' '], "-");
            return Some(Self::Whole(
                Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252),
            ));
        }
        let is_coded = value.contains('\\') || value.contains("2022");
        let set = match number(first).or_else(|| first.is_empty().then_some(6)) {
            Some(6) if !is_coded => return Some(Self::Default),
            // Some write ASCII first and mean the set that follows: only the escapes tell.
            Some(number) => single(number).unwrap_or(match number {
                149 => Set::Hangul,
                58 => Set::Hanzi,
                _ => Set::None,
            }),
            None => return Some(Self::Default),
        };
        Some(Self::Coded { g1: Set1(set) })
    }

    /// A value as text. `is_name` tells person names, whose parts end in `^` and `=`.
    pub(super) fn decode(self, bytes: &[u8], is_name: bool) -> String {
        if bytes.is_ascii() && !bytes.contains(&0x1B) {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        match self {
            Self::Utf8 => encoding::named("utf-8").decode(bytes).into_owned(),
            Self::Whole(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Default if !bytes.contains(&0x1B) => {
                encoding::detect(bytes).decode(bytes).into_owned()
            }
            Self::Default => decode(bytes, Set::None, is_name),
            Self::Coded { g1: Set1(set) } => decode(bytes, set, is_name),
        }
    }
}

/// One byte a character, by registration number.
fn single(number: u16) -> Option<Set> {
    Some(match number {
        6 => Set::None,
        13 | 14 => Set::Katakana,
        100 => Set::Upper(WINDOWS_1252),
        101 => Set::Upper(ISO_8859_2),
        109 => Set::Upper(ISO_8859_3),
        110 => Set::Upper(ISO_8859_4),
        126 => Set::Upper(ISO_8859_7),
        127 => Set::Upper(ISO_8859_6),
        138 => Set::Upper(ISO_8859_8),
        144 => Set::Upper(ISO_8859_5),
        148 => Set::Upper(WINDOWS_1254),
        166 => Set::Upper(WINDOWS_874),
        203 => Set::Upper(ISO_8859_15),
        _ => return None,
    })
}

/// An escape sequence's length, the half it designates (`true` for the upper), and the set.
fn escape(rest: &[u8]) -> Option<(usize, bool, Set)> {
    Some(match rest {
        [0x1B, b'(', b'B' | b'J', ..] => (3, false, Set::Ascii),
        [0x1B, b')', b'I', ..] => (3, true, Set::Katakana),
        [0x1B, b'(', b'I', ..] => (3, false, Set::Katakana),
        [0x1B, b'-', last, ..] => {
            let number = match last {
                b'A' => 100,
                b'B' => 101,
                b'C' => 109,
                b'D' => 110,
                b'L' => 144,
                b'G' => 127,
                b'F' => 126,
                b'H' => 138,
                b'M' => 148,
                b'T' => 166,
                b'b' => 203,
                _ => return None,
            };
            (3, true, single(number)?)
        }
        [0x1B, b'$', b'(', b'D', ..] => (4, false, Set::KanjiMore),
        [0x1B, b'$', b')', b'C', ..] => (4, true, Set::Hangul),
        [0x1B, b'$', b')', b'A', ..] => (4, true, Set::Hanzi),
        [0x1B, b'$', b'(', b'C', ..] => (4, false, Set::Hangul),
        [0x1B, b'$', b'B' | b'@', ..] => (3, false, Set::Kanji),
        [0x1B, b'$', b'A', ..] => (3, false, Set::Hanzi),
        _ => return None,
    })
}

/// Text in which escape sequences switch between character sets, as HL7 version 2 has it too.
pub(crate) fn decode_iso_2022(bytes: &[u8]) -> String {
    decode(bytes, Set::None, false)
}

/// Follows the escapes through a value (ISO/IEC 2022, as far as PS3.5 allows it).
fn decode(bytes: &[u8], first_upper: Set, is_name: bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    let (mut lower, mut upper) = (Set::Ascii, first_upper);
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == 0x1B {
            match escape(rest) {
                Some((len, true, set)) => {
                    upper = set;
                    rest = &rest[len..];
                }
                Some((len, false, set)) => {
                    lower = set;
                    rest = &rest[len..];
                }
                // Unknown: the sign itself says nothing.
                None => rest = after,
            }
            continue;
        }
        let is_upper = byte >= 0x80;
        let set = if is_upper { upper } else { lower };
        if byte < 0x21 || byte == 0x7F {
            // Controls and blanks belong to every set; these end a line or page.
            text.push(char::from(byte));
            if matches!(byte, b'\n' | b'\r' | 0x0C | b'\t') {
                (lower, upper) = (Set::Ascii, first_upper);
            }
            rest = after;
            continue;
        }
        let second = after.first().copied().filter(|second| *second > 0x20);
        let pair = |encoding: &'static Encoding, lead: &[u8]| {
            let second = second?;
            let mut units = [0_u8; 3];
            let n = lead.len() + 2;
            units[..lead.len()].copy_from_slice(lead);
            units[lead.len()] = byte | 0x80;
            units[lead.len() + 1] = second | 0x80;
            Some(
                encoding
                    .decode_without_bom_handling(&units[..n])
                    .0
                    .into_owned(),
            )
        };
        let (piece, n) = match set {
            Set::Kanji => (pair(EUC_JP, &[]), 2),
            Set::KanjiMore => (pair(EUC_JP, &[0x8F]), 2),
            Set::Hangul => (pair(EUC_KR, &[]), 2),
            Set::Hanzi => (pair(GBK, &[]), 2),
            Set::Katakana => (
                char::from_u32(0xFF61 + u32::from((byte | 0x80).wrapping_sub(0xA1)))
                    .filter(|_| (0xA1..=0xDF).contains(&(byte | 0x80)))
                    .map(String::from),
                1,
            ),
            Set::Upper(encoding) => (
                Some(encoding.decode_without_bom_handling(&[byte]).0.into_owned()),
                1,
            ),
            Set::Ascii if !is_upper => (Some(char::from(byte).to_string()), 1),
            Set::Ascii | Set::None => {
                // No set was named for the upper half: take the run for what it looks like.
                let len = rest.iter().take_while(|byte| **byte >= 0x80).count().max(1);
                let run = &rest[..len];
                (Some(encoding::detect(run).decode(run).into_owned()), len)
            }
        };
        match piece {
            Some(piece) => text.push_str(&piece),
            None => text.push(char::REPLACEMENT_CHARACTER),
        }
        rest = rest.get(n..).unwrap_or_default();
        let is_delimiter = !is_upper
            && matches!(set, Set::Ascii)
            && (byte == b'\\' || is_name && matches!(byte, b'^' | b'='));
        if is_delimiter {
            (lower, upper) = (Set::Ascii, first_upper);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sets: &str, bytes: &[u8], expected: &str) {
        let charset = Charset::of(sets.as_bytes()).unwrap();
        assert_eq!(charset.decode(bytes, true), expected);
    }

    #[test]
    fn the_examples_of_the_standard_are_read() {
        // PS3.5, annexes H, I and J.
        check(
            "\\ISO 2022 IR 87",
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
            "Yamada^Tarou=山田^太郎=やまだ^たろう",
        );
        check(
            "ISO 2022 IR 13\\ISO 2022 IR 87",
            b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J",
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎",
        );
        check(
            "\\ISO 2022 IR 149",
            b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
            "Hong^Gildong=洪^吉洞=홍^길동",
        );
        check(
            "ISO_IR 192",
            "Wang^XiaoDong=王^小東=".as_bytes(),
            "Wang^XiaoDong=王^小東=",
        );
        check(
            "GB18030",
            b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=",
            "Wang^XiaoDong=王^小东=",
        );
    }

    #[test]
    fn misspelt_sets_and_none_are_read_too() {
        check("ISO IR 100", b"B\xe9gin", "Bégin");
        check("ISO_IR 144", b"\xbb\xee", "Лю");
        assert_eq!(Charset::Default.decode("Bégin".as_bytes(), true), "Bégin");
        assert_eq!(
            Charset::Default.decode(b"B\xe9gin^Lo\xefc", true),
            "Bégin^Loïc"
        );
        assert!(Charset::of(b"  ").is_none());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_under_any_sets_are_text(sets: Vec<u8>, bytes: Vec<u8>) {
            let charset = Charset::of(&sets).unwrap_or(Charset::Default);
            charset.decode(&bytes, true);
        }
    }
}
