//! Any bytes as cab: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.cab", b"MSCF\0\0\0\0", data));
