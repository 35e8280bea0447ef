//! A finding goes in, what makes it more harmful than its element says comes out: mental health, HIV, a child.
//!
//! Codes are told by the chapters and categories of ICD-10, drugs by their class
//! (ATC codes of Health Canada's drug database), words by their stems in both
//! languages. It is a mark for the reader and for laws that ask for it; whether
//! something counts as exposed does not turn on it.
//!
//! Source: ICD-10-CM tabular index, April 2026 (categories F01 to F99, B20, Z21
//! and so on); substance use in the sense of 42 CFR 2.11.

use std::{cell::RefCell, sync::LazyLock};

use aho_corasick::AhoCorasick;
use whose_model::{DataElement, Normal, REACH_ASK_FIRST, Sensitivity};

use crate::{
    draft::Draft,
    memo::{self, Memo},
    text::{ByHash, WordHash, fold, with_folded},
};

use Sensitivity::{
    Abuse, Child, Genetic, Hiv, MentalHealth as Mental, ReproductiveHealth as Reproductive,
    SubstanceUse as Substance,
};

/// Stems of words, folded and sorted; a word that begins with one is of that kind.
const STEMS: &[(&str, Sensitivity)] = &[
    ("abortion", Reproductive),
    ("abus", Abuse),
    ("abandon", Abuse),
    ("addict", Substance),
    ("alcool", Substance),
    ("alcohol", Substance),
    ("amenorr", Reproductive),
    ("amniocent", Reproductive),
    ("antidepress", Mental),
    ("antipsychot", Mental),
    ("antiretrovir", Hiv),
    ("anxi", Mental),
    ("assault", Abuse),
    ("asperger", Mental),
    ("autis", Mental),
    ("automutil", Mental),
    ("avort", Reproductive),
    ("bipola", Mental),
    ("boulimi", Mental),
    ("brca", Genetic),
    ("bulimi", Mental),
    ("cannabi", Substance),
    ("caryotyp", Genetic),
    ("cesarean", Reproductive),
    ("cesarien", Reproductive),
    ("chlamydi", Reproductive),
    ("chromosom", Genetic),
    ("cocain", Substance),
    ("colposcop", Reproductive),
    ("condylom", Reproductive),
    ("contracept", Reproductive),
    ("depress", Mental),
    ("desintoxic", Substance),
    ("detox", Substance),
    ("down", Genetic),
    ("dyspareun", Reproductive),
    ("eclamps", Reproductive),
    ("ectopi", Reproductive),
    ("electroconvuls", Mental),
    ("endometrio", Reproductive),
    ("erectil", Reproductive),
    ("ethyli", Substance),
    ("fecondation", Reproductive),
    ("fentanyl", Substance),
    ("fertili", Reproductive),
    ("genetic", Genetic),
    ("genetiq", Genetic),
    ("genital", Reproductive),
    ("genotyp", Genetic),
    ("gonorr", Reproductive),
    ("gravid", Reproductive),
    ("grossesse", Reproductive),
    ("heredit", Genetic),
    ("heroin", Substance),
    ("hiv", Hiv),
    ("huntington", Genetic),
    ("hysterectom", Reproductive),
    ("incest", Abuse),
    ("infertil", Reproductive),
    ("insemination", Reproductive),
    ("ivf", Reproductive),
    ("ivg", Reproductive),
    ("karyotyp", Genetic),
    ("maltrait", Abuse),
    ("manic", Mental),
    ("maniaq", Mental),
    ("mental", Mental),
    ("methamphet", Substance),
    ("miscarr", Reproductive),
    ("neglect", Abuse),
    ("obsess", Mental),
    ("obstetri", Reproductive),
    ("opiac", Substance),
    ("opiat", Substance),
    ("opioid", Substance),
    ("overdos", Substance),
    ("ovulat", Reproductive),
    ("panic", Mental),
    ("paniq", Mental),
    ("paranoi", Mental),
    ("pedoph", Abuse),
    ("phobi", Mental),
    ("pregnan", Reproductive),
    ("psychiatr", Mental),
    ("psycho", Mental),
    ("ptsd", Mental),
    ("rape", Abuse),
    ("schizo", Mental),
    ("seropositi", Hiv),
    ("sevrage", Substance),
    ("sida", Hiv),
    ("sterili", Reproductive),
    ("suicid", Mental),
    ("surdos", Substance),
    ("syphili", Reproductive),
    ("tdah", Mental),
    ("adhd", Mental),
    ("aids", Hiv),
    ("toxicoman", Substance),
    ("trisom", Genetic),
    ("tspt", Mental),
    ("tubal", Reproductive),
    ("vasectom", Reproductive),
    ("vih", Hiv),
    ("violenc", Abuse),
    ("vulv", Reproductive),
    ("withdrawal", Substance),
];

/// Of these the whole word counts, not its beginning.
const WHOLE: &[&str] = &[
    "adhd", "aids", "brca", "down", "hiv", "ivf", "ivg", "ptsd", "rape", "sida", "tdah", "tspt",
    "tubal", "vih",
];

/// Phrases of which no word alone says enough; folded.
const PHRASES: &[(&str, Sensitivity)] = &[
    ("anorexia nervosa", Mental),
    ("anorexie mentale", Mental),
    ("eating disorder", Mental),
    ("trouble alimentaire", Mental),
    ("borderline personality", Mental),
    ("personality disorder", Mental),
    ("trouble de la personnalite", Mental),
    ("post traumatic stress", Mental),
    ("post-traumatic stress", Mental),
    ("stress post", Mental),
    ("self harm", Mental),
    ("self-harm", Mental),
    ("attention deficit", Mental),
    ("deficit de l'attention", Mental),
    ("gender dysphoria", Reproductive),
    ("dysphorie de genre", Reproductive),
    ("sexually transmitted", Reproductive),
    ("transmissible sexuellement", Reproductive),
    ("transmise sexuellement", Reproductive),
    ("fausse couche", Reproductive),
    ("ligature des trompes", Reproductive),
    ("intra-uterine device", Reproductive),
    ("sterilet", Reproductive),
    ("substance use", Substance),
    ("drug use", Substance),
    ("drug abuse", Substance),
    ("substance abuse", Substance),
    ("alcohol abuse", Substance),
    ("abus d'alcool", Substance),
    ("abus de substances", Substance),
    ("abus de drogues", Substance),
    ("cystic fibrosis", Genetic),
    ("fibrose kystique", Genetic),
    ("factor v leiden", Genetic),
    ("gene mutation", Genetic),
    ("human immunodeficiency", Hiv),
    ("immunodeficience humaine", Hiv),
    ("viral load", Hiv),
    ("charge virale", Hiv),
    ("child protection", Abuse),
    ("protection de la jeunesse", Abuse),
    ("protection de l'enfance", Abuse),
    ("agression sexuelle", Abuse),
    ("sexual assault", Abuse),
    ("newborn", Child),
    ("nouveau-ne", Child),
    ("pediatr", Child),
    ("nourrisson", Child),
];

/// `abuse` of these is use of substances, not harm done to a person.
const OF_SUBSTANCE: &[&str] = &["alcool", "alcohol", "substance", "drug", "drogue", "opioid"];

static DRUGS: LazyLock<ByHash<Sensitivity>> = LazyLock::new(|| {
    include_str!("../../../../lexicons/sensitive-drugs.txt")
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(id, word)| {
            let kind = Sensitivity::ALL.iter().find(|kind| kind.id() == id)?;
            Some((WordHash::of(word).0, *kind))
        })
        .collect()
});

/// `PHRASES` in one automaton.
static PHRASES_AT_ONCE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PHRASES.iter().map(|(phrase, _)| phrase)).ok());

static BY_FIRST: LazyLock<Vec<Vec<(&'static str, Sensitivity)>>> = LazyLock::new(|| {
    let mut by_first = vec![Vec::new(); 26 * 26];
    for (stem, kind) in STEMS {
        if let Some(list) = first_two(stem).and_then(|first| by_first.get_mut(first)) {
            list.push((*stem, *kind));
        }
    }
    by_first
});

/// The number of a word's first two letters; no stem is shorter.
fn first_two(word: &str) -> Option<usize> {
    let place = |at: usize| Some(usize::from(word.as_bytes().get(at)?.wrapping_sub(b'a')));
    let (first, second) = (place(0)?, place(1)?);
    (first < 26 && second < 26).then_some(first * 26 + second)
}

/// What makes a finding more harmful; in order, each once.
pub(crate) fn of(draft: &Draft) -> Vec<Sensitivity> {
    let mut kinds = Vec::new();
    match draft.element {
        DataElement::Diagnosis
        | DataElement::Medication
        | DataElement::LabResult
        | DataElement::Procedure
        | DataElement::MedicalHistory
        | DataElement::Immunization
        | DataElement::ServiceLocation
        | DataElement::Consent
        | DataElement::Pregnancy
        | DataElement::Lifestyle
        | DataElement::ConsultationReport => {
            if draft.element == DataElement::Pregnancy {
                kinds.push(Reproductive);
            }
            let is_code = draft.scheme == "icd-10" || matches!(draft.normal, Normal::Number(_));
            if is_code && draft.element == DataElement::Diagnosis {
                kinds.extend(of_code(&draft.value));
            } else {
                of_words(&draft.value, draft.element, &mut kinds);
            }
        }
        DataElement::SexualOrientation => kinds.push(Reproductive),
        DataElement::ContactPreference if matches!(&draft.normal, Normal::Text(text) if text == REACH_ASK_FIRST) =>
        {
            kinds.push(Abuse);
        }
        DataElement::Age if is_child(&draft.value) => kinds.push(Child),
        _ => return kinds,
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn of_words(text: &str, element: DataElement, kinds: &mut Vec<Sensitivity>) {
    // A long text says many things; its first sentences tell what it is about.
    let mut end = text.len().min(400);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let work = || {
        let mut kinds = Vec::new();
        with_folded(text, |folded| of_folded(folded, element, &mut kinds));
        kinds
    };
    thread_local! {
        static SAID: RefCell<Memo<Vec<Sensitivity>, 1024>> = const { RefCell::new(Memo::new()) };
    }
    // Of the element only one matters.
    let is_drug = u8::from(element == DataElement::Medication);
    kinds.extend(memo::kept(&SAID, text, is_drug, work));
}

fn of_folded(folded: &str, element: DataElement, kinds: &mut Vec<Sensitivity>) {
    let mut is_abuse = false;
    for word in folded.split(|ch: char| !ch.is_ascii_alphabetic()) {
        if word.is_empty() {
            continue;
        }
        if element == DataElement::Medication
            && let Some(kind) = DRUGS.get(&WordHash::of(word).0)
        {
            kinds.push(*kind);
        }
        let list = first_two(word).and_then(|first| BY_FIRST.get(first));
        for (stem, kind) in list.into_iter().flatten() {
            if word.starts_with(stem) && (word.len() == stem.len() || !WHOLE.contains(stem)) {
                if *kind == Abuse && *stem == "abus" {
                    is_abuse = true;
                } else if *stem != "down" || folded.contains("syndrom") {
                    kinds.push(*kind);
                }
            }
        }
    }
    if is_abuse {
        let is_substance = OF_SUBSTANCE.iter().any(|word| folded.contains(word));
        kinds.push(if is_substance { Substance } else { Abuse });
    }
    let phrases = PHRASES_AT_ONCE.as_ref();
    for hit in phrases
        .into_iter()
        .flat_map(|all| all.find_overlapping_iter(folded))
    {
        kinds.push(PHRASES[hit.pattern().as_usize()].1);
    }
}

/// By the category of an ICD-10 code.
fn of_code(code: &str) -> Option<Sensitivity> {
    let code = code.trim().as_bytes();
    let (letter, tens, ones) = match code {
        [letter, tens, ones, ..] if tens.is_ascii_digit() => {
            (letter.to_ascii_uppercase(), tens - b'0', *ones)
        }
        _ => return None,
    };
    let n = u32::from(tens) * 10 + u32::from(ones.wrapping_sub(b'0').min(9));
    Some(match (letter, n) {
        (b'F', 10..=19) | (b'K', 70) | (b'T', 40 | 51) => Substance,
        (b'F', _) | (b'X', 60..=84) => Mental,
        (b'B', 20..=24) | (b'Z', 21) | (b'R', 75) => Hiv,
        (b'O', _) | (b'Z', 30..=39) | (b'N', 46 | 91..=98) | (b'A', 50..=64) => Reproductive,
        (b'T', 74 | 76) | (b'Y', 0..=7) | (b'X', 92..=99) | (b'Z', 69) => Abuse,
        (b'Q', 90..=99) | (b'Z', 14 | 15) => Genetic,
        (b'P', _) => Child,
        _ => return None,
    })
}

/// Younger than eighteen, by the words of an age.
fn is_child(value: &str) -> bool {
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    let Ok(n) = digits.parse::<u32>() else {
        return false;
    };
    let unit = fold(&value[digits.len()..]);
    n < 18
        || ["mo", "week", "day", "sem", "jour"]
            .iter()
            .any(|word| unit.trim_start_matches([' ', '-']).starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(element: DataElement, value: &str, expected: &[Sensitivity]) {
        let draft = Draft::new(element, value, Normal::Text(value.to_owned()), 0.9, "label");
        assert_eq!(of(&draft), expected, "{value}");
    }

    #[test]
    fn what_laws_hold_to_be_sensitive_is_marked_in_both_languages() {
        use DataElement::{Age, Diagnosis, LabResult, Medication, Procedure};
        check(Diagnosis, "major depressive disorder", &[Mental]);
        check(Diagnosis, "trouble bipolaire", &[Mental]);
        check(Diagnosis, "infection par le VIH", &[Hiv]);
        check(LabResult, "HIV viral load 40 copies/mL", &[Hiv]);
        check(Diagnosis, "Alcohol use disorder", &[Substance]);
        check(Diagnosis, "abus d'alcool", &[Substance]);
        check(Diagnosis, "child abuse", &[Abuse]);
        check(Medication, "méthadone 60 mg", &[Substance]);
        check(Medication, "dolutégravir", &[Hiv]);
        check(Medication, "Zyprexa 10 mg", &[Mental]);
        check(
            Procedure,
            "interruption volontaire de grossesse",
            &[Reproductive],
        );
        check(Diagnosis, "BRCA1 mutation", &[Genetic]);
        check(Age, "6 mois", &[Child]);
        check(Age, "43 year old", &[]);
        check(Diagnosis, "asthma", &[]);
        check(Diagnosis, "decreased appetite", &[]);
    }

    #[test]
    fn codes_are_told_by_their_category() {
        for (code, kind) in [
            ("F10.2", Some(Substance)),
            ("F32.1", Some(Mental)),
            ("B20", Some(Hiv)),
            ("O80", Some(Reproductive)),
            ("T74.1", Some(Abuse)),
            ("E11.9", None),
        ] {
            assert_eq!(of_code(code), kind, "{code}");
        }
    }
}
