//! The case at rest: a folder in, an open case out; sealed parts and tables, a tamper-evident log, `verify`, exports.
//!
//! Everything of a person is encrypted from its first byte on the disk; what
//! stands in the clear (`case.toml`, the log, file names) holds no PHI. Every
//! file is named with its digest in the log, and every checkpoint of the log
//! is signed. Nothing here asks the clock or for chance: a front door brings
//! both in a `Session`.
//!
//! Formats: `docs/spec/case-format.md`, `case-table.md`, `case-log.md`.

mod case;
mod error;
pub mod export;
mod files;
mod identity;
mod index;
mod keys;
mod lock;
mod log;
mod meta;
mod out;
mod parts;
mod proof;
mod ring;
mod sealed;
mod table;
mod tlog;
mod verify;

pub use case::{Access, Case, Session};
pub use error::StoreError;
pub use identity::{new_identity, recipient_of};
pub use keys::{DEFAULT_WORK_FACTOR, Recipient, Secret};
pub use log::Entry;
pub use meta::CaseMeta;
pub use out::OutWriter;
pub use parts::{PartReader, PartWriter};
pub use proof::{Proof, Proven, ProvenTable, verify_proof};
pub use ring::{KeyFile, make_key, open_key};
pub use table::{Row, Rows, TableReader, TableWriter};
pub use verify::{Fault, VerifyReport, verify};
