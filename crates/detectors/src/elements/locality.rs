//! What an address goes on with after its street: a unit, a town that no lexicon has, a code before its city.
//!
//! Each reads the start of a text and gives a length or an answer; where an
//! address begins and in which order its parts stand is decided in `address`.

use super::{
    address::find_postal_code,
    region::{is_country, is_us_state},
    street::is_unit_word,
    stretch::floor,
};
use crate::text::short;

/// `22 Castelao Apt. 862`: where a street without a word for it ends, because a unit with its number follows.
pub(super) fn before_unit(text: &str, number: usize) -> Option<usize> {
    let head = text.get(number..)?.strip_prefix(' ')?;
    let limit = floor(head, head.len().min(80));
    let mut at = 0;
    let mut n_names = 0;
    for word in head[..limit].split_inclusive([' ', '\n', ',']).take(6) {
        let bare = word.trim_end_matches([' ', '\n', ',']);
        if bare.is_empty() {
            at += word.len();
            continue;
        }
        if is_unit_word(bare) && n_names > 0 {
            let after = head[at + word.len()..].trim_start_matches(['.', ' ', '#']);
            let has_number = after.bytes().next().is_some_and(|b| b.is_ascii_digit());
            let street = head[..at].trim_end_matches([' ', '\n', ',']);
            return has_number.then_some(number + 1 + street.len());
        }
        let is_name = bare.starts_with(|ch: char| ch.is_uppercase());
        let is_number = bare.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !(is_name || is_number || super::name::is_particle(bare)) {
            return None;
        }
        n_names += usize::from(is_name);
        at += word.len();
    }
    None
}

/// A sign that stands in no street: `<`, `;`, `÷`.
pub(super) fn is_sign(ch: char) -> bool {
    !(ch.is_alphanumeric()
        || ch.is_whitespace()
        || matches!(ch, ',' | '.' | '-' | '\'' | '/' | '#' | '&')
        || "–—’«»°º\u{2010}\u{2011}".contains(ch))
}

/// Whether some capitalised words are a town because a country, or a state and a code, follow at once.
pub(super) fn is_town_before(text: &str, rest: &str) -> bool {
    let mut n_words = 0;
    // `Lyon 69017, France`
    let is_code =
        |code: &str| (4..=6).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    let (town, has_code) = match text.rsplit_once(' ') {
        Some((town, code)) if is_code(code) => (town, true),
        _ => (text, false),
    };
    for word in town.split([' ', '-']) {
        let is_name =
            word.starts_with(char::is_uppercase) && !word.bytes().any(|b| b.is_ascii_digit());
        if !(is_name || n_words > 0 && super::name::is_particle(word)) || is_unit_word(word) {
            return false;
        }
        n_words += 1;
    }
    let next = rest.trim_start_matches([',', ' ', '\r']);
    let next = next.strip_prefix('\n').unwrap_or(next).trim_start();
    let next = &next[..next.find(['\n', ',', ';']).unwrap_or(next.len())];
    let (head, code) = next.trim_end().rsplit_once(' ').unwrap_or(("", next));
    (1..=4).contains(&n_words)
        && rest.starts_with([',', '\n', '\r'])
        && (is_country(next) && next.len() > 3
            || !has_code
                && is_code(code)
                && (is_country(head) || is_us_state(head) || is_country_name(head)))
}

/// Whether a few capitalised words before a code may be a country: `Costa Rica 89215`.
fn is_country_name(text: &str) -> bool {
    let words = text.split(' ');
    !text.is_empty()
        && text.len() <= 30
        && words.clone().count() <= 4
        && words.clone().all(|word| {
            word.starts_with(char::is_uppercase) || super::name::is_particle(word) || word == "and"
        })
}

/// What stands before a number on a rural route that has no civic address (Canada Post, addressing guidelines: additional address information).
pub(super) fn is_rural(word: &str) -> bool {
    matches!(
        short(word).as_str(),
        "site" | "comp" | "compartment" | "compartiment"
    )
}

/// A box, a rural route or general delivery without its postal code: what an address begins with where there is no street.
pub(crate) fn is_box(text: &str) -> bool {
    const BEGINS: [&str; 11] = [
        "po box ",
        "p.o. box ",
        "p o box ",
        "box ",
        "c.p. ",
        "cp ",
        "case postale ",
        "rr ",
        "rr#",
        "general delivery",
        "poste restante",
    ];
    let text = text.to_lowercase();
    text.len() <= 40
        && BEGINS.iter().any(|begin| text.starts_with(begin))
        && find_postal_code(&text).is_none()
}

/// `Stn Main`, `Succ. Centre-ville`: the post office that a box or a route belongs to.
pub(super) fn is_station(text: &str) -> bool {
    let (word, name) = text.split_once(' ').unwrap_or((text, ""));
    let is_named = name
        .split([' ', '-'])
        .all(|part| part.starts_with(|ch: char| ch.is_uppercase() || ch.is_ascii_digit()));
    is_named
        && name.len() <= 24
        && matches!(
            short(word.trim_end_matches('.')).as_str(),
            "stn" | "station" | "succ" | "succursale"
        )
}

/// The length of a unit's word and its number: `Apt. 862`.
pub(super) fn unit_len(text: &str) -> Option<usize> {
    let at = text.find(|ch: char| ch.is_ascii_digit())?;
    let n = text[at..]
        .find(|ch: char| !ch.is_ascii_alphanumeric() && ch != '-')
        .unwrap_or(text.len() - at);
    Some(at + n)
}

/// The length of a French postal code, and of the capitalised words after it: `75013 Paris`, `2B363 Bastia`, `92 100 BOULOGNE`.
pub(super) fn code_and_city(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (code, city) = text.split_once(' ')?;
    let is_code = code.len() == 5
        && (digits(code)
            || matches!(code.as_bytes(), [b'2', b'A' | b'B', ..]) && digits(&code[2..]));
    let (code, city) = if is_code {
        (code, city)
    } else {
        let (rest, city) = city.split_once(' ')?;
        let is_split = code.len() == 2 && rest.len() == 3 && digits(code) && digits(rest);
        if !is_split {
            return None;
        }
        (&text[..6], city)
    };
    let mut end = None;
    let offset = code.len() + 1;
    let mut from = 0;
    for word in city.split_inclusive(' ').take(4) {
        let bare = word.trim_end();
        if !bare.starts_with(char::is_uppercase) || bare.ends_with('.') {
            break;
        }
        end = Some(offset + from + bare.len());
        from += word.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_goes_on_where_its_postal_code_is_not_said_yet() {
        for text in ["PO Box 41", "C.P. 120", "RR 2 Site 5", "General Delivery"] {
            assert!(is_box(text), "{text}");
        }
        for text in [
            "C.P. 41, La Tuque (Québec) G9X 3P2",
            "12 Main Street",
            "Boxer",
        ] {
            assert!(!is_box(text), "{text}");
        }
    }

    #[test]
    fn a_french_code_stands_before_its_town() {
        for text in ["75013 Paris", "2B363 Bastia", "92 100 BOULOGNE"] {
            assert_eq!(code_and_city(text), Some(text.len()), "{text}");
        }
        for text in [
            "75013 patients",
            "12 100 mg",
            "2024 Paris",
            "2é363 Paris",
            "92 10 Paris",
        ] {
            assert_eq!(code_and_city(text), None, "{text}");
        }
    }

    #[test]
    fn a_station_has_a_name() {
        assert!(is_station("Stn Main") && is_station("Succ. Centre-Ville"));
        assert!(!is_station("Station") && !is_station("Station of the nurses"));
    }
}
