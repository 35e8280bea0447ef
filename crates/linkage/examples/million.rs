//! A made-up table of families with errors and known truth, linked and scored: `million [N_RECORDS] [SEED] [FILE]`.
//!
//! People live in households: couples, children, twins, fathers and sons of one
//! name, people alone. Each has one to six records with gaps, slips, nicknames,
//! moves, married names and swapped fields. With FILE, the table is written
//! there and not linked.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::iter_over_hash_type)]

#[path = "shared/mod.rs"]
mod shared;

use std::{collections::HashMap, fmt::Write as _, time::Instant};

use whose_linkage::{Model, table};

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum Kind {
    Alone,
    Family,
    Twin,
    Namesake,
}

#[derive(Clone)]
struct Person {
    given: String,
    middle: String,
    family: String,
    born: (u16, u8, u8),
    is_female: bool,
    health: String,
    phone: String,
    email: String,
    home: Home,
    kind: Kind,
}

#[derive(Clone)]
struct Home {
    street: String,
    city: usize,
    postal: String,
}

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
    fn is(&mut self, p: f64) -> bool {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64 <= p
    }
    /// Small numbers far more often, as names are spread.
    fn skewed(&mut self, n: usize) -> usize {
        let x = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((n as f64).powf(x) - 1.0) as usize
    }
}

const GIVEN_F: &str = "marie jennifer linda elizabeth susan sarah emma olivia chloe lea florence rosalie alice zoe camille juliette jeanne louise nathalie sylvie isabelle julie caroline melanie sophie catherine nancy karen lisa betty helen sandra donna carol ruth sharon michelle laura kimberly deborah jessica cynthia angela melissa brenda amy anna rebecca virginia kathleen pamela martha debra amanda stephanie carolyn christine janet frances joyce diane evelyn cheryl ashley priya fatima aisha mei ling harpreet oksana irina";
const GIVEN_M: &str = "john james robert michael david william richard joseph thomas charles daniel matthew jean pierre michel andre luc marc alain gilles yves sylvain eric stephane martin francois louis philippe etienne samuel gabriel felix nathan liam noah jacob logan ethan lucas benjamin alexander oliver mason jackson christopher paul mark donald george kenneth steven edward brian ronald anthony kevin jason jeffrey ryan gary mohammed ali ahmed wei jun gurpreet sergei andriy antonio";
const FAMILY: &str = "tremblay gagnon roy smith brown martin wilson singh lee nguyen patel wong chan macdonald cote bouchard gauthier morin lavoie fortin gagne ouellet pelletier belanger levesque bergeron leblanc jones miller davis thompson white taylor campbell anderson kim chen li wang khan ali kaur dhillon sidhu fraser stewart young king hall murphy kelly o'brien st-pierre de-la-cruz van-der-berg beaulieu poulin dube dufour";
const CITIES: [&str; 24] = [
    "Toronto",
    "Montréal",
    "Québec",
    "Laval",
    "Ottawa",
    "Gatineau",
    "Regina",
    "Saskatoon",
    "Winnipeg",
    "Calgary",
    "Edmonton",
    "Vancouver",
    "Victoria",
    "Halifax",
    "Moncton",
    "St. John's",
    "Sherbrooke",
    "Saguenay",
    "Lévis",
    "Hamilton",
    "London",
    "Windsor",
    "Kingston",
    "Sudbury",
];
const NICK: [(&str, &str); 16] = [
    ("robert", "bob"),
    ("william", "bill"),
    ("michael", "mike"),
    ("elizabeth", "liz"),
    ("jennifer", "jen"),
    ("thomas", "tom"),
    ("christopher", "chris"),
    ("daniel", "dan"),
    ("katherine", "kate"),
    ("rebecca", "becky"),
    ("susan", "sue"),
    ("james", "jim"),
    ("joseph", "joe"),
    ("samuel", "sam"),
    ("jessica", "jess"),
    ("matthew", "matt"),
];

fn syllables(chance: &mut Chance, n: usize) -> String {
    const START: [&str; 20] = [
        "b", "br", "c", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t",
        "v", "w", "z",
    ];
    const VOWEL: [&str; 9] = ["a", "e", "i", "o", "u", "ou", "ai", "ei", "au"];
    const END: [&str; 10] = ["", "n", "r", "l", "s", "t", "ck", "nd", "rt", ""];
    (0..n)
        .map(|_| {
            format!(
                "{}{}{}",
                START[chance.below(20)],
                VOWEL[chance.below(9)],
                END[chance.below(10)]
            )
        })
        .collect()
}

fn lexicon(chance: &mut Chance, common: &str, n: usize) -> Vec<String> {
    let mut names: Vec<String> = common.split(' ').map(str::to_owned).collect();
    while names.len() < n {
        let length = 2 + chance.below(2);
        names.push(syllables(chance, length));
    }
    names
}

fn home(chance: &mut Chance, streets: &[String]) -> Home {
    const LETTERS: &[u8] = b"ABCEGHJKLMNPRSTVXY";
    let letter = |chance: &mut Chance| char::from(LETTERS[chance.below(LETTERS.len())]);
    let city = chance.skewed(CITIES.len());
    let postal = format!(
        "{}{}{} {}{}{}",
        char::from(LETTERS[city % LETTERS.len()]),
        chance.below(10),
        letter(chance),
        chance.below(10),
        letter(chance),
        chance.below(10)
    );
    Home {
        street: format!(
            "{} {}",
            1 + chance.below(4000),
            streets[chance.skewed(streets.len())]
        ),
        city,
        postal,
    }
}

fn person(
    chance: &mut Chance,
    names: &[Vec<String>; 3],
    family: &str,
    born: u16,
    is_female: bool,
    home: &Home,
    phone: &str,
) -> Person {
    let given = &names[usize::from(!is_female)];
    let given_name = given[chance.skewed(given.len())].clone();
    Person {
        middle: given[chance.skewed(given.len())].clone(),
        email: format!(
            "{}.{}{}@{}",
            given_name,
            family,
            chance.below(1000),
            ["gmail.com", "hotmail.com", "videotron.ca", "shaw.ca"][chance.below(4)]
        ),
        given: given_name,
        family: family.to_owned(),
        born: (born, 1 + chance.below(12) as u8, 1 + chance.below(28) as u8),
        is_female,
        health: format!("{:010}", 1_000_000_000 + chance.next() % 8_999_999_999),
        phone: if born < 2006 && chance.is(0.6) {
            number(chance)
        } else {
            phone.to_owned()
        },
        home: home.clone(),
        kind: Kind::Family,
    }
}

fn number(chance: &mut Chance) -> String {
    format!(
        "{}{:07}",
        [416, 514, 418, 306, 604, 902][chance.below(6)],
        2_000_000 + chance.below(7_999_999)
    )
}

fn household(
    chance: &mut Chance,
    names: &[Vec<String>; 3],
    streets: &[String],
    people: &mut Vec<Person>,
) {
    let home = home(chance, streets);
    let phone = number(chance);
    let family = names[2][chance.skewed(names[2].len())].clone();
    let born = 1935 + chance.below(65) as u16;
    if chance.is(0.42) {
        let is_female = chance.is(0.5);
        let mut one = person(chance, names, &family, born, is_female, &home, &phone);
        one.kind = Kind::Alone;
        people.push(one);
        return;
    }
    let start = people.len();
    people.push(person(chance, names, &family, born, false, &home, &phone));
    let hers = if chance.is(0.6) {
        family.clone()
    } else {
        names[2][chance.skewed(names[2].len())].clone()
    };
    let her_birth = born + chance.below(6) as u16;
    people.push(person(chance, names, &hers, her_birth, true, &home, &phone));
    for child in 0..chance.below(4) {
        let year = (born + 22 + chance.below(16) as u16).min(2024);
        let is_female = chance.is(0.5);
        let mut one = person(chance, names, &family, year, is_female, &home, &phone);
        if child == 0 && !is_female && chance.is(0.08) {
            one.given = people[start].given.clone();
            one.kind = Kind::Namesake;
            people[start].kind = Kind::Namesake;
        }
        let twin = chance.is(0.025);
        if twin {
            let same_sex = chance.is(0.65);
            let mut other = person(
                chance,
                names,
                &family,
                year,
                one.is_female == same_sex,
                &home,
                &phone,
            );
            while other.given == one.given {
                other = person(
                    chance,
                    names,
                    &family,
                    year,
                    one.is_female == same_sex,
                    &home,
                    &phone,
                );
            }
            other.born = one.born;
            one.kind = Kind::Twin;
            other.kind = Kind::Twin;
            people.push(other);
        }
        people.push(one);
    }
}

fn slip(chance: &mut Chance, text: &str) -> String {
    let mut bytes: Vec<char> = text.chars().collect();
    if bytes.len() < 3 {
        return text.to_owned();
    }
    let at = 1 + chance.below(bytes.len() - 1);
    let is_digit = bytes[at].is_ascii_digit();
    let any = if is_digit {
        char::from(b'0' + chance.below(10) as u8)
    } else {
        char::from(b'a' + chance.below(26) as u8)
    };
    match chance.below(4) {
        0 => bytes[at] = any,
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, any),
        _ => bytes.swap(at - 1, at),
    }
    bytes.into_iter().collect()
}

fn row(
    chance: &mut Chance,
    id: usize,
    number: usize,
    person: &Person,
    names: &[Vec<String>; 3],
    streets: &[String],
    out: &mut String,
) {
    let mut given = person.given.clone();
    let mut family = person.family.clone();
    if chance.is(0.05)
        && let Some((_, nick)) = NICK.iter().find(|(name, _)| *name == given)
    {
        given = (*nick).to_owned();
    }
    if chance.is(0.03) {
        given = slip(chance, &given);
    }
    if chance.is(0.02) {
        given = given[..1].to_owned();
    }
    if chance.is(0.03) {
        family = slip(chance, &family);
    }
    if person.is_female && chance.is(0.02) {
        family = names[2][chance.skewed(names[2].len())].clone();
    }
    if chance.is(0.005) {
        std::mem::swap(&mut given, &mut family);
    }
    let (mut year, mut month, mut day) = person.born;
    if chance.is(0.01) {
        if day <= 12 {
            std::mem::swap(&mut month, &mut day);
        } else {
            day = 1 + chance.below(28) as u8;
        }
    }
    if chance.is(0.008) {
        year = year / 10 * 10 + chance.below(10) as u16;
    }
    let birth = if chance.is(0.08) {
        String::new()
    } else if chance.is(0.01) {
        format!("{year}-01-01")
    } else {
        format!("{year}-{month:02}-{day:02}")
    };
    let mut health = if chance.is(0.45) {
        person.health.clone()
    } else {
        String::new()
    };
    if chance.is(0.02) {
        health = slip(chance, &health);
    }
    let phone = if chance.is(0.35) {
        String::new()
    } else if chance.is(0.1) {
        number_of(chance)
    } else {
        person.phone.clone()
    };
    let email = if chance.is(0.7) {
        String::new()
    } else if chance.is(0.03) {
        slip(chance, &person.email)
    } else {
        person.email.clone()
    };
    let moved = chance.is(0.12);
    let at = if moved {
        home(chance, streets)
    } else {
        person.home.clone()
    };
    let street = if chance.is(0.2) {
        String::new()
    } else if chance.is(0.04) {
        slip(chance, &at.street)
    } else {
        at.street.clone()
    };
    let postal = if chance.is(0.15) {
        String::new()
    } else if chance.is(0.03) {
        slip(chance, &at.postal)
    } else {
        at.postal.clone()
    };
    let middle = if chance.is(0.6) {
        String::new()
    } else if chance.is(0.5) {
        person.middle[..1].to_owned()
    } else {
        person.middle.clone()
    };
    let sex = if chance.is(0.1) {
        ""
    } else if chance.is(0.003) != person.is_female {
        "F"
    } else {
        "M"
    };
    writeln!(out, "{id},{number},{given},{middle},{family},{birth},{sex},{health},{phone},{email},{street},{},{postal}", CITIES[at.city]).unwrap();
}

fn number_of(chance: &mut Chance) -> String {
    number(chance)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let n: usize = args.next().map_or(1_000_000, |arg| arg.parse().unwrap());
    let seed = args.next().map_or(1, |arg| arg.parse().unwrap());
    let mut chance = Chance(seed);
    let names = [
        lexicon(&mut chance, GIVEN_F, 1500),
        lexicon(&mut chance, GIVEN_M, 1500),
        lexicon(&mut chance, FAMILY, 20_000),
    ];
    let streets: Vec<String> = (0..3000)
        .map(|_| {
            let s = syllables(&mut chance, 2);
            let k = ["St", "Ave", "Rd", "Cres", "Blvd"][chance.below(5)];
            format!("{s} {k}")
        })
        .collect();
    let mut people: Vec<Person> = Vec::new();
    while people.len() * 1000 < n * 443 {
        household(&mut chance, &names, &streets, &mut people);
    }
    // Records in no order.
    let mut of: Vec<u32> = (0..people.len() as u32).collect();
    while of.len() < n {
        of.push(chance.below(people.len()) as u32);
    }
    for at in (1..of.len()).rev() {
        let other = chance.below(at + 1);
        of.swap(at, other);
    }
    let mut text = String::from(
        "record_id,true_person,first_name,middle_name,last_name,date_of_birth,sex,health_number,phone,email,address,city,postal_code\n",
    );
    for (id, number) in of.iter().enumerate() {
        row(
            &mut chance,
            id,
            *number as usize,
            &people[*number as usize],
            &names,
            &streets,
            &mut text,
        );
    }
    if let Some(file) = args.next() {
        std::fs::write(file, text).unwrap();
        return;
    }
    let kinds: Vec<Kind> = people.iter().map(|person| person.kind).collect();
    drop(people);
    let truth: Vec<u64> = of.iter().map(|person| u64::from(*person)).collect();
    let start = Instant::now();
    let mut out = Vec::new();
    let inputs = vec![table::Input {
        name: "made".to_owned(),
        bytes: Box::new(text.as_bytes()),
    }];
    let summary = table::link(inputs, Model::default(), &shared::Threads(4), &mut out).unwrap();
    println!(
        "{n} records, {} people (true {}), {} pairs, {:.1} s",
        summary.n_people,
        kinds.len(),
        summary.linked.n_pairs,
        start.elapsed().as_secs_f64()
    );
    let found: Vec<u64> = csv::Reader::from_reader(out.as_slice())
        .records()
        .map(|row| row.unwrap()[1].parse().unwrap())
        .collect();
    let [precision, recall, f1, b_cubed] = shared::score(&found, &truth);
    println!(
        "pairs precision {precision:.5} recall {recall:.5} F1 {f1:.5}; B-cubed F1 {b_cubed:.5}"
    );
    let mut first_of: HashMap<u64, u64> = HashMap::new();
    let mut mixed: HashMap<u64, bool> = HashMap::new();
    let mut place: HashMap<u64, u64> = HashMap::new();
    let mut split: HashMap<u64, bool> = HashMap::new();
    for (f, t) in found.iter().zip(&truth) {
        if *first_of.entry(*f).or_insert(*t) != *t {
            mixed.insert(*f, true);
        }
        if *place.entry(*t).or_insert(*f) != *f {
            split.insert(*t, true);
        }
    }
    let mut over: HashMap<u64, bool> = HashMap::new();
    for (f, t) in found.iter().zip(&truth) {
        if mixed.contains_key(f) {
            over.insert(*t, true);
        }
    }
    let mut total: std::collections::BTreeMap<Kind, (u64, u64, u64)> = Default::default();
    for person in place.keys() {
        let entry = total.entry(kinds[*person as usize]).or_default();
        entry.0 += 1;
        entry.1 += u64::from(over.contains_key(person));
        entry.2 += u64::from(split.contains_key(person));
    }
    let all = total
        .values()
        .fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    for (name, (n, over, split)) in total
        .iter()
        .map(|(kind, counts)| (format!("{kind:?}"), *counts))
        .chain([("All".to_owned(), all)])
    {
        println!(
            "{name:9} {n:7} over-merged {:.4} split {:.4}",
            over as f64 / n as f64,
            split as f64 / n as f64
        );
    }
    if std::env::var_os("WHOSE_MODEL").is_some() {
        println!("{}", summary.linked.model.to_toml().unwrap());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "peak {}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or("?")
    );
}
