//! The four published reports as cases: what the rules say of each, person by person and as a whole.
//!
//! Snapshots of what a reader would see. People are made up; the facts of the
//! incidents are those of the reports, and where a report is silent the
//! judgement is left undecided.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use whose_law::{Assessment, Library, PersonFacts, Tally, letter_requirements, regulator_reports};
use whose_model::{
    DataElement, Incident, Jurisdiction, Obligation, PersonId, Residence, ResidenceBasis, Role,
};

const ELEMENTS: &[DataElement] = &[
    DataElement::Name,
    DataElement::BirthDate,
    DataElement::Address,
    DataElement::HealthNumber,
    DataElement::Diagnosis,
    DataElement::LabResult,
];

fn incident(text: &str) -> Incident {
    whose_law::parse_incident(text).unwrap()
}

fn line(obligation: &Obligation) -> String {
    format!(
        "{}.{} -> {} | {} | due {} | {} | {}",
        obligation.regime,
        obligation.duty,
        obligation.addressee,
        obligation.status.id(),
        obligation
            .due
            .map_or_else(|| "-".to_owned(), |day| day.to_string()),
        obligation
            .clock_words
            .as_ref()
            .map_or("-", |words| words.0.as_str()),
        obligation.certainty.id(),
    )
}

/// One person in each of these places, then the whole, `n` people in each.
fn assess(incident: &Incident, as_of: &str, homes: &[(&str, u64)]) -> String {
    let library = Library::embedded().unwrap();
    let as_of = as_of.parse().unwrap();
    let assessment = Assessment::new(&library, incident, as_of);
    let mut tally = Tally::default();
    let mut text = String::new();
    for (code, n) in homes {
        let residence = (!code.is_empty()).then(|| Residence {
            jurisdiction: Jurisdiction::from_code(code),
            basis: ResidenceBasis::Roster,
        });
        let id = PersonId("P-0123456789AB".to_owned());
        let person = PersonFacts {
            id: &id,
            residence: residence.as_ref(),
            elements: ELEMENTS,
            is_minor: false,
            is_deceased: false,
            role: Role::Patient,
        };
        let obligations = assessment.person(&person);
        for _ in 0..*n {
            tally.add(&library, &person, &obligations);
        }
        text.push_str(&format!("someone in {code}\n"));
        for obligation in &obligations {
            text.push_str(&format!("  {}\n", line(obligation)));
            for reason in &obligation.because {
                text.push_str(&format!("    {reason}\n"));
            }
        }
        let letter = letter_requirements(&library, incident, &person, &obligations, as_of);
        let parts: Vec<String> = letter
            .parts
            .iter()
            .map(|part| format!("{:?}{}", part.element, if part.required { "!" } else { "" }))
            .collect();
        text.push_str(&format!("  letter: {}\n", parts.join(" ")));
        for expectation in &letter.expectations {
            text.push_str(&format!("  expected besides: {}\n", expectation.id));
        }
    }
    text.push_str("the incident\n");
    for obligation in assessment.incident(&tally) {
        text.push_str(&format!("  {}\n", line(&obligation)));
        for reason in &obligation.because {
            text.push_str(&format!("    {reason}\n"));
        }
    }
    text
}

const INNOMAR_SASKATCHEWAN: &str = r#"
name = "innomar-saskatchewan-2024"
kind = "theft"
time_zone = "America/Regina"
began = 2024-01-21
discovered = 2024-02-21
determined = 2024-04-10
exfiltrated = "yes"
real_risk_of_significant_harm = "yes"
[custodian]
kinds = ["private-organization", "trustee"]
operates_in = ["ca-sk"]
[offer]
monitoring_months = 24
[notified]
sk-ipc = 2024-05-09
individuals = 2024-05-31
"#;

#[test]
fn innomar_saskatchewan_2024_is_a_duty_under_pipeda_and_expected_by_the_commissioner() {
    let incident = incident(INNOMAR_SASKATCHEWAN);
    insta::assert_snapshot!(assess(&incident, "2024-12-31", &[("ca-sk", 7293)]));
}

#[test]
fn innomar_patients_2024_differ_by_province() {
    let incident = incident(
        &INNOMAR_SASKATCHEWAN
            .replace(
                "[\"private-organization\", \"trustee\"]",
                "[\"private-organization\", \"trustee\", \"health-information-custodian\"]",
            )
            .replace(
                "[\"ca-sk\"]",
                "[\"ca-ab\", \"ca-bc\", \"ca-mb\", \"ca-on\", \"ca-qc\", \"ca-sk\"]",
            ),
    );
    let homes = [
        ("ca-ab", 10),
        ("ca-bc", 10),
        ("ca-mb", 10),
        ("ca-nb", 10),
        ("ca-on", 10),
        ("ca-qc", 10),
        ("ca-sk", 10),
        ("us-tx", 1),
        ("", 1),
    ];
    insta::assert_snapshot!(assess(&incident, "2024-05-31", &homes));
}

const SAGUENAY: &str = r#"
name = "irm-saguenay-2023"
kind = "theft"
time_zone = "America/Montreal"
discovered = 2023-11-01
[custodian]
kinds = ["enterprise", "health-and-social-services-body", "private-organization"]
operates_in = ["ca-qc"]
[judgements]
risk-of-serious-injury = "yes"
crossed-border = "no"
"#;

#[test]
fn irm_saguenay_2023_comes_under_the_private_sector_act_and_a_year_later_under_the_health_act() {
    let incident = incident(SAGUENAY);
    let text = format!(
        "as of 2023-11-30\n{}\nas of 2024-11-30\n{}",
        assess(&incident, "2023-11-30", &[("ca-qc", 100), ("ca-on", 3)]),
        assess(&incident, "2024-11-30", &[("ca-qc", 100)]),
    );
    insta::assert_snapshot!(text);
}

#[test]
fn medisys_2020_had_no_duty_in_quebec_and_no_threshold_in_ontario() {
    let incident = incident(
        r#"
name = "medisys-2020"
kind = "theft"
discovered = 2020-08-31
exfiltrated = "yes"
[custodian]
kinds = ["private-organization", "health-information-custodian"]
operates_in = ["ca-ab", "ca-bc", "ca-on", "ca-qc"]
[offer]
monitoring_months = 60
[judgements]
recovered = "yes"
"#,
    );
    let homes = [("ca-ab", 5), ("ca-bc", 5), ("ca-on", 5), ("ca-qc", 5)];
    insta::assert_snapshot!(assess(&incident, "2020-09-30", &homes));
}

#[test]
fn a_report_answers_in_the_regulators_order_or_says_what_is_missing() {
    let library = Library::embedded().unwrap();
    let incident = incident(SAGUENAY);
    let as_of = "2023-11-30".parse().unwrap();
    let assessment = Assessment::new(&library, &incident, as_of);
    let mut tally = Tally::default();
    let id = PersonId("P-0123456789AB".to_owned());
    for (code, n) in [("ca-qc", 1200), ("ca-on", 34)] {
        let residence = Residence {
            jurisdiction: Jurisdiction::from_code(code),
            basis: ResidenceBasis::Roster,
        };
        let person = PersonFacts {
            id: &id,
            residence: Some(&residence),
            elements: ELEMENTS,
            is_minor: false,
            is_deceased: false,
            role: Role::Patient,
        };
        let obligations = assessment.person(&person);
        for _ in 0..n {
            tally.add(&library, &person, &obligations);
        }
    }
    // A tally is kept between runs.
    let kept: Tally = serde_json::from_str(&serde_json::to_string(&tally).unwrap()).unwrap();
    assert_eq!(kept, tally);
    let mut text = String::new();
    for report in regulator_reports(&library, &incident, &tally, as_of) {
        text.push_str(&format!(
            "{} {} {}\n",
            report.regime, report.addressee, report.form.fr
        ));
        for one in &report.questions {
            text.push_str(&format!("  {}\n    {:?}\n", one.question.fr, one.answer));
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn people_who_are_alike_before_the_law_are_owed_the_same_whatever_the_order_of_elements() {
    let library = Library::embedded().unwrap();
    let incident = incident(INNOMAR_SASKATCHEWAN);
    let assessment = Assessment::new(&library, &incident, "2024-05-31".parse().unwrap());
    let residence = Residence {
        jurisdiction: Jurisdiction::Saskatchewan,
        basis: ResidenceBasis::Address,
    };
    let backwards: Vec<DataElement> = ELEMENTS.iter().rev().copied().collect();
    let ids = [PersonId("P-1".to_owned()), PersonId("P-2".to_owned())];
    let owed = |id, elements| {
        let person = PersonFacts {
            id,
            residence: Some(&residence),
            elements,
            is_minor: true,
            is_deceased: false,
            role: Role::Patient,
        };
        let fresh =
            whose_law::assess_person(&library, &incident, &person, "2024-05-31".parse().unwrap());
        let obligations = assessment.person(&person);
        assert_eq!(obligations, fresh);
        obligations
    };
    let first = owed(&ids[0], ELEMENTS);
    let mut second = owed(&ids[1], &backwards);
    assert!(
        second
            .iter()
            .all(|one| one.person_id.as_ref() == Some(&ids[1]))
    );
    for one in &mut second {
        one.person_id = Some(ids[0].clone());
    }
    assert_eq!(first, second);
}
