//! The incident at a glance: how many, where, what of theirs, what was not read, what is due, what is uncertain.

use serde::Serialize;
use whose_model::{Cause, DataElement, Incident};

use super::duties::{self, DutyRow, Question};
use super::{Ask, Bar, Made};
use crate::error::Problem;
use crate::query::Query;

#[derive(Serialize)]
struct Glance {
    n_individuals: u64,
    n_exposures: u64,
    n_mentions: u64,
    n_exhibits: u64,
    n_bytes: u64,
    roster: Option<Matched>,
    n_clinicians: u64,
    n_named_only: u64,
    places: Vec<Bar>,
    elements: Vec<Bar>,
    representatives: Vec<Bar>,
    outcomes: Vec<Bar>,
    causes: Vec<Bar>,
    /// What is uncertain, in words, with where to look.
    uncertain: Vec<Doubt>,
    questions: Vec<Question>,
    /// Places where people live whose law is not among the rules: a question to counsel.
    elsewhere: Vec<String>,
    /// Without the questions to counsel.
    duties: Vec<DutyRow>,
    to_people: Vec<DutyRow>,
    /// The next day that counts.
    next: Option<DutyRow>,
    n_late: u64,
    /// Duties whose words say "now".
    n_now: u64,
    kind: Option<String>,
    dates: Vec<Dated>,
    has_incident: bool,
    as_of: String,
    today: String,
}

#[derive(Serialize)]
struct Matched {
    found: u64,
    not_found: u64,
}

#[derive(Serialize)]
struct Doubt {
    what: &'static str,
    n: u64,
    text: String,
    href: Option<String>,
}

#[derive(Serialize)]
struct Dated {
    name: String,
    date: String,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let (words, summary) = (ask.words, &ask.shared.summary);
    let people = ask.href("people");
    let of = |key: &str, value: &str| Query::default().with(key, value).href(&people);
    let all = summary.n_individuals;

    let mut places: Vec<Bar> = summary
        .by_jurisdiction
        .iter()
        .map(|(code, &n)| Bar::new(words, code, words.place(code), n, all).to(of("place", code)))
        .collect();
    places.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.name.cmp(&b.name)));
    let mut elements: Vec<Bar> = DataElement::ALL
        .iter()
        .filter_map(|element| summary.by_element.get(element.id()).map(|&n| (*element, n)))
        .map(|(element, n)| {
            Bar::new(
                words,
                element.id(),
                words.element(&ask.shared.law, element),
                n,
                all,
            )
            .to(of("element", element.id()))
        })
        .collect();
    elements.sort_by_key(|bar| std::cmp::Reverse(bar.n));
    let representatives = summary
        .by_representative
        .iter()
        .map(|(kind, &n)| {
            Bar::new(words, kind, words.id("representative", kind), n, all)
                .to(of("representative", kind))
        })
        .collect();
    let outcomes = ["read", "read-with-gaps", "not-read"]
        .into_iter()
        .map(|id| {
            let n = summary.by_outcome.get(id).copied().unwrap_or(0);
            Bar::new(words, id, words.id("outcome", id), n, summary.n_exhibits).to(Query::default()
                .with("outcome", id)
                .href(&ask.href("exhibits")))
        })
        .collect();
    let requests = ask.shared.view().requests()?;
    let n_requests = requests.iter().filter(|one| one.settled.is_none()).count() as u64;
    let n_gaps: u64 = summary.by_cause.values().sum();
    let causes = Cause::ALL
        .iter()
        .filter_map(|cause| summary.by_cause.get(cause.id()).map(|&n| (cause.id(), n)))
        .map(|(id, n)| {
            Bar::new(words, id, words.id("cause", id), n, n_gaps)
                .to(Query::default().with("cause", id).href(&ask.href("gaps")))
        })
        .collect();

    let mut rows = duties::incident(ask)?;
    let to_people = duties::towards_people(ask)?;
    let questions = duties::questions(rows.iter().chain(&to_people));
    let mut elsewhere: Vec<String> = rows
        .iter()
        .filter_map(|row| row.elsewhere().map(|code| words.place(code)))
        .collect();
    elsewhere.sort();
    rows.retain(|row| row.elsewhere().is_none());
    let dated = || {
        rows.iter()
            .chain(&to_people)
            .filter(|row| row.status == "due" && row.days_left.is_some())
    };
    let next = dated().min_by_key(|row| row.days_left).cloned();
    let n_late = dated()
        .filter(|row| row.days_left.is_some_and(|days| days < 0))
        .count() as u64;
    let n_now = rows
        .iter()
        .chain(&to_people)
        .filter(|row| row.is_now())
        .count() as u64;

    let facts = Glance {
        n_individuals: all,
        n_exposures: summary.n_exposures,
        n_mentions: summary.n_mentions,
        n_exhibits: summary.n_exhibits,
        n_bytes: summary.n_bytes,
        roster: summary
            .roster
            .map(|(found, not_found)| Matched { found, not_found }),
        n_clinicians: summary.n_clinicians,
        n_named_only: summary.n_named_only,
        uncertain: doubts(
            ask,
            (questions.len() + elsewhere.len()) as u64,
            n_gaps,
            n_requests,
        ),
        places,
        elements,
        representatives,
        outcomes,
        causes,
        questions,
        elsewhere,
        duties: rows,
        to_people,
        next,
        n_late,
        n_now,
        kind: ask
            .shared
            .incident
            .as_ref()
            .map(|incident| words.id("kind", incident.kind.id())),
        dates: ask
            .shared
            .incident
            .as_ref()
            .map(|incident| dates(ask, incident))
            .unwrap_or_default(),
        has_incident: summary.has_incident,
        as_of: summary.as_of.clone(),
        today: ask.today.to_string(),
    };
    Made::new(words.say("glance.title"), "glance.html", &facts)
}

fn doubts(ask: &Ask<'_>, n_questions: u64, n_gaps: u64, n_requests: u64) -> Vec<Doubt> {
    let summary = &ask.shared.summary;
    let people =
        |key: &str, value: &str| Some(Query::default().with(key, value).href(&ask.href("people")));
    let not_read = Query::default()
        .with("outcome", "not-read")
        .href(&ask.href("exhibits"));
    [
        (
            "n-questions",
            n_questions,
            Some(ask.href("duties?status=ask")),
        ),
        (
            "n-not-read",
            summary.by_outcome.get("not-read").copied().unwrap_or(0),
            Some(not_read),
        ),
        ("n-gaps", n_gaps, Some(ask.href("gaps"))),
        (
            "no-address",
            summary.n_without_address,
            people("no-address", "1"),
        ),
        ("requests", n_requests, Some(ask.href("requests"))),
        ("ask-first", summary.n_ask_first, people("ask-first", "1")),
        (
            "unknown-place",
            summary.by_jurisdiction.get("unknown").copied().unwrap_or(0),
            people("place", "unknown"),
        ),
        ("pairs", summary.n_questions, None),
        ("unattributed", summary.unattributed.values().sum(), None),
    ]
    .into_iter()
    .filter(|(_, n, _)| *n > 0)
    .map(|(what, n, href)| Doubt {
        what,
        n,
        text: ask.words.count(&format!("glance.{what}"), n),
        href,
    })
    .collect()
}

fn dates(ask: &Ask<'_>, incident: &Incident) -> Vec<Dated> {
    let words = ask.words;
    let provider = incident
        .service_provider
        .as_ref()
        .and_then(|provider| provider.told_custodian);
    let mut dates: Vec<(jiff::civil::Date, String)> = [
        ("began", incident.began),
        ("ended", incident.ended),
        ("suspected", incident.suspected),
        ("provider-told", provider),
        ("discovered", Some(incident.discovered)),
        ("determined", incident.determined),
        ("contained", incident.contained),
        ("hold-until", incident.hold_until),
    ]
    .into_iter()
    .filter_map(|(id, day)| day.map(|day| (day, words.id("date-of", id))))
    .collect();
    for (whom, day) in &incident.notified {
        let whom = match whom.as_str() {
            "individuals" => words.say("date-of.individuals").to_owned(),
            code => words.addressee(&ask.shared.law, code),
        };
        dates.push((*day, words.fill("date-of.told", &[("whom", &whom)])));
    }
    dates.sort_by_key(|(day, _)| *day);
    dates
        .into_iter()
        .map(|(day, name)| Dated {
            name,
            date: day.to_string(),
        })
        .collect()
}
