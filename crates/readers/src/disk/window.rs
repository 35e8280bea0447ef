//! `Window`: a stretch of an image as if it were a file of its own.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Disk, runs::len};
use crate::source::ReadSeek;

/// `len` bytes from `start` on.
pub(crate) struct Window<'a> {
    file: &'a mut dyn Disk,
    start: u64,
    len: u64,
    at: u64,
}

impl<'a> Window<'a> {
    pub(crate) fn new(file: &'a mut dyn Disk, start: u64, len: u64) -> Self {
        Self {
            file,
            start,
            len,
            at: u64::MAX,
        }
    }
}

impl Read for Window<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == u64::MAX {
            self.seek(SeekFrom::Start(0))?;
        }
        let left = self.len.saturating_sub(self.at);
        let n = left.min(out.len() as u64) as usize;
        let n = self.file.read(&mut out[..n])?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Window<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = sought(to, self.at, self.len)?;
        let place = self.start.checked_add(at);
        self.file
            .seek(SeekFrom::Start(place.ok_or(io::ErrorKind::InvalidInput)?))?;
        self.at = at;
        Ok(at)
    }
}

/// The position that a seek asks for.
pub(super) fn sought(to: SeekFrom, at: u64, len: u64) -> io::Result<u64> {
    let at = match to {
        SeekFrom::Start(at) => Some(at),
        SeekFrom::End(by) => len.checked_add_signed(by),
        SeekFrom::Current(by) => at.checked_add_signed(by),
    };
    Ok(at.ok_or(io::ErrorKind::InvalidInput)?)
}

impl Disk for Window<'_> {
    fn content(&mut self, at: u64) -> Option<(u64, u64)> {
        let (start, end) = self.file.content(self.start.checked_add(at)?)?;
        let start = start.saturating_sub(self.start);
        let end = end.saturating_sub(self.start).min(self.len);
        (start < end).then_some((start, end))
    }
}

/// A raw disk: it has no holes that show.
pub(crate) struct Whole<'a>(pub(crate) &'a mut dyn ReadSeek);

impl Read for Whole<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out)
    }
}

impl Seek for Whole<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl Disk for Whole<'_> {
    fn content(&mut self, at: u64) -> Option<(u64, u64)> {
        let end = len(self.0);
        (at < end).then_some((at, end))
    }
}
