//! Medicare Beneficiary Identifier (MBI), United States: eleven characters by position, no check digit.
//!
//! 1 to 9; a letter; a letter or digit; a digit; a letter; a letter or digit; a
//! digit; two letters; two digits. S, L, O, I, B and Z are never used.
//!
//! Source: Presidio's recogniser, read as a description; that the first is never 0 is not confirmed there.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

const LETTERS: &[u8] = b"ACDEFGHJKMNPQRTUVWXY";

/// Medicare Beneficiary Identifier.
pub const KIND: Kind = Kind {
    id: "us-mbi",
    name_en: "Medicare Beneficiary Identifier (US)",
    name_fr: "Identifiant de bénéficiaire Medicare (États-Unis)",
    jurisdiction: "us",
    family: Family::HealthNumber,
    check: Check::None,
    labels: &[
        "mbi",
        "medicare beneficiary identifier",
        "medicare beneficiary id",
        "medicare id",
        "medicare number",
        "medicare #",
        "hicn",
    ],
    source: "https://github.com/microsoft/presidio us_mbi_recognizer.py",
    sure: "primary",
    parse,
    make,
};

/// Reads eleven characters.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["9A*9A*9AA99"])?;
    let never = |byte: u8| byte.is_ascii_uppercase() && !LETTERS.contains(&byte);
    if number.at(0) == b'0' || number.text().bytes().any(never) {
        return Err(Invalid::Component);
    }
    Ok(number.shown("____-___-____"))
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let mut rest = scatter::scatter(seed, 9 * 20_u64.pow(6) * 10_000);
    let mut take = |n: u64| {
        let part = rest % n;
        rest /= n;
        part as u8
    };
    let mut number = String::new();
    for place in "1A*9A*9AA99".bytes() {
        number.push(match place {
            b'1' => char::from(b'1' + take(9)),
            b'9' => char::from(b'0' + take(10)),
            _ => char::from(LETTERS.get(usize::from(take(20))).copied().unwrap_or(b'A')),
        });
    }
    number
}

#[test]
fn letters_that_look_like_digits_are_never_used() {
    use crate::tests::check;
    check(parse, "1EG4-TE5-MK73", "1EG4-TE5-MK73");
    check(parse, "2AC9HY4PD10", "2AC9-HY4-PD10");
    check(parse, "1SG4TE5MK73", "Component");
    check(parse, "0EG4TE5MK73", "Component");
    check(parse, "1EG4TE5MK7", "Length");
    check(parse, "EEG4TE5MK73", "Character");
}
