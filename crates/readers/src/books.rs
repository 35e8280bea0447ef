//! Packages of pages in: EPUB, XPS and iWork; their text out, and what is in them as members.
//!
//! An EPUB's chapters are members, read as the HTML they are. An XPS page's
//! runs of glyphs stand at places and are put in lines by these. An iWork
//! document is packed messages of no published kind; its readable runs are taken.
//!
//! Formats: EPUB 3.3; ECMA-388 chapter 12 (OpenXPS); Snappy's format
//! description, framed in chunks of up to 64 KiB as iWork has it.

use std::collections::HashSet;

use whose_model::{Cause, Locator, PassageKind};

use crate::{
    exhibit::{Body, Reading},
    package::{Package, Xml, attribute, events},
};

/// Bytes that one packed part of iWork may come to.
const MAX_UNPACKED: usize = 64 << 20;

/// Reads an electronic book: its chapters in the order of reading, then the rest, as members.
pub(crate) fn read_epub(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let list = package
        .names()
        .iter()
        .find(|name| name.ends_with(".opf"))
        .cloned();
    let mut chapters: Vec<String> = Vec::new();
    if let Some(list) = list {
        package.properties(&list, reading);
        if let Some(xml) = package.part(&list, reading) {
            let base = list
                .rsplit_once('/')
                .map_or(String::new(), |(base, _)| format!("{base}/"));
            chapters = spine(&xml, &base);
        }
    } else {
        reading.gap(
            Cause::Corrupt,
            "it has no list of its chapters; they are read in the order of the file",
        );
    }
    let known: HashSet<&String> = package.names().iter().collect();
    chapters.retain(|name| known.contains(name));
    let is_first: HashSet<String> = chapters.iter().cloned().collect();
    let ending = |name: &str| name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    let rest: Vec<String> = package
        .names()
        .iter()
        .filter(|name| !is_first.contains(*name) && !name.ends_with('/') && *name != "mimetype")
        .filter(|name| {
            !matches!(
                ending(name).as_str(),
                "css" | "opf" | "ncx" | "ttf" | "otf" | "woff" | "woff2"
            ) && !name.starts_with("META-INF/")
        })
        .cloned()
        .collect();
    for name in chapters.into_iter().chain(rest) {
        let Some(content) = package.part(&name, reading) else {
            continue;
        };
        let is_html = matches!(ending(&name).as_str(), "xhtml" | "html" | "htm");
        if !reading.member_as(&name, Body::Memory(&content), is_html.then_some("html")) {
            return;
        }
    }
}

/// The chapters that a list of contents puts in order.
fn spine(xml: &[u8], base: &str) -> Vec<String> {
    let mut items: Vec<(String, String)> = Vec::new();
    let mut order: Vec<String> = Vec::new();
    events(xml, |event| match event {
        Xml::Start("item", start) => {
            if let (Some(id), Some(path)) = (attribute(start, "id"), attribute(start, "href")) {
                items.push((id, format!("{base}{}", path.replace("%20", " "))));
            }
        }
        Xml::Start("itemref", start) => order.extend(attribute(start, "idref")),
        _ => {}
    });
    let items: std::collections::HashMap<String, String> = items.into_iter().collect();
    let mut seen = HashSet::new();
    order
        .iter()
        .filter_map(|id| items.get(id))
        .filter(|name| seen.insert((*name).clone()))
        .cloned()
        .collect()
}

/// Reads a printed document: each page's runs of glyphs, a line for those at one height.
pub(crate) fn read_xps(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let mut pages: Vec<String> = package
        .names()
        .iter()
        .filter(|name| name.ends_with(".fpage"))
        .cloned()
        .collect();
    let number = |name: &str| -> u64 {
        let digits: String = name
            .rsplit('/')
            .next()
            .unwrap_or("")
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap_or(0)
    };
    pages.sort_by_key(|name| number(name));
    if pages.is_empty() {
        reading.gap(Cause::Corrupt, "it has no pages");
    }
    for name in pages {
        let Some(xml) = package.part(&name, reading) else {
            continue;
        };
        let (text, is_whole) = page(&xml);
        reading.part(&name, &text, PassageKind::Body);
        if !is_whole {
            let place = Locator::Part {
                part: name,
                start: 0,
                end: 0,
            };
            reading.gap_at(
                place,
                Cause::Corrupt,
                "the rest of a page is not well formed",
            );
        }
    }
    package.properties("docProps/core.xml", reading);
    package.members(
        |name| {
            let ending = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
            matches!(
                ending.as_str(),
                "png" | "jpg" | "jpeg" | "tif" | "tiff" | "wdp"
            )
        },
        reading,
    );
}

fn page(xml: &[u8]) -> (String, bool) {
    let mut text = String::new();
    let (mut height, mut end) = (f64::NAN, f64::NAN);
    let is_whole = events(xml, |event| {
        let Xml::Start("Glyphs", start) = event else {
            return;
        };
        let Some(said) = attribute(start, "UnicodeString") else {
            return;
        };
        // A brace at the beginning is written with a pair before it.
        let said = said.strip_prefix("{}").unwrap_or(&said);
        let number = |name: &str| {
            attribute(start, name)
                .and_then(|n| n.parse::<f64>().ok())
                .unwrap_or(0.0)
        };
        let (x, y, size) = (
            number("OriginX"),
            number("OriginY"),
            number("FontRenderingEmSize"),
        );
        if !text.is_empty() {
            if (y - height).abs() > 1.0 {
                text.push('\n');
            } else if x - end > size && !text.ends_with(' ') {
                text.push('\t');
            } else if x - end > size * 0.2 && !text.ends_with(' ') {
                text.push(' ');
            }
        }
        height = y;
        end = x + said.chars().count() as f64 * size * 0.5;
        text.push_str(said);
    });
    (text, is_whole)
}

/// Reads a document of Pages, Numbers or Keynote.
pub(crate) fn read_iwork(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let names: Vec<String> = package
        .names()
        .iter()
        .filter(|name| name.ends_with(".iwa"))
        .cloned()
        .collect();
    let mut n_said = 0;
    for name in names {
        // Styles and templates say nothing of anyone.
        if name.contains("Stylesheet") || name.contains("Metadata") || name.contains("ViewState") {
            continue;
        }
        let Some(packed) = package.part(&name, reading) else {
            continue;
        };
        let text = runs(&unframe(&packed));
        n_said += usize::from(!text.is_empty());
        reading.part(&name, &text, PassageKind::Strings);
    }
    reading.gap(
        Cause::UnsupportedFormat,
        if n_said > 0 {
            "its text was taken run by run; tables and pages were not told apart"
        } else {
            "no text was found in it"
        },
    );
    package.members(
        |name| {
            let ending = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
            !matches!(ending.as_str(), "iwa" | "plist")
                && !name.ends_with('/')
                && !name.contains("preview-")
        },
        reading,
    );
}

/// Unpacks chunks, each a zero, its length in three bytes, and Snappy.
fn unframe(packed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = packed;
    while let [0, a, b, c, after @ ..] = rest {
        let len = usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16;
        let chunk = &after[..after.len().min(len)];
        unsnap(chunk, &mut out);
        rest = &after[chunk.len()..];
        if out.len() > MAX_UNPACKED {
            break;
        }
    }
    out
}

fn unsnap(chunk: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    // The length comes first; the chunk ends by itself.
    let mut at = chunk.iter().position(|byte| byte & 0x80 == 0)? + 1;
    while at < chunk.len() && out.len() < MAX_UNPACKED {
        let tag = chunk[at];
        at += 1;
        let word = |n: usize, at: usize| -> Option<usize> {
            let bytes = chunk.get(at..at + n)?;
            Some(
                bytes
                    .iter()
                    .rev()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
            )
        };
        let (len, back) = match tag & 3 {
            0 => {
                let mut len = usize::from(tag >> 2);
                if len >= 60 {
                    let n = len - 59;
                    len = word(n, at)?;
                    at += n;
                }
                let len = len.checked_add(1)?;
                let literal = &chunk[at..chunk.len().min(at.checked_add(len)?)];
                out.extend_from_slice(literal);
                at += literal.len();
                continue;
            }
            1 => {
                let back = usize::from(tag >> 5) << 8 | word(1, at)?;
                at += 1;
                (usize::from(tag >> 2 & 7) + 4, back)
            }
            kind => {
                let n = if kind == 2 { 2 } else { 4 };
                let back = word(n, at)?;
                at += n;
                (usize::from(tag >> 2) + 1, back)
            }
        };
        if back == 0 || back > out.len() - start {
            return None;
        }
        for _ in 0..len {
            out.push(out[out.len() - back]);
        }
    }
    Some(())
}

/// The runs of UTF-8 that a person could read.
fn runs(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        for run in chunk
            .valid()
            .split(|ch: char| ch.is_control() && !matches!(ch, '\n' | '\t'))
        {
            let run = run.trim();
            let n_letters = run.chars().filter(|ch| ch.is_alphanumeric()).count();
            let n = run.chars().count();
            let is_id = n == 36 && run.bytes().filter(|byte| *byte == b'-').count() == 4;
            if n >= 4 && n_letters * 2 >= n && !is_id {
                out.push_str(run);
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_at_one_height_are_a_line() {
        let xml = b"<FixedPage><Glyphs OriginX='10' OriginY='20' FontRenderingEmSize='10' UnicodeString='Anne'/>\
            <Glyphs OriginX='33' OriginY='20' FontRenderingEmSize='10' UnicodeString='Roy'/>\
            <Glyphs OriginX='10' OriginY='40' FontRenderingEmSize='10' UnicodeString='{}{x}'/></FixedPage>";
        assert_eq!(page(xml).0, "Anne Roy\n{x}");
    }

    #[test]
    fn a_framed_chunk_unpacks() {
        // The literal "Anne Roy " and a copy of its first eight signs.
        let snap = [&[17, 32][..], b"Anne Roy ", &[((8 - 4) << 2) | 1, 9]].concat();
        let mut framed = vec![0, snap.len() as u8, 0, 0];
        framed.extend(&snap);
        assert_eq!(unframe(&framed), b"Anne Roy Anne Roy");
        assert_eq!(runs(b"\x0a\x08Anne Roy\x01\x02ab\x03"), "Anne Roy\n");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 4..600)) {
            bytes[0] = 0;
            runs(&unframe(&bytes));
            page(&bytes);
            spine(&bytes, "");
        }
    }
}
