//! An SPSS data set in (`.sav`, also packed, and `.zsav`), its rows out.
//!
//! Format: PSPP Developers Guide, "System File Format".

use std::{
    collections::HashMap,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use flate2::bufread::ZlibDecoder;
use whose_model::{Cause, PassageKind};

use super::{Order, SINCE_1582, Time, exactly, heading, number, time};
use crate::{
    encoding::Charset,
    exhibit::{Reading, Run},
    source::ReadSeek,
    table::{self, MAX_COLUMNS, Table},
};

/// Labels of values, over all variables.
const MAX_LABELS: usize = 1_000_000;

struct Variable {
    short: String,
    name: String,
    label: String,
    /// Bytes of its text; 0 for a number.
    width: usize,
    time: Option<Time>,
    /// How many values of eight bytes it takes in a row.
    n_slots: usize,
    labels: Option<usize>,
}

struct Set {
    order: Order,
    packing: i64,
    bias: f64,
    n_rows: Option<u64>,
    charset: Charset,
    variables: Vec<Variable>,
    /// For each slot of a row, the variable that begins there.
    slots: Vec<Option<usize>>,
    labels: Vec<HashMap<Vec<u8>, Vec<u8>>>,
    long_names: Vec<(String, String)>,
    very_long: Vec<(String, usize)>,
    documents: Vec<u8>,
}

/// Reads a data set.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let mut input = BufReader::with_capacity(64 << 10, file);
    let mut set = match set(&mut input) {
        Ok(set) => set,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return reading.gap(Cause::Truncated, "the file ends inside its head");
        }
        Err(_) => return reading.gap(Cause::Corrupt, "the data set's head is broken"),
    };
    let documents = set.charset.decode(&set.documents).into_owned();
    reading.part("documents", &documents, PassageKind::Comment);
    join_very_long(&mut set);
    let counted = (reading.run(), reading.ceiling());
    let read = match set.packing {
        0 => rows(&mut Plain(&mut input), &set, reading),
        1 => rows(&mut Packed::new(&mut input, &set), &set, reading),
        2 => match Blocks::new(&mut input, set.order, counted) {
            Ok(mut blocks) => rows(&mut Packed::new(&mut blocks, &set), &set, reading),
            Err(error) => Err(error),
        },
        _ => Err(io::ErrorKind::Unsupported.into()),
    };
    if let Err(error) = read {
        let (cause, detail) = match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                (Cause::Truncated, "the data set has fewer rows than it says")
            }
            io::ErrorKind::Unsupported => (
                Cause::UnsupportedFormat,
                "packed by a method that is not known here",
            ),
            io::ErrorKind::FileTooLarge => (
                Cause::TooLarge,
                "unpacks to more bytes than allowed for one file",
            ),
            _ => (Cause::Corrupt, "the packed rows are broken"),
        };
        reading.gap(cause, detail);
    }
}

fn set(input: &mut BufReader<&mut dyn ReadSeek>) -> io::Result<Set> {
    input.seek(SeekFrom::Start(0))?;
    let head = exactly(input, 176)?;
    let little = Order { is_little: true };
    let order = Order {
        is_little: (1..=3).contains(&little.int(&head, 64, 4)),
    };
    let mut set = Set {
        order,
        packing: if head.starts_with(b"$FL3") {
            2
        } else {
            order.int(&head, 72, 4)
        },
        bias: order.double(&head, 84),
        n_rows: u64::try_from(order.int(&head, 80, 4)).ok(),
        charset: crate::encoding::named("windows-1252"),
        variables: Vec::new(),
        slots: Vec::new(),
        labels: Vec::new(),
        long_names: Vec::new(),
        very_long: Vec::new(),
        documents: Vec::new(),
    };
    let mut raw: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut n_labels = 0;
    loop {
        let kind = order.int(&exactly(input, 4)?, 0, 4);
        match kind {
            2 => variable(input, &mut set, &mut raw)?,
            3 => {
                let n = order.uint(&exactly(input, 4)?, 0, 4);
                let mut labels = HashMap::new();
                for _ in 0..n {
                    let value = exactly(input, 9)?;
                    let len = usize::from(value[8]);
                    let padded = (1 + len).div_ceil(8) * 8 - 1;
                    let text = exactly(input, padded as u64)?;
                    n_labels += 1;
                    if n_labels < MAX_LABELS {
                        let text = text.get(..len).unwrap_or(&text).to_vec();
                        labels.insert(value[..8].to_vec(), text);
                    }
                }
                set.labels.push(labels);
            }
            4 => {
                let n = order.uint(&exactly(input, 4)?, 0, 4);
                for _ in 0..n {
                    let slot = order.uint(&exactly(input, 4)?, 0, 4) as usize;
                    let at = slot.checked_sub(1).and_then(|slot| set.slots.get(slot));
                    let variable = at.copied().flatten();
                    if let Some(variable) = variable.and_then(|at| set.variables.get_mut(at)) {
                        variable.labels = set.labels.len().checked_sub(1);
                    }
                }
            }
            6 => {
                let n = order.uint(&exactly(input, 4)?, 0, 4);
                let lines = exactly(input, n.saturating_mul(80))?;
                for line in lines.chunks(80) {
                    set.documents.extend_from_slice(line.trim_ascii_end());
                    set.documents.push(b'\n');
                }
            }
            7 => extension(input, &mut set)?,
            999 => {
                let _ = exactly(input, 4)?;
                break;
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
    let charset = set.charset;
    for (variable, (short, label)) in set.variables.iter_mut().zip(raw) {
        variable.short = charset.decode(short.trim_ascii_end()).into_owned();
        variable.label = charset.decode(label.trim_ascii_end()).into_owned();
        let long = set.long_names.iter();
        let long = long.rev().find(|(short, _)| *short == variable.short);
        variable.name = long.map_or_else(|| variable.short.clone(), |(_, long)| long.clone());
    }
    Ok(set)
}

fn variable(
    input: &mut impl Read,
    set: &mut Set,
    raw: &mut Vec<(Vec<u8>, Vec<u8>)>,
) -> io::Result<()> {
    let order = set.order;
    let head = exactly(input, 28)?;
    let width = order.int(&head, 0, 4);
    let mut label = Vec::new();
    if order.int(&head, 4, 4) == 1 {
        let len = order.uint(&exactly(input, 4)?, 0, 4);
        label = exactly(input, len.div_ceil(4).saturating_mul(4))?;
        label.truncate(len as usize);
    }
    let n_missing = order.int(&head, 8, 4).unsigned_abs();
    let _missing = exactly(input, n_missing.min(3) * 8)?;
    if set.slots.len() >= MAX_COLUMNS * 64 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    if width < 0 {
        // The next eight bytes of the text before it.
        set.slots.push(None);
        return Ok(());
    }
    set.slots.push(Some(set.variables.len()));
    let width = usize::try_from(width).unwrap_or(0).min(255);
    let time = match order.uint(&head, 12, 4) >> 16 & 0xFF {
        20 | 22 | 23 | 24 | 38 | 39 | 41 => Some(Time::Second),
        21 => Some(Time::OfDay),
        _ => None,
    };
    set.variables.push(Variable {
        short: String::new(),
        name: String::new(),
        label: String::new(),
        width,
        time: time.filter(|_| width == 0),
        n_slots: width.div_ceil(8).max(1),
        labels: None,
    });
    raw.push((head.get(20..28).unwrap_or(&[]).to_vec(), label));
    Ok(())
}

fn extension(input: &mut impl Read, set: &mut Set) -> io::Result<()> {
    let order = set.order;
    let head = exactly(input, 12)?;
    let kind = order.int(&head, 0, 4);
    let len = order
        .uint(&head, 4, 4)
        .saturating_mul(order.uint(&head, 8, 4));
    let data = exactly(input, len)?;
    match kind {
        3 => {
            let page = order.int(&data, 28, 4);
            set.charset = match page {
                65_001 => Charset::Utf8,
                1250..=1258 => crate::encoding::named(&format!("windows-{page}")),
                28_591..=28_605 => crate::encoding::named(&format!("iso-8859-{}", page - 28_590)),
                932 => crate::encoding::named("shift_jis"),
                936 => crate::encoding::named("gbk"),
                _ => set.charset,
            };
        }
        13 => {
            for pair in set.charset.decode(&data).split('\t') {
                if let Some((short, long)) = pair.split_once('=') {
                    set.long_names.push((short.to_owned(), long.to_owned()));
                }
            }
        }
        14 => {
            for pair in set.charset.decode(&data).split(['\t', '\0']) {
                if let Some((short, width)) = pair.split_once('=')
                    && let Ok(width) = width.trim().parse()
                {
                    set.very_long.push((short.to_owned(), width));
                }
            }
        }
        20 => set.charset = crate::encoding::named(&String::from_utf8_lossy(&data)),
        _ => {}
    }
    Ok(())
}

/// A text longer than 255 bytes stands in several variables, one after the other.
fn join_very_long(set: &mut Set) {
    for (short, width) in std::mem::take(&mut set.very_long) {
        let Some(first) = set.variables.iter().position(|it| it.short == short) else {
            continue;
        };
        let n = width.div_ceil(252).max(1);
        let all = set.variables.get(first..first.saturating_add(n));
        let Some(n_slots) = all.map(|all| all.iter().map(|it| it.n_slots).sum()) else {
            continue;
        };
        set.variables.drain(first + 1..first + n);
        if let Some(whole) = set.variables.get_mut(first) {
            whole.width = width;
            whole.n_slots = n_slots;
        }
    }
}

/// Where the values of eight bytes come from.
trait Slots {
    /// The next value; `None` at the end.
    fn next(&mut self, slot: &mut [u8; 8]) -> io::Result<bool>;
}

struct Plain<'r>(&'r mut dyn Read);

impl Slots for Plain<'_> {
    fn next(&mut self, slot: &mut [u8; 8]) -> io::Result<bool> {
        fill(self.0, slot)
    }
}

/// Fills `slot`; `false` when not one byte came.
fn fill(input: &mut dyn Read, slot: &mut [u8; 8]) -> io::Result<bool> {
    let mut n = 0;
    while n < 8 {
        match input.read(&mut slot[n..]) {
            Ok(0) if n == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Eight codes, then the values that they do not stand for themselves.
struct Packed<'r> {
    input: &'r mut dyn Read,
    codes: [u8; 8],
    next: usize,
    bias: f64,
    order: Order,
}

impl<'r> Packed<'r> {
    fn new(input: &'r mut dyn Read, set: &Set) -> Self {
        Self {
            input,
            codes: [0; 8],
            next: 8,
            bias: set.bias,
            order: set.order,
        }
    }
}

impl Slots for Packed<'_> {
    fn next(&mut self, slot: &mut [u8; 8]) -> io::Result<bool> {
        loop {
            if self.next == 8 {
                self.next = 0;
                if !fill(self.input, &mut self.codes)? {
                    self.next = 8;
                    return Ok(false);
                }
            }
            let code = self.codes[self.next];
            self.next += 1;
            let value = match code {
                0 => continue,
                252 => return Ok(false),
                253 => {
                    if !fill(self.input, slot)? {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    return Ok(true);
                }
                254 => {
                    *slot = [b' '; 8];
                    return Ok(true);
                }
                255 => -f64::MAX,
                code => f64::from(code) - self.bias,
            };
            *slot = if self.order.is_little {
                value.to_le_bytes()
            } else {
                value.to_be_bytes()
            };
            return Ok(true);
        }
    }
}

/// The blocks of a `.zsav`, unpacked one after the other.
struct Blocks<'r, 'f> {
    input: &'r mut BufReader<&'f mut dyn ReadSeek>,
    /// What counts unpacked bytes, and how many there may be.
    counted: (&'r dyn Run, u64),
    /// Place and packed length.
    blocks: std::vec::IntoIter<(u64, u64)>,
    block: io::Cursor<Vec<u8>>,
}

impl<'r, 'f> Blocks<'r, 'f> {
    fn new(
        input: &'r mut BufReader<&'f mut dyn ReadSeek>,
        order: Order,
        counted: (&'r dyn Run, u64),
    ) -> io::Result<Self> {
        let head = exactly(input, 24)?;
        input.seek(SeekFrom::Start(order.uint(&head, 8, 8)))?;
        let trailer = exactly(input, 24)?;
        let n = order.uint(&trailer, 20, 4);
        let list = exactly(input, n.saturating_mul(24))?;
        let blocks: Vec<_> = list
            .chunks_exact(24)
            .map(|block| (order.uint(block, 8, 8), order.uint(block, 20, 4)))
            .collect();
        Ok(Self {
            input,
            counted,
            blocks: blocks.into_iter(),
            block: io::Cursor::new(Vec::new()),
        })
    }
}

impl Read for Blocks<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.block.read(out)?;
            if n > 0 || out.is_empty() {
                return Ok(n);
            }
            let Some((at, len)) = self.blocks.next() else {
                return Ok(0);
            };
            self.input.seek(SeekFrom::Start(at))?;
            let mut unpacked = Vec::new();
            // A block holds some megabytes at most.
            let packed = (&mut self.input).take(len);
            let mut stream = ZlibDecoder::new(BufReader::new(packed)).take(256 << 20);
            stream.read_to_end(&mut unpacked)?;
            let (run, ceiling) = self.counted;
            let counted = run.unpacked(unpacked.len() as u64, ceiling);
            counted.map_err(|_| io::ErrorKind::FileTooLarge)?;
            self.block = io::Cursor::new(unpacked);
        }
    }
}

fn rows(slots: &mut dyn Slots, set: &Set, reading: &mut Reading<'_>) -> io::Result<()> {
    let headings = set.variables.iter().map(|it| heading(&it.name, &it.label));
    let mut out = Table::new(table::head("", 0, headings));
    let mut read = || -> io::Result<()> {
        let mut n = 0_u64;
        let mut bytes = Vec::new();
        if set.variables.is_empty() {
            return Ok(());
        }
        loop {
            let mut cells = Vec::with_capacity(set.variables.len());
            for (at, variable) in set.variables.iter().enumerate() {
                bytes.clear();
                for _ in 0..variable.n_slots {
                    let mut slot = [0; 8];
                    if slots.next(&mut slot)? {
                        bytes.extend_from_slice(&slot);
                        continue;
                    }
                    let is_end = at == 0 && bytes.is_empty();
                    let is_short = set.n_rows.is_some_and(|n_said| n < n_said);
                    return if is_end && !is_short {
                        Ok(())
                    } else {
                        Err(io::ErrorKind::UnexpectedEof.into())
                    };
                }
                cells.push(cell(&bytes, variable, set));
            }
            n += 1;
            out.push(&cells, reading);
        }
    };
    let read = read();
    out.flush(reading);
    read
}

fn cell(bytes: &[u8], variable: &Variable, set: &Set) -> String {
    let label = |value: &[u8]| {
        let labels = variable.labels.and_then(|at| set.labels.get(at));
        let label = labels.and_then(|labels| labels.get(value.get(..8).unwrap_or(value)));
        label.map(|label| set.charset.decode(label).trim_end().to_owned())
    };
    if variable.width == 0 {
        let value = set.order.double(bytes, 0);
        if value <= -f64::MAX || !value.is_finite() {
            return String::new();
        }
        return match variable.time {
            Some(kind) => time(value, kind, SINCE_1582),
            None => label(bytes).unwrap_or_else(|| number(value)),
        };
    }
    if variable.width <= 8
        && let Some(label) = label(bytes)
    {
        return label;
    }
    if variable.width <= 255 {
        let text = bytes.get(..variable.width).unwrap_or(bytes);
        return set.charset.decode(text).trim_end().to_owned();
    }
    // 255 bytes of each 256 are text.
    let mut text = Vec::with_capacity(variable.width);
    for part in bytes.chunks(256) {
        text.extend_from_slice(part.get(..255).unwrap_or(part));
    }
    text.truncate(variable.width);
    set.charset.decode(&text).trim_end().to_owned()
}
