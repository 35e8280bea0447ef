//! A birth date as tables write it in, the dates it may stand for out.
//!
//! Hands and machines slip in dates as in names: a separator in the wrong
//! place or lost, a digit twice, a letter for a digit. What can be read in one
//! way, or in two, is; an impossible date is kept as its digits, because its
//! slip can still be matched.

use whose_model::PartialDate;

/// The dates that a cell may stand for; none when it holds no date.
pub(crate) fn dates(value: &str) -> Vec<PartialDate> {
    let value = value.split(['T', ' ']).next().unwrap_or(value);
    // Reading machines put letters in the place of digits.
    let value: String = value
        .chars()
        .map(|ch| match ch {
            'O' | 'o' => '0',
            'I' | 'l' => '1',
            'S' => '5',
            'B' => '8',
            ch => ch,
        })
        .collect();
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let as_written = as_written(&value, &digits);
    if as_written.is_some_and(is_possible) {
        return as_written.into_iter().collect();
    }
    // Year first, and all its digits or one too many: whatever stands between them.
    let starts_with_year = value.bytes().take(3).all(|byte| byte.is_ascii_digit());
    let mut found: Vec<PartialDate> = match digits.len() {
        8 if starts_with_year => in_row(&digits).into_iter().collect(),
        9 if starts_with_year => (0..digits.len())
            .filter_map(|at| in_row(&format!("{}{}", digits.get(..at)?, digits.get(at + 1..)?)))
            .filter(|date| fits_parts(&value, *date))
            .collect(),
        _ => Vec::new(),
    };
    found.retain(|date| is_possible(*date));
    found.dedup();
    match found.len() {
        1 | 2 => found,
        _ => as_written.into_iter().collect(),
    }
}

/// The digits where they stand, possible or not.
fn as_written(value: &str, digits: &str) -> Option<PartialDate> {
    if digits.len() == value.len() {
        return in_row(digits);
    }
    let parts: Vec<&str> = value.split(['-', '/', '.']).collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => date(year, month, day),
        [first, second, year] if year.len() == 4 => {
            // Day or month first is not said: a number above 12 is the day, else the month comes first as in North America.
            let (a, _): (u8, u8) = (first.parse().ok()?, second.parse().ok()?);
            if a > 12 {
                date(year, second, first)
            } else {
                date(year, first, second)
            }
        }
        [year, month] if year.len() == 4 && month.len() <= 2 => date(year, month, "0"),
        _ => None,
    }
}

/// Year, month and day without anything between them; or what there is of them.
fn in_row(digits: &str) -> Option<PartialDate> {
    match digits.len() {
        8 => date(digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?),
        6 => date(digits.get(..4)?, digits.get(4..)?, "0"),
        4 => date(digits, "0", "0"),
        _ => None,
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<PartialDate> {
    Some(PartialDate {
        year: year.parse().ok()?,
        month: month.parse().ok()?,
        day: day.parse().ok()?,
    })
}

/// A day on which somebody alive now or of late can have been born; or a month or year.
fn is_possible(date: PartialDate) -> bool {
    (1850..=2100).contains(&date.year)
        && date.month <= 12
        && date.day <= 31
        && (date.month > 0 || date.day == 0)
}

/// Of three parts that stand apart only one may have a digit too many.
fn fits_parts(value: &str, date: PartialDate) -> bool {
    let parts: Vec<&str> = value.split(['-', '/', '.']).collect();
    let [year, month, day] = parts.as_slice() else {
        return true;
    };
    let date = [
        format!("{:04}", date.year),
        format!("{:02}", date.month),
        format!("{:02}", date.day),
    ];
    let n_whole = [year, month, day]
        .iter()
        .zip(&date)
        .filter(|(written, meant)| **written == meant)
        .count();
    n_whole == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> String {
        let dates: Vec<String> = dates(value)
            .iter()
            .map(|date| format!("{}-{}-{}", date.year, date.month, date.day))
            .collect();
        dates.join(" ")
    }

    #[test]
    fn dates_are_read_as_tables_write_them() {
        for (value, meant) in [
            ("1975-06-01", "1975-6-1"),
            ("19750601", "1975-6-1"),
            ("1975/06/01T00:00", "1975-6-1"),
            ("06/01/1975", "1975-6-1"),
            ("13.06.1975", "1975-6-13"),
            ("1975-06", "1975-6-0"),
            ("1975", "1975-0-0"),
            ("", ""),
            ("none", ""),
        ] {
            assert_eq!(read(value), meant, "{value}");
        }
    }

    #[test]
    fn a_slip_between_the_digits_loses_no_date() {
        for (value, meant) in [
            ("1975-0601", "1975-6-1"),
            ("197506-01", "1975-6-1"),
            ("197-506-01", "1975-6-1"),
            ("1975-060-1", "1975-6-1"),
            ("1975--06-01", "1975-6-1"),
            ("1975f06-01", "1975-6-1"),
            ("1949O8-03", "1949-8-3"),
        ] {
            assert_eq!(read(value), meant, "{value}");
        }
    }

    #[test]
    fn of_a_digit_too_many_each_possible_date_is_kept() {
        for (value, meant) in [
            ("19775-06-01", "1975-6-1 1977-6-1"),
            ("1975-06-228", "1975-6-28 1975-6-22"),
            ("1975-006-11", "1975-6-11"),
        ] {
            assert_eq!(read(value), meant, "{value}");
        }
    }

    #[test]
    fn an_impossible_date_is_kept_as_its_digits() {
        assert_eq!(read("1975-46-01"), "1975-46-1");
        assert_eq!(read("1875-46-91"), "1875-46-91");
    }
}
