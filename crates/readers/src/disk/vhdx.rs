//! A VHDX image in, the files on its disk as members out.
//!
//! A log that was not played back is not played back here either; the gap says so.
//!
//! Format: [MS-VHDX] 2.2 (header), 2.5 (block allocation), 2.6 (metadata).

use whose_model::Cause;

use super::{
    blocks::{Blocks, Mapped, Place},
    runs::{Pages, len, read_at},
};
use crate::{
    exhibit::Reading,
    fields::{le16, le32, le64},
    source::ReadSeek,
};

/// Identifiers as they stand in the file.
const TABLE: u128 = id(0x2DC2_7766, 0xF623, 0x4200, 0x9D64_115E_9BFD_4A08);
const METADATA: u128 = id(0x8B7C_A206, 0x4790, 0x4B9A, 0xB8FE_575F_050F_886E);
const PARAMETERS: u128 = id(0xCAA1_6737, 0xFA36, 0x4D43, 0xB3B6_33F0_AA44_E76B);
const DISK_SIZE: u128 = id(0x2FA5_4224, 0xCD1B, 0x4876, 0xB211_5DBE_D83B_F4B8);
const SECTOR_SIZE: u128 = id(0x8141_BF1D, 0xA96F, 0x4709, 0xBA47_F233_A8FA_AB5F);

const fn id(first: u32, second: u16, third: u16, rest: u64) -> u128 {
    (first.swap_bytes() as u128) << 96
        | (second.swap_bytes() as u128) << 80
        | (third.swap_bytes() as u128) << 64
        | rest as u128
}

fn id_at(bytes: &[u8], at: usize) -> u128 {
    let bytes = bytes.get(at..at + 16).and_then(|part| part.try_into().ok());
    bytes.map_or(0, u128::from_be_bytes)
}

struct Vhdx {
    /// The length of the file.
    end: u64,
    block: u64,
    len: u64,
    table: u64,
    /// Blocks between two entries that are about sectors.
    ratio: u64,
    has_base: bool,
    entries: Pages,
}

/// Reads a VHDX image.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let Some(mut vhdx) = layout(file) else {
        return reading.gap(Cause::Corrupt, "the image's header is broken");
    };
    if vhdx.has_base {
        reading.gap(
            Cause::Truncated,
            "the image holds changes only; the rest lies in another image",
        );
    }
    // The header written last counts.
    let heads = [read_at(file, 64 << 10, 80), read_at(file, 128 << 10, 80)];
    let head = heads.iter().max_by_key(|head| le64(head, 8));
    if head.is_some_and(|head| id_at(head, 48) != 0) {
        reading.gap(
            Cause::Truncated,
            "the image was not closed properly: its last changes stand in a log that was not read",
        );
    }
    super::read_disk(&mut Mapped::new(file, &mut vhdx), reading);
}

fn layout(file: &mut dyn ReadSeek) -> Option<Vhdx> {
    let regions = read_at(file, 192 << 10, 64 << 10);
    if !regions.starts_with(b"regi") {
        return None;
    }
    let region = |wanted| {
        (0..le32(&regions, 8).min(2047) as usize)
            .map(|index| 16 + index * 32)
            .find(|&at| id_at(&regions, at) == wanted)
            .map(|at| le64(&regions, at + 16))
    };
    let (table, metadata) = (region(TABLE)?, region(METADATA)?);
    let list = read_at(file, metadata, 64 << 10);
    if !list.starts_with(b"metadata") {
        return None;
    }
    let item = |file: &mut dyn ReadSeek, wanted| {
        (0..usize::from(le16(&list, 10)).min(1023))
            .map(|index| 32 + index * 32)
            .find(|&at| id_at(&list, at) == wanted)
            .and_then(|at| metadata.checked_add(u64::from(le32(&list, at + 16))))
            .map(|at| read_at(file, at, 8))
    };
    let parameters = item(file, PARAMETERS)?;
    let block = u64::from(le32(&parameters, 0));
    let sector = u64::from(le32(&item(file, SECTOR_SIZE)?, 0));
    if !(1 << 20..=256 << 20).contains(&block) || !matches!(sector, 512 | 4096) {
        return None;
    }
    let end = len(file);
    Some(Vhdx {
        end,
        block,
        len: le64(&item(file, DISK_SIZE)?, 0),
        table,
        ratio: ((sector << 23) / block).max(1),
        has_base: le32(&parameters, 4) & 2 != 0,
        entries: Pages::default(),
    })
}

impl Blocks for Vhdx {
    fn block(&self) -> u64 {
        self.block
    }

    fn len(&self) -> u64 {
        // The format's own bound.
        self.len.min(64 << 40)
    }

    fn place(&mut self, file: &mut dyn ReadSeek, index: u64) -> Place {
        let index = index + index / self.ratio;
        let at = self.table.saturating_add(index * 8);
        let entry = u64::from_le_bytes(self.entries.bytes(file, at));
        match entry & 7 {
            6 | 7 => Place::At(entry >> 20 << 20),
            0 if self.has_base => Place::Lost,
            _ => Place::Zero,
        }
    }

    fn unpack(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }

    fn skip(&mut self, _: &mut dyn ReadSeek, index: u64) -> u64 {
        // An entry behind the end of the file places nothing.
        let entry = index.saturating_add(index / self.ratio).saturating_mul(8);
        if self.table.saturating_add(entry) < self.end {
            index
        } else {
            u64::MAX
        }
    }
}
