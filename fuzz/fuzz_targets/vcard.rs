//! Any bytes as vcard: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.vcf", b"BEGIN:VCARD\n", data));
