//! Ages and the days on which they were said in, between which days somebody was born out.
//!
//! A note says `38 y` where a chart says the birth date. Who was 38 on the 22nd
//! of February 2025 was born in the year that ends on that day in 1987. On which
//! of its days a document says the age is not known, so the window is as much
//! longer as these are apart; where they are years apart it says nothing.

use whose_model::{Born, PartialDate};

/// Days of one document that are farther apart leave open when an age was said.
const MOST_YEARS_APART: i16 = 2;

/// An age in months: at least so many, and fewer than so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Age {
    least: i32,
    below: i32,
}

impl Age {
    /// Reads `45`, `45 y`, `45-year-old`, `6 mois`, `3 weeks`; nothing where the unit is in doubt.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let n: i32 = text.get(..digits)?.parse().ok()?;
        let rest = text[digits..].trim_start_matches([' ', '-', '\u{a0}']);
        let unit: String = rest
            .chars()
            .take_while(|ch| ch.is_alphabetic())
            .flat_map(char::to_lowercase)
            .collect();
        let (least, below) = match unit.as_str() {
            "" | "y" | "yr" | "yrs" | "yo" | "year" | "years" | "an" | "ans" | "a" => {
                (n * 12, n * 12 + 12)
            }
            "mo" | "mos" | "month" | "months" | "mois" => (n, n + 1),
            "w" | "wk" | "wks" | "week" | "weeks" | "sem" | "semaine" | "semaines" => {
                (n / 5, n / 4 + 1)
            }
            "d" | "day" | "days" | "j" | "jour" | "jours" => (n / 31, n / 28 + 1),
            _ => return None,
        };
        (least < 125 * 12).then_some(Self { least, below })
    }
}

/// When somebody of this age on one of these days was born.
pub(crate) fn born(age: Age, said: impl Iterator<Item = PartialDate>) -> Option<Born> {
    let full = said.filter(|date| date.full().is_some());
    let (first, last) = full.fold(None, |ends: Option<(PartialDate, PartialDate)>, date| {
        let (first, last) = ends.unwrap_or((date, date));
        Some((first.min(date), last.max(date)))
    })?;
    (last.year - first.year <= MOST_YEARS_APART).then(|| Born {
        from: before(first, age.below),
        to: before(last, age.least),
    })
}

/// So many months before a day; the day itself may not be one of that month.
fn before(date: PartialDate, months: i32) -> PartialDate {
    let month = i32::from(date.year) * 12 + i32::from(date.month) - 1 - months;
    PartialDate {
        year: month.div_euclid(12) as i16,
        month: month.rem_euclid(12) as u8 + 1,
        day: date.day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(age: &str, said: &[&str]) -> Option<(String, String)> {
        let said = said.iter().filter_map(|date| PartialDate::parse_iso(date));
        let born = born(Age::read(age)?, said)?;
        Some((born.from.iso(), born.to.iso()))
    }

    #[test]
    fn an_age_and_its_day_say_in_which_year_somebody_was_born() {
        let of = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(
            window("38 y", &["2025-02-22"]),
            of("1986-02-22", "1987-02-22")
        );
        assert_eq!(
            window("6 mois", &["2025-02-22"]),
            of("2024-07-22", "2024-08-22")
        );
        assert_eq!(
            window("45-year-old", &["2025-02-22", "2024-11-03"]),
            of("1978-11-03", "1980-02-22")
        );
    }

    #[test]
    fn an_age_of_no_day_or_of_days_far_apart_says_nothing() {
        for (age, said) in [
            ("38 y", &[] as &[&str]),
            ("38 y", &["2025"]),
            ("38 y", &["2025-02-22", "2019-02-22"]),
            ("38 m", &["2025-02-22"]),
            ("140 y", &["2025-02-22"]),
        ] {
            assert_eq!(window(age, said), None, "{age} {said:?}");
        }
    }
}
