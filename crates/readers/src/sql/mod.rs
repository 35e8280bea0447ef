//! An SQL dump in, its tables as batches of rows out; streaming, with bounded memory.
//!
//! Reads what mysqldump, pg_dump, SQL Server's scripts and SQLite's `.dump`
//! write: `INSERT .. VALUES` and `COPY .. FROM stdin`. `CREATE TABLE` and `ALTER
//! TABLE` name the columns and say which tie tables together; pg_dump and SQL
//! Server say so at the end, so they are looked up before the rows are read,
//! where the bytes can be had twice. Comments and statements that are not
//! understood but may hold values come as text. A statement that breaks the
//! rules costs itself. Nothing is executed.
//!
//! Sources: the manuals named in `lex.rs`; PostgreSQL 17 manual, `COPY`.

pub(crate) mod archive;
mod ends;
mod feed;
mod header;
mod lex;
mod order;
mod out;
mod schema;
mod toc;
mod value;

use std::io::{Cursor, Read as _, SeekFrom};

use memchr::{memchr, memmem};
use whose_model::{Cause, Locator, Origin, PassageKind};

pub(crate) use self::schema::Definitions;
use self::{
    ends::{is_boilerplate, next_statement, statement_end},
    feed::Feed,
    header::{Header, copy_header, header},
    lex::{Backslash, Lexer, Stop},
    order::{Stretch, Waiting},
    out::Out,
    value::{Cells, Row},
};
use crate::{
    encoding::{self, Charset, Utf16ToUtf8},
    exhibit::Reading,
    source::{ReadSeek, Source},
    text,
};

/// Bytes looked at to tell dialect and encoding.
const LOOKED_AT: usize = 256 << 10;
/// Longest statement that is kept as text.
const MAX_STATEMENT: usize = 1 << 20;

/// Reads an SQL dump.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(LOOKED_AT);
    let charset = encoding::detect(head);
    let mark = encoding::mark_len(head);
    let mut dump = Dump::new(reading, charset, dialect(head, charset));
    let max_held = dump.reading.limits().max_held_bytes;
    if let Charset::Utf16 { little } = charset {
        dump.charset = Charset::Utf8;
        dump.is_exact = false;
        let mut wide = Utf16ToUtf8::new(source, little);
        let mut text = Vec::new();
        let n_read = (&mut wide).take(max_held).read_to_end(&mut text);
        if n_read.is_ok_and(|n| (n as u64) < max_held) {
            dump.run_twice(&mut Cursor::new(text), 0, 2);
        } else {
            dump.run(&mut Feed::new(&mut Cursor::new(text).chain(wide), 2));
        }
        return;
    }
    if source.can_rewind() {
        // The bytes are hashed and looked at as they pass, and read then.
        dump.look_ahead(source);
        if let Some(file) = source.rewind() {
            dump.run_behind(file, mark as u64, 1);
        }
        return;
    }
    match source.hold(max_held) {
        Some(bytes) => dump.run_twice(&mut Cursor::new(bytes), mark as u64, 1),
        None => {
            source.pass(mark);
            dump.run(&mut Feed::new(source, 1).from(mark as u64));
        }
    }
}

/// How a dump that begins like this means a backslash.
fn dialect(head: &[u8], charset: Charset) -> Backslash {
    let head = match charset {
        Charset::Utf16 { .. } => charset.decode(&head[..head.len() & !1]).into_owned(),
        _ => String::from_utf8_lossy(head).into_owned(),
    };
    let has = |words: &[&str]| words.iter().any(|word| head.contains(word));
    if has(&[
        "MySQL",
        "MariaDB",
        "phpMyAdmin",
        "ENGINE=",
        "/*!40",
        "standard_conforming_strings = off",
    ]) {
        Backslash::Escapes
    } else if has(&[
        "PostgreSQL database dump",
        "standard_conforming_strings",
        "PRAGMA ",
        "[dbo]",
        "SET ANSI_NULLS",
        "\nGO\r",
        "\nGO\n",
    ]) {
        Backslash::Letter
    } else {
        Backslash::Guess
    }
}

/// Whether a statement may hold values: it has a string, or a number as long as those that people are known by.
fn says(statement: &[u8]) -> bool {
    memchr(b'\'', statement).is_some()
        || statement
            .windows(5)
            .any(|window| window.iter().all(u8::is_ascii_digit))
}

/// Whether a definition is that of a table or its like, which has names and defaults but no values.
fn is_of_table(statement: &[u8]) -> bool {
    let words = statement.split(|byte| !byte.is_ascii_alphabetic());
    words.filter(|word| !word.is_empty()).take(6).any(|word| {
        let kinds = [
            "TABLE", "INDEX", "SEQUENCE", "DATABASE", "SCHEMA", "TYPE", "DOMAIN",
        ];
        kinds
            .iter()
            .any(|kind| word.eq_ignore_ascii_case(kind.as_bytes()))
    })
}

/// One dump being read.
struct Dump<'x, 'a> {
    reading: &'x mut Reading<'a>,
    charset: Charset,
    backslash: Backslash,
    /// Whether positions are those of the file; not so when it was UTF-16.
    is_exact: bool,
    /// What ends a statement, when MySQL's `DELIMITER` changed it.
    delimiter: Vec<u8>,
    out: Out,
    /// Tables whose rows wait for those that they point to; `None` when bytes cannot be had again.
    waiting: Option<Waiting>,
    /// Whether only rows are wanted: the rest was read when it was passed.
    is_again: bool,
    /// The part of an archive that is being read; positions mean nothing there.
    part: Option<String>,
    n_headers: u64,
    cells: Cells,
}

impl<'x, 'a> Dump<'x, 'a> {
    fn new(reading: &'x mut Reading<'a>, charset: Charset, backslash: Backslash) -> Self {
        Self {
            reading,
            charset,
            backslash,
            is_exact: true,
            delimiter: Vec::new(),
            out: Out::default(),
            waiting: None,
            is_again: false,
            part: None,
            n_headers: 0,
            cells: Cells::default(),
        }
    }

    /// Learns the keys that the end of a dump adds to tables.
    fn look_ahead(&mut self, bytes: &mut dyn std::io::Read) {
        let finders = [b"\nALTER TABLE", b"\nalter table"].map(memmem::Finder::new);
        let mut feed = Feed::new(bytes, 1);
        loop {
            let more = feed.more(usize::MAX);
            self.reading.pulse();
            let bytes = feed.bytes();
            let found = finders.iter().filter_map(|finder| finder.find(bytes)).min();
            let n = match found {
                Some(at) => {
                    // A definition that the buffer cuts off is looked at again when more has come.
                    let is_near_end = bytes.len() - at < 64 << 10;
                    if is_near_end && more {
                        at
                    } else {
                        let mut lexer = Lexer::new(bytes, at + 1, self.backslash);
                        let _ = self.out.schema.learn(&mut lexer, self.charset);
                        at + 1
                    }
                }
                None if more => bytes.len().saturating_sub(16),
                None => return,
            };
            feed.pass(n);
        }
    }

    /// Reads a dump whose bytes can be had as often as needed: keys first, then rows, then those that had to wait.
    fn run_twice(&mut self, input: &mut dyn ReadSeek, mark: u64, width: u64) {
        self.look_ahead(input);
        self.run_behind(input, mark, width);
    }

    /// As `run_twice`, the keys being known.
    fn run_behind(&mut self, input: &mut dyn ReadSeek, mark: u64, width: u64) {
        let go_to = |dump: &mut Self, input: &mut dyn ReadSeek, at| {
            let went = input.seek(SeekFrom::Start(at)).is_ok();
            if !went {
                dump.reading
                    .gap(Cause::Io, "the file could not be read a second time");
            }
            went
        };
        if !go_to(self, input, mark) {
            return;
        }
        self.waiting = Some(Waiting::default());
        self.run(&mut Feed::new(input, width).from(mark));
        let mut waiting = self.waiting.take().unwrap_or_default();
        self.is_again = true;
        for stretch in waiting.take(&self.out.schema) {
            if !go_to(self, input, stretch.start) {
                return;
            }
            let mut feed = Feed::new(input, width).from(stretch.start);
            while feed.offset() < stretch.end && self.statement(&mut feed) {}
        }
        self.out.flush(self.reading);
    }

    fn run(&mut self, feed: &mut Feed<'_>) {
        while self.statement(feed) {}
        self.out.flush(self.reading);
    }

    /// Reads one statement. `false` at the end.
    fn statement(&mut self, feed: &mut Feed<'_>) -> bool {
        if !self.blanks(feed) {
            return false;
        }
        if feed.bytes().first() == Some(&b'\\') {
            // A command of psql.
            self.pass_line(feed);
            return true;
        }
        if !self.delimiter.is_empty() {
            return self.body_statement(feed);
        }
        let word = self.peek_word(feed);
        if let Some(waiting) = &mut self.waiting
            && !matches!(
                word.as_str(),
                "INSERT" | "REPLACE" | "INTO" | "COPY" | "GO" | "SET" | "PRINT"
            )
        {
            waiting.close();
        }
        match word.as_str() {
            "INSERT" | "REPLACE" | "INTO" => self.insert(feed),
            "COPY" => self.copy(feed),
            "CREATE" | "ALTER" => self.definition(feed),
            "DELIMITER" => self.delimiter(feed),
            "GO" | "SET" | "USE" | "PRINT" | "PRAGMA" => {
                let n = feed.bytes();
                let line = memchr(b'\n', n).unwrap_or(n.len());
                let n = memchr(b';', n).map_or(line, |at| (at + 1).min(line));
                if n == feed.bytes().len() && feed.more(MAX_STATEMENT) {
                    return true;
                }
                // What is printed, and a variable that is given a value; not how the program is set.
                let is_kept = word == "PRINT"
                    || feed.bytes()[..n].get(3..).is_some_and(|rest| {
                        word == "SET" && rest.trim_ascii_start().starts_with(b"@")
                    });
                if is_kept && says(&feed.bytes()[..n]) {
                    self.keep(feed, n);
                }
                feed.pass(n.max(1));
                true
            }
            "UPDATE" | "DELETE" | "SELECT" | "EXEC" | "EXECUTE" | "CALL" | "MERGE" | "WITH"
            | "VALUES" => self.other(feed, |_| true),
            _ => self.other(feed, says),
        }
    }

    /// Passes over blanks and comments, and hands over comments that say something. `false` at the end.
    fn blanks(&mut self, feed: &mut Feed<'_>) -> bool {
        loop {
            let mut lexer = Lexer::new(feed.bytes(), 0, self.backslash);
            let result = lexer.blanks();
            let n = lexer.at;
            match result {
                Ok(()) if n + 4 > feed.bytes().len() && feed.more(MAX_STATEMENT) => {}
                Ok(()) => {
                    self.comments(feed, n);
                    feed.pass(n);
                    return true;
                }
                Err(stop) => {
                    if feed.more(self.max_held()) {
                        continue;
                    }
                    let n = feed.bytes().len();
                    self.comments(feed, n);
                    if stop == Stop::Cut {
                        self.gap(feed, Cause::Truncated, "the file ends inside a comment");
                    }
                    feed.pass(n);
                    return false;
                }
            }
        }
    }

    /// Hands over what people wrote into comments; not what dump programs write.
    fn comments(&mut self, feed: &Feed<'_>, n: usize) {
        let bytes = feed.bytes().get(..n).unwrap_or(&[]);
        if memchr::memchr3(b'-', b'/', b'#', bytes).is_none() {
            return;
        }
        let mut at = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let said = line
                .trim_ascii()
                .trim_ascii_start()
                .strip_prefix(b"--")
                .unwrap_or(line.trim_ascii());
            if !is_boilerplate(said) {
                self.put_text(line, feed.position() + at, PassageKind::Comment);
            }
            at += line.len() as u64;
        }
    }

    fn put_text(&mut self, bytes: &[u8], at: u64, kind: PassageKind) {
        if self.is_again {
            return;
        }
        let (text, runs) = text::decode(bytes, at, self.charset);
        let max = self.reading.limits().max_passage_bytes;
        if self.is_exact && text.len() <= max {
            self.reading.passage(text, Origin::Bytes { runs }, kind);
        } else {
            self.reading.part(&format!("statement {at}"), &text, kind);
        }
    }

    fn max_held(&self) -> usize {
        usize::try_from(self.reading.limits().max_held_bytes).unwrap_or(usize::MAX)
    }

    /// The word that comes next, in upper case.
    fn peek_word(&self, feed: &Feed<'_>) -> String {
        let bytes = feed.bytes();
        let word: Vec<u8> = bytes
            .iter()
            .copied()
            .take_while(u8::is_ascii_alphabetic)
            .take(12)
            .collect();
        String::from_utf8_lossy(&word).to_uppercase()
    }

    fn pass_line(&mut self, feed: &mut Feed<'_>) {
        loop {
            if let Some(end) = memchr(b'\n', feed.bytes()) {
                feed.pass(end + 1);
                return;
            }
            let n = feed.bytes().len();
            feed.pass(n);
            if !feed.more(MAX_STATEMENT) {
                return;
            }
        }
    }

    fn delimiter(&mut self, feed: &mut Feed<'_>) -> bool {
        while memchr(b'\n', feed.bytes()).is_none() && feed.more(MAX_STATEMENT) {}
        let bytes = feed.bytes();
        let end = memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
        let wanted = bytes.get(9..end).unwrap_or(&[]).trim_ascii();
        self.delimiter = if wanted == b";" {
            Vec::new()
        } else {
            wanted.to_vec()
        };
        feed.pass(end);
        true
    }

    /// Reads the body of a procedure as text, up to the delimiter that was set.
    fn body_statement(&mut self, feed: &mut Feed<'_>) -> bool {
        if self.peek_word(feed) == "DELIMITER" {
            return self.delimiter(feed);
        }
        loop {
            if let Some(at) = memmem::find(feed.bytes(), &self.delimiter) {
                let n = at + self.delimiter.len();
                if says(&feed.bytes()[..at]) {
                    self.keep(feed, at);
                }
                feed.pass(n);
                return true;
            }
            if !feed.more(self.max_held()) {
                let n = feed.bytes().len();
                self.keep(feed, n);
                feed.pass(n);
                return false;
            }
        }
    }

    fn definition(&mut self, feed: &mut Feed<'_>) -> bool {
        loop {
            let mut lexer = Lexer::new(feed.bytes(), 0, self.backslash);
            match self.out.schema.learn(&mut lexer, self.charset) {
                Err(_) if feed.more(MAX_STATEMENT * 4) => {}
                _ => break,
            }
        }
        self.other(feed, |statement| !is_of_table(statement) && says(statement))
    }

    /// Passes over a statement; what may hold values comes as text.
    fn other(&mut self, feed: &mut Feed<'_>, is_kept: impl Fn(&[u8]) -> bool) -> bool {
        loop {
            let end = statement_end(feed.bytes(), self.backslash);
            let n = match end {
                Ok(n) => n,
                Err(_) if feed.more(self.max_held()) => continue,
                Err(Stop::End) => feed.bytes().len(),
                Err(Stop::Cut) => {
                    self.gap(
                        feed,
                        Cause::Corrupt,
                        "a statement does not end; the rest of it was read as text",
                    );
                    let n = next_statement(feed.bytes());
                    self.keep(feed, n);
                    feed.pass(n);
                    return true;
                }
            };
            if is_kept(&feed.bytes()[..n]) {
                self.keep(feed, n);
            }
            feed.pass(n.max(1));
            return true;
        }
    }

    fn keep(&mut self, feed: &Feed<'_>, n: usize) {
        self.out.flush(self.reading);
        let mut at = 0;
        for chunk in feed.bytes().get(..n).unwrap_or(&[]).chunks(MAX_STATEMENT) {
            self.put_text(chunk, feed.position() + at, PassageKind::Body);
            at += chunk.len() as u64;
        }
    }

    fn gap(&mut self, feed: &Feed<'_>, cause: Cause, detail: &'static str) {
        let at = feed.position();
        let place = match &self.part {
            Some(part) => Locator::Field { path: part.clone() },
            None => Locator::Bytes { start: at, end: at },
        };
        self.reading.gap_at(place, cause, detail);
    }

    fn insert(&mut self, feed: &mut Feed<'_>) -> bool {
        let start = feed.offset();
        let mut header = loop {
            let mut lexer = Lexer::new(feed.bytes(), 0, self.backslash);
            match header(&mut lexer, self.charset) {
                Ok(Some(header)) if header.has_values => {
                    let n = lexer.at;
                    feed.pass(n);
                    break header;
                }
                Ok(_) => return self.other(feed, |_| true),
                Err(_) if feed.more(MAX_STATEMENT) => {}
                Err(_) => return self.other(feed, |_| true),
            }
        };
        let waits = self.waits(&mut header);
        while self.blanks(feed) && feed.bytes().first() == Some(&b'(') {
            if !self.row(feed, &header, waits) || !self.blanks(feed) {
                break;
            }
            match feed.bytes().first() {
                Some(b',') => feed.pass(1),
                Some(b';') => {
                    feed.pass(1);
                    break;
                }
                _ => break,
            }
        }
        if waits {
            self.put_off(&header, start, feed.offset());
        }
        true
    }

    /// Whether the rows of a statement wait for the rows that they point to.
    fn waits(&mut self, header: &mut Header) -> bool {
        self.n_headers += 1;
        header.id = self.n_headers;
        match &mut self.waiting {
            Some(waiting) => waiting.holds(&header.table, &self.out.schema),
            None => false,
        }
    }

    fn put_off(&mut self, header: &Header, start: u64, end: u64) {
        self.reading.pulse();
        if let Some(waiting) = &mut self.waiting {
            waiting.add(&header.table, &self.out.schema, Stretch { start, end });
        }
    }

    /// Reads one row; `false` when the statement cannot go on.
    fn row(&mut self, feed: &mut Feed<'_>, header: &Header, waits: bool) -> bool {
        let mut cells = std::mem::take(&mut self.cells);
        let row = loop {
            let row = value::tuple(feed.bytes(), 0, self.backslash, self.charset, &mut cells);
            if row != Row::Cut || !feed.more(self.max_held()) {
                break row;
            }
        };
        let goes_on = match row {
            Row::Ends(n) => {
                if !waits {
                    self.out.put(header, &mut cells, self.reading);
                }
                feed.pass(n);
                true
            }
            // It is read, and its gap noted, when its turn comes.
            Row::Cut | Row::Broken(_) if waits => {
                let n = next_statement(feed.bytes());
                feed.pass(n);
                false
            }
            Row::Cut => {
                if cells.len() > 0 {
                    self.out.put(header, &mut cells, self.reading);
                }
                let is_end = feed.is_at_end();
                let (cause, detail) = if is_end {
                    (Cause::Truncated, "the file ends inside a row")
                } else {
                    (Cause::TooLarge, "a row larger than may be held in memory")
                };
                self.gap(feed, cause, detail);
                let n = next_statement(feed.bytes());
                if n < feed.bytes().len() {
                    // A quote that does not close, rather than the end.
                    self.keep(feed, n);
                }
                feed.pass(n);
                false
            }
            Row::Broken(at) => {
                self.gap(feed, Cause::Corrupt, "a row breaks the rules of SQL");
                if cells.len() > 0 {
                    self.out.put(header, &mut cells, self.reading);
                }
                feed.pass(at);
                let n = next_statement(feed.bytes());
                self.keep(feed, n);
                feed.pass(n);
                false
            }
        };
        self.cells = cells;
        goes_on
    }

    fn copy(&mut self, feed: &mut Feed<'_>) -> bool {
        let start = feed.offset();
        let (mut header, is_plain) = loop {
            let mut lexer = Lexer::new(feed.bytes(), 0, self.backslash);
            match copy_header(&mut lexer, self.charset) {
                Ok(Some(found)) => {
                    let n = lexer.at;
                    feed.pass(n);
                    break found;
                }
                Ok(None) => return self.other(feed, |_| true),
                Err(_) if feed.more(MAX_STATEMENT) => {}
                Err(_) => return self.other(feed, |_| true),
            }
        };
        self.pass_line(feed);
        if is_plain && self.waits(&mut header) {
            let is_ended = self.pass_copy(feed);
            self.put_off(&header, start, feed.offset());
            return is_ended;
        }
        if !is_plain {
            self.gap(
                feed,
                Cause::UnsupportedFormat,
                "COPY in another form than text was read as text",
            );
        }
        let is_ended = self.copy_lines(feed, &header, is_plain);
        if !is_ended {
            self.gap(feed, Cause::Truncated, "the file ends inside a COPY");
        }
        is_ended
    }

    /// Passes over lines up to `\.`; whether it came.
    fn pass_copy(&mut self, feed: &mut Feed<'_>) -> bool {
        loop {
            let bytes = feed.bytes();
            let (end, n) = match memchr(b'\n', bytes) {
                Some(end) => (end, end + 1),
                None => {
                    self.reading.pulse();
                    if feed.more(self.max_held()) {
                        continue;
                    }
                    (feed.bytes().len(), feed.bytes().len())
                }
            };
            let line = feed.bytes().get(..end).unwrap_or(&[]);
            let is_end = line.strip_suffix(b"\r").unwrap_or(line) == b"\\.";
            feed.pass(n);
            if is_end || n == 0 {
                return is_end;
            }
        }
    }

    /// Reads lines up to `\.`; whether it came.
    fn copy_lines(&mut self, feed: &mut Feed<'_>, header: &Header, is_plain: bool) -> bool {
        let is_quick = is_plain && matches!(self.charset, Charset::Utf8);
        loop {
            let bytes = feed.bytes();
            let valid = if is_quick { valid(bytes) } else { "" };
            let mut at = 0;
            let is_ended = loop {
                // Most rows have nothing to undo: their text is taken as it stands.
                if let Some(text) = valid.get(at..)
                    && let Some(n) = self.out.put_line(header, text, self.reading)
                {
                    at += n;
                    continue;
                }
                let rest = &bytes[at..];
                let Some(end) = memchr(b'\n', rest) else {
                    break false;
                };
                let place = feed.position() + at as u64;
                at += end + 1;
                if self.copy_line(&rest[..end], header, is_plain, place) {
                    break true;
                }
                // Behind what is no UTF-8 there may be more of it.
                if at > valid.len() && is_quick && at < bytes.len() {
                    break false;
                }
            };
            feed.pass(at);
            if is_ended {
                return true;
            }
            if at > 0 && memchr(b'\n', feed.bytes()).is_some() || feed.more(self.max_held()) {
                continue;
            }
            // The last line, without an end, or one that is too long.
            let line = feed.bytes().to_vec();
            if line.is_empty() {
                return false;
            }
            let is_ended = self.copy_line(&line, header, is_plain, feed.position());
            feed.pass(line.len());
            if is_ended {
                return true;
            }
        }
    }

    /// Reads one line; whether it is the end of the rows.
    fn copy_line(&mut self, line: &[u8], header: &Header, is_plain: bool, at: u64) -> bool {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line == b"\\." {
            return true;
        }
        if is_plain {
            value::copy_line(line, self.charset, &mut self.cells);
            self.out.put(header, &mut self.cells, self.reading);
        } else {
            self.put_text(line, at, PassageKind::Body);
        }
        false
    }
}

/// The beginning of bytes, as far as it is UTF-8.
fn valid(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_else(|error| {
        std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
    })
}

#[cfg(test)]
mod archive_tests;
#[cfg(test)]
mod tests;
