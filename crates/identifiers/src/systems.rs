//! Systems to kinds: what a FHIR `system`, an OID, an assigning authority or a type code says a number is.
//!
//! A number that travels with its system needs no guess. Canada's URIs name the
//! issuer; the OIDs are those of one interface of British Columbia and are not
//! national; HL7 v2 table 0203 names only the family.
//!
//! Source: HL7 Canada Baseline (`NamingSystem`), a BC viewer's list of identifier
//! types, HL7 v2 table 0203, FHIR's list of known identifier systems

use crate::{Family, Kind, kind};

const CANADA: &str = "fhir.infoway-inforoute.ca/NamingSystem/";
const BC_ROOT: &str = "2.16.840.1.113883.3.51.1.1.6.";

/// The ends of Canada's URIs beside those of the pattern `ca-xx-patient-healthcare-id`.
const CANADIAN: &[(&str, &str)] = &[
    ("ca-on-patient-hcn", "ca-on"),
    ("ca-veterans-affairs-health-id", "ca-vac"),
    ("ca-correctional-service-health-id", "ca-csc"),
    ("ca-royal-mounted-police-health-id", "ca-rcmp"),
    ("ca-armed-forces-health-id", "ca-caf"),
    ("ca-interim-federal-health-id", "ca-ifhp"),
    ("ca-indigenous-northern-affairs-number", "ca-scis"),
    ("ca-federal-firstnation-band-id", "ca-scis"),
    ("ca-social-insurance-number", "ca-sin"),
    ("ca-passport-number", "ca-passport"),
    ("ca-permanent-resident-card-number", "ca-pr"),
];

/// Systems of other countries, as FHIR's own documentation lists them.
const OTHERS: &[(&str, &str)] = &[
    ("hl7.org/fhir/sid/us-ssn", "us-ssn"),
    ("hl7.org/fhir/sid/us-npi", "us-npi"),
    ("hl7.org/fhir/sid/us-mbi", "us-mbi"),
    ("2.16.840.1.113883.4.1", "us-ssn"),
    ("2.16.840.1.113883.4.6", "us-npi"),
    ("fhir.nhs.uk/Id/nhs-number", "uk-nhs"),
    ("ns.electronichealth.net.au/id/hi/ihi/1.0", "au-ihi"),
    (
        "ns.electronichealth.net.au/id/medicare-number",
        "au-medicare",
    ),
];

/// The last arc of a BC interface's OIDs.
const BC_ARCS: &[(&str, &str)] = &[
    ("1", "ca-bc"),
    ("2", "ca-ab"),
    ("3", "ca-mb-registration"),
    ("4", "ca-nb"),
    ("5", "ca-nl"),
    ("6", "ca-ns"),
    ("7", "ca-nt"),
    ("8", "ca-nu"),
    ("9", "ca-on"),
    ("10", "ca-pe"),
    ("11", "ca-qc"),
    ("12", "ca-sk"),
    ("13", "ca-yt"),
    ("14", "ca-ab"),
    ("15", "ca-caf"),
    ("16", "ca-rcmp"),
    ("18", "ca-vac"),
];

/// The kind that a FHIR `system` or an OID (with or without `urn:oid:`) names.
pub fn from_system(uri_or_oid: &str) -> Option<&'static Kind> {
    let system = uri_or_oid.trim().trim_end_matches('/');
    let system = ["https://", "http://", "urn:oid:"]
        .iter()
        .find_map(|start| system.strip_prefix(start))
        .unwrap_or(system);
    if let Some(name) = system.strip_prefix(CANADA) {
        if let Some(province) = name.strip_suffix("-patient-healthcare-id") {
            return kind(province).filter(|kind| kind.family == Family::HealthNumber);
        }
        return look_up(CANADIAN, name);
    }
    if let Some(arc) = system.strip_prefix(BC_ROOT) {
        return look_up(BC_ARCS, arc);
    }
    look_up(OTHERS, system)
}

/// The health number of a province that an assigning authority names: `ON`, `CA-ON`, `CAN-ON`, `MOH-ON`, `RAMQ`.
pub fn from_authority(authority: &str) -> Option<&'static Kind> {
    let authority = authority.trim();
    let direct = kind(authority).or_else(|| from_system(authority));
    if direct.is_some_and(|kind| kind.family == Family::HealthNumber) {
        return direct;
    }
    authority
        .split(|ch: char| !ch.is_ascii_alphanumeric())
        .filter(|part| part.len() == 2)
        .find_map(|part| kind(&format!("ca-{part}")))
        .filter(|kind| kind.family == Family::HealthNumber)
}

/// The family that a type code of HL7 v2 table 0203 names; `None` for chart numbers and codes not known.
pub fn type_code(code: &str) -> Option<Family> {
    Some(match code.trim().to_ascii_uppercase().as_str() {
        "JHN" | "HC" | "MA" | "MC" => Family::HealthNumber,
        "SS" => Family::SocialInsurance,
        "DL" => Family::DriversLicence,
        "PPN" => Family::Passport,
        "PRC" => Family::GovernmentId,
        "NPI" | "DEA" | "MD" => Family::Practitioner,
        _ => return None,
    })
}

fn look_up(table: &[(&str, &str)], wanted: &str) -> Option<&'static Kind> {
    table
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .and_then(|(_, id)| kind(id))
}

#[test]
fn every_system_names_a_kind_that_exists() {
    for (_, id) in CANADIAN.iter().chain(OTHERS).chain(BC_ARCS) {
        assert!(kind(id).is_some(), "{id}");
    }
}

#[test]
fn systems_and_authorities_name_the_issuer() {
    let base = "https://fhir.infoway-inforoute.ca/NamingSystem/";
    for (system, id) in [
        (format!("{base}ca-on-patient-hcn"), "ca-on"),
        (format!("{base}ca-qc-patient-healthcare-id"), "ca-qc"),
        ("urn:oid:2.16.840.1.113883.3.51.1.1.6.12".into(), "ca-sk"),
        ("http://hl7.org/fhir/sid/us-ssn".into(), "us-ssn"),
    ] {
        assert_eq!(from_system(&system).map(|kind| kind.id), Some(id));
    }
    assert!(from_system("https://example.org/mrn").is_none());
    for (authority, id) in [("ON", "ca-on"), ("CAN-BC", "ca-bc"), ("RAMQ", "ca-qc")] {
        assert_eq!(from_authority(authority).map(|kind| kind.id), Some(id));
    }
    assert!(from_authority("St. Elsewhere").is_none());
    assert_eq!(type_code("jhn"), Some(Family::HealthNumber));
    assert_eq!(type_code("MR"), None);
}
