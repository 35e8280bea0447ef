//! PDF, scans and pictures.

use super::{Format, How, PICTURE, about, format};
use crate::pdf;

pub(super) static FORMATS: &[Format] = &[
    format(
        "pdf",
        How::Held(pdf::read),
        about(
            "PDF",
            "text by page in its layout, form fields, annotations, attachments, properties",
            "pages without text",
            "lopdf, own",
            "corpus/made, pypdf-samples",
        ),
    ),
    format(
        "jpeg",
        PICTURE,
        about("JPEG", "", "text in pictures", "", ""),
    ),
    format("png", PICTURE, about("PNG", "", "text in pictures", "", "")),
    format(
        "tiff",
        PICTURE,
        about("TIFF", "", "text in pictures", "", ""),
    ),
    format("gif", PICTURE, about("GIF", "", "text in pictures", "", "")),
    format("bmp", PICTURE, about("BMP", "", "text in pictures", "", "")),
    format(
        "webp",
        PICTURE,
        about("WebP", "", "text in pictures", "", ""),
    ),
    format(
        "heic",
        PICTURE,
        about("HEIC, AVIF", "", "text in pictures", "", ""),
    ),
    format(
        "picture",
        PICTURE,
        about("Other pictures", "", "text in pictures", "", ""),
    ),
];
