//! `Progress`: what a run tells the front door while it works: stage, amount, rate. Never a path or a value.

/// A stage of the main job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Both digests of every file.
    Seize,
    /// Reading and detecting.
    Read,
    /// Records to people.
    Link,
    /// People to duties.
    Assess,
    /// Letters.
    Letters,
}

/// What `amount` counts in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of evidence.
    Bytes,
    /// People, records or letters.
    Items,
}

/// Told how far the work is.
pub trait Progress: Sync {
    /// A stage begins with this much to do.
    fn begin(&self, stage: Stage, total: u64, unit: Unit);
    /// So much more is done.
    fn advance(&self, amount: u64);
    /// The stage is over.
    fn end(&self);
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: u64, _: Unit) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}
