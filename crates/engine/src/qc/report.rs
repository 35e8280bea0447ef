//! Sample and answers in, what follows for the whole out: shares with exact limits, and the recall of files.
//!
//! Only answers up to the first thing that was passed over count: who leaves out
//! what is hard has no random sample. What a reviewer could not tell counts
//! against us at either end.

use std::collections::BTreeMap;

use whose_store::Case;

use super::{Drawn, Item, Limits, Stratum, Verdict, answers, draw, drawn, limits};
use crate::error::EngineError;

/// A share of the whole, and between what it lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Likeliest.
    pub estimate: f64,
    /// Not less.
    pub low: f64,
    /// Not more.
    pub high: f64,
}

/// What a share says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Of files said to hold nothing, those that do hold something (elusion).
    Elusion,
    /// Of what is said, that which is right (precision).
    Right,
    /// Of pairs left apart, those that are one person's.
    WronglyApart,
}

impl Rate {
    /// Its id in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Elusion => "elusion",
            Self::Right => "precision",
            Self::WronglyApart => "wrongly-left-apart",
        }
    }
}

/// One stratum and what its sample says.
#[derive(Clone, Debug, PartialEq)]
pub struct Strand {
    /// Which.
    pub stratum: Stratum,
    /// What its share says.
    pub rate: Rate,
    /// How many there are.
    pub n_all: u64,
    /// How many are in the sample.
    pub n_drawn: u64,
    /// How many answers count: up to the first that is open.
    pub n_counted: u64,
    /// Answers behind an open one, which do not count yet.
    pub n_waiting: u64,
    /// Of those that count: yes.
    pub n_yes: u64,
    /// No.
    pub n_no: u64,
    /// It could not be told.
    pub n_unsure: u64,
    /// The share of yes; `None` while nothing was answered.
    pub share: Option<Share>,
}

/// What quality control says of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct QcReport {
    /// The confidence of each pair of limits.
    pub confidence: f64,
    /// The list has changed since the sample was drawn.
    pub is_stale: bool,
    /// Each stratum.
    pub strands: Vec<Strand>,
    /// Of the files that hold something about a person, those in which something was found (recall).
    pub recall: Option<Share>,
    /// Files that were not read, whole or in part: none of this is about them.
    pub n_unread: u64,
}

/// The report on a case; `None` before the first draw.
///
/// # Errors
/// When the case cannot be read.
pub(super) fn report(case: &Case, confidence: f64) -> Result<Option<QcReport>, EngineError> {
    let Some((sample, items)) = drawn(case)? else {
        return Ok(None);
    };
    let verdicts: BTreeMap<String, Verdict> = answers(case)?
        .into_iter()
        .map(|answer| (answer.item, answer.verdict))
        .collect();
    let is_stale = sample.list != draw::list_digest(case)?;
    Ok(Some(weigh(
        &sample, &items, &verdicts, confidence, is_stale,
    )))
}

fn weigh(
    sample: &Drawn,
    items: &[Item],
    verdicts: &BTreeMap<String, Verdict>,
    confidence: f64,
    is_stale: bool,
) -> QcReport {
    let strands: Vec<Strand> = sample
        .n_of
        .iter()
        .map(|(&stratum, &n_all)| {
            let of: Vec<Option<Verdict>> = items
                .iter()
                .filter(|item| item.stratum == stratum)
                .map(|item| verdicts.get(&item.id).copied())
                .collect();
            strand(stratum, n_all, &of, confidence)
        })
        .collect();
    // Two pairs of limits that hold together: each gets half of the doubt.
    let half = 1.0 - (1.0 - confidence) / 2.0;
    let marked = |stratum| {
        let strand = strands.iter().find(|strand| strand.stratum == stratum);
        match strand {
            // No such file: nothing to be in doubt about.
            None => Some((0.0, Limits { low: 0, high: 0 })),
            Some(strand) if strand.n_counted == 0 => None,
            Some(strand) => {
                let share = strand.share?;
                Some((share.estimate * strand.n_all as f64, bounds(strand, half)))
            }
        }
    };
    let recall = match (marked(Stratum::WithHits), marked(Stratum::WithoutHits)) {
        (Some((hit, hits)), Some((miss, misses))) if hit + miss > 0.0 => {
            let of = |found: f64, missed: f64| {
                if found + missed > 0.0 {
                    found / (found + missed)
                } else {
                    1.0
                }
            };
            Some(Share {
                estimate: of(hit, miss),
                low: of(hits.low as f64, misses.high as f64),
                high: of(hits.high as f64, misses.low as f64),
            })
        }
        _ => None,
    };
    QcReport {
        confidence,
        is_stale,
        strands,
        recall,
        n_unread: sample.n_unread,
    }
}

fn bounds(strand: &Strand, confidence: f64) -> Limits {
    let of = |n_yes| limits(strand.n_all, strand.n_counted, n_yes, confidence);
    Limits {
        low: of(strand.n_yes).low,
        high: of(strand.n_yes + strand.n_unsure).high,
    }
}

fn strand(stratum: Stratum, n_all: u64, verdicts: &[Option<Verdict>], confidence: f64) -> Strand {
    let counted: Vec<Verdict> = verdicts.iter().map_while(|verdict| *verdict).collect();
    let n_of = |wanted| counted.iter().filter(|verdict| **verdict == wanted).count() as u64;
    let n_counted = counted.len() as u64;
    let mut strand = Strand {
        stratum,
        rate: match stratum {
            Stratum::WithoutHits => Rate::Elusion,
            Stratum::LeftApart => Rate::WronglyApart,
            _ => Rate::Right,
        },
        n_all,
        n_drawn: verdicts.len() as u64,
        n_counted,
        n_waiting: verdicts.iter().flatten().count() as u64 - n_counted,
        n_yes: n_of(Verdict::Yes),
        n_no: n_of(Verdict::No),
        n_unsure: n_of(Verdict::Unsure),
        share: None,
    };
    if n_counted > 0 && n_all > 0 {
        let limits = bounds(&strand, confidence);
        let told = strand.n_yes + strand.n_no;
        strand.share = Some(Share {
            estimate: if told == 0 {
                0.5
            } else {
                strand.n_yes as f64 / told as f64
            },
            low: limits.low as f64 / n_all as f64,
            high: limits.high as f64 / n_all as f64,
        });
    }
    strand
}

#[cfg(test)]
mod tests {
    use super::*;

    use Verdict::{No, Unsure, Yes};

    #[test]
    fn an_answer_behind_an_open_one_does_not_count() {
        let given = [Some(No), Some(Yes), None, Some(No)];
        let strand = strand(Stratum::WithoutHits, 100, &given, 0.95);
        assert_eq!((strand.n_counted, strand.n_waiting), (2, 1));
        assert_eq!((strand.n_yes, strand.n_no), (1, 1));
    }

    #[test]
    fn what_cannot_be_told_widens_both_ends() {
        let sure = strand(Stratum::People, 1_000, &[Some(Yes); 60], 0.95);
        let mut given = vec![Some(Yes); 50];
        given.extend([Some(Unsure); 10]);
        let unsure = strand(Stratum::People, 1_000, &given, 0.95);
        let (sure, unsure) = (sure.share.unwrap(), unsure.share.unwrap());
        assert!((sure.estimate - 1.0).abs() < 1e-9 && (unsure.estimate - 1.0).abs() < 1e-9);
        assert!(unsure.low < sure.low);
        assert!((unsure.high - 1.0).abs() < 1e-9);
    }

    fn sample(n_with: u64, n_without: u64) -> (Drawn, Vec<Item>) {
        let n_of = BTreeMap::from([
            (Stratum::WithHits, n_with),
            (Stratum::WithoutHits, n_without),
        ]);
        let item = |stratum: Stratum, order| Item {
            id: format!("{}-{order}", stratum.id()),
            stratum,
            order,
            exhibit: whose_model::ExhibitPath(String::new()),
            place: String::new(),
            other: None,
            value: None,
            person: None,
        };
        let items = (0..200)
            .flat_map(|order| {
                [
                    item(Stratum::WithHits, order),
                    item(Stratum::WithoutHits, order),
                ]
            })
            .collect();
        let drawn = Drawn {
            seed: [0; 16],
            n_of,
            list: [0; 16],
            n_unread: 3,
        };
        (drawn, items)
    }

    #[test]
    fn recall_comes_from_what_was_found_and_what_eluded() {
        let (drawn, items) = sample(1_000, 4_000);
        // All found ones are right; two of 200 files without hits hold something.
        let verdicts: BTreeMap<String, Verdict> = items
            .iter()
            .map(|item| {
                let is_yes = item.stratum == Stratum::WithHits || item.order < 2;
                (item.id.clone(), if is_yes { Yes } else { No })
            })
            .collect();
        let report = weigh(&drawn, &items, &verdicts, 0.95, false);
        let recall = report.recall.unwrap();
        // 1,000 found, 1 % of 4,000 missed.
        assert!((recall.estimate - 1_000.0 / 1_040.0).abs() < 1e-9);
        assert!(recall.low < 0.9 && recall.high > 0.99 && recall.high < 1.0);
    }

    #[test]
    fn without_an_answer_there_is_no_recall() {
        let (drawn, items) = sample(10, 10);
        let report = weigh(&drawn, &items, &BTreeMap::new(), 0.95, true);
        assert!(report.recall.is_none() && report.is_stale);
        assert!(report.strands.iter().all(|strand| strand.share.is_none()));
    }
}
