//! Rows in, a sealed table out; and rows back in order, by key or by number, without reading it all.
//!
//! A table is final: it is written as a whole and replaces the one of its
//! name. Rows stand in blocks of about 64 KiB, one frame each; the last frame
//! is the index with each block's keys. Rows are best written in the order of
//! their keys; out of order they are still found, more slowly.
//!
//! Every row has a blinded digest, and the Merkle root over all of them is
//! named in the log with the table: that is what `prove` proves.
//!
//! Format: `docs/spec/case-table.md`.

use std::borrow::Cow;
use std::io::Write;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::StoreError;
use crate::case::Case;
use crate::error::{At, damaged};
use crate::files::Unfinished;
use crate::index::{FileRecord, Hex, TableRecord};
use crate::keys::CaseKey;
use crate::parts::check_name;
use crate::sealed::{FramePlace, MAX_FRAME, SealedReader, SealedWriter};
use crate::tlog::merkle::{Hash, Tree, leaf_hash};

/// A block ends with the row that reaches this many bytes.
const BLOCK: usize = 64 * 1024;

/// Something a table holds rows of.
pub trait Row: Serialize + DeserializeOwned {
    /// What rows are found by; several rows may share a key.
    fn key(&self) -> Cow<'_, str>;
}

impl Row for whose_model::AffectedIndividual {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.id.0)
    }
}

impl Row for whose_model::Exposure {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.person_id.0)
    }
}

/// A duty about the incident has the empty key.
impl Row for whose_model::Obligation {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.person_id.as_ref().map_or("", |id| &id.0))
    }
}

impl Row for whose_model::Exhibit {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.path.0)
    }
}

impl Row for whose_model::Gap {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.exhibit.0)
    }
}

/// One block, as the index knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Block {
    pub(crate) place: FramePlace,
    /// Number of its first row in the table.
    pub(crate) first_row: u64,
    pub(crate) rows: u64,
    pub(crate) min_key: String,
    pub(crate) max_key: String,
    /// Merkle root over its rows' digests.
    pub(crate) root: Hash,
}

/// The last frame of a table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct TableIndex {
    pub(crate) rows: u64,
    /// Whether keys never go down, so that a key's blocks can be searched by halves.
    pub(crate) sorted: bool,
    pub(crate) blocks: Vec<Block>,
}

impl TableIndex {
    /// The Merkle root over the blocks' roots.
    pub(crate) fn tree(&self) -> Tree {
        self.blocks
            .iter()
            .map(|block| leaf_hash(&block.root))
            .collect()
    }

    /// The blocks in which rows of this key may stand.
    fn blocks_of(&self, key: &str) -> Vec<usize> {
        let holds = |block: &Block| block.min_key.as_str() <= key && key <= block.max_key.as_str();
        if !self.sorted {
            return (0..self.blocks.len())
                .filter(|n| holds(&self.blocks[*n]))
                .collect();
        }
        let first = self
            .blocks
            .partition_point(|block| block.max_key.as_str() < key);
        (first..self.blocks.len())
            .take_while(|n| holds(&self.blocks[*n]))
            .collect()
    }
}

/// What stands in proofs for one row: nothing can be guessed from it without its two blinding numbers.
pub(crate) struct RowDigest {
    pub(crate) key_blinding: [u8; 32],
    pub(crate) row_commitment: Hash,
    pub(crate) leaf: Hash,
}

impl RowDigest {
    pub(crate) fn new(case_key: &CaseKey, salt: &[u8; 32], n: u64, key: &str, row: &[u8]) -> Self {
        let key_blinding = case_key.blinding(b"key", salt, n, key.as_bytes());
        let row_blinding = case_key.blinding(b"row", salt, n, row);
        let row_commitment = commit(b"whose row v1", &row_blinding, row);
        Self {
            leaf: row_leaf(&key_commitment(&key_blinding, key), &row_commitment),
            key_blinding,
            row_commitment,
        }
    }
}

/// The commitment to a row's key.
pub(crate) fn key_commitment(blinding: &[u8; 32], key: &str) -> Hash {
    commit(b"whose key v1", blinding, key.as_bytes())
}

/// The leaf of the block's Merkle tree that stands for a row.
pub(crate) fn row_leaf(key_commitment: &Hash, row_commitment: &Hash) -> Hash {
    leaf_hash(&[key_commitment.as_slice(), row_commitment.as_slice()].concat())
}

fn commit(label: &[u8; 12], blinding: &[u8; 32], content: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(label);
    hasher.update(blinding);
    hasher.update(content);
    hasher.finalize().into()
}

impl Case {
    /// Begins a table; it exists, in the place of an older one of its name, once `finish` returned.
    pub fn table_writer<T: Row>(&self, name: &str) -> Result<TableWriter<'_, T>, StoreError> {
        self.must_write()?;
        let path = table_path(name)?;
        let salt = self.salt(&path, b"")?;
        let place = self.dir.join(&path);
        let file = Unfinished::new(&place, self.next())?;
        let sealed = SealedWriter::new(file, &self.key, &path, &salt).at(&place)?;
        Ok(TableWriter {
            case: self,
            path,
            salt,
            sealed,
            index: TableIndex {
                sorted: true,
                ..TableIndex::default()
            },
            block: Vec::with_capacity(BLOCK * 2),
            leaves: Tree::default(),
            keys: None,
            last_key: String::new(),
            rows: PhantomData,
        })
    }

    /// Opens a table.
    pub fn table_reader<T: Row>(&self, name: &str) -> Result<TableReader<T>, StoreError> {
        Ok(TableReader {
            raw: self.raw_table(name)?,
            rows: PhantomData,
        })
    }

    /// The names of the tables, in order.
    pub fn tables(&self) -> Vec<String> {
        self.lock_state().index.names("vault/tables/")
    }

    /// Says whether there is a table of this name.
    pub fn has_table(&self, name: &str) -> bool {
        table_path(name).is_ok_and(|path| self.lock_state().index.files.contains_key(&path))
    }

    /// Removes a table.
    pub fn remove_table(&self, name: &str) -> Result<(), StoreError> {
        self.remove(&[table_path(name)?])
    }

    pub(crate) fn raw_table(&self, name: &str) -> Result<RawTable, StoreError> {
        let path = table_path(name)?;
        let sealed = self.open_sealed(&path)?;
        RawTable::new(path, sealed)
    }
}

fn table_path(name: &str) -> Result<String, StoreError> {
    check_name(name)?;
    Ok(format!("vault/tables/{name}"))
}

/// Writes a table row by row; memory holds one block. Dropped unfinished, it leaves nothing.
pub struct TableWriter<'c, T> {
    case: &'c Case,
    path: String,
    salt: [u8; 32],
    sealed: SealedWriter<Unfinished>,
    index: TableIndex,
    block: Vec<u8>,
    leaves: Tree,
    keys: Option<(String, String)>,
    last_key: String,
    rows: PhantomData<fn(&T)>,
}

impl<T: Row> TableWriter<'_, T> {
    /// Adds a row.
    pub fn push(&mut self, row: &T) -> Result<(), StoreError> {
        let bad_row = |_| StoreError::BadRow(self.path.clone());
        let bytes = postcard::to_stdvec(row).map_err(bad_row)?;
        let key = row.key();
        if bytes.len() + key.len() + 16 > MAX_FRAME - BLOCK {
            return Err(StoreError::TooLarge {
                what: "a row",
                bytes: bytes.len() as u64,
                bound: (MAX_FRAME - BLOCK) as u64,
            });
        }
        let digest = RowDigest::new(&self.case.key, &self.salt, self.index.rows, &key, &bytes);
        self.leaves.push(digest.leaf);
        let framed = postcard::to_stdvec(&(&*key, &bytes)).map_err(bad_row)?;
        self.block.extend_from_slice(&framed);
        self.index.sorted &= self.last_key.as_str() <= &*key;
        if self.last_key != *key {
            self.last_key = key.clone().into_owned();
        }
        match &mut self.keys {
            None => self.keys = Some((key.clone().into_owned(), key.into_owned())),
            Some((min, _)) if *key < **min => *min = key.into_owned(),
            Some((_, max)) if *key > **max => *max = key.into_owned(),
            Some(_) => {}
        }
        self.index.rows += 1;
        match self.block.len() >= BLOCK {
            true => self.end_block(),
            false => Ok(()),
        }
    }

    fn end_block(&mut self) -> Result<(), StoreError> {
        let Some((min_key, max_key)) = self.keys.take() else {
            return Ok(());
        };
        let place = self.sealed.frame(&self.block).at(&self.case.dir)?;
        let rows = self.leaves.size();
        self.index.blocks.push(Block {
            place,
            first_row: self.index.rows - rows,
            rows,
            min_key,
            max_key,
            root: self.leaves.root(),
        });
        self.block.clear();
        self.leaves = Tree::default();
        Ok(())
    }

    /// Makes the table exist; returns its number of rows.
    pub fn finish(mut self) -> Result<u64, StoreError> {
        self.end_block()?;
        let index =
            postcard::to_stdvec(&self.index).map_err(|_| StoreError::BadRow(self.path.clone()))?;
        let (mut file, digest, bytes) = self.sealed.finish(&index).at(&self.case.dir)?;
        file.flush().at(file.path())?;
        let record = FileRecord {
            path: self.path,
            blake3: Hex(digest),
            bytes,
            salt: Some(Hex(self.salt)),
            table: Some(TableRecord {
                rows: self.index.rows,
                root: Hex(self.index.tree().root()),
            }),
        };
        self.case.commit(file, record)?;
        Ok(self.index.rows)
    }
}

/// A row as bytes, with its key and its number in the table.
pub(crate) struct RawRow {
    pub(crate) n: u64,
    pub(crate) key: String,
    pub(crate) bytes: Vec<u8>,
}

/// An open table whose rows' type is not asked.
pub(crate) struct RawTable {
    pub(crate) path: String,
    pub(crate) index: TableIndex,
    pub(crate) sealed: SealedReader,
}

impl RawTable {
    pub(crate) fn new(path: String, mut sealed: SealedReader) -> Result<Self, StoreError> {
        let frame = sealed.last_frame().map_err(|broken| broken.at(&path))?;
        let index =
            postcard::from_bytes(&frame).map_err(|_| damaged(&path, "its index is not one"))?;
        Ok(Self {
            path,
            index,
            sealed,
        })
    }

    /// The rows of one block.
    pub(crate) fn block(&mut self, n: usize) -> Result<Vec<RawRow>, StoreError> {
        let Some(block) = self.index.blocks.get(n) else {
            return Err(damaged(&self.path, "it has fewer blocks than rows"));
        };
        let (first_row, n_rows) = (block.first_row, block.rows);
        let frame = self
            .sealed
            .frame_at(block.place)
            .map_err(|broken| broken.at(&self.path))?;
        let mut rows = Vec::new();
        let mut rest = frame.as_slice();
        while !rest.is_empty() {
            let ((key, bytes), after): ((String, Vec<u8>), _) = postcard::take_from_bytes(rest)
                .map_err(|_| damaged(&self.path, "a block is not one"))?;
            rows.push(RawRow {
                n: first_row + rows.len() as u64,
                key,
                bytes,
            });
            rest = after;
        }
        match rows.len() as u64 == n_rows {
            true => Ok(rows),
            false => Err(damaged(
                &self.path,
                "a block has other rows than its index says",
            )),
        }
    }

    /// The rows of one key, with the number of the block each stands in.
    pub(crate) fn rows_of(&mut self, key: &str) -> Result<Vec<(usize, RawRow)>, StoreError> {
        let mut found = Vec::new();
        for n in self.index.blocks_of(key) {
            let rows = self.block(n)?.into_iter();
            found.extend(rows.filter(|row| row.key == key).map(|row| (n, row)));
        }
        Ok(found)
    }
}

/// Reads a table; memory holds its index and one block.
pub struct TableReader<T> {
    raw: RawTable,
    rows: PhantomData<fn() -> T>,
}

impl<T: Row> TableReader<T> {
    /// How many rows it has.
    pub fn len(&self) -> u64 {
        self.raw.index.rows
    }

    /// Says whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows of one key, in the order in which they were written.
    pub fn get(&mut self, key: &str) -> Result<Vec<T>, StoreError> {
        let rows = self.raw.rows_of(key)?;
        rows.iter().map(|(_, row)| self.parse(row)).collect()
    }

    /// Up to `n` rows from row number `start` on, for a page of a list.
    pub fn rows(&mut self, start: u64, n: usize) -> Result<Vec<T>, StoreError> {
        let blocks = &self.raw.index.blocks;
        let mut block = blocks.partition_point(|block| block.first_row + block.rows <= start);
        let mut found = Vec::new();
        while found.len() < n && block < self.raw.index.blocks.len() {
            for row in self.raw.block(block)?.iter().filter(|row| row.n >= start) {
                if found.len() < n {
                    found.push(self.parse(row)?);
                }
            }
            block += 1;
        }
        Ok(found)
    }

    /// Every row in the order in which they were written.
    pub fn iter(&mut self) -> Rows<'_, T> {
        Rows {
            reader: self,
            block: 0,
            rows: Vec::new().into_iter(),
        }
    }

    fn parse(&self, row: &RawRow) -> Result<T, StoreError> {
        postcard::from_bytes(&row.bytes).map_err(|_| StoreError::BadRow(self.raw.path.clone()))
    }
}

/// The rows of a table in order.
pub struct Rows<'r, T> {
    reader: &'r mut TableReader<T>,
    block: usize,
    rows: std::vec::IntoIter<RawRow>,
}

impl<T: Row> Iterator for Rows<'_, T> {
    type Item = Result<T, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(self.reader.parse(&row));
            }
            if self.block == self.reader.raw.index.blocks.len() {
                return None;
            }
            self.block += 1;
            match self.reader.raw.block(self.block - 1) {
                Ok(rows) => self.rows = rows.into_iter(),
                Err(error) => {
                    self.block = self.reader.raw.index.blocks.len();
                    return Some(Err(error));
                }
            }
        }
    }
}
