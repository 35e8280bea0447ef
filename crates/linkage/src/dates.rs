//! Two birth dates in, how well they agree out.
//!
//! A slip of one digit, day and month in each other's place and a year alone
//! are a person's own; the same day a generation apart is a parent's or a child's.

use serde::{Deserialize, Serialize};
use whose_model::{Born, PartialDate};

use crate::{compact::Birth, field::Level, text::damerau};

/// From which day to which somebody was born, as codes of birth dates; 0 when no age says it.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// A year, in codes of birth dates.
const YEAR: u32 = 1 << 16;

impl Window {
    pub(crate) fn of(born: &Born) -> Self {
        let code = |date: PartialDate| {
            let birth = Birth {
                year: date.year.max(1),
                month: date.month,
                day: date.day,
            };
            birth.code()
        };
        Self {
            from: code(born.from),
            to: code(born.to),
        }
    }

    /// The days that a birth date may stand for: January 1st is as often "only the year is known".
    fn of_birth(birth: Birth) -> Self {
        let code = birth.code();
        match (birth.month, birth.day) {
            (0, _) | (1, 0 | 1) => Self {
                from: code & !0xffff,
                to: code | 0xffff,
            },
            (_, 0) => Self {
                from: code,
                to: code | 0xff,
            },
            _ => Self {
                from: code,
                to: code,
            },
        }
    }

    pub(crate) fn is_told(self) -> bool {
        self.from != 0
    }

    /// A year longer at both ends.
    pub(crate) fn widened(self) -> Self {
        Self {
            from: self.from.saturating_sub(YEAR),
            to: self.to.saturating_add(YEAR),
        }
    }

    /// The years it begins and ends in.
    pub(crate) fn years(self) -> (u32, u32) {
        (self.from / YEAR, self.to / YEAR)
    }

    fn level(self, other: Self) -> Level {
        let meet = |one: Self| one.from <= other.to && other.from <= one.to;
        if meet(self) {
            Level::Same
        } else if meet(self.widened()) {
            // Before or after that year's birthday, or said on another day.
            Level::Close
        } else {
            Level::Different
        }
    }
}

/// How well an age agrees with the other's age or birth dates, where one of the two says no birth date.
pub(crate) fn age_level(a: (Window, &[Birth]), b: (Window, &[Birth])) -> Option<Level> {
    let of = |window: Window, births: &[Birth]| {
        births
            .iter()
            .map(|birth| window.level(Window::of_birth(*birth)))
            .min()
    };
    match (a.0.is_told(), b.0.is_told()) {
        (true, _) if !b.1.is_empty() => of(a.0, b.1),
        (_, true) if !a.1.is_empty() => of(b.0, a.1),
        (true, true) => Some(a.0.level(b.0)),
        _ => None,
    }
}

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

    #[test]
    fn an_age_agrees_with_a_birth_date_within_its_year_and_nearly_within_the_next() {
        let date = |text: &str| PartialDate::parse_iso(text).unwrap();
        let window = Window::of(&Born {
            from: date("1986-02-22"),
            to: date("1987-02-22"),
        });
        for (text, level) in [
            ("1986-02-22", Level::Same),
            ("1987-02-22", Level::Same),
            ("1986", Level::Same),
            ("1987-01-01", Level::Same),
            ("1987-02-23", Level::Close),
            ("1985-12", Level::Close),
            ("1988-06-30", Level::Different),
            ("1955-02-22", Level::Different),
        ] {
            let births = [birth(text)];
            let none = (Window::default(), &births[..]);
            assert_eq!(age_level((window, &[]), none), Some(level), "{text}");
            assert_eq!(age_level(none, (window, &[])), Some(level), "{text}");
        }
        assert_eq!(age_level((window, &[]), (window, &[])), Some(Level::Same));
        assert_eq!(age_level((window, &[]), (Window::default(), &[])), None);
    }
}
