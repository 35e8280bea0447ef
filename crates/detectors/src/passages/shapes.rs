//! How words of a run are written, and what that says: initials, short forms, a saint's name, a street's.

use std::ops::Range;

use super::{
    Scan,
    cues::{IS_CALLED_AFTER, SAINT, STREET},
    evidence::OPEN,
    tokens::{Shape, Token},
};
use crate::{
    elements::{name, region},
    lexicon::{
        COMMON, Classes, DIAGNOSIS, DRUG, GIVEN, KIN, LABEL_END, MONTH, NEVER_NAME, PLACE, TITLE,
        WORLD_PLACE,
    },
    text::WordHash,
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
                self.folded(saint.range()).as_str(),
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

    /// `CHU de Dijon`, `GH Lariboisière`: the short form of an organisation, called after somebody.
    #[inline]
    pub(super) fn is_organisation_in_short(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.shape == Shape::Capitals
            && token.range().len() <= 5
            && token.is_of(IS_CALLED_AFTER)
            && self.text.as_bytes().get(token.end as usize) == Some(&b' ')
    }

    /// `MarieTremblay`: a given name and a word that is none of the language, the space between them lost.
    pub(super) fn is_glued(&self, at: usize) -> bool {
        let word = &self.text[self.tokens[at].range()];
        let mut capitals = word
            .char_indices()
            .skip(1)
            .filter(|(_, ch)| ch.is_uppercase());
        let (Some((middle, _)), None) = (capitals.next(), capitals.next()) else {
            return false;
        };
        let known = |part: &str| {
            let hash = WordHash::of(part);
            let is_left_out =
                self.all.context.leaves_names_out() && self.all.context.leaves_out(hash);
            let classes = self.all.lexicon.classes(hash);
            if is_left_out {
                Classes::default()
            } else {
                classes
            }
        };
        let (given, family) = (known(&word[..middle]), known(&word[middle..]));
        middle >= 4
            && word.len() - middle >= 4
            && given.given >= 8
            && given.given > given.ordinary + 2
            && (family.ordinary == 0 || family.family > family.ordinary + 2)
    }

    /// Whether the word is the article of a Breton family name.
    #[inline]
    pub(super) fn is_le(&self, at: usize) -> bool {
        let range = self.tokens[at].range();
        range.len() == 2 && matches!(&self.text[range], "Le" | "LE")
    }

    /// `Le Bot D.`, `- LE LAY`: the article of a Breton family name and the word after it.
    pub(super) fn is_of_a_breton_name(&self, run: Range<usize>, at: usize) -> bool {
        let is_article = |at: usize| run.contains(&at) && self.is_le(at);
        let article = match at.checked_sub(1).filter(|before| is_article(*before)) {
            Some(before) => before,
            None if is_article(at) => at,
            None => return false,
        };
        let (le, Some(name)) = (&self.tokens[article], self.tokens.get(article + 1)) else {
            return false;
        };
        let has_initial = self.tokens.get(article + 2).is_some_and(|next| {
            next.range().len() == 1 && next.shape != Shape::Lower && next.line == le.line
        });
        run.contains(&(article + 1))
            && self.marks.n_french >= self.marks.n_english
            && le.end + 1 == name.start
            && name.shape != Shape::Lower
            && le.shape
                == if name.shape == Shape::Capitals {
                    Shape::Capitals
                } else {
                    Shape::Capital
                }
            && !name.has(TITLE | KIN | LABEL_END | NEVER_NAME)
            && (self.classes(name).name() > 0 || self.classes(name).ordinary == 0)
            && (has_initial || !self.starts_sentence(article))
    }

    /// `the corner of Elm 12 and Anna`: streets that meet are called after people.
    pub(super) fn is_after_a_corner(&self, from: usize) -> bool {
        let line = self.tokens[from].line;
        (from.saturating_sub(9)..from).rev().any(|at| {
            let token = &self.tokens[at];
            token.shape == Shape::Lower
                && token.line == line
                && matches!(&self.text[token.range()], "corner" | "intersection")
                && matches!(self.word(at + 1), "of" | "de")
        })
    }

    /// `Anna and Rua Nova 46`: the same of what stands behind a name.
    pub(super) fn is_before_a_corner(&self, to: usize) -> bool {
        let is_spaced = |at: usize| {
            self.tokens
                .get(at)
                .is_some_and(|token| token.start == self.tokens[at - 1].end + 1)
        };
        if !matches!(self.word(to), "and" | "et") || !is_spaced(to) {
            return false;
        }
        let mut at = to + 1;
        while at < to + 6
            && is_spaced(at)
            && (self.tokens[at].shape == Shape::Capital || self.is_particle(&self.tokens[at]))
        {
            at += 1;
        }
        at > to + 1
            && is_spaced(at)
            && self.tokens[at].shape == Shape::Number
            && self.tokens[at].range().len() <= 4
            && !matches!(
                self.word(at + 1),
                "year" | "years" | "ans" | "y" | "yo" | "months" | "mois"
            )
    }

    /// `my kid Anna`, `Hi Anna`, `my name is Anna`: after such words a capital is a name, be it a place as well.
    pub(super) fn is_surely_announced(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|at| &self.tokens[at]) else {
            return false;
        };
        let token = &self.tokens[at];
        let known = self.classes(token);
        let is_other = COMMON | NEVER_NAME | MONTH | TITLE | KIN | LABEL_END | DRUG | DIAGNOSIS;
        token.shape == Shape::Capital
            && token.range().len() >= 3
            && before.end + 1 == token.start
            && token.flags & is_other == 0
            && known.ordinary <= OPEN
            && (known.ordinary == 0 || known.name() > 0 || token.has(PLACE | WORLD_PLACE))
            && (before.has(KIN) && before.shape == Shape::Lower
                || before.cue().before >= 3.4
                || self.name_is_before(at))
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

    #[test]
    fn a_street_corner_and_an_organisation_in_short_are_nobody() {
        for text in [
            "The driver waits at the corner of Postbox 21 and Tremblay.",
            "Please return it to Marie and Rua Nova 46.",
            "Il a été opéré au CHU de Tremblay.",
            "Suivi au CHU Marie Tremblay depuis mars.",
        ] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
        has(
            &detect("Please return it to Marie and Luc, 46 years old."),
            DataElement::Name,
            "Marie",
        );
    }

    #[test]
    fn after_words_that_announce_a_name_a_place_is_one() {
        // `Regina` and `Florence` are towns as well.
        has(
            &detect("I came with my kid Regina today."),
            DataElement::Name,
            "Regina",
        );
        has(
            &detect("Hi Florence, I have a question."),
            DataElement::Name,
            "Florence",
        );
        for text in ["Cher Confrère, merci.", "We drove through Regina today."] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_title_takes_the_particles_of_a_family_name_with_it() {
        let text = "Transfer from Dr. van der Hoeven to Mme de la Sablonnière.";
        has(&detect(text), DataElement::Name, "Dr. van der Hoeven");
        has(&detect(text), DataElement::Name, "Mme de la Sablonnière");
        assert_eq!(
            names("The dr. of the clinic was away."),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_space_that_was_lost_and_the_article_of_a_name_hide_nobody() {
        has(
            &detect("Un courrier a été envoyé à FrancoiseTrescos hier."),
            DataElement::Name,
            "FrancoiseTrescos",
        );
        has(
            &detect("Date de sortie: le 1er mars 2022 - LE LAY J, née le 17/10/2003"),
            DataElement::Name,
            "LE LAY J",
        );
        for text in [
            "Le père du patient est venu hier avec la voiture.",
            "The class MarkdownParser reads it.",
        ] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }
}
