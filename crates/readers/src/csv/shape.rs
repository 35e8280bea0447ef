//! The first lines of delimited text in, its dialect and where its header stands out.
//!
//! The delimiter is the one under which the most records have the same number of
//! cells. A header is a row of distinct words above rows of another make.

use super::record::{Cell, Dialect, Found, split};
use crate::columns::is_known_label;

const DELIMITERS: &[u8] = b",;\t|^~";
/// Records looked at.
const LOOKED_AT: usize = 200;

/// What a table looks like.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) dialect: Dialect,
    /// Records above the table.
    pub(crate) n_preamble: usize,
    /// Cells of most records.
    pub(crate) n_columns: usize,
    /// The first record names the columns.
    pub(crate) has_header: bool,
    /// How alike the records are, from 0 to 1.
    pub(crate) evenness: f32,
    /// How many records were looked at.
    pub(crate) n_records: usize,
}

/// The shape of the table at the beginning of `sample`, up to the first empty line after its rows begin.
pub(crate) fn shape(sample: &[u8], is_last: bool) -> Option<Shape> {
    let terminator = if memchr::memchr(b'\n', sample).is_none() && sample.contains(&b'\r') {
        b'\r'
    } else {
        b'\n'
    };
    let mut best: Option<(f32, Shape)> = None;
    for &delimiter in DELIMITERS {
        if !sample.contains(&delimiter) {
            continue;
        }
        let dialect = Dialect {
            delimiter,
            terminator,
            has_quotes: true,
        };
        let records = records(sample, is_last, dialect);
        let Some(shape) = judge(&records, dialect) else {
            continue;
        };
        // More columns count for a little, so that a comma inside cells does not win over the true delimiter.
        let score = shape.evenness + 0.02 * (shape.n_columns.min(20) as f32)
            - 0.05 * (shape.n_preamble.min(4) as f32);
        if best.as_ref().is_none_or(|(top, _)| score > *top) {
            best = Some((score, shape));
        }
    }
    best.map(|(_, shape)| shape)
}

/// The records of a sample, as text, at most `LOOKED_AT`.
pub(crate) fn records(sample: &[u8], is_last: bool, dialect: Dialect) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut cells: Vec<Cell> = Vec::new();
    let mut at = 0;
    while at < sample.len() && records.len() < LOOKED_AT {
        let Found::Record { len, .. } = split(&sample[at..], is_last, dialect, &mut cells) else {
            break;
        };
        let record = &sample[at..at + len];
        records.push(
            cells
                .iter()
                .map(|cell| String::from_utf8_lossy(&cell.bytes(record)).into_owned())
                .collect(),
        );
        at += len.max(1);
    }
    records
}

fn is_blank(record: &[String]) -> bool {
    record.iter().all(|cell| cell.is_empty())
}

fn judge(records: &[Vec<String>], dialect: Dialect) -> Option<Shape> {
    // The block with the first rows: an empty line after at least two rows of one width ends it.
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    let mut n_looked_at = 0;
    let mut end = records.len();
    for (index, record) in records.iter().enumerate() {
        if is_blank(record) {
            if counts.values().any(|&n| n >= 2) {
                end = index;
                break;
            }
            continue;
        }
        if record.len() > 1 {
            *counts.entry(record.len()).or_default() += 1;
        }
        n_looked_at += 1;
    }
    let records = &records[..end];
    let (&n_columns, &n_even) = counts.iter().max_by_key(|&(&width, &n)| (n, width))?;
    // Lines above the table: fewer cells, and none of the table's width before them.
    let n_preamble = records
        .iter()
        .position(|record| !is_blank(record) && is_row(record, n_columns))?;
    let n_rows = n_looked_at
        - records[..n_preamble]
            .iter()
            .filter(|record| !is_blank(record))
            .count();
    let evenness = n_even as f32 / n_rows.max(1) as f32;
    let rows: Vec<_> = records[n_preamble..]
        .iter()
        .filter(|record| !is_blank(record))
        .collect();
    Some(Shape {
        dialect,
        n_preamble,
        n_columns: rows[0].len().max(n_columns),
        has_header: has_header(&rows),
        evenness: evenness.min(1.0),
        n_records: n_looked_at,
    })
}

/// Whether a record may be a row of a table so wide: a title has one filled cell.
fn is_row(record: &[String], n_columns: usize) -> bool {
    let n_filled = record.iter().filter(|cell| !cell.is_empty()).count();
    record.len() * 3 >= n_columns * 2 && (n_filled >= 2 || n_columns < 3)
}

/// Whether the first row names the columns of the rest.
pub(crate) fn has_header<R: AsRef<[String]>>(rows: &[R]) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    let first = first.as_ref();
    let filled: Vec<_> = first.iter().filter(|cell| !cell.is_empty()).collect();
    if filled.is_empty() || filled.len() * 2 < first.len() {
        return false;
    }
    if !filled.iter().all(|cell| is_label(cell)) {
        return false;
    }
    let distinct: std::collections::BTreeSet<_> =
        filled.iter().map(|cell| cell.to_lowercase()).collect();
    if distinct.len() * 10 < filled.len() * 9 {
        return false;
    }
    if filled.iter().filter(|cell| is_known_label(cell)).count() * 3 >= filled.len() {
        return true;
    }
    // A column of numbers or dates under a word, or cells of one length under another.
    let rest = &rest[..rest.len().min(50)];
    if rest.is_empty() {
        return false;
    }
    let mut n_for = 0_usize;
    let mut n_against = 0_usize;
    for (column, label) in first.iter().enumerate() {
        let cells: Vec<&String> = rest
            .iter()
            .filter_map(|row| row.as_ref().get(column))
            .filter(|cell| !cell.is_empty())
            .collect();
        if cells.is_empty() || label.is_empty() {
            continue;
        }
        let n_values = cells.iter().filter(|cell| !is_label(cell)).count();
        if n_values * 10 >= cells.len() * 8 {
            n_for += 1;
        } else if cells.contains(&label) {
            n_against += 1;
        }
    }
    n_for > n_against
}

/// Whether a cell could be a column's name: words, not a value.
fn is_label(cell: &str) -> bool {
    let n_digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let n_letters = cell.chars().filter(|ch| ch.is_alphabetic()).count();
    cell.len() <= 80 && n_letters > 0 && n_digits * 2 <= n_letters && !cell.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_makes_even_rows() {
        for (delimiter, text) in [
            (b',', "id,name\n1,Anna\n2,Bo\n"),
            (b';', "id;name\n1;Roy, Anna\n2;Cy, Bo\n"),
            (b'\t', "id\tname\n1\tAnna\n"),
            (b'|', "1|Roy, Anna|x\n2|Cy, Bo|y\n"),
            (b'~', "1~Anna~x\n2~Bo~y\n"),
        ] {
            let shape = shape(text.as_bytes(), true).unwrap();
            assert_eq!(shape.dialect.delimiter, delimiter);
        }
    }

    #[test]
    fn a_header_below_a_title_is_found() {
        let text = "Clinic report 2024\nprinted by x,\n\nMRN,Last name,DOB\n1234567,Roy,1950-01-02\n2345678,Cy,1951-01-02\n";
        let shape = shape(text.as_bytes(), true).unwrap();
        assert_eq!(
            (shape.n_preamble, shape.has_header, shape.n_columns),
            (3, true, 3)
        );
    }

    #[test]
    fn rows_of_data_alone_have_no_header() {
        let text = "Roy,Anna,1950-01-02\nCy,Bo,1951-01-02\n";
        assert!(!shape(text.as_bytes(), true).unwrap().has_header);
    }
}
