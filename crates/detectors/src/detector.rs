//! `Detector`: takes the segments of one exhibit in order and emits mentions.

use whose_model::{ExhibitPath, Mention, Segment};

use crate::{Context, passages::Passages, records::Records, rows::Tables};

/// Detects in one exhibit; what was said of a subject at the top of a document holds further down.
pub struct Detector<'c> {
    context: &'c Context,
    passages: Passages<'c>,
    /// Made when the first batch comes: most exhibits are letters and have none.
    tables: Option<Tables>,
    /// The same of records.
    records: Option<Records>,
}

impl std::fmt::Debug for Detector<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Detector")
    }
}

impl<'c> Detector<'c> {
    /// A detector for the exhibit at this path.
    pub fn new(context: &'c Context, path: &ExhibitPath) -> Self {
        let _ = path;
        Self {
            context,
            passages: Passages::new(context),
            tables: None,
            records: None,
        }
    }

    /// Takes the next segment; emits what is already certain. A mention is lent: who keeps it, copies it.
    pub fn push(&mut self, segment: &Segment, emit: &mut dyn FnMut(&Mention)) {
        match segment {
            Segment::Passage(passage) => self
                .passages
                .push(passage, &mut |mention: Mention| emit(&mention)),
            Segment::Record(record) => {
                let custom = self.context.custom();
                let records = self.records.get_or_insert_default();
                records.push(record, custom, &mut self.passages, emit);
            }
            Segment::Rows(rows) => {
                let tables = self
                    .tables
                    .get_or_insert_with(|| Tables::with(self.context.custom()));
                tables.push(rows, emit);
            }
        }
    }

    /// Takes the end of the exhibit; emits what was held back.
    pub fn finish(&mut self, emit: &mut dyn FnMut(&Mention)) {
        self.passages.finish(&mut |mention: Mention| emit(&mention));
    }
}
