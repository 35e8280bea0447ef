//! The lists under `lexicons/` to one table of hashes beside the program, so that a process that starts parses none of them.
//!
//! What the table holds and how a word finds its place is `src/lexicon/table.rs`,
//! which is compiled into this script and into the crate alike.

use std::path::{Path, PathBuf};
use std::{fs, io};

#[path = "src/lexicon/table.rs"]
#[allow(dead_code, reason = "shared with the crate")]
mod table;
#[path = "src/text.rs"]
#[allow(dead_code, reason = "shared with the crate")]
mod text;

use table::*;
use text::{WordHash, words};

/// Lists of words and phrases, and what each says of them.
const LISTS: &[(&str, Flags)] = &[
    ("common-en.txt", COMMON),
    ("common-fr.txt", COMMON),
    ("places-ca.txt", PLACE),
    ("drugs-ca.txt", DRUG),
    ("diagnoses-en.txt", DIAGNOSIS),
    ("diagnoses-fr.txt", DIAGNOSIS),
    ("procedures.txt", PROCEDURE),
    ("allergens.txt", ALLERGEN),
    ("tests.txt", TEST),
    ("vaccines.txt", VACCINE),
    ("never-names.txt", NEVER_NAME),
    ("places-world.txt", WORLD_PLACE),
];

/// Lists of words with how common each is.
///
/// Ordinary words first: a rare name that is a common word does not count as a name by itself.
const CLASSED: &[(&str, u32, Flags)] = &[
    ("ordinary.txt", ORDINARY_AT, 0),
    ("given.txt", GIVEN_AT, GIVEN),
    ("family.txt", FAMILY_AT, FAMILY),
];

/// An ordinary word, of which only the class says how common it is: it stands in the table, and means nothing else.
const ORDINARY: Flags = 1 << 14;
/// A name counts as one as long as it is not rarer than the ordinary word by so many classes.
const NAME_MARGIN: u32 = 2;

fn main() -> io::Result<()> {
    let here = folder("CARGO_MANIFEST_DIR")?;
    let lists = here.join("../../lexicons");
    for source in ["build.rs", "src/lexicon/table.rs", "src/text.rs"] {
        println!("cargo:rerun-if-changed={source}");
    }
    let read = |name: &str| {
        let path = lists.join(name);
        println!("cargo:rerun-if-changed={}", path.display());
        fs::read_to_string(&path)
            .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
    };
    let mut building = Building::new();
    for (name, flag) in LISTS {
        for line in read(name)?.lines().filter(|line| !line.starts_with('#')) {
            building.add(line, *flag);
        }
    }
    for (name, at, flag) in CLASSED {
        for line in read(name)?.lines() {
            building.classify(line, *at, *flag);
        }
    }
    let out = folder("OUT_DIR")?;
    if building.table.n_words * 5 > N_SLOTS * 3 {
        return Err(io::Error::other("the table of words needs more slots"));
    }
    let slots = building.table.slots.iter().zip(&building.classes);
    let slots = slots.map(|(slot, classes)| slot | u64::from(*classes) << N_OF_LISTS);
    write(&out, "slots.bin", slots.flat_map(u64::to_le_bytes))?;

    let mut letters = Vec::new();
    for line in read("letters.txt")?.lines() {
        for at in (0..line.len() / 2).map(|n| n * 2) {
            let step = u8::from_str_radix(&line[at..at + 2], 16).map_err(io::Error::other)?;
            letters.push(step);
        }
    }
    write(&out, "letters.bin", letters)?;

    let mut categories: Vec<[u8; 3]> = read("icd10-categories.txt")?
        .lines()
        .filter_map(|line| line.as_bytes().try_into().ok())
        .collect();
    categories.sort_unstable();
    write(&out, "icd10.bin", categories.into_iter().flatten())
}

/// The folder that a variable of the build names.
fn folder(name: &str) -> io::Result<PathBuf> {
    // Asked when it runs, not when it is compiled: a cached script must not look where a checkout once was.
    std::env::var_os(name)
        .map(PathBuf::from)
        .ok_or_else(|| io::Error::other(format!("no {name}")))
}

fn write(folder: &Path, name: &str, bytes: impl IntoIterator<Item = u8>) -> io::Result<()> {
    fs::write(folder.join(name), bytes.into_iter().collect::<Vec<u8>>())
}

/// A table while the lists are read into it.
struct Building {
    table: Table,
    /// How common the word of each slot is; asked only of words that may be names.
    classes: Box<[u16]>,
}

impl Building {
    /// Without a word.
    fn new() -> Self {
        Self {
            table: Table::new(N_SLOTS),
            classes: vec![0; N_SLOTS].into_boxed_slice(),
        }
    }

    /// Takes a line of a list.
    fn add(&mut self, phrase: &str, flag: Flags) {
        // `hba1c`: one word, which the pass over a text asks for whole.
        if phrase.bytes().all(|b| b.is_ascii_alphanumeric())
            && phrase.starts_with(|ch: char| ch.is_ascii_alphabetic())
            && phrase.bytes().any(|b| b.is_ascii_digit())
        {
            let whole = WordHash::of_ascii(phrase.as_bytes(), 0..phrase.len());
            let starts = if flag == TEST { TEST_START } else { 0 };
            return self.table.mark(whole, flag | starts);
        }
        let mut hashes = words(phrase).map(|range| WordHash::of(&phrase[range]));
        let Some(first) = hashes.next() else {
            return;
        };
        let whole = hashes.fold(first, WordHash::join);
        self.table.mark(whole, flag);
        if whole != first {
            self.table.mark(first, PHRASE_START);
        }
        if flag == TEST {
            self.table.mark(first, TEST_START);
        }
    }

    /// Takes a line of a list with classes: `tremblay 15`.
    fn classify(&mut self, line: &str, at: u32, flag: Flags) {
        let Some((word, class)) = line.split_once(' ') else {
            return;
        };
        let class = class.parse::<u32>().unwrap_or(0).min(15);
        let hash = WordHash::of(word);
        let (slot, known) = self.table.find(hash);
        let ordinary = if known == 0 {
            0
        } else {
            ClassBits(self.classes[slot]).classes().ordinary
        };
        let is_name = class + NAME_MARGIN > ordinary;
        // A word with a class stands in the table even when no flag is for it.
        let flag = if flag == 0 {
            ORDINARY
        } else if is_name {
            flag
        } else {
            RARE_NAME
        };
        self.table.mark(hash, flag);
        let (slot, known) = self.table.find(hash);
        if known != 0 {
            self.classes[slot] |= (class << at) as u16;
        }
    }
}
