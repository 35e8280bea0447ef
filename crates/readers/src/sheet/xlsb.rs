//! A binary workbook in, the tables on its sheets and the notes on its cells out.
//!
//! A record is an id, a length and content. Lengths are believed only as far
//! as there are bytes, so a damaged part ends where it is damaged, and what
//! comes before is read. Pivot caches and external links are read as any
//! embedded file, for their strings.
//!
//! Format: [MS-XLSB] sections 2.1.4 (records), 2.4 (records by name), 2.5.9
//! (Cell), 2.5.122 (RkNumber), 2.5.168 (XLWideString).

use std::collections::{HashMap, HashSet};

use whose_model::{Cause, Locator, PassageKind};

use super::{Budget, Hidden, Rows, Written, sheet_gap, table, value::Form, xlsx};
use crate::{
    exhibit::Reading,
    ole::bytes::{f64_at, slice, u16_at, u32_at, utf16},
    package::Package,
    rest,
};

/// Shared texts that are kept.
const MAX_STRINGS: usize = 16 << 20;
/// Merged ranges of a sheet, kinds of cells.
const MAX_KEPT: usize = 100_000;
/// The last row that a sheet can have.
const MAX_ROW: u32 = 0x000F_FFFF;

/// Ids of records that are read.
mod id {
    pub(super) const ROW: u16 = 0;
    pub(super) const SHARED: u16 = 19;
    pub(super) const FORMAT: u16 = 44;
    pub(super) const XF: u16 = 47;
    pub(super) const RICH: u16 = 62;
    pub(super) const END_DATA: u16 = 146;
    pub(super) const BOOK: u16 = 153;
    pub(super) const SHEET: u16 = 156;
    pub(super) const MERGED: u16 = 176;
    pub(super) const BEGIN_XFS: u16 = 617;
    pub(super) const END_XFS: u16 = 618;
    pub(super) const AUTHOR: u16 = 632;
    pub(super) const NOTE: u16 = 635;
    pub(super) const NOTE_TEXT: u16 = 637;
}

/// The records of a part; `is_broken` once one reaches beyond its end.
struct Records<'b> {
    bytes: &'b [u8],
    is_broken: bool,
}

impl<'b> Records<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            is_broken: false,
        }
    }

    /// A number of seven bits a byte, at most so many bytes.
    fn number(&mut self, max: u32) -> Option<u32> {
        let mut number = 0;
        for at in 0..max {
            let (first, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u32::from(first & 0x7F) << (7 * at);
            if first & 0x80 == 0 {
                break;
            }
        }
        Some(number)
    }
}

impl<'b> Iterator for Records<'b> {
    type Item = (u16, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.bytes.is_empty() || self.is_broken {
            return None;
        }
        let head = self.number(2).zip(self.number(4));
        let body = head.and_then(|(id, len)| {
            let len = usize::try_from(len).ok()?;
            let (body, rest) = self.bytes.split_at_checked(len)?;
            self.bytes = rest;
            Some((u16::try_from(id).ok()?, body))
        });
        self.is_broken = body.is_none();
        body
    }
}

/// A string with its length before it, and how many bytes both take.
fn wide(body: &[u8], at: usize) -> Option<(String, usize)> {
    let n = usize::try_from(u32_at(body, at)?).ok()?.checked_mul(2)?;
    let bytes = slice(body, at + 4, n);
    (bytes.len() == n).then(|| (utf16(bytes), 4 + n))
}

/// Reads a workbook of the xlsb family.
pub(crate) fn read_xlsb(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    let mut hidden = Hidden::default();
    let book = Book::read(&mut package, &mut hidden, reading);
    let budget = Budget::of(bytes);
    let mut n_tables = 0;
    for (name, part) in &book.sheets {
        let Some(bytes) = package.part(part, reading) else {
            sheet_gap(name, Cause::Corrupt, reading);
            continue;
        };
        let sheet = table::Sheet::new(name, merged(&bytes), n_tables);
        let mut rows = Rows::new(sheet, &budget);
        let is_whole = book.cells(&bytes, &mut rows, reading);
        n_tables = rows.end(reading);
        if !is_whole {
            sheet_gap(name, Cause::Corrupt, reading);
        }
    }
    hidden.put(reading);
    notes(&mut package, reading);
    let mut done = HashSet::new();
    super::extras(&mut package, &mut done, reading);
    rest::put(&mut package, &done, reading);
}

/// What holds for all sheets.
#[derive(Default)]
struct Book {
    /// Name and part of each.
    sheets: Vec<(String, String)>,
    shared: Vec<String>,
    forms: Vec<Form>,
}

impl Book {
    fn read(package: &mut Package<'_>, hidden: &mut Hidden, reading: &mut Reading<'_>) -> Self {
        let mut book = Self::default();
        let mut is_1904 = false;
        let links = xlsx::targets(package, "xl/_rels/workbook.bin.rels", "xl", reading);
        let mut named = HashSet::new();
        for_each(package, "xl/workbook.bin", reading, |id, body, reading| {
            match id {
                id::BOOK => is_1904 = body.first()? & 1 != 0,
                id::SHEET => {
                    // No link at all has a length of 0xFFFFFFFF, and then no part.
                    let (link, len) = wide(body, 8)?;
                    let (name, _) = wide(body, 8 + len)?;
                    if u32_at(body, 0) != Some(0) {
                        hidden.sheet(&name);
                    }
                    match links.get(&link) {
                        // A sheet that is only a chart is read with the other parts.
                        Some(part) if part.contains("chartsheets/") => {}
                        Some(part) if named.insert(part.clone()) => {
                            book.sheets.push((name, part.clone()));
                        }
                        Some(_) => {}
                        None => sheet_gap(&name, Cause::Corrupt, reading),
                    }
                }
                _ => {}
            }
            Some(())
        });
        for part in package.names() {
            let file = part
                .strip_prefix("xl/worksheets/")
                .and_then(|it| it.strip_suffix(".bin"));
            if let Some(file) = file
                && !file.starts_with("binaryIndex")
                && !named.contains(part)
            {
                book.sheets.push((file.to_owned(), part.clone()));
            }
        }
        let shared = &mut book.shared;
        for_each(package, "xl/sharedStrings.bin", reading, |id, body, _| {
            if id == id::SHARED && shared.len() < MAX_STRINGS {
                // One that cannot be read keeps its place.
                shared.push(wide(body, 1).map_or_else(String::new, |(text, _)| text));
            }
            Some(())
        });
        book.read_forms(package, is_1904, reading);
        book
    }

    fn read_forms(&mut self, package: &mut Package<'_>, is_1904: bool, reading: &mut Reading<'_>) {
        let mut codes: HashMap<u16, String> = HashMap::new();
        let mut cells = Vec::new();
        let mut is_cells = false;
        for_each(package, "xl/styles.bin", reading, |id, body, _| {
            match id {
                id::FORMAT if codes.len() < MAX_KEPT => {
                    codes.insert(u16_at(body, 0)?, wide(body, 2)?.0);
                }
                id::BEGIN_XFS => is_cells = true,
                id::END_XFS => is_cells = false,
                id::XF if is_cells && cells.len() < MAX_KEPT => cells.push(u16_at(body, 2)?),
                _ => {}
            }
            Some(())
        });
        let form = |number: &u16| Form::of(*number, codes.get(number).map(String::as_str), is_1904);
        self.forms = cells.iter().map(form).collect();
    }

    /// Hands over the cells of a sheet; `false` when it ends early.
    fn cells(&self, bytes: &[u8], rows: &mut Rows<'_>, reading: &mut Reading<'_>) -> bool {
        let mut records = Records::new(bytes);
        let (mut row, mut is_ended, mut is_whole) = (0, false, true);
        for (id, body) in records.by_ref() {
            match id {
                id::ROW => match u32_at(body, 0).filter(|row| *row <= MAX_ROW) {
                    Some(number) => row = number,
                    None => is_whole = false,
                },
                id::END_DATA => is_ended = true,
                2..=10 | id::RICH if !is_ended => match self.cell(id, body) {
                    Some((column, value)) => rows.cell(row, column, value, reading),
                    None => is_whole = false,
                },
                _ => {}
            }
        }
        is_whole && is_ended && !records.is_broken
    }

    /// The column and value of a cell.
    fn cell(&self, id: u16, body: &[u8]) -> Option<(u32, Written)> {
        let column = u32_at(body, 0)?;
        let style = (u32_at(body, 4)? & 0x00FF_FFFF) as usize;
        let number = |value| {
            let form = self.forms.get(style).unwrap_or(&Form::Number);
            form.write(value)
        };
        let (text, is_text) = match id {
            2 => (number(super::biff::rk(u32_at(body, 8)?)), false),
            4 | 10 => ((*body.get(8)? != 0).to_string(), false),
            5 | 9 => (number(f64_at(body, 8)?), false),
            6 | 8 => (wide(body, 8)?.0, true),
            7 => {
                let at = usize::try_from(u32_at(body, 8)?).ok()?;
                (self.shared.get(at)?.clone(), true)
            }
            id::RICH => (wide(body, 9)?.0, true),
            // An error has no value.
            _ => (String::new(), false),
        };
        Some((column, Written { text, is_text }))
    }
}

/// Goes through the records of a part, if there is such a part; notes when one of them cannot be read.
fn for_each(
    package: &mut Package<'_>,
    part: &str,
    reading: &mut Reading<'_>,
    mut take: impl FnMut(u16, &[u8], &mut Reading<'_>) -> Option<()>,
) {
    let Some(bytes) = package.part(part, reading) else {
        return;
    };
    let mut records = Records::new(&bytes);
    let mut is_whole = true;
    for (id, body) in records.by_ref() {
        is_whole &= take(id, body, reading).is_some();
    }
    if !is_whole || records.is_broken {
        let place = Locator::Part {
            part: part.to_owned(),
            start: 0,
            end: 0,
        };
        let detail = "a part of the workbook is damaged; what can be read of it was read";
        reading.gap_at(place, Cause::Corrupt, detail);
    }
}

/// The merged cells of a sheet, which stand after its cells.
fn merged(bytes: &[u8]) -> Vec<table::Merged> {
    Records::new(bytes)
        .filter(|(id, _)| *id == id::MERGED)
        .filter_map(|(_, body)| {
            let number = |at| u32_at(body, at);
            let rows = u64::from(number(0)?) + 1..=u64::from(number(4)?) + 1;
            let columns = number(8)?..=number(12)?;
            Some(table::Merged { rows, columns })
        })
        .take(MAX_KEPT)
        .collect()
}

/// The notes on cells, a line for each, their authors first.
fn notes(package: &mut Package<'_>, reading: &mut Reading<'_>) {
    let names = package.names().iter();
    let names: Vec<String> = names
        .filter(|name| name.starts_with("xl/comments") && name.ends_with(".bin"))
        .cloned()
        .collect();
    for name in names {
        let mut text = String::new();
        for_each(package, &name, reading, |id, body, _| {
            match id {
                id::AUTHOR => {
                    text.push_str(&wide(body, 0)?.0);
                    text.push('\n');
                }
                id::NOTE => {
                    let letters = Locator::column_letters(u32_at(body, 12)? as usize);
                    let row = u64::from(u32_at(body, 4)?) + 1;
                    text.push_str(&format!("{letters}{row}\t"));
                }
                id::NOTE_TEXT => {
                    text.push_str(&wide(body, 1)?.0);
                    text.push('\n');
                }
                _ => {}
            }
            Some(())
        });
        reading.part(&name, &text, PassageKind::Comment);
    }
}
