//! Drug Enforcement Administration (DEA) number, United States: two letters, seven digits, the last a check digit.
//!
//! The first, third and fifth digit, and twice the second, fourth and sixth, add
//! up to a number that ends in the seventh. The second letter is often the
//! prescriber's surname initial, which is not relied on here.
//!
//! Source: DataDog's scanner, read as a description of the rule.

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

const WEIGHTS: [u32; 6] = [1, 2, 1, 2, 1, 2];

/// DEA registration number.
pub const KIND: Kind = Kind {
    id: "us-dea",
    name_en: "DEA registration number (US)",
    name_fr: "Numéro d'enregistrement DEA (États-Unis)",
    jurisdiction: "us",
    family: Family::Practitioner,
    check: Check::Confirmed("weighted sum, mod 10"),
    labels: &["dea", "dea number", "dea #", "dea no", "dea registration"],
    source: "https://github.com/DataDog/dd-sensitive-data-scanner",
    sure: "primary",
    parse,
    make,
};

/// Reads two letters and seven digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["AA9999999"])?;
    let sum = check::weighted(number.digits(2..8), &WEIGHTS);
    if sum % 10 != u32::from(number.digit(8)) {
        return Err(Invalid::CheckDigit);
    }
    Ok(number.shown("_________"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let payload = scatter::of_form("AA999999", seed);
    let digits = payload.bytes().skip(2).map(|byte| byte - b'0');
    let digit = check::weighted(digits, &WEIGHTS) % 10;
    format!("{payload}{digit}")
}

#[test]
fn the_last_digit_is_a_weighted_sum() {
    use crate::tests::check;
    check(parse, "AB1234563", "AB1234563");
    check(parse, "fs9876547", "FS9876547");
    check(parse, "MK0000012", "MK0000012");
    check(parse, "AB1234560", "CheckDigit");
    check(parse, "A11234563", "Character");
}
