//! Small databases built page by page, and broken ones.

use proptest::prelude::*;
use whose_model::{Outcome, Segment};

use crate::testkit::{Given, read_bytes};

/// A record of text values.
fn record(values: &[&str]) -> Vec<u8> {
    let mut header = vec![values.len() as u8 + 1];
    header.extend(values.iter().map(|value| 13 + 2 * value.len() as u8));
    let mut bytes = header;
    for value in values {
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes
}

/// A page of cells; `at` is where its head stands.
fn leaf(at: usize, cells: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut page = vec![0; 512];
    page[at] = 13;
    page[at + 4] = cells.len() as u8;
    let mut end = 512;
    for (n, (number, record)) in cells.iter().enumerate() {
        let mut cell = vec![record.len() as u8, *number];
        cell.extend_from_slice(record);
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(&cell);
        page[at + 8 + 2 * n..at + 10 + 2 * n].copy_from_slice(&(end as u16).to_be_bytes());
    }
    page
}

/// A database of one table `patient (id, name)` with one row, and a free page with a row that was deleted.
fn database() -> Vec<u8> {
    let sql = "CREATE TABLE p (id INTEGER PRIMARY KEY, n)";
    let mut schema = vec![6, 23, 15, 15, 1, 13 + 2 * sql.len() as u8];
    schema.extend_from_slice(b"tablepp\x02");
    schema.extend_from_slice(sql.as_bytes());
    let mut file = leaf(100, &[(1, schema)]);
    file[..16].copy_from_slice(b"SQLite format 3\0");
    file[16..18].copy_from_slice(&512_u16.to_be_bytes());
    file[35] = 3;
    file.extend(leaf(0, &[(7, record(&["", "Tremblay"]))]));
    // The trunk of the free list with one leaf.
    let mut trunk = vec![0; 512];
    trunk[7] = 1;
    trunk[11] = 4;
    file.extend(trunk);
    file.extend(leaf(0, &[(9, record(&["", "Roy"]))]));
    file
}

fn lines(given: &Given) -> Vec<String> {
    let mut lines = Vec::new();
    for (_, segment) in &given.segments {
        let Segment::Rows(rows) = segment else {
            continue;
        };
        for row in 0..rows.len() {
            let cells: Vec<_> = (0..rows.head.columns.len())
                .map(|at| format!("{}={}", rows.head.columns[at].name, rows.cell(row, at)))
                .collect();
            let line = format!(
                "{}[{}] {}",
                rows.head.name,
                rows.numbers[row],
                cells.join("|")
            );
            lines.push(line);
        }
    }
    lines
}

#[test]
fn rows_are_read_and_so_are_those_that_were_deleted() {
    let given = read_bytes("a.db", &database());
    assert_eq!(
        lines(&given),
        ["p[7] id=|n=Tremblay", "p (deleted rows)[9] id=|n=Roy"]
    );
    assert_eq!(given.outcome("a.db"), Outcome::Read);
}

#[test]
fn a_broken_page_costs_its_rows_only() {
    let mut file = database();
    file[512] = 99;
    let given = read_bytes("a.db", &file);
    assert_eq!(lines(&given), ["p (deleted rows)[9] id=|n=Roy"]);
    assert_eq!(given.gaps.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_database_never_panics(
        changes in prop::collection::vec((0_usize..2048, any::<u8>()), 0..20),
        len in 0_usize..2049,
    ) {
        let mut file = database();
        for (at, byte) in changes {
            file[at] = byte;
        }
        file.truncate(len.max(16));
        file[..16].copy_from_slice(b"SQLite format 3\0");
        let given = read_bytes("a.db", &file);
        prop_assert!(given.gaps.iter().all(|gap| gap.cause != whose_model::Cause::Crash));
    }
}

/// A log that puts a page in place of another, committed or not.
fn log(pages: &[(u32, Vec<u8>, u32)]) -> Vec<u8> {
    let mut log = Vec::new();
    for word in [0x377f_0682_u32, 3_007_000, 512, 0, 11, 12] {
        log.extend(word.to_be_bytes());
    }
    let mut sum = [0; 2];
    super::log::checksum(&log, false, &mut sum);
    log.extend(sum.iter().flat_map(|word| word.to_be_bytes()));
    for (number, page, n_pages) in pages {
        let mut frame = number.to_be_bytes().to_vec();
        frame.extend(n_pages.to_be_bytes());
        super::log::checksum(&frame, false, &mut sum);
        super::log::checksum(page, false, &mut sum);
        frame.extend([0, 0, 0, 11, 0, 0, 0, 12]);
        frame.extend(sum.iter().flat_map(|word| word.to_be_bytes()));
        log.extend(frame);
        log.extend(page);
    }
    log
}

fn read_with_log(log: &[u8], index: usize) -> Given {
    use std::io::{Seek, Write};
    let file = |bytes: &[u8]| {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    };
    let files = [("a.db", database()), ("a.db-wal", log.to_vec())];
    let beside = crate::Beside {
        kind: whose_model::SetKind::Log,
        is_first: index == 0,
        is_behind: false,
        whole: "a.db".into(),
        next: None,
        files: files
            .iter()
            .map(|(name, bytes)| crate::Neighbour {
                name: (*name).into(),
                file: Some(file(bytes)),
            })
            .collect(),
    };
    let (name, own) = &files[index];
    let mut given = Given::default();
    crate::read(
        crate::Input::Beside(file(own), beside),
        &whose_model::ExhibitPath((*name).into()),
        &whose_model::Limits::default(),
        &mut given,
    );
    given
}

#[test]
fn what_is_committed_in_the_log_beside_it_stands_in_place_of_the_page() {
    let page = |name: &str| leaf(0, &[(8, record(&["", name]))]);
    let committed = log(&[(2, page("Old"), 0), (2, page("Gagnon"), 4)]);
    let given = read_with_log(&committed, 0);
    assert_eq!(
        lines(&given),
        ["p[8] id=|n=Gagnon", "p (deleted rows)[9] id=|n=Roy"]
    );
    assert_eq!(given.outcome("a.db"), Outcome::Read);
    let own = read_with_log(&committed, 1);
    assert_eq!(own.end_of("a.db-wal").format, "added");
    assert_eq!(own.outcome("a.db-wal"), Outcome::Read);
    // Never committed, and broken before the commit.
    let given = read_with_log(&log(&[(2, page("Gagnon"), 0)]), 0);
    assert!(lines(&given)[0].ends_with("Tremblay"));
    assert!(given.gaps[0].detail.contains("never committed"));
    let mut broken = committed;
    broken[32 + 24 + 5] ^= 1;
    let given = read_with_log(&broken, 0);
    assert!(lines(&given)[0].ends_with("Tremblay"));
    let given = read_with_log(b"\x37\x7f\x06\x82 of another database", 0);
    assert!(given.gaps[0].detail.contains("write-ahead log"));
    assert!(lines(&given)[0].ends_with("Tremblay"));
}
