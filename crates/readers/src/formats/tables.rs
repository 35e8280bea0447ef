//! Tables and databases.

use super::{Format, How, UNSUPPORTED, about, format};
use crate::{csv, sql};

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
        "sql",
        How::Stream(sql::read),
        about(
            "SQL dump",
            "rows of INSERT and COPY with the columns and keys of CREATE TABLE",
            "",
            "own",
            "corpus/made",
        ),
    ),
    format(
        "database",
        UNSUPPORTED,
        about("Other databases", "", "no reader yet", "", ""),
    ),
];
