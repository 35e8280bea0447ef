//! A plan (how many people, which seed) becomes a made-up breach with known truth, in a folder.
//!
//! The one idea: a person is a pure function of the seed and an index, and so
//! is everything written about them; the pile is streamed out file by file and
//! every value that is written is noted in the truth at the moment it is
//! written. The same plan gives the same bytes. Nobody in it exists.
//! Scoring a case against the truth is in `score`. Nothing here prints or asks the clock.

mod chance;
mod columns;
mod draft;
mod draws;
mod duties;
mod incident;
mod ledger;
mod lists;
mod numbers;
mod pack;
mod person;
mod pile;
mod records;
mod roster;
pub mod score;
mod seen;
mod slips;
mod style;
mod truth;
mod world;

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

pub use incident::incident;
pub use records::{Faults, write_records};

/// How many people, drawn from which seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// People in the pile.
    pub people: u64,
    /// Everything follows from it.
    pub seed: u64,
}

impl Plan {
    /// People of `whose synth` when nobody asks for another number.
    pub const DEFAULT_PEOPLE: u64 = 2_000;
    /// As many as in the Saskatchewan part of the Innomar incident of 2024.
    pub const INNOMAR: u64 = 7_293;
    /// As many as in the Medisys incident of 2020.
    pub const MEDISYS: u64 = 60_000;
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            people: Self::DEFAULT_PEOPLE,
            seed: 1,
        }
    }
}

/// What was written, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// People in the pile.
    pub people: u64,
    /// Exhibits, nested ones included.
    pub exhibits: u64,
    /// Files on disk under `evidence/`.
    pub files: u64,
    /// Bytes on disk under `evidence/`.
    pub bytes: u64,
    /// Lines of `truth/mentions.jsonl`: a person in an exhibit, each.
    pub records: u64,
    /// Places that state a data element.
    pub mentions: u64,
    /// Files that cannot be read.
    pub unreadable: u64,
    /// Rows of `roster.csv`.
    pub roster: u64,
}

/// Why a breach was not made or a case not scored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    /// A file could not be written or read.
    #[error("{what} could not be written or read")]
    Io {
        /// Which file, relative to the folder asked for.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds something already.
    #[error("the folder for the breach is not empty")]
    NotEmpty,
    /// Nobody was asked for, or more than can be numbered.
    #[error("a breach has between 1 and 100,000,000 people")]
    People,
    /// A file of the truth is not what `write` writes.
    #[error("{what}, line {line}, is not as `whose synth` writes it")]
    Truth {
        /// Which file.
        what: String,
        /// Which line, from 1.
        line: u64,
    },
    /// The case could not be read.
    #[error("the case could not be read")]
    Case(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Writes `evidence/`, `passwords.txt`, `roster.csv`, `incident.toml` and `truth/` into `out`; calls `progress(done, of)`.
pub fn write(
    plan: &Plan,
    out: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, SynthError> {
    if plan.people == 0 || plan.people > 100_000_000 {
        return Err(SynthError::People);
    }
    let taken = out
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some());
    if taken {
        return Err(SynthError::NotEmpty);
    }
    let world = world::World {
        seed: plan.seed,
        people: plan.people,
    };
    let mut ledger = ledger::Ledger::create(out, plan.people)?;
    pile::write(&world, &mut ledger, progress)?;
    ledger.summary.roster = roster::write(&world, out)?;
    truth::write(&world, &ledger, out)?;
    ledger::create_file(out, "incident.toml").and_then(|mut file| {
        let text = incident::text()?;
        io::Write::write_all(&mut file, text.as_bytes())
            .and_then(|()| io::Write::flush(&mut file))
            .map_err(|e| ledger::io("incident.toml", e))
    })?;
    ledger.finish()
}
