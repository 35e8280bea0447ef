//! Web and text.

use super::{Format, How, about, format};
use crate::{browser_cache, html, json, text, xml};

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
    format(
        "browser-cache",
        How::Seek(browser_cache::read),
        about(
            "Cache of Chromium, Chrome or Edge, one entry a file (Linux, macOS, Android)",
            "the page's address, the headers of the answer, and the page as a member, packed or not; parts of large ones",
            "",
            "own",
            "crates/readers/src/browser_cache.rs",
        ),
    ),
    format(
        "browser-cache-blocks",
        How::Last(
            "blocks of the cache of a browser; small pages in it that are packed were not unpacked",
        ),
        about(
            "Cache of Chromium, Chrome or Edge in blocks (Windows: `data_0` to `data_3`)",
            "readable strings, with their byte offsets; the larger pages lie beside it as files of their own (`f_000001`) and are read by their content, as those of Firefox are",
            "small pages that are packed; large ones packed by brotli, which show no mark",
            "own",
            "tests",
        ),
    ),
];
