//! `cargo xtask bench read CORPORA`: how reading does on material that nobody here wrote, beside other programs on the same files.
//!
//! Each corpus with its outcomes, time and memory, by the real program on a case
//! of its own; each kind of file with the share of another program's words that we
//! have, and of ours that it has; each file on which the two differ most; members
//! of archives (`members.rs`), libraries in one process (`peers.rs`), big tables
//! (`speed.rs`). Words are compared as sets of letters and digits
//! in lower case: layout does not count.

mod members;
mod peers;
mod speed;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::bench;

/// Folders of the corpora that are read.
const CORPORA: &[&str] = &[
    "tika-docs",
    "poi-docs",
    "unstructured-docs",
    "kreuzberg-docs",
    "pypdf-samples",
    "archives",
    "mail-corpus",
    "ccda",
    "fhir-r4-examples",
    "hl7v2-hapi",
    "dicom",
    "synthea-r4",
];

/// Another program's opinion on some files.
struct Opinion {
    /// Endings of the files.
    ending: &'static str,
    program: &'static str,
    /// Its Debian package.
    package: &'static str,
    /// Its arguments before and after the file.
    before: &'static [&'static str],
    after: &'static [&'static str],
}

const fn opinion(
    ending: &'static str,
    program: &'static str,
    package: &'static str,
    before: &'static [&'static str],
    after: &'static [&'static str],
) -> Opinion {
    Opinion {
        ending,
        program,
        package,
        before,
        after,
    }
}

const OPINIONS: &[Opinion] = &[
    opinion(
        "pdf",
        "pdftotext",
        "poppler-utils",
        &["-q", "-layout"],
        &["-"],
    ),
    opinion("doc", "catdoc", "catdoc", &["-w", "-d", "utf-8"], &[]),
    opinion("ppt", "catppt", "catdoc", &["-d", "utf-8"], &[]),
    opinion("xls", "xls2csv", "catdoc", &["-q", "0", "-d", "utf-8"], &[]),
    opinion("rtf", "unrtf", "unrtf", &["--text", "--quiet"], &[]),
    opinion("odt", "odt2txt", "odt2txt", &["--width=-1"], &[]),
    opinion("docx", "docx2txt", "docx2txt", &[], &["-"]),
];

/// Files that differ in more than this share of words stand in the third table.
const DIFFERS: f64 = 0.95;
/// Nobody takes longer over one file.
const MAX_SECONDS: u64 = 120;

pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    let [corpora] = arguments else {
        bail!("usage: cargo xtask bench read CORPORA");
    };
    let corpora = Path::new(corpora);
    let packages: Vec<(&str, &str)> = OPINIONS
        .iter()
        .map(|opinion| (opinion.program, opinion.package))
        .chain(crate::READING.iter().copied())
        .chain([("rg", "ripgrep")])
        .collect();
    crate::need::packages(&packages)?;
    let whose = crate::build_release()?;
    crate::run(crate::cargo().args([
        "build",
        "--release",
        "--package",
        "whose-readers",
        "--example",
        "look",
    ]))?;
    let look = whose.with_file_name("examples").join("look");

    let mut page = String::from(
        "# Reading, beside other programs\n\nMade by `cargo xtask bench read CORPORA`; numbers are of one machine, and both sides ran on it one after the other.\n\n## Every file in one outcome\n\n| corpus | files | exhibits | read | with gaps | not read | causes | seconds | MiB at most |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for corpus in CORPORA {
        let folder = corpora.join(corpus);
        if folder.is_dir() {
            let line = outcomes(&whose, &folder, corpus)?;
            eprint!("{line}");
            page += &line;
        }
    }

    let mut kinds = String::from(
        "\n## The same words\n\nOf the other's words, the share that we have; of ours, the share that it has (medians over files); files on which we have under 95 % of its words.\n\n| files | other program | n | its words in ours | our words in its | under 95 % | our seconds | its seconds |\n|---|---|---|---|---|---|---|---|\n",
    );
    let mut worst = String::from(
        "\n## Where we have fewer of its words than 95 %\n\n| file | other program | its words | of them in ours | our words | our gaps |\n|---|---|---|---|---|---|\n",
    );
    for opinion in OPINIONS {
        compare(corpora, &look, opinion, &mut kinds, &mut worst)?;
    }
    page += &kinds;
    page += &worst;
    page += &members::table(corpora, CORPORA, &look)?;
    page += &peers::table(corpora, CORPORA, &look)?;
    page += &speed::table(&look)?;
    let runs = root.join("bench/runs").join(bench::name(root)?);
    std::fs::create_dir_all(&runs)?;
    std::fs::write(runs.join("reading.md"), page)?;
    println!("kept in bench/runs");
    Ok(())
}

/// One corpus as a case: its row of the first table.
fn outcomes(whose: &Path, folder: &Path, name: &str) -> Result<String> {
    let home = std::env::temp_dir().join(format!("whose-read-{}", std::process::id()));
    std::fs::create_dir_all(&home)?;
    let case = home.join("case");
    let verb = |arguments: &[&std::ffi::OsStr]| {
        let mut command = Command::new(whose);
        command.args(arguments).env("HOME", &home);
        command
    };
    let since = Instant::now();
    let child = verb(&[
        "run".as_ref(),
        case.as_ref(),
        "--evidence".as_ref(),
        folder.as_ref(),
        "--quiet".as_ref(),
    ])
    .stdout(Stdio::null())
    .stderr(Stdio::null())
    .spawn()?;
    let (status, peak) = bench::watched(child)?;
    let seconds = since.elapsed().as_secs_f64();
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("{name}: the run ended with {status}");
    }
    let rows = |list: &str| -> Result<Vec<serde_json::Value>> {
        let output = verb(&[
            list.as_ref(),
            case.as_ref(),
            "--format".as_ref(),
            "json".as_ref(),
        ])
        .output()?;
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    let exhibits = rows("exhibits")?;
    let listed: HashSet<&str> = exhibits
        .iter()
        .filter_map(|row| row["exhibit"].as_str())
        .collect();
    if listed.len() != exhibits.len() {
        bail!("{name}: a path is listed twice");
    }
    let files = files(folder);
    for file in &files {
        let path = file.strip_prefix(folder)?.to_string_lossy().into_owned();
        if !listed.contains(path.as_str()) {
            bail!("{name}: a file has no outcome");
        }
    }
    let n_of = |outcome: &str| {
        exhibits
            .iter()
            .filter(|row| row["outcome"] == outcome)
            .count()
    };
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for gap in rows("gaps")? {
        *causes
            .entry(gap["cause"].as_str().unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    let causes: Vec<String> = causes
        .iter()
        .map(|(cause, n)| format!("{cause} {n}"))
        .collect();
    std::fs::remove_dir_all(&home).ok();
    Ok(format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {seconds:.1} | {} |\n",
        files.len(),
        exhibits.len(),
        n_of("read"),
        n_of("read-with-gaps"),
        n_of("not-read"),
        causes.join(", "),
        peak >> 20,
    ))
}

fn compare(
    corpora: &Path,
    look: &Path,
    opinion: &Opinion,
    kinds: &mut String,
    worst: &mut String,
) -> Result<()> {
    let (mut theirs_in_ours, mut ours_in_theirs) = (Vec::new(), Vec::new());
    let (mut our_time, mut their_time) = (Duration::ZERO, Duration::ZERO);
    let mut n_under = 0;
    for corpus in CORPORA {
        for file in files(&corpora.join(corpus)) {
            let ending = file
                .extension()
                .map(|ending| ending.to_string_lossy().to_lowercase());
            if ending.is_none_or(|ending| ending != opinion.ending) {
                continue;
            }
            let mut other = Command::new(opinion.program);
            other.args(opinion.before).arg(&file).args(opinion.after);
            let since = Instant::now();
            let Some((said, _)) = spoken(&mut other)? else {
                continue;
            };
            let their_seconds = since.elapsed();
            let since = Instant::now();
            let mut own = Command::new(look);
            own.args(["--text", "--alone"]).arg(&file);
            let (read, notes) = spoken(&mut own)?.unwrap_or_default();
            our_time += since.elapsed();
            their_time += their_seconds;
            let (their_words, our_words) = (words(&said), words(&read));
            if their_words.is_empty() {
                continue;
            }
            let n_both = their_words.intersection(&our_words).count();
            let share = n_both as f64 / their_words.len() as f64;
            theirs_in_ours.push(share);
            if !our_words.is_empty() {
                ours_in_theirs.push(n_both as f64 / our_words.len() as f64);
            }
            if share < DIFFERS {
                n_under += 1;
                let gaps: Vec<&str> = notes
                    .lines()
                    .filter(|line| line.starts_with("gap\t"))
                    .filter_map(|line| line.split('\t').nth(2))
                    .take(3)
                    .collect();
                let name = file.strip_prefix(corpora)?.to_string_lossy().into_owned();
                let _ = writeln!(
                    worst,
                    "| {name} | {} | {} | {:.0} % | {} | {} |",
                    opinion.program,
                    their_words.len(),
                    share * 100.0,
                    our_words.len(),
                    gaps.join(", ")
                );
            }
        }
    }
    let n = theirs_in_ours.len();
    let line = format!(
        "| {} | {} | {n} | {:.1} % | {:.1} % | {n_under} | {:.1} | {:.1} |\n",
        opinion.ending,
        opinion.program,
        median(&mut theirs_in_ours) * 100.0,
        median(&mut ours_in_theirs) * 100.0,
        our_time.as_secs_f64(),
        their_time.as_secs_f64(),
    );
    eprint!("{line}");
    kinds.push_str(&line);
    Ok(())
}

/// What a program says on standard output and standard error; `None` when it fails and says nothing.
fn spoken(command: &mut Command) -> Result<Option<(String, String)>> {
    let mut limited = Command::new("timeout");
    limited
        .arg(MAX_SECONDS.to_string())
        .arg(command.get_program())
        .args(command.get_args());
    let output = limited.output().context("timeout")?;
    // Old programs answer in Latin-1.
    let said = String::from_utf8(output.stdout).unwrap_or_else(|wrong| {
        let bytes = wrong.into_bytes();
        bytes.into_iter().map(char::from).collect()
    });
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((output.status.success() || !said.is_empty()).then_some((said, notes)))
}

/// Words of two letters or digits and more.
fn words(text: &str) -> HashSet<String> {
    text.split(|ch: char| !ch.is_alphanumeric())
        .filter(|word| word.chars().nth(1).is_some())
        .map(str::to_lowercase)
        .collect()
}

fn median(shares: &mut [f64]) -> f64 {
    shares.sort_by(f64::total_cmp);
    shares.get(shares.len() / 2).copied().unwrap_or(f64::NAN)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(_) => all.push(path),
                Err(_) => {}
            }
        }
    }
    all.sort();
    all
}
