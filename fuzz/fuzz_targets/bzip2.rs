//! Any bytes as bzip2: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.bz2", b"BZh9", data));
