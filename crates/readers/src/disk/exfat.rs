//! An exFAT volume in, its files as members out, deleted ones too.
//!
//! Format: Microsoft, "exFAT file system specification", sections 3 (boot), 4 (table), 6 and 7 (directory).

use std::collections::HashSet;

use whose_model::Cause;

use super::{
    Disk, Free, Giver, Volume,
    runs::{Pages, Run, Runs, read_at},
};
use crate::{
    exhibit::Reading,
    fields::{le32, le64},
    source::ReadSeek,
};

/// Bytes of one directory that are looked at.
const MAX_DIRECTORY: u64 = 16 << 20;
/// Bytes of the map of clusters in use: 1 TiB of clusters of 4 KiB.
const MAX_BITMAP: u64 = 32 << 20;
const MAX_DEPTH: usize = 64;

struct Layout {
    table: u64,
    heap: u64,
    cluster: u64,
    n_clusters: u64,
    /// One bit a cluster that is in use.
    in_use: Vec<u8>,
    pages: Pages,
}

impl Layout {
    fn place(&self, cluster: u32) -> Option<u64> {
        let index = u64::from(cluster).checked_sub(2)?;
        (index < self.n_clusters).then(|| self.heap + index * self.cluster)
    }

    fn is_free(&self, cluster: u32) -> bool {
        let index = u64::from(cluster).saturating_sub(2);
        let byte = self.in_use.get((index / 8) as usize);
        byte.is_some_and(|byte| byte >> (index % 8) & 1 == 0)
    }

    /// Where `size` bytes lie: one after the other, or along the table.
    fn runs(
        &mut self,
        volume: &mut dyn ReadSeek,
        entry: &Entry,
        size: u64,
        deleted: bool,
    ) -> Vec<Run> {
        let mut free = Free::default();
        let mut cluster = entry.cluster;
        let mut n = 0;
        while n < size && n / self.cluster <= self.n_clusters {
            let Some(at) = self.place(cluster) else { break };
            if deleted && !self.is_free(cluster) {
                break;
            }
            free.add(at, self.cluster);
            n += self.cluster;
            cluster = if entry.is_in_one_piece || deleted {
                cluster + 1
            } else {
                u32::from_le_bytes(
                    self.pages
                        .bytes(volume, self.table + u64::from(cluster) * 4),
                )
            };
        }
        free.runs
    }
}

struct Entry {
    name: String,
    cluster: u32,
    size: u64,
    is_directory: bool,
    is_in_one_piece: bool,
    is_deleted: bool,
}

/// Reads an exFAT volume.
pub(super) fn read(volume: &mut dyn Disk, prefix: &str, reading: &mut Reading<'_>) -> Volume {
    let head = read_at(volume, 0, 512);
    // An image may end inside its first sector.
    let (Some(&sector_bits), Some(&cluster_bits)) = (head.get(108), head.get(109)) else {
        return Volume::Unknown;
    };
    if !(9..=12).contains(&sector_bits) || cluster_bits > 25 - sector_bits {
        return Volume::Unknown;
    }
    let sector = 1_u64 << sector_bits;
    let mut layout = Layout {
        table: u64::from(le32(&head, 80)) * sector,
        heap: u64::from(le32(&head, 88)) * sector,
        cluster: sector << cluster_bits,
        n_clusters: u64::from(le32(&head, 92)),
        in_use: Vec::new(),
        pages: Pages::default(),
    };
    let root = Entry {
        name: String::new(),
        cluster: le32(&head, 96),
        size: MAX_DIRECTORY,
        is_directory: true,
        is_in_one_piece: false,
        is_deleted: false,
    };
    let mut giver = Giver::new(volume);
    let mut seen = HashSet::new();
    let mut open = vec![(root, String::new(), 0, false)];
    while let Some((directory, path, depth, is_deleted)) = open.pop() {
        if depth > MAX_DEPTH || !seen.insert(directory.cluster) {
            continue;
        }
        reading.pulse();
        let size = directory.size.min(MAX_DIRECTORY);
        let mut bytes = Vec::new();
        let runs = layout.runs(volume, &directory, size, is_deleted);
        if !giver.may_list(runs.iter().map(|run| run.len).sum(), reading) {
            continue;
        }
        for run in runs {
            bytes.extend(read_at(volume, run.at.unwrap_or(0), run.len));
        }
        let (entries, bitmap) = entries(&bytes);
        if depth == 0
            && let Some(bitmap) = bitmap
        {
            let n = bitmap.size.min(MAX_BITMAP);
            for run in layout.runs(volume, &bitmap, n, false) {
                layout
                    .in_use
                    .extend(read_at(volume, run.at.unwrap_or(0), run.len));
            }
        }
        for entry in entries {
            let is_deleted = is_deleted || entry.is_deleted;
            let path = format!("{path}{}", entry.name);
            if entry.is_directory {
                open.push((entry, path + "/", depth + 1, is_deleted));
                continue;
            }
            let size = entry.size;
            if size == 0 && (is_deleted || reading.is_empty_too_many()) {
                continue;
            }
            let runs = layout.runs(volume, &entry, size, is_deleted);
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
    for index in 0..layout.n_clusters.min(layout.in_use.len() as u64 * 8) {
        let cluster = index as u32 + 2;
        if layout.is_free(cluster)
            && let Some(at) = layout.place(cluster)
        {
            free.add(at, layout.cluster);
        }
    }
    Volume::Read {
        free: free.done(reading),
    }
}

/// The files of a directory, and the map of clusters in use when it stands there.
fn entries(bytes: &[u8]) -> (Vec<Entry>, Option<Entry>) {
    let mut entries: Vec<Entry> = Vec::new();
    let mut bitmap = None;
    let mut units: Vec<u16> = Vec::new();
    let mut open: Option<(bool, bool)> = None;
    let mut last: Option<Entry> = None;
    let finish = |last: &mut Option<Entry>, units: &mut Vec<u16>, entries: &mut Vec<Entry>| {
        if let Some(mut entry) = last.take() {
            entry.name = String::from_utf16_lossy(units);
            entries.push(entry);
        }
        units.clear();
    };
    for entry in bytes.chunks_exact(32) {
        // The highest bit says that the entry is in use.
        let (kind, is_used) = (entry[0] & 0x7F, entry[0] & 0x80 != 0);
        let stream = |is_directory, is_deleted| Entry {
            name: String::new(),
            cluster: le32(entry, 20),
            size: le64(entry, 24),
            is_directory,
            is_in_one_piece: entry[1] & 2 != 0,
            is_deleted,
        };
        match kind {
            0 if entry[0] == 0 => break,
            1 if is_used => bitmap = bitmap.or(Some(stream(false, false))),
            5 => {
                finish(&mut last, &mut units, &mut entries);
                open = Some((entry[4] & 0x10 != 0, !is_used));
            }
            0x40 => {
                if let Some((is_directory, is_deleted)) = open.take() {
                    last = Some(stream(is_directory, is_deleted));
                }
            }
            0x41 if units.len() < 255 => units.extend(
                entry[2..]
                    .chunks_exact(2)
                    .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                    .take_while(|unit| *unit != 0),
            ),
            _ => {}
        }
    }
    finish(&mut last, &mut units, &mut entries);
    (entries, bitmap)
}
