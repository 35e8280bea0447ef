//! Bytes of one seized file in, segments with their places out, and a gap for whatever could not be read.
//!
//! Everything nested in the file is read too, each member as an exhibit of its
//! own. Evidence is hostile: every reader works within `Limits`, a panic costs
//! one member, and the process that calls [`read`] should first call
//! [`confine`]. A format is one file here and one line in `formats.rs`.
//! What the text means is not decided here.

mod arrow;
mod beside;
mod books;
mod browser_cache;
mod card;
mod columns;
mod confine;
mod container;
mod crypt;
mod csv;
mod dbf;
mod dicom;
mod disk;
mod doc;
mod docx;
mod encoding;
mod exhibit;
mod fields;
mod fixed;
mod formats;
mod hl7v2;
mod html;
mod json;
mod layout;
mod ldif;
mod leaves;
mod mail;
mod mapi;
mod marks;
mod mdb;
mod media;
mod msg;
mod office;
mod ole;
mod onenote;
mod opendocument;
mod package;
mod parquet;
mod pdf;
mod picture;
mod ppt;
mod pptx;
mod programs;
mod pst;
mod publisher;
mod rest;
mod rtf;
mod scan;
mod sheet;
mod silence;
mod sniff;
mod source;
mod sql;
mod sqlite;
mod stat;
mod strings;
mod table;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
mod text;
mod tnef;
mod visio;
mod x12;
mod xml;

pub use beside::{Beside, Neighbour};
pub use confine::{ConfineError, Confinement, confine, confine_programs};
pub use formats::{About, FormatInfo, formats};
pub use programs::{Aids, Program, ProgramEnd, ProgramError, ProgramInput, Programs, Running};
pub use source::Input;

use whose_model::{ExhibitPath, Limits, Sink};

/// Changes whenever any reader changes what it gives for the same bytes.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-20");

/// Reads one file and everything nested in it, and hands the segments and gaps to `sink`.
///
/// Calls `begin` and `end` for the file itself and for each member, nested.
pub fn read(input: Input<'_>, path: &ExhibitPath, limits: &Limits, sink: &mut dyn Sink) {
    read_with(input, path, limits, &Aids::default(), sink);
}

/// As [`read`], with passwords to try and programs to lean on.
pub fn read_with(
    input: Input<'_>,
    path: &ExhibitPath,
    limits: &Limits,
    aids: &Aids<'_>,
    sink: &mut dyn Sink,
) {
    exhibit::read_top(input, path, limits, aids, sink);
}
