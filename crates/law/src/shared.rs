//! The shapes of the files that all regimes share: regulators, words, questions, elements, sources, holidays, findings.
//!
//! TOML to structs, nothing decided; a field that a file does not know is an
//! error. The shapes of a regime and a duty are in `source`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use whose_model::{Certainty, ClockStart, DataElement};

use crate::source::Bilingual;

/// `regulators.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegulatorsFile {
    #[serde(rename = "regulator")]
    pub regulators: BTreeMap<String, Regulator>,
}

/// Whom a duty or a letter names: a commissioner, a minister, an office.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulator {
    /// Name in English; in French where the office has no English name.
    pub en: String,
    /// Name in French.
    pub fr: String,
    /// How sure we are of the names.
    pub certainty: Certainty,
    /// Web site; empty when no source gave it.
    #[serde(default)]
    pub website: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// E-mail.
    #[serde(default)]
    pub email: String,
    /// Postal address, one line.
    #[serde(default)]
    pub address: String,
    /// What gave the addresses, and how old it was.
    #[serde(default)]
    pub contact_source: String,
    /// How sure we are of the addresses.
    #[serde(default)]
    pub contact_certainty: Option<Certainty>,
    /// What a person should know.
    #[serde(default)]
    pub note: String,
}

/// `clock-words.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockWordsFile {
    pub words: BTreeMap<String, ClockWording>,
    /// What stops or puts off a clock.
    #[serde(default)]
    pub pause: BTreeMap<String, Bilingual>,
}

/// What people read for a clock that has words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockWording {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
    /// How sure we are that a law uses these words.
    pub certainty: Certainty,
}

/// `questions.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionsFile {
    pub judgement: BTreeMap<String, JudgementFile>,
}

/// A question that only people answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JudgementFile {
    pub en: String,
    pub fr: String,
}

/// `elements.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElementsFile {
    pub element: BTreeMap<String, ElementFile>,
    #[serde(default)]
    pub combination: Vec<Combination>,
    pub business_contact: Vec<DataElement>,
    pub health_information: Vec<DataElement>,
}

/// A data element in the words of a report, and what its loss can do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElementFile {
    pub en: String,
    pub fr: String,
    #[serde(default)]
    pub harm: Option<HarmKind>,
}

/// What sort of harm an element points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HarmKind {
    IdentityTheft,
    FinancialLoss,
    Humiliation,
    AccountTakeover,
    BodilyHarm,
}

impl HarmKind {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::IdentityTheft => "identity theft",
            Self::FinancialLoss => "financial loss",
            Self::Humiliation => "humiliation or damage to reputation",
            Self::AccountTakeover => "taking over of accounts",
            Self::BodilyHarm => "bodily harm",
        }
    }
}

/// Elements that together weigh more.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Combination {
    pub all: Vec<DataElement>,
    pub text: String,
}

/// `expectations.toml`: what regulators ask that no statute does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectationsFile {
    #[serde(rename = "expectation")]
    pub expectations: Vec<Expectation>,
}

/// What a regulator asked of somebody once, and is likely to ask again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Id.
    pub id: String,
    /// The regulator's code; empty for the project's own advice.
    #[serde(default)]
    pub regulator: String,
    /// In which jurisdiction.
    #[serde(default)]
    pub jurisdiction: String,
    /// From which day it can be known.
    pub from: Date,
    /// What it is about: `credit-monitoring`, `timing`.
    pub topic: String,
    /// Months of monitoring, at least.
    #[serde(default)]
    pub min_months: Option<u32>,
    /// Only when all of these elements were exposed.
    #[serde(default)]
    pub elements: Vec<DataElement>,
    /// Only when files were copied out.
    #[serde(default)]
    pub exfiltrated: bool,
    /// In words.
    pub text: Bilingual,
    /// Where it was said.
    pub source: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// `elsewhere.toml`: laws that exist and are not in the library.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElsewhereFile {
    pub place: Vec<Elsewhere>,
}

/// A place whose law must be looked up by counsel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Elsewhere {
    /// Codes, or the beginning of codes ending in `-*`; `*` for any other.
    pub codes: Vec<String>,
    pub text: String,
    #[serde(default)]
    pub citation: String,
}

/// `sources.toml`: what was read, by the ids that rules name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourcesFile {
    pub source: BTreeMap<String, SourceFile>,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// What it is.
    pub what: String,
    /// Where it was read.
    #[serde(default)]
    pub url: Vec<String>,
    /// The day up to which its text was current, when it said so.
    #[serde(default)]
    pub current_to: Option<Date>,
}

/// `holidays.toml`: business days of a place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolidaysFile {
    pub calendar: Vec<CalendarFile>,
}

/// The holidays of one place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarFile {
    pub id: String,
    pub name: Bilingual,
    pub source: String,
    pub certainty: Certainty,
    pub day: Vec<HolidayFile>,
}

/// One holiday.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolidayFile {
    pub en: String,
    pub fr: String,
    /// `07-01`, `easter-2`, `third-monday-01`, `last-monday-05`, `monday-before-05-25`, or a list of days.
    pub rule: String,
    /// Days of single years, where no rule gives them.
    #[serde(default)]
    pub days: Vec<Date>,
    /// `none`, `monday` (from a Sunday), `nearest` (from a Saturday to Friday, from a Sunday to Monday).
    #[serde(default)]
    pub observed: Observed,
    /// First year.
    #[serde(default)]
    pub from: Option<i16>,
}

/// On which day a holiday is kept that falls on a day of rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Observed {
    #[default]
    None,
    Monday,
    Nearest,
}

/// `findings.toml`: how long others took, and what a regulator said of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingsFile {
    pub finding: Vec<DelayFinding>,
}

/// What a regulator said of a delay.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelayFinding {
    /// Id.
    pub id: String,
    /// The regulator's code; empty when none spoke.
    #[serde(default)]
    pub regulator: String,
    /// In which jurisdiction.
    pub jurisdiction: String,
    /// The event it counts from.
    pub from: ClockStart,
    /// Who was told: `individuals` or a regulator's code.
    pub to: String,
    /// How many days it took.
    pub days: i32,
    /// What was said of it.
    pub verdict: Verdict,
    /// In words.
    pub text: Bilingual,
    /// Where.
    pub source: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// What was said of a delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Called a delay.
    Delay,
    /// Called prompt.
    Prompt,
    /// Nobody judged it.
    NotJudged,
}

/// `upcoming.toml`: what is not law yet, or changes soon.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpcomingFile {
    #[serde(default)]
    pub change: Vec<Upcoming>,
    #[serde(default)]
    pub open: Vec<OpenQuestion>,
    #[serde(default)]
    pub not_found: Vec<NotFound>,
}

/// A text that was looked for and not found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotFound {
    /// The text.
    pub what: String,
    /// Where it was looked for.
    pub searched: String,
    /// The day of the search.
    pub on: Date,
    /// Regimes that it touches.
    pub regimes: Vec<String>,
}

/// A bill, or a change that was announced: never a duty.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upcoming {
    /// Id.
    pub id: String,
    /// In which jurisdiction.
    pub jurisdiction: String,
    /// `bill`, `enacted`, `proposal`.
    pub stage: String,
    /// Day of the last step that is known.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// Day from which it is law, when known.
    #[serde(default)]
    pub in_force: Option<Date>,
    /// What it would change.
    pub text: Bilingual,
    /// Regimes that it touches.
    #[serde(default)]
    pub regimes: Vec<String>,
    /// Where it was read.
    pub source: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// A question of law that nobody has answered for us.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenQuestion {
    /// Id.
    pub id: String,
    /// The question.
    pub text: String,
    /// What turns on it.
    pub why: String,
    /// Regimes that it touches.
    #[serde(default)]
    pub regimes: Vec<String>,
}
