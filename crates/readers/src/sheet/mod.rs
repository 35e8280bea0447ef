//! A workbook in (xlsx, xls, xlsb, ods), the tables on its sheets out as batches of rows.
//!
//! A sheet is looked at in windows of rows, so that a long one costs no more
//! than a short one; `table.rs` finds the tables in a window. Hidden sheets are
//! read as any other: who stole the file can unhide them. Dates come as ISO
//! strings, numbers as they would be typed; a merged cell's value stands in
//! every row that it spans. Notes and text boxes come as passages, pictures and
//! embedded files as members.
//!
//! Formats: ECMA-376 part 1 ch. 18, MS-XLS, MS-XLSB, OpenDocument 1.3 part 3.

mod biff;
mod ods;
mod pivot;
mod table;
mod value;
mod xlsb;
mod xlsx;

pub(crate) use self::{biff::read_xls, ods::read_ods, xlsb::read_xlsb, xlsx::read_xlsx};

use std::collections::HashSet;

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

fn sheet_gap(name: &str, cause: Cause, reading: &mut Reading<'_>) {
    let place = Locator::Part {
        part: format!("sheet {name}"),
        start: 0,
        end: 0,
    };
    reading.gap_at(place, cause, "the rest of a sheet cannot be read");
}

/// How much text the cells of one file may come to: many cells may share one long text.
struct Budget(std::cell::Cell<u64>);

impl Budget {
    /// A thousand times the file, and never less than a quarter of a gibibyte.
    fn of(bytes: &[u8]) -> Self {
        Self(std::cell::Cell::new(
            (bytes.len() as u64 * 1000).max(256 << 20),
        ))
    }

    fn take(&self, n: usize) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(n as u64));
        left >= n as u64
    }
}

/// Gathers cells into rows and rows into windows.
struct Rows<'s> {
    sheet: Sheet,
    budget: &'s Budget,
    window: Vec<Row>,
    n_bytes: usize,
    /// A cell could not be read.
    is_broken: bool,
    is_too_large: bool,
}

impl<'s> Rows<'s> {
    fn new(sheet: Sheet, budget: &'s Budget) -> Self {
        Self {
            sheet,
            budget,
            window: Vec::new(),
            n_bytes: 0,
            is_broken: false,
            is_too_large: false,
        }
    }

    fn cell(&mut self, row: u32, column: u32, value: Written, reading: &mut Reading<'_>) {
        if value.text.trim().is_empty() || self.is_too_large {
            return;
        }
        if !self.budget.take(value.text.len()) {
            self.is_too_large = true;
            reading.gap(
                Cause::TooLarge,
                "its cells come to far more text than the file is long; the rest were not read",
            );
            return;
        }
        let number = u64::from(row) + 1;
        self.n_bytes += value.text.len() + 48;
        let cell = Cell {
            column,
            text: value.text,
            is_text: value.is_text,
        };
        match self.window.last_mut() {
            Some(last) if last.number == number => put_cell(last, cell),
            Some(last) if last.number > number => {
                // Out of order, as few programs write it: it goes where it belongs, if that is still open.
                match self.window.binary_search_by_key(&number, |row| row.number) {
                    Ok(at) => put_cell(&mut self.window[at], cell),
                    Err(at) => self.window.insert(
                        at,
                        Row {
                            number,
                            cells: vec![cell],
                        },
                    ),
                }
            }
            _ => {
                if self.window.len() >= WINDOW_ROWS || self.n_bytes >= WINDOW_BYTES {
                    self.sheet
                        .window(std::mem::take(&mut self.window), false, reading);
                    self.n_bytes = 0;
                }
                self.window.push(Row {
                    number,
                    cells: vec![cell],
                });
            }
        }
    }

    /// Hands over what is left; gives how many tables there were so far.
    fn end(mut self, reading: &mut Reading<'_>) -> u32 {
        self.sheet.window(self.window, true, reading);
        self.sheet.n_tables()
    }
}

/// Puts a cell where it belongs in its row; the first of two in one place stays.
fn put_cell(row: &mut Row, cell: Cell) {
    match row.cells.last() {
        Some(last) if last.column < cell.column => row.cells.push(cell),
        None => row.cells.push(cell),
        _ => {
            if let Err(at) = row
                .cells
                .binary_search_by_key(&cell.column, |known| known.column)
            {
                row.cells.insert(at, cell);
            }
        }
    }
}

/// What a workbook hides from its user, and from nobody else.
#[derive(Default)]
struct Hidden {
    lines: String,
    /// Sheet and rows of the run that is open.
    rows: Option<(String, u32, u32)>,
}

impl Hidden {
    fn sheet(&mut self, name: &str) {
        self.line(&format!("hidden sheet: {name}"));
    }

    fn line(&mut self, line: &str) {
        if self.lines.len() < 1 << 20 {
            self.lines.push_str(line);
            self.lines.push('\n');
        }
    }

    fn row(&mut self, sheet: &str, row: u32) {
        match &mut self.rows {
            Some((name, _, last)) if name == sheet && last.checked_add(1) == Some(row) => {
                *last = row
            }
            _ => {
                self.close();
                self.rows = Some((sheet.to_owned(), row, row));
            }
        }
    }

    fn close(&mut self) {
        if let Some((sheet, first, last)) = self.rows.take() {
            self.line(&format!("hidden rows {first} to {last} of sheet {sheet}"));
        }
    }

    fn columns(&mut self, sheet: &str, first: u32, last: u32) {
        let letters = |column: u32| Locator::column_letters(column as usize);
        self.line(&format!(
            "hidden columns {} to {} of sheet {sheet}",
            letters(first),
            letters(last)
        ));
    }

    fn put(mut self, reading: &mut Reading<'_>) {
        self.close();
        reading.part("hidden parts", &self.lines, PassageKind::Title);
    }
}

/// The text of a page header or footer without the codes of its layout.
fn margin(text: &str) -> String {
    let mut out = String::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign != '&' {
            out.push(sign);
            continue;
        }
        match signs.next() {
            Some('&') => out.push('&'),
            Some('L' | 'C' | 'R') => out.push('\n'),
            Some('"') => while signs.next().is_some_and(|inner| inner != '"') {},
            Some('K') => while signs.next_if(char::is_ascii_hexdigit).is_some() {},
            Some(digit) if digit.is_ascii_digit() => {
                while signs.next_if(char::is_ascii_digit).is_some() {}
            }
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// A cell's value as a person would type it.
struct Written {
    text: String,
    /// It was text, not a number, date or truth value.
    is_text: bool,
}

/// Notes and the answers to them, each with its cell; they are `done` then.
fn extras(package: &mut Package<'_>, done: &mut HashSet<String>, reading: &mut Reading<'_>) {
    let names: Vec<String> = package.names().to_vec();
    for name in names.iter().filter(|name| name.ends_with(".xml")) {
        if !name.starts_with("xl/comments") && !name.starts_with("xl/threadedComments") {
            continue;
        }
        let Some(bytes) = package.part(name, reading) else {
            continue;
        };
        done.insert(name.clone());
        reading.part(name, &notes(&bytes), PassageKind::Comment);
    }
    package.properties("docProps/core.xml", reading);
}

/// The text of notes, a line for each, its authors first.
fn notes(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut is_text = false;
    package::events(bytes, |event| match event {
        Xml::Start("comment" | "threadedComment", start) => {
            if let Some(cell) = package::attribute(start, "ref") {
                text.push_str(&cell);
                text.push('\t');
            }
        }
        Xml::Start("t" | "text" | "author", _) => is_text = true,
        Xml::End("t" | "text") => is_text = false,
        Xml::Text(said) if is_text => text.push_str(said),
        Xml::End("author") => {
            is_text = false;
            text.push('\n');
        }
        Xml::End("comment" | "threadedComment") if !text.ends_with('\n') => text.push('\n'),
        _ => {}
    });
    text
}

#[cfg(test)]
mod tests;
