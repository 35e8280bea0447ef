//! Registration number of the Indian Register (status card, SCIS): ten digits.
//!
//! Three digits of the band, five of the family, two of the position in it. It
//! says that its holder is registered under the Indian Act, which is sensitive
//! by itself. No check digit.
//!
//! Source: not confirmed.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Registration number of the Indian Register.
pub const KIND: Kind = Kind {
    id: "ca-scis",
    name_en: "Indian status registration number",
    name_fr: "Numéro d'inscription au Registre des Indiens",
    jurisdiction: "ca",
    family: Family::GovernmentId,
    check: Check::None,
    labels: &[
        "scis",
        "status card",
        "status number",
        "treaty number",
        "treaty #",
        "band number",
        "registration number (indian act)",
        "indian status",
        "first nations status",
        "nihb",
        "nihb number",
        "inac number",
        "certificat de statut",
        "numéro de statut",
        "statut indien",
        "ssna",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse,
    make,
};

/// Reads ten digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    Ok(compact(text)?.fits(&["9999999999"])?.shown("__________"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::digits(seed, 10)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "123 45678 01", "1234567801");
    check(parse, "123456789", "Length");
}
