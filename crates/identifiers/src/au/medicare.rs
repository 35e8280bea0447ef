//! Medicare card number, Australia: ten digits, and an eleventh for the person on the card.
//!
//! The first is 2 to 6; the ninth is the sum of the first eight weighted
//! 1, 3, 7, 9 twice, by ten; the tenth counts the card's issues.
//!
//! Source: Presidio's recogniser, read as a description of the rule.

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

const WEIGHTS: [u32; 8] = [1, 3, 7, 9, 1, 3, 7, 9];

/// Medicare card number.
pub const KIND: Kind = Kind {
    id: "au-medicare",
    name_en: "Medicare card number (Australia)",
    name_fr: "Numéro de carte Medicare (Australie)",
    jurisdiction: "au",
    family: Family::HealthNumber,
    check: Check::Confirmed("weighted sum, mod 10"),
    labels: &[
        "medicare",
        "medicare number",
        "medicare card",
        "medicare card number",
        "medicare no",
    ],
    source: "https://github.com/microsoft/presidio au_medicare_recognizer.py",
    sure: "primary",
    parse,
    make,
};

/// Reads ten or eleven digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9999999999", "99999999999"])?;
    if !matches!(number.at(0), b'2'..=b'6') {
        return Err(Invalid::Component);
    }
    if check::weighted(number.digits(0..8), &WEIGHTS) % 10 != u32::from(number.digit(8)) {
        return Err(Invalid::CheckDigit);
    }
    let mask = if number.len() == 10 {
        "____ _____ _"
    } else {
        "____ _____ _-_"
    };
    Ok(number.shown(mask))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let payload = (20_000_000 + scatter::scatter(seed, 50_000_000)).to_string();
    let digits = payload.bytes().map(|byte| byte - b'0');
    let digit = check::weighted(digits, &WEIGHTS) % 10;
    format!("{payload}{digit}1")
}

#[test]
fn the_ninth_digit_is_a_check_digit() {
    use crate::tests::check;
    check(parse, "2000000021", "2000 00002 1");
    check(parse, "2123456701", "2123 45670 1");
    check(parse, "6543210921", "6543 21092 1");
    check(parse, "21234567012", "2123 45670 1-2");
    check(parse, "2000000031", "CheckDigit");
    check(parse, "1000000021", "Component");
}
