//! Sheets as people make them.

use std::io::Write;

use whose_model::{ExhibitPath, Limits, Segment};

use crate::{exhibit::read_as, testkit::Given};

/// A workbook with one sheet of these rows (number, cells as `A:text` or `A=number`), and merged ranges.
fn workbook(rows: &[(u32, &[&str])], merged: &[&str]) -> Vec<u8> {
    let mut data = String::new();
    for (number, cells) in rows {
        data.push_str(&format!("<row r=\"{number}\">"));
        for cell in *cells {
            let at = cell.find([':', '=']).unwrap();
            let (column, value) = (&cell[..at], &cell[at + 1..]);
            data.push_str(&if &cell[at..=at] == ":" {
                format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{value}</t></is></c>")
            } else if let Some(date) = value.strip_prefix('d') {
                format!("<c r=\"{column}{number}\" s=\"1\"><v>{date}</v></c>")
            } else {
                format!("<c r=\"{column}{number}\"><v>{value}</v></c>")
            });
        }
        data.push_str("</row>");
    }
    let merges: String = merged
        .iter()
        .map(|it| format!("<mergeCell ref=\"{it}\"/>"))
        .collect();
    let merges = if merged.is_empty() {
        String::new()
    } else {
        format!("<mergeCells>{merges}</mergeCells>")
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let parts = [
        (
            "[Content_Types].xml",
            format!("<Types xmlns=\"{package}/content-types\"/>"),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{rels}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{rels}\"><sheets><sheet name=\"S\" sheetId=\"1\" state=\"hidden\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{rels}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{rels}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{main}\"><sheetData>{data}</sheetData>{merges}</worksheet>"
            ),
        ),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// One line a row, passage or form: `0!A7 Name=Roy|..`.
#[track_caller]
fn check(rows: &[(u32, &[&str])], merged: &[&str], expected: &[&str]) {
    let mut given = Given::default();
    let path = ExhibitPath("a.xlsx".into());
    read_as(
        "xlsx",
        &workbook(rows, merged),
        &path,
        &Limits::default(),
        &mut given,
    );
    assert!(given.gaps.is_empty());
    let mut lines = Vec::new();
    for (_, segment) in &given.segments {
        match segment {
            Segment::Rows(rows) => {
                for row in 0..rows.len() {
                    let cells: Vec<_> = (0..rows.head.columns.len())
                        .map(|column| {
                            format!(
                                "{}={}",
                                rows.head.columns[column].name,
                                rows.cell(row, column)
                            )
                        })
                        .collect();
                    let place = rows
                        .locate(row, 0)
                        .to_string()
                        .replace("sheet S, cell ", "");
                    lines.push(format!("{}!{place} {}", rows.head.index, cells.join("|")));
                }
            }
            Segment::Passage(passage) => {
                lines.push(format!("{:?}: {}", passage.kind, passage.text.trim_end()))
            }
            Segment::Record(record) => lines.push(format!(
                "form {}",
                record
                    .fields
                    .iter()
                    .map(|field| format!("{}={}", field.name, field.value))
                    .collect::<Vec<_>>()
                    .join("|")
            )),
        }
    }
    // The sheet of every test is hidden, and that is said last.
    assert_eq!(lines.pop().as_deref(), Some("Title: hidden sheet: S"));
    assert_eq!(lines, expected);
}

#[test]
fn the_header_may_stand_in_row_7_and_the_sheet_be_hidden() {
    check(
        &[
            (1, &["A:Clinic of the North"]),
            (2, &["A:Printed", "B:2024-05-01"]),
            (7, &["A:MRN", "B:Last name", "C:DOB"]),
            (8, &["A=1234567", "B:Roy", "C=d29221"]),
            (9, &["A=1234568.5", "B:Cyr", "C=d44197.5"]),
        ],
        &[],
        &[
            "Title: Clinic of the North\nPrinted\t2024-05-01",
            "0!A8 MRN=1234567|Last name=Roy|DOB=1980-01-01",
            "0!A9 MRN=1234568.5|Last name=Cyr|DOB=2021-01-01 12:00",
        ],
    );
}

#[test]
fn tables_stand_side_by_side_and_one_under_the_other() {
    check(
        &[
            (1, &["A:Name", "B:Phone", "E:Name", "F:Room"]),
            (2, &["A:Roy", "B:514-555-0101", "E:Cyr", "F=12"]),
            (3, &["A:Dubé", "B:514-555-0102"]),
            (6, &["A:Drug", "B:Dose", "C:Patient"]),
            (7, &["A:Aspirin", "B=81", "C:Roy"]),
            (8, &["A:Aspirin", "B=82", "C:Dubé"]),
        ],
        &[],
        &[
            "0!A2 Name=Roy|Phone=514-555-0101",
            "0!A3 Name=Dubé|Phone=514-555-0102",
            "1!A7 Drug=Aspirin|Dose=81|Patient=Roy",
            "1!A8 Drug=Aspirin|Dose=82|Patient=Dubé",
            "2!E2 Name=Cyr|Room=12",
        ],
    );
}

#[test]
fn merged_headers_and_cells_stand_in_every_column_and_row() {
    check(
        &[
            (1, &["A:Patient", "C:Contact"]),
            (2, &["A:Last", "B:First", "C:Phone", "D:City"]),
            (3, &["A:Roy", "B:Anne", "C=5145550101", "D:Laval"]),
            (4, &["B:Anne", "C=5145550102", "D:Laval"]),
        ],
        &["A1:B1", "C1:D1", "A3:A4"],
        &[
            "0!A3 Patient Last=Roy|Patient First=Anne|Contact Phone=5145550101|Contact City=Laval",
            "0!A4 Patient Last=Roy|Patient First=Anne|Contact Phone=5145550102|Contact City=Laval",
        ],
    );
}

#[test]
fn a_gap_in_a_table_does_not_end_it() {
    check(
        &[
            (1, &["A:Name", "B:DOB", "C:City"]),
            (2, &["A:Roy", "B=d29221", "C:Laval"]),
            (4, &["A:Cyr", "B=d29222", "C:Laval"]),
        ],
        &[],
        &[
            "0!A2 Name=Roy|DOB=1980-01-01|City=Laval",
            "0!A4 Name=Cyr|DOB=1980-01-02|City=Laval",
        ],
    );
}

#[test]
fn labels_beside_values_are_a_form() {
    check(
        &[
            (1, &["A:Name:", "B:Anne Roy"]),
            (2, &["A:DOB:", "B=d29221"]),
            (3, &["A:Phone:", "B:514-555-0101"]),
        ],
        &[],
        &["form Name=Anne Roy|DOB=1980-01-01|Phone=514-555-0101"],
    );
}

#[test]
fn rows_of_data_alone_are_a_table_without_names() {
    check(
        &[
            (1, &["A:Roy", "B=12345", "C:a@b.ca"]),
            (2, &["A:Cyr", "B=12346", "C:c@b.ca"]),
        ],
        &[],
        &["0!A1 =Roy|=12345|=a@b.ca", "0!A2 =Cyr|=12346|=c@b.ca"],
    );
}

/// A record of a binary workbook.
fn record(id: u16, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if id < 0x80 {
        out.push(id as u8);
    } else {
        out.extend([id as u8 | 0x80, (id >> 7) as u8]);
    }
    out.extend([body.len() as u8 | 0x80, (body.len() >> 7) as u8]);
    out.extend(body);
    out
}

fn wide(text: &str) -> Vec<u8> {
    let mut out = (text.encode_utf16().count() as u32).to_le_bytes().to_vec();
    out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    out
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        std::io::Write::write_all(&mut zip, bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A hidden sheet with a head, a name and a date; its data end as told.
fn binary_workbook(sheet_end: &[u8]) -> Vec<u8> {
    let cell = |id, column: u32, style: u32, value: &[u8]| {
        let head = [column.to_le_bytes(), style.to_le_bytes()].concat();
        record(id, &[&head, value].concat())
    };
    let row = |n: u32| record(0, &n.to_le_bytes());
    let sheet = [
        record(145, b""),
        row(0),
        cell(6, 0, 0, &wide("Name")),
        cell(6, 1, 0, &wide("Born")),
        row(1),
        cell(7, 0, 0, &1_u32.to_le_bytes()),
        cell(5, 1, 1, &27_000.0_f64.to_le_bytes()),
        row(2),
        cell(7, 0, 0, &0_u32.to_le_bytes()),
        cell(2, 1, 1, &((28_000_u32 << 2) | 2).to_le_bytes()),
        sheet_end.to_vec(),
    ]
    .concat();
    let name = [
        &1_u32.to_le_bytes()[..],
        &1_u32.to_le_bytes(),
        &wide("rId1"),
        &wide("Ward"),
    ]
    .concat();
    let string = |text| record(19, &[vec![0], wide(text)].concat());
    let styles = [
        record(617, &2_u32.to_le_bytes()),
        record(47, &[0; 16]),
        record(47, &[0, 0, 14, 0]),
        record(618, b""),
    ]
    .concat();
    let links = br#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.bin"/></Relationships>"#;
    zipped(&[
        (
            "[Content_Types].xml",
            br#"<Types><Override PartName="/xl/workbook.bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>"#,
        ),
        ("xl/workbook.bin", &record(156, &name)),
        ("xl/_rels/workbook.bin.rels", links),
        ("xl/worksheets/sheet1.bin", &sheet),
        (
            "xl/sharedStrings.bin",
            &[string("Ann Otter"), string("Bea Fox")].concat(),
        ),
        ("xl/styles.bin", &styles),
    ])
}

#[test]
fn a_binary_workbook_gives_its_rows_with_dates_and_says_which_sheet_is_hidden() {
    let given = crate::testkit::read_bytes("a.xlsb", &binary_workbook(&record(146, b"")));
    let rows = given
        .segments
        .iter()
        .find_map(|(_, segment)| match segment {
            whose_model::Segment::Rows(rows) => Some(rows),
            _ => None,
        });
    let rows = rows.expect("a table");
    for value in ["Ann Otter", "Bea Fox", "1973-12-02", "1976-08-28"] {
        assert!(rows.text.contains(value), "{value}");
    }
    assert!(given.text().contains("hidden sheet: Ward"));
    assert_eq!(given.end_of("a.xlsb").format, "xlsb");
    assert!(given.gaps.is_empty(), "{:?}", given.gaps);
    assert_eq!(given.ended.len(), 1, "its own parts are no members");
}

#[test]
fn a_binary_sheet_that_breaks_off_gives_what_comes_before_and_a_gap() {
    // A record that claims a quarter of a gibibyte.
    let given = crate::testkit::read_bytes("a.xlsb", &binary_workbook(b"\x06\xff\xff\xff\x7f"));
    let is_table = |segment: &whose_model::Segment| matches!(segment, whose_model::Segment::Rows(rows) if rows.text.contains("Ann Otter"));
    assert!(given.segments.iter().any(|(_, segment)| is_table(segment)));
    assert_eq!(given.gaps.len(), 1);
}

proptest::proptest! {
    #[test]
    fn a_mutated_binary_sheet_ends_balanced(end in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let given = crate::testkit::read_bytes("a.xlsb", &binary_workbook(&end));
        proptest::prop_assert!(given.open.is_empty());
    }
}
