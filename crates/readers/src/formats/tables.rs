//! Tables and databases.

use super::{Format, How, UNSUPPORTED, about, format};
use whose_model::Cause;

use crate::{arrow, csv, dbf, fixed, ldif, mdb, parquet, sql, sqlite, stat};

pub(super) static FORMATS: &[Format] = &[
    format(
        "csv",
        How::Text(csv::read),
        about(
            "CSV, TSV and other delimited tables",
            "every row; delimiter, quotes, header and encoding found by themselves",
            "",
            "own",
            "corpus/made",
        ),
    ),
    format(
        "fixed",
        How::Text(fixed::read),
        about(
            "Tables of fixed columns (mainframe extracts, printed lists)",
            "every row; columns by what is blank under each other or by dashes under the header; lines between the rows as text",
            "cells that touch without a blank, unless digits end where letters begin; tables with less than three columns, or with prose in the last, as text",
            "own",
            "crates/readers/src/fixed/tests.rs",
        ),
    ),
    format(
        "ldif",
        How::Stream(ldif::read),
        about(
            "Exports of a directory of users (LDIF)",
            "each entry as a record of its attributes; photographs and other files in them as members",
            "values that stand at an address (`:<`): the address is read",
            "own",
            "crates/readers/src/ldif.rs",
        ),
    ),
    format(
        "sql",
        How::Stream(sql::read),
        about(
            "SQL dump (pg_dump, mysqldump, SQL Server scripts, SQLite .dump)",
            "rows of INSERT and COPY with the columns and keys of CREATE TABLE and ALTER TABLE; a row comes after the row that it points to; binary values that are files as members",
            "COPY in CSV or binary form comes as text; in a packed dump larger than may be held, keys that are declared after the rows are not followed",
            "own",
            "corpus/made",
        ),
    ),
    format(
        "pg-dump",
        How::Seek(sql::archive::read),
        about(
            "PostgreSQL archive, custom form (pg_dump -Fc), versions 1.10 to 1.16",
            "rows of every table with its keys, large objects as members; unpacked, zlib, lz4, zstd",
            "of a folder (pg_dump -Fd) the definitions in toc.dat; its data files come as tables without names",
            "own; flate2, lz4_flex, zstd",
            "crates/readers/src/sql/archive_tests.rs",
        ),
    ),
    format(
        "pg-dump-tar",
        How::Seek(sql::archive::read_tar),
        about(
            "PostgreSQL archive, tar form (pg_dump -Ft)",
            "rows of every table with its keys, large objects as members",
            "",
            "own",
            "crates/readers/src/sql/archive_tests.rs",
        ),
    ),
    format(
        "sqlite",
        How::Seek(sqlite::read),
        about(
            "SQLite 3 database",
            "rows of every table with its keys, also WITHOUT ROWID and UTF-16; files in binary cells as members; deleted rows that lie in free pages; what is committed in the write-ahead log beside it",
            "deleted rows within pages in use; older versions of pages in its write-ahead log; values that are computed when asked for",
            "own",
            "crates/readers/src/sqlite/tests.rs",
        ),
    ),
    format(
        "sqlite-wal",
        How::Gap(
            Cause::UnsupportedFormat,
            "changes that were not yet written to an SQLite database, and the database is not beside it",
        ),
        about(
            "SQLite write-ahead log",
            "",
            "pages whose database is not beside it",
            "",
            "",
        ),
    ),
    format(
        "access",
        How::Stream(mdb::read),
        about(
            "Microsoft Access database (MDB, ACCDB)",
            "rows of every table, relations of tables as far as mdb-schema tells them",
            "forms, reports, macros; deleted rows; encrypted databases",
            "mdbtools (Debian)",
            "tika-docs",
        ),
    ),
    format(
        "dbf",
        How::Stream(dbf::read),
        about(
            "dBASE and FoxPro tables (DBF)",
            "every row, deleted ones marked; long texts of the DBT or FPT file beside it; encoding by language driver or found by itself",
            "long texts whose file is not beside the table: the cell shows their block",
            "own",
            "tika-docs",
        ),
    ),
    format(
        "sas",
        How::Seek(stat::sas::read),
        about(
            "SAS data set (sas7bdat)",
            "every row, packed or not; columns by name and label, days as days",
            "labels of codes, which stand in a catalogue of their own; encrypted data sets",
            "own",
            "crates/readers/src/stat/tests.rs",
        ),
    ),
    format(
        "xport",
        How::Stream(stat::transport::read),
        about(
            "SAS transport file (XPORT 5 and 8)",
            "every row; columns by name and label, days as days",
            "labels longer than 40 signs; files made by CPORT",
            "own",
            "crates/readers/src/stat/tests.rs",
        ),
    ),
    format(
        "stata",
        How::Seek(stat::stata::read),
        about(
            "Stata data set (108 to 119)",
            "every row; columns by name and label, codes as their labels, days as days; long texts",
            "notes and characteristics",
            "own",
            "crates/readers/src/stat/tests.rs",
        ),
    ),
    format(
        "spss",
        How::Seek(stat::spss::read),
        about(
            "SPSS data set (sav, zsav)",
            "every row; columns by name and label, codes as their labels, days as days; documents",
            "labels of texts longer than 8 bytes; encrypted data sets",
            "own",
            "crates/readers/src/stat/tests.rs",
        ),
    ),
    format(
        "spss-portable",
        How::Stream(stat::portable::read),
        about(
            "SPSS portable file (por)",
            "every row; columns by name and label, codes as their labels, days as days",
            "documents",
            "own",
            "crates/readers/src/stat/tests.rs",
        ),
    ),
    format(
        "parquet",
        How::Stream(parquet::read),
        about(
            "Apache Parquet",
            "every row; groups as columns with paths, lists and maps as one cell; packed by snappy, gzip, lz4, zstd",
            "encrypted files; files packed by brotli or lzo",
            "parquet",
            "crates/readers/src/parquet.rs, splink-data",
        ),
    ),
    format(
        "arrow",
        How::Stream(arrow::read),
        about(
            "Apache Arrow files and streams (IPC), Feather version 2",
            "every row; groups as columns with paths, lists and maps as one cell, codes as the values they stand for; packed by lz4, zstd",
            "numbers stored high byte first; a batch of rows larger than may be held",
            "arrow-ipc",
            "crates/readers/src/arrow/tests.rs",
        ),
    ),
    format(
        "feather-1",
        How::Gap(
            Cause::UnsupportedFormat,
            "Feather version 1 is not read: write it again as version 2, as Parquet or as CSV",
        ),
        about(
            "Feather version 1 (before 2020)",
            "nothing",
            "a format given up by its makers; no library reads it any more",
            "–",
            "–",
        ),
    ),
    format(
        "oracle-dump",
        How::Gap(
            Cause::UnsupportedFormat,
            "an Oracle export; its format is not published, Oracle's own import program reads it",
        ),
        about(
            "Oracle export (exp, expdp)",
            "",
            "the format is not published",
            "",
            "",
        ),
    ),
    format(
        "database",
        UNSUPPORTED,
        about("Other databases", "", "no reader yet", "", ""),
    ),
];
