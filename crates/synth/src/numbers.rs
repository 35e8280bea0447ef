//! The numbers people are known by, made up: valid in form, from a seed, no two people with the same one.

use jiff::civil::Date;
use whose_identifiers::kind;
use whose_model::Sex;

use crate::{chance::Chance, person::Number};

/// A number of a scheme for a person; `None` when the scheme is not known.
///
/// `make` of the identifiers gives different numbers for different seeds, so a
/// person's index is enough to keep people apart; the plan's seed shifts all.
pub(crate) fn make(scheme: &'static str, seed: u64, index: u64) -> Option<Number> {
    let kind = kind(scheme)?;
    Some(Number {
        scheme,
        text: (kind.make)(shifted(seed, index)),
        version: String::new(),
    })
}

/// Seeds below 10 million a plan: within the capacity of every scheme of eight digits or more.
fn shifted(seed: u64, index: u64) -> u64 {
    (seed % 7) * 1_000_003 + index
}

/// A health number of the scheme; Quebec's carries name, birth date and sex, Ontario's a version code.
pub(crate) fn health(
    scheme: &'static str,
    seed: u64,
    index: u64,
    who: (&str, &str, Sex, Date),
) -> Option<Number> {
    let mut number = if scheme == "ca-qc" {
        Number {
            scheme,
            text: quebec(who, index),
            version: String::new(),
        }
    } else {
        make(scheme, seed, index)?
    };
    if scheme == "ca-on" {
        let mut chance = Chance::new(seed, "version code", index);
        number.text.truncate(10);
        if chance.percent(85) {
            const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTVWXYZ";
            for _ in 0..2 {
                number
                    .version
                    .push(char::from(LETTERS[chance.index(LETTERS.len())]));
            }
        }
    }
    Some(number)
}

/// Three letters of the family name, one of the given name, birth date with 50 added to a woman's month,
/// two more characters. Short names are filled with X.
fn quebec((given, family, sex, born): (&str, &str, Sex, Date), index: u64) -> String {
    let letters = |text: &str, n: usize| -> String {
        fold(text)
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|ch| ch.to_ascii_uppercase())
            .chain(std::iter::repeat('X'))
            .take(n)
            .collect()
    };
    let month = i32::from(born.month()) + if sex == Sex::Female { 50 } else { 0 };
    format!(
        "{}{}{:02}{:02}{:02}{:02}",
        letters(family, 3),
        letters(given, 1),
        born.year() % 100,
        month,
        born.day(),
        (index * 37 + index / 100 + 11) % 100
    )
}

/// The text with every letter brought to ASCII, as old systems do it.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match fold_char(ch) {
            Some(folded) => out.push_str(folded),
            None => out.push(ch),
        }
    }
    out
}

/// What a letter becomes in ASCII; `None` when it is ASCII already.
pub(crate) fn fold_char(ch: char) -> Option<&'static str> {
    Some(match ch {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' | 'ạ' | 'ả' | 'ầ' | 'ấ' => {
            "a"
        }
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ą' => "A",
        'ç' | 'ć' | 'č' => "c",
        'Ç' | 'Ć' | 'Č' => "C",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ễ' | 'ế' | 'ề' | 'ệ' => "e",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ę' => "E",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'Ì' | 'Í' | 'Î' | 'Ï' => "I",
        'ñ' | 'ń' => "n",
        'Ñ' | 'Ń' => "N",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ộ' | 'ồ' | 'ǫ' => "o",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' => "O",
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => "u",
        'Ù' | 'Ú' | 'Û' | 'Ü' => "U",
        'ý' | 'ÿ' => "y",
        'ř' => "r",
        'ś' | 'š' => "s",
        'Ś' | 'Š' => "S",
        'ź' | 'ż' | 'ž' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        'ł' => "l",
        'Ł' => "L",
        'đ' => "d",
        'Đ' => "D",
        'œ' => "oe",
        'Œ' => "OE",
        'æ' => "ae",
        '\u{300}'..='\u{36f}' => "",
        '’' => "'",
        '–' => "-",
        _ => return None,
    })
}

#[test]
fn a_quebec_number_says_name_birth_date_and_sex() {
    let born = Date::constant(1985, 2, 10);
    let number = quebec(("Marie", "Tremblay", Sex::Female, born), 3);
    assert!(number.starts_with("TREM855210"));
    assert!(quebec(("E", "O", Sex::Male, born), 3).starts_with("OXXE850210"));
}
