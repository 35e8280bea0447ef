//! The lengths of a batch's parts in; whether each list of numbers in it is made of whole numbers out.
//!
//! The library looks at places, lengths, keys and views as slices of numbers,
//! and panics where a part's length is no multiple of their width, or is too
//! short for the rows of a choice. So the parts are gone through as it goes
//! through them, column by column. What else may be wrong, it says itself.
//!
//! Format: Apache Arrow columnar format 1.5, "Buffer Listing for Each Layout".

use arrow_ipc::{MetadataVersion, RecordBatch};
use arrow_schema::{DataType, Schema, UnionMode};

/// Parts and columns of a batch that were not gone through yet.
pub(super) struct Parts<'a> {
    /// Unpacked lengths.
    lengths: std::slice::Iter<'a, u64>,
    /// Rows of each column, and of the columns inside.
    rows: Vec<i64>,
    n_columns: usize,
    /// How many parts the views of a column refer to.
    variadic: Vec<i64>,
    n_variadic: usize,
    version: MetadataVersion,
}

impl<'a> Parts<'a> {
    pub(super) fn new(
        batch: &RecordBatch<'_>,
        lengths: &'a [u64],
        version: MetadataVersion,
    ) -> Self {
        let nodes = batch.nodes().into_iter().flatten();
        let variadic = batch.variadicBufferCounts().into_iter().flatten();
        Self {
            lengths: lengths.iter(),
            rows: nodes.map(|node| node.length()).collect(),
            n_columns: 0,
            variadic: variadic.collect(),
            n_variadic: 0,
            version,
        }
    }

    /// Whether the columns of a batch are sound.
    pub(super) fn are_sound(mut self, schema: &Schema) -> bool {
        let fields = &schema.fields;
        fields
            .iter()
            .all(|it| self.column(it.data_type()).is_some())
    }

    /// Whether the values that rows refer to are sound.
    pub(super) fn fits(mut self, kind: &DataType) -> bool {
        self.column(kind).is_some()
    }

    fn any(&mut self) -> Option<u64> {
        self.lengths.next().copied()
    }

    /// A part made of numbers of so many bytes.
    fn numbers(&mut self, width: usize) -> Option<()> {
        let is_whole = self.any()?.is_multiple_of(width as u64);
        is_whole.then_some(())
    }

    /// A part of at least so many bytes.
    fn at_least(&mut self, n: i64, width: u64) -> Option<()> {
        let n = u64::try_from(n).ok()?.checked_mul(width)?;
        (self.any()? >= n).then_some(())
    }

    /// Goes through a column; `None` when it is not sound, or the parts or columns end before.
    fn column(&mut self, kind: &DataType) -> Option<()> {
        let n_rows = *self.rows.get(self.n_columns)?;
        self.n_columns += 1;
        match kind {
            DataType::Null => return Some(()),
            DataType::RunEndEncoded(ends, values) => {
                self.ends(ends.data_type())?;
                return self.column(values.data_type());
            }
            DataType::Union(fields, mode) => {
                if self.version < MetadataVersion::V5 {
                    self.any()?;
                }
                self.at_least(n_rows, 1)?;
                if *mode == UnionMode::Dense {
                    self.at_least(n_rows, 4)?;
                }
                return fields
                    .iter()
                    .try_for_each(|(_, it)| self.column(it.data_type()));
            }
            _ => self.any()?,
        };
        match kind {
            DataType::Utf8 | DataType::Binary => {
                self.numbers(4)?;
                self.any().map(drop)
            }
            DataType::LargeUtf8 | DataType::LargeBinary => {
                self.numbers(8)?;
                self.any().map(drop)
            }
            DataType::Utf8View | DataType::BinaryView => {
                let n = *self.variadic.get(self.n_variadic)?;
                self.n_variadic += 1;
                self.numbers(16)?;
                (0..n).try_for_each(|_| self.any().map(drop))
            }
            DataType::List(of) | DataType::Map(of, _) => {
                self.numbers(4)?;
                self.column(of.data_type())
            }
            DataType::LargeList(of) => {
                self.numbers(8)?;
                self.column(of.data_type())
            }
            DataType::ListView(of) => {
                self.numbers(4)?;
                self.numbers(4)?;
                self.column(of.data_type())
            }
            DataType::LargeListView(of) => {
                self.numbers(8)?;
                self.numbers(8)?;
                self.column(of.data_type())
            }
            DataType::FixedSizeList(of, _) => self.column(of.data_type()),
            DataType::Struct(fields) => {
                fields.iter().try_for_each(|it| self.column(it.data_type()))
            }
            DataType::Dictionary(keys, _) => self.numbers(keys.primitive_width()?),
            _ => self.any().map(drop),
        }
    }

    /// The rows at which runs end: a column of numbers.
    fn ends(&mut self, kind: &DataType) -> Option<()> {
        self.n_columns += 1;
        self.any()?;
        self.numbers(kind.primitive_width()?)
    }
}
