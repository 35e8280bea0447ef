//! Numbers of people where nobody is named: one person for each number; and numbers that only chance makes.
//!
//! A log with thirty health numbers and no name is about thirty people, not
//! one. And of ten arbitrary digits one in ten passes a check digit: where most
//! numbers of a form fail it, those that pass say nothing.

use whose_model::{DataElement, Normal, SubjectId};

use super::found::Found;
use crate::{draft::hashed_subject, text::n_digits};

/// What a number says for itself that has no label.
pub(super) const BY_FORM: &str = "form of the number";

/// How many numbers of each form a document holds, and how many of them pass their check digit.
#[derive(Default)]
pub(super) struct Chance {
    held: [u32; N_FORMS],
    failed: [u32; N_FORMS],
}

/// Numbers of nine digits in groups, of ten in groups, and of payment cards.
const N_FORMS: usize = 3;
/// Fewer failures than this are errors of typing.
const FEW: u32 = 4;

fn form(n_digits: usize) -> Option<usize> {
    match n_digits {
        9 => Some(0),
        10 => Some(1),
        13..=19 => Some(2),
        _ => None,
    }
}

impl Chance {
    /// Takes note of a number without a label.
    pub(super) fn note(&mut self, n_digits: usize, holds: bool) {
        if let Some(form) = form(n_digits) {
            let count = if holds {
                &mut self.held[form]
            } else {
                &mut self.failed[form]
            };
            *count = count.saturating_add(1);
        }
    }

    /// Whether chance explains a number without a label as well as anything.
    fn explains(&self, item: &Found) -> bool {
        let by_form = item.draft.why.first().is_some_and(|why| why == BY_FORM);
        by_form
            && form(n_digits(&item.draft.value))
                .is_some_and(|form| self.failed[form] >= FEW.max(self.held[form]))
    }

    /// Leaves out what chance explains.
    pub(super) fn leave_out(&self, found: &mut Vec<Found>) {
        if self.failed.iter().any(|failed| *failed >= FEW) {
            found.retain(|item| !self.explains(item));
        }
    }
}

/// The numbers of people in a document, where each stands.
pub(super) struct Numbers(Vec<(u64, u32, SubjectId)>);

/// How many lines below its number something is still the number's.
const NEAR: u32 = 10;

impl Numbers {
    /// None when there is at most one: whatever the document says is then of one person.
    pub(super) fn new(document: u32, found: &[Found]) -> Self {
        let mut numbers: Vec<(u64, u32, SubjectId)> = found
            .iter()
            .filter(|item| item.draft.element == DataElement::HealthNumber)
            .filter_map(|item| match &item.draft.normal {
                Normal::Number(number) => Some((
                    item.at,
                    item.line,
                    hashed_subject(&[b"number", &document.to_le_bytes(), number.as_bytes()]),
                )),
                _ => None,
            })
            .collect();
        let first = numbers.first().map(|number| number.2);
        if numbers.iter().all(|number| Some(number.2) == first) {
            numbers.clear();
        }
        Self(numbers)
    }

    /// The person of the number that stands here or last before.
    pub(super) fn person_at(&self, item: &Found) -> Option<SubjectId> {
        let after = self.0.partition_point(|(at, ..)| *at <= item.at);
        let before = after.checked_sub(1).map(|last| self.0[last]);
        // On its own line a number may also stand last.
        let on_line = self.0[after..].first().filter(|next| next.1 == item.line);
        match (before, on_line) {
            (Some(last), None) if item.line - last.1.min(item.line) <= NEAR => Some(last.2),
            (Some(last), Some(_)) if last.1 == item.line => Some(last.2),
            (_, Some(next)) => Some(next.2),
            _ => None,
        }
    }
}
