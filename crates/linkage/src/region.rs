//! Nodes in, what each tells of where its person lives, and how well two such tell of one place.
//!
//! A telephone of area 418, the postal area G1R, Québec and a number of that
//! province's insurance go together. Nothing here knows that: it is learnt
//! from the records of the case that tell two of them. One is enough to tell
//! two people of one name apart who live at two ends of the country, where
//! neither address nor telephone can be compared as such.

use hashbrown::HashMap;

use crate::{
    compact::{Nodes, NumberKind},
    frequency::BuildMix,
    strings::{Strings, Sym, hash},
};

/// Area of the postal code, city, area code, issuer and form of the health number.
const N_KINDS: usize = 4;
const POSTAL: usize = 0;
const CITY: usize = 1;
const AREA: usize = 2;
const ISSUER: usize = 3;

/// Which two are asked, the one that tells most first.
const ASKED: [(usize, usize); 13] = [
    (POSTAL, CITY),
    (CITY, POSTAL),
    (POSTAL, AREA),
    (AREA, POSTAL),
    (CITY, AREA),
    (AREA, CITY),
    (AREA, AREA),
    (CITY, ISSUER),
    (ISSUER, CITY),
    (POSTAL, ISSUER),
    (ISSUER, POSTAL),
    (AREA, ISSUER),
    (ISSUER, AREA),
];

/// How many people still live where the other record has them, in a case that does not tell.
const STAYED: f64 = 0.85;
/// That counts as this many pairs of records of one number; about so many of the case are asked at most.
const IMAGINED_PAIRS: f64 = 20.0;
const MOST_PAIRS: usize = 200_000;
/// However few are seen to move, somebody does.
const MOST_STAYED: f64 = 0.99;
const N_ROUNDS: usize = 12;
/// A postal area is in the city that so many who tell both have, and so large a share of them.
const LEAST_OF_CITY: u32 = 3;
const SHARE_OF_CITY: f64 = 0.8;
/// As many imagined records in which the two have nothing to do with each other.
const IMAGINED: f64 = 5.0;
/// Living in one place is never more than this many times likelier for one person than by chance.
const MOST_LIFT: f64 = 128.0;

/// What each node tells of a region, and what goes together in this case.
pub(crate) struct Regions {
    tokens: Vec<[u16; N_KINDS]>,
    /// For each token how many nodes tell it.
    n: Vec<u32>,
    n_of_kind: [u32; N_KINDS],
    /// For each token how many of its nodes tell something of each kind.
    with: Vec<[u32; N_KINDS]>,
    both: HashMap<u32, u32, BuildMix>,
    /// How many people still live where the other record has them.
    stayed: f64,
    /// For each token of a postal area the city that nearly all who tell both have there; 0 for none.
    city_of: Vec<u16>,
}

impl Regions {
    pub(crate) fn new(nodes: &Nodes) -> Self {
        let mut texts = Strings::new();
        let mut token = |kind: usize, text: &str| {
            if text.is_empty() {
                return 0;
            }
            // More regions than fit are told by nobody.
            u16::try_from(texts.intern(&format!("{kind}{text}"))).unwrap_or(0)
        };
        let tokens: Vec<[u16; N_KINDS]> = (0..nodes.len() as u32)
            .map(|node| {
                let mut told = [0; N_KINDS];
                let text = |sym: Sym| nodes.strings.get(sym).get(1..).unwrap_or("");
                if let Some(address) = nodes.addresses(node).first() {
                    told[POSTAL] = token(POSTAL, text(address.postal).get(..3).unwrap_or(""));
                    told[CITY] = token(CITY, text(address.city));
                }
                if let Some(phone) = nodes.phones(node).first().map(|phone| text(*phone))
                    && phone.len() == 10
                {
                    told[AREA] = token(AREA, phone.get(..3).unwrap_or(""));
                }
                let issued = nodes
                    .numbers(node)
                    .iter()
                    .find(|number| number.kind == NumberKind::Health);
                if let Some(number) = issued {
                    let form: String = text(number.number)
                        .chars()
                        .map(|ch| if ch.is_ascii_digit() { '9' } else { 'A' })
                        .collect();
                    told[ISSUER] = token(ISSUER, &format!("{} {form}", text(number.scheme)));
                }
                told
            })
            .collect();
        let mut regions = Self {
            n: vec![0; texts.len()],
            n_of_kind: [0; N_KINDS],
            with: vec![[0; N_KINDS]; texts.len()],
            both: HashMap::default(),
            stayed: STAYED,
            city_of: vec![0; texts.len()],
            tokens,
        };
        for told in &regions.tokens {
            for kind in 0..N_KINDS {
                let one = told[kind];
                if one == 0 {
                    continue;
                }
                regions.n[usize::from(one)] += 1;
                regions.n_of_kind[kind] += 1;
                for (other, second) in told.iter().copied().enumerate().skip(kind + 1) {
                    if second != 0 {
                        regions.with[usize::from(one)][other] += 1;
                        regions.with[usize::from(second)][kind] += 1;
                        *regions.both.entry(key(one, second)).or_default() += 1;
                    }
                }
            }
        }
        for told in &regions.tokens {
            let (area, city) = (told[POSTAL], told[CITY]);
            if area == 0 || city == 0 {
                continue;
            }
            let n = regions.both.get(&key(area, city)).copied().unwrap_or(0);
            let with = regions.with[usize::from(area)][CITY];
            if n >= LEAST_OF_CITY && f64::from(n) > f64::from(with) * SHARE_OF_CITY {
                regions.city_of[usize::from(area)] = city;
            }
        }
        regions.stayed = regions.stayed(nodes);
        regions
    }

    /// Whether two records are of one city, told or known by its postal area, and how many people live in that of the first.
    pub(crate) fn are_of_one_city(&self, a: u32, b: u32) -> Option<(bool, f64)> {
        let city = |node: u32| match self.tokens[node as usize] {
            [area, 0, ..] => self.city_of[usize::from(area)],
            [_, city, ..] => city,
        };
        let (one, other) = (city(a), city(b));
        let share = f64::from(self.n[usize::from(one)]) / f64::from(self.n_of_kind[CITY].max(1));
        (one != 0 && other != 0).then_some((one == other, share))
    }

    /// How many stay, as the case tells by records that share a health number: one unknown, found by expectation-maximisation.
    fn stayed(&self, nodes: &Nodes) -> f64 {
        let share = (nodes.len() / MOST_PAIRS).max(1) as u64;
        let mut of_number: Vec<(u64, u32)> = (0..nodes.len() as u32)
            .flat_map(|node| nodes.numbers(node).iter().map(move |number| (number, node)))
            .filter(|(number, _)| number.kind == NumberKind::Health && number.holds)
            .map(|(number, node)| (hash(nodes.strings.get(number.number).as_bytes()), node))
            .filter(|(number, _)| number.is_multiple_of(share))
            .collect();
        // By what they say: the order in which they came changes no sum.
        of_number.sort_unstable();
        let ratios: Vec<f64> = of_number
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0)
            .filter_map(|pair| self.of_place(pair[0].1, pair[1].1))
            .collect();
        let mut stayed = STAYED;
        for _ in 0..N_ROUNDS {
            let sum: f64 = ratios
                .iter()
                .map(|ratio| stayed * ratio / (stayed * ratio + 1.0 - stayed))
                .sum();
            stayed = (sum + STAYED * IMAGINED_PAIRS) / (ratios.len() as f64 + IMAGINED_PAIRS);
        }
        stayed.min(MOST_STAYED)
    }

    /// How many times likelier two records of one person tell these two regions than two of strangers.
    pub(crate) fn lift(&self, a: u32, b: u32) -> Option<f64> {
        let of_place = self.of_place(a, b)?;
        Some((self.stayed * of_place + 1.0 - self.stayed).min(MOST_LIFT))
    }

    /// The same for two records of one place.
    fn of_place(&self, a: u32, b: u32) -> Option<f64> {
        let (one, other) = (&self.tokens[a as usize], &self.tokens[b as usize]);
        let ((kind, told), (kind_of_other, other)) =
            ASKED.iter().find_map(|&(first, second)| {
                let (told, other) = ((first, one[first]), (second, other[second]));
                // The same either way round.
                let (told, other) = (told.min(other), told.max(other));
                (told.1 != 0 && other.1 != 0).then_some((told, other))
            })?;
        let chance =
            f64::from(self.n[usize::from(other)]) / f64::from(self.n_of_kind[kind_of_other].max(1));
        Some(if kind == kind_of_other {
            f64::from(u8::from(told == other)) / chance
        } else {
            let both = self.both.get(&key(told, other)).copied().unwrap_or(0);
            let with = f64::from(self.with[usize::from(told)][kind_of_other]);
            (f64::from(both) / chance + IMAGINED) / (with + IMAGINED)
        })
    }
}

/// Tokens are numbered over all kinds, so two of them are enough.
fn key(one: u16, other: u16) -> u32 {
    u32::from(one) << 16 | u32::from(other)
}

#[cfg(test)]
mod tests {
    use whose_model::{PersonName, PersonRecord, Phi, PostalAddress, RecordId, Standard};

    use super::*;

    fn record(subject: u64, phone: &str, city: &str) -> PersonRecord {
        let exhibit = [0; 16];
        let mut record = PersonRecord::new(RecordId { exhibit, subject }, Standard::Evidence);
        record.names.push(Phi::new(PersonName {
            family: format!("Name {subject}"),
            ..PersonName::default()
        }));
        if !phone.is_empty() {
            record.phones.push(Phi::new(phone.to_owned()));
        }
        record.addresses.push(Phi::new(PostalAddress {
            city: city.to_owned(),
            ..PostalAddress::default()
        }));
        record
    }

    #[test]
    fn an_area_code_goes_with_the_cities_in_which_the_case_has_it() {
        let mut nodes = Nodes::new();
        for n in 0..40 {
            nodes.push(&record(n, &format!("418555{n:04}"), "Qu\u{e9}bec"));
            nodes.push(&record(100 + n, &format!("416555{n:04}"), "Toronto"));
        }
        nodes.push(&record(1000, "4185551234", ""));
        nodes.push(&record(1001, "", "Quebec"));
        nodes.push(&record(1002, "", "Toronto"));
        nodes.push(&record(1003, "", ""));
        nodes.freeze();
        nodes.sort();
        let regions = Regions::new(&nodes);
        let [area, here, there, nowhere] = nodes.node_of[80..] else {
            panic!("four records were added last");
        };
        assert!(regions.lift(area, here).unwrap() > 1.4);
        assert!(regions.lift(area, there).unwrap() < 0.4);
        assert_eq!(regions.lift(area, here), regions.lift(here, area));
        assert_eq!(regions.lift(area, nowhere), None);
    }

    #[test]
    fn a_postal_area_is_in_the_city_that_the_case_tells_with_it() {
        let home = |subject: u64, city: &str, postal_code: &str| {
            let mut record = record(subject, "", city);
            record.addresses = vec![Phi::new(PostalAddress {
                city: city.to_owned(),
                postal_code: postal_code.to_owned(),
                ..PostalAddress::default()
            })];
            record
        };
        let mut nodes = Nodes::new();
        for n in 0..9 {
            nodes.push(&home(n, "Toronto", &format!("M5V {n}A1")));
            nodes.push(&home(100 + n, "Toronto", &format!("M4C {n}A1")));
            nodes.push(&home(200 + n, "Regina", &format!("S4P {n}A1")));
        }
        nodes.push(&home(1000, "", "M5V 9Z9"));
        nodes.push(&home(1001, "", "M4C 9Z9"));
        nodes.push(&home(1002, "", "S4P 9Z9"));
        nodes.push(&home(1003, "", "H2X 9Z9"));
        nodes.freeze();
        nodes.sort();
        let regions = Regions::new(&nodes);
        let [here, too, there, unknown] = nodes.node_of[27..] else {
            panic!("four records were added last");
        };
        let is_one = |a: u32, b: u32| regions.are_of_one_city(a, b).map(|(is_one, _)| is_one);
        assert_eq!(is_one(here, too), Some(true));
        assert_eq!(is_one(here, there), Some(false));
        assert_eq!(is_one(here, unknown), None);
        assert!((regions.are_of_one_city(here, too).unwrap().1 - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn how_many_stay_is_told_by_records_of_one_number() {
        let of = |city: &dyn Fn(u64) -> &'static str| {
            let mut nodes = Nodes::new();
            for n in 0..400_u64 {
                let area = if n.is_multiple_of(2) { "418" } else { "416" };
                for (at, mut record) in [
                    record(2 * n, &format!("{area}555{n:04}"), ""),
                    record(2 * n + 1, "", city(n)),
                ]
                .into_iter()
                .enumerate()
                {
                    record.health_numbers.push(whose_model::IssuedNumber {
                        scheme: whose_model::Scheme::new("ca-bc"),
                        number: Phi::new(format!("9{n:09}")),
                        holds: true,
                    });
                    nodes.push(&record);
                    // What tells which area goes with which city.
                    let told = format!("{area}554{n:04}");
                    let home = if n.is_multiple_of(2) {
                        "Québec"
                    } else {
                        "Toronto"
                    };
                    nodes.push(&self::record(10_000 + 2 * n + at as u64, &told, home));
                }
            }
            nodes.freeze();
            nodes.sort();
            Regions::new(&nodes).stayed
        };
        let stay = |n: u64| {
            if n.is_multiple_of(2) {
                "Québec"
            } else {
                "Toronto"
            }
        };
        let mix = |n: u64| if n % 4 < 2 { "Québec" } else { "Toronto" };
        assert!(of(&stay) > 0.95);
        assert!(of(&mix) < 0.3);
    }
}
