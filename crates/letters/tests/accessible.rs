//! Every paper as PDF against what PDF/UA-1 (ISO 14289-1) asks and a program can check, and read in the order of its tags.
//!
//! A checker of our own on another PDF library than the one that wrote the
//! file, because no validator ships with this repository. What needs a person
//! (whether a heading is one, whether words fit a picture) it does not judge.
//! It is itself checked: each rule must find a file that breaks it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod made;
mod ua;

use lopdf::{Document, Object, dictionary};
use made::press;
use whose_letters::{LetterInput, Stage};
use whose_model::Language;

/// Letters and digits alone, small: what is said, without how it is broken into lines.
fn said(text: &str) -> String {
    text.chars()
        .filter(|ch| ch.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn letters(mut each: impl FnMut(&str, Language, &LetterInput<'_>)) {
    let (incident, bare) = (made::incident(), made::bare());
    let others = made::other_incidents();
    for language in made::languages() {
        for (name, input) in made::ten(&incident, &others, language) {
            each(name, language, &input);
        }
        let mut many = made::many(&incident);
        many.language = language;
        each("many", language, &many);
        many.delivery.large_print = true;
        each("large print", language, &many);
        let mut draft = made::no_address(&bare);
        draft.language = language;
        each("draft", language, &draft);
    }
}

#[test]
fn every_letter_keeps_the_rules_and_is_read_in_the_order_of_its_text() {
    let mut press = press();
    letters(|name, language, input| {
        let pdf = press.letter(input).unwrap();
        let code = language.code();
        assert_eq!(
            ua::faults(&pdf, code),
            Vec::<String>::new(),
            "{name} {code}"
        );
        if input.stage == Stage::Approved {
            let text = press.letter_text(input).unwrap();
            assert_eq!(said(&ua::spoken(&pdf)), said(&text), "{name} {code}");
        }
    });
}

#[test]
fn reports_notices_scripts_and_bundles_keep_the_rules() {
    let mut press = press();
    let incident = made::incident();
    for language in made::languages() {
        let code = language.code();
        let public = made::notice(&incident, language);
        let mut one = made::adult(&incident);
        one.language = language;
        let papers = [
            press.report(&made::report(&incident, language)).unwrap(),
            press.website_notice(&public).unwrap().pdf,
            press.call_script(&public).unwrap().pdf,
            press.press_statement(&public).unwrap().pdf,
            press.substitute_notice(&public).unwrap().pdf,
            press.bundle(&[one.clone(), one]).unwrap().pdf,
        ];
        for (at, pdf) in papers.iter().enumerate() {
            assert_eq!(ua::faults(pdf, code), Vec::<String>::new(), "{at} {code}");
        }
    }
}

/// Breaks a good file in one way.
type Break = fn(&mut Document);

/// The objects that are elements of the structure.
fn elements(doc: &mut Document, mut change: impl FnMut(&mut lopdf::Dictionary)) {
    for object in doc.objects.values_mut() {
        if let Object::Dictionary(dict) = object
            && dict.has(b"S")
            && dict.has(b"P")
        {
            change(dict);
        }
    }
}

fn is_a(dict: &lopdf::Dictionary, role: &str) -> bool {
    let own = dict.get(b"S").and_then(Object::as_name);
    own.is_ok_and(|own| own == role.as_bytes())
}

fn retag(doc: &mut Document, from: &str, to: &str) {
    elements(doc, |dict| {
        if is_a(dict, from) {
            dict.set("S", Object::Name(to.into()));
        }
    });
}

#[test]
fn a_file_that_breaks_a_rule_is_found_and_the_rule_is_named() {
    let incident = made::incident();
    let good = press().letter(&made::adult(&incident)).unwrap();
    let breaks: [(&str, Break); 12] = [
        ("not marked", |doc| {
            doc.catalog_mut().unwrap().remove(b"MarkInfo");
        }),
        ("language", |doc| {
            doc.catalog_mut().unwrap().remove(b"Lang");
        }),
        ("title is not shown", |doc| {
            doc.catalog_mut().unwrap().remove(b"ViewerPreferences");
        }),
        ("metadata", |doc| {
            doc.catalog_mut().unwrap().remove(b"Metadata");
        }),
        ("no structure", |doc| {
            doc.catalog_mut().unwrap().remove(b"StructTreeRoot");
        }),
        ("no standard type", |doc| retag(doc, "LBody", "Beside")),
        ("first heading", |doc| retag(doc, "H1", "H2")),
        ("list", |doc| retag(doc, "LI", "P")),
        ("in no element", |doc| {
            elements(doc, |dict| {
                if is_a(dict, "H1") {
                    dict.remove(b"K");
                }
            });
        }),
        ("not embedded", |doc| {
            for object in doc.objects.values_mut() {
                if let Object::Dictionary(dict) = object {
                    dict.remove(b"FontFile2");
                    dict.remove(b"FontFile3");
                }
            }
        }),
        ("no characters", |doc| {
            for object in doc.objects.values_mut() {
                if let Object::Dictionary(dict) = object {
                    dict.remove(b"ToUnicode");
                }
            }
        }),
        ("neither tagged nor an artifact", |doc| {
            let page = doc.page_iter().next().unwrap();
            doc.add_page_contents(page, b"BT (beside) Tj ET".to_vec())
                .unwrap();
        }),
    ];
    for (rule, change) in breaks {
        let mut doc = Document::load_mem(&good).unwrap();
        change(&mut doc);
        let mut bytes = Vec::new();
        doc.save_to(&mut bytes).unwrap();
        let faults = ua::faults(&bytes, "en");
        assert!(
            faults.iter().any(|one| one.contains(rule)),
            "{rule}: {faults:?}"
        );
    }
    // A picture without words, added to the tree.
    let mut doc = Document::load_mem(&good).unwrap();
    retag(&mut doc, "H1", "Figure");
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    assert!(
        ua::faults(&bytes, "en")
            .iter()
            .any(|one| one.contains("no words"))
    );
    // A script, which a reader of papers has no use for.
    let mut doc = Document::load_mem(&good).unwrap();
    let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("x") };
    doc.catalog_mut().unwrap().set("OpenAction", script);
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    assert!(
        ua::faults(&bytes, "en")
            .iter()
            .any(|one| one.contains("acts by itself"))
    );
}

/// What the bars on each page of a PDF say, read from its pictures by the rules of Code 128 and not by the template's way of writing them.
fn bars(pdf: &[u8], widths: &[String]) -> Vec<String> {
    let doc = Document::load_mem(pdf).unwrap();
    let mut said = Vec::new();
    for page in doc.page_iter() {
        for image in doc.get_page_images(page).unwrap() {
            let stream = doc.get_object(image.id).unwrap().as_stream().unwrap();
            let dots = stream.get_plain_content().unwrap();
            assert_eq!(
                dots.len() as i64,
                image.width * image.height,
                "one byte a dot"
            );
            let mut runs: Vec<(bool, usize)> = Vec::new();
            for dot in dots {
                match runs.last_mut() {
                    Some((is_bar, n)) if *is_bar == (dot < 128) => *n += 1,
                    _ => runs.push((dot < 128, 1)),
                }
            }
            let (quiet, rest) = runs.split_first().unwrap();
            let (end, rest) = rest.split_last().unwrap();
            assert!(
                !quiet.0 && quiet.1 >= 10 && !end.0 && end.1 >= 10,
                "quiet zones"
            );
            let widths_of: String = rest.iter().map(|run| run.1.to_string()).collect();
            let symbols = widths_of
                .strip_suffix("2331112")
                .expect("a stop")
                .as_bytes();
            let values: Vec<usize> = symbols
                .chunks(6)
                .map(|one| {
                    widths
                        .iter()
                        .position(|known| known.as_bytes() == one)
                        .unwrap()
                })
                .collect();
            let (check, values) = values.split_last().unwrap();
            assert_eq!(values[0], 104, "start of set B");
            let sum: usize = values
                .iter()
                .enumerate()
                .map(|(at, value)| at.max(1) * value)
                .sum();
            assert_eq!(sum % 103, *check);
            said.push(
                values[1..]
                    .iter()
                    .map(|value| char::from(*value as u8 + 32))
                    .collect(),
            );
        }
    }
    said
}

#[test]
fn every_page_for_the_mail_house_says_whose_it_is_and_which_of_how_many() {
    let template = include_str!("../../../letters/paper.typ");
    let table = template.split("#let widths = \"").nth(1).unwrap();
    let table = table.split('"').next().unwrap();
    let widths: Vec<String> = table.split_whitespace().map(str::to_owned).collect();
    // The rules of the code: 106 symbols, each its own, of three bars and three spaces and 11 modules, an even number of them black.
    assert_eq!(widths.len(), 106);
    for (at, one) in widths.iter().enumerate() {
        let modules: Vec<u32> = one.chars().map(|ch| ch.to_digit(10).unwrap()).collect();
        assert!(
            modules.len() == 6 && modules.iter().all(|n| (1..=4).contains(n)),
            "{at}"
        );
        assert_eq!(modules.iter().sum::<u32>(), 11, "{at}");
        assert_eq!(modules.iter().step_by(2).sum::<u32>() % 2, 0, "{at}");
        assert!(!widths[..at].contains(one), "{at}");
    }
    let incident = made::incident();
    let mut french = made::adult_fr(&incident);
    french.reference = whose_model::PersonId("P-ZX81QMNB00VK".to_owned());
    let pdf = press()
        .bundle(&[made::many(&incident), french.clone()])
        .unwrap()
        .pdf;
    assert_eq!(
        bars(&pdf, &widths),
        [
            "P-0123456789AB/1/3",
            "P-0123456789AB/2/3",
            "P-0123456789AB/3/3",
            "P-ZX81QMNB00VK/1/2",
            "P-ZX81QMNB00VK/2/2",
        ]
    );
    // A letter that no machine folds has none.
    assert!(bars(&press().letter(&french).unwrap(), &widths).is_empty());
}
