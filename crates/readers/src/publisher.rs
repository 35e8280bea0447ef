//! Publisher and Works files in, the text of their story out.
//!
//! Both keep the text in a stream of pieces with a list in front; the piece
//! called TEXT is UTF-16. Layout is not read.
//!
//! Format: not published by its maker; the list is as free readers of Publisher
//! and Works files describe it (entries of 24 bytes, each with a name, a
//! place and a length).

use whose_model::{Cause, PassageKind};

use crate::{
    exhibit::Reading,
    ole::{
        self,
        bytes::{slice, u16_at, u32_at, utf16},
        compound::Compound,
        objects, pictures, properties,
    },
};

/// Entries of the list that are looked at.
const MAX_ENTRIES: usize = 64;

/// Reads a publication or a Works document.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        return reading.gap(
            Cause::Corrupt,
            "the directory of its container cannot be read",
        );
    };
    let quill = file
        .find(Compound::ROOT, "Quill")
        .and_then(|at| file.find(at, "QuillSub"))
        .and_then(|at| file.find(at, "CONTENTS"));
    let Some(at) = quill.or_else(|| file.find(Compound::ROOT, "CONTENTS")) else {
        return ole::read_unknown(bytes, reading);
    };
    let text = story(&file.read(at));
    if text.trim().is_empty() {
        return ole::read_unknown(bytes, reading);
    }
    properties::put(&file, Compound::ROOT, reading);
    reading.part("story", &text, PassageKind::Body);
    let mut n_pictures = 0;
    if let Some(escher) = file.find(Compound::ROOT, "Escher") {
        for (at, entry) in file.children(escher) {
            if !entry.is_storage {
                pictures::put(&file.read(at), &mut n_pictures, reading);
            }
        }
    }
    let mut budget = objects::Budget::of(bytes);
    if let Some(pool) = file.find(Compound::ROOT, "Objects") {
        objects::put_pool(&file, pool, &mut budget, reading);
    }
    file.tell(reading);
}

/// The text of a stream of pieces; empty when there is none.
fn story(stream: &[u8]) -> String {
    let mut text = String::new();
    if !stream.starts_with(b"CHNK") {
        return text;
    }
    for start in [0x20, 0x18] {
        for entry in (start..).step_by(24).take(MAX_ENTRIES) {
            if u16_at(stream, entry) != Some(0x18) || slice(stream, entry + 2, 4) != b"TEXT" {
                continue;
            }
            let (Some(at), Some(len)) = (u32_at(stream, entry + 16), u32_at(stream, entry + 20))
            else {
                continue;
            };
            text.push_str(&utf16(slice(stream, at as usize, len as usize)));
        }
        if !text.is_empty() {
            break;
        }
    }
    text.chars()
        .filter_map(|ch| match ch {
            '\r' | '\u{b}' | '\u{c}' => Some('\n'),
            '\t' | '\n' => Some(ch),
            ch if ch.is_control() => None,
            ch => Some(ch),
        })
        .collect()
}

#[test]
fn the_piece_called_text_is_the_story() {
    let mut stream = b"CHNKINK ".to_vec();
    stream.resize(0x20, 0);
    stream.extend([0x18, 0]);
    stream.extend(b"TEXT\0\0\0\0\0\0TEXT");
    stream.extend(0x60_u32.to_le_bytes());
    stream.extend(6_u32.to_le_bytes());
    stream.resize(0x60, 0);
    stream.extend([b'R', 0, b'o', 0, b'y', 0]);
    assert_eq!(story(&stream), "Roy");
    for n in 0..stream.len() {
        story(&stream[..n]);
    }
}
