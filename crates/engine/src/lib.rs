//! Runs a case: the one place where reading, detecting, linking, the law, letters and the store meet.
//!
//! Evidence goes in, a case with its list of people comes out; only this crate
//! writes to the case and starts threads and reading processes. It asks
//! neither the clock nor the environment: front doors bring time, secrets and
//! the program that reads.

mod abroad;
mod assess;
mod bank;
mod bounds;
mod broker;
mod bulk;
mod collect;
mod elsewhere;
mod error;
mod guard;
mod languages;
mod letters;
mod lists;
pub mod mail;
mod namesakes;
mod part;
mod people;
mod pool;
mod presses;
mod progress;
mod protocol;
pub mod qc;
mod queue;
mod replay;
mod reports;
mod requests;
mod residence;
mod roster;
mod run;
mod scan;
mod seize;
mod siblings;
mod sketch;
mod summary;
mod tables;
mod told;
mod worker;

pub use abroad::read_for_others;
pub use assess::facts as person_facts;
pub use bank::{Locked, Proposal, add_passwords};
pub use bounds::Bounds;
pub use broker::lend_programs;
pub use elsewhere::{Elsewhere, LentHands};
pub use error::EngineError;
pub use languages::{add_language, drop_language, languages};
pub use letters::{Letters, Preview, Written};
pub use lists::{PersonPage, View};
pub use pool::Workers;
pub use progress::{Progress, Silent, Stage, Unit};
pub use reports::{ReportFormat, ReportOptions};
pub use requests::{REQUESTS, Request, Settled, settle};
pub use roster::RosterRow;
pub use run::{RunOptions, Threads, run};
pub use scan::{Outcomes, Scanned, scan};
pub use summary::Summary;
pub use tables::{
    LinkedRecord, MergeRow, PEOPLE, PersonNote, QuestionRow, ROSTER_ROWS, Reason, SUMMARY,
};
pub use told::{Told, tell, told};
pub use whose_detectors::{Custom, CustomError};
pub use whose_law::Library;
pub use whose_letters::{Checked, Languages, Press, check_language};
pub use whose_linkage::Rival;
pub use worker::work;

pub use whose_law as law;
pub use whose_store as store;
