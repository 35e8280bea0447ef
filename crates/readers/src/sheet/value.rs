//! A number of a cell and the format it is shown in, as a person would type it.
//!
//! A health number kept as a number loses its leading zeros; the format that
//! shows them (`0000000000`, `000-000-000`) gives them back. Dates come as ISO.
//!
//! Format: ECMA-376 part 1, section 18.8.30 and 18.8.31 (number formats).

use crate::ole::properties::civil;

/// How numbers of a kind of cell are written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Number,
    /// A date or time; whether days count from 1904.
    Date(bool),
    /// A span of time.
    Span,
    /// Digits into the zeros of a pattern, everything else as it stands.
    Pattern(String),
}

impl Form {
    /// The form of a format by its number and, where the file has it, its code.
    pub(super) fn of(number: u16, code: Option<&str>, is_1904: bool) -> Self {
        let Some(code) = code else {
            return match number {
                14..=22 | 27..=36 | 45 | 47 | 50..=58 => Self::Date(is_1904),
                46 => Self::Span,
                _ => Self::Number,
            };
        };
        let mut bare = String::new();
        let mut signs = code.split(';').next().unwrap_or("").chars();
        let mut is_span = false;
        while let Some(sign) = signs.next() {
            match sign {
                '"' => {
                    // What stands in quotes is text.
                    for inner in signs.by_ref() {
                        if inner == '"' {
                            break;
                        }
                    }
                }
                '\\' | '_' | '*' => {
                    signs.next();
                }
                '[' => {
                    let inner: String = signs.by_ref().take_while(|inner| *inner != ']').collect();
                    is_span |=
                        matches!(inner.to_ascii_lowercase().trim_matches(['h', 'm', 's']), "")
                            && !inner.is_empty();
                }
                sign => bare.extend(sign.to_lowercase()),
            }
        }
        if is_span {
            return Self::Span;
        }
        let bare = bare.replace("general", "").replace("standard", "");
        if bare.contains(['d', 'm', 'y', 'h', 's', 'j', 'a']) && !bare.contains(['0', '#', '?'])
            || bare.contains(['y', 'd'])
        {
            return Self::Date(is_1904);
        }
        match pattern(code) {
            Some(pattern) => Self::Pattern(pattern),
            None => Self::Number,
        }
    }

    /// A value in this form.
    pub(super) fn write(&self, value: f64) -> String {
        match self {
            Self::Number => number(value),
            Self::Date(is_1904) => date(value, *is_1904),
            Self::Span => {
                let minutes = (value * 24.0 * 60.0).round() as i64;
                format!("{}:{:02}", minutes / 60, (minutes % 60).abs())
            }
            Self::Pattern(pattern) => fill(pattern, value).unwrap_or_else(|| number(value)),
        }
    }
}

/// The pattern of a format that only sets digits: at least two zeros, and signs between them.
fn pattern(code: &str) -> Option<String> {
    let code = code.split(';').next()?;
    let mut pattern = String::new();
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '0' | '#' | '-' | ' ' | '(' | ')' | '/' => pattern.push(sign),
            '\\' => pattern.push(signs.next()?),
            '"' => pattern.extend(signs.by_ref().take_while(|inner| *inner != '"')),
            '_' => {
                signs.next();
            }
            '@' => {}
            _ => return None,
        }
    }
    let n_zeros = pattern.bytes().filter(|byte| *byte == b'0').count();
    (n_zeros >= 2 && pattern.len() <= 40).then_some(pattern)
}

fn fill(pattern: &str, value: f64) -> Option<String> {
    if value < 0.0 || value.fract() != 0.0 || value >= 1e15 {
        return None;
    }
    let mut digits: Vec<char> = format!("{value:.0}").chars().collect();
    let n_places = pattern
        .chars()
        .filter(|sign| matches!(sign, '0' | '#'))
        .count();
    let mut out = Vec::new();
    let mut n_seen = 0;
    for sign in pattern.chars().rev() {
        match sign {
            '0' | '#' => {
                n_seen += 1;
                match digits.pop() {
                    Some(digit) => out.push(digit),
                    None if sign == '0' => out.push('0'),
                    None => {}
                }
                // What has no place stands before the first.
                if n_seen == n_places {
                    out.extend(digits.drain(..).rev());
                }
            }
            sign => out.push(sign),
        }
    }
    Some(out.iter().rev().collect::<String>().trim().to_owned())
}

/// A number with the 15 digits that a spreadsheet keeps.
pub(super) fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e18 {
        return format!("{n:.0}");
    }
    let n = format!("{n:.14e}").parse::<f64>().unwrap_or(n);
    if n.abs() < 1e-9 || n.abs() >= 1e18 {
        return format!("{n:e}");
    }
    n.to_string()
}

/// A date, with its time unless that is midnight; a time alone.
pub(super) fn date(value: f64, is_1904: bool) -> String {
    if !(0.0..2_958_466.0).contains(&value) {
        return number(value);
    }
    // Excel keeps seconds as a fraction of a day: 07:59:59.9996 is 8 o'clock.
    let mut day = value.floor() as i64;
    let mut seconds = (value.fract() * 86_400.0).round() as i64;
    let is_time = day == 0 && !is_1904;
    if seconds >= 86_400 {
        seconds = 0;
        day += 1;
    }
    let time = match seconds % 60 {
        0 => format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60),
        s => format!("{:02}:{:02}:{s:02}", seconds / 3600, seconds / 60 % 60),
    };
    if is_time {
        return time;
    }
    // Excel holds that 1900 was a leap year.
    let day = match (is_1904, day) {
        (true, day) => day + 1462,
        (false, day) if day < 60 => day + 1,
        (false, day) => day,
    };
    match civil(day - 25_569) {
        Some((year, month, day)) if seconds == 0 => format!("{year:04}-{month:02}-{day:02}"),
        Some((year, month, day)) => format!("{year:04}-{month:02}-{day:02} {time}"),
        None => number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: u16, code: Option<&str>, value: f64, expected: &str) {
        assert_eq!(Form::of(number, code, false).write(value), expected);
    }

    #[test]
    fn numbers_are_written_as_their_format_shows_them() {
        check(0, None, 1234567.0, "1234567");
        check(164, Some("0000000000"), 1234567.0, "0001234567");
        check(164, Some("000\\-000\\-000"), 46454286.0, "046-454-286");
        check(164, Some("000-00-0000"), 78051120.0, "078-05-1120");
        check(164, Some("(000) 000-0000"), 5145550101.0, "(514) 555-0101");
        check(2, Some("0.00"), 1.5, "1.5");
        check(164, Some("#,##0"), 1234.0, "1234");
    }

    #[test]
    fn dates_are_iso_and_times_alone_have_no_day() {
        check(14, None, 29221.0, "1980-01-01");
        check(164, Some("yyyy\\-mm\\-dd;@"), 44197.5, "2021-01-01 12:00");
        check(164, Some("[$-409]d-mmm-yy"), 59.0, "1900-02-28");
        check(20, None, 0.5, "12:00");
        check(164, Some("[h]:mm"), 1.5, "36:00");
        check(164, Some("\"day\" 0"), 3.0, "3");
        assert_eq!(Form::of(14, None, true).write(0.0), "1904-01-01");
    }
}
