//! `whose register case`: a case's own numbers and its incident file as facts. A later run adds what is new.

use std::path::Path;

use whose_engine::View;
use whose_engine::store::Case;
use whose_model::{Judgement, Language};
use whose_register::{
    AsOf, Attribute, Bound, Event, Fact, FactId, IncidentId, Record, Register, Source, SourceId,
    SourceKind, Standing, Value, When,
};

use super::{entry, failure};
use crate::args::Cli;
use crate::front::{Done, Failure, print};

pub(crate) fn run(cli: &Cli, register: &mut Register, dir: &Path) -> Result<Done, Failure> {
    let case = crate::secrets::open(dir, &cli.secrets)?;
    let (id, n_changes) = record(register, &case)?;
    if cli.json {
        print(&format!(
            "{}\n",
            serde_json::json!({ "incident": id.to_string(), "changes": n_changes })
        ))?;
    } else {
        print(&format!("{id}  {n_changes} changes\n"))?;
    }
    Ok(Done::Whole)
}

/// Fills the record of a case or brings it up to date; says which it is and how much was new.
pub(super) fn record(register: &mut Register, case: &Case) -> Result<(IncidentId, usize), Failure> {
    let view = View::new(case);
    let id = IncidentId::of(&format!("case {}", case.public_key()));
    let entries = register.entries(id).map_err(failure)?;
    let record = Record::fold(id, &entries, AsOf::default());
    let source = SourceId(record.sources.len() as u32);
    let (name, facts) = facts(&view, source, &case.meta().name)?;
    let is_same = |held: &Fact, fact: &Fact| {
        held.attribute == fact.attribute
            && held.scope == fact.scope
            && held.value == fact.value
            && held.is_not == fact.is_not
    };
    let held: Vec<_> = record
        .facts
        .iter()
        .filter(|held| {
            held.standing == Standing::Accepted
                && record
                    .source(held.fact.source)
                    .is_some_and(|source| source.kind == SourceKind::Case)
        })
        .collect();
    let new: Vec<Fact> = facts
        .iter()
        .filter(|fact| !held.iter().any(|held| is_same(&held.fact, fact)))
        .cloned()
        .collect();
    // What the case no longer says is replaced, not erased.
    let first = Record::next_fact(&entries);
    let corrections: Vec<Event> = held
        .iter()
        .filter(|held| !facts.iter().any(|fact| is_same(&held.fact, fact)))
        .map(|held| Event::Corrected {
            fact: held.id,
            by: new
                .iter()
                .position(|fact| {
                    fact.attribute == held.fact.attribute && fact.scope == held.fact.scope
                })
                .map(|n| FactId(first + n as u32)),
            why: "the case says otherwise after its last run".to_owned(),
        })
        .collect();
    let n_changes = new.len() + corrections.len();
    if n_changes > 0 {
        let mut events = Vec::new();
        if entries.is_empty() {
            events.push(Event::Opened { name });
        }
        events.push(Event::Sourced(Source {
            kind: SourceKind::Case,
            title: format!("case {}", case.meta().name),
            publisher: String::new(),
            published: Some(When::day(crate::verbs::today())),
            language: Language::En,
            digest: String::new(),
            is_corrected: false,
        }));
        events.push(Event::Stated(new));
        events.extend(corrections);
        register
            .append(id, events.into_iter().map(entry).collect())
            .map_err(failure)?;
    }
    Ok((id, n_changes))
}

/// What a case states of its incident. Counts of people and elements, never a person.
fn facts(view: &View<'_>, source: SourceId, case: &str) -> Result<(String, Vec<Fact>), Failure> {
    let summary = view.summary()?;
    let mut facts = Vec::new();
    let mut push = |attribute, value, scope: &str| {
        facts.push(Fact::new(attribute, value, source).scoped(scope))
    };
    let count = |n| Value::Count {
        n,
        bound: Bound::Exactly,
    };
    let term = |text: &str| Value::Term(text.to_owned());
    push(Attribute::People, count(summary.n_individuals), "");
    for (place, n) in &summary.by_jurisdiction {
        push(Attribute::People, count(*n), place);
        if place != "unknown" {
            push(Attribute::Place, term(place), "");
        }
    }
    for element in summary.by_element.keys() {
        push(Attribute::Element, term(element), element);
    }
    let mut name = case.to_owned();
    if let Some(incident) = view.incident()? {
        name.clone_from(&incident.name);
        push(
            Attribute::Victim,
            Value::Text(incident.custodian.organisation.name.clone()),
            "",
        );
        push(Attribute::Industry, term("62"), "");
        push(Attribute::Cause, term(incident.kind.id()), "");
        for (attribute, day) in [
            (Attribute::Began, incident.began),
            (Attribute::Ended, incident.ended),
            (Attribute::Discovered, Some(incident.discovered)),
            (Attribute::Determined, incident.determined),
            (Attribute::Contained, incident.contained),
        ] {
            if let Some(day) = day {
                push(attribute, Value::When(When::day(day)), "");
            }
        }
        for (who, day) in &incident.notified {
            let (attribute, scope) = if who == "individuals" {
                (Attribute::PeopleTold, "")
            } else {
                (Attribute::RegulatorTold, who.as_str())
            };
            push(attribute, Value::When(When::day(*day)), scope);
        }
        if incident.exfiltrated == Judgement::Yes {
            push(Attribute::Stage, term("exfiltration"), "");
            push(Attribute::Confidentiality, term("breached"), "");
        }
        if incident.real_risk_of_significant_harm != Judgement::Undecided {
            push(
                Attribute::Risk,
                term(incident.real_risk_of_significant_harm.id()),
                "",
            );
        }
        if !incident.what_happened_en.is_empty() {
            push(
                Attribute::Summary,
                Value::Text(incident.what_happened_en.clone()),
                "",
            );
        }
        if !incident.what_we_did_en.is_empty() {
            push(
                Attribute::Response,
                Value::Text(incident.what_we_did_en.clone()),
                "measures",
            );
        }
        if incident.offer.monitoring_months > 0 {
            push(
                Attribute::MonitoringOffered,
                Value::Months(incident.offer.monitoring_months),
                "",
            );
        }
        if let Some(provider) = &incident.service_provider {
            let relation = Value::Relation {
                of: provider.organisation.name.clone(),
                kind: "service-provider".to_owned(),
                to: incident.custodian.organisation.name.clone(),
                since: None,
            };
            push(Attribute::Relation, relation, "");
        }
    }
    Ok((name, facts))
}
