//! Reports of a case: the draft for each regulator, what changed since the last one, the notice and the script.
//!
//! Questions and their answers come from the law; this file brings them
//! together with the counts of the case and with what was filed before. What
//! was filed is kept in the case, so that the next report shows the
//! differences, previous and now.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_law::{Bilingual, Complaint, Report, ReportAnswer, Tally};
use whose_letters::{
    Change, Event, NoticeInput, Press, Question, ReportInput, Since, Stage as PaperStage, Told,
};
use whose_model::{AffectedIndividual, Cause, Certainty, DataElement, Jurisdiction, Language};

use crate::assess;
use crate::error::EngineError;
use crate::letters::{Letters, Written, letter, pick, word};
use crate::tables;

/// What was filed with regulators, by regulator, regime and duty; the newest last.
const FILED: &str = "filed-reports";

/// A file format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// To read and print.
    Pdf,
    /// To finish in a word processor.
    Docx,
    /// To copy into an online form.
    Text,
}

impl ReportFormat {
    /// The ending of a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Text => "txt",
        }
    }
}

/// Which reports to write.
#[derive(Clone, Debug)]
pub struct ReportOptions {
    /// Only this regulator's, by its code; then no notice and no script.
    pub regulator: Option<String>,
    /// In these languages; those of the office when empty.
    pub languages: Vec<Language>,
    /// In these formats.
    pub formats: Vec<ReportFormat>,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self {
            regulator: None,
            languages: Vec::new(),
            formats: vec![ReportFormat::Pdf, ReportFormat::Docx],
        }
    }
}

/// What a report said on the day on which it was filed. No value of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Figures {
    on: Option<Date>,
    people: u64,
    by_place: BTreeMap<String, u64>,
    by_element: BTreeMap<DataElement, u64>,
    /// Question and answer, each in English and French.
    answers: Vec<[String; 4]>,
}

type Filed = BTreeMap<String, Vec<Figures>>;

impl Figures {
    fn of(report: &Report, tally: &Tally, people: u64) -> Self {
        Self {
            on: None,
            people,
            by_place: tally
                .by_residence()
                .into_iter()
                .map(|(place, n)| {
                    let code = place.map_or_else(String::new, |place| place.code().to_owned());
                    (code, n)
                })
                .collect(),
            by_element: tally.by_element(),
            answers: report
                .questions
                .iter()
                .map(|one| {
                    let none = Bilingual::default();
                    let answer = match &one.answer {
                        ReportAnswer::Filled(text) => text,
                        ReportAnswer::Missing(_) => &none,
                    };
                    let question = &one.question;
                    [&question.en, &question.fr, &answer.en, &answer.fr].map(String::clone)
                })
                .collect(),
        }
    }

    /// What differs from an earlier report, counts before answers.
    fn since(&self, before: &Self, language: Language) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.people != before.people {
            changes.push(Change::People(before.people, self.people));
        }
        let both: BTreeSet<&String> = before.by_place.keys().chain(self.by_place.keys()).collect();
        for code in both {
            let n = |of: &Self| of.by_place.get(code).copied().unwrap_or(0);
            if n(before) != n(self) {
                let place = (!code.is_empty()).then(|| Jurisdiction::from_code(code));
                changes.push(Change::Place(place, n(before), n(self)));
            }
        }
        let both: BTreeSet<DataElement> = before
            .by_element
            .keys()
            .chain(self.by_element.keys())
            .copied()
            .collect();
        for element in both {
            let n = |of: &Self| of.by_element.get(&element).copied().unwrap_or(0);
            if n(before) != n(self) {
                changes.push(Change::Element(element, n(before), n(self)));
            }
        }
        for [question_en, question_fr, en, fr] in &self.answers {
            let earlier = before.answers.iter().find(|one| one[0] == *question_en);
            let [_, _, was_en, was_fr] = earlier.cloned().unwrap_or_default();
            if (&was_en, &was_fr) != (en, fr) {
                changes.push(Change::Answer(
                    pick(language, question_en, question_fr).to_owned(),
                    pick(language, &was_en, &was_fr).to_owned(),
                    pick(language, en, fr).to_owned(),
                ));
            }
        }
        changes
    }
}

fn key(report: &Report) -> String {
    format!(
        "{}-{}-{}",
        report.addressee, report.regime, report.obligation.duty
    )
}

impl Letters<'_> {
    fn reports(&self, tally: &Tally) -> Vec<Report> {
        whose_law::regulator_reports(&self.library, &self.incident, tally, self.as_of)
    }

    /// Writes the drafts for each regulator, the website notice and the call-centre script.
    ///
    /// # Errors
    /// When a file cannot be written, a paper cannot be set, or no report goes to the regulator that was named.
    pub fn write_reports(
        &self,
        out: &Path,
        options: &ReportOptions,
    ) -> Result<Written, EngineError> {
        let tally = assess::tally(self.view.case)?;
        let mut reports = self.reports(&tally);
        if let Some(code) = &options.regulator {
            reports = of_regulator(reports, code)?;
        }
        fs::create_dir_all(out).map_err(|cause| EngineError::Output {
            place: out.to_owned(),
            cause,
        })?;
        let mut press = self.press()?;
        let gaps = self.gaps_by_cause()?;
        let filed: Filed = tables::read_one(self.view.case, FILED)?.unwrap_or_default();
        let mut written = Written::default();
        for report in &reports {
            let before = filed.get(&key(report)).and_then(|list| list.last());
            let languages = if options.languages.is_empty() {
                &report.languages
            } else {
                &options.languages
            };
            for &language in languages {
                let input = self.report(report, language, &tally, &gaps, before);
                for format in &options.formats {
                    let bytes = match format {
                        ReportFormat::Pdf => press.report(&input),
                        ReportFormat::Docx => press.report_docx(&input),
                        ReportFormat::Text => press.report_text(&input).map(String::into_bytes),
                    }
                    .map_err(letter)?;
                    let name = format!("{}-{}.{}", key(report), language.code(), format.ending());
                    put(out, &name, &bytes, &mut written)?;
                }
            }
        }
        if options.regulator.is_none() {
            self.write_notices(out, &mut press, &tally, &mut written)?;
        }
        Ok(written)
    }

    /// Remembers what the reports to a regulator say today as filed on a day; how many they are.
    ///
    /// # Errors
    /// When no report goes to the regulator, or the case cannot be written.
    pub fn file_reports(&self, regulator: &str, on: Date) -> Result<u64, EngineError> {
        let tally = assess::tally(self.view.case)?;
        let reports = of_regulator(self.reports(&tally), regulator)?;
        let mut filed: Filed = tables::read_one(self.view.case, FILED)?.unwrap_or_default();
        for report in &reports {
            let mut figures = Figures::of(report, &tally, self.n_people);
            figures.on = Some(on);
            filed.entry(key(report)).or_default().push(figures);
        }
        tables::write_one(self.view.case, FILED, &filed)?;
        Ok(reports.len() as u64)
    }

    fn write_notices(
        &self,
        out: &Path,
        press: &mut Press,
        tally: &Tally,
        written: &mut Written,
    ) -> Result<(), EngineError> {
        let rights = self.complaints()?;
        for language in self.languages.all() {
            let input = self.notice(language, tally, &rights);
            let code = language.code();
            let notice = press.website_notice(&input).map_err(letter)?;
            let script = press.call_script(&input).map_err(letter)?;
            let statement = press.press_statement(&input).map_err(letter)?;
            let short = press.substitute_notice(&input).map_err(letter)?;
            for (name, bytes) in [
                (
                    format!("website-notice-{code}.html"),
                    notice.html.as_bytes(),
                ),
                (format!("website-notice-{code}.pdf"), &notice.pdf),
                (format!("call-script-{code}.md"), script.markdown.as_bytes()),
                (format!("call-script-{code}.pdf"), &script.pdf),
                (
                    format!("press-statement-{code}.md"),
                    statement.markdown.as_bytes(),
                ),
                (format!("press-statement-{code}.pdf"), &statement.pdf),
                (
                    format!("substitute-notice-{code}.md"),
                    short.markdown.as_bytes(),
                ),
                (format!("substitute-notice-{code}.pdf"), &short.pdf),
            ] {
                put(out, &name, bytes, written)?;
            }
        }
        Ok(())
    }

    fn gaps_by_cause(&self) -> Result<Vec<(Cause, u64)>, EngineError> {
        let mut by_cause: BTreeMap<Cause, BTreeSet<String>> = BTreeMap::new();
        self.view.gaps(|gap| {
            by_cause.entry(gap.cause).or_default().insert(gap.exhibit.0);
        })?;
        Ok(by_cause
            .into_iter()
            .map(|(cause, files)| (cause, files.len() as u64))
            .collect())
    }

    fn report(
        &self,
        report: &Report,
        language: Language,
        tally: &Tally,
        gaps: &[(Cause, u64)],
        before: Option<&Figures>,
    ) -> ReportInput<'_> {
        let said = |text: &Bilingual| pick(language, &text.en, &text.fr).to_owned();
        let obligation = &report.obligation;
        let due = match (&obligation.due, &obligation.clock_words) {
            (Some(day), _) => day.to_string(),
            (None, Some(words)) => self.library.clock_words(&words.0).map_or_else(
                || words.0.clone(),
                |wording| pick(language, &wording.en, &wording.fr).to_owned(),
            ),
            (None, None) => String::new(),
        };
        let since = before.and_then(|before| {
            Some(Since {
                on: before.on?,
                changes: Figures::of(report, tally, self.n_people).since(before, language),
            })
        });
        let mut notes = obligation.because.clone();
        notes.push(format!("{}: {}", said(&report.form), said(&report.channel)));
        notes.push(said(&report.note));
        notes.push(said(&report.updates));
        notes.extend(report.sources.iter().cloned());
        notes.retain(|note| !note.is_empty());
        ReportInput {
            incident: &self.incident,
            language,
            date: self.date,
            place: place_of_regime(&report.regime),
            regulator: said(&report.addressee_name),
            regime: said(&report.law),
            citation: obligation.citation.clone(),
            due,
            questions: report
                .questions
                .iter()
                .map(|question| {
                    let (answer, missing) = match &question.answer {
                        ReportAnswer::Filled(text) => (vec![said(text)], None),
                        ReportAnswer::Missing(text) => (Vec::new(), Some(said(text))),
                    };
                    Question {
                        section: said(&question.section),
                        is_unverified: question.certainty >= Certainty::Unverified,
                        question: said(&question.question),
                        citation: question.citation.clone(),
                        answer,
                        missing,
                    }
                })
                .collect(),
            since,
            n_individuals: self.n_people,
            by_province: tally.by_residence().into_iter().collect(),
            by_element: tally.by_element().into_iter().collect(),
            gaps: gaps.to_vec(),
            tables: Vec::new(),
            searched: self.searched,
            timeline: self.timeline(language),
            notes,
            stage: PaperStage::Draft,
        }
    }

    fn timeline(&self, language: Language) -> Vec<Event> {
        let incident = &self.incident;
        let word = |id: &str| word(id, language);
        let mut events: Vec<Event> = [
            (incident.began, "began"),
            (incident.ended, "ended"),
            (incident.suspected, "suspected"),
            (Some(incident.discovered), "discovered"),
            (incident.contained, "contained"),
            (incident.determined, "determined"),
        ]
        .into_iter()
        .filter(|(on, _)| on.is_some())
        .map(|(on, id)| Event { on, what: word(id) })
        .collect();
        for (who, on) in &incident.notified {
            let what = word("told").replace("{who}", &self.regulator(who, language));
            events.push(Event {
                on: Some(*on),
                what,
            });
        }
        events.sort_by_key(|event| event.on);
        events
    }

    /// Whom people of this case may complain to, each office once: by one of the people of each place.
    fn complaints(&self) -> Result<Vec<Complaint>, EngineError> {
        let mut one_of: BTreeMap<Option<String>, AffectedIndividual> = BTreeMap::new();
        self.view.people(|person| {
            let home = person.residence.as_ref();
            let home = home.map(|home| home.jurisdiction.code().to_owned());
            one_of.entry(home).or_insert(person);
        })?;
        let mut rights: BTreeMap<String, Complaint> = BTreeMap::new();
        for person in one_of.values() {
            let owed = tables::of(self.view.case, tables::OBLIGATIONS, &person.id.0)?;
            for complaint in self.duties(person, &owed).complaints {
                rights.entry(complaint.to.clone()).or_insert(complaint);
            }
        }
        Ok(rights.into_values().collect())
    }

    fn notice(&self, language: Language, tally: &Tally, rights: &[Complaint]) -> NoticeInput<'_> {
        NoticeInput {
            incident: &self.incident,
            language,
            place: match self.incident.custodian.operates_in.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            date: self.date,
            n_individuals: Some(self.n_people).filter(|n| *n > 0),
            elements: tally.by_element().into_keys().collect(),
            searched: self.searched,
            complaint_rights: rights
                .iter()
                .map(|complaint| self.right_to_complain(complaint, language))
                .collect(),
            told: self
                .incident
                .notified
                .iter()
                .filter(|(code, _)| self.library.regulator(code).is_some())
                .map(|(code, on)| Told {
                    name: self.regulator(code, language),
                    on: Some(*on),
                })
                .collect(),
            stage: PaperStage::Draft,
        }
    }
}

/// The reports that go to this regulator.
fn of_regulator(mut reports: Vec<Report>, code: &str) -> Result<Vec<Report>, EngineError> {
    let others: BTreeSet<String> = reports.iter().map(|one| one.addressee.clone()).collect();
    reports.retain(|one| one.addressee == code);
    if reports.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        return Err(EngineError::NotThere(format!(
            "no report of this case goes to `{code}`; reports go to: {}",
            others.join(", ")
        )));
    }
    Ok(reports)
}

fn put(out: &Path, name: &str, bytes: &[u8], written: &mut Written) -> Result<(), EngineError> {
    let file = out.join(name);
    fs::write(&file, bytes).map_err(|cause| EngineError::Output { place: file, cause })?;
    written.n_papers += 1;
    Ok(())
}

/// The jurisdiction that a regime's id begins with: `ca-on-phipa` is Ontario's.
fn place_of_regime(regime: &str) -> Option<Jurisdiction> {
    let code = regime.get(..5)?;
    let place = Jurisdiction::from_code(code);
    Jurisdiction::CANADA.contains(&place).then_some(place)
}
