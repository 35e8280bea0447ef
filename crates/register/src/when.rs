//! `When`: a day as exactly as a source states it, and no more.
//!
//! "Nov 2023" is the thirty days of that month, "last week" seven days, "a
//! month earlier" a day that may be off by some. Written as `2024-02-21`,
//! `2023-11`, `2014`, `2020-09-20..2020-09-26`; a `~` before it says that it is about.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// A day, or the span of days in which it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// The first day it can be.
    pub first: Date,
    /// The last day it can be.
    pub last: Date,
    /// The source rounds.
    pub is_about: bool,
}

impl When {
    /// One day.
    pub const fn day(date: Date) -> Self {
        Self {
            first: date,
            last: date,
            is_about: false,
        }
    }

    /// A month of a year; `None` when there is no such month.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        Some(Self {
            first,
            last: first.last_of_month(),
            is_about: false,
        })
    }

    /// A year; `None` outside of 1 to 9999.
    pub fn year(year: i16) -> Option<Self> {
        Some(Self {
            first: Date::new(year, 1, 1).ok()?,
            last: Date::new(year, 12, 31).ok()?,
            is_about: false,
        })
    }

    /// From one day to another; `None` when they are the wrong way round.
    pub fn between(first: Date, last: Date) -> Option<Self> {
        (first <= last).then_some(Self {
            first,
            last,
            is_about: false,
        })
    }

    /// The same, said to be rounded.
    #[must_use]
    pub const fn about(mut self) -> Self {
        self.is_about = true;
        self
    }

    /// Whether it is one day.
    pub fn is_day(&self) -> bool {
        self.first == self.last
    }

    /// The day, where it is one.
    pub fn exact(&self) -> Option<Date> {
        (self.is_day() && !self.is_about).then_some(self.first)
    }

    /// Moved by a span; `None` outside of the calendar.
    pub fn shifted(&self, by: Span) -> Option<Self> {
        Some(Self {
            first: self.first.checked_add(by).ok()?,
            last: self.last.checked_add(by).ok()?,
            is_about: self.is_about,
        })
    }

    /// Whether both can be the same day. What is about may be off by a week.
    pub fn may_be(&self, other: &Self) -> bool {
        let slack = if self.is_about || other.is_about {
            7
        } else {
            0
        };
        let widen = |one: &Self| {
            let first = one.first.checked_sub(slack.days()).unwrap_or(one.first);
            let last = one.last.checked_add(slack.days()).unwrap_or(one.last);
            (first, last)
        };
        let ((a0, a1), (b0, b1)) = (widen(self), (other.first, other.last));
        a0 <= b1 && b0 <= a1
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_about {
            f.write_str("~")?;
        }
        let (first, last) = (self.first, self.last);
        if first == last {
            write!(f, "{first}")
        } else if Self::year(first.year()).is_some_and(|it| (it.first, it.last) == (first, last)) {
            write!(f, "{:04}", first.year())
        } else if Self::month(first.year(), first.month())
            .is_some_and(|it| (it.first, it.last) == (first, last))
        {
            write!(f, "{:04}-{:02}", first.year(), first.month())
        } else {
            write!(f, "{first}..{last}")
        }
    }
}

/// Not a day, a month, a year or a span of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date as 2024-02-21, 2024-02, 2024 or 2024-02-01..2024-02-10")]
pub struct NotADate;

impl FromStr for When {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let (is_about, text) = match text.strip_prefix('~') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let one = |text: &str| -> Option<Self> {
            match text.len() {
                4 => Self::year(text.parse().ok()?),
                7 => {
                    let (year, month) = text.split_once('-')?;
                    Self::month(year.parse().ok()?, month.parse().ok()?)
                }
                10 => Some(Self::day(text.parse().ok()?)),
                _ => None,
            }
        };
        let read = match text.split_once("..") {
            Some((first, last)) => one(first)
                .zip(one(last))
                .and_then(|(first, last)| Self::between(first.first, last.last)),
            None => one(text),
        };
        let mut read = read.ok_or(NotADate)?;
        read.is_about = is_about;
        Ok(read)
    }
}

impl Serialize for When {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_date_is_written_as_exactly_as_it_is_known() {
        for text in [
            "2024-02-21",
            "2023-11",
            "2014",
            "~2024-01-21",
            "2020-09-20..2020-09-26",
        ] {
            assert_eq!(text.parse::<When>().unwrap().to_string(), text);
        }
        for text in ["", "2024-13", "2024-02-30", "2024-03..2024-02", "yesterday"] {
            assert_eq!(text.parse::<When>(), Err(NotADate), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_span_survives_its_text(a in 1900i16..2100, m in 1i8..13, d in 1i8..29, days in 0i32..900, is_about: bool) {
            let first = Date::new(a, m, d).unwrap();
            let mut when = When::between(first, first.checked_add(days.days()).unwrap()).unwrap();
            when.is_about = is_about;
            prop_assert_eq!(when.to_string().parse::<When>().unwrap(), when);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,24}") {
            let _ = text.parse::<When>();
        }
    }
}
