//! National Provider Identifier (NPI), United States: ten digits that hold by Luhn behind the prefix 80840.
//!
//! The first digit is 1 or 2. It names a clinician or an organisation, not a
//! patient. Most fail Luhn without the prefix.
//!
//! Source: Presidio's recogniser and DataDog's scanner, read as descriptions of the rule.

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

const PREFIX: [u8; 5] = [8, 0, 8, 4, 0];

/// National Provider Identifier.
pub const KIND: Kind = Kind {
    id: "us-npi",
    name_en: "National Provider Identifier (US)",
    name_fr: "Identifiant national de prestataire (États-Unis)",
    jurisdiction: "us",
    family: Family::Practitioner,
    check: Check::Confirmed("Luhn with prefix 80840"),
    labels: &[
        "npi",
        "npi number",
        "npi #",
        "national provider identifier",
        "provider npi",
    ],
    source: "https://github.com/microsoft/presidio us_npi_recognizer.py",
    sure: "primary",
    parse,
    make,
};

/// Reads ten digits that begin with 1 or 2.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9999999999"])?;
    if !matches!(number.at(0), b'1' | b'2') {
        return Err(Invalid::Component);
    }
    if !check::luhn_holds(PREFIX.into_iter().chain(number.digits(0..10))) {
        return Err(Invalid::CheckDigit);
    }
    Ok(number.shown("__________"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let payload = (100_000_000 + scatter::scatter(seed, 200_000_000)).to_string();
    let digits = payload.bytes().map(|byte| byte - b'0');
    let digit = check::luhn_digit(PREFIX.into_iter().chain(digits));
    format!("{payload}{digit}")
}

#[test]
fn the_prefix_counts_in_the_check_digit() {
    use crate::tests::check;
    check(parse, "1234567893", "1234567893");
    check(parse, "2000000002", "2000000002");
    check(parse, "1999999992", "1999999992");
    check(parse, "1234567890", "CheckDigit");
    check(parse, "3234567893", "Component");
}
