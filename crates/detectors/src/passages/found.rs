//! `Found`: what one passage gave, still without a subject.

use std::ops::Range;

use whose_model::{Locator, PersonName, Role};

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
    /// The name, when it is one.
    pub(crate) name: Option<PersonName>,
    /// Stands after the closing words of a letter.
    pub(crate) is_signature: bool,
}

/// Ranges of a passage that something has been made of already.
#[derive(Default)]
pub(crate) struct Covered(Vec<Range<usize>>);

impl Covered {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
    pub(crate) fn add(&mut self, range: Range<usize>) {
        let at = self.0.partition_point(|known| known.start < range.start);
        self.0.insert(at, range);
    }
    pub(crate) fn overlaps(&self, range: &Range<usize>) -> bool {
        let at = self.0.partition_point(|known| known.start < range.end);
        // Ranges do not overlap each other much: the few before are enough.
        self.0[at.saturating_sub(4)..at]
            .iter()
            .any(|known| known.end > range.start)
    }
}
