//! A RAR archive (version 4 or 5) in, its files as members out: Debian's `bsdtar` makes a tar stream of it.
//!
//! No free crate unpacks RAR, and libarchive does. It cannot unlock: what is
//! locked is a gap, as is a volume without the others; volumes that lie beside
//! each other go to it one after the other.
//!
//! Format: RARLAB, "RAR 5.0 archive format", for the headers looked at here.

use std::io::{Read, SeekFrom};

use whose_model::Cause;

use super::tar;
use crate::{exhibit::Reading, programs::Program, source::Source};

/// Bytes in which the last block lies.
const TAIL: u64 = 32;
const MARK_5: &[u8] = b"Rar!\x1a\x07\x01\x00";

/// Reads a RAR archive.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(64 << 10);
    let (is_locked, is_part) = flags(head);
    let is_alone = reading.layout().pieces.len() < 2;
    if is_locked {
        return reading.gap(
            Cause::Password,
            "the archive is locked with a password, even its list of files",
        );
    }
    if is_part && is_alone {
        reading.gap(
            Cause::Truncated,
            "a part of a split archive, and no other part is beside it",
        );
    }
    let is_new = source.ahead(8).starts_with(MARK_5);
    let tail = source.rewind().map(|file| {
        let mut tail = Vec::new();
        let end = file.seek(SeekFrom::End(0)).unwrap_or(0);
        let found = file.seek(SeekFrom::Start(end.saturating_sub(TAIL)));
        let _ = found.and_then(|_| file.take(TAIL).read_to_end(&mut tail));
        let _ = file.rewind();
        tail
    });
    through_bsdtar(source, reading);
    // bsdtar fills what is missing with zeros and says nothing.
    let is_cut = is_part && !is_alone && tail.is_some_and(|tail| goes_on(&tail, is_new));
    if is_cut {
        reading.gap(
            Cause::Truncated,
            "the archive goes on in another volume; the last member is not whole",
        );
    }
}

/// Whether the last block says that another volume follows, or is not there.
fn goes_on(tail: &[u8], is_new: bool) -> bool {
    if is_new {
        return match tail.last_chunk() {
            // Its size, its type, the flags of any block, its own.
            Some([3, 5, _, flags]) => flags & 1 != 0,
            _ => true,
        };
    }
    let block = |n: usize| tail.get(tail.len().checked_sub(n)?..);
    let is_end = |it: &&[u8]| {
        it.get(2) == Some(&0x7B) && usize::from(crate::fields::le16(it, 5)) == it.len()
    };
    // Before version 3 there was no such block.
    let end = (7..=TAIL as usize).filter_map(block).find(is_end);
    end.is_some_and(|end| crate::fields::le16(end, 3) & 1 != 0)
}

/// Reads a xar archive (`.pkg` of macOS).
pub(crate) fn read_xar(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    through_bsdtar(source, reading);
}

fn through_bsdtar(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let arguments = ["-cf", "-", "--format=pax", "@-"];
    let Some(mut output) = reading.program_on(Program::Bsdtar, &arguments, source) else {
        return;
    };
    tar::read_from(&mut output, true, reading);
    let timed_out = output.timed_out;
    let end = output.end();
    if timed_out {
        reading.gap(Cause::Timeout, "bsdtar fell silent before the end");
    } else if end.code != Some(0) {
        let said = end.said.reveal().to_ascii_lowercase();
        let (cause, detail) = if said.contains("encrypt") || said.contains("passphrase") {
            (Cause::Password, "some members are locked with a password")
        } else {
            let cause = if reading.layout().pieces.len() > 1 {
                Cause::Truncated
            } else {
                Cause::Corrupt
            };
            (
                cause,
                "bsdtar could not read the archive to its end; what it gave was read",
            )
        };
        reading.gap(cause, detail);
    }
}

/// Whether the headers themselves are locked, and whether this is one of several parts.
fn flags(head: &[u8]) -> (bool, bool) {
    if head.starts_with(MARK_5) {
        // Checksum, size, type, flags: numbers of variable width.
        let mut rest = head.get(12..).unwrap_or(&[]);
        let _ = number(&mut rest);
        let kind = number(&mut rest);
        let header_flags = number(&mut rest);
        if header_flags & 1 != 0 {
            let _ = number(&mut rest);
        }
        let archive_flags = number(&mut rest);
        return (kind == 4, kind == 1 && archive_flags & 1 != 0);
    }
    let flags = crate::fields::le16(head, 7 + 3);
    (flags & 0x80 != 0, flags & 1 != 0)
}

/// Whether this is one of several volumes.
pub(crate) fn is_volume(head: &[u8]) -> bool {
    flags(head).1
}

fn number(rest: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let Some((byte, after)) = rest.split_first() else {
            break;
        };
        *rest = after;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}
