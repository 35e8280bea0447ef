//! What is said of people and seldom of things, around one word that may be a name.
//!
//! `Anna is tired`, `the mother of Anna`, `Anna, Luc and Zoe`, and in an account
//! of a talk `Anna: I have seen it.` A word that no lexicon has, or that is a place
//! and a word besides, is known as a name by what stands around it.

use super::{
    Scan,
    cues::{HE_OR_SHE, IS_PEOPLE, OF_PEOPLE},
    tokens::{Shape, Token},
};
use crate::lexicon::{COMMON, GIVEN, KIN, LABEL_END, MONTH, NEVER_NAME, PLACE, TITLE, WORLD_PLACE};

/// So many words of a list are looked at on either side.
const OF_A_LIST: usize = 8;
/// So many words may stand between `is` and what somebody is.
const BETWEEN: usize = 4;
/// So many words on one may still speak of whom the first named.
const OF_A_THOUGHT: usize = 12;
/// So much of a line says whether somebody speaks.
const OF_A_LINE: usize = 160;

/// What may stand between a name and the `s` of what it has; a text of a program has a sign before it.
pub(super) fn is_apostrophe(gap: &str) -> bool {
    matches!(gap, "'" | "\u{2019}" | "\\'")
}

impl Scan<'_, '_> {
    /// What is said around one word of people only.
    pub(super) fn of_people(&self, from: usize, to: usize, finish: usize) -> f32 {
        let token = &self.tokens[from];
        if token.has(NEVER_NAME | TITLE | KIN) || token.shape == Shape::Number {
            return 0.0;
        }
        let mut weight = 0.0;
        if self.is_of_whom(from) {
            weight += 3.0;
        }
        if self.is_somebody(from, to) {
            weight += 3.0;
        }
        if self.speaks(from, finish) {
            weight += 2.0;
        } else if self.is_answered(from, finish) {
            weight += 3.4;
        }
        if self.is_he_or_she(from, to) {
            weight += 1.5;
        }
        weight += self.after_an_adverb(to);
        weight + self.of_a_list(from)
    }

    /// What is said of people only of a word in a text without capitals: one of a list of given names, `zoé's address`.
    pub(super) fn is_said_in_small_letters(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        if token.shape != Shape::Lower
            || token.range().len() < 4
            || token.has(COMMON | NEVER_NAME | TITLE | KIN | LABEL_END | PLACE)
        {
            return false;
        }
        let known = self.classes(token);
        if known.ordinary > known.name() || known.ordinary > 0 && known.name() == 0 {
            return false;
        }
        let is_possessive = self.tokens.get(at + 1..at + 3).is_some_and(|next| {
            is_apostrophe(&self.text[token.end as usize..next[0].start as usize])
                && &self.text[next[0].range()] == "s"
                && (next[1].has(KIN) || next[1].is_of(OF_PEOPLE))
        });
        is_possessive || self.of_a_list(at) > 0.0 || self.is_somebody(at, at + 1)
    }

    /// The word before, with a space between and nothing else.
    fn word_before(&self, at: usize) -> Option<&Token> {
        let before = &self.tokens[at.checked_sub(1)?];
        (before.end + 1 == self.tokens[at].start).then_some(before)
    }

    fn is_spaced(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.start == self.tokens[at - 1].end + 1)
    }

    /// `the mother of Anna`, `le dossier de Zoé`, `l'anniversaire d'Anna`.
    fn is_of_whom(&self, at: usize) -> bool {
        let Some(of) = self.word_before(at) else {
            return false;
        };
        let Some(thing) = at.checked_sub(2).map(|thing| &self.tokens[thing]) else {
            return false;
        };
        if thing.end + 1 != of.start || thing.shape == Shape::Capitals {
            return false;
        }
        match &self.text[of.range()] {
            // Things have an address and a head as well: what only people have.
            "of" => {
                thing.has(KIN)
                    || matches!(
                        &self.text[thing.range()],
                        "birthday"
                            | "birth"
                            | "death"
                            | "funeral"
                            | "gender"
                            | "mood"
                            | "chart"
                            | "boyfriend"
                            | "girlfriend"
                            | "wife"
                            | "pregnancy"
                            | "admission"
                            | "discharge"
                            | "wishes"
                    )
            }
            "de" | "d" => thing.has(KIN) || thing.is_of(OF_PEOPLE),
            _ => false,
        }
    }

    /// `Anna is very tired`, `Zoé est une dame`, `Why is Anna so sad`.
    fn is_somebody(&self, from: usize, to: usize) -> bool {
        let is_verb = |token: &Token| {
            matches!(
                &self.text[token.range()],
                "is" | "was"
                    | "Is"
                    | "Was"
                    | "seems"
                    | "seemed"
                    | "feels"
                    | "felt"
                    | "looks"
                    | "looked"
                    | "appears"
                    | "appeared"
                    | "became"
                    | "remains"
                    | "est"
                    | "était"
                    | "semble"
                    | "reste"
                    | "demeure"
            )
        };
        let is_after = self.tokens.get(to).is_some_and(is_verb) && self.is_spaced(to);
        let is_asked = self.word_before(from).is_some_and(is_verb);
        if !is_after && !is_asked {
            return false;
        }
        let first = if is_after { to + 1 } else { to };
        // `Zoé is from Paris`: of a word that is perhaps a name, and of no other.
        let known = self.classes(&self.tokens[from]);
        if is_after
            && (known.ordinary == 0 && !self.tokens[from].has(PLACE | WORLD_PLACE)
                || known.given >= 7 && known.given > known.ordinary)
            && self.is_spaced(first)
            && &self.text[self.tokens[first].range()] == "from"
        {
            return true;
        }
        let mut has_article = false;
        for at in first..first + BETWEEN {
            if !self.is_spaced(at) || self.tokens[at].shape == Shape::Capital {
                return false;
            }
            let token = &self.tokens[at];
            // `a teacher`, but not `was asked`.
            if token.is_of(IS_PEOPLE) || has_article && token.cue().before >= 1.8 {
                return true;
            }
            has_article |= self.is_an_article(at);
        }
        false
    }

    /// `Zoé is here. I saw her.`: the next words speak of him or her, and of nobody else who is named between.
    fn is_he_or_she(&self, from: usize, to: usize) -> bool {
        let token = &self.tokens[from];
        let is_one_of_many = from.checked_sub(1).is_some_and(|at| self.is_an_article(at));
        if token.has(PLACE | WORLD_PLACE) && !token.has(GIVEN) || is_one_of_many {
            return false;
        }
        self.tokens[to..]
            .iter()
            .take(OF_A_THOUGHT)
            .take_while(|token| token.shape != Shape::Capital || token.has(COMMON | NEVER_NAME))
            .any(|token| token.is_of(HE_OR_SHE))
    }

    /// `Anna just has`: what the verb says, behind the adverb.
    fn after_an_adverb(&self, to: usize) -> f32 {
        let is_adverb = self.tokens.get(to).is_some_and(|token| {
            self.is_spaced(to)
                && matches!(
                    &self.text[token.range()],
                    "just"
                        | "also"
                        | "still"
                        | "always"
                        | "never"
                        | "already"
                        | "often"
                        | "finally"
                        | "really"
                        | "usually"
                        | "recently"
                        | "only"
                )
        });
        match self.tokens.get(to + 1) {
            Some(verb) if is_adverb && self.is_spaced(to + 1) && verb.cue().after > 0.0 => {
                verb.cue().after + 0.3
            }
            _ => 0.0,
        }
    }

    /// `Anna: I have seen it.` at the beginning of a line: one who speaks says `I` and `you`.
    fn speaks(&self, at: usize, finish: usize) -> bool {
        let is_first = at == 0 || self.tokens[at - 1].line != self.tokens[at].line;
        let known = self.classes(&self.tokens[at]);
        if !is_first || !self.text[finish..].starts_with(':') || known.ordinary > known.given {
            return false;
        }
        let end = self
            .text
            .ceil_char_boundary((finish + OF_A_LINE).min(self.text.len()));
        let mut lines = self.text[finish..end].lines();
        let line = lines.next().unwrap_or("");
        line.split(|ch: char| !ch.is_alphabetic()).any(|word| {
            matches!(
                word,
                "I" | "you"
                    | "You"
                    | "me"
                    | "my"
                    | "My"
                    | "je"
                    | "Je"
                    | "vous"
                    | "Vous"
                    | "moi"
                    | "tu"
            )
        })
    }

    /// `Anna: A fine day.`, and on the next line another speaks: `Paul: It is.`
    fn is_answered(&self, at: usize, finish: usize) -> bool {
        let is_first = at == 0 || self.tokens[at - 1].line != self.tokens[at].line;
        let token = &self.tokens[at];
        if !is_first
            || !self.text[finish..].starts_with(": ")
            || self.classes(token).ordinary > 0
            || token.flags & (COMMON | NEVER_NAME | LABEL_END) != 0
        {
            return false;
        }
        let line = self.marks.line(self.text, finish);
        let next = self.tokens[at..]
            .iter()
            .take(OF_A_LINE)
            .find(|next| next.start as usize > line.end);
        next.is_some_and(|next| {
            let known = self.classes(next);
            next.line == token.line + 1
                && next.shape == Shape::Capital
                && known.given >= 9
                && known.given > known.ordinary
                && self.text[next.end as usize..].starts_with(": ")
        })
    }

    /// `Anna, Luc and Zoe`: where most words of a list are given names the others are as well.
    fn of_a_list(&self, at: usize) -> f32 {
        let gap = |left: usize| {
            self.tokens.get(left + 1).map_or("", |next| {
                &self.text[self.tokens[left].end as usize..next.start as usize]
            })
        };
        let is_and = |at: usize| matches!(&self.text[self.tokens[at].range()], "and" | "et");
        let shape = self.tokens[at].shape;
        let is_member = |at: usize| {
            self.tokens.get(at).is_some_and(|token| {
                token.shape == shape && !token.has(NEVER_NAME | TITLE | KIN | LABEL_END)
                    || token.has(MONTH) && token.has(GIVEN)
            })
        };
        // The next word of the list after this one, and the one before.
        let next = |at: usize| {
            let is_last = gap(at) == " " && is_and(at + 1) && gap(at + 1) == " ";
            let next = match gap(at) {
                ", " => at + 1,
                _ if is_last => at + 2,
                _ => return None,
            };
            is_member(next).then_some(next)
        };
        let previous = |at: usize| {
            let last = at.checked_sub(1)?;
            let is_last = gap(last) == " " && is_and(last) && last > 0 && gap(last - 1) == " ";
            let previous = match gap(last) {
                ", " => last,
                _ if is_last => last - 1,
                _ => return None,
            };
            is_member(previous).then_some(previous)
        };
        let is_given = |at: usize| {
            let (token, known) = (&self.tokens[at], self.classes(&self.tokens[at]));
            known.given >= 7 && known.given > known.ordinary && !token.has(PLACE | WORLD_PLACE)
        };
        let may_be = |at: usize| is_given(at) || self.is_open(&self.tokens[at]);
        let (mut n, mut n_given, mut first) = (1, usize::from(is_given(at)), at);
        let mut are_open = may_be(at);
        let mut on = at;
        for _ in 0..OF_A_LIST {
            let Some(found) = next(on) else { break };
            on = found;
            n += 1;
            n_given += usize::from(is_given(on));
            are_open &= may_be(on);
        }
        for _ in 0..OF_A_LIST {
            let Some(found) = previous(first) else { break };
            first = found;
            n += 1;
            n_given += usize::from(is_given(first));
            are_open &= may_be(first);
        }
        if n < 3 {
            return 0.0;
        }
        let is_announced = first
            .checked_sub(1)
            .is_some_and(|before| gap(before) == ": " && self.tokens[before].cue().before >= 1.5);
        if is_announced || n_given * 2 >= n {
            2.4
        } else if n >= 4 && n_given * 3 >= n && are_open {
            // The others are words that nobody knows.
            2.0
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    fn names(text: &str) -> usize {
        let all = detect(text);
        all.iter()
            .filter(|mention| mention.element == DataElement::Name)
            .count()
    }

    #[test]
    fn what_only_people_are_and_have_makes_a_name_of_a_word_that_nobody_knows() {
        for (text, name) in [
            ("Tomokwe is very tired and wants to go home.", "Tomokwe"),
            ("Why is Tomokwe so anxious today?", "Tomokwe"),
            ("La mère de Tomokwe viendra jeudi.", "Tomokwe"),
            ("He said: \\\"I\\'m Tomokwe\\'s brother\\\".", "Tomokwe"),
            ("Tomokwe arrived late. We saw him.", "Tomokwe"),
            (
                "It was sung by ex-Gardener Tomokwe and was loud.",
                "Tomokwe",
            ),
        ] {
            has(&detect(text), DataElement::Name, name);
        }
        for (text, name) in [
            ("Tomokwe is from Winnipeg.", "Tomokwe"),
            ("Tomokwe: What a day.\nNicole: It was long.", "Tomokwe"),
            ("here is tomokwe's address for the file", "tomokwe"),
            (
                "they had four: tomokwe, terrence, pamela and brian.",
                "tomokwe",
            ),
            ("We saw the Petersson family again.", "Petersson"),
            ("D/w pharmacist Tomokwe; warfarin held.", "Tomokwe"),
        ] {
            has(&detect(text), DataElement::Name, name);
        }
        for text in [
            "Metformin is from the pharmacy.",
            "Ward: What a day.\nUnit: It was long.",
            "they sell four: tomokwe, apples, pears and bread.",
            "He wears a Tomokwe's hat and he likes it.",
            "Tomokwe is very fast and easy to set up.",
            "Why is Tomokwe so slow today?",
            "La version de Tomokwe sort jeudi.",
            "Tomokwe failed late. We restarted it.",
        ] {
            assert_eq!(names(text), 0, "{text}");
        }
    }

    #[test]
    fn one_of_a_list_is_what_most_of_the_list_are() {
        assert_eq!(
            names("They had four: Tomokwe, Elizabeth, Michael and Brittany."),
            4
        );
        assert_eq!(names("Our founders: Tomokwe, Graves and Reed."), 3);
        assert_eq!(names("It runs on Tomokwe, Zarpix and Oblor."), 0);
    }
}
