//! Rows of any table in, batches under the head of their table out.
//!
//! Knows the schema, numbers the rows of each table, sets binary values that may
//! be files aside as members. Rows of a partition are rows of the table that it
//! is a part of, as they are for every query.

use std::{collections::HashMap, sync::Arc};

use whose_model::{Column, Rows, TableHead};

use super::{header::Header, schema::Schema, value::Cells};
use crate::{
    exhibit::{Body, Reading},
    marks::Marks,
    table,
};

/// A batch is handed over when it has this much text or this many rows.
const BATCH_BYTES: usize = 256 << 10;
const BATCH_ROWS: usize = 2_000;

/// The tables of one dump on their way out.
#[derive(Default)]
pub(super) struct Out {
    pub(super) schema: Schema,
    /// How many rows each table has had, but for the current one.
    n_rows: HashMap<String, u64>,
    heads: HashMap<(String, Vec<String>), Arc<TableHead>>,
    batch: Option<Rows>,
    current: Option<Current>,
}

/// The table that the last row went to.
struct Current {
    /// The header above the row, and how many cells it had.
    header: u64,
    n_cells: usize,
    head: Arc<TableHead>,
    /// The row's number.
    number: u64,
}

impl Out {
    /// Adds the row in `cells` to its table.
    pub(super) fn put(&mut self, header: &Header, cells: &mut Cells, reading: &mut Reading<'_>) {
        let is_same = self
            .current
            .as_ref()
            .is_some_and(|it| it.header == header.id && it.n_cells == cells.len());
        if !is_same {
            self.turn_to(header, cells.len(), reading);
        }
        let Some(current) = &mut self.current else {
            return;
        };
        current.number += 1;
        let number = current.number;
        let batch = self
            .batch
            .get_or_insert_with(|| Rows::new(current.head.clone()));
        batch.push(number, cells.iter());
        let is_full = batch.text.len() >= BATCH_BYTES || batch.len() >= BATCH_ROWS;
        for (cell, bytes) in cells.files.drain(..) {
            let column = current.head.columns.get(cell).map_or("", |it| &it.name);
            let name = format!("{}-{number}-{column}", current.head.name).replace('/', "_");
            reading.member(&name, Body::Memory(&bytes));
        }
        if is_full {
            self.flush(reading);
        }
    }

    /// Adds the row whose line is at the beginning of `text`, if there is nothing to undo in it but `\N` for no value, and
    /// the row before it was one of the same head; gives the line's length. Any other line is left to `put`.
    #[inline]
    pub(super) fn put_line(
        &mut self,
        header: &Header,
        text: &str,
        reading: &mut Reading<'_>,
    ) -> Option<usize> {
        let current = self.current.as_mut()?;
        let n_cells = current.head.columns.len();
        if current.header != header.id || current.n_cells != n_cells {
            return None;
        }
        let batch = self
            .batch
            .get_or_insert_with(|| Rows::new(current.head.clone()));
        let (n_text, n_ends) = (batch.text.len(), batch.ends.len());
        let Some(n) = push_line(batch, text, n_cells) else {
            batch.text.truncate(n_text);
            batch.ends.truncate(n_ends);
            return None;
        };
        current.number += 1;
        batch.numbers.push(current.number);
        if batch.text.len() >= BATCH_BYTES || batch.len() >= BATCH_ROWS {
            let next = table::next_batch(batch);
            reading.rows(std::mem::replace(batch, next));
        }
        Some(n)
    }

    /// Hands over what is held.
    pub(super) fn flush(&mut self, reading: &mut Reading<'_>) {
        if let Some(batch) = self.batch.take() {
            reading.rows(batch);
        }
    }

    fn turn_to(&mut self, header: &Header, n_cells: usize, reading: &mut Reading<'_>) {
        let table = self.schema.whole(&header.table).to_owned();
        let head = self.head(&table, header, n_cells);
        let last = self.current.take();
        if let Some(last) = &last {
            if !Arc::ptr_eq(&last.head, &head) {
                self.flush(reading);
            }
            self.n_rows.insert(last.head.name.clone(), last.number);
        }
        self.current = Some(Current {
            header: header.id,
            n_cells,
            number: self.n_rows.get(&head.name).copied().unwrap_or(0),
            head,
        });
    }

    /// The head of a table whose rows name these columns, or as many as there are cells.
    fn head(&mut self, table: &str, header: &Header, n_cells: usize) -> Arc<TableHead> {
        let definition = self.schema.table(table);
        let columns: Vec<Column> = if !header.columns.is_empty() {
            let named = header.columns.iter().zip(0..);
            named
                .map(|(name, index)| match definition {
                    Some(definition) => definition.column(name, index),
                    None => Column {
                        name: name.clone(),
                        index,
                        ..Column::default()
                    },
                })
                .collect()
        } else if let Some(definition) = definition.filter(|it| it.columns.len() == n_cells) {
            definition.columns.clone()
        } else {
            let unnamed = |index| Column {
                index,
                ..Column::default()
            };
            (0..n_cells as u32).map(unnamed).collect()
        };
        let names = columns.iter().map(|column| column.name.clone()).collect();
        let index = self.heads.len() as u32;
        self.heads
            .entry((table.to_owned(), names))
            .or_insert_with(|| {
                Arc::new(TableHead {
                    name: table.to_owned(),
                    index,
                    columns,
                    is_sheet: false,
                })
            })
            .clone()
    }
}

/// Adds the cells of the line at the beginning of `text`; its length, if there are as many as there are columns and
/// nothing but `\N` is escaped.
fn push_line(batch: &mut Rows, text: &str, n_columns: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut marks = Marks::new(bytes, [b'\t', b'\n', b'\\']);
    let (mut start, mut n_cells) = (0, 0);
    loop {
        let mut end = marks.next()?;
        if bytes[end] == b'\\' {
            let is_null = end == start
                && bytes.get(end + 1) == Some(&b'N')
                && matches!(bytes.get(end + 2), Some(b'\t' | b'\n'));
            end = marks.next().filter(|_| is_null)?;
        } else {
            let is_returned = bytes[end] == b'\n' && end > start && bytes[end - 1] == b'\r';
            let cell = text.get(start..end - usize::from(is_returned));
            batch.text.push_str(cell.unwrap_or_default());
        }
        batch.ends.push(batch.text.len() as u32);
        n_cells += 1;
        if bytes[end] == b'\n' {
            return (n_cells == n_columns).then_some(end + 1);
        }
        if n_cells == n_columns {
            return None;
        }
        start = end + 1;
    }
}
