//! Rows of a public portal in, incidents out: one row, one incident, with its text read as a report.
//!
//! The portal is passed on as different tables: one has the day on which it
//! was told, another the days of the breach. A breach of the same entity, in
//! the same state, of the same number of people is one incident in all of
//! them; of several such, the first is the first.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use whose_model::Language;

use crate::read::{Given, read};
use crate::words::fold;
use crate::{
    Attribute, Bound, Change, Entry, Event, Fact, IncidentId, RegisterError, Source, SourceId,
    SourceKind, Value, When,
};

/// Incidents of a CSV file in the columns of the portal of HHS OCR, in any of the shapes in which it is passed on.
///
/// # Errors
/// When it has no column for the entity's name.
pub fn import(csv: &[u8], at: Timestamp, by: &str) -> Result<Vec<Change>, RegisterError> {
    rows(csv, at, by, true)
}

/// The same without reading what is written of each: days and numbers alone, for a cohort.
pub(crate) fn import_without_text(csv: &[u8]) -> Result<Vec<Change>, RegisterError> {
    rows(csv, Timestamp::UNIX_EPOCH, "", false)
}

fn rows(
    csv: &[u8],
    at: Timestamp,
    by: &str,
    with_text: bool,
) -> Result<Vec<Change>, RegisterError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv);
    let heads = reader
        .headers()
        .map_err(|_| RegisterError::Form("a table"))?
        .clone();
    // "Name.of.Covered.Entity", "Name_of_Covered_Entity" and "Name of Covered Entity" are one.
    let columns: BTreeMap<String, usize> = heads
        .iter()
        .enumerate()
        .map(|(n, head)| (head.to_lowercase().replace(['.', '_', ' '], ""), n))
        .collect();
    if !columns.contains_key("nameofcoveredentity") {
        return Err(RegisterError::Form(
            "a table with a column for the name of the covered entity",
        ));
    }
    let mut found = Vec::new();
    for row in reader.byte_records() {
        let row = row.map_err(|_| RegisterError::Form("a table whose every row can be read"))?;
        let cell = |names: &[&str]| -> String {
            names
                .iter()
                .find_map(|name| row.get(*columns.get(*name)?))
                .map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned())
                .filter(|text| text != "\\N" && text != "NA")
                .unwrap_or_default()
        };
        let name = cell(&["nameofcoveredentity"]);
        if name.is_empty() {
            continue;
        }
        let mut facts = Vec::new();
        let mut push = |attribute, value, scope: &str| {
            facts.push(Fact::new(attribute, value, SourceId(0)).scoped(scope))
        };
        push(Attribute::Victim, Value::Text(name.clone()), "");
        push(Attribute::Place, Value::Term("us".to_owned()), "");
        push(Attribute::Industry, Value::Term("62".to_owned()), "");
        let state = cell(&["state"]);
        if state.len() == 2 {
            push(
                Attribute::Place,
                Value::Term(format!("us-{}", state.to_lowercase())),
                "",
            );
        }
        let people = cell(&["individualsaffected"]);
        match people.replace(',', "").parse::<u64>() {
            Ok(n) => push(
                Attribute::People,
                Value::Count {
                    n,
                    bound: Bound::Exactly,
                },
                "",
            ),
            Err(_) if people.is_empty() => {}
            // What cannot be understood is kept in its own words.
            Err(_) => push(Attribute::Note, Value::Text(people.clone()), "people"),
        }
        let told = day(&cell(&["breachsubmissiondate"]));
        for (attribute, column) in [
            (Attribute::Began, "breachstart"),
            (Attribute::Ended, "breachend"),
            (Attribute::RegulatorTold, "breachsubmissiondate"),
        ] {
            let text = cell(&[column]);
            match day(&text) {
                Some(day) => push(attribute, Value::When(day), ""),
                None if text.is_empty() => {}
                None => push(Attribute::Note, Value::Text(text), attribute.id()),
            }
        }
        for kind in cell(&["typeofbreach"]).split([',', '/']) {
            for (action, cause, actor) in coded(kind.trim()) {
                push(Attribute::Action, Value::Term((*action).to_owned()), "");
                push(Attribute::Cause, Value::Term((*cause).to_owned()), "");
                push(Attribute::Actor, Value::Term((*actor).to_owned()), "");
            }
        }
        let provider = cell(&["businessassociateinvolved"]);
        if !provider.is_empty() && !["TRUE", "FALSE", "Yes", "No"].contains(&provider.as_str()) {
            let relation = Value::Relation {
                of: provider,
                kind: "service-provider".to_owned(),
                to: name.clone(),
                since: None,
            };
            push(Attribute::Relation, relation, "");
        }
        let text = cell(&["summary", "webdescription"]);
        let posted = told.or_else(|| day(&cell(&["datepostedorupdated"])));
        let source = Source {
            kind: SourceKind::Database,
            title: format!("Portal of HHS OCR: {name}"),
            publisher: "HHS OCR".to_owned(),
            published: posted,
            language: Language::En,
            digest: digest_of(&row),
            is_corrected: false,
        };
        let entry = |event| Entry {
            at,
            by: by.to_owned(),
            event,
        };
        let mut entries = vec![
            entry(Event::Opened {
                name: match posted {
                    Some(day) => format!("{name} {}", day.first.year()),
                    None => name.clone(),
                },
            }),
            entry(Event::Sourced(source)),
            entry(Event::Stated(facts)),
        ];
        if !text.is_empty() && with_text {
            // What the text says beyond its row is only proposed.
            let given = Given {
                kind: Some(SourceKind::Database),
                published: posted,
                ..Given::default()
            };
            let told: Vec<Fact> = read(&text, &given)?
                .facts
                .into_iter()
                .filter(|fact| {
                    !matches!(
                        fact.attribute,
                        Attribute::Victim | Attribute::Place | Attribute::Industry
                    )
                })
                .collect();
            entries.push(entry(Event::Proposed(told)));
            entries.push(entry(Event::Stated(vec![Fact::new(
                Attribute::Summary,
                Value::Text(text),
                SourceId(0),
            )])));
        }
        let first = |column: &str| day(&cell(&[column])).map(|day| day.first);
        found.push(Row {
            key: format!(
                "portal {}\t{}\t{}",
                fold(&name),
                state.to_lowercase(),
                people.replace(',', "")
            ),
            day: first("breachsubmissiondate").or_else(|| first("breachstart")),
            entries,
        });
    }
    Ok(numbered(found))
}

/// A row that became entries, and what tells its incident from others.
struct Row {
    key: String,
    day: Option<Date>,
    entries: Vec<Entry>,
}

/// Gives each row the id of its incident: its key, and the how manieth day it is of those that have this key.
fn numbered(rows: Vec<Row>) -> Vec<Change> {
    let mut days: BTreeMap<String, std::collections::BTreeSet<Option<Date>>> = BTreeMap::new();
    for row in &rows {
        days.entry(row.key.clone()).or_default().insert(row.day);
    }
    rows.into_iter()
        .map(|row| {
            let n = days.get(&row.key).map_or(0, |days| {
                days.iter().take_while(|day| **day < row.day).count()
            });
            (IncidentId::of(&format!("{}\t{n}", row.key)), row.entries)
        })
        .collect()
}

fn digest_of(row: &csv::ByteRecord) -> String {
    let mut hasher = blake3::Hasher::new();
    for cell in row {
        hasher.update(&(cell.len() as u64).to_be_bytes());
        hasher.update(cell);
    }
    hasher.finalize().to_hex().to_string()
}

/// A day as `2021-05-03`, with or without a time after it, or in the portal's own way, `05/03/2021`.
fn day(text: &str) -> Option<When> {
    let text = text.split([' ', 'T']).next()?;
    let parts: Vec<i16> = text
        .split('/')
        .map(str::parse)
        .collect::<Result<_, _>>()
        .unwrap_or_else(|_| Vec::new());
    match parts[..] {
        [month, day, year] => {
            let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            Date::new(year, month, day).ok().map(When::day)
        }
        _ => text.parse().ok(),
    }
}

/// The portal's kinds of breach in our words.
fn coded(kind: &str) -> &'static [(&'static str, &'static str, &'static str)] {
    match kind {
        "Theft" => &[("physical/Theft", "theft", "external")],
        "Loss" => &[("error/Loss", "loss", "internal")],
        "Hacking" | "IT Incident" | "Hacking/IT Incident" => {
            &[("hacking/Unknown", "theft", "external")]
        }
        "Improper Disposal" => &[("error/Disposal error", "improper-disposal", "internal")],
        "Unauthorized Access" => &[("misuse/Privilege abuse", "unauthorized-access", "internal")],
        "Disclosure" => &[("error/Misdelivery", "unauthorized-disclosure", "internal")],
        _ => &[],
    }
}

#[test]
fn a_row_is_an_incident_whatever_its_columns_are_called() {
    let csv = b"x,Name.of.Covered.Entity,State,Individuals.Affected,Breach.Submission.Date,Type.of.Breach,Web.Description\n1,Northfield Dental,TX,\"1,200\",2021-05-03,Theft,A laptop was stolen. It contained names and diagnoses.\n2,,TX,1,,,\n";
    let changes = import(csv, Timestamp::UNIX_EPOCH, "tester").unwrap();
    assert_eq!(changes.len(), 1);
    let record = crate::Record::fold(changes[0].0, &changes[0].1, crate::AsOf::default());
    assert_eq!(record.people(false), Some(1200));
    assert_eq!(record.name, "Northfield Dental 2021");
    assert!(
        record
            .terms(Attribute::Element, true)
            .contains(&"diagnosis")
    );
    assert!(import(b"a,b\n1,2\n", Timestamp::UNIX_EPOCH, "").is_err());
}

#[test]
fn days_are_read_as_the_portal_writes_them_and_what_is_no_day_is_kept_in_words() {
    let csv = b"Name of Covered Entity,Individuals Affected,Breach Submission Date\nNorthfield Dental,many,05/13/2021\nSouth,7,soon\n";
    let changes = import(csv, Timestamp::UNIX_EPOCH, "tester").unwrap();
    let fold = |n: usize| crate::Record::fold(changes[n].0, &changes[n].1, crate::AsOf::default());
    let told = fold(0).date(Attribute::RegulatorTold, false).unwrap();
    assert_eq!(told.to_string(), "2021-05-13");
    assert_eq!(fold(0).people(false), None);
    assert_eq!(fold(0).terms(Attribute::Note, false), ["many"]);
    assert_eq!(fold(1).terms(Attribute::Note, false), ["soon"]);
    assert_eq!(day("2021-05-13T00:00:00Z"), day("5/13/2021"));
    assert_eq!(day("13/13/2021"), None);
}
