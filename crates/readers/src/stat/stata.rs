//! A Stata data set in, its rows out.
//!
//! Format: Stata's "dta file formats" 113 to 115 and 117 to 119 (`help dta`),
//! and 108 to 112, which differ in the width of names only.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use whose_model::{Cause, Locator};

use super::{Order, SINCE_1960, Time, exactly, heading, number, time, until_zero};
use crate::{
    encoding::Charset,
    exhibit::Reading,
    source::ReadSeek,
    table::{self, MAX_COLUMNS, Table},
};

/// Long strings that are looked up; more come empty.
const MAX_LONG: usize = 4_000_000;
/// Labels of values.
const MAX_LABELS: usize = 1_000_000;

/// How long the parts are in each version.
struct Widths {
    name: usize,
    format: usize,
    label_name: usize,
    label: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Byte,
    Int,
    Long,
    Float,
    Double,
    Text(usize),
    LongText,
}

impl Kind {
    fn width(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Int => 2,
            Self::Long | Self::Float => 4,
            Self::Double | Self::LongText => 8,
            Self::Text(n) => n,
        }
    }
}

struct Variable {
    heading: String,
    kind: Kind,
    time: Option<Time>,
    labels: String,
}

struct Set {
    version: u16,
    order: Order,
    variables: Vec<Variable>,
    n_rows: u64,
    data: u64,
    /// Where long strings and labels stand.
    long: u64,
    labels: u64,
}

type Labels = HashMap<String, BTreeMap<i64, String>>;

/// Reads a data set.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let mut input = BufReader::new(file);
    let set = match set(&mut input) {
        Ok(set) => set,
        Err(error) => {
            let (cause, detail) = match error.kind() {
                io::ErrorKind::UnexpectedEof => (Cause::Truncated, "the file ends inside its head"),
                io::ErrorKind::Unsupported => (
                    Cause::UnsupportedFormat,
                    "a version of Stata's format that is not known here",
                ),
                _ => (Cause::Corrupt, "the data set's head is broken"),
            };
            return reading.gap(cause, detail);
        }
    };
    let charset = if set.version >= 118 {
        Charset::Utf8
    } else {
        crate::encoding::named("windows-1252")
    };
    let labels = labels(&mut input, &set, charset).unwrap_or_default();
    let long = long_strings(&mut input, &set).unwrap_or_default();
    if rows(&mut input, &set, charset, &labels, &long, reading).is_err() {
        reading.gap(Cause::Truncated, "the data set has fewer rows than it says");
    }
}

fn set(input: &mut BufReader<&mut dyn ReadSeek>) -> io::Result<Set> {
    input.seek(SeekFrom::Start(0))?;
    let head = exactly(input, 4)?;
    if head == b"<sta" {
        return tagged(input);
    }
    let version = u16::from(head[0]);
    if !matches!(version, 108 | 110..=115) {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let order = Order {
        is_little: head[1] == 2,
    };
    let head = exactly(input, 105)?;
    let n_variables = order.uint(&head, 0, 2) as usize;
    let widths = Widths {
        name: if version < 110 { 9 } else { 33 },
        format: if version < 114 { 12 } else { 49 },
        label_name: if version < 110 { 9 } else { 33 },
        label: 81,
    };
    let types = exactly(input, n_variables as u64)?;
    let kinds = types.iter().map(|&kind| match (kind, version) {
        (251, 111..) | (b'b', ..=110) => Kind::Byte,
        (252, 111..) | (b'i', ..=110) => Kind::Int,
        (253, 111..) | (b'l', ..=110) => Kind::Long,
        (254, 111..) | (b'f', ..=110) => Kind::Float,
        (255, 111..) | (b'd', ..=110) => Kind::Double,
        (n, ..=110) => Kind::Text(usize::from(n.saturating_sub(127))),
        (n, _) => Kind::Text(usize::from(n)),
    });
    let kinds: Vec<Kind> = kinds.collect();
    let names = exactly(input, (n_variables * widths.name) as u64)?;
    let _sorted_by = exactly(input, 2 * (n_variables as u64 + 1))?;
    let mut list = |width: usize| exactly(input, (n_variables * width) as u64);
    let formats = list(widths.format)?;
    let label_names = list(widths.label_name)?;
    let variable_labels = list(widths.label)?;
    loop {
        let n_len = if version < 110 { 2 } else { 4 };
        let field = exactly(input, 1 + n_len)?;
        let len = order.uint(&field, 1, n_len as usize);
        if field[0] == 0 && len == 0 {
            break;
        }
        input.seek(SeekFrom::Current(i64::try_from(len).unwrap_or(i64::MAX)))?;
    }
    let data = input.stream_position()?;
    let charset = crate::encoding::named("windows-1252");
    let lists = [&names[..], &formats, &label_names, &variable_labels];
    let variables = variables(&kinds, lists, &widths, charset);
    let n_rows = order.uint(&head, 2, 4);
    let width: usize = kinds.iter().map(|kind| kind.width()).sum();
    Ok(Set {
        version,
        order,
        n_rows,
        data,
        long: 0,
        labels: data.saturating_add(n_rows.saturating_mul(width as u64)),
        variables,
    })
}

fn variables(
    kinds: &[Kind],
    lists: [&[u8]; 4],
    widths: &Widths,
    charset: Charset,
) -> Vec<Variable> {
    let part = |list: &[u8], width: usize, at: usize| {
        let bytes = list.get(at * width..(at + 1) * width).unwrap_or(&[]);
        charset.decode(until_zero(bytes)).into_owned()
    };
    let [names, formats, label_names, labels] = lists;
    let variable = |(at, &kind): (usize, &Kind)| {
        let format = part(formats, widths.format, at);
        let format = format.trim_start_matches(['%', '-']);
        Variable {
            heading: heading(
                &part(names, widths.name, at),
                &part(labels, widths.label, at),
            ),
            kind,
            time: if format.starts_with("td") || format.starts_with('d') {
                Some(Time::Day)
            } else if format.starts_with("tc") || format.starts_with("tC") {
                Some(Time::Millisecond)
            } else {
                None
            },
            labels: part(label_names, widths.label_name, at),
        }
    };
    kinds.iter().enumerate().map(variable).collect()
}

/// Reads the head of version 117 and later, whose parts stand between tags.
fn tagged(input: &mut BufReader<&mut dyn ReadSeek>) -> io::Result<Set> {
    input.seek(SeekFrom::Start(0))?;
    expect(input, "<stata_dta><header><release>")?;
    let release = exactly(input, 3)?;
    let version: u16 = String::from_utf8_lossy(&release)
        .parse()
        .map_err(|_| io::ErrorKind::InvalidData)?;
    if !(117..=121).contains(&version) {
        return Err(io::ErrorKind::Unsupported.into());
    }
    expect(input, "</release><byteorder>")?;
    let is_little = exactly(input, 3)? == b"LSF";
    let order = Order { is_little };
    expect(input, "</byteorder><K>")?;
    let n = if matches!(version, 119 | 121) { 4 } else { 2 };
    let n_variables = order.uint(&exactly(input, n)?, 0, n as usize) as usize;
    expect(input, "</K><N>")?;
    let n = if version == 117 { 4 } else { 8 };
    let n_rows = order.uint(&exactly(input, n)?, 0, n as usize);
    expect(input, "</N><label>")?;
    let n = if version == 117 { 1 } else { 2 };
    let len = order.uint(&exactly(input, n)?, 0, n as usize);
    let _label = exactly(input, len)?;
    expect(input, "</label><timestamp>")?;
    let len = exactly(input, 1)?[0];
    let _made = exactly(input, u64::from(len))?;
    expect(input, "</timestamp></header><map>")?;
    let map = exactly(input, 14 * 8)?;
    let at = |n: usize| order.uint(&map, n * 8, 8);
    if n_variables > MAX_COLUMNS * 4 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut part = |place: u64, tag: &str, width: usize| {
        input.seek(SeekFrom::Start(place))?;
        expect(input, tag)?;
        exactly(input, (n_variables * width) as u64)
    };
    let widths = Widths {
        name: if version == 117 { 33 } else { 129 },
        format: if version == 117 { 49 } else { 57 },
        label_name: if version == 117 { 33 } else { 129 },
        label: if version == 117 { 81 } else { 321 },
    };
    let types = part(at(2), "<variable_types>", 2)?;
    let names = part(at(3), "<varnames>", widths.name)?;
    let formats = part(at(5), "<formats>", widths.format)?;
    let label_names = part(at(6), "<value_label_names>", widths.label_name)?;
    let labels = part(at(7), "<variable_labels>", widths.label)?;
    let kinds: Vec<Kind> = (0..n_variables)
        .map(|variable| match order.uint(&types, variable * 2, 2) {
            65_526 => Kind::Double,
            65_527 => Kind::Float,
            65_528 => Kind::Long,
            65_529 => Kind::Int,
            65_530 => Kind::Byte,
            32_768 => Kind::LongText,
            n => Kind::Text(n as usize),
        })
        .collect();
    let charset = if version == 117 {
        crate::encoding::named("windows-1252")
    } else {
        Charset::Utf8
    };
    let lists = [&names[..], &formats, &label_names, &labels];
    Ok(Set {
        version,
        order,
        variables: variables(&kinds, lists, &widths, charset),
        n_rows,
        data: at(9).saturating_add(6),
        long: at(10),
        labels: at(11),
    })
}

fn expect(input: &mut impl Read, tag: &str) -> io::Result<()> {
    if exactly(input, tag.len() as u64)? == tag.as_bytes() {
        Ok(())
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}

/// The labels of values, as far as they can be read.
fn labels(
    input: &mut BufReader<&mut dyn ReadSeek>,
    set: &Set,
    charset: Charset,
) -> io::Result<Labels> {
    let mut labels = Labels::new();
    input.seek(SeekFrom::Start(set.labels))?;
    let is_tagged = set.version >= 117;
    if is_tagged {
        expect(input, "<value_labels>")?;
    }
    let n_name = match set.version {
        118.. => 129,
        110.. => 33,
        _ => 9,
    };
    let order = set.order;
    let mut n_labels = 0;
    while n_labels < MAX_LABELS {
        if is_tagged && expect(input, "<lbl>").is_err() {
            break;
        }
        let Ok(head) = exactly(input, 4 + n_name + 3) else {
            break;
        };
        let Ok(table) = exactly(input, order.uint(&head, 0, 4)) else {
            break;
        };
        let name = charset
            .decode(until_zero(head.get(4..).unwrap_or(&[])))
            .into_owned();
        let n = (order.uint(&table, 0, 4) as usize).min(table.len() / 8);
        let texts = table.get(8 + 8 * n..).unwrap_or(&[]);
        let known = labels.entry(name).or_default();
        for at in 0..n {
            let offset = order.uint(&table, 8 + 4 * at, 4) as usize;
            let value = order.int(&table, 8 + 4 * n + 4 * at, 4);
            let text = until_zero(texts.get(offset..).unwrap_or(&[]));
            // A label is 32,000 bytes at most; many that point to one text would multiply it.
            let text = text.get(..1000).unwrap_or(text);
            known.insert(value, charset.decode(text).into_owned());
        }
        n_labels += n;
        if is_tagged {
            expect(input, "</lbl>")?;
        }
    }
    Ok(labels)
}

/// Where each long string stands: place, length, whether it is text.
type LongStrings = HashMap<(u64, u64), (u64, u64, bool)>;

fn long_strings(input: &mut BufReader<&mut dyn ReadSeek>, set: &Set) -> io::Result<LongStrings> {
    let mut found = LongStrings::new();
    if !set.variables.iter().any(|it| it.kind == Kind::LongText) {
        return Ok(found);
    }
    input.seek(SeekFrom::Start(set.long))?;
    expect(input, "<strls>")?;
    let n_number = if set.version == 117 { 4 } else { 8 };
    let order = set.order;
    while found.len() < MAX_LONG {
        let Ok(head) = exactly(input, 3 + 4 + n_number + 1 + 4) else {
            break;
        };
        if !head.starts_with(b"GSO") {
            break;
        }
        let n = n_number as usize;
        let variable = order.uint(&head, 3, 4);
        let row = order.uint(&head, 7, n);
        let is_text = head.get(7 + n) == Some(&130);
        let len = order.uint(&head, 8 + n, 4);
        let at = input.stream_position()?;
        found.insert((variable, row), (at, len, is_text));
        input.seek_relative(i64::try_from(len).unwrap_or(i64::MAX))?;
    }
    Ok(found)
}

fn rows(
    input: &mut BufReader<&mut dyn ReadSeek>,
    set: &Set,
    charset: Charset,
    labels: &Labels,
    long: &LongStrings,
    reading: &mut Reading<'_>,
) -> io::Result<()> {
    let headings = set.variables.iter().map(|it| it.heading.clone());
    let mut out = Table::new(table::head("", 0, headings));
    let width: usize = set.variables.iter().map(|it| it.kind.width()).sum();
    if width == 0 {
        return Ok(());
    }
    let max_held = reading.limits().max_held_bytes;
    input.seek(SeekFrom::Start(set.data))?;
    let mut cells = Vec::with_capacity(set.variables.len());
    for number in 0..set.n_rows {
        let Ok(row) = exactly(input, width as u64) else {
            out.flush(reading);
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let mut at = 0;
        cells.clear();
        for (column, variable) in set.variables.iter().enumerate() {
            let bytes = row.get(at..at + variable.kind.width()).unwrap_or(&[]);
            at += variable.kind.width();
            if variable.kind != Kind::LongText {
                cells.push(cell(bytes, variable, set.order, charset, labels));
                continue;
            }
            let Some(&(place, len, is_text)) = long.get(&long_key(bytes, set)) else {
                cells.push(String::new());
                continue;
            };
            if len > max_held {
                let place = Locator::Field {
                    path: format!("row {}, {}", number + 1, variable.heading),
                };
                reading.gap_at(place, Cause::TooLarge, "a text longer than may be held");
                cells.push(String::new());
                continue;
            }
            let here = input.stream_position()?;
            input.seek(SeekFrom::Start(place))?;
            let value = exactly(input, len).unwrap_or_default();
            input.seek(SeekFrom::Start(here))?;
            cells.push(if is_text {
                charset.decode(until_zero(&value)).into_owned()
            } else {
                out.binary(column, &value)
            });
        }
        out.push(&cells, reading);
    }
    out.flush(reading);
    Ok(())
}

/// Variable and row under which a long string is kept.
fn long_key(bytes: &[u8], set: &Set) -> (u64, u64) {
    let n = match set.version {
        117 => 4,
        118 | 120 => 2,
        _ => 3,
    };
    (set.order.uint(bytes, 0, n), set.order.uint(bytes, n, 8 - n))
}

fn cell(
    bytes: &[u8],
    variable: &Variable,
    order: Order,
    charset: Charset,
    labels: &Labels,
) -> String {
    // Values above these stand for "missing".
    let value = match variable.kind {
        Kind::Text(_) | Kind::LongText => {
            return charset.decode(until_zero(bytes)).trim_end().to_owned();
        }
        Kind::Byte => Some(order.int(bytes, 0, 1))
            .filter(|it| *it <= 100)
            .map(|it| it as f64),
        Kind::Int => Some(order.int(bytes, 0, 2))
            .filter(|it| *it <= 32_740)
            .map(|it| it as f64),
        Kind::Long => Some(order.int(bytes, 0, 4))
            .filter(|it| *it <= 2_147_483_620)
            .map(|it| it as f64),
        Kind::Float => {
            let value = order.float(bytes, 0);
            // As it was typed, not as its bits in a longer number.
            let typed: f64 = value
                .to_string()
                .parse()
                .unwrap_or_else(|_| f64::from(value));
            Some(typed)
                .filter(|_| value.is_finite() && value.to_bits() < 0x7f00_0000 || value < 0.0)
        }
        Kind::Double => {
            let value = order.double(bytes, 0);
            Some(value).filter(|it| it.is_finite() && (it.to_bits() < 0x7fe0 << 48 || *it < 0.0))
        }
    };
    let Some(value) = value else {
        return String::new();
    };
    if let Some(kind) = variable.time {
        return time(value, kind, SINCE_1960);
    }
    let label = labels
        .get(&variable.labels)
        .filter(|_| value.fract() == 0.0)
        .and_then(|labels| labels.get(&(value as i64)));
    match label {
        Some(label) => label.clone(),
        None => number(value),
    }
}
