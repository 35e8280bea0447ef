//! Records of newborns without a name in, how much alike two of different children are out.
//!
//! `Baby Girl` and `Baby Girl` agree in what is no name, and all who are in a
//! pile without a name were born in the same few weeks or months: a birth date
//! that tells two people of the country apart tells two of them less.

use crate::{
    Level,
    compact::{Birth, Nodes},
    dates::birth_level,
    names::Form,
};

const N_LEVELS: usize = Level::Different as usize + 1;
/// So many are compared with each other.
const MOST: usize = 512;
/// Born within three months is what this many imagined pairs tell.
const IMAGINED_PAIRS: f64 = 50.0;
/// As many imagined records that are as often a newborn's as the model says.
const IMAGINED: f64 = 200.0;

/// What newborns who are not one child share.
pub(crate) struct Newborns {
    n: f64,
    n_all: f64,
    births: [f64; N_LEVELS],
}

impl Newborns {
    pub(crate) fn new(nodes: &Nodes, forms: &[Form]) -> Self {
        let unnamed = |node: u32| nodes.names(node).iter().find(|name| name.is_newborn);
        let all: Vec<u32> = (0..nodes.len() as u32)
            .filter(|node| unnamed(*node).is_some())
            .collect();
        let step = all.len().div_ceil(MOST).max(1);
        let some: Vec<(u64, Birth)> = all
            .iter()
            .step_by(step)
            .filter_map(|node| {
                let family = forms.get(unnamed(*node)?.family as usize)?;
                let birth = nodes.births(*node).first()?;
                birth.is_full().then_some((family.sound, *birth))
            })
            .collect();
        let mut seen = [0.0; N_LEVELS];
        let mut n_pairs = 0.0;
        for (at, (family, birth)) in some.iter().enumerate() {
            // Of one family name are twins, and records of one child.
            for (_, other) in some[at + 1..].iter().filter(|(name, _)| name != family) {
                seen[birth_level(*birth, *other) as usize] += 1.0;
                n_pairs += 1.0;
            }
        }
        let mut births = [0.0; N_LEVELS];
        for (at, (share, seen)) in births.iter_mut().zip(seen).enumerate() {
            let imagined = within_three_months(at) * IMAGINED_PAIRS;
            *share = (seen + imagined) / (n_pairs + IMAGINED_PAIRS);
        }
        Self {
            n: all.len() as f64,
            n_all: nodes.len() as f64,
            births,
        }
    }

    /// How likely two strangers are both newborns without a name; `u` where the case does not tell.
    pub(crate) fn unnamed(&self, u: f64) -> f64 {
        ((self.n + IMAGINED * u.sqrt()) / (self.n_all + IMAGINED)).powi(2)
    }

    /// How likely the birth dates of two of them agree so well.
    pub(crate) fn births(&self, level: Level) -> f64 {
        self.births[level as usize]
    }
}

/// How often two days of the same three months agree so well: one in ninety is the same, a third are of one month.
fn within_three_months(level: usize) -> f64 {
    match level {
        level if level == Level::Same as usize => 0.011,
        level if level == Level::Close as usize => 0.17,
        level if level == Level::Similar as usize => 0.2,
        level if level == Level::Partial as usize => 0.03,
        level if level == Level::Year as usize => 0.55,
        _ => 0.01,
    }
}

#[cfg(test)]
mod tests {
    use whose_model::{PartialDate, PersonName, PersonRecord, Phi, RecordId, Standard};

    use super::*;
    use crate::names;

    #[test]
    fn born_in_the_same_weeks_newborns_of_other_names_agree_in_their_dates_more_often_than_people_do()
     {
        let mut nodes = Nodes::new();
        for n in 0..60_u8 {
            let exhibit = [n; 16];
            let id = RecordId {
                exhibit,
                subject: 1,
            };
            let mut record = PersonRecord::new(id, Standard::Evidence);
            record.names.push(Phi::new(PersonName {
                given: "Baby Girl".to_owned(),
                family: format!("Name{}", char::from(b'a' + n % 26)),
                ..PersonName::default()
            }));
            record.birth_dates.push(Phi::new(PartialDate {
                year: 2026,
                month: 6,
                day: n % 14 + 1,
            }));
            nodes.push(&record);
        }
        nodes.freeze();
        nodes.sort();
        let newborns = Newborns::new(&nodes, &names::forms(&nodes.name_strings));
        assert!((0.05..0.09).contains(&newborns.births(Level::Same)));
        let sum: f64 = newborns.births.iter().sum();
        assert!((sum - 1.0).abs() < 0.1, "{sum}");
        assert!(newborns.unnamed(0.0001) > 0.05);
    }
}
