//! The register: every incident as a record of facts, each with its source.
//!
//! Published reports, a case's own evidence and what people type go in; a
//! record comes out that says what is known, who says so, what contradicts it,
//! and what was known on any day. The register holds organisations' incidents,
//! never a person's data, and is sealed at rest all the same.
//!
//! Nothing here asks the clock. The one place that speaks to a network is the
//! store by URL, and only to the server that the URL names.

mod assumed;
pub mod chart;
mod compared;
mod entry;
mod error;
mod fact;
pub mod forms;
mod intake;
pub mod page;
mod pattern;
pub mod portal;
mod query;
pub mod read;
mod record;
mod register;
mod seal;
mod sketch;
pub mod stix;
mod store;
mod typed;
pub mod veris;
mod when;
mod words;

pub use assumed::{Assumed, Lacks, assumed};
pub use compared::{Compared, cohort, compared};
pub use entry::{Entry, Event, IncidentId, Source, SourceKind};
pub use error::RegisterError;
pub use fact::{Attribute, Bound, Fact, FactId, Quote, SourceId, Value};
pub use intake::{Intake, Taken, TakenIn};
pub(crate) use query::Counter;
pub use query::{INTERVALS, Query, Statistics, intervals, percentile_of, value_at};
pub use record::{AsOf, Chosen, Conflict, Held, Record, Standing};
pub use register::{Change, Register};
pub use sketch::{DATES, Sketch};
pub use typed::{Mistyped, Typed, Typist, number_typed};
pub use when::{NotADate, When};
