//! Work products: what reading processes said, kept in encrypted parts so that a killed run goes on.
//!
//! A part holds fragments of several tasks. A task counts as done only when
//! its last fragment is on disk. When an attempt never finished, the members
//! of a container that it had read whole are not read again: the next attempt
//! follows it, says where it passed over them, and `replay.rs` puts both
//! together. Paths are kept relative to the task's file, because the same
//! bytes may lie in ten places.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use whose_model::{Digest, ExhibitPath, Gap, Mention, Outcome};
use whose_store::{Case, StoreError};

use crate::pool::{Outbox, Task};
use crate::protocol::Event;
use crate::sketch::Sketch;

/// The kind of part, as the store files it.
pub(crate) const KIND: &str = "said";

/// A part is closed when its fragments hold about so many bytes: what a kill can cost each thread.
const PART_BYTES: usize = 4 << 20;

/// ... or when so long has passed: pages of a scan take seconds each and say little, and a kill must not cost hours.
const PART_TIME: Duration = Duration::from_secs(15);

/// Names a task's result: the file's bytes, its ending, and everything that decides what is found in it.
pub(crate) type Key = [u8; 16];

/// What reading said, in the form in which it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Said {
    /// An exhibit has begun; its path below the task's file, empty for the file itself.
    Begin(String),
    /// A member that the attempt before had read whole.
    Passed(String),
    Mentions(Vec<Mention>),
    Gap {
        inner: String,
        gap: Gap,
    },
    End {
        digest: Option<Digest>,
        bytes: u64,
        format: String,
        outcome: Outcome,
        n_segments: u64,
        n_expected: Option<u64>,
        sketch: Sketch,
    },
}

/// Some of what one attempt at a task said.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Fragment {
    pub(crate) key: Key,
    /// Tells attempts apart: fragments of another attempt are void.
    pub(crate) attempt: u64,
    /// The attempt before, whose finished members this one passes over.
    pub(crate) follows: Option<u64>,
    pub(crate) is_last: bool,
    pub(crate) said: Vec<Said>,
}

/// Names a member within a task: the digest of its path below the task's file.
pub(crate) fn member_id(inner: &str) -> u128 {
    let digest = blake3::hash(inner.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&digest.as_bytes()[..16]);
    u128::from_le_bytes(id)
}

/// The members that an attempt has read whole, while some container around them is still open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whole {
    /// For each open exhibit, how many members were whole when it began.
    open: Vec<usize>,
    members: Vec<u128>,
}

impl Whole {
    pub(crate) fn take(&mut self, said: &Said, open_names: &mut Vec<String>) {
        match said {
            Said::Begin(inner) => {
                self.open.push(self.members.len());
                open_names.push(inner.clone());
            }
            Said::Passed(inner) => self.members.push(member_id(inner)),
            Said::End { .. } => {
                let (Some(n_before), Some(inner)) = (self.open.pop(), open_names.pop()) else {
                    return;
                };
                if self.open.is_empty() {
                    // The task itself has ended, but nobody has said yet that it is done.
                    return;
                }
                // Whatever was in it is whole with it.
                self.members.truncate(n_before);
                self.members.push(member_id(&inner));
            }
            Said::Mentions(_) | Said::Gap { .. } => {}
        }
    }

    /// Their ids, when the task itself has not ended.
    pub(crate) fn members(&self) -> &[u128] {
        &self.members
    }
}

/// Gathers events of one thread into parts.
pub(crate) struct PartOutbox<'a> {
    case: &'a Case,
    tasks: &'a [Task],
    keys: &'a [Key],
    /// Run and thread: the beginning of part names and attempt numbers.
    lane: u64,
    n_attempts: u64,
    n_parts: u64,
    current: Option<usize>,
    /// What the attempt that runs has read whole.
    whole: Whole,
    open_names: Vec<String>,
    /// The attempt that it follows, and what that one had read whole.
    before: Option<(u64, Vec<u128>)>,
    /// Unfinished attempts of earlier runs, and what they had read whole.
    unfinished: &'a BTreeMap<Key, (u64, Vec<u128>)>,
    fragments: Vec<Fragment>,
    n_bytes: usize,
    /// When a part was written last.
    written: Instant,
    /// How far the task that runs was reported.
    position: u64,
    advance: &'a (dyn Fn(u64) + Sync),
}

impl<'a> PartOutbox<'a> {
    pub(crate) fn new(
        case: &'a Case,
        tasks: &'a [Task],
        keys: &'a [Key],
        lane: u64,
        unfinished: &'a BTreeMap<Key, (u64, Vec<u128>)>,
        advance: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        Self {
            case,
            tasks,
            keys,
            lane,
            n_attempts: 0,
            n_parts: 0,
            current: None,
            whole: Whole::default(),
            open_names: Vec::new(),
            before: None,
            unfinished,
            fragments: Vec::new(),
            n_bytes: 0,
            written: Instant::now(),
            position: 0,
            advance,
        }
    }

    fn say(&mut self, said: Said, n_bytes: usize) -> Result<(), StoreError> {
        self.whole.take(&said, &mut self.open_names);
        let is_end = matches!(said, Said::End { .. });
        if let Some(fragment) = self.fragments.last_mut() {
            fragment.said.push(said);
        }
        self.n_bytes += n_bytes;
        let is_late = is_end && self.written.elapsed() >= PART_TIME;
        if self.n_bytes >= PART_BYTES || is_late {
            let next = self
                .fragments
                .last()
                .map(|fragment| (fragment.key, fragment.attempt, fragment.follows));
            self.write()?;
            if let Some((key, attempt, follows)) = next {
                self.fragments.push(Fragment {
                    key,
                    attempt,
                    follows,
                    is_last: false,
                    said: Vec::new(),
                });
            }
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), StoreError> {
        if self
            .fragments
            .iter()
            .all(|fragment| fragment.said.is_empty() && !fragment.is_last)
        {
            return Ok(());
        }
        let name = format!("{:08x}-{:06x}", self.lane, self.n_parts);
        let bytes = encode(&self.fragments)?;
        self.case.write_part(KIND, &name, &bytes)?;
        self.n_parts += 1;
        self.written = Instant::now();
        self.fragments.clear();
        self.n_bytes = 0;
        Ok(())
    }

    pub(crate) fn close(mut self) -> Result<(), StoreError> {
        self.write()
    }
}

impl Outbox for PartOutbox<'_> {
    type Error = StoreError;

    fn start(&mut self, index: usize) -> Result<Vec<u128>, StoreError> {
        let Some(&key) = self.keys.get(index) else {
            return Ok(Vec::new());
        };
        // An attempt of this run that did not end: its whole members are kept, the rest is said again.
        let is_again = self
            .fragments
            .last()
            .is_some_and(|fragment| fragment.key == key && !fragment.is_last);
        let earlier = if is_again {
            self.before.take()
        } else {
            self.unfinished.get(&key).cloned()
        };
        let n_earlier = earlier.as_ref().map_or(0, |(_, members)| members.len());
        let before = if is_again && self.whole.members().len() > n_earlier {
            let members = self.whole.members().to_vec();
            self.fragments
                .last()
                .map(|fragment| (fragment.attempt, members))
        } else {
            if is_again {
                // Fragments of it may be in a part already; nothing follows them, so they are void.
                self.fragments.pop();
            }
            earlier
        };
        self.n_attempts += 1;
        if self.current != Some(index) {
            self.position = 0;
        }
        self.current = Some(index);
        self.whole = Whole::default();
        self.open_names.clear();
        let attempt = self.lane << 32 | self.n_attempts;
        let follows = before.as_ref().map(|(attempt, _)| *attempt);
        let members = before
            .as_ref()
            .map_or_else(Vec::new, |(_, members)| members.clone());
        self.before = before;
        self.fragments.push(Fragment {
            key,
            attempt,
            follows,
            is_last: false,
            said: Vec::new(),
        });
        Ok(members)
    }

    fn event(&mut self, event: Event) -> Result<(), StoreError> {
        let top = self
            .current
            .and_then(|index| self.tasks.get(index))
            .map_or("", |task| task.path.0.as_str());
        let inner = |path: &ExhibitPath| path.0.strip_prefix(top).unwrap_or(&path.0).to_owned();
        match event {
            Event::Begin(path) => self.say(Said::Begin(inner(&path)), path.0.len() + 8),
            Event::Passed(path) => self.say(Said::Passed(inner(&path)), path.0.len() + 8),
            Event::Mentions(mentions) => {
                let n_bytes = mentions.len() * 160;
                self.say(Said::Mentions(mentions), n_bytes)
            }
            Event::Gap(gap) => self.say(
                Said::Gap {
                    inner: inner(&gap.exhibit),
                    gap,
                },
                128,
            ),
            Event::End {
                digest,
                bytes,
                format,
                outcome,
                n_segments,
                n_expected,
                sketch,
            } => self.say(
                Said::End {
                    digest,
                    bytes,
                    format,
                    outcome,
                    n_segments,
                    n_expected,
                    sketch,
                },
                128,
            ),
            Event::Ready(_) | Event::Pulse | Event::Done | Event::Text(_) => Ok(()),
        }
    }

    fn position(&mut self, position: u64) {
        if let Some(task) = self.current.and_then(|index| self.tasks.get(index)) {
            let position = position.min(task.bytes);
            if position > self.position {
                (self.advance)(position - self.position);
                self.position = position;
            }
        }
    }

    fn done(&mut self) -> Result<(), StoreError> {
        if let Some(fragment) = self.fragments.last_mut() {
            fragment.is_last = true;
        }
        if let Some(task) = self.current.take().and_then(|index| self.tasks.get(index)) {
            (self.advance)(task.bytes.saturating_sub(self.position));
        }
        if self.n_bytes >= PART_BYTES || self.written.elapsed() >= PART_TIME {
            self.write()
        } else {
            Ok(())
        }
    }
}

fn encode(fragments: &[Fragment]) -> Result<Vec<u8>, StoreError> {
    postcard::to_stdvec(fragments).map_err(|_| StoreError::BadRow(KIND.to_owned()))
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Fragment>, StoreError> {
    postcard::from_bytes(bytes).map_err(|_| StoreError::BadRow(KIND.to_owned()))
}
