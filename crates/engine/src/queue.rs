//! The line of a scan: events of many files in, printed in the order of files, each as soon as its turn comes.
//!
//! The file whose turn it is streams through, however large it is. The others
//! wait in memory, within a bound on their number and on what they hold
//! together. When a reader dies and its file is read again, the same is said
//! again up to where it died; what was printed of each exhibit is counted, and
//! passed over the second time. What an exhibit gave before it ended its reader
//! stays printed: each mention was there; that exhibit then ends with its gap.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use whose_model::{Exhibit, ExhibitPath, Members, Outcome};

use crate::guard::lock;
use crate::pool::Outbox;
use crate::protocol::Event;
use crate::scan::Scanned;

/// Mentions, gaps and exhibits that may wait for their turn in memory, over all files.
const MAX_HELD: usize = 200_000;

/// Takes what a scan hands over.
pub(crate) type Each<'a> = &'a mut (dyn FnMut(Scanned<'_>) -> io::Result<()> + Send);

/// All files of a scan, in their order.
pub(crate) struct Line<'a> {
    state: Mutex<State<'a>>,
    moved: Condvar,
    window: usize,
    max_held: usize,
}

struct State<'a> {
    /// The file whose turn it is.
    turn: usize,
    /// Files that finished before their turn.
    waiting: BTreeMap<usize, Vec<Said>>,
    /// How much waits, over all files.
    n_held: usize,
    out: Printer<'a>,
    failed: Option<io::ErrorKind>,
}

/// An event, and whether the engine itself says it.
struct Said {
    event: Event,
    is_lost: bool,
}

impl Said {
    fn weight(&self) -> usize {
        match &self.event {
            Event::Mentions(mentions) => mentions.len(),
            _ => 1,
        }
    }
}

impl<'a> Line<'a> {
    /// A line in which no file is read that is more than `window` files ahead of its turn.
    pub(crate) fn new(each: Each<'a>, window: usize) -> Self {
        Self {
            state: Mutex::new(State {
                turn: 0,
                waiting: BTreeMap::new(),
                n_held: 0,
                out: Printer::new(each),
                failed: None,
            }),
            moved: Condvar::new(),
            window,
            max_held: MAX_HELD,
        }
    }

    /// A place for one thread.
    pub(crate) fn place<'l>(&'l self) -> Place<'l, 'a> {
        Place {
            line: self,
            index: 0,
            said: Vec::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        lock(&self.state)
    }

    /// Waits until `may_go`, or until printing failed.
    fn wait(&self, may_go: impl Fn(&State<'a>) -> bool) -> io::Result<MutexGuard<'_, State<'a>>> {
        let mut state = self.lock();
        loop {
            if let Some(kind) = state.failed {
                return Err(kind.into());
            }
            if may_go(&state) {
                return Ok(state);
            }
            state = self
                .moved
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// One thread's place in the line.
pub(crate) struct Place<'l, 'a> {
    line: &'l Line<'a>,
    index: usize,
    /// What was said of a file whose turn it is not yet.
    said: Vec<Said>,
}

impl Place<'_, '_> {
    fn say(&mut self, event: Event, is_lost: bool) -> io::Result<()> {
        let said = Said { event, is_lost };
        let (index, max) = (self.index, self.line.max_held);
        let mut guard = self
            .line
            .wait(|state| index == state.turn || state.n_held < max)?;
        let state = &mut *guard;
        if index != state.turn {
            state.n_held += said.weight();
            self.said.push(said);
            return Ok(());
        }
        let waited = std::mem::take(&mut self.said);
        if !waited.is_empty() {
            self.line.moved.notify_all();
        }
        let result = state.print_all(waited).and_then(|()| state.out.print(said));
        self.line.failed(state, result)
    }
}

impl State<'_> {
    /// These wait no longer.
    fn forget(&mut self, said: &[Said]) {
        let n: usize = said.iter().map(Said::weight).sum();
        self.n_held = self.n_held.saturating_sub(n);
    }

    fn print_all(&mut self, all: Vec<Said>) -> io::Result<()> {
        self.forget(&all);
        all.into_iter().try_for_each(|said| self.out.print(said))
    }
}

impl Line<'_> {
    fn failed(&self, state: &mut State<'_>, result: io::Result<()>) -> io::Result<()> {
        if let Err(error) = &result {
            state.failed = Some(error.kind());
            self.moved.notify_all();
        }
        result
    }
}

impl Outbox for Place<'_, '_> {
    type Error = io::Error;

    fn start(&mut self, index: usize) -> io::Result<Vec<u128>> {
        self.index = index;
        let window = self.line.window;
        let mut state = self.line.wait(|state| index <= state.turn + window)?;
        // A second attempt voids what was said and not printed.
        state.forget(&self.said);
        self.said.clear();
        if index == state.turn {
            state.out.open.clear();
        }
        Ok(Vec::new())
    }

    fn event(&mut self, event: Event) -> io::Result<()> {
        self.say(event, false)
    }

    fn lost(&mut self, event: Event) -> io::Result<()> {
        self.say(event, true)
    }

    fn done(&mut self) -> io::Result<()> {
        let said = std::mem::take(&mut self.said);
        let mut guard = self.line.lock();
        let state = &mut *guard;
        state.waiting.insert(self.index, said);
        while let Some(said) = state.waiting.remove(&state.turn) {
            let result = state.print_all(said);
            self.line.failed(state, result)?;
            state.turn += 1;
            state.out.next();
        }
        self.line.moved.notify_all();
        Ok(())
    }
}

/// What was printed of one exhibit.
#[derive(Clone, Copy, Default)]
struct Count {
    n_mentions: u64,
    n_gaps: u64,
    is_ended: bool,
    members: Members,
}

struct Open {
    path: ExhibitPath,
    key: u64,
    /// What the attempt that runs has said.
    said: Count,
}

/// Turns events into what a scan hands over, and nothing twice.
struct Printer<'a> {
    each: Each<'a>,
    open: Vec<Open>,
    /// What was printed of each exhibit of the file whose turn it is.
    printed: HashMap<u64, Count>,
}

fn key(path: &ExhibitPath) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.0.hash(&mut hasher);
    hasher.finish()
}

impl<'a> Printer<'a> {
    fn new(each: Each<'a>) -> Self {
        Self {
            each,
            open: Vec::new(),
            printed: HashMap::new(),
        }
    }

    /// The next file.
    fn next(&mut self) {
        self.open.clear();
        self.printed = HashMap::new();
    }

    fn print(&mut self, Said { event, is_lost }: Said) -> io::Result<()> {
        match event {
            Event::Begin(path) => self.open.push(Open {
                key: key(&path),
                path,
                said: Count::default(),
            }),
            Event::Mentions(mentions) => {
                let Some(open) = self.open.last_mut() else {
                    return Ok(());
                };
                let count = self.printed.entry(open.key).or_default();
                for mention in &mentions {
                    open.said.n_mentions += 1;
                    if open.said.n_mentions > count.n_mentions {
                        (self.each)(Scanned::Mention(&open.path, mention))?;
                        count.n_mentions += 1;
                    }
                }
            }
            Event::Gap(gap) => {
                let count = self.printed.entry(key(&gap.exhibit)).or_default();
                let open = self.open.iter_mut().rfind(|open| open.path == gap.exhibit);
                let n_said = open.map_or(u64::MAX, |open| {
                    open.said.n_gaps += 1;
                    open.said.n_gaps
                });
                if is_lost || n_said > count.n_gaps {
                    (self.each)(Scanned::Gap(&gap))?;
                    count.n_gaps += 1;
                }
            }
            Event::End {
                digest,
                bytes,
                format,
                outcome,
                n_segments,
                n_expected,
                ..
            } => {
                let Some(open) = self.open.pop() else {
                    return Ok(());
                };
                if let Some(parent) = self.open.last_mut() {
                    parent.said.members.add(outcome);
                }
                let count = self.printed.entry(open.key).or_default();
                if std::mem::replace(&mut count.is_ended, true) {
                    return Ok(());
                }
                let exhibit = Exhibit {
                    path: open.path,
                    digest,
                    bytes,
                    format,
                    outcome: match outcome {
                        // Of a reader that died half-way, what it had found is printed.
                        Outcome::NotRead if count.n_mentions > 0 => Outcome::ReadWithGaps,
                        outcome => outcome,
                    },
                    n_segments,
                    members: Members {
                        expected: n_expected,
                        ..open.said.members
                    },
                    copy_of: None,
                    near_copy_of: None,
                    thread: None,
                    part_of: None,
                };
                (self.each)(Scanned::Exhibit(&exhibit))?;
            }
            Event::Passed(_) | Event::Ready(_) | Event::Pulse | Event::Done | Event::Text(_) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use whose_model::{Cause, Confidence, DataElement, Gap, Locator, Mention, Normal, Phi, Role};

    use super::*;

    pub(crate) fn mentions(places: std::ops::Range<u64>) -> Event {
        let mention = |start| Mention {
            element: DataElement::Name,
            scheme: None,
            value: Phi::new(String::new()),
            normal: Phi::new(Normal::Text(String::new())),
            place: Locator::Bytes { start, end: start },
            confidence: Confidence(1.0),
            subject: None,
            role: Role::Unknown,
            assertion: whose_model::Assertion::Stated,
            sensitive: Vec::new(),
            malformed: false,
            alternatives: Vec::new(),
            why: Vec::new(),
        };
        Event::Mentions(places.map(mention).collect())
    }

    fn begin(path: &str) -> Event {
        Event::Begin(ExhibitPath(path.into()))
    }

    fn gap(path: &str) -> Event {
        Event::Gap(Gap {
            exhibit: ExhibitPath(path.into()),
            place: None,
            cause: Cause::Crash,
            detail: "".into(),
            bytes: None,
        })
    }

    fn end(outcome: Outcome) -> Event {
        Event::End {
            digest: None,
            bytes: 0,
            format: String::new(),
            outcome,
            n_segments: 0,
            n_expected: None,
            sketch: crate::sketch::Sketch::default(),
        }
    }

    /// What is printed, in short.
    fn printed(play: impl FnOnce(&Line<'_>)) -> Vec<String> {
        let mut lines = Vec::new();
        let mut each = |scanned: Scanned<'_>| {
            lines.push(match scanned {
                Scanned::Mention(path, mention) => format!("{path} {}", mention.place),
                Scanned::Gap(gap) => format!("{} gap", gap.exhibit),
                Scanned::Exhibit(exhibit) => {
                    format!("{} {}", exhibit.path, exhibit.outcome.id())
                }
            });
            Ok(())
        };
        play(&Line::new(&mut each, 4));
        lines
    }

    #[test]
    fn nothing_is_printed_twice_when_a_file_is_read_again() {
        let lines = printed(|line| {
            let mut place = line.place();
            place.start(0).unwrap();
            for event in [
                begin("a"),
                mentions(0..2),
                begin("a/1"),
                mentions(0..1),
                gap("a/1"),
                end(Outcome::ReadWithGaps),
                begin("a/2"),
                mentions(0..3),
            ] {
                place.event(event).unwrap();
            }
            // The reader died in `a/2`, which is passed over; mentions come in other frames.
            place.start(0).unwrap();
            for event in [
                begin("a"),
                mentions(0..1),
                mentions(1..2),
                begin("a/1"),
                mentions(0..1),
                gap("a/1"),
                end(Outcome::ReadWithGaps),
                mentions(2..4),
                end(Outcome::Read),
            ] {
                place.event(event).unwrap();
            }
            for event in [begin("a/2"), gap("a/2"), end(Outcome::NotRead)] {
                place.lost(event).unwrap();
            }
            place.done().unwrap();
        });
        assert_eq!(
            lines,
            [
                "a bytes 0-0",
                "a bytes 1-1",
                "a/1 bytes 0-0",
                "a/1 gap",
                "a/1 read-with-gaps",
                "a/2 bytes 0-0",
                "a/2 bytes 1-1",
                "a/2 bytes 2-2",
                "a bytes 2-2",
                "a bytes 3-3",
                "a read",
                "a/2 gap",
                "a/2 read-with-gaps",
            ]
        );
    }

    #[test]
    fn the_file_whose_turn_it_is_streams_and_the_next_one_waits() {
        let mut lines = Vec::new();
        let n_seen = std::cell::Cell::new(0);
        let lock = std::sync::atomic::AtomicUsize::new(0);
        {
            let mut each = |_: Scanned<'_>| {
                lock.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                Ok(())
            };
            let line = Line::new(&mut each, 4);
            let seen = || n_seen.set(lock.load(std::sync::atomic::Ordering::Relaxed));
            let (mut first, mut second) = (line.place(), line.place());
            first.start(0).unwrap();
            second.start(1).unwrap();
            second.event(begin("b")).unwrap();
            second.event(mentions(0..5)).unwrap();
            seen();
            lines.push(n_seen.get());
            first.event(begin("a")).unwrap();
            first.event(mentions(0..2)).unwrap();
            seen();
            lines.push(n_seen.get());
            first.event(end(Outcome::Read)).unwrap();
            first.done().unwrap();
            seen();
            lines.push(n_seen.get());
            second.event(mentions(5..6)).unwrap();
            seen();
            lines.push(n_seen.get());
        }
        assert_eq!(lines, [0, 2, 3, 9]);
    }

    #[test]
    fn a_file_given_up_ends_once() {
        let lines = printed(|line| {
            let mut place = line.place();
            place.start(0).unwrap();
            place.event(begin("a")).unwrap();
            place.event(mentions(0..1)).unwrap();
            place.start(0).unwrap();
            for event in [begin("a"), gap("a"), end(Outcome::NotRead)] {
                place.lost(event).unwrap();
            }
            place.done().unwrap();
        });
        assert_eq!(lines, ["a bytes 0-0", "a gap", "a read-with-gaps"]);
    }
}
