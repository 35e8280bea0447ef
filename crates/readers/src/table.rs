//! What readers of databases share: rows on their way to batches, and what to do with a binary value.
//!
//! A binary value whose bytes show a format, or which is long, is read as a
//! member; a short one that shows none (a digest, a number) is a value.

use std::sync::Arc;

use whose_model::{Column, ExhibitPath, Rows, TableHead};

use crate::{
    exhibit::{Body, Reading},
    sniff,
};

/// A batch is handed over when it has this much text or this many rows.
const BATCH_BYTES: usize = 256 << 10;
const BATCH_ROWS: usize = 2_000;
/// Binary values shorter than this are not files.
const MIN_FILE: usize = 64;
/// Binary values at least this long are files, whatever they look like.
const SURELY_FILE: usize = 1024;
/// Days from 0001-01-01 to 1970-01-01.
pub(crate) const SINCE_1970: i64 = 719_162;
/// Widest table that is taken as one.
pub(crate) const MAX_COLUMNS: usize = 32_768;

/// Whether a binary value is read as a file of its own.
pub(crate) fn is_file(bytes: &[u8]) -> bool {
    if bytes.len() < MIN_FILE {
        return false;
    }
    let head = bytes.get(..4096).unwrap_or(bytes);
    let format = sniff::format(head, &ExhibitPath(String::new())).id;
    match format {
        // A short note in a binary column is a cell like any other.
        "text" | "csv" | "sql" | "empty" if is_plain_text(bytes) => bytes.len() > 256 << 10,
        "text" | "csv" | "sql" | "unknown" => bytes.len() >= SURELY_FILE && !is_plain_text(bytes),
        _ => true,
    }
}

/// Whether bytes are UTF-8 without control signs.
pub(crate) fn is_plain_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        text.chars()
            .all(|ch| !ch.is_control() || ch.is_whitespace())
    })
}

/// Bytes as they are written in SQL: `0x00ff`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 + bytes.len() * 2);
    text.push_str("0x");
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// A binary value in the middle of a cell: as text where it is text, else its first bytes.
pub(crate) fn inside(bytes: &[u8]) -> String {
    if is_plain_text(bytes) {
        String::from_utf8_lossy(bytes).into_owned()
    } else {
        hex(bytes.get(..64).unwrap_or(bytes))
    }
}

/// A whole number as typed, with so many of its digits behind the point.
pub(crate) fn scaled(whole: &str, scale: usize) -> String {
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (before, after) = digits.split_at(digits.len() - scale);
    format!("{sign}{before}.{after}")
}

/// The letters above ASCII of code page 850, which DOS used for the languages of western Europe.
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Text in code page 850.
pub(crate) fn from_dos(bytes: &[u8]) -> String {
    let above = |byte: u8| {
        DOS.chars()
            .nth(usize::from(byte) - 128)
            .unwrap_or('\u{fffd}')
    };
    bytes
        .iter()
        .map(|&byte| {
            if byte < 128 {
                char::from(byte)
            } else {
                above(byte)
            }
        })
        .collect()
}

/// Adds a number, with noughts before it up to so many digits.
fn push_digits(mut number: u64, n_digits: usize, to: &mut String) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while number > 0 || digits.len() - at < n_digits {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    to.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

/// Adds a whole number.
pub(crate) fn push_whole(number: i64, to: &mut String) {
    if number < 0 {
        to.push('-');
    }
    push_digits(number.unsigned_abs(), 1, to);
}

/// Adds the day so many days after 0001-01-01 (Gregorian), in years up to 9999.
fn push_day(days: i64, to: &mut String) -> Option<()> {
    let (year, month, day) = civil(days)?;
    push_digits(year.unsigned_abs(), 4, to);
    for part in [month, day] {
        to.push('-');
        push_digits(part.unsigned_abs(), 2, to);
    }
    Some(())
}

/// Adds a time of so many seconds after midnight.
pub(crate) fn push_time(seconds: u64, to: &mut String) {
    push_digits(seconds / 3600, 2, to);
    for part in [seconds / 60 % 60, seconds % 60] {
        to.push(':');
        push_digits(part, 2, to);
    }
}

/// Seconds after a day as a day and a time; only the day at midnight.
pub(crate) fn moment(days: i64, seconds: i64) -> Option<String> {
    let mut text = String::new();
    push_moment(days, seconds, &mut text)?;
    Some(text)
}

/// As `moment`, added; `None` when it is not in years up to 9999, and nothing is added.
pub(crate) fn push_moment(days: i64, seconds: i64, to: &mut String) -> Option<()> {
    push_day(days.checked_add(seconds.div_euclid(86_400))?, to)?;
    let seconds = seconds.rem_euclid(86_400).unsigned_abs();
    if seconds > 0 {
        to.push(' ');
        push_time(seconds, to);
    }
    Some(())
}

/// Year, month and day of a count of days from 0001-01-01 (Gregorian).
pub(crate) fn civil(days: i64) -> Option<(i64, i64, i64)> {
    if !(0..3_652_059).contains(&days) {
        return None;
    }
    // Counted from 1 March of year 0, so that leap days come last.
    let days = days + 306;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some((year, month, day))
}

/// The head of a table whose columns have these names.
pub(crate) fn head<S: Into<String>>(
    table: &str,
    index: u32,
    names: impl IntoIterator<Item = S>,
) -> Arc<TableHead> {
    let columns = names
        .into_iter()
        .take(MAX_COLUMNS)
        .zip(0..)
        .map(|(name, index)| Column {
            name: name.into(),
            index,
            ..Column::default()
        })
        .collect();
    Arc::new(TableHead {
        name: table.to_owned(),
        index,
        columns,
        is_sheet: false,
    })
}

/// An empty batch of the same table, with room for as much as this one has.
pub(crate) fn next_batch(batch: &Rows) -> Rows {
    let mut next = Rows::new(batch.head.clone());
    next.numbers.reserve(batch.numbers.len());
    next.ends.reserve(batch.ends.len());
    next.text.reserve(batch.text.len());
    next
}

/// Rows of one table on their way out.
pub(crate) struct Table {
    batch: Rows,
    /// The number of the last row.
    number: u64,
    /// Binary values of the row that is being put together, by column.
    files: Vec<(usize, Vec<u8>)>,
}

impl Table {
    pub(crate) fn new(head: Arc<TableHead>) -> Self {
        Self {
            batch: Rows::new(head),
            number: 0,
            files: Vec::new(),
        }
    }

    pub(crate) fn head(&self) -> &TableHead {
        &self.batch.head
    }

    /// How many rows came.
    pub(crate) fn n_rows(&self) -> u64 {
        self.number
    }

    /// The text of a binary value of the next row; empty when it is set aside as a file.
    pub(crate) fn binary(&mut self, column: usize, bytes: &[u8]) -> String {
        if is_file(bytes) {
            self.files.push((column, bytes.to_vec()));
            String::new()
        } else if is_plain_text(bytes) {
            String::from_utf8_lossy(bytes).into_owned()
        } else {
            hex(bytes)
        }
    }

    /// Adds a row.
    pub(crate) fn push<S: AsRef<str>>(
        &mut self,
        cells: impl IntoIterator<Item = S>,
        reading: &mut Reading<'_>,
    ) {
        self.push_as(self.number + 1, cells, reading);
    }

    /// Adds a row that has a number of its own.
    pub(crate) fn push_as<S: AsRef<str>>(
        &mut self,
        number: u64,
        cells: impl IntoIterator<Item = S>,
        reading: &mut Reading<'_>,
    ) {
        self.batch.push(number, cells);
        self.end(number, reading);
    }

    /// The text to which the next cell of a row is written; `end_cell` ends it.
    pub(crate) fn cell(&mut self) -> &mut String {
        &mut self.batch.text
    }

    /// Ends a cell that was written.
    pub(crate) fn end_cell(&mut self) {
        self.batch.ends.push(self.batch.text.len() as u32);
    }

    /// How many bytes of text are held.
    pub(crate) fn n_held(&self) -> usize {
        self.batch.text.len()
    }

    /// Ends a row whose cells were written.
    pub(crate) fn end_row(&mut self, reading: &mut Reading<'_>) {
        let batch = &mut self.batch;
        batch.numbers.push(self.number + 1);
        let (n_ends, end) = (
            batch.len() * batch.head.columns.len(),
            batch.text.len() as u32,
        );
        batch.ends.resize(n_ends, end);
        if let Some(last) = batch.ends.last_mut() {
            *last = end;
        }
        self.end(self.number + 1, reading);
    }

    /// Drops the cells that were written since the last row.
    pub(crate) fn drop_row(&mut self) {
        let n_ends = self.batch.len() * self.batch.head.columns.len();
        self.batch.ends.truncate(n_ends);
        let n_text = self.batch.ends.last().map_or(0, |&end| end as usize);
        self.batch.text.truncate(n_text);
        self.files.clear();
    }

    /// What is to do after a row.
    fn end(&mut self, number: u64, reading: &mut Reading<'_>) {
        self.number = number;
        for (column, bytes) in std::mem::take(&mut self.files) {
            let head = &self.batch.head;
            let column = head.columns.get(column).map_or("", |column| &column.name);
            let name = if head.name.is_empty() {
                format!("{number}-{column}")
            } else {
                format!("{}-{number}-{column}", head.name)
            };
            reading.member(&name.replace('/', "_"), Body::Memory(&bytes));
        }
        if self.batch.text.len() >= BATCH_BYTES || self.batch.len() >= BATCH_ROWS {
            self.flush(reading);
        }
    }

    /// Hands over what is held.
    pub(crate) fn flush(&mut self, reading: &mut Reading<'_>) {
        // Of a row in whose middle a library gave up, cells may be left.
        self.drop_row();
        let empty = next_batch(&self.batch);
        reading.rows(std::mem::replace(&mut self.batch, empty));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Table, civil, head, push_moment, push_whole};

    proptest! {
        #[test]
        fn days_and_times_are_written_as_they_are_read(days in -10_i64..3_660_000, seconds in -200_000_i64..200_000) {
            let mut text = String::new();
            let day = days + seconds.div_euclid(86_400);
            match (push_moment(days, seconds, &mut text), civil(day)) {
                (Some(()), Some((y, m, d))) => {
                    let s = seconds.rem_euclid(86_400);
                    let time = format!(" {:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
                    let time = if s == 0 { "" } else { &time };
                    prop_assert_eq!(text, format!("{y:04}-{m:02}-{d:02}{time}"));
                }
                (None, None) => prop_assert_eq!(text, ""),
                _ => prop_assert!(false, "one of the two knows the day"),
            }
        }

        #[test]
        fn whole_numbers_are_written_as_they_are_read(number in any::<i64>()) {
            for number in [number, number >> 40, 0, i64::MIN, i64::MAX] {
                let mut text = String::new();
                push_whole(number, &mut text);
                prop_assert_eq!(text, number.to_string());
            }
        }
    }

    #[test]
    fn a_row_that_is_given_up_leaves_nothing() {
        let mut table = Table::new(head("t", 0, ["a", "b"]));
        table.batch.push(1, ["x", "y"]);
        table.cell().push_str("half");
        table.end_cell();
        table.cell().push_str("of it");
        table.drop_row();
        assert_eq!(table.batch.text, "xy");
        assert_eq!(table.batch.ends, [1, 2]);
    }
}
