//! `Gap`: a part of an exhibit that was not read, and why. The causes are a closed list.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{ExhibitPath, Locator};

/// Why something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// No reader knows this format.
    UnsupportedFormat,
    /// Locked with a password or key that the case does not have.
    Password,
    /// The bytes break their format's rules.
    Corrupt,
    /// The file ends before its content does.
    Truncated,
    /// Larger than a bound in `Limits`.
    TooLarge,
    /// Nested deeper than `Limits` allow.
    TooDeep,
    /// Took longer than `Limits` allow.
    Timeout,
    /// Needed more memory than `Limits` allow.
    OutOfMemory,
    /// The reader ended unexpectedly.
    Crash,
    /// A picture of text that could not be made out.
    UnreadableScan,
    /// The operating system would not give the bytes.
    Io,
}

impl Cause {
    /// Every cause.
    pub const ALL: &'static [Self] = &[
        Self::UnsupportedFormat,
        Self::Password,
        Self::Corrupt,
        Self::Truncated,
        Self::TooLarge,
        Self::TooDeep,
        Self::Timeout,
        Self::OutOfMemory,
        Self::Crash,
        Self::UnreadableScan,
        Self::Io,
    ];

    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::UnsupportedFormat => "unsupported-format",
            Self::Password => "password",
            Self::Corrupt => "corrupt",
            Self::Truncated => "truncated",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::Timeout => "timeout",
            Self::OutOfMemory => "out-of-memory",
            Self::Crash => "crash",
            Self::UnreadableScan => "unreadable-scan",
            Self::Io => "io",
        }
    }
}

/// A part of an exhibit that was not read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// In which exhibit.
    pub exhibit: ExhibitPath,
    /// Where in it; `None` means the whole of it.
    pub place: Option<Locator>,
    /// Why.
    pub cause: Cause,
    /// One clause for a person, without any value of the evidence: "the central directory is cut off".
    pub detail: Cow<'static, str>,
    /// How many bytes were not read, when known.
    pub bytes: Option<u64>,
}
