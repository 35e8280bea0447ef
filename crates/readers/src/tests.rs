//! Promises that hold for every reader: any bytes end in one outcome, nothing panics, bounds bind.

use std::io::Write;

use proptest::prelude::*;
use whose_model::{Cause, ExhibitPath, Limits, Outcome};

use crate::{
    Input,
    testkit::{Given, read_bytes, read_within},
};

/// Beginnings that lead into each reader.
const HEADS: &[(&str, &[u8])] = &[
    ("a.txt", b""),
    ("a.txt", b"\xff\xfea\0"),
    ("a.csv", b"id,name\n1,"),
    ("a.json", b"{\"a\":["),
    (
        "a.json",
        b"{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{",
    ),
    ("a.ndjson", b"{\"a\":1}\n{"),
    ("a.xml", b"<?xml version='1.0'?><a b='c'>"),
    ("a.xml", b"<ClinicalDocument><recordTarget>"),
    ("a.html", b"<html><p>"),
    ("a.hl7", b"MSH|^~\\&|A\rPID|1||"),
    (
        "a.eml",
        b"From: a@b.ca\nContent-Type: multipart/mixed; boundary=x\n\n--x\n",
    ),
    (
        "a.mbox",
        b"From a@b.ca Mon Jan  1 00:00:00 2024\nFrom: a@b.ca\n\n",
    ),
    ("a.vcf", b"BEGIN:VCARD\nN:"),
    ("a.sql", b"INSERT INTO p VALUES ("),
    ("a.rtf", b"{\\rtf1 "),
    ("a.pdf", b"%PDF-1.4\n"),
    ("a.zip", b"PK\x03\x04\x14\0\0\0\x08\0"),
    ("a.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
    ("a.bz2", b"BZh91AY&SY"),
    ("a.xz", b"\xfd7zXZ\0\0\x04"),
    ("a.zst", b"\x28\xb5\x2f\xfd"),
    ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04"),
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("a.uue", b"begin 644 a\n"),
    ("a.dat", b"\x78\x9f\x3e\x22\0\0\x01\x03\x90\x06\0"),
    (
        "a.p7m",
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80",
    ),
    ("a.bin", b"=ybegin line=128 size=9 name=a\n"),
    (
        "a.hqx",
        b"(This file must be converted with BinHex 4.0)\n\n:",
    ),
    ("a.emlx", b"90\nFrom: a@b.ca\nTo: a@b.ca\n\n"),
    ("a.pst", b"!BDN\0\0\0\0SM\x17\0"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_in_one_outcome(tail in prop::collection::vec(any::<u8>(), 0..400)) {
        for (path, head) in HEADS {
            let given = read_bytes(path, &[head, tail.as_slice()].concat());
            check(&given);
        }
    }

    #[test]
    fn any_signs_of_the_formats_end_in_one_outcome(
        tail in "[<>{}\\[\\]\"',:;|^~&\\\\/=\n\r a-c0-9é-]{0,300}"
    ) {
        for (path, head) in HEADS {
            let given = read_bytes(path, &[head, tail.as_bytes()].concat());
            check(&given);
        }
    }

    #[test]
    fn text_is_given_whole_and_leads_back(
        text in "([a-zé日 ]{0,40}(\n|\r\n|\n\n|\\. )){0,40}",
        max in 16_usize..200,
    ) {
        let limits = Limits { max_passage_bytes: max, ..Limits::default() };
        let given = read_within("a.log", text.as_bytes(), &limits);
        let mut said = String::new();
        for (_, segment) in &given.segments {
            let whose_model::Segment::Passage(passage) = segment else { continue };
            prop_assert!(passage.text.len() <= max);
            said.push_str(&passage.text);
            for (at, ch) in passage.text.char_indices() {
                let whose_model::Locator::Bytes { start, end } = passage.locate(at..at + ch.len_utf8()) else {
                    panic!("plain text is placed in bytes");
                };
                let there = text.get(start as usize..end as usize);
                // A line end leads back to both of its signs.
                let there = there.map(|there| there.replace("\r\n", "\n"));
                let expected = Some(ch.to_string());
                prop_assert_eq!(there, expected);
            }
        }
        let words = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(words(&said), words(&text));
    }
}

#[test]
fn a_long_line_above_a_table_keeps_the_bound_on_passages() {
    let limits = Limits {
        max_passage_bytes: 64,
        ..Limits::default()
    };
    let title = "Recalls of the clinic in the first half of the year ".repeat(20);
    let rows = "Anna Roy,1985-02-10,1234\n".repeat(20);
    let file = format!("{title}\nname,born,number\n{rows}");
    let given = read_within("a.csv", file.as_bytes(), &limits);
    let mut said = String::new();
    for (_, segment) in &given.segments {
        if let whose_model::Segment::Passage(passage) = segment {
            assert!(passage.text.len() <= 64);
            said.push_str(&passage.text);
        }
    }
    assert_eq!(said.trim(), title.trim());
}

fn check(given: &Given) {
    assert!(!given.ended.is_empty());
    for gap in &given.gaps {
        assert_ne!(gap.cause, Cause::Crash, "{}", gap.exhibit);
    }
    for (path, ended) in &given.ended {
        let n_gaps = given.gaps.iter().filter(|gap| gap.exhibit == *path).count();
        assert_eq!(n_gaps == 0, ended.outcome == Outcome::Read, "{path}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_bomb_is_stopped_by_each_bound() {
    let bomb = gzip(&gzip(&vec![0; 64 << 20]));
    let limits = Limits {
        max_unpacked_bytes: 1 << 20,
        ..Limits::default()
    };
    for limits in [limits, Limits::default()] {
        let given = read_within("a.gz", &bomb, &limits);
        assert!(given.gaps.iter().any(|gap| gap.cause == Cause::TooLarge));
        assert!(given.ended.iter().all(|(_, ended)| ended.bytes < 40 << 20));
    }
}

#[test]
fn depth_and_number_of_members_are_bounded() {
    let mut nested = b"text".to_vec();
    for _ in 0..20 {
        nested = gzip(&nested);
    }
    let given = read_bytes("a.gz", &nested);
    assert!(given.gaps.iter().any(|gap| gap.cause == Cause::TooDeep));
    assert_eq!(given.ended.len(), 14);

    let mut mbox = Vec::new();
    for _ in 0..5 {
        mbox.extend_from_slice(b"From a@b.ca Mon Jan  1 00:00:00 2024\nFrom: a@b.ca\n\nx\n\n");
    }
    let limits = Limits {
        max_members: 3,
        ..Limits::default()
    };
    let given = read_within("a.mbox", &mbox, &limits);
    assert_eq!(given.outcome("a.mbox"), Outcome::ReadWithGaps);
    assert_eq!(given.ended.len(), 4);
}

/// A tar of `n` members with this content.
fn tar(n: usize, content: &[u8]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for index in 0..n {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, format!("{index}.txt"), content)
            .unwrap();
    }
    tar.into_inner().unwrap()
}

#[test]
fn a_flood_of_empty_members_costs_little_and_hides_nothing_else() {
    let mut flood = tar(5000, b"");
    flood.truncate(5000 * 512);
    flood.extend_from_slice(&tar(1, b"Roy"));
    let given = read_bytes("a.tar", &flood);
    assert_eq!(given.ended.len(), 1000 + 1 + 1);
    assert_eq!(given.text(), "Roy");
    assert_eq!(given.gaps.len(), 1);
    assert_eq!(given.gaps[0].cause, Cause::TooLarge);
}

#[test]
fn a_flood_of_tiny_members_is_stopped_by_what_they_cost() {
    let flood = gzip(&gzip(&tar(20_000, b"x")));
    let given = read_bytes("a.tar.gz.gz", &flood);
    assert!(given.ended.len() < 15_000);
    assert!(given.gaps.iter().any(|gap| gap.cause == Cause::TooLarge));
}

#[test]
fn digests_are_of_the_whole_member() {
    let given = read_bytes("a.gz", &gzip(b"Hello"));
    let digest = given.end_of("a.gz/a").digest.unwrap();
    assert_eq!(
        digest.sha256_hex(),
        "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969"
    );
    assert_eq!(digest.blake3, *blake3::hash(b"Hello").as_bytes());
}

#[test]
fn a_file_and_its_bytes_in_memory_give_the_same() {
    let mut file = tempfile::tempfile().unwrap();
    let csv = b"id,name,dob\n1,Roy,2000-01-01\n".repeat(100_000);
    file.write_all(&csv).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let path = ExhibitPath("a.csv".into());
    let mut from_file = Given::default();
    crate::read(Input::File(file), &path, &Limits::default(), &mut from_file);
    let from_memory = read_bytes("a.csv", &csv);
    assert_eq!(from_file.segments.len(), from_memory.segments.len());
    assert_eq!(
        from_file.end_of("a.csv").digest,
        from_memory.end_of("a.csv").digest
    );
}

#[test]
fn what_stands_around_the_parts_of_a_mail_is_read_and_a_boundary_that_nobody_tells_is_found() {
    let mail = b"From: a@b.ca\nSubject: x\nContent-Type: multipart/mixed;\n\nThis is a multi-part message in MIME format.\n--X\nContent-Type: text/plain; name=a.txt\nContent-Transfer-Encoding: base64\n\nQW5uZSBSb3kgMTc=\n--X--\nLuc Cote 18\n";
    let given = read_bytes("a.eml", mail);
    let text = given.text();
    for said in ["Anne Roy 17", "Luc Cote 18"] {
        assert!(text.contains(said), "{said} in {text:?}");
    }
    assert!(!given.text().contains("MIME"));
    assert_eq!(given.end_of("a.eml/a.txt").bytes, 11);
}

#[test]
fn zeros_where_text_was_are_told_and_the_rest_is_read() {
    let mut csv = b"id,name,dob\n1,Roy,2000-01-01\n".repeat(100);
    csv[600..1112].fill(0);
    let given = read_bytes("a.csv", &csv);
    assert_eq!(given.end_of("a.csv").format, "csv");
    assert_eq!(given.gaps.len(), 1);
    assert_eq!(given.gaps[0].cause, whose_model::Cause::Corrupt);
    // Fields that are padded with zeros are none.
    let padded = b"id,name,dob\n1,Roy\0\0\0\0,2000-01-01\n2,Cy,2001-02-03\n".repeat(30);
    let text = [&b"name,ward\nCy,3\n".repeat(100)[..], &padded[..60]].concat();
    assert!(read_bytes("a.csv", &text).gaps.is_empty());
}

#[test]
fn a_mail_with_an_attached_mail_and_a_table() {
    let mail = b"From: =?utf-8?Q?L=C3=A9a?= Roy <a@b.ca>\r\nTo: c@d.ca\r\nSubject: =?iso-8859-1?B?6XTp?=\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nn=E9e\r\n--y\r\nContent-Type: text/html\r\n\r\n<b>n&eacute;e</b>\r\n--y--\r\n--x\r\nContent-Type: text/csv; name=\"list.csv\"\r\nContent-Transfer-Encoding: base64\r\n\r\naWQsbmFtZQoxLFJveQo=\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: e@f.ca\r\nSubject: inner\r\n\r\nbody\r\n--x--\r\n";
    let given = read_bytes("note.eml", mail);
    let fields = crate::testkit::fields(&given, "mail");
    assert_eq!(fields[0], ("From".into(), "Léa Roy <a@b.ca>".into()));
    assert!(fields.contains(&("Subject".into(), "été".into())));
    assert!(given.text().contains("née"));
    assert!(!given.text().contains("néenée"));
    assert_eq!(given.end_of("note.eml/list.csv").format, "csv");
    assert_eq!(given.end_of("note.eml/part-1.eml").format, "eml");
    assert_eq!(given.outcome("note.eml"), Outcome::Read);
}

#[test]
fn a_picture_of_nothing_but_grain_is_a_gap_and_an_empty_form_is_none() {
    let picture = |dot: &mut dyn FnMut(usize, usize) -> u8| {
        let mut bytes = b"P5\n300 200\n255\n".to_vec();
        for y in 0..200 {
            bytes.extend((0..300).map(|x| dot(x, y)));
        }
        bytes
    };
    let mut state = 7_u32;
    let grain = picture(&mut |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let given = crate::testkit::read_unseen("fax.pgm", &grain);
    assert_eq!(given.gaps[0].cause, Cause::UnreadableScan);
    let form = picture(&mut |x, y| if x % 60 < 2 || y % 40 < 2 { 0 } else { 250 });
    let given = crate::testkit::read_unseen("form.pgm", &form);
    assert!(given.gaps.is_empty());
}

#[test]
fn a_mail_in_utf_7_is_read() {
    let mail = b"From: a@b.ca\r\nContent-Type: text/plain; charset=\"UTF-7\"\r\n\r\nFran+AOc-ois B+AOk-dard, n+AOk- le 3 mai +ACY- suivi\r\n";
    let given = read_bytes("a.eml", mail);
    assert!(
        given
            .text()
            .contains("François Bédard, né le 3 mai & suivi")
    );
    // Only where the mail says so.
    let plain = b"From: a@b.ca\r\n\r\ncall +AOc-\r\n";
    assert!(read_bytes("a.eml", plain).text().contains("+AOc-"));
}

#[test]
fn mails_of_a_box_are_members_by_number() {
    let mbox = b"From a@b.ca Mon Jan  1 00:00:00 2024\nFrom: a@b.ca\n\n>From the start\nx\n\nFrom c@d.ca Tue Jan  2 00:00:00 2024\nFrom: c@d.ca\n\ny\n";
    let given = read_bytes("inbox.mbox", mbox);
    assert_eq!(given.ended.len(), 3);
    assert!(given.text().contains("From the start"));
    assert!(!given.text().contains(">From"));
    assert_eq!(given.end_of("inbox.mbox/2").format, "eml");
}

#[test]
fn tables_of_one_file_are_told_apart_and_rows_are_numbered_by_line() {
    let csv = b"Ward list\n\nMRN,Name,Note\n1,Roy,\"two\nlines\"\n2,Cy,\n\nDrug;Dose\n";
    let csv = [csv.as_slice(), b"\nSIN,Phone\n046454286,5551234\n"].concat();
    let given = read_bytes("a.csv", &csv);
    let rows: Vec<_> = given
        .segments
        .iter()
        .filter_map(|(_, segment)| match segment {
            whose_model::Segment::Rows(rows) => Some(rows),
            _ => None,
        })
        .collect();
    assert_eq!(rows[0].head.columns[1].name, "Name");
    assert_eq!(rows[0].numbers, [4, 6]);
    assert_eq!(rows[0].cell(0, 2), "two\nlines");
    let last = rows.last().unwrap();
    assert_eq!(last.head.columns[0].name, "SIN");
    assert_eq!(last.numbers, [11]);
    assert_eq!(last.cell(0, 0), "046454286");
    assert!(given.text().contains("Ward list"));
}

#[test]
fn a_refused_member_is_passed_over_and_the_next_is_read() {
    struct Picky(Given);
    impl whose_model::Sink for Picky {
        fn begin(&mut self, path: &ExhibitPath) -> bool {
            path.file_name() != "1" && self.0.begin(path)
        }
        fn segment(&mut self, segment: whose_model::Segment) {
            self.0.segment(segment);
        }
        fn gap(&mut self, gap: whose_model::Gap) {
            self.0.gap(gap);
        }
        fn end(&mut self, path: &ExhibitPath, ended: whose_model::Ended) {
            self.0.end(path, ended);
        }
    }
    let mbox = b"From a@b.ca Mon Jan  1 00:00:00 2024\nFrom: a@b.ca\n\nx\n\nFrom c@d.ca Tue Jan  2 00:00:00 2024\nFrom: c@d.ca\n\ny\n";
    let mut picky = Picky(Given::default());
    let path = ExhibitPath("b.mbox".into());
    crate::read(Input::Memory(mbox), &path, &Limits::default(), &mut picky);
    let paths: Vec<_> = picky
        .0
        .ended
        .iter()
        .map(|(path, _)| path.0.as_str())
        .collect();
    assert_eq!(paths, ["b.mbox/2", "b.mbox"]);
}
