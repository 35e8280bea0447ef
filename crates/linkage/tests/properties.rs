//! What holds for every pile: order changes nothing, no constraint is broken within a person, nothing panics.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "made/mod.rs"]
mod made;

use std::convert::Infallible;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use whose_linkage::{
    Cluster, Compared, Component, Found, Group, Hands, Limit, Linked, Linker, Model, Records,
    Sequential, Weighed, Wire, WireError, serve,
};
use whose_model::{
    IssuedNumber, PartialDate, PersonName, PersonRecord, Phi, PostalAddress, RecordId, Role,
    Scheme, Sex, Standard,
};

fn link(records: &[PersonRecord]) -> Linked {
    let mut linker = Linker::new(Model::default());
    for record in records {
        linker.push(record);
    }
    linker.finish(&Sequential)
}

/// Hands on another machine: all they get and give was bytes, and their parts are of any size and worked from the last to the first.
struct Elsewhere {
    per_part: usize,
    records: Option<Records>,
    found: Vec<Found>,
}

fn sent<T: Serialize + DeserializeOwned>(thing: &T) -> T {
    postcard::from_bytes(&postcard::to_allocvec(thing).unwrap()).unwrap()
}

impl Elsewhere {
    fn work<I, T: Serialize + DeserializeOwned>(
        &self,
        items: &[I],
        work: impl Fn(&Records, &[I]) -> T,
    ) -> Vec<T> {
        let records = self.records.as_ref().unwrap();
        let parts = items.chunks(self.per_part);
        let mut results: Vec<T> = parts.rev().map(|part| sent(&work(records, part))).collect();
        results.reverse();
        results
    }
}

impl Hands for Elsewhere {
    type Error = Infallible;
    const BATCH: usize = 7;

    fn keys(&mut self, records: &Records, model: &Model) -> Result<(), Infallible> {
        let records = self.records.insert(sent(records));
        let rules = 0..Records::N_RULES;
        self.found = rules
            .map(|rule| sent(&records.keys(&sent(model), rule)))
            .collect();
        Ok(())
    }

    fn levels(
        &mut self,
        records: &Records,
        model: &Model,
        step: usize,
    ) -> Result<Vec<Compared>, Infallible> {
        let near = records
            .keyed(self.found.iter().cloned())
            .near_every(step as u32);
        let nodes: Vec<u32> = (0..records.n()).step_by(step).collect();
        let levels = self.work(&nodes, |records, part| records.levels(model, &near, part));
        Ok(levels.concat())
    }

    fn weights(
        &mut self,
        records: &Records,
        model: &Model,
        see: &mut dyn FnMut(Weighed) -> Result<(), Infallible>,
    ) -> Result<(), Infallible> {
        let keyed = records.keyed(self.found.iter().cloned());
        for stretch in keyed.stretches() {
            let near = keyed.near(stretch.clone());
            let nodes: Vec<u32> = stretch.collect();
            let weighed = self.work(&nodes, |records, part| records.weights(model, &near, part));
            weighed.into_iter().try_for_each(&mut *see)?;
        }
        Ok(())
    }

    fn guard(
        &mut self,
        _: &Records,
        model: &Model,
        components: &[Component],
        unseen: f32,
    ) -> Result<Vec<Group>, Infallible> {
        let groups = self.work(components, |records, part| {
            records.guard(&sent(model), &sent(&part.to_vec()), unseen)
        });
        Ok(groups.into_iter().flatten().collect())
    }
}

#[test]
fn hands_behind_a_pipe_that_fail_or_go_are_an_error_in_words() {
    for is_there in [true, false] {
        let (mut heard, ask) = std::io::pipe().unwrap();
        let (answers, mut answer) = std::io::pipe().unwrap();
        let other_end = std::thread::spawn(move || {
            if is_there {
                let nobody: Result<Wire<&[u8], Vec<u8>>, _> =
                    Err(WireError::Refused("nobody is there".to_owned()));
                serve(nobody, &mut heard, &mut answer).ok();
            }
        });
        if !is_there {
            other_end.join().unwrap();
        }
        let linker = Linker::new(Model::default());
        let error = linker.finish_whole(&mut Wire::new(answers, ask), &Sequential);
        let said = error.unwrap_err().to_string();
        let expected = if is_there {
            "nobody is there"
        } else {
            "stopped"
        };
        assert!(said.contains(expected), "{said}");
    }
}

/// The people as sets of subjects, in order.
fn people(records: &[PersonRecord], linked: &Linked) -> Vec<Vec<u64>> {
    let mut people: Vec<Vec<u64>> = linked
        .clusters
        .iter()
        .map(|cluster| {
            let mut subjects: Vec<u64> = cluster
                .members
                .iter()
                .map(|member| records[member.index as usize].id.subject)
                .collect();
            subjects.sort_unstable();
            subjects
        })
        .collect();
    people.sort();
    people
}

/// From few values, so that they meet.
fn any_record() -> impl Strategy<Value = PersonRecord> {
    let given = prop::sample::select(vec![
        "Marie",
        "Marie-Ève",
        "M",
        "Jean",
        "Bob",
        "Robert",
        "Emma",
        "Ella",
        "",
        "Baby Boy",
    ]);
    let family = prop::sample::select(vec![
        "Tremblay",
        "Tremblay-Roy",
        "Roy",
        "St-Pierre",
        "Saint Pierre",
        "Trembley",
        "",
        "李",
    ]);
    let suffix = prop::sample::select(vec!["", "", "", "Jr", "Sr"]);
    let birth = prop::option::of(prop::sample::select(vec![
        (1985, 2, 10),
        (1985, 10, 2),
        (1955, 2, 10),
        (1985, 0, 0),
        (1900, 1, 1),
        (2001, 7, 30),
        (-3, 77, 99),
    ]));
    let number = prop::option::of((
        prop::sample::select(vec!["ca-on", "ca-qc", "mrn", "ca-sin"]),
        prop::sample::select(vec![
            "9876543217",
            "9876543271",
            "1122334459",
            "0000000000",
            "12",
            "",
        ]),
        any::<bool>(),
    ));
    let place = prop::option::of(prop::sample::select(vec![
        ("120 rue Main, app. 4", "Montréal", "H2X 1Y4"),
        ("4-120 Main St", "Montreal", "H2X1Y4"),
        ("RR 2", "Oka", ""),
    ]));
    let phone = prop::option::of(prop::sample::select(vec![
        "4165550100",
        "14165550100",
        "5145550123",
        "7",
    ]));
    let role = prop::sample::select(vec![
        Role::Patient,
        Role::Unknown,
        Role::Relative,
        Role::Clinician,
        Role::Organisation,
    ]);
    let sex = prop::option::of(prop::sample::select(vec![
        Sex::Female,
        Sex::Male,
        Sex::Other,
    ]));
    (
        given,
        family,
        suffix,
        birth,
        number,
        place,
        phone,
        role,
        sex,
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |(given, family, suffix, birth, number, place, phone, role, sex, is_roster)| {
                let standard = if is_roster {
                    Standard::Roster
                } else {
                    Standard::Evidence
                };
                let mut record = PersonRecord::new(
                    RecordId {
                        exhibit: [7; 16],
                        subject: 0,
                    },
                    standard,
                );
                record.role = role;
                record.sex = sex.map(Phi::new);
                if !given.is_empty() || !family.is_empty() {
                    record.names.push(Phi::new(PersonName {
                        given: given.into(),
                        middle: String::new(),
                        family: family.into(),
                        suffix: suffix.into(),
                    }));
                }
                record.birth_dates.extend(
                    birth.map(|(year, month, day)| Phi::new(PartialDate { year, month, day })),
                );
                if let Some((scheme, number, holds)) = number {
                    let issued = IssuedNumber {
                        scheme: Scheme::new(scheme),
                        number: Phi::new(number.into()),
                        holds,
                    };
                    if scheme.len() == 5 {
                        record.health_numbers.push(issued)
                    } else {
                        record.numbers.push(issued)
                    }
                }
                if let Some((street, city, postal_code)) = place {
                    record.addresses.push(Phi::new(PostalAddress {
                        street: street.into(),
                        city: city.into(),
                        postal_code: postal_code.into(),
                        ..PostalAddress::default()
                    }));
                }
                record
                    .phones
                    .extend(phone.map(|phone| Phi::new(phone.to_owned())));
                record
            },
        )
}

fn numbered(mut records: Vec<PersonRecord>) -> Vec<PersonRecord> {
    for (subject, record) in (0..).zip(&mut records) {
        record.id.subject = subject;
    }
    records
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_order_of_records_changes_no_person(
        records in prop::collection::vec(any_record(), 0..40).prop_map(numbered),
        turn in 0_usize..40,
    ) {
        let mut turned = records.clone();
        turned.reverse();
        turned.rotate_left(turn % records.len().max(1));
        prop_assert_eq!(people(&records, &link(&records)), people(&turned, &link(&turned)));
    }

    #[test]
    fn hands_elsewhere_find_the_same_people_for_the_same_reasons(
        records in prop::collection::vec(any_record(), 0..40).prop_map(numbered),
        per_part in 1_usize..9,
    ) {
        let mut linker = Linker::new(Model::default());
        for record in &records {
            linker.push(record);
        }
        let mut hands = Elsewhere { per_part, records: None, found: Vec::new() };
        let Ok(elsewhere) = linker.finish_whole(&mut hands, &Sequential);
        prop_assert_eq!(elsewhere, link(&records));
    }

    #[test]
    fn hands_behind_a_pipe_find_the_same_people_for_the_same_reasons(
        records in prop::collection::vec(any_record(), 0..40).prop_map(numbered),
        per_part in 1_usize..9,
    ) {
        let mut linker = Linker::new(Model::default());
        for record in &records {
            linker.push(record);
        }
        let (mut heard, ask) = std::io::pipe().unwrap();
        let (answers, mut answer) = std::io::pipe().unwrap();
        let other_end = std::thread::spawn(move || {
            let hands = Elsewhere { per_part, records: None, found: Vec::new() };
            serve(Ok(hands), &mut heard, &mut answer)
        });
        let linked = linker.finish_whole(&mut Wire::new(answers, ask), &Sequential);
        prop_assert!(other_end.join().unwrap().is_ok());
        prop_assert_eq!(linked.unwrap(), link(&records));
    }

    #[test]
    fn every_record_is_in_one_person_or_unlinkable_and_no_constraint_is_broken(
        records in prop::collection::vec(any_record(), 0..60).prop_map(numbered),
    ) {
        let linked = link(&records);
        let mut seen: Vec<u32> = linked.unlinkable.clone();
        for cluster in &linked.clusters {
            seen.extend(cluster.members.iter().map(|member| member.index));
            prop_assert_eq!(cluster.merges.len() + 1, cluster.members.len());
            holds_together(&records, cluster)?;
        }
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..records.len() as u32).collect::<Vec<_>>());
    }
}

/// With so little memory that each step goes through runs on disk, the same people with the same merges come out.
#[test]
fn a_limit_of_memory_changes_nothing() {
    let mut records = made::population(5, 4000);
    made::Chance(11).shuffle(&mut records);
    let whole = link(&records);
    let mut linker = Linker::new(Model::default());
    for record in &records {
        linker.push(record);
    }
    let folder = tempfile::tempdir().unwrap();
    let limit = Limit {
        bytes: 1 << 20,
        folder: folder.path().to_owned(),
    };
    let mut clusters = Vec::new();
    let within = linker
        .finish_within(&Sequential, Some(&limit), &mut |cluster| {
            clusters.push(cluster)
        })
        .unwrap();
    clusters.sort_by_key(|cluster| cluster.members[0].index);
    assert!(whole.clusters.len() > 1000 && whole.clusters.len() < 3000);
    assert_eq!(clusters, whole.clusters);
    assert_eq!(within.model, whole.model);
    assert_eq!(within.n_pairs, whole.n_pairs);
    assert_eq!(within.unlinkable, whole.unlinkable);
    // Nothing is left behind, and nothing can be found by name while it is at work.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_not_there_is_an_error_and_no_wrong_answer() {
    let mut linker = Linker::new(Model::default());
    for record in &made::population(5, 4000) {
        linker.push(record);
    }
    let folder = tempfile::tempdir().unwrap().path().join("gone");
    let limit = Limit { bytes: 1, folder };
    assert!(
        linker
            .finish_within(&Sequential, Some(&limit), &mut |_| ())
            .is_err()
    );
}

fn holds_together(records: &[PersonRecord], cluster: &Cluster) -> Result<(), TestCaseError> {
    let members: Vec<&PersonRecord> = cluster
        .members
        .iter()
        .map(|member| &records[member.index as usize])
        .collect();
    let n_roster = members
        .iter()
        .filter(|record| record.standard == Standard::Roster)
        .count();
    prop_assert!(n_roster <= 1, "two rows of the roster in one person");
    let n_organisations = members
        .iter()
        .filter(|record| record.role == Role::Organisation)
        .count();
    prop_assert!(n_organisations == 0 || n_organisations == members.len());
    // The two Ontario numbers that are far apart; the third is a slip of the first.
    let has = |number: &str| {
        members.iter().any(|record| {
            record.health_numbers.iter().any(|issued| {
                issued.holds && issued.scheme.id() == "ca-on" && issued.number.reveal() == number
            })
        })
    };
    prop_assert!(
        !(has("9876543217") && has("1122334459")),
        "two valid health numbers in one person"
    );
    // A name that is only a placeholder is no name, and its suffix nobody's.
    let suffix = |text: &str| {
        members.iter().any(|record| {
            record
                .names
                .iter()
                .any(|name| name.reveal().suffix == text && !name.reveal().family.is_empty())
        })
    };
    prop_assert!(
        !(suffix("Jr") && suffix("Sr")),
        "junior and senior in one person"
    );
    Ok(())
}
