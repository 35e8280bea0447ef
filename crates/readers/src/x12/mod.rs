//! X12 health care transactions in (claims, payments, eligibility, status, enrolment, premiums), a record for each person, claim and service out; streaming.
//!
//! Signs come from each interchange header. The hierarchy (HL), the member (INS),
//! the claim (CLP) or the entity (ENT) says whom a loop is about; everything in it
//! has that subject, so that a diagnosis belongs to its patient. Fields are named
//! in words where the guides give them a meaning (`words.rs`), else by segment and
//! element, `CLM-05.1`; every element is a field.
//!
//! Format: ASC X12 005010 (004010 alike), as the companion guides to X222, X223,
//! X224 (837), X221 (835), X279 (270/271), X212 (276/277), X217 (278), X220 (834)
//! and X218 (820) describe it. CMS and the payers publish them; X12's own guides
//! are sold, and nothing was taken from them.

mod loops;
#[cfg(test)]
mod tests;
mod words;

use whose_model::{Cause, Locator, PassageKind};

use self::loops::Loops;
use crate::{
    encoding::{self, Charset},
    exhibit::{Body, Reading},
    source::Source,
};

/// Longest segment.
const MAX_SEGMENT: usize = 64 << 20;
/// Bytes looked through for the beginning of an interchange at once.
const WINDOW: usize = 64 << 10;

/// The signs of an interchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Signs {
    element: u8,
    component: u8,
    repetition: Option<u8>,
    end: u8,
}

/// Whether bytes begin with an interchange, or with a group or set of health care without one.
pub(crate) fn begins(text: &[u8]) -> bool {
    if signs(text).is_some() {
        return true;
    }
    let [b'G' | b'S', b'S' | b'T', sign, rest @ ..] = text else {
        return false;
    };
    let is_sign = !sign.is_ascii_alphanumeric() && *sign > 0x20 && *sign < 0x7F;
    let first: &[u8] = rest.split(|byte| byte == sign).next().unwrap_or_default();
    let is_health = if text.starts_with(b"ST") {
        matches!(
            first,
            b"837" | b"835" | b"270" | b"271" | b"276" | b"277" | b"278" | b"834" | b"820" | b"275"
        )
    } else {
        matches!(
            first,
            b"HC" | b"HP" | b"HS" | b"HB" | b"HR" | b"HN" | b"HI" | b"BE" | b"RA" | b"PI"
        )
    };
    is_sign && is_health && rest.iter().take(200).filter(|byte| *byte == sign).count() >= 2
}

/// The signs that an interchange header gives; `None` when there is none.
fn signs(text: &[u8]) -> Option<Signs> {
    let [b'I', b'S', b'A', element, ..] = text else {
        return None;
    };
    if element.is_ascii_alphanumeric() || *element >= 0x7F || *element < 0x1C {
        return None;
    }
    // Elements have fixed lengths, which not everybody keeps: sixteen of them are counted.
    let mut places = text
        .iter()
        .take(400)
        .enumerate()
        .filter(|(_, byte)| *byte == element);
    let last = places.nth(15)?.0;
    let eleventh = text[..last]
        .split(|byte| byte == element)
        .nth(11)
        .and_then(|sign| sign.first())
        .copied();
    let component = *text.get(last + 1)?;
    let end = match text.get(last + 2) {
        Some(&byte) if !byte.is_ascii_alphanumeric() && byte != *element && byte < 0x7F => byte,
        // No sign ends the segments: lines do.
        _ => b'\n',
    };
    Some(Signs {
        element: *element,
        component,
        repetition: eleventh.filter(|sign| !sign.is_ascii_alphanumeric() && *sign > 0x20),
        end,
    })
}

/// Signs of a file that has no interchange header.
fn usual(text: &[u8]) -> Signs {
    let end = if text.contains(&b'~') { b'~' } else { b'\n' };
    Signs {
        element: text.get(2).copied().unwrap_or(b'*'),
        component: b':',
        repetition: Some(b'^'),
        end,
    }
}

/// A segment: its name and its elements, of which each may repeat and have components.
struct Segment<'t> {
    name: &'t str,
    elements: Vec<&'t str>,
    signs: Signs,
}

impl<'t> Segment<'t> {
    fn new(text: &'t str, signs: Signs) -> Self {
        let mut elements = text.split(char::from(signs.element));
        Self {
            name: elements.next().unwrap_or_default(),
            elements: elements.collect(),
            signs,
        }
    }

    /// An element, counted from 1; empty when it is absent.
    fn element(&self, number: usize) -> &'t str {
        let element = number.checked_sub(1).and_then(|at| self.elements.get(at));
        element.map_or("", |element| element.trim())
    }

    /// The components of a value.
    fn components<'v>(&self, value: &'v str) -> impl Iterator<Item = &'v str> + use<'v> {
        value.split(char::from(self.signs.component)).map(str::trim)
    }

    fn number(&self, number: usize) -> Option<u64> {
        self.element(number).parse().ok()
    }
}

/// Reads interchanges.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(WINDOW);
    let charset = encoding::detect(&head[..head.len().min(WINDOW)]);
    let mark = encoding::mark_len(head);
    source.pass(mark);
    let mut current: Option<Signs> = None;
    let mut loops = Loops::default();
    while !source.is_done() {
        let ahead = source.ahead(512);
        let blank = ahead
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || **byte == 0 || **byte == 0x1A)
            .count();
        if blank > 0 {
            source.pass(blank);
            continue;
        }
        if let Some(signs) = signs(ahead) {
            loops.end(reading);
            current = Some(signs);
        } else if current.is_none() {
            if begins(ahead) {
                current = Some(usual(source.ahead(WINDOW)));
            } else {
                pass_over(source, charset, reading);
                continue;
            }
        }
        let Some(signs) = current else {
            continue;
        };
        let at = source.position();
        if is_binary(source, signs, &mut loops, reading) {
            continue;
        }
        let Some((len, n_end)) = segment_len(source, signs.end) else {
            let place = Locator::Bytes { start: at, end: at };
            reading.gap_at(place, Cause::TooLarge, "a segment longer than may be held");
            current = None;
            let n = source.buffered().len();
            source.pass(n);
            continue;
        };
        let bytes = source.buffered()[..len].to_vec();
        source.pass(len + n_end);
        let text = charset.decode(&bytes);
        let segment = Segment::new(text.trim(), signs);
        let is_segment = (2..=3).contains(&segment.name.len())
            && segment
                .name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if is_segment {
            loops.segment(&segment, reading);
            if segment.name == "IEA" {
                loops.end(reading);
                current = None;
            }
        } else if !text.trim().is_empty() {
            let part = format!("{}text", loops.place());
            reading.part(&part, text.trim(), PassageKind::Body);
        }
    }
    loops.end(reading);
}

/// The next segment's length and that of its end; `None` when it is too long.
fn segment_len(source: &mut Source<'_>, end: u8) -> Option<(usize, usize)> {
    let mut want = 4 << 10;
    loop {
        let ahead = source.ahead(want);
        if let Some(len) = memchr::memchr(end, ahead) {
            return Some((len, 1));
        }
        if ahead.len() < want {
            return Some((ahead.len(), 0));
        }
        if want >= MAX_SEGMENT {
            return None;
        }
        want *= 4;
    }
}

/// What stands before or between interchanges, up to the next one: job cards, lines of a mailbox.
fn pass_over(source: &mut Source<'_>, charset: Charset, reading: &mut Reading<'_>) {
    let at = source.position();
    let ahead = source.ahead(WINDOW);
    let next = memchr::memmem::find_iter(ahead, b"ISA")
        .find(|&at| at > 0 && signs(&ahead[at..]).is_some());
    let len = next.unwrap_or(ahead.len());
    let (text, runs) = crate::text::decode(&ahead[..len], at, charset);
    source.pass(len);
    let max = reading.limits().max_passage_bytes.max(16);
    for piece in crate::text::pieces(&text, max) {
        let runs = if piece.start == 0 {
            runs.clone()
        } else {
            vec![(0, at + piece.start as u64)]
        };
        let origin = whose_model::Origin::Bytes { runs };
        reading.passage(text[piece].to_owned(), origin, PassageKind::Body);
    }
}

/// `BIN*length*bytes`: an attachment (275), in which the signs mean nothing. `false` when none is next.
fn is_binary(
    source: &mut Source<'_>,
    signs: Signs,
    loops: &mut Loops,
    reading: &mut Reading<'_>,
) -> bool {
    let ahead = source.ahead(32);
    if !(ahead.starts_with(b"BIN") && ahead.get(3) == Some(&signs.element)) {
        return false;
    }
    let digits = ahead[4..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let start = 4 + digits;
    if digits == 0 || ahead.get(start) != Some(&signs.element) {
        return false;
    }
    let len = String::from_utf8_lossy(&ahead[4..start])
        .parse()
        .unwrap_or(usize::MAX);
    if len > MAX_SEGMENT {
        return false;
    }
    while source.buffered().len() < start + 1 + len && source.grow() {}
    let ahead = source.buffered();
    let end = (start + 1 + len).min(ahead.len());
    let bytes = ahead[start + 1..end].to_vec();
    source.pass(end);
    let name = loops.attachment();
    reading.member(&name, Body::Memory(&bytes));
    if bytes.len() < len {
        reading.gap(Cause::Truncated, "the file ends inside an attachment");
    } else if source.ahead(1).first() == Some(&signs.end) {
        source.pass(1);
    }
    true
}
