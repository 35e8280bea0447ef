//! An RPM package in, its payload (a packed cpio archive) as a member out; streaming.
//!
//! Before the payload stand a lead, a signature and a header of tags; none of
//! them holds documents.
//!
//! Format: "RPM Package format" of rpm.org, version 3 and 4.

use std::io::Read;

use whose_model::Cause;

use crate::{
    exhibit::{Body, Reading},
    fields::be32,
    source::Source,
};

const MARK: &[u8] = b"\x8e\xad\xe8\x01";
/// Bytes of one header.
const MAX_HEADER: u64 = 256 << 20;

/// Reads an RPM package.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    skip(source, 96);
    for is_signature in [true, false] {
        let head = source.ahead(16);
        if head.len() < 16 || !head.starts_with(MARK) {
            return reading.gap(Cause::Corrupt, "the package's header is broken");
        }
        let n = u64::from(be32(head, 8)) * 16 + u64::from(be32(head, 12));
        if n > MAX_HEADER {
            return reading.gap(Cause::Corrupt, "the package's header is broken");
        }
        // The signature is filled up to eight bytes.
        let filled = if is_signature {
            n.next_multiple_of(8)
        } else {
            n
        };
        skip(source, 16 + filled);
    }
    if source.is_done() {
        return reading.gap(Cause::Truncated, "the package ends before its payload");
    }
    reading.member("payload", Body::Stored(source));
}

fn skip(source: &mut Source<'_>, n: u64) {
    let _ = std::io::copy(&mut source.take(n), &mut std::io::sink());
}
