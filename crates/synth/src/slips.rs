//! What hands and machines make of a text: one letter for another, letters that look alike; and names made of syllables.

use crate::chance::Chance;

/// One letter or digit changed, dropped, doubled or swapped with its neighbour; seldom the first.
pub(crate) fn typed(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    let first = usize::from(!chance.percent(8));
    let at = first + chance.index(letters.len() - first);
    let other = match letters[at] {
        digit if digit.is_ascii_digit() => char::from(b'0' + chance.below(10) as u8),
        upper if upper.is_uppercase() => char::from(b'A' + chance.below(26) as u8),
        _ => char::from(b'a' + chance.below(26) as u8),
    };
    match chance.below(4) {
        0 => letters[at] = other,
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ => {
            let before = at.max(1);
            letters.swap(before - 1, before);
        }
    }
    letters.into_iter().collect()
}

/// Pairs that reading machines take for each other, as their makers and users report them.
const ALIKE: &[(&str, &str)] = &[
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("l", "1"),
    ("i", "l"),
    ("I", "l"),
    ("O", "0"),
    ("o", "0"),
    ("0", "O"),
    ("1", "l"),
    ("5", "S"),
    ("S", "5"),
    ("8", "B"),
    ("B", "8"),
    ("e", "c"),
    ("a", "o"),
    ("é", "e"),
    ("u", "v"),
    ("n", "ri"),
    ("h", "b"),
    ("3", "8"),
    ("6", "5"),
    ("7", "1"),
    ("-", ""),
];

/// One or two groups of letters taken for others that look alike.
pub(crate) fn misread(text: &str, chance: &mut Chance) -> String {
    let mut text = text.to_owned();
    for _ in 0..=chance.below(2) {
        let start = chance.index(ALIKE.len());
        let pairs = ALIKE.iter().cycle().skip(start).take(ALIKE.len());
        for (right, wrong) in pairs {
            let places: Vec<usize> = text.match_indices(right).map(|(at, _)| at).collect();
            if let Some(at) = places.get(chance.index(places.len())) {
                text.replace_range(*at..at + right.len(), wrong);
                break;
            }
        }
    }
    text
}

/// The made-up name of a rank; the same rank is the same name.
pub(crate) fn made_up_name(rank: u64, what: &str) -> String {
    const START: [&str; 24] = [
        "b", "br", "c", "ch", "d", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "r",
        "s", "st", "t", "tr", "v", "w", "z",
    ];
    const MIDDLE: [&str; 10] = ["a", "e", "i", "o", "u", "ou", "ai", "ei", "au", "y"];
    const END: [&str; 14] = [
        "", "n", "r", "l", "s", "t", "ck", "nd", "rt", "m", "th", "ng", "x", "",
    ];
    const LAST: [&str; 14] = [
        "", "", "", "son", "ette", "ard", "ski", "ov", "ini", "es", "ley", "man", "eau", "ez",
    ];
    let mut chance = Chance::new(0, what, rank);
    let n_syllables = 2 + chance.index(2);
    let mut name: String = (0..n_syllables)
        .map(|_| {
            format!(
                "{}{}{}",
                START[chance.index(START.len())],
                MIDDLE[chance.index(MIDDLE.len())],
                END[chance.index(END.len())]
            )
        })
        .collect();
    name.push_str(LAST[chance.index(LAST.len())]);
    if let Some(first) = name.get(..1) {
        name = format!("{}{}", first.to_uppercase(), &name[1..]);
    }
    name
}

#[test]
fn a_slip_is_small_and_a_misreading_looks_alike() {
    let mut chance = Chance::new(1, "test", 0);
    for _ in 0..200 {
        let typed = typed("Tremblay", &mut chance);
        assert!(typed.len().abs_diff(8) <= 1, "{typed}");
    }
    assert_eq!(made_up_name(7, "family"), made_up_name(7, "family"));
    assert!(misread("Morn 50", &mut chance) != "Morn 50");
}
