//! The piece table in, the characters of the text in their order out, each with its place in the main stream.
//!
//! Word appends what is changed and only rewrites the list of pieces, so the
//! order of the bytes is not the order of the text.
//!
//! Format: [MS-DOC] sections 2.9.38 (Clx), 2.9.177 (Pcd), 2.9.73 (FcCompressed), 2.4.1 (retrieving text).

use encoding_rs::Encoding;

use super::fib::{Fib, place};
use crate::{
    encoding,
    ole::bytes::{u16_at, u32_at},
};

/// Pieces that are looked at.
const MAX_PIECES: usize = 1 << 20;

/// Characters that lie together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// The first character and the one after the last, in the order of the text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Where the first lies in the main stream.
    pub(super) at: u32,
    pub(super) is_wide: bool,
}

/// The text of a document as a list of pieces.
pub(super) struct Pieces {
    pub(super) list: Vec<Piece>,
    /// Bytes for characters in this encoding.
    page: &'static Encoding,
    /// The list was not where the head says; the text is taken as one piece.
    pub(super) is_guessed: bool,
}

impl Pieces {
    /// The pieces of a document.
    pub(super) fn of(fib: &Fib, main: &[u8], tables: &[u8]) -> Self {
        let clx = if fib.is_old {
            // Only a fast-saved file has a list of pieces.
            if fib.is_complex {
                Fib::old_table(0x160, main)
            } else {
                &[]
            }
        } else {
            fib.table(place::PIECES, tables)
        };
        let page = if !fib.is_old {
            encoding_rs::WINDOWS_1252
        } else if fib.is_mac {
            encoding_rs::MACINTOSH
        } else {
            encoding::encoding_of_page(encoding::page_of_language(fib.language))
        };
        let list = parse(clx, fib.is_old).unwrap_or_default();
        if !list.is_empty() {
            return Self {
                list,
                page,
                is_guessed: false,
            };
        }
        let whole = whole(fib, main);
        Self {
            list: vec![whole],
            page,
            is_guessed: !fib.is_old || fib.is_complex,
        }
    }

    /// Calls `each` with every character between two numbers and where it lies.
    pub(super) fn characters(
        &self,
        main: &[u8],
        range: std::ops::Range<u32>,
        mut each: impl FnMut(char, u32),
    ) -> usize {
        let mut n_there = 0;
        // Hostile pieces may all point at the same bytes: no more characters than the file has bytes.
        let mut left = main.len();
        for piece in &self.list {
            let (start, end) = (piece.start.max(range.start), piece.end.min(range.end));
            if start >= end {
                continue;
            }
            let n = ((end - start) as usize).min(left);
            left -= n;
            let width = if piece.is_wide { 2 } else { 1 };
            let at = (piece.at as usize).saturating_add((start - piece.start) as usize * width);
            let bytes = crate::ole::bytes::slice(main, at, n * width);
            n_there += bytes.len() / width;
            if piece.is_wide {
                let (units, _) = bytes.as_chunks::<2>();
                let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
                let mut at = at as u32;
                for unit in char::decode_utf16(units) {
                    let ch = unit.unwrap_or('\u{fffd}');
                    each(ch, at);
                    at = at.saturating_add(ch.len_utf16() as u32 * 2);
                }
            } else {
                narrow(bytes, at as u32, self.page, &mut each);
            }
        }
        n_there
    }
}

/// Characters of one byte, or of two where the code page has such.
fn narrow(bytes: &[u8], at: u32, page: &'static Encoding, each: &mut impl FnMut(char, u32)) {
    let is_single = page.is_single_byte();
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let len = match byte {
            0..=0x7F => {
                each(char::from(byte), at.saturating_add(index as u32));
                index += 1;
                continue;
            }
            _ if is_single => 1,
            _ => 2.min(bytes.len() - index),
        };
        let (text, _) = page.decode_without_bom_handling(&bytes[index..index + len]);
        for ch in text.chars() {
            each(ch, at.saturating_add(index as u32));
        }
        index += len;
    }
}

/// The text as one piece, where the head says that it begins.
fn whole(fib: &Fib, main: &[u8]) -> Piece {
    let (start, end) = fib.text;
    let end = end.min(main.len() as u32).max(start);
    let bytes = crate::ole::bytes::slice(main, start as usize, (end - start) as usize);
    // Word 97 may write either; two bytes a character show by their zeros.
    let n_zero = bytes
        .iter()
        .skip(1)
        .step_by(2)
        .filter(|byte| **byte == 0)
        .count();
    let is_wide = !fib.is_old && (fib.is_wide && n_zero > 0 || n_zero * 4 > bytes.len());
    let n = (end - start) / if is_wide { 2 } else { 1 };
    Piece {
        start: 0,
        end: n,
        at: start,
        is_wide,
    }
}

fn parse(clx: &[u8], is_old: bool) -> Option<Vec<Piece>> {
    let mut at = 0;
    // Changes of formatting stand before the pieces.
    while clx.get(at) == Some(&1) {
        at += 3 + usize::from(u16_at(clx, at + 1)?);
    }
    if clx.get(at) != Some(&2) {
        return None;
    }
    let len = u32_at(clx, at + 1)? as usize;
    let table = crate::ole::bytes::slice(clx, at + 5, len);
    // One number more than pieces, of 4 bytes each, and 8 bytes a piece.
    let n = (table.len().checked_sub(4)? / 12).min(MAX_PIECES);
    let mut list = Vec::with_capacity(n);
    for index in 0..n {
        let start = u32_at(table, index * 4)?;
        let end = u32_at(table, index * 4 + 4)?;
        let place = u32_at(table, (n + 1) * 4 + index * 8 + 2)?;
        let is_narrow = is_old || place & 0x4000_0000 != 0;
        let at = match (is_old, is_narrow) {
            (false, true) => (place & 0x3FFF_FFFF) / 2,
            (false, false) => place & 0x3FFF_FFFF,
            (true, _) => place,
        };
        if start < end {
            list.push(Piece {
                start,
                end,
                at,
                is_wide: !is_narrow,
            });
        }
    }
    Some(list)
}
