//! A PDF in, its pages' text out, with form fields, comments and attachments.
//!
//! Each page is a text of its own, laid out so that a form's label stays by its
//! value and a table's row on one line. A page without text, or whose fonts do not
//! say which letters their signs are, is drawn and its text recognised; so are the
//! larger pictures on other pages. A page that breaks its reader costs that page
//! only. Attached files are members.
//!
//! Format: ISO 32000-1, objects and encryption through lopdf.

mod bounds;
mod content;
mod earlier;
mod extra;
mod font;
mod scan;
mod whole;

use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use whose_model::{Cause, Field, Locator, Origin, PassageKind, Record, RecordKind};

use self::{
    content::{Fonts, IDENTITY, Page, Picture, Walker},
    earlier::Earlier,
};
use crate::{exhibit::Reading, layout, scan::Seen, text};

/// Passwords tried on one file, and bytes read in doing so.
const MAX_TRIES: usize = 2000;
const MAX_TRIED: usize = 4 << 30;
/// Pages of one file that are read.
const MAX_PAGES: usize = 100_000;
/// Bytes of one page's instructions.
const MAX_CONTENT: usize = 128 << 20;

/// Letters of a page below which its pictures are taken for its text.
const FEW_LETTERS: usize = 12;
/// Lines and areas that a page without text may have and still be an empty form.
const FEW_PATHS: usize = 60;
/// Square points that a picture must cover to be looked at on a page with text: 4 by 1.5 cm.
const LARGE: f32 = 4_800.0;

/// Reads a PDF.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let max = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
    let Some((doc, password)) = load(bytes, max, reading) else {
        return;
    };
    extra::properties(&doc, reading);
    extra::form(&doc, reading);
    let mut fonts = Fonts::default();
    let mut pages = scan::Pages::new(bytes, max, password.clone());
    let is_cut = whole::is_cut(bytes);
    let mut earlier = Earlier::new(bytes, is_cut);
    let tree = whole::tree(&doc, is_cut);
    for (&page, number) in tree.pages.iter().zip(1_u32..) {
        let Ok((text, comments, seen)) = page_text(&doc, page, &mut fonts) else {
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
        earlier.keep(&text);
        earlier.keep(&comments);
        if !comments.is_empty() {
            reading.part(
                &format!("page {number}, comments"),
                &comments,
                PassageKind::Comment,
            );
        }
        if seen.is_cut {
            page_gap(
                reading,
                number,
                Cause::Corrupt,
                "the rest of a page cannot be read",
            );
        }
        look_at(&seen, &text, number, &mut pages, reading);
        if number % 64 == 0 {
            reading.pulse();
        }
    }
    whole::tell(&tree, is_cut, reading);
    reading.part("bookmarks", &extra::bookmarks(&doc), PassageKind::Title);
    extra::attachments(&doc, max, reading);
    earlier.tell(&password, max, reading);
}

/// The text of a page, its comments, and what else it shows; an error when it breaks its reader.
fn page_text(
    doc: &Document,
    page: ObjectId,
    fonts: &mut Fonts,
) -> std::thread::Result<(String, String, Page)> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut seen = look(doc, page, fonts);
        let comments = extra::comments(doc, page);
        let text = layout::text(std::mem::take(&mut seen.pieces));
        (text, comments, seen)
    }))
}

/// Has the pictures of a page looked at, or the whole of it, where its text does not say all.
fn look_at(
    seen: &Page,
    text: &str,
    number: u32,
    pages: &mut scan::Pages<'_>,
    reading: &mut Reading<'_>,
) {
    let n_letters = text.chars().filter(|ch| ch.is_alphanumeric()).count();
    let n_lost = text.chars().filter(|ch| is_lost(*ch)).count();
    let is_garbage = seen.n_unread > 20 && seen.n_unread * 3 > seen.n_read
        || n_lost > 20 && n_lost * 3 > n_letters;
    let is_drawn = !seen.pictures.is_empty() || seen.n_paths > FEW_PATHS;
    if is_garbage || n_letters < FEW_LETTERS && is_drawn {
        let whole = pages.whole(number, density(seen), reading);
        let has_lost = tell_lost(pages, number, reading);
        match whole {
            Some(Seen::Text | Seen::Gap) => {}
            Some(Seen::NoText) if is_garbage => {
                let detail = "the fonts of a page do not say which letters their signs are";
                page_gap(reading, number, Cause::UnreadableScan, detail);
            }
            Some(Seen::NoText) if n_letters == 0 && !has_lost => {
                let path = format!("page {number}");
                let field = Field {
                    name: "text".to_owned(),
                    value: "no text found on the page".to_owned(),
                    place: Locator::Field { path: path.clone() },
                };
                reading.record(Record {
                    kind: RecordKind::Form,
                    name: path,
                    fields: vec![field],
                    subject: None,
                });
            }
            Some(Seen::NoText) => {}
            None => {
                let detail = "a page of pictures that cannot be drawn";
                page_gap(reading, number, Cause::UnreadableScan, detail);
            }
        }
        return;
    }
    // Behind a scan that was made searchable stands what it says.
    let is_searchable = seen.n_invisible * 2 > seen.n_read;
    let is_worth = |picture: &Picture| {
        let (x, y) = picture.sides;
        picture.width >= 120.0 && picture.height >= 28.0 && x * y > LARGE && x.min(y) > 10.0
    };
    if !is_searchable && seen.pictures.iter().any(is_worth) {
        let seen = pages.pictures(number, text.len(), reading);
        if !tell_lost(pages, number, reading) && seen.is_none() {
            let detail = "a picture on a page cannot be drawn";
            page_gap(reading, number, Cause::UnreadableScan, detail);
        }
    }
}

/// Tells of a picture that was lost on a page, if one was.
fn tell_lost(pages: &scan::Pages<'_>, number: u32, reading: &mut Reading<'_>) -> bool {
    let has_lost = pages.take_lost();
    if has_lost {
        let detail = "a picture on a page cannot be decoded, or is too large";
        page_gap(reading, number, Cause::UnreadableScan, detail);
    }
    has_lost
}

/// Signs that stand for letters nobody knows.
fn is_lost(ch: char) -> bool {
    ch == char::REPLACEMENT_CHARACTER || ('\u{e000}'..='\u{f8ff}').contains(&ch)
}

/// Dots to the point that show a page's pictures as finely as they are.
fn density(seen: &Page) -> f32 {
    let own = seen
        .pictures
        .iter()
        .filter(|picture| picture.sides.0 > 50.0 && picture.sides.1 > 20.0)
        .map(|picture| (picture.width / picture.sides.0).max(picture.height / picture.sides.1))
        .fold(0.0, f32::max);
    if own > 0.0 {
        own.clamp(2.8, 4.2)
    } else {
        300.0 / 72.0
    }
}

/// The document, and the password that opened it: none, or one of those to try.
fn load(bytes: &[u8], max: usize, reading: &mut Reading<'_>) -> Option<(Document, String)> {
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
    let is_locked = match &loaded {
        Ok(doc) => doc.is_encrypted(),
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => true,
        Err(_) => memchr::memmem::find(bytes, b"/Encrypt").is_some(),
    };
    if is_locked {
        let opened = unlock(bytes, max, reading);
        if opened.is_none() {
            let detail = match loaded {
                Ok(_) | Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => {
                    "locked with a password"
                }
                Err(_) => "locked, or its locking is damaged",
            };
            reading.gap(Cause::Password, detail);
        }
        return opened;
    }
    match loaded {
        Ok(mut doc) => {
            if !has_pages(&doc) {
                find_root(&mut doc);
            }
            Some((doc, String::new()))
        }
        Err(_) => {
            reading.gap(Cause::Corrupt, "its parts cannot be found");
            None
        }
    }
}

/// Tries the passwords that are known, within bounds: each try reads the file anew.
fn unlock(bytes: &[u8], max: usize, reading: &Reading<'_>) -> Option<(Document, String)> {
    let n_tries = (MAX_TRIED / bytes.len().max(1)).clamp(1, MAX_TRIES);
    for password in reading.passwords().iter().take(n_tries) {
        let mut options = LoadOptions::with_max_decompressed_size(max);
        options.password = Some(password.reveal().clone());
        reading.pulse();
        if let Ok(doc) = Document::load_mem_with_options(bytes, options)
            && !doc.is_encrypted()
            && has_pages(&doc)
        {
            return Some((doc, password.reveal().clone()));
        }
    }
    None
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
    let is_lost = |id: &ObjectId| !doc.objects.contains_key(id);
    walker.page.is_cut = doc.get_page_contents(page).iter().any(is_lost);
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
