//! The project's own documents in; each shows the format, ends with the gaps and says the words that are expected.
//!
//! `corpus/expected.json` holds the expectations; no file may lie there without one.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::PathBuf,
};

use serde_json::Value;
use whose_model::{Ended, ExhibitPath, Gap, Limits, Segment, Sink};
use whose_readers::{Input, read};

#[derive(Default)]
struct Kept {
    text: String,
    gaps: BTreeSet<&'static str>,
    ended: BTreeMap<String, Ended>,
}

impl Sink for Kept {
    fn begin(&mut self, _: &ExhibitPath) -> bool {
        true
    }
    fn segment(&mut self, segment: Segment) {
        match segment {
            Segment::Passage(passage) => self.text.push_str(&passage.text),
            Segment::Record(record) => {
                for field in &record.fields {
                    self.text.push_str(&field.value);
                    self.text.push('\n');
                }
            }
            Segment::Rows(rows) => self.text.push_str(&rows.text),
        }
        self.text.push('\n');
    }
    fn gap(&mut self, gap: Gap) {
        self.gaps.insert(gap.cause.id());
    }
    fn end(&mut self, path: &ExhibitPath, ended: Ended) {
        self.ended.insert(path.0.clone(), ended);
    }
}

fn words(value: &Value) -> BTreeSet<&str> {
    let words = value.as_array().into_iter().flatten();
    words.filter_map(Value::as_str).collect()
}

#[test]
fn each_document_of_ours_is_read_as_expected() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let expected = fs::read_to_string(corpus.join("expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).unwrap();
    let mut wrong = Vec::new();
    let mut n_bytes = 0;
    for folder in ["made", "hostile"] {
        for entry in fs::read_dir(corpus.join(folder)).unwrap() {
            let entry = entry.unwrap();
            n_bytes += entry.metadata().unwrap().len();
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let Some(expected) = expected.get(&name) else {
                wrong.push(format!("{name}: nothing is expected of it"));
                continue;
            };
            let mut kept = Kept::default();
            let file = File::open(entry.path()).unwrap();
            let path = ExhibitPath(name.clone());
            read(Input::File(file), &path, &Limits::default(), &mut kept);
            let ended = &kept.ended[&name];
            if ended.format != expected["format"] || ended.outcome.id() != expected["outcome"] {
                wrong.push(format!("{name}: {} {}", ended.format, ended.outcome.id()));
            }
            if kept.gaps != words(&expected["gaps"]) {
                wrong.push(format!("{name}: gaps {:?}", kept.gaps));
            }
            for said in words(&expected["says"]) {
                if !kept.text.contains(said) {
                    wrong.push(format!("{name}: does not say {said:?}"));
                }
            }
            if let Some(n) = expected["exhibits"].as_u64()
                && n != kept.ended.len() as u64
            {
                wrong.push(format!("{name}: {} exhibits", kept.ended.len()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(n_bytes < 1 << 20);
}
