//! `Kind`: what is known of one identifier, the same shape for all of them.

use crate::{Invalid, Parsed};

/// One identifier: its names, its form, its source.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Scheme id: `ca-on`, `ca-sin`, `us-npi`.
    pub id: &'static str,
    /// What it is called in English.
    pub name_en: &'static str,
    /// What it is called in French.
    pub name_fr: &'static str,
    /// Who issues it: `ca-on`, `ca`, `us`; empty when many states do.
    pub jurisdiction: &'static str,
    /// Of which family.
    pub family: Family,
    /// What is known of its check digit.
    pub check: Check,
    /// Context words and column headers, English and French, lower case.
    pub labels: &'static [&'static str],
    /// Where the rule was read.
    pub source: &'static str,
    /// How sure the rule is: `primary`, `secondary` or `unverified`.
    pub sure: &'static str,
    /// Reads a text.
    pub parse: fn(&str) -> Result<Parsed, Invalid>,
    /// A synthetic number for a seed, valid in form and check digit.
    ///
    /// Two seeds below the kind's capacity give two numbers. It may coincide with
    /// an assigned one, so it belongs into material marked as synthetic only.
    pub make: fn(u64) -> String,
}

impl Kind {
    /// Whether some text with so many letters and digits may be one: what is always too short or too long is not.
    pub(crate) fn takes_length(&self, n: usize) -> bool {
        // An account is written with signs that count.
        self.family == Family::Bank
            || ["0", "1", "A"]
                .iter()
                .any(|letter| !matches!((self.parse)(&letter.repeat(n)), Err(Invalid::Length)))
    }
}

/// What sort of thing the number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A person's number with a public health plan.
    HealthNumber,
    /// A person's number for tax and social security.
    SocialInsurance,
    /// A driver's licence.
    DriversLicence,
    /// A passport.
    Passport,
    /// Another number that a state gives a person.
    GovernmentId,
    /// A postal code.
    PostalCode,
    /// A drug or health product: a thing, not a person.
    Drug,
    /// A clinician's number with a college, a plan or an authority.
    Practitioner,
    /// A payment card.
    PaymentCard,
    /// A bank account.
    Bank,
    /// A business: an organisation, or a person who trades.
    Business,
}

/// What is known of a check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The named algorithm is confirmed, and `parse` enforces it.
    Confirmed(&'static str),
    /// There may be one; no source confirms how it is made, so it is not enforced.
    Unconfirmed,
    /// There is none.
    None,
}
