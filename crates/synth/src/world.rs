//! The made-up population: `person(i)` is a pure function of the seed and `i`; so is the household around it.
//!
//! People stand in blocks of 24, and a block is cut into households by chance
//! alone, so that any person can be made without making those before them.

use jiff::civil::Date;
use whose_model::{Jurisdiction, Language, Sex};

use crate::{
    chance::Chance,
    draws::{draw_email, draw_family, draw_home, draw_origin, draw_phone, licence_scheme, pick},
    lists::LISTS,
    numbers,
    person::{Home, Kin, Number, Person, Policy, Traits},
};

/// The day on which the made-up systems were copied; nobody in them was born later.
pub(crate) const TODAY: Date = Date::constant(2026, 8, 3);

const BLOCK: u64 = 24;

pub(crate) use crate::draws::day_before;

/// The population of a seed.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    /// How many people are in the pile; those after them are known to the roster only.
    pub(crate) people: u64,
}

/// A clinician: treats, signs, is no patient.
#[derive(Clone, Debug)]
pub(crate) struct Clinician {
    pub(crate) id: u64,
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) sex: Sex,
    pub(crate) specialty: (&'static str, &'static str),
    pub(crate) number: String,
    pub(crate) site: usize,
}

impl Clinician {
    /// `Dr. Anne Roy`, `Dre Anne Roy`.
    pub(crate) fn titled(&self, language: Language) -> String {
        format!("{} {} {}", self.title(language), self.given, self.family)
    }

    pub(crate) fn title(&self, language: Language) -> &'static str {
        match (language, self.sex) {
            (Language::En | Language::Other(_), _) => "Dr.",
            (Language::Fr, Sex::Female) => "Dre",
            (Language::Fr, _) => "Dr",
        }
    }

    pub(crate) fn key(&self) -> String {
        format!("C{:05}", self.id)
    }
}

/// How the members of a household belong together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Single,
    Couple,
    /// A parent with children.
    OneParent,
    /// Two parents with children.
    TwoParents,
    /// Two grown siblings of one birth date.
    GrownTwins,
    /// Father and grown son of one name.
    Namesakes,
}

struct Household {
    start: u64,
    size: u64,
}

/// What the members of a household share.
struct Shared {
    shape: Shape,
    twins: bool,
    namesake: bool,
    newborn: bool,
    place: usize,
    origin: [usize; 2],
    families: [String; 2],
    married_name: bool,
    double_name: bool,
    home: Home,
    former: Option<Home>,
    phone: String,
}

impl World {
    /// The first person who is not in the pile but known to the roster.
    pub(crate) fn first_outside(&self) -> u64 {
        self.people.div_ceil(BLOCK) * BLOCK
    }

    fn household(&self, index: u64) -> Household {
        let block = index / BLOCK;
        let mut chance = Chance::new(self.seed, "block", block);
        let mut start = 0;
        loop {
            let size = 1 + chance.weighted([30, 30, 14, 16, 7, 3].into_iter()) as u64;
            let size = size.min(BLOCK - start);
            if index % BLOCK < start + size {
                return Household {
                    start: block * BLOCK + start,
                    size,
                };
            }
            start += size;
        }
    }

    /// Where the household of a person lives: a position in `LISTS.places`. Cheap.
    pub(crate) fn place(&self, index: u64) -> usize {
        let house = self.household(index);
        self.shared(&house, true).place
    }

    /// The members of the household of a person, first and one past the last.
    pub(crate) fn members(&self, index: u64) -> (u64, u64) {
        let house = self.household(index);
        (house.start, house.start + house.size)
    }

    fn shared(&self, house: &Household, place_only: bool) -> Shared {
        let mut chance = Chance::new(self.seed, "household", house.start);
        // The first households cover every place of Canada, so that small piles have all provinces.
        let place = if house.start / BLOCK < 90 && house.start.is_multiple_of(BLOCK) {
            (house.start / BLOCK) as usize % LISTS.places.len()
        } else {
            chance.weighted(LISTS.places.iter().map(|place| place.weight))
        };
        let mut shared = Shared {
            shape: Shape::Single,
            twins: false,
            namesake: false,
            newborn: false,
            place,
            origin: [0; 2],
            families: Default::default(),
            married_name: false,
            double_name: false,
            home: Home::default(),
            former: None,
            phone: String::new(),
        };
        if place_only {
            return shared;
        }
        shared.shape = match house.size {
            1 => Shape::Single,
            2 => match chance.below(100) {
                0..65 => Shape::Couple,
                65..85 => Shape::OneParent,
                85..92 => Shape::GrownTwins,
                _ => Shape::Namesakes,
            },
            _ if chance.percent(80) => Shape::TwoParents,
            _ => Shape::OneParent,
        };
        shared.twins = chance.percent(7);
        shared.namesake = chance.percent(5);
        shared.newborn = chance.percent(7);
        let first = draw_origin(&mut chance, place);
        let second = if chance.percent(75) {
            first
        } else {
            draw_origin(&mut chance, place)
        };
        shared.origin = [first, second];
        shared.families = [
            draw_family(&mut chance, first),
            draw_family(&mut chance, second),
        ];
        let quebec = LISTS.places[place].jurisdiction == "ca-qc";
        shared.married_name = chance.percent(if quebec { 4 } else { 65 });
        shared.double_name = chance.percent(if quebec { 30 } else { 6 });
        shared.home = draw_home(&mut chance, place);
        shared.former = chance.percent(12).then(|| {
            let elsewhere = if chance.percent(80) {
                place
            } else {
                chance.weighted(LISTS.places.iter().map(|place| place.weight))
            };
            draw_home(&mut chance, elsewhere)
        });
        shared.phone = draw_phone(&mut chance, place);
        shared
    }

    /// The person with this index.
    pub(crate) fn person(&self, index: u64) -> Person {
        let house = self.household(index);
        let shared = self.shared(&house, false);
        let seat = index - house.start;
        let mut chance = Chance::new(self.seed, "person", index);
        let place = &LISTS.places[shared.place];
        let adults = match shared.shape {
            Shape::Single | Shape::OneParent => 1,
            _ => 2,
        };
        let is_child = seat >= adults;
        let last = seat + 1 == house.size;
        let traits = Traits {
            twin: shared.shape == Shape::GrownTwins
                || is_child && shared.twins && house.size >= adults + 2 && seat < adults + 2,
            namesake: shared.shape == Shape::Namesakes,
            newborn: is_child && last && shared.newborn && house.size > 1,
            ..Traits::default()
        };
        let mut elders = Chance::new(self.seed, "elders", house.start);
        let adult_age = match shared.shape {
            Shape::Single | Shape::Couple => 18 + elders.below(40) + elders.below(40),
            Shape::Namesakes => 48 + elders.below(35),
            _ => 24 + elders.below(24),
        } as i64;
        let (sex, born) =
            self.sex_and_birth(&shared, seat, adults, adult_age, &traits, house.start);
        // Sons of one name with their father: `Jr.` is written in some systems only.
        let with_father = traits.namesake && seat == 1
            || is_child
                && shared.namesake
                && shared.shape == Shape::TwoParents
                && seat == adults
                && sex == Sex::Male;
        let seat_of_names = if with_father { 0 } else { seat };
        let (given, middle, nickname) = self.given(
            &shared,
            house.start,
            seat_of_names,
            sex,
            traits.newborn,
            place.french,
        );
        let (family, former_family) = family_name(&shared, seat, adults, with_father);
        let has_son = shared.shape == Shape::Namesakes
            || shared.namesake && shared.shape == Shape::TwoParents && seat == 0 && {
                let (son, _) = self.sex_and_birth(
                    &shared,
                    adults,
                    adults,
                    adult_age,
                    &Traits::default(),
                    house.start,
                );
                son == Sex::Male
                    && house.size > adults
                    && !(house.size == adults + 1 && shared.newborn)
            };
        let suffix = match (with_father, has_son && seat == 0) {
            (true, _) => "Jr.",
            (_, true) => "Sr.",
            _ => "",
        };
        let jurisdiction = Jurisdiction::from_code(place.jurisdiction);
        let language = if chance.percent(place.french) {
            Language::Fr
        } else {
            Language::En
        };
        let moved = seat == adults && chance.percent(4);
        let former_home = if moved {
            Some(draw_home(&mut chance, shared.place))
        } else {
            shared.former.clone()
        };
        let age = i64::from(TODAY.year() - born.year());
        let died = (age > 60 && chance.percent(12) || age > 18 && chance.per_mille(6))
            .then(|| day_before(TODAY, chance.range(20, 1400)))
            .filter(|died| *died > born);
        let minor = age < 18;
        let mobile =
            (age >= 13 && chance.percent(60)).then(|| draw_phone(&mut chance, shared.place));
        let email = (age >= 15 && chance.percent(60))
            .then(|| draw_email(&mut chance, &given, &family, index, born));
        let health = self.health(
            index,
            &given,
            &family,
            sex,
            born,
            place.jurisdiction,
            &mut chance,
        );
        let health = if traits.newborn && seat > 0 {
            // Registered under the mother's number until their own card comes.
            self.person(house.start + adults - 1).health
        } else {
            health
        };
        let height_cm = match age {
            0 => 48 + chance.below(8),
            1..18 => 72 + 6 * age as u64 + chance.below(12),
            _ if sex == Sex::Male => 160 + chance.below(35),
            _ => 147 + chance.below(33),
        } as u32;
        let weight_hg = match age {
            0 => 26 + chance.below(20),
            1..18 => 90 + 30 * age as u64 + chance.below(60),
            _ => 450 + chance.below(650),
        } as u32;
        let mut conditions = [
            chance.index(LISTS.conditions.len() - 1),
            chance.index(LISTS.conditions.len() - 1),
        ];
        for (i, condition) in conditions.iter_mut().enumerate() {
            if age < 18 {
                const OF_CHILDREN: [&str; 9] = [
                    "J45.9", "H66.9", "F90.0", "E10.9", "K50.9", "G40.9", "G43.9", "L40.9", "D50.9",
                ];
                let code = OF_CHILDREN[(index as usize + 4 * i) % OF_CHILDREN.len()];
                *condition = LISTS
                    .conditions
                    .iter()
                    .position(|c| c.icd == code)
                    .unwrap_or(*condition);
            } else if sex == Sex::Female && LISTS.conditions[*condition].icd == "C61" {
                *condition = 0;
            }
        }
        if traits.newborn {
            conditions = [LISTS.conditions.len() - 1; 2];
        }
        let n_clinicians = self.n_clinicians();
        Person {
            mrn: format!(
                "{:07}",
                1_000_000 + (index * 7919 + self.seed % 97) % 8_999_999
            ),
            patient_number: format!(
                "NB-{:06}",
                100_000
                    + (index * 15_485_863 + 7) % 900_000
                    + if index >= 900_000 { index } else { 0 }
            ),
            sin: (!minor && chance.percent(70))
                .then(|| numbers::make("ca-sin", self.seed, index))
                .flatten(),
            policy: chance.percent(45).then(|| Policy {
                insurer: pick(LISTS.misc("insurers"), &mut chance),
                group: chance.digits(5),
                certificate: format!(
                    "{}{:07}",
                    ["", "ID", "C"][chance.index(3)],
                    1_000_000 + index * 3 % 8_000_000
                ),
            }),
            card: (!minor && chance.percent(35))
                .then(|| numbers::make("payment-card", self.seed, index).map(|n| n.text))
                .flatten(),
            bank: (!minor && chance.percent(25)).then(|| {
                (
                    chance.digits(5),
                    ["001", "002", "003", "004", "006", "010", "815"][chance.index(7)].to_owned(),
                    chance.digits(7),
                )
            }),
            licence: (!minor && chance.percent(50))
                .then(|| licence_scheme(place.jurisdiction))
                .flatten()
                .and_then(|scheme| numbers::make(scheme, self.seed, index)),
            clinician: chance.below(n_clinicians),
            specialist: chance.below(n_clinicians),
            kin: kin(shared.shape, &house, seat, adults),
            traits: Traits {
                moved: former_home.is_some(),
                married: former_family.is_some(),
                namesake: !suffix.is_empty(),
                ..traits
            },
            household: house.start,
            place: shared.place,
            home: shared.home,
            phone: shared.phone,
            index,
            given,
            middle,
            family,
            suffix,
            nickname,
            former_family,
            sex,
            born,
            died,
            language,
            jurisdiction,
            former_home,
            mobile,
            email,
            health,
            height_cm,
            weight_hg,
            conditions,
        }
    }

    fn sex_and_birth(
        &self,
        shared: &Shared,
        seat: u64,
        adults: u64,
        adult_age: i64,
        traits: &Traits,
        house: u64,
    ) -> (Sex, Date) {
        let mut chance = Chance::new(self.seed, "birth", house * 64 + seat);
        let mut sex = if chance.percent(50) {
            Sex::Female
        } else {
            Sex::Male
        };
        if chance.per_mille(4) {
            sex = Sex::Other;
        }
        if traits.newborn {
            let sex = if chance.percent(50) {
                Sex::Female
            } else {
                Sex::Male
            };
            return (sex, day_before(TODAY, chance.range(3, 70)));
        }
        if seat >= adults {
            // Twins take the birth date of the first child.
            let of = if traits.twin { adults } else { seat };
            let mut chance = Chance::new(self.seed, "child", house * 64 + of);
            let oldest = (adult_age - 21).clamp(1, 22);
            return (sex, day_before(TODAY, chance.range(200, oldest * 365)));
        }
        match shared.shape {
            Shape::GrownTwins => {
                let mut chance = Chance::new(self.seed, "twins", house);
                return (
                    sex,
                    day_before(TODAY, adult_age * 365 + chance.range(0, 364)),
                );
            }
            Shape::Namesakes => {
                let years = if seat == 0 { adult_age } else { adult_age - 27 };
                return (
                    Sex::Male,
                    day_before(TODAY, years * 365 + chance.range(0, 364)),
                );
            }
            // The last adult of a household with children is the mother.
            Shape::TwoParents | Shape::OneParent if seat + 1 == adults => sex = Sex::Female,
            Shape::TwoParents => sex = Sex::Male,
            Shape::Couple if chance.percent(88) => {
                sex = if seat == 0 { Sex::Male } else { Sex::Female };
            }
            _ => {}
        }
        let years = (adult_age + chance.range(-3, 3)).max(18);
        (sex, day_before(TODAY, years * 365 + chance.range(6, 364)))
    }

    fn given(
        &self,
        shared: &Shared,
        house: u64,
        seat: u64,
        sex: Sex,
        newborn: bool,
        french: u64,
    ) -> (String, String, Option<&'static str>) {
        let mut chance = Chance::new(self.seed, "given", house * 64 + seat);
        if newborn {
            let name = match (sex, french > 50) {
                (Sex::Female, false) => "Baby Girl",
                (_, false) => "Baby Boy",
                (Sex::Female, true) => "Bébé Fille",
                (_, true) => "Bébé Garçon",
            };
            return (name.to_owned(), String::new(), None);
        }
        let names = &LISTS.names[shared.origin[usize::from(seat == 1)]];
        let list = if sex == Sex::Male || sex == Sex::Other && chance.percent(50) {
            &names.male
        } else {
            &names.female
        };
        let given = list[chance.index(list.len())];
        let middle = if chance.percent(35) {
            let other = list[chance.index(list.len())];
            if other == given {
                String::new()
            } else if chance.percent(50) {
                other.chars().take(1).collect()
            } else {
                other.to_owned()
            }
        } else {
            String::new()
        };
        let nickname = LISTS
            .misc("nicknames")
            .iter()
            .find(|(full, _)| *full == given)
            .map(|(_, short)| *short);
        (given.to_owned(), middle, nickname)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "all of them are what a number is made from"
    )]
    fn health(
        &self,
        index: u64,
        given: &str,
        family: &str,
        sex: Sex,
        born: Date,
        jurisdiction: &'static str,
        chance: &mut Chance,
    ) -> Option<Number> {
        let scheme = match jurisdiction {
            "gb" => "uk-nhs",
            "au" => "au-medicare",
            "fr" => return None,
            us if us.starts_with("us-") => {
                if TODAY.year() - born.year() >= 65 {
                    "us-mbi"
                } else if chance.percent(40) {
                    // A Canadian who winters or works there.
                    "ca-on"
                } else {
                    return None;
                }
            }
            canadian => canadian,
        };
        if chance.percent(4) {
            return None;
        }
        numbers::health(scheme, self.seed, index, (given, family, sex, born))
    }

    /// How many clinicians the group has.
    pub(crate) fn n_clinicians(&self) -> u64 {
        (self.people / 40).clamp(48, 4_000)
    }

    /// The clinician with this id.
    pub(crate) fn clinician(&self, id: u64) -> Clinician {
        let mut chance = Chance::new(self.seed, "clinician", id);
        let place = chance.weighted(LISTS.places.iter().map(|place| place.weight));
        let names = &LISTS.names[draw_origin(&mut chance, place)];
        let sex = if chance.percent(52) {
            Sex::Female
        } else {
            Sex::Male
        };
        let given = if sex == Sex::Male {
            &names.male
        } else {
            &names.female
        };
        Clinician {
            id,
            given: given[chance.index(given.len())],
            family: names.family[chance.index(names.family.len())],
            sex,
            specialty: pick(LISTS.misc("specialties"), &mut chance),
            number: numbers::make("ca-cpso", self.seed, id).map_or_else(String::new, |n| n.text),
            site: LISTS.places[place].site,
        }
    }
}

fn kin(shape: Shape, house: &Household, seat: u64, adults: u64) -> Vec<Kin> {
    let mut kin = Vec::new();
    let children = matches!(shape, Shape::OneParent | Shape::TwoParents);
    if children && seat >= adults {
        kin.push(Kin::Mother(house.start + adults - 1));
        if adults == 2 {
            kin.push(Kin::Father(house.start));
        }
    } else if matches!(shape, Shape::Couple | Shape::TwoParents) {
        kin.push(Kin::Spouse(house.start + 1 - seat));
    } else if shape == Shape::Namesakes {
        kin.push(if seat == 0 {
            Kin::Child(house.start + 1)
        } else {
            Kin::Father(house.start)
        });
    } else if children && house.size > adults {
        kin.push(Kin::Child(house.start + adults));
    }
    kin
}

fn family_name(
    shared: &Shared,
    seat: u64,
    adults: u64,
    with_father: bool,
) -> (String, Option<String>) {
    let [first, second] = &shared.families;
    if matches!(shared.shape, Shape::GrownTwins | Shape::Namesakes) || with_father {
        return (first.clone(), None);
    }
    if seat >= adults {
        return if shared.double_name
            && adults == 2
            && !first.contains([' ', '-'])
            && !second.contains([' ', '-'])
        {
            (format!("{first}-{second}"), None)
        } else {
            (first.clone(), None)
        };
    }
    if seat == 1 {
        return if shared.married_name && first != second {
            (first.clone(), Some(second.clone()))
        } else {
            (second.clone(), None)
        };
    }
    (first.clone(), None)
}
