//! A compound file (OLE, structured storage) in; its tree of storages and streams out, each stream by its place in the tree.
//!
//! Held in memory as a whole. A chain of sectors that loops or leaves the file
//! ends there, and what came before is given; the tree is walked with what was
//! seen in mind, so no cycle holds it up.
//!
//! Format: [MS-CFB] 2.2 (header), 2.3 to 2.5 (chains), 2.6 (directory).

/// No more sectors follow, from here on ([MS-CFB] 2.1).
const MAX_SECTOR: u32 = 0xFFFF_FFFA;
const NONE: u32 = 0xFFFF_FFFF;

/// A storage or stream.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) is_storage: bool,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: u64,
}

/// A compound file that was opened.
pub(crate) struct Compound<'b> {
    bytes: &'b [u8],
    shift: u32,
    mini_cutoff: u64,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
    /// What was listed once: a thing stands in one storage only.
    listed: Vec<bool>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl<'b> Compound<'b> {
    /// Opens the file; `None` when its header or directory cannot be made out.
    pub(crate) fn open(bytes: &'b [u8]) -> Option<Self> {
        if !bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            return None;
        }
        let shift = u32::from(u16_at(bytes, 30)?);
        if !(7..=16).contains(&shift) {
            return None;
        }
        let mut file = Self {
            bytes,
            shift,
            mini_cutoff: u64::from(u32_at(bytes, 56)?).clamp(1, 1 << 20),
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            entries: Vec::new(),
            listed: Vec::new(),
        };
        file.read_fat()?;
        let directory = file.chain(u32_at(bytes, 48)?, u64::MAX).0;
        file.entries = directory.chunks_exact(128).map(entry).collect();
        file.listed = vec![false; file.entries.len()];
        let root = file.entries.first()?;
        let (start, size) = (root.start, root.size);
        let mini_fat = file.chain(u32_at(bytes, 60)?, u64::MAX).0;
        file.mini_fat = numbers(&mini_fat).collect();
        file.mini = file.chain(start, size).0;
        Some(file)
    }

    fn sector(&self, number: u32) -> Option<&'b [u8]> {
        let start = (u64::from(number) + 1).checked_shl(self.shift)?;
        let start = usize::try_from(start).ok()?;
        let end = (start + (1 << self.shift)).min(self.bytes.len());
        self.bytes
            .get(start..end)
            .filter(|sector| !sector.is_empty())
    }

    fn read_fat(&mut self) -> Option<()> {
        let n_sectors = (self.bytes.len() >> self.shift) + 1;
        let mut places: Vec<u32> = numbers(self.bytes.get(76..512)?).collect();
        let mut next = u32_at(self.bytes, 68)?;
        let per_sector = (1_usize << self.shift) / 4;
        // The list of the table's sectors goes on in sectors of its own.
        for _ in 0..n_sectors {
            let Some(sector) = (next < MAX_SECTOR).then(|| self.sector(next)).flatten() else {
                break;
            };
            let mut more: Vec<u32> = numbers(sector).collect();
            next = if more.len() == per_sector {
                more.pop().unwrap_or(NONE)
            } else {
                NONE
            };
            places.extend(more);
        }
        for place in places {
            if self.fat.len() >= n_sectors {
                break;
            }
            if place >= MAX_SECTOR {
                continue;
            }
            match self.sector(place) {
                Some(sector) => self.fat.extend(numbers(sector)),
                // A table sector that is lost leaves a hole, not a shift.
                None => self.fat.extend(std::iter::repeat_n(NONE, per_sector)),
            }
        }
        self.fat.truncate(n_sectors);
        Some(())
    }

    /// The bytes of a chain of sectors, at most `size`, and whether all of them came.
    fn chain(&self, start: u32, size: u64) -> (Vec<u8>, bool) {
        let mut out = Vec::new();
        let mut at = start;
        for _ in 0..=self.fat.len() {
            if (out.len() as u64) >= size || at >= MAX_SECTOR {
                break;
            }
            let Some(sector) = self.sector(at) else { break };
            out.extend_from_slice(sector);
            at = self.fat.get(at as usize).copied().unwrap_or(NONE);
        }
        let is_whole = size == u64::MAX || out.len() as u64 >= size;
        out.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        (out, is_whole)
    }

    fn mini_chain(&self, start: u32, size: u64) -> (Vec<u8>, bool) {
        let mut out = Vec::new();
        let mut at = start;
        for _ in 0..=self.mini_fat.len() {
            if out.len() as u64 >= size || at >= MAX_SECTOR {
                break;
            }
            let from = (at as usize).saturating_mul(64);
            let Some(sector) = self.mini.get(from..(from + 64).min(self.mini.len())) else {
                break;
            };
            out.extend_from_slice(sector);
            at = self.mini_fat.get(at as usize).copied().unwrap_or(NONE);
        }
        let is_whole = out.len() as u64 >= size;
        out.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        (out, is_whole)
    }

    /// A storage or stream by its number; 0 is the root.
    pub(crate) fn entry(&self, number: usize) -> Option<&Entry> {
        self.entries.get(number)
    }

    /// What stands in a storage: numbers, in the order of names. Asked once for each storage.
    pub(crate) fn children(&mut self, storage: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let mut waiting: Vec<u32> = self
            .entries
            .get(storage)
            .map(|entry| entry.child)
            .into_iter()
            .collect();
        while let Some(number) = waiting.pop() {
            let at = number as usize;
            let Some(entry) = self.entries.get(at).filter(|_| number < MAX_SECTOR) else {
                continue;
            };
            if std::mem::replace(&mut self.listed[at], true) {
                continue;
            }
            out.push(at);
            waiting.extend([entry.left, entry.right]);
        }
        out.sort_by(|a, b| {
            let key = |at: &usize| (self.entries[*at].name.len(), &self.entries[*at].name, *at);
            key(a).cmp(&key(b))
        });
        out
    }

    /// How many bytes a stream says it has.
    pub(crate) fn size(&self, stream: usize) -> u64 {
        self.entries.get(stream).map_or(0, |entry| entry.size)
    }

    /// A stream's bytes, and whether all of them came.
    pub(crate) fn stream(&self, stream: usize) -> (Vec<u8>, bool) {
        let Some(entry) = self.entries.get(stream) else {
            return (Vec::new(), false);
        };
        if entry.size < self.mini_cutoff {
            self.mini_chain(entry.start, entry.size)
        } else {
            self.chain(entry.start, entry.size)
        }
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn entry(bytes: &[u8]) -> Entry {
    let number = |at| u32_at(bytes, at).unwrap_or(NONE);
    let n_name = usize::from(u16_at(bytes, 64).unwrap_or(0)).min(64);
    let kind = bytes.get(66).copied().unwrap_or(0);
    let high = u64::from(number(124));
    // Version 3 leaves rubbish in the upper half ([MS-CFB] 2.6.1).
    let high = if high > 0xFF { 0 } else { high };
    let is_known = matches!(kind, 1 | 2 | 5);
    Entry {
        name: crate::mapi::value::wide(&bytes[..n_name]),
        is_storage: matches!(kind, 1 | 5),
        left: if is_known { number(68) } else { NONE },
        right: if is_known { number(72) } else { NONE },
        child: if is_known { number(76) } else { NONE },
        start: number(116),
        size: u64::from(number(120)) | high << 32,
    }
}
