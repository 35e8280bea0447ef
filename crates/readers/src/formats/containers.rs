//! Containers: files that hold files, each read as an exhibit of its own.

use super::{Format, How, UNSUPPORTED, about, format};
use crate::{container, package};

pub(super) static FORMATS: &[Format] = &[
    format(
        "zip",
        How::Seek(container::read_zip),
        about(
            "ZIP, zip64",
            "every member: stored, deflate, deflate64, bzip2, lzma, xz, zstd; found by its local header when the directory is broken",
            "old methods (shrink, implode)",
            "own, flate2, deflate64, bzip2, liblzma, zstd",
            "corpus/made, corpus/hostile, archives",
        ),
    ),
    format(
        "7z",
        How::Seek(container::read_7z),
        about(
            "7-Zip",
            "every member, solid too",
            "methods the library lacks",
            "sevenz-rust2",
            "archives",
        ),
    ),
    format(
        "tar",
        How::Stream(container::read_tar),
        about(
            "tar (v7, ustar, pax, GNU)",
            "every file; links and devices are listed",
            "what a link points to",
            "tar",
            "corpus/made, archives",
        ),
    ),
    format(
        "gzip",
        How::Stream(container::read_gzip),
        about("gzip", "all streams of the file", "", "flate2", "archives"),
    ),
    format(
        "bzip2",
        How::Stream(container::read_bzip2),
        about("bzip2", "all streams of the file", "", "bzip2", "archives"),
    ),
    format(
        "xz",
        How::Stream(container::read_xz),
        about("xz", "all streams of the file", "", "liblzma", "archives"),
    ),
    format(
        "lzma",
        How::Stream(container::read_lzma),
        about(
            "LZMA alone",
            "the stream, known by its ending",
            "",
            "liblzma",
            "archives",
        ),
    ),
    format(
        "zstd",
        How::Stream(container::read_zstd),
        about(
            "Zstandard",
            "all frames",
            "dictionaries",
            "zstd",
            "archives",
        ),
    ),
    format(
        "ole",
        How::Held(package::read_ole),
        about(
            "Compound file (OLE) of no known program",
            "its streams as members",
            "",
            "own",
            "poi-docs",
        ),
    ),
    format(
        "archive",
        UNSUPPORTED,
        about("Other archives and packages", "", "no reader yet", "", ""),
    ),
];
