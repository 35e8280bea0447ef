//! A HEIC or AVIF picture in, the pictures that it holds out, decoded by Debian's `heif-thumbnailer`.
//!
//! No decoder in Rust has a licence that fits, so a program of libheif's is lent
//! one. It gives the one picture that a file calls its primary, as PNG, already
//! turned as the file says; so a file of several is given to it once for each,
//! with that name changed. Tiles, thumbnails, masks and maps of depth are parts
//! of a picture and none of their own.
//!
//! Formats: ISO/IEC 14496-12, 8.11 (boxes of a file's items); ISO/IEC 23008-12,
//! 6 (pictures and what refers to them).

use std::{collections::BTreeSet, io::Read, ops::Range};

use whose_model::Cause;

use super::{Frame, MAX_SAMPLES, Trouble, decode};
use crate::{
    exhibit::Reading,
    programs::{Program, ProgramInput, Refusal},
};

/// Pictures of one file that are looked at.
const MAX_PICTURES: usize = 64;
/// What the program makes a picture smaller to fit into, if it is larger: nothing is.
const SIDE: &str = "1000000";

const UNKNOWN: Trouble = (
    Cause::UnreadableScan,
    "a HEIC or AVIF picture that libheif cannot decode",
);

/// Calls `take` for each picture. An error when the program is not to be had.
pub(super) fn frames(
    bytes: &[u8],
    reading: &mut Reading<'_>,
    take: &mut dyn FnMut(Frame, &mut Reading<'_>) -> bool,
) -> Result<(), Refusal> {
    let items = items(bytes).unwrap_or_default();
    let Some((primary, others)) = items.pictures.split_first() else {
        // What the boxes do not show, the program may see.
        let frame = decoded(bytes, reading)?;
        take(frame, reading);
        return Ok(());
    };
    let frame = if *primary == items.primary {
        decoded(bytes, reading)?
    } else {
        decoded(&items.with_primary(bytes, *primary), reading)?
    };
    let mut goes_on = take(frame, reading);
    for (n, other) in others.iter().enumerate() {
        if !goes_on {
            break;
        }
        if n + 1 >= MAX_PICTURES {
            let detail = "more pictures in a HEIC or AVIF file than are looked at";
            take(Frame::lost((Cause::TooLarge, detail)), reading);
            break;
        }
        let frame = decoded(&items.with_primary(bytes, *other), reading)?;
        goes_on = take(frame, reading);
    }
    Ok(())
}

/// The primary picture of a file.
fn decoded(bytes: &[u8], reading: &mut Reading<'_>) -> Result<Frame, Refusal> {
    let arguments = ["-p", "-s", SIDE, "/dev/stdin", "/dev/stdout"];
    let input = ProgramInput::Bytes(bytes);
    let mut output = reading.start_program(Program::HeifThumbnailer, &arguments, input)?;
    let mut picture = Vec::new();
    // What a program gave before it died is a picture that is cut off.
    let _ = (&mut output).take(MAX_SAMPLES).read_to_end(&mut picture);
    let _ = output.end();
    reading.pulse();
    Ok(if picture.is_empty() {
        Frame::lost(UNKNOWN)
    } else {
        decode::png(&picture)
    })
}

/// The pictures that a file lists.
#[derive(Default)]
struct Items {
    /// The one that the file calls its primary; the first of `pictures` if it is one.
    primary: u32,
    /// Where its number stands in the file.
    place: Range<usize>,
    pictures: Vec<u32>,
}

impl Items {
    /// The file with another picture as its primary.
    fn with_primary(&self, bytes: &[u8], picture: u32) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        if let Some(number) = bytes.get_mut(self.place.clone()) {
            let all = picture.to_be_bytes();
            number.copy_from_slice(&all[all.len() - number.len()..]);
        }
        bytes
    }
}

/// A box: what it is, and where its content stands.
struct Part {
    kind: [u8; 4],
    content: Range<usize>,
}

/// The boxes in a stretch, as far as they are whole.
fn parts(bytes: &[u8], within: Range<usize>) -> Vec<Part> {
    let mut found = Vec::new();
    let mut at = within.start;
    while let Some(head) = bytes.get(at..within.end).and_then(|it| it.get(..8)) {
        let kind = [head[4], head[5], head[6], head[7]];
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let (n_head, size) = match size {
            // To the end of the file.
            0 => (8, within.end - at),
            1 => {
                let long = bytes.get(at + 8..at + 16).and_then(|it| it.try_into().ok());
                let long = long.map_or(0, u64::from_be_bytes);
                (16, usize::try_from(long).unwrap_or(usize::MAX))
            }
            size => (8, size as usize),
        };
        let Some(end) = at.checked_add(size).filter(|end| *end <= within.end) else {
            break;
        };
        if size < n_head {
            break;
        }
        found.push(Part {
            kind,
            content: at + n_head..end,
        });
        at = end;
    }
    found
}

/// Numbers taken one after the other.
struct Numbers<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Numbers<'_> {
    /// A number of so many bytes, high byte first.
    fn next(&mut self, n: usize) -> Option<u32> {
        let bytes = self.bytes.get(self.at..self.at.checked_add(n)?)?;
        self.at += n;
        Some(
            bytes
                .iter()
                .fold(0, |all, byte| all << 8 | u32::from(*byte)),
        )
    }
}

/// What a file's tables say of its pictures; `None` when they cannot be read.
fn items(bytes: &[u8]) -> Option<Items> {
    let find = |parts: &[Part], kind: &[u8; 4]| {
        let part = parts.iter().find(|part| part.kind == *kind);
        part.map(|part| part.content.clone())
    };
    let meta = find(&parts(bytes, 0..bytes.len()), b"meta")?;
    let parts_of = parts(bytes, meta.start.checked_add(4)?..meta.end);
    let numbers = |content: &Range<usize>| Numbers {
        bytes: &bytes[..content.end],
        at: content.start,
    };

    let primary = find(&parts_of, b"pitm")?;
    let mut head = numbers(&primary);
    let n_primary = if head.next(4)? >> 24 == 0 { 2 } else { 4 };
    let place = head.at..head.at + n_primary;
    let primary = head.next(n_primary)?;

    let infos = find(&parts_of, b"iinf")?;
    let n_count = if numbers(&infos).next(1)? == 0 { 2 } else { 4 };
    let mut pictures = BTreeSet::new();
    for info in parts(bytes, infos.start + 4 + n_count..infos.end) {
        let mut head = numbers(&info.content);
        let Some((version, flags)) = head.next(1).zip(head.next(3)) else {
            continue;
        };
        let id = head.next(if version >= 3 { 4 } else { 2 });
        // What is protected cannot be seen.
        let kind = head
            .next(2)
            .and_then(|_| head.next(4))
            .map(u32::to_be_bytes);
        let is_picture = kind.is_some_and(|kind| {
            matches!(
                &kind,
                b"hvc1" | b"hev1" | b"av01" | b"avc1" | b"jpeg" | b"grid" | b"iovl" | b"iden"
            )
        });
        // The last flag hides it.
        if version >= 2 && flags & 1 == 0 && is_picture {
            pictures.extend(id);
        }
    }

    if let Some(references) = find(&parts_of, b"iref") {
        let n_id = if numbers(&references).next(1)? == 0 {
            2
        } else {
            4
        };
        for reference in parts(bytes, references.start + 4..references.end) {
            let mut head = numbers(&reference.content);
            let Some(from) = head.next(n_id) else {
                continue;
            };
            match &reference.kind {
                b"thmb" | b"auxl" => {
                    pictures.remove(&from);
                }
                // Out of these another is put together.
                b"dimg" => {
                    let n = head.next(2).unwrap_or(0);
                    for _ in 0..n {
                        let Some(part) = head.next(n_id) else { break };
                        pictures.remove(&part);
                    }
                }
                _ => {}
            }
        }
    }
    let is_first = pictures.remove(&primary);
    let first = is_first.then_some(primary);
    Some(Items {
        primary,
        place,
        pictures: first.into_iter().chain(pictures).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let n = (content.len() as u32 + 8).to_be_bytes();
        [&n, &kind[..], content].concat()
    }

    /// An item of a number, hidden or not.
    fn info(id: u8, kind: &[u8; 4], is_hidden: bool) -> Vec<u8> {
        let head = [2, 0, 0, u8::from(is_hidden), 0, id, 0, 0];
        part(b"infe", &[&head, &kind[..], b"\0"].concat())
    }

    fn file(primary: u8) -> Vec<u8> {
        let infos = [
            info(1, b"hvc1", false),
            info(2, b"grid", false),
            info(3, b"hvc1", true),
            info(4, b"hvc1", false),
            info(5, b"hvc1", false),
            info(6, b"Exif", false),
            info(7, b"av01", false),
        ];
        let infos = [&[0, 0, 0, 0, 0, 7], &infos.concat()[..]].concat();
        let references = [
            part(b"dimg", &[0, 2, 0, 1, 0, 5]),
            part(b"thmb", &[0, 4, 0, 1, 0, 2]),
            part(b"cdsc", &[0, 6, 0, 1, 0, 2]),
        ];
        let references = [&[0; 4], &references.concat()[..]].concat();
        let meta = [
            &[0; 4],
            &part(b"pitm", &[0, 0, 0, 0, 0, primary])[..],
            &part(b"iinf", &infos),
            &part(b"iref", &references),
        ];
        let brand = part(b"ftyp", b"heic\0\0\0\0");
        [brand, part(b"meta", &meta.concat())].concat()
    }

    #[test]
    fn tiles_thumbnails_and_hidden_items_are_no_pictures_of_their_own() {
        let bytes = file(2);
        let items = items(&bytes).unwrap();
        assert_eq!((items.primary, &items.pictures[..]), (2, &[2, 1, 7][..]));
        assert_eq!(items.with_primary(&bytes, 7), file(7));
    }

    #[test]
    fn without_its_program_the_gap_names_it() {
        let given = crate::testkit::read_bytes("a.heic", &file(2));
        assert!(given.gaps[0].detail.contains("heif-thumbnailer"));
    }

    #[test]
    fn a_picture_that_the_program_cannot_decode_is_a_gap_for_each() {
        let given = crate::testkit::read_unseen("a.heic", &file(2));
        assert_eq!(given.gaps.len(), 3);
    }

    proptest::proptest! {
        #[test]
        fn any_change_is_survived(changes in proptest::collection::vec((proptest::prelude::any::<proptest::sample::Index>(), proptest::num::u8::ANY), 1..8), cut in proptest::prelude::any::<proptest::sample::Index>()) {
            let mut bytes = file(2);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(cut.index(bytes.len() + 1));
            if let Some(items) = items(&bytes) {
                assert_eq!(items.with_primary(&bytes, 1).len(), bytes.len());
            }
        }
    }
}
