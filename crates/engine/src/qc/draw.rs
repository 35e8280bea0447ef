//! The tables of a case in, a random sample of each stratum out, in one pass and flat memory.

use std::collections::{BTreeMap, BinaryHeap, HashMap};

use whose_model::{Exhibit, ExhibitPath, Outcome, PersonId, RecordId};
use whose_store::Case;

use super::{Drawn, Item, SAMPLE, STRATA, Stratum, enough};
use crate::collect::short;
use crate::error::EngineError;
use crate::lists::View;
use crate::tables::{self, LinkedRecord, MergeRow, QuestionRow};

/// The largest sample of one stratum: nobody looks at more.
const MOST: usize = 5_000;

/// The things of one stratum with the smallest keyed digests so far.
struct Lot<T> {
    n: u64,
    kept: BinaryHeap<(u64, [u8; 8], Kept<T>)>,
}

/// A thing beside its digest; only the digest is compared.
struct Kept<T>(T);

impl<T> PartialEq for Kept<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl<T> Eq for Kept<T> {}
impl<T> PartialOrd for Kept<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Kept<T> {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl<T> Default for Lot<T> {
    fn default() -> Self {
        Self {
            n: 0,
            kept: BinaryHeap::new(),
        }
    }
}

/// Where a thing stands in the order, and its id.
fn ticket(seed: &[u8; 16], stratum: Stratum, parts: &[&[u8]]) -> (u64, [u8; 8]) {
    let mut hasher = blake3::Hasher::new_derive_key("whose 2026 order of a quality sample");
    hasher.update(seed).update(stratum.id().as_bytes());
    for part in parts {
        hasher
            .update(&(part.len() as u64).to_le_bytes())
            .update(part);
    }
    let digest = hasher.finalize();
    let (mut order, mut id) = ([0; 8], [0; 8]);
    order.copy_from_slice(&digest.as_bytes()[..8]);
    id.copy_from_slice(&digest.as_bytes()[8..16]);
    (u64::from_be_bytes(order), id)
}

impl<T> Lot<T> {
    fn put(&mut self, ticket: (u64, [u8; 8]), most: usize, thing: impl FnOnce() -> T) {
        self.n += 1;
        let is_in = self.kept.len() < most
            || self
                .kept
                .peek()
                .is_some_and(|last| (ticket.0, ticket.1) < (last.0, last.1));
        if !is_in || most == 0 {
            return;
        }
        self.kept.push((ticket.0, ticket.1, Kept(thing())));
        if self.kept.len() > most {
            self.kept.pop();
        }
    }

    fn things(self) -> impl Iterator<Item = (u64, String, T)> {
        self.kept
            .into_sorted_vec()
            .into_iter()
            .map(|(order, id, thing)| {
                let id = id.iter().map(|byte| format!("{byte:02x}")).collect();
                (order, id, thing.0)
            })
    }
}

type Pair = (RecordId, RecordId, Option<PersonId>);

/// Draws a sample of every stratum and keeps it in the case: of each, so many that with nothing wrong among them at most `share` of the whole can be.
///
/// # Errors
/// When the case has not been run to its end, or cannot be read or written.
pub(super) fn draw(
    case: &Case,
    seed: [u8; 16],
    share: f64,
    confidence: f64,
) -> Result<(Drawn, Vec<Item>), EngineError> {
    let view = View::new(case);
    let list = list_digest(case)?;
    let mut has_hits: HashMap<[u8; 16], ()> = HashMap::new();
    let mut owners: HashMap<RecordId, PersonId> = HashMap::new();
    tables::each::<LinkedRecord>(case, tables::RECORDS, |row| {
        if row.is_affected {
            owners.insert(row.record, row.person_id);
        }
    })?;

    let mut pairs: BTreeMap<Stratum, Lot<Pair>> = BTreeMap::new();
    let bytes_of = |id: &RecordId| {
        let mut bytes = id.exhibit.to_vec();
        bytes.extend(id.subject.to_be_bytes());
        bytes
    };
    let mut put_pair = |stratum, a: RecordId, b: RecordId, person: Option<PersonId>| {
        let ticket = ticket(&seed, stratum, &[&bytes_of(&a), &bytes_of(&b)]);
        pairs
            .entry(stratum)
            .or_default()
            .put(ticket, MOST, || (a, b, person));
    };
    tables::each::<MergeRow>(case, tables::MERGES, |row| {
        // What a document itself says, or the roster, is not weighed.
        if row.weight_bits != 0.0 {
            put_pair(Stratum::Merges, row.a, row.b, Some(row.person_id));
        }
    })?;
    tables::each::<QuestionRow>(case, tables::QUESTIONS, |row| {
        put_pair(Stratum::LeftApart, row.a, row.b, Some(row.person_id));
    })?;
    let mut stands: HashMap<RecordId, Option<(ExhibitPath, String)>> = pairs
        .values()
        .flat_map(|lot| lot.kept.iter())
        .flat_map(|(_, _, kept)| [(kept.0.0, None), (kept.0.1, None)])
        .collect();

    let mut mentions: BTreeMap<Stratum, Lot<Item>> = BTreeMap::new();
    view.replay(None, |path, exhibit, mention| {
        has_hits.insert(exhibit, ());
        let record = mention.subject.map(|subject| RecordId { exhibit, subject });
        if let Some(record) = &record
            && let Some(stand) = stands.get_mut(record)
            && stand.is_none()
        {
            *stand = Some((path.clone(), mention.place.to_string()));
        }
        let stratum = Stratum::Element(mention.element);
        let place = mention.place.to_string();
        let ticket = ticket(
            &seed,
            stratum,
            &[
                &exhibit,
                place.as_bytes(),
                mention.value.reveal().as_bytes(),
            ],
        );
        mentions
            .entry(stratum)
            .or_default()
            .put(ticket, MOST, || Item {
                id: String::new(),
                stratum,
                order: 0,
                exhibit: path.clone(),
                place: place.clone(),
                other: None,
                value: Some(mention.value.clone()),
                person: record.and_then(|record| owners.get(&record).cloned()),
            });
    })?;

    let mut files: BTreeMap<Stratum, Lot<ExhibitPath>> = BTreeMap::new();
    let mut n_unread = 0;
    view.exhibits(|exhibit: Exhibit| {
        n_unread += u64::from(exhibit.outcome != Outcome::Read);
        // A copy is its first; a container speaks through its members.
        let (Some(digest), None) = (exhibit.digest, &exhibit.copy_of) else {
            return;
        };
        if exhibit.outcome == Outcome::NotRead
            || exhibit.bytes == 0
            || exhibit.members.read > 0 && exhibit.n_segments == 0
        {
            return;
        }
        let stratum = if has_hits.contains_key(&short(&digest)) {
            Stratum::WithHits
        } else {
            Stratum::WithoutHits
        };
        let ticket = ticket(&seed, stratum, &[&digest.blake3]);
        files
            .entry(stratum)
            .or_default()
            .put(ticket, MOST, || exhibit.path);
    })?;
    let mut people: Lot<PersonId> = Lot::default();
    view.people(|person| {
        let ticket = ticket(&seed, Stratum::People, &[person.id.0.as_bytes()]);
        people.put(ticket, MOST, || person.id);
    })?;

    let mut drawn = Drawn {
        seed,
        n_of: BTreeMap::new(),
        list,
        n_unread,
    };
    let mut items = Vec::new();
    let mut take = |stratum: Stratum, n: u64| {
        drawn.n_of.insert(stratum, n);
        usize::try_from(enough(n, share, confidence)).unwrap_or(MOST)
    };
    let blank = |stratum, order, id| Item {
        id,
        stratum,
        order,
        exhibit: ExhibitPath(String::new()),
        place: String::new(),
        other: None,
        value: None,
        person: None,
    };
    for (stratum, lot) in files {
        let n = take(stratum, lot.n);
        items.extend(lot.things().take(n).map(|(order, id, exhibit)| Item {
            exhibit,
            ..blank(stratum, order, id)
        }));
    }
    let n = take(Stratum::People, people.n);
    items.extend(people.things().take(n).map(|(order, id, person)| Item {
        person: Some(person),
        ..blank(Stratum::People, order, id)
    }));
    for (stratum, lot) in pairs {
        let n = take(stratum, lot.n);
        for (order, id, (a, b, person)) in lot.things().take(n) {
            // A record of the roster stands in no file.
            let stand = |record| stands.get(record).cloned().flatten();
            let (exhibit, place) =
                stand(&a).unwrap_or_else(|| (ExhibitPath(String::new()), "the roster".to_owned()));
            items.push(Item {
                exhibit,
                place,
                other: stand(&b)
                    .or_else(|| Some((ExhibitPath(String::new()), "the roster".to_owned()))),
                person,
                ..blank(stratum, order, id)
            });
        }
    }
    for (stratum, lot) in mentions {
        let n = take(stratum, lot.n);
        items.extend(
            lot.things()
                .take(n)
                .map(|(order, id, item)| Item { id, order, ..item }),
        );
    }
    items.sort_by(|a, b| (a.stratum, a.order, &a.id).cmp(&(b.stratum, b.order, &b.id)));
    tables::write(case, SAMPLE, &items)?;
    tables::write_one(case, STRATA, &drawn)?;
    Ok((drawn, items))
}

/// A digest of the numbers of the last run: another list has another.
pub(super) fn list_digest(case: &Case) -> Result<[u8; 16], EngineError> {
    let summary = View::new(case).summary()?;
    let bytes = serde_json::to_vec(&summary)
        .map_err(|error| EngineError::NotThere(format!("the numbers of this case: {error}")))?;
    let mut digest = [0; 16];
    digest.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..16]);
    Ok(digest)
}
