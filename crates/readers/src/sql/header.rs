//! The beginning of `INSERT` or `COPY` in, the table and the columns that its rows have out.

use super::{
    lex::{Lexer, Stop, Token},
    schema::Reader,
};
use crate::encoding::Charset;

/// What stands before the rows of an `INSERT`.
pub(super) struct Header {
    /// Sets it apart from any other of the dump.
    pub(super) id: u64,
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) has_values: bool,
}

/// Reads `INSERT INTO t (a, b) VALUES`; `None` when it is something else.
pub(super) fn header(lexer: &mut Lexer<'_>, charset: Charset) -> Result<Option<Header>, Stop> {
    let mut reader = Reader { lexer, charset };
    let table = loop {
        let before = reader.lexer.clone();
        match reader.word()?.as_str() {
            "INSERT" | "REPLACE" | "INTO" | "IGNORE" | "LOW_PRIORITY" | "DELAYED"
            | "HIGH_PRIORITY" | "OR" | "ABORT" | "FAIL" | "ROLLBACK" | "ALL" | "OVERWRITE"
            | "TABLE" => {}
            _ => {
                *reader.lexer = before;
                match reader.table_name()? {
                    Some(name) => break name,
                    None => return Ok(None),
                }
            }
        }
    };
    let mut header = Header {
        id: 0,
        table,
        columns: Vec::new(),
        has_values: false,
    };
    for _ in 0..8 {
        let before = reader.lexer.clone();
        match reader.lexer.next()? {
            Token::Sign(b'(') => {
                *reader.lexer = before;
                header.columns = reader.names()?;
            }
            Token::Word(word)
                if word.eq_ignore_ascii_case(b"values") || word.eq_ignore_ascii_case(b"value") =>
            {
                // `OVERRIDING SYSTEM VALUE VALUES (..)`
                let here = reader.lexer.clone();
                let next = reader.lexer.next()?;
                *reader.lexer = here;
                if next == Token::Sign(b'(') {
                    header.has_values = true;
                    return Ok(Some(header));
                }
            }
            Token::Word(word)
                if ["select", "set", "default", "exec", "with"]
                    .iter()
                    .any(|it| word.eq_ignore_ascii_case(it.as_bytes())) =>
            {
                return Ok(None);
            }
            Token::Word(_) | Token::Name(_) => {}
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// Reads `COPY t (a, b) FROM stdin;` and whether it is in the text form; `None` when no rows follow.
pub(super) fn copy_header(
    lexer: &mut Lexer<'_>,
    charset: Charset,
) -> Result<Option<(Header, bool)>, Stop> {
    let mut reader = Reader { lexer, charset };
    reader.word()?;
    let Some(table) = reader.table_name()? else {
        return Ok(None);
    };
    let columns = reader.names()?;
    if reader.word()? != "FROM" || reader.word()? != "STDIN" {
        return Ok(None);
    }
    let mut is_plain = true;
    loop {
        match reader.lexer.next()? {
            Token::Sign(b';') => break,
            Token::Word(word) if word.eq_ignore_ascii_case(b"csv") => is_plain = false,
            Token::Word(word) if word.eq_ignore_ascii_case(b"binary") => is_plain = false,
            Token::Word(word) if word.eq_ignore_ascii_case(b"delimiter") => is_plain = false,
            _ => {}
        }
    }
    let header = Header {
        id: 0,
        table,
        columns,
        has_values: true,
    };
    Ok(Some((header, is_plain)))
}
