//! Rows of a table go in, mentions come out; what each column means is decided with the first batch.
//!
//! A row is one subject. Rows of an SQL table that point to a row of another
//! table by a key get the subject of the row they point to, also over several
//! tables. A doctor, a mother or a clerk in a row is a subject of their own
//! beside the row's, so that none of them becomes the patient; that they treat
//! the patient is said of the patient, as `clinician`.

mod columns;
mod header;
pub(crate) mod sample;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use whose_model::{
    DataElement, Jurisdiction, Mention, Normal, PartialDate, PersonName, PostalAddress, Role, Rows,
    SubjectId, TableHead,
};

use crate::{
    custom::Custom,
    draft::{Draft, beside, hashed_subject, row_subject},
    elements::{address, name, numbers},
    interpret::{Around, interpret, is_empty},
    rows::columns::{Plan, Task, TaskKind},
    sense::Part,
    text::fold,
};

/// The most rows of which it is remembered whose they are, for the tables that point to them.
const MAX_REMEMBERED: usize = 4_000_000;

/// The tables of one exhibit.
#[derive(Default)]
pub(crate) struct Tables {
    current: Option<(Arc<TableHead>, Plan, Keys)>,
    /// Hash of table and key to the subject of that row, for rows that point elsewhere themselves.
    subjects: HashMap<u64, SubjectId>,
    /// The custodian's own detectors.
    custom: Custom,
    /// Names of the tables whose rows are people's, and of their key columns in order.
    people: Vec<(String, Vec<String>)>,
}

/// How rows of a table get their subject.
#[derive(Clone, Default)]
struct Keys {
    /// The columns of the primary key, in the order of their names; none when rows are not told apart by them.
    own: Vec<usize>,
    /// The columns that point to another table, in the order of the key they point to, and that table.
    points: Option<(Vec<usize>, String)>,
    table: String,
}

impl Tables {
    /// Tables in which the custodian's own detectors look, too.
    pub(crate) fn with(custom: &Custom) -> Self {
        Self {
            custom: custom.clone(),
            ..Self::default()
        }
    }

    /// Takes a batch.
    pub(crate) fn push(&mut self, rows: &Rows, emit: &mut dyn FnMut(Mention)) {
        if rows.is_empty() || rows.head.columns.is_empty() {
            return;
        }
        let is_same = self
            .current
            .as_ref()
            .is_some_and(|(head, ..)| Arc::ptr_eq(head, &rows.head) || **head == *rows.head);
        let mut n_skipped = 0;
        if !is_same {
            // A head without names may have its header among the first rows, under a title.
            let headed = header::below(rows);
            n_skipped = headed.as_ref().map_or(0, |(_, n_above)| *n_above);
            let sample = headed.as_ref().map_or(rows, |(named, _)| named);
            let keys = self.keys(&sample.head);
            let mut plan = columns::decide(sample, keys.points.is_some());
            if !self.custom.is_empty() {
                plan.take_custom(sample, &self.custom);
            }
            if plan.has_person && !plan.is_staff && !keys.own.is_empty() {
                let names = keys
                    .own
                    .iter()
                    .map(|&own| fold(&rows.head.columns[own].name));
                self.people.push((keys.table.clone(), names.collect()));
            }
            self.current = Some((Arc::clone(&rows.head), plan, keys));
        }
        let Some((head, plan, keys)) = self.current.take() else {
            return;
        };
        if plan.has_person || plan.slots.len() > 1 {
            for row in n_skipped..rows.len() {
                let subject = self.subject(rows, row, &keys);
                emit_row(rows, row, &plan, subject, emit);
                for &column in &plan.custom {
                    let name = &rows.head.columns[column].name;
                    if let Some(draft) = self.custom.whole(name, rows.cell(row, column)) {
                        let role = plan.slots.first().map_or(Role::Unknown, |slot| slot.role);
                        emit(draft.at(rows.locate(row, column), Some(subject), role));
                    }
                }
            }
        }
        self.current = Some((head, plan, keys));
    }

    fn keys(&self, head: &TableHead) -> Keys {
        let table = fold(&head.name);
        let mut own: Vec<usize> = Vec::new();
        if !head.is_sheet {
            own.extend((0..head.columns.len()).filter(|&at| head.columns[at].is_key));
            own.sort_by_cached_key(|&at| fold(&head.columns[at].name));
        }
        let mut keys = Keys {
            own,
            points: None,
            table: table.clone(),
        };
        let mut best = 0;
        for (at, column) in head.columns.iter().enumerate() {
            let (target, is_declared) = match &column.references {
                Some((target, _)) => (fold(target), true),
                None if head.is_sheet || keys.own == [at] => continue,
                // Many dumps declare nothing: `patient_id` points to `patients`.
                None => {
                    let name = fold(&column.name);
                    let Some((target, _)) = self.people.iter().find(|(target, key)| {
                        *target != table
                            && key.len() == 1
                            && (key[0] == name && name != "id"
                                || name
                                    .strip_suffix("_id")
                                    .or_else(|| name.strip_suffix("id"))
                                    .is_some_and(|stem| {
                                        !stem.is_empty()
                                            && (target == stem
                                                || target.trim_end_matches('s') == stem)
                                    }))
                    }) else {
                        continue;
                    };
                    (target.clone(), false)
                }
            };
            let is_people = self.people.iter().any(|(known, _)| *known == target);
            let names_patient = [
                "patient",
                "client",
                "person",
                "member",
                "usager",
                "beneficiaire",
                "demographic",
            ]
            .iter()
            .any(|word| target.contains(word) || fold(&column.name).contains(word));
            let score = 4 * u8::from(is_people)
                + 2 * u8::from(names_patient)
                + u8::from(is_declared && is_people);
            if score > best && target != table {
                best = score;
                let columns = self.pointing(head, at, &target);
                keys.points = Some((columns, target));
            }
        }
        keys
    }

    /// The columns that together point to a row of `target`, when one of them is `at`.
    fn pointing(&self, head: &TableHead, at: usize, target: &str) -> Vec<usize> {
        let known = self.people.iter().rev().find(|(name, _)| name == target);
        let Some((_, key)) = known.filter(|(_, key)| key.len() > 1) else {
            return vec![at];
        };
        let to = |column: usize| match &head.columns[column].references {
            Some((table, name)) if fold(table) == target => Some(fold(name)),
            _ => None,
        };
        let column_of = |part: &String| {
            let mut all = std::iter::once(at).chain(0..head.columns.len());
            all.find(|&column| to(column).as_ref() == Some(part))
        };
        key.iter()
            .map(column_of)
            .collect::<Option<_>>()
            .unwrap_or_else(|| vec![at])
    }

    fn subject(&mut self, rows: &Rows, row: usize, keys: &Keys) -> SubjectId {
        let number = rows.numbers.get(row).copied().unwrap_or(0);
        let hash = |table: &str, columns: &[usize]| {
            let mut parts: Vec<&[u8]> = vec![b"key", table.as_bytes()];
            for &column in columns {
                parts.push(rows.cell(row, column).trim().as_bytes());
            }
            hashed_subject(&parts)
        };
        let own = (!keys.own.is_empty()).then(|| hash(&keys.table, &keys.own));
        let pointed = keys.points.as_ref().and_then(|(columns, table)| {
            let is_filled = |&column: &usize| !is_empty(rows.cell(row, column).trim());
            columns.iter().all(is_filled).then(|| {
                let hash = hash(table, columns);
                self.subjects.get(&hash).copied().unwrap_or(hash)
            })
        });
        match (pointed, own) {
            (Some(subject), own) => {
                if let Some(own) = own
                    && self.subjects.len() < MAX_REMEMBERED
                {
                    self.subjects.insert(own, subject);
                }
                subject
            }
            (None, Some(own)) => own,
            (None, None) => row_subject(rows.head.index, number),
        }
    }
}

const BY_HEADER: &str = "column header";
const BY_VALUES: &str = "values of the column";

fn emit_row(
    rows: &Rows,
    row: usize,
    plan: &Plan,
    subject: SubjectId,
    emit: &mut dyn FnMut(Mention),
) {
    let province = plan
        .province
        .filter(|_| plan.has_numbers)
        .and_then(|column| Jurisdiction::parse_province(rows.cell(row, column)));
    // The row's province, or that of its postal code, or that of the column's numbers.
    let near = province.as_ref().map(Jurisdiction::code).or_else(|| {
        let of_code = plan
            .postal
            .and_then(|column| numbers::province_of_postal_code(rows.cell(row, column)));
        of_code.or(plan.likely)
    });
    for task in &plan.tasks {
        let slot = &plan.slots[task.slot];
        let is_own = task.slot == 0;
        if is_own && !plan.has_person {
            continue;
        }
        let whose = if is_own {
            subject
        } else {
            beside(subject, slot.role, &slot.which)
        };
        let Some((column, mut draft)) = draft_of(rows, row, task, near) else {
            continue;
        };
        let place = rows.locate(row, column);
        if !is_own
            && slot.role == Role::Clinician
            && draft.element == DataElement::Name
            && plan.has_person
            && !plan.is_staff
        {
            let mut of_patient = draft.clone();
            of_patient.element = DataElement::Clinician;
            emit(of_patient.at(place.clone(), Some(subject), plan.slots[0].role));
        }
        if !is_own
            && slot.role != Role::Relative
            && !matches!(
                draft.element,
                DataElement::Name
                    | DataElement::PractitionerNumber
                    | DataElement::Phone
                    | DataElement::Email
                    | DataElement::Address
            )
        {
            // A date `updated by` nobody.
            draft.confidence *= 0.8;
        }
        emit(draft.at(place, Some(whose), slot.role));
    }
}

fn draft_of(
    rows: &Rows,
    row: usize,
    task: &Task,
    province: Option<&str>,
) -> Option<(usize, Draft)> {
    let why = if task.by_header { BY_HEADER } else { BY_VALUES };
    let confidence = if task.by_header { 0.97 } else { 0.8 };
    let cell = |column: Option<usize>| column.map_or("", |column| rows.cell(row, column).trim());
    let filled = |column: Option<usize>| {
        Some(cell(column))
            .filter(|cell| !is_empty(cell))
            .unwrap_or("")
    };
    match &task.kind {
        TaskKind::Name {
            whole,
            given,
            middle,
            family,
            suffix,
        } => {
            if let Some(column) = whole
                && family.is_none()
            {
                let value = cell(Some(*column));
                let mut parsed = name::parse(value).filter(|_| !is_empty(value))?;
                if given.is_some() && !filled(*given).is_empty() {
                    parsed = PersonName {
                        given: filled(*given).to_owned(),
                        family: if parsed.family.is_empty() {
                            parsed.given
                        } else {
                            parsed.family
                        },
                        ..PersonName::default()
                    };
                }
                return Some((
                    *column,
                    Draft::new(
                        DataElement::Name,
                        value,
                        Normal::Name(parsed),
                        confidence,
                        why,
                    ),
                ));
            }
            let (given_text, middle_text, family_text) =
                (filled(*given), filled(*middle), filled(*family));
            if given_text.is_empty() && family_text.is_empty() {
                return None;
            }
            let parsed = PersonName {
                given: given_text.to_owned(),
                middle: middle_text.to_owned(),
                family: family_text.to_owned(),
                suffix: filled(*suffix).to_owned(),
            };
            let mut value = String::with_capacity(given_text.len() + family_text.len() + 1);
            for part in [given_text, middle_text, family_text, filled(*suffix)] {
                if !part.is_empty() {
                    if !value.is_empty() {
                        value.push(' ');
                    }
                    value.push_str(part);
                }
            }
            let column = if family_text.is_empty() {
                *given
            } else {
                *family
            }?;
            let mut draft =
                Draft::new(DataElement::Name, "", Normal::Name(parsed), confidence, why);
            draft.value = value;
            Some((column, draft))
        }
        TaskKind::Address { columns } => address_of(rows, row, columns, confidence, why),
        TaskKind::SplitDate { year, month, day } => {
            let year_text = cell(Some(*year));
            let date = PartialDate {
                year: year_text
                    .parse()
                    .ok()
                    .filter(|year| (1850..=2100).contains(year))?,
                month: cell(*month)
                    .parse()
                    .ok()
                    .filter(|month| *month <= 12)
                    .unwrap_or(0),
                day: cell(*day)
                    .parse()
                    .ok()
                    .filter(|day| *day <= 31)
                    .unwrap_or(0),
            };
            Some((
                *year,
                Draft::new(
                    DataElement::BirthDate,
                    &date.iso(),
                    Normal::Date(date),
                    confidence,
                    why,
                ),
            ))
        }
        TaskKind::Result { test, value, unit } => {
            let value_text = cell(Some(*value));
            if is_empty(value_text) {
                return None;
            }
            let text = [filled(*test), value_text, filled(*unit)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            let element = crate::records::element_of_test(filled(*test));
            Some((
                *value,
                Draft::new(element, &text, Normal::Text(text.clone()), confidence, why),
            ))
        }
        TaskKind::Single {
            column,
            sense,
            order,
        } => {
            let around = Around {
                order: *order,
                province,
            };
            let mut draft = interpret(*sense, cell(Some(*column)), around)?;
            draft.why[0] = Cow::Borrowed(why);
            if !task.by_header {
                draft.confidence = draft.confidence.min(0.85);
            }
            Some((*column, draft))
        }
    }
}

fn address_of(
    rows: &Rows,
    row: usize,
    columns: &[(Part, usize)],
    confidence: f32,
    why: &'static str,
) -> Option<(usize, Draft)> {
    let mut whole = PostalAddress::default();
    let mut value = String::new();
    let mut place: Option<(usize, bool)> = None;
    for &(part, column) in columns {
        let cell = rows.cell(row, column).trim();
        if is_empty(cell) {
            continue;
        }
        let is_telling = matches!(part, Part::Whole | Part::Street | Part::PostalCode);
        if place.is_none_or(|(_, telling)| is_telling && !telling) {
            place = Some((column, is_telling));
        }
        let append = |field: &mut String, text: &str| {
            if !field.is_empty() {
                field.push_str(", ");
            }
            field.push_str(text);
        };
        match part {
            Part::Whole => match address::parse(cell) {
                Some(parsed) => {
                    append(&mut whole.street, &parsed.street);
                    for (field, text) in [
                        (&mut whole.city, parsed.city),
                        (&mut whole.province, parsed.province),
                        (&mut whole.postal_code, parsed.postal_code),
                        (&mut whole.country, parsed.country),
                    ] {
                        if field.is_empty() {
                            *field = text;
                        }
                    }
                }
                None => append(&mut whole.street, cell),
            },
            Part::Street | Part::Unit => append(&mut whole.street, cell),
            Part::City => whole.city = cell.to_owned(),
            Part::Province => whole.province = cell.to_owned(),
            Part::PostalCode => {
                whole.postal_code =
                    address::format_postal_code(cell).unwrap_or_else(|| cell.to_owned())
            }
            Part::Country => whole.country = cell.to_owned(),
            _ => {}
        }
        append(&mut value, cell);
    }
    let (column, is_telling) = place?;
    // Only a country or a province is left in this row.
    if !is_telling && whole.city.is_empty() {
        return None;
    }
    let mut draft = Draft::new(
        DataElement::Address,
        "",
        Normal::Address(whole),
        confidence,
        why,
    );
    draft.value = value;
    Some((column, draft))
}
