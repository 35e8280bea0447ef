//! Two words at the head of a line that are a name, though one of them or both have no capital: `plisson monique`.
//!
//! In a short note people write as fast as they can. One of the two must be a
//! given name before anything else, the other no word of the language; and what
//! comes next is what comes after a name: the end of the line, a number, a sign.

use super::{
    Scan,
    tokens::{Shape, Token},
};
use crate::lexicon::{
    COMMON, FAMILY, GIVEN, KIN, LABEL_END, NEVER_NAME, PLACE, TITLE, WORLD_PLACE,
};

/// So many words of a line are looked at.
const ON_A_LINE: usize = 24;

impl Scan<'_, '_> {
    /// The index after a name of two words that begins with the first word of a line, one of them at least in small letters.
    pub(super) fn pair_in_any_case(&self, index: usize) -> Option<usize> {
        let [a, b] = self.tokens.get(index..index + 2)? else {
            return None;
        };
        if a.line != b.line
            || a.shape != Shape::Lower && b.shape != Shape::Lower
            || self
                .all
                .covered
                .overlaps(&(a.start as usize..b.end as usize))
        {
            return None;
        }
        let gap = &self.text[a.end as usize..b.start as usize];
        let may_be = |token: &Token| {
            token.is_word()
                && token.range().len() >= 3
                && token.flags & (NEVER_NAME | TITLE | KIN | LABEL_END) == 0
        };
        let is_given = |token: &Token| {
            let known = self.classes(token);
            known.given >= 8 && known.given >= known.ordinary + 3
        };
        let is_family = |token: &Token| {
            let known = self.classes(token);
            !token.has(COMMON)
                && (known.ordinary == 0 || token.has(FAMILY) && known.name() > known.ordinary)
        };
        let reads = match gap {
            " " => is_given(a) && is_family(b) || is_family(a) && is_given(b),
            ", " => is_family(a) && is_given(b),
            _ => false,
        };
        if !reads || !may_be(a) || !may_be(b) {
            return None;
        }
        let rest = self.text[b.end as usize..].trim_start_matches(' ');
        let is_over = rest.is_empty()
            || rest.starts_with(['\n', '\r', ',', '|', '(', ';'])
            || rest.starts_with(|ch: char| ch.is_ascii_digit() || ch == '+')
            || rest.starts_with(char::is_uppercase) && a.shape == b.shape
            || self
                .tokens
                .get(index + 2)
                .is_some_and(|next| self.all.covered.overlaps(&next.range()));
        is_over.then_some(index + 2)
    }

    /// `1. Akinfenwa, Temiloluwa`, when the line above or below is written alike and has a given name there.
    pub(super) fn is_row_of_a_list(&self, start: usize, comma: usize) -> bool {
        let line = self.tokens[start].line;
        let may_be = |token: &Token| {
            matches!(token.shape, Shape::Capital | Shape::Capitals)
                && token.range().len() > 1
                && token.flags
                    & (COMMON | NEVER_NAME | TITLE | KIN | LABEL_END | PLACE | WORLD_PLACE)
                    == 0
                && self.classes(token).ordinary <= self.classes(token).name().max(3)
        };
        if !self.begins_a_row(start) || !(start..=comma).all(|at| may_be(&self.tokens[at])) {
            return false;
        }
        let gap = |at: usize| {
            self.tokens.get(at + 1).map_or("", |next| {
                &self.text[self.tokens[at].end as usize..next.start as usize]
            })
        };
        // The words of a line up to and with the first behind its comma.
        let reads = |first: usize| {
            (first..first + 4)
                .find(|at| gap(*at) == ", ")
                .and_then(|at| Some((at, self.tokens.get(at + 1)?)))
                .is_some_and(|(at, given)| {
                    self.tokens[at].line == given.line
                        && self.tokens[at].shape != Shape::Lower
                        && matches!(given.shape, Shape::Capital | Shape::Capitals)
                        && given.has(GIVEN)
                        && self.classes(given).given > self.classes(given).ordinary
                })
        };
        let words = |at: &usize| self.tokens[*at].shape != Shape::Number;
        let below = (comma..self.tokens.len())
            .find(|at| self.tokens[*at].line > line)
            .filter(|at| self.tokens[*at].line == line + 1)
            .and_then(|at| (at..(at + 2).min(self.tokens.len())).find(words));
        let above = (0..start)
            .rev()
            .take_while(|at| self.tokens[*at].line + 1 >= line)
            .take(ON_A_LINE)
            .filter(|at| self.tokens[*at].line + 1 == line && words(at))
            .last();
        below.is_some_and(reads) || above.is_some_and(reads)
    }

    /// Whether a word is the first of its line, but for a number or a sign of a list.
    fn begins_a_row(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| &self.tokens[before]) else {
            return true;
        };
        let is_first = |at: usize| at == 0 || self.tokens[at - 1].line != self.tokens[at].line;
        is_first(at)
            || before.shape == Shape::Number
                && is_first(at - 1)
                && matches!(
                    &self.text[before.end as usize..self.tokens[at].start as usize],
                    ". " | ") " | ".  " | "\t"
                )
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn a_row_of_a_list_is_a_name_when_its_neighbours_are() {
        for (text, name) in [
            (
                "1. Akinfenwa, Temiloluwa\n2. Bearspaw, Shania",
                "Akinfenwa, Temiloluwa",
            ),
            ("Roy, Anna\nZumbokwe, Tiwoluti\n", "Zumbokwe, Tiwoluti"),
        ] {
            has(&detect(text), DataElement::Name, name);
        }
        for text in [
            "1. Zumbokwe, Tiwoluti\n2. Kerbango, Widupar",
            "Budget, Anna\nRoof, Marie",
        ] {
            assert!(
                !detect(text).iter().any(|m| m.element == DataElement::Name
                    && ["Zumbokwe", "Paris", "Budget"]
                        .iter()
                        .any(|w| m.value.reveal().contains(w))),
                "{text}"
            );
        }
    }

    #[test]
    fn two_words_in_any_case_at_the_head_of_a_line_are_a_name() {
        for (text, name) in [
            ("kovalsk monique 514-555-0199", "kovalsk monique"),
            ("Kovalsk monique", "Kovalsk monique"),
            ("kovalsk, MONIQUE, 12/03/1956", "kovalsk, MONIQUE"),
            ("kovalsk Marie , 21 ans, sans antécédents", "kovalsk Marie"),
        ] {
            has(&detect(text), DataElement::Name, name);
        }
        for text in [
            "table monique 514-555-0199",
            "see monique about the leg",
            "sees monique every other week",
        ] {
            assert!(
                !detect(text)
                    .iter()
                    .any(|m| m.element == DataElement::Name && m.value.reveal().contains(' ')),
                "{text}"
            );
        }
    }
}
