//! Any bytes as pnm: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.pgm", b"P5\n", data));
