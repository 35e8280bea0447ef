//! Papers of a case: person and duties in, letters out; sums in, draft reports, notice and script out.
//!
//! Nothing is decided here: what a letter must have comes from the law's
//! files, its words from `letters/`, its facts from the case. Everything is a
//! draft until a person approves it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::Date;
use whose_law::Library;
use whose_letters::{
    ComplaintRight, Delivery, Exposed, Languages, LetterInput, LetterKind, Press, Recipient,
    Searched, Stage as PaperStage, Told,
};
use whose_model::{
    AffectedIndividual, DataElement, Incident, Jurisdiction, Language, Obligation, Phi, Wording,
};

use crate::assess;
use crate::error::EngineError;
use crate::languages;
use crate::lists::View;
use crate::mail::Mail;
use crate::presses::on_presses;
use crate::progress::{Progress, Stage, Unit};
use crate::tables::{self, PersonNote};

/// What was written to a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Papers.
    pub n_papers: u64,
    /// Letters without an address to send them to.
    pub n_without_address: u64,
    /// Letters whose reader must be asked where they may go, and of whom the table of contacts does not say.
    pub n_ask_first: u64,
}

/// A letter for a screen. Its values are people's.
pub struct Preview {
    /// The language that it is written in.
    pub language: Language,
    /// As a voice would read it.
    pub text: String,
    /// Each page as a drawing (SVG).
    pub pages: Vec<String>,
}

/// People with a letter, and what their letters are made of.
pub(crate) struct Loaded {
    pub(crate) people: Vec<AffectedIndividual>,
    pub(crate) obligations: BTreeMap<String, Vec<Obligation>>,
    pub(crate) notes: BTreeMap<String, PersonNote>,
}

/// Makes papers of one case on one day.
pub struct Letters<'c> {
    pub(crate) view: View<'c>,
    pub(crate) library: Library,
    pub(crate) incident: Incident,
    pub(crate) searched: Searched,
    pub(crate) date: Date,
    pub(crate) as_of: Date,
    pub(crate) n_people: u64,
    pub(crate) languages: Languages,
    unattributed: BTreeSet<DataElement>,
}

impl<'c> Letters<'c> {
    /// Looks up what all papers of the case have in common.
    ///
    /// # Errors
    /// When the case has no incident yet, or cannot be read.
    pub fn new(view: View<'c>, date: Date) -> Result<Self, EngineError> {
        let library = Library::embedded().map_err(|error| EngineError::Law(error.to_string()))?;
        let languages = languages::of_case(view.case)?;
        let summary = view.summary()?;
        let incident = view.incident()?.ok_or_else(|| {
            EngineError::NotThere("letters and reports need the incident: run `whose run` again with `--incident FILE`".to_owned())
        })?;
        let n_of = |outcome: &str| summary.by_outcome.get(outcome).copied().unwrap_or(0);
        let searched = Searched {
            n_exhibits: summary.n_exhibits,
            n_not_read: n_of("not-read"),
            n_with_gaps: n_of("read-with-gaps"),
        };
        let as_of = summary
            .as_of
            .parse()
            .unwrap_or_else(|_| whose_law::governing_day(&incident));
        let unattributed = summary
            .unattributed
            .keys()
            .filter_map(|id| DataElement::from_id(id))
            .collect();
        Ok(Self {
            view,
            library,
            incident,
            searched,
            date,
            as_of,
            n_people: summary.n_individuals,
            languages,
            unattributed,
        })
    }

    /// The facts of one person's letter.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn input(&self, person: &AffectedIndividual) -> Result<LetterInput<'_>, EngineError> {
        let obligations =
            tables::of::<Obligation>(self.view.case, tables::OBLIGATIONS, &person.id.0)?;
        let note = tables::of::<PersonNote>(self.view.case, tables::NOTES, &person.id.0)?.pop();
        let mail = Mail::of(self.view.case)?;
        let language = mail.language(person);
        let mut input = self.compose(person, language, &obligations, note.as_ref());
        mail.dress(&mut input);
        Ok(input)
    }

    /// What the law asks of a letter to this person.
    pub(crate) fn duties(
        &self,
        person: &AffectedIndividual,
        obligations: &[Obligation],
    ) -> whose_law::LetterDuties {
        whose_law::letter_requirements(
            &self.library,
            &self.incident,
            &assess::facts(person),
            obligations,
            self.as_of,
        )
    }

    pub(crate) fn right_to_complain(
        &self,
        complaint: &whose_law::Complaint,
        language: Language,
    ) -> ComplaintRight {
        ComplaintRight {
            regulator: self.regulator(&complaint.to, language),
            contact: self.contact(&complaint.to),
            text: pick(language, &complaint.text.en, &complaint.text.fr).to_owned(),
            text_in: of_the_law(language),
        }
    }

    /// A press for papers in the languages of the case.
    ///
    /// # Errors
    /// When fonts or template cannot be read.
    pub fn press(&self) -> Result<Press, EngineError> {
        Press::of(self.languages.clone()).map_err(letter)
    }

    /// The letter of somebody who reads `wanted`, in the closest language that the case has.
    pub(crate) fn compose(
        &self,
        person: &AffectedIndividual,
        wanted: Language,
        obligations: &[Obligation],
        note: Option<&PersonNote>,
    ) -> LetterInput<'_> {
        let duties = self.duties(person, obligations);
        let home = person.residence.as_ref().map(|one| &one.jurisdiction);
        let closest = self.languages.closest(wanted);
        let language = closest.unwrap_or_else(|| languages::usual(home));
        let mut seen = BTreeSet::new();
        let complaint_rights: Vec<ComplaintRight> = duties
            .complaints
            .iter()
            .filter(|complaint| seen.insert(complaint.to.clone()))
            .map(|complaint| self.right_to_complain(complaint, language))
            .collect();
        let told = duties
            .told
            .iter()
            .filter(|told| told.on.is_some())
            .map(|told| Told {
                name: self.regulator(&told.regulator, language),
                on: told.on,
            })
            .collect();
        let mut notes = person.notes.clone();
        notes.extend(
            obligations
                .iter()
                .filter(|o| o.status == whose_model::ObligationStatus::Ask)
                .flat_map(|o| o.because.clone()),
        );
        notes.extend(
            duties
                .expectations
                .iter()
                .map(|one| pick(language, &one.text.en, &one.text.fr).to_owned()),
        );
        notes.extend(self.short_offer(&duties, language));
        if closest.is_none() {
            let note = word("no-such-language", language).replace("{language}", wanted.code());
            notes.push(note);
        }
        if of_the_law(language) != language && !complaint_rights.is_empty() {
            notes.push(word("law-in-another-language", language));
        }
        notes.sort();
        notes.dedup();
        LetterInput {
            incident: &self.incident,
            language,
            kind: LetterKind::First,
            delivery: Delivery {
                discreet: person.is_ask_first,
                ask_first: person.is_ask_first,
                ..Delivery::default()
            },
            code: None,
            reference: person.id.clone(),
            date: self.date,
            recipient: Recipient {
                about: person.name.clone(),
                representative: person.representative.clone(),
                // Where it may go is for the table of contacts to say.
                address: person.address.clone().filter(|_| !person.is_ask_first),
                residence: person
                    .residence
                    .as_ref()
                    .map(|residence| residence.jurisdiction.clone()),
            },
            source_of_data: None,
            elements: person
                .elements
                .iter()
                .map(|&element| Exposed {
                    element,
                    details: Vec::new(),
                    days: days(element, note),
                    issuer: (element == DataElement::HealthNumber)
                        .then(|| issuer(person))
                        .flatten(),
                })
                .collect(),
            not_found: self.not_found(&person.elements),
            searched: self.searched,
            complaint_rights,
            told,
            notes,
            stage: PaperStage::Draft,
        }
    }

    /// What is offered beside the longest time that a regulator of these laws asked for.
    fn short_offer(&self, duties: &whose_law::LetterDuties, language: Language) -> Option<String> {
        let asked = duties.expectations.iter().filter_map(|one| one.min_months);
        let (asked, offered) = (asked.max()?, self.incident.offer.monitoring_months);
        (offered < asked).then(|| {
            word("short-offer", language)
                .replace("{offered}", &offered.to_string())
                .replace("{asked}", &asked.to_string())
        })
    }

    /// What people ask about first and what was not found of this person.
    ///
    /// An element that was found somewhere in the pile without being tied to
    /// anybody may be this person's, so no letter may claim its absence.
    fn not_found(&self, elements: &[DataElement]) -> Vec<DataElement> {
        [
            DataElement::SocialInsuranceNumber,
            DataElement::PaymentCard,
            DataElement::BankAccount,
            DataElement::DriversLicence,
            DataElement::Passport,
            DataElement::Credential,
            DataElement::HealthNumber,
        ]
        .into_iter()
        .filter(|element| !elements.contains(element) && !self.unattributed.contains(element))
        .collect()
    }

    pub(crate) fn regulator(&self, code: &str, language: Language) -> String {
        self.library.regulator(code).map_or_else(
            || code.to_owned(),
            |one| pick(language, &one.en, &one.fr).to_owned(),
        )
    }

    fn contact(&self, code: &str) -> Vec<String> {
        self.library.regulator(code).map_or_else(Vec::new, |one| {
            [&one.address, &one.phone, &one.email, &one.website]
                .into_iter()
                .filter(|line| !line.is_empty())
                .cloned()
                .collect()
        })
    }

    /// One person's letter as PDF.
    ///
    /// # Errors
    /// When the letter cannot be set or the case cannot be read.
    pub fn pdf(&self, press: &mut Press, id: &str) -> Result<Vec<u8>, EngineError> {
        let input = self.input(&self.view.find(id)?)?;
        press.speak(self.languages.clone());
        press.letter(&input).map_err(letter)
    }

    /// One person's letter as text and as drawn pages (SVG).
    ///
    /// # Errors
    /// When the letter cannot be set or the case cannot be read.
    pub fn preview(&self, press: &mut Press, id: &str) -> Result<Preview, EngineError> {
        let input = self.input(&self.view.find(id)?)?;
        press.speak(self.languages.clone());
        Ok(Preview {
            language: input.language,
            text: press.letter_text(&input).map_err(letter)?,
            pages: press.letter_svg(&input).map_err(letter)?,
        })
    }

    /// Everybody to whom the law, or what a regulator expects, gives a letter; with what it is made of.
    pub(crate) fn load(&self, only: Option<&str>) -> Result<Loaded, EngineError> {
        let mut people = Vec::new();
        match only {
            Some(id) => people.push(self.view.find(id)?),
            None => self.view.people(|person| people.push(person))?,
        }
        let mut obligations: BTreeMap<String, Vec<Obligation>> = BTreeMap::new();
        let mut notes: BTreeMap<String, PersonNote> = BTreeMap::new();
        if only.is_none() {
            self.view.obligations(|obligation| {
                if let Some(id) = &obligation.person_id {
                    obligations
                        .entry(id.0.clone())
                        .or_default()
                        .push(obligation);
                }
            })?;
            tables::each::<PersonNote>(self.view.case, tables::NOTES, |note| {
                notes.insert(note.person_id.0.clone(), note);
            })?;
        } else if let Some(person) = people.first() {
            let id = &person.id.0;
            obligations.insert(
                id.clone(),
                tables::of(self.view.case, tables::OBLIGATIONS, id)?,
            );
            notes.extend(
                tables::of(self.view.case, tables::NOTES, id)?
                    .pop()
                    .map(|note| (id.clone(), note)),
            );
        }
        // Only those to whom the law, or what a regulator expects, gives a letter.
        people.retain(|person| {
            obligations
                .get(&person.id.0)
                .is_some_and(|list| !list.is_empty())
        });
        Ok(Loaded {
            people,
            obligations,
            notes,
        })
    }

    /// Writes all letters, or one, with `manifest.csv`; `n_threads` presses at once.
    ///
    /// # Errors
    /// When a file cannot be written, a letter cannot be set or the case cannot be read.
    pub fn write(
        &self,
        out: &Path,
        only: Option<&str>,
        n_threads: usize,
        progress: &dyn Progress,
    ) -> Result<Written, EngineError> {
        let place = |cause| EngineError::Output {
            place: out.to_owned(),
            cause,
        };
        fs::create_dir_all(out).map_err(place)?;
        let Loaded {
            people,
            obligations,
            notes,
        } = self.load(only)?;
        let mail = Mail::of(self.view.case)?;
        progress.begin(Stage::Letters, people.len() as u64, Unit::Items);
        let rows = on_presses(&self.languages, &people, n_threads, |press, person| {
            let list = obligations.get(&person.id.0).map_or(&[][..], Vec::as_slice);
            let language = mail.language(person);
            let mut input = self.compose(person, language, list, notes.get(&person.id.0));
            mail.dress(&mut input);
            let row = self.write_one(press, &input, out)?;
            progress.advance(1);
            Ok(row)
        });
        progress.end();
        let rows = rows?;
        let file = out.join("manifest.csv");
        let place = |cause| EngineError::Output {
            place: file.clone(),
            cause,
        };
        let mut manifest = csv::Writer::from_path(&file).map_err(|error| place(error.into()))?;
        manifest
            .write_record(whose_letters::MANIFEST)
            .map_err(|error| place(error.into()))?;
        for row in rows {
            manifest
                .write_record(row)
                .map_err(|error| place(error.into()))?;
        }
        manifest.flush().map_err(place)?;
        Ok(Written {
            n_papers: people.len() as u64,
            n_without_address: people
                .iter()
                .filter(|person| person.address.is_none())
                .count() as u64,
            n_ask_first: people
                .iter()
                .filter(|person| person.is_ask_first && !mail.says_where(&person.id))
                .count() as u64,
        })
    }

    fn write_one(
        &self,
        press: &mut Press,
        input: &LetterInput<'_>,
        out: &Path,
    ) -> Result<Vec<String>, EngineError> {
        // The name of the file is the reference, never the name of the person.
        let name = format!("{}.pdf", input.reference);
        let printed = press.print_letter(input).map_err(letter)?;
        let file = out.join(&name);
        fs::write(&file, &printed.pdf)
            .map_err(|cause| EngineError::Output { place: file, cause })?;
        let row = press
            .manifest_row(input, &name, printed.n_pages)
            .map_err(letter)?;
        Ok(row
            .into_iter()
            .map(|cell| spreadsheet_safe(cell.into_revealed()))
            .collect())
    }
}

/// Words of the timeline, in both languages.
static TIMELINE: LazyLock<BTreeMap<String, Wording>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../letters/timeline.toml")).unwrap_or_default()
});

pub(crate) fn letter(error: whose_letters::LetterError) -> EngineError {
    EngineError::Letter(error.to_string())
}

/// The language of the law's own texts for readers of this one.
fn of_the_law(language: Language) -> Language {
    match language {
        Language::En | Language::Fr => language,
        Language::Other(_) => Language::En,
    }
}

/// The text of a language, or the other's when nobody has written it.
pub(crate) fn pick<'t>(language: Language, en: &'t str, fr: &'t str) -> &'t str {
    let (first, second) = match of_the_law(language) {
        Language::Fr => (fr, en),
        Language::En | Language::Other(_) => (en, fr),
    };
    if first.is_empty() { second } else { first }
}

/// Who issued the person's health number, by the surest of them.
fn issuer(person: &AffectedIndividual) -> Option<Jurisdiction> {
    let kind = whose_identifiers::kind(person.health_numbers.first()?.scheme.id())?;
    Some(Jurisdiction::from_code(kind.jurisdiction))
}

/// When care was received: a letter says it, because it helps a person to know what is meant.
fn days(element: DataElement, note: Option<&PersonNote>) -> Option<Phi<(String, String)>> {
    let days = note.and_then(|note| note.service.clone());
    days.filter(|_| element == DataElement::ServiceDate)
        .map(Phi::new)
}

/// A word or pattern of `letters/timeline.toml`.
pub(crate) fn word(id: &str, language: Language) -> String {
    TIMELINE.get(id).map_or_else(
        || id.to_owned(),
        |words| pick(language, &words.en, &words.fr).to_owned(),
    )
}

/// A cell that a spreadsheet will not take for a formula.
pub(crate) fn spreadsheet_safe(cell: String) -> String {
    if cell.starts_with(['=', '@', '+', '-', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}
