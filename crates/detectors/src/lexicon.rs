//! The lexicons under `lexicons/` as one table: a word's hash leads to what the word may be.
//!
//! A word may be many things (`Martin` a given and a family name, `Grace` a name
//! and a common word); who asks decides. Phrases are kept by the hash of their
//! words with single spaces, and their first word is marked, so that a scan
//! tries a phrase only where one can begin.

use std::sync::LazyLock;

use crate::text::{WordHash, fold, words};

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
/// A word of the names of places of care: `hospital`, `clinique`.
pub(crate) const CARE: Flags = 1 << 16;
/// A test, or the first word of a test's name.
pub(crate) const TEST_START: Flags = 1 << 17;
/// A word of the name of a place of the world.
pub(crate) const WORLD_PLACE: Flags = 1 << 20;
/// An ordinary word, of which only the class says how common it is.
pub(crate) const ORDINARY: Flags = 1 << 21;
/// A name that is far more common as a word.
pub(crate) const RARE_NAME: Flags = 1 << 22;
/// All that a lexicon of names says of a word.
pub(crate) const NAME_BITS: Flags = GIVEN | FAMILY | RARE_NAME;
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
const ORDINARY_AT: u32 = 0;
const GIVEN_AT: u32 = 4;
const FAMILY_AT: u32 = 8;

/// All lexicons, as one table of hashes with open places.
///
/// A slot holds the upper half of a word's hash and its flags; the lower half
/// says where it stands. So one look costs one line of the cache as a rule.
pub(crate) struct Lexicon {
    slots: Box<[u64]>,
    /// How common the word of each slot is; asked only of words that may be names.
    classes: Box<[u16]>,
    n_words: usize,
    icd10_categories: std::collections::HashSet<[u8; 3]>,
    /// How names are spelled: for three letters in a row, sixteenths of a nat.
    letters: Vec<i8>,
}

/// More by two fifths than there are words and phrases, at least.
const N_SLOTS: usize = 1 << 19;
/// A name counts as one as long as it is not rarer than the ordinary word by so many classes.
const NAME_MARGIN: u32 = 2;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// The lexicons; read once.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

const MONTHS: &str = "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fev fevr avr juil";
const TITLES: &str = "dr dre doctor docteur docteure drs prof pr professor professeur mr mrs ms miss mister mme madame monsieur mlle mademoiselle nurse";
const CARES: &str = "hospital hopital clinic clinique clsc ciusss cisss chsld chum chus polyclinic polyclinique pharmacy pharmacie infirmary hospice gmf sanatorium dispensary dispensaire centre center";
const KINS: &str = "mother father son daughter husband wife spouse brother sister parent parents guardian grandmother grandfather aunt uncle cousin partner caregiver mere pere fils fille epoux epouse conjoint conjointe mari femme frere soeur grand tante oncle tuteur tutrice proche mom dad";

macro_rules! list {
    ($name:literal) => {
        include_str!(concat!("../../../lexicons/", $name))
    };
}

impl Lexicon {
    fn load() -> Self {
        let mut lexicon = Self {
            slots: vec![0; N_SLOTS].into_boxed_slice(),
            classes: vec![0; N_SLOTS].into_boxed_slice(),
            n_words: 0,
            icd10_categories: std::collections::HashSet::new(),
            letters: list!("letters.txt")
                .lines()
                .flat_map(|line| (0..line.len() / 2).map(move |at| &line[at * 2..at * 2 + 2]))
                .map(|step| u8::from_str_radix(step, 16).unwrap_or(0) as i8)
                .collect(),
        };
        for (text, flag) in [
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
            (list!("places-world.txt"), WORLD_PLACE),
        ] {
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                lexicon.add(line, flag);
            }
        }
        // Ordinary words first: a rare name that is a common word does not count as a name by itself.
        for (text, at, flag) in [
            (list!("ordinary.txt"), ORDINARY_AT, 0),
            (list!("given.txt"), GIVEN_AT, GIVEN),
            (list!("family.txt"), FAMILY_AT, FAMILY),
        ] {
            for line in text.lines() {
                lexicon.classify(line, at, flag);
            }
        }
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
            ("le la les des est une pour dans du nee ne", FRENCH),
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
        for line in list!("icd10-categories.txt").lines() {
            if let Ok(category) = <[u8; 3]>::try_from(line.as_bytes()) {
                lexicon.icd10_categories.insert(category);
            }
        }
        lexicon
    }

    fn add(&mut self, phrase: &str, flag: Flags) {
        let mut hashes = words(phrase).map(|range| WordHash::of(&phrase[range]));
        let Some(first) = hashes.next() else {
            return;
        };
        let whole = hashes.fold(first, WordHash::join);
        self.mark(whole, flag);
        if whole != first {
            self.mark(first, PHRASE_START);
        }
        if flag == TEST {
            self.mark(first, TEST_START);
        }
    }

    /// Takes a line of a list with classes: `tremblay 15`.
    fn classify(&mut self, line: &str, at: u32, flag: Flags) {
        let Some((word, class)) = line.split_once(' ') else {
            return;
        };
        let class = class.parse::<u32>().unwrap_or(0).min(15);
        let hash = WordHash::of(word);
        let is_name = class + NAME_MARGIN > self.classes(hash).ordinary;
        // A word with a class stands in the table even when no flag is for it.
        let flag = if flag == 0 {
            ORDINARY
        } else if is_name {
            flag
        } else {
            RARE_NAME
        };
        self.mark(hash, flag);
        let (slot, known) = self.slot(hash);
        if known != 0 {
            self.classes[slot] |= (class << at) as u16;
        }
    }

    fn mark(&mut self, hash: WordHash, flag: Flags) {
        let (at, known) = self.slot(hash);
        // Never full: a table without open places would be searched for ever.
        if known == 0 {
            if self.n_words * 4 >= N_SLOTS * 3 {
                return;
            }
            self.n_words += 1;
        }
        self.slots[at] = (hash.0 >> 32) << 32 | u64::from(known | flag);
    }

    /// Where the hash stands or would stand, and its flags.
    #[inline]
    fn slot(&self, hash: WordHash) -> (usize, Flags) {
        let mut at = hash.0 as usize % N_SLOTS;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return (at, 0);
            }
            if slot >> 32 == hash.0 >> 32 {
                return (at, slot as Flags);
            }
            at = (at + 1) % N_SLOTS;
        }
    }

    /// What the word or phrase with this hash may be; 0 when no lexicon knows it.
    #[inline]
    pub(crate) fn flags(&self, hash: WordHash) -> Flags {
        self.slot(hash).1
    }

    /// How common the word with this hash is as an ordinary word and as a name.
    pub(crate) fn classes(&self, hash: WordHash) -> Classes {
        let (slot, known) = self.slot(hash);
        if known == 0 {
            return Classes::default();
        }
        let bits = u32::from(self.classes[slot]);
        Classes {
            ordinary: bits >> ORDINARY_AT & 15,
            given: bits >> GIVEN_AT & 15,
            family: bits >> FAMILY_AT & 15,
        }
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
                self.letters
                    .get((a * 27 + b) * 27 + c)
                    .copied()
                    .unwrap_or(0),
            );
            (a, b) = (b, c);
        }
        sum as f32 / 16.0
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
        lexicon.n_words * 5 <= N_SLOTS * 3,
        "the table needs more slots"
    );
}
