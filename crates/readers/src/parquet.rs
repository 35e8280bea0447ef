//! A Parquet file in, its rows out, row group by row group.
//!
//! Nested groups become columns with paths, lists and maps one cell. A row
//! group that is broken costs itself.
//!
//! Format: Apache Parquet format 2.12; through the `parquet` crate, without Arrow.

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
};

use parquet::{
    basic::{LogicalType, Repetition},
    data_type::Decimal,
    file::reader::{ChunkReader, FileReader, SerializedFileReader},
    record::{Field, Row, reader::RowIter},
    schema::types::Type,
};
use whose_model::{Cause, Locator};

use crate::{
    exhibit::Reading,
    source::Source,
    table::{self, MAX_COLUMNS, SINCE_1970, Table},
};

/// Groups inside groups.
const MAX_NESTED: usize = 32;

/// Reads a Parquet file.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let max_held = reading.limits().max_held_bytes;
    if let Some(file) = source.file() {
        return match File::try_clone(file) {
            Ok(file) => read_contained(file, reading),
            Err(_) => reading.gap(Cause::Io, "the file could not be read a second time"),
        };
    }
    match source.hold(max_held) {
        Some(bytes) => read_contained(bytes::Bytes::from(bytes), reading),
        None => reading.gap(
            Cause::TooLarge,
            "a nested file larger than may be held in memory, which this format needs",
        ),
    }
}

/// The library panics on some numbers that cannot be, such as a column of negative length: that is the file's fault.
fn read_contained<C: ChunkReader + 'static>(chunks: C, reading: &mut Reading<'_>) {
    let result = catch_unwind(AssertUnwindSafe(|| read_chunks(chunks, reading)));
    if result.is_err() {
        reading.gap(
            Cause::Corrupt,
            "the description at the end of the file is broken; the rest was not read",
        );
    }
}

fn read_chunks<C: ChunkReader + 'static>(chunks: C, reading: &mut Reading<'_>) {
    let Ok(file) = SerializedFileReader::new(chunks) else {
        return reading.gap(
            Cause::Corrupt,
            "the description at the end of the file is broken, cut off or encrypted",
        );
    };
    let metadata = file.metadata();
    let schema = metadata.file_metadata().schema();
    let mut names = Vec::new();
    columns(schema, "", 0, &mut names);
    let mut out = Table::new(table::head("", 0, names));
    for group in 0..metadata.num_row_groups() {
        let n_said = metadata.row_group(group).num_rows();
        let mut n = 0;
        let rows = file.get_row_group(group);
        let is_whole = rows.is_ok_and(|rows| match RowIter::from_row_group(None, rows.as_ref()) {
            Ok(mut rows) => loop {
                match rows.next() {
                    Some(Ok(row)) => {
                        n += 1;
                        put(&row, schema, &mut out, reading);
                    }
                    Some(Err(_)) => break false,
                    None => break n >= n_said,
                }
            },
            Err(_) => false,
        });
        reading.pulse();
        if !is_whole {
            let path = format!("row group {}", group + 1);
            reading.gap_at(
                Locator::Field { path },
                Cause::Corrupt,
                "a group of rows is broken or packed by a method that is not known here",
            );
        }
    }
    out.flush(reading);
}

/// Whether a group is a plain group, whose parts are columns.
fn is_group(kind: &Type) -> bool {
    kind.is_group()
        && kind.get_basic_info().has_repetition()
        && kind.get_basic_info().repetition() != Repetition::REPEATED
        && !matches!(
            kind.get_basic_info().logical_type_ref(),
            Some(LogicalType::List | LogicalType::Map)
        )
}

/// The names of the columns under a group.
fn columns(group: &Type, path: &str, depth: usize, names: &mut Vec<String>) {
    for part in group.get_fields() {
        if names.len() >= MAX_COLUMNS {
            return;
        }
        let name = format!("{path}{}", part.name());
        if is_group(part) && depth < MAX_NESTED {
            columns(part, &format!("{name}."), depth + 1, names);
        } else {
            names.push(name);
        }
    }
}

fn put(row: &Row, schema: &Type, out: &mut Table, reading: &mut Reading<'_>) {
    let mut cells = Vec::new();
    cells_of(Some(row), schema, 0, out, &mut cells);
    out.push(&cells, reading);
}

fn cells_of(
    row: Option<&Row>,
    group: &Type,
    depth: usize,
    out: &mut Table,
    cells: &mut Vec<String>,
) {
    let mut fields = row.map(|row| row.get_column_iter());
    for part in group.get_fields() {
        let field = fields.as_mut().and_then(Iterator::next);
        let field = field.map(|(_, field)| field);
        if cells.len() >= MAX_COLUMNS {
            return;
        }
        if is_group(part) && depth < MAX_NESTED {
            let inner = match field {
                Some(Field::Group(row)) => Some(row),
                _ => None,
            };
            cells_of(inner, part, depth + 1, out, cells);
        } else {
            let column = cells.len();
            cells.push(match field {
                Some(Field::Bytes(bytes)) => out.binary(column, bytes.data()),
                Some(field) => text(field, 0),
                None => String::new(),
            });
        }
    }
}

fn text(field: &Field, depth: usize) -> String {
    let moment = |seconds: i64| table::moment(SINCE_1970, seconds).unwrap_or_default();
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => table::inside(bytes.data()),
        Field::Date(days) => {
            table::moment(SINCE_1970 + i64::from(*days), 0).unwrap_or_else(|| days.to_string())
        }
        Field::TimestampMillis(value) => moment(value.div_euclid(1_000)),
        Field::TimestampMicros(value) => moment(value.div_euclid(1_000_000)),
        Field::Float(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Decimal(value) => decimal(value),
        _ if depth > MAX_NESTED => String::new(),
        Field::Group(row) => {
            let parts = row.get_column_iter();
            let parts = parts.map(|(name, field)| format!("{name}: {}", text(field, depth + 1)));
            parts.collect::<Vec<_>>().join(", ")
        }
        Field::ListInternal(list) => {
            let parts = list.elements().iter().map(|field| text(field, depth + 1));
            parts.collect::<Vec<_>>().join("; ")
        }
        Field::MapInternal(map) => {
            let parts = map.entries().iter();
            let parts = parts.map(|(key, value)| {
                format!("{}: {}", text(key, depth + 1), text(value, depth + 1))
            });
            parts.collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// A number of up to 16 bytes, high byte first, with so many digits behind the point.
fn decimal(value: &Decimal) -> String {
    let bytes = value.data();
    let scale = usize::try_from(value.scale()).unwrap_or(0).min(64);
    if bytes.len() > 16 || bytes.is_empty() {
        return table::hex(bytes.get(..64).unwrap_or(bytes));
    }
    let first = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
    let whole = bytes
        .iter()
        .fold(first, |n: i128, byte| n << 8 | i128::from(*byte));
    table::scaled(&whole.to_string(), scale)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::{
        data_type::{ByteArray, ByteArrayType, Int32Type},
        file::writer::SerializedFileWriter,
        schema::parser::parse_message_type,
    };
    use proptest::prelude::*;
    use whose_model::{Cause, Segment};

    use crate::testkit::read_bytes;

    fn file() -> Vec<u8> {
        let schema = "message people { required binary name (UTF8); optional group born { optional int32 day (DATE); } }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut file = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut file, schema, Arc::default()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let names = [ByteArray::from("Roy"), ByteArray::from("Zoé")];
        column
            .typed::<ByteArrayType>()
            .write_batch(&names, None, None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int32Type>()
            .write_batch(&[7305], Some(&[2, 0]), None)
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        file
    }

    #[test]
    fn rows_come_with_the_paths_of_their_columns() {
        let given = read_bytes("a.parquet", &file());
        let Segment::Rows(rows) = &given.segments[0].1 else {
            panic!("a table");
        };
        let names: Vec<&str> = rows
            .head
            .columns
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["name", "born.day"]);
        assert_eq!(rows.text, "Roy1990-01-01Zoé");
        assert!(given.gaps.is_empty());
    }

    proptest! {
        #[test]
        fn a_changed_file_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
            let mut file = file();
            for (place, byte) in changes {
                let at = place.index(file.len() - 8) + 4;
                file[at] = byte;
            }
            let given = read_bytes("a.parquet", &file);
            prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
        }
    }
}
