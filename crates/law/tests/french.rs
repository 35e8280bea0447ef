//! What the program says of a Canadian duty is there in French, whatever the incident and wherever people live.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;

use whose_law::{Assessment, Library, Node, PersonFacts, parse_incident};
use whose_model::{
    CustodianKind, DataElement, IncidentKind, Jurisdiction, PersonId, Residence, ResidenceBasis,
    Role,
};

const INCIDENT: &str = "name = \"x\"\nkind = \"theft\"\ndiscovered = 2026-03-02\nexfiltrated = \"yes\"\n[custodian]\nkinds = []\noperates_in = []\n";

/// Every line of a tree that a page shows, without those of the custodian's own words.
fn lines(node: &Node, into: &mut BTreeSet<String>) {
    into.insert(node.says.clone());
    into.extend(node.because.iter().cloned());
    into.extend(node.questions.iter().cloned());
    for part in &node.parts {
        lines(part, into);
    }
}

#[test]
fn every_line_said_of_an_incident_in_canada_has_a_french_form() {
    let library = Library::embedded().unwrap();
    let mut all = BTreeSet::new();
    let places = [
        "ca-ab", "ca-bc", "ca-mb", "ca-nb", "ca-nl", "ca-ns", "ca-nt", "ca-nu", "ca-on", "ca-pe",
        "ca-qc", "ca-sk", "ca-yt",
    ];
    let kinds = [
        CustodianKind::PrivateOrganization,
        CustodianKind::HealthCustodian,
        CustodianKind::PublicBody,
        CustodianKind::Enterprise,
        CustodianKind::AlbertaCustodian,
        CustodianKind::Trustee,
        CustodianKind::HealthInformationCustodian,
        CustodianKind::HealthAndSocialServicesBody,
        CustodianKind::FederalInstitution,
        CustodianKind::FederalWork,
    ];
    let id = PersonId("P-000000000001".to_owned());
    let elements = [
        DataElement::Name,
        DataElement::BirthDate,
        DataElement::HealthNumber,
        DataElement::Diagnosis,
    ];
    for kind in [
        IncidentKind::Theft,
        IncidentKind::RansomwareWithoutExfiltration,
        IncidentKind::ImproperDisposal,
        IncidentKind::UnauthorizedUse,
    ] {
        for (at, place) in places.iter().enumerate() {
            for custodian in kinds {
                let mut incident = parse_incident(INCIDENT).unwrap();
                incident.kind = kind;
                incident.custodian.kinds = vec![custodian];
                incident.custodian.operates_in = vec![Jurisdiction::from_code(place)];
                if at % 2 == 1 {
                    let other = places[(at + 3) % places.len()];
                    let other = Jurisdiction::from_code(other);
                    incident.custodian.operates_in.push(other);
                }
                let home = Residence {
                    jurisdiction: Jurisdiction::from_code(place),
                    basis: ResidenceBasis::PostalCode,
                };
                let assessment =
                    Assessment::new(&library, &incident, "2026-03-10".parse().unwrap());
                for residence in [Some(&home), None] {
                    for role in [Role::Patient, Role::Staff] {
                        let person = PersonFacts {
                            id: &id,
                            residence,
                            elements: &elements,
                            is_minor: at == 0,
                            is_deceased: at == 1,
                            role,
                        };
                        for tree in assessment.why(&person) {
                            lines(&tree, &mut all);
                        }
                        for owed in assessment.person(&person) {
                            all.extend(owed.because.iter().cloned());
                        }
                    }
                }
                for tree in assessment.why_incident(Some(&home.jurisdiction)) {
                    lines(&tree, &mut all);
                }
            }
        }
    }
    let english: Vec<_> = all
        .iter()
        .filter(|line| library.in_french(line).is_none())
        .collect();
    assert!(all.len() > 500, "{}", all.len());
    assert!(
        english.is_empty(),
        "{} of {}: {english:#?}",
        english.len(),
        all.len()
    );
}

#[test]
fn what_nobody_put_in_french_is_not_made_up() {
    let library = Library::embedded().unwrap();
    assert_eq!(library.in_french("a line that no rule says"), None);
    assert_eq!(
        library.in_french("lives in ca-qc (address)").as_deref(),
        Some("vit en ca-qc (adresse)")
    );
    let question = library
        .in_french("Were files copied out? [exfiltrated]")
        .unwrap();
    assert_eq!(
        question,
        "Des fichiers ont-ils été copiés hors des systèmes? [exfiltrated]"
    );
}
