//! How one is spoken to and of: what a single word's neighbours say of it beyond their own weight.
//!
//! `Anna, can you`, `Anna's address`, `call me Anna`; a family name in capitals
//! after a given name; and against it, three family names that are a firm.

use super::{Scan, cues::OF_PEOPLE, people::is_apostrophe, tokens::Shape};
use crate::lexicon::{
    COMMON, FAMILY, GIVEN, KIN, LABEL_END, NEVER_NAME, PLACE, TITLE, WORLD_PLACE,
};

impl Scan<'_, '_> {
    /// `Claude MENAGE`: a word in capitals right after a given name that is not is the family's, whatever it means.
    pub(super) fn is_family_in_capitals(&self, start: usize, at: usize) -> bool {
        let token = &self.tokens[at];
        let Some(before) = at.checked_sub(1).filter(|before| *before >= start) else {
            return false;
        };
        let before = &self.tokens[before];
        token.shape == Shape::Capitals
            && token.range().len() >= 3
            && !(token.has(LABEL_END)
                && (before.range().len() < 5
                    || self.text[token.end as usize..]
                        .trim_start_matches(' ')
                        .starts_with(|ch: char| ch == ':' || ch.is_ascii_digit())))
            && token.start == before.end + 1
            && before.shape == Shape::Capital
            && before.has(GIVEN)
            && self.classes(before).given >= 7
            && self.classes(before).given > self.classes(before).ordinary
    }

    /// `Hawkins, Richardson and Santana`: three family names in a row are a firm, if no colon lists them.
    pub(super) fn is_of_a_firm(&self, at: usize) -> bool {
        let is_family = |at: usize| {
            let token = &self.tokens[at];
            let known = self.classes(token);
            token.shape != Shape::Number && known.family > 0 && known.family >= known.given
        };
        let gap = |at: usize| {
            self.tokens.get(at + 1).map_or("", |next| {
                &self.text[self.tokens[at].end as usize..next.start as usize]
            })
        };
        let is_and = |at: usize| {
            self.tokens
                .get(at)
                .is_some_and(|token| matches!(&self.text[token.range()], "and" | "et"))
        };
        // The first of `A, B and C` is this one, the one before or the third before.
        [Some(at), at.checked_sub(1), at.checked_sub(3)]
            .into_iter()
            .flatten()
            .any(|first| {
                first + 3 < self.tokens.len()
                    && gap(first) == ", "
                    && gap(first + 1) == " "
                    && is_and(first + 2)
                    && gap(first + 2) == " "
                    && [first, first + 1, first + 3].into_iter().all(is_family)
                    && !self.text[..self.tokens[first].start as usize]
                        .trim_end()
                        .ends_with([':', ','])
                    && !first.checked_sub(1).is_some_and(|before| {
                        self.tokens[before].cue().before >= 1.5 || self.tokens[before].has(TITLE)
                    })
            })
    }

    /// `call me Anna`, `everyone calls me Anna`, `on m'appelle Anna`.
    pub(super) fn is_called_so(&self, at: usize) -> bool {
        let Some([call, me]) = at.checked_sub(2).and_then(|from| self.tokens.get(from..at)) else {
            return false;
        };
        matches!(&self.text[me.range()], "me" | "him" | "her" | "appelle")
            && matches!(
                &self.text[call.range()],
                "named" | "call" | "calls" | "called" | "calling" | "Call" | "m" | "s"
            )
    }

    /// How one is spoken to and of, by one word: `Anna, can you`, `Anna: "What`, `Anna's address`, `, Anna!`.
    pub(super) fn spoken(&self, from: usize, to: usize, finish: usize) -> f32 {
        let token = &self.tokens[from];
        let known = self.classes(token);
        let of_a_pair = self.of_a_pair(from);
        if known.ordinary > known.name() || token.has(PLACE | WORLD_PLACE) && known.given < 9 {
            return of_a_pair;
        }
        let is_unknown = self.is_unknown(token);
        let rest = &self.text[finish..];
        let next = self.tokens.get(to);
        let gap = next.map_or("", |next| &self.text[finish..next.start as usize]);
        let mut weight = 0.0_f32;
        // `Ubul: "Who are you?"` in a play or an account.
        let quote = rest
            .strip_prefix(':')
            .map(|rest| rest.trim_start_matches([' ', '\\']));
        if quote.is_some_and(|rest| rest.starts_with(['"', '\u{201c}', '\u{ab}'])) {
            weight += 2.5;
        }
        if let Some(next) = next {
            let word = &self.text[next.range()];
            if gap == ", "
                && self.starts_sentence(from)
                && matches!(
                    word,
                    "can"
                        | "could"
                        | "would"
                        | "will"
                        | "please"
                        | "how"
                        | "are"
                        | "do"
                        | "did"
                        | "have"
                        | "pouvez"
                        | "peux"
                        | "pourriez"
                        | "merci"
                        | "veuillez"
                )
            {
                weight += if is_unknown { 3.4 } else { 3.0 };
            }
            if is_apostrophe(gap)
                && word == "s"
                && let Some(thing) = self.tokens.get(to + 1)
                && (thing.has(KIN) || thing.is_of(OF_PEOPLE))
            {
                weight += 2.0;
            }
            // `the Roy wedding`, `the Roy family`.
            let is_the = from
                .checked_sub(1)
                .is_some_and(|at| matches!(&self.text[self.tokens[at].range()], "the" | "The"));
            if is_the && gap == " " && next.is_of(OF_PEOPLE) && known.family > known.ordinary {
                weight += 2.4;
            } else if is_the && gap == " " && is_unknown && next.cue().after >= 1.2 {
                // What stands before `the` speaks of things, what stands behind of people.
                weight += 2.1;
            }
            // `had given Selam his address`.
            if gap == " " && matches!(word, "his" | "her" | "son" | "sa" | "ses") {
                weight += 1.0;
            }
            // What only people do says more of a word that nobody knows.
            if is_unknown && gap == " " && next.cue().after >= 1.2 {
                weight += 1.4;
            }
        }
        weight += of_a_pair;
        // `Don't go to town, Derrick!`
        let is_end = rest.starts_with(['!', '?']);
        if is_end && token.has(GIVEN) && self.text[..token.start as usize].ends_with(", ") {
            weight += 1.5;
        }
        if is_unknown
            && let Some(previous) = from.checked_sub(1).map(|at| &self.tokens[at])
            && previous.cue().before >= 1.7
            && token.start == previous.end + 1
        {
            weight += 1.0;
        }
        weight
    }

    /// `Roy and Gagnon were late`: two words with capitals do together what one person does not.
    fn of_a_pair(&self, at: usize) -> f32 {
        let is_and = |at: usize| {
            self.tokens
                .get(at)
                .is_some_and(|token| matches!(&self.text[token.range()], "and" | "et"))
        };
        let first = if is_and(at + 1) {
            at
        } else if at >= 2 && is_and(at - 1) {
            at - 2
        } else {
            return 0.0;
        };
        let Some([a, and, b, verb]) = self.tokens.get(first..first + 4) else {
            return 0.0;
        };
        let is_name = |token: &super::tokens::Token| {
            token.shape == Shape::Capital
                && token.flags
                    & (PLACE | WORLD_PLACE | KIN | TITLE | LABEL_END | COMMON | NEVER_NAME)
                    == 0
                || token.shape == Shape::Capital
                    && token.has(FAMILY)
                    && self.classes(token).name() >= 9
                    && !token.has(NEVER_NAME | TITLE | KIN)
        };
        // `Sjöberg and Laval were`: one of the two may be many things.
        let may_be_name = |token: &super::tokens::Token| {
            token.shape == Shape::Capital
                && !token.has(NEVER_NAME | TITLE | KIN | LABEL_END)
                && token.has(FAMILY | GIVEN)
        };
        let are_names =
            is_name(a) && (is_name(b) || may_be_name(b)) || may_be_name(a) && is_name(b);
        let is_spaced = a.end + 1 == and.start && and.end + 1 == b.start && b.end + 1 == verb.start;
        let is_plural = matches!(
            &self.text[verb.range()],
            "were" | "are" | "have" | "both" | "met" | "sont" | "ont" | "étaient" | "avaient"
        );
        if is_spaced && is_plural && are_names {
            3.6
        } else {
            0.0
        }
    }
}
