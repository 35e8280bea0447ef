//! VERIS records in and out, without loss.
//!
//! A record of an older version, or with a field of its own, is not valid by
//! the schema of 1.4.1. What does not fit is put right by the published names
//! where one exists, else left out; each such change is written down in
//! `plus.whose`, where the schema allows anything. Undoing them gives the record
//! as it came in, to the last value.
//!
//! Schema: VERIS 1.4.1, `veris/schema-1.4.1.json` (CC BY-SA 4.0, kept apart).

mod coded;
mod valid;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use whose_model::Language;

pub use self::valid::faults;
use crate::{
    Attribute, Bound, Entry, Event, Fact, IncidentId, Record, RegisterError, Source, SourceId,
    SourceKind, Value, When,
};

/// The schema, as data.
pub(crate) static SCHEMA: LazyLock<Json> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../veris/schema-1.4.1.json")).unwrap_or_default()
});

/// Countries: three letters to two.
static COUNTRIES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    include_str!("../data/countries.csv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .collect()
});

/// Two letters of a country given by two or three.
pub(crate) fn country(code: &str) -> Option<&str> {
    match code.len() {
        2 => COUNTRIES
            .values()
            .find(|known| known.eq_ignore_ascii_case(code))
            .copied(),
        3 => COUNTRIES.get(code.to_uppercase().as_str()).copied(),
        _ => None,
    }
}

/// A UUID for a name: the same name, the same UUID.
pub(crate) fn uuid_of(name: &str) -> String {
    coded::uuid(IncidentId::of(name))
}

/// The name under which a record is the same record when it comes in again.
fn id_of(record: &Json) -> IncidentId {
    IncidentId::of(&format!("veris {record}"))
}

/// The records of a file of one or many, as entries of incidents.
///
/// # Errors
/// When it is not JSON, or a record is not an object.
pub fn import_all(
    json: &[u8],
    at: Timestamp,
    by: &str,
) -> Result<Vec<crate::Change>, RegisterError> {
    let all = match serde_json::from_slice(json)
        .map_err(|_| RegisterError::Form("a JSON file of VERIS records"))?
    {
        Json::Array(all) => all,
        one => vec![one],
    };
    all.iter().map(|record| import(record, at, by)).collect()
}

/// A VERIS record as entries of an incident.
///
/// # Errors
/// When it is not a JSON object.
pub fn import(
    record: &Json,
    at: Timestamp,
    by: &str,
) -> Result<(IncidentId, Vec<Entry>), RegisterError> {
    let original = restore(record).ok_or(RegisterError::Form("a VERIS record"))?;
    let facts = facts_of(&original);
    let text = |pointer: &str| {
        original
            .pointer(pointer)
            .and_then(Json::as_str)
            .unwrap_or("")
    };
    let number = text("/incident_id");
    let victim = text("/victim/victim_id");
    let name = match (victim, number) {
        ("", "") => "VERIS record".to_owned(),
        ("", number) => format!("VERIS {number}"),
        (victim, _) => match original
            .pointer("/timeline/incident/year")
            .and_then(Json::as_i64)
        {
            Some(year) => format!("{victim} {year}"),
            None => victim.to_owned(),
        },
    };
    let source = Source {
        kind: SourceKind::Database,
        title: format!("VERIS record {number}"),
        publisher: text("/source_id").to_owned(),
        published: None,
        language: Language::En,
        digest: blake3::hash(original.to_string().as_bytes())
            .to_hex()
            .to_string(),
        is_corrected: false,
    };
    let entry = |event| Entry {
        at,
        by: by.to_owned(),
        event,
    };
    let entries = vec![
        entry(Event::Opened { name }),
        entry(Event::Sourced(source)),
        entry(Event::Stated(facts)),
        entry(Event::Kept {
            form: "veris".to_owned(),
            body: original.to_string(),
        }),
    ];
    Ok((id_of(&original), entries))
}

/// The incident as a VERIS record that is valid by the schema; `None` when no year is known, which VERIS asks for.
///
/// # Errors
/// When the record that came in whole cannot be read any more: it is not written without what it held.
pub fn export(id: IncidentId, record: &Record) -> Result<Option<Json>, RegisterError> {
    let kept = record
        .kept
        .iter()
        .rev()
        .find(|(form, _)| form == "veris")
        .map(|(_, body)| serde_json::from_str::<Json>(body).map_err(|_| RegisterError::Damaged))
        .transpose()?;
    // What came in whole goes out whole; what was learned since is added where it said nothing.
    let mut document = kept.unwrap_or_else(|| json!({}));
    let original = document.clone();
    let is_own = record.sources.len() > 1 || original.as_object().is_none_or(Map::is_empty);
    if is_own && coded::fill(&mut document, id, record).is_none() {
        return Ok(None);
    }
    Ok(Some(fit(&document)))
}

/// A valid record, with what was changed for it written down.
pub(crate) fn fit(original: &Json) -> Json {
    let mut fitted = original.clone();
    coded::rename(&mut fitted);
    valid::repair(&mut fitted, &SCHEMA);
    let mut changes = Vec::new();
    differences("", original, &fitted, &mut changes);
    if !changes.is_empty()
        && let Some(object) = fitted.as_object_mut()
    {
        let plus = object.entry("plus").or_insert_with(|| json!({}));
        if let Some(plus) = plus.as_object_mut() {
            plus.insert("whose".to_owned(), json!({ "changes": changes }));
        }
    }
    fitted
}

/// The record as it was before `fit`; `None` when it is no object.
pub(crate) fn restore(fitted: &Json) -> Option<Json> {
    let mut record = fitted.clone();
    let object = record.as_object_mut()?;
    let changes = object
        .get_mut("plus")
        .and_then(Json::as_object_mut)
        .and_then(|plus| plus.remove("whose"))
        .and_then(|whose| whose.get("changes").and_then(Json::as_array).cloned())
        .unwrap_or_default();
    let had_plus = changes
        .iter()
        .any(|change| change.get("at").and_then(Json::as_str) == Some("/plus"));
    for change in &changes {
        let Some(at) = change.get("at").and_then(Json::as_str) else {
            continue;
        };
        set(&mut record, at, change.get("was").cloned());
    }
    // `plus` was made for the changes alone.
    if !changes.is_empty()
        && !had_plus
        && record
            .pointer("/plus")
            .and_then(Json::as_object)
            .is_some_and(Map::is_empty)
        && let Some(object) = record.as_object_mut()
    {
        let made = !changes
            .iter()
            .any(|change| change.get("kept_plus").is_some());
        if made {
            object.remove("plus");
        }
    }
    Some(record)
}

fn differences(at: &str, was: &Json, is: &Json, into: &mut Vec<Json>) {
    match (was, is) {
        (Json::Object(old), Json::Object(new)) => {
            for (key, value) in old {
                let place = format!("{at}/{}", escape(key));
                match new.get(key) {
                    Some(now) => differences(&place, value, now, into),
                    None => into.push(json!({ "at": place, "was": value })),
                }
            }
            for key in new.keys().filter(|key| !old.contains_key(*key)) {
                into.push(json!({ "at": format!("{at}/{}", escape(key)) }));
            }
            if at.is_empty()
                && old
                    .get("plus")
                    .and_then(Json::as_object)
                    .is_some_and(Map::is_empty)
            {
                into.push(json!({ "kept_plus": true }));
            }
        }
        _ if was == is => {}
        _ => into.push(json!({ "at": at, "was": was })),
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn set(record: &mut Json, at: &str, value: Option<Json>) {
    let Some((parent, key)) = at.rsplit_once('/') else {
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    if let Some(object) = record.pointer_mut(parent).and_then(Json::as_object_mut) {
        match value {
            Some(value) => object.insert(key, value),
            None => object.remove(&key),
        };
    }
}

/// The facts that a VERIS record states.
fn facts_of(record: &Json) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut push = |attribute, value, scope: &str| {
        facts.push(Fact::new(attribute, value, SourceId(0)).scoped(scope));
    };
    let at = |pointer: &str| record.pointer(pointer);
    let list = |pointer: &str| -> Vec<String> {
        match record.pointer(pointer) {
            Some(Json::Array(all)) => all
                .iter()
                .filter_map(Json::as_str)
                .map(ToOwned::to_owned)
                .collect(),
            Some(Json::String(one)) => vec![one.clone()],
            _ => Vec::new(),
        }
    };
    let text = |pointer: &str| {
        at(pointer)
            .and_then(Json::as_str)
            .filter(|text| !text.is_empty() && *text != "Unknown")
    };
    if let Some(victim) = text("/victim/victim_id") {
        push(Attribute::Victim, Value::Text(victim.to_owned()), "");
    }
    let state = text("/victim/state").map(str::to_lowercase);
    for code in list("/victim/country") {
        if let Some(code) = country(&code) {
            let code = code.to_lowercase();
            push(Attribute::Place, Value::Term(code.clone()), "");
            if let Some(state) = state
                .as_deref()
                .filter(|state| state.len() == 2 && ["us", "ca"].contains(&code.as_str()))
            {
                push(Attribute::Place, Value::Term(format!("{code}-{state}")), "");
            }
        }
    }
    if let Some(industry) = text("/victim/industry").and_then(coded::industry) {
        push(Attribute::Industry, Value::Term(industry), "");
    }
    if let Some(summary) = text("/summary") {
        push(Attribute::Summary, Value::Text(summary.to_owned()), "");
    }
    let part = |key: &str| at(&format!("/timeline/incident/{key}")).and_then(Json::as_i64);
    let began = part("year")
        .and_then(|year| i16::try_from(year).ok())
        .and_then(|year| {
            let month = part("month").and_then(|month| i8::try_from(month).ok());
            let day = part("day").and_then(|day| i8::try_from(day).ok());
            match (month, day) {
                (Some(month), Some(day)) => {
                    jiff::civil::Date::new(year, month, day).ok().map(When::day)
                }
                (Some(month), None) => When::month(year, month),
                _ => When::year(year),
            }
        });
    if let Some(began) = began {
        push(Attribute::Began, Value::When(began), "");
        if let Some(discovered) = coded::later(at("/timeline/discovery"), began) {
            push(Attribute::Discovered, Value::When(discovered), "");
        }
    }
    for actor in ["external", "internal", "partner"] {
        if at(&format!("/actor/{actor}")).is_some() {
            push(Attribute::Actor, Value::Term(actor.to_owned()), "");
        }
        for name in list(&format!("/actor/{actor}/name")) {
            push(Attribute::ActorName, Value::Text(name), "");
        }
        for motive in list(&format!("/actor/{actor}/motive")) {
            if !["Unknown", "NA"].contains(&motive.as_str()) {
                push(Attribute::Motive, Value::Term(motive), "");
            }
        }
        for place in list(&format!("/actor/{actor}/country")) {
            if let Some(place) = country(&place) {
                push(Attribute::ActorPlace, Value::Term(place.to_lowercase()), "");
            }
        }
    }
    if let Some(actions) = at("/action").and_then(Json::as_object) {
        for family in actions.keys() {
            let mut varieties = list(&format!("/action/{}/variety", escape(family)));
            if varieties.is_empty() {
                varieties.push("Unknown".to_owned());
            }
            for variety in varieties {
                push(
                    Attribute::Action,
                    Value::Term(format!("{family}/{variety}")),
                    "",
                );
            }
        }
    }
    for data in at("/attribute/confidentiality/data")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        if let Some(element) = data
            .get("variety")
            .and_then(Json::as_str)
            .and_then(coded::element)
        {
            push(Attribute::Element, Value::Term(element.to_owned()), element);
        }
    }
    if at("/attribute/confidentiality").is_some()
        && text("/attribute/confidentiality/data_disclosure") != Some("No")
    {
        push(
            Attribute::Confidentiality,
            Value::Term("breached".to_owned()),
            "",
        );
    }
    if at("/attribute/availability").is_some() {
        push(
            Attribute::Availability,
            Value::Term("interrupted".to_owned()),
            "",
        );
    }
    if let Some(n) = at("/attribute/confidentiality/data_total")
        .and_then(Json::as_u64)
        .filter(|n| *n > 0)
    {
        push(
            Attribute::People,
            Value::Count {
                n,
                bound: Bound::Exactly,
            },
            "",
        );
    }
    facts
}

#[cfg(test)]
mod tests;
