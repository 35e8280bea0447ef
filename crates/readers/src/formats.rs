//! The table of formats: one line each, from the id of a format to the function that reads it.
//!
//! To add a format: write its file with a function of one of the shapes
//! below, add a line here, and, when its bytes do not give it away through the
//! `file-format` crate, teach `sniff.rs` to know it.

use whose_model::Cause;

use crate::{
    card, container, csv,
    exhibit::Reading,
    hl7v2, html, json, mail, office, opendocument, package, pdf, rtf, sheet,
    source::{ReadSeek, Source},
    sql, text, xml,
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
}

const fn format(id: &'static str, how: How) -> Format {
    Format { id, how }
}

pub(crate) const UNSUPPORTED: How =
    How::Gap(Cause::UnsupportedFormat, "no reader knows this format yet");
pub(crate) const PICTURE: How = How::Gap(
    Cause::UnreadableScan,
    "a picture; text in pictures is not read yet",
);

/// Every format that is named by `sniff.rs` or read.
pub(crate) static FORMATS: &[Format] = &[
    format("empty", How::Nothing),
    format("text", How::Stream(text::read)),
    format("csv", How::Text(csv::read)),
    format("json", How::Text(json::read)),
    format("ndjson", How::Text(json::read_lines)),
    format("fhir", How::Text(json::read_fhir)),
    format("hl7v2", How::Text(hl7v2::read)),
    format("xml", How::Text(xml::read)),
    format("cda", How::Text(xml::read_cda)),
    format("html", How::Held(html::read)),
    format("eml", How::Held(mail::read)),
    format("mbox", How::Stream(mail::read_mbox)),
    format("vcard", How::Text(card::read)),
    format("uuencode", How::Held(mail::read_uuencoded)),
    format("zip", How::Seek(container::read_zip)),
    format("7z", How::Seek(container::read_7z)),
    format("tar", How::Stream(container::read_tar)),
    format("gzip", How::Stream(container::read_gzip)),
    format("bzip2", How::Stream(container::read_bzip2)),
    format("xz", How::Stream(container::read_xz)),
    format("lzma", How::Stream(container::read_lzma)),
    format("zstd", How::Stream(container::read_zstd)),
    format("jpeg", PICTURE),
    format("png", PICTURE),
    format("tiff", PICTURE),
    format("gif", PICTURE),
    format("bmp", PICTURE),
    format("webp", PICTURE),
    format("heic", PICTURE),
    format("dicom", PICTURE),
    format("picture", PICTURE),
    format("pdf", How::Held(pdf::read)),
    format("docx", How::Held(office::read)),
    format("odt", How::Held(opendocument::read)),
    format("odp", How::Held(opendocument::read)),
    format("pptx", How::Held(office::read)),
    format("xlsx", How::Held(office::read)),
    format("xls", How::Held(sheet::read_xls)),
    format("xlsb", How::Held(office::read)),
    format("ods", How::Held(sheet::read_ods)),
    format(
        "encrypted-office",
        How::Gap(Cause::Password, "locked with a password"),
    ),
    format("vsdx", UNSUPPORTED),
    format("epub", UNSUPPORTED),
    format("doc", UNSUPPORTED),
    format("ppt", UNSUPPORTED),
    format("msg", UNSUPPORTED),
    format("ole", How::Held(package::read_ole)),
    format("tnef", UNSUPPORTED),
    format("rtf", How::Held(rtf::read)),
    format("sql", How::Stream(sql::read)),
    format("program", UNSUPPORTED),
    format("media", UNSUPPORTED),
    format("font", UNSUPPORTED),
    format("unknown", UNSUPPORTED),
];

/// The format with this id.
pub(crate) fn by_id(id: &str) -> Option<Format> {
    FORMATS.iter().find(|format| format.id == id).copied()
}
