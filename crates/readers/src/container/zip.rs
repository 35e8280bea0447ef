//! A ZIP archive in, its files as members out; also when its directory is lost.
//!
//! The central directory says what is in it. Without one (a cut-off file, a part
//! of a split archive) members are found by their own headers and read as far as
//! they go. Each member is checked against its CRC and size. Entries that share
//! a name are all read, since two programs may show two different ones.
//!
//! Format: PKWARE APPNOTE 6.3.10, sections 4.3 (structure), 4.4 (fields), 4.5 (extra fields).

use std::io::{self, BufReader, Read, SeekFrom, Take};

use flate2::{Crc, bufread::DeflateDecoder};
use memchr::memmem;
use whose_model::Cause;

use crate::{
    encoding::{self, Charset},
    exhibit::{Body, Reading},
    source::ReadSeek,
};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
/// Bytes of a central directory.
const MAX_DIRECTORY: u64 = 256 << 20;
/// Memory that an lzma dictionary may take.
const MAX_DICTIONARY: u64 = 192 << 20;

struct Entry {
    name: String,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    unpacked: u64,
    /// Where its local header begins.
    offset: u64,
    /// Sizes and checksum are known.
    is_sure: bool,
}

/// Reads a ZIP archive.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let max = usize::try_from(reading.limits().max_members).unwrap_or(usize::MAX);
    let entries = match directory(file, max.saturating_add(1)) {
        Some(entries) => entries,
        None => {
            let found = by_local_headers(file, max.saturating_add(1), reading);
            if found.is_empty() {
                reading.gap(
                    Cause::Corrupt,
                    "the archive has neither a directory nor a whole member",
                );
            } else {
                reading.gap(
                    Cause::Truncated,
                    "the archive's directory is missing; members were found by their own headers",
                );
            }
            found
        }
    };
    for entry in &entries {
        let is_empty = entry.is_sure && entry.unpacked == 0;
        if is_empty && !entry.name.ends_with('/') && reading.is_empty_too_many() {
            continue;
        }
        if !put(file, entry, reading) {
            return;
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

fn read_at(file: &mut dyn ReadSeek, at: u64, n: u64) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut bytes = Vec::new();
    file.take(n).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The entries of the central directory; `None` when it is not there or broken.
fn directory(file: &mut dyn ReadSeek, max: usize) -> Option<Vec<Entry>> {
    let len = file.seek(SeekFrom::End(0)).ok()?;
    let tail_at = len.saturating_sub(66_000);
    let tail = read_at(file, tail_at, 66_000)?;
    // A comment may hold the mark, and bytes may follow: take the last that fits.
    let end = memmem::rfind_iter(&tail, END).find(|&at| tail.len() - at >= 22)?;
    let end_at = tail_at + end as u64;
    let record = &tail[end..];
    let mut size = u64::from(u32_at(record, 12));
    let mut start = u64::from(u32_at(record, 16));
    let mut n_entries = u64::from(u16_at(record, 10));
    let mut directory_end = end_at;
    let locator = end.checked_sub(20).map(|at| &tail[at..end]);
    if let Some(locator) = locator
        && locator.starts_with(b"PK\x06\x07")
    {
        let at = u64_at(locator, 8);
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
        }
    }
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
        };
        take_big_sizes(&mut entry, extra);
        entry.offset = entry.offset.wrapping_add(shift);
        entries.push(entry);
        rest = rest.get(46 + n_name + n_extra + n_comment..).unwrap_or(&[]);
    }
    let is_whole = entries.len() as u64 >= n_entries.min(max as u64);
    (is_whole || !entries.is_empty()).then_some(entries)
}

/// The fields of an extra block: id and content.
fn extras(mut extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
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

/// Zip64: only the fields that were full are there, in this order.
fn take_big_sizes(entry: &mut Entry, extra: &[u8]) {
    let Some((_, mut content)) = extras(extra).find(|(id, _)| *id == 1) else {
        return;
    };
    for field in [&mut entry.unpacked, &mut entry.packed, &mut entry.offset] {
        if *field == u64::from(u32::MAX) && content.len() >= 8 {
            *field = u64_at(content, 0);
            content = &content[8..];
        }
    }
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

/// Members found by their local headers, one after the other.
fn by_local_headers(file: &mut dyn ReadSeek, max: usize, reading: &Reading<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let Ok(len) = file.seek(SeekFrom::End(0)) else {
        return entries;
    };
    let mut at = 0;
    while entries.len() < max {
        let Some(found) = find(file, at, LOCAL, reading) else {
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
        };
        take_big_sizes(&mut entry, extra);
        entry.offset = found;
        if entry.is_sure {
            let data = found + 30 + (n_name + n_extra) as u64;
            at = data.saturating_add(entry.packed).min(len).max(at);
        } else {
            entry.packed = len - found;
        }
        entries.push(entry);
    }
    entries
}

/// Where `mark` next stands in the file.
fn find(file: &mut dyn ReadSeek, from: u64, mark: &[u8], reading: &Reading<'_>) -> Option<u64> {
    const STEP: usize = 1 << 20;
    let mut at = from;
    loop {
        let bytes = read_at(file, at, STEP as u64)?;
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

/// Reads one member. `false` when no more may be read.
fn put(file: &mut dyn ReadSeek, entry: &Entry, reading: &mut Reading<'_>) -> bool {
    if entry.name.ends_with('/') && entry.unpacked == 0 {
        return true;
    }
    let lose = |reading: &mut Reading<'_>, cause, detail| {
        reading.lost_member(&entry.name, "unknown", cause, detail, Some(entry.unpacked))
    };
    if entry.flags & 1 != 0 {
        return lose(reading, Cause::Password, "locked with a password");
    }
    let header = read_at(file, entry.offset, 30).unwrap_or_default();
    if !header.starts_with(LOCAL) || header.len() < 30 {
        return lose(
            reading,
            Cause::Corrupt,
            "the directory points to a place where the member is not",
        );
    }
    let skipped = u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
    if file
        .seek(SeekFrom::Start(entry.offset + 30 + skipped))
        .is_err()
    {
        return lose(reading, Cause::Io, "the member could not be reached");
    }
    let packed = BufReader::with_capacity(64 << 10, file.take(entry.packed));
    let mut checked = |stream: &mut dyn Read| {
        let mut checked = Checked {
            stream,
            crc: Crc::new(),
            n: 0,
            expected: entry.is_sure.then_some((entry.crc, entry.unpacked)),
        };
        reading.member(&entry.name, Body::Unpacked(&mut checked))
    };
    match entry.method {
        0 => checked(&mut { packed }),
        8 => checked(&mut DeflateDecoder::new(packed)),
        9 => checked(&mut deflate64::Deflate64Decoder::with_buffer(packed)),
        12 => checked(&mut bzip2::bufread::BzDecoder::new(packed)),
        14 => match lzma(packed, entry.unpacked) {
            Ok(mut stream) => checked(&mut stream),
            Err(_) => lose(reading, Cause::Corrupt, "its lzma header is broken"),
        },
        20 | 93 => match zstd::stream::read::Decoder::with_buffer(packed) {
            Ok(mut stream) => checked(&mut stream),
            Err(_) => lose(reading, Cause::Corrupt, "its zstd header is broken"),
        },
        95 => match liblzma::stream::Stream::new_stream_decoder(MAX_DICTIONARY, 0) {
            Ok(decoder) => checked(&mut liblzma::bufread::XzDecoder::new_stream(
                packed, decoder,
            )),
            Err(_) => lose(
                reading,
                Cause::OutOfMemory,
                "its decoder could not be set up",
            ),
        },
        _ => lose(
            reading,
            Cause::UnsupportedFormat,
            "packed by a method that is not known here",
        ),
    }
}

type Lzma<R> = liblzma::bufread::XzDecoder<BufReader<io::Chain<io::Cursor<Vec<u8>>, R>>>;

/// ZIP's lzma stream (APPNOTE 5.8.8) under the header of an .lzma file.
fn lzma(
    mut packed: BufReader<Take<&mut dyn ReadSeek>>,
    unpacked: u64,
) -> io::Result<Lzma<BufReader<Take<&mut dyn ReadSeek>>>> {
    let mut head = [0; 9];
    packed.read_exact(&mut head)?;
    let mut header = head[4..9].to_vec();
    header.extend_from_slice(&unpacked.to_le_bytes());
    let chained = BufReader::new(io::Cursor::new(header).chain(packed));
    let decoder = liblzma::stream::Stream::new_lzma_decoder(MAX_DICTIONARY)?;
    Ok(liblzma::bufread::XzDecoder::new_stream(chained, decoder))
}

/// A member's content, which ends in an error when it is not what the directory says.
struct Checked<'a> {
    stream: &'a mut dyn Read,
    crc: Crc,
    n: u64,
    expected: Option<(u32, u64)>,
}

impl Read for Checked<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(out)?;
        self.crc.update(&out[..n]);
        self.n += n as u64;
        if n == 0
            && !out.is_empty()
            && let Some((crc, len)) = self.expected.take()
        {
            if self.n < len {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.crc.sum() != crc {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(n)
    }
}
