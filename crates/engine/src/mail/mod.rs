//! Mailing: who is written to, how, with which code; what two people approved; what was sent, came back and went again.
//!
//! Nothing here sends anything. A mailing is prepared as drafts, approved by
//! two people as a whole, printed as it was approved, and then marked as sent
//! with what proves it. All of it is kept sealed in the case.

mod address;
mod batch;
mod choices;
mod choose;
mod codes;
mod print;
mod reached;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_letters::LetterInput;
use whose_model::{AffectedIndividual, Language, PersonId};
use whose_store::Case;

pub use address::{Problem, order, problems};
pub use batch::{Approval, Batch, Purpose, Returned, Route, Sent, SentLetter};
pub use choices::{COLUMNS, Choice, Format, parse};
pub use choose::Unmailed;
pub use codes::{Account, Imported, Pool};
pub use print::Prepared;
pub use reached::Reached;

use crate::error::EngineError;
use crate::lists::View;
use crate::requests;
use crate::tables;

const CHOICES: &str = "mail-choices";
const CODES: &str = "mail-codes";
const BATCHES: &str = "mail-batches";

/// What a case knows about its mailings.
#[derive(Default)]
pub struct Mail {
    /// How people asked to be reached, by person.
    pub(crate) choices: BTreeMap<String, Choice>,
    /// Codes to enrol.
    pub(crate) codes: Pool,
    /// Mailings, in the order in which they were prepared.
    pub(crate) batches: Vec<Batch>,
}

/// What happened to one person's letters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mailing {
    /// The mailing's name.
    pub batch: String,
    /// Why it was made.
    pub purpose: Purpose,
    /// Where the letter stands in it.
    pub letter: SentLetter,
    /// When it was sent; `None` when it was not.
    pub sent: Option<Sent>,
    /// When and why it came back.
    pub returned: Option<Returned>,
}

impl Mail {
    /// Reads what the case knows.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn of(case: &Case) -> Result<Self, EngineError> {
        Ok(Self {
            choices: tables::read_one(case, CHOICES)?.unwrap_or_default(),
            codes: tables::read_one(case, CODES)?.unwrap_or_default(),
            batches: tables::read_one(case, BATCHES)?.unwrap_or_default(),
        })
    }

    /// The language of a person's letter.
    pub(crate) fn language(&self, person: &AffectedIndividual) -> Language {
        self.choices
            .get(&person.id.0)
            .and_then(|choice| choice.language)
            .unwrap_or(person.language)
    }

    /// Whether the table of contacts says where this person's letter may go.
    pub(crate) fn says_where(&self, id: &PersonId) -> bool {
        self.choices.get(&id.0).is_some_and(|choice| {
            choice.address.is_some() || matches!(choice.format, Format::Email | Format::Text)
        })
    }

    /// Puts on a letter what its reader asked for, and the code that is theirs.
    pub(crate) fn dress(&self, input: &mut LetterInput<'_>) {
        input.code = self.codes.of(&input.reference).cloned();
        if let Some(choice) = self.choices.get(&input.reference.0) {
            input.delivery.large_print = choice.format == Format::LargePrint;
            input.delivery.discreet |= choice.discreet;
            input.delivery.unposted = matches!(choice.format, Format::Email | Format::Text);
            if let Some(address) = &choice.address {
                input.recipient.address = Some(address.clone());
            }
        }
    }

    /// Mailings, in the order in which they were prepared.
    pub fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// All letters of one person, oldest first.
    pub fn of_person(&self, id: &PersonId) -> Vec<Mailing> {
        self.batches
            .iter()
            .flat_map(|batch| {
                batch
                    .letters
                    .iter()
                    .filter(|letter| letter.person == *id)
                    .map(|letter| Mailing {
                        batch: batch.name.clone(),
                        purpose: batch.purpose,
                        letter: letter.clone(),
                        sent: batch.sent.clone(),
                        returned: batch.returned.get(&id.0).cloned(),
                    })
            })
            .collect()
    }

    /// Where the codes are.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn account(&self, case: &Case) -> Result<Account, EngineError> {
        let mut listed = std::collections::BTreeSet::new();
        View::new(case).people(|person| {
            listed.insert(person.id.0);
        })?;
        Ok(self.codes.account(|id| listed.contains(id)))
    }
}

/// BLAKE3 of a file that proves something.
pub fn proof_digest(bytes: &[u8]) -> [u8; 32] {
    *blake3::hash(bytes).as_bytes()
}

/// Takes codes into the case.
///
/// # Errors
/// When the text holds no codes, or the case cannot be written.
pub fn import_codes(case: &Case, text: &str) -> Result<Imported, EngineError> {
    let mut mail = Mail::of(case)?;
    let imported = mail.codes.import(text)?;
    tables::write_one(case, CODES, &mail.codes)?;
    Ok(imported)
}

/// Takes a table of how people asked to be reached into the case; rows replace what was said of the same person before.
///
/// # Errors
/// When the table is not one, names somebody who is not on the list, or the case cannot be written.
pub fn import_choices(case: &Case, table: &[u8]) -> Result<u64, EngineError> {
    let mut mail = Mail::of(case)?;
    let new = parse(table)?;
    let view = View::new(case);
    for id in new.keys() {
        view.find(id)?;
    }
    let n = new.len() as u64;
    mail.choices.extend(new);
    tables::write_one(case, CHOICES, &mail.choices)?;
    Ok(n)
}

impl Mail {
    pub(crate) fn save_codes(&self, case: &Case) -> Result<(), EngineError> {
        Ok(tables::write_one(case, CODES, &self.codes)?)
    }

    pub(crate) fn save_batches(&self, case: &Case) -> Result<(), EngineError> {
        Ok(tables::write_one(case, BATCHES, &self.batches)?)
    }

    pub(crate) fn batch_mut(&mut self, name: &str) -> Result<&mut Batch, EngineError> {
        let known: Vec<String> = self.batches.iter().map(|one| one.name.clone()).collect();
        self.batches
            .iter_mut()
            .find(|batch| batch.name == name)
            .ok_or_else(|| {
                EngineError::NotThere(format!(
                    "there is no mailing `{name}`; there are: {}",
                    known.join(", ")
                ))
            })
    }
}

/// Approves a mailing as it stands. Two different people must; nothing is printed as approved before.
///
/// # Errors
/// When there is no such mailing, it cannot be approved, or the case cannot be written.
pub fn approve(case: &Case, name: &str, by: &str, on: Date) -> Result<Batch, EngineError> {
    let mut mail = Mail::of(case)?;
    let batch = mail.batch_mut(name)?;
    if let Some(lacks) = requests::unsettled(case)? {
        return Err(EngineError::NotThere(format!(
            "mailing `{name}` cannot be approved: {lacks}"
        )));
    }
    batch.approve(by, on)?;
    let batch = batch.clone();
    mail.save_batches(case)?;
    Ok(batch)
}

/// Marks a mailing as sent, with what proves it.
///
/// # Errors
/// When two people have not approved it, it was not printed as they did, or the case cannot be written.
pub fn mark_sent(case: &Case, name: &str, sent: Sent) -> Result<Batch, EngineError> {
    let mut mail = Mail::of(case)?;
    let batch = mail.batch_mut(name)?;
    batch.mark_sent(sent)?;
    let batch = batch.clone();
    mail.save_batches(case)?;
    Ok(batch)
}

/// Notes that a letter came back.
///
/// # Errors
/// When the mailing was not sent, the person is not in it, or the case cannot be written.
pub fn mark_returned(
    case: &Case,
    name: &str,
    person: &PersonId,
    returned: Returned,
) -> Result<(), EngineError> {
    let mut mail = Mail::of(case)?;
    mail.batch_mut(name)?.mark_returned(person, returned)?;
    mail.save_batches(case)
}
