//! The decided cases of `docs/cases/`: the rules come out as each case says, and each page is what the rules and the facts give.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

use whose_law::{DecidedCase, History, Library, check_incident, check_incident_against};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cases");
    let mut places: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|place| place.join("case.toml").is_file())
        .collect();
    places.sort();
    places
}

fn read(place: &Path) -> (DecidedCase, History) {
    let text = |name: &str| std::fs::read_to_string(place.join(name)).unwrap();
    (
        DecidedCase::parse(&text("case.toml")).unwrap(),
        History::parse(&text("incident.toml")).unwrap(),
    )
}

#[test]
fn the_four_published_incidents_are_there() {
    assert!(cases().len() >= 4);
}

#[test]
fn the_rules_come_out_as_each_case_says() {
    let library = Library::embedded().unwrap();
    for place in cases() {
        let (case, history) = read(&place);
        let wrong = case.disagreements(&library, &history).unwrap();
        assert_eq!(wrong, Vec::<String>::new(), "{}", place.display());
    }
}

#[test]
fn each_page_is_what_the_rules_and_the_facts_give() {
    let library = Library::embedded().unwrap();
    for place in cases() {
        let (case, history) = read(&place);
        let kept = std::fs::read_to_string(place.join("index.md")).unwrap();
        assert!(
            case.page(&library, &history).unwrap() == kept,
            "{}: `cargo run -p whose-law --example cases -- docs/cases`",
            place.display()
        );
    }
}

#[test]
fn the_facts_of_each_case_are_free_of_problems_on_each_day() {
    let library = Library::embedded().unwrap();
    for place in cases() {
        let (_, history) = read(&place);
        for day in history.days() {
            let incident = history.as_of(day).unwrap();
            let mut problems = check_incident(&incident);
            problems.extend(check_incident_against(&library, &incident));
            problems.retain(|one| one.severity == whose_law::Severity::Error);
            assert_eq!(problems, Vec::new(), "{} on {day}", place.display());
        }
    }
}

#[test]
fn a_case_that_comes_out_otherwise_is_found() {
    let library = Library::embedded().unwrap();
    let (mut case, history) = read(&cases()[0]);
    for expected in &mut case.expectations {
        expected.gives = "on-hold".to_owned();
    }
    let wrong = case.disagreements(&library, &history).unwrap();
    assert!(wrong.len() >= case.expectations.len());
}
