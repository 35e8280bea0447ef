//! What a PDF holds beside its pages: form fields, comments, attachments, properties.
//!
//! Source: ISO 32000-1, 7.11.4, 12.5, 12.7, 14.3.3.

use lopdf::{Dictionary, Document, Object, ObjectId};
use whose_model::{Cause, Field, Locator, Record, RecordKind};

use super::{array, content::Matrix, dict, number, resolve};
use crate::exhibit::{Body, Reading};

/// Fields of one form, nodes of one tree, notes of one page.
const MAX_NODES: usize = 100_000;
const MAX_DEPTH: u8 = 32;

fn string(doc: &Document, from: &Dictionary, key: &[u8]) -> Option<String> {
    let object = resolve(doc, from.get(key).ok()?);
    match object {
        Object::String(bytes, _) => Some(
            lopdf::decode_text_string(object)
                .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned()),
        ),
        Object::Name(name) => Some(String::from_utf8_lossy(name).into_owned()),
        Object::Stream(stream) => stream
            .get_plain_content_with_limit(1 << 20)
            .ok()
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        _ => None,
    }
}

/// Entries that tell of programs and times only.
const UNTOLD: [&[u8]; 6] = [
    b"Creator",
    b"Producer",
    b"CreationDate",
    b"ModDate",
    b"Trapped",
    b"PTEX.Fullbanner",
];

/// Hands over title, author and whatever else the document says of itself, as a form.
pub(super) fn properties(doc: &Document, reading: &mut Reading<'_>) {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let info = doc
        .trailer
        .get(b"Info")
        .ok()
        .and_then(|object| resolve(doc, object).as_dict().ok());
    for (key, _) in info.into_iter().flat_map(Dictionary::iter).take(500) {
        if !UNTOLD.contains(&key.as_slice())
            && let Some(value) = info.and_then(|info| string(doc, info, key))
        {
            pairs.push((String::from_utf8_lossy(key).into_owned(), value));
        }
    }
    let metadata = doc
        .catalog()
        .ok()
        .and_then(|root| resolve(doc, root.get(b"Metadata").ok()?).as_stream().ok())
        .and_then(|stream| stream.get_plain_content_with_limit(4 << 20).ok());
    if let Some(metadata) = metadata
        && let Some(packet) = crate::picture::xmp_packet(&metadata)
    {
        for (name, value) in crate::picture::xmp(packet) {
            // Most of it says again what stood above, or which program made the file.
            let is_of_people = ["dc:", "pdfx:", "photoshop:", "Iptc4xmp", "xmpRights:"]
                .iter()
                .any(|prefix| name.starts_with(prefix));
            if is_of_people && !pairs.iter().any(|(_, known)| *known == value) {
                pairs.push((name, value));
            }
        }
    }
    let fields = pairs
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| Field {
            place: Locator::Field { path: name.clone() },
            name,
            value,
        })
        .collect();
    reading.record(Record {
        kind: RecordKind::Form,
        name: "document properties".to_owned(),
        fields,
        subject: None,
    });
}

/// The titles of the document's bookmarks, a line each.
pub(super) fn bookmarks(doc: &Document) -> String {
    let mut text = String::new();
    let root = doc
        .catalog()
        .ok()
        .and_then(|root| dict(doc, root, b"Outlines"));
    let mut open: Vec<&Dictionary> = root
        .and_then(|root| dict(doc, root, b"First"))
        .into_iter()
        .collect();
    let mut n_seen = 0;
    while let Some(mark) = open.pop() {
        n_seen += 1;
        if n_seen > MAX_NODES / 10 || text.len() > 1 << 20 {
            break;
        }
        if let Some(title) = string(doc, mark, b"Title") {
            text.push_str(title.trim());
            text.push('\n');
        }
        open.extend(dict(doc, mark, b"Next"));
        open.extend(dict(doc, mark, b"First"));
    }
    text
}

/// Hands over the filled fields of the document's form.
pub(super) fn form(doc: &Document, reading: &mut Reading<'_>) {
    let form = doc
        .catalog()
        .ok()
        .and_then(|root| dict(doc, root, b"AcroForm"));
    let Some(form) = form else { return };
    let mut fields = Vec::new();
    let mut n_seen = 0;
    for field in array(doc, form, b"Fields").into_iter().flatten() {
        walk(doc, field, "", 0, &mut n_seen, &mut fields);
    }
    reading.record(Record {
        kind: RecordKind::Form,
        name: "AcroForm".to_owned(),
        fields,
        subject: None,
    });
    // A form made by LiveCycle keeps its data apart.
    let is_xfa = form.get(b"XFA").is_ok();
    if let (true, Some(parts)) = (is_xfa, array(doc, form, b"XFA")) {
        for pair in parts.chunks_exact(2) {
            if let [Object::String(name, _), stream] = pair
                && name == b"datasets"
                && let Ok(stream) = resolve(doc, stream).as_stream()
                && let Ok(bytes) = stream.get_plain_content_with_limit(16 << 20)
            {
                reading.member("datasets.xml", Body::Memory(&bytes));
            }
        }
    }
}

fn walk(
    doc: &Document,
    object: &Object,
    above: &str,
    depth: u8,
    n_seen: &mut usize,
    fields: &mut Vec<Field>,
) {
    *n_seen += 1;
    if depth > MAX_DEPTH || *n_seen > MAX_NODES {
        return;
    }
    let Ok(field) = resolve(doc, object).as_dict() else {
        return;
    };
    let own = string(doc, field, b"T");
    let path = match (&own, above.is_empty()) {
        (Some(own), true) => own.clone(),
        (Some(own), false) => format!("{above}.{own}"),
        (None, _) => above.to_owned(),
    };
    let value = match field.get(b"V").map(|value| resolve(doc, value)) {
        // A list in which several are chosen.
        Ok(Object::Array(chosen)) => {
            let texts = chosen
                .iter()
                .filter_map(|item| lopdf::decode_text_string(resolve(doc, item)).ok());
            Some(texts.collect::<Vec<_>>().join("; "))
        }
        // A signature: who signed, when, where and why.
        Ok(Object::Dictionary(signature)) => {
            for (key, said) in [
                (&b"Name"[..], "signed by"),
                (b"M", "signed on"),
                (b"Location", "signed at"),
                (b"Reason", "reason for signing"),
                (b"ContactInfo", "contact of who signed"),
            ] {
                if let Some(value) = string(doc, signature, key)
                    && !value.trim().is_empty()
                {
                    fields.push(Field {
                        name: said.to_owned(),
                        value,
                        place: Locator::Field { path: path.clone() },
                    });
                }
            }
            None
        }
        Ok(_) => string(doc, field, b"V"),
        Err(_) => None,
    };
    if let Some(value) = value
        && !value.trim().is_empty()
        && value != "Off"
    {
        // What a screen reader says of the field is more telling than `Text17`.
        let name = string(doc, field, b"TU").filter(|said| !said.trim().is_empty());
        fields.push(Field {
            name: name.unwrap_or_else(|| path.clone()),
            value,
            place: Locator::Field { path: path.clone() },
        });
    }
    for kid in array(doc, field, b"Kids").into_iter().flatten() {
        walk(doc, kid, &path, depth + 1, n_seen, fields);
    }
}

fn annotations(doc: &Document, page: ObjectId) -> impl Iterator<Item = &Dictionary> {
    let page = doc.get_dictionary(page).ok();
    let listed = page.and_then(|page| array(doc, page, b"Annots"));
    listed
        .into_iter()
        .flatten()
        .take(MAX_NODES)
        .filter_map(|object| resolve(doc, object).as_dict().ok())
}

/// What people noted on a page, a line each, with who did.
pub(super) fn comments(doc: &Document, page: ObjectId) -> String {
    let mut text = String::new();
    for note in annotations(doc, page) {
        let subtype = note
            .get(b"Subtype")
            .and_then(Object::as_name)
            .unwrap_or(b"");
        // What these show is drawn on the page or stands in the form.
        if matches!(subtype, b"Widget" | b"Link" | b"FreeText") {
            continue;
        }
        if let Some(said) = string(doc, note, b"Contents")
            && !said.trim().is_empty()
        {
            if let Some(who) = string(doc, note, b"T") {
                text.push_str(&who);
                text.push_str(": ");
            }
            text.push_str(said.trim());
            text.push('\n');
        }
    }
    text
}

/// The drawn forms of a page's fields and notes, each with where it is drawn.
pub(super) fn appearances(doc: &Document, page: ObjectId) -> Vec<(&Object, Matrix)> {
    const HIDDEN: i64 = 2;
    let mut found = Vec::new();
    for note in annotations(doc, page) {
        let flags = note.get(b"F").and_then(Object::as_i64).unwrap_or(0);
        let subtype = note
            .get(b"Subtype")
            .and_then(Object::as_name)
            .unwrap_or(b"");
        if flags & HIDDEN != 0 || subtype == b"Popup" {
            continue;
        }
        let normal = dict(doc, note, b"AP").and_then(|looks| looks.get(b"N").ok());
        let Some(mut object) = normal else { continue };
        if let Object::Dictionary(states) = resolve(doc, object) {
            // A box that may be ticked has a look for each state.
            let state = note.get(b"AS").and_then(Object::as_name).unwrap_or(b"Off");
            match states.get(state) {
                Ok(look) => object = look,
                Err(_) => continue,
            }
        }
        let Ok(stream) = resolve(doc, object).as_stream() else {
            continue;
        };
        let (Some(rect), Some(bbox)) = (
            corners(doc, note, b"Rect"),
            corners(doc, &stream.dict, b"BBox"),
        ) else {
            continue;
        };
        let scale = |to: f32, from: f32| if from.abs() > 0.01 { to / from } else { 1.0 };
        let sx = scale(rect[2] - rect[0], bbox[2] - bbox[0]);
        let sy = scale(rect[3] - rect[1], bbox[3] - bbox[1]);
        found.push((
            object,
            [
                sx,
                0.0,
                0.0,
                sy,
                rect[0] - bbox[0] * sx,
                rect[1] - bbox[1] * sy,
            ],
        ));
    }
    found
}

/// Left, bottom, right, top.
fn corners(doc: &Document, from: &Dictionary, key: &[u8]) -> Option<[f32; 4]> {
    let items = array(doc, from, key)?;
    let n = |at: usize| items.get(at).and_then(|it| number(doc, it));
    let (x0, y0, x1, y1) = (n(0)?, n(1)?, n(2)?, n(3)?);
    Some([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)])
}

/// Reads attached files as members.
pub(super) fn attachments(doc: &Document, max: usize, reading: &mut Reading<'_>) {
    let mut specs: Vec<&Dictionary> = Vec::new();
    let names = doc
        .catalog()
        .ok()
        .and_then(|root| dict(doc, root, b"Names"));
    if let Some(tree) = names.and_then(|names| dict(doc, names, b"EmbeddedFiles")) {
        let mut n_seen = 0;
        leaves(doc, tree, 0, &mut n_seen, &mut specs);
    }
    for page in doc.page_iter().take(10_000) {
        for note in annotations(doc, page) {
            if matches!(
                note.get(b"Subtype").and_then(Object::as_name),
                Ok(b"FileAttachment")
            ) {
                specs.extend(dict(doc, note, b"FS"));
            }
        }
    }
    for spec in specs {
        let name = string(doc, spec, b"UF")
            .or_else(|| string(doc, spec, b"F"))
            .unwrap_or_default();
        let file = dict_object(doc, spec, b"EF").and_then(|files| {
            let object = files.get(b"F").or_else(|_| files.get(b"UF")).ok()?;
            resolve(doc, object).as_stream().ok()
        });
        let bytes = file.and_then(|file| file.get_plain_content_with_limit(max).ok());
        let goes_on = match bytes {
            Some(bytes) => reading.member(&name, Body::Memory(&bytes)),
            None => {
                let detail = "an attached file cannot be read";
                reading.lost_member(&name, "unknown", Cause::Corrupt, detail, None)
            }
        };
        if !goes_on {
            return;
        }
    }
}

fn dict_object<'d>(doc: &'d Document, from: &'d Dictionary, key: &[u8]) -> Option<&'d Dictionary> {
    dict(doc, from, key)
}

fn leaves<'d>(
    doc: &'d Document,
    node: &'d Dictionary,
    depth: u8,
    n_seen: &mut usize,
    specs: &mut Vec<&'d Dictionary>,
) {
    *n_seen += 1;
    if depth > MAX_DEPTH || *n_seen > MAX_NODES {
        return;
    }
    for pair in array(doc, node, b"Names")
        .map_or(&[][..], Vec::as_slice)
        .chunks_exact(2)
    {
        if let [_, spec] = pair
            && let Ok(spec) = resolve(doc, spec).as_dict()
        {
            specs.push(spec);
        }
    }
    for kid in array(doc, node, b"Kids").into_iter().flatten() {
        if let Ok(kid) = resolve(doc, kid).as_dict() {
            leaves(doc, kid, depth + 1, n_seen, specs);
        }
    }
}
