//! Facts and a day and `law/` -> obligations, each with its citation.
//!
//! The rules are data: one folder per regime, one file per duty, read by
//! lawyers and run by this crate. An obligation applies, or a fact is missing
//! and it asks; it never guesses. A law that gives no number of days gets
//! none. No statute is named in this code. `docs/concepts/law.md` explains.

mod assess;
mod check;
mod clock;
mod conditions;
mod error;
mod explain;
mod facts;
mod harm;
mod holidays;
mod incident_level;
mod letter;
mod library;
mod person;
mod report;
mod scope;
mod shared;
mod source;
mod tally;
mod toml_file;
mod validate;

pub use assess::{Assessment, assess_person};
pub use check::Problem;
pub use error::LawError;
pub use explain::{ExplainedExample, Explanation};
pub use facts::answer_keys;
pub use incident_level::assess_incident;
pub use letter::{
    Complaint, ContentElement, Indirect, LetterDuties, Part, Told, letter_requirements,
};
pub use library::Library;
pub use person::{PersonFacts, PersonStanding};
pub use report::{Report, ReportAnswer, ReportQuestion, regulator_reports};
pub use shared::{
    ClockWording, DelayFinding, Expectation, OpenQuestion, Regulator, SourceFile, Upcoming, Verdict,
};
pub use source::{
    About, Bilingual, FactorFile, Force, InForce, LawStanding, Penalty, Register, Verified,
};
pub use tally::{DutyCount, Group, HarmCount, Tally};
pub use validate::{
    IncidentProblem, Severity, check_incident, check_incident_against, governing_day,
    parse_incident,
};
