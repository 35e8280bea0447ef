//! Where sealed rows rest: SQLite by default, PostgreSQL by URL, both with the same two tables.
//!
//! `entry` holds the entries of each incident in their order and is only ever
//! added to. `cell` holds what is made from them to list and to search, and can
//! be made again. No store sees anything but sealed bytes and opaque keys.

mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;

pub(crate) use self::postgres::Postgres;
pub(crate) use self::sqlite::Sqlite;
use crate::RegisterError;

/// Which cell: its kind, and its key within the kind.
pub(crate) type CellKey = (i16, Vec<u8>);

/// A connection to a store.
pub(crate) trait Store: Send {
    /// Makes the tables where they are not there.
    fn prepare(&mut self) -> Result<(), RegisterError>;
    /// Begins a change that nobody else can make at the same time.
    fn begin(&mut self) -> Result<(), RegisterError>;
    /// Keeps it, or undoes it.
    fn end(&mut self, keep: bool) -> Result<(), RegisterError>;
    /// The sealed entries of an incident, in their order.
    fn entries(&mut self, incident: &[u8; 16]) -> Result<Vec<Vec<u8>>, RegisterError>;
    /// Every incident there is, in the order of their ids.
    fn incidents(&mut self) -> Result<Vec<[u8; 16]>, RegisterError>;
    /// Adds sealed entries, each under a number that must be free.
    fn add(&mut self, rows: &[([u8; 16], i32, Vec<u8>)]) -> Result<(), RegisterError>;
    /// One cell.
    fn cell(&mut self, key: &CellKey) -> Result<Option<Vec<u8>>, RegisterError>;
    /// Every cell of a kind whose key begins so, in the order of keys.
    #[allow(clippy::type_complexity, reason = "key and content, nothing more")]
    fn cells(
        &mut self,
        kind: i16,
        beginning: &[u8],
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, RegisterError>;
    /// Writes cells over what was there.
    fn put(&mut self, cells: &[(CellKey, Vec<u8>)]) -> Result<(), RegisterError>;
    /// Takes every cell away.
    fn clear_cells(&mut self) -> Result<(), RegisterError>;
}

/// The first key after all that begin so; `None` when there is none.
fn after(beginning: &[u8]) -> Option<Vec<u8>> {
    let mut end = beginning.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

#[test]
fn the_key_after_a_beginning_is_the_next_one() {
    assert_eq!(after(&[1, 2]), Some(vec![1, 3]));
    assert_eq!(after(&[1, 255]), Some(vec![2]));
    assert_eq!(after(&[255, 255]), None);
    assert_eq!(after(&[]), None);
}
