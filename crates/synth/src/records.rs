//! A plan and a number of records become one table of people, as a linkage is measured on: `records.csv` and its truth.
//!
//! Each row is a person as one kind of source writes them: a registry, a
//! clinic's export, a laboratory, an insurer, a mailing list, a scanned letter,
//! a walk-in's slip. A source leaves out the same columns for everybody and
//! errs in its own way; a person who moved or married stands under the old
//! address or name in some of them. Names have a long tail, as in a country.
//! The truth holds each row's person, and what makes that person hard to link.

use std::{io::Write, path::Path};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_model::Sex;

use crate::{
    Plan, SynthError,
    chance::Chance,
    draws::draw_email,
    ledger::{create_file, io, row},
    numbers,
    person::{Kin, Person},
    slips,
    world::World,
};

/// People of a thousand records.
const PEOPLE_OF_A_THOUSAND: u64 = 443;

/// How faulty the table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Faults {
    /// As systems keep their data.
    #[default]
    Usual,
    /// Half as many slips.
    Few,
    /// Twice as many slips, and more columns left empty.
    Many,
}

impl Faults {
    /// The faults of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "usual" => Self::Usual,
            "few" => Self::Few,
            "many" => Self::Many,
            _ => return None,
        })
    }

    fn per_mille(self, usual: u64) -> u64 {
        match self {
            Self::Usual => usual,
            Self::Few => usual / 2,
            Self::Many => usual * 2,
        }
    }
}

/// What a source writes, in percent of its rows, and how it errs, in thousandths.
struct Source {
    weight: u64,
    middle: u64,
    suffix: u64,
    birth: u64,
    sex: u64,
    health: u64,
    phone: u64,
    email: u64,
    address: u64,
    /// The name in use at home instead of the one in the papers.
    nickname: u64,
    /// The address or family name of before.
    former: u64,
    /// One letter or digit typed wrongly, in each field.
    slip: u64,
    /// Letters taken for others by a machine that reads, in each field.
    misread: u64,
}

#[rustfmt::skip]
const SOURCES: &[Source] = &[
    // A registry of patients.
    Source { weight: 30, middle: 50, suffix: 60, birth: 99, sex: 99, health: 93, phone: 85, email: 35, address: 96, nickname: 1, former: 12, slip: 6, misread: 0 },
    // A clinic's export.
    Source { weight: 24, middle: 25, suffix: 40, birth: 98, sex: 92, health: 82, phone: 60, email: 15, address: 55, nickname: 4, former: 20, slip: 12, misread: 0 },
    // A laboratory.
    Source { weight: 16, middle: 30, suffix: 20, birth: 97, sex: 95, health: 86, phone: 10, email: 0, address: 8, nickname: 2, former: 25, slip: 8, misread: 0 },
    // An insurer.
    Source { weight: 11, middle: 40, suffix: 30, birth: 98, sex: 80, health: 5, phone: 55, email: 45, address: 97, nickname: 2, former: 20, slip: 8, misread: 0 },
    // A mailing list.
    Source { weight: 8, middle: 5, suffix: 5, birth: 8, sex: 10, health: 0, phone: 45, email: 92, address: 60, nickname: 20, former: 10, slip: 12, misread: 0 },
    // Scanned letters.
    Source { weight: 7, middle: 20, suffix: 30, birth: 92, sex: 40, health: 75, phone: 40, email: 5, address: 75, nickname: 3, former: 15, slip: 6, misread: 90 },
    // Slips of walk-ins.
    Source { weight: 4, middle: 5, suffix: 5, birth: 85, sex: 60, health: 45, phone: 65, email: 5, address: 35, nickname: 12, former: 8, slip: 30, misread: 0 },
];

const HEAD: &[&str] = &[
    "record_id",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "date_of_birth",
    "sex",
    "health_number",
    "phone",
    "email",
    "address",
    "city",
    "province",
    "postal_code",
];

/// What makes a person hard to link, as bits, with their names in the truth.
const KINDS: [&str; 9] = [
    "twin",
    "junior-senior",
    "same-name-and-town",
    "married-name",
    "newborn",
    "moved",
    "misread",
    "alone",
    "family",
];

/// Writes `records.csv`, `truth/records.csv` and `truth/kinds.csv` into a folder; gives the number of people.
///
/// The plan's people are not used: there are 443 for a thousand records.
pub fn write_records(
    plan: &Plan,
    n_records: u64,
    faults: Faults,
    out: &Path,
) -> Result<u64, SynthError> {
    let n_people = (n_records * PEOPLE_OF_A_THOUSAND / 1000).max(1);
    if n_records == 0 || n_people > 100_000_000 {
        return Err(SynthError::People);
    }
    let world = World {
        seed: plan.seed,
        people: n_people,
    };
    let mut kinds = kinds_of_people(&world);
    let owners = owners(plan.seed, n_people, n_records);
    const TABLE: &str = "records.csv";
    const TRUTH: &str = "truth/records.csv";
    const OF_PEOPLE: &str = "truth/kinds.csv";
    let mut table = create_file(out, TABLE)?;
    let mut truth = create_file(out, TRUTH)?;
    row(&mut table, TABLE, HEAD)?;
    row(&mut truth, TRUTH, &["record_id", "person"])?;
    for (number, owner) in (0_u64..).zip(&owners) {
        let id = format!("R{number:08}");
        let written = Written::new(&world, u64::from(*owner), number, faults);
        if let Some(kinds) = kinds.get_mut(*owner as usize) {
            *kinds |= written.kinds;
        }
        let mut cells: Vec<&str> = vec![&id];
        cells.extend(written.cells.iter().map(String::as_str));
        row(&mut table, TABLE, &cells)?;
        row(&mut truth, TRUTH, &[&id, &Person::id(u64::from(*owner))])?;
    }
    let mut of_people = create_file(out, OF_PEOPLE)?;
    row(&mut of_people, OF_PEOPLE, &["person", "kinds"])?;
    for (person, bits) in (0_u64..).zip(&kinds) {
        let names: Vec<&str> = (0..)
            .zip(KINDS)
            .filter(|(bit, _)| bits >> bit & 1 == 1)
            .map(|(_, name)| name)
            .collect();
        row(
            &mut of_people,
            OF_PEOPLE,
            &[&Person::id(person), &names.join(" ")],
        )?;
    }
    for (file, name) in [
        (&mut table, TABLE),
        (&mut truth, TRUTH),
        (&mut of_people, OF_PEOPLE),
    ] {
        file.flush().map_err(|e| io(name, e))?;
    }
    Ok(n_people)
}

/// Whose each record is: everybody's once, then anybody's, in no order.
fn owners(seed: u64, n_people: u64, n_records: u64) -> Vec<u32> {
    let mut chance = Chance::new(seed, "records", n_records);
    let mut owners: Vec<u32> = (0..n_people as u32).collect();
    while (owners.len() as u64) < n_records {
        owners.push(chance.below(n_people) as u32);
    }
    for at in (1..owners.len()).rev() {
        owners.swap(at, chance.index(at + 1));
    }
    owners
}

/// What is hard about each person by themselves, before any record is written.
fn kinds_of_people(world: &World) -> Vec<u16> {
    let mut names: Vec<(u64, u32)> = Vec::with_capacity(world.people as usize);
    let mut kinds: Vec<u16> = Vec::with_capacity(world.people as usize);
    for index in 0..world.people {
        let person = named(world, index);
        let (start, end) = world.members(index);
        let is_alone = end - start == 1;
        let is_namesake = !person.suffix.is_empty();
        let mut bits = u16::from(person.traits.twin)
            | u16::from(is_namesake) << 1
            | u16::from(person.traits.newborn) << 4
            | u16::from(is_alone) << 7;
        if bits == 0 {
            bits |= 1 << 8;
        }
        kinds.push(bits);
        let name = format!("{} {} {}", person.given, person.family, person.home.city);
        names.push((Chance::new(0, &name, 0).next(), index as u32));
    }
    names.sort_unstable();
    for same in names.chunk_by(|a, b| a.0 == b.0) {
        if same.len() > 1 {
            for (_, index) in same {
                if let Some(kinds) = kinds.get_mut(*index as usize) {
                    *kinds |= 1 << 2;
                }
            }
        }
    }
    kinds
}

/// The person of an index, with names from a long tail and numbers and addresses to go with them.
fn named(world: &World, index: u64) -> Person {
    let mut person = world.person(index);
    let tail = |name: &str, what: &str, share: u64, first: f64, n_names: f64| {
        let mut chance = Chance::new(
            world.seed ^ person.household.wrapping_mul(0x9e37),
            &format!("{what} {name}"),
            0,
        );
        if !chance.percent(share) {
            return name.to_owned();
        }
        // Small ranks more often, as names are spread; the most frequent of all are in the lists.
        let draw = chance.below(1 << 30) as f64 / f64::from(1 << 30);
        slips::made_up_name((first * (n_names / first).powf(draw)) as u64, what)
    };
    let family = |name: &str| {
        name.split('-')
            .map(|part| tail(part, "family", 65, 100.0, 60_000.0))
            .collect::<Vec<_>>()
            .join("-")
    };
    let new_family = family(&person.family);
    let former = person.former_family.as_deref().map(family);
    // Within a household only father and son share a name, or twins could not be told apart at all.
    let is_taken = person.suffix != "Jr."
        && (world.members(index).0..index).any(|other| world.person(other).given == person.given);
    let given = if person.traits.newborn {
        person.given.clone()
    } else if is_taken {
        slips::made_up_name(4_000 + index % 30_000, "given")
    } else {
        tail(&person.given, "given", 35, 50.0, 4_000.0)
    };
    person.family = new_family;
    person.former_family = former;
    if given != person.given {
        person.given = given;
        person.nickname = None;
    }
    let mother = person.kin.iter().find_map(|kin| match kin {
        Kin::Mother(mother) if person.traits.newborn => Some(*mother),
        _ => None,
    });
    if let Some(mother) = mother {
        person.health = named(world, mother).health;
    } else if let Some(health) = &mut person.health
        && health.scheme == "ca-qc"
    {
        let who = (
            person.given.as_str(),
            person.family.as_str(),
            person.sex,
            person.born,
        );
        if let Some(number) = numbers::health("ca-qc", world.seed, index, who) {
            *health = number;
        }
    }
    if person.email.is_some() {
        let mut chance = Chance::new(world.seed, "email", index);
        let email = draw_email(
            &mut chance,
            &person.given,
            &person.family,
            index,
            person.born,
        );
        // Nobody shares a mailbox with a stranger.
        person.email = email
            .split_once('@')
            .map(|(local, domain)| match chance.below(3) {
                0 => format!("{local}{}@{domain}", index % 100_000),
                1 => format!("{local}.{:x}@{domain}", index),
                _ => format!("{local}{}@p{}.{domain}", index % 100, index / 100 % 10_000),
            });
    }
    person
}

/// One row.
struct Written {
    cells: [String; 13],
    kinds: u16,
}

impl Written {
    fn new(world: &World, index: u64, number: u64, faults: Faults) -> Self {
        let mut chance = Chance::new(world.seed, "row", number);
        let source = &SOURCES[chance.weighted(SOURCES.iter().map(|source| source.weight))];
        let person = named(world, index);
        let mut kinds = 0;
        let has = |chance: &mut Chance, percent: u64| {
            let less = if faults == Faults::Many { 12 } else { 0 };
            chance.percent(percent.saturating_sub(less))
        };

        let mut given = person.given.clone();
        let mut family = person.family.clone();
        let mut home = &person.home;
        let mut phone = &person.phone;
        if let Some(nickname) = person.nickname
            && chance.percent(source.nickname * 3)
        {
            given = nickname.to_owned();
        }
        if let Some(former) = &person.former_family
            && chance.percent(source.former)
        {
            family.clone_from(former);
            kinds |= 1 << 3;
        }
        if let Some(former) = &person.former_home
            && chance.percent(source.former * 2)
        {
            home = former;
            kinds |= 1 << 5;
        }
        if let Some(mobile) = &person.mobile
            && chance.percent(65)
        {
            phone = mobile;
        }
        if chance.per_mille(faults.per_mille(3)) && !person.traits.newborn {
            std::mem::swap(&mut given, &mut family);
        }
        let born = birth(&mut chance, person.born, faults);
        let mut sex = match person.sex {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Other => "X",
        };
        if chance.per_mille(faults.per_mille(2)) {
            sex = if sex == "F" { "M" } else { "F" };
        }
        let health = person.health.as_ref().map_or_else(String::new, |number| {
            if chance.percent(40) {
                format!("{} {}", number.text, number.version)
                    .trim()
                    .to_owned()
            } else {
                number.text.clone()
            }
        });
        let mut cells = [
            given,
            person.middle.clone(),
            family,
            person.suffix.to_owned(),
            born,
            sex.to_owned(),
            health,
            phone.clone(),
            person.email.clone().unwrap_or_default(),
            home.street.clone(),
            home.city.to_owned(),
            home.region.clone(),
            home.code.clone(),
        ];
        let shares = [
            100,
            source.middle,
            100,
            source.suffix,
            source.birth,
            source.sex,
            source.health,
            source.phone,
            source.email,
            source.address,
            100,
            100,
            source.address,
        ];
        for (cell, share) in cells.iter_mut().zip(shares) {
            if share < 100 && !has(&mut chance, share) {
                cell.clear();
            }
        }
        if cells[9].is_empty() && chance.percent(60) {
            cells[10].clear();
            cells[11].clear();
        }
        // A date is misread, too, but the sex is one letter and the province a choice.
        for at in [0, 2, 4, 6, 7, 8, 9, 10, 12] {
            if chance.per_mille(faults.per_mille(source.slip)) {
                cells[at] = slips::typed(&cells[at], &mut chance);
            }
            if chance.per_mille(faults.per_mille(source.misread)) {
                let misread = slips::misread(&cells[at], &mut chance);
                if misread != cells[at] {
                    cells[at] = misread;
                    kinds |= 1 << 6;
                }
            }
        }
        if chance.percent(12) {
            for at in [0, 1, 2, 9, 10] {
                cells[at] = cells[at].to_uppercase();
            }
        }
        if chance.percent(15) {
            for at in [0, 1, 2, 9, 10] {
                cells[at] = numbers::fold(&cells[at]);
            }
        }
        Self { cells, kinds }
    }
}

/// The birth date as it is written down: rarely with day and month in each other's place, or only the year.
fn birth(chance: &mut Chance, born: Date, faults: Faults) -> String {
    if chance.per_mille(faults.per_mille(5))
        && let Ok(swapped) = Date::new(born.year(), born.day(), born.month())
    {
        return swapped.to_string();
    }
    match chance.below(1000) {
        0..4 => format!("{}-01-01", born.year()),
        4..10 => format!("{}", born.year()),
        _ => born.to_string(),
    }
}
