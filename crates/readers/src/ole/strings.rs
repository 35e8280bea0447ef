//! Bytes of no known structure in, the runs of readable text in them out: the last resort.
//!
//! A run is printable signs of ASCII and Latin-1, or of UTF-16, of at least
//! four signs. Each run is a line, with its offset kept by the part's name only.

use whose_model::PassageKind;

use crate::exhibit::Reading;

/// Signs that a run has at least.
const SHORTEST: usize = 4;
/// Bytes of text taken from one stream.
const MAX_TEXT: usize = 16 << 20;

/// Hands over the readable text of a stream; whether there was any.
pub(crate) fn put(name: &str, bytes: &[u8], reading: &mut Reading<'_>) -> bool {
    let text = of(bytes);
    if text.trim().is_empty() {
        return false;
    }
    reading.part(name, &text, PassageKind::Body);
    true
}

/// The readable runs of bytes, a line each.
pub(crate) fn of(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < bytes.len() && out.len() < MAX_TEXT {
        let wide = wide_run(&bytes[at..]);
        if wide.0 >= SHORTEST {
            line(&mut out, &super::bytes::utf16(&bytes[at..at + wide.1]));
            at += wide.1;
            continue;
        }
        let n = bytes[at..]
            .iter()
            .take_while(|byte| is_text(**byte))
            .count();
        if n >= SHORTEST {
            let (text, _) =
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes[at..at + n]);
            let is_utf8 = std::str::from_utf8(&bytes[at..at + n]);
            line(&mut out, is_utf8.unwrap_or(&text));
        }
        at += n.max(1);
    }
    out
}

/// How many signs of UTF-16 stand here that a person could read, and their bytes.
fn wide_run(bytes: &[u8]) -> (usize, usize) {
    let (units, _) = bytes.as_chunks::<2>();
    let n = units
        .iter()
        .take_while(|unit| match unit {
            [low, 0] => is_text(*low),
            // Accents, Greek, Cyrillic and punctuation.
            [low, high @ (1..=4)] => *low != 0 && *high < 5,
            [low, 0x20] => (0x10..=0x3A).contains(low),
            _ => false,
        })
        .count();
    // Half of it in plain letters, or it is chance.
    let n_plain = units[..n].iter().filter(|unit| unit[1] == 0).count();
    if n_plain * 2 >= n { (n, n * 2) } else { (0, 0) }
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n' | 0xC0..=0xFF)
}

fn line(out: &mut String, text: &str) {
    let text = text.trim();
    // Signs without a letter or digit are no text.
    let n = text.chars().filter(|ch| ch.is_alphanumeric()).count();
    if n * 2 < text.chars().count() || n < 3 {
        return;
    }
    out.push_str(&text.replace(['\r', '\0'], "\n"));
    out.push('\n');
}

#[test]
fn runs_of_both_widths_are_found() {
    let bytes = b"\x01\x02Anne Roy\0\0\x03B\0o\0b\0 \0C\0y\0r\0\0\0\x01\x01;;;;;\x00";
    assert_eq!(of(bytes), "Anne Roy\nBob Cyr\n");
}
