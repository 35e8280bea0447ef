//! A person's id in, a proof out that their rows are under a signed checkpoint; and the proof checked, without the case.
//!
//! The proof shows the person's id, which table the rows stand in and when the
//! log took the table in. A row itself is a digest blinded with a secret
//! number: whoever holds the proof cannot test a guess of what the row says.
//!
//! The chain: row, block, table (Merkle trees); the log entry that names the
//! table's root; the log's Merkle tree; the signed checkpoint. The last two
//! are a C2SP tlog-proof, which other tools can check.
//!
//! Format: `docs/spec/case-proof.md`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use whose_model::PersonId;

use crate::StoreError;
use crate::case::Case;
use crate::index::FileRecord;
use crate::log::Entry;
use crate::table::{RowDigest, key_commitment, row_leaf};
use crate::tlog::merkle::{Hash, Tree, leaf_hash, root_of_path};
use crate::tlog::note::{self, Head, LogKey, decode_hash, encode_hash};

const FORMAT: &str = "whose proof v1";
const TLOG_PROOF: &str = "c2sp.org/tlog-proof@v1";
/// A proof of a person with a great many rows is a few megabytes; more is no proof.
const MAX_PROOF: usize = 256 * 1024 * 1024;

/// A proof that rows of a person are in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    format: String,
    person_id: PersonId,
    rows: Vec<RowProof>,
    entries: Vec<EntryProof>,
}

/// One row under the root of its table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RowProof {
    /// Path of the table in the case.
    table: String,
    key_blinding: String,
    row_commitment: String,
    in_block: Path,
    in_table: Path,
    /// Which of the proof's entries names the table.
    entry: usize,
}

/// An audit path: where a leaf stands in a tree of which size, and the hashes beside its way up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Path {
    index: u64,
    size: u64,
    hashes: Vec<String>,
}

/// One entry of the log under its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct EntryProof {
    entry: String,
    tlog_proof: String,
}

/// What a proof that holds says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// Whose rows.
    pub person_id: PersonId,
    /// In which case's log: its origin.
    pub origin: String,
    /// Entries under the checkpoint.
    pub log_size: u64,
    /// The checkpoint's root hash in base 64.
    pub log_root: String,
    /// Each table with rows of the person.
    pub tables: Vec<ProvenTable>,
}

/// One table of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProvenTable {
    /// Its name.
    pub table: String,
    /// How many rows of the person are proved.
    pub rows: u64,
    /// When the log took the table in.
    pub logged_at: Timestamp,
}

impl Proof {
    /// The proof as it is handed out: JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes =
            serde_json::to_vec_pretty(self).map_err(|_| StoreError::BadMeta("a proof"))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

impl Case {
    /// Returns the proof for every row whose key is this person's id, over all tables.
    pub fn prove(&self, person_id: &PersonId) -> Result<Proof, StoreError> {
        let mut proof = Proof {
            format: FORMAT.to_owned(),
            person_id: person_id.clone(),
            rows: Vec::new(),
            entries: Vec::new(),
        };
        for name in self.tables() {
            let mut table = self.raw_table(&name)?;
            let found = table.rows_of(&person_id.0)?;
            if found.is_empty() {
                continue;
            }
            let entry = self.prove_entry(&table.path)?;
            proof.entries.push(entry);
            let over_blocks = table.index.tree();
            let salt = table.sealed.salt;
            for (n_block, row) in found {
                let in_block: Tree = table
                    .block(n_block)?
                    .iter()
                    .map(|row| RowDigest::new(&self.key, &salt, row.n, &row.key, &row.bytes).leaf)
                    .collect();
                let digest = RowDigest::new(&self.key, &salt, row.n, &row.key, &row.bytes);
                let first_row = table.index.blocks[n_block].first_row;
                proof.rows.push(RowProof {
                    table: table.path.clone(),
                    key_blinding: encode_hash(&digest.key_blinding),
                    row_commitment: encode_hash(&digest.row_commitment),
                    in_block: Path::new(&in_block, row.n - first_row),
                    in_table: Path::new(&over_blocks, n_block as u64),
                    entry: proof.entries.len() - 1,
                });
            }
        }
        match proof.rows.is_empty() {
            true => Err(StoreError::NotFound(format!("rows of {person_id}"))),
            false => Ok(proof),
        }
    }

    /// The entry that names the file at this path, under the latest checkpoint.
    fn prove_entry(&self, path: &str) -> Result<EntryProof, StoreError> {
        let state = self.lock_state();
        let n = state.index.files.get(path).and_then(|file| file.entry);
        let n = n.ok_or_else(|| StoreError::NotFound(path.to_owned()))?;
        let entry = String::from_utf8(state.log.entry(n)?)
            .map_err(|_| crate::error::damaged("log/tile/entries", "an entry is not text"))?;
        let mut tlog_proof = format!("{TLOG_PROOF}\nindex {n}\n");
        for hash in state.log.tree().prove(n).unwrap_or_default() {
            tlog_proof.push_str(&encode_hash(&hash));
            tlog_proof.push('\n');
        }
        tlog_proof.push('\n');
        tlog_proof.push_str(state.log.checkpoint());
        Ok(EntryProof { entry, tlog_proof })
    }
}

impl Path {
    fn new(tree: &Tree, index: u64) -> Self {
        Self {
            index,
            size: tree.size(),
            hashes: tree
                .prove(index)
                .unwrap_or_default()
                .iter()
                .map(encode_hash)
                .collect(),
        }
    }

    fn root(&self, leaf: Hash) -> Option<Hash> {
        let hashes: Option<Vec<Hash>> = self.hashes.iter().map(|text| decode_hash(text)).collect();
        root_of_path(leaf, self.index, self.size, &hashes?)
    }
}

/// Checks a proof with nothing but the case's public key.
pub fn verify_proof(bytes: &[u8], public_key: &str) -> Result<Proven, StoreError> {
    let bad = StoreError::BadProof;
    let key = LogKey::parse(public_key.trim()).ok_or(bad("the public key is not one"))?;
    if bytes.len() > MAX_PROOF {
        return Err(bad("it is too large to be one"));
    }
    let proof: Proof = serde_json::from_slice(bytes).map_err(|_| bad("it is not a proof"))?;
    if proof.format != FORMAT {
        return Err(bad("it is of another format"));
    }
    if proof.rows.is_empty() {
        return Err(bad("it proves nothing"));
    }
    let mut head = None;
    let mut entries = Vec::new();
    for entry in &proof.entries {
        let checked = check_entry(entry, &key)?;
        if head.is_some_and(|head| head != checked.0) {
            return Err(bad("its entries are under different checkpoints"));
        }
        head = Some(checked.0);
        entries.push(checked);
    }
    let mut tables: BTreeMap<&str, ProvenTable> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for row in &proof.rows {
        let (_, at, files) = entries
            .get(row.entry)
            .ok_or(bad("a row's entry is missing"))?;
        let named = files.iter().find(|file| file.path == row.table);
        let table = named
            .and_then(|file| file.table.as_ref())
            .ok_or(bad("the entry does not name the row's table"))?;
        let root = row_root(row, &proof.person_id.0).ok_or(bad("a hash is not one"))?;
        if root != table.root.0 {
            return Err(bad("a row is not under its table's root"));
        }
        // The same row twice must not count twice.
        if !seen.insert((&row.table, row.in_table.index, row.in_block.index)) {
            return Err(bad("a row stands in it twice"));
        }
        let name = row.table.rsplit('/').next().unwrap_or_default();
        tables
            .entry(name)
            .or_insert_with(|| ProvenTable {
                table: name.to_owned(),
                rows: 0,
                logged_at: *at,
            })
            .rows += 1;
    }
    let head: Head = head.ok_or(bad("it has no entry"))?;
    Ok(Proven {
        person_id: proof.person_id.clone(),
        origin: key.origin,
        log_size: head.size,
        log_root: encode_hash(&head.root),
        tables: tables.into_values().collect(),
    })
}

/// The table's root that a row and its two paths give.
fn row_root(row: &RowProof, person_id: &str) -> Option<Hash> {
    let key_blinding = decode_hash(&row.key_blinding)?;
    let row_commitment = decode_hash(&row.row_commitment)?;
    let leaf = row_leaf(&key_commitment(&key_blinding, person_id), &row_commitment);
    let block = row.in_block.root(leaf)?;
    row.in_table.root(leaf_hash(&block))
}

/// The checkpoint an entry is under, when it was written, and the files it names.
fn check_entry(
    proof: &EntryProof,
    key: &LogKey,
) -> Result<(Head, Timestamp, Vec<FileRecord>), StoreError> {
    let bad = StoreError::BadProof;
    let shape = bad("an entry's proof is not a tlog-proof");
    let Some((path, checkpoint)) = proof.tlog_proof.split_once("\n\n") else {
        return Err(shape);
    };
    let mut lines = path.split('\n');
    if lines.next() != Some(TLOG_PROOF) {
        return Err(shape);
    }
    let index = lines.next().and_then(|line| line.strip_prefix("index "));
    let index = index.and_then(|n| n.parse::<u64>().ok().filter(|read| read.to_string() == n));
    let hashes: Option<Vec<Hash>> = lines.map(decode_hash).collect();
    let (Some(index), Some(hashes)) = (index, hashes) else {
        return Err(shape);
    };
    let head = note::open(checkpoint, key).ok_or(bad("a checkpoint's signature does not hold"))?;
    let leaf = leaf_hash(proof.entry.as_bytes());
    if root_of_path(leaf, index, head.size, &hashes) != Some(head.root) {
        return Err(bad("an entry is not under its checkpoint"));
    }
    let entry: Entry =
        serde_json::from_str(&proof.entry).map_err(|_| bad("an entry is not one"))?;
    let at = entry.at;
    let files = crate::index::files_written(entry).ok_or(bad("an entry names no table"))?;
    Ok((head, at, files))
}
