//! Any bytes as png: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.png", b"\x89PNG\r\n\x1a\n", data));
