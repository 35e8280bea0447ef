//! Everything else: told by its bytes, so that a gap can say what it was.

use crate::{container, media};

use super::{Format, How, STRINGS, about, format};

/// Bytes that show no format.
pub(super) const UNKNOWN: Format = format(
    "unknown",
    STRINGS,
    about(
        "Bytes of no known format",
        "readable strings, with their byte offsets",
        "everything else in them",
        "own",
        "tests",
    ),
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
        How::Seek(container::read_program),
        about(
            "Programs and libraries",
            "the ZIP or 7z archive in one that unpacks itself; readable strings, with their byte offsets",
            "everything else in them",
            "own",
            "tests",
        ),
    ),
    format(
        "media",
        How::Stream(media::read),
        about(
            "Audio and video",
            "tags of MP3 and MP4",
            "what is said or shown: no local transcriber is configured",
            "own",
            "tests",
        ),
    ),
    format(
        "font",
        super::UNSUPPORTED,
        about("Fonts", "", "not documents", "", ""),
    ),
    format(
        "binary",
        STRINGS,
        about(
            "Other known binary formats",
            "readable strings, with their byte offsets",
            "everything else in them",
            "own",
            "tests",
        ),
    ),
    UNKNOWN,
];
