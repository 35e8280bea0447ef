//! Bytes in, a file that is there whole or not at all out.
//!
//! A file is written beside its place under a name that ends in `~` and a
//! number, flushed to the disk, and only then renamed; the folder is flushed
//! after. Names with `~` are never read as anything else, so that a killed run
//! leaves nothing that could be taken for whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::{StoreError, error::At};

/// Says whether a file name is that of an unfinished file.
pub(crate) fn is_unfinished(name: &str) -> bool {
    name.contains('~')
}

/// A file being written; removed when dropped before it is put in its place.
pub(crate) struct Unfinished {
    file: Option<io::BufWriter<File>>,
    temp: PathBuf,
    place: PathBuf,
    keep: bool,
}

impl Unfinished {
    /// Begins a file for this place; `n` makes the name of the unfinished file unique in the run.
    pub(crate) fn new(place: &Path, n: u64) -> Result<Self, StoreError> {
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(format!("~{n}"));
        let temp = place.with_file_name(name);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).at(folder)?;
        }
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&temp)
            .at(&temp)?;
        Ok(Self {
            file: Some(io::BufWriter::with_capacity(64 * 1024, file)),
            temp,
            place: place.to_owned(),
            keep: false,
        })
    }

    /// Flushes the bytes to the disk. From here on the file is whole, but not in its place.
    pub(crate) fn sync(&mut self) -> Result<(), StoreError> {
        if let Some(file) = self.file.take() {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error);
            file.and_then(|file| file.sync_all()).at(&self.temp)?;
        }
        Ok(())
    }

    /// Keeps the whole file beside its place even if this process ends before `place`.
    pub(crate) fn keep(&mut self) -> Result<(), StoreError> {
        self.sync()?;
        self.keep = true;
        sync_folder(&self.place)
    }

    /// Takes back `keep`.
    pub(crate) fn abandon(mut self) {
        self.keep = false;
    }

    /// Puts the file in its place.
    pub(crate) fn place(mut self) -> Result<(), StoreError> {
        self.sync()?;
        fs::rename(&self.temp, &self.place).at(&self.place)?;
        self.keep = true;
        sync_folder(&self.place)
    }

    /// The place it is for.
    pub(crate) fn path(&self) -> &Path {
        &self.place
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::Error::other("the file was already flushed")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.keep {
            // Nothing to do about a failure here; the next open for writing tidies up.
            drop(self.file.take());
            let _ = fs::remove_file(&self.temp);
        }
    }
}

/// Writes a whole file.
pub(crate) fn write_whole(place: &Path, n: u64, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = Unfinished::new(place, n)?;
    file.write_all(bytes).at(place)?;
    file.place()
}

/// Flushes the folder that a file stands in, so that its name is on the disk.
pub(crate) fn sync_folder(place: &Path) -> Result<(), StoreError> {
    let Some(folder) = place.parent() else {
        return Ok(());
    };
    // Only Unix lets a folder be opened and flushed.
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .at(folder)?;
    }
    Ok(())
}

/// Every file under a folder as a path relative to it with `/`, in order.
pub(crate) fn walk(root: &Path) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).at(&folder)? {
            let entry = entry.at(&folder)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            // A link is listed as a file, never followed.
            if entry.file_type().at(&entry.path())?.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The BLAKE3 digest of a file's bytes.
pub(crate) fn digest(path: &Path) -> Result<[u8; 32], StoreError> {
    let mut hasher = blake3::Hasher::new();
    let mut file = File::open(path).at(path)?;
    io::copy(&mut file, &mut hasher).at(path)?;
    Ok(*hasher.finalize().as_bytes())
}

/// Reads a file of at most `bound` bytes; `None` when it is not there.
pub(crate) fn read_bounded(path: &Path, bound: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let length = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).at(path),
    };
    if length > bound {
        return Err(StoreError::TooLarge {
            what: "a file of the case",
            bytes: length,
            bound,
        });
    }
    fs::read(path).at(path).map(Some)
}
