//! `Register`: a store and its key in; incidents, lists and searches out.
//!
//! An incident's entries are the truth and are only added to. Beside them lie
//! three kinds of cells that are made from them: sketches in blocks, the
//! number of each incident's sketch, and the words. All of it is sealed.
//!
//! Format: `docs/spec/register-store.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::seal::Key;
use crate::sketch::{A_BLOCK, Sketch};
use crate::store::{CellKey, Postgres, Sqlite, Store};
use crate::words::{beginning, fold, words, words_of};
use crate::{AsOf, Counter, Entry, IncidentId, Query, Record, RegisterError, Statistics};

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
    store: Box<dyn Store + Send>,
    key: Key,
    /// Blocks of sketches as they were opened last, each with the beginning of its seal; opened again when that is new.
    cached: BTreeMap<u32, (Vec<u8>, Vec<u8>)>,
    /// Counts every block that was opened, so that what was counted of them is known to be stale.
    n_opened: u64,
    /// The statistics over all, and of how many openings.
    counted: Option<(u64, Arc<Statistics>)>,
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

    fn with(mut store: Box<dyn Store + Send>, key: &[u8; 32]) -> Result<Self, RegisterError> {
        store.prepare()?;
        let mut register = Self {
            store,
            key: Key::new(key),
            cached: BTreeMap::new(),
            n_opened: 0,
            counted: None,
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
        let mut blocks: BTreeMap<u32, Vec<Sketch<'static>>> = BTreeMap::new();
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
                    let kept = self.block(block)?;
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
        self.counted = None;
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
        let mut blocks: BTreeMap<u32, Vec<Sketch<'static>>> = BTreeMap::new();
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

    /// The sketches of a block, to be changed; none when it is not there yet.
    fn block(&mut self, block: u32) -> Result<Vec<Sketch<'static>>, RegisterError> {
        let key = (BLOCK, block.to_be_bytes().to_vec());
        let Some(sealed) = self.store.cell(&key)? else {
            return Ok(Vec::new());
        };
        let plain = self.key.open(&cell_place(&key), &sealed)?;
        let sketches: Vec<Sketch<'_>> =
            postcard::from_bytes(&plain).map_err(|_| RegisterError::Damaged)?;
        Ok(sketches.into_iter().map(Sketch::into_owned).collect())
    }

    /// Shows the sketch of every incident that fits, in the order in which they came; joined ones are left out.
    ///
    /// # Errors
    /// When a cell does not open.
    pub fn visit(
        &mut self,
        query: &Query,
        mut each: impl FnMut(&Sketch<'_>),
    ) -> Result<(), RegisterError> {
        let mut wanted = BTreeSet::new();
        words_of(&query.words, &mut wanted);
        let mut numbers: Option<Numbers> = None;
        for word in &wanted {
            let found = self.with_word(word)?;
            numbers = Some(match numbers {
                None => found,
                Some(before) => before.and(&found),
            });
        }
        self.open_blocks(numbers.as_ref())?;
        for (block, (_, plain)) in &self.cached {
            let first = block * A_BLOCK;
            if numbers
                .as_ref()
                .is_some_and(|numbers| !numbers.has_in_block(*block))
            {
                continue;
            }
            let sketches: Vec<Sketch<'_>> =
                postcard::from_bytes(plain).map_err(|_| RegisterError::Damaged)?;
            for (number, sketch) in (first..).zip(&sketches) {
                let is_named = numbers.as_ref().is_none_or(|numbers| numbers.has(number));
                if is_named && !sketch.is_moved && query.fits(sketch) {
                    each(sketch);
                }
            }
        }
        Ok(())
    }

    /// Opens the blocks in which these sketches stand, or all of them, where they are not open yet.
    fn open_blocks(&mut self, numbers: Option<&Numbers>) -> Result<(), RegisterError> {
        let n_sketches = self.head()?.n_sketches;
        let all = 0..n_sketches.div_ceil(A_BLOCK);
        self.cached.retain(|block, _| all.contains(block));
        let wanted: Vec<u32> = all
            .filter(|block| numbers.is_none_or(|numbers| numbers.has_in_block(*block)))
            .collect();
        // Many are fetched in one go, few one by one.
        let sealed = if wanted.len() > 8 {
            self.store.cells(BLOCK, &[])?
        } else {
            let mut some = Vec::new();
            for block in &wanted {
                let key = block.to_be_bytes().to_vec();
                if let Some(sealed) = self.store.cell(&(BLOCK, key.clone()))? {
                    some.push((key, sealed));
                }
            }
            some
        };
        for (key, sealed) in sealed {
            let block: [u8; 4] = key
                .as_slice()
                .try_into()
                .map_err(|_| RegisterError::Damaged)?;
            let block = u32::from_be_bytes(block);
            // A seal holds a digest of what it seals: the same beginning, the same block.
            let mark = sealed.get(..40).unwrap_or(&sealed).to_vec();
            if self
                .cached
                .get(&block)
                .is_some_and(|(kept, _)| *kept == mark)
                || wanted.binary_search(&block).is_err()
            {
                continue;
            }
            let plain = self.key.open(&cell_place(&(BLOCK, key)), &sealed)?;
            self.cached.insert(block, (mark, plain));
            self.n_opened += 1;
        }
        if wanted.iter().any(|block| !self.cached.contains_key(block)) {
            return Err(RegisterError::Damaged);
        }
        Ok(())
    }

    /// Sketches of the incidents that fit a query.
    ///
    /// # Errors
    /// When a cell does not open.
    pub fn search(&mut self, query: &Query) -> Result<Vec<Sketch<'static>>, RegisterError> {
        let mut found = Vec::new();
        self.visit(query, |sketch| found.push(sketch.clone().into_owned()))?;
        Ok(found)
    }

    /// How many of what, over the incidents that fit a query.
    ///
    /// # Errors
    /// When a cell does not open.
    pub fn statistics(&mut self, query: &Query) -> Result<Arc<Statistics>, RegisterError> {
        let is_all = *query == Query::default();
        if is_all {
            self.open_blocks(None)?;
            if let Some((n_opened, all)) = &self.counted
                && *n_opened == self.n_opened
            {
                return Ok(all.clone());
            }
        }
        let mut counter = Counter::default();
        self.visit(query, |sketch| counter.add(sketch))?;
        let found = Arc::new(counter.finish());
        if is_all {
            self.counted = Some((self.n_opened, found.clone()));
        }
        Ok(found)
    }

    /// Numbers of the sketches in which a word stands, or one that begins so.
    fn with_word(&mut self, word: &str) -> Result<Numbers, RegisterError> {
        let start = beginning(word);
        let is_prefix = start.len() < word.len() || start.chars().count() == 3;
        let mut numbers = Numbers::default();
        for (key, sealed) in self.store.cells(WORDS, &self.key.bucket(start))? {
            let span: [u8; 4] = key
                .get(8..)
                .and_then(|span| span.try_into().ok())
                .ok_or(RegisterError::Damaged)?;
            let span = u32::from_be_bytes(span);
            let plain = self.key.open(&cell_place(&(WORDS, key)), &sealed)?;
            // As `Postings` is written, without making words and sets of it; a place is a number of one span.
            let postings: Vec<(&str, Vec<u16>)> =
                postcard::from_bytes(&plain).map_err(|_| RegisterError::Damaged)?;
            let from = postings.partition_point(|(kept, _)| *kept < word);
            for (kept, places) in postings.iter().skip(from) {
                if !kept.starts_with(word) || (!is_prefix && *kept != word) {
                    break;
                }
                for at in places {
                    numbers.insert(span * A_SPAN + u32::from(*at));
                }
            }
        }
        Ok(numbers)
    }

    /// The one incident whose id begins so, whose name is this, or in whose name these words stand.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn find(&mut self, text: &str) -> Result<IncidentId, RegisterError> {
        let none = || RegisterError::NoIncident(text.to_owned());
        if let Some(id) = IncidentId::parse(text) {
            return match self.store.entries(&id.0)?.is_empty() {
                true => Err(none()),
                false => Ok(id),
            };
        }
        let is_start = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut found = Vec::new();
        let mut named = Vec::new();
        self.visit(&Query::default(), |sketch| {
            let is_meant =
                sketch.name == text || is_start && sketch.id.to_string().starts_with(text);
            if is_meant {
                found.push(sketch.id);
                named.push(format!("{} {}", sketch.id, sketch.name));
            }
        })?;
        // "Northfield" is enough where only one incident has it in its name or its victim's.
        let query = Query {
            words: text.to_owned(),
            ..Query::default()
        };
        let folded = fold(text);
        if found.is_empty() && text.chars().any(char::is_alphanumeric) {
            self.visit(&query, |sketch| {
                let name = fold(&format!("{} {}", sketch.name, sketch.victim));
                if folded.split_whitespace().all(|word| name.contains(word)) {
                    found.push(sketch.id);
                    named.push(format!("{} {}", sketch.id, sketch.name));
                }
            })?;
        }
        match found[..] {
            [one] => Ok(one),
            [] => Err(none()),
            _ => {
                named.truncate(5);
                Err(RegisterError::Several(found.len(), named.join("; ")))
            }
        }
    }
}

/// Numbers of sketches, one bit each.
#[derive(Default)]
struct Numbers(Vec<u64>);

impl Numbers {
    fn insert(&mut self, number: u32) {
        let at = number as usize / 64;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        if let Some(word) = self.0.get_mut(at) {
            *word |= 1 << (number % 64);
        }
    }

    fn has(&self, number: u32) -> bool {
        self.0
            .get(number as usize / 64)
            .is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn has_in_block(&self, block: u32) -> bool {
        let words = (A_BLOCK / 64) as usize;
        self.0
            .iter()
            .skip(block as usize * words)
            .take(words)
            .any(|word| *word != 0)
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
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
