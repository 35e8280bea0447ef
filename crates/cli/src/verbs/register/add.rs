//! `whose register add`: an incident typed in, by options or by answers; `correct`: a fact put right.

use std::io::{self, BufRead, Write};

use whose_model::{DataElement, IncidentKind, Language};
use whose_register::{
    AsOf, Bound, Event, Fact, FactId, Mistyped, Record, Register, RegisterError, Source, SourceId,
    SourceKind, Typed, Typist, Value, When, number_typed,
};

use super::args::AddArgs;
use super::{failure, now, write};
use crate::args::Cli;
use crate::front::{Done, Failure, can_ask, print};

/// The ids of every kind of incident.
fn kinds() -> String {
    let kinds: Vec<&str> = IncidentKind::ALL.iter().map(|kind| kind.id()).collect();
    kinds.join(", ")
}

/// How a day is written.
const DAY: &str = "as 2024-02-21, 2024-02 or 2024; with ~ for about";

pub(crate) fn run(cli: &Cli, register: &mut Register, args: &AddArgs) -> Result<Done, Failure> {
    let is_bare =
        args.name.is_none() && args.victim.is_none() && args.what.is_none() && args.to.is_none();
    let asked;
    let args = if is_bare {
        if !can_ask() {
            return Err(Failure::usage(
                "nothing was given to add",
                "give --name, --what, --discovered and so on, or run it in a terminal to be asked",
            ));
        }
        asked = ask()?;
        &asked
    } else {
        args
    };
    let into = match &args.to {
        Some(text) => Some(register.find(text).map_err(failure)?),
        None => None,
    };
    let typed = typed(args);
    let facts = typed.facts().map_err(mistyped)?;
    let typist = Typist {
        by: &super::by(),
        at: now(),
        today: crate::verbs::today(),
    };
    let id = register
        .type_in(&typed.name(), facts, into, typist)
        .map_err(failure)?;
    if cli.json {
        print(&format!(
            "{}\n",
            serde_json::json!({ "incident": id.to_string() })
        ))?;
    } else {
        print(&format!("{id}\n"))?;
    }
    Ok(Done::Whole)
}

fn typed(args: &AddArgs) -> Typed {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Typed {
        name: text(&args.name),
        victim: text(&args.victim),
        place: text(&args.place),
        cause: text(&args.cause),
        what: text(&args.what),
        began: text(&args.began),
        discovered: text(&args.discovered),
        people: args.people.map_or_else(String::new, |n| n.to_string()),
        elements: args.elements.clone(),
        risk: text(&args.risk),
        why: text(&args.why),
        regulator_told: text(&args.regulator_told),
        people_told: text(&args.people_told),
        done: text(&args.done),
    }
}

/// A field that holds what it cannot, with what it could.
fn mistyped(wrong: Mistyped) -> Failure {
    let Mistyped { field, value } = wrong;
    match field {
        "cause" => Failure::usage(
            format!("there is no kind `{value}`"),
            format!("one of {}", kinds()),
        ),
        "elements" => Failure::usage(
            format!("there is no element `{value}`"),
            "as name, health-number, diagnosis",
        ),
        "risk" => Failure::usage(format!("{value} is neither yes nor no"), "yes or no"),
        _ => Failure::usage(format!("{value} is no day"), DAY),
    }
}

/// Asks for an incident, one line an answer; an empty answer leaves it unknown, one that cannot be is asked again.
fn ask() -> Result<AddArgs, Failure> {
    let mut out = io::stderr();
    let mut lines = io::stdin().lock().lines();
    let mut one = |question: &str, fault: fn(&str) -> Option<String>| loop {
        write!(out, "{question} ")?;
        out.flush()?;
        let Some(line) = lines.next().transpose()? else {
            return Ok::<_, Failure>(None);
        };
        let answer = line.trim();
        match fault(answer) {
            _ if answer.is_empty() => return Ok(None),
            None => return Ok(Some(answer.to_owned())),
            Some(fault) => writeln!(out, "  {fault}")?,
        }
    };
    let any: fn(&str) -> Option<String> = |_| None;
    let is_day: fn(&str) -> Option<String> = |day| Some(day.parse::<When>().err()?.to_string());
    let mut args = AddArgs {
        what: one("What happened?", any)?,
        ..AddArgs::default()
    };
    args.victim = one("Whose data was it (organisation)?", any)?;
    args.place = one("Where (ca-on, ca-qc, us-ny)?", any)?;
    args.cause = one(&format!("Which kind ({})?", kinds()), |kind| {
        IncidentKind::from_id(kind)
            .is_none()
            .then(|| format!("there is no kind `{kind}`"))
    })?;
    args.began = one(
        "When did it happen (2024-02-21, 2024-02, ~2024-02-21)?",
        is_day,
    )?;
    args.discovered = one("When did you learn of it?", is_day)?;
    args.people = match one("How many people?", |n| {
        number_typed(n)
            .is_none()
            .then(|| format!("{n} is no number"))
    })? {
        Some(n) => number_typed(&n),
        None => None,
    };
    let elements = one(
        "What of theirs (name, health-number, diagnosis ...)?",
        |list| {
            let unknown = list
                .split(',')
                .map(str::trim)
                .find(|one| DataElement::from_id(one).is_none())?;
            Some(format!("there is no element `{unknown}`"))
        },
    )?;
    for element in elements.iter().flat_map(|list| list.split(',')) {
        args.elements.push(element.trim().to_owned());
    }
    args.risk = one("Is there a risk of serious harm (yes, no)?", |risk| {
        let known = ["yes", "no"].contains(&risk.to_lowercase().as_str());
        (!known).then(|| "yes or no".to_owned())
    })?
    .map(|risk| risk.to_lowercase());
    args.why = one("Why?", any)?;
    args.people_told = one("When were the people told?", is_day)?;
    args.regulator_told = one("When was the regulator told?", is_day)?;
    args.done = one("What was done so that it does not happen again?", any)?;
    Ok(args)
}

/// Replaces a fact, or withdraws it.
pub(crate) fn correct(
    register: &mut Register,
    incident: &str,
    fact: u32,
    to: Option<&str>,
    why: &str,
) -> Result<Done, Failure> {
    let id = register.find(incident).map_err(failure)?;
    let entries = register.entries(id).map_err(failure)?;
    let record = Record::fold(id, &entries, AsOf::default());
    let old = record
        .facts
        .iter()
        .find(|held| held.id == FactId(fact))
        .ok_or_else(|| failure(RegisterError::NoFact(fact)))?;
    let mut events = Vec::new();
    let by = match to {
        None => None,
        Some(to) => {
            let value = match &old.fact.value {
                Value::When(_) => Value::When(
                    to.parse()
                        .map_err(|error| Failure::usage(format!("{to}: {error}"), DAY))?,
                ),
                Value::Count { .. } => Value::Count {
                    n: number_typed(to).ok_or_else(|| {
                        Failure::usage(format!("{to} is no number"), "as 7293 or 7,293")
                    })?,
                    bound: Bound::Exactly,
                },
                Value::Months(_) => {
                    Value::Months(to.trim_end_matches(" months").parse().map_err(|_| {
                        Failure::usage(format!("{to} is no number of months"), "as 24")
                    })?)
                }
                Value::Term(_) => Value::Term(to.to_owned()),
                _ => Value::Text(to.to_owned()),
            };
            let source = SourceId(record.sources.len() as u32);
            events.push(Event::Sourced(Source {
                kind: SourceKind::Person,
                title: format!("corrected by {}", super::by()),
                publisher: String::new(),
                published: Some(When::day(crate::verbs::today())),
                language: Language::En,
                digest: String::new(),
                is_corrected: false,
            }));
            let new = Fact {
                value,
                source,
                quote: None,
                known: None,
                ..old.fact.clone()
            };
            events.push(Event::Stated(vec![new]));
            Some(FactId(Record::next_fact(&entries)))
        }
    };
    events.push(Event::Corrected {
        fact: FactId(fact),
        by,
        why: why.to_owned(),
    });
    write(register, id, events)
}
