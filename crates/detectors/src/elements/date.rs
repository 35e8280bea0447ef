//! Dates as records and letters write them, in both languages and every order; labels of birth and death.
//!
//! `scan` reads a date at the start of a text and says how long it is, so that
//! running text and cells share one reader. A date whose day and month could
//! change places is read in the order asked for and marked ambiguous. Years of
//! two digits above 30 belong to the 20th century.

use whose_model::{DataElement, PartialDate};

use super::about::{About, about};

use crate::{
    sense::{Label, Part, Sense},
    text::short,
};

const BIRTH: Sense = Sense::whole(DataElement::BirthDate);
const DEATH: Sense = Sense::whole(DataElement::DeathDate);

/// Labels of birth and death.
pub(crate) const LABELS: &[Label] = &[
    ("date of birth", BIRTH),
    ("date of birth on file", BIRTH),
    ("dob on file", BIRTH),
    ("birth date", BIRTH),
    ("birthday", BIRTH),
    ("birth dt", BIRTH),
    ("birth", BIRTH.weak()),
    ("born", BIRTH),
    ("born on", BIRTH),
    ("dob", BIRTH),
    ("d o b", BIRTH),
    ("bdate", BIRTH),
    ("bday", BIRTH),
    ("birthdt", BIRTH),
    ("dateofbirth", BIRTH),
    ("birth date time", BIRTH),
    ("date de naissance", BIRTH),
    ("date naissance", BIRTH),
    ("date naiss", BIRTH),
    ("date de nais", BIRTH),
    ("date de mise au monde", BIRTH),
    ("born in", BIRTH),
    ("ne en", BIRTH),
    ("nee en", BIRTH),
    ("nee", BIRTH.weak()),
    ("dt naiss", BIRTH),
    ("naissance", BIRTH),
    ("naiss", BIRTH),
    ("ddn", BIRTH),
    ("d d n", BIRTH),
    ("dn", BIRTH.weak()),
    ("ne le", BIRTH),
    ("nee le", BIRTH),
    ("ne(e) le", BIRTH),
    ("date of birth yyyy mm dd", BIRTH),
    ("dob yyyy mm dd", BIRTH),
    ("date de naissance aaaa mm jj", BIRTH),
    ("ddn aaaa mm jj", BIRTH),
    (
        "birth year",
        Sense::part(DataElement::BirthDate, Part::Year),
    ),
    (
        "year of birth",
        Sense::part(DataElement::BirthDate, Part::Year),
    ),
    ("yob", Sense::part(DataElement::BirthDate, Part::Year)),
    (
        "annee naissance",
        Sense::part(DataElement::BirthDate, Part::Year),
    ),
    (
        "birth month",
        Sense::part(DataElement::BirthDate, Part::Month),
    ),
    (
        "month of birth",
        Sense::part(DataElement::BirthDate, Part::Month),
    ),
    (
        "mois naissance",
        Sense::part(DataElement::BirthDate, Part::Month),
    ),
    ("birth day", Sense::part(DataElement::BirthDate, Part::Day)),
    (
        "day of birth",
        Sense::part(DataElement::BirthDate, Part::Day),
    ),
    (
        "jour naissance",
        Sense::part(DataElement::BirthDate, Part::Day),
    ),
    ("date of death", DEATH),
    ("death date", DEATH),
    ("deceased date", DEATH),
    ("date deceased", DEATH),
    ("dod", DEATH),
    ("deceased on", DEATH),
    ("deceased", DEATH.weak()),
    ("died on", DEATH),
    ("died", DEATH.weak()),
    ("death", DEATH.weak()),
    ("date de deces", DEATH),
    ("date deces", DEATH),
    ("dt deces", DEATH),
    ("decede le", DEATH),
    ("decedee le", DEATH),
    ("deces", DEATH.weak()),
    ("deceased date time", DEATH),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::BirthDate,
        "A label or a column says so (`born`, `né le`), or a column of dates spreads over decades. Day and month that could change places are read as the language or the column writes them.",
        &["DOB: 1962-11-03", "née le 3 mars 1951", "date_of_birth | 12/28/1982"],
        &["Invoice date: 2024-03-01"],
    )
    .from("45 CFR 164.514(b)(2)(i)(C)"),
    about(
        DataElement::DeathDate,
        "A label or a column says so.",
        &["Date of death: 2023-05-14", "Date du décès : 14 mai 2023"],
        &["Date of surgery: 2023-05-14"],
    )
    .from("45 CFR 164.514(b)(2)(i)(C)"),
];

/// Which of day and month stands first when both could be either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// 03/04 is the 4th of March.
    #[default]
    MonthFirst,
    /// 03/04 is the 3rd of April.
    DayFirst,
}

/// A date read at the start of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// How many bytes it takes.
    pub(crate) len: usize,
    /// The date.
    pub(crate) date: PartialDate,
    /// Day and month could change places.
    pub(crate) is_ambiguous: bool,
    /// Written with a month's name or with a year first: no other kind of number looks like this.
    pub(crate) is_sure: bool,
}

/// The date that a cell or field holds; a time of day after it is passed over.
pub(crate) fn parse(text: &str, order: Order) -> Option<PartialDate> {
    let text = text.trim().trim_matches(['"', '\'', '[', ']', '(', ')']);
    let scanned = scan(text, order)?;
    let rest = text[scanned.len..].trim_start_matches(['T', 't', ' ', ',', 'Z']);
    let is_time = rest.bytes().all(|b| {
        b.is_ascii_digit()
            || matches!(
                b,
                b':' | b'.'
                    | b'+'
                    | b'-'
                    | b' '
                    | b'Z'
                    | b'h'
                    | b'A'
                    | b'P'
                    | b'M'
                    | b'a'
                    | b'p'
                    | b'm'
            )
    });
    is_time.then_some(scanned.date)
}

/// A date at the start of the text.
pub(crate) fn scan(text: &str, order: Order) -> Option<Scanned> {
    let first = *text.as_bytes().first()?;
    if first.is_ascii_digit() {
        scan_number(text, order)
    } else if first.is_ascii_alphabetic() {
        scan_month_first(text)
    } else {
        None
    }
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
    /// A run of at most `max` digits: its value and length.
    fn number(&mut self, max: usize) -> Option<(u32, usize)> {
        let bytes = self.text.as_bytes();
        let mut value = 0u32;
        let mut n = 0;
        while n < max
            && let Some(b) = bytes.get(self.at + n)
            && b.is_ascii_digit()
        {
            value = value.wrapping_mul(10).wrapping_add(u32::from(b - b'0'));
            n += 1;
        }
        if n == 0 {
            return None;
        }
        self.at += n;
        Some((value, n))
    }
    /// Whether another digit follows.
    fn is_at_digit(&self) -> bool {
        self.peek().is_some_and(|b| b.is_ascii_digit())
    }
    fn skip(&mut self, set: &[u8]) -> bool {
        let start = self.at;
        while let Some(b) = self.peek()
            && set.contains(&b)
        {
            self.at += 1;
        }
        self.at > start
    }
    /// The letters here, as a word.
    fn word(&mut self) -> &'t str {
        let start = self.at;
        let rest = &self.text[start..];
        let len = rest
            .char_indices()
            .find(|(_, ch)| !ch.is_alphabetic())
            .map_or(rest.len(), |(at, _)| at);
        self.at += len;
        &rest[..len]
    }
}

fn scan_number(text: &str, order: Order) -> Option<Scanned> {
    let mut cursor = Cursor { text, at: 0 };
    let (first, n_first) = cursor.number(14)?;
    if cursor.is_at_digit() {
        return None;
    }
    match n_first {
        8 | 12 | 14 => {
            let year: i16 = text[0..4].parse().ok()?;
            let month: u8 = text[4..6].parse().ok()?;
            let day: u8 = text[6..8].parse().ok()?;
            return finish(cursor.at, year, month, day, false, n_first > 8);
        }
        4 => {
            let separator = cursor
                .peek()
                .filter(|b| matches!(b, b'-' | b'/' | b'.' | b' '))?;
            cursor.at += 1;
            if cursor
                .peek()
                .is_some_and(|b| b.is_ascii_alphabetic() || b >= 0x80)
            {
                let month = month_of(cursor.word())?;
                if !cursor.skip(b"-/. ") {
                    return finish(cursor.at, first as i16, month, 0, false, true);
                }
                let (day, _) = cursor.number(2)?;
                return finish(cursor.at, first as i16, month, day as u8, false, true);
            }
            let (month, n_month) = cursor.number(2)?;
            if cursor.is_at_digit() || n_month > 2 {
                return None;
            }
            if cursor.peek() == Some(separator) {
                let before = cursor.at;
                cursor.at += 1;
                if let Some((day, _)) = cursor.number(2)
                    && !cursor.is_at_digit()
                {
                    return finish(
                        cursor.at,
                        first as i16,
                        month as u8,
                        day as u8,
                        false,
                        separator != b' ',
                    );
                }
                cursor.at = before;
            }
            return if n_month == 2 && separator == b'-' {
                finish(cursor.at, first as i16, month as u8, 0, false, false)
            } else {
                None
            };
        }
        1 | 2 => {}
        _ => return None,
    }
    let rest = cursor.at;
    // `1er mars`, `3rd of March`, `03-MAR-1985`, `3 mars 1985`
    let after = text.as_bytes().get(rest).copied();
    if let Some(b @ (b'-' | b'/' | b'.')) = after {
        cursor.at += 1;
        if cursor.is_at_digit() {
            let (second, n_second) = cursor.number(4)?;
            if n_second > 2 || cursor.is_at_digit() {
                // `03/1985`: month and year.
                return (n_second == 4 && (1..=12).contains(&first) && b == b'/')
                    .then(|| finish(cursor.at, second as i16, first as u8, 0, false, false))?;
            }
            if cursor.peek() != Some(b) {
                return None;
            }
            cursor.at += 1;
            let (year, n_year) = cursor.number(4)?;
            if cursor.is_at_digit() || n_year == 3 || n_year == 1 {
                return None;
            }
            // A version number or an IP address goes on.
            if b == b'.'
                && cursor.peek() == Some(b'.')
                && text
                    .as_bytes()
                    .get(cursor.at + 1)
                    .is_some_and(u8::is_ascii_digit)
            {
                return None;
            }
            let year = century(year, n_year);
            let (day, month, is_ambiguous) = match (first, second) {
                (13..=31, 1..=12) => (first, second, false),
                (1..=12, 13..=31) => (second, first, false),
                (1..=12, 1..=12) if order == Order::DayFirst || b == b'.' => {
                    (first, second, first != second)
                }
                (1..=12, 1..=12) => (second, first, first != second),
                // `85-02-10`
                _ if n_first == 2 && n_year == 2 && (1..=12).contains(&second) => {
                    return finish(
                        cursor.at,
                        century(first, 2),
                        second as u8,
                        (year % 100) as u8,
                        false,
                        false,
                    );
                }
                _ => return None,
            };
            return finish(
                cursor.at,
                year,
                month as u8,
                day as u8,
                is_ambiguous,
                n_year == 4,
            );
        }
    } else {
        let word = cursor.word();
        match word {
            "" | "er" | "e" | "st" | "nd" | "rd" | "th" => {}
            _ => cursor.at = rest,
        }
    }
    // `12, mai 1958`: with a comma only the whole year makes a day of it.
    let has_comma = cursor.peek() == Some(b',');
    cursor.skip(b" ./-,");
    let mut word = cursor.word();
    if matches!(word, "of" | "de" | "day") {
        cursor.skip(b" ");
        word = cursor.word();
    }
    let month = month_of(word)?;
    let before_year = cursor.at;
    cursor.skip(b" .,/-");
    match cursor.number(4) {
        Some((year, n @ (2 | 4)))
            if !cursor.is_at_digit() && (n == 4 || cursor.peek() != Some(b':') && !has_comma) =>
        {
            finish(cursor.at, century(year, n), month, first as u8, false, true)
        }
        _ => {
            let _ = before_year;
            None
        }
    }
}

fn scan_month_first(text: &str) -> Option<Scanned> {
    let mut cursor = Cursor { text, at: 0 };
    let month = month_of(cursor.word())?;
    cursor.skip(b". -/");
    let (first, n_first) = cursor.number(4)?;
    if cursor.is_at_digit() {
        return None;
    }
    if n_first == 4 {
        return finish(cursor.at, first as i16, month, 0, false, false);
    }
    if n_first > 2 {
        return None;
    }
    let before = cursor.at;
    if !matches!(cursor.word(), "st" | "nd" | "rd" | "th") {
        cursor.at = before;
    }
    if !cursor.skip(b" ,-/.") {
        return None;
    }
    let (year, n_year) = cursor.number(4)?;
    if cursor.is_at_digit()
        || !matches!(n_year, 2 | 4)
        || (n_year == 2 && cursor.peek() == Some(b':'))
    {
        return None;
    }
    finish(
        cursor.at,
        century(year, n_year),
        month,
        first as u8,
        false,
        true,
    )
}

fn century(year: u32, n_digits: usize) -> i16 {
    match (n_digits, year) {
        (2, 0..=30) => 2000 + year as i16,
        (2, _) => 1900 + year as i16,
        _ => year as i16,
    }
}

fn finish(
    len: usize,
    year: i16,
    month: u8,
    day: u8,
    is_ambiguous: bool,
    is_sure: bool,
) -> Option<Scanned> {
    let date = PartialDate { year, month, day };
    let exists = if day == 0 {
        (1..=12).contains(&month)
    } else {
        date.full().is_some()
    };
    (exists && (1850..=2100).contains(&year)).then_some(Scanned {
        len,
        date,
        is_ambiguous,
        is_sure,
    })
}

/// The month with this name, in English or French, in full or short.
pub(crate) fn month_of(word: &str) -> Option<u8> {
    if !(3..=10).contains(&word.len())
        || !word.starts_with([
            'j', 'f', 'm', 'a', 's', 'o', 'n', 'd', 'J', 'F', 'M', 'A', 'S', 'O', 'N', 'D',
        ])
    {
        return None;
    }
    let word = short(word);
    Some(match word.as_str() {
        "january" | "jan" | "janvier" | "janv" => 1,
        "february" | "feb" | "febr" | "fevrier" | "fev" | "fevr" => 2,
        "march" | "mar" | "mars" => 3,
        "april" | "apr" | "avril" | "avr" => 4,
        "may" | "mai" => 5,
        "june" | "jun" | "juin" => 6,
        "july" | "jul" | "juillet" | "juil" | "jui" => 7,
        "august" | "aug" | "aout" | "aou" => 8,
        "september" | "sep" | "sept" | "septembre" => 9,
        "october" | "oct" | "octobre" => 10,
        "november" | "nov" | "novembre" => 11,
        "december" | "dec" | "decembre" => 12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let iso = parse(written, Order::MonthFirst).map_or("-".into(), |date| date.iso());
        assert_eq!(iso, expected);
    }

    #[test]
    fn dates_are_read_in_both_languages_and_every_order() {
        check("1985-02-10", "1985-02-10");
        check("1985/2/10", "1985-02-10");
        check("19850210", "1985-02-10");
        check("198502101530", "1985-02-10");
        check("1985-02-10T15:30:00Z", "1985-02-10");
        check("02/10/1985", "1985-02-10");
        check("23/10/1985", "1985-10-23");
        check("10.2.1985", "1985-02-10");
        check("10-Feb-85", "1985-02-10");
        check("10FEB1985", "1985-02-10");
        check("1985-FEB-10", "1985-02-10");
        check("10 février 1985", "1985-02-10");
        check("1er mars 1985", "1985-03-01");
        check("March 3rd, 1985", "1985-03-03");
        check("3rd of March 1985", "1985-03-03");
        check("March 1985", "1985-03");
        check("1985-03", "1985-03");
    }

    #[test]
    fn what_is_no_day_is_no_date() {
        for text in [
            "1985-13-01",
            "31/02/1985",
            "1.2.3.4",
            "12345",
            "may 5",
            "12/5",
            "99999999",
            "",
        ] {
            check(text, "-");
        }
    }

    #[test]
    fn the_order_decides_only_where_both_are_possible() {
        let day_first = |text| parse(text, Order::DayFirst).map(|date| date.iso());
        assert_eq!(day_first("03/04/1985").as_deref(), Some("1985-04-03"));
        assert_eq!(day_first("04/23/1985").as_deref(), Some("1985-04-23"));
    }
}
