//! A case made, closed, opened, broken and verified, as a front door would.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::borrow::Cow;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use whose_model::PersonId;
use whose_store::{
    Access, Case, CaseMeta, Entry, Recipient, Row, Secret, Session, StoreError, verify,
    verify_proof,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    key: String,
    text: String,
}

impl Row for Line {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.key)
    }
}

fn session(n: u8) -> Session {
    Session {
        now: Timestamp::from_second(1_795_000_000 + i64::from(n)).unwrap(),
        entropy: [n; 32],
    }
}

fn secret() -> Secret {
    Secret::Passphrase("correct horse".to_owned())
}

fn create(dir: &Path) -> Case {
    let recipient = Recipient::Passphrase {
        passphrase: "correct horse".to_owned(),
        work_factor: 2,
    };
    let meta = CaseMeta {
        name: "clinic group".to_owned(),
        ..CaseMeta::default()
    };
    Case::create(dir, meta, &[recipient], session(1)).unwrap()
}

fn write(dir: &Path, n: u8) -> Result<Case, StoreError> {
    Case::open(dir, &[secret()], Access::Write(session(n)))
}

fn read(dir: &Path) -> Result<Case, StoreError> {
    Case::open(dir, &[secret()], Access::Read)
}

fn line(i: u64) -> Line {
    Line {
        key: format!("P-{:06}", i / 3),
        text: format!("row {i} of Marguerite"),
    }
}

fn fill(case: &Case) {
    for i in 0..5 {
        let bytes = vec![i; 1000 * usize::from(i)];
        case.write_part("mentions", &format!("{i:02x}"), &bytes)
            .unwrap();
    }
    let mut table = case.table_writer::<Line>("people").unwrap();
    for i in 0..500 {
        table.push(&line(i)).unwrap();
    }
    assert_eq!(table.finish().unwrap(), 500);
    let mut out = case.out_writer("people.csv").unwrap();
    out.write_all(b"person_id\n").unwrap();
    out.finish().unwrap();
    case.log(Entry {
        at: session(9).now,
        verb: "link".to_owned(),
        what: serde_json::json!({"people": 167}),
    })
    .unwrap();
}

fn files(dir: &Path) -> Vec<(String, std::path::PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap();
                found.push((name.to_owned(), path));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn what_was_written_is_read_again_after_closing() {
    let dir = tempfile::tempdir().unwrap();
    fill(&create(dir.path()));
    let case = read(dir.path()).unwrap();
    assert_eq!(case.parts("mentions"), ["00", "01", "02", "03", "04"]);
    assert_eq!(case.read_part("mentions", "03").unwrap(), vec![3; 3000]);
    assert_eq!(case.read_part("mentions", "00").unwrap(), Vec::<u8>::new());
    assert_eq!(case.tables(), ["people"]);
    assert_eq!(case.exports(), ["people.csv"]);
    let mut table = case.table_reader::<Line>("people").unwrap();
    assert_eq!(table.len(), 500);
    let rows: Result<Vec<_>, _> = table.iter().collect();
    assert_eq!(rows.unwrap(), (0..500).map(line).collect::<Vec<_>>());
    assert_eq!(
        table.get("P-000007").unwrap(),
        [line(21), line(22), line(23)]
    );
    assert_eq!(table.get("P-9").unwrap(), []);
    assert_eq!(table.rows(498, 10).unwrap(), [line(498), line(499)]);
    let mut verbs = Vec::new();
    case.entries(|_, entry| verbs.push(entry.verb.clone()))
        .unwrap();
    assert_eq!(verbs.last().map(String::as_str), Some("link"));
    let report = verify(dir.path(), &[secret()]).unwrap();
    assert_eq!(report.faults, []);
    assert_eq!(report.unfinished, []);
    assert_eq!((report.parts, report.tables, report.rows), (5, 1, 500));
}

#[test]
fn large_parts_stream_and_rows_out_of_order_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    let bytes: Vec<u8> = (0..300_000u32)
        .flat_map(|i| (i ^ (i << 7)).to_le_bytes())
        .collect();
    let mut part = case.part_writer("mentions", "big").unwrap();
    bytes
        .chunks(777)
        .for_each(|chunk| part.write_all(chunk).unwrap());
    part.finish().unwrap();
    let mut back = Vec::new();
    let mut reader = case.part_reader("mentions", "big").unwrap();
    reader.read_to_end(&mut back).unwrap();
    assert!(back == bytes);
    let mut table = case.table_writer::<Line>("mixed").unwrap();
    for i in 0..20_000 {
        table.push(&line(i * 7919 % 20_000)).unwrap();
    }
    table.finish().unwrap();
    let mut table = case.table_reader::<Line>("mixed").unwrap();
    let mut found: Vec<_> = table
        .get("P-000100")
        .unwrap()
        .into_iter()
        .map(|row| row.text)
        .collect();
    found.sort();
    assert_eq!(found, [line(300).text, line(301).text, line(302).text]);
}

#[test]
fn a_wrong_passphrase_is_told_from_a_damaged_key() {
    let dir = tempfile::tempdir().unwrap();
    fill(&create(dir.path()));
    let wrong = [Secret::Passphrase("wrong".to_owned())];
    let opened = Case::open(dir.path(), &wrong, Access::Read);
    assert!(matches!(opened, Err(StoreError::WrongSecret)));
    assert!(matches!(
        verify(dir.path(), &wrong),
        Err(StoreError::WrongSecret)
    ));
    assert!(matches!(
        Case::open(dir.path(), &[], Access::Read),
        Err(StoreError::NoSecret)
    ));
    fs::write(dir.path().join("key.age"), b"age-encryption.org/v1\n").unwrap();
    assert!(matches!(read(dir.path()), Err(StoreError::Damaged { .. })));
    let report = verify(dir.path(), &[secret()]).unwrap();
    assert_eq!(report.faults[0].path, "key.age");
}

#[test]
fn a_second_writer_learns_who_is_first_and_readers_are_not_held_up() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    match write(dir.path(), 2) {
        Err(StoreError::Locked { holder }) => assert_eq!(holder, Some(std::process::id())),
        other => panic!("{:?}", other.err()),
    }
    assert!(matches!(
        verify(dir.path(), &[secret()]),
        Err(StoreError::Locked { .. })
    ));
    let reader = read(dir.path()).unwrap();
    assert!(matches!(
        reader.write_part("a", "b", b""),
        Err(StoreError::ReadOnly)
    ));
    drop(case);
    drop(write(dir.path(), 2).unwrap());
}

#[test]
fn a_new_case_needs_an_empty_folder_and_names_hold_nothing_odd() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("list.xlsx"), b"x").unwrap();
    let made = Case::create(dir.path(), CaseMeta::default(), &[], session(1));
    assert!(matches!(made, Err(StoreError::NotEmpty(_))));
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    for name in ["", "..", "a/b", "Tremblay", "é", "a~1", "a b"] {
        let written = case.write_part("mentions", name, b"");
        assert!(matches!(written, Err(StoreError::BadName)), "{name:?}");
    }
    case.write_part("mentions", "a", b"1").unwrap();
    let again = case.write_part("mentions", "a", b"2");
    assert!(matches!(again, Err(StoreError::PartExists(_))));
    case.remove_part("mentions", "a").unwrap();
    case.write_part("mentions", "a", b"2").unwrap();
    assert_eq!(case.read_part("mentions", "a").unwrap(), b"2");
    drop(case);
    assert_eq!(verify(dir.path(), &[secret()]).unwrap().faults, []);
}

#[test]
fn parts_swapped_between_names_and_older_versions_put_back_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    case.write_part("mentions", "a", b"of a").unwrap();
    case.write_part("mentions", "b", b"of b").unwrap();
    let place = |name: &str| dir.path().join("vault/parts/mentions").join(name);
    let (a, b) = (fs::read(place("a")).unwrap(), fs::read(place("b")).unwrap());
    fs::write(place("a"), &b).unwrap();
    assert!(matches!(
        case.read_part("mentions", "a"),
        Err(StoreError::Damaged { .. })
    ));
    fs::write(place("a"), &a).unwrap();
    case.remove_part("mentions", "a").unwrap();
    case.write_part("mentions", "a", b"newer").unwrap();
    fs::write(place("a"), &a).unwrap();
    assert!(matches!(
        case.read_part("mentions", "a"),
        Err(StoreError::Damaged { .. })
    ));
    drop(case);
    let report = verify(dir.path(), &[secret()]).unwrap();
    assert_eq!(report.faults.len(), 1);
    assert_eq!(report.faults[0].path, "vault/parts/mentions/a");
}

#[test]
fn nothing_of_a_row_stands_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    fill(&case);
    let mut unfinished = case.table_writer::<Line>("more").unwrap();
    (0..5000).for_each(|i| unfinished.push(&line(i)).unwrap());
    for (name, path) in files(dir.path()) {
        let bytes = fs::read(path).unwrap();
        assert!(!bytes.windows(10).any(|w| w == b"Marguerite"), "{name}");
    }
    drop(unfinished);
    assert!(!files(dir.path()).iter().any(|(name, _)| name.contains('~')));
}

/// A copy of a case as it stands on the disk in the middle of a session: what a kill leaves.
fn killed(dir: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (name, path) in files(dir) {
        let to = copy.path().join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(path, to).unwrap();
    }
    copy
}

#[test]
fn a_killed_run_keeps_every_whole_part_and_no_half_one() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    case.write_part("mentions", "whole", b"done").unwrap();
    let mut half = case.part_writer("mentions", "half").unwrap();
    half.write_all(&[7; 200_000]).unwrap();
    let mut table = case.table_writer::<Line>("people").unwrap();
    (0..9000).for_each(|i| table.push(&line(i)).unwrap());
    let copy = killed(dir.path());
    assert!(
        files(copy.path())
            .iter()
            .any(|(name, _)| name.contains('~'))
    );
    let report = verify(copy.path(), &[secret()]).unwrap();
    assert_eq!(report.faults, []);
    assert_eq!(report.unfinished.len(), 3);
    let again = write(copy.path(), 3).unwrap();
    assert_eq!(again.parts("mentions"), ["whole"]);
    assert_eq!(again.read_part("mentions", "whole").unwrap(), b"done");
    assert!(again.tables().is_empty());
    again.write_part("mentions", "half", b"now whole").unwrap();
    drop(again);
    let report = verify(copy.path(), &[secret()]).unwrap();
    assert_eq!((report.faults, report.unfinished), (vec![], vec![]));
}

#[test]
fn a_table_that_the_log_names_is_put_in_its_place_by_the_next_run() {
    let dir = tempfile::tempdir().unwrap();
    fill(&create(dir.path()));
    let before = killed(dir.path());
    let case = write(dir.path(), 4).unwrap();
    let mut table = case.table_writer::<Line>("people").unwrap();
    table.push(&line(1)).unwrap();
    table.finish().unwrap();
    drop(case);
    // As if killed after the log took the new table in and before the rename.
    let copy = killed(dir.path());
    let people = copy.path().join("vault/tables/people");
    fs::rename(&people, copy.path().join("vault/tables/people~0")).unwrap();
    fs::copy(before.path().join("vault/tables/people"), &people).unwrap();
    let report = verify(copy.path(), &[secret()]).unwrap();
    assert_eq!(report.faults, []);
    assert!(!report.unfinished.is_empty());
    let again = write(copy.path(), 5).unwrap();
    assert_eq!(again.table_reader::<Line>("people").unwrap().len(), 1);
    drop(again);
    assert_eq!(verify(copy.path(), &[secret()]).unwrap().unfinished, []);
}

#[test]
fn a_folder_where_creation_was_killed_can_be_used_again() {
    let dir = tempfile::tempdir().unwrap();
    drop(create(dir.path()));
    fs::remove_file(dir.path().join("case.toml")).unwrap();
    fill(&create(dir.path()));
    assert_eq!(verify(dir.path(), &[secret()]).unwrap().faults, []);
}

#[test]
fn missing_and_added_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    fill(&create(dir.path()));
    for (name, path) in files(dir.path()) {
        if name == "lock" {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let report = verify(dir.path(), &[secret()]).unwrap();
        assert!(
            report.faults.iter().any(|fault| fault.path == name),
            "{name}: {report:?}"
        );
        fs::write(&path, bytes).unwrap();
    }
    for added in [
        "vault/tables/x",
        "vault/parts/mentions/ff",
        "out/y.csv",
        "z",
        "log/tile/0/x",
    ] {
        fs::write(dir.path().join(added), b"added").unwrap();
        let report = verify(dir.path(), &[secret()]).unwrap();
        assert_eq!(report.faults.len(), 1, "{report:?}");
        assert_eq!(report.faults[0].path, added);
        fs::remove_file(dir.path().join(added)).unwrap();
    }
}

#[test]
fn no_flipped_bit_and_no_cut_passes_verify() {
    use age::secrecy::ExposeSecret;
    let dir = tempfile::tempdir().unwrap();
    // A recipient rather than a passphrase, because this opens the key thousands of times.
    let identity = age::x25519::Identity::generate();
    let secrets = [Secret::Identity(
        identity.to_string().expose_secret().to_owned(),
    )];
    let recipient = Recipient::Age(identity.to_public().to_string());
    fill(&Case::create(dir.path(), CaseMeta::default(), &[recipient], session(1)).unwrap());
    let all = files(dir.path());
    proptest!(ProptestConfig::with_cases(4000), |(file in 0..all.len(), at: prop::sample::Index, bit in 0..8u8, cut in 0..10u8)| {
        let (name, path) = &all[file];
        let good = fs::read(path).unwrap();
        prop_assume!(!good.is_empty());
        let at = at.index(good.len());
        let mut bad = good.clone();
        match cut {
            0 => bad.truncate(at),
            1 => bad.push(bit),
            _ => bad[at] ^= 1 << bit,
        }
        fs::write(path, &bad).unwrap();
        let report = verify(dir.path(), &secrets);
        fs::write(path, &good).unwrap();
        let report = report.unwrap();
        prop_assert!(report.faults.iter().any(|fault| fault.path == *name), "{} at {at}", name);
    });
    assert_eq!(verify(dir.path(), &secrets).unwrap().faults, []);
}

#[test]
fn without_a_secret_digests_and_signatures_are_still_checked() {
    let dir = tempfile::tempdir().unwrap();
    fill(&create(dir.path()));
    let report = verify(dir.path(), &[]).unwrap();
    assert!(report.holds() && !report.opened);
    let part = dir.path().join("vault/parts/mentions/04");
    let mut bytes = fs::read(&part).unwrap();
    bytes[50] ^= 1;
    fs::write(&part, bytes).unwrap();
    let report = verify(dir.path(), &[]).unwrap();
    assert_eq!(report.faults[0].path, "vault/parts/mentions/04");
}

#[test]
fn a_proof_holds_without_the_case_and_a_changed_one_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    fill(&case);
    let mut table = case.table_writer::<Line>("exposures").unwrap();
    (0..60_000).for_each(|i| table.push(&line(i)).unwrap());
    table.finish().unwrap();
    let person = PersonId("P-000042".to_owned());
    let key = case.public_key();
    let bytes = case.prove(&person).unwrap().to_bytes().unwrap();
    assert!(
        !String::from_utf8(bytes.clone())
            .unwrap()
            .contains("Marguerite")
    );
    let proven = verify_proof(&bytes, &key).unwrap();
    assert_eq!(proven.person_id, person);
    let tables: Vec<_> = proven
        .tables
        .iter()
        .map(|t| (t.table.as_str(), t.rows))
        .collect();
    assert_eq!(tables, [("exposures", 3), ("people", 3)]);
    assert!(matches!(
        case.prove(&PersonId("P-NOBODY".to_owned())),
        Err(StoreError::NotFound(_))
    ));
    let other = tempfile::tempdir().unwrap();
    let other = create_with(other.path(), 77);
    assert!(verify_proof(&bytes, &other.public_key()).is_err());
    // Every changed letter or digit either breaks the proof or says the very same.
    proptest!(ProptestConfig::with_cases(1500), |(at: prop::sample::Index, bit in 0..8u8)| {
        let mut bad = bytes.clone();
        let at = at.index(bad.len());
        bad[at] ^= 1 << bit;
        if let Ok(said) = verify_proof(&bad, &key) {
            prop_assert_eq!(said, proven.clone());
        }
    });
}

fn create_with(dir: &Path, n: u8) -> Case {
    let recipient = Recipient::Passphrase {
        passphrase: "x".to_owned(),
        work_factor: 1,
    };
    Case::create(dir, CaseMeta::default(), &[recipient], session(n)).unwrap()
}

#[test]
fn a_log_of_many_entries_stays_whole_over_tile_ends() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    let entry = |i: u64| Entry {
        at: session(2).now,
        verb: "seize".to_owned(),
        what: serde_json::json!({ "n": i }),
    };
    for batch in 0..40 {
        let entries: Vec<_> = (0..23).map(|i| entry(batch * 23 + i)).collect();
        case.log_all(&entries).unwrap();
    }
    drop(case);
    let report = verify(dir.path(), &[secret()]).unwrap();
    assert_eq!((report.faults, report.unfinished), (vec![], vec![]));
    assert_eq!(report.log_size, 921);
    let case = write(dir.path(), 6).unwrap();
    case.log(entry(0)).unwrap();
    let mut n = 0;
    case.entries(|at, _| {
        assert_eq!(at, n);
        n += 1;
    })
    .unwrap();
    assert_eq!(n, 922);
    let own = Entry {
        verb: "store.written".to_owned(),
        ..entry(1)
    };
    assert!(matches!(case.log(own), Err(StoreError::BadVerb)));
}

#[test]
fn threads_write_parts_through_one_case() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let case = &case;
            scope.spawn(move || {
                for i in 0..60 {
                    let name = format!("{thread}-{i:03}");
                    case.write_part("records", &name, name.as_bytes()).unwrap();
                }
            });
        }
    });
    assert_eq!(case.parts("records").len(), 240);
    drop(case);
    let report = verify(dir.path(), &[secret()]).unwrap();
    assert_eq!((report.faults, report.parts), (vec![], 240));
}

#[test]
fn the_name_of_a_case_can_change_and_the_log_knows() {
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    let meta = CaseMeta {
        name: "renamed".to_owned(),
        ..case.meta()
    };
    case.set_meta(meta.clone()).unwrap();
    drop(case);
    assert_eq!(read(dir.path()).unwrap().meta(), meta);
    assert_eq!(verify(dir.path(), &[secret()]).unwrap().faults, []);
}

#[test]
fn people_are_listed_masked_unless_asked_otherwise() {
    use whose_model::*;
    use whose_store::export::{Format, Values, export_table};
    let dir = tempfile::tempdir().unwrap();
    let case = create(dir.path());
    let person = AffectedIndividual {
        name: Phi::new(PersonName {
            given: "Zoë".to_owned(),
            family: "=Testcase".to_owned(),
            ..PersonName::default()
        }),
        birth_date: PartialDate::parse_iso("1985-02-10").map(Phi::new),
        sex: Some(Phi::new(Sex::Female)),
        language: Language::Fr,
        n_exhibits: 2,
        elements: DataElement::ALL[..2].to_vec(),
        notes: vec!["two birth dates".to_owned()],
        ..AffectedIndividual::unknown(PersonId("P-0123456789AB".to_owned()))
    };
    let mut table = case.table_writer("people").unwrap();
    table.push(&person).unwrap();
    table.finish().unwrap();
    let back: Vec<AffectedIndividual> = case
        .table_reader("people")
        .unwrap()
        .get(&person.id.0)
        .unwrap();
    assert!(back == [person]);
    let list = |values| {
        let out =
            export_table::<AffectedIndividual, _>(&case, "people", Format::Csv, values, Vec::new());
        String::from_utf8(out.unwrap()).unwrap()
    };
    let header = "person_id,given,family,birth_date,sex,language,address,city,province,postal_code,\
                  country,residence_basis,health_numbers,n_exhibits,n_records,elements,representative,notes\n";
    let masked = list(Values::Masked);
    assert!(masked.starts_with(header));
    assert!(!masked.contains("Zoë") && !masked.contains("Testcase") && !masked.contains("198"));
    let shown = list(Values::Shown);
    assert!(
        shown.contains("P-0123456789AB,Zoë,'=Testcase,1985-02-10,F,fr,"),
        "{shown}"
    );
}
