//! Any bytes as rpm: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.rpm", b"\xed\xab\xee\xdb", data));
