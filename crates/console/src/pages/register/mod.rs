//! The register's pages: the list of incidents, their statistics, and one incident with its facts.
//!
//! The register holds organisations and published facts, never a patient, so
//! nothing of it is masked; it stands behind the same door all the same.

use std::sync::MutexGuard;

use jiff::civil::Date;
use serde::Serialize;
use whose_model::DataElement;
use whose_register::{Query as Wanted, Register, RegisterError, Statistics};

use super::{Ask, Bar, Choice};
use crate::error::Problem;
use crate::query::Query;

pub(crate) mod add;
pub(crate) mod incident;
pub(crate) mod list;
pub(crate) mod statistics;

/// Names of the fields of the filter, in their order.
const FIELDS: [&str; 11] = [
    "q", "place", "element", "cause", "action", "industry", "since", "until", "people", "disputed",
    "waiting",
];

/// The register that is open, for as long as a page is made.
fn open<'a>(ask: &Ask<'a>) -> Result<Option<MutexGuard<'a, Register>>, Problem> {
    match &ask.shared.register {
        None => Ok(None),
        // A page that failed in the middle leaves the register as it was: pages only read.
        Some(register) => Ok(Some(
            register
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )),
    }
}

/// The filter of a page.
#[derive(Debug, Serialize)]
pub(crate) struct Filter {
    q: String,
    since: String,
    until: String,
    people: String,
    disputed: bool,
    waiting: bool,
    places: Vec<Choice>,
    elements: Vec<Choice>,
    causes: Vec<Choice>,
    actions: Vec<Choice>,
    industries: Vec<Choice>,
    /// Fields whose content could not be understood and which therefore ask nothing.
    wrong: Vec<&'static str>,
    is_set: bool,
}

/// What the address asks for, and the filter to show again.
fn filter(ask: &Ask<'_>, all: &Statistics) -> (Wanted, Filter) {
    let query = ask.query;
    let text = |name: &str| query.get(name).unwrap_or("").to_owned();
    let mut wrong = Vec::new();
    let mut day = |name: &'static str| -> Option<Date> {
        let parsed = query.get(name)?.parse().ok();
        if parsed.is_none() {
            wrong.push(name);
        }
        parsed
    };
    let (since, until) = (day("since"), day("until"));
    let people = query.get("people").and_then(|n| {
        let parsed = n.replace([',', ' ', '\u{a0}', '\u{202f}'], "").parse().ok();
        if parsed.is_none() {
            wrong.push("people");
        }
        parsed
    });
    let element = query.get("element").and_then(|id| {
        let element = DataElement::from_id(id);
        if element.is_none() {
            wrong.push("element");
        }
        element
    });
    let wanted = Wanted {
        words: text("q"),
        place: text("place").to_lowercase(),
        element,
        cause: text("cause"),
        action: text("action"),
        industry: text("industry"),
        since,
        until,
        people,
        disputed: query.get("disputed").is_some(),
        waiting: query.get("waiting").is_some(),
        victim: String::new(),
    };
    let choices = |field: &str, ids: Vec<&str>, name: &dyn Fn(&str) -> String| {
        let mut choices: Vec<Choice> = ids
            .into_iter()
            .map(|id| Choice::new(query, field, id, name(id)))
            .collect();
        choices.sort_by(|a, b| a.name.cmp(&b.name));
        choices
    };
    fn keys(map: &std::collections::BTreeMap<String, u64>) -> Vec<&str> {
        map.keys().map(String::as_str).collect()
    }
    // A country is a choice, too, where only its parts are named.
    let mut places = keys(&all.places);
    let countries: Vec<&str> = places
        .iter()
        .filter_map(|place| place.split_once('-'))
        .map(|(country, _)| country)
        .collect();
    places.extend(countries);
    places.sort_unstable();
    places.dedup();
    let words = ask.words;
    let shown = Filter {
        q: text("q"),
        since: text("since"),
        until: text("until"),
        people: text("people"),
        disputed: wanted.disputed,
        waiting: wanted.waiting,
        places: choices("place", places, &|id| words.place(id)),
        elements: choices("element", all.elements.keys().copied().collect(), &|id| {
            element_name(ask, id)
        }),
        causes: choices("cause", keys(&all.causes), &|id| words.id("kind", id)),
        actions: choices("action", keys(&all.actions), &|id| {
            words.id("action-family", id)
        }),
        industries: choices("industry", keys(&all.industries), &|id| {
            industry_name(ask, id)
        }),
        wrong,
        is_set: wanted != Wanted::default(),
    };
    (wanted, shown)
}

/// The part of the address that the filter is made of.
fn kept(query: &Query) -> Query {
    query.only(&FIELDS)
}

fn element_name(ask: &Ask<'_>, id: &str) -> String {
    DataElement::from_id(id).map_or_else(
        || ask.words.id("element-group", id),
        |element| ask.words.element(&ask.shared.law, element),
    )
}

/// NAICS by its first two digits, as far as a register of health incidents meets them.
fn industry_name(ask: &Ask<'_>, code: &str) -> String {
    let sector = code.get(..2).unwrap_or(code);
    match ask.words.find(&format!("industry.{sector}")) {
        Some(name) => format!("{name} ({code})"),
        None => code.to_owned(),
    }
}

/// Rows with bars, the most first.
fn bars<'m>(
    ask: &Ask<'_>,
    counts: impl IntoIterator<Item = (&'m str, u64)>,
    of: u64,
    name: &dyn Fn(&str) -> String,
    field: &str,
) -> Vec<Bar> {
    let base = kept(ask.query);
    let mut rows: Vec<Bar> = counts
        .into_iter()
        .map(|(id, n)| {
            let bar = Bar::new(ask.words, id, name(id), n, of);
            if field.is_empty() {
                bar
            } else {
                bar.to(base.with(field, id).href(&ask.href("register")))
            }
        })
        .collect();
    rows.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.name.cmp(&b.name)));
    rows
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::NoIncident(_) => Self::NotThere,
            error => Self::Register(error),
        }
    }
}
