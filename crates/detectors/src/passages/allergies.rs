//! What somebody is allergic to, in running text: `allergic to cashews and bee stings`, `allergique aux arachides`.
//!
//! The words behind the one that says so are taken while the lexicon of allergens
//! or of drugs knows them, with the words that join them; the first other word
//! ends the list. A label (`Allergies: ...`) is `labelled_list`'s.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use whose_model::{Assertion, DataElement, Normal};

use super::{Note, Scan, terms::ends_sentence};
use crate::{
    draft::Draft,
    elements::assertion,
    lexicon::{ALLERGEN, DRUG, MAX_PHRASE_WORDS, PHRASE_START},
    text::Short,
};

/// No list goes on for more words.
const MOST: usize = 24;

impl Scan<'_, '_> {
    /// Finds what is said to be somebody's allergy.
    pub(super) fn allergies(&mut self) {
        static WORD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("llerg"));
        let lower = self.lower;
        for at in WORD.find_iter(lower.as_bytes()) {
            let index = self
                .tokens
                .partition_point(|token| (token.end as usize) <= at);
            let says = self.tokens.get(index).is_some_and(|token| {
                matches!(
                    self.folded(token.range()).as_str(),
                    "allergic"
                        | "allergy"
                        | "allergies"
                        | "allergique"
                        | "allergiques"
                        | "allergie"
                        | "reaction"
                )
            });
            if says {
                self.allergens_after(index);
            }
        }
    }

    fn allergens_after(&mut self, said: usize) {
        let before = self.words_before(said);
        let before: Vec<&str> = before.iter().map(Short::as_str).collect();
        let assertion = assertion::judge(&before, &[]).assertion;
        let mut at = said + 1;
        while at < self.tokens.len().min(said + MOST) {
            let gap = &self.text[self.tokens[at - 1].end as usize..self.tokens[at].start as usize];
            if ends_sentence(gap) || gap.contains([':', '(']) {
                break;
            }
            let last = self.allergen_from(at);
            let Some(last) = last else {
                let joins = matches!(
                    self.folded(self.tokens[at].range()).as_str(),
                    "to" | "and"
                        | "or"
                        | "the"
                        | "all"
                        | "both"
                        | "a"
                        | "au"
                        | "aux"
                        | "la"
                        | "le"
                        | "les"
                        | "l"
                        | "et"
                        | "ou"
                        | "de"
                        | "des"
                        | "du"
                        | "d"
                        | "severe"
                        | "reaction"
                );
                if !joins {
                    break;
                }
                at += 1;
                continue;
            };
            let range = self.tokens[at].start as usize..self.tokens[last].end as usize;
            let value = &self.text[range.clone()];
            let mut draft = Draft::new(
                DataElement::Allergy,
                value,
                Normal::Text(value.to_owned()),
                0.8,
                "words: allergy",
            );
            draft.assertion = assertion;
            if assertion == Assertion::OfFamily {
                draft.element = DataElement::MedicalHistory;
            }
            let note = Note {
                needs_patient: true,
                ..Note::default()
            };
            self.add(range, draft, note);
            at = last + 1;
        }
    }

    /// The last word of the longest allergen or drug that begins here.
    fn allergen_from(&self, at: usize) -> Option<usize> {
        let token = &self.tokens[at];
        let mut best = token.has(ALLERGEN | DRUG).then_some(at);
        if token.has(PHRASE_START) {
            let mut hash = token.hash;
            for next in at + 1..(at + MAX_PHRASE_WORDS).min(self.tokens.len()) {
                let word = &self.tokens[next];
                if !word.is_word() || word.start - self.tokens[next - 1].end > 2 {
                    break;
                }
                hash = hash.join(word.hash);
                if self.all.lexicon.flags(hash) & (ALLERGEN | DRUG) != 0 {
                    best = Some(next);
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use whose_model::{Assertion, DataElement};

    use crate::passages::tests::detect;

    #[test]
    fn what_somebody_is_allergic_to_is_found_in_a_sentence() {
        for (text, expected) in [
            (
                "He is allergic to cashews and bee stings.",
                vec!["cashews", "bee stings"],
            ),
            (
                "Allergy to penicillin, latex and shellfish noted.",
                vec!["penicillin", "latex", "shellfish"],
            ),
            (
                "Il est allergique aux arachides et \u{e0} la p\u{e9}nicilline.",
                vec!["arachides", "p\u{e9}nicilline"],
            ),
            ("He is allergic to work and eggs.", vec![]),
            ("Allergy clinic. Eats eggs.", vec![]),
        ] {
            let found = detect(&format!("Patient: Walter Eklund, asthma\n{text}"));
            let of: Vec<_> = found
                .iter()
                .filter(|m| m.element == DataElement::Allergy)
                .map(|m| m.value.reveal().as_str())
                .collect();
            assert_eq!(of, expected, "{text}");
        }
        let found = detect("Patient: Walter Eklund\nHe is not allergic to eggs.");
        assert!(
            found
                .iter()
                .any(|m| m.element == DataElement::Allergy && m.assertion == Assertion::Denied)
        );
    }
}
