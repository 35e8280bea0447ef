//! `LawError`: what can go wrong while rules or an incident file are read, with the place.
//!
//! Rule files and incident files hold no PHI, so a message may quote a key;
//! it never quotes a value.

/// Why the rules or an incident could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LawError {
    /// A file is not the TOML we expect.
    #[error("{file}, line {line}, column {column}: {reason}")]
    Syntax {
        /// Name of the file below `law/`, or `incident.toml`.
        file: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What the parser expected.
        reason: String,
    },
    /// An entry of the incident's history does not fit.
    #[error("incident.toml: {0}")]
    History(String),
    /// A rule names something that no file defines.
    #[error("{file}: {what} `{name}` is not defined")]
    Unknown {
        /// Name of the file below `law/`.
        file: String,
        /// What sort of thing: `regulator`, `clock words`.
        what: &'static str,
        /// Its id.
        name: String,
    },
    /// A file that must be there is not.
    #[error("{0} is missing from the rules")]
    MissingFile(String),
    /// A folder or file could not be read.
    #[error("{file}: {source}")]
    Io {
        /// Which.
        file: String,
        /// Why.
        source: std::io::Error,
    },
}
