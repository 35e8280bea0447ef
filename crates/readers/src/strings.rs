//! Bytes of no known format in, the readable strings in them out, each with its byte offset: the last resort.
//!
//! A string is a run of at least six signs in ASCII, UTF-8, Latin-1 between
//! ASCII letters, or UTF-16 of the Latin alphabets in either byte order. Strings
//! that stand next to each other are there by chance, so a detector must not
//! tie one to another. Memory is bounded by one block, whatever the size.
//!
//! After the idea of `strings(1)`; no format stands behind it.

use std::io::{Read, SeekFrom};

use whose_model::{Cause, Locator, Origin, PassageKind};

use crate::{
    exhibit::Reading,
    source::{ReadSeek, Source},
};

/// Signs that make a string.
const MIN_SIGNS: usize = 6;
/// Signs in a row that packed bytes hardly ever have.
const LONG: usize = 24;
/// Bytes looked at at once.
const BLOCK: usize = 1 << 20;
/// Bytes that a string may take up; a longer one is cut.
const MAX_STRING: usize = 64 << 10;
/// Bytes of a sign at most.
const MAX_SIGN: usize = 4;

/// Reads what no other reader can.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    scan_stream(source, 0, reading);
}

/// Reads the strings of a whole file that comes as a stream.
pub(crate) fn read_stream(stream: &mut dyn Read, reading: &mut Reading<'_>) {
    scan_stream(stream, 0, reading);
}

/// Reads the strings of a stretch of a larger file; places are counted from the file's start.
pub(crate) fn scan(file: &mut dyn ReadSeek, at: u64, len: u64, reading: &mut Reading<'_>) {
    if file.seek(SeekFrom::Start(at)).is_ok() {
        scan_stream(&mut file.take(len), at, reading);
    }
}

/// Reads the strings of a stream whose first byte stands at `base`.
fn scan_stream(stream: &mut dyn Read, base: u64, reading: &mut Reading<'_>) {
    let mut found = Found::new(reading);
    let mut bytes = Vec::new();
    let mut base = base;
    loop {
        let want = BLOCK.saturating_sub(bytes.len()).max(MAX_SIGN) as u64;
        let n = match stream.take(want).read_to_end(&mut bytes) {
            Ok(n) => n,
            Err(_) => {
                let place = base + bytes.len() as u64;
                found.reading.gap_at(
                    Locator::Bytes {
                        start: place,
                        end: place,
                    },
                    Cause::Corrupt,
                    "the bytes from here on could not be had",
                );
                0
            }
        };
        let is_last = n == 0;
        let n_done = block(&bytes, base, is_last, &mut found);
        bytes.drain(..n_done);
        base += n_done as u64;
        found.reading.pulse();
        if is_last {
            break;
        }
    }
    found.flush();
}

/// Finds the strings of a block. How many bytes are done with; the rest belongs to a string that goes on.
fn block(bytes: &[u8], base: u64, is_last: bool, found: &mut Found<'_, '_>) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        if !is_sign(bytes[at]) {
            at += 1;
            continue;
        }
        let (end, n_signs) = if is_wide(bytes, at) {
            wide_run(bytes, at)
        } else {
            narrow_run(bytes, at)
        };
        // What reaches the end may go on in the next block.
        if end + MAX_SIGN > bytes.len() && !is_last && end - at < MAX_STRING {
            return at;
        }
        if n_signs >= MIN_SIGNS {
            let is_wide = is_wide(bytes, at);
            found.put(&bytes[at..end], base + at as u64, is_wide);
        }
        at = end.max(at + 1);
    }
    at
}

/// A printable sign of ASCII, or a tab.
fn is_sign(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}

fn is_wide_sign(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at..at + 2) {
        Some([low, 0]) => is_sign(*low) || *low >= 0xA0,
        // The Latin letters beyond Latin-1, as Œ, and typographic quotes and dashes.
        Some([low, 0x01]) => *low <= 0x7F,
        Some([low, 0x20]) => (0x10..=0x26).contains(low),
        _ => false,
    }
}

/// Whether UTF-16 begins here. With the high byte first, it begins one byte later: the text is the same.
fn is_wide(bytes: &[u8], at: usize) -> bool {
    (0..3).all(|n| is_wide_sign(bytes, at + n * 2)) && bytes.get(at + 1) == Some(&0)
}

fn wide_run(bytes: &[u8], start: usize) -> (usize, usize) {
    let mut at = start;
    while at - start < MAX_STRING && is_wide_sign(bytes, at) {
        at += 2;
    }
    (at, (at - start) / 2)
}

fn narrow_run(bytes: &[u8], start: usize) -> (usize, usize) {
    let mut at = start;
    let mut n_signs = 0;
    while at - start < MAX_STRING {
        let n = match bytes.get(at) {
            Some(&byte) if is_sign(byte) => 1,
            Some(_) => match utf8_len(&bytes[at..]) {
                0 if is_accented(bytes, at) => 1,
                n => n,
            },
            None => 0,
        };
        if n == 0 {
            break;
        }
        at += n;
        n_signs += 1;
    }
    (at, n_signs)
}

/// The length of a letter in UTF-8 of more than one byte; 0 when there is none.
fn utf8_len(bytes: &[u8]) -> usize {
    let n = match bytes[0] {
        0xC3..=0xDF => 2,
        0xE1..=0xEF => 3,
        _ => return 0,
    };
    let ch = bytes
        .get(..n)
        .and_then(|part| std::str::from_utf8(part).ok());
    match ch.and_then(|text| text.chars().next()) {
        Some(ch) if ch.is_alphanumeric() || matches!(ch, '\u{2010}'..='\u{2026}') => n,
        _ => 0,
    }
}

/// A letter of Latin-1 between two letters.
fn is_accented(bytes: &[u8], at: usize) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    bytes[at] >= 0xC0
        && is_letter(at.checked_sub(1).and_then(|at| bytes.get(at)))
        && is_letter(bytes.get(at + 1))
}

/// Strings on their way to passages.
struct Found<'f, 'r> {
    reading: &'f mut Reading<'r>,
    max: usize,
    text: String,
    runs: Vec<(u32, u64)>,
}

impl<'f, 'r> Found<'f, 'r> {
    fn new(reading: &'f mut Reading<'r>) -> Self {
        let max = reading.limits().max_passage_bytes.max(16);
        Self {
            reading,
            max,
            text: String::new(),
            runs: Vec::new(),
        }
    }

    fn put(&mut self, bytes: &[u8], at: u64, is_wide: bool) {
        if !is_plausible(bytes, is_wide) {
            return;
        }
        if !self.text.is_empty() {
            self.letter('\n', at);
        }
        if is_wide {
            for (index, pair) in bytes.chunks_exact(2).enumerate() {
                let unit = u32::from(u16::from_le_bytes([pair[0], pair[1]]));
                let ch = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
                self.letter(ch, at + index as u64 * 2);
            }
            return;
        }
        for chunk in bytes.utf8_chunks() {
            let start = chunk.valid().as_ptr() as usize - bytes.as_ptr() as usize;
            for (index, ch) in chunk.valid().char_indices() {
                self.letter(ch, at + (start + index) as u64);
            }
            let after = start + chunk.valid().len();
            for (index, &byte) in chunk.invalid().iter().enumerate() {
                self.letter(char::from(byte), at + (after + index) as u64);
            }
        }
    }

    fn letter(&mut self, ch: char, at: u64) {
        if self.text.len() + ch.len_utf8() > self.max {
            self.flush();
        }
        let text = self.text.len() as u64;
        let follows = self
            .runs
            .last()
            .is_some_and(|(from, place)| place + (text - u64::from(*from)) == at);
        if !follows {
            self.runs.push((text as u32, at));
        }
        self.text.push(ch);
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let runs = std::mem::take(&mut self.runs);
        if !text.is_empty() {
            let origin = Origin::Bytes { runs };
            self.reading.passage(text, origin, PassageKind::Strings);
        }
    }
}

/// Mostly letters, digits and spaces, as packed bytes rarely are.
fn is_plausible(bytes: &[u8], is_wide: bool) -> bool {
    let n_signs = if is_wide {
        bytes.len() / 2
    } else {
        bytes.len()
    };
    let mut n_good = 0;
    let mut last = 0;
    let mut n_same = 0_usize;
    for &byte in bytes.iter().step_by(if is_wide { 2 } else { 1 }) {
        n_good += usize::from(byte.is_ascii_alphanumeric() || byte == b' ' || byte >= 0x80);
        n_same += usize::from(byte == last);
        last = byte;
    }
    let is_written = n_good * 4 >= n_signs * 3
        || n_signs >= LONG && n_good * 2 >= n_signs && has_words(bytes, is_wide);
    is_written && n_same * 4 < n_signs * 3
}

/// Whether there are two words of four letters: lists and records in text have more signs between them than a letter has.
fn has_words(bytes: &[u8], is_wide: bool) -> bool {
    let (mut n_words, mut n_letters) = (0, 0);
    for byte in bytes.iter().step_by(if is_wide { 2 } else { 1 }) {
        n_letters = if byte.is_ascii_alphabetic() {
            n_letters + 1
        } else {
            0
        };
        n_words += u32::from(n_letters == 4);
    }
    n_words >= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use whose_model::{Cause, Segment};

    use crate::testkit::read_bytes;

    #[test]
    fn strings_in_any_encoding_lead_back_to_their_bytes() {
        let mut bytes = vec![0xFE, 0, 1, 2, 0x90, 0xFF, 3];
        bytes.extend_from_slice(b"Lea Roy 046 454 286\x00\x01\x02");
        let wide: Vec<u8> = "née le 3 mai"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let wide_at = bytes.len();
        bytes.extend_from_slice(&wide);
        bytes.extend_from_slice(&[0xFF, 0xFF, 0, 0]);
        bytes.extend("Bégin, ward 7".encode_utf16().flat_map(u16::to_be_bytes));
        bytes.extend_from_slice(
            b"\x00\x01{\"name\":\"Marie Roy\",\"mrn\":[1,7],\"ward\":\"west\"}\x00\x00\x80T\xc3\xa9l\xc3\xa9phone\x00\x01Qu\xe9bec city\x00\x02",
        );
        bytes.extend(std::iter::repeat_n(0x81_u8, 40));
        let given = read_bytes("a.bin", &bytes);
        let text = given.text();
        for said in [
            "Lea Roy 046 454 286",
            "née le 3 mai",
            "Bégin, ward 7",
            "Téléphone",
            "{\"name\":\"Marie Roy\"",
            "Québec city",
        ] {
            assert!(text.contains(said), "{said} in {text:?}");
        }
        let Some((_, Segment::Passage(passage))) = given.segments.first() else {
            panic!("a passage");
        };
        let at = passage.text.find("née").unwrap();
        let whose_model::Locator::Bytes { start, .. } = passage.locate(at..at + 4) else {
            panic!("strings are placed in bytes");
        };
        assert_eq!(start, wide_at as u64);
        assert_eq!(given.gaps[0].cause, Cause::UnsupportedFormat);
        assert_eq!(given.outcome("a.bin"), whose_model::Outcome::ReadWithGaps);
    }

    #[test]
    fn a_string_over_the_edge_of_a_block_is_one() {
        let mut bytes = vec![0x80; (1 << 20) - 5];
        bytes.extend_from_slice(b"health card 1234\x00\x80\x80");
        let given = read_bytes("a.bin", &bytes);
        assert!(
            given.text().contains("health card 1234"),
            "{}",
            given.text().len()
        );
    }

    proptest! {
        #[test]
        fn any_bytes_give_passages_within_bounds(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
            let bytes = [&[0x80, 0, 1, 2, 3, 4, 5, 0xFF][..], &bytes].concat();
            let given = read_bytes("a.bin", &bytes);
            prop_assert!(given.text().len() <= bytes.len() * 2);
        }
    }
}
