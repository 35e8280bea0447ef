//! Names as they are compared: folded words in, their forms out.
//!
//! Particles, `Saint` and `Mac` are written in many ways; a form keeps what is
//! left when those are taken alike. Placeholders for a newborn's name are not
//! names.

use serde::{Deserialize, Serialize};
use whose_model::PersonName;

use crate::{
    nicknames,
    strings::{Strings, Sym, hash, mix},
    text::{self, damerau, fold, sound},
};

/// What is compared of one folded name.
#[derive(Clone, Copy, Default)]
pub(crate) struct Form {
    /// The letters, with `st` as `saint` and `mac` as `mc`, in one word.
    pub(crate) joined: u64,
    /// The same without particles.
    pub(crate) core: u64,
    /// How it sounds, without particles.
    pub(crate) sound: u64,
    /// Its letters with those alike that a reading machine takes for each other.
    pub(crate) looks: u64,
    /// The first word alone, of a compound given name.
    pub(crate) first: u64,
    /// Groups of nicknames and other spellings that it belongs to.
    pub(crate) groups: nicknames::Groups,
    /// Its letters, as bits.
    pub(crate) mask: u64,
    /// The first letter.
    pub(crate) initial: u8,
    /// It is only a letter.
    pub(crate) is_initial: bool,
    /// It has several words that are not particles.
    pub(crate) is_compound: bool,
    /// So common in the population that the case's own count would make it too rare.
    pub(crate) is_common: bool,
}

impl Form {
    /// The forms of a folded name.
    pub(crate) fn new(folded: &str) -> Self {
        let mut whole = String::new();
        let mut core = String::new();
        let mut n_words = 0;
        let mut first = 0;
        for word in folded.split(' ').filter(|word| !word.is_empty()) {
            let word = match word {
                "st" => "saint",
                "ste" => "sainte",
                "mac" => "mc",
                word => word,
            };
            whole.push_str(word);
            if !is_particle(word) {
                core.push_str(word);
                n_words += 1;
                if first == 0 {
                    first = hash(word.as_bytes());
                }
            }
        }
        for text in [&mut whole, &mut core] {
            // MacDonald and McDonald; but not Mack, Macy, Mace.
            if text.starts_with("mac") && text.len() >= 7 {
                text.remove(1);
            }
        }
        if core.is_empty() {
            core.clone_from(&whole);
        }
        Self {
            joined: hash(whole.as_bytes()),
            core: hash(core.as_bytes()),
            sound: match sound(&core) {
                // Scripts without the letters a sound is made of.
                0 => mix(1, hash(core.as_bytes())),
                sound => sound,
            },
            looks: hash(looks(&whole).as_bytes()),
            first,
            groups: nicknames::groups(&core),
            mask: text::mask(folded),
            initial: folded.as_bytes().first().copied().unwrap_or(0),
            is_initial: folded.chars().count() == 1,
            is_compound: n_words > 1,
            is_common: nicknames::is_common(&whole),
        }
    }
}

/// Letters and digits that look alike as one of them: `rn` and `m`, `cl` and `d`, `l`, `i` and `1`.
///
/// Pairs as users and makers of reading machines report them.
pub(crate) fn looks(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut seen = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        let (letter, used) = match (byte, next) {
            (b'r', b'n') => ('m', 2),
            (b'r', b'i' | b'l' | b'1' | b'j') => ('n', 2),
            (b'c', b'l' | b'1') => ('d', 2),
            (b'v', b'v') => ('w', 2),
            (b'0' | b'o' | b'c' | b'e' | b'a', _) => ('o', 1),
            (b'1' | b'i' | b'l' | b'j', _) => ('l', 1),
            (b'5' | b's', _) => ('s', 1),
            (b'8' | b'b' | b'h', _) => ('b', 1),
            (b'u' | b'v', _) => ('v', 1),
            (b'6' | b'g', _) => ('g', 1),
            (other, _) if other.is_ascii() => (char::from(*other), 1),
            (_, _) => ('?', 1),
        };
        seen.push(letter);
        at += used;
    }
    seen
}

/// The forms of all names, by their numbers.
pub(crate) fn forms(names: &Strings) -> Vec<Form> {
    (0..names.len())
        .map(|sym| Form::new(names.get(sym as Sym)))
        .collect()
}

/// A name in numbers.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Name {
    pub(crate) given: Sym,
    pub(crate) middle: Sym,
    pub(crate) family: Sym,
    /// 0 none, 1 junior, 2 senior, 3 the third, ...
    pub(crate) suffix: u8,
    /// `Baby Girl`: born, and not named yet.
    pub(crate) is_newborn: bool,
}

/// A name's folded parts: given, middle, family, suffix, and whether the given name stands for a newborn's.
pub(crate) type Parts = (String, String, String, u8, bool);

/// Whether one name says less than another of the same record, and nothing else: `Roy`, `A. Roy` or `Anna` beside `Anna Roy`.
pub(crate) fn is_short_for(short: &Parts, whole: &Parts) -> bool {
    let says_less = |one: &str, other: &str| {
        one.is_empty() || one == other || one.chars().count() == 1 && other.starts_with(one)
    };
    let (given, middle, family, suffix, is_newborn) = short;
    !is_newborn
        && !whole.4
        && says_less(given, &whole.0)
        && says_less(middle, &whole.1)
        && (family.is_empty() || *family == whole.2)
        && (*suffix == 0 || *suffix == whole.3)
        && !(given == &whole.0 && family == &whole.2)
}

/// Takes a name apart.
pub(crate) fn parts(name: &PersonName) -> Parts {
    let mut given = fold(&name.given);
    let mut middle = fold(&name.middle);
    let mut family = fold(&name.family);
    let mut suffix = suffix(&fold(&name.suffix));
    if suffix == 0 {
        // `Smith Jr` in the family name's column.
        if let Some((rest, last)) = family.rsplit_once(' ')
            && self::suffix(last) != 0
        {
            suffix = self::suffix(last);
            family = rest.to_owned();
        }
    }
    let is_newborn = is_newborn(&given);
    // `Na` is a name, `NA` and `n/a` are none.
    let is_none = is_placeholder(&given) && name.given.trim() != "Na";
    if is_newborn || is_none {
        // `Baby Boy A` and `Baby Boy B` are twins.
        middle = match given.rsplit_once(' ') {
            Some((_, letter)) if is_newborn && letter.len() == 1 => letter.to_owned(),
            _ => String::new(),
        };
        given.clear();
    }
    if is_placeholder(&family) {
        family.clear();
    }
    // `Mary J` in the given name's column; but Jean Pierre and Marie Eve are one name.
    if middle.is_empty()
        && let Some((first, last)) = given.rsplit_once(' ')
        && last.len() == 1
        && !first.is_empty()
    {
        middle = last.to_owned();
        given = first.to_owned();
    }
    (given, middle, family, suffix, is_newborn)
}

fn suffix(folded: &str) -> u8 {
    match folded {
        "jr" | "junior" | "fils" | "jnr" => 1,
        "sr" | "senior" | "pere" | "snr" => 2,
        "iii" | "3rd" => 3,
        "iv" | "4th" => 4,
        "ii" | "2nd" => 5,
        _ => 0,
    }
}

/// Stands for no name at all.
fn is_placeholder(folded: &str) -> bool {
    matches!(
        folded,
        "unknown"
            | "inconnu"
            | "inconnue"
            | "na"
            | "n a"
            | "nil"
            | "none"
            | "null"
            | "test"
            | "x"
            | "xx"
            | "xxx"
            | "no name"
            | "unnamed"
            | "sans nom"
    )
}

/// Stands for the name of somebody who has none yet.
fn is_newborn(folded: &str) -> bool {
    matches!(
        folded,
        "nouveau ne"
            | "nouveau nee"
            | "newborn"
            | "nbn"
            | "bb"
            | "bg"
            | "infant"
            | "baby"
            | "bebe"
            | "boy"
            | "girl"
            | "babyboy"
            | "babygirl"
            | "twin a"
            | "twin b"
    ) || [
        "baby ",
        "bebe ",
        "infant ",
        "newborn ",
        "bb ",
        "nouveau ne ",
        "boy of ",
        "girl of ",
    ]
    .iter()
    .any(|start| folded.starts_with(start))
        || NEWBORNS.iter().any(|name| {
            folded.len().abs_diff(name.len()) <= 1
                && damerau(folded.as_bytes(), name.as_bytes(), 2) <= 2
        })
}

/// As most systems write them; a slip makes no name of them.
const NEWBORNS: [&str; 5] = [
    "baby boy",
    "baby girl",
    "bebe garcon",
    "bebe fille",
    "nouveau ne",
];

/// Words that stand before a family name and belong to it.
pub(crate) fn is_particle(folded: &str) -> bool {
    matches!(
        folded,
        "van"
            | "von"
            | "de"
            | "der"
            | "den"
            | "del"
            | "della"
            | "di"
            | "da"
            | "dos"
            | "das"
            | "du"
            | "des"
            | "la"
            | "le"
            | "el"
            | "al"
            | "bin"
            | "ibn"
            | "ben"
            | "ter"
            | "ten"
            | "af"
            | "av"
            | "zu"
            | "zur"
            | "y"
            | "lo"
            | "do"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        Form::new(&fold(text))
    }

    #[test]
    fn one_name_in_two_spellings_has_one_form() {
        for (a, b) in [
            ("St-Pierre", "Saint Pierre"),
            ("van der Berg", "Vanderberg"),
            ("O'Brien", "OBrien"),
            ("MacDonald", "McDonald"),
            ("Mac Donald", "MCDONALD"),
            ("Lévesque", "LEVESQUE"),
        ] {
            assert_eq!(form(a).joined, form(b).joined, "{a} {b}");
        }
        assert_eq!(form("de la Cruz").core, form("Cruz").core);
        assert_ne!(form("Mack").joined, form("Mck").joined);
    }

    #[test]
    fn a_newborns_placeholder_is_not_a_name() {
        let name = PersonName {
            given: "Baby Boy".into(),
            family: "Roy".into(),
            ..PersonName::default()
        };
        assert_eq!(parts(&name).0, "");
        assert_eq!(parts(&name).2, "roy");
        assert!(parts(&name).4);
    }

    #[test]
    fn na_is_a_name_where_it_is_written_as_one() {
        for (written, given) in [("Na", "na"), ("NA", ""), ("n/a", ""), ("na", "")] {
            let name = PersonName {
                given: written.into(),
                family: "Tang".into(),
                ..PersonName::default()
            };
            assert_eq!(parts(&name).0, given, "{written}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_short_for_the_whole_and_another_name_is_not() {
        let of = |given: &str, family: &str, suffix: &str| {
            parts(&PersonName {
                given: given.into(),
                family: family.into(),
                suffix: suffix.into(),
                ..PersonName::default()
            })
        };
        let whole = of("Anna", "Roy", "");
        for (given, family, suffix, expected) in [
            ("", "Roy", "", true),
            ("A.", "Roy", "", true),
            ("Anna", "", "", true),
            ("Anna", "Roy", "", false),
            ("Luc", "Roy", "", false),
            ("", "Cote", "", false),
            ("", "Roy", "Jr", false),
            ("Baby Girl", "Roy", "", false),
        ] {
            let name = of(given, family, suffix);
            assert_eq!(is_short_for(&name, &whole), expected, "{given} {family}");
        }
    }

    #[test]
    fn what_a_machine_misreads_looks_alike() {
        for (a, b) in [("morn", "mom"), ("harrlson", "harrison"), ("c1ay", "clay")] {
            assert_eq!(looks(a), looks(b), "{a} {b}");
        }
        assert_ne!(looks("roy"), looks("ray n"));
    }

    #[test]
    fn a_suffix_in_the_family_name_is_a_suffix() {
        let name = PersonName {
            given: "John".into(),
            family: "Smith Jr.".into(),
            ..PersonName::default()
        };
        assert_eq!(
            parts(&name),
            ("john".into(), String::new(), "smith".into(), 1, false)
        );
    }
}
