//! Rows in, plain Parquet out, through the column writer without Arrow.
//!
//! Every column is optional: text is UTF-8, whole numbers are 64 bits. A row
//! group of rows is held in memory, column by column.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::{Cell, Column, Kind, Sheet, failed};
use crate::StoreError;

const ROWS_PER_GROUP: usize = 16 * 1024;

enum Values {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
}

struct Buffer {
    values: Values,
    /// 1 where there is a value, 0 where there is none.
    levels: Vec<i16>,
}

pub(super) struct ParquetSheet<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Buffer>,
    n_rows: usize,
}

impl<W: Write + Send> ParquetSheet<W> {
    pub(super) fn new(out: W, columns: &[Column]) -> Result<Self, StoreError> {
        let fields = columns
            .iter()
            .map(|column| {
                let builder = match column.kind {
                    Kind::Text => Type::primitive_type_builder(column.name, Physical::BYTE_ARRAY)
                        .with_logical_type(Some(LogicalType::String)),
                    Kind::Integer => Type::primitive_type_builder(column.name, Physical::INT64),
                };
                let field = builder.with_repetition(Repetition::OPTIONAL).build();
                field.map(Arc::new).map_err(trouble)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("row")
            .with_fields(fields)
            .build()
            .map_err(trouble)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("whose".to_owned())
            .build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties));
        Ok(Self {
            writer: writer.map_err(trouble)?,
            columns: columns
                .iter()
                .map(|column| Buffer {
                    values: match column.kind {
                        Kind::Text => Values::Text(Vec::new()),
                        Kind::Integer => Values::Integer(Vec::new()),
                    },
                    levels: Vec::new(),
                })
                .collect(),
            n_rows: 0,
        })
    }

    fn end_group(&mut self) -> Result<(), StoreError> {
        if self.n_rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(trouble)?;
        for buffer in &mut self.columns {
            let Some(mut column) = group.next_column().map_err(trouble)? else {
                return Err(failed("parquet", "a column is missing"));
            };
            let levels = Some(buffer.levels.as_slice());
            match &mut buffer.values {
                Values::Text(values) => {
                    let writer = column.typed::<ByteArrayType>();
                    writer.write_batch(values, levels, None).map_err(trouble)?;
                    values.clear();
                }
                Values::Integer(values) => {
                    let writer = column.typed::<Int64Type>();
                    writer.write_batch(values, levels, None).map_err(trouble)?;
                    values.clear();
                }
            }
            buffer.levels.clear();
            column.close().map_err(trouble)?;
        }
        group.close().map_err(trouble)?;
        self.n_rows = 0;
        Ok(())
    }
}

impl<W: Write + Send> Sheet<W> for ParquetSheet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        for (buffer, cell) in self.columns.iter_mut().zip(cells) {
            match (&mut buffer.values, cell) {
                (_, Cell::Empty) => {
                    buffer.levels.push(0);
                    continue;
                }
                (Values::Text(values), Cell::Text(text)) => {
                    values.push(ByteArray::from(text.as_bytes().to_vec()));
                }
                (Values::Text(values), Cell::Integer(n)) => {
                    values.push(ByteArray::from(n.to_string().into_bytes()));
                }
                (Values::Integer(values), Cell::Integer(n)) => values.push(*n),
                (Values::Integer(_), Cell::Text(_)) => {
                    return Err(failed("parquet", "text stands in a column of numbers"));
                }
            }
            buffer.levels.push(1);
        }
        self.n_rows += 1;
        match self.n_rows == ROWS_PER_GROUP {
            true => self.end_group(),
            false => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<W, StoreError> {
        self.end_group()?;
        self.writer.into_inner().map_err(trouble)
    }
}

/// The words of the library name columns and types, never cells; but only the kind is passed on.
fn trouble(error: ParquetError) -> StoreError {
    let what = match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(error) => return super::sink("parquet", &error),
            Err(_) => "the writer failed",
        },
        _ => "the writer failed",
    };
    failed("parquet", what)
}
