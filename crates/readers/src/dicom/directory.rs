//! A DICOMDIR's directory records in, one record each out, those of one patient under one key.
//!
//! Which record lies under which is told by byte offsets; where they are missing
//! or wrong, a record belongs to the patient that came last before it.
//!
//! Format: DICOM PS3.3, F.3 and F.5; PS3.10, chapter 8.

use std::collections::HashMap;

use super::{
    PATIENT,
    charset::Charset,
    fields::{Fields, charset_of},
    parse::{Element, bytes_of, items},
    put_record,
};
use crate::exhibit::Reading;

const NEXT: u32 = 0x0004_1400;
const LOWER: u32 = 0x0004_1420;
const RECORD_TYPE: u32 = 0x0004_1430;

fn offset(elements: &[Element<'_>], tag: u32, is_big: bool) -> usize {
    let Some(bytes) = bytes_of(elements, tag).and_then(|bytes| bytes.first_chunk::<4>()) else {
        return 0;
    };
    let offset = if is_big {
        u32::from_be_bytes(*bytes)
    } else {
        u32::from_le_bytes(*bytes)
    };
    offset as usize
}

/// Hands over the directory's records.
pub(super) fn put(
    elements: &[Element<'_>],
    charset: Charset,
    is_big: bool,
    reading: &mut Reading<'_>,
) {
    let records = items(elements, super::DIRECTORY);
    let kinds: Vec<String> = records
        .iter()
        .map(|record| {
            let kind = bytes_of(&record.elements, RECORD_TYPE).unwrap_or_default();
            String::from_utf8_lossy(kind)
                .trim_matches(['\0', ' '])
                .to_owned()
        })
        .collect();
    let owners = owners(records, &kinds, is_big);
    let mut last = None;
    for (index, record) in records.iter().enumerate() {
        if kinds[index] == "PATIENT" {
            last = Some(index);
        }
        let owner = owners[index].or(last);
        let charset = charset_of(&record.elements, charset);
        let mut fields = Fields::new(is_big);
        fields.walk(&record.elements, charset);
        for field in &mut fields.fields {
            if let whose_model::Locator::Field { path } = &mut field.place {
                path.insert_str(0, &format!("(0004,1220)[{}].", index + 1));
            }
        }
        let subject = match owner {
            Some(owner) => format!("{PATIENT} {}", owner + 1),
            None => format!("record {}", index + 1),
        };
        put_record(&kinds[index], fields.fields, Some(&subject), reading);
    }
}

/// The patient record above each record, by offsets.
fn owners(
    records: &[super::parse::Item<'_>],
    kinds: &[String],
    is_big: bool,
) -> Vec<Option<usize>> {
    let by_offset: HashMap<usize, usize> = records
        .iter()
        .enumerate()
        .map(|(index, record)| (record.at, index))
        .collect();
    let mut owners = vec![None; records.len()];
    for (patient, record) in records.iter().enumerate() {
        if kinds[patient] != "PATIENT" {
            continue;
        }
        owners[patient] = Some(patient);
        let mut open = vec![offset(&record.elements, LOWER, is_big)];
        while let Some(at) = open.pop() {
            let Some(&index) = by_offset.get(&at) else {
                continue;
            };
            // A record that was reached before ends the walk: offsets may go in circles.
            if owners[index].is_some() || kinds[index] == "PATIENT" {
                continue;
            }
            owners[index] = Some(patient);
            open.push(offset(&records[index].elements, NEXT, is_big));
            open.push(offset(&records[index].elements, LOWER, is_big));
        }
    }
    owners
}
