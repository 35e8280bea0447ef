//! How many times likelier two strangers share given and family name together than each by itself says.
//!
//! Names go together: whoever is called Jeannie is a Petiquay more often than
//! all people are. How much so, the case itself tells by records that are two
//! people's for sure: born on other days and living in other cities, so that
//! father and son do not count.

use hashbrown::HashMap;

use crate::{
    Level,
    compact::{Birth, Nodes},
    dates::birth_level,
    frequency::BuildMix,
    names::Form,
    strings::Sym,
};

/// So many records tell it.
const SAMPLED: usize = 500_000;
/// Of one full name so many records are looked at.
const OF_ONE_NAME: usize = 64;
/// Counts as this many pairs for names that do not go together.
const IMAGINED: f64 = 200.0;
/// More would say that names tell nothing.
const MOST: f64 = 32.0;

struct Seen {
    given: Sym,
    family: Sym,
    birth: Birth,
    city: Sym,
}

pub(crate) fn together(nodes: &Nodes, forms: &[Form]) -> f64 {
    let step = nodes.len().div_ceil(SAMPLED).max(1);
    let mut seen: Vec<Seen> = (0..nodes.len() as u32)
        .step_by(step)
        .filter_map(|node| {
            let (name, birth) = (nodes.names(node).first()?, *nodes.births(node).first()?);
            let city = nodes.addresses(node).first()?.city;
            let is_whole = name.given != 0 && name.family != 0 && city != 0 && birth.is_full();
            (is_whole && !forms.get(name.given as usize)?.is_initial).then_some(Seen {
                given: name.given,
                family: name.family,
                birth,
                city,
            })
        })
        .collect();
    let share = |of: fn(&Seen) -> Sym| {
        let mut counts: HashMap<u32, f64, BuildMix> = HashMap::default();
        for one in &seen {
            *counts.entry(of(one)).or_default() += 1.0;
        }
        // Not by a map's own order, which would decide how it is rounded.
        let mut counts: Vec<f64> = counts.into_values().collect();
        counts.sort_unstable_by(f64::total_cmp);
        let n = seen.len() as f64;
        counts
            .iter()
            .map(|count| count * (count - 1.0))
            .sum::<f64>()
            / (n * (n - 1.0)).max(1.0)
    };
    let n = seen.len() as f64;
    let expected = n * (n - 1.0) / 2.0
        * share(|one| one.given)
        * share(|one| one.family)
        * (1.0 - share(|one| one.city));
    // Stable, because numbers of names follow the order of first sight.
    seen.sort_by_key(|one| (one.given, one.family));
    let mut found = 0_u64;
    for all in seen.chunk_by(|a, b| (a.given, a.family) == (b.given, b.family)) {
        let some = &all[..all.len().min(OF_ONE_NAME)];
        let mut n_apart = 0_u64;
        for (at, one) in some.iter().enumerate() {
            for other in &some[at + 1..] {
                let is_apart = one.city != other.city
                    && birth_level(one.birth, other.birth) == Level::Different;
                n_apart += u64::from(is_apart);
            }
        }
        let pairs = |n: usize| n as u64 * n.saturating_sub(1) as u64;
        found += n_apart * pairs(all.len()) / pairs(some.len()).max(1);
    }
    ((found as f64 + IMAGINED) / (expected + IMAGINED)).clamp(1.0, MOST)
}
