//! A case folder in, a report out that names every file that is damaged, missing or too many.
//!
//! The log is recomputed from its entries and its signature checked; every
//! file that the log names is digested, and with a secret also opened to its
//! end; every file that the log does not name is listed. A case without its
//! secret can be verified too: all but the opening.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use serde::Serialize;

use crate::StoreError;
use crate::case::{MAX_SMALL_FILE, is_key_file};
use crate::files;
use crate::index::{FileRecord, Index};
use crate::keys::{self, CaseKey, Secret, Unsealed};
use crate::lock;
use crate::log::{Entry, read_bundle, read_checkpoint};
use crate::meta::{self, CaseFile};
use crate::sealed::SealedReader;
use crate::table::{RawTable, RowDigest};
use crate::tlog::merkle::{Tree, leaf_hash};
use crate::tlog::note::{self, LogKey};
use crate::tlog::tiles::{self, WIDTH};

/// What verifying a case found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Files that are damaged, missing or too many, in the order of their names.
    pub faults: Vec<Fault>,
    /// What a killed run left: harmless, and tidied by the next run that writes.
    pub unfinished: Vec<Fault>,
    /// Files looked at.
    pub files: u64,
    /// Bytes digested in files that the log names.
    pub bytes: u64,
    /// Parts that the log names.
    pub parts: u64,
    /// Tables that the log names.
    pub tables: u64,
    /// Rows in them, each recomputed to the root in the log; 0 without a secret.
    pub rows: u64,
    /// Entries of the log.
    pub log_size: u64,
    /// The log's root hash in base 64: compare it with one kept elsewhere.
    pub log_root: String,
    /// Whether sealed files were opened, or only digested because no secret was given.
    pub opened: bool,
}

/// One file and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// Relative to the case.
    pub path: String,
    /// One clause.
    pub what: String,
}

impl VerifyReport {
    /// Says whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, path: &str, what: &str) {
        self.faults.push(Fault {
            path: path.to_owned(),
            what: what.to_owned(),
        });
    }

    fn left(&mut self, path: &str, what: &str) {
        self.unfinished.push(Fault {
            path: path.to_owned(),
            what: what.to_owned(),
        });
    }

    /// A store error becomes the fault it stands for; only trouble of the machine stays an error.
    fn absorb<T>(&mut self, path: &str, found: Result<T, StoreError>) -> Option<T> {
        match found {
            Ok(found) => return Some(found),
            Err(StoreError::Damaged { path, what }) => self.fault(&path, what),
            Err(error @ StoreError::TooLarge { .. }) => self.fault(path, &error.to_string()),
            Err(StoreError::Io { source, .. }) => {
                self.fault(path, &format!("it could not be read: {}", source.kind()));
            }
            Err(error) => self.fault(path, &error.to_string()),
        }
        None
    }
}

/// Verifies a case, with secrets to the bottom, without them as far as it goes.
///
/// Errors only when there is no case, a secret is wrong, or somebody is writing to it.
pub fn verify(dir: &Path, secrets: &[Secret]) -> Result<VerifyReport, StoreError> {
    let found = if dir.is_dir() {
        files::walk(dir)?
    } else {
        Vec::new()
    };
    if !found
        .iter()
        .any(|path| path == meta::FILE_NAME || path == "log/checkpoint")
    {
        return Err(StoreError::NoCase(dir.to_owned()));
    }
    let _writers_wait = lock::hold_off_writers(dir)?;
    let mut report = VerifyReport {
        files: found.len() as u64,
        ..VerifyReport::default()
    };
    let case_file = files::read_bounded(&dir.join(meta::FILE_NAME), MAX_SMALL_FILE);
    let case_file = report.absorb(meta::FILE_NAME, case_file).flatten();
    let case_file = case_file.and_then(|bytes| CaseFile::parse(&bytes));
    if case_file.is_none() {
        report.fault(meta::FILE_NAME, "it is missing or not what the case wrote");
    }
    let key = unseal(dir, &found, secrets)?;
    report.opened = key.is_some();
    let log_key = match (&key, &case_file) {
        (Some(key), _) => Some(LogKey::new(&meta::origin(&key.case_id), &key.signing())),
        (None, Some(file)) => LogKey::parse(&file.log_key),
        (None, None) => None,
    };
    let mut expected: BTreeSet<String> = BTreeSet::new();
    let mut index = Index::default();
    match log_key {
        Some(log_key) => verify_log(dir, &log_key, &mut report, &mut expected, &mut index),
        None => report.fault("log/checkpoint", "there is no key left to check it with"),
    }
    if report.log_root.is_empty() {
        // Without the log nothing can be said of the other files.
        return Ok(report);
    }
    if secrets_opened_nothing(secrets, &key) {
        // The log vouches for the key files: then it is the secret that is wrong.
        let sound = |path: &String| {
            index.files.get(path).is_some_and(|file| {
                files::digest(&dir.join(path)).is_ok_and(|now| now == file.record.blake3.0)
            })
        };
        if found.iter().any(|path| is_key_file(path))
            && found.iter().filter(|path| is_key_file(path)).all(sound)
        {
            return Err(StoreError::WrongSecret);
        }
    }
    let present: BTreeSet<&String> = found.iter().collect();
    for (path, standing) in &index.files {
        expected.insert(path.clone());
        if path.starts_with("vault/parts/") {
            report.parts += 1;
        }
        report.tables += u64::from(standing.record.table.is_some());
        if !present.contains(path) {
            match unfinished_of(dir, &found, path, &standing.record) {
                Some(temp) => {
                    report.left(&temp, "it is whole and only waits to be put in its place")
                }
                None => report.fault(path, "it is missing"),
            }
            continue;
        }
        verify_file(dir, &found, &standing.record, key.as_ref(), &mut report);
    }
    for path in &found {
        if expected.contains(path) {
            continue;
        }
        verify_unexpected(dir, path, key.as_ref(), &index, &mut report);
    }
    report.faults.sort();
    report.faults.dedup();
    report.unfinished.sort();
    report.unfinished.dedup();
    Ok(report)
}

fn secrets_opened_nothing(secrets: &[Secret], key: &Option<CaseKey>) -> bool {
    !secrets.is_empty() && key.is_none()
}

/// The case key, if a secret opens any key file.
fn unseal(dir: &Path, found: &[String], secrets: &[Secret]) -> Result<Option<CaseKey>, StoreError> {
    for path in found.iter().filter(|path| is_key_file(path)) {
        let Ok(Some(bytes)) = files::read_bounded(&dir.join(path), MAX_SMALL_FILE) else {
            continue;
        };
        if let Unsealed::Key(key) = keys::unseal(&bytes, secrets)? {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// Recomputes every tile and the root from the entries, and replays the entries.
fn verify_log(
    dir: &Path,
    key: &LogKey,
    report: &mut VerifyReport,
    expected: &mut BTreeSet<String>,
    index: &mut Index,
) {
    let folder = dir.join("log");
    expected.insert("log/checkpoint".to_owned());
    let Some((text, head)) = report.absorb("log/checkpoint", read_checkpoint(&folder, key)) else {
        return;
    };
    if text.split('\n').count() != 6 {
        report.fault("log/checkpoint", "it has lines that the case did not write");
    }
    report.log_size = head.size;
    report.log_root = note::encode_hash(&head.root);
    let mut tree = Tree::default();
    for (n, width) in tiles::of_row(head.size) {
        let name = format!("log/{}", tiles::path("entries", n, width));
        let level0 = folder.join(tiles::path("0", n, width));
        let hashes = files::read_bounded(&level0, WIDTH * 32).ok().flatten();
        let entries = report
            .absorb(&name, read_bundle(&folder, n, width))
            .unwrap_or_default();
        for i in 0..width {
            let entry = entries.get(i as usize);
            let claimed = hashes
                .as_ref()
                .and_then(|bytes| bytes.get(i as usize * 32..i as usize * 32 + 32));
            let leaf = match entry {
                Some(bytes) => leaf_hash(bytes),
                // A lost bundle: go on with the hashes of the tile to check the rest.
                None => claimed
                    .and_then(|hash| hash.try_into().ok())
                    .unwrap_or_default(),
            };
            if let (Some(_), Some(claimed)) = (entry, claimed)
                && claimed != leaf
            {
                report.fault(
                    &name,
                    &format!("entry {} does not give the hash of its tile", tree.size()),
                );
            }
            if let Some(bytes) = entry {
                match serde_json::from_slice::<Entry>(bytes) {
                    Ok(entry) => index.replay(tree.size(), entry),
                    Err(_) => report.fault(&name, "it holds something that is not an entry"),
                }
            }
            tree.push(leaf);
        }
        expected.insert(name);
    }
    if tree.root() != head.root {
        report.fault(
            "log/tile/entries",
            "the entries do not give the checkpoint's root hash",
        );
    }
    for level in 0..tiles::n_levels(head.size) {
        for (n, width) in tiles::of_row(head.size >> (8 * level)) {
            let path = tiles::path(&level.to_string(), n, width);
            let name = format!("log/{path}");
            let bytes = files::read_bounded(&folder.join(path), WIDTH * 32);
            let bytes = report.absorb(&name, bytes);
            match bytes {
                Some(None) => report.fault(&name, "it is missing"),
                Some(Some(bytes)) if bytes != tiles::tile_bytes(&tree, level, n, width) => {
                    report.fault(&name, "it does not hold the hashes of the entries");
                }
                _ => {}
            }
            expected.insert(name);
        }
    }
}

/// Digests a file that the log names, and opens it when it is sealed and there is a key.
fn verify_file(
    dir: &Path,
    found: &[String],
    record: &FileRecord,
    key: Option<&CaseKey>,
    report: &mut VerifyReport,
) {
    let path = &record.path;
    report.bytes += record.bytes;
    let Some(digest) = report.absorb(path, files::digest(&dir.join(path))) else {
        return;
    };
    if digest != record.blake3.0 {
        return match unfinished_of(dir, found, path, record) {
            Some(temp) => report.left(&temp, "it is whole and only waits to be put in its place"),
            None => report.fault(path, "its bytes are not those that the log names"),
        };
    }
    let (Some(key), Some(_)) = (key, record.salt) else {
        return;
    };
    if let Some(rows) = report.absorb(path, open_to_the_end(dir, key, record)) {
        report.rows += rows;
    }
}

/// Opens every frame; of a table recomputes the rows' root. Returns the number of rows.
fn open_to_the_end(dir: &Path, key: &CaseKey, record: &FileRecord) -> Result<u64, StoreError> {
    let path = &record.path;
    crate::parts::authenticate(dir, key, path)?;
    let Some(table) = &record.table else {
        return Ok(0);
    };
    let wrong = |what| crate::error::damaged(path, what);
    let file = File::open(dir.join(path)).map_err(|_| wrong("it could not be opened"))?;
    let sealed = SealedReader::new(file, key, path).map_err(|broken| broken.at(path))?;
    let salt = sealed.salt;
    let mut raw = RawTable::new(path.clone(), sealed)?;
    let mut over_blocks = Tree::default();
    let mut rows = 0;
    for n in 0..raw.index.blocks.len() {
        let leaves = raw.block(n)?.into_iter().map(|row| {
            rows += 1;
            RowDigest::new(key, &salt, row.n, &row.key, &row.bytes).leaf
        });
        over_blocks.push(leaf_hash(&leaves.collect::<Tree>().root()));
    }
    if rows != table.rows || over_blocks.root() != table.root.0 {
        return Err(wrong("its rows do not give the root that the log names"));
    }
    Ok(rows)
}

/// The name of a whole but unplaced file with the bytes that the log names.
fn unfinished_of(dir: &Path, found: &[String], path: &str, record: &FileRecord) -> Option<String> {
    let of_path = |temp: &&String| temp.split_once('~').is_some_and(|(place, _)| place == path);
    found
        .iter()
        .filter(of_path)
        .find(|temp| {
            files::digest(&dir.join(temp.as_str())).is_ok_and(|now| now == record.blake3.0)
        })
        .cloned()
}

/// A file that the log does not name: left by a killed run, or not the case's.
fn verify_unexpected(
    dir: &Path,
    path: &str,
    key: Option<&CaseKey>,
    index: &Index,
    report: &mut VerifyReport,
) {
    if path == lock::FILE_NAME {
        if !lock::looks_right(dir) {
            report.fault(path, "it holds something else than a process id");
        }
        return;
    }
    if path == meta::FILE_NAME || is_key_file(path) {
        return report.fault(path, "the log does not name it");
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    if files::is_unfinished(name) {
        return report.left(path, "an unfinished file of a run that was stopped");
    }
    if path.strip_prefix("log/tile/").is_some_and(is_tile) {
        return report.left(path, "a tile that the checkpoint does not need");
    }
    if index
        .removed
        .get(path)
        .is_some_and(|gone| files::digest(&dir.join(path)).is_ok_and(|now| now == *gone))
    {
        return report.left(
            path,
            "the log says it was removed, and the run was stopped before it was",
        );
    }
    if path.starts_with("vault/parts/")
        && key.is_some_and(|key| crate::parts::authenticate(dir, key, path).is_ok())
    {
        return report.left(path, "a whole part that the log does not name yet");
    }
    report.fault(path, "it is not a file of the case");
}

/// Says whether a path is that of a tile, as an interrupted append may leave it.
fn is_tile(path: &str) -> bool {
    let (tile, width) = match path.rsplit_once(".p/") {
        Some((tile, width)) => (tile, width.parse::<u64>().unwrap_or(0)),
        None => (path, WIDTH),
    };
    let mut parts = tile.split('/');
    let row = parts.next().unwrap_or_default();
    let index = parts.map(|part| part.strip_prefix('x').unwrap_or(part));
    (1..=WIDTH).contains(&width)
        && (row == "entries" || row.parse::<u8>().is_ok_and(|level| level < 8))
        && index.clone().count() > 0
        && index
            .into_iter()
            .all(|part| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
}
