//! Pages as TIFF: fax group 4, Deflate or as they are. Format: TIFF 6.0, sections 2 to 4, 8 and 11; ITU-T T.6; Adobe Photoshop TIFF notes for Deflate (8).

use std::io;

use fax::{Color, VecWriter, encoder::Encoder};

use super::{
    MARK,
    canvas::{Canvas, packed_bits},
    png::zlib,
};

/// How the pages are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Black and white, as fax machines write.
    Group4,
    /// Grey.
    Deflate,
    /// Black and white, unpacked.
    Plain,
}

/// A page's lines as fax group 4.
pub(crate) fn group4(rows: &[Vec<bool>]) -> Vec<u8> {
    let mut encoder = Encoder::new(VecWriter::new());
    for row in rows {
        let colors = row
            .iter()
            .map(|&black| if black { Color::Black } else { Color::White });
        let width = row.len().min(usize::from(u16::MAX)) as u16;
        let Ok(()) = encoder.encode_line(colors, width);
    }
    let Ok(writer) = encoder.finish();
    writer.finish()
}

/// A file of pages.
pub(crate) fn write(pages: &[Canvas], packing: Packing, dots_per_inch: u32) -> io::Result<Vec<u8>> {
    let mut out = b"II*\0\0\0\0\0".to_vec();
    // Where the offset of the next page's directory is to be written.
    let mut link = 4;
    for (number, page) in pages.iter().enumerate() {
        let (bits, code, photometric, strip) = match packing {
            Packing::Group4 => (1, 4, 0, group4(&page.bilevel())),
            Packing::Plain => (1, 1, 0, packed_bits(&page.bilevel())),
            Packing::Deflate => (8, 8, 1, zlib(&page.points)?),
        };
        let strip_at = out.len() as u32;
        out.extend_from_slice(&strip);
        out.resize(out.len().next_multiple_of(2), 0);
        let resolution_at = out.len() as u32;
        for value in [dots_per_inch, 1] {
            out.extend_from_slice(&value.to_le_bytes());
        }
        let note_at = out.len() as u32;
        let note = ascii(MARK);
        out.extend_from_slice(note.as_bytes());
        out.push(0);
        out.resize(out.len().next_multiple_of(2), 0);
        let directory = out.len() as u32;
        out[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        // Tag, type (2 ASCII, 3 SHORT, 4 LONG, 5 RATIONAL), count, value.
        let fields: [(u16, u16, u32, u32); 14] = [
            (254, 4, 1, 2),
            (256, 4, 1, page.width as u32),
            (257, 4, 1, page.height as u32),
            (258, 3, 1, bits),
            (259, 3, 1, code),
            (262, 3, 1, photometric),
            (270, 2, note.len() as u32 + 1, note_at),
            (273, 4, 1, strip_at),
            (277, 3, 1, 1),
            (278, 4, 1, page.height as u32),
            (279, 4, 1, strip.len() as u32),
            (282, 5, 1, resolution_at),
            (283, 5, 1, resolution_at),
            (297, 3, 2, number as u32 | (pages.len() as u32) << 16),
        ];
        out.extend_from_slice(&(fields.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in fields {
            out.extend_from_slice(&tag.to_le_bytes());
            out.extend_from_slice(&kind.to_le_bytes());
            out.extend_from_slice(&count.to_le_bytes());
            out.extend_from_slice(&value.to_le_bytes());
        }
        link = out.len();
        out.extend_from_slice(&[0; 4]);
    }
    Ok(out)
}

fn ascii(text: &str) -> String {
    crate::numbers::fold(text)
}
