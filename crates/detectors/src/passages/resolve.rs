//! Who is meant: the names of a document become people with roles, and everything else found is tied to one of them.
//!
//! The patient is whom a label, a reference line or a heading names; without
//! one, whoever is spoken of when something of health or identity is said. A
//! doctor, a clerk or a relative keeps what stands on their own line. What
//! stands above the first name of a letter without a label is the letterhead's.

use whose_model::{DataElement, Mention, PersonName, Role, SubjectId};

use super::found::Found;
use crate::{draft::hashed_subject, text::fold};

struct Person {
    family: String,
    given: String,
    role: Option<Role>,
    lines: Vec<(u32, u64)>,
    id: SubjectId,
}

/// Ties everything found in a document to its people and emits it.
pub(crate) fn resolve(
    document: u32,
    part: u32,
    found: Vec<Found>,
    carried: &mut Option<(SubjectId, Role)>,
    emit: &mut dyn FnMut(Mention),
) {
    let mut people: Vec<Person> = Vec::new();
    let mut whose: Vec<Option<usize>> = Vec::with_capacity(found.len());
    for item in &found {
        whose.push(item.name.as_ref().map(|name| {
            let at = join(&mut people, document, name);
            let person = &mut people[at];
            // A label wins over a guess, a patient over everything: doctors are patients too, in their own letters.
            match (person.role, item.role) {
                (None, role) => person.role = role,
                (Some(Role::Unknown | Role::Staff), Some(role)) => person.role = Some(role),
                (Some(_), Some(Role::Patient)) if item.is_labelled => {
                    person.role = Some(Role::Patient)
                }
                _ => {}
            }
            person.lines.push((item.line, item.at));
            at
        }));
    }
    let is_about_health = found.iter().any(|item| {
        matches!(
            item.draft.element,
            DataElement::HealthNumber
                | DataElement::MedicalRecordNumber
                | DataElement::PatientNumber
                | DataElement::BirthDate
                | DataElement::Diagnosis
                | DataElement::Medication
                | DataElement::LabResult
                | DataElement::Allergy
                | DataElement::Procedure
                | DataElement::Immunization
                | DataElement::Age
        )
    });
    if !people
        .iter()
        .any(|person| person.role == Some(Role::Patient))
        && is_about_health
        && carried.is_none()
        && let Some(first) = people
            .iter_mut()
            .find(|person| matches!(person.role, None | Some(Role::Unknown)))
    {
        first.role = Some(Role::Patient);
    }
    let has_patient = people
        .iter()
        .any(|person| person.role == Some(Role::Patient))
        || carried.is_some();
    let nobody = (
        hashed_subject(&[b"document", &document.to_le_bytes(), b"nobody named"]),
        Role::Patient,
    );
    let first_patient_at = people
        .iter()
        .filter(|person| person.role == Some(Role::Patient))
        .flat_map(|person| person.lines.iter().map(|(_, at)| *at))
        .min();
    let _ = part;
    // The first line on which something of the patient stands; nothing when there is no patient.
    let letterhead_end = found
        .iter()
        .zip(&whose)
        .filter(|(item, own)| match own {
            Some(at) => people[*at].role == Some(Role::Patient),
            None => item.is_labelled && item.role.is_none_or(|role| role == Role::Patient) && matches!(item.draft.element, DataElement::BirthDate | DataElement::HealthNumber | DataElement::MedicalRecordNumber | DataElement::PatientNumber),
        })
        .map(|(item, _)| item.line)
        .min()
        .filter(|_| first_patient_at.is_some() && carried.is_none())
        .unwrap_or(0);
    for (item, own) in found.into_iter().zip(whose) {
        if item.needs_patient && !has_patient {
            continue;
        }
        if let Some(at) = own {
            let role = people[at].role.unwrap_or(Role::Unknown);
            let id = people[at].id;
            if role == Role::Clinician
                && let Some(patient) = patient_at(&people, item.at)
                    .map(|at| people[at].id)
                    .or(carried.map(|(id, _)| id))
            {
                let mut draft = item.draft.clone();
                draft.element = DataElement::Clinician;
                emit(draft.at(item.place.clone(), Some(patient), Role::Patient));
            }
            emit(item.draft.at(item.place, Some(id), role));
            continue;
        }
        let (subject, role) = subject_of(
            &item,
            &people,
            carried,
            (first_patient_at, letterhead_end),
            has_patient,
            document,
            nobody,
        );
        emit(item.draft.at(item.place, subject, role));
    }
    if let Some(patient) = people
        .iter()
        .filter(|person| person.role == Some(Role::Patient))
        .max_by_key(|person| person.lines.first().map(|(_, at)| *at))
    {
        *carried = Some((patient.id, Role::Patient));
    }
}

fn subject_of(
    item: &Found,
    people: &[Person],
    carried: &Option<(SubjectId, Role)>,
    (first_patient_at, letterhead_end): (Option<u64>, u32),
    has_patient: bool,
    document: u32,
    nobody: (SubjectId, Role),
) -> (Option<SubjectId>, Role) {
    let is_contact = matches!(
        item.draft.element,
        DataElement::Phone
            | DataElement::Email
            | DataElement::Address
            | DataElement::PractitionerNumber
            | DataElement::Signature
    );
    if let Some(role @ (Role::Clinician | Role::Relative | Role::Staff)) = item.role {
        let named = nearest(people, item, 4, |person| person.role == Some(role));
        return (
            Some(named.map_or_else(
                || hashed_subject(&[b"document", &document.to_le_bytes(), &[role as u8]]),
                |at| people[at].id,
            )),
            role,
        );
    }
    // Somebody else's line: their telephone, their birth date.
    let is_personal = is_contact
        || matches!(
            item.draft.element,
            DataElement::BirthDate
                | DataElement::HealthNumber
                | DataElement::SocialInsuranceNumber
                | DataElement::Age
                | DataElement::Sex
                | DataElement::DeathDate
        );
    if is_personal {
        let before = people
            .iter()
            .enumerate()
            .flat_map(|(at, person)| {
                person
                    .lines
                    .iter()
                    .filter(|(line, pos)| *line == item.line && *pos < item.at)
                    .map(move |(_, pos)| (*pos, at))
            })
            .max();
        if let Some((_, at)) = before {
            let role = people[at].role.unwrap_or(Role::Unknown);
            return (Some(people[at].id), role);
        }
        if item.is_signature
            && is_contact
            && let Some(at) = nearest(people, item, 6, |person| {
                matches!(person.role, Some(Role::Clinician | Role::Staff))
            })
        {
            return (Some(people[at].id), people[at].role.unwrap_or(Role::Staff));
        }
        // Above the first line that says anything of the patient stands the letterhead.
        if is_contact && item.line + 2 < letterhead_end {
            return (None, Role::Organisation);
        }
        if is_contact && !item.is_labelled {
            if item.is_signature {
                return (None, Role::Organisation);
            }
            // A block of lines under a name that is not the patient's: an addressee.
            if let Some(at) = nearest(people, item, 4, |person| {
                person.lines.iter().any(|(line, _)| *line < item.line)
            }) {
                let role = people[at].role.unwrap_or(Role::Unknown);
                if role != Role::Patient {
                    return (Some(people[at].id), role);
                }
            } else if first_patient_at.is_some_and(|at| item.at < at) {
                return (None, Role::Organisation);
            }
        }
    }
    if let Some(at) = patient_at(people, item.at) {
        return (Some(people[at].id), Role::Patient);
    }
    if let Some((id, role)) = carried {
        return (Some(*id), *role);
    }
    if has_patient {
        // What stands above the patient's name in a form is the patient's.
        if let Some(at) = people
            .iter()
            .position(|person| person.role == Some(Role::Patient))
        {
            return (Some(people[at].id), Role::Patient);
        }
    }
    if let Some(at) = nearest(people, item, 3, |person| {
        !matches!(person.role, Some(Role::Clinician))
    }) {
        return (
            Some(people[at].id),
            people[at].role.unwrap_or(Role::Unknown),
        );
    }
    match item.draft.element {
        DataElement::Phone
        | DataElement::Email
        | DataElement::Address
        | DataElement::ServiceLocation => (None, Role::Unknown),
        DataElement::PractitionerNumber => (None, Role::Clinician),
        DataElement::HealthNumber
        | DataElement::MedicalRecordNumber
        | DataElement::PatientNumber
        | DataElement::BirthDate => (Some(nobody.0), nobody.1),
        _ => (Some(nobody.0), Role::Unknown),
    }
}

/// The patient who was named last before this position; the first one when none was.
fn patient_at(people: &[Person], at: u64) -> Option<usize> {
    people
        .iter()
        .enumerate()
        .filter(|(_, person)| person.role == Some(Role::Patient))
        .filter_map(|(index, person)| {
            person
                .lines
                .iter()
                .map(|(_, pos)| *pos)
                .filter(|pos| *pos <= at)
                .max()
                .map(|pos| (pos, index))
        })
        .max()
        .map(|(_, index)| index)
}

fn nearest(
    people: &[Person],
    item: &Found,
    most_lines: u32,
    fits: impl Fn(&Person) -> bool,
) -> Option<usize> {
    people
        .iter()
        .enumerate()
        .filter(|(_, person)| fits(person))
        .flat_map(|(index, person)| {
            person
                .lines
                .iter()
                .map(move |(line, at)| (line.abs_diff(item.line), at.abs_diff(item.at), index))
        })
        .filter(|(lines, ..)| *lines <= most_lines)
        .min()
        .map(|(_, _, index)| index)
}

/// The person with this name: the same family name, and given names that do not contradict.
fn join(people: &mut Vec<Person>, document: u32, name: &PersonName) -> usize {
    let family = bare(&name.family);
    let given = bare(&name.given);
    let fits = |person: &Person| {
        if family.is_empty() {
            return !given.is_empty() && person.given == given;
        }
        if person.family != family {
            return person.family.is_empty() && !person.given.is_empty() && person.given == given;
        }
        person.given.is_empty()
            || given.is_empty()
            || person.given == given
            || person.given.starts_with(&given) && given.len() == 1
            || given.starts_with(&person.given) && person.given.len() == 1
    };
    // The last who fits: `Mr. Roy` is the Roy spoken of last.
    let last = people
        .iter()
        .enumerate()
        .filter(|(_, person)| fits(person))
        .max_by_key(|(_, person)| person.lines.last().map(|(_, at)| *at))
        .map(|(at, _)| at);
    if let Some(at) = last {
        let person = &mut people[at];
        if person.given.len() < given.len() {
            person.given = given;
        }
        if person.family.is_empty() {
            person.family = family;
        }
        return at;
    }
    let id = hashed_subject(&[
        b"document",
        &document.to_le_bytes(),
        family.as_bytes(),
        given.as_bytes(),
    ]);
    people.push(Person {
        family,
        given,
        role: None,
        lines: Vec::new(),
        id,
    });
    people.len() - 1
}

fn bare(text: &str) -> String {
    fold(text)
        .chars()
        .filter(|ch| ch.is_alphanumeric())
        .collect()
}
