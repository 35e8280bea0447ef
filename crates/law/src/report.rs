//! A draft report for each regulator, in that regulator's own order of questions.
//!
//! Every question of the form stands in the draft, answered from the incident
//! and the tally or marked as missing with what to write. A draft is never
//! sent by this program.

use jiff::civil::Date;
use whose_model::{Certainty, Incident, Obligation};

use crate::assess::Assessment;
use crate::facts::{self, Sources};
use crate::library::Library;
use crate::scope::Ruling;
use crate::source::Bilingual;
use crate::tally::Tally;

/// An answer, or what is needed to give one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportAnswer {
    /// What the facts say. One language may be empty when nobody has written it.
    Filled(Bilingual),
    /// What a person must still write.
    Missing(Bilingual),
}

/// A question of the form, with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportQuestion {
    /// As the form asks, in both languages.
    pub question: Bilingual,
    /// What we can say.
    pub answer: ReportAnswer,
    /// The section that asks it.
    pub citation: String,
}

/// A draft report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The regulator's code; `register` for the entry in the custodian's own register.
    pub addressee: String,
    /// The regulator's name, in both languages.
    pub addressee_name: Bilingual,
    /// Regime id.
    pub regime: String,
    /// The law's name.
    pub law: Bilingual,
    /// The duty it carries out, with its status, clock and reasons.
    pub obligation: Obligation,
    /// The form's name.
    pub form: Bilingual,
    /// How it is sent.
    pub channel: Bilingual,
    /// What the law says about later information.
    pub updates: Bilingual,
    /// The questions, in the regulator's order.
    pub questions: Vec<ReportQuestion>,
    /// How sure we are that these are the questions.
    pub certainty: Certainty,
    /// Who signed the rule; empty means that no lawyer has, and the report says that it is a draft.
    pub signed: String,
}

/// A draft for every duty to report that applies, asks, is expected or is on hold.
pub fn regulator_reports(
    library: &Library,
    incident: &Incident,
    tally: &Tally,
    as_of: Date,
) -> Vec<Report> {
    let assessment = Assessment::new(library, incident, as_of);
    let obligations = assessment.incident(tally);
    let mut reports = Vec::new();
    for rule in &assessment.rules {
        let Some(form) = &rule.duty.file.report else {
            continue;
        };
        let Some(obligation) = obligations.iter().find(|obligation| {
            obligation.regime == rule.regime.id && obligation.duty == rule.duty.name()
        }) else {
            continue;
        };
        let covered = assessment.covered(rule, tally);
        debug_assert!(
            covered
                .findings
                .iter()
                .all(|one| one.ruling != Ruling::Fails)
        );
        let sources = Sources {
            library,
            incident,
            covered: &covered,
            area: &rule.regime.jurisdiction,
            harm_test: rule
                .duty
                .file
                .when
                .harm
                .as_ref()
                .map(|harm| harm.test.as_str()),
        };
        let code = &rule.duty.file.then.notify;
        let addressee_name = library
            .regulator(code)
            .map(|one| Bilingual {
                en: one.en.clone(),
                fr: one.fr.clone(),
            })
            .unwrap_or_default();
        reports.push(Report {
            addressee: code.clone(),
            addressee_name,
            regime: rule.regime.id.clone(),
            law: rule.regime.name.clone(),
            obligation: obligation.clone(),
            form: form.form.clone(),
            channel: form.channel.clone(),
            updates: form.updates.clone(),
            questions: form
                .questions
                .iter()
                .map(|question| ReportQuestion {
                    question: Bilingual {
                        en: question.en.clone(),
                        fr: question.fr.clone(),
                    },
                    answer: answer(&sources, &question.fact),
                    citation: question.citation.clone(),
                })
                .collect(),
            certainty: form.certainty,
            signed: rule.duty.file.signed.clone(),
        });
    }
    reports
}

/// All that is known, in the order of the keys; what is missing when nothing is.
fn answer(sources: &Sources<'_>, keys: &[String]) -> ReportAnswer {
    let known: Vec<Bilingual> = keys.iter().filter_map(|key| sources.text(key)).collect();
    if known.is_empty() {
        return ReportAnswer::Missing(keys.first().map(|key| facts::ask(key)).unwrap_or_default());
    }
    let join = |pick: &dyn Fn(&Bilingual) -> &str| {
        known
            .iter()
            .map(pick)
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    ReportAnswer::Filled(Bilingual {
        en: join(&|text| &text.en),
        fr: join(&|text| &text.fr),
    })
}
