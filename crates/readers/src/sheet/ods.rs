//! A workbook of OpenDocument (ods) in, the tables on its sheets out.
//!
//! The content is walked once; a cell or row that is said to repeat is written
//! out only where it holds something, and no oftener than a bound. Notes,
//! shapes' words, tracked changes, headers and what is hidden come apart.
//!
//! Format: OASIS OpenDocument 1.3 part 3, chapter 9 (tables) and 19.

use std::collections::HashSet;

use whose_model::{Cause, Locator, PassageKind};

use super::{Budget, Hidden, Rows, Written, table, value::number};
use crate::{
    exhibit::Reading,
    opendocument,
    package::{Package, Xml, attribute, events},
};

/// Times that a row or cell with content is repeated.
const MAX_ROWS: u32 = 100_000;
const MAX_COLUMNS: u32 = 1024;

/// Reads a workbook.
pub(crate) fn read_ods(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    if !package.unlock(reading) {
        return;
    }
    if let Some(styles) = package.part("styles.xml", reading) {
        reading.part(
            "styles.xml",
            &opendocument::text_of(&styles).0,
            PassageKind::Margin,
        );
    }
    match package.part("content.xml", reading) {
        Some(content) => walk(&content, &Budget::of(bytes), reading),
        None => reading.gap(Cause::Corrupt, "it has no content"),
    }
    package.properties("meta.xml", reading);
    package.members(opendocument::is_member, reading);
}

/// What a cell says.
#[derive(Default)]
struct Cell {
    kind: String,
    value: String,
    text: String,
    n_repeated: u32,
}

#[derive(Default)]
struct State<'k> {
    rows: Option<Rows<'k>>,
    name: String,
    row: u32,
    n_row_repeated: u32,
    column: u32,
    cell: Option<Cell>,
    /// The cells of the row, for its repetition.
    line: Vec<(u32, String, bool)>,
    n_tables: u32,
    n_sheets: u32,
    n_notes: u32,
    n_shapes: u32,
    n_changes: u32,
    n_paragraphs: u32,
    notes: String,
    shapes: String,
    changes: String,
    hidden: Hidden,
    hidden_styles: HashSet<String>,
    style: String,
    hidden_column: u32,
}

fn walk(content: &[u8], budget: &Budget, reading: &mut Reading<'_>) {
    let mut state = State::default();
    let is_whole = events(content, |event| state.take(event, budget, reading));
    state.end_sheet(reading);
    let State {
        notes,
        shapes,
        changes,
        hidden,
        ..
    } = state;
    reading.part("comments", &notes, PassageKind::Comment);
    reading.part("shapes", &shapes, PassageKind::Body);
    reading.part("tracked changes", &changes, PassageKind::Comment);
    hidden.put(reading);
    if !is_whole {
        let place = Locator::Part {
            part: "content.xml".to_owned(),
            start: 0,
            end: 0,
        };
        reading.gap_at(
            place,
            Cause::Corrupt,
            "the rest of a part is not well formed",
        );
    }
}

impl<'k> State<'k> {
    fn take(&mut self, event: Xml<'_>, budget: &'k Budget, reading: &mut Reading<'_>) {
        match event {
            Xml::Start("style", start) => self.style = attribute(start, "name").unwrap_or_default(),
            Xml::Start("table-properties", start)
                if attribute(start, "display").is_some_and(|it| it == "false") =>
            {
                self.hidden_styles.insert(self.style.clone());
            }
            Xml::Start("tracked-changes", _) => self.n_changes += 1,
            Xml::End("tracked-changes") => self.n_changes = self.n_changes.saturating_sub(1),
            Xml::Start("annotation", _) => {
                self.n_notes += 1;
                let place = format!(
                    "{} {}{}\t",
                    self.name,
                    Locator::column_letters(self.column as usize),
                    self.row + 1
                );
                self.notes.push_str(&place);
            }
            Xml::End("annotation") => {
                self.n_notes = self.n_notes.saturating_sub(1);
                self.notes.push('\n');
            }
            Xml::Start("frame" | "custom-shape" | "rect" | "ellipse" | "caption" | "g", _) => {
                self.n_shapes += 1
            }
            Xml::End("frame" | "custom-shape" | "rect" | "ellipse" | "caption" | "g") => {
                self.n_shapes = self.n_shapes.saturating_sub(1);
            }
            Xml::Start("p" | "h" | "creator" | "title" | "desc", _) => {
                self.n_paragraphs += 1;
                if let Some(cell) = &mut self.cell
                    && self.n_notes + self.n_shapes == 0
                    && !cell.text.is_empty()
                {
                    cell.text.push('\n');
                }
            }
            Xml::End("p" | "h" | "creator" | "title" | "desc") => {
                self.n_paragraphs = self.n_paragraphs.saturating_sub(1);
                let end = if self.n_notes > 0 { '\t' } else { '\n' };
                if let Some(out) = self.beside() {
                    out.push(end);
                }
            }
            Xml::Text(text) if self.n_paragraphs > 0 => self.say(text),
            Xml::Start("s", start) if self.n_paragraphs > 0 => {
                let n: usize = attribute(start, "c")
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(1);
                self.say(&" ".repeat(n.min(64)));
            }
            Xml::Start("tab", _) if self.n_paragraphs > 0 => self.say("\t"),
            Xml::Start("line-break", _) if self.n_paragraphs > 0 => self.say("\n"),
            _ if self.n_changes > 0 => {}
            Xml::Start("table", start) => self.begin_sheet(start, budget, reading),
            Xml::End("table") if self.n_shapes == 0 => self.end_sheet(reading),
            Xml::Start("table-column", start) => {
                let n = repeated(start, "number-columns-repeated");
                if attribute(start, "visibility").is_some_and(|it| it != "visible") {
                    let (first, name) = (self.hidden_column, self.name.clone());
                    self.hidden
                        .columns(&name, first, first.saturating_add(n - 1).min(16_383));
                }
                self.hidden_column = self.hidden_column.saturating_add(n);
            }
            Xml::Start("table-row", start) => {
                self.n_row_repeated = repeated(start, "number-rows-repeated");
                self.column = 0;
                self.line.clear();
                if attribute(start, "visibility").is_some_and(|it| it != "visible") {
                    let name = self.name.clone();
                    for row in 0..self.n_row_repeated.min(16) {
                        self.hidden
                            .row(&name, self.row.saturating_add(row).saturating_add(1));
                    }
                }
            }
            Xml::End("table-row") => self.end_row(reading),
            Xml::Start("table-cell" | "covered-table-cell", start) => self.begin_cell(start),
            Xml::End("table-cell" | "covered-table-cell") => self.end_cell(reading),
            _ => {}
        }
    }

    /// Where words beside the cells go.
    fn beside(&mut self) -> Option<&mut String> {
        if self.n_changes > 0 {
            Some(&mut self.changes)
        } else if self.n_notes > 0 {
            Some(&mut self.notes)
        } else if self.n_shapes > 0 {
            Some(&mut self.shapes)
        } else {
            None
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(out) = self.beside() {
            out.push_str(text);
        } else if let Some(cell) = &mut self.cell {
            cell.text.push_str(text);
        }
    }

    fn begin_sheet(
        &mut self,
        start: &quick_xml::events::BytesStart<'_>,
        budget: &'k Budget,
        reading: &mut Reading<'_>,
    ) {
        self.end_sheet(reading);
        self.n_sheets += 1;
        self.name = attribute(start, "name").unwrap_or_else(|| format!("Sheet{}", self.n_sheets));
        if attribute(start, "style-name").is_some_and(|style| self.hidden_styles.contains(&style)) {
            let name = self.name.clone();
            self.hidden.sheet(&name);
        }
        (self.row, self.column, self.hidden_column) = (0, 0, 0);
        let sheet = table::Sheet::new(&self.name, Vec::new(), self.n_tables);
        self.rows = Some(Rows::new(sheet, budget));
    }

    fn end_sheet(&mut self, reading: &mut Reading<'_>) {
        if let Some(rows) = self.rows.take() {
            self.n_tables = rows.end(reading);
        }
    }

    fn begin_cell(&mut self, start: &quick_xml::events::BytesStart<'_>) {
        let text = |name: &str| attribute(start, name);
        let kind = text("value-type").unwrap_or_default();
        let value = match kind.as_str() {
            "date" => text("date-value"),
            "time" => text("time-value"),
            "boolean" => text("boolean-value"),
            "string" => text("string-value"),
            _ => text("value"),
        };
        let spanned = |name: &str| {
            text(name)
                .and_then(|n| n.parse::<u32>().ok())
                .unwrap_or(1)
                .max(1)
        };
        let (columns, rows) = (
            spanned("number-columns-spanned"),
            spanned("number-rows-spanned"),
        );
        if (columns > 1 || rows > 1)
            && let Some(out) = &mut self.rows
        {
            let row = u64::from(self.row) + 1;
            out.sheet.merge(table::Merged {
                rows: row..=row + u64::from(rows.min(MAX_ROWS)) - 1,
                columns: self.column..=self.column.saturating_add(columns - 1),
            });
        }
        self.cell = Some(Cell {
            kind,
            value: value.unwrap_or_default(),
            text: String::new(),
            n_repeated: repeated(start, "number-columns-repeated"),
        });
    }

    fn end_cell(&mut self, reading: &mut Reading<'_>) {
        let Some(cell) = self.cell.take() else { return };
        let (text, is_text) = written(&cell);
        if !text.trim().is_empty() {
            for index in 0..cell.n_repeated.min(MAX_COLUMNS) {
                let column = self.column.saturating_add(index);
                if let Some(rows) = &mut self.rows {
                    rows.cell(
                        self.row,
                        column,
                        Written {
                            text: text.clone(),
                            is_text,
                        },
                        reading,
                    );
                }
                if self.n_row_repeated > 1 {
                    self.line.push((column, text.clone(), is_text));
                }
            }
        }
        self.column = self.column.saturating_add(cell.n_repeated);
    }

    fn end_row(&mut self, reading: &mut Reading<'_>) {
        if let Some(rows) = &mut self.rows
            && !self.line.is_empty()
        {
            for index in 1..self.n_row_repeated.min(MAX_ROWS) {
                for (column, text, is_text) in &self.line {
                    let value = Written {
                        text: text.clone(),
                        is_text: *is_text,
                    };
                    rows.cell(self.row.saturating_add(index), *column, value, reading);
                }
                if rows.is_too_large {
                    break;
                }
            }
        }
        self.row = self.row.saturating_add(self.n_row_repeated);
    }
}

fn repeated(start: &quick_xml::events::BytesStart<'_>, name: &str) -> u32 {
    attribute(start, name)
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
        .max(1)
}

/// A cell as a person would type it, and whether it is text.
fn written(cell: &Cell) -> (String, bool) {
    let shown = cell.text.trim();
    match cell.kind.as_str() {
        "float" | "percentage" | "currency" => {
            let Ok(value) = cell.value.parse::<f64>() else {
                return (shown.to_owned(), false);
            };
            let plain = number(value);
            // Zeros before a number show only in how it is shown.
            let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
            let is_padded = digits.len() > plain.len()
                && digits.trim_start_matches('0') == plain
                && shown
                    .chars()
                    .all(|ch| ch.is_ascii_digit() || matches!(ch, '-' | ' ' | '(' | ')'));
            (if is_padded { shown.to_owned() } else { plain }, false)
        }
        "date" => {
            let (day, time) = cell.value.split_once('T').unwrap_or((&cell.value, ""));
            let time = time.get(..5).filter(|time| *time != "00:00").unwrap_or("");
            (format!("{day} {time}").trim().to_owned(), false)
        }
        "time" | "boolean" if !shown.is_empty() => (shown.to_owned(), false),
        "time" | "boolean" => (cell.value.clone(), false),
        _ if shown.is_empty() => (cell.value.clone(), true),
        _ => (shown.to_owned(), true),
    }
}

#[test]
fn rows_repeat_only_where_they_hold_something_and_notes_stand_apart() {
    use crate::testkit::{Given, read_bytes};
    use std::io::Write;
    let xml = "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x'><table:table table:name='S'>\
        <table:table-row><table:table-cell office:value-type='string'><text:p>MRN</text:p></table:table-cell>\
        <table:table-cell office:value-type='string'><text:p>DOB</text:p><office:annotation><text:p>see chart</text:p></office:annotation></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated='2'><table:table-cell office:value-type='float' office:value='123'><text:p>00123</text:p></table:table-cell>\
        <table:table-cell office:value-type='date' office:date-value='1980-01-01T00:00:00'><text:p>x</text:p></table:table-cell><table:table-cell table:number-columns-repeated='16000'/></table:table-row>\
        <table:table-row table:number-rows-repeated='1048000'><table:table-cell table:number-columns-repeated='16384'/></table:table-row></table:table></office:document-content>";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", xml),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let given: Given = read_bytes("a.ods", &zip.finish().unwrap().into_inner());
    let rows = given
        .segments
        .iter()
        .find_map(|(_, segment)| match segment {
            whose_model::Segment::Rows(rows) => Some(rows),
            _ => None,
        });
    let rows = rows.unwrap();
    assert_eq!(
        (rows.cell(0, 0), rows.cell(1, 1), rows.len()),
        ("00123", "1980-01-01", 2)
    );
    assert!(given.text().contains("see chart"));
}
