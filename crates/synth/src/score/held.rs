//! What the case ties to whom, matched to the truth mention by mention.

use std::collections::HashMap;

use whose_model::{DataElement, Locator, Role};

use super::{CaseView, HeldMention, known::Truth};
use crate::{SynthError, ledger::element_bit};

/// The case's people and mentions, matched.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) ids: Vec<String>,
    pub(crate) roles: Vec<Role>,
    /// Row of the people list by id.
    pub(crate) by_id: HashMap<String, u32>,
    /// (unit, listed person) with how many mentions, sorted.
    pub(crate) votes: Vec<(u32, u32, u32)>,
    /// (listed person, exhibit, element bit), sorted, each once.
    pub(crate) exposures: Vec<(u32, u32, u8)>,
    /// (listed person, unit): mentions whose text and element stand there for one person.
    pub(crate) subjects: Vec<(u32, u32)>,
    /// Mentions that match nothing in the truth.
    pub(crate) unknown: u64,
}

impl Held {
    pub(crate) fn collect(truth: &Truth, case: &mut dyn CaseView) -> Result<Self, SynthError> {
        let mut held = Self::default();
        case.people(&mut |person| {
            let n = held.ids.len() as u32;
            held.by_id.insert(person.id.0.clone(), n);
            held.ids.push(person.id.0.clone());
            held.roles.push(person.role);
        })
        .map_err(SynthError::Case)?;
        let mut votes: HashMap<(u32, u32), u32> = HashMap::new();
        case.mentions(&mut |mention| held.add(truth, mention, &mut votes))
            .map_err(SynthError::Case)?;
        held.votes = votes
            .into_iter()
            .map(|((unit, listed), n)| (unit, listed, n))
            .collect();
        held.votes.sort_unstable();
        held.exposures.sort_unstable();
        held.exposures.dedup();
        Ok(held)
    }

    fn add(&mut self, truth: &Truth, mention: &HeldMention, votes: &mut HashMap<(u32, u32), u32>) {
        let Some(&listed) = self.by_id.get(&mention.person.0) else {
            return;
        };
        let Some(exhibit) = truth.exhibit(&mention.exhibit.0) else {
            self.unknown += 1;
            return;
        };
        let bit = element_bit(mention.element) as u8;
        self.exposures.push((listed, exhibit, bit));
        let (units, same_element) = matching(truth, exhibit, mention);
        match units.as_slice() {
            [unit] => {
                *votes.entry((*unit, listed)).or_default() += 1;
                if same_element {
                    self.subjects.push((listed, *unit));
                }
            }
            [] => {
                self.unknown += 1;
                // Something about the only patient there: the document itself, a line read in one piece.
                if let Some(&(1, unit)) = truth.patients_of.get(exhibit as usize)
                    && mention.role != Role::Clinician
                    && mention.element != DataElement::Name
                {
                    *votes.entry((unit, listed)).or_default() += 1;
                }
            }
            // The text stands there for several people: it tells nothing.
            _ => {}
        }
    }
}

/// The units that a mention can speak of, and whether its element is the one noted there.
fn matching(truth: &Truth, exhibit: u32, mention: &HeldMention) -> (Vec<u32>, bool) {
    if let Locator::Cell { sheet, row, .. } = &mention.place {
        let units = truth.at_row(exhibit, sheet, *row);
        if units.len() == 1 {
            return (units, true);
        }
    }
    truth.with_value(exhibit, mention.value.reveal(), mention.element)
}
