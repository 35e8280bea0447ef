//! Work products: what reading processes said, kept in encrypted parts so that a killed run goes on.
//!
//! A part holds fragments of several tasks. A task counts as done only when
//! its last fragment is on disk; fragments of an attempt that never finished
//! are passed over. Paths are kept relative to the task's file, because the
//! same bytes may lie in ten places.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use whose_model::{Cause, Digest, ExhibitPath, Gap, Mention, Outcome};
use whose_store::{Case, StoreError};

use crate::pool::{Outbox, Task};
use crate::protocol::Event;

/// The kind of part, as the store files it.
pub(crate) const KIND: &str = "read";

/// A part is closed when its fragments hold about so many bytes: what a kill can cost each thread.
const PART_BYTES: usize = 4 << 20;

/// Names a task's result: the file's bytes, its ending, and everything that decides what is found in it.
pub(crate) type Key = [u8; 16];

/// What reading said, in the form in which it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Said {
    /// An exhibit has begun; its path below the task's file, empty for the file itself.
    Begin(String),
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
    },
}

/// Some of what one attempt at a task said.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Fragment {
    pub(crate) key: Key,
    /// Tells attempts apart: fragments of another attempt are void.
    pub(crate) attempt: u64,
    pub(crate) is_last: bool,
    pub(crate) said: Vec<Said>,
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
    fragments: Vec<Fragment>,
    n_bytes: usize,
    on_done: &'a (dyn Fn(&Task) + Sync),
}

impl<'a> PartOutbox<'a> {
    pub(crate) fn new(
        case: &'a Case,
        tasks: &'a [Task],
        keys: &'a [Key],
        lane: u64,
        on_done: &'a (dyn Fn(&Task) + Sync),
    ) -> Self {
        Self {
            case,
            tasks,
            keys,
            lane,
            n_attempts: 0,
            n_parts: 0,
            current: None,
            fragments: Vec::new(),
            n_bytes: 0,
            on_done,
        }
    }

    fn say(&mut self, said: Said, n_bytes: usize) -> Result<(), StoreError> {
        if let Some(fragment) = self.fragments.last_mut() {
            fragment.said.push(said);
        }
        self.n_bytes += n_bytes;
        if self.n_bytes >= PART_BYTES {
            let next = self
                .fragments
                .last()
                .map(|fragment| (fragment.key, fragment.attempt));
            self.write()?;
            if let Some((key, attempt)) = next {
                self.fragments.push(Fragment {
                    key,
                    attempt,
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

    fn start(&mut self, index: usize) -> Result<(), StoreError> {
        let Some(&key) = self.keys.get(index) else {
            return Ok(());
        };
        // An attempt that did not end leaves fragments behind; drop those still in memory.
        if self
            .fragments
            .last()
            .is_some_and(|fragment| !fragment.is_last)
        {
            self.fragments.pop();
        }
        self.n_attempts += 1;
        self.current = Some(index);
        let attempt = self.lane << 32 | self.n_attempts;
        self.fragments.push(Fragment {
            key,
            attempt,
            is_last: false,
            said: Vec::new(),
        });
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<(), StoreError> {
        let top = self
            .current
            .and_then(|index| self.tasks.get(index))
            .map_or("", |task| task.path.0.as_str());
        let inner = |path: &ExhibitPath| path.0.strip_prefix(top).unwrap_or(&path.0).to_owned();
        match event {
            Event::Begin(path) => self.say(Said::Begin(inner(&path)), path.0.len() + 8),
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
            } => self.say(
                Said::End {
                    digest,
                    bytes,
                    format,
                    outcome,
                    n_segments,
                    n_expected,
                },
                128,
            ),
            Event::Ready(_) | Event::Pulse | Event::Done => Ok(()),
        }
    }

    fn done(&mut self) -> Result<(), StoreError> {
        if let Some(fragment) = self.fragments.last_mut() {
            fragment.is_last = true;
        }
        if let Some(task) = self.current.take().and_then(|index| self.tasks.get(index)) {
            (self.on_done)(task);
        }
        if self.n_bytes >= PART_BYTES {
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

/// Which parts hold the finished result of which task.
#[derive(Debug, Default)]
pub(crate) struct Index {
    finished: BTreeMap<Key, u64>,
    places: BTreeMap<(Key, u64), BTreeSet<String>>,
    /// Attempts in which something stayed locked.
    locked: BTreeSet<(Key, u64)>,
    /// The highest run number seen in part names.
    pub(crate) last_run: u64,
}

impl Index {
    /// Looks through all parts.
    pub(crate) fn build(case: &Case) -> Result<Self, StoreError> {
        let mut index = Self::default();
        for name in case.parts(KIND) {
            if let Some(lane) = name
                .get(..8)
                .and_then(|lane| u64::from_str_radix(lane, 16).ok())
            {
                index.last_run = index.last_run.max(lane >> 8);
            }
            for fragment in decode(&case.read_part(KIND, &name)?)? {
                let at = (fragment.key, fragment.attempt);
                index.places.entry(at).or_default().insert(name.clone());
                let stayed_locked = |said: &Said| matches!(said, Said::Gap { gap, .. } if gap.cause == Cause::Password);
                if fragment.said.iter().any(stayed_locked) {
                    index.locked.insert(at);
                }
                if fragment.is_last {
                    // Two finished attempts say the same; the first is as good as any.
                    index
                        .finished
                        .entry(fragment.key)
                        .or_insert(fragment.attempt);
                }
            }
        }
        Ok(index)
    }

    pub(crate) fn is_finished(&self, key: &Key) -> bool {
        self.finished.contains_key(key)
    }

    /// Whether the finished attempt at a task met something locked.
    pub(crate) fn is_locked(&self, key: &Key) -> bool {
        self.finished
            .get(key)
            .is_some_and(|attempt| self.locked.contains(&(*key, *attempt)))
    }

    /// The finished attempt at a task and the parts that hold it.
    pub(crate) fn result(&self, key: &Key) -> Option<(u64, Vec<String>)> {
        Some((
            *self.finished.get(key)?,
            self.parts_of(key).cloned().collect(),
        ))
    }

    /// Names of the parts that hold a finished task.
    pub(crate) fn parts_of(&self, key: &Key) -> impl Iterator<Item = &String> {
        self.finished
            .get(key)
            .and_then(|attempt| self.places.get(&(*key, *attempt)))
            .into_iter()
            .flatten()
    }
}

/// Reads finished tasks back; parts looked at last stay decoded, because neighbours share them.
pub(crate) struct Replay<'a> {
    case: &'a Case,
    index: &'a Index,
    recent: Vec<(String, Vec<Fragment>)>,
    n_kept: usize,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(case: &'a Case, index: &'a Index, n_kept: usize) -> Self {
        Self {
            case,
            index,
            recent: Vec::new(),
            n_kept: n_kept.max(1),
        }
    }

    /// Calls `take` with everything said of a task, in order. `false` when the task is not finished.
    pub(crate) fn task(
        &mut self,
        key: &Key,
        mut take: impl FnMut(&Said),
    ) -> Result<bool, StoreError> {
        let Some(&attempt) = self.index.finished.get(key) else {
            return Ok(false);
        };
        for name in self.index.parts_of(key) {
            if let Some(at) = self.recent.iter().position(|(known, _)| known == name) {
                let part = self.recent.remove(at);
                self.recent.push(part);
            } else {
                if self.recent.len() >= self.n_kept {
                    self.recent.remove(0);
                }
                let fragments = decode(&self.case.read_part(KIND, name)?)?;
                self.recent.push((name.clone(), fragments));
            }
            let Some((_, fragments)) = self.recent.last() else {
                continue;
            };
            for fragment in fragments {
                if fragment.key == *key && fragment.attempt == attempt {
                    fragment.said.iter().for_each(&mut take);
                }
            }
        }
        Ok(true)
    }
}
