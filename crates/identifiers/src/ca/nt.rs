//! Northwest Territories Health Service Number: a letter N, D, M, T or H, then seven digits.
//!
//! The letter H was added in September 2022; the other four are from general
//! knowledge. No check digit is known.
//!
//! Source: <https://www.ontario.ca/document/ohip-infobulletins-2022/bulletin-220902-northwest-territories-health-service-number>

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Northwest Territories Health Service Number.
pub const KIND: Kind = Kind {
    id: "ca-nt",
    name_en: "Northwest Territories Health Service Number",
    name_fr: "Numéro de services de santé des Territoires du Nord-Ouest",
    jurisdiction: "ca-nt",
    family: Family::HealthNumber,
    check: Check::None,
    labels: &[
        "nwt health number",
        "nwt health care",
        "nwt hcp",
        "nt health number",
        "northwest territories health",
        "health service number",
        "numéro de services de santé",
    ],
    source: "https://www.ontario.ca/document/ohip-infobulletins-2022/bulletin-220902-northwest-territories-health-service-number",
    sure: "primary",
    parse,
    make,
};

/// Reads a number written with or without spaces or hyphens.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["A9999999"])?;
    if !matches!(number.at(0), b'N' | b'D' | b'M' | b'T' | b'H') {
        return Err(Invalid::Component);
    }
    let mut parsed = number.shown("________");
    parsed.encodes.province = Some("ca-nt");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let letters = ["N", "D", "M", "T", "H"];
    let at = scatter::scatter(seed, 50_000_000);
    let letter = letters.get((at % 5) as usize).copied().unwrap_or("N");
    format!("{letter}{:07}", at / 5)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "N1234567", "N1234567");
    check(parse, "h 123 4567", "H1234567");
    check(parse, "A1234567", "Component");
    check(parse, "N123456", "Length");
}
