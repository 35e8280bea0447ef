//! Any bytes as gzip: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.gz", b"\x1f\x8b", data));
