//! An entry of the cache of Chromium, Chrome, Edge and their kin in (Linux, macOS, Android), its address, headers and what was kept of the page out.
//!
//! The body comes as a member under the last part of its address, packed as
//! the server sent it; what only the headers tell (brotli) its name tells.
//!
//! Format: Chromium, `net/disk_cache/simple/simple_entry_format.h`, versions 5
//! to 9; numbers low byte first, records filled up to 24 bytes.

use std::io::{self, Read as _, SeekFrom};

use memchr::memmem;
use whose_model::{Cause, PassageKind};

use crate::{
    exhibit::{Body, Reading},
    fields::{le32, le64},
    source::ReadSeek,
};

/// What an entry begins with.
pub(crate) const MARK: &[u8] = b"\x30\x5c\x72\xa7\x1b\x6d\xfb\xfc";
/// What the record behind each stream begins with.
const END: &[u8] = b"\xd8\x41\x0d\x97\x45\x6f\xfa\xf4";
/// What a range of a page that came in parts begins with.
const RANGE: &[u8] = b"\x6b\x67\x53\x56\x01\xbf\x97\xeb";
const N_RECORD: u64 = 24;
const N_RANGE: u64 = 32;
/// The digest of the key, which stands before the last record when that says so.
const N_DIGEST: u64 = 32;
/// Longest key and longest headers.
const MAX_KEY: u64 = 1 << 20;
const MAX_HEADERS: u64 = 16 << 20;

/// Reads an entry.
pub(crate) fn read(bytes: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    if read_parts(bytes, reading).is_err() {
        reading.gap(Cause::Truncated, "the file ends in the middle");
    }
}

fn read_parts(bytes: &mut dyn ReadSeek, reading: &mut Reading<'_>) -> io::Result<()> {
    let n = bytes.seek(SeekFrom::End(0))?;
    let head = take(bytes, 0, N_RECORD)?;
    let n_key = u64::from(le32(&head, 12));
    if n_key > MAX_KEY {
        reading.gap(Cause::Corrupt, "the length of the address is broken");
        return Ok(());
    }
    let key = take(bytes, N_RECORD, n_key)?;
    let key = String::from_utf8_lossy(&key);
    // Before the address stand the sites that it was asked for by.
    let address = key.rsplit(' ').next().unwrap_or_default();
    reading.part("address", address, PassageKind::Title);

    let body_at = N_RECORD + n_key;
    if take(bytes, body_at, 8).is_ok_and(|mark| mark == RANGE) {
        return read_ranges(bytes, body_at, n, address, reading);
    }
    let Some((body_end, headers)) = streams(bytes, body_at, n)? else {
        // A browser that was ended at once leaves what it had.
        reading.gap(Cause::Truncated, "the entry was never finished");
        return put(bytes, body_at, n, address, "", reading);
    };
    let headers = headers_of(&headers);
    reading.part("headers", &headers, PassageKind::MailHeader);
    put(bytes, body_at, body_end, address, &headers, reading)
}

/// Where the body ends, and what stands in the stream of headers; `None` where no record says so.
fn streams(bytes: &mut dyn ReadSeek, body_at: u64, n: u64) -> io::Result<Option<(u64, Vec<u8>)>> {
    let Some(last_at) = n.checked_sub(N_RECORD).filter(|&at| at >= body_at) else {
        return Ok(None);
    };
    let last = take(bytes, last_at, N_RECORD)?;
    if !last.starts_with(END) {
        return Ok(None);
    }
    let has_digest = le32(&last, 8) & 2 != 0;
    let n_headers = u64::from(le32(&last, 16));
    let headers_at = last_at
        .checked_sub(if has_digest { N_DIGEST } else { 0 })
        .and_then(|at| at.checked_sub(n_headers));
    let end_at = headers_at.and_then(|at| at.checked_sub(N_RECORD));
    if let (Some(headers_at), Some(end_at)) = (headers_at, end_at)
        && end_at >= body_at
        && n_headers <= MAX_HEADERS
        && take(bytes, end_at, 8)? == END
    {
        return Ok(Some((end_at, take(bytes, headers_at, n_headers)?)));
    }
    // A second file of the same entry has one stream and no headers.
    Ok(Some((last_at, Vec::new())))
}

/// The headers of an answer as lines: they are kept with a NUL behind each, and two at the end.
fn headers_of(stream: &[u8]) -> String {
    let Some(start) = memmem::find(stream, b"HTTP/") else {
        return String::new();
    };
    let rest = &stream[start..];
    let end = memmem::find(rest, b"\0\0").unwrap_or(rest.len());
    String::from_utf8_lossy(&rest[..end]).replace('\0', "\n")
}

/// Hands over the body.
fn put(
    bytes: &mut dyn ReadSeek,
    from: u64,
    to: u64,
    address: &str,
    headers: &str,
    reading: &mut Reading<'_>,
) -> io::Result<()> {
    if from >= to {
        return Ok(());
    }
    bytes.seek(SeekFrom::Start(from))?;
    let name = name_of(address, headers);
    reading.only_member(&name, Body::Stored(&mut bytes.take(to - from)));
    Ok(())
}

/// Hands over the ranges that were kept of something large, each by where it begins in the whole.
fn read_ranges(
    bytes: &mut dyn ReadSeek,
    mut at: u64,
    n: u64,
    address: &str,
    reading: &mut Reading<'_>,
) -> io::Result<()> {
    while at < n {
        let head = take(bytes, at, N_RANGE)?;
        if !head.starts_with(RANGE) {
            reading.gap(Cause::Corrupt, "what stands between two ranges is broken");
            break;
        }
        let (offset, length) = (le64(&head, 8), le64(&head, 16));
        let from = at + N_RANGE;
        let Some(to) = from.checked_add(length) else {
            reading.gap(Cause::Corrupt, "the length of a range is broken");
            break;
        };
        let is_whole = to <= n;
        bytes.seek(SeekFrom::Start(from))?;
        let name = format!("{}-from-{offset}", name_of(address, ""));
        if !reading.member(&name, Body::Stored(&mut bytes.take(length))) {
            break;
        }
        if !is_whole {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        at = to;
    }
    Ok(())
}

/// What the body is called: the last part of its address, and an ending for what only the headers tell.
fn name_of(address: &str, headers: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let name = match path.trim_end_matches('/').rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => name,
        _ => "page",
    };
    let packed = headers.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim()
            .eq_ignore_ascii_case("content-encoding")
            .then(|| value.trim().to_ascii_lowercase())
    });
    match packed.as_deref() {
        Some("br") => format!("{name}.br"),
        Some("gzip" | "x-gzip") => format!("{name}.gz"),
        Some("zstd") => format!("{name}.zst"),
        _ => name.to_owned(),
    }
}

fn take(bytes: &mut dyn ReadSeek, at: u64, n: u64) -> io::Result<Vec<u8>> {
    bytes.seek(SeekFrom::Start(at))?;
    let mut part = Vec::new();
    if bytes.take(n).read_to_end(&mut part)? as u64 == n {
        Ok(part)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use whose_model::{Cause, Segment};

    use super::*;
    use crate::testkit::{Given, read_bytes};

    const KEY: &str = "1/0/_dk_https://clinic.example https://clinic.example https://portal.clinic.example/chart/labs.html?id=7";

    fn record(flags: u32, n: usize) -> Vec<u8> {
        let mut bytes = END.to_vec();
        bytes.extend(flags.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend((n as u32).to_le_bytes());
        bytes.extend([0; 4]);
        bytes
    }

    fn head() -> Vec<u8> {
        let mut bytes = MARK.to_vec();
        bytes.extend(5_u32.to_le_bytes());
        bytes.extend((KEY.len() as u32).to_le_bytes());
        bytes.extend([0; 8]);
        bytes.extend(KEY.as_bytes());
        bytes
    }

    fn entry(body: &[u8], encoding: &str) -> Vec<u8> {
        let headers = format!(
            "\x07\0\0\0HTTP/1.1 200\0Content-Type: text/html\0Content-Encoding: {encoding}\0\0\x09\0"
        );
        let mut bytes = head();
        bytes.extend(body);
        bytes.extend(record(1, 0));
        bytes.extend(headers.as_bytes());
        bytes.extend([7; 32]);
        bytes.extend(record(3, headers.len()));
        bytes
    }

    fn texts(given: &Given) -> Vec<(String, String)> {
        let texts = given.segments.iter().filter_map(|(path, it)| match it {
            Segment::Passage(passage) => Some((path.0.clone(), passage.text.clone())),
            _ => None,
        });
        texts.collect()
    }

    const PAGE: &[u8] = b"<html><body><p>Patient: Zoe Made, born 1990-01-01</p></body></html>";

    #[test]
    fn a_page_comes_with_its_address_and_headers_under_its_name() {
        let given = read_bytes("0d3d42df7d2f457c_0", &entry(PAGE, "identity"));
        let texts = texts(&given);
        assert_eq!(
            texts[0].1,
            "https://portal.clinic.example/chart/labs.html?id=7"
        );
        assert!(texts[1].1.contains("Content-Type: text/html\n"));
        assert!(texts[2].0.ends_with("labs.html"), "{}", texts[2].0);
        assert!(texts[2].1.contains("Zoe Made"));
        assert!(given.gaps.is_empty(), "{:?}", given.gaps);
    }

    #[test]
    fn what_only_the_headers_tell_is_unpacked() {
        // "Zoe Made" three times, packed by the `brotli` program.
        const PACKED: [u8; 25] = [
            0x1f, 0x19, 0x00, 0xf8, 0x8d, 0xd4, 0x4e, 0xf5, 0xd4, 0xa2, 0xea, 0x26, 0x2d, 0xb2,
            0x32, 0x09, 0x12, 0xf6, 0x16, 0xfa, 0x04, 0x03, 0xf7, 0x51, 0x03,
        ];
        let given = read_bytes("a_0", &entry(&PACKED, "br"));
        let texts = texts(&given);
        assert!(
            texts.iter().any(|(_, text)| text.contains("Zoe Made")),
            "{texts:?} {:?}",
            given.gaps
        );
    }

    #[test]
    fn an_entry_that_was_never_finished_gives_what_is_there_and_says_so() {
        let mut bytes = head();
        bytes.extend(PAGE);
        let given = read_bytes("a_0", &bytes);
        assert!(
            texts(&given)
                .iter()
                .any(|(_, text)| text.contains("Zoe Made"))
        );
        assert_eq!(given.gaps.len(), 1);
        assert_eq!(given.gaps[0].cause, Cause::Truncated);
    }

    #[test]
    fn ranges_of_something_large_are_members_by_their_place() {
        let mut bytes = head();
        for (at, part) in [(0_u64, "first part of a text"), (5_000, "and a later part")] {
            bytes.extend(RANGE);
            bytes.extend(at.to_le_bytes());
            bytes.extend((part.len() as u64).to_le_bytes());
            bytes.extend([0; 8]);
            bytes.extend(part.as_bytes());
        }
        let given = read_bytes("a_s", &bytes);
        let texts = texts(&given);
        assert!(texts[1].0.ends_with("labs.html-from-0"));
        assert_eq!(texts[2].1, "and a later part");
        assert!(given.gaps.is_empty(), "{:?}", given.gaps);
    }

    proptest! {
        #[test]
        fn a_changed_entry_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
            let mut bytes = entry(PAGE, "gzip");
            for (place, byte) in changes {
                let at = place.index(bytes.len() - 8) + 8;
                bytes[at] = byte;
            }
            let given = read_bytes("a_0", &bytes);
            prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
        }
    }
}
