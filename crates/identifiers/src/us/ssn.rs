//! Social Security Number (SSN), United States: nine digits as 3-2-4, no check digit.
//!
//! Area 000, 666 and 9xx, group 00 and serial 0000 are not issued; three numbers
//! became famous in advertising and are refused.
//!
//! Source: python-stdnum `us/ssn.py`, read as a description of the rule.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

const FAMOUS: [&str; 3] = ["078051120", "457555462", "219099999"];

/// Social Security Number.
pub const KIND: Kind = Kind {
    id: "us-ssn",
    name_en: "Social Security Number (US)",
    name_fr: "Numéro de sécurité sociale (États-Unis)",
    jurisdiction: "us",
    family: Family::SocialInsurance,
    check: Check::None,
    labels: &[
        "ssn",
        "ssn#",
        "s.s.n.",
        "ss#",
        "ss #",
        "social security",
        "social security number",
        "social security no",
        "soc sec",
        "socsec",
        "sécurité sociale",
        "numéro de sécurité sociale",
    ],
    source: "https://github.com/arthurdejong/python-stdnum us/ssn.py",
    sure: "primary",
    parse,
    make,
};

/// Reads nine digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999"])?;
    let digits = number.text();
    let never = digits.starts_with("000")
        || digits.starts_with("666")
        || digits.starts_with('9')
        || digits.get(3..5) == Some("00")
        || digits.ends_with("0000")
        || FAMOUS.contains(&digits);
    if never {
        return Err(Invalid::Component);
    }
    Ok(number.shown("___-__-____"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let mut at = scatter::scatter(seed, 664 * 99 * 9_999);
    let area = at % 664 + 1;
    at /= 664;
    format!("{area:03}{:02}{:04}", at % 99 + 1, at / 99 + 1)
}

#[test]
fn numbers_that_are_never_issued_are_refused() {
    use crate::tests::check;
    check(parse, "536-90-4399", "536-90-4399");
    check(parse, "536904399", "536-90-4399");
    check(parse, "666-00-0000", "Component");
    check(parse, "078-05-1120", "Component");
    check(parse, "900-12-3456", "Component");
    check(parse, "536-00-4399", "Component");
    check(parse, "536-90-0000", "Component");
    check(parse, "53690439", "Length");
}
