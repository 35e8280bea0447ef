//! One writer at a time: a lock that the operating system drops when its holder dies.
//!
//! The lock file holds the holder's process id and nothing else, and is empty
//! when nobody writes. The lock is the operating system's (`flock` on Unix),
//! so that a killed holder never blocks anybody.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::StoreError;
use crate::error::At;

pub(crate) const FILE_NAME: &str = "lock";

/// Held while a case is open for writing.
pub(crate) struct WriteLock(File);

impl WriteLock {
    /// Takes the lock or says who has it.
    pub(crate) fn take(case: &Path) -> Result<Self, StoreError> {
        let path = case.join(FILE_NAME);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .at(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(&mut file)),
            Err(TryLockError::Error(error)) => return Err(error).at(&path),
        }
        file.set_len(0).at(&path)?;
        file.seek(SeekFrom::Start(0)).at(&path)?;
        writeln!(file, "{}", std::process::id()).at(&path)?;
        Ok(Self(file))
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        let _ = self.0.set_len(0);
        let _ = self.0.unlock();
    }
}

/// Holds off writers while a case is verified; `None` where there is no lock file to hold.
pub(crate) fn hold_off_writers(case: &Path) -> Result<Option<File>, StoreError> {
    let path = case.join(FILE_NAME);
    let Ok(mut file) = File::open(&path) else {
        return Ok(None);
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(locked(&mut file)),
        // A file system without locks: verify what is there.
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Says whether the lock file holds what a lock file may hold.
pub(crate) fn looks_right(case: &Path) -> bool {
    fs::read(case.join(FILE_NAME)).is_ok_and(|bytes| {
        bytes.is_empty()
            || bytes.strip_suffix(b"\n").is_some_and(|digits| {
                (1..=10).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
            })
    })
}

fn locked(file: &mut File) -> StoreError {
    let mut text = String::new();
    let read = file.take(32).read_to_string(&mut text);
    StoreError::Locked {
        holder: read.ok().and_then(|_| text.trim().parse().ok()),
    }
}
