//! A `Paper` in, a DOCX file out: the same words in the same order, to be finished in a word processor.
//!
//! A DOCX is a zip of XML parts (ECMA-376). Only what a paper has is written:
//! title, headings, paragraphs, bulleted lists, lines, boxes for what is left
//! to do, tables with a head row that repeats, the draft's mark at the top of
//! each page and the page's number at its foot. Nothing in it depends on the
//! clock, so the same paper gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::LetterError;
use crate::paper::{Block, Paper};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// Writes the paper.
pub(crate) fn docx(paper: &Paper) -> Result<Vec<u8>, LetterError> {
    let failed = |_| LetterError::Typeset {
        stage: "docx",
        line: 0,
    };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let lang = crate::paper::tag(paper.language);
    for (name, text) in [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", RELS.to_owned()),
        ("word/_rels/document.xml.rels", DOCUMENT_RELS.to_owned()),
        ("word/styles.xml", STYLES.replace("{lang}", &lang)),
        ("word/numbering.xml", NUMBERING.to_owned()),
        ("word/header1.xml", header(paper)),
        ("word/footer1.xml", footer(paper)),
        ("word/document.xml", document(paper)),
        ("docProps/core.xml", core(paper, &lang)),
    ] {
        zip.start_file(name, options).map_err(failed)?;
        let text = format!("{HEAD}{text}");
        zip.write_all(text.as_bytes())
            .map_err(|_| LetterError::Typeset {
                stage: "docx",
                line: 0,
            })?;
    }
    Ok(zip.finish().map_err(failed)?.into_inner())
}

fn document(paper: &Paper) -> String {
    let mut body = String::new();
    styled(&mut body, "Title", &paper.subject);
    for lines in [&paper.sender, &paper.dateline, &paper.window] {
        broken(&mut body, "Normal", lines);
    }
    for block in &paper.blocks {
        match block {
            Block::Heading { level: 1, text } => styled(&mut body, "Heading1", text),
            Block::Heading { text, .. } => styled(&mut body, "Heading2", text),
            Block::Par { text } | Block::Foreign { text, .. } => {
                styled(&mut body, "Normal", text);
            }
            Block::Todo { text } => styled(&mut body, "Todo", text),
            Block::Lines { lines } => broken(&mut body, "Lines", lines),
            Block::List { items, .. } => {
                for item in items {
                    styled(&mut body, "ListBullet", item);
                }
            }
            Block::Table {
                caption,
                head,
                rows,
                numeric,
            } => {
                styled(&mut body, "Caption", caption);
                table(&mut body, head, rows, numeric);
            }
        }
    }
    format!(
        "<w:document {W} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <w:body>{body}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/>\
         <w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"12240\" w:h=\"15840\"/>\
         <w:pgMar w:top=\"1152\" w:right=\"1440\" w:bottom=\"1152\" w:left=\"1440\" w:header=\"576\" w:footer=\"576\" w:gutter=\"0\"/>\
         </w:sectPr></w:body></w:document>"
    )
}

fn table(out: &mut String, head: &[String], rows: &[Vec<String>], numeric: &[bool]) {
    let width = 9360 / head.len().max(1);
    out.push_str("<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"9360\" w:type=\"dxa\"/><w:tblLook w:firstRow=\"1\"/></w:tblPr><w:tblGrid>");
    for _ in head {
        let _ = write!(out, "<w:gridCol w:w=\"{width}\"/>");
    }
    out.push_str("</w:tblGrid>");
    let mut row = |cells: &[String], is_head: bool| {
        out.push_str(if is_head {
            "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        } else {
            "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        });
        for (at, cell) in cells.iter().enumerate() {
            let right = numeric.get(at).copied().unwrap_or(false);
            let _ = write!(
                out,
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Cell\"/>{}</w:pPr>",
                if right { "<w:jc w:val=\"right\"/>" } else { "" }
            );
            run(out, cell, is_head);
            out.push_str("</w:p></w:tc>");
        }
        out.push_str("</w:tr>");
    };
    row(head, true);
    for cells in rows {
        row(cells, false);
    }
    // Word joins tables that touch.
    out.push_str("</w:tbl><w:p/>");
}

fn styled(out: &mut String, style: &str, text: &str) {
    let _ = write!(out, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>");
    run(out, text, false);
    out.push_str("</w:p>");
}

/// Lines that stay together in one paragraph.
fn broken(out: &mut String, style: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    styled(out, style, &lines.join("\n"));
}

fn run(out: &mut String, text: &str, bold: bool) {
    for (at, line) in text.split('\n').enumerate() {
        out.push_str("<w:r>");
        if bold {
            out.push_str("<w:rPr><w:b/></w:rPr>");
        }
        if at > 0 {
            out.push_str("<w:br/>");
        }
        out.push_str("<w:t xml:space=\"preserve\">");
        escape(out, line);
        out.push_str("</w:t></w:r>");
    }
}

/// Text for XML 1.0: markup escaped, and what XML cannot hold left out.
fn escape(out: &mut String, text: &str) {
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push(' '),
            ch if ch < ' ' || matches!(ch, '\u{fffe}' | '\u{ffff}') => {}
            ch => out.push(ch),
        }
    }
}

fn header(paper: &Paper) -> String {
    let mut out = format!("<w:hdr {W}><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>");
    if let Some(draft) = &paper.draft {
        run(&mut out, draft, true);
    }
    out.push_str("</w:p></w:hdr>");
    out
}

fn footer(paper: &Paper) -> String {
    let mut out = format!(
        "<w:ftr {W}><w:p><w:pPr><w:tabs><w:tab w:val=\"right\" w:pos=\"9360\"/></w:tabs></w:pPr>"
    );
    run(&mut out, &paper.foot, false);
    out.push_str("<w:r><w:tab/></w:r>");
    let [before, between, after] = &paper.page_words;
    for (words, field) in [(before, "PAGE"), (between, "NUMPAGES")] {
        run(&mut out, words, false);
        let _ = write!(
            out,
            "<w:fldSimple w:instr=\" {field} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>"
        );
    }
    run(&mut out, after, false);
    out.push_str("</w:p></w:ftr>");
    out
}

fn core(paper: &Paper, lang: &str) -> String {
    let mut title = String::new();
    escape(&mut title, &paper.title);
    format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{title}</dc:title>\
         <dc:creator>whose</dc:creator><dc:language>{lang}</dc:language></cp:coreProperties>"
    )
}

const CONTENT_TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";

const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>";

const DOCUMENT_RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering\" Target=\"numbering.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header1.xml\"/>\
<Relationship Id=\"rId4\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/></Relationships>";

const NUMBERING: &str = "<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
<w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{2022}\"/>\
<w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"360\" w:hanging=\"260\"/></w:pPr></w:lvl></w:abstractNum>\
<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";

const STYLES: &str = "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Noto Sans\" w:hAnsi=\"Noto Sans\" w:cs=\"Noto Sans\"/><w:sz w:val=\"21\"/><w:lang w:val=\"{lang}\"/></w:rPr></w:rPrDefault>\
<w:pPrDefault><w:pPr><w:spacing w:after=\"120\"/></w:pPr></w:pPrDefault></w:docDefaults>\
<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:basedOn w:val=\"Normal\"/><w:rPr><w:b/><w:sz w:val=\"28\"/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:pPr><w:keepNext/><w:spacing w:before=\"280\" w:after=\"80\"/><w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:b/><w:sz w:val=\"24\"/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Heading2\"><w:name w:val=\"heading 2\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:pPr><w:keepNext/><w:spacing w:before=\"180\" w:after=\"60\"/><w:outlineLvl w:val=\"1\"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"ListBullet\"><w:name w:val=\"List Bullet\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr><w:spacing w:after=\"60\"/></w:pPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Lines\"><w:name w:val=\"Lines\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:keepLines/><w:ind w:left=\"220\"/></w:pPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Caption\"><w:name w:val=\"caption\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:keepNext/></w:pPr><w:rPr><w:b/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Cell\"><w:name w:val=\"Cell\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:after=\"0\"/></w:pPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Todo\"><w:name w:val=\"To do\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:pBdr><w:top w:val=\"single\" w:sz=\"6\" w:space=\"3\"/><w:left w:val=\"single\" w:sz=\"6\" w:space=\"3\"/><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"3\"/><w:right w:val=\"single\" w:sz=\"6\" w:space=\"3\"/></w:pBdr></w:pPr><w:rPr><w:b/></w:rPr></w:style>\
<w:style w:type=\"table\" w:styleId=\"Grid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders><w:top w:val=\"single\" w:sz=\"4\"/><w:left w:val=\"single\" w:sz=\"4\"/><w:bottom w:val=\"single\" w:sz=\"4\"/><w:right w:val=\"single\" w:sz=\"4\"/><w:insideH w:val=\"single\" w:sz=\"4\"/><w:insideV w:val=\"single\" w:sz=\"4\"/></w:tblBorders><w:tblCellMar><w:left w:w=\"80\" w:type=\"dxa\"/><w:right w:w=\"80\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>";

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::paper::Form;

    fn paper(text: &str) -> Paper {
        let mut paper = Paper {
            form: Form::Sheet,
            large: false,
            language: whose_model::Language::Fr,
            title: text.to_owned(),
            sender: vec![text.to_owned()],
            window: Vec::new(),
            dateline: vec!["1er mai".to_owned()],
            subject: text.to_owned(),
            draft: Some("PROJET".to_owned()),
            foot: text.to_owned(),
            mark: None,
            page_words: ["Page ".to_owned(), " de ".to_owned(), String::new()],
            blocks: Vec::new(),
        };
        paper.heading(1, text.to_owned());
        paper.heading(2, text.to_owned());
        paper.par(text.to_owned());
        paper.list(vec![text.to_owned()]);
        paper.lines(vec![text.to_owned(), text.to_owned()]);
        paper.todo(text.to_owned());
        paper.table(
            text.to_owned(),
            vec!["a".to_owned(), "b".to_owned()],
            vec![vec![text.to_owned(), "12".to_owned()]],
        );
        paper
    }

    /// Every part of the file, read by an XML parser; the words of the document.
    fn read(bytes: &[u8]) -> String {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut words = String::new();
        for at in 0..zip.len() {
            let mut part = zip.by_index(at).expect("a part");
            let mut text = String::new();
            part.read_to_string(&mut text).expect("UTF-8");
            let is_document = part.name().expect("a name") == "word/document.xml";
            let tree: Vec<_> = well_formed(&text);
            if is_document {
                words = tree.concat();
            }
        }
        words
    }

    /// The texts of well-formed XML; panics where a tag is not closed.
    fn well_formed(xml: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(xml);
        reader.config_mut().check_end_names = true;
        let mut texts = Vec::new();
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Text(text) => {
                    texts.push(text.to_string());
                }
                quick_xml::events::Event::GeneralRef(name) => {
                    texts.push(match name.as_ref() {
                        "amp" => "&".to_owned(),
                        "lt" => "<".to_owned(),
                        "gt" => ">".to_owned(),
                        "quot" => "\"".to_owned(),
                        other => panic!("{other:?}"),
                    });
                }
                _ => {}
            }
        }
        texts
    }

    #[test]
    fn a_docx_holds_every_word_of_the_paper_and_nothing_breaks_its_xml() {
        let hostile = "<w:p> & \"Zoë\" ]]> \u{1}\u{fffe} fin";
        let words = read(&docx(&paper(hostile)).unwrap());
        // Title, sender, two headings, paragraph, item, two lines, box, caption, cell.
        assert_eq!(words.matches("<w:p> & \"Zoë\" ]]>  fin").count(), 11);
    }

    #[test]
    fn the_same_paper_gives_the_same_bytes() {
        let paper = paper("Bonjour");
        assert_eq!(docx(&paper).unwrap(), docx(&paper).unwrap());
    }

    proptest::proptest! {
        #[test]
        fn any_text_makes_a_file_that_a_parser_reads(text in "\\PC{0,40}|[\\x00-\\x7f]{0,40}") {
            read(&docx(&paper(&text)).unwrap());
        }
    }
}
