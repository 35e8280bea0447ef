//! Individual Healthcare Identifier (IHI), Australia: sixteen digits from 800360, by Luhn.
//!
//! Source: DataDog's scanner and the vectors of the identifier reference; Luhn over all sixteen digits.

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

/// Individual Healthcare Identifier.
pub const KIND: Kind = Kind {
    id: "au-ihi",
    name_en: "Individual Healthcare Identifier (Australia)",
    name_fr: "Identifiant individuel de santé (Australie)",
    jurisdiction: "au",
    family: Family::HealthNumber,
    check: Check::Confirmed("Luhn"),
    labels: &[
        "ihi",
        "ihi number",
        "individual healthcare identifier",
        "healthcare identifier",
    ],
    source: "https://github.com/DataDog/dd-sensitive-data-scanner",
    sure: "primary",
    parse,
    make,
};

/// Reads sixteen digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9999999999999999"])?;
    if !number.text().starts_with("800360") {
        return Err(Invalid::Component);
    }
    if !check::luhn_holds(number.digits(0..16)) {
        return Err(Invalid::CheckDigit);
    }
    Ok(number.shown("____ ____ ____ ____"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let payload = format!("800360{:09}", scatter::scatter(seed, 1_000_000_000));
    let digit = check::luhn_digit(payload.bytes().map(|byte| byte - b'0'));
    format!("{payload}{digit}")
}

#[test]
fn sixteen_digits_hold_by_luhn() {
    use crate::tests::check;
    check(parse, "8003 6000 0000 0007", "8003 6000 0000 0007");
    check(parse, "8003601234567894", "8003 6012 3456 7894");
    check(parse, "8003609887654323", "8003 6098 8765 4323");
    check(parse, "8003600000000008", "CheckDigit");
    check(parse, "8003610000000007", "Component");
}
