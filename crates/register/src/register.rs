//! `Register`: a store and its key in; incidents, lists and searches out.
//!
//! An incident's entries are the truth and are only added to. Beside them lie
//! three kinds of cells that are made from them: sketches in blocks, the
//! number of each incident's sketch, and the words. All of it is sealed.
//!
//! Format: `docs/spec/register-store.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::seal::Key;
use crate::sketch::{A_BLOCK, Sketch};
use crate::store::{CellKey, Postgres, Sqlite, Store};
use crate::words::{beginning, words, words_of};
use crate::{AsOf, Entry, IncidentId, Query, Record, RegisterError};

const FORMAT: u32 = 1;
const HEAD: i16 = 0;
const BLOCK: i16 = 1;
const NUMBER: i16 = 2;
const WORDS: i16 = 3;
/// Sketches whose words share a cell. A change seals the cells of one such span again.
const A_SPAN: u32 = 8192;

#[derive(Serialize, Deserialize)]
struct Head {
    format: u32,
    n_sketches: u32,
}

/// Words of one beginning, each with the sketches it stands in, counted within the span.
type Postings = BTreeMap<String, BTreeSet<u16>>;

/// An open register.
pub struct Register {
    store: Box<dyn Store>,
    key: Key,
    /// Sketches as they were opened last, and how many; looked at again when a block is new.
    cached: Vec<(Vec<u8>, Vec<Sketch>)>,
}

impl std::fmt::Debug for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Register(..)")
    }
}

/// What is added to one incident.
pub type Change = (IncidentId, Vec<Entry>);

impl Register {
    /// Opens the register in a file, or makes it.
    ///
    /// # Errors
    /// When the file cannot be opened, or the key is another's.
    pub fn open(file: &Path, key: &[u8; 32]) -> Result<Self, RegisterError> {
        Self::with(Box::new(Sqlite::open(file)?), key)
    }

    /// Opens the register on a PostgreSQL server of this machine, or makes it.
    ///
    /// # Errors
    /// When the server cannot be reached, or the key is another's.
    pub fn connect(url: &str, key: &[u8; 32]) -> Result<Self, RegisterError> {
        Self::with(Box::new(Postgres::connect(url)?), key)
    }

    fn with(mut store: Box<dyn Store>, key: &[u8; 32]) -> Result<Self, RegisterError> {
        store.prepare()?;
        let mut register = Self {
            store,
            key: Key::new(key),
            cached: Vec::new(),
        };
        match register.head() {
            Err(RegisterError::Damaged) => Err(RegisterError::WrongKey),
            Err(error) => Err(error),
            Ok(head) if head.format > FORMAT => Err(RegisterError::Format(head.format)),
            Ok(_) => Ok(register),
        }
    }

    fn head(&mut self) -> Result<Head, RegisterError> {
        Ok(self.get(&(HEAD, Vec::new()))?.unwrap_or(Head {
            format: FORMAT,
            n_sketches: 0,
        }))
    }

    fn get<T: DeserializeOwned>(&mut self, key: &CellKey) -> Result<Option<T>, RegisterError> {
        let Some(sealed) = self.store.cell(key)? else {
            return Ok(None);
        };
        Ok(Some(open_cell(&self.key, key, &sealed)?))
    }

    fn sealed<T: Serialize>(
        &self,
        key: CellKey,
        value: &T,
    ) -> Result<(CellKey, Vec<u8>), RegisterError> {
        let plain = postcard::to_stdvec(value).map_err(|_| RegisterError::TooLarge)?;
        let sealed = self.key.seal(&cell_place(&key), &plain)?;
        Ok((key, sealed))
    }

    /// Adds entries to one incident, which may be new.
    ///
    /// # Errors
    /// When the store refuses, or somebody else changed the incident at the same time.
    pub fn append(&mut self, id: IncidentId, entries: Vec<Entry>) -> Result<(), RegisterError> {
        self.append_all(vec![(id, entries)])
    }

    /// Adds entries to many incidents: all or none of a span of some thousands.
    ///
    /// # Errors
    /// As `append`.
    pub fn append_all(&mut self, changes: Vec<Change>) -> Result<(), RegisterError> {
        for span in changes.chunks(A_SPAN as usize) {
            self.store.begin()?;
            match self.change(span) {
                Ok(()) => self.store.end(true)?,
                Err(error) => {
                    self.store.end(false)?;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn change(&mut self, changes: &[Change]) -> Result<(), RegisterError> {
        let mut head = self.head()?;
        let mut rows = Vec::new();
        let mut cells = Vec::new();
        let mut blocks: BTreeMap<u32, Vec<Sketch>> = BTreeMap::new();
        let mut indexed: BTreeMap<Vec<u8>, Postings> = BTreeMap::new();
        // One incident may come twice in a list.
        let mut known: BTreeMap<IncidentId, (Vec<Entry>, u32)> = BTreeMap::new();
        for (id, new) in changes {
            let (mut entries, number) = match known.remove(id) {
                Some(known) => known,
                None => {
                    let entries = self.entries(*id)?;
                    let key = (NUMBER, id.0.to_vec());
                    let number = match self.get::<u32>(&key)? {
                        Some(number) => number,
                        None => {
                            let number = head.n_sketches;
                            head.n_sketches += 1;
                            cells.push(self.sealed(key, &number)?);
                            number
                        }
                    };
                    (entries, number)
                }
            };
            let before = words(&Record::fold(*id, &entries, AsOf::default()));
            for entry in new {
                let n = i32::try_from(entries.len()).map_err(|_| RegisterError::TooLarge)?;
                let plain = postcard::to_stdvec(entry).map_err(|_| RegisterError::TooLarge)?;
                rows.push((id.0, n, self.key.seal(&entry_place(*id, n), &plain)?));
                entries.push(entry.clone());
            }
            let record = Record::fold(*id, &entries, AsOf::default());
            let after = if record.moved.is_some() {
                BTreeSet::new()
            } else {
                words(&record)
            };
            for word in before.symmetric_difference(&after) {
                let (span, at) = (number / A_SPAN, (number % A_SPAN) as u16);
                let key = word_key(&self.key, word, span);
                let postings = match indexed.get_mut(&key) {
                    Some(postings) => postings,
                    None => {
                        let kept = self.get(&(WORDS, key.clone()))?.unwrap_or_default();
                        indexed.entry(key).or_insert(kept)
                    }
                };
                let places = postings.entry(word.clone()).or_default();
                if after.contains(word) {
                    places.insert(at);
                } else {
                    places.remove(&at);
                }
                if places.is_empty() {
                    postings.remove(word);
                }
            }
            let block = number / A_BLOCK;
            let sketches = match blocks.get_mut(&block) {
                Some(sketches) => sketches,
                None => {
                    let kept = self
                        .get(&(BLOCK, block.to_be_bytes().to_vec()))?
                        .unwrap_or_default();
                    blocks.entry(block).or_insert(kept)
                }
            };
            let sketch = Sketch::of(*id, &record);
            let at = (number % A_BLOCK) as usize;
            if at > sketches.len() {
                return Err(RegisterError::Damaged);
            }
            match sketches.get_mut(at) {
                Some(place) => *place = sketch,
                None => sketches.push(sketch),
            }
            known.insert(*id, (entries, number));
        }
        for (key, postings) in &indexed {
            cells.push(self.sealed((WORDS, key.clone()), postings)?);
        }
        for (block, sketches) in &blocks {
            cells.push(self.sealed((BLOCK, block.to_be_bytes().to_vec()), sketches)?);
        }
        cells.push(self.sealed((HEAD, Vec::new()), &head)?);
        self.store.add(&rows)?;
        self.store.put(&cells)
    }

    /// Makes every list and index again from the entries, which are the truth.
    ///
    /// # Errors
    /// When the store refuses, or an entry does not open.
    pub fn rebuild(&mut self) -> Result<u64, RegisterError> {
        let incidents = self.store.incidents()?;
        self.store.begin()?;
        let result = self.rebuild_all(&incidents);
        self.store.end(result.is_ok())?;
        self.cached.clear();
        result.map(|()| incidents.len() as u64)
    }

    fn rebuild_all(&mut self, incidents: &[[u8; 16]]) -> Result<(), RegisterError> {
        self.store.clear_cells()?;
        let head = self.sealed(
            (HEAD, Vec::new()),
            &Head {
                format: FORMAT,
                n_sketches: 0,
            },
        )?;
        self.store.put(&[head])?;
        for span in incidents.chunks(A_SPAN as usize) {
            let changes: Vec<Change> = span
                .iter()
                .map(|id| (IncidentId(*id), Vec::new()))
                .collect();
            // Words of before are taken for kept ones by `change`, so they are put in here anew.
            self.reindex(&changes)?;
        }
        Ok(())
    }

    fn reindex(&mut self, changes: &[Change]) -> Result<(), RegisterError> {
        let mut head = self.head()?;
        let mut cells = Vec::new();
        let mut blocks: BTreeMap<u32, Vec<Sketch>> = BTreeMap::new();
        let mut indexed: BTreeMap<Vec<u8>, Postings> = BTreeMap::new();
        for (id, _) in changes {
            let record = self.record(*id, AsOf::default())?;
            let number = head.n_sketches;
            head.n_sketches += 1;
            cells.push(self.sealed((NUMBER, id.0.to_vec()), &number)?);
            if record.moved.is_none() {
                for word in words(&record) {
                    let key = word_key(&self.key, &word, number / A_SPAN);
                    indexed
                        .entry(key)
                        .or_default()
                        .entry(word)
                        .or_default()
                        .insert((number % A_SPAN) as u16);
                }
            }
            blocks
                .entry(number / A_BLOCK)
                .or_default()
                .push(Sketch::of(*id, &record));
        }
        for (key, postings) in &indexed {
            cells.push(self.sealed((WORDS, key.clone()), postings)?);
        }
        for (block, sketches) in &blocks {
            cells.push(self.sealed((BLOCK, block.to_be_bytes().to_vec()), sketches)?);
        }
        cells.push(self.sealed((HEAD, Vec::new()), &head)?);
        self.store.put(&cells)
    }

    /// Every entry of an incident; none when there is no such incident.
    ///
    /// # Errors
    /// When an entry does not open.
    pub fn entries(&mut self, id: IncidentId) -> Result<Vec<Entry>, RegisterError> {
        let sealed = self.store.entries(&id.0)?;
        sealed
            .iter()
            .enumerate()
            .map(|(n, sealed)| {
                let n = i32::try_from(n).map_err(|_| RegisterError::TooLarge)?;
                let plain = self.key.open(&entry_place(id, n), sealed)?;
                postcard::from_bytes(&plain).map_err(|_| RegisterError::Damaged)
            })
            .collect()
    }

    /// The record of an incident on a day.
    ///
    /// # Errors
    /// When there is no such incident, or an entry does not open.
    pub fn record(&mut self, id: IncidentId, as_of: AsOf) -> Result<Record, RegisterError> {
        let entries = self.entries(id)?;
        if entries.is_empty() {
            return Err(RegisterError::NoIncident(id.to_string()));
        }
        Ok(Record::fold(id, &entries, as_of))
    }

    /// The sketch of every incident, in the order in which they came; joined ones are left out.
    ///
    /// # Errors
    /// When a block does not open.
    pub fn sketches(&mut self) -> Result<Vec<&Sketch>, RegisterError> {
        let sealed = self.store.cells(BLOCK, &[])?;
        for (n, (key, sealed)) in sealed.into_iter().enumerate() {
            // A seal holds a digest of what it seals: the same beginning, the same block.
            let mark = sealed.get(..40).unwrap_or(&sealed).to_vec();
            if self.cached.get(n).is_some_and(|(kept, _)| *kept == mark) {
                continue;
            }
            let sketches: Vec<Sketch> = open_cell(&self.key, &(BLOCK, key), &sealed)?;
            match self.cached.get_mut(n) {
                Some(place) => *place = (mark, sketches),
                None => self.cached.push((mark, sketches)),
            }
        }
        Ok(self
            .cached
            .iter()
            .flat_map(|(_, sketches)| sketches)
            .filter(|sketch| !sketch.is_moved)
            .collect())
    }

    /// Sketches of the incidents that fit a query.
    ///
    /// # Errors
    /// When a cell does not open.
    pub fn search(&mut self, query: &Query) -> Result<Vec<Sketch>, RegisterError> {
        let mut wanted = BTreeSet::new();
        words_of(&query.words, &mut wanted);
        let mut numbers: Option<BTreeSet<u32>> = None;
        for word in &wanted {
            let found = self.with_word(word)?;
            numbers = Some(match numbers {
                None => found,
                Some(before) => before.intersection(&found).copied().collect(),
            });
        }
        let Some(numbers) = numbers else {
            let sketches = self.sketches()?;
            return Ok(sketches
                .into_iter()
                .filter(|sketch| query.fits(sketch))
                .cloned()
                .collect());
        };
        let blocks: BTreeSet<u32> = numbers.iter().map(|number| number / A_BLOCK).collect();
        let mut found = Vec::new();
        for block in blocks {
            let key = (BLOCK, block.to_be_bytes().to_vec());
            let sketches: Vec<Sketch> = self.get(&key)?.unwrap_or_default();
            for (at, sketch) in sketches.into_iter().enumerate() {
                let number = block * A_BLOCK + at as u32;
                if numbers.contains(&number) && !sketch.is_moved && query.fits(&sketch) {
                    found.push(sketch);
                }
            }
        }
        Ok(found)
    }

    /// Numbers of the sketches in which a word stands, or one that begins so.
    fn with_word(&mut self, word: &str) -> Result<BTreeSet<u32>, RegisterError> {
        let start = beginning(word);
        let is_prefix = start.len() < word.len() || start.chars().count() == 3;
        let mut numbers = BTreeSet::new();
        for (key, sealed) in self.store.cells(WORDS, &self.key.bucket(start))? {
            let postings: Postings = open_cell(&self.key, &(WORDS, key.clone()), &sealed)?;
            let span: [u8; 4] = key
                .get(8..)
                .and_then(|span| span.try_into().ok())
                .ok_or(RegisterError::Damaged)?;
            let span = u32::from_be_bytes(span);
            for (kept, places) in postings.range(word.to_owned()..) {
                if !kept.starts_with(word) || (!is_prefix && kept != word) {
                    break;
                }
                numbers.extend(places.iter().map(|at| span * A_SPAN + u32::from(*at)));
            }
        }
        Ok(numbers)
    }

    /// The one incident whose id begins so, or whose name is this.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn find(&mut self, text: &str) -> Result<IncidentId, RegisterError> {
        if let Some(id) = IncidentId::parse(text) {
            return Ok(id);
        }
        let sketches = self.sketches()?;
        let mut found = sketches.iter().filter(|sketch| {
            (text.len() >= 4 && sketch.id.to_string().starts_with(text)) || sketch.name == text
        });
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one.id),
            _ => Err(RegisterError::NoIncident(text.to_owned())),
        }
    }
}

fn entry_place(id: IncidentId, n: i32) -> Vec<u8> {
    let mut place = b"entry".to_vec();
    place.extend_from_slice(&id.0);
    place.extend_from_slice(&n.to_be_bytes());
    place
}

fn cell_place(key: &CellKey) -> Vec<u8> {
    let mut place = b"cell".to_vec();
    place.extend_from_slice(&key.0.to_be_bytes());
    place.extend_from_slice(&key.1);
    place
}

fn open_cell<T: DeserializeOwned>(
    key: &Key,
    at: &CellKey,
    sealed: &[u8],
) -> Result<T, RegisterError> {
    let plain = key.open(&cell_place(at), sealed)?;
    postcard::from_bytes(&plain).map_err(|_| RegisterError::Damaged)
}

fn word_key(key: &Key, word: &str, span: u32) -> Vec<u8> {
    let mut bytes = key.bucket(beginning(word)).to_vec();
    bytes.extend_from_slice(&span.to_be_bytes());
    bytes
}
