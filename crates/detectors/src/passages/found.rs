//! `Found`: what one passage gave, still without a subject.

use std::ops::Range;

use whose_model::{DataElement, Locator, Normal, PersonName, Role};

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
    /// How to reach somebody.
    pub(crate) fn is_contact(&self) -> bool {
        matches!(
            self.draft.element,
            DataElement::Phone | DataElement::Email | DataElement::Address
        )
    }

    /// The name, when it is one.
    pub(crate) fn name(&self) -> Option<&PersonName> {
        match &self.draft.normal {
            Normal::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// A name is looked for again among so many findings before it.
pub(crate) const LATEST: usize = 60;

/// Where the latest findings name somebody, by the length and the outer letters of the parts of each name.
///
/// Most words are none of them, and one look says so; the names themselves decide.
#[derive(Default)]
pub(crate) struct Namesakes {
    /// Each with the number of its finding, in order.
    parts: Vec<(u32, u32)>,
    /// A bit for each of them: of most words none is set.
    marks: u64,
}

impl Namesakes {
    /// Of findings that are there already.
    pub(crate) fn begin(&mut self, found: &[Found]) {
        self.parts.clear();
        self.marks = 0;
        let from = found.len().saturating_sub(LATEST);
        for (at, item) in found.iter().enumerate().skip(from) {
            self.note(at, &item.draft);
        }
    }

    /// Takes note of what is found next, as the finding of this number.
    pub(crate) fn note(&mut self, at: usize, draft: &Draft) {
        if let Normal::Name(name) = &draft.normal {
            for part in [&name.family, &name.given] {
                let part = outline(part);
                self.marks |= mark(part);
                self.parts.push((at as u32, part));
            }
        }
    }

    /// Whether one of the latest of so many findings may have a part of its name that is this word.
    pub(crate) fn may_have(&self, word: &str, n_found: usize) -> bool {
        let (word, from) = (outline(word), n_found.saturating_sub(LATEST));
        if self.marks & mark(word) == 0 {
            return false;
        }
        let parts = self.parts.iter().rev();
        parts
            .take_while(|(at, _)| *at as usize >= from)
            .any(|(_, part)| *part == word)
    }
}

/// One of 64 bits for an outline.
const fn mark(outline: u32) -> u64 {
    1 << (outline.wrapping_mul(0x9e37_79b1) >> 26)
}

/// The length and the first and last letters of a word, in either case.
fn outline(word: &str) -> u32 {
    let bytes = word.as_bytes();
    let letter = |b: Option<&u8>| b.map_or(0, |b| u32::from(b | 0x20));
    (bytes.len() as u32) << 16 | letter(bytes.first()) << 8 | letter(bytes.last())
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
        if range.start / 64 == range.end.wrapping_sub(1) / 64 && !range.is_empty() {
            // Most lie within one word of bits.
            let mask = !0 >> (64 - range.len()) << (range.start % 64);
            return self
                .0
                .get(range.start / 64)
                .is_some_and(|bits| bits & mask != 0);
        }
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
