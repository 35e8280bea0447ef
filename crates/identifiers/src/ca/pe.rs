//! Prince Edward Island personal health number: eight digits.
//!
//! Whether it has a check digit is not known here, so none is enforced. Lists
//! for data loss prevention that give twelve digits are wrong.
//!
//! Source: not confirmed by the issuer.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Prince Edward Island personal health number.
pub const KIND: Kind = Kind {
    id: "ca-pe",
    name_en: "Prince Edward Island personal health number",
    name_fr: "Numéro personnel de santé de l'Île-du-Prince-Édouard",
    jurisdiction: "ca-pe",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "phn",
        "personal health number",
        "pei health number",
        "pei health card",
        "pe health number",
        "health card number",
        "numéro personnel de santé",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse,
    make,
};

/// Reads a number written with or without spaces or hyphens.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["99999999"])?;
    let mut parsed = number.shown("________");
    parsed.encodes.province = Some("ca-pe");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::digits(seed, 8)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "12345678", "12345678");
    check(parse, "1234567", "Length");
}
