//! Single words that are names of people and mean something else where they stand: an illness called after somebody, a month.
//!
//! `She has Parkinson's.` and `off until June` name nobody. With a title, another
//! word of a name or an apostrophe before a thing of somebody's they do. Asked
//! once for each name of one word that was found.

use super::Scan;
use crate::lexicon::MONTH;

/// Illnesses that are called by the name of whoever described them, and by little else.
const ILLNESSES: &[&str] = &[
    "alzheimer",
    "asperger",
    "crohn",
    "cushing",
    "hashimoto",
    "korsakoff",
    "wernicke",
    "huntington",
    "hodgkin",
    "parkinson",
    "raynaud",
    "sjogren",
    "tourette",
    "meniere",
];
/// What stands before an illness.
const HAS: &[&str] = &[
    "has",
    "have",
    "had",
    "with",
    "of",
    "and",
    "early",
    "probable",
    "advanced",
    "severe",
    "mild",
    "moderate",
    "possible",
    "suspected",
    "known",
    "a",
    "le",
    "d",
    "de",
    "l",
    "et",
    "avec",
    "du",
];
/// What stands behind one.
const STAGE: &[&str] = &[
    "probable", "possible", "disease", "dementia", "type", "avance", "avancee", "debutant",
    "leger", "modere", "severe",
];
/// What stands before a month.
const WHEN: &[&str] = &[
    "until",
    "till",
    "in",
    "since",
    "by",
    "from",
    "before",
    "after",
    "last",
    "next",
    "early",
    "late",
    "mid",
    "of",
    "this",
    "each",
    "every",
    "on",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "chaque",
    "through",
    "during",
    "en",
    "fin",
    "debut",
    "depuis",
    "jusqu",
    "mi",
    "ici",
];

impl Scan<'_, '_> {
    /// Whether `from..to` was taken for a name and is an illness, a month, or a day of the week and its month.
    pub(super) fn is_no_name(&self, from: usize, to: usize) -> bool {
        match to - from {
            1 => self.is_mistaken(from),
            2 => {
                let (day, month) = (&self.tokens[from], &self.tokens[from + 1]);
                month.has(MONTH) && WHEN.contains(&self.folded(day.range()).as_str())
            }
            _ => false,
        }
    }

    /// Whether a word that was taken for a name is an illness or a month.
    pub(super) fn is_mistaken(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let before = at.checked_sub(1).and_then(|before| {
            let before = &self.tokens[before];
            let gap = &self.text[before.end as usize..token.start as usize];
            matches!(gap, " " | "'" | "\u{2019}").then(|| self.folded(before.range()))
        });
        let is_before = |words: &[&str]| {
            before
                .as_ref()
                .is_some_and(|word| words.contains(&word.as_str()))
        };
        if token.has(MONTH) {
            return is_before(WHEN);
        }
        let word = self.folded(token.range());
        if !ILLNESSES.contains(&word.as_str()) {
            return false;
        }
        let tail = &self.text[token.end as usize..];
        let bare = ["'s", "\u{2019}s"]
            .iter()
            .find_map(|end| tail.strip_prefix(end));
        // `Parkinson's wife` has a wife, `Parkinson's.` has none.
        let rest = bare.unwrap_or(tail);
        let after = rest
            .strip_prefix(' ')
            .and_then(|rest| rest.split(|ch: char| !ch.is_alphabetic()).next())
            .map_or_else(String::new, crate::text::fold);
        let goes_on = rest.starts_with(' ') && !after.is_empty();
        bare.is_some() && !goes_on
            || STAGE.contains(&after.as_str())
            || is_before(HAS)
            || before.is_none() && bare.is_none() && Self::ends_a_list(rest)
    }

    /// `Dx: asthma, Parkinson`: a piece of a list, or alone in its cell.
    fn ends_a_list(rest: &str) -> bool {
        rest.is_empty() || rest.starts_with([',', ';', '\n', '|', ')', '.'])
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn months_and_illnesses_called_after_somebody_are_nobody() {
        for text in [
            "Revised annually each June.",
            "Closed from Monday April 8.",
            "Off until June.\n\nThanks",
            "She has Parkinson's.",
            "Probable Alzheimer disease",
        ] {
            assert!(
                !detect(text).iter().any(|m| m.element == DataElement::Name),
                "{text}"
            );
        }
        has(
            &detect("Dear June Parkinson,"),
            DataElement::Name,
            "June Parkinson",
        );
        has(
            &detect("Mr. Parkinson has gout."),
            DataElement::Name,
            "Mr. Parkinson",
        );
    }
}
