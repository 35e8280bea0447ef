//! The head of a Word document in, where its parts stand out: the file information block.
//!
//! Word 97 to 2003 has arrays of counts and places whose lengths stand before
//! them; Word 6 and 95 have the same at fixed places.
//!
//! Format: [MS-DOC] sections 2.5.1 to 2.5.6; for Word 6, the Word 6.0 binary
//! file format as published by Microsoft in 1996.

use crate::ole::bytes::{u16_at, u32_at};

/// What a part of a document's text is, in the order in which they follow each other.
pub(super) const STORIES: [&str; 8] = [
    "text",
    "footnotes",
    "headers",
    "macros",
    "comments",
    "endnotes",
    "text boxes",
    "header text boxes",
];

/// Places in the table stream, by their number in the array.
pub(super) mod place {
    pub(in super::super) const CHARACTERS: usize = 12;
    pub(in super::super) const PARAGRAPHS: usize = 13;
    pub(in super::super) const PIECES: usize = 33;
    pub(in super::super) const COMMENT_AUTHORS: usize = 36;
    pub(in super::super) const REVISION_AUTHORS: usize = 51;
    pub(in super::super) const SAVED_BY: usize = 71;
}

/// What the head says.
#[derive(Clone, Debug)]
pub(super) struct Fib {
    /// Word 6 or 95: bytes for characters, one stream for all.
    pub(super) is_old: bool,
    /// The language of the program that wrote it.
    pub(super) language: u16,
    /// Written on a Macintosh.
    pub(super) is_mac: bool,
    pub(super) is_encrypted: bool,
    /// Locked by XOR, where it is encrypted.
    pub(super) is_obfuscated: bool,
    /// The text lies in pieces.
    pub(super) is_complex: bool,
    /// The table stream is `1Table`.
    pub(super) uses_table_1: bool,
    /// Characters are of two bytes where no table says otherwise.
    pub(super) is_wide: bool,
    /// Where the text begins and ends when it is in one piece.
    pub(super) text: (u32, u32),
    /// How many characters each story has.
    pub(super) n_characters: [u32; 8],
    /// Where the document of building blocks begins.
    pub(super) next: usize,
    pairs: Vec<(u32, u32)>,
}

impl Fib {
    /// The head at this place of the main stream.
    pub(super) fn parse(stream: &[u8], at: usize) -> Option<Self> {
        let fib = stream.get(at..)?;
        let mark = u16_at(fib, 0)?;
        let version = u16_at(fib, 2)?;
        let flags = u16_at(fib, 0x0A)?;
        let is_old = mark == 0xA5DC || (mark != 0xA5EC && (101..=105).contains(&version));
        if !is_old && mark != 0xA5EC && !(0xC0..0x200).contains(&version) {
            return None;
        }
        let mut head = Self {
            is_old,
            language: u16_at(fib, 6)?,
            is_mac: u16_at(fib, 0x14) == Some(256),
            is_encrypted: flags & 0x0100 != 0,
            is_obfuscated: flags & 0x8000 != 0,
            is_complex: flags & 0x0004 != 0,
            uses_table_1: flags & 0x0200 != 0,
            is_wide: flags & 0x1000 != 0,
            text: (u32_at(fib, 0x18)?, u32_at(fib, 0x1C)?),
            n_characters: [0; 8],
            next: usize::from(u16_at(fib, 8)?) * 512,
            pairs: Vec::new(),
        };
        if is_old {
            for (index, n) in head.n_characters.iter_mut().enumerate() {
                *n = u32_at(fib, 0x34 + index * 4).unwrap_or(0);
            }
            return Some(head);
        }
        let n_words = usize::from(u16_at(fib, 0x20)?);
        let longs = 0x22 + n_words * 2;
        let n_longs = usize::from(u16_at(fib, longs)?);
        for (index, n) in head.n_characters.iter_mut().enumerate() {
            *n = u32_at(fib, longs + 2 + (3 + index) * 4).unwrap_or(0);
        }
        let pairs = longs + 2 + n_longs * 4;
        let n_pairs = usize::from(u16_at(fib, pairs)?);
        head.pairs = (0..n_pairs)
            .map_while(|index| {
                let at = pairs + 2 + index * 8;
                Some((u32_at(fib, at)?, u32_at(fib, at + 4)?))
            })
            .collect();
        Some(head)
    }

    /// A table of the table stream (of Word 97 and later), by its number.
    pub(super) fn table<'t>(&self, number: usize, tables: &'t [u8]) -> &'t [u8] {
        let (at, len) = self.pairs.get(number).copied().unwrap_or((0, 0));
        crate::ole::bytes::slice(tables, at as usize, len as usize)
    }

    /// A table of Word 6 or 95, by where the head has its place.
    pub(super) fn old_table(at: usize, stream: &[u8]) -> &[u8] {
        let start = u32_at(stream, at).unwrap_or(0) as usize;
        let len = u32_at(stream, at + 4).unwrap_or(0) as usize;
        crate::ole::bytes::slice(stream, start, len)
    }
}
