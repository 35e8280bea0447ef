//! The label engine: a column header, a form's label or a field's name goes in, its `Sense` comes out.
//!
//! `patient_first_name`, `PatientFirstName`, `PT FIRST NAME` and `Prénom du patient`
//! are one label: the words are taken apart at every change of style, folded,
//! abbreviations spelt out, words that say whose it is (`patient`, `emergency`,
//! `médecin`) taken out as the role, and the rest looked up in one table made of
//! the labels beside each element and each identifier.

use std::{collections::HashMap, sync::LazyLock};

use whose_model::{DataElement, Role};

use crate::{
    elements::{self, numbers::element_of},
    sense::{Part, Sense},
    text::fold,
};

static TABLE: LazyLock<HashMap<String, Sense>> = LazyLock::new(load);

fn load() -> HashMap<String, Sense> {
    let mut table = HashMap::new();
    for list in elements::LABELS {
        for (label, sense) in *list {
            table.entry(key(&tokens(label))).or_insert(*sense);
        }
    }
    let mut of_kinds: HashMap<String, Sense> = HashMap::new();
    for kind in whose_identifiers::all() {
        let Some(element) = element_of(kind.family) else {
            continue;
        };
        let mut sense = Sense::number(element, kind.id);
        if element == DataElement::Medication {
            sense.part = Part::Code;
        }
        for label in kind.labels {
            // Short ones are words of their own (`msi`, `pan`) as often as labels.
            let is_short = label.len() <= 3;
            let sense = if is_short { sense.weak() } else { sense };
            of_kinds
                .entry(key(&tokens(label)))
                .and_modify(|known| {
                    if known.element == sense.element && known.scheme != sense.scheme {
                        known.scheme = "";
                    }
                })
                .or_insert(sense);
        }
    }
    let mut of_kinds: Vec<_> = of_kinds.into_iter().collect();
    of_kinds.sort_by(|a, b| a.0.cmp(&b.0));
    for (key, sense) in of_kinds {
        if !key.is_empty() {
            table.entry(key).or_insert(sense);
        }
    }
    table
}

/// Every label as it is written beside its element or identifier.
pub(crate) fn written() -> impl Iterator<Item = &'static str> {
    elements::LABELS
        .iter()
        .flat_map(|list| list.iter().map(|(label, _)| *label))
        .chain(
            whose_identifiers::all()
                .iter()
                .filter(|kind| element_of(kind.family).is_some())
                .flat_map(|kind| kind.labels.iter().copied()),
        )
}

/// What this label says, if anything.
pub(crate) fn sense_of(label: &str) -> Option<Sense> {
    if label.len() > 120 {
        return None;
    }
    // A data set of a statistical program names a column twice: `q7 = Date of birth`.
    if let Some((name, said)) = label.split_once(" = ") {
        return sense_of(said).or_else(|| sense_of(name));
    }
    let all = tokens(label);
    if all.is_empty() || all.len() > 10 {
        return None;
    }
    if let Some(sense) = TABLE.get(&key(&all)) {
        return Some(with_own_role(*sense, &all));
    }
    let mut role = None;
    let rest: Vec<String> = all
        .iter()
        .filter(|token| match role_of(token) {
            Some(found) => {
                // The first word that says whose it is wins, but `patient` gives way: `patient emergency contact`.
                if role.is_none_or(|known| known == Role::Patient) {
                    role = Some(found);
                }
                false
            }
            None => true,
        })
        .cloned()
        .collect();
    if rest.is_empty()
        || matches!(rest[..], [ref word] if matches!(word.as_str(), "by" | "par" | "contact"))
    {
        let role = role?;
        return match role {
            Role::Organisation => None,
            // `Patient` or `Client` alone heads a column of names or of numbers: the values decide.
            role => Some(Sense::whole(DataElement::Name).weak().of(role)),
        };
    }
    look_up(&rest).map(|sense| match role {
        Some(role) => sense.of(sense
            .role
            .filter(|known| *known == Role::Clinician)
            .unwrap_or(role)),
        None => sense,
    })
}

/// `patient number` is in the table as it stands, and says whose.
fn with_own_role(sense: Sense, tokens: &[String]) -> Sense {
    if sense.role.is_some() {
        return sense;
    }
    match tokens.iter().find_map(|token| role_of(token)) {
        Some(Role::Patient) => sense.of(Role::Patient),
        _ => sense,
    }
}

fn look_up(tokens: &[String]) -> Option<Sense> {
    let joined = key(tokens);
    if let Some(sense) = TABLE.get(&joined) {
        return Some(*sense);
    }
    // `patientname`, `clientdob`: a role written together with the rest.
    for prefix in [
        "patient",
        "client",
        "pat",
        "pt",
        "resident",
        "beneficiaire",
        "usager",
        "demographic",
        "demo",
        "person",
    ] {
        if let Some(rest) = joined.strip_prefix(prefix)
            && let Some(sense) = TABLE.get(rest)
        {
            return Some(sense.of(Role::Patient));
        }
    }
    for (prefix, role) in [
        ("doctor", Role::Clinician),
        ("physician", Role::Clinician),
        ("provider", Role::Clinician),
        ("prescriber", Role::Clinician),
        ("nok", Role::Relative),
        ("emergency", Role::Relative),
        ("staff", Role::Staff),
        ("employee", Role::Staff),
    ] {
        if let Some(rest) = joined.strip_prefix(prefix)
            && let Some(sense) = TABLE.get(rest)
        {
            return Some(sense.of(role));
        }
    }
    // The longest run of words that is a label, last words first: `primary contact home phone`.
    if tokens.len() > 1 {
        for len in (1..tokens.len()).rev() {
            for start in (0..=tokens.len() - len).rev() {
                let part = key(&tokens[start..start + len]);
                if part.len() > 2
                    && let Some(sense) = TABLE.get(&part)
                {
                    return Some(if len == 1 { sense.weak() } else { *sense });
                }
            }
        }
    }
    None
}

/// What exactly these words say, without looking inside: for labels in running text.
pub(crate) fn exact(label: &str) -> Option<Sense> {
    let all = tokens(label);
    if all.is_empty() {
        return None;
    }
    if let Some(sense) = TABLE.get(&key(&all)) {
        return Some(with_own_role(*sense, &all));
    }
    let mut role = None;
    let rest: Vec<String> = all
        .iter()
        .filter(|token| match role_of(token) {
            Some(found) => {
                if role.is_none_or(|known| known == Role::Patient) {
                    role = Some(found);
                }
                false
            }
            None => true,
        })
        .cloned()
        .collect();
    let role = role?;
    if rest.is_empty() {
        return (role != Role::Organisation)
            .then(|| Sense::whole(DataElement::Name).weak().of(role));
    }
    TABLE
        .get(&key(&rest))
        .map(|sense| sense.of(sense.role.unwrap_or(role)))
}

/// The words of a label, folded, abbreviations spelt out, without articles and punctuation.
pub(crate) fn tokens(label: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut previous = ' ';
    let chars: Vec<char> = label.chars().collect();
    for (at, &ch) in chars.iter().enumerate() {
        let breaks_case = ch.is_uppercase()
            && (previous.is_lowercase()
                || previous.is_uppercase()
                    && chars.get(at + 1).is_some_and(|next| next.is_lowercase())
                    && word.len() > 1);
        let is_boundary = !ch.is_alphanumeric()
            || breaks_case
            || ch.is_ascii_digit() != previous.is_ascii_digit()
                && !word.is_empty()
                && previous.is_alphanumeric();
        if is_boundary && !word.is_empty() {
            let done = std::mem::take(&mut word);
            // The article of `d'assurance`, the ending of `driver's`.
            let is_elided = done.chars().count() == 1
                && (is_apostrophe(ch) || at >= 2 && is_apostrophe(chars[at - 2]));
            if !is_elided {
                push(&mut tokens, &done);
            }
        }
        if ch.is_alphanumeric() {
            word.push(ch);
        } else if ch == '#' || ch == '№' {
            tokens.push("number".to_owned());
        } else if ch == '\u{ba}' || ch == '°' {
            // `N°`
            if tokens.last().is_some_and(|last| last == "n") {
                tokens.pop();
                tokens.push("number".to_owned());
            }
        }
        previous = ch;
    }
    if !word.is_empty() {
        push(&mut tokens, &word);
    }
    tokens
}

fn is_apostrophe(ch: char) -> bool {
    matches!(ch, '\'' | '\u{2019}')
}

fn push(tokens: &mut Vec<String>, word: &str) {
    let folded = fold(word);
    let spelt = match folded.as_str() {
        "de" | "du" | "des" | "la" | "le" | "les" | "of" | "the" | "au" | "aux" | "et" | "and"
        | "his" | "her" | "your" | "votre" | "son" | "sa" => return,
        "no" | "num" | "nbr" | "nr" | "numero" | "numeros" | "numbers" => "number",
        "dt" | "dte" => "date",
        "nm" => "name",
        "telephone" | "phone" | "tel" | "telephonique" | "phones" => "phone",
        "adresse" | "adr" | "addr" | "address" => "address",
        "courriel" | "email" => "email",
        "identifier" | "identifiant" | "ident" => "id",
        "licence" | "license" | "licenses" | "licences" => "licence",
        "enrollment" | "enrolment" => "enrolment",
        "drivers" => "driver",
        other => other,
    };
    tokens.push(spelt.to_owned());
}

fn key(tokens: &[String]) -> String {
    tokens.concat()
}

/// Whose, when a word of a label says so.
pub(crate) fn role_of(token: &str) -> Option<Role> {
    Some(match token {
        "patient" | "patients" | "patiente" | "pt" | "pat" | "client" | "cliente" | "resident"
        | "residente" | "beneficiary" | "beneficiaire" | "usager" | "usagere" | "assure"
        | "assuree" | "person" | "personne" | "individual" | "subject" | "participant"
        | "participante" | "enfant" | "child" | "demographic" | "member" | "membre"
        | "enrollee" | "claimant" => Role::Patient,
        "doctor" | "dr" | "doc" | "physician" | "md" | "mrp" | "provider" | "prov1der"
        | "prescriber" | "surgeon" | "practitioner" | "clinician" | "gp" | "pcp" | "specialist"
        | "nurse" | "rn" | "pharmacist" | "dentist" | "therapist" | "radiologist"
        | "pathologist" | "attending" | "referring" | "ordering" | "consulting" | "admitting"
        | "performing" | "medecin" | "docteur" | "prescripteur" | "chirurgien" | "infirmiere"
        | "infirmier" | "pharmacien" | "pharmacienne" | "intervenant" | "traitant"
        | "traitante" | "referent" | "professionnel" | "specialiste" | "referrer"
        | "prescribing" | "anesthetist" | "oncologist" | "dermatologue" => Role::Clinician,
        "nok" | "kin" | "emergency" | "urgence" | "mother" | "father" | "parent" | "parents"
        | "guardian" | "spouse" | "relative" | "mere" | "pere" | "tuteur" | "tutrice"
        | "conjoint" | "conjointe" | "proche" | "guarantor" | "garant" | "insured"
        | "policyholder" | "responsible" | "repondant" | "husband" | "wife" | "caregiver"
        | "aidant" | "mothers" | "fathers" | "sdm" | "poa" | "mandataire" => Role::Relative,
        "employee" | "staff" | "user" | "clerk" | "author" | "operator" | "technician"
        | "employe" | "employee1" | "utilisateur" | "auteur" | "commis" | "redacteur" | "agent"
        | "rep" | "representative" | "manager" | "supervisor" | "superviseur" | "technicien"
        | "technologist" | "technologue" | "preparer" | "coordinator" | "coordonnatrice"
        | "scheduler" | "secretary" | "secretaire" | "created" | "updated" | "modified"
        | "entered" | "login" => Role::Staff,
        "company" | "organization" | "organisation" | "vendor" | "supplier" | "insurer"
        | "employer" | "product" | "item" | "file" | "compagnie" | "fournisseur" | "employeur"
        | "assureur" | "produit" | "article" | "fichier" | "table" | "column" | "host"
        | "server" | "brand" | "manufacturer" | "category" | "business" | "store" | "warehouse"
        | "lot" | "field" | "event" | "domain" | "project" => Role::Organisation,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(label: &str, element: DataElement, part: Part, role: Option<Role>) {
        let sense = sense_of(label).unwrap_or_else(|| panic!("{label} says nothing"));
        assert_eq!(
            (sense.element, sense.part, sense.role),
            (element, part, role),
            "{label}"
        );
    }

    #[test]
    fn headers_of_every_style_say_the_same() {
        for label in [
            "DOB",
            "date_of_birth",
            "DateOfBirth",
            "BIRTH_DT",
            "dt_naiss",
            "Date de naissance",
            "birthdate",
            "D.D.N.",
            "Born",
        ] {
            check(label, DataElement::BirthDate, Part::Whole, None);
        }
        for label in [
            "LNAME",
            "last_name",
            "LastName",
            "Nom de famille",
            "Surname",
            "FAMILY NAME",
        ] {
            check(label, DataElement::Name, Part::Family, None);
        }
        check(
            "patient_first_name",
            DataElement::Name,
            Part::Given,
            Some(Role::Patient),
        );
        check(
            "PatientName",
            DataElement::Name,
            Part::Whole,
            Some(Role::Patient),
        );
        check(
            "N° d'assurance maladie",
            DataElement::HealthNumber,
            Part::Whole,
            None,
        );
        check("HCN", DataElement::HealthNumber, Part::Whole, None);
        check("Code postal", DataElement::Address, Part::PostalCode, None);
        check("Tél. (domicile)", DataElement::Phone, Part::Whole, None);
        check("MRN #", DataElement::MedicalRecordNumber, Part::Whole, None);
        check("ICD-10 Code", DataElement::Diagnosis, Part::Code, None);
        check(
            "q7 = Date of birth",
            DataElement::BirthDate,
            Part::Whole,
            None,
        );
        check(
            "dob = Question 7",
            DataElement::BirthDate,
            Part::Whole,
            None,
        );
    }

    #[test]
    fn the_role_is_in_the_label() {
        check(
            "Médecin traitant",
            DataElement::Name,
            Part::Whole,
            Some(Role::Clinician),
        );
        check(
            "referring_physician_name",
            DataElement::Name,
            Part::Whole,
            Some(Role::Clinician),
        );
        check(
            "Emergency Contact Phone",
            DataElement::Phone,
            Part::Whole,
            Some(Role::Relative),
        );
        check(
            "NOK Name",
            DataElement::Name,
            Part::Whole,
            Some(Role::Relative),
        );
        check(
            "created_by",
            DataElement::Name,
            Part::Whole,
            Some(Role::Staff),
        );
        check(
            "product_name",
            DataElement::Name,
            Part::Whole,
            Some(Role::Organisation),
        );
    }

    #[test]
    fn other_headers_say_nothing() {
        for label in ["quantity", "sku", "created_at", "price", ""] {
            assert!(
                sense_of(label).is_none_or(|sense| sense.role == Some(Role::Staff)),
                "{label}"
            );
        }
    }
}
