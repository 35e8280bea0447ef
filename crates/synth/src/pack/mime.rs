//! Mail encodings: base64, quoted-printable, encoded words. Format: RFC 2045, RFC 2047.

/// Base64 in lines of 76 characters.
pub(crate) fn base64_lines(bytes: &[u8]) -> String {
    let text = base64(bytes);
    let mut out = String::with_capacity(text.len() + text.len() / 38);
    for chunk in text.as_bytes().chunks(76) {
        out += std::str::from_utf8(chunk).unwrap_or("");
        out += "\r\n";
    }
    out
}

/// Base64 on one line.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = u32::from(chunk[0]) << 16
            | u32::from(*chunk.get(1).unwrap_or(&0)) << 8
            | u32::from(*chunk.get(2).unwrap_or(&0));
        for i in 0..4 {
            if i <= chunk.len() {
                out.push(char::from(LETTERS[(group >> (18 - 6 * i)) as usize & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// Quoted-printable with soft line breaks.
pub(crate) fn quoted_printable(text: &[u8]) -> String {
    let mut out = String::new();
    let mut column = 0;
    for (i, &byte) in text.iter().enumerate() {
        if byte == b'\n' {
            out += "\r\n";
            column = 0;
            continue;
        }
        let ends_line = matches!(text.get(i + 1), None | Some(b'\n'));
        let plain = (33..=126).contains(&byte) && byte != b'=' || byte == b' ' && !ends_line;
        if column + if plain { 1 } else { 3 } > 75 {
            out += "=\r\n";
            column = 0;
        }
        if plain {
            out.push(char::from(byte));
            column += 1;
        } else {
            out += &format!("={byte:02X}");
            column += 3;
        }
    }
    out
}

/// A header's text, as an encoded word where it is not ASCII.
pub(crate) fn header(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    // An encoded word is at most 75 characters: 30 bytes of text each is safely below.
    let mut words = Vec::new();
    let mut part = String::new();
    for ch in text.chars() {
        if part.len() + ch.len_utf8() > 30 {
            words.push(std::mem::take(&mut part));
        }
        part.push(ch);
    }
    words.push(part);
    words
        .iter()
        .map(|word| format!("=?UTF-8?B?{}?=", base64(word.as_bytes())))
        .collect::<Vec<_>>()
        .join("\r\n ")
}

#[test]
fn encodings_are_those_of_the_rfc() {
    assert_eq!(base64(b"Ma"), "TWE=");
    assert_eq!(quoted_printable("né = x".as_bytes()), "n=C3=A9 =3D x");
    assert_eq!(header("Côté"), "=?UTF-8?B?Q8O0dMOp?=");
}
