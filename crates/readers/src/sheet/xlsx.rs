//! Workbooks of Excel since 2007 (xlsx) in, the tables on their sheets out, with everything that hangs on them.
//!
//! Each sheet is walked twice, first for what stands beside the cells (merged
//! cells come after them), then for the cells. A part that is missing or
//! broken costs itself: without a list of sheets every sheet in the package is
//! read, without shared texts the numbers still are.
//!
//! Format: ECMA-376 part 1, chapter 18, in both its namespaces.

use std::collections::{HashMap, HashSet};

use whose_model::{Cause, Locator, PassageKind};

use super::{Budget, Hidden, Rows, Written, margin, pivot, sheet_gap, table, value::Form};
use crate::{
    exhibit::Reading,
    package::{Package, Xml, attribute, events},
    rest,
};

/// Shared texts that are kept.
const MAX_STRINGS: usize = 16 << 20;
/// Merged ranges of a sheet.
const MAX_MERGED: usize = 100_000;

/// Reads a workbook.
pub(crate) fn read_xlsx(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let mut done: HashSet<String> = HashSet::new();
    let book = Book::read(&mut package, &mut done, reading);
    let budget = Budget::of(bytes);
    let mut hidden = Hidden::default();
    let mut n_tables = 0;
    for (name, part) in &book.sheets {
        done.insert(part.clone());
        let Some(xml) = package.part(part, reading) else {
            sheet_gap(name, Cause::Corrupt, reading);
            continue;
        };
        if book.hidden_sheets.contains(name) {
            hidden.sheet(name);
        }
        let beside = gather(&xml, name, &mut hidden);
        let sheet = table::Sheet::new(name, beside.merged.clone(), n_tables);
        let mut rows = Rows::new(sheet, &budget);
        let is_whole = cells(&xml, &book, &mut rows, reading);
        n_tables = rows.end(reading);
        if !is_whole {
            sheet_gap(name, Cause::Corrupt, reading);
        }
        reading.part(
            &format!("sheet {name}, headers and footers"),
            &beside.margins,
            PassageKind::Margin,
        );
        reading.part(
            &format!("sheet {name}, links"),
            &beside.links,
            PassageKind::Comment,
        );
    }
    hidden.put(reading);
    reading.part("defined names", &book.names, PassageKind::Title);
    pivot::put_all(&mut package, &mut done, &budget, reading);
    super::extras(&mut package, &mut done, reading);
    rest::put(&mut package, &done, reading);
}

/// What holds for all sheets.
#[derive(Default)]
pub(super) struct Book {
    /// Name and part of each.
    sheets: Vec<(String, String)>,
    hidden_sheets: HashSet<String>,
    names: String,
    is_1904: bool,
    shared: Vec<String>,
    forms: Vec<Form>,
}

impl Book {
    fn read(
        package: &mut Package<'_>,
        done: &mut HashSet<String>,
        reading: &mut Reading<'_>,
    ) -> Self {
        let mut book = Self::default();
        let main = package
            .names()
            .iter()
            .find(|name| name.starts_with("xl/workbook") && name.ends_with(".xml"))
            .cloned()
            .unwrap_or_else(|| "xl/workbook.xml".to_owned());
        done.insert(main.clone());
        let links = targets(package, "xl/_rels/workbook.xml.rels", "xl", reading);
        let mut listed: Vec<(String, String)> = Vec::new();
        if let Some(xml) = package.part(&main, reading) {
            let mut is_name = false;
            events(&xml, |event| match event {
                Xml::Start("workbookPr", start) => {
                    let says = attribute(start, "date1904");
                    book.is_1904 = says.is_some_and(|it| it == "1" || it == "true");
                }
                Xml::Start("sheet", start) => {
                    let name = attribute(start, "name").unwrap_or_default();
                    if attribute(start, "state").is_some_and(|state| state != "visible") {
                        book.hidden_sheets.insert(name.clone());
                    }
                    listed.push((name, attribute(start, "id").unwrap_or_default()));
                }
                Xml::Start("definedName", start) => {
                    is_name = true;
                    book.names
                        .push_str(&attribute(start, "name").unwrap_or_default());
                    book.names.push('\t');
                }
                Xml::Text(text) if is_name => book.names.push_str(text),
                Xml::End("definedName") => {
                    is_name = false;
                    book.names.push('\n');
                }
                _ => {}
            });
        }
        let mut named = HashSet::new();
        for (name, link) in listed {
            if let Some(part) = links.get(&link) {
                named.insert(part.clone());
                // A sheet that is only a chart is read with the other parts.
                if !part.contains("chartsheets/") {
                    book.sheets.push((name, part.clone()));
                }
            } else {
                sheet_gap(&name, Cause::Corrupt, reading);
            }
        }
        let lost: Vec<String> = package
            .names()
            .iter()
            .filter(|name| {
                name.starts_with("xl/worksheets/")
                    && name.ends_with(".xml")
                    && !named.contains(*name)
            })
            .cloned()
            .collect();
        for part in lost {
            let name = part
                .trim_start_matches("xl/worksheets/")
                .trim_end_matches(".xml")
                .to_owned();
            book.sheets.push((name, part));
        }
        book.read_shared(package, done, reading);
        book.read_styles(package, reading);
        book
    }

    fn read_shared(
        &mut self,
        package: &mut Package<'_>,
        done: &mut HashSet<String>,
        reading: &mut Reading<'_>,
    ) {
        let name = package
            .names()
            .iter()
            .find(|name| name.eq_ignore_ascii_case("xl/sharedStrings.xml"))
            .cloned();
        let Some(name) = name else { return };
        done.insert(name.clone());
        let Some(xml) = package.part(&name, reading) else {
            return;
        };
        let mut text = String::new();
        let (mut is_text, mut n_phonetic) = (false, 0_u32);
        let shared = &mut self.shared;
        let is_whole = events(&xml, |event| match event {
            Xml::Start("si", _) => text.clear(),
            Xml::Start("rPh", _) => n_phonetic += 1,
            Xml::End("rPh") => n_phonetic = n_phonetic.saturating_sub(1),
            Xml::Start("t", _) => is_text = true,
            Xml::End("t") => is_text = false,
            Xml::Text(said) if is_text && n_phonetic == 0 => text.push_str(said),
            Xml::End("si") if shared.len() < MAX_STRINGS => {
                shared.push(unescaped(std::mem::take(&mut text)))
            }
            _ => {}
        });
        if !is_whole {
            let place = Locator::Part {
                part: name,
                start: 0,
                end: 0,
            };
            reading.gap_at(
                place,
                Cause::Corrupt,
                "the list of shared texts ends early; cells beyond it are empty",
            );
        }
    }

    fn read_styles(&mut self, package: &mut Package<'_>, reading: &mut Reading<'_>) {
        let Some(xml) = package.part("xl/styles.xml", reading) else {
            return;
        };
        let mut codes: HashMap<u16, String> = HashMap::new();
        let mut cells: Vec<u16> = Vec::new();
        let mut is_cells = false;
        events(&xml, |event| match event {
            Xml::Start("numFmt", start) => {
                let number = attribute(start, "numFmtId").and_then(|id| id.parse().ok());
                if let (Some(number), Some(code)) = (number, attribute(start, "formatCode")) {
                    codes.insert(number, code);
                }
            }
            Xml::Start("cellXfs", _) => is_cells = true,
            Xml::End("cellXfs") => is_cells = false,
            Xml::Start("xf", start) if is_cells && cells.len() < 1 << 20 => {
                cells.push(
                    attribute(start, "numFmtId")
                        .and_then(|id| id.parse().ok())
                        .unwrap_or(0),
                );
            }
            _ => {}
        });
        let form =
            |number: &u16| Form::of(*number, codes.get(number).map(String::as_str), self.is_1904);
        self.forms = cells.iter().map(form).collect();
    }
}

/// `_x000D_` in a text stands for a sign that XML cannot have.
fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    text.replace("_x000D_", "")
        .replace("_x000d_", "")
        .replace("_x0009_", "\t")
        .replace("_x000A_", "\n")
}

/// The parts that a list of relationships names, by their ids.
pub(super) fn targets(
    package: &mut Package<'_>,
    part: &str,
    base: &str,
    reading: &mut Reading<'_>,
) -> HashMap<String, String> {
    let mut out = HashMap::new();
    let Some(xml) = package.part(part, reading) else {
        return out;
    };
    events(&xml, |event| {
        if let Xml::Start("Relationship", start) = event
            && let (Some(id), Some(target)) = (attribute(start, "Id"), attribute(start, "Target"))
        {
            let path = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("{base}/{}", target.trim_start_matches("./")),
            };
            out.insert(id, path);
        }
    });
    out
}

#[derive(Default)]
struct Beside {
    merged: Vec<table::Merged>,
    margins: String,
    links: String,
}

fn gather(xml: &[u8], name: &str, hidden: &mut Hidden) -> Beside {
    let mut beside = Beside::default();
    let mut is_margin = false;
    events(xml, |event| match event {
        Xml::Start("mergeCell", start) => {
            if let Some(range) = attribute(start, "ref").and_then(|it| range(&it))
                && beside.merged.len() < MAX_MERGED
            {
                beside.merged.push(range);
            }
        }
        Xml::Start("col", start) if is_true(start, "hidden") => {
            let number = |name: &str| {
                attribute(start, name)
                    .and_then(|n| n.parse::<u32>().ok())
                    .unwrap_or(1)
                    .max(1)
                    - 1
            };
            hidden.columns(name, number("min"), number("max"));
        }
        Xml::Start("row", start) if is_true(start, "hidden") => {
            if let Some(row) = attribute(start, "r").and_then(|n| n.parse().ok()) {
                hidden.row(name, row);
            }
        }
        Xml::Start("hyperlink", start) => {
            for name in ["ref", "display", "location", "tooltip"] {
                if let Some(said) = attribute(start, name) {
                    beside.links.push_str(&said);
                    beside.links.push('\t');
                }
            }
            beside.links.push('\n');
        }
        Xml::Start(
            "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter",
            _,
        ) => {
            is_margin = true;
        }
        Xml::End(
            "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter",
        ) => {
            is_margin = false;
            beside.margins.push('\n');
        }
        Xml::Text(text) if is_margin => beside.margins.push_str(text),
        _ => {}
    });
    beside.margins = beside
        .margins
        .lines()
        .map(margin)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
    beside
}

fn is_true(start: &quick_xml::events::BytesStart<'_>, name: &str) -> bool {
    attribute(start, name).is_some_and(|it| it == "1" || it == "true")
}

fn range(text: &str) -> Option<table::Merged> {
    let (first, last) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (place(first)?, place(last)?);
    (top <= bottom && left <= right).then(|| table::Merged {
        rows: u64::from(top) + 1..=u64::from(bottom) + 1,
        columns: left..=right,
    })
}

/// Row and column, from 0, of a reference like `B7`.
pub(super) fn place(text: &str) -> Option<(u32, u32)> {
    let text = text.trim_start_matches('$');
    let n_letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at(n_letters);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().fold(0_u32, |sum, byte| {
        sum * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1
    });
    let row: u32 = digits.trim_start_matches('$').parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

/// Hands over the cells; whether the sheet was well formed to its end.
fn cells(xml: &[u8], book: &Book, rows: &mut Rows<'_>, reading: &mut Reading<'_>) -> bool {
    let (mut row, mut column) = (0_u32, 0_u32);
    let (mut kind, mut style) = (String::new(), 0_usize);
    let mut value = String::new();
    let (mut is_value, mut n_phonetic, mut is_first) = (false, 0_u32, true);
    events(xml, |event| match event {
        Xml::Start("row", start) => {
            let number = attribute(start, "r").and_then(|n| n.parse::<u32>().ok());
            row = match number {
                Some(number) => number.saturating_sub(1),
                None if is_first => 0,
                None => row.saturating_add(1),
            };
            is_first = false;
            column = 0;
        }
        Xml::Start("c", start) => {
            if let Some((r, c)) = attribute(start, "r").and_then(|it| place(&it)) {
                (row, column) = (r, c);
            }
            kind = attribute(start, "t").unwrap_or_default();
            style = attribute(start, "s")
                .and_then(|n| n.parse().ok())
                .unwrap_or(0);
            value.clear();
        }
        Xml::Start("rPh", _) => n_phonetic += 1,
        Xml::End("rPh") => n_phonetic = n_phonetic.saturating_sub(1),
        Xml::Start("v" | "t", _) => is_value = n_phonetic == 0,
        Xml::End("v" | "t") => is_value = false,
        Xml::Text(text) if is_value => value.push_str(text),
        Xml::End("c") => {
            let (text, is_text) = match kind.as_str() {
                "s" => {
                    let index: usize = value.trim().parse().unwrap_or(usize::MAX);
                    (book.shared.get(index).cloned().unwrap_or_default(), true)
                }
                "str" | "inlineStr" => (unescaped(std::mem::take(&mut value)), true),
                "b" => (
                    (value.trim() == "1" || value.trim() == "true").to_string(),
                    false,
                ),
                "e" => (String::new(), false),
                "d" => (
                    value
                        .trim()
                        .trim_end_matches("T00:00:00")
                        .replacen('T', " ", 1),
                    false,
                ),
                _ => match value.trim().parse::<f64>() {
                    Ok(number) => (
                        book.forms.get(style).unwrap_or(&Form::Number).write(number),
                        false,
                    ),
                    Err(_) => (std::mem::take(&mut value), true),
                },
            };
            let is_empty = text.is_empty() || kind == "b" && value.trim().is_empty();
            if !is_empty {
                rows.cell(row, column, Written { text, is_text }, reading);
            }
            column = column.saturating_add(1);
        }
        _ => {}
    })
}
