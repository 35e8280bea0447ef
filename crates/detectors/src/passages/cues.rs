//! What a word says by being itself: of a name beside it, of an organisation, of a street; asked by a number that each token carries.
//!
//! The pass over the text looks every word up once; whoever weighs names, tells
//! whose something is or looks for an age asks the token and not the text. A bit
//! says that the folded letters are those of a word of its list. Where more is
//! meant (its accents, its case) the text itself still decides, but seldom.

use std::sync::LazyLock;

use crate::{
    elements::{name, street},
    text::{ByHash, WordHash},
};

/// Words before and after names: what each says, in tenths.
const CUES: &str = include_str!("../../../../lexicons/name-cues.txt");
/// Nouns that call a thing after somebody: `maladie de Parkinson`, `rue Papineau`.
const CALLED_AFTER: &str = include_str!("../../../../lexicons/named-after.txt");
/// Words after a name that make an organisation or a street of it.
const ORGANISATIONS: &str = include_str!("../../../../lexicons/organisation-words.txt");
/// What people have.
const HAVE: &str = include_str!("../../../../lexicons/people-have.txt");
/// What people are.
const ARE: &str = include_str!("../../../../lexicons/people-are.txt");
/// Words of programs and of what is written about them.
const PROGRAMS: &str = include_str!("../../../../lexicons/program-words.txt");
/// Family names that illnesses, signs, tests and devices have.
const EPONYMS: &str = include_str!("../../../../lexicons/eponyms.txt");

/// Things are called after people with this word.
pub(super) const IS_CALLED_AFTER: u16 = 1;
/// Makes an organisation or a street of the name before it.
pub(super) const MAKES_ORGANISATION: u16 = 1 << 1;
/// May be a particle inside a family name.
pub(super) const PARTICLE: u16 = 1 << 2;
/// May be a street's kind that stands before its name.
pub(super) const STREET: u16 = 1 << 3;
/// `St`, `Sainte`.
pub(super) const SAINT: u16 = 1 << 4;
/// `name`, `nom`, `prénom`.
pub(super) const NAME_WORD: u16 = 1 << 5;
/// `patient`, `cliente`: who the next word names.
pub(super) const ROLE: u16 = 1 << 6;
/// `he`, `her`: somebody who was named.
pub(super) const HE_OR_SHE: u16 = 1 << 9;
/// What people have and things seldom: `birthday`, `dossier`.
pub(super) const OF_PEOPLE: u16 = 1 << 7;
/// What people are and things seldom: `tired`, `enceinte`, `woman`.
pub(super) const IS_PEOPLE: u16 = 1 << 8;

/// Of programs and what is written about them: `parser`, `stdout`.
pub(super) const OF_PROGRAMS: u16 = 1 << 10;
/// An illness, a sign, a test or a device is called so after somebody: `Babinski`, `Foley`.
pub(super) const EPONYM: u16 = 1 << 11;

/// Words of the lists that have no file.
const LISTS: &[(u16, &[&str])] = &[
    (PARTICLE, name::PARTICLES),
    (STREET, street::LEADING_STREET_WORDS),
    (SAINT, &["st", "ste", "saint", "sainte"]),
    (NAME_WORD, &["name", "nom", "prenom"]),
    (
        HE_OR_SHE,
        &[
            "he", "she", "him", "her", "his", "hers", "himself", "herself",
        ],
    ),
    (
        ROLE,
        &[
            "patient",
            "patiente",
            "client",
            "cliente",
            "resident",
            "residente",
            "usager",
            "usagere",
            "beneficiaire",
            "claimant",
            "pt",
            "pte",
        ],
    ),
];

/// What a word says.
#[derive(Clone, Copy, Default)]
pub(super) struct Cue {
    /// Right before a name.
    pub(super) before: f32,
    /// Right after one.
    pub(super) after: f32,
    pub(super) bits: u16,
}

struct Cues {
    /// The first says nothing.
    all: Vec<Cue>,
    by_word: ByHash<u16>,
}

impl Cues {
    fn of(&mut self, word: &str) -> Option<&mut Cue> {
        let next = self.all.len();
        let at = *self
            .by_word
            .entry(WordHash::of(word).0)
            .or_insert(next as u16);
        if usize::from(at) == next {
            self.all.push(Cue::default());
        }
        self.all.get_mut(usize::from(at))
    }
}

static ALL: LazyLock<Cues> = LazyLock::new(|| {
    let mut cues = Cues {
        all: vec![Cue::default()],
        by_word: ByHash::default(),
    };
    let tenths = |weight: Option<&str>| {
        let weight: f32 = weight.and_then(|weight| weight.parse().ok()).unwrap_or(0.0);
        weight / 10.0
    };
    for line in CUES.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split(' ');
        if let Some(cue) = parts.next().and_then(|word| cues.of(word)) {
            (cue.before, cue.after) = (tenths(parts.next()), tenths(parts.next()));
        }
    }
    let files = [
        (IS_CALLED_AFTER, CALLED_AFTER),
        (MAKES_ORGANISATION, ORGANISATIONS),
        (OF_PEOPLE, HAVE),
        (IS_PEOPLE, ARE),
        (OF_PROGRAMS, PROGRAMS),
        (EPONYM, EPONYMS),
    ];
    let in_files = files
        .iter()
        .flat_map(|(bit, words)| words.lines().map(move |word| (*bit, word)));
    let in_lists = LISTS
        .iter()
        .flat_map(|(bit, words)| words.iter().map(move |word| (*bit, *word)));
    for (bit, word) in in_files.chain(in_lists) {
        if let Some(cue) = cues.of(word) {
            cue.bits |= bit;
        }
    }
    cues
});

/// Every word that says something and its number, to be marked in the lexicon.
pub(crate) fn numbers() -> impl Iterator<Item = (WordHash, u16)> {
    let all = ALL.by_word.iter();
    all.map(|(hash, number)| (WordHash(*hash), *number))
}

/// What the word with this number says.
#[inline]
pub(super) fn cue(number: u16) -> Cue {
    ALL.all
        .get(usize::from(number))
        .copied()
        .unwrap_or_default()
}

#[test]
fn a_word_says_all_that_its_lists_say() {
    use crate::lexicon::lexicon;
    let of = |word: &str| cue(lexicon().look(WordHash::of(word)).2);
    assert!(of("dear").before > 3.0);
    assert!(of("disease").after < -4.0);
    assert_eq!(of("maladie").bits & IS_CALLED_AFTER, IS_CALLED_AFTER);
    assert_eq!(of("Hospital").bits & MAKES_ORGANISATION, MAKES_ORGANISATION);
    assert_eq!(of("STE").bits & (SAINT | PARTICLE), SAINT | PARTICLE);
    assert_eq!(of("metformin").bits, 0);
    assert_eq!(of("stdout").bits, OF_PROGRAMS);
    assert!(ALL.all.len() < usize::from(u16::MAX));
}
