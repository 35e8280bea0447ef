//! A stream of PowerPoint in, its records out; containers hold records.
//!
//! Format: [MS-PPT] sections 2.3.1 (record header) and 2.13.24 (types).

use crate::ole::bytes::{u16_at, u32_at};

/// Types of records that are read.
pub(super) mod kind {
    pub(in super::super) const DOCUMENT: u16 = 0x03E8;
    pub(in super::super) const SLIDE: u16 = 0x03EE;
    pub(in super::super) const NOTES: u16 = 0x03F0;
    pub(in super::super) const SLIDE_PERSIST: u16 = 0x03F3;
    pub(in super::super) const MASTER: u16 = 0x03F8;
    pub(in super::super) const HANDOUT: u16 = 0x0FC9;
    pub(in super::super) const LIST: u16 = 0x0FF0;
    pub(in super::super) const OUTLINE_REF: u16 = 0x0F9E;
    pub(in super::super) const TEXT_HEADER: u16 = 0x0F9F;
    pub(in super::super) const TEXT_WIDE: u16 = 0x0FA0;
    pub(in super::super) const TEXT_NARROW: u16 = 0x0FA8;
    pub(in super::super) const STRING: u16 = 0x0FBA;
    pub(in super::super) const LINK: u16 = 0x0FD7;
    pub(in super::super) const HEADERS: u16 = 0x0FD9;
    pub(in super::super) const USER_EDIT: u16 = 0x0FF5;
    pub(in super::super) const OBJECT: u16 = 0x1011;
    pub(in super::super) const TAG_DATA: u16 = 0x138B;
    pub(in super::super) const PERSIST: u16 = 0x1772;
    pub(in super::super) const COMMENT: u16 = 0x2EE0;
    pub(in super::super) const CRYPT: u16 = 0x2F14;
}

/// A record.
#[derive(Clone, Copy)]
pub(super) struct Record<'b> {
    pub(super) is_container: bool,
    pub(super) instance: u16,
    pub(super) kind: u16,
    pub(super) body: &'b [u8],
    /// Where its header stands in the bytes that were walked.
    pub(super) at: usize,
    /// The bytes end before it does.
    pub(super) is_cut: bool,
}

/// The record at a place.
pub(super) fn record(bytes: &[u8], at: usize) -> Option<Record<'_>> {
    let first = u16_at(bytes, at)?;
    let len = u32_at(bytes, at.checked_add(4)?)? as usize;
    let rest = bytes.get(at + 8..)?;
    Some(Record {
        is_container: first & 0xF == 0xF,
        instance: first >> 4,
        kind: u16_at(bytes, at + 2)?,
        body: &rest[..rest.len().min(len)],
        at,
        is_cut: rest.len() < len,
    })
}

/// Whether zeros stand within a container where a record should begin, with more behind them.
pub(super) fn is_torn(bytes: &[u8], depth: u8) -> bool {
    for record in records(bytes) {
        let rest = &bytes[record.at..];
        if depth > 0 && rest.starts_with(&[0; 8]) {
            return rest.iter().any(|byte| *byte != 0);
        }
        if record.is_container && depth < super::MAX_DEPTH && is_torn(record.body, depth + 1) {
            return true;
        }
    }
    false
}

/// The records that follow each other in bytes.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = record(bytes, at)?;
        at += 8 + found.body.len();
        Some(found)
    })
}
