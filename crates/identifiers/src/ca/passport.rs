//! Canadian passport number: two letters and six digits, or in books from 2023 a letter, six digits, two letters.
//!
//! No check digit in the number itself (the machine-readable line has its own).
//!
//! Source: not confirmed.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Canadian passport.
pub const KIND: Kind = Kind {
    id: "ca-passport",
    name_en: "Canadian passport",
    name_fr: "Passeport canadien",
    jurisdiction: "ca",
    family: Family::Passport,
    check: Check::None,
    labels: &[
        "passport",
        "passport number",
        "passport no",
        "passport #",
        "passeport",
        "no de passeport",
        "numéro de passeport",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse,
    make,
};

/// Reads a passport number of either form.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    Ok(compact(text)?
        .fits(&["AA999999", "A999999AA"])?
        .shown("_________"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::of_form("AA999999", seed)
}

#[test]
fn both_books_are_read() {
    use crate::tests::check;
    check(parse, "ab123456", "AB123456");
    check(parse, "A123456BC", "A123456BC");
    check(parse, "A1234567", "Character");
    check(parse, "AB12345", "Length");
}
