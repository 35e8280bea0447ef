//! What people read: the text of letters as snapshots, and what must hold of every letter.

mod made;

use made::press;
use whose_letters::{LetterError, LetterKind, MANIFEST, Missing, Stage};
use whose_model::{DataElement, Language, PersonName, Phi, Representative, RepresentativeKind};

#[test]
fn letters_read_as_these() {
    let incident = made::incident();
    let bare = made::bare();
    let mut child_fr = made::adult_fr(&incident);
    child_fr.recipient.representative = Some(Representative {
        kind: RepresentativeKind::ParentOrGuardian,
        name: None,
    });
    let mut estate_fr = made::adult_fr(&incident);
    estate_fr.recipient.representative = Some(Representative {
        kind: RepresentativeKind::Estate,
        name: None,
    });
    let mut many_fr = made::many(&incident);
    many_fr.language = Language::Fr;
    for (name, input) in [
        ("adult_en", made::adult(&incident)),
        ("adult_fr", made::adult_fr(&incident)),
        ("child_en", made::child(&incident)),
        ("child_fr", child_fr),
        ("estate_en", made::estate(&incident)),
        ("estate_fr", estate_fr),
        ("many_en", made::many(&incident)),
        ("many_fr", many_fr),
        ("few_en", made::few(&incident)),
        ("no_address_draft_en", made::no_address(&bare)),
    ] {
        insta::assert_snapshot!(name, press().letter_text(&input).unwrap());
    }
}

#[test]
fn the_draft_report_and_the_script_read_as_these() {
    let incident = made::incident();
    for language in made::languages() {
        let code = language.code();
        if !matches!(language, Language::Other(_)) {
            let report = press().report_text(&made::report(&incident, language));
            insta::assert_snapshot!(format!("report_{code}"), report.unwrap());
        }
        let script = press().call_script(&made::notice(&incident, language));
        insta::assert_snapshot!(format!("script_{code}"), script.unwrap().markdown);
    }
}

#[test]
fn a_letter_lists_its_own_elements_and_names_no_other() {
    let incident = made::incident();
    for language in made::languages() {
        let mut all = made::many(&incident);
        all.language = language;
        let text = press().letter_text(&all).unwrap();
        let words: Vec<String> = listed(&text);
        assert_eq!(words.len(), DataElement::ALL.len());
        for (i, &element) in DataElement::ALL.iter().enumerate() {
            let mut input = made::adult(&incident);
            input.language = language;
            input.elements = vec![element.into()];
            input.not_found.clear();
            let text = press().letter_text(&input).unwrap();
            assert_eq!(listed(&text), [words[i].clone()], "{}", element.id());
            for (j, other) in words.iter().enumerate() {
                // A single word such as "name" is also a part of speech.
                if i != j && other.contains(' ') && !words[i].contains(other.as_str()) {
                    let names = text.to_lowercase().contains(&other.to_lowercase());
                    assert!(!names, "{} names {other}", element.id());
                }
            }
        }
    }
}

/// The words of every element in one language, as they stand in a letter that lists them all.
fn words_of(language: Language) -> Vec<String> {
    let incident = made::incident();
    let mut all = made::many(&incident);
    all.language = language;
    let text = press().letter_text(&all);
    listed(&text.expect("the letter that lists everything can be made"))
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_was_exposed_a_letter_lists_that_and_nothing_else(
        exposed in proptest::sample::subsequence(DataElement::ALL.to_vec(), 1..12),
        known in proptest::sample::subsequence(DataElement::ALL.to_vec(), 0..6),
        language in 0..3_usize,
        supplement in proptest::bool::ANY,
        large in proptest::bool::ANY,
        reader in 0..4_usize,
    ) {
        let incident = made::incident();
        let language = made::languages()[language];
        let words = words_of(language);
        let of = |element: &DataElement| {
            let at = DataElement::ALL.iter().position(|one| one == element).unwrap();
            words[at].clone()
        };
        let mut input = made::adult_in(&incident, language);
        input.recipient.residence = None;
        input.elements = exposed.iter().map(|&one| one.into()).collect();
        input.not_found = DataElement::ALL.iter().filter(|one| !exposed.contains(one)).copied().collect();
        input.delivery.large_print = large;
        input.recipient.representative = [
            None,
            Some(RepresentativeKind::ParentOrGuardian),
            Some(RepresentativeKind::Estate),
            Some(RepresentativeKind::SubstituteDecisionMaker),
        ][reader].map(|kind| Representative { kind, name: None });
        if supplement {
            input.kind = LetterKind::Supplement { first_on: jiff::civil::date(2026, 4, 2), known: known.clone() };
        }
        let text = press().letter_text(&input).unwrap();
        // Whoever reads it: all that was exposed, in this letter's lists before the advice, and no other element's words.
        let lists: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("- ")).collect();
        for element in &exposed {
            let said = lists.contains(&of(element).as_str());
            proptest::prop_assert!(said, "{} is not told", element.id());
        }
        for element in DataElement::ALL.iter().filter(|one| !exposed.contains(one)) {
            proptest::prop_assert!(!lists.contains(&of(element).as_str()), "{} is told", element.id());
        }
    }
}

/// The first list of the letter: what was exposed.
fn listed(text: &str) -> Vec<String> {
    text.lines()
        .skip_while(|line| !line.starts_with("- "))
        .take_while(|line| line.starts_with("- "))
        .map(|line| line[2..].to_owned())
        .collect()
}

#[test]
fn a_hostile_name_is_only_a_name() {
    let incident = made::incident();
    for hostile in [
        "#panic(\"no\")",
        "$x^2$ *bold* _it_ `raw` <label> @ref // comment",
        "{info} {nobody}",
        "\"}, \"draft\": null, {\"",
        "]]) #read(\"/etc/passwd\")",
        "line\nbreak\ttab\0nul",
        "\u{202E}abc\u{200B}",
    ] {
        let mut input = made::adult(&incident);
        input.recipient.about = Phi::new(PersonName {
            given: hostile.to_owned(),
            ..PersonName::default()
        });
        input.elements[5].details = vec![Phi::new(hostile.to_owned())];
        press().letter(&input).unwrap();
        let text = press().letter_text(&input).unwrap();
        if hostile.is_ascii() && !hostile.contains(char::is_control) {
            assert!(text.contains(&format!("Dear {hostile}:")));
        }
        assert!(!text.contains('\u{202E}') && !text.contains('\0'));
    }
}

#[test]
fn names_of_every_script_are_set_and_what_cannot_be_shown_is_said() {
    let incident = made::incident();
    for (name, is_shown) in [
        ("Nguyễn Thị Łucja Ångström-Ñuñez", true),
        ("ᐃᓄᒃ ᐊᓪᓚᒃ", true),
        ("Ξένια Дмитрий", true),
        ("李小龍", false),
        ("e\u{301}toile", true),
        ("👩‍⚕️", false),
    ] {
        let mut input = made::adult(&incident);
        input.stage = Stage::Draft;
        input.recipient.about = made::name(name, "Roy");
        press().letter(&input).unwrap();
        let text = press().letter_text(&input).unwrap();
        assert_eq!(!text.contains("dotted circle"), is_shown, "{name}");
    }
}

#[test]
fn a_letter_that_lacks_something_is_only_a_draft_and_says_what() {
    let bare = made::bare();
    let mut input = made::no_address(&bare);
    let text = press().letter_text(&input).unwrap();
    assert!(text.starts_with("DRAFT"));
    assert_eq!(text.matches("[To complete:").count(), 6);
    input.stage = Stage::Approved;
    let refused = press().letter(&input).unwrap_err();
    assert!(matches!(refused, LetterError::Incomplete(Missing::Address)));
}

#[test]
fn notes_for_the_reviewer_stay_on_the_draft() {
    let incident = made::incident();
    let mut input = made::adult(&incident);
    assert!(!press().letter_text(&input).unwrap().contains("roster"));
    input.stage = Stage::Draft;
    assert!(press().letter_text(&input).unwrap().contains("roster"));
}

#[test]
fn a_draft_says_when_the_offer_speaks_of_a_code_that_this_person_does_not_have() {
    let incident = made::incident();
    let mut input = made::adult(&incident);
    input.stage = Stage::Draft;
    input.code = None;
    assert!(
        press()
            .letter_text(&input)
            .unwrap()
            .contains("whose mail codes")
    );
    input.code = Some("AB12-CD34".to_owned().into());
    assert!(
        !press()
            .letter_text(&input)
            .unwrap()
            .contains("whose mail codes")
    );
}

#[test]
fn a_letter_is_a_tagged_pdf_with_title_and_language_and_the_same_bytes_each_time() {
    let incident = made::incident();
    let input = made::adult_fr(&incident);
    let pdf = press().letter(&input).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let has = |needle: &str| pdf.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(has("<pdfuaid:part>1</pdfuaid:part>") && has("<dc:language>"));
    assert!(has("incident de confidentialité"), "the title");
    assert!(!has("Tremblay-Lavoie"), "no name in the metadata");
    assert_eq!(press().letter(&input).unwrap(), pdf);
}

#[test]
fn usual_letters_have_two_pages_and_read_at_grade_8() {
    let incident = made::incident();
    let mut press = press();
    for input in [
        made::adult(&incident),
        made::adult_fr(&incident),
        made::child(&incident),
        made::estate(&incident),
        made::few(&incident),
    ] {
        assert!(press.print_letter(&input).unwrap().n_pages <= 2);
    }
    let mut many_fr = made::many(&incident);
    many_fr.language = Language::Fr;
    for input in [
        made::adult(&incident),
        made::adult_fr(&incident),
        made::child(&incident),
        made::estate(&incident),
        made::many(&incident),
        many_fr,
        made::few(&incident),
    ] {
        // Lists of single words, the element names among them, are not prose: they are left out
        // because as sentences of three words they would make the letter look easier than it is.
        let level = press.letter_readability(&input).unwrap().unwrap();
        assert!(level.grade <= 8.0, "{level:?}");
    }
}

#[test]
fn french_elides_before_a_vowel() {
    let incident = made::incident();
    for (given, written) in [
        ("Étienne", "d’Étienne"),
        ("Yves", "d’Yves"),
        ("Hélène", "d’Hélène"),
        ("Yasmine", "de Yasmine"),
        ("Luc", "de Luc"),
    ] {
        let mut input = made::adult_fr(&incident);
        input.recipient.about = made::name(given, "Roy");
        input.recipient.representative = Some(Representative {
            kind: RepresentativeKind::ParentOrGuardian,
            name: None,
        });
        let text = press().letter_text(&input).unwrap();
        assert!(text.contains(&format!("les renseignements {written}.")));
    }
}

#[test]
fn the_manifest_says_to_whom_and_whether_it_can_be_mailed() {
    let incident = made::incident();
    let row = press()
        .manifest_row(&made::child(&incident), "P-1.pdf", 2)
        .unwrap();
    let column = |name: &str| {
        let i = MANIFEST.iter().position(|column| *column == name).unwrap();
        row[i].reveal().clone()
    };
    assert_eq!(column("line_1"), "To the parent or guardian of");
    assert_eq!(column("line_2"), "Léa Roy");
    assert_eq!(
        (column("mailable"), column("pages")),
        ("yes".into(), "2".into())
    );
}

#[test]
fn the_notice_escapes_what_it_is_given_and_claims_no_letters_to_all() {
    let mut incident = made::incident();
    incident.what_happened_en = "<script>alert(1)</script>".into();
    let notice = press().website_notice(&made::notice(&incident, Language::En));
    let html = notice.unwrap().html;
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
    assert!(html.contains("for whom we have an address"));
    assert!(!html.contains("his letter"), "a notice is no letter");
}

#[test]
fn no_letter_of_any_alphabet_keeps_a_paper_from_being_made() {
    let incident = made::incident();
    let mut press = press();
    let mut input = made::adult(&incident);
    input.stage = Stage::Draft;
    // Every character up to the end of the Arabic presentation forms, 256 at a time.
    for start in (0..0xFFFF_u32).step_by(256) {
        let all: String = (start..start + 256).filter_map(char::from_u32).collect();
        if all.is_empty() || (0x3400..0xF900).contains(&start) {
            continue; // Han and Hangul: no font of ours has any of them
        }
        input.elements[5].details = vec![Phi::new(all.clone())];
        input.recipient.about = made::name(&all, "Roy");
        press.letter(&input).unwrap();
    }
}

#[test]
fn a_supplement_says_what_is_new_and_what_was_told_before() {
    let incident = made::incident();
    for (language, code) in [(Language::En, "en"), (Language::Fr, "fr")] {
        let mut input = made::adult(&incident);
        input.language = language;
        input.kind = LetterKind::Supplement {
            first_on: jiff::civil::date(2026, 4, 2),
            known: vec![DataElement::Name, DataElement::BirthDate],
        };
        let text = press().letter_text(&input).unwrap();
        assert_eq!(listed(&text).len(), input.elements.len() - 2);
        assert!(text.contains(if code == "en" {
            "April\u{a0}2, 2026"
        } else {
            "2\u{a0}avril 2026"
        }));
        press().letter(&input).unwrap();
        insta::assert_snapshot!(format!("supplement_{code}"), text);
    }
}

#[test]
fn a_letter_to_who_must_be_asked_first_says_so_and_cannot_be_approved() {
    let incident = made::incident();
    for (language, asks) in [
        (Language::En, "Ask this person first where to write"),
        (Language::Fr, "Demander d’abord à cette personne"),
    ] {
        let mut input = made::adult(&incident);
        input.language = language;
        input.recipient.address = None;
        input.delivery.ask_first = true;
        input.stage = Stage::Draft;
        let text = press().letter_text(&input).unwrap();
        assert!(text.contains(asks), "{text}");
        input.stage = Stage::Approved;
        let refused = press().letter_text(&input).unwrap_err();
        assert!(matches!(refused, LetterError::Incomplete(Missing::Address)));
    }
}

#[test]
fn a_letter_to_a_safe_contact_names_the_organisation_nowhere_above_the_fold() {
    let incident = made::incident();
    for language in made::languages() {
        let mut input = made::adult(&incident);
        input.language = language;
        input.delivery.discreet = true;
        let name = match language {
            Language::Fr => "Aurore boréale",
            Language::En | Language::Other(_) => "Northern Lights",
        };
        let text = press().letter_text(&input).unwrap();
        let (above, below) = text
            .split_once("S7K\u{a0}")
            .unwrap_or(text.split_once("S7K 1A1").unwrap());
        assert!(!above.contains(name), "{above}");
        assert!(below.contains(name));
        let email = press().letter_email(&input).unwrap();
        assert!(!email.subject.contains(name), "{}", email.subject);
    }
}

#[test]
fn an_email_says_what_the_letter_says_and_its_subject_names_no_element() {
    let incident = made::incident();
    let input = made::adult(&incident);
    let email = press().letter_email(&input).unwrap();
    let letter = press().letter_text(&input).unwrap();
    assert!(letter.contains("4-12 Made-Up Street") && !email.text.contains("4-12 Made-Up Street"));
    for line in letter.lines().filter(|line| line.starts_with("- ")) {
        assert!(email.text.contains(line), "{line}");
        assert!(!email.subject.contains(&line[2..]));
    }
    assert!(email.html.contains("<html lang=\"en") && !email.html.contains("<script"));
}

#[test]
fn a_code_stands_beside_the_offer_and_nowhere_without_one() {
    let incident = made::incident();
    let mut input = made::adult(&incident);
    input.code = Some(Phi::new("ABCD-1234".to_owned()));
    let text = press().letter_text(&input).unwrap();
    assert_eq!(text.matches("ABCD-1234").count(), 1);
    let mut without = made::incident();
    without.offer.monitoring_months = 0;
    let mut input = made::adult(&without);
    input.code = Some(Phi::new("ABCD-1234".to_owned()));
    assert!(!press().letter_text(&input).unwrap().contains("ABCD-1234"));
}

#[test]
fn a_bundle_has_each_letter_on_its_own_pages_as_if_it_were_set_alone() {
    let incident = made::incident();
    let inputs = [
        made::few(&incident),
        made::many(&incident),
        made::adult_fr(&incident),
        made::child(&incident),
    ];
    let bundle = press().bundle(&inputs).unwrap();
    let alone: Vec<usize> = inputs
        .iter()
        .map(|input| press().print_letter(input).unwrap().n_pages)
        .collect();
    assert_eq!(bundle.pages, alone);
    assert!(bundle.pdf.starts_with(b"%PDF-"));
}

#[test]
fn large_print_takes_more_pages_and_the_same_words() {
    let incident = made::incident();
    let mut input = made::adult(&incident);
    let text = press().letter_text(&input).unwrap();
    let pages = press().print_letter(&input).unwrap().n_pages;
    input.delivery.large_print = true;
    assert_eq!(press().letter_text(&input).unwrap(), text);
    assert!(press().print_letter(&input).unwrap().n_pages > pages);
}

#[test]
fn statements_to_the_public_name_nobody_and_read_as_these() {
    let incident = made::incident();
    for language in made::languages() {
        let code = language.code();
        let input = made::notice(&incident, language);
        let statement = press().press_statement(&input).unwrap();
        let short = press().substitute_notice(&input).unwrap();
        assert!(statement.pdf.starts_with(b"%PDF-") && short.pdf.starts_with(b"%PDF-"));
        insta::assert_snapshot!(format!("statement_{code}"), statement.markdown);
        insta::assert_snapshot!(format!("substitute_{code}"), short.markdown);
    }
}

/// English: at most grade 8. French: an ease of at least 60, which is plain language. Spanish: what its file asks.
#[test]
fn every_kind_of_letter_and_public_paper_is_easy_to_read_in_each_language() {
    let incident = made::incident();
    let others = made::other_incidents();
    let mut press = press();
    let mut figures = String::from("letter language words sentences grade ease pages\n");
    for language in made::languages() {
        for (name, input) in made::ten(&incident, &others, language) {
            let level = press.letter_readability(&input).unwrap().unwrap();
            let pages = press.print_letter(&input).unwrap().n_pages;
            figures.push_str(&format!(
                "{name} {} {} {} {:.1} {:.0} {pages}\n",
                language.code(),
                level.n_words,
                level.n_sentences,
                level.grade,
                level.ease
            ));
            assert!(pages <= 3, "{name}");
            match language {
                Language::En => assert!(level.grade <= 8.0, "{name}: {level:?}"),
                Language::Fr => assert!(level.ease >= 60.0, "{name}: {level:?}"),
                Language::Other(_) => assert!(level.is_plain, "{name}: {level:?}"),
            }
        }
    }
    for language in made::languages() {
        let input = made::notice(&incident, language);
        for (name, level) in press.public_readability(&input).unwrap() {
            let level = level.unwrap();
            figures.push_str(&format!(
                "{name} {} {} {} {:.1} {:.0} -\n",
                language.code(),
                level.n_words,
                level.n_sentences,
                level.grade,
                level.ease
            ));
            assert!(level.is_plain, "{name} {}: {level:?}", language.code());
        }
    }
    insta::assert_snapshot!("readability", figures);
}

#[test]
fn ten_letters_read_as_these() {
    let incident = made::incident();
    let others = made::other_incidents();
    for language in made::languages() {
        for (name, input) in made::ten(&incident, &others, language) {
            let text = press().letter_text(&input).unwrap();
            // No place left open, no doubled space, no sentence without its end.
            assert!(!text.contains('{'), "{name}");
            for line in text.lines().filter(|line| line.chars().count() > 110) {
                assert!(!line.contains("  "), "{name}: {line}");
                assert!(line.ends_with(['.', ':', '!', '?']), "{name}: {line}");
            }
            insta::assert_snapshot!(format!("ten_{name}_{}", language.code()), text);
        }
    }
}
