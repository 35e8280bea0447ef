//! One delimited record: bytes in, the ranges of its cells out.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// How cells and records are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Between cells.
    pub(crate) delimiter: u8,
    /// Ends a record: a line feed, or a return in old Mac files.
    pub(crate) terminator: u8,
    /// Whether double quotes enclose cells.
    pub(crate) has_quotes: bool,
}

/// Where a cell's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Holds quotes that must be undone.
    pub(crate) is_escaped: bool,
}

impl Cell {
    /// The cell's bytes, quotes undone.
    pub(crate) fn bytes<'a>(&self, record: &'a [u8]) -> Cow<'a, [u8]> {
        let raw = record.get(self.start..self.end).unwrap_or_default();
        if self.is_escaped {
            Cow::Owned(unescape(raw))
        } else {
            Cow::Borrowed(raw)
        }
    }
}

/// What came of looking for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A record of `len` bytes with its terminator, over `n_lines` lines.
    Record { len: usize, n_lines: u64 },
    /// The bytes end before the record does.
    More,
}

/// Finds the cells of the record at the beginning of `bytes`.
pub(crate) fn split(bytes: &[u8], is_last: bool, dialect: Dialect, cells: &mut Vec<Cell>) -> Found {
    cells.clear();
    let mut at = 0;
    let mut n_lines = 1;
    loop {
        let start = at;
        let is_quoted = dialect.has_quotes && {
            let blank = bytes[at..].iter().take_while(|byte| **byte == b' ').count();
            if bytes.get(at + blank) == Some(&b'"') {
                at += blank;
                true
            } else {
                false
            }
        };
        if is_quoted {
            let open = at + 1;
            let Some((close, is_escaped)) = closing(bytes, open, is_last, dialect) else {
                return Found::More;
            };
            let text = &bytes[open..close];
            n_lines += text
                .iter()
                .filter(|byte| **byte == dialect.terminator)
                .count() as u64;
            // What stands between the closing quote and the delimiter belongs to the cell.
            let after = (close + 1).min(bytes.len());
            let Some(end) = ending(bytes, after, is_last, dialect) else {
                return Found::More;
            };
            let rest = trim(bytes, after, end);
            if rest.0 < rest.1 {
                cells.push(Cell {
                    start: open,
                    end: rest.1,
                    is_escaped: true,
                });
            } else {
                cells.push(Cell {
                    start: open,
                    end: close,
                    is_escaped,
                });
            }
            at = end;
        } else {
            let Some(end) = ending(bytes, start, is_last, dialect) else {
                return Found::More;
            };
            let (from, to) = trim(bytes, start, end);
            cells.push(Cell {
                start: from,
                end: to,
                is_escaped: false,
            });
            at = end;
        }
        match bytes.get(at) {
            Some(&byte) if byte == dialect.delimiter => at += 1,
            Some(_) => {
                return Found::Record {
                    len: at + 1,
                    n_lines,
                };
            }
            None => return Found::Record { len: at, n_lines },
        }
    }
}

/// Bytes of a cell looked at one by one.
const NEAR: usize = 16;

/// The delimiter or terminator that ends the cell at `start`.
fn ending(bytes: &[u8], start: usize, is_last: bool, dialect: Dialect) -> Option<usize> {
    let rest = &bytes[start..];
    // Most cells are shorter than what it takes to set up a search by vectors.
    let n_near = rest.len().min(NEAR);
    let is_end = |byte: &u8| *byte == dialect.delimiter || *byte == dialect.terminator;
    if let Some(found) = rest[..n_near].iter().position(is_end) {
        return Some(start + found);
    }
    match memchr2(dialect.delimiter, dialect.terminator, &rest[n_near..]) {
        Some(found) => Some(start + n_near + found),
        None if is_last => Some(bytes.len()),
        None => None,
    }
}

/// The closing quote of a cell that opens at `open`, and whether there are quotes to undo before it.
fn closing(bytes: &[u8], open: usize, is_last: bool, dialect: Dialect) -> Option<(usize, bool)> {
    let mut at = open;
    let mut is_escaped = false;
    loop {
        let Some(found) = memchr(b'"', &bytes[at..]) else {
            return is_last.then_some((bytes.len(), is_escaped));
        };
        let quote = at + found;
        match bytes.get(quote + 1) {
            Some(b'"') => {
                is_escaped = true;
                // `\""` at the end of a cell is an escaped quote and the closing one.
                let is_both = quote > open
                    && bytes[quote - 1] == b'\\'
                    && match bytes.get(quote + 2) {
                        None => is_last,
                        Some(&next) => {
                            next == dialect.delimiter || next == dialect.terminator || next == b'\r'
                        }
                    };
                at = quote + if is_both { 1 } else { 2 };
            }
            Some(&next)
                if quote > open
                    && bytes[quote - 1] == b'\\'
                    && next != dialect.delimiter
                    && next != dialect.terminator
                    && next != b'\r' =>
            {
                is_escaped = true;
                at = quote + 1;
            }
            None if !is_last => return None,
            _ => return Some((quote, is_escaped)),
        }
    }
}

/// The range without blanks and returns around it.
pub(super) fn trim(bytes: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && bytes[start] == b' ' {
        start += 1;
    }
    while end > start && matches!(bytes[end - 1], b' ' | b'\r') {
        end -= 1;
    }
    (start, end)
}

fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'"', Some(b'"')) | (b'\\', Some(b'"')) => {
                out.push(b'"');
                bytes.next();
            }
            // The quote that closed before stray text.
            (b'"', _) => {}
            _ => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &str, expected: &[&str]) {
        let dialect = Dialect {
            delimiter: b',',
            terminator: b'\n',
            has_quotes: true,
        };
        let mut cells = Vec::new();
        split(bytes.as_bytes(), true, dialect, &mut cells);
        let texts: Vec<_> = cells
            .iter()
            .map(|cell| String::from_utf8_lossy(&cell.bytes(bytes.as_bytes())).into_owned())
            .collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn quotes_enclose_delimiters_line_ends_and_quotes() {
        check("a,\"b, c\",d\r\n", &["a", "b, c", "d"]);
        check("\"two\nlines\",x\n", &["two\nlines", "x"]);
        check("\"say \"\"a\"\"\",\"\"\n", &["say \"a\"", ""]);
        check("\"say \\\"a\\\"\",b\n", &["say \"a\"", "b"]);
        check("\"a\" x,b\n", &["a x", "b"]);
        check("O\"Neil,b,\n", &["O\"Neil", "b", ""]);
        check("\"never closed,b\n", &["never closed,b\n"]);
        check("", &[""]);
    }
}
