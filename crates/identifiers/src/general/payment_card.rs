//! Payment card number: 12 to 19 digits that an issuer's range begins, by Luhn.
//!
//! The range names the network and the lengths it issues; digits outside every
//! range are no card, which keeps one in ten random numbers from being one.
//! Debit cards without a network's mark are not told apart here.
//!
//! Source: ISO/IEC 7812-1 (Luhn); ranges from
//! <https://docs.oracle.com/cd/E66669_01/doc.28/e66799/r_payments_sample_cc_preambles.htm>
//! and <https://metacpan.org/release/IVAN/Business-CreditCard-0.34>; the old JCB
//! ranges from <https://www.codeproject.com/Tips/259062/Test-Credit-Card-Account-Numbers>

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

/// A network, its range of first six digits, the shortest and the longest number it issues.
const RANGES: &[(&str, u32, u32, usize, usize)] = &[
    ("Visa", 400_000, 499_999, 13, 19),
    ("Mastercard", 510_000, 559_999, 16, 16),
    ("Mastercard", 222_100, 272_099, 16, 16),
    ("American Express", 340_000, 349_999, 15, 15),
    ("American Express", 370_000, 379_999, 15, 15),
    ("Diners Club", 300_000, 305_999, 14, 19),
    ("Diners Club", 309_000, 309_999, 14, 19),
    ("Diners Club", 360_000, 369_999, 14, 19),
    ("Diners Club", 380_000, 399_999, 14, 19),
    ("JCB", 352_800, 358_999, 16, 19),
    // The older ones, of fifteen digits.
    ("JCB", 213_100, 213_199, 15, 15),
    ("JCB", 180_000, 180_099, 15, 15),
    ("Discover", 601_100, 601_199, 16, 19),
    ("Discover", 644_000, 659_999, 16, 19),
    ("UnionPay", 620_000, 629_999, 16, 19),
    ("Maestro", 501_800, 501_899, 12, 19),
    ("Maestro", 502_000, 502_099, 12, 19),
    ("Maestro", 503_800, 503_899, 12, 19),
    ("Maestro", 630_400, 630_499, 12, 19),
    ("Maestro", 675_900, 676_399, 12, 19),
];

/// Payment card.
pub const KIND: Kind = Kind {
    id: "payment-card",
    name_en: "Payment card number",
    name_fr: "Numéro de carte de paiement",
    jurisdiction: "",
    family: Family::PaymentCard,
    check: Check::Confirmed("Luhn"),
    labels: &[
        "credit card",
        "credit card number",
        "card number",
        "card no",
        "card #",
        "cc number",
        "cc #",
        "visa",
        "mastercard",
        "amex",
        "american express",
        "debit card",
        "payment card",
        "carte de crédit",
        "numéro de carte",
        "no de carte",
        "carte de débit",
        "carte bancaire",
    ],
    source: "ISO/IEC 7812-1",
    sure: "secondary",
    parse,
    make,
};

/// Reads 12 to 19 digits; the programme is the network.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?;
    if !(12..=19).contains(&number.len()) {
        return Err(Invalid::Length);
    }
    if !number.text().bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Invalid::Character);
    }
    let first = number
        .digits(0..6)
        .fold(0, |n, digit| n * 10 + u32::from(digit));
    let (network, _, _, shortest, longest) = RANGES
        .iter()
        .find(|range| (range.1..=range.2).contains(&first))
        .ok_or(Invalid::Component)?;
    // Visa has issued 13, 16 and 19 digits, none between.
    let is_length = match *network {
        "Visa" => matches!(number.len(), 13 | 16 | 19),
        _ => (*shortest..=*longest).contains(&number.len()),
    };
    if !is_length {
        return Err(Invalid::Length);
    }
    if !check::luhn_holds(number.digits(0..number.len())) {
        return Err(Invalid::CheckDigit);
    }
    let mut parsed = number.shown(match *network {
        "American Express" => "____ ______ _____",
        "Diners Club" if number.len() == 14 => "____ ______ ____",
        _ => "____ ____ ____ ____ ___",
    });
    parsed.encodes.programme = Some(network);
    Ok(parsed)
}

/// A synthetic Visa or Mastercard number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let at = scatter::scatter(seed, 2_000_000_000_000);
    let start = if at.is_multiple_of(2) { "453" } else { "542" };
    let payload = format!("{start}{:012}", at / 2);
    let digit = check::luhn_digit(payload.bytes().map(|byte| byte - b'0'));
    format!("{payload}{digit}")
}

#[test]
fn range_length_and_check_digit_must_agree() {
    use crate::tests::check;
    check(parse, "4111 1111 1111 1111", "4111 1111 1111 1111"); // sample numbers of the networks
    check(parse, "5555-5555-5555-4444", "5555 5555 5555 4444");
    check(parse, "378282246310005", "3782 822463 10005");
    check(parse, "30569309025904", "3056 930902 5904");
    check(parse, "6011111111111117", "6011 1111 1111 1117");
    check(parse, "3530111333300000", "3530 1113 3330 0000");
    check(parse, "4111 1111 1111 1112", "CheckDigit");
    check(parse, "9111 1111 1111 1111", "Component");
    check(parse, "41111111111111", "Length");
    check(parse, "3782822463100050", "Length");
}
