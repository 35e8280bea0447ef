//! A program in: the archive that hides in it as members out when it unpacks itself, else its readable strings.
//!
//! A ZIP archive is found by its directory at the end, a 7z archive by its mark
//! and the checksum of its first header.
//!
//! Formats: as in `zip.rs` and `sevenz.rs`; what stands before them is not looked at.

use flate2::Crc;
use memchr::memmem;
use whose_model::Cause;

use super::{sevenz, zip, zip_directory};
use crate::{
    beside::Layout,
    disk::{Whole, Window},
    exhibit::Reading,
    fields::le32,
    source::ReadSeek,
    strings,
};

/// Where an archive must begin to be found.
const MAX_STUB: u64 = 8 << 20;

/// Reads a program.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let end = file.seek(std::io::SeekFrom::End(0)).unwrap_or(0);
    reading.gap(
        Cause::UnsupportedFormat,
        "a program; only its readable strings, and the archive in it if there is one, were read",
    );
    let has_zip = zip_directory::directory(file, 1, &Layout::default())
        .is_some_and(|it| !it.entries.is_empty());
    let stub = if has_zip {
        zip::read(file, reading);
        // The members are packed: strings stand before them only.
        zip_directory::directory(file, usize::MAX, &Layout::default())
            .and_then(|it| it.entries.iter().map(|entry| entry.offset).min())
            .unwrap_or(end)
    } else if let Some(at) = sevenz_at(file) {
        sevenz::read(
            &mut Window::new(&mut Whole(file), at, end.saturating_sub(at)),
            reading,
        );
        at
    } else {
        end
    };
    strings::scan(file, 0, stub.min(end), reading);
}

/// Where a 7z archive begins.
fn sevenz_at(file: &mut dyn ReadSeek) -> Option<u64> {
    let bytes = zip_directory::read_at(file, 0, MAX_STUB)?;
    memmem::find_iter(&bytes, b"7z\xbc\xaf\x27\x1c")
        .find(|&at| {
            bytes.get(at + 12..at + 32).is_some_and(|header| {
                let mut crc = Crc::new();
                crc.update(header);
                crc.sum() == le32(&bytes, at + 8)
            })
        })
        .map(|at| at as u64)
}
