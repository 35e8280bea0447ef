//! `whose law check` finds what it is there to find: each rule made wrong in one way, and the words that say so.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use whose_law::{History, Library};

/// The rules of this repository: names below `law/` and their texts.
fn files() -> BTreeMap<String, String> {
    fn read(dir: &Path, below: &str, found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                read(&entry.path(), &format!("{name}/"), found);
            } else if name.ends_with(".toml") {
                found.insert(name, std::fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    let law = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
    read(&law, "", &mut found);
    found
}

/// What the check says of the rules when the first `old` of `name` is `new`.
fn said(name: &str, old: &str, new: &str) -> Vec<String> {
    let mut files = files();
    let text = files.get_mut(name).unwrap();
    assert!(text.contains(old), "{name} has no `{old}`");
    *text = text.replacen(old, new, 1);
    let rules = Library::from_files(files.iter().map(|(name, text)| (&**name, &**text)));
    match rules {
        Ok(rules) => rules
            .check("2026-11-21".parse().unwrap())
            .into_iter()
            .map(|one| format!("{}: {}", one.file, one.what))
            .collect(),
        Err(refused) => vec![refused.to_string()],
    }
}

#[test]
fn a_rule_made_wrong_is_found_and_named() {
    let rule = "ca-qc-p39-1/notify-individual.toml";
    for (name, old, new) in [
        // A day without a version, a day with two.
        (rule, "from = 2022-12-29", "from = 2022-12-31"),
        (
            "ca-qc-p39-1/notify-individual.2022-09.toml",
            "to = 2022-12-28",
            "to = 2022-12-30",
        ),
        // A source nobody listed.
        (rule, "source = \"", "source = \"S9999, "),
        // An example that expects another answer.
        (
            "ca-sk-hipa/notify-individual.toml",
            "expect = \"expected\"",
            "expect = \"does-not-apply\"",
        ),
        // A duty without a sentence in one of the languages.
        (rule, "summary.fr = \"", "summary.fr = \"\" # "),
        // A time zone nobody keeps.
        (
            "ca-sk-hipa/regime.toml",
            "America/Regina",
            "America/Saskatoon",
        ),
        // A field, a clock and a regulator that do not exist.
        (rule, "citation", "citatoin"),
        (rule, "[then]\nnotify", "[then]\nalso = \"x\"\nnotify"),
    ] {
        let problems = said(name, old, new);
        assert!(
            problems
                .iter()
                .any(|one| one.contains(name.split('.').next().unwrap())),
            "{name}: `{old}` -> `{new}` gives {problems:?}"
        );
    }
}

proptest! {
    /// An incident file cut, doubled or overwritten anywhere is read or refused, and never more.
    #[test]
    fn a_damaged_incident_file_is_refused_in_words(
        which in 0_usize..4,
        at in 0.0_f64..1.0,
        cut in 0_usize..200,
        put in "[\\PC\n]{0,20}",
        day in 0_i64..4000,
    ) {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cases");
        let case = ["innomar-saskatchewan-2024", "innomar-patients-2024", "irm-saguenay-2023", "medisys-2020"][which];
        let text: Vec<char> = std::fs::read_to_string(cases.join(case).join("incident.toml"))
            .unwrap()
            .chars()
            .collect();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in the text")]
        let start = (at * text.len() as f64) as usize;
        let end = (start + cut).min(text.len());
        let damaged: String = text[..start].iter().copied().chain(put.chars()).chain(text[end..].iter().copied()).collect();
        if let Ok(history) = History::parse(&damaged) {
            let first: jiff::civil::Date = "2018-01-01".parse().unwrap();
            let _ = history.as_of(first + jiff::Span::new().days(day));
            let _ = history.latest();
        }
    }
}
