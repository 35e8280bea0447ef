//! Big tables that anybody can make again, read by us and searched by ripgrep in the same run: megabytes a second on one core.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

/// Bytes of each file.
const N_BYTES: usize = 200_000_000;
/// The median of so many runs counts.
const N_RUNS: usize = 3;

/// A row of a made-up table: the same for the same number, all shapes that tables have, nobody's data.
fn cells(n: usize) -> [String; 6] {
    let mixed = n.wrapping_mul(2_654_435_761) >> 7;
    [
        n.to_string(),
        format!("Word{} Other{}", mixed % 997, mixed % 7919),
        format!(
            "19{:02}-{:02}-{:02}",
            mixed % 99,
            mixed % 12 + 1,
            mixed % 28 + 1
        ),
        format!("{}.{:02}", mixed % 500, mixed % 100),
        format!("a note of some words, number {}", mixed % 100_003),
        if mixed.is_multiple_of(3) { "" } else { "yes" }.to_owned(),
    ]
}

const COLUMNS: [&str; 6] = ["id", "name", "day", "amount", "note", "flag"];

fn made(kind: &str) -> String {
    let mut text = String::with_capacity(N_BYTES + 1024);
    match kind {
        "csv" => text += &(COLUMNS.join(",") + "\n"),
        "sql" => {
            let _ = writeln!(
                text,
                "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.things (\n    {} text\n);\n\nCOPY public.things ({}) FROM stdin;",
                COLUMNS.join(" text,\n    "),
                COLUMNS.join(", ")
            );
        }
        _ => {}
    }
    let mut n = 0;
    while text.len() < N_BYTES {
        let row = cells(n);
        n += 1;
        match kind {
            "csv" => {
                let [id, name, day, amount, note, flag] = row;
                let _ = writeln!(text, "{id},{name},{day},{amount},\"{note}\",{flag}");
            }
            "sql" => text += &(row.join("\t") + "\n"),
            _ => {
                let fields: Vec<String> = COLUMNS
                    .iter()
                    .zip(row)
                    .map(|(name, value)| format!("\"{name}\":\"{value}\""))
                    .collect();
                let _ = writeln!(text, "{{{}}}", fields.join(","));
            }
        }
    }
    if kind == "sql" {
        text += "\\.\n";
    }
    text
}

/// The table, as Markdown.
pub(super) fn table(look: &Path) -> Result<String> {
    let mut page = String::from(
        "\n## Tables to records, one core\n\nMade-up rows of six columns, 200 MB each; the median of three runs. ripgrep counts the lines with a number of nine digits in the same bytes.\n\n| file | rows | our MB/s | ripgrep MB/s | our MiB at most |\n|---|---|---|---|---|\n",
    );
    for (kind, name) in [
        ("csv", "CSV"),
        ("ndjson", "NDJSON"),
        ("sql", "pg_dump, plain"),
    ] {
        let file = std::env::temp_dir().join(format!("whose-bench-{}.{kind}", std::process::id()));
        std::fs::File::create(&file)?.write_all(made(kind).as_bytes())?;
        let n_bytes = std::fs::metadata(&file)?.len() as f64 / 1e6;
        let (mut ours, mut theirs, mut n_rows, mut peak) = (Vec::new(), Vec::new(), 0, 0);
        for _ in 0..N_RUNS {
            let mut command = Command::new(look);
            command
                .args(["--count", "--alone"])
                .arg(&file)
                .stdout(Stdio::piped());
            let mut child = command.spawn()?;
            let stdout = child.stdout.take().context("no output")?;
            let (status, memory) = crate::bench::watched(child)?;
            anyhow::ensure!(status.success(), "{name}: not read");
            let said: serde_json::Value = serde_json::from_reader(stdout)?;
            ours.push(n_bytes / said["seconds"].as_f64().unwrap_or(f64::NAN));
            n_rows = said["rows"].as_u64().unwrap_or_default();
            peak = peak.max(memory);
            let since = Instant::now();
            let found = Command::new("rg")
                .args(["-j1", "-a", "-c", "[0-9]{9}"])
                .arg(&file)
                .stdout(Stdio::null())
                .status();
            if found.is_ok() {
                theirs.push(n_bytes / since.elapsed().as_secs_f64());
            }
        }
        std::fs::remove_file(&file)?;
        let line = format!(
            "| {name} | {n_rows} | {:.0} | {:.0} | {} |\n",
            super::median(&mut ours),
            super::median(&mut theirs),
            peak >> 20
        );
        eprint!("{line}");
        page += &line;
    }
    Ok(page)
}
