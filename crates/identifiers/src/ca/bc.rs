//! British Columbia Personal Health Number (PHN): ten digits, the first a 9, the last a mod 11 check digit.
//!
//! Digits two to nine are weighted 2, 4, 8, 5, 10, 9, 7, 3, each product taken
//! by 11; the check digit is 11 less the remainder of the sum. Remainder 1 gives
//! no digit. For remainder 0 the province's own code accepts none while others
//! accept the digit 0: we call such a number doubtful.
//!
//! Source: <https://github.com/bcgov/healthgateway> PhnValidator.cs

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

const WEIGHTS: [u32; 8] = [2, 4, 8, 5, 10, 9, 7, 3];

/// British Columbia Personal Health Number.
pub const KIND: Kind = Kind {
    id: "ca-bc",
    name_en: "British Columbia Personal Health Number",
    name_fr: "Numéro personnel de santé de la Colombie-Britannique",
    jurisdiction: "ca-bc",
    family: Family::HealthNumber,
    check: Check::Confirmed("mod 11"),
    labels: &[
        "phn",
        "personal health number",
        "personal health no",
        "bc phn",
        "bc services card",
        "carecard",
        "care card",
        "msp",
        "msp number",
        "numéro personnel de santé",
    ],
    source: "https://github.com/bcgov/healthgateway PhnValidator.cs",
    sure: "primary",
    parse,
    make,
};

/// Reads ten digits that begin with 9.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9999999999"])?;
    if number.at(0) != b'9' {
        return Err(Invalid::Component);
    }
    // (a mod 11) + (b mod 11) and a + b leave the same remainder by 11.
    let remainder = check::weighted(number.digits(1..9), &WEIGHTS) % 11;
    let last = u32::from(number.digit(9));
    let doubtful = remainder == 0 && last == 0;
    if !doubtful && 11 - remainder != last {
        return Err(Invalid::CheckDigit);
    }
    let mut parsed = number.shown("____ ___ ___");
    parsed.doubtful = doubtful;
    parsed.encodes.province = Some("ca-bc");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    // Of the ten digits that can stand before the check digit, at least eight allow one.
    let at = scatter::scatter(seed, 80_000_000);
    let prefix = format!("{:07}", at / 8);
    let sum = check::weighted(prefix.bytes().map(|byte| byte - b'0'), &WEIGHTS);
    let (ninth, remainder) = (0..10_u32)
        .map(|ninth| (ninth, (sum + 3 * ninth) % 11))
        .filter(|&(_, remainder)| remainder > 1)
        .nth((at % 8) as usize)
        .unwrap_or((0, 2));
    format!("9{prefix}{ninth}{}", 11 - remainder)
}

#[test]
fn the_tenth_digit_is_a_mod_11_check_digit() {
    use crate::tests::check;
    check(parse, "9698658215", "9698 658 215");
    check(parse, "9879 837 534", "9879 837 534");
    check(parse, "9879-837-527", "9879 837 527");
    check(parse, "9876543218", "9876 543 218");
    check(parse, "9698648215", "CheckDigit");
    check(parse, "9888888888", "CheckDigit");
    check(parse, "9777777777", "CheckDigit");
    check(parse, "5736504210", "Component");
    check(parse, "969865821", "Length");
}

#[test]
fn where_sources_differ_the_number_is_doubtful() {
    for written in ["9100000030", "9100000180"] {
        assert!(parse(written).expect("in doubt, not out").doubtful);
    }
    for prefix in ["910000007", "933333333"] {
        for digit in 0..10 {
            assert_eq!(parse(&format!("{prefix}{digit}")), Err(Invalid::CheckDigit));
        }
    }
}
