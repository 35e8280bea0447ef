//! The last net: an exhibit that has bytes, of which nothing was read and nothing said, gets a second look and a gap.
//!
//! A reader that follows a format's own words finds nothing in a file that was
//! cut off early, or that only looks like the format. Unless the format itself
//! says that there is nothing in it, such a file is read as text, or its
//! strings are, and the gap says so. Readers that account for themselves never
//! come here.

use std::io::{Seek, SeekFrom};

use whose_model::Cause;

use crate::{
    exhibit::{Reading, dispatch},
    formats::{self, Format},
    sniff,
    source::Raw,
    strings,
};

/// Bytes that are kept of an exhibit that comes only once.
pub(crate) const KEPT: usize = 16 << 10;
/// Bytes of a file that may say that it is empty: one that takes more to say it is read as text.
const MAX_EMPTY: usize = 64 << 10;

/// Looks again at bytes that gave nothing, `n` of them; `head` is what was kept of those that come only once.
pub(crate) fn break_it(
    format: Format,
    mut raw: Raw<'_>,
    head: &[u8],
    n: u64,
    reading: &mut Reading<'_>,
) {
    let raw = match &mut raw {
        Raw::Stream(_) => Raw::Memory(head),
        Raw::File(file) => {
            if file.seek(SeekFrom::Start(0)).is_err() {
                let detail = "nothing was found in it by its format, though it is not empty";
                reading.gap(Cause::Corrupt, detail);
                return;
            }
            Raw::File(file)
        }
        Raw::Joined(joined) => {
            let _ = joined.rewind();
            Raw::Joined(joined)
        }
        Raw::Memory(bytes) => Raw::Memory(bytes),
    };
    let mut source = reading.again(raw);
    let ahead = source.ahead(MAX_EMPTY);
    if n <= ahead.len() as u64 && says_empty(format.id, ahead) || format.id == "pdf" {
        return;
    }
    let is_text = sniff::is_text(ahead);
    let text = formats::by_id("text").filter(|_| is_text);
    if text.is_some() {
        let detail = "nothing was found in it by its format; it was read as plain text";
        reading.gap(Cause::Corrupt, detail);
    } else {
        let detail = "nothing was found in it by its format; only its readable strings were read";
        reading.gap(Cause::Corrupt, detail);
    }
    match text {
        Some(text) => dispatch(text, &mut source, reading),
        None => strings::read(&mut source, reading),
    }
}

/// Whether a whole file of this format says that there is nothing in it.
fn says_empty(format: &str, whole: &[u8]) -> bool {
    let bytes = whole.strip_prefix(b"\xef\xbb\xbf").unwrap_or(whole);
    let bytes = bytes.trim_ascii();
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    if bytes.iter().all(is_blank) || matches!(bytes, b"\xff\xfe" | b"\xfe\xff") {
        return true;
    }
    let small = bytes.to_ascii_lowercase();
    match format {
        "json" | "ndjson" | "fhir" => is_balanced(bytes),
        "html" => small.ends_with(b"</html>") || small.ends_with(b"</body>"),
        "vcard" => small.ends_with(b"end:vcard") || small.ends_with(b"end:vcalendar"),
        "zip" => bytes.starts_with(b"PK\x05\x06"),
        // A table that has a head, whole, and no row.
        "csv" => whole.ends_with(b"\n") && !bytes.contains(&b'\n'),
        _ => is_closed(bytes),
    }
}

/// Whether every bracket that opens closes again.
fn is_balanced(bytes: &[u8]) -> bool {
    let n = |sign: u8| bytes.iter().filter(|byte| **byte == sign).count();
    n(b'{') == n(b'}') && n(b'[') == n(b']') && n(b'"') % 2 == 0
}

/// Whether markup ends with the end of the element it begins with.
fn is_closed(bytes: &[u8]) -> bool {
    let Some(text) = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.starts_with('<'))
    else {
        return false;
    };
    let mut tags = text.split('<').skip(1);
    let Some(first) = tags.find(|tag| tag.starts_with(char::is_alphabetic)) else {
        return false;
    };
    let ends = |sign: char| sign.is_whitespace() || sign == '>';
    let name = first.split(ends).next().unwrap_or("");
    let last = text.rsplit('<').next().unwrap_or("");
    if last == first {
        return last.ends_with("/>");
    }
    last.strip_prefix('/')
        .is_some_and(|last| last.trim_end_matches('>').trim_end() == name)
}

#[cfg(test)]
mod tests {
    use whose_model::{Cause, Outcome};

    use crate::testkit::read_bytes;

    #[test]
    fn a_file_that_only_looks_like_its_format_is_read_as_text() {
        let given = read_bytes("a.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\n");
        assert_eq!(given.outcome("a.vcf"), Outcome::ReadWithGaps);
        assert_eq!(given.gaps[0].cause, Cause::Corrupt);
        assert!(given.text().contains("VERSION"));
    }

    #[test]
    fn a_file_that_says_it_is_empty_has_no_gap() {
        let empty: [(&str, &[u8]); 5] = [
            ("a.xml", b"<?xml version='1.0'?>\n<a>\n <b />\n</a>\n"),
            ("a.json", b"{}\n"),
            ("a.json", b"{\"entry\": []}"),
            ("a.html", b"<html><body></body></html>"),
            ("a.txt", b" \r\n\r\n"),
        ];
        for (path, bytes) in empty {
            assert_eq!(
                read_bytes(path, bytes).outcome(path),
                Outcome::Read,
                "{path}"
            );
        }
    }

    #[test]
    fn an_element_without_its_end_is_not_empty() {
        for cut in [
            "<patients>\n<b />",
            "<patients>\n<b>",
            "<patients",
            "<a></patients>",
        ] {
            let given = read_bytes("a.xml", format!("<?xml version='1.0'?>\n{cut}").as_bytes());
            assert_ne!(given.outcome("a.xml"), Outcome::Read, "{cut}");
        }
    }
}
