//! PDF with a text layer: lines in Helvetica, pages of sixty lines. Also one page with a picture alone, and one locked.
//!
//! Format: ISO 32000-1, chapters 7 and 9.

use std::io::{self, Write};

use flate2::{Compression, write::ZlibEncoder};

use super::{MARK, canvas::Canvas, tiff};
use crate::chance::Chance;

const LINES: usize = 58;
const COLUMNS: usize = 92;

/// A document of the text's lines, broken where they are too long for the page.
pub(crate) fn write(text: &str) -> io::Result<Vec<u8>> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.chars().count() <= COLUMNS {
            lines.push(line.to_owned());
            continue;
        }
        let mut current = String::new();
        for word in line.split(' ') {
            if !current.is_empty() && current.chars().count() + word.chars().count() + 1 > COLUMNS {
                lines.push(std::mem::take(&mut current));
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current += word;
        }
        lines.push(current);
    }
    let pages: Vec<&[String]> = lines.chunks(LINES).collect();
    let mut pdf = Objects::new();
    let kids: Vec<String> = (0..pages.len())
        .map(|i| format!("{} 0 R", 5 + i * 2))
        .collect();
    pdf.object(1, b"<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(
        2,
        format!(
            "<< /Type /Pages /Count {} /Kids [{}] >>",
            pages.len(),
            kids.join(" ")
        )
        .as_bytes(),
    );
    pdf.object(
        3,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    );
    pdf.object(
        4,
        format!(
            "<< /Title (Document) /Subject {} /Producer (whose synth) >>",
            literal(MARK)
        )
        .as_bytes(),
    );
    for (i, page) in pages.iter().enumerate() {
        let mut content = b"BT /F1 10 Tf 12 TL 56 760 Td\n".to_vec();
        for line in *page {
            content.extend_from_slice(&show(line));
            content.extend_from_slice(b" Tj T*\n");
        }
        content.extend_from_slice(b"ET BT /F1 6 Tf 56 24 Td ");
        content.extend_from_slice(&show(MARK));
        content.extend_from_slice(b" Tj ET\n");
        let n = 5 + i * 2;
        pdf.object(n, format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>", n + 1).as_bytes());
        pdf.stream(n + 1, "", &content)?;
    }
    Ok(pdf.finish("/Info 4 0 R"))
}

/// A page that is a grey picture of nothing that can be made out.
pub(crate) fn scan(chance: &mut Chance) -> io::Result<Vec<u8>> {
    let mut pdf = Objects::new();
    pdf.object(1, b"<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(2, b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>");
    pdf.object(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>");
    pdf.stream(4, "", b"q 612 0 0 792 0 0 cm /I Do Q")?;
    pdf.stream(5, "/Type /XObject /Subtype /Image /Width 120 /Height 160 /ColorSpace /DeviceGray /BitsPerComponent 8 ", &smudge(120, 160, chance))?;
    Ok(pdf.finish(""))
}

/// Pages that are pictures alone: as fax machines write them, or grey.
pub(crate) fn pictures(
    pages: &[Canvas],
    as_fax: bool,
    dots_per_inch: usize,
) -> io::Result<Vec<u8>> {
    let mut pdf = Objects::new();
    let kids: Vec<String> = (0..pages.len())
        .map(|i| format!("{} 0 R", 4 + i * 3))
        .collect();
    pdf.object(1, b"<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(
        2,
        format!(
            "<< /Type /Pages /Count {} /Kids [{}] >>",
            pages.len(),
            kids.join(" ")
        )
        .as_bytes(),
    );
    pdf.object(
        3,
        format!("<< /Subject {} /Producer (whose synth) >>", literal(MARK)).as_bytes(),
    );
    for (i, page) in pages.iter().enumerate() {
        let n = 4 + i * 3;
        let (w, h) = (
            page.width * 72 / dots_per_inch,
            page.height * 72 / dots_per_inch,
        );
        pdf.object(n, format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {w} {h}] /Resources << /XObject << /I {} 0 R >> >> /Contents {} 0 R >>", n + 2, n + 1).as_bytes());
        pdf.stream(
            n + 1,
            "",
            format!("q {w} 0 0 {h} 0 0 cm /I Do Q").as_bytes(),
        )?;
        let head = format!(
            "/Type /XObject /Subtype /Image /Width {0} /Height {1} /ColorSpace /DeviceGray ",
            page.width, page.height
        );
        if as_fax {
            let head = format!(
                "{head}/BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {} /Rows {} >> ",
                page.width, page.height
            );
            pdf.raw_stream(n + 2, &head, &tiff::group4(&page.bilevel()));
        } else {
            pdf.stream(n + 2, &format!("{head}/BitsPerComponent 8 "), &page.points)?;
        }
    }
    Ok(pdf.finish("/Info 3 0 R"))
}

/// A document behind a password that nobody has.
pub(crate) fn locked(chance: &mut Chance) -> Vec<u8> {
    let hex = |bytes: Vec<u8>| {
        bytes
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02X}"))
    };
    let mut pdf = Objects::new();
    pdf.object(1, b"<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(2, b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>");
    pdf.object(
        3,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
    );
    let noise = chance.bytes(900);
    pdf.raw_stream(4, "/Filter /FlateDecode ", &noise);
    pdf.object(
        5,
        format!(
            "<< /Filter /Standard /V 2 /R 3 /Length 128 /P -3904 /O <{}> /U <{}> >>",
            hex(chance.bytes(32)),
            hex(chance.bytes(32))
        )
        .as_bytes(),
    );
    let id = hex(chance.bytes(16));
    pdf.finish(&format!("/Encrypt 5 0 R /ID [<{id}> <{id}>]"))
}

/// A grey picture of smudges, one byte a point.
pub(crate) fn smudge(width: usize, height: usize, chance: &mut Chance) -> Vec<u8> {
    (0..height)
        .flat_map(|y| std::iter::repeat_n(y, width))
        .map(|y| 200 - 24 * u8::from(y % 9 < 3) + chance.below(32) as u8)
        .collect()
}

struct Objects {
    out: Vec<u8>,
    offsets: Vec<usize>,
}

impl Objects {
    fn new() -> Self {
        Self {
            out: b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec(),
            offsets: Vec::new(),
        }
    }

    fn object(&mut self, number: usize, content: &[u8]) {
        self.offsets.push(self.out.len());
        self.out
            .extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        self.out.extend_from_slice(content);
        self.out.extend_from_slice(b"\nendobj\n");
    }

    fn stream(&mut self, number: usize, dictionary: &str, content: &[u8]) -> io::Result<()> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(content)?;
        let packed = encoder.finish()?;
        self.raw_stream(
            number,
            &format!("{dictionary}/Filter /FlateDecode "),
            &packed,
        );
        Ok(())
    }

    fn raw_stream(&mut self, number: usize, dictionary: &str, content: &[u8]) {
        let mut object =
            format!("<< {dictionary}/Length {} >>\nstream\n", content.len()).into_bytes();
        object.extend_from_slice(content);
        object.extend_from_slice(b"\nendstream");
        self.object(number, &object);
    }

    fn finish(mut self, trailer: &str) -> Vec<u8> {
        let start = self.out.len();
        let n = self.offsets.len() + 1;
        let mut table = format!("xref\n0 {n}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            table += &format!("{offset:010} 00000 n \n");
        }
        table +=
            &format!("trailer\n<< /Size {n} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
        self.out.extend_from_slice(table.as_bytes());
        self.out
    }
}

/// A text string in UTF-16 for the document's properties.
fn literal(text: &str) -> String {
    let hex = text
        .encode_utf16()
        .fold("FEFF".to_owned(), |hex, unit| hex + &format!("{unit:04X}"));
    format!("<{hex}>")
}

/// A string to show, in WinAnsi bytes.
fn show(text: &str) -> Vec<u8> {
    let mut out = vec![b'('];
    for &byte in encoding_rs::WINDOWS_1252.encode(text).0.iter() {
        if matches!(byte, b'(' | b')' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b')');
    out
}
