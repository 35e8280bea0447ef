//! Canadian postal code: letter digit letter, digit letter digit.
//!
//! D, F, I, O, Q and U never stand in one, W and Z never first. The first letter
//! names the province, `X` with its forward sortation area the territory. That
//! is a hint: Lloydminster (S9V, T9V) straddles a border and a PO box may stand
//! in another province. `H0H 0H0` is Santa Claus.
//!
//! Source: <https://github.com/meows/postal>, <https://github.com/frk/valid>; provinces not confirmed

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

const FIRST: &[u8] = b"ABCEGHJKLMNPRSTVXY";
const OTHER: &[u8] = b"ABCEGHJKLMNPRSTVWXYZ";

/// Canadian postal code.
pub const KIND: Kind = Kind {
    id: "ca-postal-code",
    name_en: "Postal code",
    name_fr: "Code postal",
    jurisdiction: "ca",
    family: Family::PostalCode,
    check: Check::None,
    labels: &[
        "postal code",
        "postalcode",
        "postal",
        "post code",
        "pcode",
        "zip",
        "zip code",
        "code postal",
        "cp",
        "c.p.",
    ],
    source: "https://github.com/meows/postal",
    sure: "primary",
    parse,
    make,
};

/// Reads a code written with or without its space.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let code = compact(text)?.fits(&["A9A9A9"])?;
    if !FIRST.contains(&code.at(0)) || !OTHER.contains(&code.at(2)) || !OTHER.contains(&code.at(4))
    {
        return Err(Invalid::Component);
    }
    let mut parsed = code.shown("___ ___");
    parsed.doubtful = code.text() == "H0H0H0";
    parsed.encodes.province = province(code.text());
    Ok(parsed)
}

/// The province or territory of a forward sortation area (or whole code), as a hint.
pub fn province(area: &str) -> Option<&'static str> {
    Some(match area.as_bytes().first()?.to_ascii_uppercase() {
        b'A' => "ca-nl",
        b'B' => "ca-ns",
        b'C' => "ca-pe",
        b'E' => "ca-nb",
        b'G' | b'H' | b'J' => "ca-qc",
        b'K' | b'L' | b'M' | b'N' | b'P' => "ca-on",
        b'R' => "ca-mb",
        b'S' => "ca-sk",
        b'T' => "ca-ab",
        b'V' => "ca-bc",
        b'Y' => "ca-yt",
        b'X' => match area.get(1..3)?.to_ascii_uppercase().as_str() {
            "0A" | "0B" | "0C" => "ca-nu",
            "0E" | "0G" | "1A" => "ca-nt",
            _ => return None,
        },
        _ => return None,
    })
}

/// A synthetic code; it may be in use.
pub fn make(seed: u64) -> String {
    let n = FIRST.len() as u64 * OTHER.len() as u64 * OTHER.len() as u64 * 1000;
    let mut rest = scatter::scatter(seed, n);
    let mut take = |from: &[u8]| {
        let n = from.len() as u64;
        let byte = from.get((rest % n) as usize).copied().unwrap_or(b'A');
        rest /= n;
        char::from(byte)
    };
    let digits = b"0123456789";
    [FIRST, digits, OTHER, digits, OTHER, digits]
        .into_iter()
        .map(&mut take)
        .collect()
}

#[test]
fn letters_that_are_never_used_are_no_code() {
    use crate::tests::check;
    check(parse, "k1a 0b1", "K1A 0B1");
    check(parse, "K1A-0B1", "K1A 0B1");
    check(parse, "W1A 0B1", "Component");
    check(parse, "K1D 0B1", "Component");
    check(parse, "K1A 0O1", "Component");
    check(parse, "K1A 0B", "Length");
    check(parse, "KIA 0B1", "Character");
}

#[test]
fn the_first_letter_names_the_province() {
    for (code, expected) in [
        ("H0H 0H0", Some("ca-qc")),
        ("X0A 0A0", Some("ca-nu")),
        ("X1A 1A1", Some("ca-nt")),
        ("X9X 1A1", None),
        ("S7K 0J5", Some("ca-sk")),
    ] {
        assert_eq!(parse(code).expect("a code").encodes.province, expected);
    }
}
