//! Numbers of people where nobody is named: one person for each number; and what only chance or an example makes.
//!
//! A log with thirty health numbers and no name is about thirty people, not
//! one. And of ten arbitrary digits one in ten passes a check digit: where most
//! numbers of a form fail it, those that pass say nothing. `111-22-3333` is how
//! a manual writes a number, and first names alone in a long text are of nobody
//! who could be told from others.

use whose_model::{Category, DataElement, Normal, SubjectId};

use super::found::Found;
use crate::{Context, draft::hashed_subject, text::n_digits};

/// What a number says for itself that has no label.
pub(super) const BY_FORM: &str = "form of the number";

/// How many numbers of each form a document holds, and how many of them pass their check digit.
#[derive(Default)]
pub(super) struct Chance {
    held: [u32; N_FORMS],
    failed: [u32; N_FORMS],
}

/// Numbers of nine digits in groups, of ten in groups, and of payment cards.
const N_FORMS: usize = 3;
/// Fewer failures than this are errors of typing.
const FEW: u32 = 4;

fn form(n_digits: usize) -> Option<usize> {
    match n_digits {
        9 => Some(0),
        10 => Some(1),
        13..=19 => Some(2),
        _ => None,
    }
}

impl Chance {
    /// Takes note of a number without a label.
    pub(super) fn note(&mut self, n_digits: usize, holds: bool) {
        if let Some(form) = form(n_digits) {
            let count = if holds {
                &mut self.held[form]
            } else {
                &mut self.failed[form]
            };
            *count = count.saturating_add(1);
        }
    }

    /// Whether chance explains a number without a label as well as anything.
    fn explains(&self, item: &Found) -> bool {
        let by_form = item.draft.why.first().is_some_and(|why| why == BY_FORM);
        by_form
            && form(n_digits(&item.draft.value))
                .is_some_and(|form| self.failed[form] >= FEW.max(self.held[form]))
    }

    /// Leaves out what chance explains.
    pub(super) fn leave_out(&self, found: &mut Vec<Found>) {
        if self.failed.iter().any(|failed| *failed >= FEW) {
            found.retain(|item| !self.explains(item));
        }
    }
}

/// A text of fewer bytes is a message, and a first name in it is of somebody its reader knows.
pub(super) const LONG: u64 = 2000;

/// Leaves out what is of nobody: numbers of examples, ages of programs, and in a long text names of one word when
/// nothing else was found.
pub(super) fn leave_out(
    found: &mut Vec<Found>,
    n_bytes: u64,
    of_programs: bool,
    context: &Context,
) {
    if found.iter().any(is_of_an_example) {
        found.retain(|item| !is_of_an_example(item));
    }
    if of_programs && !found.iter().any(|item| item.name().is_some()) {
        found.retain(|item| match item.draft.element {
            DataElement::Age => item.is_labelled,
            DataElement::Height | DataElement::Weight => false,
            _ => true,
        });
    }
    let is_alone = |item: &Found| {
        item.name()
            .is_some_and(|name| name.given.is_empty() || name.family.is_empty())
            && item.role.is_none()
            && !item.is_labelled
            && item.draft.why.first().is_none_or(|why| why != "title")
            && !context.knows(&item.draft.value)
    };
    if n_bytes >= LONG && found.iter().all(is_alone) {
        found.clear();
    }
}

/// `111-22-3333`, `555-555-5555`: each group is one digit again and again; `100 101 011`: bits.
fn is_of_an_example(item: &Found) -> bool {
    let value = item.draft.value.as_bytes();
    let are_bits = || {
        value.len() >= 9
            && item.draft.element.category() == Category::Identifier
            && value.iter().all(|b| matches!(b, b'0' | b'1' | b' ' | b'-'))
    };
    if matches!(value.first(), Some(b'0' | b'1')) && are_bits() {
        return true;
    }
    let Some([first, second, ..]) = value.get(usize::from(value.starts_with(b"("))..) else {
        return false;
    };
    let element = item.draft.element;
    first.is_ascii_digit()
        && first == second
        && (element == DataElement::Phone || element.category() == Category::Identifier)
        && {
            let mut groups = item
                .draft
                .value
                .split(|ch: char| !ch.is_ascii_digit())
                .filter(|group| !group.is_empty());
            let is_one_digit = |group: &str| {
                group.len() > 1 && group.bytes().all(|b| Some(b) == group.bytes().next())
            };
            groups.clone().count() >= 3 && groups.all(is_one_digit)
        }
}

/// The numbers of people in a document, where each stands.
pub(super) struct Numbers(Vec<(u64, u32, SubjectId)>);

/// How many lines below its number something is still the number's.
const NEAR: u32 = 10;

impl Numbers {
    /// None when there is at most one: whatever the document says is then of one person.
    pub(super) fn new(document: u32, found: &[Found]) -> Self {
        let mut numbers: Vec<(u64, u32, SubjectId)> = found
            .iter()
            .filter(|item| item.draft.element == DataElement::HealthNumber)
            .filter_map(|item| match &item.draft.normal {
                Normal::Number(number) => Some((
                    item.at,
                    item.line,
                    hashed_subject(&[b"number", &document.to_le_bytes(), number.as_bytes()]),
                )),
                _ => None,
            })
            .collect();
        let first = numbers.first().map(|number| number.2);
        if numbers.iter().all(|number| Some(number.2) == first) {
            numbers.clear();
        }
        Self(numbers)
    }

    /// The person of the number that stands here or last before.
    pub(super) fn person_at(&self, item: &Found) -> Option<SubjectId> {
        let after = self.0.partition_point(|(at, ..)| *at <= item.at);
        let before = after.checked_sub(1).map(|last| self.0[last]);
        // On its own line a number may also stand last.
        let on_line = self.0[after..].first().filter(|next| next.1 == item.line);
        match (before, on_line) {
            (Some(last), None) if item.line - last.1.min(item.line) <= NEAR => Some(last.2),
            (Some(last), Some(_)) if last.1 == item.line => Some(last.2),
            (_, Some(next)) => Some(next.2),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn a_number_of_an_example_is_nobody_s() {
        assert!(
            detect("Patient: Anna Roy, SSN: 111-22-3333, phone: 222-333-4444")
                .iter()
                .all(|m| m.element == DataElement::Name)
        );
        has(
            &detect("Patient: Anna Roy, phone: 416-555-0199"),
            DataElement::Phone,
            "416-555-0199",
        );
    }

    #[test]
    fn first_names_alone_in_a_long_text_are_of_nobody() {
        let talk = "Anna: I think that you are right.\n\nPaul: I do not know what you mean.\n\n";
        let names = |text: &str| {
            detect(text)
                .iter()
                .filter(|m| m.element == DataElement::Name)
                .count()
        };
        assert!(names(talk) == 2);
        assert_eq!(names(&talk.repeat(40)), 0);
        assert!(names(&(talk.repeat(40) + "Her number is 416-555-0199.")) > 2);
    }

    #[test]
    fn a_text_about_programs_names_its_authors_and_nobody_else() {
        let manual = "The parser reads each byte of the buffer and returns a pointer to the \
            struct; the default config file is parsed at runtime by the compiler. ";
        let names = |text: &str| {
            detect(text)
                .iter()
                .filter(|m| m.element == DataElement::Name)
                .count()
        };
        let by = "The benchmark of Mattias Jansson was slower. ";
        assert_eq!(names(&(manual.repeat(12) + by + &manual.repeat(12))), 0);
        let data =
            "Patient: Marie Tremblay, DOB 1985-02-10, HCN 1234 567 897, phone 416-555-0199. ";
        assert_eq!(names(&(manual.repeat(12) + data)), 1);
    }
}
