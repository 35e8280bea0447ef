//! A Unix archive (`.a`, `.deb`, `.lib`) in, its files as members out; streaming.
//!
//! Long names stand in a member of their own (System V, GNU) or before the
//! member's content (BSD). Symbol tables are for linkers and are passed over.
//!
//! Format: the manual page `ar(5)` of FreeBSD; `deb(5)` for packages.

use whose_model::Cause;

use super::exact::Exact;
use crate::{
    encoding,
    exhibit::{Body, Reading},
    source::Source,
};

/// Bytes of names that are kept.
const MAX_NAMES: usize = 4 << 20;
const BROKEN: &str = "a member's header is broken; what follows it was not read";

/// Reads a Unix archive.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    source.ahead(8);
    source.pass(8);
    let mut long_names = Vec::new();
    loop {
        let head = source.ahead(60);
        if head.is_empty() || head.iter().all(|byte| matches!(byte, b'\n' | 0)) {
            return;
        }
        if head.len() < 60 {
            return reading.gap(Cause::Truncated, "the archive ends inside a header");
        }
        let short = String::from_utf8_lossy(&head[..16]).trim_end().to_owned();
        let size = number(&head[48..58]);
        let holds = &head[58..60] == b"`\n";
        let (Some(mut size), true) = (size, holds) else {
            return reading.gap(Cause::Corrupt, BROKEN);
        };
        source.pass(60);
        let is_odd = size % 2 == 1;
        if short == "//" {
            let n = usize::try_from(size).unwrap_or(usize::MAX).min(MAX_NAMES);
            long_names = source.ahead(n).iter().take(n).copied().collect();
        }
        let is_table = matches!(short.as_str(), "/" | "//" | "/SYM64/" | "ARFILENAMES/")
            || short.starts_with("__.SYMDEF");
        let mut name = encoding::detect(short.as_bytes())
            .decode(short.as_bytes())
            .into_owned();
        if let Some(offset) = short
            .strip_prefix('/')
            .and_then(|at| at.parse::<usize>().ok())
        {
            let rest = long_names.get(offset..).unwrap_or(&[]);
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | 0));
            name = String::from_utf8_lossy(&rest[..end.unwrap_or(rest.len())]).into_owned();
        } else if let Some(n) = short
            .strip_prefix("#1/")
            .and_then(|n| n.parse::<u64>().ok())
        {
            let Some(left) = size.checked_sub(n).filter(|_| n <= 64 << 10) else {
                return reading.gap(Cause::Corrupt, BROKEN);
            };
            let n = n as usize;
            let given = source.ahead(n);
            let given = &given[..given.len().min(n)];
            name = String::from_utf8_lossy(given)
                .trim_end_matches('\0')
                .to_owned();
            source.pass(n);
            size = left;
        }
        let name = name.trim_end_matches('/').to_owned();
        let mut body = Exact::new(source, size);
        let is_passed_over =
            is_table || name.starts_with("__.SYMDEF") || size == 0 && reading.is_empty_too_many();
        if !is_passed_over && !reading.member(&name, Body::Stored(&mut body)) {
            return;
        }
        if !body.finish() {
            return reading.gap(Cause::Truncated, "the archive ends inside a member");
        }
        if is_odd {
            source.ahead(1);
            source.pass(1);
        }
    }
}

fn number(field: &[u8]) -> Option<u64> {
    std::str::from_utf8(field).ok()?.trim_end().parse().ok()
}
