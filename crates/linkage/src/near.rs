//! Names in use in, how likely a stranger's name is a slip or a nickname away out.
//!
//! Lee and Li are two names that many have; nobody has a name one letter from
//! Vaillancourt but by a slip. A name within reach therefore says little of
//! the first and nearly as much as the very name of the second. Which it is,
//! the case tells by the names that are in use in it.

use std::cmp::Reverse;

use hashbrown::HashMap;

use crate::{
    frequency::BuildMix,
    names::Form,
    strings::{Strings, Sym},
    text::damerau,
};

/// So many of the most frequent names are compared with each other.
const MOST_NAMES: usize = 2048;
/// Longer names are as this long ones.
const LONGEST: usize = 12;

/// For each name in use the share of people whose name is near it, and the same by length.
#[derive(Default)]
pub(crate) struct Near {
    of_name: HashMap<Sym, f64, BuildMix>,
    by_length: [f64; LONGEST + 1],
}

impl Near {
    /// Of names that `is_in_use`; `is_near` tells of two forms and texts.
    pub(crate) fn new(
        names: &Strings,
        forms: &[Form],
        counts: &[u32],
        least: u32,
        is_near: impl Fn(Sym, Sym) -> bool,
    ) -> Self {
        let mut in_use: Vec<Sym> = (1..counts.len() as Sym)
            .filter(|sym| counts[*sym as usize] >= least && !forms[*sym as usize].is_initial)
            .collect();
        // By text, because numbers follow the order of first sight.
        in_use.sort_unstable_by_key(|sym| (Reverse(counts[*sym as usize]), names.get(*sym)));
        in_use.truncate(MOST_NAMES);
        let of = |sym: Sym| f64::from(counts[sym as usize]);
        let all: f64 = in_use.iter().map(|sym| of(*sym)).sum();
        let mut near = Self::default();
        let mut weight = [0.0; LONGEST + 1];
        for one in &in_use {
            let sum: f64 = in_use
                .iter()
                .filter(|other| *other != one && is_near(*one, **other))
                .map(|other| of(*other))
                .sum();
            near.of_name.insert(*one, sum / all);
            let length = length(names, *one);
            near.by_length[length] += of(*one) * sum / all;
            weight[length] += of(*one);
        }
        for (share, weight) in near.by_length.iter_mut().zip(weight) {
            *share /= f64::max(weight, 1.0);
        }
        near
    }

    /// The share of people who have another name that is near this one.
    pub(crate) fn share(&self, names: &Strings, name: Sym) -> f64 {
        self.of_name
            .get(&name)
            .copied()
            .unwrap_or_else(|| self.by_length[length(names, name)])
    }
}

fn length(names: &Strings, name: Sym) -> usize {
    names.get(name).len().min(LONGEST)
}

/// A slip apart, or alike to a machine that reads.
pub(crate) fn is_close(one: &Form, other: &Form, a: &str, b: &str) -> bool {
    ((one.mask ^ other.mask).count_ones() <= 4 && is_slip(a, b))
        || (one.looks == other.looks && a.len().min(b.len()) >= 4)
}

/// One slip in a short name, two in a long one.
pub(crate) fn is_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let shortest = a.len().min(b.len());
    let most = match shortest {
        0..=3 => return false,
        4..=7 => 1,
        _ => 2,
    };
    damerau(a, b, most) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_near_many_says_less_than_one_that_nobody_is_near() {
        let mut names = Strings::new();
        let counts: Vec<u32> = [("", 0), ("tran", 400), ("tram", 300), ("vaillancourt", 300)]
            .map(|(text, count)| {
                names.intern(text);
                count
            })
            .to_vec();
        let forms = crate::names::forms(&names);
        let close = |a: Sym, b: Sym| {
            let (one, other) = (&forms[a as usize], &forms[b as usize]);
            is_close(one, other, names.get(a), names.get(b))
        };
        let near = Near::new(&names, &forms, &counts, 8, close);
        assert!((near.share(&names, 1) - 0.3).abs() < 1e-9);
        assert!((near.share(&names, 2) - 0.4).abs() < 1e-9);
        assert_eq!(near.share(&names, 3), 0.0);
        // A rare name is as near to others as those of its length are.
        let (short, long) = (names.intern("tyan"), names.intern("villancourts"));
        assert!(near.share(&names, short) > 0.3);
        assert_eq!(near.share(&names, long), 0.0);
    }
}
