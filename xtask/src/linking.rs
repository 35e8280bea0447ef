//! `cargo xtask bench link CORPORA [N...]`: how linkage does beside Splink and recordlinkage, on the same rows in the same run.
//!
//! Tables of N made-up records each (by default 100 thousand, a million, five and ten million),
//! with what it cost and how many people of each hard kind were put together
//! with somebody else or split; then febrl 1 to 4 and Splink's fake_1000 with
//! precision, recall and F1 of pairs and B-cubed F1, at the default threshold
//! and at the best one. No labels are used by anybody. Pairs of two corpora
//! files are linked as one table.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::bench;

/// Thresholds tried to find the best one.
const THRESHOLDS: [&str; 8] = [
    "0.5", "0.8", "0.9", "0.95", "0.99", "0.999", "0.9999", "0.999999",
];
const DEFAULT: usize = 3;

const CORPORA: &[(&str, &[&str])] = &[
    (
        "febrl 1",
        &["febrl/recordlinkage/datasets/febrl/dataset1.csv"],
    ),
    (
        "febrl 2",
        &["febrl/recordlinkage/datasets/febrl/dataset2.csv"],
    ),
    (
        "febrl 3",
        &["febrl/recordlinkage/datasets/febrl/dataset3.csv"],
    ),
    (
        "febrl 4",
        &[
            "febrl/recordlinkage/datasets/febrl/dataset4a.csv",
            "febrl/recordlinkage/datasets/febrl/dataset4b.csv",
        ],
    ),
    ("fake_1000", &["splink-data/data/fake_1000.csv"]),
];

/// What a program made of a table, and what that cost.
struct Run {
    people: Vec<Vec<u64>>,
    seconds: f64,
    /// Processor seconds, which a busy machine changes less.
    processor: f64,
    peak: u64,
}

/// Processor seconds of all programs that were started and have ended.
fn of_children() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    // After the name, which may hold spaces: proc(5), fields 16 and 17, in hundredths.
    let rest = text.rsplit_once(')').context("no name in stat")?.1;
    let ticks: u64 = rest
        .split_whitespace()
        .skip(13)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    Ok(ticks as f64 / 100.0)
}

pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    let Some((corpora, sizes)) = arguments.split_first() else {
        bail!("usage: cargo xtask bench link CORPORA [N...]");
    };
    let sizes: Vec<u64> = match sizes {
        [] => vec![100_000, 1_000_000, 5_000_000, 10_000_000],
        sizes => sizes
            .iter()
            .map(|n| n.replace('_', "").parse().context("N is a number"))
            .collect::<Result<_>>()?,
    };
    let whose = crate::build_release()?;
    let python = python(root)?;
    let folder = std::env::temp_dir().join(format!("whose-bench-link-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let runs = root.join("bench/runs").join(bench::name(root)?);
    std::fs::create_dir_all(&runs)?;
    // What was measured stands, whatever comes after.
    let save = |report: &str, raw: &[Value]| -> Result<()> {
        std::fs::write(runs.join("link.md"), report)?;
        let text = serde_json::to_string_pretty(raw)? + "\n";
        Ok(std::fs::write(runs.join("link.json"), text)?)
    };
    let result = (|| {
        let mut report = String::new();
        let mut raw = Vec::new();
        corpora_tables(
            root,
            &whose,
            &python,
            &folder,
            Path::new(corpora),
            &mut report,
            &mut raw,
        )?;
        save(&report, &raw)?;
        for n in sizes {
            made_up(root, &whose, &python, &folder, n, &mut report, &mut raw)?;
            save(&report, &raw)?;
        }
        println!("{report}");
        Ok(())
    })();
    std::fs::remove_dir_all(&folder).ok();
    result
}

/// A Python of its own with the other programs, made once.
fn python(root: &Path) -> Result<PathBuf> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("bench-python");
    let python = folder.join("bin/python");
    if !python.exists() {
        crate::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        crate::run(Command::new(folder.join("bin/pip")).args([
            "install",
            "--quiet",
            "splink",
            "duckdb",
            "recordlinkage",
        ]))?;
    }
    Ok(python)
}

/// Ten million rows and more are too many for Splink in this memory.
const MOST_FOR_SPLINK: u64 = 2_000_000;

fn made_up(
    root: &Path,
    whose: &Path,
    python: &Path,
    folder: &Path,
    n: u64,
    report: &mut String,
    raw: &mut Vec<Value>,
) -> Result<()> {
    let folder = folder.join(n.to_string());
    crate::run(
        Command::new(whose)
            .args(["synth", "--records", &n.to_string(), "--seed", "97"])
            .arg("--out")
            .arg(&folder),
    )?;
    let table = folder.join("records.csv");
    let (truth, names) = truth(&folder.join("truth/records.csv"))?;
    let kinds = kinds(&folder.join("truth/kinds.csv"), &names)?;
    writeln!(
        report,
        "## {n} made-up records of {} people\n\n| | wall | processor | peak memory | pairs compared | B-cubed F1 | pairs F1 | people over-merged | people split |\n|---|---|---|---|---|---|---|---|---|",
        names.len()
    )?;
    let mut by_kind = String::new();
    let mut tell = |program: &str, run: &Run, column: usize, pairs: &str| -> Result<()> {
        let found = &run.people[column];
        let score = score(found, &truth);
        let table = by_kinds(found, &truth, &kinds);
        let all = table.get("all").copied().unwrap_or_default();
        writeln!(
            report,
            "| {program} | {:.1} s | {:.1} s | {:.0} MiB | {pairs} | {:.4} | {:.4} | {:.2} % | {:.2} % |",
            run.seconds,
            run.processor,
            run.peak as f64 / f64::from(1 << 20),
            score.b_cubed,
            score.f1,
            share(all.1, all.0),
            share(all.2, all.0)
        )?;
        writeln!(
            by_kind,
            "\n{program}:\n\n| kind of person | people | over-merged | split |\n|---|---|---|---|"
        )?;
        for (kind, (n, over, split)) in &table {
            writeln!(
                by_kind,
                "| {kind} | {n} | {over} ({:.2} %) | {split} ({:.2} %) |",
                share(*over, *n),
                share(*split, *n)
            )?;
        }
        raw.push(json!({
            "records": n, "program": program, "seconds": run.seconds, "processor_seconds": run.processor, "peak_bytes": run.peak,
            "pairs": pairs, "b_cubed": score.b_cubed, "precision": score.precision, "recall": score.recall,
            "kinds": table.iter().map(|(kind, (n, over, split))| json!({"kind": kind, "people": n, "over": over, "split": split})).collect::<Vec<_>>(),
        }));
        Ok(())
    };
    let (ours, pairs) = ours(whose, std::slice::from_ref(&table), &folder, "0.95")?;
    tell("whose link", &ours, 0, &pairs.to_string())?;
    if n <= MOST_FOR_SPLINK {
        let run = other(
            python,
            &root.join("bench/peers/link_splink.py"),
            &table,
            &folder,
            &["0.95", "0.999999"],
        )?;
        tell("Splink, 0.95", &run, 0, "-")?;
        tell("Splink, 0.999999", &run, 1, "-")?;
    }
    writeln!(report, "{by_kind}")?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn corpora_tables(
    root: &Path,
    whose: &Path,
    python: &Path,
    folder: &Path,
    corpora: &Path,
    report: &mut String,
    raw: &mut Vec<Value>,
) -> Result<()> {
    writeln!(
        report,
        "## Tables that others made\n\n| table | program | threshold | precision | recall | F1 | B-cubed F1 | people over-merged |\n|---|---|---|---|---|---|---|---|"
    )?;
    for (name, files) in CORPORA {
        let table = folder.join("table.csv");
        let truth = joined(corpora, files, &table)?;
        let mut programs: Vec<(&str, Vec<Vec<u64>>)> = Vec::new();
        let mut people = Vec::new();
        for threshold in THRESHOLDS {
            let (run, _) = ours(whose, std::slice::from_ref(&table), folder, threshold)?;
            people.extend(run.people);
        }
        programs.push(("whose link", people));
        for (program, script) in [
            ("Splink", "bench/peers/link_splink.py"),
            ("recordlinkage", "bench/peers/link_recordlinkage.py"),
        ] {
            // A program that cannot do a table is said so, and the others go on.
            match other(python, &root.join(script), &table, folder, &THRESHOLDS) {
                Ok(run) => programs.push((program, run.people)),
                Err(error) => {
                    writeln!(report, "| {name} | {program} | failed: {error} | | | | | |")?
                }
            }
        }
        for (program, columns) in programs {
            let scores: Vec<Score> = columns.iter().map(|found| score(found, &truth)).collect();
            let best = (0..scores.len())
                .max_by(|a, b| scores[*a].f1.total_cmp(&scores[*b].f1))
                .unwrap_or(DEFAULT);
            for (what, at) in [("default", DEFAULT), ("best", best)] {
                let (Some(score), Some(found)) = (scores.get(at), columns.get(at)) else {
                    continue;
                };
                let over = by_kinds(found, &truth, &[])
                    .get("all")
                    .map_or(0.0, |(n, over, _)| share(*over, *n));
                writeln!(
                    report,
                    "| {name} | {program} | {what} {} | {:.4} | {:.4} | {:.4} | {:.4} | {over:.2} % |",
                    THRESHOLDS[at], score.precision, score.recall, score.f1, score.b_cubed
                )?;
                raw.push(json!({"table": name, "program": program, "threshold": THRESHOLDS[at], "which": what,
                    "precision": score.precision, "recall": score.recall, "f1": score.f1, "b_cubed": score.b_cubed, "over_merged_percent": over}));
            }
        }
    }
    Ok(())
}

/// Runs `whose link`; the people of each row, and how many pairs it compared.
fn ours(whose: &Path, files: &[PathBuf], folder: &Path, threshold: &str) -> Result<(Run, u64)> {
    let out = folder.join("ours.csv");
    let (since, before) = (Instant::now(), of_children()?);
    let said = folder.join("ours.json");
    let child = Command::new(whose)
        .args(["link", "--json", "--threshold", threshold, "--out"])
        .arg(&out)
        .args(files)
        .stdout(std::fs::File::create(&said)?)
        .spawn()?;
    let (status, peak) = bench::watched(child)?;
    let seconds = since.elapsed().as_secs_f64();
    let processor = of_children()? - before;
    if !status.success() {
        bail!("whose link ended with {status}");
    }
    let said: Value = serde_json::from_str(&std::fs::read_to_string(said)?)?;
    let people = columns(&out)?.into_iter().nth(1).context("no people")?;
    Ok((
        Run {
            people: vec![people],
            seconds,
            processor,
            peak,
        },
        said["pairs"].as_u64().unwrap_or(0),
    ))
}

/// Runs another program; the people of each row at each threshold.
fn other(
    python: &Path,
    script: &Path,
    table: &Path,
    folder: &Path,
    thresholds: &[&str],
) -> Result<Run> {
    let out = folder.join("other.csv");
    std::fs::remove_file(&out).ok();
    let (since, before) = (Instant::now(), of_children()?);
    let child = Command::new(python)
        .arg(script)
        .arg(table)
        .arg(&out)
        .args(thresholds)
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("other.log"))?)
        .spawn()?;
    let (status, peak) = bench::watched(child)?;
    let seconds = since.elapsed().as_secs_f64();
    let processor = of_children()? - before;
    if !status.success() {
        let log = std::fs::read_to_string(folder.join("other.log")).unwrap_or_default();
        bail!("{}", log.lines().last().unwrap_or("no message"));
    }
    Ok(Run {
        people: columns(&out)?,
        seconds,
        processor,
        peak,
    })
}

/// Every column of a plain table, its values numbered in the order of first sight.
fn columns(file: &Path) -> Result<Vec<Vec<u64>>> {
    let text = std::fs::read_to_string(file)?;
    let mut lines = text.lines();
    let n = lines.next().context("no header")?.split(',').count();
    let mut seen: Vec<HashMap<&str, u64>> = vec![HashMap::new(); n];
    let mut found: Vec<Vec<u64>> = vec![Vec::new(); n];
    for line in lines {
        for ((value, seen), column) in line.split(',').zip(&mut seen).zip(&mut found) {
            let next = seen.len() as u64;
            column.push(*seen.entry(value).or_insert(next));
        }
    }
    Ok(found)
}

/// Whose each record of a made-up table is, and the names of the people by number.
fn truth(file: &Path) -> Result<(Vec<u64>, HashMap<String, u64>)> {
    let text = std::fs::read_to_string(file)?;
    let mut names: HashMap<String, u64> = HashMap::new();
    let truth = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(1))
        .map(|name| {
            let next = names.len() as u64;
            *names.entry(name.to_owned()).or_insert(next)
        })
        .collect();
    Ok((truth, names))
}

/// What is hard about each person, by number.
fn kinds(file: &Path, names: &HashMap<String, u64>) -> Result<Vec<Vec<String>>> {
    let mut kinds = vec![Vec::new(); names.len()];
    for line in std::fs::read_to_string(file)?.lines().skip(1) {
        if let Some((name, of_person)) = line.split_once(',')
            && let Some(slot) = names.get(name).and_then(|at| kinds.get_mut(*at as usize))
        {
            *slot = of_person.split(' ').map(str::to_owned).collect();
        }
    }
    Ok(kinds)
}

/// Puts the files of a corpus into one table; whose each row is.
fn joined(corpora: &Path, files: &[&str], table: &Path) -> Result<Vec<u64>> {
    let (mut text, mut truth) = (String::new(), Vec::new());
    let mut names: HashMap<String, u64> = HashMap::new();
    for file in files {
        let path = corpora.join(file);
        let lines = std::fs::read_to_string(&path).with_context(|| format!("{file} of CORPORA"))?;
        let mut lines = lines.lines();
        let header = lines.next().context("no header")?;
        let cluster = header.split(',').position(|name| name.trim() == "cluster");
        // The truth is no column of what is linked.
        let without = |line: &str| -> String {
            line.split(',')
                .enumerate()
                .filter(|(at, _)| Some(*at) != cluster)
                .map(|(_, value)| value.trim())
                .collect::<Vec<_>>()
                .join(",")
        };
        if text.is_empty() {
            text = without(header) + "\n";
        }
        for line in lines.filter(|line| !line.trim().is_empty()) {
            let name = match cluster {
                Some(at) => line.split(',').nth(at),
                None => line.split('-').nth(1),
            };
            let next = names.len() as u64;
            truth.push(
                *names
                    .entry(name.context("no truth in a row")?.trim().to_owned())
                    .or_insert(next),
            );
            text.push_str(&without(line));
            text.push('\n');
        }
    }
    std::fs::write(table, text)?;
    Ok(truth)
}

struct Score {
    precision: f64,
    recall: f64,
    f1: f64,
    b_cubed: f64,
}

/// Pairs and B-cubed, of found people against true ones, both by row.
fn score(found: &[u64], truth: &[u64]) -> Score {
    let mut both: HashMap<(u64, u64), u64> = HashMap::new();
    let mut by_found: HashMap<u64, u64> = HashMap::new();
    let mut by_truth: HashMap<u64, u64> = HashMap::new();
    for (f, t) in found.iter().zip(truth) {
        *both.entry((*f, *t)).or_default() += 1;
        *by_found.entry(*f).or_default() += 1;
        *by_truth.entry(*t).or_default() += 1;
    }
    let pairs = |n: u64| u128::from(n) * u128::from(n.saturating_sub(1)) / 2;
    let sum = |counts: &HashMap<u64, u64>| counts.values().map(|n| pairs(*n)).sum::<u128>() as f64;
    let right = both.values().map(|n| pairs(*n)).sum::<u128>() as f64;
    let precision = right / sum(&by_found).max(1.0);
    let recall = right / sum(&by_truth).max(1.0);
    let n = truth.len().max(1) as f64;
    let mut cells: Vec<(f64, f64)> = both
        .iter()
        .map(|((f, t), count)| {
            let square = (*count * *count) as f64;
            (square / by_found[f] as f64, square / by_truth[t] as f64)
        })
        .collect();
    // Sums in one order, so that a run can be repeated to the last digit.
    cells.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let b_precision = cells.iter().map(|cell| cell.0).sum::<f64>() / n;
    let b_recall = cells.iter().map(|cell| cell.1).sum::<f64>() / n;
    let f = |a: f64, b: f64| 2.0 * a * b / (a + b).max(1e-12);
    Score {
        precision,
        recall,
        f1: f(precision, recall),
        b_cubed: f(b_precision, b_recall),
    }
}

/// For each kind of person: how many, how many of them share a found person with somebody else, how many are split.
fn by_kinds(
    found: &[u64],
    truth: &[u64],
    kinds: &[Vec<String>],
) -> BTreeMap<String, (u64, u64, u64)> {
    let mut first_of: HashMap<u64, u64> = HashMap::new();
    let mut mixed: HashSet<u64> = HashSet::new();
    let mut place_of: BTreeMap<u64, u64> = BTreeMap::new();
    let mut split: HashSet<u64> = HashSet::new();
    for (f, t) in found.iter().zip(truth) {
        if *first_of.entry(*f).or_insert(*t) != *t {
            mixed.insert(*f);
        }
        if *place_of.entry(*t).or_insert(*f) != *f {
            split.insert(*t);
        }
    }
    let over: HashSet<u64> = found
        .iter()
        .zip(truth)
        .filter(|(f, _)| mixed.contains(f))
        .map(|(_, t)| *t)
        .collect();
    let mut table: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    let all = ["all".to_owned()];
    for person in place_of.keys() {
        let own = kinds.get(*person as usize).map_or(&[][..], Vec::as_slice);
        for kind in own.iter().chain(&all) {
            let entry = table.entry(kind.clone()).or_default();
            entry.0 += 1;
            entry.1 += u64::from(over.contains(person));
            entry.2 += u64::from(split.contains(person));
        }
    }
    table
}

fn share(part: u64, of: u64) -> f64 {
    part as f64 * 100.0 / (of.max(1)) as f64
}

#[test]
fn a_person_put_together_with_another_is_over_merged_and_one_in_two_places_split() {
    let (found, truth) = ([1, 1, 1, 2, 3], [1, 1, 2, 2, 3]);
    let kinds = vec![Vec::new(), Vec::new(), vec!["twin".to_owned()], Vec::new()];
    let table = by_kinds(&found, &truth, &kinds);
    assert_eq!(table["all"], (3, 2, 1));
    assert_eq!(table["twin"], (1, 1, 1));
    let score = score(&found, &truth);
    assert!((score.precision - 1.0 / 3.0).abs() < 1e-9 && (score.recall - 0.5).abs() < 1e-9);
}
