//! DICOM attributes by keyword: the patient, those who treat, what was pictured, and where.
//!
//! A field is named by its keyword, within a sequence `RequestAttributesSequence[1].RequestedProcedureDescription`;
//! the last step counts. Person names come as `Roy^Anna^M^Dr^Jr`, each writing as a field.
//!
//! Format: DICOM PS3.6 (keywords), PS3.3, C.2 (patient modules), C.7.2 (study); PS3.5, 6.2 (person names).

use std::borrow::Cow;

use whose_model::{DataElement as E, Field, Role};

use super::collect::{Collector, Whose};
use crate::{
    labels,
    sense::{Part, Sense},
};

/// The keyword of a field: its last step, without its number.
fn keyword(field: &Field) -> &str {
    let last = field
        .name
        .rsplit(['.', '/', ' '])
        .next()
        .unwrap_or(&field.name);
    last.split('[').next().unwrap_or(last)
}

/// Whose name an attribute holds.
fn named(keyword: &str) -> Option<Whose<'_>> {
    let clinician = |which| Some(Whose::other(Role::Clinician, which));
    match keyword {
        "PatientName" | "OtherPatientNames" | "PatientBirthName" => Some(Whose::own()),
        "PatientMotherBirthName" => Some(Whose::other(Role::Relative, "mother")),
        "ResponsiblePerson" => Some(Whose::other(Role::Relative, "responsible")),
        "OperatorsName" | "ContentCreatorName" | "OrderEnteredBy" => {
            Some(Whose::other(Role::Staff, keyword))
        }
        "EvaluatorName"
        | "ReviewerName"
        | "PersonName"
        | "VerifyingObserverName"
        | "HumanPerformerName" => clinician(keyword),
        _ if keyword.contains("Physician") || keyword == "ConsultingPhysicianName" => {
            clinician(keyword)
        }
        _ => None,
    }
}

/// Takes a person's name. `false` when the field is none.
pub(super) fn person<'r>(collector: &mut Collector<'r>, field: &'r Field) -> bool {
    let keyword = keyword(field);
    let is_private = field.name.starts_with('(');
    let whose = match named(keyword) {
        Some(whose) if !keyword.contains("Identification") && !keyword.contains("Telephone") => {
            whose
        }
        None if is_private && looks_like_name(&field.value) => Whose::own(),
        _ => return false,
    };
    let group = field.name.as_str();
    let parts = [Part::Family, Part::Given, Part::Middle];
    if field.value.contains('^') {
        for (value, part) in field.value.split('^').zip(parts) {
            let value = value.trim();
            if !value.is_empty() {
                let sense = Sense::part(E::Name, part);
                let sense = if is_private { sense.weak() } else { sense };
                collector.add_value(
                    whose.clone(),
                    group,
                    sense,
                    field,
                    Cow::Borrowed(value),
                    "DICOM attribute",
                );
            }
        }
    } else {
        collector.add(
            whose,
            group,
            Sense::whole(E::Name),
            field,
            "DICOM attribute",
        );
    }
    true
}

/// `ROY^ANNA` in an attribute that only its maker knows.
fn looks_like_name(value: &str) -> bool {
    let letters = |part: &str| {
        part.chars().filter(|ch| ch.is_alphabetic()).count() >= 2
            && part
                .chars()
                .all(|ch| ch.is_alphabetic() || " -'.".contains(ch))
    };
    let mut parts = value.split('^');
    let (family, given) = (parts.next(), parts.next());
    value.len() <= 96 && family.is_some_and(letters) && given.is_some_and(letters)
}

/// What an attribute says, of whom.
pub(super) fn read(field: &Field) -> Option<(Sense, Whose<'_>, &str)> {
    let keyword = keyword(field);
    let sense = match keyword {
        "PatientID" | "(0010,0020)" | "OtherPatientIDs" => {
            Sense::number(E::MedicalRecordNumber, "mrn")
        }
        "PatientBirthDate" => Sense::whole(E::BirthDate),
        "PatientSex" => Sense::whole(E::Sex),
        "PatientAge" => Sense::whole(E::Age),
        "PatientAddress" => Sense::whole(E::Address),
        "PatientSize" => Sense::whole(E::Height),
        "PatientWeight" => Sense::whole(E::Weight),
        "PatientTelephoneNumbers" => Sense::whole(E::Phone),
        "PatientInsurancePlanCodeSequence" | "InsurancePlanIdentification" => {
            Sense::whole(E::InsurancePolicy)
        }
        "AccessionNumber" => Sense::number(E::MedicalImage, "accession"),
        "AdmissionID" | "ServiceEpisodeID" => {
            Sense::number(E::PatientNumber, "patient-number").weak()
        }
        "MedicalRecordLocator" => Sense::number(E::MedicalRecordNumber, "mrn").weak(),
        "StudyDate"
        | "AdmittingDate"
        | "ScheduledProcedureStepStartDate"
        | "PerformedProcedureStepStartDate" => Sense::whole(E::ServiceDate),
        "InstitutionName" => Sense::whole(E::ServiceLocation),
        "MedicalAlerts"
        | "PatientState"
        | "AdditionalPatientHistory"
        | "ReasonForTheRequestedProcedure" => Sense::whole(E::MedicalHistory),
        "Allergies" => Sense::whole(E::Allergy),
        "AdmittingDiagnosesDescription" | "DischargeDiagnosisDescription" => {
            Sense::whole(E::Diagnosis)
        }
        "RequestedProcedureDescription"
        | "ScheduledProcedureStepDescription"
        | "PerformedProcedureStepDescription" => Sense::whole(E::Procedure),
        "ContrastBolusAgent" => Sense::whole(E::Medication),
        "StudyDescription" | "SOPInstanceUID" => Sense::whole(E::MedicalImage),
        _ if named(keyword).is_some()
            || keyword.starts_with("Institution")
            || keyword.starts_with("Issuer") =>
        {
            return None;
        }
        _ => labels::sense_of(keyword)
            .filter(|sense| sense.is_sure && sense.role.is_none_or(|role| role == Role::Patient))?,
    };
    Some((sense, Whose::own(), ""))
}

/// Fields in which somebody wrote freely.
pub(super) fn is_text(field: &Field) -> bool {
    let value = field.value.trim();
    let n_words = value.split_whitespace().count();
    value.len() >= 16 && n_words >= 3 && !value.contains('\\')
}
