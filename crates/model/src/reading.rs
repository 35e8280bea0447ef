//! `Sink`: how a reader hands over what it reads, exhibit by exhibit, without holding it.
//!
//! A container announces each member with `begin`, reads it with whatever
//! reader fits, and closes it with `end`; calls nest. The receiver may refuse a
//! member in `begin`, because it has it already or because it crashed a reader.

use serde::{Deserialize, Serialize};

use crate::{Digest, ExhibitPath, Gap, Outcome, Segment};

/// How reading one exhibit ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Both digests of its bytes; `None` when not one byte could be read.
    pub digest: Option<Digest>,
    /// Its size in bytes.
    pub bytes: u64,
    /// The format its bytes showed, as a short id.
    pub format: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// How many members (messages, files) its own tables promise, when it has such tables.
    pub n_expected: Option<u64>,
}

/// How files that lie beside each other make one thing, by their names; whether they do, their bytes decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SetKind {
    /// One file cut in pieces: `a.7z.001`, `a.7z.002`.
    Pieces,
    /// A split ZIP archive: `a.z01`, `a.z02`, `a.zip`.
    Zip,
    /// The segments of an EnCase image: `a.E01`, `a.E02`.
    Ewf,
    /// The volumes of a RAR archive: `a.part1.rar`, `a.part2.rar`, or `a.rar`, `a.r00`.
    Rar,
    /// The extents of a VMDK image: `a-s001.vmdk`, `a-s002.vmdk`.
    Vmdk,
    /// An SQLite database and its write-ahead log: `a.db`, `a.db-wal`.
    Log,
    /// A dBASE table and its long texts: `a.dbf`, `a.dbt` or `a.fpt`.
    Memo,
}

impl SetKind {
    /// Whether the first stands for itself and the others only add to it; else all are pieces of one thing.
    pub const fn is_addition(self) -> bool {
        matches!(self, Self::Log | Self::Memo)
    }
}

/// Receives what readers read.
pub trait Sink {
    /// A member (or the file itself) is about to be read. `false` asks to pass over it without `end`.
    fn begin(&mut self, path: &ExhibitPath) -> bool;
    /// A segment of the exhibit begun last.
    fn segment(&mut self, segment: Segment);
    /// A gap in the exhibit that it names.
    fn gap(&mut self, gap: Gap);
    /// The exhibit begun last has ended.
    fn end(&mut self, path: &ExhibitPath, ended: Ended);
    /// Still at work: called now and then during long work that gives no segment.
    fn pulse(&mut self) {}
}

/// A sink that keeps nothing.
#[derive(Debug, Default)]
pub struct Discard;

impl Sink for Discard {
    fn begin(&mut self, _: &ExhibitPath) -> bool {
        true
    }
    fn segment(&mut self, _: Segment) {}
    fn gap(&mut self, _: Gap) {}
    fn end(&mut self, _: &ExhibitPath, _: Ended) {}
}
