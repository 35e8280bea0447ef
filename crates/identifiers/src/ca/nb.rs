//! New Brunswick Medicare number: nine digits, shown 3 3 3.
//!
//! Whether it has a check digit is not known here, so none is enforced. Lists
//! for data loss prevention that give ten digits are wrong.
//!
//! Source: <https://support.mdbilling.ca/hc/en-us/articles/207671333>

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// New Brunswick Medicare number.
pub const KIND: Kind = Kind {
    id: "ca-nb",
    name_en: "New Brunswick Medicare number",
    name_fr: "Numéro d'assurance-maladie du Nouveau-Brunswick",
    jurisdiction: "ca-nb",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "medicare",
        "medicare number",
        "medicare no",
        "nb medicare",
        "new brunswick medicare",
        "assurance-maladie",
        "numéro d'assurance-maladie",
        "no assurance-maladie",
    ],
    source: "https://support.mdbilling.ca/hc/en-us/articles/207671333",
    sure: "secondary",
    parse,
    make,
};

/// Reads a number written with or without spaces or hyphens.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999"])?;
    let mut parsed = number.shown("___ ___ ___");
    parsed.encodes.province = Some("ca-nb");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::digits(seed, 9)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "123456789", "123 456 789");
    check(parse, "1234567890", "Length");
}
