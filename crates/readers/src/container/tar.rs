//! A tar archive in, its files as members out; streaming.
//!
//! Format: POSIX.1-2001 pax, ustar, GNU tar; through the `tar` crate.

use std::io;

use whose_model::Cause;

use crate::{
    encoding,
    exhibit::{Body, Reading},
    source::Source,
};

/// Reads a tar archive.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut archive = tar::Archive::new(&mut *source);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return note(&error, reading),
    };
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => return note(&error, reading),
        };
        let kind = entry.header().entry_type();
        if !(kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse()) {
            continue;
        }
        if kind.is_file() && entry.size() == 0 && reading.is_empty_too_many() {
            continue;
        }
        let name = entry.path_bytes();
        let name = encoding::detect(&name).decode(&name).into_owned();
        if !reading.member(name.trim_start_matches("./"), Body::Stored(&mut entry)) {
            return;
        }
    }
}

fn note(error: &io::Error, reading: &mut Reading<'_>) {
    let text_is_eof = error.kind() == io::ErrorKind::UnexpectedEof;
    // The crate says `Other` both for a cut block and for a bad header.
    if text_is_eof || error.to_string().contains("entire block") {
        reading.gap(Cause::Truncated, "the archive ends inside a member");
    } else {
        reading.gap(
            Cause::Corrupt,
            "a member's header is broken; what follows it was not read",
        );
    }
}
