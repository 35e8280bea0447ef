//! A list of people, its merges and questions and what was not read in, between how many and how many people it is out.
//!
//! *At least*: as if every open question whether two are one were answered
//! with yes. *At most*: as if every merge that is not beyond doubt were undone,
//! and as if whatever is tied to nobody were somebody's who is only named.
//! What was not read is bounded apart: no denser with people than the densest
//! file of its kind that was read, and all of them new.
//!
//! A pure function of what a run found; `docs/concepts/counting.md` tells users
//! the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use whose_model::{Exhibit, ExhibitPath, Outcome, RecordId};

use crate::collect::Collected;
use crate::run::People;

/// A merge that is likelier than this is beyond doubt.
const BEYOND_DOUBT: f32 = 0.999;

/// Between how many and how many people are affected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// As far as the pile was read, no fewer than these.
    pub at_least: u64,
    /// As far as the pile was read, no more than these.
    pub at_most: u64,
    /// Exhibits that were not read to the end.
    pub n_unread: u64,
    /// No more than these in what was not read; `None` when nothing was read to compare it with.
    pub unread_at_most: Option<u64>,
}

/// The bounds of a run.
pub(crate) fn of_run(collected: &Collected, linked: &People) -> Bounds {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut person_of: HashMap<RecordId, u32> = HashMap::new();
    let mut in_exhibit: HashMap<&ExhibitPath, BTreeSet<u32>> = HashMap::new();
    for row in linked.records.iter().filter(|row| row.is_affected) {
        let next = numbers.len() as u32;
        let number = *numbers.entry(&row.person_id.0).or_insert(next);
        person_of.insert(row.record, number);
        if let Some(distinct) = collected.distinct.get(&row.record.exhibit) {
            in_exhibit
                .entry(&distinct.first_path)
                .or_default()
                .insert(number);
        }
    }
    let asked: Vec<(u32, u32)> = linked
        .questions
        .iter()
        .filter_map(|row| Some((*person_of.get(&row.a)?, *person_of.get(&row.b)?)))
        .collect();
    let merges: Vec<f32> = linked.merges.iter().map(|row| row.probability).collect();
    let exhibits: Vec<(&Exhibit, u64)> = collected
        .exhibits
        .iter()
        .map(|exhibit| {
            let people = in_exhibit.get(&exhibit.path);
            (exhibit, people.map_or(0, |people| people.len() as u64))
        })
        .collect();
    bounds(&Found {
        n_individuals: linked.people.len() as u64,
        asked: &asked,
        merges: &merges,
        n_named_only: linked.named.n_others,
        n_unattributed: collected.unattributed.values().sum(),
        exhibits: &exhibits,
    })
}

/// What the bounds are made from.
pub(crate) struct Found<'a> {
    /// How many are on the list.
    pub(crate) n_individuals: u64,
    /// Pairs of people on the list, by number, of whom it is asked whether they are one.
    pub(crate) asked: &'a [(u32, u32)],
    /// How likely each merge of people on the list is.
    pub(crate) merges: &'a [f32],
    /// People who are named with nothing of theirs.
    pub(crate) n_named_only: u64,
    /// Mentions tied to nobody.
    pub(crate) n_unattributed: u64,
    /// The exhibits, and how many people each of them holds.
    pub(crate) exhibits: &'a [(&'a Exhibit, u64)],
}

/// Between how many and how many people are affected.
pub(crate) fn bounds(found: &Found<'_>) -> Bounds {
    let n_doubtful = found
        .merges
        .iter()
        .filter(|probability| **probability < BEYOND_DOUBT)
        .count() as u64;
    let n_unread = found
        .exhibits
        .iter()
        .filter(|(exhibit, _)| is_unread(exhibit))
        .count() as u64;
    Bounds {
        at_least: found.n_individuals - joined(found.asked).min(found.n_individuals),
        at_most: found.n_individuals + n_doubtful + found.n_named_only.min(found.n_unattributed),
        n_unread,
        unread_at_most: match n_unread {
            0 => Some(0),
            _ => unread(found.exhibits),
        },
    }
}

/// How many fewer people there are when all these pairs are one.
fn joined(pairs: &[(u32, u32)]) -> u64 {
    let mut up: HashMap<u32, u32> = HashMap::new();
    fn top(up: &mut HashMap<u32, u32>, mut one: u32) -> u32 {
        while let Some(above) = up.get(&one).copied() {
            if let Some(over) = up.get(&above).copied() {
                up.insert(one, over);
            }
            one = above;
        }
        one
    }
    let mut n = 0;
    for (a, b) in pairs {
        let (a, b) = (top(&mut up, *a), top(&mut up, *b));
        if a != b {
            up.insert(a.max(b), a.min(b));
            n += 1;
        }
    }
    n
}

/// Not read to the end, and no copy or part of an exhibit that is listed by itself.
fn is_unread(exhibit: &Exhibit) -> bool {
    exhibit.outcome != Outcome::Read
        && exhibit.copy_of.is_none()
        && exhibit.part_of.is_none()
        && unread_bytes(exhibit) > 0
}

/// The members of a container are listed by themselves; what is left are those that its tables promise and nobody found.
fn unread_bytes(exhibit: &Exhibit) -> u64 {
    let members = exhibit.members;
    let n_found = members.read + members.failed;
    if n_found == 0 {
        return exhibit.bytes;
    }
    let expected = members.expected.unwrap_or(0).max(n_found);
    let share = u128::from(exhibit.bytes) * u128::from(expected - n_found) / u128::from(expected);
    u64::try_from(share).unwrap_or(u64::MAX)
}

/// No more people than these in what was not read.
///
/// A file holds no more people than the fullest read file of its format, or,
/// where it is larger, than that file would hold at its size.
fn unread(exhibits: &[(&Exhibit, u64)]) -> Option<u64> {
    let mut read: BTreeMap<&str, BTreeSet<(u64, u64)>> = BTreeMap::new();
    for (exhibit, n_people) in exhibits {
        if exhibit.outcome == Outcome::Read && *n_people > 0 && exhibit.bytes > 0 {
            for format in [exhibit.format.as_str(), ""] {
                read.entry(format)
                    .or_default()
                    .insert((*n_people, exhibit.bytes));
            }
        }
    }
    let all = read.get("")?;
    let mut sum = 0_u64;
    for (exhibit, n_people) in exhibits.iter().filter(|(exhibit, _)| is_unread(exhibit)) {
        let alike = read.get(exhibit.format.as_str()).unwrap_or(all);
        let size = unread_bytes(exhibit);
        let most = alike
            .iter()
            .map(|(n, bytes)| {
                let at_size = u128::from(*n) * u128::from(size.max(*bytes)) / u128::from(*bytes);
                // Nobody's record is shorter than a byte.
                u64::try_from(at_size).unwrap_or(u64::MAX).min(size)
            })
            .max()
            .unwrap_or(0);
        sum = sum.saturating_add(most.saturating_sub(*n_people));
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use whose_model::{ExhibitPath, Members};

    use super::*;

    fn exhibit(format: &str, bytes: u64, outcome: Outcome) -> Exhibit {
        Exhibit {
            path: ExhibitPath("a".to_owned()),
            digest: None,
            bytes,
            format: format.to_owned(),
            outcome,
            n_segments: 0,
            members: Members::default(),
            copy_of: None,
            near_copy_of: None,
            thread: None,
            part_of: None,
        }
    }

    fn found<'a>(exhibits: &'a [(&'a Exhibit, u64)]) -> Found<'a> {
        Found {
            n_individuals: 10,
            asked: &[],
            merges: &[],
            n_named_only: 0,
            n_unattributed: 0,
            exhibits,
        }
    }

    #[test]
    fn a_list_without_doubt_is_one_number() {
        let bounds = bounds(&found(&[]));
        assert_eq!((bounds.at_least, bounds.at_most), (10, 10));
        assert_eq!(bounds.unread_at_most, Some(0));
    }

    #[test]
    fn open_questions_may_make_fewer_and_doubtful_merges_more() {
        let bounds = bounds(&Found {
            // Three of whom each may be each other are one at the least.
            asked: &[(1, 2), (2, 3), (3, 1), (7, 8)],
            merges: &[0.9999, 0.96],
            n_named_only: 5,
            n_unattributed: 2,
            ..found(&[])
        });
        assert_eq!((bounds.at_least, bounds.at_most), (7, 13));
    }

    #[test]
    fn a_container_is_unread_as_far_as_its_members_are_missing() {
        let letter = exhibit("pdf", 100, Outcome::Read);
        let mut container = exhibit("zip", 1000, Outcome::ReadWithGaps);
        container.members.read = 9;
        container.members.failed = 1;
        let with = |container: &Exhibit| {
            let exhibits = [(&letter, 1), (container, 0)];
            bounds(&found(&exhibits)).unread_at_most
        };
        assert_eq!(with(&container), Some(0));
        container.members.expected = Some(20);
        assert_eq!(with(&container), Some(5));
    }

    #[test]
    fn an_unread_file_holds_no_more_than_the_fullest_of_its_kind_would_at_its_size() {
        let table = exhibit("csv", 1000, Outcome::Read);
        let letter = exhibit("pdf", 500, Outcome::Read);
        let locked = exhibit("pdf", 2000, Outcome::NotRead);
        let short = exhibit("csv", 100, Outcome::ReadWithGaps);
        let strange = exhibit("xyz", 2000, Outcome::NotRead);
        let read = [(&table, 20), (&letter, 1)];
        let with = |unread: (&Exhibit, u64)| {
            let exhibits = [read[0], read[1], (unread.0, unread.1)];
            bounds(&found(&exhibits)).unread_at_most
        };
        assert_eq!(with((&locked, 0)), Some(4));
        assert_eq!(with((&short, 5)), Some(15));
        assert_eq!(with((&strange, 0)), Some(40));
        let nothing = [(&locked, 0)];
        assert_eq!(bounds(&found(&nothing)).unread_at_most, None);
    }

    proptest! {
        #[test]
        fn the_list_lies_between_its_bounds(
            asked in prop::collection::vec((0_u32..10, 0_u32..10), 0..30),
            merges in prop::collection::vec(0.0_f32..=1.0, 0..30),
            n_named_only in 0_u64..9,
            n_unattributed in 0_u64..9,
        ) {
            let bounds = bounds(&Found { asked: &asked, merges: &merges, n_named_only, n_unattributed, ..found(&[]) });
            prop_assert!((1..=10).contains(&bounds.at_least));
            prop_assert!(bounds.at_most >= 10);
        }
    }
}
