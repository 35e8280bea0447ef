//! `Draft`: a mention before it has a place and a subject; and subject ids.
//!
//! Ids are kept below 2^53 so that they survive JSON: a row of the first table
//! is its number, everything else a hash with a bit that no row number has.

use std::borrow::Cow;

use whose_model::{
    Assertion, Confidence, DataElement, Locator, Mention, Normal, Phi, Role, Scheme, SubjectId, Why,
};

use crate::{elements::sensitive, text::stable_hash};

/// What was found, not yet whose or where.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) element: DataElement,
    pub(crate) scheme: &'static str,
    pub(crate) value: String,
    pub(crate) normal: Normal,
    pub(crate) confidence: f32,
    pub(crate) assertion: Assertion,
    pub(crate) malformed: bool,
    pub(crate) alternatives: Vec<&'static str>,
    pub(crate) why: Vec<Why>,
}

impl Draft {
    /// A draft of which everything holds.
    pub(crate) fn new(
        element: DataElement,
        value: &str,
        normal: Normal,
        confidence: f32,
        why: &'static str,
    ) -> Self {
        Self {
            element,
            scheme: "",
            value: value.to_owned(),
            normal,
            confidence,
            assertion: Assertion::Stated,
            malformed: false,
            alternatives: Vec::new(),
            why: {
                // Most have two or three reasons: room for them is made at once.
                let mut all = Vec::with_capacity(3);
                all.push(Cow::Borrowed(why));
                all
            },
        }
    }

    /// The same, with one more reason.
    pub(crate) fn because(mut self, why: Why) -> Self {
        self.why.push(why);
        self
    }

    /// The mention.
    pub(crate) fn at(mut self, place: Locator, subject: Option<SubjectId>, role: Role) -> Mention {
        self.taken_at(place, subject, role)
    }

    /// The mention, out of a draft that is not looked at again.
    pub(crate) fn taken_at(
        &mut self,
        place: Locator,
        subject: Option<SubjectId>,
        role: Role,
    ) -> Mention {
        let sensitive = sensitive::of(self);
        Mention {
            element: self.element,
            scheme: (!self.scheme.is_empty()).then(|| Scheme::new(self.scheme)),
            value: Phi::new(std::mem::take(&mut self.value)),
            normal: Phi::new(std::mem::replace(
                &mut self.normal,
                Normal::Text(String::new()),
            )),
            place,
            confidence: Confidence(self.confidence.clamp(0.0, 1.0)),
            subject,
            role,
            assertion: self.assertion,
            sensitive,
            malformed: self.malformed,
            alternatives: if self.alternatives.is_empty() {
                Vec::new()
            } else {
                self.alternatives.drain(..).map(Scheme::new).collect()
            },
            why: std::mem::take(&mut self.why),
        }
    }
}

const HASHED: u64 = 1 << 52;

/// The subject of a row of the table with this number.
pub(crate) fn row_subject(table: u32, row: u64) -> SubjectId {
    if table == 0 && row < HASHED {
        row
    } else {
        hashed_subject(&[b"row", &table.to_le_bytes(), &row.to_le_bytes()])
    }
}

/// The subject of the records with this key.
pub(crate) fn record_subject(key: &str) -> SubjectId {
    hashed_subject(&[b"record", key.as_bytes()])
}

/// The subject that these parts name.
pub(crate) fn hashed_subject(parts: &[&[u8]]) -> SubjectId {
    subject_of_hash(stable_hash(parts))
}

/// The subject of a stable hash.
pub(crate) const fn subject_of_hash(hash: u64) -> SubjectId {
    hash & (HASHED - 1) | HASHED
}

/// Somebody else who stands beside a subject: a doctor, a mother.
pub(crate) fn beside(subject: SubjectId, role: Role, which: &str) -> SubjectId {
    hashed_subject(&[
        b"beside",
        &subject.to_le_bytes(),
        &[role as u8],
        which.as_bytes(),
    ])
}
