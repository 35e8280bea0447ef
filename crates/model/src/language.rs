//! `Language`: what a person reads. English and French ship; any other is a BCP 47 tag.
//!
//! A tag here is a language with, at most, a script and a region (`es`,
//! `es-MX`, `zh-Hant-TW`): what chooses a letter. Pages of the program, texts
//! of the law and regulators' forms are in English or French only; where they
//! meet another language they say which of the two they fall back to.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A language a letter can be written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
    /// Any other, for which somebody added the words.
    Other(Tag),
}

/// A BCP 47 tag of language, script and region, in its usual case; never English or French.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; Tag::LONGEST]);

impl Language {
    /// The tag: `en`, `fr`, `es`, `zh-Hant`.
    pub fn code(&self) -> &str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Other(tag) => tag.as_str(),
        }
    }

    /// The language with this tag: letters, hyphens, no names. English and French of any region are English and French.
    pub fn from_tag(text: &str) -> Option<Self> {
        let mut parts = text.split(['-', '_']);
        let language = parts.next()?.to_ascii_lowercase();
        let (script, region) = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => (None, None),
            (Some(one), None, _) if one.len() == 4 => (Some(one), None),
            (Some(one), None, _) => (None, Some(one)),
            (Some(script), Some(region), None) => (Some(script), Some(region)),
            _ => return None,
        };
        let is_letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_region = |text: &str| match text.len() {
            2 => is_letters(text),
            3 => text.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if !(2..=3).contains(&language.len())
            || !is_letters(&language)
            || script.is_some_and(|one| one.len() != 4 || !is_letters(one))
            || region.is_some_and(|one| !is_region(one))
        {
            return None;
        }
        match language.as_str() {
            "en" | "eng" => return Some(Self::En),
            "fr" | "fra" | "fre" => return Some(Self::Fr),
            _ => {}
        }
        let short = KNOWN.iter().find(|(_, names)| {
            let mut codes = names.iter().filter(|name| name.len() == 3);
            codes.any(|name| *name == language)
        });
        let mut tag = short.map_or(language, |(short, _)| (*short).to_owned());
        if let Some(script) = script {
            let (first, rest) = script.split_at(1);
            tag.push('-');
            tag.push_str(&first.to_ascii_uppercase());
            tag.push_str(&rest.to_ascii_lowercase());
        }
        if let Some(region) = region {
            tag.push('-');
            tag.push_str(&region.to_ascii_uppercase());
        }
        let mut bytes = [0; Tag::LONGEST];
        bytes.get_mut(..tag.len())?.copy_from_slice(tag.as_bytes());
        Some(Self::Other(Tag(bytes)))
    }

    /// Reads a code or a name as records write it: `fr`, `fra`, `FR-CA`, `French`, `français`, `F`, `spa`, `Spanish`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "e" | "a" => return Some(Self::En),
            "f" => return Some(Self::Fr),
            _ => {}
        }
        if text.starts_with("fr") {
            return Some(Self::Fr);
        }
        if text.starts_with("en") || text.starts_with("ang") {
            return Some(Self::En);
        }
        let plain: String = text.chars().map(unaccented).collect();
        // `es-mx` and `spanish (mexico)` begin with what names the language.
        let head = plain.split(|ch: char| !ch.is_alphabetic()).next()?;
        let (tag, _) = KNOWN
            .iter()
            .find(|(tag, names)| *tag == head || names.contains(&head))?;
        let whole = plain.len() == head.len();
        (!whole)
            .then(|| Self::from_tag(&plain))
            .flatten()
            .or_else(|| Self::from_tag(tag))
    }

    /// The same with less said: `zh-Hant-TW`, then `zh-Hant`, then `zh` (lookup of RFC 4647, section 3.4).
    pub fn broader(&self) -> Option<Self> {
        let (broader, _) = self.code().rsplit_once('-')?;
        Self::from_tag(broader)
    }

    /// Whether it is French: of pages and texts that exist in English and French, readers of any other get the English.
    pub const fn is_french(&self) -> bool {
        matches!(self, Self::Fr)
    }
}

impl Tag {
    /// `zho-Hant-419`.
    const LONGEST: usize = 12;

    /// The tag.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0);
        let bytes = self.0.get(..end.unwrap_or(Self::LONGEST));
        bytes
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const fn unaccented(ch: char) -> char {
    match ch {
        'á' | 'à' | 'ã' | 'â' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' | 'ï' => 'i',
        'ñ' => 'n',
        'ó' | 'ô' => 'o',
        'ç' => 'c',
        other => other,
    }
}

/// Languages that records of care name: tag (shortest code of ISO 639), then its longer codes and its names in English, French and itself.
///
/// `no` is left out: beside "language barrier" it is an answer.
#[rustfmt::skip]
const KNOWN: &[(&str, &[&str])] = &[
    ("am", &["amh", "amharic", "amharique"]),
    ("ar", &["ara", "arabic", "arabe"]),
    ("bn", &["ben", "bengali"]),
    ("cr", &["cre", "cree", "cri"]),
    ("cs", &["ces", "cze", "czech", "tcheque"]),
    ("de", &["deu", "ger", "german", "allemand", "deutsch"]),
    ("el", &["ell", "gre", "greek", "grec"]),
    ("es", &["spa", "spanish", "espagnol", "espanol", "castilian"]),
    ("fa", &["fas", "per", "persian", "farsi", "persan"]),
    ("gu", &["guj", "gujarati"]),
    ("he", &["heb", "hebrew", "hebreu"]),
    ("hi", &["hin", "hindi"]),
    ("ht", &["hat", "haitian", "haitien", "creole"]),
    ("hu", &["hun", "hungarian", "hongrois"]),
    ("it", &["ita", "italian", "italien", "italiano"]),
    ("iu", &["iku", "inuktitut"]),
    ("ja", &["jpn", "japanese", "japonais"]),
    ("ko", &["kor", "korean", "coreen"]),
    ("ne", &["nep", "nepali"]),
    ("nl", &["nld", "dut", "dutch", "neerlandais"]),
    ("oj", &["oji", "ojibwe", "ojibwa"]),
    ("pa", &["pan", "punjabi", "panjabi", "pendjabi"]),
    ("pl", &["pol", "polish", "polonais"]),
    ("ps", &["pus", "pashto", "pachto"]),
    ("pt", &["por", "portuguese", "portugais", "portugues"]),
    ("ro", &["ron", "rum", "romanian", "roumain"]),
    ("ru", &["rus", "russian", "russe"]),
    ("so", &["som", "somali"]),
    ("sw", &["swa", "swahili"]),
    ("ta", &["tam", "tamil", "tamoul"]),
    ("ti", &["tir", "tigrinya"]),
    ("tl", &["tgl", "tagalog", "filipino"]),
    ("tr", &["tur", "turkish", "turc"]),
    ("uk", &["ukr", "ukrainian", "ukrainien"]),
    ("ur", &["urd", "urdu", "ourdou"]),
    ("vi", &["vie", "vietnamese", "vietnamien"]),
    ("yi", &["yid", "yiddish"]),
    ("yue", &["yue", "cantonese", "cantonais"]),
    ("zh", &["zho", "chi", "chinese", "chinois", "mandarin"]),
];

/// As stored before there were others: the first two keep their place.
#[derive(Serialize, Deserialize)]
enum Stored<'a> {
    En,
    Fr,
    #[serde(borrow)]
    Other(std::borrow::Cow<'a, str>),
}

/// As its tag where people read it; in our own tables English and French stay the numbers that they were.
impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.serialize_str(self.code());
        }
        match self {
            Self::En => Stored::En,
            Self::Fr => Stored::Fr,
            Self::Other(tag) => Stored::Other(tag.as_str().into()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = if deserializer.is_human_readable() {
            String::deserialize(deserializer)?
        } else {
            match Stored::deserialize(deserializer)? {
                Stored::En => return Ok(Self::En),
                Stored::Fr => return Ok(Self::Fr),
                Stored::Other(tag) => tag.into_owned(),
            }
        };
        Self::from_tag(&tag)
            .ok_or_else(|| D::Error::custom("no tag of a language, as `en` or `es`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_in_any_case_and_written_in_its_own() {
        for (text, code) in [
            ("EN", "en"),
            ("fr-CA", "fr"),
            ("es", "es"),
            ("ES-mx", "es-MX"),
            ("es-419", "es-419"),
            ("zh_hant_tw", "zh-Hant-TW"),
            ("zho-HANT", "zh-Hant"),
            ("spa", "es"),
        ] {
            assert_eq!(Language::from_tag(text).unwrap().code(), code, "{text}");
        }
        for text in [
            "",
            "e",
            "x-klingon",
            "es-",
            "es-Latn-MX-x",
            "español",
            "e1",
            "es-Mexico",
        ] {
            assert_eq!(Language::from_tag(text), None, "{text}");
        }
    }

    #[test]
    fn records_name_languages_in_words_and_codes() {
        for (text, code) in [
            ("F", "fr"),
            ("Français", "fr"),
            ("Anglais", "en"),
            ("Spanish", "es"),
            ("ESPAÑOL", "es"),
            ("espagnol", "es"),
            ("spanish (mexico)", "es"),
            ("es-MX", "es-MX"),
            ("spa", "es"),
            ("Pendjabi", "pa"),
        ] {
            assert_eq!(Language::parse(text).unwrap().code(), code, "{text}");
        }
        for text in ["no", "none", "Toronto", "", "--"] {
            assert_eq!(Language::parse(text), None, "{text}");
        }
    }

    #[test]
    fn less_and_less_is_said() {
        let mut said = vec!["zh-Hant-TW".to_owned()];
        let mut language = Language::from_tag("zh-Hant-TW").unwrap();
        while let Some(broader) = language.broader() {
            said.push(broader.code().to_owned());
            language = broader;
        }
        assert_eq!(said, ["zh-Hant-TW", "zh-Hant", "zh"]);
    }

    #[test]
    fn tables_of_before_are_read_and_a_third_language_comes_back() {
        // English and French were the variants 0 and 1 of an enum.
        assert_eq!(postcard::to_stdvec(&Language::En).unwrap(), [0]);
        assert_eq!(
            postcard::from_bytes::<Language>(&[1]).unwrap(),
            Language::Fr
        );
        for code in ["en", "fr", "es-MX"] {
            let language = Language::from_tag(code).unwrap();
            let bytes = postcard::to_stdvec(&language).unwrap();
            assert_eq!(postcard::from_bytes::<Language>(&bytes).unwrap(), language);
            let json = serde_json::to_string(&language).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<Language>(&json).unwrap(), language);
        }
        assert!(serde_json::from_str::<Language>("\"español\"").is_err());
    }
}
