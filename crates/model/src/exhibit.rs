//! `Exhibit`: one seized file, known by its digests, with what became of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an exhibit stands: folders and containers joined by `/`, as `mail.zip/inbox/42.eml/list.xlsx`.
///
/// Relative to the evidence folder. A file's name may itself identify a person
/// (`TREMBLAY Marie.pdf`), so front doors show it but nothing logs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExhibitPath(pub String);

impl ExhibitPath {
    /// The path of a file inside this exhibit.
    pub fn child(&self, name: &str) -> Self {
        Self(format!("{}/{}", self.0, name.trim_start_matches('/')))
    }

    /// The last part: the file's own name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or("")
    }

    /// The ending after the last dot of the file's name, as written; empty when there is none.
    pub fn extension(&self) -> &str {
        self.file_name()
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending)
    }
}

impl fmt::Display for ExhibitPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Both digests of an exhibit's bytes: BLAKE3 to work with, SHA-256 because courts know it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Digest {
    /// BLAKE3, 32 bytes.
    pub blake3: [u8; 32],
    /// SHA-256, 32 bytes.
    pub sha256: [u8; 32],
}

impl Digest {
    /// The BLAKE3 digest in hexadecimal.
    pub fn blake3_hex(&self) -> String {
        hex(&self.blake3)
    }

    /// The SHA-256 digest in hexadecimal.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// What became of an exhibit: exactly one of these, for every file in the pile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Read to the end.
    Read,
    /// Read in part; the gaps say what is missing.
    ReadWithGaps,
    /// Not read; a gap says why.
    NotRead,
}

impl Outcome {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWithGaps => "read-with-gaps",
            Self::NotRead => "not-read",
        }
    }
}

/// The members of a container, counted against what its own tables promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// How many its own tables promise, when it has such tables.
    pub expected: Option<u64>,
    /// How many were read, with gaps or without.
    pub read: u64,
    /// How many were found and could not be read.
    pub failed: u64,
}

impl Members {
    /// Counts one member.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::NotRead => self.failed += 1,
            Outcome::Read | Outcome::ReadWithGaps => self.read += 1,
        }
    }
}

/// One file of the pile, or one inside a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exhibit {
    /// Where it stands.
    pub path: ExhibitPath,
    /// Its digests; `None` when not one byte of it could be read.
    pub digest: Option<Digest>,
    /// Its size in bytes.
    pub bytes: u64,
    /// The format its bytes show, as a short id: `csv`, `docx`, `hl7v2`.
    pub format: String,
    /// What became of it.
    pub outcome: Outcome,
    /// How many segments it gave.
    pub n_segments: u64,
    /// Its members, when it is a container.
    pub members: Members,
    /// The path of the first exhibit with the same bytes, when this is a copy of it.
    pub copy_of: Option<ExhibitPath>,
    /// The path of the first exhibit whose text is nearly the same: another draft, or the same form for another person.
    pub near_copy_of: Option<ExhibitPath>,
    /// Mails with the same id here belong to one thread.
    pub thread: Option<String>,
    /// The path of the exhibit that was read together with this one, and under which all that is in both is listed: the first of several parts, a database beside its log.
    pub part_of: Option<ExhibitPath>,
}
