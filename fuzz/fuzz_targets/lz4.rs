//! Any bytes as lz4: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.lz4", b"\x04\x22\x4d\x18", data));
