//! HL7 version 2 messages in (one, many, or batches), one record a segment out; streaming.
//!
//! A record is named for its segment, a field `PID-5.1`, its second repetition
//! `PID-5[2].1`, a subcomponent `PID-5.1.2`; a simple field has no component:
//! `PID-8`. All segments of one message speak of one subject, or of one per PID
//! when there are several. Places carry the message's number when the file has
//! more than one, and the segment's when a message repeats it.
//!
//! Format: HL7 v2.5.1, chapter 2; MLLP framing as in the transport specification, appendix C.

use std::{borrow::Cow, collections::BTreeMap};

use memchr::{memchr, memmem};
use whose_model::{Cause, Field, Locator, Origin, PassageKind, Record, RecordKind};

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
}

/// Reads messages.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(LOOKED_AT);
    let n_headers = memmem::find_iter(head, b"MSH")
        .filter(|&at| at == 0 || matches!(head[at - 1], b'\r' | b'\n' | 0x0B | 0x1C))
        .filter(|&at| signs(&head[at..]).is_some())
        .take(2)
        .count();
    let mut state = State {
        signs: USUAL,
        charset: encoding::detect(&head[..head.len().min(256 << 10)]),
        has_many: n_headers > 1,
        n_messages: 0,
        n_pids: 0,
        counts: BTreeMap::new(),
    };
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
        if !state.put(segment, reading) {
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
        if &name == b"MSH" {
            self.n_messages += 1;
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
        let mut path = String::new();
        if self.has_many && self.n_messages > 0 {
            path = format!("message[{}].", self.n_messages);
        }
        path.push_str(&name);
        if count > 1 {
            path.push_str(&format!("[{count}]"));
        }
        let text = self.decode(segment).into_owned();
        let fields = self.fields(&name, &path, &text, is_header, reading);
        let is_batch = matches!(name.as_str(), "FHS" | "BHS" | "BTS" | "FTS");
        let subject = (!is_batch && self.n_messages > 0).then(|| match self.n_pids {
            0 | 1 => format!("message {}", self.n_messages),
            n => format!("message {} PID {n}", self.n_messages),
        });
        reading.record(Record {
            kind: RecordKind::Hl7v2,
            name,
            fields,
            subject,
        });
        true
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
            b"BIG-5" => "big5",
            _ => return,
        };
        self.charset = encoding::named(label);
    }

    fn decode<'a>(&self, segment: &'a [u8]) -> Cow<'a, str> {
        match std::str::from_utf8(segment) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => self.charset.decode(segment),
        }
    }

    fn fields(
        &self,
        name: &str,
        path: &str,
        text: &str,
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
        let parts: Vec<&str> = text.split(char_of(signs.field)).collect();
        for (index, &field) in parts.iter().enumerate().skip(1) {
            // In a header the separator itself is the first field.
            let number = if is_header { index + 1 } else { index };
            if field.is_empty() || (is_header && number == 2) {
                continue;
            }
            if name == "OBX" && number == 5 && put_document(&parts, field, path, signs, reading) {
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

/// An encapsulated document (OBX-2 `ED`) becomes a member. `false` when the field holds none.
fn put_document(
    parts: &[&str],
    field: &str,
    path: &str,
    signs: Signs,
    reading: &mut Reading<'_>,
) -> bool {
    if parts.get(2).copied() != Some("ED") {
        return false;
    }
    let components: Vec<&str> = field.split(char::from(signs.component)).collect();
    let [_, kind, subtype, encoding, data, ..] = components.as_slice() else {
        return false;
    };
    if !encoding.eq_ignore_ascii_case("base64") {
        return false;
    }
    let bytes = base64(unescape(data, signs).as_bytes());
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

/// A value with its escapes undone.
fn unescape(value: &str, signs: Signs) -> String {
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
                if hex.is_empty() || hex.len() % 2 == 1 || !hex.is_ascii() {
                    return None;
                }
                let bytes: Option<Vec<u8>> = (0..hex.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
                    .collect();
                return Some(Cow::Owned(
                    encoding::detect(&bytes.clone()?)
                        .decode(&bytes?)
                        .into_owned(),
                ));
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
            let mut chars = code.chars();
            let is_own = matches!(chars.next(), Some('C' | 'M' | 'Z'))
                && code.len() <= 8
                && chars.all(|ch| ch.is_ascii_hexdigit());
            (is_own && code.len() > 1).then_some(Cow::Borrowed(""))
        }
    }
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
