//! `Words`: a key and values in, a sentence of one language out; numbers, days and sizes as that language writes them.
//!
//! The sentences stand in `words/en.toml` and `words/fr.toml`. What a law calls
//! things comes from `law/`, in both languages, so that nothing is named twice.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use jiff::civil::Date;
use whose_engine::Library;
use whose_model::{DataElement, Language};

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) language: Language,
    say: BTreeMap<String, String>,
}

impl Words {
    /// The words of a language, read at the first call.
    pub(crate) fn of(language: Language) -> &'static Self {
        static EN: OnceLock<Words> = OnceLock::new();
        static FR: OnceLock<Words> = OnceLock::new();
        match language {
            Language::En | Language::Other(_) => {
                EN.get_or_init(|| Self::read(language, include_str!("../words/en.toml")))
            }
            Language::Fr => {
                FR.get_or_init(|| Self::read(language, include_str!("../words/fr.toml")))
            }
        }
    }

    fn read(language: Language, text: &str) -> Self {
        let mut say = BTreeMap::new();
        // The files are compiled in, and a test reads both: a broken one never leaves the workshop.
        if let Ok(table) = text.parse::<toml::Table>() {
            flatten("", table, &mut say);
        }
        Self { language, say }
    }

    /// The sentence of this key, if there is one.
    pub(crate) fn find(&self, key: &str) -> Option<&str> {
        self.say.get(key).map(String::as_str)
    }

    /// The sentence of this key; the key itself shows when it is missing.
    pub(crate) fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(key).unwrap_or(key)
    }

    /// The sentence with its places filled. A value is put in once and never looked at again.
    pub(crate) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.say(key);
        let mut out = String::with_capacity(rest.len());
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => out.push_str(value),
                None => out.push('…'),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// The sentence of a key with forms for one and for more, its `{n}` filled.
    pub(crate) fn count(&self, key: &str, n: u64) -> String {
        let one = match self.language {
            Language::En | Language::Other(_) => n == 1,
            // In French nothing is singular, too.
            Language::Fr => n < 2,
        };
        let form = if one { "one" } else { "other" };
        self.fill(&format!("{key}.{form}"), &[("n", &self.number(n))])
    }

    /// What an id is called: `outcome`, `not-read`; an unknown id is shown as it is, without its hyphens.
    pub(crate) fn id(&self, table: &str, id: &str) -> String {
        self.find(&format!("{table}.{id}"))
            .map_or_else(|| id.replace('-', " "), str::to_owned)
    }

    /// A place of residence by its code; of a place without a name of ours, the code and its country.
    pub(crate) fn place(&self, code: &str) -> String {
        let of = |code: &str| self.find(&format!("place.{code}"));
        match (of(code), code.split_once('-')) {
            (Some(name), _) => name.to_owned(),
            (None, Some((country, part))) => match of(country) {
                Some(country) => format!("{} ({country})", part.to_uppercase()),
                None => code.to_uppercase(),
            },
            (None, None) => code.to_uppercase(),
        }
    }

    /// A number with this language's thousands.
    pub(crate) fn number(&self, n: u64) -> String {
        let digits = n.to_string();
        let mut text = String::with_capacity(digits.len() + 6);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push_str(self.say("thousands"));
            }
            text.push(digit);
        }
        text
    }

    /// A number with decimals.
    pub(crate) fn decimal(&self, value: f64, digits: usize) -> String {
        format!("{value:.digits$}")
            .replace('.', self.say("decimal"))
            .replace('-', "\u{2212}")
    }

    /// A share as a percentage; what is not nothing never shows as nothing.
    pub(crate) fn share(&self, n: u64, of: u64) -> String {
        let share = if of == 0 {
            0.0
        } else {
            n as f64 * 100.0 / of as f64
        };
        if n > 0 && share < 0.1 {
            return format!("<\u{a0}{}\u{a0}%", self.decimal(0.1, 1));
        }
        format!("{}\u{a0}%", self.decimal(share, 1))
    }

    /// Bytes as people read them.
    pub(crate) fn bytes(&self, n: u64) -> String {
        let units = match self.language {
            Language::En | Language::Other(_) => ["bytes", "kB", "MB", "GB", "TB"],
            Language::Fr => ["octets", "ko", "Mo", "Go", "To"],
        };
        let mut value = n as f64;
        let mut unit = 0;
        while value >= 1000.0 && unit + 1 < units.len() {
            value /= 1000.0;
            unit += 1;
        }
        let digits = usize::from(unit > 0 && value < 100.0);
        let unit = units.get(unit).copied().unwrap_or_default();
        format!("{}\u{a0}{unit}", self.decimal(value, digits))
    }

    /// A day in words.
    pub(crate) fn day(&self, day: Date) -> String {
        let month = usize::from(day.month().unsigned_abs())
            .checked_sub(1)
            .and_then(|index| self.say("months").split(' ').nth(index))
            .unwrap_or_default();
        let number = match (self.language, day.day()) {
            (Language::Fr, 1) => "1er".to_owned(),
            (_, number) => number.to_string(),
        };
        self.fill(
            "date",
            &[
                ("day", &number),
                ("month", month),
                ("year", &day.year().to_string()),
            ],
        )
    }

    /// A data element in the words of the law's files.
    pub(crate) fn element(&self, law: &Library, element: DataElement) -> String {
        law.element_words(element)
            .map_or(element.id(), |(en, fr)| self.pick(en, fr))
            .to_owned()
    }

    /// Whom a duty names: a regulator by its name, anybody else in our words.
    pub(crate) fn addressee(&self, law: &Library, code: &str) -> String {
        match law.regulator(code) {
            Some(regulator) => self.pick(&regulator.en, &regulator.fr).to_owned(),
            None => self.id("addressee", code),
        }
    }

    /// A reason or question of the law in this language, when the law's files have it.
    pub(crate) fn reason(&self, english: &str) -> Option<String> {
        match self.language {
            Language::En | Language::Other(_) => None,
            Language::Fr => LAW.as_ref()?.in_french(english),
        }
    }

    /// The text of this language; the other one when it is empty.
    pub(crate) fn pick<'a>(&self, en: &'a str, fr: &'a str) -> &'a str {
        match self.language {
            Language::Fr if !fr.is_empty() => fr,
            Language::En if en.is_empty() => fr,
            _ => en,
        }
    }
}

fn flatten(prefix: &str, table: toml::Table, into: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = match prefix {
            "" => key,
            prefix => format!("{prefix}.{key}"),
        };
        match value {
            toml::Value::Table(table) => flatten(&key, table, into),
            toml::Value::String(text) => drop(into.insert(key, text)),
            _ => {}
        }
    }
}

/// The rules, for what they say in French. Obligations carry the English text.
static LAW: LazyLock<Option<Library>> = LazyLock::new(|| Library::embedded().ok());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys_and_the_same_places() {
        let (en, fr) = (Words::of(Language::En), Words::of(Language::Fr));
        assert!(en.say.len() > 200, "the English words were not read");
        let keys = |words: &Words| words.say.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(en), keys(fr));
        let places = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            names.sort();
            names
        };
        for (key, text) in &en.say {
            assert!(!text.trim().is_empty() && !fr.say[key].is_empty(), "{key}");
            assert_eq!(places(text), places(&fr.say[key]), "{key}");
        }
    }

    #[test]
    fn every_id_of_the_model_has_words() {
        use whose_model::*;
        let words = Words::of(Language::Fr);
        let known = |table: &str, id: &str| {
            assert!(
                words.find(&format!("{table}.{id}")).is_some(),
                "{table}.{id}"
            );
        };
        Cause::ALL
            .iter()
            .for_each(|cause| known("cause", cause.id()));
        Jurisdiction::CANADA
            .iter()
            .for_each(|place| known("place", place.code()));
        for outcome in [Outcome::Read, Outcome::ReadWithGaps, Outcome::NotRead] {
            known("outcome", outcome.id());
        }
        for sex in [Sex::Female, Sex::Male, Sex::Other] {
            known("sex", sex.letter());
        }
    }

    #[test]
    fn numbers_and_days_are_written_as_each_language_writes_them() {
        let (en, fr) = (Words::of(Language::En), Words::of(Language::Fr));
        let day = "2026-11-01".parse().unwrap();
        assert_eq!(en.number(1_234_567), "1,234,567");
        assert_eq!(fr.number(7293), "7\u{202f}293");
        assert_eq!(en.day(day), "November 1, 2026");
        assert_eq!(fr.day(day), "1er novembre 2026");
        assert_eq!(fr.count("list_.x", 0), "list_.x.one");
        assert_eq!(en.share(1, 100_000), "<\u{a0}0.1\u{a0}%");
        assert_eq!(fr.bytes(1_500_000), "1,5\u{a0}Mo");
        assert_eq!(fr.place("us-ny"), "NY (États-Unis)");
        assert_eq!(en.place("ca-qc"), "Quebec");
        assert_eq!(en.place("zz-1"), "ZZ-1");
    }

    #[test]
    fn a_value_with_braces_stays_as_it_is() {
        let en = Words::of(Language::En);
        assert_eq!(en.fill("person.title", &[("id", "{id}")]), "Person {id}");
    }
}
