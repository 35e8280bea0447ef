//! Containers as they come: locked, split, cut off, lying about themselves.

use std::io::Write;

use proptest::prelude::*;
use whose_model::{Cause, ExhibitPath, Limits, Outcome, Phi};

use crate::{
    Aids, Input,
    testkit::{Given, read_bytes, read_within},
};

fn made(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/made/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn read_with(name: &str, bytes: &[u8], passwords: &[&str]) -> Given {
    let passwords: Vec<_> = passwords
        .iter()
        .map(|word| Phi::new((*word).to_owned()))
        .collect();
    let aids = Aids {
        passwords: &passwords,
        programs: None,
    };
    let mut given = Given::default();
    crate::read_with(
        Input::Memory(bytes),
        &ExhibitPath(name.to_owned()),
        &Limits::default(),
        &aids,
        &mut given,
    );
    assert!(given.open.is_empty());
    given
}

#[test]
fn a_password_of_the_bank_opens_what_is_locked_and_a_wrong_one_is_a_gap() {
    for name in [
        "locked-old.zip",
        "locked-aes.zip",
        "locked.7z",
        "locked-names.7z",
    ] {
        let bytes = made(name);
        let opened = read_with(name, &bytes, &["wrong", "ward 7"]);
        assert!(
            opened.gaps.is_empty(),
            "{name}: {:?}",
            opened
                .gaps
                .iter()
                .map(|gap| &gap.detail)
                .collect::<Vec<_>>()
        );
        let member = opened.end_of(&format!("{name}/Users/anna/list.csv"));
        assert_eq!((member.format, member.bytes), ("csv", 47), "{name}");
        for words in [&["wrong"][..], &[]] {
            let shut = read_with(name, &bytes, words);
            assert!(
                shut.gaps.iter().any(|gap| gap.cause == Cause::Password),
                "{name}"
            );
            assert_eq!(shut.segments.len(), 0, "{name}");
        }
    }
}

/// A ZIP of stored members.
fn zip(members: &[(&str, &[u8])], listed: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (index, (name, content)) in members.iter().enumerate() {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut fields = Vec::new();
        fields.extend_from_slice(&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        fields.extend_from_slice(&crc.sum().to_le_bytes());
        fields.extend_from_slice(&(content.len() as u32).to_le_bytes());
        fields.extend_from_slice(&(content.len() as u32).to_le_bytes());
        fields.extend_from_slice(&(name.len() as u16).to_le_bytes());
        fields.extend_from_slice(&[0, 0]);
        if index < listed {
            directory.extend_from_slice(b"PK\x01\x02\x14\0");
            directory.extend_from_slice(&fields);
            directory.extend_from_slice(&[0; 10]);
            directory.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            directory.extend_from_slice(name.as_bytes());
        }
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&fields);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(content);
    }
    let at = bytes.len() as u32;
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&(listed as u16).to_le_bytes());
    bytes.extend_from_slice(&(listed as u16).to_le_bytes());
    bytes.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&at.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

#[test]
fn a_member_that_the_directory_hides_is_read_and_noted() {
    let bytes = zip(&[("a.txt", b"seen on ward"), ("b.txt", b"hidden Roy")], 1);
    let given = read_bytes("a.zip", &bytes);
    assert_eq!(given.text(), "seen on wardhidden Roy");
    assert_eq!(given.gaps.len(), 1);
    assert_eq!(given.end_of("a.zip").n_expected, Some(1));
}

#[test]
fn names_stay_names_whatever_they_say() {
    let long = "n".repeat(60_000);
    let bytes = zip(
        &[
            ("../../etc/passwd", b"one"),
            ("/etc/shadow", b"two"),
            ("C:\\CON", b"three"),
            ("gpj\u{202e}exe.txt", b"four"),
            ("a\nb\x1b[31m.txt", b"five"),
            (&long, b"six"),
            ("same.txt", b"seven"),
            ("same.txt", b"eight"),
        ],
        8,
    );
    let given = read_bytes("a.zip", &bytes);
    assert_eq!(given.gaps.len(), 0);
    assert_eq!(given.ended.len(), 9);
    for (path, _) in &given.ended {
        assert!(path.0.len() < 600);
        assert!(!path.0.contains(['\u{202e}', '\n', '\x1b']));
    }
    assert!(
        given
            .ended
            .iter()
            .any(|(path, _)| path.0 == "a.zip/same (2).txt")
    );
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_bomb_beside_other_members_costs_itself_only() {
    let bomb = deflate(&deflate(&vec![0; 96 << 20]));
    let bytes = zip(
        &[
            ("bomb.gz", &bomb),
            ("bomb-2.gz", &bomb),
            ("list.txt", b"Roy was seen on the ward"),
        ],
        3,
    );
    let limits = Limits {
        max_unpacked_bytes: 64 << 20,
        ..Limits::default()
    };
    for limits in [limits, Limits::default()] {
        let given = read_within("a.zip", &bytes, &limits);
        assert!(given.gaps.iter().any(|gap| gap.cause == Cause::TooLarge));
        assert_eq!(given.outcome("a.zip/list.txt"), Outcome::Read);
        assert!(given.text().ends_with("Roy was seen on the ward"));
    }
}

#[test]
fn parts_of_a_split_archive_say_so_and_give_what_is_whole_in_them() {
    let first = read_bytes("split.zip.001", &made("split.zip.001"));
    assert!(
        first
            .gaps
            .iter()
            .any(|gap| gap.detail.contains("join the parts"))
    );
    let second = read_bytes("x.7z.002", &[0x80, 0, 1, 2, 3, 4, 5, 6, 0xFF, 0xFE, 0, 0]);
    assert_eq!(second.end_of("x.7z.002").format, "part");
    assert!(second.gaps[0].detail.contains("join the parts"));
}

#[test]
fn links_and_devices_of_a_tar_are_listed_and_never_followed() {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, kind) in [
        ("secret", tar::EntryType::Symlink),
        ("again", tar::EntryType::Link),
        ("disk", tar::EntryType::Block),
        ("pipe", tar::EntryType::Fifo),
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(0);
        tar.append_link(&mut header, name, "/etc/shadow").unwrap();
    }
    let given = read_bytes("a.tar", &tar.into_inner().unwrap());
    assert_eq!(given.ended.len(), 5);
    assert_eq!(given.end_of("a.tar/disk").format, "link");
    assert_eq!(given.segments.len(), 0);
}

#[test]
fn a_nested_file_too_large_to_be_held_is_set_aside_or_gives_its_strings() {
    let inner = zip(&[("list.txt", &b"Roy was seen. ".repeat(10_000))], 1);
    let outer = zip(&[("inner.zip", &inner)], 1);
    let limits = |max_held_bytes| Limits {
        max_held_bytes,
        ..Limits::default()
    };
    let given = read_within("a.zip", &outer, &limits(100_000));
    assert_eq!(given.outcome("a.zip/inner.zip/list.txt"), Outcome::Read);
    let given = read_within("a.zip", &outer, &limits(10_000));
    assert_eq!(given.gaps[0].cause, Cause::TooLarge);
    assert!(given.text().contains("Roy was seen."));
}

/// Small archives of every kind, and images unpacked.
fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/made");
    let mut samples = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_archive = [
            ".zip", ".7z", ".ar", ".cpio", ".arj", ".cab", ".lz4", ".Z", ".br", ".zlib", ".exe",
            ".001",
        ]
        .iter()
        .any(|ending| name.ends_with(ending));
        if is_archive {
            let bytes = made(&name);
            samples.push((name, bytes));
        } else if let Some(stem) = name.strip_suffix(".gz")
            && name.starts_with("dis")
        {
            let mut bytes = Vec::new();
            let packed = made(&name);
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut bytes)
                .unwrap();
            samples.push((stem.to_owned(), bytes));
        }
    }
    assert!(samples.len() > 20);
    samples
}

fn check(name: &str, given: &Given) {
    for gap in &given.gaps {
        assert_ne!(gap.cause, Cause::Crash, "{name}: {}", gap.exhibit);
    }
    for (path, ended) in &given.ended {
        let n_gaps = given.gaps.iter().filter(|gap| gap.exhibit == *path).count();
        assert_eq!(n_gaps == 0, ended.outcome == Outcome::Read, "{path}");
    }
}

#[test]
fn cut_off_anywhere_an_archive_or_image_gives_what_it_has_and_says_so() {
    for (name, bytes) in samples() {
        let step = if bytes.len() < 4096 {
            3
        } else {
            bytes.len() / 24
        };
        for n in (0..bytes.len()).step_by(step) {
            check(&name, &read_bytes(&name, &bytes[..n]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn bytes_changed_anywhere_break_nothing(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24)
    ) {
        for (name, mut bytes) in samples() {
            // Where the tables are: most of an image is zeros.
            let full: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] != 0).collect();
            for (place, byte) in &places {
                bytes[full[place.index(full.len())]] = *byte;
            }
            check(&name, &read_bytes(&name, &bytes));
        }
    }
}
