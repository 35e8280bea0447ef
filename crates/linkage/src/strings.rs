//! `Strings`: every distinct text once, known by a number.
//!
//! A million records repeat a few thousand names and cities; kept once each,
//! they cost a byte or two a record. Numbers follow the order of first sight,
//! so nothing may be sorted by them.

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};

/// A text's number; 0 is the empty text.
pub(crate) type Sym = u32;

/// Distinct texts.
pub(crate) struct Strings {
    text: String,
    ends: Vec<u32>,
    table: HashTable<Sym>,
}

impl Strings {
    pub(crate) fn new() -> Self {
        Self {
            text: String::new(),
            ends: vec![0],
            table: HashTable::new(),
        }
    }

    /// The number of a text; 0 as well when four gigabytes of distinct text are full.
    pub(crate) fn intern(&mut self, text: &str) -> Sym {
        self.intern_hashed(text, hash(text.as_bytes()))
    }

    /// The same for a text whose hash is known.
    pub(crate) fn intern_hashed(&mut self, text: &str, hashed: u64) -> Sym {
        if text.is_empty() {
            return 0;
        }
        let (all, ends) = (&self.text, &self.ends);
        if let Some(sym) = self.table.find(hashed, |sym| get(all, ends, *sym) == text) {
            return *sym;
        }
        let Ok(end) = u32::try_from(self.text.len() + text.len()) else {
            return 0;
        };
        let Ok(sym) = Sym::try_from(self.ends.len()) else {
            return 0;
        };
        self.text.push_str(text);
        self.ends.push(end);
        let (all, ends) = (&self.text, &self.ends);
        self.table
            .insert_unique(hashed, sym, |sym| hash(get(all, ends, *sym).as_bytes()));
        sym
    }

    pub(crate) fn get(&self, sym: Sym) -> &str {
        get(&self.text, &self.ends, sym)
    }

    /// How many numbers are taken, 0 included.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// About how much memory the texts and a count of each take.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + 8 * self.ends.len()
    }

    /// Gives back what only `intern` needs.
    pub(crate) fn freeze(&mut self) {
        self.table = HashTable::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Sent frozen: without what only `intern` needs.
impl Serialize for Strings {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.text, &self.ends).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (text, ends) = Deserialize::deserialize(deserializer)?;
        Ok(Self {
            text,
            ends,
            table: HashTable::new(),
        })
    }
}

fn get<'a>(text: &'a str, ends: &[u32], sym: Sym) -> &'a str {
    let sym = sym as usize;
    let (Some(start), Some(end)) = (
        sym.checked_sub(1).and_then(|before| ends.get(before)),
        ends.get(sym),
    ) else {
        return "";
    };
    text.get(*start as usize..*end as usize).unwrap_or("")
}

/// A hash that is the same on every machine and in every run: blocks and orders are made from it.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut state = mix(0x9e37_79b9_7f4a_7c15, bytes.len() as u64);
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = mix(state, u64::from_le_bytes(word));
    }
    state
}

/// Adds a number to a hash.
pub(crate) fn mix(state: u64, word: u64) -> u64 {
    let product = u128::from(state ^ word ^ 0xa076_1d64_78bd_642f)
        * u128::from(word.rotate_left(32) ^ state.rotate_left(23) ^ 0xe703_7ed1_a0b4_28db);
    (product as u64) ^ ((product >> 64) as u64) ^ state.rotate_left(41)
}

#[test]
fn a_text_has_one_number() {
    let mut strings = Strings::new();
    let a = strings.intern("roy");
    assert_eq!(strings.intern("roy"), a);
    assert_ne!(strings.intern("roi"), a);
    assert_eq!(strings.get(a), "roy");
    assert_eq!(strings.get(0), "");
    assert_eq!(strings.intern(""), 0);
}
