//! Rows in, CSV out: RFC 4180, UTF-8 without a mark, lines end in a line feed.

use std::io::Write;

use super::{Cell, Column, Sheet, defuse, failed, sink};
use crate::StoreError;

pub(super) struct CsvSheet<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvSheet<W> {
    pub(super) fn new(out: W, columns: &[Column]) -> Result<Self, StoreError> {
        let mut writer = csv::Writer::from_writer(out);
        writer
            .write_record(columns.iter().map(|column| column.name))
            .map_err(trouble)?;
        Ok(Self { writer })
    }
}

impl<W: Write> Sheet<W> for CsvSheet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        for cell in cells {
            let field = match cell {
                Cell::Empty => "".into(),
                Cell::Text(text) => defuse(text),
                Cell::Integer(n) => n.to_string().into(),
            };
            self.writer.write_field(&*field).map_err(trouble)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(trouble)
    }

    fn finish(self: Box<Self>) -> Result<W, StoreError> {
        self.writer
            .into_inner()
            .map_err(|error| sink("csv", error.error()))
    }
}

fn trouble(error: csv::Error) -> StoreError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => sink("csv", &error),
        _ => failed("csv", "a row could not be written"),
    }
}
