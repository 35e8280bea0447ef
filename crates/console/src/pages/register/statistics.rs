//! How many of what, over the incidents that a filter leaves; and how long they took.

use serde::Serialize;
use whose_register::{INTERVALS, Query as Wanted, value_at};

use super::{Filter, bars};
use crate::error::Problem;
use crate::pages::{Ask, Bar, Made};

#[derive(Serialize)]
struct Shown {
    is_open: bool,
    filter: Option<Filter>,
    list: String,
    n_incidents: u64,
    n_people: u64,
    n_with_people: u64,
    n_disputed: u64,
    n_waiting: u64,
    years: Vec<Bar>,
    places: Vec<Bar>,
    causes: Vec<Bar>,
    actions: Vec<Bar>,
    actors: Vec<Bar>,
    industries: Vec<Bar>,
    elements: Vec<Bar>,
    intervals: Vec<Interval>,
}

/// How long it took, over the incidents that know both ends.
#[derive(Debug, Serialize)]
struct Interval {
    id: &'static str,
    name: String,
    n: usize,
    p10: i32,
    p50: i32,
    p90: i32,
    /// Where these stand in the picture, in percent.
    x10: f64,
    x50: f64,
    x90: f64,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let words = ask.words;
    let title = words.say("register.statistics");
    let Some(mut register) = super::open(ask)? else {
        let facts = serde_json::json!({ "is_open": false });
        return Made::new(title, "register-statistics.html", &facts);
    };
    let all = register.statistics(&Wanted::default())?;
    let (wanted, filter) = super::filter(ask, &all);
    let found = register.statistics(&wanted)?;
    drop(register);
    let n = found.n_incidents;
    fn pairs(map: &std::collections::BTreeMap<String, u64>) -> impl Iterator<Item = (&str, u64)> {
        map.iter().map(|(id, n)| (id.as_str(), *n))
    }
    let by = |map, name: &dyn Fn(&str) -> String, field| bars(ask, pairs(map), n, name, field);
    let mut years: Vec<Bar> = found
        .years
        .iter()
        .map(|(year, count)| {
            let range = super::kept(ask.query)
                .with("since", &format!("{year:04}-01-01"))
                .with("until", &format!("{year:04}-12-31"));
            Bar::new(words, &year.to_string(), year.to_string(), *count, n)
                .to(range.href(&ask.href("register")))
        })
        .collect();
    years.reverse();
    let facts = Shown {
        is_open: true,
        list: super::kept(ask.query).href(&ask.href("register")),
        n_incidents: n,
        n_people: found.n_people,
        n_with_people: found.n_with_people,
        n_disputed: found.n_disputed,
        n_waiting: found.n_waiting,
        years,
        places: by(&found.places, &|id| words.place(id), "place"),
        causes: by(&found.causes, &|id| words.id("kind", id), "cause"),
        actions: by(
            &found.actions,
            &|id| words.id("action-family", id),
            "action",
        ),
        actors: by(&found.actors, &|id| words.id("actor", id), ""),
        industries: by(
            &found.industries,
            &|id| super::industry_name(ask, id),
            "industry",
        ),
        elements: bars(
            ask,
            found.elements.iter().map(|(id, n)| (*id, *n)),
            n,
            &|id| super::element_name(ask, id),
            "element",
        ),
        intervals: intervals(ask, &found),
        filter: Some(filter),
    };
    Made::new(title, "register-statistics.html", &facts)
}

fn intervals(ask: &Ask<'_>, found: &whose_register::Statistics) -> Vec<Interval> {
    let at = |days: &[i32], percent| value_at(days, percent).unwrap_or(0);
    let most = found
        .intervals
        .values()
        .map(|days| at(days, 90))
        .max()
        .unwrap_or(1)
        .max(1);
    let x = |days: i32| {
        let share = f64::from(days.clamp(0, most)) / f64::from(most);
        (share * 960.0).round() / 10.0
    };
    INTERVALS
        .iter()
        .filter_map(|(name, _, _)| {
            let days = found.intervals.get(name)?;
            let (p10, p50, p90) = (at(days, 10), at(days, 50), at(days, 90));
            Some(Interval {
                id: name,
                name: ask.words.id("interval", &name.replace(' ', "-")),
                n: days.len(),
                p10,
                p50,
                p90,
                x10: x(p10),
                x50: x(p50),
                x90: x(p90),
            })
        })
        .collect()
}
