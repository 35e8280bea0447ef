//! Manitoba: Personal Health Identification Number (PHIN, nine digits) and the family's registration number.
//!
//! The registration number was six digits; cards from 1 March 2023 on show a
//! letter and five digits. Whether the PHIN has a check digit is not known
//! here, so none is enforced.
//!
//! Source: <http://amp.cbc.ca/news/canada/manitoba/manitoba-health-card-1.6764116> (registration)

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Manitoba Personal Health Identification Number.
pub const KIND: Kind = Kind {
    id: "ca-mb",
    name_en: "Manitoba Personal Health Identification Number",
    name_fr: "Numéro d'identification personnelle de santé du Manitoba",
    jurisdiction: "ca-mb",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "phin",
        "phin number",
        "personal health identification number",
        "personal health id number",
        "manitoba health number",
        "manitoba health card",
        "mb phin",
        "nips",
        "numéro d'identification personnelle de santé",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse,
    make,
};

/// Manitoba family registration number.
pub const REGISTRATION: Kind = Kind {
    id: "ca-mb-registration",
    name_en: "Manitoba Health registration number",
    name_fr: "Numéro d'inscription de Santé Manitoba",
    jurisdiction: "ca-mb",
    family: Family::HealthNumber,
    check: Check::None,
    labels: &[
        "mhsc",
        "mhsc number",
        "mhsc no",
        "manitoba health registration",
        "manitoba health registration number",
        "family registration number",
        "registration number",
        "numéro d'inscription",
    ],
    source: "http://amp.cbc.ca/news/canada/manitoba/manitoba-health-card-1.6764116",
    sure: "secondary",
    parse: parse_registration,
    make: make_registration,
};

/// Reads nine digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let mut parsed = compact(text)?.fits(&["999999999"])?.shown("___ ___ ___");
    parsed.encodes.province = Some("ca-mb");
    Ok(parsed)
}

/// Reads six digits, or a letter and five digits.
pub fn parse_registration(text: &str) -> Result<Parsed, Invalid> {
    let mut parsed = compact(text)?.fits(&["999999", "A99999"])?.shown("______");
    parsed.encodes.province = Some("ca-mb");
    Ok(parsed)
}

/// A synthetic PHIN; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::digits(seed, 9)
}

/// A synthetic registration number; it may coincide with an assigned one.
pub fn make_registration(seed: u64) -> String {
    scatter::of_form("A99999", seed)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "123456789", "123 456 789");
    check(parse, "12345678", "Length");
    check(parse_registration, "123456", "123456");
    check(parse_registration, "a12345", "A12345");
    check(parse_registration, "AB1234", "Character");
}
