//! Plain text in (notes, logs, Markdown, any encoding), passages with byte-exact places out; streaming.
//!
//! A passage is as long as the bound allows and ends at a paragraph, else at a
//! line, a sentence, a word. Carriage returns are dropped, and the runs of the
//! origin still lead each character back to its byte.

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};
use whose_model::{Origin, PassageKind};

use crate::{
    encoding::{self, Charset},
    exhibit::Reading,
    source::Source,
};

/// Bytes looked at to tell the encoding.
const LOOKED_AT: usize = 256 << 10;

/// Reads plain text.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(LOOKED_AT);
    let mut charset = encoding::detect(head);
    let mut was_ascii = head.is_ascii();
    let mark = encoding::mark_len(head);
    source.pass(mark);
    let max = reading.limits().max_passage_bytes.max(16);
    loop {
        // A character of one or two bytes may become three.
        let window = match charset {
            Charset::Utf8 => max,
            _ => (max / 3).max(8) & !1,
        };
        let at = source.position();
        let ahead = source.ahead(window + 4);
        if ahead.is_empty() {
            return;
        }
        let n = if ahead.len() <= window {
            ahead.len()
        } else {
            not_between_line_ends(ahead, cut(&ahead[..window], charset), charset)
        };
        let bytes = &ahead[..n];
        if was_ascii && !bytes.is_ascii() {
            was_ascii = false;
            if !encoding::is_utf8(bytes) {
                // The first accent of a file that began as ASCII decides.
                charset = encoding::legacy(bytes);
                continue;
            }
        }
        let (text, runs) = decode(bytes, at, charset);
        source.pass(n);
        if text.len() > max {
            // Many stray bytes in UTF-8.
            put_pieces(&text, &runs, max, PassageKind::Body, reading);
        } else {
            reading.passage(text, Origin::Bytes { runs }, PassageKind::Body);
        }
    }
}

/// Hands over text in passages of at most `max` bytes, each with the runs that lead it back to the file.
pub(crate) fn put_pieces(
    text: &str,
    runs: &[(u32, u64)],
    max: usize,
    kind: PassageKind,
    reading: &mut Reading<'_>,
) {
    for piece in pieces(text, max) {
        let start = piece.start as u32;
        let first = runs.partition_point(|run| run.0 <= start).saturating_sub(1);
        let piece_runs = runs[first..]
            .iter()
            .take_while(|run| (run.0 as usize) < piece.end)
            .map(|&(text_at, file_at)| match text_at.checked_sub(start) {
                Some(offset) => (offset, file_at),
                None => (0, file_at + u64::from(start - text_at)),
            })
            .collect();
        let origin = Origin::Bytes { runs: piece_runs };
        reading.passage(text[piece].to_owned(), origin, kind);
    }
}

/// The text of `bytes`, without carriage returns, with its runs.
pub(crate) fn decode(bytes: &[u8], at: u64, charset: Charset) -> (String, Vec<(u32, u64)>) {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut runs = Vec::new();
    if let Charset::Utf16 { .. } = charset {
        charset.decode_with_runs(bytes, at, &mut text, &mut runs);
        return without_returns(&text, &runs);
    }
    let mut start = 0;
    let mut from = 0;
    while let Some(found) = memchr(b'\r', &bytes[from..]) {
        let cr = from + found;
        charset.decode_with_runs(&bytes[start..cr], at + start as u64, &mut text, &mut runs);
        // The line end leads back to the return, so that what stands before it ends there.
        text.push('\n');
        let is_pair = bytes.get(cr + 1) == Some(&b'\n');
        from = cr + 1 + usize::from(is_pair);
        start = from;
    }
    charset.decode_with_runs(&bytes[start..], at + start as u64, &mut text, &mut runs);
    (text, tidy(runs))
}

/// Drops runs that say nothing new.
fn tidy(runs: Vec<(u32, u64)>) -> Vec<(u32, u64)> {
    let mut kept: Vec<(u32, u64)> = Vec::with_capacity(runs.len());
    for run in runs {
        match kept.last_mut() {
            Some(last) if last.0 == run.0 => last.1 = run.1,
            Some(last) if u64::from(run.0 - last.0) == run.1.wrapping_sub(last.1) => {}
            _ => kept.push(run),
        }
    }
    kept
}

fn without_returns(text: &str, runs: &[(u32, u64)]) -> (String, Vec<(u32, u64)>) {
    let mut out = String::with_capacity(text.len());
    let mut out_runs = Vec::with_capacity(runs.len());
    let mut run = runs.iter().peekable();
    let mut was_return = false;
    for (offset, ch) in text.char_indices() {
        let mut place = None;
        while let Some(&&(text_at, file_at)) = run.peek() {
            if text_at as usize > offset {
                break;
            }
            place = Some(file_at);
            run.next();
        }
        if ch == '\n' && was_return {
            was_return = false;
            continue;
        }
        was_return = ch == '\r';
        if let Some(place) = place {
            out_runs.push((out.len() as u32, place));
        }
        out.push(if ch == '\r' { '\n' } else { ch });
    }
    if let Some(last) = runs.last() {
        out_runs.push((out.len() as u32, last.1));
    }
    (out, tidy(out_runs))
}

/// Where to end a passage within `window`: after its last paragraph, line, sentence or word in the later half.
fn cut(window: &[u8], charset: Charset) -> usize {
    if let Charset::Utf16 { little } = charset {
        let line_end: &[u8] = if little { b"\n\0" } else { b"\0\n" };
        return memmem::rfind(window, line_end)
            .map(|at| (at + 2) & !1)
            .filter(|&at| at > window.len() / 2)
            .unwrap_or_else(|| before_surrogate(window, little));
    }
    let late = window.len() / 2;
    let tail = &window[late..];
    let paragraph = memmem::rfind(tail, b"\n\n").map(|at| at + 2);
    let paragraph = paragraph.or_else(|| memmem::rfind(tail, b"\n\r\n").map(|at| at + 3));
    let line = || memrchr(b'\n', tail).map(|at| at + 1);
    let old_mac = || {
        // Not between a return and its line feed.
        memrchr(b'\r', &tail[..tail.len().saturating_sub(1)]).map(|at| at + 1)
    };
    let sentence = || memmem::rfind(tail, b". ").map(|at| at + 2);
    let word = || memrchr(b' ', tail).map(|at| at + 1);
    let sign = || {
        let is_sign = |byte: &u8| byte.is_ascii_punctuation() || *byte == b'\t';
        tail.iter().rposition(is_sign).map(|at| at + 1)
    };
    let found = paragraph
        .or_else(line)
        .or_else(old_mac)
        .or_else(sentence)
        .or_else(word)
        .or_else(sign);
    match found {
        Some(at) => late + at,
        None => before_continuation(window),
    }
}

/// `n`, or a little less: a return and its line feed stay together, so that a line end leads back to both.
fn not_between_line_ends(ahead: &[u8], n: usize, charset: Charset) -> usize {
    let (pair, n_return): (&[u8], usize) = match charset {
        Charset::Utf16 { little: true } => (b"\r\0\n\0", 2),
        Charset::Utf16 { little: false } => (b"\0\r\0\n", 2),
        _ => (b"\r\n", 1),
    };
    match n.checked_sub(n_return) {
        Some(before) if before > 0 && ahead[before..].starts_with(pair) => before,
        _ => n,
    }
}

/// The end of `window`, but not inside a UTF-8 character.
fn before_continuation(window: &[u8]) -> usize {
    let n = window.len();
    let back = window
        .iter()
        .rev()
        .take(4)
        .position(|byte| byte & 0xC0 != 0x80);
    match back {
        Some(back) if window[n - 1 - back] >= 0xC0 => (n - 1 - back).max(1),
        _ => n,
    }
}

/// The end of `window`, but not between the two halves of a UTF-16 character.
fn before_surrogate(window: &[u8], little: bool) -> usize {
    let n = window.len() & !1;
    let high = if little {
        n.checked_sub(1)
    } else {
        n.checked_sub(2)
    };
    match high.and_then(|at| window.get(at)) {
        Some(0xD8..=0xDB) if n > 2 => n - 2,
        _ => n.max(1),
    }
}

/// Ranges of `text`, each at most `max` bytes, cut after a paragraph, else a line, a sentence, a word.
pub(crate) fn pieces(text: &str, max: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while text.len() - start > max {
        let window = &text[start..text.floor_char_boundary(start + max)];
        let end = start
            + text[start..]
                .floor_char_boundary(cut(window.as_bytes(), Charset::Utf8))
                .max(1);
        let end = text.ceil_char_boundary(end);
        pieces.push(start..end);
        start = end;
    }
    if start < text.len() {
        pieces.push(start..text.len());
    }
    pieces
}
