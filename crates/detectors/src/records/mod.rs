//! Records of named fields go in, mentions come out: by the field's place where a standard names it, by its label otherwise.

mod collect;
mod fhir;
mod fields;
mod hl7v2;
mod image;
mod mail;
mod results;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use collect::Kept;
pub(crate) use results::Making;
#[cfg(test)]
pub(crate) use results::element_of_test;

use whose_model::{Mention, Record, RecordKind, Role, SubjectId};

use crate::{
    custom::Custom,
    draft::{hashed_subject, record_subject},
    passages::Passages,
};

/// The records of one exhibit.
pub(crate) struct Records {
    n_without_key: u64,
    kept: Kept,
}

thread_local! {
    /// What the last exhibit of this thread had made of its values: most exhibits are small, and much comes back.
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

impl Default for Records {
    fn default() -> Self {
        let kept = KEPT.try_with(|kept| kept.try_borrow_mut().ok()?.take());
        Self {
            n_without_key: 0,
            kept: kept.ok().flatten().unwrap_or_default(),
        }
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        let kept = std::mem::take(&mut self.kept).of_short_values();
        // A thread that ends has no room any more.
        let _ = KEPT.try_with(|room| {
            if let Ok(mut room) = room.try_borrow_mut() {
                *room = Some(kept);
            }
        });
    }
}

impl Records {
    /// Takes a record.
    pub(crate) fn push(
        &mut self,
        record: &Record,
        custom: &Custom,
        passages: &mut Passages<'_>,
        emit: &mut dyn FnMut(&Mention),
    ) {
        let subject = self.subject(record);
        if !custom.is_empty() && record.kind != RecordKind::Mail {
            for field in &record.fields {
                if let Some(draft) = custom.whole(&field.name, &field.value) {
                    emit(&draft.at(field.place.clone(), Some(subject), Role::Patient));
                }
            }
        }
        let kept = &mut self.kept;
        match record.kind {
            // Its free text comes as passages.
            RecordKind::Hl7v2 => hl7v2::detect(record, subject, kept, emit),
            RecordKind::Fhir => fhir::detect(record, subject, kept, emit),
            RecordKind::Mail => {
                mail::detect(record, &mut |mention| {
                    passages.hear(mention);
                    emit(mention);
                });
                let is_subject = |name: &str| name.eq_ignore_ascii_case("subject");
                if let Some(field) = record.fields.iter().find(|field| is_subject(&field.name)) {
                    passages.announce(&field.value, &field.place, &mut |mention| emit(&mention));
                }
            }
            RecordKind::Image => {
                fields::detect(record, subject, kept, &mut |mention| {
                    passages.hear(mention);
                    emit(mention);
                });
                for field in record.fields.iter().filter(|field| image::is_text(field)) {
                    passages.push_field(&field.value, &field.place, subject, &mut |mention| {
                        emit(&mention);
                    });
                }
            }
            RecordKind::Form => fields::detect(record, subject, kept, &mut |mention| {
                passages.hear(mention);
                emit(mention);
            }),
            RecordKind::Json | RecordKind::Xml | RecordKind::Card | RecordKind::X12 => {
                fields::detect(record, subject, kept, emit);
            }
        }
    }

    fn subject(&mut self, record: &Record) -> SubjectId {
        match &record.subject {
            Some(key) => record_subject(key),
            None => {
                self.n_without_key += 1;
                // With its kind, so that those of two files of one export are never one.
                let kind = record.name.as_bytes();
                let number = self.n_without_key.to_le_bytes();
                hashed_subject(&[b"record without key", kind, &number])
            }
        }
    }
}
