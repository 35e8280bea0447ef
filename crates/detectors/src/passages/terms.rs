//! Clinical terms in running text: drugs, conditions, procedures, vaccines and tests that the lexicons know.
//!
//! A word that no lexicon knows may still be one by its ending. Whether a term
//! is so and of whom is read from its sentence (`elements::assertion`): what is
//! denied is kept and marked, and one of a relative is family history. All of
//! them count only in a document that is about a patient.

use whose_model::{Assertion, DataElement, Normal};

use super::{Note, Scan, tokens::Shape};
use crate::{
    draft::Draft,
    elements::{
        abbreviations,
        assertion::{self, AFTER, BEFORE},
        morphology,
    },
    lexicon::{
        COMMON, DIAGNOSIS, DRUG, FAMILY, Flags, GIVEN, MAX_PHRASE_WORDS, PHRASE_START, PROCEDURE,
        VACCINE,
    },
    text::{Short, with_folded},
};

/// Fewer than two of a million are called so: `Cancer`.
const SELDOM: u32 = 2;
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
            if token.flags == 0 {
                let flags = morphology::flags(&self.text[token.range()]);
                if flags != 0 && !self.is_in_latin(index) {
                    self.term(index, index, flags, "ending of a clinical word");
                }
                continue;
            }
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
            if flags == 0 || last == index && self.says_nothing_alone(index, flags) {
                continue;
            }
            let is_short = last == index && token.shape == Shape::Lower && token.range().len() <= 4;
            if is_short && self.is_in_latin(index) {
                continue;
            }
            self.term(index, last, flags, "term of a lexicon");
            from = last + 1;
        }
        for &index in &self.marks.forms {
            let index = index as usize;
            let token = self.tokens[index];
            if (3..=6).contains(&token.range().len())
                && let Some((flags, why)) = short_form(&self.text[token.range()])
            {
                self.term(index, index, flags, why);
            }
        }
    }

    /// A word that is also a name or an ordinary word says nothing alone, unless hardly anybody is called so.
    fn says_nothing_alone(&self, index: usize, flags: Flags) -> bool {
        let token = &self.tokens[index];
        if token.has(GIVEN | FAMILY) {
            if flags & DIAGNOSIS != 0 && self.is_mistaken(index) {
                return false;
            }
            let classes = self.classes(token);
            return classes.name() > SELDOM || flags & DIAGNOSIS == 0 && classes.ordinary > 0;
        }
        token.has(COMMON) && flags & DIAGNOSIS == 0
    }

    /// Whether the words around are Latin, as in the filling of a template: `ait` and `infinitis` are words there.
    fn is_in_latin(&self, index: usize) -> bool {
        let from = index.saturating_sub(14);
        let to = (index + 14).min(self.tokens.len());
        self.tokens[from..to]
            .iter()
            .filter(|token| {
                matches!(
                    &self.text[token.range()],
                    "sed"
                        | "quod"
                        | "enim"
                        | "ut"
                        | "quae"
                        | "atque"
                        | "quam"
                        | "aut"
                        | "nec"
                        | "hoc"
                        | "cum"
                        | "sit"
                        | "ipsum"
                        | "dolor"
                        | "quidem"
                        | "quid"
                        | "autem"
                        | "vel"
                        | "illud"
                )
            })
            .count()
            >= 2
    }

    fn term(&mut self, first: usize, last: usize, flags: Flags, why: &'static str) {
        let range = self.tokens[first].start as usize..self.tokens[last].end as usize;
        if self.all.covered.overlaps(&range) {
            return;
        }
        // `simd-accel` is no drug, whatever is sold as Accel.
        if flags & DRUG != 0
            && first == last
            && self.text.as_bytes()[..range.start].ends_with(b"-")
            && self.tokens[first].shape == Shape::Lower
        {
            return;
        }
        let mut element = if flags & VACCINE != 0 {
            DataElement::Immunization
        } else if flags & DRUG != 0 {
            DataElement::Medication
        } else if flags & DIAGNOSIS != 0 {
            DataElement::Diagnosis
        } else {
            DataElement::Procedure
        };
        let (before, after) = (self.words_before(first), self.words_after(last));
        let before: Vec<&str> = before.iter().map(Short::as_str).collect();
        let after: Vec<&str> = after.iter().map(Short::as_str).collect();
        let found = assertion::judge(&before, &after);
        if found.is_allergy
            && matches!(element, DataElement::Medication | DataElement::Immunization)
        {
            element = DataElement::Allergy;
        }
        let value = &self.text[range.clone()];
        let mut draft = Draft::new(element, value, Normal::Text(value.to_owned()), 0.75, why);
        draft.assertion = found.assertion;
        match found.assertion {
            Assertion::OfFamily => {
                // What a relative takes or had done says nothing of the patient.
                if element == DataElement::Diagnosis {
                    draft.element = DataElement::MedicalHistory;
                }
                draft = draft.because("words: of a relative".into());
            }
            Assertion::Denied => draft = draft.because("against: the sentence denies it".into()),
            Assertion::Suspected => draft = draft.because("against: only suspected".into()),
            Assertion::Stated if found.is_allergy => {
                draft = draft.because("words: allergy".into());
            }
            Assertion::Stated => {}
        }
        let note = Note {
            needs_patient: true,
            ..Note::default()
        };
        // `Past medical history is significant for ...`
        if draft.assertion == Assertion::Stated
            && draft.element == DataElement::Diagnosis
            && assertion::is_past(&before)
        {
            let mut history = draft.clone();
            history.element = DataElement::MedicalHistory;
            self.add_beside(
                range.clone(),
                history.because("words: past history".into()),
                note,
            );
        }
        self.add(range, draft, note);
    }

    /// The words of the sentence before a token, the nearest first.
    pub(super) fn words_before(&self, first: usize) -> Vec<Short<'_>> {
        let mut words = Vec::with_capacity(BEFORE);
        for at in (first.saturating_sub(BEFORE)..first).rev() {
            if ends_sentence(
                &self.text[self.tokens[at].end as usize..self.tokens[at + 1].start as usize],
            ) {
                break;
            }
            words.push(self.folded(self.tokens[at].range()));
        }
        words
    }

    /// The words of the sentence after a token.
    pub(super) fn words_after(&self, last: usize) -> Vec<Short<'_>> {
        let mut words = Vec::with_capacity(AFTER);
        for at in last + 1..(last + 1 + AFTER).min(self.tokens.len()) {
            let gap = &self.text[self.tokens[at - 1].end as usize..self.tokens[at].start as usize];
            if ends_sentence(gap) || gap.contains(',') {
                break;
            }
            words.push(self.folded(self.tokens[at].range()));
        }
        words
    }
}

/// What capitals of three to six letters stand for.
fn short_form(word: &str) -> Option<(Flags, &'static str)> {
    if abbreviations::is_condition(word) {
        Some((DIAGNOSIS, "short form of a condition"))
    } else if abbreviations::is_drug(word) {
        Some((DRUG, "short form of a drug"))
    } else if abbreviations::is_procedure(word) {
        Some((PROCEDURE, "short form of a procedure"))
    } else {
        None
    }
}

pub(super) fn ends_sentence(gap: &str) -> bool {
    gap.contains(['.', ';', '\n', '!', '\t', '|'])
}

/// Whether a piece of a list denies: `none known`, `no SIN on file`, `aucune allergie`.
pub(super) fn denies(text: &str) -> bool {
    with_folded(text, denied)
}

fn denied(folded: &str) -> bool {
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

#[test]
fn conditions_in_short_are_found_and_money_is_none() {
    use crate::passages::tests::detect;

    let found = detect(
        "Patient: Wendell Okimaw\nImp: MDD, T2DM and HTN; father had T2DM. Paid 40 CAD. ATCD HTA.",
    );
    let of = |element| {
        let of = found.iter().filter(|m| m.element == element);
        of.map(|m| m.value.reveal().as_str()).collect::<Vec<_>>()
    };
    let diagnoses = of(DataElement::Diagnosis);
    for short in ["MDD", "T2DM", "HTN"] {
        assert!(diagnoses.contains(&short), "{short}");
    }
    assert!(!diagnoses.contains(&"CAD"));
    assert!(of(DataElement::MedicalHistory).contains(&"T2DM"));
}
