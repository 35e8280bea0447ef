//! An Arrow file or stream in (IPC, Feather version 2), its rows out, batch by batch.
//!
//! Messages are taken one after another, forwards: a file holds the same
//! messages as a stream, with a mark in front and a list of them behind. What
//! a message claims (its length, what it unpacks to, how many rows) is held
//! against what is there before the `arrow-ipc` crate sees it; a broken batch
//! costs itself.
//!
//! Format: Apache Arrow columnar format 1.5, "Serialization and Interprocess
//! Communication"; the text of cells is in `cell.rs`.

mod cell;
#[cfg(test)]
mod tests;
mod widths;

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::{CompressionType, Endianness, Message, MessageHeader, root_as_message};
use arrow_schema::{DataType, Schema, SchemaRef};
use whose_model::{Cause, Locator};

pub(crate) use self::cell::columns;
use self::widths::Parts;

use crate::{
    exhibit::Reading,
    source::Source,
    table::{self, Table},
};

/// What a file begins with; a stream begins with its first message.
pub(crate) const MARK: &[u8] = b"ARROW1\0\0";
/// What a message begins with since format 0.15.
const AHEAD: [u8; 4] = [0xFF; 4];
/// Largest alignment of messages that is known.
const MAX_ALIGNMENT: usize = 128;
/// Bytes of a body for which there is room before they come.
const MAX_TRUSTED: usize = 16 << 20;
/// Longest description of a batch.
const MAX_META: usize = 64 << 20;

/// Whether bytes begin as a stream of Arrow does: with a description of columns.
pub(crate) fn begins_stream(head: &[u8]) -> bool {
    let Some((meta_at, n_meta)) = length_of(head) else {
        return false;
    };
    match head.get(meta_at..meta_at + n_meta) {
        Some(meta) => {
            root_as_message(meta).is_ok_and(|it| it.header_type() == MessageHeader::Schema)
        }
        None => meta_at == 8 && has_root(&head[meta_at..]),
    }
}

/// Whether bytes begin as a flat buffer that is too long to be proved does: the place of its root, and there the way
/// back to a short table of places.
fn has_root(meta: &[u8]) -> bool {
    let number = |at: usize| {
        let bytes = meta.get(at..at.checked_add(4)?)?;
        usize::try_from(i32::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let fields = number(0).and_then(|root| root.checked_sub(number(root)?));
    let fields = fields.and_then(|at| meta.get(at..at.checked_add(2)?));
    matches!(fields, Some(&[n @ 4..=16, 0]) if n % 2 == 0)
}

/// Where the description of the message at the beginning begins, and its length; `None` without a sound one.
fn length_of(head: &[u8]) -> Option<(usize, usize)> {
    let meta_at = if head.starts_with(&AHEAD) { 8 } else { 4 };
    let length = head.get(meta_at - 4..meta_at)?;
    let n = i32::from_le_bytes(length.try_into().ok()?);
    let n = usize::try_from(n).ok()?;
    (16..=MAX_META).contains(&n).then_some((meta_at, n))
}

/// Reads a file or stream.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    if source.ahead(MARK.len()).starts_with(MARK) {
        source.pass(MARK.len());
        // Some writers begin the first message at a multiple of their alignment.
        for _ in 0..MAX_ALIGNMENT / 8 {
            if source.ahead(8).starts_with(&[0; 8]) {
                source.pass(8);
            }
        }
    }
    let mut stream = Stream::default();
    let mut n_batches = 0_u64;
    // One body's room is the next one's: fresh pages cost as much as what is read into them.
    let mut spare = Vec::new();
    while let Some((meta, body)) = next(source, &mut spare, reading) {
        n_batches += 1;
        let Some(body) = body else {
            let path = format!("batch {n_batches}");
            reading.gap_at(
                Locator::Field { path },
                Cause::TooLarge,
                "a batch of rows larger than may be held in memory",
            );
            continue;
        };
        // The library panics on some numbers that cannot be: that is the file's fault.
        let done = catch_unwind(AssertUnwindSafe(|| stream.take(&meta, &body, reading)));
        match done.unwrap_or(Err(Trouble::Broken)) {
            Ok(()) => {}
            Err(Trouble::Stop) => break,
            Err(trouble) => {
                let (cause, detail) = trouble.said();
                let path = format!("batch {n_batches}");
                reading.gap_at(Locator::Field { path }, cause, detail);
            }
        }
        if let Ok(room) = body.into_vec() {
            spare = room;
        }
        reading.pulse();
    }
    if let Some(mut out) = stream.out.take() {
        out.flush(reading);
    } else {
        reading.gap(Cause::Corrupt, "the description of the columns is broken");
    }
}

/// The next message and its body, `None` in place of a body that is too large; nothing at the end.
fn next(
    source: &mut Source<'_>,
    spare: &mut Vec<u8>,
    reading: &mut Reading<'_>,
) -> Option<(Vec<u8>, Option<Buffer>)> {
    let head = source.ahead(8);
    let at_end = head.starts_with(&AHEAD) && head.get(4..8) == Some(&[0; 4])
        || !head.starts_with(&AHEAD) && head.get(..4) == Some(&[0; 4]);
    if at_end {
        return None;
    }
    let broken = |reading: &mut Reading<'_>| {
        reading.gap(
            Cause::Corrupt,
            "what stands between two batches is broken; the rest was not read",
        );
    };
    let truncated = |reading: &mut Reading<'_>| {
        reading.gap(Cause::Truncated, "the file ends in the middle");
    };
    if head.len() < 4 {
        truncated(reading);
        return None;
    }
    let Some((meta_at, n_meta)) = length_of(head) else {
        broken(reading);
        return None;
    };
    let all = source.ahead(meta_at + n_meta);
    let Some(meta) = all.get(meta_at..meta_at + n_meta) else {
        truncated(reading);
        return None;
    };
    let meta = meta.to_vec();
    source.pass(meta_at + n_meta);
    let said = root_as_message(&meta).map(|it| it.bodyLength());
    let Ok(n_body) = said.map(u64::try_from) else {
        broken(reading);
        return None;
    };
    let Ok(n_body) = n_body else {
        broken(reading);
        return None;
    };
    if n_body > reading.limits().max_held_bytes {
        let mut left = n_body;
        while left > 0 {
            let n = source.ahead(1 << 16).len().min(left as usize);
            if n == 0 {
                truncated(reading);
                return None;
            }
            source.pass(n);
            left -= n as u64;
        }
        return Some((meta, None));
    }
    let n_body = n_body as usize;
    let mut body = std::mem::take(spare);
    body.clear();
    body.reserve(n_body.min(MAX_TRUSTED));
    while body.len() < n_body {
        let ahead = source.ahead(1);
        let n = ahead.len().min(n_body - body.len());
        if n == 0 {
            truncated(reading);
            return None;
        }
        body.extend_from_slice(&ahead[..n]);
        source.pass(n);
    }
    Some((meta, Some(Buffer::from_vec(body))))
}

/// Why a message was not taken.
pub(crate) enum Trouble {
    Broken,
    Large,
    /// It was said elsewhere; nothing more is read.
    Stop,
}

impl Trouble {
    fn said(self) -> (Cause, &'static str) {
        match self {
            Self::Broken | Self::Stop => (
                Cause::Corrupt,
                "a batch of rows, or the values that rows refer to, is broken",
            ),
            Self::Large => (
                Cause::TooLarge,
                "a batch of rows unpacks to more than may be held in memory",
            ),
        }
    }
}

impl From<arrow_schema::ArrowError> for Trouble {
    fn from(_: arrow_schema::ArrowError) -> Self {
        Self::Broken
    }
}

/// What is known after the messages so far.
#[derive(Default)]
struct Stream {
    schema: Option<SchemaRef>,
    dictionaries: HashMap<i64, ArrayRef>,
    out: Option<Table>,
}

impl Stream {
    fn take(
        &mut self,
        meta: &[u8],
        body: &Buffer,
        reading: &mut Reading<'_>,
    ) -> Result<(), Trouble> {
        let message = root_as_message(meta).map_err(|_| Trouble::Broken)?;
        match (message.header_type(), &self.schema) {
            (MessageHeader::Schema, None) => self.describe(&message, reading),
            (MessageHeader::DictionaryBatch, Some(schema)) => {
                let batch = message.header_as_dictionary_batch();
                let batch = batch.ok_or(Trouble::Broken)?;
                let data = batch.data().ok_or(Trouble::Broken)?;
                let lengths = bounded(&data, body, reading)?;
                #[expect(deprecated, reason = "the library itself finds them so")]
                let fields = schema.fields_with_dict_id(batch.id());
                let kind = fields.first().map(|field| field.data_type());
                let Some(DataType::Dictionary(_, kind)) = kind else {
                    return Err(Trouble::Broken);
                };
                if !Parts::new(&data, &lengths, message.version()).fits(kind) {
                    return Err(Trouble::Broken);
                }
                arrow_ipc::reader::read_dictionary(
                    body,
                    batch,
                    schema,
                    &mut self.dictionaries,
                    &message.version(),
                )?;
                Ok(())
            }
            (MessageHeader::RecordBatch, Some(schema)) => {
                let batch = message.header_as_record_batch().ok_or(Trouble::Broken)?;
                let lengths = bounded(&batch, body, reading)?;
                if !Parts::new(&batch, &lengths, message.version()).are_sound(schema) {
                    return Err(Trouble::Broken);
                }
                let batch = arrow_ipc::reader::read_record_batch(
                    body,
                    batch,
                    schema.clone(),
                    &self.dictionaries,
                    None,
                    &message.version(),
                )?;
                self.put(&batch, reading)
            }
            _ => Err(Trouble::Broken),
        }
    }

    fn describe(
        &mut self,
        message: &Message<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<(), Trouble> {
        let schema = message.header_as_schema().ok_or(Trouble::Broken)?;
        if schema.endianness() != Endianness::Little {
            reading.gap(
                Cause::UnsupportedFormat,
                "numbers are stored high byte first, which is not read",
            );
            return Err(Trouble::Stop);
        }
        let schema: Schema = arrow_ipc::convert::try_fb_to_schema(schema)?;
        let mut names = Vec::new();
        columns(schema.fields(), "", 0, &mut names);
        self.out = Some(Table::new(table::head("", 0, names)));
        self.schema = Some(Arc::new(schema));
        Ok(())
    }

    fn put(&mut self, batch: &RecordBatch, reading: &mut Reading<'_>) -> Result<(), Trouble> {
        let out = self.out.as_mut().ok_or(Trouble::Broken)?;
        put(batch, out, reading)
    }
}

/// Hands over the rows of a batch.
pub(crate) fn put(
    batch: &RecordBatch,
    out: &mut Table,
    reading: &mut Reading<'_>,
) -> Result<(), Trouble> {
    let ceiling = reading.ceiling();
    let columns = cell::leaves(batch.columns());
    out.drop_row();
    for row in 0..batch.num_rows() {
        let n_before = out.n_held();
        for (n, column) in columns.iter().enumerate() {
            column.put(row, n, out);
            out.end_cell();
        }
        // One stored value may be shown by any number of rows, and a row may store nothing at all.
        let n = 16 + out.n_held() - n_before;
        if let Err(failure) = reading.run().unpacked(n as u64, ceiling) {
            out.drop_row();
            reading.gap(failure.cause, failure.detail);
            return Err(Trouble::Stop);
        }
        out.end_row(reading);
    }
    Ok(())
}

/// The lengths that the parts of a batch unpack to, if that much may be held: packed parts say it in front.
fn bounded(
    batch: &arrow_ipc::RecordBatch<'_>,
    body: &Buffer,
    reading: &Reading<'_>,
) -> Result<Vec<u64>, Trouble> {
    let is_packed = batch.compression().is_some_and(|it| {
        matches!(
            it.codec(),
            CompressionType::LZ4_FRAME | CompressionType::ZSTD
        )
    });
    let mut lengths = Vec::new();
    for buffer in batch.buffers().into_iter().flatten() {
        let at = usize::try_from(buffer.offset()).map_err(|_| Trouble::Broken)?;
        let n = usize::try_from(buffer.length()).map_err(|_| Trouble::Broken)?;
        let end = at.checked_add(n).ok_or(Trouble::Broken)?;
        let part = body.get(at..end).ok_or(Trouble::Broken)?;
        let said = match part.first_chunk::<8>() {
            Some(said) if is_packed => i64::from_le_bytes(*said),
            None if is_packed && n > 0 => return Err(Trouble::Broken),
            _ => i64::try_from(n).map_err(|_| Trouble::Broken)?,
        };
        // A negative length marks a part that is not packed.
        lengths.push(u64::try_from(said).unwrap_or(n.saturating_sub(8) as u64));
    }
    let sum = lengths.iter().fold(0, |sum: u64, n| sum.saturating_add(*n));
    if sum > reading.limits().max_held_bytes {
        return Err(Trouble::Large);
    }
    Ok(lengths)
}
