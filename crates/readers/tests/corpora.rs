//! Third-party files in; every one must end in exactly one outcome, and known content must come out.
//!
//! Found through `WHOSE_CORPORA`; says "skipped: no corpora" when it is absent.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
};

use whose_model::{Cause, Ended, ExhibitPath, Gap, Limits, Outcome, Record, Segment, Sink};
use whose_readers::{Input, read};

#[derive(Default)]
struct Kept {
    open: Vec<ExhibitPath>,
    records: Vec<Record>,
    text: String,
    gaps: Vec<Gap>,
    ended: Vec<(ExhibitPath, Ended)>,
    n_rows: usize,
}

impl Sink for Kept {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        self.open.push(path.clone());
        true
    }
    fn segment(&mut self, segment: Segment) {
        assert!(!self.open.is_empty());
        match segment {
            Segment::Passage(passage) => {
                assert!(passage.text.len() <= Limits::default().max_passage_bytes);
                let _ = passage.locate(0..passage.text.len());
                self.text.push_str(&passage.text);
                self.text.push('\n');
            }
            Segment::Record(record) => self.records.push(record),
            Segment::Rows(rows) => {
                assert_eq!(rows.ends.len(), rows.len() * rows.head.columns.len());
                self.n_rows += rows.len();
            }
        }
    }
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }
    fn end(&mut self, path: &ExhibitPath, ended: Ended) {
        assert_eq!(self.open.pop().as_ref(), Some(path));
        self.ended.push((path.clone(), ended));
    }
}

fn corpora() -> Option<PathBuf> {
    let folder = std::env::var("WHOSE_CORPORA").ok().map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: no corpora");
    }
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read_file(path: &Path) -> Kept {
    let mut kept = Kept::default();
    let name = path.to_string_lossy().into_owned();
    let file = File::open(path).unwrap();
    read(
        Input::File(file),
        &ExhibitPath(name),
        &Limits::default(),
        &mut kept,
    );
    assert!(kept.open.is_empty());
    kept
}

#[test]
fn every_file_ends_in_exactly_one_outcome() {
    let Some(corpora) = corpora() else { return };
    let mut outcomes: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut crashes = Vec::new();
    for path in files(&corpora) {
        let kept = read_file(&path);
        let name = path.to_string_lossy();
        let top = kept.ended.iter().filter(|(path, _)| path.0 == name).count();
        assert_eq!(top, 1, "{name}");
        for (path, ended) in &kept.ended {
            let causes: Vec<_> = kept
                .gaps
                .iter()
                .filter(|gap| gap.exhibit == *path)
                .map(|gap| gap.cause)
                .collect();
            assert_eq!(causes.is_empty(), ended.outcome == Outcome::Read, "{path}");
            if causes.contains(&Cause::Crash) {
                crashes.push(format!("{path} ({})", ended.format));
            }
            let cause = causes.first().map_or("", |cause| cause.id());
            let key = format!("{:14} {cause}", ended.outcome.id());
            *outcomes.entry((ended.format.to_owned(), key)).or_default() += 1;
        }
    }
    for ((format, outcome), n) in &outcomes {
        println!("{n:6}  {format:14} {outcome}");
    }
    assert!(crashes.is_empty(), "{crashes:#?}");
}

#[test]
fn mails_give_the_subjects_bodies_and_attachments_that_another_parser_gives() {
    let Some(corpora) = corpora() else { return };
    let (mut n_mails, mut n_subjects, mut n_bodies, mut n_attachments) = (0, 0, 0, 0);
    let (mut wrong_subjects, mut wrong_bodies, mut wrong_attachments) =
        (Vec::new(), Vec::new(), Vec::new());
    for path in files(&corpora.join("mail-corpus/eml")) {
        if path.extension().is_none_or(|ending| ending != "eml") {
            continue;
        }
        let Ok(expected) = fs::read(path.with_extension("json")) else {
            continue;
        };
        let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let kept = read_file(&path);
        n_mails += 1;
        let parts = expected["parts"].as_array().unwrap();
        // What the other parser could not decode is not compared.
        let words =
            |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
        let subject = parts[0]["headers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|header| header["name"] == "subject")
            .and_then(|header| header["value"]["Text"].as_str());
        if let Some(subject) = subject {
            n_subjects += 1;
            let is_there = kept.records.iter().any(|record| {
                record.name == "mail"
                    && record.fields.iter().any(|field| {
                        field.name == "Subject" && words(&field.value) == words(subject)
                    })
            });
            if !is_there {
                wrong_subjects.push(name.clone());
            }
        }
        let said = words(&kept.text);
        for index in expected["text_body"].as_array().unwrap() {
            let index = index.as_u64().unwrap() as usize;
            let Some(text) = parts[index]["body"]["Text"].as_str() else {
                continue;
            };
            n_bodies += 1;
            if !said.contains(&words(text)) {
                wrong_bodies.push(name.clone());
            }
        }
        let n_expected = expected["attachments"].as_array().unwrap().len();
        let top = path.to_string_lossy().into_owned() + "/";
        let n_given = kept
            .ended
            .iter()
            .filter(|(path, _)| {
                path.0
                    .strip_prefix(&top)
                    .is_some_and(|rest| !rest.contains('/'))
            })
            .count();
        n_attachments += n_expected;
        if n_given != n_expected {
            wrong_attachments.push(format!("{name}: {n_given} of {n_expected}"));
        }
    }
    println!(
        "{n_mails} mails; of {n_subjects} subjects not: {wrong_subjects:?}; of {n_bodies} bodies not: {wrong_bodies:?}; of {n_attachments} attachments not: {wrong_attachments:?}"
    );
    assert!(wrong_subjects.len() * 20 <= n_subjects);
    assert!(wrong_bodies.len() * 10 <= n_bodies);
}

#[test]
fn patients_of_the_health_formats_are_found() {
    let Some(corpora) = corpora() else { return };
    for path in files(&corpora.join("synthea-r4")) {
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let kept = read_file(&path);
        let bundle: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        let n_expected = entries
            .iter()
            .filter(|entry| entry["resource"]["resourceType"] == "Patient")
            .count();
        let patients: Vec<_> = kept
            .records
            .iter()
            .filter(|r| r.name == "Patient")
            .collect();
        assert!(patients.len() >= n_expected, "{}", path.display());
        if n_expected == 1 {
            let key = patients[0].subject.clone();
            let n_about = kept.records.iter().filter(|r| r.subject == key).count();
            assert!(n_about * 2 > entries.len(), "{}", path.display());
        }
    }
    let mut n_cda = 0;
    for path in files(&corpora.join("ccda")) {
        let kept = read_file(&path);
        if kept.ended.last().unwrap().1.format == "cda" {
            n_cda += 1;
            let text = fs::read_to_string(&path).unwrap_or_default();
            if text.contains("<recordTarget") {
                assert!(
                    kept.records.iter().any(|r| r.name == "recordTarget"),
                    "{}",
                    path.display()
                );
            }
        }
    }
    println!("{n_cda} clinical documents");
    for path in files(&corpora.join("hl7v2-hapi")) {
        let text = fs::read(&path).unwrap();
        let kept = read_file(&path);
        let n_expected = text
            .split(|byte| matches!(byte, b'\r' | b'\n'))
            .filter(|line| line.starts_with(b"PID|") || line.starts_with(b"PID^"))
            .count();
        let n_given = kept.records.iter().filter(|r| r.name == "PID").count();
        assert_eq!(n_given, n_expected, "{}", path.display());
    }
}
