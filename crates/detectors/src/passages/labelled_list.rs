//! Clinical lists behind a label: the text of its value in, a finding for each piece out.
//!
//! Pieces that deny (`none known`) and whoever did something are none.

use whose_model::DataElement;

use super::{Note, Scan, code::is_result};
use crate::{
    elements::name,
    interpret::{Around, interpret},
    sense::{Part, Sense},
};

impl Scan<'_, '_> {
    /// A clinical list: each of its pieces, without those that deny.
    pub(super) fn labelled_list(&mut self, start: usize, raw: &str, sense: Sense) {
        if matches!(sense.part, Part::Measure | Part::Issuer | Part::When)
            || !sense.is_sure && raw.len() > 80
            || raw.len() > 400
        {
            return;
        }
        // `TSH : 6,56 mU/L. Poursuivre escitalopram.`, `Dx: asthma. Takes iron.`: a list ends with its sentence.
        let raw = first_sentence(raw);
        let mut at = start;
        for piece in pieces(raw) {
            let trimmed = piece.trim();
            let offset = at + piece.len() - piece.trim_start().len();
            at += piece.len() + 1;
            if trimmed.len() < 3 || trimmed.len() > 120 || super::terms::denies(trimmed) {
                continue;
            }
            // `Surgery: Dr Roy, 2029342803`: who did it, not what was done.
            let first = trimmed.split([' ', '.']).next().unwrap_or("");
            if name::title_of(first).is_some() && trimmed.len() > first.len() {
                continue;
            }
            // `Value: the compiler cannot help`: `value` and `result` are labels of anything.
            if sense.element == DataElement::LabResult
                && !sense.is_sure
                && (!is_result(trimmed) || trimmed.starts_with(['"', '\'']))
            {
                continue;
            }
            if let Some(draft) = interpret(sense, trimmed, Around::default()) {
                self.add(
                    offset..offset + trimmed.len(),
                    draft,
                    Note {
                        role: None,
                        needs_patient: true,
                        is_labelled: true,
                        ..Note::default()
                    },
                );
            }
        }
    }
}

/// Up to where a sentence ends and another begins with a capital and small letters.
fn first_sentence(raw: &str) -> &str {
    let ends = |at: &usize| {
        // `1. Asthma`, `St. John's wort`, `Dr. Roy` go on.
        let word = raw[..*at].rsplit([' ', '(']).next().unwrap_or("");
        if word.len() < 3 && !word.ends_with(['L', 'l', 'g', '%']) {
            return false;
        }
        let mut after = raw[at + 1..].chars();
        after.next() == Some(' ')
            && after.next().is_some_and(char::is_uppercase)
            && after.next().is_some_and(char::is_lowercase)
    };
    memchr::memchr_iter(b'.', raw.as_bytes())
        .find(ends)
        .map_or(raw, |at| &raw[..at])
}

/// The pieces of a list; a comma between digits (`6,31 mU/L`) parts none.
fn pieces(raw: &str) -> impl Iterator<Item = &str> {
    let bytes = raw.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut from = 0;
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let start = from;
        let next = (start..bytes.len()).find(|&at| match bytes[at] {
            b';' => true,
            b',' => !(is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))),
            _ => false,
        });
        is_over = next.is_none();
        let end = next.unwrap_or(bytes.len());
        from = end + 1;
        Some(&raw[start..end])
    })
}

#[test]
fn a_list_ends_with_its_sentence() {
    for (raw, list) in [
        ("anemia. Takes iron.", "anemia"),
        ("1. Asthma 2. Gout", "1. Asthma 2. Gout"),
        ("St. John's wort", "St. John's wort"),
        ("6,56 mU/L. Poursuivre", "6,56 mU/L"),
        ("asthma. on iron", "asthma. on iron"),
    ] {
        assert_eq!(first_sentence(raw), list);
    }
}

#[test]
fn a_list_is_parted_at_commas_but_not_inside_a_number() {
    let all: Vec<&str> = pieces("TSH 6,31 mU/L, sodium; calcium").collect();
    assert_eq!(all, ["TSH 6,31 mU/L", " sodium", " calcium"]);
    assert_eq!(pieces("").count(), 1);
}
