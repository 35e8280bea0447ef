//! Names of places of care in running text: `Regina General Hospital`, `Clinique Bouleau du Nord`, `CLSC Montcalm`.
//!
//! A word for a place of care stands with the capitalised words around it on its
//! line. Alone it names no place (`the clinic`), and in a sentence about nobody
//! it says nothing: it counts only in a document that has a patient.

use std::sync::LazyLock;

use whose_model::{DataElement, Normal};

use super::{Note, Scan, calls::hashes, tokens::Shape};
use crate::{draft::Draft, text::WordHash};

/// A centre is one of care only with one of `OF_CARE`.
const CENTRES: &str = "centre center";
/// What makes a centre one of care.
const OF_CARE: &str = "health medical sante hospitalier hospitaliere cancer care readaptation rehabilitation wellness soins";
/// Small words inside a name.
const LINKS: &str = "de du des la le les of the l d st and et for s";
/// After these a point ends no name.
const SAINTS: &str = "st ste";

struct Words {
    centres: Vec<u64>,
    of_care: Vec<u64>,
    links: Vec<u64>,
    saints: Vec<u64>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    centres: hashes(CENTRES),
    of_care: hashes(OF_CARE),
    links: hashes(LINKS),
    saints: hashes(SAINTS),
});

/// The most words on one side.
const MAX_WORDS: usize = 5;

impl Scan<'_, '_> {
    /// Finds names of places of care outside what is taken already.
    pub(super) fn places(&mut self) {
        if self.marks.cares.is_empty() {
            return;
        }
        let words = &*WORDS;
        let is_one = |words: &[u64], hash: WordHash| words.binary_search(&hash.0).is_ok();
        let is_capital = |shape| matches!(shape, Shape::Capital | Shape::Capitals);
        let mut from = 0;
        for &index in &self.marks.cares {
            let index = index as usize;
            if index < from {
                continue;
            }
            let is_centre = is_one(&words.centres, self.tokens[index].hash);
            // Over capitalised words and small ones between them, on one line and without a sign that parts.
            let reach = |mut at: usize, step: isize| {
                let mut reached = at;
                for _ in 0..MAX_WORDS {
                    let Some(next) = at
                        .checked_add_signed(step)
                        .filter(|at| *at < self.tokens.len())
                    else {
                        break;
                    };
                    let (left, right) = (at.min(next), at.max(next));
                    let gap = &self.text
                        [self.tokens[left].end as usize..self.tokens[right].start as usize];
                    let of = self.tokens[next];
                    let is_link = is_one(&words.links, of.hash);
                    if !matches!(gap, " " | "-" | "'" | "\u{2019}" | ". " | " - " | "\u{a0}")
                        || gap == ". " && !is_one(&words.saints, self.tokens[left].hash)
                        || !(is_capital(of.shape) || is_link)
                        || self.all.covered.overlaps(&of.range())
                    {
                        break;
                    }
                    at = next;
                    if is_capital(of.shape) {
                        reached = next;
                    }
                }
                reached
            };
            let (first, last) = (reach(index, -1), reach(index, 1));
            let named = &self.tokens[first..=last];
            let is_place = last > first
                && (!is_centre || named.iter().any(|token| is_one(&words.of_care, token.hash)));
            self.town_in_heading(index);
            if is_place {
                let range = self.tokens[first].start as usize..self.tokens[last].end as usize;
                self.add_place(range, "name of a place of care");
            }
            from = last + 1;
        }
    }

    /// Takes the town that stands at the end of a heading behind a dash.
    pub(super) fn town_in_heading(&mut self, index: usize) {
        let Some(town) = self.town_of_heading(index) else {
            return;
        };
        let range = self.tokens[town.start].start as usize..self.tokens[town.end - 1].end as usize;
        self.add_place(range, "town in the heading of a place of care");
    }

    fn add_place(&mut self, range: std::ops::Range<usize>, why: &'static str) {
        let value = &self.text[range.clone()];
        let draft = Draft::new(
            DataElement::ServiceLocation,
            value,
            Normal::Text(value.to_owned()),
            0.6,
            why,
        );
        let note = Note {
            needs_patient: true,
            ..Note::default()
        };
        self.add(range, draft, note);
    }

    /// `Infusion clinic treatment record - Saskatoon`: the town after a dash ends the line of a place of care.
    fn town_of_heading(&self, index: usize) -> Option<std::ops::Range<usize>> {
        let line = self.tokens[index].line;
        let end = index
            + self.tokens[index..]
                .iter()
                .take(14)
                .position(|token| token.line != line)
                .unwrap_or(14.min(self.tokens.len() - index));
        (end.saturating_sub(4).max(index + 1)..end).find_map(|at| {
            let before = &self.text[..self.tokens[at].start as usize];
            let is_dashed = before.ends_with(" - ")
                || before.ends_with(" \u{2013} ")
                || before.ends_with(" \u{2014} ");
            let text =
                &self.text[self.tokens[at].start as usize..self.tokens[end - 1].end as usize];
            (is_dashed && self.all.lexicon.look_up(text) & crate::lexicon::PLACE != 0)
                .then_some(at..end)
        })
    }
}

#[test]
fn the_town_at_the_end_of_a_heading_is_where_the_care_was() {
    use super::tests::{detect, has};
    for heading in [
        "Infusion clinic treatment record - Saskatoon",
        "Clinique de perfusion - fiche de traitement - Montréal",
    ] {
        let town = heading.rsplit(' ').next().unwrap_or("");
        let found = detect(&format!(
            "{heading}\nClient: Marie Tremblay\nDOB: 1987-12-27\n"
        ));
        has(&found, DataElement::ServiceLocation, town);
    }
}
