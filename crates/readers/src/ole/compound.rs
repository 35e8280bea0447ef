//! A compound file (OLE) in, its storages and streams out, however broken its tables are.
//!
//! The one idea: nothing is believed. A chain of sectors is followed as far as
//! it goes and no sector twice, a stream is as long as its sectors give, and a
//! directory whose tree is broken still lists its entries. So a file that
//! stricter programs refuse gives what it has. Sizes allocate nothing.
//!
//! Format: [MS-CFB] sections 2.1 to 2.6.

use whose_model::Cause;

use super::bytes::{u16_at, u32_at};
use crate::exhibit::Reading;

/// How every compound file begins.
pub(crate) const MARK: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Entries of a directory that are looked at.
const MAX_ENTRIES: usize = 1 << 17;
/// Storages in storages.
const MAX_DEPTH: u8 = 32;
const FREE: u32 = 0xFFFF_FFFF;
/// The last number that a sector can have.
const MAX_SECTOR: u32 = 0xFFFF_FFFA;

/// A compound file.
pub(crate) struct Compound<'b> {
    bytes: &'b [u8],
    /// Bytes of a sector, as a power of two.
    shift: u32,
    mini_shift: u32,
    /// Streams shorter than this stand in mini sectors.
    mini_cutoff: u64,
    next: Vec<u32>,
    mini_next: Vec<u32>,
    mini_stream: Vec<u8>,
    entries: Vec<Entry>,
    /// Something is not where its tables say: a sector, an entry, a part of a stream.
    pub(crate) is_broken: bool,
}

/// A storage or stream.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) is_storage: bool,
    /// The class of a storage: which program's object it is.
    pub(crate) class: [u8; 16],
    first: u32,
    pub(crate) size: u64,
    left: u32,
    right: u32,
    child: u32,
    /// The entries inside.
    pub(crate) children: Vec<usize>,
}

impl<'b> Compound<'b> {
    /// Opens a compound file; `None` when not even its directory can be found.
    pub(crate) fn open(bytes: &'b [u8]) -> Option<Self> {
        if !bytes.starts_with(MARK) {
            return None;
        }
        let shift = u32::from(u16_at(bytes, 0x1E)?);
        let shift = if (7..=16).contains(&shift) { shift } else { 9 };
        let mini_shift = u32::from(u16_at(bytes, 0x20)?);
        let mini_shift = if (4..shift).contains(&mini_shift) {
            mini_shift
        } else {
            6
        };
        let mut file = Self {
            bytes,
            shift,
            mini_shift,
            mini_cutoff: u64::from(u32_at(bytes, 0x38)?),
            next: Vec::new(),
            mini_next: Vec::new(),
            mini_stream: Vec::new(),
            entries: Vec::new(),
            is_broken: false,
        };
        if file.mini_cutoff > 1 << 20 || file.mini_cutoff == 0 {
            file.mini_cutoff = 4096;
        }
        file.read_tables()?;
        file.read_directory(u32_at(bytes, 0x30)?)?;
        let root = file.entries.first()?.clone();
        file.mini_stream = file.chain(root.first, root.size.max(1));
        let mini_table = file.chain(u32_at(bytes, 0x3C)?, u64::MAX);
        file.mini_next = words(&mini_table);
        file.is_broken |= !file.has_all();
        Some(file)
    }

    /// Tells that the file is damaged, if it is.
    pub(crate) fn tell(&self, reading: &mut Reading<'_>) {
        if self.is_broken {
            reading.gap(
                Cause::Corrupt,
                "a part of its container is not where its tables say",
            );
        }
    }

    /// Whether every stream has as many sectors as its size takes, none of them in two streams.
    fn has_all(&self) -> bool {
        let mut taken = vec![false; self.n_sectors()];
        let mut mini_taken = vec![false; self.mini_stream.len().div_ceil(1 << self.mini_shift)];
        let mut has_all = true;
        let mut open = vec![Self::ROOT];
        while let Some(at) = open.pop() {
            let entry = &self.entries[at];
            open.extend(&entry.children);
            // What stands at the root is the stream of mini sectors.
            if entry.is_storage && at != Self::ROOT {
                continue;
            }
            let is_mini = at != Self::ROOT && entry.size < self.mini_cutoff;
            let (shift, next, taken) = if is_mini {
                (self.mini_shift, &self.mini_next, &mut mini_taken)
            } else {
                (self.shift, &self.next, &mut taken)
            };
            let mut sector = entry.first;
            let mut left = entry.size;
            while left > 0 {
                let Some(is_taken) = taken.get_mut(sector as usize).filter(|it| !**it) else {
                    break;
                };
                *is_taken = true;
                let n = if is_mini {
                    1 << shift
                } else {
                    // The last one may be cut off.
                    self.sector(sector).map_or(0, <[u8]>::len) as u64
                };
                left = left.saturating_sub(n);
                sector = next.get(sector as usize).copied().unwrap_or(FREE);
            }
            has_all &= left == 0;
        }
        has_all
    }

    fn sector(&self, number: u32) -> Option<&'b [u8]> {
        let start = (u64::from(number) + 1) << self.shift;
        let start = usize::try_from(start).ok()?;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        // The last one may be cut off.
        Some(&rest[..rest.len().min(1 << self.shift)])
    }

    fn n_sectors(&self) -> usize {
        self.bytes.len() >> self.shift
    }

    /// Finds the sectors of the allocation table and reads it.
    fn read_tables(&mut self) -> Option<()> {
        let most = self.n_sectors() + 1;
        let mut table: Vec<u32> = words(self.bytes.get(0x4C..0x200)?);
        let mut at = u32_at(self.bytes, 0x44)?;
        let per_sector = (1_usize << self.shift) / 4;
        let mut n_read = 0;
        while at <= MAX_SECTOR && n_read <= most {
            n_read += 1;
            let Some(sector) = self.sector(at) else {
                self.is_broken = true;
                break;
            };
            let mut numbers = words(sector);
            at = if numbers.len() == per_sector {
                numbers.pop().unwrap_or(FREE)
            } else {
                FREE
            };
            table.extend(numbers);
        }
        let promised = u32_at(self.bytes, 0x2C)? as usize;
        for number in table
            .into_iter()
            .filter(|number| *number <= MAX_SECTOR)
            .take(promised.max(1))
        {
            if self.next.len() > self.n_sectors() {
                break;
            }
            match self.sector(number) {
                Some(sector) => {
                    let mut numbers = words(sector);
                    numbers.resize(per_sector, FREE);
                    self.next.extend(numbers);
                }
                // Its place is kept, so that the sectors after it keep theirs.
                None => {
                    self.is_broken = true;
                    self.next.resize(self.next.len() + per_sector, FREE);
                }
            }
        }
        Some(())
    }

    /// The bytes of a chain of sectors, at most `size`.
    fn chain(&self, first: u32, size: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = first;
        let mut n_read = 0;
        while at <= MAX_SECTOR && (out.len() as u64) < size && n_read <= self.n_sectors() {
            n_read += 1;
            let Some(sector) = self.sector(at) else { break };
            out.extend_from_slice(sector);
            at = match self.next.get(at as usize) {
                Some(&next) if next != FREE => next,
                // Nothing says how it goes on.
                _ => break,
            };
        }
        if out.len() as u64 > size {
            out.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        }
        out
    }

    fn mini_chain(&self, first: u32, size: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = first;
        let most = self.mini_stream.len() >> self.mini_shift;
        let mut n_read = 0;
        while at <= MAX_SECTOR && (out.len() as u64) < size && n_read <= most {
            n_read += 1;
            let start = (at as usize).saturating_mul(1 << self.mini_shift);
            let Some(rest) = self.mini_stream.get(start..) else {
                break;
            };
            out.extend_from_slice(&rest[..rest.len().min(1 << self.mini_shift)]);
            at = match self.mini_next.get(at as usize) {
                Some(&next) if next != FREE => next,
                _ => break,
            };
        }
        out.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        out
    }

    fn read_directory(&mut self, first: u32) -> Option<()> {
        let table = self.chain(first, (MAX_ENTRIES as u64) * 128);
        for entry in table.chunks_exact(128) {
            self.entries.push(parse_entry(entry, self.shift)?);
        }
        if self.entries.is_empty() {
            return None;
        }
        self.is_broken |= self.entries[0].first != 0xFFFF_FFFE && self.next.is_empty();
        let mut seen = vec![false; self.entries.len()];
        seen[0] = true;
        let is_torn = self.link(0, &mut seen, 0);
        // Entries that no tree leads to were deleted and not yet overwritten, or the tree is broken.
        if is_torn || self.entries[0].children.is_empty() {
            self.find_lost(&mut seen);
        }
        self.is_broken |= is_torn;
        Some(())
    }

    /// Puts entries that no tree leads to at the top: storages with what they still hold, then the streams that are left.
    fn find_lost(&mut self, seen: &mut [bool]) {
        for is_storage in [true, false] {
            for at in 1..seen.len() {
                let entry = &self.entries[at];
                if seen[at] || entry.name.is_empty() || entry.is_storage != is_storage {
                    continue;
                }
                self.is_broken = true;
                seen[at] = true;
                self.entries[0].children.push(at);
                if is_storage {
                    self.link(at, seen, 1);
                }
            }
        }
    }

    /// Gathers the children of a storage, without recursion into siblings; `true` when the tree leads where nothing is.
    fn link(&mut self, storage: usize, seen: &mut [bool], depth: u8) -> bool {
        let mut open = vec![self.entries[storage].child];
        let mut children = Vec::new();
        let mut is_torn = false;
        while let Some(number) = open.pop() {
            let at = number as usize;
            // Some writers say none by the number of the root.
            if number == FREE || at == Self::ROOT {
                continue;
            }
            let entry = self.entries.get(at).filter(|it| !it.name.is_empty());
            let Some(entry) = entry.filter(|_| !seen[at]) else {
                is_torn = true;
                continue;
            };
            seen[at] = true;
            open.push(entry.left);
            open.push(entry.right);
            children.push(at);
        }
        children.sort_unstable();
        for &child in &children {
            if self.entries[child].is_storage && depth < MAX_DEPTH {
                is_torn |= self.link(child, seen, depth + 1);
            }
        }
        self.entries[storage].children = children;
        is_torn
    }

    /// Which entry is the root storage.
    pub(crate) const ROOT: usize = 0;

    /// An entry by its number.
    pub(crate) fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// The entries inside a storage.
    pub(crate) fn children(&self, storage: usize) -> impl Iterator<Item = (usize, &Entry)> {
        let children = self
            .entries
            .get(storage)
            .map_or(&[][..], |entry| &entry.children);
        children
            .iter()
            .filter_map(|&at| Some((at, self.entries.get(at)?)))
    }

    /// The entry with this name in a storage.
    pub(crate) fn find(&self, storage: usize, name: &str) -> Option<usize> {
        self.children(storage)
            .find(|(_, entry)| entry.name.eq_ignore_ascii_case(name))
            .map(|(at, _)| at)
    }

    /// The bytes of a stream, as many as there are.
    pub(crate) fn read(&self, at: usize) -> Vec<u8> {
        let Some(entry) = self.entries.get(at).filter(|entry| !entry.is_storage) else {
            return Vec::new();
        };
        if entry.size < self.mini_cutoff {
            self.mini_chain(entry.first, entry.size)
        } else {
            self.chain(entry.first, entry.size)
        }
    }

    /// The bytes of the stream with this name in the root storage.
    pub(crate) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        self.find(Self::ROOT, name).map(|at| self.read(at))
    }
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

fn parse_entry(entry: &[u8], shift: u32) -> Option<Entry> {
    let kind = *entry.get(66)?;
    let n_name = usize::from(u16_at(entry, 64)?).clamp(2, 64) - 2;
    let name = if kind == 0 {
        String::new()
    } else {
        super::bytes::utf16(&entry[..n_name & !1])
    };
    let mut class = [0; 16];
    class.copy_from_slice(entry.get(80..96)?);
    let low = u64::from(u32_at(entry, 120)?);
    // Small sectors leave the upper half undefined.
    let high = if shift > 9 {
        u64::from(u32_at(entry, 124)?)
    } else {
        0
    };
    Some(Entry {
        name,
        is_storage: matches!(kind, 1 | 5),
        class,
        first: u32_at(entry, 116)?,
        size: high << 32 | low,
        left: if kind == 0 { FREE } else { u32_at(entry, 68)? },
        right: if kind == 0 { FREE } else { u32_at(entry, 72)? },
        child: if kind == 0 { FREE } else { u32_at(entry, 76)? },
        children: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ole::rebuild::Builder;

    fn made() -> Vec<u8> {
        let mut builder = Builder::new([7; 16]);
        builder.stream(0, "Small", b"a few bytes");
        builder.stream(0, "Large", &vec![b'x'; 10_000]);
        let inner = builder.storage(0, "Pool", [9; 16]);
        builder.stream(inner, "Deep", b"deep");
        builder.finish()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let bytes = made();
        let file = Compound::open(&bytes).unwrap();
        assert_eq!(file.stream("small").unwrap(), b"a few bytes");
        assert_eq!(file.stream("Large").unwrap(), vec![b'x'; 10_000]);
        let pool = file.find(Compound::ROOT, "Pool").unwrap();
        assert_eq!(file.entry(pool).unwrap().class, [9; 16]);
        let deep = file.find(pool, "Deep").unwrap();
        assert_eq!(file.read(deep), b"deep");
        assert!(!file.is_broken);
    }

    #[test]
    fn a_file_cut_off_anywhere_gives_what_is_left() {
        let bytes = made();
        for n in (0..bytes.len()).step_by(3) {
            if let Some(file) = Compound::open(&bytes[..n]) {
                for (at, _) in file.children(Compound::ROOT) {
                    assert!(file.read(at).len() <= n);
                }
            }
        }
    }

    #[test]
    fn a_lost_sector_is_told_and_what_is_left_is_found() {
        let whole = made();
        let n_directory = 5 * 128_usize;
        let directory = u32_at(&whole, 0x30).unwrap() as usize + 1;
        for sector in 1..whole.len() / 512 {
            let mut bytes = whole.clone();
            bytes.drain(sector * 512..(sector + 1) * 512);
            let file = Compound::open(&bytes);
            assert!(file.as_ref().is_none_or(|it| it.is_broken), "{sector}");
            // The tables behind it are no longer found by their numbers.
            let is_after = sector > directory + n_directory / 512;
            if let Some(file) = file.filter(|_| is_after) {
                assert!(file.find(Compound::ROOT, "Small").is_some(), "{sector}");
            }
        }
    }

    #[test]
    fn entries_that_a_torn_tree_does_not_lead_to_are_found() {
        let mut bytes = made();
        let directory = (u32_at(&bytes, 0x30).unwrap() as usize + 1) * 512;
        // The root's child is an entry that does not exist.
        bytes[directory + 76..directory + 80].copy_from_slice(&900_u32.to_le_bytes());
        let file = Compound::open(&bytes).unwrap();
        assert!(file.is_broken);
        assert_eq!(file.stream("Small").unwrap(), b"a few bytes");
        let pool = file.find(Compound::ROOT, "Pool").unwrap();
        assert!(file.find(pool, "Deep").is_some());
    }

    proptest::proptest! {
        #[test]
        fn any_change_is_survived(changes in proptest::collection::vec((0_usize..20_000, proptest::num::u8::ANY), 1..40)) {
            let mut bytes = made();
            for (at, byte) in changes {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            if let Some(file) = Compound::open(&bytes) {
                for at in 0..file.entries.len() {
                    assert!(file.read(at).len() <= bytes.len() * 2);
                }
            }
        }
    }
}
