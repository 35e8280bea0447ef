//! A PDF in, its pages' text out, with form fields, comments and attachments.
//!
//! Each page is a text of its own, laid out so that a form's label stays by its
//! value and a table's row on one line. A page of pictures without text is a gap:
//! what stands in a scan is not read here. A page whose fonts do not say which
//! letters their signs are is a gap too. A page that breaks its reader costs that
//! page only. Attached files are members.
//!
//! Format: ISO 32000-1, objects and encryption through lopdf.

mod content;
mod extra;
mod font;

use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use whose_model::{Cause, Locator, Origin, PassageKind};

use self::content::{Fonts, IDENTITY, Page, Walker};
use crate::{exhibit::Reading, layout, text};

/// Pages of one file that are read.
const MAX_PAGES: usize = 100_000;
/// Bytes of one page's instructions.
const MAX_CONTENT: usize = 128 << 20;

/// Reads a PDF.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let max = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
    let Some(doc) = load(bytes, max, reading) else {
        return;
    };
    extra::properties(&doc, reading);
    extra::form(&doc, reading);
    let mut fonts = Fonts::default();
    let mut n_pages = 0;
    for (page, number) in doc.page_iter().take(MAX_PAGES).zip(1_u32..) {
        n_pages += 1;
        let result = catch_unwind(AssertUnwindSafe(|| {
            let seen = look(&doc, page, &mut fonts);
            let comments = extra::comments(&doc, page);
            let text = layout::text(seen.pieces);
            (
                text,
                comments,
                seen.n_pictures,
                seen.n_read,
                seen.n_unread,
                seen.is_cut,
            )
        }));
        let Ok((text, comments, n_pictures, n_read, n_unread, is_cut)) = result else {
            fonts = Fonts::default();
            page_gap(
                reading,
                number,
                Cause::Crash,
                "a page ended its reader unexpectedly",
            );
            continue;
        };
        put_page(&text, number, reading);
        if !comments.is_empty() {
            reading.part(
                &format!("page {number}, comments"),
                &comments,
                PassageKind::Comment,
            );
        }
        if is_cut {
            page_gap(
                reading,
                number,
                Cause::Corrupt,
                "the rest of a page cannot be read",
            );
        }
        if n_unread > 20 && n_unread * 3 > n_read {
            let detail = "the fonts of a page do not say which letters their signs are";
            page_gap(reading, number, Cause::UnreadableScan, detail);
        } else if n_pictures > 0 && text.trim().is_empty() {
            let detail = "a page of pictures; text in pictures is not read yet";
            page_gap(reading, number, Cause::UnreadableScan, detail);
        }
        if number % 64 == 0 {
            reading.pulse();
        }
    }
    if n_pages == 0 {
        reading.gap(Cause::Corrupt, "it has no pages that can be found");
    }
    extra::attachments(&doc, max, reading);
}

/// The document, decrypted with the empty password where that opens it.
fn load(bytes: &[u8], max: usize, reading: &mut Reading<'_>) -> Option<Document> {
    let options = || LoadOptions::with_max_decompressed_size(max);
    let loaded = match Document::load_mem_with_options(bytes, options()) {
        Ok(doc) if doc.is_encrypted() || !has_pages(&doc) => {
            // Files that say what is not true of their own parts are read part by part.
            let mut again = options();
            again.force_reconstruct = true;
            match Document::load_mem_with_options(bytes, again) {
                Ok(mut rebuilt) if !doc.is_encrypted() => {
                    if !has_pages(&rebuilt) {
                        find_root(&mut rebuilt);
                    }
                    Ok(if has_pages(&rebuilt) { rebuilt } else { doc })
                }
                _ => Ok(doc),
            }
        }
        Err(_) => {
            let mut again = options();
            again.force_reconstruct = true;
            Document::load_mem_with_options(bytes, again)
        }
        fine => fine,
    };
    let is_locked = |bytes: &[u8]| memchr::memmem::find(bytes, b"/Encrypt").is_some();
    match loaded {
        Ok(doc) if doc.is_encrypted() => {
            reading.gap(Cause::Password, "locked with a password");
            None
        }
        Ok(mut doc) => {
            if !has_pages(&doc) {
                find_root(&mut doc);
            }
            Some(doc)
        }
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => {
            reading.gap(Cause::Password, "locked with a password");
            None
        }
        Err(_) if is_locked(bytes) => {
            reading.gap(Cause::Password, "locked, or its locking is damaged");
            None
        }
        Err(_) => {
            reading.gap(Cause::Corrupt, "its parts cannot be found");
            None
        }
    }
}

/// Points the trailer at the catalogue, when the trailer that is left does not.
fn find_root(doc: &mut Document) {
    let is_root = |object: &Object| {
        object
            .as_dict()
            .is_ok_and(|dict| dict.has_type(b"Catalog") && dict.has(b"Pages"))
    };
    // What was written last holds.
    let found = doc.objects.iter().rev().find(|(_, object)| is_root(object));
    if let Some(id) = found.map(|(id, _)| *id) {
        doc.trailer.set("Root", id);
    }
}

fn has_pages(doc: &Document) -> bool {
    doc.page_iter().next().is_some()
}

/// What a page shows.
fn look(doc: &Document, page: ObjectId, fonts: &mut Fonts) -> Page {
    let mut walker = Walker {
        doc,
        fonts,
        page: Page::default(),
    };
    let resources: Vec<&Dictionary> = inherited(doc, page, b"Resources")
        .and_then(|object| object.as_dict().ok())
        .into_iter()
        .collect();
    match doc.get_page_content_with_limit(page, MAX_CONTENT) {
        Ok(bytes) => walker.walk(&bytes, &resources, IDENTITY, 0),
        Err(_) => walker.page.is_cut = true,
    }
    for (appearance, matrix) in extra::appearances(doc, page) {
        walker.draw_object(appearance, &resources, &matrix, 0);
    }
    walker.page
}

fn put_page(text: &str, page: u32, reading: &mut Reading<'_>) {
    let max = reading.limits().max_passage_bytes.max(16);
    for piece in text::pieces(text, max) {
        let base = u32::try_from(piece.start).unwrap_or(u32::MAX);
        let origin = Origin::Page { page, base };
        reading.passage(text[piece].to_owned(), origin, PassageKind::Body);
    }
}

fn page_gap(reading: &mut Reading<'_>, page: u32, cause: Cause, detail: &'static str) {
    let place = Locator::Page {
        page,
        start: 0,
        end: 0,
        area: None,
    };
    reading.gap_at(place, cause, detail);
}

/// What a page has itself or from the nodes above it.
fn inherited<'d>(doc: &'d Document, page: ObjectId, key: &[u8]) -> Option<&'d Object> {
    let mut node = doc.get_dictionary(page).ok()?;
    for _ in 0..64 {
        if let Ok(object) = node.get(key) {
            return Some(resolve(doc, object));
        }
        node = dict(doc, node, b"Parent")?;
    }
    None
}

/// The object itself, references followed.
fn resolve<'d>(doc: &'d Document, object: &'d Object) -> &'d Object {
    doc.dereference(object)
        .map_or(&Object::Null, |(_, found)| found)
}

fn dict<'d>(doc: &'d Document, from: &'d Dictionary, key: &[u8]) -> Option<&'d Dictionary> {
    match resolve(doc, from.get(key).ok()?) {
        Object::Dictionary(dict) => Some(dict),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

fn array<'d>(doc: &'d Document, from: &'d Dictionary, key: &[u8]) -> Option<&'d Vec<Object>> {
    resolve(doc, from.get(key).ok()?).as_array().ok()
}

fn number(doc: &Document, object: &Object) -> Option<f32> {
    resolve(doc, object).as_float().ok()
}

#[cfg(test)]
mod tests;
