//! Containers: files that hold files, each read as an exhibit of its own.

use super::{About, Format, How, STRINGS, about, format};
use crate::{container, disk, exhibit, ole};

/// The parts of one thing that lies in several files, once their bytes have shown that they are; `PART` says it for the manual.
pub(crate) const FIRST: Format = format("part", How::Stream(exhibit::read_first), PART);
/// A part that the first is read with.
pub(crate) const PIECE: Format = format("part", How::Nothing, PART);
/// A part that cannot be read because one before it is missing.
pub(crate) const BEHIND: Format = format(
    "part",
    How::Last(
        "a part of a split file, and one before it is missing; only its readable strings were read",
    ),
    PART,
);
/// A file that only adds to the one beside it, with which it is read.
pub(crate) const ADDED: Format = format(
    "added",
    How::Nothing,
    about(
        "What is kept beside a database: write-ahead log (SQLite), long texts (DBT, FPT)",
        "with the database or table beside it, in one folder",
        "the same inside an archive",
        "own",
        "tests",
    ),
);
const PART: About = about(
    "Parts of a split file",
    "beside the others in one folder, all that is in them: pieces of any file (`a.7z.001`, `a.tar.gz.aa`), ZIP (`a.z01`, `a.zip`), EnCase (`a.E01`, `a.E02`), RAR volumes, VMDK extents; alone, readable strings",
    "parts inside an archive or a mail; what lies in or depends on a part that is missing",
    "own",
    "tests",
);

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
        How::Held(ole::read),
        about(
            "Compound file (OLE) of no known program",
            "its streams as members",
            "",
            "own",
            "poi-docs",
        ),
    ),
    format(
        "lz4",
        How::Stream(container::read_lz4),
        about(
            "LZ4",
            "frames, legacy frames too",
            "bare blocks",
            "lz4_flex",
            "archives",
        ),
    ),
    format(
        "snappy",
        How::Stream(container::read_snappy),
        about(
            "Snappy",
            "the framed form",
            "the bare form",
            "snap",
            "archives",
        ),
    ),
    format(
        "brotli",
        How::Stream(container::read_brotli),
        about(
            "Brotli",
            "the stream, known by its ending alone",
            "",
            "brotli-decompressor",
            "tests",
        ),
    ),
    format(
        "compress",
        How::Stream(container::read_compress),
        about("compress (.Z)", "the stream", "", "own", "archives"),
    ),
    format(
        "zlib",
        How::Stream(container::read_zlib),
        about(
            "zlib",
            "the stream",
            "preset dictionaries",
            "flate2",
            "archives",
        ),
    ),
    format(
        "ar",
        How::Stream(container::read_ar),
        about(
            "ar, Debian packages",
            "every file, GNU and BSD long names",
            "symbol tables, thin archives",
            "own",
            "archives",
        ),
    ),
    format(
        "cpio",
        How::Stream(container::read_cpio),
        about(
            "cpio",
            "every file: binary in both byte orders, old and new ASCII",
            "links",
            "own",
            "archives",
        ),
    ),
    format(
        "rpm",
        How::Stream(container::read_rpm),
        about(
            "RPM packages",
            "the payload's files",
            "tags",
            "own",
            "tests",
        ),
    ),
    format(
        "cab",
        How::Seek(container::read_cab),
        about(
            "Cabinet",
            "every file: stored, MSZIP, LZX",
            "Quantum; what lies in another cabinet of a set is named",
            "own, flate2, lzxd",
            "tika-docs",
        ),
    ),
    format(
        "lha",
        How::Stream(container::read_lha),
        about(
            "LHA, LZH",
            "every file of header levels 0 to 3",
            "the methods of PMarc",
            "delharc",
            "archives",
        ),
    ),
    format(
        "arj",
        How::Stream(container::read_arj),
        about(
            "ARJ",
            "every file, methods 0 to 4",
            "garbled files; what lies in another part is named",
            "own, delharc",
            "archives",
        ),
    ),
    format(
        "rar",
        How::Stream(container::read_rar),
        about(
            "RAR 4 and 5",
            "every file, solid too, of several volumes",
            "locked files",
            "bsdtar",
            "tika-docs",
        ),
    ),
    format(
        "xar",
        How::Stream(container::read_xar),
        about("xar", "every file", "", "bsdtar", "tests"),
    ),
    format(
        "iso",
        How::Seek(disk::read_iso),
        about(
            "CD and DVD images (ISO 9660, Joliet, Rock Ridge)",
            "every file",
            "UDF alone, audio tracks",
            "own",
            "tests",
        ),
    ),
    format(
        "disk",
        How::Seek(disk::read_raw),
        about(
            "Raw disk images (MBR, GPT; NTFS, FAT, exFAT, ext2 to ext4)",
            "every file by its path; deleted ones where their place is free (NTFS, FAT, exFAT); strings of free space and of unknown file systems",
            "encrypted volumes, other file systems (as strings only)",
            "own",
            "tests",
        ),
    ),
    format(
        "ewf",
        How::Seek(disk::read_ewf),
        about(
            "EnCase images (E01)",
            "as raw disks, also in several files",
            "Ex01, L01",
            "own",
            "tests",
        ),
    ),
    format(
        "vmdk",
        How::Seek(disk::read_vmdk),
        about(
            "VMDK",
            "as raw disks: sparse, stream-optimised, in several extents",
            "snapshots without their base",
            "own",
            "tests",
        ),
    ),
    format(
        "vhd",
        How::Seek(disk::read_vhd),
        about(
            "VHD",
            "as raw disks: dynamic and fixed",
            "differences without their base",
            "own",
            "tests",
        ),
    ),
    format(
        "vhdx",
        How::Seek(disk::read_vhdx),
        about(
            "VHDX",
            "as raw disks",
            "a log not played back; differences without their base",
            "own",
            "tests",
        ),
    ),
    format(
        "qcow2",
        How::Seek(disk::read_qcow),
        about(
            "QCOW2",
            "as raw disks, compressed clusters too",
            "snapshots; overlays without their base; encrypted images",
            "own",
            "tests",
        ),
    ),
    format(
        "link",
        How::Nothing,
        about(
            "Links and devices in an archive",
            "their names",
            "what they point to: it is never followed",
            "own",
            "tests",
        ),
    ),
    format(
        "part",
        How::Last(
            "a part of a split file, and its first part is not beside it: join the parts; only its readable strings were read",
        ),
        PART,
    ),
    ADDED,
    format(
        "archive",
        STRINGS,
        about(
            "Other archives and packages",
            "readable strings",
            "all that is packed in them",
            "own",
            "tests",
        ),
    ),
];
