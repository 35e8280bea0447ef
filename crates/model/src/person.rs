//! `AffectedIndividual`: a person, with the records that are theirs and what of theirs was exposed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    DataElement, ExhibitPath, IssuedNumber, Language, Locator, PartialDate, PersonName, Phi,
    PostalAddress, RecordId, Residence, Role, Sex,
};

/// A person's id, stable over runs: `P-` and 12 letters and digits made from their earliest record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub String);

impl PersonId {
    const ALPHABET: &'static [u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// The id that the 60 first bits of a digest spell (Crockford's base 32, no I, L, O, U).
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        let mut bits = u64::from_be_bytes([
            digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7],
        ]);
        let mut text = String::from("P-");
        for _ in 0..12 {
            text.push(char::from(Self::ALPHABET[(bits >> 59) as usize]));
            bits <<= 5;
        }
        Self(text)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why somebody else receives a person's letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepresentativeKind {
    /// Parent or guardian of a child.
    ParentOrGuardian,
    /// Executor, liquidator or administrator of an estate.
    Estate,
    /// Substitute decision-maker of an incapable person.
    SubstituteDecisionMaker,
}

impl RepresentativeKind {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ParentOrGuardian => "parent-or-guardian",
            Self::Estate => "estate",
            Self::SubstituteDecisionMaker => "substitute-decision-maker",
        }
    }
}

/// Who receives for a child, an incapable person, an estate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representative {
    /// Why.
    pub kind: RepresentativeKind,
    /// Their name, when the evidence or the roster gives it.
    pub name: Option<Phi<PersonName>>,
}

/// A person whose data was in the pile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AffectedIndividual {
    /// Stable id.
    pub id: PersonId,
    /// In which role they stand in most of their records.
    pub role: Role,
    /// The name to write on the letter.
    pub name: Phi<PersonName>,
    /// Other names found.
    pub other_names: Vec<Phi<PersonName>>,
    /// Date of birth.
    pub birth_date: Option<Phi<PartialDate>>,
    /// Day of death.
    pub death_date: Option<Phi<PartialDate>>,
    /// Sex.
    pub sex: Option<Phi<Sex>>,
    /// The language to write in.
    pub language: Language,
    /// The address to write to.
    pub address: Option<Phi<PostalAddress>>,
    /// Where they live, and what says so.
    pub residence: Option<Residence>,
    /// Public health numbers.
    pub health_numbers: Vec<IssuedNumber>,
    /// E-mail addresses.
    pub emails: Vec<Phi<String>>,
    /// Telephone numbers.
    pub phones: Vec<Phi<String>>,
    /// Who receives for them.
    pub representative: Option<Representative>,
    /// Their records, in order.
    pub records: Vec<RecordId>,
    /// The row of the roster they are, if one was given and matched.
    pub roster_id: Option<Phi<String>>,
    /// In how many exhibits they stand, copies included.
    pub n_exhibits: u64,
    /// What of theirs was exposed, in the order of `DataElement::ALL`.
    pub elements: Vec<DataElement>,
    /// Ids that this one replaced, when records were found to be one person.
    pub replaces: Vec<PersonId>,
    /// Ids that some of their records had, when records were found to be of two people; these ids stay with the others.
    pub split_from: Vec<PersonId>,
    /// What a reviewer should know, in words without values: "two birth dates".
    pub notes: Vec<String>,
    /// Nothing goes to their home before they were asked: the roster or the evidence says so.
    pub is_ask_first: bool,
}

impl AffectedIndividual {
    /// A patient of whom nothing is known but the id: what is known is filled in.
    #[must_use]
    pub fn unknown(id: PersonId) -> Self {
        Self {
            id,
            role: Role::Patient,
            name: Phi::new(PersonName::default()),
            other_names: Vec::new(),
            birth_date: None,
            death_date: None,
            sex: None,
            language: Language::En,
            address: None,
            residence: None,
            health_numbers: Vec::new(),
            emails: Vec::new(),
            phones: Vec::new(),
            representative: None,
            records: Vec::new(),
            roster_id: None,
            n_exhibits: 0,
            elements: Vec::new(),
            replaces: Vec::new(),
            split_from: Vec::new(),
            notes: Vec::new(),
            is_ask_first: false,
        }
    }
}

/// One person, one data element, where and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// Whose.
    pub person_id: PersonId,
    /// What.
    pub element: DataElement,
    /// In how many places it is stated.
    pub n_mentions: u64,
    /// In how many exhibits, copies included.
    pub n_exhibits: u64,
    /// The first of them, in the order of paths.
    pub first_exhibit: ExhibitPath,
    /// The first place in it.
    pub first_place: Locator,
    /// The highest confidence among its mentions.
    pub confidence: f32,
}

#[test]
fn an_id_is_twelve_unmistakable_characters() {
    let id = PersonId::from_digest(&[0xff; 32]);
    assert_eq!(id.0, "P-ZZZZZZZZZZZZ");
}
