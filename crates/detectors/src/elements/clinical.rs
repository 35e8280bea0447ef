//! Diagnoses, medication, procedures, allergies, immunisations, history, reports, images: labels and codes.

use whose_model::DataElement;

use super::about::{About, about};

use crate::{
    lexicon::lexicon,
    sense::{Label, Part, Sense},
};

/// Marks a label whose value is of relatives.
pub(crate) const FAMILY: &str = "family";

const DIAGNOSIS: Sense = Sense::whole(DataElement::Diagnosis);
const DIAGNOSIS_CODE: Sense = Sense::part(DataElement::Diagnosis, Part::Code);
const MEDICATION: Sense = Sense::whole(DataElement::Medication);
const DIN: Sense = Sense {
    part: Part::Code,
    ..Sense::number(DataElement::Medication, "ca-din")
};
const PROCEDURE: Sense = Sense::whole(DataElement::Procedure);
const ALLERGY: Sense = Sense::whole(DataElement::Allergy);
const IMMUNIZATION: Sense = Sense::whole(DataElement::Immunization);
const HISTORY: Sense = Sense::whole(DataElement::MedicalHistory);
const FAMILY_HISTORY: Sense = Sense::number(DataElement::MedicalHistory, FAMILY);
const REPORT: Sense = Sense::whole(DataElement::ConsultationReport);
const IMAGE: Sense = Sense::whole(DataElement::MedicalImage);

/// Labels of health and care.
pub(crate) const LABELS: &[Label] = &[
    ("diagnosis", DIAGNOSIS),
    ("diagnoses", DIAGNOSIS),
    ("primary diagnosis", DIAGNOSIS),
    ("secondary diagnosis", DIAGNOSIS),
    ("principal diagnosis", DIAGNOSIS),
    ("admission diagnosis", DIAGNOSIS),
    ("admitting diagnosis", DIAGNOSIS),
    ("discharge diagnosis", DIAGNOSIS),
    ("provisional diagnosis", DIAGNOSIS),
    ("working diagnosis", DIAGNOSIS),
    ("final diagnosis", DIAGNOSIS),
    ("diagnosis description", DIAGNOSIS),
    ("diagnosis desc", DIAGNOSIS),
    ("diagnosis text", DIAGNOSIS),
    ("dx", DIAGNOSIS),
    ("dx desc", DIAGNOSIS),
    ("dx description", DIAGNOSIS),
    ("impression", DIAGNOSIS.weak()),
    ("assessment", DIAGNOSIS.weak()),
    ("condition", DIAGNOSIS.weak()),
    ("conditions", DIAGNOSIS.weak()),
    ("medical condition", DIAGNOSIS),
    ("health condition", DIAGNOSIS),
    ("problem", DIAGNOSIS.weak()),
    ("problems", DIAGNOSIS.weak()),
    ("problem list", DIAGNOSIS),
    ("indication", DIAGNOSIS.weak()),
    ("chief complaint", DIAGNOSIS),
    ("presenting complaint", DIAGNOSIS),
    ("reason for visit", DIAGNOSIS),
    ("reason", DIAGNOSIS.weak()),
    ("visit reason", DIAGNOSIS),
    ("raison", DIAGNOSIS.weak()),
    ("raison de la visite", DIAGNOSIS),
    ("motif de la visite", DIAGNOSIS),
    ("reason for referral", DIAGNOSIS),
    ("cause of death", DIAGNOSIS),
    ("diagnostic", DIAGNOSIS),
    ("diagnostics", DIAGNOSIS),
    ("diagnostic principal", DIAGNOSIS),
    ("diagnostic secondaire", DIAGNOSIS),
    ("diag", DIAGNOSIS),
    ("diag principal", DIAGNOSIS),
    ("probleme de sante", DIAGNOSIS),
    ("problemes", DIAGNOSIS.weak()),
    ("motif de consultation", DIAGNOSIS),
    ("raison de consultation", DIAGNOSIS),
    ("motif", DIAGNOSIS.weak()),
    ("maladie", DIAGNOSIS.weak()),
    ("diagnosis code", DIAGNOSIS_CODE),
    ("diag code", DIAGNOSIS_CODE),
    ("dx code", DIAGNOSIS_CODE),
    ("icd", DIAGNOSIS_CODE),
    ("icd 10", DIAGNOSIS_CODE),
    ("icd10", DIAGNOSIS_CODE),
    ("icd code", DIAGNOSIS_CODE),
    ("icd10 code", DIAGNOSIS_CODE),
    ("icd 10 code", DIAGNOSIS_CODE),
    ("icd9", DIAGNOSIS_CODE),
    ("icd9 code", DIAGNOSIS_CODE),
    ("cim 10", DIAGNOSIS_CODE),
    ("cim10", DIAGNOSIS_CODE),
    ("code cim", DIAGNOSIS_CODE),
    ("code cim 10", DIAGNOSIS_CODE),
    ("code diagnostic", DIAGNOSIS_CODE),
    ("medication", MEDICATION),
    ("medications", MEDICATION),
    ("current medications", MEDICATION),
    ("medication name", MEDICATION),
    ("med name", MEDICATION),
    ("meds", MEDICATION),
    ("drug", MEDICATION),
    ("drug name", MEDICATION),
    ("drugs", MEDICATION),
    ("generic name", MEDICATION),
    ("brand name", MEDICATION),
    ("prescription", MEDICATION),
    ("prescriptions", MEDICATION),
    ("rx", MEDICATION),
    ("rx name", MEDICATION),
    ("therapy", MEDICATION.weak()),
    ("medicament", MEDICATION),
    ("medicaments", MEDICATION),
    ("medication actuelle", MEDICATION),
    ("nom medicament", MEDICATION),
    ("ordonnance", MEDICATION),
    ("ordonnances", MEDICATION),
    ("ordonnance de depart", MEDICATION),
    ("ordonnance au depart", MEDICATION),
    ("traitement", MEDICATION.weak()),
    (
        "dose",
        Sense::part(DataElement::Medication, Part::Value).weak(),
    ),
    (
        "dosage",
        Sense::part(DataElement::Medication, Part::Value).weak(),
    ),
    (
        "strength",
        Sense::part(DataElement::Medication, Part::Value).weak(),
    ),
    (
        "posologie",
        Sense::part(DataElement::Medication, Part::Value),
    ),
    (
        "sig",
        Sense::part(DataElement::Medication, Part::Value).weak(),
    ),
    ("din", DIN),
    ("din number", DIN),
    ("drug identification number", DIN),
    (
        "rx number",
        Sense::part(DataElement::Medication, Part::Issuer),
    ),
    (
        "prescription number",
        Sense::part(DataElement::Medication, Part::Issuer),
    ),
    ("procedure", PROCEDURE),
    ("procedures", PROCEDURE),
    ("procedure name", PROCEDURE),
    ("procedure description", PROCEDURE),
    (
        "procedure code",
        Sense::part(DataElement::Procedure, Part::Code),
    ),
    (
        "procedure date",
        Sense::part(DataElement::Procedure, Part::When),
    ),
    ("surgery", PROCEDURE),
    ("operation", PROCEDURE.weak()),
    ("treatment", PROCEDURE.weak()),
    ("intervention", PROCEDURE.weak()),
    ("chirurgie", PROCEDURE),
    ("acte medical", PROCEDURE),
    ("cpt", Sense::part(DataElement::Procedure, Part::Code)),
    ("cpt code", Sense::part(DataElement::Procedure, Part::Code)),
    ("allergy", ALLERGY),
    ("allergies", ALLERGY),
    ("allergen", ALLERGY),
    ("allergy name", ALLERGY),
    ("allergene", ALLERGY),
    ("allergic to", ALLERGY),
    ("allergique a", ALLERGY),
    ("intolerance", ALLERGY),
    ("intolerances", ALLERGY),
    ("allergie", ALLERGY),
    ("known allergy", ALLERGY),
    ("known allergies", ALLERGY),
    ("allergie connue", ALLERGY),
    ("allergies connues", ALLERGY),
    ("allergies medicamenteuses", ALLERGY),
    ("allergie medicamenteuse", ALLERGY),
    ("drug allergy", ALLERGY),
    ("food allergies", ALLERGY),
    ("allergies alimentaires", ALLERGY),
    ("medication allergies", ALLERGY),
    ("drug allergies", ALLERGY),
    ("adverse reaction", ALLERGY),
    (
        "reaction",
        Sense::part(DataElement::Allergy, Part::Value).weak(),
    ),
    ("immunization", IMMUNIZATION),
    ("immunizations", IMMUNIZATION),
    ("immunisation", IMMUNIZATION),
    ("vaccine", IMMUNIZATION),
    ("vaccine name", IMMUNIZATION),
    ("vaccination", IMMUNIZATION),
    ("vaccinations", IMMUNIZATION),
    ("vaccin", IMMUNIZATION),
    ("vaccins", IMMUNIZATION),
    ("vaccination status", IMMUNIZATION),
    ("cvx", Sense::part(DataElement::Immunization, Part::Code)),
    (
        "cvx code",
        Sense::part(DataElement::Immunization, Part::Code),
    ),
    (
        "vaccination date",
        Sense::part(DataElement::Immunization, Part::When),
    ),
    (
        "immunization date",
        Sense::part(DataElement::Immunization, Part::When),
    ),
    (
        "date de vaccination",
        Sense::part(DataElement::Immunization, Part::When),
    ),
    ("medical history", HISTORY),
    ("past medical history", HISTORY),
    ("history", HISTORY.weak()),
    ("pmh", HISTORY),
    ("pmhx", HISTORY),
    ("hx", HISTORY.weak()),
    ("family history", FAMILY_HISTORY),
    ("past history", HISTORY),
    ("previous history", HISTORY),
    ("previous medical history", HISTORY),
    ("prior history", HISTORY),
    ("personal history", HISTORY),
    ("relevant history", HISTORY),
    ("medical hx", HISTORY),
    ("family hx", FAMILY_HISTORY),
    ("obstetric history", HISTORY),
    ("psychiatric history", HISTORY),
    ("antecedents personnels", HISTORY),
    ("antecedents obstetricaux", HISTORY),
    ("antecedents psychiatriques", HISTORY),
    ("atcd medicaux", HISTORY),
    ("atcd chirurgicaux", HISTORY),
    ("atcd familiaux", FAMILY_HISTORY),
    ("atcd personnels", HISTORY),
    ("histoire medicale", HISTORY),
    ("fhx", FAMILY_HISTORY),
    ("social history", HISTORY),
    ("surgical history", HISTORY),
    ("past surgical history", HISTORY),
    ("history of present illness", HISTORY),
    ("hpi", HISTORY),
    ("antecedents", HISTORY),
    ("antecedents medicaux", HISTORY),
    ("antecedents familiaux", FAMILY_HISTORY),
    ("antecedents chirurgicaux", HISTORY),
    ("atcd", HISTORY),
    ("histoire de la maladie actuelle", HISTORY),
    ("hma", HISTORY.weak()),
    ("consultation report", REPORT),
    ("consult report", REPORT),
    ("consult note", REPORT),
    ("consultation note", REPORT),
    ("consultation", REPORT.weak()),
    ("clinical note", REPORT),
    ("clinical notes", REPORT),
    ("progress note", REPORT),
    ("progress notes", REPORT),
    ("nursing note", REPORT),
    ("chart note", REPORT),
    ("encounter note", REPORT),
    ("visit note", REPORT),
    ("note text", REPORT.weak()),
    ("notes", REPORT.weak()),
    ("report", REPORT.weak()),
    ("report text", REPORT),
    ("discharge summary", REPORT),
    ("rapport de consultation", REPORT),
    ("rapport", REPORT.weak()),
    ("note clinique", REPORT),
    ("notes cliniques", REPORT),
    ("note d'evolution", REPORT),
    ("findings", REPORT.weak()),
    ("image", IMAGE.weak()),
    ("image file", IMAGE),
    ("image path", IMAGE),
    ("imaging", IMAGE),
    ("x ray", IMAGE),
    ("xray", IMAGE),
    ("mri", IMAGE),
    ("ct scan", IMAGE),
    ("ultrasound", IMAGE),
    ("radiograph", IMAGE),
    ("radiology image", IMAGE),
    ("dicom", IMAGE),
    ("dicom file", IMAGE),
    ("sop instance uid", IMAGE),
    ("study instance uid", IMAGE),
    ("series instance uid", IMAGE),
    ("accession number", IMAGE),
    ("accession", IMAGE.weak()),
    ("imagerie", IMAGE),
    ("radiographie", IMAGE),
    ("irm", IMAGE),
    ("echographie", IMAGE),
    ("photo", IMAGE.weak()),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::Diagnosis,
        "A term of the lexicon in English or French, a code of ICD-10 by its category, or a label or column that says so. Denied ones are marked and not counted, those of relatives are family history.",
        &["She has type 2 diabetes.", "Diagnostic principal : otite moyenne (H66.9)", "ICD-10 | E11.9", "Il souffre d'une insuffisance cardiaque."],
        &["There was no sign of asthma.", "Il ne présente pas de diabète.", "The roof was repaired in May."],
    )
    .from("ICD-10-CM tabular index, April 2026"),
    about(
        DataElement::Medication,
        "A brand or ingredient of Health Canada’s drug database, a stem of nonproprietary names, a DIN behind its label, or a label or column that says so.",
        &["Continue ramipril 10 mg.", "Médicament : ustekinumab 90 mg SC", "DIN: 02229250", "Medication | metformin 500 mg"],
        &["Medication: none", "The door is painted."],
    )
    .from("Health Canada, Drug Product Database, April 2026; WHO/EMP/RHT/TSN/2018.1"),
    about(
        DataElement::Procedure,
        "A term of the lexicon, the ending of an operation’s name, or a label or column that says so; pictures taken are procedures, the pictures themselves are images.",
        &["I have arranged knee arthroscopy.", "Intervention : cholécystectomie", "She underwent pancreaticoduodenectomy.", "Procedure | MRI of the brain"],
        &["The procedure for parking is posted."],
    ),
    about(
        DataElement::Allergy,
        "A drug or allergen behind words of allergy, or a label or column that says so; `NKDA` and `aucune` deny.",
        &["Allergies: penicillin", "Allergie connue : fruits de mer", "She is allergic to amoxicillin."],
        &["Allergies: NKDA", "Allergies : aucune"],
    ),
    about(
        DataElement::Immunization,
        "A vaccine of the lexicon (antigen or brand), or a label or column that says so.",
        &["She received the influenza vaccine.", "Vaccin contre la grippe donné le 3 mars", "Vaccine | Shingrix"],
        &["The flu season was mild."],
    ),
    about(
        DataElement::ConsultationReport,
        "The heading of a report or note, or the way one clinician writes to another about a patient; said once a document.",
        &["CONSULTATION REPORT", "Note au dossier", "Thank you for referring this patient to me."],
        &["Your appointment has been booked."],
    ),
    about(
        DataElement::MedicalHistory,
        "Behind a label of history, or a condition of a relative.",
        &["Past history: two prior abdominal surgeries.", "Antécédents : diabète gestationnel", "Her mother had breast cancer."],
        &["The history of the hospital is long."],
    ),
    about(
        DataElement::MedicalImage,
        "A file of DICOM, or a label or column that names pictures of medicine.",
        &["X-ray: IMG0042.dcm", "Accession number: A17939472", "IRM : IM000006"],
        &["The image of the clinic improved."],
    )
    .from("45 CFR 164.514(b)(2)(i)(Q)"),
];

/// An ICD-10 code at the start of the text: its length. A category that exists, then at most four more.
pub(crate) fn icd10_len(text: &str) -> Option<usize> {
    let b = text.as_bytes();
    if b.len() < 3
        || !b[0].is_ascii_uppercase()
        || !b[1].is_ascii_digit()
        || !b[2].is_ascii_alphanumeric()
    {
        return None;
    }
    if !lexicon().is_icd10_category(&text[..3]) {
        return None;
    }
    let mut at = 3;
    if b.get(3) == Some(&b'.') {
        let n = b[4..]
            .iter()
            .take_while(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
            .count();
        if n > 4 {
            return None;
        }
        if n > 0 {
            at = 4 + n;
        }
    }
    (!b.get(at).is_some_and(u8::is_ascii_alphanumeric)).then_some(at)
}

/// Whether a cell holds an ICD-10 code, with or without its point, or an ICD-9 one.
pub(crate) fn is_diagnosis_code(text: &str) -> bool {
    let text = text.trim();
    if icd10_len(text) == Some(text.len()) {
        return true;
    }
    let b = text.as_bytes();
    // `E119`, as billing files write it.
    (4..=7).contains(&b.len())
        && b.iter()
            .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        && b[0].is_ascii_uppercase()
        && (b[3].is_ascii_digit() || b[3] == b'X')
        && text.is_char_boundary(3)
        && lexicon().is_icd10_category(&text[..3])
        || (3..=6).contains(&b.len())
            && b.iter().all(|c| c.is_ascii_digit() || *c == b'.')
            && b[..3].iter().all(u8::is_ascii_digit)
}

#[test]
fn codes_of_icd_10_are_known_by_their_category() {
    assert_eq!(icd10_len("E11.9 type 2"), Some(5));
    assert_eq!(icd10_len("J45"), Some(3));
    assert_eq!(icd10_len("Z99Z99"), None);
    assert_eq!(icd10_len("A1A 1A1"), None);
    assert!(is_diagnosis_code("E119"));
    assert!(is_diagnosis_code("250.00"));
    assert!(!is_diagnosis_code("Q99Q"));
}
