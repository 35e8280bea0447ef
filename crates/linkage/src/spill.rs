//! `Pile`: more items than fit in memory, in order, with the rest in runs on disk.
//!
//! Whoever calls says where runs may lie and how much memory there is
//! ([`Limit`]); without that nothing is ever written. What is written are
//! numbers of records, weights, and keys of blocks. A key is made from a
//! name or a date and could be guessed, so it is written under a permutation
//! that only this process knows and that ends with it. The files have no name
//! in the folder: when the process ends, in whatever way, they are gone.
//!
//! Source of the permutation: Luby and Rackoff, "How to construct pseudorandom
//! permutations from pseudorandom functions" (1988): four rounds over SipHash.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, hash_map::RandomState},
    convert::Infallible,
    fs::File,
    hash::BuildHasher,
    io::{self, Read, Seek, SeekFrom, Write},
    path::PathBuf,
};

/// How much memory linkage may take, and where it may write what does not fit.
///
/// The compact form of the records stays in memory, about two hundred bytes a
/// record; where that alone is more than the limit, the rest makes do with a
/// quarter of it.
#[derive(Clone, Debug)]
pub struct Limit {
    /// In bytes, for everything.
    pub bytes: u64,
    /// A folder for nameless files of numbers; no value of a person is written.
    pub folder: PathBuf,
}

/// Where runs lie.
pub(crate) trait Shelf: Sync {
    /// A run that is put away.
    type Run: Send + Sync;
    /// Why one could not be.
    type Error: Send;

    /// How many bytes may be in memory at one time.
    fn room(&self) -> usize;
    fn start(&self) -> Result<Self::Run, Self::Error>;
    fn append(&self, run: &mut Self::Run, bytes: &[u8]) -> Result<(), Self::Error>;
    /// Reads a run from an offset: as many bytes as are asked for, fewer only at its end.
    fn read(&self, run: &Self::Run, from: u64, into: &mut [u8]) -> Result<usize, Self::Error>;
    /// What is written instead of a key: other keys, but equal for equal ones.
    fn cover(&self, key: u64) -> u64;
}

/// All in memory.
pub(crate) struct Memory;

impl Shelf for Memory {
    type Run = Vec<u8>;
    type Error = Infallible;

    fn room(&self) -> usize {
        usize::MAX
    }

    fn start(&self) -> Result<Vec<u8>, Infallible> {
        Ok(Vec::new())
    }

    fn append(&self, run: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Infallible> {
        run.extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, run: &Vec<u8>, from: u64, into: &mut [u8]) -> Result<usize, Infallible> {
        let mut rest = run.get(from as usize..).unwrap_or(&[]);
        Ok(rest.read(into).unwrap_or(0))
    }

    fn cover(&self, key: u64) -> u64 {
        key
    }
}

/// On disk, in files without a name.
pub(crate) struct Folder {
    place: PathBuf,
    room: usize,
    secret: RandomState,
}

impl Folder {
    /// A shelf beside what is in memory already.
    pub(crate) fn new(limit: &Limit, resident: u64) -> Self {
        let room = limit.bytes.saturating_sub(resident).max(limit.bytes / 4);
        Self {
            place: limit.folder.clone(),
            room: usize::try_from(room).unwrap_or(usize::MAX),
            secret: RandomState::new(),
        }
    }
}

impl Shelf for Folder {
    type Run = File;
    type Error = io::Error;

    fn room(&self) -> usize {
        self.room
    }

    fn start(&self) -> io::Result<File> {
        tempfile::tempfile_in(&self.place)
    }

    fn append(&self, run: &mut File, bytes: &[u8]) -> io::Result<()> {
        run.write_all(bytes)
    }

    fn read(&self, mut run: &File, from: u64, into: &mut [u8]) -> io::Result<usize> {
        run.seek(SeekFrom::Start(from))?;
        let mut n = 0;
        while n < into.len() {
            match run.read(into.get_mut(n..).unwrap_or(&mut [])) {
                Ok(0) => break,
                Ok(more) => n += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(n)
    }

    fn cover(&self, key: u64) -> u64 {
        let (mut left, mut right) = ((key >> 32) as u32, key as u32);
        for round in 0..4_u8 {
            let mixed = left ^ self.secret.hash_one((round, right)) as u32;
            (left, right) = (right, mixed);
        }
        u64::from(left) << 32 | u64::from(right)
    }
}

/// Something that stands in a pile.
pub(crate) trait Item: Copy + Ord + Send + Sync {
    /// How many bytes it takes on disk.
    const BYTES: usize;
    fn put(self, out: &mut Vec<u8>);
    fn take(bytes: &[u8]) -> Self;
}

/// The number at a place of an item.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

impl<const N: usize> Item for [u32; N] {
    const BYTES: usize = 4 * N;

    fn put(self, out: &mut Vec<u8>) {
        for number in self {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }

    fn take(bytes: &[u8]) -> Self {
        std::array::from_fn(|at| number(bytes, 4 * at))
    }
}

/// A key and whose it is.
impl Item for (u64, u32) {
    const BYTES: usize = 12;

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
        out.extend_from_slice(&self.1.to_le_bytes());
    }

    fn take(bytes: &[u8]) -> Self {
        let key = u64::from(number(bytes, 4)) << 32 | u64::from(number(bytes, 0));
        (key, number(bytes, 8))
    }
}

/// However little memory there is, so many items of a pile are in it.
const LEAST_ITEMS: usize = 256;
/// Bytes read or written at a time.
const CHUNK: usize = 1 << 16;

/// Items, as they came or sorted.
pub(crate) struct Pile<'a, T, S: Shelf> {
    shelf: &'a S,
    most: usize,
    is_sorted: bool,
    runs: Vec<S::Run>,
    rest: Vec<T>,
}

impl<'a, T: Item, S: Shelf> Pile<'a, T, S> {
    /// A pile that gives its items back in the order in which they came.
    pub(crate) fn as_come(shelf: &'a S, room: usize) -> Self {
        Self {
            shelf,
            most: (room / size_of::<T>()).max(LEAST_ITEMS),
            is_sorted: false,
            runs: Vec::new(),
            rest: Vec::new(),
        }
    }

    /// These items, in memory.
    pub(crate) fn of(shelf: &'a S, items: Vec<T>) -> Self {
        Self {
            rest: items,
            ..Self::as_come(shelf, 0)
        }
    }

    /// A pile that gives its items back sorted.
    pub(crate) fn sorted(shelf: &'a S, room: usize) -> Self {
        Self {
            is_sorted: true,
            ..Self::as_come(shelf, room)
        }
    }

    pub(crate) fn push(&mut self, item: T) -> Result<(), S::Error> {
        if self.rest.len() >= self.most {
            self.put_away()?;
        }
        if self.rest.len() == self.rest.capacity() {
            let more = self.rest.len().max(LEAST_ITEMS);
            self.rest
                .reserve_exact(more.min(self.most - self.rest.len()));
        }
        self.rest.push(item);
        Ok(())
    }

    fn put_away(&mut self) -> Result<(), S::Error> {
        if self.is_sorted {
            self.rest.sort_unstable();
        }
        let mut bytes = Vec::with_capacity(CHUNK + T::BYTES);
        let fresh = self.is_sorted || self.runs.is_empty();
        let mut run = match self.runs.pop() {
            Some(run) if !fresh => run,
            before => {
                self.runs.extend(before);
                self.shelf.start()?
            }
        };
        for item in self.rest.drain(..) {
            item.put(&mut bytes);
            if bytes.len() >= CHUNK {
                self.shelf.append(&mut run, &bytes)?;
                bytes.clear();
            }
        }
        self.shelf.append(&mut run, &bytes)?;
        self.runs.push(run);
        Ok(())
    }

    /// No more is pushed.
    pub(crate) fn end(&mut self) {
        if self.is_sorted {
            self.rest.sort_unstable();
        }
    }

    /// Every item from the first one on; only after `end`.
    pub(crate) fn read(&self) -> Reading<'_, T, S> {
        let mut runs: Vec<Source<'_, T, S>> = self.runs.iter().map(Source::of_run).collect();
        runs.push(Source::Rest(self.rest.iter()));
        Reading {
            shelf: self.shelf,
            is_sorted: self.is_sorted && runs.len() > 1,
            sources: runs,
            at: 0,
            heads: None,
        }
    }
}

enum Source<'a, T, S: Shelf> {
    Run {
        run: &'a S::Run,
        offset: u64,
        bytes: Vec<u8>,
        at: usize,
    },
    Rest(std::slice::Iter<'a, T>),
}

impl<'a, T: Item, S: Shelf> Source<'a, T, S> {
    fn of_run(run: &'a S::Run) -> Self {
        Self::Run {
            run,
            offset: 0,
            bytes: Vec::new(),
            at: 0,
        }
    }

    fn next(&mut self, shelf: &S) -> Result<Option<T>, S::Error> {
        match self {
            Self::Rest(rest) => Ok(rest.next().copied()),
            Self::Run {
                run,
                offset,
                bytes,
                at,
            } => {
                if *at >= bytes.len() {
                    bytes.resize(CHUNK / T::BYTES * T::BYTES, 0);
                    let n = shelf.read(run, *offset, bytes)?;
                    bytes.truncate(n);
                    *offset += n as u64;
                    *at = 0;
                }
                let item = bytes.get(*at..*at + T::BYTES).map(T::take);
                *at += T::BYTES;
                Ok(item)
            }
        }
    }
}

/// The items of a pile, one after the other.
pub(crate) struct Reading<'a, T, S: Shelf> {
    shelf: &'a S,
    is_sorted: bool,
    sources: Vec<Source<'a, T, S>>,
    at: usize,
    /// The next item of each run, smallest on top.
    heads: Option<BinaryHeap<Reverse<(T, usize)>>>,
}

impl<T: Item, S: Shelf> Reading<'_, T, S> {
    pub(crate) fn next(&mut self) -> Result<Option<T>, S::Error> {
        if !self.is_sorted {
            while let Some(source) = self.sources.get_mut(self.at) {
                if let Some(item) = source.next(self.shelf)? {
                    return Ok(Some(item));
                }
                self.at += 1;
            }
            return Ok(None);
        }
        let mut heads = match self.heads.take() {
            Some(heads) => heads,
            None => {
                let mut heads = BinaryHeap::new();
                for (number, source) in self.sources.iter_mut().enumerate() {
                    if let Some(item) = source.next(self.shelf)? {
                        heads.push(Reverse((item, number)));
                    }
                }
                heads
            }
        };
        let found = heads.pop();
        if let Some(Reverse((_, number))) = found
            && let Some(source) = self.sources.get_mut(number)
            && let Some(next) = source.next(self.shelf)?
        {
            heads.push(Reverse((next, number)));
        }
        self.heads = Some(heads);
        Ok(found.map(|Reverse((item, _))| item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(bytes: u64) -> Folder {
        Folder::new(
            &Limit {
                bytes,
                folder: std::env::temp_dir(),
            },
            0,
        )
    }

    fn all<T: Item, S: Shelf<Error: std::fmt::Debug>>(pile: &Pile<'_, T, S>) -> Vec<T> {
        let mut reading = pile.read();
        std::iter::from_fn(|| reading.next().unwrap()).collect()
    }

    #[test]
    fn a_pile_that_does_not_fit_gives_back_what_one_that_fits_does() {
        let items: Vec<(u64, u32)> = (0..20_000_u32)
            .map(|n| (u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40, n))
            .collect();
        let shelf = folder(1);
        let (mut kept, mut ordered) = (Pile::as_come(&shelf, 1), Pile::sorted(&shelf, 1));
        let mut free = Pile::sorted(&Memory, usize::MAX);
        for item in &items {
            kept.push(*item).unwrap();
            ordered.push(*item).unwrap();
            free.push(*item).unwrap();
        }
        kept.end();
        ordered.end();
        free.end();
        assert!(ordered.runs.len() > 10 && free.runs.is_empty());
        assert_eq!(all(&kept), items);
        assert_eq!(all(&kept), items, "it can be read again");
        let mut sorted = items;
        sorted.sort_unstable();
        assert_eq!(all(&ordered), sorted);
        assert_eq!(all(&free), sorted);
    }

    #[test]
    fn a_covered_key_is_another_and_equal_for_equal_keys_only() {
        let (one, other) = (folder(1), folder(1));
        let covered: std::collections::BTreeSet<u64> =
            (0..5000).map(|key| one.cover(key)).collect();
        assert_eq!(covered.len(), 5000);
        assert_eq!(one.cover(7), one.cover(7));
        assert_ne!(one.cover(7), other.cover(7));
        assert!((0..5000).all(|key| one.cover(key) != key));
    }
}
