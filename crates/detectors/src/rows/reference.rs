//! What a row says, made the long way: each mention from nothing. The kernels must say the same (`kernels.rs`).

use std::borrow::Cow;

use whose_model::{
    DataElement, Jurisdiction, Mention, Normal, PartialDate, PersonName, PostalAddress, Role, Rows,
    SubjectId,
};

use crate::{
    draft::{Draft, beside},
    elements::{address, contact, name, numbers},
    interpret::{Around, interpret, is_empty},
    rows::{
        columns::{Plan, Task, TaskKind},
        kernels::{BY_HEADER, BY_VALUES},
    },
    sense::Part,
};

pub(super) fn emit_row(
    rows: &Rows,
    row: usize,
    plan: &Plan,
    subject: SubjectId,
    emit: &mut dyn FnMut(&Mention),
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
            emit(&of_patient.at(place.clone(), Some(subject), plan.slots[0].role));
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
        emit(&draft.at(place, Some(whose), slot.role));
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
    if let [(Part::Whole, column)] = *columns
        && address::is_mail(rows.cell(row, column).trim())
    {
        let cell = rows.cell(row, column).trim();
        let normal = Normal::Text(contact::parse_email(cell)?);
        let draft = Draft::new(DataElement::Email, cell, normal, confidence, why);
        return Some((column, draft));
    }
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

/// Both ways beside each other on tables of whatever people write.
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use whose_model::{Column, TableHead};

    use super::*;
    use crate::{
        draft::row_subject,
        rows::{columns, kernels::Kernels},
    };

    const HEADERS: &[&str] = &[
        "",
        "Patient Name",
        "First Name",
        "Nom",
        "Prénom",
        "Middle Name",
        "Last Name",
        "DOB",
        "Date de naissance",
        "Birth Year",
        "Birth Month",
        "Birth Day",
        "Sex",
        "Phone",
        "Email",
        "Health Card",
        "HCN Version",
        "NAM",
        "MRN",
        "SIN",
        "Patient ID",
        "Address",
        "Street",
        "Unit",
        "City",
        "Province",
        "Postal Code",
        "Country",
        "Diagnosis",
        "ICD-10",
        "Medication",
        "DIN",
        "Test",
        "Result",
        "Units",
        "Allergies",
        "Notes",
        "Family history",
        "Language",
        "Mother's Name",
        "Emergency Contact",
        "Emergency Phone",
        "Physician",
        "Doctor Last Name",
        "CPSO",
        "Appointment Date",
        "Policy Number",
        "Amount",
        "Status",
        "Driver's Licence",
        "Card Number",
        "Occupation",
        "Password",
        "IP Address",
        "Age",
        "Height",
        "Pregnant",
    ];

    const CELLS: &[&str] = &[
        "",
        " ",
        "n/a",
        "NULL",
        "-",
        "x",
        "unknown",
        "Anne",
        "Roy",
        "ROY",
        "Tremblay, Marie-Ève",
        "Dr. Anna Lee, MD",
        "Jean van der Berg Jr.",
        "M. Luc Gagnon",
        "1985-02-10",
        "10/02/1985",
        "02/10/85",
        "1985",
        "2",
        "31",
        "13",
        "3 mars 1951",
        "19850210",
        "F",
        "male",
        "homme",
        "M",
        "416-555-0199",
        "(514) 555-0142 ext. 7",
        "4165550199",
        "+33 6 12 34 56 78",
        "Marie.T@Example.org",
        "user@localhost",
        "6012-345-671",
        "6012345672",
        "9698 658 215",
        "TREM 8552 1017",
        "123 456 789",
        "123456782",
        "046 454 286",
        "A-88213",
        "MRN#982231",
        "12 Main St, Moncton NB E1C 1A1",
        "347, rue Notre-Dame",
        "Apt 4",
        "Toronto",
        "Québec",
        "ON",
        "Ontario",
        "qc",
        "M5G 1X8",
        "h2x1y4",
        "Canada",
        "E11.9",
        "F32.1",
        "Type 2 diabetes",
        "HIV infection",
        "no known allergies",
        "suspicion d'asthme",
        "Metformin 500 mg",
        "méthadone 60 mg",
        "02240205",
        "Glucose",
        "HIV viral load",
        "Weight",
        "5.2",
        "<40",
        "Positive",
        "mmol/L",
        "kg",
        "copies/mL",
        "penicillin",
        "seen for follow-up; mother had breast cancer",
        "English",
        "français",
        "punjabi",
        "12345",
        "$120.50",
        "4532015112830366",
        "192.168.0.7",
        "hunter2!",
        "43",
        "6 mois",
        "true",
        "aucun",
        "Montréal (Québec) H2X 1Y4",
        "a\u{1f}b",
        "日本",
        "  padded  ",
        "\u{a0}",
        "''",
        "é",
    ];

    fn table(is_sheet: bool, headers: &[usize], cells: &[usize], n_rows: usize) -> Rows {
        let columns = headers.iter().zip(0..).map(|(header, index)| Column {
            name: HEADERS[header % HEADERS.len()].to_owned(),
            index,
            ..Column::default()
        });
        let mut rows = Rows::new(Arc::new(TableHead {
            name: if is_sheet { "" } else { "patients" }.into(),
            index: 0,
            columns: columns.collect(),
            is_sheet,
        }));
        let n = headers.len();
        for row in 0..n_rows {
            // Below the sample, columns begin to say something else.
            let turned = usize::from(row >= 200) * 7;
            let value = |column: usize| {
                let own = cells[column % cells.len()];
                let stirred = own + row * (1 + column % 3) * (own % 5) / 4 + turned * own;
                CELLS[stirred % CELLS.len()]
            };
            rows.push(row as u64 * 37, (0..n).map(value));
        }
        rows
    }

    #[test]
    fn a_table_of_more_columns_than_slates_says_the_same() {
        let headers: Vec<usize> = (0..2000).collect();
        let rows = table(true, &headers, &[12, 80, 7, 33, 1], 3);
        check_all(&rows, false);
    }

    fn check_all(rows: &Rows, is_child: bool) {
        let plan = columns::decide(rows, is_child);
        let long_plan = columns::decide_with_all_looks(rows, is_child);
        let mut kernels = Kernels::of(&plan);
        for row in 0..rows.len() {
            let subject = row_subject(0, rows.numbers[row]);
            let (mut long, mut short) = (Vec::new(), Vec::new());
            emit_row(rows, row, &long_plan, subject, &mut |mention| {
                long.push(mention.clone());
            });
            kernels.row(rows, row, &plan, subject, &mut |mention| {
                short.push(mention.clone());
            });
            assert_eq!(long.len(), short.len());
            for (long, short) in long.iter().zip(&short) {
                assert!(long == short, "row {row}: {long:?} and {short:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
        #[test]
        fn kernels_say_what_the_long_way_says(
            is_sheet: bool,
            is_child: bool,
            headers in prop::collection::vec(0..HEADERS.len(), 1..12),
            cells in prop::collection::vec(0_usize..1000, 12),
            n_rows in prop::sample::select(vec![1_usize, 7, 40, 260, 700]),
        ) {
            let rows = table(is_sheet, &headers, &cells, n_rows);
            check_all(&rows, is_child);
        }
    }
}
