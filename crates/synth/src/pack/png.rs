//! A grey picture as PNG. Format: W3C PNG (third edition), chapters 5, 10 and 11.

use std::io::{self, Write};

use flate2::{Compression, write::ZlibEncoder};

use super::{MARK, canvas::Canvas};

/// Bytes packed as zlib does.
pub(crate) fn zlib(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// The picture, with its dots per metre.
pub(crate) fn write(picture: &Canvas, dots_per_metre: u32) -> io::Result<Vec<u8>> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend_from_slice(&(picture.width as u32).to_be_bytes());
    head.extend_from_slice(&(picture.height as u32).to_be_bytes());
    // Eight bits, grey, no interlace.
    head.extend_from_slice(&[8, 0, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &head);
    let mut density = Vec::new();
    for _ in 0..2 {
        density.extend_from_slice(&dots_per_metre.to_be_bytes());
    }
    density.push(1);
    chunk(&mut out, b"pHYs", &density);
    let mut note = b"Comment\0".to_vec();
    note.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(MARK).0);
    chunk(&mut out, b"tEXt", &note);
    let mut rows = Vec::with_capacity(picture.points.len() + picture.height);
    for row in picture.points.chunks(picture.width.max(1)) {
        rows.push(0);
        rows.extend_from_slice(row);
    }
    chunk(&mut out, b"IDAT", &zlib(&rows)?);
    chunk(&mut out, b"IEND", b"");
    Ok(out)
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    out.extend_from_slice(&(content.len() as u32).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(name);
    out.extend_from_slice(content);
    let crc = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&crc.to_be_bytes());
}
