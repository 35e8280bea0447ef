//! Any bytes as compress: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.Z", b"\x1f\x9d", data));
