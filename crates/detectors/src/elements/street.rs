//! The words of streets in both languages: kinds of street, which end of it, and what a unit is called.
//!
//! Each takes one word and answers yes or no; how they stand together is in `address` and `stretch`.

use crate::text::short;

/// Whether the word names a kind of street, in either language.
pub(crate) fn is_street_word(word: &str) -> bool {
    if word.len() > 12 {
        return false;
    }
    matches!(
        short(word.trim_end_matches('.')).as_str(),
        "street"
            | "st"
            | "avenue"
            | "ave"
            | "av"
            | "road"
            | "rd"
            | "drive"
            | "dr"
            | "boulevard"
            | "blvd"
            | "boul"
            | "bd"
            | "crescent"
            | "cres"
            | "cr"
            | "court"
            | "crt"
            | "ct"
            | "lane"
            | "ln"
            | "way"
            | "place"
            | "pl"
            | "terrace"
            | "terr"
            | "trail"
            | "circle"
            | "cir"
            | "highway"
            | "hwy"
            | "parkway"
            | "pkwy"
            | "square"
            | "sq"
            | "gate"
            | "grove"
            | "heights"
            | "hts"
            | "close"
            | "rue"
            | "chemin"
            | "ch"
            | "route"
            | "rte"
            | "rang"
            | "montee"
            | "cote"
            | "allee"
            | "impasse"
            | "croissant"
            | "ruelle"
            | "quai"
            | "cours"
            | "sentier"
            | "autoroute"
            | "concession"
            | "line"
            | "sideroad"
            | "mews"
            | "row"
            | "walk"
            | "bay"
            | "cove"
            | "ridge"
            | "park"
            | "loop"
            | "point"
            | "turnpike"
            | "pike"
            | "plaza"
            | "villas"
            | "faubourg"
            | "voie"
            | "passage"
            | "promenade"
            | "prom"
            | "strasse"
            | "straat"
            | "calle"
            | "via"
            | "rua"
    )
}

/// Street words that stand before the name, as in French; folded.
pub(crate) const LEADING_STREET_WORDS: &[&str] = &[
    "rue",
    "avenue",
    "av",
    "ave",
    "boulevard",
    "boul",
    "bd",
    "blvd",
    "chemin",
    "ch",
    "route",
    "rte",
    "rang",
    "montee",
    "cote",
    "allee",
    "impasse",
    "croissant",
    "place",
    "quai",
    "cours",
    "sentier",
    "highway",
    "hwy",
    "promenade",
    "prom",
    "square",
    "passage",
    "voie",
    "calle",
    "via",
    "rua",
    "faubourg",
];

/// Whether a word is a street's kind that stands before its name.
pub(crate) fn is_leading_street_word(word: &str) -> bool {
    let word = short(word.trim_end_matches('.'));
    LEADING_STREET_WORDS.contains(&word.as_str())
}

/// `N`, `NW`, `West`, `Est`: which end of a street.
pub(super) fn is_direction(word: &str) -> bool {
    matches!(
        word,
        "N" | "S"
            | "E"
            | "W"
            | "O"
            | "NE"
            | "NW"
            | "SE"
            | "SW"
            | "NO"
            | "SO"
            | "North"
            | "South"
            | "East"
            | "West"
            | "Nord"
            | "Sud"
            | "Est"
            | "Ouest"
    )
}

pub(crate) fn is_unit_word(word: &str) -> bool {
    matches!(
        short(word.trim_end_matches('.')).as_str(),
        "apt"
            | "apartment"
            | "unit"
            | "suite"
            | "ste"
            | "app"
            | "appt"
            | "appartement"
            | "bureau"
            | "studio"
            | "floor"
            | "rm"
            | "room"
            | "porte"
            | "po"
            | "cp"
            | "rr"
            | "box"
            | "casier"
    )
}
