//! What passages give, by example and over arbitrary input.

use proptest::prelude::*;
use whose_model::{
    Assertion, DataElement, ExhibitPath, Locator, Mention, Normal, Origin, Passage, PassageKind,
    PersonName, Role, Segment,
};

use crate::{Context, Detector};

pub(super) fn detect(text: &str) -> Vec<Mention> {
    detect_as(text, PassageKind::Body)
}

fn detect_as(text: &str, kind: PassageKind) -> Vec<Mention> {
    detect_in(&Context::default(), text, kind)
}

fn detect_in(context: &Context, text: &str, kind: PassageKind) -> Vec<Mention> {
    let mut detector = Detector::new(context, &ExhibitPath("a.txt".into()));
    let mut found = Vec::new();
    let passage = Passage {
        text: text.into(),
        origin: Origin::Bytes { runs: vec![(0, 0)] },
        kind,
        document: 0,
        subject: None,
    };
    detector.push(&Segment::Passage(passage), &mut |mention| {
        found.push(mention.clone())
    });
    detector.finish(&mut |mention| found.push(mention.clone()));
    found
}

#[track_caller]
pub(super) fn has(found: &[Mention], element: DataElement, value: &str) {
    let all: Vec<_> = found
        .iter()
        .map(|m| (m.element, m.value.reveal().clone()))
        .collect();
    assert!(
        found
            .iter()
            .any(|m| m.element == element && m.value.reveal() == value),
        "no {element:?} in made-up text: {all:?}"
    );
}

#[test]
fn strings_out_of_a_binary_give_what_proves_itself_and_no_bare_names_or_dates() {
    let text = "Marie Tremblay\nasthma\n1985-02-10\nHCN: 6012-345-671 AB\nmarie.tremblay@example.ca\nPhone: (416) 555-0199\n";
    let found = detect_as(text, PassageKind::Strings);
    has(&found, DataElement::HealthNumber, "6012-345-671 AB");
    has(&found, DataElement::Email, "marie.tremblay@example.ca");
    for element in [
        DataElement::Name,
        DataElement::BirthDate,
        DataElement::Diagnosis,
    ] {
        assert!(!found.iter().any(|m| m.element == element), "{element:?}");
    }
}

const LETTER: &str = "Lakeside Medical Clinic\n100 Lake Street, Toronto, ON M5V 2T6\nTel: 416-555-0100\n\nJanuary 5, 2024\n\nDr. Anna Lee\n\nRE: Marie Tremblay\nDOB: 1985-02-10  HCN: 6012-345-671 AB\nPhone: (416) 555-0199\n\nDear Dr. Lee,\n\nThank you for seeing Ms. Tremblay, a 38-year-old woman with asthma. She takes salbutamol. Her mother had breast cancer. She denies diabetes.\n\nSincerely,\n\nDr. James Sullivan, MD\nCPSO 61234\n";

#[test]
fn a_letter_is_about_its_patient_and_its_doctors_are_clinicians() {
    let found = detect(LETTER);
    has(&found, DataElement::Name, "Marie Tremblay");
    has(&found, DataElement::BirthDate, "1985-02-10");
    has(&found, DataElement::HealthNumber, "6012-345-671 AB");
    has(&found, DataElement::Diagnosis, "asthma");
    has(&found, DataElement::Medication, "salbutamol");
    has(&found, DataElement::MedicalHistory, "breast cancer");
    let denied = |m: &&Mention| m.value.reveal() == "diabetes";
    assert!(
        found
            .iter()
            .filter(denied)
            .all(|m| m.assertion == Assertion::Denied)
    );
    let patient = found
        .iter()
        .find(|m| m.value.reveal() == "Marie Tremblay")
        .unwrap();
    assert_eq!(patient.role, Role::Patient);
    for m in &found {
        if matches!(
            m.element,
            DataElement::BirthDate
                | DataElement::HealthNumber
                | DataElement::Diagnosis
                | DataElement::Medication
        ) || m.value.reveal() == "(416) 555-0199"
        {
            assert_eq!(m.subject, patient.subject);
        }
        if m.element == DataElement::Name
            && (m.value.reveal().contains("Lee") || m.value.reveal().contains("Sullivan"))
        {
            assert_eq!(m.role, Role::Clinician);
            assert_ne!(m.subject, patient.subject, "{}", m.value.reveal());
        }
        if m.value.reveal() == "416-555-0100" {
            assert_ne!(m.subject, patient.subject);
        }
    }
}

#[test]
fn a_french_letter_is_read_as_well() {
    let found = detect(
        "Objet : Jean-François Gagnon\nNé le 3 mars 1951\nNAM : GAGJ 5103 1512\nAdresse : 123, rue Principale, Saguenay (Québec) G7H 1A1\n\nCher collègue,\n\nMonsieur Gagnon, 72 ans, souffre d'une insuffisance cardiaque. Il ne présente pas de diabète.\n\nCordialement,\nDre Sylvie Bouchard\n",
    );
    has(&found, DataElement::Name, "Jean-François Gagnon");
    has(&found, DataElement::BirthDate, "3 mars 1951");
    has(&found, DataElement::HealthNumber, "GAGJ 5103 1512");
    has(&found, DataElement::Diagnosis, "insuffisance cardiaque");
    assert!(
        found
            .iter()
            .filter(|m| m.element == DataElement::Diagnosis && m.value.reveal().contains("diab"))
            .all(|m| m.assertion == Assertion::Denied)
    );
    assert!(found.iter().any(|m| m.element == DataElement::Address));
}

#[test]
fn a_relative_does_not_become_the_patient() {
    let found = detect(
        "Patient: Anna Roy\nDOB: 2015-04-03\nHer father Paul Roy, phone 514-555-0142, called about her asthma.\n",
    );
    let anna = found
        .iter()
        .find(|m| m.value.reveal() == "Anna Roy")
        .unwrap();
    let paul = found
        .iter()
        .find(|m| m.value.reveal() == "Paul Roy")
        .unwrap();
    let phone = found
        .iter()
        .find(|m| m.element == DataElement::Phone)
        .unwrap();
    let asthma = found
        .iter()
        .find(|m| m.element == DataElement::Diagnosis)
        .unwrap();
    assert_eq!(
        (paul.role, phone.subject, asthma.subject),
        (Role::Relative, paul.subject, anna.subject)
    );
}

#[test]
fn text_about_nobody_gives_nothing() {
    for text in [
        "INTRODUCTORY LICENCE TERMS\nThe licence number is printed on the back. No SIN on file.\nVersion 1.2.3.4 of 2024 was released; see section 12.3 for details.",
        "Influenza is a disease. Treatment with oseltamivir within 48 hours reduces symptoms. The clinic is open Monday to Friday.",
        "Invoice total: 1,234.00. Order 4165550199123. The New York Times and St. Mary Hospital reported on March 2020.",
    ] {
        let found = detect(text);
        assert!(
            found.is_empty(),
            "{:?}",
            found
                .iter()
                .map(|m| (m.element, m.value.reveal()))
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_form_names_one_person_by_two_labels() {
    let found = detect(
        "CONSENT TO TREATMENT\n\nLast name: Weber\nFirst name: Ivana\nDate of birth: 1978-06-21\n\nI consent to treatment at the clinic.\n",
    );
    let names: Vec<_> = found
        .iter()
        .filter(|m| m.element == DataElement::Name)
        .map(|m| (m.subject, m.normal.reveal().clone()))
        .collect();
    assert_eq!(names.len(), 2);
    assert_eq!(names[0], names[1], "one person with one whole name");
    let consents = found
        .iter()
        .filter(|m| m.element == DataElement::Consent)
        .collect::<Vec<_>>();
    assert_eq!(consents.len(), 1);
    assert_eq!(consents[0].subject, names[0].0);
}

#[test]
fn a_form_without_colons_is_read_by_its_columns() {
    let found = detect(
        "ENROLMENT\n\nClient          ROY, Anna\nBorn            December 6, 1984\nGender          Female\nPassport        AB123456\nInsurer         Some Life\nCertificate     C1000597\n",
    );
    has(&found, DataElement::Name, "ROY, Anna");
    has(&found, DataElement::BirthDate, "December 6, 1984");
    has(&found, DataElement::Sex, "Female");
    has(&found, DataElement::Passport, "AB123456");
    has(&found, DataElement::InsurancePolicy, "C1000597");
}

#[test]
fn a_letter_between_clinicians_is_a_report_said_once() {
    let found = detect(LETTER);
    let patient = found
        .iter()
        .find(|m| m.value.reveal() == "Marie Tremblay")
        .unwrap();
    let reports: Vec<_> = found
        .iter()
        .filter(|m| m.element == DataElement::ConsultationReport)
        .collect();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].subject, patient.subject);
    has(&found, DataElement::Sex, "woman");
}

#[test]
fn two_patients_of_one_letter_are_two() {
    let found = detect(
        "Dear Dr. Lee,\nRE: Robert FORBES, born December 12, 1990\nand Ryan FORBES, born May 21, 2018\n\nRobert takes ramipril.\n\nRyan was assessed for otitis media.\n",
    );
    let whose = |value: &str| found.iter().find(|m| m.value.reveal() == value).unwrap();
    let (robert, ryan) = (whose("Robert FORBES"), whose("Ryan FORBES"));
    assert_eq!((robert.role, ryan.role), (Role::Patient, Role::Patient));
    assert_ne!(robert.subject, ryan.subject);
    assert_eq!(whose("Ryan").subject, ryan.subject);
    assert_eq!(whose("ramipril").subject, robert.subject);
    assert_eq!(whose("otitis media").subject, ryan.subject);
}

#[test]
fn a_label_in_capitals_is_no_name() {
    let found = detect("Patient : Anna Roy\nLe NAM : ROYA 8552 1017\n");
    assert!(
        !found
            .iter()
            .any(|m| m.element == DataElement::Name && m.value.reveal().contains("NAM"))
    );
}

#[test]
fn a_date_right_after_a_name_is_a_birth_date() {
    let found = detect(
        "On Tue, Jul 7, 2026 the pharmacy asked for a renewal: Anna ROY, 1985-02-10, sumatriptan 50 mg.\n",
    );
    has(&found, DataElement::BirthDate, "1985-02-10");
}

#[test]
fn the_parts_of_a_bank_account_are_told_by_each_other() {
    let found = detect(
        "Patient: Anna Roy\nDebit from account: transit 83089 institution 006 account 8396433\n",
    );
    for part in ["83089", "006", "8396433"] {
        has(&found, DataElement::BankAccount, part);
    }
}

#[test]
fn text_beside_a_record_is_of_its_subject() {
    let context = Context::default();
    let mut detector = Detector::new(&context, &ExhibitPath("a.xml".into()));
    let mut found = Vec::new();
    detector.push(
        &Segment::Passage(Passage {
            text: "Started on ramipril for hypertension.".into(),
            origin: Origin::Part {
                part: "section 1 text".into(),
                base: 0,
            },
            kind: PassageKind::Body,
            document: 0,
            subject: Some("patient 1".into()),
        }),
        &mut |mention| found.push(mention.clone()),
    );
    detector.finish(&mut |mention| found.push(mention.clone()));
    has(&found, DataElement::Medication, "ramipril");
    let subject = Some(crate::draft::record_subject("patient 1"));
    assert!(found.iter().all(|m| m.subject == subject));
}

#[test]
fn a_result_in_columns_is_kept_as_written_and_compared_with_single_spaces() {
    let written = "Creatinine    166    umol/L";
    let found = detect(&format!("Patient: Anna Keller\n{written}\n"));
    has(&found, DataElement::LabResult, written);
    assert!(found.iter().any(|m| m.element == DataElement::LabResult
        && *m.normal.reveal() == Normal::Text("Creatinine 166 umol/L".into())));
}

proptest! {
    #[test]
    fn every_place_leads_back_to_its_value(text in "[ A-Za-zéÉç0-9:,.@()#+\n\t'-]{0,300}") {
        for m in detect(&text) {
            if let Locator::Bytes { start, end } = m.place {
                prop_assert_eq!(text.get(start as usize..end as usize), Some(m.value.reveal().as_str()));
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}", label in prop::sample::select(vec!["DOB: ", "Patient: ", "RE: ", "Né le ", "HCN ", "Dr. ", "Address: 12 ", "5'", "+1 (", "1985-02-", "TREM 8552 "])) {
        detect(&format!("{label}{text}\n{text}{label}{text}"));
    }
}

#[test]
fn nine_digits_go_to_the_plan_of_the_province_in_which_the_patient_lives() {
    for (address, scheme) in [
        ("12 Main Street, Regina, SK S4P 3C4", "ca-sk"),
        ("12 Main Street, Winnipeg, MB R3C 3E8", "ca-mb"),
        ("12 Main Street, Calgary, AB T2P 1J9", "ca-ab"),
    ] {
        let found = detect(&format!(
            "Patient: Marie Tremblay\nAddress: {address}\nHealth number: 123 456 789\n"
        ));
        let number = found
            .iter()
            .find(|m| m.element == DataElement::HealthNumber)
            .unwrap();
        assert_eq!(number.scheme.as_ref().unwrap().id(), scheme);
        assert!(!number.alternatives.is_empty());
        assert!(number.why.iter().any(|why| why.starts_with("words: ")));
        assert!(number.why.iter().any(|why| why.starts_with("against: ")));
    }
}

#[test]
fn the_introductory_offer_is_no_drivers_licence() {
    for text in [
        "Driver's licence: INTRODUCTORY\n",
        "DL INTRODUCTORY\n",
        "Licence INTRODUCTORY 2024\n",
    ] {
        let found = detect(text);
        assert!(
            found
                .iter()
                .all(|m| m.element != DataElement::DriversLicence),
            "{text}"
        );
    }
}

#[track_caller]
fn names(text: &str, expected: &[&str]) {
    let found: Vec<String> = detect(text)
        .iter()
        .filter(|mention| mention.element == DataElement::Name)
        .map(|mention| mention.value.reveal().clone())
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn names_are_found_as_people_write_them() {
    names("Please call Magnus back tomorrow.", &["Magnus"]);
    names("my name is anna tremblay", &["anna tremblay"]);
    names("GAGNON Luc, 45 ans", &["GAGNON Luc"]);
    names(
        "Please rebook Phuong Ho (DOB December 14, 1986).",
        &["Phuong Ho"],
    );
    names(
        "Results are in for Brooks, Erin, chart 1570173.",
        &["Brooks, Erin"],
    );
    names(
        "Compte rendu signé par J.-P. Lavallée.",
        &["J.-P. Lavallée"],
    );
    names("Seen today with Dr. Claude Menage.", &["Dr. Claude Menage"]);
    names(
        "Maria de la Cruz and Nguyen Thi Lan live together.",
        &["Maria de la Cruz", "Nguyen Thi Lan"],
    );
}

#[test]
fn diseases_streets_places_and_organisations_called_after_people_are_nobody() {
    for text in [
        "She has Parkinson's disease and Hodgkin lymphoma.",
        "Antécédents : maladie de Crohn, syndrome de Down.",
        "Glasgow Coma Scale 15, Apgar score 9, Foley catheter in place.",
        "The clinic on Jean Talon Street is closed.",
        "Go to St. Michael Hospital or to Grant Medical Group.",
        "We moved from Victoria to Regina in May.",
        "Prélevé le : 2025-01-02     Émis le : 2025-01-04",
        "Open the file in MS Word and export the PDFs.",
    ] {
        names(text, &[]);
    }
}

#[test]
fn a_long_text_about_nobody_needs_more_than_one_capital_word() {
    let filler = "The value is read from the table and written to the next row. ".repeat(60);
    names(
        &format!("{filler}The Martin format is used by default. {filler}"),
        &[],
    );
    names(
        &format!("{filler}It was seen by Dr. Luc Gagnon. {filler}"),
        &["Dr. Luc Gagnon"],
    );
}

#[test]
fn two_given_names_on_their_own_line_are_one_persons() {
    let found = detect(
        "CONSENT TO TREATMENT\n\nLast name: Hunt\nFirst name: Billy Joe\nDate of birth: 2013/07/06\n\nI consent to treatment at the clinic.\n",
    );
    let subjects: std::collections::BTreeSet<_> = found
        .iter()
        .filter(|m| m.role == Role::Patient)
        .map(|m| m.subject)
        .collect();
    assert_eq!(subjects.len(), 1);
}

#[test]
fn a_name_is_taken_whole_and_a_town_is_nobody() {
    let people: Vec<_> = [
        ("Al", "Rashid"),
        ("Oksana", "Kowalski"),
        ("Pierre", "Luc"),
        ("Albert", "Prince"),
        ("Mary", "John"),
        ("Old", "Shoes"),
        ("Birch", "Hamilton"),
        ("West", "Victoria"),
        ("Min", "Le"),
        ("Félix", "de la Durantaye"),
    ]
    .into_iter()
    .map(|(given, family)| PersonName {
        given: given.to_owned(),
        family: family.to_owned(),
        ..PersonName::default()
    })
    .collect();
    let known = Context::with_names(&people);
    for (text, names) in [
        (
            "May 5, 2026  -  Farah Al-Rashid, 40 y, F",
            &["Farah Al-Rashid"][..],
        ),
        (
            "2024-08-11 - Lesia Oksana KOWALSKI, 11 y, F",
            &["Lesia Oksana KOWALSKI"],
        ),
        (
            "1er février 2026 - Pierre-Luc Gauthier, 34 ans, M",
            &["Pierre-Luc Gauthier"],
        ),
        ("I reviewed Ms. Old Shoes today.", &["Ms. Old Shoes"]),
        ("City, province, code\nPrince George, BC V2M 1N2", &[]),
        ("12 Main Street West, Victoria, BC V8W 2R9", &[]),
        ("1663 St. Mary's Road Apt 1812, Toronto, ON M9W 8G0", &[]),
        ("Northern Birch Clinic Prince Albert\n800.555.0142", &[]),
        ("Northern Birch Clinic Hamilton\n800.555.0142", &[]),
        ("Northern Birch Clinic St. John's\n(800) 555-0142", &[]),
        ("Clinique Bouleau du Nord St. John's\n(800) 555-0142", &[]),
        ("She was seen at our Prince Albert clinic on May 2.", &[]),
        ("Cher collègue,\nLe 16 juillet 2025, rien.", &[]),
        ("RE: Ma, Min\nDOB: 1980-11-06", &["Ma, Min"]),
        ("Patient Johnson, Fang called.", &["Johnson, Fang"]),
        (
            "Patient de la Durantaye, Félix called.",
            &["de la Durantaye, Félix"],
        ),
        (
            "Patient DE LA DURANTAYE, Ghislaine called.",
            &["DE LA DURANTAYE, Ghislaine"],
        ),
    ] {
        let found: Vec<_> = detect_in(&known, text, PassageKind::Body)
            .into_iter()
            .filter(|mention| mention.element == DataElement::Name)
            .map(|mention| mention.value.reveal().clone())
            .collect();
        assert_eq!(found, names, "{text}");
    }
}

#[test]
fn numbers_that_pass_by_chance_are_left_out_and_others_are_each_of_their_own_person() {
    let log = |numbers: &[&str]| {
        let lines: Vec<_> = numbers
            .iter()
            .map(|number| format!("2026-07-01T08:18:13Z INFO batch {number} sent\n"))
            .collect();
        detect(&lines.concat())
            .into_iter()
            .filter(|mention| mention.element == DataElement::HealthNumber)
            .collect::<Vec<_>>()
    };
    // One of ten arbitrary numbers passes.
    let by_chance = log(&[
        "2761-187-982",
        "3259-459-601",
        "3328-177-408",
        "0896-231-471",
        "8684-523-029",
        "6841-429-065",
        "1774-354-144",
    ]);
    assert!(by_chance.is_empty(), "{} kept", by_chance.len());
    let of_people = log(&["1774-354-144", "1525-680-482", "2969-692-397"]);
    let subjects: std::collections::HashSet<_> =
        of_people.iter().map(|mention| mention.subject).collect();
    assert_eq!((of_people.len(), subjects.len()), (3, 3));
}

#[test]
fn an_address_above_the_greeting_is_of_whom_the_letter_greets() {
    let whose_address = |text: &str| {
        let found = detect(text);
        let of = |element| {
            let mut all = found.iter().filter(|m| m.element == element);
            all.next().and_then(|m| m.subject)
        };
        let name = of(DataElement::Name);
        assert!(name.is_some());
        of(DataElement::Address) == name
    };
    let body = "Please bring your health card (305 007 706). If you take sumatriptan 50 mg, do not stop it.\n";
    let address = "2624 Forest Hill Terrace\nSaint John, NB E2K 3C4";
    assert!(whose_address(&format!(
        "May 3, 2026\n\n{address}\n\nDear Ms. Lemieux,\n\n{body}"
    )));
    // The head of the letter is the sender's.
    assert!(!whose_address(&format!(
        "Northern Birch Clinic\n{address}\n\nMay 3, 2026\n\nDear Ms. Lemieux,\n\n{body}"
    )));
}

#[test]
fn of_two_seen_together_each_keeps_what_is_said_of_them() {
    let found = detect(
        "Dear Dr. Dat Trinh,\n\nRE: Roman KOWALSKI, born March 5, 1996\nand Willem KOWALSKI, born November 23, 2017\n\nI saw both members of the family. Roman is doing well with major depressive disorder and stays on sertraline 100 mg.\n\nWillem was assessed for psoriasis; treatment with methotrexate 20 mg was started.\n\nBoth were given the hepatitis B vaccine. They live at 6535 Hillcrest Drive, Regina, SK S4R 6N7.\n\nDr. Gilles Dion\n",
    );
    let subjects = |value: &str| {
        let mut all: Vec<_> = found
            .iter()
            .filter(|mention| mention.value.reveal() == value)
            .map(|mention| mention.subject)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (roman, willem) = (subjects("Roman KOWALSKI"), subjects("Willem KOWALSKI"));
    assert!(roman.len() == 1 && willem.len() == 1 && roman != willem);
    for of_roman in ["Roman", "sertraline", "major depressive disorder"] {
        assert_eq!(subjects(of_roman), roman, "{of_roman}");
    }
    for of_willem in ["psoriasis", "methotrexate"] {
        assert_eq!(subjects(of_willem), willem, "{of_willem}");
    }
    for of_both in [
        "hepatitis B vaccine",
        "6535 Hillcrest Drive, Regina, SK S4R 6N7",
    ] {
        assert_eq!(subjects(of_both).len(), 2, "{of_both}");
    }
}

#[test]
fn a_number_after_kin_of_an_earlier_sentence_is_the_patients() {
    let found = detect(
        "Patient: Abdi Warsame\nLives with his wife Hodan Ali. Works nights. PHN 50874-3316.",
    );
    let of = |element| found.iter().find(|m| m.element == element);
    let number = of(DataElement::HealthNumber).expect("a number");
    assert_eq!(number.role, Role::Patient);
    let found = detect("Patient: Abdi Warsame\nHis wife Hodan Ali, PHN 50874-3316, was seen too.");
    let number = found
        .iter()
        .find(|m| m.element == DataElement::HealthNumber);
    assert_eq!(number.expect("a number").role, Role::Relative);
}

#[test]
fn words_that_say_what_a_number_is_for_may_stand_between_it_and_its_label() {
    for (text, element, value) in [
        (
            "Marie Tremblay called. Her SIN for the T4 was 046 454 286.",
            DataElement::SocialInsuranceNumber,
            "046 454 286",
        ),
        (
            "Marie Tremblay a appel\u{e9}. Son NAS est le 123 456 782.",
            DataElement::SocialInsuranceNumber,
            "123 456 782",
        ),
        (
            "Le num\u{e9}ro de dossier de Mme Marie Tremblay est le 448812.",
            DataElement::MedicalRecordNumber,
            "448812",
        ),
    ] {
        let found = detect(text);
        has(&found, element, value);
        let of_scheme = |scheme: &str| {
            found.iter().any(|m| {
                m.element == element && m.scheme.as_ref().is_some_and(|s| s.id() == scheme)
            })
        };
        assert!(of_scheme("ca-sin") || of_scheme("mrn"), "{text}");
    }
    for text in [
        "The number of the part for the pump was 448812.",
        "Chart 3 of the report was 448812 bytes.",
    ] {
        assert!(detect(text).is_empty(), "{text}");
    }
}

#[test]
fn whoever_speaks_in_a_chat_is_not_whom_it_is_about() {
    let found = detect(
        "[2024-02-20 09:14] Anna Roy: has anyone called Walter Eklund about his warfarin?\n\
         [2024-02-20 09:17] Anna Roy: his INR was 4.8, his new number is 306-555-0811\n",
    );
    let subject = |value: &str| {
        found
            .iter()
            .find(|m| m.value.reveal().contains(value))
            .and_then(|m| m.subject)
    };
    assert!(subject("Walter").is_some());
    for value in ["warfarin", "INR", "306-555-0811"] {
        assert_eq!(subject(value), subject("Walter"), "{value}");
    }
    assert_ne!(subject("Anna"), subject("Walter"));
}
