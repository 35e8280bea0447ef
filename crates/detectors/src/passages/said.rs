//! Of whom a sentence speaks that names nobody: `They live at`, `call me at`, `His daughter can be reached at`, `Her cell is`.
//!
//! The words before a finding in, a cue out; `whose` finds who is meant. Of kin
//! and of him or her only how to reach somebody is asked: what else is said of a
//! patient is so often said with `he` that it is the patient's in any case.

use std::sync::LazyLock;

use super::layout::{Address, Cue, begins_with_one_of, is_kin, last_words};
use crate::{
    one_of::OneOf,
    text::{short, with_folded},
};

/// None of `OF_OFFICE` and `OF_HOME` is shorter, in bytes.
const SHORTEST: usize = 7;

/// What the words before a finding that is no name say of whose it is; `may_break` when signs may stand in them that end a sentence.
pub(super) fn cue(before: &str, may_break: bool, is_contact: bool) -> Option<Cue> {
    let sentence = if may_break {
        last_sentence(before)
    } else {
        before
    };
    if is_said_of_both(sentence) {
        return Some(Cue::Both);
    }
    if let Some(cue) = said_cue(before) {
        return Some(cue);
    }
    if !is_contact {
        return None;
    }
    if is_said_of_us(sentence) {
        return Some(Cue::Writer);
    }
    let (is_of_office, is_of_home) = with_folded(sentence, |folded| {
        let is_of_office = is_said_of_the_office(folded);
        (is_of_office, !is_of_office && is_said_of_home(folded))
    });
    if is_of_office || answers_questions(before) {
        return Some(Cue::Organisation);
    }
    let of_whom = of_whom(sentence);
    if of_whom != Some(Cue::OfKin) && is_of_home {
        return Some(Cue::Home);
    }
    of_whom
}

/// `Our address is`, `Nous habitons au`: of whoever writes.
fn is_said_of_us(sentence: &str) -> bool {
    begins_with_one_of(
        sentence.trim_start(),
        &[
            "our address",
            "our home",
            "our phone",
            "our number",
            "our new address",
            "we live",
            "we moved to",
            "notre adresse",
            "notre numéro",
            "notre téléphone",
            "nous habitons",
            "nous demeurons",
        ],
    )
}

/// `Questions? Call`, `Pour toute question, composez le`: whoever asks for questions answers there.
fn answers_questions(before: &str) -> bool {
    // Most lines have no q.
    if before.is_ascii() && memchr::memchr2(b'q', b'Q', before.as_bytes()).is_none() {
        return false;
    }
    let mut from = before.len().saturating_sub(64);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let is_way = |word: &str| {
        matches!(
            word,
            "call" | "phone" | "dial" | "contact" | "appelez" | "composez" | "telephonez" | "au"
        )
    };
    with_folded(&before[from..], |folded| {
        folded.rfind("question").is_some_and(|at| {
            folded[at..]
                .split(|ch: char| !ch.is_alphabetic())
                .any(is_way)
        })
    })
}

/// How a place that writes says that it is called there.
const OF_OFFICE: &[&str] = &[
    "our office",
    "our clinic",
    "our reception",
    "our main line",
    "our intake",
    "the clinic at",
    "the office at",
    "the ward at",
    "the unit at",
    "the lab at",
    "the laboratory at",
    "the pharmacy at",
    "the hospital at",
    "le laboratoire au",
    "la pharmacie au",
    "call us",
    "contact us",
    "reach us",
    "notify us",
    "phone us",
    "in error",
    "notre clinique",
    "notre bureau",
    "notre secretariat",
    "notre accueil",
    "la clinique au",
    "le secretariat au",
    "nous joindre",
    "nous rejoindre",
    "avec nous",
    "appelez-nous",
    "nous aviser",
    "nous appeler",
    "par erreur",
];

/// `please call our office at`, `call us at`, `communiquez avec nous au`: of the place that writes.
fn is_said_of_the_office(folded: &str) -> bool {
    static WAYS: LazyLock<OneOf> = LazyLock::new(|| OneOf::new(OF_OFFICE));
    folded.len() >= SHORTEST && WAYS.is_in(folded)
}

/// `La conjointe est joignable au`, `Niece's cell`, `She can be reached at`, `His cell is`.
fn of_whom(sentence: &str) -> Option<Cue> {
    let mut words = sentence
        .split(|ch: char| !ch.is_alphabetic() && ch != '-')
        .filter(|word| !word.is_empty());
    if words.clone().any(|word| {
        // In English `son` is kin, in French it is `his`.
        is_kin(short(word).as_str()) && word != "son" && word != "Son"
    }) {
        return Some(Cue::OfKin);
    }
    match words.next()? {
        "He" | "he" | "His" | "his" | "Il" => Some(Cue::OfHim),
        "She" | "she" | "Her" | "her" | "Elle" => Some(Cue::OfHer),
        _ => None,
    }
}

/// `[2024-02-20 09:14] Priya S.: has anyone called`: a time, a name and a colon begin the line of a chat.
pub(super) fn speaks(leads: bool, before: &str, after: &str) -> bool {
    let is_time = |at: usize| {
        let bytes = before.as_bytes();
        let is_digit = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_some_and(u8::is_ascii_digit)
        };
        is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))
    };
    leads
        && after.trim_start_matches(['.', ' ']).starts_with(':')
        && memchr::memchr_iter(b':', before.as_bytes()).any(is_time)
}

/// `Megan Strand calling from the pharmacy`: who calls from a place calls for it.
pub(super) fn calls_from(after: &str) -> bool {
    begins_with_one_of(
        after.trim_start_matches([' ', ',']),
        &[
            "calling from the ",
            "calling from dr",
            "from the pharmacy",
            "from the lab",
            "from the clinic",
            "from the hospital",
            "from dr",
            "appelle de la ",
            "appelle du ",
            "de la pharmacie",
            "du laboratoire",
        ],
    )
}

/// What is somebody's at home.
const OF_HOME: &[&str] = &[
    "home number",
    "home phone",
    "home address",
    "personal e",
    "personal cell",
    "personal phone",
    "numero a la maison",
    "telephone a la maison",
    "a son domicile",
    "courriel personnel",
    "cellulaire personnel",
];

/// `His home number is`, `personal e-mail`: of somebody who is not at work there.
fn is_said_of_home(folded: &str) -> bool {
    static WAYS: LazyLock<OneOf> = LazyLock::new(|| OneOf::new(OF_HOME));
    folded.len() >= SHORTEST && WAYS.is_in(folded)
}

/// Whether a name is a man's or a woman's by the word of kinship beside it.
pub(super) fn sex_of_kin_beside(before: &str, after: &str) -> Option<Address> {
    let word = last_words(before)
        .next()
        .and_then(|word| sex_of_kin(word.as_str()));
    word.or_else(|| {
        let rest = after.trim_start().strip_prefix([',', '('])?;
        rest.split(|ch: char| !ch.is_alphabetic() && ch != '-')
            .filter(|word| !word.is_empty())
            .take(2)
            .find_map(|word| sex_of_kin(short(word).as_str()))
    })
}

fn sex_of_kin(word: &str) -> Option<Address> {
    if !is_kin(word) {
        return None;
    }
    let word = word.trim_end_matches("-in-law");
    let ends = |all: &[&str]| all.iter().any(|end| word.ends_with(end));
    if ends(&[
        "mother",
        "daughter",
        "wife",
        "sister",
        "grandma",
        "aunt",
        "mom",
        "mum",
        "niece",
        "mere",
        "fille",
        "epouse",
        "conjointe",
        "femme",
        "soeur",
        "tante",
        "tutrice",
        "maman",
        "cousine",
    ]) {
        Some(Address::Woman)
    } else if ends(&[
        "father", "husband", "brother", "grandpa", "uncle", "dad", "nephew", "grandson", "pere",
        "fils", "epoux", "conjoint", "mari", "frere", "oncle", "tuteur", "papa", "neveu",
    ]) {
        Some(Address::Man)
    } else {
        None
    }
}

/// How a sentence begins that is about each of two: `Both were given`, `They live at`.
const OF_BOTH: &[&str] = &[
    "both ",
    "they ",
    "the family ",
    "tous deux ",
    "toutes deux ",
    "tous les deux ",
    "les deux ",
    "ils ",
    "elles ",
    "la famille ",
];

/// Whether what is said in this sentence is said of each of those spoken of.
fn is_said_of_both(sentence: &str) -> bool {
    begins_with_one_of(sentence.trim_start(), OF_BOTH)
}

/// What follows the last sign that ends a sentence.
fn last_sentence(text: &str) -> &str {
    memchr::memrchr3(b'.', b'!', b'?', text.as_bytes()).map_or(text, |at| &text[at + 1..])
}

/// `call me at`, `my number is`: the writer's own.
fn said_cue(before: &str) -> Option<Cue> {
    // Each of the ways has one of these, and few lines have one.
    let bytes = before.as_bytes();
    let may_be = |at: usize| {
        let next = bytes.get(at + 1).map_or(0, |b| b | 0x20);
        matches!(next, b'e' | b'y' | b'o' | b'\'' | 0x80..)
    };
    if !memchr::memchr2_iter(b'm', b'M', bytes).any(may_be) {
        return None;
    }
    with_folded(before, |folded| {
        let sentence = last_sentence(folded);
        let near = sentence
            .get(sentence.len().saturating_sub(48)..)
            .unwrap_or(sentence);
        // Each of the ways has an m, and an m is seldom.
        memchr::memchr_iter(b'm', near.as_bytes())
            .any(|at| {
                SAID_BY_WRITER
                    .iter()
                    .any(|(head, tail)| stands_around(near, at, head, tail))
            })
            .then_some(Cue::Writer)
    })
}

/// How somebody says that what follows is their own: what stands before an `m`, and from there on.
const SAID_BY_WRITER: &[(&str, &str)] = &[
    (" ", "me at"),
    ("call ", "me"),
    ("reach ", "me"),
    ("text ", "me"),
    ("", "me joindre"),
    ("", "me rejoindre"),
    ("", "m'appeler"),
    ("", "my number"),
    ("", "my cell"),
    ("", "my phone"),
    ("", "mon numero"),
    ("", "mon cellulaire"),
    ("", "mon telephone"),
];

/// Whether a text has these words before and from this place on.
fn stands_around(text: &str, at: usize, head: &str, tail: &str) -> bool {
    let (before, after) = text.as_bytes().split_at(at);
    after.starts_with(tail.as_bytes()) && before.ends_with(head.as_bytes())
}

/// What a writer says of somebody whom they saw, right after the name.
const SEEN: &[&str] = &[
    "was assessed",
    "was seen",
    "was evaluated",
    "was examined",
    "was treated",
    "was diagnosed",
    "was admitted",
    "was started on",
    "is doing",
    "presents with",
    "presented with",
    "has been diagnosed",
    "has been treated",
    "a été évalué",
    "a été vu",
    "a été examiné",
    "a été traité",
    "a été hospitalisé",
    "a reçu un diagnostic",
    "va bien",
    "va mieux",
    "se plaint",
    "présente un",
];

/// `Lori was assessed for`, `Lori a été évaluée pour`: a clinician says whom they saw.
pub(super) fn is_seen_after(after: &str) -> bool {
    after
        .strip_prefix(' ')
        .is_some_and(|after| begins_with_one_of(after, SEEN))
}

/// `Paula brought both children`, `Luc a amené sa fille`: who comes with a patient is kin.
pub(super) fn brings_kin(after: &str) -> bool {
    const BRINGS: &[&str] = &["brought", "brings", "a amené", "amène", "accompagne "];
    let Some(rest) = after.strip_prefix(' ') else {
        return false;
    };
    begins_with_one_of(rest, BRINGS)
        && rest
            .split([' ', ',', '.', ';'])
            .skip(1)
            .take(5)
            .any(|word| {
                let word = short(word);
                is_kin(word.as_str()) && word.as_str() != "son"
                    || matches!(
                        word.as_str(),
                        "children" | "kids" | "twins" | "baby" | "enfants" | "jumeaux" | "bebe"
                    )
            })
}

#[test]
fn a_sentence_that_names_nobody_says_of_whom_it_speaks() {
    for (before, expected) in [
        (
            "Vit avec Denise. La conjointe est joignable au ",
            Some(Cue::OfKin),
        ),
        ("Niece's cell ", Some(Cue::OfKin)),
        ("He drinks. She can be reached at ", Some(Cue::OfHer)),
        ("His cell is ", Some(Cue::OfHim)),
        ("Son numéro est le ", None),
        ("They live at ", Some(Cue::Both)),
        ("Please call me at ", Some(Cue::Writer)),
        ("Thanks. Our address is ", Some(Cue::Writer)),
        ("Nous habitons au ", Some(Cue::Writer)),
        ("The office is at ", None),
        ("To change it, call us at ", Some(Cue::Organisation)),
        ("Vous pouvez nous joindre au ", Some(Cue::Organisation)),
        ("Questions? Call ", Some(Cue::Organisation)),
        ("Des questions? Appelez le ", Some(Cue::Organisation)),
        ("Any questions, call me at ", Some(Cue::Writer)),
        ("She had questions. Her cell is ", Some(Cue::OfHer)),
    ] {
        assert_eq!(cue(before, true, true), expected, "{before}");
    }
    assert_eq!(cue("Niece's asthma ", true, false), None);
}

#[test]
fn whoever_brings_a_child_is_kin_and_whoever_was_seen_is_not() {
    for after in [
        " brought both children.",
        " a amené sa fille hier",
        " brings her twins",
    ] {
        assert!(brings_kin(after), "{after}");
    }
    for after in [
        " brought her medications.",
        " brought the form",
        " and her daughter",
    ] {
        assert!(!brings_kin(after), "{after}");
    }
    assert!(is_seen_after(" was seen for") && !is_seen_after(" saw"));
}

#[test]
fn a_word_of_kinship_tells_a_man_from_a_woman() {
    for (before, after, expected) in [
        ("Her husband ", " drinks", Some(Address::Man)),
        ("", ", his wife, called", Some(Address::Woman)),
        ("Dr. ", " called", None),
        ("sa belle-mère ", "", Some(Address::Woman)),
    ] {
        assert_eq!(
            sex_of_kin_beside(before, after),
            expected,
            "{before}_{after}"
        );
    }
}
