//! What rows give, by example and over arbitrary input.

use std::sync::Arc;

use whose_model::{Column, DataElement, Mention, Normal, Role, Rows, TableHead};

use super::Tables;

fn rows(name: &str, is_sheet: bool, header: &[&str], body: &[&[&str]]) -> Rows {
    let columns = header
        .iter()
        .enumerate()
        .map(|(index, name)| Column {
            name: (*name).to_owned(),
            index: index as u32,
            ..Column::default()
        })
        .collect();
    let mut rows = Rows::new(Arc::new(TableHead {
        name: name.to_owned(),
        index: 0,
        columns,
        is_sheet,
    }));
    for (at, row) in body.iter().enumerate() {
        rows.push(at as u64 + 2, *row);
    }
    rows
}

fn detect(rows: &Rows) -> Vec<Mention> {
    let mut found = Vec::new();
    Tables::default().push(rows, &mut |mention| found.push(mention.clone()));
    found
}

fn of_patient(found: &[Mention], row: u64) -> Vec<DataElement> {
    let mut elements: Vec<_> = found
        .iter()
        .filter(|m| m.subject == Some(row))
        .map(|m| m.element)
        .collect();
    elements.sort();
    elements.dedup();
    elements
}

#[test]
fn a_row_is_one_subject_and_its_doctor_another() {
    let found = detect(&rows(
        "",
        true,
        &[
            "LNAME",
            "FNAME",
            "DOB",
            "HCN",
            "Sex",
            "Phone",
            "Addr",
            "City",
            "Prov",
            "PC",
            "Family Doctor",
            "Dx",
        ],
        &[
            &[
                "Tremblay",
                "Marie",
                "1985-02-10",
                "6012345671",
                "F",
                "416-555-0199",
                "45 Oakwood Ave",
                "Toronto",
                "ON",
                "M6E2W4",
                "Dr. James Sullivan",
                "Asthma",
            ],
            &[
                "Singh",
                "Gurpreet",
                "1971-12-01",
                "9876543217",
                "M",
                "905-555-0123",
                "12 Main St",
                "Brampton",
                "ON",
                "L6P1A1",
                "Dr. Anna Lee",
                "Hypertension",
            ],
        ],
    ));
    assert_eq!(
        of_patient(&found, 2),
        [
            DataElement::Name,
            DataElement::BirthDate,
            DataElement::Sex,
            DataElement::Address,
            DataElement::Phone,
            DataElement::HealthNumber,
            DataElement::Diagnosis,
            DataElement::Clinician
        ]
    );
    let names: Vec<_> = found
        .iter()
        .filter(|m| m.element == DataElement::Name && m.role == Role::Patient)
        .collect();
    assert_eq!(names.len(), 2);
    assert!(found.iter().any(|m| m.element == DataElement::Name
        && m.role == Role::Clinician
        && m.subject != Some(2)));
    let Normal::Address(address) = found
        .iter()
        .find(|m| m.element == DataElement::Address)
        .unwrap()
        .normal
        .reveal()
    else {
        panic!()
    };
    assert_eq!(
        (address.city.as_str(), address.postal_code.as_str()),
        ("Toronto", "M6E 2W4")
    );
}

#[test]
fn a_table_without_header_is_decided_by_its_values() {
    let found = detect(&rows(
        "",
        true,
        &["", "", "", "", ""],
        &[
            &[
                "Tremblay",
                "Marie",
                "1985-02-10",
                "TREM85521017",
                "m.t@example.com",
            ],
            &[
                "Gagnon",
                "Luc",
                "1951-03-15",
                "GAGL51031512",
                "luc@example.com",
            ],
            &[
                "Bouchard",
                "Sylvie",
                "2001-03-15",
                "BOUS01531512",
                "s@example.com",
            ],
            &[
                "Côté",
                "Jean",
                "1999-12-31",
                "COTJ99123104",
                "jc@example.com",
            ],
            &[
                "Roy",
                "Nathalie",
                "1965-12-31",
                "ROYN65623108",
                "nr@example.com",
            ],
        ],
    ));
    assert_eq!(
        of_patient(&found, 2),
        [
            DataElement::Name,
            DataElement::BirthDate,
            DataElement::Email,
            DataElement::HealthNumber
        ]
    );
}

#[test]
fn tables_without_people_give_nobody() {
    for (header, row) in [
        (
            ["SKU", "Product name", "Qty", "Price"],
            ["A-100", "Gauze Rose", "12", "4.50"],
        ),
        (
            ["Slot", "Date", "Start", "Room"],
            ["1", "2024-03-01", "09:00", "B12"],
        ),
        (
            ["DIN", "Brand name", "Strength", "Price"],
            ["02242903", "Humira", "40 mg", "740.36"],
        ),
    ] {
        assert!(detect(&rows("", true, &header, &[&row])).is_empty());
    }
}

#[test]
fn a_column_address_of_mail_addresses_is_no_place_to_send_a_letter() {
    let elements = |addresses: [&str; 2]| {
        let found = detect(&rows(
            "",
            true,
            &["Name", "Address", "DOB"],
            &[
                &["Marie Tremblay", addresses[0], "1980-02-03"],
                &["Amir Haddad", addresses[1], "1975-11-30"],
            ],
        ));
        of_patient(&found, 2)
    };
    let mail = elements(["marie@example.org", "amir@example.org"]);
    assert!(mail.contains(&DataElement::Email) && !mail.contains(&DataElement::Address));
    let mixed = elements(["marie@example.org", "5 Elm Ave, Regina, SK"]);
    assert!(mixed.contains(&DataElement::Email) && !mixed.contains(&DataElement::Address));
    let places = elements(["12 Main St, Regina, SK S4P 3Y2", "5 Elm Ave, Regina, SK"]);
    assert!(places.contains(&DataElement::Address) && !places.contains(&DataElement::Email));
}

#[test]
fn a_staff_list_gives_staff() {
    let found = detect(&rows(
        "",
        true,
        &[
            "Employee ID",
            "First name",
            "Last name",
            "Job title",
            "Email",
        ],
        &[&["1044", "Anna", "Lee", "Clerk", "a.lee@clinic.example"]],
    ));
    assert!(!found.is_empty() && found.iter().all(|m| m.role == Role::Staff));
}

#[test]
fn rows_that_point_to_a_patient_are_that_patients() {
    let mut patients = rows(
        "patients",
        false,
        &["id", "last_name", "first_name", "dob"],
        &[&["7", "Tremblay", "Marie", "1985-02-10"]],
    );
    let mut head = (*patients.head).clone();
    head.columns[0].is_key = true;
    patients.head = Arc::new(head);
    let mut visits = rows(
        "visits",
        false,
        &["id", "patient_id", "visit_date"],
        &[&["70", "7", "2024-01-05"]],
    );
    let mut head = (*visits.head).clone();
    head.columns[0].is_key = true;
    head.columns[1].references = Some(("patients".into(), "id".into()));
    visits.head = Arc::new(head);
    let mut results = rows(
        "results",
        false,
        &["id", "visit_id", "test", "result", "units"],
        &[&["1", "70", "Glucose", "5.2", "mmol/L"]],
    );
    let mut head = (*results.head).clone();
    head.columns[1].references = Some(("visits".into(), "id".into()));
    results.head = Arc::new(head);
    let mut tables = Tables::default();
    let mut found = Vec::new();
    for rows in [&patients, &visits, &results] {
        tables.push(rows, &mut |mention| found.push(mention.clone()));
    }
    let subjects: std::collections::BTreeSet<_> = found.iter().map(|m| m.subject).collect();
    assert_eq!(subjects.len(), 1);
    assert!(found.iter().any(|m| m.element == DataElement::LabResult));
    assert!(found.iter().any(|m| m.element == DataElement::ServiceDate));
}

#[test]
fn a_header_below_a_title_names_the_columns() {
    let body: &[&[&str]] = &[
        &["Registry", "", "", ""],
        &["No patient", "NOM", "Prénom", "DT_NAISS"],
        &["NB-843459", "Roy", "Anna", "1968-08-24"],
        &["NB-315185", "Tremblay", "Luc", "1991-09-03"],
    ];
    let found = detect(&rows("", true, &["", "", "", ""], body));
    assert!(
        found.iter().all(|m| m.subject > Some(3)),
        "the header is nobody"
    );
    assert_eq!(
        of_patient(&found, 4),
        [
            DataElement::Name,
            DataElement::BirthDate,
            DataElement::PatientNumber
        ]
    );
}

#[test]
fn a_key_to_another_table_makes_no_clinicians_of_visits() {
    let mut tables = Tables::default();
    let mut found = Vec::new();
    let mut patients = rows(
        "patients",
        false,
        &["id", "last_name", "first_name", "birth_date"],
        &[&["5001", "Roy", "Anna", "1968-08-24"]],
    );
    let mut head = TableHead::clone(&patients.head);
    head.columns[0].is_key = true;
    patients.head = Arc::new(head);
    let mut visits = rows(
        "visits",
        false,
        &["id", "patient_id", "visit_date", "provider_id", "reason"],
        &[&["1", "5001", "2024-02-17", "20", "type 2 diabetes"]],
    );
    let mut head = TableHead::clone(&visits.head);
    head.columns[0].is_key = true;
    visits.head = Arc::new(head);
    tables.push(&patients, &mut |m| found.push(m.clone()));
    let patient = found[0].subject;
    tables.push(&visits, &mut |m| found.push(m.clone()));
    assert!(
        found
            .iter()
            .any(|m| m.element == DataElement::Diagnosis && m.subject == patient)
    );
    assert!(
        !found
            .iter()
            .any(|m| m.element == DataElement::PractitionerNumber && m.subject == patient)
    );
}

/// A table whose key columns and references are named: `id*`, `patient_id>patients.id`.
fn keyed(name: &str, columns: &[&str], body: &[&[&str]]) -> whose_model::Rows {
    let names: Vec<&str> = columns
        .iter()
        .map(|column| column.split(['*', '>']).next().unwrap_or(column))
        .collect();
    let mut rows = rows(name, false, &names, body);
    let mut head = TableHead::clone(&rows.head);
    for (known, column) in head.columns.iter_mut().zip(columns) {
        known.is_key = column.contains('*');
        known.references = column
            .split_once('>')
            .and_then(|(_, to)| to.split_once('.'))
            .map(|(table, column)| (table.to_owned(), column.to_owned()));
    }
    rows.head = Arc::new(head);
    rows
}

#[test]
fn a_result_three_tables_away_is_its_patients() {
    let chain = [
        keyed(
            "patients",
            &["id*", "last_name", "first_name", "dob"],
            &[
                &["7", "Tremblay", "Marie", "1985-02-10"],
                &["8", "Roy", "Luc", "1975-02-10"],
            ],
        ),
        keyed(
            "orders",
            &["id*", "patient_id>patients.id", "placed"],
            &[&["70", "8", "2024-01-05"], &["71", "7", "2024-01-06"]],
        ),
        keyed(
            "specimen",
            &["id*", "order_id>orders.id", "kind"],
            &[&["700", "71", "blood"]],
        ),
        keyed(
            "a_lab_result",
            &["id*", "specimen_id>specimen.id", "test", "result", "units"],
            &[&["1", "700", "Glucose", "5.2", "mmol/L"]],
        ),
    ];
    let mut tables = Tables::default();
    let mut found = Vec::new();
    for rows in &chain {
        tables.push(rows, &mut |mention| found.push(mention.clone()));
    }
    let result = found
        .iter()
        .find(|m| m.element == DataElement::LabResult)
        .expect("the result is found");
    let name = found
        .iter()
        .find(|m| m.element == DataElement::Name && m.value.reveal().contains("Tremblay"))
        .expect("the patient is found");
    assert_eq!(result.subject, name.subject);
}

#[test]
fn a_key_of_two_columns_is_followed() {
    let chain = [
        keyed(
            "patients",
            &["clinic*", "id*", "last_name", "first_name", "dob"],
            &[
                &["1", "7", "Tremblay", "Marie", "1985-02-10"],
                &["2", "7", "Roy", "Luc", "1975-02-10"],
            ],
        ),
        keyed(
            "results",
            &[
                "id*",
                "patient_id>patients.id",
                "site>patients.clinic",
                "test",
                "result",
                "units",
            ],
            &[&["1", "7", "2", "Glucose", "5.2", "mmol/L"]],
        ),
    ];
    let mut tables = Tables::default();
    let mut found = Vec::new();
    for rows in &chain {
        tables.push(rows, &mut |mention| found.push(mention.clone()));
    }
    let of = |element| found.iter().filter(move |m| m.element == element);
    let result = of(DataElement::LabResult)
        .next()
        .expect("the result is found");
    let name = of(DataElement::Name)
        .find(|m| m.value.reveal().contains("Roy"))
        .expect("the patient is found");
    assert_eq!(result.subject, name.subject);
}

#[test]
fn digits_without_signs_under_a_weak_word_for_a_telephone_are_numbers_to_call() {
    let found = detect(&rows(
        "",
        true,
        &["NO_DOSS", "NOM_FAM", "PRENOM", "Mobile"],
        &[
            &["1910690", "GAGNÉ", "Huguette", "5147843183"],
            &["2639238", "ROY", "Luc", ""],
            &["2639239", "ROY", "Anne", "5816642791"],
        ],
    ));
    let n = |element| found.iter().filter(|m| m.element == element).count();
    assert_eq!(n(DataElement::Phone), 2);
    assert_eq!(n(DataElement::MedicalRecordNumber), 3);
}

#[test]
fn a_column_with_numbers_of_several_plans_is_one_of_health_numbers() {
    let number = |scheme: &str, seed: u64| {
        let kind = whose_identifiers::kind(scheme).unwrap();
        (kind.make)(seed)
    };
    let table = |numbers: Vec<String>| {
        let names = [
            "Tremblay, Marie",
            "Gagnon, Luc",
            "Roy, Anne",
            "Bouchard, Sylvie",
            "Lee, Anna",
            "Singh, Raj",
            "Martin, Paul",
            "Smith, John",
        ];
        let body: Vec<[&str; 3]> = names
            .into_iter()
            .zip(&numbers)
            .map(|(name, number)| [name, number.as_str(), "active"])
            .collect();
        let body: Vec<&[&str]> = body.iter().map(<[&str; 3]>::as_slice).collect();
        let found = detect(&rows("", true, &["", "", ""], &body));
        let of = |m: &&Mention| m.element == DataElement::HealthNumber;
        found.iter().filter(of).count()
    };
    let schemes = [
        "ca-on", "ca-on", "ca-on", "ca-qc", "ca-qc", "ca-bc", "ca-sk", "ca-on",
    ];
    let mixed = schemes.iter().zip(0..).map(|(of, seed)| number(of, seed));
    assert_eq!(table(mixed.collect()), 8);
    // Ten digits that hold no check digit number no plan.
    let orders = (0..8).map(|n| format!("10000000{n}7"));
    assert_eq!(table(orders.collect()), 0);
}

#[test]
fn what_a_note_in_a_row_asks_is_of_the_rows_person() {
    let found = detect(&rows(
        "",
        true,
        &["Patient name", "DOB", "Notes"],
        &[
            &[
                "Anna Roy",
                "1985-02-10",
                "Seen for asthma. Please do not call\nher at home, her husband must not know. Back in May.",
            ],
            &[
                "Luc Roy",
                "1985-02-11",
                "Could not be reached at home. Asthma is better, no letter was sent.",
            ],
            &[
                "Eve Cho",
                "1985-02-12",
                "Suivi en mai. Ne pas joindre au domicile.",
            ],
        ],
    ));
    let asked: Vec<_> = found
        .iter()
        .filter(|m| m.element == DataElement::ContactPreference)
        .map(|m| (m.subject, m.value.reveal().as_str()))
        .collect();
    assert_eq!(
        asked,
        [
            (
                Some(2),
                "Please do not call\nher at home, her husband must not know."
            ),
            (Some(4), "Ne pas joindre au domicile.")
        ]
    );
}
