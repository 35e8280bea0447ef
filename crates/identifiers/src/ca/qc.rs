//! Quebec health insurance number (NAM, RAMQ): four letters and eight digits that name their holder.
//!
//! Three letters of the surname, one of the given name, two digits of the year
//! of birth, the month (50 more for a woman), the day, and two characters that
//! tell people apart, of which the last may be a check digit: how it is made is
//! not published, so it is not enforced. The century is not in the number.
//! For a surname of fewer than three letters sources differ (filler `X`, or more
//! letters of the given name), so the letters are a hint, not a proof.
//!
//! Source: public code of two independent projects; the structure is secondary.

use crate::{
    Birth, Check, Family, Invalid, Kind, Parsed, Sex,
    form::{compact, plain_letters},
    scatter,
};

/// Quebec health insurance number.
pub const KIND: Kind = Kind {
    id: "ca-qc",
    name_en: "Quebec health insurance number",
    name_fr: "Numéro d'assurance maladie du Québec",
    jurisdiction: "ca-qc",
    family: Family::HealthNumber,
    check: Check::Unconfirmed,
    labels: &[
        "nam",
        "ramq",
        "no ramq",
        "no nam",
        "n.a.m.",
        "numéro d'assurance maladie",
        "numéro d'assurance-maladie",
        "no d'assurance maladie",
        "no assurance maladie",
        "assurance maladie",
        "assurance-maladie",
        "carte soleil",
        "quebec health insurance number",
        "ramq number",
        "medicare number",
        "health insurance number",
        "hin",
    ],
    source: "public code, two projects",
    sure: "secondary",
    parse,
    make,
};

/// Reads four letters and eight digits; the digits must hold a day of birth.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&["AAAA99999999"])?;
    let (sex, month) = match number.two(6) {
        month @ 51..=62 => (Sex::Female, month - 50),
        month => (Sex::Male, month),
    };
    let births = Birth::candidates(number.two(4), month, number.two(8));
    if births.is_empty() {
        return Err(Invalid::Component);
    }
    let surname = number.text().get(..3).unwrap_or("");
    let surname = surname.trim_end_matches('X');
    let mut parsed = number.shown("____ ____ ____");
    parsed.encodes.births = births;
    parsed.encodes.sex = Some(sex);
    parsed.encodes.surname_prefix = (!surname.is_empty()).then(|| surname.to_owned());
    parsed.encodes.given_initial = Some(char::from(number.at(3)));
    parsed.encodes.province = Some("ca-qc");
    Ok(parsed)
}

/// The number that a person of these particulars would have, with the last two digits given.
pub fn compose(surname: &str, given: &str, birth: Birth, sex: Sex, last_two: u8) -> String {
    let mut number: String = plain_letters(surname).chain(['X'; 3]).take(3).collect();
    number.extend(plain_letters(given).chain(['X']).take(1));
    let month = birth.month + if sex == Sex::Female { 50 } else { 0 };
    let year = birth.year.rem_euclid(100);
    number.push_str(&format!(
        "{year:02}{month:02}{:02}{:02}",
        birth.day,
        last_two % 100
    ));
    number
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let mut rest = scatter::scatter(seed, 26_u64.pow(4) * 100 * 12 * 28 * 2 * 100);
    let mut take = |n: u64| {
        let part = rest % n;
        rest /= n;
        part as u8
    };
    let last_two = take(100);
    let sex = Sex::either(take(2));
    let birth = Birth {
        day: take(28) + 1,
        month: take(12) + 1,
        year: 1925 + i16::from(take(100)),
    };
    let letters: String = (0..4).map(|_| char::from(b'A' + take(26))).collect();
    let (surname, given) = letters.split_at(3);
    compose(surname, given, birth, sex, last_two)
}

#[test]
fn the_number_names_birth_date_and_sex() {
    for (written, year, month, day, sex, prefix, initial) in [
        ("TREM85521017", 1985, 2, 10, Sex::Female, "TRE", 'M'),
        ("BOUC 0103 1512", 2001, 3, 15, Sex::Male, "BOU", 'C'),
        ("lavo65623108", 1965, 12, 31, Sex::Female, "LAV", 'O'),
        ("COTE99123104", 1999, 12, 31, Sex::Male, "COT", 'E'),
        ("NGLI00610301", 2000, 11, 3, Sex::Female, "NGL", 'I'),
        ("MARA04522913", 2004, 2, 29, Sex::Female, "MAR", 'A'),
    ] {
        let parsed = parse(written).expect("holds");
        assert!(parsed.encodes.births.contains(&Birth { year, month, day }));
        assert_eq!(parsed.encodes.sex, Some(sex));
        assert_eq!(parsed.encodes.surname_prefix.as_deref(), Some(prefix));
        assert_eq!(parsed.encodes.given_initial, Some(initial));
    }
}

#[test]
fn a_day_that_no_calendar_has_is_no_number() {
    use crate::tests::check;
    check(parse, "XXXX85130101", "Component"); // month 13
    check(parse, "ROYA99022901", "Component"); // 1999 had no 29 February
    check(parse, "TREM8552101", "Length");
    check(parse, "TRE185521017", "Character");
    check(parse, "TREM85521017", "TREM 8552 1017");
}

#[test]
fn what_is_composed_is_read_back() {
    let birth = Birth {
        year: 1985,
        month: 2,
        day: 10,
    };
    assert_eq!(
        compose("Trem\u{e9}blay", "\u{c9}lise", birth, Sex::Female, 17),
        "TREE85521017"
    );
    assert_eq!(compose("Ng", "Li", birth, Sex::Male, 1), "NGXL85021001");
    assert_eq!(compose("O'Brien", "", birth, Sex::Male, 1), "OBRX85021001");
}
