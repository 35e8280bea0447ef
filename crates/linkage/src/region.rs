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
    strings::{Strings, Sym},
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

/// How many people still live where the other record has them.
const STAYED: f64 = 0.85;
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
        regions
    }

    /// How many times likelier two records of one person tell these two regions than two of strangers.
    pub(crate) fn lift(&self, a: u32, b: u32) -> Option<f64> {
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
        let of_place = if kind == kind_of_other {
            f64::from(u8::from(told == other)) / chance
        } else {
            let both = self.both.get(&key(told, other)).copied().unwrap_or(0);
            let with = f64::from(self.with[usize::from(told)][kind_of_other]);
            (f64::from(both) / chance + IMAGINED) / (with + IMAGINED)
        };
        Some((STAYED * of_place + 1.0 - STAYED).min(MOST_LIFT))
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
}
