//! A small made-up case, written through the store alone: no file is read and no process started. Nobody in it exists.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(
    clippy::unwrap_used,
    reason = "a case that cannot be made is a failed test"
)]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_console::Hooks;
use whose_engine::store::{Case, CaseMeta, Recipient, Row, Session};
use whose_engine::{MergeRow, PersonNote, Summary};
use whose_model::*;
use whose_register::{
    Attribute, Bound, Entry, Event, Fact, FactId, IncidentId, Quote, Register, Source, SourceId,
    SourceKind, Value, When,
};

/// What nobody may see while values are hidden.
pub(crate) const VALUES: &[&str] = &[
    "Marguerite",
    "Testtremblay",
    "marguerite@example.org",
    "514 555-0142",
    "rue Inventée",
    "H0H 0H0",
    "1971-03-04",
    "March 4, 1971",
    "TESM71530412",
    "Bartholomew",
    "Samplefather",
];

/// As the engine writes tables of one value.
#[derive(Serialize, Deserialize)]
struct One(Vec<u8>);

impl Row for One {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
}

pub(crate) fn today() -> Date {
    "2026-11-21".parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-21T07:00:00Z".parse().unwrap()
}

pub(crate) static REPORTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

pub(crate) fn hooks() -> Hooks {
    Hooks {
        by: &|| "tester".to_owned(),
        today: &today,
        now: &now,
        end_of: &|day| {
            day.at(23, 59, 59, 0)
                .to_zoned(jiff::tz::TimeZone::UTC)
                .ok()
                .map(|end| end.timestamp())
        },
        report: &|text| REPORTED.lock().unwrap().push(text.to_owned()),
    }
}

/// The case, in this folder.
pub(crate) fn case(dir: &std::path::Path) -> Case {
    let meta = CaseMeta {
        name: "Made-up clinic".to_owned(),
        ..CaseMeta::default()
    };
    let recipient = Recipient::Passphrase {
        passphrase: "made up".to_owned(),
        work_factor: 2,
    };
    let case = Case::create(
        dir,
        meta,
        &[recipient],
        Session {
            now: now(),
            entropy: [7; 32],
        },
    )
    .unwrap();
    let people = people();
    write(&case, whose_engine::PEOPLE, &people);
    write(&case, "exposures", &exposures(&people));
    write(&case, "exhibits", &exhibits());
    write(&case, "gaps", &[gap()]);
    write(&case, "obligations", &obligations(&people));
    write(&case, "merges-2", &[merge(&people[0])]);
    write(&case, "notes", &people.iter().map(note).collect::<Vec<_>>());
    write(
        &case,
        "incident",
        &[One(postcard::to_stdvec(&INCIDENT.to_owned()).unwrap())],
    );
    write(
        &case,
        whose_engine::SUMMARY,
        &[One(postcard::to_stdvec(&summary(&people)).unwrap())],
    );
    case
}

/// The incident of `register` that two sources tell of.
pub(crate) fn incident() -> String {
    IncidentId::of("made up").to_string()
}

/// A register of three made-up incidents; in one of them sources disagree, one corrects another, and one says what was not taken.
pub(crate) fn register(file: &std::path::Path) -> Register {
    let mut register = Register::open(file, &[3; 32]).unwrap();
    let entry = |event| Entry {
        at: now(),
        by: "tester".to_owned(),
        event,
    };
    let source = |kind, title: &str, published: &str| {
        entry(Event::Sourced(Source {
            kind,
            title: title.to_owned(),
            publisher: String::new(),
            published: published.parse().ok(),
            language: Language::En,
            digest: String::new(),
            is_corrected: false,
        }))
    };
    let fact = |attribute, value: &str, source, sentence: &str| {
        let value = match (value.parse::<When>(), value.parse::<u64>()) {
            (_, Ok(n)) if attribute == Attribute::People => Value::Count {
                n,
                bound: Bound::Exactly,
            },
            (Ok(when), _) => Value::When(when),
            _ => Value::Term(value.to_owned()),
        };
        let mut fact = Fact::new(attribute, value, SourceId(source));
        fact.quote = Some(Quote {
            sentence: sentence.to_owned(),
            start: 0,
        });
        fact
    };
    let spared = "No payment card was in the files, <b>they said</b>.";
    let facts = vec![
        fact(
            Attribute::Victim,
            "Made-up Imaging",
            0,
            "Made-up Imaging was attacked.",
        ),
        fact(Attribute::Place, "ca-on", 0, "It is in Ontario."),
        fact(
            Attribute::Action,
            "hacking/Unknown",
            0,
            "Hackers took files.",
        ),
        fact(
            Attribute::Confidentiality,
            "breached",
            0,
            "Hackers took files.",
        ),
        fact(
            Attribute::Discovered,
            "2024-03-01",
            0,
            "It was found on March 1.",
        ),
        fact(Attribute::Began, "2024-02", 0, "It began in February."),
        fact(
            Attribute::PeopleTold,
            "2024-06-09",
            0,
            "Letters left on June 9.",
        ),
        fact(Attribute::People, "1200", 0, "It concerns 1200 people."),
        fact(Attribute::Element, "payment-card", 0, spared)
            .scoped("payment-card")
            .negated(true),
        fact(
            Attribute::Element,
            "diagnosis",
            0,
            "Diagnoses were in them.",
        )
        .scoped("diagnosis"),
    ];
    let later = vec![
        fact(
            Attribute::Discovered,
            "2024-03-04",
            1,
            "The commissioner says March 4.",
        ),
        fact(Attribute::People, "1300", 1, "It concerns 1300 people."),
    ];
    let corrected = Event::Corrected {
        fact: FactId(7),
        by: Some(FactId(11)),
        why: "recounted".to_owned(),
    };
    let entries = vec![
        entry(Event::Opened {
            name: "Made-up Imaging 2024".to_owned(),
        }),
        source(SourceKind::News, "A story", "2024-06-10"),
        entry(Event::Proposed(facts)),
        source(SourceKind::Regulator, "A finding", "2025-01-15"),
        entry(Event::Stated(later)),
        entry(corrected),
    ];
    register.append(IncidentId::of("made up"), entries).unwrap();
    for (n, began, told) in [
        (1, "2023-01-01", "2023-01-11"),
        (2, "2022-05-01", "2022-08-09"),
    ] {
        let entries = vec![
            entry(Event::Opened {
                name: format!("Made-up clinic no. {n}"),
            }),
            source(SourceKind::Person, "typed", "2023-02-01"),
            entry(Event::Stated(vec![
                fact(Attribute::Discovered, began, 0, ""),
                fact(Attribute::PeopleTold, told, 0, ""),
                fact(Attribute::Place, "ca-qc", 0, ""),
            ])),
        ];
        register
            .append(IncidentId::of(&format!("made up {n}")), entries)
            .unwrap();
    }
    register
}

pub(crate) fn write<T: Row>(case: &Case, table: &str, rows: &[T]) {
    let mut writer = case.table_writer::<T>(table).unwrap();
    rows.iter().for_each(|row| writer.push(row).unwrap());
    writer.finish().unwrap();
}

pub(crate) const INCIDENT: &str = r#"
name = "Made-up clinic, 2026"
kind = "theft"
began = "2026-10-01"
discovered = "2026-10-05"
real_risk_of_significant_harm = "yes"
what_happened_en = "Somebody copied files."
what_happened_fr = "Quelqu'un a copié des fichiers."
[custodian]
kinds = ["health-information-custodian"]
operates_in = ["ca-on", "ca-qc"]
[custodian.organisation]
name = "Made-up Clinic Inc."
name_fr = "Clinique Inventée inc."
[notified]
on-ipc = "2026-10-09"
"#;

pub(crate) fn person(n: u64) -> AffectedIndividual {
    AffectedIndividual {
        name: Phi::new(PersonName {
            given: "Bartholomew".to_owned(),
            family: format!("Samplefather{n}"),
            ..PersonName::default()
        }),
        residence: Some(Residence {
            jurisdiction: Jurisdiction::Ontario,
            basis: ResidenceBasis::HealthNumber,
        }),
        records: vec![RecordId {
            exhibit: [1; 16],
            subject: n,
        }],
        n_exhibits: 1,
        elements: vec![DataElement::Name, DataElement::Diagnosis],
        ..AffectedIndividual::unknown(PersonId(format!("P-{n:012}")))
    }
}

pub(crate) fn people() -> Vec<AffectedIndividual> {
    let mut people: Vec<_> = (1..=3).map(person).collect();
    let first = &mut people[0];
    first.name = Phi::new(PersonName {
        given: "Marguerite".to_owned(),
        family: "Testtremblay".to_owned(),
        ..PersonName::default()
    });
    first.birth_date = PartialDate::parse_iso("1971-03-04").map(Phi::new);
    first.language = Language::Fr;
    first.residence = Some(Residence {
        jurisdiction: Jurisdiction::Quebec,
        basis: ResidenceBasis::Address,
    });
    first.address = Some(Phi::new(PostalAddress {
        street: "12 rue Inventée".to_owned(),
        city: "Montréal".to_owned(),
        province: "QC".to_owned(),
        postal_code: "H0H 0H0".to_owned(),
        country: String::new(),
    }));
    first
        .emails
        .push(Phi::new("marguerite@example.org".to_owned()));
    first.phones.push(Phi::new("514 555-0142".to_owned()));
    first.health_numbers.push(IssuedNumber {
        scheme: Scheme::new("ca-qc"),
        number: Phi::new("TESM71530412".to_owned()),
        holds: true,
    });
    first.replaces.push(PersonId("P-0LD000000000".to_owned()));
    people[1].representative = Some(Representative {
        kind: RepresentativeKind::ParentOrGuardian,
        name: None,
    });
    people[2]
        .notes
        .push("records give different birth dates".to_owned());
    people
}

fn exposures(people: &[AffectedIndividual]) -> Vec<Exposure> {
    let mut rows = Vec::new();
    for person in people {
        for &element in &person.elements {
            rows.push(Exposure {
                person_id: person.id.clone(),
                element,
                n_mentions: 2,
                n_exhibits: 1,
                first_exhibit: ExhibitPath("share/patients.csv".to_owned()),
                first_place: Locator::Cell {
                    sheet: String::new(),
                    row: 2,
                    column: "A".to_owned(),
                },
                confidence: 0.98,
            });
        }
    }
    rows
}

fn exhibits() -> Vec<Exhibit> {
    let one = |path: &str, outcome| Exhibit {
        path: ExhibitPath(path.to_owned()),
        digest: Some(Digest {
            blake3: [1; 32],
            sha256: [2; 32],
        }),
        bytes: 1234,
        format: "csv".to_owned(),
        outcome,
        n_segments: 4,
        members: whose_model::Members::default(),
        copy_of: None,
        near_copy_of: None,
        thread: None,
        part_of: None,
    };
    vec![
        one("share/<b>locked</b>.zip", Outcome::NotRead),
        one("share/patients.csv", Outcome::Read),
    ]
}

fn gap() -> Gap {
    Gap {
        exhibit: ExhibitPath("share/<b>locked</b>.zip".to_owned()),
        place: None,
        cause: Cause::Password,
        detail: "every entry is locked".into(),
        bytes: Some(900),
    }
}

fn obligations(people: &[AffectedIndividual]) -> Vec<Obligation> {
    let duty = |regime: &str, duty: &str, addressee: &str, status| Obligation {
        regime: regime.to_owned(),
        duty: duty.to_owned(),
        citation: "s. 0 (test)".to_owned(),
        addressee: addressee.to_owned(),
        person_id: None,
        due: None,
        clock_start: ClockStart::Discovery,
        clock_words: Some(ClockWords("first-reasonable-opportunity".to_owned())),
        status,
        certainty: Certainty::Primary,
        because: vec!["a reason".to_owned()],
    };
    let mut late = duty("ca-on-phipa", "test-late", "qc-cai", ObligationStatus::Due);
    late.due = "2026-11-18".parse().ok();
    let mut soon = duty(
        "ca-on-phipa",
        "test-soon",
        "register",
        ObligationStatus::Due,
    );
    soon.due = "2026-11-26".parse().ok();
    let mut told = duty("ca-on-phipa", "test-told", "on-ipc", ObligationStatus::Due);
    told.due = "2026-10-10".parse().ok();
    let mut asks = duty(
        "ca-qc-r22-1",
        "test-ask",
        "qc-minister",
        ObligationStatus::Ask,
    );
    asks.because.insert(0, "Were files altered?".to_owned());
    let mut rows = vec![asks, told, late, soon];
    for person in people {
        let mut one = duty(
            "ca-on-phipa",
            "notify-individual",
            "individual",
            ObligationStatus::Due,
        );
        one.person_id = Some(person.id.clone());
        rows.push(one);
    }
    rows
}

fn merge(person: &AffectedIndividual) -> MergeRow {
    MergeRow {
        person_id: person.id.clone(),
        a: person.records[0],
        b: RecordId {
            exhibit: [9; 16],
            subject: 1,
        },
        probability: 0.999,
        weight_bits: 12.5,
        rival: Some(whose_engine::Rival::Namesakes),
        prior_bits: -14.0,
        reasons: vec![
            ("family".to_owned(), "same".to_owned(), 14.5),
            ("birth-date".to_owned(), "same".to_owned(), 14.0),
            ("street".to_owned(), "different".to_owned(), -2.0),
        ],
    }
}

fn note(person: &AffectedIndividual) -> PersonNote {
    PersonNote {
        person_id: person.id.clone(),
        service: None,
        keys: Vec::new(),
    }
}

fn summary(people: &[AffectedIndividual]) -> Summary {
    let counts = |pairs: &[(&str, u64)]| -> BTreeMap<String, u64> {
        pairs
            .iter()
            .map(|(key, n)| ((*key).to_owned(), *n))
            .collect()
    };
    let n = people.len() as u64;
    Summary {
        n_exhibits: 2,
        by_outcome: counts(&[("read", 1), ("read-with-gaps", 0), ("not-read", 1)]),
        n_bytes: 2468,
        n_mentions: 4321,
        n_exposures: 2 * n,
        n_individuals: n,
        by_jurisdiction: counts(&[("ca-on", 2), ("ca-qc", 1)]),
        by_element: counts(&[("name", n), ("diagnosis", n)]),
        by_representative: counts(&[("parent-or-guardian", 1)]),
        by_language: counts(&[("en", 2), ("fr", 1)]),
        n_without_address: 2,
        by_cause: counts(&[("password", 1)]),
        n_questions: 1,
        has_incident: true,
        as_of: "2026-10-05".to_owned(),
        ..Summary::default()
    }
}
