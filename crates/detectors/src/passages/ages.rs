//! Ages in running text: `45 ans`, `45-year-old`, `aged 45`, `at the age of 45`.
//!
//! A number is an age by its unit or by the words before it. A span of time
//! (`pendant 3 ans`), a version (`age; 12.0`) and the age of a thing (`more than
//! 10 years old`) are none, or count only where a patient is spoken of.

use std::ops::Range;

use whose_model::{DataElement, Normal};

use super::{Note, Scan, terms::ends_sentence, tokens::Shape};
use crate::{
    draft::Draft,
    elements::{assertion, demographics},
    lexicon::{FAMILY, GIVEN},
    text::short,
};

/// How many words may stand between a relative and the age at which they died.
const MAX_TO_KIN: usize = 12;

impl Scan<'_, '_> {
    /// `at the age of 45`, `à l'âge de 45`, `will turn 47`, `when she was 65`.
    fn is_age_in_words(&self, index: usize) -> bool {
        let line = self.tokens[index].line;
        let word = |back: usize| {
            index
                .checked_sub(back)
                .map(|at| &self.tokens[at])
                .filter(|token| token.line == line && token.is_word())
                .map_or_else(|| short(""), |token| self.folded(token.range()))
        };
        let (third, second, first) = (word(3), word(2), word(1));
        // What is counted stands after the number: `turn 20 pages`, `she was 65 km away`.
        let ends = self.text.as_bytes().get(self.tokens[index].end as usize);
        let is_counting = self.tokens.get(index + 1).is_some_and(|next| {
            next.start == self.tokens[index].end + 1
                && ends == Some(&b' ')
                && !matches!(
                    self.folded(next.range()).as_str(),
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
                    self.folded(word.range()).as_str(),
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
        let after_sex = self.unit_after_sex(index, tail);
        if after_sex.is_some() {
            self.add_sex(self.tokens[index - 1].range());
        }
        let Some(unit) = unit.or(after_sex) else {
            if skipped == 0 && self.age_and_sex(index, start, n) {
                return true;
            }
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
        let before = index
            .checked_sub(1)
            .map_or_else(|| short(""), |at| self.folded(self.tokens[at].range()));
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

    /// `M 33y`: a bare `y` is a unit of age behind a letter for a sex.
    fn unit_after_sex(&self, index: usize, tail: &str) -> Option<&'static str> {
        let before = self.tokens.get(index.checked_sub(1)?)?;
        let is_sex = matches!(&self.text[before.range()], "M" | "F" | "H")
            && before.line == self.tokens[index].line;
        let is_unit =
            tail.starts_with('y') && !tail[1..].starts_with(|ch: char| ch.is_alphanumeric());
        (is_sex && is_unit).then_some("y")
    }

    /// `Okimaw, 33M`: right behind a name, an age and a letter for the sex in one word.
    fn age_and_sex(&mut self, index: usize, start: usize, n: usize) -> bool {
        let word = &self.text[self.tokens[index].range()];
        let Some(before) = index.checked_sub(1).map(|at| self.tokens[at]) else {
            return false;
        };
        let gap = &self.text[before.end as usize..start];
        if word.len() != n + 1
            || !word.ends_with(['M', 'F', 'H'])
            || before.shape == Shape::Number
            || !(before.has(GIVEN | FAMILY) || self.all.covered.overlaps(&before.range()))
            || !Self::is_capital(&before)
            || !matches!(gap, " " | ", " | " (" | " - ")
            || !word[..n].parse::<u32>().is_ok_and(|age| age <= 120)
        {
            return false;
        }
        self.add_age(start..start + n, false);
        self.add_sex(start + n..start + n + 1);
        true
    }

    /// `Mother died of a stroke at 61`: the age of a relative who is not named.
    pub(super) fn is_of_unnamed_kin(&self, place: &Range<usize>) -> bool {
        let at = self
            .tokens
            .partition_point(|token| (token.start as usize) < place.start);
        for before in (at.saturating_sub(MAX_TO_KIN)..at).rev() {
            let token = &self.tokens[before];
            if ends_sentence(self.gap_after(before)) {
                return false;
            }
            if assertion::is_kin(short(&self.text[token.range()]).as_str()) {
                return true;
            }
            if Self::is_capital(token) && token.has(GIVEN | FAMILY) {
                return false;
            }
        }
        false
    }

    fn add_age(&mut self, place: Range<usize>, needs_patient: bool) {
        if self.is_of_unnamed_kin(&place) {
            return;
        }
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

#[test]
fn an_age_beside_a_letter_for_the_sex_is_read_as_notes_write_it() {
    use crate::passages::tests::detect;

    for text in [
        "Patient: Wendell Okimaw, 33M",
        "Pt: Wendell Okimaw  M  33y",
        "Patient: Wendell Okimaw, 33 y, M",
    ] {
        let found = detect(text);
        let has = |element, start: &str| {
            found
                .iter()
                .any(|m| m.element == element && m.value.reveal().starts_with(start))
        };
        assert!(has(DataElement::Age, "33"), "{text}");
        assert!(has(DataElement::Sex, "M"), "{text}");
    }
    let found = detect("Patient: Wendell Okimaw. The clinic spent 33M in 2025.");
    assert!(!found.iter().any(|m| m.element == DataElement::Age));
}

#[test]
fn the_age_at_which_a_relative_died_is_not_the_patients() {
    use crate::passages::tests::detect;

    for text in [
        "Patient: Wendell Okimaw. Mother died of stroke at age 61.",
        "Patient : Luc Roy. Mère décédée d'un cancer du sein à 61 ans.",
    ] {
        let found = detect(text);
        assert!(
            !found.iter().any(|m| m.element == DataElement::Age),
            "{text}"
        );
    }
    let found = detect("Patient: Wendell Okimaw. Seen with his mother. He is 33 years old.");
    assert!(found.iter().any(|m| m.element == DataElement::Age));
}
