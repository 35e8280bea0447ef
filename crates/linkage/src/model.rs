//! `Model`: the numbers of the linkage, as a TOML file and as defaults that hold for any case.
//!
//! For each comparison level, how likely it is between two records of one
//! person (m) and between two records of two people (u). There is not one kind
//! of two people: strangers, people of one household, twins, and namesakes of
//! one family are four rivals, each with its own u. A household shares family
//! name, street and telephone, so that these say little against it; that is
//! what keeps twins and fathers and sons apart without special rules.
//!
//! Defaults were set by hand from what such errors look like and are moved, by
//! a bounded amount, towards what expectation-maximisation finds in the case.

use serde::{Deserialize, Serialize};

use crate::{
    Rival,
    field::{Field, Level, N_FIELDS},
};

/// Comparisons, their levels with m and u, how many pairs of each kind to expect, and thresholds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Two records are one person's from this match probability on.
    pub threshold: f32,
    /// From this match probability on, a pair that was not merged is put to review.
    pub review_threshold: f32,
    /// Whether m and the pair counts are estimated on the case before use.
    pub estimate: bool,
    /// How many record pairs may be compared, for each record.
    pub pairs_per_record: u32,
    /// More distinct records than this in one person is itself a question.
    pub largest_cluster: u32,
    /// Expected pairs for each record: of one person, and of each rival but strangers.
    pub expected: Expected,
    /// One for each field.
    pub comparisons: Vec<ComparisonModel>,
}

/// How many pairs of each kind to expect, for each record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Pairs of one person.
    pub one_person: f64,
    /// Pairs of two people of one household.
    pub household: f64,
    /// Pairs of twins.
    pub twins: f64,
    /// Pairs of namesakes of one family.
    pub namesakes: f64,
}

/// A field's levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonModel {
    /// Which field.
    pub field: Field,
    /// Agreement on a rare value says more than on a frequent one.
    pub term_frequency: bool,
    /// From best to worst.
    pub levels: Vec<LevelModel>,
}

/// How likely a level is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelModel {
    /// Which level.
    pub level: Level,
    /// Between two records of one person.
    pub m: f64,
    /// Between strangers.
    pub u: f64,
    /// Between people of one household.
    pub household: f64,
    /// Between twins.
    pub twins: f64,
    /// Between namesakes of one family.
    pub namesakes: f64,
}

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Not TOML, or not of this shape.
    #[error("the model file does not have the form of a linkage model")]
    Form(#[source] Box<toml::de::Error>),
    /// A threshold outside 0 to 1.
    #[error("a threshold in the model is not between 0 and 1")]
    Threshold,
    /// A probability outside 0 to 1, or zero.
    #[error("a probability of `{field}`, level `{level}`, is not above 0 and at most 1")]
    Probability {
        /// Of which field.
        field: &'static str,
        /// Of which level.
        level: &'static str,
    },
    /// A field twice.
    #[error("`{field}` stands twice in the model")]
    Twice {
        /// Which.
        field: &'static str,
    },
    /// An expected count that is not above zero.
    #[error("an expected count of pairs in the model is not above 0")]
    Expected,
    /// The model cannot be written.
    #[error("the model cannot be written as TOML")]
    Write(#[source] Box<toml::ser::Error>),
}

impl Model {
    /// Reads a model file. A field that it leaves out is not compared.
    pub fn from_toml(text: &str) -> Result<Self, ModelError> {
        let model: Self = toml::from_str(text).map_err(|err| ModelError::Form(Box::new(err)))?;
        model.check()?;
        Ok(model)
    }

    /// Writes a model file.
    pub fn to_toml(&self) -> Result<String, ModelError> {
        toml::to_string_pretty(self).map_err(|err| ModelError::Write(Box::new(err)))
    }

    fn check(&self) -> Result<(), ModelError> {
        let is_share = |p: f32| p > 0.0 && p < 1.0;
        if !is_share(self.threshold) || !is_share(self.review_threshold) {
            return Err(ModelError::Threshold);
        }
        let Expected {
            one_person,
            household,
            twins,
            namesakes,
        } = self.expected;
        if ![one_person, household, twins, namesakes]
            .iter()
            .all(|n| n.is_finite() && *n > 0.0)
        {
            return Err(ModelError::Expected);
        }
        let mut seen = [false; N_FIELDS];
        for comparison in &self.comparisons {
            let field = comparison.field.id();
            if std::mem::replace(&mut seen[comparison.field as usize], true) {
                return Err(ModelError::Twice { field });
            }
            for level in &comparison.levels {
                if !level.all().iter().all(|p| *p > 0.0 && *p <= 1.0) {
                    return Err(ModelError::Probability {
                        field,
                        level: level.level.id(),
                    });
                }
            }
        }
        Ok(())
    }
}

impl LevelModel {
    /// The probability for one person (0) or for a rival.
    pub(crate) fn of_mut(&mut self, kind: usize) -> &mut f64 {
        match kind {
            0 => &mut self.m,
            1 => &mut self.u,
            2 => &mut self.household,
            3 => &mut self.twins,
            _ => &mut self.namesakes,
        }
    }

    pub(crate) fn all(&self) -> [f64; 1 + Rival::ALL.len()] {
        [self.m, self.u, self.household, self.twins, self.namesakes]
    }
}

impl Default for Model {
    fn default() -> Self {
        Self {
            threshold: 0.95,
            review_threshold: 0.2,
            estimate: true,
            pairs_per_record: 120,
            largest_cluster: 200,
            expected: Expected {
                one_person: 0.5,
                household: 0.5,
                twins: 0.01,
                namesakes: 0.01,
            },
            comparisons: DEFAULTS
                .iter()
                .map(|&(field, term_frequency, levels)| ComparisonModel {
                    field,
                    term_frequency,
                    levels: levels
                        .iter()
                        .map(|&(level, [m, u, household, twins, namesakes])| LevelModel {
                            level,
                            m,
                            u,
                            household,
                            twins,
                            namesakes,
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}

type DefaultLevel = (Level, [f64; 5]);

/// Field, term frequency, and for each level: one person, strangers, household, twins, namesakes.
#[rustfmt::skip]
const DEFAULTS: &[(Field, bool, &[DefaultLevel])] = &[
    (Field::Given, true, &[
        (Level::Same,      [0.842, 0.005,  0.008, 0.004, 0.93]),
        (Level::Variant,   [0.03,  0.002,  0.004, 0.003, 0.02]),
        (Level::Initial,   [0.03,  0.05,   0.05,  0.06,  0.01]),
        (Level::Close,     [0.04,  0.003,  0.006, 0.015, 0.015]),
        (Level::Part,      [0.01,  0.002,  0.007, 0.008, 0.004]),
        (Level::Swapped,   [0.006, 0.001,  0.015, 0.02,  0.004]),
        (Level::Partial,   [0.01,  0.003,  0.1,   0.02,  0.004]),
        (Level::Unnamed,   [0.008, 0.0001, 0.00005, 0.008, 0.0001]),
        (Level::Similar,   [0.012, 0.02,   0.04,  0.06,  0.005]),
        (Level::Different, [0.012, 0.914,  0.77,  0.802, 0.008]),
    ]),
    (Field::Family, true, &[
        (Level::Same,      [0.885, 0.003,  0.78,  0.96,  0.965]),
        (Level::Variant,   [0.005, 0.0005, 0.003, 0.004, 0.005]),
        (Level::Close,     [0.045, 0.003,  0.01,  0.015, 0.015]),
        (Level::Part,      [0.025, 0.004,  0.05,  0.008, 0.01]),
        (Level::Similar,   [0.01,  0.01,   0.01,  0.005, 0.002]),
        (Level::Different, [0.03,  0.9795, 0.147, 0.008, 0.003]),
    ]),
    (Field::NameOrder, true, &[
        (Level::Swapped,   [0.005, 0.00001, 0.0001, 0.0001, 0.005]),
    ]),
    (Field::Middle, true, &[
        (Level::Same,      [0.72,  0.04,   0.06,  0.05,  0.5]),
        (Level::Initial,   [0.22,  0.10,   0.10,  0.10,  0.2]),
        (Level::Different, [0.06,  0.86,   0.84,  0.85,  0.3]),
    ]),
    (Field::Suffix, false, &[
        (Level::Same,      [0.97,  0.5,    0.5,   0.5,   0.05]),
        (Level::Different, [0.03,  0.5,    0.5,   0.5,   0.95]),
        (Level::Partial,   [0.012, 0.02,   0.03,  0.02,  0.5]),
    ]),
    (Field::BirthDate, true, &[
        (Level::Same,      [0.925, 0.00004, 0.002,  0.97,   0.0003]),
        (Level::Swapped,   [0.012, 0.00003, 0.00005, 0.005, 0.00005]),
        (Level::Close,     [0.035, 0.0008, 0.003,  0.012,  0.0015]),
        (Level::Partial,   [0.012, 0.0002, 0.0003, 0.008,  0.0001]),
        (Level::Generation,[0.001, 0.002,  0.002,  0.0003, 0.004]),
        (Level::Similar,   [0.006, 0.003,  0.005,  0.002,  0.004]),
        (Level::Year,      [0.003, 0.012,  0.015,  0.0015, 0.0005]),
        (Level::Different, [0.006, 0.98,   0.972,  0.0012, 0.99]),
    ]),
    (Field::Age, true, &[
        (Level::Same,      [0.95,  0.013,  0.03,  0.975, 0.004]),
        (Level::Close,     [0.03,  0.026,  0.05,  0.015, 0.006]),
        (Level::Different, [0.02,  0.961,  0.92,  0.01,  0.99]),
    ]),
    (Field::Sex, true, &[
        (Level::Same,      [0.99,  0.5,    0.48,  0.65,  0.995]),
        (Level::Different, [0.01,  0.5,    0.52,  0.35,  0.005]),
    ]),
    (Field::HealthNumber, true, &[
        (Level::Same,      [0.94,  1e-7,   0.006, 0.004, 0.002]),
        (Level::Close,     [0.03,  1e-5,   0.01,  0.02,  0.002]),
        (Level::Different, [0.03,  0.99999, 0.984, 0.976, 0.996]),
    ]),
    (Field::LifeNumber, true, &[
        (Level::Same,      [0.92,  1e-7,   0.0005, 0.0005, 0.0005]),
        (Level::Close,     [0.05,  1e-5,   0.001, 0.002, 0.0005]),
        (Level::Different, [0.03,  0.99999, 0.9985, 0.9975, 0.999]),
    ]),
    (Field::ChartNumber, true, &[
        (Level::Same,      [0.5,   1e-6,   0.002, 0.002, 0.002]),
        (Level::Different, [0.5,   0.99999, 0.998, 0.998, 0.998]),
    ]),
    (Field::Phone, true, &[
        (Level::Same,      [0.6,   1e-5,   0.6,   0.8,   0.45]),
        (Level::Close,     [0.04,  1e-4,   0.02,  0.02,  0.02]),
        (Level::Different, [0.36,  0.9999, 0.38,  0.18,  0.53]),
    ]),
    (Field::Email, true, &[
        (Level::Same,      [0.7,   1e-6,   0.12,  0.25,  0.1]),
        (Level::Close,     [0.06,  1e-5,   0.02,  0.04,  0.05]),
        (Level::Different, [0.24,  0.9999, 0.86,  0.71,  0.85]),
    ]),
    (Field::Street, true, &[
        (Level::Same,      [0.66,  0.00003, 0.83, 0.90,  0.52]),
        (Level::Close,     [0.09,  0.0003, 0.07,  0.05,  0.04]),
        (Level::Part,      [0.05,  0.004,  0.02,  0.02,  0.02]),
        (Level::Different, [0.2,   0.995,  0.08,  0.03,  0.42]),
    ]),
    (Field::Place, true, &[
        (Level::Same,      [0.70,  0.0005, 0.85,  0.92,  0.65]),
        (Level::Close,     [0.08,  0.002,  0.05,  0.03,  0.05]),
        (Level::Part,      [0.07,  0.02,   0.05,  0.02,  0.10]),
        (Level::Different, [0.15,  0.9775, 0.05,  0.03,  0.20]),
    ]),
    (Field::City, true, &[
        (Level::Same,      [0.90,  0.02,   0.94,  0.96,  0.80]),
        (Level::Different, [0.10,  0.98,   0.06,  0.04,  0.20]),
    ]),
    (Field::Region, true, &[
        (Level::Same,      [0.99,  0.5,    0.99,  0.99,  0.99]),
        (Level::Different, [0.01,  0.5,    0.01,  0.01,  0.01]),
    ]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_survives_its_file() {
        let model = Model::default();
        let text = model.to_toml().unwrap();
        assert_eq!(Model::from_toml(&text).unwrap(), model);
    }

    #[test]
    fn the_levels_of_a_field_share_out_all_of_each_probability() {
        for comparison in &Model::default().comparisons {
            if matches!(comparison.field, Field::NameOrder | Field::Suffix) {
                continue; // a rare thing, weighed against not being there, which says nothing
            }
            for kind in 0..5 {
                let sum: f64 = comparison
                    .levels
                    .iter()
                    .map(|level| level.all()[kind])
                    .sum();
                assert!(
                    (sum - 1.0).abs() < 2e-3,
                    "{:?} {kind}: {sum}",
                    comparison.field
                );
            }
        }
    }

    #[test]
    fn a_broken_model_is_refused_with_its_place() {
        let model = Model {
            threshold: 1.5,
            ..Model::default()
        };
        assert!(matches!(
            Model::from_toml(&model.to_toml().unwrap()),
            Err(ModelError::Threshold)
        ));
        let mut model = Model::default();
        model.comparisons[0].levels[0].m = 0.0;
        assert!(matches!(
            Model::from_toml(&model.to_toml().unwrap()),
            Err(ModelError::Probability {
                field: "given",
                level: "same"
            })
        ));
        assert!(Model::from_toml("threshold = 'high'").is_err());
    }
}
