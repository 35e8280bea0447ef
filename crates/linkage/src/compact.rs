//! Records in, distinct contents as numbers out: about a hundred bytes each.
//!
//! A pile holds the same row many times over: exports of exports, attachments
//! of attachments. Records that say exactly the same are one *node*, compared
//! once; whether they are one person's is still asked. Rows of the roster are
//! never put together.

use std::ops::Range;

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use whose_model::{PersonRecord, Role};

use crate::{
    address::Address,
    content::Content,
    dates::Window,
    names::Name,
    strings::{Strings, Sym, hash},
};

/// Which numbers are compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum NumberKind {
    Health,
    Life,
    Chart,
}

/// A number in numbers.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Number {
    pub(crate) scheme: Sym,
    pub(crate) number: Sym,
    pub(crate) kind: NumberKind,
    pub(crate) holds: bool,
    /// The scheme is not known, so that it may be any.
    pub(crate) any_scheme: bool,
}

/// A birth date; month and day are 0 when not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(crate) struct Birth {
    pub(crate) year: i16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

impl Birth {
    /// Day and month are given and possible.
    pub(crate) fn is_full(self) -> bool {
        (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && (1850..=2100).contains(&self.year)
    }

    pub(crate) fn code(self) -> u32 {
        (self.year as u16 as u32) << 16 | u32::from(self.month) << 8 | u32::from(self.day)
    }

    /// A date that stands for "not known" in many systems.
    pub(crate) fn is_default(self) -> bool {
        self.year <= 1
            || self.year >= 9999
            || matches!(
                (self.year, self.month, self.day),
                (1800 | 1850 | 1899 | 1900 | 1901, 0 | 1, 0 | 1)
                    | (1899, 12, 30 | 31)
                    | (1111, 11, 11)
                    | (2222, 22, 22)
            )
    }
}

/// In which world a record stands; records of different worlds are not one person's by name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum World {
    /// Patients, relatives, and whoever's role is not told.
    People,
    /// Clinicians and staff.
    Professionals,
    /// Not persons.
    Organisations,
}

impl World {
    /// The world of a role.
    pub(crate) const fn of(role: Role) -> Self {
        match role {
            Role::Patient | Role::Relative | Role::Unknown => Self::People,
            Role::Clinician | Role::Staff => Self::Professionals,
            Role::Organisation => Self::Organisations,
        }
    }
}

/// What every node has.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Of the content, and of the id for a roster row: the order in which nodes are worked on.
    pub(crate) order: u128,
    pub(crate) world: World,
    pub(crate) is_roster: bool,
    /// 0 unknown, 1 female, 2 male.
    pub(crate) sex: u8,
    /// When somebody of the age that is said was born.
    pub(crate) born: Window,
}

/// Names, births, numbers, phones, emails, addresses.
const N_LISTS: usize = 6;

/// All distinct contents, and which record has which.
pub(crate) struct Nodes {
    pub(crate) heads: Vec<Head>,
    names: Vec<Name>,
    births: Vec<Birth>,
    numbers: Vec<Number>,
    phones: Vec<Sym>,
    emails: Vec<Sym>,
    addresses: Vec<Address>,
    /// For each node where its values end in the six lists above: one look-up in memory instead of six.
    ends: Vec<[u32; N_LISTS]>,
    /// Folded names.
    pub(crate) name_strings: Strings,
    /// Everything else; the first letter tells the kind.
    pub(crate) strings: Strings,
    /// For each record the node, or `UNLINKABLE`.
    pub(crate) node_of: Vec<u32>,
    /// For each record a hash of its id: orders records of one node.
    pub(crate) id_of: Vec<u64>,
    table: HashTable<u32>,
}

/// Where the values of a node stand in one of the lists.
fn span(ends: &[[u32; N_LISTS]], node: u32, list: usize) -> Range<usize> {
    let node = node as usize;
    let start = match node {
        0 => 0,
        node => ends[node - 1][list],
    };
    start as usize..ends[node][list] as usize
}

/// Marks a record without anything identifying.
pub(crate) const UNLINKABLE: u32 = u32::MAX;

impl Nodes {
    pub(crate) fn new() -> Self {
        Self {
            heads: Vec::new(),
            names: Vec::new(),
            births: Vec::new(),
            numbers: Vec::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            addresses: Vec::new(),
            ends: Vec::new(),
            name_strings: Strings::new(),
            strings: Strings::new(),
            node_of: Vec::new(),
            id_of: Vec::new(),
            table: HashTable::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    fn end_node(&mut self) {
        self.ends.push([
            self.names.len() as u32,
            self.births.len() as u32,
            self.numbers.len() as u32,
            self.phones.len() as u32,
            self.emails.len() as u32,
            self.addresses.len() as u32,
        ]);
    }

    fn span(&self, node: u32, list: usize) -> Range<usize> {
        span(&self.ends, node, list)
    }

    /// About how much memory this takes.
    pub(crate) fn bytes(&self) -> u64 {
        let sum = size_of_val(self.heads.as_slice())
            + size_of_val(self.names.as_slice())
            + size_of_val(self.births.as_slice())
            + size_of_val(self.numbers.as_slice())
            + size_of_val(self.phones.as_slice())
            + size_of_val(self.emails.as_slice())
            + size_of_val(self.addresses.as_slice())
            + size_of_val(self.ends.as_slice())
            + size_of_val(self.node_of.as_slice())
            + size_of_val(self.id_of.as_slice())
            + self.name_strings.bytes()
            + self.strings.bytes();
        sum as u64
    }

    pub(crate) fn names(&self, node: u32) -> &[Name] {
        &self.names[self.span(node, 0)]
    }

    pub(crate) fn births(&self, node: u32) -> &[Birth] {
        &self.births[self.span(node, 1)]
    }

    pub(crate) fn numbers(&self, node: u32) -> &[Number] {
        &self.numbers[self.span(node, 2)]
    }

    pub(crate) fn phones(&self, node: u32) -> &[Sym] {
        &self.phones[self.span(node, 3)]
    }

    pub(crate) fn emails(&self, node: u32) -> &[Sym] {
        &self.emails[self.span(node, 4)]
    }

    pub(crate) fn addresses(&self, node: u32) -> &[Address] {
        &self.addresses[self.span(node, 5)]
    }

    /// Gives back what only `push` needs.
    pub(crate) fn freeze(&mut self) {
        self.table = HashTable::new();
        self.name_strings.freeze();
        self.strings.freeze();
    }

    /// Puts the nodes in an order made from their contents, which no order of pushing changes.
    ///
    /// Nodes of one family name and date stand together, because they are
    /// compared with each other: neighbours in memory are read fast.
    pub(crate) fn sort(&mut self) {
        let near = |node: u32| {
            let family = self.names(node).first().map_or(0, |name| {
                let text = self.name_strings.get(name.family);
                if text.is_empty() {
                    0
                } else {
                    hash(text.as_bytes())
                }
            });
            (
                family,
                self.births(node).first().map_or(0, |birth| birth.code()),
            )
        };
        let mut order: Vec<((u64, u32), u128, u32)> = (0..self.heads.len() as u32)
            .map(|node| (near(node), self.heads[node as usize].order, node))
            .collect();
        order.sort_unstable();
        let order: Vec<u32> = order.into_iter().map(|(.., node)| node).collect();
        // One list after the other, so that only one of them stands twice in memory.
        fn arranged<T: Copy>(list: &mut Vec<T>, spans: impl Iterator<Item = Range<usize>>) {
            let mut sorted = Vec::with_capacity(list.len());
            for span in spans {
                sorted.extend_from_slice(&list[span]);
            }
            *list = sorted;
        }
        let ends = std::mem::take(&mut self.ends);
        let spans = |at: usize| {
            let ends = &ends;
            order.iter().map(move |node| span(ends, *node, at))
        };
        arranged(&mut self.names, spans(0));
        arranged(&mut self.births, spans(1));
        arranged(&mut self.numbers, spans(2));
        arranged(&mut self.phones, spans(3));
        arranged(&mut self.emails, spans(4));
        arranged(&mut self.addresses, spans(5));
        let mut sum = [0_u32; N_LISTS];
        self.ends = order
            .iter()
            .map(|node| {
                for (at, sum) in sum.iter_mut().enumerate() {
                    *sum += span(&ends, *node, at).len() as u32;
                }
                sum
            })
            .collect();
        drop(ends);
        arranged(
            &mut self.heads,
            order.iter().map(|node| *node as usize..*node as usize + 1),
        );
        let mut place = vec![0_u32; order.len()];
        for (new, old) in (0_u32..).zip(&order) {
            place[*old as usize] = new;
        }
        for node in &mut self.node_of {
            if let Some(new) = place.get(*node as usize) {
                *node = *new;
            }
        }
    }

    /// The records of each node, in the order of their ids, back to back, with one more end than nodes.
    pub(crate) fn records(&self) -> (Vec<u32>, Vec<u32>) {
        let linkable = || {
            (0_u32..)
                .zip(&self.node_of)
                .filter(|(_, node)| **node != UNLINKABLE)
        };
        let mut ends = vec![0_u32; self.len() + 1];
        for (_, node) in linkable() {
            ends[*node as usize + 1] += 1;
        }
        for node in 0..self.len() {
            ends[node + 1] += ends[node];
        }
        let mut next = ends.clone();
        let mut records = vec![0_u32; ends[self.len()] as usize];
        for (record, node) in linkable() {
            let at = &mut next[*node as usize];
            records[*at as usize] = record;
            *at += 1;
        }
        for node in 0..self.len() {
            records[ends[node] as usize..ends[node + 1] as usize]
                .sort_unstable_by_key(|record| (self.id_of[*record as usize], *record));
        }
        (records, ends)
    }

    pub(crate) fn push(&mut self, record: &PersonRecord) {
        self.take(&Content::new(record));
    }

    /// Takes what was made ready, perhaps on another thread.
    pub(crate) fn take(&mut self, content: &Content) {
        let Some(order) = content.order else {
            self.node_of.push(UNLINKABLE);
            self.id_of.push(content.id);
            return;
        };
        let hashed = order as u64;
        let found = self.table.find(hashed, |node| {
            self.heads
                .get(*node as usize)
                .is_some_and(|head| head.order == order)
        });
        let node = match found {
            Some(node) => *node,
            None => self.insert(order, content),
        };
        self.node_of.push(node);
        self.id_of.push(content.id);
    }

    fn insert(&mut self, order: u128, content: &Content) -> u32 {
        let node = self.heads.len() as u32;
        self.heads.push(Head {
            order,
            world: content.world,
            is_roster: content.is_roster,
            sex: content.sex,
            born: content.born,
        });
        let mut syms = content.name_texts.syms(&mut self.name_strings);
        for named in &content.names {
            self.names.push(Name {
                given: syms.next().unwrap_or(0),
                middle: syms.next().unwrap_or(0),
                family: syms.next().unwrap_or(0),
                suffix: named.suffix,
                is_newborn: named.is_newborn,
            });
        }
        self.births.extend_from_slice(&content.births);
        drop(syms);
        let mut syms = content.texts.syms(&mut self.strings);
        self.numbers
            .extend(content.numbers.iter().map(|issued| Number {
                scheme: syms.next().unwrap_or(0),
                number: syms.next().unwrap_or(0),
                ..*issued
            }));
        self.phones.extend(syms.by_ref().take(content.n_phones));
        self.emails.extend(syms.by_ref().take(content.n_emails));
        for _ in 0..content.n_addresses {
            self.addresses.push(Address {
                street: syms.next().unwrap_or(0),
                number: syms.next().unwrap_or(0),
                words: syms.next().unwrap_or(0),
                unit: syms.next().unwrap_or(0),
                city: syms.next().unwrap_or(0),
                postal: syms.next().unwrap_or(0),
            });
        }
        drop(syms);
        self.end_node();
        let heads = &self.heads;
        self.table.insert_unique(order as u64, node, |node| {
            heads
                .get(*node as usize)
                .map_or(0, |head| head.order as u64)
        });
        node
    }
}

/// All that comparing reads, in the order of the fields. Which record is which node stays where the records are.
type Sent<'a> = (
    &'a [Head],
    &'a [Name],
    &'a [Birth],
    &'a [Number],
    &'a [Sym],
    &'a [Sym],
    &'a [Address],
    &'a [[u32; N_LISTS]],
    &'a Strings,
    &'a Strings,
);

impl Serialize for Nodes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent: Sent<'_> = (
            &self.heads,
            &self.names,
            &self.births,
            &self.numbers,
            &self.phones,
            &self.emails,
            &self.addresses,
            &self.ends,
            &self.name_strings,
            &self.strings,
        );
        sent.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Nodes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (heads, names, births, numbers, phones, emails, addresses, ends, name_strings, strings) =
            Deserialize::deserialize(deserializer)?;
        let nodes = Self {
            heads,
            names,
            births,
            numbers,
            phones,
            emails,
            addresses,
            ends,
            name_strings,
            strings,
            ..Self::new()
        };
        if !nodes.is_whole() {
            return Err(serde::de::Error::custom("the records are not whole"));
        }
        Ok(nodes)
    }
}

impl Nodes {
    /// Whether every number in it points at something.
    fn is_whole(&self) -> bool {
        let lens = [
            self.names.len(),
            self.births.len(),
            self.numbers.len(),
            self.phones.len(),
            self.emails.len(),
            self.addresses.len(),
        ];
        let in_order = |list: usize| {
            self.ends.is_sorted_by_key(|ends| ends[list])
                && self
                    .ends
                    .last()
                    .is_none_or(|ends| ends[list] as usize == lens[list])
        };
        let (n_names, n_strings) = (self.name_strings.len(), self.strings.len());
        let mut of_names = self
            .names
            .iter()
            .flat_map(|name| [name.given, name.middle, name.family]);
        let mut of_strings = self
            .numbers
            .iter()
            .flat_map(|number| [number.scheme, number.number])
            .chain(self.phones.iter().copied())
            .chain(self.emails.iter().copied())
            .chain(self.addresses.iter().flat_map(|address| address.syms()));
        self.ends.len() == self.heads.len()
            && (0..lens.len()).all(in_order)
            && of_names.all(|sym| (sym as usize) < n_names)
            && of_strings.all(|sym| (sym as usize) < n_strings)
    }
}
