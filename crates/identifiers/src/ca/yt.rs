//! Yukon Health Care Insurance Plan (YHCIP) number: nine digits, shown 3 3 3, often with leading zeros.
//!
//! Whether it has a check digit is not known here, so none is enforced.
//!
//! Source: not confirmed by the issuer.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Yukon health care insurance number.
pub const KIND: Kind = Kind {
    id: "ca-yt",
    name_en: "Yukon health care insurance number",
    name_fr: "Numéro d'assurance-santé du Yukon",
    jurisdiction: "ca-yt",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "yhcip",
        "yhcip number",
        "yukon health care",
        "yukon health number",
        "yt health number",
        "assurance-santé du yukon",
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
    parsed.encodes.province = Some("ca-yt");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    format!("00{:07}", scatter::scatter(seed, 10_000_000))
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "001 234 567", "001 234 567");
    check(parse, "0012345678", "Length");
}
