//! The files of the truth that are written when the pile is done: the people, their duties, and how to read it all.

use std::{collections::BTreeMap, io::Write, path::Path};

use serde::{Deserialize, Serialize};
use whose_model::DataElement;

use crate::{
    SynthError, duties,
    ledger::{Ledger, create_file, io, row},
    person::Person,
    roster,
    world::{TODAY, World},
};

/// A line of `people.jsonl`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TruePerson {
    pub(crate) person: String,
    pub(crate) household: u64,
    pub(crate) given: String,
    pub(crate) middle: String,
    pub(crate) family: String,
    pub(crate) suffix: String,
    pub(crate) former_family: String,
    pub(crate) birth_date: String,
    pub(crate) death_date: String,
    pub(crate) sex: String,
    pub(crate) language: String,
    pub(crate) residence: String,
    pub(crate) address: String,
    pub(crate) health_scheme: String,
    pub(crate) health_number: String,
    pub(crate) roster_id: String,
    pub(crate) representative: String,
    pub(crate) minor: bool,
    /// `twin`, `namesake`, `newborn`, `moved`, `married`: what makes them hard.
    pub(crate) traits: Vec<String>,
    pub(crate) n_exhibits: u32,
    pub(crate) elements: Vec<DataElement>,
}

/// Writes `people.jsonl`, `obligations.csv`, `residence.csv` and `README.md`.
pub(crate) fn write(world: &World, ledger: &Ledger, root: &Path) -> Result<(), SynthError> {
    let mut people = create_file(root, "truth/people.jsonl")?;
    let mut obligations = create_file(root, "truth/obligations.csv")?;
    row(
        &mut obligations,
        "truth/obligations.csv",
        &["person", "residence", "must", "may"],
    )?;
    let mut residence: BTreeMap<String, u64> = BTreeMap::new();
    for index in 0..world.people {
        let person = world.person(index);
        let code = person.jurisdiction.code().to_owned();
        let (must, may) = duties::expected(&code);
        row(
            &mut obligations,
            "truth/obligations.csv",
            &[&Person::id(index), &code, must, may],
        )?;
        let line = describe(world, ledger, &person);
        serde_json::to_writer(&mut people, &line)
            .map_err(std::io::Error::from)
            .and_then(|()| people.write_all(b"\n"))
            .map_err(|e| io("truth/people.jsonl", e))?;
        *residence.entry(code).or_default() += 1;
    }
    people.flush().map_err(|e| io("truth", e))?;
    obligations.flush().map_err(|e| io("truth", e))?;
    let mut file = create_file(root, "truth/residence.csv")?;
    row(&mut file, "truth/residence.csv", &["residence", "people"])?;
    for (code, n) in &residence {
        row(&mut file, "truth/residence.csv", &[code, &n.to_string()])?;
    }
    file.flush().map_err(|e| io("truth", e))?;
    let mut readme = create_file(root, "truth/README.md")?;
    readme
        .write_all(include_str!("../data/truth_readme.md").as_bytes())
        .and_then(|()| readme.flush())
        .map_err(|e| io("truth", e))
}

fn describe(world: &World, ledger: &Ledger, person: &Person) -> TruePerson {
    let (elements, n_exhibits) = ledger.of(person.index);
    let number = person.health.as_ref();
    let traits = person.traits;
    TruePerson {
        person: Person::id(person.index),
        household: person.household,
        given: person.given.clone(),
        middle: person.middle.clone(),
        family: person.family.clone(),
        suffix: person.suffix.to_owned(),
        former_family: person.former_family.clone().unwrap_or_default(),
        birth_date: person.born.to_string(),
        death_date: person
            .died
            .map_or_else(String::new, |died| died.to_string()),
        sex: person.sex.letter().to_owned(),
        language: person.language.code().to_owned(),
        residence: person.jurisdiction.code().to_owned(),
        address: person.home.line(),
        health_scheme: number.map_or("", |n| n.scheme).to_owned(),
        health_number: number.map_or_else(String::new, |n| n.text.clone()),
        roster_id: roster::roster_id(person.index),
        representative: roster::representative(world, person).0,
        minor: person.is_minor(TODAY),
        traits: [
            (traits.twin, "twin"),
            (traits.namesake, "namesake"),
            (traits.newborn, "newborn"),
            (traits.moved, "moved"),
            (traits.married, "married"),
        ]
        .into_iter()
        .filter(|(has, _)| *has)
        .map(|(_, name)| name.to_owned())
        .collect(),
        n_exhibits,
        elements,
    }
}
