//! Web and text.

use super::{Format, How, about, format};
use crate::{html, json, text, xml};

pub(super) static FORMATS: &[Format] = &[
    format(
        "text",
        How::Stream(text::read),
        about(
            "Plain text, logs, source code, Markdown",
            "everything, in any encoding that is told by its bytes",
            "",
            "own, encoding_rs, chardetng",
            "corpus/made",
        ),
    ),
    format(
        "json",
        How::Text(json::read),
        about(
            "JSON of any shape",
            "objects as records with the paths of their fields",
            "",
            "own",
            "corpus/made",
        ),
    ),
    format(
        "ndjson",
        How::Text(json::read_lines),
        about(
            "JSON lines",
            "each line as a record",
            "",
            "own",
            "corpus/made",
        ),
    ),
    format(
        "xml",
        How::Text(xml::read),
        about(
            "XML of any shape",
            "elements as records with the paths of their fields; no entity is expanded",
            "",
            "own",
            "corpus/made",
        ),
    ),
    format(
        "html",
        How::Held(html::read),
        about(
            "HTML",
            "text, attributes that are shown, form values",
            "scripts",
            "own",
            "kreuzberg-docs",
        ),
    ),
];
