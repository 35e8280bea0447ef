//! The sentences in, what a report says of itself out: what sort it is, who published it, when, under which title.

use std::sync::LazyLock;

use regex::Regex;

use super::Given;
use super::dates::{self, Stated};
use super::text::Sentence;
use crate::pattern::{compile, is, rule};
use crate::{SourceKind, When};

rule!(
    pub(super) PUBLISHED,
    r"(?i)\b(?:(?:first\s+)?published|posted|updated|publi[ée]e?|mis(?:e)?\s+[àa]\s+jour|dated|date\s+de\s+publication|issued)\b|(?i)^\s*date\s*:"
);
rule!(
    PAGE,
    r"(?im)^\s*(?:date|location|summary|victim|type\s+of\s+breach|cyber\s+incident\s+victim|description)\b[^.\n]{0,60}:?\s*$"
);

/// "Gatineau, le 2 mai 2012": the place and the day that stand over a letter.
fn is_letterhead(text: &str, date: &dates::Found) -> bool {
    let before = text.get(..date.range.start).unwrap_or("").trim_end();
    let before = before.strip_suffix("le").unwrap_or(before).trim_end();
    text.len() == date.range.end
        && before.ends_with(',')
        && before.starts_with(char::is_uppercase)
        && before.split_whitespace().count() <= 4
}

/// "TORONTO, March 3, 2021 (Agency) —": the day on which an agency sent the story, and where what it tells begins.
pub(super) fn agency(text: &str) -> Option<(When, usize)> {
    static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compile(r"^\p{Lu}[\p{Lu} .'’-]{2,30},\s(?P<rest>[^—–]{4,60}?)\s*(?:—|–|--|-)\s")
    });
    let captures = LINE.as_ref()?.captures(text)?;
    let rest = captures.name("rest")?;
    let when = dates::find(rest.as_str())
        .into_iter()
        .find_map(|date| match date.stated {
            Stated::Whole(when) if when.is_day() => Some(when),
            _ => None,
        })?;
    Some((when, captures.get(0)?.end()))
}

/// The day of publication that a report gives: a whole date in a short line or sentence that says so.
pub(super) fn published_in(sentences: &[Sentence<'_>]) -> Option<When> {
    sentences
        .iter()
        .filter(|sentence| sentence.text.len() < 160 && is(&PUBLISHED, sentence.text))
        .filter(|sentence| !sentence.text.to_lowercase().contains("letter"))
        .find_map(|sentence| {
            dates::find(sentence.text)
                .into_iter()
                .find_map(|date| match date.stated {
                    Stated::Whole(when) if when.is_day() => Some(when),
                    _ => None,
                })
        })
        .or_else(|| {
            sentences
                .iter()
                .take(3)
                .find_map(|one| agency(one.text).map(|(when, _)| when))
        })
        .or_else(|| {
            // A dateline: a line near the top that is a date and little else.
            sentences
                .iter()
                .take(8)
                .filter(|sentence| sentence.is_line && sentence.text.len() < 60)
                .find_map(|sentence| {
                    let date = dates::find(sentence.text).into_iter().next()?;
                    match date.stated {
                        Stated::Whole(when)
                            if when.is_day()
                                && (date.range.len() * 2 > sentence.text.len()
                                    || is_letterhead(sentence.text, &date)) =>
                        {
                            Some(when)
                        }
                        _ => None,
                    }
                })
        })
}

pub(super) fn kind_of(text: &str, sentences: &[Sentence<'_>]) -> SourceKind {
    let head: String = text.chars().take(1_500).collect::<String>().to_lowercase();
    let n_ours = text
        .split(|ch: char| !ch.is_alphabetic())
        .filter(|word| {
            ["we", "our", "us", "nous", "notre", "nos"].contains(&word.to_lowercase().as_str())
        })
        .count();
    let n_words = text.split_whitespace().count().max(1);
    let is_quoted = text.contains(['“', '"', '«']);
    if [
        "investigation report",
        "case number",
        "file number",
        "rapport d'enquête",
        "rapport d’enquête",
        "decision ",
        "phipa decision",
    ]
    .iter()
    .any(|mark| head.contains(mark))
    {
        SourceKind::Regulator
    } else if PAGE
        .as_ref()
        .is_some_and(|page| page.find_iter(text).count() >= 2)
        || sentences
            .iter()
            .filter(|sentence| sentence.text.contains(" | "))
            .map(|sentence| sentence.text)
            .collect::<std::collections::BTreeSet<_>>()
            .len()
            >= 3
    {
        SourceKind::Database
    } else if n_ours * 60 > n_words && !is_quoted {
        SourceKind::Notice
    } else {
        SourceKind::News
    }
}

pub(super) fn title_of(sentences: &[Sentence<'_>], given: &Given) -> String {
    sentences
        .first()
        .map(|sentence| sentence.text.chars().take(160).collect())
        .filter(|title: &String| title.chars().count() > 8)
        .unwrap_or_else(|| given.title.clone())
}

pub(super) fn publisher_of(text: &str) -> String {
    static BY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compile(
            r"(?:report|story|article)\s+by\s+(?P<who>(?:The\s+)?\p{Lu}\p{L}+(?:\s+\p{Lu}\p{L}+){0,3})|(?P<agency>(?:The\s+|La\s+)(?:Canadian|Associated)\s+Press|La\s+Presse(?:\s+[Cc]anadienne)?|The\s+Press|CBC\s+News|Radio-Canada)",
        )
    });
    BY.as_ref()
        .and_then(|by| by.captures(text))
        .and_then(|captures| captures.name("who").or_else(|| captures.name("agency")))
        .map_or_else(String::new, |who| who.as_str().to_owned())
}
