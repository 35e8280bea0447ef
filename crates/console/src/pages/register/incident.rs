//! One incident of the register: what is known, who says so, what contradicts it, what was corrected, what was known when, and how long it took.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;
use whose_engine::law::Story;
use whose_register::{
    AsOf, Assumed, Attribute, Bound, Chosen, Compared, Fact, Held, IncidentId, Query as Wanted,
    Record, Register, Sketch, Standing, Value, When, assumed, compared, stix,
};

use crate::error::Problem;
use crate::pages::clocks::{Axis, AxisRow, Clocks};
use crate::pages::{Ask, Choice, Made, Said};

#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    moved: Option<String>,
    joined: Vec<String>,
    known: String,
    recorded: String,
    /// Fields of the form that hold no day.
    wrong: Vec<&'static str>,
    n_facts: usize,
    n_waiting: usize,
    head: Vec<Line>,
    /// Techniques of ATT&CK that the published mapping gives its actions.
    techniques: Vec<String>,
    conflicts: Vec<ConflictRow>,
    axis: Option<AxisRow>,
    dates: Vec<DateRow>,
    exposed: Vec<String>,
    /// Said expressly not to have been exposed.
    spared: Vec<String>,
    corrections: Vec<Correction>,
    rejected: Vec<FactRow>,
    groups: Vec<Group>,
    sources: Vec<SourceRow>,
    days: Vec<Day>,
    cohorts: Vec<Choice>,
    n_cohort: u64,
    intervals: Vec<IntervalRow>,
    law: Option<Law>,
    /// What the law's rules would need and the record does not have.
    lacks: Option<&'static str>,
}

/// A name and what is known under it.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    values: Vec<String>,
}

/// One fact.
#[derive(Clone, Debug, Serialize)]
struct FactRow {
    id: u32,
    attribute: &'static str,
    name: String,
    scope: String,
    value: String,
    is_not: bool,
    standing: &'static str,
    why: Option<Said>,
    by: String,
    recorded: String,
    known: Option<String>,
    source: u32,
    source_title: String,
    source_kind: &'static str,
    sentence: Option<String>,
    sentence_lang: String,
}

/// Facts that cannot all be true, side by side.
#[derive(Debug, Serialize)]
struct ConflictRow {
    name: String,
    scope: String,
    used: u32,
    why: String,
    facts: Vec<FactRow>,
}

/// A day of the incident, on the axis.
#[derive(Debug, Serialize)]
struct DateRow {
    #[serde(flatten)]
    fact: FactRow,
    /// The first and the last day it can be, where it is a span.
    first: String,
    at: f64,
    width: f64,
    is_used: bool,
}

#[derive(Debug, Serialize)]
struct Correction {
    was: FactRow,
    now: Option<FactRow>,
}

#[derive(Debug, Serialize)]
struct Group {
    name: String,
    facts: Vec<FactRow>,
}

#[derive(Debug, Serialize)]
struct SourceRow {
    n: u32,
    title: String,
    kind: &'static str,
    publisher: String,
    published: Option<String>,
    is_corrected: bool,
    n_facts: usize,
}

/// A day on which something became known.
#[derive(Debug, Serialize)]
struct Day {
    day: String,
    n: usize,
    href: String,
    is_chosen: bool,
}

/// One interval beside the cohort, with where everything stands in the picture.
#[derive(Debug, Serialize)]
struct IntervalRow {
    id: &'static str,
    name: String,
    days: Option<i32>,
    n: usize,
    p10: Option<i32>,
    p50: Option<i32>,
    p90: Option<i32>,
    share: Option<f64>,
    x10: f64,
    x50: f64,
    x90: f64,
    ours: Option<f64>,
}

/// The law in force then, beside the days that were taken.
#[derive(Serialize)]
struct Law {
    as_of: String,
    kinds: Vec<String>,
    kind: String,
    #[serde(flatten)]
    clocks: Clocks,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>, id: &str) -> Result<Made, Problem> {
    let Some(mut register) = super::open(ask)? else {
        return Err(Problem::NotThere);
    };
    let register: &mut Register = &mut register;
    let id = IncidentId::parse(id).ok_or(Problem::NotThere)?;
    let (as_of, wrong) = days_asked(ask);
    let whole = register.record(id, AsOf::default())?;
    let record = register.record(id, as_of)?;
    let sketch = Sketch::of(id, &record);
    let (cohort, cohorts) = cohort(ask, &sketch);
    let statistics = register.statistics(&cohort)?;
    let words = ask.words;
    let path = format!("register/{id}");
    let law = law(ask, &record);
    let conflicts = record.conflicts(true);
    let (axis, dates) = dates(ask, &record);
    let facts = Shown {
        name: record.name.clone(),
        moved: record
            .moved
            .as_ref()
            .map(|into| ask.href(&format!("register/{into}"))),
        joined: record.joined.iter().map(|(_, why)| why.clone()).collect(),
        known: as_of.known.map_or_else(String::new, |day| day.to_string()),
        recorded: ask
            .query
            .get("recorded")
            .filter(|_| as_of.recorded.is_some())
            .unwrap_or("")
            .to_owned(),
        wrong,
        n_facts: record.facts.len(),
        n_waiting: record.n_proposed(),
        head: head(ask, &record),
        techniques: stix::techniques(&record, true)
            .into_iter()
            .map(|(number, name, _)| format!("{number} {name}"))
            .collect(),
        conflicts: conflicts
            .iter()
            .map(|conflict| ConflictRow {
                name: words.id("attribute", conflict.attribute.id()),
                scope: scope_name(ask, conflict.attribute, &conflict.scope),
                used: conflict.used.0,
                why: why_used(ask, &conflict.why),
                facts: record
                    .facts
                    .iter()
                    .filter(|held| conflict.facts.contains(&held.id))
                    .map(|held| fact_row(ask, &record, held))
                    .collect(),
            })
            .collect(),
        exposed: elements(ask, &record, false),
        spared: elements(ask, &record, true),
        corrections: corrections(ask, &record),
        rejected: record
            .facts
            .iter()
            .filter(|held| matches!(held.standing, Standing::Rejected { .. }))
            .map(|held| fact_row(ask, &record, held))
            .collect(),
        groups: groups(ask, &record),
        sources: sources(&record),
        days: days_known(ask, &whole, &path, as_of.known),
        cohorts,
        n_cohort: statistics.n_incidents,
        intervals: intervals(ask, compared(&sketch, &statistics, cohort.fits(&sketch))),
        lacks: law.as_ref().err().copied(),
        law: law.ok(),
        axis,
        dates,
        id: id.to_string(),
    };
    Made::new(record.name.clone(), "register-incident.html", &facts)
}

/// The day for which the page is asked, and which fields hold none.
fn days_asked(ask: &Ask<'_>) -> (AsOf, Vec<&'static str>) {
    let mut wrong = Vec::new();
    let mut day = |name: &'static str| -> Option<Date> {
        let day = ask.query.get(name)?.parse().ok();
        if day.is_none() {
            wrong.push(name);
        }
        day
    };
    let known = day("known");
    let recorded = day("recorded").and_then(|day| (ask.shared.hooks.end_of)(day));
    (AsOf { known, recorded }, wrong)
}

/// With whom its days are compared.
fn cohort(ask: &Ask<'_>, sketch: &Sketch<'_>) -> (Wanted, Vec<Choice>) {
    let first = |list: &str| list.split(' ').next().unwrap_or("").to_owned();
    let chosen = ask.query.get("cohort").unwrap_or("all");
    let options = [
        ("all", Wanted::default()),
        (
            "place",
            Wanted {
                place: first(&sketch.places),
                ..Wanted::default()
            },
        ),
        (
            "industry",
            Wanted {
                industry: sketch.industry.to_string(),
                ..Wanted::default()
            },
        ),
        (
            "action",
            Wanted {
                action: first(&sketch.actions),
                ..Wanted::default()
            },
        ),
    ];
    let wanted = options
        .iter()
        .find(|(id, _)| *id == chosen)
        .map(|(_, wanted)| wanted.clone())
        .unwrap_or_default();
    let choices = options
        .iter()
        .filter(|(id, wanted)| *id == "all" || *wanted != Wanted::default())
        .map(|(id, _)| Choice {
            id: (*id).to_owned(),
            name: ask.words.id("cohort", id),
            chosen: *id == chosen,
        })
        .collect();
    (wanted, choices)
}

/// What the law in force then asked, for the incident as the record has it.
fn law(ask: &Ask<'_>, record: &Record) -> Result<Law, &'static str> {
    let mut found = assumed(record).map_err(whose_register::Lacks::id)?;
    let law = &ask.shared.law;
    let as_of = whose_engine::law::governing_day(&found.incident);
    let now = (ask.shared.hooks.now)();
    let story = |found: &Assumed| {
        let incident = found.incident.clone();
        Story::of(law, incident, &found.people, &found.elements, as_of, now)
    };
    let mut told = story(&found);
    let regulators = told
        .obligations
        .iter()
        .map(|one| one.addressee.as_str())
        .filter(|code| law.regulator(code).is_some());
    if found.tell(regulators) {
        told = story(&found);
    }
    let incident = &found.incident;
    Ok(Law {
        kinds: incident
            .custodian
            .kinds
            .iter()
            .map(|kind| ask.words.id("custodian-kind", kind.id()))
            .collect(),
        kind: ask.words.id("kind", incident.kind.id()),
        clocks: Clocks::of(ask, &told.timeline, as_of, true),
        as_of: as_of.to_string(),
    })
}

/// What stands at the head of the page.
fn head(ask: &Ask<'_>, record: &Record) -> Vec<Line> {
    [
        Attribute::Victim,
        Attribute::Relation,
        Attribute::Place,
        Attribute::Industry,
        Attribute::Summary,
        Attribute::Cause,
        Attribute::Action,
        Attribute::Stage,
        Attribute::Actor,
        Attribute::ActorName,
        Attribute::Motive,
        Attribute::Confidentiality,
        Attribute::Integrity,
        Attribute::Availability,
        Attribute::People,
        Attribute::Risk,
        Attribute::Misuse,
        Attribute::Response,
        Attribute::MonitoringOffered,
        Attribute::MonitoringRecommended,
        Attribute::Regulator,
        Attribute::Finding,
        Attribute::Recommendation,
    ]
    .into_iter()
    .filter_map(|attribute| {
        let scopes: BTreeSet<&str> = record
            .standing(true)
            .filter(|held| held.fact.attribute == attribute)
            .map(|held| held.fact.scope.as_str())
            .collect();
        let mut values = Vec::new();
        for scope in scopes {
            let used = record.used(attribute, scope, true).map(|(held, _)| held.id);
            for held in record.standing(true).filter(|held| {
                held.fact.attribute == attribute
                    && held.fact.scope == scope
                    && (!attribute.is_single() || Some(held.id) == used)
            }) {
                let value = value_of(ask, &held.fact);
                let scope = scope_name(ask, attribute, scope);
                let not = if held.fact.is_not {
                    format!("{} ", ask.words.say("register.not"))
                } else {
                    String::new()
                };
                let line = if scope.is_empty() || scope == value {
                    format!("{not}{value}")
                } else {
                    format!("{scope}: {not}{value}")
                };
                if !values.contains(&line) {
                    values.push(line);
                }
            }
        }
        (!values.is_empty()).then(|| Line {
            name: ask.words.id("attribute", attribute.id()),
            values,
        })
    })
    .collect()
}

fn elements(ask: &Ask<'_>, record: &Record, is_not: bool) -> Vec<String> {
    let scopes: BTreeSet<&str> = record
        .standing(true)
        .filter(|held| held.fact.attribute == Attribute::Element)
        .map(|held| held.fact.scope.as_str())
        .collect();
    let mut names: Vec<String> = scopes
        .into_iter()
        .filter_map(|scope| record.used(Attribute::Element, scope, true))
        .filter(|(held, _)| held.fact.is_not == is_not)
        .map(|(held, _)| value_of(ask, &held.fact))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn dates(ask: &Ask<'_>, record: &Record) -> (Option<AxisRow>, Vec<DateRow>) {
    let mut held: Vec<(&Held, When)> = record
        .standing(true)
        .filter_map(|held| match held.fact.value {
            Value::When(when) if !held.fact.is_not => Some((held, when)),
            _ => None,
        })
        .collect();
    held.sort_by_key(|(held, when)| (when.first, when.last, held.fact.attribute, held.id));
    let axis = Axis::of(held.iter().flat_map(|(_, when)| [when.first, when.last]));
    let rows = held
        .into_iter()
        .map(|(held, when)| {
            let at = axis.map_or(0.0, |axis| axis.at(when.first));
            let end = axis.map_or(0.0, |axis| axis.at(when.last));
            DateRow {
                fact: fact_row(ask, record, held),
                first: when.first.to_string(),
                at,
                width: (((end - at) * 10.0).round() / 10.0).max(1.4),
                is_used: record
                    .used(held.fact.attribute, &held.fact.scope, true)
                    .is_some_and(|(used, _)| {
                        used.id == held.id || used.fact.value == held.fact.value
                    }),
            }
        })
        .collect();
    (axis.map(|axis| axis.row(ask.today)), rows)
}

fn corrections(ask: &Ask<'_>, record: &Record) -> Vec<Correction> {
    record
        .facts
        .iter()
        .filter_map(|held| match &held.standing {
            Standing::Replaced { by, .. } => Some(Correction {
                was: fact_row(ask, record, held),
                now: by
                    .and_then(|by| record.facts.iter().find(|held| held.id == by))
                    .map(|held| fact_row(ask, record, held)),
            }),
            _ => None,
        })
        .collect()
}

fn groups(ask: &Ask<'_>, record: &Record) -> Vec<Group> {
    Attribute::ALL
        .iter()
        .filter_map(|attribute| {
            let facts: Vec<FactRow> = record
                .standing(true)
                .filter(|held| held.fact.attribute == *attribute)
                .map(|held| fact_row(ask, record, held))
                .collect();
            (!facts.is_empty()).then(|| Group {
                name: ask.words.id("attribute", attribute.id()),
                facts,
            })
        })
        .collect()
}

fn sources(record: &Record) -> Vec<SourceRow> {
    record
        .sources
        .iter()
        .zip(0..)
        .map(|(source, n)| SourceRow {
            n,
            title: source.title.clone(),
            kind: source.kind.id(),
            publisher: source.publisher.clone(),
            published: source.published.map(|when| when.to_string()),
            is_corrected: source.is_corrected,
            n_facts: record
                .facts
                .iter()
                .filter(|held| held.fact.source.0 == n)
                .count(),
        })
        .collect()
}

/// The day on which a fact became known, where a source says.
fn known(record: &Record, fact: &Fact) -> Option<When> {
    fact.known.or_else(|| record.source(fact.source)?.published)
}

fn days_known(ask: &Ask<'_>, record: &Record, path: &str, chosen: Option<Date>) -> Vec<Day> {
    let mut days: std::collections::BTreeMap<Date, usize> = std::collections::BTreeMap::new();
    for held in &record.facts {
        if let Some(when) = known(record, &held.fact) {
            *days.entry(when.first).or_default() += 1;
        }
    }
    days.into_iter()
        .map(|(day, n)| Day {
            day: day.to_string(),
            n,
            href: ask
                .query
                .with("known", &day.to_string())
                .href(&ask.href(path)),
            is_chosen: chosen == Some(day),
        })
        .collect()
}

fn intervals(ask: &Ask<'_>, rows: Vec<Compared>) -> Vec<IntervalRow> {
    let most = rows
        .iter()
        .flat_map(|row| [row.p90, row.days])
        .flatten()
        .max()
        .unwrap_or(1)
        .max(1);
    let x = |days: i32| {
        let share = f64::from(days.clamp(0, most)) / f64::from(most);
        (share * 960.0).round() / 10.0
    };
    rows.into_iter()
        .map(|row| IntervalRow {
            id: row.interval,
            name: ask.words.id("interval", &row.interval.replace(' ', "-")),
            days: row.days,
            n: row.n,
            x10: row.p10.map_or(0.0, x),
            x50: row.p50.map_or(0.0, x),
            x90: row.p90.map_or(0.0, x),
            ours: row.days.map(x),
            p10: row.p10,
            p50: row.p50,
            p90: row.p90,
            share: row.share,
        })
        .collect()
}

fn why_used(ask: &Ask<'_>, why: &Chosen) -> String {
    let words = ask.words;
    match why {
        Chosen::ByPerson(why) => words.fill("register.why-person", &[("why", why)]),
        Chosen::Nearer(one, two) => words.fill(
            "register.why-nearer",
            &[
                ("one", &words.id("source-kind", one.id())),
                ("two", &words.id("source-kind", two.id())),
            ],
        ),
        Chosen::Newer => words.say("register.why-newer").to_owned(),
        Chosen::LastSaid => words.say("register.why-last").to_owned(),
    }
}

fn fact_row(ask: &Ask<'_>, record: &Record, held: &Held) -> FactRow {
    let words = ask.words;
    let fact = &held.fact;
    let source = record.source(fact.source);
    let value = value_of(ask, fact);
    let (standing, why) = match &held.standing {
        Standing::Proposed => ("proposed", None),
        Standing::Accepted => ("accepted", None),
        Standing::Rejected { why } => ("rejected", Some(why)),
        Standing::Replaced { why, .. } => ("replaced", Some(why)),
    };
    let scope = scope_name(ask, fact.attribute, &fact.scope);
    FactRow {
        id: held.id.0,
        attribute: fact.attribute.id(),
        name: words.id("attribute", fact.attribute.id()),
        scope: if scope == value { String::new() } else { scope },
        value,
        is_not: fact.is_not,
        standing,
        why: why
            .filter(|why| !why.is_empty())
            .map(|why| Said::clause(words, why)),
        by: held.by.clone(),
        recorded: held.recorded.strftime("%Y-%m-%d").to_string(),
        known: known(record, fact).map(|when| when.to_string()),
        source: fact.source.0,
        source_title: source.map_or_else(String::new, |source| source.title.clone()),
        source_kind: source.map_or("", |source| source.kind.id()),
        sentence: fact.quote.as_ref().map(|quote| quote.sentence.clone()),
        sentence_lang: source
            .map_or(whose_model::Language::En, |source| source.language)
            .code()
            .to_owned(),
    }
}

/// What a scope is called: a place, an element, a regulator, a response.
fn scope_name(ask: &Ask<'_>, attribute: Attribute, scope: &str) -> String {
    if scope.is_empty() {
        return String::new();
    }
    match attribute {
        Attribute::Element => super::element_name(ask, scope),
        Attribute::People | Attribute::Place => ask.words.place(scope),
        Attribute::RegulatorTold => ask.words.addressee(&ask.shared.law, scope),
        Attribute::Response => ask.words.id("response", scope),
        _ => scope.to_owned(),
    }
}

/// What a fact says, in the page's language where it is a word of ours.
fn value_of(ask: &Ask<'_>, fact: &Fact) -> String {
    let words = ask.words;
    match &fact.value {
        Value::When(when) => match when.exact() {
            Some(day) => words.day(day),
            None => when_words(ask, when),
        },
        Value::Count { n, bound } => {
            let n = words.number(*n);
            match bound {
                Bound::Exactly => n,
                Bound::About => words.fill("register.about-n", &[("n", &n)]),
                Bound::AtLeast => words.fill("register.at-least-n", &[("n", &n)]),
                Bound::AtMost => words.fill("register.at-most-n", &[("n", &n)]),
            }
        }
        Value::Months(n) => words.count("register.months", u64::from(*n)),
        Value::Term(term) => match fact.attribute {
            Attribute::Element => super::element_name(ask, term),
            Attribute::Place => words.place(term),
            Attribute::Industry => super::industry_name(ask, term),
            Attribute::Cause => words.id("kind", term),
            Attribute::Actor => words.id("actor", term),
            Attribute::Stage => words.id("stage", term),
            Attribute::Response => words.id("response", term),
            Attribute::Regulator => words.id("regulator-part", term),
            Attribute::Risk => match term.as_str() {
                "yes" | "no" => words.say(term).to_owned(),
                _ => term.clone(),
            },
            Attribute::Confidentiality
            | Attribute::Integrity
            | Attribute::Availability
            | Attribute::Misuse
            | Attribute::Motive => words.id("effect", &term.to_lowercase()),
            _ => term.clone(),
        },
        Value::Text(text) => text.clone(),
        Value::Relation {
            of,
            kind,
            to,
            since,
        } => {
            let kind = words.id("relation", kind);
            let text = words.fill(
                "register.relation",
                &[("of", of), ("kind", &kind), ("to", to)],
            );
            match since {
                Some(since) => format!("{text} ({since})"),
                None => text,
            }
        }
    }
}

/// A day that is not one: "about", a month, a span.
fn when_words(ask: &Ask<'_>, when: &When) -> String {
    let words = ask.words;
    let text = if when.is_day() {
        words.day(when.first)
    } else {
        let whole = When {
            is_about: false,
            ..*when
        };
        match whole.to_string().split_once("..") {
            Some(_) => words.fill(
                "register.from-to",
                &[
                    ("from", &words.day(when.first)),
                    ("to", &words.day(when.last)),
                ],
            ),
            None => whole.to_string(),
        }
    };
    if when.is_about {
        words.fill("register.about-n", &[("n", &text)])
    } else {
        text
    }
}
