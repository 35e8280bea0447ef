//! A language that is added as a file: what it must say, what it may lack, what a draft shows of it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod made;

use whose_letters::{Languages, LetterError, Missing, Press, Stage, check_language};
use whose_model::{DataElement, Language};

fn third() -> Language {
    made::languages()[2]
}

/// A press with this text as the third language.
fn press_of(text: &str) -> Press {
    let mut all = Languages::shipped().unwrap();
    all.add(text).unwrap();
    Press::of(all).unwrap()
}

#[test]
fn every_language_that_comes_with_the_program_says_everything_and_nothing_wrong() {
    assert!(!Languages::further().is_empty());
    for (tag, text) in Languages::further() {
        let checked = check_language(text).unwrap();
        assert_eq!(checked.language.code(), *tag);
        assert_eq!(checked.wrong, Vec::<String>::new(), "{tag}");
        assert_eq!(checked.lacks, Vec::<String>::new(), "{tag}");
        assert!(checked.n_said > 250, "{tag}: {}", checked.n_said);
    }
}

#[test]
fn words_that_nobody_has_reviewed_say_so_on_the_draft_and_are_not_approved() {
    let incident = made::incident();
    let mut input = made::adult_es(&incident);
    input.stage = Stage::Draft;
    let mut press = press_of(made::spanish());
    let text = press.letter_text(&input).unwrap();
    assert!(
        text.contains("Nadie que tenga este idioma como lengua materna"),
        "{text}"
    );
    let notice = press
        .website_notice(&made::notice(&incident, third()))
        .unwrap();
    assert!(notice.html.contains("<html lang=\"es\" dir=\"ltr\">"));
    assert!(notice.html.contains("Nadie que tenga este idioma"));
    input.stage = Stage::Approved;
    let refused = press.letter(&input).unwrap_err();
    assert!(matches!(refused, LetterError::Incomplete(Missing::Review)));
    let mut reviewed = press_of(&made::reviewed_spanish());
    assert!(
        !reviewed
            .letter_text(&input)
            .unwrap()
            .contains("lengua materna")
    );
}

#[test]
fn what_a_language_lacks_is_borrowed_and_the_draft_names_it() {
    let text = made::reviewed_spanish()
        .replace("closing = \"Atentamente,\"\n", "")
        .replace("phone = \"número de teléfono\"\n", "")
        .replace("keep = \"Esta carta", "# keep = \"Esta carta");
    let checked = check_language(&text).unwrap();
    assert_eq!(
        checked.lacks,
        ["letter.closing", "elements.phone", "advice.keep"]
    );
    assert_eq!(checked.falls_back_to, Language::En);
    let incident = made::incident();
    let mut input = made::adult_es(&incident);
    input.stage = Stage::Draft;
    let mut press = press_of(&text);
    let letter = press.letter_text(&input).unwrap();
    assert!(
        letter.contains("se toman de otro (en): advice.keep, elements.phone, letter.closing."),
        "{letter}"
    );
    for borrowed in [
        "Sincerely,",
        "- Phone number",
        "This letter asks you for no facts",
    ] {
        assert!(letter.contains(borrowed), "{borrowed}");
    }
    assert!(letter.contains("- Fecha de nacimiento"));
    press.letter(&input).unwrap();
    // From French, when the file says so; and then nothing is English.
    let french = text.replace("falls-back-to = \"en\"", "falls-back-to = \"fr\"");
    let letter = press_of(&french).letter_text(&input).unwrap();
    assert!(letter.contains("- Numéro de téléphone") && !letter.contains("Sincerely"));
}

#[test]
fn a_slip_in_a_file_is_named_by_its_key_and_the_file_is_not_taken() {
    let text = made::spanish();
    for (from, to, expected) in [
        (
            "closing = ",
            "closings = ",
            "letter.closings: no paper has this key",
        ),
        (
            "discovered = \"Lo supimos el {on}.\"",
            "discovered = \"Lo supimos.\"",
            "letter.happened.discovered: leaves out {on}",
        ),
        (
            "discovered = \"Lo supimos el {on}.\"",
            "discovered = \"Lo supimos el {onn}.\"",
            "letter.happened.discovered: nothing is put in {onn}",
        ),
        (
            "count = \"Hasta donde sabemos hoy, afecta a {n} personas.\"",
            "count = \"Afecta a {n} personas, {given}.\"",
            "notice.count: nothing is put in {given}",
        ),
        (
            "age = \"edad\"",
            "ages = \"edad\"",
            "elements.ages: no such element",
        ),
        (
            "age = \"edad\"",
            "age = \"edad de {person}\"",
            "elements.age: a word has no places",
        ),
        (
            "card = \"Llame",
            "cards = \"Llame",
            "advice.cards: no such sentence",
        ),
        (
            "card = \"Alguien podría intentar comprar cosas con la tarjeta.\"",
            "card = \"La tarjeta de {birth-date}.\"",
            "risk.card: nothing is put in {birth-date}",
        ),
        (
            "closing = \"Atentamente,\"",
            "closing = \"敬具\"",
            "the fonts in letters/fonts have none of 2 of its letters",
        ),
        (
            "who = \"usted\"",
            "who = \"usted\"\nyours = \"x\"",
            "letter.reader.person.yours: no paper has this key",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let slipped = text.replacen(from, to, 1);
        let checked = check_language(&slipped).unwrap();
        assert!(
            checked.wrong.iter().any(|one| one.starts_with(expected)),
            "{expected}: {:?}",
            checked.wrong
        );
        let refused = Languages::shipped()
            .unwrap()
            .add(&slipped)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("languages/es.toml"), "{refused}");
    }
    for (broken, why) in [
        ("", "missing field `language`"),
        (
            "[language]\ntag = \"fr\"\nname = \"x\"\n",
            "English and French ship",
        ),
        (
            "[language]\ntag = \"español\"\nname = \"x\"\n",
            "no tag of a language",
        ),
        (
            "[language]\ntag = \"es\"\nname = \"x\"\nfalls-back-to = \"pt\"\n",
            "en or fr",
        ),
        (
            "[language]\ntag = \"es\"\nname = \"x\"\n[wrong]\n",
            "unknown field `wrong`",
        ),
    ] {
        let error = check_language(broken).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn a_reader_of_a_region_gets_the_language_without_it() {
    let mut all = Languages::shipped().unwrap();
    let mexico = Language::from_tag("es-MX").unwrap();
    assert_eq!(all.closest(mexico), None);
    all.add(made::spanish()).unwrap();
    assert_eq!(all.closest(mexico), Some(third()));
    assert_eq!(all.closest(Language::Fr), Some(Language::Fr));
    assert_eq!(all.closest(Language::from_tag("pt").unwrap()), None);
}

#[test]
fn a_language_without_a_formula_has_no_figure() {
    let (head, rest) = made::spanish()
        .split_once("[language.readability]")
        .unwrap();
    let (_, rest) = rest.split_once("[common]").unwrap();
    let text = format!("{head}readability = \"none\"\n[common]{rest}");
    let incident = made::incident();
    let mut input = made::adult_es(&incident);
    input.stage = Stage::Draft;
    assert_eq!(press_of(&text).letter_readability(&input).unwrap(), None);
}

#[test]
fn advice_about_a_number_of_the_united_states_names_no_office_of_canada() {
    let incident = made::incident();
    for language in made::languages() {
        let mut input = made::adult_in(&incident, language);
        input
            .elements
            .push(DataElement::SocialInsuranceNumber.into());
        for (home, is_us) in [("us-tx", true), ("us", true), ("ca-on", false), ("", false)] {
            input.recipient.residence = Some(home)
                .filter(|home| !home.is_empty())
                .map(whose_model::Jurisdiction::from_code);
            let text = made::press().letter_text(&input).unwrap();
            let code = language.code();
            assert_eq!(text.contains("Experian"), is_us, "{home} {code}");
            assert_eq!(text.contains("Service Canada"), !is_us, "{home} {code}");
        }
    }
}

#[test]
fn days_of_care_are_written_as_the_language_writes_days() {
    let incident = made::incident();
    for (language, one, two) in [
        (
            0,
            "(April\u{a0}11, 2024)",
            "(between April\u{a0}11, 2024 and August\u{a0}1, 2024)",
        ),
        (
            1,
            "(11\u{a0}avril 2024)",
            "(entre le 11\u{a0}avril 2024 et le 1er\u{a0}août 2024)",
        ),
        (
            2,
            "(11 de abril de 2024)",
            "(entre el 11 de abril de 2024 y el 1 de agosto de 2024)",
        ),
    ] {
        let mut input = made::adult_in(&incident, made::languages()[language]);
        for (last, expected) in [
            ("2024-04-11", one),
            ("2024-08-01", two),
            ("2024-05", "2024-05"),
        ] {
            let mut day = whose_letters::Exposed::from(DataElement::ServiceDate);
            day.days = Some(whose_model::Phi::new((
                "2024-04-11".to_owned(),
                last.to_owned(),
            )));
            input.elements = vec![day];
            let text = made::press().letter_text(&input).unwrap();
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}

#[test]
fn one_file_is_not_counted_as_if_there_were_many() {
    let incident = made::incident();
    for (language, whole, part) in [
        (
            0,
            "There was one file, and we could read it to its end.",
            "only in part. A search",
        ),
        (
            1,
            "Il y avait un fichier, et nous avons pu le lire",
            "en partie. Une telle",
        ),
        (
            2,
            "Había un archivo, y pudimos leerlo",
            "una parte. A una búsqueda",
        ),
    ] {
        let mut input = made::adult_in(&incident, made::languages()[language]);
        input.searched.n_exhibits = 1;
        for (n_not_read, n_with_gaps, said) in [(0, 0, whole), (0, 1, part), (1, 0, part)] {
            input.searched.n_not_read = n_not_read;
            input.searched.n_with_gaps = n_with_gaps;
            let text = made::press().letter_text(&input).unwrap();
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}

#[test]
fn words_of_the_law_in_another_language_stand_below_the_office_and_are_marked_for_a_voice() {
    let incident = made::incident();
    let mut input = made::adult_es(&incident);
    input.complaint_rights[0].text = "You may complain within one year.".to_owned();
    let text = made::press().letter_text(&input).unwrap();
    let (before, after) = text
        .split_once("You may complain within one year.")
        .unwrap();
    assert!(
        before.trim_end().ends_with("Teléfono: 555-0103"),
        "{before}"
    );
    assert!(before.contains("presentar una queja sobre esto ante:") && !after.is_empty());
    let email = made::press().letter_email(&input).unwrap();
    assert!(
        email
            .html
            .contains("<p lang=\"en-CA\">You may complain within one year.</p>")
    );
    // In the PDF: another language on the element than the document's.
    let pdf = made::press().letter(&input).unwrap();
    let has = |needle: &str| pdf.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(
        has("/Lang(en-CA)") || has("/Lang (en-CA)"),
        "a mark for the voice"
    );
    // In the letter's own language it is the sentence itself.
    input.complaint_rights[0].text_in = made::languages()[2];
    let text = made::press().letter_text(&input).unwrap();
    assert!(!text.contains("presentar una queja sobre esto ante:"));
}

proptest::proptest! {
    /// A file comes from outside: whatever is in it, it is read or refused.
    #[test]
    fn no_file_stops_the_reader(text in "\\PC{0,120}") {
        drop(check_language(&text));
        drop(check_language(&format!("[language]\ntag = \"es\"\nname = \"x\"\n[letter]\n{text}\n")));
    }

    #[test]
    fn a_file_that_is_taken_makes_a_letter_whatever_one_sentence_says(text in "[a-z {}]{0,40}") {
        let changed = made::reviewed_spanish().replacen("\"Atentamente,\"", &format!("\"{text}\""), 1);
        let mut all = Languages::shipped().unwrap();
        if all.add(&changed).is_ok() {
            let incident = made::incident();
            let input = made::adult_es(&incident);
            Press::of(all).unwrap().letter_text(&input).unwrap();
        }
    }
}
