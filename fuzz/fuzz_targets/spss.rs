//! Any bytes as spss: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.sav", b"$FL2", data));
