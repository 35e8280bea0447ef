//! Drug Identification Number (DIN) and Natural Product Number (NPN): eight digits on every product's label.
//!
//! They name a product, not a person, and look like any eight digits: a label
//! must say `DIN` or `NPN`. No public check digit.
//!
//! Source: Food and Drug Regulations, C.R.C., c. 870 (the label text); eight digits not confirmed there.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Drug Identification Number.
pub const DIN: Kind = Kind {
    id: "ca-din",
    name_en: "Drug Identification Number",
    name_fr: "Identification numérique de drogue",
    jurisdiction: "ca",
    family: Family::Drug,
    check: Check::None,
    labels: &[
        "din",
        "din number",
        "drug identification number",
        "identification numérique de drogue",
        "identification numérique",
    ],
    source: "Food and Drug Regulations, C.R.C., c. 870",
    sure: "unverified",
    parse,
    make: |seed| format!("{:08}", scatter::scatter(seed, 100_000_000)),
};

/// Natural Product Number.
pub const NPN: Kind = Kind {
    id: "ca-npn",
    name_en: "Natural Product Number",
    name_fr: "Numéro de produit naturel",
    labels: &[
        "npn",
        "natural product number",
        "din-hm",
        "numéro de produit naturel",
    ],
    ..DIN
};

/// Reads eight digits, also with the letters of their kind before them.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["99999999", "din99999999", "npn99999999"])?;
    let digits = number
        .text()
        .trim_start_matches(|ch: char| ch.is_ascii_uppercase());
    Ok(Parsed::new(digits.to_owned(), "________"))
}

#[test]
fn eight_digits_with_or_without_their_label() {
    use crate::tests::check;
    check(parse, "02242903", "02242903");
    check(parse, "DIN 02242903", "02242903");
    check(parse, "0224290", "Length");
    check(parse, "DIM 02242903", "Character");
}
