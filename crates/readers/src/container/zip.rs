//! A ZIP archive in, its files as members out; also when its directory is lost.
//!
//! The central directory says what is in it; members that lie between the listed
//! ones and are in no directory are read, too. Without a directory (a cut-off
//! file, the first part of a split archive) members are found by their own
//! headers and read as far as they go. Each member is checked against its CRC
//! and size. Entries that share a name are all read, since two programs may
//! show two different ones. Locked members are tried with the case's passwords.
//!
//! Format: PKWARE APPNOTE 6.3.10; the directory is in `zip_directory.rs`, the locks are in `zip_lock.rs`.

use std::io::{self, BufRead, BufReader, Read, SeekFrom};

use flate2::{Crc, bufread::DeflateDecoder};
use whose_model::{Cause, Phi};

use super::{
    zip_directory::{Entry, LOCAL, by_local_headers, directory, extras, read_at, unlisted},
    zip_lock::{Key, Lock, Opened, holds, spellings},
};
use crate::{exhibit::Reading, fields::le16, source::ReadSeek};

pub(crate) use super::zip_directory::code_page_437;

/// Memory that an lzma dictionary may take.
const MAX_DICTIONARY: u64 = 192 << 20;
/// Tries of a password in one archive.
const MAX_TRIES: usize = 20_000;
/// Bytes that are unpacked to see whether a password that looks right is.
const MAX_PROOF: u64 = 256 << 20;

/// Reads a ZIP archive.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let max = usize::try_from(reading.limits().max_members).unwrap_or(usize::MAX);
    let max = max.saturating_add(1);
    let entries = match directory(file, max, reading.layout()) {
        Some(mut directory) => {
            if directory.is_part {
                reading.gap(
                    Cause::Truncated,
                    "the last part of a split archive, and the others are not beside it",
                );
            }
            let n_directories = directory
                .entries
                .iter()
                .filter(|it| is_directory(it))
                .count();
            reading.expects(directory.n_promised.saturating_sub(n_directories as u64));
            let room = max.saturating_sub(directory.entries.len());
            let more = unlisted(file, &directory, room, reading);
            if !more.is_empty() {
                reading.gap(
                    Cause::Corrupt,
                    "members that the archive's directory does not list were found and read; other programs may not show them",
                );
            }
            directory.entries.extend(more);
            directory.entries
        }
        None => {
            let end = file.seek(SeekFrom::End(0)).unwrap_or(0);
            let found = by_local_headers(file, 0, end, max, reading);
            let head = read_at(file, 0, 8).unwrap_or_default();
            if found.is_empty() {
                reading.gap(
                    Cause::Corrupt,
                    "the archive has neither a directory nor a whole member",
                );
            } else if head.starts_with(b"PK\x07\x08") || is_numbered(reading.path().file_name()) {
                reading.gap(
                    Cause::Truncated,
                    "a part of a split archive without the others: join the parts; what lies whole in this one was read",
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
    let mut locks = Keys {
        passwords: reading.passwords(),
        good: None,
        tries_left: MAX_TRIES,
    };
    for entry in &entries {
        let is_empty = entry.is_sure && entry.unpacked == 0;
        if is_empty && !is_directory(entry) && reading.is_empty_too_many() {
            continue;
        }
        if !put(file, entry, &mut locks, reading) {
            return;
        }
    }
}

fn is_directory(entry: &Entry) -> bool {
    entry.name.ends_with('/') && entry.unpacked == 0
}

/// Whether a name ends as those of the parts of a split file: `.001`, `.z01`.
pub(crate) fn is_numbered(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let digits = ending.strip_prefix(['z', 'Z', 'r', 'R']).unwrap_or(ending);
    (2..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The passwords to try on an archive, and the one that opened the last member.
struct Keys<'p> {
    passwords: &'p [Phi<String>],
    good: Option<Vec<u8>>,
    tries_left: usize,
}

/// Where a member's packed bytes lie, and how they are packed and locked.
struct Content<'e> {
    entry: &'e Entry,
    at: u64,
    packed: u64,
    method: u16,
    lock: Option<Lock>,
    /// AE-2 has no checksum; its seal is not checked.
    crc: Option<u32>,
}

/// Reads one member. `false` when no more may be read.
fn put(
    file: &mut dyn ReadSeek,
    entry: &Entry,
    keys: &mut Keys<'_>,
    reading: &mut Reading<'_>,
) -> bool {
    if is_directory(entry) {
        return true;
    }
    let lose = |reading: &mut Reading<'_>, (cause, detail)| {
        reading.lost_member(&entry.name, "unknown", cause, detail, Some(entry.unpacked))
    };
    if entry.is_elsewhere {
        let detail = "begins in another part of the split archive: join the parts";
        return lose(reading, (Cause::Truncated, detail));
    }
    let Some(header) = read_at(file, entry.offset, 30) else {
        let detail = "begins in a part of the split archive that is missing";
        return lose(reading, (Cause::Truncated, detail));
    };
    if !header.starts_with(LOCAL) || header.len() < 30 {
        let detail = "the directory points to a place where the member is not";
        return lose(reading, (Cause::Corrupt, detail));
    }
    let (n_name, n_extra) = (le16(&header, 26), le16(&header, 28));
    let skipped = u64::from(n_name) + u64::from(n_extra);
    let at = entry.offset + 30;
    let extra = read_at(file, at + u64::from(n_name), u64::from(n_extra)).unwrap_or_default();
    let Some(content) = content(entry, at + skipped, &extra) else {
        let detail = "locked in a way that is not known here";
        return lose(reading, (Cause::Password, detail));
    };
    let key = match content.lock {
        None => None,
        Some(lock) => match keys.find(file, &content, lock) {
            Some(key) => Some(key),
            None => return lose(reading, (Cause::Password, "locked with a password")),
        },
    };
    // The place of the content does not depend on it.
    let expected = entry.is_sure.then_some((content.crc, entry.unpacked));
    let result = open(file, &content, key, &mut |stream| {
        let mut checked = Checked {
            stream,
            crc: Crc::new(),
            n: 0,
            expected,
        };
        reading.member_packed(&entry.name, &mut checked, content.packed)
    });
    match result {
        Ok(may_go_on) => may_go_on,
        Err(lost) => lose(reading, lost),
    }
}

fn content<'e>(entry: &'e Entry, at: u64, extra: &[u8]) -> Option<Content<'e>> {
    let mut content = Content {
        entry,
        at,
        packed: entry.packed,
        method: entry.method,
        lock: None,
        crc: Some(entry.crc),
    };
    if entry.method == 99 {
        let (_, aes) = extras(extra).find(|(id, _)| *id == 0x9901)?;
        content.method = le16(aes, 5);
        content.lock = Some(Lock::Aes {
            key: match aes.get(4)? {
                1 => 16,
                2 => 24,
                3 => 32,
                _ => return None,
            },
        });
        content.crc = (le16(aes, 0) == 1).then_some(entry.crc);
    } else if entry.flags & 0x41 == 0x41 {
        return None;
    } else if entry.flags & 1 != 0 {
        let checks = [(entry.crc >> 24) as u8, (entry.time >> 8) as u8];
        content.lock = Some(Lock::Old { checks });
    }
    if let Some(lock) = content.lock {
        content.at = at.saturating_add(lock.n_head());
        content.packed = entry.packed.checked_sub(lock.n_head() + lock.n_tail())?;
    }
    Some(content)
}

impl Keys<'_> {
    /// The key of the first password that opens a member.
    fn find(&mut self, file: &mut dyn ReadSeek, content: &Content<'_>, lock: Lock) -> Option<Key> {
        let n_head = lock.n_head();
        let head = read_at(file, content.at.checked_sub(n_head)?, n_head)?;
        let good = self.good.clone();
        let passwords = self.passwords;
        let all = passwords.iter().flat_map(|it| spellings(it.reveal()));
        for password in good.into_iter().chain(all) {
            self.tries_left = self.tries_left.checked_sub(1)?;
            let Some(key) = lock.try_open(&head, &password) else {
                continue;
            };
            let entry = content.entry;
            // A chance of one in 256 is not proof; two bytes and no checksum are.
            let is_right = content.crc.is_none()
                || !entry.is_sure
                || entry.unpacked > MAX_PROOF
                || open(file, content, Some(key.clone()), &mut |stream| {
                    holds(stream, content.crc, entry.unpacked)
                }) == Ok(true);
            if is_right {
                self.good = Some(password);
                return Some(key);
            }
        }
        None
    }
}

/// Unpacks a member and hands its content to `take`, or says why it cannot.
fn open(
    file: &mut dyn ReadSeek,
    content: &Content<'_>,
    key: Option<Key>,
    take: &mut dyn FnMut(&mut dyn Read) -> bool,
) -> Result<bool, (Cause, &'static str)> {
    if file.seek(SeekFrom::Start(content.at)).is_err() {
        return Err((Cause::Io, "the member could not be reached"));
    }
    let packed = Opened::new(file.take(content.packed), key);
    let packed = BufReader::with_capacity(64 << 10, packed);
    Ok(match content.method {
        0 => take(&mut { packed }),
        8 => take(&mut DeflateDecoder::new(packed)),
        9 => take(&mut deflate64::Deflate64Decoder::with_buffer(packed)),
        12 => take(&mut bzip2::bufread::BzDecoder::new(packed)),
        14 => match lzma(packed, content.entry.unpacked) {
            Ok(mut stream) => take(&mut stream),
            Err(_) => return Err((Cause::Corrupt, "its lzma header is broken")),
        },
        20 | 93 => match zstd::stream::read::Decoder::with_buffer(packed) {
            Ok(mut stream) => take(&mut stream),
            Err(_) => return Err((Cause::Corrupt, "its zstd header is broken")),
        },
        95 => match liblzma::stream::Stream::new_stream_decoder(MAX_DICTIONARY, 0) {
            Ok(decoder) => take(&mut liblzma::bufread::XzDecoder::new_stream(
                packed, decoder,
            )),
            Err(_) => return Err((Cause::OutOfMemory, "its decoder could not be set up")),
        },
        _ => {
            return Err((
                Cause::UnsupportedFormat,
                "packed by a method that is not known here",
            ));
        }
    })
}

type Lzma<R> = liblzma::bufread::XzDecoder<BufReader<io::Chain<io::Cursor<Vec<u8>>, R>>>;

/// ZIP's lzma stream (APPNOTE 5.8.8) under the header of an .lzma file.
fn lzma<R: BufRead>(mut packed: R, unpacked: u64) -> io::Result<Lzma<R>> {
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
    expected: Option<(Option<u32>, u64)>,
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
            if crc.is_some_and(|crc| self.crc.sum() != crc) {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(n)
    }
}
