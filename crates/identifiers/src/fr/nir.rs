//! NIR, France: thirteen characters of a person's civil status and two of a key, the number of social security.
//!
//! Sex, two digits of the year of birth, two of the month (others than 1 to 12
//! where the register was incomplete), department (`2A` and `2B` in Corsica),
//! municipality, order in the register. The key is 97 less the remainder of the
//! thirteen by 97, with Corsica's letters read as 19 and 18. French hospitals
//! often write the thirteen without the key: they are read as well, and are doubtful.
//!
//! Source: python-stdnum `fr/nir.py` and INSEE's definition of the NIR, read as
//! descriptions of the rule.

use crate::{Check, Family, Invalid, Kind, Parsed, Sex, form::compact, scatter};

/// NIR.
pub const KIND: Kind = Kind {
    id: "fr-nir",
    name_en: "Social security number (France, NIR)",
    name_fr: "Numéro de sécurité sociale (France, NIR)",
    jurisdiction: "fr",
    family: Family::SocialInsurance,
    check: Check::Confirmed("mod 97"),
    labels: &[
        "nir",
        "nss",
        "numéro de sécurité sociale",
        "no de sécurité sociale",
        "numéro de sécu",
        "no de sécu",
        "numéro insee",
        "no insee",
        "french social security number",
    ],
    source: "https://github.com/arthurdejong/python-stdnum fr/nir.py; https://www.insee.fr/en/metadonnees/definition/c1409",
    sure: "secondary",
    parse,
    make,
};

/// Reads fifteen characters with the key, or thirteen without it.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?.fits(&[
        "999999999999999",
        "9999999999999",
        "999992a99999999",
        "999992b99999999",
        "999992a999999",
        "999992b999999",
    ])?;
    let sex = match number.digit(0) {
        1 | 3 | 7 => Sex::Male,
        2 | 4 | 8 => Sex::Female,
        _ => return Err(Invalid::Component),
    };
    let month = number.two(3);
    if !matches!(month, 1..=12 | 20..=42 | 50..=99) {
        return Err(Invalid::Component);
    }
    let department = match number.at(6) {
        b'A' => 19,
        b'B' => 18,
        _ => number.two(5),
    };
    if department == 0 || number.digits(7..13).all(|digit| digit == 0) {
        return Err(Invalid::Component);
    }
    let has_key = number.len() == 15;
    if has_key {
        let head = number
            .digits(0..5)
            .fold(0_u64, |n, digit| n * 10 + u64::from(digit));
        let body = number
            .digits(7..13)
            .fold(head * 100 + u64::from(department), |n, digit| {
                n * 10 + u64::from(digit)
            });
        if 97 - body % 97 != u64::from(number.two(13)) {
            return Err(Invalid::CheckDigit);
        }
    }
    let mut parsed = number.shown("_ __ __ __ ___ ___ __");
    parsed.doubtful = !has_key;
    // The month of birth without its day is no date, so none is said.
    parsed.encodes.sex = Some(sex);
    Ok(parsed)
}

/// A synthetic number; it may coincide with an assigned one.
pub fn make(seed: u64) -> String {
    let mut rest = scatter::scatter(seed, 2 * 100 * 12 * 95 * 900 * 900);
    let mut take = |n: u64| {
        let part = rest % n;
        rest /= n;
        part
    };
    let (sex, year, month) = (take(2) + 1, take(100), take(12) + 1);
    let (department, town, order) = (take(95) + 1, take(900) + 1, take(900) + 1);
    let written = format!("{sex}{year:02}{month:02}{department:02}{town:03}{order:03}");
    let key = 97 - written.parse::<u64>().unwrap_or(0) % 97;
    format!("{written}{key:02}")
}

#[test]
fn the_key_is_97_less_the_remainder() {
    use crate::tests::check;
    check(parse, "2 95 10 99 126 111 93", "2 95 10 99 126 111 93");
    check(parse, "255081416802538", "2 55 08 14 168 025 38");
    check(parse, "253072B07300470", "2 53 07 2B 073 004 70");
    check(parse, "253072A07300443", "2 53 07 2A 073 004 43");
    check(parse, "255081416802539", "CheckDigit");
    check(parse, "295109912611199", "CheckDigit");
    check(parse, "253072C07300443", "Character");
    check(parse, "2 55 08 14 168 025", "2 55 08 14 168 025");
    check(parse, "9 55 08 14 168 025", "Component");
    check(parse, "2 55 15 14 168 025", "Component");
    check(parse, "25508141680253", "Length");
}
