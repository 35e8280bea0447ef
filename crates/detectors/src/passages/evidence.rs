//! What speaks for and against a word being a part of a person's name: weights, added up by `names`.
//!
//! Weights are natural logarithms of odds, rounded by hand and not fitted to any
//! corpus. A word brings what the lexicons know of it (how common as a name, how
//! common as a word) or how it is spelled; what the words before and after bring
//! stands in `cues`: whom one greets, who said something, what is called a disease.

use super::tokens::Token;
use crate::{
    lexicon::{
        COMMON, Classes, DIAGNOSIS, DRUG, FAMILY, GIVEN, Lexicon, MONTH, NEVER_NAME, PLACE,
        PROCEDURE, TEST, VACCINE, WORLD_PLACE,
    },
    text::WordHash,
};

/// A class of a lexicon is a factor of two; words of one class still differ.
const OF_A_CLASS: f32 = 0.55;
/// Words of a higher class are rather words of the language than names that no lexicon has.
pub(super) const OPEN: u32 = 5;
/// The most that one word can say for a name.
pub(super) const MOST: f32 = 4.5;
/// The most that one word can say against it.
const LEAST: f32 = -5.0;

/// What a word says by itself.
pub(super) fn of_word(token: &Token, known: Classes, text: &str, lexicon: &Lexicon) -> f32 {
    let Classes {
        ordinary, given, ..
    } = known;
    let name = known.name();
    let mut sum = if name > 0 {
        let sum = OF_A_CLASS * (name as f32 - ordinary as f32);
        if ordinary == 0 { sum + 0.5 } else { sum }
    } else if ordinary > OPEN || ordinary > 0 && token.has(COMMON | NEVER_NAME) {
        -1.0 - 0.35 * ordinary as f32
    } else {
        // What a list of words has seldom, and none of the common ones, may as well be a name that no lexicon has.
        let len = token.range().len();
        let spelled = lexicon.spelling(&text[token.range()]) * 0.3;
        if len <= 2 {
            -1.5
        } else {
            // A word that no dictionary has, in no form, is no word of the language, however it is spelled.
            let is_word = ordinary > 0 || is_form_of_a_word(&text[token.range()], lexicon);
            let least = if is_word { -1.0 } else { -0.3 };
            let spelled = if ordinary == 0 && is_word {
                spelled.min(0.0) - 0.8
            } else {
                spelled
            };
            spelled.clamp(least, 1.6) - 0.1 - 0.2 * ordinary as f32
        }
    };
    if token.has(DRUG | DIAGNOSIS | PROCEDURE | VACCINE | TEST) {
        sum -= if token.has(GIVEN | FAMILY) { 1.0 } else { 3.0 };
    }
    if token.has(PLACE | WORLD_PLACE) && !token.has(GIVEN) {
        sum -= 1.5;
    }
    if token.has(NEVER_NAME) {
        sum -= if given >= 8 && given >= ordinary {
            1.5
        } else {
            3.5
        };
    } else if token.has(MONTH) {
        sum -= 2.0;
    }
    sum.clamp(LEAST, MOST)
}

/// `Oncologiques`, `Adjointe`, `Throttled`: a form of a word that is none of the names.
fn is_form_of_a_word(word: &str, lexicon: &Lexicon) -> bool {
    ["s", "es", "e", "ed", "ing"].iter().any(|ending| {
        word.strip_suffix(ending).is_some_and(|stem| {
            let known = lexicon.classes(WordHash::of(stem));
            stem.len() >= 4 && known.ordinary > 0 && known.name() == 0
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lexicon::lexicon,
        passages::tokens::{Marks, tokenize},
    };

    fn weigh(word: &str) -> f32 {
        let mut tokens = Vec::new();
        tokenize(word, lexicon(), &mut tokens, &mut Marks::default());
        let known = lexicon().classes(tokens[0].hash);
        of_word(&tokens[0], known, word, lexicon())
    }

    #[test]
    fn names_outweigh_words_and_months() {
        for name in ["Tremblay", "Marie", "Nguyen", "Grace", "Magnus"] {
            assert!(weigh(name) > 1.5, "{name} {}", weigh(name));
        }
        for word in [
            "Hospital",
            "March",
            "Metformin",
            "Table",
            "Diabetes",
            "Will",
        ] {
            assert!(weigh(word) < -1.0, "{word} {}", weigh(word));
        }
    }

    #[test]
    fn a_name_of_no_lexicon_is_known_by_its_spelling() {
        assert!(weigh("Gelencsery") > weigh("Throughputs"));
    }
}
