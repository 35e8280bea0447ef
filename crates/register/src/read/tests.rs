//! Reports made up for these tests; no sentence of a published one.

use proptest::prelude::*;

use super::*;

/// Facts as lines: `-` says that it is not so, `x` that the source withdraws it.
fn lines(text: &str, published: &str) -> Vec<String> {
    let given = Given {
        published: published.parse().ok(),
        ..Given::default()
    };
    read(text, &given)
        .unwrap()
        .facts
        .iter()
        .map(|fact| {
            let mark = match (fact.is_withdrawn, fact.is_not) {
                (true, _) => "x",
                (_, true) => "-",
                _ => "",
            };
            let scope = if fact.scope.is_empty() || fact.scope == fact.value.to_string() {
                String::new()
            } else {
                format!("[{}]", fact.scope)
            };
            format!("{mark}{}{scope}: {}", fact.attribute.id(), fact.value)
        })
        .collect()
}

#[track_caller]
fn has(lines: &[String], expected: &[&str]) {
    for line in expected {
        assert!(
            lines.iter().any(|one| one == line),
            "{line} is missing in {lines:#?}"
        );
    }
}

#[track_caller]
fn has_not(lines: &[String], beginnings: &[&str]) {
    for beginning in beginnings {
        assert!(
            !lines.iter().any(|one| one.starts_with(beginning)),
            "{beginning} stands in {lines:#?}"
        );
    }
}

#[test]
fn an_english_story_gives_its_facts() {
    let found = lines(
        "Data breach at Northfield Dental\n\
         Northfield Dental Group and its parent company Brightco said hackers stole information of about 12,400 patients in Manitoba.\n\
         The company discovered the attack on March 3. It reported the breach to the privacy commissioner on March 9 and began notifying patients last week.\n\
         The files held names, dates of birth and lab results, but no credit card numbers.\n\
         Northfield Dental offered two years of credit monitoring. The commissioner recommended that it be extended to at least five years.\n\
         It resembles a similar breach at Acme Labs, where hackers took files of 90,000 people in January.",
        "2022-05-11",
    );
    has(
        &found,
        &[
            "victim: Northfield Dental Group",
            "relation: Northfield Dental Group is subsidiary of Brightco",
            "people[ca-mb]: about 12400",
            "discovered: 2022-03-03",
            "regulator-told: 2022-03-09",
            "people-told: 2022-05-02..2022-05-08",
            "element: name",
            "element: birth-date",
            "element: lab-result",
            "-element: payment-card",
            "monitoring-offered: 24 months",
            "monitoring-recommended: 60 months",
            "place: ca-mb",
        ],
    );
    has_not(&found, &["people: ", "began: 2022-01"]);
}

#[test]
fn a_french_story_gives_its_facts() {
    let found = lines(
        "Cyberattaque à la Clinique du Ruisseau\n\
         La Clinique du Ruisseau a été victime d’une cyberattaque le 4 mai 2021, qui a touché plus de 3 200 patients.\n\
         Elle a découvert l’intrusion deux jours plus tard. Le 20 mai, elle a signalé l’incident à la Commission d’accès à l’information.\n\
         Les renseignements volés comprennent les noms, les numéros d’assurance maladie et les adresses, mais aucun numéro d’assurance sociale.\n\
         Une surveillance du crédit est offerte pendant cinq ans.",
        "2021-06-30",
    );
    has(
        &found,
        &[
            "victim: Clinique du Ruisseau",
            "began: 2021-05-04",
            "discovered: 2021-05-06",
            "regulator-told: 2021-05-20",
            "people: at least 3200",
            "element: name",
            "element: health-number",
            "-element: social-insurance-number",
            "monitoring-offered: 60 months",
        ],
    );
}

#[test]
fn what_a_page_leaves_empty_stays_unknown() {
    let found = lines(
        "Victim: Lakeside Imaging\nDate:\nMar 2023\nLocation:\nCanada\nThreat actors: available to members\nIndividuals affected: not disclosed\n",
        "",
    );
    has(&found, &["began: 2023-03", "place: ca"]);
    has_not(&found, &["people", "actor-name", "motive", "discovered"]);
}

#[test]
fn what_a_story_corrects_is_withdrawn() {
    let found = lines(
        "Breach at Northfield Dental\nNorthfield Dental was bought by Brightco in 2019. Northfield Dental notified patients.\nThis is a corrected story. An earlier version said Brightco bought Northfield Dental in 2012.",
        "2022-05-11",
    );
    has(
        &found,
        &[
            "relation: Northfield Dental is subsidiary of Brightco since 2019",
            "xrelation: Northfield Dental is subsidiary of Brightco since 2012",
        ],
    );
}

#[test]
fn each_fact_stands_in_its_sentence() {
    let text = "Northfield Dental learned of it on May 3, 2021. Files of 400 patients were stolen.";
    for fact in read(text, &Given::default()).unwrap().facts {
        if let Some(quote) = fact.quote {
            let start = quote.start as usize;
            assert_eq!(
                text.get(start..start + quote.sentence.len()),
                Some(quote.sentence.as_str())
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_text_makes_it_panic(words in proptest::collection::vec(
        prop::sample::select(vec![
            "On", "May 3", "le 4 mai", "2021", ",", ".", ":\n", "- ", "Acme", "its parent", "patients", "7,000", "notified",
            "stolen", "no", "SIN", "last week", "a month earlier", "between", "and", "\n", "Commissioner Jane Roe", "found",
            "“I", "é", "’", "earlier version said", "bought", "two years", "credit monitoring", "n’ont pas", "%", "\u{a0}",
        ]), 0..60), published in 0i32..60_000) {
        let given = Given { published: crate::sketch::date_of(published).map(When::day), ..Given::default() };
        let text = words.join(" ");
        let reading = read(&text, &given).unwrap();
        prop_assert!(reading.facts.len() <= text.len() + 1);
    }
}

#[test]
fn a_french_notice_gives_its_days_and_what_was_in_a_list_of_its_sentence() {
    let found = lines(
        "La Clinique Beaurivage victime d’une cyberattaque\n\
         La Clinique Beaurivage a été victime d’une cyberattaque découverte le 12 janvier 2023. Les pirates ont réussi à exfiltrer des données de santé.\n\
         Dans les documents téléchargés, les renseignements suivants peuvent s’y trouver : le nom complet, le numéro de RAMQ, la date de naissance et, parfois, le diagnostic. Aucune donnée bancaire n’a été touchée.\n\
         La Commission d’accès à l’information a été avisée le 20 janvier 2023 et la clinique a porté plainte. Les patients ont reçu une lettre le 14 février 2023. La clinique a signalé le vol aux autorités policières.",
        "2023-03-04",
    );
    has(
        &found,
        &[
            "discovered: 2023-01-12",
            "regulator-told: 2023-01-20",
            "people-told: 2023-02-14",
            "element: name",
            "element: health-number",
            "element: birth-date",
            "element: diagnosis",
            "-element: bank-account",
            "response: police",
            "stage: exfiltration",
            "confidentiality: breached",
        ],
    );
    // The police are no regulator.
    let told = lines("La clinique a signalé le vol aux autorités policières.", "");
    has_not(&told, &["regulator"]);
}

#[test]
fn an_agencys_dateline_is_the_day_of_the_story_and_of_nothing_else() {
    let text = "NORTHFIELD, Ont., Sept. 6, 2019 /Agency/ — On July 3, 2019, Acme Clinic sent letters to patients about a breach that occurred on May 2, 2019.";
    let reading = read(text, &Given::default()).unwrap();
    assert_eq!(reading.source.published.unwrap().to_string(), "2019-09-06");
    let found = lines(text, "");
    has(&found, &["people-told: 2019-07-03", "began: 2019-05-02"]);
    assert!(!found.iter().any(|line| line.ends_with("2019-09-06")));
}

#[test]
fn what_was_not_offered_and_what_nobody_believes_is_not_said_to_be_so() {
    let found = lines(
        "The Acme Clinic did not offer those affected any free credit monitoring. \
         We don’t believe that anyone’s information has been accessed. \
         Acme Clinic notified OCR of a breach of files that occurred on July 19, 2012.",
        "2013-01-01",
    );
    has(&found, &["-response: monitoring", "began: 2012-07-19"]);
    has_not(
        &found,
        &["confidentiality", "response: monitoring", "regulator-told"],
    );
}

#[test]
fn what_others_do_and_what_a_law_says_is_not_told_of_the_incident() {
    let found = lines(
        "The Acme Hospital told the Privacy Commissioner on June 5, 2023. \
         The Commissioner initiated a review. \
         The hospital’s investigation did not find evidence of any access to or exfiltration of health information by the threat actor. \
         Section 9 of the Act sets out a duty to tell patients whose information was accessed. \
         The hospital plans to find out what measures could have been taken to contain the breach. \
         The files held visits of patients seen up to February, 1992. \
         A spokesman told IT World Canada that patients in Ontario and Manitoba, up to 9,000 patients in all, had letters. \
         Although the list does not include clinical notes, it does include names and addresses.",
        "2023-09-01",
    );
    has(
        &found,
        &[
            "regulator-told: 2023-06-05",
            "regulator: investigating",
            "element: name",
            "element: address",
            "-element: consultation-report",
        ],
    );
    has_not(
        &found,
        &[
            "stage: exfiltration",
            "confidentiality",
            "response: contained",
            "taken: 1992",
            "people[",
            "-element: name",
        ],
    );
    assert!(!found.contains(&"place: ca".to_owned()), "{found:#?}");
}

#[test]
fn a_theft_from_a_room_and_what_an_employee_did_is_told_in_both_languages() {
    let found = lines(
        "Le 26 avril 2018, le service de chirurgie plastique de l’hôpital du Ruisseau a été victime d’un vol avec effraction : une clé USB contenant les noms et les dates et lieux de naissance de pas moins de 504 patients a été dérobée. \
         Un courrier a été adressé aux familles, à qui l’hôpital a présenté ses excuses. Des mesures ont été prises.",
        "2018-05-20",
    );
    has(
        &found,
        &[
            "action: physical/Theft",
            "people: at least 504",
            "element: name",
            "element: birth-date",
            "response: letters",
            "response: apology",
            "response: strengthened",
        ],
    );
    has_not(&found, &["element: procedure"]);
    let found = lines(
        "An employee of the Acme Dental Group misappropriated a password. The employee no longer works there. \
         La CNIL a sanctionné la clinique. See www.acme.example for more.",
        "2018-05-20",
    );
    has(
        &found,
        &[
            "actor: internal",
            "response: disciplined",
            "victim: Acme Dental Group",
        ],
    );
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("finding: La CNIL"))
    );
}

#[test]
fn the_place_and_day_over_a_letter_are_the_letters() {
    let letter = "Gatineau, le 2 mai 2012\nDirectrice générale\nClinique du Ruisseau\n\nLa présente donne suite à l’enquête de la Commission d’accès à l’information. L’enquête démontre que la clinique a pris des mesures adéquates.";
    let reading = read(letter, &Given::default()).unwrap();
    assert_eq!(reading.source.published.unwrap().to_string(), "2012-05-02");
    assert!(
        reading
            .facts
            .iter()
            .any(|fact| fact.attribute == Attribute::Finding)
    );
}

#[test]
fn who_did_it_and_what_was_found_is_not_guessed_from_half_a_sentence() {
    let found = lines(
        "Acme Labs launched an investigation immediately and determined that documents were improperly accessed. \
         Last year, a record-setting 727 breaches involving 133 million people were reported to HHS. \
         The breach occurred between March and May 2023. \
         The U.S. Department of Health has the report.",
        "2023-09-01",
    );
    has(&found, &["began: 2023-03-01", "ended: 2023-05-31"]);
    has_not(
        &found,
        &[
            "actor: internal",
            "action: misuse",
            "finding",
            "people",
            "place: us",
        ],
    );
    let found = lines(
        "Le groupe Valmont déplore une erreur. Un disque dur de Valmont contenant les données de 16.000 patients a été perdu en janvier 2013. \
         Une infirmière de la clinique aurait consulté des dossiers de patients. Les dossiers étaient librement accessibles.",
        "2013-06-01",
    );
    has(
        &found,
        &[
            "victim: Valmont",
            "people: 16000",
            "began: 2013-01",
            "action: error/Loss",
            "action: error/Misconfiguration",
            "actor: internal",
        ],
    );
}

#[test]
fn a_day_without_its_year_is_left_out_where_two_years_are_spoken_of() {
    let found = lines(
        "Acme Hospital discovered on December 9, 2022 that a nurse had accessed medical records. \
         It determined that she had accessed records since September 2021. \
         It was discovered May 27. Patients were notified on January 17.",
        "",
    );
    has(&found, &["discovered: 2022-12-09", "began: 2021-09"]);
    has_not(&found, &["people-told", "determined"]);
    assert_eq!(
        found
            .iter()
            .filter(|line| line.starts_with("discovered"))
            .count(),
        1
    );
}

#[test]
fn accounts_that_others_got_into_and_a_box_that_contained_names_are_no_acts_of_the_staff() {
    let found = lines(
        "Acme Clinic Employees Fired After Accessing Confidential Information\n\
         Acme Clinic discovered on March 1, 2017 that the email accounts of four of its employees had been subject to unauthorized access. \
         The boxes contained the name and financial account number of patients. \
         It is unaware of any actual or attempted misuse. Acme Clinic provided notice to the Office of Civil Rights. \
         A van at My Space Place was burglarized.",
        "2017-04-01",
    );
    has(
        &found,
        &[
            "victim: Acme Clinic",
            "element: bank-account",
            "-misuse: misused",
            "regulator: told",
            "action: physical/Theft",
            "action: hacking/Use of stolen creds",
        ],
    );
    has_not(
        &found,
        &[
            "response: contained",
            "element: patient-number",
            "actor: internal",
        ],
    );
}
