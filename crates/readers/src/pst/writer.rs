//! For tests only: writes small mail stores of every layout and encoding, from nodes with properties and tables.
//!
//! Format: [MS-PST] 2.2 and 2.3, the parts that a reader looks at.

use std::{collections::BTreeMap, io::Write};

use super::{code, ndb::Layout};
use crate::mapi::value::kind;

/// A value to be written.
#[derive(Clone)]
pub(super) enum Put {
    Int(i32),
    Time(u64),
    Text(&'static str),
    Narrow(&'static [u8]),
    Bytes(Vec<u8>),
    /// A message or object in this subnode.
    Object(u32),
}

/// A node to be written.
#[derive(Clone, Default)]
pub(super) struct Thing {
    pub(super) props: Vec<(u16, Put)>,
    pub(super) below: Vec<(u32, Below)>,
}

/// What a subnode is.
#[derive(Clone)]
pub(super) enum Below {
    Thing(Thing),
    /// A table: ids of rows, each with its cells.
    Table(Vec<(u32, Vec<(u16, Put)>)>),
    Data(Vec<u8>),
}

/// A store that is being written.
pub(super) struct Writer {
    layout: Layout,
    crypt: u8,
    pub(super) bytes: Vec<u8>,
    next: u64,
    /// Number, place, length.
    blocks: BTreeMap<u64, (u64, u16)>,
    /// Data, subnodes, parent.
    nodes: BTreeMap<u32, (u64, u64, u32)>,
    /// Bytes of data in one block; small, so that lists of blocks are needed.
    pub(super) block_len: usize,
}

impl Writer {
    pub(super) fn new(layout: Layout, crypt: u8) -> Self {
        Self {
            layout,
            crypt,
            bytes: vec![0; 0x4400],
            next: 4,
            blocks: BTreeMap::new(),
            nodes: BTreeMap::new(),
            block_len: 2048,
        }
    }

    fn id_bytes(&self, id: u64) -> Vec<u8> {
        id.to_le_bytes()[..self.layout.id_len()].to_vec()
    }

    fn block(&mut self, data: &[u8], is_internal: bool) -> u64 {
        let id = self.next | if is_internal { 2 } else { 0 };
        self.next += 4;
        let mut data = data.to_vec();
        if !is_internal {
            match self.crypt {
                1 => code::unpermute(&mut data),
                2 => code::cyclic(&mut data, id as u32),
                _ => {}
            }
        }
        let n_unpacked = data.len() as u16;
        if self.layout == Layout::Unicode4k && data.len() > 256 {
            let level = flate2::Compression::default();
            let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), level);
            packer.write_all(&data).unwrap();
            let packed = packer.finish().unwrap();
            if packed.len() < data.len() {
                data = packed;
            }
        }
        let (step, trailer_len) = match self.layout {
            Layout::Ansi => (64, 12),
            Layout::Unicode => (64, 16),
            Layout::Unicode4k => (512, 24),
        };
        let whole = (data.len() + trailer_len).div_ceil(step) * step;
        let at = self.bytes.len() as u64;
        self.blocks.insert(id, (at, data.len() as u16));
        let seal = code::checksum(&data).to_le_bytes();
        let mut trailer = (data.len() as u16).to_le_bytes().to_vec();
        trailer.extend([0, 0]);
        if self.layout == Layout::Ansi {
            trailer.extend(self.id_bytes(id));
            trailer.extend(seal);
        } else {
            trailer.extend(seal);
            trailer.extend(self.id_bytes(id));
        }
        if self.layout == Layout::Unicode4k {
            trailer.extend([0, 0]);
            trailer.extend(n_unpacked.to_le_bytes());
            trailer.extend([0; 4]);
        }
        self.bytes.extend_from_slice(&data);
        self.bytes.resize(at as usize + whole - trailer_len, 0);
        self.bytes.extend(trailer);
        id
    }

    /// Blocks of these lengths as one node's data, with a list, or lists of lists, when there are several.
    fn data(&mut self, blocks: &[Vec<u8>]) -> u64 {
        let mut ids: Vec<u64> = blocks
            .iter()
            .map(|block| self.block(block, false))
            .collect();
        let mut level = 1;
        while ids.len() > 1 {
            let lists: Vec<Vec<u64>> = ids.chunks(64).map(<[u64]>::to_vec).collect();
            ids = lists
                .iter()
                .map(|list| {
                    let mut bytes = vec![1, level];
                    bytes.extend((list.len() as u16).to_le_bytes());
                    bytes.extend([0; 4]);
                    for id in list {
                        bytes.extend(self.id_bytes(*id));
                    }
                    self.block(&bytes, true)
                })
                .collect();
            level += 1;
        }
        ids.first().copied().unwrap_or(0)
    }

    fn subnodes(&mut self, entries: &[(u32, u64, u64)]) -> u64 {
        if entries.is_empty() {
            return 0;
        }
        let mut leaves = Vec::new();
        for chunk in entries.chunks(3) {
            let mut bytes = vec![2, 0];
            bytes.extend((chunk.len() as u16).to_le_bytes());
            if self.layout != Layout::Ansi {
                bytes.extend([0; 4]);
            }
            for (id, data, below) in chunk {
                bytes.extend(self.id_bytes(u64::from(*id)));
                bytes.extend(self.id_bytes(*data));
                bytes.extend(self.id_bytes(*below));
            }
            leaves.push((chunk[0].0, self.block(&bytes, true)));
        }
        if leaves.len() == 1 {
            return leaves[0].1;
        }
        let mut bytes = vec![2, 1];
        bytes.extend((leaves.len() as u16).to_le_bytes());
        if self.layout != Layout::Ansi {
            bytes.extend([0; 4]);
        }
        for (id, block) in leaves {
            bytes.extend(self.id_bytes(u64::from(id)));
            bytes.extend(self.id_bytes(block));
        }
        self.block(&bytes, true)
    }

    /// A node with properties and subnodes.
    pub(super) fn thing(&mut self, id: u32, parent: u32, thing: &Thing) {
        let (data, below) = self.put_thing(thing);
        self.nodes.insert(id, (data, below, parent));
    }

    fn put_thing(&mut self, thing: &Thing) -> (u64, u64) {
        let mut entries = Vec::new();
        for (id, below) in &thing.below {
            let (data, below) = match below {
                Below::Thing(thing) => self.put_thing(thing),
                Below::Table(rows) => self.put_table(rows),
                Below::Data(bytes) => {
                    let blocks: Vec<_> = bytes.chunks(self.block_len).map(<[u8]>::to_vec).collect();
                    (self.data(&blocks), 0)
                }
            };
            entries.push((*id, data, below));
        }
        let mut heap = Heap::new(self.layout, 0xBC);
        let mut leaf = Vec::new();
        let mut props = thing.props.clone();
        props.sort_by_key(|(id, _)| *id);
        for (id, put) in props {
            let (of, value) = self.value(&put, &mut heap, &mut entries);
            leaf.extend(id.to_le_bytes());
            leaf.extend(of.to_le_bytes());
            leaf.extend(value.to_le_bytes());
        }
        let root = heap.tree(2, 6, leaf, 8);
        entries.sort_unstable();
        let below = self.subnodes(&entries);
        (self.data(&heap.done(root)), below)
    }

    fn value(
        &mut self,
        put: &Put,
        heap: &mut Heap,
        entries: &mut Vec<(u32, u64, u64)>,
    ) -> (u16, u32) {
        let (of, bytes) = match put {
            Put::Int(value) => return (kind::INT32, *value as u32),
            Put::Time(ticks) => (kind::TIME, ticks.to_le_bytes().to_vec()),
            Put::Text(text) => (
                kind::WIDE,
                text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            ),
            Put::Narrow(bytes) => (kind::NARROW, bytes.to_vec()),
            Put::Bytes(bytes) => (kind::BYTES, bytes.clone()),
            Put::Object(node) => (
                kind::OBJECT,
                [node.to_le_bytes(), 0_u32.to_le_bytes()].concat(),
            ),
        };
        if bytes.len() <= 1024 {
            return (of, heap.add(bytes));
        }
        // What is too large for the heap has a node of its own.
        let id = (entries.len() as u32 + 0x400) << 5 | 0x1F;
        let blocks: Vec<_> = bytes.chunks(self.block_len).map(<[u8]>::to_vec).collect();
        let data = self.data(&blocks);
        entries.push((id, data, 0));
        (of, id)
    }

    /// A node with a table.
    pub(super) fn table(&mut self, id: u32, rows: &[(u32, Vec<(u16, Put)>)]) {
        let (data, below) = self.put_table(rows);
        self.nodes.insert(id, (data, below, 0));
    }

    fn put_table(&mut self, rows: &[(u32, Vec<(u16, Put)>)]) -> (u64, u64) {
        let mut heap = Heap::new(self.layout, 0x7C);
        let mut entries = Vec::new();
        let mut ids: Vec<(u16, u16)> = Vec::new();
        for (id, put) in rows.iter().flat_map(|(_, cells)| cells) {
            let of = match put {
                Put::Int(_) => kind::INT32,
                Put::Text(_) => kind::WIDE,
                Put::Narrow(_) => kind::NARROW,
                _ => kind::BYTES,
            };
            if !ids.iter().any(|known| known.0 == *id) {
                ids.push((*id, of));
            }
        }
        let n_columns = ids.len() + 1;
        let bits_at = n_columns * 4;
        let row_len = bits_at + n_columns.div_ceil(8);
        let mut matrix = Vec::new();
        let mut index = Vec::new();
        for (number, (row_id, cells)) in rows.iter().enumerate() {
            let mut row = vec![0; row_len];
            row[..4].copy_from_slice(&row_id.to_le_bytes());
            row[bits_at] |= 0x80;
            for (id, put) in cells {
                let column = ids.iter().position(|known| known.0 == *id).unwrap() + 1;
                let (_, value) = self.value(put, &mut heap, &mut entries);
                row[column * 4..column * 4 + 4].copy_from_slice(&value.to_le_bytes());
                row[bits_at + column / 8] |= 0x80 >> (column % 8);
            }
            matrix.push(row);
            index.extend(row_id.to_le_bytes());
            if self.layout == Layout::Ansi {
                index.extend((number as u16).to_le_bytes());
            } else {
                index.extend((number as u32).to_le_bytes());
            }
        }
        let value_len = if self.layout == Layout::Ansi { 2 } else { 4 };
        let index = heap.tree(4, value_len, index, 4 + usize::from(value_len));
        let whole: usize = matrix.iter().map(Vec::len).sum();
        let rows_at = if whole <= 1024 {
            heap.add(matrix.concat())
        } else {
            // No row is cut in two.
            let per_block = self.block_len / row_len;
            let blocks: Vec<_> = matrix.chunks(per_block).map(|rows| rows.concat()).collect();
            let data = self.data(&blocks);
            let id = 0x3FF_u32 << 5 | 0x1F;
            entries.push((id, data, 0));
            id
        };
        let mut info = vec![0x7C, n_columns as u8];
        for end in [bits_at, bits_at, bits_at, row_len] {
            info.extend((end as u16).to_le_bytes());
        }
        info.extend(index.to_le_bytes());
        info.extend(rows_at.to_le_bytes());
        info.extend([0; 4]);
        let mut column = |of: u16, id: u16, number: usize| {
            info.extend(of.to_le_bytes());
            info.extend(id.to_le_bytes());
            info.extend((number as u16 * 4).to_le_bytes());
            info.extend([4, number as u8]);
        };
        column(kind::INT32, 0x67F2, 0);
        for (number, (id, of)) in ids.iter().enumerate() {
            column(*of, *id, number + 1);
        }
        let root = heap.add(info);
        entries.sort_unstable();
        let below = self.subnodes(&entries);
        (self.data(&heap.done(root)), below)
    }

    /// The whole file.
    pub(super) fn done(mut self) -> Vec<u8> {
        let page_len = self.layout.page_len();
        let start = self.bytes.len().next_multiple_of(page_len);
        self.bytes.resize(start, 0);
        let nodes: Vec<(u64, Vec<u8>)> = self
            .nodes
            .iter()
            .map(|(id, (data, below, parent))| {
                let mut entry = self.id_bytes(u64::from(*id));
                entry.extend(self.id_bytes(*data));
                entry.extend(self.id_bytes(*below));
                entry.extend(parent.to_le_bytes());
                if self.layout != Layout::Ansi {
                    entry.extend([0; 4]);
                }
                (u64::from(*id), entry)
            })
            .collect();
        let blocks: Vec<(u64, Vec<u8>)> = self
            .blocks
            .iter()
            .map(|(id, (at, len))| {
                let mut entry = self.id_bytes(*id);
                entry.extend(self.id_bytes(*at));
                entry.extend(len.to_le_bytes());
                entry.extend(2_u16.to_le_bytes());
                if self.layout != Layout::Ansi {
                    entry.extend([0; 4]);
                }
                (*id, entry)
            })
            .collect();
        let nodes = self.pages(nodes, 0x81);
        let blocks = self.pages(blocks, 0x80);
        self.bytes[..4].copy_from_slice(b"!BDN");
        self.bytes[8..10].copy_from_slice(b"SM");
        let (version, nodes_at, blocks_at, mark) = match self.layout {
            Layout::Ansi => (14, 188, 196, 460),
            Layout::Unicode => (23, 224, 240, 512),
            Layout::Unicode4k => (36, 224, 240, 512),
        };
        self.bytes[10] = version;
        let n = self.layout.id_len();
        self.bytes[nodes_at..nodes_at + n].copy_from_slice(&nodes.to_le_bytes()[..n]);
        self.bytes[blocks_at..blocks_at + n].copy_from_slice(&blocks.to_le_bytes()[..n]);
        self.bytes[mark] = 0x80;
        self.bytes[mark + 1] = self.crypt;
        self.bytes
    }

    /// Writes a tree of pages; gives where its root is. Few entries a page, so that there are levels.
    fn pages(&mut self, mut entries: Vec<(u64, Vec<u8>)>, kind: u8) -> u64 {
        let mut level = 0;
        loop {
            let mut above = Vec::new();
            for chunk in entries.chunks(10) {
                let at = self.bytes.len() as u64;
                self.page(chunk, kind, level);
                let mut entry = self.id_bytes(chunk[0].0);
                entry.extend(self.id_bytes(self.next));
                entry.extend(self.id_bytes(at));
                above.push((chunk[0].0, entry));
            }
            if above.len() == 1 {
                return self.bytes.len() as u64 - self.layout.page_len() as u64;
            }
            entries = above;
            level += 1;
        }
    }

    fn page(&mut self, entries: &[(u64, Vec<u8>)], kind: u8, level: u8) {
        self.next += 4;
        let mut page: Vec<u8> = entries
            .iter()
            .flat_map(|(_, entry)| entry.clone())
            .collect();
        let (n, entry_len) = (entries.len() as u8, entries[0].1.len() as u8);
        match self.layout {
            Layout::Ansi => {
                page.resize(496, 0);
                page.extend([n, 20, entry_len, level, kind, kind, 0, 0]);
                page.extend(self.id_bytes(self.next));
                let seal = code::checksum(&page[..500]);
                page.extend(seal.to_le_bytes());
            }
            Layout::Unicode => {
                page.resize(488, 0);
                page.extend([n, 20, entry_len, level, 0, 0, 0, 0, kind, kind, 0, 0]);
                let seal = code::checksum(&page[..496]);
                page.extend(seal.to_le_bytes());
                page.extend(self.id_bytes(self.next));
            }
            Layout::Unicode4k => {
                page.resize(4056, 0);
                page.extend([n, 0, 168, 0, entry_len, level]);
                page.extend([0; 10]);
                page.extend([kind, kind, 0, 0]);
                let seal = code::checksum(&page[..4072]);
                page.extend(seal.to_le_bytes());
                page.extend(self.id_bytes(self.next));
                page.extend([0; 8]);
            }
        }
        self.bytes.extend(page);
    }
}

/// A heap that is being written: items in blocks of about 2 KiB.
struct Heap {
    client: u8,
    bits: u32,
    blocks: Vec<Vec<Vec<u8>>>,
}

impl Heap {
    fn new(layout: Layout, client: u8) -> Self {
        Self {
            client,
            bits: layout.heap_bits(),
            blocks: vec![Vec::new()],
        }
    }

    fn add(&mut self, item: Vec<u8>) -> u32 {
        if item.is_empty() {
            return 0;
        }
        let last = self.blocks.last().unwrap();
        if last.iter().map(Vec::len).sum::<usize>() + item.len() > 1800 {
            self.blocks.push(Vec::new());
        }
        let block = self.blocks.len() as u32 - 1;
        let items = self.blocks.last_mut().unwrap();
        items.push(item);
        block << (5 + self.bits) | (items.len() as u32) << 5
    }

    /// A tree; with an index level when there are many entries.
    fn tree(&mut self, key_len: u8, value_len: u8, leaf: Vec<u8>, entry_len: usize) -> u32 {
        let per_leaf = 512 / entry_len * entry_len;
        let (root, levels) = if leaf.len() <= per_leaf {
            (self.add(leaf), 0)
        } else {
            let mut index = Vec::new();
            for chunk in leaf.chunks(per_leaf) {
                index.extend(&chunk[..usize::from(key_len)]);
                let id = self.add(chunk.to_vec());
                index.extend(id.to_le_bytes());
            }
            (self.add(index), 1)
        };
        let mut head = vec![0xB5, key_len, value_len, levels];
        head.extend(root.to_le_bytes());
        self.add(head)
    }

    fn done(self, root: u32) -> Vec<Vec<u8>> {
        let client = self.client;
        self.blocks
            .into_iter()
            .enumerate()
            .map(|(number, items)| {
                let mut bytes = if number == 0 {
                    let mut head = vec![0, 0, 0xEC, client];
                    head.extend(root.to_le_bytes());
                    head.extend([0; 4]);
                    head
                } else {
                    vec![0, 0]
                };
                let mut ends = vec![bytes.len() as u16];
                for item in &items {
                    bytes.extend(item);
                    ends.push(bytes.len() as u16);
                }
                if bytes.len() % 2 == 1 {
                    bytes.push(0);
                }
                let map = bytes.len() as u16;
                bytes[..2].copy_from_slice(&map.to_le_bytes());
                bytes.extend((items.len() as u16).to_le_bytes());
                bytes.extend([0, 0]);
                bytes.extend(ends.iter().flat_map(|end| end.to_le_bytes()));
                bytes
            })
            .collect()
    }
}
