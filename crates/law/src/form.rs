//! The shape of a regulator's form: sections and questions in its own order, each with where its answer comes from.
//!
//! `law/forms/` holds one file a form. A form asks in our own words, in the
//! order of the page that was read; what no page showed is marked less sure.
//! What the law itself demands stands in the duty's file and is added at the
//! end when the form does not ask for it, so that no report can omit it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;
use whose_model::{Certainty, Language};

use crate::error::LawError;
use crate::library::{Library, unknown};
use crate::source::{Bilingual, ReportFile};

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerFrom {
    /// A fact of the incident, as the custodian wrote it.
    Fact,
    /// A count of the people on the list.
    Count,
    /// The clock of the duty.
    Clock,
    /// The list of elements that were found.
    Elements,
    /// A judgement that people made.
    Judgement,
    /// A text that somebody must write.
    Text,
}

/// `facts.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactsFile {
    /// The heading of what the law asks and the form does not.
    pub beside_form: Bilingual,
    pub fact: BTreeMap<String, FactFile>,
}

/// One thing that reports ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactFile {
    pub from: AnswerFrom,
    /// The question, in our words.
    pub asked: Bilingual,
    /// What to write while the answer is missing.
    pub write: Bilingual,
}

/// A file of `forms/`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormFile {
    /// The duties that it carries out.
    #[serde(rename = "for")]
    pub duties: Vec<String>,
    pub name: Bilingual,
    #[serde(default)]
    pub channel: Bilingual,
    /// The languages in which the office works.
    pub languages: Vec<Language>,
    /// What was read: ids of `sources.toml`.
    pub source: Vec<String>,
    pub read: Date,
    pub certainty: Certainty,
    /// What a person should know before filing.
    #[serde(default)]
    pub note: Bilingual,
    pub section: Vec<SectionFile>,
}

/// A section of a form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SectionFile {
    pub name: Bilingual,
    /// When less sure than the form.
    #[serde(default)]
    pub certainty: Option<Certainty>,
    pub ask: Vec<AskFile>,
}

/// A question of a form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskFile {
    /// The facts that answer it: all that are known, in this order.
    pub fact: Vec<String>,
    /// The question, where the fact's own does not do.
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub fr: String,
    #[serde(default)]
    pub citation: String,
}

/// A question, whether a form or only the law asks it.
pub(crate) struct Asked<'l> {
    pub section: Bilingual,
    pub text: Bilingual,
    pub fact: &'l [String],
    pub citation: &'l str,
    pub certainty: Certainty,
}

impl FormFile {
    fn facts(&self) -> BTreeSet<&str> {
        let asked = self.section.iter().flat_map(|section| &section.ask);
        asked
            .flat_map(|one| one.fact.iter().map(String::as_str))
            .collect()
    }

    pub(crate) fn check(&self, file: &str, library: &Library) -> Result<(), LawError> {
        for id in &self.duties {
            let report = library
                .duties
                .iter()
                .any(|duty| duty.file.id == *id && duty.file.report.is_some());
            if !report {
                return Err(unknown(file, "duty with a report", id));
            }
        }
        for id in &self.source {
            if !library.sources.contains_key(id) {
                return Err(unknown(file, "source", id));
            }
        }
        for fact in self.facts() {
            if !library.facts.contains_key(fact) {
                return Err(unknown(file, "fact", fact));
            }
        }
        Ok(())
    }
}

impl Library {
    /// The keys that `[answers]` may use.
    pub fn answer_keys(&self) -> impl Iterator<Item = &str> {
        self.facts.keys().map(String::as_str)
    }

    /// What to write when none of these facts is known: the first is asked for.
    pub(crate) fn ask_for(&self, facts: &[String]) -> Bilingual {
        facts
            .first()
            .and_then(|key| self.facts.get(key))
            .map(|fact| fact.write.clone())
            .unwrap_or_default()
    }

    /// The form that carries out a duty.
    pub(crate) fn form_of(&self, duty: &str) -> Option<&FormFile> {
        self.forms
            .values()
            .find(|form| form.duties.iter().any(|one| one == duty))
    }

    /// The questions of a report in order: the form's, then what the law demands and the form did not ask.
    pub(crate) fn asked<'l>(
        &'l self,
        form: Option<&'l FormFile>,
        law: &'l ReportFile,
    ) -> Vec<Asked<'l>> {
        let mut asked = Vec::new();
        let mut covered = BTreeSet::new();
        if let Some(form) = form {
            covered = form.facts();
            for section in &form.section {
                for one in &section.ask {
                    asked.push(Asked {
                        section: section.name.clone(),
                        text: self.question_words(one),
                        fact: &one.fact,
                        citation: &one.citation,
                        certainty: section.certainty.unwrap_or(form.certainty),
                    });
                }
            }
        }
        let beside = self.beside_form.clone();
        for one in &law.questions {
            if one.fact.iter().all(|fact| covered.contains(fact.as_str())) {
                continue;
            }
            asked.push(Asked {
                section: if form.is_some() {
                    beside.clone()
                } else {
                    Bilingual::default()
                },
                text: Bilingual {
                    en: one.en.clone(),
                    fr: one.fr.clone(),
                },
                fact: &one.fact,
                citation: &one.citation,
                certainty: law.certainty,
            });
        }
        asked
    }

    fn question_words(&self, one: &AskFile) -> Bilingual {
        let own = one.fact.first().and_then(|key| self.facts.get(key));
        let pick = |text: &str, own: Option<&String>| {
            if text.is_empty() {
                own.cloned().unwrap_or_default()
            } else {
                text.to_owned()
            }
        };
        Bilingual {
            en: pick(&one.en, own.map(|fact| &fact.asked.en)),
            fr: pick(&one.fr, own.map(|fact| &fact.asked.fr)),
        }
    }

    /// Where the answer to these facts comes from: the first names it.
    pub(crate) fn answer_from(&self, facts: &[String]) -> AnswerFrom {
        facts
            .first()
            .and_then(|key| self.facts.get(key))
            .map_or(AnswerFrom::Text, |fact| fact.from)
    }
}
