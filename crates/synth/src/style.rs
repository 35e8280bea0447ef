//! How one exhibit writes things: dates, telephones, numbers, accents, and in which bytes.

use jiff::civil::Date;
use whose_model::{Language, Sex};

use crate::{
    chance::Chance,
    numbers::{fold, fold_char},
    person::{Number, Person},
};

/// How a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dates {
    Iso,
    DayMonth,
    MonthDay,
    Slashes,
    Compact,
    Short,
    DashedMonth,
    Long,
}

/// How a telephone number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phones {
    Dashes,
    Brackets,
    Dots,
    Plain,
    International,
}

/// How a health number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    Plain,
    Spaced,
    Dashed,
}

/// In which bytes text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Utf8Bom,
    Windows1252,
    Utf16,
}

/// How one exhibit writes things.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    pub(crate) language: Language,
    pub(crate) dates: Dates,
    pub(crate) phones: Phones,
    pub(crate) numbers: Numbers,
    pub(crate) upper: bool,
    pub(crate) ascii: bool,
    pub(crate) charset: Charset,
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

impl Style {
    /// A style for running text in a language.
    pub(crate) fn prose(chance: &mut Chance, language: Language) -> Self {
        let dates = match (language, chance.below(10)) {
            (_, 0..3) => Dates::Iso,
            (_, 3..7) => Dates::Long,
            (Language::En | Language::Other(_), 7) => Dates::Short,
            (Language::En | Language::Other(_), 8) => Dates::MonthDay,
            (Language::Fr, 7..9) => Dates::DayMonth,
            _ => Dates::Slashes,
        };
        Self {
            dates,
            ..Self::table(chance, language)
        }
    }

    /// A style for a table or feed in a language.
    pub(crate) fn table(chance: &mut Chance, language: Language) -> Self {
        let dates = [
            Dates::Iso,
            Dates::Iso,
            Dates::DayMonth,
            Dates::MonthDay,
            Dates::Slashes,
            Dates::Compact,
            Dates::DashedMonth,
        ][chance.index(7)];
        Self {
            language,
            dates: if language == Language::Fr && dates == Dates::MonthDay {
                Dates::DayMonth
            } else {
                dates
            },
            phones: [
                Phones::Dashes,
                Phones::Brackets,
                Phones::Dots,
                Phones::Plain,
                Phones::International,
            ][chance.index(5)],
            numbers: [Numbers::Plain, Numbers::Spaced, Numbers::Dashed][chance.index(3)],
            upper: chance.percent(30),
            ascii: chance.percent(12),
            charset: Charset::Utf8,
        }
    }

    /// The text as this exhibit can write it: a letter that its bytes do not have loses its accent.
    pub(crate) fn text(&self, text: &str) -> String {
        if self.ascii {
            return fold(text);
        }
        if self.charset != Charset::Windows1252 {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for ch in text.chars() {
            match fold_char(ch) {
                Some(folded) if !in_windows_1252(ch) => out.push_str(folded),
                _ => out.push(ch),
            }
        }
        out
    }

    /// The family name, in capitals where this exhibit does so.
    pub(crate) fn family(&self, family: &str) -> String {
        let family = self.text(family);
        if self.upper {
            family.to_uppercase()
        } else {
            family
        }
    }

    pub(crate) fn date(&self, date: Date) -> String {
        let (y, m, d) = (date.year(), date.month(), date.day());
        let month = (m.unsigned_abs() as usize).clamp(1, 12) - 1;
        match self.dates {
            Dates::Iso => format!("{y:04}-{m:02}-{d:02}"),
            Dates::DayMonth => format!("{d:02}/{m:02}/{y:04}"),
            Dates::MonthDay => format!("{m:02}/{d:02}/{y:04}"),
            Dates::Slashes => format!("{y:04}/{m:02}/{d:02}"),
            Dates::Compact => format!("{y:04}{m:02}{d:02}"),
            Dates::Short => format!("{} {d} {y}", &MONTHS_EN[month][..3]),
            Dates::DashedMonth => match self.language {
                Language::En | Language::Other(_) => {
                    format!("{d:02}-{}-{y}", &MONTHS_EN[month][..3])
                }
                Language::Fr => format!("{y:04}-{m:02}-{d:02}"),
            },
            Dates::Long => match self.language {
                Language::En | Language::Other(_) => format!("{} {d}, {y}", MONTHS_EN[month]),
                Language::Fr if d == 1 => self.text(&format!("1er {} {y}", MONTHS_FR[month])),
                Language::Fr => self.text(&format!("{d} {} {y}", MONTHS_FR[month])),
            },
        }
    }

    pub(crate) fn phone(&self, digits: &str) -> String {
        if digits.len() != 10 || digits.starts_with('+') {
            return digits.to_owned();
        }
        let (a, b, c) = (&digits[..3], &digits[3..6], &digits[6..]);
        match self.phones {
            Phones::Dashes => format!("{a}-{b}-{c}"),
            Phones::Brackets => format!("({a}) {b}-{c}"),
            Phones::Dots => format!("{a}.{b}.{c}"),
            Phones::Plain => digits.to_owned(),
            Phones::International => format!("+1 {a} {b}-{c}"),
        }
    }

    /// A health number as this exhibit writes it, in its issuer's groups.
    pub(crate) fn number(&self, number: &Number) -> String {
        let separator = match self.numbers {
            Numbers::Plain => return format!("{}{}", number.text, number.version),
            Numbers::Spaced => " ",
            Numbers::Dashed => "-",
        };
        let groups: &[usize] = match number.scheme {
            "ca-on" | "ca-bc" | "ca-ns" | "uk-nhs" => &[4, 3, 3],
            "ca-qc" | "au-medicare" => &[4, 4, 4],
            "ca-nl" | "ca-sk" | "ca-mb" | "ca-nb" | "ca-yt" | "ca-nu" | "ca-sin" => &[3, 3, 3, 3],
            "ca-ab" => &[5, 4],
            _ => &[],
        };
        let mut out = String::new();
        let mut rest = number.text.as_str();
        for &n in groups {
            if rest.is_empty() {
                break;
            }
            if !out.is_empty() {
                out += separator;
            }
            let (group, tail) = rest.split_at_checked(n).unwrap_or((rest, ""));
            out += group;
            rest = tail;
        }
        out += rest;
        if !number.version.is_empty() {
            out += separator;
            out += &number.version;
        }
        out
    }

    pub(crate) fn sex(&self, person: &Person, long: bool) -> &'static str {
        match (person.sex, self.language, long) {
            (Sex::Female, Language::En, true) => "Female",
            (Sex::Male, Language::En, true) => "Male",
            (Sex::Female, Language::Fr, true) => "Féminin",
            (Sex::Male, Language::Fr, true) => "Masculin",
            (sex, _, _) => sex.letter(),
        }
    }

    /// The bytes of a text.
    pub(crate) fn encode(&self, text: &str, out: &mut Vec<u8>) {
        match self.charset {
            Charset::Utf8 | Charset::Utf8Bom => out.extend_from_slice(text.as_bytes()),
            Charset::Windows1252 => {
                out.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(text).0);
            }
            Charset::Utf16 => {
                for unit in text.encode_utf16() {
                    out.extend_from_slice(&unit.to_le_bytes());
                }
            }
        }
    }

    /// What a file in these bytes begins with.
    pub(crate) fn mark(&self) -> &'static [u8] {
        match self.charset {
            Charset::Utf8 | Charset::Windows1252 => b"",
            Charset::Utf8Bom => b"\xef\xbb\xbf",
            Charset::Utf16 => b"\xff\xfe",
        }
    }

    /// How many bytes a text takes in the file.
    pub(crate) fn n_bytes(&self, text: &str) -> u64 {
        match self.charset {
            Charset::Utf8 | Charset::Utf8Bom => text.len() as u64,
            Charset::Windows1252 => text.chars().count() as u64,
            Charset::Utf16 => text.encode_utf16().count() as u64 * 2,
        }
    }
}

fn in_windows_1252(ch: char) -> bool {
    ch.is_ascii()
        || !encoding_rs::WINDOWS_1252
            .encode(ch.encode_utf8(&mut [0; 4]))
            .2
}

#[test]
fn a_letter_that_windows_1252_lacks_loses_its_accent_only() {
    let mut style = Style::table(&mut Chance::new(1, "", 1), Language::Fr);
    style.charset = Charset::Windows1252;
    style.ascii = false;
    assert_eq!(style.text("Côté Wiśniewski"), "Côté Wisniewski");
}
