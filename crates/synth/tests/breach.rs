//! What a made-up breach promises: the same bytes for the same plan, a truth that stands in the files, everybody in it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde_json::Value;
use whose_synth::{Plan, Summary, SynthError, write};

fn make(people: u64, seed: u64) -> (tempfile::TempDir, Summary) {
    let folder = tempfile::tempdir().unwrap();
    let summary = write(&Plan { people, seed }, folder.path(), &mut |_, _| ()).unwrap();
    (folder, summary)
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

fn digest(root: &Path) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for path in files(root) {
        hasher.update(
            path.strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .as_bytes(),
        );
        hasher.update(&std::fs::read(&path).unwrap());
    }
    hasher.finalize()
}

fn json_lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn csv_rows(path: &Path) -> Vec<Vec<String>> {
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let (first, second, other) = (make(300, 5), make(300, 5), make(300, 6));
    assert_eq!(digest(first.0.path()), digest(second.0.path()));
    assert_eq!(first.1, second.1);
    assert_ne!(digest(first.0.path()), digest(other.0.path()));
}

#[test]
fn everybody_stands_in_the_pile_with_a_name() {
    let (folder, summary) = make(2_000, 1);
    let people = json_lines(&folder.path().join("truth/people.jsonl"));
    assert_eq!(people.len(), 2_000);
    let mut nameless = 0;
    for person in &people {
        assert!(person["n_exhibits"].as_u64().unwrap() > 0);
        nameless += usize::from(
            !person["elements"]
                .as_array()
                .unwrap()
                .contains(&"name".into()),
        );
    }
    assert_eq!(nameless, 0);
    let residences: BTreeSet<&str> = people
        .iter()
        .map(|p| p["residence"].as_str().unwrap())
        .collect();
    for province in [
        "ab", "bc", "mb", "nb", "nl", "ns", "nt", "nu", "on", "pe", "qc", "sk", "yt",
    ] {
        assert!(
            residences.contains(format!("ca-{province}").as_str()),
            "{province}"
        );
    }
    assert!(residences.contains("gb") && residences.contains("fr") && residences.contains("au"));
    for hard in ["twin", "namesake", "newborn", "moved", "married"] {
        assert!(
            people
                .iter()
                .any(|p| p["traits"].as_array().unwrap().contains(&hard.into())),
            "{hard}"
        );
    }
    assert_eq!(
        files(&folder.path().join("evidence")).len() as u64,
        summary.files
    );
    assert!(summary.roster > 2_000);
    // What most people are known by is theirs alone, but for the newborn under their mother's number.
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for person in &people {
        let newborn = person["traits"]
            .as_array()
            .unwrap()
            .contains(&"newborn".into());
        let number = person["health_number"].as_str().unwrap();
        if !newborn && !number.is_empty() {
            *numbers.entry(number).or_default() += 1;
        }
    }
    assert!(numbers.values().all(|&n| n == 1));
}

/// The text of a file in the bytes that the pile uses.
fn decode(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        let units: Vec<u16> = rest
            .chunks(2)
            .map(|c| u16::from_le_bytes([c[0], c[1]]))
            .collect();
        return String::from_utf16(&units).unwrap();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

#[test]
fn what_the_truth_says_stands_in_the_file() {
    let (folder, _) = make(1_200, 3);
    let evidence = folder.path().join("evidence");
    let mut texts: BTreeMap<String, Option<(Vec<u8>, String)>> = BTreeMap::new();
    let mut n_checked = 0;
    for note in json_lines(&folder.path().join("truth/mentions.jsonl")) {
        let exhibit = note["exhibit"].as_str().unwrap().to_owned();
        let file = texts.entry(exhibit.clone()).or_insert_with(|| {
            let ending = exhibit.rsplit('.').next().unwrap();
            ["csv", "txt", "hl7", "json", "ndjson", "sql"]
                .contains(&ending)
                .then_some(())?;
            let bytes = std::fs::read(evidence.join(&exhibit)).ok()?;
            let text = decode(&bytes);
            Some((bytes, text))
        });
        let Some((bytes, text)) = file else { continue };
        let lines: Vec<&str> = if exhibit.ends_with("csv") {
            text.lines().collect()
        } else {
            Vec::new()
        };
        for item in note["items"].as_array().unwrap() {
            let value = item["v"].as_str().unwrap();
            let written = if exhibit.ends_with(".sql") && exhibit.starts_with("Backups/emr") {
                value.replace('\'', "\\'")
            } else if exhibit.ends_with(".hl7") {
                value.replace('&', "\\T\\")
            } else {
                value.to_owned()
            };
            n_checked += 1;
            if item["at"]["kind"] == "bytes" {
                let range = item["at"]["start"].as_u64().unwrap() as usize
                    ..item["at"]["end"].as_u64().unwrap() as usize;
                assert_eq!(decode(&bytes[range]), value, "{exhibit}");
            } else if let (Some(row), false) = (item["at"]["row"].as_u64(), lines.is_empty()) {
                assert!(
                    lines[row as usize - 1].contains(&written),
                    "{exhibit} row {row}"
                );
            } else {
                assert!(text.contains(&written), "{exhibit}: {}", item["e"]);
            }
        }
    }
    assert!(n_checked > 20_000, "{n_checked}");
}

#[test]
fn every_file_on_disk_is_in_the_truth() {
    let (folder, _) = make(400, 9);
    let evidence = folder.path().join("evidence");
    let known: BTreeSet<String> = std::fs::read_to_string(folder.path().join("truth/exhibits.csv"))
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| {
            line.rsplitn(3, ',')
                .last()
                .unwrap()
                .trim_matches('"')
                .to_owned()
        })
        .collect();
    for path in files(&evidence) {
        let path = path
            .strip_prefix(&evidence)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert!(known.contains(&path), "{path}");
    }
    for note in json_lines(&folder.path().join("truth/mentions.jsonl")) {
        assert!(known.contains(note["exhibit"].as_str().unwrap()));
    }
    assert_eq!(
        csv_rows(&folder.path().join("truth/unreadable.csv")).len(),
        13
    );
    assert!(!csv_rows(&folder.path().join("truth/copies.csv")).is_empty());
}

#[test]
fn archives_and_documents_are_what_they_say() {
    let (folder, _) = make(600, 2);
    let evidence = folder.path().join("evidence");
    let mut seen = BTreeSet::new();
    for path in files(&evidence) {
        if path.to_str().unwrap().contains("Recovered") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let ending = path.extension().unwrap().to_str().unwrap().to_owned();
        match ending.as_str() {
            "docx" | "xlsx" | "zip" => assert!(bytes.starts_with(b"PK\x03\x04")),
            "pdf" => assert!(bytes.starts_with(b"%PDF-") && bytes.ends_with(b"%%EOF\n")),
            "gz" => assert!(bytes.starts_with(b"\x1f\x8b")),
            "mbox" => assert!(bytes.starts_with(b"From ")),
            "png" => assert!(bytes.starts_with(b"\x89PNG") && bytes.ends_with(b"IEND\xaeB`\x82")),
            "tif" | "tiff" => assert!(bytes.starts_with(b"II*\0")),
            "dcm" => assert!(bytes[128..].starts_with(b"DICM")),
            "dump" => assert!(bytes.starts_with(b"PGDMP")),
            "msg" => assert!(bytes.starts_with(b"\xd0\xcf\x11\xe0")),
            _ => {}
        }
        seen.insert(ending);
    }
    for ending in [
        "csv", "dcm", "docx", "dump", "eml", "gz", "hl7", "json", "mbox", "msg", "ndjson", "pdf",
        "png", "sql", "tif", "tiff", "txt", "xlsx", "zip",
    ] {
        assert!(seen.contains(ending), "{ending}");
    }
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kept"), "x").unwrap();
    let plan = Plan {
        people: 10,
        seed: 1,
    };
    assert!(matches!(
        write(&plan, folder.path(), &mut |_, _| ()),
        Err(SynthError::NotEmpty)
    ));
    let nobody = Plan { people: 0, seed: 1 };
    assert!(matches!(
        write(&nobody, &folder.path().join("new"), &mut |_, _| ()),
        Err(SynthError::People)
    ));
}

#[test]
fn the_smallest_breaches_are_made_too() {
    for people in [1, 2, 7, 25] {
        let (_, summary) = make(people, 11);
        assert_eq!(summary.people, people);
        assert!(summary.records > 0);
    }
}

#[test]
fn the_clinic_knows_some_passwords_and_the_rest_is_a_gap() {
    let (folder, _) = make(300, 4);
    let known = std::fs::read_to_string(folder.path().join("passwords.txt")).unwrap();
    assert_eq!(known.lines().count(), 2);
    let evidence = folder.path().join("evidence/Secure transfer");
    let flags = |name: &str| {
        let bytes = std::fs::read(evidence.join(name)).unwrap();
        (bytes[6] & 1, bytes[8])
    };
    assert_eq!(flags("lab transfer 01.zip"), (1, 99));
    assert_eq!(flags("envoi sécurisé 01.zip"), (1, 8));
    let unreadable: Vec<String> = csv_rows(&folder.path().join("truth/unreadable.csv"))
        .into_iter()
        .filter(|row| row[0].starts_with("Secure") && row[1] == "password")
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(unreadable.len(), 2);
    let mail = std::fs::read_to_string(evidence.join("password for referrals 01.eml")).unwrap();
    assert!(mail.contains("The password is "));
    assert!(known.lines().all(|password| !mail.contains(password)));
}

#[test]
fn pictures_grow_slower_than_people() {
    let count = |people| {
        let (folder, _) = make(people, 8);
        ["Fax", "Scans", "PACS"]
            .iter()
            .map(|part| files(&folder.path().join("evidence").join(part)).len())
            .sum::<usize>()
    };
    let (few, many) = (count(100), count(3_000));
    assert!(few >= 15 && many < 60 && few < many, "{few} {many}");
}

#[test]
fn a_picture_whose_header_is_clean_still_names_somebody() {
    let (folder, _) = make(300, 4);
    let notes = json_lines(&folder.path().join("truth/mentions.jsonl"));
    let clean: Vec<PathBuf> = files(&folder.path().join("evidence/PACS"))
        .into_iter()
        .filter(|path| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(9).any(|window| window == b"ANON^ANON")
        })
        .collect();
    assert!(!clean.is_empty());
    for path in clean {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(notes.iter().any(|note| {
            note["exhibit"].as_str().unwrap().ends_with(name)
                && note["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|item| item["e"] == "name")
        }));
    }
}
