//! A cpio archive in, its files as members out; streaming.
//!
//! Links and devices have no content and are passed over: a link's target is a
//! name, not evidence. A hard link's content stands with its last name.
//!
//! Format: the manual page `cpio(5)` of FreeBSD: old binary (both byte orders), portable ASCII, new ASCII with and without checksum.

use whose_model::Cause;

use super::exact::Exact;
use crate::{
    encoding,
    exhibit::{Body, Reading},
    source::Source,
};

const MAX_NAME: u64 = 64 << 10;

struct Header {
    len: usize,
    mode: u64,
    name: u64,
    size: u64,
    /// What name and content are filled up to.
    step: u64,
}

/// Reads a cpio archive.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut n_read = 0_u64;
    loop {
        let head = source.ahead(110);
        if head.is_empty() {
            if n_read > 0 {
                reading.gap(Cause::Truncated, "the archive's closing entry is missing");
            }
            return;
        }
        let Some(header) = header(head) else {
            let (cause, detail) = if head.len() < 76 {
                (Cause::Truncated, "the archive ends inside a header")
            } else {
                (
                    Cause::Corrupt,
                    "a member's header is broken; what follows it was not read",
                )
            };
            return reading.gap(cause, detail);
        };
        if header.name == 0 || header.name > MAX_NAME {
            return reading.gap(
                Cause::Corrupt,
                "a member's header is broken; what follows it was not read",
            );
        }
        source.pass(header.len);
        let n_name = header.name as usize;
        let given = source.ahead(n_name);
        if given.len() < n_name {
            return reading.gap(Cause::Truncated, "the archive ends inside a name");
        }
        let name = &given[..n_name];
        let name = name.split(|byte| *byte == 0).next().unwrap_or(&[]);
        let name = encoding::detect(name).decode(name).into_owned();
        source.pass(n_name);
        fill(source, header.len as u64 + header.name, header.step);
        if name == "TRAILER!!!" {
            return;
        }
        n_read += 1;
        let is_file = header.mode & 0o170_000 == 0o100_000;
        let mut body = Exact::new(source, header.size);
        if is_file
            && !(header.size == 0 && reading.is_empty_too_many())
            && !reading.member(name.trim_start_matches("./"), Body::Stored(&mut body))
        {
            return;
        }
        if !body.finish() {
            return reading.gap(Cause::Truncated, "the archive ends inside a member");
        }
        fill(source, header.size, header.step);
    }
}

fn fill(source: &mut Source<'_>, n: u64, step: u64) {
    let n = (step - n % step) % step;
    source.ahead(n as usize);
    source.pass(n as usize);
}

fn header(head: &[u8]) -> Option<Header> {
    let text = |at: usize, n: usize, radix| {
        let field = std::str::from_utf8(head.get(at..at + n)?).ok()?;
        u64::from_str_radix(field, radix).ok()
    };
    if head.starts_with(b"070701") || head.starts_with(b"070702") {
        return Some(Header {
            len: 110,
            mode: text(14, 8, 16)?,
            size: text(54, 8, 16)?,
            name: text(94, 8, 16)?,
            step: 4,
        });
    }
    if head.starts_with(b"070707") {
        return Some(Header {
            len: 76,
            mode: text(18, 6, 8)?,
            name: text(59, 6, 8)?,
            size: text(65, 11, 8)?,
            step: 1,
        });
    }
    if head.len() < 26 {
        return None;
    }
    let is_little = head.starts_with(b"\xc7\x71");
    if !is_little && !head.starts_with(b"\x71\xc7") {
        return None;
    }
    let at = |index: usize| {
        let pair = [head[index], head[index + 1]];
        u64::from(if is_little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        })
    };
    Some(Header {
        len: 26,
        mode: at(6),
        name: at(20),
        // The high half stands first in either byte order.
        size: at(22) << 16 | at(24),
        step: 2,
    })
}
