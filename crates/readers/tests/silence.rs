//! The project's own documents, cut off at many places; none ends as read with nothing in it.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::{fs, path::PathBuf};

use whose_model::{Ended, ExhibitPath, Gap, Limits, Segment, Sink};
use whose_readers::{Input, read};

/// Bytes of a file up to which it is cut at every third byte.
const SMALL: usize = 600;
/// Places at which a larger one is cut.
const PLACES: usize = 60;

/// Counts whatever was said of a file.
#[derive(Default)]
struct Count {
    depth: u32,
    n: u64,
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
    fn end(&mut self, _: &ExhibitPath, _: Ended) {
        self.depth -= 1;
    }
}

#[test]
fn no_beginning_of_a_file_is_silent() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpus/made");
    let mut silent = Vec::new();
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let step = if bytes.len() <= SMALL {
            3
        } else {
            bytes.len().div_ceil(PLACES)
        };
        for end in (1..bytes.len()).step_by(step) {
            let mut count = Count::default();
            read(
                Input::Memory(&bytes[..end]),
                &ExhibitPath(name.clone()),
                &Limits::default(),
                &mut count,
            );
            if count.n == 0 && !bytes[..end].trim_ascii().is_empty() {
                silent.push(format!("{name}: {end} of {}", bytes.len()));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}
