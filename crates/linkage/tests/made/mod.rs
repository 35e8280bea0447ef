//! A small made-up population for tests: families, slips, gaps; records of a person often, but not always, enough to find each other.

use whose_model::{
    IssuedNumber, PartialDate, PersonName, PersonRecord, Phi, PostalAddress, RecordId, Scheme,
    Standard,
};

/// A source of draws (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

const GIVEN: [&str; 12] = [
    "Marie", "Jean", "Emma", "Noah", "Robert", "Bob", "Priya", "Wei", "Olga", "Luc", "Ella", "Omar",
];
const FAMILY: [&str; 9] = [
    "Tremblay",
    "Roy",
    "Singh",
    "Nguyen",
    "Smith",
    "St-Pierre",
    "Okafor",
    "Li",
    "Kowalski",
];

/// So many records of some families.
pub(crate) fn population(seed: u64, n: usize) -> Vec<PersonRecord> {
    let mut chance = Chance(seed.wrapping_mul(1000) + 7);
    let n_people = n * 2 / 5;
    (0..n)
        .map(|at| {
            let person = if at < n_people {
                at
            } else {
                chance.below(n_people)
            };
            record(seed, at as u64, person, &mut chance)
        })
        .collect()
}

fn record(seed: u64, at: u64, person: usize, chance: &mut Chance) -> PersonRecord {
    // What holds for the person and the household is drawn from them alone.
    let mut own = Chance(seed ^ (person as u64) << 20);
    let mut house = Chance(seed ^ (person as u64 / 3) << 40 ^ 5);
    let mut exhibit = [0; 16];
    exhibit[0] = chance.below(6) as u8;
    let mut record = PersonRecord::new(
        RecordId {
            exhibit,
            subject: at,
        },
        Standard::Evidence,
    );
    let mut family = FAMILY[house.below(FAMILY.len())].to_owned();
    if chance.percent(5) {
        family.remove(1);
    }
    record.names.push(Phi::new(PersonName {
        given: GIVEN[own.below(GIVEN.len())].to_owned(),
        family,
        ..PersonName::default()
    }));
    let birth = PartialDate {
        year: 1940 + own.below(80) as i16,
        month: 1 + own.below(12) as u8,
        day: 1 + own.below(28) as u8,
    };
    let number = format!("{:010}", 1_000_000_000 + own.next() % 8_999_999_999);
    if chance.percent(85) {
        record.birth_dates.push(Phi::new(birth));
    }
    if chance.percent(40) {
        record.health_numbers.push(IssuedNumber {
            scheme: Scheme::new("ca-on"),
            number: Phi::new(number),
            holds: true,
        });
    }
    if chance.percent(50) {
        record
            .phones
            .push(Phi::new(format!("416555{:04}", house.below(10_000))));
    }
    if chance.percent(50) {
        record.addresses.push(Phi::new(PostalAddress {
            street: format!("{} Main Street", 1 + house.below(90)),
            city: "Toronto".to_owned(),
            ..PostalAddress::default()
        }));
    }
    record
}
