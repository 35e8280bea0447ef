//! Log entries in, the files that the case should hold out, each with its digest.
//!
//! The store's own entries are `store.written` (files that are whole on the
//! disk) and `store.removed`. Replayed in order they say what stands where.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::keys::unhex;
use crate::log::Entry;

pub(crate) const WRITTEN: &str = "store.written";
pub(crate) const REMOVED: &str = "store.removed";
/// Files named in one entry, so that an entry stays under its bound.
pub(crate) const FILES_PER_ENTRY: usize = 100;

/// A digest or salt, as hexadecimal in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hex(pub(crate) [u8; 32]);

impl Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::keys::hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        unhex(&text)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("not 64 hexadecimal digits"))
    }
}

/// What the log says of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    /// Relative to the case.
    pub(crate) path: String,
    /// Digest of the bytes as they stand on the disk.
    pub(crate) blake3: Hex,
    /// How many bytes.
    pub(crate) bytes: u64,
    /// Salt of a sealed file: another version of it has another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) salt: Option<Hex>,
    /// For a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<TableRecord>,
}

/// What the log says of a table beyond its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableRecord {
    pub(crate) rows: u64,
    /// Merkle root over the blinded digests of the rows.
    pub(crate) root: Hex,
}

#[derive(Serialize, Deserialize)]
struct Written {
    files: Vec<FileRecord>,
}

#[derive(Serialize, Deserialize)]
struct Removed {
    files: Vec<RemovedFile>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RemovedFile {
    pub(crate) path: String,
    pub(crate) blake3: Hex,
}

/// A file as it should stand, and the entry that says so (`None`: not yet in the log).
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) record: FileRecord,
    pub(crate) entry: Option<u64>,
}

/// All files as they should stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) files: BTreeMap<String, Standing>,
    /// What was removed last at a path where nothing stands now.
    pub(crate) removed: BTreeMap<String, [u8; 32]>,
}

impl Index {
    /// Takes in one entry of the log; other entries than the store's own change nothing.
    pub(crate) fn replay(&mut self, n: u64, entry: Entry) {
        match entry.verb.as_str() {
            WRITTEN => {
                for record in files_written(entry).unwrap_or_default() {
                    self.put(record, Some(n));
                }
            }
            REMOVED => {
                if let Ok(removed) = serde_json::from_value::<Removed>(entry.what) {
                    for file in removed.files {
                        self.remove(&file);
                    }
                }
            }
            _ => {}
        }
    }

    pub(crate) fn put(&mut self, record: FileRecord, entry: Option<u64>) {
        self.removed.remove(&record.path);
        self.files
            .insert(record.path.clone(), Standing { record, entry });
    }

    pub(crate) fn remove(&mut self, file: &RemovedFile) {
        self.files.remove(&file.path);
        self.removed.insert(file.path.clone(), file.blake3.0);
    }

    /// The names under a folder of the case, in order.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        self.files
            .range(folder.to_owned()..)
            .map_while(|(path, _)| path.strip_prefix(folder))
            .filter(|name| !name.contains('/'))
            .map(str::to_owned)
            .collect()
    }
}

/// The files that an entry of `store.written` names; `None` of another entry.
pub(crate) fn files_written(entry: Entry) -> Option<Vec<FileRecord>> {
    if entry.verb != WRITTEN {
        return None;
    }
    let written: Written = serde_json::from_value(entry.what).ok()?;
    Some(written.files)
}

/// What a `store.written` entry says.
pub(crate) fn written(files: &[FileRecord]) -> serde_json::Value {
    serde_json::json!({ "files": files })
}

/// What a `store.removed` entry says.
pub(crate) fn removed(files: &[RemovedFile]) -> serde_json::Value {
    serde_json::json!({ "files": files })
}
