//! Sets of files as they are found: whole, with parts missing, and files that only look like a set.

use std::{
    cell::RefCell,
    io::{Read, Seek, SeekFrom, Write},
};

use proptest::prelude::*;
use whose_model::{Cause, ExhibitPath, Limits, Outcome, SetKind};

use super::{Beside, Neighbour};
use crate::{
    Aids, Input, Program, ProgramEnd, ProgramError, ProgramInput, Programs, Running, testkit::Given,
};

fn made(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/made/");
    let bytes = std::fs::read(format!("{folder}{name}")).unwrap();
    if !name.ends_with(".gz") {
        return bytes;
    }
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..])
        .read_to_end(&mut unpacked)
        .unwrap();
    unpacked
}

fn file(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

/// A set, some of it missing.
struct Set<'a> {
    kind: SetKind,
    whole: &'a str,
    parts: Vec<(&'a str, Option<Vec<u8>>)>,
}

impl Set<'_> {
    /// Reads one of its files, as the engine would have it read.
    fn read(&self, index: usize, programs: Option<&dyn Programs>) -> Given {
        let first = self.parts.iter().position(|(_, bytes)| bytes.is_some());
        let is_first = first == Some(index);
        let n = if is_first { self.parts.len() } else { 2 };
        let (name, own) = &self.parts[index];
        let beside = Beside {
            kind: self.kind,
            is_first,
            is_behind: self.parts[..index].iter().any(|(_, bytes)| bytes.is_none()),
            whole: self.whole.to_owned(),
            next: Some("the next".to_owned()),
            files: self
                .parts
                .iter()
                .take(n)
                .map(|(name, bytes)| Neighbour {
                    name: (*name).to_owned(),
                    file: bytes.as_deref().map(file),
                })
                .collect(),
        };
        let mut given = Given::default();
        crate::read_with(
            Input::Beside(file(own.as_ref().unwrap()), beside),
            &ExhibitPath((*name).to_owned()),
            &Limits::default(),
            &Aids {
                passwords: &[],
                programs,
            },
            &mut given,
        );
        assert!(given.open.is_empty());
        given
    }
}

fn cut<'a>(kind: SetKind, whole: &'a str, names: &[&'a str], bytes: &[u8]) -> Set<'a> {
    let size = bytes.len().div_ceil(names.len());
    let mut parts = bytes.chunks(size);
    Set {
        kind,
        whole,
        parts: names
            .iter()
            .map(|name| (*name, parts.next().map(<[u8]>::to_vec)))
            .collect(),
    }
}

const SEVEN: &[&str] = &["a.7z.001", "a.7z.002", "a.7z.003", "a.7z.004"];

/// A 7z archive of three files that are stored one by one.
fn seven() -> Vec<u8> {
    let number = |n: usize| [0x80 | (n >> 8) as u8, n as u8];
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let files = [
        ("one.txt", "Roy "),
        ("two.txt", "Anne "),
        ("three.txt", "Zoe "),
    ]
    .map(|(name, word)| (name, word.repeat(300).into_bytes()));
    let sizes: Vec<u8> = files.iter().flat_map(|(_, it)| number(it.len())).collect();
    let mut list = vec![1, 4, 6, 0, 3, 9];
    list.extend(&sizes);
    // Each in a folder of its own, by the method that copies.
    list.extend([0, 7, 0x0B, 3, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0x0C]);
    list.extend(&sizes);
    list.extend([0, 8, 0x0A, 1]);
    list.extend(files.iter().flat_map(|(_, it)| crc(it)));
    list.extend([0, 0, 5, 3, 0x11]);
    let names: Vec<u8> = files
        .iter()
        .flat_map(|(name, _)| name.bytes().chain([0]).flat_map(|byte| [byte, 0]))
        .collect();
    list.push(names.len() as u8 + 1);
    list.push(0);
    list.extend(names);
    list.extend([0, 0]);
    let content: Vec<u8> = files.into_iter().flat_map(|(_, it)| it).collect();
    let mut start = (content.len() as u64).to_le_bytes().to_vec();
    start.extend((list.len() as u64).to_le_bytes());
    start.extend(crc(&list));
    let mut archive = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
    archive.extend(crc(&start));
    archive.extend(start);
    archive.extend(content);
    archive.extend(list);
    archive
}

fn details(given: &Given) -> Vec<String> {
    let gaps = given.gaps.iter();
    gaps.map(|gap| format!("{}: {}", gap.exhibit, gap.detail))
        .collect()
}

#[test]
fn a_header_that_asks_for_exabytes_costs_no_more_than_its_file() {
    let mut image = extent(&[7; 3 * 32_768]);
    image[12..20].copy_from_slice(&(1_u64 << 50).to_le_bytes());
    // One entry of the directory after the other names the same table.
    image.extend([8, 0, 0, 0].repeat(60_000));
    let directory = image.len() as u64 / 512 - 400;
    image[56..64].copy_from_slice(&directory.to_le_bytes());
    let mut sink = Given::default();
    crate::read(
        Input::Memory(&image),
        &ExhibitPath("disk.vmdk".to_owned()),
        &Limits::default(),
        &mut sink,
    );
    assert!(sink.gaps.iter().any(|gap| gap.cause == Cause::Corrupt));
}

#[test]
fn an_archive_cut_in_pieces_is_read_once_under_the_first() {
    let set = cut(SetKind::Pieces, "a.7z", SEVEN, &seven());
    let given = set.read(0, None);
    assert_eq!(details(&given), [""; 0]);
    for (path, _) in &given.ended {
        assert_eq!(given.outcome(&path.0), Outcome::Read, "{path}");
    }
    assert_eq!(given.end_of("a.7z.001").format, "part");
    assert_eq!(
        given.end_of("a.7z.001").bytes,
        set.parts[0].1.as_ref().unwrap().len() as u64
    );
    assert_eq!(given.end_of("a.7z.001/a.7z").format, "7z");
    assert_eq!(given.end_of("a.7z.001/a.7z/three.txt").bytes, 1200);
    for (index, name) in SEVEN.iter().enumerate().skip(1) {
        let given = set.read(index, None);
        assert_eq!(given.ended.len(), 1);
        assert_eq!(given.segments.len() + given.gaps.len(), 0);
        let ended = given.end_of(name);
        assert_eq!((ended.format, ended.outcome), ("part", Outcome::Read));
        assert!(ended.digest.is_some());
    }
}

#[test]
fn of_an_archive_with_a_missing_piece_the_other_members_are_read() {
    let mut set = cut(SetKind::Pieces, "a.7z", SEVEN, &seven());
    set.parts[1].1 = None;
    let given = set.read(0, None);
    assert!(
        details(&given).contains(&"a.7z.001: a.7z.002 is missing".to_owned()),
        "{:?}",
        details(&given)
    );
    assert_eq!(given.outcome("a.7z.001"), Outcome::ReadWithGaps);
    assert_eq!(given.outcome("a.7z.001/a.7z/three.txt"), Outcome::Read);
    assert_ne!(given.outcome("a.7z.001/a.7z/two.txt"), Outcome::Read);
    // The list of files is in the last piece.
    let mut set = cut(SetKind::Pieces, "a.7z", SEVEN, &seven());
    set.parts.pop();
    let given = set.read(0, None);
    let said = details(&given).join("\n");
    assert!(
        said.contains("if it goes on, the next is missing"),
        "{said}"
    );
    // Without the first nobody knows what it is.
    let packed = [0x80, 0, 1, 2, 3, 4, 5, 6, 0xFF, 0xFE, 0, 0].repeat(20);
    let mut set = cut(SetKind::Pieces, "a.7z", SEVEN, &packed);
    set.parts[0].1 = None;
    let given = set.read(1, None);
    let said = details(&given).join("\n");
    assert!(said.contains("first part is not beside it"), "{said}");
}

#[test]
fn a_packed_stream_with_a_missing_piece_leaves_the_later_pieces_unread() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    packed
        .write_all(&b"Roy was seen on the ward. ".repeat(400))
        .unwrap();
    let names = &["a.gz.001", "a.gz.002", "a.gz.003"];
    let mut set = cut(SetKind::Pieces, "a.gz", names, &packed.finish().unwrap());
    let whole = set.read(0, None);
    assert_eq!(whole.outcome("a.gz.001/a.gz/a"), Outcome::Read);
    set.parts[1].1 = None;
    let first = set.read(0, None);
    assert!(first.text().contains("Roy was seen"));
    assert_ne!(first.outcome("a.gz.001/a.gz/a"), Outcome::Read);
    assert_ne!(set.read(2, None).outcome("a.gz.003"), Outcome::Read);
}

#[test]
fn files_that_show_the_same_format_each_are_no_set() {
    let picture = made("page.html");
    let pictures = [&b"\x89PNG\r\n\x1a\n1"[..], b"\x89PNG\r\n\x1a\n2"];
    let archive = made("archive.zip");
    for parts in [
        [pictures[0], pictures[1]],
        [&picture, &picture],
        [&archive, &archive],
        [b"visit 1\nRoy", b"visit 2\nAnn"],
    ] {
        let set = Set {
            kind: SetKind::Pieces,
            whole: "im",
            parts: vec![
                ("im.001", Some(parts[0].to_vec())),
                ("im.002", Some(parts[1].to_vec())),
            ],
        };
        for index in 0..2 {
            let given = set.read(index, None);
            assert_ne!(given.ended.last().unwrap().1.format, "part");
        }
    }
}

#[test]
fn a_short_text_is_whole_again_when_its_first_piece_breaks_off() {
    let text = "id,name\n1,Roy\n2,Tremblay\n3,Ann\n";
    let set = cut(
        SetKind::Pieces,
        "l.csv",
        &["l.csv.001", "l.csv.002"],
        text.as_bytes(),
    );
    assert_eq!(set.read(0, None).end_of("l.csv.001/l.csv").bytes, 31);
    assert_eq!(set.read(1, None).end_of("l.csv.002").format, "part");
    let visits = [
        &b"MSH|^~\\&|A|B\rPID|1||7^^^X||ROY^ANNE"[..],
        b"MSH|^~\\&|A|B\rPID|1||8^^^X||CY^BO",
    ];
    let set = Set {
        kind: SetKind::Pieces,
        whole: "adt.hl7",
        parts: vec![
            ("adt.hl7.001", Some(visits[0].to_vec())),
            ("adt.hl7.002", Some(visits[1].to_vec())),
        ],
    };
    assert_eq!(set.read(0, None).end_of("adt.hl7.001").format, "hl7v2");
}

#[test]
fn a_text_cut_anywhere_is_one_text() {
    let mut text = String::from("id,name,city\n");
    while text.len() < 200_000 {
        text += &format!("{},Marie Tremblay,Ottawa\n", text.len());
    }
    let names = &["l.csv.aa", "l.csv.ab", "l.csv.ac"];
    let set = cut(SetKind::Pieces, "l.csv", names, text.as_bytes());
    let given = set.read(0, None);
    assert_eq!(given.end_of("l.csv.aa/l.csv").format, "csv");
    let rows = given
        .segments
        .iter()
        .filter_map(|(_, segment)| match segment {
            whose_model::Segment::Rows(rows) => Some(rows.len()),
            _ => None,
        });
    assert_eq!(rows.sum::<usize>(), text.lines().count() - 1);
}

/// A split ZIP archive of stored members, whose directory counts within parts.
fn split_zip(size: usize) -> Vec<Vec<u8>> {
    let mut bytes = b"PK\x07\x08".to_vec();
    let mut directory = Vec::new();
    let place = |at: usize| (at / size, at % size);
    for (name, word) in [
        ("one.txt", "Roy "),
        ("two.txt", "Anne "),
        ("three.txt", "Zoe "),
    ] {
        let content = word.repeat(300).into_bytes();
        let mut crc = flate2::Crc::new();
        crc.update(&content);
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fields.extend(crc.sum().to_le_bytes());
        fields.extend((content.len() as u32).to_le_bytes());
        fields.extend((content.len() as u32).to_le_bytes());
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        let (disk, offset) = place(bytes.len());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fields);
        directory.extend([0, 0]);
        directory.extend((disk as u16).to_le_bytes());
        directory.extend([0; 6]);
        directory.extend((offset as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(fields);
        bytes.extend(name.as_bytes());
        bytes.extend(content);
    }
    let (disk, offset) = place(bytes.len());
    let n = directory.len() as u32;
    bytes.extend(directory);
    let last = (bytes.len() / size) as u16;
    bytes.extend(b"PK\x05\x06");
    bytes.extend(last.to_le_bytes());
    bytes.extend((disk as u16).to_le_bytes());
    bytes.extend([3, 0, 3, 0]);
    bytes.extend(n.to_le_bytes());
    bytes.extend((offset as u32).to_le_bytes());
    bytes.extend([0, 0]);
    bytes.chunks(size).map(<[u8]>::to_vec).collect()
}

#[test]
fn the_directory_of_a_split_zip_counts_within_its_parts() {
    let names = ["a.z01", "a.z02", "a.z03", "a.z04"];
    let mut parts = split_zip(1000);
    let last = parts.pop().unwrap();
    let mut parts: Vec<_> = names.into_iter().zip(parts.into_iter().map(Some)).collect();
    parts.push(("a.zip", Some(last)));
    let n_parts = parts.len();
    let mut set = Set {
        kind: SetKind::Zip,
        whole: "a.zip",
        parts,
    };
    let given = set.read(0, None);
    assert_eq!(details(&given), [""; 0]);
    assert_eq!(given.end_of("a.z01/a.zip/two.txt").bytes, 1500);
    assert_eq!(given.ended.len(), 5);
    let last = set.read(n_parts - 1, None);
    assert_eq!(last.end_of("a.zip").format, "part");
    set.parts[0].1 = None;
    let given = set.read(1, None);
    let said = details(&given).join("\n");
    assert!(said.contains("a.z02: a.z01 is missing"), "{said}");
    assert_eq!(
        given.outcome("a.z02/a.zip/three.txt"),
        Outcome::Read,
        "{said}"
    );
    assert_eq!(given.outcome("a.z02/a.zip/one.txt"), Outcome::NotRead);
}

fn section(kind: &[u8], at: u64, body: &[u8]) -> Vec<u8> {
    let mut section = kind.to_vec();
    section.resize(16, 0);
    let next = if matches!(kind, b"done" | b"next") {
        at
    } else {
        at + 76 + body.len() as u64
    };
    section.extend(next.to_le_bytes());
    section.extend((76 + body.len() as u64).to_le_bytes());
    section.resize(76, 0);
    section.extend(body);
    section
}

/// An EnCase image in segments of so many chunks.
fn ewf(disk: &[u8], n_chunks: usize) -> Vec<Vec<u8>> {
    let chunk = 64 * 512;
    let segments: Vec<_> = disk.chunks(n_chunks * chunk).collect();
    let n = segments.len();
    let segment = |(index, content): (usize, &&[u8])| {
        let mut file = b"EVF\x09\x0d\x0a\xff\0\x01".to_vec();
        file.extend((index as u16 + 1).to_le_bytes());
        file.extend([0, 0]);
        if index == 0 {
            let mut volume = vec![1, 0, 0, 0];
            volume.extend((disk.len().div_ceil(chunk) as u32).to_le_bytes());
            volume.extend(64_u32.to_le_bytes());
            volume.extend(512_u32.to_le_bytes());
            volume.extend((disk.len() as u64 / 512).to_le_bytes());
            file.extend(section(b"volume", file.len() as u64, &volume));
        }
        let first = file.len() as u32 + 76;
        file.extend(section(b"sectors", file.len() as u64, content));
        let places: Vec<u32> = (0..content.len().div_ceil(chunk))
            .map(|at| first + (at * chunk) as u32)
            .collect();
        let mut table = (places.len() as u32).to_le_bytes().to_vec();
        table.resize(24, 0);
        table.extend(places.iter().flat_map(|place| place.to_le_bytes()));
        file.extend(section(b"table", file.len() as u64, &table));
        let kind: &[u8] = if index + 1 == n { b"done" } else { b"next" };
        file.extend(section(kind, file.len() as u64, &[]));
        file
    };
    segments.iter().enumerate().map(segment).collect()
}

/// A sparse extent with all of its grains.
fn extent(content: &[u8]) -> Vec<u8> {
    let grain = 4096;
    let mut head = b"KDMV\x01\0\0\0\x03\0\0\0".to_vec();
    head.extend((content.len() as u64 / 512).to_le_bytes());
    head.extend(8_u64.to_le_bytes());
    head.extend([0; 16]);
    head.extend(512_u32.to_le_bytes());
    head.extend(0_u64.to_le_bytes());
    head.extend(1_u64.to_le_bytes());
    head.resize(512, 0);
    let n = content.len().div_ceil(grain);
    let n_tables = n.div_ceil(512);
    let grains_at = 8 + n_tables * 4;
    for table in 0..n_tables {
        head.extend((8 + table as u32 * 4).to_le_bytes());
    }
    head.resize(8 * 512, 0);
    for at in 0..n_tables * 512 {
        let place = if at < n { grains_at + at * 8 } else { 0 };
        head.extend((place as u32).to_le_bytes());
    }
    head.resize(grains_at * 512, 0);
    head.extend(content);
    head
}

#[test]
fn an_image_in_several_files_gives_the_files_of_the_whole_disk() {
    let disk = made("disk-mbr.img.gz");
    let alone = crate::testkit::read_bytes("disk.img", &disk);
    let digests = |given: &Given, top: &str| {
        let mut all: Vec<_> = given
            .ended
            .iter()
            .filter_map(|(path, ended)| {
                Some((path.0.strip_prefix(top)?.to_owned(), ended.digest?.blake3))
            })
            .filter(|(path, _)| !path.is_empty())
            .collect();
        all.sort();
        all
    };
    let expected = digests(&alone, "disk.img");
    assert!(expected.len() > 3);
    let (parts, half) = (
        disk.len() / 3 / 32_768 + 1,
        disk.len() / 2 / 65_536 * 65_536,
    );
    let segments: Vec<_> = ["d.E01", "d.E02", "d.E03", "d.E04"]
        .into_iter()
        .zip(ewf(&disk, parts).into_iter().map(Some))
        .collect();
    let extents = disk.chunks(half).map(|part| Some(extent(part)));
    let extents: Vec<_> = ["d-s001.vmdk", "d-s002.vmdk", "d-s003.vmdk"]
        .into_iter()
        .zip(extents)
        .collect();
    for (kind, whole, parts) in [
        (SetKind::Ewf, "d.ewf", segments),
        (SetKind::Vmdk, "d.vmdk", extents),
    ] {
        assert!(parts.len() > 1);
        let mut set = Set { kind, whole, parts };
        let given = set.read(0, None);
        let top = format!("{}/{whole}", set.parts[0].0);
        assert_eq!(digests(&given, &top), expected, "{:?}", details(&given));
        assert_eq!(given.outcome(&top), alone.outcome("disk.img"));
        let second = set.read(1, None);
        assert_eq!(second.ended[0].1.format, "part");
        // Without the second: said, and what lies in the first is read.
        set.parts[1].1 = None;
        let given = set.read(0, None);
        assert!(details(&given)[0].ends_with("is missing"));
        assert_eq!(given.outcome(&top), Outcome::ReadWithGaps);
    }
}

/// Takes what a program is given, and answers with an archive.
struct Listener(RefCell<Vec<u8>>);

impl Programs for Listener {
    fn start(
        &self,
        program: Program,
        _: &[&str],
        input: ProgramInput<'_>,
    ) -> Result<Box<dyn Running + '_>, ProgramError> {
        assert_eq!(program, Program::Bsdtar);
        let ProgramInput::Files(files) = input else {
            panic!("several files");
        };
        for mut file in files.iter().copied() {
            file.rewind()?;
            file.read_to_end(&mut self.0.borrow_mut())?;
        }
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(3);
        tar.append_data(&mut header, "a.txt", &b"Roy"[..])?;
        Ok(Box::new(Said(std::io::Cursor::new(tar.into_inner()?))))
    }
}

struct Said(std::io::Cursor<Vec<u8>>);

impl Running for Said {
    fn read(&mut self, out: &mut [u8], _: &dyn Fn()) -> std::io::Result<usize> {
        self.0.read(out)
    }
    fn end(self: Box<Self>) -> ProgramEnd {
        ProgramEnd {
            code: Some(0),
            ..ProgramEnd::default()
        }
    }
}

#[test]
fn volumes_of_a_rar_go_to_the_program_one_after_the_other() {
    let volume = |n: u8| {
        let mut head = b"Rar!\x1a\x07\x01\0\0\0\0\0".to_vec();
        // Size, type, flags, and that it is a volume.
        head.extend([4, 1, 0, 1, n]);
        // The last block, and whether another volume follows.
        head.extend([0, 0, 0, 0, 3, 5, 0, u8::from(n < 3)]);
        head
    };
    let mut set = Set {
        kind: SetKind::Rar,
        whole: "a.rar",
        parts: vec![
            ("a.part1.rar", Some(volume(1))),
            ("a.part2.rar", Some(volume(2))),
            ("a.part3.rar", Some(volume(3))),
        ],
    };
    let listener = Listener(RefCell::default());
    let given = set.read(0, Some(&listener));
    assert_eq!(details(&given), [""; 0]);
    assert_eq!(given.outcome("a.part1.rar/a.rar/a.txt"), Outcome::Read);
    assert_eq!(
        listener.0.into_inner(),
        [volume(1), volume(2), volume(3)].concat()
    );
    let last = set.parts.pop().unwrap();
    let given = set.read(0, Some(&Listener(RefCell::default())));
    let said = details(&given).join("\n");
    assert!(
        said.ends_with("not whole; if it goes on, the next is missing"),
        "{said}"
    );
    set.parts.push(last);
    set.parts[1].1 = None;
    let listener = Listener(RefCell::default());
    let given = set.read(0, Some(&listener));
    assert!(details(&given)[0].contains("a.part2.rar is missing"));
    assert_eq!(listener.0.into_inner(), volume(1));
    assert_ne!(set.read(2, None).outcome("a.part3.rar"), Outcome::Read);
}

proptest! {
    #[test]
    fn joined_files_read_as_their_bytes_in_a_row(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..6),
        places in prop::collection::vec((0_u64..260, 0_usize..60), 1..20),
    ) {
        let whole = parts.concat();
        let beside = Beside {
            kind: SetKind::Pieces,
            is_first: true,
            is_behind: false,
            whole: String::new(),
            next: None,
            files: parts
                .iter()
                .map(|part| Neighbour { name: String::new(), file: Some(file(part)) })
                .collect(),
        };
        let mut joined = beside.join();
        for (at, n) in places {
            prop_assert_eq!(joined.seek(SeekFrom::Start(at)).unwrap(), at);
            let mut bytes = Vec::new();
            (&mut joined).take(n as u64).read_to_end(&mut bytes).unwrap();
            let start = whole.len().min(at as usize);
            let end = whole.len().min(start + n);
            prop_assert_eq!(&bytes[..], &whole[start..end]);
        }
    }

    #[test]
    fn a_set_of_any_bytes_breaks_nothing(
        kind in prop::sample::select(vec![
            SetKind::Pieces, SetKind::Zip, SetKind::Ewf, SetKind::Rar, SetKind::Vmdk, SetKind::Log, SetKind::Memo,
        ]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        missing in prop::option::of(1_usize..3),
    ) {
        let disk = vec![7; 3 * 32_768];
        let base = match kind {
            SetKind::Zip => split_zip(1500),
            SetKind::Ewf => ewf(&disk, 1),
            SetKind::Vmdk => disk.chunks(32_768).map(extent).collect(),
            SetKind::Log => vec![b"SQLite format 3\0".repeat(64), b"\x37\x7f\x06\x82".repeat(64)],
            SetKind::Memo => vec![made("note.cpio"), made("note.cpio")],
            _ => seven().chunks(1100).map(<[u8]>::to_vec).collect(),
        };
        let mut parts: Vec<(&str, Option<Vec<u8>>)> = base
            .into_iter()
            .zip(["a.1", "a.2", "a.3", "a.4"])
            .map(|(bytes, name)| (name, Some(bytes)))
            .collect();
        for (place, byte) in changes {
            let (at, n) = (place.index(parts.len()), place.index(300));
            let part = parts[at].1.as_mut().unwrap();
            let n = n.min(part.len() - 1);
            part[n] = byte;
        }
        if let Some(at) = missing.filter(|at| *at < parts.len()) {
            parts[at].1 = None;
        }
        let set = Set { kind, whole: "a.7z", parts };
        for index in 0..set.parts.len() {
            if set.parts[index].1.is_some() {
                let given = set.read(index, None);
                prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
            }
        }
    }
}
