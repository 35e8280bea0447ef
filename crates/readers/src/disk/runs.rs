//! `Runs`: a file's content as the stretches of an image that hold it, read in order; a hole is zeros.

use std::io::{self, Read, SeekFrom};

use crate::source::ReadSeek;

/// A stretch of an image; without a place it is a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) at: Option<u64>,
    pub(crate) len: u64,
}

/// The bytes of several runs, one after the other, as far as the file's size goes.
pub(crate) struct Runs<'a> {
    file: &'a mut dyn ReadSeek,
    runs: Vec<Run>,
    index: usize,
    within: u64,
    left: u64,
    is_placed: bool,
}

impl<'a> Runs<'a> {
    pub(crate) fn new(file: &'a mut dyn ReadSeek, runs: Vec<Run>, size: u64) -> Self {
        Self {
            file,
            runs,
            index: 0,
            within: 0,
            left: size,
            is_placed: false,
        }
    }
}

/// The first error ends it.
impl Read for Runs<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || out.is_empty() {
            return Ok(0);
        }
        let run = loop {
            let Some(run) = self.runs.get(self.index) else {
                self.left = 0;
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            if self.within < run.len {
                break *run;
            }
            self.index += 1;
            self.within = 0;
            self.is_placed = false;
        };
        let n = (run.len - self.within).min(self.left).min(out.len() as u64) as usize;
        let n = match run.at {
            None => {
                out[..n].fill(0);
                n
            }
            Some(at) => {
                if !std::mem::replace(&mut self.is_placed, true) {
                    let place = at.checked_add(self.within);
                    let place = place.ok_or(io::ErrorKind::InvalidData)?;
                    self.file.seek(SeekFrom::Start(place))?;
                }
                self.file.read(&mut out[..n])?
            }
        };
        if n == 0 {
            self.left = 0;
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.within += n as u64;
        self.left -= n as u64;
        Ok(n)
    }
}

/// `n` bytes at a place; fewer at the end.
pub(crate) fn read_at(file: &mut dyn ReadSeek, at: u64, n: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if file.seek(SeekFrom::Start(at)).is_ok() {
        let _ = file.take(n).read_to_end(&mut bytes);
    }
    bytes
}

/// How many bytes there are.
pub(crate) fn len(file: &mut dyn ReadSeek) -> u64 {
    file.seek(SeekFrom::End(0)).unwrap_or(0)
}

/// Bytes of a page.
const PAGE: u64 = 64 << 10;

/// Tables of an image, read page by page as they are asked for.
#[derive(Default)]
pub(crate) struct Pages {
    at: u64,
    page: Vec<u8>,
}

impl Pages {
    /// The bytes at a place, zeros where there are none.
    pub(crate) fn bytes<const N: usize>(&mut self, file: &mut dyn ReadSeek, at: u64) -> [u8; N] {
        let mut bytes = [0; N];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let at = at.saturating_add(index as u64);
            let page_at = at / PAGE * PAGE;
            if self.page.is_empty() || self.at != page_at {
                self.page = read_at(file, page_at, PAGE);
                self.at = page_at;
            }
            *byte = self.page.get((at - page_at) as usize).copied().unwrap_or(0);
        }
        bytes
    }
}
