//! A file with others beside it: what it is read as, and the whole that they make, as a member of the first.
//!
//! Each part stays an exhibit of its own. The first one's only member is the
//! whole; the others hold nothing of their own. All promises of `exhibit.rs`
//! hold for the whole.

use std::fs::File;

use whose_model::{Cause, ExhibitPath};

use super::{Reading, Shared, Within, read_exhibit};
use crate::{
    beside::{Beside, Joined},
    formats,
    source::{Raw, Source},
};

/// Missing parts that are named one by one.
const MAX_NAMED: usize = 50;

pub(super) fn read_beside(
    run: &Shared<'_>,
    path: &ExhibitPath,
    mut file: File,
    mut beside: Beside,
) {
    let own = file.metadata().map_or(0, |metadata| metadata.len());
    run.n_top.set(own.max(beside.n_bytes()));
    let known = if !beside.is_one() {
        None
    } else if beside.is_lost() {
        Some(formats::BEHIND)
    } else {
        let (is_first, is_addition) = (beside.is_first, beside.kind.is_addition());
        if is_first {
            *run.beside.borrow_mut() = Some(beside);
        }
        match (is_first, is_addition) {
            (true, true) => None,
            (true, false) => Some(formats::FIRST),
            (false, true) => Some(formats::ADDED),
            (false, false) => Some(formats::PIECE),
        }
    };
    read_exhibit(run, path, Raw::File(&mut file), false, Within::TOP, known);
}

/// Reads the first of several parts: the whole that they make is its member.
pub(crate) fn read_first(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    source.drain();
    let Some(beside) = reading.run.beside() else {
        return;
    };
    let missing = beside.missing();
    for name in missing.iter().take(MAX_NAMED) {
        reading.gap_named(Cause::Truncated, format!("{name} is missing"));
    }
    if let Some(more) = missing.len().checked_sub(MAX_NAMED + 1) {
        let detail = format!("{} more parts are missing", more + 1);
        reading.gap_named(Cause::Truncated, detail);
    }
    let (name, id) = (beside.whole.clone(), beside.format());
    reading.whole(&name, &mut beside.join(), id);
}

impl Reading<'_> {
    /// The file that adds to this one, when one lies beside it.
    pub(crate) fn addition(&self) -> Option<File> {
        if self.depth > 0 {
            return None;
        }
        let beside = self.run.beside()?;
        beside.files.into_iter().nth(1)?.file
    }

    fn whole(&mut self, name: &str, joined: &mut Joined, id: Option<&str>) {
        if !self.may_have_more() {
            return;
        }
        let path = self.member_path(name);
        let known = id.and_then(formats::by_id);
        let within = Within {
            depth: self.depth.saturating_add(1),
            ceiling: self.ceiling,
        };
        read_exhibit(self.run, &path, Raw::Joined(joined), false, within, known);
    }
}
