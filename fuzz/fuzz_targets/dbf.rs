//! Any bytes as dbf: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.dbf", b"\x03\x7c\x01\x02", data));
