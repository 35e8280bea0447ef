//! Records made up here, and those of the community where the corpora are.

use proptest::prelude::*;

use super::*;
use crate::AsOf;

fn through(record: &Json) -> Json {
    let (id, entries) = import(record, Timestamp::UNIX_EPOCH, "tester").unwrap();
    let folded = Record::fold(id, &entries, AsOf::default());
    export(id, &folded).unwrap().unwrap()
}

#[track_caller]
fn check(record: &Json) {
    let out = through(record);
    let found = faults(&out);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(restore(&out).as_ref(), Some(record));
    // Once more: what came out goes in as what it was.
    assert_eq!(through(&out), out);
}

#[test]
fn an_old_record_goes_out_valid_and_comes_back_as_it_was() {
    check(&json!({
        "_id": { "$oid": "x" }, "incident_id": "A", "actor": { "internal": { "variety": ["Unknown"] } },
        "victim": { "country": "CAN", "industry": "Healthcare" }, "timeline": { "incident": { "year": 2016 } },
        "action": { "misuse": { "variety": ["Privilege abuse", "No such variety"] } }, "plus": { "own": 1 },
    }));
    check(
        &json!({ "timeline": { "incident": { "year": 1900 } }, "action": { "error": {} }, "plus": {} }),
    );
    check(&json!({ "timeline": { "incident": { "year": 2016, "month": 13 } }, "a/b~c": [1] }));
}

#[test]
fn a_record_of_our_own_facts_is_valid() {
    let text = "Breach at Northfield Dental\nNorthfield Dental Group learned on March 3, 2022, that hackers stole names and lab results of 4,100 patients in Manitoba on Feb. 1, 2022 with ransomware.";
    let reading = crate::read::read(text, &crate::read::Given::default()).unwrap();
    let entry = |event| Entry {
        at: Timestamp::UNIX_EPOCH,
        by: String::new(),
        event,
    };
    let entries = [
        entry(Event::Opened { name: reading.name }),
        entry(Event::Sourced(reading.source)),
        entry(Event::Proposed(reading.facts)),
    ];
    let id = IncidentId::of("x");
    let out = export(id, &Record::fold(id, &entries, AsOf::default()))
        .unwrap()
        .unwrap();
    assert!(faults(&out).is_empty(), "{:?}", faults(&out));
    assert_eq!(out["victim"]["country"], json!(["CA"]));
    assert_eq!(
        out["attribute"]["confidentiality"]["data_total"],
        json!(4100)
    );
    assert_eq!(out["action"]["malware"]["variety"], json!(["Ransomware"]));
}

#[test]
fn every_record_of_the_community_goes_in_and_out_without_loss() {
    #[allow(
        clippy::disallowed_methods,
        reason = "a test asks where the corpora are"
    )]
    let Ok(corpora) = std::env::var("WHOSE_CORPORA") else {
        eprintln!("skipped: no corpora");
        return;
    };
    let file = std::path::Path::new(&corpora).join("vcdb-lite/data/vcdb.json");
    let Ok(text) = std::fs::read_to_string(file) else {
        eprintln!("skipped: no corpora");
        return;
    };
    let all: Vec<Json> = serde_json::from_str(&text).unwrap();
    for record in &all {
        check(record);
    }
    eprintln!(
        "{} records of VERIS went in and out without loss, each valid",
        all.len()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_object_survives(keys in proptest::collection::vec((
        prop::sample::select(vec!["victim", "plus", "actor", "action", "timeline", "asset", "x/y", "", "~1", "attribute", "schema_version"]),
        prop::sample::select(vec![json!(1), json!("a"), json!([]), json!({}), json!(null), json!({"country": ["USA", 3]}), json!({"incident": {"year": 2001}}), json!({"whose2": {"x": [1]}}), json!([{"a": 1}, {"a": 1}])]),
    ), 0..8)) {
        let mut object = serde_json::Map::new();
        for (key, value) in keys {
            object.insert(key.to_owned(), value);
        }
        let record = Json::Object(object);
        let fitted = fit(&record);
        prop_assert!(faults(&fitted).is_empty() || fitted.get("plus").is_some_and(|plus| !plus.is_object()), "{:?}", faults(&fitted));
        prop_assert_eq!(restore(&fitted), Some(record));
    }
}
