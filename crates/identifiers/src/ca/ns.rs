//! Nova Scotia health card number (HCN, MSI): ten digits, shown 4 3 3.
//!
//! Whether it has a check digit is not known here, so none is enforced.
//!
//! Source: not confirmed by the issuer.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Nova Scotia health card number.
pub const KIND: Kind = Kind {
    id: "ca-ns",
    name_en: "Nova Scotia health card number",
    name_fr: "Numéro de carte santé de la Nouvelle-Écosse",
    jurisdiction: "ca-ns",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "hcn",
        "health card number",
        "msi",
        "msi number",
        "nova scotia health card",
        "ns hcn",
        "numéro de carte santé",
    ],
    source: "not confirmed",
    sure: "unverified",
    parse,
    make,
};

/// Reads a number written with or without spaces or hyphens.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9999999999"])?;
    let mut parsed = number.shown("____ ___ ___");
    parsed.encodes.province = Some("ca-ns");
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    scatter::digits(seed, 10)
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(parse, "1234 567 890", "1234 567 890");
    check(parse, "123456789", "Length");
}
