//! The table of hashes of the lexicons: what a word may be, and how common it is.
//!
//! Compiled twice: into the build script, which fills the table, and into the
//! crate, which takes it over. Nothing here reads a file.

use crate::text::WordHash;

/// What a word or phrase may be, as bits.
pub(crate) type Flags = u32;
/// What the lists say takes no more bits; above them the table keeps how common a word is.
pub(crate) const N_OF_LISTS: u32 = 20;

/// A given name.
pub(crate) const GIVEN: Flags = 1;
/// A family name.
pub(crate) const FAMILY: Flags = 1 << 1;
/// A common word of English or French.
pub(crate) const COMMON: Flags = 1 << 2;
/// A Canadian place.
pub(crate) const PLACE: Flags = 1 << 3;
/// A drug.
pub(crate) const DRUG: Flags = 1 << 4;
/// A diagnosis or condition.
pub(crate) const DIAGNOSIS: Flags = 1 << 5;
/// A procedure.
pub(crate) const PROCEDURE: Flags = 1 << 6;
/// An allergen.
pub(crate) const ALLERGEN: Flags = 1 << 7;
/// A laboratory or other test.
pub(crate) const TEST: Flags = 1 << 8;
/// A vaccine.
pub(crate) const VACCINE: Flags = 1 << 9;
/// A word of an organisation's name or of a heading: never part of a person's name.
pub(crate) const NEVER_NAME: Flags = 1 << 10;
/// The first word of a phrase in the table.
pub(crate) const PHRASE_START: Flags = 1 << 11;
/// A month's name.
pub(crate) const MONTH: Flags = 1 << 20;
/// The last word of a label.
pub(crate) const LABEL_END: Flags = 1 << 22;
/// A title before a name.
pub(crate) const TITLE: Flags = 1 << 21;
/// A relative: `mother`, `conjoint`.
pub(crate) const KIN: Flags = 1 << 15;
/// A word of the names of places of care: `hospital`, `clinique`.
pub(crate) const CARE: Flags = 1 << 16;
/// A test, or the first word of a test's name.
pub(crate) const TEST_START: Flags = 1 << 17;
/// A word of the name of a place of the world.
pub(crate) const WORLD_PLACE: Flags = 1 << 12;
// Bit 14 stands for an ordinary word, of which only the class says how common it is.
/// A name that is far more common as a word.
pub(crate) const RARE_NAME: Flags = 1 << 13;
/// All that a lexicon of names says of a word.
pub(crate) const NAME_BITS: Flags = GIVEN | FAMILY | RARE_NAME;
/// A drug, a condition, a procedure, a vaccine or a test.
pub(crate) const CLINICAL_TERMS: Flags = DRUG | DIAGNOSIS | PROCEDURE | VACCINE | TEST;
/// The most words a phrase may have.
pub(crate) const MAX_PHRASE_WORDS: usize = 5;

/// An ordinary short word of French.
pub(crate) const FRENCH: Flags = 1 << 24;
/// An ordinary short word of English.
pub(crate) const ENGLISH: Flags = 1 << 25;
/// Closing words of a letter.
pub(crate) const CLOSING: Flags = 1 << 26;
/// A word with which a label may end, before a colon.
pub(crate) const LABEL_WORD: Flags = 1 << 28;
/// A word by which a line that says what a document is can be known.
pub(crate) const KIND_WORD: Flags = 1 << 27;

/// Says something of what stands beside it (`passages::cues`); only the pass over a text asks.
pub(crate) const CUE: Flags = 1 << 18;

/// How common a word is: as an ordinary word, as a given name and as a family name, each from 0 to 15.
///
/// A class is the logarithm to base two of how many of a million words (or of a
/// million people) it is, plus one; 0 when no lexicon has it as such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    pub(crate) ordinary: u32,
    pub(crate) given: u32,
    pub(crate) family: u32,
}

impl Classes {
    /// As a name of either kind.
    pub(crate) fn name(self) -> u32 {
        self.given.max(self.family)
    }
}

/// Where the classes of a word stand in its sixteen bits.
pub(crate) const ORDINARY_AT: u32 = 0;
pub(crate) const GIVEN_AT: u32 = 4;
pub(crate) const FAMILY_AT: u32 = 8;

/// The classes of a word as they stand in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClassBits(pub(crate) u16);

impl ClassBits {
    /// Apart.
    #[inline]
    pub(crate) fn classes(self) -> Classes {
        let bits = u32::from(self.0);
        Classes {
            ordinary: bits >> ORDINARY_AT & 15,
            given: bits >> GIVEN_AT & 15,
            family: bits >> FAMILY_AT & 15,
        }
    }

    /// Of a slot of the table that the build made, its lower half.
    #[inline]
    pub(crate) fn of_slot(slot: Flags) -> Self {
        Self((slot >> N_OF_LISTS) as u16)
    }

    /// As an ordinary word alone.
    pub(crate) fn without_names(self) -> Self {
        Self(self.0 & 15 << ORDINARY_AT)
    }
}

/// More by two fifths than there are words and phrases, at least.
pub(crate) const N_SLOTS: usize = 1 << 19;

/// Where a hash stands or would stand among so many slots, a power of two, and its flags.
///
/// A slot holds the upper half of a word's hash and its flags, and 0 when it is
/// open; the lower half of the hash says where it stands. How common a word of a
/// list is stands in the slot as well, so that one look costs one line of the cache
/// as a rule. There must be an open slot.
#[inline]
pub(crate) fn find(
    n_slots: usize,
    slot_at: impl Fn(usize) -> u64,
    hash: WordHash,
) -> (usize, Flags) {
    let mut at = hash.0 as usize & (n_slots - 1);
    loop {
        let slot = slot_at(at);
        if slot == 0 {
            return (at, 0);
        }
        if slot >> 32 == hash.0 >> 32 {
            return (at, slot as Flags);
        }
        at = (at + 1) & (n_slots - 1);
    }
}

/// Words and phrases by their hashes, with open places.
pub(crate) struct Table {
    pub(crate) slots: Vec<u64>,
    pub(crate) n_words: usize,
}

impl Table {
    /// Room for three words in four of so many slots, a power of two.
    pub(crate) fn new(n_slots: usize) -> Self {
        Self {
            slots: vec![0; n_slots],
            n_words: 0,
        }
    }

    /// Adds what this hash may be.
    pub(crate) fn mark(&mut self, hash: WordHash, flag: Flags) {
        let (at, known) = self.find(hash);
        // Never full: a table without open places would be searched for ever.
        if known == 0 {
            if self.n_words * 4 >= self.slots.len() * 3 {
                return;
            }
            self.n_words += 1;
        }
        self.slots[at] = (hash.0 >> 32) << 32 | u64::from(known | flag);
    }

    /// Where the hash stands or would stand, and its flags.
    #[inline]
    pub(crate) fn find(&self, hash: WordHash) -> (usize, Flags) {
        find(self.slots.len(), |at| self.slots[at], hash)
    }
}
