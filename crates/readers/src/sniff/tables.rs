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
    if shape.evenness < 0.9 || shape.n_preamble > 12 || !is_mostly(sample, &shape) {
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

/// Whether at least half of the lines are rows of this shape: a heading that stands three times
/// above an article (`Health | Patients affected`) makes no table of the article.
fn is_mostly(sample: &[u8], shape: &csv::Shape) -> bool {
    let count = |line: &[u8], sign: u8| memchr::memchr_iter(sign, line).count();
    let (mut n_lines, mut n_rows, mut n_quotes) = (0_usize, 0_usize, 0_usize);
    for line in sample
        .split(|b| *b == b'\n')
        .filter(|line| !line.trim_ascii().is_empty())
        .skip(shape.n_preamble)
    {
        n_lines += 1;
        n_quotes += count(line, b'"');
        n_rows += usize::from(count(line, shape.dialect.delimiter) + 1 >= shape.n_columns);
    }
    // Between quotes a cell may go over many lines.
    n_rows * 2 >= n_lines || n_quotes * 2 >= n_lines
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

#[test]
fn a_heading_with_a_bar_above_an_article_makes_no_table_of_it() {
    let heading = "Health | Patients affected by an attack\n".repeat(3);
    let article = "The clinic, which has three sites, said on Monday that files were taken.\n\n";
    let text = format!("{heading}\n{}", article.repeat(12));
    assert!(!is_table(text.as_bytes(), "txt"));
    let table = format!(
        "name|born|number\n{}",
        "Anna Roy|1985-02-10|1234\n".repeat(12)
    );
    assert!(is_table(table.as_bytes(), "txt"));
    let quoted = format!(
        "id,note,by\n{}",
        "1,\"first\nsecond\nthird\",Roy\n".repeat(8)
    );
    assert!(is_table(quoted.as_bytes(), "txt"));
}
