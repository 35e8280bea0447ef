//! Any bytes as cda: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.xml", b"<ClinicalDocument>", data));
