//! A QCOW2 image in, the files on its disk as members out.
//!
//! Format: QEMU, `docs/interop/qcow2.txt`, versions 2 and 3.

use whose_model::Cause;

use super::{
    blocks::{BROKEN_TABLES, Blocks, Mapped, Place, bound_tables, inflate},
    runs::{Pages, len, read_at},
};
use crate::{
    exhibit::Reading,
    fields::{be32, be64},
    source::ReadSeek,
};

const PLACE: u64 = 0x00FF_FFFF_FFFF_FE00;

struct Qcow {
    bits: u32,
    len: u64,
    first: u64,
    n_first: u64,
    is_zstd: bool,
    /// The length of the file.
    end: u64,
    /// What is not here lies in another file.
    has_base: bool,
    firsts: Pages,
    seconds: Pages,
}

/// Reads a QCOW2 image.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let head = read_at(file, 0, 112);
    let version = be32(&head, 4);
    let bits = be32(&head, 20);
    if !matches!(version, 2 | 3) || !(9..=21).contains(&bits) || head.len() < 72 {
        return reading.gap(
            Cause::UnsupportedFormat,
            "a version of the image format that is not known here",
        );
    }
    if be32(&head, 32) != 0 {
        return reading.gap(Cause::Password, "an encrypted image; its key is needed");
    }
    let features = if version == 3 { be64(&head, 72) } else { 0 };
    if features & 0b1_0100 != 0 {
        return reading.gap(
            Cause::UnsupportedFormat,
            "the disk's bytes lie in another file, or are divided finer than is known here",
        );
    }
    let has_base = be64(&head, 8) != 0;
    if has_base {
        reading.gap(
            Cause::Truncated,
            "the image holds changes only; the rest lies in another image",
        );
    }
    let mut qcow = Qcow {
        bits,
        len: be64(&head, 24),
        first: be64(&head, 40),
        n_first: u64::from(be32(&head, 36)),
        end: 0,
        is_zstd: features & 8 != 0 && head.get(104) == Some(&1),
        has_base,
        firsts: Pages::default(),
        seconds: Pages::default(),
    };
    let end = len(file);
    let (n, is_broken) = bound_tables(qcow.n_first, 1 << bits, (0, end), |index| {
        qcow.second(file, index)
    });
    if is_broken {
        reading.gap(Cause::Corrupt, BROKEN_TABLES);
    }
    qcow.n_first = n;
    qcow.end = end;
    super::read_disk(&mut Mapped::new(file, &mut qcow), reading);
}

impl Qcow {
    fn second(&mut self, file: &mut dyn ReadSeek, index: u64) -> u64 {
        if index >= self.n_first {
            return 0;
        }
        let at = self.first.saturating_add(index * 8);
        u64::from_be_bytes(self.firsts.bytes(file, at)) & PLACE
    }
}

impl Blocks for Qcow {
    fn block(&self) -> u64 {
        1 << self.bits
    }

    fn len(&self) -> u64 {
        self.len
    }

    fn place(&mut self, file: &mut dyn ReadSeek, index: u64) -> Place {
        let absent = if self.has_base {
            Place::Lost
        } else {
            Place::Zero
        };
        let per_table = self.bits - 3;
        let table = self.second(file, index >> per_table);
        if table == 0 {
            return absent;
        }
        let at = table.saturating_add((index & ((1 << per_table) - 1)) * 8);
        let entry = u64::from_be_bytes(self.seconds.bytes(file, at));
        if entry >> 62 & 1 == 1 {
            let width = 62 - (self.bits - 8);
            let at = entry & ((1 << width) - 1);
            let n_sectors = (entry & ((1 << 62) - 1)) >> width;
            return Place::Packed(at, (n_sectors + 1) * 512 - at % 512);
        }
        match entry & PLACE {
            _ if entry & 1 == 1 => Place::Zero,
            0 => absent,
            at => Place::At(at),
        }
    }

    fn unpack(&self, packed: &[u8]) -> Option<Vec<u8>> {
        if self.is_zstd {
            use std::io::Read;
            let mut out = Vec::new();
            let decoder = zstd::stream::read::Decoder::with_buffer(packed).ok()?;
            let _ = decoder.take(self.block()).read_to_end(&mut out);
            return (out.len() as u64 == self.block()).then_some(out);
        }
        inflate(packed, false, self.block())
    }

    fn skip(&mut self, file: &mut dyn ReadSeek, index: u64) -> u64 {
        let per_table = self.bits - 3;
        let mut table = index >> per_table;
        // One behind the end of the file has no entries to go through.
        let end = self.end;
        let is_there = |place: u64| place != 0 && place < end;
        if is_there(self.second(file, table)) {
            return index;
        }
        while table < self.n_first && !is_there(self.second(file, table)) {
            table += 1;
        }
        if table >= self.n_first {
            return u64::MAX;
        }
        table << per_table
    }
}
