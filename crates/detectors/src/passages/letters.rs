//! The letters of a profession behind a name: `Anna Roy, RN`, `Julien Perron, T.S.`, `Rosa Delgado (PSW)`, `Karim Benali, pharm.`
//!
//! Capitals that are letters of a profession and nothing else count behind a
//! space; what may be something else (`PT`, `OT`, `T.S.`) wants a comma or
//! brackets and the end of its line or cell, and an abbreviation in small letters
//! (`inf.`, `erg.`) a comma and its full stop. Asked for each word of a run, so
//! most are let go by their first two bytes.

use super::{Scan, tokens::Shape};
use crate::{elements::name, text::is_all_capitals};

/// Letters that are words, places or initials as well.
const AMBIGUOUS: &[&str] = &["DO", "PT", "OT", "OD", "NP", "RD", "TS", "RM", "PAB", "DC"];
/// Professions cut short in small letters, without their full stop.
const IN_SMALL_LETTERS: &[&str] = &[
    "inf", "erg", "ergo", "pht", "physio", "pharm", "psy", "psych", "nutr", "orth", "inh", "sexol",
];
/// Letters with full stops between them, without the last one.
const WITH_STOPS: &[&str] = &[
    "M.D", "R.N", "N.P", "R.P.N", "L.P.N", "Ph.D", "T.S", "Dt.P", "D.Psy", "D.Ps", "M.Ps", "M.S.W",
    "R.S.W", "D.M.D", "D.D.S", "M.S.S", "S.F", "T.S.A", "R.D", "P.T", "O.T",
];
/// No letters of a profession in capitals are more.
const MOST_CAPITALS: usize = 8;
/// No letters of a profession take more bytes.
const MOST: usize = 14;

impl Scan<'_, '_> {
    /// `Karen Bolduc RPN`: letters in capitals behind a word with small ones.
    pub(super) fn begins_letters(&self, at: usize) -> bool {
        let (before, token) = (&self.tokens[at - 1], &self.tokens[at]);
        token.shape == Shape::Capitals
            && before.shape == Shape::Capital
            && token.range().len() <= MOST_CAPITALS
            && {
                let word = &self.text[token.range()];
                is_plain(word) && !AMBIGUOUS.contains(&word)
            }
    }

    /// Whether letters of a profession stand right behind the word before the token at `to`.
    pub(super) fn has_credential_after(&self, to: usize) -> bool {
        let Some(last) = to.checked_sub(1).and_then(|at| self.tokens.get(at)) else {
            return false;
        };
        let tail = self.text.get(last.end as usize..).unwrap_or("");
        match tail.as_bytes() {
            // Behind most words stands another in small letters, or none.
            [b' ', b'(', third, ..] if third.is_ascii_uppercase() => {
                let Some((word, _)) = short_head(&tail[2..]).split_once(')') else {
                    return false;
                };
                is_of_a_profession(word)
            }
            [b' ', first, second, ..] if first.is_ascii_uppercase() => {
                let rest = &tail[1..];
                // `Inf.` and `Ph.D.` have small letters, what else has some is a word.
                if second.is_ascii_lowercase() && !matches!(first, b'I' | b'P') {
                    return false;
                }
                let word = word_of(rest);
                is_plain(word) && !AMBIGUOUS.contains(&word)
                    || matches!(word, "Inf." | "M.D." | "MD." | "Ph.D.")
            }
            [b',', ..] => {
                let rest = tail[1..].trim_start_matches(' ');
                let word = word_of(rest);
                let ends = ends_cell(&rest[word.len()..]);
                let bare = word.trim_end_matches('.');
                let has_stop = bare.len() < word.len();
                is_plain(word) && (ends || !AMBIGUOUS.contains(&bare))
                    || matches!(word, "Inf." | "MD.")
                    || WITH_STOPS.contains(&bare)
                    || IN_SMALL_LETTERS.contains(&bare) && (ends || has_stop)
            }
            _ => false,
        }
    }
}

/// Letters of a profession in capitals.
fn is_plain(word: &str) -> bool {
    word.len() >= 2
        && word.starts_with(|ch: char| ch.is_ascii_uppercase())
        && is_all_capitals(word)
        && name::is_clinical_credential(word)
}

/// What brackets may hold: `(PSW)`, `(RN, BScN)`, `(T.S.)`.
fn is_of_a_profession(words: &str) -> bool {
    let word = words.split([',', '/']).next().unwrap_or("").trim();
    is_plain(word) || WITH_STOPS.contains(&word.trim_end_matches('.'))
}

/// The letters and full stops at the beginning of a text.
fn word_of(text: &str) -> &str {
    let text = short_head(text);
    let end = text.find(|ch: char| !ch.is_alphabetic() && ch != '.');
    &text[..end.unwrap_or(text.len())]
}

fn short_head(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST.min(text.len()))]
}

/// Nothing more stands on the line or in the cell.
fn ends_cell(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['.', '\r']);
    rest.is_empty() || rest.starts_with(['\n', '\t', '|', ')']) || rest.starts_with("  ") || {
        let rest = rest.trim_start_matches([' ', '\r']);
        rest.is_empty() || rest.starts_with(['\n', '|'])
    }
}

#[cfg(test)]
mod tests {
    use whose_model::{DataElement, Role};

    use crate::passages::tests::detect;

    #[test]
    fn whoever_has_letters_of_a_profession_behind_the_name_is_a_clinician() {
        for text in [
            "Seen by Anna Roy, RN today",
            "M. Julien Perron, T.S.\nPoste 4471",
            "From: Colleen Fahey, NP       Pages: 3",
            "Genevi\u{e8}ve Hamel, IPSPL\n",
            "Annick Desrosiers, erg.\n",
            "Karim Benali, pharm., appelle",
            "Rosa Delgado (PSW) came",
            "Karen Bolduc RPN",
            "Anna Roy, inf. clin.",
        ] {
            let found = detect(&format!(
                "Patient: Marie Tremblay  DOB: 1985-02-10\n\n{text}"
            ));
            assert!(
                found.iter().any(|m| m.element == DataElement::Name
                    && m.role == Role::Clinician
                    && !m.value.reveal().contains("RPN")),
                "{text}: {found:?}"
            );
        }
        for text in [
            "Seen: Anna Roy, pt of Dr. Lee",
            "Anna Roy, Do not call",
            "Anna Roy, OT 4471 taken",
            "Anna Roy, inf infection",
            "Anna Roy (TSX)",
        ] {
            let found = detect(text);
            assert!(
                !found
                    .iter()
                    .any(|m| m.role == Role::Clinician && m.value.reveal().contains("Roy")),
                "{text}: {found:?}"
            );
        }
    }
}
