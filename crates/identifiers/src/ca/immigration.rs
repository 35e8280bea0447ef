//! Immigration to Canada: permanent resident card and unique client identifier (UCI).
//!
//! A UCI is eight or ten digits; a card has two letters and seven to ten
//! digits. No check digit is known.
//!
//! Source: not confirmed.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Permanent resident card.
pub const PR: Kind = Kind {
    id: "ca-pr",
    name_en: "Permanent resident card",
    name_fr: "Carte de résident permanent",
    jurisdiction: "ca",
    family: Family::GovernmentId,
    check: Check::None,
    labels: &[
        "permanent resident card",
        "permanent resident",
        "pr card",
        "pr card number",
        "pr number",
        "carte de résident permanent",
        "résident permanent",
        "carte rp",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse: parse_card,
    make: |seed| scatter::of_form("AA9999999", seed),
};

/// Unique client identifier.
pub const UCI: Kind = Kind {
    id: "ca-uci",
    name_en: "Unique client identifier",
    name_fr: "Identificateur unique de client",
    jurisdiction: "ca",
    family: Family::GovernmentId,
    check: Check::None,
    labels: &[
        "uci",
        "unique client identifier",
        "client id number",
        "immigration client id",
        "iuc",
        "identificateur unique de client",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse: parse_uci,
    make: |seed| scatter::digits(seed, 8),
};

/// Reads two letters and seven to ten digits.
pub fn parse_card(text: &str) -> Result<Parsed, Invalid> {
    let forms = ["AA9999999", "AA99999999", "AA999999999", "AA9999999999"];
    Ok(compact(text)?.fits(&forms)?.shown("____________"))
}

/// Reads eight or ten digits.
pub fn parse_uci(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["99999999", "9999999999"])?;
    let is_short = number.len() == 8;
    Ok(number.shown(if is_short {
        "____-____"
    } else {
        "__-____-____"
    }))
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse_uci, "1234-5678", "1234-5678");
    check(parse_uci, "1112345678", "11-1234-5678");
    check(parse_uci, "123456789", "Length");
    check(parse_card, "RA0302123456", "RA0302123456");
    check(parse_card, "RA030212", "Length");
}
