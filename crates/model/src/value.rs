//! Parts of people: names, dates, addresses, sex, each as it is compared, not as it was written.
//!
//! These hold PHI and have no wrapper of their own; they live inside `Phi`.
//! That is why none of them shows its content through `Debug`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A person's name in its parts, as written (case and accents kept).
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonName {
    /// Given name or names that are used as the first: `Marie-Ève`.
    pub given: String,
    /// Further given names or initials.
    pub middle: String,
    /// Family name with its particles: `van der Berg`, `Tremblay-Roy`.
    pub family: String,
    /// `Jr`, `Sr`, `III`.
    pub suffix: String,
}

/// A date of which the year at least is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartialDate {
    /// Year.
    pub year: i16,
    /// Month, 1 to 12; 0 when not known.
    pub month: u8,
    /// Day, 1 to 31; 0 when not known.
    pub day: u8,
}

impl PartialDate {
    /// The full date, when day and month are known and exist.
    pub fn full(self) -> Option<jiff::civil::Date> {
        jiff::civil::Date::new(
            self.year,
            i8::try_from(self.month).ok()?,
            i8::try_from(self.day).ok()?,
        )
        .ok()
    }

    /// As `1985-02-10`, `1985-02` or `1985`.
    pub fn iso(self) -> String {
        match (self.month, self.day) {
            (0, _) => format!("{:04}", self.year),
            (month, 0) => format!("{:04}-{month:02}", self.year),
            (month, day) => format!("{:04}-{month:02}-{day:02}", self.year),
        }
    }

    /// Reads what `iso` writes.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next().map_or(Some(0), |part| part.parse().ok())?;
        let day = parts.next().map_or(Some(0), |part| part.parse().ok())?;
        (month <= 12 && day <= 31).then_some(Self { year, month, day })
    }
}

impl From<jiff::civil::Date> for PartialDate {
    fn from(date: jiff::civil::Date) -> Self {
        Self {
            year: date.year(),
            month: date.month().unsigned_abs(),
            day: date.day().unsigned_abs(),
        }
    }
}

/// A postal address in its parts, as written.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Street lines: number, street, unit, box.
    pub street: String,
    /// City or municipality.
    pub city: String,
    /// Province, territory or state as written or as its two letters.
    pub province: String,
    /// Postal code: `A1A 1A1` for Canada, as written elsewhere.
    pub postal_code: String,
    /// Country as written; empty when not said.
    pub country: String,
}

/// Sex or gender as recorded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Anything else that a record says: X, other, undetermined.
    Other,
}

impl Sex {
    /// The letter used in files: `F`, `M`, `X`.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Other => "X",
        }
    }

    /// The sex that a title before a name says, in small letters: `mr`, `mme`; `m` may be an initial as well.
    #[inline]
    pub fn of_title(title: &str) -> Option<Self> {
        Some(match title {
            "mr" | "mister" | "monsieur" | "mssr" | "m" => Self::Male,
            "mrs" | "ms" | "miss" | "mme" | "madame" | "mlle" | "mademoiselle" | "mdm" => {
                Self::Female
            }
            _ => return None,
        })
    }
}

/// A mention's value in the form in which it is compared.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Normal {
    /// Text as it is: a diagnosis, a programme.
    Text(String),
    /// A number or code without separators, upper case.
    Number(String),
    /// A name.
    Name(PersonName),
    /// A date.
    Date(PartialDate),
    /// An address.
    Address(PostalAddress),
    /// Sex.
    Sex(Sex),
}

macro_rules! no_content {
    ($($name:ident)*) => {$(
        /// Never shows its content.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
no_content!(PersonName PartialDate PostalAddress Sex Normal);

#[test]
fn partial_dates_survive_their_text_form() {
    for text in ["1985-02-10", "1985-02", "1985"] {
        assert_eq!(PartialDate::parse_iso(text).unwrap().iso(), text);
    }
    assert!(PartialDate::parse_iso("1985-13-01").is_none());
}
