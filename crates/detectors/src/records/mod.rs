//! Records of named fields go in, mentions come out: by the field's place where a standard names it, by its label otherwise.

mod collect;
mod fhir;
mod fields;
mod hl7v2;
mod image;
mod mail;
#[cfg(test)]
mod tests;

use whose_model::{DataElement, Mention, Record, RecordKind, Role, SubjectId};

use crate::{
    custom::Custom,
    draft::{hashed_subject, record_subject},
    passages::Passages,
    text::fold,
};

/// The records of one exhibit.
#[derive(Default)]
pub(crate) struct Records {
    n_without_key: u64,
}

impl Records {
    /// Takes a record.
    pub(crate) fn push(
        &mut self,
        record: &Record,
        custom: &Custom,
        passages: &mut Passages<'_>,
        emit: &mut dyn FnMut(Mention),
    ) {
        let subject = self.subject(record);
        if !custom.is_empty() && record.kind != RecordKind::Mail {
            for field in &record.fields {
                if let Some(draft) = custom.whole(&field.name, &field.value) {
                    emit(draft.at(field.place.clone(), Some(subject), Role::Patient));
                }
            }
        }
        match record.kind {
            // Its free text comes as passages.
            RecordKind::Hl7v2 => hl7v2::detect(record, subject, emit),
            RecordKind::Fhir => fhir::detect(record, subject, emit),
            RecordKind::Mail => mail::detect(record, &mut |mention| {
                passages.hear(&mention);
                emit(mention);
            }),
            RecordKind::Image => {
                fields::detect(record, subject, &mut |mention| {
                    passages.hear(&mention);
                    emit(mention);
                });
                for field in record.fields.iter().filter(|field| image::is_text(field)) {
                    passages.push_field(&field.value, &field.place, subject, emit);
                }
            }
            RecordKind::Form => fields::detect(record, subject, &mut |mention| {
                passages.hear(&mention);
                emit(mention);
            }),
            RecordKind::Json | RecordKind::Xml | RecordKind::Card | RecordKind::X12 => {
                fields::detect(record, subject, emit);
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

/// A test's name or LOINC code: height and weight are elements of their own.
pub(crate) fn element_of_test(test: &str) -> DataElement {
    let test = test.trim();
    match test {
        "8302-2" | "3137-7" | "8301-4" | "8306-3" => return DataElement::Height,
        "29463-7" | "3141-9" | "3142-7" | "8335-2" => return DataElement::Weight,
        _ => {}
    }
    if test.len() > 40 {
        return DataElement::LabResult;
    }
    match fold(test).as_str() {
        "height" | "body height" | "taille" | "ht" | "grandeur" => DataElement::Height,
        "weight" | "body weight" | "poids" | "wt" => DataElement::Weight,
        _ => DataElement::LabResult,
    }
}
