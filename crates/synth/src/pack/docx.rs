//! Word documents: paragraphs, two-column tables for forms, a footer that says that all is made up.
//!
//! Format: ECMA-376, part 1, chapter 17.

use std::io;

use super::{MARK, archive::Zip, xml};

/// A document of the text's lines. With `as_table`, lines `label: value` become rows of a table.
pub(crate) fn write(text: &str, as_table: bool) -> io::Result<Vec<u8>> {
    let mut body = String::new();
    let mut in_table = false;
    for line in text.lines() {
        let pair = if as_table {
            line.split_once(": ")
        } else {
            None
        };
        match pair {
            Some((label, value)) => {
                if !in_table {
                    body += r#"<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="3000"/><w:gridCol w:w="6000"/></w:tblGrid>"#;
                    in_table = true;
                }
                body += "<w:tr>";
                for cell in [label, value] {
                    body += "<w:tc><w:tcPr><w:tcW w:w=\"3000\" w:type=\"dxa\"/></w:tcPr>";
                    paragraph(&mut body, cell);
                    body += "</w:tc>";
                }
                body += "</w:tr>";
            }
            None => {
                if in_table {
                    body += "</w:tbl>";
                    in_table = false;
                }
                paragraph(&mut body, line);
            }
        }
    }
    if in_table {
        body += "</w:tbl><w:p/>";
    }
    const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    let mut zip = Zip::default();
    zip.add(
        "[Content_Types].xml",
        format!(r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#).as_bytes(),
    )?;
    zip.add(
        "_rels/.rels",
        format!(r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#).as_bytes(),
    )?;
    zip.add(
        "word/document.xml",
        format!(r#"{HEAD}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}<w:sectPr><w:footerReference w:type="default" r:id="rId1"/></w:sectPr></w:body></w:document>"#).as_bytes(),
    )?;
    zip.add(
        "word/_rels/document.xml.rels",
        format!(r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{R}/footer" Target="footer1.xml"/></Relationships>"#).as_bytes(),
    )?;
    zip.add(
        "word/footer1.xml",
        format!(r#"{HEAD}<w:ftr xmlns:w="{W}"><w:p><w:r><w:t>{MARK}</w:t></w:r></w:p></w:ftr>"#)
            .as_bytes(),
    )?;
    zip.add("docProps/core.xml", core().as_bytes())?;
    Ok(zip.finish())
}

/// The document properties, which say that all is made up.
pub(crate) fn core() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>{MARK}</dc:description></cp:coreProperties>"#
    )
}

fn paragraph(body: &mut String, line: &str) {
    *body += "<w:p>";
    // Word cuts runs where a spelling was corrected; so does this, in the middle of the line.
    let middle = line
        .char_indices()
        .map(|(at, _)| at)
        .nth(line.chars().count() / 2)
        .unwrap_or(0);
    let (left, right) = line.split_at(middle);
    for run in [left, right] {
        if !run.is_empty() {
            *body += "<w:r><w:t xml:space=\"preserve\">";
            *body += &xml(run);
            *body += "</w:t></w:r>";
        }
    }
    *body += "</w:p>";
}
