//! An SPSS portable file in (`.por`), its rows out.
//!
//! Lines of 80 signs; numbers in base 30; a table at the beginning says which
//! byte stands for which sign.
//!
//! Format: PSPP Developers Guide, "Portable File Format".

use std::collections::HashMap;

use whose_model::Cause;

use super::{SINCE_1582, Time, heading, number, time};
use crate::{
    exhibit::Reading,
    source::Source,
    table::{self, MAX_COLUMNS, Table},
};

/// The signs of the portable set that matter here, from its position 64 on.
const SIGNS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz .<(+|&[]!$*);^-/|,%_>?`:#@'=\"";

struct Signs<'s, 'a> {
    source: &'s mut Source<'a>,
    /// What each byte of the file stands for.
    table: [u8; 256],
    /// How many signs of the line came.
    column: usize,
    /// A sign that was looked at and not taken.
    held: Option<u8>,
}

impl Signs<'_, '_> {
    /// The next sign; a line that was cut short is filled with blanks.
    fn next(&mut self) -> Option<u8> {
        if let Some(held) = self.held.take() {
            return Some(held);
        }
        loop {
            let &byte = self.source.ahead(1).first()?;
            match byte {
                b'\n' | b'\r' => {
                    if self.column > 0 && self.column < 80 {
                        self.column += 1;
                        return Some(b' ');
                    }
                    self.column = 0;
                    self.source.pass(1);
                }
                _ => {
                    if self.column >= 80 {
                        self.column = 0;
                    }
                    self.column += 1;
                    self.source.pass(1);
                    return Some(self.table[usize::from(byte)]);
                }
            }
        }
    }

    /// A number; `Some(None)` when it is missing, `None` when there is none.
    fn number(&mut self) -> Option<Option<f64>> {
        let mut sign = self.next()?;
        while sign == b' ' {
            sign = self.next()?;
        }
        if sign == b'*' {
            // The missing value ends with a point.
            let _ = self.next();
            return Some(None);
        }
        let is_negative = sign == b'-';
        if is_negative {
            sign = self.next()?;
        }
        let (mut value, mut scale, mut is_fraction, mut n) = (0_f64, 0_i32, false, 0);
        let mut power = None;
        while sign != b'/' {
            n += 1;
            if n > 4096 {
                return None;
            }
            match char::from(sign).to_digit(30) {
                Some(digit) if sign.is_ascii_digit() || sign.is_ascii_uppercase() => {
                    value = value * 30.0 + f64::from(digit);
                    scale -= i32::from(is_fraction);
                }
                _ if sign == b'.' => is_fraction = true,
                _ if sign == b'+' || sign == b'-' => {
                    let size = self.whole_power()?;
                    power = Some(if sign == b'-' { -size } else { size });
                    break;
                }
                _ => return None,
            }
            sign = self.next()?;
        }
        let power = scale.saturating_add(power.unwrap_or(0)).clamp(-400, 400);
        let value = if power < 0 {
            value / 30_f64.powi(-power)
        } else {
            value * 30_f64.powi(power)
        };
        Some(Some(if is_negative { -value } else { value }))
    }

    fn whole_power(&mut self) -> Option<i32> {
        let mut power = 0_i32;
        loop {
            match self.next()? {
                b'/' => return Some(power),
                sign => {
                    let digit = char::from(sign).to_digit(30)?;
                    power = power.saturating_mul(30).saturating_add(digit as i32);
                }
            }
        }
    }

    fn count(&mut self) -> Option<usize> {
        let value = self.number()??;
        (0.0..=1e9).contains(&value).then_some(value as usize)
    }

    fn text(&mut self) -> Option<String> {
        let n = self.count()?;
        let mut bytes = Vec::new();
        for _ in 0..n {
            bytes.push(self.next()?);
        }
        let charset = crate::encoding::detect(&bytes);
        Some(charset.decode(&bytes).trim_end().to_owned())
    }
}

struct Variable {
    name: String,
    label: String,
    is_text: bool,
    time: Option<Time>,
    labels: HashMap<String, String>,
}

/// Whether bytes begin a portable file.
pub(crate) fn begins(head: &[u8]) -> bool {
    // Five titles of 40 signs and the table of 256 stand before the mark, in lines.
    let is_mark = |line: &[u8]| line.windows(8).any(|it| it == b"SPSSPORT");
    head.get(..640).is_some_and(|head| {
        head.split(|byte| *byte == b'\n')
            .skip(5)
            .take(2)
            .any(is_mark)
    })
}

/// Reads a portable file.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut identity = [0; 256];
    for (at, byte) in identity.iter_mut().enumerate() {
        *byte = at as u8;
    }
    let mut signs = Signs {
        source,
        table: identity,
        column: 0,
        held: None,
    };
    let mut variables = Vec::new();
    match head(&mut signs, &mut variables) {
        Some(true) => {}
        Some(false) => return reading.gap(Cause::Corrupt, "the data set's head is broken"),
        None => return reading.gap(Cause::Truncated, "the file ends inside its head"),
    }
    let headings = variables.iter().map(|it| heading(&it.name, &it.label));
    let mut out = Table::new(table::head("", 0, headings));
    let mut is_cut = variables.is_empty();
    'rows: while !variables.is_empty() {
        let Some(first) = signs.next() else {
            is_cut = true;
            break;
        };
        // The data end with a `Z`.
        if first == b'Z' {
            break;
        }
        signs.held = Some(first);
        let mut cells = Vec::with_capacity(variables.len());
        for variable in &variables {
            let Some(cell) = cell(&mut signs, variable) else {
                is_cut = true;
                break 'rows;
            };
            cells.push(cell);
        }
        out.push(&cells, reading);
    }
    out.flush(reading);
    if is_cut {
        reading.gap(Cause::Truncated, "the rows end before the data set does");
    }
}

fn cell(signs: &mut Signs<'_, '_>, variable: &Variable) -> Option<String> {
    if variable.is_text {
        let text = signs.text()?;
        return Some(variable.labels.get(&text).cloned().unwrap_or(text));
    }
    let Some(value) = signs.number()? else {
        return Some(String::new());
    };
    Some(match variable.time {
        Some(kind) => time(value, kind, SINCE_1582),
        None => {
            let text = number(value);
            variable.labels.get(&text).cloned().unwrap_or(text)
        }
    })
}

/// Reads what stands before the data; `Some(false)` when it breaks the rules.
fn head(signs: &mut Signs<'_, '_>, variables: &mut Vec<Variable>) -> Option<bool> {
    for _ in 0..200 {
        signs.next()?;
    }
    let mut table = [b' '; 256];
    for position in 0..256_usize {
        let byte = signs.next()?;
        if let Some(&sign) = position.checked_sub(64).and_then(|at| SIGNS.get(at))
            && (byte != b'0' || position == 64)
        {
            table[usize::from(byte)] = sign;
        }
    }
    // Bytes that the table does not name stand for themselves, as letters with accents do.
    let is_plain = table[usize::from(b'A')] == b'A';
    for (at, sign) in table.iter_mut().enumerate() {
        if *sign == b' ' && is_plain {
            *sign = at as u8;
        }
    }
    let mut mark = Vec::new();
    for _ in 0..8 {
        mark.push(signs.next()?);
    }
    signs.table = table;
    if mark != b"SPSSPORT" && is_plain {
        return Some(false);
    }
    // The version, the day and the time.
    signs.next()?;
    signs.text()?;
    signs.text()?;
    loop {
        match signs.next()? {
            b'1' | b'2' | b'3' => {
                signs.text()?;
            }
            b'4' => {
                signs.count()?;
            }
            b'5' => {
                signs.number()?;
            }
            b'6' => {
                signs.text()?;
            }
            b'7' => {
                if variables.len() >= MAX_COLUMNS {
                    return Some(false);
                }
                variables.push(variable(signs)?);
            }
            b'8' => {
                let last = variables.last();
                missing(signs, 1, last.is_some_and(|it| it.is_text))?;
            }
            b'9' | b'A' => {
                let last = variables.last();
                missing(signs, 1, last.is_some_and(|it| it.is_text))?;
            }
            b'B' => {
                let last = variables.last();
                missing(signs, 2, last.is_some_and(|it| it.is_text))?;
            }
            b'C' => {
                let label = signs.text()?;
                if let Some(last) = variables.last_mut() {
                    last.label = label;
                }
            }
            b'D' => labels(signs, variables)?,
            b'E' => {
                let n = signs.count()?;
                for _ in 0..n {
                    signs.text()?;
                }
            }
            b'F' => return Some(true),
            b' ' => {}
            _ => return Some(false),
        }
    }
}

fn missing(signs: &mut Signs<'_, '_>, n: usize, is_text: bool) -> Option<()> {
    for _ in 0..n {
        if is_text {
            signs.text()?;
        } else {
            signs.number()?;
        }
    }
    Some(())
}

fn variable(signs: &mut Signs<'_, '_>) -> Option<Variable> {
    let width = signs.count()?;
    let name = signs.text()?;
    let format = signs.count()?;
    for _ in 0..5 {
        signs.count()?;
    }
    let time = match format {
        20 | 22 | 23 | 24 | 38 | 39 | 41 => Some(Time::Second),
        21 => Some(Time::OfDay),
        _ => None,
    };
    Some(Variable {
        name,
        label: String::new(),
        is_text: width > 0,
        time: time.filter(|_| width == 0),
        labels: HashMap::new(),
    })
}

fn labels(signs: &mut Signs<'_, '_>, variables: &mut [Variable]) -> Option<()> {
    let n = signs.count()?;
    let mut whose = Vec::new();
    for _ in 0..n {
        let name = signs.text()?;
        if let Some(at) = variables.iter().position(|it| it.name == name) {
            whose.push(at);
        }
    }
    let is_text = whose.first().is_some_and(|&at| variables[at].is_text);
    let n = signs.count()?;
    for _ in 0..n {
        let value = if is_text {
            signs.text()?
        } else {
            signs.number()?.map(number).unwrap_or_default()
        };
        let label = signs.text()?;
        for &at in whose.iter().take(64) {
            variables[at].labels.insert(value.clone(), label.clone());
        }
    }
    Some(())
}
