//! Files in the encodings of older networks (yEnc, BinHex) in, their bytes as members out.
//!
//! Sources: yEnc draft 1.3 (2002); RFC 1741 (BinHex 4.0).

use std::borrow::Cow;

use whose_model::{Cause, PassageKind};

use crate::{
    encoding,
    exhibit::{Body, Reading},
};

/// A file's name and bytes.
type File = (String, Vec<u8>);

/// Reads text with files in yEnc in it.
pub(crate) fn read_yenc(bytes: &[u8], reading: &mut Reading<'_>) {
    let (rest, files) = without_yenc(bytes);
    let text = encoding::detect(&rest).decode(&rest);
    reading.part("text/plain", &text, PassageKind::Body);
    if files.is_empty() {
        reading.gap(Cause::Corrupt, "no file could be made out in it");
    }
    for (name, bytes) in files {
        if !reading.member(&name, Body::Memory(&bytes)) {
            return;
        }
    }
}

/// The bytes without the files in yEnc that stand among them, and these files.
pub(super) fn without_yenc(bytes: &[u8]) -> (Cow<'_, [u8]>, Vec<File>) {
    let mut files = Vec::new();
    let mut kept = Vec::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(bytes, b"=ybegin ") {
        if at < from || at > 0 && bytes[at - 1] != b'\n' {
            continue;
        }
        let Some((name, file, len)) = yenc(&bytes[at..]) else {
            continue;
        };
        kept.extend_from_slice(&bytes[from..at]);
        from = at + len;
        files.push((name, file));
    }
    if files.is_empty() {
        return (Cow::Borrowed(bytes), files);
    }
    kept.extend_from_slice(&bytes[from..]);
    (Cow::Owned(kept), files)
}

/// The name and bytes of the file that begins here, and where it ends.
fn yenc(bytes: &[u8]) -> Option<(String, Vec<u8>, usize)> {
    let line_end = memchr::memchr(b'\n', bytes)?;
    let head = String::from_utf8_lossy(&bytes[..line_end]);
    let (fields, name) = head.split_once(" name=")?;
    if !fields.contains(" line=") {
        return None;
    }
    let mut out = Vec::new();
    let mut at = line_end + 1;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n);
        let line = &bytes[at..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at = (end + 1).min(bytes.len());
        if line.starts_with(b"=yend") {
            break;
        }
        if line.starts_with(b"=ypart") {
            continue;
        }
        // A dot at the start of a line was doubled on its way.
        let line = line
            .strip_prefix(b".")
            .filter(|rest| rest.starts_with(b"."))
            .unwrap_or(line);
        let mut signs = line.iter();
        while let Some(&sign) = signs.next() {
            let sign = if sign == b'=' {
                signs.next().map_or(0, |sign| sign.wrapping_sub(64))
            } else {
                sign
            };
            out.push(sign.wrapping_sub(42));
        }
    }
    Some((name.trim().to_owned(), out, at))
}

const SIGNS: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

/// Reads a file in BinHex.
pub(crate) fn read_binhex(bytes: &[u8], reading: &mut Reading<'_>) {
    let start = memchr::memmem::find(bytes, b"BinHex 4.0")
        .and_then(|at| memchr::memmem::find(&bytes[at..], b"\n:").map(|line| at + line + 2));
    let max = reading.limits().max_held_bytes;
    let file = start.map(|start| unpacked(&bytes[start..], max));
    let Some((name, data, resources, is_whole)) = file.as_deref().and_then(forks) else {
        reading.gap(Cause::Corrupt, "no file could be made out in it");
        return;
    };
    if !is_whole {
        reading.gap(Cause::Truncated, "the file ends before it is complete");
    }
    let goes_on = reading.member(&name, Body::Memory(data));
    if goes_on && !resources.is_empty() {
        reading.member(&format!("{name} (resources)"), Body::Memory(resources));
    }
}

/// The signs as bytes, runs undone.
fn unpacked(signs: &[u8], max: u64) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let (mut held, mut n_bits, mut is_run) = (0_u32, 0, false);
    for sign in signs {
        if *sign == b':' || out.len() as u64 > max {
            break;
        }
        let Some(value) = SIGNS.iter().position(|known| known == sign) else {
            continue;
        };
        held = held << 6 | value as u32;
        n_bits += 6;
        if n_bits < 8 {
            continue;
        }
        n_bits -= 8;
        let byte = (held >> n_bits) as u8;
        held &= (1 << n_bits) - 1;
        if is_run {
            is_run = false;
            match (byte, out.last().copied()) {
                (0, _) => out.push(0x90),
                (n, Some(last)) => out.extend(std::iter::repeat_n(last, usize::from(n) - 1)),
                _ => {}
            }
        } else if byte == 0x90 {
            is_run = true;
        } else {
            out.push(byte);
        }
    }
    out
}

/// Name, data and resources, and whether all came.
fn forks(file: &[u8]) -> Option<(String, &[u8], &[u8], bool)> {
    let n_name = usize::from(*file.first()?);
    let name = file.get(1..=n_name)?;
    // Version, type, creator, flags; then both lengths, then a checksum.
    let at = 1 + n_name + 1 + 4 + 4 + 2;
    let len = |at: usize| {
        let bytes: [u8; 4] = file.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes) as usize)
    };
    let (n_data, n_resources) = (len(at)?, len(at + 4)?);
    let start = at + 10;
    let rest = file.get(start..)?;
    let data = &rest[..n_data.min(rest.len())];
    let resources = rest.get(n_data.saturating_add(2)..).unwrap_or(&[]);
    let is_whole = rest.len() >= n_data && resources.len() >= n_resources;
    let resources = &resources[..n_resources.min(resources.len())];
    let name = String::from_utf8_lossy(name).replace(['/', ':'], "_");
    Some((name, data, resources, is_whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::read_bytes;

    #[test]
    fn a_file_in_yenc_comes_out_of_a_mail() {
        let coded: Vec<u8> = b"Anna,613-555-0123\n"
            .iter()
            .map(|byte| byte.wrapping_add(42))
            .collect();
        let mail = [
            &b"From: a@b.ca\nTo: c@d.ca\nSubject: x\n\nsee\n=ybegin line=128 size=18 name=list.txt\n"[..],
            &coded,
            b"\n=yend size=18\nbye\n",
        ]
        .concat();
        let given = read_bytes("a.eml", &mail);
        assert_eq!(given.end_of("a.eml/list.txt").bytes, 18);
        assert!(given.text().contains("613-555-0123") && given.text().contains("bye"));
    }

    #[test]
    fn a_file_in_binhex_comes_out() {
        let mut file = vec![5];
        file.extend(b"a.txt\0TEXTttxt\0\0");
        file.extend(18_u32.to_be_bytes());
        file.extend(0_u32.to_be_bytes());
        file.extend([0, 0]);
        file.extend(b"Anna,6\x90\x001355501..\0\0\0\0");
        let mut bits = String::new();
        for byte in &file {
            bits += &format!("{byte:08b}");
        }
        while !bits.len().is_multiple_of(6) {
            bits.push('0');
        }
        let signs: Vec<u8> = (0..bits.len() / 6)
            .map(|n| SIGNS[usize::from_str_radix(&bits[n * 6..n * 6 + 6], 2).unwrap()])
            .collect();
        let text = [
            &b"(This file must be converted with BinHex 4.0)\n\n:"[..],
            &signs,
            b":\n",
        ]
        .concat();
        let given = read_bytes("a.hqx", &text);
        assert_eq!(given.end_of("a.hqx").format, "binhex");
        assert_eq!(given.end_of("a.hqx/a.txt").bytes, 18);
    }

    #[test]
    fn rubbish_is_a_gap() {
        let given = read_bytes(
            "a.hqx",
            b"(This file must be converted with BinHex 4.0)\n:!!!:",
        );
        assert_eq!(given.gaps.len(), 1);
        let given = read_bytes("a.bin", b"=ybegin nothing\n\x01\x02\x03");
        assert_eq!(given.gaps.len(), 1);
    }
}
