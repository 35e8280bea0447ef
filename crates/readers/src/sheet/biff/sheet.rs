//! One sheet of an old workbook: its cells, and what hangs on them.
//!
//! A first walk gathers merged cells, notes, boxes, links, headers and what is
//! hidden; a second hands over the cells in the order of the stream.
//!
//! Format: [MS-XLS] section 2.4 (records by name).

use std::collections::HashMap;

use whose_model::{Cause, Locator, PassageKind};

use super::{
    MAX_DEPTH,
    book::Book,
    records::{Record, box_text, continued, id, is_begin, record},
};
use crate::{
    exhibit::Reading,
    ole::bytes::{f64_at, u16_at, u32_at},
    sheet::{Budget, Hidden, Rows, Written, table},
};

/// Merged ranges of a sheet.
const MAX_MERGED: usize = 100_000;

/// The sheets of a workbook as they come.
pub(super) struct Sheets<'k> {
    book: &'k mut Book,
    budget: &'k Budget,
    n_tables: u32,
    n_sheets: usize,
    n_charts: u32,
    hidden: Hidden,
    /// A name that a record of Excel 4 gave the next sheet.
    pub(super) next_name: Option<String>,
}

/// What stands beside the cells.
#[derive(Default)]
struct Beside {
    merged: Vec<table::Merged>,
    comments: String,
    boxes: String,
    margins: String,
    links: String,
    box_texts: HashMap<u16, String>,
    notes: Vec<(u16, u16, u16, String)>,
}

impl<'k> Sheets<'k> {
    pub(super) fn new(book: &'k mut Book, budget: &'k Budget) -> Self {
        Self {
            book,
            budget,
            n_tables: 0,
            n_sheets: 0,
            n_charts: 0,
            hidden: Hidden::default(),
            next_name: None,
        }
    }

    /// A name of a sheet of Excel 4.
    pub(super) fn name_of(&self, bytes: &[u8]) -> Option<String> {
        Some(self.book.strings.at(bytes, 0, false)?.0)
    }

    /// Reads the part of the stream that begins at a place; gives where it ends.
    pub(super) fn part(
        &mut self,
        stream: &[u8],
        start: usize,
        kind: u16,
        depth: u8,
        reading: &mut Reading<'_>,
    ) -> usize {
        let name = if kind == 0x20 {
            self.n_charts += 1;
            let listed = self.book.sheets.iter().find(|sheet| sheet.at == start);
            listed.map_or_else(
                || format!("chart {}", self.n_charts),
                |sheet| sheet.name.clone(),
            )
        } else {
            self.n_sheets += 1;
            let listed = self.book.sheets.iter().find(|sheet| sheet.at == start);
            let listed = listed.or_else(|| {
                // Places that are off by a little: then the order counts.
                let is_any = self.book.sheets.iter().any(|sheet| sheet.at == start);
                if is_any {
                    None
                } else {
                    self.book.sheets.get(self.n_sheets - 1)
                }
            });
            if let Some(listed) = listed.filter(|listed| listed.is_hidden) {
                self.hidden.sheet(&listed.name);
            }
            match (self.next_name.take(), listed) {
                (Some(name), _) => name,
                (None, Some(listed)) => listed.name.clone(),
                (None, None) => format!("Sheet{}", self.n_sheets),
            }
        };
        let beside = self.gather(stream, start, &name);
        let end = self.cells(stream, start, &name, beside.merged.clone(), depth, reading);
        let say = |what: &str| format!("sheet {name}, {what}");
        reading.part(
            &say("headers and footers"),
            &beside.margins,
            PassageKind::Margin,
        );
        reading.part(&say("text boxes"), &beside.boxes, PassageKind::Body);
        reading.part(&say("comments"), &beside.comments, PassageKind::Comment);
        reading.part(&say("links"), &beside.links, PassageKind::Comment);
        end
    }

    fn gather(&mut self, stream: &[u8], start: usize, name: &str) -> Beside {
        let mut beside = Beside::default();
        let mut at = start;
        let mut depth = 0_u32;
        let mut object = 0;
        while let Some(found) = record(stream, at) {
            at = found.at + found.body.len();
            if is_begin(found.id) {
                depth += 1;
            } else if found.id == id::EOF {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            } else if depth == 1 {
                self.beside(stream, &found, at, name, &mut object, &mut beside);
            }
            if self.book.strings.version < 5 {
                self.book.take(found.id, found.body, stream, at);
            }
        }
        for (row, column, number, author) in std::mem::take(&mut beside.notes) {
            let text = beside.box_texts.remove(&number).unwrap_or_default();
            let cell = format!(
                "{}{}",
                Locator::column_letters(usize::from(column)),
                u32::from(row) + 1
            );
            beside
                .comments
                .push_str(&format!("{cell}\t{author}\t{}\n", text.trim()));
        }
        let mut rest: Vec<_> = std::mem::take(&mut beside.box_texts).into_iter().collect();
        rest.sort();
        for (_, text) in rest {
            beside.boxes.push_str(text.trim());
            beside.boxes.push('\n');
        }
        beside
    }

    fn beside(
        &mut self,
        stream: &[u8],
        found: &Record<'_>,
        after: usize,
        name: &str,
        object: &mut u16,
        beside: &mut Beside,
    ) -> Option<()> {
        let body = found.body;
        let strings = self.book.strings;
        match found.id {
            id::MERGED => {
                for range in 0..usize::from(u16_at(body, 0)?) {
                    let at = 2 + range * 8;
                    let (top, bottom) = (u16_at(body, at)?, u16_at(body, at + 2)?);
                    let (left, right) = (u16_at(body, at + 4)?, u16_at(body, at + 6)?);
                    if beside.merged.len() < MAX_MERGED && top <= bottom && left <= right {
                        beside.merged.push(table::Merged {
                            rows: u64::from(top) + 1..=u64::from(bottom) + 1,
                            columns: u32::from(left)..=u32::from(right),
                        });
                    }
                }
            }
            0x08 | 0x208 if strings.version >= 3 && u16_at(body, 12)? & 0x20 != 0 => {
                self.hidden.row(name, u32::from(u16_at(body, 0)?) + 1);
            }
            id::COLUMN if u16_at(body, 8)? & 1 != 0 => {
                self.hidden.columns(
                    name,
                    u32::from(u16_at(body, 0)?),
                    u32::from(u16_at(body, 2)?),
                );
            }
            id::HEADER | id::FOOTER if !body.is_empty() => {
                let (text, _) = strings.at(body, 0, strings.version >= 8)?;
                beside.margins.push_str(&super::super::margin(&text));
                beside.margins.push('\n');
            }
            id::OBJ => {
                *object = if u16_at(body, 0)? == 0x15 {
                    u16_at(body, 6)?
                } else {
                    *object + 1
                };
            }
            id::TEXT_BOX => {
                let n = usize::from(u16_at(body, 10)?);
                let text = box_text(&continued(stream, after), n).replace('\r', "\n");
                beside.box_texts.entry(*object).or_default().push_str(&text);
            }
            id::NOTE if strings.version >= 8 => {
                let author = strings
                    .at(body, 8, true)
                    .map_or_else(String::new, |it| it.0);
                beside
                    .notes
                    .push((u16_at(body, 0)?, u16_at(body, 2)?, u16_at(body, 6)?, author));
            }
            id::NOTE => {
                let n = usize::from(u16_at(body, 4)?);
                let (text, _) = strings.characters(body, 6, n.min(body.len()))?;
                let row = u16_at(body, 0)?;
                if row != 0xFFFF {
                    let column = usize::from(u16_at(body, 2)?);
                    let cell = format!("{}{}", Locator::column_letters(column), u32::from(row) + 1);
                    beside.comments.push_str(&format!("\n{cell}\t"));
                }
                beside.comments.push_str(&text.replace('\r', "\n"));
            }
            id::LINK => {
                let cell = format!(
                    "{}{}",
                    Locator::column_letters(usize::from(u16_at(body, 4)?)),
                    u32::from(u16_at(body, 0)?) + 1
                );
                let said = crate::ole::strings::of(body.get(32..)?);
                beside
                    .links
                    .push_str(&format!("{cell}\t{}\n", said.trim().replace('\n', "\t")));
            }
            _ => {}
        }
        Some(())
    }

    fn cells(
        &mut self,
        stream: &[u8],
        start: usize,
        name: &str,
        merged: Vec<table::Merged>,
        depth: u8,
        reading: &mut Reading<'_>,
    ) -> usize {
        let sheet = table::Sheet::new(name, merged, self.n_tables);
        let mut rows = Rows::new(sheet, self.budget);
        let mut nested = Vec::new();
        let mut waiting: Option<(u32, u32)> = None;
        let mut at = start;
        let mut is_first = true;
        let mut has_end = false;
        while let Some(found) = record(stream, at) {
            let end = found.at + found.body.len();
            if is_begin(found.id) && !std::mem::take(&mut is_first) {
                // A chart on the sheet: passed over now, read by itself afterwards.
                nested.push((at, u16_at(found.body, 2).unwrap_or(0x20)));
                at = skip(stream, at);
                continue;
            }
            at = end;
            if found.id == id::EOF {
                has_end = true;
                break;
            }
            if take(self.book, &found, &mut waiting, &mut rows, reading).is_none()
                && is_cell(found.id)
            {
                rows.is_broken = true;
            }
        }
        let is_broken = rows.is_broken || !has_end;
        self.n_tables = rows.end(reading);
        if is_broken {
            super::super::sheet_gap(name, Cause::Truncated, reading);
        }
        for (chart, kind) in nested {
            if depth < MAX_DEPTH {
                self.part(stream, chart, kind, depth + 1, reading);
            }
        }
        at
    }

    /// Says what is hidden.
    pub(super) fn finish(self, reading: &mut Reading<'_>) {
        self.hidden.put(reading);
    }
}

/// Where the part of the stream ends that begins here.
fn skip(stream: &[u8], mut at: usize) -> usize {
    let mut depth = 0_u32;
    while let Some(found) = record(stream, at) {
        at = found.at + found.body.len();
        if is_begin(found.id) {
            depth += 1;
        } else if found.id == id::EOF {
            depth -= 1;
            if depth == 0 {
                break;
            }
        }
    }
    at
}

pub(super) fn is_cell(record_id: u16) -> bool {
    matches!(
        record_id,
        id::LABEL_SST | id::RK | id::MUL_RK | 0x203 | 0x204
    )
}

/// Takes a record of a cell; `None` when it is too short.
fn take(
    book: &mut Book,
    found: &Record<'_>,
    waiting: &mut Option<(u32, u32)>,
    rows: &mut Rows<'_>,
    reading: &mut Reading<'_>,
) -> Option<()> {
    let body = found.body;
    // Excel 2 has three bytes of attributes where later versions have two.
    let is_2 = book.strings.version == 2;
    let content = if is_2 { 7 } else { 6 };
    let place = |body: &[u8]| Some((u32::from(u16_at(body, 0)?), u32::from(u16_at(body, 2)?)));
    let mut number = |book: &mut Book,
                      row: u32,
                      column: u32,
                      cell: u16,
                      value: f64,
                      reading: &mut Reading<'_>| {
        let text = if is_2 {
            book.form_by_format(u16::from(body.get(5).copied().unwrap_or(0) & 0x3F))
                .write(value)
        } else {
            book.form(cell).write(value)
        };
        rows.cell(
            row,
            column,
            Written {
                text,
                is_text: false,
            },
            reading,
        );
    };
    match found.id {
        id::LABEL_SST => {
            let (row, column) = place(body)?;
            let index = u32_at(body, 6)? as usize;
            if let Some(text) = book.shared.get(index) {
                let text = text.clone();
                rows.cell(
                    row,
                    column,
                    Written {
                        text,
                        is_text: true,
                    },
                    reading,
                );
            }
        }
        0x04 | 0x204 | id::RICH => {
            let (row, column) = place(body)?;
            let (text, _) = book.strings.at(body, content, !is_2)?;
            rows.cell(
                row,
                column,
                Written {
                    text,
                    is_text: true,
                },
                reading,
            );
        }
        0x03 | 0x203 => {
            let (row, column) = place(body)?;
            number(
                book,
                row,
                column,
                u16_at(body, 4)?,
                f64_at(body, content)?,
                reading,
            );
        }
        0x02 if is_2 => {
            let (row, column) = place(body)?;
            number(book, row, column, 0, f64::from(u16_at(body, 7)?), reading);
        }
        id::RK => {
            let (row, column) = place(body)?;
            number(
                book,
                row,
                column,
                u16_at(body, 4)?,
                rk(u32_at(body, 6)?),
                reading,
            );
        }
        id::MUL_RK => {
            let (row, first) = place(body)?;
            let n = body.len().checked_sub(6)? / 6;
            for index in 0..n {
                let at = 4 + index * 6;
                let value = rk(u32_at(body, at + 2)?);
                number(
                    book,
                    row,
                    first + index as u32,
                    u16_at(body, at)?,
                    value,
                    reading,
                );
            }
        }
        0x05 | 0x205 => {
            let (row, column) = place(body)?;
            if *body.get(content + 1)? == 0 {
                let text = (*body.get(content)? != 0).to_string();
                rows.cell(
                    row,
                    column,
                    Written {
                        text,
                        is_text: false,
                    },
                    reading,
                );
            }
        }
        0x06 | 0x206 | 0x406 => {
            let (row, column) = place(body)?;
            let value = body.get(content..content + 8)?;
            *waiting = None;
            if value[6..] != [0xFF, 0xFF] {
                number(
                    book,
                    row,
                    column,
                    u16_at(body, 4)?,
                    f64_at(body, content)?,
                    reading,
                );
            } else if value[0] == 0 {
                *waiting = Some((row, column));
            } else if value[0] == 1 {
                let text = (value[2] != 0).to_string();
                rows.cell(
                    row,
                    column,
                    Written {
                        text,
                        is_text: false,
                    },
                    reading,
                );
            }
        }
        0x07 | 0x207 => {
            let (row, column) = waiting.take()?;
            let (text, _) = book.strings.at(body, 0, !is_2)?;
            rows.cell(
                row,
                column,
                Written {
                    text,
                    is_text: true,
                },
                reading,
            );
        }
        _ => {}
    }
    Some(())
}

/// A number packed in 30 bits.
pub(in super::super) fn rk(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from((packed as i32) >> 2)
    } else {
        f64::from_bits(u64::from(packed & 0xFFFF_FFFC) << 32)
    };
    if packed & 1 != 0 {
        value / 100.0
    } else {
        value
    }
}
