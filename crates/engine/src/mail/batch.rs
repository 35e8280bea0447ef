//! One mailing: its letters, who approved it, when it was sent with which proof, what came back.
//!
//! Approvals are given to a digest of every letter's words and address. When a
//! letter changes, the digest does, and the approvals no longer count.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_model::{DataElement, Language, PersonId};

use super::address::Problem;
use crate::error::EngineError;

/// How many people must approve.
const APPROVALS: usize = 2;

/// Why a mailing is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// First letters to people who were not written to.
    First,
    /// To people of whom more was found since their letter.
    Supplement,
    /// To people whose letter came back and who have another address now.
    Again,
}

impl Purpose {
    /// Its id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Supplement => "supplement",
            Self::Again => "again",
        }
    }
}

/// How a letter goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// Printed, by post.
    Post,
    /// By e-mail, from the custodian's own mailbox.
    Email,
    /// As plain text, for whoever delivers it.
    Text,
}

impl Route {
    /// Its id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Email => "email",
            Self::Text => "text",
        }
    }
}

/// A letter of a mailing. No name and no address: those are the person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentLetter {
    /// To whom.
    pub person: PersonId,
    /// How.
    pub route: Route,
    /// In which language.
    pub language: Language,
    /// What it told of.
    pub elements: Vec<DataElement>,
    /// Digest of its words.
    pub words: [u8; 16],
    /// Digest of where it goes; tells whether an address changed.
    pub address: [u8; 16],
    /// What there is to look at in the address.
    pub problems: Vec<Problem>,
}

/// Somebody's approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Name and office.
    pub by: String,
    /// When.
    pub on: Date,
    /// Of what.
    pub digest: [u8; 16],
}

/// That a mailing went out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// When.
    pub on: Date,
    /// Who says so.
    pub by: String,
    /// What proves it: the post's receipt, the mail house's certificate; its name.
    pub proof: String,
    /// BLAKE3 of the proof's file, when one was given.
    pub proof_digest: Option<[u8; 32]>,
}

/// That a letter came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// When.
    pub on: Date,
    /// Why, as the post wrote it: `moved`, `unknown`, `refused`.
    pub why: String,
}

/// A mailing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Its name.
    pub name: String,
    /// Why it was made.
    pub purpose: Purpose,
    /// The day printed on its letters.
    pub dated: Date,
    /// Its letters, in postal order.
    pub letters: Vec<SentLetter>,
    /// What every letter still lacks, when it lacks something: it can then not be approved.
    pub lacks: Option<String>,
    /// Who approved it.
    pub approvals: Vec<Approval>,
    /// Digest of what was printed as approved.
    pub printed: Option<[u8; 16]>,
    /// That it went out.
    pub sent: Option<Sent>,
    /// Letters that came back, by person.
    pub returned: BTreeMap<String, Returned>,
}

impl Batch {
    /// Digest of every letter's words, address and way, in order.
    pub fn digest(&self) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_derive_key("whose 2026 letters of a mailing");
        for letter in &self.letters {
            hasher.update(&(letter.person.0.len() as u64).to_le_bytes());
            hasher.update(letter.person.0.as_bytes());
            hasher.update(letter.route.id().as_bytes());
            hasher.update(&letter.words).update(&letter.address);
        }
        short(&hasher.finalize())
    }

    /// Who has approved the mailing as it stands now.
    pub fn approved_by(&self) -> Vec<&str> {
        let digest = self.digest();
        self.approvals
            .iter()
            .filter(|one| one.digest == digest)
            .map(|one| one.by.as_str())
            .collect()
    }

    /// Whether enough people have.
    pub fn is_approved(&self) -> bool {
        self.lacks.is_none() && self.approved_by().len() >= APPROVALS
    }

    pub(super) fn approve(&mut self, by: &str, on: Date) -> Result<(), EngineError> {
        let no = |what: String| Err(EngineError::NotThere(what));
        let by = by.split_whitespace().collect::<Vec<_>>().join(" ");
        if by.is_empty() {
            return no("say who approves".to_owned());
        }
        if self.sent.is_some() {
            return no(format!("mailing `{}` was sent already", self.name));
        }
        if let Some(lacks) = &self.lacks {
            return no(format!(
                "mailing `{}` cannot be approved: {lacks}; complete the incident file, run again and prepare it again",
                self.name
            ));
        }
        if self.letters.is_empty() {
            return no(format!("mailing `{}` has no letters", self.name));
        }
        let same = |one: &&str| one.to_lowercase() == by.to_lowercase();
        if self.approved_by().iter().any(same) {
            return no(format!(
                "{by} has approved mailing `{}` already; a second person must",
                self.name
            ));
        }
        let digest = self.digest();
        self.approvals.push(Approval { by, on, digest });
        Ok(())
    }

    pub(super) fn mark_sent(&mut self, sent: Sent) -> Result<(), EngineError> {
        let no = |what: &str| {
            Err(EngineError::NotThere(format!(
                "mailing `{}` {what}",
                self.name
            )))
        };
        if self.sent.is_some() {
            return no("was marked as sent already");
        }
        if !self.is_approved() {
            return no("is not approved by two people: nothing is marked as sent before");
        }
        if self.printed != Some(self.digest()) {
            return no("was not printed as it was approved: print it first");
        }
        if sent.proof.trim().is_empty() {
            return no("needs what proves that it was sent: a receipt, a certificate");
        }
        self.sent = Some(sent);
        Ok(())
    }

    pub(super) fn mark_returned(
        &mut self,
        person: &PersonId,
        returned: Returned,
    ) -> Result<(), EngineError> {
        if self.sent.is_none() {
            return Err(EngineError::NotThere(format!(
                "mailing `{}` was not sent, so nothing of it can come back",
                self.name
            )));
        }
        if !self.letters.iter().any(|one| one.person == *person) {
            return Err(EngineError::NotThere(format!(
                "mailing `{}` has no letter to {person}",
                self.name
            )));
        }
        self.returned.insert(person.0.clone(), returned);
        Ok(())
    }
}

/// The first half of a digest.
pub(super) fn short(hash: &blake3::Hash) -> [u8; 16] {
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash.as_bytes()[..16]);
    digest
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn batch() -> Batch {
        Batch {
            name: "first".to_owned(),
            purpose: Purpose::First,
            dated: date(2026, 5, 1),
            letters: vec![SentLetter {
                person: PersonId("P-1".to_owned()),
                route: Route::Post,
                language: Language::En,
                elements: vec![DataElement::Name],
                words: [1; 16],
                address: [2; 16],
                problems: Vec::new(),
            }],
            lacks: None,
            approvals: Vec::new(),
            printed: None,
            sent: None,
            returned: BTreeMap::new(),
        }
    }

    fn sent() -> Sent {
        Sent {
            on: date(2026, 5, 4),
            by: "B".to_owned(),
            proof: "receipt.pdf".to_owned(),
            proof_digest: None,
        }
    }

    #[test]
    fn nothing_is_marked_as_sent_before_two_people_approved_what_was_printed() {
        let mut batch = batch();
        let on = date(2026, 5, 2);
        assert!(batch.mark_sent(sent()).is_err());
        batch.approve("Ann  Officer", on).unwrap();
        assert!(batch.approve("ann officer", on).is_err());
        assert!(batch.mark_sent(sent()).is_err());
        batch.approve("Bo Counsel", on).unwrap();
        assert!(batch.is_approved());
        assert!(batch.mark_sent(sent()).is_err());
        batch.printed = Some(batch.digest());
        assert!(
            batch
                .mark_sent(Sent {
                    proof: " ".to_owned(),
                    ..sent()
                })
                .is_err()
        );
        batch.mark_sent(sent()).unwrap();
        assert!(batch.mark_sent(sent()).is_err() && batch.approve("C", on).is_err());
    }

    #[test]
    fn approvals_do_not_outlive_a_changed_letter() {
        let mut batch = batch();
        let on = date(2026, 5, 2);
        batch.approve("Ann", on).unwrap();
        batch.approve("Bo", on).unwrap();
        batch.printed = Some(batch.digest());
        batch.letters[0].words = [9; 16];
        assert!(!batch.is_approved() && batch.mark_sent(sent()).is_err());
        batch.approve("Ann", on).unwrap();
        assert_eq!(batch.approved_by(), ["Ann"]);
    }

    #[test]
    fn a_mailing_that_lacks_something_is_not_approved() {
        let mut batch = batch();
        batch.lacks = Some("no signatory".to_owned());
        assert!(batch.approve("Ann", date(2026, 5, 2)).is_err());
    }

    #[test]
    fn only_a_letter_that_was_sent_comes_back() {
        let mut batch = batch();
        let back = Returned {
            on: date(2026, 6, 1),
            why: "moved".to_owned(),
        };
        let person = PersonId("P-1".to_owned());
        assert!(batch.mark_returned(&person, back.clone()).is_err());
        batch.sent = Some(sent());
        batch.mark_returned(&person, back.clone()).unwrap();
        assert!(
            batch
                .mark_returned(&PersonId("P-2".to_owned()), back)
                .is_err()
        );
    }
}
