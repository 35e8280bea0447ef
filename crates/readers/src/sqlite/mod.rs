//! An SQLite database in, its tables as rows out, also rows that were deleted and still lie in free pages.
//!
//! The tables are read through their b-trees, each page once, so that a page
//! that is broken or points in a circle costs itself. The columns and keys come
//! from the `CREATE TABLE` that the database keeps; a row comes after the row
//! that it points to. Binary values that are files become members. Nothing is
//! executed, no index is used. A write-ahead log that lies beside the file is
//! read with it.
//!
//! Format: "SQLite Database File Format", <https://www.sqlite.org/fileformat2.html>.

mod log;
mod pages;
mod record;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use whose_model::{Cause, Column, Locator, TableHead};

use self::{
    log::Log,
    pages::{Cell, Pages, Walk},
    record::{Value, values},
};
use crate::{exhibit::Reading, source::ReadSeek, sql::Definitions, table::Table};

/// More tables than any real database has.
const MAX_TABLES: usize = 100_000;
/// Gaps for broken pages that are listed one by one.
const MAX_GAPS: u32 = 100;

/// A table as the database describes it.
struct Stored {
    name: String,
    root: u32,
    sql: String,
}

/// Reads an SQLite database.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let mut has_stray_log = false;
    let beside = &mut |size| {
        let file = reading.addition()?;
        let log = Log::open(file, size, &|| reading.pulse());
        has_stray_log = log.is_none();
        log
    };
    let mut pages = match Pages::open(file, beside) {
        Ok(pages) => pages,
        Err((cause, detail)) => return reading.gap(cause, detail),
    };
    if has_stray_log {
        reading.gap(
            Cause::Corrupt,
            "the write-ahead log beside it is broken, too large or of another database: it was not read",
        );
    }
    if pages.has_more_in_log() {
        reading.gap(
            Cause::Truncated,
            "the write-ahead log ends with changes that were never committed: they were not read",
        );
    }
    let mut trouble = Trouble::default();
    let stored = stored(&mut pages, &mut trouble, reading);
    let mut definitions = Definitions::default();
    for table in &stored {
        definitions.learn(&table.sql);
    }
    let names: Vec<String> = stored.iter().map(|table| table.name.clone()).collect();
    let mut n_tables = 0;
    let mut heads = Vec::new();
    for at in definitions.in_order(&names) {
        let Some(table) = stored.get(at).filter(|table| table.root > 0) else {
            continue;
        };
        let plan = Plan::new(table, &definitions, n_tables);
        n_tables += 1;
        heads.push(plan.head.clone());
        rows(&mut pages, table.root, &plan, &mut trouble, reading);
    }
    deleted(&mut pages, &heads, n_tables, reading);
    if pages.is_cut() {
        reading.gap(
            Cause::Truncated,
            "the file ends before all pages of the database came",
        );
    }
}

/// What went wrong so far.
#[derive(Default)]
struct Trouble {
    n_gaps: u32,
}

impl Trouble {
    fn note(&mut self, page: u32, size: u64, detail: &'static str, reading: &mut Reading<'_>) {
        self.n_gaps += 1;
        if self.n_gaps < MAX_GAPS {
            let start = u64::from(page.saturating_sub(1)) * size;
            let end = start + size;
            reading.gap_at(Locator::Bytes { start, end }, Cause::Corrupt, detail);
        } else if self.n_gaps == MAX_GAPS {
            reading.gap(Cause::Corrupt, "more pages are broken than are listed");
        }
    }
}

/// The tables that the database keeps, from its first page.
fn stored(pages: &mut Pages<'_>, trouble: &mut Trouble, reading: &mut Reading<'_>) -> Vec<Stored> {
    let mut stored = Vec::new();
    let size = pages.size();
    let encoding = pages.encoding();
    let mut walk = Walk::new(1);
    while let Some(step) = walk.next(pages) {
        let cell = match step {
            Ok(cell) => cell,
            Err((page, detail)) => {
                trouble.note(page, size, detail, reading);
                continue;
            }
        };
        let fields = values(&cell.payload, 5);
        let text = |at: usize| {
            let value: Option<&Value<'_>> = fields.get(at);
            value.map_or(String::new(), |value| value.text(encoding))
        };
        if text(0) == "table" && stored.len() < MAX_TABLES {
            stored.push(Stored {
                name: text(1),
                root: text(3).parse().unwrap_or(0),
                sql: text(4),
            });
        }
    }
    stored
}

/// How the records of a table become rows.
struct Plan {
    head: Arc<TableHead>,
    /// The column whose value is the row's number, when a record has none for it.
    number_column: Option<usize>,
    /// For each value of a record, the column it belongs to; empty when they are in order.
    columns: Vec<usize>,
}

impl Plan {
    fn new(table: &Stored, definitions: &Definitions, index: u32) -> Self {
        let columns = definitions.columns(&table.name).to_vec();
        let keys: Vec<usize> = definitions
            .key(&table.name)
            .iter()
            .filter_map(|key| {
                let same = |column: &Column| column.name.eq_ignore_ascii_case(key);
                columns.iter().position(same)
            })
            .collect();
        let is_without_number = is_without_rowid(&table.sql);
        let mut order = Vec::new();
        if is_without_number {
            // The key's columns come first in each record, then the others.
            for &at in keys.iter().chain(&(0..columns.len()).collect::<Vec<_>>()) {
                if !order.contains(&at) {
                    order.push(at);
                }
            }
        }
        let number_column = match keys.as_slice() {
            [only] if !is_without_number => Some(*only),
            _ => None,
        };
        Self {
            head: Arc::new(TableHead {
                name: table.name.clone(),
                index,
                columns,
                is_sheet: false,
            }),
            number_column,
            columns: order,
        }
    }
}

/// `WITHOUT ROWID` stands behind the last parenthesis.
fn is_without_rowid(sql: &str) -> bool {
    let tail = sql.rsplit(')').next().unwrap_or("").to_uppercase();
    let mut words = tail.split(|ch: char| !ch.is_alphanumeric());
    words.any(|word| word == "ROWID") && tail.contains("WITHOUT")
}

/// Reads the rows of one table.
fn rows(
    pages: &mut Pages<'_>,
    root: u32,
    plan: &Plan,
    trouble: &mut Trouble,
    reading: &mut Reading<'_>,
) {
    let (size, encoding) = (pages.size(), pages.encoding());
    let mut out: Option<Table> = None;
    let mut walk = Walk::new(root);
    let mut n = 0;
    while let Some(step) = walk.next(pages) {
        let cell = match step {
            Ok(cell) => cell,
            Err((page, detail)) => {
                trouble.note(page, size, detail, reading);
                continue;
            }
        };
        if cell.is_cut {
            trouble.note(
                cell.page,
                size,
                "a row goes on in pages that are broken; its beginning was read",
                reading,
            );
        }
        n += 1;
        if n % 4096 == 0 {
            reading.pulse();
        }
        let most = plan.head.columns.len().max(1) * 2 + 64;
        let fields = values(&cell.payload, most);
        // A table whose definition cannot be followed has as many columns as its first row.
        let out = out.get_or_insert_with(|| Table::new(wide_enough(&plan.head, fields.len())));
        put(&cell, &fields, plan, encoding, n, out, reading);
    }
    if let Some(mut out) = out {
        out.flush(reading);
    }
}

fn wide_enough(head: &Arc<TableHead>, n_fields: usize) -> Arc<TableHead> {
    if !head.columns.is_empty() {
        return head.clone();
    }
    let mut wide = TableHead::clone(head);
    wide.columns = (0..n_fields as u32)
        .map(|index| Column {
            index,
            ..Column::default()
        })
        .collect();
    Arc::new(wide)
}

fn put(
    cell: &Cell,
    fields: &[Value<'_>],
    plan: &Plan,
    encoding: crate::encoding::Charset,
    n: u64,
    out: &mut Table,
    reading: &mut Reading<'_>,
) {
    let n_columns = out.head().columns.len().max(fields.len());
    let mut cells = vec![String::new(); n_columns];
    for (at, value) in fields.iter().enumerate() {
        let column = plan.columns.get(at).copied().unwrap_or(at);
        let Some(text) = cells.get_mut(column) else {
            continue;
        };
        *text = match value {
            Value::Blob(bytes) => out.binary(column, bytes),
            Value::Null if plan.number_column == Some(column) => match cell.number {
                Some(number) => number.to_string(),
                None => String::new(),
            },
            value => value.text(encoding),
        };
    }
    let number = cell.number.and_then(|number| u64::try_from(number).ok());
    out.push_as(number.unwrap_or(n), &cells, reading);
}

/// Reads rows that still lie in free pages, under the table that they fit.
fn deleted(
    pages: &mut Pages<'_>,
    heads: &[Arc<TableHead>],
    n_tables: u32,
    reading: &mut Reading<'_>,
) {
    let encoding = pages.encoding();
    let mut out: Option<Table> = None;
    let mut index = n_tables;
    for page in pages.free() {
        reading.pulse();
        for cell in pages.whole_cells(page) {
            let fields = values(&cell.payload, 2048);
            let n = fields.len();
            let is_same = out
                .as_ref()
                .is_some_and(|out| out.head().columns.len() == n);
            if !is_same {
                if let Some(mut done) = out.take() {
                    done.flush(reading);
                }
                out = Some(Table::new(deleted_head(heads, n, index)));
                index += 1;
            }
            let Some(out) = &mut out else { continue };
            let head = heads.iter().find(|head| head.columns.len() == n);
            let plan = Plan {
                head: out.head().clone().into(),
                number_column: head.and_then(|head| {
                    let mut keys = (0..n).filter(|&at| head.columns[at].is_key);
                    keys.next().filter(|_| keys.next().is_none())
                }),
                columns: Vec::new(),
            };
            let number = out.n_rows() + 1;
            put(&cell, &fields, &plan, encoding, number, out, reading);
        }
    }
    if let Some(mut out) = out {
        out.flush(reading);
    }
}

/// Deleted rows of so many columns belong to the table that is so wide, when there is just one.
fn deleted_head(heads: &[Arc<TableHead>], n: usize, index: u32) -> Arc<TableHead> {
    let mut fitting = heads.iter().filter(|head| head.columns.len() == n);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Arc::new(TableHead {
            name: format!("{} (deleted rows)", only.name),
            index,
            columns: only.columns.clone(),
            is_sheet: false,
        }),
        _ => crate::table::head("deleted rows", index, vec![String::new(); n]),
    }
}
