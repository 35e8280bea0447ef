//! Obligations in, one group for each duty with its status out, with how many individuals it is owed to.
//!
//! What the law gives a hundred thousand people is a handful of duties. The
//! table is gone through once, and each group keeps the numbers of its rows.

use std::collections::BTreeMap;

use whose_engine::{EngineError, View};
use whose_model::{Certainty, Obligation, ObligationStatus};

/// Different reasons and questions that one group keeps; the rest would not be read.
const MAX_REASONS: usize = 40;

/// A duty, with whom it is owed to.
#[derive(Debug)]
pub(crate) struct DutyGroup {
    /// The duty as its first row has it; without a person.
    pub(crate) duty: Obligation,
    /// Rows of the table; empty for a duty about the incident.
    pub(crate) rows: Vec<u32>,
    /// The questions that hold it up, each with how many individuals they concern.
    pub(crate) questions: BTreeMap<String, u64>,
}

/// All duties of a case.
#[derive(Debug, Default)]
pub(crate) struct DutyIndex {
    /// Those about the incident as a whole.
    pub(crate) incident: Vec<Obligation>,
    /// Those towards individuals.
    pub(crate) people: Vec<DutyGroup>,
}

type Key = (
    String,
    String,
    ObligationStatus,
    Certainty,
    Option<jiff::civil::Date>,
);

impl DutyIndex {
    /// Goes through the table once.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub(crate) fn of(view: View<'_>) -> Result<Self, EngineError> {
        let mut incident = Vec::new();
        let mut groups: BTreeMap<Key, DutyGroup> = BTreeMap::new();
        let mut row = 0_u32;
        view.obligations(|mut duty| {
            let at = row;
            row = row.saturating_add(1);
            if duty.person_id.take().is_none() {
                incident.push(duty);
                return;
            }
            let key = (
                duty.regime.clone(),
                duty.duty.clone(),
                duty.status,
                duty.certainty,
                duty.due,
            );
            let group = groups.entry(key).or_insert_with(|| DutyGroup {
                duty: duty.clone(),
                rows: Vec::new(),
                questions: BTreeMap::new(),
            });
            group.rows.push(at);
            if duty.status == ObligationStatus::Ask {
                for question in duty.because.into_iter().filter(|line| is_question(line)) {
                    if group.questions.len() < MAX_REASONS
                        || group.questions.contains_key(&question)
                    {
                        *group.questions.entry(question).or_default() += 1;
                    }
                }
            }
        })?;
        Ok(Self {
            incident,
            people: groups.into_values().collect(),
        })
    }
}

/// Whether a reason is a question that somebody must answer.
pub(crate) fn is_question(reason: &str) -> bool {
    reason.contains('?')
}
