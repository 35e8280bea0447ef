//! The town before a postal code: how much of `…, Prince George, BC V2M 1N2` is the place.
//!
//! A postal code with a province before it proves that the words before the
//! province are a town, whatever else they mean; without the province a lexicon
//! must know the town. Streets are not looked for here.

use whose_model::Jurisdiction;

use super::name;
use crate::{
    lexicon::{PLACE, lexicon},
    text::words,
};

/// The most words of a town: `Saint-Jean-sur-Richelieu` has four.
const MAX_WORDS: usize = 6;
/// The most bytes that a province and a town take.
const MAX_LEN: usize = 90;

/// How many bytes at the end of the text are a town and a province; nothing without a town.
///
/// The text ends where a postal code begins.
pub(crate) fn before_code_len(text: &str) -> usize {
    let mut from = text.len().saturating_sub(MAX_LEN);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let tail = &text[from..];
    let line = tail
        .rfind(['\n', '\t', ':', ';', '|'])
        .map_or(0, |at| at + 1);
    let line = &tail[line..];
    let place = line.trim_end_matches([' ', ',', '\u{a0}', '(', ')', '.']);
    let (rest, has_province) = match province_len(place) {
        Some(len) => (
            place[..place.len() - len].trim_end_matches([' ', ',', '\u{a0}', '(', '.']),
            true,
        ),
        None => (place, false),
    };
    match town_len(rest, has_province) {
        Some(len) => line.len() - (rest.len() - len),
        None => 0,
    }
}

/// The length of a province at the end: `BC`, `Ont.`, `Nouveau-Brunswick`, `British Columbia`.
fn province_len(text: &str) -> Option<usize> {
    let starts: Vec<usize> = words(text).map(|range| range.start).collect();
    starts[starts.len().saturating_sub(5)..]
        .iter()
        .find(|&&at| {
            let word = &text[at..];
            Jurisdiction::parse_province(word).is_some()
                && (word.len() != 2 || word.bytes().all(|b| b.is_ascii_uppercase()))
        })
        .map(|at| text.len() - at)
}

/// The length of a town at the end of what stands before the province.
fn town_len(text: &str, has_province: bool) -> Option<usize> {
    let all: Vec<_> = words(text).collect();
    let mut start = None;
    for (n, range) in all.iter().enumerate().rev().take(MAX_WORDS) {
        let word = &text[range.clone()];
        let gap = all
            .get(n + 1)
            .map_or("", |next| &text[range.end..next.start]);
        // Words of one town: `St. John's`, `Sault Ste. Marie`, `Trois-Rivières`.
        let is_one = matches!(gap, "" | " " | "-" | "'" | "\u{2019}" | ". " | "\u{a0}");
        let is_capital = word.chars().next().is_some_and(char::is_uppercase);
        let is_small = name::is_particle(word) || matches!(word, "s" | "sur" | "aux" | "upon");
        if !is_one || !(is_capital || is_small) {
            break;
        }
        if is_capital {
            start = Some(range.start);
        }
    }
    let longest = start?;
    if has_province {
        // What stands between the town and the comma before it is a street: the lexicon may tell.
        return Some(text.len() - longest);
    }
    all.iter()
        .map(|range| range.start)
        .filter(|at| *at >= longest)
        .find(|at| lexicon().look_up(&text[*at..]) & PLACE != 0)
        .map(|at| text.len() - at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn town(text: &str) -> &str {
        &text[text.len() - before_code_len(text)..]
    }

    #[test]
    fn a_province_before_the_code_makes_a_town_of_what_is_before_it() {
        assert_eq!(town("Prince George, BC "), "Prince George, BC ");
        assert_eq!(
            town("12 Main Street, Fort McMurray, AB "),
            "Fort McMurray, AB "
        );
        assert_eq!(town("St. John's, NL "), "St. John's, NL ");
        assert_eq!(town("Adresse : Montréal (Québec) "), "Montréal (Québec) ");
        assert_eq!(
            town("rue X, Saint-Jean-sur-Richelieu, Québec "),
            "Saint-Jean-sur-Richelieu, Québec "
        );
    }

    #[test]
    fn without_a_province_the_lexicon_must_know_the_town() {
        assert_eq!(town("Toronto "), "Toronto ");
        assert_eq!(town("Marie Tremblay "), "");
        assert_eq!(town("the code is "), "");
    }

    proptest! {
        #[test]
        fn any_text_gives_a_length_within_it(text in "\\PC{0,120}") {
            let len = before_code_len(&text);
            prop_assert!(len <= text.len() && text.is_char_boundary(text.len() - len));
        }
    }
}
