//! Word documents (docx) in, their text out, part by part, with tables, notes, comments and tracked changes.
//!
//! A part's text has a line for each paragraph; the cells of a table's row stand
//! on one line with tabs between them. A two-column table of labels and values
//! also comes as a form, since such a table is about one subject. What was
//! deleted but is still in the file comes apart from the rest: who stole it can
//! read it. Headers and footers are margins, notes and comments keep their own parts,
//! pictures and embedded files become members.
//!
//! Format: ECMA-376, 5th edition, part 1, chapter 17 (WordprocessingML).

use std::collections::HashSet;

use whose_model::{Cause, Field, Locator, PassageKind, Record, RecordKind};

use crate::{
    exhibit::Reading,
    package::{Package, Xml, attribute, events},
    rest,
};

/// Reads a Word document.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let mut parts: Vec<(u8, PassageKind, String)> = package
        .names()
        .iter()
        .filter_map(|name| {
            let (order, kind) = part_kind(name)?;
            Some((order, kind, name.clone()))
        })
        .collect();
    parts.sort_by(|left, right| (left.0, &left.2).cmp(&(right.0, &right.2)));
    if !parts.iter().any(|part| part.0 == MAIN) {
        reading.gap(Cause::Corrupt, "it has no main document");
    }
    let done: HashSet<String> = parts.iter().map(|part| part.2.clone()).collect();
    for (_, kind, name) in parts {
        let Some(xml) = package.part(&name, reading) else {
            continue;
        };
        let said = text_of(&xml);
        reading.part(&name, &said.text, kind);
        let deleted = format!("{name}, deleted text");
        reading.part(&deleted, &said.deleted, PassageKind::Comment);
        for fields in said.forms {
            reading.record(form(&name, fields));
        }
        if !said.is_whole {
            let at = u32::try_from(said.text.len()).unwrap_or(u32::MAX);
            let place = Locator::Part {
                part: name,
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
    package.properties("docProps/core.xml", reading);
    rest::put(&mut package, &done, reading);
}

const MAIN: u8 = 1;

/// Where a part's text belongs, and in which order it is read: letterhead first.
fn part_kind(name: &str) -> Option<(u8, PassageKind)> {
    let stem = name.strip_prefix("word/")?.strip_suffix(".xml")?;
    let is = |start: &str| {
        stem.strip_prefix(start)
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    Some(if is("header") {
        (0, PassageKind::Margin)
    } else if is("document") {
        (MAIN, PassageKind::Body)
    } else if is("footnotes") || is("endnotes") {
        (2, PassageKind::Margin)
    } else if is("comments") {
        (3, PassageKind::Comment)
    } else if is("footer") {
        (4, PassageKind::Margin)
    } else if stem == "glossary/document" {
        (5, PassageKind::Body)
    } else {
        return None;
    })
}

pub(crate) fn form(part: &str, fields: Vec<(String, String, std::ops::Range<usize>)>) -> Record {
    let fields = fields
        .into_iter()
        .map(|(name, value, place)| Field {
            name,
            value,
            place: Locator::Part {
                part: part.to_owned(),
                start: u32::try_from(place.start).unwrap_or(u32::MAX),
                end: u32::try_from(place.end).unwrap_or(u32::MAX),
            },
        })
        .collect();
    Record {
        kind: RecordKind::Form,
        name: part.to_owned(),
        fields,
        subject: None,
    }
}

/// What a part says.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// What was struck out or moved away while changes were tracked.
    pub(crate) deleted: String,
    /// Label, value and where the value stands in the text, of each table that is a form.
    pub(crate) forms: Vec<Vec<(String, String, std::ops::Range<usize>)>>,
    /// The part was well formed to its end.
    pub(crate) is_whole: bool,
}

/// A table being read: where each cell of each row stands in the text.
#[derive(Default)]
struct Table {
    rows: Vec<Vec<std::ops::Range<usize>>>,
    cell_start: usize,
    cell_depth: usize,
}

/// The text of a part, with the forms in it.
fn text_of(xml: &[u8]) -> Said {
    let mut said = Said::default();
    let mut tables: Vec<Table> = Vec::new();
    let mut is_text = false;
    // Word writes a text box twice, for itself and for older programs.
    let mut n_fallback = 0_u32;
    let mut n_lists = 0_u32;
    let mut n_deleted = 0_u32;
    let (mut is_instruction, mut instruction) = (false, String::new());
    said.is_whole = events(xml, |event| match event {
        Xml::Start("Fallback", _) => n_fallback += 1,
        Xml::End("Fallback") => n_fallback = n_fallback.saturating_sub(1),
        _ if n_fallback > 0 => {}
        Xml::Start("t" | "delText", _) => is_text = true,
        Xml::End("t" | "delText") => is_text = false,
        Xml::Start("del" | "moveFrom", _) => n_deleted += 1,
        Xml::End("del" | "moveFrom") => {
            n_deleted = n_deleted.saturating_sub(1);
            if n_deleted == 0 && !said.deleted.is_empty() && !said.deleted.ends_with('\n') {
                said.deleted.push('\n');
            }
        }
        Xml::Text(text) if is_text && n_deleted > 0 => said.deleted.push_str(text),
        Xml::Text(text) if is_text => said.text.push_str(text),
        Xml::Start("instrText", _) => is_instruction = true,
        Xml::End("instrText") => is_instruction = false,
        Xml::Text(text) if is_instruction => instruction.push_str(text),
        Xml::End("fldChar") => {
            // The address of a link stands in quotes.
            for quoted in instruction.split('"').skip(1).step_by(2) {
                if quoted.contains('@') || quoted.contains("://") {
                    said.text.push_str(&format!(" <{quoted}> "));
                }
            }
            instruction.clear();
        }
        Xml::Start("docPr", start) => {
            for name in ["descr", "title"] {
                if let Some(alt) = attribute(start, name)
                    && !alt.trim().is_empty()
                {
                    said.text.push_str(alt.trim());
                    end_line(&mut said.text, &tables);
                }
            }
        }
        Xml::Start("tab" | "ptab", _) => said.text.push('\t'),
        Xml::Start("br" | "cr", _) => end_line(&mut said.text, &tables),
        Xml::Start("noBreakHyphen", _) => said.text.push('-'),
        Xml::Start("sym", start) => {
            let code = attribute(start, "char").and_then(|hex| u32::from_str_radix(&hex, 16).ok());
            said.text.extend(code.and_then(char::from_u32));
        }
        Xml::Start("ffData" | "ddList", _) => n_lists += 1,
        Xml::End("ffData" | "ddList") => n_lists = n_lists.saturating_sub(1),
        // What a legacy form field was filled with stands in the text too; its default may not.
        Xml::Start("default", start) if n_lists > 0 => {
            if let Some(value) = attribute(start, "val") {
                said.text.push_str(&value);
                said.text.push(' ');
            }
        }
        // A text box stands inside a paragraph.
        Xml::Start("txbxContent", _) => end_line(&mut said.text, &tables),
        Xml::End("p") => end_line(&mut said.text, &tables),
        Xml::Start("tbl", _) => tables.push(Table::default()),
        Xml::Start("tr", _) => {
            if let Some(table) = tables.last_mut() {
                table.rows.push(Vec::new());
            }
        }
        Xml::Start("tc", _) => {
            let at = said.text.len();
            if let Some(table) = tables.last_mut() {
                table.cell_start = at;
                table.cell_depth += 1;
            }
        }
        Xml::End("tc") => end_cell(&mut said.text, &mut tables),
        Xml::End("tr") => {
            trim_end(&mut said.text);
            // Inside another table's cell, rows are lines of that cell.
            said.text.push('\n');
        }
        Xml::End("tbl") => {
            if let Some(table) = tables.pop()
                && tables.is_empty()
                && let Some(fields) = labels_and_values(&said.text, &table)
            {
                said.forms.push(fields);
            }
        }
        _ => {}
    });
    said
}

/// A line ends; inside a cell lines are set apart by a blank, so that the row stays one line.
fn end_line(text: &mut String, tables: &[Table]) {
    let is_in_cell = tables.last().is_some_and(|table| table.cell_depth > 0);
    text.push(if is_in_cell { ' ' } else { '\n' });
}

fn end_cell(text: &mut String, tables: &mut [Table]) {
    let Some(table) = tables.last_mut() else {
        return;
    };
    table.cell_depth = table.cell_depth.saturating_sub(1);
    let kept = text.trim_end_matches(' ').len().max(table.cell_start);
    text.truncate(kept);
    let cell = table.cell_start.min(text.len())..text.len();
    if let Some(row) = table.rows.last_mut() {
        row.push(cell);
    }
    text.push('\t');
}

fn trim_end(text: &mut String) {
    let kept = text.trim_end_matches(['\t', ' ']).len();
    text.truncate(kept);
}

/// The fields of a table whose rows are a label and a value, or two such pairs; `None` when it is another table.
fn labels_and_values(
    text: &str,
    table: &Table,
) -> Option<Vec<(String, String, std::ops::Range<usize>)>> {
    let mut fields = Vec::new();
    let (mut n_pairs, mut n_colons) = (0, 0);
    for row in table.rows.iter().filter(|row| !row.is_empty()) {
        let cells: Vec<(&str, std::ops::Range<usize>)> = row
            .iter()
            .filter_map(|range| Some((text.get(range.clone())?.trim(), range.clone())))
            .collect();
        // A heading over the whole width.
        if cells.len() == 1 {
            continue;
        }
        if cells.len() != 2 && cells.len() != 4 {
            return None;
        }
        for pair in cells.chunks_exact(2) {
            let [(label, _), (value, place)] = pair else {
                continue;
            };
            if label.is_empty() && value.is_empty() {
                continue;
            }
            let n_letters = label.chars().filter(|ch| ch.is_alphabetic()).count();
            let n_digits = label.bytes().filter(u8::is_ascii_digit).count();
            if label.len() > 80 || n_letters == 0 || n_digits > n_letters {
                return None;
            }
            n_pairs += 1;
            n_colons += usize::from(label.ends_with(':'));
            if !value.is_empty() {
                let name = label.trim_end_matches(':').trim();
                fields.push((name.to_owned(), (*value).to_owned(), place.clone()));
            }
        }
    }
    if n_pairs < 2 || fields.is_empty() {
        return None;
    }
    // Without colons two columns may be a list under a header: then labels do not repeat kinds.
    let has_values = fields
        .iter()
        .any(|(_, value, _)| value.bytes().any(|byte| byte.is_ascii_digit()));
    let header_like = !has_values && n_colons == 0;
    (!header_like).then_some(fields)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn body(xml: &str) -> Said {
        let xml = format!("<w:document xmlns:w=\"x\"><w:body>{xml}</w:body></w:document>");
        text_of(xml.as_bytes())
    }

    fn p(text: &str) -> String {
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    fn row(cells: &[&str]) -> String {
        let cells = cells.iter().map(|cell| format!("<w:tc>{}</w:tc>", p(cell)));
        format!("<w:tr>{}</w:tr>", cells.collect::<String>())
    }

    #[test]
    fn paragraphs_are_lines_and_rows_have_tabs() {
        let table = format!(
            "<w:tbl>{}{}</w:tbl>",
            row(&["Name", "DOB", "MRN"]),
            row(&["Roy", "1950-01-02", "17"])
        );
        let said = body(&format!("{}{table}{}", p("A &amp; B"), p("end")));
        assert_eq!(
            said.text,
            "A & B\nName\tDOB\tMRN\nRoy\t1950-01-02\t17\nend\n"
        );
        assert!(said.forms.is_empty() && said.is_whole);
    }

    #[test]
    fn a_table_of_labels_and_values_is_a_form_too() {
        let table = format!(
            "<w:tbl>{}{}</w:tbl>",
            row(&["Name:", "Anne Roy"]),
            row(&["DOB:", "1950-01-02"])
        );
        let said = body(&table);
        assert_eq!(said.text, "Name:\tAnne Roy\nDOB:\t1950-01-02\n");
        let [fields] = said.forms.as_slice() else {
            panic!("one form")
        };
        assert_eq!(fields[0].0, "Name");
        assert_eq!(&said.text[fields[1].2.clone()], "1950-01-02");
    }

    #[test]
    fn deleted_text_and_text_boxes_are_read_once() {
        let said = body(
            "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>\
             <mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
             <mc:Fallback><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:p>",
        );
        assert_eq!(
            said.text.split_whitespace().collect::<Vec<_>>(),
            ["new", "box"]
        );
        assert_eq!(said.deleted, "old\n");
    }

    #[test]
    fn a_document_comes_with_its_parts_and_members() {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for (name, content) in [
            (
                "word/document.xml",
                format!("<w:body>{}</w:body>", p("Dear Anne")),
            ),
            (
                "word/header1.xml",
                format!("<w:hdr>{}</w:hdr>", p("Clinic")),
            ),
            ("word/media/a.txt", "a picture".to_owned()),
        ] {
            zip.start_file(name, options).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        let mut given = crate::testkit::Given::default();
        let path = whose_model::ExhibitPath("a.docx".into());
        crate::exhibit::read_as(
            "docx",
            &bytes,
            &path,
            &whose_model::Limits::default(),
            &mut given,
        );
        assert_eq!(given.text(), "Clinic\nDear Anne\na picture");
        assert_eq!(given.ended.len(), 2);
        assert!(given.gaps.is_empty());
    }
}
