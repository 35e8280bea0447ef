//! Rows of cells in, a list as CSV, XLSX, Parquet or JSON out: streaming, and the same bytes for the same rows.
//!
//! Exports are in the clear and made on purpose. Nothing here writes a
//! temporary file, holds more than a row group in memory, or stamps a time.
//!
//! CSV and spreadsheets: a cell that a spreadsheet could take for a formula
//! gets an apostrophe in front (see `defuse`); XLSX needs none, because its
//! cells say that they are text.

mod csv;
mod json;
mod lists;
mod parquet;
mod xlsx;

use std::borrow::Cow;
use std::io::{self, Write};

pub use lists::{Listed, Values, export_table};

use crate::StoreError;

/// The form of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8, one header line.
    Csv,
    /// Office Open XML workbook.
    Xlsx,
    /// Apache Parquet, Snappy.
    Parquet,
    /// An array of objects, one a line.
    Json,
}

impl Format {
    /// The format of this id: `csv`, `xlsx`, `parquet`, `json`.
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "parquet" => Some(Self::Parquet),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Its id, which is also the ending of its files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::Json => "json",
        }
    }
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
}

/// A column of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, as in the contract.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
}

impl Column {
    /// A column of text.
    pub const fn text(name: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Text,
        }
    }

    /// A column of whole numbers.
    pub const fn integer(name: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Integer,
        }
    }
}

/// A cell. Holds PHI in the clear, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing known.
    Empty,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
}

impl<'a> Cell<'a> {
    /// Text; empty text is an empty cell.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        match text.is_empty() {
            true => Self::Empty,
            false => Self::Text(text),
        }
    }

    /// A count.
    pub fn count(n: u64) -> Self {
        Self::Integer(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

/// One of the four formats, being written.
trait Sheet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError>;
    fn finish(self: Box<Self>) -> Result<W, StoreError>;
}

/// Writes a list row by row.
pub struct Exporter<'w, W> {
    n_columns: usize,
    sheet: Box<dyn Sheet<W> + 'w>,
}

impl<'w, W: Write + Send + 'w> Exporter<'w, W> {
    /// Begins a list with these columns.
    pub fn new(format: Format, out: W, columns: &[Column]) -> Result<Self, StoreError> {
        let sheet: Box<dyn Sheet<W>> = match format {
            Format::Csv => Box::new(csv::CsvSheet::new(out, columns)?),
            Format::Xlsx => Box::new(xlsx::XlsxSheet::new(out, columns)?),
            Format::Parquet => Box::new(parquet::ParquetSheet::new(out, columns)?),
            Format::Json => Box::new(json::JsonSheet::new(out, columns)?),
        };
        Ok(Self {
            n_columns: columns.len(),
            sheet,
        })
    }

    /// Adds a row: a cell for each column.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        if cells.len() != self.n_columns {
            return Err(failed("list", "a row has not one cell for each column"));
        }
        self.sheet.row(cells)
    }

    /// Ends the list; returns the sink.
    pub fn finish(self) -> Result<W, StoreError> {
        self.sheet.finish()
    }
}

/// Text that no spreadsheet takes for a formula.
///
/// Text that begins with `=`, `@`, a tab or a carriage return gets an
/// apostrophe in front; so does text that begins with `+` or `-`, unless the
/// rest is only digits, spaces, dots, hyphens and brackets: `+1 416 555 0123`
/// and `-3` stay as they are, because they can do no harm and a mail house or
/// a script reads them. Text that itself begins with an apostrophe before such
/// a sign gets another, so that taking one away always gives the value back.
///
/// Source: OWASP, "CSV Injection".
fn defuse(text: &str) -> Cow<'_, str> {
    let bare = text.trim_start_matches('\'');
    let harmful = match bare.as_bytes().first() {
        Some(b'=' | b'@' | b'\t' | b'\r') => true,
        Some(b'+' | b'-') => !bare
            .bytes()
            .skip(1)
            .all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'.' | b'-' | b'(' | b')')),
        // Full-width forms, which some spreadsheets take for the plain ones.
        _ => bare.starts_with(['\u{ff1d}', '\u{ff20}', '\u{ff0b}', '\u{ff0d}']),
    };
    match harmful {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

fn failed(format: &'static str, what: &str) -> StoreError {
    StoreError::Export {
        format,
        what: what.to_owned(),
    }
}

/// Trouble of the sink, without the path that only the caller knows.
fn sink(format: &'static str, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            StoreError::DiskFull("the export".into())
        }
        kind => failed(format, &kind.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_telephones_are_not() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3+cmd|", "'-2+3+cmd|"),
            ("\t=1", "'\t=1"),
            ("'=1", "''=1"),
            ("+1 (416) 555-0123", "+1 (416) 555-0123"),
            ("-3", "-3"),
            ("O'Brien", "O'Brien"),
            ("'t Hooft", "'t Hooft"),
            ("", ""),
        ] {
            assert_eq!(defuse(text), expected);
        }
    }

    const COLUMNS: [Column; 2] = [Column::text("name"), Column::integer("n")];

    fn written(format: Format) -> Vec<u8> {
        let mut exporter = Exporter::new(format, Vec::new(), &COLUMNS).unwrap();
        let rows = [
            [Cell::text("Zoë, \"the\" <first> & last"), Cell::Integer(7)],
            [Cell::text("=HYPERLINK(1)"), Cell::Empty],
            [Cell::Empty, Cell::Integer(-1)],
        ];
        for row in &rows {
            exporter.row(row).unwrap();
        }
        exporter.finish().unwrap()
    }

    #[test]
    fn csv_quotes_and_defuses() {
        assert_eq!(
            String::from_utf8(written(Format::Csv)).unwrap(),
            "name,n\n\"Zoë, \"\"the\"\" <first> & last\",7\n'=HYPERLINK(1),\n,-1\n"
        );
    }

    #[test]
    fn json_is_an_array_of_objects_a_line_each() {
        let text = String::from_utf8(written(Format::Json)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value[0]["n"], 7);
        assert_eq!(value[1]["name"], "=HYPERLINK(1)");
        assert!(value[2]["name"].is_null());
        assert_eq!(text.lines().count(), 5);
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        for format in [Format::Csv, Format::Xlsx, Format::Parquet, Format::Json] {
            assert_eq!(written(format), written(format), "{format:?}");
        }
    }

    #[test]
    fn parquet_is_read_back_by_its_reader() {
        use ::parquet::file::reader::{FileReader, SerializedFileReader};
        use ::parquet::record::RowAccessor;
        let file = SerializedFileReader::new(bytes::Bytes::from(written(Format::Parquet))).unwrap();
        let rows: Vec<_> = file
            .get_row_iter(None)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(
            rows[0].get_string(0).unwrap(),
            "Zoë, \"the\" <first> & last"
        );
        assert_eq!(rows[2].get_long(1).unwrap(), -1);
        assert!(rows[1].get_long(1).is_err());
    }
}
