//! The parts of an Office package that its reader has no special eye for in, whatever text they hold out.
//!
//! Charts keep the values they were drawn from, diagrams their words, custom
//! XML a whole record, links an address: so every part that is text is read,
//! save those that only tell how things look. Parts that are files of their
//! own become members.
//!
//! Format: ECMA-376 part 1 (parts by name), part 2 (relationships).

use std::collections::HashSet;

use whose_model::{Cause, Field, Locator, PassageKind, Record, RecordKind};

use crate::{
    exhibit::Reading,
    package::{Package, Xml, attribute, events},
};

/// Bytes of text taken from one such part.
const MAX_TEXT: usize = 64 << 20;

/// Parts that tell how things look, or list others.
fn is_of_no_use(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file
        .trim_end_matches(".xml")
        .trim_end_matches(|ch: char| ch.is_ascii_digit());
    matches!(
        stem,
        "[Content_Types]"
            | "styles"
            | "stylesWithEffects"
            | "theme"
            | "themeOverride"
            | "settings"
            | "webSettings"
            | "fontTable"
            | "numbering"
            | "presProps"
            | "viewProps"
            | "tableStyles"
            | "calcChain"
            | "colors"
            | "layout"
            | "quickStyle"
            | "style"
            | "metadata"
            | "itemProps"
            | "printerSettings"
            | "thumbnail"
    ) || name.contains("slideLayouts/")
        || name.contains("printerSettings")
        || is_of_binary_workbook(name)
        || name.starts_with("_rels/")
}

/// Parts of an XLSB that its reader has read: records, no files of their own.
fn is_of_binary_workbook(name: &str) -> bool {
    let Some(part) = name
        .strip_prefix("xl/")
        .and_then(|it| it.strip_suffix(".bin"))
    else {
        return false;
    };
    matches!(part, "workbook" | "sharedStrings" | "styles" | "calcChain")
        || part.starts_with("worksheets/")
        || part.starts_with("comments")
}

/// Whether a part is a file of its own.
pub(crate) fn is_member(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    !matches!(
        ending.as_str(),
        "xml" | "rels" | "vml" | "psmdcp" | "odttf" | "fntdata"
    ) && !is_of_no_use(name)
        && !name.ends_with('/')
}

/// Hands over the text of every part that was not `done`, then the members.
pub(crate) fn put(package: &mut Package<'_>, done: &HashSet<String>, reading: &mut Reading<'_>) {
    let names: Vec<String> = package.names().to_vec();
    let mut links = String::new();
    for name in &names {
        if done.contains(name) || is_of_no_use(name) {
            continue;
        }
        if name.ends_with(".rels") {
            if let Some(bytes) = package.part(name, reading) {
                outer_links(&bytes, &mut links);
            }
        } else if name.starts_with("docProps/") {
            if name.ends_with(".xml") && !name.ends_with("core.xml") {
                more_properties(package, name, reading);
            }
        } else if (name.ends_with(".xml") || name.ends_with(".vml"))
            && let Some(bytes) = package.part(name, reading)
        {
            let (text, is_whole) = text_of(&bytes);
            let kind = if name.contains("comment") || name.contains("person") {
                PassageKind::Comment
            } else {
                PassageKind::Body
            };
            reading.part(name, &text, kind);
            if !is_whole && name.ends_with(".xml") {
                let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
                let place = Locator::Part {
                    part: name.clone(),
                    start: at,
                    end: at,
                };
                reading.gap_at(
                    place,
                    Cause::Corrupt,
                    "the rest of a part is not well formed",
                );
            }
        }
    }
    reading.part("links", &links, PassageKind::Comment);
    package.members(is_member, reading);
}

/// Addresses outside the package.
fn outer_links(bytes: &[u8], out: &mut String) {
    events(bytes, |event| {
        if let Xml::Start("Relationship", start) = event
            && attribute(start, "TargetMode").is_some_and(|mode| mode == "External")
            && let Some(target) = attribute(start, "Target")
            && out.len() < MAX_TEXT
        {
            out.push_str(&target);
            out.push('\n');
        }
    });
}

/// All text of a part, a line for each paragraph or value, with the attributes in which people write.
pub(crate) fn text_of(bytes: &[u8]) -> (String, bool) {
    let mut text = String::new();
    // Custom XML has text in elements of any name; drawings only in some.
    let mut is_skipped = 0_u32;
    let is_whole = events(bytes, |event| match event {
        _ if text.len() >= MAX_TEXT => {}
        Xml::Start("f" | "formatCode" | "instrText" | "ClientData" | "style", _) => is_skipped += 1,
        Xml::End("f" | "formatCode" | "instrText" | "ClientData" | "style") => {
            is_skipped = is_skipped.saturating_sub(1);
        }
        Xml::Start("Cell", start) => {
            // What a shape's data say, and under which label.
            let name = attribute(start, "N");
            if name.is_some_and(|name| matches!(name.as_str(), "Value" | "Label" | "Prompt"))
                && let Some(said) = attribute(start, "V")
                && !said.trim().is_empty()
            {
                end_line(&mut text);
                text.push_str(said.trim());
                text.push('\n');
            }
        }
        Xml::Start(_, start) => {
            for name in [
                "descr",
                "title",
                "alt",
                "displayName",
                "userName",
                "author",
                "connection",
                "command",
                "description",
            ] {
                if let Some(said) = attribute(start, name)
                    && !said.trim().is_empty()
                {
                    end_line(&mut text);
                    text.push_str(said.trim());
                    text.push('\n');
                }
            }
        }
        Xml::Text(said) if is_skipped == 0 => {
            if !said.trim().is_empty() {
                text.push_str(said);
            }
        }
        Xml::End("r" | "rPr" | "t" | "span" | "font" | "b" | "i") => {}
        Xml::End(_) => end_line(&mut text),
        Xml::Text(_) => {}
    });
    (text, is_whole)
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Company, manager and the user's own properties.
fn more_properties(package: &mut Package<'_>, part: &str, reading: &mut Reading<'_>) {
    let Some(bytes) = package.part(part, reading) else {
        return;
    };
    let mut fields: Vec<Field> = Vec::new();
    let mut name = String::new();
    let mut value = String::new();
    let is_custom = part.contains("custom");
    events(&bytes, |event| match event {
        Xml::Start("property", start) => {
            name = attribute(start, "name").unwrap_or_default();
            value.clear();
        }
        Xml::Start(start, _) if !is_custom => {
            name = start.to_owned();
            value.clear();
        }
        Xml::Text(text) => value.push_str(text),
        Xml::End(end) => {
            let is_said = if is_custom {
                end == "property"
            } else {
                matches!(
                    end,
                    "Company" | "Manager" | "HyperlinkBase" | "Template" | "lpstr"
                )
            };
            if is_said && !value.trim().is_empty() && fields.len() < 10_000 {
                fields.push(Field {
                    name: if end == "lpstr" {
                        "part title".to_owned()
                    } else {
                        name.clone()
                    },
                    value: value.trim().to_owned(),
                    place: Locator::Part {
                        part: part.to_owned(),
                        start: 0,
                        end: 0,
                    },
                });
            }
            if !is_custom || end == "property" {
                value.clear();
            }
        }
        Xml::Start(..) => {}
    });
    reading.record(Record {
        kind: RecordKind::Form,
        name: "document properties".to_owned(),
        fields,
        subject: None,
    });
}

#[test]
fn the_words_of_a_diagram_and_an_alt_text_are_lines() {
    let xml = b"<d:x xmlns:d='x'><d:cNvPr descr='photo of Anne'/><a:p><a:r><a:t>Ward</a:t></a:r><a:r><a:t> 3</a:t></a:r></a:p><c:v>12</c:v><c:f>A1</c:f></d:x>";
    assert_eq!(text_of(xml).0, "photo of Anne\nWard 3\n12\n");
}
