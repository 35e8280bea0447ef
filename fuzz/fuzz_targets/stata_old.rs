//! Any bytes as stata_old: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.dta", b"\x72\x02\x01\0", data));
