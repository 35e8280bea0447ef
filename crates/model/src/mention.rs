//! `Mention`: one place in an exhibit that states a data element, of whom, and why we think so.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{DataElement, Locator, Normal, Phi};

/// The kind of number or code within an element: `ca-on`, `ca-qc`, `us-ssn`, `icd-10`.
///
/// Ids of identifiers are those of `whose_identifiers::ALL`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scheme(pub Cow<'static, str>);

impl Scheme {
    /// A scheme known when compiling.
    pub const fn new(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.0
    }
}

/// How sure the machine is, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Confidence(pub f32);

/// What a reviewer decided about a mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nobody has looked.
    #[default]
    Unreviewed,
    /// A person agrees.
    Confirmed,
    /// A person disagrees.
    Rejected,
}

/// One reason for a mention: what matched, which words helped, what spoke against. Never a value.
pub type Why = Cow<'static, str>;

/// Ties mentions of one subject together within one exhibit: a row number, a message number, a hash of a key.
pub type SubjectId = u64;

/// In which role a subject stands in the evidence.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The person the health information is about.
    Patient,
    /// Treats, refers, prescribes.
    Clinician,
    /// Next of kin, parent, contact in an emergency.
    Relative,
    /// Works for the custodian.
    Staff,
    /// Not a person.
    Organisation,
    /// A person whose role the evidence does not tell: counted as affected when anything of theirs is exposed.
    #[default]
    Unknown,
}

/// What a statement says of the person's own state.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Assertion {
    /// So it is.
    #[default]
    Stated,
    /// It may be so: `query`, `rule out`, `suspicion de`.
    Suspected,
    /// It is not so: `denies`, `no history of`, `aucun`. No exposure follows from it.
    Denied,
    /// It is so of a relative: `mother had`, `antécédents familiaux`.
    OfFamily,
}

/// Why laws and people take some information for more harmful than the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Mental health.
    MentalHealth,
    /// Sexual and reproductive health.
    ReproductiveHealth,
    /// HIV.
    Hiv,
    /// Use of alcohol and drugs and its treatment (in the United States, 42 CFR Part 2).
    SubstanceUse,
    /// Genes and heredity.
    Genetic,
    /// Abuse, neglect, safety.
    Abuse,
    /// A child.
    Child,
}

impl Sensitivity {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::MentalHealth,
        Self::ReproductiveHealth,
        Self::Hiv,
        Self::SubstanceUse,
        Self::Genetic,
        Self::Abuse,
        Self::Child,
    ];

    /// The id used in files, as `mental-health`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::MentalHealth => "mental-health",
            Self::ReproductiveHealth => "reproductive-health",
            Self::Hiv => "hiv",
            Self::SubstanceUse => "substance-use",
            Self::Genetic => "genetic",
            Self::Abuse => "abuse",
            Self::Child => "child",
        }
    }
}

/// One place that states a data element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// What kind of information.
    pub element: DataElement,
    /// Which kind of number or code, when that is known.
    pub scheme: Option<Scheme>,
    /// As written.
    pub value: Phi<String>,
    /// As compared.
    pub normal: Phi<Normal>,
    /// Where.
    pub place: Locator,
    /// How sure.
    pub confidence: Confidence,
    /// Whose, within this exhibit; `None` when the evidence ties it to nobody.
    pub subject: Option<SubjectId>,
    /// In which role that subject stands.
    pub role: Role,
    /// Whether it is so, and of whom.
    pub assertion: Assertion,
    /// Why it is more harmful than its element says; in the order of `Sensitivity`.
    pub sensitive: Vec<Sensitivity>,
    /// The check digit or form does not hold: still evidence, but not proof of a number.
    pub malformed: bool,
    /// What else the value could be: scheme ids.
    pub alternatives: Vec<Scheme>,
    /// Why we think so.
    pub why: Vec<Why>,
}
