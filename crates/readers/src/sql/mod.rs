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

mod feed;
mod lex;
mod schema;
mod value;

use std::{collections::HashMap, io::Seek, sync::Arc};

use memchr::{memchr, memmem};
use whose_model::{Cause, Column, Locator, Origin, PassageKind, Rows, TableHead};

use self::{
    feed::Feed,
    lex::{Backslash, Lexer, Stop, Token},
    schema::{Reader, Schema},
    value::{Cells, Row},
};
use crate::{
    encoding::{self, Charset, Utf16ToUtf8},
    exhibit::{Body, Reading},
    source::Source,
    text,
};

/// Bytes looked at to tell dialect and encoding.
const LOOKED_AT: usize = 256 << 10;
/// A dump this small is held, so that it can be looked at twice.
const MAX_TWICE: u64 = 48 << 20;
/// A batch is handed over when it has this much text or this many rows.
const BATCH_BYTES: usize = 256 << 10;
const BATCH_ROWS: usize = 2_000;
/// Longest statement that is kept as text.
const MAX_STATEMENT: usize = 1 << 20;

/// Reads an SQL dump.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(LOOKED_AT);
    let charset = encoding::detect(head);
    let mark = encoding::mark_len(head);
    let mut dump = Dump::new(reading, charset, dialect(head, charset));
    if let Charset::Utf16 { little } = charset {
        dump.charset = Charset::Utf8;
        dump.is_exact = false;
        dump.run(&mut Feed::new(&mut Utf16ToUtf8::new(source, little), 2));
        return;
    }
    if let Some(file) = source.rewind() {
        dump.look_ahead(file);
        if file.seek(std::io::SeekFrom::Start(mark as u64)).is_ok() {
            dump.run(&mut Feed::new(file, 1).from(mark as u64));
            return;
        }
        dump.reading
            .gap(Cause::Io, "the file could not be read a second time");
        return;
    }
    match source.hold(MAX_TWICE.min(dump.reading.limits().max_held_bytes)) {
        Some(bytes) => {
            dump.look_ahead(&mut &bytes[..]);
            let mut rest = bytes.get(mark..).unwrap_or(&[]);
            dump.run(&mut Feed::new(&mut rest, 1).from(mark as u64));
        }
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

/// One dump being read.
struct Dump<'x, 'a> {
    reading: &'x mut Reading<'a>,
    charset: Charset,
    backslash: Backslash,
    /// Whether positions are those of the file; not so when it was UTF-16.
    is_exact: bool,
    /// What ends a statement, when MySQL's `DELIMITER` changed it.
    delimiter: Vec<u8>,
    schema: Schema,
    /// How many rows each table has had.
    n_rows: HashMap<String, u64>,
    heads: HashMap<(String, Vec<String>), Arc<TableHead>>,
    batch: Option<Rows>,
    cells: Cells,
}

/// What stands before the rows of an `INSERT`.
struct Header {
    table: String,
    columns: Vec<String>,
    has_values: bool,
}

impl<'x, 'a> Dump<'x, 'a> {
    fn new(reading: &'x mut Reading<'a>, charset: Charset, backslash: Backslash) -> Self {
        Self {
            reading,
            charset,
            backslash,
            is_exact: true,
            delimiter: Vec::new(),
            schema: Schema::default(),
            n_rows: HashMap::new(),
            heads: HashMap::new(),
            batch: None,
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
                        let _ = self.schema.learn(&mut lexer, self.charset);
                        at + 1
                    }
                }
                None if more => bytes.len().saturating_sub(16),
                None => return,
            };
            feed.pass(n);
        }
    }

    fn run(&mut self, feed: &mut Feed<'_>) {
        while self.statement(feed) {}
        self.flush();
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
                feed.pass(n.max(1));
                true
            }
            "UPDATE" | "DELETE" | "SELECT" | "EXEC" | "EXECUTE" | "CALL" | "MERGE" | "WITH"
            | "VALUES" => self.other(feed, true),
            _ => self.other(feed, false),
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

    /// Passes over the body of a procedure, up to the delimiter that was set.
    fn body_statement(&mut self, feed: &mut Feed<'_>) -> bool {
        if self.peek_word(feed) == "DELIMITER" {
            return self.delimiter(feed);
        }
        loop {
            if let Some(at) = memmem::find(feed.bytes(), &self.delimiter) {
                let n = at + self.delimiter.len();
                feed.pass(n);
                return true;
            }
            if !feed.more(self.max_held()) {
                let n = feed.bytes().len();
                feed.pass(n);
                return false;
            }
        }
    }

    fn definition(&mut self, feed: &mut Feed<'_>) -> bool {
        loop {
            let mut lexer = Lexer::new(feed.bytes(), 0, self.backslash);
            match self.schema.learn(&mut lexer, self.charset) {
                Err(_) if feed.more(MAX_STATEMENT * 4) => {}
                _ => break,
            }
        }
        self.other(feed, false)
    }

    /// Passes over a statement; what may hold values comes as text.
    fn other(&mut self, feed: &mut Feed<'_>, is_kept: bool) -> bool {
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
            if is_kept {
                self.keep(feed, n);
            }
            feed.pass(n.max(1));
            return true;
        }
    }

    fn keep(&mut self, feed: &Feed<'_>, n: usize) {
        self.flush();
        let mut at = 0;
        for chunk in feed.bytes().get(..n).unwrap_or(&[]).chunks(MAX_STATEMENT) {
            self.put_text(chunk, feed.position() + at, PassageKind::Body);
            at += chunk.len() as u64;
        }
    }

    fn gap(&mut self, feed: &Feed<'_>, cause: Cause, detail: &'static str) {
        let at = feed.position();
        self.reading
            .gap_at(Locator::Bytes { start: at, end: at }, cause, detail);
    }

    fn insert(&mut self, feed: &mut Feed<'_>) -> bool {
        let header = loop {
            let mut lexer = Lexer::new(feed.bytes(), 0, self.backslash);
            match header(&mut lexer, self.charset) {
                Ok(Some(header)) if header.has_values => {
                    let n = lexer.at;
                    feed.pass(n);
                    break header;
                }
                Ok(_) => return self.other(feed, true),
                Err(_) if feed.more(MAX_STATEMENT) => {}
                Err(_) => return self.other(feed, true),
            }
        };
        loop {
            if !self.blanks(feed) || feed.bytes().first() != Some(&b'(') {
                return true;
            }
            if !self.row(feed, &header) || !self.blanks(feed) {
                return true;
            }
            match feed.bytes().first() {
                Some(b',') => feed.pass(1),
                Some(b';') => {
                    feed.pass(1);
                    return true;
                }
                _ => return true,
            }
        }
    }

    /// Reads one row; `false` when the statement cannot go on.
    fn row(&mut self, feed: &mut Feed<'_>, header: &Header) -> bool {
        let mut cells = std::mem::take(&mut self.cells);
        let row = loop {
            let row = value::tuple(feed.bytes(), 0, self.backslash, self.charset, &mut cells);
            if row != Row::Cut || !feed.more(self.max_held()) {
                break row;
            }
        };
        let goes_on = match row {
            Row::Ends(n) => {
                self.put(header, &mut cells);
                feed.pass(n);
                true
            }
            Row::Cut => {
                if cells.len() > 0 {
                    self.put(header, &mut cells);
                }
                let is_end = feed.is_at_end();
                let (cause, detail) = if is_end {
                    (Cause::Truncated, "the file ends inside a row")
                } else {
                    (Cause::TooLarge, "a row larger than may be held in memory")
                };
                self.gap(feed, cause, detail);
                let n = next_statement(feed.bytes());
                feed.pass(n);
                false
            }
            Row::Broken(at) => {
                self.gap(feed, Cause::Corrupt, "a row breaks the rules of SQL");
                if cells.len() > 0 {
                    self.put(header, &mut cells);
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
        let (header, is_plain) = loop {
            let mut lexer = Lexer::new(feed.bytes(), 0, self.backslash);
            match copy_header(&mut lexer, self.charset) {
                Ok(Some(found)) => {
                    let n = lexer.at;
                    feed.pass(n);
                    break found;
                }
                Ok(None) => return self.other(feed, true),
                Err(_) if feed.more(MAX_STATEMENT) => {}
                Err(_) => return self.other(feed, true),
            }
        };
        self.pass_line(feed);
        if !is_plain {
            self.gap(
                feed,
                Cause::UnsupportedFormat,
                "COPY in another form than text was read as text",
            );
        }
        let mut cells = std::mem::take(&mut self.cells);
        let is_ended = self.copy_lines(feed, &header, is_plain, &mut cells);
        self.cells = cells;
        if !is_ended {
            self.gap(feed, Cause::Truncated, "the file ends inside a COPY");
        }
        is_ended
    }

    /// Reads lines up to `\.`; whether it came.
    fn copy_lines(
        &mut self,
        feed: &mut Feed<'_>,
        header: &Header,
        is_plain: bool,
        cells: &mut Cells,
    ) -> bool {
        loop {
            let bytes = feed.bytes();
            let (end, n) = match memchr(b'\n', bytes) {
                Some(end) => (end, end + 1),
                None if feed.more(self.max_held()) => continue,
                None => (feed.bytes().len(), feed.bytes().len()),
            };
            let line = feed.bytes().get(..end).unwrap_or(&[]);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if n == 0 {
                return false;
            }
            if line == b"\\." {
                feed.pass(n);
                return true;
            }
            if is_plain {
                value::copy_line(line, self.charset, cells);
                self.put(header, cells);
            } else {
                let (line, at) = (line.to_vec(), feed.position());
                self.put_text(&line, at, PassageKind::Body);
            }
            feed.pass(n);
        }
    }

    /// Adds the row in `cells` to its table.
    fn put(&mut self, header: &Header, cells: &mut Cells) {
        let head = self.head(header, cells.len());
        let number = match self.n_rows.get_mut(&header.table) {
            Some(n) => {
                *n += 1;
                *n
            }
            None => {
                self.n_rows.insert(header.table.clone(), 1);
                1
            }
        };
        let is_same = matches!(&self.batch, Some(batch) if Arc::ptr_eq(&batch.head, &head));
        if !is_same {
            self.flush();
        }
        let batch = self.batch.get_or_insert_with(|| Rows::new(head.clone()));
        batch.push(number, cells.iter());
        let is_full = batch.text.len() >= BATCH_BYTES || batch.len() >= BATCH_ROWS;
        for (cell, bytes) in cells.files.drain(..) {
            let column = head.columns.get(cell).map_or("", |column| &column.name);
            let name = format!("{}-{number}-{column}", header.table).replace('/', "_");
            self.reading.member(&name, Body::Memory(&bytes));
        }
        if is_full {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if let Some(batch) = self.batch.take() {
            self.reading.rows(batch);
        }
    }

    /// The head of a table whose rows name these columns, or as many as there are cells.
    fn head(&mut self, header: &Header, n_cells: usize) -> Arc<TableHead> {
        if let Some(batch) = &self.batch
            && batch.head.name == header.table
            && fits(&batch.head, header, n_cells)
        {
            return batch.head.clone();
        }
        let definition = self.schema.table(&header.table);
        let columns: Vec<Column> = if !header.columns.is_empty() {
            let named = header.columns.iter().zip(0..);
            named
                .map(|(name, index)| match definition {
                    Some(definition) => definition.column(name, index),
                    None => Column {
                        name: name.clone(),
                        index,
                        ..Column::default()
                    },
                })
                .collect()
        } else if let Some(definition) = definition.filter(|it| it.columns.len() == n_cells) {
            definition.columns.clone()
        } else {
            let unnamed = |index| Column {
                index,
                ..Column::default()
            };
            (0..n_cells as u32).map(unnamed).collect()
        };
        let names = columns.iter().map(|column| column.name.clone()).collect();
        let index = self.heads.len() as u32;
        self.heads
            .entry((header.table.clone(), names))
            .or_insert_with(|| {
                Arc::new(TableHead {
                    name: header.table.clone(),
                    index,
                    columns,
                    is_sheet: false,
                })
            })
            .clone()
    }
}

/// Whether rows under `header` belong to the batch with this head.
fn fits(head: &TableHead, header: &Header, n_cells: usize) -> bool {
    if header.columns.is_empty() {
        return head.columns.len() == n_cells;
    }
    head.columns.len() == header.columns.len()
        && head
            .columns
            .iter()
            .zip(&header.columns)
            .all(|(column, name)| column.name.eq_ignore_ascii_case(name))
}

/// Reads `INSERT INTO t (a, b) VALUES`; `None` when it is something else.
fn header(lexer: &mut Lexer<'_>, charset: Charset) -> Result<Option<Header>, Stop> {
    let mut reader = Reader { lexer, charset };
    let table = loop {
        let before = reader.lexer.clone();
        match reader.word()?.as_str() {
            "INSERT" | "REPLACE" | "INTO" | "IGNORE" | "LOW_PRIORITY" | "DELAYED"
            | "HIGH_PRIORITY" | "OR" | "ABORT" | "FAIL" | "ROLLBACK" | "ALL" | "OVERWRITE"
            | "TABLE" => {}
            _ => {
                *reader.lexer = before;
                match reader.table_name()? {
                    Some(name) => break name,
                    None => return Ok(None),
                }
            }
        }
    };
    let mut header = Header {
        table,
        columns: Vec::new(),
        has_values: false,
    };
    for _ in 0..8 {
        let before = reader.lexer.clone();
        match reader.lexer.next()? {
            Token::Sign(b'(') => {
                *reader.lexer = before;
                header.columns = reader.names()?;
            }
            Token::Word(word)
                if word.eq_ignore_ascii_case(b"values") || word.eq_ignore_ascii_case(b"value") =>
            {
                // `OVERRIDING SYSTEM VALUE VALUES (..)`
                let here = reader.lexer.clone();
                let next = reader.lexer.next()?;
                *reader.lexer = here;
                if next == Token::Sign(b'(') {
                    header.has_values = true;
                    return Ok(Some(header));
                }
            }
            Token::Word(word)
                if ["select", "set", "default", "exec", "with"]
                    .iter()
                    .any(|it| word.eq_ignore_ascii_case(it.as_bytes())) =>
            {
                return Ok(None);
            }
            Token::Word(_) | Token::Name(_) => {}
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// Reads `COPY t (a, b) FROM stdin;` and whether it is in the text form; `None` when no rows follow.
fn copy_header(lexer: &mut Lexer<'_>, charset: Charset) -> Result<Option<(Header, bool)>, Stop> {
    let mut reader = Reader { lexer, charset };
    reader.word()?;
    let Some(table) = reader.table_name()? else {
        return Ok(None);
    };
    let columns = reader.names()?;
    if reader.word()? != "FROM" || reader.word()? != "STDIN" {
        return Ok(None);
    }
    let mut is_plain = true;
    loop {
        match reader.lexer.next()? {
            Token::Sign(b';') => break,
            Token::Word(word) if word.eq_ignore_ascii_case(b"csv") => is_plain = false,
            Token::Word(word) if word.eq_ignore_ascii_case(b"binary") => is_plain = false,
            Token::Word(word) if word.eq_ignore_ascii_case(b"delimiter") => is_plain = false,
            _ => {}
        }
    }
    let header = Header {
        table,
        columns,
        has_values: true,
    };
    Ok(Some((header, is_plain)))
}

/// Where the statement ends: behind its semicolon, or before a line `GO`.
fn statement_end(bytes: &[u8], backslash: Backslash) -> Result<usize, Stop> {
    let mut lexer = Lexer::new(bytes, 0, backslash);
    loop {
        match lexer.next()? {
            Token::Sign(b';') => return Ok(lexer.at),
            Token::Word(word) if word.eq_ignore_ascii_case(b"go") => {
                let start = lexer.at - word.len();
                let is_line = start == 0 || bytes.get(start - 1) == Some(&b'\n');
                if is_line && matches!(bytes.get(lexer.at), Some(b'\r' | b'\n') | None) {
                    return Ok(lexer.at);
                }
            }
            _ => {}
        }
    }
}

/// Where, after a broken one, a line begins a statement again.
fn next_statement(bytes: &[u8]) -> usize {
    let starts: [&[u8]; 6] = [b"INSERT", b"COPY ", b"CREATE", b"ALTER ", b"-- ", b"insert"];
    let mut at = 0;
    while let Some(found) = memchr(b'\n', bytes.get(at..).unwrap_or(&[])) {
        at += found + 1;
        let rest = bytes.get(at..).unwrap_or(&[]);
        if starts.iter().any(|start| rest.starts_with(start)) {
            return at;
        }
    }
    bytes.len()
}

/// What dump programs write into comments.
fn is_boilerplate(said: &[u8]) -> bool {
    let said = said.trim_ascii();
    const STARTS: &[&str] = &[
        "Name:",
        "Data for Name:",
        "TOC entry",
        "Dumping data for table",
        "Dumped ",
        "Table structure for table",
        "PostgreSQL database",
        "MySQL dump",
        "MariaDB dump",
        "Host:",
        "Server version",
        "Dump completed",
        "Temporary ",
        "Final view",
        "phpMyAdmin",
        "version ",
        "https://www.phpmyadmin",
        "Generation Time",
        "PHP Version",
        "Database:",
        "Indexes for",
        "AUTO_INCREMENT for",
        "Constraints for",
        "Current Database",
        "Position ",
        "/*!",
        "*/",
        "Dependencies",
        "Started on",
        "Completed on",
        "Object:",
    ];
    let n_letters = said
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    n_letters < 3
        || STARTS
            .iter()
            .any(|start| said.starts_with(start.as_bytes()))
        || said.starts_with(b"/****** Object")
}

#[cfg(test)]
mod tests;
