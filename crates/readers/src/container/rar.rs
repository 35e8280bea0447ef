//! A RAR archive (version 4 or 5) in, its files as members out: Debian's `bsdtar` makes a tar stream of it.
//!
//! No free crate unpacks RAR, and libarchive does. It cannot unlock: what is
//! locked is a gap, as is a part of a split archive.
//!
//! Format: RARLAB, "RAR 5.0 archive format", for the headers looked at here.

use whose_model::Cause;

use super::tar;
use crate::{exhibit::Reading, programs::Program, source::Source};

const MARK_5: &[u8] = b"Rar!\x1a\x07\x01\x00";

/// Reads a RAR archive.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(64 << 10);
    let (is_locked, is_part) = flags(head);
    if is_locked {
        return reading.gap(
            Cause::Password,
            "the archive is locked with a password, even its list of files",
        );
    }
    if is_part {
        reading.gap(
            Cause::Truncated,
            "a part of a split archive: join the parts, or unpack it beside the others",
        );
    }
    through_bsdtar(source, reading);
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
            (
                Cause::Corrupt,
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
