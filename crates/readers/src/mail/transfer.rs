//! Transfer encodings in (base64, quoted-printable, uuencode, well or badly formed), bytes out.
//!
//! Sources: RFC 2045, sections 6.7 and 6.8; POSIX `uuencode`.

/// What decoding gave.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// Share of the characters, in percent, that do not belong in this encoding.
    pub(super) n_strange_percent: usize,
}

const fn base64_values() -> [u8; 256] {
    let mut table = [255_u8; 256];
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut index = 0;
    while index < letters.len() {
        table[letters[index] as usize] = index as u8;
        index += 1;
    }
    table
}
static BASE64: [u8; 256] = base64_values();

/// Undoes base64. Whatever does not belong is passed over; padding may stand in the middle.
pub(crate) fn base64(text: &[u8]) -> Vec<u8> {
    base64_checked(text).bytes
}

pub(super) fn base64_checked(text: &[u8]) -> Decoded {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut held, mut n_held, mut n_good, mut n_strange) = (0_u32, 0, 0_usize, 0_usize);
    for &byte in text {
        let value = BASE64[byte as usize];
        if value != 255 {
            held = held << 6 | u32::from(value);
            n_held += 1;
            n_good += 1;
            if n_held == 4 {
                bytes.extend_from_slice(&[(held >> 16) as u8, (held >> 8) as u8, held as u8]);
                (held, n_held) = (0, 0);
            }
        } else if byte == b'=' {
            flush(&mut bytes, held, n_held);
            (held, n_held) = (0, 0);
        } else if !byte.is_ascii_whitespace() {
            n_strange += 1;
        }
    }
    flush(&mut bytes, held, n_held);
    Decoded {
        bytes,
        n_strange_percent: n_strange * 100 / (n_good + n_strange).max(1),
    }
}

fn flush(bytes: &mut Vec<u8>, held: u32, n_held: u32) {
    match n_held {
        2 => bytes.push((held >> 4) as u8),
        3 => bytes.extend_from_slice(&[(held >> 10) as u8, (held >> 2) as u8]),
        _ => {}
    }
}

/// Undoes quoted-printable. A `=` that begins no code stays.
pub(crate) fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'=', rest) {
        bytes.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let blank = after
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        rest = match after {
            [high, low, tail @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                tail
            }
            _ => match &after[blank..] {
                [b'\r', b'\n', tail @ ..] | [b'\n', tail @ ..] => tail,
                [] => &[],
                _ => {
                    bytes.push(b'=');
                    after
                }
            },
        };
    }
    bytes.extend_from_slice(rest);
    bytes
}

const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// The name and bytes of a uuencoded file that begins at `text`, and where it ends.
pub(super) fn uuencoded(text: &[u8]) -> Option<(String, Vec<u8>, usize)> {
    let line_end = memchr::memchr(b'\n', text)?;
    let first = std::str::from_utf8(&text[..line_end]).ok()?;
    let mut words = first.trim_end().splitn(3, ' ');
    if words.next()? != "begin" {
        return None;
    }
    let mode = words.next()?;
    if !(3..=4).contains(&mode.len()) || !mode.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let name = words.next()?.to_owned();
    let mut bytes = Vec::new();
    let mut at = line_end + 1;
    let mut n_lines = 0;
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |found| at + found);
        let line = text[at..end].trim_ascii_end();
        at = (end + 1).min(text.len());
        if line == b"end" {
            break;
        }
        let Some((&count, codes)) = line.split_first() else {
            continue;
        };
        let n = usize::from(count.wrapping_sub(32) & 63);
        let from = bytes.len();
        for group in codes.chunks(4) {
            let value = |index: usize| {
                u32::from(group.get(index).copied().unwrap_or(32).wrapping_sub(32) & 63)
            };
            let held = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
            bytes.extend_from_slice(&[(held >> 16) as u8, (held >> 8) as u8, held as u8]);
        }
        bytes.truncate(from + n.min(bytes.len() - from));
        n_lines += 1;
    }
    (n_lines > 0).then_some((name, bytes, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_breaks_strangers_and_missing_padding() {
        for text in ["SGVsbG8=", "SGVs\r\nbG8", "SG*Vs bG8=="] {
            assert_eq!(base64(text.as_bytes()), b"Hello");
        }
    }

    #[test]
    fn quoted_printable_keeps_what_is_no_code() {
        assert_eq!(
            quoted_printable(b"pr=C3=A9nom=\r\n: 1=2 =zz= \n.="),
            "prénom: 1=2 =zz.".as_bytes()
        );
    }

    #[test]
    fn a_uuencoded_file_comes_out() {
        let text = b"begin 644 cat.txt\n#0V%T\n`\nend\nmore";
        let (name, bytes, end) = uuencoded(text).unwrap();
        assert_eq!((name.as_str(), bytes.as_slice()), ("cat.txt", &b"Cat"[..]));
        assert_eq!(&text[end..], b"more");
    }
}
