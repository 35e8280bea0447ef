//! Single words that are names of people and mean something else where they stand: an illness called after somebody, a month.
//!
//! `She has Parkinson's.` and `off until June` name nobody. With a title, another
//! word of a name or an apostrophe before a thing of somebody's they do. Asked
//! once for each name of one word that was found.

use super::{Scan, cues::EPONYM, tokens::Shape};
use crate::lexicon::{GIVEN, KIN, MONTH, TITLE};

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

/// What is said of a sign, a test or a device, right behind it.
const OF_A_THING: &[&str] = &[
    "positive",
    "negative",
    "pos",
    "neg",
    "present",
    "absent",
    "intact",
    "steady",
    "normal",
    "equivocal",
    "downgoing",
    "upgoing",
    "positif",
    "negatif",
    "grade",
    "class",
    "stage",
    "type",
    "inserted",
    "removed",
    "placed",
    "draining",
    "clamped",
];
/// Family names of a higher class are rather people, unless a thing is spoken of.
const MOST_COMMON: u32 = 7;

impl Scan<'_, '_> {
    /// `Babinski downgoing`, `Guillain-Barré`: words that are eponyms, and nobody is spoken of.
    fn is_eponym(&self, from: usize, to: usize) -> bool {
        let tokens = &self.tokens[from..to];
        let gap = |at: usize| {
            let (left, right) = (&self.tokens[at], self.tokens.get(at + 1));
            right.map_or("", |right| {
                &self.text[left.end as usize..right.start as usize]
            })
        };
        // `Child-Pugh B`: a grade may follow.
        let n_words = tokens
            .iter()
            .rposition(|token| token.range().len() > 1)
            .map_or(0, |at| at + 1);
        let are_eponyms = n_words > 0
            && tokens[..n_words]
                .iter()
                .filter(|token| !token.is_of(EPONYM))
                .count()
                <= n_words / 3
            && (from..from + n_words - 1)
                .all(|at| matches!(gap(at), "-" | "\u{2010}" | "\u{2011}"));
        if !are_eponyms || self.is_named_here(from) || self.closing_at < tokens[0].start as usize {
            return false;
        }
        let next = self
            .tokens
            .get(to)
            .filter(|next| next.line == tokens[0].line);
        let is_of_a_thing = next.is_some_and(|next| {
            let gap = gap(to - 1);
            (gap == " " || gap == ": ")
                && (next.shape == Shape::Number
                    || next.shape == Shape::Lower
                        && OF_A_THING.contains(&self.folded(next.range()).as_str()))
        });
        if is_of_a_thing {
            return true;
        }
        let before = from
            .checked_sub(1)
            .filter(|at| matches!(gap(*at), " " | ", " | ": "));
        let is_somebody = before.is_some_and(|at| {
            let word = &self.tokens[at];
            word.has(KIN | TITLE) || word.cue().before >= 1.5
        }) || next.is_some_and(|next| next.cue().after >= 1.2);
        let known = self.classes(&tokens[0]);
        let is_rare = n_words > 1 || known.family <= MOST_COMMON && !tokens[0].has(GIVEN);
        is_rare && !is_somebody
    }

    /// Whether `from..to` was taken for a name and is an illness, a month, or a day of the week and its month.
    pub(super) fn is_no_name(&self, from: usize, to: usize) -> bool {
        if self.tokens[from].is_of(EPONYM) && self.is_eponym(from, to) {
            return true;
        }
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
    fn signs_and_devices_are_nobody_and_people_of_their_names_are_somebody() {
        let names = |text: &str| {
            let found = detect(text);
            let names = found.iter().filter(|m| m.element == DataElement::Name);
            names.count()
        };
        for text in [
            "Babinski downgoing bilaterally.",
            "Foley removed at 0600.",
            "Creutzfeldt-Jakob suspected.",
            "Child-Pugh B cirrhosis",
            "Kirschner wires removed.",
            "Gleason 3+4=7.",
        ] {
            assert_eq!(names(text), 0, "{text}");
        }
        for text in [
            "Mrs. Foley called.",
            "Anna Foley was seen.",
            "Foley, Anna",
            "Kirschner called about it.",
            "Patient Gleason called.",
        ] {
            assert_eq!(names(text), 1, "{text}");
        }
    }

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
