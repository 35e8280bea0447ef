//! How many of a whole there are, from a sample of it: exact limits, and the sample that is needed for them.
//!
//! Drawing without replacement from a known number of things is hypergeometric.
//! The limits are those of the two one-sided exact tests turned around (Clopper
//! and Pearson's construction, on the hypergeometric distribution): they hold
//! for every sample size, also when nothing or everything was found, and shrink
//! to a point when all of it was looked at. Counts in, counts out; no clock, no chance.

use statrs::distribution::{DiscreteCDF as _, Hypergeometric};

/// At least and at most so many of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Not fewer.
    pub low: u64,
    /// Not more.
    pub high: u64,
}

/// The limits on how many of `n_all` have a mark, when `n_found` of `n_drawn` drawn at random have it.
///
/// `confidence` is that of the two limits together, between 0 and 1. Numbers that
/// cannot be (more found than drawn, more drawn than there are) are cut to what can.
pub fn limits(n_all: u64, n_drawn: u64, n_found: u64, confidence: f64) -> Limits {
    let n_drawn = n_drawn.min(n_all);
    let n_found = n_found.min(n_drawn);
    let tail = (1.0 - confidence.clamp(0.0, 1.0)) / 2.0;
    // What was seen is there, and what was seen without the mark is without it.
    let (least, most) = (n_found, n_all - (n_drawn - n_found));
    let low = first(least, most, |n_marked| {
        at_least(n_all, n_marked, n_drawn, n_found) > tail
    });
    let high = first(low, most, |n_marked| {
        at_most(n_all, n_marked, n_drawn, n_found) <= tail
    });
    Limits {
        low,
        // The first count that is too unlikely is one too many, unless none is.
        high: if at_most(n_all, high, n_drawn, n_found) <= tail {
            high.saturating_sub(1).max(low)
        } else {
            high
        },
    }
}

/// How many must be drawn so that, when none of them has the mark, at most `share` of the whole can have it.
pub fn enough(n_all: u64, share: f64, confidence: f64) -> u64 {
    let most = (n_all as f64 * share.clamp(0.0, 1.0)).floor() as u64;
    first(0, n_all, |n_drawn| {
        limits(n_all, n_drawn, 0, confidence).high <= most
    })
}

/// The first number from `from` to `to` for which `holds`, which holds for all above it; `to` when there is none.
fn first(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

fn at_most(n_all: u64, n_marked: u64, n_drawn: u64, n: u64) -> f64 {
    Hypergeometric::new(n_all, n_marked, n_drawn).map_or(1.0, |law| law.cdf(n))
}

fn at_least(n_all: u64, n_marked: u64, n_drawn: u64, n: u64) -> f64 {
    match n.checked_sub(1) {
        Some(below) => 1.0 - at_most(n_all, n_marked, n_drawn, below),
        None => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Binomial coefficients as exact numbers.
    fn choose(n: u128, k: u128) -> u128 {
        (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
    }

    /// The chance of `from..=to` marked ones, counted out.
    fn counted(n_all: u64, n_marked: u64, n_drawn: u64, from: u64, to: u64) -> f64 {
        let (n, k, d) = (u128::from(n_all), u128::from(n_marked), u128::from(n_drawn));
        let ways: u128 = (u128::from(from)..=u128::from(to))
            .filter(|&x| x <= k && x <= d && d - x <= n - k)
            .map(|x| choose(k, x) * choose(n - k, d - x))
            .sum();
        ways as f64 / choose(n, d) as f64
    }

    #[test]
    fn limits_are_those_that_counting_out_gives() {
        for n_all in [1, 7, 20, 40] {
            for n_drawn in [0, 1, 3, n_all / 2, n_all] {
                let n_drawn = n_drawn.min(n_all);
                for n_found in 0..=n_drawn {
                    // No chance here is this one exactly.
                    let tail = (1.0 - 0.9503) / 2.0;
                    let possible = |n: &u64| {
                        counted(n_all, *n, n_drawn, n_found, n_drawn) > tail
                            && counted(n_all, *n, n_drawn, 0, n_found) > tail
                    };
                    let all: Vec<u64> = (n_found..=n_all - (n_drawn - n_found))
                        .filter(possible)
                        .collect();
                    let limits = limits(n_all, n_drawn, n_found, 0.9503);
                    assert_eq!(
                        (limits.low, limits.high),
                        (all[0], all[all.len() - 1]),
                        "{n_found} of {n_drawn} of {n_all}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_whole_that_was_looked_at_is_known() {
        assert_eq!(limits(500, 500, 17, 0.95), Limits { low: 17, high: 17 });
        assert_eq!(limits(0, 0, 0, 0.95), Limits { low: 0, high: 0 });
    }

    #[test]
    fn nothing_looked_at_says_nothing() {
        assert_eq!(limits(500, 0, 0, 0.95), Limits { low: 0, high: 500 });
    }

    #[test]
    fn a_large_whole_has_the_limits_of_clopper_and_pearson() {
        // None of 100: 0 to 3.62 %, the two-sided 95 % limits of the binomial.
        let limits = limits(100_000_000, 100, 0, 0.95);
        assert_eq!(limits.low, 0);
        assert!((limits.high as f64 / 1e8 - 0.0362).abs() < 0.0001);
    }

    #[test]
    fn the_proposed_sample_is_enough_and_one_less_is_not() {
        for (n_all, share) in [(40, 0.05), (1_000, 0.05), (1_000_000, 0.01)] {
            let n = enough(n_all, share, 0.95);
            let most = (n_all as f64 * share) as u64;
            assert!(limits(n_all, n, 0, 0.95).high <= most);
            assert!(limits(n_all, n - 1, 0, 0.95).high > most);
        }
        assert_eq!(enough(0, 0.05, 0.95), 0);
    }

    proptest::proptest! {
        #[test]
        fn what_was_found_lies_within_the_limits(n_all in 0_u64..5_000, drawn in 0_u64..5_000, found in 0_u64..5_000) {
            let limits = limits(n_all, drawn, found, 0.95);
            let (drawn, found) = (drawn.min(n_all), found.min(drawn).min(n_all));
            proptest::prop_assert!(limits.low <= limits.high && limits.high <= n_all);
            if drawn > 0 {
                let likely = n_all as f64 * found as f64 / drawn as f64;
                proptest::prop_assert!(limits.low as f64 <= likely + 1.0 && likely <= limits.high as f64 + 1.0);
            }
        }
    }
}
