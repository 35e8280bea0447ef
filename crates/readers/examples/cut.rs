//! Cuts files off at many places and names those whose rest is said to be read with nothing in it: `cut [--places N] FILE...`.
//!
//! A line for each file: its format, how many of its beginnings were silent,
//! of how many, and the longest of them. For development, not for evidence.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

use std::path::Path;

use whose_model::{Ended, ExhibitPath, Gap, Limits, Segment, Sink};
use whose_readers::Input;

#[derive(Default)]
struct Count {
    depth: usize,
    n: u64,
    format: &'static str,
}

impl Sink for Count {
    fn begin(&mut self, _: &ExhibitPath) -> bool {
        self.n += u64::from(self.depth > 0);
        self.depth += 1;
        true
    }
    fn segment(&mut self, _: Segment) {
        self.n += 1;
    }
    fn gap(&mut self, _: Gap) {
        self.n += 1;
    }
    fn end(&mut self, _: &ExhibitPath, ended: Ended) {
        self.depth -= 1;
        self.format = ended.format;
    }
}

fn main() {
    let mut paths: Vec<String> = std::env::args().skip(1).collect();
    let mut n_places = 40;
    if paths.first().is_some_and(|first| first == "--places") {
        paths.remove(0);
        n_places = paths.remove(0).parse().unwrap();
    }
    for path in paths {
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        let name = Path::new(&path).file_name().unwrap().to_string_lossy();
        let mut silent = Vec::new();
        let mut whole = "";
        for place in (1..=n_places).rev() {
            let end = bytes.len() * place / n_places;
            let mut count = Count::default();
            whose_readers::read(
                Input::Memory(&bytes[..end]),
                &ExhibitPath(name.clone().into_owned()),
                &Limits::default(),
                &mut count,
            );
            if place == n_places {
                whole = count.format;
            }
            if count.n == 0 && end > 0 {
                silent.push((end, count.format));
            }
        }
        if let Some((end, format)) = silent.first() {
            let n = silent.len();
            let all = bytes.len();
            println!(
                "{whole}: {n} of {n_places} silent, the longest {end} of {all} as {format}: {path}"
            );
        }
    }
}
