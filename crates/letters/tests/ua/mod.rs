//! A PDF in, what of PDF/UA-1 it breaks out; and its text in the order of its tags.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Object, ObjectId};

/// Types of ISO 32000-1, 14.8.4.
const STANDARD: &str = "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private \
    P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot \
    Span Quote Note Reference BibEntry Code Link Annot Figure Formula Form";

/// What shows something on a page.
const PAINTS: &str = "Tj TJ ' \" S s f F f* B B* b b* sh Do EI BI";

/// One thing that a page shows: on which page, under which number.
type Marked = (ObjectId, i64);

/// Everything that is read of a file.
#[derive(Default)]
struct Reading {
    faults: BTreeSet<String>,
    /// Text by page and number.
    texts: BTreeMap<Marked, String>,
    /// In the order of the tree.
    order: Vec<Marked>,
    headings: Vec<u32>,
    n_elements: usize,
}

/// What the file breaks, in words; empty when it keeps every rule.
pub(crate) fn faults(pdf: &[u8], language: &str) -> Vec<String> {
    let doc = match Document::load_mem(pdf) {
        Ok(doc) => doc,
        Err(error) => return vec![format!("cannot be read: {error}")],
    };
    let mut reading = read(&doc);
    document(&doc, language, &mut reading);
    reading.faults.into_iter().collect()
}

/// The text in the order of the tags, as a screen reader says it.
pub(crate) fn spoken(pdf: &[u8]) -> String {
    let reading = read(&Document::load_mem(pdf).expect("a PDF"));
    let texts = reading.order.iter().filter_map(|id| reading.texts.get(id));
    texts.cloned().collect::<Vec<_>>().join(" ")
}

fn read(doc: &Document) -> Reading {
    let mut reading = Reading::default();
    for page in doc.page_iter() {
        self::page(doc, page, &mut reading);
    }
    let root = doc
        .catalog()
        .ok()
        .and_then(|catalog| dict(doc, catalog, b"StructTreeRoot"));
    let Some(root) = root else {
        fault(&mut reading, "no structure");
        return reading;
    };
    let roles = dict(doc, root, b"RoleMap");
    if let Ok(kids) = root.get(b"K") {
        below(doc, roles, kids, None, "", &mut reading);
    }
    if dict(doc, root, b"ParentTree").is_none() {
        fault(&mut reading, "the structure has no way back from a page");
    }
    let told: BTreeSet<Marked> = reading.order.iter().copied().collect();
    if told.len() != reading.order.len() {
        fault(&mut reading, "something shown is in two elements");
    }
    if reading.texts.keys().any(|id| !told.contains(id)) {
        fault(&mut reading, "something shown is in no element");
    }
    if told.iter().any(|id| !reading.texts.contains_key(id)) {
        fault(&mut reading, "an element has something that no page shows");
    }
    let headings = reading.headings.clone();
    if headings.first().is_some_and(|level| *level != 1) {
        fault(&mut reading, "the first heading is not of level 1");
    }
    if headings.windows(2).any(|pair| pair[1] > pair[0] + 1) {
        fault(&mut reading, "a level of headings is left out");
    }
    reading
}

fn fault(reading: &mut Reading, what: &str) {
    reading.faults.insert(what.to_owned());
}

fn deref<'d>(doc: &'d Document, object: &'d Object) -> &'d Object {
    doc.dereference(object).map_or(object, |(_, object)| object)
}

fn dict<'d>(doc: &'d Document, of: &'d Dictionary, key: &[u8]) -> Option<&'d Dictionary> {
    deref(doc, of.get(key).ok()?).as_dict().ok()
}

fn is_true(doc: &Document, of: Option<&Dictionary>, key: &[u8]) -> bool {
    of.and_then(|of| of.get(key).ok())
        .is_some_and(|object| matches!(deref(doc, object), Object::Boolean(true)))
}

/// What stands in the catalogue, the metadata, the fonts.
fn document(doc: &Document, language: &str, reading: &mut Reading) {
    let Ok(catalog) = doc.catalog() else {
        return fault(reading, "no catalogue");
    };
    let marks = dict(doc, catalog, b"MarkInfo");
    if !is_true(doc, marks, b"Marked") || is_true(doc, marks, b"Suspects") {
        fault(reading, "not marked as tagged");
    }
    let lang = catalog.get(b"Lang").ok().map(|lang| deref(doc, lang));
    let lang = lang.and_then(|lang| lopdf::decode_text_string(lang).ok());
    if lang.is_none_or(|lang| lang.split('-').next() != Some(language)) {
        fault(reading, "no language, or another");
    }
    let shown = dict(doc, catalog, b"ViewerPreferences");
    if !is_true(doc, shown, b"DisplayDocTitle") {
        fault(reading, "its title is not shown");
    }
    let metadata = catalog.get(b"Metadata").ok().map(|one| deref(doc, one));
    let metadata = metadata.and_then(|one| one.as_stream().ok()?.get_plain_content().ok());
    let metadata = String::from_utf8_lossy(&metadata.unwrap_or_default()).into_owned();
    for part in ["<pdfuaid:part>1</pdfuaid:part>", "<dc:title>"] {
        if !metadata.contains(part) {
            fault(reading, "its metadata do not say what it is");
        }
    }
    if doc.is_encrypted() {
        fault(reading, "is locked");
    }
    let acts = [b"OpenAction".as_slice(), b"AA", b"AcroForm"];
    let opens = catalog.get(b"OpenAction").ok().map(|one| deref(doc, one));
    let is_script = opens
        .and_then(|one| one.as_dict().ok())
        .is_some_and(|one| one.has(b"S"));
    if is_script || acts[1..].iter().any(|key| catalog.has(key)) {
        fault(reading, "acts by itself or is a form");
    }
    for page in doc.page_iter() {
        let Ok(page_dict) = doc.get_dictionary(page) else {
            continue;
        };
        if !page_dict.has(b"StructParents") {
            fault(reading, "a page has no way to the structure");
        }
        let tabs = page_dict.get(b"Tabs").and_then(Object::as_name);
        if page_dict.has(b"Annots") && !tabs.is_ok_and(|tabs| tabs == b"S") {
            fault(
                reading,
                "links of a page are not in the order of the structure",
            );
        }
        for font in doc.get_page_fonts(page).unwrap_or_default().values() {
            self::font(doc, font, reading);
        }
    }
    if reading.n_elements < 3 {
        fault(reading, "no structure to speak of");
    }
}

fn font(doc: &Document, font: &Dictionary, reading: &mut Reading) {
    if !font.has(b"ToUnicode") {
        fault(reading, "a font has no characters for its shapes");
    }
    let inner = font
        .get(b"DescendantFonts")
        .ok()
        .and_then(|list| deref(doc, list).as_array().ok()?.first())
        .and_then(|inner| deref(doc, inner).as_dict().ok());
    let described = dict(doc, inner.unwrap_or(font), b"FontDescriptor");
    if !described.is_some_and(|one| one.has(b"FontFile2") || one.has(b"FontFile3")) {
        fault(reading, "a font is not embedded");
    }
}

/// What a page shows, by number; what it shows under none must be an artifact.
fn page(doc: &Document, page: ObjectId, reading: &mut Reading) {
    let fonts = doc.get_page_fonts(page).unwrap_or_default();
    let encodings: BTreeMap<&[u8], Encoding<'_>> = fonts
        .iter()
        .filter_map(|(name, font)| Some((name.as_slice(), font.get_font_encoding(doc).ok()?)))
        .collect();
    let Ok(content) = Content::decode(&doc.get_page_content(page)) else {
        return fault(reading, "a page cannot be read");
    };
    let mut open: Vec<(bool, Option<i64>)> = Vec::new();
    let mut font: &[u8] = &[];
    for operation in &content.operations {
        let operator = operation.operator.as_str();
        let name = |at: usize| {
            operation
                .operands
                .get(at)
                .and_then(|one| one.as_name().ok())
        };
        match operator {
            "Tf" => font = name(0).unwrap_or_default(),
            "BMC" | "BDC" => {
                let number = operation.operands.get(1).and_then(|one| one.as_dict().ok());
                let number = number.and_then(|one| one.get(b"MCID").ok()?.as_i64().ok());
                let is_artifact = name(0) == Some(b"Artifact");
                if is_artifact && open.iter().any(|one| one.1.is_some()) {
                    fault(reading, "an artifact stands in something tagged");
                }
                if let Some(number) = number {
                    if open.iter().any(|one| one.0) {
                        fault(reading, "something tagged stands in an artifact");
                    }
                    reading.texts.entry((page, number)).or_default();
                }
                open.push((is_artifact, number));
            }
            "EMC" => {
                open.pop();
            }
            _ => {}
        }
        if !PAINTS.split(' ').any(|one| one == operator) {
            continue;
        }
        let number = open.iter().rev().find_map(|one| one.1);
        if number.is_none() && !open.iter().any(|one| one.0) {
            fault(reading, "something shown is neither tagged nor an artifact");
        }
        if let Some(number) = number {
            let text = reading.texts.entry((page, number)).or_default();
            for operand in &operation.operands {
                shown(encodings.get(font), operand, text);
            }
        }
    }
}

fn shown(encoding: Option<&Encoding<'_>>, operand: &Object, text: &mut String) {
    match operand {
        Object::String(bytes, _) => {
            let decoded = encoding.and_then(|encoding| Document::decode_text(encoding, bytes).ok());
            text.push_str(&decoded.unwrap_or_default());
        }
        Object::Array(parts) => parts.iter().for_each(|part| shown(encoding, part, text)),
        _ => {}
    }
}

/// Follows the tree: one element after the other, with the page on which it stands and what it stands in.
fn below(
    doc: &Document,
    roles: Option<&Dictionary>,
    object: &Object,
    page: Option<ObjectId>,
    parent: &str,
    reading: &mut Reading,
) {
    let object = deref(doc, object);
    if let Ok(list) = object.as_array() {
        for one in list {
            below(doc, roles, one, page, parent, reading);
        }
        return;
    }
    if let (Ok(number), Some(page)) = (object.as_i64(), page) {
        reading.order.push((page, number));
        return;
    }
    let Ok(element) = object.as_dict() else {
        return;
    };
    let own = element.get(b"Pg").and_then(Object::as_reference).ok();
    let page = own.or(page);
    if let (Ok(number), Some(page)) = (element.get(b"MCID").and_then(Object::as_i64), page) {
        reading.order.push((page, number));
        return;
    }
    let Ok(mut role) = element.get(b"S").and_then(Object::as_name) else {
        return;
    };
    for _ in 0..8 {
        match roles.and_then(|roles| roles.get(role).ok()?.as_name().ok()) {
            Some(other) => role = other,
            None => break,
        }
    }
    let role = String::from_utf8_lossy(role).into_owned();
    reading.n_elements += 1;
    kept(doc, element, &role, parent, reading);
    if let Ok(kids) = element.get(b"K") {
        below(doc, roles, kids, page, &role, reading);
    }
}

/// The rules of one element: a type that readers know, in the place where it may stand, with what it must say.
fn kept(doc: &Document, element: &Dictionary, role: &str, parent: &str, reading: &mut Reading) {
    if !STANDARD.split_whitespace().any(|one| one == role) {
        fault(reading, "an element is of no standard type");
    }
    if let Some(level) = role.strip_prefix('H').and_then(|level| level.parse().ok()) {
        reading.headings.push(level);
    }
    let may_stand = match role {
        "LI" => parent == "L",
        "Lbl" | "LBody" => parent == "LI",
        "TR" => matches!(parent, "Table" | "THead" | "TBody" | "TFoot"),
        "TH" | "TD" => parent == "TR",
        _ => match parent {
            "L" => matches!(role, "LI" | "L" | "Caption"),
            "LI" => matches!(role, "Lbl" | "LBody"),
            "TR" => false,
            _ => true,
        },
    };
    if !may_stand {
        fault(
            reading,
            "an element of a list or table stands outside of it, or another in it",
        );
    }
    let words = element.has(b"Alt") || element.has(b"ActualText");
    if matches!(role, "Figure" | "Formula") && !words {
        fault(reading, "a picture has no words");
    }
    if role == "TH" && !scoped(doc, element) {
        fault(reading, "a head cell does not say of what it is the head");
    }
}

fn scoped(doc: &Document, element: &Dictionary) -> bool {
    let Some(attributes) = element.get(b"A").ok().map(|one| deref(doc, one)) else {
        return false;
    };
    let list = attributes
        .as_array()
        .map_or_else(|_| vec![attributes], |list| list.iter().collect());
    list.into_iter()
        .filter_map(|one| deref(doc, one).as_dict().ok())
        .any(|one| one.has(b"Scope"))
}
