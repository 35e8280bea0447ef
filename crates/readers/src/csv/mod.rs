//! Delimited text (CSV, TSV and relatives) in, rows of its tables out; streaming.
//!
//! One file may hold several tables, set apart by empty lines, each under lines
//! of title. A row's number is the line of the file on which it begins, the first
//! line being 1. Lines above a table become passages.
//!
//! Format: RFC 4180, and what programs write instead of it.

mod record;
mod shape;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use memchr::memchr;
use whose_model::{Cause, Column, Locator, PassageKind, Rows, TableHead};

use self::record::{Cell, Dialect, Found, split, trim};
pub(crate) use self::shape::{Shape, has_header, shape};
use crate::{
    encoding::{self, Charset},
    exhibit::Reading,
    marks::Marks,
    source::Source,
    table,
};

/// Bytes looked at to tell a table's shape.
const SAMPLE: usize = 64 << 10;
/// Bytes worked on at once.
const WINDOW: usize = 1 << 20;
/// Bytes of one record; a quote still open there was not meant as one.
const MAX_RECORD: usize = 4 << 20;
/// Bounds of one batch of rows.
const BATCH_ROWS: usize = 2048;
const BATCH_BYTES: usize = 256 << 10;
/// Cells of one record; more are joined to the last.
const MAX_COLUMNS: usize = 16_384;

/// Reads delimited text.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(SAMPLE * 4);
    let mut charset = encoding::detect(head);
    let mark = encoding::mark_len(head);
    source.pass(mark);
    let mut line = 1;
    let mut delimiter = None;
    if let Some((given, len)) = separator_line(source.ahead(16)) {
        delimiter = Some(given);
        source.pass(len);
        line += 1;
    }
    let mut table = Table {
        index: 0,
        line,
        charset: &mut charset,
        given_delimiter: delimiter,
    };
    while !source.is_done() {
        table.read(source, reading);
    }
}

/// Excel's first line `sep=;`.
fn separator_line(head: &[u8]) -> Option<(u8, usize)> {
    let (prefix, rest) = head.split_at_checked(4)?;
    if !prefix.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    match rest {
        [delimiter, b'\n', ..] => Some((*delimiter, 6)),
        [delimiter, b'\r', b'\n', ..] => Some((*delimiter, 7)),
        _ => None,
    }
}

struct Table<'a> {
    index: u32,
    /// Line of the file at which the source stands.
    line: u64,
    charset: &'a mut Charset,
    given_delimiter: Option<u8>,
}

impl Table<'_> {
    /// Reads one table, with the lines above it, to the empty line after which another begins.
    fn read(&mut self, source: &mut Source<'_>, reading: &mut Reading<'_>) {
        let sample = source.ahead(SAMPLE);
        let is_last = sample.len() < SAMPLE;
        let sample = &sample[..sample.len().min(SAMPLE)];
        let mut shape = shape(sample, is_last).unwrap_or_else(|| one_column(sample));
        if let Some(delimiter) = self.given_delimiter {
            shape.dialect.delimiter = delimiter;
            let records = shape::records(sample, is_last, shape.dialect);
            shape.n_preamble = 0;
            shape.n_columns = records.iter().map(Vec::len).max().unwrap_or(1);
            shape.has_header = shape::has_header(&records);
        }
        let dialect = shape.dialect;
        let mut cells = Vec::new();
        for _ in 0..shape.n_preamble {
            self.put_preamble(source, dialect, &mut cells, reading);
        }
        self.skip_blank(source, dialect);
        let Some(head) = self.head(source, &shape, &mut cells) else {
            return;
        };
        self.rows(source, reading, dialect, head, &mut cells);
        self.index += 1;
    }

    /// A line above the table becomes a passage.
    fn put_preamble(
        &mut self,
        source: &mut Source<'_>,
        dialect: Dialect,
        cells: &mut Vec<Cell>,
        reading: &mut Reading<'_>,
    ) {
        let at = source.position();
        let ahead = source.ahead(SAMPLE);
        let is_last = ahead.len() < SAMPLE;
        let (len, n_lines) = match split(ahead, is_last, dialect, cells) {
            Found::Record { len, n_lines } => (len, n_lines),
            Found::More => (ahead.len(), 1),
        };
        let mut line = &ahead[..len];
        while let [rest @ .., b'\n' | b'\r'] = line {
            line = rest;
        }
        let (text, runs) = crate::text::decode(line, at, *self.charset);
        source.pass(len);
        self.line += n_lines;
        if text.chars().any(char::is_alphanumeric) {
            let max = reading.limits().max_passage_bytes.max(16);
            crate::text::put_pieces(&text, &runs, max, PassageKind::Title, reading);
        }
    }

    fn skip_blank(&mut self, source: &mut Source<'_>, dialect: Dialect) {
        loop {
            match source.ahead(2) {
                [byte, ..] if *byte == dialect.terminator => source.pass(1),
                [b'\r', byte, ..] if *byte == dialect.terminator => source.pass(2),
                _ => return,
            }
            self.line += 1;
        }
    }

    /// The table's columns, from its header when it has one.
    fn head(
        &mut self,
        source: &mut Source<'_>,
        shape: &Shape,
        cells: &mut Vec<Cell>,
    ) -> Option<Arc<TableHead>> {
        let ahead = source.ahead(SAMPLE);
        if ahead.is_empty() {
            return None;
        }
        let is_last = ahead.len() < SAMPLE;
        let mut columns: Vec<Column> = Vec::new();
        let mut consumed = None;
        if shape.has_header
            && let Found::Record { len, n_lines } = split(ahead, is_last, shape.dialect, cells)
        {
            let names = cells.iter().take(MAX_COLUMNS).map(|cell| {
                let bytes = cell.bytes(ahead);
                self.charset.decode(&bytes).trim().to_owned()
            });
            columns.extend(names.map(|name| Column {
                name,
                ..Column::default()
            }));
            consumed = Some((len, n_lines));
        }
        let n_columns = shape.n_columns.max(columns.len()).clamp(1, MAX_COLUMNS);
        columns.resize(n_columns, Column::default());
        for (index, column) in columns.iter_mut().enumerate() {
            column.index = index as u32;
        }
        if let Some((len, n_lines)) = consumed {
            source.pass(len);
            self.line += n_lines;
        }
        Some(Arc::new(TableHead {
            name: String::new(),
            index: self.index,
            columns,
            is_sheet: true,
        }))
    }

    fn rows(
        &mut self,
        source: &mut Source<'_>,
        reading: &mut Reading<'_>,
        dialect: Dialect,
        head: Arc<TableHead>,
        cells: &mut Vec<Cell>,
    ) {
        let n_columns = head.columns.len();
        let mut batch = Rows::new(head.clone());
        let mut window = WINDOW;
        let without_quotes = Dialect {
            has_quotes: false,
            ..dialect
        };
        'windows: loop {
            let ahead = source.ahead(window);
            if ahead.is_empty() {
                break;
            }
            let is_last = ahead.len() < window;
            let mut is_utf8 = matches!(self.charset, Charset::Utf8);
            let valid = match std::str::from_utf8(ahead) {
                Ok(text) => text,
                Err(error) => {
                    let n = error.valid_up_to();
                    if is_utf8 && ahead[..n].is_ascii() && !encoding::is_utf8(ahead) {
                        // The first accent of a file that began as ASCII decides.
                        *self.charset = encoding::legacy(&ahead[n.saturating_sub(1)..]);
                        is_utf8 = matches!(self.charset, Charset::Utf8);
                    }
                    std::str::from_utf8(&ahead[..n]).unwrap_or_default()
                }
            };
            let mut at = 0;
            while at < ahead.len() {
                if is_utf8
                    && let Some(text) = valid.get(at..)
                    && let Some((len, n_lines)) = push_plain(&mut batch, text, dialect, self.line)
                {
                    at += len;
                    self.line += n_lines;
                    hand_over_full(&mut batch, reading);
                    continue;
                }
                let rest = &ahead[at..];
                let found = match split(rest, is_last, dialect, cells) {
                    Found::More if rest.len() >= MAX_RECORD => {
                        let found = split(rest, is_last, without_quotes, cells);
                        let detail = if found == Found::More {
                            "a line longer than any record; it was cut there and read as several"
                        } else {
                            "a quote is opened and not closed; the record was read without quotes"
                        };
                        reading.gap_at(cell_place(self.line), Cause::Corrupt, detail);
                        match found {
                            // A line longer than any record: cut it.
                            Found::More => Found::Record {
                                len: rest.len(),
                                n_lines: 1,
                            },
                            found => found,
                        }
                    }
                    found => found,
                };
                let Found::Record { len, n_lines } = found else {
                    source.pass(at);
                    window = if at == 0 {
                        (window * 2).min(MAX_RECORD)
                    } else {
                        WINDOW
                    };
                    continue 'windows;
                };
                if let [cell] = cells.as_slice()
                    && cell.start == cell.end
                {
                    // An empty line: does another table begin after it?
                    let next = &rest[len..];
                    if begins_table(next, is_last, dialect, n_columns) {
                        at += len;
                        self.line += n_lines;
                        source.pass(at);
                        reading.rows(batch);
                        return;
                    }
                } else if rest.starts_with(b"\\.") && rest[2..len].trim_ascii().is_empty() {
                    // PostgreSQL's end of data, in a file of a folder dump.
                } else if is_utf8 && at + len <= valid.len() {
                    push_str(&mut batch, &valid[at..at + len], cells, self.line);
                } else {
                    let record = &ahead[at..at + len];
                    let texts = cells
                        .iter()
                        .map(|cell| self.charset.decode(&cell.bytes(record)).into_owned());
                    batch.push(self.line, texts.collect::<Vec<_>>());
                }
                at += len;
                self.line += n_lines;
                hand_over_full(&mut batch, reading);
            }
            source.pass(at);
            window = WINDOW;
        }
        reading.rows(batch);
    }
}

fn cell_place(line: u64) -> Locator {
    Locator::Cell {
        sheet: String::new(),
        row: line,
        column: "A".to_owned(),
    }
}

/// Hands over a batch that is full, and begins the next.
fn hand_over_full(batch: &mut Rows, reading: &mut Reading<'_>) {
    if batch.len() >= BATCH_ROWS || batch.text.len() >= BATCH_BYTES {
        let empty = table::next_batch(batch);
        reading.rows(std::mem::replace(batch, empty));
    }
}

/// Adds the record at the beginning of `text` when nothing in it has to be decided, as it is in most; its length and lines. `None` for any other, which is left to `split`.
fn push_plain(batch: &mut Rows, text: &str, dialect: Dialect, line: u64) -> Option<(usize, u64)> {
    let (n_text, n_ends) = (batch.text.len(), batch.ends.len());
    let done = push_cells(batch, text, dialect);
    if done.is_some() {
        batch.numbers.push(line);
    } else {
        batch.text.truncate(n_text);
        batch.ends.truncate(n_ends);
    }
    done
}

fn push_cells(batch: &mut Rows, text: &str, dialect: Dialect) -> Option<(usize, u64)> {
    let bytes = text.as_bytes();
    let n_columns = batch.head.columns.len();
    let mut marks = Marks::new(bytes, [dialect.delimiter, dialect.terminator]);
    let (mut start, mut n_cells, mut n_lines) = (0, 0, 1);
    if bytes.starts_with(b"\\.") {
        return None;
    }
    loop {
        let mut end = marks.next()?;
        if n_cells == n_columns {
            return None;
        }
        n_cells += 1;
        let (mut from, mut to) = trim(bytes, start, end);
        if dialect.has_quotes && bytes[from] == b'"' {
            from += 1;
            let open = from;
            loop {
                to = from + memchr(b'"', &bytes[from..])?;
                // A backslash before a quote needs a closer look.
                if to > open && bytes[to - 1] == b'\\' {
                    return None;
                }
                if bytes.get(to + 1) != Some(&b'"') {
                    break;
                }
                batch.text.push_str(text.get(from..=to).unwrap_or_default());
                from = to + 2;
            }
            while end < to {
                n_lines += u64::from(bytes[end] == dialect.terminator);
                end = marks.next()?;
            }
            // So does anything but a delimiter behind the last one.
            if end != to + 1 {
                return None;
            }
        }
        batch.text.push_str(text.get(from..to).unwrap_or_default());
        batch.ends.push(batch.text.len() as u32);
        if bytes[end] == dialect.terminator {
            if n_cells == 1 && from == to {
                return None;
            }
            let n_missing = n_columns - n_cells;
            batch
                .ends
                .extend(std::iter::repeat_n(batch.text.len() as u32, n_missing));
            return Some((end + 1, n_lines));
        }
        start = end + 1;
    }
}

/// As `Rows::push`, for cells that stand in `record`.
fn push_str(batch: &mut Rows, record: &str, cells: &[Cell], line: u64) {
    let n_columns = batch.head.columns.len();
    let n_own = cells.len().min(n_columns);
    batch.text.reserve(record.len());
    batch.ends.reserve(n_columns);
    for cell in &cells[..n_own] {
        if cell.is_escaped {
            let bytes = cell.bytes(record.as_bytes());
            batch.text.push_str(&String::from_utf8_lossy(&bytes));
        } else {
            batch
                .text
                .push_str(record.get(cell.start..cell.end).unwrap_or_default());
        }
        batch.ends.push(batch.text.len() as u32);
    }
    for cell in &cells[n_own..] {
        let bytes = cell.bytes(record.as_bytes());
        if !bytes.is_empty() {
            batch.text.push(' ');
            batch.text.push_str(&String::from_utf8_lossy(&bytes));
            if let Some(end) = batch.ends.last_mut() {
                *end = batch.text.len() as u32;
            }
        }
    }
    for _ in n_own..n_columns {
        batch.ends.push(batch.text.len() as u32);
    }
    batch.numbers.push(line);
}

/// Whether what follows an empty line is another table, or a title over one, and not more rows of this one.
fn begins_table(next: &[u8], is_last: bool, dialect: Dialect, n_columns: usize) -> bool {
    let sample = &next[..next.len().min(8 << 10)];
    let records = shape::records(sample, is_last && sample.len() == next.len(), dialect);
    let is_blank = |record: &Vec<String>| record.iter().all(String::is_empty);
    let Some(first) = records.iter().position(|record| !is_blank(record)) else {
        return false;
    };
    let block: Vec<&Vec<String>> = records[first..]
        .iter()
        .take_while(|record| !is_blank(record))
        .collect();
    let width = block[0].len();
    if width != n_columns {
        return block.len() > 1 || records.len() > first + 1;
    }
    shape::has_header(&block)
}

/// The shape of text without any delimiter: a list, one value a line.
fn one_column(sample: &[u8]) -> Shape {
    let dialect = Dialect {
        delimiter: b',',
        terminator: b'\n',
        has_quotes: true,
    };
    let records = shape::records(sample, true, dialect);
    Shape {
        dialect,
        n_preamble: 0,
        n_columns: 1,
        has_header: shape::has_header(&records),
        evenness: 1.0,
        n_records: records.len(),
    }
}
