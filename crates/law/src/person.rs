//! `PersonFacts`: what the law asks about one person, and where they stand before it.
//!
//! No value of the person is here: only where they live, in which role they
//! stand in the records, and which kinds of information were exposed.

use serde::{Deserialize, Serialize};
use whose_model::{DataElement, PersonId, Residence, Role};

use crate::library::Library;

/// What the law asks about one person.
#[derive(Clone, Copy, Debug)]
pub struct PersonFacts<'a> {
    /// Who.
    pub id: &'a PersonId,
    /// Where they live, and what says so.
    pub residence: Option<&'a Residence>,
    /// What of theirs was exposed.
    pub elements: &'a [DataElement],
    /// Whether they are a minor on the day of the assessment.
    pub is_minor: bool,
    /// Whether they have died.
    pub is_deceased: bool,
    /// In which role they stand in the records.
    pub role: Role,
}

/// What the information about a person is, in the eyes of the laws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonStanding {
    /// Health information about a patient.
    HealthInformation,
    /// Somebody named in a patient's records: it may be health information.
    Doubtful,
    /// Personal information: staff and others.
    PersonalInformation,
    /// What a business card tells, of a clinician or an organisation.
    BusinessContact,
    /// Nothing of theirs was exposed.
    Nothing,
}

impl PersonStanding {
    /// Where a person stands.
    pub fn of(library: &Library, person: &PersonFacts<'_>) -> Self {
        let is = |flags: &[bool], element: &DataElement| {
            flags.get(*element as usize).copied().unwrap_or(false)
        };
        let elements = person.elements;
        if elements.is_empty() {
            return Self::Nothing;
        }
        let patient = matches!(person.role, Role::Patient | Role::Unknown);
        if patient || elements.iter().any(|one| is(&library.is_health, one)) {
            return Self::HealthInformation;
        }
        match person.role {
            Role::Clinician | Role::Organisation
                if elements.iter().all(|one| is(&library.is_business, one)) =>
            {
                Self::BusinessContact
            }
            Role::Relative => Self::Doubtful,
            _ => Self::PersonalInformation,
        }
    }
}
