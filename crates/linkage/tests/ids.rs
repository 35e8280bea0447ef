//! Ids: the same people have the same ids in any order and from any files, and more evidence moves none but by a merge or a split that is told.

mod made;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use made::{Chance, population};
use whose_linkage::{Linked, Linker, Model, Named, Sequential, ids};
use whose_model::{PersonId, PersonRecord, RecordId};

fn link(records: &[PersonRecord]) -> Vec<Vec<RecordId>> {
    let mut linker = Linker::new(Model::default());
    for record in records {
        linker.push(record);
    }
    let Linked { clusters, .. } = linker.finish(&Sequential);
    clusters
        .iter()
        .map(|cluster| {
            cluster
                .members
                .iter()
                .map(|member| records[member.index as usize].id)
                .collect()
        })
        .collect()
}

/// Each id with its records, in order.
fn list(people: &[Vec<RecordId>], named: &[Named]) -> BTreeMap<PersonId, BTreeSet<RecordId>> {
    let list: BTreeMap<_, BTreeSet<RecordId>> = people
        .iter()
        .zip(named)
        .map(|(records, named)| (named.id.clone(), records.iter().copied().collect()))
        .collect();
    assert_eq!(list.len(), people.len(), "two people have one id");
    list
}

fn of_records(people: &[Vec<RecordId>], named: &[Named]) -> HashMap<RecordId, PersonId> {
    people
        .iter()
        .zip(named)
        .flat_map(|(records, named)| records.iter().map(|record| (*record, named.id.clone())))
        .collect()
}

#[test]
fn a_hundred_orders_and_partitions_give_the_same_people_and_the_same_ids() {
    let records = population(1, 260);
    let people = link(&records);
    let expected = list(&people, &ids(&people, &HashMap::new()));
    assert!(expected.len() < records.len(), "nobody was linked");
    for turn in 0..100 {
        let mut chance = Chance(turn);
        // Cut into files, the files in any order, and now and then each file in any order as well.
        let mut files: Vec<Vec<PersonRecord>> = vec![Vec::new(); 1 + chance.below(7)];
        for record in &records {
            let at = chance.below(files.len());
            files[at].push(record.clone());
        }
        chance.shuffle(&mut files);
        if turn % 2 == 0 {
            files.iter_mut().for_each(|file| chance.shuffle(file));
        }
        let turned: Vec<PersonRecord> = files.into_iter().flatten().collect();
        let people = link(&turned);
        assert_eq!(
            list(&people, &ids(&people, &HashMap::new())),
            expected,
            "turn {turn}"
        );
    }
}

#[test]
fn a_tenth_more_evidence_changes_no_id_but_by_a_merge_or_split_that_is_told() {
    for seed in 0..12 {
        let records = population(seed, 300);
        let known = &records[..records.len() * 10 / 11];
        let people = link(known);
        let before = of_records(&people, &ids(&people, &HashMap::new()));

        let people = link(&records);
        let named = ids(&people, &before);
        let after = of_records(&people, &named);
        let by_id: BTreeMap<&PersonId, &Named> =
            named.iter().map(|named| (&named.id, named)).collect();
        let known: BTreeMap<&RecordId, &PersonId> = before.iter().collect();
        for (record, old) in known {
            let new = &after[record];
            let named = by_id[new];
            assert!(
                new == old || named.replaces.contains(old) || named.split_from.contains(old),
                "an id changed without a word"
            );
        }
        // An id that is still in use was not also merged away, and is nobody else's.
        for named in &named {
            for old in &named.replaces {
                assert!(!by_id.contains_key(old));
            }
        }
        // Once more with the same evidence moves nothing.
        let again = ids(&people, &after);
        assert!(
            again
                .iter()
                .zip(&named)
                .all(|(again, named)| again.id == named.id
                    && again.replaces.is_empty()
                    && again.split_from.is_empty())
        );
    }
}

#[test]
fn a_split_leaves_the_id_with_most_records_and_says_where_the_rest_came_from() {
    let record = |subject| RecordId {
        exhibit: [1; 16],
        subject,
    };
    let whole = vec![vec![record(1), record(2), record(3)]];
    let old = ids(&whole, &HashMap::new());
    let before = of_records(&whole, &old);
    let parts = vec![vec![record(1)], vec![record(2), record(3)]];
    let named = ids(&parts, &before);
    assert_eq!(named[1].id, old[0].id);
    assert_ne!(named[0].id, old[0].id);
    assert_eq!(named[0].split_from, [old[0].id.clone()]);
    // And together again: the id of the one with most records stays and names the other.
    let again = ids(&whole, &of_records(&parts, &named));
    assert_eq!(again[0].id, old[0].id);
    assert_eq!(again[0].replaces, [named[0].id.clone()]);
}
