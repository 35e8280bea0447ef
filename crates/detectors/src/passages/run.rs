//! A run of words that may hold a name, with what each part of it is asked for again and again, worked out once.
//!
//! `weigh` tries every part of a run from each word to each later one. What only
//! the word says stands in `Part`, what only the place before or after a part
//! says in `Left` and `Right`; so a run of eight words costs little more than its words.

use std::ops::Range;

use super::{
    Scan,
    cues::{IS_CALLED_AFTER, MAKES_ORGANISATION, NAME_WORD},
    names::{Ground, NEAR_MAILBOX},
    people::is_apostrophe,
    tokens::Shape,
};
use crate::{
    lexicon::{FAMILY, KIN, TITLE},
    text::{fold, short},
};

/// A run and its words.
pub(super) struct Run<'r> {
    pub(super) start: usize,
    /// The first word after `TREMBLAY, `.
    pub(super) comma: Option<usize>,
    pub(super) parts: &'r [Part],
}

/// A word of a run.
#[derive(Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) weight: f32,
    pub(super) is_particle: bool,
    /// A word of a name where another follows.
    pub(super) is_part: bool,
    /// A word of a name where none follows.
    pub(super) is_last_part: bool,
    pub(super) is_initial: bool,
    pub(super) is_capitals: bool,
    /// Of four letters or fewer.
    pub(super) is_short: bool,
    /// A hyphen stands right before it.
    pub(super) is_joined: bool,
    pub(super) is_unknown: bool,
    /// Makes an organisation of the name before it, and is no family name.
    pub(super) is_organisation: bool,
    /// A comma stands between it and the next.
    pub(super) has_comma: bool,
    pub(super) has_credential_after: bool,
    /// An address for mail that stands near may be made of it.
    pub(super) may_be_mailbox: bool,
}

/// What stands before a part of a run.
pub(super) struct Left {
    /// Glued to something that is no text: `foo::Bar`, `@Anna`, `/Roy/`.
    pub(super) is_glued: bool,
    pub(super) is_saint: bool,
    pub(super) said: Said,
    /// The run goes on to the left: so much less.
    pub(super) goes_on: f32,
    pub(super) is_after_capitals: bool,
    pub(super) is_after_organisation: bool,
    pub(super) is_in_street: bool,
    /// `the corner of Elm 12 and`
    pub(super) is_after_a_corner: bool,
    pub(super) starts_sentence: bool,
    /// Something was found right before it.
    pub(super) has_finding: bool,
}

/// What stands after a part of a run.
#[derive(Clone, Copy, Default)]
pub(super) struct Right {
    /// Glued to something that is no text: `Anna()`, `Roy/`, `Anna::new`.
    pub(super) is_glued: bool,
    /// The run goes on to the right: so much less.
    pub(super) goes_on: f32,
    /// What the word after says.
    pub(super) cue: f32,
    /// `Anna's disease`, `Roy Clinic`: the name is of a thing.
    pub(super) is_of_a_thing: bool,
    /// A short number stands behind it, as of a house.
    pub(super) is_numbered: bool,
    /// `Julia v1.6`
    pub(super) is_versioned: bool,
    /// `Anna, 45`
    pub(super) is_aged: bool,
    /// `Anna (mother)`
    pub(super) is_kin: bool,
    /// Nothing follows on its line.
    pub(super) ends_line: bool,
    /// `Anna, Marie`
    pub(super) is_before_a_given_name: bool,
    /// Something was found right behind it.
    pub(super) has_finding: bool,
    /// `and Rua Nova 46`
    pub(super) is_before_a_corner: bool,
}

/// What the word before says.
pub(super) enum Said {
    Nothing,
    Kin,
    Cue {
        cue: f32,
        is_number: bool,
        /// `maladie de Parkinson`, `rue de Anna`.
        is_called_after: bool,
        /// Goes on with the name before: `Anna Roy and`.
        is_one_more: bool,
    },
    /// A sentence ends there.
    Sentence {
        /// `What is your name? Anna`
        is_asked: bool,
    },
}

impl Scan<'_, '_> {
    /// What a word of a run says beside its weight.
    pub(super) fn part_of_run(
        &self,
        at: usize,
        run: Range<usize>,
        ground: &Ground,
        part: &mut Part,
    ) {
        let token = &self.tokens[at];
        let begin = token.start as usize;
        let is_long = token.range().len() > 1;
        let is_lower = token.shape == Shape::Lower;
        part.is_part = is_long && !part.is_particle;
        part.is_last_part = is_long && !(is_lower && part.is_particle);
        part.is_initial = !is_long && !is_lower;
        part.is_capitals = token.shape == Shape::Capitals;
        part.is_short = token.range().len() <= 4;
        part.is_joined = self.text.as_bytes().get(begin.wrapping_sub(1)) == Some(&b'-');
        part.is_unknown = self.is_unknown(token);
        part.is_organisation = token.is_of(MAKES_ORGANISATION) && !token.has(FAMILY);
        part.has_comma = at + 1 < run.end
            && self.text.as_bytes()[token.end as usize..self.tokens[at + 1].start as usize]
                .contains(&b',');
        part.has_credential_after = self.has_credential_after(at + 1);
        part.may_be_mailbox = token.range().len() >= 4 && !ground.mailboxes.is_empty() && {
            let word = fold(&self.text[token.range()]);
            ground
                .mailboxes_near(
                    begin,
                    NEAR_MAILBOX + begin - self.tokens[run.start].start as usize,
                )
                .iter()
                .any(|(_, local)| local.contains(word.as_str()))
        };
    }

    /// What stands before the part of a run that begins at `from`; `last` is the last word of the name before.
    pub(super) fn left_of(&self, start: usize, from: usize, last: usize) -> Left {
        let begin = self.tokens[from].start as usize;
        let before = begin
            .checked_sub(1)
            .map_or(b' ', |at| self.text.as_bytes()[at]);
        let mut left = Left {
            is_glued: b"@/\\_.#$<=&%`~^+{".contains(&before) || before == b':' && from > 0,
            is_saint: self.is_after_saint(from),
            said: Said::Nothing,
            goes_on: 0.0,
            is_after_capitals: false,
            is_after_organisation: false,
            is_in_street: self.is_after_street_word(from),
            is_after_a_corner: self.is_after_a_corner(from),
            starts_sentence: self.starts_sentence(from),
            has_finding: begin >= 3 && self.all.covered.overlaps(&(begin - 3..begin)),
        };
        let Some(previous) = from.checked_sub(1).map(|at| &self.tokens[at]) else {
            return left;
        };
        let gap = &self.text[previous.end as usize..begin];
        left.is_after_organisation = gap == " "
            && (previous.is_of(MAKES_ORGANISATION) || self.is_organisation_in_short(from - 1));
        if gap.len() > 3 || gap.contains('\n') {
            return left;
        }
        let is_word = gap.trim_matches([' ', ',', ':', '(', '"']).is_empty();
        let word = &self.text[previous.range()];
        if is_word && previous.has(KIN) {
            left.said = Said::Kin;
        } else if is_word || gap.trim() == "." && previous.has(TITLE) {
            let mut cue = previous.cue().before;
            if gap.contains(',') && cue.abs() < 3.0 {
                cue *= 0.3;
            }
            // `me` of `call me Anna`; `name is`.
            if self.name_is_before(from) || self.is_called_so(from) {
                cue = cue.max(6.0);
            }
            // `by ex-Marine Kleist`: what somebody was.
            let is_former = from >= 2
                && gap == " "
                && self.tokens[from - 2].end + 1 == previous.start
                && matches!(&self.text[self.tokens[from - 2].range()], "ex" | "Ex")
                && self.text.as_bytes()[self.tokens[from - 2].end as usize] == b'-';
            if is_former {
                cue = cue.max(3.2);
            }
            let is_called_after = from >= 2
                && gap.len() <= 1
                && self.tokens[from - 2].is_of(IS_CALLED_AFTER)
                && matches!(short(word).as_str(), "de" | "d" | "du" | "of" | "s");
            let is_and = matches!(word, "and" | "et" | "&");
            left.said = Said::Cue {
                cue,
                is_number: previous.shape == Shape::Number
                    && gap == " "
                    // The end of a day numbers nothing.
                    && !(self.all.covered.overlaps(&previous.range())
                        && matches!(
                            self.text.as_bytes()[..previous.range().start],
                            [.., b'/' | b'-' | b'.']
                        )),
                is_called_after,
                is_one_more: from - 1 == last && gap == ", "
                    || is_and && from.checked_sub(2) == Some(last),
            };
        } else if gap.contains(['.', '!', '?']) {
            left.said = Said::Sentence {
                is_asked: gap.starts_with(['?', ':'])
                    && previous.is_of(NAME_WORD)
                    && matches!(short(word).as_str(), "name" | "nom" | "prenom"),
            };
        }
        if from > start {
            // Part of something longer.
            left.goes_on = if !self.starts_sentence(from - 1)
                && previous.cue().before <= 0.0
                && !previous.has(TITLE | KIN)
            {
                0.8
            } else if self.classes(previous).ordinary == 0 && previous.range().len() > 1 {
                0.6
            } else {
                0.0
            };
            left.is_after_capitals = previous.shape == Shape::Capitals && previous.flags == 0;
        }
        left
    }

    /// What stands after the part of a run, which ends at `end`, that ends before `to`.
    pub(super) fn right_of(&self, to: usize, end: usize) -> Right {
        let last = &self.tokens[to - 1];
        let finish = last.end as usize;
        let bytes = self.text.as_bytes();
        let sign = bytes.get(finish).copied().unwrap_or(b' ');
        let sign_after = bytes.get(finish + 1).copied().unwrap_or(b' ');
        let is_escaped = sign == b'\\' && matches!(sign_after, b'\'' | b'"');
        let mut right = Right {
            is_glued: b"_(`=@\\/{[".contains(&sign) && !is_escaped
                || sign == b':' && sign_after == b':'
                || sign == b'.' && sign_after.is_ascii_alphanumeric()
                || sign == b'-' && sign_after.is_ascii_digit(),
            has_finding: self
                .all
                .covered
                .overlaps(&(finish..(finish + 4).min(self.text.len()))),
            ends_line: true,
            is_before_a_corner: self.is_before_a_corner(to),
            ..Right::default()
        };
        let Some(next) = self.tokens.get(to) else {
            return right;
        };
        right.ends_line = next.line != last.line;
        if to < end {
            right.goes_on = if next.is_of(MAKES_ORGANISATION) {
                6.0
            } else if !next.has(TITLE) && next.range().len() > 1 {
                1.2
            } else {
                0.0
            };
        }
        let gap = &self.text[finish..next.start as usize];
        if !matches!(gap, " " | ", " | " (" | ": ") && !is_apostrophe(gap) {
            return right;
        }
        right.is_before_a_given_name =
            gap == ", " && next.shape == last.shape && self.classes(next).given >= 7;
        right.cue = next.cue().after;
        let is_of = matches!(&self.text[next.range()], "s" | "S") && is_apostrophe(gap);
        let thing = if is_of {
            self.tokens.get(to + 1)
        } else {
            Some(next)
        };
        right.is_of_a_thing = thing.is_some_and(|thing| {
            is_of && thing.cue().after <= -4.0 || gap == " " && thing.is_of(MAKES_ORGANISATION)
        });
        right.is_versioned = gap == " " && is_version(&self.text[next.range()]);
        let is_number = next.shape == Shape::Number;
        right.is_numbered = is_number
            && gap == " "
            && next.end - next.start <= 4
            && self
                .tokens
                .get(to + 1)
                .is_none_or(|after| after.shape != Shape::Number || after.start > next.end + 1)
            && !self.all.covered.overlaps(&next.range())
            && !self.text[next.end as usize..]
                .trim_start()
                .starts_with(['a', 'y']);
        right.is_aged = is_number && next.end - next.start <= 2 && matches!(gap, ", " | " (");
        right.is_kin = next.has(KIN) && gap.contains(['(', ',']);
        right
    }
}

impl Scan<'_, '_> {
    /// Whether what ends before this word was born on a date: `Anna Roy, born July 4, 1970`.
    pub(super) fn is_born_after(&self, to: usize) -> bool {
        let Some([last, born]) = to
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last..=to))
        else {
            return false;
        };
        let gap = &self.text[last.end as usize..born.start as usize];
        let end = born.end as usize;
        matches!(gap, " " | ", ")
            && matches!(short(&self.text[born.range()]).as_str(), "born" | "ne" | "nee")
            // `(e) le ` of `né(e) le 4 juillet`.
            && self.all.covered.overlaps(&(end..(end + 9).min(self.text.len())))
    }
}

/// `v1`, `V2`.
fn is_version(word: &str) -> bool {
    word.strip_prefix(['v', 'V'])
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn whoever_was_born_on_a_date_has_a_name_whatever_its_words_are_elsewhere() {
    use super::tests::{detect, has};
    use whose_model::DataElement;
    for (text, name) in [
        (
            "RE: Anna Roy, born November 8, 1994\nand Crystal Park, born October 6, 2018",
            "Crystal Park",
        ),
        (
            "RE: Anna Roy, born November 8, 1994\nand Evens BA, born October 6, 2018",
            "Evens BA",
        ),
        (
            "OBJET : Anna Roy, née le 8 novembre 1994\net Rose Lavoie, née le 6 octobre 2018",
            "Rose Lavoie",
        ),
    ] {
        has(&detect(text), DataElement::Name, name);
    }
    let found = detect("The Northern Clinic, born of an idea, opened in May 1994.");
    assert!(!found.iter().any(|m| m.element == DataElement::Name));
}
