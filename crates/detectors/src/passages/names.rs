//! Names in running text: runs of words that may be a name, weighed against what else they may be.
//!
//! A run is words with capitals, or, in a text without capitals, words that are
//! names before all else. Of each run the part that speaks most for a name is
//! taken when its weight passes the bar of the place: low in a short message and
//! near other things about people, high in a long text about nobody and in code.
//! A title, or two words known to the case, need no weighing.

use std::cell::Cell;

use whose_model::{DataElement, Normal, Role};

use super::{
    Note, Scan,
    cues::{MAKES_ORGANISATION, ROLE},
    evidence,
    tokens::{Shape, Token},
};
use crate::{
    draft::Draft,
    elements::{
        date::Order,
        name::{self, Title},
    },
    lexicon::{
        COMMON, Classes, FAMILY, GIVEN, KIN, LABEL_END, NEVER_NAME, PLACE, RARE_NAME, TITLE,
        WORLD_PLACE,
    },
    text::{WordHash, fold, with_folded},
};

/// A name as sure as this is looked for by its parts.
pub(super) const SURE: f32 = 0.7;
/// The most words of a run.
pub(super) const MAX_WORDS: usize = 8;
/// The most words of a name that count; particles and initials do not.
pub(super) const MAX_PARTS: usize = 4;
/// A text of fewer words is a message.
const SHORT: usize = 200;
/// An address for mail that stands nearer than this, in bytes, may be of a name.
pub(super) const NEAR_MAILBOX: usize = 1500;
/// How much more a name must bring for each of a hundred signs that are one of a program.
const CODE_SLOPE: f32 = 120.0;
/// From this share of words of programs on a text is one about programs.
const OF_PROGRAMS_FROM: f32 = 0.04;
/// How much more a name must bring for each of a hundred words beyond that.
const PROGRAMS_SLOPE: f32 = 150.0;
/// A text of which this much is asked is about programs and nobody's care.
const OF_PROGRAMS: f32 = 1.5;
/// So many words of programs stand in any text.
const A_FEW: u32 = 4;
/// So many words around a place make it one about people or not.
const AROUND: usize = 120;

/// What is known of a passage before its names are weighed.
pub(super) struct Ground {
    /// Words that speak of people, by their index.
    signals: Vec<u32>,
    /// Those of them that are somebody's data: in a program `parent` says nothing.
    finds: Vec<u32>,
    /// How much more a name must bring because the text is long.
    length: f32,
    /// How much more because it reads like code.
    pub(super) code: f32,
    /// It is about programs.
    of_programs: bool,
    /// Nobody wrote capitals here.
    pub(super) is_lower: bool,
    /// Local parts of the e-mail addresses, folded, with where they stand, in order.
    pub(super) mailboxes: Vec<(usize, String)>,
}

impl Ground {
    /// The addresses that stand nearer than so many bytes.
    pub(super) fn mailboxes_near(&self, at: usize, reach: usize) -> &[(usize, String)] {
        let from = self
            .mailboxes
            .partition_point(|(mailbox, _)| mailbox + reach <= at);
        let rest = &self.mailboxes[from..];
        &rest[..rest.partition_point(|(mailbox, _)| *mailbox < at + reach)]
    }
}

/// A part of a run with its weight.
#[derive(Clone, Copy)]
pub(super) struct Weighed {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) weight: f32,
    pub(super) why: &'static str,
}

impl Scan<'_, '_> {
    /// Finds names outside what is taken already.
    pub(super) fn names(&mut self) {
        let n_words = self.marks.n_words as usize;
        if n_words == 0 {
            return;
        }
        let ground = self.ground(n_words);
        self.all.of_programs |= ground.of_programs;
        let first_found = self.all.found.len();
        self.names_once(n_words, &ground);
        self.names_again(first_found, &ground);
    }

    /// Whoever is named in full somewhere is meant by one of these names elsewhere, also before: `Ms. Roy`, `Anna`.
    fn names_again(&mut self, first_found: usize, ground: &Ground) {
        let mut parts: Vec<u64> = Vec::new();
        for item in &self.all.found[first_found..] {
            let Some(name) = item.name() else { continue };
            if name.given.is_empty() || name.family.is_empty() || item.draft.confidence < SURE {
                continue;
            }
            for part in [&name.given, &name.family] {
                if part.chars().count() >= 3 && !part.contains([' ', '-', '\'']) {
                    parts.push(WordHash::of(part).0);
                }
            }
        }
        if parts.is_empty() {
            return;
        }
        parts.sort_unstable();
        parts.dedup();
        let last = Cell::new(usize::MAX);
        for &index in &self.marks.capitals {
            let token = &self.tokens[index as usize];
            if parts.binary_search(&token.hash.0).is_ok()
                && !self.all.covered.overlaps(&token.range())
            {
                self.name_at(index as usize, ground, &last);
            }
        }
    }

    fn names_once(&mut self, n_words: usize, ground: &Ground) {
        let last = Cell::new(usize::MAX);
        let mut from = 0;
        if ground.is_lower || n_words < SHORT {
            // Names in small letters are looked for as well.
            let mut line = u32::MAX;
            for index in 0..self.tokens.len() {
                let token = self.tokens[index];
                let is_head = std::mem::replace(&mut line, token.line) != token.line;
                if is_head
                    && index >= from
                    && let Some(to) = self.pair_in_any_case(index)
                {
                    let why = "family and given name";
                    self.accept(index, index, to, 0.65, why, None, &last);
                    from = to;
                    continue;
                }
                let is_start = match token.shape {
                    Shape::Capital | Shape::Capitals => true,
                    Shape::Lower => {
                        token.has(TITLE)
                            || token.has(GIVEN | FAMILY) && self.may_be_lower(index, ground)
                            || self.name_is_before(index) && self.may_be_lower(index, ground)
                            || ground.is_lower && self.is_said_in_small_letters(index)
                    }
                    Shape::Number => false,
                };
                if is_start && index >= from {
                    let start = if token.shape == Shape::Lower && self.is_unknown_before(index) {
                        index - 1
                    } else {
                        index
                    };
                    from = self.try_at(start, ground, &last).max(from);
                }
            }
            return;
        }
        for &index in &self.marks.capitals {
            if index as usize >= from {
                from = self.try_at(index as usize, ground, &last);
            }
        }
    }

    fn try_at(&mut self, index: usize, ground: &Ground, last: &Cell<usize>) -> usize {
        if self.all.covered.overlaps(&self.tokens[index].range())
            || index > 0 && index - 1 == last.get() && self.begins_letters(index)
        {
            return index + 1;
        }
        self.name_at(index, ground, last).max(index + 1)
    }

    /// How common the word is, unless it is left out of the lexicons.
    #[inline]
    pub(super) fn classes(&self, token: &Token) -> Classes {
        token.classes()
    }

    /// What the word says by itself.
    pub(super) fn word_weight(&self, at: usize) -> f32 {
        let token = &self.tokens[at];
        evidence::of_word(token, self.classes(token), self.text, self.all.lexicon)
    }

    /// What the passage is like.
    fn ground(&self, n_words: usize) -> Ground {
        let of = |at: &u32| &self.tokens[*at as usize];
        let is_capital = |at: &&u32| of(at).shape != Shape::Lower;
        let n_capitals = self.marks.capitals.iter().filter(is_capital).count();
        let people = self.marks.people.iter().copied();
        let mut signals: Vec<u32> = people.filter(|at| of(at).range().len() > 1).collect();
        let mut finds = Vec::new();
        let mut mailboxes = Vec::new();
        // What was found in this passage so far stands at its end.
        let here = |item: &&super::found::Found| item.at >= self.all.at;
        for item in self.all.found.iter().rev().take_while(here) {
            let start = (item.at - self.all.at) as usize;
            let at = self
                .tokens
                .partition_point(|token| (token.end as usize) <= start);
            signals.push(at as u32);
            finds.push(at as u32);
            if item.draft.element == DataElement::Email
                && let Some((local, _)) = item.draft.value.split_once('@')
            {
                mailboxes.push((start, fold(local)));
            }
        }
        signals.sort_unstable();
        finds.sort_unstable();
        mailboxes.sort_unstable_by_key(|(at, _)| *at);
        let share = self.marks.n_code as f32 / self.text.len().max(1) as f32;
        let signs = ((share - 0.026) * CODE_SLOPE).clamp(0.0, 6.0);
        // A text about programs names who wrote them, and nobody whose data it holds.
        let share = self.marks.n_of_programs.saturating_sub(A_FEW) as f32 / n_words as f32;
        let words = ((share - OF_PROGRAMS_FROM) * PROGRAMS_SLOPE).clamp(0.0, 8.0);
        Ground {
            signals,
            finds,
            length: (1.0 + n_words as f32 / 120.0).ln() * 0.9,
            code: if n_words < 40 { 0.0 } else { signs.max(words) },
            of_programs: words > OF_PROGRAMS,
            is_lower: n_capitals == 0 || n_words >= 12 && n_capitals * 40 < n_words,
            mailboxes,
        }
    }

    /// The weight that a name must bring here.
    fn bar(&self, at: usize, ground: &Ground) -> f32 {
        let near = |all: &[u32]| {
            let from = all.partition_point(|signal| (*signal as usize) + AROUND < at);
            let to = all.partition_point(|signal| (*signal as usize) < at + AROUND);
            (to - from) as f32
        };
        ground.length / (1.0 + 0.7 * near(&ground.signals))
            + ground.code / (1.0 + 0.4 * near(&ground.finds))
    }

    /// Tries a name at this token; the index of the first token after what was looked at.
    fn name_at(&mut self, first: usize, ground: &Ground, last: &Cell<usize>) -> usize {
        let mut at = first;
        let mut title = None;
        while let Some(token) = self.tokens.get(at)
            && token.has(TITLE)
            && let Some(found) = name::title_of(&self.text[token.range()])
        {
            let is_short_and_lower = token.shape == Shape::Lower && token.end - token.start <= 3;
            if is_short_and_lower
                && at + 1 < self.tokens.len()
                && self.tokens[at + 1].shape == Shape::Lower
                && !self.tokens[at + 1].has(GIVEN | FAMILY)
                && !self.may_follow_a_title(at + 1)
            {
                return at + 1;
            }
            // `MS Word`, `MS-DOS`, `MR series`: capitals that are no title.
            if token.shape == Shape::Capitals
                && token.range().len() == 2
                && (self.text.as_bytes().get(token.end as usize) == Some(&b'-')
                    || at + 1 < self.tokens.len()
                        && self.tokens[at + 1].range().len() > 1
                        && self.word_weight(at + 1) < -0.5)
            {
                return at + 1;
            }
            // `wait 5 ms. May be set`: a unit ends the sentence.
            let is_unit = is_short_and_lower
                && self.text.as_bytes().get(token.end as usize) == Some(&b'.')
                && self.tokens.get(at + 1).is_some_and(|next| next.has(COMMON));
            if is_unit {
                return at + 1;
            }
            // `dr.lo`: a piece of a program.
            if self.tokens.get(at + 1).is_some_and(|next| {
                next.shape == Shape::Lower
                    && &self.text[token.end as usize..next.start as usize] == "."
            }) {
                return at + 1;
            }
            title = Some(found);
            at += 1;
            if !self.continues(at - 1, at, true) {
                return at;
            }
        }
        // `M. Roy`: one letter is a title before a family name, else an initial.
        if title.is_none()
            && self.tokens[at].range().len() == 1
            && self.text.as_bytes().get(self.tokens[at].start as usize) == Some(&b'M')
            && self.text.as_bytes().get(self.tokens[at].end as usize) == Some(&b'.')
            && self.tokens.get(at + 1).is_some_and(|next| {
                next.line == self.tokens[at].line
                    && (next.has(FAMILY | GIVEN)
                        || next.shape == Shape::Capitals
                        // In French one letter and a full stop before a capital are `Monsieur`.
                        || self.all.order == Order::DayFirst
                            && next.shape == Shape::Capital
                            && next.range().len() > 2
                            && next.flags & (COMMON | NEVER_NAME | TITLE | LABEL_END) == 0)
            })
        {
            title = Some(Title::Man);
            at += 1;
        }
        while title.is_none() && self.is_role(at) && self.continues(at, at + 1, false) {
            at += 1;
        }
        let start = at;
        // `Mrs. Horv4thova`: a letter that was read as a digit.
        if title.is_some() && self.is_damaged(start) {
            last.set(start);
            let role = self.role_around(first, first, start + 1, title);
            self.take_damaged(first, start + 1, role);
            return start + 1;
        }
        let end = self.run_end(start, ground, title.is_some());
        if end <= start {
            return (first + 1).max(start);
        }
        if title.is_some() {
            let to = self.titled_end(start, end);
            if to == start {
                return start.max(first + 1);
            }
            let to = self.with_suffix(to);
            self.accept(first, first, to, 0.93, "title", title, last);
            return to;
        }
        let comma = self.comma_in(start, end);
        let Some(best) = self.weigh_run(start, end, comma, ground, last.get()) else {
            return end.max(first + 1);
        };
        let bar = self.bar(best.from, ground);
        if best.weight < bar {
            return end.max(first + 1);
        }
        let best = self.whole(best, start, end);
        if self.is_of_organisation_or_town(start, best.from, best.to) {
            return end.max(first + 1);
        }
        if best.from > start
            && let Some(left) = self.weigh_run(start, best.from, None, ground, last.get())
            && left.weight >= self.bar(left.from, ground)
        {
            let confidence = 0.52 + 0.45 * (1.0 - (-(left.weight - bar).max(0.0) / 2.2).exp());
            self.accept(
                left.from, left.from, left.to, confidence, left.why, None, last,
            );
        }
        let confidence = 0.52 + 0.45 * (1.0 - (-(best.weight - bar) / 2.2).exp());
        self.accept(
            best.from, best.from, best.to, confidence, best.why, None, last,
        );
        best.to.max(first + 1)
    }

    /// `Patient`, `Cliente`: who the next word names.
    fn is_role(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        // `PT Anna Roy` is a physiotherapist.
        token.is_of(ROLE) && &self.text[token.range()] != "PT"
    }

    /// Where the words that may belong to one name end.
    fn run_end(&self, start: usize, ground: &Ground, is_titled: bool) -> usize {
        let mut end = start;
        while end < self.tokens.len() && end - start < MAX_WORDS {
            let token = self.tokens[end];
            let is_capital = matches!(token.shape, Shape::Capital | Shape::Capitals);
            let is_lower_name = token.shape == Shape::Lower
                && (end == start
                    || ground.is_lower
                    || self.tokens[start].shape == Shape::Lower
                    || end == start + 1
                        && self.classes(&token).given >= 7
                        && self.classes(&token).ordinary == 0
                        && self.is_no_word(start))
                && (token.has(GIVEN | FAMILY | RARE_NAME) || self.classes(&token).ordinary == 0)
                && (end > start
                    || is_titled
                    || self.may_be_lower(end, ground)
                    || ground.is_lower && self.is_said_in_small_letters(end))
                && (end == start || self.is_no_word(end));
            let is_particle = token.shape == Shape::Lower
                && (end > start || is_titled)
                && self.is_particle(&token)
                && self.tokens.get(end + 1).is_some_and(|next| {
                    matches!(next.shape, Shape::Capital | Shape::Capitals)
                        || next.shape == Shape::Lower
                            && next.line == token.line
                            && (ground.is_lower
                                && next.has(GIVEN | FAMILY | RARE_NAME)
                                && self.is_no_word(end + 1)
                                || self.is_particle(next)
                                    && self.tokens.get(end + 2).is_some_and(|after| {
                                        matches!(after.shape, Shape::Capital | Shape::Capitals)
                                    }))
                });
            if !(is_capital || is_particle || is_lower_name)
                || end > start
                    && token.has(TITLE)
                    && token.range().len() > 1
                    // `Agenda de Dre Paré`: Dre is also somebody's name.
                    && (!token.has(GIVEN | FAMILY)
                        || self.tokens[end - 1].shape == Shape::Lower)
                || end > start && self.all.covered.overlaps(&token.range())
                || end > start && self.begins_letters(end)
            {
                break;
            }
            if end > start
                && !self.continues(end - 1, end, false)
                && !self.goes_on_below(end - 1, end)
            {
                let gap = &self.text[self.tokens[end - 1].end as usize..token.start as usize];
                if gap == ", " && end - start <= 3 && self.reads_family_first(start, end) {
                    end += 1;
                    continue;
                }
                break;
            }
            end += 1;
        }
        end
    }

    /// Whether a word is rather a name than a word of the language.
    fn is_no_word(&self, at: usize) -> bool {
        let known = self.classes(&self.tokens[at]);
        !self.tokens[at].has(COMMON | NEVER_NAME) && known.name() >= known.ordinary
    }

    /// Whether two tokens can belong to one name: a space, a hyphen, an apostrophe, or the dot of an initial.
    fn continues(&self, left: usize, right: usize, after_title: bool) -> bool {
        let (Some(a), Some(b)) = (self.tokens.get(left), self.tokens.get(right)) else {
            return false;
        };
        if a.line != b.line {
            return false;
        }
        let gap = &self.text[a.end as usize..b.start as usize];
        match gap {
            " " | "-" | "'" | "\u{2019}" | "\u{a0}" | "- " | "\u{2010}" | "\u{2011}" => true,
            ". " | "." | ".-" => {
                after_title
                    || a.end - a.start <= 2
                    || matches!(self.folded(a.range()).as_str(), "ste" | "jr")
            }
            "  " => after_title,
            _ => after_title && gap.len() <= 2 && gap.trim_matches(['.', ' ']).is_empty(),
        }
    }

    /// `... was seen by Marie` and `Tremblay` on the next line of wrapped text.
    fn goes_on_below(&self, left: usize, right: usize) -> bool {
        let (a, b) = (&self.tokens[left], &self.tokens[right]);
        if b.line != a.line + 1 || !a.has(GIVEN) || !b.has(FAMILY) || b.has(COMMON) {
            return false;
        }
        let gap = &self.text[a.end as usize..b.start as usize];
        let before = &self.text[..a.end as usize];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        gap.trim_matches([' ', '\r']) == "\n" && a.end as usize - line_start >= 45
    }

    /// Which words a title takes with it.
    fn titled_end(&self, start: usize, end: usize) -> usize {
        let first = &self.tokens[start];
        // After a title even `Homme` and `Street` are family names, but no plain word in small letters.
        // `Dr. van der Hoeven`: particles lead to a word with a capital, and take it with them.
        let particles = self.tokens[start..end]
            .iter()
            .take_while(|token| token.shape == Shape::Lower && self.is_particle(token))
            .count();
        if particles > 0 && start + particles < end {
            let at = start + particles;
            let is_name = self.tokens[at].shape != Shape::Lower
                && !self.tokens[at].is_of(MAKES_ORGANISATION)
                && self.tokens[at].flags & (NEVER_NAME | LABEL_END) == 0;
            return if is_name { at + 1 } else { start };
        }
        if self.may_follow_a_title(start) {
            let is_family = self.tokens.get(start + 1).is_some_and(|next| {
                next.has(FAMILY) && self.classes(next).ordinary == 0 && start + 1 < end
            });
            return start + 1 + usize::from(is_family);
        }
        let is_plain =
            first.shape == Shape::Lower && !(self.is_no_word(start) && first.has(GIVEN | FAMILY));
        if is_plain || first.is_of(MAKES_ORGANISATION) && end - start == 1 {
            return start;
        }
        if end - start == 1
            && first.has(COMMON)
            && !first.has(GIVEN | FAMILY | RARE_NAME)
            && first.has(NEVER_NAME)
        {
            return start;
        }
        let is_particle_here = |at: usize| self.is_particle(&self.tokens[at]);
        let mut to = start + 1;
        let mut n_parts = 1;
        while to < end {
            let token = &self.tokens[to];
            let is_initial = token.range().len() == 1;
            let is_particle = token.shape == Shape::Lower || self.is_particle(token);
            let joined = self.tokens[to - 1].end + 1 == token.start
                && self.text.as_bytes().get(self.tokens[to - 1].end as usize) == Some(&b'-');
            let is_label = token.shape != Shape::Lower
                // `Dr. P Heinzele : 0126552137`
                && self.tokens[to - 1].range().len() > 1
                && self.text[token.end as usize..]
                    .trim_start_matches(' ')
                    .starts_with(':');
            // After a given name stands a family name, whatever else the word means.
            let is_family = n_parts == 1
                && first.range().len() > 1
                && (self.classes(first).given > self.classes(first).family
                    || token.shape == Shape::Capitals && first.shape != Shape::Capitals)
                || n_parts == 2 && token.has(FAMILY) && token.flags & (COMMON | NEVER_NAME) == 0
                || to > start && self.tokens[to - 1].range().len() == 1;
            // `mme bouchard veut`: a word of the language in small letters goes on with the sentence.
            let known = self.classes(token);
            let is_said = token.shape == Shape::Lower
                && !is_particle_here(to)
                && known.ordinary > 0
                && known.name() <= known.ordinary;
            if is_label
                || is_said
                || token.has(NEVER_NAME) && token.flags & FAMILY == 0
                || !(is_initial || is_particle || joined || is_family || self.knows(to))
                    && evidence::of_word(token, self.classes(token), self.text, self.all.lexicon)
                        < -1.9
            {
                break;
            }
            n_parts += usize::from(!(is_initial || is_particle || joined));
            to += 1;
        }
        while to > start + 1
            && self.tokens[to - 1].shape == Shape::Lower
            && self.is_particle(&self.tokens[to - 1])
        {
            to -= 1;
        }
        to
    }

    /// The first word after `TREMBLAY, `, when the run has such a comma.
    pub(super) fn comma_in(&self, start: usize, end: usize) -> Option<usize> {
        (start + 1..end).find(|at| {
            &self.text[self.tokens[at - 1].end as usize..self.tokens[*at].start as usize] == ", "
        })
    }

    fn reads_family_first(&self, start: usize, comma: usize) -> bool {
        let next = &self.tokens[comma];
        if !matches!(next.shape, Shape::Capital | Shape::Capitals) || next.range().len() < 2 {
            return false;
        }
        let weight = |at: usize| self.word_weight(at);
        let all_capitals = (start..comma).all(|at| self.tokens[at].shape == Shape::Capitals);
        let family_known = (start..comma)
            .any(|at| self.tokens[at].has(FAMILY) || self.knows(at) || weight(at) > 0.6);
        let given_known = next.has(GIVEN) || self.knows(comma);
        let is_city = (start..comma).all(|at| self.tokens[at].has(PLACE | WORLD_PLACE))
            && !all_capitals
            && next.has(PLACE | WORLD_PLACE)
            && self.classes(next).given < 9;
        // `Anna, Maria and Paul`: a list of given names.
        let is_list = !all_capitals && self.is_list_after(comma);
        // `Baque, TIFAINE, 6.01.79`: a line of a list.
        let is_no_word = |at: usize| {
            self.classes(&self.tokens[at]).ordinary == 0
                && self.tokens[at].flags & (COMMON | NEVER_NAME) == 0
        };
        let is_line = (start == 0 || self.tokens[start - 1].line != self.tokens[start].line)
            && comma == start + 1
            && is_no_word(start)
            && is_no_word(comma)
            && self.text[next.end as usize..]
                .trim_start_matches([',', ' '])
                .starts_with(|ch: char| ch.is_ascii_digit());
        if is_line || self.is_row_of_a_list(start, comma) {
            return true;
        }
        // `Patient Johnson, Fang called`: it says who it is.
        let is_said = start.checked_sub(1).is_some_and(|at| self.is_role(at));
        (given_known || is_said && next.flags & (COMMON | NEVER_NAME) == 0)
            && (family_known || all_capitals)
            && (weight(comma) > -1.0 || is_said)
            && !is_city
            && !is_list
    }

    fn is_list_after(&self, at: usize) -> bool {
        let Some(next) = self.tokens.get(at + 1) else {
            return false;
        };
        let gap = &self.text[self.tokens[at].end as usize..next.start as usize];
        let word = self.folded(next.range());
        gap == ", " && next.shape == Shape::Capital && next.has(GIVEN)
            || gap == " " && matches!(word.as_str(), "and" | "et" | "or" | "ou")
    }

    pub(super) fn knows(&self, at: usize) -> bool {
        self.all.context.knows_hash(self.tokens[at].hash)
    }

    #[allow(clippy::too_many_arguments, reason = "what is known of one name")]
    fn accept(
        &mut self,
        first: usize,
        from: usize,
        to: usize,
        confidence: f32,
        why: &'static str,
        title: Option<Title>,
        last: &Cell<usize>,
    ) {
        last.set(to - 1);
        let (start, end) = (
            self.tokens[from].start as usize,
            self.tokens[to - 1].end as usize,
        );
        if self.is_credit(start, end) || title.is_none() && self.is_no_name(from, to) {
            return;
        }
        let role = self.role_around(first, from, to, title);
        self.take(from, to, confidence, why, role);
        self.signed(start..end);
        self.sex_after(self.tokens[to - 1].end as usize);
    }

    fn role_around(
        &self,
        first: usize,
        from: usize,
        to: usize,
        title: Option<Title>,
    ) -> Option<Role> {
        if matches!(title, Some(Title::Doctor | Title::Nurse)) || self.has_credential_after(to) {
            return Some(Role::Clinician);
        }
        let previous = first
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .filter(|token| {
                token.line == self.tokens[from].line && self.tokens[from].start - token.end <= 3
            });
        if let Some(previous) = previous {
            if previous.has(KIN) {
                // `his daughter Anna`, but also `father Paul`: beside the patient in any case.
                return Some(Role::Relative);
            }
            let word = self.folded(previous.range());
            let is_role = matches!(
                word.as_str(),
                "patient" | "patiente" | "client" | "cliente" | "resident" | "residente"
            );
            let is_short = matches!(&self.text[previous.range()], "Pt" | "pt" | "Pte" | "pte");
            let is_claimant = matches!(
                word.as_str(),
                "usager" | "usagere" | "beneficiaire" | "claimant"
            );
            if is_role || is_short || is_claimant {
                return Some(Role::Patient);
            }
        }
        // `Marie Tremblay, the mother of`, `Marie (mother)`.
        let next = self.tokens.get(to).filter(|token| {
            token.line == self.tokens[to - 1].line && token.start - self.tokens[to - 1].end <= 3
        });
        if let Some(next) = next {
            let gap = &self.text[self.tokens[to - 1].end as usize..next.start as usize];
            if next.has(KIN) && gap.contains(['(', ',']) {
                return Some(Role::Relative);
            }
            // `a 45-year-old woman`, `45 ans`, `née le`.
            let start = next.start as usize;
            let tail = self.text.get(start..(start + 40).min(self.text.len()));
            if with_folded(tail.unwrap_or(""), is_of_patient) {
                return Some(Role::Patient);
            }
        }
        if let Some(role) = self.work_after(from, to) {
            return Some(role);
        }
        if self.closing_at < self.tokens[from].start as usize {
            return Some(Role::Staff);
        }
        None
    }

    fn take(
        &mut self,
        from: usize,
        to: usize,
        confidence: f32,
        why: &'static str,
        role: Option<Role>,
    ) {
        let range = self.tokens[from].start as usize..self.tokens[to - 1].end as usize;
        let value = &self.text[range.clone()];
        if let Some(parsed) = name::parse(value) {
            let draft = Draft::new(
                DataElement::Name,
                value,
                Normal::Name(parsed),
                confidence,
                why,
            );
            self.add(
                range,
                draft,
                Note {
                    role,
                    ..Note::default()
                },
            );
        }
    }
}

/// Whether the words after a name are those of an age or a birth.
fn is_of_patient(tail: &str) -> bool {
    ["ne ", "nee ", "dob", "born", "d.o.b", "d.d.n", "ddn"]
        .iter()
        .any(|words| tail.starts_with(words))
        || memchr::memchr2_iter(b'y', b' ', tail.as_bytes()).any(|at| {
            ["year-old", "year old", " ans"]
                .iter()
                .any(|words| tail.as_bytes()[at..].starts_with(words.as_bytes()))
        })
}

#[test]
fn whom_a_word_before_calls_a_patient_is_one() {
    use super::tests::detect;
    for text in [
        "Pt D. Whitebear reports knee pain.",
        "Seen today: pt Anna Roy, doing well.",
        "L'usagère Anna Roy est calme.",
        "The claimant Anna Roy was seen.",
    ] {
        let found = detect(text);
        let is_patient =
            |m: &whose_model::Mention| m.element == DataElement::Name && m.role == Role::Patient;
        assert!(found.iter().any(is_patient), "{text}");
    }
}
