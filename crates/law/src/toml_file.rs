//! TOML text -> a struct, with line and column when it does not fit, and with dates as TOML writes them.
//!
//! A day may stand bare (`2024-02-21`) or in quotes. The date type reads only
//! strings, so bare days are put in quotes before parsing; lines keep their
//! numbers, and columns are counted as the file has them.

use serde::de::DeserializeOwned;

use crate::error::LawError;

/// Reads a file; `file` is only for the message.
pub(crate) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, LawError> {
    let (quoted, added) = quote_days(text);
    toml::from_str(&quoted).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let offset = offset - added.iter().filter(|&&at| at < offset).count();
        let before = text.get(..offset).unwrap_or(text);
        LawError::Syntax {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.chars().rev().take_while(|&ch| ch != '\n').count() + 1,
            reason: error.message().trim().replace('\n', "; "),
        }
    })
}

/// The text with bare days in quotes, and where quotes were added.
fn quote_days(text: &str) -> (String, Vec<usize>) {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 32);
    let mut added = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => {
                at = bytes[at..]
                    .iter()
                    .position(|&b| b == b'\n')
                    .map_or(bytes.len(), |n| at + n)
            }
            quote @ (b'"' | b'\'') => at = end_of_string(bytes, at, quote),
            b'0'..=b'9' if is_day(bytes, at) => {
                out.push_str(&text[copied..at]);
                added.push(out.len());
                out.push('"');
                out.push_str(&text[at..at + 10]);
                added.push(out.len());
                out.push('"');
                at += 10;
                copied = at;
            }
            b if is_word(b) => at += bytes[at..].iter().take_while(|&&b| is_word(b)).count(),
            _ => at += 1,
        }
    }
    out.push_str(&text[copied..]);
    (out, added)
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.')
}

/// A whole word of the form `dddd-dd-dd` that is not a key.
fn is_day(bytes: &[u8], at: usize) -> bool {
    let Some(day) = bytes.get(at..at + 10) else {
        return false;
    };
    let form = day.iter().enumerate().all(|(n, b)| match n {
        4 | 7 => *b == b'-',
        _ => b.is_ascii_digit(),
    });
    let rest = &bytes[at + 10..];
    let next = rest.iter().find(|b| !matches!(b, b' ' | b'\t'));
    form && !rest.first().is_some_and(|&b| is_word(b)) && next != Some(&b'=')
}

/// The first byte after the string that begins here.
fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> usize {
    let triple = [quote; 3];
    let long = bytes[start..].starts_with(&triple);
    let mut at = start + if long { 3 } else { 1 };
    while at < bytes.len() {
        if bytes[at] == b'\\' && quote == b'"' {
            at += 2;
        } else if long && bytes[at..].starts_with(&triple) {
            return at + 3;
        } else if !long && (bytes[at] == quote || bytes[at] == b'\n') {
            return at + 1;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::quote_days;
    use proptest::prelude::*;

    #[test]
    fn only_bare_days_get_quotes() {
        for (written, read) in [
            ("a = 2024-02-21", "a = \"2024-02-21\""),
            (
                "a = \"2024-02-21\" # 2024-02-21",
                "a = \"2024-02-21\" # 2024-02-21",
            ),
            ("a = '2024-02-21'", "a = '2024-02-21'"),
            (
                "a = \"\"\"x\n2024-02-21\"\"\"",
                "a = \"\"\"x\n2024-02-21\"\"\"",
            ),
            (
                "a = { from = 2024-02-21, to = 2024-03-01 }",
                "a = { from = \"2024-02-21\", to = \"2024-03-01\" }",
            ),
            ("2024-02-21 = 1", "2024-02-21 = 1"),
            ("id-2024-02-21 = 1", "id-2024-02-21 = 1"),
        ] {
            assert_eq!(quote_days(written).0, read);
        }
    }

    proptest! {
        #[test]
        fn nothing_but_quotes_is_ever_added(text in "[a-z0-9\"'\\\\# =\n\u{e9}-]{0,80}") {
            let (quoted, added) = quote_days(&text);
            let kept: Vec<u8> = quoted
                .bytes()
                .enumerate()
                .filter(|(at, _)| !added.contains(at))
                .map(|(_, byte)| byte)
                .collect();
            prop_assert_eq!(kept, text.as_bytes());
        }
    }
}
