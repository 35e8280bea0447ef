//! A header among the rows: where a reader gave no column a name, one of the first rows may name them.
//!
//! Reports begin with a title, a date, who ran them; the row that is made of
//! labels is the header, and what stands above it is no data.

use std::sync::Arc;

use whose_model::{Rows, TableHead};

use crate::{interpret::is_empty, labels, text::n_digits};

/// How many rows from the top a header is looked for.
const MAX_ABOVE: usize = 16;
/// How many rows below it are enough to decide the columns.
const MAX_BELOW: usize = 400;

/// The rows below the header with its names for columns, and how many rows stand above the first of them.
pub(crate) fn below(rows: &Rows) -> Option<(Rows, usize)> {
    let head = &rows.head;
    if !head.is_sheet
        || head
            .columns
            .iter()
            .any(|column| !column.name.trim().is_empty())
    {
        return None;
    }
    let at = (0..rows.len().min(MAX_ABOVE)).find(|row| is_header(rows, *row))?;
    let mut columns = head.columns.clone();
    for (index, column) in columns.iter_mut().enumerate() {
        column.name = rows.cell(at, index).trim().to_owned();
    }
    let mut named = Rows::new(Arc::new(TableHead {
        columns,
        ..TableHead::clone(head)
    }));
    for row in at + 1..rows.len().min(at + 1 + MAX_BELOW) {
        let number = rows.numbers.get(row).copied().unwrap_or(0);
        named.push(
            number,
            (0..head.columns.len()).map(|column| rows.cell(row, column)),
        );
    }
    (!named.is_empty()).then_some((named, at + 1))
}

/// Whether most cells of a row are labels and none is a value.
fn is_header(rows: &Rows, row: usize) -> bool {
    let (mut n_filled, mut n_labels, mut n_sure) = (0_usize, 0_usize, 0_usize);
    for column in 0..rows.head.columns.len() {
        let cell = rows.cell(row, column).trim();
        if cell.is_empty() {
            continue;
        }
        if is_empty(cell) || cell.len() > 60 || n_digits(cell) > 3 || cell.contains('@') {
            return false;
        }
        n_filled += 1;
        if let Some(sense) = labels::sense_of(cell) {
            n_labels += 1;
            n_sure += usize::from(sense.is_sure);
        }
    }
    n_labels >= 2 && n_sure >= 1 && n_labels * 2 >= n_filled
}
