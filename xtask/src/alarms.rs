//! Text about nobody that lies on this machine: how many mentions a megabyte of it gives.
//!
//! Source code, manual pages, package documentation, logs. A line that names an
//! author, a copyright or an address is left out, because it is about somebody.
//! What is left is not quite about nobody (a comment thanks Alice), so the count
//! is an upper bound.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::{Value, json};

use crate::score::{Sample, answers, half, write};

/// Bytes taken of each kind of text.
const ENOUGH: usize = 8 << 20;
/// A file gives at most this much, so that no file is the whole score.
const OF_A_FILE: usize = 64 << 10;

/// Words that make a line one about somebody.
const ABOUT_SOMEBODY: &[&str] = &[
    "copyright",
    "author",
    "maintain",
    "contribut",
    "written by",
    "thank",
    "credit",
    "\u{a9}",
    "(c)",
    "@",
    "signed-off",
    "reported by",
    "patch",
    "translat",
    "wrote",
    "committee",
    "editor",
    "bug",
    "--  ",
    "debian.org",
    // The same words in French: a manual page names its authors and translators.
    "auteur",
    "traduc",
    "traduit",
    "remerci",
    "écrit",
    "réécrit",
    "réalisé",
    "inspiré",
];

fn sources() -> Vec<(&'static str, Vec<PathBuf>, &'static [&'static str])> {
    let home = std::env::var_os("HOME").map_or_else(|| PathBuf::from("/"), PathBuf::from);
    vec![
        (
            "source code (Rust)",
            vec![home.join(".cargo/registry/src")],
            &["rs"],
        ),
        (
            "source code (Python, Perl)",
            vec!["/usr/lib/python3".into(), "/usr/share/perl".into()],
            &["py", "pm", "pl"],
        ),
        (
            "manual pages, English",
            vec![
                "/usr/share/man/man1".into(),
                "/usr/share/man/man3".into(),
                "/usr/share/man/man5".into(),
                "/usr/share/man/man8".into(),
            ],
            &["gz"],
        ),
        (
            "manual pages, French",
            vec!["/usr/share/man/fr".into()],
            &["gz"],
        ),
        (
            "read-me files and standards",
            vec![home.join(".cargo/registry/src"), "/usr/share/doc".into()],
            &["md", "txt", "rst"],
        ),
        ("logs", vec!["/var/log".into()], &["log"]),
    ]
}

/// False alarms per megabyte; of a peer when there is a script.
pub(crate) fn run(program: &Path, folder: &Path, script: Option<&Path>) -> Result<Value> {
    let mut rows = serde_json::Map::new();
    let (mut all, mut all_bytes) = (0, 0);
    let mut halves = [(0_u32, 0_usize); 2];
    for (name, roots, endings) in sources() {
        let texts = texts(&roots, endings);
        let bytes: usize = texts.iter().map(|sample| sample.text.len()).sum();
        if bytes < 10_000 {
            continue;
        }
        let file = folder.join("nobody.jsonl");
        write(&file, &texts)?;
        let mut command = Command::new(program);
        match script {
            Some(script) => command.arg(script),
            None => command.arg("mentions"),
        };
        let found = answers(command.arg(&file))?;
        let mut by_element = std::collections::BTreeMap::<String, u32>::new();
        for sample in &texts {
            let is_looked_at = half(sample) == "a";
            let (n, bytes) = &mut halves[usize::from(!is_looked_at)];
            *bytes += sample.text.len();
            for answer in found.get(&sample.id).into_iter().flatten() {
                *n += 1;
                *by_element.entry(answer.element.clone()).or_default() += 1;
                if is_looked_at && std::env::var_os("WHOSE_SHOW_ALARMS").is_some() {
                    let from = sample
                        .text
                        .floor_char_boundary(answer.start.saturating_sub(40));
                    let to = sample
                        .text
                        .ceil_char_boundary((answer.end + 30).min(sample.text.len()));
                    println!(
                        "ALARM {name} {} {:.2} {}[[{}]]{}",
                        answer.element,
                        answer.confidence,
                        sample.text[from..answer.start].replace('\n', "\u{23ce}"),
                        &sample.text[answer.start..answer.end],
                        sample.text[answer.end..to].replace('\n', "\u{23ce}")
                    );
                }
            }
        }
        let n: u32 = by_element.values().sum();
        let megabytes = bytes as f64 / 1e6;
        println!(
            "{name:30} {megabytes:6.2} MB  {:7.2} a MB, names {:7.2}  {by_element:?}",
            f64::from(n) / megabytes,
            f64::from(
                *by_element
                    .get("name")
                    .or(by_element.get("PERSON"))
                    .unwrap_or(&0)
            ) / megabytes
        );
        all += n;
        all_bytes += bytes;
        rows.insert(
            name.into(),
            json!({"megabytes": megabytes, "alarms": n, "by element": by_element}),
        );
    }
    println!(
        "{:30} {:6.2} MB  {:7.2} a MB",
        "all",
        all_bytes as f64 / 1e6,
        f64::from(all) / (all_bytes as f64 / 1e6)
    );
    // Alarms are looked at on the texts of one half only.
    for (name, (n, bytes)) in ["a, looked at", "b"].into_iter().zip(halves) {
        let megabytes = bytes as f64 / 1e6;
        println!(
            "{:30} {megabytes:6.2} MB  {:7.2} a MB",
            format!("half {name}"),
            f64::from(n) / megabytes
        );
        rows.insert(
            format!("half {name}"),
            json!({"megabytes": megabytes, "alarms": n}),
        );
    }
    Ok(Value::Object(rows))
}

/// A part of the files, spread evenly in the order of their paths.
fn texts(roots: &[PathBuf], endings: &[&str]) -> Vec<Sample> {
    let mut files = Vec::new();
    for root in roots {
        walk(root, endings, &mut files);
    }
    files.sort();
    let total: u64 = files
        .iter()
        .map(|(_, len)| (*len).min(OF_A_FILE as u64))
        .sum();
    let step = (total / ENOUGH as u64).max(1) as usize;
    let mut bytes = 0;
    let mut texts = Vec::new();
    for (file, _) in files.iter().step_by(step) {
        if bytes >= ENOUGH {
            break;
        }
        let Some(text) = read(file) else { continue };
        let kept = about_nobody(&text);
        if kept.len() < 200 {
            continue;
        }
        bytes += kept.len();
        texts.push(Sample {
            id: texts.len().to_string(),
            corpus: String::new(),
            text: kept,
            gold: Vec::new(),
        });
    }
    texts
}

fn walk(folder: &Path, endings: &[&str], files: &mut Vec<(PathBuf, u64)>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            walk(&path, endings, files);
        } else if kind.is_file()
            && path
                .extension()
                .is_some_and(|ending| endings.iter().any(|known| ending == *known))
        {
            // Lists of changes and of authors are about somebody on every line.
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let is_about_somebody = [
                "change",
                "news",
                "author",
                "thank",
                "credit",
                "copyright",
                "history",
                "release",
                "contributor",
                "maintainer",
                "people",
                "readme.debian",
                // Test data: lists of names, and a chapter of a novel.
                "name",
                "person",
                "carroll",
            ]
            .iter()
            .any(|word| name.contains(word));
            if is_about_somebody {
                continue;
            }
            files.push((path, entry.metadata().map_or(0, |meta| meta.len())));
        }
    }
}

fn read(file: &Path) -> Option<String> {
    let is_packed = file.extension().is_some_and(|ending| ending == "gz");
    let mut bytes = Vec::new();
    if is_packed {
        bytes = Command::new("gzip")
            .args(["-dc"])
            .arg(file)
            .output()
            .ok()?
            .stdout;
        bytes.truncate(OF_A_FILE);
    } else {
        std::fs::File::open(file)
            .ok()?
            .take(OF_A_FILE as u64)
            .read_to_end(&mut bytes)
            .ok()?;
    }
    let text = String::from_utf8(bytes).ok()?;
    Some(if is_packed { plain(&text) } else { text })
}

/// A manual page without its requests.
fn plain(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for line in page.lines() {
        if line.starts_with(['.', '\'']) {
            let words = line.split_once(' ').map_or("", |(_, words)| words);
            if line.starts_with(".\\\"") {
                continue;
            }
            out.push_str(words);
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    for mark in ["\\fB", "\\fI", "\\fR", "\\fP", "\\&", "\\|", "\\^"] {
        out = out.replace(mark, "");
    }
    out.replace("\\-", "-")
}

fn about_nobody(text: &str) -> String {
    let mut skips = 0;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let lower = line.to_lowercase();
        if ABOUT_SOMEBODY.iter().any(|word| lower.contains(word)) || says_by_whom(line) {
            // A list of authors goes on below its heading.
            skips = 6;
        }
        if skips > 0 {
            skips -= 1;
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// `developed by Rich Salz`, `par Martin Bligh`: somebody's work, and not a text about nobody.
fn says_by_whom(line: &str) -> bool {
    [" by ", " par "].iter().any(|by| {
        line.split(by).skip(1).any(|rest| {
            let words: Vec<&str> = rest.split_whitespace().take(2).collect();
            let is_capital = |word: &&str| {
                word.starts_with(char::is_uppercase) && word.chars().any(char::is_lowercase)
                    || word.len() == 2 && word.ends_with('.')
            };
            words.len() == 2 && words.iter().all(is_capital)
        })
    })
}

#[test]
fn lines_about_somebody_and_those_below_are_left_out() {
    let text = "one\nCopyright Anna Roy\n2\n3\n4\n5\n6\nseven\n";
    assert_eq!(about_nobody(text), "one\nseven\n");
    let text = "one\nmade by Anna Roy\n2\n3\n4\n5\n6\nread by the parser\n";
    assert_eq!(about_nobody(text), "one\nread by the parser\n");
}
