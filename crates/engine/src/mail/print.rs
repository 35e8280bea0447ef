//! A mailing chosen, set and written to a folder: bundles in postal order, the mail house's table, what is not mailed and why.
//!
//! `prepare` chooses the people and writes drafts to read; `print` writes the
//! same letters as approved, and refuses when anything changed in between.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;
use whose_letters::{LetterInput, Press, Stage as PaperStage};
use whose_model::{PersonId, PostalAddress};

use super::address::Buildings;
use super::batch::short;
use super::choose::{Item, Lot, choose, place};
use super::{Batch, Mail, Problem, Purpose, Route, SentLetter};
use crate::error::EngineError;
use crate::letters::{Letters, Loaded, letter, spreadsheet_safe};
use crate::presses::on_presses;
use crate::progress::{Progress, Stage, Unit};
use crate::requests;

/// Letters in one PDF: what a mail house's program opens without trouble.
const BUNDLE: usize = 50;

/// What was written.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Prepared {
    /// Letters in the mailing.
    pub letters: u64,
    /// By how they go out.
    pub by_route: BTreeMap<&'static str, u64>,
    /// Letters whose address a person should look at.
    pub addresses_to_look_at: u64,
    /// Not mailed, by why.
    pub not_mailed: BTreeMap<&'static str, u64>,
    /// Codes given for the first time.
    pub codes_given: u64,
    /// What every letter lacks, when it lacks something.
    pub lacks: Option<String>,
}

impl Letters<'_> {
    /// Chooses the people of a mailing, gives them codes, and writes it as drafts.
    ///
    /// An unsent mailing of the same name is made anew.
    ///
    /// # Errors
    /// When the mailing was sent, codes are too few, or something cannot be read, set or written.
    pub fn prepare_mailing(
        &self,
        out: &Path,
        name: &str,
        purpose: Purpose,
        n_threads: usize,
        progress: &dyn Progress,
    ) -> Result<Prepared, EngineError> {
        let case = self.view.case;
        let mut mail = Mail::of(case)?;
        if mail
            .batches
            .iter()
            .any(|one| one.name == name && one.sent.is_some())
        {
            return Err(EngineError::NotThere(format!(
                "mailing `{name}` was sent: give another name"
            )));
        }
        let approvals = mail
            .batches
            .iter()
            .find(|one| one.name == name)
            .map(|one| one.approvals.clone())
            .unwrap_or_default();
        mail.batches.retain(|one| one.name != name);
        let loaded = self.load(None)?;
        let (items, not_mailed) = choose(&mail, &loaded, purpose);
        let mut prepared = Prepared {
            letters: items.len() as u64,
            ..Prepared::default()
        };
        // A code is somebody's before it is printed.
        if !mail.codes.is_empty() && self.incident.offer.monitoring_months > 0 {
            prepared.codes_given = mail.codes.give(items.iter().map(|item| &item.person.id))?;
            mail.save_codes(case)?;
        }
        let (letters, lacks) = self.letters_of(&mail, &loaded, &items, self.date)?;
        let batch = Batch {
            name: name.to_owned(),
            purpose,
            dated: self.date,
            letters,
            lacks,
            approvals,
            printed: None,
            sent: None,
            returned: BTreeMap::new(),
        };
        for one in &batch.letters {
            *prepared.by_route.entry(one.route.id()).or_default() += 1;
            prepared.addresses_to_look_at += u64::from(!one.problems.is_empty());
        }
        for (_, why) in &not_mailed {
            *prepared.not_mailed.entry(why.id()).or_default() += 1;
        }
        prepared.lacks = match &batch.lacks {
            Some(lacks) => Some(lacks.clone()),
            None => requests::unsettled(case)?,
        };
        self.write_mailing(
            out,
            &Work {
                mail: &mail,
                loaded: &loaded,
                items: &items,
                batch: &batch,
                problems: problems_of(&batch),
                stage: PaperStage::Draft,
            },
            n_threads,
            progress,
        )?;
        list(out, "not-mailed.csv", &["reference", "why"], || {
            not_mailed
                .iter()
                .map(|(id, why)| vec![id.0.clone(), why.id().to_owned()])
                .collect()
        })?;
        mail.batches.push(batch);
        mail.save_batches(case)?;
        Ok(prepared)
    }

    /// Writes a mailing as two people approved it.
    ///
    /// # Errors
    /// When two people have not, anything changed since, or something cannot be read, set or written.
    pub fn print_mailing(
        &self,
        out: &Path,
        name: &str,
        n_threads: usize,
        progress: &dyn Progress,
    ) -> Result<u64, EngineError> {
        let case = self.view.case;
        let mut mail = Mail::of(case)?;
        let batch = mail.batch_mut(name)?.clone();
        if batch.sent.is_some() {
            return Err(EngineError::NotThere(format!(
                "mailing `{name}` was sent: what was printed then is what was sent"
            )));
        }
        if !batch.is_approved() {
            let by = batch.approved_by().join(", ");
            return Err(EngineError::NotThere(format!(
                "mailing `{name}` is not approved by two people as it stands (approved by: {by})"
            )));
        }
        // A later run may have found some.
        if let Some(lacks) = requests::unsettled(case)? {
            return Err(EngineError::NotThere(format!(
                "mailing `{name}` cannot be printed: {lacks}"
            )));
        }
        // Chosen again as if it had not been prepared: the same people must come out.
        mail.batches.retain(|one| one.name != name);
        let loaded = self.load(None)?;
        let (items, _) = choose(&mail, &loaded, batch.purpose);
        let (letters, _) = self.letters_of(&mail, &loaded, &items, batch.dated)?;
        let now = Batch {
            letters,
            ..batch.clone()
        };
        if now.digest() != batch.digest() {
            return Err(EngineError::NotThere(format!(
                "letters of mailing `{name}` changed since it was approved: prepare it again and let two people read it"
            )));
        }
        self.write_mailing(
            out,
            &Work {
                mail: &mail,
                loaded: &loaded,
                items: &items,
                batch: &batch,
                problems: problems_of(&batch),
                stage: PaperStage::Approved,
            },
            n_threads,
            progress,
        )?;
        let mut mail = Mail::of(case)?;
        let stored = mail.batch_mut(name)?;
        stored.printed = Some(stored.digest());
        mail.save_batches(case)?;
        Ok(batch.letters.len() as u64)
    }

    fn input_of<'s>(
        &'s self,
        work: &(&Mail, &Loaded),
        item: &Item<'_>,
        dated: Date,
        stage: PaperStage,
    ) -> LetterInput<'s> {
        let (mail, loaded) = work;
        let id = &item.person.id.0;
        let obligations = loaded.obligations.get(id).map_or(&[][..], Vec::as_slice);
        let language = mail.language(item.person);
        let mut input = self.compose(item.person, language, obligations, loaded.notes.get(id));
        mail.dress(&mut input);
        input.kind = item.kind.clone();
        input.date = dated;
        input.stage = stage;
        input
    }

    /// What each letter says and where it goes, as digests; and what the letters lack.
    fn letters_of(
        &self,
        mail: &Mail,
        loaded: &Loaded,
        items: &[Item<'_>],
        dated: Date,
    ) -> Result<(Vec<SentLetter>, Option<String>), EngineError> {
        let mut press = self.press()?;
        let mut lacks = None;
        let mut letters = Vec::with_capacity(items.len());
        let mut posted: Vec<Option<PostalAddress>> = Vec::with_capacity(items.len());
        for item in items {
            let mut input = self.input_of(&(mail, loaded), item, dated, PaperStage::Approved);
            let text = match press.letter_text(&input) {
                Ok(text) => text,
                Err(whose_letters::LetterError::Incomplete(missing)) => {
                    lacks.get_or_insert_with(|| format!("letters lack {missing}"));
                    input.stage = PaperStage::Draft;
                    press.letter_text(&input).map_err(letter)?
                }
                Err(error) => return Err(letter(error)),
            };
            let address = input.recipient.address.as_ref().map(|one| one.reveal());
            let email = mail.choices.get(&item.person.id.0);
            let email = email.and_then(|choice| choice.email.as_ref());
            letters.push(SentLetter {
                person: item.person.id.clone(),
                route: item.route,
                language: input.language,
                elements: item.person.elements.clone(),
                words: short(&blake3::hash(text.as_bytes())),
                address: place(address, email.map(|email| email.reveal().as_str())),
                problems: Vec::new(),
            });
            posted.push(address.filter(|_| item.route == Route::Post).cloned());
        }
        // An address is looked at beside those of the others.
        let buildings = Buildings::of(posted.iter().flatten());
        for (letter, address) in letters.iter_mut().zip(&posted) {
            if let Some(address) = address {
                letter.problems = buildings.problems(address);
            }
        }
        Ok((letters, lacks))
    }

    fn write_mailing(
        &self,
        out: &Path,
        work: &Work<'_>,
        n_threads: usize,
        progress: &dyn Progress,
    ) -> Result<(), EngineError> {
        fs::create_dir_all(out).map_err(|cause| EngineError::Output {
            place: out.to_owned(),
            cause,
        })?;
        progress.begin(Stage::Letters, work.items.len() as u64, Unit::Items);
        let rows = on_presses(
            &self.languages,
            &chunks(work.items),
            n_threads,
            |press, chunk| {
                let rows = self.write_chunk(out, work, chunk, press)?;
                progress.advance(chunk.items.len() as u64);
                Ok(rows)
            },
        );
        progress.end();
        let rows = rows?;
        let mut head = vec!["sequence", "first_page"];
        head.extend(whose_letters::MANIFEST);
        head.extend(["route", "email", "address_quality"]);
        list(out, "mailing.csv", &head, || {
            rows.into_iter()
                .flatten()
                .enumerate()
                .map(|(at, row)| std::iter::once((at + 1).to_string()).chain(row).collect())
                .collect()
        })
    }

    fn write_chunk(
        &self,
        out: &Path,
        work: &Work<'_>,
        chunk: &Chunk<'_, '_>,
        press: &mut Press,
    ) -> Result<Vec<Vec<String>>, EngineError> {
        let dated = work.batch.dated;
        let inputs: Vec<LetterInput<'_>> = chunk
            .items
            .iter()
            .map(|item| self.input_of(&(work.mail, work.loaded), item, dated, work.stage))
            .collect();
        let mut first = 1;
        let mut rows = Vec::new();
        let mut pages = vec![0; inputs.len()];
        if chunk.lot != Lot::NotPrinted {
            let bundle = press.bundle(&inputs).map_err(letter)?;
            write(out, &chunk.file, &bundle.pdf)?;
            pages = bundle.pages;
        }
        for ((item, input), n_pages) in chunk.items.iter().zip(&inputs).zip(pages) {
            let mut file = chunk.file.clone();
            if item.route != Route::Post {
                file = self.write_unprinted(out, item, input, press)?;
            }
            let manifest = press.manifest_row(input, &file, n_pages).map_err(letter)?;
            let mut row = vec![if n_pages > 0 {
                first.to_string()
            } else {
                String::new()
            }];
            row.extend(
                manifest
                    .into_iter()
                    .map(|cell| spreadsheet_safe(cell.into_revealed())),
            );
            row.push(item.route.id().to_owned());
            let choice = work.mail.choices.get(&item.person.id.0);
            let email = choice.and_then(|choice| choice.email.as_ref());
            row.push(match (item.route, email) {
                (Route::Email, Some(email)) => spreadsheet_safe(email.reveal().clone()),
                _ => String::new(),
            });
            let found = work.problems.get(&item.person.id);
            let found = found.map_or(&[][..], |found| found);
            row.push(
                found
                    .iter()
                    .map(|one| one.id())
                    .collect::<Vec<_>>()
                    .join(" "),
            );
            first += n_pages;
            rows.push(row);
        }
        Ok(rows)
    }

    fn write_unprinted(
        &self,
        out: &Path,
        item: &Item<'_>,
        input: &LetterInput<'_>,
        press: &mut Press,
    ) -> Result<String, EngineError> {
        let id = &input.reference;
        if item.route == Route::Text {
            let name = format!("{id}.txt");
            let text = press.letter_text(input).map_err(letter)?;
            write(out, &name, text.as_bytes())?;
            return Ok(name);
        }
        let email = press.letter_email(input).map_err(letter)?;
        let name = format!("{id}.html");
        write(out, &name, email.html.as_bytes())?;
        let text = format!("{}\n\n{}", email.subject, email.text);
        write(out, &format!("{id}.txt"), text.as_bytes())?;
        Ok(name)
    }
}

/// What one mailing is written from.
struct Work<'w> {
    mail: &'w Mail,
    loaded: &'w Loaded,
    items: &'w [Item<'w>],
    batch: &'w Batch,
    /// What there is to look at in each address.
    problems: BTreeMap<&'w PersonId, &'w [Problem]>,
    stage: PaperStage,
}

fn problems_of(batch: &Batch) -> BTreeMap<&PersonId, &[Problem]> {
    let letters = batch.letters.iter();
    letters
        .map(|one| (&one.person, one.problems.as_slice()))
        .collect()
}

/// Letters of one file.
struct Chunk<'c, 'p> {
    lot: Lot,
    file: String,
    items: &'c [Item<'p>],
}

fn chunks<'c, 'p>(items: &'c [Item<'p>]) -> Vec<Chunk<'c, 'p>> {
    items
        .chunk_by(|a, b| a.lot == b.lot)
        .flat_map(|lot| lot.chunks(BUNDLE).enumerate())
        .filter_map(|(at, items)| {
            let lot = items.first()?.lot;
            Some(Chunk {
                lot,
                file: format!("{}-{:04}.pdf", lot.name(), at + 1),
                items,
            })
        })
        .collect()
}

fn write(out: &Path, name: &str, bytes: &[u8]) -> Result<(), EngineError> {
    let place = out.join(name);
    fs::write(&place, bytes).map_err(|cause| EngineError::Output { place, cause })
}

fn list(
    out: &Path,
    name: &str,
    head: &[&str],
    rows: impl FnOnce() -> Vec<Vec<String>>,
) -> Result<(), EngineError> {
    let place = out.join(name);
    let failed = |cause: std::io::Error| EngineError::Output {
        place: place.clone(),
        cause,
    };
    let mut writer = csv::Writer::from_path(&place).map_err(|error| failed(error.into()))?;
    writer
        .write_record(head)
        .map_err(|error| failed(error.into()))?;
    for row in rows() {
        writer
            .write_record(row)
            .map_err(|error| failed(error.into()))?;
    }
    writer.flush().map_err(failed)
}
