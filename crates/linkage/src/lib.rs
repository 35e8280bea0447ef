//! Mentions to records, records to pairs, pairs to people, explained merge by merge.
//!
//! [`record()`] gathers the mentions of one subject into a record. A [`Linker`]
//! takes records, finds pairs worth comparing, weighs each with a
//! [`Model`] and gives [`Linked`]: the people, and for every merge its reasons.
//! [`table`] does the same for a CSV file of anybody's.
//!
//! Everything here is a pure function of the records and the model: the order
//! of the records and the number of threads change nothing. No threads are
//! started; the caller lends them through [`Parallel`]. Nothing is written, but
//! where a [`Limit`] of memory names a folder for it.
//!
//! Method: Fellegi and Sunter, "A theory for record linkage" (1969), with
//! comparison levels and term frequencies as in Splink, several kinds of
//! non-match, and constraints that hold for whole clusters.

mod address;
mod blocking;
mod born;
mod cluster;
mod compact;
mod compare;
mod components;
mod constraints;
mod content;
mod dates;
mod document;
mod estimate;
mod field;
pub mod frames;
mod frequency;
mod ids;
mod linked;
mod linker;
mod model;
mod names;
mod near;
mod newborn;
mod nicknames;
mod notes;
mod parallel;
mod parts;
mod record;
mod region;
mod spill;
mod steps;
mod strings;
pub mod table;
mod text;
mod together;
mod weigh;
mod wire;
mod written;

pub use address::{household, namesake};
pub use blocking::Near;
pub use cluster::{Edge, Group};
pub use compare::Compared;
pub use components::Component;
pub use document::{Piece, join, pieces};
pub use field::{Field, Level, Rival};
pub use ids::{Named, ids};
pub use linked::{Asked, Cluster, Comparison, Linked, Member, Merge, Note, Question};
pub use linker::Linker;
pub use model::{ComparisonModel, Expected, LevelModel, Model, ModelError};
pub use parallel::{Parallel, Sequential};
pub use record::record;
pub use spill::Limit;
pub use steps::{Found, Hands, Keyed, Records, Weighed};
pub use wire::{Wire, WireError, serve};
