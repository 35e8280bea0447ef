//! A 7z archive in, its files as members out.
//!
//! Format: through the `sevenz-rust2` crate.

use std::io::Read;

use sevenz_rust2::{ArchiveReader, Error, Password};
use whose_model::Cause;

use crate::{
    exhibit::{Body, Reading},
    source::ReadSeek,
};

/// Reads a 7z archive.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let mut archive = match ArchiveReader::new(file, Password::empty()) {
        Ok(archive) => archive,
        Err(error) => return note(&error, reading),
    };
    archive.set_thread_count(1);
    let result = archive.for_each_entries(
        &mut |entry: &sevenz_rust2::ArchiveEntry, stream: &mut dyn Read| {
            if entry.is_directory() || entry.size() == 0 && reading.is_empty_too_many() {
                return Ok(true);
            }
            Ok(reading.member(entry.name(), Body::Unpacked(stream)))
        },
    );
    if let Err(error) = result {
        note(&error, reading);
    }
}

fn note(error: &Error, reading: &mut Reading<'_>) {
    let (cause, detail) = match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => {
            (Cause::Password, "the archive is locked with a password")
        }
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => {
            (Cause::Password, "the archive is locked with a password")
        }
        Error::UnsupportedCompressionMethod(_) | Error::UnsupportedVersion { .. } => (
            Cause::UnsupportedFormat,
            "packed by a method that is not known here",
        ),
        Error::MaxMemLimited { .. } => (
            Cause::OutOfMemory,
            "unpacking asks for more memory than allowed",
        ),
        _ => (
            Cause::Corrupt,
            "the archive is broken; its members, or the rest of them, were not read",
        ),
    };
    reading.gap(cause, detail);
}
