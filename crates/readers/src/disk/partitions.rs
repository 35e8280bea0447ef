//! A disk's partition table in, where its partitions lie out.
//!
//! Formats: the master boot record (UEFI 2.10, 5.2.1; extended partitions as a
//! chain of further records), GUID partition table (UEFI 2.10, 5.3).

use super::{Disk, runs::read_at};
use crate::fields::{le16, le32, le64};

/// Partitions that are looked at.
const MAX_PARTS: usize = 256;

/// A partition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its number, from 1.
    pub(super) number: u32,
    /// Where it begins.
    pub(super) at: u64,
    /// Its length.
    pub(super) len: u64,
}

/// The partitions in the order in which they lie; none when there is no table.
pub(super) fn of(disk: &mut dyn Disk) -> Vec<Part> {
    let head = read_at(disk, 0, 512);
    if le16(&head, 510) != 0xAA55 || is_volume(&head) {
        return Vec::new();
    }
    let mut parts = Vec::new();
    for sector in [512, 4096] {
        parts = guid(disk, sector);
        if !parts.is_empty() {
            break;
        }
    }
    if parts.is_empty() {
        parts = master(disk, &head);
    }
    parts.sort_by_key(|part| part.at);
    parts
}

/// Whether a disk begins with a table of partitions that makes sense.
pub(super) fn is_table(head: &[u8]) -> bool {
    let Some(table) = head.get(446..512) else {
        return false;
    };
    let entries = || table[..64].chunks_exact(16);
    table[64..] == [0x55, 0xAA]
        && !head.starts_with(b"MZ")
        && entries().all(|entry| matches!(entry[0], 0 | 0x80))
        && entries().any(|entry| entry[4] != 0 && le32(entry, 8) > 0 && le32(entry, 12) > 0)
}

/// The boot sector of a volume ends in the same mark as a partition table.
fn is_volume(head: &[u8]) -> bool {
    let is_known = matches!(
        head.get(3..11),
        Some(b"NTFS    " | b"EXFAT   " | b"-FVE-FS-")
    );
    is_known || super::fat::is_fat(head)
}

fn guid(disk: &mut dyn Disk, sector: u64) -> Vec<Part> {
    let mut parts = Vec::new();
    let head = read_at(disk, sector, 92);
    if !head.starts_with(b"EFI PART") {
        return parts;
    }
    let (first, size) = (le64(&head, 72), le32(&head, 84));
    let n = le32(&head, 80).min(MAX_PARTS as u32);
    if !(128..=4096).contains(&size) {
        return parts;
    }
    let Some(at) = first.checked_mul(sector) else {
        return parts;
    };
    let list = read_at(disk, at, u64::from(n) * u64::from(size));
    for (index, entry) in list.chunks_exact(size as usize).enumerate() {
        let (start, last) = (le64(entry, 32), le64(entry, 40));
        if entry[..16] == [0; 16] || last < start {
            continue;
        }
        if let (Some(at), Some(len)) = (
            start.checked_mul(sector),
            (last - start).saturating_add(1).checked_mul(sector),
        ) {
            parts.push(Part {
                number: index as u32 + 1,
                at,
                len,
            });
        }
    }
    parts
}

fn master(disk: &mut dyn Disk, head: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut chain = None;
    for (index, entry) in head[446..510].chunks_exact(16).enumerate() {
        let (kind, start, n) = (entry[4], le32(entry, 8), le32(entry, 12));
        // The first byte says only whether one may boot from it.
        if !matches!(entry[0], 0 | 0x80) || kind == 0 || start == 0 || n == 0 {
            continue;
        }
        if matches!(kind, 0x05 | 0x0F | 0x85) {
            chain = chain.or(Some(u64::from(start)));
            continue;
        }
        parts.push(Part {
            number: index as u32 + 1,
            at: u64::from(start) * 512,
            len: u64::from(n) * 512,
        });
    }
    let Some(base) = chain else { return parts };
    let mut at = base;
    for number in 5..64 {
        let head = read_at(disk, at * 512, 512);
        if le16(&head, 510) != 0xAA55 {
            break;
        }
        let (start, n) = (le32(&head, 454), le32(&head, 458));
        if start > 0 && n > 0 {
            parts.push(Part {
                number,
                at: (at + u64::from(start)) * 512,
                len: u64::from(n) * 512,
            });
        }
        let next = u64::from(le32(&head, 470));
        if next == 0 {
            break;
        }
        at = base + next;
    }
    parts
}
