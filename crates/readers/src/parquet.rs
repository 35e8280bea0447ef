//! A Parquet file in, its rows out, row group by row group.
//!
//! Nested groups become columns with paths, lists and maps one cell. A row
//! group that is broken costs itself.
//!
//! Format: Apache Parquet format 2.12; through the `parquet` crate, as columns of Arrow.

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use arrow_schema::{DataType, Fields, Schema};
use parquet::{
    arrow::arrow_reader::{
        ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
    },
    file::reader::ChunkReader,
};
use whose_model::{Cause, Locator};

use crate::{
    arrow,
    exhibit::Reading,
    source::Source,
    table::{self, Table},
};

/// Rows that are taken out of all columns at once.
const BATCH_ROWS: usize = 1_024;

/// Reads a Parquet file.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let max_held = reading.limits().max_held_bytes;
    if let Some(file) = source.file() {
        return read_contained(|| File::try_clone(file).ok(), reading);
    }
    match source.hold(max_held) {
        Some(bytes) => {
            let bytes = bytes::Bytes::from(bytes);
            read_contained(|| Some(bytes.clone()), reading);
        }
        None => reading.gap(
            Cause::TooLarge,
            "a nested file larger than may be held in memory, which this format needs",
        ),
    }
}

/// The library panics on some numbers that cannot be, such as a column of negative length: that is the file's fault.
fn read_contained<C: ChunkReader + 'static>(
    chunks: impl Fn() -> Option<C>,
    reading: &mut Reading<'_>,
) {
    let result = catch_unwind(AssertUnwindSafe(|| read_chunks(&chunks, reading)));
    match result {
        Ok(Some(())) => {}
        Ok(None) => reading.gap(Cause::Io, "the file could not be read a second time"),
        Err(_) => reading.gap(
            Cause::Corrupt,
            "the description at the end of the file is broken; the rest was not read",
        ),
    }
}

/// Reads the rows; `None` when the bytes cannot be had again.
fn read_chunks<C: ChunkReader + 'static>(
    chunks: &impl Fn() -> Option<C>,
    reading: &mut Reading<'_>,
) -> Option<()> {
    // What a writer of Arrow noted of its own columns is not needed, and is one thing less that can lie.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let Ok(file) = ArrowReaderMetadata::load(&chunks()?, options) else {
        reading.gap(
            Cause::Corrupt,
            "the description at the end of the file is broken, cut off or encrypted",
        );
        return Some(());
    };
    let file = with_views(file);
    let mut names = Vec::new();
    arrow::columns(file.schema().fields(), "", 0, &mut names);
    let mut out = Table::new(table::head("", 0, names));
    for group in 0..file.metadata().num_row_groups() {
        let n_before = out.n_rows();
        let n_said = file.metadata().row_group(group).num_rows();
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(chunks()?, file.clone());
        let rows = builder
            .with_row_groups(vec![group])
            .with_batch_size(BATCH_ROWS)
            .build();
        let mut is_whole = rows.is_ok();
        for batch in rows.into_iter().flatten() {
            let Ok(batch) = batch else {
                is_whole = false;
                break;
            };
            if arrow::put(&batch, &mut out, reading).is_err() {
                // It was said that the rest is too much.
                out.flush(reading);
                return Some(());
            }
            reading.pulse();
        }
        let n = i64::try_from(out.n_rows() - n_before).unwrap_or(i64::MAX);
        if !is_whole || n < n_said {
            let path = format!("row group {}", group + 1);
            reading.gap_at(
                Locator::Field { path },
                Cause::Corrupt,
                "a group of rows is broken or packed by a method that is not known here",
            );
        }
    }
    out.flush(reading);
    Some(())
}

/// The same file, its texts seen where they stand in its pages instead of copied out of them.
fn with_views(file: ArrowReaderMetadata) -> ArrowReaderMetadata {
    let seen = file.schema().fields().iter().map(|field| {
        if *field.data_type() == DataType::Utf8 {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View))
        } else {
            Arc::clone(field)
        }
    });
    let seen = Schema::new(seen.collect::<Fields>());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(seen));
    ArrowReaderMetadata::try_new(Arc::clone(file.metadata()), options).unwrap_or(file)
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
