//! Who may be the one who asked that nothing goes to the home, though the list has them apart.
//!
//! Where the linkage could not join two records of one person, only one of the
//! two has the request. A letter to the other would go to the same home. So
//! whoever has the same name and no other birth date, or is in an open question
//! with somebody who asked, is asked first as well: it costs a telephone call.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use whose_model::{AffectedIndividual, PersonId, Phi, RecordId};

use crate::tables::{LinkedRecord, QuestionRow};

const NOTE: &str = "somebody who may be the same person asks that nothing goes to the home: ask first how to reach them";

/// Marks them; in one step, so that it does not go from namesake to namesake.
pub(crate) fn mark(
    people: &mut [AffectedIndividual],
    records: &[LinkedRecord],
    questions: &[QuestionRow],
) {
    let mut asked_by_name: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut asked: BTreeSet<&PersonId> = BTreeSet::new();
    for (at, person) in people.iter().enumerate() {
        if person.is_ask_first {
            asked.insert(&person.id);
            if let Some(name) = whose_linkage::namesake(person.name.reveal()) {
                asked_by_name.entry(name).or_default().push(at);
            }
        }
    }
    if asked.is_empty() {
        return;
    }
    let mut meant: BTreeSet<usize> = BTreeSet::new();
    for (at, person) in people.iter().enumerate() {
        let names = std::iter::once(&person.name).chain(&person.other_names);
        let may_be = names
            .filter_map(|name| whose_linkage::namesake(name.reveal()))
            .filter_map(|name| asked_by_name.get(&name))
            .flatten()
            .any(|&one| one != at && people.get(one).is_some_and(|one| may_be_one(one, person)));
        if may_be && !person.is_ask_first {
            meant.insert(at);
        }
    }
    let in_question: BTreeSet<PersonId> = in_question(&asked, records, questions);
    for (at, person) in people.iter_mut().enumerate() {
        if !person.is_ask_first && (meant.contains(&at) || in_question.contains(&person.id)) {
            person.is_ask_first = true;
            person.notes.push(NOTE.to_owned());
            person.notes.sort();
        }
    }
}

/// Whether nothing on the list says that these two of one name are two.
fn may_be_one(a: &AffectedIndividual, b: &AffectedIndividual) -> bool {
    let born = |person: &AffectedIndividual| {
        let date = person.birth_date.as_ref().map(Phi::reveal);
        date.and_then(|date| date.full())
    };
    let home = |person: &AffectedIndividual| {
        let address = person.address.as_ref().map(Phi::reveal);
        address.and_then(|address| whose_linkage::household(person.name.reveal(), address))
    };
    match (born(a), born(b)) {
        (Some(one), Some(other)) => one == other,
        // With a number each they would have been joined or told apart; two homes tell nobody apart, who moves has two.
        _ => {
            let holding = |person: &AffectedIndividual| {
                person.health_numbers.iter().any(|number| number.holds)
            };
            !(holding(a) && holding(b)) || home(a).is_some() && home(a) == home(b)
        }
    }
}

/// The people on the other side of the open questions of those who asked.
fn in_question(
    asked: &BTreeSet<&PersonId>,
    records: &[LinkedRecord],
    questions: &[QuestionRow],
) -> BTreeSet<PersonId> {
    let sides: BTreeSet<RecordId> = questions.iter().flat_map(|row| [row.a, row.b]).collect();
    let person_of: HashMap<RecordId, &PersonId> = records
        .iter()
        .filter(|row| sides.contains(&row.record))
        .map(|row| (row.record, &row.person_id))
        .collect();
    let mut found = BTreeSet::new();
    for row in questions {
        let both = [row.a, row.b].map(|record| person_of.get(&record).copied());
        if both.iter().flatten().any(|id| asked.contains(id)) {
            found.extend(both.into_iter().flatten().cloned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use whose_model::{PartialDate, PersonName, PersonRecord, Role, Standard};

    use super::*;

    fn person(n: u64, given: &str, born: &str, asks: bool) -> AffectedIndividual {
        let id = RecordId {
            exhibit: [1; 16],
            subject: n,
        };
        let mut record = PersonRecord::new(id, Standard::Evidence);
        record.role = Role::Patient;
        record.is_ask_first = asks;
        record.names.push(Phi::new(PersonName {
            given: given.into(),
            family: "Tremblay".into(),
            ..PersonName::default()
        }));
        record
            .birth_dates
            .extend(PartialDate::parse_iso(born).map(Phi::new));
        let today = "2026-11-22".parse().unwrap();
        crate::people::assemble(PersonId(format!("P-{n}")), &[&record], None, &[], today)
    }

    #[test]
    fn a_namesake_without_another_birth_date_is_asked_first_and_no_further() {
        let mut people = vec![
            person(1, "Marie-Ève", "1985-02-10", true),
            person(2, "MARIE EVE", "", false),
            person(3, "Marie-Ève", "1990-07-01", false),
            person(4, "Luc", "", false),
            person(5, "Marie-Ève", "1985-02-10", false),
        ];
        mark(&mut people, &[], &[]);
        let asked: Vec<bool> = people.iter().map(|one| one.is_ask_first).collect();
        assert_eq!(asked, [true, true, false, false, true]);
    }

    #[test]
    fn who_is_in_an_open_question_with_somebody_who_asked_is_asked_first() {
        let mut people = vec![
            person(1, "Marie-Ève", "1985-02-10", true),
            person(2, "Eva", "1985-02-10", false),
            person(3, "Eva", "1985-02-10", false),
        ];
        let record = |n: u64| RecordId {
            exhibit: [1; 16],
            subject: n,
        };
        let rows: Vec<LinkedRecord> = [1, 2, 3]
            .map(|n| LinkedRecord {
                person_id: PersonId(format!("P-{n}")),
                record: record(n),
                is_affected: true,
            })
            .to_vec();
        let question = QuestionRow {
            person_id: PersonId("P-1".to_owned()),
            a: record(1),
            b: record(2),
            asked: String::new(),
            probability: 0.6,
            weight_bits: 1.0,
            rival: None,
            prior_bits: 0.0,
            reasons: Vec::new(),
        };
        mark(&mut people, &rows, &[question]);
        let asked: Vec<bool> = people.iter().map(|one| one.is_ask_first).collect();
        assert_eq!(asked, [true, true, false]);
    }
}
