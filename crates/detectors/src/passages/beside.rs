//! Numbers that what stands beside them tells: France's social security, cells of a person, days of birth, payment cards.
//!
//! Thirteen digits, seven to twelve digits and digits of an unknown network have
//! forms that other numbers share. A name close by, a line of cells with a date,
//! a word for a card is the witness; a row of numbers is one against.

use std::ops::Range;

use whose_model::DataElement;

use super::{Note, Scan, comb::Comb};
use crate::{
    elements::date,
    interpret::{Around, interpret},
    sense::Sense,
    text::n_digits,
};

impl Scan<'_, '_> {
    /// `1 77 05 03 791 513`: thirteen digits as France's social security has them, with or without the key.
    pub(super) fn french_number(&mut self, start: usize, group: &str) -> bool {
        let Some(kind) = whose_identifiers::kind("fr-nir") else {
            return false;
        };
        let ends = group
            .bytes()
            .enumerate()
            .filter(|(at, b)| {
                b.is_ascii_digit() && !group.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit)
            })
            .map(|(at, _)| at + 1);
        for end in ends {
            let value = &group[..end];
            let n = n_digits(value);
            let follows = self.text.as_bytes().get(start + end);
            if !matches!(n, 13 | 15)
                || follows.is_some_and(|b| b.is_ascii_alphanumeric())
                || (kind.parse)(value).is_err()
                || n == 13
                    && (self.all.order != date::Order::DayFirst && !is_written_as_french(value)
                        || !value.starts_with(['1', '2'])
                        || value.contains('-')
                        || self.is_in_a_row_of_numbers(start, start + end))
            {
                continue;
            }
            let sense = Sense::number(DataElement::SocialInsuranceNumber, "fr-nir");
            if let Some(mut draft) = interpret(sense, value, Around::default()) {
                draft.why[0] = "form of the number".into();
                draft.confidence = if n == 15 { 0.93 } else { 0.65 };
                let note = Note::default();
                let note = if n == 15 { note } else { note.beside_a_name() };
                self.add(start..start + end, draft, note);
                return true;
            }
        }
        false
    }

    /// Ten digits whose check digit holds and two capitals: the form of Ontario's health number with its version.
    pub(super) fn number_with_version(&mut self, start: usize, len: usize) -> bool {
        let rest = &self.text[start + len..];
        let sign = usize::from(rest.starts_with(['-', ' ']));
        let bytes = rest.as_bytes();
        let is_version = matches!(bytes.get(sign..sign + 2), Some([b'A'..=b'Z', b'A'..=b'Z']))
            && !bytes.get(sign + 2).is_some_and(u8::is_ascii_alphanumeric);
        let group = &self.text[start..start + len];
        let shape: Vec<usize> = group.split([' ', '-']).map(str::len).collect();
        let holds =
            whose_identifiers::kind("ca-on").is_some_and(|kind| (kind.parse)(group).is_ok());
        if !is_version
            || !holds
            || !matches!(shape[..], [10] | [4, 3, 3])
            || rest.starts_with(' ') && shape.len() == 1
        {
            return false;
        }
        let end = start + len + sign + 2;
        let sense = Sense::number(DataElement::HealthNumber, "ca-on");
        let Some(mut draft) = interpret(sense, &self.text[start..end], Around::default()) else {
            return false;
        };
        draft.why[0] = "form of the number with its version".into();
        draft.confidence = 0.9;
        self.add(start..end, draft, Note::default());
        true
    }

    /// Whether numbers that are no dates stand beside a number with a space between: a table of values.
    fn is_in_a_row_of_numbers(&self, start: usize, end: usize) -> bool {
        let (head, tail) = (&self.text[..start], &self.text[end..]);
        let before = head.trim_end_matches(' ');
        let is_before = before.len() < head.len()
            && before.ends_with(|ch: char| ch.is_ascii_digit())
            && !self.all.covered.overlaps(&(before.len() - 1..before.len()));
        let after = tail.trim_start_matches(' ');
        let is_after = after.len() < tail.len()
            && after.starts_with(|ch: char| ch.is_ascii_digit())
            && date::scan(after, self.all.order).is_none()
            && Comb::read(after).is_none();
        is_before || is_after
    }

    /// `Anna Roy | F | 10/05/1986 | 9056297478`: a cell between bars, on a line that has a date before it.
    pub(super) fn is_cell_of_a_person(&self, start: usize, end: usize) -> bool {
        let line = self.marks.line(self.text, start);
        let head = self.text[line.start..start].trim_end();
        let tail = self.text[end..line.end].trim_start_matches([' ', '.']);
        let from = line.start.max(start.saturating_sub(40));
        head.ends_with('|')
            && (tail.is_empty() || tail.starts_with('|'))
            && self.all.covered.overlaps(&(from..start))
    }

    /// `Anna Roy | F | 10/05/1986`, `1942-09-23 (81 ans)`: a cell with the sex stands right before, or the age behind.
    pub(super) fn is_of_birth(&self, range: &Range<usize>) -> bool {
        if is_before_an_age(&self.text[range.end..]) {
            return true;
        }
        let head = self.text[..range.start].trim_end_matches(' ');
        let Some(head) = head.strip_suffix(['|', '\t']) else {
            return false;
        };
        let head = head.trim_end_matches(' ');
        let Some(head) = head.strip_suffix(['F', 'M', 'H']) else {
            return false;
        };
        head.trim_end_matches(' ').ends_with(['|', '\t'])
    }

    /// Whether a word for a payment card stands shortly before a number.
    pub(super) fn is_after_card(&self, index: usize) -> bool {
        let line = self.tokens[index].line;
        self.tokens[index.saturating_sub(4)..index]
            .iter()
            .filter(|token| token.line == line && token.is_word())
            .any(|token| {
                matches!(
                    self.folded(token.range()).as_str(),
                    "card"
                        | "cards"
                        | "carte"
                        | "cc"
                        | "visa"
                        | "mastercard"
                        | "credit"
                        | "debit"
                        | "amex"
                )
            })
    }
}

/// `(81 ans)`, `(85 F)`, `, 81 y/o`: how old somebody is, behind a day.
fn is_before_an_age(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(" (").or_else(|| rest.strip_prefix(", ")) else {
        return false;
    };
    let n = rest.bytes().take_while(u8::is_ascii_digit).count();
    let word = rest[n..].trim_start_matches([' ', '-']);
    (1..=3).contains(&n)
        && rest.len() < word.len() + n + 3
        && [
            "ans)", "ans,", "an)", "yo)", "y/o", "yrs", "years", "yr)", "y)", "y.o", "F)", "M)",
        ]
        .iter()
        .any(|age| word.starts_with(age))
}

/// `2 82 07 75 173 898`: the sex alone, the year, and the rest in groups, as it stands on France's card.
fn is_written_as_french(value: &str) -> bool {
    let bytes = value.as_bytes();
    matches!(bytes, [b'1' | b'2', b' ', a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit())
        && value.bytes().filter(|b| *b == b' ').count() >= 3
        && value.split(' ').any(|group| group.len() > 1)
}
