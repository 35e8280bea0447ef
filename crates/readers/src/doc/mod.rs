//! Word documents of 1993 to 2003 (doc) in, their text out, story by story, with what was struck out and what is embedded.
//!
//! `fib` finds the parts, `pieces` puts the characters in order, `marks` knows
//! where rows of tables end and what was deleted, `say` makes text of it. The
//! text, headers, footnotes, endnotes, comments and text boxes are stories of
//! one list of characters and are handed over apart.
//!
//! Formatting is not read. Word 2 and older are read for their readable text.
//!
//! Format: [MS-DOC].

mod fib;
mod marks;
mod pieces;
mod say;
#[cfg(test)]
mod tests;

use whose_model::{Cause, Locator, PassageKind};

use self::{
    fib::{Fib, STORIES, place},
    marks::Marks,
    pieces::Pieces,
    say::Say,
};
use crate::{
    crypt::{self, Legacy, Obfuscation, legacy_gap},
    exhibit::{HOLE, Reading},
    ole::{
        self,
        bytes::{u16_at, u32_at},
        compound::Compound,
        objects, pictures, properties, strings, vba,
    },
};

/// Bytes at the beginning of the main stream that are never locked.
const CLEAR: usize = 68;
/// Documents of building blocks behind a document.
const MAX_NEXT: usize = 4;

/// Reads a Word document.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        if bytes.starts_with(ole::compound::MARK) {
            return reading.gap(
                Cause::Corrupt,
                "the directory of its container cannot be read",
            );
        }
        return read_bare(bytes, reading);
    };
    if file.find(Compound::ROOT, "EncryptedPackage").is_some() {
        return crypt::read_package(bytes, reading);
    }
    let Some(main) = file.stream("WordDocument") else {
        return ole::read(bytes, reading);
    };
    properties::put(&file, Compound::ROOT, reading);
    match open(&file, main, reading) {
        Some(streams) => {
            text(&streams, reading);
            let mut n_pictures = 0;
            pictures::put(&streams.data, &mut n_pictures, reading);
            pictures::put(&streams.main, &mut n_pictures, reading);
        }
        None => return,
    }
    vba::put(&file, Compound::ROOT, reading);
    let mut budget = objects::Budget::of(bytes);
    if let Some(pool) = file.find(Compound::ROOT, "ObjectPool") {
        objects::put_pool(&file, pool, &mut budget, reading);
    }
    file.tell(reading);
}

/// Word 6 for DOS and Windows and older wrote without a container.
fn read_bare(bytes: &[u8], reading: &mut Reading<'_>) {
    if Fib::parse(bytes, 0).is_some_and(|fib| fib.is_old && !fib.is_encrypted) {
        let streams = Streams {
            main: bytes.to_vec(),
            tables: Vec::new(),
            data: Vec::new(),
        };
        return text(&streams, reading);
    }
    let said = strings::put("text", bytes, reading);
    reading.gap(
        Cause::UnsupportedFormat,
        if said {
            "a document of a Word before 1993; only its readable text was taken, in no sure order"
        } else {
            "a document of a Word before 1993"
        },
    );
}

/// The streams of a document, unlocked.
struct Streams {
    main: Vec<u8>,
    tables: Vec<u8>,
    data: Vec<u8>,
}

/// Fetches the streams and unlocks them; notes the gap when they stay locked.
fn open(file: &Compound<'_>, mut main: Vec<u8>, reading: &mut Reading<'_>) -> Option<Streams> {
    let Some(fib) = Fib::parse(&main, 0) else {
        let said = strings::put("WordDocument", &main, reading);
        let detail = if said {
            "the head of the document cannot be read; only its readable text was taken"
        } else {
            "the head of the document cannot be read"
        };
        reading.gap(Cause::Corrupt, detail);
        return None;
    };
    let mut tables = if fib.is_old {
        Vec::new()
    } else {
        let (first, second) = if fib.uses_table_1 {
            ("1Table", "0Table")
        } else {
            ("0Table", "1Table")
        };
        file.stream(first)
            .or_else(|| file.stream(second))
            .unwrap_or_default()
    };
    let mut data = file.stream("Data").unwrap_or_default();
    if fib.is_encrypted {
        let candidates = crypt::candidates(reading);
        if fib.is_obfuscated || fib.is_old {
            // The lower half is the check of the password, the upper its key.
            let verifier = u16_at(&main, 0x0E)?;
            let key = u16_at(&main, 0x10)?;
            let Some(key) = Obfuscation::open(key, verifier, &candidates) else {
                reading.gap(Cause::Password, "locked with a password");
                return None;
            };
            let clear = if fib.is_old { 48 } else { CLEAR };
            if let Some(rest) = main.get_mut(clear..) {
                key.unlock_stream(rest, clear);
            }
            key.unlock_stream(&mut tables, 0);
            key.unlock_stream(&mut data, 0);
        } else {
            let n_header = u32_at(&main, 0x0E)? as usize;
            let header = ole::bytes::slice(&tables, 0, n_header).to_vec();
            let key = match Legacy::open(&header, &candidates) {
                Ok(key) => key,
                Err(why) => {
                    legacy_gap(why, reading);
                    return None;
                }
            };
            let head = main.get(..CLEAR.min(main.len())).unwrap_or(&[]).to_vec();
            key.unlock(&mut main, 512);
            main[..head.len()].copy_from_slice(&head);
            key.unlock(&mut tables, 512);
            key.unlock(&mut data, 512);
        }
    }
    Some(Streams { main, tables, data })
}

fn text(streams: &Streams, reading: &mut Reading<'_>) {
    let mut at = 0;
    for number in 0..MAX_NEXT {
        let Some(fib) = Fib::parse(&streams.main, at) else {
            return;
        };
        let prefix = if number == 0 { "" } else { "building blocks: " };
        stories(&fib, streams, prefix, reading);
        if fib.next <= at {
            return;
        }
        at = fib.next;
    }
}

fn stories(fib: &Fib, streams: &Streams, prefix: &str, reading: &mut Reading<'_>) {
    let Streams { main, tables, .. } = streams;
    let pieces = Pieces::of(fib, main, tables);
    let marks = Marks::of(fib, main, tables);
    let mut parts = Vec::new();
    let mut start = 0_u32;
    for (index, n) in fib.n_characters.iter().enumerate() {
        // A count that cannot be is that of the last story with text.
        let end = start.saturating_add(*n).min(i32::MAX as u32);
        if start < end {
            parts.push((index, start..end));
        }
        start = end;
    }
    let last = pieces.list.last().map_or(0, |piece| piece.end);
    if parts.is_empty() && last > 0 {
        parts.push((0, 0..last));
    }
    // Letterheads stand above the text.
    parts.sort_by_key(|(index, _)| (*index != 2 && *index != 7, *index));
    let mut deleted = String::new();
    let mut lost = Vec::new();
    for (index, range) in parts {
        let mut say = Say::new(&marks);
        let n = range.len();
        let mut n_zero = 0;
        let n_there = pieces.characters(main, range, |ch, at| {
            n_zero += usize::from(ch == '\0');
            say.push(ch, at);
        });
        if n_there < n || n_zero >= HOLE / 2 {
            lost.push(index);
        }
        let kind = match index {
            0 | 3 | 6 => PassageKind::Body,
            4 => PassageKind::Comment,
            _ => PassageKind::Margin,
        };
        reading.part(&format!("{prefix}{}", STORIES[index]), &say.text, kind);
        deleted.push_str(&say.deleted);
    }
    reading.part(
        &format!("{prefix}deleted text"),
        &deleted,
        PassageKind::Comment,
    );
    for (number, name) in [
        (place::COMMENT_AUTHORS, "authors of comments"),
        (place::REVISION_AUTHORS, "authors of changes"),
        (place::SAVED_BY, "saved by"),
    ] {
        let table = fib.table(number, tables);
        let names = if number == place::COMMENT_AUTHORS {
            counted(table)
        } else {
            string_table(table)
        };
        let names: Vec<String> = names
            .into_iter()
            .filter(|name| !name.is_empty() && name != "Unknown")
            .collect();
        reading.part(
            &format!("{prefix}{name}"),
            &names.join("\n"),
            PassageKind::Title,
        );
    }
    for index in lost {
        let place = Locator::Part {
            part: format!("{prefix}{}", STORIES[index]),
            start: 0,
            end: 0,
        };
        let detail = "a part of the text is not where its list says, or zeros stand there";
        reading.gap_at(place, Cause::Corrupt, detail);
    }
    if pieces.is_guessed {
        let place = Locator::Part {
            part: format!("{prefix}text"),
            start: 0,
            end: 0,
        };
        reading.gap_at(
            place,
            Cause::Corrupt,
            "the list of the text's pieces cannot be read; the text was taken as it lies in the file",
        );
    }
}

/// Strings, each after the count of its characters.
fn counted(table: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(n) = u16_at(table, at) {
        names.push(ole::bytes::utf16(ole::bytes::slice(
            table,
            at + 2,
            usize::from(n) * 2,
        )));
        at += 2 + usize::from(n) * 2;
    }
    names
}

/// A table of strings with its count ([MS-DOC] section 2.2.4).
fn string_table(table: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    if u16_at(table, 0) != Some(0xFFFF) {
        return names;
    }
    let (n, n_extra) = (u16_at(table, 2).unwrap_or(0), u16_at(table, 4).unwrap_or(0));
    let mut at = 6;
    for _ in 0..n {
        let Some(len) = u16_at(table, at) else { break };
        names.push(ole::bytes::utf16(ole::bytes::slice(
            table,
            at + 2,
            usize::from(len) * 2,
        )));
        at += 2 + usize::from(len) * 2 + usize::from(n_extra);
    }
    names
}
