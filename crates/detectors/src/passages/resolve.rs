//! Who is meant: the names of a document become people with roles, and everything else found is tied to one of them.
//!
//! The patient is whom a label, a reference line or a heading names; without
//! one, whoever is spoken of when something of health or identity is said. A
//! letter to a mother about `your daughter` is about the daughter. In a list
//! whoever begins a line is a patient. Which finding is whose is said in `whose`.

use whose_model::{
    DataElement, Locator, Mention, Normal, PersonName, REACH_ASK_FIRST, Role, SubjectId,
};

use crate::{elements::reach, text::fold};

use super::{
    cast::{Heard, People, Person, Stamp},
    found::Found,
    layout::Cue,
    named::Named,
    trust,
    whose::{Stage, Tied},
};

/// Ties everything found in a document to its people and emits it.
pub(crate) fn resolve(
    document: u32,
    may_be_of_care: bool,
    found: &mut Vec<Found>,
    heard: &[Heard],
    carried: &mut Option<(SubjectId, Role)>,
    emit: &mut dyn FnMut(Mention),
) {
    // `Insurer: Desjardins` names nobody.
    found.retain(|item| {
        item.name().is_none() || item.spot.label != Some(Cue::Organisation) || item.is_labelled
    });
    join_parts(found);
    births_after_names(found);
    let is_of_care = may_be_of_care && is_of_care(found);
    let is_of_somebody = is_of_care || found.iter().any(is_somebodys);
    let mut people = People::new(document, heard);
    let whose: Vec<Option<usize>> = found
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let name = item.name()?;
            Some(people.enter(name, stamp(&found[at..]), item))
        })
        .collect();
    let named = Named::new(found, &whose);
    let mut people = people.all;
    roles(&mut people, found, &named, carried.is_some());
    let stage = Stage::new(document, *carried, &people, named, found, &whose);
    // A finding is large: none is moved, and nobody looks at one again.
    for (item, own) in found.iter_mut().zip(whose) {
        let place = |item: &mut Found| {
            std::mem::replace(&mut item.place, Locator::Bytes { start: 0, end: 0 })
        };
        if let Some(at) = own {
            let (id, role) = stage.person(at);
            if role == Role::Clinician
                && let Some(patient) = stage.patient_before(item)
            {
                let mut draft = item.draft.clone();
                draft.element = DataElement::Clinician;
                emit(draft.at(item.place.clone(), Some(patient.id), patient.role));
            }
            let why = trust::said(role_words(&people[at], role));
            item.draft.why.push(why.into());
            let place = place(item);
            emit(item.draft.taken_at(place, Some(id), role));
            continue;
        }
        if item.needs_patient && !stage.has_patient {
            // A visit of somebody who is named right there counts; anything else is about nobody.
            // A month alone, beside a name in a text that is of nobody's care, dates a work.
            let is_month = matches!(&item.draft.normal, Normal::Date(date) if date.day == 0);
            let is_a_day = may_be_of_care && !is_month;
            if item.draft.element == DataElement::ServiceDate && (is_of_care || is_a_day) {
                if let Some(at) = stage.named.nearest(item, 1, |at| people[at].is_open()) {
                    let (id, role) = stage.person(at);
                    let place = place(item);
                    emit(item.draft.taken_at(place, Some(id), role));
                } else if is_of_care {
                    // A day in a text about care is somebody's, though nobody says whose.
                    let why = "whose: nobody is named, the text is about care";
                    item.draft.why.push(why.into());
                    let place = place(item);
                    emit(item.draft.taken_at(place, None, Role::Unknown));
                }
            }
            if asks_first(item) {
                let said = fold(&item.draft.value);
                // Whom it is about may stand only in words; held back for nothing is better than sent home.
                if reach::is_rule(&said) {
                } else if let Some(at) = stage.named.nearest(item, 2, |at| people[at].is_open()) {
                    let (id, role) = stage.person(at);
                    let why = "whose: named beside it, no patient is";
                    item.draft.why.push(why.into());
                    let place = place(item);
                    emit(item.draft.taken_at(place, Some(id), role));
                } else if is_of_somebody || reach::is_of_one(&said) {
                    let why = "whose: nobody is named, somebody asked it";
                    item.draft.why.push(why.into());
                    let place = place(item);
                    emit(item.draft.taken_at(place, None, Role::Unknown));
                }
            }
            continue;
        }
        if matches!(
            item.draft.element,
            DataElement::ConsultationReport | DataElement::Consent
        ) && !item.is_labelled
        {
            // What the whole document is, it is for each of its patients.
            let patients = stage.patients_once();
            for at in &patients {
                let (id, role) = stage.person(*at);
                emit(item.draft.clone().at(item.place.clone(), Some(id), role));
            }
            if !patients.is_empty() {
                continue;
            }
        }
        if item.spot.cue == Some(Cue::Both) {
            // `Both were given the vaccine`.
            let patients = stage.patients_once();
            if (2..=6).contains(&patients.len()) {
                for at in patients {
                    let (id, role) = stage.person(at);
                    let draft = item.draft.clone().because("whose: said of both".into());
                    emit(draft.at(item.place.clone(), Some(id), role));
                }
                continue;
            }
        }
        let Tied { id, role, why } = stage.whose(item);
        let why = trust::said(why);
        item.draft.why.push(why.into());
        let place = place(item);
        emit(item.draft.taken_at(place, id, role));
    }
    found.clear();
    if let Some(last) = stage.last_patient() {
        *carried = Some(stage.person(last));
    }
}

/// Lines of a text in which two terms of somebody's health make it one about care.
const SHORT: u32 = 60;

/// Whether a text is about care: a clinician or a patient's number, or in a short text two terms of health.
fn is_of_care(found: &[Found]) -> bool {
    let mut n_health = 0;
    for item in found {
        match item.draft.element {
            // A place alone is in the news as well.
            DataElement::ServiceLocation => n_health += 1,
            DataElement::HealthNumber
            | DataElement::MedicalRecordNumber
            | DataElement::PatientNumber
            | DataElement::ConsultationReport
            | DataElement::MedicalImage => return true,
            _ if item.name().is_some() && item.role == Some(Role::Clinician) => return true,
            element => n_health += usize::from(is_health(element)),
        }
    }
    n_health > 1 && found.last().is_some_and(|item| item.line < SHORT)
}

/// Whether nothing may go to somebody's home before they were asked.
fn asks_first(item: &Found) -> bool {
    item.draft.element == DataElement::ContactPreference
        && matches!(&item.draft.normal, Normal::Text(text) if text == REACH_ASK_FIRST)
}

/// What shows that a text speaks of a person and is no rule for all: a name, a number, a way to reach them.
fn is_somebodys(item: &Found) -> bool {
    item.name().is_some()
        || matches!(
            item.draft.element,
            DataElement::HealthNumber
                | DataElement::MedicalRecordNumber
                | DataElement::PatientNumber
                | DataElement::SocialInsuranceNumber
                | DataElement::BirthDate
                | DataElement::Age
                | DataElement::Phone
                | DataElement::Email
                | DataElement::Address
        )
}

/// What is said of somebody's state and treatment.
fn is_health(element: DataElement) -> bool {
    matches!(
        element,
        DataElement::Diagnosis
            | DataElement::Medication
            | DataElement::LabResult
            | DataElement::Procedure
            | DataElement::Allergy
            | DataElement::Immunization
    )
}

/// The birth date and number that stand on the line of the first finding, before another name.
fn stamp(found: &[Found]) -> Stamp {
    let mut stamp = Stamp::default();
    let Some((name, rest)) = found.split_first() else {
        return stamp;
    };
    for item in rest
        .iter()
        .take(4)
        .take_while(|item| item.line == name.line && item.name().is_none())
    {
        match (&item.draft.normal, item.draft.element) {
            (Normal::Date(date), DataElement::BirthDate) if stamp.birth.is_none() => {
                stamp.birth = Some(date.iso());
            }
            (Normal::Number(number), DataElement::HealthNumber) if stamp.number.is_none() => {
                stamp.number = Some(number.clone());
            }
            _ => {}
        }
    }
    stamp
}

/// Why somebody stands in a role, in words.
fn role_words(person: &Person, role: Role) -> &'static str {
    match role {
        Role::Patient if person.is_sure => "whose: a label names the patient",
        Role::Patient if person.has(Cue::KinOfReader) || person.has(Cue::KinOfWriter) => {
            "whose: the letter is between kin and about them"
        }
        Role::Patient => "whose: taken for the patient by what is said around the name",
        Role::Clinician => "whose: a clinician, by title or label",
        Role::Relative => "whose: kin or contact of the patient",
        Role::Staff => "whose: signs or writes for the office",
        Role::Organisation | Role::Unknown => "whose: named, in no clear role",
    }
}

/// `Last name: Roy` and `First name: Anna` on neighbouring lines are one name.
fn join_parts(found: &mut [Found]) {
    let mut last: Option<usize> = None;
    for at in 0..found.len() {
        let item = &found[at];
        let Some(name) = item.name().filter(|_| item.is_labelled) else {
            continue;
        };
        let is_part = name.given.is_empty() != name.family.is_empty();
        let before = last.and_then(|before| {
            let other = &found[before];
            let part = other.name()?;
            // A label that may be anybody's gives no role, and one that is surely a patient's does.
            let own = |item: &Found| item.role.filter(|role| *role != Role::Patient);
            if own(other) != own(item) || item.line.abs_diff(other.line) > 3 {
                return None;
            }
            let whole = |given: &PersonName, family: String| PersonName {
                given: given.given.clone(),
                middle: given.middle.clone(),
                family,
                suffix: given.suffix.clone(),
            };
            if name.family.is_empty() && part.given.is_empty() {
                Some(whole(name, part.family.clone()))
            } else if name.given.is_empty() && part.family.is_empty() {
                Some(whole(part, name.family.clone()))
            } else if name.family.is_empty() && other.is_family_label {
                // `Nom : Van Horne`, `Prénom : Anna`: two words, and both the family's.
                Some(whole(name, other.draft.value.clone()))
            } else {
                None
            }
            .map(|whole| (before, whole))
        });
        match before {
            Some((before, whole)) => {
                for index in [before, at] {
                    found[index].draft.normal = Normal::Name(whole.clone());
                }
                last = None;
            }
            None => last = (is_part || item.is_family_label).then_some(at),
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
    // Nobody is born twice: a name with two such days signs its work.
    let mut days: std::collections::BTreeMap<String, (i16, u8, u8)> = Default::default();
    let mut signed: std::collections::BTreeSet<String> = Default::default();
    for pair in found.windows(2) {
        if let [name, date] = pair
            && name.name().is_some()
            && name.line == date.line
            && let Normal::Date(day) = &date.draft.normal
            && !date.is_labelled
        {
            let day = (day.year, day.month, day.day);
            if *days.entry(name.draft.value.clone()).or_insert(day) != day {
                signed.insert(name.draft.value.clone());
            }
        }
    }
    // In a list where one line has such a date, the others' dates in that place are the same.
    for at in 1..found.len() {
        let (before, rest) = found.split_at_mut(at);
        let (Some(name), Some(date)) = (before.last(), rest.first_mut()) else {
            continue;
        };
        let gap = date
            .at
            .saturating_sub(name.at + name.draft.value.len() as u64);
        if name.name().is_some()
            && date.draft.element == DataElement::ServiceDate
            && !date.is_labelled
            && (name.line == date.line
                // Alone on its line, and the day alone right below.
                || name.line + 1 == date.line && name.spot.alone && date.spot.leads)
            && !signed.contains(&name.draft.value)
            && !matches!(
                name.role,
                Some(Role::Clinician | Role::Staff | Role::Organisation)
            )
            && matches!(&date.draft.normal, Normal::Date(date) if date.day != 0)
            && ((1..=3).contains(&gap) || date.spot.has_cells && name.spot.leads && gap <= 24)
            && (year(date) + 1 < latest || year(date) < 2005 || latest == 0)
        {
            date.draft.element = DataElement::BirthDate;
            date.draft.confidence = 0.75;
            date.draft.why.push("right after a name".into());
            date.needs_patient = false;
        }
    }
}

/// Decides in which role each person stands whom no label put in one.
fn roles(people: &mut [Person], found: &[Found], named: &Named, is_carried: bool) {
    kin(people);
    promote(people, found, named);
    for person in people.iter_mut() {
        if person.is_open() && person.has(Cue::Seen) {
            person.role = Some(Role::Patient);
        }
    }
    lists(people, found, named);
    spoken_of_in_chat(people, found, named);
    if !is_carried {
        choose_patient(people, found);
    }
    addressees(people);
}

/// What words of kinship and labels of forms say.
fn kin(people: &mut [Person]) {
    // `I, Anna Roy, authorize my husband`: it is about whoever signs.
    let is_undersigned = people.iter().any(|person| person.has(Cue::Undersigned));
    let is_about = |person: &Person| {
        person.has(Cue::KinOfReader) || person.has(Cue::KinOfWriter) && !is_undersigned
    };
    let about = people.iter().any(is_about);
    for person in people.iter_mut().filter(|person| !person.is_clinician()) {
        if person.has(Cue::Caller) && person.is_open() {
            person.role = Some(Role::Staff);
        } else if person.has(Cue::KinOfWriter) && is_undersigned && person.is_open() {
            person.role = Some(Role::Relative);
        } else if is_about(person) {
            if person.role != Some(Role::Patient) {
                (person.role, person.is_sure) = (Some(Role::Patient), false);
            }
        } else if (person.has(Cue::Contact) || person.has(Cue::Parent)) && !person.has(Cue::Subject)
        {
            // A default of the label engine is weaker than the label's own words.
            person.role = Some(Role::Relative);
        } else if person.has(Cue::KinOfSubject)
            && !(person.role == Some(Role::Patient) && person.is_sure)
            && !person.begins_a_line_of_their_own()
        {
            person.role = Some(Role::Relative);
        } else if person.has(Cue::Subject) && person.is_open() {
            (person.role, person.is_sure) = (Some(Role::Patient), true);
        } else if person.first.heading == Some(Cue::Contact)
            && !person.has(Cue::Subject)
            && person.first.label.is_none()
        {
            person.role = Some(Role::Relative);
        }
    }
    // The plan member is the patient, unless somebody else is; and so is whoever signs.
    let is_holder = |person: &Person| person.has(Cue::Holder) || person.has(Cue::Undersigned);
    let is_other = people.iter().any(|person| {
        person.role == Some(Role::Patient)
            && !is_holder(person)
            && (person.is_sure || person.has(Cue::Subject))
    });
    for person in people.iter_mut().filter(|person| is_holder(person)) {
        if !person.has(Cue::Subject) || person.role != Some(Role::Patient) {
            person.role = Some(if is_other {
                Role::Relative
            } else {
                Role::Patient
            });
        }
    }
    if about {
        // `My mother-in-law`, `your daughter`: who writes or is written to is kin.
        let by_writer = people.iter().any(|person| person.has(Cue::KinOfWriter));
        // `Madame,` greets nobody by name: who is written to stands above whom it is about.
        let is_greeted = people.iter().any(|person| person.has(Cue::Greeting));
        let about_in = people
            .iter()
            .filter(|person| person.has(Cue::KinOfReader))
            .map(|person| person.first.block)
            .min()
            .filter(|_| !is_greeted);
        for person in people.iter_mut() {
            let is_above = about_in
                .is_some_and(|block| person.first.leads && person.first.block < block)
                || about_in == Some(person.first.block + 1);
            let is_reader = (person.has(Cue::Greeting) || is_above) && !by_writer;
            let is_writer = by_writer && (person.is_heard || person.signs);
            if (is_reader || is_writer)
                && matches!(person.role, None | Some(Role::Unknown | Role::Staff))
            {
                person.role = Some(Role::Relative);
            }
        }
    }
}

/// Somebody with whose name a health number or a birth date stands is a patient as well: `and Ryan Roy, born May 21, 2018`.
fn promote(people: &mut [Person], found: &[Found], named: &Named) {
    for item in found {
        let is_own = item.role.is_none_or(|role| role == Role::Patient);
        let is_record = matches!(
            item.draft.element,
            DataElement::HealthNumber | DataElement::MedicalRecordNumber
        );
        if !(is_record || item.draft.element == DataElement::BirthDate && is_own) {
            continue;
        }
        // `Mother's MRN`: whoever has a chart is a patient.
        if item.spot.label == Some(Cue::Parent) && is_record {
            if let Some(at) = named.before(item, 6, |at| people[at].has(Cue::Parent)) {
                (people[at].role, people[at].is_sure) = (Some(Role::Patient), true);
            }
            continue;
        }
        let Some(at) = named.before_on_line(item).or_else(|| {
            // A form gives each person a part: the mother's name, her birth date, her number.
            named
                .before(item, 4, |at| people[at].has(Cue::Parent))
                .filter(|at| {
                    is_record
                        && item.is_labelled
                        && named.last_before(item) == Some(*at)
                        && people[*at].first.block == item.spot.block
                })
        }) else {
            continue;
        };
        let person = &mut people[at];
        let is_partner = person.has(Cue::Partner);
        if person.is_open() || is_partner || is_record && person.has(Cue::Parent) && is_own {
            person.role = Some(Role::Patient);
            person.is_sure |= is_record;
        }
    }
}

/// In a list of people whoever begins a line on which more is said is a patient: day sheets, rounds, recalls.
fn lists(people: &mut [Person], found: &[Found], named: &Named) {
    let mut rows: Vec<(usize, bool)> = Vec::new();
    let mut n_health = 0;
    for item in found.iter().filter(|item| item.name().is_none()) {
        let health = is_health(item.draft.element);
        n_health += usize::from(health);
        let is_said = health
            || matches!(
                item.draft.element,
                DataElement::BirthDate
                    | DataElement::Phone
                    | DataElement::Age
                    | DataElement::HealthNumber
                    | DataElement::MedicalRecordNumber
            );
        if is_said && let Some(at) = named.row(item) {
            rows.push((at, health));
        }
    }
    rows.sort_unstable();
    rows.dedup_by_key(|(at, _)| *at);
    let may_be = |person: &Person| {
        person.is_open() && !person.signs && !person.is_heard && !person.has(Cue::Speaker)
    };
    let n = rows
        .iter()
        .filter(|(at, _)| may_be(&people[*at]) || people[*at].role == Some(Role::Patient))
        .count();
    let is_headed = rows
        .iter()
        .any(|(at, _)| people[*at].first.heading == Some(Cue::List));
    if n < 2 || n_health == 0 && !is_headed {
        return;
    }
    for (at, _) in rows {
        if may_be(&people[at]) {
            people[at].role = Some(Role::Patient);
        }
    }
}

/// In a chat whoever is named on a line with an illness or a drug, and does not speak, is a patient.
fn spoken_of_in_chat(people: &mut [Person], found: &[Found], named: &Named) {
    if !people.iter().any(|person| person.has(Cue::Speaker)) {
        return;
    }
    for item in found.iter().filter(|item| is_health(item.draft.element)) {
        let may_be = |at: usize| people[at].is_open() && !people[at].has(Cue::Speaker);
        if let Some(at) = named.only_on_line(item, may_be) {
            people[at].role = Some(Role::Patient);
        }
    }
}

/// Lines between a name and what is said of its bearer's health, when nothing says who the patient is.
const NEAR: u32 = 40;

/// Without a label the first person spoken of is the patient, if enough is said of somebody's health or identity.
fn choose_patient(people: &mut [Person], found: &[Found]) {
    if people
        .iter()
        .any(|person| person.role == Some(Role::Patient))
    {
        return;
    }
    let (mut n_identity, mut n_health) = (0, 0);
    // In a long text what is said many lines from any name is said of nobody.
    let names: Vec<u32> = found
        .iter()
        .filter(|item| item.name().is_some())
        .map(|item| item.line)
        .collect();
    let is_near = |line: u32| {
        let next = names.partition_point(|name| name + NEAR < line);
        names.get(next).is_some_and(|name| *name <= line + NEAR)
    };
    for item in found.iter().filter(|item| is_near(item.line)) {
        match item.draft.element {
            DataElement::HealthNumber
            | DataElement::MedicalRecordNumber
            | DataElement::PatientNumber
            | DataElement::BirthDate => n_identity += 1,
            // In France the number of social security is that of the health plan.
            DataElement::SocialInsuranceNumber if item.draft.scheme == "fr-nir" => n_identity += 1,
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
    let may_be = |person: &Person| person.is_open() && person.last_at > 0;
    let n_unknown = people.iter().filter(|person| may_be(person)).count();
    // A long text with many names and an illness here and there is about nobody in particular.
    if n_identity == 0
        && (n_health < 2 || n_unknown > 6)
        && !(n_health == 1 && n_unknown == 1 && found.len() <= 12)
    {
        return;
    }
    // Somebody spoken of comes before who writes or is greeted.
    let is_spoken_of = |person: &Person| {
        may_be(person)
            && !person.is_heard
            && !person.has(Cue::Greeting)
            && !person.has(Cue::Speaker)
    };
    let first = people
        .iter()
        .position(is_spoken_of)
        .or_else(|| people.iter().position(may_be));
    if let Some(first) = first {
        people[first].role = Some(Role::Patient);
    }
}

/// Whoever is greeted in a letter about somebody else of the same family is kin.
fn addressees(people: &mut [Person]) {
    let families: Vec<String> = people
        .iter()
        .filter(|person| person.role == Some(Role::Patient))
        .map(|person| person.family.clone())
        .collect();
    for person in people.iter_mut() {
        if person.has(Cue::Greeting) && person.is_open() && families.contains(&person.family) {
            person.role = Some(Role::Relative);
        }
    }
}
