//! Who is meant: the names of a document become people with roles, and everything else found is tied to one of them.
//!
//! The patient is whom a label, a reference line or a heading names; without
//! one, whoever is spoken of when something of health or identity is said. A
//! doctor, a clerk or a relative keeps what stands on their own line. What
//! stands above the first name of a letter without a label is the letterhead's.

use std::collections::HashMap;

use whose_model::{DataElement, Mention, Normal, PersonName, Role, SubjectId};

use super::found::Found;
use crate::{draft::hashed_subject, text::fold};

struct Person {
    family: String,
    given: String,
    role: Option<Role>,
    last_at: u64,
    id: SubjectId,
}

/// Ties everything found in a document to its people and emits it.
pub(crate) fn resolve(
    document: u32,
    mut found: Vec<Found>,
    carried: &mut Option<(SubjectId, Role)>,
    emit: &mut dyn FnMut(Mention),
) {
    let mut cast = Cast {
        document,
        carried: *carried,
        ..Cast::default()
    };
    join_parts(&mut found);
    births_after_names(&mut found);
    let whose: Vec<Option<usize>> = found
        .iter()
        .map(|item| item.name.as_ref().map(|name| cast.enter(name, item)))
        .collect();
    cast.promote(&found);
    cast.choose_patient(&found);
    cast.set_the_stage(&found, &whose);
    for (item, own) in found.into_iter().zip(whose) {
        if let Some(at) = own {
            let (id, role) = cast.person(at);
            if role == Role::Clinician
                && let Some((patient, of_patient)) = cast.patient_before(&item)
            {
                let mut draft = item.draft.clone();
                draft.element = DataElement::Clinician;
                emit(draft.at(item.place.clone(), Some(patient), of_patient));
            }
            emit(item.draft.at(item.place, Some(id), role));
            continue;
        }
        if item.needs_patient && !cast.has_patient {
            // A visit of somebody who is named right there counts; anything else is about nobody.
            let near = (item.draft.element == DataElement::ServiceDate)
                .then(|| {
                    cast.named.nearest(&item, 1, |at| {
                        matches!(cast.people[at].role, None | Some(Role::Unknown))
                    })
                })
                .flatten();
            if let Some(at) = near {
                let (id, role) = cast.person(at);
                emit(item.draft.at(item.place, Some(id), role));
            }
            continue;
        }
        if matches!(
            item.draft.element,
            DataElement::ConsultationReport | DataElement::Consent
        ) && !item.is_labelled
        {
            // What the whole document is, it is for each of its patients.
            for at in cast.patients_once() {
                let (id, role) = cast.person(at);
                emit(item.draft.clone().at(item.place.clone(), Some(id), role));
            }
            if !cast.patients.is_empty() {
                continue;
            }
        }
        let (subject, role) = cast.subject_of(&item);
        emit(item.draft.at(item.place, subject, role));
    }
    if let Some((_, at)) = cast.patients.last() {
        *carried = Some(cast.person(*at));
    }
}

/// `Last name: Roy` and `First name: Anna` on neighbouring lines are one name.
fn join_parts(found: &mut [Found]) {
    let mut last: Option<usize> = None;
    for at in 0..found.len() {
        let item = &found[at];
        let Some(name) = item.name.as_ref().filter(|_| item.is_labelled) else {
            continue;
        };
        let is_part = name.given.is_empty() != name.family.is_empty();
        let before = last.filter(|_| is_part).and_then(|before| {
            let other = &found[before];
            let part = other.name.as_ref()?;
            (part.given.is_empty() != name.given.is_empty()
                && part.family.is_empty() != name.family.is_empty()
                && other.role == item.role
                && item.line.abs_diff(other.line) <= 3)
                .then(|| {
                    let (given, family) = if name.given.is_empty() {
                        (part, name)
                    } else {
                        (name, part)
                    };
                    PersonName {
                        given: given.given.clone(),
                        middle: given.middle.clone(),
                        family: family.family.clone(),
                        suffix: family.suffix.clone(),
                    }
                })
                .map(|whole| (before, whole))
        });
        match before {
            Some((before, whole)) => {
                for index in [before, at] {
                    found[index].draft.normal = Normal::Name(whole.clone());
                    found[index].name = Some(whole.clone());
                }
                last = None;
            }
            None => last = is_part.then_some(at),
        }
    }
}

/// `Anna ROY, 1985-02-10, asthma`: a date right after a name, long before the latest of the document, is a birth date.
fn births_after_names(found: &mut [Found]) {
    let year = |item: &Found| match &item.draft.normal {
        Normal::Date(date) => date.year,
        _ => 0,
    };
    let latest = found.iter().map(year).max().unwrap_or(0);
    for at in 1..found.len() {
        let (before, rest) = found.split_at_mut(at);
        let (Some(name), Some(date)) = (before.last(), rest.first_mut()) else {
            continue;
        };
        if name.name.is_some()
            && date.draft.element == DataElement::ServiceDate
            && !date.is_labelled
            && name.line == date.line
            && !matches!(
                name.role,
                Some(Role::Clinician | Role::Staff | Role::Organisation)
            )
            && matches!(&date.draft.normal, Normal::Date(date) if date.day != 0)
            && (1..=3).contains(
                &date
                    .at
                    .saturating_sub(name.at + name.draft.value.len() as u64),
            )
            && (year(date) + 1 < latest || year(date) < 2005)
        {
            date.draft.element = DataElement::BirthDate;
            date.draft.confidence = 0.75;
            date.draft.why.push("right after a name".into());
            date.needs_patient = false;
        }
    }
}

/// The people of a document, and where each is named.
#[derive(Default)]
struct Cast {
    document: u32,
    carried: Option<(SubjectId, Role)>,
    people: Vec<Person>,
    by_family: HashMap<String, Vec<usize>>,
    by_given: HashMap<String, Vec<usize>>,
    named: Named,
    /// Positions at which patients are named, in order.
    patients: Vec<(u64, usize)>,
    has_patient: bool,
    /// The first line on which something of the patient stands; 0 when there is no patient.
    letterhead_end: u32,
}

impl Cast {
    fn person(&self, at: usize) -> (SubjectId, Role) {
        let person = &self.people[at];
        (person.id, person.role.unwrap_or(Role::Unknown))
    }

    /// The person with this name: the same family name, and given names that do not contradict.
    fn enter(&mut self, name: &PersonName, item: &Found) -> usize {
        let family = bare(&name.family);
        let given = bare(&name.given);
        let list = if family.is_empty() {
            self.by_given.get(&given)
        } else {
            // One word alone may be a given name: `Ryan was seen`.
            self.by_family.get(&family).or_else(|| {
                self.by_given
                    .get(if given.is_empty() { &family } else { &given })
            })
        };
        // The last who fits: `Mr. Roy` is the Roy spoken of last. Of very many of one name only the latest are looked at.
        let last = list
            .into_iter()
            .flat_map(|list| list.iter().rev().take(32))
            .copied()
            .filter(|at| fits(&self.people[*at], &family, &given))
            .max_by_key(|at| self.people[*at].last_at);
        let at = last.unwrap_or_else(|| {
            let id = hashed_subject(&[
                b"document",
                &self.document.to_le_bytes(),
                family.as_bytes(),
                given.as_bytes(),
            ]);
            self.people.push(Person {
                family: String::new(),
                given: String::new(),
                role: None,
                last_at: 0,
                id,
            });
            self.people.len() - 1
        });
        let person = &mut self.people[at];
        let is_given_alone = given.is_empty() && person.given == family && !person.given.is_empty();
        let family = if is_given_alone {
            String::new()
        } else {
            family
        };
        if person.given.len() < given.len() {
            self.by_given.entry(given.clone()).or_default().push(at);
            person.given = given;
        }
        if person.family.is_empty() && !family.is_empty() {
            self.by_family.entry(family.clone()).or_default().push(at);
            person.family = family;
        }
        // A label wins over a guess: doctors are patients too, in their own letters.
        match (person.role, item.role) {
            (None, role) => person.role = role,
            (Some(Role::Unknown | Role::Staff), Some(role)) => person.role = Some(role),
            (Some(_), Some(Role::Patient)) if item.is_labelled => person.role = Some(Role::Patient),
            _ => {}
        }
        person.last_at = item.at;
        self.named.0.push((item.at, item.line, at));
        at
    }

    /// Somebody on whose line a health number or a birth date stands is a patient as well: `and Ryan Roy, born May 21, 2018`.
    fn promote(&mut self, found: &[Found]) {
        self.named.0.sort_unstable();
        for item in found {
            if matches!(
                item.draft.element,
                DataElement::HealthNumber
                    | DataElement::BirthDate
                    | DataElement::MedicalRecordNumber
            ) && item.role.is_none_or(|role| role == Role::Patient)
                && let Some(at) = self.named.before_on_line(item)
                && matches!(self.people[at].role, None | Some(Role::Unknown))
            {
                self.people[at].role = Some(Role::Patient);
            }
        }
    }

    /// Without a label the first person spoken of is the patient, if enough is said of somebody's health or identity.
    fn choose_patient(&mut self, found: &[Found]) {
        if self.carried.is_some()
            || self
                .people
                .iter()
                .any(|person| person.role == Some(Role::Patient))
        {
            return;
        }
        let (mut n_identity, mut n_health) = (0, 0);
        for item in found {
            match item.draft.element {
                DataElement::HealthNumber
                | DataElement::MedicalRecordNumber
                | DataElement::PatientNumber
                | DataElement::BirthDate => n_identity += 1,
                DataElement::Diagnosis
                | DataElement::Medication
                | DataElement::LabResult
                | DataElement::Allergy
                | DataElement::Procedure
                | DataElement::Immunization
                | DataElement::Age
                | DataElement::MedicalHistory => n_health += 1,
                _ => {}
            }
        }
        let is_unknown = |person: &Person| matches!(person.role, None | Some(Role::Unknown));
        let n_unknown = self
            .people
            .iter()
            .filter(|person| is_unknown(person))
            .count();
        // A long text with many names and an illness here and there is about nobody in particular.
        if n_identity == 0
            && (n_health < 2 || n_unknown > 6)
            && !(n_health == 1 && n_unknown == 1 && found.len() <= 12)
        {
            return;
        }
        if let Some(first) = self.people.iter_mut().find(|person| is_unknown(person)) {
            first.role = Some(Role::Patient);
        }
    }

    fn set_the_stage(&mut self, found: &[Found], whose: &[Option<usize>]) {
        self.named.0.sort_unstable();
        self.patients = self
            .named
            .0
            .iter()
            .filter(|(_, _, at)| self.people[*at].role == Some(Role::Patient))
            .map(|(at, _, index)| (*at, *index))
            .collect();
        self.has_patient = self.carried.is_some() || !self.patients.is_empty();
        if self.patients.is_empty() || self.carried.is_some() {
            return;
        }
        self.letterhead_end = found
            .iter()
            .zip(whose)
            .filter(|(item, own)| match own {
                Some(at) => self.people[*at].role == Some(Role::Patient),
                None => {
                    item.is_labelled
                        && item.role.is_none_or(|role| role == Role::Patient)
                        && matches!(
                            item.draft.element,
                            DataElement::BirthDate
                                | DataElement::HealthNumber
                                | DataElement::MedicalRecordNumber
                                | DataElement::PatientNumber
                        )
                }
            })
            .map(|(item, _)| item.line)
            .min()
            .unwrap_or(0);
    }

    /// Each patient who is named, once; of very many only the first.
    fn patients_once(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.patients.iter().take(64).map(|(_, at)| *at).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The patient who was named last before this; the first one when none was.
    fn patient_before(&self, item: &Found) -> Option<(SubjectId, Role)> {
        let end = self.patients.partition_point(|(at, _)| *at <= item.at);
        if let Some((_, at)) = end.checked_sub(1).and_then(|at| self.patients.get(at)) {
            return Some(self.person(*at));
        }
        self.carried
            .or_else(|| self.patients.first().map(|(_, at)| self.person(*at)))
    }

    fn subject_of(&self, item: &Found) -> (Option<SubjectId>, Role) {
        let element = item.draft.element;
        let some = |(id, role): (SubjectId, Role)| (Some(id), role);
        let is_contact = matches!(
            element,
            DataElement::Phone
                | DataElement::Email
                | DataElement::Address
                | DataElement::PractitionerNumber
                | DataElement::Signature
        );
        if let Some(role @ (Role::Clinician | Role::Relative | Role::Staff)) = item.role {
            let id = match self
                .named
                .nearest(item, 4, |at| self.people[at].role == Some(role))
            {
                Some(at) => self.people[at].id,
                None => hashed_subject(&[b"document", &self.document.to_le_bytes(), &[role as u8]]),
            };
            return (Some(id), role);
        }
        if element == DataElement::PractitionerNumber {
            return match self.named.nearest(item, 3, |at| {
                matches!(self.people[at].role, Some(Role::Clinician | Role::Staff))
            }) {
                Some(at) => some(self.person(at)),
                None => (None, Role::Clinician),
            };
        }
        let is_personal = is_contact
            || matches!(
                element,
                DataElement::BirthDate
                    | DataElement::HealthNumber
                    | DataElement::SocialInsuranceNumber
                    | DataElement::Age
                    | DataElement::Sex
                    | DataElement::DeathDate
            );
        if is_personal {
            // Somebody else's line: their telephone, their birth date.
            if let Some(at) = self.named.before_on_line(item) {
                return some(self.person(at));
            }
            if item.is_signature
                && is_contact
                && let Some(at) = self.named.nearest(item, 6, |at| {
                    matches!(self.people[at].role, Some(Role::Clinician | Role::Staff))
                })
            {
                return some(self.person(at));
            }
            // Above the first line that says anything of the patient stands the letterhead.
            if is_contact && item.line + 2 < self.letterhead_end {
                return (None, Role::Organisation);
            }
            if is_contact && !item.is_labelled {
                if item.is_signature {
                    return (None, Role::Organisation);
                }
                // A block of lines under a name that is not the patient's: an addressee.
                if let Some(at) = self
                    .named
                    .nearest(item, 4, |at| self.people[at].last_at < item.at)
                {
                    let (id, role) = self.person(at);
                    if role != Role::Patient {
                        return (Some(id), role);
                    }
                }
            }
        }
        if let Some(patient) = self.patient_before(item) {
            return some(patient);
        }
        if let Some(at) = self
            .named
            .nearest(item, 3, |at| self.people[at].role != Some(Role::Clinician))
        {
            return some(self.person(at));
        }
        // Nobody near, but only one person in the whole document: an invoice, a form.
        let mut others = self
            .people
            .iter()
            .filter(|person| matches!(person.role, None | Some(Role::Unknown | Role::Patient)));
        if let (Some(only), None) = (others.next(), others.next())
            && !is_contact
        {
            return (Some(only.id), only.role.unwrap_or(Role::Unknown));
        }
        let nobody = hashed_subject(&[b"document", &self.document.to_le_bytes(), b"nobody named"]);
        match element {
            DataElement::Phone
            | DataElement::Email
            | DataElement::Address
            | DataElement::ServiceLocation => (None, Role::Unknown),
            DataElement::HealthNumber
            | DataElement::MedicalRecordNumber
            | DataElement::PatientNumber
            | DataElement::BirthDate => (Some(nobody), Role::Patient),
            _ => (Some(nobody), Role::Unknown),
        }
    }
}

fn fits(person: &Person, family: &str, given: &str) -> bool {
    if family.is_empty() {
        return !given.is_empty() && person.given == given;
    }
    if person.family != family {
        if given.is_empty() && person.given == family {
            return true;
        }
        return person.family.is_empty() && !person.given.is_empty() && person.given == given;
    }
    person.given.is_empty()
        || given.is_empty()
        || person.given == given
        || person.given.starts_with(given) && given.len() == 1
        || given.starts_with(&person.given) && person.given.len() == 1
}

/// Where people are named, in order of position: looked up by halving, so that a long list stays linear.
#[derive(Default)]
struct Named(Vec<(u64, u32, usize)>);

impl Named {
    /// The last person named before this position on the same line.
    fn before_on_line(&self, item: &Found) -> Option<usize> {
        let end = self.0.partition_point(|(at, ..)| *at < item.at);
        let (_, line, index) = self.0.get(end.checked_sub(1)?)?;
        (*line == item.line).then_some(*index)
    }

    /// The nearest person who fits, among the few named around this position.
    fn nearest(
        &self,
        item: &Found,
        most_lines: u32,
        fits: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let middle = self.0.partition_point(|(at, ..)| *at < item.at);
        let around = middle.saturating_sub(12)..(middle + 12).min(self.0.len());
        self.0[around]
            .iter()
            .filter(|(_, line, index)| line.abs_diff(item.line) <= most_lines && fits(*index))
            .min_by_key(|(at, line, index)| {
                (line.abs_diff(item.line), at.abs_diff(item.at), *index)
            })
            .map(|(_, _, index)| *index)
    }
}

fn bare(text: &str) -> String {
    fold(text)
        .chars()
        .filter(|ch| ch.is_alphanumeric())
        .collect()
}
