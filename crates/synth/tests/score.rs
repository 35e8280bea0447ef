//! The scorer against cases whose score is known: one that says the truth, and ones with known faults.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;
use whose_model::{
    AffectedIndividual, Cause, DataElement, Exhibit, ExhibitPath, Gap, Locator, Members,
    Obligation, Outcome, PersonId, Phi, Role,
};
use whose_synth::{
    Plan,
    score::{CaseError, CaseView, HeldMention, Scorecard, score},
    write,
};

/// A case made from the truth.
struct Oracle {
    mentions: Vec<HeldMention>,
    exhibits: Vec<Exhibit>,
    gaps: Vec<Gap>,
}

impl Oracle {
    fn read(truth: &Path) -> Self {
        let mut mentions = Vec::new();
        for line in std::fs::read_to_string(truth.join("mentions.jsonl"))
            .unwrap()
            .lines()
        {
            let note: Value = serde_json::from_str(line).unwrap();
            if note["role"] != "patient" {
                continue;
            }
            for item in note["items"].as_array().unwrap() {
                let at = &item["at"];
                let place = match at["kind"].as_str() {
                    Some("cell") => Locator::Cell {
                        sheet: at["sheet"].as_str().unwrap().to_owned(),
                        row: at["row"].as_u64().unwrap(),
                        column: at["column"].as_str().unwrap().to_owned(),
                    },
                    _ => Locator::Field {
                        path: String::new(),
                    },
                };
                mentions.push(HeldMention {
                    person: PersonId(note["person"].as_str().unwrap().to_owned()),
                    exhibit: ExhibitPath(note["exhibit"].as_str().unwrap().to_owned()),
                    element: DataElement::from_id(item["e"].as_str().unwrap()).unwrap(),
                    place,
                    value: Phi::new(item["v"].as_str().unwrap().to_owned()),
                    role: Role::Patient,
                });
            }
        }
        let (mut exhibits, mut gaps) = (Vec::new(), Vec::new());
        for line in std::fs::read_to_string(truth.join("exhibits.csv"))
            .unwrap()
            .lines()
            .skip(1)
        {
            let mut cells = line.rsplitn(3, ',');
            let readable = cells.next() == Some("yes");
            let path = ExhibitPath(cells.nth(1).unwrap().trim_matches('"').to_owned());
            if !readable {
                gaps.push(Gap {
                    exhibit: path.clone(),
                    place: None,
                    cause: Cause::Corrupt,
                    detail: "".into(),
                    bytes: None,
                });
            }
            exhibits.push(Exhibit {
                path,
                digest: None,
                bytes: 0,
                format: String::new(),
                outcome: if readable {
                    Outcome::Read
                } else {
                    Outcome::NotRead
                },
                n_segments: 0,
                members: Members::default(),
                copy_of: None,
                near_copy_of: None,
                thread: None,
                part_of: None,
            });
        }
        Self {
            mentions,
            exhibits,
            gaps,
        }
    }
}

impl CaseView for Oracle {
    fn people(&mut self, each: &mut dyn FnMut(&AffectedIndividual)) -> Result<(), CaseError> {
        let ids: BTreeMap<&PersonId, ()> = self.mentions.iter().map(|m| (&m.person, ())).collect();
        for id in ids.keys() {
            each(&AffectedIndividual::unknown((*id).clone()));
        }
        Ok(())
    }
    fn mentions(&mut self, each: &mut dyn FnMut(&HeldMention)) -> Result<(), CaseError> {
        self.mentions.iter().for_each(each);
        Ok(())
    }
    fn exhibits(&mut self, each: &mut dyn FnMut(&Exhibit)) -> Result<(), CaseError> {
        self.exhibits.iter().for_each(each);
        Ok(())
    }
    fn gaps(&mut self, each: &mut dyn FnMut(&Gap)) -> Result<(), CaseError> {
        self.gaps.iter().for_each(each);
        Ok(())
    }
    fn obligations(&mut self, _: &mut dyn FnMut(&Obligation)) -> Result<(), CaseError> {
        Ok(())
    }
}

fn scored(people: u64, change: impl FnOnce(&mut Oracle)) -> Scorecard {
    let folder = tempfile::tempdir().unwrap();
    write(&Plan { people, seed: 4 }, folder.path(), &mut |_, _| ()).unwrap();
    let truth = folder.path().join("truth");
    let mut oracle = Oracle::read(&truth);
    change(&mut oracle);
    score(&truth, &mut oracle).unwrap()
}

#[test]
fn a_case_that_says_the_truth_has_the_full_score() {
    let card = scored(1_500, |_| ());
    assert_eq!(card.people.tally.missed, 0, "{}", card.table());
    assert_eq!(
        (
            card.people.tally.wrong,
            card.people.over_merged,
            card.people.split
        ),
        (0, 0, 0),
        "{}",
        card.table()
    );
    assert_eq!(
        (card.all.person.missed, card.all.person.wrong),
        (0, 0),
        "{}",
        card.table()
    );
    assert_eq!(
        (card.all.exhibit.missed, card.all.exhibit.wrong),
        (0, 0),
        "{}",
        card.table()
    );
    assert_eq!(card.subject.wrong, 0);
    assert_eq!(
        (
            card.gaps.found,
            card.gaps.unexplained,
            card.gaps.without_outcome
        ),
        (13, 0, 0)
    );
}

#[test]
fn faults_are_counted_each_where_it_belongs() {
    let id = |n: u64| PersonId(format!("T{n:08}"));
    let card = scored(400, |oracle| {
        // 20 and 300 become one, 40 is not found, 60 becomes two, 80 loses a birth date.
        oracle.mentions.retain(|m| m.person != id(40));
        oracle
            .mentions
            .retain(|m| m.person != id(80) || m.element != DataElement::BirthDate);
        let mut exhibits = Vec::new();
        for mention in &mut oracle.mentions {
            if mention.person == id(300) {
                mention.person = id(20);
            }
            if mention.person == id(60) {
                if !exhibits.contains(&mention.exhibit) {
                    exhibits.push(mention.exhibit.clone());
                }
                if exhibits.len() > 1 && *exhibits.last().unwrap() == mention.exhibit {
                    mention.person = PersonId("half".to_owned());
                }
            }
        }
        assert!(exhibits.len() > 1);
        oracle.exhibits.pop();
        oracle.gaps.push(Gap {
            exhibit: ExhibitPath("HR/Staff directory - répertoire du personnel.csv".to_owned()),
            place: None,
            cause: Cause::Crash,
            detail: "".into(),
            bytes: None,
        });
    });
    let people = card.people;
    assert_eq!(
        (people.over_merged, people.tally.missed, people.split),
        (1, 1, 1),
        "{}",
        card.table()
    );
    assert_eq!(people.listed, 399);
    let born = card
        .elements
        .iter()
        .find(|s| s.element == "birth-date")
        .unwrap();
    assert!(born.person.missed >= 2);
    assert_eq!((card.gaps.unexplained, card.gaps.without_outcome), (1, 1));
}
