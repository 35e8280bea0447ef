//! Everything else: told by its bytes, so that a gap can say what it was.

use whose_model::Cause;

use super::{Format, How, UNSUPPORTED, about, format};

/// Bytes that show no format.
pub(super) const UNKNOWN: Format = format(
    "unknown",
    How::Gap(Cause::UnsupportedFormat, "the bytes show no known format"),
    about("Bytes of no known format", "", "no known format", "", ""),
);

pub(super) static FORMATS: &[Format] = &[
    format(
        "empty",
        How::Nothing,
        about(
            "Empty file",
            "there is nothing in it",
            "",
            "own",
            "corpus/hostile",
        ),
    ),
    format(
        "program",
        UNSUPPORTED,
        about("Programs and libraries", "", "not documents", "", ""),
    ),
    format(
        "media",
        UNSUPPORTED,
        about(
            "Audio and video",
            "",
            "no local transcriber is configured",
            "",
            "",
        ),
    ),
    format(
        "font",
        UNSUPPORTED,
        about("Fonts", "", "not documents", "", ""),
    ),
    format(
        "binary",
        UNSUPPORTED,
        about("Other known binary formats", "", "no reader yet", "", ""),
    ),
    UNKNOWN,
];
