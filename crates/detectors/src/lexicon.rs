//! The lexicons under `lexicons/` as one table: a word's hash leads to what the word may be.
//!
//! A word may be many things (`Martin` a given and a family name, `Grace` a name
//! and a common word); who asks decides. Phrases are kept by the hash of their
//! words with single spaces, and their first word is marked, so that a scan
//! tries a phrase only where one can begin.

use std::{collections::HashMap, hash::BuildHasherDefault, hash::Hasher, sync::LazyLock};

use crate::text::{WordHash, words};

/// What a word or phrase may be, as bits.
pub(crate) type Flags = u32;

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
pub(crate) const MONTH: Flags = 1 << 12;
/// The last word of a label.
pub(crate) const LABEL_END: Flags = 1 << 13;
/// A title before a name.
pub(crate) const TITLE: Flags = 1 << 14;
/// A relative: `mother`, `conjoint`.
pub(crate) const KIN: Flags = 1 << 15;
/// The most words a phrase may have.
pub(crate) const MAX_PHRASE_WORDS: usize = 5;

/// All lexicons.
pub(crate) struct Lexicon {
    table: HashMap<u64, Flags, BuildHasherDefault<Identity>>,
    /// One bit for each hash that may be in the table: most words are in none, and this says so from the cache.
    filter: Box<[u64; FILTER_WORDS]>,
    icd10_categories: std::collections::HashSet<[u8; 3]>,
}

const FILTER_WORDS: usize = 1 << 14;

#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// The lexicons; read once.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

const MONTHS: &str = "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fev fevr avr juil";
const TITLES: &str = "dr dre doctor docteur docteure drs prof pr professor professeur mr mrs ms miss mister mme madame monsieur mlle mademoiselle nurse";
const KINS: &str = "mother father son daughter husband wife spouse brother sister parent parents guardian grandmother grandfather aunt uncle cousin partner caregiver mere pere fils fille epoux epouse conjoint conjointe mari femme frere soeur grand tante oncle tuteur tutrice proche mom dad";

macro_rules! list {
    ($name:literal) => {
        include_str!(concat!("../../../lexicons/", $name))
    };
}

impl Lexicon {
    fn load() -> Self {
        let mut lexicon = Self {
            table: HashMap::with_capacity_and_hasher(110_000, BuildHasherDefault::default()),
            filter: Box::new([0; FILTER_WORDS]),
            icd10_categories: std::collections::HashSet::new(),
        };
        for (text, flag) in [
            (list!("given.txt"), GIVEN),
            (list!("family.txt"), FAMILY),
            (list!("common-en.txt"), COMMON),
            (list!("common-fr.txt"), COMMON),
            (list!("places-ca.txt"), PLACE),
            (list!("drugs-ca.txt"), DRUG),
            (list!("diagnoses-en.txt"), DIAGNOSIS),
            (list!("diagnoses-fr.txt"), DIAGNOSIS),
            (list!("procedures.txt"), PROCEDURE),
            (list!("allergens.txt"), ALLERGEN),
            (list!("tests.txt"), TEST),
            (list!("vaccines.txt"), VACCINE),
            (list!("never-names.txt"), NEVER_NAME),
        ] {
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                lexicon.add(line, flag);
            }
        }
        for (text, flag) in [
            (MONTHS, MONTH),
            (TITLES, TITLE),
            (KINS, KIN),
            ("number no num numero nbr id", LABEL_END),
        ] {
            for word in text.split_whitespace() {
                lexicon.mark(WordHash::of(word), flag);
            }
        }
        for label in crate::labels::written() {
            if let Some(last) = words(label).last() {
                lexicon.mark(WordHash::of(&label[last]), LABEL_END);
            }
        }
        for line in list!("icd10-categories.txt").lines() {
            if let Ok(category) = <[u8; 3]>::try_from(line.as_bytes()) {
                lexicon.icd10_categories.insert(category);
            }
        }
        lexicon
    }

    fn add(&mut self, phrase: &str, flag: Flags) {
        let mut hash = None;
        let mut first = None;
        let mut n_words = 0;
        for range in words(phrase) {
            let word = &phrase[range];
            hash = Some(hash.map_or_else(|| WordHash::of(word), |hash: WordHash| hash.then(word)));
            first = first.or(hash);
            n_words += 1;
        }
        let (Some(hash), Some(first)) = (hash, first) else {
            return;
        };
        self.mark(hash, flag);
        if n_words > 1 {
            self.mark(first, PHRASE_START);
        }
    }

    fn mark(&mut self, hash: WordHash, flag: Flags) {
        *self.table.entry(hash.0).or_insert(0) |= flag;
        let bit = filter_bit(hash.0);
        self.filter[bit / 64] |= 1 << (bit % 64);
    }

    /// What the word or phrase with this hash may be; 0 when no lexicon knows it.
    #[inline]
    pub(crate) fn flags(&self, hash: WordHash) -> Flags {
        let bit = filter_bit(hash.0);
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return 0;
        }
        self.table.get(&hash.0).copied().unwrap_or(0)
    }

    /// What this word or phrase may be. Words of a phrase are separated by anything that is no letter.
    pub(crate) fn look_up(&self, phrase: &str) -> Flags {
        let mut hash: Option<WordHash> = None;
        for range in words(phrase) {
            let word = &phrase[range];
            hash = Some(hash.map_or_else(|| WordHash::of(word), |hash| hash.then(word)));
        }
        hash.map_or(0, |hash| self.flags(hash))
    }

    /// Whether a text begins with a drug, a condition or a procedure.
    pub(crate) fn is_term(&self, text: &str) -> bool {
        let first = words(text)
            .next()
            .map_or(0, |range| self.look_up(&text[range]));
        first & (DRUG | DIAGNOSIS | PROCEDURE | VACCINE | TEST) != 0 && first & PLACE == 0
    }

    /// Whether ICD-10 has this category of three characters.
    pub(crate) fn is_icd10_category(&self, category: &str) -> bool {
        <[u8; 3]>::try_from(category.as_bytes()).is_ok_and(|bytes| {
            self.icd10_categories
                .contains(&bytes.map(|b| b.to_ascii_uppercase()))
        })
    }
}

fn filter_bit(hash: u64) -> usize {
    (hash >> 40) as usize % (FILTER_WORDS * 64)
}

#[test]
fn a_word_may_be_many_things_and_a_phrase_is_one() {
    let lexicon = lexicon();
    assert_ne!(lexicon.look_up("Marie") & GIVEN, 0);
    assert_ne!(lexicon.look_up("Tremblay") & FAMILY, 0);
    assert_ne!(lexicon.look_up("atrial fibrillation") & DIAGNOSIS, 0);
    assert_ne!(lexicon.look_up("metformin") & DRUG, 0);
    assert_eq!(lexicon.look_up("xqzzt"), 0);
    assert!(lexicon.is_icd10_category("E11"));
}
