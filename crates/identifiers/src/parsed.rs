//! `Parsed`: a number in normal form, as people write it, and what it says of its holder.

use std::fmt;

use crate::form;

/// A number whose form, and check digit where known, holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Parsed {
    /// Without separators, upper case, without version code: what is compared.
    pub normal: String,
    /// All that was written, when the normal form leaves a part of it out.
    pub(crate) written: Option<String>,
    /// How its issuer writes it: each `_` takes one character, anything else is itself.
    pub(crate) mask: &'static str,
    /// Sources disagree on whether such a number can exist, or it is a famous sample.
    pub doubtful: bool,
    /// What it says of its holder.
    pub encodes: Encodes,
}

impl Parsed {
    pub(crate) fn new(normal: String, mask: &'static str) -> Self {
        Self {
            normal,
            written: None,
            mask,
            doubtful: false,
            encodes: Encodes::default(),
        }
    }

    /// As its issuer writes it. Worked out when it is asked for: a detector reads millions of numbers and shows none.
    pub fn display(&self) -> String {
        let mut shown = form::shown(self.written.as_ref().unwrap_or(&self.normal), self.mask);
        // A mask may have room for more than this number has.
        shown.truncate(shown.trim_end().len());
        shown
    }
}

/// Never shows a character of the number.
impl fmt::Debug for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parsed({} characters", self.normal.len())?;
        if self.doubtful {
            f.write_str(", doubtful")?;
        }
        f.write_str(")")
    }
}

/// What a number says of its holder. Most say nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Encodes {
    /// Days of birth it may mean; two when the number keeps no century.
    pub births: Vec<Birth>,
    /// Sex, as recorded when the number was given.
    pub sex: Option<Sex>,
    /// The first letters of the surname, upper case, filler removed.
    pub surname_prefix: Option<String>,
    /// The first letter of the given name, upper case.
    pub given_initial: Option<char>,
    /// A version code that changes with each card.
    pub version_code: Option<String>,
    /// Province or territory, as `ca-on`.
    pub province: Option<&'static str>,
    /// Programme, network or eligibility that the number names.
    pub programme: Option<&'static str>,
}

/// Shows what kinds of things are encoded, never their values.
impl fmt::Debug for Encodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (!self.births.is_empty(), "birth date"),
            (self.sex.is_some(), "sex"),
            (self.surname_prefix.is_some(), "surname"),
            (self.given_initial.is_some(), "given name"),
            (self.version_code.is_some(), "version code"),
            (self.province.is_some(), "province"),
            (self.programme.is_some(), "programme"),
        ];
        let names = parts.iter().filter(|part| part.0).map(|part| part.1);
        f.debug_list().entries(names).finish()
    }
}

/// A day of birth that a number encodes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Birth {
    /// Year with century.
    pub year: i16,
    /// Month, from 1.
    pub month: u8,
    /// Day, from 1.
    pub day: u8,
}

impl Birth {
    /// The days that two digits of a year, a month and a day may mean in the 20th and 21st century.
    pub(crate) fn candidates(year: u8, month: u8, day: u8) -> Vec<Self> {
        [1900, 2000]
            .into_iter()
            .map(|century| Self {
                year: century + i16::from(year),
                month,
                day,
            })
            .filter(Self::exists)
            .collect()
    }

    /// Whether the calendar has this day.
    pub(crate) fn exists(&self) -> bool {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let n_days = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return false,
        };
        (1..=n_days).contains(&self.day)
    }
}

/// Never shows the day.
impl fmt::Debug for Birth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Birth(..)")
    }
}

/// Sex, as some numbers encode it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// One of the two, for synthetic numbers.
    pub(crate) fn either(seed: u8) -> Self {
        if seed.is_multiple_of(2) {
            Self::Female
        } else {
            Self::Male
        }
    }
}
