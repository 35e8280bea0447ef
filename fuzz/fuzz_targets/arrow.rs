//! Any bytes as an Arrow file: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.arrow", b"ARROW1\0\0", data));
