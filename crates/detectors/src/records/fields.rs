//! Fields whose names are words or paths: JSON of no standard, XML and C-CDA, forms, cards, image headers.
//!
//! The last step of a path is the label; when it says too little, the step
//! before it helps (`address.line1`, `mother.phone`), and any step may say whose
//! it is (`emergencyContact.phone`). The same label engine as for columns.

use std::cell::RefCell;

use whose_model::{DataElement, Field, Mention, Record, RecordKind, Role, SubjectId};

use super::{
    collect::{Collector, Kept, Whose},
    image,
};
use crate::{
    elements::name,
    labels,
    memo::{self, Memo},
    sense::{Part, Sense},
};

/// What these fields state.
pub(crate) fn detect(
    record: &Record,
    subject: SubjectId,
    kept: &mut Kept,
    emit: &mut dyn FnMut(&Mention),
) {
    let base = record.name.trim_start_matches("$.").trim_end_matches("[]");
    let base_role = role_in(base);
    if base_role == Some(Role::Organisation) {
        return;
    }
    let own_role = match base_role {
        Some(role @ (Role::Staff | Role::Clinician | Role::Relative)) => role,
        _ => Role::Patient,
    };
    let mut collector = Collector::new(own_role, kept);
    let is_member = |text: &str| {
        labels::tokens(text)
            .iter()
            .any(|token| matches!(token.as_str(), "member" | "members" | "membre" | "membres"))
    };
    let mut doubtful = Vec::new();
    for field in &record.fields {
        if record.kind == RecordKind::Image && image::person(&mut collector, field) {
            continue;
        }
        if let Some((mut sense, whose, group)) = read(field, record.kind, base_role) {
            if sense.element == DataElement::Name
                && sense.part == Part::Whole
                && !sense.is_sure
                && record.kind != RecordKind::Form
                && !name::may_be_of_a_person(&field.value)
            {
                doubtful.push((sense, whose, group, field));
                continue;
            }
            // In a list of members the member's id is who they are to its keeper.
            if sense.element == DataElement::InsurancePolicy
                && is_member(base)
                && is_member(field.name.rsplit(['.', '/']).next().unwrap_or(""))
            {
                sense = Sense::number(DataElement::PatientNumber, "patient-number");
            }
            collector.add(whose, group, sense, field, "field name");
        }
    }
    // What a program calls `name` is a person's when the object surely is.
    if !doubtful.is_empty() && collector.has_sure_person() {
        for (sense, whose, group, field) in doubtful {
            collector.add(whose, group, sense, field, "field name");
        }
    }
    // An object that names nobody (a product, a log line) gives nothing; a form or an image is somebody's.
    if collector.has_person()
        || record.subject.is_some()
            && matches!(
                record.kind,
                RecordKind::Xml | RecordKind::Image | RecordKind::X12
            )
    {
        collector.finish(subject, kept, emit);
    } else {
        collector.give_back(kept);
    }
}

/// What a path says: a sense, where the step ends that names somebody else, and where its group does.
type Said = Option<(Sense, Option<(Role, usize)>, usize)>;

fn read(
    field: &Field,
    kind: RecordKind,
    base_role: Option<Role>,
) -> Option<(Sense, Whose<'_>, &str)> {
    if kind == RecordKind::Image {
        return image::read(field);
    }
    // The records of a file have the same few paths.
    thread_local! {
        static KNOWN: RefCell<Memo<Said, 1024>> = const { RefCell::new(Memo::new()) };
    }
    let path = field.name.as_str();
    let beside = base_role.map_or(0, |role| role as u8 + 1);
    let (sense, other, group) = memo::kept(&KNOWN, path, beside, || said(path, base_role))?;
    let whose = match other {
        Some((role, end)) => Whose::other(role, path.get(..end).unwrap_or(path)),
        None => Whose::own(),
    };
    Some((sense, whose, path.get(..group).unwrap_or("")))
}

fn said(path: &str, base_role: Option<Role>) -> Said {
    let mut steps: Vec<&str> = path
        .split(['.', '/'])
        .map(|step| step.split('[').next().unwrap_or(step))
        .filter(|step| !step.is_empty())
        .collect();
    // A code's system is a standard's name, in HL7 v3 as elsewhere: never a person's.
    if steps.last().is_some_and(|step| {
        let step = step.trim_start_matches('@');
        step.starts_with("codeSystem") || step == "codingSystem"
    }) {
        return None;
    }
    // `birthTime.@value`: an attribute says nothing of itself.
    while steps.len() > 1
        && steps.last().is_some_and(|step| {
            matches!(
                step.trim_start_matches('@'),
                "value"
                    | "extension"
                    | "code"
                    | "displayName"
                    | "text"
                    | "#text"
                    | "$"
                    | "_"
                    | "content"
            )
        })
    {
        let last = steps.pop()?.trim_start_matches('@');
        if last == "code"
            && !steps.last().is_some_and(|step| {
                step.to_lowercase().contains("gender") || step.to_lowercase().contains("language")
            })
        {
            return None;
        }
        // `value.qualifier.name.displayName` names a concept, not a person.
        if last == "displayName" && steps.contains(&"qualifier") {
            return None;
        }
    }
    let last = *steps.last()?;
    let is_attribute = last.starts_with('@');
    let label = last.trim_start_matches('@');
    let parent = steps
        .len()
        .checked_sub(2)
        .and_then(|at| steps.get(at))
        .copied()
        .unwrap_or("");
    let sense = special(parent, label).or_else(|| {
        let sense = labels::sense_of(label);
        match sense {
            Some(sense) if sense.is_sure => Some(sense),
            weak => labels::exact(&format!("{parent} {label}"))
                .filter(|_| !parent.is_empty())
                .or(weak),
        }
    })?;
    if is_attribute && !sense.is_sure {
        return None;
    }
    let role = sense
        .role
        .filter(|role| *role != Role::Patient)
        .or_else(|| {
            steps[..steps.len() - 1]
                .iter()
                .rev()
                .find_map(|step| role_in(step))
                .filter(|role| *role != Role::Patient)
        });
    if role == Some(Role::Organisation) {
        return None;
    }
    let sense = whole_or_part(sense, parent);
    let other = role
        .filter(|role| Some(*role) != base_role)
        .map(|role| (role, which(path, role).len()));
    let group = path.rfind(['.', '/']).unwrap_or(0);
    Some((sense, other, group))
}

/// `name` alone is a whole name, `nom` as well unless something stands beside it.
fn whole_or_part(sense: Sense, _parent: &str) -> Sense {
    if sense.element == DataElement::Name && sense.part == Part::Family && !sense.is_sure {
        return sense;
    }
    sense
}

/// Steps that have a meaning only together.
fn special(parent: &str, label: &str) -> Option<Sense> {
    let parent = parent.to_ascii_lowercase();
    let label = label.to_ascii_lowercase();
    let is_name = parent.ends_with("name");
    let is_address =
        parent.ends_with("addr") || parent.ends_with("address") || parent.ends_with("adresse");
    Some(match label.as_str() {
        "first" | "given" if is_name => Sense::part(DataElement::Name, Part::Given),
        "last" | "family" if is_name => Sense::part(DataElement::Name, Part::Family),
        "middle" if is_name => Sense::part(DataElement::Name, Part::Middle),
        "line" | "line1" | "streetaddressline" | "street" if is_address => {
            Sense::part(DataElement::Address, Part::Street)
        }
        "line2" if is_address => Sense::part(DataElement::Address, Part::Unit),
        "state" | "region" if is_address => Sense::part(DataElement::Address, Part::Province),
        "code" if is_address => Sense::part(DataElement::Address, Part::PostalCode),
        "birthtime" => Sense::whole(DataElement::BirthDate),
        "administrativegendercode" => Sense::whole(DataElement::Sex),
        _ => return None,
    })
}

/// Whose, when a step of a path says so.
fn role_in(step: &str) -> Option<Role> {
    thread_local! {
        static KNOWN: RefCell<Memo<Option<Role>, 256>> = const { RefCell::new(Memo::new()) };
    }
    memo::kept(&KNOWN, step, 0, || role_said_by(step))
}

fn role_said_by(step: &str) -> Option<Role> {
    if let Some(role) = clinical_document_role(step) {
        return Some(role);
    }
    let mut found = None;
    for token in labels::tokens(step) {
        match token.as_str() {
            // Parts of clinical documents.
            "performer" | "authenticator" | "requester" | "prescriptions1" => {
                return Some(Role::Clinician);
            }
            "custodian" | "manufactured" | "organization" | "scoping" => {
                return Some(Role::Organisation);
            }
            "contact" | "contacts" | "guardian" => found = Some(Role::Relative),
            _ => {
                if let Some(role) = labels::role_of(&token) {
                    if role != Role::Patient {
                        return Some(role);
                    }
                    found = found.or(Some(role));
                }
            }
        }
    }
    found
}

/// Who stands in a part of a clinical document: only the record target's patient is the patient.
///
/// Source: HL7 CDA R2, sections 4.2.2 (header participants) and 4.3.4.1 (participants of entries).
fn clinical_document_role(step: &str) -> Option<Role> {
    let name = step.trim_end_matches(['.', '/']);
    let name = name.split('[').next().unwrap_or(name);
    Some(match name {
        "assignedEntity" | "assignedAuthor" | "assignedPerson" | "dataEnterer" => Role::Staff,
        "intendedRecipient" | "informationRecipient" => Role::Clinician,
        "relatedEntity" | "relatedPerson" | "relatedSubject" | "associatedEntity"
        | "associatedPerson" => Role::Relative,
        // A device, a drug, a place: what takes part in an entry is rarely the patient.
        "playingEntity" | "participantRole" | "playingDevice" => Role::Organisation,
        _ => return None,
    })
}

fn which(path: &str, role: Role) -> &str {
    // Everything up to the step that names the role: two contacts are two people.
    let mut end = 0;
    for step in path.split_inclusive(['.', '/']) {
        end += step.len();
        if role_in(step) == Some(role) {
            break;
        }
    }
    path.get(..end).unwrap_or(path).trim_end_matches(['.', '/'])
}
