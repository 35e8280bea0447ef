//! Word documents put together by hand, and any bytes in their place.

use proptest::prelude::*;
use whose_model::{Cause, Outcome};

use crate::{
    ole::rebuild::Builder,
    testkit::{Given, read_bytes},
};

/// A document whose text lies in the given pieces, each wide or not.
fn doc(pieces: &[(&str, bool)], n_characters: [u32; 8]) -> Vec<u8> {
    let mut main = vec![0; 0x800];
    let mut table = Vec::new();
    let mut places = Vec::new();
    let mut cp = 0_u32;
    table.extend(cp.to_le_bytes());
    for (text, is_wide) in pieces {
        let at = main.len() as u32;
        if *is_wide {
            main.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            places.push(at);
        } else {
            main.extend(encoding_rs::WINDOWS_1252.encode(text).0.iter());
            places.push((at * 2) | 0x4000_0000);
        }
        cp += text.encode_utf16().count() as u32;
        table.extend(cp.to_le_bytes());
    }
    for place in places {
        table.extend([0, 0]);
        table.extend(place.to_le_bytes());
        table.extend([0, 0]);
    }
    let mut clx = vec![2];
    clx.extend((table.len() as u32).to_le_bytes());
    clx.extend(table);
    let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &[0xEC, 0xA5, 0xC1, 0]);
    put(0x0A, &0x1200_u16.to_le_bytes());
    put(0x20, &14_u16.to_le_bytes());
    put(0x3E, &22_u16.to_le_bytes());
    for (index, n) in n_characters.iter().enumerate() {
        put(0x4C + index * 4, &n.to_le_bytes());
    }
    put(0x98, &93_u16.to_le_bytes());
    put(0x1A2, &0_u32.to_le_bytes());
    put(0x1A6, &(clx.len() as u32).to_le_bytes());
    let mut file = Builder::new([0; 16]);
    file.stream(0, "WordDocument", &main);
    file.stream(0, "1Table", &clx);
    file.finish()
}

fn parts(given: &Given) -> Vec<String> {
    let passages = given
        .segments
        .iter()
        .filter_map(|(_, segment)| match segment {
            whose_model::Segment::Passage(passage) => Some(passage),
            _ => None,
        });
    passages
        .map(|passage| format!("{:?} {}", passage.kind, passage.text.trim()))
        .collect()
}

#[test]
fn text_lies_in_pieces_of_two_widths() {
    let bytes = doc(
        &[("Dear Léa,\r", false), ("Dvořák\r", true), ("end", false)],
        [20, 0, 0, 0, 0, 0, 0, 0],
    );
    let given = read_bytes("a.doc", &bytes);
    assert_eq!(parts(&given), ["Body Dear Léa,\nDvořák\nend"]);
    assert_eq!(given.outcome("a.doc"), Outcome::Read);
    assert_eq!(given.end_of("a.doc").format, "doc");
}

#[test]
fn stories_come_apart_and_headers_first() {
    let bytes = doc(
        &[("body\rnote\rhead\rsee\r", false)],
        [5, 5, 5, 0, 4, 0, 0, 0],
    );
    assert_eq!(
        parts(&read_bytes("a.doc", &bytes)),
        ["Margin head", "Body body", "Margin note", "Comment see"]
    );
}

#[test]
fn a_link_keeps_its_address_and_cells_are_on_one_line() {
    let text = "a \u{13} HYPERLINK \"mailto:roy@b.ca\" \u{14}Roy\u{15} b\rx\u{7}y\u{7}\u{7}z";
    let n = text.encode_utf16().count() as u32;
    let bytes = doc(&[(text, false)], [n, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(
        parts(&read_bytes("a.doc", &bytes)),
        ["Body a Roy <mailto:roy@b.ca> b\nx\ty\nz"]
    );
}

#[test]
fn a_lost_list_of_pieces_is_a_gap_and_not_silence() {
    let mut file = Builder::new([0; 16]);
    let mut main = vec![0; 0x800];
    main[..4].copy_from_slice(&[0xEC, 0xA5, 0xC1, 0]);
    main[0x18..0x1C].copy_from_slice(&0x800_u32.to_le_bytes());
    main[0x1C..0x20].copy_from_slice(&0x810_u32.to_le_bytes());
    main.extend(b"Anne Roy, ward 3");
    file.stream(0, "WordDocument", &main);
    let given = read_bytes("a.doc", &file.finish());
    assert_eq!(parts(&given), ["Body Anne Roy, ward 3"]);
    assert_eq!(given.gaps[0].cause, Cause::Corrupt);
}

#[test]
fn text_that_is_lost_is_told() {
    let letter = "Anne Roy, ward 3. ".repeat(60);
    let n = letter.len() as u32;
    let whole = doc(&[(&letter, false)], [n, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(read_bytes("a.doc", &whole).outcome("a.doc"), Outcome::Read);
    let mut bytes = whole;
    let at = memchr::memmem::find(&bytes, b"Anne Roy").unwrap();
    bytes[at + 100..at + 300].fill(0);
    let given = read_bytes("a.doc", &bytes);
    assert_eq!(given.gaps[0].cause, Cause::Corrupt);
    assert!(given.text().contains("Anne Roy"));
    // The file says that there is more text than its pieces have.
    let short = doc(&[("Anne Roy", false)], [40, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(read_bytes("a.doc", &short).gaps[0].cause, Cause::Corrupt);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn a_changed_document_is_survived(changes in prop::collection::vec((0_usize..9000, any::<u8>()), 1..30), cut in 0_usize..9000) {
        let mut bytes = doc(&[("Dear Léa,\r", false), ("x\u{13} a \u{14}b\u{15}\u{7}\u{7}", true)], [10, 5, 5, 0, 0, 0, 0, 0]);
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(bytes.len().min(cut + 600));
        let given = read_bytes("a.doc", &bytes);
        assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
    }
}
