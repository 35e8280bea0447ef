//! The table of formats: one line each, from the id of a format to the function that reads it and to what the manual says of it.
//!
//! To add a format: write its file with a function of one of the shapes
//! below, add a line to its family, and, when its bytes do not give it away
//! through the `file-format` crate, teach `sniff.rs` to know it.
//! `docs/reference/formats.md` is made from these lines, so what a line says
//! must be true of the reader.

mod containers;
mod health;
mod mail;
mod office;
mod other;
mod pictures;
mod tables;
mod text;

pub(crate) use self::containers::{ADDED, BEHIND, FIRST, PIECE};
use whose_model::Cause;

use crate::{
    exhibit::Reading,
    source::{ReadSeek, Source},
};

/// How a format is read.
#[derive(Clone, Copy)]
pub(crate) enum How {
    /// There is nothing in it to read.
    Nothing,
    /// Forwards, without holding it.
    Stream(fn(&mut Source<'_>, &mut Reading<'_>)),
    /// As `Stream`, for text whose places are not bytes: UTF-16 comes as UTF-8.
    Text(fn(&mut Source<'_>, &mut Reading<'_>)),
    /// Held in memory as a whole.
    Held(fn(&[u8], &mut Reading<'_>)),
    /// From any position: a file as it is, a member held in memory.
    Seek(fn(&mut dyn ReadSeek, &mut Reading<'_>)),
    /// Only its readable strings are read, and the gap says why.
    Last(&'static str),
    /// Not read.
    Gap(Cause, &'static str),
}

/// A format.
#[derive(Clone, Copy)]
pub(crate) struct Format {
    /// Its short id.
    pub(crate) id: &'static str,
    /// How it is read.
    pub(crate) how: How,
    /// What the manual says of it.
    pub(crate) about: About,
}

/// What the manual says of a format.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name, with the versions read.
    pub name: &'static str,
    /// What is read of it.
    pub read: &'static str,
    /// What is not, and why.
    pub not_read: &'static str,
    /// The library or program that reads it, or `own`.
    pub library: &'static str,
    /// Where a file of this kind is tested: a folder of `corpus/`, a test, or a third-party corpus by name.
    pub fixture: &'static str,
}

const fn format(id: &'static str, how: How, about: About) -> Format {
    Format { id, how, about }
}

const fn about(
    name: &'static str,
    read: &'static str,
    not_read: &'static str,
    library: &'static str,
    fixture: &'static str,
) -> About {
    About {
        name,
        read,
        not_read,
        library,
        fixture,
    }
}

/// As the last resort.
pub(crate) const STRINGS: How =
    How::Last("no reader knows this format; only its readable strings were read");
pub(crate) const UNSUPPORTED: How =
    How::Gap(Cause::UnsupportedFormat, "no reader knows this format yet");
pub(crate) const PICTURE: How = How::Gap(
    Cause::UnreadableScan,
    "a kind of picture that is not decoded here, such as a metafile; open it by hand",
);

/// Every format that is named by `sniff.rs` or read, by family, in the order of the manual.
static FAMILIES: &[(&str, &[Format])] = &[
    ("Containers", containers::FORMATS),
    ("Mail, contacts and calendars", mail::FORMATS),
    ("Office documents", office::FORMATS),
    ("PDF, scans and pictures", pictures::FORMATS),
    ("Health formats", health::FORMATS),
    ("Tables and databases", tables::FORMATS),
    ("Web and text", text::FORMATS),
    ("Everything else", other::FORMATS),
];

/// The format with this id.
pub(crate) fn by_id(id: &str) -> Option<Format> {
    all().find(|format| format.id == id).copied()
}

/// The format of bytes that show none.
pub(crate) fn unknown() -> Format {
    other::UNKNOWN
}

fn all() -> impl Iterator<Item = &'static Format> {
    FAMILIES.iter().flat_map(|(_, formats)| formats.iter())
}

/// One line of the table of formats.
#[derive(Clone, Copy, Debug)]
pub struct FormatInfo {
    /// The family it stands in.
    pub family: &'static str,
    /// Its short id, as in the list of exhibits.
    pub id: &'static str,
    /// Whether anything of it is read.
    pub is_read: bool,
    /// What the manual says of it.
    pub about: About,
}

/// Every format that is told apart, read or not, in the order of the manual.
pub fn formats() -> impl Iterator<Item = FormatInfo> {
    FAMILIES.iter().flat_map(|&(family, formats)| {
        formats.iter().map(move |format| FormatInfo {
            family,
            id: format.id,
            is_read: !matches!(format.how, How::Gap(..)),
            about: format.about,
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_format_stands_in_the_table_once_and_says_what_is_read_of_it() {
        let mut ids = HashSet::new();
        for format in formats() {
            assert!(ids.insert(format.id), "{} stands there twice", format.id);
            let about = format.about;
            assert!(!about.name.is_empty(), "{}", format.id);
            if format.is_read {
                for said in [about.read, about.library, about.fixture] {
                    assert!(!said.is_empty(), "{}: {about:?}", format.id);
                }
            } else {
                assert!(!about.not_read.is_empty(), "{}: why not?", format.id);
            }
        }
    }
}
