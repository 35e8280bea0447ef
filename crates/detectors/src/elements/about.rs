//! `About`: what the manual says of a data element, with examples that are run as tests.
//!
//! One stands beside the labels and the parser of each element. The page
//! `docs/reference/elements.md` is made from them, from the labels, and from the
//! pages of `whose-identifiers`; a test keeps it equal.

use whose_model::DataElement;

use crate::sense::Label;

/// What the manual says of one data element.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Which.
    pub element: DataElement,
    /// How it is decided that something is one.
    pub rule: &'static str,
    /// Where the rule was read; empty when it is ours.
    pub source: &'static str,
    /// Texts in which it must be found; `Header | value` is a cell of a table of patients.
    pub examples: &'static [&'static str],
    /// Texts in which it must not be found.
    pub counterexamples: &'static [&'static str],
}

/// An element by its rule, its examples and its counter-examples.
pub(crate) const fn about(
    element: DataElement,
    rule: &'static str,
    examples: &'static [&'static str],
    counterexamples: &'static [&'static str],
) -> About {
    About {
        element,
        rule,
        source: "",
        examples,
        counterexamples,
    }
}

impl About {
    /// The same, with its source.
    pub(crate) const fn from(self, source: &'static str) -> Self {
        Self { source, ..self }
    }
}

/// Every element with what the manual says of it, in the order of `DataElement::ALL`.
pub fn all() -> Vec<About> {
    let mut all: Vec<About> = super::ABOUTS.concat();
    all.sort_by_key(|about| about.element);
    all
}

/// The words that stand before a value of this element or head its column, as people write them.
pub fn labels(element: DataElement) -> Vec<&'static str> {
    let of = |list: &&'static [Label]| {
        list.iter()
            .filter(|(_, sense)| sense.element == element)
            .map(|(label, _)| *label)
            .collect::<Vec<_>>()
    };
    super::LABELS.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use whose_model::{
        Assertion, Column, ExhibitPath, Mention, Origin, Passage, PassageKind, Rows, Segment,
        TableHead,
    };

    use super::*;
    use crate::{Context, Detector};

    fn detect(example: &str) -> Vec<Mention> {
        let context = Context::default();
        let mut detector = Detector::new(&context, &ExhibitPath("example".into()));
        let mut found = Vec::new();
        let segment = match example.split_once(" | ") {
            Some((header, value)) => {
                let columns = ["Patient name", "DOB", header].map(|name| Column {
                    name: name.into(),
                    ..Column::default()
                });
                let mut rows = Rows::new(Arc::new(TableHead {
                    name: "patients".into(),
                    columns: columns.into(),
                    is_sheet: true,
                    index: 0,
                }));
                rows.push(2, ["Marie Tremblay", "1985-02-10", value]);
                Segment::Rows(rows)
            }
            None => {
                let text = format!("Patient: Marie Tremblay\nDOB: 1985-02-10\n\n{example}\n");
                let end = text.len() as u64;
                Segment::Passage(Passage {
                    text,
                    origin: Origin::Bytes {
                        runs: vec![(0, end)],
                    },
                    kind: PassageKind::Body,
                    document: 0,
                    subject: None,
                })
            }
        };
        detector.push(&segment, &mut |mention| found.push(mention.clone()));
        detector.finish(&mut |mention| found.push(mention.clone()));
        // What every example has says nothing.
        found.retain(|mention| {
            !["Marie Tremblay", "1985-02-10"].contains(&mention.value.reveal().as_str())
                && mention.assertion != Assertion::Denied
        });
        found
    }

    #[test]
    fn every_element_has_a_page_with_examples_and_counter_examples() {
        let all = all();
        let elements: Vec<DataElement> = all.iter().map(|about| about.element).collect();
        assert_eq!(elements, DataElement::ALL);
        for about in all {
            let id = about.element.id();
            assert!(about.examples.len() >= 2, "{id}: two examples at least");
            assert!(!about.counterexamples.is_empty(), "{id}: a counter-example");
        }
    }

    #[test]
    fn examples_are_found_and_counter_examples_are_not() {
        let mut wrong = Vec::new();
        for about in all() {
            let finds = |example: &&&str| {
                detect(example)
                    .iter()
                    .any(|mention| mention.element == about.element)
            };
            let id = about.element.id();
            wrong.extend(
                (about.examples.iter().filter(|example| !finds(example)))
                    .map(|example| format!("{id} is not found in `{example}`")),
            );
            wrong.extend(
                (about.counterexamples.iter().filter(finds))
                    .map(|example| format!("{id} is found in `{example}`")),
            );
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
