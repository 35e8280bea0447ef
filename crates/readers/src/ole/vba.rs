//! A project of macros in, the text of its modules out.
//!
//! Macros hold connection strings, passwords and paths of exports.
//!
//! Format: [MS-OVBA] sections 2.3.4.2 (dir stream) and 2.4.1 (compression).

use whose_model::{Locator, PassageKind};

use super::{
    bytes::{slice, u16_at, u32_at},
    compound::Compound,
};
use crate::{encoding, exhibit::Reading};

/// Modules of a project.
const MAX_MODULES: usize = 4096;
/// Bytes that a module may unpack to.
const MAX_MODULE: usize = 16 << 20;
/// Storages in storages in which a project is looked for.
const MAX_DEPTH: u8 = 6;

/// Hands over the text of all macros in a storage and those inside it.
pub(crate) fn put(file: &Compound<'_>, storage: usize, reading: &mut Reading<'_>) {
    look(file, storage, reading, 0);
}

fn look(file: &Compound<'_>, storage: usize, reading: &mut Reading<'_>, depth: u8) {
    for (at, entry) in file.children(storage) {
        if !entry.is_storage {
            continue;
        }
        if entry.name.eq_ignore_ascii_case("VBA") {
            project(file, at, reading);
        } else if depth < MAX_DEPTH
            && !entry.name.eq_ignore_ascii_case("ObjectPool")
            && !entry.name.starts_with("MBD")
        {
            look(file, at, reading, depth + 1);
        }
    }
}

fn project(file: &Compound<'_>, storage: usize, reading: &mut Reading<'_>) {
    let Some(dir) = file.find(storage, "dir") else {
        return;
    };
    let dir = unpack(&file.read(dir));
    let (page, modules) = modules(&dir);
    for (name, start) in modules {
        let Some(at) = file.find(storage, &name) else {
            continue;
        };
        let stream = file.read(at);
        let Some(packed) = stream.get(start as usize..) else {
            continue;
        };
        let text = encoding::of_code_page(page, &unpack(packed)).replace("\r\n", "\n");
        let part = format!("macro {name}");
        if text.is_empty() && !stream.is_empty() {
            let place = Locator::Part {
                part,
                start: 0,
                end: 0,
            };
            reading.gap_at(
                place,
                whose_model::Cause::Corrupt,
                "the text of a macro cannot be unpacked",
            );
            continue;
        }
        // Attributes alone are no macro.
        if text
            .lines()
            .any(|line| !line.is_empty() && !line.starts_with("Attribute "))
        {
            reading.part(&part, &text, PassageKind::Body);
        }
    }
}

/// The code page, and of each module the stream's name and where its text begins.
fn modules(dir: &[u8]) -> (u16, Vec<(String, u32)>) {
    let mut at = 0;
    let mut page = 1252;
    let mut modules = Vec::new();
    let mut name = None;
    while let (Some(id), Some(size)) = (u16_at(dir, at), u32_at(dir, at + 2)) {
        // The version of the project says 4 and takes 6.
        let size = if id == 9 { 6 } else { size as usize };
        let content = slice(dir, at + 6, size);
        match id {
            0x03 => page = u16_at(content, 0).unwrap_or(page),
            0x1A => name = Some(encoding::of_code_page(page, content)),
            0x32 if !content.is_empty() => name = Some(super::bytes::utf16(content)),
            0x31 => {
                if let (Some(name), Some(start)) = (name.take(), u32_at(content, 0))
                    && modules.len() < MAX_MODULES
                {
                    modules.push((name, start));
                }
            }
            _ => {}
        }
        at = at.saturating_add(6).saturating_add(size);
    }
    (page, modules)
}

/// Unpacks a compressed container, as far as it goes.
pub(crate) fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if packed.first() != Some(&1) {
        return out;
    }
    let mut at = 1;
    while let Some(header) = u16_at(packed, at) {
        let n = usize::from(header & 0x0FFF) + 3;
        let chunk = slice(packed, at + 2, n - 2);
        at += n;
        if header & 0x8000 == 0 {
            out.extend_from_slice(&chunk[..chunk.len().min(4096)]);
        } else if !unpack_chunk(chunk, &mut out) {
            break;
        }
        if out.len() > MAX_MODULE {
            break;
        }
    }
    out
}

fn unpack_chunk(chunk: &[u8], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    let mut at = 0;
    while let Some(&flags) = chunk.get(at) {
        at += 1;
        for bit in 0..8 {
            if at >= chunk.len() || out.len() - start >= 4096 {
                return true;
            }
            if flags >> bit & 1 == 0 {
                out.push(chunk[at]);
                at += 1;
                continue;
            }
            let Some(token) = u16_at(chunk, at) else {
                return true;
            };
            at += 2;
            let so_far = out.len() - start;
            // As many bits for the distance as the place so far needs, four at least.
            let n_bits = usize::BITS - so_far.saturating_sub(1).leading_zeros();
            let n_bits = n_bits.clamp(4, 12);
            let len = usize::from(token & (0xFFFF >> n_bits)) + 3;
            let back = usize::from(token >> (16 - n_bits)) + 1;
            if back > so_far {
                return false;
            }
            for _ in 0..len.min(4096 - so_far) {
                out.push(out[out.len() - back]);
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_unpack() {
        // Section 3.2.2, a normal example.
        let packed = [
            0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66,
            0x00, 0x70, 0x61, 0x67, 0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00,
            0x30, 0x6D, 0x6E, 0x6F, 0x70, 0x06, 0x71, 0x02, 0x70, 0x04, 0x10, 0x72, 0x73, 0x74,
            0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C,
        ];
        assert_eq!(
            unpack(&packed),
            b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 1..600)) {
            bytes[0] = 1;
            unpack(&bytes);
            modules(&bytes);
        }
    }
}
