//! Bytes of text in, characters out: which encoding it is, and decoding that keeps each byte's place.
//!
//! UTF-8 is the rule. A stray byte in it is taken as Windows-1252, because real
//! exports mix both. UTF-16 is known by its mark or its zero bytes, old Mac files
//! by accents that Windows-1252 would not have inside words; the rest is decided
//! by `chardetng`.

use std::{
    borrow::Cow,
    io::{self, Read},
};

use encoding_rs::{CoderResult, Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::source::Source;

/// How bytes stand for characters.
#[derive(Clone, Copy)]
pub(crate) enum Charset {
    /// UTF-8, with Windows-1252 for bytes that are not.
    Utf8,
    /// One byte a character: ASCII below 0x80, this table above.
    Single(&'static Encoding),
    /// UTF-16.
    Utf16 {
        /// Low byte first.
        little: bool,
    },
    /// Another encoding of several bytes a character, ASCII where it looks like ASCII.
    Multi(&'static Encoding),
}

/// Length of the byte order mark at the beginning.
pub(crate) fn mark_len(head: &[u8]) -> usize {
    Encoding::for_bom(head).map_or(0, |(_, len)| len)
}

/// The encoding of bytes that begin with `head`.
pub(crate) fn detect(head: &[u8]) -> Charset {
    match Encoding::for_bom(head) {
        Some((encoding, _)) if encoding == UTF_16LE => return Charset::Utf16 { little: true },
        Some((encoding, _)) if encoding == UTF_16BE => return Charset::Utf16 { little: false },
        Some(_) => return Charset::Utf8,
        None => {}
    }
    if let Some(little) = utf16_without_mark(head) {
        return Charset::Utf16 { little };
    }
    if is_utf8(head) {
        return Charset::Utf8;
    }
    legacy(head)
}

/// Whether `bytes` are UTF-8, but for a character cut off at the end.
pub(crate) fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && bytes.len() > 4,
    }
}

/// Low byte first or not, when every second byte is zero as in Latin text.
fn utf16_without_mark(head: &[u8]) -> Option<bool> {
    let head = &head[..head.len().min(4096)];
    let pairs = head.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |offset: usize| {
        let bytes = head.iter().skip(offset).step_by(2);
        bytes.filter(|&&byte| byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 7 && even * 20 < pairs {
        Some(true)
    } else if even * 10 > pairs * 7 && odd * 20 < pairs {
        Some(false)
    } else {
        None
    }
}

/// The encoding of bytes that are not UTF-8.
pub(crate) fn legacy(bytes: &[u8]) -> Charset {
    if valid_share_of_utf8(bytes) {
        return Charset::Utf8;
    }
    if looks_like_mac(bytes) {
        return Charset::Single(MACINTOSH);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    if guess.is_single_byte() {
        Charset::Single(guess)
    } else {
        Charset::Multi(guess)
    }
}

/// Whether most bytes above ASCII belong to valid UTF-8: a file that mixes both.
fn valid_share_of_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0x80).count();
        bad += chunk.invalid().len();
    }
    good > bad * 4
}

/// Accented letters of French in MacRoman are signs in Windows-1252 that do not stand inside words.
fn looks_like_mac(bytes: &[u8]) -> bool {
    let (mut mac, mut windows) = (0_usize, 0_usize);
    for window in bytes.windows(3) {
        let [before, byte, after] = [window[0], window[1], window[2]];
        if byte < 0x80 || !(before.is_ascii_alphabetic() && after.is_ascii_alphabetic()) {
            continue;
        }
        match byte {
            // é è ê ë à â ç ô ù û î ï ü ö in MacRoman.
            0x8E | 0x8F | 0x90 | 0x91 | 0x88 | 0x89 | 0x8D | 0x99 | 0x9D | 0x9E | 0x94 | 0x95
            | 0x9F | 0x9A | 0x8A => mac += 1,
            0xC0..=0xFF => windows += 1,
            _ => {}
        }
    }
    mac > 0 && mac > windows * 3
}

impl Charset {
    /// Characters of a whole piece of text (a cell, a line).
    pub(crate) fn decode<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => {
                    let mut text = String::with_capacity(bytes.len() + 16);
                    for chunk in bytes.utf8_chunks() {
                        text.push_str(chunk.valid());
                        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
                    }
                    Cow::Owned(text)
                }
            },
            Self::Single(encoding) | Self::Multi(encoding) => {
                encoding.decode_without_bom_handling(bytes).0
            }
            Self::Utf16 { little } => {
                let encoding = if *little { UTF_16LE } else { UTF_16BE };
                encoding.decode_without_bom_handling(bytes).0
            }
        }
    }

    /// Appends characters to `text`, and to `runs` wherever one byte for one byte ends; `at` is the offset in the file.
    pub(crate) fn decode_with_runs(
        &self,
        bytes: &[u8],
        at: u64,
        text: &mut String,
        runs: &mut Vec<(u32, u64)>,
    ) {
        runs.push((text.len() as u32, at));
        match self {
            Self::Utf8 => {
                let mut offset = 0;
                for chunk in bytes.utf8_chunks() {
                    text.push_str(chunk.valid());
                    offset += chunk.valid().len();
                    for byte in chunk.invalid() {
                        push_single(WINDOWS_1252, *byte, text);
                        offset += 1;
                        runs.push((text.len() as u32, at + offset as u64));
                    }
                }
            }
            Self::Single(encoding) => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    let n = Encoding::ascii_valid_up_to(rest);
                    text.push_str(&String::from_utf8_lossy(&rest[..n]));
                    rest = &rest[n..];
                    if let Some((byte, after)) = rest.split_first() {
                        push_single(encoding, *byte, text);
                        rest = after;
                        let offset = bytes.len() - rest.len();
                        runs.push((text.len() as u32, at + offset as u64));
                    }
                }
            }
            Self::Utf16 { little } => {
                let units = bytes.chunks_exact(2).map(|pair| {
                    let pair = [pair[0], pair[1]];
                    if *little {
                        u16::from_le_bytes(pair)
                    } else {
                        u16::from_be_bytes(pair)
                    }
                });
                let mut offset = at;
                for unit in char::decode_utf16(units) {
                    let (ch, n) = unit.map_or((char::REPLACEMENT_CHARACTER, 2), |ch| {
                        (ch, ch.len_utf16() as u64 * 2)
                    });
                    text.push(ch);
                    offset += n;
                    runs.push((text.len() as u32, offset));
                }
            }
            // Exact at the beginning of each line only.
            Self::Multi(encoding) => {
                let mut offset = at;
                for line in bytes.split_inclusive(|byte| *byte == b'\n') {
                    text.push_str(&encoding.decode_without_bom_handling(line).0);
                    offset += line.len() as u64;
                    runs.push((text.len() as u32, offset));
                }
            }
        }
    }
}

fn push_single(encoding: &'static Encoding, byte: u8, text: &mut String) {
    text.push_str(&encoding.decode_without_bom_handling(&[byte]).0);
}

/// UTF-16 in, UTF-8 out, forwards.
pub(crate) struct Utf16ToUtf8<'a, 'b> {
    source: &'a mut Source<'b>,
    decoder: encoding_rs::Decoder,
    is_done: bool,
}

impl<'a, 'b> Utf16ToUtf8<'a, 'b> {
    pub(crate) fn new(source: &'a mut Source<'b>, little: bool) -> Self {
        let encoding = if little { UTF_16LE } else { UTF_16BE };
        let decoder = encoding.new_decoder_with_bom_removal();
        Self {
            source,
            decoder,
            is_done: false,
        }
    }
}

impl Read for Utf16ToUtf8<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // A decoder that has seen the end must not be asked again.
        if out.len() < 16 || self.is_done {
            return Ok(0);
        }
        loop {
            let ahead = self.source.ahead(1);
            let is_last = ahead.is_empty();
            let (result, n_read, n_written, _) = self.decoder.decode_to_utf8(ahead, out, is_last);
            self.is_done = is_last && result == CoderResult::InputEmpty;
            self.source.pass(n_read);
            if n_written > 0 || self.is_done {
                return Ok(n_written);
            }
        }
    }
}

/// Whether `head` is UTF-16, and if so with the low byte first.
pub(crate) fn utf16(head: &[u8]) -> Option<bool> {
    match detect(&head[..head.len().min(4096)]) {
        Charset::Utf16 { little } => Some(little),
        _ => None,
    }
}

/// Text in an encoding that a document names itself, as mail and XML do; UTF-8 when the name means nothing.
pub(crate) fn named(label: &str) -> Charset {
    match Encoding::for_label(label.trim().as_bytes()) {
        Some(encoding) if encoding == UTF_8 => Charset::Utf8,
        Some(encoding) if encoding == UTF_16LE => Charset::Utf16 { little: true },
        Some(encoding) if encoding == UTF_16BE => Charset::Utf16 { little: false },
        Some(encoding) if encoding.is_single_byte() => Charset::Single(encoding),
        Some(encoding) => Charset::Multi(encoding),
        None => Charset::Utf8,
    }
}

/// Bytes in a code page of Windows, as characters; Windows-1252 when the number means nothing.
pub(crate) fn of_code_page(page: u16, bytes: &[u8]) -> String {
    match page {
        437 | 850 | 858 => bytes
            .iter()
            .map(|&byte| crate::container::code_page_437(byte))
            .collect(),
        1200 => UTF_16LE.decode_without_bom_handling(bytes).0.into_owned(),
        _ => encoding_of_page(page)
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

/// The encoding that a code page of Windows is; Windows-1252 when the number means nothing.
pub(crate) fn encoding_of_page(page: u16) -> &'static Encoding {
    let label = match page {
        866 => "ibm866",
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 | 1361 => "euc-kr",
        950 => "big5",
        1250..=1258 => &format!("windows-{page}"),
        10_000 => "macintosh",
        10_007 => "x-mac-cyrillic",
        20_866 => "koi8-r",
        28_591..=28_606 => &format!("iso-8859-{}", page - 28_590),
        65_001 => "utf-8",
        _ => "windows-1252",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}

/// The code page that programs of the last century used for a language of Windows.
pub(crate) fn page_of_language(lid: u16) -> u16 {
    match lid & 0x3FF {
        0x01 | 0x20 | 0x29 => 1256,
        0x02 | 0x19 | 0x22 | 0x23 | 0x2F => 1251,
        0x04 if matches!(lid, 0x0404 | 0x0C04) => 950,
        0x04 => 936,
        0x05 | 0x0E | 0x15 | 0x18 | 0x1B | 0x1C | 0x24 => 1250,
        // Croatian and Serbian in Latin letters; Serbian in Cyrillic is 0x0C1A.
        0x1A => {
            if lid == 0x0C1A {
                1251
            } else {
                1250
            }
        }
        0x08 => 1253,
        0x0D => 1255,
        0x11 => 932,
        0x12 => 949,
        0x1E => 874,
        0x1F => 1254,
        0x25..=0x27 => 1257,
        0x2A => 1258,
        _ => 1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(detect(bytes).decode(&bytes[mark_len(bytes)..]), expected);
    }

    #[test]
    fn each_encoding_of_the_field_is_known() {
        check("né à Trois-Rivières".as_bytes(), "né à Trois-Rivières");
        check(b"n\xe9 \xe0 Trois-Rivi\xe8res", "né à Trois-Rivières");
        check(
            b"H\x8epital Rivi\x8fre, pr\x8enom",
            "Hépital Rivière, prénom",
        );
        check(b"\xff\xfen\0\xe9\0", "né");
        check(b"N\0a\0m\0e\0\n\0", "Name\n");
        check(b"\0N\0a\0m\0e\0\n", "Name\n");
        check("\u{feff}Name".as_bytes(), "Name");
    }

    #[test]
    fn a_stray_byte_in_utf_8_is_windows_1252() {
        let mut bytes = "Éloïse Bégin à Québec, ".as_bytes().to_vec();
        bytes.extend_from_slice(b"B\xe9gin");
        check(&bytes, "Éloïse Bégin à Québec, Bégin");
    }

    #[test]
    fn runs_lead_every_character_back() {
        let mut text = String::new();
        let mut runs = Vec::new();
        Charset::Single(WINDOWS_1252).decode_with_runs(b"n\xe9 ici", 10, &mut text, &mut runs);
        assert_eq!(text, "né ici");
        assert_eq!(runs, vec![(0, 10), (3, 12)]);
    }
}
