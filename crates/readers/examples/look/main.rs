//! Reads files and shows what came out: `look [--text | --rows | --json | --count] [--alone] [--password WORD]... FILE...`; for corpora and benchmarks, not for evidence.
//!
//! Plain: a line for each exhibit with its format, outcome, bytes, letters,
//! expected members and gaps. `--text`: all that was read, then the gaps on
//! standard error. `--rows`: each row of a table as a line of JSON. `--json`: a
//! line for each file with its seconds, bytes, outcome, gaps and text, so that
//! another program's answer can be held against it. `--count` leaves the text
//! out. `--alone` starts no program,
//! so pictures stay unread. `-` in place of files takes their names from standard input.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
#![allow(clippy::disallowed_methods, reason = "an example may start programs")]

mod direct;
mod heard;

use std::{fs::File, time::Instant};

use serde_json::json;
use whose_model::{ExhibitPath, Limits, Outcome, Phi};
use whose_readers::{Aids, Input, Programs};

use crate::{direct::Direct, heard::Heard};

#[derive(Clone, Copy, PartialEq)]
enum Show {
    List,
    Text,
    Rows,
    Json,
    /// JSON without the text.
    Count,
}

fn main() {
    let mut show = Show::List;
    let mut passwords = Vec::new();
    let mut programs: Option<&dyn Programs> = Some(&Direct);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--text" => show = Show::Text,
            "--rows" => show = Show::Rows,
            "--json" => show = Show::Json,
            "--count" => show = Show::Count,
            "--alone" => programs = None,
            "-" => {
                for file in std::io::stdin().lines() {
                    look(&file.unwrap(), show, &passwords, programs);
                }
            }
            "--password" => passwords.push(Phi::new(arguments.next().unwrap())),
            file => look(file, show, &passwords, programs),
        }
    }
}

fn look(path: &str, show: Show, passwords: &[Phi<String>], programs: Option<&dyn Programs>) {
    let mut heard = Heard::default();
    heard.has_list = show == Show::List;
    heard.has_rows = show == Show::Rows;
    heard.text = matches!(show, Show::Text | Show::Json).then(String::new);
    let file = File::open(path).unwrap();
    let since = Instant::now();
    whose_readers::read_with(
        Input::File(file),
        &ExhibitPath(path.to_owned()),
        &Limits::default(),
        &Aids {
            passwords,
            programs,
        },
        &mut heard,
    );
    let seconds = since.elapsed().as_secs_f64();
    let text = heard.text.take().unwrap_or_default();
    match show {
        Show::List | Show::Rows => {}
        Show::Text => {
            print!("{text}");
            for gap in &heard.gaps {
                eprintln!("gap\t{}\t{}\t{}", gap.exhibit, gap.cause.id(), gap.detail);
            }
        }
        Show::Json | Show::Count => {
            let gaps: Vec<&str> = heard.gaps.iter().map(|gap| gap.cause.id()).collect();
            println!(
                "{}",
                json!({
                    "file": path, "seconds": seconds, "bytes": heard.n_bytes, "rows": heard.n_rows,
                    "exhibits": heard.n_exhibits, "outcome": heard.outcome.map(Outcome::id), "gaps": gaps, "text": text,
                })
            );
        }
    }
}
