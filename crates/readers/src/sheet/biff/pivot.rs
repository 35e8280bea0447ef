//! The cache of a pivot table in an old workbook in, the table that it was made from out.
//!
//! A cache keeps every row of its source, also when that sheet was deleted.
//!
//! Format: [MS-XLS] sections 2.1.7.12 (pivot cache storage), 2.4.275 (SXDB),
//! 2.4.276 (SXDBB), 2.4.283 (SXFDB), 2.4.274 and after (values).

use super::records::{Strings, id, record};
use crate::{
    exhibit::Reading,
    ole::bytes::{f64_at, u16_at},
    sheet::{Budget, Rows, Written, table, value::number},
};

/// Values that the columns share.
const MAX_VALUES: usize = 4 << 20;

#[derive(Default)]
struct Column {
    name: String,
    values: Vec<String>,
    /// Rows name its values by number; else the values stand in the rows.
    is_shared: bool,
}

/// Hands over the table in a stream of the cache.
pub(super) fn put(stream: &[u8], name: &str, budget: &Budget, reading: &mut Reading<'_>) {
    let strings = Strings {
        version: 8,
        page: encoding_rs::WINDOWS_1252,
    };
    let mut columns: Vec<Column> = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut open = Vec::new();
    let mut n_values = 0;
    let mut at = 0;
    while let Some(found) = record(stream, at) {
        at = found.at + found.body.len();
        let body = found.body;
        match found.id {
            0xC7 => {
                let text = strings
                    .at(body, 14, true)
                    .map_or_else(String::new, |it| it.0);
                columns.push(Column {
                    name: text,
                    values: Vec::new(),
                    is_shared: u16_at(body, 0).unwrap_or(0) & 1 != 0,
                });
            }
            0xC8 => {
                let mut row = vec![String::new(); columns.len()];
                let mut place = 0;
                for (column, cell) in columns.iter().zip(&mut row) {
                    if !column.is_shared || column.values.is_empty() {
                        continue;
                    }
                    let index = if column.values.len() > 255 {
                        place += 2;
                        u16_at(body, place - 2).map(usize::from)
                    } else {
                        place += 1;
                        body.get(place - 1).map(|&index| usize::from(index))
                    };
                    if let Some(value) = index.and_then(|index| column.values.get(index)) {
                        cell.clone_from(value);
                    }
                }
                open = (0..columns.len())
                    .filter(|&at| !columns[at].is_shared || columns[at].values.is_empty())
                    .rev()
                    .collect();
                rows.push(row);
            }
            id::EOF => break,
            _ => {
                let Some(value) = value(found.id, body, &strings) else {
                    continue;
                };
                n_values += 1;
                if n_values > MAX_VALUES {
                    break;
                }
                match (rows.last_mut(), open.pop()) {
                    (Some(row), Some(column)) => row[column] = value,
                    (None, _) => {
                        if let Some(column) = columns.last_mut() {
                            column.values.push(value);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    let sheet = table::Sheet::new(&format!("pivot data {name}"), Vec::new(), 1 << 20);
    let mut out = Rows::new(sheet, budget);
    let header: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    // Values that no row names are still in the file.
    if rows.is_empty() {
        let longest = columns
            .iter()
            .map(|column| column.values.len())
            .max()
            .unwrap_or(0);
        rows = (0..longest)
            .map(|at| {
                columns
                    .iter()
                    .map(|column| column.values.get(at).cloned().unwrap_or_default())
                    .collect()
            })
            .collect();
    }
    for (number, row) in std::iter::once(header).chain(rows).enumerate() {
        for (column, text) in row.into_iter().enumerate() {
            let is_text = number == 0 || text.parse::<f64>().is_err();
            out.cell(
                number as u32,
                column as u32,
                Written { text, is_text },
                reading,
            );
        }
    }
    out.end(reading);
}

fn value(record_id: u16, body: &[u8], strings: &Strings) -> Option<String> {
    Some(match record_id {
        0xC9 => number(f64_at(body, 0)?),
        0xCA => (u16_at(body, 0)? != 0).to_string(),
        0xCB | 0xCF => String::new(),
        0xCC => (u16_at(body, 0)? as i16).to_string(),
        0xCD => strings.at(body, 0, true)?.0,
        0xCE => {
            let (year, month, day) = (u16_at(body, 0)?, u16_at(body, 2)?, *body.get(4)?);
            let (hour, minute) = (*body.get(5)?, *body.get(6)?);
            match (hour, minute) {
                (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            }
        }
        _ => return None,
    })
}
