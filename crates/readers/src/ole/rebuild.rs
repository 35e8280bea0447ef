//! Streams and storages in, a compound file out: an embedded object becomes a file of its own.
//!
//! An object inside a document is a storage of the document's compound file.
//! Written out by itself it can be read, hashed and named like any exhibit.
//! The same storage always gives the same bytes.
//!
//! Format: [MS-CFB] sections 2.1 to 2.6, version 3, sectors of 512 bytes.

use super::compound::Compound;

const END: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const SECTOR: usize = 512;
const MINI: usize = 64;
const CUTOFF: usize = 4096;
/// Storages in storages that are copied.
const MAX_DEPTH: u8 = 16;

struct Item {
    name: String,
    class: [u8; 16],
    content: Option<Vec<u8>>,
    children: Vec<usize>,
}

/// A compound file being put together; storage 0 is the root.
pub(crate) struct Builder {
    items: Vec<Item>,
}

impl Builder {
    /// An empty file of this class.
    pub(crate) fn new(class: [u8; 16]) -> Self {
        let root = Item {
            name: "Root Entry".to_owned(),
            class,
            content: None,
            children: Vec::new(),
        };
        Self { items: vec![root] }
    }

    fn add(&mut self, storage: usize, item: Item) -> usize {
        let at = self.items.len();
        self.items.push(item);
        self.items[storage].children.push(at);
        at
    }

    /// Adds a stream to a storage.
    pub(crate) fn stream(&mut self, storage: usize, name: &str, content: &[u8]) {
        let item = Item {
            name: name.to_owned(),
            class: [0; 16],
            content: Some(content.to_vec()),
            children: Vec::new(),
        };
        self.add(storage, item);
    }

    /// Adds a storage to a storage.
    pub(crate) fn storage(&mut self, storage: usize, name: &str, class: [u8; 16]) -> usize {
        let item = Item {
            name: name.to_owned(),
            class,
            content: None,
            children: Vec::new(),
        };
        self.add(storage, item)
    }

    /// Adds what a storage of another file holds.
    pub(crate) fn copy(&mut self, file: &Compound<'_>, from: usize, to: usize, left: &mut u64) {
        self.copy_within(file, from, to, left, 0);
    }

    fn copy_within(
        &mut self,
        file: &Compound<'_>,
        from: usize,
        to: usize,
        left: &mut u64,
        depth: u8,
    ) {
        for (at, entry) in file.children(from) {
            if entry.is_storage {
                if depth < MAX_DEPTH {
                    let inner = self.storage(to, &entry.name, entry.class);
                    self.copy_within(file, at, inner, left, depth + 1);
                }
                continue;
            }
            let mut content = file.read(at);
            content.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= content.len() as u64;
            self.stream(to, &entry.name, &content);
        }
    }

    /// The file's bytes.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut body: Vec<u8> = Vec::new();
        let mut next: Vec<u32> = Vec::new();
        let mut mini: Vec<u8> = Vec::new();
        let mut mini_next: Vec<u32> = Vec::new();
        let mut places = vec![(END, 0_usize); self.items.len()];
        for (item, place) in self.items.iter().zip(&mut places) {
            let Some(content) = &item.content else {
                continue;
            };
            let first = match content.len() {
                0 => END,
                1..CUTOFF => append(&mut mini, &mut mini_next, content, MINI),
                _ => append(&mut body, &mut next, content, SECTOR),
            };
            *place = (first, content.len());
        }
        if !mini.is_empty() {
            places[0] = (append(&mut body, &mut next, &mini, SECTOR), mini.len());
        }
        let mini_table: Vec<u8> = mini_next.iter().flat_map(|it| it.to_le_bytes()).collect();
        let mini_table_at = match mini_table.len() {
            0 => END,
            _ => append(&mut body, &mut next, &mini_table, SECTOR),
        };
        let directory = self.directory(&places);
        let directory_at = append(&mut body, &mut next, &directory, SECTOR);

        // The table lists its own sectors and those that list the table's.
        let (mut n_table, mut n_lists) = (0, 0);
        loop {
            let table = (next.len() + n_table + n_lists).div_ceil(SECTOR / 4);
            let lists = table.saturating_sub(109).div_ceil(SECTOR / 4 - 1);
            if (table, lists) == (n_table, n_lists) {
                break;
            }
            (n_table, n_lists) = (table, lists);
        }
        let table_at = next.len() as u32;
        next.resize(next.len() + n_table, 0xFFFF_FFFD);
        let lists_at = next.len() as u32;
        next.resize(next.len() + n_lists, 0xFFFF_FFFC);
        next.resize(n_table * (SECTOR / 4), FREE);
        body.extend(next.iter().flat_map(|it| it.to_le_bytes()));
        let sectors: Vec<u32> = (0..n_table as u32).map(|at| table_at + at).collect();
        for (index, list) in sectors.get(109..).unwrap_or(&[]).chunks(127).enumerate() {
            let mut list = list.to_vec();
            list.resize(127, FREE);
            let is_last = index + 1 == n_lists;
            list.push(if is_last {
                END
            } else {
                lists_at + index as u32 + 1
            });
            body.extend(list.iter().flat_map(|it| it.to_le_bytes()));
        }

        let mut file = vec![0; SECTOR];
        let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, super::compound::MARK);
        put(0x18, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
        put(0x2C, &(n_table as u32).to_le_bytes());
        put(0x30, &directory_at.to_le_bytes());
        put(0x38, &(CUTOFF as u32).to_le_bytes());
        put(0x3C, &mini_table_at.to_le_bytes());
        put(
            0x40,
            &(mini_table.len().div_ceil(SECTOR) as u32).to_le_bytes(),
        );
        put(
            0x44,
            &(if n_lists > 0 { lists_at } else { END }).to_le_bytes(),
        );
        put(0x48, &(n_lists as u32).to_le_bytes());
        for at in 0..109 {
            let sector = sectors.get(at).copied().unwrap_or(FREE);
            put(0x4C + at * 4, &sector.to_le_bytes());
        }
        file.extend_from_slice(&body);
        file
    }

    fn directory(&self, places: &[(u32, usize)]) -> Vec<u8> {
        // Siblings form a chain to the right, in the order that the format asks for: a tree, if a lean one.
        let mut right = vec![FREE; self.items.len()];
        let mut child = vec![FREE; self.items.len()];
        for (at, item) in self.items.iter().enumerate() {
            let mut children = item.children.clone();
            children.sort_by_key(|&it| {
                let name = &self.items[it].name;
                (name.encode_utf16().count(), name.to_uppercase())
            });
            for pair in children.windows(2) {
                right[pair[0]] = pair[1] as u32;
            }
            child[at] = children.first().map_or(FREE, |&first| first as u32);
        }
        let mut out = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let mut entry = [0; 128];
            let units: Vec<u8> = item
                .name
                .encode_utf16()
                .take(31)
                .flat_map(u16::to_le_bytes)
                .collect();
            entry[..units.len()].copy_from_slice(&units);
            entry[64] = units.len() as u8 + 2;
            entry[66] = match (at, &item.content) {
                (0, _) => 5,
                (_, None) => 1,
                _ => 2,
            };
            entry[67] = 1;
            entry[68..72].copy_from_slice(&FREE.to_le_bytes());
            entry[72..76].copy_from_slice(&right[at].to_le_bytes());
            entry[76..80].copy_from_slice(&child[at].to_le_bytes());
            entry[80..96].copy_from_slice(&item.class);
            let (first, size) = places[at];
            entry[116..120].copy_from_slice(&first.to_le_bytes());
            entry[120..124].copy_from_slice(&(size as u32).to_le_bytes());
            out.extend_from_slice(&entry);
        }
        out
    }
}

/// Appends content in sectors; gives the number of the first.
fn append(body: &mut Vec<u8>, next: &mut Vec<u32>, content: &[u8], sector: usize) -> u32 {
    let first = next.len() as u32;
    let n = content.len().div_ceil(sector);
    for at in 1..=n {
        next.push(if at == n { END } else { first + at as u32 });
    }
    body.extend_from_slice(content);
    body.resize(next.len() * sector, 0);
    first
}
