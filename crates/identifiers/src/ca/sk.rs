//! Saskatchewan Health Services Number (HSN): nine digits, shown 3 3 3.
//!
//! A mod 11 check digit with weights 9 to 2 has been claimed, but no
//! implementation or publication confirms it, so it is not enforced.
//!
//! Source: claim only; the form itself is not confirmed by the issuer.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Saskatchewan Health Services Number.
pub const KIND: Kind = Kind {
    id: "ca-sk",
    name_en: "Saskatchewan Health Services Number",
    name_fr: "Numéro des services de santé de la Saskatchewan",
    jurisdiction: "ca-sk",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "hsn",
        "health services number",
        "saskatchewan health number",
        "sk health number",
        "health services no",
        "sask health",
        "numéro des services de santé",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse,
    make,
};

/// Reads a number written with or without spaces or hyphens.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999"])?;
    let mut parsed = number.shown("___ ___ ___");
    parsed.encodes.province = Some("ca-sk");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::digits(seed, 9)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "123 456 789", "123 456 789");
    check(parse, "123-456-789", "123 456 789");
    check(parse, "1234567890", "Length");
}
