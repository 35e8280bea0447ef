//! The list of the register's incidents: words to search by, filters, the newest first.

use serde::Serialize;
use whose_register::{Query as Wanted, Sketch};

use super::Filter;
use crate::error::Problem;
use crate::pages::{Ask, Choice, Made, PAGE, Paging, skip};

#[derive(Serialize)]
struct List {
    is_open: bool,
    n_incidents: u64,
    filter: Option<Filter>,
    incidents: Vec<Row>,
    paging: Paging,
    sorts: Vec<Choice>,
    statistics: String,
}

/// One incident.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    short_id: String,
    href: String,
    name: String,
    victim: String,
    day: Option<String>,
    people: Option<u64>,
    places: Vec<String>,
    causes: Vec<String>,
    actions: Vec<String>,
    n_elements: usize,
    n_sources: u32,
    n_conflicts: u32,
    n_proposed: u32,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let Some(mut register) = super::open(ask)? else {
        let facts = List {
            is_open: false,
            n_incidents: 0,
            filter: None,
            incidents: Vec::new(),
            paging: Paging::new(ask.query, ask.query, "", 0),
            sorts: Vec::new(),
            statistics: String::new(),
        };
        return Made::new(ask.words.say("register.title"), "register.html", &facts);
    };
    let all = register.statistics(&Wanted::default())?;
    let (wanted, filter) = super::filter(ask, &all);
    let mut found = register.search(&wanted)?;
    drop(register);
    let sort = ask.query.get("sort").unwrap_or("newest");
    match sort {
        "oldest" => found.sort_by(|a, b| {
            let key = |one: &Sketch<'_>| (one.day().is_none(), one.day());
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
        }),
        "people" => {
            found.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.name.cmp(&b.name)));
        }
        "name" => found.sort_by(|a, b| a.name.cmp(&b.name)),
        _ => found.sort_by(|a, b| b.day().cmp(&a.day()).then_with(|| a.name.cmp(&b.name))),
    }
    let kept = super::kept(ask.query);
    let keep = match ask.query.get("sort") {
        Some(sort) => kept.with("sort", sort),
        None => kept.clone(),
    };
    let facts = List {
        is_open: true,
        n_incidents: all.n_incidents,
        paging: Paging::new(ask.query, &keep, &ask.href("register"), found.len()),
        incidents: found
            .iter()
            .skip(skip(ask.query))
            .take(PAGE)
            .map(|sketch| row(ask, sketch))
            .collect(),
        filter: Some(filter),
        sorts: ["newest", "oldest", "people", "name"]
            .into_iter()
            .map(|id| Choice {
                id: id.to_owned(),
                name: ask.words.id("register-sort", id),
                chosen: id == sort,
            })
            .collect(),
        statistics: kept.href(&ask.href("register/statistics")),
    };
    Made::new(ask.words.say("register.title"), "register.html", &facts)
}

/// Places by name; a country says nothing where a part of it is named.
fn places(ask: &Ask<'_>, codes: &str) -> Vec<String> {
    let is_whole = |code: &str| {
        codes.split(' ').any(|other| {
            other
                .strip_prefix(code)
                .is_some_and(|rest| rest.starts_with('-'))
        })
    };
    codes
        .split(' ')
        .filter(|code| !code.is_empty() && !is_whole(code))
        .map(|code| ask.words.place(code))
        .collect()
}

fn row(ask: &Ask<'_>, sketch: &Sketch<'_>) -> Row {
    let list = |text: &str, name: &dyn Fn(&str) -> String| {
        text.split(' ')
            .filter(|one| !one.is_empty())
            .map(name)
            .collect()
    };
    let words = ask.words;
    let id = sketch.id.to_string();
    Row {
        href: ask.href(&format!("register/{id}")),
        short_id: id.get(..8).unwrap_or("").to_owned(),
        id,
        name: sketch.name.to_string(),
        victim: sketch.victim.to_string(),
        day: sketch.day().map(|day| day.to_string()),
        people: sketch.people,
        places: places(ask, &sketch.places),
        causes: list(&sketch.causes, &|id| words.id("kind", id)),
        actions: list(&sketch.actions, &|id| words.id("action-family", id)),
        n_elements: sketch.elements().count(),
        n_sources: sketch.n_sources,
        n_conflicts: sketch.n_conflicts,
        n_proposed: sketch.n_proposed,
    }
}
