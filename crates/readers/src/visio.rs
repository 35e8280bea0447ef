//! Drawings of Visio 2000 to 2010 (vsd) in, the text of their shapes out.
//!
//! The stream is a tree of blocks, most of them packed. Which block holds which
//! kind of thing is not needed for its text: every block that a pointer leads
//! to is unpacked once and its readable runs are taken, in the order of the
//! file.
//!
//! Format: not published by its maker; pointers of 18 bytes and the packing
//! (LZSS with a window of 4096) as free readers of Visio files describe them.

use std::collections::BTreeSet;

use whose_model::{Cause, PassageKind};

use crate::{
    exhibit::Reading,
    ole::{
        self,
        bytes::{slice, u16_at, u32_at},
        compound::Compound,
        properties, strings, vba,
    },
};

/// Blocks that are looked at.
const MAX_BLOCKS: usize = 100_000;
/// Bytes that one block, and all of them, may unpack to.
const MAX_BLOCK: usize = 16 << 20;
const MAX_ALL: usize = 256 << 20;

/// Reads a drawing.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        return reading.gap(
            Cause::Corrupt,
            "the directory of its container cannot be read",
        );
    };
    let Some(stream) = file.stream("VisioDocument") else {
        return ole::read_unknown(bytes, reading);
    };
    properties::put(&file, Compound::ROOT, reading);
    let text = text(&stream);
    reading.part("shapes", &text, PassageKind::Body);
    vba::put(&file, Compound::ROOT, reading);
    file.tell(reading);
    reading.gap(
        Cause::UnsupportedFormat,
        if text.is_empty() {
            "no text of a shape was found in the drawing"
        } else {
            "the text of its shapes was taken, its pages and embedded objects were not told apart"
        },
    );
}

fn text(stream: &[u8]) -> String {
    let mut seen = BTreeSet::new();
    let mut out = String::new();
    let mut said = std::collections::HashSet::new();
    let mut n_all = 0;
    // The first pointer leads to the trailer, which leads to all others.
    let mut open = vec![0x24_usize];
    let mut blocks = Vec::new();
    let mut trailer = pointer(stream, 0x24, stream.len());
    if trailer.is_none() {
        trailer = Some((0x24, stream.len().saturating_sub(0x24), 0));
    }
    open.clear();
    blocks.extend(trailer);
    while let Some((at, len, format)) = blocks.pop() {
        if !seen.insert(at) || seen.len() > MAX_BLOCKS || n_all > MAX_ALL {
            continue;
        }
        let raw = slice(stream, at, len);
        let block = if format & 2 != 0 {
            unpack(raw)
        } else {
            raw.to_vec()
        };
        n_all += block.len();
        let mut inner = Vec::new();
        let mut place = 0;
        while place + 18 <= block.len() {
            match pointer(&block, place, stream.len()) {
                Some(found) if !seen.contains(&found.0) => {
                    inner.push(found);
                    place += 18;
                }
                Some(_) => place += 18,
                None => place += 2,
            }
        }
        inner.sort_unstable();
        blocks.extend(inner.into_iter().rev());
        for line in strings::of(&block).lines() {
            if said.insert(line.to_owned()) {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// The pointer at a place, if these bytes can be one: where it leads, how many bytes, and how they are kept.
fn pointer(bytes: &[u8], at: usize, n_file: usize) -> Option<(usize, usize, u16)> {
    let kind = u32_at(bytes, at)?;
    let start = u32_at(bytes, at + 8)? as usize;
    let len = u32_at(bytes, at + 12)? as usize;
    let format = u16_at(bytes, at + 16)?;
    let can_be = kind != 0
        && kind < 0x200
        && (0x36..n_file).contains(&start)
        && len >= 4
        && start.checked_add(len)? <= n_file
        && format < 0x100
        && format != 0;
    can_be.then_some((start, len, format))
}

/// Unpacks a block: flags say which of eight codes are bytes and which point back into the last 4096.
fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut window = [0_u8; 4096];
    let mut here = 0xFEE;
    let mut out = Vec::new();
    let mut bytes = packed.iter().copied();
    let mut put = |byte: u8, out: &mut Vec<u8>, window: &mut [u8; 4096]| {
        window[here] = byte;
        here = (here + 1) & 0xFFF;
        out.push(byte);
    };
    while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            if out.len() >= MAX_BLOCK {
                return out;
            }
            let Some(first) = bytes.next() else {
                return out;
            };
            if flags >> bit & 1 != 0 {
                put(first, &mut out, &mut window);
                continue;
            }
            let Some(second) = bytes.next() else {
                return out;
            };
            let from = usize::from(first) | (usize::from(second) & 0xF0) << 4;
            for index in 0..usize::from(second & 0xF) + 3 {
                let byte = window[(from + index) & 0xFFF];
                put(byte, &mut out, &mut window);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_unpacks_to_what_it_repeats() {
        // Three bytes, then six from where the first of them stands in the window.
        assert_eq!(unpack(&[0b111, b'a', b'b', b'c', 0xEE, 0xF3]), b"abcabcabc");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..900)) {
            text(&bytes);
            unpack(&bytes);
        }
    }
}
