//! TNEF streams, written here: whole, torn and hostile.

use proptest::prelude::*;
use whose_model::{Cause, Outcome};

use crate::testkit::{fields, read_bytes};

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    let mut out = vec![level];
    out.extend(id.to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    let sum = data
        .iter()
        .fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    out.extend(sum.to_le_bytes());
    out
}

fn prop(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out = tag.to_le_bytes().to_vec();
    if tag as u16 == 0x03 {
        out.extend(value);
        return out;
    }
    out.extend(1_u32.to_le_bytes());
    out.extend((value.len() as u32).to_le_bytes());
    out.extend(value);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

fn list(props: &[Vec<u8>]) -> Vec<u8> {
    [&(props.len() as u32).to_le_bytes()[..], &props.concat()].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect()
}

fn stream(attributes: &[Vec<u8>]) -> Vec<u8> {
    [&b"\x78\x9f\x3e\x22\x01\0"[..], &attributes.concat()].concat()
}

fn named(name: &str, value: &str) -> Vec<u8> {
    let mut out = 0x8001_001F_u32.to_le_bytes().to_vec();
    out.extend([0x29, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]);
    out.extend(1_u32.to_le_bytes());
    let name = wide(name);
    out.extend((name.len() as u32).to_le_bytes());
    out.extend(&name);
    out.resize(out.len().next_multiple_of(4), 0);
    out.extend(&prop(0x8001_001F, &wide(value))[4..]);
    out
}

fn winmail() -> Vec<u8> {
    let inner = stream(&[
        attribute(1, 0x0001_8004, b"enclosed\0"),
        attribute(1, 0x0002_800C, b"an older letter\0"),
    ]);
    let object = [
        &[7, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46][..],
        &inner,
    ]
    .concat();
    stream(&[
        attribute(1, 0x0006_9007, &[0xE4, 4, 0, 0, 0, 0, 0, 0]),
        attribute(1, 0x0001_8004, b"Ren\xe9e\0"),
        attribute(
            1,
            0x0003_8005,
            &[0xE8, 7, 12, 0, 30, 0, 2, 0, 40, 0, 0, 0, 1, 0],
        ),
        attribute(
            1,
            0x0006_9003,
            &list(&[
                prop(0x1000_001E, b"see the chart of L\xe9o\0"),
                prop(0x1035_001F, &wide("<1@clinic.example>")),
                named("Chart no", "A-17"),
            ]),
        ),
        attribute(
            1,
            0x0006_9004,
            &[
                &1_u32.to_le_bytes()[..],
                &list(&[
                    prop(0x0C15_0003, &1_u32.to_le_bytes()),
                    prop(0x3001_001F, &wide("Léo Cy")),
                    prop(0x3003_001F, &wide("leo@home.example")),
                ]),
            ]
            .concat(),
        ),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"chart.txt\0"),
        attribute(2, 0x0006_800F, b"potassium 4.1"),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"older\0"),
        attribute(2, 0x0006_9005, &list(&[prop(0x3701_000D, &object)])),
    ])
}

#[test]
fn the_message_and_what_it_encloses_are_read() {
    let given = read_bytes("winmail.dat", &winmail());
    assert!(given.gaps.is_empty(), "{:?}", given.gaps);
    assert_eq!(given.end_of("winmail.dat").format, "tnef");
    assert_eq!(given.end_of("winmail.dat/chart.txt").bytes, 13);
    assert_eq!(given.outcome("winmail.dat/older.msg"), Outcome::Read);
    assert!(given.text().contains("see the chart of Léo"));
    assert!(given.text().contains("an older letter"));
    let header = fields(&given, "mail");
    for (name, value) in [
        ("Subject", "Renée"),
        ("To", "Léo Cy <leo@home.example>"),
        ("Date", "2024-12-30T02:40:00Z"),
        ("Message-ID", "<1@clinic.example>"),
        ("Chart no", "A-17"),
    ] {
        assert!(header.contains(&(name.into(), value.into())), "{name}");
    }
}

#[test]
fn a_winmail_within_a_mail_is_read() {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut mail = b"From: a@b.ca\nTo: c@d.ca\nMIME-Version: 1.0\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n".to_vec();
    for three in winmail().chunks(3) {
        let held = three
            .iter()
            .fold(0_usize, |held, byte| held << 8 | usize::from(*byte));
        let held = held << (8 * (3 - three.len()));
        mail.extend((0..=three.len()).map(|n| LETTERS[held >> (18 - 6 * n) & 63]));
    }
    let given = read_bytes("a.eml", &mail);
    assert_eq!(given.end_of("a.eml/winmail.dat").format, "tnef");
    assert!(given.text().contains("see the chart of Léo"));
}

#[test]
fn a_stream_that_is_cut_off_gives_what_came_before() {
    let whole = winmail();
    for len in (6..whole.len()).step_by(3) {
        read_bytes("winmail.dat", &whole[..len]);
    }
    let given = read_bytes("winmail.dat", &whole[..whole.len() - 20]);
    assert!(given.gaps.iter().any(|gap| gap.cause == Cause::Truncated));
    assert!(given.text().contains("see the chart"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_ends_in_one_outcome(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = winmail();
        for (place, value) in places {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        let given = read_bytes("winmail.dat", &bytes);
        prop_assert!(!given.ended.is_empty());
    }
}
