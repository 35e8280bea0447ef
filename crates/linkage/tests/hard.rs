//! The cases that cost a letter or read another's diagnosis: newborns, juniors, wrong dates, misread cards.

use whose_linkage::{Linked, Linker, Model, Sequential, table};
use whose_model::{
    Born, IssuedNumber, PartialDate, PersonName, PersonRecord, Phi, PostalAddress, RecordId,
    Scheme, Sex, Standard,
};

fn named(subject: u64, name: [&str; 3], birth: &str) -> PersonRecord {
    let id = RecordId {
        exhibit: [1; 16],
        subject,
    };
    let mut record = PersonRecord::new(id, Standard::Evidence);
    record.names.push(Phi::new(PersonName {
        given: name[0].into(),
        family: name[1].into(),
        suffix: name[2].into(),
        ..PersonName::default()
    }));
    record
        .birth_dates
        .extend(PartialDate::parse_iso(birth).map(Phi::new));
    record.addresses.push(Phi::new(PostalAddress {
        street: "12 Elm Street".into(),
        city: "Regina".into(),
        postal_code: "S4P 3Y2".into(),
        ..PostalAddress::default()
    }));
    record
}

fn numbered(mut record: PersonRecord, scheme: &'static str, number: &str) -> PersonRecord {
    let issued = IssuedNumber {
        scheme: Scheme::new(scheme),
        number: Phi::new(number.into()),
        holds: true,
    };
    if scheme == "ca-sin" {
        record.numbers.push(issued);
    } else {
        record.health_numbers.push(issued);
    }
    record
}

fn link(records: &[PersonRecord]) -> Linked {
    let mut linker = Linker::new(Model::default());
    for record in records {
        linker.push(record);
    }
    linker.finish(&Sequential)
}

const GIVEN: [&str; 8] = [
    "Alice", "Peter", "Oksana", "Harpreet", "Luc", "Mei", "Omar", "Ingrid",
];
const FAMILY: [&str; 5] = ["Okafor", "Lindqvist", "Petrenko", "Gagnon", "Haddad"];

/// The people among the records, with forty others who have nothing to do with them.
#[track_caller]
fn check(records: &[PersonRecord], expected: &[&[u32]]) {
    let mut all = records.to_vec();
    for n in 0..40 {
        let birth = format!("{}-{:02}-{:02}", 1940 + n * 2, 1 + n % 12, 1 + n * 7 % 28);
        let mut other = named(
            1000 + n,
            [GIVEN[n as usize % 8], FAMILY[n as usize / 8], ""],
            &birth,
        );
        other.addresses.clear();
        all.push(other);
    }
    let found: Vec<Vec<u32>> = link(&all)
        .clusters
        .iter()
        .map(|cluster| cluster.members.iter().map(|member| member.index).collect())
        .filter(|members: &Vec<u32>| members[0] < records.len() as u32)
        .collect();
    assert_eq!(
        found,
        expected.iter().map(|one| one.to_vec()).collect::<Vec<_>>()
    );
}

#[test]
fn a_newborn_without_a_name_is_one_person_and_not_the_mother_whose_number_it_has() {
    let baby = |subject, birth| {
        numbered(
            named(subject, ["Baby Girl", "Beaulieu", ""], birth),
            "ca-sk",
            "123456782",
        )
    };
    let mother = |subject, birth| {
        numbered(
            named(subject, ["Chantal", "Beaulieu", ""], birth),
            "ca-sk",
            "123456782",
        )
    };
    check(
        &[
            baby(1, "2024-01-09"),
            baby(2, "2024-01-09"),
            baby(3, ""),
            mother(4, "1990-05-03"),
            mother(5, ""),
        ],
        &[&[0, 1, 2], &[3, 4]],
    );
}

#[test]
fn newborn_twins_told_apart_by_a_letter_are_two() {
    let baby = |subject, given| named(subject, [given, "Beaulieu", ""], "2024-01-09");
    check(
        &[baby(1, "Baby Boy A"), baby(2, "Baby Boy B")],
        &[&[0], &[1]],
    );
}

#[test]
fn a_name_alone_is_not_given_to_somebody_who_is_called_junior() {
    let junior = named(1, ["Joseph", "Beaulieu", "Jr"], "1979-11-20");
    let unknown = named(2, ["Joseph", "Beaulieu", ""], "");
    check(&[junior, unknown], &[&[0], &[1]]);
}

#[test]
fn one_wrong_birth_date_among_records_with_one_number_for_life_makes_no_second_person() {
    let record = |subject, birth| {
        numbered(
            named(subject, ["Jake", "Grosser", ""], birth),
            "ca-sin",
            "046454286",
        )
    };
    let without = named(4, ["Jake", "Grosser", ""], "1967-02-27");
    check(
        &[
            record(1, "1967-02-27"),
            record(2, "1967-02-27"),
            record(3, "1978-07-14"),
            without,
        ],
        &[&[0, 1, 2, 3]],
    );
}

#[test]
fn a_pile_of_one_frequent_name_is_neither_slow_nor_one_person() {
    let records: Vec<PersonRecord> = (0..6_000_u64)
        .map(|n| {
            let birth = format!("{}-{:02}-{:02}", 1930 + n % 90, 1 + n / 90 % 12, 1 + n % 28);
            let mut record = named(n, ["John", "Smith", ""], &birth);
            record.addresses.clear();
            record.phones.push(Phi::new("3065550142".into()));
            record
        })
        .collect();
    let linked = link(&records);
    assert!(
        linked.n_pairs < 1_500_000,
        "{} pairs for 6,000 records",
        linked.n_pairs
    );
    assert!(
        linked
            .clusters
            .iter()
            .all(|cluster| cluster.members.len() < 20)
    );
}

/// The people of a table, as the ids of its rows; forty others stand below it.
#[expect(
    clippy::unwrap_used,
    reason = "what is not there fails the test that asks"
)]
fn people(text: &str) -> Vec<Vec<String>> {
    let n_columns = text.lines().next().unwrap().split(',').count();
    let mut text = text.to_owned();
    for n in 0..40 {
        let birth = format!("{}-{:02}-{:02}", 1940 + n * 2, 1 + n % 12, 1 + n * 7 % 28);
        text += &format!("other,{},{},{birth}", GIVEN[n % 8], FAMILY[n / 8]);
        text += &",".repeat(n_columns - 4);
        text.push('\n');
    }
    let inputs = vec![table::Input {
        name: "t.csv".into(),
        bytes: Box::new(text.as_bytes()),
    }];
    let mut out = Vec::new();
    table::link(inputs, Model::default(), &Sequential, &mut out).unwrap();
    let mut people: Vec<Vec<String>> = Vec::new();
    for line in String::from_utf8(out).unwrap().lines().skip(1) {
        let mut cells = line.split(',');
        let (row, person) = (cells.next().unwrap(), cells.next().unwrap());
        let at = person.parse::<usize>().unwrap() - 1;
        people.resize(people.len().max(at + 1), Vec::new());
        people[at].push(row.to_owned());
    }
    people.retain(|rows| rows[0] != "other");
    people
}

#[test]
fn the_version_of_a_card_and_misread_letters_do_not_make_another_person() {
    let found = people(
        "id,first_name,last_name,dob,health_number,city\n\
         a,Rolando,Quackenbush,2002-02-13,8495604921,Toronto\n\
         b,Rolando,Quackenbush,,8495604921 AV,\n\
         c,ROLARIDO,QUACKENBUSH,2O02-0213,84956O4921 BA,TORONTO\n",
    );
    assert_eq!(found, [["a", "b", "c"]]);
}

#[test]
fn the_birth_date_in_a_quebec_number_stands_in_for_a_missing_one() {
    let found = people(
        "id,first_name,last_name,dob,health_number,city\n\
         a,Yi,Tepungski,2021-11-10,,Laval\n\
         b,Yi,Tepungski,,TEPY21611057,Laval\n\
         c,Yi,Tepungski,,TEPY54550220,Laval\n",
    );
    assert_eq!(found, [vec!["a", "b"], vec!["c"]]);
}

fn reached(mut record: PersonRecord, phone: &str) -> PersonRecord {
    record.phones.push(Phi::new(phone.into()));
    record
}

fn homeless(mut record: PersonRecord) -> PersonRecord {
    record.addresses.clear();
    record
}

#[test]
fn of_two_of_one_name_a_record_goes_to_the_one_whose_telephone_it_has() {
    let nadia = |subject, birth, phone| {
        let name = ["Nadia", "Brannigan", ""];
        reached(homeless(named(subject, name, birth)), phone)
    };
    check(
        &[
            nadia(1, "1960-02-03", "3065550142"),
            nadia(2, "1960-02-03", "3065550142"),
            nadia(3, "1988-07-09", "9025550177"),
            nadia(4, "", "3065550142"),
        ],
        &[&[0, 1, 3], &[2]],
    );
}

#[test]
fn a_street_that_father_and_son_share_tells_neither_though_one_of_them_leaves_it_out() {
    let name = ["Wolfgang", "Brannigan", ""];
    let father = |subject| reached(named(subject, name, "1950-02-03"), "3065550142");
    let son = |subject| reached(homeless(named(subject, name, "1981-11-20")), "3065550142");
    check(
        &[father(1), father(2), son(3), son(4), named(5, name, "")],
        &[&[0, 1], &[2, 3], &[4]],
    );
}

#[test]
fn a_newborn_does_not_take_the_birth_date_that_the_mothers_number_says() {
    let of = |subject, given, birth| {
        let record = named(subject, [given, "Gagnon", ""], birth);
        numbered(record, "ca-qc", "GAGC75531201")
    };
    check(
        &[
            of(1, "Chantal", "1975-03-12"),
            of(2, "B\u{e9}b\u{e9} Fille", ""),
        ],
        &[&[0], &[1]],
    );
}

#[test]
fn two_newborns_without_a_name_of_one_day_and_city_but_two_families_are_two() {
    let found = people(
        "id,first_name,last_name,dob,sex,city\n\
         a,Baby Girl,Simard,2026-06-18,F,Surrey\n\
         b,Baby Girl,Colbraith,2026-06-18,F,Surrey\n\
         c,Bébé Fille,Tepungski,2026-06-11,F,Surrey\n",
    );
    assert_eq!(found, [["a"], ["b"], ["c"]]);
}

#[test]
fn a_birth_date_with_a_digit_too_many_is_still_the_persons() {
    let found = people(
        "id,first_name,last_name,dob,health_number,city\n\
         a,Rolando,Quackenbush,2002-02-13,,Toronto\n\
         b,Rolando,Quackenbush,2002-02-113,,Toronto\n\
         c,Rolando,Quackenbush,1971-05-113,,Laval\n",
    );
    assert_eq!(found, [vec!["a", "b"], vec!["c"]]);
}

#[test]
fn the_digits_of_a_health_number_tell_the_person_whatever_scheme_it_is_taken_for() {
    let name = ["Stuart", "Brannigan", ""];
    let note = |subject| homeless(named(subject, name, ""));
    check(
        &[
            numbered(named(1, name, "1971-02-06"), "ca-ab", "536541497"),
            numbered(note(2), "ca-sk", "536541497"),
            // With one digit wrong the check digit of its own scheme fails, and it is taken for another.
            numbered(note(3), "ca-ns", "536541437"),
            numbered(named(4, name, "1938-11-20"), "ca-ab", "690114223"),
        ],
        &[&[0, 1, 2], &[3]],
    );
}

#[test]
fn of_father_and_son_of_one_name_a_note_with_an_age_goes_to_the_one_who_was_of_that_age() {
    let name = ["Wolfgang", "Brannigan", ""];
    let aged = |subject, from: &str, to: &str| {
        let mut record = homeless(named(subject, name, ""));
        let day = |text: &str| PartialDate::parse_iso(text);
        if let (Some(from), Some(to)) = (day(from), day(to)) {
            record.born = Some(Phi::new(Born { from, to }));
        }
        record
    };
    let father = named(1, name, "1950-02-03");
    let son = named(2, name, "1981-07-09");
    check(
        &[
            father.clone(),
            son.clone(),
            aged(3, "1980-11-05", "1981-11-05"),
            aged(4, "1949-06-01", "1950-06-01"),
        ],
        &[&[0, 3], &[1, 2]],
    );
    // Of somebody who was never of that age it is a note of nobody who is known.
    check(
        &[father, son, aged(3, "1965-11-05", "1966-11-05")],
        &[&[0], &[1], &[2]],
    );
}

#[test]
fn most_have_one_health_number_and_who_moved_has_two() {
    let name = ["Corazon", "Brannigan", ""];
    let here = numbered(named(1, name, "1989-11-11"), "ca-sk", "212638902");
    let elsewhere = numbered(homeless(named(2, name, "")), "ca-on", "9748853752");
    check(&[here.clone(), elsewhere], &[&[0], &[1]]);
    let moved = numbered(named(3, name, "1989-11-11"), "ca-on", "9748853752");
    check(&[here, moved], &[&[0, 1]]);
}

#[test]
fn two_records_that_fit_two_known_namesakes_of_one_house_are_not_one_person_for_that() {
    let known = |subject, middle: &str, birth, number| {
        let mut record = named(subject, ["Thomas", "Ned", ""], birth);
        let mut name = record.names.remove(0).into_revealed();
        name.middle = middle.into();
        record.names.push(Phi::new(name));
        match number {
            "" => record,
            number => numbered(reached(record, "8676042533"), "ca-nu", number),
        }
    };
    let emails = ["", "tned@example.org", "thomas.ned@example.org"];
    let son = |subject: u64| {
        let mut record = known(subject, "", "1975-02-05", "133184233");
        let email = emails[subject as usize % 3];
        record
            .emails
            .extend((!email.is_empty()).then(|| Phi::new(email.to_owned())));
        record
    };
    check(
        &[
            known(1, "Paul", "1974-06-24", "150847241"),
            son(3),
            son(4),
            son(5),
            reached(known(6, "Paul", "", ""), "8676042533"),
            known(7, "", "", ""),
        ],
        &[&[0], &[1, 2, 3], &[4], &[5]],
    );
}

#[test]
fn a_letter_that_also_says_ms_villanueva_is_not_a_housemates_for_that() {
    let known = |subject, given, birth, number| {
        let record = named(subject, [given, "Villanueva", ""], birth);
        numbered(reached(record, "7052397988"), "ca-on", number)
    };
    let mut letter = reached(named(3, ["Liezl", "Villanueva", ""], ""), "7052397988");
    letter.names.push(Phi::new(PersonName {
        family: "Villanueva".into(),
        ..PersonName::default()
    }));
    letter.sex = Some(Phi::new(Sex::Female));
    let mut child = known(1, "Teresita", "2024-09-19", "9973613418");
    child.sex = Some(Phi::new(Sex::Female));
    // The mother's.
    for record in [&mut letter, &mut child] {
        record
            .emails
            .push(Phi::new("lvilla@example.org".to_owned()));
    }
    check(&[child, letter], &[&[0], &[1]]);
}

#[test]
fn the_clinics_toll_free_number_in_a_letter_speaks_neither_for_nor_against() {
    let known = |subject, phone| {
        let record = named(subject, ["Carmen", "Petrov", ""], "1989-02-02");
        reached(numbered(record, "ca-on", "7953235145"), phone)
    };
    let letter = |phone| {
        let mut record = named(3, ["", "Petrov", ""], "");
        record.addresses.clear();
        reached(numbered(record, "ca-on", "7953235145"), phone)
    };
    let weight = |letter: PersonRecord| {
        let linked = link(&[known(1, "4165550101"), letter]);
        linked.clusters[0].merges[0].weight_bits
    };
    assert_eq!(weight(letter("8005550142")), weight(letter("")));
    assert!(weight(letter("4165550101")) >= weight(letter("")));
}
