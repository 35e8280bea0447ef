//! Work products in, sealed files that are there whole or not at all out: `vault/parts/<kind>/<name>`.
//!
//! A part is one batch of finished work, written once under its name; a run
//! that was killed goes on where the parts end. Threads write parts at the
//! same time through one `&Case`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::StoreError;
use crate::case::Case;
use crate::error::{At, damaged};
use crate::files::Unfinished;
use crate::index::{FileRecord, Hex};
use crate::keys::CaseKey;
use crate::sealed::{Broken, CHUNK, SealedReader, SealedWriter};

impl Case {
    /// Writes a whole part. `kind` and `name` hold no PHI: lower case letters, digits, `-`, `_`, `.`.
    pub fn write_part(&self, kind: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut writer = self.new_part(kind, name, bytes)?;
        writer.write_all(bytes).at(&self.dir)?;
        writer.finish()
    }

    /// Begins a part that is written as a stream; it exists once `finish` returned.
    pub fn part_writer(&self, kind: &str, name: &str) -> Result<PartWriter<'_>, StoreError> {
        self.new_part(kind, name, b"")
    }

    fn new_part(
        &self,
        kind: &str,
        name: &str,
        content: &[u8],
    ) -> Result<PartWriter<'_>, StoreError> {
        self.must_write()?;
        let path = part_path(kind, name)?;
        if self.has_part(kind, name) {
            return Err(StoreError::PartExists(path));
        }
        let salt = self.salt(&path, content)?;
        let place = self.dir.join(&path);
        let file = Unfinished::new(&place, self.next())?;
        let sealed = SealedWriter::new(file, &self.key, &path, &salt).at(&place)?;
        Ok(PartWriter {
            case: self,
            path,
            salt,
            sealed,
            buffer: Vec::with_capacity(CHUNK),
        })
    }

    /// Says whether a part is finished.
    pub fn has_part(&self, kind: &str, name: &str) -> bool {
        part_path(kind, name).is_ok_and(|path| self.lock_state().index.files.contains_key(&path))
    }

    /// The names of the finished parts of a kind, in order.
    pub fn parts(&self, kind: &str) -> Vec<String> {
        match part_path(kind, "x") {
            Ok(path) => self
                .lock_state()
                .index
                .names(path.strip_suffix('x').unwrap_or_default()),
            Err(_) => Vec::new(),
        }
    }

    /// Reads a whole part.
    pub fn read_part(&self, kind: &str, name: &str) -> Result<Vec<u8>, StoreError> {
        let mut reader = self.part_reader(kind, name)?;
        let mut bytes = Vec::new();
        while reader.fill().map_err(|broken| broken.at(&reader.path))? {
            bytes.extend_from_slice(&reader.frame);
            reader.at = reader.frame.len();
        }
        Ok(bytes)
    }

    /// Reads a part as a stream. Its end is only to be believed when `read` gave `Ok(0)`.
    pub fn part_reader(&self, kind: &str, name: &str) -> Result<PartReader, StoreError> {
        let path = part_path(kind, name)?;
        let sealed = self.open_sealed(&path)?;
        Ok(PartReader {
            path,
            sealed,
            frame: Vec::new(),
            at: 0,
        })
    }

    /// Removes one part.
    pub fn remove_part(&self, kind: &str, name: &str) -> Result<(), StoreError> {
        self.remove(&[part_path(kind, name)?])
    }

    /// Removes every part of a kind; returns how many there were.
    pub fn remove_parts(&self, kind: &str) -> Result<usize, StoreError> {
        let paths = self
            .parts(kind)
            .iter()
            .map(|name| part_path(kind, name))
            .collect::<Result<Vec<_>, _>>()?;
        self.remove(&paths)?;
        Ok(paths.len())
    }

    /// Opens a sealed file that the log names, in the very version that it names.
    pub(crate) fn open_sealed(&self, path: &str) -> Result<SealedReader, StoreError> {
        let standing = self.lock_state().index.files.get(path).cloned();
        let standing = standing.ok_or_else(|| StoreError::NotFound(path.to_owned()))?;
        let place = self.dir.join(path);
        let file = match File::open(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(damaged(path, "it is missing"));
            }
            opened => opened.at(&place)?,
        };
        let sealed = SealedReader::new(file, &self.key, path).map_err(|broken| broken.at(path))?;
        if standing.record.salt != Some(Hex(sealed.salt)) {
            return Err(damaged(path, "it is another version than the log names"));
        }
        Ok(sealed)
    }
}

/// Writes a part as a stream. Dropped unfinished, it leaves nothing.
pub struct PartWriter<'c> {
    case: &'c Case,
    path: String,
    salt: [u8; 32],
    sealed: SealedWriter<Unfinished>,
    buffer: Vec<u8>,
}

impl PartWriter<'_> {
    /// Makes the part exist.
    pub fn finish(self) -> Result<(), StoreError> {
        let place = self.case.dir.join(&self.path);
        let (file, digest, bytes) = self.sealed.finish(&self.buffer).at(&place)?;
        let record = FileRecord {
            path: self.path,
            blake3: Hex(digest),
            bytes,
            salt: Some(Hex(self.salt)),
            table: None,
        };
        self.case.commit_part(file, record)
    }
}

impl Write for PartWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() == CHUNK {
            self.sealed.frame(&self.buffer)?;
            self.buffer.clear();
        }
        let n = bytes.len().min(CHUNK - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a part as a stream.
pub struct PartReader {
    path: String,
    sealed: SealedReader,
    frame: Vec<u8>,
    at: usize,
}

impl PartReader {
    /// Makes `frame` hold unread bytes; false at the end.
    fn fill(&mut self) -> Result<bool, Broken> {
        while self.at == self.frame.len() {
            match self.sealed.next_frame()? {
                Some(frame) => (self.frame, self.at) = (frame, 0),
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

impl Read for PartReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.fill().map_err(Broken::into_io)? {
            return Ok(0);
        }
        let n = out.len().min(self.frame.len() - self.at);
        out[..n].copy_from_slice(&self.frame[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

/// Where a part stands, if its names are such as may stand there.
pub(crate) fn part_path(kind: &str, name: &str) -> Result<String, StoreError> {
    check_name(kind)?;
    check_name(name)?;
    Ok(format!("vault/parts/{kind}/{name}"))
}

/// A name that is safe on every file system and too dull to say who somebody is.
pub(crate) fn check_name(name: &str) -> Result<(), StoreError> {
    let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    match (1..=128).contains(&name.len()) && name.bytes().all(fits) && !name.starts_with('.') {
        true => Ok(()),
        false => Err(StoreError::BadName),
    }
}

/// Opens a sealed file to its end; the record that the log should have of it.
pub(crate) fn authenticate(
    dir: &Path,
    key: &CaseKey,
    path: &str,
) -> Result<FileRecord, StoreError> {
    let place = dir.join(path);
    let mut sealed = SealedReader::new(File::open(&place).at(&place)?, key, path)
        .map_err(|broken| broken.at(path))?;
    while sealed
        .next_frame()
        .map_err(|broken| broken.at(path))?
        .is_some()
    {}
    Ok(FileRecord {
        path: path.to_owned(),
        blake3: Hex(crate::files::digest(&place)?),
        bytes: sealed.len(),
        salt: Some(Hex(sealed.salt)),
        table: None,
    })
}
