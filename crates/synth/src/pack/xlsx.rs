//! Workbooks: sheets of cells as people leave them, with titles, merged cells, hidden sheets, dates as numbers.
//!
//! Format: ECMA-376, part 1, chapter 18.

use std::io;

use jiff::civil::Date;
use whose_model::Locator;

use super::{archive::Zip, docx::core, xml};

/// What stands in a cell.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// Written as days since 1899-12-30 with a date format.
    Day(Date),
}

/// A sheet, written row by row.
pub(crate) struct Sheet {
    name: String,
    hidden: bool,
    rows: String,
    n_rows: u64,
    merged: Vec<String>,
}

impl Sheet {
    pub(crate) fn new(name: &str, hidden: bool) -> Self {
        Self {
            name: name.to_owned(),
            hidden,
            rows: String::new(),
            n_rows: 0,
            merged: Vec::new(),
        }
    }

    /// Leaves rows out.
    pub(crate) fn skip(&mut self, n: u64) {
        self.n_rows += n;
    }

    /// Writes a row from a column on; gives its number.
    pub(crate) fn row(&mut self, first_column: usize, cells: &[Cell]) -> u64 {
        self.n_rows += 1;
        let row = self.n_rows;
        self.rows += &format!("<row r=\"{row}\">");
        for (i, cell) in cells.iter().enumerate() {
            let at = format!("{}{row}", Locator::column_letters(first_column + i));
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    self.rows += &format!(
                        "<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                        xml(text)
                    );
                }
                Cell::Number(number) => {
                    self.rows += &format!("<c r=\"{at}\"><v>{number}</v></c>");
                }
                Cell::Day(day) => {
                    self.rows += &format!("<c r=\"{at}\" s=\"1\"><v>{}</v></c>", serial(*day));
                }
            }
        }
        self.rows += "</row>";
        row
    }

    /// Merges a range, as `A1:F1`.
    pub(crate) fn merge(&mut self, range: &str) {
        self.merged.push(range.to_owned());
    }
}

/// The number a workbook holds for a day.
pub(crate) fn serial(day: Date) -> i64 {
    const ZERO: Date = Date::constant(1899, 12, 30);
    day.since(ZERO).map_or(0, |span| i64::from(span.get_days()))
}

/// A workbook of the sheets.
pub(crate) fn write(sheets: &[Sheet]) -> io::Result<Vec<u8>> {
    const M: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const P: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    let mut zip = Zip::default();
    let (mut types, mut list, mut rels) = (String::new(), String::new(), String::new());
    for (i, sheet) in sheets.iter().enumerate() {
        let n = i + 1;
        types += &format!(
            r#"<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        );
        let state = if sheet.hidden {
            " state=\"hidden\""
        } else {
            ""
        };
        list += &format!(
            r#"<sheet name="{}" sheetId="{n}"{state} r:id="rId{n}"/>"#,
            xml(&sheet.name)
        );
        rels += &format!(
            r#"<Relationship Id="rId{n}" Type="{R}/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        );
    }
    let styles = sheets.len() + 1;
    rels += &format!(r#"<Relationship Id="rId{styles}" Type="{R}/styles" Target="styles.xml"/>"#);
    zip.add(
        "[Content_Types].xml",
        format!(r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{types}</Types>"#).as_bytes(),
    )?;
    zip.add(
        "_rels/.rels",
        format!(r#"{HEAD}<Relationships xmlns="{P}"><Relationship Id="rId1" Type="{R}/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#).as_bytes(),
    )?;
    zip.add("docProps/core.xml", core().as_bytes())?;
    zip.add(
        "xl/workbook.xml",
        format!(r#"{HEAD}<workbook xmlns="{M}" xmlns:r="{R}"><sheets>{list}</sheets></workbook>"#)
            .as_bytes(),
    )?;
    zip.add(
        "xl/_rels/workbook.xml.rels",
        format!(r#"{HEAD}<Relationships xmlns="{P}">{rels}</Relationships>"#).as_bytes(),
    )?;
    zip.add(
        "xl/styles.xml",
        format!(r#"{HEAD}<styleSheet xmlns="{M}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#).as_bytes(),
    )?;
    for (i, sheet) in sheets.iter().enumerate() {
        let mut merged = String::new();
        if !sheet.merged.is_empty() {
            merged = format!("<mergeCells count=\"{}\">", sheet.merged.len());
            for range in &sheet.merged {
                merged += &format!("<mergeCell ref=\"{range}\"/>");
            }
            merged += "</mergeCells>";
        }
        zip.add(
            &format!("xl/worksheets/sheet{}.xml", i + 1),
            format!(
                r#"{HEAD}<worksheet xmlns="{M}"><sheetData>{}</sheetData>{merged}</worksheet>"#,
                sheet.rows
            )
            .as_bytes(),
        )?;
    }
    Ok(zip.finish())
}

#[test]
fn a_day_is_the_number_a_workbook_holds_for_it() {
    assert_eq!(serial(Date::constant(2024, 3, 5)), 45_356);
}
