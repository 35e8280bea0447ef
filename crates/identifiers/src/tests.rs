//! What must be true of every kind at once.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::{Check, Family, Invalid, Parsed, all, candidates, kind};

/// Holds a parser against what it should say: the display form, or the name of the error.
#[track_caller]
pub(crate) fn check(parse: fn(&str) -> Result<Parsed, Invalid>, written: &str, expected: &str) {
    let got = match parse(written) {
        Ok(parsed) => parsed.display(),
        Err(invalid) => format!("{invalid:?}"),
    };
    assert_eq!(got, expected, "{written}");
}

#[test]
fn every_id_and_alias_is_one_kind() {
    let ids: BTreeSet<_> = all().iter().map(|kind| kind.id).collect();
    assert_eq!(ids.len(), all().len());
    for (alias, id) in super::ALIASES {
        assert_eq!(kind(alias).map(|kind| kind.id), Some(*id));
        assert!(!ids.contains(alias));
    }
    assert_eq!(kind(" OHIP ").map(|kind| kind.id), Some("ca-on"));
    assert!(kind("nothing").is_none());
}

#[test]
fn every_kind_says_its_source_and_its_labels_in_lower_case() {
    for kind in all() {
        assert!(!kind.source.is_empty() && !kind.name_en.is_empty() && !kind.name_fr.is_empty());
        assert!(["primary", "secondary", "unverified"].contains(&kind.sure));
        assert!(!kind.labels.is_empty(), "{}", kind.id);
        for label in kind.labels {
            assert_eq!(**label, label.to_lowercase());
        }
    }
}

proptest! {
    #[test]
    fn a_kind_takes_no_text_of_a_length_that_it_cannot_have(
        text in "[ -]{0,1}([0-9]{1,20}|[A-Z]{0,5}[ -]{0,2}[0-9]{1,17}[A-Za-z]{0,3}|[0-9A-Za-z-]{1,36})",
        seed: u64,
        end in "[A-Z]{0,2}",
    ) {
        let made = all().iter().map(|kind| (kind.make)(seed) + &end);
        for text in made.chain([text]) {
            let n = text.bytes().filter(u8::is_ascii_alphanumeric).count();
            let fitting = crate::of_length(n);
            for kind in candidates(&text) {
                prop_assert!(fitting.iter().any(|other| other.id == kind.id), "{} of {}", kind.id, n);
            }
        }
    }
}

#[test]
fn every_province_and_territory_has_a_health_number_and_a_licence() {
    for province in "ab bc mb nb nl ns nt nu on pe qc sk yt".split(' ') {
        let health = kind(&format!("ca-{province}")).expect("a health number");
        assert_eq!(health.family, Family::HealthNumber);
        let licence = kind(&format!("ca-dl-{province}")).expect("a licence");
        assert_eq!(licence.family, Family::DriversLicence);
    }
}

#[test]
fn what_is_made_holds_and_is_read_back() {
    for kind in all() {
        for seed in (0..200).chain([u64::MAX, 1 << 40]) {
            let number = (kind.make)(seed);
            let parsed = (kind.parse)(&number).unwrap_or_else(|why| panic!("{}: {why}", kind.id));
            let again = (kind.parse)(&parsed.display()).expect("as shown");
            assert_eq!(again.normal, parsed.normal, "{}", kind.id);
            assert!(!parsed.doubtful, "{}", kind.id);
        }
    }
}

#[test]
fn health_numbers_made_from_different_seeds_differ() {
    let n_seeds = 50_000;
    for kind in all()
        .iter()
        .filter(|kind| kind.family == Family::HealthNumber)
    {
        // Two short numbers of the federal plans have fewer than a million forms, still one a seed.
        let made: BTreeSet<_> = (0..n_seeds).map(kind.make).collect();
        assert_eq!(made.len() as u64, n_seeds, "{}", kind.id);
    }
}

#[test]
fn one_wrong_digit_breaks_every_confirmed_check() {
    for kind in all()
        .iter()
        .filter(|kind| matches!(kind.check, Check::Confirmed(_)))
    {
        for seed in 0..50 {
            let number = (kind.make)(seed);
            let last = number.pop_last();
            let wrong = char::from(b'0' + (last + 1) % 10);
            let changed = format!("{}{wrong}", &number[..number.len() - 1]);
            // Australia's last digit counts the card's issues and is not checked.
            if kind.id != "au-medicare" {
                assert_eq!(
                    (kind.parse)(&changed),
                    Err(Invalid::CheckDigit),
                    "{}",
                    kind.id
                );
            }
        }
    }
}

trait PopLast {
    fn pop_last(&self) -> u8;
}

impl PopLast for String {
    fn pop_last(&self) -> u8 {
        self.bytes()
            .last()
            .map_or(0, |byte| byte.wrapping_sub(b'0'))
    }
}

#[test]
fn candidates_are_all_kinds_of_that_form() {
    let ids: Vec<_> = candidates("123 456 782")
        .iter()
        .map(|kind| kind.id)
        .collect();
    for id in [
        "ca-sin", "ca-ab", "ca-sk", "ca-mb", "ca-nb", "ca-yt", "ca-nu", "us-ssn",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
    assert!(!ids.contains(&"ca-on"));
    assert!(candidates("").is_empty());
}

#[test]
fn debug_shows_no_character_of_a_number() {
    for kind in all() {
        let number = (kind.make)(7);
        let parsed = (kind.parse)(&number).expect("holds");
        let shown = format!("{parsed:?} {:?}", parsed.encodes);
        assert!(!shown.contains(&parsed.normal) && !shown.contains(&parsed.display()));
        let n_digits = shown.bytes().filter(u8::is_ascii_digit).count();
        assert!(n_digits <= 2, "only the length, {}", kind.id);
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in ".{0,60}") {
        for kind in all() {
            let _ = (kind.parse)(&text);
        }
        candidates(&text);
        let _ = crate::from_system(&text);
        let _ = crate::from_authority(&text);
    }

    #[test]
    fn digits_of_any_length_make_no_parser_panic(text in "[A-Z]{0,5}[0-9 -]{0,25}[A-Z]{0,3}") {
        for kind in all() {
            if let Ok(parsed) = (kind.parse)(&text) {
                prop_assert!(!parsed.normal.is_empty());
                prop_assert!((kind.parse)(&parsed.display()).is_ok());
            }
        }
    }
}
