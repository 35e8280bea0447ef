//! An NTFS volume in, its files as members out, deleted ones and alternate streams too.
//!
//! The master file table is read from end to end, since a tree walk sees neither
//! deleted files nor those whose directory is broken. A deleted record keeps
//! where its content lay; the content is read when these clusters are free.
//! The file system's own records are not members.
//!
//! Format: Microsoft's NTFS as documented by the Linux kernel (`fs/ntfs3`) and in
//! "NTFS documentation" of the linux-ntfs project: boot sector, file records, attributes, runs.

use std::collections::{HashMap, HashSet};

use whose_model::Cause;

use super::{
    Disk, Free, Giver, Volume,
    ntfs_data::{Content, Packed},
    runs::{Run, Runs, read_at},
};
use crate::{
    exhibit::{Body, Reading},
    fields::{le16, le32, le64, wide_text},
};

/// Records that are looked at: a volume with more files than this is not read to the end.
const MAX_RECORDS: u64 = 16 << 20;
/// Bytes of the map of clusters in use.
const MAX_BITMAP: u64 = 256 << 20;
const MAX_DEPTH: usize = 64;
const ROOT: u64 = 5;
/// The file system's own records end here.
const FIRST_USER: u64 = 24;

/// What is needed of every record to tell paths.
struct Place {
    parent: u64,
    name: String,
}

pub(super) struct Attribute {
    kind: u32,
    name: String,
    flags: u16,
    start: u64,
    unit: u8,
    size: u64,
    written: u64,
    content: Content,
}

struct Record {
    is_used: bool,
    is_directory: bool,
    base: u64,
    name: Option<(u64, String)>,
    attributes: Vec<Attribute>,
}

struct Ntfs {
    cluster: u64,
    record: u64,
    table: Vec<Run>,
    table_len: u64,
    in_use: Vec<u8>,
}

/// Reads an NTFS volume.
pub(super) fn read(volume: &mut dyn Disk, prefix: &str, reading: &mut Reading<'_>) -> Volume {
    let Some(ntfs) = layout(volume) else {
        return Volume::Unknown;
    };
    let n_records = ntfs.table_len / ntfs.record;
    if n_records > MAX_RECORDS {
        reading.gap(
            Cause::TooLarge,
            "more files on the volume than are looked at; the rest was not read",
        );
    }
    let n_records = n_records.min(MAX_RECORDS);
    let mut places = HashMap::new();
    // Records that hold the rest of another, by that other.
    let mut rests: HashMap<u64, Vec<u64>> = HashMap::new();
    for number in 0..n_records {
        if number % 4096 == 0 {
            reading.pulse();
        }
        let Some(record) = ntfs.record(volume, number) else {
            continue;
        };
        if record.base != 0 {
            rests.entry(record.base).or_default().push(number);
        } else if let (true, Some((parent, name))) = (record.is_directory, record.name) {
            places.insert(number, Place { parent, name });
        }
    }
    let mut giver = Giver::new(volume);
    for number in FIRST_USER..n_records {
        let Some(mut record) = ntfs.record(volume, number) else {
            continue;
        };
        if record.base != 0 {
            continue;
        }
        for rest in rests.get(&number).into_iter().flatten() {
            if let Some(rest) = ntfs.record(volume, *rest) {
                record.name = record.name.or(rest.name);
                record.attributes.extend(rest.attributes);
            }
        }
        let Some((parent, name)) = record.name.take() else {
            continue;
        };
        let Some(path) = path(&places, parent, &name) else {
            continue;
        };
        let mark = if record.is_used { "" } else { "[deleted]/" };
        let path = format!("{prefix}{mark}{path}");
        if !ntfs.put(volume, record, &path, &mut giver, reading) {
            return Volume::Stopped;
        }
    }
    let mut free = Free::default();
    for (n, byte) in ntfs.in_use.iter().enumerate() {
        for bit in 0..8 {
            if byte >> bit & 1 == 0 {
                free.add((n as u64 * 8 + bit) * ntfs.cluster, ntfs.cluster);
            }
        }
    }
    Volume::Read {
        free: free.done(reading),
    }
}

fn layout(volume: &mut dyn Disk) -> Option<Ntfs> {
    let head = read_at(volume, 0, 512);
    let sector = u64::from(le16(&head, 11));
    let per_cluster = match *head.get(13)? {
        n @ 1..=0x80 => u64::from(n),
        n => 1_u64.checked_shl(256 - u32::from(n))?,
    };
    let cluster = sector.checked_mul(per_cluster)?;
    if !(256..=8192).contains(&sector) || !(256..=2 << 20).contains(&cluster) {
        return None;
    }
    let record = match *head.get(64)? as i8 {
        n @ 1.. => u64::from(n.unsigned_abs()) * cluster,
        n => 1_u64.checked_shl(u32::from(n.unsigned_abs()))?,
    };
    if !(256..=64 << 10).contains(&record) {
        return None;
    }
    let mut ntfs = Ntfs {
        cluster,
        record,
        table: vec![Run {
            at: Some(le64(&head, 48).checked_mul(cluster)?),
            len: record * 16,
        }],
        table_len: record * 16,
        in_use: Vec::new(),
    };
    // The table describes itself in its first record.
    let first = ntfs.record(volume, 0)?;
    let (runs, len) = ntfs.data(first)?;
    ntfs.table = runs;
    ntfs.table_len = len;
    if let Some(bitmap) = ntfs.record(volume, 6)
        && let Some((runs, len)) = ntfs.data(bitmap)
    {
        let n = len.min(MAX_BITMAP);
        for run in runs {
            let left = n.saturating_sub(ntfs.in_use.len() as u64);
            ntfs.in_use.extend(read_at(
                volume,
                run.at.unwrap_or(u64::MAX),
                run.len.min(left),
            ));
        }
    }
    Some(ntfs)
}

impl Ntfs {
    /// Runs and length of a record's main stream.
    fn data(&self, record: Record) -> Option<(Vec<Run>, u64)> {
        let data = record
            .attributes
            .into_iter()
            .find(|attribute| attribute.kind == 0x80 && attribute.name.is_empty())?;
        match data.content {
            Content::Runs(runs) => Some((runs, data.size)),
            Content::Resident(_) => None,
        }
    }

    fn record(&self, volume: &mut dyn Disk, number: u64) -> Option<Record> {
        let mut at = number.checked_mul(self.record)?;
        for run in &self.table {
            if at < run.len {
                let bytes = read_at(volume, run.at?.checked_add(at)?, self.record);
                return self.parse(bytes);
            }
            at -= run.len;
        }
        None
    }

    fn parse(&self, mut bytes: Vec<u8>) -> Option<Record> {
        if !bytes.starts_with(b"FILE") || bytes.len() as u64 != self.record {
            return None;
        }
        // The last two bytes of each sector stand in a list at the front.
        let list = usize::from(le16(&bytes, 4));
        for index in 1..usize::from(le16(&bytes, 6)) {
            let end = index * 512;
            let fixed = [
                *bytes.get(list + index * 2)?,
                *bytes.get(list + index * 2 + 1)?,
            ];
            bytes.get_mut(end - 2..end)?.copy_from_slice(&fixed);
        }
        let flags = le16(&bytes, 22);
        let mut record = Record {
            is_used: flags & 1 != 0,
            is_directory: flags & 2 != 0,
            base: le64(&bytes, 32) & 0xFFFF_FFFF_FFFF,
            name: None,
            attributes: Vec::new(),
        };
        let mut rest = bytes.get(usize::from(le16(&bytes, 20))..)?;
        let mut rank = 0;
        while rest.len() >= 24 {
            let (kind, n) = (le32(rest, 0), le32(rest, 4) as usize);
            if kind == u32::MAX || n < 24 || n > rest.len() {
                break;
            }
            let attribute = &rest[..n];
            rest = &rest[n..];
            if kind == 0x30
                && let Content::Resident(name) = self.content(attribute)
                && name.len() > 66
            {
                // The long name counts; the short one for DOS is a second name.
                let own = if name[65] == 2 { 1 } else { 2 };
                if own > rank {
                    rank = own;
                    let units = name.get(66..66 + usize::from(name[64]) * 2);
                    let parent = le64(&name, 0) & 0xFFFF_FFFF_FFFF;
                    record.name = Some((parent, wide_text(units.unwrap_or(&[]))));
                }
            } else if kind == 0x80 {
                record.attributes.push(self.attribute(attribute));
            }
        }
        Some(record)
    }

    fn attribute(&self, bytes: &[u8]) -> Attribute {
        let is_long = bytes[8] != 0;
        let name_at = usize::from(le16(bytes, 10));
        let name = bytes.get(name_at..name_at + usize::from(bytes[9]) * 2);
        Attribute {
            kind: le32(bytes, 0),
            name: wide_text(name.unwrap_or(&[])),
            flags: le16(bytes, 12),
            start: if is_long { le64(bytes, 16) } else { 0 },
            unit: if is_long { le16(bytes, 34) as u8 } else { 0 },
            size: if is_long {
                le64(bytes, 48)
            } else {
                u64::from(le32(bytes, 16))
            },
            written: if is_long { le64(bytes, 56) } else { u64::MAX },
            content: self.content(bytes),
        }
    }

    fn content(&self, bytes: &[u8]) -> Content {
        if bytes[8] == 0 {
            let at = usize::from(le16(bytes, 20));
            let n = le32(bytes, 16) as usize;
            let content = at.checked_add(n).and_then(|end| bytes.get(at..end));
            return Content::Resident(content.unwrap_or(&[]).to_vec());
        }
        let mut runs = Vec::new();
        let mut place = 0_i64;
        let mut rest = bytes.get(usize::from(le16(bytes, 32))..).unwrap_or(&[]);
        while let Some(&head) = rest.first().filter(|head| **head != 0) {
            let (n_len, n_place) = (usize::from(head & 15), usize::from(head >> 4));
            let Some(fields) = rest.get(1..1 + n_len + n_place) else {
                break;
            };
            if n_len == 0 || n_len > 8 || n_place > 8 {
                break;
            }
            let len = signed(&fields[..n_len]).max(0) as u64;
            place = place.wrapping_add(signed(&fields[n_len..]));
            let at = (n_place > 0).then_some(place.max(0) as u64);
            runs.push(Run {
                at: at.map(|at| at.saturating_mul(self.cluster)),
                len: len.saturating_mul(self.cluster),
            });
            rest = &rest[1 + n_len + n_place..];
        }
        Content::Runs(runs)
    }

    fn is_free(&self, runs: &[Run]) -> bool {
        runs.iter().all(|run| {
            let Some(at) = run.at else { return true };
            let first = at / self.cluster;
            // The first and last cluster stand for all.
            [first, first + (run.len / self.cluster).saturating_sub(1)]
                .iter()
                .all(|cluster| {
                    let byte = self.in_use.get((cluster / 8) as usize);
                    byte.is_some_and(|byte| byte >> (cluster % 8) & 1 == 0)
                })
        })
    }

    /// Reads a file's streams. `false` when no more members may be read.
    fn put(
        &self,
        volume: &mut dyn Disk,
        record: Record,
        path: &str,
        giver: &mut Giver,
        reading: &mut Reading<'_>,
    ) -> bool {
        let mut streams: Vec<Attribute> = Vec::new();
        let mut parts = record.attributes;
        parts.sort_by(|one, two| (&one.name, one.start).cmp(&(&two.name, two.start)));
        for part in parts {
            match (streams.last_mut(), part.content) {
                // A long list of runs goes on in another record.
                (Some(last), Content::Runs(more)) if last.name == part.name && part.start > 0 => {
                    if let Content::Runs(runs) = &mut last.content {
                        runs.extend(more);
                    }
                }
                (_, content) => streams.push(Attribute { content, ..part }),
            }
        }
        for stream in streams {
            let name = match stream.name.as_str() {
                "" => path.to_owned(),
                // Where a download came from is worth reading; it is text.
                name => format!("{path}:{name}"),
            };
            let size = stream.size;
            if size == 0 && (!record.is_used || reading.is_empty_too_many()) {
                continue;
            }
            let may_go_on = match stream.content {
                _ if stream.flags & 0x4000 != 0 => {
                    let detail = "encrypted by the file system; its key is needed";
                    reading.lost_member(&name, "unknown", Cause::Password, detail, Some(size))
                }
                Content::Resident(bytes) => reading.member(&name, Body::Memory(&bytes)),
                Content::Runs(runs) if !record.is_used && !self.is_free(&runs) => {
                    let detail = "a deleted file whose place is in use again";
                    reading.lost_member(&name, "unknown", Cause::Corrupt, detail, Some(size))
                }
                Content::Runs(runs) if stream.flags & 0xFF != 0 && stream.unit > 0 => {
                    let unit = self.cluster << stream.unit.min(8);
                    let mut body = Packed::new(volume, runs, unit, size);
                    reading.member(&name, Body::Unpacked(&mut body))
                }
                Content::Runs(mut runs) => {
                    if stream.written < size {
                        runs = written(runs, stream.written, size);
                    }
                    let n = size;
                    giver.put(&name, &mut Runs::new(volume, runs, size), n, reading)
                }
            };
            if !may_go_on {
                return false;
            }
        }
        true
    }
}

/// What was reserved and never written is zeros, whatever lies there.
fn written(runs: Vec<Run>, n: u64, size: u64) -> Vec<Run> {
    let mut left = n;
    let mut kept = Vec::new();
    for mut run in runs {
        run.len = run.len.min(left);
        left -= run.len;
        kept.push(run);
    }
    kept.push(Run {
        at: None,
        len: size - n.min(size),
    });
    kept
}

/// A number of up to eight bytes, the low one first, with sign.
fn signed(bytes: &[u8]) -> i64 {
    let mut wide = [if bytes.last().is_some_and(|byte| *byte >= 0x80) {
        0xFF
    } else {
        0
    }; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    i64::from_le_bytes(wide)
}

/// The path from the root; `None` for the file system's own files.
fn path(places: &HashMap<u64, Place>, parent: u64, name: &str) -> Option<String> {
    let mut names = vec![name];
    let mut at = parent;
    let mut seen = HashSet::new();
    while at != ROOT {
        let Some(place) = places.get(&at).filter(|_| seen.insert(at)) else {
            names.push("[lost]");
            break;
        };
        if names.len() > MAX_DEPTH {
            break;
        }
        if at < FIRST_USER {
            return None;
        }
        names.push(&place.name);
        at = place.parent;
    }
    names.reverse();
    Some(names.join("/"))
}
