//! Quality control that a court understands: what is drawn for a reviewer to look at, the answers, and what follows for the whole.
//!
//! Everything a case says can be asked again by hand: files in which nothing was
//! found, files in which something was, mentions of each element, merges, pairs
//! left apart. Each of these is a *stratum*. Its sample is the things with the
//! smallest keyed digests, so it is random, the same on every machine, grows
//! without changing what was drawn before, and keeps its answers when evidence
//! is added. The key is fixed, and in the log, before anyone sees the first thing.
//!
//! The method stands in `docs/concepts/quality-control.md`.

mod draw;
mod exact;
mod report;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use whose_model::{DataElement, ExhibitPath, PersonId, Phi};
use whose_store::{Case, Row};

use crate::error::EngineError;
use crate::tables;

pub use exact::{Limits, enough, limits};
pub use report::{QcReport, Rate, Share, Strand};

const SAMPLE: &str = "qc-sample";
const STRATA: &str = "qc-strata";
const ANSWERS: &str = "qc-answers";

/// A kind of thing that is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stratum {
    /// Files that were read and in which no data element was found.
    WithoutHits,
    /// Files in which something was found.
    WithHits,
    /// People of the list.
    People,
    /// Pairs of records that were taken for one person.
    Merges,
    /// Pairs of records that look alike and were left apart.
    LeftApart,
    /// Mentions of one element.
    Element(DataElement),
}

impl Stratum {
    /// Its id in files.
    pub fn id(self) -> String {
        match self {
            Self::WithoutHits => "files-without-hits".to_owned(),
            Self::WithHits => "files-with-hits".to_owned(),
            Self::People => "people".to_owned(),
            Self::Merges => "merges".to_owned(),
            Self::LeftApart => "left-apart".to_owned(),
            Self::Element(element) => format!("element:{}", element.id()),
        }
    }

    /// What the reviewer is asked; each can be answered by yes or no.
    pub const fn question(self) -> &'static str {
        match self {
            Self::WithoutHits | Self::WithHits => {
                "does this file say anything about a person whose data it is?"
            }
            Self::People => "is this a person whose data is in the pile, and listed once?",
            Self::Merges | Self::LeftApart => "are these two places about one person?",
            Self::Element(_) => "is the marked value what it is said to be, of the person named?",
        }
    }
}

/// One thing that was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its id: the same for the same thing.
    pub id: String,
    /// Its kind.
    pub stratum: Stratum,
    /// Its place in the order of drawing.
    pub order: u64,
    /// Where to look.
    pub exhibit: ExhibitPath,
    /// The place in it, in words.
    pub place: String,
    /// The second place, of a pair.
    pub other: Option<(ExhibitPath, String)>,
    /// The value that is marked.
    pub value: Option<Phi<String>>,
    /// Whose it is said to be.
    pub person: Option<PersonId>,
}

impl Row for Item {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.id)
    }
}

/// What a reviewer said of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verdict {
    /// Yes.
    Yes,
    /// No.
    No,
    /// It cannot be told.
    Unsure,
}

impl Verdict {
    /// A verdict as people write it, in English or French; `None` for an empty cell.
    ///
    /// # Errors
    /// The word, when it is none of them.
    pub fn parse(word: &str) -> Result<Option<Self>, String> {
        Ok(Some(match word.trim().to_lowercase().as_str() {
            "" => return Ok(None),
            "yes" | "y" | "oui" | "o" | "1" | "true" => Self::Yes,
            "no" | "n" | "non" | "0" | "false" => Self::No,
            "unsure" | "?" | "incertain" => Self::Unsure,
            other => return Err(other.chars().take(20).collect()),
        }))
    }
}

/// An answer, who gave it and when. A later one counts; none is erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Of which thing.
    pub item: String,
    /// What.
    pub verdict: Verdict,
    /// By whom.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
}

impl Row for Answer {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.item)
    }
}

/// How a sample was drawn, and from how many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// The key of the order.
    pub seed: [u8; 16],
    /// How many things each stratum has.
    pub n_of: BTreeMap<Stratum, u64>,
    /// The list that was drawn from: a digest of its numbers.
    list: [u8; 16],
    /// Files that were not read, whole or in part: nothing is said about them.
    pub n_unread: u64,
}

/// Draws a sample of every stratum and keeps it: of each, so many that with nothing wrong among them at most `share` of the whole can be.
///
/// A case keeps the key of its first draw; `seed` counts only then.
///
/// # Errors
/// When the case has not been run to its end, or cannot be read or written.
pub fn draw(
    case: &Case,
    seed: [u8; 16],
    share: f64,
    confidence: f64,
) -> Result<(Drawn, Vec<Item>), EngineError> {
    let seed = tables::read_one::<Drawn>(case, STRATA)?.map_or(seed, |before| before.seed);
    draw::draw(case, seed, share, confidence)
}

/// What the answers so far say of the whole; `None` before the first draw.
///
/// # Errors
/// When the case cannot be read.
pub fn report(case: &Case, confidence: f64) -> Result<Option<QcReport>, EngineError> {
    report::report(case, confidence)
}

/// The sample of a case; `None` before the first draw.
///
/// # Errors
/// When the case cannot be read.
pub fn drawn(case: &Case) -> Result<Option<(Drawn, Vec<Item>)>, EngineError> {
    let Some(drawn) = tables::read_one::<Drawn>(case, STRATA)? else {
        return Ok(None);
    };
    let mut items = Vec::new();
    tables::each(case, SAMPLE, |item| items.push(item))?;
    Ok(Some((drawn, items)))
}

/// Every answer so far, in the order in which they came.
///
/// # Errors
/// When the case cannot be read.
pub fn answers(case: &Case) -> Result<Vec<Answer>, EngineError> {
    Ok(tables::read_one(case, ANSWERS)?.unwrap_or_default())
}

/// Adds answers. How many of them are new or changed what was said before.
///
/// # Errors
/// When an answer is about nothing that was drawn, or the case cannot be written.
pub fn answer(case: &Case, more: Vec<Answer>) -> Result<u64, EngineError> {
    let (_, items) = drawn(case)?.ok_or_else(|| {
        EngineError::NotThere("nothing was drawn yet: `whose qc draw CASE` draws a sample".into())
    })?;
    let mut all = answers(case)?;
    let known: std::collections::BTreeSet<&str> =
        items.iter().map(|item| item.id.as_str()).collect();
    let mut last: BTreeMap<String, Verdict> = all
        .iter()
        .map(|answer| (answer.item.clone(), answer.verdict))
        .collect();
    let n_before = all.len();
    for answer in more {
        if !known.contains(answer.item.as_str()) && !last.contains_key(&answer.item) {
            return Err(EngineError::NotThere(format!(
                "the sample of this case has no item `{}`",
                answer.item.chars().take(40).collect::<String>()
            )));
        }
        if last.insert(answer.item.clone(), answer.verdict) != Some(answer.verdict) {
            all.push(answer);
        }
    }
    let n = all.len() - n_before;
    if n > 0 {
        tables::write_one(case, ANSWERS, &all)?;
    }
    Ok(n as u64)
}
