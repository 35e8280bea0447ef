//! Any bytes as the target that `WHOSE_FUZZ` names, out of the crate's table; `list` prints the table.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use whose_fuzz::{Target, list, named};

static TARGET: OnceLock<&Target> = OnceLock::new();

fuzz_target!(
    init: {
        let name = std::env::var("WHOSE_FUZZ").unwrap_or_default();
        if name == "list" {
            print!("{}", list());
            std::process::exit(0);
        }
        let target = named(&name).expect("WHOSE_FUZZ names a target, or says `list`");
        let _ = TARGET.set(target);
    },
    |data: &[u8]| {
        if let Some(target) = TARGET.get() {
            target.check(data);
        }
    }
);
