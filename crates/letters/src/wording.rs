//! `Wording`: the words of one language, read from `letters/`, with places for values.
//!
//! A sentence is found by its key and filled: `say("happened.began", &[("from", ..)])`.
//! A value is put in once and never looked at again, so braces in a name stay
//! braces. A key or a place that does not exist is an error, never a blank.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;
use whose_model::{DataElement, Jurisdiction, Language};

use crate::LetterError;
use crate::readability::Formula;

/// Words for one element.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElementWords {
    /// As it stands in the middle of a sentence.
    pub(crate) words: String,
    /// Local names, by jurisdiction.
    #[serde(default, rename = "in")]
    pub(crate) local: BTreeMap<String, String>,
}

/// A sentence that is chosen by what was exposed.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    /// Its name; the same in every language.
    pub(crate) id: String,
    /// Said when any of these elements was exposed; empty means always.
    #[serde(default)]
    pub(crate) any: Vec<DataElement>,
    /// And all of these.
    #[serde(default)]
    pub(crate) all: Vec<DataElement>,
    /// And none of these sentences was said before.
    #[serde(default)]
    pub(crate) unless: Vec<String>,
    /// Only for these readers: `person`, `child`, `estate`, `incapable`; empty means all.
    #[serde(default)]
    pub(crate) readers: Vec<String>,
    /// Only for who lives there: `us`, `ca-qc`; a country means all of it; empty means anywhere.
    #[serde(default)]
    pub(crate) places: Vec<String>,
    /// Whether it speaks of the letter itself; a notice then leaves it out.
    #[serde(default)]
    pub(crate) letter: bool,
    /// What it says.
    pub(crate) text: String,
}

/// What may follow and what to do.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choices {
    pub(crate) risk: Vec<Choice>,
    pub(crate) advice: Vec<Choice>,
}

/// Which way a text runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// From left to right.
    #[default]
    Ltr,
    /// From right to left.
    Rtl,
}

/// The words of one language.
#[derive(Clone)]
pub(crate) struct Wording {
    pub(crate) language: Language,
    pub(crate) say: BTreeMap<String, String>,
    pub(crate) elements: BTreeMap<DataElement, ElementWords>,
    pub(crate) choices: Choices,
    pub(crate) direction: Direction,
    pub(crate) formula: Formula,
    /// Whether somebody whose language it is has read the words.
    pub(crate) is_reviewed: bool,
    /// What was borrowed from another language because this one lacks it, and from which.
    pub(crate) borrowed: BTreeSet<String>,
    pub(crate) falls_back_to: Language,
}

impl Wording {
    /// The sentence with this key, its places filled.
    pub(crate) fn say(&self, key: &str, values: &[(&str, &str)]) -> Result<String, LetterError> {
        self.fill(self.raw(key)?, values)
            .map_err(|place| self.wrong(key, &format!("nothing to put in {{{place}}}")))
    }

    /// A sentence as it stands in the file.
    pub(crate) fn raw(&self, key: &str) -> Result<&str, LetterError> {
        self.say
            .get(key)
            .map(String::as_str)
            .ok_or_else(|| self.wrong(key, "no such key"))
    }

    /// Whether there is a sentence with this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.say.contains_key(key)
    }

    /// Fills a template; `Err` is the place for which there is no value.
    pub(crate) fn fill(&self, template: &str, values: &[(&str, &str)]) -> Result<String, String> {
        let mut out = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            self.push_spaced(&mut out, before);
            let (place, after) = after.split_once('}').ok_or_else(|| after.to_owned())?;
            let (_, value) = values
                .iter()
                .find(|(name, _)| *name == place)
                .ok_or_else(|| place.to_owned())?;
            out.push_str(value);
            rest = after;
        }
        self.push_spaced(&mut out, rest);
        Ok(out)
    }

    /// French sets a space that does not break before a colon and inside quotation marks.
    fn push_spaced(&self, out: &mut String, text: &str) {
        match self.language {
            Language::Fr => out.push_str(
                &text
                    .replace(" :", "\u{a0}:")
                    .replace("« ", "«\u{a0}")
                    .replace(" »", "\u{a0}»"),
            ),
            Language::En | Language::Other(_) => out.push_str(text),
        }
    }

    /// An element in the middle of a sentence, by the name that a place or a country has for it, where it has one.
    pub(crate) fn element(&self, element: DataElement, place: Option<&str>) -> &str {
        let words = self.elements.get(&element);
        words.map_or("", |words| {
            place
                .and_then(|place| words.local.get(place))
                .unwrap_or(&words.words)
        })
    }

    pub(crate) fn risks(&self) -> &[Choice] {
        &self.choices.risk
    }

    pub(crate) fn advice(&self) -> &[Choice] {
        &self.choices.advice
    }

    /// `common.term.<key>` for a place, or in general.
    pub(crate) fn local(
        &self,
        key: &str,
        residence: Option<&Jurisdiction>,
    ) -> Result<&str, LetterError> {
        if let Some(residence) = residence {
            let local = format!("{key}.{}", residence.code());
            if self.has(&local) {
                return self.raw(&local);
            }
        }
        self.raw(&format!("{key}.any"))
    }

    /// A day as people write it.
    pub(crate) fn date(&self, date: Date) -> Result<String, LetterError> {
        let month = self.raw(&format!("common.month.{}", date.month()))?;
        let key = if date.day() == 1 { "first-day" } else { "day" };
        self.say(
            &format!("common.date.{key}"),
            &[
                ("day", &date.day().to_string()),
                ("month", month),
                ("year", &date.year().to_string()),
            ],
        )
    }

    /// A day as a table writes it, as people write it; a month or a year alone stays as it is.
    pub(crate) fn day(&self, iso: &str) -> Result<String, LetterError> {
        iso.parse()
            .map_or_else(|_| Ok(iso.to_owned()), |date| self.date(date))
    }

    /// A count with the language's mark between thousands.
    pub(crate) fn number(&self, n: u64) -> Result<String, LetterError> {
        let mark = self.raw("common.number.thousands")?;
        let digits = n.to_string();
        let mut out = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(mark);
            }
            out.push(digit);
        }
        Ok(out)
    }

    /// `a, b and c`.
    pub(crate) fn join(&self, items: &[String]) -> Result<String, LetterError> {
        let and = self.raw("common.list.and")?;
        Ok(match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{}{and}{last}", first.join(", ")),
        })
    }

    pub(crate) fn wrong(&self, key: &str, reason: &str) -> LetterError {
        LetterError::Wording {
            file: format!("{key} ({})", self.language.code()),
            reason: reason.to_owned(),
        }
    }
}

/// Every text of a table under its path: `letter.reader.person.info`.
pub(crate) fn flatten(path: &str, value: &toml::Value, out: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flatten(&format!("{path}.{key}"), value, out);
            }
        }
        toml::Value::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                flatten(&format!("{path}.{i}"), value, out);
            }
        }
        toml::Value::String(text) => {
            out.insert(path.to_owned(), text.clone());
        }
        // Anything else is a slip in the file; the key is then missing, which is an error where it is used.
        _ => {}
    }
}

/// First letter upper case, the rest as it is.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Languages;

    #[test]
    fn both_languages_have_words_for_the_same_things() {
        let languages = Languages::shipped().unwrap();
        let english = languages.of(Language::En).unwrap();
        let french = languages.of(Language::Fr).unwrap();
        let keys = |words: &Wording| -> BTreeSet<String> {
            words
                .say
                .keys()
                // English says "your" where French says an article.
                .filter(|key| !(key.starts_with("letter.reader.") && key.ends_with(".your")))
                .cloned()
                .collect()
        };
        assert_eq!(keys(english), keys(french));
        for element in DataElement::ALL {
            assert!(!english.element(*element, None).is_empty());
            assert!(!french.element(*element, None).is_empty());
        }
        for of in [Wording::risks, Wording::advice] {
            let shape = |words| -> Vec<_> {
                let of: fn(&Wording) -> &[Choice] = of;
                let choices = of(words).iter();
                choices
                    .map(|c| {
                        (
                            c.id.clone(),
                            c.any.clone(),
                            c.all.clone(),
                            c.unless.clone(),
                            c.readers.clone(),
                            c.places.clone(),
                        )
                    })
                    .collect()
            };
            assert_eq!(shape(english), shape(french));
        }
    }

    #[test]
    fn an_unless_names_a_sentence_that_comes_before() {
        let languages = Languages::shipped().unwrap();
        let words = languages.of(Language::En).unwrap();
        for choices in [words.risks(), words.advice()] {
            for (i, choice) in choices.iter().enumerate() {
                for id in &choice.unless {
                    assert!(choices[..i].iter().any(|c| c.id == *id), "{id}");
                }
            }
        }
    }

    #[test]
    fn every_element_has_a_risk_for_every_reader() {
        let languages = Languages::shipped().unwrap();
        let words = languages.of(Language::En).unwrap();
        for element in DataElement::ALL {
            for reader in ["person", "child", "estate", "incapable"] {
                let said = words.risks().iter().any(|c| {
                    c.any.contains(element)
                        && (c.readers.is_empty() || c.readers.iter().any(|r| r == reader))
                });
                assert!(said, "{} for {reader}", element.id());
            }
        }
    }

    #[test]
    fn a_value_is_put_in_once_and_an_unknown_place_is_an_error() {
        let languages = Languages::shipped().unwrap();
        let words = languages.of(Language::En).unwrap();
        assert_eq!(
            words.fill("a {x} b", &[("x", "{x}{y}")]).unwrap(),
            "a {x}{y} b"
        );
        assert_eq!(words.fill("a {z}", &[]).unwrap_err(), "z");
    }

    #[test]
    fn dates_and_counts_are_written_as_each_language_writes_them() {
        let day = jiff::civil::date(2026, 8, 1);
        let languages = Languages::shipped().unwrap();
        let english = languages.of(Language::En).unwrap();
        let french = languages.of(Language::Fr).unwrap();
        assert_eq!(english.date(day).unwrap(), "August\u{a0}1, 2026");
        assert_eq!(french.date(day).unwrap(), "1er\u{a0}août 2026");
        assert_eq!(english.number(1_204_000).unwrap(), "1,204,000");
        assert_eq!(french.number(1_204).unwrap(), "1\u{a0}204");
    }
}
