//! A field's raw text in, the text it stands for out: escapes undone, character sets followed.
//!
//! Format: HL7 v2.5.1, 2.7 (escape sequences), 2.7.3 (formatting), 2.16.10 and 2.15.9.18 (character sets).

use std::borrow::Cow;

use super::Signs;
use crate::{dicom, encoding};

/// A value with its escapes undone.
pub(super) fn unescape(value: &str, signs: Signs) -> String {
    let escape = char::from(signs.escape);
    if !value.contains(escape) {
        return value.trim().to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find(escape) {
        out.push_str(&rest[..at]);
        let after = &rest[at + escape.len_utf8()..];
        let code = after.find(escape).map(|end| &after[..end]);
        match code.and_then(|code| undo(code, signs).map(|text| (code, text))) {
            Some((code, text)) => {
                out.push_str(&text);
                rest = &after[code.len() + escape.len_utf8()..];
            }
            None => {
                out.push(escape);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    if out.contains('\u{1b}') {
        // Escapes that name a character set: what follows is in it.
        out = dicom::decode_iso_2022(out.as_bytes());
    }
    out.trim().to_owned()
}

fn undo(code: &str, signs: Signs) -> Option<Cow<'static, str>> {
    let sign = |byte: u8| Some(Cow::Owned(char::from(byte).to_string()));
    match code {
        "F" => sign(signs.field),
        "S" => sign(signs.component),
        "R" => sign(signs.repetition),
        "E" => sign(signs.escape),
        "T" => sign(signs.subcomponent),
        "H" | "N" => Some(Cow::Borrowed("")),
        ".br" | ".ce" => Some(Cow::Borrowed("\n")),
        _ => {
            if let Some(hex) = code.strip_prefix('X') {
                let bytes = self::hex(hex)?;
                let text = encoding::detect(&bytes).decode(&bytes).into_owned();
                return Some(Cow::Owned(text));
            }
            let is_format = code.starts_with(".sp")
                || code.starts_with(".in")
                || code.starts_with(".ti")
                || code.starts_with(".sk")
                || matches!(code, ".fi" | ".nf");
            if is_format {
                return Some(Cow::Borrowed(if code.starts_with(".sp") {
                    "\n"
                } else {
                    " "
                }));
            }
            if let Some(escape) = code.strip_prefix(['C', 'M'])
                && escape.len() >= 4
                && let Some(bytes) = hex(escape)
            {
                let text: String = bytes.into_iter().map(char::from).collect();
                return Some(Cow::Owned(format!("\u{1b}{text}")));
            }
            let mut chars = code.chars();
            let is_own = matches!(chars.next(), Some('C' | 'M' | 'Z'))
                && code.len() <= 8
                && chars.all(|ch| ch.is_ascii_hexdigit());
            (is_own && code.len() > 1).then_some(Cow::Borrowed(""))
        }
    }
}

/// Bytes written as hexadecimal digits.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[test]
fn a_character_set_that_an_escape_names_is_followed() {
    let text = unescape("\\M2442\\;3ED\\C2842\\ Taro", super::USUAL);
    assert_eq!(text, "山田 Taro");
    assert_eq!(unescape("\\X0D0A\\a\\H\\b\\N\\", super::USUAL), "ab");
}
