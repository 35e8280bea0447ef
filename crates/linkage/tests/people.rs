//! Whose records are whose: families, twins, namesakes, newborns, slips and names alone.

use whose_linkage::{Asked, Linked, Linker, Model, Note, Sequential, table};
use whose_model::{
    IssuedNumber, PartialDate, PersonName, PersonRecord, Phi, PostalAddress, RecordId, Role,
    Scheme, Standard,
};

fn record(subject: u64, given: &str, family: &str, birth: &str) -> PersonRecord {
    let mut record = PersonRecord::new(
        RecordId {
            exhibit: [1; 16],
            subject,
        },
        Standard::Evidence,
    );
    record.names.push(Phi::new(PersonName {
        given: given.into(),
        family: family.into(),
        ..PersonName::default()
    }));
    record
        .birth_dates
        .extend(PartialDate::parse_iso(birth).map(Phi::new));
    record
}

fn living_at(mut record: PersonRecord, street: &str) -> PersonRecord {
    record.addresses.push(Phi::new(PostalAddress {
        street: street.into(),
        city: "Regina".into(),
        postal_code: "S4P 3Y2".into(),
        ..PostalAddress::default()
    }));
    record.phones.push(Phi::new("3065550142".into()));
    record
}

fn insured(mut record: PersonRecord, scheme: &'static str, number: &str) -> PersonRecord {
    record.health_numbers.push(IssuedNumber {
        scheme: Scheme::new(scheme),
        number: Phi::new(number.into()),
        holds: true,
    });
    record
}

fn on_roster(mut record: PersonRecord) -> PersonRecord {
    record.standard = Standard::Roster;
    record
}

/// Forty people who have nothing to do with the matter, so that the case is not only its two records.
fn with_others(mut records: Vec<PersonRecord>) -> Vec<PersonRecord> {
    const GIVEN: [&str; 8] = [
        "Alice", "Peter", "Oksana", "Harpreet", "Luc", "Mei", "Omar", "Ingrid",
    ];
    const FAMILY: [&str; 5] = ["Okafor", "Lindqvist", "Petrenko", "Gagnon", "Haddad"];
    for n in 0..40 {
        let birth = format!("{}-{:02}-{:02}", 1940 + n * 2, 1 + n % 12, 1 + n * 7 % 28);
        let other = record(
            1000 + n,
            GIVEN[n as usize % 8],
            FAMILY[n as usize / 8],
            &birth,
        );
        records.push(living_at_other(other, n));
    }
    records
}

fn living_at_other(mut record: PersonRecord, n: u64) -> PersonRecord {
    record.phones.push(Phi::new(format!("20455501{n:02}")));
    record
}

fn link(records: Vec<PersonRecord>) -> Linked {
    let mut linker = Linker::new(Model::default());
    for record in with_others(records) {
        linker.push(&record);
    }
    linker.finish(&Sequential)
}

#[track_caller]
fn check(records: Vec<PersonRecord>, expected: &[&[u32]]) -> Linked {
    let n = records.len() as u32;
    let linked = link(records);
    let found: Vec<Vec<u32>> = linked
        .clusters
        .iter()
        .map(|cluster| {
            cluster
                .members
                .iter()
                .map(|member| member.index)
                .collect::<Vec<_>>()
        })
        .filter(|members| members[0] < n)
        .collect();
    assert_eq!(
        found,
        expected
            .iter()
            .map(|members| members.to_vec())
            .collect::<Vec<_>>()
    );
    linked
}

#[test]
fn one_person_written_in_several_ways_is_one_person() {
    check(
        vec![
            record(1, "Marie-Ève", "St-Pierre", "1985-02-10"),
            record(2, "MARIE EVE", "SAINT PIERRE", "1985-10-02"),
            record(3, "Marie", "St-Pierre", "1985-02-10"),
            record(4, "Bob", "van der Berg", "1971-06-24"),
            record(5, "Robert", "Vanderberg", "1971-06-24"),
        ],
        &[&[0, 1, 2], &[3, 4]],
    );
}

#[test]
fn twins_are_two_people() {
    let at = "12 Elm Street";
    check(
        vec![
            living_at(record(1, "Emma", "Beaulieu", "2012-05-03"), at),
            living_at(record(2, "Noah", "Beaulieu", "2012-05-03"), at),
            living_at(record(3, "Emma", "Beaulieu", "2012-05-03"), at),
        ],
        &[&[0, 2], &[1]],
    );
}

#[test]
fn father_and_son_of_one_name_are_two_people() {
    let at = "12 Elm Street";
    check(
        vec![
            living_at(record(1, "Joseph", "Beaulieu", "1950-05-03"), at),
            living_at(record(2, "Joseph", "Beaulieu", "1979-11-20"), at),
        ],
        &[&[0], &[1]],
    );
}

#[test]
fn a_newborn_under_the_mothers_number_is_its_own_person() {
    check(
        vec![
            insured(
                living_at(record(1, "Chantal", "Beaulieu", "1990-05-03"), "12 Elm"),
                "ca-sk",
                "123456782",
            ),
            insured(
                living_at(record(2, "Baby Boy", "Beaulieu", "2024-01-09"), "12 Elm"),
                "ca-sk",
                "123456782",
            ),
        ],
        &[&[0], &[1]],
    );
}

#[test]
fn two_valid_numbers_of_one_province_are_two_people_and_a_question() {
    let linked = check(
        vec![
            insured(
                living_at(record(1, "Chantal", "Beaulieu", "1990-05-03"), "12 Elm"),
                "ca-on",
                "9876543217",
            ),
            insured(
                living_at(record(2, "Chantal", "Beaulieu", "1990-05-03"), "12 Elm"),
                "ca-on",
                "1122334459",
            ),
        ],
        &[&[0], &[1]],
    );
    assert!(linked.clusters.iter().any(|cluster| {
        cluster
            .review
            .iter()
            .any(|question| question.asked == Asked::HealthNumbersDiffer)
    }));
}

#[test]
fn a_married_name_does_not_make_a_second_person() {
    let mut before = living_at(
        record(1, "Chantal", "Beaulieu", "1990-05-03"),
        "12 Elm Street",
    );
    before.emails.push(Phi::new("chantal90@example.org".into()));
    let mut after = living_at(
        record(2, "Chantal", "Okonkwo", "1990-05-03"),
        "12 Elm Street",
    );
    after.emails.push(Phi::new("chantal90@example.org".into()));
    let linked = check(vec![before, after], &[&[0, 1]]);
    assert!(
        linked
            .clusters
            .iter()
            .any(|cluster| cluster.notes.contains(&Note::TwoFamilyNames))
    );
}

#[test]
fn a_rare_name_alone_goes_to_the_only_person_it_fits_and_to_nobody_when_there_are_two() {
    check(
        vec![
            record(1, "Zebulon", "Quackenbush", "1964-07-03"),
            record(2, "Zebulon", "Quackenbush", ""),
        ],
        &[&[0, 1]],
    );
    check(
        vec![
            record(1, "Zebulon", "Quackenbush", "1964-07-03"),
            record(2, "Zebulon", "Quackenbush", ""),
            record(3, "Zebulon", "Quackenbush", "1991-12-30"),
        ],
        &[&[0], &[1], &[2]],
    );
}

#[test]
fn who_was_joined_by_a_name_alone_is_noted() {
    let joined = |birth: &str| {
        let linked = check(
            vec![
                record(1, "Zebulon", "Quackenbush", birth),
                record(2, "Zebulon", "Quackenbush", birth),
            ],
            &[&[0, 1]],
        );
        linked
            .clusters
            .iter()
            .any(|cluster| cluster.notes.contains(&Note::NameAlone))
    };
    assert!(joined(""));
    assert!(!joined("1964-07-03"));
}

#[test]
fn a_clinician_is_not_a_patient_by_name_alone() {
    let mut doctor = record(1, "Zebulon", "Quackenbush", "");
    doctor.role = Role::Clinician;
    check(
        vec![doctor, record(2, "Zebulon", "Quackenbush", "")],
        &[&[0], &[1]],
    );
}

#[test]
fn rows_of_the_roster_are_never_merged() {
    let mut one = record(1, "Zebulon", "Quackenbush", "1964-07-03");
    let mut other = record(2, "Zebulon", "Quackenbush", "1964-07-03");
    one.standard = Standard::Roster;
    other.standard = Standard::Roster;
    check(vec![one, other], &[&[0], &[1]]);
}

#[test]
fn a_record_without_anything_identifying_is_no_person() {
    let mut nobody = record(1, "", "", "1964-07-03");
    nobody.names.clear();
    let linked = check(
        vec![nobody, record(2, "Zebulon", "Quackenbush", "1964-07-03")],
        &[&[1]],
    );
    assert_eq!(linked.unlinkable, [0]);
}

#[test]
fn the_steps_of_a_merge_add_up_to_its_weight() {
    let linked = link(vec![
        living_at(
            record(1, "Chantal", "Beaulieu", "1990-05-03"),
            "12 Elm Street",
        ),
        living_at(
            record(2, "Chantal", "Beaulieux", "1990-05-03"),
            "12 Elm Street",
        ),
    ]);
    let merge = linked
        .clusters
        .iter()
        .flat_map(|cluster| &cluster.merges)
        .next()
        .unwrap();
    let sum: f32 = merge.prior_bits + merge.reasons.iter().map(|reason| reason.bits).sum::<f32>();
    assert!((sum - merge.weight_bits).abs() < 0.01);
}

#[test]
fn a_table_of_anybodys_is_linked() {
    let text = "id;prénom;nom;date de naissance;courriel\n\
                a;Zebulon;Quackenbush;1964-07-03;zq@example.org\n\
                b;Zeb;Quackenbush;03/07/1964;zq@example.org\n\
                c;Ingrid;Lindqvist;1999-01-31;\n";
    let mut out = Vec::new();
    let inputs = vec![table::Input {
        name: "t.csv".into(),
        bytes: Box::new(text.as_bytes()),
    }];
    let summary = table::link(inputs, Model::default(), &Sequential, &mut out).unwrap();
    assert_eq!((summary.n_rows, summary.n_people), (3, 2));
    let out = String::from_utf8(out).unwrap();
    assert!(
        out.starts_with("record_id,person_id,probability\na,1,"),
        "{out}"
    );
    assert!(
        out.contains("\nb,1,") && out.contains("\nc,2,1.000000"),
        "{out}"
    );

    let nothing = vec![table::Input {
        name: "t.csv".into(),
        bytes: Box::new("x,y\n1,2\n".as_bytes()),
    }];
    assert!(matches!(
        table::link(nothing, Model::default(), &Sequential, &mut Vec::new()),
        Err(table::TableError::Columns { .. })
    ));
}

#[test]
fn whoever_is_in_the_roster_is_found_before_others_are_put_together() {
    // The second record fits the first one best, but the roster has its birth date with a slip.
    let wrong = |subject| {
        let own = record(subject, "Chantal", "Beaulieu", "1990-05-03");
        insured(living_at(own, "12 Elm"), "ca-sk", "123456782")
    };
    let linked = check(
        vec![
            on_roster(wrong(1)),
            on_roster(living_at(
                record(2, "Chantal", "Beaulieu", "1961-05-03"),
                "12 Elm",
            )),
            wrong(3),
            record(4, "Chantal", "Beaulieu", "1961-05-03"),
        ],
        &[&[0, 2], &[1, 3]],
    );
    assert_eq!(linked.unlinkable, [0_u32; 0]);
}
