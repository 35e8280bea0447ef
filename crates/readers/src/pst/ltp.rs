//! The middle of a mail store: a node's data as a heap of items, and in the heap the properties of a thing or the rows of a table.
//!
//! Only the blocks of a heap that are asked for are read. A tree in the heap
//! that loops ends there; an item that is damaged costs itself.
//!
//! Format: [MS-PST] 2.3.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use super::ndb::{Blocks, Lost, Node, Store, number};
use crate::mapi::{
    Names, Props, Value,
    value::{fixed_len, kind},
};

/// Blocks of one heap: what its ids can name.
const MAX_BLOCKS: usize = 1 << 16;
/// Blocks of one heap that are held at a time.
const MAX_HELD: usize = 64;
/// Entries of one tree in a heap.
const MAX_ENTRIES: usize = 8 << 20;
/// Values of a property with several.
const MAX_VALUES: usize = 4096;

/// A node's data as a heap ([MS-PST] 2.3.1).
pub(super) struct Heap {
    blocks: Vec<u64>,
    held: HashMap<usize, Rc<Vec<u8>>>,
    /// What the heap is: 0xBC properties, 0x7C a table.
    pub(super) client: u8,
    pub(super) root: u32,
    bits: u32,
    pub(super) subnodes: BTreeMap<u32, Node>,
    /// Whether some subnodes could not be listed.
    pub(super) lost_subnodes: Option<Lost>,
}

impl Heap {
    pub(super) fn open(store: &mut Store<'_>, node: Node) -> Result<Self, Lost> {
        let mut ids = Blocks::new(node.data);
        let mut blocks = Vec::new();
        while let Some(id) = ids.next_id(store) {
            match id {
                Ok(id) => blocks.push(id),
                Err(lost) if blocks.is_empty() => return Err(lost),
                Err(_) => break,
            }
            if blocks.len() >= MAX_BLOCKS {
                break;
            }
        }
        let mut heap = Self {
            blocks,
            held: HashMap::new(),
            client: 0,
            root: 0,
            bits: store.layout.heap_bits(),
            subnodes: BTreeMap::new(),
            lost_subnodes: None,
        };
        let first = heap.block(store, 0)?;
        if first.get(2) != Some(&0xEC) {
            return Err(Lost::Corrupt);
        }
        heap.client = first[3];
        heap.root = number(&first, 4, 4).ok_or(Lost::Corrupt)? as u32;
        (heap.subnodes, heap.lost_subnodes) = store.subnodes(node.subnodes);
        Ok(heap)
    }

    fn block(&mut self, store: &mut Store<'_>, index: usize) -> Result<Rc<Vec<u8>>, Lost> {
        if let Some(block) = self.held.get(&index) {
            return Ok(Rc::clone(block));
        }
        let id = *self.blocks.get(index).ok_or(Lost::Missing)?;
        let block = Rc::new(store.block(id)?);
        if self.held.len() >= MAX_HELD {
            self.held.clear();
        }
        self.held.insert(index, Rc::clone(&block));
        Ok(block)
    }

    /// An item of the heap by its id.
    fn item(&mut self, store: &mut Store<'_>, id: u32) -> Result<Vec<u8>, Lost> {
        if id == 0 {
            return Ok(Vec::new());
        }
        let index = (id >> 5 & ((1 << self.bits) - 1)) as usize;
        let block = self.block(store, (id >> (5 + self.bits)) as usize)?;
        // The map of the items stands where the block's first two bytes say.
        let map = number(&block, 0, 2).ok_or(Lost::Corrupt)? as usize;
        let n_items = number(&block, map, 2).ok_or(Lost::Corrupt)? as usize;
        if index == 0 || index > n_items {
            return Err(Lost::Missing);
        }
        let at = map + 4 + (index - 1) * 2;
        let start = number(&block, at, 2).ok_or(Lost::Corrupt)? as usize;
        let end = number(&block, at + 2, 2).ok_or(Lost::Corrupt)? as usize;
        Ok(block.get(start..end).ok_or(Lost::Corrupt)?.to_vec())
    }

    /// All entries of a tree in the heap, as its items at the bottom hold them ([MS-PST] 2.3.2).
    /// Also whether some of them were lost.
    fn tree(
        &mut self,
        store: &mut Store<'_>,
        head: u32,
        key_len: usize,
    ) -> Result<(Vec<Vec<u8>>, usize, bool), Lost> {
        let head = self.item(store, head)?;
        let &[0xB5, keys, values, levels, ..] = head.as_slice() else {
            return Err(Lost::Corrupt);
        };
        let root = number(&head, 4, 4).ok_or(Lost::Corrupt)? as u32;
        let len = usize::from(keys) + usize::from(values);
        if usize::from(keys) != key_len || values == 0 {
            return Err(Lost::Corrupt);
        }
        let mut out = Vec::new();
        let mut n_entries = 0;
        let mut seen = HashSet::new();
        let mut is_torn = false;
        let mut waiting = vec![(root, levels)];
        while let Some((id, level)) = waiting.pop() {
            if id == 0 {
                continue;
            }
            if !seen.insert(id) || n_entries > MAX_ENTRIES {
                is_torn = true;
                continue;
            }
            match self.item(store, id) {
                Ok(item) if level == 0 => {
                    n_entries += item.len() / len;
                    out.push(item);
                }
                Ok(item) => {
                    let below = item.chunks_exact(key_len + 4);
                    let ids = below.filter_map(|entry| number(entry, key_len, 4));
                    let ids: Vec<_> = ids.map(|id| (id as u32, level - 1)).collect();
                    waiting.extend(ids.into_iter().rev());
                }
                Err(_) => is_torn = true,
            }
        }
        Ok((out, len, is_torn))
    }

    /// The bytes that a heap or node id leads to.
    fn value(&mut self, store: &mut Store<'_>, id: u32) -> Result<Vec<u8>, Lost> {
        if id & 0x1F == 0 {
            let item = self.item(store, id)?;
            store.spend(item.len())?;
            return Ok(item);
        }
        let node = *self.subnodes.get(&id).ok_or(Lost::Missing)?;
        store.data(node.data)
    }
}

/// The value of one property as its place: the type, and the number or id.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) of: u16,
    pub(super) value: u32,
}

/// The properties of a thing ([MS-PST] 2.3.3).
pub(super) struct Context {
    pub(super) heap: Heap,
    pub(super) slots: BTreeMap<u16, Slot>,
    /// Whether some properties were lost.
    pub(super) is_torn: bool,
}

impl Context {
    pub(super) fn open(store: &mut Store<'_>, node: Node) -> Result<Self, Lost> {
        let mut heap = Heap::open(store, node)?;
        if heap.client != 0xBC {
            return Err(Lost::Corrupt);
        }
        let root = heap.root;
        let (items, len, is_torn) = heap.tree(store, root, 2)?;
        if len != 8 {
            return Err(Lost::Corrupt);
        }
        let mut slots = BTreeMap::new();
        for entry in items.iter().flat_map(|item| item.chunks_exact(8)) {
            let id = u16::from_le_bytes([entry[0], entry[1]]);
            let of = u16::from_le_bytes([entry[2], entry[3]]);
            let value = u32::from_le_bytes([entry[4], entry[5], entry[6], entry[7]]);
            slots.insert(id, Slot { of, value });
        }
        Ok(Self {
            heap,
            slots,
            is_torn,
        })
    }

    /// The bytes of a property.
    pub(super) fn bytes(&mut self, store: &mut Store<'_>, id: u16) -> Result<Vec<u8>, Lost> {
        let slot = *self.slots.get(&id).ok_or(Lost::Missing)?;
        self.heap.value(store, slot.value)
    }

    /// All properties but those in `but`, and what was lost of them.
    pub(super) fn props(
        &mut self,
        store: &mut Store<'_>,
        names: &Names,
        but: &[u16],
    ) -> (Props, Option<Lost>) {
        let mut props = Props::default();
        let mut lost = self.is_torn.then_some(Lost::Corrupt);
        let slots: Vec<_> = self.slots.iter().map(|(id, slot)| (*id, *slot)).collect();
        for (id, slot) in slots {
            if but.contains(&id) {
                continue;
            }
            match self.heap.parse(store, slot) {
                Ok(Some(value)) => props.put(id, value, names),
                Ok(None) => {}
                Err(why) => lost = Some(why),
            }
        }
        (props, lost)
    }
}

impl Heap {
    fn parse(&mut self, store: &mut Store<'_>, slot: Slot) -> Result<Option<Value>, Lost> {
        let Slot { of, value } = slot;
        if fixed_len(of).is_some_and(|len| len <= 4) {
            return Ok(Value::parse(of, &value.to_le_bytes()));
        }
        if of == 0 || of == 1 {
            return Ok(None);
        }
        let bytes = self.value(store, value)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if of & kind::MANY != 0 {
            let single = of & !kind::MANY;
            if fixed_len(single).is_some() {
                return Ok(Value::parse_many(single, &bytes));
            }
            return Ok(many(single, &bytes));
        }
        // Wide text in the store has no closing zero.
        Ok(Value::parse(of, &bytes))
    }
}

/// Several values of varying length: how many, where each begins, the values ([MS-PST] 2.3.3.4.2).
fn many(of: u16, bytes: &[u8]) -> Option<Value> {
    let n = (number(bytes, 0, 4)? as usize).min(MAX_VALUES);
    let mut values = Vec::new();
    for index in 0..n {
        let start = number(bytes, 4 + index * 4, 4)? as usize;
        let end = if index + 1 < n {
            number(bytes, 8 + index * 4, 4)? as usize
        } else {
            bytes.len()
        };
        values.extend(
            bytes
                .get(start..end)
                .and_then(|bytes| Value::parse(of, bytes)),
        );
    }
    Some(Value::Many(values))
}

/// A column of a table.
struct Column {
    of: u16,
    id: u16,
    at: usize,
    len: usize,
    bit: usize,
}

/// A table ([MS-PST] 2.3.4).
pub(super) struct Table {
    heap: Heap,
    info: Vec<u8>,
}

impl Table {
    pub(super) fn open(store: &mut Store<'_>, node: Node) -> Result<Self, Lost> {
        let mut heap = Heap::open(store, node)?;
        if heap.client != 0x7C {
            return Err(Lost::Corrupt);
        }
        let root = heap.root;
        let info = heap.item(store, root)?;
        if info.len() < 22 || info[0] != 0x7C {
            return Err(Lost::Corrupt);
        }
        Ok(Self { heap, info })
    }

    /// The ids of all rows in the order of the table; for tables of folders and messages these are numbers of nodes.
    /// Also whether some were lost.
    pub(super) fn row_ids(&mut self, store: &mut Store<'_>) -> Result<(Vec<u32>, bool), Lost> {
        let index = number(&self.info, 10, 4).ok_or(Lost::Corrupt)? as u32;
        if index == 0 {
            return Ok((Vec::new(), false));
        }
        let (items, len, is_torn) = self.heap.tree(store, index, 4)?;
        let mut rows: Vec<(u64, u32)> = Vec::new();
        for entry in items.iter().flat_map(|item| item.chunks_exact(len)) {
            let id = number(entry, 0, 4).unwrap_or(0) as u32;
            rows.push((number(entry, 4, (len - 4).min(8)).unwrap_or(0), id));
        }
        rows.sort_unstable();
        Ok((rows.into_iter().map(|(_, id)| id).collect(), is_torn))
    }

    fn columns(&self) -> Vec<Column> {
        let columns = self.info.get(22..).unwrap_or(&[]).chunks_exact(8);
        columns
            .take(usize::from(self.info[1]))
            .map(|entry| Column {
                of: u16::from_le_bytes([entry[0], entry[1]]),
                id: u16::from_le_bytes([entry[2], entry[3]]),
                at: usize::from(u16::from_le_bytes([entry[4], entry[5]])),
                len: usize::from(entry[6]),
                bit: usize::from(entry[7]),
            })
            .collect()
    }

    /// The rows as properties, each with the id of its row; at most `max_rows`. Also what was lost.
    pub(super) fn rows(
        &mut self,
        store: &mut Store<'_>,
        names: &Names,
        max_rows: usize,
    ) -> (Vec<(u32, Props)>, Option<Lost>) {
        let mut out = Vec::new();
        let mut lost = None;
        let columns = self.columns();
        let row_len = number(&self.info, 8, 2).unwrap_or(0) as usize;
        let bits_at = number(&self.info, 6, 2).unwrap_or(0) as usize;
        let rows = number(&self.info, 14, 4).unwrap_or(0) as u32;
        if row_len == 0 || rows == 0 {
            return (out, lost);
        }
        // In the heap as one item, or in blocks of a node of their own, in which no row is cut in two.
        let mut chunks = Vec::new();
        if rows & 0x1F == 0 {
            match self.heap.item(store, rows) {
                Ok(item) => chunks.push(item),
                Err(why) => lost = Some(why),
            }
        } else if let Some(node) = self.heap.subnodes.get(&rows) {
            let mut blocks = Blocks::new(node.data);
            let mut n_rows = 0;
            while let Some(block) = blocks.next(store) {
                match block {
                    Ok(block) => {
                        n_rows += block.len() / row_len;
                        chunks.push(block);
                    }
                    Err(why) => lost = Some(why),
                }
                if n_rows > max_rows {
                    lost = Some(Lost::TooLarge);
                    break;
                }
            }
        } else {
            lost = Some(Lost::Missing);
        }
        let listed: Option<HashSet<u32>> = self
            .row_ids(store)
            .ok()
            .map(|(ids, _)| ids.into_iter().collect());
        for row in chunks.iter().flat_map(|chunk| chunk.chunks_exact(row_len)) {
            let id = number(row, 0, 4).unwrap_or(0) as u32;
            // A row that the index does not list was deleted.
            if listed.as_ref().is_some_and(|listed| !listed.contains(&id)) {
                continue;
            }
            let mut props = Props::default();
            for column in &columns {
                let is_set = row
                    .get(bits_at + column.bit / 8)
                    .is_some_and(|byte| byte & (0x80 >> (column.bit % 8)) != 0);
                let Some(cell) = row
                    .get(column.at..column.at + column.len)
                    .filter(|_| is_set)
                else {
                    continue;
                };
                let parsed = if fixed_len(column.of).is_some_and(|len| len <= 8) {
                    Ok(Value::parse(column.of, &[cell, &[0; 8]].concat()))
                } else {
                    let value = number(cell, 0, 4.min(cell.len())).unwrap_or(0) as u32;
                    self.heap.parse(
                        store,
                        Slot {
                            of: column.of,
                            value,
                        },
                    )
                };
                match parsed {
                    Ok(Some(value)) => props.put(column.id, value, names),
                    Ok(None) => {}
                    Err(why) => lost = Some(why),
                }
            }
            out.push((id, props));
            if out.len() >= max_rows {
                break;
            }
        }
        (out, lost)
    }
}
