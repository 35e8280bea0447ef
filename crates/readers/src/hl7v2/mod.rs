//! HL7 version 2 messages in (one, many, batches, or within a log), one record a segment out; streaming.
//!
//! A record is named for its segment, a field `PID-5.1`, its second repetition
//! `PID-5[2].1`, a subcomponent `PID-5.1.2`; a simple field has no component:
//! `PID-8`. All segments of one message speak of one subject, or of one per PID
//! when there are several. Places carry the message's number when the file has
//! more than one, and the segment's when a message repeats it. Text that runs on
//! from one OBX or NTE to the next is also one passage; documents inside become
//! members. A batch that promises more messages than came is a gap.
//!
//! Format: HL7 v2.5.1, chapter 2 (2.10.3 batches); MLLP framing as in the transport specification, appendix C.

mod embedded;
mod escape;
mod xml;

use std::{borrow::Cow, collections::BTreeMap};

use memchr::{memchr, memmem};
use whose_model::{Cause, Field, Locator, Origin, PassageKind, Record, RecordKind};

use self::escape::{hex, unescape};
pub(crate) use self::xml::read as read_xml;
use crate::{
    encoding::{self, Charset},
    exhibit::{Body, Reading},
    mail::base64,
    source::Source,
};

/// Bytes looked at to tell whether there is more than one message.
const LOOKED_AT: usize = 4 << 20;
/// Longest segment.
const MAX_SEGMENT: usize = 64 << 20;

/// The signs that set parts of a segment apart, as its message header gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Signs {
    field: u8,
    component: u8,
    repetition: u8,
    escape: u8,
    subcomponent: u8,
}

const USUAL: Signs = Signs {
    field: b'|',
    component: b'^',
    repetition: b'~',
    escape: b'\\',
    subcomponent: b'&',
};

/// Whether bytes begin with a message or a batch, framing and blank lines aside.
pub(crate) fn begins_message(head: &[u8]) -> bool {
    let start = head
        .iter()
        .position(|byte| !(byte.is_ascii_whitespace() || *byte == 0x0B))
        .unwrap_or(head.len());
    let head = &head[start..];
    ["MSH", "FHS", "BHS"]
        .iter()
        .any(|name| head.starts_with(name.as_bytes()))
        && signs(head).is_some()
}

fn signs(segment: &[u8]) -> Option<Signs> {
    let [_, _, _, field, rest @ ..] = segment else {
        return None;
    };
    if field.is_ascii_alphanumeric() || *field < 0x20 || *field >= 0x80 {
        return None;
    }
    let end = rest
        .iter()
        .position(|byte| byte == field || *byte == b'\r' || *byte == b'\n')
        .unwrap_or(rest.len());
    let given = &rest[..end.min(5)];
    let sign = |index: usize, usual: u8| {
        let byte = given.get(index).copied().unwrap_or(usual);
        // A sign that is a letter would cut words.
        if byte.is_ascii_alphanumeric() {
            usual
        } else {
            byte
        }
    };
    (!given.is_empty()).then(|| Signs {
        field: *field,
        component: sign(0, USUAL.component),
        repetition: sign(1, USUAL.repetition),
        escape: sign(2, USUAL.escape),
        subcomponent: sign(3, USUAL.subcomponent),
    })
}

struct State {
    signs: Signs,
    charset: Charset,
    has_many: bool,
    n_messages: u64,
    n_pids: u32,
    /// How often each segment came in this message.
    counts: BTreeMap<[u8; 3], u32>,
    /// Text that may go on in the next segment.
    text: Option<Text>,
    batch: Batch,
}

/// Text of one observation or of one row of notes.
struct Text {
    /// Which observation, or `NTE`.
    key: String,
    part: String,
    subject: Option<String>,
    text: String,
}

/// What batch headers open and trailers promise.
#[derive(Default)]
struct Batch {
    is_file_open: bool,
    is_batch_open: bool,
    n_batches: u64,
    n_messages: u64,
}

/// Reads messages.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(LOOKED_AT);
    let n_headers = memmem::find_iter(head, b"MSH")
        .filter(|&at| at == 0 || matches!(head[at - 1], b'\r' | b'\n' | 0x0B | 0x1C))
        .filter(|&at| signs(&head[at..]).is_some())
        .take(2)
        .count();
    let charset = encoding::detect(&head[..head.len().min(256 << 10)]);
    let mut state = State::new(charset, n_headers > 1);
    let mark = encoding::mark_len(head);
    source.pass(mark);
    while !source.is_done() {
        let at = source.position();
        let Some((len, n_end)) = segment_len(source) else {
            reading.gap_at(
                Locator::Bytes { start: at, end: at },
                Cause::TooLarge,
                "a segment longer than may be held",
            );
            skip_segment(source);
            continue;
        };
        let segment = source.buffered()[..len].to_vec();
        source.pass(len + n_end);
        let framing = |byte: &u8| *byte == 0x0B || *byte == 0x1C || *byte == b' ';
        let skipped = segment.iter().take_while(|byte| framing(byte)).count();
        let segment = &segment[skipped..];
        let segment = segment.strip_suffix(&[0x1C]).unwrap_or(segment);
        if segment.is_empty() {
            continue;
        }
        if !state.put(segment, reading) && !embedded::line(&mut state, segment, reading) {
            state.put_text(reading);
            let (text, runs) = crate::text::decode(segment, at + skipped as u64, state.charset);
            for piece in crate::text::pieces(&text, reading.limits().max_passage_bytes.max(16)) {
                let base = piece.start as u64;
                let runs = if piece.start == 0 {
                    runs.clone()
                } else {
                    vec![(0, at + skipped as u64 + base)]
                };
                let origin = Origin::Bytes { runs };
                reading.passage(text[piece].to_owned(), origin, PassageKind::Body);
            }
        }
    }
    state.end(reading);
}

/// The next segment's length and that of its end; `None` when it is too long.
fn segment_len(source: &mut Source<'_>) -> Option<(usize, usize)> {
    let mut want = 16 << 10;
    loop {
        let ahead = source.ahead(want);
        if let Some(len) = memchr::memchr2(b'\r', b'\n', ahead) {
            let n_end = if ahead[len..].starts_with(b"\r\n") {
                2
            } else {
                1
            };
            return Some((len, n_end));
        }
        if ahead.len() < want {
            return Some((ahead.len(), 0));
        }
        if want >= MAX_SEGMENT {
            return None;
        }
        want *= 4;
    }
}

fn skip_segment(source: &mut Source<'_>) {
    loop {
        let ahead = source.ahead(1);
        if ahead.is_empty() {
            return;
        }
        match memchr::memchr2(b'\r', b'\n', ahead) {
            Some(at) => return source.pass(at + 1),
            None => {
                let n = ahead.len();
                source.pass(n);
            }
        }
    }
}

impl State {
    fn new(charset: Charset, has_many: bool) -> Self {
        Self {
            signs: USUAL,
            charset,
            has_many,
            n_messages: 0,
            n_pids: 0,
            counts: BTreeMap::new(),
            text: None,
            batch: Batch::default(),
        }
    }

    /// The bytes end.
    fn end(&mut self, reading: &mut Reading<'_>) {
        self.put_text(reading);
        if self.batch.is_file_open || self.batch.is_batch_open {
            let detail = "a batch has no end; the file may be cut off";
            reading.gap(Cause::Truncated, detail);
        }
    }

    /// Follows batch headers and trailers; a trailer's first field is how many messages, or batches, there were.
    fn count_batch(&mut self, name: &[u8; 3], segment: &[u8], reading: &mut Reading<'_>) {
        let promised = || {
            let field = segment.split(|byte| *byte == self.signs.field).nth(1)?;
            std::str::from_utf8(field).ok()?.trim().parse::<u64>().ok()
        };
        let (promised, n, detail) = match name {
            b"FHS" => {
                self.batch = Batch {
                    is_file_open: true,
                    ..Batch::default()
                };
                return;
            }
            b"BHS" => {
                self.batch.is_batch_open = true;
                self.batch.n_batches += 1;
                self.batch.n_messages = 0;
                return;
            }
            b"BTS" => {
                self.batch.is_batch_open = false;
                let detail = "a batch says it has more messages than were found in it";
                (promised(), self.batch.n_messages, detail)
            }
            b"FTS" => {
                self.batch.is_file_open = false;
                let detail = "the file says it has more batches than were found in it";
                (promised(), self.batch.n_batches, detail)
            }
            _ => return,
        };
        if promised.is_some_and(|promised| promised > n) {
            reading.gap(Cause::Corrupt, detail);
        }
    }

    /// Hands over the text that was collected.
    fn put_text(&mut self, reading: &mut Reading<'_>) {
        let Some(text) = self.text.take() else {
            return;
        };
        let words = text.text.trim();
        if words.len() >= 12 && words.contains([' ', '\n']) {
            reading.text_of(text.subject);
            reading.part(&text.part, words, PassageKind::Body);
            reading.text_of(None);
        }
    }

    /// Collects the text of an OBX or NTE; anything else ends it.
    fn collect(
        &mut self,
        name: &str,
        path: &str,
        parts: &[&str],
        subject: Option<&str>,
        reading: &mut Reading<'_>,
    ) {
        let part = |number: usize| parts.get(number).copied().unwrap_or_default();
        let (key, number) = match (name, part(2)) {
            ("OBX", "TX" | "FT" | "ST" | "") if !begins_document(part(5)) => {
                (format!("OBX {}", part(3)), 5)
            }
            ("NTE", _) => ("NTE".to_owned(), 3),
            _ => return self.put_text(reading),
        };
        let lines: Vec<String> = part(number)
            .split(char::from(self.signs.repetition))
            .map(|line| unescape(line, self.signs))
            .collect();
        let line = lines.join("\n");
        match &mut self.text {
            Some(text) if text.key == key && text.text.len() < MAX_SEGMENT => {
                text.text.push('\n');
                text.text.push_str(&line);
            }
            _ => {
                self.put_text(reading);
                self.text = Some(Text {
                    key,
                    part: format!("{path}-{number}"),
                    subject: subject.map(str::to_owned),
                    text: line,
                });
            }
        }
    }

    /// Reads one segment. `false` when it is none.
    fn put(&mut self, segment: &[u8], reading: &mut Reading<'_>) -> bool {
        let Some(name) = segment.first_chunk::<3>().copied() else {
            return false;
        };
        if !name.iter().all(u8::is_ascii_alphanumeric) || !name[0].is_ascii_uppercase() {
            return false;
        }
        let is_header = matches!(&name, b"MSH" | b"FHS" | b"BHS");
        if is_header {
            let Some(signs) = signs(segment) else {
                return false;
            };
            self.signs = signs;
        }
        match segment.get(3) {
            None => {}
            Some(&sign) if sign == self.signs.field => {}
            Some(_) => return false,
        }
        self.count_batch(&name, segment, reading);
        if &name == b"MSH" {
            self.put_text(reading);
            self.n_messages += 1;
            self.batch.n_messages += 1;
            self.n_pids = 0;
            self.counts.clear();
            self.has_many |= self.n_messages > 1;
            self.take_charset(segment);
        }
        if &name == b"PID" {
            self.n_pids += 1;
        }
        let count = self.counts.entry(name).or_insert(0);
        *count += 1;
        let count = *count;
        let name = String::from_utf8_lossy(&name).into_owned();
        let path = self.path(&name, count);
        let subject = self.subject(&name);
        let text = self.decode(segment).into_owned();
        let parts: Vec<&str> = text.split(char::from(self.signs.field)).collect();
        self.collect(&name, &path, &parts, subject.as_deref(), reading);
        let fields = self.fields(&name, &path, &parts, is_header, reading);
        reading.record(Record {
            kind: RecordKind::Hl7v2,
            name,
            fields,
            subject,
        });
        true
    }

    fn path(&self, name: &str, count: u32) -> String {
        let mut path = String::new();
        if self.has_many && self.n_messages > 0 {
            path = format!("message[{}].", self.n_messages);
        }
        path.push_str(name);
        if count > 1 {
            path.push_str(&format!("[{count}]"));
        }
        path
    }

    /// Whom a segment is about.
    fn subject(&self, name: &str) -> Option<String> {
        let is_batch = matches!(name, "FHS" | "BHS" | "BTS" | "FTS");
        (!is_batch && self.n_messages > 0).then(|| match self.n_pids {
            0 | 1 => format!("message {}", self.n_messages),
            n => format!("message {} PID {n}", self.n_messages),
        })
    }

    /// What MSH-18 says, used for bytes that are not UTF-8.
    fn take_charset(&mut self, segment: &[u8]) {
        let Some(given) = segment.split(|byte| *byte == self.signs.field).nth(17) else {
            return;
        };
        let given = given.split(|byte| *byte == self.signs.repetition).next();
        let label = match given.unwrap_or_default() {
            b"8859/1" | b"ISO IR100" => "windows-1252",
            b"8859/2" | b"ISO IR101" => "iso-8859-2",
            b"8859/5" => "iso-8859-5",
            b"8859/6" => "iso-8859-6",
            b"8859/7" => "iso-8859-7",
            b"8859/8" => "iso-8859-8",
            b"8859/9" => "windows-1254",
            b"8859/15" => "iso-8859-15",
            b"GB 18030-2000" => "gb18030",
            b"BIG-5" | b"CNS 11643-1992" => "big5",
            b"8859/3" => "iso-8859-3",
            b"8859/4" => "iso-8859-4",
            b"ISO IR14" | b"ISO IR87" | b"ISO IR159" => "iso-2022-jp",
            b"KS X 1001" | b"ISO IR149" => "euc-kr",
            b"UNICODE" | b"UNICODE UTF-8" => "utf-8",
            _ => return,
        };
        self.charset = encoding::named(label);
    }

    fn decode<'a>(&self, segment: &'a [u8]) -> Cow<'a, str> {
        if segment.contains(&0x1B) {
            return Cow::Owned(crate::dicom::decode_iso_2022(segment));
        }
        match std::str::from_utf8(segment) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => self.charset.decode(segment),
        }
    }

    fn fields(
        &self,
        name: &str,
        path: &str,
        parts: &[&str],
        is_header: bool,
        reading: &mut Reading<'_>,
    ) -> Vec<Field> {
        let signs = self.signs;
        let char_of = |byte: u8| char::from(byte);
        let mut fields = Vec::new();
        let mut put = |suffix: String, value: &str| {
            let value = unescape(value, signs);
            if !value.is_empty() && value != "\"\"" {
                fields.push(Field {
                    name: format!("{name}{suffix}"),
                    value,
                    place: Locator::Field {
                        path: format!("{path}{suffix}"),
                    },
                });
            }
        };
        for (index, &field) in parts.iter().enumerate().skip(1) {
            // In a header the separator itself is the first field.
            let number = if is_header { index + 1 } else { index };
            if field.is_empty() || (is_header && number == 2) {
                continue;
            }
            if name == "OBX" && number == 5 && put_document(parts, field, path, signs, reading) {
                continue;
            }
            let has_components = is_composite(name, number);
            for (nth, repetition) in field.split(char_of(signs.repetition)).enumerate() {
                let at = match nth {
                    0 => format!("-{number}"),
                    n => format!("-{number}[{}]", n + 1),
                };
                if !has_components
                    && !repetition.contains([char_of(signs.component), char_of(signs.subcomponent)])
                {
                    put(at, repetition);
                    continue;
                }
                for (nth, component) in repetition.split(char_of(signs.component)).enumerate() {
                    let at = format!("{at}.{}", nth + 1);
                    if !component.contains(char_of(signs.subcomponent)) {
                        put(at, component);
                        continue;
                    }
                    for (nth, part) in component.split(char_of(signs.subcomponent)).enumerate() {
                        put(format!("{at}.{}", nth + 1), part);
                    }
                }
            }
        }
        fields
    }
}

/// Fields whose first component is named as one even when it stands alone (v2.5.1, appendix A).
fn is_composite(segment: &str, field: usize) -> bool {
    match segment {
        "PID" => matches!(field, 2..=6 | 9 | 11 | 13 | 14 | 18 | 20 | 21),
        "PD1" => matches!(field, 3 | 4),
        "NK1" => matches!(field, 2..=7 | 12 | 13 | 26 | 30..=33),
        "PV1" => matches!(field, 3 | 6..=9 | 11 | 17 | 19 | 42 | 43 | 50 | 52),
        "MRG" => matches!(field, 1..=7),
        "GT1" => matches!(field, 2..=7 | 16 | 17 | 18 | 21),
        "IN1" => matches!(field, 2..=7 | 9..=11 | 16 | 19),
        "IN2" => matches!(field, 1 | 3 | 5 | 7 | 9 | 25 | 26 | 61 | 63),
        "OBR" => matches!(field, 2..=4 | 10 | 14..=17 | 28 | 31..=35),
        "ORC" => matches!(field, 2..=4 | 10..=14 | 21..=24),
        "OBX" => matches!(field, 3 | 6 | 15 | 16 | 23 | 25),
        "DG1" => matches!(field, 3 | 16),
        "AL1" => matches!(field, 2 | 3),
        "PR1" => matches!(field, 3 | 8 | 11 | 12),
        "RXE" | "RXO" | "RXD" => matches!(field, 1 | 2),
        "RXA" => matches!(field, 5 | 10),
        "TXA" => matches!(field, 5 | 9..=15 | 22),
        "SCH" => matches!(field, 1 | 2 | 12 | 16 | 20),
        "AIP" | "AIL" => field == 3,
        "ROL" => matches!(field, 4 | 11 | 12),
        _ => false,
    }
}

/// Whether a text is a uuencoded document, perhaps behind its type.
fn begins_document(field: &str) -> bool {
    let head = field.get(..field.floor_char_boundary(256)).unwrap_or(field);
    head.find("begin ").is_some_and(|at| {
        let mode = &field[at + 6..];
        mode.len() > 4 && mode.as_bytes()[..3].iter().all(u8::is_ascii_digit)
    })
}

/// An encapsulated document (OBX-2 `ED`, or text that is uuencoded) becomes a member. `false` when the field holds none.
fn put_document(
    parts: &[&str],
    field: &str,
    path: &str,
    signs: Signs,
    reading: &mut Reading<'_>,
) -> bool {
    if begins_document(field) {
        let at = field.find("begin ").unwrap_or(0);
        let text = unescape(&field[at..], signs);
        if crate::mail::begins_uuencoded(text.as_bytes()) {
            let bytes = text.as_bytes();
            return reading.member_as(
                &format!("{path}-5.uu"),
                Body::Memory(bytes),
                Some("uuencode"),
            );
        }
    }
    if !matches!(parts.get(2).copied(), Some("ED" | "RP")) {
        return false;
    }
    let components: Vec<&str> = field.split(char::from(signs.component)).collect();
    let [_, kind, subtype, encoding, data, ..] = components.as_slice() else {
        return false;
    };
    let bytes = match encoding.to_ascii_lowercase().as_str() {
        "base64" => base64(unescape(data, signs).as_bytes()),
        "hex" => match hex(unescape(data, signs).trim()) {
            Some(bytes) => bytes,
            None => return false,
        },
        _ => return false,
    };
    let hint = if subtype.is_empty() { kind } else { subtype };
    let ending: String = hint
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .map(|ch| ch.to_ascii_lowercase())
        .collect();
    reading.member(&format!("{path}-5.5.{ending}"), Body::Memory(&bytes));
    true
}

/// Whether there is a message anywhere near the beginning.
pub(crate) fn holds_message(head: &[u8]) -> bool {
    let mut from = 0;
    while let Some(found) = memmem::find(&head[from..], b"MSH") {
        let at = from + found;
        if (at == 0 || matches!(head[at - 1], b'\n' | b'\r' | 0x0B))
            && begins_message(&head[at..])
            && memchr(b'|', &head[at..]).is_some()
        {
            return true;
        }
        from = at + 3;
    }
    false
}

/// Whether a log has messages within its lines.
pub(crate) fn is_log_of_messages(head: &[u8]) -> bool {
    memmem::find(head, b"MSH|^~\\&").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::{fields, read_bytes};

    #[test]
    fn fields_are_named_by_position() {
        let message = b"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.5\rPID|1||123^^^X&1.2&ISO^MR~9876543217^^^ON^JHN||Roy^Anna||19500102|F\r";
        let given = read_bytes("a.hl7", message);
        let pid = fields(&given, "PID");
        for (name, value) in [
            ("PID-3.1", "123"),
            ("PID-3.4.2", "1.2"),
            ("PID-3[2].1", "9876543217"),
            ("PID-5.1", "Roy"),
            ("PID-7", "19500102"),
        ] {
            assert!(pid.contains(&(name.to_owned(), value.to_owned())), "{name}");
        }
    }

    #[test]
    fn signs_come_from_the_header_and_escapes_are_undone() {
        let message = b"\x0bMSH^~|\\&^A^B\rPID^1^^11~X\r\nNTE^1^^a\\T\\b\\.br\\c\\X41\\\x1c\r";
        let given = read_bytes("a.hl7", message);
        assert!(fields(&given, "PID").contains(&("PID-3.1".into(), "11".into())));
        assert!(fields(&given, "NTE").contains(&("NTE-3".into(), "a&b\ncA".into())));
    }

    #[test]
    fn text_that_runs_on_is_one_passage_of_the_message() {
        let message = b"MSH|^~\\&|A\rPID|1||7\rOBX|1|TX|18842-5^Summary||The patient was seen by\rOBX|2|TX|18842-5^Summary||Dr Lee on Friday~and went home.\rOBX|3|NM|1^Hb||7\rNTE|1||a note of\rNTE|2||two lines\r";
        let given = read_bytes("a.hl7", message);
        let passages: Vec<_> = given
            .segments
            .iter()
            .filter_map(|(_, segment)| match segment {
                whose_model::Segment::Passage(passage) => Some(passage),
                _ => None,
            })
            .collect();
        assert_eq!(passages.len(), 2);
        assert_eq!(
            passages[0].text,
            "The patient was seen by\nDr Lee on Friday\nand went home."
        );
        assert_eq!(passages[0].subject.as_deref(), Some("message 1"));
    }

    #[test]
    fn a_batch_that_promises_more_or_has_no_end_is_a_gap() {
        let whole = b"FHS|^~\\&|A\rBHS|^~\\&|A\rMSH|^~\\&|A\rPID|1\rBTS|1\rFTS|1\r";
        assert!(read_bytes("a.hl7", whole).gaps.is_empty());
        let more = b"BHS|^~\\&|A\rMSH|^~\\&|A\rPID|1\rBTS|3\r";
        assert_eq!(read_bytes("a.hl7", more).gaps[0].cause, Cause::Corrupt);
        let cut = b"BHS|^~\\&|A\rMSH|^~\\&|A\rPID|1\r";
        assert_eq!(read_bytes("a.hl7", cut).gaps[0].cause, Cause::Truncated);
    }

    #[test]
    fn an_enclosed_document_is_a_member_however_it_is_written() {
        let message = b"MSH|^~\\&|A\rPID|1\rOBX|1|ED|a||^text^plain^Base64^aGVsbG8gd29ybGQ=\rOBX|2|ED|a||^text^plain^Hex^68656C6C6F\rOBX|3|TX|a||begin 644 x.txt\\X0D0A\\%:&5L;&\\S\\\\X0D0A\\`\\X0D0A\\end\r";
        let given = read_bytes("a.hl7", message);
        for member in [
            "a.hl7/OBX-5.5.plain",
            "a.hl7/OBX[2]-5.5.plain",
            "a.hl7/OBX[3]-5.uu",
        ] {
            assert_eq!(
                given.outcome(member),
                whose_model::Outcome::Read,
                "{member}"
            );
        }
    }

    #[test]
    fn each_pid_of_each_message_is_a_subject() {
        let message = b"MSH|^~\\&|A\rPID|1\rPID|2\rMSH|^~\\&|B\rPID|1||7\r";
        let given = read_bytes("a.hl7", message);
        let subjects: Vec<_> = given
            .records()
            .filter(|record| record.name == "PID")
            .map(|record| record.subject.clone().unwrap())
            .collect();
        assert_eq!(subjects, ["message 1", "message 1 PID 2", "message 2"]);
        let last = given.records().last().unwrap();
        let path = "message[2].PID-3.1".to_owned();
        assert_eq!(last.fields[1].place, Locator::Field { path });
    }
}
