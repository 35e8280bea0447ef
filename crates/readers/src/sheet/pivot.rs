//! The caches of pivot tables in a package in, the tables that they were made from out.
//!
//! A cache keeps every row of its source, also when that sheet was deleted.
//!
//! Format: ECMA-376 part 1, section 18.10.

use std::collections::HashSet;

use super::{Budget, Rows, Written, table};
use crate::{
    exhibit::Reading,
    package::{Package, Xml, attribute, events},
};

/// Values that the columns share.
const MAX_VALUES: usize = 8 << 20;

/// Hands over the table of each cache.
pub(super) fn put_all(
    package: &mut Package<'_>,
    done: &mut HashSet<String>,
    budget: &Budget,
    reading: &mut Reading<'_>,
) {
    let definitions: Vec<String> = package
        .names()
        .iter()
        .filter(|name| {
            name.starts_with("xl/pivotCache/pivotCacheDefinition") && name.ends_with(".xml")
        })
        .cloned()
        .collect();
    for name in definitions {
        let records = name.replace("Definition", "Records");
        let Some(definition) = package.part(&name, reading) else {
            continue;
        };
        let content = package.part(&records, reading);
        let number = name
            .trim_end_matches(".xml")
            .trim_start_matches("xl/pivotCache/pivotCacheDefinition");
        put(&definition, content.as_deref(), number, budget, reading);
        done.insert(name.clone());
        done.insert(records);
    }
}

fn put(
    definition: &[u8],
    records: Option<&[u8]>,
    number: &str,
    budget: &Budget,
    reading: &mut Reading<'_>,
) {
    let mut columns: Vec<(String, Vec<String>)> = Vec::new();
    let mut is_shared = false;
    let mut n_values = 0;
    events(definition, |event| match event {
        Xml::Start("cacheField", start) => {
            columns.push((attribute(start, "name").unwrap_or_default(), Vec::new()));
        }
        Xml::Start("sharedItems", _) => is_shared = true,
        Xml::End("sharedItems") => is_shared = false,
        Xml::Start(name @ ("s" | "n" | "d" | "b" | "e" | "m"), start)
            if is_shared && n_values < MAX_VALUES =>
        {
            n_values += 1;
            if let Some(column) = columns.last_mut() {
                column.1.push(value(name, start));
            }
        }
        _ => {}
    });
    let sheet = table::Sheet::new(&format!("pivot data {number}"), Vec::new(), 1 << 20);
    let mut rows = Rows::new(sheet, budget);
    let mut put = |rows: &mut Rows<'_>, row: u32, column: usize, text: &str| {
        let is_text = row == 0 || text.parse::<f64>().is_err();
        rows.cell(
            row,
            column as u32,
            Written {
                text: text.to_owned(),
                is_text,
            },
            reading,
        );
    };
    for (index, (name, _)) in columns.iter().enumerate() {
        put(&mut rows, 0, index, name);
    }
    let (mut row, mut column) = (0, 0);
    if let Some(records) = records {
        events(records, |event| match event {
            Xml::Start("r", _) => {
                row += 1;
                column = 0;
            }
            Xml::Start("x", start) => {
                let index = attribute(start, "v").and_then(|v| v.parse::<usize>().ok());
                let text = index.and_then(|index| columns.get(column)?.1.get(index));
                if let Some(text) = text {
                    put(&mut rows, row, column, text);
                }
                column += 1;
            }
            Xml::Start(name @ ("s" | "n" | "d" | "b" | "e" | "m"), start) => {
                put(&mut rows, row, column, &value(name, start));
                column += 1;
            }
            _ => {}
        });
    }
    if row == 0 {
        for (index, (_, values)) in columns.iter().enumerate() {
            for (at, text) in values.iter().enumerate() {
                put(&mut rows, at as u32 + 1, index, text);
            }
        }
    }
    rows.end(reading);
}

fn value(kind: &str, start: &quick_xml::events::BytesStart<'_>) -> String {
    let value = attribute(start, "v").unwrap_or_default();
    match kind {
        "d" => value.trim_end_matches("T00:00:00").replacen('T', " ", 1),
        "m" | "e" => String::new(),
        _ => value,
    }
}
