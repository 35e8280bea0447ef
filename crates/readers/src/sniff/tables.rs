//! The first bytes of a text and its ending in, whether it is a dump, a table, or laid out by hand out.

use memchr::memmem;

use super::contains_ignoring_case;
use crate::csv;

pub(super) fn is_sql(text: &[u8], ending: &str) -> bool {
    let near = &text[..text.len().min(32 << 10)];
    let starts_line = |mark: &[u8]| {
        let lower = near.to_ascii_lowercase();
        memmem::find_iter(&lower, mark).any(|at| {
            lower[..at]
                .iter()
                .rev()
                .find(|b| **b != b' ')
                .is_none_or(|b| *b == b'\n')
        })
    };
    let has = starts_line(b"insert into ")
        || starts_line(b"create table ")
        || starts_line(b"copy ") && contains_ignoring_case(near, b" from stdin");
    match ending {
        "sql" | "dump" | "psql" => true,
        "md" | "html" | "rst" | "log" | "py" | "java" | "js" | "cs" | "php" => false,
        _ => has && near.contains(&b';'),
    }
}

pub(super) fn is_table(head: &[u8], ending: &str) -> bool {
    let sample = &head[..head.len().min(32 << 10)];
    let says_table = matches!(ending, "csv" | "tsv" | "tab" | "psv" | "ssv");
    if says_table {
        return true;
    }
    if matches!(
        ending,
        "md" | "rst"
            | "html"
            | "log"
            | "py"
            | "js"
            | "c"
            | "h"
            | "rs"
            | "java"
            | "css"
            | "tex"
            | "srt"
            | "properties"
    ) {
        return false;
    }
    let Some(shape) = csv::shape(sample, sample.len() == head.len()) else {
        return false;
    };
    if shape.evenness < 0.9 || shape.n_preamble > 12 {
        return false;
    }
    match shape.dialect.delimiter {
        b',' => {
            shape.n_columns >= 3
                && (shape.n_records >= 6 || shape.has_header && shape.n_records >= 2)
        }
        b';' | b'^' | b'~' => shape.n_columns >= 3 && shape.n_records >= 2,
        _ => {
            shape.n_columns >= 3 && shape.n_records >= 2
                || shape.n_columns == 2 && shape.n_records >= 3
        }
    }
}

/// Endings of source code and of texts that are laid out by hand: what stands under each other there is no table.
pub(super) fn is_written_by_hand(ending: &str) -> bool {
    matches!(
        ending,
        "md" | "rst"
            | "adoc"
            | "tex"
            | "html"
            | "htm"
            | "css"
            | "js"
            | "ts"
            | "py"
            | "rb"
            | "pl"
            | "pm"
            | "sh"
            | "c"
            | "h"
            | "cc"
            | "cpp"
            | "hpp"
            | "cs"
            | "java"
            | "kt"
            | "go"
            | "rs"
            | "php"
            | "swift"
            | "lua"
            | "r"
            | "m"
            | "f"
            | "f90"
            | "for"
            | "pas"
            | "asm"
            | "s"
            | "vb"
            | "bas"
            | "cbl"
            | "cob"
            | "cpy"
            | "jcl"
            | "sas"
            | "do"
            | "srt"
            | "vtt"
            | "ini"
            | "cfg"
            | "conf"
            | "toml"
            | "yml"
            | "yaml"
            | "properties"
            | "patch"
            | "diff"
    )
}
