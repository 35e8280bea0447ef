//! Individual Taxpayer Identification Number (ITIN), United States: nine digits that begin with 9.
//!
//! It is what people without a Social Security Number file taxes under. Which
//! middle digits are issued changes with time, so they are not enforced.
//!
//! Source: not confirmed beyond the first digit.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Individual Taxpayer Identification Number.
pub const KIND: Kind = Kind {
    id: "us-itin",
    name_en: "Individual Taxpayer Identification Number (US)",
    name_fr: "Numéro d'identification de contribuable (États-Unis)",
    jurisdiction: "us",
    family: Family::SocialInsurance,
    check: Check::None,
    labels: &["itin", "taxpayer identification number", "tax id"],
    source: "not confirmed",
    sure: "unverified",
    parse,
    make,
};

/// Reads nine digits that begin with 9.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999"])?;
    if number.at(0) != b'9' {
        return Err(Invalid::Component);
    }
    Ok(number.shown("___-__-____"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    format!("9{:08}", scatter::scatter(seed, 100_000_000))
}

#[test]
fn the_first_digit_is_a_9() {
    use crate::tests::check;
    check(parse, "912-70-1234", "912-70-1234");
    check(parse, "812-70-1234", "Component");
}
