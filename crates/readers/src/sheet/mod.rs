//! A workbook in (xlsx, xls, xlsb, ods), the tables on its sheets out as batches of rows.
//!
//! A sheet is looked at in windows of rows, so that a long one costs no more
//! than a short one; `table.rs` finds the tables in a window. Hidden sheets are
//! read as any other: who stole the file can unhide them. Dates come as ISO
//! strings, numbers as they would be typed; a merged cell's value stands in
//! every row that it spans. Notes and text boxes come as passages, pictures and
//! embedded files as members.
//!
//! Formats: ECMA-376 part 1 ch. 18, MS-XLS, MS-XLSB, OpenDocument 1.3 part 3,
//! through calamine.

mod table;

use std::io::Cursor;

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader as _, Xls, XlsError, Xlsb, XlsbError,
    Xlsx, XlsxError,
};
use whose_model::{Cause, Locator, PassageKind};

use self::table::{Cell, Row, Sheet};
use crate::{
    exhibit::Reading,
    package::{self, Package, Xml},
};

/// Rows looked at together.
const WINDOW_ROWS: usize = 8_192;
/// Bytes of text looked at together.
const WINDOW_BYTES: usize = 8 << 20;

/// Reads a workbook of the xlsx family.
pub(crate) fn read_xlsx(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let mut book: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(XlsxError::Password) => return reading.gap(Cause::Password, "locked with a password"),
        Err(_) => {
            reading.gap(Cause::Corrupt, "the workbook cannot be read");
            return extras(&mut package, reading);
        }
    };
    let mut n_tables = 0;
    for name in book.sheet_names() {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut sheet = Sheet::new(&name, merged_cells(merged), n_tables);
        match book.worksheet_cells_reader(&name) {
            Ok(mut cells) => {
                let mut rows = Rows::new(&mut sheet);
                loop {
                    match cells.next_cell() {
                        Ok(Some(cell)) => {
                            let (row, column) = cell.get_position();
                            rows.cell(row, column, written_ref(cell.get_value()), reading);
                        }
                        Ok(None) => break,
                        Err(_) => {
                            sheet_gap(&name, reading);
                            break;
                        }
                    }
                }
                rows.end(reading);
            }
            // A sheet that is only a chart.
            Err(XlsxError::NotAWorksheet(_)) => {}
            Err(_) => sheet_gap(&name, reading),
        }
        n_tables = sheet.n_tables();
    }
    extras(&mut package, reading);
}

/// Reads a workbook of the xlsb family.
pub(crate) fn read_xlsb(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let mut book: Xlsb<_> = match Xlsb::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(XlsbError::Password) => return reading.gap(Cause::Password, "locked with a password"),
        Err(_) => {
            reading.gap(Cause::Corrupt, "the workbook cannot be read");
            return extras(&mut package, reading);
        }
    };
    let mut n_tables = 0;
    for name in book.sheet_names() {
        let mut sheet = Sheet::new(&name, Vec::new(), n_tables);
        match book.worksheet_cells_reader(&name) {
            Ok(mut cells) => {
                let mut rows = Rows::new(&mut sheet);
                loop {
                    match cells.next_cell() {
                        Ok(Some(cell)) => {
                            let (row, column) = cell.get_position();
                            rows.cell(row, column, written_ref(cell.get_value()), reading);
                        }
                        Ok(None) => break,
                        Err(_) => {
                            sheet_gap(&name, reading);
                            break;
                        }
                    }
                }
                rows.end(reading);
            }
            Err(_) => sheet_gap(&name, reading),
        }
        n_tables = sheet.n_tables();
    }
    extras(&mut package, reading);
}

/// Reads a workbook of Excel 5 to 2003.
pub(crate) fn read_xls(bytes: &[u8], reading: &mut Reading<'_>) {
    if package::is_encrypted(bytes) {
        return reading.gap(Cause::Password, "locked with a password");
    }
    let mut book: Xls<_> = match Xls::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(XlsError::Password) => return reading.gap(Cause::Password, "locked with a password"),
        Err(_) => return reading.gap(Cause::Corrupt, "the workbook cannot be read"),
    };
    let mut n_tables = 0;
    for name in book.sheet_names() {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut sheet = Sheet::new(&name, merged_cells(merged), n_tables);
        match book.worksheet_range(&name) {
            Ok(range) => dense(&range, &mut sheet, reading),
            Err(_) => sheet_gap(&name, reading),
        }
        n_tables = sheet.n_tables();
    }
}

/// Reads a workbook of OpenDocument.
pub(crate) fn read_ods(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let is_locked = package
        .part("META-INF/manifest.xml", reading)
        .is_some_and(|manifest| memchr::memmem::find(&manifest, b"encryption-data").is_some());
    if is_locked {
        return reading.gap(Cause::Password, "locked with a password");
    }
    let mut book: Ods<_> = match Ods::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(_) => return reading.gap(Cause::Corrupt, "the workbook cannot be read"),
    };
    let mut n_tables = 0;
    for name in book.sheet_names() {
        let mut sheet = Sheet::new(&name, Vec::new(), n_tables);
        match book.worksheet_range(&name) {
            Ok(range) => dense(&range, &mut sheet, reading),
            Err(_) => sheet_gap(&name, reading),
        }
        n_tables = sheet.n_tables();
    }
    package.properties("meta.xml", reading);
    package.members(|name| name.starts_with("Pictures/"), reading);
}

fn dense(range: &calamine::Range<Data>, sheet: &mut Sheet, reading: &mut Reading<'_>) {
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    let mut rows = Rows::new(sheet);
    for (row, column, value) in range.used_cells() {
        let row = first_row.saturating_add(row as u32);
        let column = first_column.saturating_add(column as u32);
        rows.cell(row, column, written(value), reading);
    }
    rows.end(reading);
}

fn sheet_gap(name: &str, reading: &mut Reading<'_>) {
    let place = Locator::Part {
        part: format!("sheet {name}"),
        start: 0,
        end: 0,
    };
    reading.gap_at(place, Cause::Corrupt, "the rest of a sheet cannot be read");
}

fn merged_cells(merged: Vec<Dimensions>) -> Vec<table::Merged> {
    merged
        .into_iter()
        .map(|it| table::Merged {
            rows: u64::from(it.start.0) + 1..=u64::from(it.end.0) + 1,
            columns: it.start.1..=it.end.1,
        })
        .collect()
}

/// Gathers cells into rows and rows into windows.
struct Rows<'s> {
    sheet: &'s mut Sheet,
    window: Vec<Row>,
    n_bytes: usize,
}

impl<'s> Rows<'s> {
    fn new(sheet: &'s mut Sheet) -> Self {
        Self {
            sheet,
            window: Vec::new(),
            n_bytes: 0,
        }
    }

    fn cell(&mut self, row: u32, column: u32, value: Written, reading: &mut Reading<'_>) {
        if value.text.trim().is_empty() {
            return;
        }
        let number = u64::from(row) + 1;
        if self.window.last().is_none_or(|last| last.number != number) {
            if self.window.len() >= WINDOW_ROWS || self.n_bytes >= WINDOW_BYTES {
                self.sheet
                    .window(std::mem::take(&mut self.window), false, reading);
                self.n_bytes = 0;
            }
            self.window.push(Row {
                number,
                cells: Vec::new(),
            });
        }
        self.n_bytes += value.text.len() + 48;
        if let Some(last) = self.window.last_mut() {
            last.cells.push(Cell {
                column,
                text: value.text,
                is_text: value.is_text,
            });
        }
    }

    fn end(self, reading: &mut Reading<'_>) {
        self.sheet.window(self.window, true, reading);
    }
}

/// A cell's value as a person would type it.
struct Written {
    text: String,
    /// It was text, not a number, date or truth value.
    is_text: bool,
}

fn written_ref(value: &DataRef<'_>) -> Written {
    match value {
        DataRef::SharedString(text) => Written {
            text: (*text).to_owned(),
            is_text: true,
        },
        DataRef::String(text) => Written {
            text: text.clone(),
            is_text: true,
        },
        DataRef::Int(n) => value_of(n.to_string()),
        DataRef::Float(n) => value_of(number(*n)),
        DataRef::Bool(truth) => value_of(truth.to_string()),
        DataRef::DateTime(date) => value_of(iso(date)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => value_of(text.clone()),
        DataRef::Error(_) | DataRef::Empty => value_of(String::new()),
    }
}

fn written(value: &Data) -> Written {
    match value {
        Data::String(text) => Written {
            text: text.clone(),
            is_text: true,
        },
        Data::Int(n) => value_of(n.to_string()),
        Data::Float(n) => value_of(number(*n)),
        Data::Bool(truth) => value_of(truth.to_string()),
        Data::DateTime(date) => value_of(iso(date)),
        Data::DateTimeIso(text) | Data::DurationIso(text) => value_of(text.clone()),
        Data::Error(_) | Data::Empty => value_of(String::new()),
    }
}

fn value_of(text: String) -> Written {
    Written {
        text,
        is_text: false,
    }
}

/// A number with the 15 digits that a spreadsheet keeps.
fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e18 {
        return format!("{n:.0}");
    }
    format!("{n:.14e}").parse::<f64>().unwrap_or(n).to_string()
}

/// A date, with its time unless that is midnight; a time alone; a duration in hours.
fn iso(date: &ExcelDateTime) -> String {
    let value = date.as_f64();
    if date.is_duration() {
        let minutes = (value * 24.0 * 60.0).round() as i64;
        return format!("{}:{:02}", minutes / 60, (minutes % 60).abs());
    }
    if !(0.0..2_958_466.0).contains(&value) {
        return number(value);
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    // Excel keeps seconds as a fraction of a day: 07:59:59.9996 is 8 o'clock.
    let seconds = u32::from(hour) * 3600
        + u32::from(minute) * 60
        + u32::from(second)
        + u32::from(milli >= 500);
    let time = match seconds % 60 {
        0 => format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60),
        s => format!("{:02}:{:02}:{s:02}", seconds / 3600, seconds / 60 % 60),
    };
    if value < 1.0 {
        time
    } else if seconds == 0 || seconds >= 86_400 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    }
}

/// What an xlsx or xlsb holds beside its cells.
fn extras(package: &mut Package<'_>, reading: &mut Reading<'_>) {
    let names: Vec<String> = package.names().to_vec();
    for name in names.iter().filter(|name| name.ends_with(".xml")) {
        let is_note = name.starts_with("xl/comments") || name.starts_with("xl/threadedComments");
        let is_drawing = name.starts_with("xl/drawings/drawing");
        if !(is_note || is_drawing) {
            continue;
        }
        let Some(bytes) = package.part(name, reading) else {
            continue;
        };
        let kind = if is_note {
            PassageKind::Comment
        } else {
            PassageKind::Body
        };
        reading.part(name, &text_of(&bytes), kind);
    }
    package.properties("docProps/core.xml", reading);
    package.members(
        |name| name.starts_with("xl/media/") || name.starts_with("xl/embeddings/"),
        reading,
    );
}

/// The text of notes and shapes, a line for each.
fn text_of(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut is_text = false;
    package::events(bytes, |event| match event {
        Xml::Start("t" | "text", _) => is_text = true,
        Xml::End("t" | "text") => is_text = false,
        Xml::Text(said) if is_text => text.push_str(said),
        Xml::End("comment" | "threadedComment" | "p") if !text.ends_with('\n') => text.push('\n'),
        _ => {}
    });
    text
}

#[cfg(test)]
mod tests;
