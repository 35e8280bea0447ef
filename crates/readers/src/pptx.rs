//! Slides (pptx) in, their text out, slide by slide, with notes and comments.
//!
//! Format: ECMA-376, 5th edition, part 1, chapters 19 and 21.

use std::collections::HashSet;

use whose_model::{Cause, PassageKind};

use crate::{
    exhibit::Reading,
    package::{Package, Xml, attribute, events},
    rest,
};

/// Reads a presentation.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let mut parts: Vec<(u8, u32, PassageKind, String)> = package
        .names()
        .iter()
        .filter_map(|name| {
            let (order, kind) = part_kind(name)?;
            let digits: String = name.chars().filter(char::is_ascii_digit).collect();
            Some((order, digits.parse().unwrap_or(0), kind, name.clone()))
        })
        .collect();
    parts.sort_by(|left, right| (left.0, left.1, &left.3).cmp(&(right.0, right.1, &right.3)));
    if parts.is_empty() {
        reading.gap(Cause::Corrupt, "it has no slides");
    }
    let done: HashSet<String> = parts.iter().map(|part| part.3.clone()).collect();
    for (_, _, kind, name) in parts {
        if let Some(xml) = package.part(&name, reading) {
            let (text, is_whole) = text_of(&xml);
            reading.part(&name, &text, kind);
            if !is_whole {
                let place = whose_model::Locator::Part {
                    part: name,
                    start: u32::try_from(text.len()).unwrap_or(u32::MAX),
                    end: u32::try_from(text.len()).unwrap_or(u32::MAX),
                };
                reading.gap_at(
                    place,
                    Cause::Corrupt,
                    "the rest of a slide is not well formed",
                );
            }
        }
    }
    package.properties("docProps/core.xml", reading);
    rest::put(&mut package, &done, reading);
}

fn part_kind(name: &str) -> Option<(u8, PassageKind)> {
    let stem = name.strip_prefix("ppt/")?.strip_suffix(".xml")?;
    if stem.starts_with("slides/slide") {
        Some((0, PassageKind::Body))
    } else if stem.starts_with("notesSlides/notesSlide") || stem.starts_with("comments/") {
        Some((1, PassageKind::Comment))
    } else if stem.starts_with("diagrams/data") || stem.starts_with("charts/chart") {
        Some((2, PassageKind::Body))
    } else {
        None
    }
}

/// The text of a slide, a line for each paragraph or row, and whether it was well formed to its end.
fn text_of(xml: &[u8]) -> (String, bool) {
    let mut text = String::new();
    let mut is_text = false;
    let mut n_cells = 0_u32;
    let is_whole = events(xml, |event| match event {
        Xml::Start("t" | "text" | "v", _) => is_text = true,
        Xml::End("t" | "text") => is_text = false,
        Xml::End("v") => {
            is_text = false;
            text.push('\n');
        }
        Xml::Text(said) if is_text => text.push_str(said),
        Xml::Start("cNvPr", start) => {
            for name in ["descr", "title"] {
                if let Some(said) = attribute(start, name)
                    && !said.trim().is_empty()
                {
                    text.push_str(said.trim());
                    text.push('\n');
                }
            }
        }
        Xml::Start("br", _) => text.push(if n_cells > 0 { ' ' } else { '\n' }),
        Xml::End("p" | "cm") => text.push(if n_cells > 0 { ' ' } else { '\n' }),
        Xml::Start("tc", _) => n_cells += 1,
        Xml::End("tc") => {
            n_cells = n_cells.saturating_sub(1);
            let kept = text.trim_end_matches(' ').len();
            text.truncate(kept);
            text.push('\t');
        }
        Xml::End("tr") => {
            let kept = text.trim_end_matches(['\t', ' ']).len();
            text.truncate(kept);
            text.push('\n');
        }
        _ => {}
    });
    (text, is_whole)
}

#[test]
fn rows_of_a_slide_s_table_are_lines() {
    let xml = b"<a:tbl><a:tr><a:tc><a:p><a:r><a:t>Roy</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>17</a:t></a:r></a:p></a:tc></a:tr></a:tbl>";
    assert_eq!(text_of(xml), ("Roy\t17\n".to_owned(), true));
}
