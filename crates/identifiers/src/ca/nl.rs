//! Newfoundland and Labrador Medical Care Plan (MCP) number: twelve digits, shown 3 3 3 3.
//!
//! Whether it has a check digit is not known here, so none is enforced. Lists
//! for data loss prevention that give ten digits are wrong.
//!
//! Source: not confirmed by the issuer.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Newfoundland and Labrador MCP number.
pub const KIND: Kind = Kind {
    id: "ca-nl",
    name_en: "Newfoundland and Labrador MCP number",
    name_fr: "Numéro MCP de Terre-Neuve-et-Labrador",
    jurisdiction: "ca-nl",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "mcp",
        "mcp number",
        "mcp no",
        "mcp #",
        "medical care plan",
        "medical care plan number",
        "newfoundland health number",
        "nl mcp",
        "numéro mcp",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse,
    make,
};

/// Reads a number written with or without spaces or hyphens.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["999999999999"])?;
    let mut parsed = number.shown("___ ___ ___ ___");
    parsed.encodes.province = Some("ca-nl");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::digits(seed, 12)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "123 456 789 012", "123 456 789 012");
    check(parse, "12345678901", "Length");
}
