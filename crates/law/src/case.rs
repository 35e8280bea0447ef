//! A decided case: facts from a report and what followed -> a page with the rules and what happened side by side, and whether they agree.
//!
//! A case file says which rules must come out how on which day; that is a test.
//! What happened and what was found stands beside it in our own words.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use whose_model::{DataElement, Jurisdiction, Obligation};

use crate::error::LawError;
use crate::history::History;
use crate::library::Library;
use crate::story::Story;
use crate::toml_file;

/// `docs/cases/<name>/case.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecidedCase {
    /// Title of the page.
    pub title: String,
    /// What it is about, in a few sentences.
    pub about: Vec<String>,
    /// What the source does not tell, and what was assumed or left open.
    #[serde(default)]
    pub silent: Vec<String>,
    /// Sources, by the ids of `law/sources.toml`.
    pub source: String,
    /// The days on which the page asks what was known and owed.
    pub days: Vec<Date>,
    /// How many people live where; `unknown` for a place that is not known.
    pub people: Vec<(String, u64)>,
    /// What of theirs was exposed.
    pub elements: Vec<DataElement>,
    /// What must come out.
    #[serde(rename = "expect")]
    pub expectations: Vec<Expected>,
    /// What happened, beside what follows from the rules.
    #[serde(default)]
    pub beside: Vec<Beside>,
}

/// A rule that must come out so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// `ca-sk-hipa.notify-individual`.
    pub rule: String,
    /// As of which day.
    pub on: Date,
    /// `due`, `ask`, `expected`, `on-hold`, or `none` when the rule must not appear.
    pub gives: String,
    /// Only towards somebody who lives there.
    #[serde(default)]
    pub lives_in: Option<String>,
    /// The last day.
    #[serde(default)]
    pub due: Option<Date>,
}

/// What happened, and what the rules say of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// What happened, or what a commissioner found.
    pub happened: String,
    /// What follows from the rules.
    pub rules: String,
}

impl DecidedCase {
    /// Reads a case file.
    pub fn parse(text: &str) -> Result<Self, LawError> {
        toml_file::read("case.toml", text)
    }

    fn story(&self, library: &Library, history: &History, day: Date) -> Result<Story, LawError> {
        let people: Vec<(Option<Jurisdiction>, u64)> = self
            .people
            .iter()
            .map(|(code, n)| {
                let place = (code != "unknown").then(|| Jurisdiction::from_code(code));
                (place, *n)
            })
            .collect();
        let incident = history.as_of(day)?;
        // Noon in universal time: a page for a day, not for an hour.
        let now = day
            .at(12, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp());
        Ok(Story::of(
            library,
            incident,
            &people,
            &self.elements,
            day,
            now,
        ))
    }

    /// What comes out otherwise than the case says, in sentences.
    pub fn disagreements(
        &self,
        library: &Library,
        history: &History,
    ) -> Result<Vec<String>, LawError> {
        let mut lines = Vec::new();
        for expected in &self.expectations {
            let story = self.story(library, history, expected.on)?;
            let found: Vec<&Obligation> = story
                .by_place
                .iter()
                .filter(|(place, _, _)| {
                    expected
                        .lives_in
                        .as_ref()
                        .is_none_or(|code| place.as_ref().is_some_and(|place| place.code() == code))
                })
                .flat_map(|(_, _, towards)| towards)
                .chain(&story.obligations)
                .filter(|one| format!("{}.{}", one.regime, one.duty) == expected.rule)
                .collect();
            let says = |what: String| format!("{} on {}: {what}", expected.rule, expected.on);
            if expected.gives == "none" {
                if !found.is_empty() {
                    lines.push(says("appears, and must not".to_owned()));
                }
                continue;
            }
            if found.is_empty() {
                lines.push(says("does not appear".to_owned()));
            }
            for one in found {
                if one.status.id() != expected.gives {
                    lines.push(says(format!(
                        "is {}, not {}",
                        one.status.id(),
                        expected.gives
                    )));
                }
                if expected.due.is_some() && one.due != expected.due {
                    lines.push(says(format!("is due {:?}", one.due)));
                }
            }
        }
        Ok(lines)
    }

    /// The page, as Markdown.
    pub fn page(&self, library: &Library, history: &History) -> Result<String, LawError> {
        let mut out = String::new();
        let _ = writeln!(out, "# {}\n", self.title);
        for line in &self.about {
            let _ = writeln!(out, "{line}");
        }
        let _ = writeln!(
            out,
            "\nSource: {}. The facts stand in `incident.toml` beside this page, with the day on which each became known; the page is made from them and from the rules, and a test holds it equal.\n",
            crate::cite::ids(&self.source)
                .into_iter()
                .map(|id| library.source(id).map_or(id, |source| source.what.as_str()))
                .collect::<Vec<_>>()
                .join("; ")
        );
        if !self.silent.is_empty() {
            let _ = writeln!(out, "What the source does not tell:\n");
            for line in &self.silent {
                let _ = writeln!(out, "- {line}");
            }
            let _ = writeln!(out);
        }
        let places: Vec<String> = self
            .people
            .iter()
            .map(|(code, n)| format!("{n} in {code}"))
            .collect();
        let _ = writeln!(out, "People on this page: {}.\n", places.join(", "));
        let _ = writeln!(
            out,
            "## Side by side\n\n| what happened | what follows from the rules |\n|---|---|"
        );
        for beside in &self.beside {
            let _ = writeln!(out, "| {} | {} |", beside.happened, beside.rules);
        }
        for &day in &self.days {
            let story = self.story(library, history, day)?;
            let _ = writeln!(out, "\n## {day}\n\n{}", story.page(library, 3).trim_end());
        }
        Ok(out)
    }
}
