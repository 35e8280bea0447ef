//! Any bytes as pdf: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.pdf", b"%PDF-1.4\n", data));
