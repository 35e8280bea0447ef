//! What stands right after a name and is of the same person: the sex, what they work as, the mark of a signature.
//!
//! The letters of a profession are in `letters`.

use std::ops::Range;

use whose_model::{DataElement, Normal, Role};

use super::{Note, Scan};
use crate::{draft::Draft, text::short};

/// What somebody works as takes no more, in bytes.
const MAX_WORK: usize = 60;

impl Scan<'_, '_> {
    /// `Anna Roy (F)`, `Anna Roy, female`, `a 45-year-old woman`: the sex after a name or an age.
    pub(super) fn sex_after(&mut self, end: usize) {
        let at = self
            .tokens
            .partition_point(|token| (token.start as usize) < end);
        let Some(word) = self.tokens.get(at).copied() else {
            return;
        };
        let range = word.range();
        let gap = &self.text[end..range.start];
        let after = self.text.as_bytes().get(range.end).copied().unwrap_or(b' ');
        let text = &self.text[range.clone()];
        let is_stated = match text.len() {
            1 => {
                matches!(text, "F" | "M" | "H" | "X")
                    && (gap.trim_start() == "(" && matches!(after, b')' | b',' | b'/')
                        || gap == ", " && matches!(after, b',' | b';' | b'\n' | b' '))
            }
            _ => {
                gap.len() <= 3
                    && !gap.contains('\n')
                    && matches!(
                        short(text).as_str(),
                        "male"
                            | "female"
                            | "woman"
                            | "man"
                            | "boy"
                            | "girl"
                            | "homme"
                            | "femme"
                            | "garcon"
                            | "gentleman"
                            | "lady"
                            | "masculin"
                            | "feminin"
                    )
            }
        };
        if !is_stated || gap.len() > 8 {
            return;
        }
        self.add_sex(range);
    }

    /// A word or a letter for a sex, beside a name or an age.
    pub(super) fn add_sex(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        let sex = match short(text).as_str() {
            "gentleman" => Some(whose_model::Sex::Male),
            "lady" => Some(whose_model::Sex::Female),
            _ => crate::elements::demographics::parse_sex(text),
        };
        if let Some(sex) = sex {
            let draft = Draft::new(
                DataElement::Sex,
                text,
                Normal::Sex(sex),
                0.8,
                "after a name or an age",
            );
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

    /// `Anna Roy, travailleuse sociale` alone on a line: what whoever signs works as.
    pub(super) fn work_after(&self, from: usize, to: usize) -> Option<Role> {
        let is_first = from == 0 || self.tokens[from - 1].line != self.tokens[from].line;
        let (last, work) = (&self.tokens[to - 1], self.tokens.get(to)?);
        if !is_first
            || work.line != last.line
            || &self.text[last.end as usize..work.start as usize] != ", "
        {
            return None;
        }
        let end = self.marks.line(self.text, work.start as usize).end;
        let words = &self.text[work.start as usize..end];
        if words.len() > MAX_WORK || words.contains([':', ';', '.']) {
            return None;
        }
        let mut words = words.split([' ', ',', '-']).map(short);
        words.find_map(|word| match word.as_str() {
            "physician" | "surgeon" | "medecin" | "nurse" | "infirmiere" | "infirmier"
            | "therapist" | "therapeute" | "physiotherapist" | "physiotherapeute"
            | "ergotherapeute" | "psychologist" | "psychologue" | "psychiatrist" | "psychiatre"
            | "pharmacist" | "pharmacien" | "pharmacienne" | "dietitian" | "dietetiste"
            | "nutritionist" | "nutritionniste" | "midwife" | "dentist" | "dentiste"
            | "optometrist" | "social" | "sociale" | "counsellor" | "counselor"
            | "orthophoniste" | "inhalotherapeute" => Some(Role::Clinician),
            "secretary" | "secretaire" | "receptionist" | "receptionniste" | "clerk"
            | "administrator" | "coordinator" | "coordonnatrice" | "coordonnateur" | "adjointe"
            | "archiviste" => Some(Role::Staff),
            _ => None,
        })
    }

    /// `/s/ Anna Roy`: a name behind the mark of an electronic signature.
    pub(super) fn signed(&mut self, range: std::ops::Range<usize>) {
        if !self.text[..range.start]
            .trim_end_matches(' ')
            .ends_with("/s/")
        {
            return;
        }
        let value = &self.text[range.clone()];
        let draft = Draft::new(
            DataElement::Signature,
            value,
            Normal::Text(value.to_owned()),
            0.9,
            "mark of a signature",
        );
        let note = Note {
            needs_patient: true,
            ..Note::default()
        };
        self.add_beside(range, draft, note);
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn a_name_behind_its_mark_is_a_signature_and_the_day_is_none_of_it() {
        let head = "PATIENT SUPPORT PROGRAM ENROLMENT\nClient: Tremblay, Marie\nDOB: 1987-12-27\n";
        let found = detect(&format!("{head}Signed\n/s/ Marie Tremblay   2024-02-21\n"));
        has(&found, DataElement::Signature, "Marie Tremblay");
        has(&found, DataElement::ServiceDate, "2024-02-21");
        let found = detect(&format!("{head}Signed: /s/ Marie Tremblay 2024-02-21\n"));
        has(&found, DataElement::Signature, "/s/ Marie Tremblay");
        has(&found, DataElement::ServiceDate, "2024-02-21");
    }
}
