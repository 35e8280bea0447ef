//! The store on a PostgreSQL server, for a team. The only place of this crate that speaks to a network.
//!
//! Rows are sealed before they leave, so server and wire see nothing of an
//! incident. The connection itself is not encrypted, which is why only this
//! machine is spoken to: a server elsewhere is reached through a tunnel.

use postgres::config::Host;
use postgres::{Client, Config, NoTls};

use super::{CellKey, Store, after};
use crate::RegisterError;

/// The number of the lock that a change holds; any number that is always the same.
const LOCK: i64 = 0x77_68_6f_73_65;

/// A connection to a server.
pub(crate) struct Postgres(Client);

impl Postgres {
    /// Connects to the server that the URL names, which must be on this machine.
    pub(crate) fn connect(url: &str) -> Result<Self, RegisterError> {
        let config: Config = url.parse().map_err(|_| RegisterError::Url)?;
        let is_here = |host: &Host| match host {
            Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
            Host::Unix(_) => true,
        };
        let is_addressed = config
            .get_hostaddrs()
            .iter()
            .any(|address| !address.is_loopback());
        if is_addressed || config.get_hosts().is_empty() || !config.get_hosts().iter().all(is_here)
        {
            return Err(RegisterError::Url);
        }
        Ok(Self(config.connect(NoTls)?))
    }
}

impl Store for Postgres {
    fn prepare(&mut self) -> Result<(), RegisterError> {
        Ok(self.0.batch_execute(
            "SET client_min_messages = warning;
             CREATE TABLE IF NOT EXISTS entry (incident BYTEA NOT NULL, n INTEGER NOT NULL, sealed BYTEA NOT NULL,
               PRIMARY KEY (incident, n));
             CREATE TABLE IF NOT EXISTS cell (kind SMALLINT NOT NULL, key BYTEA NOT NULL, sealed BYTEA NOT NULL,
               PRIMARY KEY (kind, key));",
        )?)
    }

    fn begin(&mut self) -> Result<(), RegisterError> {
        self.0.batch_execute("BEGIN")?;
        self.0
            .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])?;
        Ok(())
    }

    fn end(&mut self, keep: bool) -> Result<(), RegisterError> {
        Ok(self
            .0
            .batch_execute(if keep { "COMMIT" } else { "ROLLBACK" })?)
    }

    fn entries(&mut self, incident: &[u8; 16]) -> Result<Vec<Vec<u8>>, RegisterError> {
        let rows = self.0.query(
            "SELECT sealed FROM entry WHERE incident = $1 ORDER BY n",
            &[&incident.as_slice()],
        )?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    fn incidents(&mut self) -> Result<Vec<[u8; 16]>, RegisterError> {
        let rows = self
            .0
            .query("SELECT DISTINCT incident FROM entry ORDER BY incident", &[])?;
        rows.iter()
            .map(|row| {
                let id: Vec<u8> = row.try_get(0)?;
                id.try_into().map_err(|_| RegisterError::Damaged)
            })
            .collect()
    }

    fn add(&mut self, rows: &[([u8; 16], i32, Vec<u8>)]) -> Result<(), RegisterError> {
        let insert = self
            .0
            .prepare("INSERT INTO entry (incident, n, sealed) VALUES ($1, $2, $3)")?;
        for (incident, n, sealed) in rows {
            match self.0.execute(&insert, &[&incident.as_slice(), n, sealed]) {
                Err(error)
                    if error.code() == Some(&postgres::error::SqlState::UNIQUE_VIOLATION) =>
                {
                    return Err(RegisterError::Changed);
                }
                other => other?,
            };
        }
        Ok(())
    }

    fn cell(&mut self, key: &CellKey) -> Result<Option<Vec<u8>>, RegisterError> {
        let row = self.0.query_opt(
            "SELECT sealed FROM cell WHERE kind = $1 AND key = $2",
            &[&key.0, &key.1],
        )?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    fn cells(
        &mut self,
        kind: i16,
        beginning: &[u8],
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, RegisterError> {
        let rows = self.0.query(
            "SELECT key, sealed FROM cell
             WHERE kind = $1 AND key >= $2 AND ($3::bytea IS NULL OR key < $3) ORDER BY key",
            &[&kind, &beginning, &after(beginning)],
        )?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    fn put(&mut self, cells: &[(CellKey, Vec<u8>)]) -> Result<(), RegisterError> {
        let insert = self.0.prepare(
            "INSERT INTO cell (kind, key, sealed) VALUES ($1, $2, $3)
             ON CONFLICT (kind, key) DO UPDATE SET sealed = EXCLUDED.sealed",
        )?;
        for ((kind, key), sealed) in cells {
            self.0.execute(&insert, &[kind, key, sealed])?;
        }
        Ok(())
    }

    fn clear_cells(&mut self) -> Result<(), RegisterError> {
        self.0.execute("DELETE FROM cell", &[])?;
        Ok(())
    }
}
