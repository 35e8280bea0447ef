//! OpenDocument text and slides (odt, odp) in, their text out, with tables, notes and tracked changes.
//!
//! Lines and tables as in docx. Pictures and embedded objects become members.
//!
//! Format: OASIS OpenDocument 1.3 part 3.

use whose_model::{Cause, Locator, PassageKind};

use crate::{
    exhibit::Reading,
    package::{Package, Xml, attribute, events},
};

/// Reads a text or a presentation.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    if !package.unlock(reading) {
        return;
    }
    for (name, kind) in [
        ("styles.xml", PassageKind::Margin),
        ("content.xml", PassageKind::Body),
    ] {
        let Some(xml) = package.part(name, reading) else {
            if kind == PassageKind::Body {
                reading.gap(Cause::Corrupt, "it has no content");
            }
            continue;
        };
        let (text, is_whole) = text_of(&xml);
        reading.part(name, &text, kind);
        if !is_whole {
            let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
            let place = Locator::Part {
                part: name.to_owned(),
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
    package.properties("meta.xml", reading);
    package.members(is_member, reading);
}

/// Whether a part is a picture, an object or a macro.
pub(crate) fn is_member(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    name.starts_with("Pictures/")
        || name.starts_with("media/")
        || name.starts_with("Basic/") && name.ends_with(".xml") && !name.contains("script-")
        || (name.starts_with("Object") && name.ends_with("content.xml"))
        || name.starts_with("Object") && !matches!(ending.as_str(), "xml" | "rdf")
}

/// The text of a part, and whether it was well formed to its end.
pub(crate) fn text_of(xml: &[u8]) -> (String, bool) {
    let mut text = String::new();
    // Depth of paragraphs, so that indentation between elements is not text.
    let mut n_paragraphs = 0_u32;
    let mut n_cells = 0_u32;
    let is_whole = events(xml, |event| match event {
        Xml::Start("p" | "h", _) => n_paragraphs += 1,
        Xml::End("p" | "h") => {
            n_paragraphs = n_paragraphs.saturating_sub(1);
            text.push(if n_cells > 0 { ' ' } else { '\n' });
        }
        Xml::Text(said) if n_paragraphs > 0 => {
            // White space is collapsed, as the format has it.
            for ch in said.chars() {
                let blank = ch.is_ascii_whitespace();
                if !(blank && text.ends_with([' ', '\n', '\t'])) {
                    text.push(if blank { ' ' } else { ch });
                }
            }
        }
        Xml::Start("s", start) if n_paragraphs > 0 => {
            let n = attribute(start, "c")
                .and_then(|n| n.parse().ok())
                .unwrap_or(1);
            text.extend(std::iter::repeat_n(' ', std::cmp::min(n, 64)));
        }
        Xml::Start("tab", _) if n_paragraphs > 0 => text.push('\t'),
        Xml::Start("line-break", _) => text.push(if n_cells > 0 { ' ' } else { '\n' }),
        Xml::Start("table-cell" | "covered-table-cell", _) => n_cells += 1,
        Xml::End("table-cell" | "covered-table-cell") => {
            n_cells = n_cells.saturating_sub(1);
            let kept = text.trim_end_matches(' ').len();
            text.truncate(kept);
            text.push('\t');
        }
        Xml::End("table-row") => {
            let kept = text.trim_end_matches(['\t', ' ']).len();
            text.truncate(kept);
            text.push('\n');
        }
        _ => {}
    });
    (text, is_whole)
}

#[test]
fn paragraphs_are_lines_and_rows_have_tabs() {
    let xml = b"<office:body><text:p>A<text:s text:c=\"2\"/>B</text:p>\n <table:table><table:table-row>\
        <table:table-cell><text:p>Roy</text:p></table:table-cell><table:table-cell><text:p>17</text:p></table:table-cell>\
        </table:table-row></table:table></office:body>";
    assert_eq!(text_of(xml), ("A  B\nRoy\t17\n".to_owned(), true));
}
