//! A table's head and a sample of its rows become a `Plan`: what each column means, decided once.
//!
//! Header and values each may decide alone; a header that could mean several
//! things must be borne out by the values. A table in which nothing names or
//! numbers a person (prices, slots, a list of codes) gets no plan.

use whose_model::{DataElement, Role, Rows, TableHead};

use crate::{
    custom::Custom,
    elements::{date::Order, numbers},
    labels,
    rows::sample::{Sample, Wanted},
    sense::{Part, Sense},
    text::fold,
};

/// Who a column's values belong to: the row's own subject, or somebody beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) role: Role,
    /// Which of several: `mother`, `father`; empty for the row's own subject.
    pub(crate) which: String,
}

/// One thing to emit for each row.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) slot: usize,
    pub(crate) kind: TaskKind,
    pub(crate) by_header: bool,
}

/// What to emit.
#[derive(Clone, Debug)]
pub(crate) enum TaskKind {
    /// A name in one or several columns.
    Name {
        whole: Option<usize>,
        given: Option<usize>,
        middle: Option<usize>,
        family: Option<usize>,
        suffix: Option<usize>,
    },
    /// An address in one or several columns.
    Address { columns: Vec<(Part, usize)> },
    /// A birth date in three columns.
    SplitDate {
        year: usize,
        month: Option<usize>,
        day: Option<usize>,
    },
    /// A test with its value and unit.
    Result {
        test: Option<usize>,
        value: usize,
        unit: Option<usize>,
    },
    /// One column.
    Single {
        column: usize,
        sense: Sense,
        order: Order,
    },
}

/// What each column of a table means.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) tasks: Vec<Task>,
    pub(crate) slots: Vec<Slot>,
    /// The column that says the issuer of the health number, or the province.
    pub(crate) province: Option<usize>,
    /// Some column holds numbers, which the province may help to read.
    pub(crate) has_numbers: bool,
    /// Something names or numbers a person of the row.
    pub(crate) has_person: bool,
    /// The rows are people who work there.
    pub(crate) is_staff: bool,
    /// The province of the plan whose check digit nearly all health numbers hold.
    pub(crate) likely: Option<&'static str>,
    /// The column of postal codes of the row's own person.
    pub(crate) postal: Option<usize>,
    /// Columns that a custom detector takes.
    pub(crate) custom: Vec<usize>,
    /// Columns of what was written about the row's own person.
    pub(crate) notes: Vec<usize>,
}

impl Plan {
    /// The columns of running text about the row's own person.
    pub(crate) fn notes(&self) -> Vec<usize> {
        let column = |task: &Task| match &task.kind {
            TaskKind::Single { column, sense, .. }
                if task.slot == 0
                    && matches!(
                        sense.element,
                        DataElement::ConsultationReport | DataElement::MedicalHistory
                    ) =>
            {
                Some(*column)
            }
            _ => None,
        };
        self.tasks.iter().filter_map(column).collect()
    }
}

const STAFF_TABLES: &[&str] = &[
    "staff",
    "employee",
    "user",
    "personnel",
    "employe",
    "utilisateur",
    "hr",
    "payroll",
    "paie",
    "roster",
    "schedule",
    "horaire",
];
const CLINICIAN_TABLES: &[&str] = &[
    "provider",
    "physician",
    "doctor",
    "medecin",
    "practitioner",
    "prescriber",
    "clinician",
    "nurse",
    "professionnel",
    "intervenant",
];
const STAFF_HEADERS: &[&str] = &[
    "employeeid",
    "employeenumber",
    "hiredate",
    "datehired",
    "jobtitle",
    "position",
    "salary",
    "username",
    "titreemploi",
    "poste",
    "dateembauche",
    "salaire",
    "shift",
    "supervisor",
    "specialty",
    "specialite",
    "credentials",
    "title",
];
const ORGANISATION_TABLES: &[&str] = &[
    "vendor",
    "supplier",
    "company",
    "companies",
    "fournisseur",
    "organization",
    "facility",
    "facilities",
    "clinic",
    "hospital",
    "pharmacies",
    "insurer",
    "product",
    "inventory",
    "payer",
    "location",
];

/// Decides. `is_child` says that the rows point to people of another table.
pub(crate) fn decide(rows: &Rows, is_child: bool) -> Plan {
    let head = &rows.head;
    let headers: Vec<Option<Sense>> = head
        .columns
        .iter()
        .map(|column| labels::sense_of(&column.name))
        .collect();
    let has_header = headers.iter().any(Option::is_some);
    // A header that says something else than its values keeps only what no other value looks like.
    let says_else = |column: usize| has_header && !head.columns[column].name.trim().is_empty();
    let samples: Vec<Sample> = headers
        .iter()
        .enumerate()
        .map(|(column, header)| match header {
            Some(header) => Sample::of(rows, column, Wanted::of(*header)),
            None if says_else(column) => {
                let sample = Sample::of(rows, column, Wanted::SPEAKING);
                if sample.speaks_for_itself() {
                    Sample::of(rows, column, Wanted::ALL)
                } else {
                    sample
                }
            }
            None => Sample::of(rows, column, Wanted::ALL),
        })
        .collect();
    decide_on(rows, is_child, &headers, &samples)
}

/// The same, with every column looked at in every way.
#[cfg(test)]
pub(super) fn decide_with_all_looks(rows: &Rows, is_child: bool) -> Plan {
    let columns = &rows.head.columns;
    let headers: Vec<_> = columns
        .iter()
        .map(|column| labels::sense_of(&column.name))
        .collect();
    let samples: Vec<_> = (0..columns.len())
        .map(|column| Sample::of(rows, column, Wanted::ALL))
        .collect();
    decide_on(rows, is_child, &headers, &samples)
}

fn decide_on(rows: &Rows, is_child: bool, headers: &[Option<Sense>], samples: &[Sample]) -> Plan {
    let head = &rows.head;
    let has_header = headers.iter().any(Option::is_some);
    let says_else = |column: usize| has_header && !head.columns[column].name.trim().is_empty();
    let has_given = headers
        .iter()
        .flatten()
        .any(|sense| sense.element == DataElement::Name && sense.part == Part::Given);
    let is_french = head.columns.iter().any(|column| {
        let name = fold(&column.name);
        [
            "naiss", "prenom", "adresse", "sexe", "numero", "courriel", "ville", "medecin",
        ]
        .iter()
        .any(|word| name.contains(word))
    });
    let mut plan = Plan {
        tasks: Vec::new(),
        slots: Vec::new(),
        province: None,
        has_numbers: false,
        has_person: false,
        is_staff: false,
        likely: None,
        postal: None,
        custom: Vec::new(),
        notes: Vec::new(),
    };
    let mut singles: Vec<(usize, Sense, bool)> = Vec::new();
    for (column, (header, sample)) in headers.iter().zip(samples).enumerate() {
        if sample.n == 0 {
            continue;
        }
        let decided = match header {
            Some(sense) if sense.role == Some(Role::Organisation) => None,
            Some(sense) => confirm(*sense, sample, has_given).map(|sense| (sense, true)),
            None if says_else(column) && !sample.speaks_for_itself() => None,
            None => sample.sense().map(|sense| (sense, false)),
        };
        if let Some((sense, by_header)) = decided
            && !is_internal_key(head, column, sense, is_child)
        {
            singles.push((column, sense, by_header));
        }
    }
    // `Member ID` beside a certificate or policy number is who the person is to the keeper of the list.
    let is_member = |column: usize| {
        labels::tokens(&head.columns[column].name)
            .iter()
            .any(|token| matches!(token.as_str(), "member" | "membre"))
    };
    let has_policy = singles.iter().any(|(column, sense, _)| {
        sense.element == DataElement::InsurancePolicy
            && sense.part == Part::Whole
            && !is_member(*column)
    });
    if has_policy {
        for (column, sense, _) in &mut singles {
            if sense.element == DataElement::InsurancePolicy && is_member(*column) {
                *sense = Sense::number(DataElement::PatientNumber, "patient-number");
            }
        }
    }
    let table = fold(&head.name);
    let in_table = |names: &[&str]| names.iter().any(|name| table.contains(name));
    let joined: Vec<String> = head
        .columns
        .iter()
        .map(|column| labels::tokens(&column.name).concat())
        .collect();
    let has_staff_header = joined
        .iter()
        .any(|name| STAFF_HEADERS.contains(&name.as_str()));
    let is_health = singles.iter().any(|(_, sense, _)| {
        matches!(
            sense.element,
            DataElement::HealthNumber
                | DataElement::MedicalRecordNumber
                | DataElement::Diagnosis
                | DataElement::Medication
                | DataElement::LabResult
                | DataElement::BirthDate
        ) && !matches!(sense.role, Some(Role::Clinician | Role::Staff))
    });
    let is_clinicians = in_table(CLINICIAN_TABLES) && !is_child
        || singles.iter().any(|(_, sense, _)| {
            sense.element == DataElement::PractitionerNumber && sense.role.is_none()
        }) && !is_health
            && !is_child;
    let is_staff = !is_health && (in_table(STAFF_TABLES) || is_clinicians || has_staff_header);
    let is_organisations =
        in_table(ORGANISATION_TABLES) && !is_health && !table.contains("patient");
    let own_role = if is_staff {
        if is_clinicians {
            Role::Clinician
        } else {
            Role::Staff
        }
    } else if is_health
        || is_child
        || table.contains("patient")
        || singles
            .iter()
            .any(|(_, sense, _)| sense.role == Some(Role::Patient))
    {
        Role::Patient
    } else {
        Role::Unknown
    };
    plan.is_staff = is_staff;
    plan.slots.push(Slot {
        role: own_role,
        which: String::new(),
    });

    let mut names: Vec<(usize, Part, usize, bool)> = Vec::new();
    let mut addresses: Vec<(usize, Part, usize)> = Vec::new();
    let mut births: Vec<(Part, usize)> = Vec::new();
    let (mut test, mut value, mut unit) = (None, None, None);
    for &(column, sense, by_header) in &singles {
        let slot = slot_of(&mut plan, sense, &head.columns[column].name, own_role);
        match (sense.element, sense.part) {
            (DataElement::Name, part) => names.push((slot, part, column, by_header)),
            (DataElement::Address, part) => {
                if part == Part::PostalCode && slot == 0 {
                    plan.postal.get_or_insert(column);
                }
                if part == Part::Province && slot == 0 {
                    plan.province.get_or_insert(column);
                }
                addresses.push((slot, part, column));
            }
            (DataElement::HealthNumber, Part::Issuer) => plan.province = Some(column),
            (DataElement::HealthNumber, Part::Whole) if sense.scheme.is_empty() => {
                let cells = (0..rows.len())
                    .map(|row| rows.cell(row, column).trim())
                    .filter(|cell| !cell.is_empty())
                    .take(MAX_TRIED);
                plan.likely = numbers::plan_of_column(cells);
                plan.tasks.push(Task {
                    slot,
                    by_header,
                    kind: TaskKind::Single {
                        column,
                        sense,
                        order: samples[column].order(is_french),
                    },
                });
            }
            (DataElement::BirthDate, part @ (Part::Year | Part::Month | Part::Day)) => {
                births.push((part, column))
            }
            (DataElement::LabResult, Part::Term) => test = test.or(Some(column)),
            (DataElement::LabResult, Part::Value) => value = value.or(Some(column)),
            (DataElement::LabResult, Part::Measure) => unit = unit.or(Some(column)),
            (_, Part::Version | Part::Issuer | Part::Measure | Part::Suffix) => {}
            (DataElement::Medication | DataElement::Allergy, Part::Value) => {}
            _ => plan.tasks.push(Task {
                slot,
                by_header,
                kind: TaskKind::Single {
                    column,
                    sense,
                    order: samples[column].order(is_french),
                },
            }),
        }
    }
    if let Some(value) = value {
        if test.is_some() || unit.is_some() {
            plan.tasks.push(Task {
                slot: 0,
                by_header: true,
                kind: TaskKind::Result { test, value, unit },
            });
        }
    } else if let Some(test) = test {
        plan.tasks.push(Task {
            slot: 0,
            by_header: true,
            kind: TaskKind::Single {
                column: test,
                sense: Sense::whole(DataElement::LabResult),
                order: Order::MonthFirst,
            },
        });
    }
    group_names(&mut plan, &names);
    group_addresses(&mut plan, &addresses);
    let born = |wanted| {
        births
            .iter()
            .find(|(part, _)| *part == wanted)
            .map(|(_, column)| *column)
    };
    if let Some(year) = born(Part::Year) {
        plan.tasks.push(Task {
            slot: 0,
            by_header: true,
            kind: TaskKind::SplitDate {
                year,
                month: born(Part::Month),
                day: born(Part::Day),
            },
        });
    }
    plan.has_person = !is_organisations
        && (is_child
            || plan
                .tasks
                .iter()
                .any(|task| task.slot == 0 && is_anchor(task)));
    plan.has_numbers = plan.tasks.iter().any(|task| {
        matches!(&task.kind, TaskKind::Single { sense, .. } if !matches!(
            sense.element,
            DataElement::BirthDate
                | DataElement::DeathDate
                | DataElement::ServiceDate
                | DataElement::Phone
                | DataElement::Email
                | DataElement::Sex
                | DataElement::Age
                | DataElement::SpokenLanguage
        ))
    });
    plan.tasks.sort_by_key(first_column);
    plan
}

/// Whether a column only ties the tables of a database together: nobody outside knows these numbers.
fn is_internal_key(head: &TableHead, column: usize, sense: Sense, is_child: bool) -> bool {
    let of = &head.columns[column];
    sense.element == DataElement::PatientNumber
        && !head.is_sheet
        && (of.is_key
            || of.references.is_some()
            || is_child
                && labels::tokens(&of.name)
                    .last()
                    .is_some_and(|last| last == "id"))
}

/// How many filled cells of a column are tried.
const MAX_TRIED: usize = 160;

impl Plan {
    /// Gives the columns that a custom detector finds most values of to it.
    pub(crate) fn take_custom(&mut self, rows: &Rows, custom: &Custom) {
        for (column, head) in rows.head.columns.iter().enumerate() {
            let cells = (0..rows.len())
                .map(|row| rows.cell(row, column).trim())
                .filter(|cell| !cell.is_empty())
                .take(MAX_TRIED);
            let (mut n, mut n_found) = (0, 0);
            for cell in cells {
                n += 1;
                n_found += usize::from(custom.whole(&head.name, cell).is_some());
            }
            if n_found * 5 >= n * 3 && n_found > 0 {
                self.custom.push(column);
            }
        }
        if self.custom.is_empty() {
            return;
        }
        self.has_person |= custom.names_people();
        let taken = &self.custom;
        self.tasks.retain(
            |task| !matches!(&task.kind, TaskKind::Single { column, .. } if taken.contains(column)),
        );
    }
}

/// What the header says, if the values do not speak against it.
fn confirm(sense: Sense, sample: &Sample, has_given: bool) -> Option<Sense> {
    let mut sense = sense;
    if sense.element == DataElement::Name {
        let is_name_like = sample.whole_name.max(sample.given).max(sample.family);
        // `Nom` beside `Prénom` is the family name, alone it is all of it; so is `Name`.
        if !sense.is_sure
            && matches!(sense.part, Part::Whole | Part::Family)
            && sense.role.is_none_or(|role| role == Role::Patient)
        {
            if is_name_like < 0.3 {
                // `Patient` over a column of numbers.
                return (sense.role == Some(Role::Patient)
                    && sample.email + sample.phone < 0.2
                    && sample.whole_name < 0.1
                    && sample.many_words < 0.1
                    && sample.date < 0.1
                    && sample.given < 0.05)
                    .then(|| {
                        Sense::number(DataElement::PatientNumber, "patient-number")
                            .weak()
                            .of(Role::Patient)
                    });
            }
            sense.part = if has_given && sample.many_words < 0.6 {
                Part::Family
            } else {
                Part::Whole
            };
        } else if sense.part == Part::Family
            && sample.many_words > 0.8
            && !has_given
            && sample.whole_name > 0.5
        {
            sense.part = Part::Whole;
        }
        if sense.role.is_some_and(|role| role != Role::Patient) && is_name_like < 0.2 {
            return None;
        }
        return Some(sense);
    }
    if sense.is_sure {
        return match sense.element {
            // Patient ids of any form are fine; a `phone` column of words is not.
            DataElement::Phone if sample.date > 0.5 => None,
            _ => Some(sense),
        };
    }
    let is_borne_out = match sense.element {
        DataElement::BirthDate | DataElement::DeathDate | DataElement::ServiceDate => {
            sample.date >= 0.5
        }
        DataElement::Phone => sample.phone.max(sample.bare_phone) >= 0.4,
        DataElement::Email => sample.email >= 0.4,
        DataElement::Address => match sense.part {
            Part::PostalCode => sample.postal >= 0.4,
            Part::Province => sample.province >= 0.4,
            Part::Unit => true,
            _ => sample.street + sample.city > 0.4,
        },
        DataElement::SpokenLanguage => true,
        DataElement::Diagnosis
        | DataElement::Medication
        | DataElement::Procedure
        | DataElement::Allergy => sample.clinical >= 0.15 || sample.icd >= 0.5,
        DataElement::PaymentCard => sample.card >= 0.5,
        DataElement::HealthNumber if sense.part == Part::Whole => {
            sample.ontario.max(sample.bc).max(sample.ramq) >= 0.5
                || sample.date < 0.1 && sample.many_words < 0.1
        }
        DataElement::MedicalHistory | DataElement::ConsultationReport => {
            sample.many_words > 0.5 || sample.n_distinct * 2 > sample.n
        }
        _ => true,
    };
    is_borne_out.then_some(sense)
}

fn slot_of(plan: &mut Plan, sense: Sense, header: &str, own_role: Role) -> usize {
    let role = match sense.role {
        Some(role @ (Role::Clinician | Role::Relative | Role::Staff)) => role,
        _ if sense.element == DataElement::PractitionerNumber => Role::Clinician,
        _ => return 0,
    };
    // In a list of staff, a `provider name` is the row's own.
    if role == own_role {
        return 0;
    }
    let which = labels::tokens(header)
        .into_iter()
        .find(|token| labels::role_of(token) == Some(role))
        .unwrap_or_default();
    let slot = Slot { role, which };
    if let Some(at) = plan.slots.iter().position(|known| *known == slot) {
        return at;
    }
    plan.slots.push(slot);
    plan.slots.len() - 1
}

fn group_names(plan: &mut Plan, names: &[(usize, Part, usize, bool)]) {
    for slot in 0..plan.slots.len() {
        let find = |wanted: Part| {
            names
                .iter()
                .find(|(of, part, ..)| *of == slot && *part == wanted)
                .map(|(_, _, column, _)| *column)
        };
        let by_header = names
            .iter()
            .any(|(of, .., by_header)| *of == slot && *by_header);
        let (given, family) = (find(Part::Given), find(Part::Family));
        let whole = find(Part::Whole);
        if given.is_some() || family.is_some() {
            plan.tasks.push(Task {
                slot,
                by_header,
                kind: TaskKind::Name {
                    whole: if family.is_none() { whole } else { None },
                    given,
                    middle: find(Part::Middle),
                    family,
                    suffix: find(Part::Suffix),
                },
            });
        } else if whole.is_some() {
            plan.tasks.push(Task {
                slot,
                by_header,
                kind: TaskKind::Name {
                    whole,
                    given: None,
                    middle: None,
                    family: None,
                    suffix: None,
                },
            });
        }
    }
}

fn group_addresses(plan: &mut Plan, addresses: &[(usize, Part, usize)]) {
    for slot in 0..plan.slots.len() {
        let columns: Vec<(Part, usize)> = addresses
            .iter()
            .filter(|(of, ..)| *of == slot)
            .map(|(_, part, column)| (*part, *column))
            .collect();
        // A province or a country alone is no address.
        if columns
            .iter()
            .any(|(part, _)| matches!(part, Part::Whole | Part::Street | Part::PostalCode))
            || columns.iter().any(|(part, _)| *part == Part::City) && columns.len() > 1
        {
            plan.tasks.push(Task {
                slot,
                by_header: true,
                kind: TaskKind::Address { columns },
            });
        }
    }
}

/// Whether the task names or numbers a person.
fn is_anchor(task: &Task) -> bool {
    match &task.kind {
        TaskKind::Name { .. } => true,
        TaskKind::Single { sense, .. } => {
            sense.part == Part::Whole
                && matches!(
                    sense.element,
                    DataElement::HealthNumber
                        | DataElement::MedicalRecordNumber
                        | DataElement::PatientNumber
                        | DataElement::SocialInsuranceNumber
                        | DataElement::BirthDate
                        | DataElement::DriversLicence
                        | DataElement::Passport
                        | DataElement::PaymentCard
                        | DataElement::Email
                        | DataElement::InsurancePolicy
                )
        }
        TaskKind::SplitDate { .. } => true,
        _ => false,
    }
}

fn first_column(task: &Task) -> usize {
    match &task.kind {
        TaskKind::Name {
            whole,
            given,
            middle,
            family,
            suffix,
        } => [*whole, *given, *middle, *family, *suffix]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(0),
        TaskKind::Address { columns } => {
            columns.iter().map(|(_, column)| *column).min().unwrap_or(0)
        }
        TaskKind::SplitDate { year, .. } => *year,
        TaskKind::Result { value, .. } => *value,
        TaskKind::Single { column, .. } => *column,
    }
}
