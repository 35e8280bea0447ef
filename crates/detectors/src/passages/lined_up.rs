//! Tables that are lined up in text: a line of column heads, below it lines whose cells stand under them.
//!
//! Printed schedules and what a PDF gives as text have no colons and no tabs to
//! part them into rows of a table. A line without digits of which two cells at
//! least are labels is a head; each cell below is read as if its head stood before
//! it, up to the next empty line. What stands under no head is left to the others.

use std::ops::Range;

use whose_model::DataElement;

use super::{Scan, gaps::Gaps};
use crate::sense::Sense;

/// No head is longer, in bytes.
const MAX_HEAD: usize = 240;
/// No line of a table is longer.
const MAX_LINE: usize = 400;
/// A cell may begin so many signs before its head.
const LEFT_OF_HEAD: usize = 2;

/// A head: where its cell begins on the line, and what it says.
struct Head {
    column: usize,
    sense: Option<Sense>,
}

impl Scan<'_, '_> {
    /// Reads what stands under heads.
    pub(super) fn lined_up(&mut self) {
        let mut heads: Vec<Head> = Vec::new();
        let bytes = self.text.as_bytes();
        let mut gaps = Gaps::new(bytes);
        let mut bars = memchr::memchr_iter(b'|', bytes).peekable();
        for at in 0..self.marks.lines.len() {
            let start = self.marks.lines[at] as usize;
            let next = self.marks.lines.get(at + 1);
            let range = start..next.map_or(bytes.len(), |next| *next as usize - 1);
            if heads.is_empty() {
                // Most lines have nothing that parts cells.
                while bars.next_if(|bar| *bar < start).is_some() {}
                let bar = bars.peek().copied().unwrap_or(usize::MAX);
                if gaps.first_from(start).min(bar) >= range.end {
                    continue;
                }
            }
            let line = &self.text[range.clone()];
            if heads.is_empty() && !may_be_heads(line) {
                continue;
            }
            if line.trim().is_empty() || line.len() > MAX_LINE {
                heads.clear();
                continue;
            }
            if may_be_heads(line) {
                let found = self.heads(line);
                if !found.is_empty() {
                    heads = found;
                    continue;
                }
            }
            // A rule under the heads.
            if line.bytes().all(|b| b" -=+_|:\t\r".contains(&b)) {
                continue;
            }
            let cells = cells(line);
            let is_whole = cells.len() == heads.len();
            let under: Vec<(Range<usize>, Sense)> = cells
                .into_iter()
                .enumerate()
                .filter_map(|(nth, cell)| {
                    let head = if is_whole {
                        heads.get(nth)
                    } else {
                        let column = line[..cell.start].chars().count();
                        heads
                            .iter()
                            .rev()
                            .find(|head| head.column <= column + LEFT_OF_HEAD)
                    };
                    let sense = head?.sense.filter(|sense| is_read(sense.element))?;
                    Some((range.start + cell.start..range.start + cell.end, sense))
                })
                .collect();
            for (cell, sense) in under {
                self.value(cell.start, cell.end, sense, false);
            }
        }
    }

    /// The heads of a line, if it is one of heads: two that say something of people, one of them surely.
    fn heads(&self, line: &str) -> Vec<Head> {
        let heads: Vec<Head> = cells(line)
            .into_iter()
            .map(|cell| Head {
                column: line[..cell.start].chars().count(),
                sense: self.sense(&line[cell]),
            })
            .collect();
        let said = || heads.iter().filter_map(|head| head.sense);
        let n = said().filter(|sense| is_read(sense.element)).count();
        let is_of_people = said().any(|sense| is_identity(sense.element));
        if heads.len() >= 3 && n >= 2 && is_of_people {
            heads
        } else {
            Vec::new()
        }
    }
}

/// What is read under its head; the rest has a form or a lexicon of its own.
fn is_read(element: DataElement) -> bool {
    is_identity(element)
        || matches!(
            element,
            DataElement::Name
                | DataElement::Phone
                | DataElement::InsurancePolicy
                | DataElement::Sex
                | DataElement::DeathDate
        )
}

fn is_identity(element: DataElement) -> bool {
    matches!(
        element,
        DataElement::BirthDate
            | DataElement::HealthNumber
            | DataElement::MedicalRecordNumber
            | DataElement::PatientNumber
            | DataElement::SocialInsuranceNumber
    )
}

/// Whether a line may be one of heads, by its first look: short, parted, without digits and colons.
fn may_be_heads(line: &str) -> bool {
    (12..=MAX_HEAD).contains(&line.len())
        && !line.bytes().any(|b| b.is_ascii_digit() || b == b':')
        && (line.trim().contains("  ") || line.contains(['\t', '|']))
}

/// The cells of a line: what wide gaps, tabs and bars part.
fn cells(line: &str) -> Vec<Range<usize>> {
    let bytes = line.as_bytes();
    let mut cells = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut push = |from: usize, to: usize| {
        let cell = &line[from..to];
        let trimmed = cell.trim();
        if !trimmed.is_empty() {
            let from = from + (cell.len() - cell.trim_start().len());
            cells.push(from..from + trimmed.len());
        }
    };
    while at < bytes.len() {
        let is_gap = matches!(bytes[at], b'\t' | b'|')
            || bytes[at] == b' ' && bytes.get(at + 1) == Some(&b' ');
        if is_gap {
            push(start, at);
            start = at + 1;
        }
        at += 1;
    }
    push(start, bytes.len());
    cells
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn what_stands_under_a_head_is_what_the_head_says() {
        let text = "Grade 7 - Room 12\n\
            Name                     DOB           Health card       Parent phone\n\
            -----------------------  ------------  ----------------  ------------\n\
            Adeyemi, Tolu            2011-03-14    5451956832        905-555-0931\n\
            Bianchi, Sofia                         3374184046        905-555-0932\n\
            \n\
            Printed 2024-03-14    5451956832\n";
        let found = detect(text);
        has(&found, DataElement::BirthDate, "2011-03-14");
        has(&found, DataElement::HealthNumber, "5451956832");
        has(&found, DataElement::HealthNumber, "3374184046");
        has(&found, DataElement::Name, "Adeyemi, Tolu");
        let births = found.iter().filter(|m| m.element == DataElement::BirthDate);
        assert_eq!(births.count(), 1);
        let tolu = |value: &str| {
            found
                .iter()
                .find(|m| m.value.reveal().contains(value))
                .and_then(|m| m.subject)
        };
        assert_eq!(tolu("5451956832"), tolu("Adeyemi"));
        let text =
            "| Nom | DDN | NAM |\n|---|---|---|\n| Roy, Anna | 1985-02-10 | ROYA 8552 1010 |\n";
        has(&detect(text), DataElement::BirthDate, "1985-02-10");
    }

    #[test]
    fn a_table_about_things_has_no_heads_of_people() {
        for text in [
            "NAME       TYPE      DEFAULT\nwidth      int       1985-02-10\n",
            "Item       Phone     Price\nGalaxy     9055550931     12\n",
        ] {
            let found = detect(text);
            assert!(
                !found
                    .iter()
                    .any(|m| matches!(m.element, DataElement::BirthDate | DataElement::Name)),
                "{text}: {found:?}"
            );
        }
    }
}
