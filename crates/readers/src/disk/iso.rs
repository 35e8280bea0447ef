//! A CD or DVD image (ISO 9660) in, its files as members out.
//!
//! The same tree may stand there several times; the one with the longest names
//! is read: Rock Ridge, else Joliet, else the plain one.
//!
//! Formats: ECMA-119 (ISO 9660) 8 and 9; Joliet specification; IEEE P1282 (Rock Ridge) 4.1.4 for names.

use std::collections::HashSet;

use whose_model::Cause;

use super::{
    Giver,
    runs::{Run, Runs, len, read_at},
    window::Whole,
};
use crate::{
    encoding,
    exhibit::Reading,
    fields::{le16, le32},
    source::ReadSeek,
};

const SECTOR: u64 = 2048;
/// Bytes of one directory.
const MAX_DIRECTORY: u64 = 16 << 20;
const MAX_DEPTH: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Plain,
    Joliet,
    RockRidge,
}

struct Entry {
    name: String,
    runs: Vec<Run>,
    size: u64,
    is_directory: bool,
    goes_on: bool,
}

/// Reads an ISO 9660 image.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let Some((root, block, names)) = root(file) else {
        return reading.gap(
            Cause::UnsupportedFormat,
            "the disc has no ISO 9660 directory (it may be UDF alone)",
        );
    };
    let end = len(file);
    let mut giver = Giver::new(&mut Whole(file));
    let mut seen = HashSet::new();
    let mut open = vec![(root, String::new(), 0)];
    while let Some((directory, path, depth)) = open.pop() {
        let Some(first) = directory.runs.first().and_then(|run| run.at) else {
            continue;
        };
        if depth > MAX_DEPTH || !seen.insert(first) {
            reading.gap(
                Cause::Corrupt,
                "a directory that lies in itself or too deep was passed over",
            );
            continue;
        }
        reading.pulse();
        let size = directory.size.min(MAX_DIRECTORY);
        if !giver.may_list(size, reading) {
            continue;
        }
        let bytes = read_at(file, first, size);
        if (bytes.len() as u64) < directory.size {
            reading.gap(Cause::Truncated, "a directory of the disc is cut off");
        }
        for entry in entries(&bytes, block, names) {
            let path = format!("{path}{}", entry.name);
            if entry.is_directory {
                open.push((entry, path + "/", depth + 1));
                continue;
            }
            if entry.size == 0 && reading.is_empty_too_many() {
                continue;
            }
            let is_outside = entry
                .runs
                .iter()
                .any(|run| run.at.is_some_and(|at| at >= end && run.len > 0));
            let may_go_on = if is_outside {
                let detail = "the file lies behind the end of the image";
                reading.lost_member(&path, "unknown", Cause::Truncated, detail, Some(entry.size))
            } else {
                let mut body = Runs::new(file, entry.runs, entry.size);
                giver.put(&path, &mut body, entry.size, reading)
            };
            if !may_go_on {
                return;
            }
        }
    }
}

/// The root of the tree with the longest names, and the size of a block.
fn root(file: &mut dyn ReadSeek) -> Option<(Entry, u64, Names)> {
    let mut found = None;
    for index in 16..48 {
        let sector = read_at(file, index * SECTOR, SECTOR);
        if sector.get(1..6) != Some(b"CD001") || sector[0] == 255 {
            break;
        }
        let names = match (sector[0], sector.get(88..91)) {
            (1, _) => Names::Plain,
            (2, Some([b'%', b'/', b'@' | b'C' | b'E'])) => Names::Joliet,
            _ => continue,
        };
        let block = u64::from(le16(&sector, 128)).clamp(512, 32 << 10);
        let Some((root, _)) = sector.get(156..190).and_then(|it| record(it, block, names)) else {
            continue;
        };
        if names == Names::Joliet {
            found = Some((root, block, names));
            continue;
        }
        let first = root.runs.first().and_then(|run| run.at)?;
        let start = read_at(file, first, SECTOR);
        if start
            .get(..usize::from(*start.first()?))?
            .windows(2)
            .any(|mark| mark == b"SP")
        {
            return Some((root, block, Names::RockRidge));
        }
        found = found.or(Some((root, block, names)));
    }
    found
}

/// The entries of a directory; the extents of one file joined.
fn entries(bytes: &[u8], block: u64, names: Names) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let Some((entry, n)) = record(&bytes[at..], block, names) else {
            // Records do not cross sectors: the rest of this one is filling.
            at = (at / SECTOR as usize + 1) * SECTOR as usize;
            continue;
        };
        at += n;
        if matches!(entry.name.as_str(), "" | "\0" | "\u{1}") {
            continue;
        }
        match entries.last_mut() {
            Some(last) if last.goes_on && last.name == entry.name => {
                last.runs.extend(entry.runs);
                last.size += entry.size;
                last.goes_on = entry.goes_on;
            }
            _ => entries.push(entry),
        }
    }
    entries
}

fn record(bytes: &[u8], block: u64, names: Names) -> Option<(Entry, usize)> {
    let n = usize::from(*bytes.first()?);
    let record = bytes.get(..n).filter(|record| record.len() >= 34)?;
    let n_name = usize::from(record[32]);
    let name = record.get(33..33 + n_name)?;
    let extended = u64::from(record[1]);
    let at = (u64::from(le32(record, 2)) + extended) * block;
    let size = u64::from(le32(record, 10));
    let mut text = match names {
        Names::Joliet if n_name > 1 => name
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let mut name = if text.is_empty() {
        encoding::detect(name).decode(name).into_owned()
    } else {
        String::from_utf16_lossy(&std::mem::take(&mut text))
    };
    if let Some((stem, version)) = name.rsplit_once(';')
        && version.bytes().all(|byte| byte.is_ascii_digit())
    {
        name = stem.trim_end_matches('.').to_owned();
    }
    if names == Names::RockRidge && n_name > 0 && !matches!(name.as_str(), "\0" | "\u{1}") {
        let rest = record
            .get((33 + n_name).next_multiple_of(2)..)
            .unwrap_or(&[]);
        name = rock_ridge(rest).unwrap_or(name);
    }
    let flags = record[25];
    let entry = Entry {
        name,
        runs: vec![Run {
            at: Some(at),
            len: size,
        }],
        size,
        is_directory: flags & 2 != 0,
        goes_on: flags & 0x80 != 0,
    };
    Some((entry, n))
}

/// The name in the fields behind a record.
fn rock_ridge(mut fields: &[u8]) -> Option<String> {
    let mut name = Vec::new();
    while fields.len() >= 5 {
        let n = usize::from(fields[2]);
        if n < 4 || n > fields.len() {
            break;
        }
        // Flags 2 and 4 stand for `.` and `..`.
        if fields.starts_with(b"NM") && n >= 5 && fields[4] & 6 == 0 {
            name.extend_from_slice(&fields[5..n]);
        }
        fields = &fields[n..];
    }
    (!name.is_empty()).then(|| encoding::detect(&name).decode(&name).into_owned())
}
