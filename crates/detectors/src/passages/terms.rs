//! Clinical terms in running text: drugs, conditions, procedures, vaccines and tests that the lexicons know.
//!
//! A term that its sentence denies is no diagnosis, and one of a relative is
//! family history. All of them count only in a document that is about a patient.

use whose_model::{DataElement, Normal};

use super::{Note, Scan};
use crate::{
    draft::Draft,
    lexicon::{
        COMMON, DIAGNOSIS, DRUG, FAMILY, Flags, GIVEN, KIN, MAX_PHRASE_WORDS, PHRASE_START, VACCINE,
    },
    text::{fold, short},
};

const WANTED: Flags = super::tokens::TERMS;

impl Scan<'_, '_> {
    /// Finds terms outside what is taken already.
    pub(super) fn terms(&mut self) {
        let mut from = 0;
        for &index in &self.marks.terms {
            let index = index as usize;
            if index < from {
                continue;
            }
            let token = self.tokens[index];
            let mut best = (token.flags & WANTED, index);
            if token.has(PHRASE_START) {
                let mut hash = token.hash;
                for at in index + 1..(index + MAX_PHRASE_WORDS).min(self.tokens.len()) {
                    let next = &self.tokens[at];
                    let gap = next.start - self.tokens[at - 1].end;
                    if !next.is_word() || gap > 2 {
                        break;
                    }
                    hash = hash.join(next.hash);
                    let flags = self.all.lexicon.flags(hash) & WANTED;
                    if flags != 0 {
                        best = (flags, at);
                    }
                }
            }
            let (flags, last) = best;
            // A word that is also a name or an ordinary word says nothing alone.
            if flags == 0
                || last == index && token.has(GIVEN | FAMILY | COMMON) && flags & DIAGNOSIS == 0
                || last == index && token.has(GIVEN | FAMILY)
            {
                continue;
            }
            self.term(index, last, flags);
            from = last + 1;
        }
    }

    fn term(&mut self, first: usize, last: usize, flags: Flags) {
        let range = self.tokens[first].start as usize..self.tokens[last].end as usize;
        let mut element = if flags & VACCINE != 0 {
            DataElement::Immunization
        } else if flags & DRUG != 0 {
            DataElement::Medication
        } else if flags & DIAGNOSIS != 0 {
            DataElement::Diagnosis
        } else {
            DataElement::Procedure
        };
        // The sentence so far, at most eight words back.
        let mut why = "term of a lexicon";
        for at in (first.saturating_sub(8)..first).rev() {
            let gap = &self.text[self.tokens[at].end as usize..self.tokens[at + 1].start as usize];
            if gap.contains(['.', ';', '\n']) {
                break;
            }
            if self.tokens[at].has(KIN) && element == DataElement::Diagnosis {
                element = DataElement::MedicalHistory;
                why = "condition of a relative";
                break;
            }
            let word = short(&self.text[self.tokens[at].range()]);
            match word.as_str() {
                "no" | "not" | "denies" | "denied" | "without" | "negative" | "absence"
                | "aucun" | "aucune" | "pas" | "sans" | "nie" | "ni" | "never" | "jamais"
                | "excluded" | "ruled" => return,
                "familiaux" | "familial" | "familiale" if element == DataElement::Diagnosis => {
                    element = DataElement::MedicalHistory;
                    why = "family history";
                    break;
                }
                "allergic" | "allergy" | "allergies" | "allergique" | "allergie" | "intolerant"
                | "intolerance" => {
                    element = DataElement::Allergy;
                    why = "allergy before the term";
                    break;
                }
                _ => {}
            }
        }
        let value = &self.text[range.clone()];
        let draft = Draft::new(element, value, Normal::Text(value.to_owned()), 0.75, why);
        self.add(
            range,
            draft,
            Note {
                needs_patient: true,
                ..Note::default()
            },
        );
    }
}

/// Whether a piece of a list denies: `none known`, `no SIN on file`, `aucune allergie`.
pub(super) fn denies(text: &str) -> bool {
    let folded = fold(text);
    let first = folded.split([' ', ':', '.']).next().unwrap_or("");
    matches!(
        first,
        "no" | "none"
            | "nil"
            | "denies"
            | "denied"
            | "aucun"
            | "aucune"
            | "pas"
            | "nie"
            | "nkda"
            | "nka"
            | "not"
            | "unknown"
            | "inconnu"
            | "negative"
            | "sans"
            | "yes"
            | "oui"
            | "non"
            | "n/a"
            | "see"
            | "voir"
            | "absent"
    ) || folded.contains("none known")
}
