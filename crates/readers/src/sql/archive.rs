//! A PostgreSQL archive in (custom or tar form, or the `toc.dat` of a folder), its tables as rows out.
//!
//! Names and keys stand in the table of contents; the data are the lines of
//! `COPY`, or statements, packed block by block. Tables are read so that a row
//! comes after the row that it points to. Large objects become members. A block
//! that is lost costs its table.
//!
//! Source: PostgreSQL, `src/bin/pg_dump/pg_backup_custom.c`, `pg_backup_tar.c`,
//! `compress_io.c`.

use std::{
    collections::BTreeMap,
    io::{self, BufReader, Read, SeekFrom},
};

use flate2::bufread::ZlibDecoder;
use whose_model::{Cause, Locator, PassageKind};

use super::{
    Dump,
    feed::Feed,
    header::copy_header,
    lex::{Backslash, Lexer},
    order::in_order,
    toc::{self, Entry, Form, Packing, Parts, Toc, Trouble},
};
use crate::{
    encoding::Charset,
    exhibit::{Body, Reading, Run},
    source::ReadSeek,
};

/// Kinds of block in a custom archive.
const DATA: u8 = 1;
const LARGE_OBJECTS: u8 = 3;

/// Where each entry's data stand: by the entry's number, or by its file's name.
#[derive(Default)]
struct Places {
    blocks: BTreeMap<i64, u64>,
    files: BTreeMap<String, (u64, u64)>,
}

/// Reads an archive in the custom form, or a `toc.dat` by itself.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let Some((toc, end)) = contents(file, 0, u64::MAX, reading) else {
        return;
    };
    if toc.form != Form::Custom {
        return definitions(&toc, reading);
    }
    let mut places = Places::default();
    let has_unknown = toc
        .entries
        .iter()
        .any(|it| is_data(it) && it.offset.is_none());
    for entry in &toc.entries {
        if let Some(offset) = entry.offset {
            places.blocks.insert(entry.id, offset);
        }
    }
    if has_unknown {
        // The archive was written to a pipe: blocks are found one after the other.
        let _ = find_blocks(file, end, toc.int_size, &mut places, reading);
    }
    tables(file, &toc, &places, reading);
}

/// Reads an archive in the tar form.
pub(crate) fn read_tar(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let mut places = Places::default();
    let is_whole = find_members(file, &mut places).is_ok();
    let Some(&(at, len)) = places.files.get("toc.dat") else {
        return reading.gap(Cause::Corrupt, "the archive's table of contents is missing");
    };
    let Some((toc, _)) = contents(file, at, len, reading) else {
        return;
    };
    if !is_whole {
        reading.gap(Cause::Truncated, "the archive ends inside a member");
    }
    tables(file, &toc, &places, reading);
    for (name, &(at, len)) in &places.files {
        if name.starts_with("blob_") && file.seek(SeekFrom::Start(at)).is_ok() {
            reading.member(name, Body::Stored(&mut file.take(len)));
        }
    }
}

/// The table of contents, and where it ends.
fn contents(
    file: &mut dyn ReadSeek,
    at: u64,
    len: u64,
    reading: &mut Reading<'_>,
) -> Option<(Toc, u64)> {
    if file.seek(SeekFrom::Start(at)).is_err() {
        reading.gap(Cause::Io, "the operating system did not give all bytes");
        return None;
    }
    let mut input = Counted {
        input: BufReader::new(file.take(len)),
        n: 0,
    };
    match toc::read(&mut input) {
        Ok(toc) => {
            if toc.is_cut {
                reading.gap(
                    Cause::Truncated,
                    "the archive's table of contents is cut off or broken; tables after it were not found",
                );
            }
            Some((toc, at + input.n))
        }
        Err(Trouble::Broken) => {
            reading.gap(Cause::Corrupt, "the archive's head is broken");
            None
        }
        Err(Trouble::Version) => {
            reading.gap(
                Cause::UnsupportedFormat,
                "an archive of a version of pg_dump that is not known here",
            );
            None
        }
    }
}

struct Counted<R> {
    input: R,
    n: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(out)?;
        self.n += n as u64;
        Ok(n)
    }
}

fn is_data(entry: &Entry) -> bool {
    matches!(entry.kind.as_str(), "TABLE DATA" | "BLOBS") && !entry.is_without_data
}

/// What the tables are made of, where the rows lie in files beside this one.
fn definitions(toc: &Toc, reading: &mut Reading<'_>) {
    for entry in &toc.entries {
        if matches!(entry.kind.as_str(), "TABLE" | "COMMENT") {
            let text = Charset::Utf8.decode(&entry.definition);
            reading.part(&entry.tag, &text, PassageKind::Body);
        }
    }
}

/// Reads the rows of all tables.
fn tables(file: &mut dyn ReadSeek, toc: &Toc, places: &Places, reading: &mut Reading<'_>) {
    let charset = charset(toc);
    let mut dump = Dump::new(reading, charset, Backslash::Letter);
    dump.is_exact = false;
    for entry in &toc.entries {
        let mut lexer = Lexer::new(&entry.definition, 0, Backslash::Letter);
        // A definition that cannot be followed names no columns; the rows are read all the same.
        let _ = dump.out.schema.learn(&mut lexer, charset);
    }
    let data: Vec<&Entry> = toc.entries.iter().filter(|it| is_data(it)).collect();
    let names: Vec<String> = data
        .iter()
        .map(|entry| {
            let mut lexer = Lexer::new(&entry.copy, 0, Backslash::Letter);
            let table = match copy_header(&mut lexer, charset) {
                Ok(Some((header, _))) => header.table,
                _ => entry.tag.clone(),
            };
            dump.out.schema.whole(&table).to_lowercase()
        })
        .collect();
    for at in in_order(&names, &dump.out.schema) {
        let Some(entry) = data.get(at) else {
            continue;
        };
        dump.part = Some(entry.tag.clone());
        let read = match toc.form {
            Form::Custom => block(file, entry, toc, places, &mut dump),
            _ => member(file, entry, places, &mut dump),
        };
        dump.out.flush(dump.reading);
        if let Err(error) = read {
            let (cause, detail) = why(&error);
            let place = Locator::Field {
                path: entry.tag.clone(),
            };
            dump.reading.gap_at(place, cause, detail);
        }
        dump.reading.pulse();
    }
}

fn why(error: &io::Error) -> (Cause, &'static str) {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => (Cause::Truncated, "the file ends inside a table's rows"),
        io::ErrorKind::NotFound => (Cause::Truncated, "a table's rows are not in the archive"),
        io::ErrorKind::Unsupported => (
            Cause::UnsupportedFormat,
            "packed by a method that is not known here",
        ),
        io::ErrorKind::FileTooLarge => (
            Cause::TooLarge,
            "unpacks to more bytes than allowed for one file",
        ),
        _ => (Cause::Corrupt, "a table's packed rows are broken"),
    }
}

/// The encoding that the archive says its rows are in.
fn charset(toc: &Toc) -> Charset {
    let said = toc.entries.iter().find(|entry| entry.kind == "ENCODING");
    let said = said.map(|entry| String::from_utf8_lossy(&entry.definition).to_uppercase());
    let label = match said.as_deref().and_then(|said| said.split('\'').nth(1)) {
        None | Some("UTF8" | "SQL_ASCII") => return Charset::Utf8,
        Some("LATIN1") => "windows-1252".to_owned(),
        Some("LATIN9") => "iso-8859-15".to_owned(),
        Some(name) => match name.strip_prefix("WIN") {
            Some(number) => format!("windows-{number}"),
            None => name.replace('_', "-"),
        },
    };
    crate::encoding::named(&label)
}

/// Reads the data of an entry of a tar.
fn member(
    file: &mut dyn ReadSeek,
    entry: &Entry,
    places: &Places,
    dump: &mut Dump<'_, '_>,
) -> io::Result<()> {
    if entry.kind == "BLOBS" {
        // Each is a member of the tar by itself.
        return Ok(());
    }
    let &(at, len) = places
        .files
        .get(&entry.file)
        .ok_or(io::ErrorKind::NotFound)?;
    file.seek(SeekFrom::Start(at))?;
    rows(&mut file.take(len), entry, dump)
}

/// Reads the data of an entry of a custom archive.
fn block(
    file: &mut dyn ReadSeek,
    entry: &Entry,
    toc: &Toc,
    places: &Places,
    dump: &mut Dump<'_, '_>,
) -> io::Result<()> {
    let &at = places
        .blocks
        .get(&entry.id)
        .ok_or(io::ErrorKind::NotFound)?;
    file.seek(SeekFrom::Start(at))?;
    let mut input = BufReader::with_capacity(64 << 10, file);
    let mut parts = Parts {
        input: &mut input,
        int_size: toc.int_size,
    };
    let kind = parts.byte()?;
    if parts.int()? != entry.id {
        return Err(io::ErrorKind::InvalidData.into());
    }
    match kind {
        DATA => {
            let mut chunks = Chunks::new(&mut input, toc.int_size);
            with_unpacked(&mut chunks, toc.packing, dump, &mut |stream, dump| {
                rows(stream, entry, dump)
            })
        }
        LARGE_OBJECTS => large_objects(&mut input, toc, dump),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn large_objects(input: &mut dyn Read, toc: &Toc, dump: &mut Dump<'_, '_>) -> io::Result<()> {
    loop {
        let id = Parts {
            input,
            int_size: toc.int_size,
        }
        .int()?;
        if id == 0 {
            return Ok(());
        }
        let mut chunks = Chunks::new(input, toc.int_size);
        let mut goes_on = true;
        with_unpacked(&mut chunks, toc.packing, dump, &mut |stream, dump| {
            goes_on = dump
                .reading
                .member(&format!("large-object-{id}"), Body::Unpacked(stream));
            Ok(())
        })?;
        io::copy(&mut chunks, &mut io::sink())?;
        if !goes_on {
            return Ok(());
        }
    }
}

type Use<'f> = &'f mut dyn FnMut(&mut dyn Read, &mut Dump<'_, '_>) -> io::Result<()>;

/// Hands the unpacked bytes of a block to `with`.
fn with_unpacked(
    chunks: &mut Chunks<'_>,
    packing: Packing,
    dump: &mut Dump<'_, '_>,
    with: Use<'_>,
) -> io::Result<()> {
    let chunks = BufReader::with_capacity(64 << 10, chunks);
    match packing {
        Packing::None => with(&mut { chunks }, dump),
        Packing::Zlib => with(&mut ZlibDecoder::new(chunks), dump),
        Packing::Lz4 => with(&mut lz4_flex::frame::FrameDecoder::new(chunks), dump),
        Packing::Zstd => with(&mut zstd::stream::read::Decoder::with_buffer(chunks)?, dump),
        Packing::Unknown => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// Reads rows: the lines of a `COPY`, or statements when the archive was made with `--inserts`.
fn rows(stream: &mut dyn Read, entry: &Entry, dump: &mut Dump<'_, '_>) -> io::Result<()> {
    let mut stream = Watched {
        stream,
        run: dump.reading.run(),
        ceiling: dump.reading.ceiling(),
        error: None,
    };
    let mut lexer = Lexer::new(&entry.copy, 0, Backslash::Letter);
    let mut feed = Feed::new(&mut stream, 1);
    match copy_header(&mut lexer, dump.charset) {
        Ok(Some((mut header, _))) => {
            dump.n_headers += 1;
            header.id = dump.n_headers;
            feed.more(usize::MAX);
            dump.copy_lines(&mut feed, &header, true);
        }
        _ => while dump.statement(&mut feed) {},
    }
    drop(feed);
    stream.error.map_or(Ok(()), Err)
}

/// A stream that remembers why it ended, and ends when too much came out of it.
struct Watched<'s> {
    stream: &'s mut dyn Read,
    run: &'s dyn Run,
    ceiling: u64,
    error: Option<io::Error>,
}

impl Read for Watched<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.error.is_some() {
            return Ok(0);
        }
        let read = self.stream.read(out).and_then(|n| {
            let counted = self.run.unpacked(n as u64, self.ceiling);
            counted
                .map(|()| n)
                .map_err(|_| io::ErrorKind::FileTooLarge.into())
        });
        read.or_else(|error| {
            self.error = Some(error);
            Ok(0)
        })
    }
}

/// The bytes of a block: chunks of a length and so many bytes, up to a length of 0.
struct Chunks<'r> {
    input: &'r mut dyn Read,
    int_size: u8,
    left: u64,
    is_done: bool,
}

impl<'r> Chunks<'r> {
    fn new(input: &'r mut dyn Read, int_size: u8) -> Self {
        Self {
            input,
            int_size,
            left: 0,
            is_done: false,
        }
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.is_done {
            let n = Parts {
                input: self.input,
                int_size: self.int_size,
            }
            .int()?;
            self.left = u64::try_from(n).map_err(|_| io::ErrorKind::InvalidData)?;
            self.is_done = self.left == 0;
        }
        if self.is_done || out.is_empty() {
            return Ok(0);
        }
        let n = (out.len() as u64).min(self.left) as usize;
        let n = self.input.read(out.get_mut(..n).unwrap_or(&mut []))?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}

/// Finds the blocks of a custom archive, one after the other.
fn find_blocks(
    file: &mut dyn ReadSeek,
    start: u64,
    int_size: u8,
    places: &mut Places,
    reading: &mut Reading<'_>,
) -> io::Result<()> {
    let mut at = start;
    loop {
        let block = at;
        file.seek(SeekFrom::Start(at))?;
        let mut input = Counted {
            input: &mut *file,
            n: 0,
        };
        let mut parts = Parts {
            input: &mut input,
            int_size,
        };
        let kind = parts.byte()?;
        let id = parts.int()?;
        if !matches!(kind, DATA | LARGE_OBJECTS) {
            return Ok(());
        }
        at += input.n;
        loop {
            // Before each large object stands its number.
            if kind == LARGE_OBJECTS && int_at(file, &mut at, int_size)? == 0 {
                break;
            }
            loop {
                let n = int_at(file, &mut at, int_size)?;
                let n = u64::try_from(n).map_err(|_| io::ErrorKind::InvalidData)?;
                if n == 0 {
                    break;
                }
                at = at.saturating_add(n);
                reading.pulse();
            }
            if kind == DATA {
                break;
            }
        }
        places.blocks.entry(id).or_insert(block);
    }
}

fn int_at(file: &mut dyn ReadSeek, at: &mut u64, int_size: u8) -> io::Result<i64> {
    file.seek(SeekFrom::Start(*at))?;
    let value = Parts {
        input: &mut &mut *file,
        int_size,
    }
    .int()?;
    *at += 1 + u64::from(int_size);
    Ok(value)
}

/// Finds the members of a tar.
fn find_members(file: &mut dyn ReadSeek, places: &mut Places) -> io::Result<()> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut at = 0_u64;
    loop {
        let mut header = [0; 512];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut header)?;
        if header[0] == 0 {
            return Ok(());
        }
        let until_zero = |bytes: &[u8]| {
            let n = bytes.iter().position(|byte| *byte == 0);
            String::from_utf8_lossy(&bytes[..n.unwrap_or(bytes.len())]).into_owned()
        };
        let name = until_zero(&header[..100]);
        let size = if header[124] & 0x80 != 0 {
            header[125..136]
                .iter()
                .fold(0_u64, |n, byte| n << 8 | u64::from(*byte))
        } else {
            u64::from_str_radix(until_zero(&header[124..136]).trim(), 8)
                .map_err(|_| io::ErrorKind::InvalidData)?
        };
        at += 512;
        let len = size.min(end.saturating_sub(at));
        places.files.insert(name, (at, len));
        if len < size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        at = at.saturating_add(size.div_ceil(512) * 512);
    }
}
