//! A structured report's content tree in, text out: one line an item, its concept before its value.
//!
//! Format: DICOM PS3.3, C.17.3 (SR document content), C.18 (content items).

use super::{
    charset::Charset,
    fields::{CONTENT_SEQUENCE, charset_of, text},
    parse::{Element, find, items},
};

const CONCEPT_NAME: u32 = 0x0040_A043;
const CODE_MEANING: u32 = 0x0008_0104;
const CODE_VALUE: u32 = 0x0008_0100;
const LONG_CODE_VALUE: u32 = 0x0008_0119;
const CONCEPT_CODE: u32 = 0x0040_A168;
const MEASURED_VALUE: u32 = 0x0040_A300;
const NUMERIC_VALUE: u32 = 0x0040_A30A;
const UNITS: u32 = 0x0040_08EA;
/// Date and time, date, time, name, text, identifier.
const PLAIN: [u32; 5] = [
    0x0040_A160,
    0x0040_A123,
    0x0040_A120,
    0x0040_A121,
    0x0040_A122,
];

/// The text of a data set's content; empty when it is no report.
pub(super) fn content(elements: &[Element<'_>], charset: Charset) -> String {
    let mut out = String::new();
    if find(elements, CONTENT_SEQUENCE).is_some() {
        item(elements, charset, 0, &mut out);
    }
    out
}

fn item(elements: &[Element<'_>], around: Charset, depth: usize, out: &mut String) {
    let charset = charset_of(elements, around);
    let concept = items(elements, CONCEPT_NAME)
        .first()
        .map(|concept| meaning(&concept.elements, charset))
        .unwrap_or_default();
    let value = value(elements, charset);
    if !concept.is_empty() || !value.is_empty() {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&concept);
        if !concept.is_empty() && !value.is_empty() {
            out.push_str(": ");
        }
        out.push_str(&value);
        out.push('\n');
    }
    // The depth is bounded where the tree is parsed.
    for inner in items(elements, CONTENT_SEQUENCE) {
        item(&inner.elements, charset, depth + 1, out);
    }
}

/// What a code means, or the code itself.
fn meaning(elements: &[Element<'_>], around: Charset) -> String {
    let charset = charset_of(elements, around);
    [CODE_MEANING, CODE_VALUE, LONG_CODE_VALUE]
        .into_iter()
        .filter_map(|tag| find(elements, tag))
        .map(|element| text(element, charset))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

fn value(elements: &[Element<'_>], charset: Charset) -> String {
    for tag in PLAIN {
        let plain = find(elements, tag).map(|element| text(element, charset));
        if let Some(plain) = plain.filter(|plain| !plain.is_empty()) {
            return match tag {
                0x0040_A123 => plain.replace('^', " ").trim_end().to_owned(),
                _ => plain,
            };
        }
    }
    if let Some(code) = items(elements, CONCEPT_CODE).first() {
        return meaning(&code.elements, charset);
    }
    let mut measured = Vec::new();
    for value in items(elements, MEASURED_VALUE) {
        let number = find(&value.elements, NUMERIC_VALUE).map(|element| text(element, charset));
        let unit = items(&value.elements, UNITS)
            .first()
            .map(|unit| meaning(&unit.elements, charset));
        measured.extend(number.into_iter().chain(unit));
    }
    measured.join(" ")
}
