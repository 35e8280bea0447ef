//! PDF, scans and pictures.

use super::{Format, How, PICTURE, about, format};
use crate::{pdf, picture};

pub(super) static FORMATS: &[Format] = &[
    format(
        "pdf",
        How::Held(pdf::read),
        about(
            "PDF",
            "text by page in its layout; pages without text, pages with unreadable fonts and larger pictures by recognition; form fields, who signed, XFA data, annotations, bookmarks, attachments, properties and XMP; what earlier versions in the file said and the last does not; locked ones with a known password; damaged tables of parts",
            "pictures of earlier versions",
            "lopdf, hayro, own, tesseract",
            "corpus/made, pypdf-samples",
        ),
    ),
    format(
        "jpeg",
        How::Held(picture::read),
        about(
            "JPEG",
            "text in the picture (English, French), each word with its place; EXIF, IPTC, XMP, comments; inks (CMYK), progressive, cut-off ones",
            "arithmetic coding, 12 bits",
            "zune-jpeg, kamadak-exif, tesseract",
            "kreuzberg-docs, unstructured-docs",
        ),
    ),
    format(
        "png",
        How::Held(picture::read),
        about(
            "PNG",
            "text in the picture; texts and EXIF in the file",
            "frames of APNG after the first",
            "image, tesseract",
            "kreuzberg-docs, unstructured-docs",
        ),
    ),
    format(
        "tiff",
        How::Held(picture::read),
        about(
            "TIFF, BigTIFF",
            "text on every page: fax groups 3 and 4, LZW, Deflate, PackBits, JPEG; 1 to 16 bits, greys, colours, inks, palettes; EXIF and XMP",
            "old-style JPEG",
            "tiff, tesseract",
            "tika-docs, poi-docs",
        ),
    ),
    format(
        "gif",
        How::Held(picture::read),
        about(
            "GIF",
            "text on each frame that differs from the one before, up to 24; comments",
            "",
            "image, tesseract",
            "tika-docs",
        ),
    ),
    format(
        "bmp",
        How::Held(picture::read),
        about(
            "BMP",
            "text in the picture",
            "",
            "image, tesseract",
            "unstructured-docs",
        ),
    ),
    format(
        "webp",
        How::Held(picture::read),
        about(
            "WebP",
            "text in the picture; EXIF and XMP",
            "frames of a moving picture after the first",
            "image, tesseract",
            "tika-docs",
        ),
    ),
    format(
        "pnm",
        How::Held(picture::read),
        about(
            "PBM, PGM, PPM, PAM",
            "text in the picture",
            "",
            "image, tesseract",
            "tika-docs",
        ),
    ),
    format(
        "jp2",
        How::Held(picture::read),
        about(
            "JPEG 2000",
            "text in the picture; XMP",
            "",
            "hayro-jpeg2000, tesseract",
            "tika-docs",
        ),
    ),
    format(
        "jbig2",
        How::Held(picture::read),
        about(
            "JBIG2",
            "text on every page",
            "files whose signs are drawn out of other signs, and files that ask for far more dots than their bytes account for",
            "hayro-jbig2, tesseract",
            "tika-docs",
        ),
    ),
    format(
        "heic",
        How::Held(picture::read_heic),
        about(
            "HEIC, AVIF",
            "text in every picture of the file; EXIF and XMP",
            "frames of moving pictures",
            "heif-thumbnailer (Debian), tesseract",
            "unstructured-docs",
        ),
    ),
    format(
        "picture",
        PICTURE,
        about(
            "Other pictures (PSD, SVG without text, raw camera files, drawings)",
            "",
            "text in pictures",
            "",
            "",
        ),
    ),
];
