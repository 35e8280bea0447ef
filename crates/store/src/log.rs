//! Entries in, tiles and a signed checkpoint on the disk out; and the entries back, checked.
//!
//! The order of an append is entry, checkpoint, and only then proof: tiles are
//! flushed first, the checkpoint is renamed into place after, and what the
//! checkpoint does not cover does not exist. Entries are JSON without PHI and
//! stand in the clear, so that the log can be checked without the case key.
//!
//! Formats: `tlog`; `docs/spec/case-log.md`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::error::{At, damaged};
use crate::files;
use crate::tlog::merkle::{Tree, leaf_hash};
use crate::tlog::note::{self, Head, LogKey};
use crate::tlog::tiles::{self, WIDTH};

/// Words that begin so are the store's own.
pub(crate) const OWN_VERBS: &str = "store.";
/// A full bundle of the largest entries, and room to spare.
const MAX_LOG_FILE: u64 = 32 * 1024 * 1024;

/// One thing that was done, for the chain of custody. Holds no PHI.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What was done, in one of the field's verbs: seize, read, detect, link, assess.
    pub verb: String,
    /// To what, with which result: ids, digests and counts; never a value of a person.
    pub what: serde_json::Value,
}

impl Entry {
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        let bytes = serde_json::to_vec(self).map_err(|_| StoreError::BadMeta("a log entry"))?;
        if bytes.len() > tiles::MAX_ENTRY {
            return Err(StoreError::TooLarge {
                what: "a log entry",
                bytes: bytes.len() as u64,
                bound: tiles::MAX_ENTRY as u64,
            });
        }
        Ok(bytes)
    }
}

/// The log of an open case.
pub(crate) struct Log {
    folder: PathBuf,
    key: LogKey,
    tree: Tree,
    /// The entries of the last, partial bundle.
    tail: Vec<Vec<u8>>,
    checkpoint: String,
}

impl Log {
    /// A log without entries, not yet on the disk.
    pub(crate) fn new(folder: PathBuf, key: LogKey) -> Self {
        Self {
            folder,
            key,
            tree: Tree::default(),
            tail: Vec::new(),
            checkpoint: String::new(),
        }
    }

    /// Reads the log, checks the checkpoint's signature and that the entries give its root.
    pub(crate) fn load(
        folder: PathBuf,
        key: LogKey,
        mut each: impl FnMut(u64, Entry),
    ) -> Result<Self, StoreError> {
        let (checkpoint, head) = read_checkpoint(&folder, &key)?;
        let mut log = Self::new(folder, key);
        log.checkpoint = checkpoint;
        for (index, width) in tiles::of_row(head.size) {
            let name = format!("log/{}", tiles::path("entries", index, width));
            let entries = read_bundle(&log.folder, index, width)?;
            for bytes in &entries {
                let entry = serde_json::from_slice(bytes)
                    .map_err(|_| damaged(&name, "it holds something that is not an entry"))?;
                each(log.tree.size(), entry);
                log.tree.push(leaf_hash(bytes));
            }
            log.tail = if width == WIDTH { Vec::new() } else { entries };
        }
        if log.tree.root() != head.root {
            return Err(damaged(
                "log/tile/entries",
                "the entries do not give the checkpoint's root hash",
            ));
        }
        Ok(log)
    }

    /// Adds entries and signs a checkpoint over them. Either all of them are added or none.
    pub(crate) fn append(
        &mut self,
        entries: &[Vec<u8>],
        key: &SigningKey,
        n: u64,
    ) -> Result<(), StoreError> {
        let old = self.tree.size();
        for entry in entries {
            self.tree.push(leaf_hash(entry));
        }
        match self.write(old, entries, key, n) {
            Ok((tail, checkpoint)) => {
                self.tail = tail;
                self.checkpoint = checkpoint;
                self.tidy(old);
                Ok(())
            }
            Err(error) => {
                self.tree.truncate(old);
                Err(error)
            }
        }
    }

    fn write(
        &self,
        old: u64,
        entries: &[Vec<u8>],
        key: &SigningKey,
        n: u64,
    ) -> Result<(Vec<Vec<u8>>, String), StoreError> {
        let size = self.tree.size();
        let all: Vec<Vec<u8>> = self.tail.iter().chain(entries).cloned().collect();
        let first = old / WIDTH;
        let mut tail = Vec::new();
        for (index, width) in tiles::of_row(size).filter(|(index, _)| *index >= first) {
            let start = ((index - first) * WIDTH) as usize;
            let bundle = &all[start..start + width as usize];
            self.put("entries", index, width, &tiles::bundle_bytes(bundle))?;
            if width < WIDTH {
                tail = bundle.to_vec();
            }
        }
        for level in 0..tiles::n_levels(size) {
            let (had, has) = (old >> (8 * level), size >> (8 * level));
            for (index, width) in tiles::of_row(has).filter(|(index, _)| *index >= had / WIDTH) {
                if had < has {
                    let bytes = tiles::tile_bytes(&self.tree, level, index, width);
                    self.put(&level.to_string(), index, width, &bytes)?;
                }
            }
        }
        let head = Head {
            size,
            root: self.tree.root(),
        };
        let checkpoint = note::sign(head, &self.key.origin, key);
        let place = self.folder.join("checkpoint");
        if let Err(error) = files::write_whole(&place, n, checkpoint.as_bytes()) {
            // Renamed, though flushing the folder failed: what is signed stays
            // signed, for two checkpoints of one size must never differ.
            if fs::read(&place).ok().as_deref() != Some(checkpoint.as_bytes()) {
                return Err(error);
            }
        }
        Ok((tail, checkpoint))
    }

    /// Writes a tile straight to its place: until the checkpoint covers it, it is nothing.
    fn put(&self, row: &str, index: u64, width: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let place = self.folder.join(tiles::path(row, index, width));
        if let Some(folder) = place.parent().filter(|folder| !folder.is_dir()) {
            fs::create_dir_all(folder).at(folder)?;
            for made in folder
                .ancestors()
                .take_while(|up| up.starts_with(&self.folder))
            {
                files::sync_folder(made)?;
            }
        }
        let mut file = File::create(&place).at(&place)?;
        file.write_all(bytes).at(&place)?;
        file.sync_all().at(&place)?;
        files::sync_folder(&place)
    }

    /// Removes the partial tiles that newer ones took over. A failure here leaves only rubbish.
    fn tidy(&self, old: u64) {
        let size = self.tree.size();
        let rows = std::iter::once(("entries".to_owned(), 0))
            .chain((0..tiles::n_levels(old)).map(|level| (level.to_string(), level)));
        for (row, level) in rows {
            let (had, has) = (old >> (8 * level), size >> (8 * level));
            if had == has || had % WIDTH == 0 {
                continue;
            }
            let stale = self
                .folder
                .join(tiles::path(&row, had / WIDTH, had % WIDTH));
            let _ = fs::remove_file(&stale);
            if has / WIDTH > had / WIDTH
                && let Some(folder) = stale.parent()
            {
                let _ = fs::remove_dir(folder);
            }
        }
    }

    /// The paths, relative to the log, of the files that a log of this size consists of.
    pub(crate) fn file_names(size: u64) -> BTreeSet<String> {
        let rows = std::iter::once(("entries".to_owned(), size)).chain(
            (0..tiles::n_levels(size)).map(|level| (level.to_string(), size >> (8 * level))),
        );
        rows.flat_map(|(row, n_hashes)| {
            tiles::of_row(n_hashes)
                .map(|(index, width)| tiles::path(&row, index, width))
                .collect::<Vec<_>>()
        })
        .chain(std::iter::once("checkpoint".to_owned()))
        .collect()
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(crate) fn key(&self) -> &LogKey {
        &self.key
    }

    /// The latest signed checkpoint.
    pub(crate) fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// The entries of the bundle that entry `n` stands in.
    pub(crate) fn bundle_from(&self, n: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        let index = n / WIDTH;
        let width = self.tree.size().saturating_sub(index * WIDTH).min(WIDTH);
        read_bundle(&self.folder, index, width)
    }

    /// The bytes of one entry.
    pub(crate) fn entry(&self, n: u64) -> Result<Vec<u8>, StoreError> {
        let mut entries = self.bundle_from(n)?;
        Ok(entries.swap_remove((n % WIDTH) as usize))
    }
}

/// Reads the checkpoint; its signature must be this log's.
pub(crate) fn read_checkpoint(folder: &Path, key: &LogKey) -> Result<(String, Head), StoreError> {
    let name = "log/checkpoint";
    let bytes = files::read_bounded(&folder.join("checkpoint"), MAX_LOG_FILE)?
        .ok_or_else(|| damaged(name, "it is missing"))?;
    let text = String::from_utf8(bytes).map_err(|_| damaged(name, "it is not text"))?;
    let head =
        note::open(&text, key).ok_or_else(|| damaged(name, "its signature does not hold"))?;
    Ok((text, head))
}

/// Reads one bundle of exactly `width` entries.
pub(crate) fn read_bundle(
    folder: &Path,
    index: u64,
    width: u64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let path = tiles::path("entries", index, width);
    let name = format!("log/{path}");
    let bytes = files::read_bounded(&folder.join(path), MAX_LOG_FILE)?
        .ok_or_else(|| damaged(&name, "it is missing"))?;
    tiles::read_bundle(&bytes)
        .filter(|entries| entries.len() as u64 == width)
        .ok_or_else(|| damaged(&name, "it does not hold the entries it should"))
}
