//! The contract: verbs, columns and shapes that other programs lean on.

use serde_json::Value;

use crate::support::Desk;

fn header(text: &str) -> Vec<&str> {
    text.lines().next().unwrap_or("").split(',').collect()
}

#[test]
fn lists_have_the_columns_of_the_contract() {
    let desk = Desk::new();
    desk.breach(25);
    desk.run_case("case").is(1);
    let expected = [
        (
            "people",
            "person_id,given,family,birth_date,sex,language,address,city,province,postal_code,country,residence_basis,health_numbers,n_exhibits,n_records,elements,representative,notes",
        ),
        (
            "exposures",
            "person_id,element,n_mentions,n_exhibits,first_exhibit,first_place",
        ),
        ("gaps", "exhibit,place,cause,detail,bytes"),
        (
            "obligations",
            "regime,duty,citation,addressee,person_id,due,clock_words,status,because",
        ),
        (
            "exhibits",
            "exhibit,digest_blake3,digest_sha256,bytes,format,outcome,n_segments",
        ),
    ];
    for (list, columns) in expected {
        let text = desk.run(&[list, "case"]).is(0).out();
        let wanted: Vec<&str> = columns.split(',').collect();
        assert_eq!(header(&text)[..wanted.len()], wanted[..], "{list}");
        for format in ["xlsx", "parquet", "json"] {
            let file = format!("{list}.{format}");
            desk.run(&[list, "case", "--format", format, "--out", &file])
                .is(0);
            assert!(std::fs::metadata(desk.path(&file)).unwrap().len() > 0);
        }
    }
    let score = desk
        .run(&["score", "case", "--truth", "breach/truth", "--json"])
        .is(0)
        .out();
    assert!(serde_json::from_str::<Value>(&score).unwrap().is_object());
    desk.run(&["letters", "case", "--out", "letters"]).is(0);
    let manifest = std::fs::read_to_string(desk.path("letters/manifest.csv")).unwrap();
    assert!(manifest.lines().count() > 10);
    desk.run(&["reports", "case", "--out", "reports"]).is(0);
    assert!(std::fs::read_dir(desk.path("reports")).unwrap().count() > 6);
}

#[test]
fn every_file_of_the_pile_stands_in_exactly_one_outcome() {
    let desk = Desk::new();
    desk.breach(25);
    desk.run_case("case").is(1);
    let text = desk
        .run(&["exhibits", "case", "--format", "json"])
        .is(0)
        .out();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut listed: Vec<&str> = rows
        .iter()
        .map(|row| row["exhibit"].as_str().unwrap())
        .collect();
    let n = listed.len();
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), n, "a path is listed twice");
    for file in crate::support::files(&desk.path("breach/evidence")) {
        let path = file
            .strip_prefix(desk.path("breach/evidence"))
            .unwrap()
            .to_string_lossy()
            .into_owned();
        assert!(listed.contains(&path.as_str()), "{path} is not listed");
    }
    assert!(rows.iter().all(|row| {
        ["read", "read-with-gaps", "not-read"].contains(&row["outcome"].as_str().unwrap())
    }));
}

#[test]
fn a_scan_line_has_the_shape_of_the_contract() {
    let desk = Desk::new();
    desk.write(
        "list.csv",
        "Name,HCN\nMarie Tremblay,6012345671\nAmir Haddad,9876543217\n",
    );
    let said = desk.run(&["scan", "list.csv"]).is(0);
    let lines: Vec<Value> = said
        .out()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let number = lines
        .iter()
        .find(|line| line["element"] == "health-number")
        .unwrap();
    assert_eq!(number["exhibit"], "list.csv");
    assert_eq!(number["scheme"], "ca-on");
    assert_eq!(number["place"]["kind"], "cell");
    assert_eq!(
        (
            number["place"]["row"].as_u64(),
            number["place"]["column"].as_str()
        ),
        (Some(2), Some("B"))
    );
    assert!(number["confidence"].as_f64().unwrap() > 0.8);
    assert!(number["why"].as_array().is_some_and(|why| !why.is_empty()));
    let name = lines.iter().find(|line| line["element"] == "name").unwrap();
    assert_eq!(name["subject"], number["subject"], "one row is one subject");
}

#[test]
fn linkage_alone_gives_every_row_a_person() {
    let desk = Desk::new();
    desk.write(
        "people.csv",
        "rec_id,given_name,surname,date_of_birth,postcode\n1,Marie,Tremblay,1980-02-03,H2X 1Y4\n2,Marie,Tremblay,1980-02-03,H2X 1Y4\n3,Amir,Haddad,1975-11-30,M5V 2T6\n",
    );
    desk.run(&["link", "people.csv", "--out", "linked.csv"])
        .is(0);
    let text = std::fs::read_to_string(desk.path("linked.csv")).unwrap();
    assert_eq!(header(&text), ["record_id", "person_id", "probability"]);
    let person: Vec<&str> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap())
        .collect();
    assert_eq!(person.len(), 3);
    assert!(person[0] == person[1] && person[1] != person[2], "{text}");
    // Within a limit of memory the same bytes, and a folder that is not there is said.
    desk.run(&[
        "link",
        "people.csv",
        "--out",
        "within.csv",
        "--memory",
        "1k",
    ])
    .is(0);
    assert_eq!(
        std::fs::read_to_string(desk.path("within.csv")).unwrap(),
        text
    );
    desk.run(&["link", "people.csv", "--out", "x.csv", "--memory", "1 k"])
        .is(64);
}

#[test]
fn a_roster_is_reported_in_both_directions() {
    let desk = Desk::new();
    let head = "first_name,last_name,date_of_birth,phone,diagnosis\n";
    desk.write(
        "pile/patients.csv",
        format!("{head}Marie,Tremblay,1980-02-03,306-555-0142,Asthma\nAmir,Haddad,1975-11-30,306-555-0177,Gout\n"),
    );
    desk.write(
        "roster.csv",
        "id,given_name,family_name,date_of_birth,safe contact\nA1,Marie,Tremblay,1980-02-03,yes\nA2,Oksana,Petrenko,1961-05-09,\n",
    );
    desk.run(&[
        "run",
        "case",
        "--evidence",
        "pile",
        "--roster",
        "roster.csv",
    ])
    .is(0);
    let list = |list: &str| -> Vec<Value> {
        let said = desk.run(&[list, "case", "--values", "--format", "json"]);
        serde_json::from_str(&said.is(0).out()).unwrap()
    };
    let roster: Vec<String> = list("roster")
        .iter()
        .map(|row| format!("{} {} {}", row["roster_id"], row["name"], row["status"]))
        .collect();
    assert_eq!(
        roster,
        [
            r#""A1" "Marie Tremblay" "listed""#,
            r#""A2" "Oksana Petrenko" "not-in-the-pile""#
        ]
    );
    let people = list("people");
    let notes = |given: &str| {
        let person = people.iter().find(|row| row["given"] == given).unwrap();
        person["notes"].to_string()
    };
    assert!(
        notes("Amir").contains("not in the roster"),
        "{}",
        notes("Amir")
    );
    assert!(!notes("Marie").contains("not in the roster"));
    assert!(
        notes("Marie").contains("safe contact"),
        "{}",
        notes("Marie")
    );
}

#[test]
fn one_identifier_tells_what_it_encodes() {
    let desk = Desk::new();
    let said = desk
        .run(&["id", "check", "ca-qc", "TREM 8552 1017", "--json"])
        .is(0)
        .out();
    let value: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(value["encodes"]["sex"], "female");
    assert!(
        value["encodes"]["birth_date"]
            .as_str()
            .unwrap()
            .starts_with("1985-02-10")
    );
    desk.run(&["id", "check", "sin", "123456783"]).is(2);
}

#[test]
fn rules_are_checked_and_explained() {
    let desk = Desk::new();
    desk.run(&["law", "check"]).is(0);
    let said = desk
        .run(&[
            "law",
            "explain",
            "ca-on-phipa.notify-individual",
            "--as-of",
            "2026-11-21",
        ])
        .is(0)
        .out();
    assert!(said.contains("12(2)"), "{said}");
    desk.run(&["law", "explain", "no-such.rule"])
        .is(64)
        .complains("no-such.rule");
}

#[test]
fn a_proof_of_one_person_holds_without_the_case_and_a_changed_one_does_not() {
    let desk = Desk::new();
    desk.write(
        "pile/a.csv",
        "given_name,family_name,birth_date\nMarie,Tremblay,1980-02-03\n",
    );
    desk.run(&["run", "case", "--evidence", "pile"]);
    let list = desk.run(&["people", "case"]).is(0).out();
    let id = list
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let said = desk
        .run(&["prove", "case", &id, "--out", "proof.txt"])
        .is(0)
        .err();
    let key = said.rsplit("--key ").next().unwrap().trim().to_owned();
    desk.run(&["prove", "--check", "proof.txt", "--key", &key])
        .is(0);
    let mut proof = std::fs::read(desk.path("proof.txt")).unwrap();
    let middle = proof.len() / 2;
    proof[middle] = if proof[middle] == b'A' { b'B' } else { b'A' };
    desk.write("proof.txt", &proof);
    desk.run(&["prove", "--check", "proof.txt", "--key", &key])
        .is(2);
}
