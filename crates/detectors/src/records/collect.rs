//! `Collector`: the parts that a record's fields state, put together by name and address, then emitted.

use std::borrow::Cow;

use whose_model::{
    DataElement, Field, Jurisdiction, Mention, Normal, PersonName, PostalAddress, Role, SubjectId,
};

use crate::{
    draft::{Draft, beside},
    elements::address,
    interpret::{Around, interpret, is_empty},
    sense::{Part, Sense},
};

/// Whose a field is: the record's own subject, or somebody beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whose {
    pub(crate) role: Role,
    pub(crate) which: String,
}

impl Whose {
    /// The record's own subject.
    pub(crate) fn own() -> Self {
        Self {
            role: Role::Patient,
            which: String::new(),
        }
    }

    /// Somebody beside it.
    pub(crate) fn other(role: Role, which: &str) -> Self {
        Self {
            role,
            which: which.to_owned(),
        }
    }
}

struct Item<'r> {
    whose: Whose,
    /// Parts with the same group are one name or one address.
    group: String,
    sense: Sense,
    field: &'r Field,
    value: Cow<'r, str>,
    why: &'static str,
}

/// What a record states so far.
pub(crate) struct Collector<'r> {
    items: Vec<Item<'r>>,
    drafts: Vec<(Whose, Draft, &'r Field)>,
    own_role: Role,
}

impl<'r> Collector<'r> {
    pub(crate) fn new(own_role: Role) -> Self {
        Self {
            items: Vec::new(),
            drafts: Vec::new(),
            own_role,
        }
    }

    /// A field with what it says.
    pub(crate) fn add(
        &mut self,
        whose: Whose,
        group: impl Into<String>,
        sense: Sense,
        field: &'r Field,
        why: &'static str,
    ) {
        self.add_value(whose, group, sense, field, Cow::Borrowed(&field.value), why);
    }

    /// The same with a value other than the field's own text.
    pub(crate) fn add_value(
        &mut self,
        whose: Whose,
        group: impl Into<String>,
        sense: Sense,
        field: &'r Field,
        value: Cow<'r, str>,
        why: &'static str,
    ) {
        if !is_empty(&value) || sense.element == DataElement::Sex {
            self.items.push(Item {
                whose,
                group: group.into(),
                sense,
                field,
                value,
                why,
            });
        }
    }

    /// A finished draft.
    pub(crate) fn draft(&mut self, whose: Whose, draft: Draft, field: &'r Field) {
        self.drafts.push((whose, draft, field));
    }

    /// Whether a label says beyond doubt that this is a person: their birth date, their number.
    pub(crate) fn has_sure_person(&self) -> bool {
        self.items.iter().any(|item| {
            item.sense.is_sure
                && matches!(
                    item.sense.element,
                    DataElement::Name
                        | DataElement::BirthDate
                        | DataElement::HealthNumber
                        | DataElement::MedicalRecordNumber
                        | DataElement::SocialInsuranceNumber
                        | DataElement::PatientNumber
                )
        })
    }

    /// Whether anything names or numbers a person or states their health.
    pub(crate) fn has_person(&self) -> bool {
        self.items.iter().any(|item| {
            item.whose.which.is_empty()
                && match item.sense.element {
                    DataElement::Name | DataElement::BirthDate => {
                        item.sense.role != Some(Role::Organisation)
                    }
                    DataElement::HealthNumber
                    | DataElement::MedicalRecordNumber
                    | DataElement::SocialInsuranceNumber
                    | DataElement::PatientNumber
                    | DataElement::Email
                    | DataElement::InsurancePolicy
                    | DataElement::PaymentCard => true,
                    _ => false,
                }
        })
    }

    /// Emits everything, of this subject and those beside it.
    pub(crate) fn finish(self, subject: SubjectId, emit: &mut dyn FnMut(Mention)) {
        let own_role = self.own_role;
        let id = |whose: &Whose| {
            if whose.which.is_empty() && whose.role == Role::Patient {
                (subject, own_role)
            } else {
                (beside(subject, whose.role, &whose.which), whose.role)
            }
        };
        let province = self
            .items
            .iter()
            .find(|item| {
                item.sense.element == DataElement::Address
                    && item.sense.part == Part::Province
                    && item.whose == Whose::own()
            })
            .and_then(|item| Jurisdiction::parse_province(&item.value));
        let around = Around {
            province: province.as_ref().map(Jurisdiction::code),
            ..Around::default()
        };
        let mut done = vec![false; self.items.len()];
        let mut tell = |whose: &Whose, draft: Draft, field: &Field| {
            if whose.role == Role::Organisation {
                return;
            }
            let (id, role) = id(whose);
            if whose.role == Role::Clinician
                && draft.element == DataElement::Name
                && own_role == Role::Patient
            {
                let mut of_patient = draft.clone();
                of_patient.element = DataElement::Clinician;
                emit(of_patient.at(field.place.clone(), Some(subject), own_role));
            }
            emit(draft.at(field.place.clone(), Some(id), role));
        };
        let mut parts: Vec<&Item<'_>> = Vec::new();
        for at in 0..self.items.len() {
            if done[at] {
                continue;
            }
            let item = &self.items[at];
            let is_part = match item.sense.element {
                DataElement::Name => item.sense.part != Part::Whole,
                DataElement::Address => true,
                DataElement::LabResult => true,
                _ => false,
            };
            if !is_part {
                if item.sense.part == Part::Issuer {
                    continue;
                }
                if let Some(mut draft) = interpret(item.sense, &item.value, around) {
                    draft.why[0] = Cow::Borrowed(item.why);
                    tell(&item.whose, draft, item.field);
                }
                continue;
            }
            parts.clear();
            for (other, done) in self.items[at..].iter().zip(&mut done[at..]) {
                if other.sense.element == item.sense.element
                    && other.group == item.group
                    && other.whose == item.whose
                    && (item.sense.element != DataElement::Name || other.sense.part != Part::Whole)
                {
                    *done = true;
                    parts.push(other);
                }
            }
            let draft = match item.sense.element {
                DataElement::Name => name_of(&parts),
                DataElement::Address => address_of(&parts),
                _ => result_of(&parts),
            };
            if let Some((draft, field)) = draft {
                tell(&item.whose, draft, field);
            }
        }
        for (whose, draft, field) in self.drafts {
            tell(&whose, draft, field);
        }
    }
}

fn joined(parts: &[&Item<'_>], wanted: Part) -> String {
    let mut text = String::new();
    for part in parts.iter().filter(|part| part.sense.part == wanted) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part.value.trim());
    }
    text
}

fn name_of<'r>(parts: &[&Item<'r>]) -> Option<(Draft, &'r Field)> {
    let mut given = parts
        .iter()
        .filter(|part| part.sense.part == Part::Given)
        .map(|part| part.value.trim());
    let first = given.next().unwrap_or("").to_owned();
    let mut middle = joined(parts, Part::Middle);
    for further in given {
        if !middle.is_empty() {
            middle.push(' ');
        }
        middle.push_str(further);
    }
    let name = PersonName {
        given: first,
        middle,
        family: joined(parts, Part::Family),
        suffix: joined(parts, Part::Suffix),
    };
    if name.given.is_empty() && name.family.is_empty()
        || name.family.bytes().any(|b| b.is_ascii_digit()) && name.given.is_empty()
    {
        return None;
    }
    let value = [&name.given, &name.middle, &name.family, &name.suffix]
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    let item = parts
        .iter()
        .find(|part| part.sense.part == Part::Family)
        .or(parts.first())?;
    let confidence = if parts.iter().any(|part| part.sense.is_sure) {
        0.98
    } else {
        0.8
    };
    Some((
        Draft::new(
            DataElement::Name,
            &value,
            Normal::Name(name),
            confidence,
            item.why,
        ),
        item.field,
    ))
}

fn address_of<'r>(parts: &[&Item<'r>]) -> Option<(Draft, &'r Field)> {
    let mut whole = PostalAddress::default();
    for part in parts {
        let text = part.value.trim();
        match part.sense.part {
            Part::Whole => match address::parse(text) {
                Some(parsed) if whole.street.is_empty() => whole = parsed,
                _ if whole.street.is_empty() && whole.city.is_empty() => {
                    whole.street = text.to_owned()
                }
                _ => {}
            },
            Part::Street | Part::Unit => {
                if !whole.street.is_empty() {
                    whole.street.push_str(", ");
                }
                whole.street.push_str(text);
            }
            Part::City => whole.city = text.to_owned(),
            Part::Province => whole.province = text.to_owned(),
            Part::PostalCode => {
                whole.postal_code =
                    address::format_postal_code(text).unwrap_or_else(|| text.to_owned())
            }
            Part::Country => whole.country = text.to_owned(),
            _ => {}
        }
    }
    if whole.street.is_empty() && whole.postal_code.is_empty() && whole.city.is_empty() {
        return None;
    }
    let item = parts
        .iter()
        .find(|part| matches!(part.sense.part, Part::Whole | Part::Street))
        .or(parts.first())?;
    let value = parts
        .iter()
        .map(|part| part.value.trim())
        .collect::<Vec<_>>()
        .join(", ");
    Some((
        Draft::new(
            DataElement::Address,
            &value,
            Normal::Address(whole),
            0.97,
            item.why,
        ),
        item.field,
    ))
}

fn result_of<'r>(parts: &[&Item<'r>]) -> Option<(Draft, &'r Field)> {
    let value = joined(parts, Part::Value);
    let test = joined(parts, Part::Term);
    let whole = joined(parts, Part::Whole);
    if value.is_empty() && whole.is_empty() && test.is_empty() {
        return None;
    }
    let mut text = test.clone();
    for part in [whole, value, joined(parts, Part::Measure)] {
        if !part.is_empty() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&part);
        }
    }
    let item = parts
        .iter()
        .find(|part| part.sense.part == Part::Value)
        .or(parts.first())?;
    let code = joined(parts, Part::Code);
    let element = match super::element_of_test(&code) {
        DataElement::LabResult => super::element_of_test(&test),
        other => other,
    };
    Some((
        Draft::new(element, &text, Normal::Text(text.clone()), 0.95, item.why),
        item.field,
    ))
}
