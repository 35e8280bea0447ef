//! An Access database in (MDB, ACCDB), the rows of its tables out, through Debian's mdbtools.
//!
//! `mdb-schema` gives definitions and relations, `mdb-export` the rows as
//! delimited text, which is read here as it comes. A row comes after the row
//! that it points to. Forms, reports and macros are not read; nor are files
//! kept in cells.
//!
//! Program: mdbtools 1.0, `mdb-tables(1)`, `mdb-schema(1)`, `mdb-export(1)`.

use std::io::Read;

use whose_model::{Cause, Column, Locator, TableHead};

use crate::{
    exhibit::Reading,
    programs::{Output, Program},
    source::Source,
    sql::Definitions,
    table::Table,
};

/// Between cells and behind rows: signs that no text has.
const CELL: u8 = 0x1F;
const ROW: u8 = 0x1E;
/// What the list of tables and the schema may be long.
const MAX_LISTED: u64 = 32 << 20;
/// Longest row.
const MAX_ROW: usize = 64 << 20;

/// Reads an Access database.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let Some(names) = reading.program_on(Program::MdbTables, &["-1", "/dev/stdin"], source) else {
        return;
    };
    let names = all(names);
    let names: Vec<String> = names
        .lines()
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        return reading.gap(
            Cause::Corrupt,
            "no table of the database could be found; it may be encrypted",
        );
    }
    let mut definitions = Definitions::default();
    let arguments = ["/dev/stdin", "mysql"];
    if let Some(schema) = reading.program_on(Program::MdbSchema, &arguments, source) {
        for statement in all(schema).split(";\n") {
            let from = ["CREATE TABLE", "ALTER TABLE"]
                .iter()
                .filter_map(|start| statement.find(start))
                .min();
            if let Some(from) = from {
                definitions.learn(&statement[from..]);
            }
        }
    }
    relations(source, &mut definitions, reading);
    for (index, at) in definitions.in_order(&names).into_iter().enumerate() {
        let Some(name) = names.get(at) else { continue };
        let arguments = [
            "-d",
            "\u{1f}",
            "-R",
            "\u{1e}",
            "-Q",
            "-D",
            "%Y-%m-%d",
            "-T",
            "%Y-%m-%d %H:%M:%S",
            "-b",
            "hex",
            "/dev/stdin",
            name,
        ];
        let Some(rows) = reading.program_on(Program::MdbExport, &arguments, source) else {
            return;
        };
        table(name, index as u32, rows, &definitions, reading);
    }
}

/// All that a program says, as text.
fn all(mut output: Output<'_>) -> String {
    let mut bytes = Vec::new();
    // What came before it failed is still worth something.
    let _ = (&mut output).take(MAX_LISTED).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Learns which columns point to which table, from the database's own list; there is none in a small one.
fn relations(source: &mut Source<'_>, definitions: &mut Definitions, reading: &mut Reading<'_>) {
    let arguments = [
        "-d",
        "\u{1f}",
        "-R",
        "\u{1e}",
        "-Q",
        "/dev/stdin",
        "MSysRelationships",
    ];
    let Some(rows) = reading.program_on(Program::MdbExport, &arguments, source) else {
        return;
    };
    let text = all(rows);
    let mut rows = text
        .split(char::from(ROW))
        .map(|row| row.split(char::from(CELL)).collect());
    let names: Vec<&str> = rows.next().unwrap_or_default();
    let column = |name: &str| {
        names
            .iter()
            .position(|it| it.trim().eq_ignore_ascii_case(name))
    };
    let wanted = [
        "szObject",
        "szColumn",
        "szReferencedObject",
        "szReferencedColumn",
    ]
    .map(column);
    for row in rows {
        let row: Vec<&str> = row;
        let cell = |at: usize| {
            let cell = wanted[at].and_then(|at| row.get(at));
            cell.map_or(String::new(), |cell| cell.replace('`', ""))
        };
        if !cell(0).is_empty() && !cell(2).is_empty() {
            definitions.learn(&format!(
                "ALTER TABLE `{}` ADD FOREIGN KEY (`{}`) REFERENCES `{}` (`{}`);",
                cell(0),
                cell(1),
                cell(2),
                cell(3)
            ));
        }
    }
}

fn table(
    name: &str,
    index: u32,
    mut rows: Output<'_>,
    definitions: &Definitions,
    reading: &mut Reading<'_>,
) {
    let mut out: Option<Table> = None;
    let mut held: Vec<u8> = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    let mut is_whole = true;
    loop {
        match rows.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => held.extend_from_slice(chunk.get(..n).unwrap_or(&[])),
            Err(_) => {
                is_whole = false;
                break;
            }
        }
        let mut start = 0;
        // The names of the columns end with a line end in some versions.
        while let Some(end) = memchr::memchr(ROW, held.get(start..).unwrap_or(&[])) {
            row(
                held.get(start..start + end).unwrap_or(&[]),
                name,
                index,
                definitions,
                &mut out,
                reading,
            );
            start += end + 1;
        }
        held.drain(..start);
        if held.len() > MAX_ROW {
            is_whole = false;
            break;
        }
    }
    if !held.trim_ascii().is_empty() {
        row(&held, name, index, definitions, &mut out, reading);
    }
    if let Some(mut out) = out {
        out.flush(reading);
    }
    let is_timed_out = rows.timed_out;
    if rows.end().code != Some(0) || !is_whole {
        let cause = if is_timed_out {
            Cause::Timeout
        } else {
            Cause::Corrupt
        };
        let place = Locator::Field {
            path: name.to_owned(),
        };
        reading.gap_at(
            place,
            cause,
            "the rows of a table could not be read to the end",
        );
    }
}

fn row(
    bytes: &[u8],
    name: &str,
    index: u32,
    definitions: &Definitions,
    out: &mut Option<Table>,
    reading: &mut Reading<'_>,
) {
    let text = String::from_utf8_lossy(bytes);
    let cells: Vec<&str> = text.split(char::from(CELL)).collect();
    match out {
        Some(out) => out.push(&cells, reading),
        None => {
            let known = definitions.columns(name);
            let columns = cells.iter().zip(0..).map(|(name, index)| {
                let name = name.trim();
                let same = |column: &&Column| column.name.eq_ignore_ascii_case(name);
                let mut column = known.iter().find(same).cloned().unwrap_or_default();
                column.name = name.to_owned();
                column.index = index;
                column
            });
            *out = Some(Table::new(std::sync::Arc::new(TableHead {
                name: name.to_owned(),
                index,
                columns: columns.collect(),
                is_sheet: false,
            })));
        }
    }
}
