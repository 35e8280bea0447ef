//! A list of people, its merges and questions and what was not read in, between how many and how many people it is out.
//!
//! *At least*: as many of the open questions whether two are one answered with
//! yes as could be. *At most*: as many merges undone as could be wrong, and
//! whatever is tied to nobody somebody's who is only named in the same file.
//! How many could be is told by how likely each is, a merge taken to be wrong
//! [`TIMES_WORSE`] times as often as that, with room for chance. What was not read is
//! bounded apart and twice: by what would be missing from the list without the
//! worst file of its kind, and by the fullest file with everybody in it new.
//!
//! A pure function of what a run found; `docs/concepts/counting.md` tells users
//! the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use whose_model::{Exhibit, ExhibitPath, Outcome, PersonId, RecordId};

use crate::collect::Collected;
use crate::run::People;

/// Merges may be wrong so many times as often as their own probabilities say.
const TIMES_WORSE: f64 = 4.0;
/// More than what could be by chance happens less often than once in so many runs.
const ONCE_IN: f64 = 1000.0;

/// Between how many and how many people are affected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// As far as the pile was read, no fewer than these.
    pub at_least: u64,
    /// As far as the pile was read, no more than these.
    pub at_most: u64,
    /// Exhibits that were not read to the end.
    pub n_unread: u64,
    /// No more than these in what was not read, were everybody in it new; `None` when nothing was read to compare it with.
    pub unread_at_most: Option<u64>,
    /// No more than these, if people stand in what was not read as they do in what was.
    pub unread_alike: Option<u64>,
}

/// The bounds of a run.
pub(crate) fn of_run(collected: &Collected, linked: &People) -> Bounds {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut person_of: HashMap<RecordId, u32> = HashMap::new();
    let mut in_exhibit: HashMap<[u8; 16], BTreeSet<u32>> = HashMap::new();
    let mut n_exhibits: HashMap<u32, u32> = HashMap::new();
    for row in linked.records.iter().filter(|row| row.is_affected) {
        let next = numbers.len() as u32;
        let number = *numbers.entry(&row.person_id.0).or_insert(next);
        person_of.insert(row.record, number);
        if collected.distinct.contains_key(&row.record.exhibit)
            && in_exhibit
                .entry(row.record.exhibit)
                .or_default()
                .insert(number)
        {
            *n_exhibits.entry(number).or_default() += 1;
        }
    }
    let asked: Vec<(u32, u32, f32)> = linked
        .questions
        .iter()
        .filter_map(|row| {
            let (a, b) = (person_of.get(&row.a)?, person_of.get(&row.b)?);
            Some((*a, *b, row.probability))
        })
        .collect();
    let merges: Vec<f32> = linked.merges.iter().map(|row| row.probability).collect();
    let by_path: HashMap<&ExhibitPath, [u8; 16]> = collected
        .distinct
        .iter()
        .map(|(digest, distinct)| (&distinct.first_path, *digest))
        .collect();
    let exhibits: Vec<Counted<'_>> = collected
        .exhibits
        .iter()
        .map(|exhibit| {
            let people = by_path
                .get(&exhibit.path)
                .and_then(|digest| in_exhibit.get(digest));
            let few = |person: &&u32| n_exhibits.get(*person).is_none_or(|n| *n <= FEW_EXHIBITS);
            Counted {
                exhibit,
                n_people: people.map_or(0, |people| people.len() as u64),
                n_hardly_elsewhere: people
                    .map_or(0, |people| people.iter().filter(few).count() as u64),
            }
        })
        .collect();
    bounds(&Found {
        n_individuals: linked.people.len() as u64,
        asked: &asked,
        merges: &merges,
        n_nearly_named: nearly_named(collected, linked),
        exhibits: &exhibits,
    })
}

/// Whoever stands in so few files may stand in none other than those that were not read.
const FEW_EXHIBITS: u32 = 2;

/// Of those who are only named, how many there are in files with something tied to nobody that would put them on the list.
fn nearly_named(collected: &Collected, linked: &People) -> u64 {
    let mut named: BTreeMap<[u8; 16], BTreeSet<&PersonId>> = BTreeMap::new();
    for row in linked.records.iter().filter(|row| !row.is_affected) {
        if collected.loose.contains_key(&row.record.exhibit)
            && linked.named.others.contains(&row.person_id)
        {
            named
                .entry(row.record.exhibit)
                .or_default()
                .insert(&row.person_id);
        }
    }
    let distinct: BTreeSet<&PersonId> = named.values().flatten().copied().collect();
    let n_mentions: u64 = named
        .iter()
        .map(|(exhibit, people)| {
            let n = collected.loose.get(exhibit).copied().unwrap_or(0);
            n.min(people.len() as u64)
        })
        .sum();
    n_mentions.min(distinct.len() as u64)
}

/// What the bounds are made from.
pub(crate) struct Found<'a> {
    /// How many are on the list.
    pub(crate) n_individuals: u64,
    /// Pairs of people on the list, by number, of whom it is asked whether they are one, and how likely that is.
    pub(crate) asked: &'a [(u32, u32, f32)],
    /// How likely each merge of people on the list is.
    pub(crate) merges: &'a [f32],
    /// People who are only named, but in a file with something that may be theirs.
    pub(crate) n_nearly_named: u64,
    /// The exhibits.
    pub(crate) exhibits: &'a [Counted<'a>],
}

/// An exhibit, and who stands in it.
pub(crate) struct Counted<'a> {
    pub(crate) exhibit: &'a Exhibit,
    /// How many people of the list.
    pub(crate) n_people: u64,
    /// How many of them stand in hardly any other file.
    pub(crate) n_hardly_elsewhere: u64,
}

/// Between how many and how many people are affected.
pub(crate) fn bounds(found: &Found<'_>) -> Bounds {
    let wrong: Vec<f64> = found.merges.iter().map(|p| 1.0 - f64::from(*p)).collect();
    let n_unread = found
        .exhibits
        .iter()
        .filter(|counted| is_unread(counted.exhibit))
        .count() as u64;
    let unread = |n: fn(&Counted<'_>) -> u64| match n_unread {
        0 => Some(0),
        _ => unread(found.exhibits, n),
    };
    Bounds {
        at_least: found.n_individuals - at_most(&joined(found.asked), 1.0).min(found.n_individuals),
        at_most: found.n_individuals + at_most(&wrong, TIMES_WORSE) + found.n_nearly_named,
        n_unread,
        unread_at_most: unread(|counted| counted.n_people),
        unread_alike: unread(|counted| counted.n_hardly_elsewhere),
    }
}

/// No more than so many things so many times as likely as this are true, but once in [`ONCE_IN`] runs.
///
/// Bernstein's inequality for a sum of which each part is at most one.
fn at_most(likelihoods: &[f64], times: f64) -> u64 {
    let mean: f64 = likelihoods.iter().map(|p| (p * times).min(1.0)).sum();
    let room = ONCE_IN.ln();
    let most = mean + (2.0 * mean * room + room * room / 9.0).sqrt() + room / 3.0;
    let n_possible = likelihoods.iter().filter(|p| **p > 0.0).count() as u64;
    (most.floor() as u64).min(n_possible)
}

/// For each pair that makes one person fewer, how likely that is, the likeliest pairs first.
fn joined(pairs: &[(u32, u32, f32)]) -> Vec<f64> {
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
    let mut sorted: Vec<&(u32, u32, f32)> = pairs.iter().collect();
    sorted.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let mut likely = Vec::new();
    for (a, b, p) in sorted {
        let (a, b) = (top(&mut up, *a), top(&mut up, *b));
        if a != b {
            up.insert(a.max(b), a.min(b));
            likely.push(f64::from(*p));
        }
    }
    likely
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
fn unread(exhibits: &[Counted<'_>], n: fn(&Counted<'_>) -> u64) -> Option<u64> {
    let mut read: BTreeMap<&str, BTreeSet<(u64, u64)>> = BTreeMap::new();
    for counted in exhibits {
        let exhibit = counted.exhibit;
        if exhibit.outcome == Outcome::Read && counted.n_people > 0 && exhibit.bytes > 0 {
            for format in [exhibit.format.as_str(), ""] {
                read.entry(format)
                    .or_default()
                    .insert((n(counted), exhibit.bytes));
            }
        }
    }
    let all = read.get("")?;
    let mut sum = 0_u64;
    for counted in exhibits.iter().filter(|counted| is_unread(counted.exhibit)) {
        let exhibit = counted.exhibit;
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
        sum = sum.saturating_add(most.saturating_sub(n(counted)));
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

    fn found<'a>(exhibits: &'a [Counted<'a>]) -> Found<'a> {
        Found {
            n_individuals: 10,
            asked: &[],
            merges: &[],
            n_nearly_named: 0,
            exhibits,
        }
    }

    fn counted(exhibit: &Exhibit, n_people: u64, n_hardly_elsewhere: u64) -> Counted<'_> {
        Counted {
            exhibit,
            n_people,
            n_hardly_elsewhere,
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
            asked: &[(1, 2, 0.8), (2, 3, 0.5), (3, 1, 0.9), (7, 8, 0.5)],
            merges: &[1.0, 0.96],
            n_nearly_named: 2,
            ..found(&[])
        });
        assert_eq!((bounds.at_least, bounds.at_most), (7, 13));
    }

    #[test]
    fn a_thousand_merges_that_are_nearly_sure_are_not_all_undone() {
        let merges = vec![0.9989; 1000];
        let sure = bounds(&Found {
            n_individuals: 1000,
            merges: &merges,
            ..found(&[])
        });
        // One is expected to be wrong; four with worse linkage, and room for chance.
        assert!((1012..1020).contains(&sure.at_most), "{}", sure.at_most);
        let doubtful = vec![0.5; 30];
        let all = bounds(&Found {
            merges: &doubtful,
            ..found(&[])
        });
        assert_eq!(all.at_most, 40);
    }

    #[test]
    fn a_container_is_unread_as_far_as_its_members_are_missing() {
        let letter = exhibit("pdf", 100, Outcome::Read);
        let mut container = exhibit("zip", 1000, Outcome::ReadWithGaps);
        container.members.read = 9;
        container.members.failed = 1;
        let with = |container: &Exhibit| {
            let exhibits = [counted(&letter, 1, 1), counted(container, 0, 0)];
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
        let with = |unread: &Exhibit, n: u64| {
            let exhibits = [
                counted(&table, 20, 2),
                counted(&letter, 1, 0),
                counted(unread, n, 0),
            ];
            let bounds = bounds(&found(&exhibits));
            (bounds.unread_at_most, bounds.unread_alike)
        };
        assert_eq!(with(&locked, 0), (Some(4), Some(0)));
        assert_eq!(with(&short, 5), (Some(15), Some(2)));
        assert_eq!(with(&strange, 0), (Some(40), Some(4)));
        let nothing = [counted(&locked, 0, 0)];
        let bounds = bounds(&found(&nothing));
        assert_eq!((bounds.unread_at_most, bounds.unread_alike), (None, None));
    }

    proptest! {
        #[test]
        fn the_list_lies_between_its_bounds(
            asked in prop::collection::vec((0_u32..10, 0_u32..10, 0.0_f32..=1.0), 0..30),
            merges in prop::collection::vec(0.0_f32..=1.0, 0..30),
            n_nearly_named in 0_u64..9,
        ) {
            let bounds = bounds(&Found { asked: &asked, merges: &merges, n_nearly_named, ..found(&[]) });
            prop_assert!((1..=10).contains(&bounds.at_least));
            prop_assert!(bounds.at_most >= 10);
        }
    }
}
