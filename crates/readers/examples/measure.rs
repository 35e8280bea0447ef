//! Reads files and prints how fast: `measure FILE...`; for benchmarks, not for evidence.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::{fs::File, time::Instant};

use whose_model::{Ended, ExhibitPath, Gap, Limits, Segment, Sink};

#[derive(Default)]
struct Count {
    n_segments: u64,
    n_rows: u64,
    n_gaps: u64,
    n_bytes: u64,
}

impl Sink for Count {
    fn begin(&mut self, _: &ExhibitPath) -> bool {
        true
    }
    fn segment(&mut self, segment: Segment) {
        self.n_segments += 1;
        if let Segment::Rows(rows) = segment {
            self.n_rows += rows.len() as u64;
        }
    }
    fn gap(&mut self, _: Gap) {
        self.n_gaps += 1;
    }
    fn end(&mut self, _: &ExhibitPath, ended: Ended) {
        self.n_bytes = ended.bytes;
    }
}

fn main() {
    for path in std::env::args().skip(1) {
        let mut count = Count::default();
        let file = File::open(&path).unwrap();
        let start = Instant::now();
        whose_readers::read(
            whose_readers::Input::File(file),
            &ExhibitPath(path.clone()),
            &Limits::default(),
            &mut count,
        );
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{path}: {:.0} MB/s, {} segments, {} rows, {} gaps",
            count.n_bytes as f64 / 1e6 / seconds,
            count.n_segments,
            count.n_rows,
            count.n_gaps
        );
    }
}
