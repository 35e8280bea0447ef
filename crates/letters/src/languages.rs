//! `Languages`: in which languages papers can be written; one file of a further language read, and checked against the one it falls back to.
//!
//! English and French stand in `letters/`, a file a paper, and carry the rules
//! of which sentence is said when. A further language is one file that says the
//! same sentences by the same keys. What it lacks is borrowed, and each draft
//! says what; a slip that would lose a fact (a place that is not filled, a date
//! left out) is found when the file is read, not when a letter is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use whose_model::{DataElement, Language};

use crate::LetterError;
use crate::fonts::Fonts;
use crate::readability::{Formula, Linear};
use crate::wording::{Choice, Choices, Direction, ElementWords, Wording, flatten};

include!(concat!(env!("OUT_DIR"), "/further.rs"));

/// The files of one language that ships: name for errors, text.
type Files = [(&'static str, &'static str); 8];

macro_rules! files {
    ($code:literal) => {
        [
            (
                "letter/",
                include_str!(concat!("../../../letters/letter/", $code, ".toml")),
            ),
            (
                "report/",
                include_str!(concat!("../../../letters/report/", $code, ".toml")),
            ),
            (
                "notice/",
                include_str!(concat!("../../../letters/notice/", $code, ".toml")),
            ),
            (
                "script/",
                include_str!(concat!("../../../letters/script/", $code, ".toml")),
            ),
            (
                "statement/",
                include_str!(concat!("../../../letters/statement/", $code, ".toml")),
            ),
            (
                "common.",
                include_str!(concat!("../../../letters/common.", $code, ".toml")),
            ),
            (
                "elements.",
                include_str!(concat!("../../../letters/elements.", $code, ".toml")),
            ),
            (
                "advice.",
                include_str!(concat!("../../../letters/advice.", $code, ".toml")),
            ),
        ]
    };
}

const ENGLISH: Files = files!("en");
const FRENCH: Files = files!("fr");

/// Keys that a further language needs not say: reports go to regulators in English or French, and
/// "your" is a word of its own only where it stands before what is owned.
fn may_be_left_out(key: &str) -> bool {
    key.starts_with("report.")
        || key.starts_with("common.place.")
        || key.starts_with("common.cause.")
        || (key.starts_with("letter.reader.") && key.ends_with(".your"))
}

/// Places that every sentence may use, whether English does or not: they turn a sentence to its reader.
const TURNS: [&str; 8] = [
    "info",
    "about",
    "who",
    "your",
    "name-of",
    "breach",
    "a-breach",
    "organisation",
];

/// Places that name the reader's own; only letters have them.
const NAMES: [&str; 4] = ["person", "given", "de-person", "de-given"];

/// The file of a further language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: Head,
    #[serde(default)]
    common: toml::Table,
    #[serde(default)]
    letter: toml::Table,
    #[serde(default)]
    notice: toml::Table,
    #[serde(default)]
    script: toml::Table,
    #[serde(default)]
    statement: toml::Table,
    #[serde(default)]
    elements: BTreeMap<String, Called>,
    #[serde(default)]
    risk: BTreeMap<String, String>,
    #[serde(default)]
    advice: BTreeMap<String, String>,
}

/// What a file says of its language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Head {
    /// BCP 47.
    tag: Language,
    /// What its speakers call it.
    name: String,
    /// From where it borrows what it lacks.
    #[serde(default)]
    falls_back_to: Language,
    #[serde(default)]
    direction: Direction,
    /// Who has read it whose language it is; empty while nobody has.
    #[serde(default)]
    reviewed_by: String,
    #[serde(default)]
    readability: Option<Measure>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Called {
    Everywhere(String),
    ByPlace(ElementWords),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Measure {
    By(Linear),
    Word(NoFormula),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum NoFormula {
    None,
}

/// What was found in the file of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its tag.
    pub language: Language,
    /// What its speakers call it.
    pub name: String,
    /// Sentences that it has of those that papers need.
    pub n_said: usize,
    /// Keys that it lacks: papers borrow them.
    pub lacks: Vec<String>,
    /// From which language they do.
    pub falls_back_to: Language,
    /// What is wrong with it, each with its key: such a file is not taken.
    pub wrong: Vec<String>,
    /// Who has read it whose language it is; empty while nobody has.
    pub reviewed_by: String,
    /// The formula that says how hard its papers are to read; empty when the file names none.
    pub measured_by: String,
}

/// The languages that papers can be written in.
#[derive(Clone)]
pub struct Languages {
    all: BTreeMap<Language, Arc<Wording>>,
}

impl Languages {
    /// English and French.
    pub fn shipped() -> Result<Self, LetterError> {
        static SHIPPED: OnceLock<Result<Languages, (String, String)>> = OnceLock::new();
        SHIPPED
            .get_or_init(|| {
                let mut all = BTreeMap::new();
                for (language, files) in [(Language::En, ENGLISH), (Language::Fr, FRENCH)] {
                    all.insert(language, Arc::new(read_shipped(language, files)?));
                }
                Ok(Self { all })
            })
            .clone()
            .map_err(|(file, reason)| LetterError::Wording { file, reason })
    }

    /// The files of further languages that come with the program, by tag: a case takes those that it names.
    pub fn further() -> &'static [(&'static str, &'static str)] {
        FURTHER
    }

    /// Takes a language from the text of its file; one that was there is replaced.
    pub fn add(&mut self, text: &str) -> Result<Checked, LetterError> {
        let (wording, checked) = read(text)?;
        if let Some(wrong) = checked.wrong.first() {
            return Err(LetterError::Wording {
                file: format!("languages/{}.toml", checked.language.code()),
                reason: wrong.clone(),
            });
        }
        self.all.insert(wording.language, Arc::new(wording));
        Ok(checked)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = Language> {
        self.all.keys().copied()
    }

    /// The language closest to the one that somebody reads: `es` for `es-MX`; `None` when there is none.
    pub fn closest(&self, wanted: Language) -> Option<Language> {
        let mut one = Some(wanted);
        while let Some(language) = one {
            if self.all.contains_key(&language) {
                return Some(language);
            }
            one = language.broader();
        }
        None
    }

    /// The words of a language.
    pub(crate) fn of(&self, language: Language) -> Result<&Wording, LetterError> {
        let words = self.all.get(&language).map(AsRef::as_ref);
        words.ok_or_else(|| LetterError::Wording {
            file: format!("languages/{}.toml", language.code()),
            reason: "nobody has added this language".to_owned(),
        })
    }
}

/// Reads the file of a further language and says what it lacks and what is wrong, without taking it.
pub fn check_language(text: &str) -> Result<Checked, LetterError> {
    read(text).map(|(_, checked)| checked)
}

fn read_shipped(language: Language, files: Files) -> Result<Wording, (String, String)> {
    let [papers @ .., (_, elements), (_, choices)] = files;
    let code = language.code();
    let mut say = BTreeMap::new();
    for (name, text) in papers {
        let table: toml::Table = toml::from_str(text)
            .map_err(|error| (format!("{name}{code}.toml"), error.message().to_owned()))?;
        let section = name.trim_end_matches(['/', '.']);
        flatten(section, &toml::Value::Table(table), &mut say);
    }
    let wrong = |reason: String| (format!("elements.{code}.toml"), reason);
    let by_id: BTreeMap<String, ElementWords> =
        toml::from_str(elements).map_err(|error| wrong(error.message().to_owned()))?;
    let mut elements = BTreeMap::new();
    for (id, words) in by_id {
        let element =
            DataElement::from_id(&id).ok_or_else(|| wrong(format!("no element `{id}`")))?;
        elements.insert(element, words);
    }
    for element in DataElement::ALL {
        if !elements.contains_key(element) {
            return Err(wrong(format!("no words for `{}`", element.id())));
        }
    }
    let choices = toml::from_str(choices)
        .map_err(|error| (format!("advice.{code}.toml"), error.message().to_owned()))?;
    Ok(Wording {
        language,
        say,
        elements,
        choices,
        direction: Direction::Ltr,
        formula: if language.is_french() {
            Formula::French
        } else {
            Formula::English
        },
        is_reviewed: true,
        borrowed: BTreeSet::new(),
        falls_back_to: language,
    })
}

fn read(text: &str) -> Result<(Wording, Checked), LetterError> {
    let unread = |reason: String| LetterError::Wording {
        file: "languages".to_owned(),
        reason,
    };
    let file: File = toml::from_str(text).map_err(|error| unread(error.to_string()))?;
    let head = &file.language;
    if !matches!(head.tag, Language::Other(_)) {
        return Err(unread(
            "English and French ship with the program; `tag` is of another language".to_owned(),
        ));
    }
    let shipped = Languages::shipped()?;
    let base = shipped
        .of(head.falls_back_to)
        .map_err(|_| unread("`falls-back-to` is en or fr".to_owned()))?;
    let mut words = Wording {
        language: head.tag,
        direction: head.direction,
        formula: match &head.readability {
            Some(Measure::By(linear)) => Formula::Linear(linear.clone()),
            Some(Measure::Word(NoFormula::None)) | None => Formula::None,
        },
        is_reviewed: !head.reviewed_by.trim().is_empty(),
        ..base.clone()
    };
    // English says which facts a sentence names, whatever the language it is borrowed from.
    let english = shipped.of(Language::En)?;
    let mut check = Check::default();
    papers(&file, base, english, &mut words, &mut check);
    elements(&file, &mut words, &mut check);
    let Choices { risk, advice } = &mut words.choices;
    let english = &english.choices;
    choices("risk", &file.risk, risk, &english.risk, &mut check);
    choices("advice", &file.advice, advice, &english.advice, &mut check);
    check.letters_without_a_font(text)?;
    words.borrowed = check.lacks.iter().cloned().collect();
    let checked = Checked {
        language: head.tag,
        name: head.name.clone(),
        n_said: check.n_said,
        lacks: check.lacks,
        falls_back_to: head.falls_back_to,
        wrong: check.wrong,
        reviewed_by: head.reviewed_by.trim().to_owned(),
        measured_by: match &words.formula {
            Formula::Linear(linear) => linear.name.clone(),
            Formula::English | Formula::French | Formula::None => String::new(),
        },
    };
    Ok((words, checked))
}

/// What is found on the way through a file.
#[derive(Default)]
struct Check {
    n_said: usize,
    lacks: Vec<String>,
    wrong: Vec<String>,
}

impl Check {
    /// Holds a sentence to the English one: it may fill no place that has no value, and leave out no fact.
    fn places(&mut self, key: &str, said: &str, english: &str, may_name: bool) {
        let (ours, theirs) = (places(said), places(english));
        for place in &ours {
            let known = theirs.contains(place)
                || TURNS.contains(place)
                || (may_name && NAMES.contains(place));
            if !known {
                self.wrong
                    .push(format!("{key}: nothing is put in {{{place}}}"));
            }
        }
        for place in &theirs {
            // The first of a month may be a word.
            let turns = (key == "common.date.first-day" && *place == "day")
                || NAMES.contains(place)
                || (TURNS.contains(place) && *place != "organisation")
                || DataElement::from_id(place).is_some();
            if !turns && !ours.contains(place) {
                self.wrong
                    .push(format!("{key}: leaves out {{{place}}}, which English says"));
            }
        }
        if said.split('{').skip(1).any(|part| !part.contains('}')) {
            self.wrong.push(format!("{key}: a {{ without its }}"));
        }
    }

    fn letters_without_a_font(&mut self, text: &str) -> Result<(), LetterError> {
        let fonts = Fonts::get()?;
        let missing: BTreeSet<char> = text
            .chars()
            .filter(|ch| !ch.is_control() && *ch != ' ' && !fonts.has(*ch))
            .collect();
        if !missing.is_empty() {
            let some: String = missing.iter().take(12).collect();
            self.wrong.push(format!(
                "the fonts in letters/fonts have none of {} of its letters, such as: {some}",
                missing.len()
            ));
        }
        Ok(())
    }
}

/// The places of a sentence, each once.
fn places(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}').map(|(place, _)| place))
        .collect()
}

fn papers(file: &File, base: &Wording, english: &Wording, words: &mut Wording, check: &mut Check) {
    let mut said = BTreeMap::new();
    for (section, table) in [
        ("common", &file.common),
        ("letter", &file.letter),
        ("notice", &file.notice),
        ("script", &file.script),
        ("statement", &file.statement),
    ] {
        flatten(section, &toml::Value::Table(table.clone()), &mut said);
    }
    for key in said.keys() {
        if !base.say.contains_key(key) && !may_be_left_out(key) {
            check.wrong.push(format!("{key}: no paper has this key"));
        }
    }
    words.say.retain(|key, _| !key.ends_with(".your"));
    for (key, theirs) in &base.say {
        let ours = said
            .get(key)
            .filter(|ours| !ours.trim().is_empty() || theirs.is_empty());
        match ours {
            Some(ours) => {
                check.n_said += 1;
                let english = english.say.get(key).unwrap_or(theirs);
                check.places(key, ours, english, key.starts_with("letter."));
            }
            None if may_be_left_out(key) => {}
            None => check.lacks.push(key.clone()),
        }
    }
    let has_your = said.contains_key("letter.reader.person.your");
    for (key, text) in said {
        if text.contains("{your}") && !has_your {
            check
                .wrong
                .push(format!("{key}: says {{your}}, and letter.reader has none"));
        }
        if !text.trim().is_empty() || base.say.get(&key).is_some_and(String::is_empty) {
            words.say.insert(key, text);
        }
    }
}

fn elements(file: &File, words: &mut Wording, check: &mut Check) {
    for id in file.elements.keys() {
        if DataElement::from_id(id).is_none() {
            check.wrong.push(format!("elements.{id}: no such element"));
        }
    }
    for element in DataElement::ALL {
        let key = format!("elements.{}", element.id());
        let called = match file.elements.get(element.id()) {
            Some(Called::Everywhere(words)) => ElementWords {
                words: words.clone(),
                local: BTreeMap::new(),
            },
            Some(Called::ByPlace(words)) => words.clone(),
            None => {
                check.lacks.push(key);
                continue;
            }
        };
        if called.words.trim().is_empty() {
            check.lacks.push(key);
            continue;
        }
        check.n_said += 1;
        if called
            .local
            .values()
            .chain([&called.words])
            .any(|text| text.contains('{'))
        {
            check.wrong.push(format!("{key}: a word has no places"));
        }
        words.elements.insert(*element, called);
    }
}

/// Gives each sentence its words; when it is said stays as it is.
fn choices(
    section: &str,
    said: &BTreeMap<String, String>,
    ours: &mut [Choice],
    english: &[Choice],
    check: &mut Check,
) {
    for id in said.keys() {
        if !ours.iter().any(|choice| choice.id == *id) {
            check
                .wrong
                .push(format!("{section}.{id}: no such sentence"));
        }
    }
    for choice in ours {
        let key = format!("{section}.{}", choice.id);
        let Some(text) = said.get(&choice.id).filter(|text| !text.trim().is_empty()) else {
            check.lacks.push(key);
            continue;
        };
        check.n_said += 1;
        // A notice speaks to a person and has no names.
        let for_others =
            !choice.readers.is_empty() && !choice.readers.iter().any(|r| r == "person");
        let theirs = english.iter().find(|one| one.id == choice.id);
        let theirs = theirs.map_or(choice.text.as_str(), |one| one.text.as_str());
        check.places(&key, text, theirs, for_others);
        choice.text.clone_from(text);
    }
}
