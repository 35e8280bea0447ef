//! Names that nobody wrote with capitals: which words of small letters may be one.
//!
//! In a text that has no capitals at all (a dictation, a chat) a word may be a
//! name that is one before all else; elsewhere only behind words that announce
//! one: `my name is`, `dear`, `mr`.

use super::{
    Scan,
    cues::NAME_WORD,
    names::Ground,
    tokens::{Shape, Token},
};
use crate::lexicon::{COMMON, Classes, FAMILY, GIVEN, KIN, LABEL_END, NEVER_NAME, TITLE};

/// A word of no lexicon behind a title is a name when it is spelled no worse than this.
const SPELLED: f32 = -0.39;

impl Scan<'_, '_> {
    /// `mondaut lucette`: no word that anybody knows stands right before a name in small letters.
    pub(super) fn is_unknown_before(&self, at: usize) -> bool {
        let Some(previous) = at.checked_sub(1).map(|at| &self.tokens[at]) else {
            return false;
        };
        previous.shape == Shape::Lower
            && previous.end + 1 == self.tokens[at].start
            && previous.range().len() >= 4
            && self.classes(previous).ordinary == 0
            && previous.flags & (COMMON | NEVER_NAME | TITLE | KIN | LABEL_END) == 0
            && !self.all.covered.overlaps(&previous.range())
    }

    /// Whether a word without a capital may be a name: in a text that has none, or after words that announce one.
    pub(super) fn may_be_lower(&self, at: usize, ground: &Ground) -> bool {
        let token = &self.tokens[at];
        let Classes {
            ordinary, given, ..
        } = self.classes(token);
        let name = self.classes(token).name();
        if self.name_is_before(at) && !token.has(COMMON | NEVER_NAME | LABEL_END) {
            return ordinary < 9 && token.end - token.start >= 3;
        }
        if token.end - token.start < 3 || token.has(NEVER_NAME | TITLE | KIN | LABEL_END) {
            return false;
        }
        let is_strong = name >= ordinary + 5 && name >= 6;
        // `josiane Fosset`.
        let goes_on = self.tokens.get(at + 1).is_some_and(|next| {
            next.start == token.end + 1
                && matches!(next.shape, Shape::Capital | Shape::Capitals)
                && next.flags & (COMMON | NEVER_NAME) == 0
                && given >= 7
                && self.text.as_bytes().get(token.end as usize) == Some(&b' ')
        });
        is_strong && (ground.is_lower || goes_on)
            || ground.is_lower && self.is_pair_in_small_letters(at)
            || name > ordinary + 2 && self.is_announced(at)
    }

    /// `my name is anna`, `dear anna`, `mr roy`.
    fn is_announced(&self, at: usize) -> bool {
        at > 0
            && self.tokens[at - 1].line == self.tokens[at].line
            && (self.tokens[at - 1].cue().before >= 3.4 || self.name_is_before(at))
    }

    /// `my name is`, right before.
    #[inline]
    pub(super) fn name_is_before(&self, at: usize) -> bool {
        // Most texts have none of these words.
        self.marks.cues & NAME_WORD != 0 && self.name_is_said_before(at)
    }

    fn name_is_said_before(&self, at: usize) -> bool {
        let Some([name, is]) = at.checked_sub(2).and_then(|from| self.tokens.get(from..at)) else {
            return false;
        };
        name.is_of(NAME_WORD)
            && matches!(&self.text[is.range()], "is" | "est" | "IS" | "EST")
            && matches!(
                self.folded(name.range()).as_str(),
                "name" | "nom" | "prenom"
            )
    }

    /// `gurpreet sandhu`: a given name and a family name, and neither is a word.
    fn is_pair_in_small_letters(&self, at: usize) -> bool {
        let Some([given, family]) = self.tokens.get(at..at + 2) else {
            return false;
        };
        let is_one = |token: &Token, flag| {
            token.shape == Shape::Lower
                && token.range().len() >= 4
                && token.has(flag)
                && token.flags & (COMMON | NEVER_NAME | TITLE | KIN | LABEL_END) == 0
                && self.classes(token).ordinary == 0
        };
        given.end + 1 == family.start
            && given.line == family.line
            && is_one(given, GIVEN)
            && is_one(family, FAMILY)
    }

    /// `mr ouedraogo`, `dre paré`: behind a title in small letters stands a word that no lexicon has, spelled as names are.
    pub(super) fn may_follow_a_title(&self, at: usize) -> bool {
        let Some([title, token]) = at
            .checked_sub(1)
            .and_then(|title| self.tokens.get(title..=at))
        else {
            return false;
        };
        let is_title = matches!(
            &self.text[title.range()],
            "mr" | "mrs"
                | "dr"
                | "dre"
                | "mme"
                | "mlle"
                | "docteur"
                | "doctor"
                | "madame"
                | "monsieur"
                | "mister"
                | "miss"
        );
        is_title
            && token.shape == Shape::Lower
            && token.range().len() >= 4
            && token.flags == 0
            && self.classes(token) == Classes::default()
            && matches!(&self.text[title.end as usize..token.start as usize], " " | ". ")
            && self.word_weight(at) > SPELLED
            // `5 mr`: a measure; `the dr presribed`: somebody who is not named.
            && (at < 2
                || self.tokens[at - 2].shape != Shape::Number
                    && !matches!(
                        &self.text[self.tokens[at - 2].range()],
                        "the" | "a" | "his" | "her" | "their" | "my" | "our" | "your" | "mon"
                            | "son" | "notre" | "leur"
                    ))
    }
}

#[test]
fn names_in_small_letters_stand_behind_titles_and_in_pairs() {
    use super::tests::{detect, has};
    use whose_model::DataElement;
    for (text, name) in [
        ("mr ouedraogo still on the pump", "mr ouedraogo"),
        ("did dr adegboye call back about her", "dr adegboye"),
        (
            "this is a clinic letter on gurpreet sandhu who comes in for his visit and has no pain at all",
            "gurpreet sandhu",
        ),
    ] {
        has(&detect(text), DataElement::Name, name);
    }
    for text in [
        "the dr prescribed it",
        "her dr presribed tylenol",
        "dr appointment on monday",
        "le dr rappelle demain",
    ] {
        assert!(
            !detect(text).iter().any(|m| m.element == DataElement::Name),
            "{text}"
        );
    }
}
