//! Any bytes as pgdump: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.dump", b"PGDMP\x01", data));
