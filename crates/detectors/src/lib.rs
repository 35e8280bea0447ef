//! Segments of an exhibit go in, mentions come out: which data element, of whom, where, and why we think so.
//!
//! Tables are decided once a column (`rows`), named fields by their path
//! (`records`), text in one pass whose candidates are verified where they stand
//! (`passages`). All three ask the same label engine and the same parsers, one
//! file per data element under `elements`. Numbers are those of
//! `whose-identifiers`. Nothing is read from disk and nothing is linked here.

mod context;
mod custom;
mod detector;
mod draft;
mod elements;
mod interpret;
mod labels;
mod lexicon;
mod memo;
mod one_of;
mod passages;
mod records;
mod rows;
mod sense;
mod slate;
mod text;
mod word_list;

pub use context::Context;
pub use custom::{Custom, CustomError};
pub use detector::Detector;
pub use elements::about::{About, all as elements, labels as labels_of};

/// Changes whenever the same segments could give other mentions: work done under another version is done again.
pub const VERSION: &str = "29";
