//! An X12 segment in, named fields out: in words where the guides say what an element means, else by its place.
//!
//! Words are those that forms use (`member id`, `date of birth`), so that no
//! detector needs to know X12. A date range is two fields.
//!
//! Format: the companion guides named in `mod.rs`; qualifiers of NM108, REF01, DTP01, HI and PER03 as they list them.

use whose_model::{Field, Locator};

use super::Segment;

/// Names the elements of one segment, each with `prefix` before it, and places them under `place`.
pub(super) fn fields(segment: &Segment<'_>, prefix: &str, place: &str, out: &mut Vec<Field>) {
    let mut taken = vec![false; segment.elements.len() + 1];
    let mut put = |label: &str, number: usize, at: &str, value: &str| {
        let value = value.trim();
        if !value.is_empty() {
            out.push(Field {
                name: format!("{prefix}{label}"),
                value: value.to_owned(),
                place: Locator::Field {
                    path: format!("{place}{}-{number:02}{at}", segment.name),
                },
            });
        }
    };
    let mut word = |taken: &mut [bool], label: &str, number: usize| {
        if let Some(taken) = taken.get_mut(number) {
            *taken = true;
        }
        put(label, number, "", segment.element(number));
    };
    match segment.name {
        "NM1" => {
            let is_person = segment.element(2) == "1";
            if is_person {
                word(&mut taken, "last name", 3);
                word(&mut taken, "first name", 4);
                word(&mut taken, "middle name", 5);
                word(&mut taken, "name suffix", 7);
            } else {
                word(&mut taken, "organization name", 3);
            }
            word(&mut taken, identifier(segment.element(8)), 9);
        }
        "N1" => {
            word(&mut taken, "organization name", 2);
            word(&mut taken, identifier(segment.element(3)), 4);
        }
        "N3" => {
            word(&mut taken, "address line 1", 1);
            word(&mut taken, "address line 2", 2);
        }
        "N4" => {
            word(&mut taken, "city", 1);
            word(&mut taken, "address state", 2);
            word(&mut taken, "zip code", 3);
            word(&mut taken, "country", 4);
        }
        "DMG" => {
            word(&mut taken, "date of birth", 2);
            word(&mut taken, "gender", 3);
            word(&mut taken, "marital status", 4);
            word(&mut taken, "ethnicity", 5);
        }
        "PER" => {
            word(&mut taken, "contact name", 2);
            for number in [3, 5, 7] {
                let label = match segment.element(number) {
                    "TE" | "HP" | "CP" | "WP" | "AP" | "BN" => "phone",
                    "EM" => "email",
                    "FX" => "fax",
                    _ => continue,
                };
                word(&mut taken, label, number + 1);
            }
        }
        "REF" => {
            word(&mut taken, reference(segment.element(1)), 2);
        }
        "SBR" => {
            word(&mut taken, "group number", 3);
            word(&mut taken, "plan name", 4);
        }
        "PAT" => {
            word(&mut taken, "date of death", 6);
            word(&mut taken, "weight", 8);
        }
        "INS" => word(&mut taken, "date of death", 12),
        "CLM" => {
            word(&mut taken, "patient account number", 1);
            word(&mut taken, "claim amount", 2);
        }
        "CLP" => {
            word(&mut taken, "patient account number", 1);
            word(&mut taken, "claim amount", 3);
            word(&mut taken, "amount paid", 4);
        }
        "DTP" | "DTM" => date(segment, &mut taken, &mut put),
        "HI" => {
            diagnoses(segment, &mut put);
            taken.fill(true);
        }
        "SV1" | "SV3" | "SVC" | "SVD" | "SV2" | "SV5" | "SV6" => {
            let number = match segment.name {
                "SV2" => 2,
                "SVD" => 3,
                _ => 1,
            };
            let value = segment.element(number);
            for (nth, component) in segment.components(value).enumerate() {
                let label = match nth {
                    0 => "procedure qualifier",
                    1 => "procedure code",
                    6 => "procedure description",
                    _ => "procedure modifier",
                };
                put(label, number, &format!(".{}", nth + 1), component);
            }
            if let Some(taken) = taken.get_mut(number) {
                *taken = true;
            }
        }
        "LIN" if segment.element(2) == "N4" => word(&mut taken, "drug code", 3),
        "HD" => word(&mut taken, "coverage", 4),
        "EB" => word(&mut taken, "plan name", 5),
        "LUI" => {
            word(&mut taken, "preferred language", 2);
            word(&mut taken, "preferred language name", 3);
        }
        "HLH" => {
            word(&mut taken, "height", 2);
            word(&mut taken, "weight", 3);
        }
        "DSB" => word(&mut taken, "diagnosis code", 8),
        "ISA" if segment.element(3) == "01" => word(&mut taken, "password", 4),
        _ => {}
    }
    for (number, is_taken) in taken.into_iter().enumerate().skip(1) {
        if !is_taken {
            by_place(segment, number, &mut put);
        }
    }
}

/// An element without a name of its own, taken apart.
fn by_place(segment: &Segment<'_>, number: usize, put: &mut dyn FnMut(&str, usize, &str, &str)) {
    let value = segment.element(number);
    let label = format!("{}-{number:02}", segment.name);
    if segment.name == "ISA" {
        return put(&label, number, "", value);
    }
    let repetition = segment.signs.repetition.map_or('\u{1f}', char::from);
    for (nth, value) in value.split(repetition).enumerate() {
        let nth = if nth == 0 {
            String::new()
        } else {
            format!("[{}]", nth + 1)
        };
        let parts: Vec<&str> = segment.components(value).collect();
        if let [whole] = parts.as_slice() {
            put(&format!("{label}{nth}"), number, &nth, whole);
            continue;
        }
        for (part, value) in parts.into_iter().enumerate() {
            let at = format!("{nth}.{}", part + 1);
            put(&format!("{label}{at}"), number, &at, value);
        }
    }
}

fn date(segment: &Segment<'_>, taken: &mut [bool], put: &mut dyn FnMut(&str, usize, &str, &str)) {
    let label = match segment.element(1) {
        "472" | "150" | "232" | "434" => "service date",
        "151" | "233" => "service date end",
        "435" => "admission date",
        "096" => "discharge date",
        "431" | "438" | "484" => "onset date",
        "439" => "accident date",
        "304" | "091" => "last visit",
        "356" | "348" | "346" => "enrolment date",
        "357" | "349" | "347" => "coverage end date",
        "454" => "start date",
        "297" | "360" => "disability date",
        _ => return,
    };
    // DTP says how the date is written, DTM does not.
    let number = if segment.name == "DTP" { 3 } else { 2 };
    let value = segment.element(number);
    match value.split_once('-') {
        Some((from, to)) if from.len() == 8 && to.len() == 8 => {
            put(label, number, "", from);
            put(&format!("{label} end"), number, "", to);
        }
        _ => put(label, number, "", value),
    }
    if let Some(taken) = taken.get_mut(number) {
        *taken = true;
    }
}

/// HI: every element is a code with its qualifier first.
fn diagnoses(segment: &Segment<'_>, put: &mut dyn FnMut(&str, usize, &str, &str)) {
    for number in 1..=segment.elements.len() {
        let value = segment.element(number);
        let parts: Vec<&str> = segment.components(value).collect();
        let label = match parts.first().copied().unwrap_or_default() {
            "ABK" | "ABF" | "ABJ" | "ABN" | "APR" | "BK" | "BF" | "BJ" | "BN" | "PR" | "ZZ" => {
                "diagnosis code"
            }
            "BBR" | "BBQ" | "BR" | "BQ" | "BP" | "BO" | "CAH" => "procedure code",
            "DR" => "diagnosis related group",
            _ => "HI code",
        };
        let qualifier = parts.first().copied().unwrap_or_default();
        put("HI qualifier", number, ".1", qualifier);
        if let Some(code) = parts.get(1) {
            put(label, number, ".2", code);
        }
        for (nth, part) in parts.iter().enumerate().skip(2) {
            put(
                &format!("HI-{number:02}.{}", nth + 1),
                number,
                &format!(".{}", nth + 1),
                part,
            );
        }
    }
}

/// NM108 and N103: what kind of identifier follows.
fn identifier(qualifier: &str) -> &'static str {
    match qualifier {
        "MI" | "N" => "member id",
        "34" | "SY" => "ssn",
        "XX" | "HPI" => "npi",
        "HN" => "medicare number",
        "MR" | "MC" => "medicaid number",
        "II" | "C1" => "policy id",
        "24" | "FI" => "tax id",
        "PI" | "XV" => "payer id",
        "46" => "electronic id",
        "EI" => "employee id",
        _ => "id",
    }
}

/// REF01: what kind of reference follows.
fn reference(qualifier: &str) -> &'static str {
    match qualifier {
        "SY" => "ssn",
        "0F" => "subscriber number",
        "1L" | "6P" => "group number",
        "IG" => "policy number",
        "1W" | "ABB" => "member id",
        "HJ" => "identity card number",
        "EA" => "medical record number",
        "EJ" => "patient account number",
        "NQ" => "medicaid number",
        "F6" => "medicare number",
        "23" | "Q4" | "ZZ" => "client number",
        "3H" | "Y4" => "case number",
        "CT" => "contract number",
        "18" => "plan number",
        "EI" | "TJ" => "tax id",
        "0B" => "state license number",
        "1C" | "1D" | "1G" | "G2" | "LU" | "1B" | "1A" | "1H" | "1J" => "provider number",
        "G1" => "prior authorization number",
        "9F" => "referral number",
        "F8" | "1K" | "D9" | "X4" => "claim number",
        "6R" => "line item number",
        _ => "reference",
    }
}
