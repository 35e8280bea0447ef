//! NHS number, England, Wales and the Isle of Man: ten digits, the last a mod 11 check digit.
//!
//! The first nine are weighted 10 to 2; the check digit is 11 less the remainder
//! of the sum, where 11 is written 0 and 10 is never issued.
//!
//! Source: python-stdnum `gb/nhs.py`, read as a description of the rule.

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

const WEIGHTS: [u32; 9] = [10, 9, 8, 7, 6, 5, 4, 3, 2];

/// NHS number.
pub const KIND: Kind = Kind {
    id: "uk-nhs",
    name_en: "NHS number (UK)",
    name_fr: "Numéro NHS (Royaume-Uni)",
    jurisdiction: "uk",
    family: Family::HealthNumber,
    check: Check::Confirmed("mod 11"),
    labels: &["nhs", "nhs number", "nhs no", "nhs #", "numéro nhs"],
    source: "https://github.com/arthurdejong/python-stdnum gb/nhs.py",
    sure: "primary",
    parse,
    make,
};

/// Reads ten digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9999999999"])?;
    let wanted = 11 - check::weighted(number.digits(0..9), &WEIGHTS) % 11;
    if wanted == 10 || wanted % 11 != u32::from(number.digit(9)) {
        return Err(Invalid::CheckDigit);
    }
    Ok(number.shown("___ ___ ____"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    // Of the ten digits that can stand before the check digit, at least nine allow one.
    let at = scatter::scatter(seed, 900_000_000);
    let prefix = format!("{:08}", at / 9);
    let sum = check::weighted(prefix.bytes().map(|byte| byte - b'0'), &WEIGHTS);
    let (ninth, digit) = (0..10_u32)
        .map(|ninth| (ninth, 11 - (sum + 2 * ninth) % 11))
        .filter(|&(_, digit)| digit != 10)
        .nth((at % 9) as usize)
        .unwrap_or((0, 0));
    format!("{prefix}{ninth}{}", digit % 11)
}

#[test]
fn the_tenth_digit_is_a_mod_11_check_digit() {
    use crate::tests::check;
    check(parse, "943 476 5870", "943 476 5870");
    check(parse, "9434765919", "943 476 5919");
    check(parse, "9990000018", "999 000 0018");
    check(parse, "4000000004", "400 000 0004");
    check(parse, "9434765871", "CheckDigit");
    check(parse, "9991234560", "CheckDigit");
}
