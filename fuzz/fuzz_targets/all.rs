//! Any bytes as the target that `WHOSE_FUZZ` names, out of the crate's table.
//!
//! With `WHOSE_FUZZ_DO` it does not fuzz: `list` prints the table; `seeds` and
//! `files` turn each file of a list on standard input, by lines, into the
//! fuzzer's bytes or back, in its place.
#![no_main]

use std::sync::OnceLock;
use std::{env, fs, io, process};

use libfuzzer_sys::fuzz_target;
use whose_fuzz::{Target, list, named};

static TARGET: OnceLock<&Target> = OnceLock::new();

/// Puts what is made of each file in its place.
fn turn(make: impl Fn(&[u8]) -> Vec<u8>) -> io::Result<()> {
    for path in io::stdin().lines() {
        let path = path?;
        fs::write(&path, make(&fs::read(&path)?))?;
    }
    Ok(())
}

fuzz_target!(
    init: {
        let wish = env::var("WHOSE_FUZZ_DO").unwrap_or_default();
        if wish == "list" {
            print!("{}", list());
            process::exit(0);
        }
        let name = env::var("WHOSE_FUZZ").unwrap_or_default();
        let target = named(&name).expect("WHOSE_FUZZ names a target of the table");
        let done = match wish.as_str() {
            "seeds" => turn(|bytes| target.seed(bytes)),
            "files" => turn(|bytes| target.file(bytes)),
            _ => {
                let _ = TARGET.set(target);
                Ok(())
            }
        };
        if !wish.is_empty() {
            process::exit(i32::from(done.is_err()));
        }
    },
    |data: &[u8]| {
        if let Some(target) = TARGET.get() {
            target.check(data);
        }
    }
);
