//! The words of the field as types: what every other crate speaks.
//!
//! No input or output, no clock, no threads. An exhibit is read into segments,
//! segments give mentions, mentions of one subject make a record, records of
//! one person make an affected individual, and the law turns what was exposed
//! into obligations. `docs/glossary.md` defines each word.

mod element;
mod exhibit;
mod gap;
mod incident;
mod jurisdiction;
mod language;
mod limits;
mod locator;
mod mention;
mod obligation;
mod person;
mod phi;
mod reading;
mod record;
mod segment;
mod value;

pub use element::{Category, DataElement, REACH_ASK_FIRST};
pub use exhibit::{Digest, Exhibit, ExhibitPath, Members, Outcome};
pub use gap::{Cause, Gap};
pub use incident::{
    Contact, Custodian, CustodianKind, HarmDecision, HarmReason, InLanguage, Incident,
    IncidentKind, Judgement, Learned, Offer, Organisation, OwnWords, Party, PartyRole,
    ServiceProvider, Weighs, Wording,
};
pub use jurisdiction::{Jurisdiction, Residence, ResidenceBasis};
pub use language::{Language, Tag};
pub use limits::Limits;
pub use locator::{Area, Locator};
pub use mention::{
    Assertion, Confidence, Mention, Role, Scheme, Sensitivity, Standing, SubjectId, Why,
};
pub use obligation::{Certainty, ClockStart, ClockWords, Obligation, ObligationStatus};
pub use person::{AffectedIndividual, Exposure, PersonId, Representative, RepresentativeKind};
pub use phi::Phi;
pub use reading::{Discard, Ended, SetKind, Sink};
pub use record::{Born, IssuedNumber, PersonRecord, RecordId, Standard};
pub use segment::{
    Column, Field, Origin, Passage, PassageKind, Record, RecordKind, Rows, ScanWord, Segment,
    TableHead,
};
pub use value::{Normal, PartialDate, PersonName, PostalAddress, Sex};
