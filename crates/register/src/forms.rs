//! Records in, a register or a yearly count as somebody asks for it out: the forms are data in `forms/`.
//!
//! A form names its columns and what each is made of; no law is named here.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use whose_model::Language;

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
    /// How long it must be kept, in words.
    #[serde(default)]
    keep: String,
    /// The same in months.
    #[serde(default)]
    keep_months: i64,
    /// From which day: the first of these that is known.
    #[serde(default)]
    keep_from: Vec<String>,
    /// The language in which elements are named; without it by their ids.
    language: Option<Language>,
    /// What stands for an id of the register.
    #[serde(default)]
    words: BTreeMap<String, String>,
    #[serde(default)]
    count: Vec<Row>,
}

/// A row of a yearly count: which incidents it counts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    title: String,
    /// Of one of these kinds.
    cause: Vec<String>,
    /// Done by one of these.
    #[serde(default)]
    actor: Vec<String>,
    /// With one of these actions, or of one of these families.
    #[serde(default)]
    action: Vec<String>,
    /// And with none of these.
    #[serde(default)]
    without: Vec<String>,
}

impl Row {
    fn counts(&self, record: &Record, drafts: bool) -> bool {
        let has = |attribute, wanted: &[String]| {
            record.terms(attribute, drafts).iter().any(|term| {
                wanted.iter().any(|one| {
                    one == term
                        || term
                            .strip_prefix(one.as_str())
                            .is_some_and(|rest| rest.starts_with('/'))
                })
            })
        };
        has(Attribute::Cause, &self.cause)
            && (self.actor.is_empty() || has(Attribute::Actor, &self.actor))
            && (self.action.is_empty() || has(Attribute::Action, &self.action))
            && !has(Attribute::Action, &self.without)
    }
}

/// What letters call an element.
#[derive(Deserialize)]
struct Called {
    words: String,
}

impl Form {
    /// The words for each element.
    fn elements(&self) -> Result<BTreeMap<String, Called>, RegisterError> {
        let text = match self.language {
            None => return Ok(BTreeMap::new()),
            Some(Language::En | Language::Other(_)) => {
                include_str!("../../../letters/elements.en.toml")
            }
            Some(Language::Fr) => include_str!("../../../letters/elements.fr.toml"),
        };
        toml::from_str(text).map_err(|_| RegisterError::Table("the words for elements"))
    }

    /// The day until which the law wants a record kept at least; `None` where the day it counts from is not known.
    fn kept_until(&self, record: &Record, drafts: bool) -> Option<Date> {
        let from = self
            .keep_from
            .iter()
            .filter_map(|id| Attribute::from_id(id))
            .find_map(|attribute| record.date(attribute, drafts))?;
        from.last.checked_add(self.keep_months.months()).ok()
    }
}

/// How many incidents no row of a yearly count counts, because their kind is not known.
///
/// # Errors
/// When there is no such form.
pub fn uncounted(name: &str, records: &[Record], drafts: bool) -> Result<usize, RegisterError> {
    let form = form(name)?;
    let is_counted = |record: &&Record| {
        form.count.is_empty() || form.count.iter().any(|row| row.counts(record, drafts))
    };
    Ok(records.len() - records.iter().filter(is_counted).count())
}

/// How long the law wants a form's content to be kept, in words.
///
/// # Errors
/// When there is no such form.
pub fn kept_for(name: &str) -> Result<Option<String>, RegisterError> {
    Ok(Some(form(name)?.keep).filter(|keep| !keep.is_empty()))
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
    let elements = form.elements()?;
    let mut out = csv::Writer::from_writer(Vec::new());
    let failed = |_| RegisterError::Form("a table that can be written");
    if form.count.is_empty() {
        out.write_record(form.columns.iter().map(|(head, _)| head))
            .map_err(failed)?;
        for record in records {
            let cells: Vec<String> = form
                .columns
                .iter()
                .map(|(_, from)| {
                    cell(record, from, drafts, &form, &elements).map(|cell| guard(&cell))
                })
                .collect::<Option<_>>()
                .ok_or(RegisterError::Form("a form whose every column is known"))?;
            out.write_record(cells).map_err(failed)?;
        }
    } else {
        let counted = [
            "incidents",
            "individuals",
            "1",
            "2 to 10",
            "11 to 50",
            "51 to 100",
            "more than 100",
        ];
        let mut head = vec!["year".to_owned(), form.title.clone()];
        head.extend(counted.map(ToOwned::to_owned));
        head.push("number not known".to_owned());
        out.write_record(&head).map_err(failed)?;
        for (year, records) in by_year(records, drafts) {
            for row in &form.count {
                let people: Vec<Option<u64>> = records
                    .iter()
                    .filter(|record| row.counts(record, drafts))
                    .map(|record| record.people(drafts))
                    .collect();
                let n = |low: u64, high: u64| {
                    let within = |n: &&u64| (low..=high).contains(*n);
                    people.iter().flatten().filter(within).count() as u64
                };
                let numbers = [
                    people.len() as u64,
                    people.iter().flatten().sum(),
                    n(1, 1),
                    n(2, 10),
                    n(11, 50),
                    n(51, 100),
                    n(101, u64::MAX),
                    people.iter().filter(|n| n.is_none_or(|n| n == 0)).count() as u64,
                ];
                let mut cells = vec![year.clone(), row.title.clone()];
                cells.extend(numbers.map(|n| n.to_string()));
                out.write_record(&cells).map_err(failed)?;
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

/// A cell; `None` when nobody knows what the column is made of.
fn cell(
    record: &Record,
    from: &str,
    drafts: bool,
    form: &Form,
    elements: &BTreeMap<String, Called>,
) -> Option<String> {
    let said = |id: &str| {
        let called = elements.get(id).map(|called| called.words.clone());
        let word = || form.words.get(id).cloned();
        called.or_else(word).unwrap_or_else(|| id.to_owned())
    };
    let list = |attribute| {
        let terms = record.terms(attribute, drafts);
        let words: Vec<String> = terms.iter().map(|term| said(term)).collect();
        words.join("; ")
    };
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
    let told = |regulator: &str| match record
        .used(Attribute::RegulatorTold, regulator, drafts)
        .map(|(held, _)| &held.fact)
    {
        Some(fact) if !fact.is_not => fact.value.to_string(),
        _ => String::new(),
    };
    Some(match from {
        "nothing" => String::new(),
        "public-notice" => {
            let is_told = record
                .terms(Attribute::Response, drafts)
                .contains(&"website");
            (if is_told { "oui" } else { "" }).to_owned()
        }
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
            // A span as ISO 8601 writes it, in any language.
            (began, ended) => format!("{began}/{ended}"),
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
            .map_or_else(String::new, |(held, _)| said(&held.fact.value.to_string())),
        "kept-until" => form
            .kept_until(record, drafts)
            .map_or_else(String::new, |day| day.to_string()),
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
            // That nobody speaks of a provider does not say that there is none.
            (if is_there { "Yes" } else { "" }).to_owned()
        }
        "conflicts" => record.conflicts(drafts).len().to_string(),
        "sources" => record
            .sources
            .iter()
            .map(|source| source.title.as_str())
            .collect::<Vec<_>>()
            .join("; "),
        "elements" => list(Attribute::Element),
        "actions" => list(Attribute::Action),
        "actors" => list(Attribute::Actor),
        other => match other.strip_prefix("told:") {
            Some(regulator) => told(regulator),
            None => {
                let attribute = Attribute::from_id(other)?;
                let day = date(attribute);
                if day.is_empty() { list(attribute) } else { day }
            }
        },
    })
}

#[test]
fn every_form_can_be_read_and_every_column_is_known() {
    for (name, _) in FORMS {
        let form = form(name).unwrap();
        assert!(!form.columns.is_empty() || !form.count.is_empty(), "{name}");
        let nothing = Record::fold(crate::IncidentId::of("x"), &[], crate::AsOf::default());
        let elements = form.elements().unwrap();
        for (_, from) in &form.columns {
            let cell = cell(&nothing, from, true, &form, &elements);
            assert!(cell.is_some(), "{name}: {from}");
        }
        // A form with a language names everything in it.
        if form.language.is_some() {
            for element in whose_model::DataElement::ALL {
                assert!(elements.contains_key(element.id()), "{name}: {element:?}");
            }
            for kind in whose_model::IncidentKind::ALL {
                assert!(form.words.contains_key(kind.id()), "{name}: {kind:?}");
            }
        }
        assert!(table(name, &[nothing], true).is_ok());
    }
    assert!(kept_for("ca-pipeda").unwrap().unwrap().contains("24"));
    assert_eq!(kept_for("table").unwrap(), None);
    assert_eq!(guard("=1+1"), "'=1+1");
}

#[test]
fn a_yearly_count_says_how_many_times_by_whom_and_how_many_people() {
    use crate::{AsOf, Bound, Entry, Event, Fact, IncidentId, SourceId};
    let record = |day: &str, cause: &str, action: &str, actor: &str, people: Option<u64>| {
        let term = |text: &str| Value::Term(text.to_owned());
        let mut facts = vec![
            Fact::new(Attribute::Cause, term(cause), SourceId(0)),
            Fact::new(Attribute::Action, term(action), SourceId(0)),
            Fact::new(Attribute::Actor, term(actor), SourceId(0)),
            Fact::new(
                Attribute::Discovered,
                Value::When(day.parse().unwrap()),
                SourceId(0),
            ),
        ];
        if let Some(n) = people {
            let bound = Bound::Exactly;
            facts.push(Fact::new(
                Attribute::People,
                Value::Count { n, bound },
                SourceId(0),
            ));
        }
        let entry = Entry {
            at: jiff::Timestamp::UNIX_EPOCH,
            by: String::new(),
            event: Event::Stated(facts),
        };
        Record::fold(IncidentId::of(day), &[entry], AsOf::default())
    };
    let records = [
        record(
            "2025-01-02",
            "theft",
            "malware/Ransomware",
            "external",
            Some(5000),
        ),
        record("2025-02-02", "theft", "physical/Theft", "internal", Some(1)),
        record(
            "2025-03-02",
            "unauthorized-disclosure",
            "error/Misdelivery",
            "internal",
            None,
        ),
        record(
            "2024-03-02",
            "unauthorized-access",
            "misuse/Privilege abuse",
            "internal",
            Some(7),
        ),
    ];
    let text = table("ca-on-annual", &records, false).unwrap();
    for line in [
        "2025,Stolen,2,5001,1,0,0,0,1,0",
        "2025,Stolen: by an internal party,1,1,1,0,0,0,0,0",
        "2025,Stolen: ransomware attack,1,5000,0,0,0,0,1,0",
        "2025,Lost,0,0,0,0,0,0,0,0",
        "2025,Disclosed without authority,1,0,0,0,0,0,0,1",
        "2024,Used without authority,1,7,0,1,0,0,0,0",
    ] {
        assert!(
            text.lines().any(|one| one == line),
            "{line} is not in\n{text}"
        );
    }
}

#[test]
fn a_register_speaks_its_regulators_language_and_says_how_long_it_is_kept() {
    use crate::{AsOf, Entry, Event, Fact, IncidentId, SourceId};
    let facts = [
        (Attribute::Element, "birth-date"),
        (Attribute::Cause, "loss"),
        (Attribute::Risk, "no"),
        (Attribute::Response, "letters"),
    ]
    .map(|(attribute, term)| Fact::new(attribute, Value::Term(term.to_owned()), SourceId(0)));
    let day = Value::When("2026-02-10".parse().unwrap());
    let mut facts = facts.to_vec();
    facts.push(Fact::new(Attribute::Discovered, day, SourceId(0)));
    let entry = Entry {
        at: jiff::Timestamp::UNIX_EPOCH,
        by: String::new(),
        event: Event::Stated(facts),
    };
    let record = Record::fold(IncidentId::of("x"), &[entry], AsOf::default());
    let records = std::slice::from_ref(&record);
    let french = table("ca-qc", records, false).unwrap();
    for word in ["date de naissance", "non", "lettres envoyées", "2031-02-10"] {
        assert!(french.contains(word), "{word} is not in {french}");
    }
    let english = table("ca-pipeda", records, false).unwrap();
    for word in ["date of birth", "2028-02-10", "loss"] {
        assert!(english.contains(word), "{word} is not in {english}");
    }
    assert_eq!(uncounted("ca-on-annual", records, false).unwrap(), 0);
    let unknown = Record::fold(IncidentId::of("y"), &[], AsOf::default());
    assert_eq!(
        uncounted("ca-on-annual", &[record, unknown], false).unwrap(),
        1
    );
}
