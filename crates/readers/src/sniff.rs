//! The first bytes of an exhibit and its name in, its format out. Bytes decide; the ending only between texts.

use whose_model::ExhibitPath;

use crate::formats::{self, Format, How};

/// The format of bytes that show none.
pub(crate) static UNKNOWN: &Format = &Format {
    id: "unknown",
    how: How::Gap(
        whose_model::Cause::UnsupportedFormat,
        "the bytes show no known format",
    ),
};

/// The format of an exhibit that begins with `head`.
pub(crate) fn format(head: &[u8], path: &ExhibitPath) -> &'static Format {
    formats::by_id(id(head, path)).unwrap_or(UNKNOWN)
}

fn id(head: &[u8], _path: &ExhibitPath) -> &'static str {
    if head.is_empty() {
        return "empty";
    }
    if head.contains(&0) { "unknown" } else { "text" }
}
