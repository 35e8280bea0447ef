//! `StoreError`: what can go wrong with a case at rest, with the file and the next step, never a value.

use std::io;
use std::path::{Path, PathBuf};

/// Why the store could not do what it was asked.
///
/// Paths are those of the case folder, whose names hold no PHI.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder holds no case.
    #[error("no case at {0}: there is no case.toml")]
    NoCase(PathBuf),
    /// The folder to create a case in is not empty.
    #[error("{0} already holds something; a new case needs an empty or new folder")]
    NotEmpty(PathBuf),
    /// None of the secrets opens the case key.
    #[error("none of the given passphrases or identities opens this case")]
    WrongSecret,
    /// No secret was given.
    #[error("this case is sealed: give a passphrase or an age identity")]
    NoSecret,
    /// A passphrase of no characters.
    #[error("a passphrase must not be empty")]
    EmptyPassphrase,
    /// The age recipient or identity is not one.
    #[error("not an age {0} of the X25519 kind")]
    BadAgeKey(&'static str),
    /// The work factor of a passphrase is out of bounds.
    #[error("work factor {0} is not between 1 and {max}", max = crate::keys::MAX_WORK_FACTOR)]
    BadWorkFactor(u8),
    /// A case nobody could open.
    #[error("a case needs at least one passphrase or recipient")]
    NoRecipient,
    /// Another process writes to the case.
    #[error(
        "the case is in use by {}; wait until it is done or stop it, then run again",
        holder.map_or("another process".to_owned(), |pid| format!("process {pid}"))
    )]
    Locked {
        /// The process id of the holder, when it could be read.
        holder: Option<u32>,
    },
    /// The case was opened for reading only.
    #[error("the case was opened for reading only")]
    ReadOnly,
    /// No room left.
    #[error(
        "the disk is full at {0}; nothing that was finished is lost: free some space and run again"
    )]
    DiskFull(PathBuf),
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A file of the case is not what the case wrote.
    #[error("{path} is damaged: {what}; run `whose verify` for the whole picture")]
    Damaged {
        /// Which file, relative to the case.
        path: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A name that could not be a file's name or could say too much.
    #[error("a name here is 1 to 128 lower case letters, digits, `-`, `_` or `.`")]
    BadName,
    /// A part of this name is already there; parts are written once.
    #[error("part {0} is already in the case; parts are written once")]
    PartExists(String),
    /// No such part, table or person.
    #[error("the case has no {0}")]
    NotFound(String),
    /// A row, entry or frame larger than its bound.
    #[error("{what} of {bytes} bytes is over the bound of {bound}")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// Its size.
        bytes: u64,
        /// The bound.
        bound: u64,
    },
    /// A row that does not turn into bytes or back.
    #[error("a row of table {0} does not fit its type")]
    BadRow(String),
    /// An entry's verb is one that the store keeps for itself, or is empty.
    #[error("a log entry's verb is a word that does not begin with `store.`")]
    BadVerb,
    /// A proof that does not hold.
    #[error("the proof does not hold: {0}")]
    BadProof(&'static str),
    /// `case.toml` or another text of the case could not be made.
    #[error("{0} could not be written as text")]
    BadMeta(&'static str),
    /// An export failed in a way of its format.
    #[error("the {format} export failed: {what}")]
    Export {
        /// Which format.
        format: &'static str,
        /// What its writer said; without values.
        what: String,
    },
}

/// Ties what the operating system said to the file it said it about.
pub(crate) trait At<T> {
    fn at(self, path: &Path) -> Result<T, StoreError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                StoreError::DiskFull(path.to_owned())
            }
            _ => StoreError::Io {
                path: path.to_owned(),
                source,
            },
        })
    }
}

/// What is wrong with which file of the case.
pub(crate) fn damaged(path: &str, what: &'static str) -> StoreError {
    StoreError::Damaged {
        path: path.to_owned(),
        what,
    }
}
