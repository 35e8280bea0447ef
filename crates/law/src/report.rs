//! A draft report for each regulator, in that regulator's own order of questions.
//!
//! Every question of the form stands in the draft, answered from the incident
//! and the tally or marked as missing with what to write. A draft is never
//! sent by this program.

use jiff::civil::Date;
use whose_model::{Certainty, Incident, Language, Obligation};

use crate::assess::Assessment;
use crate::facts::Sources;
use crate::form::{AnswerFrom, FormFile};
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
    /// The section of the form that it stands in; empty when the form has none.
    pub section: Bilingual,
    /// Where its answer comes from.
    pub from: AnswerFrom,
    /// How sure we are that the form asks this, and here.
    pub certainty: Certainty,
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
    /// The languages in which the office works.
    pub languages: Vec<Language>,
    /// What was read of the form, with its address; empty when only the law was read.
    pub sources: Vec<String>,
    /// What a person should know before filing.
    pub note: Bilingual,
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
        let Some(law) = &rule.duty.file.report else {
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
            obligation,
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
        let form = library.form_of(&rule.duty.file.id);
        reports.push(Report {
            addressee: code.clone(),
            addressee_name,
            regime: rule.regime.id.clone(),
            law: rule.regime.name.clone(),
            obligation: obligation.clone(),
            form: form.map_or(&law.form, |form| &form.name).clone(),
            languages: form.map_or_else(
                || vec![Language::En, Language::Fr],
                |form| form.languages.clone(),
            ),
            sources: form
                .map(|form| sources_read(library, form))
                .unwrap_or_default(),
            note: form.map(|form| form.note.clone()).unwrap_or_default(),
            channel: form
                .map(|form| &form.channel)
                .filter(|channel| !channel.en.is_empty())
                .unwrap_or(&law.channel)
                .clone(),
            updates: law.updates.clone(),
            questions: library
                .asked(form, law)
                .into_iter()
                .map(|asked| ReportQuestion {
                    section: asked.section,
                    from: library.answer_from(asked.fact),
                    certainty: asked.certainty,
                    question: asked.text,
                    answer: answer(&sources, asked.fact),
                    citation: asked.citation.to_owned(),
                })
                .collect(),
            certainty: form.map_or(law.certainty, |form| form.certainty),
            signed: rule.duty.file.signed.clone(),
        });
    }
    reports
}

fn sources_read(library: &Library, form: &FormFile) -> Vec<String> {
    form.source
        .iter()
        .filter_map(|id| library.source(id))
        .map(|source| match source.url.first() {
            Some(url) => format!("{} ({url}; {})", source.what, form.read),
            None => format!("{} ({})", source.what, form.read),
        })
        .collect()
}

/// All that is known, in the order of the keys; what is missing when nothing is.
fn answer(sources: &Sources<'_>, keys: &[String]) -> ReportAnswer {
    let known: Vec<Bilingual> = keys.iter().filter_map(|key| sources.text(key)).collect();
    if known.is_empty() {
        return ReportAnswer::Missing(sources.library.ask_for(keys));
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
