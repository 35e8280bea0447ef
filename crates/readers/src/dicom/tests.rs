//! Files made here, as scanners and bad programs write them, and what must come of each.

use crate::testkit::{Given, fields, read_bytes};
use whose_model::Cause;

const EXPLICIT: &str = "1.2.840.10008.1.2.1";

fn element(tag: u32, vr: &str, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&((tag >> 16) as u16).to_le_bytes());
    bytes.extend_from_slice(&(tag as u16).to_le_bytes());
    bytes.extend_from_slice(vr.as_bytes());
    let len = value.len().next_multiple_of(2);
    if matches!(vr, "OB" | "OW" | "SQ" | "UN" | "UT" | "UC") {
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(&(len as u32).to_le_bytes());
    } else {
        bytes.extend_from_slice(&(len as u16).to_le_bytes());
    }
    bytes.extend_from_slice(value);
    bytes.resize(bytes.len() + len - value.len(), b' ');
    bytes
}

fn implicit(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&((tag >> 16) as u16).to_le_bytes());
    bytes.extend_from_slice(&(tag as u16).to_le_bytes());
    bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
    bytes.extend_from_slice(value);
    bytes
}

/// A sequence of items without lengths, as many toolkits write them.
fn sequence(tag: u32, items: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = element(tag, "SQ", b"");
    let at = bytes.len() - 4;
    bytes[at..].fill(0xFF);
    for item in items {
        bytes.extend_from_slice(&[0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
        bytes.extend_from_slice(item);
        bytes.extend_from_slice(&[0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0]);
    }
    bytes.extend_from_slice(&[0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    bytes
}

fn file(syntax: &str, elements: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes.extend_from_slice(b"DICM");
    bytes.extend(element(0x0002_0010, "UI", syntax.as_bytes()));
    bytes.extend(elements.concat());
    bytes
}

fn patient() -> Vec<Vec<u8>> {
    vec![
        element(0x0008_0005, "CS", b"ISO_IR 100"),
        element(0x0008_0090, "PN", b"Moreau^Luc"),
        element(0x0010_0010, "PN", b"B\xe9gin^Anna"),
        element(0x0010_0020, "LO", b"MR-4711"),
        element(0x0010_0030, "DA", b"19500102"),
    ]
}

#[track_caller]
fn check(given: &Given, name: &str, value: &str) {
    let fields = fields(given, "DICOM");
    assert!(
        fields.contains(&(name.to_owned(), value.to_owned())),
        "{name}"
    );
}

#[test]
fn attributes_are_fields_of_one_record_by_keyword() {
    let mut elements = patient();
    elements.push(sequence(
        0x0010_1002,
        &[
            element(0x0010_0020, "LO", b"9876543217"),
            element(0x0010_0020, "LO", b"X-1"),
        ],
    ));
    let given = read_bytes("a.dcm", &file(EXPLICIT, &elements));
    assert!(given.gaps.is_empty());
    check(&given, "PatientName", "Bégin^Anna");
    check(&given, "OtherPatientIDsSequence[2].PatientID", "X-1");
    let record = given.records().next().unwrap();
    assert_eq!(record.subject.as_deref(), Some("patient"));
}

#[test]
fn a_file_without_header_in_implicit_big_or_deflated_form_is_read() {
    let bare = [
        implicit(0x0008_0005, b"ISO_IR 100"),
        implicit(0x0008_0060, b"CT"),
        implicit(0x0010_0010, b"B\xe9gin^Anna"),
    ]
    .concat();
    check(&read_bytes("IM0001", &bare), "PatientName", "Bégin^Anna");
    let stray = [b" ".to_vec(), bare.clone()].concat();
    check(&read_bytes("IM0002", &stray), "PatientName", "Bégin^Anna");
    let big = [
        &[0, 8, 0, 5, b'C', b'S', 0, 10][..],
        b"ISO_IR 100",
        &[0, 8, 0, 0x60, b'C', b'S', 0, 2],
        b"CT",
        &[0, 0x10, 0, 0x10, b'P', b'N', 0, 4],
        b"Roy ",
    ]
    .concat();
    check(&read_bytes("IM0003", &big), "PatientName", "Roy");
    let mut packed = Vec::new();
    let mut encoder =
        flate2::read::DeflateEncoder::new(&*patient().concat().leak(), flate2::Compression::fast());
    std::io::Read::read_to_end(&mut encoder, &mut packed).unwrap();
    let deflated = file("1.2.840.10008.1.2.1.99", &[packed]);
    check(&read_bytes("a.dcm", &deflated), "PatientID", "MR-4711");
}

#[test]
fn a_wrong_length_costs_its_own_attribute_only() {
    let mut elements = patient();
    elements[1][6] = 0xFF;
    elements[1][7] = 0x7F;
    let given = read_bytes("a.dcm", &file(EXPLICIT, &elements));
    check(&given, "PatientName", "Bégin^Anna");
    check(&given, "PatientBirthDate", "19500102");
    assert_eq!(given.gaps[0].cause, Cause::Corrupt);
}

#[test]
fn a_file_cut_anywhere_keeps_what_came_before() {
    let whole = file(EXPLICIT, &patient());
    for len in 0..whole.len() {
        let given = read_bytes("a.dcm", &whole[..len]);
        let has_name = given
            .records()
            .flat_map(|record| &record.fields)
            .any(|field| field.name == "PatientName");
        // Two attributes of 16 bytes follow the name; of a name that is cut, its beginning is kept.
        assert!(has_name || len < whole.len() - 32, "{len}");
    }
}

#[test]
fn a_report_is_text_with_its_concepts_and_an_enclosed_document_a_member() {
    let concept = |meaning: &[u8]| sequence(0x0040_A043, &[element(0x0008_0104, "LO", meaning)]);
    let item = [
        element(0x0040_A040, "CS", b"TEXT"),
        concept(b"Finding"),
        element(0x0040_A160, "UT", b"Nodule of 4 mm"),
    ]
    .concat();
    let observer = [
        element(0x0040_A040, "CS", b"PNAME"),
        concept(b"Observer"),
        element(0x0040_A123, "PN", b"Moreau^Luc"),
    ]
    .concat();
    let mut elements = patient();
    elements.push(concept(b"Chest report"));
    elements.push(sequence(0x0040_A730, &[item, observer]));
    elements.push(element(
        0x0042_0011,
        "OB",
        b"hello, this is the enclosed document",
    ));
    elements.push(element(0x0042_0012, "LO", b"text/plain"));
    let given = read_bytes("a.dcm", &file(EXPLICIT, &elements));
    let text = given.text();
    assert!(text.contains("Chest report\n  Finding: Nodule of 4 mm\n  Observer: Moreau Luc"));
    let member = given.end_of("a.dcm/EncapsulatedDocument.txt");
    assert_eq!(member.format, "text");
}

#[test]
fn a_directory_gives_a_record_for_each_entry_under_its_patient() {
    let entry = |kind: &[u8], more: Vec<u8>| [element(0x0004_1430, "CS", kind), more].concat();
    let elements = [sequence(
        0x0004_1220,
        &[
            entry(b"PATIENT", element(0x0010_0010, "PN", b"Roy^Anna")),
            entry(b"STUDY", element(0x0008_1030, "LO", b"CT CHEST")),
            entry(b"PATIENT", element(0x0010_0010, "PN", b"Cy^Bo")),
            entry(b"STUDY", element(0x0008_1030, "LO", b"MR KNEE")),
        ],
    )];
    let given = read_bytes("DICOMDIR", &file(EXPLICIT, &elements));
    let subjects: Vec<_> = given
        .records()
        .filter(|record| record.name == "STUDY")
        .map(|record| record.subject.clone().unwrap())
        .collect();
    assert_eq!(subjects, ["patient 1", "patient 3"]);
}

#[test]
fn depth_and_endless_sequences_break_nothing() {
    let mut bytes = file(EXPLICIT, &patient());
    for _ in 0..100_000 {
        bytes.extend_from_slice(&[0x10, 0, 2, 0x10, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        bytes.extend_from_slice(&[0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
    }
    let given = read_bytes("a.dcm", &bytes);
    assert!(given.gaps.iter().any(|gap| gap.cause == Cause::TooDeep));
    check(&given, "PatientID", "MR-4711");
}

fn small_picture(pixels: &[u8]) -> Vec<u8> {
    let short = |tag, value: u16| element(tag, "US", &value.to_le_bytes());
    let mut elements = patient();
    elements.extend([
        short(0x0028_0002, 1),
        element(0x0028_0004, "CS", b"MONOCHROME2"),
        element(0x0028_0008, "IS", b"2"),
        short(0x0028_0010, 4),
        short(0x0028_0011, 4),
        short(0x0028_0100, 8),
        short(0x0028_0101, 8),
        short(0x0028_0102, 7),
        short(0x0028_0103, 0),
        element(0x7FE0_0010, "OW", pixels),
    ]);
    file(EXPLICIT, &elements)
}

#[test]
fn a_picture_without_letters_is_looked_at_and_leaves_no_gap() {
    assert!(
        read_bytes("a.dcm", &small_picture(&[7; 32]))
            .gaps
            .is_empty()
    );
}

proptest::proptest! {
    #[test]
    fn any_change_to_a_file_ends_balanced(at in 0..600_usize, with: Vec<u8>, cut in 0..100_usize) {
        let mut bytes = small_picture(&[7; 32]);
        let at = at.min(bytes.len());
        let end = (at + with.len()).min(bytes.len());
        bytes.splice(at..end, with);
        bytes.truncate(bytes.len().saturating_sub(cut));
        let given = read_bytes("a.dcm", &bytes);
        assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
    }
}
