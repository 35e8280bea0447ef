//! A person made up: who they are, where they live, what they are known by, what ails them.

use jiff::civil::Date;
use whose_model::{Jurisdiction, Language, Sex};

/// An address in its parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Home {
    pub(crate) street: String,
    pub(crate) city: &'static str,
    /// Two letters in Canada and the United States; empty elsewhere.
    pub(crate) region: String,
    pub(crate) code: String,
    /// English name; empty in Canada.
    pub(crate) country: &'static str,
}

impl Home {
    /// On one line, as a letter or a table writes it.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{}, {}", self.street, self.city);
        if !self.region.is_empty() {
            line += ", ";
            line += &self.region;
        }
        line += " ";
        line += &self.code;
        if !self.country.is_empty() {
            line += ", ";
            line += self.country;
        }
        line
    }
}

/// A number with its scheme.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) scheme: &'static str,
    pub(crate) text: String,
    /// Ontario's version code.
    pub(crate) version: String,
}

/// Cover with a private insurer.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) insurer: (&'static str, &'static str),
    pub(crate) group: String,
    pub(crate) certificate: String,
}

/// Somebody of the same household and what they are to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kin {
    Spouse(u64),
    Mother(u64),
    Father(u64),
    Child(u64),
}

impl Kin {
    pub(crate) fn index(self) -> u64 {
        match self {
            Self::Spouse(index)
            | Self::Mother(index)
            | Self::Father(index)
            | Self::Child(index) => index,
        }
    }

    /// The words of a letter, English and French.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Spouse(_) => ("spouse", "conjoint"),
            Self::Mother(_) => ("mother", "mère"),
            Self::Father(_) => ("father", "père"),
            Self::Child(_) => ("child", "enfant"),
        }
    }
}

/// What makes a person hard to tell from another, or to find again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    pub(crate) twin: bool,
    pub(crate) namesake: bool,
    pub(crate) newborn: bool,
    pub(crate) moved: bool,
    pub(crate) married: bool,
}

/// A made-up person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) index: u64,
    pub(crate) household: u64,
    pub(crate) given: String,
    pub(crate) middle: String,
    pub(crate) family: String,
    pub(crate) suffix: &'static str,
    pub(crate) nickname: Option<&'static str>,
    pub(crate) former_family: Option<String>,
    pub(crate) sex: Sex,
    pub(crate) born: Date,
    pub(crate) died: Option<Date>,
    pub(crate) language: Language,
    pub(crate) jurisdiction: Jurisdiction,
    pub(crate) place: usize,
    pub(crate) home: Home,
    pub(crate) former_home: Option<Home>,
    pub(crate) phone: String,
    pub(crate) mobile: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) health: Option<Number>,
    pub(crate) mrn: String,
    pub(crate) patient_number: String,
    pub(crate) sin: Option<Number>,
    pub(crate) policy: Option<Policy>,
    pub(crate) card: Option<String>,
    pub(crate) bank: Option<(String, String, String)>,
    pub(crate) licence: Option<Number>,
    pub(crate) height_cm: u32,
    pub(crate) weight_hg: u32,
    pub(crate) conditions: [usize; 2],
    pub(crate) clinician: u64,
    pub(crate) specialist: u64,
    pub(crate) kin: Vec<Kin>,
    pub(crate) traits: Traits,
}

impl Person {
    /// The id in the truth.
    pub(crate) fn id(index: u64) -> String {
        format!("T{index:08}")
    }

    /// Age in whole years on a day.
    pub(crate) fn age(&self, on: Date) -> i16 {
        let years = on.year() - self.born.year();
        if (on.month(), on.day()) < (self.born.month(), self.born.day()) {
            years - 1
        } else {
            years
        }
    }

    /// Whether they are under 18 on a day.
    pub(crate) fn is_minor(&self, on: Date) -> bool {
        self.age(on) < 18
    }

    /// `Marie-Ève Tremblay`; a newborn is `Baby Girl Tremblay`.
    pub(crate) fn full_name(&self) -> String {
        let mut name = format!("{} {}", self.given, self.family);
        if !self.suffix.is_empty() {
            name += " ";
            name += self.suffix;
        }
        name
    }
}
