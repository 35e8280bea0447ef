//! People who are known, by name; words of a running text in, whom they may name out.
//!
//! `jean tremblay`, `TREMBLAY, J-P` and `Jean Trembley` are looked up without
//! comparing with everybody: each name is filed under four hashes (given and
//! family name; initial and family name; given name with the head and with the
//! tail of the family name), of which one is whole however the words are
//! written with one slip. What a hash gives is compared letter by letter, so a
//! chance meeting of hashes names nobody.
//!
//! Whether a hit is enough to tie a mention to a person is not decided here.

use whose_model::PersonName;

use crate::{names, text::fold};

/// How the words agree with a known name, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// Given and family name.
    Whole,
    /// The family name and some of the given names: `Jean` for Jean-Pierre.
    Part,
    /// The family name and an initial.
    Initial,
    /// Given and family name but for one slip of the pen in one of them.
    Slip,
}

/// Somebody whom words may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// How well.
    pub agreement: Agreement,
    /// Whom: the number given when the name was added.
    pub person: u32,
}

/// No more people are looked at under one hash: what fits so many tells nobody apart.
const MOST_ALIKE: usize = 4096;
/// No more words are one name.
const MOST_WORDS: usize = 6;
/// Shorter words have no slips: `Roy` and `Ray` are two names.
const LEAST_SLIP: usize = 5;

/// People by name.
#[derive(Default)]
pub struct Known {
    /// The high bits a hash, the low 28 the number of a name; sorted once all are in.
    keys: Vec<u64>,
    /// Names one after the other: given names, a bar, the family name.
    text: String,
    ends: Vec<u32>,
    people: Vec<u32>,
    /// One bit for each hash that a word of a name may have: most words of a text are in none.
    words: Vec<u64>,
    is_sorted: bool,
}

const NAME_BITS: u32 = 28;
const FILTER_BITS: u32 = 27;

impl Known {
    /// Nobody.
    pub fn new() -> Self {
        Self {
            words: vec![0; 1 << (FILTER_BITS - 6)],
            ..Self::default()
        }
    }

    /// How many names are known.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody is known.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Bytes kept, the filter included.
    pub fn n_bytes(&self) -> usize {
        self.keys.capacity() * 8
            + self.text.capacity()
            + (self.ends.capacity() + self.people.capacity()) * 4
            + self.words.len() * 8
    }

    /// Adds a name of a person; one without given or family name is left out.
    pub fn add(&mut self, person: u32, name: &PersonName) {
        let (given, middle, family, _, _) = names::parts(name);
        let family = family.replace(' ', "");
        let number = self.people.len() as u64;
        let Some(first) = given.split(' ').next().filter(|word| word.len() > 1) else {
            return;
        };
        if family.len() < 2
            || number >= 1 << NAME_BITS
            || self.text.len() + given.len() + middle.len() + family.len() + 2 > u32::MAX as usize
        {
            return;
        }
        let mut file = |hash: u64| {
            self.keys.push(hash >> NAME_BITS << NAME_BITS | number);
        };
        file(whole(first, &family));
        file(initial(first, &family));
        for (head, tail) in heads(&family) {
            file(headed(first, head));
            file(tailed(first, tail));
        }
        self.mark(first);
        self.mark(&family);
        self.text.push_str(&given);
        if !middle.is_empty() {
            self.text.push(' ');
            self.text.push_str(&middle);
        }
        self.text.push('|');
        self.text.push_str(&family);
        self.ends.push(self.text.len() as u32);
        self.people.push(person);
        self.is_sorted = false;
    }

    /// Sorts what was added; to be called before `look`.
    pub fn freeze(&mut self) {
        self.keys.sort_unstable();
        self.is_sorted = true;
    }

    /// Whom these words name, the surest kind of agreement alone, each person once.
    pub fn look(&self, words: &str) -> Vec<Hit> {
        let folded = fold(words);
        let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let mut hits = Vec::new();
        if !self.is_sorted || !(2..=MOST_WORDS).contains(&words.len()) {
            return hits;
        }
        // The longest run of words that names somebody wins.
        for n in (2..=words.len().min(4)).rev() {
            for run in words.windows(n) {
                for split in 1..n {
                    let (before, after) = run.split_at(split);
                    self.read(before, after, &mut hits);
                    self.read(after, before, &mut hits);
                }
            }
            if !hits.is_empty() {
                break;
            }
        }
        hits.sort_unstable();
        if let Some(best) = hits.first().map(|hit| hit.agreement) {
            hits.retain(|hit| hit.agreement == best);
        }
        hits.dedup_by_key(|hit| hit.person);
        hits
    }

    /// Looks for these given names and this family name.
    fn read(&self, given: &[&str], family: &[&str], hits: &mut Vec<Hit>) {
        let Some(first) = given.first() else { return };
        let joined;
        let family = match family {
            [one] => *one,
            many => {
                joined = many.concat();
                &joined
            }
        };
        if family.len() < 2 {
            return;
        }
        let knows_family = self.knows(family);
        if first.len() == 1 {
            if knows_family && given.iter().all(|word| word.len() == 1) {
                self.each(initial(first, family), |person, known, own| {
                    if own == family && initials(given, known) {
                        hits.push(Hit {
                            agreement: Agreement::Initial,
                            person,
                        });
                    }
                });
            }
            return;
        }
        let knows_first = self.knows(first);
        if knows_first && knows_family {
            self.each(whole(first, family), |person, known, own| {
                if own == family
                    && let Some(agreement) = givens(given, known)
                {
                    hits.push(Hit { agreement, person });
                }
            });
        }
        let slip = |person| Hit {
            agreement: Agreement::Slip,
            person,
        };
        if knows_first && family.len() >= LEAST_SLIP && family.is_ascii() {
            for (head, tail) in heads(family).into_iter().chain(heads_of_others(family)) {
                for hash in [headed(first, head), tailed(first, tail)] {
                    self.each(hash, |person, known, own| {
                        if is_one_slip(own, family)
                            && givens(given, known) == Some(Agreement::Whole)
                        {
                            hits.push(slip(person));
                        }
                    });
                }
            }
        }
        if knows_family && !knows_first && first.len() >= LEAST_SLIP {
            self.each(initial(first, family), |person, known, own| {
                let one = known.split(' ').next().unwrap_or("");
                if own == family && given.len() == 1 && is_one_slip(one, first) {
                    hits.push(slip(person));
                }
            });
        }
    }

    /// Calls `each` with person, given names and family name of what is filed under a hash.
    fn each(&self, hash: u64, mut each: impl FnMut(u32, &str, &str)) {
        let low = hash >> NAME_BITS << NAME_BITS;
        let first = self.keys.partition_point(|key| *key < low);
        for key in self.keys[first..]
            .iter()
            .take(MOST_ALIKE)
            .take_while(|key| **key >> NAME_BITS == hash >> NAME_BITS)
        {
            let at = (*key & ((1 << NAME_BITS) - 1)) as usize;
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
            let Some((given, family)) = self
                .text
                .get(start..self.ends[at] as usize)
                .and_then(|name| name.split_once('|'))
            else {
                continue;
            };
            each(self.people[at], given, family);
        }
    }

    fn mark(&mut self, word: &str) {
        let bit = (hash(&[word]) >> (64 - FILTER_BITS)) as usize;
        if let Some(bits) = self.words.get_mut(bit / 64) {
            *bits |= 1 << (bit % 64);
        }
    }

    /// Whether a word may be the first given or the family name of somebody known.
    pub fn knows(&self, word: &str) -> bool {
        let bit = (hash(&[word]) >> (64 - FILTER_BITS)) as usize;
        self.words
            .get(bit / 64)
            .is_some_and(|bits| bits >> (bit % 64) & 1 == 1)
    }
}

/// The given names of a text against those known, of which the first agree.
fn givens(given: &[&str], known: &str) -> Option<Agreement> {
    let known: Vec<&str> = known.split(' ').collect();
    if known.first() != given.first() {
        return None;
    }
    // A second name that is another's is another's.
    let agrees = |a: &str, b: &str| {
        a == b || a.len() == 1 && b.starts_with(a) || b.len() == 1 && a.starts_with(b)
    };
    let all = known
        .iter()
        .zip(given)
        .skip(1)
        .all(|(known, given)| agrees(known, given));
    if !all {
        return None;
    }
    Some(if known.len() == given.len() {
        Agreement::Whole
    } else {
        Agreement::Part
    })
}

/// Initials, in the order of the given names.
fn initials(given: &[&str], known: &str) -> bool {
    let mut known = known.split(' ');
    given
        .iter()
        .all(|letter| known.next().is_some_and(|word| word.starts_with(letter)))
}

/// The first and last letters of a family name: one of the two is whole whatever single letter is wrong.
fn heads(family: &str) -> Vec<(&str, &str)> {
    let n = if family.len() >= 7 { 3 } else { 2 };
    halves(family, n).into_iter().collect()
}

/// The same as of a family name that is a letter longer or shorter.
fn heads_of_others(family: &str) -> Option<(&str, &str)> {
    match family.len() {
        6 => halves(family, 3),
        7 => halves(family, 2),
        _ => None,
    }
}

fn halves(family: &str, n: usize) -> Option<(&str, &str)> {
    if family.len() < LEAST_SLIP - 1 {
        return None;
    }
    Some((family.get(..n)?, family.get(family.len() - n..)?))
}

/// One letter put in, left out or changed, or two neighbours that changed places.
fn is_one_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 || a == b {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[head..], &long[head..]);
    if short.len() < long.len() {
        return short == &long[1..];
    }
    short[1..] == long[1..]
        || short.len() > 1 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..]
}

fn whole(first: &str, family: &str) -> u64 {
    hash(&["w", first, family])
}

fn initial(first: &str, family: &str) -> u64 {
    let letter = first.chars().next().map_or(0, char::len_utf8);
    hash(&["i", &first[..letter], family])
}

fn headed(first: &str, head: &str) -> u64 {
    hash(&["h", first, head])
}

fn tailed(first: &str, tail: &str) -> u64 {
    hash(&["t", first, tail])
}

/// FNV-1a with a last stir, so that the high bits tell words apart.
fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(given: &str, family: &str) -> PersonName {
        PersonName {
            given: given.into(),
            family: family.into(),
            ..PersonName::default()
        }
    }

    fn known(names: &[(&str, &str)]) -> Known {
        let mut known = Known::new();
        for (number, (given, family)) in (0..).zip(names) {
            known.add(number, &name(given, family));
        }
        known.freeze();
        known
    }

    #[test]
    fn a_name_is_found_however_people_write_it() {
        let known = known(&[
            ("Jean", "Tremblay"),
            ("Anna", "Roy"),
            ("Marie-Ève", "Côté"),
            ("Seydou", "Désir"),
        ]);
        for (words, agreement, person) in [
            ("jean tremblay", Agreement::Whole, 0),
            ("TREMBLAY Jean", Agreement::Whole, 0),
            ("Tremblay, Jean", Agreement::Whole, 0),
            ("J. Tremblay", Agreement::Initial, 0),
            ("Tremblay, J", Agreement::Initial, 0),
            ("Jean Trembley", Agreement::Slip, 0),
            ("Jean Trmblay", Agreement::Slip, 0),
            ("Jean Tremlbay", Agreement::Slip, 0),
            ("marie eve cote", Agreement::Whole, 2),
            ("COTE Marie-Eve", Agreement::Whole, 2),
            ("Marie Côté", Agreement::Part, 2),
            ("M-E Côté", Agreement::Initial, 2),
            ("called by seydou desir", Agreement::Whole, 3),
        ] {
            assert_eq!(known.look(words), [Hit { agreement, person }], "{words}");
        }
    }

    #[test]
    fn other_names_are_nobody() {
        let known = known(&[
            ("Jean", "Tremblay"),
            ("Anna", "Roy"),
            ("Paul Henri", "Caron"),
        ]);
        for words in [
            "Jean Roy",
            "Anna Ray",
            "P. Tremblay",
            "Jean",
            "Jeanne Tremblay",
            "Paul Marc Caron",
            "Jean Tramblet",
            "",
        ] {
            assert_eq!(known.look(words), [], "{words}");
        }
    }

    #[test]
    fn of_two_of_one_name_both_are_said() {
        let known = known(&[("Ana", "Silva"), ("Ana", "Silva"), ("Ana", "Silvan")]);
        let people: Vec<u32> = known
            .look("ana silva")
            .iter()
            .map(|hit| hit.person)
            .collect();
        assert_eq!(people, [0, 1]);
    }

    proptest! {
        #[test]
        fn any_one_slip_in_a_family_name_is_found(
            family in "[a-z]{5,12}", at in 0_usize..12, letter in "[a-z]", kind in 0..4
        ) {
            let known = known(&[("Seydou", &family)]);
            let mut letters: Vec<char> = family.chars().collect();
            let at = at % letters.len();
            let letter = letter.chars().next().unwrap();
            match kind {
                0 => letters[at] = letter,
                1 => letters.insert(at, letter),
                2 => drop(letters.remove(at)),
                _ if at + 1 < letters.len() => letters.swap(at, at + 1),
                _ => {}
            }
            let written: String = letters.iter().collect();
            prop_assume!(written.len() >= LEAST_SLIP);
            let hits = known.look(&format!("seydou {written}"));
            prop_assert_eq!(hits.len(), 1, "{} for {}", written, family);
        }

        #[test]
        fn no_words_make_it_panic(words in "\\PC{0,60}") {
            known(&[("Jean", "Tremblay")]).look(&words);
        }
    }
}
