//! Words for streets in other languages: people of Canada have lived, bank and are billed abroad.
//!
//! A word in, whether it is a street's and where it stands. The French and
//! English ones are in `address`; these count only with a number beside them.

use crate::text::{short, with_folded};

/// Words that stand before the street's name: `Via Roma 12`, `ul. Miła 53`.
pub(crate) fn begins_a_street(word: &str) -> bool {
    if word == "via" {
        // In small letters a word of English.
        return false;
    }
    matches!(
        short(word).as_str(),
        "rua"
            | "calle"
            | "via"
            | "ul"
            | "ulica"
            | "avenida"
            | "viale"
            | "corso"
            | "piazza"
            | "piazzetta"
            | "plaza"
            | "praca"
            | "travessa"
            | "carrera"
            | "ctra"
            | "carretera"
            | "paseo"
            | "rue"
            | "avenue"
            | "boulevard"
            | "chemin"
            | "impasse"
            | "strada"
    )
}

/// Words that stand after the street's name: `Dózsa György út 78`, `Villacher Strasse 89`.
pub(crate) fn follows_a_street(word: &str) -> bool {
    matches!(
        short(word).as_str(),
        "strasse"
            | "str"
            | "platz"
            | "allee"
            | "weg"
            | "gasse"
            | "utca"
            | "ut"
            | "utja"
            | "ter"
            | "u"
            | "ulica"
            | "tee"
            | "tn"
            | "gate"
            | "gata"
            | "gade"
            | "vei"
            | "vag"
            | "plads"
            | "plein"
            | "laan"
            | "straat"
            | "terrasse"
            | "iela"
            | "enparantza"
    )
}

/// The ends of words that are a street's: `Nybyvägen`, `Strickstrasse`, `Keizersgracht`.
const ENDS: &[&str] = &[
    "strasse", "strase", "straat", "gatan", "vagen", "veien", "vegen", "gasse", "steenweg",
    "gracht", "singel", "platz", "plads", "plein", "plaats", "laan", "weg", "vej", "vejen", "gata",
    "gotu", "straede", "straeti", "vegur", "katu", "kuja", "ntie", "allee", "stien", "ringen",
];

/// Whether a word ends as one of a street does, and is more than its end.
pub(crate) fn ends_as_a_street(word: &str) -> bool {
    let first = word.chars().next();
    word.len() >= 7
        && word.len() <= 40
        && first.is_some_and(char::is_uppercase)
        && with_folded(word, |word| {
            ENDS.iter()
                .any(|end| word.len() >= end.len() + 3 && word.ends_with(end))
        })
        || first.is_some_and(char::is_uppercase) && follows_a_street(word) && word.len() > 4
}

#[test]
fn streets_abroad_are_known_by_their_words_and_ends() {
    for word in [
        "Nybyvägen",
        "Strickstrasse",
        "Keizersgracht",
        "Mannerheimintie",
        "Strasse",
    ] {
        assert!(ends_as_a_street(word), "{word}");
    }
    for word in ["Katie", "Norway", "Tremblay", "Weg", "highway", "strasse"] {
        assert!(!ends_as_a_street(word), "{word}");
    }
    assert!(begins_a_street("Via") && !begins_a_street("via"));
    assert!(follows_a_street("út") && !follows_a_street("Street"));
}
