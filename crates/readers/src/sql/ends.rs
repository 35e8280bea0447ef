//! Where statements end and begin again, and which comments are the dump program's own.

use memchr::memchr;

use super::lex::{Backslash, Lexer, Stop, Token};

/// Where the statement ends: behind its semicolon, or before a line `GO`.
pub(super) fn statement_end(bytes: &[u8], backslash: Backslash) -> Result<usize, Stop> {
    let mut lexer = Lexer::new(bytes, 0, backslash);
    loop {
        match lexer.next()? {
            Token::Sign(b';') => return Ok(lexer.at),
            Token::Word(word) if word.eq_ignore_ascii_case(b"go") => {
                let start = lexer.at - word.len();
                let is_line = start == 0 || bytes.get(start - 1) == Some(&b'\n');
                if is_line && matches!(bytes.get(lexer.at), Some(b'\r' | b'\n') | None) {
                    return Ok(lexer.at);
                }
            }
            _ => {}
        }
    }
}

/// Where, after a broken one, a line begins a statement again.
pub(super) fn next_statement(bytes: &[u8]) -> usize {
    let starts: [&[u8]; 6] = [b"INSERT", b"COPY ", b"CREATE", b"ALTER ", b"-- ", b"insert"];
    let mut at = 0;
    while let Some(found) = memchr(b'\n', bytes.get(at..).unwrap_or(&[])) {
        at += found + 1;
        let rest = bytes.get(at..).unwrap_or(&[]);
        if starts.iter().any(|start| rest.starts_with(start)) {
            return at;
        }
    }
    bytes.len()
}

/// What dump programs write into comments.
pub(super) fn is_boilerplate(said: &[u8]) -> bool {
    let said = said.trim_ascii();
    const STARTS: &[&str] = &[
        "Name:",
        "Data for Name:",
        "TOC entry",
        "Dumping data for table",
        "Dumped ",
        "Table structure for table",
        "PostgreSQL database",
        "MySQL dump",
        "MariaDB dump",
        "Host:",
        "Server version",
        "Dump completed",
        "Temporary ",
        "Final view",
        "phpMyAdmin",
        "version ",
        "https://www.phpmyadmin",
        "Generation Time",
        "PHP Version",
        "Database:",
        "Indexes for",
        "AUTO_INCREMENT for",
        "Constraints for",
        "Current Database",
        "Position ",
        "/*!",
        "*/",
        "Dependencies",
        "Started on",
        "Completed on",
        "Object:",
    ];
    let n_letters = said
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    n_letters < 3
        || STARTS
            .iter()
            .any(|start| said.starts_with(start.as_bytes()))
        || said.starts_with(b"/****** Object")
}
