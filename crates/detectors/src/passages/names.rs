//! Names in running text: runs of capitalised words that lexicons, titles, neighbours or the case's own people make a name.
//!
//! Two words of which one is known suffice; one word needs a title, a greeting,
//! or a person already named. Words of organisations, places of the map and
//! headings in capitals are no names by themselves.

use whose_model::{DataElement, Normal, Role};

use super::{
    Note, Scan,
    tokens::{Shape, Token},
};
use crate::{
    draft::Draft,
    elements::name::{self, Title},
    lexicon::{COMMON, DIAGNOSIS, DRUG, FAMILY, GIVEN, KIN, NEVER_NAME, PLACE, TITLE},
    text::fold,
};

/// The most words of a name.
const MAX_WORDS: usize = 7;

impl Scan<'_, '_> {
    /// Finds names outside what is taken already.
    pub(super) fn names(&mut self) {
        let mut from = 0;
        for &index in &self.marks.capitals {
            let index = index as usize;
            if index < from || self.all.covered.overlaps(&self.tokens[index].range()) {
                continue;
            }
            from = self.name_at(index);
        }
    }

    /// Tries a name at this token; the index of the first token after what was looked at.
    fn name_at(&mut self, first: usize) -> usize {
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
            {
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
            && self
                .tokens
                .get(at + 1)
                .is_some_and(|next| next.has(FAMILY) || next.shape == Shape::Capitals)
        {
            title = Some(Title::Man);
            at += 1;
        }
        let start = at;
        let mut end = at;
        let mut comma_at = None;
        while end < self.tokens.len() && end - start < MAX_WORDS {
            let token = self.tokens[end];
            let is_capital = matches!(token.shape, Shape::Capital | Shape::Capitals);
            let is_particle = token.shape == Shape::Lower
                && end > start
                && name::is_particle(&self.text[token.range()])
                && self
                    .tokens
                    .get(end + 1)
                    .is_some_and(|next| matches!(next.shape, Shape::Capital | Shape::Capitals));
            if !(is_capital || is_particle)
                || end > start
                    && token.has(TITLE)
                    && token.range().len() > 1
                    && !token.has(GIVEN | FAMILY)
            {
                break;
            }
            if end > start && !self.continues(end - 1, end, false) {
                // `TREMBLAY, Marie`.
                let gap = &self.text[self.tokens[end - 1].end as usize..token.start as usize];
                let family_ends = end - start <= 3;
                if gap == ", "
                    && comma_at.is_none()
                    && family_ends
                    && self.reads_family_first(start, end)
                {
                    comma_at = Some(end);
                } else {
                    break;
                }
            }
            end += 1;
        }
        // Words that are never a name end or shorten the run.
        let mut from = start;
        // After a title even `Homme` and `Street` are family names.
        let is_titled = |at: usize| {
            title.is_some()
                && at == start
                && self.tokens[at].shape != Shape::Lower
                && !self.is_organisation_word(at)
        };
        while from < end && self.is_no_name(from) && !is_titled(from) {
            from += 1;
        }
        let mut to = from;
        while to < end
            && (is_titled(to)
                || !self.is_no_name(to)
                || Some(to) == comma_at && self.tokens[to].has(GIVEN))
        {
            to += 1;
        }
        if from > start && title.is_some() {
            title = None;
        }
        if to < end
            && self.is_no_name(to)
            && title.is_none()
            && to > from
            && self.tokens.get(to).is_some_and(|word| word.has(NEVER_NAME))
            && comma_at.is_none_or(|comma| comma > to)
            && self.is_organisation_word(to)
        {
            // `St Mary Hospital`: the run names an organisation.
            return end.max(first + 1);
        }
        if from == to {
            return (from + 1).max(first + 1).min(end.max(first + 1));
        }
        while to > from && self.tokens[to - 1].shape == Shape::Lower {
            to -= 1;
        }
        if comma_at.is_some_and(|comma| comma >= to || comma <= from) {
            comma_at = None;
        }
        match self.judge(first, from, to, title, comma_at) {
            Some((confidence, why, role)) => {
                self.take(from, to, confidence, why, role);
                self.sex_after(self.tokens[to - 1].end as usize);
                to
            }
            None => (from + 1).max(first + 1),
        }
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
            " " | "-" | "'" | "\u{2019}" | "\u{a0}" => true,
            ". " | "." => {
                after_title
                    || a.end - a.start <= 2
                    || matches!(fold(&self.text[a.range()]).as_str(), "ste" | "jr")
            }
            "  " => false,
            _ => after_title && gap.len() <= 2 && gap.trim_matches(['.', ' ']).is_empty(),
        }
    }

    fn is_no_name(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        if token.range().len() == 1 {
            return false;
        }
        // `NAM`, `HIN`: a label in capitals before a number or a colon, though it is a name elsewhere.
        if token.shape == Shape::Capitals
            && token.has(crate::lexicon::LABEL_END)
            && token.range().len() <= 5
            && (self.text[token.end as usize..]
                .trim_start()
                .starts_with(':')
                || self.tokens.get(at + 1).is_some_and(|next| {
                    next.line == token.line
                        && (next.shape == Shape::Number
                            || self.tokens.get(at + 2).is_some_and(|after| {
                                after.shape == Shape::Number && after.line == token.line
                            }))
                }))
        {
            return true;
        }
        if token.has(NEVER_NAME) {
            // `April Roy`, `Grace Hall`: a name when a given name is followed by a family name.
            return !(token.has(GIVEN)
                && self.tokens.get(at + 1).is_some_and(|next| {
                    next.has(FAMILY)
                        && !next.has(NEVER_NAME)
                        && next.line == token.line
                        && matches!(next.shape, Shape::Capital | Shape::Capitals)
                })
                && !token.has(COMMON)
                || token.has(FAMILY)
                    && at > 0
                    && self.tokens[at - 1].has(GIVEN)
                    && !self.tokens[at - 1].has(NEVER_NAME));
        }
        if token.shape == Shape::Capitals
            && token.has(crate::lexicon::LABEL_END)
            && !token.has(GIVEN)
        {
            return true;
        }
        token.has(COMMON) && !token.has(GIVEN | FAMILY)
            || token.has(DRUG | DIAGNOSIS) && !token.has(GIVEN | FAMILY)
    }

    fn is_organisation_word(&self, at: usize) -> bool {
        matches!(
            fold(&self.text[self.tokens[at].range()]).as_str(),
            "hospital"
                | "clinic"
                | "clinique"
                | "hopital"
                | "centre"
                | "center"
                | "university"
                | "universite"
                | "college"
                | "school"
                | "institute"
                | "institut"
                | "foundation"
                | "fondation"
                | "pharmacy"
                | "pharmacie"
                | "laboratory"
                | "inc"
                | "ltd"
                | "ltee"
                | "corp"
                | "corporation"
                | "company"
                | "group"
                | "llc"
                | "street"
                | "avenue"
                | "road"
                | "drive"
                | "boulevard"
                | "health"
                | "medical"
                | "bank"
                | "society"
                | "association"
        )
    }

    fn reads_family_first(&self, start: usize, comma: usize) -> bool {
        let next = &self.tokens[comma];
        let family_known = (start..comma).any(|at| self.tokens[at].has(FAMILY) || self.knows(at));
        let all_capitals = (start..comma).all(|at| self.tokens[at].shape == Shape::Capitals);
        let given_known = next.has(GIVEN) || self.knows(comma);
        let is_city = (start..comma).all(|at| self.tokens[at].has(PLACE)) && !all_capitals;
        given_known
            && (family_known || all_capitals)
            && !next.has(NEVER_NAME)
            && !(is_city && next.has(PLACE))
    }

    fn knows(&self, at: usize) -> bool {
        self.all.context.knows_hash(self.tokens[at].hash)
    }

    /// Whether the words are a name, how sure, why, and in which role.
    fn judge(
        &self,
        first: usize,
        from: usize,
        to: usize,
        title: Option<Title>,
        comma: Option<usize>,
    ) -> Option<(f32, &'static str, Option<Role>)> {
        let words: Vec<&Token> = self.tokens[from..to]
            .iter()
            .filter(|token| token.shape != Shape::Lower && token.range().len() > 1)
            .collect();
        let n = words.len();
        if n == 0 {
            return None;
        }
        // `NB Reg`, `NT, NU`, `AB POPA`: abbreviations; and the phrases of the map.
        let n_short = words
            .iter()
            .filter(|token| token.shape == Shape::Capitals && token.range().len() <= 3)
            .count();
        if title.is_none()
            && n > 1
            && n_short > 0
            && (n_short == n
                || words[0].range().len() <= 3
                    && words[0].shape == Shape::Capitals
                    && !words[n - 1].has(GIVEN))
        {
            return None;
        }
        let whole = &self.text[self.tokens[from].start as usize..self.tokens[to - 1].end as usize];
        if title.is_none() && n > 1 && self.all.lexicon.look_up(whole) & PLACE != 0 {
            return None;
        }
        let n_given = words.iter().filter(|token| token.has(GIVEN)).count();
        let n_family = words.iter().filter(|token| token.has(FAMILY)).count();
        let n_known = words
            .iter()
            .filter(|token| token.has(GIVEN | FAMILY))
            .count();
        let n_common = words.iter().filter(|token| token.has(COMMON)).count();
        let n_place = words
            .iter()
            .filter(|token| token.has(PLACE) && !token.has(GIVEN))
            .count();
        let n_case = (from..to).filter(|at| self.knows(*at)).count();
        let n_initials = self.tokens[from..to]
            .iter()
            .filter(|token| token.range().len() == 1)
            .count();
        // Most candidates are refused, so whose a name is, is looked at last.
        let role = || self.role_around(first, from, to, title);
        if let Some(title) = title {
            if n == 1 && words[0].has(COMMON) && n_known == 0 {
                return None;
            }
            let _ = title;
            return Some((0.93, "title", role()));
        }
        if n >= 2 && n_case >= 2 {
            return Some((0.95, "names of people of this case", role()));
        }
        if self.has_credential_after(to) && n + n_initials >= 2 {
            return Some((
                0.93,
                "letters of a profession after the name",
                Some(Role::Clinician),
            ));
        }
        // A whole line of capitals is a heading unless both parts are known.
        let all_capitals = words.iter().all(|token| token.shape == Shape::Capitals);
        if n >= 2 {
            if n_common == n
                && !(n_given >= 1 && n_family >= 1 && n == 2 && comma.is_some())
                && n_given != n
            {
                return None;
            }
            if comma.is_some() {
                return Some((0.9, "family name, comma, given name", role()));
            }
            if n_place == n {
                return None;
            }
            let first_given = words[0].has(GIVEN);
            let last_family = words[n - 1].has(FAMILY);
            let last_given = words[n - 1].has(GIVEN);
            let is_pair = first_given
                && (last_family || n_known < n && !words[n - 1].has(COMMON | PLACE))
                || words[0].has(FAMILY) && last_given;
            let mixed = words.iter().any(|token| token.shape == Shape::Capitals) && !all_capitals;
            if is_pair && n <= 4 {
                let doubt = n_common as f32 * 0.12 + if all_capitals { 0.05 } else { 0.0 };
                if all_capitals && (n_common > 0 || n_known < n) {
                    return None;
                }
                return Some((0.9 - doubt, "given and family name", role()));
            }
            if mixed && (n_given >= 1 || n_known == n) && n <= 4 {
                return Some((0.85, "family name in capitals", role()));
            }
            if n_known >= 1
                && n_common == 0
                && n <= 3
                && !all_capitals
                && n_place == 0
                && !self.starts_sentence(from)
            {
                return Some((0.65, "capitalised words of which one is a name", role()));
            }
            if n_known >= 1
                && (role().is_some() || self.cue_before(first).is_some())
                && n_common < n
            {
                return Some((0.7, "words before the name", role()));
            }
            return (self.cue_before(first).is_some() && n_common == 0 && n <= 3).then_some((
                0.6,
                "words before the name",
                role(),
            ));
        }
        if n_initials >= 1
            && n == 1
            && words[0].has(FAMILY)
            && !words[0].has(COMMON)
            && to - from <= 3
            && !all_capitals
        {
            return Some((0.75, "initial and family name", role()));
        }
        // One word.
        if let Some(cue) = self.cue_before(first)
            && !words[0].has(PLACE) | words[0].has(GIVEN)
            && (n_known == 1 || !words[0].has(COMMON))
            && !words[0].has(NEVER_NAME)
        {
            return Some((0.75, cue, role()));
        }
        let has_been_named = self.all.found.iter().rev().take(60).any(|item| {
            item.name.as_ref().is_some_and(|name| {
                let word = &self.text[words[0].range()];
                name.family.eq_ignore_ascii_case(word) || name.given.eq_ignore_ascii_case(word)
            })
        });
        if has_been_named && n_known == 1 {
            return Some((0.75, "part of a name in this document", role()));
        }
        None
    }

    fn starts_sentence(&self, at: usize) -> bool {
        let start = self.tokens[at].start as usize;
        let before =
            self.text[..start].trim_end_matches([' ', '"', '(', '\u{201c}', '*', '#', '-', '\t']);
        before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '\u{2022}'])
    }

    /// Words before a name that announce one.
    fn cue_before(&self, first: usize) -> Option<&'static str> {
        let previous = self.tokens.get(first.checked_sub(1)?)?;
        let gap = &self.text[previous.end as usize..self.tokens[first].start as usize];
        if gap.len() > 3 || gap.contains(['.', '\n', ';']) {
            return None;
        }
        if previous.has(KIN) && (gap == " " || gap == ", " || gap == ": ") {
            return Some("relative before the name");
        }
        let word = fold(&self.text[previous.range()]);
        match word.as_str() {
            "dear" | "cher" | "chere" | "hello" | "hi" | "bonjour" | "hey" | "attn" => {
                Some("greeting")
            }
            "named" | "nomme" | "nommee" | "called" | "prenomme" | "appelle" => {
                Some("words before the name")
            }
            "patient" | "patiente" | "client" | "cliente" | "resident" | "residente"
                if previous.line == self.tokens[first].line =>
            {
                Some("patient before the name")
            }
            "is" | "est" => {
                let before = self.tokens.get(first.checked_sub(2)?)?;
                let word = fold(&self.text[before.range()]);
                matches!(word.as_str(), "name" | "nom").then_some("words before the name")
            }
            "by" | "par" => {
                let before = self.tokens.get(first.checked_sub(2)?)?;
                let word = fold(&self.text[before.range()]);
                matches!(
                    word.as_str(),
                    "signed"
                        | "signe"
                        | "dictated"
                        | "dicte"
                        | "seen"
                        | "vu"
                        | "vue"
                        | "referred"
                        | "refere"
                        | "referee"
                        | "written"
                        | "reviewed"
                        | "prescribed"
                        | "directed"
                        | "transcribed"
                )
                .then_some("words before the name")
            }
            _ => None,
        }
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
            let word = fold(&self.text[previous.range()]);
            match word.as_str() {
                "patient" | "patiente" | "client" | "cliente" | "resident" | "residente" => {
                    return Some(Role::Patient);
                }
                _ => {}
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
            let tail = fold(
                self.text
                    .get(next.start as usize..(next.start as usize + 40).min(self.text.len()))
                    .unwrap_or(""),
            );
            if tail.contains("year-old")
                || tail.contains("year old")
                || tail.starts_with("ne ")
                || tail.starts_with("nee ")
                || tail.contains(" ans")
                || tail.starts_with("dob")
                || tail.starts_with("born")
                || tail.starts_with("d.o.b")
                || tail.starts_with("d.d.n")
                || tail.starts_with("ddn")
            {
                return Some(Role::Patient);
            }
        }
        if self.closing_at < self.tokens[from].start as usize {
            return Some(Role::Staff);
        }
        None
    }

    /// `Anna Roy (F)`, `Anna Roy, female`, `a 45-year-old woman`: the sex after a name or an age.
    pub(super) fn sex_after(&mut self, end: usize) {
        let at = self
            .tokens
            .partition_point(|token| (token.start as usize) < end);
        let Some(word) = self.tokens.get(at).copied() else {
            return;
        };
        let range = word.range();
        let gap = &self.text[end..range.start];
        let after = self.text.as_bytes().get(range.end).copied().unwrap_or(b' ');
        let text = &self.text[range.clone()];
        let is_stated = match text.len() {
            1 => {
                matches!(text, "F" | "M" | "H" | "X")
                    && (gap.trim_start() == "(" && matches!(after, b')' | b',' | b'/')
                        || gap == ", " && matches!(after, b',' | b';' | b'\n' | b' '))
            }
            _ => {
                gap.len() <= 3
                    && !gap.contains('\n')
                    && matches!(
                        fold(text).as_str(),
                        "male"
                            | "female"
                            | "woman"
                            | "man"
                            | "boy"
                            | "girl"
                            | "homme"
                            | "femme"
                            | "garcon"
                            | "gentleman"
                            | "lady"
                            | "masculin"
                            | "feminin"
                    )
            }
        };
        if !is_stated || gap.len() > 8 {
            return;
        }
        let sex = match fold(text).as_str() {
            "gentleman" => Some(whose_model::Sex::Male),
            "lady" => Some(whose_model::Sex::Female),
            _ => crate::elements::demographics::parse_sex(text),
        };
        if let Some(sex) = sex {
            let draft = Draft::new(
                DataElement::Sex,
                text,
                Normal::Sex(sex),
                0.8,
                "after a name or an age",
            );
            self.add(
                range,
                draft,
                Note {
                    needs_patient: true,
                    ..Note::default()
                },
            );
        }
    }

    fn has_credential_after(&self, to: usize) -> bool {
        let Some(last) = to.checked_sub(1).and_then(|at| self.tokens.get(at)) else {
            return false;
        };
        let tail = self.text.get(last.end as usize..).unwrap_or("");
        let tail = &tail[..tail.char_indices().nth(14).map_or(tail.len(), |(at, _)| at)];
        let Some(rest) = tail.strip_prefix(',').or_else(|| tail.strip_prefix(' ')) else {
            return false;
        };
        if !rest
            .trim_start()
            .starts_with(|ch: char| ch.is_ascii_uppercase())
        {
            return false;
        }
        let word: String = rest
            .trim_start()
            .chars()
            .take_while(|ch| ch.is_alphabetic() || *ch == '.')
            .collect();
        crate::text::is_all_capitals(&word)
            && word.len() >= 2
            && name::is_clinical_credential(&word)
            && !matches!(word.as_str(), "DO" | "PT" | "OT" | "OD" | "NP" | "RD")
            || matches!(word.as_str(), "Inf." | "M.D." | "MD." | "Ph.D.")
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
                    needs_patient: false,
                    is_labelled: false,
                },
            );
        }
    }
}
