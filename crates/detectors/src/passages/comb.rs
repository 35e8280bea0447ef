//! Digits in boxes: `0 7 0 9 1 9 9 7` is what a form with a box for each digit gives as text.
//!
//! A run of single digits with one sign or space between them is read as if it
//! had been written in one, and taken apart into a date, a telephone number and
//! numbers of people when these fill it without a rest. Half a run says nothing.

use std::ops::Range;

use whose_model::{DataElement, Normal};

use super::{Note, Scan};
use crate::{
    draft::Draft,
    elements::{contact, date},
    interpret::{Around, interpret},
    sense::Sense,
};

/// The fewest digits of a run.
const LEAST: usize = 8;
/// The most digits that are looked at: a date, a telephone number and a number with its key.
const MOST: usize = 40;

/// A run of single digits: the digits, and where each stands.
pub(super) struct Comb {
    pub(super) digits: String,
    at: Vec<usize>,
}

impl Comb {
    /// The run that begins at the start of the text.
    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // Most numbers are none: the first digit stands alone.
        if !bytes.first()?.is_ascii_digit() || bytes.get(1) != Some(&b' ') {
            return None;
        }
        let (mut digits, mut places) = (String::new(), Vec::new());
        let mut at = 0;
        while digits.len() < MOST
            && let Some(b) = bytes.get(at).filter(|b| b.is_ascii_digit())
            && !is_joined(&bytes[at + 1..])
        {
            digits.push(char::from(*b));
            places.push(at);
            // One space, or a sign between spaces: `0 4 - 5 4`.
            at += match (bytes.get(at + 1), bytes.get(at + 2), bytes.get(at + 3)) {
                (Some(b' '), Some(b'-' | b'.' | b'/' | b')'), Some(b' ')) => 4,
                (Some(b' '), ..) => 2,
                _ => break,
            };
        }
        (digits.len() >= LEAST).then_some(Self { digits, at: places })
    }

    /// Where the digits of a range stand.
    pub(super) fn range(&self, digits: Range<usize>) -> Range<usize> {
        let end = self.at.get(digits.end - 1).map_or(0, |at| at + 1);
        self.at.get(digits.start).copied().unwrap_or(0)..end
    }

    pub(super) fn len(&self) -> usize {
        self.digits.len()
    }
}

/// Whether a digit goes on into a number or a word: `07`, `7.5`, `7b`.
fn is_joined(rest: &[u8]) -> bool {
    let is_digit = |at: usize| rest.get(at).is_some_and(u8::is_ascii_digit);
    rest.first().is_some_and(u8::is_ascii_alphanumeric)
        || matches!(rest.first(), Some(b'.' | b'/' | b',')) && is_digit(1)
}

/// Eight digits as a day, in the order of the language or year first.
pub(super) fn day(digits: &str, order: date::Order) -> Option<date::Scanned> {
    let written = [
        (digits.get(..2)?, digits.get(2..4)?, digits.get(4..8)?),
        (digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?),
    ];
    let year = |text: &str| matches!(text.get(..2), Some("19" | "20"));
    let [(a, b, c), (y, m, d)] = written;
    if year(c) {
        date::scan(&format!("{a}/{b}/{c}"), order)
    } else if year(y) {
        date::scan(&format!("{y}-{m}-{d}"), order)
    } else {
        None
    }
}

impl Scan<'_, '_> {
    /// Takes a run of boxes apart; whether there was one.
    pub(super) fn comb(&mut self, start: usize, label: Option<Sense>) -> bool {
        let Some(comb) = Comb::read(&self.text[start..]) else {
            return false;
        };
        let head = &self.text.as_bytes()[..start];
        if let [.., before, digit, b' '] = head
            && digit.is_ascii_digit()
            && !before.is_ascii_alphanumeric()
        {
            // The run began before, and what it gave is all.
            return true;
        }
        let order = self.all.order;
        // `( 3 3 ) 6 2 3 6 7`, `+ 3 3 6 2 3 6 7`: a country, and a number in it.
        if (head.ends_with(b"( ") || head.ends_with(b"+ ")) && (9..=15).contains(&comb.len()) {
            let range = start - 2..start + comb.range(0..comb.len()).end;
            let draft = Draft::new(
                DataElement::Phone,
                &self.text[range.clone()],
                Normal::Number(comb.digits),
                0.8,
                "digits in boxes, a telephone number",
            );
            self.add(range, draft, Note::default());
            return true;
        }
        let mut parts = Vec::new();
        if !take_apart(&comb.digits, 0, order, &mut parts) {
            return false;
        }
        for (digits, what) in parts {
            let range = comb.range(digits.clone());
            let range = start + range.start..start + range.end;
            let joined = &comb.digits[digits];
            let value = &self.text[range.clone()];
            let (draft, note) = match what {
                What::Day => {
                    let Some(scanned) = day(joined, order) else {
                        continue;
                    };
                    let element = label
                        .map(|sense| sense.element)
                        .filter(|element| {
                            matches!(element, DataElement::BirthDate | DataElement::DeathDate)
                        })
                        .or_else(|| self.is_of_birth(&range).then_some(DataElement::BirthDate))
                        .unwrap_or(DataElement::ServiceDate);
                    let is_labelled = element != DataElement::ServiceDate;
                    let draft = Draft::new(
                        element,
                        value,
                        Normal::Date(scanned.date),
                        if is_labelled { 0.9 } else { 0.55 },
                        "digits in boxes, a date",
                    );
                    let note = Note {
                        needs_patient: !is_labelled,
                        is_labelled,
                        ..Note::default()
                    };
                    (draft, note)
                }
                What::Phone => {
                    let draft = Draft::new(
                        DataElement::Phone,
                        value,
                        Normal::Number(joined.to_owned()),
                        0.7,
                        "digits in boxes, a telephone number",
                    );
                    (draft, Note::default().beside_a_name())
                }
                What::Number(sense) => {
                    let Some(mut draft) = interpret(sense, joined, Around::default()) else {
                        continue;
                    };
                    draft.value = value.to_owned();
                    draft.confidence = 0.75;
                    draft.why[0] = "digits in boxes".into();
                    (draft, Note::default().beside_a_name())
                }
            };
            self.add(range, draft, note);
        }
        true
    }
}

enum What {
    Day,
    Phone,
    Number(Sense),
}

/// Parts that fill the digits from here to the end.
fn take_apart(
    digits: &str,
    from: usize,
    order: date::Order,
    parts: &mut Vec<(Range<usize>, What)>,
) -> bool {
    if from == digits.len() {
        return true;
    }
    // The longest first; four parts at the most, so this ends soon.
    for len in [15, 13, 10, 9, 8] {
        let Some(part) = digits.get(from..from + len).filter(|_| parts.len() < 4) else {
            continue;
        };
        if let Some(what) = what_of(part, order) {
            parts.push((from..from + len, what));
            if take_apart(digits, from + len, order, parts) {
                return true;
            }
            parts.pop();
        }
    }
    false
}

fn what_of(part: &str, order: date::Order) -> Option<What> {
    let holds =
        |id: &str| whose_identifiers::kind(id).is_some_and(|kind| (kind.parse)(part).is_ok());
    let number = |element, id| Some(What::Number(Sense::number(element, id)));
    match part.len() {
        8 => day(part, order).map(|_| What::Day),
        9 if holds("ca-sin") => number(DataElement::SocialInsuranceNumber, "ca-sin"),
        10 if holds("ca-on") => number(DataElement::HealthNumber, "ca-on"),
        10 if holds("ca-bc") => number(DataElement::HealthNumber, "ca-bc"),
        10 if contact::is_ten_digits(part)
            || part.starts_with('0') && order == date::Order::DayFirst =>
        {
            Some(What::Phone)
        }
        13 | 15 if holds("fr-nir") => number(DataElement::SocialInsuranceNumber, "fr-nir"),
        _ => None,
    }
}

#[test]
fn boxes_are_read_in_one_and_taken_apart_without_a_rest() {
    let read = |text: &str| {
        let comb = Comb::read(text)?;
        let mut parts = Vec::new();
        take_apart(&comb.digits, 0, date::Order::DayFirst, &mut parts).then(|| {
            parts
                .into_iter()
                .map(|(range, _)| comb.range(range).len())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(read("0 7 0 9 1 9 9 7."), Some(vec![15]));
    assert_eq!(read("0 4 - 5 4 - 5 1 - 1 1 - 0 2"), Some(vec![27]));
    assert_eq!(
        read("0 7 0 9 1 9 9 7 2 5 5 0 8 1 4 1 6 8 0 2 5 x"),
        Some(vec![15, 25])
    );
    for text in [
        "1 2 3 4 5 6 7",
        "1 2 3 4 5 6 7 8 9 1 2",
        "12 3 4 5 6 7 8 9",
        "0 7 0 9 1 9 9 71",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}
