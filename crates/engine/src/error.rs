//! What can stop a run: never broken evidence, only our own trouble, each with place and next step.

use std::io;
use std::path::PathBuf;

use whose_store::StoreError;

use crate::pool::PoolError;

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A path given on the command line is not there or cannot be opened.
    #[error("cannot open {}: {}", place.display(), cause.kind())]
    Evidence {
        /// The path as given.
        place: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The case cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The incident file is not one.
    #[error("incident file {}: {detail}", place.display())]
    Incident {
        /// The file.
        place: PathBuf,
        /// What is wrong, with the line.
        detail: String,
    },
    /// The roster gives no person.
    #[error("roster {}: {detail}", place.display())]
    Roster {
        /// The file.
        place: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The file of custom detectors is not one.
    #[error("detectors {}: {detail}", place.display())]
    Detectors {
        /// The file.
        place: PathBuf,
        /// What is wrong, with the line.
        detail: String,
    },
    /// The rules in the program are broken.
    #[error("the rules cannot be used: {0}")]
    Law(String),
    /// No reading process could be started.
    #[error("no reading process could be started: {0}")]
    Workers(io::Error),
    /// A letter or report could not be set.
    #[error("a paper could not be set: {0}")]
    Letter(String),
    /// An output file could not be written.
    #[error("cannot write {}: {}", place.display(), cause.kind())]
    Output {
        /// The file.
        place: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// Reading or the linkage was not worked elsewhere.
    #[error("the work on the cluster was not finished: {0}")]
    Elsewhere(#[from] whose_linkage::WireError),
    /// The case does not hold what was asked for.
    #[error("{0}")]
    NotThere(String),
}

impl From<PoolError<StoreError>> for EngineError {
    fn from(error: PoolError<StoreError>) -> Self {
        match error {
            PoolError::Start(error) => Self::Workers(error),
            PoolError::Outbox(error) => Self::Store(error),
        }
    }
}

/// A pipe to the program that speaks with a cluster has ended.
impl From<io::Error> for EngineError {
    fn from(error: io::Error) -> Self {
        Self::Elsewhere(error.into())
    }
}

impl EngineError {
    /// What the user can do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Evidence { .. } => {
                "check the path and that you may read it, then run the same command again"
            }
            Self::Store(StoreError::WrongSecret) => {
                "give the right one with `--passphrase-file FILE` or `--identity FILE`"
            }
            Self::Store(StoreError::NoSecret) => {
                "add `--passphrase-file FILE` or `--identity FILE`"
            }
            Self::Store(StoreError::NoCase(_)) => "make it with `whose run CASE --evidence PATH`",
            Self::Store(StoreError::DiskFull(_)) => {
                "what was finished is kept: free some space and run the same command again"
            }
            Self::Store(StoreError::Damaged { .. }) => {
                "run `whose verify CASE` for the whole picture, and go back to a copy"
            }
            Self::Store(_) => {
                "nothing that was finished is lost; mend the cause and run the same command again"
            }
            Self::Incident { .. } => {
                "mend the file (docs/reference/incident.md shows every field), then run the same command again"
            }
            Self::Roster { .. } => {
                "give a CSV or XLSX file with one person a row and a header that names the columns"
            }
            Self::Detectors { .. } => {
                "`whose detect check FILE` shows everything that is wrong in it"
            }
            Self::Law(_) => {
                "run `whose law check` and send its output to whoever gave you this program"
            }
            Self::Workers(_) => {
                "check that the program may start itself (noexec mounts, process limits)"
            }
            Self::Letter(_) => "run `whose person CASE ID` to see what is missing for this letter",
            Self::Output { .. } => "check the folder and the space left on its disk",
            Self::Elsewhere(_) => {
                "what was read is kept: run the same command again, with or without --cluster; the list is the same"
            }
            Self::NotThere(_) => "run `whose people CASE` to see what the case holds",
        }
    }
}
