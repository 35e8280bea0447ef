//! `Context`: what a case already knows and a detector may lean on, the same for all its exhibits.
//!
//! Only names of known people, as hashes of their words: a name that the
//! custodian's own index holds is a name even when no lexicon knows it.

use std::collections::HashSet;

use whose_model::{PersonName, PersonRecord};

use crate::{
    custom::Custom,
    text::{WordHash, words},
};

/// What is known before reading: made once per case, shared by all detectors.
#[derive(Clone, Default)]
pub struct Context {
    names: HashSet<u64>,
    custom: Custom,
    left_out: Option<u64>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Context({} words of names)", self.names.len())
    }
}

impl Context {
    /// A context that knows these people (the roster), so that their names are found in text.
    pub fn with_people<'r>(people: impl IntoIterator<Item = &'r PersonRecord>) -> Self {
        let names = people.into_iter().flat_map(|person| &person.names);
        Self::with_names(names.map(|name| name.reveal()))
    }

    /// A context that knows these names.
    pub fn with_names<'r>(names: impl IntoIterator<Item = &'r PersonName>) -> Self {
        let mut context = Self::default();
        for name in names {
            for part in [&name.given, &name.family] {
                for range in words(part).filter(|range| range.len() > 2) {
                    context.names.insert(WordHash::of(&part[range]).0);
                }
            }
        }
        context
    }

    /// The same, with the custodian's own detectors.
    pub fn and_detectors(mut self, custom: Custom) -> Self {
        self.custom = custom;
        self
    }

    /// The custodian's own detectors.
    pub(crate) fn custom(&self) -> &Custom {
        &self.custom
    }

    /// The same, as if a third of the names were in no lexicon; which third, `which` says.
    ///
    /// For scoring alone: a name that stands in a lexicon proves little about the names that stand in none.
    #[must_use]
    pub fn with_names_left_out(mut self, which: u64) -> Self {
        self.left_out = Some(which % 3);
        self
    }

    /// Whether this word counts as being in no lexicon of names.
    pub(crate) fn leaves_out(&self, hash: WordHash) -> bool {
        self.left_out
            .is_some_and(|which| (hash.0 >> 17) % 3 == which)
    }

    /// Whether any names are left out.
    pub(crate) fn leaves_names_out(&self) -> bool {
        self.left_out.is_some()
    }

    /// Whether a known person's name has this word.
    pub(crate) fn knows(&self, word: &str) -> bool {
        !self.names.is_empty() && self.names.contains(&WordHash::of(word).0)
    }

    /// The same by the word's hash.
    pub(crate) fn knows_hash(&self, hash: WordHash) -> bool {
        !self.names.is_empty() && self.names.contains(&hash.0)
    }
}
