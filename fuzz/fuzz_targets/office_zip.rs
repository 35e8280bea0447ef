//! Any bytes as office zip: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.docx", b"PK\x03\x04", data));
