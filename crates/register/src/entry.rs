//! `Entry`: one thing that was done to a record, never changed afterwards.
//!
//! A record is the fold of its entries. A correction is a further entry, so
//! what was there before it can be printed again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use whose_model::Language;

use crate::{Fact, FactId, When};

/// The number of an incident in a register: 16 bytes that say nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IncidentId(pub [u8; 16]);

impl IncidentId {
    /// The id of the incident that this text stands for: the same text, the same id.
    pub fn of(text: &str) -> Self {
        let digest =
            blake3::derive_key("whose 2026 register v1: id of an incident", text.as_bytes());
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(digest) {
            *to = from;
        }
        Self(id)
    }

    /// Reads the form that `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut id = [0; 16];
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (index, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        Some(Self(id))
    }
}

impl std::fmt::Display for IncidentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What sort of source. The order is the one in which sources are believed when nobody has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// The case's own evidence.
    Case,
    /// Typed by somebody of the organisation.
    Person,
    /// A regulator's report or decision.
    Regulator,
    /// The organisation's own notice.
    Notice,
    /// News.
    News,
    /// A page of somebody's database, a feed, an import.
    Database,
}

impl SourceKind {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Person => "person",
            Self::Regulator => "regulator",
            Self::Notice => "notice",
            Self::News => "news",
            Self::Database => "database",
        }
    }

    /// The kind with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        [
            Self::Case,
            Self::Person,
            Self::Regulator,
            Self::Notice,
            Self::News,
            Self::Database,
        ]
        .into_iter()
        .find(|kind| kind.id() == id)
    }
}

/// Where facts come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What sort.
    pub kind: SourceKind,
    /// Its title, or the name of the file.
    pub title: String,
    /// Who published it; empty when it does not say.
    pub publisher: String,
    /// When it was published.
    pub published: Option<When>,
    /// Its language.
    pub language: Language,
    /// BLAKE3 of the text that was read, in hexadecimal; empty for what was typed.
    pub digest: String,
    /// Whether it says of itself that it was corrected.
    pub is_corrected: bool,
}

/// What an entry does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The record begins.
    Opened {
        /// A short name.
        name: String,
    },
    /// A source is added; its number is how many there were before.
    Sourced(Source),
    /// Facts are proposed by a program; nothing of it counts until a person accepts it.
    Proposed(Vec<Fact>),
    /// Facts that a person stands behind, or that the case's own evidence gives.
    Stated(Vec<Fact>),
    /// A person accepts or rejects what was proposed.
    Judged {
        /// Which facts.
        facts: Vec<FactId>,
        /// Accepted, or rejected.
        is_accepted: bool,
        /// Why.
        why: String,
    },
    /// Of facts that contradict each other, this one is used.
    Chosen {
        /// Which.
        fact: FactId,
        /// Why.
        why: String,
    },
    /// A fact is replaced; it stays in the record.
    Corrected {
        /// What was said before.
        fact: FactId,
        /// What is said now; `None` when it is only withdrawn.
        by: Option<FactId>,
        /// Why.
        why: String,
    },
    /// Another record turned out to be the same incident; its entries follow in this one.
    Joined {
        /// The other.
        other: IncidentId,
        /// Why.
        why: String,
    },
    /// This record was joined into another and is no longer listed.
    Moved {
        /// Where it is now.
        into: IncidentId,
    },
    /// A document kept whole: a VERIS record as it came in.
    Kept {
        /// Its form: `veris`.
        form: String,
        /// The document.
        body: String,
    },
}

/// One thing that was done, by whom and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was written into the register.
    pub at: Timestamp,
    /// Who did it: a person's name or the program's.
    pub by: String,
    /// What.
    pub event: Event,
}
