//! The log's three formats: Merkle tree, tiles, signed notes. Bytes and hashes only, no files.
//!
//! Formats: C2SP tlog-tiles, tlog-checkpoint, signed-note, tlog-proof; RFC 6962, section 2.1.

pub(crate) mod merkle;
pub(crate) mod note;
pub(crate) mod tiles;
