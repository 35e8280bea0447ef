//! Any bytes as hl7v2: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.hl7", b"MSH|^~\\&|", data));
