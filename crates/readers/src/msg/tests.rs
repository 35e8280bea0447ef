//! Message files, written here: whole, torn and hostile.

use proptest::prelude::*;
use whose_model::{Cause, Outcome};

use crate::{
    ole::compound::Compound,
    testkit::{fields, read_bytes},
};

/// What a storage holds.
enum Part {
    Stream(&'static str, Vec<u8>),
    Storage(&'static str, Vec<Part>),
}
use Part::{Storage, Stream};

struct Writer {
    sectors: Vec<u8>,
    /// Name, kind, right sibling, child, start, size.
    entries: Vec<(String, u8, u32, u32, u32, u32)>,
    fat: Vec<u32>,
}

const NONE: u32 = 0xFFFF_FFFF;
const END: u32 = 0xFFFF_FFFE;

impl Writer {
    fn chain(&mut self, bytes: &[u8]) -> u32 {
        let start = (self.sectors.len() / 512) as u32;
        for chunk in bytes.chunks(512) {
            self.sectors.extend_from_slice(chunk);
            let len = self.sectors.len().next_multiple_of(512);
            self.sectors.resize(len, 0);
            self.fat.push(self.fat.len() as u32 + 1);
        }
        match bytes.is_empty() {
            true => END,
            false => {
                *self.fat.last_mut().unwrap() = END;
                start
            }
        }
    }

    /// Adds the parts as a list that leans to the right; gives the first.
    fn put(&mut self, parts: &[Part]) -> u32 {
        let mut next = NONE;
        for part in parts.iter().rev() {
            let entry = match part {
                Stream(name, bytes) => {
                    let start = self.chain(bytes);
                    ((*name).to_owned(), 2, next, NONE, start, bytes.len() as u32)
                }
                Storage(name, parts) => {
                    let child = self.put(parts);
                    ((*name).to_owned(), 1, next, child, END, 0)
                }
            };
            self.entries.push(entry);
            next = self.entries.len() as u32 - 1;
        }
        next
    }
}

/// A compound file with these parts; all streams in sectors of the usual size.
fn compound(parts: &[Part]) -> Vec<u8> {
    let mut writer = Writer {
        sectors: Vec::new(),
        entries: vec![("Root Entry".to_owned(), 5, NONE, NONE, END, 0)],
        fat: Vec::new(),
    };
    writer.entries[0].3 = writer.put(parts);
    let mut directory = Vec::new();
    for (name, kind, right, child, start, size) in &writer.entries {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(64, 0);
        entry.extend((name.len() as u16 * 2 + 2).to_le_bytes());
        entry.extend([*kind, 1]);
        for number in [NONE, *right, *child] {
            entry.extend(number.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(u64::from(*size).to_le_bytes());
        directory.extend(entry);
    }
    let directory = writer.chain(&directory);
    let n_fat = (writer.fat.len() + 8).div_ceil(120);
    let fat_at = writer.fat.len() as u32;
    writer.fat.extend(std::iter::repeat_n(0xFFFF_FFFD, n_fat));
    writer.fat.resize(n_fat * 128, NONE);
    let mut out = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    out.resize(24, 0);
    out.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    out.resize(44, 0);
    out.extend((n_fat as u32).to_le_bytes());
    out.extend(directory.to_le_bytes());
    out.extend([0; 4]);
    // No stream is small.
    out.extend(1_u32.to_le_bytes());
    for number in [END, 0, END, 0] {
        out.extend(number.to_le_bytes());
    }
    for n in 0..109 {
        let place = if n < n_fat as u32 { fat_at + n } else { NONE };
        out.extend(place.to_le_bytes());
    }
    out.extend(&writer.sectors);
    for number in &writer.fat {
        out.extend(number.to_le_bytes());
    }
    out
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn fixed(n_header: usize, values: &[(u32, u64)]) -> Part {
    let mut bytes = vec![0; n_header];
    for (tag, value) in values {
        bytes.extend(tag.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(value.to_le_bytes());
    }
    Stream("__properties_version1.0", bytes)
}

fn rtf() -> Vec<u8> {
    let rtf = br"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}Chart of Ren\'e9e{\*\htmltag72 </p>}}";
    let mut out = ((rtf.len() + 12) as u32).to_le_bytes().to_vec();
    out.extend((rtf.len() as u32).to_le_bytes());
    out.extend(b"MELA\0\0\0\0");
    out.extend(rtf);
    out
}

fn message() -> Vec<u8> {
    let enclosed = vec![
        fixed(24, &[]),
        Stream("__substg1.0_0037001F", wide("enclosed")),
        Stream("__substg1.0_1000001F", wide("an older letter")),
    ];
    compound(&[
        Storage(
            "__nameid_version1.0",
            vec![
                Stream("__substg1.0_00020102", vec![]),
                Stream("__substg1.0_00030102", vec![0, 0, 0, 0, 5, 0, 0, 0]),
                Stream(
                    "__substg1.0_00040102",
                    [&[16, 0, 0, 0][..], &wide("Chart no")].concat(),
                ),
            ],
        ),
        fixed(
            32,
            &[(0x3FFD_0003, 1252), (0x0039_0040, 133_800_000_000_000_000)],
        ),
        Stream("__substg1.0_001A001F", wide("IPM.Note")),
        Stream("__substg1.0_0037001E", b"Ren\xe9e".to_vec()),
        Stream("__substg1.0_0C1A001F", wide("Anna Roy")),
        Stream("__substg1.0_0C1F001F", wide("anna@clinic.example")),
        Stream("__substg1.0_1035001F", wide("<1@clinic.example>")),
        Stream("__substg1.0_10090102", rtf()),
        Stream("__substg1.0_8000001F", wide("A-17")),
        Storage(
            "__recip_version1.0_#00000000",
            vec![
                fixed(8, &[(0x0C15_0003, 2)]),
                Stream("__substg1.0_3001001E", b"L\xe9o Cy".to_vec()),
                Stream("__substg1.0_39FE001F", wide("leo@home.example")),
            ],
        ),
        Storage(
            "__attach_version1.0_#00000000",
            vec![
                fixed(8, &[(0x3705_0003, 1)]),
                Stream("__substg1.0_3707001F", wide("C:\\files\\chart.txt")),
                Stream("__substg1.0_37010102", b"potassium 4.1".to_vec()),
            ],
        ),
        Storage(
            "__attach_version1.0_#00000001",
            vec![
                fixed(8, &[(0x3705_0003, 5)]),
                Stream("__substg1.0_3001001F", wide("older")),
                Storage("__substg1.0_3701000D", enclosed),
            ],
        ),
        Storage(
            "__attach_version1.0_#00000002",
            vec![
                fixed(8, &[(0x3705_0003, 7)]),
                Stream("__substg1.0_370D001F", wide("https://drive.example/chart")),
            ],
        ),
    ])
}

#[test]
fn a_message_whose_body_is_rtf_only_is_read() {
    let given = read_bytes("a.msg", &message());
    assert_eq!(given.end_of("a.msg").format, "msg");
    assert!(given.text().contains("Chart of Renée"));
    let header = fields(&given, "mail");
    for (name, value) in [
        ("Subject", "Renée"),
        ("From", "Anna Roy <anna@clinic.example>"),
        ("Cc", "Léo Cy <leo@home.example>"),
        ("Date", "2024-12-30T02:40:00Z"),
        ("Message-ID", "<1@clinic.example>"),
        ("Chart no", "A-17"),
        ("Subject", "enclosed"),
    ] {
        assert!(header.contains(&(name.into(), value.into())), "{name}");
    }
}

#[test]
fn attachments_and_enclosed_messages_are_members() {
    let given = read_bytes("a.msg", &message());
    assert_eq!(given.end_of("a.msg/chart.txt").bytes, 13);
    assert_eq!(given.outcome("a.msg/older.msg"), Outcome::Read);
    assert!(given.text().contains("an older letter"));
    // A link is not the file that it leads to.
    assert_eq!(given.gaps.len(), 1);
    assert!(given.text().contains("https://drive.example/chart"));
}

#[test]
fn a_chain_of_sectors_that_loops_ends() {
    let mut bytes = message();
    let len = bytes.len();
    // The table of sectors is the last thing in the file.
    for at in (len - 512..len).step_by(4) {
        bytes[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    read_bytes("a.msg", &bytes);
    assert!(Compound::open(&bytes[..600]).is_none_or(|file| file.entry(0).is_some()));
    let given = read_bytes("a.msg", &message()[..512]);
    assert_eq!(given.gaps[0].cause, Cause::Corrupt);
}

#[test]
fn a_sector_that_is_lost_is_told() {
    let whole = message();
    for sector in 1..whole.len() / 512 {
        let mut bytes = whole.clone();
        bytes.drain(sector * 512..(sector + 1) * 512);
        let given = read_bytes("a.msg", &bytes);
        // One of them is the link's in any case.
        let is_told = given
            .gaps
            .iter()
            .any(|gap| gap.cause != Cause::UnsupportedFormat);
        assert!(is_told, "{sector}: {:?}", given.gaps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_ends_in_one_outcome(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = message();
        for (place, value) in places {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        if is_cut {
            let len = cut.index(bytes.len());
            bytes.truncate(len);
        }
        let given = read_bytes("a.msg", &bytes);
        prop_assert!(!given.ended.is_empty() || bytes.is_empty());
    }
}
