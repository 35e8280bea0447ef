//! A VMDK image (sparse or stream-optimised) in, the files on its disk as members out.
//!
//! Format: VMware, "Virtual Disk Format 5.0": sparse extents, compressed grains.

use memchr::memmem;
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

const SECTOR: u64 = 512;

struct Vmdk {
    grain: u64,
    len: u64,
    directory: u64,
    per_table: u64,
    is_packed: bool,
    has_base: bool,
    tables: Pages,
    entries: Pages,
}

/// Reads a VMDK image.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let mut head = read_at(file, 0, SECTOR);
    let mut directory = le64(&head, 56);
    if directory == u64::MAX {
        // Written in one go: the true header stands before the end.
        let end = len(file).saturating_sub(2 * SECTOR);
        let foot = read_at(file, end, SECTOR);
        if !foot.starts_with(b"KDMV") {
            return reading.gap(
                Cause::Truncated,
                "the image's directory stands at its end, which is missing",
            );
        }
        directory = le64(&foot, 56);
        head = foot;
    }
    let grain = le64(&head, 20).saturating_mul(SECTOR);
    let per_table = u64::from(le32(&head, 44));
    if !(4096..=16 << 20).contains(&grain) || per_table == 0 || per_table > 1 << 16 {
        return reading.gap(Cause::Corrupt, "the image's header is broken");
    }
    let at = le64(&head, 28).saturating_mul(SECTOR);
    let description = read_at(file, at, 64 << 10);
    let has_base = memmem::find(&description, b"parentFileNameHint").is_some();
    if has_base {
        reading.gap(
            Cause::Truncated,
            "the image holds changes only; the rest lies in another image",
        );
    }
    let mut vmdk = Vmdk {
        grain,
        len: le64(&head, 12).saturating_mul(SECTOR),
        directory: directory.saturating_mul(SECTOR),
        per_table,
        is_packed: le32(&head, 8) & 0x1_0000 != 0 && le16(&head, 77) == 1,
        has_base,
        tables: Pages::default(),
        entries: Pages::default(),
    };
    super::read_disk(&mut Mapped::new(file, &mut vmdk), reading);
}

impl Vmdk {
    fn table(&mut self, file: &mut dyn ReadSeek, index: u64) -> u64 {
        let at = self.directory.saturating_add(index.saturating_mul(4));
        u64::from(u32::from_le_bytes(self.tables.bytes(file, at))) * SECTOR
    }

    fn n_tables(&self) -> u64 {
        self.len.div_ceil(self.grain * self.per_table)
    }
}

impl Blocks for Vmdk {
    fn block(&self) -> u64 {
        self.grain
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
        let table = self.table(file, index / self.per_table);
        if table == 0 {
            return absent;
        }
        let at = table + index % self.per_table * 4;
        match u64::from(u32::from_le_bytes(self.entries.bytes(file, at))) {
            0 => absent,
            1 => Place::Zero,
            sector if self.is_packed => {
                let head = read_at(file, sector * SECTOR, 12);
                Place::Packed(sector * SECTOR + 12, u64::from(le32(&head, 8)))
            }
            sector => Place::At(sector * SECTOR),
        }
    }

    fn unpack(&self, packed: &[u8]) -> Option<Vec<u8>> {
        inflate(packed, true, self.grain)
    }

    fn skip(&mut self, file: &mut dyn ReadSeek, index: u64) -> u64 {
        let mut table = index / self.per_table;
        if self.table(file, table) != 0 {
            return index;
        }
        // No directory is longer than its file.
        let n_tables = self.n_tables().min(len(file) / 4);
        while table < n_tables && self.table(file, table) == 0 {
            table += 1;
        }
        if table >= n_tables {
            return u64::MAX;
        }
        table * self.per_table
    }
}
