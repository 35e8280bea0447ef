//! A FAT12, FAT16 or FAT32 volume in, its files as members out, deleted ones too.
//!
//! Deleting frees a file's chain of clusters and keeps where it began: a deleted
//! file is read from there on, as far as the clusters are free. That it lay in
//! one piece is likely, not sure.
//!
//! Format: Microsoft, "FAT File System Specification", 2005 (ECMA-107 for FAT12 and 16).

use std::collections::HashSet;

use whose_model::Cause;

use super::{
    Disk, Free, Giver, Volume,
    runs::{Pages, Run, Runs, read_at},
};
use crate::{
    exhibit::Reading,
    fields::{le16, le32},
    source::ReadSeek,
};

/// Bytes of one directory: 65,536 entries.
const MAX_DIRECTORY: u64 = 2 << 20;
const MAX_DEPTH: usize = 64;

/// Whether a boot sector is that of a FAT volume.
pub(super) fn is_fat(head: &[u8]) -> bool {
    let (sector, per_cluster) = (le16(head, 11), head.get(13).copied().unwrap_or(0));
    let is_jump = matches!(head.first(), Some(0xEB | 0xE9));
    is_jump
        && matches!(sector, 512 | 1024 | 2048 | 4096)
        && per_cluster.is_power_of_two()
        && le16(head, 14) > 0
        && matches!(head.get(16), Some(1 | 2))
        && matches!(head.get(21), Some(0xF0 | 0xF8..=0xFF))
}

/// Where things lie on the volume, and its table of clusters by page.
struct Fat {
    bits: u8,
    table: u64,
    data: u64,
    cluster: u64,
    n_clusters: u64,
    pages: Pages,
}

impl Fat {
    /// The cluster that follows; 0 is free, `u32::MAX` the end of a chain.
    fn next(&mut self, volume: &mut dyn ReadSeek, cluster: u32) -> u32 {
        let at = u64::from(cluster);
        let (value, end) = match self.bits {
            12 => {
                let pair = self.pages.bytes(volume, self.table + at * 3 / 2);
                let pair = u32::from(u16::from_le_bytes(pair));
                let value = if cluster % 2 == 1 {
                    pair >> 4
                } else {
                    pair & 0xFFF
                };
                (value, 0xFF7)
            }
            16 => {
                let pair = self.pages.bytes(volume, self.table + at * 2);
                (u32::from(u16::from_le_bytes(pair)), 0xFFF7)
            }
            _ => {
                let four = self.pages.bytes(volume, self.table + at * 4);
                (u32::from_le_bytes(four) & 0x0FFF_FFFF, 0x0FFF_FFF7)
            }
        };
        if value >= end { u32::MAX } else { value }
    }

    fn place(&self, cluster: u32) -> Option<u64> {
        let index = u64::from(cluster).checked_sub(2)?;
        (index < self.n_clusters).then(|| self.data + index * self.cluster)
    }

    /// Where a chain's clusters lie, for `size` bytes at most.
    fn chain(&mut self, volume: &mut dyn ReadSeek, first: u32, size: u64) -> Vec<Run> {
        let mut free = Free::default();
        let mut n = 0;
        let mut cluster = first;
        // A chain that loops ends with the size, and a size with the number of clusters.
        while n < size && n / self.cluster <= self.n_clusters {
            let Some(at) = self.place(cluster) else { break };
            free.add(at, self.cluster);
            n += self.cluster;
            cluster = self.next(volume, cluster);
        }
        free.runs
    }

    /// As much of a deleted file as lies in free clusters from `first` on.
    fn freed(&mut self, volume: &mut dyn ReadSeek, first: u32, size: u64) -> Vec<Run> {
        let mut free = Free::default();
        let mut n = 0;
        let mut cluster = first;
        while n < size {
            let Some(at) = self.place(cluster) else { break };
            if self.next(volume, cluster) != 0 {
                break;
            }
            free.add(at, self.cluster);
            n += self.cluster;
            cluster += 1;
        }
        free.runs
    }
}

/// Reads a FAT volume.
pub(super) fn read(volume: &mut dyn Disk, prefix: &str, reading: &mut Reading<'_>) -> Volume {
    let head = read_at(volume, 0, 512);
    let sector = u64::from(le16(&head, 11));
    let n_sectors = match le16(&head, 19) {
        0 => u64::from(le32(&head, 32)),
        n => u64::from(n),
    };
    let table_len = match le16(&head, 22) {
        0 => u64::from(le32(&head, 36)),
        n => u64::from(n),
    };
    let cluster = u64::from(head[13]) * sector;
    let table = u64::from(le16(&head, 14)) * sector;
    let root = table + table_len * sector * u64::from(head[16]);
    let root_len = u64::from(le16(&head, 17)) * 32;
    let data = root + root_len.next_multiple_of(sector);
    let n_clusters = (n_sectors * sector).saturating_sub(data) / cluster;
    let mut fat = Fat {
        bits: match n_clusters {
            ..4085 => 12,
            4085..65525 => 16,
            _ => 32,
        },
        table,
        data,
        cluster,
        // The table has no more entries than fit.
        n_clusters: n_clusters.min(table_len * sector * 2),
        pages: Pages::default(),
    };
    let root = if fat.bits == 32 {
        fat.chain(volume, le32(&head, 44), MAX_DIRECTORY)
    } else {
        vec![Run {
            at: Some(root),
            len: root_len,
        }]
    };
    let mut giver = Giver::new(volume);
    let mut seen = HashSet::new();
    let mut open = vec![(root, String::new(), 0, false)];
    while let Some((runs, path, depth, is_deleted)) = open.pop() {
        reading.pulse();
        if !giver.may_list(runs.iter().map(|run| run.len).sum(), reading) {
            continue;
        }
        for entry in entries(volume, runs) {
            let is_deleted = is_deleted || entry.is_deleted;
            let path = format!("{path}{}", entry.name);
            let runs = |fat: &mut Fat, volume: &mut dyn Disk, size| {
                if is_deleted {
                    fat.freed(volume, entry.cluster, size)
                } else {
                    fat.chain(volume, entry.cluster, size)
                }
            };
            if entry.is_directory {
                if depth >= MAX_DEPTH || !seen.insert(entry.cluster) {
                    if !is_deleted {
                        reading.gap(
                            Cause::Corrupt,
                            "a directory that lies in itself or too deep was passed over",
                        );
                    }
                    continue;
                }
                // A deleted directory is looked at as far as its first cluster.
                let size = if is_deleted { cluster } else { MAX_DIRECTORY };
                let runs = runs(&mut fat, volume, size);
                open.push((runs, path + "/", depth + 1, is_deleted));
                continue;
            }
            let size = u64::from(entry.size);
            if size == 0 && (is_deleted || reading.is_empty_too_many()) {
                continue;
            }
            let runs = runs(&mut fat, volume, size);
            let mark = if is_deleted { "[deleted]/" } else { "" };
            let name = format!("{prefix}{mark}{path}");
            let may_go_on = if is_deleted && runs.is_empty() {
                let detail = "a deleted file whose place is in use again";
                reading.lost_member(&name, "unknown", Cause::Corrupt, detail, Some(size))
            } else {
                let mut body = Runs::new(volume, runs, size);
                giver.put(&name, &mut body, size, reading)
            };
            if !may_go_on {
                return Volume::Stopped;
            }
        }
    }
    let mut free = Free::default();
    for index in 0..fat.n_clusters {
        let cluster = index as u32 + 2;
        if fat.next(volume, cluster) == 0
            && let Some(at) = fat.place(cluster)
        {
            free.add(at, fat.cluster);
        }
    }
    Volume::Read {
        free: free.done(reading),
    }
}

struct Entry {
    name: String,
    cluster: u32,
    size: u32,
    is_directory: bool,
    is_deleted: bool,
}

fn entries(volume: &mut dyn ReadSeek, runs: Vec<Run>) -> Vec<Entry> {
    let mut bytes = Vec::new();
    for run in runs {
        let left = MAX_DIRECTORY.saturating_sub(bytes.len() as u64);
        bytes.extend(read_at(volume, run.at.unwrap_or(0), run.len.min(left)));
    }
    let mut entries = Vec::new();
    // The parts of a long name stand before its entry, the last part first.
    let mut long: Vec<u16> = Vec::new();
    for entry in bytes.chunks_exact(32) {
        if entry[0] == 0 {
            break;
        }
        let attributes = entry[11];
        if attributes & 0x3F == 0x0F {
            let part = [&entry[1..11], &entry[14..26], &entry[28..32]].concat();
            let mut part: Vec<u16> = part
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .take_while(|unit| *unit != 0)
                .collect();
            if entry[0] & 0x40 != 0 && entry[0] != 0xE5 || long.len() > 20 * 13 {
                long.clear();
            }
            part.append(&mut long);
            long = part;
            continue;
        }
        let units = std::mem::take(&mut long);
        // The volume's label, and the directory itself and the one above.
        if attributes & 8 != 0 || entry[0] == b'.' {
            continue;
        }
        let name = if units.is_empty() {
            short_name(entry)
        } else {
            String::from_utf16_lossy(&units)
        };
        let cluster = u32::from(le16(entry, 20)) << 16 | u32::from(le16(entry, 26));
        entries.push(Entry {
            name,
            cluster,
            size: le32(entry, 28),
            is_directory: attributes & 0x10 != 0,
            is_deleted: entry[0] == 0xE5,
        });
    }
    entries
}

fn short_name(entry: &[u8]) -> String {
    let part = |bytes: &[u8]| -> String {
        let text = bytes
            .iter()
            .map(|byte| crate::container::code_page_437(*byte));
        text.collect::<String>().trim_end().to_owned()
    };
    let mut stem = part(&entry[..8]);
    match entry[0] {
        // The deleted name's first letter is lost.
        0xE5 => stem.replace_range(..stem.chars().next().map_or(0, char::len_utf8), "_"),
        0x05 => stem.replace_range(..1, "σ"),
        _ => {}
    }
    let ending = part(&entry[8..11]);
    // Bits 3 and 4 say that stem or ending is in small letters.
    let case = |text: String, bit: u8| {
        if entry[12] & bit != 0 {
            text.to_lowercase()
        } else {
            text
        }
    };
    let (stem, ending) = (case(stem, 8), case(ending, 16));
    if ending.is_empty() {
        stem
    } else {
        format!("{stem}.{ending}")
    }
}
