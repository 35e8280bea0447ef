//! Other libraries on the same files, each side in one process: who reads a file at all, whose words the other has, and the seconds of both.
//!
//! The libraries are Python's; `WHOSE_PEERS` names the python that has them
//! (`pip install kreuzberg pypdfium2`), otherwise `python3` is tried. Neither side
//! recognises pictures here. Files that only one side reads count apart, and
//! seconds are those of files that both read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::{files, median, words};

const PEER: &str = include_str!("peer.py");

/// Library and the endings it is asked about.
const PEERS: &[(&str, &[&str])] = &[
    (
        "kreuzberg",
        &[
            "pdf", "docx", "pptx", "xlsx", "xls", "doc", "ppt", "odt", "rtf", "html", "eml", "msg",
            "epub", "xml",
        ],
    ),
    ("pypdfium2", &["pdf"]),
    ("mailbox", &["mbox"]),
];

struct Answer {
    seconds: f64,
    text: String,
    failed: bool,
}

/// The table, as Markdown.
pub(super) fn table(corpora: &Path, folders: &[&str], look: &Path) -> Result<String> {
    let mut page = String::from(
        "\n## Beside libraries, each side in one process, no recognition of pictures\n\nWords: of the other's, the share that we have, and of ours, the share that it has (medians). Seconds: files that both read.\n\n| files | library | n | both have words | only ours | only its | neither | its words in ours | our words in its | our seconds | its seconds |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    let python = std::env::var("WHOSE_PEERS").unwrap_or_else(|_| "python3".to_owned());
    for (library, endings) in PEERS {
        for ending in *endings {
            let list: Vec<PathBuf> = folders
                .iter()
                .flat_map(|folder| files(&corpora.join(folder)))
                .filter(|file| {
                    file.extension()
                        .is_some_and(|other| other.eq_ignore_ascii_case(ending))
                })
                .collect();
            if list.is_empty() {
                continue;
            }
            let mut ours = Command::new(look);
            ours.args(["--json", "--alone", "-"]);
            let mut theirs = Command::new(&python);
            theirs.args(["-c", PEER, library]);
            let line = match asked(theirs, &list)? {
                None => format!("| {ending} | {library} | missing |\n"),
                Some(theirs) => {
                    let ours = asked(ours, &list)?.context("our own reader did not start")?;
                    row(ending, library, &list, &ours, &theirs)
                }
            };
            eprint!("{line}");
            page += &line;
        }
    }
    Ok(page)
}

fn row(
    ending: &str,
    library: &str,
    list: &[PathBuf],
    ours: &BTreeMap<String, Answer>,
    theirs: &BTreeMap<String, Answer>,
) -> String {
    let (mut n_both, mut n_ours, mut n_theirs, mut n_none) = (0, 0, 0, 0);
    let (mut its_in_ours, mut ours_in_its) = (Vec::new(), Vec::new());
    let (mut our_seconds, mut its_seconds) = (0.0, 0.0);
    for file in list {
        let file = file.to_string_lossy();
        let heard = |side: &BTreeMap<String, Answer>| {
            side.get(file.as_ref())
                .filter(|answer| !answer.failed)
                .map(|answer| words(&answer.text))
                .filter(|words| !words.is_empty())
        };
        match (heard(ours), heard(theirs)) {
            (Some(our), Some(its)) => {
                n_both += 1;
                let n_common = our.intersection(&its).count() as f64;
                its_in_ours.push(n_common / its.len() as f64);
                ours_in_its.push(n_common / our.len() as f64);
                our_seconds += ours[file.as_ref()].seconds;
                its_seconds += theirs[file.as_ref()].seconds;
            }
            (Some(_), None) => n_ours += 1,
            (None, Some(_)) => n_theirs += 1,
            (None, None) => n_none += 1,
        }
    }
    let mut line = String::new();
    let _ = writeln!(
        line,
        "| {ending} | {library} | {} | {n_both} | {n_ours} | {n_theirs} | {n_none} | {:.1} % | {:.1} % | {our_seconds:.2} | {its_seconds:.2} |",
        list.len(),
        median(&mut its_in_ours) * 100.0,
        median(&mut ours_in_its) * 100.0,
    );
    line
}

/// What a program says of files: a line of JSON for each. `None` when it, or its library, is not there.
fn asked(mut command: Command, list: &[PathBuf]) -> Result<Option<BTreeMap<String, Answer>>> {
    let mut answers = BTreeMap::new();
    let mut at = 0;
    // A peer that dies on a file has failed on it, and is started again behind it.
    while let Some(rest) = list.get(at..).filter(|rest| !rest.is_empty()) {
        let Ok(mut child) = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
        else {
            return Ok(None);
        };
        let names: String = rest
            .iter()
            .map(|file| format!("{}\n", file.display()))
            .collect();
        let mut stdin = child.stdin.take().context("no input")?;
        let feeder = std::thread::spawn(move || stdin.write_all(names.as_bytes()).ok());
        let output = child.wait_with_output()?;
        let _ = feeder.join();
        if output.status.code() == Some(3) {
            return Ok(None);
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(said) = serde_json::from_str::<serde_json::Value>(line) else {
                continue;
            };
            at += 1;
            answers.insert(
                said["file"].as_str().unwrap_or_default().to_owned(),
                Answer {
                    seconds: said["seconds"].as_f64().unwrap_or_default(),
                    text: said["text"].as_str().unwrap_or_default().to_owned(),
                    failed: said["error"].is_string(),
                },
            );
        }
        if !output.status.success() && at < list.len() {
            at += 1;
        } else if output.status.success() {
            break;
        }
    }
    Ok(Some(answers))
}
