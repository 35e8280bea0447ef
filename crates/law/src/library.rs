//! `Library`: the files of `law/` as rules that can be asked, checked for references that lead nowhere.
//!
//! A duty has an id (`ca-on-phipa.notify-individual`) and may have several
//! versions, one file each, with days in force that touch and never overlap.
//! What a rule means for an incident is in `assess`; here it is only found.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use whose_model::{Certainty, DataElement};

use crate::error::LawError;
use crate::form::{FactFile, FactsFile, FormFile};
use crate::french::French;
use crate::shared::{
    CalendarFile, ClockWording, ClockWordsFile, DelayFinding, ElementsFile, Elsewhere,
    ElsewhereFile, Expectation, ExpectationsFile, FindingsFile, HolidaysFile, JudgementFile,
    NotFound, OpenQuestion, QuestionsFile, Regulator, RegulatorsFile, SourceFile, SourcesFile,
    Upcoming, UpcomingFile,
};
use crate::source::{Bilingual, DutyFile, RegimeFile};
use crate::toml_file;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Addressees that are not a regulator.
const PLAIN_ADDRESSEES: &[&str] = &[
    "individual",
    "register",
    "media",
    "custodian",
    "others",
    "college",
    "assessment",
];

/// Judgements that have a field of their own in `incident.toml`.
pub(crate) const NATIVE_JUDGEMENTS: &[&str] = &[
    "exfiltrated",
    "encrypted",
    "altered",
    "real-risk-of-significant-harm",
    "notice-could-harm",
];

/// One version of a duty, with the file it came from.
#[derive(Debug)]
pub(crate) struct Duty {
    pub file: DutyFile,
    pub path: String,
    pub regime: usize,
}

impl Duty {
    /// The part of the id after the regime's.
    pub(crate) fn name(&self) -> &str {
        self.file
            .id
            .split_once('.')
            .map_or(self.file.id.as_str(), |(_, name)| name)
    }

    /// How sure we are of the rule on the whole.
    pub(crate) fn certainty(&self) -> Certainty {
        let days = self.file.in_force.certainty.unwrap_or(Certainty::Primary);
        let clock = self.file.then.clock.certainty.unwrap_or(Certainty::Primary);
        self.file.verified.level.max(days).max(clock)
    }
}

/// All rules.
#[derive(Debug)]
pub struct Library {
    pub(crate) regimes: Vec<RegimeFile>,
    pub(crate) duties: Vec<Duty>,
    pub(crate) regulators: BTreeMap<String, Regulator>,
    pub(crate) words: BTreeMap<String, ClockWording>,
    pub(crate) judgements: BTreeMap<String, JudgementFile>,
    pub(crate) elements: ElementsFile,
    pub(crate) expectations: Vec<Expectation>,
    pub(crate) elsewhere: Vec<Elsewhere>,
    pub(crate) pauses: BTreeMap<String, Bilingual>,
    pub(crate) sources: BTreeMap<String, SourceFile>,
    pub(crate) calendars: Vec<CalendarFile>,
    pub(crate) findings: Vec<DelayFinding>,
    pub(crate) upcoming: Vec<Upcoming>,
    pub(crate) open: Vec<OpenQuestion>,
    pub(crate) not_found: Vec<NotFound>,
    /// What reports ask for, by key.
    pub(crate) facts: BTreeMap<String, FactFile>,
    pub(crate) beside_form: Bilingual,
    /// Regulators' forms, by the name of their file.
    pub(crate) forms: BTreeMap<String, FormFile>,
    /// For each element, by its number: whether it makes information health information.
    pub(crate) is_health: Vec<bool>,
    /// The same for what a business card tells.
    pub(crate) is_business: Vec<bool>,
    /// What reasons and questions say in French.
    pub(crate) french: French,
}

impl Library {
    /// The rules that were compiled into the program.
    pub fn embedded() -> Result<Self, LawError> {
        Self::from_files(FILES.iter().copied())
    }

    /// The rules in a folder with the layout of `law/`.
    pub fn load(dir: &Path) -> Result<Self, LawError> {
        let mut files = Vec::new();
        read_folder(dir, "", &mut files)?;
        files.sort();
        Self::from_files(
            files
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        )
    }

    /// The rules in these files: names below `law/` with `/` between parts, and their texts.
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, LawError> {
        let files: BTreeMap<&str, &str> = files.into_iter().collect();
        let shared = |name: &str| {
            files
                .get(name)
                .copied()
                .ok_or_else(|| LawError::MissingFile(name.to_owned()))
        };
        let mut regimes: Vec<RegimeFile> = Vec::new();
        let mut duties = Vec::new();
        let mut forms = BTreeMap::new();
        for (&name, &text) in &files {
            if name.ends_with("/regime.toml") {
                regimes.push(toml_file::read(name, text)?);
            }
        }
        regimes.sort_by(|a, b| a.id.cmp(&b.id));
        for (&name, &text) in &files {
            if !name.contains('/') || name.ends_with("/regime.toml") {
                continue;
            }
            if let Some(form) = name.strip_prefix("forms/") {
                forms.insert(form.to_owned(), toml_file::read(name, text)?);
                continue;
            }
            let file: DutyFile = toml_file::read(name, text)?;
            let regime_id = file.id.split('.').next().unwrap_or_default();
            let regime = regimes
                .iter()
                .position(|regime| regime.id == regime_id)
                .ok_or_else(|| unknown(name, "regime", regime_id))?;
            duties.push(Duty {
                file,
                path: name.to_owned(),
                regime,
            });
        }
        duties.sort_by(|a, b| {
            (&a.file.id, a.file.in_force.from).cmp(&(&b.file.id, b.file.in_force.from))
        });
        let words: ClockWordsFile =
            toml_file::read("clock-words.toml", shared("clock-words.toml")?)?;
        let upcoming: UpcomingFile = toml_file::read("upcoming.toml", shared("upcoming.toml")?)?;
        let elements: ElementsFile = toml_file::read("elements.toml", shared("elements.toml")?)?;
        let facts: FactsFile = toml_file::read("facts.toml", shared("facts.toml")?)?;
        let mut library = Self {
            french: French::default(),
            regimes,
            duties,
            regulators: toml_file::read::<RegulatorsFile>(
                "regulators.toml",
                shared("regulators.toml")?,
            )?
            .regulators,
            words: words.words,
            pauses: words.pause,
            sources: toml_file::read::<SourcesFile>("sources.toml", shared("sources.toml")?)?
                .source,
            calendars: toml_file::read::<HolidaysFile>("holidays.toml", shared("holidays.toml")?)?
                .calendar,
            findings: toml_file::read::<FindingsFile>("findings.toml", shared("findings.toml")?)?
                .finding,
            upcoming: upcoming.change,
            open: upcoming.open,
            not_found: upcoming.not_found,
            facts: facts.fact,
            beside_form: facts.beside_form,
            forms,
            judgements: toml_file::read::<QuestionsFile>(
                "questions.toml",
                shared("questions.toml")?,
            )?
            .judgement,
            expectations: toml_file::read::<ExpectationsFile>(
                "expectations.toml",
                shared("expectations.toml")?,
            )?
            .expectations,
            elsewhere: toml_file::read::<ElsewhereFile>(
                "elsewhere.toml",
                shared("elsewhere.toml")?,
            )?
            .place,
            is_health: flags(&elements.health_information),
            is_business: flags(&elements.business_contact),
            elements,
        };
        library.check_references()?;
        let french = toml_file::read("french.toml", shared("french.toml")?)?;
        library.french = French::new(french, library.in_both());
        Ok(library)
    }

    /// Texts of the rules that stand in reasons and questions, in both languages.
    fn in_both(&self) -> Vec<(&str, &str)> {
        let elements = self.elements.element.iter();
        let elements = elements.map(|(id, one)| (id.as_str(), one.fr.as_str()));
        let judgements = self.judgements.values().map(|one| (&one.en, &one.fr));
        let regimes = self.regimes.iter().map(|one| (&one.name.en, &one.name.fr));
        let factors = self.regimes.iter().flat_map(|one| &one.factor);
        let pauses = self.pauses.values().map(|one| (&one.en, &one.fr));
        judgements
            .chain(regimes)
            .chain(factors.map(|one| (&one.en, &one.fr)))
            .chain(pauses)
            .map(|(en, fr)| (en.as_str(), fr.as_str()))
            .chain(elements)
            .collect()
    }

    /// The regulator with this code.
    pub fn regulator(&self, code: &str) -> Option<&Regulator> {
        self.regulators.get(code)
    }

    /// What people read for these clock words.
    pub fn clock_words(&self, id: &str) -> Option<&ClockWording> {
        self.words.get(id)
    }

    /// The data element in the words of a report, English and French.
    pub fn element_words(&self, element: DataElement) -> Option<(&str, &str)> {
        let file = self.elements.element.get(element.id())?;
        Some((&file.en, &file.fr))
    }

    /// The question that a judgement answers, English and French.
    pub fn question(&self, judgement: &str) -> Option<(&str, &str)> {
        let file = self.judgements.get(judgement)?;
        Some((&file.en, &file.fr))
    }

    /// The business days of a place.
    pub(crate) fn calendar(&self, id: &str) -> Option<&CalendarFile> {
        self.calendars.iter().find(|calendar| calendar.id == id)
    }

    /// Bills and changes that are not the law yet.
    pub fn upcoming(&self) -> &[Upcoming] {
        &self.upcoming
    }

    /// Questions of law that nobody has answered.
    pub fn open_questions(&self) -> &[OpenQuestion] {
        &self.open
    }

    /// Texts that were looked for and not found.
    pub fn not_found(&self) -> &[NotFound] {
        &self.not_found
    }

    /// A source, by its id.
    pub fn source(&self, id: &str) -> Option<&SourceFile> {
        self.sources.get(id)
    }

    /// The ids of all rules, each once, in order.
    pub fn rule_ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self
            .duties
            .iter()
            .map(|duty| duty.file.id.as_str())
            .collect();
        ids.dedup();
        ids
    }

    /// The version of a duty in force on a day.
    pub(crate) fn version(&self, id: &str, day: Date) -> Option<&Duty> {
        self.duties
            .iter()
            .find(|duty| duty.file.id == id && duty.file.in_force.covers(day))
    }

    pub(crate) fn regime_of(&self, duty: &Duty) -> &RegimeFile {
        &self.regimes[duty.regime]
    }

    fn check_references(&self) -> Result<(), LawError> {
        for regime in &self.regimes {
            let file = format!("{}/regime.toml", regime.id);
            for id in &regime.requires_stated {
                self.known_judgement(&file, id)?;
            }
            for id in regime
                .bound_unsure
                .iter()
                .filter_map(|one| one.unless_no.as_ref())
            {
                self.known_judgement(&file, id)?;
            }
            for factor in &regime.factor {
                self.known_judgement(&file, &factor.test)?;
            }
            if !regime.calendar.is_empty() && self.calendar(&regime.calendar).is_none() {
                return Err(unknown(&file, "calendar", &regime.calendar));
            }
            for displaced in &regime.displaced {
                if let Some(id) = &displaced.undone_by {
                    self.known_judgement(&file, id)?;
                }
            }
        }
        for element in DataElement::ALL {
            if !self.elements.element.contains_key(element.id()) {
                return Err(unknown("elements.toml", "data element", element.id()));
            }
        }
        for id in self.elements.element.keys() {
            if DataElement::from_id(id).is_none() {
                return Err(unknown("elements.toml", "data element", id));
            }
        }
        for expectation in &self.expectations {
            if !expectation.regulator.is_empty() {
                self.known_regulator("expectations.toml", &expectation.regulator)?;
            }
        }
        for (name, form) in &self.forms {
            form.check(&format!("forms/{name}"), self)?;
        }
        self.duties
            .iter()
            .try_for_each(|duty| self.check_duty_references(duty))
    }

    fn check_duty_references(&self, duty: &Duty) -> Result<(), LawError> {
        let (file, rule) = (duty.path.as_str(), &duty.file);
        if !PLAIN_ADDRESSEES.contains(&rule.then.notify.as_str()) {
            self.known_regulator(file, &rule.then.notify)?;
        }
        if let Some(words) = &rule.then.clock.words
            && !self.words.contains_key(words)
        {
            return Err(unknown(file, "clock words", words));
        }
        for pause in &rule.then.clock.pause {
            if !self.pauses.contains_key(pause) {
                return Err(unknown(file, "pause", pause));
            }
        }
        if let Some(code) = &rule.then.clock.after {
            self.known_regulator(file, code)?;
        }
        let when = &rule.when;
        let harm = when
            .harm
            .iter()
            .flat_map(|harm| std::iter::once(&harm.test).chain(&harm.met_by));
        let circumstances = when.circumstances.iter().flat_map(|one| &one.requires);
        for id in harm
            .chain(&when.requires)
            .chain(&when.requires_stated)
            .chain(&when.unless)
            .chain(&when.requires_no)
            .chain(circumstances)
        {
            self.known_judgement(file, id)?;
        }
        if let Some(notice) = &rule.notice {
            if let Some(complaint) = &notice.complaint {
                self.known_regulator(file, &complaint.to)?;
            }
            for indirect in notice.indirect.iter().filter_map(|way| way.when.as_ref()) {
                self.known_judgement(file, indirect)?;
            }
        }
        for question in rule.report.iter().flat_map(|report| &report.questions) {
            for fact in &question.fact {
                if !self.facts.contains_key(fact) {
                    return Err(unknown(file, "fact", fact));
                }
            }
        }
        Ok(())
    }

    fn known_judgement(&self, file: &str, id: &str) -> Result<(), LawError> {
        if self.judgements.contains_key(id) {
            Ok(())
        } else {
            Err(unknown(file, "judgement", id))
        }
    }

    fn known_regulator(&self, file: &str, code: &str) -> Result<(), LawError> {
        if self.regulators.contains_key(code) {
            Ok(())
        } else {
            Err(unknown(file, "regulator", code))
        }
    }
}

pub(crate) fn unknown(file: &str, what: &'static str, name: &str) -> LawError {
    LawError::Unknown {
        file: file.to_owned(),
        what,
        name: name.to_owned(),
    }
}

fn flags(elements: &[DataElement]) -> Vec<bool> {
    let mut flags = vec![false; DataElement::ALL.len()];
    for &element in elements {
        if let Some(flag) = flags.get_mut(element as usize) {
            *flag = true;
        }
    }
    flags
}

fn read_folder(
    dir: &Path,
    prefix: &str,
    files: &mut Vec<(String, String)>,
) -> Result<(), LawError> {
    let trouble = |path: &Path, source| LawError::Io {
        file: path.display().to_string(),
        source,
    };
    for entry in std::fs::read_dir(dir).map_err(|source| trouble(dir, source))? {
        let path = entry.map_err(|source| trouble(dir, source))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), files)?;
        } else if name.ends_with(".toml") {
            let text = std::fs::read_to_string(&path).map_err(|source| trouble(&path, source))?;
            files.push((name, text));
        }
    }
    Ok(())
}
