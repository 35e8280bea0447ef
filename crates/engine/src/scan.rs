//! Detection alone, without a case: files in, mentions out in the order of paths, as soon as their turn comes.
//!
//! How files wait for their turn, and how the one whose turn it is streams
//! through, is in `queue.rs`.

use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use whose_model::{Cause, Exhibit, ExhibitPath, Gap, Limits, Mention, Outcome, Phi};

use crate::error::EngineError;
use crate::guard::{inner, lock};
use crate::pool::{self, Outbox, PoolError, Task, Workers};
use crate::protocol::{Event, Hello};
use crate::queue::Line;
use crate::seize;
use crate::siblings;

/// What a scan hands over.
#[derive(Debug)]
pub enum Scanned<'a> {
    /// A mention of the exhibit.
    Mention(&'a ExhibitPath, &'a Mention),
    /// A gap.
    Gap(&'a Gap),
    /// An exhibit has ended.
    Exhibit(&'a Exhibit),
}

/// Reads and detects in all files below `paths`, trying `passwords` on what is locked; `each` is called in the order of paths and may refuse more (a closed pipe).
///
/// # Errors
/// When a path is not there, no reading process starts, or `each` refuses.
pub fn scan(
    paths: &[PathBuf],
    limits: &Limits,
    workers: &Workers,
    passwords: &[Phi<String>],
    detectors: &str,
    each: &mut (dyn FnMut(Scanned<'_>) -> io::Result<()> + Send),
) -> Result<(), EngineError> {
    let found =
        seize::walk(paths).map_err(|(place, cause)| EngineError::Evidence { place, cause })?;
    let hello = Hello {
        limits: *limits,
        known: Vec::new(),
        detectors: detectors.to_owned(),
        passwords: passwords.to_vec(),
        broker: workers.broker(),
    };
    let mut tasks = Vec::new();
    let mut beside = siblings::all_beside(&found);
    for (number, file) in found.iter().enumerate() {
        match &file.refused {
            None => tasks.push(Task {
                path: file.path.clone(),
                place: file.place.clone(),
                bytes: file.bytes,
                beside: beside.remove(&number),
            }),
            Some(why) => {
                let gap = Gap {
                    exhibit: file.path.clone(),
                    place: None,
                    cause: Cause::Io,
                    detail: why.clone().into(),
                    bytes: None,
                };
                each(Scanned::Gap(&gap)).map_err(output)?;
            }
        }
    }
    let line = Line::new(each, workers.n * 8 + 8);
    let result = pool::read_all(workers, &hello, &tasks, || line.place(), |_| Ok(()));
    match result {
        Ok(()) => Ok(()),
        Err(PoolError::Start(error)) => Err(EngineError::Workers(error)),
        Err(PoolError::Outbox(error)) => Err(output(error)),
    }
}

fn output(cause: io::Error) -> EngineError {
    EngineError::Output {
        place: PathBuf::from("standard output"),
        cause,
    }
}

/// Everything found in one file, in memory: for a roster.
pub(crate) fn mentions_of(
    workers: &Workers,
    hello: &Hello,
    task: &Task,
) -> io::Result<Vec<Mention>> {
    let all = Mutex::new(Vec::new());
    let result = pool::read_all(
        &Workers {
            n: 1,
            ..workers.clone()
        },
        hello,
        std::slice::from_ref(task),
        || Keep {
            all: &all,
            now: Vec::new(),
        },
        |_| Ok(()),
    );
    match result {
        Ok(()) => Ok(inner(all)),
        Err(PoolError::Start(error) | PoolError::Outbox(error)) => Err(error),
    }
}

struct Keep<'a> {
    all: &'a Mutex<Vec<Mention>>,
    now: Vec<Mention>,
}

impl Outbox for Keep<'_> {
    type Error = io::Error;
    fn start(&mut self, _: usize) -> io::Result<Vec<u128>> {
        self.now.clear();
        Ok(Vec::new())
    }
    fn event(&mut self, event: Event) -> io::Result<()> {
        if let Event::Mentions(mentions) = event {
            self.now.extend(mentions);
        }
        Ok(())
    }
    fn done(&mut self) -> io::Result<()> {
        lock(self.all).append(&mut self.now);
        Ok(())
    }
}

/// Counts outcomes of a scan for its exit code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcomes {
    /// Exhibits.
    pub n_exhibits: u64,
    /// Of those, not read or read with gaps.
    pub n_with_gaps: u64,
}

impl Outcomes {
    /// Counts one exhibit.
    pub fn add(&mut self, exhibit: &Exhibit) {
        self.n_exhibits += 1;
        self.n_with_gaps += u64::from(exhibit.outcome != Outcome::Read);
    }
}
