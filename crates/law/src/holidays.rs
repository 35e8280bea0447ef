//! A place's holidays -> which days are business days there.
//!
//! Holidays are data with a source (`law/holidays.toml`): a rule gives the day
//! of each year, or the days stand there one by one. Saturdays and Sundays are
//! never business days. What a government declares for one year alone is not
//! known here.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::shared::{CalendarFile, HolidayFile, Observed};

impl CalendarFile {
    /// Whether offices of the place are open.
    pub(crate) fn is_business_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
            && !self.day.iter().any(|holiday| holiday.is_kept_on(day))
    }

    /// The last of so many business days, the first day not counted.
    pub(crate) fn add_business_days(&self, start: Date, days: i32) -> Option<Date> {
        let mut day = start;
        let mut left = days;
        // A year has more than two hundred business days; the bound only keeps a broken rule from looping.
        for _ in 0..days.unsigned_abs().saturating_mul(8).saturating_add(64) {
            if left <= 0 {
                return Some(day);
            }
            day = day.tomorrow().ok()?;
            if self.is_business_day(day) {
                left -= 1;
            }
        }
        (left <= 0).then_some(day)
    }
}

impl HolidayFile {
    fn is_kept_on(&self, day: Date) -> bool {
        // A day near New Year may be kept in the year before or after its own.
        (-1..=1).any(|shift| {
            day.year()
                .checked_add(shift)
                .is_some_and(|year| self.kept(year).contains(&Some(day)))
        })
    }

    /// The days of a year on which it is kept: its own, and the one on which it is observed.
    fn kept(&self, year: i16) -> [Option<Date>; 2] {
        if self.from.is_some_and(|from| year < from) {
            return [None, None];
        }
        let Some(day) = self.of_year(year) else {
            return [None, None];
        };
        let observed = match (self.observed, day.weekday()) {
            (Observed::Monday | Observed::Nearest, Weekday::Sunday) => {
                day.checked_add(1.day()).ok()
            }
            (Observed::Nearest, Weekday::Saturday) => day.checked_sub(1.day()).ok(),
            _ => None,
        };
        [Some(day), observed]
    }

    fn of_year(&self, year: i16) -> Option<Date> {
        if !self.days.is_empty() {
            return self.days.iter().copied().find(|day| day.year() == year);
        }
        rule(&self.rule, year)
    }

    /// Whether the rule can be read.
    pub(crate) fn is_understood(&self) -> bool {
        !self.days.is_empty() || rule(&self.rule, 2026).is_some()
    }
}

/// The day that a rule gives in a year.
fn rule(rule: &str, year: i16) -> Option<Date> {
    if let Some(days) = rule.strip_prefix("easter") {
        let shift: i32 = if days.is_empty() {
            0
        } else {
            days.parse().ok()?
        };
        return easter(year)?.checked_add(shift.days()).ok();
    }
    let parts: Vec<&str> = rule.split('-').collect();
    match parts.as_slice() {
        [month, day] => Date::new(year, month.parse().ok()?, day.parse().ok()?).ok(),
        [weekday, "before", month, day] => {
            let end = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
            end.nth_weekday(-1, self::weekday(weekday)?).ok()
        }
        [which, weekday, month] => {
            let nth = match *which {
                "first" => 1,
                "second" => 2,
                "third" => 3,
                "fourth" => 4,
                "last" => -1,
                _ => return None,
            };
            Date::new(year, month.parse().ok()?, 1)
                .ok()?
                .nth_weekday_of_month(nth, self::weekday(weekday)?)
                .ok()
        }
        _ => None,
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        _ => return None,
    })
}

/// Easter Sunday of the Gregorian calendar, by the anonymous computation that Meeus prints.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_rule_gives_the_day_of_a_year() {
        for (text, year, expected) in [
            ("07-01", 2026, "2026-07-01"),
            ("easter-2", 2026, "2026-04-03"),
            ("easter+1", 2024, "2024-04-01"),
            ("third-monday-01", 2026, "2026-01-19"),
            ("last-monday-05", 2026, "2026-05-25"),
            ("monday-before-05-25", 2026, "2026-05-18"),
            ("fourth-thursday-11", 2026, "2026-11-26"),
        ] {
            assert_eq!(rule(text, year), Some(day(expected)), "{text} {year}");
        }
        assert_eq!(rule("sometimes", 2026), None);
    }

    #[test]
    fn business_days_pass_over_weekends_and_holidays() {
        let library = crate::Library::embedded().unwrap();
        let us = library.calendar("us").unwrap();
        // Thanksgiving 2026 is November 26; four business days after Friday the 20th end on the 27th.
        assert_eq!(
            us.add_business_days(day("2026-11-20"), 4),
            Some(day("2026-11-27"))
        );
        // July 4, 2026 is a Saturday and kept on Friday the 3rd.
        assert!(!us.is_business_day(day("2026-07-03")));
        // Juneteenth is a holiday since 2021.
        assert!(us.is_business_day(day("2020-06-19")));
        assert!(!us.is_business_day(day("2026-06-19")));
    }

    proptest! {
        #[test]
        fn the_last_day_is_a_business_day_and_between_lie_as_many_as_asked(
            start in 0_i32..4000, n in 1_i32..60
        ) {
            let library = crate::Library::embedded().unwrap();
            let us = library.calendar("us").unwrap();
            let start = day("2020-01-01").checked_add(start.days()).unwrap();
            let end = us.add_business_days(start, n).unwrap();
            prop_assert!(us.is_business_day(end));
            let mut counted = 0;
            let mut at = start;
            while at < end {
                at = at.tomorrow().unwrap();
                counted += i32::from(us.is_business_day(at));
            }
            prop_assert_eq!(counted, n);
        }
    }
}
