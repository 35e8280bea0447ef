//! From what reading said to records: first pass; and from records back to exposures: second pass.
//!
//! Tasks are replayed in the order of paths, so numbers given on the way do
//! not depend on which thread read what. Records wait in one buffer in their
//! compact form; whole mentions never do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use whose_linkage::Piece;
use whose_model::{
    Assertion, Cause, DataElement, Digest, Exhibit, ExhibitPath, Gap, Locator, Members, Mention,
    Outcome, PersonId, PersonRecord, RecordId, Role, Standard,
};
use whose_store::{Case, StoreError};

use crate::part::{Key, Said};
use crate::people;
use crate::replay::{Index, Replay};
use crate::requests::Asked;
use crate::seize::Found;
use crate::siblings;
use crate::sketch::{self, Sketch};

/// A file of the pile with what decides its result.
#[derive(Debug)]
pub(crate) struct Seized {
    pub(crate) found: Found,
    /// `None` when the file could not be opened or read.
    pub(crate) digest: Option<(Digest, u64)>,
    pub(crate) key: Option<Key>,
    /// Its place among files that may make one thing.
    pub(crate) place: Option<siblings::Place>,
}

/// One exhibit with distinct bytes whose mentions count.
#[derive(Debug)]
pub(crate) struct Distinct {
    pub(crate) first_path: ExhibitPath,
    /// In how many places the same bytes lie.
    pub(crate) n_places: u64,
}

/// What the first pass found.
#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) exhibits: Vec<Exhibit>,
    pub(crate) gaps: Vec<Gap>,
    /// Records in the order of pushing: roster first, then by path and subject.
    pub(crate) records: Vec<RecordId>,
    pub(crate) n_roster: usize,
    /// Subjects that were found to be pieces of a record of the same document, by that record.
    pub(crate) pieces: HashMap<RecordId, Vec<(RecordId, Piece)>>,
    sketches: HashMap<ExhibitPath, Sketch>,
    arena: Vec<u8>,
    ends: Vec<usize>,
    pub(crate) distinct: BTreeMap<[u8; 16], Distinct>,
    /// Mentions tied to nobody: element to number of places.
    pub(crate) unattributed: BTreeMap<DataElement, u64>,
    /// In each exhibit, how many of these would put somebody on the list.
    pub(crate) loose: BTreeMap<[u8; 16], u64>,
    pub(crate) n_mentions: u64,
}

impl Collected {
    /// A record, unpacked.
    pub(crate) fn record(&self, index: usize) -> Option<PersonRecord> {
        let start = index
            .checked_sub(1)
            .map_or(Some(0), |before| self.ends.get(before).copied())?;
        postcard::from_bytes(self.arena.get(start..*self.ends.get(index)?)?).ok()
    }

    pub(crate) fn push(&mut self, record: &PersonRecord) {
        if let Ok(bytes) = postcard::to_stdvec(record) {
            self.arena.extend_from_slice(&bytes);
            self.ends.push(self.arena.len());
            self.records.push(record.id);
        }
    }
}

/// First pass: exhibits, gaps and records. `each` sees every record once, in order.
pub(crate) fn records(
    case: &Case,
    index: &Index,
    seized: &[Seized],
    roster: &[PersonRecord],
    mut each: impl FnMut(&PersonRecord),
) -> Result<Collected, StoreError> {
    let mut all = Collected::default();
    for person in roster {
        all.push(person);
        each(person);
    }
    all.n_roster = roster.len();

    let mut first_of: HashMap<Key, Vec<Listed>> = HashMap::new();
    let mut replay = Replay::new(case, 16);
    for file in seized {
        let Some((digest, bytes)) = file.digest else {
            refuse(&mut all, file);
            continue;
        };
        let Some(key) = file.key else { continue };
        if let Some(listed) = first_of.get(&key) {
            list_copy(&mut all, listed, &file.found.path, &digest);
            continue;
        }
        let mut taken = Taken::new(&mut all, &file.found.path, digest, bytes);
        let chain = index.chain(&key);
        if let Some(chain) = &chain {
            replay.task(&key, chain, |said| taken.take(said, &mut each))?;
        }
        let listed = taken.finish(chain.is_some());
        first_of.insert(key, listed);
    }
    all.exhibits.sort_by(|a, b| a.path.cmp(&b.path));
    siblings::mark(&mut all.exhibits, seized);
    sketch::mark(&mut all.exhibits, &std::mem::take(&mut all.sketches));
    all.gaps
        .sort_by(|a, b| (&a.exhibit, &a.place, a.cause).cmp(&(&b.exhibit, &b.place, b.cause)));
    Ok(all)
}

/// A file that the operating system would not give.
fn refuse(all: &mut Collected, file: &Seized) {
    let why = file
        .found
        .refused
        .clone()
        .unwrap_or_else(|| "the bytes could not be read".to_owned());
    all.gaps.push(Gap {
        exhibit: file.found.path.clone(),
        place: None,
        cause: Cause::Io,
        detail: why.into(),
        bytes: Some(file.found.bytes),
    });
    all.exhibits.push(Exhibit {
        path: file.found.path.clone(),
        digest: None,
        bytes: file.found.bytes,
        format: String::new(),
        outcome: Outcome::NotRead,
        n_segments: 0,
        members: Members::default(),
        copy_of: None,
        near_copy_of: None,
        thread: None,
        part_of: None,
    });
}

/// An exhibit as listed, with its path below the task's file and its gaps.
struct Listed {
    inner: String,
    exhibit: Exhibit,
    gaps: Vec<Gap>,
}

/// The same bytes in another place: listed again, not read again.
fn list_copy(all: &mut Collected, listed: &[Listed], path: &ExhibitPath, digest: &Digest) {
    for original in listed {
        let here = ExhibitPath(format!("{}{}", path.0, original.inner));
        if let Some(known) = original
            .exhibit
            .digest
            .as_ref()
            .or(original.inner.is_empty().then_some(digest))
            && let Some(distinct) = all.distinct.get_mut(&short(known))
        {
            distinct.n_places += 1;
        }
        all.exhibits.push(Exhibit {
            path: here.clone(),
            copy_of: Some(original.exhibit.path.clone()),
            ..original.exhibit.clone()
        });
        all.gaps.extend(original.gaps.iter().map(|gap| Gap {
            exhibit: here.clone(),
            ..gap.clone()
        }));
    }
}

pub(crate) fn short(digest: &Digest) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&digest.blake3[..16]);
    short
}

/// An exhibit being replayed.
#[derive(Default)]
struct Open {
    inner: String,
    by_subject: BTreeMap<u64, Vec<Mention>>,
    n_held: usize,
    /// Records made early of a large table's subjects, in compact form; a subject may come again.
    early: BTreeMap<u64, Vec<Vec<u8>>>,
    unattributed: Vec<DataElement>,
    n_mentions: u64,
    gaps: Vec<Gap>,
    members: Members,
}

/// So many mentions of one exhibit are held before they are made into records: memory stays flat.
const MAX_HELD_MENTIONS: usize = 200_000;

impl Open {
    fn make_early(&mut self) {
        self.n_held = 0;
        for (subject, mentions) in std::mem::take(&mut self.by_subject) {
            let id = RecordId {
                exhibit: [0; 16],
                subject,
            };
            let record = whose_linkage::record(id, Standard::Evidence, &mut mentions.iter());
            if let Ok(bytes) = postcard::to_stdvec(&record) {
                self.early.entry(subject).or_default().push(bytes);
            }
        }
    }

    /// The exhibit's records in the order of subjects, each with the pieces of it that stand elsewhere in the document.
    fn records(
        mut self,
        exhibit: [u8; 16],
        mut each: impl FnMut(PersonRecord, &[(RecordId, Piece)]),
    ) {
        if self.early.is_empty() {
            // A row of a table is one person's as it stands.
            let (rows, prose): (Vec<_>, Vec<_>) =
                self.by_subject.into_iter().partition(|(_, mentions)| {
                    mentions.iter().any(|mention| {
                        matches!(mention.place, Locator::Cell { .. } | Locator::Field { .. })
                    })
                });
            let record = |(subject, mentions): (u64, Vec<Mention>)| {
                let id = RecordId { exhibit, subject };
                whose_linkage::record(id, Standard::Evidence, &mut mentions.iter())
            };
            let prose: Vec<PersonRecord> = prose.into_iter().map(record).collect();
            let pieces = whose_linkage::pieces(&prose);
            let mut whole: BTreeMap<usize, (PersonRecord, Vec<(RecordId, Piece)>)> =
                BTreeMap::new();
            let mut parts = Vec::new();
            for (index, (record, piece)) in prose.into_iter().zip(pieces).enumerate() {
                match piece {
                    Some((of, why)) => parts.push((of, why, record)),
                    None => drop(whole.insert(index, (record, Vec::new()))),
                }
            }
            for (of, why, part) in parts {
                if let Some((record, ids)) = whole.get_mut(&of) {
                    ids.push((part.id, why));
                    whose_linkage::join(record, part);
                }
            }
            let mut all: Vec<_> = rows
                .into_iter()
                .map(|row| (record(row), Vec::new()))
                .chain(whole.into_values())
                .collect();
            all.sort_by_key(|(record, _)| record.id);
            for (record, pieces) in all {
                each(record, &pieces);
            }
            return;
        }
        self.make_early();
        for (subject, parts) in self.early {
            let mut parts = parts
                .iter()
                .filter_map(|bytes| postcard::from_bytes::<PersonRecord>(bytes).ok());
            let Some(mut record) = parts.next() else {
                continue;
            };
            parts.for_each(|part| {
                record.role = record.role.min(part.role);
                whose_linkage::join(&mut record, part);
            });
            record.id = RecordId { exhibit, subject };
            each(record, &[]);
        }
    }
}

/// Takes what one task said.
struct Taken<'a> {
    all: &'a mut Collected,
    path: &'a ExhibitPath,
    digest: Digest,
    bytes: u64,
    open: Vec<Open>,
    listed: Vec<Listed>,
    /// Gaps said of exhibits that are not open.
    stray: Vec<(String, Gap)>,
    /// Members that ended their reader: said at the end, outside their container.
    late: Vec<(String, Outcome)>,
}

impl<'a> Taken<'a> {
    fn new(all: &'a mut Collected, path: &'a ExhibitPath, digest: Digest, bytes: u64) -> Self {
        Self {
            all,
            path,
            digest,
            bytes,
            open: Vec::new(),
            listed: Vec::new(),
            stray: Vec::new(),
            late: Vec::new(),
        }
    }

    fn take(&mut self, said: &Said, each: &mut impl FnMut(&PersonRecord)) {
        match said {
            Said::Begin(inner) => self.open.push(Open {
                inner: inner.clone(),
                ..Open::default()
            }),
            Said::Mentions(mentions) => {
                let Some(open) = self.open.last_mut() else {
                    return;
                };
                open.n_mentions += mentions.len() as u64;
                for mention in mentions {
                    match mention.subject {
                        Some(subject) => open
                            .by_subject
                            .entry(subject)
                            .or_default()
                            .push(mention.clone()),
                        None if mention.assertion == Assertion::Denied => {}
                        None => open.unattributed.push(mention.element),
                    }
                }
                open.n_held += mentions.len();
                if open.n_held >= MAX_HELD_MENTIONS {
                    open.make_early();
                }
            }
            // Replaced by the words of the attempt that read it.
            Said::Passed(_) => {}
            Said::Gap { inner, gap } => {
                match self.open.iter_mut().rev().find(|open| open.inner == *inner) {
                    Some(open) => open.gaps.push(gap.clone()),
                    None => self.stray.push((inner.clone(), gap.clone())),
                }
            }
            Said::End {
                digest,
                bytes,
                format,
                outcome,
                n_segments,
                n_expected,
                sketch,
            } => {
                let Some(mut open) = self.open.pop() else {
                    return;
                };
                open.members.expected = *n_expected;
                let path = ExhibitPath(format!("{}{}", self.path.0, open.inner));
                self.all.sketches.insert(path, *sketch);
                match self.open.last_mut() {
                    Some(container) => container.members.add(*outcome),
                    None if open.inner.is_empty() => {}
                    None => self.late.push((open.inner.clone(), *outcome)),
                }
                let is_top = open.inner.is_empty();
                // The engine's own digest of a top-level file stands above what the reading process says.
                let digest = if is_top { Some(self.digest) } else { *digest };
                let bytes = if is_top { self.bytes } else { *bytes };
                let gave_some = open.n_mentions > 0 || open.members.read > 0;
                let outcome = match outcome {
                    // The reader died in the file itself; what it gave before stands.
                    Outcome::NotRead if is_top && gave_some => Outcome::ReadWithGaps,
                    outcome => *outcome,
                };
                self.close(open, digest, bytes, format, outcome, *n_segments, each);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one event")]
    fn close(
        &mut self,
        mut open: Open,
        digest: Option<Digest>,
        bytes: u64,
        format: &str,
        outcome: Outcome,
        n_segments: u64,
        each: &mut impl FnMut(&PersonRecord),
    ) {
        let path = ExhibitPath(format!("{}{}", self.path.0, open.inner));
        let mut copy_of = None;
        if let Some(digest) = &digest {
            let known = short(digest);
            if let Some(distinct) = self.all.distinct.get_mut(&known) {
                distinct.n_places += 1;
                copy_of = Some(distinct.first_path.clone());
            } else {
                self.all.distinct.insert(
                    known,
                    Distinct {
                        first_path: path.clone(),
                        n_places: 1,
                    },
                );
                self.all.n_mentions += open.n_mentions;
                for element in std::mem::take(&mut open.unattributed) {
                    *self.all.unattributed.entry(element).or_default() += 1;
                    if people::affects(Role::Unknown, &[element]) {
                        *self.all.loose.entry(known).or_default() += 1;
                    }
                }
                let (gaps, inner) = (std::mem::take(&mut open.gaps), open.inner.clone());
                let members = open.members;
                open.records(known, |record, pieces| {
                    if !pieces.is_empty() {
                        self.all.pieces.insert(record.id, pieces.to_vec());
                    }
                    self.all.push(&record);
                    each(&record);
                });
                open = Open {
                    inner,
                    gaps,
                    members,
                    ..Open::default()
                };
            }
        }
        let exhibit = Exhibit {
            path: path.clone(),
            digest,
            bytes,
            format: format.to_owned(),
            outcome,
            n_segments,
            members: open.members,
            copy_of,
            near_copy_of: None,
            thread: None,
            part_of: None,
        };
        let gaps: Vec<Gap> = open
            .gaps
            .into_iter()
            .map(|gap| Gap {
                exhibit: path.clone(),
                ..gap
            })
            .collect();
        self.listed.push(Listed {
            inner: open.inner,
            exhibit,
            gaps,
        });
    }

    fn finish(mut self, is_finished: bool) -> Vec<Listed> {
        if !is_finished || self.listed.iter().all(|listed| !listed.inner.is_empty()) {
            // No reader said anything of the file: it must not pass for a clean one.
            let path = self.path.clone();
            let gap = Gap {
                exhibit: path.clone(),
                place: None,
                cause: Cause::Crash,
                detail: "reading was not finished".into(),
                bytes: Some(self.bytes),
            };
            let exhibit = Exhibit {
                path,
                digest: Some(self.digest),
                bytes: self.bytes,
                format: String::new(),
                outcome: Outcome::NotRead,
                n_segments: 0,
                members: Members::default(),
                copy_of: None,
                near_copy_of: None,
                thread: None,
                part_of: None,
            };
            self.listed.push(Listed {
                inner: String::new(),
                exhibit,
                gaps: vec![gap],
            });
        }
        for (inner, outcome) in std::mem::take(&mut self.late) {
            let container = self
                .listed
                .iter_mut()
                .filter(|listed| {
                    inner
                        .strip_prefix(&listed.inner)
                        .is_some_and(|rest| rest.starts_with('/'))
                })
                .max_by_key(|listed| listed.inner.len());
            if let Some(container) = container {
                container.exhibit.members.add(outcome);
            }
        }
        for (inner, gap) in self.stray {
            if let Some(listed) = self.listed.iter_mut().find(|listed| listed.inner == inner) {
                listed.gaps.push(Gap {
                    exhibit: listed.exhibit.path.clone(),
                    ..gap
                });
            }
        }
        for listed in &mut self.listed {
            // A gap and a clean outcome contradict each other, and so do a lost file and none.
            if !listed.gaps.is_empty() && listed.exhibit.outcome == Outcome::Read {
                listed.exhibit.outcome = Outcome::ReadWithGaps;
            }
            self.all.exhibits.push(listed.exhibit.clone());
            self.all.gaps.extend(listed.gaps.iter().cloned());
        }
        self.listed
    }
}

/// What is known of one person and one element.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    pub(crate) n_mentions: u64,
    pub(crate) n_exhibits: u64,
    pub(crate) first: (ExhibitPath, Locator),
    pub(crate) confidence: f32,
    last_exhibit: u32,
}

/// What of one person's was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found2 {
    pub(crate) elements: BTreeMap<DataElement, Sum>,
    pub(crate) n_exhibits: u64,
    /// Results of reading that hold something of theirs.
    pub(crate) keys: BTreeSet<Key>,
    /// First and last day of service found, as `YYYY-MM-DD`.
    pub(crate) service: Option<(String, String)>,
    last_exhibit: u32,
}

/// Second pass: mentions to exposures. `person_of` gives the person's number for a record.
pub(crate) fn exposures(
    case: &Case,
    index: &Index,
    seized: &[Seized],
    collected: &Collected,
    n_people: usize,
    person_of: &HashMap<RecordId, u32>,
) -> Result<(Vec<Found2>, Vec<Asked>), StoreError> {
    let mut people = vec![Found2::default(); n_people];
    let mut asked = Vec::new();
    replay_mentions(case, index, seized, collected, |place, mention| {
        // What a text denies is not exposed.
        if mention.assertion == Assertion::Denied {
            return;
        }
        let person = mention.subject.and_then(|subject| {
            person_of.get(&RecordId {
                exhibit: place.digest,
                subject,
            })
        });
        let person = person.copied();
        asked.extend(Asked::of(mention, place.digest, place.path, person));
        let Some(person) = person.and_then(|person| people.get_mut(person as usize)) else {
            return;
        };
        if person.last_exhibit != place.number {
            person.last_exhibit = place.number;
            person.n_exhibits += place.n_places;
            person.keys.insert(place.key);
        }
        if mention.element == DataElement::ServiceDate
            && let whose_model::Normal::Date(date) = mention.normal.reveal()
        {
            let day = date.iso();
            let service = person
                .service
                .get_or_insert_with(|| (day.clone(), day.clone()));
            if day < service.0 {
                service.0.clone_from(&day);
            }
            if day > service.1 {
                service.1 = day;
            }
        }
        let sum = person
            .elements
            .entry(mention.element)
            .or_insert_with(|| Sum {
                n_mentions: 0,
                n_exhibits: 0,
                first: (place.path.clone(), mention.place.clone()),
                confidence: 0.0,
                last_exhibit: 0,
            });
        sum.n_mentions += place.n_places;
        if sum.last_exhibit != place.number {
            sum.last_exhibit = place.number;
            sum.n_exhibits += place.n_places;
        }
        sum.confidence = sum.confidence.max(mention.confidence.0);
    })?;
    Ok((people, asked))
}

/// An open exhibit whose mentions count: its path, short digest, number and places.
type Counted = (ExhibitPath, [u8; 16], u32, u64);

/// Where a replayed mention stands.
pub(crate) struct Place<'a> {
    pub(crate) path: &'a ExhibitPath,
    pub(crate) digest: [u8; 16],
    pub(crate) key: Key,
    /// Counts distinct exhibits from 1.
    pub(crate) number: u32,
    pub(crate) n_places: u64,
}

/// Calls `each` with every mention of every distinct exhibit, in the order of paths.
pub(crate) fn replay_mentions(
    case: &Case,
    index: &Index,
    seized: &[Seized],
    collected: &Collected,
    mut each: impl FnMut(&Place<'_>, &Mention),
) -> Result<(), StoreError> {
    let mut replay = Replay::new(case, 16);
    let first_paths: HashMap<&ExhibitPath, [u8; 16]> = collected
        .distinct
        .iter()
        .map(|(digest, distinct)| (&distinct.first_path, *digest))
        .collect();
    let mut done: std::collections::HashSet<Key> = std::collections::HashSet::new();
    let mut number = 0;
    for file in seized {
        let Some(key) = file.key else { continue };
        if !done.insert(key) {
            continue;
        }
        let mut open: Vec<Option<Counted>> = Vec::new();
        let Some(chain) = index.chain(&key) else {
            continue;
        };
        replay.task(&key, &chain, |said| match said {
            Said::Begin(inner) => {
                let path = ExhibitPath(format!("{}{inner}", file.found.path.0));
                // Only the first of equal exhibits counts; the others are listed as its copies.
                let distinct = first_paths
                    .get(&path)
                    .and_then(|digest| Some((digest, collected.distinct.get(digest)?)));
                open.push(distinct.map(|(digest, distinct)| {
                    number += 1;
                    (path, *digest, number, distinct.n_places)
                }));
            }
            Said::Mentions(mentions) => {
                let Some(Some((path, digest, number, n_places))) = open.last() else {
                    return;
                };
                let place = Place {
                    path,
                    digest: *digest,
                    key,
                    number: *number,
                    n_places: *n_places,
                };
                for mention in mentions {
                    each(&place, mention);
                }
            }
            Said::Passed(_) | Said::Gap { .. } => {}
            Said::End { .. } => drop(open.pop()),
        })?;
    }
    Ok(())
}

/// The element list of a sum, in the order of `DataElement::ALL`.
pub(crate) fn elements(found: &Found2) -> Vec<DataElement> {
    found.elements.keys().copied().collect()
}

/// Counts roles of records, for the summary's "named but not affected".
#[derive(Clone, Debug, Default)]
pub(crate) struct NamedOnly {
    pub(crate) n_clinicians: u64,
    pub(crate) n_others: u64,
    /// Who the others are.
    pub(crate) others: BTreeSet<PersonId>,
}

impl NamedOnly {
    pub(crate) fn add(&mut self, id: &PersonId, role: Role) {
        match role {
            Role::Clinician | Role::Staff => self.n_clinicians += 1,
            _ => {
                self.n_others += 1;
                self.others.insert(id.clone());
            }
        }
    }
}
