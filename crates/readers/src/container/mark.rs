//! The first bytes of a file in, which archive, image or packed stream they begin out: the marks that `sniff.rs` does not have itself.

use flate2::{Decompress, FlushDecompress};

use crate::{
    disk,
    fields::{be16, le16},
};

/// The format whose mark stands there.
pub(crate) fn of(head: &[u8]) -> Option<&'static str> {
    let is = |at: usize, mark: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(mark));
    let id = if is(0, b"!<arch>\n") {
        "ar"
    } else if is_cpio(head) {
        "cpio"
    } else if is(0, b"\xed\xab\xee\xdb") {
        "rpm"
    } else if is(0, b"MSCF\0\0\0\0") {
        "cab"
    } else if is(2, b"-lh") && is(6, b"-") || is(2, b"-lz") && is(6, b"-") {
        "lha"
    } else if is(0, b"\x60\xea") && (30..=2600).contains(&le16(head, 2)) {
        "arj"
    } else if is(0, b"Rar!\x1a\x07") {
        "rar"
    } else if is(0, b"xar!") {
        "xar"
    } else if is(0, b"\x04\x22\x4d\x18") || is(0, b"\x02\x21\x4c\x18") {
        "lz4"
    } else if is(0, b"\xff\x06\0\0sNaPpY") {
        "snappy"
    } else if is(0, b"\x1f\x9d") {
        "compress"
    } else if is(0, b"QFI\xfb") {
        "qcow2"
    } else if is(0, b"KDMV") {
        "vmdk"
    } else if is(0, b"conectix") {
        "vhd"
    } else if is(0, b"vhdxfile") {
        "vhdx"
    } else if is(0, b"EVF\x09\x0d\x0a\xff\0") {
        "ewf"
    } else if is(4, b"ftyp")
        || is(0, b"ID3") && head.get(3).is_some_and(|version| matches!(version, 2..=4))
    {
        "media"
    } else if is(32_769, b"CD001") {
        "iso"
    } else if disk::is_disk(head) {
        "disk"
    } else {
        return None;
    };
    Some(id)
}

/// The format of bytes that are no text and have no mark.
pub(crate) fn of_binary(head: &[u8], ending: &str) -> Option<&'static str> {
    if head.first() == Some(&0x78) && be16(head, 0).is_multiple_of(31) && head[1] & 0x20 == 0 {
        let mut out = [0; 64];
        let mut decoder = Decompress::new(true);
        let result = decoder.decompress(head, &mut out, FlushDecompress::None);
        if result.is_ok() && decoder.total_out() > 0 {
            return Some("zlib");
        }
    }
    (ending == "br").then_some("brotli")
}

fn is_cpio(head: &[u8]) -> bool {
    if [&b"070701"[..], b"070702"]
        .iter()
        .any(|mark| head.starts_with(mark))
    {
        return head
            .get(6..110)
            .is_some_and(|rest| rest.iter().all(u8::is_ascii_hexdigit));
    }
    if head.starts_with(b"070707") {
        return head
            .get(6..76)
            .is_some_and(|rest| rest.iter().all(u8::is_ascii_digit));
    }
    let n = match head.get(..2) {
        Some(b"\xc7\x71") => le16(head, 20),
        Some(b"\x71\xc7") => be16(head, 20),
        _ => return false,
    };
    // A name ends in a zero, and has none before.
    let name = head.get(26..26 + usize::from(n)).unwrap_or(&[]);
    name.iter().position(|byte| *byte == 0) == usize::from(n).checked_sub(1)
}
