//! A dynamic VHD image in, the files on its disk as members out. A fixed one is a raw disk with a footer.
//!
//! Format: Microsoft, "Virtual Hard Disk Image Format Specification", 2006.

use whose_model::Cause;

use super::{
    blocks::{Blocks, Mapped, Place},
    runs::{Pages, len, read_at},
};
use crate::{
    exhibit::Reading,
    fields::{be32, be64},
    source::ReadSeek,
};

struct Vhd {
    block: u64,
    /// Bytes before a block that say which of its sectors are written.
    map: u64,
    len: u64,
    table: u64,
    n_blocks: u64,
    has_base: bool,
    entries: Pages,
}

/// Reads a VHD image.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let foot = read_at(file, 0, 512);
    let kind = be32(&foot, 60);
    let head = read_at(file, be64(&foot, 16), 1024);
    if !matches!(kind, 3 | 4) || !head.starts_with(b"cxsparse") {
        return reading.gap(Cause::Corrupt, "the image's header is broken");
    }
    let block = u64::from(be32(&head, 32));
    if !(4096..=64 << 20).contains(&block) || block % 512 != 0 {
        return reading.gap(Cause::Corrupt, "the image's header is broken");
    }
    if kind == 4 {
        reading.gap(
            Cause::Truncated,
            "the image holds changes only; the rest lies in another image",
        );
    }
    let table = be64(&head, 16);
    let n_blocks = u64::from(be32(&head, 28));
    // An entry behind the end of the file places nothing.
    let n_there = len(file).saturating_sub(table) / 4;
    if n_there < n_blocks {
        reading.gap(
            Cause::Truncated,
            "the image's table is longer than its file",
        );
    }
    let mut vhd = Vhd {
        block,
        map: (block / 512).div_ceil(8).next_multiple_of(512),
        len: be64(&foot, 48),
        table,
        n_blocks: n_blocks.min(n_there),
        has_base: kind == 4,
        entries: Pages::default(),
    };
    super::read_disk(&mut Mapped::new(file, &mut vhd), reading);
}

impl Blocks for Vhd {
    fn block(&self) -> u64 {
        self.block
    }

    fn len(&self) -> u64 {
        self.len.min(self.n_blocks * self.block)
    }

    fn place(&mut self, file: &mut dyn ReadSeek, index: u64) -> Place {
        let at = self.table.saturating_add(index * 4);
        match u32::from_be_bytes(self.entries.bytes(file, at)) {
            u32::MAX if self.has_base => Place::Lost,
            u32::MAX => Place::Zero,
            sector => Place::At(u64::from(sector) * 512 + self.map),
        }
    }

    fn unpack(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}
