//! A document in, its text out, read in a confined process: for papers that are read as text, not as evidence.
//!
//! The same readers under the same confinement as for a pile, but what crosses
//! back is the text itself. A table is told as lines, its cells apart by commas:
//! a notice has tables, and a page of text with commas in every line may be taken for one.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use whose_model::{
    Ended, ExhibitPath, Gap, Limits, Passage, PassageKind, Phi, Rows, Segment, Sink, TableHead,
};

use crate::error::EngineError;
use crate::guard::{inner, lock};
use crate::pool::{self, Outbox, PoolError, Task, Workers};
use crate::protocol::{self, Event, Hello, Job};
use crate::seize;
use crate::worker::{Confined, Jobs, aids, confine};

/// More text than this is not taken from one document.
const MAX_TEXT: usize = 8 << 20;

/// What a document says.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Its text, a blank line between passages.
    pub text: String,
    /// What of it was not read.
    pub gaps: Vec<Gap>,
}

/// Reads the text of a document. `workers` must start `tell`.
///
/// # Errors
/// When the file is not there, or no reading process starts.
pub fn told(file: &Path, limits: &Limits, workers: &Workers) -> Result<Told, EngineError> {
    let found = seize::walk(&[file.to_owned()])
        .map_err(|(place, cause)| EngineError::Evidence { place, cause })?;
    let hello = Hello {
        limits: *limits,
        known: Vec::new(),
        passwords: Vec::new(),
        detectors: String::new(),
        broker: workers.broker(),
    };
    let tasks: Vec<Task> = found
        .iter()
        .filter(|file| file.refused.is_none())
        .map(|file| Task {
            path: file.path.clone(),
            place: file.place.clone(),
            bytes: file.bytes,
            beside: None,
        })
        .collect();
    let all = Mutex::new(Told::default());
    let one = Workers {
        n: 1,
        ..workers.clone()
    };
    let result = pool::read_all(
        &one,
        &hello,
        &tasks,
        || Keep {
            all: &all,
            now: Told::default(),
        },
        |_| Ok(()),
    );
    match result {
        Ok(()) => Ok(inner(all)),
        Err(PoolError::Start(error) | PoolError::Outbox(error)) => Err(EngineError::Workers(error)),
    }
}

struct Keep<'a> {
    all: &'a Mutex<Told>,
    now: Told,
}

impl Outbox for Keep<'_> {
    type Error = io::Error;

    fn start(&mut self, _: usize) -> io::Result<Vec<u128>> {
        self.now = Told::default();
        Ok(Vec::new())
    }

    fn event(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Text(text) if self.now.text.len() < MAX_TEXT => {
                self.now.text.push_str(text.reveal());
                self.now.text.push_str("\n\n");
            }
            Event::Gap(gap) => self.now.gaps.push(gap),
            _ => {}
        }
        Ok(())
    }

    fn done(&mut self) -> io::Result<()> {
        let mut all = lock(self.all);
        all.text.push_str(&self.now.text);
        all.gaps.append(&mut self.now.gaps);
        Ok(())
    }
}

/// Runs the reading process that tells text, until the engine closes the socket on standard input.
///
/// # Errors
/// When the engine cannot be spoken to, or the process could not confine itself.
pub fn tell() -> io::Result<()> {
    let mut jobs = Jobs(io::stdin());
    let mut out = BufWriter::with_capacity(256 << 10, io::stdout().lock());
    let Confined { hello, broker, .. } = confine(&mut jobs, &mut out, |_| ())?;
    let aids = aids(&hello, broker.as_ref());
    while let Some((job, file)) = protocol::receive_with_file::<Job>(&mut jobs)? {
        let mut teller = Teller {
            out: &mut out,
            skip: job.skip,
            seen: None,
            failed: None,
        };
        whose_readers::read_with(
            whose_readers::Input::File(File::from(file)),
            &job.path,
            &hello.limits,
            &aids,
            &mut teller,
        );
        teller.say(&Event::Done);
        if let Some(error) = teller.failed {
            return Err(error);
        }
        out.flush()?;
    }
    Ok(())
}

struct Teller<'o, W: Write> {
    out: &'o mut BufWriter<W>,
    skip: Vec<ExhibitPath>,
    /// The table of the batch before, whose header was told.
    seen: Option<Arc<TableHead>>,
    failed: Option<io::Error>,
}

/// A batch of a table as lines; with its header when it is the first batch.
fn lines(rows: &Rows, before: Option<Arc<TableHead>>) -> String {
    let columns = rows.head.columns.len();
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let start = text.len();
        for cell in cells.map(str::trim).filter(|cell| !cell.is_empty()) {
            if text.len() > start {
                text.push_str(", ");
            }
            text.push_str(cell);
        }
        text.push('\n');
    };
    if before.is_none_or(|before| before != rows.head) {
        line(&mut rows.head.columns.iter().map(|column| column.name.as_str()));
    }
    for row in 0..rows.numbers.len() {
        line(&mut (0..columns).map(|column| rows.cell(row, column)));
    }
    text
}

#[test]
fn a_table_is_told_as_lines_with_its_header_once() {
    let column = |name: &str| whose_model::Column {
        name: name.to_owned(),
        ..Default::default()
    };
    let head = Arc::new(TableHead {
        name: String::new(),
        index: 0,
        columns: vec![column("Date"), column("What")],
        is_sheet: true,
    });
    let mut rows = Rows::new(head.clone());
    rows.push(2, ["May 3", "It was found."]);
    rows.push(3, ["", "Letters left."]);
    assert_eq!(
        lines(&rows, None),
        "Date, What\nMay 3, It was found.\nLetters left.\n"
    );
    assert_eq!(
        lines(&rows, Some(head)),
        "May 3, It was found.\nLetters left.\n"
    );
}

impl<W: Write> Teller<'_, W> {
    fn say(&mut self, event: &Event) {
        if self.failed.is_none()
            && let Err(error) = protocol::send(self.out, event)
        {
            self.failed = Some(error);
        }
    }
}

impl<W: Write> Sink for Teller<'_, W> {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        if self.skip.contains(path) {
            return false;
        }
        self.say(&Event::Begin(path.clone()));
        if let Err(error) = self.out.flush() {
            self.failed.get_or_insert(error);
        }
        true
    }

    fn segment(&mut self, segment: Segment) {
        let text = match segment {
            Segment::Passage(Passage { text, kind, .. })
                if !matches!(kind, PassageKind::MailHeader | PassageKind::Strings) =>
            {
                text
            }
            Segment::Rows(rows) => lines(&rows, self.seen.replace(rows.head.clone())),
            _ => return,
        };
        self.say(&Event::Text(Phi::new(text)));
    }

    fn gap(&mut self, gap: Gap) {
        self.say(&Event::Gap(gap));
    }

    fn end(&mut self, _: &ExhibitPath, ended: Ended) {
        self.say(&Event::End {
            digest: ended.digest,
            bytes: ended.bytes,
            format: ended.format.to_owned(),
            outcome: ended.outcome,
            n_segments: 0,
            n_expected: ended.n_expected,
            sketch: crate::sketch::Sketch::default(),
        });
    }

    fn pulse(&mut self) {
        self.say(&Event::Pulse);
        if let Err(error) = self.out.flush() {
            self.failed.get_or_insert(error);
        }
    }
}
