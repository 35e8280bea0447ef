//! What a file says, kept or printed as it comes.

use std::mem;

use whose_model::{Ended, ExhibitPath, Gap, Outcome, Segment, Sink};

#[derive(Default)]
pub(crate) struct Heard {
    /// Whether each exhibit is printed as a line.
    pub(crate) has_list: bool,
    /// Whether each row of a table is printed as JSON.
    pub(crate) has_rows: bool,
    /// All that was read, when it is wanted.
    pub(crate) text: Option<String>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) n_exhibits: u64,
    pub(crate) n_rows: u64,
    /// Of the outermost exhibit, as is the outcome.
    pub(crate) n_bytes: u64,
    pub(crate) outcome: Option<Outcome>,
    /// Letters of each open exhibit.
    n_text: Vec<u64>,
}

impl Heard {
    fn say(&mut self, words: &str, end: char) {
        if let Some(text) = &mut self.text {
            text.push_str(words);
            text.push(end);
        }
    }
}

impl Sink for Heard {
    fn begin(&mut self, _: &ExhibitPath) -> bool {
        self.n_text.push(0);
        true
    }
    fn segment(&mut self, segment: Segment) {
        *self.n_text.last_mut().unwrap() += match &segment {
            Segment::Passage(passage) => passage.text.len() as u64,
            Segment::Rows(rows) => rows.text.len() as u64,
            Segment::Record(record) => record.fields.iter().map(|f| f.value.len() as u64).sum(),
        };
        match segment {
            Segment::Passage(passage) => self.say(&passage.text, '\n'),
            Segment::Record(record) => {
                for field in &record.fields {
                    self.say(&field.value, '\n');
                }
            }
            Segment::Rows(rows) => {
                self.n_rows += rows.len() as u64;
                // So that a benchmark measures the reader.
                if self.text.is_none() && !self.has_rows {
                    return;
                }
                for column in &rows.head.columns {
                    self.say(&column.name, '\t');
                }
                for row in 0..rows.len() {
                    for at in 0..rows.head.columns.len() {
                        self.say(rows.cell(row, at), '\t');
                    }
                    self.say("", '\n');
                }
                for row in (0..rows.len()).filter(|_| self.has_rows) {
                    let cells: Vec<_> = (0..rows.head.columns.len())
                        .map(|at| (&rows.head.columns[at].name, rows.cell(row, at)))
                        .collect();
                    let line = serde_json::json!({"table": rows.head.name, "row": rows.numbers[row], "cells": cells});
                    println!("{line}");
                }
            }
        }
    }
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }
    fn end(&mut self, path: &ExhibitPath, ended: Ended) {
        let n_text = self.n_text.pop().unwrap();
        self.n_exhibits += 1;
        self.n_bytes = ended.bytes;
        self.outcome = Some(ended.outcome);
        if !self.has_list {
            return;
        }
        print!(
            "{}\t{}\t{:?}\t{} bytes\t{n_text} text",
            path.0, ended.format, ended.outcome, ended.bytes
        );
        if let Some(n) = ended.n_expected {
            print!("\texpected {n}");
        }
        let (own, rest): (Vec<Gap>, _) = mem::take(&mut self.gaps)
            .into_iter()
            .partition(|gap| gap.exhibit == *path);
        self.gaps = rest;
        for gap in own {
            print!("\t[{} {}]", gap.cause.id(), gap.detail);
        }
        println!();
    }
}
