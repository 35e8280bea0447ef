//! How much a run of words weighs as a name: its words, how they go together, and what stands around them.
//!
//! `names` finds the runs and has the bar; here is the sum. Weights are natural
//! logarithms of odds; what single words say stands in `evidence`.

use std::ops::Range;

use super::{
    Scan,
    cues::{MAKES_ORGANISATION, PARTICLE},
    evidence::{self, MOST},
    found::LATEST,
    names::{Ground, MAX_PARTS, MAX_WORDS, NEAR_MAILBOX, SURE, Weighed},
    run::{Left, Part, Right, Run, Said},
    tokens::{Shape, Token},
};
use crate::{
    elements::name,
    lexicon::{
        COMMON, Classes, FAMILY, GIVEN, KIN, LABEL_END, NEVER_NAME, PLACE, RARE_NAME, TITLE,
        WORLD_PLACE,
    },
    text::fold,
};

/// A word that weighs less is one of the language, whatever stands around it.
const PLAIN: f32 = -3.5;

impl Scan<'_, '_> {
    /// The part of a run that speaks most for a name.
    pub(super) fn weigh_run(
        &self,
        start: usize,
        end: usize,
        comma: Option<usize>,
        ground: &Ground,
        last: usize,
    ) -> Option<Weighed> {
        let mut parts = [Part::default(); MAX_WORDS];
        let mut may = false;
        let has_le = (start..end).any(|at| self.is_le(at));
        let is_born = (start + 2..=start + MAX_PARTS).contains(&end) && self.is_born_after(end);
        for at in start..end {
            let token = &self.tokens[at];
            let is_particle = self.is_short_particle(token);
            parts[at - start].is_particle = is_particle;
            parts[at - start].weight =
                if token.range().len() == 1 || token.shape == Shape::Lower && is_particle {
                    0.0
                } else {
                    let mut weight =
                        evidence::of_word(token, self.classes(token), self.text, self.all.lexicon);
                    if self.knows(at) {
                        weight = weight.max(0.0) + 2.5;
                    }
                    // `Roman is doing well`, below `RE: Roman Kowalski`.
                    if weight < 0.0
                        && token.shape == Shape::Capital
                        && !token.has(COMMON | NEVER_NAME)
                        && self.is_named_here(at)
                    {
                        weight = 0.0;
                    }
                    if self.is_a_label(at) {
                        weight -= 6.0;
                    }
                    // `CHU de Dijon`, `GH Lariboisière`: the short form of an organisation, called after somebody.
                    if self.is_organisation_in_short(at) {
                        weight = weight.min(-4.0);
                    }
                    if at > start && token.is_of(MAKES_ORGANISATION) {
                        weight = weight.min(-4.0);
                    }
                    if self.has_capital_inside(token) && !token.has(FAMILY | GIVEN) {
                        weight = if ground.code <= 0.0 && self.is_glued(at) {
                            MOST
                        } else {
                            weight - 3.0
                        };
                    }
                    if weight < 0.6 && has_le && self.is_of_a_breton_name(start..end, at) {
                        weight = 0.6;
                    }
                    if !token.is_plain && is_plural_of_capitals(&self.text[token.range()]) {
                        weight -= 4.0;
                    }
                    if token.shape == Shape::Capitals && self.is_family_in_capitals(start, at) {
                        weight = weight.max(0.2);
                    }
                    if weight < 0.6 && self.is_surely_announced(at) {
                        weight = 0.6;
                    }
                    // Words that are anything else elsewhere: `and May Park, born July 4, 1970`.
                    if is_born
                        && token.flags & (NEVER_NAME | TITLE | KIN | LABEL_END) == 0
                        && (token.has(FAMILY) || !token.is_of(MAKES_ORGANISATION))
                    {
                        weight = weight.max(2.0);
                    }
                    may |= weight > -0.8
                        || weight > -1.6 && at > start && self.tokens[at - 1].range().len() == 1
                        || at == start && self.name_is_before(at)
                        || weight > -1.6
                            && at
                                .checked_sub(1)
                                .is_some_and(|before| self.tokens[before].cue().before >= 2.0);
                    weight
                };
        }
        if !may {
            return None;
        }
        for at in start..end {
            self.part_of_run(at, start..end, ground, &mut parts[at - start]);
        }
        let run = Run {
            start,
            comma,
            parts: &parts[..end - start],
        };
        let mut rights = [Right::default(); MAX_WORDS];
        for to in start + 1..=end {
            rights[to - start - 1] = self.right_of(to, end);
        }
        let mut best: Option<Weighed> = None;
        for from in start..end {
            let part = &run.parts[from - start];
            if part.weight < -3.4
                || from + 1 < end && self.is_organisation_in_short(from)
                || self.tokens[from].shape == Shape::Lower && part.is_particle
            {
                continue;
            }
            let left = self.left_of(start, from, last);
            let mut n_sure = 0;
            for to in from + 1..=end {
                // No name has more parts, and what begins here only gets more.
                if n_sure > MAX_PARTS + 1 {
                    break;
                }
                let part = &run.parts[to - 1 - start];
                n_sure += usize::from(part.is_part && !part.is_joined);
                if let Some(found) =
                    self.weigh(&run, (&left, &rights[to - 1 - start]), from..to, ground)
                    && best.is_none_or(|best| found.weight > best.weight)
                {
                    best = Some(found);
                }
            }
        }
        best
    }

    /// A word with a capital that no lexicon has, as a name, a word or anything else.
    pub(super) fn is_unknown(&self, token: &Token) -> bool {
        token.flags == 0
            && token.range().len() >= 3
            && token.shape != Shape::Lower
            && self.classes(token) == Classes::default()
            && !self.has_capital_inside(token)
    }

    /// A word with a capital that is none of the language, of places or of medicine: perhaps a name that no lexicon has.
    pub(super) fn is_open(&self, token: &Token) -> bool {
        let known = self.classes(token);
        token.shape == Shape::Capital
            && token.range().len() >= 3
            && token.flags & !(GIVEN | FAMILY | RARE_NAME) == 0
            && known.ordinary <= evidence::OPEN
            && !self.has_capital_inside(token)
    }

    /// As `has_capital_inside`, of a token: most have none.
    #[inline]
    fn has_capital_inside(&self, token: &Token) -> bool {
        !token.is_plain && has_capital_inside(&self.text[token.range()])
    }

    /// Whether the word is a particle inside a family name: `van`, `de`, `al`.
    pub(super) fn is_particle(&self, token: &Token) -> bool {
        token.is_of(PARTICLE) && name::is_particle(&self.text[token.range()])
    }

    fn is_short_particle(&self, token: &Token) -> bool {
        token.range().len() <= 6 && self.is_particle(token)
    }

    /// `NAM`, `HIN`: a label in capitals before a number or a colon, though it is a name elsewhere.
    fn is_a_label(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.shape == Shape::Capitals
            && token.has(LABEL_END)
            && (!token.has(GIVEN) || token.range().len() <= 5)
    }

    /// The weight of one part of a run as a name.
    fn weigh(
        &self,
        run: &Run,
        (left, right): (&Left, &Right),
        Range {
            start: from,
            end: to,
        }: Range<usize>,
        ground: &Ground,
    ) -> Option<Weighed> {
        let tokens = &self.tokens[from..to];
        let words = &run.parts[from - run.start..to - run.start];
        let last = tokens.len() - 1;
        let mut parts = [0.0_f32; MAX_WORDS];
        let (mut n, mut n_initials, mut n_capitals, mut n_short) = (0, 0, 0, 0);
        let mut least = f32::MAX;
        let (mut is_tail, mut has_comma, mut has_organisation) = (false, false, false);
        let mut n_unknown = 0;
        for (at, word) in words.iter().enumerate() {
            has_comma |= at < last && word.has_comma;
            has_organisation |= at > 0 && word.is_organisation;
            n_unknown += usize::from(word.is_unknown);
            is_tail = if at < last {
                word.is_part
            } else {
                word.is_last_part
            };
            if n > 0 && at == last && word.is_capitals && self.are_initials(&tokens[at], &tokens[0])
            {
                n_initials += 1;
            } else if is_tail {
                // Words joined by a hyphen are one word of a name.
                if n > 0 && word.is_joined && at > 0 {
                    parts[n - 1] = (parts[n - 1].max(word.weight)
                        + 0.3 * parts[n - 1].min(word.weight))
                    .min(5.0);
                } else {
                    parts[n] = word.weight;
                    n += 1;
                }
                least = least.min(word.weight);
                n_capitals += usize::from(word.is_capitals);
                n_short += usize::from(word.is_short);
            } else if word.is_initial {
                n_initials += 1;
            }
        }
        let (head, tail) = (tokens.first()?, tokens.last()?);
        let is_initialed = n > 0
            && tokens.len() > 1
            && words[last].is_capitals
            && self.are_initials(tail, &tokens[0]);
        if n == 0 || n > MAX_PARTS + 1 || !is_initialed && !is_tail && tail.range().len() > 1 {
            return None;
        }
        // A name ends with an initial only when it is one family name before it: `Roy A.`
        if !is_tail && n > 1 {
            return None;
        }
        let comma = run.comma.filter(|comma| (from + 1..to).contains(comma));
        if comma.is_none() && has_comma {
            return None;
        }
        // `Birch Clinic Hamilton`, `St. John's`: the words of an organisation or a town name nobody.
        if has_organisation || left.is_saint {
            return None;
        }
        let mut why = "name by its words";
        let is_capital = |token: &Token| token.shape == Shape::Capitals;
        let parts = &mut parts[..n];
        if let [a, b] = parts {
            if a.total_cmp(b).is_lt() {
                std::mem::swap(a, b);
            }
        } else {
            parts.sort_unstable_by(|a, b| b.total_cmp(a));
        }
        let mut weight = if n == 1 {
            parts[0] - 2.4
        } else {
            // Each further word mostly repeats what the first two said.
            let further: f32 = parts[2..]
                .iter()
                .map(|part| {
                    if *part > -1.0 {
                        part.clamp(0.2, 0.5)
                    } else {
                        *part
                    }
                })
                .sum();
            parts[0] + parts[1] + further - 1.8
        };
        if n > MAX_PARTS {
            weight -= 1.5;
        }
        if n >= 2 {
            if least < -1.5 {
                weight -= 1.5;
            }
            let first_given = self.classes(head).given;
            let last_family = self.classes(tail).family;
            if head.has(GIVEN) && (last_family > 0 || tail.flags == 0 || self.is_open(tail)) {
                weight += 1.2;
                why = "given and family name";
            } else if head.has(FAMILY) && tail.has(GIVEN) {
                weight += 0.7;
                why = "family and given name";
            } else if n == 2
                && n_initials == 0
                && n_capitals == 0
                && tokens.len() == 2
                && tokens.iter().all(|token| self.is_open(token))
                && self.is_in_our_languages()
            {
                // Two words that nobody knows, both with a capital: in prose hardly anything but a name.
                weight += 1.5;
                why = "two words that are none of the language";
            } else if self.is_open(head) && tail.has(FAMILY) && !tail.has(COMMON) {
                // A given name that no lexicon has.
                weight += 0.6;
                why = "family name after a word of no lexicon";
            } else if first_given == 0 && !tail.has(GIVEN) {
                weight -= 0.6;
            }
            if n_capitals > 0 && n_capitals < n && n_capitals + 1 >= n.min(3) {
                let is_outer = is_capital(head) || is_capital(tail);
                let is_short = tokens
                    .iter()
                    .any(|token| is_capital(token) && token.range().len() <= 3);
                if is_outer && !is_short {
                    weight += 1.6;
                    why = "family name in capitals";
                }
            }
        }
        if comma.is_some() {
            weight += 1.3;
            why = "family name, comma, given name";
        }
        let is_article = head.range().len() == 1
            && &self.text[head.range()] == "A"
            && self.text.as_bytes().get(head.end as usize) == Some(&b' ')
            && left.starts_sentence;
        if is_article {
            // `A Quinn endpoint`
            weight -= 2.0;
        } else if n_initials > 0 && n_initials <= 3 {
            // `G. Tudor` says more than `Tudor G`, and that more than `Tudor`.
            let has_dot = tokens.iter().any(|token| {
                token.range().len() == 1
                    && self.text.as_bytes().get(token.end as usize) == Some(&b'.')
            });
            let is_unknown = n_unknown > 0;
            let first = &self.text[head.range()];
            weight += match (n, head.range().len(), has_dot) {
                (1, ..) if is_initialed => 2.5,
                (1, 1, true) if is_unknown => 4.0,
                (1, 1, true) => 3.2,
                (1, _, true) if is_unknown => 2.8,
                (1, _, true) => 2.2,
                // `T Berranger`; `A` and `I` are words.
                (1, 1, false) if is_unknown && !matches!(first, "A" | "I") => {
                    // `rendez-vous pour D Tronchere`
                    let is_for = from.checked_sub(1).is_some_and(|at| {
                        matches!(
                            &self.text[self.tokens[at].range()],
                            "pour" | "par" | "avec" | "chez" | "for" | "by" | "with"
                        )
                    });
                    if is_for { 3.1 } else { 2.1 }
                }
                _ => 1.3,
            };
            why = "name with initials";
        }
        if n == 1 && n_initials == 0 && tokens.len() > 1 && !head.has(GIVEN) {
            // Two family names with a hyphen are as often a firm.
            weight -= if tail.has(FAMILY) { 3.0 } else { 2.0 };
        }
        if n >= 2
            && is_capital(head)
            && head.range().len() <= 5
            && head.flags == 0
            && n_capitals < n
            && !is_capital(tail)
        {
            // `USS Nimitz`, `AB Roy`.
            weight -= 3.5;
        }
        // Capitals alone: words, headings and abbreviations look the same.
        let has_initial = n_initials > 0 && (head.range().len() == 1 || is_initialed);
        if n_capitals == n && !has_initial {
            weight -= 0.6 + n_short as f32 * 0.6;
            if n == 1 {
                weight -= 0.8;
            }
        }
        weight += self.around(run, (left, right), from..to, n, ground);
        Some(Weighed {
            from,
            to,
            weight,
            why,
        })
    }

    /// What stands around a part of a run says.
    fn around(
        &self,
        run: &Run,
        (left, right): (&Left, &Right),
        Range {
            start: from,
            end: to,
        }: Range<usize>,
        n: usize,
        ground: &Ground,
    ) -> f32 {
        let (begin, finish) = (
            self.tokens[from].start as usize,
            self.tokens[to - 1].end as usize,
        );
        let mut weight = 0.0;
        if left.is_glued {
            weight -= 4.0;
        }
        if right.is_glued {
            weight -= 4.0;
        }
        match left.said {
            Said::Nothing => {}
            Said::Kin => weight += 2.4,
            Said::Cue {
                mut cue,
                is_number,
                is_called_after,
                is_one_more,
            } => {
                let is_place = self.tokens[from].has(PLACE | WORLD_PLACE)
                    && self.classes(&self.tokens[from]).given < 10;
                if (n > 1 || !is_place && self.tokens[from].has(GIVEN))
                    && cue < 0.0
                    && cue > -2.6
                    && !(n == 1 && self.is_an_article(from - 1))
                {
                    cue *= 0.5;
                }
                weight += cue;
                if is_place
                    && self.tokens[from..to]
                        .iter()
                        .all(|token| token.has(PLACE | WORLD_PLACE))
                    && cue < -1.0
                {
                    weight -= 1.0;
                }
                if is_number {
                    weight -= 2.2;
                }
                if is_called_after {
                    weight -= 5.0;
                }
                if is_one_more {
                    weight += 1.8;
                }
            }
            Said::Sentence { is_asked } => {
                weight -= 0.2;
                if is_asked {
                    weight += 4.0;
                }
            }
        }
        weight -= left.goes_on;
        if left.is_after_capitals && n == 1 {
            weight -= 1.5;
        }
        if n == 1 {
            let token = &self.tokens[from];
            if token.has(PLACE | WORLD_PLACE) && !self.is_surely_announced(from) {
                let given = self.classes(token).given;
                // No town says anything: `says Lugo`.
                let is_said = matches!(left.said, Said::Cue { cue, .. } if cue >= 1.5)
                    && from
                        .checked_sub(1)
                        .is_some_and(|at| self.tokens[at].cue().after >= 1.5);
                weight -= if given >= 9 || is_said { 0.6 } else { 2.2 };
                let is_where = from.checked_sub(1).is_some_and(|at| {
                    matches!(
                        &self.text[self.tokens[at].range()],
                        "from" | "to" | "in" | "at" | "near" | "à" | "de" | "vers" | "dans"
                    )
                });
                if is_where {
                    weight -= if given >= 10 && !token.has(PLACE) {
                        0.5
                    } else {
                        2.0
                    };
                }
                // `Regina, SK`.
                let is_before_province = self.tokens.get(to).is_some_and(|next| {
                    next.shape == Shape::Capitals
                        && next.range().len() == 2
                        && matches!(&self.text[finish..next.start as usize], ", " | " " | " (")
                });
                if is_before_province {
                    weight -= 2.5;
                }
            }
            if self.knows(from) && self.tokens[from].has(COMMON | NEVER_NAME) {
                // Somebody is called `Le`; that makes no name of every article.
                weight -= 2.5;
            }
            if self.ends_as_a_label(to) {
                // `Émis le :`, the head of a column.
                weight -= 2.0;
            }
            // `Lien : mère`: the label of a form.
            let token = &self.tokens[from];
            let is_first = from == 0 || self.tokens[from - 1].line != token.line;
            if is_first
                && self
                    .tokens
                    .get(to)
                    .is_some_and(|next| next.has(KIN) && next.line == token.line)
                && matches!(
                    &self.text[finish..self.tokens[to].start as usize],
                    " : " | ": "
                )
            {
                weight -= 4.0;
            }
            if self.text[..begin].ends_with("   ") {
                weight -= 1.2;
            }
            // `title = Kapitola`: what a setting is.
            if self.text[..begin].ends_with("= ") {
                weight -= 3.0;
            }
            if self.is_short_form(from) {
                weight -= 2.5;
            }
            if self.is_one_of_many(from, to) {
                weight -= 2.0;
            }
        }
        if left.is_after_organisation {
            let is_short = self.is_organisation_in_short(from - 1);
            weight -= if is_short { 5.0 } else { 3.0 };
        }
        if left.is_in_street {
            weight -= 3.5;
        }
        if n == 1 && self.classes(&self.tokens[from]) == Classes::default() && !left.starts_sentence
        {
            // Nobody writes a capital there without a reason.
            weight += 0.5;
        }
        if left.starts_sentence && n == 1 {
            let ordinary = self.classes(&self.tokens[from]).ordinary;
            weight -= if ordinary > 0 { 1.0 } else { 0.3 };
        }
        weight -= right.goes_on;
        weight += right.cue;
        if right.is_of_a_thing {
            weight -= 5.0;
        }
        if right.is_numbered {
            // `Kossuth Lajos 12`, `92 Eusebio Dávila 57`: streets are called after people.
            weight -= 1.5;
            if from > 0
                && self.tokens[from - 1].shape == Shape::Number
                && self.tokens[from - 1].end as usize + 1 == begin
            {
                weight -= 4.0;
            }
        }
        // `in Julia v1.6`: what has versions.
        if n == 1 && right.is_versioned {
            weight -= 3.0;
        }
        if right.is_aged {
            weight += 1.5;
        }
        if right.is_kin {
            weight += 1.5;
        }
        if n == 1 {
            weight += self.spoken(from, to, finish);
            // What is said around it makes no name of a plain word.
            if run.parts[from - run.start].weight > PLAIN {
                weight += self.of_people(from, to, finish);
            }
            if self.is_of_a_firm(from) {
                weight -= 4.0;
            }
        }
        if left.is_after_a_corner || right.is_before_a_corner {
            weight -= 5.0;
        }
        weight + self.neighbours(run, (left, right), from..to, n, ground)
    }

    /// Whether a colon follows, at once or after one short word.
    fn ends_as_a_label(&self, to: usize) -> bool {
        let is_colon = |at: usize| {
            self.text[self.tokens[at].end as usize..]
                .trim_start_matches([' ', '\u{a0}'])
                .starts_with(':')
        };
        self.tokens.get(to).is_some_and(|next| {
            next.line == self.tokens[to - 1].line
                && next.start == self.tokens[to - 1].end + 1
                && next.shape == Shape::Lower
                && next.range().len() <= 3
                && is_colon(to)
        })
    }

    /// What the line, the findings beside and the names of this document say.
    fn neighbours(
        &self,
        run: &Run,
        (left, right): (&Left, &Right),
        Range {
            start: from,
            end: to,
        }: Range<usize>,
        n: usize,
        ground: &Ground,
    ) -> f32 {
        let words = &run.parts[from - run.start..to - run.start];
        let mut weight = 0.0;
        let line = self.tokens[from].line;
        let is_first = from == 0 || self.tokens[from - 1].line != line;
        if is_first && right.ends_line {
            // Alone on its line: a signature, the head of an address.
            let token = &self.tokens[from];
            let is_given = n == 1
                && self.tokens.len() < 12
                && self.classes(token).given >= 10
                && !token.has(PLACE);
            weight += if n >= 2 || is_given { 0.9 } else { 0.3 };
        }
        let comma = run.comma.filter(|comma| (from + 1..to).contains(comma));
        if comma.is_some_and(|comma| self.is_row_of_a_list(from, comma)) {
            weight += 3.0;
        }
        // `Victor, Andrew and John`.
        if n == 1 && right.is_before_a_given_name {
            weight += if words[0].is_unknown { 1.9 } else { 1.0 };
        }
        if right.has_finding {
            weight += 1.4;
        }
        if left.has_finding {
            weight += 0.7;
        }
        let has_mailbox = words.iter().any(|word| word.may_be_mailbox)
            && ground
                .mailboxes_near(self.tokens[from].start as usize, NEAR_MAILBOX)
                .iter()
                .any(|(_, local)| {
                    self.tokens[from..to].iter().any(|token| {
                        token.range().len() >= 4
                            && local.contains(fold(&self.text[token.range()]).as_str())
                    })
                });
        if has_mailbox {
            weight += 2.5;
        }
        if n == 1 && self.is_named_here(from) {
            let token = &self.tokens[from];
            let is_word = token.has(COMMON | NEVER_NAME);
            weight += match () {
                // Somebody is called `Le Bot`.
                () if is_word && token.range().len() < 3 => 0.0,
                () if is_word && !token.has(GIVEN | FAMILY) => 3.0,
                () => 5.0,
            };
        }
        if words.last().is_some_and(|word| word.has_credential_after) {
            weight += 4.0;
        }
        weight
    }

    /// Whether somebody of this name is named before, in this document, surely or in full.
    pub(super) fn is_named_here(&self, at: usize) -> bool {
        let word = &self.text[self.tokens[at].range()];
        // Who writes a mail signs it.
        let is_heard = word.len() > 2
            && self.all.heard.iter().any(|heard| {
                [&heard.name.family, &heard.name.given]
                    .iter()
                    .any(|part| part.eq_ignore_ascii_case(word))
            });
        is_heard
            || self.all.namesakes.may_have(word, self.all.found.len())
                && self.all.found.iter().rev().take(LATEST).any(|item| {
                    item.name().is_some_and(|name| {
                        // A thing called `Teddy` is called so again and again.
                        let is_sure = item.draft.confidence >= SURE
                            || !name.given.is_empty() && !name.family.is_empty();
                        is_sure
                            && [&name.family, &name.given]
                                .iter()
                                .any(|part| part.eq_ignore_ascii_case(word))
                    })
                })
    }

    pub(super) fn starts_sentence(&self, at: usize) -> bool {
        let start = self.tokens[at].start as usize;
        let before = self.text[..start]
            .trim_end_matches([' ', '"', '(', '\u{201c}', '*', '#', '-', '\t', '>']);
        before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '\u{2022}'])
    }
}

/// `iPhone`, `GitHub`: a capital after a small letter, but for `McDonald` and `DeVries`.
pub(super) fn has_capital_inside(word: &str) -> bool {
    // Most words have capitals only at their beginning, or nothing else.
    let rest = word.as_bytes().get(1..).unwrap_or_default();
    if rest.iter().all(u8::is_ascii_lowercase) || word.bytes().all(|b| b.is_ascii_uppercase()) {
        return false;
    }
    let mut before = None;
    for (at, ch) in word.char_indices() {
        if ch.is_uppercase() && before.is_some_and(char::is_lowercase) {
            let head = &word[..at];
            return !matches!(
                head,
                "Mc" | "Mac"
                    | "De"
                    | "Le"
                    | "La"
                    | "Du"
                    | "Van"
                    | "Von"
                    | "Di"
                    | "Da"
                    | "O"
                    | "Fitz"
                    | "Del"
            );
        }
        before = Some(ch);
    }
    false
}

/// `DAGs`, `PDFs`.
fn is_plural_of_capitals(word: &str) -> bool {
    word.len() >= 3
        && word.ends_with('s')
        && word
            .strip_suffix('s')
            .is_some_and(|head| head.bytes().all(|b| b.is_ascii_uppercase()))
}
