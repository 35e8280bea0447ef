//! Rows of a table, each of one class (an outcome, a cause), in; the rows of a page of one class out.

use whose_engine::EngineError;
use whose_engine::store::{Case, Row};

/// Each row's class.
#[derive(Debug, Default)]
pub(crate) struct RowIndex {
    classes: Vec<u8>,
}

impl RowIndex {
    /// Adds the table's next row.
    pub(crate) fn push(&mut self, class: u8) {
        self.classes.push(class);
    }

    /// The rows of one page, and how many there are in all.
    pub(crate) fn page(&self, class: Option<u8>, skip: usize, take: usize) -> (Vec<u32>, usize) {
        let Some(class) = class else {
            let n = self.classes.len();
            let page = skip.min(n)..(skip + take).min(n);
            return (page.map(|row| row as u32).collect(), n);
        };
        let mut page = Vec::new();
        let mut n = 0;
        for (row, _) in self
            .classes
            .iter()
            .enumerate()
            .filter(|(_, one)| **one == class)
        {
            if n >= skip && page.len() < take {
                page.push(row as u32);
            }
            n += 1;
        }
        (page, n)
    }
}

/// Reads rows by number, in the order asked for; rows that follow each other are read at once.
///
/// # Errors
/// When the case cannot be read.
pub(crate) fn read<T: Row>(case: &Case, table: &str, rows: &[u32]) -> Result<Vec<T>, EngineError> {
    let mut found = Vec::with_capacity(rows.len());
    if rows.is_empty() || !case.has_table(table) {
        return Ok(found);
    }
    let mut reader = case.table_reader::<T>(table)?;
    let mut rest = rows;
    while let Some(&first) = rest.first() {
        let n = rest
            .iter()
            .zip(first..)
            .take_while(|(row, expected)| **row == *expected)
            .count();
        found.extend(reader.rows(u64::from(first), n)?);
        rest = rest.get(n..).unwrap_or_default();
    }
    Ok(found)
}

#[test]
fn a_page_holds_rows_of_one_class_only() {
    let mut index = RowIndex::default();
    [0, 1, 0, 2, 0]
        .into_iter()
        .for_each(|class| index.push(class));
    assert_eq!(index.page(None, 3, 10), (vec![3, 4], 5));
    assert_eq!(index.page(Some(0), 1, 1), (vec![2], 3));
    assert_eq!(index.page(Some(9), 0, 1), (vec![], 0));
    assert_eq!(index.page(None, 99, 1), (vec![], 5));
}
