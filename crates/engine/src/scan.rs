//! Detection alone, without a case: files in, mentions out in the order of paths, as soon as their turn comes.
//!
//! The file whose turn it is streams through; those that finished early wait
//! in memory, and no thread runs further ahead than a fixed number of files.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex};

use whose_model::{Cause, Exhibit, ExhibitPath, Gap, Limits, Mention, Outcome};

use crate::error::EngineError;
use crate::pool::{self, Outbox, PoolError, Task, Workers};
use crate::protocol::{Event, Hello};
use crate::seize;

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

/// Reads and detects in all files below `paths`; `each` is called in the order of paths and may refuse more (a closed pipe).
///
/// # Errors
/// When a path is not there, no reading process starts, or `each` refuses.
pub fn scan(
    paths: &[PathBuf],
    limits: &Limits,
    workers: &Workers,
    each: &mut (dyn FnMut(Scanned<'_>) -> io::Result<()> + Send),
) -> Result<(), EngineError> {
    let found =
        seize::walk(paths).map_err(|(place, cause)| EngineError::Evidence { place, cause })?;
    let hello = Hello {
        limits: *limits,
        known: Vec::new(),
    };
    let mut tasks = Vec::new();
    for file in &found {
        match &file.refused {
            None => tasks.push(Task {
                path: file.path.clone(),
                place: file.place.clone(),
                bytes: file.bytes,
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
    let line = Line {
        state: Mutex::new(State {
            turn: 0,
            waiting: BTreeMap::new(),
            out: Printer::new(each),
            failed: None,
        }),
        moved: Condvar::new(),
        window: workers.n * 8 + 8,
    };
    let result = pool::read_all(
        workers,
        &hello,
        &tasks,
        || Queue {
            line: &line,
            index: 0,
            said: Vec::new(),
        },
        |_| Ok(()),
    );
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
        Ok(()) => Ok(all
            .into_inner()
            .unwrap_or_else(|poison| poison.into_inner())),
        Err(PoolError::Start(error) | PoolError::Outbox(error)) => Err(error),
    }
}

struct Keep<'a> {
    all: &'a Mutex<Vec<Mention>>,
    now: Vec<Mention>,
}

impl Outbox for Keep<'_> {
    type Error = io::Error;
    fn start(&mut self, _: usize) -> io::Result<()> {
        self.now.clear();
        Ok(())
    }
    fn event(&mut self, event: Event) -> io::Result<()> {
        if let Event::Mentions(mentions) = event {
            self.now.extend(mentions);
        }
        Ok(())
    }
    fn done(&mut self) -> io::Result<()> {
        self.all
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
            .append(&mut self.now);
        Ok(())
    }
}

/// Turns events into what a scan hands over.
struct Printer<'a> {
    each: &'a mut (dyn FnMut(Scanned<'_>) -> io::Result<()> + Send),
    open: Vec<ExhibitPath>,
}

impl<'a> Printer<'a> {
    fn new(each: &'a mut (dyn FnMut(Scanned<'_>) -> io::Result<()> + Send)) -> Self {
        Self {
            each,
            open: Vec::new(),
        }
    }

    fn print(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Begin(path) => self.open.push(path),
            Event::Mentions(mentions) => {
                let Some(path) = self.open.last() else {
                    return Ok(());
                };
                for mention in &mentions {
                    (self.each)(Scanned::Mention(path, mention))?;
                }
            }
            Event::Gap(gap) => (self.each)(Scanned::Gap(&gap))?,
            Event::End {
                digest,
                bytes,
                format,
                outcome,
                n_segments,
            } => {
                let Some(path) = self.open.pop() else {
                    return Ok(());
                };
                let exhibit = Exhibit {
                    path,
                    digest,
                    bytes,
                    format,
                    outcome,
                    n_segments,
                    copy_of: None,
                };
                (self.each)(Scanned::Exhibit(&exhibit))?;
            }
            Event::Ready(_) | Event::Pulse | Event::Done => {}
        }
        Ok(())
    }
}

struct State<'a> {
    /// The file whose turn it is.
    turn: usize,
    /// Files that finished before their turn.
    waiting: BTreeMap<usize, Vec<Event>>,
    out: Printer<'a>,
    failed: Option<io::ErrorKind>,
}

struct Line<'a> {
    state: Mutex<State<'a>>,
    moved: Condvar,
    window: usize,
}

/// One thread's place in the line.
struct Queue<'l, 'a> {
    line: &'l Line<'a>,
    index: usize,
    said: Vec<Event>,
}

impl Outbox for Queue<'_, '_> {
    type Error = io::Error;

    fn start(&mut self, index: usize) -> io::Result<()> {
        self.index = index;
        // A second attempt at the same file voids the first, which is why nothing is printed before a file is done.
        self.said.clear();
        let mut state = self
            .line
            .state
            .lock()
            .unwrap_or_else(|poison| poison.into_inner());
        while index > state.turn + self.line.window && state.failed.is_none() {
            state = self
                .line
                .moved
                .wait(state)
                .unwrap_or_else(|poison| poison.into_inner());
        }
        match state.failed {
            Some(kind) => Err(kind.into()),
            None => Ok(()),
        }
    }

    fn event(&mut self, event: Event) -> io::Result<()> {
        self.said.push(event);
        Ok(())
    }

    fn done(&mut self) -> io::Result<()> {
        let said = std::mem::take(&mut self.said);
        let index = self.index;
        let mut guard = self
            .line
            .state
            .lock()
            .unwrap_or_else(|poison| poison.into_inner());
        let state = &mut *guard;
        state.waiting.insert(index, said);
        while let Some(events) = state.waiting.remove(&state.turn) {
            state.turn += 1;
            for event in events {
                if let Err(error) = state.out.print(event) {
                    state.failed = Some(error.kind());
                    self.line.moved.notify_all();
                    return Err(error);
                }
            }
        }
        self.line.moved.notify_all();
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
