//! Names of people: labels, and the parts of a name written in one piece.
//!
//! `parse` reads `TREMBLAY, Marie-Ève`, `Dr. Jean de la Fontaine Jr`, `Marie TREMBLAY`
//! and `Tremblay Marie` (the lexicons decide which comes first). Whether a piece of
//! running text is a name at all is decided in `passages`.

use whose_model::{DataElement, PersonName, Sex};

use super::about::{About, about};

use crate::{
    lexicon::{COMMON, FAMILY, GIVEN, NEVER_NAME, RARE_NAME, lexicon},
    sense::{Label, Part, Sense},
    text::{is_all_capitals, short},
};

const NAME: Sense = Sense::whole(DataElement::Name);
const GIVEN_NAME: Sense = Sense::part(DataElement::Name, Part::Given);
const MIDDLE: Sense = Sense::part(DataElement::Name, Part::Middle);
const FAMILY_NAME: Sense = Sense::part(DataElement::Name, Part::Family);
const SUFFIX: Sense = Sense::part(DataElement::Name, Part::Suffix);

/// Labels of names. `patient`, `doctor` and the like are roles and are known to the label engine.
pub(crate) const LABELS: &[Label] = &[
    ("name", NAME.weak()),
    ("full name", NAME),
    ("fullname", NAME),
    ("legal name", NAME),
    ("display name", NAME),
    ("person name", NAME),
    ("name last first", NAME),
    ("last first name", NAME),
    ("last name first name", NAME),
    ("first and last name", NAME),
    ("first last", NAME),
    ("first last name", NAME),
    ("surname given name", NAME),
    ("nom", Sense::part(DataElement::Name, Part::Family).weak()),
    ("nom complet", NAME),
    ("nom et prenom", NAME),
    ("nom prenom", NAME),
    ("prenom nom", NAME),
    ("prenom et nom", NAME),
    ("noms", NAME.weak()),
    ("nom usager", NAME),
    ("nom patient", NAME),
    ("given name", GIVEN_NAME),
    ("given names", GIVEN_NAME),
    ("given", GIVEN_NAME.weak()),
    ("first name", GIVEN_NAME),
    ("first names", GIVEN_NAME),
    ("firstname", GIVEN_NAME),
    ("first", GIVEN_NAME.weak()),
    ("fname", GIVEN_NAME),
    ("f name", GIVEN_NAME),
    ("first nm", GIVEN_NAME),
    ("forename", GIVEN_NAME),
    ("forenames", GIVEN_NAME),
    ("christian name", GIVEN_NAME),
    ("preferred name", GIVEN_NAME.weak()),
    ("prenom", GIVEN_NAME),
    ("prenoms", GIVEN_NAME),
    ("pren", GIVEN_NAME),
    ("prenom usuel", GIVEN_NAME),
    ("givenname", GIVEN_NAME),
    ("gname", GIVEN_NAME),
    ("middle name", MIDDLE),
    ("middle names", MIDDLE),
    ("middle", MIDDLE.weak()),
    ("middle initial", MIDDLE),
    ("mi", MIDDLE.weak()),
    ("mname", MIDDLE),
    ("second name", MIDDLE),
    ("second given name", MIDDLE),
    ("initial", MIDDLE.weak()),
    ("deuxieme prenom", MIDDLE),
    ("autres prenoms", MIDDLE),
    ("family name", FAMILY_NAME),
    ("family", FAMILY_NAME.weak()),
    ("last name", FAMILY_NAME),
    ("lastname", FAMILY_NAME),
    ("last", FAMILY_NAME.weak()),
    ("lname", FAMILY_NAME),
    ("l name", FAMILY_NAME),
    ("last nm", FAMILY_NAME),
    ("surname", FAMILY_NAME),
    ("sname", FAMILY_NAME),
    ("nom de famille", FAMILY_NAME),
    ("nom famille", FAMILY_NAME),
    ("nom naissance", FAMILY_NAME),
    ("nom a la naissance", FAMILY_NAME),
    ("patronyme", FAMILY_NAME),
    ("suffix", SUFFIX.weak()),
    ("name suffix", SUFFIX),
    ("suffixe", SUFFIX.weak()),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::Name,
        "A label or a column says so; a title stands before it; or a known given and family name stand together as people write them. Words of organisations, drugs and headings are none.",
        &["RE: Julie Bouchard", "Mme Sylvie Gagnon a téléphoné.", "Emergency contact | Jean Roy"],
        &["The committee approved the minutes.", "INTRODUCTORY OFFER"],
    )
    .from("45 CFR 164.514(b)(2)(i)(A)"),
];

/// Titles before a name, folded. A doctor's title makes a clinician.
pub(crate) fn title_of(word: &str) -> Option<Title> {
    if word.len() > 12 || !may_be_title(word) {
        return None;
    }
    let word = short(word);
    if let Some(sex) = Sex::of_title(word.as_str()) {
        return Some(match sex {
            Sex::Female => Title::Woman,
            Sex::Male | Sex::Other => Title::Man,
        });
    }
    Some(match word.as_str() {
        "dr" | "dre" | "doctor" | "docteur" | "docteure" | "drs" | "drsse" => Title::Doctor,
        "prof" | "pr" | "professor" | "professeur" | "professeure" => Title::Doctor,
        "nurse" | "sister" | "infirmiere" | "infirmier" => Title::Nurse,
        _ => return None,
    })
}

/// Whether a word begins with a letter with which a title does; most words do not.
pub(crate) fn may_be_title(word: &str) -> bool {
    word.bytes().next().is_some_and(|b| {
        !b.is_ascii() || matches!(b | 0x20, b'd' | b'i' | b'm' | b'n' | b'p' | b's')
    })
}

/// A title before a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Title {
    /// Doctor or professor.
    Doctor,
    /// Mr.
    Man,
    /// Mrs, Ms.
    Woman,
    /// Nurse.
    Nurse,
}

/// Particles inside a family name, folded.
pub(crate) const PARTICLES: &[&str] = &[
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "das", "du", "des",
    "la", "le", "los", "las", "el", "al", "bin", "ibn", "ben", "ter", "ten", "zu", "zur", "st",
    "ste", "saint", "sainte", "mac", "mc", "abu", "bint", "y", "e", "d", "l", "o",
];

/// The same, each as one number: they are asked for at every word.
const PACKED: [u64; PARTICLES.len()] = {
    let mut all = [0; PARTICLES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = packed(PARTICLES[at].as_bytes());
        at += 1;
    }
    all
};

/// Up to eight bytes as one number; 0 for more.
const fn packed(word: &[u8]) -> u64 {
    let mut sum = 0;
    let mut at = 0;
    while at < word.len() && word.len() <= 8 {
        sum |= (word[at] as u64) << (8 * at);
        at += 1;
    }
    sum
}

/// Whether the word is a particle inside a family name: `van`, `de`, `al`.
pub(crate) fn is_particle(word: &str) -> bool {
    // Six letters at most, each two bytes when it has an accent.
    (1..=12).contains(&word.len())
        && (word.len() <= 6 || !word.is_ascii())
        && PACKED.contains(&packed(short(word).as_str().as_bytes()).max(1))
}

/// `Jr.`, `III`, `fils`: behind a name, whose of two of one name it is.
pub(crate) fn suffix_of(word: &str) -> bool {
    // `junior` and as many points as one likes.
    word.bytes()
        .next()
        .is_some_and(|b| matches!(b | 0x20, b'j' | b's' | b'i' | b'f' | b'p') || !b.is_ascii())
        && matches!(
            short(word.trim_end_matches('.')).as_str(),
            "jr" | "sr" | "ii" | "iii" | "iv" | "fils" | "pere" | "junior" | "senior"
        )
}

/// Letters after a name that tell a clinician: `MD`, `FRCPC`, `RN`.
pub(crate) fn is_clinical_credential(word: &str) -> bool {
    let bare: String = word.chars().filter(|ch| ch.is_alphanumeric()).collect();
    matches!(
        bare.to_uppercase().as_str(),
        "MD" | "FRCPC"
            | "FRCSC"
            | "FRCP"
            | "FRCS"
            | "CCFP"
            | "CMFC"
            | "MBBS"
            | "MBCHB"
            | "RN"
            | "NP"
            | "RPN"
            | "LPN"
            | "BSCN"
            | "DO"
            | "DDS"
            | "DMD"
            | "PHARMD"
            | "BPHARM"
            | "BSCPHARM"
            | "RPH"
            | "MSW"
            | "RSW"
            | "PT"
            | "OT"
            | "MCSP"
            | "FCFP"
            | "CSPQ"
            | "OD"
            | "RD"
            | "RMT"
            | "FACC"
            | "FACP"
            | "FRCR"
            | "INF"
            | "PHDCPSYCH"
            | "PAC"
            | "CCPA"
            | "MRCP"
            | "FACS"
            | "FCPS"
            | "TS"
            | "IPS"
            | "IPSPL"
            | "IPSSM"
            | "IPSSA"
            | "IPSSN"
            | "PSW"
            | "PAB"
            | "RRT"
            | "RDH"
            | "SLP"
            | "RSLP"
            | "RKIN"
            | "RSSW"
            | "RPSYCH"
            | "CPSYCH"
            | "LCSW"
            | "APRN"
            | "CRNA"
            | "MBBCH"
            | "MPHARM"
            | "DPM"
            | "MLT"
    )
}

/// The parts of a name written in one piece; `None` when it cannot be a person's name.
pub(crate) fn parse(text: &str) -> Option<PersonName> {
    // Most are words and spaces, and nothing has to be taken off.
    let is_plain = |b: u8| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-' | b'.' | b'\'');
    if (1..=80).contains(&text.len())
        && text.bytes().all(is_plain)
        && !text.starts_with(' ')
        && !text.ends_with(' ')
    {
        return parse_in_order(strip_titles(text));
    }
    let text = text
        .trim()
        .trim_matches(['"', '(', ')', '[', ']', '*', ':', ';']);
    let text = text
        .split(['(', '[', ';', '/', '\\', '\n', '\t'])
        .next()?
        .trim();
    if text.is_empty() || text.len() > 80 || text.bytes().any(|b| b.is_ascii_digit() || b == b'@') {
        return None;
    }
    if let Some((before, after)) = text.split_once([',', '^']) {
        let after_words: Vec<&str> = after
            .split([' ', ',', '^'])
            .filter(|w| !w.is_empty())
            .collect();
        if !after_words.is_empty()
            && !after_words
                .iter()
                .all(|w| suffix_of(w) || is_clinical_credential(w))
        {
            let mut name = PersonName {
                family: tidy(strip_titles(before)),
                ..PersonName::default()
            };
            let mut rest: Vec<&str> = after_words;
            rest.retain(|word| {
                if suffix_of(word) {
                    name.suffix = tidy(word);
                    false
                } else {
                    title_of(word.trim_end_matches('.')).is_none_or(|_| word.len() == 1)
                        && !is_clinical_credential_of(word)
                }
            });
            if name.family.split(' ').next_back().is_some_and(suffix_of)
                && name.suffix.is_empty()
                && let Some((family, suffix)) = name.family.clone().rsplit_once(' ')
            {
                name.family = family.to_owned();
                name.suffix = suffix.to_owned();
            }
            let mut rest = rest.into_iter();
            name.given = tidy(rest.next().unwrap_or(""));
            name.middle = tidy(&rest.collect::<Vec<_>>().join(" "));
            return (!name.family.is_empty()).then_some(name);
        }
        return parse_in_order(strip_titles(before));
    }
    parse_in_order(strip_titles(text))
}

// A credential between commas, but not a given name of two letters such as `Do`.
fn is_clinical_credential_of(word: &str) -> bool {
    is_all_capitals(word) && is_clinical_credential(word) && word.len() > 2
}

fn strip_titles(text: &str) -> &str {
    let mut text = text.trim();
    while let Some((first, rest)) = text.split_once([' ', '.']) {
        let bare = first.trim_end_matches('.');
        let is_title = match title_of(bare) {
            // A single M is an initial unless a dot and a longer name follow.
            Some(Title::Man) if bare.len() == 1 => {
                text[first.len()..].starts_with('.') && rest.trim().contains(' ')
                    || rest.trim().split(' ').count() == 1
            }
            Some(_) => true,
            None => false,
        };
        if !is_title {
            break;
        }
        text = rest.trim_start_matches(['.', ' ']);
    }
    text
}

fn tidy(text: &str) -> String {
    let bare = match text.as_bytes() {
        [first, .., last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => text,
        _ => text.trim().trim_matches(['.', ',', '"', '\'']).trim(),
    };
    bare.to_owned()
}

fn joined(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => tidy(word),
        words => tidy(&words.join(" ")),
    }
}

fn parse_in_order(text: &str) -> Option<PersonName> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let mut name = PersonName::default();
    while let Some(last) = words.last() {
        if words.len() > 1 && suffix_of(last) {
            name.suffix = tidy(last);
            words.pop();
        } else if words.len() > 2 && is_clinical_credential_of(last) {
            words.pop();
        } else {
            break;
        }
    }
    match words.len() {
        0 => return None,
        1 => {
            let flags = lexicon().look_up(words[0]);
            let tidy = tidy(words[0]);
            if flags & GIVEN != 0 && flags & FAMILY == 0 {
                name.given = tidy;
            } else {
                name.family = tidy;
            }
            return Some(name);
        }
        2..=7 => {}
        _ => return None,
    }
    if is_family_first(&words) {
        // Capitals end where the family name does; without capitals it is one word.
        let n_family = if words.iter().all(|word| is_all_capitals(word)) {
            1
        } else {
            words
                .iter()
                .take_while(|word| is_all_capitals(word) || is_particle(word))
                .count()
                .max(1)
        };
        name.family = joined(&words[..n_family]);
        name.given = tidy(words.get(n_family).copied().unwrap_or(""));
        name.middle = joined(&words[(n_family + 1).min(words.len())..]);
        return Some(name);
    }
    // `Mr. da Costa`, `Mr. St. Croix`: a family name alone.
    let starts_small = |word: &str| word.starts_with(char::is_lowercase);
    let of_family = words
        .iter()
        .position(|word| !(starts_small(word) && is_particle(word)));
    let is_saint = |word: &str| matches!(short(word.trim_end_matches('.')).as_str(), "st" | "ste");
    if of_family.is_some_and(|at| at > 0 && !starts_small(words[at])) || is_saint(words[0]) {
        name.family = joined(&words);
        return Some(name);
    }
    // Particles belong to what follows; capitals at the end are the family name.
    let mut first_of_family = words.len() - 1;
    while first_of_family > 1 && is_particle(words[first_of_family - 1].trim_end_matches('.')) {
        first_of_family -= 1;
    }
    // `Guadalupe F. Gonzalez Ruiz`: behind an initial stands the family name, all of it.
    let is_initial = |word: &&str| word.trim_end_matches('.').chars().count() == 1;
    if let Some(at) = words[1..].iter().rposition(is_initial) {
        first_of_family = first_of_family.min(at + 2);
    }
    let n_capitals = words
        .iter()
        .rev()
        .take_while(|word| is_all_capitals(word))
        .count();
    if n_capitals > 1 && n_capitals < words.len() {
        first_of_family = first_of_family.min(words.len() - n_capitals);
    }
    name.given = tidy(words[0]);
    name.middle = joined(&words[1..first_of_family]);
    name.family = joined(&words[first_of_family..]);
    Some(name)
}

/// `TREMBLAY Marie`, or two words of which only the first can be a family name and only the last a given one.
fn is_family_first(words: &[&str]) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    if is_all_capitals(first)
        && !is_all_capitals(last)
        && first.chars().count() > 2
        && last.chars().count() > 2
    {
        return true;
    }
    words.len() == 2
        && name_flags(first) & (GIVEN | FAMILY) == FAMILY
        && name_flags(last) & (GIVEN | FAMILY) == GIVEN
}

/// Whether a value under a bare `name` can be a person's: words with capitals, or words that people are called.
///
/// Programs call everything a name: headers, columns, machines, files.
pub(crate) fn may_be_of_a_person(value: &str) -> bool {
    let value = value.trim();
    if value.contains(['_', '/', '\\', '@', ':', '=', '<', '#'])
        || value.bytes().any(|b| b.is_ascii_digit())
        // `hotmail.com`, `report.pdf`, but `J.P. Roy`.
        || value.split(' ').any(|word| {
            word.rsplit_once('.').is_some_and(|(head, tail)| head.len() > 2 && tail.len() > 1)
        })
    {
        return false;
    }
    let words: Vec<&str> = value
        .split([' ', ',', '-', '\''])
        .filter(|word| !word.is_empty())
        .collect();
    let flags = |word: &str| lexicon().look_up(word);
    let is_known = |word: &&str| flags(word) & (GIVEN | FAMILY | RARE_NAME) != 0;
    let is_capital = |word: &&str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && flags(word) & (COMMON | NEVER_NAME) == 0
    };
    match words[..] {
        [] => false,
        [word] => is_known(&word) && flags(word) & (COMMON | NEVER_NAME) == 0,
        _ => {
            words.iter().any(is_known) || words.iter().filter(|word| is_capital(word)).count() >= 2
        }
    }
}

/// What a word with hyphens or apostrophes may be: what its parts may be, together.
pub(crate) fn name_flags(word: &str) -> u32 {
    if word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return lexicon().look_up(word);
    }
    crate::text::words(word)
        .map(|range| &word[range])
        .filter(|part| part.len() > 1)
        .map(|part| lexicon().look_up(part))
        .reduce(|a, b| a | b)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, given: &str, middle: &str, family: &str, suffix: &str) {
        let name = parse(written).unwrap();
        assert_eq!(
            (
                name.given.as_str(),
                name.middle.as_str(),
                name.family.as_str(),
                name.suffix.as_str()
            ),
            (given, middle, family, suffix)
        );
    }

    #[test]
    fn a_name_is_read_in_the_order_in_which_it_is_written() {
        check("TREMBLAY, Marie-Ève", "Marie-Ève", "", "TREMBLAY", "");
        check("Dr. Jean Tremblay", "Jean", "", "Tremblay", "");
    }

    #[test]
    fn particles_suffixes_and_credentials_find_their_place() {
        check("Anna van der Berg", "Anna", "", "van der Berg", "");
        check("Mr. da Costa", "", "", "da Costa", "");
        check("Guadalupe F. Ruiz Roy", "Guadalupe", "F", "Ruiz Roy", "");
        check("Anna B C Roy", "Anna", "B C", "Roy", "");
        check("Anna Roy B", "Anna", "Roy", "B", "");
        check("Ms. de la Cruz", "", "", "de la Cruz", "");
        check("Mr. St. Croix", "", "", "St. Croix", "");
        check("Anna St. Croix", "Anna", "", "St. Croix", "");
        check("Van Nguyen", "Van", "", "Nguyen", "");
        check("van nguyen", "van", "", "nguyen", "");
        check("John A. Smith Jr.", "John", "A", "Smith", "Jr");
        check("Smith, John A, Jr", "John", "A", "Smith", "Jr");
        check("GAGNON Luc", "Luc", "", "GAGNON", "");
        check("Sarah Lee, MD, FRCPC", "Sarah", "", "Lee", "");
        check(
            "Mme Marie DE LA FONTAINE",
            "Marie",
            "",
            "DE LA FONTAINE",
            "",
        );
    }

    #[test]
    fn numbers_and_sentences_are_no_names() {
        for text in [
            "",
            "12 Main St",
            "a@b.ca",
            "the quick brown fox jumps over the lazy dog",
        ] {
            assert!(parse(text).is_none());
        }
    }
}
