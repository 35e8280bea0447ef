//! A passage with its findings in, for each finding its spot on the page out: block, sentence, cell, heading, and the words around it that say whose it is.
//!
//! One walk over the lines, only of text in which something was found. `resolve`
//! asks the spots and never looks at the text again.

use std::{cell::RefCell, sync::LazyLock};

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use super::{found::Found, label_cues::label_cue, said};
use crate::{
    elements::name,
    memo::{self, Memo},
    text::{Short, short, trimmed, with_folded},
    word_list::WordList,
};

/// Where a finding stands on its page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Lines without an empty line between them are one block.
    pub(crate) block: u32,
    /// Counts sentences and lines that are no part of running text.
    pub(crate) sentence: u32,
    /// Where on its line the cell begins in which it stands, in bytes.
    pub(crate) cell: u32,
    /// Its line has several cells, set apart by wide gaps, tabs or bars.
    pub(crate) has_cells: bool,
    /// Nothing but a number, a time or a bullet stands before it on its line.
    pub(crate) leads: bool,
    /// It stands alone on its line, or with letters and a comma after it.
    pub(crate) alone: bool,
    /// The heading above it, counted; what stands under one heading has one number.
    pub(crate) section: u32,
    /// Whose part of a form the heading begins.
    pub(crate) heading: Option<Cue>,
    /// What the label before it says of whose it is.
    pub(crate) label: Option<Cue>,
    /// What the words before or after it say.
    pub(crate) cue: Option<Cue>,
    /// `Mr.`, `Mrs.`, `Dr.` before a name.
    pub(crate) title: Option<Address>,
    /// A man or a woman, by the title or the word of kinship.
    pub(crate) sex: Option<Address>,
}

/// Words that say who somebody is to the person a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cue {
    /// Whom the document is about: `patient`, `child`, `worker`.
    Subject,
    /// Who holds the insurance: `plan member`, `assuré`.
    Holder,
    /// Next of kin, an emergency contact, a guardian.
    Contact,
    /// A parent named by a label.
    Parent,
    /// Treats or refers.
    Clinician,
    /// An employer, a pharmacy.
    Organisation,
    /// `his father`: kin of whom the document is about.
    KinOfSubject,
    /// `your daughter`: the document is about them, and written to their kin.
    KinOfReader,
    /// `my mother-in-law`: the document is about them, and written by their kin.
    KinOfWriter,
    /// `partner`: as often a patient as not.
    Partner,
    /// `Dear`.
    Greeting,
    /// `call me at`: the writer's own.
    Writer,
    /// `Both were given`: of each patient.
    Both,
    /// `his daughter can be reached at`: of kin who is not named in the sentence.
    OfKin,
    /// `He can be reached at`, `her cell`: of somebody who was named before.
    OfHim,
    OfHer,
    /// `Lori was assessed for`: seen by whoever writes.
    Seen,
    /// A list of patients.
    List,
    /// `[09:14] Anna Roy:`: who says what the line of a chat holds.
    Speaker,
    /// `Anna Roy calling from the pharmacy`.
    Caller,
    /// `I, Anna Roy, authorize`.
    Undersigned,
    /// `His home number is`: of nobody's office.
    Home,
}

/// How somebody is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Man,
    Woman,
    Doctor,
}

/// Counters that go on from passage to passage of a document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    block: u32,
    sentence: u32,
    section: u32,
    heading: Option<Cue>,
}

/// Headings of lists of patients.
const LISTS: &[&str] = &[
    "recall",
    "rappel",
    "appointment",
    "rendez-vous",
    "day sheet",
    "daysheet",
    "clinic list",
    "waiting list",
    "liste d'attente",
    "ward round",
    "tournee",
    "handover",
    "patient list",
    "list of patients",
    "liste des patients",
    "liste de patients",
    "operating list",
    "theatre list",
];

/// `LISTS` in one automaton.
static LISTS_AT_ONCE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(LISTS).ok());

/// No words are looked at farther from a finding.
const NEAR: usize = 80;
/// No heading is longer.
const MAX_HEADING: usize = 60;

/// Gives each finding of a passage its spot. `base` is the position at which the passage begins.
pub(crate) fn lay_out(
    text: &str,
    lower: &str,
    lines: &[u32],
    base: u64,
    found: &mut [Found],
    counters: &mut Counters,
) {
    // A finding is large: what moves while they are sorted is its place alone.
    found.sort_by_cached_key(|item| item.at);
    let mut next = 0;
    let mut before = "";
    counters.block += 1;
    let ends = lines.iter().skip(1).map(|next| *next as usize - 1);
    for (start, end) in lines.iter().zip(ends.chain([text.len()])) {
        let start = *start as usize;
        let line = &text[start..end];
        let first = next;
        while found
            .get(next)
            .is_some_and(|item| ((item.at - base) as usize) < end + 1)
        {
            next += 1;
        }
        let trimmed = trimmed(line);
        if trimmed.is_empty() {
            counters.block += u32::from(!before.is_empty());
            counters.sentence += 1;
        } else {
            if first == next && trimmed.len() <= MAX_HEADING {
                head(trimmed, counters);
            }
            let goes_on = before.len() >= 60
                && !before.ends_with(['.', ':', '!', '?'])
                && trimmed.starts_with(char::is_alphabetic)
                || trimmed.starts_with(char::is_lowercase) && !before.is_empty();
            counters.sentence += u32::from(!goes_on);
            if first < next {
                let line = Line {
                    text,
                    lower,
                    start,
                    end,
                };
                line.lay_out(base, &mut found[first..next], counters);
            }
        }
        before = trimmed;
        if next == found.len() {
            break;
        }
    }
    counters.sentence += 1;
}

/// A heading begins a part of a form; a line of capitals that says nothing of people ends it.
fn head(line: &str, counters: &mut Counters) {
    let is_heading = !line.ends_with(['.', ',', ';'])
        && (!line.contains(": ") || line.ends_with(':'))
        && line.split_whitespace().count() <= 7;
    if !is_heading {
        return;
    }
    let is_capital = crate::text::is_all_capitals(line) || line.ends_with(':');
    let (cue, is_part) = remembered(line, OF_A_HEADING, || {
        with_folded(line, |folded| {
            let is_list = LISTS_AT_ONCE
                .as_ref()
                .is_some_and(|lists| lists.is_match(folded));
            if is_list {
                (Some(Cue::List), true)
            } else {
                (label_cue(folded), folded.starts_with("part"))
            }
        })
    });
    if cue.is_some() || is_capital {
        counters.section += 1;
        counters.heading = cue.filter(|_| is_capital || is_part);
    }
}

const OF_A_HEADING: u8 = 0;
const OF_A_LABEL: u8 = 1;

/// What a label or a line that may be a heading says: the same stand on many pages.
fn remembered(
    text: &str,
    which: u8,
    work: impl Fn() -> (Option<Cue>, bool),
) -> (Option<Cue>, bool) {
    thread_local! {
        static SAID: RefCell<Memo<(Option<Cue>, bool), 1024>> = const { RefCell::new(Memo::new()) };
    }
    memo::kept(&SAID, text, which, work)
}

struct Line<'t> {
    text: &'t str,
    /// The text with small letters, byte by byte: of most words around a finding the case says nothing.
    lower: &'t str,
    start: usize,
    end: usize,
}

impl Line<'_> {
    fn lay_out(&self, base: u64, found: &mut [Found], counters: &mut Counters) {
        let line = &self.text[self.start..self.end];
        let shown = trimmed(line);
        // Without a gap or a sign in the line there is none in a part of it.
        let signs = signs(line);
        let may_part = signs & PARTS != 0;
        let has_cells = may_part
            && (shown.as_bytes().windows(2).any(|two| two == b"  ")
                || shown.contains('\t')
                || shown.contains('|') && shown.contains(" | "));
        let mut at = self.start;
        let mut cell = line.len() - line.trim_start().len();
        for item in found {
            let from = ((item.at - base) as usize).clamp(self.start, self.end);
            let to = (from + item.draft.value.len()).min(self.text.len());
            if let Some(between) = self.text.get(at..from) {
                if signs & BREAKS != 0 {
                    counters.sentence += n_breaks(between);
                }
                if may_part
                    && may_part_cells(between)
                    && let Some(last) = cell_start(between, |b| matches!(b, b'\t' | b'|'))
                {
                    let rest = &between[last..];
                    cell = at + last + (rest.len() - rest.trim_start().len()) - self.start;
                }
            }
            at = at.max(to.min(self.end));
            let before = tail(self.lower.get(self.start..from).unwrap_or(""));
            let in_cell = tail(self.lower.get(self.start + cell..from).unwrap_or(""));
            let after = self.text.get(to..self.end).unwrap_or("");
            let is_name = item.name().is_some();
            item.is_family_label = is_name
                && item.is_labelled
                && label(in_cell).is_some_and(|label| {
                    matches!(
                        short(label.trim()).as_str(),
                        "nom" | "last name" | "surname" | "family name" | "nom de famille"
                    )
                });
            let leads = from - self.start <= 28 && leads(&self.lower[self.start..from]);
            let cue = if is_name {
                name_cue(before)
                    .or_else(|| said::speaks(leads, before, after).then_some(Cue::Speaker))
                    .or_else(|| said::calls_from(after).then_some(Cue::Caller))
                    .or_else(|| kin_after(after))
                    .or_else(|| said::brings_kin(after).then_some(Cue::KinOfSubject))
                    .or_else(|| said::is_seen_after(after).then_some(Cue::Seen))
            } else {
                // `Son` and `Il` at its head say something else than `son` and `il`.
                let written = tail(self.text.get(self.start..from).unwrap_or(""));
                said::cue(written, signs & BREAKS != 0, item.is_contact())
            };
            let title = is_name
                .then(|| {
                    let own = item.draft.value.split(' ').next().unwrap_or("");
                    title(before).or_else(|| title(own))
                })
                .flatten();
            item.spot = Spot {
                alone: leads && (after.trim().is_empty() || after.starts_with(',')),
                block: counters.block,
                sentence: counters.sentence,
                cell: cell as u32,
                has_cells,
                leads,
                section: counters.section,
                heading: counters.heading,
                // `the pharmacy asked for a renewal: Anna Roy` labels no organisation.
                label: label_of(in_cell).filter(|cue| {
                    let is_short = || {
                        label(in_cell).is_some_and(|words| words.split_whitespace().count() <= 3)
                    };
                    !is_name || *cue != Cue::Organisation || is_short()
                }),
                cue,
                title,
                // Most names have neither a title nor kin beside them.
                sex: match (title, cue) {
                    (Some(Address::Man | Address::Woman), _) => title,
                    (_, Some(Cue::KinOfSubject | Cue::KinOfReader | Cue::KinOfWriter)) => {
                        said::sex_of_kin_beside(before, after)
                    }
                    _ => None,
                },
            };
        }
    }
}

/// Signs that end a sentence, or a part of one.
const BREAKS: u8 = 1;
/// Signs that part cells, and two spaces together.
const PARTS: u8 = 2;

/// What each byte of a line may do.
const SIGNS: [u8; 256] = {
    let mut signs = [0; 256];
    let (breaks, mut at) = (b".!?;", 0);
    while at < breaks.len() {
        signs[breaks[at] as usize] = BREAKS;
        at += 1;
    }
    signs[b'\t' as usize] = PARTS;
    signs[b'|' as usize] = PARTS;
    signs
};

/// Which signs a line has.
fn signs(line: &str) -> u8 {
    let bytes = line.bytes();
    let signs = bytes.fold(0, |signs, b| signs | SIGNS[usize::from(b)]);
    if signs & PARTS == 0 && has_wide_gap(line) {
        signs | PARTS
    } else {
        signs
    }
}

/// Whether two spaces stand together in a text, or a sign that parts cells.
fn may_part_cells(text: &str) -> bool {
    memchr::memchr2(b'\t', b'|', text.as_bytes()).is_some() || has_wide_gap(text)
}

fn has_wide_gap(text: &str) -> bool {
    static WIDE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"  "));
    WIDE.find(text.as_bytes()).is_some()
}

/// Where the last cell of a text begins: after a wide gap or a sign that parts cells.
fn cell_start(text: &str, parts: impl Fn(u8) -> bool) -> Option<usize> {
    let mut is_space = false;
    let bytes = text.bytes().enumerate().rev();
    for (at, b) in bytes {
        if parts(b) {
            return Some(at + 1);
        }
        if b == b' ' && is_space {
            return Some(at + 2);
        }
        is_space = b == b' ';
    }
    None
}

/// The last bytes of a text, cut between characters.
fn tail(text: &str) -> &str {
    let mut at = text.len().saturating_sub(NEAR);
    while !text.is_char_boundary(at) {
        at += 1;
    }
    &text[at..]
}

/// How many sentences end in a text between two findings.
fn n_breaks(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut n = 0;
    // How many there are does not depend on their order.
    let others = memchr::memchr3_iter(b'!', b'?', b';', bytes);
    let points = memchr::memchr_iter(b'.', bytes);
    for at in others.chain(points) {
        if bytes.get(at + 1) != Some(&b' ') {
            continue;
        }
        if bytes[at] == b'.' {
            // `Dr. Roy`, `J. Roy`, `no. 4` go on.
            let word = text[..at]
                .rsplit(|ch: char| !ch.is_alphabetic())
                .next()
                .unwrap_or("");
            let goes_on = text[at + 1..]
                .trim_start()
                .chars()
                .next()
                .is_some_and(|ch| ch.is_lowercase() || ch.is_ascii_digit());
            if goes_on
                || word.chars().count() == 1
                || matches!(
                    short(word).as_str(),
                    "dr" | "dre" | "mr" | "mrs" | "ms" | "mme" | "st" | "prof"
                )
            {
                continue;
            }
        }
        n += 1;
    }
    n
}

/// Nothing but a number, a time, a bed or a bullet.
fn leads(before: &str) -> bool {
    before.bytes().all(|b| b == b' ')
        || before
            .split(|ch: char| !ch.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .all(|word| {
                word.bytes().all(|b| b.is_ascii_digit())
                    || word.chars().count() <= 2
                    || matches!(
                        short(word).as_str(),
                        "bed"
                            | "lit"
                            | "room"
                            | "mrs"
                            | "mme"
                            | "mlle"
                            | "miss"
                            | "dre"
                            | "chambre"
                            | "message"
                            | "mon"
                            | "tue"
                            | "wed"
                            | "thu"
                            | "fri"
                            | "sat"
                            | "sun"
                            | "lun"
                            | "mer"
                            | "jeu"
                            | "ven"
                            | "sam"
                            | "dim"
                            | "call"
                            | "appel"
                    )
                    || word.bytes().any(|b| b.is_ascii_digit())
            })
}

fn title(before: &str) -> Option<Address> {
    let word = before
        .trim_end_matches([' ', '.', '\u{a0}'])
        .rsplit(|ch: char| !ch.is_alphabetic())
        .next()?;
    if !name::may_be_title(word) {
        return None;
    }
    match short(word).as_str() {
        "mr" | "monsieur" | "m" | "mister" => Some(Address::Man),
        "mrs" | "ms" | "miss" | "mme" | "madame" | "mlle" | "mademoiselle" => Some(Address::Woman),
        "dr" | "dre" | "doctor" | "docteur" | "docteure" | "prof" => Some(Address::Doctor),
        _ => None,
    }
}

/// The words at the end of a text, folded, the last one first; titles left out.
pub(super) fn last_words(before: &str) -> impl Iterator<Item = Short<'_>> {
    before
        .rsplit(|ch: char| ch.is_whitespace() || matches!(ch, '(' | ',' | ':' | '.' | ';'))
        .filter(|word| !word.is_empty())
        .take(6)
        .map(short)
        .skip_while(|word| {
            matches!(
                word.as_str(),
                "mr" | "mrs"
                    | "ms"
                    | "miss"
                    | "dr"
                    | "dre"
                    | "m"
                    | "mme"
                    | "mlle"
                    | "monsieur"
                    | "madame"
                    | "docteur"
                    | "doctor"
            )
        })
}

/// Words of kinship.
static KIN: WordList = WordList::new(
    "mother father son daughter husband wife spouse brother sister parent parents guardian \
     grandmother grandfather grandma grandpa aunt uncle cousin caregiver mom dad mum niece \
     nephew grandson granddaughter mere pere fils fille epoux epouse conjoint conjointe mari \
     femme frere soeur tante oncle tuteur tutrice maman papa cousine neveu child enfant",
);

/// A word of kinship, also `mother-in-law` and `belle-mère`.
pub(super) fn is_kin(word: &str) -> bool {
    if !word.starts_with("step") && !word.contains('-') {
        return KIN.has(word);
    }
    let mut word = word.strip_suffix("-in-law").unwrap_or(word);
    for before in ["step", "belle-", "beau-", "demi-", "grand-"] {
        while let Some(rest) = word.strip_prefix(before) {
            word = rest;
        }
    }
    KIN.has(word)
}

/// What the words before a name say.
fn name_cue(before: &str) -> Option<Cue> {
    let mut words = last_words(before);
    let last = words.next()?;
    let last = last.as_str();
    if matches!(
        last,
        "dear" | "cher" | "chere" | "hello" | "hi" | "bonjour" | "hey" | "attention" | "attn"
    ) {
        return Some(Cue::Greeting);
    }
    if matches!(last, "partner" | "partenaire") {
        return Some(Cue::Partner);
    }
    // `Je soussignée Anna Roy`, `I, Anna Roy,`: the patient, unless somebody else is.
    if matches!(last, "soussigne" | "soussignee" | "undersigned")
        || matches!(last, "i" | "je") && before.trim_end().ends_with(',')
    {
        return Some(Cue::Undersigned);
    }
    // `Next of kin Lucia Moretti called`
    if matches!(last, "kin" | "nok" | "poa" | "sdm" | "mandataire") {
        return Some(Cue::Contact);
    }
    if !is_kin(last) {
        return None;
    }
    // `her 7-year-old son Max`: the possessive may stand before a word or two.
    let whose = words.take(3).find_map(|word| match word.as_str() {
        "your" | "votre" | "vos" | "ta" | "ton" => Some(Cue::KinOfReader),
        "my" | "our" | "mon" | "ma" | "mes" | "notre" | "nos" => Some(Cue::KinOfWriter),
        "his" | "her" | "their" | "sa" | "son" | "ses" | "leur" | "leurs" => {
            Some(Cue::KinOfSubject)
        }
        _ => None,
    });
    // `calling for his father`: it is about the father.
    if whose == Some(Cue::KinOfSubject) {
        let mut words = last_words(before).skip(1);
        let is_for = words
            .any(|word| matches!(word.as_str(), "his" | "her" | "son" | "sa" | "ses"))
            && words.next().is_some_and(|word| {
                matches!(
                    word.as_str(),
                    "for" | "about" | "regarding" | "pour" | "concernant"
                )
            })
            && words.next().is_some_and(|word| {
                matches!(
                    word.as_str(),
                    "calling"
                        | "calls"
                        | "called"
                        | "phoning"
                        | "phoned"
                        | "asks"
                        | "asking"
                        | "wrote"
                        | "writes"
                        | "writing"
                        | "appelle"
                        | "appelait"
                        | "telephone"
                        | "ecrit"
                        | "demande"
                )
            });
        if is_for {
            return Some(Cue::KinOfWriter);
        }
    }
    // `appoint my daughter`: who is to act for whoever writes.
    if whose == Some(Cue::KinOfWriter) && last_words(before).any(|word| is_appointing(&word)) {
        return Some(Cue::KinOfSubject);
    }
    // French `son` before a kin word is a possessive, in English it is the kin word itself.
    Some(whose.unwrap_or(Cue::KinOfSubject))
}

/// A word by which somebody is given the power to act.
fn is_appointing(word: &Short) -> bool {
    matches!(
        word.as_str(),
        "appoint" | "appoints" | "designate" | "nominate" | "nomme" | "designe" | "mandate"
    )
}

/// `Karl Schmidt, her father,` and `Marie (mother)`.
fn kin_after(after: &str) -> Option<Cue> {
    let after = after.get(..after.len().min(40)).or_else(|| {
        after
            .char_indices()
            .nth(20)
            .and_then(|(at, _)| after.get(..at))
    })?;
    let rest = after.trim_start();
    let rest = rest
        .strip_prefix(',')
        .or_else(|| rest.strip_prefix('('))
        .or_else(|| rest.strip_prefix("- "))
        .or_else(|| rest.strip_prefix("est "))
        .or_else(|| rest.strip_prefix("is "))?;
    let mut words = rest
        .split(|ch: char| ch.is_whitespace() || matches!(ch, ',' | ')' | ';' | '.' | ':'))
        .filter(|word| !word.is_empty())
        .map(short);
    let first = words.next()?;
    let (kin, whose) = match first.as_str() {
        "his" | "her" | "their" | "the" | "sa" | "son" | "ses" | "leur" | "la" | "le"
        | "patient's" => (words.next()?, Cue::KinOfSubject),
        "my" | "our" | "mon" | "ma" => (words.next()?, Cue::KinOfWriter),
        "your" | "votre" => (words.next()?, Cue::KinOfReader),
        _ => (first, Cue::KinOfSubject),
    };
    // `mother of three` is kin of nobody here.
    let is_of = |word: Short<'_>| matches!(word.as_str(), "of" | "de");
    let counts = words.next().is_some_and(is_of)
        && words.next().is_some_and(|n| {
            matches!(
                n.as_str(),
                "one" | "two" | "three" | "four" | "five" | "deux" | "trois" | "quatre"
            )
        });
    (is_kin(kin.as_str()) && !counts).then_some(whose)
}

pub(super) fn begins_with_one_of(text: &str, ways: &[&str]) -> bool {
    let Some(first) = text.bytes().next().map(|b| b.to_ascii_lowercase()) else {
        return false;
    };
    ways.iter().any(|way| {
        way.as_bytes()[0] == first
            && text
                .get(..way.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(way))
    })
}

/// What the label right before a value says of whose it is.
fn label_of(in_cell: &str) -> Option<Cue> {
    let label = label(in_cell)?;
    remembered(label, OF_A_LABEL, || (with_folded(label, label_cue), false)).0
}

/// The words of the label right before a value.
fn label(in_cell: &str) -> Option<&str> {
    // Before most findings stands a word.
    let last = in_cell.bytes().rev().find(|b| *b != b' ')?;
    if last.is_ascii_alphanumeric() {
        return None;
    }
    let label = in_cell.trim_end_matches([' ', '\u{a0}', '*', '_', '.']);
    let label = label
        .strip_suffix(':')
        .or_else(|| label.strip_suffix('#'))?;
    // The label begins after whatever ended before it.
    let from = cell_start(label, |b| matches!(b, b':' | b';' | b'|' | b'\t'));
    label.get(from.unwrap_or(0)..)
}

#[test]
fn words_around_a_name_say_who_somebody_is() {
    for (before, after, expected) in [
        ("Her father ", " called", Some(Cue::KinOfSubject)),
        ("Re: your daughter ", ", born", Some(Cue::KinOfReader)),
        ("My mother-in-law ", " is", Some(Cue::KinOfWriter)),
        ("Sa mère, ", ", a téléphoné", Some(Cue::KinOfSubject)),
        ("", ", her father, called", Some(Cue::KinOfSubject)),
        ("", " (mother)", Some(Cue::KinOfSubject)),
        ("", ", mother of three, has", None),
        ("appoint my daughter ", ", of", Some(Cue::KinOfSubject)),
        ("Dear Mr. ", ",", Some(Cue::Greeting)),
        ("I saw ", " in clinic", None),
    ] {
        assert_eq!(
            name_cue(before).or_else(|| kin_after(after)),
            expected,
            "{before}_{after}"
        );
    }
}

#[test]
fn a_label_says_whose_its_value_is() {
    for (label, expected) in [
        ("Mother's MRN: ", Some(Cue::Parent)),
        ("Parent/guardian name: ", Some(Cue::Contact)),
        ("Nom de l'assuré : ", Some(Cue::Holder)),
        ("Patient name: Roy   Referring MD: ", Some(Cue::Clinician)),
        ("Child's date of birth: ", Some(Cue::Subject)),
        ("Employer phone: ", Some(Cue::Organisation)),
        ("DOB: ", None),
    ] {
        assert_eq!(label_of(label), expected, "{label}");
    }
}
