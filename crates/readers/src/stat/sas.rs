//! A SAS data set in (`.sas7bdat`), its rows out, packed or not, of any byte order.
//!
//! SAS publishes no description. What is known was found by looking at files.
//! Labels of values stand in a catalogue of their own and are not in the file.
//!
//! Format: M. Shotwell and C. Cummins, "SAS7BDAT Database Binary Format"
//! (2013), <https://cran.r-project.org/web/packages/sas7bdat/>.

use std::io::{BufReader, Seek, SeekFrom};

use whose_model::{Cause, Locator};

use super::{Order, SINCE_1960, Time, exactly, heading, number, time, transport::time_of};
use crate::{
    encoding::Charset,
    exhibit::Reading,
    source::ReadSeek,
    table::{self, MAX_COLUMNS, Table},
};

pub(crate) const MARK: &[u8] = b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11";

/// Largest page; the programs write up to a few megabytes.
const MAX_PAGE: u64 = 64 << 20;
/// Bytes of names and labels.
const MAX_TEXT: usize = 64 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    None,
    Runs,
    Ross,
}

/// A place in the texts of the file: which text, from where, how long.
type Reference = (u16, u16, u16);

#[derive(Default)]
struct Described {
    /// Place in a row, length, whether it is text.
    places: Vec<(usize, usize, bool)>,
    names: Vec<Reference>,
    formats: Vec<(Reference, Reference)>,
    texts: Vec<Vec<u8>>,
    n_text: usize,
    row_len: usize,
    n_rows: u64,
    n_rows_mixed: u64,
}

struct Set {
    order: Order,
    /// Bytes of a long number: 4 or 8.
    long: usize,
    page_len: u64,
    head_len: u64,
    charset: Charset,
    packing: Packing,
    described: Described,
}

struct Column {
    at: usize,
    len: usize,
    is_text: bool,
    time: Option<Time>,
}

/// Reads a data set.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let mut input = BufReader::new(file);
    let Some(mut set) = set(&mut input) else {
        return reading.gap(Cause::Corrupt, "the data set's head is broken");
    };
    if input.seek(SeekFrom::Start(set.head_len)).is_err() {
        return reading.gap(Cause::Io, "the operating system did not give all bytes");
    }
    let mut out: Option<(Table, Vec<Column>)> = None;
    let mut n = 0_u64;
    while let Ok(page) = exactly(&mut input, set.page_len) {
        reading.pulse();
        read_page(&page, &mut set, &mut out, &mut n, reading);
    }
    if let Some((mut out, _)) = out {
        out.flush(reading);
    }
    if n < set.described.n_rows {
        let place = Locator::Field {
            path: format!("row {}", n + 1),
        };
        reading.gap_at(
            place,
            Cause::Truncated,
            "fewer rows could be read than the data set says that it has",
        );
    } else if set.described.places.is_empty() {
        reading.gap(Cause::Corrupt, "the data set does not describe its columns");
    }
}

fn set(input: &mut BufReader<&mut dyn ReadSeek>) -> Option<Set> {
    input.seek(SeekFrom::Start(0)).ok()?;
    let head = exactly(input, 288).ok()?;
    let order = Order {
        is_little: head[37] == 1,
    };
    let is_64 = head[32] == 0x33;
    let shift = if head[35] == 0x33 { 4 } else { 0 };
    let head_len = order.uint(&head, 196 + shift, 4);
    let page_len = order.uint(&head, 200 + shift, 4);
    if !(64..=MAX_PAGE).contains(&page_len) || head_len < 288 {
        return None;
    }
    Some(Set {
        order,
        long: if is_64 { 8 } else { 4 },
        page_len,
        head_len,
        charset: charset(head[70]),
        packing: Packing::None,
        described: Described::default(),
    })
}

fn charset(number: u8) -> Charset {
    let label = match number {
        20 => return Charset::Utf8,
        30 => "iso-8859-2",
        31 => "iso-8859-3",
        33 => "iso-8859-5",
        34 => "iso-8859-6",
        35 => "iso-8859-7",
        36 => "iso-8859-8",
        40 => "iso-8859-15",
        60 => "windows-1250",
        61 => "windows-1251",
        63 => "windows-1253",
        64 => "windows-1254",
        65 => "windows-1255",
        66 => "windows-1256",
        67 => "windows-1257",
        118 | 119 | 123 => "big5",
        125 | 126 => "gbk",
        134 => "euc-jp",
        138 => "shift_jis",
        140 => "euc-kr",
        205 => "gb18030",
        _ => "windows-1252",
    };
    crate::encoding::named(label)
}

fn read_page(
    page: &[u8],
    set: &mut Set,
    out: &mut Option<(Table, Vec<Column>)>,
    n: &mut u64,
    reading: &mut Reading<'_>,
) {
    let order = set.order;
    let start = if set.long == 8 { 32 } else { 16 };
    // Kinds: 0x0000 and 0x4000 descriptions, 0x0100 rows, 0x0200 both; 0x0080 says that rows were deleted.
    let kind = order.uint(page, start, 2) & !0x80;
    let n_blocks = order.uint(page, start + 2, 2);
    let n_parts = order.uint(page, start + 4, 2) as usize;
    let pointer = 3 * set.long;
    if matches!(kind, 0 | 0x4000 | 0x200 | 0x400) {
        for part in 0..n_parts {
            let at = start + 8 + part * pointer;
            let offset = order.uint(page, at, set.long) as usize;
            let len = order.uint(page, at + set.long, set.long) as usize;
            let packing = page.get(at + 2 * set.long).copied().unwrap_or(1);
            let Some(bytes) = page.get(offset..).and_then(|rest| rest.get(..len)) else {
                continue;
            };
            if len == 0 || packing == 1 {
                continue;
            }
            let is_row =
                page.get(at + 2 * set.long + 1) == Some(&1) && !set.described.places.is_empty();
            if !describe(bytes, set) && is_row {
                let row_len = set.described.row_len;
                let unpacked = match set.packing {
                    _ if len >= row_len || packing == 0 => None,
                    Packing::Runs => Some(runs(bytes, row_len)),
                    Packing::Ross => Some(ross(bytes, row_len)),
                    Packing::None => None,
                };
                put(unpacked.as_deref().unwrap_or(bytes), set, out, n, reading);
            }
        }
    }
    let (first, n_rows) = match kind {
        0x100 => (start + 8, n_blocks),
        0x200 => {
            let end = start + 8 + n_parts * pointer;
            (
                end + end % 8,
                set.described.n_rows_mixed.min(set.described.n_rows),
            )
        }
        _ => return,
    };
    let row_len = set.described.row_len;
    if row_len == 0 {
        return;
    }
    let rows = page.get(first..).unwrap_or(&[]).chunks_exact(row_len);
    for row in rows.take(n_rows as usize) {
        if *n >= set.described.n_rows {
            break;
        }
        put(row, set, out, n, reading);
    }
}

/// Takes what a part of a page says of the columns; `false` when it is none of these parts.
fn describe(bytes: &[u8], set: &mut Set) -> bool {
    let (order, long) = (set.order, set.long);
    let mark = order.uint(bytes, 0, long);
    let high = mark >> 32;
    let described = &mut set.described;
    let reference = |at: usize| -> Reference {
        let part = |at| order.uint(bytes, at, 2) as u16;
        (part(at), part(at + 2), part(at + 4))
    };
    let mark = if matches!(high, 0xF7F7_F7F7 | 0xF6F6_F6F6) {
        high
    } else {
        mark & 0xFFFF_FFFF
    };
    match mark {
        0xF7F7_F7F7 => {
            described.row_len = order.uint(bytes, 5 * long, long) as usize;
            described.n_rows = order.uint(bytes, 6 * long, long);
            described.n_rows_mixed = order.uint(bytes, 15 * long, long);
        }
        0xF6F6_F6F6 | 0xFFFF_FC00 | 0xFFFF_FFFE => {}
        0xFFFF_FFFD => {
            let len = order.uint(bytes, long, 2) as usize;
            let text = bytes.get(long..).unwrap_or(&[]);
            let text = text.get(..len.max(8)).unwrap_or(text);
            if described.texts.is_empty() {
                let head = text.get(..text.len().min(256)).unwrap_or(text);
                set.packing = if memchr::memmem::find(head, b"SASYZCRL").is_some() {
                    Packing::Runs
                } else if memchr::memmem::find(head, b"SASYZCR2").is_some() {
                    Packing::Ross
                } else {
                    Packing::None
                };
            }
            if described.n_text + text.len() <= MAX_TEXT {
                described.n_text += text.len();
                described.texts.push(text.to_vec());
            }
        }
        0xFFFF_FFFF => {
            let n = bytes.len().saturating_sub(2 * long + 12) / 8;
            for at in 0..n.min(MAX_COLUMNS.saturating_sub(described.names.len())) {
                described.names.push(reference(long + 8 + at * 8));
            }
        }
        0xFFFF_FFFC => {
            let size = long + 8;
            let n = bytes.len().saturating_sub(2 * long + 12) / size;
            for at in 0..n.min(MAX_COLUMNS.saturating_sub(described.places.len())) {
                let at = long + 8 + at * size;
                described.places.push((
                    order.uint(bytes, at, long) as usize,
                    order.uint(bytes, at + long, 4) as usize,
                    bytes.get(at + long + 6) == Some(&2),
                ));
            }
        }
        0xFFFF_FBFE => {
            if described.formats.len() < MAX_COLUMNS {
                let format = reference(22 + 3 * long);
                described.formats.push((format, reference(28 + 3 * long)));
            }
        }
        _ => return false,
    }
    true
}

/// The columns, once all that describes them came.
fn columns(set: &Set) -> (Table, Vec<Column>) {
    let described = &set.described;
    let text = |reference: Option<&Reference>| {
        let Some(&(which, at, len)) = reference else {
            return String::new();
        };
        let text = described.texts.get(usize::from(which));
        let bytes = text.and_then(|text| text.get(usize::from(at)..));
        let bytes = bytes.and_then(|rest| rest.get(..usize::from(len)));
        set.charset.decode(bytes.unwrap_or(&[])).trim().to_owned()
    };
    let mut headings = Vec::new();
    let mut columns = Vec::new();
    for (n, &(at, len, is_text)) in described.places.iter().enumerate() {
        let said = described.formats.get(n);
        let format = text(said.map(|(format, _)| format)).to_uppercase();
        headings.push(heading(
            &text(described.names.get(n)),
            &text(said.map(|(_, label)| label)),
        ));
        columns.push(Column {
            at,
            len,
            is_text,
            time: time_of(&format).filter(|_| !is_text),
        });
    }
    (Table::new(table::head("", 0, headings)), columns)
}

fn put(
    row: &[u8],
    set: &Set,
    out: &mut Option<(Table, Vec<Column>)>,
    n: &mut u64,
    reading: &mut Reading<'_>,
) {
    let (out, columns) = out.get_or_insert_with(|| columns(set));
    if columns.is_empty() {
        return;
    }
    *n += 1;
    let cells: Vec<String> = columns
        .iter()
        .map(|column| cell(row, column, set))
        .collect();
    out.push(&cells, reading);
}

fn cell(row: &[u8], column: &Column, set: &Set) -> String {
    let bytes = row.get(column.at..).unwrap_or(&[]);
    let bytes = bytes.get(..column.len).unwrap_or(bytes);
    if column.is_text {
        let bytes = super::until_zero(bytes).trim_ascii_end();
        return set.charset.decode(bytes).into_owned();
    }
    // A short number has lost the low end of its fraction.
    let n = bytes.len().min(8);
    let mut whole = [0; 8];
    if set.order.is_little {
        whole[8 - n..].copy_from_slice(&bytes[..n]);
    } else {
        whole[..n].copy_from_slice(&bytes[..n]);
    }
    let value = set.order.double(&whole, 0);
    if n == 0 || value.is_nan() {
        return String::new();
    }
    match column.time {
        Some(kind) => time(value, kind, SINCE_1960),
        None => number(value),
    }
}

/// Undoes runs of equal bytes ("SASYZCRL").
fn runs(bytes: &[u8], len: usize) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = bytes;
    fn take<'b>(rest: &mut &'b [u8], n: usize) -> &'b [u8] {
        let (first, after) = rest.split_at(n.min(rest.len()));
        *rest = after;
        first
    }
    while out.len() < len && !rest.is_empty() {
        let control = take(&mut rest, 1)[0];
        let low = usize::from(control & 15);
        let next = take_one;
        let wide = |byte: u8| usize::from(byte) + low * 256;
        // How many bytes, and which; none means that they follow.
        let (n, byte) = match control >> 4 {
            0 => (wide(next(&mut rest)) + 64, None),
            1 => (wide(next(&mut rest)) + 64 + 4096, None),
            2 => (low + 96, None),
            4 => {
                let n = wide(next(&mut rest)) + 18;
                (n, Some(next(&mut rest)))
            }
            5 => (wide(next(&mut rest)) + 17, Some(b'@')),
            6 => (wide(next(&mut rest)) + 17, Some(b' ')),
            7 => (wide(next(&mut rest)) + 17, Some(0)),
            8 => (low + 1, None),
            9 => (low + 17, None),
            10 => (low + 33, None),
            11 => (low + 49, None),
            12 => (low + 3, Some(next(&mut rest))),
            13 => (low + 2, Some(b'@')),
            14 => (low + 2, Some(b' ')),
            15 => (low + 2, Some(0)),
            _ => break,
        };
        let n = n.min(len.saturating_sub(out.len()));
        match byte {
            Some(byte) => out.resize(out.len() + n, byte),
            None => out.extend_from_slice(take(&mut rest, n)),
        }
    }
    out
}

fn take_one(rest: &mut &[u8]) -> u8 {
    match rest.split_first() {
        Some((&byte, after)) => {
            *rest = after;
            byte
        }
        None => 0,
    }
}

/// Undoes Ross' compression ("SASYZCR2"): runs, and bytes that were there before.
fn ross(bytes: &[u8], len: usize) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = bytes;
    let mut control = 0_u16;
    let mut n_left = 0;
    while out.len() < len && !rest.is_empty() {
        if n_left == 0 {
            control = u16::from(take_one(&mut rest)) << 8 | u16::from(take_one(&mut rest));
            n_left = 16;
        }
        n_left -= 1;
        if control >> n_left & 1 == 0 {
            out.push(take_one(&mut rest));
            continue;
        }
        let command = take_one(&mut rest);
        let low = usize::from(command & 15);
        let (n, back) = match command >> 4 {
            0 => (low + 3, None),
            1 => (low + (usize::from(take_one(&mut rest)) << 4) + 19, None),
            2 => {
                let back = low + 3 + (usize::from(take_one(&mut rest)) << 4);
                (usize::from(take_one(&mut rest)) + 16, Some(back))
            }
            n => {
                let back = low + 3 + (usize::from(take_one(&mut rest)) << 4);
                (usize::from(n), Some(back))
            }
        };
        let n = n.min(len.saturating_sub(out.len()));
        match back {
            None => {
                let byte = take_one(&mut rest);
                out.resize(out.len() + n, byte);
            }
            Some(back) => {
                for _ in 0..n {
                    let Some(&byte) = out.len().checked_sub(back).and_then(|at| out.get(at)) else {
                        break;
                    };
                    out.push(byte);
                }
            }
        }
    }
    out
}
