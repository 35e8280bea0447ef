//! What notes say of pregnancy and habits in a sentence: `12 weeks pregnant, G2P1`, `Smokes half a pack a day`, `Fume 10 cigarettes par jour`.
//!
//! The words by which such sentences are found are noted in the one pass over
//! the text. Whether it is so and of whom is read from the sentence, as for
//! clinical terms; a relative's habit says nothing of the patient. All of it
//! counts only in a document that is about a patient.

use std::sync::LazyLock;

use whose_model::{Assertion, DataElement, Normal};

use super::{Note, Scan, calls::hashes, terms::ends_sentence};
use crate::{
    draft::Draft,
    elements::assertion::{self, AFTER, BEFORE},
    text::Short,
};

/// Words by which these are found; `lexicon` marks them.
pub(crate) const WORDS: &str = "pregnant enceinte pregnancy grossesse gravida smokes smoked smoker vapes fume fumeur fumeuse vapote drinks drinker boit pack packs paquet paquets cannabis marijuana cocaine crack heroin heroine fentanyl methamphetamine amphetamines meth";
static HASHES: LazyLock<Vec<u64>> = LazyLock::new(|| hashes(WORDS));
/// Who uses: before the name of what is used.
const USES: &[&str] = &[
    "uses",
    "used",
    "using",
    "use",
    "smokes",
    "smoked",
    "injects",
    "injected",
    "snorts",
    "consomme",
    "consommait",
    "consommation",
    "utilise",
    "fume",
    "inhale",
    "s'injecte",
    "injecte",
];
/// How much and how often, after `smokes` and `drinks`; without one of these a person may as well drink water.
const HOW_MUCH: &[&str] = &[
    "a",
    "half",
    "one",
    "two",
    "pack",
    "packs",
    "cigarettes",
    "cigarette",
    "ppd",
    "daily",
    "occasionally",
    "socially",
    "heavily",
    "tobacco",
    "cigars",
    "alcohol",
    "beer",
    "beers",
    "wine",
    "glasses",
    "vodka",
    "rum",
    "liquor",
    "un",
    "une",
    "paquet",
    "demi",
    "tabac",
    "alcool",
    "biere",
    "bieres",
    "vin",
    "verres",
    "quotidiennement",
    "encore",
    "depuis",
    "since",
    "for",
    "about",
    "environ",
    "up",
    "jusqu",
    "beaucoup",
    "parfois",
];
/// The longest piece of a sentence that is kept, in words.
const MAX_WORDS: usize = 8;

impl Scan<'_, '_> {
    /// Finds them outside what is taken already.
    pub(super) fn habits(&mut self) {
        for &index in &self.marks.kinds {
            let index = index as usize;
            let token = &self.tokens[index];
            if HASHES.binary_search(&token.hash.0).is_err()
                || self.all.covered.overlaps(&token.range())
            {
                continue;
            }
            match self.folded(token.range()).as_str() {
                "pregnant" | "enceinte" => self.pregnant(index),
                "pregnancy" | "grossesse" => self.pregnancy_test(index),
                "gravida" => self.gravida(index),
                "smokes" | "smoked" | "vapes" | "fume" | "vapote" | "drinks" | "boit" => {
                    self.habit(index, index);
                }
                "smoker" | "drinker" | "fumeur" | "fumeuse" => self.smoker(index),
                "pack" | "packs" | "paquet" | "paquets" => self.packs(index),
                _ => self.uses(index),
            }
        }
    }

    /// `G2P1`, `G3P2A0`: so many pregnancies, so many births. Six signs are a postal code where a town stands before.
    pub(super) fn is_obstetric(&self, start: usize, len: usize) -> bool {
        let bytes = &self.text.as_bytes()[start..start + len];
        let signs = [b'G', b'P', b'A', b'L', b'M'];
        let is_formula = len >= 4
            && len.is_multiple_of(2)
            && bytes.chunks(2).zip(signs).all(|(pair, sign)| {
                pair[0].eq_ignore_ascii_case(&sign) && pair[1].is_ascii_digit()
            });
        // After a town, a province or a street's comma it is where somebody lives.
        let before = self.text[..start].trim_end_matches([' ', ',', '(', ')']);
        let last = before
            .rsplit(|ch: char| !ch.is_alphabetic())
            .next()
            .unwrap_or("");
        is_formula && !(last.len() >= 2 && last.starts_with(char::is_uppercase))
    }

    pub(super) fn obstetric(&mut self, start: usize, len: usize) {
        self.say(
            start..start + len,
            DataElement::Pregnancy,
            Assertion::Stated,
        );
    }

    fn pregnant(&mut self, index: usize) {
        let (before, after) = (self.words_before(index), self.words_after(index));
        let near = |at: usize| before.get(at).map_or("", Short::as_str);
        // Of women in general, of what may be, and in French of a wall.
        if matches!(
            near(0),
            "women"
                | "woman"
                | "patients"
                | "people"
                | "if"
                | "when"
                | "are"
                | "get"
                | "getting"
                | "become"
                | "becoming"
                | "became"
                | "or"
                | "femmes"
                | "femme"
                | "devenir"
                | "tomber"
                | "ou"
                | "l"
                | "une"
                | "cette"
                | "dans"
                | "be"
                | "etre"
                | "toute"
                | "once"
                | "while"
        ) || after
            .first()
            .is_some_and(|word| matches!(word.as_str(), "women" | "woman" | "people" | "patients"))
            || self.is_asked(index)
        {
            return;
        }
        let assertion = judged(&before, &after);
        let mut first = index;
        if matches!(near(0), "weeks" | "week" | "wks" | "wk" | "months" | "days") {
            // `12 weeks`, `12 weeks and 3 days`.
            while index - first < 5
                && first > 0
                && (self.tokens[first - 1].shape == super::tokens::Shape::Number
                    || matches!(
                        self.folded_word(first - 1).as_str(),
                        "weeks" | "week" | "wks" | "wk" | "months" | "days" | "and"
                    ))
            {
                first -= 1;
            }
        }
        let mut last = index;
        if after.first().map(Short::as_str) == Some("de")
            && after.get(2).is_some_and(|word| {
                matches!(word.as_str(), "semaines" | "semaine" | "sem" | "mois")
            })
        {
            last = index + 3;
        }
        self.say(self.between(first, last), DataElement::Pregnancy, assertion);
    }

    /// `Positive pregnancy test`, `Test de grossesse : positif`.
    fn pregnancy_test(&mut self, index: usize) {
        let (before, after) = (self.words_before(index), self.words_after(index));
        let is =
            |word: Option<&Short<'_>>, one: &str| word.is_some_and(|word| word.as_str() == one);
        let is_test =
            is(after.first(), "test") || is(before.first(), "de") && is(before.get(1), "test");
        let says = |word: &Short<'_>| matches!(word.as_str(), "positive" | "positif" | "pos");
        if !is_test || self.is_asked(index) {
            return;
        }
        if let Some(at) = before.iter().take(2).position(says) {
            self.say(
                self.between(index - 1 - at, index + 1),
                DataElement::Pregnancy,
                Assertion::Stated,
            );
        } else if let Some(at) = after.iter().take(4).position(says) {
            let first = if is(before.first(), "de") {
                index - 2
            } else {
                index
            };
            let is_denied = after[..at]
                .iter()
                .any(|word| matches!(word.as_str(), "not" | "pas"));
            if !is_denied {
                self.say(
                    self.between(first, index + 1 + at),
                    DataElement::Pregnancy,
                    Assertion::Stated,
                );
            }
        }
    }

    /// `gravida 2 para 1`.
    fn gravida(&mut self, index: usize) {
        let is_number = |at: usize| {
            self.tokens
                .get(at)
                .is_some_and(|token| token.range().len() <= 2 && !token.is_word())
        };
        if is_number(index + 1) {
            let has_para = self.folded_word(index + 2).as_str() == "para" && is_number(index + 3);
            let last = if has_para { index + 3 } else { index + 1 };
            self.say(
                self.between(index, last),
                DataElement::Pregnancy,
                Assertion::Stated,
            );
        }
    }

    /// `Smokes half a pack a day`: from its word to the end of the sentence.
    fn habit(&mut self, first: usize, index: usize) {
        let (before, after) = (self.words_before(first), self.words_after(index));
        let Some(next) = after.first() else { return };
        let is_much = HOW_MUCH.contains(&next.as_str())
            || next.as_str().starts_with(|ch: char| ch.is_ascii_digit())
            || next.as_str() == "pas";
        if !is_much || self.is_asked(index) {
            return;
        }
        let assertion = match next.as_str() {
            "pas" => Assertion::Denied,
            _ => judged(&before, &[]),
        };
        let last = index + after.len().min(MAX_WORDS);
        self.say(self.between(first, last), DataElement::Lifestyle, assertion);
    }

    /// `Current smoker`, `non-fumeuse`.
    fn smoker(&mut self, index: usize) {
        let before = self.words_before(index);
        let near = before.first().map_or("", Short::as_str);
        let is_of_others = matches!(near, "the" | "every" | "each" | "le" | "la" | "tout");
        if is_of_others || self.is_asked(index) {
            return;
        }
        let is_denied = matches!(near, "non" | "never" | "no" | "not");
        let assertion = if is_denied {
            Assertion::Denied
        } else {
            judged(&before, &[])
        };
        let is_kind = matches!(
            near,
            "current"
                | "former"
                | "ex"
                | "heavy"
                | "active"
                | "light"
                | "daily"
                | "non"
                | "never"
                | "ancien"
                | "ancienne"
                | "grand"
                | "grande"
                | "gros"
        );
        let first = index - usize::from(is_kind);
        self.say(
            self.between(first, index),
            DataElement::Lifestyle,
            assertion,
        );
    }

    /// `1 pack a day`, `20 pack-years`, `1 paquet par jour`.
    fn packs(&mut self, index: usize) {
        let after = self.words_after(index);
        let word = |at: usize| after.get(at).map_or("", Short::as_str);
        let n_after = match (word(0), word(1)) {
            ("a" | "per" | "par", "day" | "jour") => 2,
            (
                "years" | "year" | "yr" | "yrs" | "daily" | "annees" | "annee" | "jour" | "day",
                _,
            ) => 1,
            _ => return,
        };
        let first = index.saturating_sub(1);
        let is_number = !self.tokens[first].is_word()
            || matches!(
                self.folded_word(first).as_str(),
                "a" | "one" | "two" | "half" | "un" | "deux" | "demi"
            );
        if is_number && first < index && !ends_sentence(self.gap_after(first)) {
            let before = self.words_before(first);
            // `Her father smokes a pack a day`: the verb has said whose it is.
            let smokes = |word: &Short<'_>| matches!(word.as_str(), "smokes" | "smoked" | "fume");
            if before.iter().take(4).any(smokes) {
                return;
            }
            self.say(
                self.between(first, index + n_after),
                DataElement::Lifestyle,
                judged(&before, &[]),
            );
        }
    }

    /// `Uses cannabis daily`.
    fn uses(&mut self, index: usize) {
        let (before, after) = (self.words_before(index), self.words_after(index));
        let Some(at) = before
            .iter()
            .take(3)
            .position(|word| USES.contains(&word.as_str()))
        else {
            return;
        };
        if self.is_asked(index) {
            return;
        }
        let assertion = judged(&before, &after);
        let n_after = after
            .iter()
            .take(3)
            .take_while(|word| {
                matches!(
                    word.as_str(),
                    "daily"
                        | "weekly"
                        | "occasionally"
                        | "regularly"
                        | "use"
                        | "iv"
                        | "every"
                        | "day"
                        | "tous"
                        | "les"
                        | "jours"
                        | "quotidiennement"
                        | "parfois"
                )
            })
            .count();
        self.say(
            self.between(index - 1 - at, index + n_after),
            DataElement::Lifestyle,
            assertion,
        );
    }

    /// A question says nothing: `Are you pregnant?`
    fn is_asked(&self, index: usize) -> bool {
        let rest = &self.text.as_bytes()[self.tokens[index].end as usize..];
        rest.iter()
            .take(80)
            .find(|b| matches!(b, b'.' | b'?' | b'!' | b'\n' | b';'))
            == Some(&b'?')
    }

    fn between(&self, first: usize, last: usize) -> std::ops::Range<usize> {
        let last = last.min(self.tokens.len().saturating_sub(1));
        self.tokens[first].start as usize..self.tokens[last].end as usize
    }

    fn say(&mut self, range: std::ops::Range<usize>, element: DataElement, assertion: Assertion) {
        if assertion == Assertion::OfFamily {
            return;
        }
        let value = &self.text[range.clone()];
        let mut draft = Draft::new(
            element,
            value,
            Normal::Text(value.to_owned()),
            0.75,
            "a sentence says so",
        );
        draft.assertion = assertion;
        if assertion == Assertion::Denied {
            draft = draft.because("against: the sentence denies it".into());
        }
        let note = Note {
            needs_patient: true,
            ..Note::default()
        };
        self.add(range, draft, note);
    }
}

fn judged(before: &[Short<'_>], after: &[Short<'_>]) -> Assertion {
    let before: Vec<&str> = before.iter().take(BEFORE).map(Short::as_str).collect();
    let after: Vec<&str> = after.iter().take(AFTER).map(Short::as_str).collect();
    assertion::judge(&before, &after).assertion
}

#[cfg(test)]
mod tests {
    use whose_model::{Assertion, DataElement};

    use crate::passages::tests::detect;

    fn said(text: &str, element: DataElement) -> Vec<(String, Assertion)> {
        detect(&format!("Patient: Anna Roy, DOB 1993-02-11\n{text}\n"))
            .into_iter()
            .filter(|m| m.element == element)
            .map(|m| (m.value.reveal().clone(), m.assertion))
            .collect()
    }

    #[test]
    fn a_pregnancy_is_found_as_notes_say_it() {
        for (text, value) in [
            (
                "Seen for a positive pregnancy test.",
                "positive pregnancy test",
            ),
            ("She is 12 weeks pregnant.", "12 weeks pregnant"),
            (
                "Now 12 weeks and 3 days pregnant.",
                "12 weeks and 3 days pregnant",
            ),
            ("G2P1, doing well.", "G2P1"),
            ("Suivi obstétrical : G3P2A0.", "G3P2A0"),
            ("Obstetric history gravida 2 para 1.", "gravida 2 para 1"),
            ("Enceinte de 22 semaines.", "Enceinte de 22 semaines"),
            ("Test de grossesse positif.", "Test de grossesse positif"),
        ] {
            let found = said(text, DataElement::Pregnancy);
            assert_eq!(found, [(value.to_owned(), Assertion::Stated)], "{text}");
        }
    }

    #[test]
    fn who_is_not_pregnant_is_said_not_to_be() {
        assert_eq!(
            said("She is not pregnant.", DataElement::Pregnancy),
            [("pregnant".to_owned(), Assertion::Denied)]
        );
    }

    #[test]
    fn habits_are_found_with_how_much_and_what_is_denied_is_marked() {
        use Assertion::{Denied, Stated};
        for (text, value, assertion) in [
            (
                "Smokes half a pack a day.",
                "Smokes half a pack a day",
                Stated,
            ),
            (
                "Fume 10 cigarettes par jour.",
                "Fume 10 cigarettes par jour",
                Stated,
            ),
            ("Current smoker.", "Current smoker", Stated),
            ("Non-fumeuse.", "Non-fumeuse", Denied),
            ("She denies being a smoker.", "smoker", Denied),
            ("Ne fume pas.", "fume pas", Denied),
            ("Uses cannabis daily.", "Uses cannabis daily", Stated),
            ("20 pack-years.", "20 pack-years", Stated),
            (
                "Boit 3 verres de vin par jour.",
                "Boit 3 verres de vin par jour",
                Stated,
            ),
        ] {
            let found = said(text, DataElement::Lifestyle);
            assert_eq!(found, [(value.to_owned(), assertion)], "{text}");
        }
    }

    #[test]
    fn what_is_general_asked_or_a_relatives_is_not_the_patients() {
        for text in [
            "Not for pregnant women.",
            "Are you pregnant?",
            "If pregnant, call us.",
            "Dans l'enceinte de l'hôpital.",
            "Her father smokes a pack a day.",
            "Drinks plenty of water.",
            "Do you smoke or are you a smoker?",
            "Pregnancy test negative.",
            "Un paquet par la poste.",
        ] {
            for element in [DataElement::Pregnancy, DataElement::Lifestyle] {
                assert_eq!(said(text, element), [], "{text}");
            }
        }
    }

    #[test]
    fn a_postal_code_behind_a_town_is_no_obstetric_history() {
        let found = detect("Patient: Anna Roy\n12 rue Roy, Québec QC G1P2A0\n");
        assert!(!found.iter().any(|m| m.element == DataElement::Pregnancy));
        assert!(found.iter().any(|m| m.element == DataElement::Address));
    }
}
