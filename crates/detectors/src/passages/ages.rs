//! Ages in running text: `45 ans`, `45-year-old`, `aged 45`, `at the age of 45`.
//!
//! A number is an age by its unit or by the words before it. A span of time
//! (`pendant 3 ans`), a version (`age; 12.0`) and the age of a thing (`more than
//! 10 years old`) are none, or count only where a patient is spoken of.

use std::ops::Range;

use whose_model::{DataElement, Normal};

use super::{Note, Scan};
use crate::{draft::Draft, elements::demographics, text::short};

impl Scan<'_, '_> {
    /// `at the age of 45`, `à l'âge de 45`, `will turn 47`, `when she was 65`.
    fn is_age_in_words(&self, index: usize) -> bool {
        let line = self.tokens[index].line;
        let word = |back: usize| {
            index
                .checked_sub(back)
                .map(|at| &self.tokens[at])
                .filter(|token| token.line == line && token.is_word())
                .map_or_else(|| short(""), |token| short(&self.text[token.range()]))
        };
        let (third, second, first) = (word(3), word(2), word(1));
        // What is counted stands after the number: `turn 20 pages`, `she was 65 km away`.
        let ends = self.text.as_bytes().get(self.tokens[index].end as usize);
        let is_counting = self.tokens.get(index + 1).is_some_and(|next| {
            next.start == self.tokens[index].end + 1
                && ends == Some(&b' ')
                && !matches!(
                    short(&self.text[next.range()]).as_str(),
                    "and" | "et" | "when" | "in" | "on" | "or"
                )
        });
        match first.as_str() {
            "of" | "de" => matches!(second.as_str(), "age"),
            "turn" => !is_counting && matches!(second.as_str(), "ll" | "will" | "to" | "would"),
            "was" | "is" => {
                !is_counting
                    && matches!(second.as_str(), "he" | "she")
                    && matches!(third.as_str(), "when" | "since" | "until" | "while")
            }
            _ => false,
        }
    }

    /// `45 ans`, `45-year-old`, `45 y/o`, `aged 45`.
    pub(super) fn age(&mut self, index: usize, start: usize) -> bool {
        let token = self.tokens[index];
        let rest = &self.text[start..];
        let n = rest.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 || n > 3 {
            return false;
        }
        let tail = rest[n..].trim_start_matches([' ', '-', '\u{a0}']);
        let skipped = rest.len() - n - tail.len();
        if skipped > 2 {
            return false;
        }
        let unit = demographics::age_unit(tail);
        let aged = index
            .checked_sub(1)
            .map(|at| &self.tokens[at])
            // `$age < 1` is what a program asks.
            .filter(|word| !self.text[word.end as usize..start].contains(['<', '>', '=', '$']))
            .is_some_and(|word| {
                matches!(
                    short(&self.text[word.range()]).as_str(),
                    "aged" | "age" | "agee" | "turned" | "turning" | "turns"
                )
            })
            || self.is_age_in_words(index);
        // `age:[3].2`, `age; 12.0` are versions.
        let aged = aged
            && !(self.text.as_bytes().get(start + n) == Some(&b'.')
                && self
                    .text
                    .as_bytes()
                    .get(start + n + 1)
                    .is_some_and(u8::is_ascii_digit));
        let Some(unit) = unit else {
            if aged
                && token.end as usize - start == n
                && n <= 3
                && rest[..n].parse::<u32>().is_ok_and(|age| age <= 120)
            {
                self.add_age(start..start + n, false);
                return true;
            }
            return false;
        };
        let is_ans = matches!(unit, "ans" | "mois");
        // `pendant 3 ans`, `il y a 2 ans`: a span of time, not an age.
        let before = index.checked_sub(1).map_or_else(
            || short(""),
            |at| short(&self.text[self.tokens[at].range()]),
        );
        if is_ans
            && matches!(
                before.as_str(),
                "a" | "depuis"
                    | "pendant"
                    | "environ"
                    | "sur"
                    | "dans"
                    | "ya"
                    | "tous"
                    | "les"
                    | "des"
            )
            && !matches!(before.as_str(), "a")
        {
            return false;
        }
        // `more than 10 years old` is said of things.
        let is_bound = matches!(
            before.as_str(),
            "than" | "over" | "least" | "almost" | "nearly" | "under" | "about"
        );
        let number = &rest[..n];
        if number.parse::<u32>().is_ok_and(|age| age <= 120) {
            let len = n + skipped + unit.len();
            let needs_patient = is_ans && before.as_str() == "a" || is_bound;
            self.add_age(start..start + len, needs_patient);
            self.sex_after(start + len);
            return true;
        }
        false
    }

    fn add_age(&mut self, place: Range<usize>, needs_patient: bool) {
        let value = &self.text[place.clone()];
        let draft = Draft::new(
            DataElement::Age,
            value,
            Normal::Text(value.to_owned()),
            0.85,
            "words of age",
        );
        let note = Note {
            needs_patient,
            ..Note::default()
        };
        self.add(place, draft, note);
    }
}

#[test]
fn what_a_program_asks_of_an_age_is_nobodys() {
    use crate::passages::tests::detect;

    for text in ["} elsif ($age < -1) {", "while age >= 18:"] {
        let found = detect(text);
        assert!(
            !found.iter().any(|m| m.element == DataElement::Age),
            "{text}"
        );
    }
    assert!(
        detect("She is aged 45.")
            .iter()
            .any(|m| m.element == DataElement::Age)
    );
}
