//! A column of a made-up table: what it holds, what its header says, and what of it the truth notes.

use jiff::civil::Date;
use whose_model::{DataElement, Language};

use crate::{
    chance::Chance,
    draft::{clinic, language_word, medication, misc, test_number},
    lists::LISTS,
    seen::Seen,
    style::Style,
    world::{TODAY, World, day_before},
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Row,
    Family,
    Given,
    Name,
    NameReversed,
    Born,
    Sex,
    Health,
    Mrn,
    PatientNumber,
    Address,
    Street,
    City,
    Province,
    Postal,
    Phone,
    Mobile,
    Email,
    Language,
    Visit,
    Site,
    Doctor,
    Diagnosis,
    Icd,
    Drug,
    Height,
    Weight,
    Result,
    Died,
    Allergy,
    Insurance,
    Consent,
    Status,
}

use Column as C;

/// The columns of a table of a kind.
pub(crate) fn of_kind(kind: &str, chance: &mut Chance) -> Vec<Column> {
    let mut columns: Vec<Column> = match kind {
        "extract" => vec![
            C::Mrn,
            C::Family,
            C::Given,
            C::Born,
            C::Sex,
            C::Health,
            C::Street,
            C::City,
            C::Province,
            C::Postal,
            C::Phone,
            C::Mobile,
            C::Email,
            C::Language,
            C::Died,
        ],
        "short" => vec![
            C::NameReversed,
            C::Born,
            C::Health,
            C::Address,
            C::Phone,
            C::Status,
        ],
        "appointments" => vec![
            C::Row,
            C::NameReversed,
            C::Born,
            C::Mrn,
            C::Visit,
            C::Site,
            C::Doctor,
            C::Diagnosis,
            C::Phone,
        ],
        "registry" => vec![
            C::PatientNumber,
            C::Family,
            C::Given,
            C::Born,
            C::Sex,
            C::Health,
            C::Icd,
            C::Diagnosis,
            C::Drug,
            C::Visit,
            C::Doctor,
        ],
        "infusion" => vec![
            C::PatientNumber,
            C::Name,
            C::Born,
            C::Height,
            C::Weight,
            C::Drug,
            C::Visit,
            C::Site,
            C::Allergy,
        ],
        "export" => vec![
            C::PatientNumber,
            C::Given,
            C::Family,
            C::Born,
            C::Sex,
            C::Health,
            C::Phone,
            C::Email,
            C::Street,
            C::City,
            C::Province,
            C::Postal,
            C::Insurance,
            C::Consent,
            C::Diagnosis,
        ],
        _ => vec![C::Name, C::Born, C::Health, C::Phone, C::Drug, C::Result],
    };
    // Each system leaves something out, but never who it is about.
    columns.retain(|column| {
        matches!(
            column,
            C::Family | C::Given | C::Name | C::NameReversed | C::Born | C::Mrn | C::PatientNumber
        ) || chance.percent(86)
    });
    if chance.percent(40) {
        let n = columns.len();
        columns.swap(n - 1, n / 2);
    }
    columns
}

impl Column {
    /// A header for the column, one of those that systems use.
    pub(crate) fn header(self, language: Language, chance: &mut Chance) -> &'static str {
        let (en, fr): (&[&str], &[&str]) = match self {
            C::Row => (&["#", "Row", "Line"], &["No", "Ligne"]),
            C::Family => (
                &[
                    "Last Name",
                    "SURNAME",
                    "LName",
                    "last_nm",
                    "Family name",
                    "PT_LAST",
                ],
                &["Nom", "NOM_FAM", "Nom de famille", "NOM"],
            ),
            C::Given => (
                &["First Name", "FNAME", "Given", "first_nm", "PT_FIRST"],
                &["Prénom", "PRENOM", "Prenom usuel"],
            ),
            C::Name => (
                &["Patient", "Patient Name", "Client", "Pt name"],
                &["Patient", "Nom du patient", "Usager", "Client"],
            ),
            C::NameReversed => (
                &["Name", "Patient (Last, First)", "PATIENT_NAME"],
                &["Nom, prénom", "NOM_PRENOM", "Usager"],
            ),
            C::Born => (
                &["DOB", "Date of Birth", "Birthdate", "BIRTH_DT", "dob"],
                &["DDN", "Date de naissance", "Né(e) le", "DT_NAISS"],
            ),
            C::Sex => (&["Sex", "Gender", "SEX", "M/F"], &["Sexe", "SX", "Genre"]),
            C::Health => (
                &[
                    "HCN",
                    "Health Card #",
                    "PHN",
                    "Health No",
                    "HC_NUM",
                    "HSN/PHN",
                    "Prov. health no.",
                ],
                &["NAM", "No assurance maladie", "No carte santé", "RAMQ"],
            ),
            C::Mrn => (
                &["MRN", "Chart No", "Chart#", "MED_REC_NO"],
                &["No dossier", "NO_DOSS", "Dossier"],
            ),
            C::PatientNumber => (
                &["Patient ID", "Client No", "pt_id"],
                &["No patient", "No client", "ID_CLIENT"],
            ),
            C::Address => (
                &["Address", "Mailing address", "ADDR"],
                &["Adresse", "Adresse complète"],
            ),
            C::Street => (
                &["Street", "Address 1", "ADDR_LINE1"],
                &["Rue", "Adresse", "ADR1"],
            ),
            C::City => (
                &["City", "Town", "CITY"],
                &["Ville", "Municipalité", "VILLE"],
            ),
            C::Province => (&["Prov", "Province", "PR"], &["Prov.", "Province"]),
            C::Postal => (&["Postal Code", "PC", "POSTCODE"], &["Code postal", "CP"]),
            C::Phone => (
                &["Phone", "Home Tel", "Tel (H)", "PHONE_1"],
                &["Téléphone", "Tél. domicile", "TEL_RES"],
            ),
            C::Mobile => (&["Cell", "Mobile", "PHONE_2"], &["Cellulaire", "Cell."]),
            C::Email => (
                &["Email", "E-mail", "EMAIL_ADDR"],
                &["Courriel", "Adr. courriel"],
            ),
            C::Language => (&["Lang", "Preferred language"], &["Langue", "LNG"]),
            C::Visit => (
                &["Visit Date", "Appt", "Service date", "DOS"],
                &["Date visite", "RDV", "Date du service"],
            ),
            C::Site => (
                &["Clinic", "Location", "Site"],
                &["Clinique", "Lieu", "Point de service"],
            ),
            C::Doctor => (
                &["Provider", "Physician", "Prescriber", "MD"],
                &["Médecin", "Prescripteur", "MD"],
            ),
            C::Diagnosis => (
                &["Dx", "Diagnosis", "Reason", "Indication"],
                &["Diagnostic", "Dx", "Motif"],
            ),
            C::Icd => (&["ICD-10", "Dx code"], &["CIM-10", "Code Dx"]),
            C::Drug => (
                &["Medication", "Drug", "Rx"],
                &["Médicament", "Rx", "Produit"],
            ),
            C::Height => (&["Ht (cm)", "Height cm"], &["Taille (cm)"]),
            C::Weight => (&["Wt (kg)", "Weight kg"], &["Poids (kg)"]),
            C::Result => (
                &["HGB g/L", "Hemoglobin (g/L)"],
                &["Hb g/L", "Hémoglobine (g/L)"],
            ),
            C::Insurance => (
                &["Policy no", "Ins. certificate"],
                &["No de police", "Certificat assurance"],
            ),
            C::Died => (
                &["Deceased", "Date of death", "DOD"],
                &["Décès", "Date du décès"],
            ),
            C::Allergy => (&["Allergies", "Allergy"], &["Allergies"]),
            C::Consent => (&["Consent", "Enrolled"], &["Consentement", "Inscrit"]),
            C::Status => (&["Status"], &["Statut"]),
        };
        let list = match language {
            Language::En | Language::Other(_) => en,
            Language::Fr => fr,
        };
        list[chance.index(list.len())]
    }

    /// What the cell says of the person and which element that is; empty when it says nothing.
    pub(crate) fn cell(self, row: &Row<'_>) -> (String, Option<DataElement>) {
        use DataElement as E;
        let (seen, style) = (row.seen, row.style);
        let person = &seen.person;
        let fr = style.language == Language::Fr;
        let word =
            |pair: (&'static str, &'static str)| style.text(if fr { pair.1 } else { pair.0 });
        let condition = &LISTS.conditions[person.conditions[0]];
        let some = |element: E, value: String| {
            let element = (!value.is_empty()).then_some(element);
            (value, element)
        };
        match self {
            C::Row => (row.number.to_string(), None),
            C::Family => {
                let mut family = seen.family.clone();
                if !seen.suffix.is_empty() {
                    family += " ";
                    family += seen.suffix;
                }
                some(E::Name, family)
            }
            C::Given => {
                let mut given = seen.given.clone();
                if !seen.middle.is_empty() && person.index.is_multiple_of(4) {
                    given += " ";
                    given += &seen.middle;
                }
                some(E::Name, given)
            }
            C::Name => some(E::Name, seen.name(false)),
            C::NameReversed => some(E::Name, seen.name_reversed()),
            C::Born => some(E::BirthDate, style.date(seen.born)),
            C::Sex => some(E::Sex, style.sex(person, false).to_owned()),
            C::Health => some(
                E::HealthNumber,
                seen.health
                    .as_ref()
                    .map_or_else(String::new, |n| style.number(n)),
            ),
            C::Mrn => some(E::MedicalRecordNumber, person.mrn.clone()),
            C::PatientNumber => some(E::PatientNumber, person.patient_number.clone()),
            C::Address => some(E::Address, style.text(&seen.home.line())),
            C::Street => some(E::Address, seen.home.street.clone()),
            C::City => some(E::Address, style.text(seen.home.city)),
            C::Province => some(E::Address, seen.home.region.clone()),
            C::Postal => some(E::Address, seen.home.code.clone()),
            C::Phone => some(E::Phone, style.phone(&person.phone)),
            C::Mobile => some(
                E::Phone,
                person
                    .mobile
                    .as_ref()
                    .map_or_else(String::new, |n| style.phone(n)),
            ),
            C::Email => some(E::Email, person.email.clone().unwrap_or_default()),
            C::Language => some(
                E::SpokenLanguage,
                style.text(language_word(person.language, style.language)),
            ),
            C::Visit => some(E::ServiceDate, style.date(row.visit)),
            C::Site => some(
                E::ServiceLocation,
                style.text(&clinic(
                    LISTS.sites[LISTS.places[person.place].site],
                    style.language,
                )),
            ),
            C::Doctor => {
                let doctor = row.world.clinician(person.specialist);
                some(E::Clinician, style.text(&doctor.titled(style.language)))
            }
            C::Diagnosis => some(E::Diagnosis, word((condition.en, condition.fr))),
            C::Icd => some(E::Diagnosis, condition.icd.to_owned()),
            C::Drug => some(
                E::Medication,
                medication(person, 0, true, style).unwrap_or_default(),
            ),
            C::Height => some(E::Height, person.height_cm.to_string()),
            C::Weight => some(
                E::Weight,
                format!("{}.{}", person.weight_hg / 10, person.weight_hg % 10),
            ),
            C::Result => some(E::LabResult, test_number(person, 1, style.language)),
            C::Insurance => some(
                E::InsurancePolicy,
                person.policy.as_ref().map_or_else(String::new, |policy| {
                    format!("{}-{}", policy.group, policy.certificate)
                }),
            ),
            C::Died => some(
                E::DeathDate,
                person
                    .died
                    .map_or_else(String::new, |died| style.date(died)),
            ),
            C::Allergy => {
                let allergy = if person.index.is_multiple_of(3) {
                    misc("allergies", person.index).map_or_else(String::new, word)
                } else {
                    String::new()
                };
                some(E::Allergy, allergy)
            }
            C::Consent => some(E::Consent, if fr { "Oui" } else { "Y" }.to_owned()),
            C::Status => (if fr { "actif" } else { "active" }.to_owned(), None),
        }
    }
}

/// Whose row of a table it is.
pub(crate) struct Row<'a> {
    pub(crate) world: &'a World,
    pub(crate) seen: &'a Seen,
    pub(crate) style: &'a Style,
    pub(crate) number: u64,
    pub(crate) visit: Date,
}

/// A day on which the person was seen, after birth and before death.
pub(crate) fn visit(seen: &Seen, chance: &mut Chance) -> Date {
    let person = &seen.person;
    let until = person.died.unwrap_or(TODAY);
    day_before(until, chance.range(1, 900)).max(person.born)
}
