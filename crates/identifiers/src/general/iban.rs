//! International Bank Account Number (IBAN): country, two check digits, the account in the country's length.
//!
//! With the first four characters moved to the end and letters read as 10 to 35,
//! the number leaves 1 when divided by 97. Canada and the United States have none.
//!
//! Source: ISO 13616; lengths of the SWIFT registry as listed in python-stdnum `iban.dat`

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

/// Countries by the length of their number.
const LENGTHS: &[(usize, &str)] = &[
    (15, "NO"),
    (16, "BE"),
    (18, "DK FO GL FI NL"),
    (19, "MK SI"),
    (20, "AT BA EE KZ XK LT LU"),
    (21, "HR LV LI CH"),
    (22, "BH BG CR GE DE IE ME RS GB"),
    (23, "GI IL AE TL"),
    (24, "AD CZ MD PK RO SA SK ES SE TN VG"),
    (25, "PT ST"),
    (26, "IS TR"),
    (27, "FR GR IT MR MC SM"),
    (28, "AL AZ CY DO GT HU LB PL"),
    (29, "BR PS QA"),
    (30, "JO KW MU"),
    (31, "MT"),
    (32, "LC"),
];

/// International Bank Account Number.
pub const KIND: Kind = Kind {
    id: "iban",
    name_en: "International Bank Account Number",
    name_fr: "Numéro de compte bancaire international",
    jurisdiction: "",
    family: Family::Bank,
    check: Check::Confirmed("mod 97"),
    labels: &[
        "iban",
        "iban number",
        "international bank account number",
        "numéro iban",
    ],
    source: "ISO 13616",
    sure: "primary",
    parse,
    make,
};

/// Reads a number of a country that has them.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?;
    let country = number.text().get(..2).ok_or(Invalid::Length)?;
    if !country.bytes().all(|byte| byte.is_ascii_uppercase())
        || !number.at(2).is_ascii_digit()
        || !number.at(3).is_ascii_digit()
    {
        return Err(Invalid::Character);
    }
    let (length, _) = LENGTHS
        .iter()
        .find(|(_, countries)| countries.split(' ').any(|each| each == country))
        .ok_or(Invalid::Component)?;
    if number.len() != *length {
        return Err(Invalid::Length);
    }
    let (head, tail) = number.text().split_at(4);
    if check::mod_97(tail.bytes().chain(head.bytes())) != 1 {
        return Err(Invalid::CheckDigit);
    }
    Ok(number.shown("____ ____ ____ ____ ____ ____ ____ ____"))
}

/// A synthetic German number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let account = format!("{:018}", scatter::scatter(seed, 1_000_000_000_000_000_000));
    let check = 98 - check::mod_97(account.bytes().chain("DE00".bytes()));
    format!("DE{check:02}{account}")
}

#[test]
fn the_number_leaves_1_when_divided_by_97() {
    use crate::tests::check;
    check(
        parse,
        "GB82 WEST 1234 5698 7654 32",
        "GB82 WEST 1234 5698 7654 32",
    ); // the standard's example
    check(
        parse,
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
    );
    check(parse, "DE88370400440532013000", "CheckDigit");
    check(parse, "DE8937040044053201300", "Length");
    check(parse, "CA89370400440532013000", "Component");
    check(parse, "D189370400440532013000", "Character");
}
