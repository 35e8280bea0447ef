//! Any bytes as xz: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.xz", b"\xfd7zXZ\0", data));
