//! The members of a ZIP archive as its directory lists them, and as their own headers do; also when the directory is lost.
//!
//! Format: PKWARE APPNOTE 6.3.10, sections 4.3 (structure), 4.4 (fields), 4.5 (extra fields).

use std::io::{Read, SeekFrom};

use memchr::memmem;

use crate::{
    beside::Layout,
    encoding::{self, Charset},
    exhibit::Reading,
    fields::{le16 as u16_at, le32 as u32_at, le64 as u64_at},
    source::ReadSeek,
};

pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
/// Bytes of a central directory.
const MAX_DIRECTORY: u64 = 256 << 20;

/// A member.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
    /// Where its local header begins.
    pub(super) offset: u64,
    /// Sizes and checksum are known.
    pub(super) is_sure: bool,
    /// The low byte of its checksum's stand-in, by which the old lock knows a right password.
    pub(super) time: u16,
    /// Its content begins in another part of a split archive.
    pub(super) is_elsewhere: bool,
}

/// What a directory says.
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
    /// How many members it promises.
    pub(super) n_promised: u64,
    /// The archive is the last of several parts.
    pub(super) is_part: bool,
    /// Where the directory begins; members end before it.
    pub(super) at: u64,
}

pub(super) fn read_at(file: &mut dyn ReadSeek, at: u64, n: u64) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut bytes = Vec::new();
    file.take(n).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The entries of the central directory; `None` when it is not there or broken.
///
/// In a split archive every offset is counted within a part, and the parts are numbered from zero.
pub(super) fn directory(file: &mut dyn ReadSeek, max: usize, layout: &Layout) -> Option<Directory> {
    let len = file.seek(SeekFrom::End(0)).ok()?;
    let tail_at = len.saturating_sub(66_000).max(layout.after_holes());
    let tail = read_at(file, tail_at, 66_000)?;
    // A comment may hold the mark, and bytes may follow: take the last that fits.
    let end = memmem::rfind_iter(&tail, END).find(|&at| tail.len() - at >= 22)?;
    let end_at = tail_at + end as u64;
    let record = &tail[end..];
    let mut size = u64::from(u32_at(record, 12));
    let mut start = u64::from(u32_at(record, 16));
    let mut n_entries = u64::from(u16_at(record, 10));
    let mut directory_end = end_at;
    let mut start_disk = u64::from(u16_at(record, 6));
    let locator = end.checked_sub(20).map(|at| &tail[at..end]);
    if let Some(locator) = locator
        && locator.starts_with(b"PK\x06\x07")
    {
        let at = layout.place(u64::from(u32_at(locator, 4)), u64_at(locator, 8))?;
        let mut big = read_at(file, at, 56)?;
        if !big.starts_with(END_64) {
            // Something stands before the archive and offsets are counted from behind it.
            let near = end_at.checked_sub(20 + 56)?;
            big = read_at(file, near, 56)?;
            directory_end = near;
        } else {
            directory_end = at;
        }
        if big.starts_with(END_64) {
            n_entries = u64_at(&big, 32);
            size = u64_at(&big, 40);
            start = u64_at(&big, 48);
            start_disk = u64::from(u32_at(&big, 20));
        }
    }
    start = layout.place(start_disk, start)?;
    if size > MAX_DIRECTORY {
        return None;
    }
    // Where the directory really begins, and what stands before the archive.
    let real = match read_at(file, start, 4) {
        Some(mark) if mark == CENTRAL || n_entries == 0 => start,
        _ => directory_end.checked_sub(size)?,
    };
    let shift = real.wrapping_sub(start);
    let bytes = read_at(file, real, size)?;
    if n_entries > 0 && !bytes.starts_with(CENTRAL) {
        return None;
    }
    let disk = u16_at(record, 4);
    let is_split = disk > 0 && disk != u16::MAX;
    let is_alone = layout.pieces.len() < 2;
    let mut entries = Vec::new();
    let mut rest = bytes.as_slice();
    while rest.starts_with(CENTRAL) && rest.len() >= 46 && entries.len() < max {
        let n_name = usize::from(u16_at(rest, 28));
        let n_extra = usize::from(u16_at(rest, 30));
        let n_comment = usize::from(u16_at(rest, 32));
        let name = rest.get(46..46 + n_name)?;
        let extra = rest.get(46 + n_name..46 + n_name + n_extra)?;
        let flags = u16_at(rest, 8);
        let mut entry = Entry {
            name: entry_name(name, extra, flags),
            flags,
            method: u16_at(rest, 10),
            crc: u32_at(rest, 16),
            packed: u64::from(u32_at(rest, 20)),
            unpacked: u64::from(u32_at(rest, 24)),
            offset: u64::from(u32_at(rest, 42)),
            is_sure: true,
            time: u16_at(rest, 12),
            is_elsewhere: is_split && is_alone && u16_at(rest, 34) != disk,
        };
        let mut entry_disk = u32::from(u16_at(rest, 34));
        let after = take_big_sizes(&mut entry, extra);
        if entry_disk == u32::from(u16::MAX) && after.len() >= 4 {
            entry_disk = u32_at(after, 0);
        }
        if is_alone {
            entry.offset = entry.offset.wrapping_add(shift);
        } else if let Some(place) = layout.place(u64::from(entry_disk), entry.offset) {
            entry.offset = place;
        } else {
            entry.is_elsewhere = true;
        }
        entries.push(entry);
        rest = rest.get(46 + n_name + n_extra + n_comment..).unwrap_or(&[]);
    }
    let n_promised = n_entries.min(u64::from(u32::MAX));
    (n_entries == 0 || !entries.is_empty()).then_some(Directory {
        entries,
        n_promised,
        is_part: is_split && is_alone,
        at: real,
    })
}

/// The fields of an extra block: id and content.
pub(super) fn extras(mut extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        if extra.len() < 4 {
            return None;
        }
        let id = u16_at(extra, 0);
        let n = usize::from(u16_at(extra, 2)).min(extra.len() - 4);
        let content = &extra[4..4 + n];
        extra = &extra[4 + n..];
        Some((id, content))
    })
}

/// Zip64: only the fields that were full are there, in this order; what follows them is given back.
fn take_big_sizes<'x>(entry: &mut Entry, extra: &'x [u8]) -> &'x [u8] {
    let Some((_, mut content)) = extras(extra).find(|(id, _)| *id == 1) else {
        return &[];
    };
    for field in [&mut entry.unpacked, &mut entry.packed, &mut entry.offset] {
        if *field == u64::from(u32::MAX) && content.len() >= 8 {
            *field = u64_at(content, 0);
            content = &content[8..];
        }
    }
    content
}

/// A name in UTF-8 when it says so or is, in the extra field for Unicode, or in code page 437.
fn entry_name(name: &[u8], extra: &[u8], flags: u16) -> String {
    if let Some((_, content)) = extras(extra).find(|(id, _)| *id == 0x7075)
        && let Some(unicode) = content.get(5..)
        && let Ok(unicode) = std::str::from_utf8(unicode)
    {
        return unicode.replace('\\', "/");
    }
    match std::str::from_utf8(name) {
        Ok(text) => text.replace('\\', "/"),
        Err(_) if flags & 0x800 != 0 => Charset::Utf8.decode(name).into_owned(),
        Err(_) => match encoding::detect(name) {
            // Several bytes a character: East Asian, as their programs write names.
            charset @ Charset::Multi(_) => charset.decode(name).into_owned(),
            _ => name.iter().map(|&byte| code_page_437(byte)).collect(),
        },
    }
}

/// A byte in the code page of the first IBM PC.
pub(crate) fn code_page_437(byte: u8) -> char {
    const HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(index) => HIGH
            .chars()
            .nth(usize::from(index))
            .unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Members found by their local headers between two places, one after the other.
pub(super) fn by_local_headers(
    file: &mut dyn ReadSeek,
    from: u64,
    to: u64,
    max: usize,
    reading: &Reading<'_>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = from;
    while entries.len() < max {
        let Some(found) = find(file, at, to, LOCAL, reading) else {
            break;
        };
        if let Some(last) = entries.last_mut()
            && !last.is_sure
        {
            last.packed = found.saturating_sub(last.offset);
        }
        let Some(header) = read_at(file, found, 30 + 1024) else {
            break;
        };
        at = found + 4;
        if header.len() < 30 {
            break;
        }
        let n_name = usize::from(u16_at(&header, 26));
        let n_extra = usize::from(u16_at(&header, 28));
        let Some(name) = header.get(30..30 + n_name) else {
            continue;
        };
        let extra = header
            .get(30 + n_name..(30 + n_name + n_extra).min(header.len()))
            .unwrap_or(&[]);
        let flags = u16_at(&header, 6);
        let mut entry = Entry {
            name: entry_name(name, extra, flags),
            flags,
            method: u16_at(&header, 8),
            crc: u32_at(&header, 14),
            packed: u64::from(u32_at(&header, 18)),
            unpacked: u64::from(u32_at(&header, 22)),
            offset: found,
            is_sure: flags & 8 == 0,
            time: u16_at(&header, 10),
            is_elsewhere: false,
        };
        take_big_sizes(&mut entry, extra);
        entry.offset = found;
        if entry.is_sure {
            let data = found + 30 + (n_name + n_extra) as u64;
            at = data.saturating_add(entry.packed).min(to).max(at);
        } else {
            entry.packed = to.saturating_sub(found);
        }
        entries.push(entry);
    }
    entries
}

/// Members in no directory: found by their own headers where no listed member lies.
///
/// A program that goes by the directory does not show them, one that reads
/// forwards does.
pub(super) fn unlisted(
    file: &mut dyn ReadSeek,
    directory: &Directory,
    max: usize,
    reading: &Reading<'_>,
) -> Vec<Entry> {
    let mut taken: Vec<(u64, u64)> = directory
        .entries
        .iter()
        .map(|entry| {
            // The local header's name and extra field may be shorter or longer than the directory's.
            let header = read_at(file, entry.offset, 30).unwrap_or_default();
            let n = 30 + u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
            let end = entry.offset.saturating_add(n).saturating_add(entry.packed);
            (entry.offset, end)
        })
        .collect();
    taken.push((directory.at, u64::MAX));
    taken.sort_unstable();
    let mut found = Vec::new();
    let mut at = 0_u64;
    for (start, end) in taken {
        // Less than a header and a name is a descriptor or filling.
        if start > at.saturating_add(32) && found.len() < max {
            let more = by_local_headers(file, at, start, max - found.len(), reading);
            found.extend(more.into_iter().filter(is_likely));
        }
        at = at.max(end);
    }
    found
}

/// Whether a header that only its mark gave away is one.
fn is_likely(entry: &Entry) -> bool {
    let is_method = matches!(entry.method, 0 | 8 | 9 | 12 | 14 | 93 | 95 | 99);
    is_method && !entry.name.is_empty() && !entry.name.contains(char::is_control)
}

/// Where `mark` next stands between two places.
fn find(
    file: &mut dyn ReadSeek,
    from: u64,
    to: u64,
    mark: &[u8],
    reading: &Reading<'_>,
) -> Option<u64> {
    const STEP: usize = 1 << 20;
    let mut at = from;
    loop {
        let n = (STEP as u64).min(to.checked_sub(at)?);
        let bytes = read_at(file, at, n)?;
        if let Some(found) = memmem::find(&bytes, mark) {
            return Some(at + found as u64);
        }
        if bytes.len() < STEP {
            return None;
        }
        reading.pulse();
        at += (STEP - mark.len() + 1) as u64;
    }
}
