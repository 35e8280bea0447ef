//! The lower half of a mail store (PST, OST): from the number of a node to its blocks of bytes, read one at a time.
//!
//! Two trees of pages lead there: one from nodes to blocks, one from blocks to
//! places in the file. A page or block that is damaged costs what hangs on it;
//! when a page of a tree is lost, the file is searched once for the pages
//! below it (`recover.rs`). What a store holds in memory does not grow with it,
//! but for a few bytes a node.
//!
//! Format: [MS-PST] 2.2 (ANSI and Unicode); the pages of 4 KiB and packed blocks
//! of Outlook 2013's OST, which it leaves out, as libpff's documentation and
//! other open readers describe them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::{Read, SeekFrom},
    rc::Rc,
};

use super::{code, recover::Recovered};
use crate::source::ReadSeek;

/// Pages kept for the next look-up.
const MAX_PAGES: usize = 4096;
/// Levels of a tree of pages.
const MAX_LEVELS: usize = 32;
/// Entries of one tree of subnodes.
const MAX_SUBNODES: usize = 1 << 20;

/// Why a part of the store could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lost {
    /// No entry leads to it.
    Missing,
    /// It breaks the rules.
    Corrupt,
    /// The file ends before it.
    Truncated,
    /// It is larger than may be held.
    TooLarge,
}

/// How a store is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layout {
    Ansi,
    Unicode,
    /// OST of Outlook 2013 and later.
    Unicode4k,
}

impl Layout {
    pub(super) fn page_len(self) -> usize {
        if self == Self::Unicode4k { 4096 } else { 512 }
    }
    /// Bytes of the number of a block.
    pub(super) fn id_len(self) -> usize {
        if self == Self::Ansi { 4 } else { 8 }
    }
    fn trailer_len(self) -> usize {
        match self {
            Self::Ansi => 12,
            Self::Unicode => 16,
            Self::Unicode4k => 24,
        }
    }
    /// Bits of a heap id that number the item in its block.
    pub(super) fn heap_bits(self) -> u32 {
        if self == Self::Unicode4k { 14 } else { 11 }
    }
    /// The place of a block's trailer relative to its start ([MS-PST] 2.2.2.8).
    fn block_len(self, n_data: usize) -> usize {
        let step = if self == Self::Unicode4k { 512 } else { 64 };
        (n_data + self.trailer_len()).div_ceil(step) * step
    }
}

/// A number of four or eight bytes, as the layout has it.
pub(super) fn number(bytes: &[u8], at: usize, len: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(len)?)?;
    let mut wide = [0; 8];
    wide.get_mut(..len)?.copy_from_slice(bytes);
    Some(u64::from_le_bytes(wide))
}

/// A page of one of the two trees.
pub(super) struct Page {
    bytes: Vec<u8>,
    n_entries: usize,
    entry_len: usize,
    pub(super) level: u8,
    /// 0x80: blocks; 0x81: nodes.
    pub(super) kind: u8,
}

impl Page {
    /// A page from its bytes; `None` when they break the rules.
    pub(super) fn parse(bytes: Vec<u8>, layout: Layout) -> Option<Self> {
        if bytes.len() != layout.page_len() {
            return None;
        }
        let (n_entries, entry_len, level, kind, again, room) = match layout {
            Layout::Ansi => (
                bytes[496].into(),
                bytes[498],
                bytes[499],
                bytes[500],
                bytes[501],
                496,
            ),
            Layout::Unicode => (
                bytes[488].into(),
                bytes[490],
                bytes[491],
                bytes[496],
                bytes[497],
                488,
            ),
            Layout::Unicode4k => (
                usize::from(u16::from_le_bytes([bytes[4056], bytes[4057]])),
                bytes[4060],
                bytes[4061],
                bytes[4072],
                bytes[4073],
                4056,
            ),
        };
        let entry_len = usize::from(entry_len);
        let least = if level > 0 || kind == 0x80 && layout == Layout::Ansi {
            layout.id_len() * 3
        } else if kind == 0x80 {
            20
        } else {
            layout.id_len() * 3 + 4
        };
        let is_sound = matches!(kind, 0x80 | 0x81)
            && kind == again
            && entry_len >= least
            && n_entries * entry_len <= room
            && usize::from(level) < MAX_LEVELS;
        is_sound.then_some(Self {
            bytes,
            n_entries,
            entry_len,
            level,
            kind,
        })
    }

    /// Whether the page's checksum holds.
    pub(super) fn is_sealed(&self, layout: Layout) -> bool {
        let (n, at) = match layout {
            Layout::Ansi => (500, 508),
            Layout::Unicode => (496, 500),
            Layout::Unicode4k => (4072, 4076),
        };
        number(&self.bytes, at, 4) == Some(u64::from(code::checksum(&self.bytes[..n])))
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.entry_len).take(self.n_entries)
    }

    /// The last entry whose key is not above this one.
    fn find(&self, key: u64, id_len: usize) -> Option<&[u8]> {
        // The lowest bit of a block's number, and the upper half of a node's, say nothing.
        let mask = if self.kind == 0x80 { !1 } else { 0xFFFF_FFFF };
        let (mut low, mut high) = (0, self.n_entries);
        while low < high {
            let middle = (low + high) / 2;
            if number(&self.bytes, middle * self.entry_len, id_len)? & mask <= key & mask {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let at = low.checked_sub(1)? * self.entry_len;
        self.bytes.get(at..at + self.entry_len)
    }
}

/// A node: where its data and its subnodes begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Node {
    pub(super) id: u32,
    pub(super) data: u64,
    pub(super) subnodes: u64,
    pub(super) parent: u32,
}

impl Node {
    pub(super) fn parse(entry: &[u8], layout: Layout) -> Option<Self> {
        let len = layout.id_len();
        Some(Self {
            id: number(entry, 0, 4)? as u32,
            data: number(entry, len, len)?,
            subnodes: number(entry, len * 2, len)?,
            parent: number(entry, len * 3, 4)? as u32,
        })
    }
}

/// Where a block lies.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) id: u64,
    pub(super) at: u64,
    pub(super) len: u16,
}

impl Place {
    pub(super) fn parse(entry: &[u8], layout: Layout) -> Option<Self> {
        let len = layout.id_len();
        Some(Self {
            id: number(entry, 0, len)?,
            at: number(entry, len, len)?,
            len: number(entry, len * 2, 2)? as u16,
        })
    }
}

/// A store that was opened.
pub(super) struct Store<'f> {
    pub(super) file: &'f mut dyn ReadSeek,
    pub(super) len: u64,
    pub(super) layout: Layout,
    crypt: u8,
    /// Roots of the trees of nodes and blocks.
    nodes: u64,
    blocks: u64,
    pages: HashMap<u64, Rc<Page>>,
    recovered: Option<Rc<Recovered>>,
    /// Blocks whose checksum does not hold, since this was last asked.
    pub(super) n_unsealed: u32,
    /// Whether a page of a tree was lost.
    pub(super) has_lost_pages: bool,
    /// Bytes of values that the message at hand may still take in memory.
    pub(super) n_left: u64,
}

/// What opening a store can lead to.
pub(super) enum Opened<'f> {
    Store(Store<'f>),
    /// Bound to a Windows account.
    Locked,
    Corrupt,
}

impl<'f> Store<'f> {
    /// Opens a store by its header ([MS-PST] 2.2.2.6).
    pub(super) fn open(file: &'f mut dyn ReadSeek) -> Opened<'f> {
        let Ok(len) = file.seek(SeekFrom::End(0)) else {
            return Opened::Corrupt;
        };
        let Some(header) = read_at(file, 0, 564.min(len as usize))
            .ok()
            .filter(|header| header.starts_with(b"!BDN") && header.len() >= 512)
        else {
            return Opened::Corrupt;
        };
        let version = u16::from_le_bytes([header[10], header[11]]);
        // The mark that follows the maps tells the layouts apart when the version does not.
        let layout = match version {
            0..=15 => Layout::Ansi,
            36.. => Layout::Unicode4k,
            _ if header.get(512) != Some(&0x80) && header[460] == 0x80 => Layout::Ansi,
            _ => Layout::Unicode,
        };
        let (nodes, blocks, crypt) = if layout == Layout::Ansi {
            (188, 196, 461)
        } else {
            (224, 240, 513)
        };
        let id_len = layout.id_len();
        let (Some(nodes), Some(blocks), Some(&crypt)) = (
            number(&header, nodes, id_len),
            number(&header, blocks, id_len),
            header.get(crypt),
        ) else {
            return Opened::Corrupt;
        };
        if crypt == 0x10 {
            return Opened::Locked;
        }
        Opened::Store(Self {
            file,
            len,
            layout,
            crypt,
            nodes,
            blocks,
            pages: HashMap::new(),
            recovered: None,
            n_unsealed: 0,
            has_lost_pages: false,
            n_left: 0,
        })
    }

    fn page(&mut self, at: u64) -> Result<Rc<Page>, Lost> {
        if let Some(page) = self.pages.get(&at) {
            return Ok(Rc::clone(page));
        }
        let bytes = read_at(self.file, at, self.layout.page_len())?;
        let page = Rc::new(Page::parse(bytes, self.layout).ok_or(Lost::Corrupt)?);
        // A page whose checksum does not hold may lead anywhere.
        if !page.is_sealed(self.layout) {
            return Err(Lost::Corrupt);
        }
        if self.pages.len() >= MAX_PAGES {
            self.pages.clear();
        }
        self.pages.insert(at, Rc::clone(&page));
        Ok(page)
    }

    /// The entry of a key in one of the trees.
    fn look_up(&mut self, root: u64, kind: u8, key: u64) -> Result<Vec<u8>, Lost> {
        let id_len = self.layout.id_len();
        let (mut at, mut level) = (root, u8::MAX);
        loop {
            let page = self.page(at)?;
            if page.kind != kind || page.level >= level {
                return Err(Lost::Corrupt);
            }
            level = page.level;
            let entry = page.find(key, id_len).ok_or(Lost::Missing)?;
            if level == 0 {
                return Ok(entry.to_vec());
            }
            at = number(entry, id_len * 2, id_len).ok_or(Lost::Corrupt)?;
        }
    }

    /// The pages that a search of the whole file found; it is made once.
    fn recovered(&mut self) -> Rc<Recovered> {
        self.has_lost_pages = true;
        if let Some(recovered) = &self.recovered {
            return Rc::clone(recovered);
        }
        let recovered = Rc::new(Recovered::search(self.file, self.len, self.layout));
        self.recovered = Some(Rc::clone(&recovered));
        recovered
    }

    /// A node by its number.
    pub(super) fn node(&mut self, id: u32) -> Result<Node, Lost> {
        let found = self
            .look_up(self.nodes, 0x81, u64::from(id))
            .and_then(|entry| Node::parse(&entry, self.layout).ok_or(Lost::Corrupt));
        match found {
            Ok(node) if node.id == id => Ok(node),
            Ok(_) | Err(Lost::Missing) if self.recovered.is_none() => Err(Lost::Missing),
            _ => self.recovered().node(id).ok_or(Lost::Missing),
        }
    }

    fn place(&mut self, id: u64) -> Result<Place, Lost> {
        let found = self
            .look_up(self.blocks, 0x80, id)
            .and_then(|entry| Place::parse(&entry, self.layout).ok_or(Lost::Corrupt));
        match found {
            Ok(place) if place.id & !1 == id & !1 => Ok(place),
            Ok(_) | Err(Lost::Missing) if self.recovered.is_none() => Err(Lost::Missing),
            _ => self.recovered().place(id).ok_or(Lost::Missing),
        }
    }

    /// Every folder and message, each once, by its number.
    pub(super) fn all_nodes(&mut self, pulse: &mut dyn FnMut()) -> BTreeMap<u32, Node> {
        let is_wanted = |node: &Node| matches!(node.id & 0x1F, 0x02 | 0x04 | 0x08);
        let mut nodes = BTreeMap::new();
        let mut seen = HashSet::new();
        let mut waiting = vec![(self.nodes, u8::MAX)];
        let mut is_torn = false;
        let id_len = self.layout.id_len();
        while let Some((at, above)) = waiting.pop() {
            if !seen.insert(at) {
                continue;
            }
            let page = match self.page(at) {
                Ok(page) if page.kind == 0x81 && page.level < above => page,
                _ => {
                    is_torn = true;
                    continue;
                }
            };
            if seen.len() % 256 == 0 {
                pulse();
            }
            for entry in page.entries() {
                if page.level > 0 {
                    waiting.extend(number(entry, id_len * 2, id_len).map(|at| (at, page.level)));
                } else if let Some(node) = Node::parse(entry, self.layout).filter(is_wanted) {
                    nodes.insert(node.id, node);
                }
            }
        }
        if is_torn {
            for node in self
                .recovered()
                .nodes()
                .iter()
                .filter(|node| is_wanted(node))
            {
                nodes.entry(node.id).or_insert(*node);
            }
        }
        nodes
    }

    /// The bytes of one block, decoded.
    pub(super) fn block(&mut self, id: u64) -> Result<Vec<u8>, Lost> {
        if id & !1 == 0 {
            return Err(Lost::Missing);
        }
        let place = self.place(id)?;
        let n_data = usize::from(place.len);
        let whole = self.layout.block_len(n_data);
        let mut bytes = read_at(self.file, place.at, whole)?;
        let trailer = bytes.split_off(whole - self.layout.trailer_len());
        bytes.truncate(n_data);
        let (says, seal) = match self.layout {
            Layout::Ansi => (number(&trailer, 4, 4), number(&trailer, 8, 4)),
            _ => (number(&trailer, 8, 8), number(&trailer, 4, 4)),
        };
        // Another block was written over this one.
        if says.is_none_or(|says| says & !1 != id & !1) {
            return Err(Lost::Corrupt);
        }
        if seal != Some(u64::from(code::checksum(&bytes))) {
            self.n_unsealed += 1;
        }
        if self.layout == Layout::Unicode4k
            && let Some(n_unpacked) = number(&trailer, 18, 2).filter(|n| *n != 0)
            && n_unpacked != n_data as u64
        {
            bytes = code::inflate(&bytes, n_unpacked as usize).ok_or(Lost::Corrupt)?;
        }
        // Only blocks of data are encoded, not the store's own.
        if id & 2 == 0 {
            match self.crypt {
                1 => code::permute(&mut bytes),
                2 => code::cyclic(&mut bytes, id as u32),
                _ => {}
            }
        }
        Ok(bytes)
    }

    /// The numbers in a block that lists others, and its level ([MS-PST] 2.2.2.8.3.2).
    pub(super) fn list(&mut self, id: u64) -> Result<(u8, Vec<u64>), Lost> {
        let bytes = self.block(id)?;
        let id_len = self.layout.id_len();
        let &[1, level, low, high, ..] = bytes.as_slice() else {
            return Err(Lost::Corrupt);
        };
        let n = usize::from(u16::from_le_bytes([low, high]));
        let ids = (0..n).map_while(|index| number(&bytes, 8 + index * id_len, id_len));
        Ok((level, ids.collect()))
    }

    /// The subnodes of a node: number to data and subnodes ([MS-PST] 2.2.2.8.3.3). What can be read of them.
    pub(super) fn subnodes(&mut self, id: u64) -> (BTreeMap<u32, Node>, Option<Lost>) {
        let mut out = BTreeMap::new();
        let mut lost = None;
        let mut seen = HashSet::new();
        let mut waiting: Vec<u64> = (id & !1 != 0).then_some(id).into_iter().collect();
        let id_len = self.layout.id_len();
        let head = if self.layout == Layout::Ansi { 4 } else { 8 };
        while let Some(id) = waiting.pop() {
            if !seen.insert(id & !1) {
                continue;
            }
            let bytes = match self.block(id) {
                Ok(bytes) if bytes.first() == Some(&2) && bytes.len() >= head => bytes,
                Ok(_) => {
                    lost = Some(Lost::Corrupt);
                    continue;
                }
                Err(why) => {
                    lost = Some(why);
                    continue;
                }
            };
            let n = usize::from(u16::from_le_bytes([bytes[2], bytes[3]]));
            let rest = &bytes[head..];
            if bytes[1] > 0 {
                let children = rest.chunks_exact(id_len * 2).take(n);
                waiting.extend(children.filter_map(|entry| number(entry, id_len, id_len)));
                continue;
            }
            for entry in rest.chunks_exact(id_len * 3).take(n) {
                if let (Some(nid), Some(data), Some(subnodes)) = (
                    number(entry, 0, 4),
                    number(entry, id_len, id_len),
                    number(entry, id_len * 2, id_len),
                ) {
                    let id = nid as u32;
                    out.insert(
                        id,
                        Node {
                            id,
                            data,
                            subnodes,
                            parent: 0,
                        },
                    );
                }
            }
            if out.len() > MAX_SUBNODES {
                return (out, Some(Lost::TooLarge));
            }
        }
        (out, lost)
    }

    /// All bytes of a node's data, as long as what is left allows.
    pub(super) fn data(&mut self, id: u64) -> Result<Vec<u8>, Lost> {
        let mut blocks = Blocks::new(id);
        let mut out = Vec::new();
        while let Some(block) = blocks.next(self) {
            let block = block?;
            self.spend(block.len())?;
            out.extend_from_slice(&block);
        }
        Ok(out)
    }

    /// Takes bytes from what the message at hand may hold.
    pub(super) fn spend(&mut self, n: usize) -> Result<(), Lost> {
        self.n_left = self.n_left.checked_sub(n as u64).ok_or(Lost::TooLarge)?;
        Ok(())
    }
}

/// The blocks of a node's data, one after the other; only the lists above the current one are held.
pub(super) struct Blocks {
    waiting: Vec<std::vec::IntoIter<u64>>,
    is_failed: bool,
}

impl Blocks {
    pub(super) fn new(id: u64) -> Self {
        let first: Vec<u64> = (id & !1 != 0).then_some(id).into_iter().collect();
        Self {
            waiting: vec![first.into_iter()],
            is_failed: false,
        }
    }

    /// The number of the next block of data.
    pub(super) fn next_id(&mut self, store: &mut Store<'_>) -> Option<Result<u64, Lost>> {
        loop {
            if self.is_failed {
                return None;
            }
            let Some(id) = self.waiting.last_mut()?.next() else {
                self.waiting.pop();
                continue;
            };
            if id & 2 == 0 {
                return Some(Ok(id));
            }
            // Two levels of lists is what there is; a third is a loop.
            match store.list(id) {
                Ok((_, ids)) if self.waiting.len() < 4 => self.waiting.push(ids.into_iter()),
                Ok(_) => {
                    self.is_failed = true;
                    return Some(Err(Lost::Corrupt));
                }
                Err(lost) => return Some(Err(lost)),
            }
        }
    }

    pub(super) fn next(&mut self, store: &mut Store<'_>) -> Option<Result<Vec<u8>, Lost>> {
        let id = self.next_id(store)?;
        Some(id.and_then(|id| store.block(id)))
    }
}

/// Bytes at a place in the file.
pub(super) fn read_at(file: &mut dyn ReadSeek, at: u64, len: usize) -> Result<Vec<u8>, Lost> {
    file.seek(SeekFrom::Start(at))
        .map_err(|_| Lost::Truncated)?;
    let mut bytes = Vec::with_capacity(len.min(1 << 20));
    file.take(len as u64)
        .read_to_end(&mut bytes)
        .map_err(|_| Lost::Truncated)?;
    if bytes.len() < len {
        return Err(Lost::Truncated);
    }
    Ok(bytes)
}
