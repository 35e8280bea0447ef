//! Nunavut health care number: nine digits, the first a 1.
//!
//! Digits 2 to 7 are the holder's former number in the Northwest Territories
//! and the ninth is an indicator of eligibility for a programme. No check digit.
//!
//! Source: <http://www.health.gov.on.ca/en/pro/programs/ohip/bulletins/4334/bul4334a.aspx>

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Nunavut health care number.
pub const KIND: Kind = Kind {
    id: "ca-nu",
    name_en: "Nunavut health care number",
    name_fr: "Numéro d'assurance-maladie du Nunavut",
    jurisdiction: "ca-nu",
    family: Family::HealthNumber,
    check: Check::None,
    labels: &[
        "nunavut health care number",
        "nunavut health card",
        "nu health number",
        "nhcp",
        "assurance-maladie du nunavut",
    ],
    source: "http://www.health.gov.on.ca/en/pro/programs/ohip/bulletins/4334/bul4334a.aspx",
    sure: "primary",
    parse,
    make,
};

/// Reads a number written with or without spaces or hyphens.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999"])?;
    if number.at(0) != b'1' {
        return Err(Invalid::Component);
    }
    let mut parsed = number.shown("___ ___ ___");
    parsed.encodes.province = Some("ca-nu");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    format!("1{:08}", scatter::scatter(seed, 100_000_000))
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "112345671", "112 345 671");
    check(parse, "212345671", "Component");
    check(parse, "11234567", "Length");
}
