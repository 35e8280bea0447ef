//! Measures tables: a number of rows in, written, read, looked up and verified, with time and peak memory.
//!
//! `cargo run --release -p whose-store --example million -- FOLDER [ROWS]`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example that measures and stops at the first trouble"
)]

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use whose_store::{Access, Case, CaseMeta, Recipient, Row, Secret, Session, verify};

#[derive(Serialize, Deserialize)]
struct Person {
    id: String,
    name: String,
    address: String,
    elements: Vec<u16>,
}

impl Row for Person {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.id)
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().unwrap());
    let n_rows: u64 = arguments.next().map_or(1_000_000, |n| n.parse().unwrap());
    let session = Session {
        now: jiff::Timestamp::UNIX_EPOCH,
        entropy: [5; 32],
    };
    let recipient = Recipient::Passphrase {
        passphrase: "made up".to_owned(),
        work_factor: 10,
    };
    let case = Case::create(&dir, CaseMeta::default(), &[recipient], session).unwrap();
    let start = Instant::now();
    let mut table = case.table_writer::<Person>("people").unwrap();
    for n in 0..n_rows {
        let row = Person {
            id: format!("P-{n:012}"),
            name: format!("Given{} Family{}", n % 977, n % 7919),
            address: format!("{} Street {}, City {}, A1A 1A1", n % 999, n % 313, n % 101),
            elements: (0..(n % 20) as u16).collect(),
        };
        table.push(&row).unwrap();
    }
    table.finish().unwrap();
    println!("written  {:?}", start.elapsed());
    drop(case);
    let secrets = [Secret::Passphrase("made up".to_owned())];
    let case = Case::open(&dir, &secrets, Access::Read).unwrap();
    let start = Instant::now();
    let mut table = case.table_reader::<Person>("people").unwrap();
    println!("opened   {:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(table.iter().map(Result::unwrap).count() as u64, n_rows);
    println!("read     {:?}", start.elapsed());
    let start = Instant::now();
    for n in 0..1000 {
        let id = format!("P-{:012}", n * 7919 % n_rows);
        assert_eq!(table.get(&id).unwrap().len(), 1);
    }
    println!("look-up  {:?} each", start.elapsed() / 1000);
    let start = Instant::now();
    let report = verify(&dir, &secrets).unwrap();
    assert!(report.holds());
    println!(
        "verified {:?}, {} rows, {} bytes",
        start.elapsed(),
        report.rows,
        report.bytes
    );
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find(|line| line.starts_with("VmHWM"));
        println!("{}", peak.unwrap_or_default());
    }
}
