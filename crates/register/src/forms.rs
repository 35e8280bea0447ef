//! Records in, a register or a yearly count as somebody asks for it out: the forms are data in `forms/`.
//!
//! A form names its columns and what each is made of; no law is named here.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Attribute, Record, RegisterError, Value};

const FORMS: &[(&str, &str)] = &[
    ("ca-on-annual", include_str!("../forms/ca-on-annual.toml")),
    ("ca-pipeda", include_str!("../forms/ca-pipeda.toml")),
    ("ca-qc", include_str!("../forms/ca-qc.toml")),
    ("hhs-portal", include_str!("../forms/hhs-portal.toml")),
    ("table", include_str!("../forms/table.toml")),
];

#[derive(Deserialize)]
struct Form {
    title: String,
    #[serde(default)]
    columns: Vec<(String, String)>,
    #[serde(default)]
    count: Vec<Vec<String>>,
}

/// The names of the forms.
pub fn forms() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|(name, _)| *name)
}

fn form(name: &str) -> Result<Form, RegisterError> {
    let (_, text) = FORMS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or(RegisterError::Form("a form that is known"))?;
    toml::from_str(text).map_err(|_| RegisterError::Form("a form that can be read"))
}

/// Incidents in the columns of a form, as CSV. `drafts` counts what is only proposed.
///
/// # Errors
/// When there is no such form.
pub fn table(name: &str, records: &[Record], drafts: bool) -> Result<String, RegisterError> {
    let form = form(name)?;
    let mut out = csv::Writer::from_writer(Vec::new());
    let failed = |_| RegisterError::Form("a table that can be written");
    if form.count.is_empty() {
        out.write_record(form.columns.iter().map(|(head, _)| head))
            .map_err(failed)?;
        for record in records {
            out.write_record(
                form.columns
                    .iter()
                    .map(|(_, from)| guard(&cell(record, from, drafts))),
            )
            .map_err(failed)?;
        }
    } else {
        let mut head = vec!["year".to_owned(), form.title.clone()];
        head.push("incidents".to_owned());
        out.write_record(&head).map_err(failed)?;
        for (year, records) in by_year(records, drafts) {
            for row in &form.count {
                let Some((title, causes)) = row.split_first() else {
                    continue;
                };
                let n = records
                    .iter()
                    .filter(|record| {
                        record
                            .terms(Attribute::Cause, drafts)
                            .iter()
                            .any(|cause| causes.iter().any(|one| one == cause))
                    })
                    .count();
                out.write_record([year.as_str(), title, &n.to_string()])
                    .map_err(failed)?;
            }
        }
    }
    let bytes = out.into_inner().map_err(|_| RegisterError::TooLarge)?;
    String::from_utf8(bytes).map_err(|_| RegisterError::TooLarge)
}

/// A cell that a spreadsheet would take for a formula is told to be text (OWASP, CSV injection).
fn guard(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn by_year(records: &[Record], drafts: bool) -> BTreeMap<String, Vec<&Record>> {
    let mut years: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in records {
        // The year in which it became known to the custodian; an incident without a day is counted, too.
        let year = [Attribute::Discovered, Attribute::Began]
            .iter()
            .find_map(|attribute| record.date(*attribute, drafts))
            .map_or_else(
                || "unknown".to_owned(),
                |when| when.first.year().to_string(),
            );
        years.entry(year).or_default().push(record);
    }
    years
}

fn cell(record: &Record, from: &str, drafts: bool) -> String {
    let list = |attribute| record.terms(attribute, drafts).join("; ");
    let date = |attribute| {
        record
            .date(attribute, drafts)
            .map_or_else(String::new, |when| when.to_string())
    };
    let first = |attribute| {
        record
            .terms(attribute, drafts)
            .first()
            .copied()
            .unwrap_or("")
            .to_owned()
    };
    match from {
        "id" => record.id.clone(),
        "name" => record.name.clone(),
        "victim" => first(Attribute::Victim),
        "places" => list(Attribute::Place),
        "state" => record
            .terms(Attribute::Place, drafts)
            .iter()
            .find_map(|place| place.strip_prefix("us-"))
            .map_or_else(String::new, str::to_uppercase),
        "period" => match (date(Attribute::Began), date(Attribute::Ended)) {
            (began, ended) if ended.is_empty() => began,
            (began, ended) => format!("{began} to {ended}"),
        },
        "what" => {
            let said = list(Attribute::Summary);
            if said.is_empty() {
                list(Attribute::Action)
            } else {
                said
            }
        }
        "cause" => list(Attribute::Cause),
        "people" => record
            .people(drafts)
            .map_or_else(String::new, |n| n.to_string()),
        "risk" => record
            .used(Attribute::Risk, "", drafts)
            .map_or_else(String::new, |(held, _)| held.fact.value.to_string()),
        "risk-why" => record
            .standing(drafts)
            .filter(|held| held.fact.attribute == Attribute::Note && held.fact.scope == "risk")
            .map(|held| held.fact.value.to_string())
            .collect::<Vec<_>>()
            .join("; "),
        "provider" => {
            let is_there = record.standing(drafts).any(|held| {
                matches!(&held.fact.value, Value::Relation { kind, .. } if kind == "service-provider")
            });
            (if is_there { "Yes" } else { "No" }).to_owned()
        }
        "conflicts" => record.conflicts(drafts).len().to_string(),
        "sources" => record
            .sources
            .iter()
            .map(|source| source.title.as_str())
            .collect::<Vec<_>>()
            .join("; "),
        other => match Attribute::from_id(other) {
            Some(attribute) => {
                let day = date(attribute);
                if day.is_empty() { list(attribute) } else { day }
            }
            None => match other {
                "elements" => list(Attribute::Element),
                "actions" => list(Attribute::Action),
                "actors" => list(Attribute::Actor),
                _ => String::new(),
            },
        },
    }
}

#[test]
fn every_form_can_be_read_and_every_column_is_known() {
    for (name, _) in FORMS {
        let form = form(name).unwrap();
        assert!(!form.columns.is_empty() || !form.count.is_empty(), "{name}");
        assert!(table(name, &[], true).is_ok());
    }
    assert_eq!(guard("=1+1"), "'=1+1");
}
