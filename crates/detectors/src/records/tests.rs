//! What records give, by example and over arbitrary input.

use whose_model::{DataElement, Field, Locator, Mention, Normal, Record, RecordKind, Role};

use super::Records;

fn record(kind: RecordKind, name: &str, fields: &[(&str, &str)]) -> Record {
    Record {
        kind,
        name: name.into(),
        subject: Some("key".into()),
        fields: fields
            .iter()
            .map(|(name, value)| Field {
                name: (*name).into(),
                value: (*value).into(),
                place: Locator::Field {
                    path: (*name).into(),
                },
            })
            .collect(),
    }
}

fn detect(records: &[Record]) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut all = Records::default();
    let context = crate::Context::default();
    let mut passages = crate::passages::Passages::new(&context);
    for record in records {
        all.push(
            record,
            &crate::Custom::default(),
            &mut passages,
            &mut |mention| found.push(mention.clone()),
        );
    }
    found
}

fn has(found: &[Mention], element: DataElement, scheme: &str) -> bool {
    found
        .iter()
        .any(|m| m.element == element && m.scheme.as_ref().map_or("", |s| s.id()) == scheme)
}

#[test]
fn an_hl7_message_speaks_of_its_patient_and_its_doctor_is_another() {
    let found = detect(&[
        record(
            RecordKind::Hl7v2,
            "PID",
            &[
                ("PID-3.1", "982231"),
                ("PID-3.5", "MR"),
                ("PID-3[2].1", "6012345671"),
                ("PID-3[2].4", "ON"),
                ("PID-3[2].5", "JHN"),
                ("PID-5.1", "Tremblay"),
                ("PID-5.2", "Marie"),
                ("PID-7", "19850210"),
                ("PID-8", "F"),
                ("PID-11.1", "45 Oakwood Ave"),
                ("PID-11.3", "Toronto"),
                ("PID-11.4", "ON"),
                ("PID-11.5", "M6E2W4"),
                ("PID-13.1", "(416)555-0199"),
            ],
        ),
        record(
            RecordKind::Hl7v2,
            "PV1",
            &[
                ("PV1-7.1", "12345"),
                ("PV1-7.2", "Lee"),
                ("PV1-7.3", "Anna"),
                ("PV1-44", "202401051030"),
            ],
        ),
        record(
            RecordKind::Hl7v2,
            "NK1",
            &[
                ("NK1-1", "1"),
                ("NK1-2.1", "Tremblay"),
                ("NK1-2.2", "Paul"),
                ("NK1-5.1", "416-555-0111"),
            ],
        ),
        record(
            RecordKind::Hl7v2,
            "OBX",
            &[
                ("OBX-2", "NM"),
                ("OBX-3.1", "29463-7"),
                ("OBX-3.2", "Body weight"),
                ("OBX-5", "70.5"),
                ("OBX-6.1", "kg"),
            ],
        ),
    ]);
    assert!(has(&found, DataElement::HealthNumber, "ca-on"));
    assert!(has(&found, DataElement::MedicalRecordNumber, "mrn"));
    let patient = found[0].subject;
    let names: Vec<_> = found
        .iter()
        .filter(|m| m.element == DataElement::Name)
        .map(|m| (m.role, m.subject == patient))
        .collect();
    assert_eq!(
        names,
        [
            (Role::Patient, true),
            (Role::Clinician, false),
            (Role::Relative, false)
        ]
    );
    assert!(
        found
            .iter()
            .any(|m| m.element == DataElement::Clinician && m.subject == patient)
    );
    assert!(
        found
            .iter()
            .any(|m| m.element == DataElement::Weight && m.value.reveal() == "Body weight 70.5 kg")
    );
    assert!(found.iter().any(|m| m.element == DataElement::ServiceDate));
}

#[test]
fn a_fhir_patient_has_the_number_that_its_system_names() {
    let found = detect(&[
        record(
            RecordKind::Fhir,
            "Patient",
            &[
                (
                    "identifier[0].system",
                    "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn",
                ),
                ("identifier[0].value", "6012345671"),
                ("name[0].family", "Tremblay"),
                ("name[0].given[0]", "Marie"),
                ("name[0].given[1]", "Ève"),
                ("birthDate", "1985-02-10"),
                ("gender", "female"),
                ("telecom[0].system", "phone"),
                ("telecom[0].value", "416-555-0199"),
                ("contact[0].name.family", "Roy"),
                ("contact[0].name.given[0]", "Luc"),
            ],
        ),
        record(
            RecordKind::Fhir,
            "Condition",
            &[
                ("code.coding[0].system", "http://hl7.org/fhir/sid/icd-10-cm"),
                ("code.coding[0].code", "J45.9"),
                ("code.text", "Asthma"),
            ],
        ),
        record(
            RecordKind::Fhir,
            "Observation",
            &[
                ("code.coding[0].code", "8302-2"),
                ("code.text", "Height"),
                ("valueQuantity.value", "180"),
                ("valueQuantity.unit", "cm"),
            ],
        ),
    ]);
    assert!(has(&found, DataElement::HealthNumber, "ca-on"));
    assert!(has(&found, DataElement::Diagnosis, "icd-10"));
    assert!(found.iter().any(|m| m.element == DataElement::Height));
    let Normal::Name(name) = found
        .iter()
        .find(|m| m.element == DataElement::Name)
        .unwrap()
        .normal
        .reveal()
    else {
        panic!()
    };
    assert_eq!(
        (
            name.given.as_str(),
            name.middle.as_str(),
            name.family.as_str()
        ),
        ("Marie", "Ève", "Tremblay")
    );
    assert!(
        found
            .iter()
            .any(|m| m.element == DataElement::Name && m.role == Role::Relative)
    );
}

#[test]
fn json_without_a_standard_is_read_by_its_names() {
    let found = detect(&[record(
        RecordKind::Json,
        "$.patients[]",
        &[
            ("name.first", "Anna"),
            ("name.last", "Lee"),
            ("dob", "2001-01-01"),
            ("healthCardNumber", "6012345671"),
            ("address.line1", "12 Main St"),
            ("address.postalCode", "S4P 3Y2"),
            ("emergencyContact.name", "Paul Lee"),
            ("emergencyContact.phone", "306-555-0100"),
        ],
    )]);
    assert!(has(&found, DataElement::HealthNumber, "ca-on"));
    let relatives: Vec<_> = found
        .iter()
        .filter(|m| m.role == Role::Relative)
        .map(|m| m.element)
        .collect();
    assert_eq!(relatives, [DataElement::Name, DataElement::Phone]);
    let none = detect(&[record(
        RecordKind::Json,
        "$.products[]",
        &[("name", "Gauze"), ("price", "4")],
    )]);
    assert!(none.iter().all(|m| m.element == DataElement::Name));
}

#[test]
fn an_address_of_mail_under_the_word_address_is_no_place_to_send_a_letter() {
    let person = |address| {
        detect(&[record(
            RecordKind::Json,
            "$.to[]",
            &[("name", "Marie Tremblay"), ("address", address)],
        )])
    };
    for written in [
        "marie.tremblay@example.org",
        "mailto:marie.tremblay@example.org",
    ] {
        let found = person(written);
        assert!(has(&found, DataElement::Email, ""), "{written}");
        assert!(!has(&found, DataElement::Address, ""), "{written}");
    }
    for written in ["NO", "https://example.org/marie"] {
        assert!(
            !has(&person(written), DataElement::Address, ""),
            "{written}"
        );
    }
    for written in ["45 Oakwood Ave, Toronto, ON", "Kuujjuaq"] {
        assert!(has(&person(written), DataElement::Address, ""), "{written}");
    }
}

#[test]
fn the_correspondents_of_a_mail_are_no_patients() {
    let found = detect(&[record(
        RecordKind::Mail,
        "mail",
        &[
            ("From", "\"Lee, Anna\" <a.lee@clinic.example>"),
            ("To", "m.t@gmail.com, Bob Roy <bob@clinic.example>"),
            ("Subject", "x"),
        ],
    )]);
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|m| m.role != Role::Patient));
}

#[test]
fn a_picture_says_who_was_pictured_and_who_treats_is_another() {
    let found = detect(&[record(
        RecordKind::Image,
        "DICOM",
        &[
            ("PatientName", "ROY^Anna^M"),
            ("PatientID", "MR-4711"),
            ("ReferringPhysicianName", "Moreau^Luc"),
            (
                "AdditionalPatientHistory",
                "Patient on insulin glargine since last visit",
            ),
            ("(0009,1010)", "ROY^ANNA"),
        ],
    )]);
    let name = |family: &str| {
        found
            .iter()
            .filter(|m| m.element == DataElement::Name)
            .find(|m| matches!(m.normal.reveal(), Normal::Name(name) if name.family == family))
            .unwrap()
    };
    assert_eq!(name("ROY").role, Role::Patient);
    assert_eq!(name("Moreau").role, Role::Clinician);
    assert!(has(&found, DataElement::MedicalRecordNumber, "mrn"));
    let drug = found
        .iter()
        .find(|m| m.element == DataElement::Medication)
        .unwrap();
    assert_eq!(drug.subject, name("ROY").subject);
    assert_eq!(
        drug.place,
        Locator::Field {
            path: "AdditionalPatientHistory".into()
        }
    );
}

#[test]
fn a_claim_is_of_its_patient_and_its_provider_is_a_clinician() {
    let found = detect(&[record(
        RecordKind::X12,
        "claim",
        &[
            ("patient account number", "26463774"),
            ("diagnosis code", "J0300"),
            ("service date", "20231003"),
            ("renderingProvider.last name", "WELBY"),
            ("renderingProvider.first name", "MARCUS"),
        ],
    )]);
    let of = |element| found.iter().find(|m| m.element == element).unwrap();
    assert_eq!(of(DataElement::Diagnosis).role, Role::Patient);
    assert_eq!(of(DataElement::Name).role, Role::Clinician);
    assert_eq!(
        of(DataElement::ServiceDate).subject,
        of(DataElement::Diagnosis).subject
    );
}

#[test]
fn in_a_clinical_document_only_the_record_target_is_the_patient() {
    let found = detect(&[record(
        RecordKind::Xml,
        "informant",
        &[
            ("assignedEntity.assignedPerson.name.given", "Harold"),
            ("assignedEntity.assignedPerson.name.family", "Hippocrates"),
            ("relatedEntity.relatedPerson.name.given", "Boris"),
            ("relatedEntity.relatedPerson.name.family", "Betterhalf"),
            ("participantRole.playingEntity.name", "Good Health Clinic"),
            ("relatedEntity.code.codeSystemName", "ResponsibleParty"),
        ],
    )]);
    let roles: Vec<_> = found
        .iter()
        .filter(|mention| mention.element == DataElement::Name)
        .map(|mention| mention.role)
        .collect();
    assert_eq!(roles, [Role::Staff, Role::Relative]);
}

#[test]
fn what_a_program_calls_a_name_is_nobody_unless_the_object_surely_is_a_person() {
    let json = |fields: &[(&str, &str)]| detect(&[record(RecordKind::Json, "$", fields)]);
    let headers = json(&[
        ("parts[2].headers[0].name", "content_type"),
        ("parts[2].is_encoding_problem", "false"),
        ("by.Name", "hotmail.com"),
    ]);
    assert!(headers.is_empty(), "{} kept", headers.len());
    let person = json(&[("name", "gelencsery"), ("date_of_birth", "1985-02-10")]);
    assert!(has(&person, DataElement::Name, ""));
    let known = json(&[("name", "Marie Tremblay"), ("diagnosis", "asthma")]);
    assert!(has(&known, DataElement::Name, "") && has(&known, DataElement::Diagnosis, ""));
}

#[test]
fn what_a_report_in_a_message_asks_is_of_its_patient() {
    let text = "Seen for injuries. Partner must not know that she was here; do not mail results to her home. Follow-up in two weeks.";
    let found = detect(&[
        record(
            RecordKind::Hl7v2,
            "PID",
            &[
                ("PID-5.1", "Roy"),
                ("PID-5.2", "Anna"),
                ("PID-7", "19850210"),
            ],
        ),
        record(
            RecordKind::Hl7v2,
            "OBX",
            &[("OBX-2", "TX"), ("OBX-5", text)],
        ),
    ]);
    assert!(
        found
            .iter()
            .any(|m| m.element == DataElement::ContactPreference
                && m.role == Role::Patient
                && *m.normal.reveal() == Normal::Text(whose_model::REACH_ASK_FIRST.to_owned()))
    );
}
