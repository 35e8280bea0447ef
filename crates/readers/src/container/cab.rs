//! A cabinet (`.cab`) in, its files as members out.
//!
//! Files lie one after another in folders, and a folder is one packed stream:
//! it is unpacked once, forwards. A file that began in the cabinet before this
//! one of a set, or goes on in the next, is named as a gap.
//!
//! Format: [MS-CAB] 2.1 to 2.4; MSZIP is [MS-MCI], LZX through the `lzxd` crate.

use std::io::{self, Read, SeekFrom};

use flate2::{Decompress, FlushDecompress};
use lzxd::{Lzxd, WindowSize};
use whose_model::Cause;

use super::exact::Exact;
use crate::{
    encoding,
    exhibit::{Body, Reading},
    fields::{le16, le32},
    source::ReadSeek,
};

/// Bytes that a block unpacks to at most.
const MAX_BLOCK: usize = 32 << 10;
const BROKEN: &str = "the cabinet's own tables are broken";

struct Folder {
    offset: u64,
    n_blocks: u16,
    packing: u16,
}

struct Entry {
    name: String,
    size: u64,
    offset: u64,
    folder: u16,
}

/// Reads a cabinet.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let Some((folders, entries, reserve, is_whole)) = tables(file) else {
        return reading.gap(Cause::Corrupt, BROKEN);
    };
    reading.expects(entries.len() as u64);
    for (index, folder) in folders.iter().enumerate() {
        let mut own: Vec<&Entry> = entries
            .iter()
            .filter(|entry| usize::from(entry.folder) == index)
            .collect();
        own.sort_by_key(|entry| entry.offset);
        if !put_folder(file, folder, &own, reserve, reading) {
            return;
        }
    }
    for entry in &entries {
        if usize::from(entry.folder) < folders.len() {
            continue;
        }
        let (cause, detail) = if entry.folder >= 0xFFFD {
            (
                Cause::Truncated,
                "a part of a split set of cabinets: the other part lies in another file",
            )
        } else {
            (Cause::Corrupt, BROKEN)
        };
        if !reading.lost_member(&entry.name, "unknown", cause, detail, Some(entry.size)) {
            return;
        }
    }
    if !is_whole {
        reading.gap(
            Cause::Truncated,
            "the cabinet's list of files ends early; the rest was not read",
        );
    }
}

type Tables = (Vec<Folder>, Vec<Entry>, u64, bool);

fn tables(file: &mut dyn ReadSeek) -> Option<Tables> {
    let head = read_at(file, 0, 64 << 10)?;
    if !head.starts_with(b"MSCF") {
        return None;
    }
    let flags = le16(&head, 30);
    let mut at = 36;
    let (mut folder_reserve, mut data_reserve) = (0, 0);
    if flags & 4 != 0 {
        folder_reserve = usize::from(*head.get(38)?);
        data_reserve = u64::from(*head.get(39)?);
        at = 40 + usize::from(le16(&head, 36));
    }
    // Names of the cabinets before and after, and of their disks.
    for _ in 0..(u32::from(flags & 1 != 0) + u32::from(flags & 2 != 0)) * 2 {
        at += head.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
    }
    let mut folders = Vec::new();
    for _ in 0..le16(&head, 26) {
        let Some(part) = head.get(at..at + 8) else {
            break;
        };
        folders.push(Folder {
            offset: u64::from(le32(part, 0)),
            n_blocks: le16(part, 4),
            packing: le16(part, 6),
        });
        at += 8 + folder_reserve;
    }
    // At most 65,535 entries with names of at most 256 bytes.
    let list = read_at(file, u64::from(le32(&head, 16)), 18 << 20)?;
    let mut rest = list.as_slice();
    let mut entries = Vec::new();
    let n_entries = le16(&head, 28);
    for _ in 0..n_entries {
        let Some(name) = rest.get(16..) else { break };
        let Some(end) = name.iter().take(1024).position(|byte| *byte == 0) else {
            break;
        };
        let is_utf8 = le16(rest, 14) & 0x80 != 0;
        let name = if is_utf8 {
            String::from_utf8_lossy(&name[..end]).into_owned()
        } else {
            encoding::detect(&name[..end])
                .decode(&name[..end])
                .into_owned()
        };
        entries.push(Entry {
            name: name.replace('\\', "/"),
            size: u64::from(le32(rest, 0)),
            offset: u64::from(le32(rest, 4)),
            folder: le16(rest, 8),
        });
        rest = &rest[16 + end + 1..];
    }
    let is_whole = entries.len() == usize::from(n_entries);
    Some((folders, entries, data_reserve, is_whole))
}

fn read_at(file: &mut dyn ReadSeek, at: u64, n: u64) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut bytes = Vec::new();
    file.take(n).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Reads the files of one folder. `false` when no more members may be read.
fn put_folder(
    file: &mut dyn ReadSeek,
    folder: &Folder,
    entries: &[&Entry],
    reserve: u64,
    reading: &mut Reading<'_>,
) -> bool {
    let packing = match folder.packing & 0xF {
        0 => Some(Packing::Stored),
        1 => Some(Packing::Zip(Box::new(Decompress::new(false)))),
        3 => window(folder.packing >> 8).map(|size| Packing::Lzx(Box::new(Lzxd::new(size)))),
        _ => None,
    };
    let Some(packing) = packing else {
        return entries.iter().all(|entry| {
            reading.lost_member(
                &entry.name,
                "unknown",
                Cause::UnsupportedFormat,
                "packed by a method that is not known here",
                Some(entry.size),
            )
        });
    };
    if file.seek(SeekFrom::Start(folder.offset)).is_err() {
        return true;
    }
    let mut stream = Blocks {
        file,
        n_left: folder.n_blocks,
        reserve,
        packing,
        block: Vec::new(),
        start: 0,
    };
    let mut at = 0;
    for entry in entries {
        if entry.offset < at {
            let lost = reading.lost_member(
                &entry.name,
                "unknown",
                Cause::Corrupt,
                "lies over another member, which was read",
                Some(entry.size),
            );
            if !lost {
                return false;
            }
            continue;
        }
        let mut gap = Exact::new(&mut stream, entry.offset - at);
        gap.finish();
        let mut body = Exact::new(&mut stream, entry.size);
        let is_passed_over = entry.size == 0 && reading.is_empty_too_many();
        if !is_passed_over && !reading.member(&entry.name, Body::Unpacked(&mut body)) {
            return false;
        }
        body.finish();
        at = entry.offset + entry.size;
    }
    true
}

fn window(bits: u16) -> Option<WindowSize> {
    Some(match bits & 0x1F {
        15 => WindowSize::KB32,
        16 => WindowSize::KB64,
        17 => WindowSize::KB128,
        18 => WindowSize::KB256,
        19 => WindowSize::KB512,
        20 => WindowSize::MB1,
        21 => WindowSize::MB2,
        _ => return None,
    })
}

enum Packing {
    Stored,
    Zip(Box<Decompress>),
    Lzx(Box<Lzxd>),
}

/// A folder's bytes, block by block.
struct Blocks<'a> {
    file: &'a mut dyn ReadSeek,
    n_left: u16,
    reserve: u64,
    packing: Packing,
    block: Vec<u8>,
    start: usize,
}

impl Blocks<'_> {
    fn next_block(&mut self) -> io::Result<()> {
        let mut head = [0; 8];
        self.file.read_exact(&mut head)?;
        io::copy(&mut (&mut *self.file).take(self.reserve), &mut io::sink())?;
        let n_packed = u64::from(le16(&head, 4));
        let n_unpacked = usize::from(le16(&head, 6));
        if n_unpacked > MAX_BLOCK {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut packed = Vec::new();
        (&mut *self.file).take(n_packed).read_to_end(&mut packed)?;
        if packed.len() as u64 != n_packed {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let before = std::mem::take(&mut self.block);
        self.start = 0;
        self.block = match &mut self.packing {
            Packing::Stored => packed,
            Packing::Zip(decoder) => unzip(decoder, &packed, &before, n_unpacked)?,
            Packing::Lzx(decoder) => decoder
                .decompress_next(&packed, n_unpacked)
                .map_err(|_| io::ErrorKind::InvalidData)?
                .to_vec(),
        };
        if self.block.len() != n_unpacked {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(())
    }
}

/// An MSZIP block: `CK` and a deflate stream that may point back into the block before.
fn unzip(decoder: &mut Decompress, packed: &[u8], before: &[u8], n: usize) -> io::Result<Vec<u8>> {
    let packed = packed
        .strip_prefix(b"CK")
        .ok_or(io::ErrorKind::InvalidData)?;
    decoder.reset(false);
    if !before.is_empty() {
        decoder
            .set_dictionary(before)
            .map_err(|_| io::ErrorKind::InvalidData)?;
    }
    let mut block = Vec::with_capacity(n);
    decoder
        .decompress_vec(packed, &mut block, FlushDecompress::Finish)
        .map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(block)
}

impl Read for Blocks<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.start >= self.block.len() {
            if self.n_left == 0 {
                return Ok(0);
            }
            self.n_left -= 1;
            if let Err(error) = self.next_block() {
                self.n_left = 0;
                self.block.clear();
                return Err(error);
            }
        }
        let ready = &self.block[self.start..];
        let n = ready.len().min(out.len());
        out[..n].copy_from_slice(&ready[..n]);
        self.start += n;
        Ok(n)
    }
}
