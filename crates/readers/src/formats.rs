//! The table of formats: one line each, from the id of a format to the function that reads it.
//!
//! To add a format: write its file with a function of one of the four shapes
//! below, add a line here, and, when its bytes do not give it away through the
//! `file-format` crate, teach `sniff.rs` to know it.

use whose_model::Cause;

use crate::{
    exhibit::Reading,
    source::{ReadSeek, Source},
    sql, text,
};

/// How a format is read.
#[derive(Clone, Copy)]
pub(crate) enum How {
    /// There is nothing in it to read.
    Nothing,
    /// Forwards, without holding it.
    Stream(fn(&mut Source<'_>, &mut Reading<'_>)),
    /// Held in memory as a whole.
    Held(fn(&[u8], &mut Reading<'_>)),
    /// Forwards, and it has members.
    Container(fn(&mut Source<'_>, &mut Reading<'_>)),
    /// From any position, and it has members.
    SeekContainer(fn(&mut dyn ReadSeek, &mut Reading<'_>)),
    /// Not read.
    Gap(Cause, &'static str),
}

/// A format.
pub(crate) struct Format {
    /// Its short id.
    pub(crate) id: &'static str,
    /// How it is read.
    pub(crate) how: How,
}

const fn format(id: &'static str, how: How) -> Format {
    Format { id, how }
}

const UNSUPPORTED: How = How::Gap(Cause::UnsupportedFormat, "no reader knows this format yet");
const PICTURE: How = How::Gap(
    Cause::UnreadableScan,
    "a picture; text in pictures is not read yet",
);

/// Every format with a name.
pub(crate) static FORMATS: &[Format] = &[
    format("empty", How::Nothing),
    format("text", How::Stream(text::read)),
    format("jpeg", PICTURE),
    format("png", PICTURE),
    format("tiff", PICTURE),
    format("gif", PICTURE),
    format("bmp", PICTURE),
    format("webp", PICTURE),
    format("heic", PICTURE),
    format("dicom", PICTURE),
    format("picture", PICTURE),
    format("pdf", UNSUPPORTED),
    format("docx", UNSUPPORTED),
    format("xlsx", UNSUPPORTED),
    format("rtf", UNSUPPORTED),
    format("sql", How::Stream(sql::read)),
    format("program", UNSUPPORTED),
    format("media", UNSUPPORTED),
    format("font", UNSUPPORTED),
    format("unknown", UNSUPPORTED),
];

/// The format with this id.
pub(crate) fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}
