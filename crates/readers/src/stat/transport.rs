//! SAS transport files in (XPORT, versions 5 and 8), the rows of their data sets out.
//!
//! Records of 80 bytes; numbers in the form of IBM mainframes. Read forwards.
//!
//! Format: SAS, "Record Layout of a SAS Version 5 or 6 Data Set in SAS
//! Transport (XPORT) Format" and "... Version 8 or 9 ..."; Library of Congress
//! fdd000464 and fdd000466.

use whose_model::{Cause, Locator};

use super::{Order, SINCE_1960, Time, heading, number, time};
use crate::{
    encoding,
    exhibit::Reading,
    source::Source,
    table::{self, MAX_COLUMNS, Table},
};

const RECORD: usize = 80;

struct Variable {
    heading: String,
    is_text: bool,
    at: usize,
    len: usize,
    time: Option<Time>,
}

/// What the head of a member of a library says.
struct Member {
    name: String,
    variables: Vec<Variable>,
    width: usize,
}

/// Reads a library.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut size_of_variable = 140;
    let mut name = String::new();
    let mut index = 0;
    loop {
        let record = source.ahead(RECORD);
        if record.len() < RECORD {
            break;
        }
        let record = record[..RECORD].to_vec();
        let is_header = record.starts_with(b"HEADER RECORD*******");
        let kind = record.get(20..28).unwrap_or(&[]).trim_ascii();
        source.pass(RECORD);
        if !is_header {
            continue;
        }
        match kind {
            b"MEMBER" | b"MEMBV8" => {
                let size = String::from_utf8_lossy(record.get(74..78).unwrap_or(&[]));
                size_of_variable = size.trim().parse().unwrap_or(140);
            }
            b"DSCRPTR" | b"DSCPTV8" => {
                let is_long = kind == b"DSCPTV8";
                let first = source.ahead(RECORD);
                let bytes = first.get(8..if is_long { 40 } else { 16 }).unwrap_or(&[]);
                name = String::from_utf8_lossy(bytes).trim().to_owned();
                source.pass(RECORD * 2);
            }
            b"NAMESTR" | b"NAMSTV8" => {
                let n = n_variables(&record, source, size_of_variable);
                if n == 0 || n > MAX_COLUMNS || !(136..=160).contains(&size_of_variable) {
                    reading.gap(Cause::Corrupt, "the description of a data set is broken");
                    continue;
                }
                let member = member(source, &name, n, size_of_variable);
                rows(source, member, index, reading);
                index += 1;
            }
            _ => {}
        }
    }
    if index == 0 {
        reading.gap(Cause::Truncated, "the file ends before its first data set");
    }
}

/// How many variables are described: four digits, or six in version 8 by some programs. What follows them decides.
fn n_variables(record: &[u8], source: &mut Source<'_>, size: usize) -> usize {
    let digits = |to: usize| {
        let digits = String::from_utf8_lossy(record.get(54..to).unwrap_or(&[]));
        digits.trim().parse().unwrap_or(0)
    };
    let is_right = |n: &usize, source: &mut Source<'_>| {
        let at = (n * size).div_ceil(RECORD) * RECORD;
        *n > 0
            && *n <= MAX_COLUMNS
            && source
                .ahead(at + RECORD)
                .get(at..)
                .is_some_and(|rest| rest.starts_with(b"HEADER RECORD***"))
    };
    let n: usize = digits(60);
    if is_right(&n, source) { n } else { digits(58) }
}

fn member(source: &mut Source<'_>, name: &str, n: usize, size: usize) -> Member {
    let total = (n * size).div_ceil(RECORD) * RECORD;
    let described = source.ahead(total);
    let big = Order { is_little: false };
    let text = |bytes: &[u8]| encoding::detect(bytes).decode(bytes).trim().to_owned();
    let mut variables = Vec::new();
    for bytes in described.chunks_exact(size).take(n) {
        let part = |range: std::ops::Range<usize>| bytes.get(range).unwrap_or(&[]);
        let format = text(part(56..64)).to_uppercase();
        let is_text = big.uint(bytes, 0, 2) == 2;
        let long = text(super::until_zero(part(88..120)));
        let has_long = !long.is_empty() && long.chars().all(|ch| !ch.is_control());
        let short = text(part(8..16));
        variables.push(Variable {
            heading: heading(if has_long { &long } else { &short }, &text(part(16..56))),
            is_text,
            at: big.uint(bytes, 84, 4) as usize,
            len: big.uint(bytes, 4, 2) as usize,
            time: time_of(&format).filter(|_| !is_text),
        });
    }
    source.pass(total);
    let width = variables
        .iter()
        .map(|it| it.at.saturating_add(it.len))
        .max();
    Member {
        name: name.to_owned(),
        variables,
        width: width.unwrap_or(0).min(64 << 20),
    }
}

/// Whether numbers of a format are times.
pub(super) fn time_of(format: &str) -> Option<Time> {
    let name = format.trim_end_matches(|ch: char| ch.is_ascii_digit() || ch == '.');
    match name {
        "DATETIME" | "E8601DT" | "B8601DT" | "DATEAMPM" | "NLDATM" | "MDYAMPM" => {
            Some(Time::Second)
        }
        "TIME" | "HHMM" | "TOD" | "TIMEAMPM" | "E8601TM" => Some(Time::OfDay),
        "DATE" | "E8601DA" | "B8601DA" | "JULIAN" | "MONYY" | "WEEKDATE" | "WORDDATE"
        | "NLDATE" | "EURDFDD" | "MINGUO" | "NENGO" => Some(Time::Day),
        // `DDMMYYD`, `DDMMYYS`: with which sign between.
        name if ["DDMMYY", "MMDDYY", "YYMMDD"]
            .iter()
            .any(|it| name.starts_with(it)) =>
        {
            Some(Time::Day)
        }
        _ => None,
    }
}

fn rows(source: &mut Source<'_>, member: Member, index: u32, reading: &mut Reading<'_>) {
    // `HEADER RECORD*******OBS     HEADER RECORD`
    let is_at_rows = source
        .ahead(RECORD)
        .get(20..28)
        .is_some_and(|kind| kind.starts_with(b"OBS"));
    // Labels that are too long for a variable's description stand between.
    if !is_at_rows {
        loop {
            let record = source.ahead(RECORD);
            if record.len() < RECORD {
                return reading.gap(Cause::Truncated, "the file ends before the rows begin");
            }
            let is_rows = record.starts_with(b"HEADER RECORD*******OBS");
            if is_rows {
                break;
            }
            source.pass(RECORD);
        }
    }
    source.pass(RECORD);
    if member.width == 0 {
        return;
    }
    let headings = member.variables.iter().map(|it| it.heading.clone());
    let mut out = Table::new(table::head(&member.name, index, headings));
    let mut n_bytes = 0_usize;
    loop {
        let ahead = source.ahead(member.width.max(RECORD));
        let is_next = n_bytes.is_multiple_of(RECORD) && ahead.starts_with(b"HEADER RECORD*******");
        // Blanks fill the last record.
        let left = (RECORD - n_bytes % RECORD) % RECORD;
        let filler = ahead.get(..left).unwrap_or(&[]);
        let is_filler = left > 0
            && filler.iter().all(|byte| *byte == b' ')
            && matches!(ahead.get(left..), Some(rest) if rest.is_empty() || rest.starts_with(b"HEADER RECORD***") );
        if ahead.is_empty() || is_next {
            break;
        }
        if is_filler {
            source.pass(left);
            break;
        }
        if ahead.len() < member.width {
            if !ahead.iter().all(|byte| *byte == b' ') {
                let at = source.position();
                let place = Locator::Bytes { start: at, end: at };
                reading.gap_at(place, Cause::Truncated, "the file ends inside a row");
            }
            break;
        }
        let row = &ahead[..member.width];
        let cells: Vec<String> = member.variables.iter().map(|it| cell(row, it)).collect();
        out.push(&cells, reading);
        source.pass(member.width);
        n_bytes += member.width;
    }
    out.flush(reading);
}

fn cell(row: &[u8], variable: &Variable) -> String {
    let bytes = row
        .get(variable.at..)
        .and_then(|rest| rest.get(..variable.len));
    let bytes = bytes.unwrap_or(&[]);
    if variable.is_text {
        let bytes = bytes.trim_ascii_end();
        return encoding::detect(bytes).decode(bytes).into_owned();
    }
    let Some(value) = mainframe(bytes) else {
        return String::new();
    };
    match variable.time {
        Some(kind) => time(value, kind, SINCE_1960),
        None => number(value),
    }
}

/// A number of two to eight bytes: a sign, a power of 16, a fraction; `None` when it is missing.
fn mainframe(bytes: &[u8]) -> Option<f64> {
    let (&first, rest) = bytes.split_first()?;
    let fraction = rest
        .iter()
        .take(7)
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if fraction == 0 {
        // `.`, `._` and `.A` to `.Z`.
        return (first == 0 || first == 0x80).then_some(0.0);
    }
    let power = i32::from(first & 0x7F) - 64;
    let n_bits = 8 * rest.len().min(7) as i32;
    let value = fraction as f64 * 2_f64.powi(4 * power - n_bits);
    Some(if first & 0x80 == 0 { value } else { -value })
}
