//! `Found`: what one passage gave, still without a subject.

use std::ops::Range;

use whose_model::{Locator, Normal, PersonName, Role};

use super::layout::Spot;
use crate::draft::Draft;

/// A draft with its place and what stands around it.
pub(crate) struct Found {
    pub(crate) draft: Draft,
    pub(crate) place: Locator,
    /// Counted over the whole document.
    pub(crate) line: u32,
    /// Position, counted over the whole document.
    pub(crate) at: u64,
    /// Whose, when a label or a title says so.
    pub(crate) role: Option<Role>,
    /// Only worth something when the document has a patient.
    pub(crate) needs_patient: bool,
    /// A label said what it is.
    pub(crate) is_labelled: bool,
    /// Its form is shared with other numbers: it counts only with a name within a few lines.
    pub(crate) needs_name: bool,
    /// Stands after the closing words of a letter.
    pub(crate) is_signature: bool,
    /// A label says that it is a family name: `Nom`, `Last name`.
    pub(crate) is_family_label: bool,
    /// Where on the page, once the passage is laid out.
    pub(crate) spot: Spot,
}

impl Found {
    /// The name, when it is one.
    pub(crate) fn name(&self) -> Option<&PersonName> {
        match &self.draft.normal {
            Normal::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// The bytes of a passage that something has been made of already, one bit for each.
#[derive(Default)]
pub(crate) struct Covered(Vec<u64>);

impl Covered {
    /// Nothing of a passage of so many bytes.
    pub(crate) fn clear(&mut self, n_bytes: usize) {
        self.0.clear();
        self.0.resize(n_bytes / 64 + 1, 0);
    }
    pub(crate) fn add(&mut self, range: Range<usize>) {
        for (word, mask) in masks(range) {
            if let Some(bits) = self.0.get_mut(word) {
                *bits |= mask;
            }
        }
    }
    pub(crate) fn overlaps(&self, range: &Range<usize>) -> bool {
        masks(range.clone())
            .any(|(word, mask)| self.0.get(word).is_some_and(|bits| bits & mask != 0))
    }
}

/// The words of bits that a range touches, with its bits in each.
fn masks(range: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    let words = if range.is_empty() {
        0..0
    } else {
        range.start / 64..(range.end - 1) / 64 + 1
    };
    words.map(move |word| {
        let from = range.start.saturating_sub(word * 64);
        let to = (range.end - word * 64).min(64);
        (word, !0 << from & !0 >> (64 - to))
    })
}

#[test]
fn what_is_covered_is_covered_to_the_byte() {
    let mut covered = Covered::default();
    covered.clear(300);
    covered.add(60..130);
    for (range, is) in [
        (0..60, false),
        (59..61, true),
        (129..130, true),
        (130..300, false),
        (64..65, true),
        (0..300, true),
        (100..100, false),
        (500..600, false),
    ] {
        assert_eq!(covered.overlaps(&range), is);
    }
}
