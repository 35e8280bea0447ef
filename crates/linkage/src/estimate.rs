//! Expectation-maximisation: how often records of one person agree in this case, learnt without truth.
//!
//! Learnt are m, how relatives agree, and the pair counts, each kept within
//! bounds of the model's own, and the model's own weigh in as so many imagined
//! pairs; a small case therefore stays with the defaults and an odd one cannot
//! run away. How strangers agree is not learnt from candidate pairs, which were
//! chosen for agreeing; it comes from how often each value stands in the case.

use crate::{
    Level, Model, Parallel,
    compare::{Compared, MISSING},
    field::{Field, N_FIELDS},
    parallel,
    weigh::{N_KINDS, Weights},
};

/// The model's own m counts as this many pairs.
const IMAGINED_PAIRS: f64 = 100.0;
/// The model's own pair counts count as those of this many records.
const IMAGINED_RECORDS: f64 = 25.0;
/// m may move by at most this factor.
const MOST_MOVED: f64 = 4.0;
/// What is said of relatives counts as this many pairs and may move by at most this factor:
/// there are fewer of them, and who they are is less sure.
const IMAGINED_RELATIVES: f64 = 400.0;
const MOST_MOVED_RELATIVES: f64 = 3.0;
/// People have at most this many times as many records as the model expects.
const MOST_RECORDS_MORE: f64 = 24.0;
const N_ROUNDS: usize = 12;

/// The model, moved towards the pairs. `scale` is how many candidate pairs each sampled one stands for.
pub(crate) fn estimate(
    model: &Model,
    n: usize,
    pairs: &[Compared],
    scale: f64,
    map: &dyn Parallel,
) -> Model {
    let mut estimated = model.clone();
    if pairs.is_empty() || !model.estimate {
        return estimated;
    }
    let ranges = parallel::parts(pairs.len(), 8192);
    for _ in 0..N_ROUNDS {
        let weights = Weights::new(&estimated, n);
        let sums = parallel::collect(map, ranges.len(), |part| {
            let mut sum = Sums::default();
            for pair in &pairs[ranges[part].clone()] {
                sum.add(&weights, pair);
            }
            sum
        });
        let mut all = Sums::default();
        for sum in &sums {
            all.join(sum);
        }
        // The model's own counts weigh in as so many records.
        let n = n as f64;
        let moved = |own: f64, kind: usize| {
            (IMAGINED_RECORDS * own + all.kinds[kind] * scale) / (IMAGINED_RECORDS + n)
        };
        let (expected, own) = (&mut estimated.expected, &model.expected);
        // A pile of one frequent name is not one person with all of it.
        expected.one_person = moved(own.one_person, 0).min(own.one_person * MOST_RECORDS_MORE);
        expected.household = moved(own.household, 2);
        // Where there are no families there are no twins: a pair that looks like twins is then a slip.
        let families = expected.household / own.household;
        let most = |own: f64| own * (MOST_MOVED * families).powi(2).clamp(1e-6, MOST_MOVED);
        expected.twins = moved(own.twins, 3).min(most(own.twins));
        expected.namesakes = moved(own.namesakes, 4).min(most(own.namesakes));
        for (comparison, own) in estimated.comparisons.iter_mut().zip(&model.comparisons) {
            let field = comparison.field as usize;
            if comparison.levels.len() < 2
                || matches!(comparison.field, Field::Suffix | Field::Region)
            {
                continue;
            }
            for kind in LEARNT {
                let (imagined, most_moved) = match kind {
                    0 => (IMAGINED_PAIRS, MOST_MOVED),
                    _ => (IMAGINED_RELATIVES, MOST_MOVED_RELATIVES),
                };
                let seen = &all.levels[kind][field];
                let total: f64 = seen.iter().sum::<f64>() + imagined;
                let mut sum = 0.0;
                for (level, own) in comparison.levels.iter_mut().zip(&own.levels) {
                    let own = own.all()[kind];
                    let found = (seen[level.level as usize] + imagined * own) / total;
                    let p = level.of_mut(kind);
                    *p = found.clamp(own / most_moved, (own * most_moved).min(0.995));
                    sum += *p;
                }
                for level in &mut comparison.levels {
                    *level.of_mut(kind) /= sum;
                }
            }
            for level in &mut comparison.levels {
                // Twins are born without a name no more often than others are.
                if level.level == Level::Unnamed {
                    level.twins = level.m;
                }
            }
        }
    }
    estimated
}

/// One person, household, twins, namesakes.
const LEARNT: [usize; 4] = [0, 2, 3, 4];

const N_LEVELS: usize = Level::Different as usize + 1;

struct Sums {
    kinds: [f64; N_KINDS],
    levels: [[[f64; N_LEVELS]; N_FIELDS]; N_KINDS],
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            kinds: [0.0; N_KINDS],
            levels: [[[0.0; N_LEVELS]; N_FIELDS]; N_KINDS],
        }
    }
}

impl Sums {
    fn add(&mut self, weights: &Weights, pair: &Compared) {
        let kinds = weights.kinds(pair);
        let most = kinds.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let shares = kinds.map(|bits| f64::from((bits - most).exp2()));
        let sum: f64 = shares.iter().sum();
        for (kind, share) in self.kinds.iter_mut().zip(shares) {
            *kind += share / sum;
        }
        for kind in LEARNT {
            let share = shares[kind] / sum;
            if share < 1e-4 {
                continue;
            }
            for (field, level) in pair.levels.iter().enumerate() {
                // A newborn under the mother's number does not tell how often others of a household share one.
                let is_mothers =
                    pair.is_newborn && kind > 1 && field == Field::HealthNumber as usize;
                if *level != MISSING && !is_mothers {
                    self.levels[kind][field][*level as usize] += share;
                }
            }
        }
    }

    fn join(&mut self, other: &Self) {
        for (a, b) in self.kinds.iter_mut().zip(other.kinds) {
            *a += b;
        }
        for (a, b) in self
            .levels
            .iter_mut()
            .flatten()
            .flatten()
            .zip(other.levels.iter().flatten().flatten())
        {
            *a += b;
        }
    }
}
