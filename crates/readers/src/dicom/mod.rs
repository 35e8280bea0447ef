//! A DICOM file in, one record of its attributes out, a report's content as text, documents in it as members, and the text that is burned into its pictures.
//!
//! A file without preamble or header, in any transfer syntax, cut off or with
//! wrong lengths, is read as far as its elements can be made out. A DICOMDIR gives
//! a record for each of its directory records, all of one patient under one key.
//! What stands in the pixels goes through `pixels`.
//!
//! Format: DICOM PS3.10 (files, DICOMDIR), PS3.5 (encoding), PS3.3 (F.3 directory, C.17 reports, C.24 encapsulated documents).

mod charset;
mod dictionary;
mod directory;
mod fields;
mod frames;
mod jpeg12;
mod jpegls;
mod marks;
mod parse;
mod pixels;
mod report;
mod rle;
#[cfg(test)]
mod tests;

use std::io::Read as _;

use whose_model::{Cause, Field, Locator, PassageKind, Record, RecordKind};

use self::{
    charset::Charset,
    fields::{Binary, Fields, charset_of},
    parse::{EXPLICIT_LITTLE, Element, Parser, Syntax, bytes_of},
};
pub(crate) use self::{charset::decode_iso_2022, parse::start_of_data_set};
use crate::{
    exhibit::{Body, Reading},
    source::Source,
};

/// Bytes of one record; a longer one is handed over in parts with the same subject.
const MAX_RECORD: usize = 1 << 20;
/// The subject of everything in one file but a DICOMDIR.
const PATIENT: &str = "patient";

const TRANSFER_SYNTAX: u32 = 0x0002_0010;
const DIRECTORY: u32 = 0x0004_1220;
const MIME_TYPE: u32 = 0x0042_0012;
const DOCUMENT_LENGTH: u32 = 0x0042_0015;

/// Reads a file.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let max = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
    while source.buffered().len() <= max && source.grow() {}
    let bytes = source.buffered();
    let is_cut = bytes.len() > max;
    let bytes = &bytes[..bytes.len().min(max)];
    read_held(bytes, is_cut, reading);
}

fn read_held(bytes: &[u8], is_cut: bool, reading: &mut Reading<'_>) {
    let start = if bytes.get(128..132) == Some(b"DICM") {
        132
    } else if bytes.starts_with(b"DICM") {
        4
    } else {
        start_of_data_set(bytes).unwrap_or(0)
    };
    let mut header = Parser::new(bytes);
    let (meta, at) = header.meta(start);
    let uid = bytes_of(&meta, TRANSFER_SYNTAX).unwrap_or_default();
    let uid = String::from_utf8_lossy(uid);
    let uid = uid.trim_matches(['\0', ' ']);
    if uid == "1.2.840.10008.1.2.1.99" {
        let inflated = inflate(&bytes[at.min(bytes.len())..], reading);
        put(&inflated, 0, &meta, EXPLICIT_LITTLE, is_cut, reading);
    } else {
        let syntax = syntax_of(uid, &header, at);
        put(bytes, at, &meta, syntax, is_cut, reading);
    }
}

/// What the header says, unless the first element plainly says otherwise.
fn syntax_of(uid: &str, parser: &Parser<'_>, at: usize) -> Syntax {
    let guess = parser.guess(at);
    match uid {
        "1.2.840.10008.1.2" if !guess.is_explicit => Syntax {
            is_explicit: false,
            is_big: guess.is_big,
        },
        _ => guess,
    }
}

/// A deflated data set (PS3.5, A.5).
fn inflate(packed: &[u8], reading: &mut Reading<'_>) -> Vec<u8> {
    let limits = reading.limits();
    let by_ratio = (packed.len() as u64)
        .saturating_mul(limits.max_expansion)
        .max(10 << 20);
    let max = limits.max_held_bytes.min(by_ratio);
    let mut bytes = Vec::new();
    let result = flate2::read::DeflateDecoder::new(packed)
        .take(max)
        .read_to_end(&mut bytes);
    if result.is_err() {
        reading.gap(
            Cause::Corrupt,
            "the packed attributes are broken; they were read as far as they unpack",
        );
    } else if bytes.len() as u64 == max {
        reading.gap(
            Cause::TooLarge,
            "unpacks to more bytes than may be held; the rest was not read",
        );
    }
    bytes
}

fn put(
    bytes: &[u8],
    at: usize,
    meta: &[Element<'_>],
    syntax: Syntax,
    is_cut: bool,
    reading: &mut Reading<'_>,
) {
    let mut parser = Parser::new(bytes);
    let elements = parser.data_set(at, syntax);
    if elements.is_empty() && meta.is_empty() {
        reading.gap(Cause::Corrupt, "no attribute could be made out");
        return;
    }
    for trouble in &parser.troubles {
        let (cause, detail) = if is_cut && trouble.cause == Cause::Truncated {
            (
                Cause::TooLarge,
                "larger than may be held in memory; the rest was not read",
            )
        } else {
            (trouble.cause, trouble.detail)
        };
        let place = Locator::Bytes {
            start: trouble.at as u64,
            end: trouble.at as u64,
        };
        reading.gap_at(place, cause, detail);
    }
    let charset = charset_of(&elements, Charset::Default);
    let mut fields = Fields::new(syntax.is_big);
    fields.walk(meta, Charset::Default);
    let is_directory = parse::find(&elements, DIRECTORY).is_some();
    if is_directory {
        directory::put(&elements, charset, syntax.is_big, reading);
        for element in elements.iter().filter(|element| element.tag != DIRECTORY) {
            fields.walk(std::slice::from_ref(element), charset);
        }
    } else {
        fields.walk(&elements, charset);
    }
    let name = if is_directory { "DICOMDIR" } else { "DICOM" };
    put_record(
        name,
        fields.fields,
        (!is_directory).then_some(PATIENT),
        reading,
    );
    let text = report::content(&elements, charset);
    if !text.is_empty() {
        reading.next_document();
        reading.text_of(Some(PATIENT.to_owned()));
        reading.part("ContentSequence", &text, PassageKind::Body);
        reading.text_of(None);
    }
    for binary in fields.binaries {
        put_binary(&binary, &elements, reading);
    }
    if !is_directory {
        frames::read(&elements, syntax.is_big, bytes.len(), reading);
    }
}

/// Hands over fields as a record, in parts where they are many.
fn put_record(name: &str, fields: Vec<Field>, subject: Option<&str>, reading: &mut Reading<'_>) {
    let mut part = Vec::new();
    let mut n_bytes = 0;
    let hand_over = |fields: Vec<Field>, reading: &mut Reading<'_>| {
        reading.record(Record {
            kind: RecordKind::Image,
            name: name.to_owned(),
            fields,
            subject: subject.map(str::to_owned),
        });
    };
    for field in fields {
        n_bytes += field.name.len() + field.value.len() + 64;
        part.push(field);
        if n_bytes > MAX_RECORD {
            hand_over(std::mem::take(&mut part), reading);
            n_bytes = 0;
        }
    }
    hand_over(part, reading);
}

/// A document in an attribute becomes a member; of other binary values, those that show a known format.
fn put_binary(binary: &Binary<'_>, elements: &[Element<'_>], reading: &mut Reading<'_>) {
    let text_of = |tag| {
        bytes_of(elements, tag)
            .map(|bytes| {
                String::from_utf8_lossy(bytes)
                    .trim_matches(['\0', ' '])
                    .to_lowercase()
            })
            .unwrap_or_default()
    };
    let mut bytes = binary.bytes;
    let ending = if binary.name.ends_with("EncapsulatedDocument") {
        let len = bytes_of(elements, DOCUMENT_LENGTH).and_then(|len| len.first_chunk::<4>());
        if let Some(len) = len
            && let Some(exact) = bytes.get(..u32::from_le_bytes(*len) as usize)
            && bytes.len() - exact.len() <= 1
        {
            bytes = exact;
        }
        match text_of(MIME_TYPE).as_str() {
            "application/pdf" => "pdf",
            "text/xml" | "application/xml" => "xml",
            "text/plain" => "txt",
            "model/stl" => "stl",
            _ => "bin",
        }
    } else if crate::sniff::shows_format(bytes) {
        "bin"
    } else {
        return;
    };
    reading.member(&format!("{}.{ending}", binary.name), Body::Memory(bytes));
}
