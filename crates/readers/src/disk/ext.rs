//! An ext2, ext3 or ext4 volume in, its files as members out.
//!
//! Deleting clears where a file lay, so deleted files come only as strings in
//! free space. Links are listed by no member: what they point to is read there.
//!
//! Format: Linux kernel documentation, "ext4 Data Structures and Algorithms".

use std::{cell::Cell, collections::HashSet};

use whose_model::Cause;

use super::{
    Disk, Free, Giver, Volume,
    runs::{Run, Runs, read_at},
};
use crate::{
    encoding,
    exhibit::{Body, Reading},
    fields::{le16, le32},
};

/// Bytes of one directory that are looked at.
const MAX_DIRECTORY: u64 = 64 << 20;
/// Stretches of one file.
const MAX_RUNS: usize = 1 << 18;
const MAX_DEPTH: usize = 128;
const MAX_GROUPS: u64 = 1 << 18;
/// Lists of places that are looked at, over all files.
const MAX_NODES: u64 = 8 << 20;

/// Whether the superblock has its mark.
pub(super) fn is_ext(head: &[u8]) -> bool {
    le16(head, 1024 + 56) == 0xEF53 && le32(head, 1024 + 24) <= 6
}

struct Ext {
    block: u64,
    inode_len: u64,
    inodes_per_group: u64,
    n_inodes: u64,
    n_blocks: u64,
    /// Where each group's inodes and map of blocks in use begin.
    groups: Vec<(u64, u64)>,
    /// Lists of places that may still be looked at.
    nodes_left: Cell<u64>,
}

struct Inode {
    mode: u16,
    flags: u32,
    size: u64,
    block: Vec<u8>,
}

/// Reads an ext volume.
pub(super) fn read(volume: &mut dyn Disk, prefix: &str, reading: &mut Reading<'_>) -> Volume {
    let head = read_at(volume, 1024, 1024);
    let Some(ext) = layout(volume, &head) else {
        return Volume::Unknown;
    };
    let mut giver = Giver::new(volume);
    let mut seen = HashSet::new();
    let mut open = vec![(2_u64, String::new(), 0)];
    while let Some((number, path, depth)) = open.pop() {
        let inode = ext.inode(volume, number);
        let Some(inode) = inode.filter(|inode| inode.mode & 0xF000 == 0x4000) else {
            reading.gap(Cause::Corrupt, "a directory of the volume is broken");
            continue;
        };
        reading.pulse();
        let runs = ext.runs(volume, &inode);
        if !giver.may_list(inode.size.min(MAX_DIRECTORY), reading) {
            continue;
        }
        let mut bytes = Vec::new();
        for run in runs {
            let left = inode.size.min(MAX_DIRECTORY);
            let left = left.saturating_sub(bytes.len() as u64);
            if let Some(at) = run.at {
                bytes.extend(read_at(volume, at, run.len.min(left)));
            }
        }
        if inode.flags & 0x1000_0000 != 0 {
            // Kept in the inode itself: the parent's number, then entries.
            bytes = inode.block.get(4..).unwrap_or(&[]).to_vec();
        }
        for (number, name) in entries(&bytes, ext.block as usize) {
            let Some(inode) = ext.inode(volume, number) else {
                continue;
            };
            let path = format!("{path}{name}");
            if inode.mode & 0xF000 == 0x4000 {
                if depth < MAX_DEPTH && seen.insert(number) {
                    open.push((number, path + "/", depth + 1));
                }
                continue;
            }
            if inode.mode & 0xF000 != 0x8000 || inode.size == 0 && reading.is_empty_too_many() {
                continue;
            }
            // A hard link is the same file under another name.
            if inode.size > 0 && !seen.insert(number) {
                continue;
            }
            let name = format!("{prefix}{path}");
            let may_go_on = if inode.flags & 0x800 != 0 {
                let detail = "encrypted by the file system; its key is needed";
                reading.lost_member(&name, "unknown", Cause::Password, detail, Some(inode.size))
            } else if inode.flags & 0x1000_0000 != 0 {
                let n = inode.block.len().min(inode.size as usize);
                reading.member(&name, Body::Memory(&inode.block[..n]))
            } else {
                let runs = ext.runs(volume, &inode);
                let mut body = Runs::new(volume, runs, inode.size);
                giver.put(&name, &mut body, inode.size, reading)
            };
            if !may_go_on {
                return Volume::Stopped;
            }
        }
    }
    if ext.nodes_left.get() == 0 {
        reading.gap(
            Cause::Corrupt,
            "lists of places that lead to each other; some files were not read whole",
        );
    }
    let free = ext.free(volume);
    Volume::Read {
        free: free.done(reading),
    }
}

fn layout(volume: &mut dyn Disk, head: &[u8]) -> Option<Ext> {
    let block = 1024_u64 << le32(head, 24);
    let is_old = le32(head, 76) == 0;
    let features = le32(head, 96);
    let is_wide = features & 0x80 != 0;
    let n_blocks = u64::from(le32(head, 4))
        | if is_wide {
            u64::from(le32(head, 336)) << 32
        } else {
            0
        };
    let per_group = u64::from(le32(head, 32));
    let inodes_per_group = u64::from(le32(head, 40));
    if per_group == 0 || inodes_per_group == 0 {
        return None;
    }
    let entry = match (is_wide, le16(head, 254)) {
        (true, n) if n >= 64 => usize::from(n),
        _ => 32,
    };
    let n_groups = n_blocks.div_ceil(per_group).min(MAX_GROUPS);
    let first = u64::from(le32(head, 20));
    let list = read_at(volume, (first + 1) * block, n_groups * entry as u64);
    let groups = list
        .chunks_exact(entry)
        .map(|group| {
            let wide = |low: usize, high: usize| {
                let upper = if entry >= 64 { le32(group, high) } else { 0 };
                (u64::from(upper) << 32 | u64::from(le32(group, low))).saturating_mul(block)
            };
            (wide(8, 40), wide(0, 32))
        })
        .collect();
    Some(Ext {
        block,
        inode_len: if is_old {
            128
        } else {
            u64::from(le16(head, 88)).clamp(128, 4096)
        },
        inodes_per_group,
        n_inodes: u64::from(le32(head, 0)),
        n_blocks,
        groups,
        nodes_left: Cell::new(MAX_NODES.min(n_blocks.saturating_mul(4))),
    })
}

impl Ext {
    fn inode(&self, volume: &mut dyn Disk, number: u64) -> Option<Inode> {
        let index = number.checked_sub(1).filter(|_| number <= self.n_inodes)?;
        let (table, _) = self.groups.get((index / self.inodes_per_group) as usize)?;
        let at = table.checked_add(index % self.inodes_per_group * self.inode_len)?;
        let bytes = read_at(volume, at, 128);
        if bytes.len() < 128 {
            return None;
        }
        Some(Inode {
            mode: le16(&bytes, 0),
            flags: le32(&bytes, 32),
            size: u64::from(le32(&bytes, 4)) | u64::from(le32(&bytes, 108)) << 32,
            block: bytes[40..100].to_vec(),
        })
    }

    /// Where a file's content lies, in order, holes between.
    fn runs(&self, volume: &mut dyn Disk, inode: &Inode) -> Vec<Run> {
        let mut found: Vec<(u64, Option<u64>, u64)> = Vec::new();
        if inode.flags & 0x8_0000 != 0 {
            self.extents(volume, &inode.block, 0, &mut found);
        } else {
            let n_wanted = inode.size.div_ceil(self.block);
            for (index, four) in inode.block.chunks_exact(4).enumerate() {
                let levels = index.saturating_sub(11).min(3) as u32;
                self.blocks(volume, le32(four, 0), levels, n_wanted, &mut found);
            }
        }
        let mut runs: Vec<Run> = Vec::new();
        let mut at = 0;
        found.sort_by_key(|(block, _, _)| *block);
        for (block, place, n) in found {
            if block > at {
                runs.push(Run {
                    at: None,
                    len: (block - at).saturating_mul(self.block),
                });
            }
            at = block.saturating_add(n);
            runs.push(Run {
                at: place.map(|place| place.saturating_mul(self.block)),
                len: n * self.block,
            });
        }
        let held = at.saturating_mul(self.block);
        if held < inode.size {
            runs.push(Run {
                at: None,
                len: inode.size - held,
            });
        }
        runs
    }

    /// Whether one more list of places may be looked at: a volume has no more than blocks.
    fn may_look(&self) -> bool {
        let left = self.nodes_left.get().checked_sub(1);
        self.nodes_left.set(left.unwrap_or(0));
        left.is_some()
    }

    fn extents(
        &self,
        volume: &mut dyn Disk,
        node: &[u8],
        level: u32,
        found: &mut Vec<(u64, Option<u64>, u64)>,
    ) {
        if le16(node, 0) != 0xF30A || level > 5 {
            return;
        }
        let is_leaf = le16(node, 6) == 0;
        for entry in node
            .get(12..)
            .unwrap_or(&[])
            .chunks_exact(12)
            .take(usize::from(le16(node, 2)))
        {
            if found.len() >= MAX_RUNS {
                return;
            }
            if is_leaf {
                let place = u64::from(le16(entry, 6)) << 32 | u64::from(le32(entry, 8));
                let n = u64::from(le16(entry, 4));
                // Longer than 32,768 means reserved and not written: zeros.
                let (place, n) = if n > 32_768 {
                    (None, n - 32_768)
                } else {
                    (Some(place), n)
                };
                found.push((u64::from(le32(entry, 0)), place, n));
            } else {
                let place = u64::from(le16(entry, 8)) << 32 | u64::from(le32(entry, 4));
                if !self.may_look() {
                    return;
                }
                let below = read_at(volume, place.saturating_mul(self.block), self.block);
                // Each level must be one nearer to the leaves, so that no node leads to itself.
                if le16(&below, 6) < le16(node, 6) {
                    self.extents(volume, &below, level + 1, found);
                }
            }
        }
    }

    /// Blocks by the old scheme: `levels` of lists of blocks.
    fn blocks(
        &self,
        volume: &mut dyn Disk,
        place: u32,
        levels: u32,
        n_wanted: u64,
        found: &mut Vec<(u64, Option<u64>, u64)>,
    ) {
        let at = found.last().map_or(0, |(block, _, n)| block + n);
        if at >= n_wanted || found.len() >= MAX_RUNS {
            return;
        }
        if levels == 0 || place == 0 {
            let n = (self.block / 4).pow(levels).min(n_wanted - at);
            let place = (place != 0).then_some(u64::from(place));
            match found.last_mut() {
                Some((_, Some(start), len)) if place == Some(*start + *len) => *len += n,
                Some((_, None, len)) if place.is_none() => *len += n,
                _ => found.push((at, place, n)),
            }
            return;
        }
        if !self.may_look() {
            return;
        }
        let list = read_at(volume, u64::from(place) * self.block, self.block);
        for four in list.chunks_exact(4) {
            self.blocks(volume, le32(four, 0), levels - 1, n_wanted, found);
        }
    }

    fn free(&self, volume: &mut dyn Disk) -> Free {
        let mut free = Free::default();
        let per_group = self.block * 8;
        for (index, (_, map)) in self.groups.iter().enumerate() {
            let map = read_at(volume, *map, self.block);
            let base = index as u64 * per_group + u64::from(self.block == 1024);
            for (n, byte) in map.iter().enumerate() {
                for bit in 0..8 {
                    let block = base + n as u64 * 8 + bit;
                    if byte >> bit & 1 == 0 && block < self.n_blocks {
                        free.add(block * self.block, self.block);
                    }
                }
            }
        }
        free
    }
}

/// Numbers and names of a directory's entries. They do not cross blocks.
fn entries(bytes: &[u8], block: usize) -> Vec<(u64, String)> {
    let mut entries = Vec::new();
    for block in bytes.chunks(block) {
        let mut at = 0;
        while let Some(entry) = block.get(at..).filter(|entry| entry.len() >= 8) {
            let n = usize::from(le16(entry, 4));
            let number = le32(entry, 0);
            let name = entry.get(8..8 + usize::from(entry[6])).unwrap_or(&[]);
            if number != 0 && !matches!(name, b"" | b"." | b"..") {
                let name = encoding::detect(name).decode(name).into_owned();
                entries.push((u64::from(number), name));
            }
            if n < 8 {
                break;
            }
            at += n;
        }
    }
    entries
}
