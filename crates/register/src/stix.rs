//! A record in, a STIX 2.1 bundle out, with the ATT&CK techniques that the published mapping gives its actions.
//!
//! Only victim, incident and techniques: what happened, and to whom. The ids
//! are made of the incident's number, so the same record gives the same bundle.
//!
//! Format: STIX 2.1 (OASIS Standard, 10 June 2021). Mapping: VERIS 1.4.1 to
//! ATT&CK 19.1, `veris/attack-19.1.csv` (CC BY-SA 4.0, kept apart).

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::veris::uuid_of;
use crate::{Attribute, Record};

/// The bundle of a record.
pub fn bundle(record: &Record, drafts: bool) -> Json {
    let id = |kind: &str, of: &str| {
        format!(
            "{kind}--{}",
            uuid_of(&format!("{}\n{kind}\n{of}", record.id))
        )
    };
    let stamp = |at: Option<jiff::Timestamp>| {
        let at = at.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        format!("{at:.3}")
    };
    let (created, modified) = (stamp(record.opened), stamp(record.changed));
    let common = |kind: &str, of: &str| json!({ "type": kind, "spec_version": "2.1", "id": id(kind, of), "created": created, "modified": modified });
    let with = |mut object: Json, more: Json| {
        if let (Some(object), Some(more)) = (object.as_object_mut(), more.as_object()) {
            object.extend(more.clone());
        }
        object
    };
    let mut objects = Vec::new();
    let sources: Vec<Json> = record
        .sources
        .iter()
        .filter(|source| !source.title.is_empty())
        .map(|source| json!({ "source_name": if source.publisher.is_empty() { source.kind.id() } else { &source.publisher }, "description": source.title }))
        .collect();
    let mut incident = with(
        common("incident", ""),
        json!({ "name": record.name, "description": said(record, drafts) }),
    );
    if !sources.is_empty() {
        incident["external_references"] = json!(sources);
    }
    let incident_id = incident["id"].clone();
    objects.push(incident);
    let relate = |from: &Json, kind: &str, to: &Json| {
        with(
            common("relationship", &format!("{from}{kind}{to}")),
            json!({ "relationship_type": kind, "source_ref": from, "target_ref": to }),
        )
    };
    for victim in record.terms(Attribute::Victim, drafts) {
        let object = with(
            common("identity", victim),
            json!({ "name": victim, "identity_class": "organization", "sectors": ["healthcare"] }),
        );
        objects.push(relate(&incident_id, "related-to", &object["id"]));
        objects.push(object);
    }
    for (technique, name, of) in techniques(record, drafts) {
        let object = with(
            common("attack-pattern", technique),
            json!({
                "name": name,
                "description": format!("By the published mapping of {of}."),
                "external_references": [{
                    "source_name": "mitre-attack", "external_id": technique,
                    "url": format!("https://attack.mitre.org/techniques/{}", technique.replace('.', "/")),
                }],
            }),
        );
        objects.push(relate(&incident_id, "related-to", &object["id"]));
        objects.push(object);
    }
    json!({ "type": "bundle", "id": id("bundle", ""), "objects": objects })
}

fn said(record: &Record, drafts: bool) -> String {
    let summary = record.terms(Attribute::Summary, drafts).join(" ");
    if !summary.is_empty() {
        return summary;
    }
    let mut parts = Vec::new();
    for attribute in [
        Attribute::Began,
        Attribute::Discovered,
        Attribute::RegulatorTold,
        Attribute::PeopleTold,
    ] {
        if let Some(when) = record.date(attribute, drafts) {
            parts.push(format!("{}: {when}", attribute.id()));
        }
    }
    if let Some(people) = record.people(drafts) {
        parts.push(format!("people: {people}"));
    }
    parts.join("; ")
}

/// Techniques for a record's actions: number, name, and the action that led there.
pub fn techniques(record: &Record, drafts: bool) -> Vec<(&'static str, &'static str, String)> {
    let actions = record.terms(Attribute::Action, drafts);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for line in include_str!("../veris/attack-19.1.csv").lines().skip(1) {
        let mut cells = line.splitn(3, ',');
        let (Some(capability), Some(technique), Some(name)) =
            (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let is_told = actions.iter().any(|action| {
            action.split_once('/').is_some_and(|(family, variety)| {
                variety != "Unknown" && capability == format!("action.{family}.variety.{variety}")
            })
        });
        if is_told && seen.insert(technique) {
            found.push((technique, name.trim_matches('"'), capability.to_owned()));
        }
    }
    found
}

#[test]
fn a_record_with_ransomware_leads_to_its_techniques() {
    use crate::{AsOf, Entry, Event, Fact, IncidentId, SourceId, Value};
    let entry = Entry {
        at: jiff::Timestamp::UNIX_EPOCH,
        by: String::new(),
        event: Event::Stated(vec![
            Fact::new(
                Attribute::Action,
                Value::Term("malware/Ransomware".into()),
                SourceId(0),
            ),
            Fact::new(
                Attribute::Victim,
                Value::Text("Northfield".into()),
                SourceId(0),
            ),
        ]),
    };
    let record = Record::fold(IncidentId::of("x"), &[entry], AsOf::default());
    let bundle = bundle(&record, true);
    let objects = bundle["objects"].as_array().unwrap();
    assert!(
        objects
            .iter()
            .any(|object| object["external_references"][0]["external_id"] == "T1486")
    );
    // Every relation ends at an object of the bundle.
    for relation in objects
        .iter()
        .filter(|object| object["type"] == "relationship")
    {
        for end in ["source_ref", "target_ref"] {
            assert!(objects.iter().any(|object| object["id"] == relation[end]));
        }
    }
    assert_eq!(bundle["objects"][0]["created"], "1970-01-01T00:00:00.000Z");
}
