//! Rows of a table go in, mentions come out; what each column means is decided with the first batch.
//!
//! A row is one subject. Rows of an SQL table that point to a row of another
//! table by a key get the subject of the row they point to, also over several
//! tables. A doctor, a mother or a clerk in a row is a subject of their own
//! beside the row's, so that none of them becomes the patient; that they treat
//! the patient is said of the patient, as `clinician`.

mod columns;
mod header;
mod kernels;
#[cfg(test)]
mod reference;
pub(crate) mod sample;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use whose_model::{Mention, Role, Rows, SubjectId, TableHead};

use crate::{
    custom::Custom,
    draft::{row_subject, subject_of_hash},
    elements::reach,
    interpret::is_empty,
    rows::{columns::Plan, kernels::Kernels},
    text::{StableHash, fold, trimmed},
};

/// The most rows of which it is remembered whose they are, for the tables that point to them.
const MAX_REMEMBERED: usize = 4_000_000;

/// The tables of one exhibit.
#[derive(Default)]
pub(crate) struct Tables {
    current: Option<(Arc<TableHead>, Plan, Keys, Kernels)>,
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
    pub(crate) fn push(&mut self, rows: &Rows, emit: &mut dyn FnMut(&Mention)) {
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
            plan.notes = plan.notes();
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
            let kernels = Kernels::of(&plan);
            self.current = Some((Arc::clone(&rows.head), plan, keys, kernels));
        }
        let Some((head, plan, keys, mut kernels)) = self.current.take() else {
            return;
        };
        if plan.has_person || plan.slots.len() > 1 {
            for row in n_skipped..rows.len() {
                let subject = self.subject(rows, row, &keys);
                kernels.row(rows, row, &plan, subject, emit);
                for &column in &plan.notes {
                    // Whoever reads a chart knows; so must who writes the letters.
                    if let Some(draft) = reach::asked_in(rows.cell(row, column)) {
                        let role = plan.slots.first().map_or(Role::Unknown, |slot| slot.role);
                        emit(&draft.at(rows.locate(row, column), Some(subject), role));
                    }
                }
                for &column in &plan.custom {
                    let name = &rows.head.columns[column].name;
                    if let Some(draft) = self.custom.whole(name, rows.cell(row, column)) {
                        let role = plan.slots.first().map_or(Role::Unknown, |slot| slot.role);
                        emit(&draft.at(rows.locate(row, column), Some(subject), role));
                    }
                }
            }
        }
        self.current = Some((head, plan, keys, kernels));
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
        let hash = |table: StableHash, columns: &[usize]| {
            let cells = columns
                .iter()
                .map(|&column| trimmed(rows.cell(row, column)));
            let all = cells.fold(table, |all, cell| all.and(cell.as_bytes()));
            subject_of_hash(all.end())
        };
        let own = (!keys.own.is_empty()).then(|| hash(of_table(&keys.table), &keys.own));
        let pointed = keys.points.as_ref().and_then(|(columns, table)| {
            let is_filled = |&column: &usize| !is_empty(rows.cell(row, column));
            columns.iter().all(is_filled).then(|| {
                let hash = hash(of_table(table), columns);
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

/// What the subjects of a table's rows begin with.
fn of_table(table: &str) -> StableHash {
    StableHash::new().and(b"key").and(table.as_bytes())
}
