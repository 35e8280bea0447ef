//! Regulators' forms: every file of `law/forms/` against the rules that it serves.

use std::collections::BTreeMap;

use jiff::civil::date;
use whose_law::{AnswerFrom, Library, ReportAnswer, Tally, regulator_reports};
use whose_model::{Incident, Judgement, Wording};

/// An incident that is everything to everybody, so that every duty to report speaks.
fn incident(extra: &str) -> Incident {
    let text = format!(
        r#"
name = "everywhere"
kind = "theft"
time_zone = "America/Toronto"
began = "2026-01-02"
ended = "2026-01-05"
discovered = "2026-01-07"
determined = "2026-01-20"
exfiltrated = "yes"
encrypted = "no"
real_risk_of_significant_harm = "yes"
{extra}
[custodian]
kinds = ["private-organization", "health-information-custodian", "health-and-social-services-body", "enterprise", "alberta-custodian", "trustee", "public-body", "covered-entity", "health-custodian", "controller", "principles-entity", "federal-institution"]
operates_in = ["ca-on", "ca-qc", "ca-ab", "ca-bc", "ca-sk", "ca-mb", "ca-nb", "ca-ns", "ca-nl", "ca-pe", "ca-yt", "ca-nt", "ca-nu", "us-ca", "us-tx", "us-wa", "us-ny"]
[custodian.organisation]
name = "Everywhere Clinics"
"#
    );
    toml::from_str(&text).expect("a well-formed incident")
}

#[test]
fn a_report_asks_everything_that_the_law_demands_whatever_its_form() {
    let library = Library::embedded().unwrap();
    let incident = incident("");
    let reports = regulator_reports(&library, &incident, &Tally::default(), date(2026, 3, 1));
    assert!(reports.len() > 20, "{}", reports.len());
    let mut with_form = 0;
    for report in &reports {
        assert!(!report.questions.is_empty(), "{}", report.regime);
        with_form += usize::from(!report.sources.is_empty());
        for one in &report.questions {
            assert!(!one.question.en.is_empty() && !one.question.fr.is_empty());
            // A question is answered, or says what to write: never silent.
            let said = match &one.answer {
                ReportAnswer::Filled(text) | ReportAnswer::Missing(text) => text,
            };
            assert!(
                !said.en.is_empty() || !said.fr.is_empty(),
                "{}",
                one.question.en
            );
            if matches!(one.answer, ReportAnswer::Missing(_)) {
                assert!(!said.en.is_empty() && !said.fr.is_empty());
            }
        }
    }
    assert!(with_form > 10, "{with_form}");
}

#[test]
fn what_the_custodian_writes_answers_the_question_that_asks_for_it() {
    let library = Library::embedded().unwrap();
    let mut known = incident("");
    let keys: Vec<String> = library.answer_keys().map(str::to_owned).collect();
    for key in &keys {
        let text = |language: &str| format!("{key} in {language}");
        known.answers.insert(
            key.clone(),
            Wording {
                en: text("en"),
                fr: text("fr"),
            },
        );
    }
    for report in regulator_reports(&library, &known, &Tally::default(), date(2026, 3, 1)) {
        for one in &report.questions {
            let ReportAnswer::Filled(text) = &one.answer else {
                panic!("{}: {} stays open", report.regime, one.question.en);
            };
            assert!(text.en.contains(" in en") && text.fr.contains(" in fr"));
        }
    }
}

#[test]
fn an_answer_that_people_must_judge_is_never_made_up() {
    let library = Library::embedded().unwrap();
    let mut open = incident("");
    open.exfiltrated = Judgement::Undecided;
    open.encrypted = Judgement::Undecided;
    open.real_risk_of_significant_harm = Judgement::Undecided;
    for report in regulator_reports(&library, &open, &Tally::default(), date(2026, 3, 1)) {
        for one in report.questions {
            if one.from == AnswerFrom::Judgement {
                let is_open = matches!(one.answer, ReportAnswer::Missing(_));
                assert!(is_open, "{}: {}", report.regime, one.question.en);
            }
            // Nobody has been counted: a count is asked for, never nought.
            if one.from == AnswerFrom::Count
                && let ReportAnswer::Filled(text) = &one.answer
            {
                assert!(text.en.contains("this incident"), "{}", text.en);
            }
        }
    }
}

#[test]
fn ontarios_annual_return_counts_an_incident_in_one_category() {
    let library = Library::embedded().unwrap();
    for (kind, category) in [
        ("theft", "stolen"),
        ("loss", "lost"),
        ("unauthorized-use", "used"),
        ("unauthorized-disclosure", "disclosed"),
    ] {
        let mut one = incident("");
        one.kind = serde_json::from_value(serde_json::json!(kind)).unwrap();
        let reports = regulator_reports(&library, &one, &Tally::default(), date(2026, 3, 1));
        let annual = reports
            .iter()
            .find(|report| report.obligation.duty == "annual-statistics")
            .expect("an annual return");
        let counts: BTreeMap<&str, bool> = annual
            .questions
            .iter()
            .filter_map(|question| match &question.answer {
                ReportAnswer::Filled(text) if text.en.contains("by this incident") => {
                    Some((question.question.en.as_str(), text.en.starts_with('1')))
                }
                _ => None,
            })
            .collect();
        assert_eq!(counts.len(), 4);
        assert_eq!(counts.values().filter(|one| **one).count(), 1);
        let counted = counts.iter().find(|(_, one)| **one).unwrap().0;
        assert!(counted.contains(category), "{kind}: {counted}");
    }
}
