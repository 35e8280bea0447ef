//! `Source`: the bytes of one exhibit as they pass, counted and hashed; `Input`: where a file's bytes come from.
//!
//! A reader never sees an error: when the bytes stop early, because a disk, a
//! decompressor or a bound stopped them, the source ends there and keeps the
//! cause, which becomes a gap of this exhibit. Both digests are computed over
//! exactly the bytes that came.

use std::{
    fs::File,
    io::{self, BufRead, Read, Seek, Write},
};

use sha2::{Digest as _, Sha256};
use whose_model::{Cause, Digest};

use crate::{
    beside::{Beside, Joined},
    exhibit::Run,
};

/// The bytes of one file.
#[non_exhaustive]
pub enum Input<'a> {
    /// An open file, read from its beginning. The parent may have opened it and passed it as standard input.
    File(File),
    /// Bytes in memory.
    Memory(&'a [u8]),
    /// Bytes that come once, forwards only.
    Stream(Box<dyn Read + 'a>),
    /// An open file, and those beside it that may belong with it.
    Beside(File, Beside),
}

/// Bytes that can be read from any position.
pub(crate) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Why the bytes of a source stopped before their end.
#[derive(Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) detail: &'static str,
}

pub(crate) enum Raw<'a> {
    File(&'a mut File),
    Memory(&'a [u8]),
    Stream(&'a mut dyn Read),
    Joined(&'a mut Joined),
}

impl Raw<'_> {
    /// The same bytes for a shorter time.
    pub(crate) fn borrow(&mut self) -> Raw<'_> {
        match self {
            Self::File(file) => Raw::File(file),
            Self::Memory(bytes) => Raw::Memory(bytes),
            Self::Stream(stream) => Raw::Stream(&mut **stream),
            Self::Joined(joined) => Raw::Joined(joined),
        }
    }
}

const FIRST_READ: usize = 16 << 10;
const READ: usize = 256 << 10;

/// The bytes of one exhibit, forwards, with look-ahead.
pub(crate) struct Source<'a> {
    raw: Raw<'a>,
    run: &'a dyn Run,
    /// Whether these bytes came out of a decompressor and count against the bounds on unpacking.
    is_unpacked: bool,
    /// How many such bytes there may be in all when this exhibit ends.
    ceiling: u64,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// How many bytes have come so far, hashed.
    n_hashed: u64,
    is_at_end: bool,
    failure: Option<Failure>,
    blake3: Box<blake3::Hasher>,
    sha256: Sha256,
}

impl<'a> Source<'a> {
    pub(crate) fn new(raw: Raw<'a>, run: &'a dyn Run, is_unpacked: bool, ceiling: u64) -> Self {
        Self {
            raw,
            run,
            is_unpacked,
            ceiling,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            n_hashed: 0,
            is_at_end: false,
            failure: None,
            blake3: Box::new(blake3::Hasher::new()),
            sha256: Sha256::new(),
        }
    }

    /// Offset in the exhibit of the next byte that the reader has not consumed.
    pub(crate) fn position(&self) -> u64 {
        self.n_hashed - (self.end - self.start) as u64
    }

    /// How many bytes came.
    pub(crate) fn n_bytes(&self) -> u64 {
        self.n_hashed
    }

    pub(crate) fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// The bytes ahead: at least `n` of them, fewer only at the end.
    pub(crate) fn ahead(&mut self, n: usize) -> &[u8] {
        while self.end - self.start < n && !self.is_at_end {
            self.pull(n);
        }
        &self.buffer[self.start..self.end]
    }

    /// One byte more than there is ahead now, or `false` at the end.
    pub(crate) fn grow(&mut self) -> bool {
        let have = self.end - self.start;
        self.ahead(have + 1).len() > have
    }

    /// What is ahead already, without reading more.
    pub(crate) fn buffered(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Passes over `n` of the bytes ahead.
    pub(crate) fn pass(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }

    /// Whether every byte has been consumed.
    pub(crate) fn is_done(&mut self) -> bool {
        self.ahead(1).is_empty()
    }

    fn pull(&mut self, wanted: usize) {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let step = if self.n_hashed == 0 { FIRST_READ } else { READ };
        let target = wanted.max(self.end + step);
        if self.buffer.len() < target {
            if self.buffer.is_empty() {
                // Fresh pages are zero already: of a small file few are ever touched.
                self.buffer = vec![0; target];
            }
            // Doubling keeps a long look-ahead linear.
            if self.buffer.len() < target {
                self.buffer.resize(target.max(self.buffer.len() * 2), 0);
            }
        }
        let room = &mut self.buffer[self.end..];
        let room_len = room.len().min(READ);
        let room = &mut room[..room_len];
        let n = loop {
            let result = match &mut self.raw {
                Raw::File(file) => file.read(room),
                Raw::Memory(bytes) => {
                    let n = bytes.len().min(room.len());
                    room[..n].copy_from_slice(&bytes[..n]);
                    *bytes = &bytes[n..];
                    Ok(n)
                }
                Raw::Stream(stream) => stream.read(room),
                Raw::Joined(joined) => joined.read(room),
            };
            match result {
                Ok(n) => break n.min(room_len),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(failure_of(&error));
                    break 0;
                }
            }
        };
        if n == 0 {
            self.is_at_end = true;
            return;
        }
        let fresh = &self.buffer[self.end..self.end + n];
        self.blake3.update(fresh);
        self.sha256.update(fresh);
        self.end += n;
        self.n_hashed += n as u64;
        self.run.moved(n as u64);
        if self.is_unpacked
            && let Err(failure) = self.run.unpacked(n as u64, self.ceiling)
        {
            self.failure = Some(failure);
            self.is_at_end = true;
        }
    }

    /// Takes in whatever was not consumed, so that the digests cover all bytes.
    pub(crate) fn drain(&mut self) {
        loop {
            self.start = self.end;
            if self.ahead(1).is_empty() {
                return;
            }
        }
    }

    /// All bytes at once, or `None` when there are more than `max`. Nothing may have been consumed before.
    pub(crate) fn hold(&mut self, max: u64) -> Option<Vec<u8>> {
        loop {
            let have = self.end - self.start;
            if have as u64 > max {
                return None;
            }
            if self.ahead(have + 1).len() == have {
                break;
            }
        }
        let mut bytes = std::mem::take(&mut self.buffer);
        bytes.truncate(self.end);
        bytes.drain(..self.start);
        self.start = 0;
        self.end = 0;
        Some(bytes)
    }

    /// All bytes in an anonymous file in memory, when they are no more than may be set aside; else what was set aside of them, if any.
    pub(crate) fn set_aside(&mut self) -> Result<Aside<'a>, Option<Aside<'a>>> {
        let Ok(file) = anonymous_file() else {
            return Err(None);
        };
        let mut aside = Aside {
            file,
            n: 0,
            run: self.run,
        };
        loop {
            let ready = &self.buffer[self.start..self.end];
            let n = ready.len() as u64;
            if !self.run.aside(n as i64) {
                let _ = aside.file.rewind();
                return Err(Some(aside));
            }
            aside.n += n;
            if aside.file.write_all(ready).is_err() {
                let _ = aside.file.rewind();
                return Err(Some(aside));
            }
            self.start = self.end;
            if self.buffer.len() > READ * 2 {
                // What was held so far is set aside now.
                self.buffer = Vec::new();
                self.start = 0;
                self.end = 0;
            }
            if self.ahead(1).is_empty() {
                break;
            }
        }
        let _ = aside.file.rewind();
        Ok(aside)
    }

    /// Whether what is behind the source can be read from anywhere.
    pub(crate) fn can_rewind(&self) -> bool {
        matches!(self.raw, Raw::File(_) | Raw::Joined(_))
    }

    /// What is behind the source, at its beginning, when it can be read from anywhere; all bytes are hashed first.
    pub(crate) fn rewind(&mut self) -> Option<&mut dyn ReadSeek> {
        match self.raw {
            Raw::File(_) => self.file().map(|file| file as &mut dyn ReadSeek),
            Raw::Joined(_) => self.joined().map(|joined| joined as &mut dyn ReadSeek),
            _ => None,
        }
    }

    /// The one file behind the source, at its beginning, when there is one; all bytes are hashed first.
    pub(crate) fn file(&mut self) -> Option<&mut File> {
        if !matches!(self.raw, Raw::File(_)) {
            return None;
        }
        self.drain();
        match &mut self.raw {
            Raw::File(file) => file.rewind().is_ok().then_some(file),
            _ => None,
        }
    }

    /// The pieces behind the source, at their beginning, when there are several; all bytes are hashed first.
    pub(crate) fn joined(&mut self) -> Option<&mut Joined> {
        if !matches!(self.raw, Raw::Joined(_)) {
            return None;
        }
        self.drain();
        match &mut self.raw {
            Raw::Joined(joined) => joined.rewind().is_ok().then_some(joined),
            _ => None,
        }
    }

    /// The digests of the bytes that came; `None` when none did although there should have been some.
    pub(crate) fn digest(&self) -> Option<Digest> {
        if self.n_hashed == 0 && self.failure.is_some() {
            return None;
        }
        Some(Digest {
            blake3: *self.blake3.finalize().as_bytes(),
            sha256: self.sha256.clone().finalize().into(),
        })
    }
}

/// Bytes in an anonymous file in memory.
pub(crate) struct Aside<'a> {
    pub(crate) file: File,
    n: u64,
    run: &'a dyn Run,
}

impl Drop for Aside<'_> {
    fn drop(&mut self) {
        self.run.aside(-(self.n as i64));
    }
}

/// A file without a name that lies in memory only.
#[cfg(target_os = "linux")]
fn anonymous_file() -> io::Result<File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    Ok(memfd_create("nested", MemfdFlags::CLOEXEC)?.into())
}

#[cfg(not(target_os = "linux"))]
fn anonymous_file() -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Never fails: see the head of the file.
impl Read for Source<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ahead = self.ahead(1);
        let n = ahead.len().min(out.len());
        out[..n].copy_from_slice(&ahead[..n]);
        self.pass(n);
        Ok(n)
    }
}

impl BufRead for Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.ahead(1))
    }
    fn consume(&mut self, n: usize) {
        self.pass(n);
    }
}

/// What an error of the bytes below means for the exhibit.
fn failure_of(error: &io::Error) -> Failure {
    let (cause, detail) = match error.kind() {
        io::ErrorKind::UnexpectedEof => (
            Cause::Truncated,
            "the packed bytes end before the content does",
        ),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => (
            Cause::Corrupt,
            "the packed bytes break their format's rules",
        ),
        io::ErrorKind::OutOfMemory => (
            Cause::OutOfMemory,
            "unpacking asks for more memory than allowed",
        ),
        io::ErrorKind::Unsupported => (
            Cause::UnsupportedFormat,
            "packed by a method that is not known here",
        ),
        _ => (Cause::Io, "the operating system did not give all bytes"),
    };
    Failure { cause, detail }
}
