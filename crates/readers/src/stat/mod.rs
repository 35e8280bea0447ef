//! Data sets of statistical programs in (SAS, Stata, SPSS), their rows out.
//!
//! What they share is here: a column is called by its name and, where it has
//! one, its label (`q7 = Date of birth`); a code that has a label is shown as
//! the label, which is how the program shows it; numbers that are days or
//! moments come as such.

pub(crate) mod portable;
pub(crate) mod sas;
pub(crate) mod spss;
pub(crate) mod stata;
pub(crate) mod transport;

use std::io::{self, Read};

/// Which numbers are days, seconds or milliseconds, counted from the program's own first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// Days.
    Day,
    /// Seconds.
    Second,
    /// Milliseconds.
    Millisecond,
    /// Seconds of a day.
    OfDay,
}

/// Days from 0001-01-01 to 1960-01-01, the first day of SAS and Stata.
pub(super) const SINCE_1960: i64 = 715_509;
/// Days from 0001-01-01 to 1582-10-14, the first day of SPSS.
pub(super) const SINCE_1582: i64 = 577_734;

/// What a column is called: its name and its label.
pub(super) fn heading(name: &str, label: &str) -> String {
    let (name, label) = (name.trim(), label.trim());
    if label.is_empty() || label.eq_ignore_ascii_case(name) {
        name.to_owned()
    } else {
        format!("{name} = {label}")
    }
}

/// A number as it would be typed.
pub(super) fn number(value: f64) -> String {
    // So that a count does not come as -0.
    if value == 0.0 {
        "0".to_owned()
    } else {
        value.to_string()
    }
}

/// A number that is a time; as a number where it is no day of the calendar.
pub(super) fn time(value: f64, kind: Time, first_day: i64) -> String {
    let whole = value.floor();
    if !whole.is_finite() || whole.abs() > 1e15 {
        return number(value);
    }
    let count = whole as i64;
    let text = match kind {
        Time::Day => crate::table::moment(first_day.saturating_add(count), 0),
        Time::Second => crate::table::moment(first_day, count),
        Time::Millisecond => crate::table::moment(first_day, count.div_euclid(1000)),
        Time::OfDay => (0..86_400).contains(&count).then(|| {
            let (hour, minute, second) = (count / 3600, count / 60 % 60, count % 60);
            format!("{hour:02}:{minute:02}:{second:02}")
        }),
    };
    text.unwrap_or_else(|| number(value))
}

/// Exactly `n` bytes, allocated as they come.
pub(super) fn exactly(input: &mut (impl Read + ?Sized), n: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if input.take(n).read_to_end(&mut bytes)? as u64 == n {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// The text before the first zero byte.
pub(super) fn until_zero(bytes: &[u8]) -> &[u8] {
    let n = bytes.iter().position(|byte| *byte == 0);
    &bytes[..n.unwrap_or(bytes.len())]
}

/// Numbers at a place, of either byte order; 0 where there are no bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub(super) is_little: bool,
}

impl Order {
    /// An unsigned number of up to eight bytes.
    pub(super) fn uint(self, bytes: &[u8], at: usize, n: usize) -> u64 {
        let bytes = bytes.get(at..).and_then(|rest| rest.get(..n));
        let bytes = bytes.unwrap_or(&[]);
        let push = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        if self.is_little {
            bytes.iter().rev().fold(0, push)
        } else {
            bytes.iter().fold(0, push)
        }
    }

    /// A signed number of up to eight bytes.
    pub(super) fn int(self, bytes: &[u8], at: usize, n: usize) -> i64 {
        let shift = 64 - 8 * n.clamp(1, 8) as u32;
        (self.uint(bytes, at, n) << shift) as i64 >> shift
    }

    pub(super) fn double(self, bytes: &[u8], at: usize) -> f64 {
        f64::from_bits(self.uint(bytes, at, 8))
    }

    pub(super) fn float(self, bytes: &[u8], at: usize) -> f32 {
        f32::from_bits(self.uint(bytes, at, 4) as u32)
    }
}

#[cfg(test)]
mod tests;
