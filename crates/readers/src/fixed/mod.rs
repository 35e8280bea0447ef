//! A text of fixed columns (mainframe extracts, printed lists) in, the rows of its table out; streaming.
//!
//! Nothing says where a column begins but the blanks under each other, so the
//! first lines decide (`shape.rs`). A line that does not fit, such as the title
//! of the next page, becomes a passage. A row's number is its line, the first
//! being 1.

mod shape;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use whose_model::{Column, Origin, PassageKind, Rows, TableHead};

pub(crate) use self::shape::Shape;
use crate::{
    encoding::{self, Charset},
    exhibit::Reading,
    source::Source,
};

/// Bytes looked at to tell the columns.
const SAMPLE: usize = 64 << 10;
/// Bytes of one line; of a longer one the rest is text of its own.
const MAX_LINE: usize = 64 << 10;
/// Bounds of one batch of rows.
const BATCH_ROWS: usize = 2048;
const BATCH_BYTES: usize = 256 << 10;
/// Lines in a row that do not fit and are kept together.
const MAX_ASIDE: usize = 16 << 10;

/// The columns of the table that a text begins with, if it does.
pub(crate) fn shape(head: &[u8]) -> Option<Shape> {
    let sample = head.get(..head.len().min(SAMPLE)).unwrap_or(head);
    let charset = encoding::detect(sample);
    if matches!(charset, Charset::Utf16 { .. }) {
        return None;
    }
    let text = charset.decode(sample);
    let mut lines: Vec<&str> = text.lines().collect();
    if sample.len() < head.len() || sample.len() == SAMPLE {
        // The last one may be cut off.
        lines.pop();
    }
    shape::shape(&lines)
}

/// Reads a text of fixed columns.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(SAMPLE + 1);
    let Some(shape) = shape(head) else {
        return crate::text::read(source, reading);
    };
    let charset = encoding::detect(head);
    let mark = encoding::mark_len(head);
    source.pass(mark);
    let mut lines = Lines {
        gutters: shape::gutters(&shape.columns),
        shape,
        charset,
        names: Vec::new(),
        aside: Vec::new(),
        aside_at: 0,
        batch: None,
    };
    let mut number = 0_u64;
    loop {
        let at = source.position();
        let ahead = source.ahead(MAX_LINE);
        if ahead.is_empty() {
            break;
        }
        let ahead = ahead.get(..MAX_LINE).unwrap_or(ahead);
        let n = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |end| end + 1);
        let (line, _) = ahead.split_at(n);
        number += 1;
        lines.take(number, at, line, reading);
        source.pass(n);
    }
    lines.end_aside(reading);
    lines.flush(reading);
}

struct Lines {
    shape: Shape,
    gutters: Vec<std::ops::Range<usize>>,
    charset: Charset,
    /// The cells of the header.
    names: Vec<String>,
    /// Lines that do not fit, and where they begin.
    aside: Vec<u8>,
    aside_at: u64,
    batch: Option<Rows>,
}

impl Lines {
    fn take(&mut self, number: u64, at: u64, line: &[u8], reading: &mut Reading<'_>) {
        let text = self.charset.decode(line);
        let chars: Vec<char> = text
            .trim_end_matches(['\r', '\n', '\u{1a}', '\u{c}'])
            .chars()
            .collect();
        let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
        let is_above = index < self.shape.n_above;
        if is_above && self.shape.header == Some(index) {
            self.names = shape::cells(&chars, &self.shape.columns);
            return self.end_aside(reading);
        }
        if chars.iter().all(|ch| ch.is_whitespace()) || shape::is_underline(&chars) {
            return self.end_aside(reading);
        }
        let cells = shape::cells(&chars, &self.shape.columns);
        let n_filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        let is_row = !is_above && n_filled >= 2 && shape::fits(&chars, &self.gutters);
        if !is_row {
            if self.aside.is_empty() {
                self.aside_at = at;
            }
            self.aside.extend_from_slice(line);
            if self.aside.len() >= MAX_ASIDE {
                self.end_aside(reading);
            }
            return;
        }
        self.end_aside(reading);
        // The header of the next page.
        if cells == self.names {
            return;
        }
        if self.batch.is_none() {
            self.batch = Some(Rows::new(self.head()));
        }
        if let Some(batch) = &mut self.batch {
            batch.push(number, cells);
            if batch.len() >= BATCH_ROWS || batch.text.len() >= BATCH_BYTES {
                let next = Rows::new(batch.head.clone());
                reading.rows(std::mem::replace(batch, next));
            }
        }
    }

    fn head(&self) -> Arc<TableHead> {
        let columns = (0..self.shape.columns.len())
            .map(|index| Column {
                name: self.names.get(index).cloned().unwrap_or_default(),
                index: u32::try_from(index).unwrap_or(u32::MAX),
                ..Column::default()
            })
            .collect();
        Arc::new(TableHead {
            name: String::new(),
            index: 0,
            columns,
            is_sheet: true,
        })
    }

    /// Hands over the lines that did not fit, as text.
    fn end_aside(&mut self, reading: &mut Reading<'_>) {
        if self.aside.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.aside);
        let (text, runs) = crate::text::decode(&bytes, self.aside_at, self.charset);
        let max = reading.limits().max_passage_bytes.max(16);
        let kind = if self.batch.is_none() {
            PassageKind::Title
        } else {
            PassageKind::Body
        };
        if text.len() > max {
            crate::text::put_pieces(&text, &runs, max, kind, reading);
        } else {
            reading.passage(text, Origin::Bytes { runs }, kind);
        }
    }

    fn flush(&mut self, reading: &mut Reading<'_>) {
        if let Some(batch) = self.batch.take() {
            reading.rows(batch);
        }
    }
}
