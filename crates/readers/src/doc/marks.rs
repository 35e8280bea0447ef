//! The pages of formatting in, where in the stream table rows end and which text was struck out or hidden.
//!
//! Only these three marks matter for reading; all other formatting is passed over.
//!
//! Format: [MS-DOC] sections 2.8.5 and 2.8.6 (PlcBteChpx, PlcBtePapx), 2.9.33
//! and 2.9.174 (ChpxFkp, PapxFkp), 2.2.5.1 (Sprm), 2.6 (single modifications);
//! Word 6 has modifications of one byte.

use super::fib::{Fib, place};
use crate::ole::bytes::{slice, u16_at, u32_at};

/// Ranges of places in the main stream, sorted.
#[derive(Default)]
pub(super) struct Ranges(Vec<(u32, u32)>);

impl Ranges {
    pub(super) fn contains(&self, at: u32) -> bool {
        let index = self.0.partition_point(|range| range.0 <= at);
        index
            .checked_sub(1)
            .and_then(|i| self.0.get(i))
            .is_some_and(|range| at < range.1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn sorted(mut self) -> Self {
        self.0.sort_unstable();
        self
    }
}

/// What the formatting says that a reader must know.
pub(super) struct Marks {
    /// Paragraphs that end a row of a table.
    pub(super) row_ends: Ranges,
    /// Text that was deleted while changes were tracked.
    pub(super) deleted: Ranges,
}

impl Marks {
    /// The marks of a document.
    pub(super) fn of(fib: &Fib, main: &[u8], tables: &[u8]) -> Self {
        let (characters, paragraphs) = if fib.is_old {
            (Fib::old_table(0xB8, main), Fib::old_table(0xC0, main))
        } else {
            (
                fib.table(place::CHARACTERS, tables),
                fib.table(place::PARAGRAPHS, tables),
            )
        };
        let mut marks = Self {
            row_ends: Ranges::default(),
            deleted: Ranges::default(),
        };
        let mut seen = std::collections::HashSet::new();
        for page in pages(paragraphs, fib.is_old) {
            if seen.insert(page) {
                paragraph_page(
                    slice(main, page * 512, 512),
                    fib.is_old,
                    &mut marks.row_ends,
                );
            }
        }
        seen.clear();
        for page in pages(characters, fib.is_old) {
            if seen.insert(page) {
                character_page(slice(main, page * 512, 512), fib.is_old, &mut marks.deleted);
            }
        }
        marks.row_ends = marks.row_ends.sorted();
        marks.deleted = marks.deleted.sorted();
        marks
    }
}

/// The numbers of the pages that a table of pages names.
fn pages(table: &[u8], is_old: bool) -> Vec<usize> {
    let width = if is_old { 2 } else { 4 };
    let Some(n) = table.len().checked_sub(4).map(|len| len / (4 + width)) else {
        return Vec::new();
    };
    let number = |index: usize| {
        let at = (n + 1) * 4 + index * width;
        if is_old {
            u16_at(table, at).map(usize::from)
        } else {
            u32_at(table, at).map(|page| (page & 0x3F_FFFF) as usize)
        }
    };
    (0..n).map_while(number).collect()
}

fn paragraph_page(page: &[u8], is_old: bool, out: &mut Ranges) {
    let Some(&n) = page.get(511) else { return };
    let n = usize::from(n);
    let width = if is_old { 7 } else { 13 };
    for index in 0..n {
        let (Some(start), Some(end)) = (u32_at(page, index * 4), u32_at(page, index * 4 + 4))
        else {
            return;
        };
        let Some(&word) = page.get((n + 1) * 4 + index * width) else {
            return;
        };
        if word == 0 {
            continue;
        }
        let at = usize::from(word) * 2;
        let Some(&len) = page.get(at) else { continue };
        // A count of words: of the rest, or, when zero, given by the byte after it.
        let (from, len) = match (is_old, len) {
            (false, 0) => (
                at + 2,
                usize::from(page.get(at + 1).copied().unwrap_or(0)) * 2,
            ),
            (false, len) => (at + 1, usize::from(len) * 2 - 1),
            (true, len) => (at + 1, usize::from(len) * 2),
        };
        let style = if is_old { 1 } else { 2 };
        let changes = slice(page, from + style, len.saturating_sub(style));
        let is_row_end = if is_old {
            old_has(changes, 25)
        } else {
            value_of(changes, &[0x2417]).is_some_and(|on| on != 0)
        };
        if is_row_end && start < end {
            out.0.push((start, end));
        }
    }
}

fn character_page(page: &[u8], is_old: bool, out: &mut Ranges) {
    let Some(&n) = page.get(511) else { return };
    let n = usize::from(n);
    for index in 0..n {
        let (Some(start), Some(end)) = (u32_at(page, index * 4), u32_at(page, index * 4 + 4))
        else {
            return;
        };
        let Some(&word) = page.get((n + 1) * 4 + index) else {
            return;
        };
        if word == 0 {
            continue;
        }
        let at = usize::from(word) * 2;
        let len = usize::from(page.get(at).copied().unwrap_or(0));
        let changes = slice(page, at + 1, len);
        let is_deleted = if is_old {
            old_has(changes, 65)
        } else {
            value_of(changes, &[0x0800]).is_some_and(|on| on == 1)
        };
        if is_deleted && start < end {
            out.0.push((start, end));
        }
    }
}

/// The first byte of the operand of one of these modifications.
fn value_of(changes: &[u8], codes: &[u16]) -> Option<u8> {
    let mut at = 0;
    while let Some(code) = u16_at(changes, at) {
        at += 2;
        let len = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ if code == 0xD608 => usize::from(u16_at(changes, at)?) + 1,
            _ => usize::from(*changes.get(at)?) + 1,
        };
        if codes.contains(&code) {
            return changes.get(at).copied();
        }
        at += len;
    }
    None
}

/// Whether a modification of one byte is switched on; lengths of others are not all known, so it is looked for as a pair.
fn old_has(changes: &[u8], code: u8) -> bool {
    changes.windows(2).any(|pair| pair == [code, 1])
}
