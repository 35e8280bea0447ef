//! Any bytes as stata: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.dta", b"<stata_dta>", data));
