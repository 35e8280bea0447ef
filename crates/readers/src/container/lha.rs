//! An LHA archive (`.lzh`, `.lha`) in, its files as members out; streaming.
//!
//! Format: header levels 0 to 3 and the methods -lh0- to -lh7-, -lzs-, -lz4-, -lz5- through the `delharc` crate.

use std::io::{self, Read};

use delharc::{LhaDecodeReader, decode::LhaDecodeError};
use whose_model::Cause;

use crate::{
    exhibit::{Body, Reading},
    source::Source,
};

/// Reads an LHA archive.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut archive = match LhaDecodeReader::new(&mut *source) {
        Ok(archive) => archive,
        Err(error) => return note(&error, reading),
    };
    loop {
        let header = archive.header();
        let is_directory = header.is_directory();
        let size = header.original_size;
        let name = header.parse_pathname_to_str().replace('\\', "/");
        let may_go_on = if is_directory || size == 0 && reading.is_empty_too_many() {
            true
        } else if archive.is_decoder_supported() {
            reading.member(&name, Body::Unpacked(&mut Checked(&mut archive)))
        } else {
            reading.lost_member(
                &name,
                "unknown",
                Cause::UnsupportedFormat,
                "packed by a method that is not known here",
                Some(size),
            )
        };
        if !may_go_on {
            return;
        }
        match archive.next_file() {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return note(&error, reading),
        }
    }
}

fn note<R: delharc::stub_io::Read>(error: &LhaDecodeError<R>, reading: &mut Reading<'_>)
where
    R::Error: std::error::Error,
{
    let _ = error;
    reading.gap(
        Cause::Corrupt,
        "a member's header is broken or cut off; what follows it was not read",
    );
}

/// A member's content, which ends in an error when its checksum does not hold.
struct Checked<'a, 's, 'r>(&'a mut LhaDecodeReader<&'s mut Source<'r>>);

impl Read for Checked<'_, '_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(out)?;
        if n == 0 && !out.is_empty() && self.0.is_empty() && !self.0.crc_is_ok() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(n)
    }
}
