//! Bytes of an old Office file in, the pictures in them out, found by the marks of their records.
//!
//! The records that lead to pictures are broken in many files, the records of
//! the pictures themselves hardly ever; so these are looked for.
//!
//! Format: [MS-ODRAW] sections 2.2.23 to 2.2.31 (OfficeArtBlip).

use std::io::Read;

use super::bytes::{u16_at, u32_at};
use crate::exhibit::{Body, Reading};

/// Pictures of one file.
const MAX_PICTURES: usize = 10_000;

/// Reads each picture as a member.
pub(crate) fn put(bytes: &[u8], n_put: &mut usize, reading: &mut Reading<'_>) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(0xF0, bytes.get(at + 3..).unwrap_or(&[])) {
        // The mark's upper byte is the fourth of the record.
        let start = at + found;
        at = start + 1;
        let Some((content, ending, is_packed, len)) = blip(bytes, start) else {
            continue;
        };
        at = start + 8 + len;
        *n_put += 1;
        if *n_put > MAX_PICTURES {
            reading.gap(
                whose_model::Cause::TooLarge,
                "more pictures than are looked at; the rest were not read",
            );
            return;
        }
        let name = format!("pictures/{n_put}.{ending}");
        let goes_on = if is_packed {
            let mut unpacked = flate2::read::ZlibDecoder::new(content);
            reading.member(&name, Body::Unpacked(&mut (&mut unpacked as &mut dyn Read)))
        } else {
            reading.member(&name, Body::Memory(content))
        };
        if !goes_on {
            return;
        }
    }
}

fn blip(bytes: &[u8], at: usize) -> Option<(&[u8], &'static str, bool, usize)> {
    let instance = u16_at(bytes, at)?;
    let kind = u16_at(bytes, at + 2)?;
    if instance & 0xF != 0 {
        return None;
    }
    let instance = instance >> 4;
    // One or two digests stand before the content.
    let (ending, n_digests, is_meta) = match (kind, instance) {
        (0xF01A, 0x3D4 | 0x3D5) => ("emf", 1 + (instance & 1), true),
        (0xF01B, 0x216 | 0x217) => ("wmf", 1 + (instance & 1), true),
        (0xF01C, 0x542 | 0x543) => ("pict", 1 + (instance & 1), true),
        (0xF01D | 0xF02A, 0x46A | 0x6E2) => ("jpg", 1, false),
        (0xF01D | 0xF02A, 0x46B | 0x6E3) => ("jpg", 2, false),
        (0xF01E, 0x6E0 | 0x6E1) => ("png", 1 + (instance & 1), false),
        (0xF01F, 0x7A8 | 0x7A9) => ("dib", 1 + (instance & 1), false),
        (0xF029, 0x6E4 | 0x6E5) => ("tif", 1 + (instance & 1), false),
        _ => return None,
    };
    let len = u32_at(bytes, at + 4)? as usize;
    let end = at.checked_add(8)?.checked_add(len)?;
    let head = 16 * usize::from(n_digests) + if is_meta { 34 } else { 1 };
    let record = bytes.get(at + 8..end)?;
    let content = record.get(head..)?;
    let is_packed = is_meta && record.get(head - 2) == Some(&0);
    (!content.is_empty()).then_some((content, ending, is_packed, len))
}

#[test]
fn a_picture_is_found_wherever_it_stands() {
    let mut bytes = vec![0xF0; 11];
    bytes.extend([0x00, 0x6E, 0x1E, 0xF0]);
    bytes.extend(20_u32.to_le_bytes());
    bytes.extend([1; 17]);
    bytes.extend(b"PNG");
    assert_eq!(blip(&bytes, 11).unwrap().0, b"PNG");
}
