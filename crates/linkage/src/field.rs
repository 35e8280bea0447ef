//! `Field` and `Level`: what of two records is compared, and how well it agrees.
//!
//! A comparison puts two records into one of a field's few levels, from "same"
//! to "different"; the model says how likely each level is for one person and
//! for two. A value that is missing on either side says nothing.
//!
//! Terms as in Fellegi and Sunter (1969) and in Splink: comparison, comparison level.

use serde::{Deserialize, Serialize};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Field {
    /// The first given name.
    Given,
    /// The family name.
    Family,
    /// Given and family name in each other's place.
    NameOrder,
    /// Further given names or initials.
    Middle,
    /// `Jr`, `Sr`, `III`.
    Suffix,
    /// Date of birth.
    BirthDate,
    /// The age, with the other's age or date of birth, where not both say a date of birth.
    Age,
    /// Sex.
    Sex,
    /// Public health number, within one scheme.
    HealthNumber,
    /// A number one keeps for life: social insurance, licence, passport.
    LifeNumber,
    /// A number an organisation gives: chart, patient, policy.
    ChartNumber,
    /// Telephone.
    Phone,
    /// E-mail.
    Email,
    /// Street, civic number and unit.
    Street,
    /// Postal code, and the city where two postal codes differ.
    Place,
    /// The city, where a postal code is missing.
    City,
    /// Area code, postal area, city and issuer of the health number, where no two of one kind can be compared.
    Region,
}

/// How many fields there are.
pub(crate) const N_FIELDS: usize = 17;

impl Field {
    /// Every field, in the order of explanations.
    pub const ALL: [Self; N_FIELDS] = [
        Self::Given,
        Self::Family,
        Self::NameOrder,
        Self::Middle,
        Self::Suffix,
        Self::BirthDate,
        Self::Age,
        Self::Sex,
        Self::HealthNumber,
        Self::LifeNumber,
        Self::ChartNumber,
        Self::Phone,
        Self::Email,
        Self::Street,
        Self::Place,
        Self::City,
        Self::Region,
    ];

    /// A part of the name.
    pub(crate) const fn is_of_name(self) -> bool {
        matches!(
            self,
            Self::Given | Self::Family | Self::NameOrder | Self::Middle | Self::Suffix
        )
    }

    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Family => "family",
            Self::NameOrder => "name-order",
            Self::Middle => "middle",
            Self::Suffix => "suffix",
            Self::BirthDate => "birth-date",
            Self::Age => "age",
            Self::Sex => "sex",
            Self::HealthNumber => "health-number",
            Self::LifeNumber => "life-number",
            Self::ChartNumber => "chart-number",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Street => "street",
            Self::Place => "place",
            Self::City => "city",
            Self::Region => "region",
        }
    }
}

/// How well a field agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Level {
    /// Equal after case, accents, hyphens and separators.
    Same,
    /// A usual other form: nickname, transliteration.
    Variant,
    /// One is the initial of the other.
    Initial,
    /// A slip of the pen or of the reader: one or two characters.
    Close,
    /// A part of the other: one of two family names, a name without its particle, a street without its unit.
    Part,
    /// Sounds or looks alike.
    Similar,
    /// Given and family name, given and middle name, or day and month, in each other's place.
    Swapped,
    /// One is less exact than the other and does not contradict it: a year alone, a suffix left out, a newborn without a name.
    Partial,
    /// Both are newborns without a name.
    Unnamed,
    /// Same day and month, years a generation apart.
    Generation,
    /// Same year alone.
    Year,
    /// Does not agree.
    Different,
}

impl Level {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Variant => "variant",
            Self::Initial => "initial",
            Self::Close => "close",
            Self::Part => "part",
            Self::Similar => "similar",
            Self::Swapped => "swapped",
            Self::Partial => "partial",
            Self::Unnamed => "unnamed",
            Self::Generation => "generation",
            Self::Year => "year",
            Self::Different => "different",
        }
    }
}

/// Who two records could be of, if not of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Rival {
    /// Two people who have nothing to do with each other.
    Strangers,
    /// Two people of one household: spouses, parent and child, brother and sister.
    Household,
    /// Twins.
    Twins,
    /// Two of one name in one family: junior and senior.
    Namesakes,
}

impl Rival {
    /// Every rival, in the model's order.
    pub const ALL: [Self; 4] = [
        Self::Strangers,
        Self::Household,
        Self::Twins,
        Self::Namesakes,
    ];

    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Strangers => "strangers",
            Self::Household => "household",
            Self::Twins => "twins",
            Self::Namesakes => "namesakes",
        }
    }

    /// Who the two would be if they were not one person, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Strangers => "strangers alike by chance",
            Self::Household => "two people of one household",
            Self::Twins => "twins",
            Self::Namesakes => "two of one name in one family, as father and son",
        }
    }
}
