//! How words of a run are written, and what that says: initials, short forms, a saint's name, a street's.

use super::{
    Scan,
    cues::{IS_CALLED_AFTER, SAINT, STREET},
    tokens::{Shape, Token},
};
use crate::{
    elements::{name, region},
    lexicon::{GIVEN, LABEL_END, TITLE},
    text::short,
};

impl Scan<'_, '_> {
    /// `St. John's`, `Sault Ste. Marie`, `Saint-Jérôme`: a saint's name is not begun in its middle.
    pub(super) fn is_after_saint(&self, at: usize) -> bool {
        let Some(saint) = at.checked_sub(1).map(|at| &self.tokens[at]) else {
            return false;
        };
        let gap = &self.text[saint.end as usize..self.tokens[at].start as usize];
        saint.is_of(SAINT)
            && matches!(saint.shape, Shape::Capital | Shape::Capitals)
            && matches!(gap, " " | ". " | "." | "-" | "\u{a0}")
            && matches!(
                short(&self.text[saint.range()]).as_str(),
                "st" | "ste" | "saint" | "sainte"
            )
    }

    /// `avenue du Général de Gaulle`, `via Mazzini`: a street's kind a few words before, on the same line.
    pub(super) fn is_after_street_word(&self, at: usize) -> bool {
        let line = self.tokens[at].line;
        for before in (at.saturating_sub(4)..at).rev() {
            let token = &self.tokens[before];
            if token.line != line {
                return false;
            }
            let word = &self.text[token.range()];
            let gap = &self.text[token.end as usize..self.tokens[at].start as usize];
            if token.end - token.start >= 2
                && (token.is_of(STREET) && crate::elements::street::is_leading_street_word(word)
                    || token.is_of(IS_CALLED_AFTER))
                && !gap.contains([',', ';', ':', '|', '('])
            {
                return true;
            }
            // Between the street's kind and the name stand only words of a name.
            let is_of_name = matches!(token.shape, Shape::Capital | Shape::Capitals)
                || self.is_particle(token)
                || matches!(word, "al" | "hospitalier" | "universitaire");
            if !is_of_name {
                return false;
            }
        }
        false
    }

    /// `KANTYN JM`: two capitals after a family name in capitals are initials, unless they say who one is or where.
    pub(super) fn are_initials(&self, token: &Token, head: &Token) -> bool {
        let text = &self.text[token.range()];
        token.shape == Shape::Capitals
            && text.len() == 2
            && head.shape == Shape::Capitals
            && head.range().len() >= 4
            && !token.has(LABEL_END | TITLE | GIVEN)
            && !name::is_clinical_credential(text)
            && !region::is_province(text)
            && !region::is_us_state(text)
            && !matches!(
                text,
                "PH" | "RN"
                    | "MD"
                    | "ID"
                    | "NO"
                    | "TV"
                    | "PC"
                    | "IV"
                    | "II"
                    | "CH"
                    | "RX"
                    | "IM"
                    | "SC"
            )
    }

    /// Whether the text has the small words of French or English, or is too short to tell: in other
    /// languages and in the settings of programs a capital says nothing.
    pub(super) fn is_in_our_languages(&self) -> bool {
        let n = self.tokens.len().min(400) as u32;
        n < 60 || (self.marks.n_french + self.marks.n_english) * 33 >= n
    }

    /// `an Andrew toolkit`, `A Quinn endpoint`: what stands behind it is one of many.
    pub(super) fn is_an_article(&self, at: usize) -> bool {
        matches!(
            &self.text[self.tokens[at].range()],
            "a" | "A" | "an" | "An" | "un" | "une" | "Une"
        )
    }

    /// The same, with a word right behind it that says what it is.
    pub(super) fn is_one_of_many(&self, from: usize, to: usize) -> bool {
        let is_thing = self.tokens.get(to).is_some_and(|next| {
            next.shape == Shape::Lower
                && next.range().len() > 3
                && next.start == self.tokens[to - 1].end + 1
                && next.cue().after <= 0.0
        });
        is_thing && from.checked_sub(1).is_some_and(|at| self.is_an_article(at))
    }

    /// `when PAM is used`: a few capitals in a sentence are a short form, though somebody is called so.
    pub(super) fn is_short_form(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let is_lower = |at: usize| {
            self.tokens.get(at).is_some_and(|other| {
                other.line.abs_diff(token.line) <= 1
                    && other.shape == Shape::Lower
                    && other.range().len() > 1
            })
        };
        token.shape == Shape::Capitals
            && token.range().len() <= 4
            && (is_lower(at + 1) || at.checked_sub(1).is_some_and(is_lower))
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    fn names(text: &str) -> Vec<String> {
        let all = detect(text);
        let names = all.iter().filter(|m| m.element == DataElement::Name);
        names.map(|m| m.value.reveal().clone()).collect()
    }

    #[test]
    fn initials_stand_on_either_side_of_a_family_name() {
        for (text, name) in [
            (
                "Les résultats du 12 décembre 2020 pour KANTIN JM montrent une hausse",
                "KANTIN JM",
            ),
            (
                "Transmis par courrier à I. Bouvinar et reçu.",
                "I. Bouvinar",
            ),
            (
                "Infectiologie : Dr. P Heinzel : tél. 514-555-0199",
                "Dr. P Heinzel",
            ),
            ("Chirurgie : Dr BLERIN P, 2029342803", "Dr BLERIN P"),
            (
                "Il appelle Colette Pierrette FORESTIER du centre",
                "Colette Pierrette FORESTIER",
            ),
        ] {
            has(&detect(text), DataElement::Name, name);
        }
    }

    #[test]
    fn a_short_form_a_thing_that_is_one_of_many_and_a_setting_are_no_names() {
        for text in [
            "The entry is checked when PAM is used to keep the passwords of this machine.",
            "It reads an Andrew toolkit file and writes a picture.",
            "A Quinn endpoint corresponds to a single socket.",
            "outline = Kapitola\n",
            "let r = dr.hi - dr.lo;",
        ] {
            assert!(names(text).is_empty(), "{text}: {:?}", names(text));
        }
    }

    #[test]
    fn two_who_do_something_together_are_named_by_their_family_names() {
        assert_eq!(
            names("Is it a good song? Kowalek and Tremblay were its writers.").len(),
            2
        );
        assert!(names("The pumps and Valves were late.").is_empty());
    }
}
