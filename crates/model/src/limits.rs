//! `Limits`: how much one exhibit may cost. Every bound on reading is here.

use serde::{Deserialize, Serialize};

/// How much of memory, time and space reading one exhibit may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes after decompression, over all parts of one top-level file.
    pub max_unpacked_bytes: u64,
    /// Bytes of one part that must be held in memory to be read at all (a PDF, an office file).
    pub max_held_bytes: u64,
    /// Containers inside containers. A mail with a zip with a mail is 2.
    pub max_depth: u8,
    /// Members of one container.
    pub max_members: u64,
    /// Unpacked bytes for each packed byte, looked at after the first 10 MiB.
    pub max_expansion: u64,
    /// Bytes of memory the reading process may map.
    pub max_memory_bytes: u64,
    /// Seconds without a sign of progress after which a reader is stopped.
    pub max_silent_seconds: u64,
    /// Bytes of one passage; longer text is split.
    pub max_passage_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_unpacked_bytes: 64 << 30,
            max_held_bytes: 256 << 20,
            max_depth: 12,
            max_members: 1_000_000,
            max_expansion: 2_000,
            max_memory_bytes: 2 << 30,
            max_silent_seconds: 60,
            max_passage_bytes: 64 << 10,
        }
    }
}
