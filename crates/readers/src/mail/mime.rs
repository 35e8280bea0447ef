//! The bytes of a mail in, its leaf parts out, flat and in order, however deep multiparts nest.
//!
//! Attached mails are leaves here: each becomes an exhibit of its own and is
//! walked on its own, so that depth is bounded by `Limits` and never by the stack.
//!
//! Format: RFC 5322, RFC 2045 to 2047, RFC 2231; headers through `mail-parser`.

use std::{borrow::Cow, ops::Range};

use mail_parser::{HeaderName, HeaderValue, Message, MessageParser, MimeHeaders};
use memchr::memmem;

use crate::encoding;

/// Multiparts inside multiparts.
const MAX_NESTED: u8 = 40;

/// A part that holds content.
pub(super) struct Part {
    /// `text/plain`, in small letters.
    pub(super) kind: String,
    pub(super) charset: Option<String>,
    /// The file name it was given.
    pub(super) name: Option<String>,
    pub(super) is_attachment: bool,
    pub(super) encoding: String,
    /// Its body, still encoded, within the mail.
    pub(super) body: Range<usize>,
    /// The multipart/alternative it belongs to.
    pub(super) alternative: Option<usize>,
}

/// A mail's leaf parts.
pub(super) struct Parts {
    pub(super) leaves: Vec<Part>,
    /// A multipart nested too deep was taken as text.
    pub(super) is_too_deep: bool,
    /// More parts than allowed.
    pub(super) has_too_many: bool,
}

/// Where the headers at the beginning of `range` end: the body's offset.
pub(super) fn body_start(bytes: &[u8], range: &Range<usize>) -> usize {
    let text = &bytes[range.clone()];
    // A part without headers begins with an empty line.
    match text {
        [b'\n', ..] => return range.start + 1,
        [b'\r', b'\n', ..] => return range.start + 2,
        _ => {}
    }
    let feed = memmem::find(text, b"\n\n").map(|at| at + 2);
    let limit = feed.unwrap_or(text.len());
    let full = memmem::find(&text[..limit], b"\n\r\n").map(|at| at + 3);
    full.or(feed).map_or(range.end, |at| range.start + at)
}

/// The headers as text in UTF-8, ended by an empty line, as the header parser wants them.
pub(super) fn header_text(block: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(block).is_ok() && block.ends_with(b"\n\n") {
        return Cow::Borrowed(block);
    }
    let mut text = encoding::detect(block).decode(block).into_owned();
    if memchr::memchr(b'\n', text.as_bytes()).is_none() {
        text = text.replace('\r', "\n");
    }
    text.push_str("\n\n");
    Cow::Owned(text.into_bytes())
}

pub(super) fn parse_headers(block: &[u8]) -> Option<Message<'_>> {
    MessageParser::new()
        .with_mime_headers()
        .with_minimal_headers()
        .parse_headers(block)
}

struct Entity {
    range: Range<usize>,
    depth: u8,
    alternative: Option<usize>,
    in_digest: bool,
}

/// The leaf parts of the mail.
pub(super) fn walk(bytes: &[u8], max_parts: u64) -> Parts {
    let mut parts = Parts {
        leaves: Vec::new(),
        is_too_deep: false,
        has_too_many: false,
    };
    let mut n_multiparts = 0;
    let mut outside = Vec::new();
    let mut waiting = vec![Entity {
        range: 0..bytes.len(),
        depth: 0,
        alternative: None,
        in_digest: false,
    }];
    while let Some(entity) = waiting.pop() {
        if parts.leaves.len() as u64 >= max_parts {
            parts.has_too_many = true;
            break;
        }
        let start = body_start(bytes, &entity.range);
        let block = header_text(&bytes[entity.range.start..start]);
        let headers = parse_headers(&block);
        let mut part = describe(headers.as_ref(), entity.in_digest);
        part.body = start..entity.range.end;
        part.alternative = entity.alternative;
        if part.kind.starts_with("multipart/") {
            if entity.depth >= MAX_NESTED {
                parts.is_too_deep = true;
            } else if let Some((children, around)) = boundary(headers.as_ref())
                .or_else(|| shown_boundary(&bytes[part.body.clone()]))
                .map(|boundary| split(bytes, &part.body, boundary.as_bytes()))
                && !children.is_empty()
            {
                outside.extend(around.into_iter().filter(|it| says(&bytes[it.clone()])));
                n_multiparts += 1;
                let alternative = if part.kind == "multipart/alternative" {
                    Some(n_multiparts)
                } else {
                    entity.alternative
                };
                let in_digest = part.kind == "multipart/digest";
                waiting.extend(children.into_iter().rev().map(|range| Entity {
                    range,
                    depth: entity.depth + 1,
                    alternative,
                    in_digest,
                }));
                continue;
            }
            part.kind = "text/plain".to_owned();
        }
        parts.leaves.push(part);
    }
    for range in outside {
        let mut part = describe(None, false);
        part.body = range;
        parts.leaves.push(part);
    }
    parts
}

/// Whether text in front of a multipart's parts, or behind them, is more than what programs without MIME are told.
fn says(text: &[u8]) -> bool {
    !text.trim_ascii().is_empty() && (text.len() > 400 || memmem::find(text, b"MIME").is_none())
}

/// The boundary of a multipart whose headers do not tell it: its first line that begins like one and comes again.
fn shown_boundary(body: &[u8]) -> Option<String> {
    let mut lines = body.split(|byte| *byte == b'\n').take(100);
    let line = lines.find_map(|line| {
        let line = line.trim_ascii_end();
        (line.len() > 2 && line.starts_with(b"--")).then_some(line)
    })?;
    let again = [b"\n", line].concat();
    let first = memmem::find(body, line)?;
    memmem::find(&body[first + line.len()..], &again)?;
    Some(String::from_utf8_lossy(&line[2..]).into_owned())
}

fn boundary(headers: Option<&Message<'_>>) -> Option<String> {
    let boundary = headers?.content_type()?.attribute("boundary")?;
    (!boundary.is_empty()).then(|| boundary.to_owned())
}

fn describe(headers: Option<&Message<'_>>, in_digest: bool) -> Part {
    let mut part = Part {
        kind: if in_digest {
            "message/rfc822"
        } else {
            "text/plain"
        }
        .to_owned(),
        charset: None,
        name: None,
        is_attachment: false,
        encoding: String::new(),
        body: 0..0,
        alternative: None,
    };
    let Some(headers) = headers else {
        return part;
    };
    if let Some(kind) = headers.content_type() {
        part.kind = match kind.subtype() {
            Some(subtype) => format!("{}/{}", kind.ctype(), subtype).to_lowercase(),
            None => kind.ctype().to_lowercase(),
        };
        part.charset = kind.attribute("charset").map(str::to_owned);
    }
    part.name = headers.attachment_name().map(str::to_owned);
    part.is_attachment = headers
        .content_disposition()
        .is_some_and(|disposition| disposition.is_attachment());
    if let Some(HeaderValue::Text(encoding)) = headers.header(HeaderName::ContentTransferEncoding) {
        part.encoding = encoding.trim().to_lowercase();
    }
    part
}

/// The parts between the boundary's lines within `range`, and what stands before and behind them. The closing line is missing
/// in many whole mails.
fn split(
    bytes: &[u8],
    range: &Range<usize>,
    boundary: &[u8],
) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let mut mark = Vec::with_capacity(boundary.len() + 2);
    mark.extend_from_slice(b"--");
    mark.extend_from_slice(boundary);
    let text = &bytes[range.clone()];
    let mut parts = Vec::new();
    let mut around = Vec::new();
    let mut open: Option<usize> = None;
    for at in memmem::find_iter(text, &mark) {
        if at > 0 && text[at - 1] != b'\n' && text[at - 1] != b'\r' {
            continue;
        }
        let after = &text[at + mark.len()..];
        let is_closing = after.starts_with(b"--");
        let line_end = memchr::memchr(b'\n', after).map_or(after.len(), |end| end + 1);
        let tail = &after[..line_end];
        // A longer boundary that begins with this one is another boundary.
        if !is_closing && !tail.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(start) = open {
            let mut end = at;
            for byte in [b'\n', b'\r'] {
                if end > start && text[end - 1] == byte {
                    end -= 1;
                }
            }
            parts.push(range.start + start..range.start + end);
        } else {
            around.push(range.start..range.start + at);
        }
        if is_closing {
            around.push(range.start + at + mark.len() + line_end..range.end);
            return (parts, around);
        }
        open = Some(at + mark.len() + line_end);
    }
    if let Some(start) = open {
        parts.push(range.start + start..range.end);
    }
    (parts, around)
}
