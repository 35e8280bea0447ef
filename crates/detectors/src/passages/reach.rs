//! Sentences of how somebody asked to be reached: `Ne pas joindre au domicile`.
//!
//! The words by which they are found are noted in the one pass over the text;
//! `elements::reach` says what such a sentence means.

use std::{ops::Range, sync::LazyLock};

use whose_model::{DataElement, Normal};

use super::{Note, Scan, calls::hashes};
use crate::{
    draft::Draft,
    elements::reach::{self, Reach},
    text::fold,
};

static HASHES: LazyLock<Vec<u64>> = LazyLock::new(|| hashes(reach::WORDS));
/// So many bytes of a sentence are looked at on each side of a word.
const FAR: usize = 160;

impl Scan<'_, '_> {
    /// Finds them; what stands in them is found as well.
    pub(super) fn reaches(&mut self) {
        let mut done = 0;
        for &index in &self.marks.kinds {
            let token = &self.tokens[index as usize];
            let at = token.start as usize;
            if at < done || HASHES.binary_search(&token.hash.0).is_err() {
                continue;
            }
            let range = self.sentence_around(at, done);
            done = range.end;
            if self.is_labelled_there(&range) {
                continue;
            }
            let sentence = &self.text[range.clone()];
            let Some(reach) = reach::said(&fold(sentence)) else {
                continue;
            };
            let draft = Draft::new(
                DataElement::ContactPreference,
                sentence,
                Normal::Text(reach::normal(reach, sentence)),
                if reach == Reach::AskFirst { 0.85 } else { 0.7 },
                "a sentence of how to be reached",
            );
            let note = Note {
                needs_patient: true,
                ..Note::default()
            };
            self.add_beside(range, draft, note);
        }
    }

    /// A label has said it already.
    fn is_labelled_there(&self, range: &Range<usize>) -> bool {
        let (from, to) = (
            self.all.at + range.start as u64,
            self.all.at + range.end as u64,
        );
        self.all.found.iter().rev().any(|item| {
            item.draft.element == DataElement::ContactPreference && (from..to).contains(&item.at)
        })
    }

    /// The sentence around a place, not before `from`.
    fn sentence_around(&self, at: usize, from: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let ends = |place: usize| match bytes[place] {
            b'.' | b'!' | b'?' | b';' => bytes.get(place + 1).is_none_or(u8::is_ascii_whitespace),
            b'\t' | b'|' => true,
            // A line goes on in the next unless that begins as a sentence does.
            b'\n' => !bytes.get(place + 1).is_some_and(|b| b.is_ascii_lowercase()),
            _ => false,
        };
        let mut start = at;
        while start > from && at - start < FAR && !ends(start - 1) {
            start -= 1;
        }
        let mut end = at;
        while end < bytes.len() && end - at < FAR && !ends(end) {
            end += 1;
        }
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let sentence = &self.text[start..end];
        let start = start + (sentence.len() - sentence.trim_start().len());
        start..start + sentence.trim().len()
    }
}

#[cfg(test)]
mod tests {
    use whose_model::{DataElement, Mention, Normal, REACH_ASK_FIRST, Role};

    use crate::passages::tests::{detect, has};

    #[test]
    fn who_must_not_be_written_to_at_home_is_the_patient_and_what_stands_beside_is_found() {
        let found = detect(
            "Usager : TREMBLAY-GAGNÉ, Marie-Ève\nTél. : 418 555-0146 (rés.)\n\nMadame Tremblay-Gagné a été vue en raison de violence conjugale. Ne pas joindre au domicile; utiliser le courriel me.tg85@exemple.ca.",
        );
        has(
            &found,
            DataElement::ContactPreference,
            "Ne pas joindre au domicile",
        );
        has(&found, DataElement::Email, "me.tg85@exemple.ca");
        let asked = found
            .iter()
            .find(|m| m.element == DataElement::ContactPreference)
            .unwrap();
        assert_eq!(
            *asked.normal.reveal(),
            Normal::Text(REACH_ASK_FIRST.to_owned())
        );
        assert_eq!(asked.role, Role::Patient);
        let name = found
            .iter()
            .find(|m| m.element == DataElement::Name)
            .unwrap();
        assert!(asked.subject.is_some() && asked.subject == name.subject);
    }

    #[test]
    fn a_sentence_over_two_lines_is_one_and_a_rule_about_nobody_is_nothing() {
        let found = detect(
            "Patient: Anna Roy, DOB 1985-02-10\nShe asked that we do not contact\nher at home.\n",
        );
        has(
            &found,
            DataElement::ContactPreference,
            "She asked that we do not contact\nher at home",
        );
        for rule in [
            "Our rules\nStaff do not contact clients at home.\n",
            "Our rules\nQuestions: Jane Smith, jane.smith@clinic.example\nStaff do not contact clients at home.\n",
            "How to reach us\nDo not send mail to our address.\n",
        ] {
            let found = detect(rule);
            let asked = |m: &Mention| m.element == DataElement::ContactPreference;
            assert!(!found.iter().any(asked), "{rule}");
        }
    }

    #[test]
    fn who_asked_it_may_be_named_by_nothing_or_stand_beside_it() {
        let asked = |text: &str| {
            let found = detect(text);
            let mut asked = found
                .iter()
                .filter(|m| m.element == DataElement::ContactPreference);
            let one = asked.next().map(|m| (m.subject.is_some(), m.role));
            assert!(asked.next().is_none());
            one
        };
        // Tied to nobody: somebody has to look.
        assert_eq!(
            asked(
                "Memo to the front desk\nPlease do not mail anything to the home of our client with chart 10021.\n"
            ),
            Some((false, Role::Unknown))
        );
        assert_eq!(
            asked(
                "From: intake@clinic.example\nTo: desk@clinic.example\nSubject: tomorrow\n\nThe client at 2 pm asked that we do not call her at home, her husband must not know.\n"
            ),
            Some((false, Role::Unknown))
        );
        // Named beside it, by nobody called a patient.
        let (is_tied, _) =
            asked("Front desk\nAnna Kowalczyk called. Do not call her at home.\n").unwrap();
        assert!(is_tied);
    }
}
