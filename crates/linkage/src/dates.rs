//! Two birth dates in, how well they agree out.
//!
//! A slip of one digit, day and month in each other's place and a year alone
//! are a person's own; the same day a generation apart is a parent's or a child's.

use crate::{compact::Birth, field::Level, text::damerau};

/// From best to worst.
pub(crate) const BIRTH_ORDER: [Level; 8] = [
    Level::Same,
    Level::Close,
    Level::Swapped,
    Level::Partial,
    Level::Generation,
    Level::Similar,
    Level::Year,
    Level::Different,
];

/// How well two birth dates agree.
pub(crate) fn birth_level(a: Birth, b: Birth) -> Level {
    if a == b {
        return if a.day == 0 {
            Level::Partial
        } else {
            Level::Same
        };
    }
    // January 1st is as often "only the year is known".
    let bare = |birth: Birth| birth.day == 0 || birth.month == 0;
    if bare(a) || bare(b) {
        let months_agree = a.month == 0 || b.month == 0 || a.month == b.month;
        return if a.year == b.year && months_agree {
            Level::Partial
        } else if a.year == b.year {
            Level::Year
        } else {
            Level::Different
        };
    }
    let january = |birth: Birth| birth.month == 1 && birth.day == 1;
    if a.year == b.year && (january(a) || january(b)) {
        return Level::Partial;
    }
    if a.year == b.year && a.month == b.day && a.day == b.month {
        return Level::Swapped;
    }
    if a.month == b.month
        && a.day == b.day
        && a.year.abs_diff(b.year) >= 12
        && a.year.abs_diff(b.year) <= 60
    {
        // 1958 for 1985 is a swap; 1950 and 1980 are a generation, though one digit apart.
        return if swapped_year(a.year, b.year) {
            Level::Close
        } else {
            Level::Generation
        };
    }
    let digits = |birth: Birth| {
        let year = birth.year.unsigned_abs();
        let digit = |n: u16| b'0' + (n % 10) as u8;
        [
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'0' + birth.month / 10,
            b'0' + birth.month % 10,
            b'0' + birth.day / 10,
            b'0' + birth.day % 10,
        ]
    };
    let (one, other) = (digits(a), digits(b));
    if damerau(&one, &other, 1) <= 1 {
        return Level::Close;
    }
    let n_parts = usize::from(a.year == b.year)
        + usize::from(a.month == b.month)
        + usize::from(a.day == b.day);
    let n_digits = one
        .iter()
        .zip(&other)
        .filter(|(one, other)| one != other)
        .count();
    if n_parts >= 2 || n_digits <= 2 {
        return Level::Similar;
    }
    if a.year == b.year {
        Level::Year
    } else {
        Level::Different
    }
}

fn swapped_year(a: i16, b: i16) -> bool {
    a / 100 == b / 100 && a % 10 == b / 10 % 10 && a / 10 % 10 == b % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    fn birth(text: &str) -> Birth {
        let date = whose_model::PartialDate::parse_iso(text).unwrap();
        Birth {
            year: date.year,
            month: date.month,
            day: date.day,
        }
    }

    #[test]
    fn birth_dates_agree_by_level() {
        for (a, b, level) in [
            ("1985-02-10", "1985-02-10", Level::Same),
            ("1985-02-10", "1985-10-02", Level::Swapped),
            ("1985-02-10", "1985-02-11", Level::Close),
            ("1985-02-10", "1958-02-10", Level::Close),
            ("1985-02-10", "1985-02", Level::Partial),
            ("1985-02-10", "1985", Level::Partial),
            ("1985-02-10", "1985-01-01", Level::Partial),
            ("1985-02-10", "1955-02-10", Level::Generation),
            ("1985-02-10", "1985-07-23", Level::Year),
            ("1985-02-10", "1951-07-23", Level::Different),
        ] {
            assert_eq!(birth_level(birth(a), birth(b)), level, "{a} {b}");
            assert_eq!(birth_level(birth(b), birth(a)), level, "{b} {a}");
        }
    }
}
