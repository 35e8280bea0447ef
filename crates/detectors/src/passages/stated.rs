//! What forms and notes state without a colon: `Sex F`, `Past medical history is significant for asthma.`
//!
//! The words by which such lines are found are noted in the one pass over the
//! text (`lexicon`), so that nothing is looked for twice.

use std::sync::LazyLock;

use whose_model::{DataElement, Normal};

use super::{
    Note, Scan,
    calls::hashes,
    tokens::{Shape, Token},
};
use crate::{draft::Draft, elements::demographics, text::short};

/// Words by which these are found; `lexicon` marks them.
pub(crate) const WORDS: &str = "sex sexe history antecedents";
static HASHES: LazyLock<Vec<u64>> = LazyLock::new(|| hashes(WORDS));
/// What stands between `history` and what it is of.
const LINKS: &[&str] = &[
    "is",
    "was",
    "are",
    "significant",
    "notable",
    "remarkable",
    "positive",
    "includes",
    "medicaux",
    "sont",
    "significatifs",
    "notables",
    "pour",
    "comprennent",
    "for",
    "of",
];
/// The most words of one piece of history.
const MAX_WORDS: usize = 16;

impl Scan<'_, '_> {
    /// Finds them outside what is taken already.
    pub(super) fn stated(&mut self) {
        for &index in &self.marks.kinds {
            let index = index as usize;
            // Most marked words are marked for what a document is (`kinds`).
            if HASHES.binary_search(&self.tokens[index].hash.0).is_err() {
                continue;
            }
            match self.folded(self.tokens[index].range()).as_str() {
                "sex" | "sexe" => self.stated_sex(index),
                "history" | "antecedents" => self.stated_history(index),
                _ => {}
            }
        }
    }

    /// `Sex F   Height 175 cm`: one letter or one word, and then something else.
    fn stated_sex(&mut self, index: usize) {
        let [sex, value] = self.tokens.get(index..index + 2).unwrap_or_default() else {
            return;
        };
        let range = value.range();
        let gap = &self.text[sex.end as usize..range.start];
        let text = &self.text[range.clone()];
        let is_letter = matches!(text, "F" | "M" | "X");
        let is_word = matches!(
            short(text).as_str(),
            "male" | "female" | "masculin" | "feminin"
        ) && value.shape == Shape::Capital;
        let after = self.text[range.end..].chars().next().unwrap_or(' ');
        if !matches!(gap, " " | "  ")
            || !(is_letter || is_word)
            || !(after.is_whitespace() || matches!(after, ',' | ';' | '|' | ')' | '.'))
        {
            return;
        }
        if let Some(parsed) = demographics::parse_sex(text) {
            let draft = Draft::new(
                DataElement::Sex,
                text,
                Normal::Sex(parsed),
                0.85,
                "label without a sign",
            );
            let note = Note {
                needs_patient: true,
                is_labelled: true,
                ..Note::default()
            };
            self.add(range, draft, note);
        }
    }

    /// `history is significant for two prior operations.`: up to the end of the sentence.
    fn stated_history(&mut self, index: usize) {
        let line = self.tokens[index].line;
        let word = |token: &Token| self.folded(token.range());
        let mut at = index + 1;
        let mut says_what = false;
        while let Some(token) = self.tokens.get(at)
            && at - index <= 4
            && token.line == line
            && LINKS.contains(&word(token).as_str())
        {
            says_what |= matches!(
                word(token).as_str(),
                "for" | "pour" | "includes" | "comprennent"
            );
            at += 1;
        }
        let Some(first) = self
            .tokens
            .get(at)
            .filter(|first| says_what && first.line == line)
        else {
            return;
        };
        let start = first.start as usize;
        let mut end = start;
        for token in self.tokens[at..].iter().take(MAX_WORDS) {
            let gap = &self.text[end.max(start)..(token.start as usize).max(end)];
            if end > start && (gap.contains(['.', ';', ':']) || gap.contains("\n\n")) {
                break;
            }
            end = token.end as usize;
        }
        let value = &self.text[start..end];
        let draft = Draft::new(
            DataElement::MedicalHistory,
            value,
            Normal::Text(value.to_owned()),
            0.8,
            "words of a history",
        );
        let note = Note {
            needs_patient: true,
            ..Note::default()
        };
        // Conditions in it are found as well.
        self.add_beside(start..end, draft, note);
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn a_sex_and_a_history_need_no_colon() {
        let text = "Patient: Anna Roy\nBorn 1985-02-10   Sex F   Height 175 cm\nPast medical history is significant for two prior abdominal surgeries.\n";
        let found = detect(text);
        has(&found, DataElement::Sex, "F");
        has(
            &found,
            DataElement::MedicalHistory,
            "two prior abdominal surgeries",
        );
        let found =
            detect("Patiente : Anne Roy\nNée le 10 février 1985   Sexe F   Taille 175 cm\n");
        has(&found, DataElement::Sex, "F");
        for text in [
            "Patient: Anna Roy\nThe history of the clinic is long.",
            "Patient: Anna Roy\nSex Fitness and health for all.",
        ] {
            assert!(
                !detect(text)
                    .iter()
                    .any(|m| matches!(m.element, DataElement::Sex | DataElement::MedicalHistory)),
                "{text}"
            );
        }
    }
}

#[test]
fn a_month_of_birth_and_the_numbers_of_french_forms_are_read_by_their_labels() {
    use crate::passages::tests::{detect, has};

    for (text, element, value) in [
        (
            "Vous êtes né en mars 1982. Le service vous écrit.",
            DataElement::BirthDate,
            "mars 1982",
        ),
        (
            "She was born in March 1982 in Toronto.",
            DataElement::BirthDate,
            "March 1982",
        ),
        // The label of more than one country; the number says which.
        (
            "Numéro de sécurité sociale : 1 85 02 78 006 084 43",
            DataElement::SocialInsuranceNumber,
            "1 85 02 78 006 084 43",
        ),
        (
            "N° identification patient : 3749274755",
            DataElement::PatientNumber,
            "3749274755",
        ),
        (
            "Référence interne de la patiente : 9750409278.",
            DataElement::PatientNumber,
            "9750409278",
        ),
    ] {
        has(&detect(text), element, value);
    }
}

#[test]
fn a_result_ends_with_its_sentence_and_hyphens_part_a_number_of_quebec() {
    use crate::passages::tests::{detect, has};

    let found = detect(
        "Anna Roy a téléphoné pour le résultat de TSH : 6,56 mU/L. Poursuivre escitalopram 10 mg. Rappeler au 343.443.9098.",
    );
    has(&found, DataElement::LabResult, "6,56 mU/L");
    has(&found, DataElement::Medication, "escitalopram");
    has(&found, DataElement::Phone, "343.443.9098");
    let found = detect("Please bring your health card (HIEY-2459-0135) with you.");
    has(&found, DataElement::HealthNumber, "HIEY-2459-0135");
    let found = detect("Seen by GSAR 2001-07-20 in clinic.");
    assert!(!found.iter().any(|m| m.element == DataElement::HealthNumber));
}
