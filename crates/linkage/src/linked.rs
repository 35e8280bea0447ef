//! `Linked`: the people found, each with the merges that made it, what is odd about it, and what a reviewer is asked.
//!
//! Records are named by the order in which they were pushed. Nothing here
//! holds a value of a person.

use crate::{Field, Level, Model, Rival};

/// What the linkage found.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// The people: every record with something identifying stands in exactly one cluster.
    pub clusters: Vec<Cluster>,
    /// Records without name, number, e-mail and telephone: never people by themselves.
    pub unlinkable: Vec<u32>,
    /// The model as estimated on these records.
    pub model: Model,
    /// How many record pairs were compared.
    pub n_pairs: u64,
}

/// The records of one person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cluster {
    /// The records, in push order.
    pub members: Vec<Member>,
    /// One less than members: how each was tied to the others, surest first.
    pub merges: Vec<Merge>,
    /// What is odd about this person.
    pub notes: Vec<Note>,
    /// What a reviewer is asked about this person.
    pub review: Vec<Question>,
}

/// A record in a cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Push order.
    pub index: u32,
    /// How likely this record is this person's.
    pub probability: f32,
}

/// Why two records are one person's.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// One record, by push order.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// Evidence that they are one person against the likeliest rival, prior included; additive.
    pub weight_bits: f32,
    /// The same as a probability.
    pub probability: f32,
    /// Against whom was weighed.
    pub rival: Rival,
    /// The share of the prior in the weight.
    pub prior_bits: f32,
    /// The share of each comparison.
    pub reasons: Vec<Comparison>,
}

/// One step of the waterfall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// What was compared.
    pub field: Field,
    /// How well it agreed.
    pub level: Level,
    /// What that says for (or, negative, against) one person.
    pub bits: f32,
}

/// What is odd about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Note {
    /// Two full birth dates.
    TwoBirthDates,
    /// Two sexes.
    TwoSexes,
    /// Two health numbers of one scheme, one of them a slip or malformed.
    TwoHealthNumbers,
    /// Two family names that are not forms of each other.
    TwoFamilyNames,
    /// Two given names that are not forms of each other.
    TwoGivenNames,
    /// At least one merge is only just above the threshold.
    Doubtful,
    /// A name alone, tied to the only person it could be.
    NameAlone,
    /// A name alone that could be more than one person, and was left alone.
    Ambiguous,
    /// Shares a health number with somebody else: a newborn under the mother's number, or an error.
    SharedHealthNumber,
}

impl Note {
    /// The note in words, without values.
    pub const fn words(self) -> &'static str {
        match self {
            Self::TwoBirthDates => "two birth dates",
            Self::TwoSexes => "two sexes",
            Self::TwoHealthNumbers => "two health numbers of one scheme",
            Self::TwoFamilyNames => "two family names",
            Self::TwoGivenNames => "two given names",
            Self::Doubtful => "a merge just above the threshold",
            Self::NameAlone => "a record with a name alone, tied to the only person it could be",
            Self::Ambiguous => "a record that could be more than one person's, left alone",
            Self::SharedHealthNumber => "shares a health number with another person",
        }
    }
}

/// Why a question is asked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[non_exhaustive]
pub enum Asked {
    /// The two are likely one person, but not likely enough.
    BelowThreshold,
    /// The two look like one person, but their clusters hold two health numbers of one scheme that both hold.
    HealthNumbersDiffer,
    /// ... but two full birth dates far apart.
    BirthDatesDiffer,
    /// ... but two given names that are not forms of each other, and all else of twins.
    GivenNamesDiffer,
    /// ... but junior and senior.
    SuffixesDiffer,
    /// ... but each is a row of the roster.
    TwoRosterRows,
    /// ... but the other records of the two speak against it: a bridge.
    Bridge,
    /// ... but only over a long chain of records, each like the next.
    Chain,
    /// The record could be more than one person's.
    SeveralCandidates,
    /// A clinician or member of staff may also be a patient.
    TwoRoles,
}

impl Asked {
    /// The question in words, without values.
    pub const fn words(self) -> &'static str {
        match self {
            Self::BelowThreshold => {
                "are these two one person? the evidence is just short of enough"
            }
            Self::HealthNumbersDiffer => {
                "are these two one person? they have different valid health numbers"
            }
            Self::BirthDatesDiffer => "are these two one person? their birth dates are far apart",
            Self::GivenNamesDiffer => {
                "are these two one person, or twins? their given names differ"
            }
            Self::SuffixesDiffer => "are these two one person, or junior and senior?",
            Self::TwoRosterRows => "are these two rows of the roster one person?",
            Self::Bridge => {
                "are these two one person? one pair of records says so, the others do not"
            }
            Self::Chain => {
                "are these two one person? a long chain of records, each like the next, says so"
            }
            Self::SeveralCandidates => "whose is this record? it fits more than one person",
            Self::TwoRoles => "is this clinician or member of staff also this patient?",
        }
    }
}

/// A question for clerical review: a pair that was not merged.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Why it is asked.
    pub asked: Asked,
    /// The pair, as it would have been merged: `a` is in this cluster, `b` in another.
    pub pair: Merge,
}
