//! Sound or film in, its tags out (title, performer, comment); what is said in it is a gap, since no local transcriber is configured.
//!
//! Formats: ID3v2.3 and 2.4 (id3.org); ISO/IEC 14496-12, the boxes `moov`, `udta`, `meta`, `ilst` as QuickTime writes them.

use std::io::{self, Read};

use whose_model::{Cause, PassageKind};

use crate::{
    encoding::Charset,
    exhibit::Reading,
    fields::{be32, be64},
    source::Source,
};

/// Bytes of tags that are looked at: pictures of covers stand among them.
const MAX_TAGS: usize = 16 << 20;
const MAX_DEPTH: u8 = 8;

/// Reads a sound or film.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    reading.gap(
        Cause::UnsupportedFormat,
        "audio or video: no local transcriber is configured; only its tags were read",
    );
    let mut tags = String::new();
    let head = source.ahead(12);
    if head.starts_with(b"ID3") && head.len() >= 10 {
        let n = synchsafe(be32(head, 6)) as usize;
        let n = n.min(MAX_TAGS);
        let version = head[3];
        source.pass(10);
        let frames = source.ahead(n);
        id3(&frames[..frames.len().min(n)], version, &mut tags);
    } else if head.get(4..8) == Some(b"ftyp") {
        movie(source, &mut tags);
    }
    reading.part("tags", &tags, PassageKind::Title);
}

/// Four times seven bits.
fn synchsafe(value: u32) -> u32 {
    (0..4).fold(0, |all, index| {
        all | (value >> (index * 8) & 0x7F) << (index * 7)
    })
}

fn id3(mut frames: &[u8], version: u8, tags: &mut String) {
    while frames.len() > 10 && frames[0].is_ascii_uppercase() {
        let size = be32(frames, 4);
        let size = if version >= 4 { synchsafe(size) } else { size };
        let Some(body) = frames.get(10..10_usize.saturating_add(size as usize)) else {
            return;
        };
        let (id, rest) = (&frames[..4], body.get(1..).unwrap_or(&[]));
        let encoding = body.first().copied().unwrap_or(0);
        match id {
            [b'T', ..] => push(tags, &text(encoding, rest)),
            // Three letters name the language.
            b"COMM" | b"USLT" => push(tags, &text(encoding, rest.get(3..).unwrap_or(&[]))),
            _ => {}
        }
        frames = &frames[10 + body.len()..];
    }
}

fn text(encoding: u8, bytes: &[u8]) -> String {
    let little = !bytes.starts_with(&[0xFE, 0xFF]) && encoding == 1;
    let charset = match encoding {
        1 | 2 => Charset::Utf16 { little },
        3 => Charset::Utf8,
        _ => Charset::Single(encoding_rs::WINDOWS_1252),
    };
    charset
        .decode(bytes)
        .replace('\0', " ")
        .replace('\u{feff}', "")
}

fn push(tags: &mut String, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        tags.push_str(text);
        tags.push('\n');
    }
}

/// Boxes of the file itself: the one with the tags may stand first or last.
fn movie(source: &mut Source<'_>, tags: &mut String) {
    loop {
        let head = source.ahead(16);
        if head.len() < 16 {
            return;
        }
        let is_movie = &head[4..8] == b"moov";
        let (n_head, size) = match be32(head, 0) {
            1 => (16, be64(head, 8)),
            n => (8, u64::from(n)),
        };
        let Some(n) = size.checked_sub(n_head) else {
            return;
        };
        source.pass(n_head as usize);
        if is_movie {
            let n = usize::try_from(n).unwrap_or(usize::MAX).min(MAX_TAGS);
            let body = source.ahead(n);
            boxes(&body[..body.len().min(n)], 0, tags);
            return;
        }
        if io::copy(&mut source.take(n), &mut io::sink()).unwrap_or(0) < n {
            return;
        }
    }
}

fn boxes(mut bytes: &[u8], depth: u8, tags: &mut String) {
    while bytes.len() >= 8 && depth < MAX_DEPTH {
        let size = be32(bytes, 0) as usize;
        let Some(body) = bytes.get(8..size.max(8)) else {
            return;
        };
        let kind = &bytes[4..8];
        match kind {
            b"udta" | b"ilst" => boxes(body, depth + 1, tags),
            // Apple's has four bytes of version first.
            b"meta" => boxes(body.get(4..).unwrap_or(&[]), depth + 1, tags),
            // Kind 1 is text in UTF-8.
            b"data" if be32(body, 0) == 1 => {
                push(tags, &String::from_utf8_lossy(body.get(8..).unwrap_or(&[])));
            }
            _ if depth >= 3 => boxes(body, depth + 1, tags),
            _ => {}
        }
        bytes = &bytes[body.len() + 8..];
    }
}

#[cfg(test)]
mod tests {
    use crate::testkit::read_bytes;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut bytes = (body.len() as u32 + 8).to_be_bytes().to_vec();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn tags_of_sound_and_film_are_read_and_the_rest_is_a_gap() {
        let mut sound = b"ID3\x03\0\0\0\0\0\x22TIT2\0\0\0\x12\0\0\0Dictation on Roy\0".to_vec();
        sound.extend_from_slice(&[0; 30]);
        sound.extend_from_slice(&[0xFF, 0xFB, 0x90, 0x64]);
        let data = boxed(b"data", b"\0\0\0\x01\0\0\0\0Visit of Okafor");
        let list = boxed(b"ilst", &boxed(b"\xa9nam", &data));
        let meta = boxed(b"meta", &[&[0; 4][..], &list].concat());
        let film = [
            boxed(b"ftyp", b"isom\0\0\0\0isommp42"),
            boxed(b"mdat", &[0; 100]),
            boxed(b"moov", &boxed(b"udta", &meta)),
        ]
        .concat();
        for (name, bytes, said) in [
            ("a.mp3", &sound, "Dictation on Roy"),
            ("a.mp4", &film, "Visit of Okafor"),
        ] {
            let given = read_bytes(name, bytes);
            assert_eq!(given.end_of(name).format, "media");
            assert_eq!(given.text().trim(), said);
            assert!(given.gaps[0].detail.contains("no local transcriber"));
        }
    }
}
