//! `PersonRecord`: what one exhibit (or the roster) says about one subject, ready to be linked.

use serde::{Deserialize, Serialize};

use crate::{PartialDate, PersonName, Phi, PostalAddress, Role, Scheme, Sex};

/// Names a record for ever: the digest of the exhibit it stands in and the subject within it.
///
/// The same bytes give the same id wherever they lie and in whatever order they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordId {
    /// The first 16 bytes of the exhibit's BLAKE3 digest; of the roster's for a roster row.
    pub exhibit: [u8; 16],
    /// The subject within the exhibit.
    pub subject: u64,
}

/// Whether a record comes from the custodian's own index or from the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standard {
    /// The custodian's own index: one row is one person.
    Roster,
    /// The evidence.
    Evidence,
}

/// A number issued to a person, with its scheme.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IssuedNumber {
    /// Scheme id: `ca-on`, `mrn`, `ca-sin`.
    pub scheme: Scheme,
    /// Without separators, upper case.
    pub number: Phi<String>,
    /// Its form and check digit hold, where the rule is confirmed.
    pub holds: bool,
}

/// Between which two days somebody was born, both included, as an age says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Born {
    /// Not before.
    pub from: PartialDate,
    /// Not after.
    pub to: PartialDate,
}

/// What is known of one subject from one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Which record.
    pub id: RecordId,
    /// From the roster or the evidence.
    pub standard: Standard,
    /// In which role the subject stands.
    pub role: Role,
    /// Names, surest first.
    pub names: Vec<Phi<PersonName>>,
    /// Dates of birth, surest first.
    pub birth_dates: Vec<Phi<PartialDate>>,
    /// Day of death.
    pub death_date: Option<Phi<PartialDate>>,
    /// Sex.
    pub sex: Option<Phi<Sex>>,
    /// Language preferred, as `en` or `fr`.
    pub language: Option<crate::Language>,
    /// Public health numbers.
    pub health_numbers: Vec<IssuedNumber>,
    /// Other numbers: chart, patient, social insurance, licence, policy.
    pub numbers: Vec<IssuedNumber>,
    /// Telephone numbers, digits only.
    pub phones: Vec<Phi<String>>,
    /// E-mail addresses, lower case.
    pub emails: Vec<Phi<String>>,
    /// Addresses, surest first.
    pub addresses: Vec<Phi<PostalAddress>>,
    /// When the subject was born, as far as an age and the day it was said tell.
    pub born: Option<Phi<Born>>,
    /// Something asks that nothing goes to the home before the person was asked.
    pub is_ask_first: bool,
}

impl PersonRecord {
    /// A record that says nothing yet.
    pub fn new(id: RecordId, standard: Standard) -> Self {
        Self {
            id,
            standard,
            role: Role::Unknown,
            names: Vec::new(),
            birth_dates: Vec::new(),
            death_date: None,
            sex: None,
            language: None,
            health_numbers: Vec::new(),
            numbers: Vec::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            addresses: Vec::new(),
            born: None,
            is_ask_first: false,
        }
    }
}
