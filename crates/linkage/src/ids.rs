//! People as sets of records in, a stable id for each out, with the ids it replaces.
//!
//! A new person's id is made from their first record, so that the same
//! evidence gives the same ids in whatever order and from however many files
//! it came. Where ids were given before, each is kept by the person who has
//! most of its records; a merge names the ids that went into it, a split the id
//! that it came from. No id is ever given to somebody else.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use whose_model::{PersonId, RecordId};

/// A person's id, and what became of earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Theirs from now on.
    pub id: PersonId,
    /// Ids of earlier lists that were merged into this person.
    pub replaces: Vec<PersonId>,
    /// Ids of earlier lists that somebody else keeps and of which some records are this person's.
    pub split_from: Vec<PersonId>,
}

/// Gives each person an id. `before` holds the id of each record in the list before this one.
///
/// Neither the order of the people nor that of their records matters.
pub fn ids(people: &[Vec<RecordId>], before: &HashMap<RecordId, PersonId>) -> Vec<Named> {
    // For each earlier id, who holds how many of its records, and the first of them to decide between equals.
    type Claim = (usize, Reverse<RecordId>);
    let mut claims: BTreeMap<&PersonId, BTreeMap<usize, Claim>> = BTreeMap::new();
    for (number, records) in people.iter().enumerate() {
        for record in records {
            let Some(old) = before.get(record) else {
                continue;
            };
            let claim = claims
                .entry(old)
                .or_default()
                .entry(number)
                .or_insert((0, Reverse(*record)));
            claim.0 += 1;
            claim.1 = claim.1.max(Reverse(*record));
        }
    }
    let mut kept: Vec<Vec<(Reverse<usize>, &PersonId)>> = vec![Vec::new(); people.len()];
    let mut lost: Vec<Vec<PersonId>> = vec![Vec::new(); people.len()];
    for (old, by_person) in &claims {
        let keeper = by_person
            .iter()
            .max_by_key(|(_, claim)| **claim)
            .map(|(number, _)| *number);
        for (number, (n, _)) in by_person {
            if Some(*number) == keeper {
                kept[*number].push((Reverse(*n), old));
            } else {
                lost[*number].push((*old).clone());
            }
        }
    }
    // Also ids whose records are gone: whoever had them, nobody else does.
    let mut used: BTreeSet<PersonId> = before.values().cloned().collect();
    let mut named: Vec<Option<Named>> = vec![None; people.len()];
    let mut new: Vec<(RecordId, usize)> = Vec::new();
    for (number, mut olds) in kept.into_iter().enumerate() {
        olds.sort();
        let mut olds = olds.into_iter().map(|(_, id)| id.clone());
        match olds.next() {
            Some(id) => {
                named[number] = Some(Named {
                    id,
                    replaces: olds.collect(),
                    split_from: std::mem::take(&mut lost[number]),
                });
            }
            None => {
                let first = people[number].iter().min().copied().unwrap_or(RecordId {
                    exhibit: [0; 16],
                    subject: 0,
                });
                new.push((first, number));
            }
        }
    }
    // In the order of the records, not of the people: that decides if two digests should ever be one.
    new.sort_unstable();
    for (first, number) in new {
        named[number] = Some(Named {
            id: fresh(first, &mut used),
            replaces: Vec::new(),
            split_from: std::mem::take(&mut lost[number]),
        });
    }
    named.into_iter().flatten().collect()
}

/// An id that nobody has, from a person's first record.
fn fresh(first: RecordId, used: &mut BTreeSet<PersonId>) -> PersonId {
    let mut attempt = 0_u32;
    loop {
        let mut hasher =
            blake3::Hasher::new_derive_key("whose 2026 person id from its first record");
        hasher
            .update(&first.exhibit)
            .update(&first.subject.to_be_bytes())
            .update(&attempt.to_be_bytes());
        let id = PersonId::from_digest(hasher.finalize().as_bytes());
        if used.insert(id.clone()) {
            return id;
        }
        attempt = attempt.wrapping_add(1);
    }
}
