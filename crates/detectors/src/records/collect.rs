//! `Collector`: the parts that a record's fields state, put together by name and address, then emitted.

use std::{borrow::Cow, cell::Cell};

use whose_model::{
    Confidence, DataElement, Field, Jurisdiction, Mention, Normal, Role, Scheme, SubjectId,
};

use super::results::Making;
use crate::{
    draft::{Draft, beside},
    elements::{address, reach},
    interpret::{Around, comes_back, interpret_over, is_empty},
    sense::{Part, Sense},
    slate::{Memo, Slate, Worth},
    text::{push_alphanumeric_upper, trimmed},
};

/// Whose a field is: the record's own subject, or somebody beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whose<'r> {
    pub(crate) role: Role,
    pub(crate) which: Cow<'r, str>,
}

impl<'r> Whose<'r> {
    /// The record's own subject.
    pub(crate) const fn own() -> Self {
        Self {
            role: Role::Patient,
            which: Cow::Borrowed(""),
        }
    }

    /// Somebody beside it.
    pub(crate) fn other(role: Role, which: impl Into<Cow<'r, str>>) -> Self {
        Self {
            role,
            which: which.into(),
        }
    }
}

/// Parts with the same group are one name or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group<'r> {
    /// A path, or nothing.
    Path(&'r str),
    /// A field of a segment and its repetition.
    Place(u16, u16),
}

impl<'r> From<&'r str> for Group<'r> {
    fn from(path: &'r str) -> Self {
        Self::Path(path)
    }
}

struct Item<'r> {
    whose: Whose<'r>,
    group: Group<'r>,
    sense: Sense,
    field: &'r Field,
    value: Cow<'r, str>,
    why: &'static str,
    /// It was told with the others of its group.
    is_told: Cell<bool>,
}

/// A code or number whose kind the record says.
pub(crate) struct Coded<'r> {
    pub(crate) element: DataElement,
    pub(crate) scheme: &'static str,
    pub(crate) value: &'r str,
    pub(crate) why: &'static str,
}

/// What stays between records, so that none needs room of its own.
#[derive(Default)]
pub(crate) struct Kept {
    name: Slate,
    address: Slate,
    other: Slate,
    memo: Memo,
    /// By element.
    worth: Vec<Worth>,
    results: Worth,
    /// Room for the items of the next record.
    items: Vec<Item<'static>>,
    coded: Vec<(Coded<'static>, &'static Field)>,
}

/// The room of one list for another: nothing is in it.
pub(super) fn emptied<T, U>(mut list: Vec<T>) -> Vec<U> {
    list.clear();
    list.into_iter().filter_map(|_| None).collect()
}

/// The kinds of what is kept in the memo, beside the elements: results, and codes of elements.
const RESULTS: u32 = 1 << 16;
const CODES: u32 = 1 << 17;
/// Room for so many items is kept between records.
const MAX_ROOM: usize = 1024;

impl Kept {
    /// The same without the values written last, which may be long; what is in the memo is short.
    pub(super) fn of_short_values(self) -> Self {
        Self {
            name: Slate::default(),
            address: Slate::default(),
            other: Slate::default(),
            ..self
        }
    }

    /// The mention that this sense makes of this value, without place and subject.
    fn interpreted(
        &mut self,
        sense: Sense,
        value: &str,
        around: Around<'_>,
        why: &'static str,
    ) -> Option<&mut Slate> {
        if comes_back(sense) {
            let worth = worth_of(&mut self.worth, sense.element);
            let of = sense.element as u32;
            let near = match sense.element {
                DataElement::PractitionerNumber => around.province.unwrap_or(""),
                _ => "",
            };
            if let Some((entry, is_known)) = self.memo.look_up_all(of, &[value, near], worth) {
                if !is_known || entry.made_of != Some((sense, why)) {
                    entry.made_of = Some((sense, why));
                    entry.says = interpret_over(&mut entry.slate, sense, value, around, why);
                }
                return entry.says.then_some(&mut entry.slate);
            }
        }
        let slate = if sense.element == DataElement::Name {
            &mut self.name
        } else {
            &mut self.other
        };
        interpret_over(slate, sense, value, around, why).then_some(slate)
    }

    fn coded(&mut self, coded: &Coded<'_>) -> &mut Slate {
        let is_number = matches!(
            coded.element,
            DataElement::MedicalRecordNumber | DataElement::PatientNumber
        );
        if is_number {
            let slate = &mut self.other;
            slate.begin(coded.element, coded.value, 0.97, coded.why);
            let mut number = slate.spare_text();
            push_alphanumeric_upper(coded.value, &mut number);
            slate.normal(Normal::Number(number));
            slate.mention.scheme = Some(Scheme::new(coded.scheme));
            return slate;
        }
        let draft = || {
            let normal = Normal::Text(coded.value.to_owned());
            let mut draft = Draft::new(coded.element, coded.value, normal, 0.95, coded.why);
            draft.scheme = coded.scheme;
            draft
        };
        let worth = worth_of(&mut self.worth, coded.element);
        if !worth.is_given(coded.value) {
            self.other.take(draft());
            return &mut self.other;
        }
        let of = coded.element as u32 | CODES;
        let (entry, is_known) = self.memo.look_up(of, coded.value, worth);
        let made_of = Some((Sense::number(coded.element, coded.scheme), coded.why));
        if !is_known || entry.made_of != made_of {
            entry.made_of = made_of;
            entry.slate.take(draft());
        }
        &mut entry.slate
    }
}

fn worth_of(all: &mut Vec<Worth>, element: DataElement) -> &mut Worth {
    let at = element as usize;
    if all.len() <= at {
        all.resize(at + 1, Worth::default());
    }
    &mut all[at]
}

/// What a record states so far.
pub(crate) struct Collector<'r> {
    items: Vec<Item<'r>>,
    coded: Vec<(Coded<'r>, &'r Field)>,
    own_role: Role,
}

impl<'r> Collector<'r> {
    /// Of nothing yet, in the room that is kept.
    pub(crate) fn new(own_role: Role, kept: &mut Kept) -> Self {
        Self {
            items: emptied(std::mem::take(&mut kept.items)),
            coded: emptied(std::mem::take(&mut kept.coded)),
            own_role,
        }
    }

    /// Gives the room back.
    pub(crate) fn give_back(self, kept: &mut Kept) {
        // Room for a record that is out of all measure is not kept for the next.
        if self.items.capacity() <= MAX_ROOM {
            kept.items = emptied(self.items);
            kept.coded = emptied(self.coded);
        }
    }

    /// A field with what it says.
    pub(crate) fn add(
        &mut self,
        whose: Whose<'r>,
        group: impl Into<Group<'r>>,
        sense: Sense,
        field: &'r Field,
        why: &'static str,
    ) {
        self.add_value(whose, group, sense, field, Cow::Borrowed(&field.value), why);
    }

    /// The same with a value other than the field's own text.
    pub(crate) fn add_value(
        &mut self,
        whose: Whose<'r>,
        group: impl Into<Group<'r>>,
        sense: Sense,
        field: &'r Field,
        value: Cow<'r, str>,
        why: &'static str,
    ) {
        let is_email = sense.element == DataElement::Address
            && sense.part == Part::Whole
            && address::is_mail(&value);
        let sense = if is_email {
            Sense {
                element: DataElement::Email,
                ..sense
            }
        } else {
            sense
        };
        let group = group.into();
        if sense.element == DataElement::ConsultationReport
            && sense.part == Part::Whole
            && let Some(draft) = reach::asked_in(&value)
        {
            self.items.push(Item {
                whose: whose.clone(),
                group,
                sense: reach::FORBID,
                field,
                value: Cow::Owned(draft.value),
                why,
                is_told: Cell::new(false),
            });
        }
        if !is_empty(&value) || sense.element == DataElement::Sex {
            self.items.push(Item {
                whose,
                group,
                sense,
                field,
                value,
                why,
                is_told: Cell::new(false),
            });
        }
    }

    /// A code or number of the record's own subject, told after all else.
    pub(crate) fn add_coded(&mut self, coded: Coded<'r>, field: &'r Field) {
        self.coded.push((coded, field));
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
    pub(crate) fn finish(
        self,
        subject: SubjectId,
        kept: &mut Kept,
        emit: &mut dyn FnMut(&Mention),
    ) {
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
        let own_role = self.own_role;
        let mut parts: Vec<&Item<'_>> = Vec::with_capacity(8);
        for (at, item) in self.items.iter().enumerate() {
            if item.is_told.get() || item.whose.role == Role::Organisation {
                continue;
            }
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
                if let Some(slate) = kept.interpreted(item.sense, &item.value, around, item.why) {
                    tell(subject, own_role, &item.whose, slate, item.field, emit);
                }
                continue;
            }
            parts.clear();
            for other in &self.items[at..] {
                if other.sense.element == item.sense.element
                    && other.group == item.group
                    && other.whose == item.whose
                    && (item.sense.element != DataElement::Name || other.sense.part != Part::Whole)
                {
                    other.is_told.set(true);
                    parts.push(other);
                }
            }
            let told = match item.sense.element {
                DataElement::Name => name_of(&parts, &mut kept.name),
                DataElement::Address => address_of(&parts, &mut kept.address),
                _ => result_of(&parts, kept),
            };
            if let Some((slate, field)) = told {
                tell(subject, own_role, &item.whose, slate, field, emit);
            }
        }
        for (coded, field) in &self.coded {
            let slate = kept.coded(coded);
            tell(subject, own_role, &Whose::own(), slate, field, emit);
        }
        self.give_back(kept);
    }
}

fn tell(
    subject: SubjectId,
    own_role: Role,
    whose: &Whose<'_>,
    slate: &mut Slate,
    field: &Field,
    emit: &mut dyn FnMut(&Mention),
) {
    let (id, role) = if whose.which.is_empty() && whose.role == Role::Patient {
        (subject, own_role)
    } else {
        (beside(subject, whose.role, &whose.which), whose.role)
    };
    slate.mention.place.copy_from(&field.place);
    if whose.role == Role::Clinician
        && slate.mention.element == DataElement::Name
        && own_role == Role::Patient
    {
        slate.as_clinician_of(subject, own_role, emit);
    }
    emit(slate.of(id, role));
}

/// The values of one part, one after the other.
fn joined<'p>(parts: &'p [&Item<'_>], wanted: Part) -> Cow<'p, str> {
    let mut values = parts
        .iter()
        .filter(|part| part.sense.part == wanted)
        .map(|part| trimmed(&part.value));
    let mut text = Cow::Borrowed(values.next().unwrap_or(""));
    for value in values {
        add(text.to_mut(), " ", value);
    }
    text
}

/// Adds to a text, apart from what it has.
fn add(text: &mut String, between: &str, more: &str) {
    if !text.is_empty() {
        text.push_str(between);
    }
    text.push_str(more);
}

fn name_of<'s, 'r>(
    parts: &[&Item<'r>],
    slate: &'s mut Slate,
) -> Option<(&'s mut Slate, &'r Field)> {
    let mut given = parts
        .iter()
        .filter(|part| part.sense.part == Part::Given)
        .map(|part| trimmed(&part.value));
    let item = parts
        .iter()
        .find(|part| part.sense.part == Part::Family)
        .or(parts.first())?;
    let confidence = if parts.iter().any(|part| part.sense.is_sure) {
        0.98
    } else {
        0.8
    };
    slate.begin(DataElement::Name, "", confidence, item.why);
    let mut name = slate.spare_name();
    name.given.push_str(given.next().unwrap_or(""));
    name.middle.push_str(&joined(parts, Part::Middle));
    for further in given {
        add(&mut name.middle, " ", further);
    }
    name.family.push_str(&joined(parts, Part::Family));
    name.suffix.push_str(&joined(parts, Part::Suffix));
    let is_none = name.given.is_empty() && name.family.is_empty()
        || name.family.bytes().any(|b| b.is_ascii_digit()) && name.given.is_empty();
    for part in [&name.given, &name.middle, &name.family, &name.suffix] {
        if !part.is_empty() {
            add(slate.value(), " ", part);
        }
    }
    slate.normal(Normal::Name(name));
    (!is_none).then_some((slate, item.field))
}

/// What is no longer than this is no address in one piece.
const SHORTEST: usize = 3;

fn address_of<'s, 'r>(
    parts: &[&Item<'r>],
    slate: &'s mut Slate,
) -> Option<(&'s mut Slate, &'r Field)> {
    let item = parts
        .iter()
        .find(|part| matches!(part.sense.part, Part::Whole | Part::Street))
        .or(parts.first())?;
    slate.begin(DataElement::Address, "", 0.97, item.why);
    let mut whole = slate.spare_address();
    for (at, part) in parts.iter().enumerate() {
        let text = trimmed(&part.value);
        let value = slate.value();
        if at > 0 {
            value.push_str(", ");
        }
        value.push_str(text);
        let set = |field: &mut String| {
            field.clear();
            field.push_str(text);
        };
        match part.sense.part {
            Part::Whole => match address::parse(text) {
                Some(parsed) if whole.street.is_empty() => whole = parsed,
                // `NO`, or an address of the web.
                None if text.len() <= SHORTEST || text.contains("://") => {}
                _ if whole.street.is_empty() && whole.city.is_empty() => set(&mut whole.street),
                _ => {}
            },
            Part::Street | Part::Unit => add(&mut whole.street, ", ", text),
            Part::City => set(&mut whole.city),
            Part::Province => set(&mut whole.province),
            Part::PostalCode => match address::format_postal_code(text) {
                Some(code) => whole.postal_code = code,
                None => set(&mut whole.postal_code),
            },
            Part::Country => set(&mut whole.country),
            _ => {}
        }
    }
    let is_none = whole.street.is_empty() && whole.postal_code.is_empty() && whole.city.is_empty();
    slate.normal(Normal::Address(whole));
    (!is_none).then_some((slate, item.field))
}

fn result_of<'s, 'r>(
    parts: &[&Item<'r>],
    kept: &'s mut Kept,
) -> Option<(&'s mut Slate, &'r Field)> {
    let mut value = joined(parts, Part::Value);
    let test = joined(parts, Part::Term);
    let whole = joined(parts, Part::Whole);
    if value.is_empty() && whole.is_empty() && test.is_empty() {
        return None;
    }
    if !whole.is_empty() {
        let rest = std::mem::replace(&mut value, whole);
        if !rest.is_empty() {
            add(value.to_mut(), " ", &rest);
        }
    }
    let unit = joined(parts, Part::Measure);
    let item = parts
        .iter()
        .find(|part| part.sense.part == Part::Value)
        .or(parts.first())?;
    let making = Making {
        confidence: Confidence(0.95),
        why: item.why,
        code: &joined(parts, Part::Code),
        of: RESULTS,
    };
    let parts = [&*test, &*value, &*unit];
    let slate = making.over(&mut kept.memo, &mut kept.results, &mut kept.other, parts);
    Some((slate, item.field))
}
