//! Tests with their values and measures of the body, in sentences and in the lines of a report.
//!
//! `Creatinine    166    umol/L` stands in columns, `INR 2.4` has no unit, `was
//! 150 cm tall` names no label: a test of the lexicon with a number behind it on
//! its line is a result, and a length or mass beside the verb of a body is its own.

use whose_model::{DataElement, Normal};

use super::{Note, Scan, tokens::Shape};
use crate::{
    draft::Draft,
    elements::measure::{self, Quantity},
    lexicon::{FAMILY, GIVEN, MAX_PHRASE_WORDS, PHRASE_START, TEST},
    text::fold,
};

/// How much of a line a value with its unit may take.
const MAX_REST: usize = 64;
/// How far behind its test a value may stand: a column of a report.
const MAX_GAP: usize = 48;

impl Scan<'_, '_> {
    /// Finds results of tests outside what is taken already.
    pub(super) fn labs(&mut self) {
        let mut from = 0;
        for &index in &self.marks.tests {
            let index = index as usize;
            let token = self.tokens[index];
            if index < from || self.all.covered.overlaps(&token.range()) {
                continue;
            }
            let mut last = token.has(TEST).then_some(index);
            if token.has(PHRASE_START) {
                let mut hash = token.hash;
                for at in index + 1..(index + MAX_PHRASE_WORDS).min(self.tokens.len()) {
                    let next = &self.tokens[at];
                    let gap = next.start - self.tokens[at - 1].end;
                    if !next.is_word() || gap > 2 {
                        break;
                    }
                    hash = hash.join(next.hash);
                    if self.all.lexicon.flags(hash) & TEST != 0 {
                        last = Some(at);
                    }
                }
            }
            let Some(mut last) = last else {
                continue;
            };
            // `Hemoglobin A1c 7.1 %`: its name goes on with a digit.
            if self.tokens.get(last + 1).is_some_and(|next| {
                next.start == self.tokens[last].end + 1
                    && self.text[next.range()].eq_ignore_ascii_case("a1c")
            }) {
                last += 1;
            }
            // `PHQ-9 = 17`: the number behind the hyphen is the questionnaire's.
            if let Some(next) = self.tokens.get(last + 1)
                && next.range().len() <= 2
                && &self.text[self.tokens[last].end as usize..next.start as usize] == "-"
                && self.is_value_after(last + 1)
            {
                last += 1;
            }
            if last > index || !token.has(GIVEN | FAMILY) {
                self.lab(index, last);
            }
            from = last + 1;
        }
    }

    /// Whether a number follows over nothing but spaces and a sign: `= 17`, `: 17`.
    fn is_value_after(&self, at: usize) -> bool {
        let end = self.tokens[at].end as usize;
        self.tokens.get(at + 1).is_some_and(|next| {
            let gap = &self.text[end..next.start as usize];
            next.shape == Shape::Number
                && self.text.as_bytes()[next.start as usize].is_ascii_digit()
                && gap.starts_with([' ', ':', '='])
                && gap.chars().all(|ch| matches!(ch, ' ' | ':' | '='))
                && gap.len() <= 4
        })
    }

    /// A value behind a test: over spaces, a colon, a bracket with letters, `of`, `was`, `à`.
    fn lab(&mut self, first: usize, last: usize) {
        let end = self.tokens[last].end as usize;
        let mut at = last + 1;
        // `(HbA1c)`, `level`, `was`, `de`, `:`
        while let Some(token) = self.tokens.get(at)
            && token.shape != Shape::Number
            && at - last <= 3
            && LINKS.contains(&self.folded(token.range()).as_str())
        {
            at += 1;
        }
        let Some(value) = self.tokens.get(at) else {
            return;
        };
        let start = value.start as usize;
        let between = &self.text[end..start];
        if value.shape != Shape::Number
            || start - end > MAX_GAP
            || between.contains(['\n', ',', ';', '.', '/', '|', '@'])
            || !self.text.as_bytes()[start].is_ascii_digit()
            || self.all.covered.overlaps(&value.range())
        {
            return;
        }
        let rest = &self.text[start..];
        let near = rest.bytes().take(MAX_REST).position(|b| b == b'\n');
        let mut end = near.unwrap_or(rest.len().min(MAX_REST));
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let line = &rest[..end];
        let Some((len, has_unit)) = value_len(line) else {
            return;
        };
        let range = self.tokens[first].start as usize..start + len;
        let written = &self.text[range.clone()];
        let normal = written.split_whitespace().collect::<Vec<_>>().join(" ");
        let draft = Draft::new(
            DataElement::LabResult,
            written,
            Normal::Text(normal),
            if has_unit { 0.85 } else { 0.7 },
            if has_unit {
                "test with a value and a unit"
            } else {
                "test with a value"
            },
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

    /// A length or mass without a label, when the words beside it speak of a body.
    pub(super) fn body_measure(
        &mut self,
        index: usize,
        start: usize,
        len: usize,
        quantity: Quantity,
    ) -> bool {
        let word = |at: Option<usize>| {
            at.and_then(|at| self.tokens.get(at))
                .map(|token| fold(&self.text[token.range()]))
                .unwrap_or_default()
        };
        let before = [word(index.checked_sub(1)), word(index.checked_sub(2))];
        let next = self
            .tokens
            .partition_point(|token| (token.start as usize) < start + len);
        let after = [word(Some(next)), word(Some(next + 1))];
        let is_before = |words: &[&str]| before.iter().any(|word| words.contains(&word.as_str()));
        let element = match quantity {
            Quantity::Mass
                if is_before(&[
                    "weighed", "weighs", "weighing", "weight", "pese", "pesait", "pesant", "poids",
                    "poids:",
                ]) =>
            {
                DataElement::Weight
            }
            Quantity::Length
                if is_before(&[
                    "measures", "measured", "height", "mesure", "mesurait", "mesurant", "taille",
                    "stands",
                ]) || after[0] == "tall"
                    || after[0] == "de" && (after[1] == "taille" || after[1] == "haut") =>
            {
                DataElement::Height
            }
            _ => return false,
        };
        let value = &self.text[start..start + len];
        let draft = Draft::new(
            element,
            value,
            Normal::Text(value.to_owned()),
            0.8,
            "words of a body's measure",
        );
        self.add(
            start..start + len,
            draft,
            Note {
                needs_patient: true,
                ..Note::default()
            },
        );
        true
    }
}

/// Words between a test and its value.
const LINKS: &[&str] = &[
    "level", "levels", "result", "value", "of", "was", "is", "at", "were", "count", "total",
    "serum", "taux", "de", "est", "etait", "a", "was:", "serique", "plasma", "today", "the", "la",
    "le", "hba1c", "a1c", "egfr", "ldl", "hdl", "crp", "tsh",
];

/// The length of a number with its unit at the start of a line's rest, and whether there is a unit.
fn value_len(text: &str) -> Option<(usize, bool)> {
    if let Some((len, quantity)) = measure::scan(text) {
        return (!matches!(quantity, Quantity::Length | Quantity::Mass)).then_some((len, true));
    }
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = digits(0);
    if at == 0 || at > 5 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'.' | b','))
        && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    {
        at += 1 + digits(at + 1);
    }
    // A date, a range of dates, a version, a word with digits: no value.
    if bytes
        .get(at)
        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/' | b':' | b'.'))
        && !matches!(bytes.get(at..at + 2), Some([b'.', b' ' | b'\r' | b'\n']))
        && bytes.get(at) != Some(&b'.')
    {
        return None;
    }
    let gap = bytes[at..]
        .iter()
        .take(24)
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    let unit = text.get(at + gap..).unwrap_or("");
    let n = unit
        .char_indices()
        .find(|(_, ch)| ch.is_whitespace() || matches!(ch, ',' | ';' | ')' | '('))
        .map_or(unit.len(), |(at, _)| at);
    let unit = unit[..n].trim_end_matches('.');
    if is_unit(unit) {
        return Some((at + gap + unit.len(), true));
    }
    Some((at, false))
}

/// `umol/L`, `%`, `ratio`: what stands behind a value of a test.
fn is_unit(unit: &str) -> bool {
    unit == "%"
        || matches!(
            unit,
            "ratio" | "fL" | "pg" | "sec" | "s" | "kPa" | "mmHg" | "IU" | "UI" | "U" | "bpm"
        )
        || unit.len() <= 16
            && unit.contains('/')
            && unit.chars().any(char::is_alphabetic)
            && unit.chars().all(|ch| {
                ch.is_alphanumeric() || matches!(ch, '/' | '^' | '*' | '.' | 'µ' | 'μ' | '²')
            })
}

#[test]
fn a_value_is_read_with_any_unit_of_a_laboratory() {
    assert_eq!(value_len("166      umol/L"), Some((15, true)));
    assert_eq!(value_len("86 ug/g"), Some((7, true)));
    assert_eq!(value_len("9.9      %"), Some((10, true)));
    assert_eq!(value_len("2.4. Next"), Some((3, false)));
    assert_eq!(value_len("2024-01-01"), None);
    assert_eq!(value_len("12h"), None);
    assert_eq!(value_len("180 cm"), None);
}

#[test]
fn tests_with_a_digit_in_their_name_have_results() {
    use crate::passages::tests::detect;

    let found =
        detect("Patient: Wendell Okimaw\nHbA1c 8.1 %, A1c 7.9%\nPHQ-9 = 17\nK 4.1, Na 138, Cr 98");
    let has = |value: &str| {
        found
            .iter()
            .any(|m| m.element == DataElement::LabResult && m.value.reveal() == value)
    };
    for value in ["HbA1c 8.1 %", "A1c 7.9%", "PHQ-9 = 17"] {
        assert!(has(value), "{value}");
    }
    assert!(!found.iter().any(|m| m.element == DataElement::Address));
}
