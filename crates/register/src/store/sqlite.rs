//! The store in one file.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use super::{CellKey, Store, after};
use crate::RegisterError;

/// An open SQLite file.
pub(crate) struct Sqlite(Connection);

impl Sqlite {
    /// Opens the file, or makes it.
    pub(crate) fn open(path: &Path) -> Result<Self, RegisterError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        // Temporary tables stay in memory; the journal holds sealed rows only.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
             PRAGMA mmap_size = 1073741824; PRAGMA trusted_schema = OFF;",
        )?;
        Ok(Self(connection))
    }
}

impl Store for Sqlite {
    fn prepare(&mut self) -> Result<(), RegisterError> {
        Ok(self.0.execute_batch(
            "CREATE TABLE IF NOT EXISTS entry (incident BLOB NOT NULL, n INTEGER NOT NULL, sealed BLOB NOT NULL,
               PRIMARY KEY (incident, n)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS cell (kind INTEGER NOT NULL, key BLOB NOT NULL, sealed BLOB NOT NULL,
               PRIMARY KEY (kind, key));",
        )?)
    }

    fn begin(&mut self) -> Result<(), RegisterError> {
        Ok(self.0.execute_batch("BEGIN IMMEDIATE")?)
    }

    fn end(&mut self, keep: bool) -> Result<(), RegisterError> {
        Ok(self
            .0
            .execute_batch(if keep { "COMMIT" } else { "ROLLBACK" })?)
    }

    fn entries(&mut self, incident: &[u8; 16]) -> Result<Vec<Vec<u8>>, RegisterError> {
        let mut query = self
            .0
            .prepare("SELECT sealed FROM entry WHERE incident = ?1 ORDER BY n")?;
        let rows = query.query_map([incident.as_slice()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn incidents(&mut self) -> Result<Vec<[u8; 16]>, RegisterError> {
        let mut query = self
            .0
            .prepare("SELECT DISTINCT incident FROM entry ORDER BY incident")?;
        let rows = query.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn add(&mut self, rows: &[([u8; 16], i32, Vec<u8>)]) -> Result<(), RegisterError> {
        let mut insert = self
            .0
            .prepare("INSERT INTO entry (incident, n, sealed) VALUES (?1, ?2, ?3)")?;
        for (incident, n, sealed) in rows {
            match insert.execute(params![incident.as_slice(), n, sealed]) {
                Err(rusqlite::Error::SqliteFailure(error, _))
                    if error.code == rusqlite::ErrorCode::ConstraintViolation =>
                {
                    return Err(RegisterError::Changed);
                }
                other => other?,
            };
        }
        Ok(())
    }

    fn cell(&mut self, key: &CellKey) -> Result<Option<Vec<u8>>, RegisterError> {
        let mut query = self
            .0
            .prepare("SELECT sealed FROM cell WHERE kind = ?1 AND key = ?2")?;
        Ok(query
            .query_row(params![key.0, key.1], |row| row.get(0))
            .optional()?)
    }

    fn cells(
        &mut self,
        kind: i16,
        beginning: &[u8],
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, RegisterError> {
        let mut query = self.0.prepare(
            "SELECT key, sealed FROM cell WHERE kind = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) ORDER BY key",
        )?;
        let rows = query.query_map(params![kind, beginning, after(beginning)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn put(&mut self, cells: &[(CellKey, Vec<u8>)]) -> Result<(), RegisterError> {
        let mut insert = self
            .0
            .prepare("INSERT OR REPLACE INTO cell (kind, key, sealed) VALUES (?1, ?2, ?3)")?;
        for ((kind, key), sealed) in cells {
            insert.execute(params![kind, key, sealed])?;
        }
        Ok(())
    }

    fn clear_cells(&mut self) -> Result<(), RegisterError> {
        self.0.execute("DELETE FROM cell", [])?;
        Ok(())
    }
}
