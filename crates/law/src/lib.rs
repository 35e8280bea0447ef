//! Facts and a day and `law/` -> obligations, each with its citation.
//!
//! The rules are data: one folder per regime, one file per duty, read by
//! lawyers and run by this crate. An obligation applies, or a fact is missing
//! and it asks; it never guesses. A law that gives no number of days gets
//! none. No statute is named in this code. `docs/concepts/law.md` explains.

mod assess;
mod case;
mod check;
mod cite;
mod clock;
mod conditions;
mod coverage;
mod error;
mod explain;
mod facts;
mod form;
mod french;
mod harm;
mod history;
mod holidays;
mod ics;
mod incident_level;
mod letter;
mod library;
mod party;
mod person;
mod report;
mod scope;
mod shared;
mod source;
mod story;
mod tally;
mod timeline;
mod toml_file;
mod tree;
mod validate;

pub use assess::{Assessment, assess_person};
pub use case::{Beside, DecidedCase, Expected};
pub use check::Problem;
pub use error::LawError;
pub use explain::{ExplainedExample, Explanation, NoticeInWords};
pub use form::AnswerFrom;
pub use history::History;
pub use incident_level::assess_incident;
pub use letter::{
    Complaint, ContentElement, Indirect, LetterDuties, Part, Told, letter_requirements,
};
pub use library::Library;
pub use party::{PartyDuties, assess_parties};
pub use person::{PersonFacts, PersonStanding};
pub use report::{Report, ReportAnswer, ReportQuestion, regulator_reports};
pub use shared::{
    ClockWording, DelayFinding, Expectation, NotFound, OpenQuestion, Regulator, SourceFile,
    Upcoming, Verdict,
};
pub use source::{
    About, Bilingual, FactorFile, Force, InForce, LawStanding, Penalty, Register, Verified,
};
pub use story::{People, Story, residence_in, some_patient};
pub use tally::{DutyCount, Group, HarmCount, Tally};
pub use timeline::{ClockState, Deadline, Delay, Event, Timeline, timeline};
pub use tree::{Answer, Node};
pub use validate::{
    IncidentProblem, Severity, check_incident, check_incident_against, governing_day,
    parse_incident,
};
