//! An EnCase image (E01, EWF) in, the files on its disk as members out.
//!
//! A long image lies in several files (`.E01`, `.E02`, ...), each with its own
//! head, sections and tables. A table does not say which chunks it is of: they
//! count on from the segment before, so nothing after a missing one is read.
//!
//! Format: libewf, "Expert Witness Compression Format specification", 2 (segment file) and 3 (sections).

use whose_model::Cause;

use super::{
    blocks::{Blocks, Mapped, Place, inflate},
    runs::{Pages, len, read_at},
};
use crate::{
    exhibit::Reading,
    fields::{le16, le32, le64},
    source::ReadSeek,
};

const MAX_SECTIONS: usize = 1 << 20;

/// A table of chunks.
struct Table {
    first: u64,
    n: u64,
    base: u64,
    entries: u64,
    /// Where the last chunk ends.
    end: u64,
}

struct Ewf {
    chunk: u64,
    len: u64,
    tables: Vec<Table>,
    pages: Pages,
}

/// Reads an EnCase image.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let segment = le16(&read_at(file, 0, 13), 9);
    if segment != 1 {
        return reading.gap(
            Cause::Truncated,
            "a part of a split image, and the first part is not beside it",
        );
    }
    let starts = reading.layout().starts();
    let (mut ewf, is_whole) = layout(file, &starts);
    if ewf.chunk == 0 {
        return reading.gap(Cause::Corrupt, "the image's own tables are broken");
    }
    if !is_whole {
        reading.gap(
            Cause::Truncated,
            "the image goes on in another file, or is cut off",
        );
    }
    super::read_disk(&mut Mapped::new(file, &mut ewf), reading);
}

/// The tables of all segments, and whether the last of them was there.
fn layout(file: &mut dyn ReadSeek, starts: &[u64]) -> (Ewf, bool) {
    let end = len(file);
    let mut ewf = Ewf {
        chunk: 0,
        len: 0,
        tables: Vec::new(),
        pages: Pages::default(),
    };
    let mut n_left = MAX_SECTIONS;
    for (number, &start) in starts.iter().enumerate() {
        let stop = starts.get(number + 1).copied().unwrap_or(end);
        match segment(file, start, stop, &mut n_left, &mut ewf) {
            Some(true) => return (ewf, true),
            Some(false) => {}
            None => break,
        }
    }
    (ewf, false)
}

/// The tables of one segment: whether it is the last; `None` when it is broken off.
fn segment(
    file: &mut dyn ReadSeek,
    start: u64,
    stop: u64,
    n_left: &mut usize,
    ewf: &mut Ewf,
) -> Option<bool> {
    let mut at = start.checked_add(13)?;
    let mut sectors_end = 0;
    loop {
        *n_left = n_left.checked_sub(1)?;
        let section = read_at(file, at, 76);
        if section.len() < 76 {
            return None;
        }
        let next = le64(&section, 16).checked_add(start)?;
        let kind = section[..16].split(|byte| *byte == 0).next().unwrap_or(&[]);
        match kind {
            b"done" => return Some(true),
            b"next" => return Some(false),
            b"volume" | b"disk" if ewf.chunk == 0 => {
                let volume = read_at(file, at + 76, 24);
                let sector = u64::from(le32(&volume, 12));
                let chunk = u64::from(le32(&volume, 8)).saturating_mul(sector);
                if (512..=16 << 20).contains(&chunk) {
                    ewf.chunk = chunk;
                    ewf.len = le64(&volume, 16).saturating_mul(sector);
                }
            }
            b"sectors" => sectors_end = next.min(stop),
            b"table" => {
                let head = read_at(file, at + 76, 24);
                let n = u64::from(le32(&head, 0)).min(stop.saturating_sub(start) / 4);
                let first = ewf.tables.last().map_or(0, |table| table.first + table.n);
                ewf.tables.push(Table {
                    first,
                    n,
                    base: le64(&head, 8).saturating_add(start),
                    entries: at + 76 + 24,
                    end: if sectors_end > 0 { sectors_end } else { at },
                });
            }
            _ => {}
        }
        if next <= at {
            return None;
        }
        at = next;
    }
}

impl Ewf {
    fn entry(&mut self, file: &mut dyn ReadSeek, table: usize, index: u64) -> (u64, bool) {
        let table = &self.tables[table];
        let at = table.entries + index * 4;
        let entry = u32::from_le_bytes(self.pages.bytes(file, at));
        let place = table.base.saturating_add(u64::from(entry & 0x7FFF_FFFF));
        (place, entry >> 31 == 1)
    }
}

impl Blocks for Ewf {
    fn block(&self) -> u64 {
        self.chunk
    }

    fn len(&self) -> u64 {
        self.len
    }

    fn place(&mut self, file: &mut dyn ReadSeek, index: u64) -> Place {
        let number = self
            .tables
            .partition_point(|table| table.first + table.n <= index);
        let Some(table) = self.tables.get(number) else {
            return Place::Lost;
        };
        let (within, n, end) = (index - table.first, table.n, table.end);
        let (at, is_packed) = self.entry(file, number, within);
        if !is_packed {
            return Place::At(at);
        }
        let end = if within + 1 < n {
            self.entry(file, number, within + 1).0
        } else {
            end
        };
        Place::Packed(at, end.saturating_sub(at))
    }

    fn unpack(&self, packed: &[u8]) -> Option<Vec<u8>> {
        inflate(packed, true, self.chunk)
    }

    fn skip(&mut self, _: &mut dyn ReadSeek, index: u64) -> u64 {
        let n = self.tables.last().map_or(0, |table| table.first + table.n);
        if index < n { index } else { u64::MAX }
    }
}
