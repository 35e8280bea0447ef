//! Rows in, a workbook out, streamed: no row is held back, no temporary file is written.
//!
//! Our own writer, because libraries either hold the whole workbook in memory
//! or spill it in the clear into a temporary folder. Text stands in its cell
//! (`inlineStr`) and is marked as text, so that no spreadsheet takes it for a
//! formula or drops a leading zero. A sheet that is full is followed by another.
//!
//! Format: ECMA-376 part 1, sections 18.2 (workbook), 18.3 (sheet), 18.8 (styles).

use std::fmt::Write as _;
use std::io::Write;

use whose_model::Locator;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Cell, Column, Sheet, failed, sink};
use crate::StoreError;

/// Rows a sheet can have, the header among them.
const MAX_ROWS: u64 = 1_048_576;
/// Characters (UTF-16 units) a cell can have.
const MAX_CELL: usize = 32_767;
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

pub(super) struct XlsxSheet<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    names: Vec<&'static str>,
    n_sheets: u32,
    row: u64,
    line: String,
}

impl<W: Write> XlsxSheet<W> {
    pub(super) fn new(out: W, columns: &[Column]) -> Result<Self, StoreError> {
        let mut sheet = Self {
            zip: ZipWriter::new_stream(out),
            names: columns.iter().map(|column| column.name).collect(),
            n_sheets: 0,
            row: 0,
            line: String::new(),
        };
        sheet.begin_sheet()?;
        Ok(sheet)
    }

    fn part(&mut self, name: &str, text: &str) -> Result<(), StoreError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        self.zip
            .start_file(name, options)
            .map_err(|_| failed("xlsx", "a part could not be begun"))?;
        self.write(text)
    }

    fn write(&mut self, text: &str) -> Result<(), StoreError> {
        self.zip
            .write_all(text.as_bytes())
            .map_err(|error| sink("xlsx", &error))
    }

    fn begin_sheet(&mut self) -> Result<(), StoreError> {
        self.n_sheets += 1;
        self.row = 0;
        let name = format!("xl/worksheets/sheet{}.xml", self.n_sheets);
        // The header stays in view.
        let head = format!(
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\">\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             </sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>\
             <cols><col min=\"1\" max=\"{}\" width=\"18\" customWidth=\"1\"/></cols><sheetData>",
            self.names.len().max(1)
        );
        self.part(&name, &head)?;
        let header: Vec<_> = self.names.iter().map(|name| Cell::text(*name)).collect();
        self.write_row(&header, 2)
    }

    fn end_sheet(&mut self) -> Result<(), StoreError> {
        self.write("</sheetData></worksheet>")
    }

    fn write_row(&mut self, cells: &[Cell<'_>], text_style: u8) -> Result<(), StoreError> {
        self.row += 1;
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let _ = write!(line, "<row r=\"{}\">", self.row);
        for (n, cell) in cells.iter().enumerate() {
            let place = Locator::column_letters(n);
            match cell {
                Cell::Empty => {}
                Cell::Integer(n) => {
                    let _ = write!(line, "<c r=\"{place}{}\"><v>{n}</v></c>", self.row);
                }
                Cell::Text(text) => {
                    let _ = write!(
                        line,
                        "<c r=\"{place}{}\" s=\"{text_style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">",
                        self.row
                    );
                    escape(&mut line, text)?;
                    line.push_str("</t></is></c>");
                }
            }
        }
        line.push_str("</row>");
        let written = self.write(&line);
        self.line = line;
        written
    }
}

impl<W: Write> Sheet<W> for XlsxSheet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        if self.row == MAX_ROWS {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        self.write_row(cells, 1)
    }

    fn finish(mut self: Box<Self>) -> Result<W, StoreError> {
        self.end_sheet()?;
        let mut types = String::new();
        let mut sheets = String::new();
        let mut relations = String::new();
        for n in 1..=self.n_sheets {
            let _ = write!(
                types,
                "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            );
            let _ = write!(
                sheets,
                "<sheet name=\"list {n}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>"
            );
            let _ = write!(
                relations,
                "<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
            );
        }
        let styles = self.n_sheets + 1;
        self.part("xl/styles.xml", &styles_xml())?;
        self.part(
            "xl/workbook.xml",
            &format!("{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>"),
        )?;
        self.part(
            "xl/_rels/workbook.xml.rels",
            &format!(
                "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}\
                 <Relationship Id=\"rId{styles}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        )?;
        self.part(
            "_rels/.rels",
            &format!(
                "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">\
                 <Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        )?;
        self.part(
            "[Content_Types].xml",
            &format!(
                "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>\
                 {types}</Types>"
            ),
        )?;
        let stream = self
            .zip
            .finish()
            .map_err(|_| failed("xlsx", "the workbook could not be ended"))?;
        Ok(stream.into_inner())
    }
}

/// Style 0 as is, 1 text (`@`, format 49), 2 the header in bold.
fn styles_xml() -> String {
    let font = |bold: &str| format!("<font>{bold}<sz val=\"11\"/><name val=\"Calibri\"/></font>");
    let format = |number: u8, font: u8| {
        format!(
            "<xf numFmtId=\"{number}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>"
        )
    };
    format!(
        "{HEAD}<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\">{}{}</fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"3\">{}{}{}</cellXfs></styleSheet>",
        font(""),
        font("<b/>"),
        format(0, 0),
        format(49, 0),
        format(49, 1)
    )
}

/// Text as XML takes it; what XML 1.0 cannot hold becomes U+FFFD.
fn escape(line: &mut String, text: &str) -> Result<(), StoreError> {
    if text.encode_utf16().count() > MAX_CELL {
        return Err(failed(
            "xlsx",
            "a cell is longer than a spreadsheet holds (32,767); use csv, json or parquet",
        ));
    }
    for ch in text.chars() {
        match ch {
            '<' => line.push_str("&lt;"),
            '>' => line.push_str("&gt;"),
            '&' => line.push_str("&amp;"),
            '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'.. => line.push(ch),
            _ => line.push('\u{fffd}'),
        }
    }
    Ok(())
}
