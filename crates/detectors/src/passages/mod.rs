//! Passages of text go in, mentions come out: one pass over the words, candidates verified where they stand.
//!
//! Labelled values first (`DOB: ...`, also without a colon), then numbers by
//! their form, then names, then clinical terms; what one has taken the next does
//! not touch. A document's findings are held until it ends, because the patient
//! may be named after the letterhead; `resolve` then says whose each one is.

mod after;
mod ages;
mod allergies;
mod beside;
mod calls;
mod candidates;
mod cast;
mod code;
mod comb;
mod credits;
mod cues;
mod evidence;
mod extent;
mod found;
mod gaps;
mod habits;
mod kinds;
mod label_cues;
mod labelled;
mod labelled_list;
mod labelled_name;
mod labs;
mod layout;
mod letters;
mod lined_up;
mod mistaken;
mod named;
mod names;
mod near;
mod nobody;
mod pairs;
mod people;
mod places;
mod postal;
mod programs;
mod reach;
mod resolve;
mod run;
mod said;
mod secrets;
mod shapes;
mod small_letters;
mod spoken;
mod stated;
mod stops;
mod terms;
#[cfg(test)]
mod tests;
mod tokens;
mod trust;
mod weigh;
mod whereabouts;
mod whose;

pub(crate) use cues::numbers as cue_numbers;
pub(crate) use habits::WORDS as HABIT_WORDS;
pub(crate) use kinds::words as kind_words;
pub(crate) use stated::WORDS as STATED_WORDS;

use std::{cell::RefCell, cmp::Ordering, ops::Range};

use whose_model::{
    Category, DataElement, Locator, Mention, Origin, Passage, PassageKind, Role, SubjectId,
};

use self::{
    cast::Heard,
    found::{Covered, Found, Namesakes},
    layout::Counters,
    nobody::Chance,
    programs::Programs,
    tokens::{Marks, Token},
};
use crate::{
    Context,
    draft::{Draft, record_subject},
    elements::date::Order,
    labels,
    lexicon::{Lexicon, NAME_BITS, lexicon},
    sense::Sense,
    text::{Short, short},
};

/// Findings held for one document before its subjects are decided; longer documents are decided in parts.
const MAX_HELD: usize = 20_000;
/// Findings of a small document: room for so many is made at once.
const FEW_FOUND: usize = 24;
/// Room for more findings is given back when they are decided: what a passage full of names holds, about two megabytes.
const MAX_ROOM: usize = 4096;
/// People of records remembered for one exhibit.
const MAX_HEARD: usize = 64;
/// A word made out in a picture as surely as this is as good as typed.
const SURELY_READ: f32 = 0.85;

/// What a passage is worked on with.
type Room = (Vec<Token>, Marks, Covered, Vec<Found>, String);

thread_local! {
    /// Room that the last exhibit of this thread worked in: most exhibits are small, and there are many.
    static ROOM: RefCell<Option<Room>> = const { RefCell::new(None) };
}

impl Drop for Passages<'_> {
    fn drop(&mut self) {
        self.found.clear();
        let room = (
            std::mem::take(&mut self.tokens),
            std::mem::take(&mut self.marks),
            std::mem::take(&mut self.covered),
            std::mem::take(&mut self.found),
            std::mem::take(&mut self.lower),
        );
        // A thread that ends has no room any more.
        let _ = ROOM.try_with(|kept| {
            if let Ok(mut kept) = kept.try_borrow_mut() {
                *kept = Some(room);
            }
        });
    }
}

/// The passages of one exhibit.
pub(crate) struct Passages<'c> {
    context: &'c Context,
    lexicon: &'static Lexicon,
    tokens: Vec<Token>,
    marks: Marks,
    /// The passage in small letters.
    lower: String,
    covered: Covered,
    found: Vec<Found>,
    /// Who is named in `found` near its end.
    namesakes: Namesakes,
    document: Option<u32>,
    /// Fields whose text was read, so that those named in one are not those of another.
    n_fields: u32,
    carried: Option<(SubjectId, Role)>,
    /// Whom records of this exhibit name.
    heard: Vec<Heard>,
    counters: Counters,
    line: u32,
    at: u64,
    has_closed: bool,
    /// That the document is a report, and that it is a consent, was said.
    said: (bool, bool),
    chance: Chance,
    /// The document is about programs.
    of_programs: bool,
    programs: Programs,
    /// What a mail's header says that its text is about, and where.
    announced: Option<(String, Locator)>,
    order: Order,
}

impl<'c> Passages<'c> {
    pub(crate) fn new(context: &'c Context) -> Self {
        let (tokens, marks, covered, found, lower) = ROOM
            .try_with(|kept| kept.try_borrow_mut().ok()?.take())
            .ok()
            .flatten()
            .unwrap_or_default();
        Self {
            context,
            lexicon: lexicon(),
            tokens,
            marks,
            lower,
            covered,
            found,
            namesakes: Namesakes::default(),
            document: None,
            n_fields: 0,
            carried: None,
            heard: Vec::new(),
            counters: Counters::default(),
            line: 0,
            at: 0,
            has_closed: false,
            said: (false, false),
            chance: Chance::default(),
            of_programs: false,
            programs: Programs::default(),
            announced: None,
            order: Order::MonthFirst,
        }
    }

    /// Takes a passage.
    pub(crate) fn push(&mut self, passage: &Passage, emit: &mut dyn FnMut(Mention)) {
        let announced = match passage.kind {
            PassageKind::MailHeader => None,
            _ => self.announced.take(),
        };
        if self.document != Some(passage.document) {
            self.finish(emit);
            self.document = Some(passage.document);
        } else if self.found.len() > MAX_HELD {
            self.decide(emit);
        }
        if let Some(key) = &passage.subject {
            let carried = Some((record_subject(key), Role::Patient));
            if carried != self.carried {
                // What was found so far is of whom the text before was about.
                self.decide(emit);
            }
            self.carried = carried;
        }
        if passage.kind == PassageKind::MailHeader {
            return;
        }
        if let Some((text, place)) = announced {
            self.scan_announced(text, &place);
        }
        self.scan(passage);
    }

    /// Takes the subject of a mail: it stands at the head of the text that comes next.
    pub(crate) fn announce(&mut self, text: &str, place: &Locator, emit: &mut dyn FnMut(Mention)) {
        self.finish(emit);
        self.announced = Some((text.to_owned(), place.clone()));
    }

    fn scan_announced(&mut self, text: String, place: &Locator) {
        let first = self.found.len();
        self.scan(&Passage {
            text,
            origin: Origin::Bytes { runs: vec![(0, 0)] },
            kind: PassageKind::Body,
            document: 0,
            subject: None,
        });
        // `RE: thanks` closes nothing.
        self.has_closed = false;
        for item in &mut self.found[first..] {
            item.place = place.clone();
        }
    }

    /// Takes a text that stands in a record's field: what it says is of the record's subject, and stands at the field.
    pub(crate) fn push_field(
        &mut self,
        text: &str,
        place: &Locator,
        subject: SubjectId,
        emit: &mut dyn FnMut(Mention),
    ) {
        self.finish(emit);
        self.carried = Some((subject, Role::Patient));
        self.scan(&Passage {
            text: text.to_owned(),
            origin: Origin::Bytes { runs: vec![(0, 0)] },
            kind: PassageKind::Body,
            document: 0,
            subject: None,
        });
        for item in &mut self.found {
            item.place = place.clone();
        }
        self.n_fields += 1;
        let document = self.document.replace(self.n_fields | 1 << 31);
        self.finish(emit);
        self.document = document;
    }

    /// Takes note of whom a record of this exhibit names, so that the text beside it means the same person.
    pub(crate) fn hear(&mut self, mention: &Mention) {
        if let whose_model::Normal::Name(name) = mention.normal.reveal()
            && mention.element == DataElement::Name
            && let Some(id) = mention.subject
            && self.heard.len() < MAX_HEARD
            && !self.heard.iter().any(|heard| heard.id == id)
        {
            let (Locator::Field { path: place } | Locator::Part { part: place, .. }) =
                &mention.place
            else {
                return;
            };
            let place = place.to_ascii_lowercase();
            self.heard.push(Heard {
                is_sender: place.ends_with("from") || place.ends_with("sender"),
                name: name.clone(),
                id,
                role: mention.role,
            });
        }
    }

    /// Takes the end of a document.
    pub(crate) fn finish(&mut self, emit: &mut dyn FnMut(Mention)) {
        if let Some((text, place)) = self.announced.take() {
            // A mail without a text.
            self.decide(emit);
            self.scan_announced(text, &place);
        }
        self.decide(emit);
        self.carried = None;
        self.line = 0;
        self.at = 0;
        self.has_closed = false;
        self.said = (false, false);
        self.chance = Chance::default();
        self.of_programs = false;
        self.programs = Programs::default();
    }

    fn decide(&mut self, emit: &mut dyn FnMut(Mention)) {
        if self.found.is_empty() {
            return;
        }
        self.chance.leave_out(&mut self.found);
        nobody::leave_out(&mut self.found, self.at, self.of_programs, self.context);
        if self.heard.is_empty() && self.carried.is_none() {
            self.programs.leave_out(&mut self.found, self.at);
        }
        if self.found.is_empty() {
            return;
        }
        self.found.sort_by_key(|item| item.at);
        near::decide(&mut self.found);
        let document = self.document.unwrap_or(0);
        let (found, carried) = (&mut self.found, &mut self.carried);
        let may_be_of_care = !self.of_programs;
        resolve::resolve(document, may_be_of_care, found, &self.heard, carried, emit);
        // Room for a long document is not kept for short ones.
        if self.found.capacity() > MAX_ROOM {
            self.found = Vec::new();
        }
    }

    fn scan(&mut self, passage: &Passage) {
        let mut tokens = std::mem::take(&mut self.tokens);
        let mut marks = std::mem::take(&mut self.marks);
        tokens::tokenize(&passage.text, self.lexicon, &mut tokens, &mut marks);
        let mut lower = std::mem::take(&mut self.lower);
        lower.clear();
        lower.push_str(&passage.text);
        lower.make_ascii_lowercase();
        if self.context.leaves_names_out() {
            for token in &mut tokens {
                if self.context.leaves_out(token.hash) {
                    token.flags &= !NAME_BITS;
                    token.class_bits = token.class_bits.without_names();
                }
            }
        }
        // Day first in French, month first in English; as before when the text is too short to tell.
        match marks.n_french.cmp(&marks.n_english) {
            Ordering::Greater => self.order = Order::DayFirst,
            Ordering::Less => self.order = Order::MonthFirst,
            // Too short to tell: a day above twelve says in which order days are written here.
            Ordering::Equal if marks.n_english == 0 => {
                if let Some(order) = order_of_days(&passage.text, &tokens, &marks) {
                    self.order = order;
                }
            }
            Ordering::Equal => {}
        }
        self.covered.clear(passage.text.len());
        if self.found.capacity() == 0 {
            self.found.reserve(FEW_FOUND);
        }
        let first = self.found.len();
        self.namesakes.begin(&self.found);
        let base = self.at;
        let mut scan = Scan {
            all: self,
            passage,
            text: &passage.text,
            lower: &lower,
            tokens: &tokens,
            marks: &marks,
            closing_at: marks.closing_at.map_or(usize::MAX, |at| at as usize),
        };
        if passage.kind == PassageKind::Strings {
            // Next to each other by chance: words mean nothing, only what proves itself or has a label.
            scan.closing_at = usize::MAX;
            scan.secrets();
            scan.custom();
            scan.labelled();
            scan.candidates();
            keep_structured(&mut self.found, first);
        } else {
            scan.secrets();
            scan.custom();
            scan.lined_up();
            scan.labelled();
            scan.labs();
            scan.stated();
            scan.reaches();
            scan.habits();
            scan.candidates();
            scan.names();
            scan.allergies();
            scan.terms();
            scan.places();
            scan.kinds();
            self.has_closed |= marks.closing_at.is_some();
        }
        if self.found.len() > first {
            let found = &mut self.found[first..];
            let lines = &marks.lines;
            layout::lay_out(
                &passage.text,
                &lower,
                lines,
                base,
                found,
                &mut self.counters,
            );
        }
        (self.programs).note(marks.n_words, marks.n_of_programs, marks.n_code);
        self.line += tokens.last().map_or(0, |token| token.line) + 2;
        self.at += passage.text.len() as u64 + 1;
        self.tokens = tokens;
        self.marks = marks;
        self.lower = lower;
    }
}

/// So many numbers are looked at for the order of day and month.
const MAX_DAYS: usize = 64;

/// The order of day and month as the first date says whose day is above twelve.
fn order_of_days(text: &str, tokens: &[Token], marks: &Marks) -> Option<Order> {
    let bytes = text.as_bytes();
    let two = |at: usize| -> Option<u8> {
        let [a, b] = bytes.get(at..at + 2)? else {
            return None;
        };
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| (a - b'0') * 10 + (b - b'0'))
    };
    marks.forms.iter().take(MAX_DAYS).find_map(|index| {
        let at = tokens.get(*index as usize)?.start as usize;
        let (first, second, _) = (two(at)?, two(at + 3)?, two(at + 6)?);
        let sign = *bytes.get(at + 2)?;
        if !matches!(sign, b'/' | b'-' | b'.') || bytes.get(at + 5) != Some(&sign) {
            return None;
        }
        match (first, second) {
            (13..=31, 1..=12) => Some(Order::DayFirst),
            (1..=12, 13..=31) => Some(Order::MonthFirst),
            _ => None,
        }
    })
}

/// Keeps of what was found from `first` on only numbers with a check digit or a label, and e-mail addresses.
fn keep_structured(found: &mut Vec<Found>, first: usize) {
    let tail = found.split_off(first);
    found.extend(tail.into_iter().filter(|item| {
        let element = item.draft.element;
        match element.category() {
            Category::Identifier | Category::Financial | Category::Credential => true,
            _ => element == DataElement::Email || element == DataElement::Phone && item.is_labelled,
        }
    }));
}

/// One passage being scanned.
struct Scan<'s, 'c> {
    all: &'s mut Passages<'c>,
    passage: &'s Passage,
    text: &'s str,
    /// The text with small letters for the capitals of ASCII, byte by byte.
    lower: &'s str,
    tokens: &'s [Token],
    marks: &'s Marks,
    /// Where a letter's closing words begin.
    closing_at: usize,
}

/// What is known of a finding beside its draft.
#[derive(Clone, Copy, Default)]
struct Note {
    role: Option<Role>,
    needs_patient: bool,
    is_labelled: bool,
    /// Its form is shared with other numbers: it counts only with a name within a few lines.
    needs_name: bool,
}

impl Note {
    /// The same, but it counts only with a name close by.
    fn beside_a_name(self) -> Self {
        Self {
            needs_name: true,
            ..self
        }
    }
}

impl<'s> Scan<'s, '_> {
    /// A part of the text as it is compared; most parts stand so in `lower`.
    fn folded(&self, range: Range<usize>) -> Short<'s> {
        short(&self.lower[range])
    }

    /// Adds a finding, unless something stands there already.
    #[inline(never)]
    fn add(&mut self, range: Range<usize>, draft: Draft, note: Note) {
        if !range.is_empty() && !self.all.covered.overlaps(&range) {
            self.all.covered.add(range.clone());
            self.add_beside(range, draft, note);
        }
    }

    /// Adds a finding where others may stand as well.
    #[inline(always)]
    fn add_beside(&mut self, range: Range<usize>, mut draft: Draft, note: Note) {
        let certainty = self.passage.certainty(range.clone());
        if certainty < SURELY_READ {
            // What was made out in a picture with doubt is worth less, but never nothing.
            draft.confidence *= 0.4 + 0.6 * certainty / SURELY_READ;
            draft
                .why
                .push("against: made out in a picture with doubt".into());
        }
        let line = self.line_at(range.start);
        self.all.namesakes.note(self.all.found.len(), &draft);
        self.all.found.push(Found {
            place: self.passage.locate(range.clone()),
            line: self.all.line + line,
            at: self.all.at + range.start as u64,
            role: note.role,
            needs_patient: note.needs_patient,
            is_labelled: note.is_labelled,
            needs_name: note.needs_name,
            is_signature: self.all.has_closed || range.start >= self.closing_at,
            is_family_label: false,
            spot: layout::Spot::default(),
            draft,
        });
    }

    fn line_at(&self, at: usize) -> u32 {
        let next = self
            .marks
            .lines
            .partition_point(|start| *start as usize <= at);
        next.saturating_sub(1) as u32
    }

    /// What these words say as a label.
    fn sense(&self, label: &str) -> Option<Sense> {
        labels::exact(label)
    }
}
