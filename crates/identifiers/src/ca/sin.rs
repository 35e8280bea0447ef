//! Social Insurance Number (SIN, NAS), Canada: nine digits, the last a Luhn check digit.
//!
//! Numbers that begin with 0 or 8 are not issued to individuals; 9 means a
//! temporary resident. That a number holds does not mean that it was issued,
//! nor to whom: one in ten of all nine-digit numbers holds.
//!
//! Source: python-stdnum `ca/sin.py` and Presidio's recogniser, read as descriptions of the rule.

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

/// Social Insurance Number.
pub const KIND: Kind = Kind {
    id: "ca-sin",
    name_en: "Social Insurance Number",
    name_fr: "Numéro d'assurance sociale",
    jurisdiction: "ca",
    family: Family::SocialInsurance,
    check: Check::Confirmed("Luhn"),
    labels: &[
        "sin",
        "sin number",
        "sin no",
        "sin #",
        "s.i.n.",
        "social insurance",
        "social insurance number",
        "social insurance no",
        "nas",
        "n.a.s.",
        "no nas",
        "assurance sociale",
        "numéro d'assurance sociale",
        "no d'assurance sociale",
    ],
    source: "https://github.com/arthurdejong/python-stdnum ca/sin.py",
    sure: "primary",
    parse,
    make,
};

/// Reads nine digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999"])?;
    if matches!(number.at(0), b'0' | b'8') {
        return Err(Invalid::Component);
    }
    if !check::luhn_holds(number.digits(0..9)) {
        return Err(Invalid::CheckDigit);
    }
    let programme = (number.at(0) == b'9').then_some("temporary resident");
    let mut parsed = number.shown("___-___-___");
    parsed.encodes.programme = programme;
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let at = scatter::scatter(seed, 70_000_000);
    let payload = at + 10_000_000; // 1 to 7
    let text = payload.to_string();
    let digit = check::luhn_digit(text.bytes().map(|byte| byte - b'0'));
    format!("{text}{digit}")
}

#[test]
fn the_last_digit_is_a_luhn_check_digit() {
    use crate::tests::check;
    check(parse, "123456782", "123-456-782");
    check(parse, "512 345 679", "512-345-679");
    check(parse, "700-000-003", "700-000-003");
    check(parse, "900000001", "900-000-001");
    check(parse, "123456783", "CheckDigit");
    check(parse, "12345678", "Length");
    check(parse, "12345678O", "Character");
}

#[test]
fn no_individual_has_a_number_that_begins_with_0_or_8() {
    use crate::tests::check;
    check(parse, "800000002", "Component");
    check(parse, "046454286", "Component");
}
