//! PostgreSQL archives made byte by byte, of each version and packing, whole and broken.

use std::io::Write;

use proptest::prelude::*;

use super::tests::kept_as;

fn int(value: i32) -> Vec<u8> {
    let mut bytes = vec![u8::from(value < 0)];
    bytes.extend(value.unsigned_abs().to_le_bytes());
    bytes
}

fn text(value: &str) -> Vec<u8> {
    [int(value.len() as i32), value.as_bytes().to_vec()].concat()
}

const ENTRIES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "TABLE",
        "a_result",
        "CREATE TABLE public.a_result (id integer, visit integer);",
        "",
        "",
    ),
    (
        "TABLE",
        "visit",
        "CREATE TABLE public.visit (id integer, note text);",
        "",
        "",
    ),
    (
        "TABLE DATA",
        "a_result",
        "",
        "COPY public.a_result (id, visit) FROM stdin;\n",
        "1\t7\n\\.\n\n\n",
    ),
    (
        "TABLE DATA",
        "visit",
        "",
        "COPY public.visit (id, note) FROM stdin;\n",
        "7\ta\\tb\n\\.\n\n\n",
    ),
    (
        "FK CONSTRAINT",
        "f",
        "ALTER TABLE ONLY public.a_result\n    ADD CONSTRAINT f FOREIGN KEY (visit) REFERENCES public.visit(id);",
        "",
        "",
    ),
];

/// An archive in the custom form whose blocks must be looked for, as after a pipe.
fn archive(minor: u8, packing: u8) -> Vec<u8> {
    let mut file = b"PGDMP\x01".to_vec();
    file.extend([minor, 0, 4, 8, 1]);
    if minor >= 15 {
        file.push(packing);
    } else {
        file.extend(int(if packing == 0 { 0 } else { -1 }));
    }
    for _ in 0..7 {
        file.extend(int(0));
    }
    for said in ["clinic", "15.1", "15.1"] {
        file.extend(text(said));
    }
    file.extend(int(ENTRIES.len() as i32));
    for (at, (kind, tag, definition, copy, _)) in ENTRIES.iter().enumerate() {
        file.extend(int(at as i32 + 1));
        file.extend(int(1));
        for part in ["0", "0", tag, kind] {
            file.extend(text(part));
        }
        if minor >= 11 {
            file.extend(int(2));
        }
        for part in [definition, "", copy, "public", ""] {
            file.extend(text(part));
        }
        if minor >= 14 {
            file.extend(text("heap"));
        }
        if minor >= 16 {
            file.extend(int(114));
        }
        file.extend(text("postgres"));
        file.extend(text("false"));
        file.extend(int(-1));
        file.push(1);
        file.extend([0; 8]);
    }
    for (at, (kind, _, _, _, rows)) in ENTRIES.iter().enumerate() {
        if *kind != "TABLE DATA" {
            continue;
        }
        file.push(1);
        file.extend(int(at as i32 + 1));
        let packed = pack(rows.as_bytes(), packing);
        for chunk in packed.chunks(10) {
            file.extend(int(chunk.len() as i32));
            file.extend(chunk);
        }
        file.extend(int(0));
    }
    file
}

fn pack(bytes: &[u8], packing: u8) -> Vec<u8> {
    match packing {
        1 => {
            let mut packer =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
        2 => {
            let mut packer = lz4_flex::frame::FrameEncoder::new(Vec::new());
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
        3 => zstd::stream::encode_all(bytes, 1).unwrap(),
        _ => bytes.to_vec(),
    }
}

#[test]
fn every_version_and_packing_gives_the_same_rows_in_the_order_of_their_keys() {
    for (minor, packing) in [
        (10, 0),
        (12, 1),
        (14, 0),
        (14, 1),
        (15, 2),
        (15, 3),
        (16, 0),
        (16, 1),
        (16, 2),
    ] {
        let kept = kept_as("pg-dump", &archive(minor, packing));
        assert_eq!(
            kept.lines,
            [
                "visit[1] id=7|note=a\tb",
                "a_result[1] id=1|visit>visit.id=7"
            ],
            "{minor} {packing}"
        );
        assert!(kept.gaps.is_empty());
    }
}

#[test]
fn a_table_that_is_cut_off_is_a_gap_and_the_others_are_read() {
    let whole = archive(14, 0);
    let kept = kept_as("pg-dump", &whole[..whole.len() - 12]);
    assert!(
        kept.lines
            .contains(&"a_result[1] id=1|visit>visit.id=7".to_owned())
    );
    assert_eq!(kept.gaps, ["truncated"]);
}

#[test]
fn an_archive_of_the_future_is_a_gap() {
    let mut file = archive(16, 0);
    file[6] = 99;
    assert_eq!(kept_as("pg-dump", &file).gaps, ["unsupported-format"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_archive_never_panics(
        changes in prop::collection::vec((5_usize..900, any::<u8>()), 0..20),
        len in 5_usize..1200,
        packing in 0_u8..4,
    ) {
        let mut file = archive(16, packing);
        for (at, byte) in changes {
            if let Some(there) = file.get_mut(at) {
                *there = byte;
            }
        }
        file.truncate(len);
        let kept = kept_as("pg-dump", &file);
        prop_assert!(!kept.gaps.contains(&"crash"));
    }
}
