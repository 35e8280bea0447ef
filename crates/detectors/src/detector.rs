//! `Detector`: takes the segments of one exhibit in order and emits mentions.

use whose_model::{ExhibitPath, Mention, Segment};

use crate::Context;

/// Detects in one exhibit; what was said of a subject at the top of a document holds further down.
#[derive(Debug)]
pub struct Detector<'c> {
    context: &'c Context,
}

impl<'c> Detector<'c> {
    /// A detector for the exhibit at this path.
    pub fn new(context: &'c Context, path: &ExhibitPath) -> Self {
        let _ = path;
        Self { context }
    }

    /// Takes the next segment; emits what is already certain.
    pub fn push(&mut self, segment: &Segment, emit: &mut dyn FnMut(Mention)) {
        let _ = (&self.context, segment, emit);
    }

    /// Takes the end of the exhibit; emits what was held back.
    pub fn finish(&mut self, emit: &mut dyn FnMut(Mention)) {
        let _ = emit;
    }
}
