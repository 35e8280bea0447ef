//! Alberta Personal Health Number (PHN) or Unique Lifetime Identifier (ULI): nine digits, shown 5-4.
//!
//! Public sources contradict each other on the check digit (mod 10 in the fifth
//! position, or Luhn in the last), and numbers that hold by one rule fail the
//! other, so none is enforced. A ULI is also given to people who are not residents.
//!
//! Source: form from public code; not confirmed by the issuer.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Alberta Personal Health Number.
pub const KIND: Kind = Kind {
    id: "ca-ab",
    name_en: "Alberta Personal Health Number",
    name_fr: "Numéro personnel de santé de l'Alberta",
    jurisdiction: "ca-ab",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "phn",
        "personal health number",
        "uli",
        "unique lifetime identifier",
        "alberta health care number",
        "ahcip",
        "ahc number",
        "ab phn",
        "alberta phn",
        "health care number",
        "numéro personnel de santé",
    ],
    source: "public code, form only",
    sure: "secondary",
    parse,
    make,
};

/// Reads a number written with or without spaces or hyphens.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999"])?;
    let mut parsed = number.shown("_____-____");
    parsed.encodes.province = Some("ca-ab");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::digits(seed, 9)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "12345-6789", "12345-6789");
    check(parse, "123425678", "12342-5678");
    check(parse, "12345678", "Length");
    check(parse, "12345678A", "Character");
}
