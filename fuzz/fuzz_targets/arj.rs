//! Any bytes as arj: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.arj", b"\x60\xea", data));
