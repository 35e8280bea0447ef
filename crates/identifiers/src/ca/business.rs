//! Business number (BN) of Canada and enterprise number (NEQ) of Quebec.
//!
//! A BN is nine digits by Luhn, a programme account adds two letters and four
//! digits (`RT0001`). A clinician who trades alone has one, so it can name a
//! person. A NEQ is ten digits that begin with 11, 22, 33 or 88; no check digit
//! of it is confirmed.
//!
//! Source: python-stdnum `ca/bn.py`, read as a description of the rule; NEQ not confirmed

use crate::{Check, Family, Invalid, Kind, Parsed, check, form::compact, scatter};

/// Business number.
pub const BN: Kind = Kind {
    id: "ca-bn",
    name_en: "Business number",
    name_fr: "Numéro d'entreprise",
    jurisdiction: "ca",
    family: Family::Business,
    check: Check::Confirmed("Luhn"),
    labels: &[
        "bn",
        "business number",
        "business no",
        "gst",
        "gst number",
        "gst/hst",
        "hst number",
        "charity number",
        "numéro d'entreprise",
        "tps",
        "no tps",
        "tvh",
    ],
    source: "https://github.com/arthurdejong/python-stdnum ca/bn.py",
    sure: "secondary",
    parse: parse_bn,
    make: make_bn,
};

/// Quebec enterprise number.
pub const NEQ: Kind = Kind {
    id: "ca-neq",
    name_en: "Quebec enterprise number",
    name_fr: "Numéro d'entreprise du Québec",
    jurisdiction: "ca-qc",
    family: Family::Business,
    check: Check::Unconfirmed,
    labels: &[
        "neq",
        "no neq",
        "quebec enterprise number",
        "numéro d'entreprise du québec",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse: parse_neq,
    make: make_neq,
};

/// Reads nine digits, with or without a programme account.
pub fn parse_bn(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999", "999999999AA9999"])?;
    let programme = match number.text().get(9..11) {
        None => None,
        Some("RT") => Some("goods and services tax"),
        Some("RP") => Some("payroll"),
        Some("RC") => Some("corporate income tax"),
        Some("RM") => Some("import and export"),
        Some(other) if other.starts_with('R') => None,
        Some(_) => return Err(Invalid::Component),
    };
    if !check::luhn_holds(number.digits(0..9)) {
        return Err(Invalid::CheckDigit);
    }
    let mask = if number.len() == 9 {
        "_________"
    } else {
        "_________ ______"
    };
    let normal = number.text().get(..9).unwrap_or("");
    let mut parsed = Parsed::new(normal.to_owned(), mask);
    parsed.written = Some(number.text().to_owned());
    parsed.encodes.programme = programme;
    Ok(parsed)
}

/// Reads ten digits that begin with 11, 22, 33 or 88.
pub fn parse_neq(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9999999999"])?;
    if !matches!(number.two(0), 11 | 22 | 33 | 88) {
        return Err(Invalid::Component);
    }
    let mut parsed = number.shown("__________");
    parsed.encodes.province = Some("ca-qc");
    Ok(parsed)
}

/// A synthetic business number; it may coincide with an assigned one.
pub fn make_bn(seed: u64) -> String {
    let payload = scatter::digits(seed, 8);
    let digit = check::luhn_digit(payload.bytes().map(|byte| byte - b'0'));
    format!("{payload}{digit}")
}

/// A synthetic enterprise number; it may coincide with an assigned one.
pub fn make_neq(seed: u64) -> String {
    let at = scatter::scatter(seed, 300_000_000);
    let start = ["11", "22", "33"];
    let start = start.get((at % 3) as usize).copied().unwrap_or("11");
    format!("{start}{:08}", at / 3)
}

#[test]
fn a_business_number_holds_by_luhn() {
    use crate::tests::check;
    check(parse_bn, "12302 6635", "123026635");
    check(parse_bn, "12302 6635 RC 0001", "123026635 RC0001");
    check(parse_bn, "123456783", "CheckDigit");
    check(parse_bn, "12345678Z", "Character");
    check(parse_bn, "123026635XX0001", "Component");
    check(parse_neq, "1142345678", "1142345678");
    check(parse_neq, "1242345678", "Component");
}
