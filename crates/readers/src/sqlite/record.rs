//! The payload of a cell in, its values out.
//!
//! Format: "SQLite Database File Format", 2.1 Record Format.

use std::borrow::Cow;

use crate::encoding::Charset;

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'p> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'p [u8]),
    Blob(&'p [u8]),
}

impl Value<'_> {
    pub(super) fn text(&self, encoding: Charset) -> String {
        match self {
            Self::Null | Self::Blob(_) => String::new(),
            Self::Integer(value) => value.to_string(),
            Self::Real(value) => value.to_string(),
            Self::Text(bytes) => match encoding.decode(bytes) {
                Cow::Borrowed(text) => text.to_owned(),
                Cow::Owned(text) => text,
            },
        }
    }
}

/// A number of one to nine bytes, and how many they are.
pub(super) fn varint(bytes: &[u8]) -> Option<(i64, usize)> {
    let mut value = 0_u64;
    for at in 0..8 {
        let byte = *bytes.get(at)?;
        value = value << 7 | u64::from(byte & 0x7F);
        if byte < 0x80 {
            return Some((value as i64, at + 1));
        }
    }
    let last = *bytes.get(8)?;
    Some(((value << 8 | u64::from(last)) as i64, 9))
}

/// The values of a record, at most `max` of them; one that is cut off is as long as the bytes there are.
pub(super) fn values(payload: &[u8], max: usize) -> Vec<Value<'_>> {
    let mut values = Vec::new();
    let Some((header_len, mut at)) = varint(payload) else {
        return values;
    };
    let Ok(header_len) = usize::try_from(header_len) else {
        return values;
    };
    let mut body = header_len;
    while at < header_len && values.len() < max {
        let Some((kind, n)) = varint(payload.get(at..).unwrap_or(&[])) else {
            break;
        };
        at += n;
        let rest = payload.get(body..).unwrap_or(&[]);
        let (value, len) = value(kind, rest);
        values.push(value);
        body = body.saturating_add(len);
    }
    values
}

fn value(kind: i64, bytes: &[u8]) -> (Value<'_>, usize) {
    let integer = |n: usize| {
        let value = bytes.get(..n).map_or(Value::Null, |bytes| {
            let first = bytes.first().map_or(0, |byte| i64::from(*byte as i8));
            let rest = bytes.iter().skip(1);
            Value::Integer(rest.fold(first, |value, byte| value << 8 | i64::from(*byte)))
        });
        (value, n)
    };
    match kind {
        1..=4 => integer(kind as usize),
        5 => integer(6),
        6 => integer(8),
        7 => {
            let bits = bytes.first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
            let value = bits.map_or(Value::Null, |bits| Value::Real(f64::from_bits(bits)));
            (value, 8)
        }
        8 => (Value::Integer(0), 0),
        9 => (Value::Integer(1), 0),
        12.. => {
            let len = usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX);
            let bytes = bytes.get(..len).unwrap_or(bytes);
            let value = if kind % 2 == 0 {
                Value::Blob(bytes)
            } else {
                Value::Text(bytes)
            };
            (value, len)
        }
        _ => (Value::Null, 0),
    }
}

/// Whether a payload is a record in every respect: its header and values fill it exactly.
pub(super) fn is_exact(payload: &[u8]) -> bool {
    let Some((header_len, mut at)) = varint(payload) else {
        return false;
    };
    let Ok(header_len) = usize::try_from(header_len) else {
        return false;
    };
    if header_len > payload.len() || header_len < 2 {
        return false;
    }
    let mut body = header_len;
    while at < header_len {
        let Some((kind, n)) = varint(payload.get(at..header_len).unwrap_or(&[])) else {
            return false;
        };
        if kind < 0 || matches!(kind, 10 | 11) {
            return false;
        }
        at += n;
        body = body.saturating_add(value(kind, &[]).1);
    }
    body == payload.len()
}
