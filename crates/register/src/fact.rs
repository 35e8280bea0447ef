//! `Fact`: one thing that one source says of an incident, with the sentence it stands in.
//!
//! A field can hold one truth; sources disagree. So nothing here is a field:
//! an incident is a list of facts, each with what it is about (`Attribute` and
//! scope), what it says (`Value`, or that it is *not* so), the time it speaks
//! of, and the day it became known. Two facts of one slot may contradict each
//! other and both stand; `record.rs` says which is used, and why.

use serde::{Deserialize, Serialize};

use crate::When;

macro_rules! attributes {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $one:expr;)*) => {
        /// What a fact is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Attribute { $($(#[$doc])* #[serde(rename = $id)] $variant,)* }

        impl Attribute {
            /// Every attribute, in the order in which a record is printed.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The id used on the command line and in files.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The attribute with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)* _ => None }
            }

            /// Whether only one value can be true for one scope, so that two different ones are a conflict.
            pub const fn is_single(self) -> bool {
                match self { $(Self::$variant => $one,)* }
            }
        }
    };
}

// New ones go to the end: stored records count them.
attributes! {
    /// The organisation whose data it was.
    Victim = "victim", false;
    /// How two organisations belong together.
    Relation = "relation", false;
    /// Where: a code as `ca-sk`, or a town's name.
    Place = "place", false;
    /// What the victim does.
    Industry = "industry", true;
    /// What happened, in a sentence or two.
    Summary = "summary", false;
    /// The kind of incident, an id of `IncidentKind`.
    Cause = "cause", false;
    /// What happened to confidentiality.
    Confidentiality = "confidentiality", true;
    /// What happened to integrity.
    Integrity = "integrity", true;
    /// What happened to availability.
    Availability = "availability", true;
    /// Why the actor did it.
    Motive = "motive", false;
    /// Who did it: `external`, `internal`, `partner`.
    Actor = "actor", false;
    /// The actor's name.
    ActorName = "actor-name", false;
    /// Where the actor is.
    ActorPlace = "actor-place", false;
    /// What they did, in the words of VERIS: `hacking/Use of stolen creds`.
    Action = "action", false;
    /// A technique of ATT&CK.
    Technique = "technique", false;
    /// A stage of the attack.
    Stage = "stage", false;
    /// A data element, exposed or expressly not. The scope is the element.
    Element = "element", true;
    /// How many people. The scope is the place, empty for all.
    People = "people", true;
    /// When the access began.
    Began = "began", true;
    /// When it ended.
    Ended = "ended", true;
    /// When data was taken.
    Taken = "taken", true;
    /// When it was discovered.
    Discovered = "discovered", true;
    /// When it was determined that personal information was in it.
    Determined = "determined", true;
    /// When it was contained.
    Contained = "contained", true;
    /// When a regulator was told. The scope is the regulator, empty where none is named.
    RegulatorTold = "regulator-told", true;
    /// When the people were told.
    PeopleTold = "people-told", true;
    /// Something done in response: `ransom-paid`, `police`, `letters`. The scope is the response.
    Response = "response", true;
    /// Months of monitoring offered.
    MonitoringOffered = "monitoring-offered", true;
    /// Months of monitoring that a regulator recommended.
    MonitoringRecommended = "monitoring-recommended", true;
    /// A regulator's part in it: told, investigating, reporting. The scope is the part.
    Regulator = "regulator", false;
    /// Whether the data is known to have been misused or published.
    Misuse = "misuse", true;
    /// What a regulator found.
    Finding = "finding", false;
    /// What a regulator recommended.
    Recommendation = "recommendation", false;
    /// Whether it reaches the risk a law asks for: `yes`, `no`, with reasons in the scope.
    Risk = "risk", true;
    /// Anything else worth keeping.
    Note = "note", false;
}

/// How a number of people is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The number itself.
    #[default]
    Exactly,
    /// "about", "nearly", "some".
    About,
    /// "more than", "at least".
    AtLeast,
    /// "up to", "as many as", "fewer than".
    AtMost,
}

/// What a fact says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// A day or a span of days.
    When(When),
    /// A number of people.
    Count {
        /// The number.
        n: u64,
        /// How it is stated.
        bound: Bound,
    },
    /// A number of months.
    Months(u32),
    /// A word of a closed list: an element, a code of a place, a response.
    Term(String),
    /// Words.
    Text(String),
    /// `of` is the `kind` of `to`: Innomar is the `subsidiary` of Cencora.
    Relation {
        /// Whose part it is.
        of: String,
        /// `subsidiary`, `affiliate`, `brand`, `service-provider`, `former-name`, `operated-by`.
        kind: String,
        /// Of whom.
        to: String,
        /// Since when.
        since: Option<When>,
    },
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::When(when) => write!(f, "{when}"),
            Self::Count { n, bound } => {
                let before = match bound {
                    Bound::Exactly => "",
                    Bound::About => "about ",
                    Bound::AtLeast => "at least ",
                    Bound::AtMost => "at most ",
                };
                write!(f, "{before}{n}")
            }
            Self::Months(n) => write!(f, "{n} months"),
            Self::Term(text) | Self::Text(text) => f.write_str(text),
            Self::Relation {
                of,
                kind,
                to,
                since,
            } => {
                write!(f, "{of} is {kind} of {to}")?;
                match since {
                    Some(since) => write!(f, " since {since}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// A place in a source: the sentence, and where it begins in the text that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The sentence as it stands there.
    pub sentence: String,
    /// Its first byte in the text of the source.
    pub start: u32,
}

/// The number of a source within its incident, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// The number of a fact within its incident, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FactId(pub u32);

/// One thing that one source says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub attribute: Attribute,
    /// Which of several: a place, an element, a regulator. Empty for the whole.
    pub scope: String,
    /// What it says.
    pub value: Value,
    /// The source says that it is *not* so.
    pub is_not: bool,
    /// The time it speaks of, where that is not its value.
    pub about: Option<When>,
    /// The day it became known: mostly the source's own date.
    pub known: Option<When>,
    /// Who says so.
    pub source: SourceId,
    /// The sentence, for a source that is a text.
    pub quote: Option<Quote>,
    /// The source itself withdraws it: an earlier version of the story said so.
    pub is_withdrawn: bool,
}

impl Fact {
    /// A fact without scope, time and sentence.
    pub fn new(attribute: Attribute, value: Value, source: SourceId) -> Self {
        Self {
            attribute,
            scope: String::new(),
            value,
            is_not: false,
            about: None,
            known: None,
            source,
            quote: None,
            is_withdrawn: false,
        }
    }

    /// The same for one place, element or regulator.
    #[must_use]
    pub fn scoped(mut self, scope: impl Into<String>) -> Self {
        self.scope = scope.into();
        self
    }

    /// The same, said not to be so.
    #[must_use]
    pub fn negated(mut self, is_not: bool) -> Self {
        self.is_not = is_not;
        self
    }

    /// Whether both can be true. Only facts of one slot can contradict each other.
    pub fn agrees_with(&self, other: &Self) -> bool {
        if self.attribute != other.attribute || self.scope != other.scope {
            return true;
        }
        if self.is_not != other.is_not {
            return self.value != other.value;
        }
        if !self.attribute.is_single() || self.is_not {
            return true;
        }
        match (&self.value, &other.value) {
            (Value::When(one), Value::When(two)) => one.may_be(two),
            (Value::Count { n: a, bound: one }, Value::Count { n: b, bound: two }) => {
                counts_agree(*a, *one, *b, *two)
            }
            (one, two) => one == two,
        }
    }
}

fn counts_agree(a: u64, one: Bound, b: u64, two: Bound) -> bool {
    let range = |n: u64, bound| match bound {
        Bound::Exactly => (n, n),
        // People round: 59,600 and "about 60,000" are one number.
        Bound::About => (n - n / 20, n + n / 20),
        Bound::AtLeast => (n, u64::MAX),
        Bound::AtMost => (0, n),
    };
    let ((a0, a1), (b0, b1)) = (range(a, one), range(b, two));
    a0 <= b1 && b0 <= a1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(n: u64, bound: Bound) -> Fact {
        Fact::new(Attribute::People, Value::Count { n, bound }, SourceId(0))
    }

    #[test]
    fn a_number_and_a_rounded_number_agree_and_two_numbers_do_not() {
        assert!(people(7293, Bound::Exactly).agrees_with(&people(7000, Bound::AtLeast)));
        assert!(people(59_600, Bound::Exactly).agrees_with(&people(60_000, Bound::About)));
        assert!(!people(7293, Bound::Exactly).agrees_with(&people(7294, Bound::Exactly)));
        assert!(!people(7293, Bound::Exactly).agrees_with(&people(7000, Bound::AtMost)));
        assert!(people(1, Bound::Exactly).agrees_with(&people(2, Bound::Exactly).scoped("ca-sk")));
    }

    #[test]
    fn exposed_and_expressly_not_exposed_contradict_each_other() {
        let exposed = Fact::new(
            Attribute::Element,
            Value::Term("payment-card".into()),
            SourceId(0),
        )
        .scoped("payment-card");
        assert!(!exposed.agrees_with(&exposed.clone().negated(true)));
        assert!(exposed.agrees_with(&exposed));
    }

    #[test]
    fn every_attribute_is_found_by_its_id() {
        for &attribute in Attribute::ALL {
            assert_eq!(Attribute::from_id(attribute.id()), Some(attribute));
        }
    }
}
