//! Reads files and prints how fast: `measure [--text FOLDER] FILE...`; for benchmarks, not for evidence.
//!
//! With `--rows`, each row of a table is printed as a line of JSON.
//! With `--text`, what came out of each file is written to the folder: its
//! passages, fields and cells, then its gaps. Programs are run without any
//! confinement, so this is for files that one knows.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use std::{
    fs::File,
    io::{self, Read, Write},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
    time::Instant,
};

use whose_model::{Ended, ExhibitPath, Gap, Limits, Segment, Sink};
use whose_readers::{Aids, Program, ProgramEnd, ProgramError, ProgramInput, Programs, Running};

#[derive(Default)]
struct Count {
    /// Whether each row is printed as a line of JSON.
    shows_rows: bool,
    n_segments: u64,
    n_rows: u64,
    n_gaps: u64,
    n_bytes: u64,
    outcome: Option<whose_model::Outcome>,
    text: Option<String>,
}

impl Sink for Count {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        if let Some(text) = &mut self.text {
            text.push_str(&format!("## {}\n", path.file_name()));
        }
        true
    }
    fn segment(&mut self, segment: Segment) {
        self.n_segments += 1;
        if let Segment::Rows(rows) = &segment {
            for row in (0..rows.len()).filter(|_| self.shows_rows) {
                let cells: Vec<_> = (0..rows.head.columns.len())
                    .map(|at| serde_json::json!([rows.head.columns[at].name, rows.cell(row, at)]))
                    .collect();
                let table = &rows.head.name;
                let row = rows.numbers[row];
                println!(
                    "{}",
                    serde_json::json!({"table": table, "row": row, "cells": cells})
                );
            }
            self.n_rows += rows.len() as u64;
        }
        let Some(text) = &mut self.text else { return };
        match segment {
            Segment::Passage(passage) => text.push_str(&passage.text),
            Segment::Record(record) => {
                text.push_str(&format!("[{}]\n", record.name));
                for field in &record.fields {
                    text.push_str(&format!("{}: {}\n", field.name, field.value));
                }
            }
            Segment::Rows(rows) => {
                for row in 0..rows.len() {
                    for column in 0..rows.head.columns.len() {
                        text.push_str(rows.cell(row, column));
                        text.push('\t');
                    }
                    text.push('\n');
                }
            }
        }
        text.push('\n');
    }
    fn gap(&mut self, gap: Gap) {
        self.n_gaps += 1;
        if let Some(text) = &mut self.text {
            let place = gap
                .place
                .map_or_else(String::new, |place| place.to_string());
            text.push_str(&format!("!! {} {place} {}\n", gap.cause.id(), gap.detail));
        }
    }
    fn end(&mut self, _: &ExhibitPath, ended: Ended) {
        self.n_bytes = ended.bytes;
        self.outcome = Some(ended.outcome);
    }
}

/// Programs as they are on this machine.
struct Local;

struct Started {
    child: Child,
    feeder: Option<JoinHandle<()>>,
}

impl Programs for Local {
    fn start(
        &self,
        program: Program,
        arguments: &[&str],
        input: ProgramInput<'_>,
    ) -> Result<Box<dyn Running + '_>, ProgramError> {
        let mut bytes = Vec::new();
        match input {
            ProgramInput::Bytes(given) => bytes.extend_from_slice(given),
            ProgramInput::File(file) => {
                file.try_clone()?.read_to_end(&mut bytes)?;
            }
        }
        let mut child = Command::new(program.command())
            .args(arguments)
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| ProgramError::Missing)?;
        let feeder = child.stdin.take().map(|mut stdin| {
            std::thread::spawn(move || {
                let _ = stdin.write_all(&bytes);
            })
        });
        Ok(Box::new(Started { child, feeder }))
    }
}

impl Running for Started {
    fn read(&mut self, out: &mut [u8], _: &dyn Fn()) -> io::Result<usize> {
        self.child
            .stdout
            .as_mut()
            .map_or(Ok(0), |stdout| stdout.read(out))
    }
    fn end(mut self: Box<Self>) -> ProgramEnd {
        drop(self.child.stdout.take());
        let status = self.child.wait().ok();
        if let Some(feeder) = self.feeder.take() {
            let _ = feeder.join();
        }
        ProgramEnd {
            code: status.and_then(|status| status.code()),
            ..ProgramEnd::default()
        }
    }
}

fn main() {
    let mut paths: Vec<String> = std::env::args().skip(1).collect();
    let shows_rows = paths.iter().any(|path| path == "--rows");
    paths.retain(|path| path != "--rows");
    let folder = (paths.first().is_some_and(|first| first == "--text")).then(|| {
        paths.remove(0);
        paths.remove(0)
    });
    for path in paths {
        let mut count = Count {
            shows_rows,
            text: folder.is_some().then(String::new),
            ..Count::default()
        };
        let file = File::open(&path).unwrap();
        let start = Instant::now();
        whose_readers::read_with(
            whose_readers::Input::File(file),
            &ExhibitPath(path.clone()),
            &Limits::default(),
            &Aids {
                passwords: &[],
                programs: Some(&Local),
            },
            &mut count,
        );
        let seconds = start.elapsed().as_secs_f64();
        eprintln!(
            "{path}: {seconds:.2} s, {:.1} MB/s, {} segments, {} rows, {} gaps, {}",
            count.n_bytes as f64 / 1e6 / seconds,
            count.n_segments,
            count.n_rows,
            count.n_gaps,
            count.outcome.map_or("", whose_model::Outcome::id),
        );
        if let (Some(folder), Some(text)) = (&folder, count.text) {
            let name = path.trim_start_matches('/').replace('/', "__");
            std::fs::write(format!("{folder}/{name}.txt"), text).unwrap();
        }
    }
}
