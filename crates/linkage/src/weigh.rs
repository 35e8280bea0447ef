//! Comparison levels in, match weight out: how much more likely one person is than two.
//!
//! `weight = log2(N₁ · Πm) − log2(Σ Nₖ · Πuₖ)` over the rivals k: strangers,
//! household, twins, namesakes. N counts the pairs of each kind that the case
//! is expected to hold, so the prior is in the weight.

use crate::{
    Comparison, Field, Level, Model, Rival,
    compare::{Compared, MISSING},
    field::N_FIELDS,
};

/// Daughters named for their mothers, next to sons named for their fathers: one in eight.
const NAMED_FOR_MOTHER: f32 = 0.125;

/// How much more often women take another family name than all people do on average, and men less.
const OTHER_NAME_OF_WOMAN: f32 = 1.87;
const OTHER_NAME_OF_MAN: f32 = 0.35;
/// Whoever has no given name yet has not taken another family name; it is the mother's, and seldom then the father's.
const OTHER_NAME_OF_NEWBORN: f32 = 0.1;

const N_LEVELS: usize = Level::Different as usize + 1;
/// One person, then the rivals.
pub(crate) const N_KINDS: usize = 1 + Rival::ALL.len();

/// Fields that say one thing together: what one of them says hangs on the others. Names stand first.
const BLOCKS: &[&[Field]] = &[
    &[
        Field::Given,
        Field::Family,
        Field::NameOrder,
        Field::Middle,
        Field::Suffix,
    ],
    &[Field::Street, Field::Place, Field::City, Field::Region],
    &[Field::BirthDate, Field::Age],
    &[Field::Sex],
    &[Field::HealthNumber],
    &[Field::LifeNumber],
    &[Field::ChartNumber],
    &[Field::Phone],
    &[Field::Email],
];

/// More than this is certain.
const MOST_BITS: f32 = 100.0;
/// More agreeing records than this are copies of each other as often as not.
const MOST_AGREEING: usize = 8;

/// A model as logarithms, ready to add.
#[derive(Clone)]
pub(crate) struct Weights {
    /// log2 of m and of each rival's u; 0 in all for a level the model leaves out.
    bits: [[[f32; N_KINDS]; N_LEVELS]; N_FIELDS],
    /// How many distinct records there are.
    n: f32,
    /// log2 of how many pairs of each kind are expected.
    counts: [f32; N_KINDS],
    u: [[f64; N_LEVELS]; N_FIELDS],
    by_value: [bool; N_FIELDS],
}

/// A weight and against whom it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    pub(crate) bits: f32,
    pub(crate) rival: Rival,
}

/// How a record fits a person, each as many times likelier than it is of a stranger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    /// As bits.
    pub(crate) own: f32,
    /// Of the person's relatives together.
    pub(crate) relatives: f32,
}

impl Weights {
    pub(crate) fn new(model: &Model, n: usize) -> Self {
        let mut weights = Self {
            n: n.max(2) as f32,
            bits: [[[0.0; N_KINDS]; N_LEVELS]; N_FIELDS],
            counts: [0.0; N_KINDS],
            u: [[0.5; N_LEVELS]; N_FIELDS],
            by_value: [false; N_FIELDS],
        };
        for comparison in &model.comparisons {
            let field = comparison.field as usize;
            // A level that a model leaves out says nothing, however rare the value.
            weights.by_value[field] = comparison.term_frequency
                && comparison
                    .levels
                    .iter()
                    .any(|level| matches!(level.level, Level::Same | Level::Swapped | Level::Part));
            for level in &comparison.levels {
                let index = level.level as usize;
                weights.u[field][index] = level.u;
                weights.bits[field][index] = level.all().map(|p| p.log2() as f32);
            }
        }
        let n = n.max(2) as f64;
        let expected = &model.expected;
        let strangers = n * (n - 1.0) / 2.0;
        weights.counts = [
            (expected.one_person * n).min(strangers.max(1.0)),
            strangers,
            (expected.household * n).min(strangers),
            expected.twins * n,
            expected.namesakes * n,
        ]
        .map(|count| count.log2() as f32);
        weights
    }

    pub(crate) fn u(&self, field: Field, level: Level) -> f64 {
        self.u[field as usize][level as usize]
    }

    /// How likely a level is between two records of one person.
    pub(crate) fn m(&self, field: Field, level: Level) -> f64 {
        f64::from(self.bits[field as usize][level as usize][0].exp2())
    }

    /// Whether the model compares this field at all.
    fn has(&self, field: usize, level: usize) -> bool {
        self.bits[field][level] != [0.0; N_KINDS]
    }

    /// log2 of the expected pairs of each kind with these levels.
    pub(crate) fn kinds(&self, compared: &Compared) -> [f32; N_KINDS] {
        let mut sums = self.counts;
        for field in 0..N_FIELDS {
            let level = compared.levels[field];
            if level == MISSING {
                continue;
            }
            let bits = &self.bits[field][level as usize];
            for (sum, bits) in sums.iter_mut().zip(bits) {
                *sum += bits;
            }
            if compared.is_newborn && field == Field::HealthNumber as usize {
                // Newborns stand under the mother's number: it tells them from strangers only.
                for (kind, bits_of) in bits.iter().enumerate().skip(2) {
                    sums[kind] += bits[0].max(*bits_of) - bits_of;
                }
            }
            if compared.u[field] < 0.0 && self.by_value[field] {
                sums[1] += compared.u[field] - bits[1];
                // Twins and housemates share given name or birth date by chance as strangers do, not less.
            }
        }
        // A share of women and one of men, where the sex is only likely.
        let of_sex = |women: f32, men: f32| (compared.female * (women - men) + men).log2();
        sums[1 + Rival::Namesakes as usize] += of_sex(NAMED_FOR_MOTHER, 1.0);
        if compared.is(Field::Family, Level::Different) {
            sums[0] += match compared.is(Field::Given, Level::Unnamed) {
                true => OTHER_NAME_OF_NEWBORN.log2(),
                false => of_sex(OTHER_NAME_OF_WOMAN, OTHER_NAME_OF_MAN),
            };
        }
        sums
    }

    /// The prior's share of a weight against a rival.
    pub(crate) fn prior(&self, rival: Rival) -> f32 {
        self.counts[0] - self.counts[1 + rival as usize]
    }

    /// How a record fits a person of whom `n_records` agree with it as well as the compared one does.
    ///
    /// A person with many records is the likelier to have one more.
    /// `is_of_two`: the person is known to have a namesake in the family.
    pub(crate) fn fit(&self, compared: &Compared, n_records: usize, is_of_two: bool) -> Fit {
        let [one, strangers, mut relatives @ ..] = self.kinds(compared);
        if is_of_two {
            let levels = &self.bits[Field::Suffix as usize][Level::Partial as usize];
            relatives[2] += levels[1 + Rival::Namesakes as usize] - levels[0];
        }
        let strangers = strangers - self.counts[1];
        let of = |bits: f32, count: f32| (bits - count - strangers).min(MOST_BITS);
        // Each record of one person has a share of a pair with each record of relatives: twice the pairs, by record.
        let relatives_of_one = self.n.log2() - 1.0;
        Fit {
            own: of(one, self.counts[0]) + (n_records.clamp(1, MOST_AGREEING) as f32).log2(),
            relatives: relatives
                .iter()
                .map(|bits| of(*bits, relatives_of_one).exp2())
                .sum::<f32>(),
        }
    }

    /// How likely two people are relatives, in bits, and which kind of relatives they are likeliest.
    pub(crate) fn relation(&self, compared: &Compared) -> (f32, usize) {
        let [_, strangers, relatives @ ..] = self.kinds(compared);
        let (kind, most) =
            relatives
                .iter()
                .copied()
                .enumerate()
                .fold((0, f32::NEG_INFINITY), |best, next| {
                    if next.1 > best.1 { next } else { best }
                });
        let odds = (most - strangers).clamp(-MOST_BITS, MOST_BITS).exp2();
        ((odds / (1.0 + odds)).log2(), 2 + kind)
    }

    /// What a relative says of somebody whose own records do not say it, in bits against strangers.
    ///
    /// Father and son have one street as often as not: that the record of one
    /// of them leaves it out does not make the other likelier.
    pub(crate) fn through(&self, own: &Compared, relative: &Compared, kind: usize) -> f32 {
        let mut sum = 0.0;
        for block in &BLOCKS[1..] {
            let Some(said) = self.of_block(relative, block) else {
                continue;
            };
            let shared: f32 = block
                .iter()
                .filter(|field| relative.levels[**field as usize] != MISSING)
                .map(|field| {
                    let field = *field as usize;
                    let bits = &self.bits[field][relative.levels[field] as usize];
                    bits[kind] - bits[0]
                })
                .sum();
            match self.of_block(own, block) {
                None => sum += said + shared,
                // Whose own city agrees may still live in the street of the family.
                Some(bits) if bits >= 0.0 => sum += (said + shared - bits).max(0.0),
                Some(_) => {}
            }
        }
        sum
    }

    /// For each person whom a record fits, how likely it is theirs and not another's, nor of somebody unseen: in bits.
    ///
    /// Who could be meant instead stands in the pile most often, and then is
    /// one of the others; of the unseen there are as many strangers as the
    /// case has people of whom there is one record, and relatives of each of
    /// these people. `unseen` is how likely a record is of such a one.
    pub(crate) fn choose(&self, fits: &[Fit], unseen: f32) -> Vec<f32> {
        let odds = unseen / (1.0 - unseen);
        let nobody: f32 =
            self.n * odds + odds.min(1.0) * fits.iter().map(|fit| fit.relatives).sum::<f32>();
        let all: f32 = fits.iter().map(|fit| fit.own.exp2()).sum();
        fits.iter()
            .enumerate()
            .map(|(at, fit)| {
                let others: f32 = match fits {
                    [_] => 0.0,
                    _ if fit.own.exp2() < all / 2.0 => all - fit.own.exp2(),
                    // Not as a difference, which loses what is small.
                    _ => (0..fits.len())
                        .filter(|other| *other != at)
                        .map(|other| fits[other].own.exp2())
                        .sum(),
                };
                fit.own - (nobody + others).max(f32::MIN_POSITIVE).log2()
            })
            .collect()
    }

    /// The match weight of a pair.
    pub(crate) fn weigh(&self, compared: &Compared) -> Weight {
        let [one, rivals @ ..] = self.kinds(compared);
        let (index, most) =
            rivals
                .iter()
                .copied()
                .enumerate()
                .fold((0, f32::NEG_INFINITY), |best, next| {
                    if next.1 > best.1 { next } else { best }
                });
        let sum: f32 = rivals.iter().map(|bits| (bits - most).exp2()).sum();
        Weight {
            bits: one - most - sum.log2(),
            rival: Rival::ALL[index],
        }
    }

    /// The best of two comparisons of one record with two of another person: names, places and each number by itself.
    pub(crate) fn best_of_both(&self, one: &Compared, other: &Compared) -> Compared {
        let mut best = *one;
        for block in BLOCKS {
            let said =
                |compared: &Compared| self.of_block(compared, block).unwrap_or(f32::NEG_INFINITY);
            if said(other) > said(one) {
                for field in *block {
                    best.levels[*field as usize] = other.levels[*field as usize];
                    best.u[*field as usize] = other.u[*field as usize];
                }
            }
        }
        if best.is(Field::Phone, Level::Same) {
            // Its area says nothing more.
            best.levels[Field::Region as usize] = MISSING;
        }
        best.is_newborn |= other.is_newborn;
        best
    }

    /// What the fields of a block say together against strangers.
    fn of_block(&self, compared: &Compared, block: &[Field]) -> Option<f32> {
        block
            .iter()
            .filter(|field| compared.levels[**field as usize] != MISSING)
            .map(|field| self.of_field(compared, *field as usize))
            .reduce(|a, b| a + b)
    }

    /// What one field says against strangers.
    fn of_field(&self, compared: &Compared, field: usize) -> f32 {
        let bits = &self.bits[field][compared.levels[field] as usize];
        match compared.u[field] < 0.0 && self.by_value[field] {
            true => bits[0] - compared.u[field],
            false => bits[0] - bits[1],
        }
    }

    /// The evidence against strangers, without the prior: to choose between values.
    pub(crate) fn against_strangers(&self, compared: &Compared) -> f32 {
        let kinds = self.kinds(compared);
        kinds[0] - self.counts[0] - kinds[1] + self.counts[1]
    }

    /// The steps of the waterfall against a rival, and the prior's share, which takes up the other rivals' part.
    pub(crate) fn explain(&self, compared: &Compared) -> (Weight, f32, Vec<Comparison>) {
        let weight = self.weigh(compared);
        let rival = 1 + weight.rival as usize;
        let mut reasons = Vec::new();
        let mut sum = 0.0;
        for field in Field::ALL {
            let index = compared.levels[field as usize];
            let Some(level) = LEVELS.get(index as usize).copied() else {
                continue;
            };
            if !self.has(field as usize, index as usize) {
                continue;
            }
            let bits = &self.bits[field as usize][index as usize];
            let mut against = bits[rival];
            let by_value = compared.u[field as usize];
            if weight.rival == Rival::Strangers && by_value < 0.0 && self.by_value[field as usize] {
                against = by_value;
            }
            let bits = bits[0] - against;
            sum += bits;
            reasons.push(Comparison { field, level, bits });
        }
        (weight, weight.bits - sum, reasons)
    }
}

const LEVELS: [Level; N_LEVELS] = [
    Level::Same,
    Level::Variant,
    Level::Initial,
    Level::Close,
    Level::Part,
    Level::Similar,
    Level::Swapped,
    Level::Partial,
    Level::Unnamed,
    Level::Generation,
    Level::Year,
    Level::Different,
];

/// A weight in bits as a probability.
pub(crate) fn probability(bits: f32) -> f32 {
    let odds = bits.clamp(-60.0, 60.0).exp2();
    odds / (1.0 + odds)
}

/// A probability as a weight in bits.
pub(crate) fn bits(probability: f32) -> f32 {
    let p = probability.clamp(1e-9, 1.0 - 1e-6);
    (p / (1.0 - p)).log2()
}

#[test]
fn levels_stand_at_their_numbers() {
    for (index, level) in LEVELS.iter().enumerate() {
        assert_eq!(*level as usize, index);
    }
    assert!((probability(bits(0.95)) - 0.95).abs() < 1e-3);
}
