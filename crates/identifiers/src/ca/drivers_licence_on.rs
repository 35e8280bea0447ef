//! Ontario driver's licence: a letter and fourteen digits that hold the holder's birth date.
//!
//! The letter is the surname's first; the next four digits stand for the
//! surname and the four after them for the given names by tables that are not
//! public; then two digits of the year of birth, the month (50 more for a woman)
//! and the day. The encoding is general knowledge, not a published rule: a
//! number with an impossible day is doubtful, not wrong.
//!
//! Source: form from public code; the encoding is not confirmed by the issuer.

use crate::{
    Birth, Check, Family, Invalid, Kind, Parsed, Sex,
    form::{compact, plain_letters},
    scatter,
};

/// Ontario driver's licence.
pub const KIND: Kind = Kind {
    id: "ca-dl-on",
    name_en: "Ontario driver's licence",
    name_fr: "Permis de conduire de l'Ontario",
    jurisdiction: "ca-on",
    family: Family::DriversLicence,
    check: Check::None,
    labels: super::drivers_licence::LABELS,
    source: "public code, form only",
    sure: "secondary",
    parse,
    make,
};

/// Reads a letter and fourteen digits.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["A99999999999999"])?;
    let (sex, month) = match number.two(11) {
        month @ 51..=62 => (Sex::Female, month - 50),
        month => (Sex::Male, month),
    };
    let births = Birth::candidates(number.two(9), month, number.two(13));
    let mut parsed = number.shown("_____-_____-_____");
    parsed.doubtful = births.is_empty();
    if !births.is_empty() {
        parsed.encodes.births = births;
        parsed.encodes.sex = Some(sex);
    }
    parsed.encodes.surname_prefix = Some(char::from(number.at(0)).to_string());
    parsed.encodes.province = Some("ca-on");
    Ok(parsed)
}

/// A number that a person of these particulars could have; the digits for the names follow from the seed.
pub fn compose(surname: &str, birth: Birth, sex: Sex, seed: u64) -> String {
    let letter = plain_letters(surname).next().unwrap_or('X');
    let month = birth.month + if sex == Sex::Female { 50 } else { 0 };
    format!(
        "{letter}{:08}{:02}{month:02}{:02}",
        scatter::scatter(seed, 100_000_000),
        birth.year.rem_euclid(100),
        birth.day
    )
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let other = scatter::mix(seed);
    let birth = Birth {
        year: 1935 + (other % 70) as i16,
        month: (other / 70 % 12) as u8 + 1,
        day: (other / 840 % 28) as u8 + 1,
    };
    let sex = Sex::either((other >> 40) as u8);
    let letter = char::from(b'A' + ((other >> 50) % 26) as u8);
    compose(&letter.to_string(), birth, sex, seed)
}

#[test]
fn the_last_six_digits_are_the_birth_date() {
    let birth = Birth {
        year: 1990,
        month: 2,
        day: 10,
    };
    let parsed = parse("A1234-56789-05210").expect("holds");
    assert!(parsed.encodes.births.contains(&birth));
    assert_eq!(parsed.encodes.sex, Some(Sex::Female));
    let composed = parse(&compose("\u{c9}mond", birth, Sex::Male, 3)).expect("holds");
    assert!(composed.encodes.births.contains(&birth));
    assert_eq!(composed.encodes.sex, Some(Sex::Male));
    assert_eq!(composed.encodes.surname_prefix.as_deref(), Some("E"));
}

#[test]
fn an_impossible_day_makes_it_doubtful() {
    assert!(parse("A1234-56789-01234").expect("form holds").doubtful);
    assert_eq!(parse("A1234-56789-0123"), Err(Invalid::Length));
    assert_eq!(parse("11234-56789-01234"), Err(Invalid::Character));
}
