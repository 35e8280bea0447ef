//! Addresses without a word of our streets: announced by a sentence, abroad, at a unit, in the forces, in a box.
//!
//! `elements::stretch` finds what begins with a number and has a street's word.
//! Here the evidence stands beside the number that is tried: a verb of living
//! before it, a state and no street, `Apt. 12` alone on its line, a word that is
//! a street's in another language. Each number is tried once, over a few words.

use std::{ops::Range, sync::LazyLock};

use whose_model::{DataElement, Normal, PostalAddress};

use super::{
    Note, Scan,
    calls::hashes,
    tokens::{Shape, Token},
};
use crate::{
    draft::Draft,
    elements::{abroad, address, name, street, stretch},
    lexicon::{MONTH, TITLE},
    text::{Short, short},
};

/// Words that say that an address comes.
const STRONG: &str = "address addresses adresse adresses lives live living lived resides reside residing located domicile domicilie domiciliee habite habitant demeure demeurant situe situee";
/// Words that say so when the form agrees.
const WEAK: &str = "sent send ship shipped return returned deliver delivered moved move office offices taxi corner arrived stop envoye envoyer envoyee livrer expedier retourner demenage";
/// Small words between such a word and the address.
const BETWEEN: &str =
    "at on in is are to the of au a aux le la my new following suivante est it they here one for";

struct Words {
    strong: Vec<u64>,
    weak: Vec<u64>,
    between: Vec<u64>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    strong: hashes(STRONG),
    weak: hashes(WEAK),
    between: hashes(BETWEEN),
});

/// The most words of an announced address.
const MAX_WORDS: usize = 9;

/// Where an address stands, how sure it is, and why.
pub(super) type Taken = (Range<usize>, f32, &'static str);

impl Scan<'_, '_> {
    /// Takes an address around a number, where something beside the number says that it is one; whether it did.
    pub(super) fn whereabouts(&mut self, index: usize, start: usize) -> bool {
        if !self.text.as_bytes()[start].is_ascii_digit() {
            return false;
        }
        let found = self
            .of_the_forces(index)
            .or_else(|| self.town_and_code(index))
            .or_else(|| self.postal_box(index))
            .or_else(|| self.french_lower(index))
            .or_else(|| self.abroad(index))
            .or_else(|| self.announced(index))
            .or_else(|| self.around_unit(index))
            .or_else(|| self.code_and_town(index))
            .or_else(|| self.country_and_code(index));
        let Some((range, confidence, why)) = found else {
            return false;
        };
        if self.all.covered.overlaps(&range) {
            return false;
        }
        if self.is_of_a_company(range.start) {
            let end = self.end_of_code(range.end);
            self.all.covered.add(range.start..end);
            return true;
        }
        let value = &self.text[range.clone()];
        let parsed = address::parse(value).unwrap_or_else(|| PostalAddress {
            street: value.split_whitespace().collect::<Vec<_>>().join(" "),
            ..PostalAddress::default()
        });
        let draft = Draft::new(
            DataElement::Address,
            value,
            Normal::Address(parsed),
            confidence,
            why,
        );
        self.add(range, draft, Note::default());
        true
    }

    /// `Foundation, Inc., 59 Temple Place`: an address right after a company's name is the company's.
    pub(super) fn is_of_a_company(&self, start: usize) -> bool {
        let before =
            self.text[..start].trim_end_matches([' ', '\n', '\r', '#', '*', '/', '\t', ';']);
        let Some(name) = before.strip_suffix(',') else {
            return false;
        };
        let name = name.trim_end_matches('.');
        let at = name.rfind([' ', '\n', ',']).map_or(0, |at| at + 1);
        matches!(
            short(&name[at..]).as_str(),
            "inc"
                | "ltd"
                | "ltee"
                | "llc"
                | "corp"
                | "corporation"
                | "gmbh"
                | "foundation"
                | "llp"
                | "plc"
        )
    }

    /// Where the state and code end that follow within two lines of an address, or the address itself.
    pub(super) fn end_of_code(&self, end: usize) -> usize {
        let from = self
            .tokens
            .partition_point(|token| (token.start as usize) < end);
        let to = (from + 8).min(self.tokens.len());
        (from..to)
            .find(|at| {
                self.n_plain_digits(*at) == 5
                    && at
                        .checked_sub(1)
                        .is_some_and(|state| crate::elements::region::is_us_state(self.word(state)))
            })
            .map_or(end, |at| self.tokens[at].end as usize)
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens
            .get(at)
            .map_or("", |token| &self.text[token.range()])
    }

    pub(super) fn folded_word(&self, at: usize) -> Short<'_> {
        let token = self.tokens.get(at);
        token.map_or(Short::Same(""), |token| self.folded(token.range()))
    }

    /// What stands between a token and the next.
    pub(super) fn gap_after(&self, at: usize) -> &str {
        self.tokens.get(at + 1).map_or("", |next| {
            &self.text[self.tokens[at].end as usize..next.start as usize]
        })
    }

    pub(super) fn is_capital(token: &Token) -> bool {
        matches!(token.shape, Shape::Capital | Shape::Capitals)
    }

    /// Only digits, so many of them.
    pub(super) fn n_plain_digits(&self, at: usize) -> usize {
        let word = self.word(at);
        if word.bytes().all(|b| b.is_ascii_digit()) {
            word.len()
        } else {
            0
        }
    }

    /// `28, rue laetitia albert, 80739`: in French the word for a street stands first, and what follows may be small.
    fn french_lower(&self, index: usize) -> Option<Taken> {
        let mut at = index + 1;
        if !(1..=4).contains(&self.n_plain_digits(index))
            || !matches!(self.gap_after(index), " " | ", ")
        {
            return None;
        }
        if matches!(self.folded_word(at).as_str(), "bis" | "ter") {
            at += 1;
        }
        if !matches!(
            self.folded_word(at).as_str(),
            "rue"
                | "avenue"
                | "av"
                | "boulevard"
                | "boul"
                | "bd"
                | "blvd"
                | "chemin"
                | "impasse"
                | "allee"
        ) {
            return None;
        }
        let line = self.tokens[index].line;
        let mut end = at;
        while let Some(next) = self.tokens.get(end + 1)
            && end - at < 6
            && next.line == line
            && next.is_word()
            && !next.has(TITLE)
            && matches!(self.gap_after(end), " " | "-" | "'" | "\u{2019}" | ". ")
        {
            end += 1;
        }
        // The street is over at a comma, at the line's end or at a code.
        let gap = self.gap_after(end);
        let is_over = self.tokens.get(end + 1).is_none_or(|next| {
            next.line != line || next.shape == Shape::Number || gap.starts_with([',', ';'])
        });
        if end == at || end - at > 5 || !is_over {
            return None;
        }
        let end = stretch::extend(self.text, self.tokens[end].end as usize);
        Some((
            self.tokens[index].start as usize..end,
            0.8,
            "form of a postal address",
        ))
    }

    /// `82 Strickstrasse 21`, `Via Roma 12`, `Dózsa György út 78`: abroad the number stands after the street.
    fn abroad(&self, index: usize) -> Option<Taken> {
        let last = index.checked_sub(1)?;
        let street = &self.tokens[last];
        if !(1..=5).contains(&self.word(index).len())
            || street.line != self.tokens[index].line
            || !street.is_word()
            || !matches!(self.gap_after(last), " " | ". ")
        {
            return None;
        }
        let joins = |at: usize| matches!(self.gap_after(at), " " | "-" | ". " | "'" | "\u{2019}");
        let is_of_name = |at: usize| {
            let token = &self.tokens[at];
            Self::is_capital(token) || token.is_word() && name::is_particle(self.word(at))
        };
        let line = street.line;
        let mut first = None;
        if abroad::ends_as_a_street(self.word(last)) {
            first = Some(last);
            while let Some(before) = first.and_then(|at: usize| at.checked_sub(1))
                && last - before <= 2
                && self.tokens[before].line == line
                && self.gap_after(before) == " "
                && Self::is_capital(&self.tokens[before])
                && self.tokens[before].flags & TITLE == 0
                && abroad::follows_a_street(self.word(last))
            {
                first = Some(before);
            }
        } else if abroad::follows_a_street(self.word(last))
            && (street.range().len() > 1 || self.gap_after(last) == ". ")
        {
            let mut at = last;
            while let Some(before) = at.checked_sub(1)
                && last - before <= 3
                && self.tokens[before].line == line
                && joins(before)
                && is_of_name(before)
            {
                at = before;
            }
            first = (at < last && Self::is_capital(&self.tokens[at])).then_some(at);
        } else {
            let mut has_capital = false;
            let mut at = last;
            loop {
                if has_capital && abroad::begins_a_street(self.word(at)) {
                    first = Some(at);
                    break;
                }
                if !is_of_name(at) {
                    break;
                }
                has_capital |=
                    Self::is_capital(&self.tokens[at]) && self.tokens[at].range().len() > 1;
                let Some(before) = at.checked_sub(1).filter(|before| {
                    last - before <= 5 && self.tokens[*before].line == line && joins(*before)
                }) else {
                    break;
                };
                at = before;
            }
        }
        let first = first?;
        let is_numbered = first.checked_sub(1).filter(|before| {
            (1..=5).contains(&self.n_plain_digits(*before))
                && self.tokens[*before].line == line
                && self.gap_after(*before) == " "
        });
        let begin = is_numbered.unwrap_or(first);
        let end = stretch::extend(self.text, self.tokens[index].end as usize);
        let start = self.tokens[begin].start as usize;
        Some((start..end, 0.65, "a word for a street in another language"))
    }

    /// How surely the words before say that an address comes: 2, 1 or 0.
    fn announces(&self, index: usize) -> u8 {
        for before in (index.saturating_sub(6)..index).rev() {
            let token = &self.tokens[before];
            if !token.is_word() || token.line + 2 < self.tokens[index].line {
                return 0;
            }
            if self.gap_after(before).contains(['.', ';', '?', '!', '|']) {
                return 0;
            }
            let is_one = |words: &[u64]| words.binary_search(&token.hash.0).is_ok();
            if is_one(&WORDS.strong) {
                return 2;
            }
            if is_one(&WORDS.weak) {
                // `sent to 12 Blue Heron 4`, but not `sent 12 Forms`.
                return u8::from(before + 1 < index);
            }
            // A word of one letter has its hash, too.
            if !is_one(&WORDS.between) {
                return 0;
            }
        }
        0
    }

    /// `lives at 92597 Jahu 80, Liiva`, `my new address is 98 Lahof 26 suite 300`.
    fn announced(&self, index: usize) -> Option<Taken> {
        let how = self.announces(index);
        if how == 0 || !(1..=6).contains(&self.n_plain_digits(index)) {
            return None;
        }
        let line = self.tokens[index].line;
        let (mut end, mut n_names, mut n_numbers, mut has_unit) = (index, 0, 1, false);
        let mut at = index + 1;
        while let Some(token) = self.tokens.get(at)
            && at - index <= MAX_WORDS
            && token.line == line
        {
            let gap = self.gap_after(at - 1);
            let word = self.word(at);
            let is_unit = street::is_unit_word(word);
            let is_name = Self::is_capital(token) && token.range().len() > 1;
            let is_small = name::is_particle(word)
                || abroad::begins_a_street(word)
                || abroad::follows_a_street(word);
            if !matches!(
                gap,
                " " | "-" | ". " | ", " | "'" | "\u{2019}" | "." | "., "
            ) || token.has(MONTH | TITLE) && !is_small
                || !(is_unit || is_name || is_small || token.shape == Shape::Number)
                || n_names == 0 && at > index + 3
            {
                break;
            }
            n_names += usize::from(is_name && !is_unit && word.len() > 2);
            n_numbers += usize::from(token.shape == Shape::Number);
            has_unit |= is_unit;
            if is_name || token.shape == Shape::Number || is_unit || abroad::follows_a_street(word)
            {
                end = at;
            }
            at += 1;
        }
        if n_names == 0 || end == index || how == 1 && n_numbers < 2 && !has_unit {
            return None;
        }
        let end = stretch::extend(self.text, self.tokens[end].end as usize);
        let start = self.tokens[index].start as usize;
        Some((
            start..end,
            if how == 2 { 0.75 } else { 0.6 },
            "words that announce an address",
        ))
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn an_address_that_words_announce_needs_no_word_for_a_street() {
        for (text, address) in [
            (
                "Anna Roy lives at 92597 Jahu 80, Liiva",
                "92597 Jahu 80, Liiva",
            ),
            (
                "My new address is 14 Castelao 71 Suite 300.",
                "14 Castelao 71 Suite 300",
            ),
            (
                "Anna Roy resides at 12 Blue Heron with her son.",
                "12 Blue Heron",
            ),
        ] {
            has(&detect(text), DataElement::Address, address);
        }
    }

    #[test]
    fn streets_abroad_and_small_letters_are_read() {
        for (text, address) in [
            (
                "Anna Roy, 82 Strickstrasse 21, was here",
                "82 Strickstrasse 21",
            ),
            ("Anna Roy, Via Roma 12, was here", "Via Roma 12"),
            ("Anna Roy, ul. Miła 53, was here", "ul. Miła 53"),
            (
                "Anna Roy, Dózsa György út 78, was here",
                "Dózsa György út 78",
            ),
            (
                "Anna Roy, 28, rue des petits lacs, est venue",
                "28, rue des petits lacs",
            ),
        ] {
            has(&detect(text), DataElement::Address, address);
        }
    }

    #[test]
    fn numbers_of_other_things_are_no_addresses() {
        for text in [
            "She lives with 3 Persons and 2 cats",
            "The address of the register is 4096 bytes",
            "sent to 12 Patients on 3 May 2020",
            "call via Zoom 12 times",
            "The office sent 200 Forms 12 days ago",
            "In Norway 45 people live at sea",
        ] {
            assert!(
                !detect(text)
                    .iter()
                    .any(|m| m.element == DataElement::Address),
                "{text}"
            );
        }
    }
}
