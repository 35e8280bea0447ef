//! What was said of a task, read back from parts: one attempt, or several that follow each other, as if nothing had stopped them.
//!
//! An attempt that goes on where another was stopped says `Passed` where it
//! passed over a member that the other had read whole. Here the other's words
//! on that member are put in at that place, so that a run that was killed
//! gives what an undisturbed one gives, in the same order.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use whose_model::{Cause, ExhibitPath, Gap, Outcome};
use whose_store::{Case, StoreError};

use crate::part::{Fragment, KIND, Key, Said, Whole, decode};

/// An attempt and the parts that hold its words, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) attempt: u64,
    pub(crate) parts: Vec<String>,
}

/// Which parts hold the words on which task.
#[derive(Debug, Default)]
pub(crate) struct Index {
    finished: BTreeMap<Key, u64>,
    /// Attempts that never finished and hold whole members: the one that got furthest.
    pub(crate) unfinished: BTreeMap<Key, (u64, Vec<u128>)>,
    places: BTreeMap<(Key, u64), BTreeSet<String>>,
    follows: BTreeMap<(Key, u64), u64>,
    /// Attempts in which something stayed locked.
    locked: BTreeSet<(Key, u64)>,
    /// The highest run number seen in part names.
    pub(crate) last_run: u64,
}

impl Index {
    /// Looks through all parts.
    pub(crate) fn build(case: &Case) -> Result<Self, StoreError> {
        let mut index = Self::default();
        let mut whole: BTreeMap<(Key, u64), (Whole, Vec<String>)> = BTreeMap::new();
        for name in case.parts(KIND) {
            if let Some(lane) = name
                .get(..8)
                .and_then(|lane| u64::from_str_radix(lane, 16).ok())
            {
                index.last_run = index.last_run.max(lane >> 8);
            }
            for fragment in decode(&case.read_part(KIND, &name)?)? {
                index.take(&name, &fragment, &mut whole);
            }
        }
        for ((key, attempt), (whole, _)) in whole {
            let members = whole.members();
            let best = index.unfinished.get(&key).map_or(0, |(_, best)| best.len());
            if members.len() > best && !index.finished.contains_key(&key) {
                index.unfinished.insert(key, (attempt, members.to_vec()));
            }
        }
        Ok(index)
    }

    fn take(
        &mut self,
        part: &str,
        fragment: &Fragment,
        whole: &mut BTreeMap<(Key, u64), (Whole, Vec<String>)>,
    ) {
        let at = (fragment.key, fragment.attempt);
        self.places.entry(at).or_default().insert(part.to_owned());
        if let Some(before) = fragment.follows {
            self.follows.insert(at, before);
        }
        let stayed_locked =
            |said: &Said| matches!(said, Said::Gap { gap, .. } if gap.cause == Cause::Password);
        if fragment.said.iter().any(stayed_locked) {
            self.locked.insert(at);
        }
        if fragment.is_last {
            whole.remove(&at);
            // Two finished attempts say the same; the first is as good as any.
            self.finished
                .entry(fragment.key)
                .or_insert(fragment.attempt);
        } else {
            let (whole, open) = whole.entry(at).or_default();
            fragment.said.iter().for_each(|said| whole.take(said, open));
        }
    }

    pub(crate) fn is_finished(&self, key: &Key) -> bool {
        self.finished.contains_key(key)
    }

    /// Whether the finished words on a task tell of something locked.
    pub(crate) fn is_locked(&self, key: &Key) -> bool {
        self.attempts(key)
            .any(|attempt| self.locked.contains(&(*key, attempt)))
    }

    /// The finished attempt at a task, and those that it follows, one after the other.
    fn attempts(&self, key: &Key) -> impl Iterator<Item = u64> {
        let mut next = self.finished.get(key).copied();
        std::iter::from_fn(move || {
            let attempt = next?;
            // An attempt follows an earlier one of its lane or of an earlier run; a broken case must not make a ring.
            next = self
                .follows
                .get(&(*key, attempt))
                .copied()
                .filter(|before| *before < attempt);
            Some(attempt)
        })
    }

    /// The finished attempt at a task and those that it follows, with the parts that hold them.
    pub(crate) fn chain(&self, key: &Key) -> Option<Vec<Link>> {
        self.is_finished(key).then(|| {
            self.attempts(key)
                .map(|attempt| Link {
                    attempt,
                    parts: self
                        .places
                        .get(&(*key, attempt))
                        .into_iter()
                        .flatten()
                        .cloned()
                        .collect(),
                })
                .collect()
        })
    }
}

/// Reads finished tasks back; parts looked at last stay decoded, because neighbours share them.
pub(crate) struct Replay<'a> {
    case: &'a Case,
    recent: Vec<(String, Rc<Vec<Fragment>>)>,
    n_kept: usize,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(case: &'a Case, n_kept: usize) -> Self {
        Self {
            case,
            recent: Vec::new(),
            n_kept: n_kept.max(1),
        }
    }

    /// Calls `take` with everything said of a task, in order.
    pub(crate) fn task(
        &mut self,
        key: &Key,
        chain: &[Link],
        mut take: impl FnMut(&Said),
    ) -> Result<(), StoreError> {
        let mut feeds: Vec<Feed<'_>> = chain.iter().map(|link| Feed::new(*key, link)).collect();
        let Some((newest, older)) = feeds.split_first_mut() else {
            return Ok(());
        };
        while let Some(word) = newest.next(self)? {
            match word.said() {
                Said::Passed(inner) => self.splice(older, inner, &mut take)?,
                said => take(said),
            }
        }
        Ok(())
    }

    /// Puts in what an earlier attempt said of a member.
    fn splice(
        &mut self,
        feeds: &mut [Feed<'_>],
        inner: &str,
        take: &mut dyn FnMut(&Said),
    ) -> Result<(), StoreError> {
        let Some((feed, older)) = feeds.split_first_mut() else {
            lose(inner, take);
            return Ok(());
        };
        let begin = loop {
            let Some(word) = feed.next(self)? else {
                lose(inner, take);
                return Ok(());
            };
            match word.said() {
                Said::Begin(name) if name == inner => break word,
                Said::Passed(name) if name == inner => return self.splice(older, inner, take),
                _ => {}
            }
        };
        take(begin.said());
        let mut depth = 1_usize;
        while depth > 0 {
            let Some(word) = feed.next(self)? else {
                return Ok(());
            };
            match word.said() {
                Said::Passed(name) => {
                    self.splice(older, name, take)?;
                    continue;
                }
                Said::Begin(_) => depth += 1,
                Said::End { .. } => depth -= 1,
                Said::Mentions(_) | Said::Gap { .. } => {}
            }
            take(word.said());
        }
        Ok(())
    }

    fn part(&mut self, name: &str) -> Result<Rc<Vec<Fragment>>, StoreError> {
        if let Some(at) = self.recent.iter().position(|(known, _)| known == name) {
            let part = self.recent.remove(at);
            self.recent.push(part);
        } else {
            if self.recent.len() >= self.n_kept {
                self.recent.remove(0);
            }
            let fragments = Rc::new(decode(&self.case.read_part(KIND, name)?)?);
            self.recent.push((name.to_owned(), fragments));
        }
        Ok(self
            .recent
            .last()
            .map(|(_, part)| Rc::clone(part))
            .unwrap_or_default())
    }
}

/// A member whose words cannot be found: it must not pass for a clean one, or for none.
fn lose(inner: &str, take: &mut dyn FnMut(&Said)) {
    take(&Said::Begin(inner.to_owned()));
    take(&Said::Gap {
        inner: inner.to_owned(),
        gap: Gap {
            exhibit: ExhibitPath(inner.to_owned()),
            place: None,
            cause: Cause::Crash,
            detail: "what an earlier run said of it is lost: run again in a new case".into(),
            bytes: None,
        },
    });
    take(&Said::End {
        digest: None,
        bytes: 0,
        format: String::new(),
        outcome: Outcome::NotRead,
        n_segments: 0,
        n_expected: None,
        sketch: crate::sketch::Sketch::default(),
    });
}

/// The words of one attempt, one after the other.
struct Feed<'l> {
    key: Key,
    link: &'l Link,
    n_parts: usize,
    part: Option<Rc<Vec<Fragment>>>,
    fragment: usize,
    said: usize,
}

/// One word, which keeps its part alive.
struct Word {
    part: Rc<Vec<Fragment>>,
    fragment: usize,
    said: usize,
}

impl Word {
    fn said(&self) -> &Said {
        &self.part[self.fragment].said[self.said]
    }
}

impl<'l> Feed<'l> {
    fn new(key: Key, link: &'l Link) -> Self {
        Self {
            key,
            link,
            n_parts: 0,
            part: None,
            fragment: 0,
            said: 0,
        }
    }

    fn next(&mut self, parts: &mut Replay<'_>) -> Result<Option<Word>, StoreError> {
        loop {
            let Some(part) = &self.part else {
                let Some(name) = self.link.parts.get(self.n_parts) else {
                    return Ok(None);
                };
                self.part = Some(parts.part(name)?);
                self.n_parts += 1;
                (self.fragment, self.said) = (0, 0);
                continue;
            };
            let Some(fragment) = part.get(self.fragment) else {
                self.part = None;
                continue;
            };
            let is_ours = fragment.key == self.key && fragment.attempt == self.link.attempt;
            if !is_ours || self.said >= fragment.said.len() {
                self.fragment += 1;
                self.said = 0;
                continue;
            }
            self.said += 1;
            return Ok(Some(Word {
                part: Rc::clone(part),
                fragment: self.fragment,
                said: self.said - 1,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use whose_model::{Confidence, DataElement, Locator, Mention, Normal, Phi, Role};
    use whose_store::{CaseMeta, Recipient, Session};

    use super::*;
    use crate::part::PartOutbox;
    use crate::pool::{Outbox, Task};
    use crate::protocol::Event;

    const KEY: Key = [7; 16];

    fn mentions(n: u64) -> Event {
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
        Event::Mentions((0..n).map(mention).collect())
    }

    fn begin(path: &str) -> Event {
        Event::Begin(ExhibitPath(path.into()))
    }

    fn end() -> Event {
        Event::End {
            digest: None,
            bytes: 1,
            format: "text".into(),
            outcome: Outcome::Read,
            n_segments: 1,
            n_expected: None,
            sketch: crate::sketch::Sketch::default(),
        }
    }

    /// What a reader says of a mailbox whose mails 1 to 4 hold an attachment each, passing over what is whole.
    fn mailbox(whole: &[u128]) -> Vec<Event> {
        let mut events = vec![begin("box"), mentions(1)];
        for n in 1..=4 {
            let mail = format!("box/{n}");
            let passed = |path: &str| whole.contains(&crate::part::member_id(&path["box".len()..]));
            if passed(&mail) {
                events.push(Event::Passed(ExhibitPath(mail)));
                continue;
            }
            events.extend([begin(&mail), mentions(n)]);
            let attached = format!("{mail}/a");
            if passed(&attached) {
                events.push(Event::Passed(ExhibitPath(attached)));
            } else {
                events.extend([begin(&attached), mentions(10 + n), end()]);
            }
            events.extend([mentions(20 + n), end()]);
        }
        events.push(end());
        events
    }

    fn short(said: &Said) -> String {
        match said {
            Said::Begin(inner) => format!("[{inner}"),
            Said::Passed(inner) => format!("passed {inner}"),
            Said::Mentions(mentions) => mentions.len().to_string(),
            Said::Gap { inner, .. } => format!("gap {inner}"),
            Said::End { .. } => "]".into(),
        }
    }

    fn case(dir: &std::path::Path) -> Case {
        let recipient = Recipient::Passphrase {
            passphrase: "horse".into(),
            work_factor: 1,
        };
        let session = Session {
            now: jiff::Timestamp::UNIX_EPOCH,
            entropy: [3; 32],
        };
        Case::create(dir, CaseMeta::default(), &[recipient], session).unwrap()
    }

    /// Plays attempts that are stopped after so many events, then one to the end; what stands in the end, and how much was read twice.
    fn played(stops: &[usize], same_run: bool) -> (Vec<String>, usize) {
        let dir = tempfile::tempdir().unwrap();
        let case = case(dir.path());
        let tasks = [Task {
            path: ExhibitPath("box".into()),
            place: "box".into(),
            bytes: 1,
            beside: None,
        }];
        let keys = [KEY];
        let done = |_: u64| {};
        let mut n_said = 0;
        let mut index = Index::build(&case).unwrap();
        let mut stops = stops.iter().copied().peekable();
        while let Some(first) = stops.next() {
            let lane = (index.last_run + 1) << 8 | 1;
            let unfinished = index.unfinished.clone();
            let mut out = PartOutbox::new(&case, &tasks, &keys, lane, &unfinished, &done);
            let mut stop = Some(first);
            while let Some(n) = stop {
                let whole = out.start(0).unwrap();
                for event in mailbox(&whole).into_iter().take(n) {
                    n_said += usize::from(matches!(event, Event::Mentions(_)));
                    out.event(event).unwrap();
                }
                stop = same_run.then(|| stops.next()).flatten();
            }
            if same_run && stops.peek().is_none() {
                let whole = out.start(0).unwrap();
                for event in mailbox(&whole) {
                    n_said += usize::from(matches!(event, Event::Mentions(_)));
                    out.event(event).unwrap();
                }
                out.done().unwrap();
            }
            // What is in memory at a kill is lost; here it is kept, as if a part had just been written.
            out.close().unwrap();
            index = Index::build(&case).unwrap();
        }
        if !index.is_finished(&KEY) {
            let lane = (index.last_run + 1) << 8 | 1;
            let unfinished = index.unfinished.clone();
            let mut out = PartOutbox::new(&case, &tasks, &keys, lane, &unfinished, &done);
            let whole = out.start(0).unwrap();
            for event in mailbox(&whole) {
                n_said += usize::from(matches!(event, Event::Mentions(_)));
                out.event(event).unwrap();
            }
            out.done().unwrap();
            out.close().unwrap();
            index = Index::build(&case).unwrap();
        }
        let mut words = Vec::new();
        let chain = index.chain(&KEY).unwrap();
        Replay::new(&case, 2)
            .task(&KEY, &chain, |said| words.push(short(said)))
            .unwrap();
        (words, n_said)
    }

    #[test]
    fn a_mailbox_stopped_at_any_moments_says_in_the_end_what_an_undisturbed_one_says() {
        let (expected, n_least) = played(&[], false);
        let n = mailbox(&[]).len();
        for first in (0..n - 1).step_by(4) {
            for second in [0, 3, first] {
                for same_run in [false, true] {
                    let (words, n_said) = played(&[first, second], same_run);
                    assert_eq!(words, expected, "{first} {second} {same_run}");
                    // Of each stopped attempt at most the mailbox's own words and one mail are said again.
                    assert!(n_said <= n_least + 2 * 4, "{first} {second}: {n_said}");
                }
            }
        }
    }
}
