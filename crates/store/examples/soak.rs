//! Writes to a case until it is killed or the disk is full; started again, it goes on where it was.
//!
//! First it verifies the case and checks that every part it finds is whole:
//! kill it at any moment, as often as you like.
//! `cargo run --release -p whose-store --example soak -- FOLDER`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example that stops at the first trouble"
)]

use std::borrow::Cow;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use whose_store::{
    Access, Case, CaseMeta, Entry, Recipient, Row, Secret, Session, StoreError, verify,
};

#[derive(Serialize, Deserialize)]
struct Line(String, u64);

impl Row for Line {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

fn main() -> Result<(), StoreError> {
    let dir = PathBuf::from(std::env::args().nth(1).unwrap());
    let secrets = [Secret::Passphrase("made up".to_owned())];
    let mut entropy = [0; 32];
    entropy[..4].copy_from_slice(&std::process::id().to_le_bytes());
    let session = Session {
        now: jiff::Timestamp::UNIX_EPOCH,
        entropy,
    };
    let case = if dir.join("case.toml").exists() {
        let report = verify(&dir, &secrets)?;
        assert!(report.holds(), "{:?}", report.faults);
        Case::open(&dir, &secrets, Access::Write(session))?
    } else {
        let recipient = Recipient::Passphrase {
            passphrase: "made up".to_owned(),
            work_factor: 4,
        };
        Case::create(&dir, CaseMeta::default(), &[recipient], session)?
    };
    let names = case.parts("work");
    for name in &names {
        let bytes = case.read_part("work", name)?;
        let n: usize = name.parse().unwrap();
        assert!(bytes.len() == n * 97 % 200_000 && bytes.iter().all(|byte| *byte == n as u8));
    }
    println!("whole so far: {}", names.len());
    for n in names.len().. {
        case.write_part("work", &format!("{n:08}"), &vec![n as u8; n * 97 % 200_000])?;
        if n % 7 == 0 {
            let mut table = case.table_writer::<Line>("lines")?;
            for i in 0..n as u64 {
                table.push(&Line(format!("{i:08}"), i))?;
            }
            table.finish()?;
        }
        if n % 11 == 0 {
            case.log(Entry {
                at: jiff::Timestamp::UNIX_EPOCH,
                verb: "read".to_owned(),
                what: serde_json::json!({ "n": n }),
            })?;
        }
    }
    Ok(())
}
