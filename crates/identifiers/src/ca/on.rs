//! Ontario health number (OHIP): ten digits, the last a Luhn check digit, and a version code.
//!
//! The version code, none to two letters, changes with each card, so it is kept
//! apart from the number; old red and white cards have none. A first digit 0 is
//! not known to be issued and only makes the number doubtful.
//!
//! Source: OSCAR's `check_hin.js`, <https://github.com/carlos-emr/carlos>

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

/// Ontario health number.
pub const KIND: Kind = Kind {
    id: "ca-on",
    name_en: "Ontario health number",
    name_fr: "Numéro de carte Santé de l'Ontario",
    jurisdiction: "ca-on",
    family: Family::HealthNumber,
    check: Check::Confirmed("Luhn"),
    labels: &[
        "ohip",
        "ohip number",
        "ohip no",
        "ohip #",
        "hcn",
        "hin",
        "health card",
        "health card number",
        "health card no",
        "health card #",
        "health number",
        "hc #",
        "hc#",
        "hn",
        "health insurance number",
        "carte santé",
        "numéro de carte santé",
        "no de carte santé",
        "numéro santé",
    ],
    source: "https://github.com/carlos-emr/carlos check_hin.js",
    sure: "primary",
    parse,
    make,
};

/// Reads ten digits with or without version code.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9999999999", "9999999999A", "9999999999AA"])?;
    if !check::luhn_holds(number.digits(0..10)) {
        return Err(Invalid::CheckDigit);
    }
    let digits = number.text().get(..10).unwrap_or("");
    let version = number.text().get(10..).unwrap_or("");
    let mask = if version.is_empty() {
        "____-___-___"
    } else {
        "____-___-___-__"
    };
    let mut parsed = Parsed::new(digits.to_owned(), mask);
    parsed.written = (!version.is_empty()).then(|| number.text().to_owned());
    parsed.doubtful = number.at(0) == b'0';
    parsed.encodes.province = Some("ca-on");
    parsed.encodes.version_code = (!version.is_empty()).then(|| version.to_owned());
    Ok(parsed)
}

/// A synthetic number without version code; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let payload = scatter::digits(seed, 9);
    let digit = check::luhn_digit(payload.bytes().map(|byte| byte - b'0'));
    format!("{payload}{digit}")
}

#[test]
fn the_tenth_digit_is_a_luhn_check_digit() {
    use crate::tests::check;
    check(parse, "6012345671", "6012-345-671");
    check(parse, "9876-543-217", "9876-543-217");
    check(parse, "1122 334 459", "1122-334-459");
    check(parse, "5555555555", "5555-555-555");
    check(parse, "1000000008", "1000-000-008");
    check(parse, "6012345672", "CheckDigit");
    check(parse, "9876543218", "CheckDigit");
    check(parse, "1122334450", "CheckDigit");
    check(parse, "601234567", "Length");
    check(parse, "601234567O", "Character");
}

#[test]
fn a_version_code_is_kept_apart_from_the_number() {
    for (written, version) in [
        ("6012345671", None),
        ("6012-345-671-AB", Some("AB")),
        ("6012345671 a", Some("A")),
    ] {
        let parsed = parse(written).expect("holds");
        assert_eq!(parsed.normal, "6012345671");
        assert_eq!(parsed.encodes.version_code.as_deref(), version);
    }
}
