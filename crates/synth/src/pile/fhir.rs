//! FHIR R4: a bundle for each of some people, and an export in lines, one file a type.
//!
//! Format: HL7 FHIR R4; identifier systems of the HL7 Canada baseline.

use serde_json::{Value, json};
use whose_model::{DataElement as E, Language};

use super::{Kind, Pile, patient_note};
use crate::{
    SynthError,
    columns::visit,
    draft::{drug, misc, test_number},
    ledger::{Item, Note},
    lists::LISTS,
    seen::Seen,
    style::{Dates, Numbers, Phones, Style},
};

/// Writes bundles and lines.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    for (n, index) in pile.of(Kind::FhirBundle).into_iter().enumerate() {
        let path = format!("interfaces/FHIR/bundles/{:03}/bundle-{index}.json", n / 500);
        pile.ledger.exhibit(&path, "fhir")?;
        let mut note = patient_note(&path, index);
        let resources = resources(pile, index, &path, &mut [&mut note]);
        let entries: Vec<Value> = resources
            .into_iter()
            .map(|resource| json!({ "fullUrl": format!("urn:synth:{}/{}", text(&resource, "resourceType"), text(&resource, "id")), "resource": resource }))
            .collect();
        let bundle = json!({
            "resourceType": "Bundle", "id": format!("b{index}"), "type": "collection",
            "meta": { "tag": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST", "display": "test health data" }] },
            "entry": entries,
        });
        let bytes = if n % 2 == 0 {
            serde_json::to_vec_pretty(&bundle)
        } else {
            serde_json::to_vec(&bundle)
        };
        pile.ledger.put(&path, &bytes.unwrap_or_default())?;
        pile.ledger.note(&note, Some(index))?;
    }
    let people = pile.of(Kind::FhirLines);
    for (n, chunk) in people.chunks(2_000).enumerate() {
        for kind in [
            "Patient",
            "Condition",
            "Observation",
            "MedicationRequest",
            "AllergyIntolerance",
            "Encounter",
        ] {
            let path = format!("interfaces/FHIR/export-2026-07-{:02}/{kind}.ndjson", n + 1);
            let mut file = pile.ledger.open(&path)?;
            pile.ledger.exhibit(&path, "ndjson")?;
            for &index in chunk {
                let mut note = patient_note(&path, index);
                let mut others = patient_note(&path, index);
                // The note of this file holds what its resources say; the rest goes to the other files.
                let mut wanted = Vec::new();
                for resource in resources(pile, index, "lines", &mut [&mut others]) {
                    if text(&resource, "resourceType") == kind {
                        wanted.push(resource);
                    }
                }
                others.items.retain(|item| belongs(item, kind));
                note.items = others.items;
                note.may = others.may;
                for resource in &wanted {
                    file.write(resource.to_string().as_bytes())?;
                    file.write(b"\n")?;
                }
                if !wanted.is_empty() {
                    pile.ledger.note(&note, Some(index))?;
                }
            }
            pile.ledger.close(file)?;
        }
    }
    Ok(())
}

/// Which resource type states an item.
fn belongs(item: &Item, kind: &str) -> bool {
    let stated_in = match item.element {
        E::Diagnosis => "Condition",
        E::LabResult | E::Height | E::Weight => "Observation",
        E::Medication => "MedicationRequest",
        E::Allergy => "AllergyIntolerance",
        E::ServiceDate | E::Clinician | E::ServiceLocation => "Encounter",
        _ => "Patient",
    };
    stated_in == kind
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Every resource of a person; notes what they say.
fn resources(pile: &Pile<'_>, index: u64, stream: &str, notes: &mut [&mut Note; 1]) -> Vec<Value> {
    let mut chance = pile.chance(stream, index);
    let mut style = Style::table(&mut chance, Language::En);
    style.dates = Dates::Iso;
    style.numbers = Numbers::Plain;
    style.phones = Phones::Dashes;
    style.upper = false;
    style.ascii = false;
    let seen: Seen = pile.seen(index, &style, &mut chance);
    let person = &seen.person;
    let note = &mut *notes[0];
    let mut say = |element: E, value: &str| {
        note.items.push(Item {
            element,
            value: value.to_owned(),
            spot: None,
        });
        value.to_owned()
    };
    let subject = json!({ "reference": format!("Patient/p{index}") });
    let mut identifiers = vec![json!({
        "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR" }] },
        "system": "urn:oid:2.16.840.1.113883.4.999.1", "value": say(E::MedicalRecordNumber, &person.mrn),
    })];
    if let Some(number) = &seen.health {
        identifiers.push(json!({
            "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "JHN" }] },
            "system": system(number.scheme), "value": say(E::HealthNumber, &number.text),
        }));
    }
    let mut given = vec![say(E::Name, &seen.given)];
    if !seen.middle.is_empty() {
        given.push(say(E::Name, &seen.middle));
    }
    let mut name =
        json!({ "use": "official", "family": say(E::Name, &seen.family), "given": given });
    if !seen.suffix.is_empty() {
        name["suffix"] = json!([seen.suffix]);
    }
    let mut names = vec![name];
    if let Some(former) = &person.former_family
        && *former != seen.family
    {
        names.push(json!({ "use": "maiden", "family": say(E::Name, former) }));
    }
    let home = &seen.home;
    let mut address = json!({
        "use": "home",
        "line": [say(E::Address, &home.street)],
        "city": say(E::Address, home.city),
        "postalCode": say(E::Address, &home.code),
        "country": if home.country.is_empty() { "CA" } else { home.country },
    });
    if !home.region.is_empty() {
        address["state"] = say(E::Address, &home.region).into();
    }
    let mut telecom = vec![
        json!({ "system": "phone", "use": "home", "value": say(E::Phone, &style.phone(&person.phone)) }),
    ];
    if let Some(email) = &person.email {
        telecom.push(json!({ "system": "email", "value": say(E::Email, email) }));
    }
    let gender = match person.sex {
        whose_model::Sex::Female => "female",
        whose_model::Sex::Male => "male",
        whose_model::Sex::Other => "other",
    };
    let mut patient = json!({
        "resourceType": "Patient", "id": format!("p{index}"),
        "identifier": identifiers, "name": names, "gender": say(E::Sex, gender),
        "birthDate": say(E::BirthDate, &style.date(seen.born)),
        "address": [address], "telecom": telecom,
        "communication": [{ "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": say(E::SpokenLanguage, person.language.code()) }] }, "preferred": true }],
    });
    if let Some(died) = person.died {
        patient["deceasedDateTime"] = say(E::DeathDate, &style.date(died)).into();
    }
    let mut all = vec![patient];
    let condition = &LISTS.conditions[person.conditions[0]];
    all.push(json!({
        "resourceType": "Condition", "id": format!("c{index}"), "subject": subject,
        "code": { "coding": [{ "system": "https://fhir.infoway-inforoute.ca/CodeSystem/icd-10-ca", "code": say(E::Diagnosis, condition.icd), "display": say(E::Diagnosis, condition.en) }] },
    }));
    for i in 0..1 + chance.index(3) {
        let test = (index as usize + i) % LISTS.tests.len();
        let of = &LISTS.tests[test];
        let number = test_number(person, test, Language::En);
        let value: Value = serde_json::from_str(&number).unwrap_or_default();
        // What stands in the file is the number as JSON writes it.
        let written = say(E::LabResult, &value.to_string());
        all.push(json!({
            "resourceType": "Observation", "id": format!("o{index}-{i}"), "status": "final", "subject": subject,
            "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory" }] }],
            "code": { "coding": [{ "system": "http://loinc.org", "code": of.loinc, "display": of.en }] },
            "valueQuantity": { "value": serde_json::from_str::<Value>(&written).unwrap_or_default(), "unit": of.unit },
        }));
    }
    if chance.percent(40) {
        for (loinc, display, element, value, unit) in [
            (
                "8302-2",
                "Body height",
                E::Height,
                person.height_cm.to_string(),
                "cm",
            ),
            (
                "29463-7",
                "Body weight",
                E::Weight,
                person.weight_hg.div_ceil(10).to_string(),
                "kg",
            ),
        ] {
            let value = say(element, &value);
            all.push(json!({
                "resourceType": "Observation", "id": format!("v{index}-{loinc}"), "status": "final", "subject": subject,
                "code": { "coding": [{ "system": "http://loinc.org", "code": loinc, "display": display }] },
                "valueQuantity": { "value": serde_json::from_str::<Value>(&value).unwrap_or_default(), "unit": unit },
            }));
        }
    }
    if let Some(drug) = drug(person, 0) {
        all.push(json!({
            "resourceType": "MedicationRequest", "id": format!("m{index}"), "status": "active", "intent": "order", "subject": subject,
            "medicationCodeableConcept": { "text": say(E::Medication, drug.en) },
        }));
    }
    if index.is_multiple_of(3)
        && let Some((allergy, _)) = misc("allergies", index)
    {
        all.push(json!({
            "resourceType": "AllergyIntolerance", "id": format!("a{index}"), "patient": subject,
            "code": { "text": say(E::Allergy, allergy) },
        }));
    }
    let doctor = pile.world.clinician(person.specialist);
    let day = visit(&seen, &mut chance);
    all.push(json!({
        "resourceType": "Encounter", "id": format!("e{index}"), "status": "finished", "subject": subject,
        "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" },
        "participant": [{ "individual": { "display": say(E::Clinician, &format!("Dr. {} {}", doctor.given, doctor.family)) } }],
        "period": { "start": say(E::ServiceDate, &style.date(day)) },
    }));
    note.may = vec![E::ServiceLocation, E::Procedure, E::PatientNumber, E::Age];
    all
}

/// The identifier system of a health number.
fn system(scheme: &str) -> String {
    const ROOT: &str = "https://fhir.infoway-inforoute.ca/NamingSystem/";
    match scheme {
        "ca-on" => format!("{ROOT}ca-on-patient-hcn"),
        "uk-nhs" => "https://fhir.nhs.uk/Id/nhs-number".to_owned(),
        "us-mbi" => "http://hl7.org/fhir/sid/us-mbi".to_owned(),
        "au-medicare" => "http://ns.electronichealth.net.au/id/medicare-number".to_owned(),
        canadian => format!("{ROOT}{canadian}-patient-healthcare-id"),
    }
}
