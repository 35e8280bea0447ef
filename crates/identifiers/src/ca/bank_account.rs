//! Canadian bank account: transit of five digits, institution of three, account of seven to twelve.
//!
//! On paper it is written transit first (`12345-003-1234567`), in electronic
//! files `0`, institution, transit, account. Digits without any separator are
//! read in the electronic order only, and are doubtful. There is no check digit.
//!
//! Source: <https://csipay-pyxis.readme.io/reference/information-on-use-of-bank-routing-numbers-in-canada>

use crate::{Check, Family, Invalid, Kind, Parsed, scatter};

/// Canadian bank account.
pub const KIND: Kind = Kind {
    id: "ca-bank-account",
    name_en: "Canadian bank account",
    name_fr: "Compte bancaire canadien",
    jurisdiction: "ca",
    family: Family::Bank,
    check: Check::None,
    labels: &[
        "bank account",
        "account number",
        "account no",
        "acct no",
        "acct #",
        "transit",
        "transit number",
        "institution number",
        "direct deposit",
        "void cheque",
        "compte bancaire",
        "numéro de compte",
        "no de compte",
        "numéro de transit",
        "no de transit",
        "institution",
        "dépôt direct",
        "spécimen de chèque",
    ],
    source: "https://csipay-pyxis.readme.io/reference/information-on-use-of-bank-routing-numbers-in-canada",
    sure: "secondary",
    parse,
    make,
};

const MAX_DIGITS: usize = 21;

/// Reads transit, institution and account; the normal form begins with the institution.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let text = text.trim();
    let mut n_digits = 0;
    for ch in text.chars() {
        match ch {
            '0'..='9' => n_digits += 1,
            ' ' | '-' | '/' | ':' | '\u{a0}' | '\u{2013}' => {}
            _ => return Err(Invalid::Character),
        }
    }
    if !(15..=MAX_DIGITS).contains(&n_digits) {
        return Err(Invalid::Length);
    }
    let mut groups = text
        .split(|ch: char| !ch.is_ascii_digit())
        .filter(|group| !group.is_empty());
    let first = groups.next().unwrap_or("");
    let (transit, institution, account, doubtful) = match first.len() {
        5 => (first, part(groups.next(), 3)?, groups.collect(), false),
        3 => (part(groups.next(), 5)?, first, groups.collect(), false),
        9 => {
            let (institution, transit) = electronic(first)?;
            (transit, institution, groups.collect(), false)
        }
        16.. => {
            let (routing, account) = first.split_at(9);
            let (institution, transit) = electronic(routing)?;
            (transit, institution, account.to_owned(), true)
        }
        _ => return Err(Invalid::Length),
    };
    let account: String = account;
    if !(7..=12).contains(&account.len()) {
        return Err(Invalid::Length);
    }
    let mut parsed = Parsed::new(
        format!("{institution}{transit}{account}"),
        "_____-___-____________",
    );
    parsed.written = Some(format!("{transit}{institution}{account}"));
    parsed.doubtful = doubtful;
    Ok(parsed)
}

fn part(group: Option<&str>, n_digits: usize) -> Result<&str, Invalid> {
    group
        .filter(|group| group.len() == n_digits)
        .ok_or(Invalid::Length)
}

/// Institution and transit of `0`, three and five digits.
fn electronic(routing: &str) -> Result<(&str, &str), Invalid> {
    let rest = routing.strip_prefix('0').ok_or(Invalid::Component)?;
    Ok(rest.split_at(3))
}

/// A synthetic account; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let at = scatter::scatter(seed, 100_000 * 10_000_000 * 4);
    let institutions = ["001", "002", "003", "004"];
    let institution = institutions
        .get((at % 4) as usize)
        .copied()
        .unwrap_or("001");
    format!("{:05}-{institution}-{:07}", at / 4 % 100_000, at / 400_000)
}

#[test]
fn paper_and_electronic_order_are_one_account() {
    use crate::tests::check;
    check(parse, "12345-003-1234567", "12345-003-1234567");
    check(parse, "003 12345 123-456-7", "12345-003-1234567");
    check(parse, "000312345 1234567", "12345-003-1234567");
    check(parse, "0003123451234567", "12345-003-1234567");
    check(parse, "12345-003-123456", "Length");
    check(parse, "1003123451234567", "Component");
    check(parse, "12345-003-ABCDEFG", "Character");
}
