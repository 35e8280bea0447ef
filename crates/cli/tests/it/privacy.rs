//! Nothing of a person leaves by accident: not in the case folder, not on standard error, not in masked lists.

use crate::support::{Desk, files};

const FAMILY: &str = "Quetzalcoatlsson";
const NUMBER: &str = "6012345671";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write(
        "pile/extract.csv",
        format!("given_name,family_name,birth_date,health_card,phone\nMarguerite,{FAMILY},1980-02-03,{NUMBER},416-555-0142\n"),
    );
    desk.write("pile/broken.zip", b"PK\x03\x04 Marguerite Quetzalcoatlsson");
    desk
}

#[test]
fn a_case_at_rest_and_what_is_said_hold_no_value() {
    let desk = desk();
    let said = desk.run(&["run", "case", "--evidence", "pile"]);
    for text in [said.out(), said.err()] {
        assert!(!text.contains(FAMILY) && !text.contains(NUMBER), "{text}");
    }
    for file in files(&desk.path("case")) {
        let bytes = std::fs::read(&file).unwrap();
        for value in [FAMILY, NUMBER, "Marguerite"] {
            let is_there = bytes
                .windows(value.len())
                .any(|window| window == value.as_bytes());
            assert!(!is_there, "{} holds a value in the clear", file.display());
        }
    }
}

#[test]
fn lists_are_masked_until_values_are_asked_for_and_the_asking_is_logged() {
    let desk = desk();
    desk.run(&["run", "case", "--evidence", "pile"]);
    let masked = desk.run(&["people", "case"]).is(0).out();
    assert!(
        !masked.contains(FAMILY) && !masked.contains(NUMBER),
        "{masked}"
    );
    let before = log_size(&desk);
    let shown = desk.run(&["people", "case", "--values"]).is(0).out();
    assert!(shown.contains(FAMILY) && shown.contains(NUMBER), "{shown}");
    assert!(log_size(&desk) > before);
    let id = shown
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let page = desk.run(&["person", "case", &id]).is(0).out();
    assert!(
        !page.contains(FAMILY) && page.contains("extract.csv"),
        "{page}"
    );
}

fn log_size(desk: &Desk) -> u64 {
    let said = desk.run(&["verify", "case", "--json"]).is(0).out();
    serde_json::from_str::<serde_json::Value>(&said).unwrap()["log_size"]
        .as_u64()
        .unwrap()
}

#[test]
fn a_scan_masks_unless_asked() {
    let desk = desk();
    let masked = desk.run(&["scan", "pile/extract.csv"]).out();
    assert!(
        masked.contains("\"element\":\"health-number\"") && !masked.contains(NUMBER),
        "{masked}"
    );
    assert!(
        desk.run(&["scan", "pile/extract.csv", "--values"])
            .out()
            .contains(NUMBER)
    );
}
