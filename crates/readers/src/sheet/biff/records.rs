//! A stream of Excel in, its records and strings out.
//!
//! A record is an id, a length and content; what does not fit goes on in
//! CONTINUE records, between which a string may change its width.
//!
//! Format: [MS-XLS] sections 2.1.4 (records), 2.5.240 (ShortXLUnicodeString),
//! 2.5.293 (XLUnicodeRichExtendedString), 2.5.294 (XLUnicodeString).

use encoding_rs::Encoding;

use crate::ole::bytes::{slice, u16_at, u32_at};

/// Ids of records that are read.
pub(super) mod id {
    pub(in super::super) const EOF: u16 = 0x0A;
    pub(in super::super) const HEADER: u16 = 0x14;
    pub(in super::super) const FOOTER: u16 = 0x15;
    pub(in super::super) const NOTE: u16 = 0x1C;
    pub(in super::super) const DATE_1904: u16 = 0x22;
    pub(in super::super) const FILE_PASS: u16 = 0x2F;
    pub(in super::super) const CONTINUE: u16 = 0x3C;
    pub(in super::super) const CODE_PAGE: u16 = 0x42;
    pub(in super::super) const CRN: u16 = 0x5A;
    pub(in super::super) const WRITE_ACCESS: u16 = 0x5C;
    pub(in super::super) const OBJ: u16 = 0x5D;
    pub(in super::super) const COLUMN: u16 = 0x7D;
    pub(in super::super) const SHEET: u16 = 0x85;
    pub(in super::super) const SHEET_4: u16 = 0x8F;
    pub(in super::super) const XF: u16 = 0xE0;
    pub(in super::super) const MERGED: u16 = 0xE5;
    pub(in super::super) const PICTURES: u16 = 0xEB;
    pub(in super::super) const STRINGS: u16 = 0xFC;
    pub(in super::super) const LABEL_SST: u16 = 0xFD;
    pub(in super::super) const BOOK: u16 = 0x1AE;
    pub(in super::super) const TEXT_BOX: u16 = 0x1B6;
    pub(in super::super) const LINK: u16 = 0x1B8;
    pub(in super::super) const RK: u16 = 0x27E;
    pub(in super::super) const MUL_RK: u16 = 0xBD;
    pub(in super::super) const RICH: u16 = 0xD6;
}

/// Whether a record begins a part of the stream: its id differs from version to version.
pub(super) fn is_begin(id: u16) -> bool {
    matches!(id, 0x09 | 0x209 | 0x409 | 0x809)
}

/// A record.
#[derive(Clone, Copy)]
pub(super) struct Record<'b> {
    pub(super) id: u16,
    pub(super) body: &'b [u8],
    /// Where its content begins in the stream.
    pub(super) at: usize,
}

/// The record at a place.
pub(super) fn record(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let id = u16_at(stream, at)?;
    let len = usize::from(u16_at(stream, at + 2)?);
    Some(Record {
        id,
        body: slice(stream, at + 4, len),
        at: at + 4,
    })
}

/// The CONTINUE records from a place on.
pub(super) fn continued(stream: &[u8], mut at: usize) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(next) = record(stream, at).filter(|next| next.id == id::CONTINUE) {
        parts.push(next.body);
        at = next.at + next.body.len();
    }
    parts
}

/// Content in several parts, read forwards.
pub(super) struct Parts<'p, 'b> {
    parts: &'p [&'b [u8]],
    part: usize,
    at: usize,
}

impl<'p, 'b> Parts<'p, 'b> {
    pub(super) fn new(parts: &'p [&'b [u8]]) -> Self {
        Self {
            parts,
            part: 0,
            at: 0,
        }
    }

    /// Goes to the next part when this one is used up; whether there is more.
    fn settle(&mut self) -> bool {
        while let Some(part) = self.parts.get(self.part) {
            if self.at < part.len() {
                return true;
            }
            self.part += 1;
            self.at = 0;
        }
        false
    }

    fn byte(&mut self) -> Option<u8> {
        self.settle();
        let byte = *self.parts.get(self.part)?.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut n: usize) {
        while n > 0 && self.settle() {
            let left = self.parts[self.part].len() - self.at;
            let step = left.min(n);
            self.at += step;
            n -= step;
        }
    }

    /// Characters, of which each part may begin with a new width.
    fn characters(&mut self, mut n: usize, mut is_wide: bool, out: &mut Vec<u16>) -> Option<()> {
        while n > 0 {
            let is_new = self
                .parts
                .get(self.part)
                .is_none_or(|part| self.at >= part.len());
            if !self.settle() {
                return None;
            }
            if is_new {
                is_wide = self.byte()? & 1 != 0;
            }
            let left = self.parts.get(self.part)?.get(self.at..)?;
            let take = if is_wide {
                (left.len() / 2).min(n)
            } else {
                left.len().min(n)
            };
            if take == 0 {
                // Half a character at the end of a part.
                self.at += left.len();
                continue;
            }
            if is_wide {
                let (units, _) = left[..take * 2].as_chunks::<2>();
                out.extend(units.iter().map(|unit| u16::from_le_bytes(*unit)));
                self.at += take * 2;
            } else {
                out.extend(left[..take].iter().map(|&byte| u16::from(byte)));
                self.at += take;
            }
            n -= take;
        }
        Some(())
    }

    /// A string with its formatting, which is passed over.
    pub(super) fn rich(&mut self) -> Option<String> {
        let n = usize::from(self.u16()?);
        let flags = self.byte()?;
        let n_runs = if flags & 8 != 0 {
            usize::from(self.u16()?)
        } else {
            0
        };
        let n_extra = if flags & 4 != 0 {
            self.u32()? as usize
        } else {
            0
        };
        let mut units = Vec::new();
        let whole = self.characters(n, flags & 1 != 0, &mut units);
        let text = String::from_utf16_lossy(&units);
        self.skip(n_runs * 4);
        self.skip(n_extra);
        whole.map(|()| text)
    }
}

/// The text of a text box: characters in CONTINUE records, each with its width before it.
pub(super) fn box_text(parts: &[&[u8]], n: usize) -> String {
    let mut units: Vec<u16> = Vec::new();
    for part in parts {
        let Some((flags, text)) = part.split_first() else {
            continue;
        };
        if units.len() >= n {
            break;
        }
        let left = n - units.len();
        if flags & 1 != 0 {
            let (wide, _) = text.as_chunks::<2>();
            units.extend(wide.iter().take(left).map(|unit| u16::from_le_bytes(*unit)));
        } else {
            units.extend(text.iter().take(left).map(|&byte| u16::from(byte)));
        }
    }
    String::from_utf16_lossy(&units)
}

/// How strings are written in a version of Excel.
#[derive(Clone, Copy)]
pub(super) struct Strings {
    /// 2 to 5, or 8.
    pub(super) version: u8,
    pub(super) page: &'static Encoding,
}

impl Strings {
    /// A string at a place, after a count of two bytes (`is_long`) or one; and where it ends.
    pub(super) fn at(&self, body: &[u8], at: usize, is_long: bool) -> Option<(String, usize)> {
        let (n, at) = if is_long {
            (usize::from(u16_at(body, at)?), at + 2)
        } else {
            (usize::from(*body.get(at)?), at + 1)
        };
        self.characters(body, at, n)
    }

    /// So many characters at a place, and where they end.
    pub(super) fn characters(&self, body: &[u8], at: usize, n: usize) -> Option<(String, usize)> {
        if self.version < 8 {
            let bytes = slice(body, at, n);
            return Some((
                self.page.decode_without_bom_handling(bytes).0.into_owned(),
                at + n,
            ));
        }
        let flags = *body.get(at)?;
        let mut at = at + 1;
        let n_runs = if flags & 8 != 0 {
            usize::from(u16_at(body, at)?)
        } else {
            0
        };
        at += if flags & 8 != 0 { 2 } else { 0 };
        let n_extra = if flags & 4 != 0 {
            u32_at(body, at)? as usize
        } else {
            0
        };
        at += if flags & 4 != 0 { 4 } else { 0 };
        let n_bytes = if flags & 1 != 0 { n * 2 } else { n };
        let bytes = slice(body, at, n_bytes);
        let text = if flags & 1 != 0 {
            crate::ole::bytes::utf16(bytes)
        } else {
            bytes.iter().map(|&byte| char::from(byte)).collect()
        };
        Some((
            text,
            at.saturating_add(n_bytes)
                .saturating_add(n_runs * 4)
                .saturating_add(n_extra),
        ))
    }
}
