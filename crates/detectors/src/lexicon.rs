//! The lexicons under `lexicons/` as one table: a word's hash leads to what the word may be.
//!
//! A word may be many things (`Martin` a given and a family name, `Grace` a name
//! and a common word); who asks decides. Phrases are kept by the hash of their
//! words with single spaces, and their first word is marked, so that a scan
//! tries a phrase only where one can begin. The build makes the table of the
//! lists (`lexicon/table.rs`), so a process that starts reads only the words of labels.

mod table;

use std::sync::LazyLock;

use crate::text::{WordHash, fold, words};
use table::Table;

pub(crate) use table::*;

/// All lexicons: the table that the build made, and the words of labels, which are the program's own.
pub(crate) struct Lexicon {
    own: Table,
    /// A bit for each word of `own`: most words are in none of them and cost one look here.
    is_own: Box<[u64; N_BITS / 64]>,
    /// Which of the words that say something of what stands beside them each of `own` is.
    cues: Box<[u16; N_OWN]>,
}

/// The slots of the table, eight bytes each: part of the hash, how common the word is, and its flags.
static SLOTS: &[u8; N_SLOTS * 8] = include_bytes!(concat!(env!("OUT_DIR"), "/slots.bin"));
/// How names are spelled: for three letters in a row, sixteenths of a nat.
static LETTERS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/letters.bin"));
/// The categories of ICD-10, three letters each, in order.
static ICD10: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/icd10.bin"));

/// More than the program has words of its own, by half.
const N_OWN: usize = 1 << 14;
/// A word that is none of the program's own hits one of these bits one time in ten or less.
const N_BITS: usize = 1 << 16;

/// Which bit is a word's.
#[inline]
fn bit(hash: WordHash) -> (usize, u64) {
    let at = (hash.0 >> 20) as usize % N_BITS;
    (at / 64, 1 << (at % 64))
}

/// What the table that the build made says of a word, and how common it is.
#[inline]
fn find_in_lists(hash: WordHash) -> (Flags, ClassBits) {
    let slots = SLOTS.as_chunks::<8>().0;
    let slot = table::find(N_SLOTS, |at| u64::from_le_bytes(slots[at]), hash).1;
    (slot & ((1 << N_OF_LISTS) - 1), ClassBits::of_slot(slot))
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// The lexicons; the words of labels are laid out once.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

const MONTHS: &str = "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fev fevr avr juil";
const TITLES: &str = "dr dre doctor docteur docteure drs prof pr professor professeur mr mrs ms miss mister mme madame monsieur mlle mademoiselle nurse";
const CARES: &str = "hospital hopital clinic clinique clsc ciusss cisss chsld chum chus polyclinic polyclinique pharmacy pharmacie infirmary hospice gmf sanatorium dispensary dispensaire centre center";
const KINS: &str = "mother father son daughter husband wife spouse brother sister parent parents guardian grandmother grandfather aunt uncle cousin partner caregiver mere pere fils fille epoux epouse conjoint conjointe mari femme frere soeur grand tante oncle tuteur tutrice proche mom dad";

impl Lexicon {
    fn load() -> Self {
        let mut lexicon = Self {
            own: Table::new(N_OWN),
            is_own: Box::new([0; N_BITS / 64]),
            cues: Box::new([0; N_OWN]),
        };
        for (text, flag) in [
            (MONTHS, MONTH),
            (TITLES, TITLE),
            (KINS, KIN),
            ("number no num numero nbr id", LABEL_END),
            (
                "re objet ref regarding concernant subject sujet",
                LABEL_WORD,
            ),
            (CARES, CARE),
            (
                "le la les des est une pour dans du nee ne monsieur madame mme mlle docteur professeur interne",
                FRENCH,
            ),
            ("the of and is was for with to born", ENGLISH),
            (
                "sincerely regards cordialement truly respectfully salutations",
                CLOSING,
            ),
        ] {
            for word in text.split_whitespace() {
                lexicon.mark(WordHash::of(word), flag);
            }
        }
        for word in crate::passages::STATED_WORDS.split(' ') {
            lexicon.mark(WordHash::of(word), KIND_WORD);
        }
        let habits = crate::passages::HABIT_WORDS.split(' ');
        for word in habits.chain(crate::elements::reach::WORDS.split(' ')) {
            lexicon.mark(WordHash::of(word), KIND_WORD);
        }
        for word in crate::passages::kind_words() {
            lexicon.mark(WordHash::of(word), KIND_WORD);
        }
        for word in crate::labels::ends() {
            lexicon.mark(WordHash::of(word), LABEL_WORD);
        }
        for label in crate::labels::written() {
            if let Some(last) = words(label).last() {
                lexicon.mark(WordHash::of(&label[last]), LABEL_END);
            }
        }
        for (word, number) in crate::passages::cue_numbers() {
            lexicon.mark(word, CUE);
            let at = lexicon.own.find(word).0;
            lexicon.cues[at] = number;
        }
        lexicon
    }

    fn mark(&mut self, hash: WordHash, flag: Flags) {
        self.own.mark(hash, flag);
        let (at, mask) = bit(hash);
        self.is_own[at] |= mask;
    }

    /// What the word or phrase with this hash may be; 0 when no lexicon knows it.
    #[inline]
    pub(crate) fn flags(&self, hash: WordHash) -> Flags {
        let known = find_in_lists(hash).0;
        let (at, mask) = bit(hash);
        if self.is_own[at] & mask == 0 {
            return known;
        }
        (known | self.own.find(hash).1) & !CUE
    }

    /// What the word with this hash may be, how common it is, and which of the words it is that say something of what
    /// stands beside them.
    #[inline]
    pub(crate) fn look(&self, hash: WordHash) -> (Flags, ClassBits, u16) {
        let (known, classes) = find_in_lists(hash);
        let (at, mask) = bit(hash);
        if self.is_own[at] & mask == 0 {
            return (known, classes, 0);
        }
        let (at, own) = self.own.find(hash);
        (known | own, classes, self.cues[at])
    }

    /// How common the word with this hash is as an ordinary word and as a name.
    pub(crate) fn classes(&self, hash: WordHash) -> Classes {
        self.look(hash).1.classes()
    }

    /// What this word or phrase may be. Words of a phrase are separated by anything that is no letter.
    pub(crate) fn look_up(&self, phrase: &str) -> Flags {
        WordHash::of_phrase(phrase).map_or(0, |hash| self.flags(hash))
    }

    /// How much likelier this spelling is of a name than of another word, as a natural logarithm.
    pub(crate) fn spelling(&self, word: &str) -> f32 {
        let (mut a, mut b, mut sum) = (0, 0, 0);
        let letters = fold(word);
        for c in letters
            .bytes()
            .filter(u8::is_ascii_lowercase)
            .map(|letter| usize::from(letter - b'a') + 1)
            .chain([0])
        {
            sum += i32::from(
                LETTERS
                    .get((a * 27 + b) * 27 + c)
                    .map_or(0, |step| *step as i8),
            );
            (a, b) = (b, c);
        }
        sum as f32 / 16.0
    }

    /// Whether ICD-10 has this category of three characters.
    pub(crate) fn is_icd10_category(&self, category: &str) -> bool {
        <[u8; 3]>::try_from(category.as_bytes()).is_ok_and(|bytes| {
            ICD10
                .as_chunks::<3>()
                .0
                .binary_search(&bytes.map(|b| b.to_ascii_uppercase()))
                .is_ok()
        })
    }
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
    assert!(
        lexicon.own.n_words * 3 <= N_OWN * 2,
        "the table needs more slots"
    );
}
