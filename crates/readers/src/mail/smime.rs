//! A message signed, packed or sealed by S/MIME in; what was signed or packed as a member, and the names in the certificates, out.
//!
//! Whether a signature holds is not asked. What was sealed opens only with the
//! recipient's key, which is a gap.
//!
//! Format: RFC 5652 (CMS), RFC 3274 (packed), RFC 8551 (S/MIME), X.690 (BER).

use std::io::Read;

use whose_model::{Cause, PassageKind};

use super::transfer;
use crate::exhibit::{Body, Reading};

/// Values inside each other.
const MAX_NESTED: u8 = 24;
/// Characters of all names in the certificates.
const MAX_NAMES: usize = 64 << 10;

/// The bytes of 1.2.840.113549.1.7, and of 1.2.840.113549.1.9.16.1.
const PKCS7: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07";
const SMIME: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01";

/// Reads a message of S/MIME.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let unarmoured = bytes.starts_with(b"-----").then(|| {
        let lines = bytes.split(|byte| *byte == b'\n');
        let body: Vec<u8> = lines
            .filter(|line| !line.starts_with(b"-----"))
            .flatten()
            .copied()
            .collect();
        transfer::base64(&body)
    });
    let bytes = unarmoured.as_deref().unwrap_or(bytes);
    let message = Value::first(bytes).filter(|value| value.tag == 0x30);
    let mut parts = message.iter().flat_map(|value| Values(value.content));
    let kind = parts.next().filter(|value| value.tag == 0x06);
    let content = parts
        .next()
        .filter(|value| value.tag == 0xA0)
        .and_then(|value| Value::first(value.content));
    let (Some(kind), Some(content)) = (kind, content) else {
        reading.gap(
            Cause::Corrupt,
            "the envelope of the signed message cannot be made out",
        );
        return;
    };
    let number = |family: &[u8]| {
        kind.content
            .strip_prefix(family)
            .and_then(|rest| rest.first())
    };
    match (number(PKCS7), number(SMIME)) {
        (Some(1), _) => {
            reading.member("content", Body::Memory(&octets(&content)));
        }
        (Some(2), _) => signed(&content, reading),
        (Some(3 | 4 | 6), _) | (_, Some(23)) => {
            reading.gap(
                Cause::Password,
                "encrypted with S/MIME, which opens only with the recipient's key",
            );
        }
        (_, Some(9)) => packed(&content, reading),
        _ => reading.gap(
            Cause::UnsupportedFormat,
            "a kind of signed or sealed message that is not known here",
        ),
    }
}

fn signed(data: &Value<'_>, reading: &mut Reading<'_>) {
    let mut names = String::new();
    let mut has_content = false;
    for part in Values(data.content) {
        match part.tag {
            // The content and its type; a signature that stands apart has none.
            0x30 if !has_content => {
                if let Some(inner) = Values(part.content)
                    .nth(1)
                    .filter(|inner| inner.tag == 0xA0)
                    && let Some(inner) = Value::first(inner.content)
                {
                    has_content = true;
                    reading.member("content", Body::Memory(&octets(&inner)));
                }
            }
            // Certificates.
            0xA0 => names_in(part.content, 0, &mut names),
            _ => {}
        }
    }
    reading.part("certificates", &names, PassageKind::Title);
    if !has_content && names.is_empty() {
        reading.part("certificates", "a signature", PassageKind::Title);
    }
}

fn packed(data: &Value<'_>, reading: &mut Reading<'_>) {
    let content = Values(data.content)
        .filter(|part| part.tag == 0x30)
        .find_map(|part| {
            Values(part.content)
                .nth(1)
                .filter(|inner| inner.tag == 0xA0)
        })
        .and_then(|inner| Value::first(inner.content));
    match content {
        Some(content) => {
            let bytes = octets(&content);
            let mut unpacked = flate2::read::ZlibDecoder::new(bytes.as_slice());
            reading.member("content", Body::Unpacked(&mut unpacked as &mut dyn Read));
        }
        None => reading.gap(Cause::Corrupt, "the packed content cannot be made out"),
    }
}

/// The text of every string below, one a line.
fn names_in(bytes: &[u8], depth: u8, out: &mut String) {
    for value in Values(bytes) {
        if out.len() > MAX_NAMES || depth > MAX_NESTED {
            return;
        }
        let text = match value.tag {
            // UTF-8, printable, T.61, IA5, visible.
            0x0C | 0x13 | 0x14 | 0x16 | 0x1A => String::from_utf8_lossy(value.content).into_owned(),
            // A mail address among the alternative names.
            0x81 => String::from_utf8_lossy(value.content).into_owned(),
            0x1E => value
                .content
                .chunks_exact(2)
                .filter_map(|pair| {
                    char::from_u32(u32::from(u16::from_be_bytes([pair[0], pair[1]])))
                })
                .collect(),
            0x04 if value.content.first() == Some(&0x30) => {
                names_in(value.content, depth + 1, out);
                continue;
            }
            tag if tag & 0x20 != 0 => {
                names_in(value.content, depth + 1, out);
                continue;
            }
            _ => continue,
        };
        let is_text = text.chars().all(|ch| !ch.is_control() && ch != '\u{fffd}');
        if is_text && text.len() > 1 && !out.lines().any(|line| line == text) {
            out.push_str(&text);
            out.push('\n');
        }
    }
}

/// The bytes of an octet string, also of one in pieces.
fn octets(value: &Value<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut waiting = vec![(*value, 0_u8)];
    while let Some((value, depth)) = waiting.pop() {
        if value.tag & 0x20 == 0 || !matches!(value.tag, 0x24 | 0xA0) {
            out.extend_from_slice(value.content);
        } else if depth < MAX_NESTED {
            let pieces: Vec<_> = Values(value.content)
                .map(|piece| (piece, depth + 1))
                .collect();
            waiting.extend(pieces.into_iter().rev());
        }
    }
    out
}

/// A value with its tag.
#[derive(Clone, Copy)]
struct Value<'b> {
    tag: u8,
    content: &'b [u8],
}

impl<'b> Value<'b> {
    fn first(bytes: &'b [u8]) -> Option<Self> {
        Values(bytes).next()
    }
}

/// The values that follow each other in these bytes. What is cut off ends with the bytes.
struct Values<'b>(&'b [u8]);

impl<'b> Iterator for Values<'b> {
    type Item = Value<'b>;

    fn next(&mut self) -> Option<Value<'b>> {
        let (value, len) = value_at(self.0, 0)?;
        self.0 = &self.0[len..];
        // Two zeros end a value of no said length.
        (value.tag != 0 || !value.content.is_empty()).then_some(value)
    }
}

/// The value that begins here, and how many bytes it takes.
fn value_at(bytes: &[u8], depth: u8) -> Option<(Value<'_>, usize)> {
    let &[tag, first, ref rest @ ..] = bytes else {
        return None;
    };
    if tag & 0x1F == 0x1F || depth > MAX_NESTED {
        return None;
    }
    if first == 0x80 {
        // As long as its parts, up to the two zeros.
        let mut at = 0;
        while let Some((part, len)) = value_at(&rest[at..], depth + 1) {
            if part.tag == 0 && part.content.is_empty() {
                let content = &rest[..at];
                return Some((Value { tag, content }, at + 4));
            }
            at += len;
        }
        let content = &rest[..at];
        return Some((Value { tag, content }, at + 2));
    }
    let (n_len, len) = if first < 0x80 {
        (0, usize::from(first))
    } else {
        let n_len = usize::from(first & 0x7F);
        if n_len > 8 {
            return None;
        }
        let len = rest.get(..n_len)?.iter().try_fold(0_usize, |len, byte| {
            Some(len.checked_mul(256)? + usize::from(*byte))
        })?;
        (n_len, len)
    };
    let end = n_len.saturating_add(len).min(rest.len());
    let content = rest.get(n_len..end)?;
    Some((Value { tag, content }, 2 + end))
}

#[cfg(test)]
mod tests {
    use whose_model::{Cause, Outcome};

    use crate::testkit::read_bytes;

    fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let mut out = vec![tag, 0x82];
        out.extend((content.len() as u16).to_be_bytes());
        out.extend(content);
        out
    }

    fn message(kind: u8, content: &[u8]) -> Vec<u8> {
        let kind = value(0x06, &[super::PKCS7, &[kind]]);
        // The type has a length of one byte.
        let kind = [&[0x06, 9][..], &kind[4..]].concat();
        value(0x30, &[&kind, &value(0xA0, &[content])])
    }

    const MAIL: &[u8] =
        b"From: anna@clinic.example\r\nTo: leo@home.example\r\nSubject: x\r\n\r\nhello";

    fn signed(content: &[u8]) -> Vec<u8> {
        let kind = [&[0x06, 9][..], super::PKCS7, &[1]].concat();
        let names = value(0x30, &[&value(0x0C, &[b"Anna Roy"]), &value(0x02, &[&[1]])]);
        let data = value(
            0x30,
            &[
                &[2, 1, 1],
                &value(0x31, &[]),
                &value(0x30, &[&kind, content]),
                &value(0xA0, &[&names]),
            ],
        );
        message(2, &data)
    }

    #[test]
    fn what_was_signed_is_read() {
        let der = signed(&value(0xA0, &[&value(0x04, &[MAIL])]));
        let given = read_bytes("smime.p7m", &der);
        assert_eq!(given.end_of("smime.p7m/content").format, "eml");
        assert!(given.text().contains("hello") && given.text().contains("Anna Roy"));
        assert_eq!(given.outcome("smime.p7m"), Outcome::Read);
        // In pieces, without lengths.
        let pieces = [
            &[0xA0, 0x80, 0x24, 0x80][..],
            &value(0x04, &[&MAIL[..20]]),
            &value(0x04, &[&MAIL[20..]]),
            &[0, 0, 0, 0],
        ]
        .concat();
        let given = read_bytes("smime.p7m", &signed(&pieces));
        assert_eq!(given.end_of("smime.p7m/content").bytes, MAIL.len() as u64);
    }

    #[test]
    fn a_signature_that_stands_apart_gives_its_names() {
        let given = read_bytes("smime.p7s", &signed(&[]));
        assert_eq!(given.outcome("smime.p7s"), Outcome::Read);
        assert_eq!(given.text().trim(), "Anna Roy");
    }

    #[test]
    fn what_was_sealed_is_a_gap() {
        let given = read_bytes("smime.p7m", &message(3, &value(0x30, &[&[2, 1, 0]])));
        assert_eq!(given.gaps.len(), 1);
        assert_eq!(given.gaps[0].cause, Cause::Password);
        let given = read_bytes(
            "a.asc",
            b"-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n",
        );
        assert_eq!(given.gaps[0].cause, Cause::Password);
    }

    #[test]
    fn damage_ends_where_it_is() {
        let der = signed(&value(0xA0, &[&value(0x04, &[MAIL])]));
        for len in 0..der.len() {
            read_bytes("a.p7m", &der[..len]);
        }
        let deep: Vec<u8> = std::iter::repeat_n([0x30, 0x80], 50_000)
            .flatten()
            .collect();
        read_bytes("a.p7m", &[&der[..20], &deep].concat());
    }
}
