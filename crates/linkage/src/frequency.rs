//! How often each value stands in the case: agreement on a rare one says more.
//!
//! The pair under comparison is taken out of the count, and a share of the
//! model's own u is mixed in, so that a small case does not mistake "seen
//! twice here" for "half of all people".

use hashbrown::HashMap;

use crate::{
    compact::{Birth, Nodes},
    dates::Window,
    names::Form,
    near::{Near, is_close},
    newborn::Newborns,
    strings::Sym,
    together::together,
};

/// Counts over distinct contents.
pub(crate) struct Frequency {
    given: Vec<u32>,
    /// For each given name how many women and how many men have it.
    given_sex: Vec<[u32; 2]>,
    family: Vec<u32>,
    /// By group of nicknames, how many have one of its names.
    of_group: HashMap<u16, u32>,
    near_given: Near,
    near_family: Near,
    pub(crate) newborns: Newborns,
    strings: Vec<u32>,
    births: HashMap<u32, u32, BuildMix>,
    /// How many are born in a year or before.
    until_year: Vec<u32>,
    n: Totals,
    /// How many times likelier strangers share both names than either by itself says.
    pub(crate) together: f64,
    /// Full dates that so many records give that they must stand for "not known".
    pub(crate) defaults: Vec<u32>,
}

#[derive(Default)]
struct Totals {
    given: u32,
    family: u32,
    births: u32,
    phones: u32,
    emails: u32,
    streets: u32,
    postals: u32,
    cities: u32,
    numbers: u32,
}

/// Values counted in `strings`, by kind.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Phone,
    Email,
    Street,
    Postal,
    City,
    Number,
}

/// As many imagined other records the model's own u counts for.
const IMAGINED: f64 = 200.0;

/// The same for names near each other: most names of a small case are in use somewhere else.
const IMAGINED_NEAR: f64 = 2000.0;

/// A name that so many records have is no slip ...
const IN_USE: u32 = 8;
/// ... unless it is this small a share of the name it would be a slip of.
const OF_ONE_SLIP: f64 = 0.02;

/// Nobody in a pile is born after it.
const LAST_YEAR: usize = 2100;

impl Frequency {
    pub(crate) fn count(nodes: &Nodes, forms: &[Form]) -> Self {
        let mut frequency = Self {
            given: vec![0; nodes.name_strings.len()],
            given_sex: vec![[0; 2]; nodes.name_strings.len()],
            family: vec![0; nodes.name_strings.len()],
            of_group: HashMap::default(),
            near_given: Near::default(),
            near_family: Near::default(),
            newborns: Newborns::new(nodes, forms),
            strings: vec![0; nodes.strings.len()],
            births: HashMap::default(),
            until_year: vec![0; LAST_YEAR + 1],
            n: Totals::default(),
            together: together(nodes, forms),
            defaults: Vec::new(),
        };
        let n = &mut frequency.n;
        let add = |counts: &mut Vec<u32>, sym: Sym, total: &mut u32| {
            if sym != 0 {
                counts[sym as usize] += 1;
                *total += 1;
            }
        };
        for node in 0..nodes.len() as u32 {
            if let Some(name) = nodes.names(node).first() {
                add(&mut frequency.given, name.given, &mut n.given);
                add(&mut frequency.family, name.family, &mut n.family);
                if let sex @ 1..=2 = nodes.heads[node as usize].sex {
                    frequency.given_sex[name.given as usize][usize::from(sex) - 1] += 1;
                }
            }
            if let Some(birth) = nodes.births(node).first() {
                *frequency.births.entry(birth.code()).or_default() += 1;
                frequency.until_year[birth.year.clamp(0, LAST_YEAR as i16) as usize] += 1;
                n.births += 1;
            }
            for phone in nodes.phones(node) {
                add(&mut frequency.strings, *phone, &mut n.phones);
            }
            for email in nodes.emails(node) {
                add(&mut frequency.strings, *email, &mut n.emails);
            }
            for address in nodes.addresses(node) {
                add(&mut frequency.strings, address.street, &mut n.streets);
                add(&mut frequency.strings, address.postal, &mut n.postals);
                add(&mut frequency.strings, address.city, &mut n.cities);
            }
            for number in nodes.numbers(node) {
                add(&mut frequency.strings, number.number, &mut n.numbers);
            }
        }
        for year in 1..=LAST_YEAR {
            frequency.until_year[year] += frequency.until_year[year - 1];
        }
        let mut seen: Vec<u32> = Vec::new();
        for node in 0..nodes.len() as u32 {
            for birth in nodes.births(node) {
                let count = frequency.births.get(&birth.code()).copied().unwrap_or(0);
                if birth.is_full()
                    && count > 30
                    && u64::from(count) * 100 > u64::from(frequency.n.births)
                    && !seen.contains(&birth.code())
                {
                    seen.push(birth.code());
                }
            }
        }
        frequency.defaults = seen;
        for (form, count) in forms.iter().zip(&frequency.given) {
            for group in form.groups.iter().filter(|group| **group != 0) {
                *frequency.of_group.entry(*group).or_default() += count;
            }
        }
        let names = &nodes.name_strings;
        let close = |a: Sym, b: Sym| {
            let (one, other) = (&forms[a as usize], &forms[b as usize]);
            one.joined != other.joined && is_close(one, other, names.get(a), names.get(b))
        };
        frequency.near_family = Near::new(names, forms, &frequency.family, IN_USE, close);
        frequency.near_given = Near::new(names, forms, &frequency.given, IN_USE, |a, b| {
            close(a, b) && !frequency.are_two_givens(a, b)
        });
        frequency
    }

    fn share(count: u32, total: u32, u: f64) -> f64 {
        let others = f64::from(count.saturating_sub(2));
        let n = f64::from(total.saturating_sub(2));
        (others + IMAGINED * u) / (n + IMAGINED)
    }

    /// Whether two given names that look like a slip are two names, each in use: Noah and Norah, Manpreet and Harpreet.
    pub(crate) fn are_two_givens(&self, a: Sym, b: Sym) -> bool {
        let (a, b) = (self.given[a as usize], self.given[b as usize]);
        let (rarer, commoner) = (a.min(b), a.max(b));
        rarer >= IN_USE && f64::from(rarer) > f64::from(commoner) * OF_ONE_SLIP
    }

    /// How likely two strangers share this given name.
    pub(crate) fn given(&self, sym: Sym, form: &Form, u: f64) -> f64 {
        let share = Self::share(self.given[sym as usize], self.n.given, u);
        if form.is_common { share.max(u) } else { share }
    }

    /// How likely a bearer of this given name is a woman, by those whose sex is told.
    pub(crate) fn female(&self, given: Sym) -> f32 {
        if given == 0 {
            return 0.5;
        }
        let [women, men] = self.given_sex[given as usize].map(|n| n as f32);
        (women + 0.5) / (women + men + 1.0)
    }

    /// How likely two strangers share this family name.
    pub(crate) fn family(&self, sym: Sym, form: &Form, u: f64) -> f64 {
        let share = Self::share(self.family[sym as usize], self.n.family, u);
        if form.is_common { share.max(u) } else { share }
    }

    /// How likely two strangers' given names stand for each other as these two do.
    pub(crate) fn given_variant(&self, a: (Sym, &Form), b: (Sym, &Form), u: f64) -> f64 {
        // The rarer of the two was written for the commoner, or is a stranger's who has one of those that are.
        let commoner = self.given[a.0 as usize].max(self.given[b.0 as usize]);
        let shared = a.1.groups.iter().filter(|group| b.1.groups.contains(group));
        let of_group = shared.filter_map(|group| self.of_group.get(group)).max();
        Self::share(
            of_group.map_or(0, |n| n - commoner.min(*n)),
            self.n.given,
            u,
        )
    }

    /// How likely two strangers have two given names in use that are as near each other as these.
    pub(crate) fn given_close(&self, nodes: &Nodes, a: Sym, b: Sym, u: f64) -> f64 {
        near(&self.near_given, nodes, [a, b], self.n.given, u)
    }

    /// The same for family names.
    pub(crate) fn family_close(&self, nodes: &Nodes, a: Sym, b: Sym, u: f64) -> f64 {
        near(&self.near_family, nodes, [a, b], self.n.family, u)
    }

    /// How likely two strangers share this birth date.
    pub(crate) fn birth(&self, birth: Birth, u: f64) -> f64 {
        let count = self.births.get(&birth.code()).copied().unwrap_or(0);
        Self::share(count, self.n.births, u)
    }

    /// How likely a stranger was born in this window.
    pub(crate) fn born(&self, window: Window, u: f64) -> f64 {
        let (first, last) = window.years();
        let until = |year: u32| f64::from(self.until_year[(year as usize).min(LAST_YEAR)]);
        // It begins and ends within a year, on average in the middle.
        let n_years = f64::from(last - first.min(last));
        let share = n_years.max(0.5) / (n_years + 1.0);
        let born = (until(last) - until(first.saturating_sub(1))) * share;
        (born + IMAGINED * u) / (f64::from(self.n.births) + IMAGINED)
    }

    /// How likely two strangers share this value.
    pub(crate) fn other(&self, kind: Kind, sym: Sym, u: f64) -> f64 {
        let total = match kind {
            Kind::Phone => self.n.phones,
            Kind::Email => self.n.emails,
            Kind::Street => self.n.streets,
            Kind::Postal => self.n.postals,
            Kind::City => self.n.cities,
            Kind::Number => self.n.numbers,
        };
        let count = self.strings[sym as usize];
        // A number that few records share is their person's; one that many share is a form's.
        let is_own = matches!(kind, Kind::Number | Kind::Email | Kind::Phone);
        if is_own && count <= 8 {
            return u;
        }
        let share = Self::share(count, total, u);
        if is_own { share.max(u) } else { share }
    }
}

fn near(near: &Near, nodes: &Nodes, names: [Sym; 2], total: u32, u: f64) -> f64 {
    let share = |name: Sym| near.share(&nodes.name_strings, name);
    let n = f64::from(total);
    (share(names[0]).max(share(names[1])) * n + IMAGINED_NEAR * u) / (n + IMAGINED_NEAR)
}

/// Hashes small numbers by `strings::mix`.
#[derive(Clone, Default)]
pub(crate) struct BuildMix;

impl std::hash::BuildHasher for BuildMix {
    type Hasher = MixHasher;

    fn build_hasher(&self) -> MixHasher {
        MixHasher(0)
    }
}

/// See `BuildMix`.
pub(crate) struct MixHasher(u64);

impl std::hash::Hasher for MixHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = crate::strings::mix(self.0, crate::strings::hash(bytes));
    }

    fn write_u32(&mut self, word: u32) {
        self.0 = crate::strings::mix(self.0, u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = crate::strings::mix(self.0, word);
    }
}
