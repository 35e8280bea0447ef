//! One row of `VALUES (..)` or of `COPY` in, its cells as text out.
//!
//! Strings lose their escapes, dates that SQL Server writes as bytes become
//! dates, long binaries are set aside to be read as files of their own, and of
//! an expression (`CAST(N'..' AS date)`, `'..'::date`) the string is taken.

use std::ops::Range;

use memchr::memchr;

use super::lex::{Backslash, Lexer, Stop, Token, is_word, string_end};
use crate::encoding::Charset;

/// Binary values at least this long may be files.
const MIN_FILE: usize = 64;

/// The cells of one row, to be used again for the next.
#[derive(Default)]
pub(super) struct Cells {
    text: String,
    ends: Vec<usize>,
    /// Cells that hold a binary value: the cell's number and the bytes.
    pub(super) files: Vec<(usize, Vec<u8>)>,
    scratch: Vec<u8>,
}

impl Cells {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.files.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cells in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| self.text.get(start..end).unwrap_or(""))
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    fn push_text(&mut self, bytes: &[u8], charset: Charset) {
        match std::str::from_utf8(bytes) {
            Ok(text) if matches!(charset, Charset::Utf8) || text.is_ascii() => {
                self.text.push_str(text);
            }
            _ => self.text.push_str(&charset.decode(bytes)),
        }
    }
}

/// How one row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// At this position, behind its closing parenthesis.
    Ends(usize),
    /// The bytes end inside it.
    Cut,
    /// It is no row: what is wrong is at this position.
    Broken(usize),
}

/// Reads the row whose opening parenthesis is at `open`.
pub(super) fn tuple(
    bytes: &[u8],
    open: usize,
    backslash: Backslash,
    charset: Charset,
    cells: &mut Cells,
) -> Row {
    cells.clear();
    let mut at = open + 1;
    loop {
        while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            at += 1;
        }
        let Some(&first) = bytes.get(at) else {
            return Row::Cut;
        };
        // The quick way: a plain string or a bare word, then a comma or the end.
        let simple = if first == b'\'' {
            let Some(end) = string_end(bytes, at, backslash) else {
                cut_string(bytes, at, backslash, charset, cells);
                return Row::Cut;
            };
            Some((at + 1..end, end + 1, true))
        } else {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let is_plain = |byte: &u8| is_word(*byte) || matches!(byte, b'.' | b'-' | b'+');
            let n = rest.iter().take_while(|byte| is_plain(byte)).count();
            (n > 0).then_some((at..at + n, at + n, false))
        };
        if let Some((range, end, is_string)) = simple
            && let Some(&next @ (b',' | b')')) = bytes.get(end)
        {
            let value = bytes.get(range).unwrap_or(&[]);
            if is_string && !bytea(value, charset, cells) {
                string(value, backslash, charset, cells);
            } else if is_string {
            } else {
                bare(value, charset, cells);
            }
            cells.end_cell();
            at = end + 1;
            if next == b')' {
                return Row::Ends(at);
            }
            continue;
        }
        match expression(bytes, at, backslash, charset, cells) {
            Ok((end, sign)) => {
                at = end;
                if sign == b')' {
                    return Row::Ends(at);
                }
            }
            Err(row) => return row,
        }
    }
}

/// Keeps what there is of a string that the end of the file cuts off.
fn cut_string(
    bytes: &[u8],
    quote: usize,
    backslash: Backslash,
    charset: Charset,
    cells: &mut Cells,
) {
    let value = bytes.get(quote + 1..).unwrap_or(&[]);
    // While more bytes may come this is thrown away, so it must stay cheap.
    if value.len() < 4096 {
        string(value, backslash, charset, cells);
        cells.end_cell();
    }
}

/// Reads an expression; its position after the comma or parenthesis that ends it, and which it is.
fn expression(
    bytes: &[u8],
    start: usize,
    backslash: Backslash,
    charset: Charset,
    cells: &mut Cells,
) -> Result<(usize, u8), Row> {
    let mut lexer = Lexer::new(bytes, start, backslash);
    let mut depth = 0_u32;
    let mut first: Option<Range<usize>> = None;
    let mut first_word: Option<Range<usize>> = None;
    let mut is_binary = false;
    let mut is_escaped = false;
    let mut type_name: Option<&[u8]> = None;
    let mut after_as = false;
    let mut joined = Vec::new();
    let mut after_join = false;
    let (end, sign) = loop {
        let before = lexer.at;
        let token = match lexer.next() {
            Ok(token) => token,
            Err(Stop::End | Stop::Cut) => return Err(Row::Cut),
        };
        match token {
            Token::Sign(b'(') => depth += 1,
            Token::Sign(sign @ (b',' | b')')) if depth == 0 => break (lexer.at, sign),
            Token::Sign(b')') => depth -= 1,
            Token::Sign(b';') => return Err(Row::Broken(lexer.at)),
            Token::Sign(b'|' | b'+') if depth == 0 => after_join = true,
            Token::Text(text) => {
                let at = text.as_ptr() as usize - bytes.as_ptr() as usize;
                let range = at..at + text.len();
                if first.is_none() {
                    let prefix = bytes.get(before..at).unwrap_or(&[]).trim_ascii_start();
                    is_escaped = prefix.starts_with(b"E") || prefix.starts_with(b"e");
                    is_binary |= prefix.starts_with(b"X") || prefix.starts_with(b"x");
                    first = Some(range);
                } else if after_join {
                    joined.push(range);
                }
                after_join = false;
            }
            Token::Word(word) => {
                if after_as && type_name.is_none() {
                    type_name = Some(word);
                }
                after_as = word.eq_ignore_ascii_case(b"as");
                if first_word.is_none() || word.starts_with(b"0x") || word.starts_with(b"0X") {
                    let at = word.as_ptr() as usize - bytes.as_ptr() as usize;
                    first_word = Some(at..at + word.len());
                }
                if word.eq_ignore_ascii_case(b"_binary") {
                    is_binary = true;
                }
            }
            Token::Name(name) if after_as && type_name.is_none() => type_name = Some(name),
            _ => {}
        }
    };
    let backslash = if is_escaped {
        Backslash::Escapes
    } else {
        backslash
    };
    let slice = |range: Range<usize>| bytes.get(range).unwrap_or(&[]);
    if let Some(range) = first {
        let value = slice(range);
        if is_binary {
            binary_string(value, backslash, charset, cells);
        } else {
            string(value, backslash, charset, cells);
        }
        for range in joined {
            string(slice(range), backslash, charset, cells);
        }
    } else if let Some(word) = first_word.clone().map(slice)
        && (word.starts_with(b"0x") || word.starts_with(b"0X"))
    {
        match type_name.and_then(|name| sql_server_date(name, word)) {
            Some(date) => cells.text.push_str(&date),
            None => bare(word, charset, cells),
        }
    } else {
        let whole = slice(start..end - 1).trim_ascii();
        bare(whole, charset, cells);
    }
    cells.end_cell();
    Ok((end, sign))
}

/// A string without its escapes.
fn string(value: &[u8], backslash: Backslash, charset: Charset, cells: &mut Cells) {
    let special = if backslash == Backslash::Letter {
        memchr(b'\'', value)
    } else {
        memchr::memchr2(b'\'', b'\\', value)
    };
    if special.is_none() {
        cells.push_text(value, charset);
        return;
    }
    let mut scratch = std::mem::take(&mut cells.scratch);
    unescape(value, backslash, &mut scratch);
    cells.push_text(&scratch, charset);
    cells.scratch = scratch;
}

fn unescape(value: &[u8], backslash: Backslash, out: &mut Vec<u8>) {
    out.clear();
    let mut bytes = value.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\'' => {
                bytes.next_if_eq(&b'\'');
                out.push(b'\'');
            }
            b'\\' if backslash != Backslash::Letter => match bytes.next() {
                Some(b'n') => out.push(b'\n'),
                Some(b'r') => out.push(b'\r'),
                Some(b't') => out.push(b'\t'),
                Some(b'0') => out.push(0),
                Some(b'Z') => out.push(0x1a),
                Some(b'b') => out.push(8),
                Some(other) => out.push(other),
                None => out.push(b'\\'),
            },
            other => out.push(other),
        }
    }
}

/// PostgreSQL writes the bytes of a `bytea` as `\x` and digits: one that may be a file is set aside.
fn bytea(value: &[u8], charset: Charset, cells: &mut Cells) -> bool {
    let Some(hex) = value.strip_prefix(b"\\x") else {
        return false;
    };
    let hex = hex.strip_prefix(b"x").unwrap_or(hex);
    if hex.len() < MIN_FILE {
        return false;
    }
    unhex(hex).is_some_and(|bytes| {
        binary(bytes, value, charset, cells);
        true
    })
}

/// A word, number or binary literal; NULL is empty.
fn bare(word: &[u8], charset: Charset, cells: &mut Cells) {
    if word.eq_ignore_ascii_case(b"null") || word.eq_ignore_ascii_case(b"default") {
        return;
    }
    match word {
        [b'0', b'x' | b'X', hex @ ..] if hex.len() >= 16 => match unhex(hex) {
            Some(bytes) => binary(bytes, word, charset, cells),
            None => cells.push_text(word, charset),
        },
        _ => cells.push_text(word, charset),
    }
}

/// `X'..'` holds hexadecimal digits, `_binary '..'` the bytes themselves.
fn binary_string(value: &[u8], backslash: Backslash, charset: Charset, cells: &mut Cells) {
    if let Some(bytes) = unhex(value) {
        binary(bytes, value, charset, cells);
        return;
    }
    let mut bytes = Vec::new();
    unescape(value, backslash, &mut bytes);
    binary(bytes, value, charset, cells);
}

/// Binary that is a file is set aside, or is plain text and taken as such; the rest stays as written.
fn binary(bytes: Vec<u8>, written: &[u8], charset: Charset, cells: &mut Cells) {
    if crate::table::is_file(&bytes) {
        let cell = cells.len();
        cells.files.push((cell, bytes));
    } else if crate::table::is_plain_text(&bytes) {
        cells.push_text(&bytes, charset);
    } else if written.is_ascii() {
        cells.push_text(written, charset);
    }
}

pub(super) fn unhex(hex: &[u8]) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    hex.chunks_exact(2)
        .map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8))
        .collect()
}

/// Dates that SQL Server's scripts write as bytes: `CAST(0x0000901A00000000 AS DateTime)`.
///
/// `datetime` counts days from 1900 and 300ths of a second, `smalldatetime` days
/// and minutes, both high byte first; `date` counts days from year 1, low byte first.
fn sql_server_date(type_name: &[u8], hex: &[u8]) -> Option<String> {
    let bytes = unhex(hex.get(2..)?)?;
    let number = |range: Range<usize>| {
        bytes.get(range).map(|bytes| {
            bytes
                .iter()
                .fold(0_i64, |n, &byte| n << 8 | i64::from(byte))
        })
    };
    let kind = type_name.to_ascii_lowercase();
    let (days, seconds) = match (kind.as_slice(), bytes.len()) {
        (b"datetime", 8) => {
            let days = i64::from(number(0..4)? as i32);
            (days + DAYS_TO_1900, Some(number(4..8)? / 300))
        }
        (b"smalldatetime", 4) => (number(0..2)? + DAYS_TO_1900, Some(number(2..4)? * 60)),
        (b"date", 3..=4) => {
            let days = bytes.iter().take(3).rev();
            (days.fold(0, |n, &byte| n << 8 | i64::from(byte)), None)
        }
        _ => return None,
    };
    let (year, month, day) = crate::table::civil(days)?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(match seconds {
        None | Some(0) => date,
        Some(s) => format!("{date} {:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60),
    })
}

/// Days from 0001-01-01 to 1900-01-01.
const DAYS_TO_1900: i64 = 693_595;

/// Reads one line of PostgreSQL's `COPY` in its text form.
pub(super) fn copy_line(line: &[u8], charset: Charset, cells: &mut Cells) {
    cells.clear();
    for field in line.split(|byte| *byte == b'\t') {
        if field == b"\\N" {
            cells.end_cell();
            continue;
        }
        if let Some(hex) = field.strip_prefix(b"\\\\x")
            && hex.len() >= MIN_FILE
            && let Some(bytes) = unhex(hex)
        {
            binary(bytes, field, charset, cells);
            cells.end_cell();
            continue;
        }
        if memchr(b'\\', field).is_none() {
            cells.push_text(field, charset);
        } else {
            let mut scratch = std::mem::take(&mut cells.scratch);
            copy_unescape(field, &mut scratch);
            cells.push_text(&scratch, charset);
            cells.scratch = scratch;
        }
        cells.end_cell();
    }
}

fn copy_unescape(field: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut at = 0;
    while let Some(&byte) = field.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&next) = field.get(at) else {
            out.push(b'\\');
            break;
        };
        at += 1;
        match next {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let mut value = u32::from(next - b'0');
                for _ in 0..2 {
                    match field.get(at) {
                        Some(&digit @ b'0'..=b'7') => {
                            value = value * 8 + u32::from(digit - b'0');
                            at += 1;
                        }
                        _ => break,
                    }
                }
                out.push(value as u8);
            }
            b'x' if field.get(at).is_some_and(u8::is_ascii_hexdigit) => {
                let mut value = 0;
                for _ in 0..2 {
                    match field
                        .get(at)
                        .and_then(|&byte| char::from(byte).to_digit(16))
                    {
                        Some(digit) => {
                            value = value * 16 + digit;
                            at += 1;
                        }
                        None => break,
                    }
                }
                out.push(value as u8);
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, backslash: Backslash, expected: &[&str]) {
        let mut cells = Cells::default();
        let row = tuple(sql.as_bytes(), 0, backslash, Charset::Utf8, &mut cells);
        assert_eq!(row, Row::Ends(sql.len()));
        assert_eq!(cells.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn values_of_each_dialect_become_text() {
        check(
            r"(1,'O\'Brien',NULL,-2.50,'a''b','l\nm')",
            Backslash::Escapes,
            &["1", "O'Brien", "", "-2.50", "a'b", "l\nm"],
        );
        check(
            r"(1, E'O\'Brien', 'C:\x', true, '2020-01-02'::date)",
            Backslash::Letter,
            &["1", "O'Brien", r"C:\x", "true", "2020-01-02"],
        );
        check(
            "(1, N'\u{c9}lo\u{ef}se', CAST(N'1980-05-01T00:00:00' AS DateTime), CAST(0x0000901A00000000 AS DateTime), CAST(0x2F390B00 AS Date))",
            Backslash::Letter,
            &[
                "1",
                "\u{c9}lo\u{ef}se",
                "1980-05-01T00:00:00",
                "2001-01-01",
                "2014-10-30",
            ],
        );
        check(
            "(X'41626364', _binary 'abc', to_date('1980-05-01','YYYY-MM-DD'), 'a' || 'b')",
            Backslash::Escapes,
            &["Abcd", "abc", "1980-05-01", "ab"],
        );
    }

    #[test]
    fn a_long_binary_is_set_aside() {
        let sql = format!("(1,0x{})", "ff00".repeat(600));
        let mut cells = Cells::default();
        tuple(
            sql.as_bytes(),
            0,
            Backslash::Escapes,
            Charset::Utf8,
            &mut cells,
        );
        assert_eq!(cells.files.len(), 1);
        assert_eq!(cells.files[0].0, 1);
        assert_eq!(cells.files[0].1.len(), 1200);
    }

    #[test]
    fn copy_lines_lose_their_escapes() {
        let mut cells = Cells::default();
        copy_line(b"1\t\\N\ta\\tb\\\\c\\101\t", Charset::Utf8, &mut cells);
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["1", "", "a\tb\\cA", ""]);
    }

    #[test]
    fn a_row_that_is_cut_off_keeps_what_there_is() {
        let mut cells = Cells::default();
        let row = tuple(
            b"(1,'Marie','Trem",
            0,
            Backslash::Escapes,
            Charset::Utf8,
            &mut cells,
        );
        assert_eq!(row, Row::Cut);
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["1", "Marie", "Trem"]);
    }
}
