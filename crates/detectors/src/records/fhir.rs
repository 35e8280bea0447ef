//! FHIR resources by type and path: the patient, those beside them, and what each clinical resource states.
//!
//! Paths are taken without their indices; the path up to the last step keeps
//! its indices and groups the parts of one name, address, identifier or coding.
//!
//! Format: HL7 FHIR DSTU2, STU3, R4, R5.

use std::{borrow::Cow, cell::RefCell};

use whose_model::{DataElement as E, Field, Mention, Record, Role, SubjectId};

use super::collect::{Collector, Kept, Whose};
use crate::{
    elements::{contact, numbers::element_of},
    memo::{self, Memo},
    sense::{Part, Sense},
};

const WHY: &str = "FHIR path";

/// What this resource states.
pub(crate) fn detect(
    record: &Record,
    subject: SubjectId,
    kept: &mut Kept,
    emit: &mut dyn FnMut(&Mention),
) {
    let own_role = match record.name.as_str() {
        "Practitioner" | "PractitionerRole" => Role::Clinician,
        "RelatedPerson" => Role::Relative,
        "Organization"
        | "Location"
        | "Medication"
        | "CapabilityStatement"
        | "StructureDefinition"
        | "ValueSet"
        | "CodeSystem"
        | "ConceptMap"
        | "SearchParameter"
        | "OperationDefinition"
        | "ImplementationGuide"
        | "Substance"
        | "HealthcareService"
        | "Endpoint"
        | "NamingSystem"
        | "Bundle"
        | "Questionnaire"
        | "PlanDefinition"
        | "ActivityDefinition"
        | "Library"
        | "Measure"
        | "GraphDefinition"
        | "TestScript"
        | "MedicationKnowledge"
        | "Device"
        | "DeviceDefinition"
        | "InsurancePlan"
        | "ResearchStudy"
        | "Slot"
        | "Schedule"
        | "MessageDefinition"
        | "CompartmentDefinition"
        | "TerminologyCapabilities"
        | "StructureMap"
        | "EventDefinition"
        | "ExampleScenario"
        | "ChargeItemDefinition"
        | "ObservationDefinition"
        | "SpecimenDefinition"
        | "Evidence"
        | "EvidenceVariable"
        | "ResearchDefinition"
        | "ResearchElementDefinition"
        | "OrganizationAffiliation"
        | "Subscription"
        | "TestReport"
        | "Provenance"
        | "AuditEvent" => return,
        _ => Role::Patient,
    };
    let mut room = String::new();
    let fields = plain_paths(record, &mut room);
    let mut c = Collector::new(own_role, kept);
    for (path, field) in &fields {
        person(&mut c, &fields, path, field);
        references(&mut c, path, field);
    }
    match record.name.as_str() {
        "Patient" | "Person" | "RelatedPerson" | "Practitioner" => {}
        name => clinical(&mut c, name, &fields),
    }
    c.finish(subject, kept, emit);
}

/// A field with its path.
type Placed<'p, 'r> = (&'p str, &'r Field);

/// The fields with their paths without indices, which are written one behind the other into `room`.
fn plain_paths<'p, 'r>(record: &'r Record, room: &'p mut String) -> Vec<Placed<'p, 'r>> {
    room.reserve(record.fields.iter().map(|field| field.name.len()).sum());
    let mut ends = Vec::with_capacity(record.fields.len());
    for field in &record.fields {
        push_plain(&field.name, room);
        ends.push(room.len());
    }
    let mut from = 0;
    let paths = ends
        .into_iter()
        .map(|end| &room[std::mem::replace(&mut from, end)..end]);
    // Contained resources are other people or things.
    paths
        .zip(&record.fields)
        .filter(|(path, _)| !path.starts_with("contained"))
        .collect()
}

/// Adds the path without its indices.
fn push_plain(path: &str, to: &mut String) {
    let (mut depth, mut from) = (0, 0);
    // So short a text is gone through sooner than searched.
    for (at, b) in path.bytes().enumerate() {
        if matches!(b, b'[' | b']') {
            if depth == 0 {
                to.push_str(&path[from..at]);
            }
            depth += if b == b'[' { 1 } else { -1 };
            from = at + 1;
        }
    }
    if depth == 0 {
        to.push_str(&path[from..]);
    }
}

#[test]
fn a_path_is_told_without_its_indices() {
    for (path, plain) in [
        ("name[0].given[1]", "name.given"),
        ("birthDate", "birthDate"),
        ("extension[url[0]].valueCode", "extension.valueCode"),
        ("a]b[0]c", "a0"),
        ("a[0", "a"),
    ] {
        let mut to = String::new();
        push_plain(path, &mut to);
        assert_eq!(to, plain, "{path}");
    }
}

fn parent(field: &Field) -> &str {
    field.name.rsplit_once('.').map_or("", |(head, _)| head)
}

/// The value beside this field, under the same parent.
fn sibling<'r>(fields: &[Placed<'_, 'r>], field: &Field, step: &str) -> &'r str {
    let head = parent(field);
    fields
        .iter()
        .find(|(_, other)| {
            other
                .name
                .strip_prefix(head)
                .and_then(|rest| rest.strip_prefix('.')?.strip_prefix(step))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
        .map_or("", |(_, other)| other.value.as_str())
}

/// Names, numbers and ways to reach somebody, in `Patient` and wherever a resource carries them.
fn person<'r>(c: &mut Collector<'r>, fields: &[Placed<'_, 'r>], path: &str, field: &'r Field) {
    let (head, rest) = match path.strip_prefix("contact.") {
        Some(rest) => {
            let index = field.name.split('.').next().unwrap_or("contact");
            (Whose::other(Role::Relative, index), rest)
        }
        None => (Whose::own(), path),
    };
    let mut add = |sense| {
        let group = parent(field);
        let end = memchr::memmem::find(group.as_bytes(), b"line").unwrap_or(group.len());
        c.add(head.clone(), &group[..end], sense, field, WHY);
    };
    match rest {
        "name.family" => add(Sense::part(E::Name, Part::Family)),
        "name.given" => add(Sense::part(E::Name, Part::Given)),
        "name.suffix" if !crate::elements::name::is_clinical_credential(&field.value) => {
            add(Sense::part(E::Name, Part::Suffix))
        }
        "name.text" if sibling(fields, field, "family").is_empty() => add(Sense::whole(E::Name)),
        "gender" => add(Sense::whole(E::Sex)),
        "birthDate" => add(Sense::whole(E::BirthDate)),
        "deceasedDateTime" => add(Sense::whole(E::DeathDate)),
        "address.line" => add(Sense::part(E::Address, Part::Street)),
        "address.city" => add(Sense::part(E::Address, Part::City)),
        "address.state" => add(Sense::part(E::Address, Part::Province)),
        "address.postalCode" => add(Sense::part(E::Address, Part::PostalCode)),
        "address.country" => add(Sense::part(E::Address, Part::Country)),
        "address.text"
            if sibling(fields, field, "city").is_empty()
                && sibling(fields, field, "line").is_empty() =>
        {
            add(Sense::part(E::Address, Part::Whole))
        }
        "communication.language.text" | "communication.language.coding.code" => {
            add(Sense::whole(E::SpokenLanguage))
        }
        "telecom.value" => {
            let system = sibling(fields, field, "system");
            if system == "email" || field.value.contains('@') {
                add(Sense::whole(E::Email));
            } else if matches!(system, "phone" | "fax" | "sms" | "")
                && contact::parse_phone(&field.value).is_some()
            {
                add(Sense::whole(E::Phone));
            }
        }
        "photo.url" | "photo.title" | "photo.contentType" => {
            add(Sense::whole(E::MedicalImage).weak())
        }
        "identifier.value" => identifier(c, fields, field),
        _ => {}
    }
}

fn identifier<'r>(c: &mut Collector<'r>, fields: &[Placed<'_, 'r>], field: &'r Field) {
    // A prescription's or an order's own number is nobody's.
    let system = sibling(fields, field, "system");
    let head = parent(field);
    let is_type = |name: &str| {
        name.strip_prefix(head)
            .is_some_and(|rest| rest.starts_with(".type.coding"))
    };
    let code = fields
        .iter()
        .find(|(_, other)| is_type(&other.name) && other.name.ends_with(".code"))
        .map_or("", |(_, other)| other.value.as_str());
    let sense = if let Some(kind) = whose_identifiers::from_system(system) {
        element_of(kind.family).map(|element| Sense::number(element, kind.id))
    } else if let Some(element) = whose_identifiers::type_code(code).and_then(element_of) {
        Some(Sense::whole(element))
    } else if code == "MR" || system.to_ascii_lowercase().contains("mrn") {
        Some(Sense::number(E::MedicalRecordNumber, "mrn"))
    } else if crate::elements::numbers::is_ramq(&field.value) {
        Some(Sense::number(E::HealthNumber, "ca-qc"))
    } else {
        None
    };
    let is_person = fields
        .iter()
        .any(|(path, _)| matches!(*path, "name.family" | "birthDate" | "name.text"));
    let is_coverage = fields
        .iter()
        .any(|(path, _)| path.starts_with("beneficiary") || *path == "subscriberId");
    match sense {
        Some(sense) => c.add(Whose::own(), "", sense, field, "identifier system or type"),
        None if is_person => c.add(
            Whose::own(),
            "",
            Sense::number(E::PatientNumber, "patient-number"),
            field,
            WHY,
        ),
        None if is_coverage => c.add(
            Whose::own(),
            "",
            Sense::whole(E::InsurancePolicy),
            field,
            WHY,
        ),
        None => {}
    }
}

/// Who is referred to by name.
fn references<'r>(c: &mut Collector<'r>, path: &str, field: &'r Field) {
    let Some(head) = path.strip_suffix(".display") else {
        return;
    };
    let last = head.rsplit('.').next().unwrap_or(head);
    let (whose, sense) = match last {
        "subject" | "patient" | "beneficiary" | "for" => (Whose::own(), Sense::whole(E::Name)),
        "performer"
        | "requester"
        | "recorder"
        | "asserter"
        | "author"
        | "individual"
        | "practitioner"
        | "generalPractitioner"
        | "prescriber"
        | "provider"
        | "participant"
        | "resultsInterpreter"
        | "informationSource"
        | "actor"
            if head != "contact" =>
        {
            if !looks_personal(&field.value) {
                return;
            }
            (
                Whose::other(Role::Clinician, field.value.as_str()),
                Sense::whole(E::Name),
            )
        }
        "location" | "serviceProvider" | "managingOrganization" | "facility" => {
            (Whose::own(), Sense::whole(E::ServiceLocation))
        }
        "payor" => (Whose::own(), Sense::part(E::InsurancePolicy, Part::Issuer)),
        "medicationReference" => (Whose::own(), Sense::whole(E::Medication)),
        _ => return,
    };
    if sense.element == E::Name && !looks_personal(&field.value) {
        return;
    }
    c.add(whose, field.name.as_str(), sense, field, WHY);
}

/// `Dr. Anna Lee`, not `General Hospital`: the same few are referred to again and again.
fn looks_personal(text: &str) -> bool {
    thread_local! {
        static KNOWN: RefCell<Memo<bool, 256>> = const { RefCell::new(Memo::new()) };
    }
    memo::kept(&KNOWN, text, 0, || is_personal(text))
}

fn is_personal(text: &str) -> bool {
    text.contains(' ')
        && crate::elements::name::parse(text).is_some()
        && crate::text::words(text).all(|range| {
            let flags = crate::lexicon::lexicon().look_up(&text[range]);
            flags & crate::lexicon::NEVER_NAME == 0
                || flags & (crate::lexicon::GIVEN | crate::lexicon::FAMILY) != 0
                || crate::elements::name::title_of(text.split([' ', '.']).next().unwrap_or(""))
                    .is_some()
        })
}

fn clinical<'r>(c: &mut Collector<'r>, resource: &str, fields: &[Placed<'_, 'r>]) {
    // Where each resource says what it is about, and which element that is.
    let (subjects, element): (&[&str], E) = match resource {
        "Condition" | "Flag" => (&["code"], E::Diagnosis),
        "Observation" => (&[], E::LabResult),
        "MedicationRequest"
        | "MedicationStatement"
        | "MedicationDispense"
        | "MedicationAdministration"
        // As DSTU2 calls the request.
        | "MedicationOrder" => (
            &["medicationCodeableConcept", "medication.concept", "medication"],
            E::Medication,
        ),
        "Immunization" => (&["vaccineCode"], E::Immunization),
        "ImmunizationRecommendation" => (&["recommendation.vaccineCode"], E::Immunization),
        "AllergyIntolerance" => (&["code"], E::Allergy),
        "Procedure" | "ServiceRequest" | "ProcedureRequest" | "DiagnosticOrder" => {
            (&["code", "code.concept"], E::Procedure)
        }
        "DiagnosticReport" => (
            &["code", "conclusion", "conclusionCode"],
            E::ConsultationReport,
        ),
        "DocumentReference" | "Composition" | "ClinicalImpression" => {
            (&["type", "description", "title"], E::ConsultationReport)
        }
        "ImagingStudy" => (
            &[
                "description",
                "procedureCode",
                "series.description",
                "modality",
            ],
            E::MedicalImage,
        ),
        "Media" => (
            &["type", "content.title", "content.contentType"],
            E::MedicalImage,
        ),
        "Consent" => (&["scope", "category", "status"], E::Consent),
        "ResearchSubject" | "EpisodeOfCare" | "CareTeam" | "CarePlan" => {
            (&["title", "type", "category", "description"], E::Consent)
        }
        "FamilyMemberHistory" => (&["condition.code"], E::MedicalHistory),
        "Encounter" => (&["reasonCode", "reason", "reason.value.concept"], E::Diagnosis),
        "Appointment" => (
            &["reasonCode", "reason", "reason.concept", "description"],
            E::Diagnosis,
        ),
        "Claim" | "ExplanationOfBenefit" => (&["diagnosis.diagnosisCodeableConcept"], E::Diagnosis),
        "Coverage" => (
            &[
                "subscriberId",
                "policyHolder.identifier.value",
                "class.value",
            ],
            E::InsurancePolicy,
        ),
        "QuestionnaireResponse" => (&[], E::MedicalHistory),
        _ => (&[], E::Diagnosis),
    };
    for &head in subjects {
        let mut has_text = None;
        for (path, field) in fields {
            let Some(rest) = path.strip_prefix(head) else {
                continue;
            };
            match rest {
                "" | ".text" | ".coding.display" => {
                    // The text and its codings say one thing once.
                    let concept = field
                        .name
                        .split(".coding")
                        .next()
                        .unwrap_or("")
                        .trim_end_matches(".text");
                    if has_text != Some(concept) {
                        c.add(Whose::own(), "", Sense::whole(element), field, WHY);
                        has_text = Some(concept);
                    }
                }
                ".coding.code"
                    if element == E::Diagnosis
                        && sibling(fields, field, "system").contains("icd") =>
                {
                    c.add(
                        Whose::own(),
                        "",
                        Sense::part(E::Diagnosis, Part::Code),
                        field,
                        WHY,
                    );
                }
                _ => {}
            }
        }
    }
    let mut dated = false;
    for (path, field) in fields {
        let is_date = matches!(
            *path,
            "effectiveDateTime"
                | "effectivePeriod.start"
                | "performedDateTime"
                | "performedPeriod.start"
                | "occurrenceDateTime"
                | "authoredOn"
                | "recordedDate"
                | "period.start"
                | "start"
                | "started"
                | "billablePeriod.start"
                | "onsetDateTime"
                | "onsetPeriod.start"
                | "whenHandedOver"
                | "date"
                | "dateTime"
                | "createdDateTime"
        );
        if is_date && !dated && !matches!(resource, "Coverage" | "Consent") {
            dated = true;
            let value = Cow::Borrowed(field.value.split('T').next().unwrap_or(&field.value));
            c.add_value(
                Whose::own(),
                "",
                Sense::whole(E::ServiceDate),
                field,
                value,
                WHY,
            );
        }
    }
    if resource == "Observation" {
        observation(c, fields);
    }
    if resource == "QuestionnaireResponse" {
        for (path, field) in fields
            .iter()
            .filter(|(path, _)| path.contains("answer.value"))
        {
            if path.ends_with("valueString") || path.ends_with("display") {
                c.add(
                    Whose::own(),
                    "",
                    Sense::whole(E::MedicalHistory).weak(),
                    field,
                    WHY,
                );
            }
        }
    }
}

fn observation<'r>(c: &mut Collector<'r>, fields: &[Placed<'_, 'r>]) {
    for (path, field) in fields {
        let (group, rest) = match path.strip_prefix("component.") {
            Some(rest) => (field.name.split('.').next().unwrap_or(""), rest),
            None => ("", *path),
        };
        let part = match rest {
            "code.text" => Part::Term,
            "code.coding.code" => Part::Code,
            "code.coding.display"
                if !fields
                    .iter()
                    .any(|(other, _)| matches!(*other, "code.text" | "component.code.text")) =>
            {
                Part::Term
            }
            "valueQuantity.value"
            | "valueString"
            | "valueCodeableConcept.text"
            | "valueInteger"
            | "valueDateTime"
            | "valueBoolean" => Part::Value,
            "valueCodeableConcept.coding.display"
                if !fields
                    .iter()
                    .any(|(other, _)| other.ends_with("valueCodeableConcept.text")) =>
            {
                Part::Value
            }
            "valueQuantity.unit" => Part::Measure,
            _ => continue,
        };
        c.add(
            Whose::own(),
            group,
            Sense::part(E::LabResult, part),
            field,
            WHY,
        );
    }
}
