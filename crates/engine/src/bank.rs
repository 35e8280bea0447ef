//! The password bank: passwords given once, kept sealed in the case, tried on everything that is locked; and words in the pile that may be passwords.
//!
//! A file that was read when the bank held less, and in which something stayed
//! locked, is read again when the bank has grown; nothing else is. Words found
//! in the pile that look like passwords are proposed, never used unasked.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use whose_model::{Cause, DataElement, ExhibitPath, Locator, Phi};
use whose_store::{Case, Row, StoreError};

use crate::error::EngineError;
use crate::lists::View;
use crate::part::Key;
use crate::replay::Index;
use crate::tables;

const PASSWORDS: &str = "passwords";
const TRIED: &str = "tried";

/// A password that is longer than this is none.
const MAX_LEN: usize = 256;

/// With which bank a result was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tried {
    key: Key,
    bank: [u8; 16],
}

impl Row for Tried {
    fn key(&self) -> Cow<'_, str> {
        Cow::Owned(tables::key_text(&self.key))
    }
}

/// The passwords of a case.
#[derive(Debug, Default)]
pub(crate) struct Bank {
    pub(crate) passwords: Vec<Phi<String>>,
    digest: [u8; 16],
    tried: BTreeMap<Key, [u8; 16]>,
}

impl Bank {
    /// The bank of the case, with `more` added and kept.
    pub(crate) fn open(case: &Case, more: &[Phi<String>]) -> Result<Self, StoreError> {
        let known = tables::read_one::<Vec<Phi<String>>>(case, PASSWORDS)?.unwrap_or_default();
        let n_known = known.len();
        let mut seen = BTreeSet::new();
        let passwords: Vec<Phi<String>> = known
            .into_iter()
            .chain(more.iter().cloned())
            .filter(|password| {
                let text = password.reveal();
                !text.is_empty() && text.len() <= MAX_LEN && seen.insert(text.clone())
            })
            .collect();
        if passwords.len() > n_known {
            tables::write_one(case, PASSWORDS, &passwords)?;
        }
        let mut hasher = blake3::Hasher::new();
        for password in &passwords {
            hasher.update(password.reveal().as_bytes()).update(b"\0");
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        let mut tried = BTreeMap::new();
        tables::each::<Tried>(case, TRIED, |row| {
            tried.insert(row.key, row.bank);
        })?;
        Ok(Self {
            passwords,
            digest,
            tried,
        })
    }

    /// Under which key a file's result stands: its own, or another when it is to be tried with a bank that has grown.
    pub(crate) fn key(&self, index: &Index, own: Key) -> Key {
        let is_stale = !self.passwords.is_empty()
            && index.is_locked(&own)
            && self.tried.get(&own) != Some(&self.digest);
        if !is_stale {
            return own;
        }
        let mut key = [0; 16];
        let digest = blake3::Hasher::new()
            .update(&own)
            .update(&self.digest)
            .finalize();
        key.copy_from_slice(&digest.as_bytes()[..16]);
        key
    }

    /// Notes that these were read with this bank, as far as something stayed locked in them.
    pub(crate) fn note(
        mut self,
        case: &Case,
        index: &Index,
        fresh: impl Iterator<Item = Key>,
    ) -> Result<(), StoreError> {
        for key in fresh.filter(|key| index.is_locked(key)) {
            self.tried.insert(key, self.digest);
        }
        let rows: Vec<Tried> = self
            .tried
            .into_iter()
            .map(|(key, bank)| Tried { key, bank })
            .collect();
        tables::write(case, TRIED, &rows)
    }
}

/// A word in the pile that may open something.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The word.
    pub password: Phi<String>,
    /// Where it stands first.
    pub exhibit: ExhibitPath,
    /// The place in it.
    pub place: Locator,
    /// In how many places it stands.
    pub n_places: u64,
}

/// What is locked, and what may open it.
#[derive(Clone, Debug, Default)]
pub struct Locked {
    /// Passwords in the bank.
    pub n_passwords: u64,
    /// Exhibits that stayed locked.
    pub exhibits: Vec<ExhibitPath>,
    /// Words of the pile that may be passwords and are not in the bank.
    pub proposals: Vec<Proposal>,
}

/// Adds passwords to the bank of a case; the next run tries them. How many the bank holds then.
///
/// # Errors
/// When the case cannot be written.
pub fn add_passwords(case: &Case, more: &[Phi<String>]) -> Result<u64, EngineError> {
    Ok(Bank::open(case, more)?.passwords.len() as u64)
}

impl View<'_> {
    /// What is locked in this case, and the words in the pile that may open it.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn locked(&self) -> Result<Locked, EngineError> {
        let bank = tables::read_one::<Vec<Phi<String>>>(self.case, PASSWORDS)?.unwrap_or_default();
        let mut exhibits = BTreeSet::new();
        self.gaps(|gap| {
            if gap.cause == Cause::Password {
                exhibits.insert(gap.exhibit);
            }
        })?;
        let mut proposals: BTreeMap<String, Proposal> = BTreeMap::new();
        self.mentions(|_, exhibit, mention| {
            let word = mention.value.reveal().trim();
            if mention.element != DataElement::Credential
                || word.is_empty()
                || word.len() > MAX_LEN
                || bank.iter().any(|known| known.reveal() == word)
            {
                return;
            }
            let proposal = proposals
                .entry(word.to_owned())
                .or_insert_with(|| Proposal {
                    password: Phi::new(word.to_owned()),
                    exhibit: exhibit.clone(),
                    place: mention.place.clone(),
                    n_places: 0,
                });
            proposal.n_places += 1;
        })?;
        Ok(Locked {
            n_passwords: bank.len() as u64,
            exhibits: exhibits.into_iter().collect(),
            proposals: proposals.into_values().collect(),
        })
    }
}
