//! HL7 v2 segments by field: who is the patient, the relative, the clinician, and what was done.
//!
//! Field numbers are those of HL7 v2.5 and earlier; local Z segments have no
//! meaning of their own and only give what no other value looks like.
//!
//! Format: HL7 v2.5.1, chapters 3 (ADT), 4 (orders), 6 (finance), 7 (observations).

use std::{
    borrow::Cow,
    cell::{LazyCell, RefCell},
};

use whose_identifiers::Kind;
use whose_model::{DataElement as E, Field, Mention, Record, Role, SubjectId};

use super::collect::{Coded, Collector, Group, Kept, Whose};
use crate::{
    elements::{contact, numbers::element_of},
    memo::{self, Memo},
    sense::{Part, Sense},
    text::trimmed,
};

/// A field's place: number, repetition, component.
type At = (u16, u16, u16);

/// The place that nearly all names are of: `PID-3`, `PID-3.1`, `PID-3[2].1`.
fn plain_place(name: &str) -> Option<At> {
    let bytes = name.as_bytes();
    // A segment's name has three letters.
    let mut at = match bytes {
        [a, b, c, b'-', ..] if ![a, b, c].contains(&&b'-') => 4,
        _ => memchr::memchr(b'-', bytes)? + 1,
    };
    let mut number = || {
        let from = at;
        let mut value = 0;
        while let Some(digit) = bytes.get(at).filter(|b| b.is_ascii_digit())
            && at - from < 4
        {
            value = value * 10 + u16::from(digit - b'0');
            at += 1;
        }
        let end = bytes.get(at).copied().unwrap_or(0);
        at += 1;
        (at > from + 1).then_some((value, end))
    };
    let (field, mut end) = number()?;
    let mut repetition = 1;
    if end == b'[' {
        let (value, close) = number()?;
        if close != b']' {
            return None;
        }
        repetition = value;
        end = bytes.get(at).copied().unwrap_or(0);
        at += 1;
    }
    match end {
        0 if at > bytes.len() => Some((field, repetition, 1)),
        b'.' => {
            let from = at;
            let mut component = 0;
            while let Some(digit) = bytes.get(at).filter(|b| b.is_ascii_digit())
                && at - from < 4
            {
                component = component * 10 + u16::from(digit - b'0');
                at += 1;
            }
            (at > from && at == bytes.len()).then_some((field, repetition, component))
        }
        _ => None,
    }
}

fn place_of(name: &str) -> Option<At> {
    if let Some(place) = plain_place(name) {
        return Some(place);
    }
    let (_, rest) = name.split_once('-')?;
    let mut parts = rest.split('.');
    let head = parts.next()?;
    let (number, repetition) = match head.split_once('[') {
        Some((number, repetition)) => (number, repetition.trim_end_matches(']').parse().ok()?),
        None => (head, 1),
    };
    if parts.clone().nth(1).is_some_and(|sub| sub != "1") {
        return None;
    }
    let component = parts.next().map_or(Some(1), |part| part.parse().ok())?;
    Some((number.parse().ok()?, repetition, component))
}

#[test]
fn the_names_of_fields_are_read_alike_the_quick_way_and_the_long_way() {
    for (name, place) in [
        ("PID-3", Some((3, 1, 1))),
        ("PID-3.2", Some((3, 1, 2))),
        ("PID-3[2].4", Some((3, 2, 4))),
        ("PID-3[2]", Some((3, 2, 1))),
        ("PID-3.4.1", Some((3, 1, 4))),
        ("PID-3.4.2", None),
        ("PID-", None),
        ("PID", None),
        ("PID-3.", None),
        ("PID-99999999.1", None),
        ("ZZ-3.70000", None),
    ] {
        assert_eq!(place_of(name), place, "{name}");
        assert!(
            plain_place(name).is_none_or(|quick| Some(quick) == place),
            "{name}"
        );
    }
}

struct Segment<'r> {
    /// Each with its place in one number: a field is looked for again and again.
    fields: Vec<(u64, &'r Field)>,
    /// A bit for each field's number, the last for all that are higher: most fields that are asked for are not there.
    numbers: u64,
}

/// The bit of a field's number.
const fn bit(number: u16) -> u64 {
    1 << if number < 63 { number } else { 63 }
}

/// A place as one number, in the same order.
const fn packed((number, repetition, component): At) -> u64 {
    (number as u64) << 32 | (repetition as u64) << 16 | component as u64
}

impl<'r> Segment<'r> {
    /// The segment's fields in the order of their places; of two in one place the first counts.
    fn of(record: &'r Record) -> Self {
        let fields = record
            .fields
            .iter()
            .filter_map(|field| Some((packed(place_of(&field.name)?), field)));
        let mut all = Vec::with_capacity(record.fields.len());
        all.extend(fields);
        let mut fields = all;
        if !fields.is_sorted_by_key(|(at, _)| *at) {
            fields.sort_by_key(|(at, _)| *at);
        }
        let numbers = fields.iter().map(|(at, _)| bit((at >> 32) as u16));
        let numbers = numbers.fold(0, std::ops::BitOr::bitor);
        Self { fields, numbers }
    }
    fn has(&self, number: u16) -> bool {
        self.numbers & bit(number) != 0
    }
    fn get(&self, number: u16, repetition: u16, component: u16) -> Option<&'r Field> {
        if !self.has(number) {
            return None;
        }
        let at = packed((number, repetition, component));
        let index = self.fields.partition_point(|(other, _)| *other < at);
        self.fields
            .get(index)
            .filter(|(other, _)| *other == at)
            .map(|(_, field)| *field)
            .filter(|field| !trimmed(&field.value).is_empty() && field.value != "\"\"")
    }
    fn text(&self, number: u16, repetition: u16, component: u16) -> &'r str {
        self.get(number, repetition, component)
            .map_or("", |field| trimmed(&field.value))
    }
    fn repetitions(&self, number: u16) -> u16 {
        if !self.has(number) {
            return 0;
        }
        let end = self
            .fields
            .partition_point(|(at, _)| at >> 32 <= u64::from(number));
        end.checked_sub(1)
            .and_then(|last| self.fields.get(last))
            .filter(|(at, _)| at >> 32 == u64::from(number))
            .map_or(0, |(at, _)| (at >> 16) as u16)
    }
}

const WHY: &str = "HL7 field";

/// What this segment states.
pub(crate) fn detect(
    record: &Record,
    subject: SubjectId,
    kept: &mut Kept,
    emit: &mut dyn FnMut(&Mention),
) {
    // Of many segments nothing is asked.
    let segment = LazyCell::new(|| Segment::of(record));
    let s = &segment;
    let mut c = Collector::new(Role::Patient, kept);
    let own = Whose::own;
    match record.name.as_str() {
        "PID" => {
            for number in [2, 3, 4] {
                identifiers(&mut c, s, number);
            }
            for number in [5, 9] {
                name(&mut c, s, number, own());
            }
            name(&mut c, s, 6, Whose::other(Role::Relative, "mother"));
            single(&mut c, s, 7, Sense::whole(E::BirthDate), own());
            single(&mut c, s, 8, Sense::whole(E::Sex), own());
            address(&mut c, s, 11, own());
            for number in [13, 14] {
                phones(&mut c, s, number, own());
            }
            single(&mut c, s, 15, Sense::whole(E::SpokenLanguage), own());
            single(
                &mut c,
                s,
                18,
                Sense::number(E::PatientNumber, "patient-number"),
                own(),
            );
            social(&mut c, s);
            single(&mut c, s, 20, Sense::whole(E::DriversLicence), own());
            single(&mut c, s, 29, Sense::whole(E::DeathDate), own());
        }
        "PD1" => {
            clinicians(&mut c, s, 4);
            single(&mut c, s, 3, Sense::whole(E::ServiceLocation), own());
        }
        "MRG" => {
            identifiers(&mut c, s, 1);
            name(&mut c, s, 7, own());
        }
        "NK1" => {
            let whose = Whose::other(Role::Relative, format!("nk1 {}", s.text(1, 1, 1)));
            name(&mut c, s, 2, whose.clone());
            address(&mut c, s, 4, whose.clone());
            phones(&mut c, s, 5, whose.clone());
            phones(&mut c, s, 6, whose.clone());
            single(&mut c, s, 16, Sense::whole(E::BirthDate), whose);
        }
        "GT1" => {
            let whose = Whose::other(Role::Relative, "guarantor");
            name(&mut c, s, 3, whose.clone());
            address(&mut c, s, 5, whose.clone());
            phones(&mut c, s, 6, whose.clone());
            phones(&mut c, s, 7, whose.clone());
            single(&mut c, s, 8, Sense::whole(E::BirthDate), whose.clone());
            single(&mut c, s, 12, Sense::whole(E::SocialInsuranceNumber), whose);
        }
        "IN1" => {
            for number in [8, 36, 49] {
                single(&mut c, s, number, Sense::whole(E::InsurancePolicy), own());
            }
            // The insured is the patient unless the relationship says otherwise.
            let relation = s.text(17, 1, 1).to_ascii_uppercase();
            if !matches!(relation.as_str(), "" | "SEL" | "SELF" | "18" | "01" | "1") {
                let whose = Whose::other(Role::Relative, "insured");
                name(&mut c, s, 16, whose.clone());
                single(&mut c, s, 18, Sense::whole(E::BirthDate), whose.clone());
                address(&mut c, s, 19, whose);
            }
        }
        "IN2" => {
            single(&mut c, s, 2, Sense::whole(E::SocialInsuranceNumber), own());
            single(&mut c, s, 6, Sense::whole(E::HealthNumber), own());
        }
        "PV1" => {
            location(&mut c, s, 3);
            for number in [7, 8, 9, 17, 52] {
                clinicians(&mut c, s, number);
            }
            single(
                &mut c,
                s,
                19,
                Sense::number(E::PatientNumber, "patient-number").weak(),
                own(),
            );
            for number in [44, 45] {
                single(&mut c, s, number, Sense::whole(E::ServiceDate), own());
            }
        }
        "PV2" => {
            coded(&mut c, s, 3, E::Diagnosis);
            single(&mut c, s, 8, Sense::whole(E::ServiceDate), own());
        }
        "ORC" => {
            for number in [10, 11, 12] {
                clinicians(&mut c, s, number);
            }
        }
        "OBR" => {
            let is_image =
                ["RAD", "CT", "MR", "US", "NMR", "XR", "MG", "NM"].contains(&s.text(24, 1, 1));
            coded(
                &mut c,
                s,
                4,
                if is_image {
                    E::MedicalImage
                } else {
                    E::Procedure
                },
            );
            single(&mut c, s, 7, Sense::whole(E::ServiceDate), own());
            coded(&mut c, s, 31, E::Diagnosis);
            single(&mut c, s, 13, Sense::whole(E::MedicalHistory), own());
            for number in [16, 28, 32] {
                clinicians(&mut c, s, number);
            }
        }
        "OBX" => observation(&mut c, s),
        "DG1" => {
            coded(&mut c, s, 3, E::Diagnosis);
            single(&mut c, s, 4, Sense::whole(E::Diagnosis), own());
            clinicians(&mut c, s, 16);
        }
        "PR1" => {
            coded(&mut c, s, 3, E::Procedure);
            single(&mut c, s, 4, Sense::whole(E::Procedure), own());
            single(&mut c, s, 5, Sense::whole(E::ServiceDate), own());
            for number in [8, 11, 12] {
                clinicians(&mut c, s, number);
            }
        }
        "AL1" | "IAM" => coded(&mut c, s, 3, E::Allergy),
        "RXA" => {
            coded(&mut c, s, 5, E::Immunization);
            single(&mut c, s, 3, Sense::whole(E::ServiceDate), own());
            clinicians(&mut c, s, 10);
        }
        "RXE" | "RXD" | "RXG" => coded(&mut c, s, 2, E::Medication),
        "RXO" => {
            coded(&mut c, s, 1, E::Medication);
            clinicians(&mut c, s, 14);
        }
        "SCH" => {
            if let Some(field) = s.get(11, 1, 4) {
                c.add(own(), "", Sense::whole(E::ServiceDate), field, WHY);
            }
        }
        "AIS" | "AIG" => single(&mut c, s, 4, Sense::whole(E::ServiceDate), own()),
        "AIL" => location(&mut c, s, 3),
        "AIP" => clinicians(&mut c, s, 3),
        "TXA" => {
            if let Some(field) = s.get(2, 1, 1) {
                c.add(own(), "", Sense::whole(E::ConsultationReport), field, WHY);
            }
            for number in [5, 9, 10] {
                clinicians(&mut c, s, number);
            }
        }
        "CON" => single(&mut c, s, 2, Sense::whole(E::Consent), own()),
        "PRD" => {
            let whose = Whose::other(Role::Clinician, "prd");
            name(&mut c, s, 2, whose.clone());
            phones(&mut c, s, 5, whose);
        }
        "ROL" => clinicians(&mut c, s, 4),
        "STF" => {
            let whose = Whose::other(Role::Staff, s.text(1, 1, 1));
            name(&mut c, s, 3, whose.clone());
            phones(&mut c, s, 10, whose);
        }
        name if name.starts_with('Z') => by_form(&mut c, record),
        _ => {}
    }
    c.finish(subject, kept, emit);
}

fn single<'r>(c: &mut Collector<'r>, s: &Segment<'r>, number: u16, sense: Sense, whose: Whose<'r>) {
    for repetition in 1..=s.repetitions(number) {
        if let Some(field) = s.get(number, repetition, 1) {
            c.add(whose.clone(), "", sense, field, WHY);
        }
    }
}

fn name<'r>(c: &mut Collector<'r>, s: &Segment<'r>, number: u16, whose: Whose<'r>) {
    for repetition in 1..=s.repetitions(number) {
        let group = Group::Place(number, repetition);
        for (component, part) in [
            (1, Part::Family),
            (2, Part::Given),
            (3, Part::Middle),
            (4, Part::Suffix),
        ] {
            if let Some(field) = s.get(number, repetition, component) {
                c.add(whose.clone(), group, Sense::part(E::Name, part), field, WHY);
            }
        }
    }
}

fn address<'r>(c: &mut Collector<'r>, s: &Segment<'r>, number: u16, whose: Whose<'r>) {
    for repetition in 1..=s.repetitions(number) {
        // A place of birth is no address.
        if matches!(s.text(number, repetition, 7), "N" | "BDL" | "BR") {
            continue;
        }
        let group = Group::Place(number, repetition);
        for (component, part) in [
            (1, Part::Street),
            (2, Part::Unit),
            (3, Part::City),
            (4, Part::Province),
            (5, Part::PostalCode),
            (6, Part::Country),
        ] {
            if let Some(field) = s.get(number, repetition, component) {
                c.add(
                    whose.clone(),
                    group,
                    Sense::part(E::Address, part),
                    field,
                    WHY,
                );
            }
        }
    }
}

fn phones<'r>(c: &mut Collector<'r>, s: &Segment<'r>, number: u16, whose: Whose<'r>) {
    for repetition in 1..=s.repetitions(number) {
        if let Some(field) = s
            .get(number, repetition, 4)
            .filter(|field| field.value.contains('@'))
        {
            c.add(whose.clone(), "", Sense::whole(E::Email), field, WHY);
        }
        match s.get(number, repetition, 1) {
            Some(field) if field.value.contains('@') => {
                c.add(whose.clone(), "", Sense::whole(E::Email), field, WHY)
            }
            Some(field) => c.add(whose.clone(), "", Sense::whole(E::Phone), field, WHY),
            None => {
                let (area, local) = (s.text(number, repetition, 6), s.get(number, repetition, 7));
                if let Some(field) = local {
                    c.add_value(
                        whose.clone(),
                        "",
                        Sense::whole(E::Phone),
                        field,
                        Cow::Owned(format!("{area}{}", field.value)),
                        WHY,
                    );
                } else if let Some(field) = s.get(number, repetition, 12) {
                    c.add(whose.clone(), "", Sense::whole(E::Phone), field, WHY);
                }
            }
        }
    }
}

/// The kind of number that an authority assigns: a sender's messages name few of them, again and again.
fn authority_of(authority: &str) -> Option<&'static Kind> {
    thread_local! {
        static KNOWN: RefCell<Memo<Option<&'static Kind>, 256>> = const { RefCell::new(Memo::new()) };
    }
    memo::kept(&KNOWN, authority, 0, || {
        whose_identifiers::from_authority(authority)
    })
}

/// CX: the number, who assigned it, and the type code.
fn identifiers<'r>(c: &mut Collector<'r>, s: &Segment<'r>, number: u16) {
    for repetition in 1..=s.repetitions(number) {
        let Some(field) = s.get(number, repetition, 1) else {
            continue;
        };
        let authority = s.text(number, repetition, 4);
        let type_code = s.text(number, repetition, 5);
        let family = whose_identifiers::type_code(type_code);
        let kind = authority_of(authority)
            .filter(|_| !matches!(type_code, "MR" | "PI" | "AN" | "VN" | "PT"));
        let looks_like_health = || {
            // Untyped numbers of which only a plan's form is known, as RAMQ's.
            crate::elements::numbers::is_ramq(&field.value)
        };
        let sense = match (family.and_then(element_of), kind) {
            (Some(E::HealthNumber) | None, Some(kind))
                if element_of(kind.family) == Some(E::HealthNumber)
                    && (family.is_some() || type_code.is_empty()) =>
            {
                Sense::number(E::HealthNumber, kind.id)
            }
            (Some(element), _) => Sense::whole(element),
            (None, _) if looks_like_health() => Sense::number(E::HealthNumber, "ca-qc"),
            (None, _) if type_code == "MR" || number == 3 && type_code.is_empty() => {
                Sense::number(E::MedicalRecordNumber, "mrn")
            }
            (None, _) => Sense::number(E::PatientNumber, "patient-number"),
        };
        let value = Cow::Borrowed(field.value.as_str());
        if sense.element == E::HealthNumber
            && value.chars().filter(char::is_ascii_digit).count() < 5
        {
            continue;
        }
        if sense.scheme == "mrn" || sense.scheme == "patient-number" {
            let value = trimmed(&field.value);
            if !value.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let coded = Coded {
                element: sense.element,
                scheme: sense.scheme,
                value,
                why: WHY,
            };
            c.add_coded(coded, field);
            continue;
        }
        c.add_value(
            Whose::own(),
            "",
            sense,
            field,
            value,
            "HL7 type code or assigning authority",
        );
    }
}

/// PID-19 is the SSN by the standard; Canadian systems keep the health number there.
fn social<'r>(c: &mut Collector<'r>, s: &Segment<'r>) {
    if let Some(field) = s.get(19, 1, 1) {
        let digits = crate::text::n_digits(&field.value);
        let element = if digits == 9 && !crate::elements::numbers::is_ramq(&field.value) {
            E::SocialInsuranceNumber
        } else {
            E::HealthNumber
        };
        c.add(Whose::own(), "", Sense::whole(element), field, WHY);
    }
}

/// XCN: a number and a name of somebody who treats, refers or orders.
fn clinicians<'r>(c: &mut Collector<'r>, s: &Segment<'r>, number: u16) {
    for repetition in 1..=s.repetitions(number) {
        let (id, family, given) = (
            s.get(number, repetition, 1),
            s.get(number, repetition, 2),
            s.get(number, repetition, 3),
        );
        // One doctor is one subject in all fields of a message.
        let which = id
            .map(|field| Cow::Borrowed(field.value.as_str()))
            .or_else(|| {
                Some(Cow::Owned(format!(
                    "{} {}",
                    family?.value,
                    given.map_or("", |g| &g.value)
                )))
            })
            .unwrap_or_default();
        if which.is_empty() {
            continue;
        }
        let whose = Whose::other(Role::Clinician, which);
        let group = Group::Place(number, repetition);
        for (field, part) in [
            (family, Part::Family),
            (given, Part::Given),
            (s.get(number, repetition, 4), Part::Middle),
        ] {
            if let Some(field) = field {
                c.add(whose.clone(), group, Sense::part(E::Name, part), field, WHY);
            }
        }
        if let Some(field) =
            id.filter(|field| field.value.bytes().filter(u8::is_ascii_digit).count() >= 3)
        {
            c.add(whose, "", Sense::whole(E::PractitionerNumber), field, WHY);
        }
    }
}

fn location<'r>(c: &mut Collector<'r>, s: &Segment<'r>, number: u16) {
    let field = s.get(number, 1, 4).or_else(|| s.get(number, 1, 1));
    if let Some(field) = field {
        c.add(
            Whose::own(),
            "",
            Sense::whole(E::ServiceLocation),
            field,
            WHY,
        );
    }
}

/// CE/CWE: text where there is one, else the code.
fn coded<'r>(c: &mut Collector<'r>, s: &Segment<'r>, number: u16, element: E) {
    for repetition in 1..=s.repetitions(number) {
        let (code, text) = (s.get(number, repetition, 1), s.get(number, repetition, 2));
        let system = s.text(number, repetition, 3).to_ascii_uppercase();
        if let Some(field) = text {
            c.add(Whose::own(), "", Sense::whole(element), field, WHY);
        }
        if let Some(field) = code
            && (text.is_none() || element == E::Diagnosis)
        {
            let mut coded = Coded {
                element,
                scheme: "",
                value: &field.value,
                why: WHY,
            };
            if element == E::Diagnosis
                && (system.contains("I10") || system.contains("ICD") || system.contains("I9"))
            {
                coded.scheme = "icd-10";
            } else if element == E::Medication && system.contains("DIN") {
                coded.scheme = "ca-din";
            }
            c.add_coded(coded, field);
        }
    }
}

fn observation<'r>(c: &mut Collector<'r>, s: &Segment<'r>) {
    let kind = s.text(2, 1, 1);
    let own = Whose::own;
    if matches!(kind, "ED" | "RP") {
        if let Some(field) = s.get(3, 1, 2).or_else(|| s.get(3, 1, 1)) {
            c.add(own(), "", Sense::whole(E::MedicalImage), field, WHY);
        }
        return;
    }
    let Some(value) = s.get(5, 1, 1) else {
        return;
    };
    let is_prose = matches!(kind, "TX" | "FT") && value.value.len() > 60;
    if is_prose {
        c.add(own(), "", Sense::whole(E::ConsultationReport), value, WHY);
        return;
    }
    for (field, part) in [
        (s.get(3, 1, 2), Part::Term),
        (s.get(3, 1, 1), Part::Code),
        (Some(value), Part::Value),
        (s.get(6, 1, 1), Part::Measure),
    ] {
        if let Some(field) = field {
            c.add(own(), "obx", Sense::part(E::LabResult, part), field, WHY);
        }
    }
}

/// Fields without a meaning of their own: only what no other value looks like.
fn by_form<'r>(c: &mut Collector<'r>, record: &'r Record) {
    for field in &record.fields {
        let value = field.value.trim();
        if contact::parse_email(value).is_some() {
            c.add(
                Whose::own(),
                "",
                Sense::whole(E::Email).weak(),
                field,
                "form of the value",
            );
        } else if contact::scan_phone(value)
            .is_some_and(|phone| phone.is_formatted && phone.len == value.len())
        {
            c.add(
                Whose::own(),
                "",
                Sense::whole(E::Phone).weak(),
                field,
                "form of the value",
            );
        } else if crate::elements::numbers::is_ramq(value) {
            c.add(
                Whose::own(),
                "",
                Sense::number(E::HealthNumber, "ca-qc"),
                field,
                "form of the value",
            );
        }
    }
}
