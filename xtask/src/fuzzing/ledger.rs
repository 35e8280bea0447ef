//! What was fuzzed, for how long, on which code and with what found: a line a run, kept beside the seeds, and a page of it.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// One target's run.
#[derive(Clone, Default)]
pub(super) struct Line {
    pub(super) target: String,
    pub(super) n_executions: u64,
    /// Of the processor's time.
    pub(super) seconds: f64,
    /// Edges of the program that were reached.
    pub(super) n_edges: u64,
    pub(super) n_findings: u64,
}

impl Line {
    pub(super) fn of(target: &str) -> Self {
        Self {
            target: target.to_owned(),
            ..Self::default()
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} executions in {:.0} processor seconds, {} edges, {} findings",
            self.target, self.n_executions, self.seconds, self.n_edges, self.n_findings
        )
    }
}

/// All runs, of other commits too.
pub(super) struct Ledger {
    file: PathBuf,
    commit: String,
    lines: Vec<(String, Line)>,
    n_findings: u64,
}

impl Ledger {
    pub(super) fn open(place: &Path, commit: &str) -> Result<Self> {
        let file = place.join("ledger.jsonl");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let lines = text.lines().map(parse).collect::<Result<_>>()?;
        Ok(Self {
            file,
            commit: commit.to_owned(),
            lines,
            n_findings: 0,
        })
    }

    /// Of this run.
    pub(super) fn n_findings(&self) -> u64 {
        self.n_findings
    }

    pub(super) fn add(&mut self, line: Line) -> Result<()> {
        let said = json!({
            "commit": self.commit, "target": line.target, "executions": line.n_executions,
            "seconds": line.seconds, "edges": line.n_edges, "findings": line.n_findings,
        });
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.file)?;
        writeln!(file, "{said}")?;
        self.n_findings += line.n_findings;
        self.lines.push((self.commit.clone(), line));
        Ok(())
    }

    /// A row for each target, all its runs added up.
    pub(super) fn page(&self) -> String {
        let mut sums: BTreeMap<&str, (Line, Vec<&str>)> = BTreeMap::new();
        for (commit, line) in &self.lines {
            let (sum, commits) = sums.entry(&line.target).or_default();
            sum.n_executions += line.n_executions;
            sum.seconds += line.seconds;
            sum.n_edges = sum.n_edges.max(line.n_edges);
            sum.n_findings += line.n_findings;
            if !commits.contains(&commit.as_str()) {
                commits.push(commit);
            }
        }
        let mut page = "# Fuzzing\n\n`cargo xtask fuzz`; seconds are the processor's.\n\n\
            | target | executions | seconds | edges | findings | commits |\n\
            |---|---|---|---|---|---|\n"
            .to_owned();
        for (target, (sum, commits)) in sums {
            let _ = writeln!(
                page,
                "| {target} | {} | {:.0} | {} | {} | {} |",
                sum.n_executions,
                sum.seconds,
                sum.n_edges,
                sum.n_findings,
                commits.join(", ")
            );
        }
        page
    }
}

fn parse(text: &str) -> Result<(String, Line)> {
    let value: Value = serde_json::from_str(text).context("a line of the ledger")?;
    let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| value[name].as_u64().unwrap_or_default();
    let line = Line {
        target: word("target"),
        n_executions: number("executions"),
        seconds: value["seconds"].as_f64().unwrap_or_default(),
        n_edges: number("edges"),
        n_findings: number("findings"),
    };
    Ok((word("commit"), line))
}

#[test]
fn runs_of_a_target_are_added_up_and_kept() -> Result<()> {
    let place = std::env::temp_dir().join(format!("whose-ledger-{}", std::process::id()));
    fs::create_dir_all(&place)?;
    for commit in ["1a", "2b"] {
        let mut ledger = Ledger::open(&place, commit)?;
        ledger.add(Line {
            n_executions: 20,
            seconds: 1.5,
            n_edges: 7,
            ..Line::of("csv")
        })?;
    }
    let page = Ledger::open(&place, "3c")?.page();
    fs::remove_dir_all(&place)?;
    assert!(
        page.ends_with("| csv | 40 | 3 | 7 | 0 | 1a, 2b |\n"),
        "{page}"
    );
    Ok(())
}
