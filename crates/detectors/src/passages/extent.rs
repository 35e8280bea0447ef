//! The part of a run that weighs most in, the whole name out: what stands beside it in the run and belongs to it.
//!
//! And what is no name though it weighs as one: the rest of an organisation's
//! name, and a town of two words.

use whose_model::{DataElement, Normal, Role};

use super::{
    Note, Scan,
    cues::MAKES_ORGANISATION,
    names::{MAX_PARTS, Weighed},
    tokens::Shape,
};
use crate::draft::Draft;
use crate::elements::name::{self, suffix_of};
use crate::lexicon::{FAMILY, KIN, LABEL_END, NEVER_NAME, PLACE, TITLE};

impl Scan<'_, '_> {
    /// `Northern Birch Clinic Prince Albert`, `Clinique Bouleau du Nord St. John's`: what follows
    /// the word for an organisation is part of its name; and `Prince Albert` is a town.
    pub(super) fn is_of_organisation_or_town(&self, start: usize, from: usize, to: usize) -> bool {
        let is_organisation =
            |at: usize| self.tokens[at].is_of(MAKES_ORGANISATION) && !self.tokens[at].has(FAMILY);
        let (begin, end) = (
            self.tokens[from].start as usize,
            self.tokens[to - 1].end as usize,
        );
        let is_town = |end: usize| self.all.lexicon.look_up(&self.text[begin..end]) & PLACE != 0;
        // `St. John's` is a town, whoever is called St. John.
        let with_s = ["'s", "\u{2019}s"]
            .iter()
            .find(|ending| self.text[end..].starts_with(**ending))
            .map(|ending| end + ending.len());
        (start..from).any(is_organisation)
            || to > from + 1 && (is_town(end) || with_s.is_some_and(is_town))
    }

    /// The part of a run with what belongs to it: a hyphen parts no name, and a word of the
    /// run that speaks neither for nor against stays with the name beside it. What weighs
    /// most is often less than the whole: `Oksana Kowalski` of `Lesia Oksana Kowalski`.
    pub(super) fn whole(&self, found: Weighed, start: usize, end: usize) -> Weighed {
        let Weighed {
            mut from, mut to, ..
        } = found;
        let gap = |left: usize| {
            &self.text[self.tokens[left].end as usize..self.tokens[left + 1].start as usize]
        };
        let is_joined = |left: usize| matches!(gap(left), "-" | "\u{2010}" | "\u{2011}");
        let n_parts = |from: usize, to: usize| {
            (from..to)
                .filter(|at| {
                    self.tokens[*at].range().len() > 1 && !(*at > from && is_joined(at - 1))
                })
                .count()
        };
        let may_join = |at: usize| {
            let token = &self.tokens[at];
            matches!(token.shape, Shape::Capital | Shape::Capitals)
                && token.range().len() > 1
                && token.flags & (TITLE | KIN | NEVER_NAME | LABEL_END) == 0
                && !token.is_of(MAKES_ORGANISATION)
                && !self.all.covered.overlaps(&token.range())
                && (self.knows(at)
                    || self.word_weight(at) > -0.8
                    || self.is_unknown(token) && token.range().len() >= 4
                    || self.is_family_in_capitals(start, at))
                || self.is_family_in_capitals(start, at)
                    && !self.all.covered.overlaps(&token.range())
        };
        while from > start
            && (is_joined(from - 1)
                || gap(from - 1) == " " && may_join(from - 1) && n_parts(from, to) < MAX_PARTS)
        {
            from -= 1;
        }
        while to < end
            && (is_joined(to - 1)
                || gap(to - 1) == " " && may_join(to) && n_parts(from, to) < MAX_PARTS)
        {
            to += 1;
        }
        // `I. Roy`, `A. B. Roy`: initials before it.
        while let Some(before) = from.checked_sub(1)
            && from - before <= 3
            && self.tokens[before].line == self.tokens[from].line
            && self.tokens[before].shape == Shape::Capital
            && self.tokens[before].range().len() == 1
            && matches!(gap(before), ". " | ".")
            && !self.all.covered.overlaps(&self.tokens[before].range())
        {
            from = before;
        }
        // `Baby Girl Novak`, `Bébé Roy`: who has no given name yet.
        let is_word =
            |at: usize, words: &[&str]| words.contains(&&self.text[self.tokens[at].range()]);
        let is_beside =
            |at: usize| gap(at) == " " && !self.all.covered.overlaps(&self.tokens[at].range());
        if let Some(before) = from.checked_sub(1).filter(|before| is_beside(*before)) {
            let is_sex = is_word(before, &["Girl", "Boy", "Fille", "Garçon", "GIRL", "BOY"]);
            let baby = if is_sex {
                before.checked_sub(1)
            } else {
                Some(before)
            };
            if let Some(baby) = baby.filter(|baby| *baby == before || is_beside(*baby))
                && is_word(baby, &["Baby", "Bébé", "BABY", "BB"])
            {
                from = baby;
            }
        }
        // `de la Durantaye, Félix`: the family name stands first, with its particles.
        if self.comma_in(from, to).is_some() {
            while from > 0
                && gap(from - 1) == " "
                && self.tokens[from - 1].line == self.tokens[from].line
                && self.tokens[from - 1].shape == Shape::Lower
                && self.is_particle(&self.tokens[from - 1])
            {
                from -= 1;
            }
        }
        Weighed {
            from,
            to: self.with_suffix(to),
            ..found
        }
    }

    /// `Horv4thova`: a word with a capital and a digit or two that were letters before it was scanned.
    pub(super) fn is_damaged(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            let word = &self.text[token.range()];
            let n_digits = word.bytes().filter(u8::is_ascii_digit).count();
            token.shape == Shape::Number
                && (1..=2).contains(&n_digits)
                && word.chars().count() >= 4 + n_digits
                && word.starts_with(char::is_uppercase)
                && word.ends_with(char::is_alphabetic)
                && word.chars().all(char::is_alphanumeric)
                && !self.all.covered.overlaps(&token.range())
        })
    }

    /// Takes a damaged name behind its title; its form has the letters that the digits look like.
    pub(super) fn take_damaged(&mut self, from: usize, to: usize, role: Option<Role>) {
        let range = self.tokens[from].start as usize..self.tokens[to - 1].end as usize;
        let value = &self.text[range.clone()];
        let letters: String = (value.chars())
            .map(|ch| match ch {
                '0' => 'o',
                '1' => 'l',
                '3' => 'e',
                '4' => 'a',
                '5' => 's',
                '6' | '8' => 'b',
                ch => ch,
            })
            .collect();
        if let Some(parsed) = name::parse(&letters) {
            let draft = Draft::new(DataElement::Name, value, Normal::Name(parsed), 0.7, "title");
            let note = Note {
                role,
                ..Note::default()
            };
            self.add(range, draft, note);
        }
    }

    /// `Anna Roy Jr.`, `Luc Roy, fils`: the suffix belongs to the name that ends before it.
    pub(super) fn with_suffix(&self, to: usize) -> usize {
        let (Some(last), Some(next)) = (self.tokens.get(to.wrapping_sub(1)), self.tokens.get(to))
        else {
            return to;
        };
        let gap = &self.text[last.end as usize..next.start as usize];
        let word = &self.text[next.range()];
        // `fils` and `père` in small letters are a son and a father of somebody.
        let is_suffix = matches!(gap, " " | ", ")
            && next.shape != Shape::Lower
            && word.len() > 1
            && suffix_of(word)
            && !self.all.covered.overlaps(&next.range());
        to + usize::from(is_suffix)
    }
}

#[test]
fn a_town_with_an_apostrophe_is_nobody_though_somebody_is_called_so() {
    use super::tests::{detect, has};
    let found = detect(
        "RE: Anna St. John, born 1985-02-10\n\nMs. St. John was seen. She lives in St. John's and works there.",
    );
    has(&found, DataElement::Name, "Anna St. John");
    let is_town =
        |m: &whose_model::Mention| m.element == DataElement::Name && m.value.reveal() == "St. John";
    assert!(!found.iter().any(is_town));
}

#[test]
fn a_name_with_a_digit_for_a_letter_stands_behind_its_title() {
    use super::tests::{detect, has};
    has(
        &detect("Mrs. Horv4thova tells me"),
        DataElement::Name,
        "Mrs. Horv4thova",
    );
    for text in ["Dr. A1C was 7", "Mr. 4711 called", "MS Office365 is down"] {
        let found = detect(text);
        assert!(
            !found.iter().any(|m| m.element == DataElement::Name),
            "{text}"
        );
    }
}

#[test]
fn a_suffix_belongs_to_the_name_before_it_and_kin_in_small_letters_does_not() {
    use super::tests::{detect, has};
    for (text, name) in [
        (
            "Bill to: Ming Walker Sr.\n2716 Elm Street",
            "Ming Walker Sr",
        ),
        ("Bill to: Ming Walker\n2716 Elm Street", "Ming Walker"),
        ("I saw Mr. Walker Jr. in clinic today.", "Mr. Walker Jr"),
        (
            "I saw Peter Walker III in clinic today.",
            "Peter Walker III",
        ),
        ("Vu Luc Tremblay, fils de Marie.", "Luc Tremblay"),
    ] {
        has(&detect(text), DataElement::Name, name);
    }
}
