//! The label engine: a column header, a form's label or a field's name goes in, its `Sense` comes out.
//!
//! `patient_first_name`, `PatientFirstName`, `PT FIRST NAME` and `Prénom du patient`
//! are one label: the words are taken apart at every change of style, folded,
//! abbreviations spelt out, words that say whose it is (`patient`, `emergency`,
//! `médecin`) taken out as the role, and the rest looked up in one table made of
//! the labels beside each element and each identifier.

mod roles;

use std::{cell::RefCell, collections::HashMap, sync::LazyLock};

use whose_model::{Category, DataElement, Role};

pub(crate) use self::roles::role_of;
use crate::{
    elements::{self, numbers::element_of},
    memo::{self, Memo},
    sense::{Part, Sense},
    text::{ByHash, Letters, WordHash, fold_char, hash_of, words},
};

static TABLE: LazyLock<HashMap<String, Sense>> = LazyLock::new(load);

fn load() -> HashMap<String, Sense> {
    let mut table = HashMap::new();
    for list in elements::LABELS {
        for (label, sense) in *list {
            table
                .entry(key(&tokens(label)))
                .or_insert_with(|| sense.said(label));
        }
    }
    let mut of_kinds: HashMap<String, Sense> = HashMap::new();
    for kind in whose_identifiers::all() {
        let Some(element) = element_of(kind.family) else {
            continue;
        };
        let mut sense = Sense::number(element, kind.id);
        if element == DataElement::Medication {
            sense.part = Part::Code;
        }
        for label in kind.labels {
            // Short ones are words of their own (`msi`, `pan`) as often as labels.
            let is_short = label.len() <= 3;
            let sense = if is_short { sense.weak() } else { sense }.said(label);
            of_kinds
                .entry(key(&tokens(label)))
                .and_modify(|known| {
                    if known.element == sense.element && known.scheme != sense.scheme {
                        known.scheme = "";
                    }
                })
                .or_insert(sense);
        }
    }
    let mut of_kinds: Vec<_> = of_kinds.into_iter().collect();
    of_kinds.sort_by(|a, b| a.0.cmp(&b.0));
    for (key, sense) in of_kinds {
        if !key.is_empty() {
            table.entry(key).or_insert(sense);
        }
    }
    table
}

/// Every label as it is written beside its element or identifier.
pub(crate) fn written() -> impl Iterator<Item = &'static str> {
    elements::LABELS
        .iter()
        .flat_map(|list| list.iter().map(|(label, _)| *label))
        .chain(
            whose_identifiers::all()
                .iter()
                .filter(|kind| element_of(kind.family).is_some())
                .flat_map(|kind| kind.labels.iter().copied()),
        )
}

/// What this label says, if anything.
pub(crate) fn sense_of(label: &str) -> Option<Sense> {
    if label.len() > 120 {
        return None;
    }
    // A data set of a statistical program names a column twice: `q7 = Date of birth`.
    if let Some((name, said)) = label.split_once(" = ") {
        return sense_of(said).or_else(|| sense_of(name));
    }
    let all = tokens(label);
    if all.is_empty() || all.len() > 10 {
        return None;
    }
    if let Some(sense) = TABLE.get(&key(&all)) {
        return Some(with_own_role(*sense, &all));
    }
    let mut role = None;
    let rest: Vec<String> = all
        .iter()
        .filter(|token| match role_of(token) {
            Some(found) => {
                // The first word that says whose it is wins, but `patient` gives way: `patient emergency contact`.
                if role.is_none_or(|known| known == Role::Patient) {
                    role = Some(found);
                }
                false
            }
            None => true,
        })
        .cloned()
        .collect();
    if rest.is_empty()
        || matches!(rest[..], [ref word] if matches!(word.as_str(), "by" | "par" | "contact"))
    {
        let role = role?;
        return match role {
            Role::Organisation => None,
            // `Patient` or `Client` alone heads a column of names or of numbers: the values decide.
            role => Some(Sense::whole(DataElement::Name).weak().of(role)),
        };
    }
    if names_both_parts(&rest) {
        let whole = Sense::whole(DataElement::Name);
        return Some(role.map_or(whole, |role| whole.of(role)));
    }
    let found = look_up(&rest).filter(|sense| {
        // `resultat_id` numbers a result and is none.
        rest.last().is_none_or(|last| last != "id")
            || TABLE.contains_key(&key(&rest))
            || matches!(
                sense.element.category(),
                Category::Identifier | Category::Financial
            )
    });
    found.or_else(|| test_of(label)).map(|sense| match role {
        Some(role) => sense.of(sense
            .role
            .filter(|known| *known == Role::Clinician)
            .unwrap_or(role)),
        None => sense,
    })
}

/// `Last, First`, `Nom et prénom`: how the names that stand there are written, not which part of them.
fn names_both_parts(tokens: &[String]) -> bool {
    let part = |tokens: &[String]| match tokens {
        [word] if matches!(word.as_str(), "last" | "family" | "nom") => Some(Part::Family),
        [word] if matches!(word.as_str(), "first" | "given" | "prenom") => Some(Part::Given),
        _ => TABLE
            .get(&key(tokens))
            .filter(|sense| sense.element == DataElement::Name)
            .map(|sense| sense.part),
    };
    (1..tokens.len()).any(|at| {
        let (before, after) = tokens.split_at(at);
        matches!(
            (part(before), part(after)),
            (Some(Part::Family), Some(Part::Given)) | (Some(Part::Given), Some(Part::Family))
        )
    })
}

/// A column headed by a test of the lexicon, with or without its unit: `HGB g/L`, `Ferritine (ug/L)`.
fn test_of(label: &str) -> Option<Sense> {
    let lexicon = crate::lexicon::lexicon();
    let is_test = |text: &str| lexicon.look_up(text) & crate::lexicon::TEST != 0;
    let name = label
        .split(['(', '[', ','])
        .next()
        .unwrap_or(label)
        .trim_end();
    let without_unit = name.rsplit_once([' ', '_']).map_or(name, |(name, _)| name);
    (is_test(name) || is_test(without_unit)).then(|| Sense::whole(DataElement::LabResult).weak())
}

/// `patient number` is in the table as it stands, and says whose.
fn with_own_role(sense: Sense, tokens: &[String]) -> Sense {
    if sense.role.is_some() {
        return sense;
    }
    match tokens.iter().find_map(|token| role_of(token)) {
        Some(Role::Patient) => sense.of(Role::Patient),
        _ => sense,
    }
}

fn look_up(tokens: &[String]) -> Option<Sense> {
    let joined = key(tokens);
    if let Some(sense) = TABLE.get(&joined) {
        return Some(*sense);
    }
    // `patientname`, `clientdob`: a role written together with the rest.
    for prefix in [
        "patient",
        "client",
        "pat",
        "pt",
        "resident",
        "beneficiaire",
        "usager",
        "demographic",
        "demo",
        "person",
    ] {
        if let Some(rest) = joined.strip_prefix(prefix)
            && let Some(sense) = TABLE.get(rest)
        {
            return Some(sense.of(Role::Patient));
        }
    }
    for (prefix, role) in [
        ("doctor", Role::Clinician),
        ("physician", Role::Clinician),
        ("provider", Role::Clinician),
        ("prescriber", Role::Clinician),
        ("nok", Role::Relative),
        ("emergency", Role::Relative),
        ("staff", Role::Staff),
        ("employee", Role::Staff),
    ] {
        if let Some(rest) = joined.strip_prefix(prefix)
            && let Some(sense) = TABLE.get(rest)
        {
            return Some(sense.of(role));
        }
    }
    // The longest run of words that is a label, last words first: `primary contact home phone`.
    if tokens.len() > 1 {
        for len in (1..tokens.len()).rev() {
            for start in (0..=tokens.len() - len).rev() {
                let part = key(&tokens[start..start + len]);
                if part.len() > 2
                    && let Some(sense) = TABLE.get(&part)
                {
                    return Some(if len == 1 { sense.weak() } else { *sense });
                }
            }
        }
    }
    None
}

/// What exactly these words say, without looking inside: for labels in running text.
pub(crate) fn exact(label: &str) -> Option<Sense> {
    thread_local! {
        static SAID: RefCell<Memo<Option<Sense>, 1024>> = const { RefCell::new(Memo::new()) };
    }
    memo::kept(&SAID, label, 0, || worked_out(label))
}

/// As `exact`. Nothing is allocated.
fn worked_out(label: &str) -> Option<Sense> {
    let (mut all, mut rest) = (Letters::new(), Letters::new());
    let (mut n_all, mut n_rest) = (0, 0);
    let mut role = None;
    let mut first_role = None;
    let is_short = each_token(label, &mut |token| {
        n_all += 1;
        all.push_str(token);
        match role_of(token) {
            Some(found) => {
                first_role = first_role.or(Some(found));
                // As in `sense_of`: `patient` gives way to who follows.
                if role.is_none_or(|known| known == Role::Patient) {
                    role = Some(found);
                }
            }
            None => {
                n_rest += 1;
                rest.push_str(token);
            }
        }
    });
    if n_all == 0 || !is_short {
        return None;
    }
    if let Some(sense) = HASHED.get(&all.end().0) {
        return Some(match first_role {
            Some(Role::Patient) if sense.role.is_none() => sense.of(Role::Patient),
            _ => *sense,
        });
    }
    let role = role?;
    if n_rest == 0 {
        return (role != Role::Organisation)
            .then(|| Sense::whole(DataElement::Name).weak().of(role));
    }
    HASHED
        .get(&rest.end().0)
        .map(|sense| sense.of(sense.role.unwrap_or(role)))
}

/// The keys of `TABLE` as hashes.
static HASHED: LazyLock<ByHash<Sense>> = LazyLock::new(|| {
    let table = TABLE.iter();
    table.map(|(key, sense)| (hash_of(key), *sense)).collect()
});

/// Bits of words: so many that one word in ten shares one with a beginning of a label.
const N_BITS: usize = 1 << 17;

fn bit(hash: u64) -> (usize, u64) {
    let at = (hash >> 23) as usize % N_BITS;
    (at / 64, 1 << (at % 64))
}

/// A bit for everything with which a label may begin: what a key of `TABLE` begins with, and words that are taken out or spelt out.
static BEGINNINGS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0; N_BITS / 64];
    let roles = roles::ROLES.iter().flat_map(|(_, words)| words.split(' '));
    let spelt = SPELT.iter().map(|(word, _)| *word);
    let beginnings = TABLE
        .keys()
        .flat_map(|key| (1..=key.len()).filter_map(|end| key.get(..end)));
    beginnings
        .chain(roles)
        .chain(spelt)
        .chain(DROPPED.iter().copied())
        .for_each(|word| {
            let (at, bit) = bit(hash_of(word));
            bits[at] |= bit;
        });
    bits
});

/// Whether a label may begin with a word of two letters or more, all small or all capitals, by its hash: most words begin none.
pub(crate) fn may_begin(word: WordHash) -> bool {
    let (at, bit) = bit(word.0);
    BEGINNINGS.get(at).is_none_or(|bits| bits & bit != 0)
}

/// Every word with which a label in running text may end, written together or apart.
pub(crate) fn ends() -> impl Iterator<Item = &'static str> {
    written()
        .filter_map(|label| {
            let last = words(label).last()?;
            Some(&label[last])
        })
        .chain(TABLE.keys().map(String::as_str))
        .chain(roles::ROLES.iter().flat_map(|(_, words)| words.split(' ')))
        .chain(DROPPED.iter().copied())
        .chain(SPELT.iter().map(|(word, _)| *word))
}

/// The words of a label, folded, abbreviations spelt out, without articles and punctuation.
pub(crate) fn tokens(label: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    each_token(label, &mut |token| tokens.push(token.to_owned()));
    tokens
}

/// No word of a label is longer, in bytes.
const MAX_WORD: usize = 120;

/// What a byte of a label is.
const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 4;

const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut b = 0;
    while b < 256 {
        class[b] = match b as u8 {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'0'..=b'9' => DIGIT,
            _ => 0,
        };
        b += 1;
    }
    class
};

/// As `each_token` of a label that is ASCII, of bytes.
fn each_plain_token(label: &str, take: &mut impl FnMut(&str)) -> bool {
    let bytes = label.as_bytes();
    let mut room = [0_u8; MAX_WORD];
    let mut is_short = true;
    let mut at = 0;
    while at < bytes.len() {
        let kind = CLASS[usize::from(bytes[at])];
        if kind == 0 {
            if bytes[at] == b'#' {
                take("number");
            }
            at += 1;
            continue;
        }
        let start = at;
        let mut previous = kind;
        at += 1;
        while let Some(b) = bytes.get(at) {
            let kind = CLASS[usize::from(*b)];
            let next = bytes.get(at + 1).map_or(0, |b| CLASS[usize::from(*b)]);
            let breaks_case = kind == UPPER
                && (previous == LOWER || previous == UPPER && next == LOWER && at - start > 1);
            if kind == 0 || breaks_case || (kind == DIGIT) != (previous == DIGIT) {
                break;
            }
            previous = kind;
            at += 1;
        }
        let is_elided = at - start == 1
            && at < bytes.len()
            && (bytes[at] == b'\'' || start > 0 && bytes[start - 1] == b'\'');
        if is_elided {
            continue;
        }
        is_short &= at - start <= MAX_WORD;
        let word = &bytes[start..at.min(start + MAX_WORD)];
        let place = &mut room[..word.len()];
        place.copy_from_slice(word);
        place.make_ascii_lowercase();
        match std::str::from_utf8(place) {
            Ok("n") => take("n"),
            Ok(word) => give_word(word, take),
            Err(_) => {}
        }
    }
    is_short
}

/// Gives a folded word of a label as it is compared, if it says something.
fn give_word(word: &str, take: &mut (impl FnMut(&str) + ?Sized)) {
    match WRITTEN.get(&hash_of(word)) {
        Some(Written::Dropped) => {}
        Some(Written::Spelt(spelt)) => take(spelt),
        None => take(word),
    }
}

/// Gives each word of a label to `take`; `false` when one is too long for a label.
fn each_token(label: &str, take: &mut impl FnMut(&str)) -> bool {
    if label.is_ascii() {
        each_plain_token(label, take)
    } else {
        each_accented_token(label, take)
    }
}

/// As `each_token`, of any letters.
fn each_accented_token(label: &str, take: &mut dyn FnMut(&str)) -> bool {
    let mut word = [0_u8; MAX_WORD];
    let mut n = 0;
    let (mut n_chars, mut is_short) = (0, true);
    let (mut previous, mut before) = (' ', ' ');
    let mut pending_n = false;
    let mut chars = label.chars().peekable();
    let give = |word: &[u8], take: &mut dyn FnMut(&str)| {
        // `N°`: whether a number is meant is known one sign later.
        if word == b"n" {
            return true;
        }
        give_word(std::str::from_utf8(word).unwrap_or(""), take);
        false
    };
    while let Some(ch) = chars.next() {
        let breaks_case = ch.is_uppercase()
            && (previous.is_lowercase()
                || previous.is_uppercase()
                    && chars.peek().is_some_and(|next| next.is_lowercase())
                    && n > 1);
        let is_boundary = !ch.is_alphanumeric()
            || breaks_case
            || ch.is_ascii_digit() != previous.is_ascii_digit() && previous.is_alphanumeric();
        if is_boundary && n > 0 {
            // The article of `d'assurance`, the ending of `driver's`.
            let is_elided = n_chars == 1 && (is_apostrophe(ch) || is_apostrophe(before));
            if !is_elided {
                if std::mem::take(&mut pending_n) {
                    take("n");
                }
                pending_n = give(&word[..n], take);
            }
            (n, n_chars) = (0, 0);
        }
        if ch.is_alphanumeric() {
            n_chars += 1;
            let (first, second) = fold_char(ch).unwrap_or((ch, None));
            for letter in std::iter::once(first).chain(second) {
                match word.get_mut(n..n + letter.len_utf8()) {
                    Some(place) => n += letter.encode_utf8(place).len(),
                    None => is_short = false,
                }
            }
        } else if ch == '#' || ch == '№' {
            if std::mem::take(&mut pending_n) {
                take("n");
            }
            take("number");
        } else if (ch == '\u{ba}' || ch == '°') && std::mem::take(&mut pending_n) {
            take("number");
        }
        (before, previous) = (previous, ch);
    }
    if std::mem::take(&mut pending_n) {
        take("n");
    }
    if n > 0 && give(&word[..n], take) {
        take("n");
    }
    is_short
}

/// What becomes of a word of a label.
enum Written {
    Dropped,
    Spelt(&'static str),
}

/// `DROPPED` and `SPELT` by the hashes of their words.
static WRITTEN: LazyLock<ByHash<Written>> = LazyLock::new(|| {
    let spelt = SPELT
        .iter()
        .map(|(word, spelt)| (hash_of(word), Written::Spelt(spelt)));
    let dropped = DROPPED.iter().map(|word| (hash_of(word), Written::Dropped));
    spelt.chain(dropped).collect()
});

fn is_apostrophe(ch: char) -> bool {
    matches!(ch, '\'' | '\u{2019}')
}

/// Words that say nothing in a label.
const DROPPED: &[&str] = &[
    "de", "du", "des", "la", "le", "les", "of", "the", "au", "aux", "et", "and", "his", "her",
    "your", "votre", "son", "sa",
];

/// Words of a label as they are written, and as they are compared.
const SPELT: &[(&str, &str)] = &[
    ("no", "number"),
    ("num", "number"),
    ("nbr", "number"),
    ("nr", "number"),
    ("numero", "number"),
    ("numeros", "number"),
    ("numbers", "number"),
    ("dt", "date"),
    ("dte", "date"),
    ("nm", "name"),
    ("telephone", "phone"),
    ("tel", "phone"),
    ("telephonique", "phone"),
    ("phones", "phone"),
    ("doss", "dossier"),
    ("adresse", "address"),
    ("adr", "address"),
    ("addr", "address"),
    ("courriel", "email"),
    ("identifier", "id"),
    ("identifiant", "id"),
    ("ident", "id"),
    ("license", "licence"),
    ("licenses", "licence"),
    ("licences", "licence"),
    ("enrollment", "enrolment"),
    ("drivers", "driver"),
];

fn key(tokens: &[String]) -> String {
    tokens.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(label: &str, element: DataElement, part: Part, role: Option<Role>) {
        let sense = sense_of(label).unwrap_or_else(|| panic!("{label} says nothing"));
        assert_eq!(
            (sense.element, sense.part, sense.role),
            (element, part, role),
            "{label}"
        );
    }

    #[test]
    fn headers_of_every_style_say_the_same() {
        for label in [
            "DOB",
            "date_of_birth",
            "DateOfBirth",
            "BIRTH_DT",
            "dt_naiss",
            "Date de naissance",
            "birthdate",
            "D.D.N.",
            "Born",
        ] {
            check(label, DataElement::BirthDate, Part::Whole, None);
        }
        for label in [
            "LNAME",
            "last_name",
            "LastName",
            "Nom de famille",
            "Surname",
            "FAMILY NAME",
        ] {
            check(label, DataElement::Name, Part::Family, None);
        }
        check(
            "patient_first_name",
            DataElement::Name,
            Part::Given,
            Some(Role::Patient),
        );
        check(
            "PatientName",
            DataElement::Name,
            Part::Whole,
            Some(Role::Patient),
        );
        for label in [
            "Patient (Last, First)",
            "Patient (Last Name, First Name)",
            "Patient (nom, prénom)",
            "patient_given_family",
        ] {
            check(label, DataElement::Name, Part::Whole, Some(Role::Patient));
        }
        check("Last, First", DataElement::Name, Part::Whole, None);
        check(
            "N° d'assurance maladie",
            DataElement::HealthNumber,
            Part::Whole,
            None,
        );
        check("HCN", DataElement::HealthNumber, Part::Whole, None);
        check("Code postal", DataElement::Address, Part::PostalCode, None);
        check("Tél. (domicile)", DataElement::Phone, Part::Whole, None);
        check("MRN #", DataElement::MedicalRecordNumber, Part::Whole, None);
        check("ICD-10 Code", DataElement::Diagnosis, Part::Code, None);
        check(
            "q7 = Date of birth",
            DataElement::BirthDate,
            Part::Whole,
            None,
        );
        check(
            "dob = Question 7",
            DataElement::BirthDate,
            Part::Whole,
            None,
        );
    }

    proptest::proptest! {
        #[test]
        fn a_label_in_ascii_is_taken_apart_as_any_other(label in "([A-Za-z]{1,4}|[ '#_:.-]|[0-9]{1,3}|N|d'|[a-z]{119,122}){0,9}") {
            let (mut plain, mut other) = (Vec::new(), Vec::new());
            let is_short = super::each_plain_token(&label, &mut |word: &str| plain.push(word.to_owned()));
            let was_short = super::each_accented_token(&label, &mut |word: &str| other.push(word.to_owned()));
            proptest::prop_assert_eq!((plain, is_short), (other, was_short));
        }
    }

    #[test]
    fn a_label_begins_with_a_word_that_may_begin_one() {
        for label in written().filter(|label| exact(label).is_some()) {
            let first = words(label).next().map(|range| &label[range]);
            let Some(first) = first.filter(|first| first.len() > 1 && label.starts_with(first))
            else {
                continue;
            };
            for word in [first.to_owned(), first.to_uppercase()] {
                assert!(may_begin(WordHash::of(&word)), "{label}");
            }
        }
        let n = [
            "quadriceps",
            "yesterday",
            "umbrella",
            "zwieback",
            "xylophone",
            "jeopardy",
        ]
        .into_iter()
        .filter(|word| may_begin(WordHash::of(word)))
        .count();
        assert!(n < 3);
    }

    #[test]
    fn the_role_is_in_the_label() {
        check(
            "Médecin traitant",
            DataElement::Name,
            Part::Whole,
            Some(Role::Clinician),
        );
        check(
            "referring_physician_name",
            DataElement::Name,
            Part::Whole,
            Some(Role::Clinician),
        );
        check(
            "Emergency Contact Phone",
            DataElement::Phone,
            Part::Whole,
            Some(Role::Relative),
        );
        check(
            "NOK Name",
            DataElement::Name,
            Part::Whole,
            Some(Role::Relative),
        );
        check(
            "created_by",
            DataElement::Name,
            Part::Whole,
            Some(Role::Staff),
        );
        check(
            "product_name",
            DataElement::Name,
            Part::Whole,
            Some(Role::Organisation),
        );
    }

    #[test]
    fn a_test_heads_its_results_and_a_key_of_results_is_none() {
        check("HGB g/L", DataElement::LabResult, Part::Whole, None);
        check(
            "Ferritine (ug/L)",
            DataElement::LabResult,
            Part::Whole,
            None,
        );
        assert!(sense_of("resultat_id").is_none());
        assert!(sense_of("diagnosis_id").is_none());
    }

    #[test]
    fn other_headers_say_nothing() {
        for label in ["quantity", "sku", "created_at", "price", ""] {
            assert!(
                sense_of(label).is_none_or(|sense| sense.role == Some(Role::Staff)),
                "{label}"
            );
        }
    }
}
