//! Any bytes as xls: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.xls",
    b"\x09\x08\x10\0\0\x06\x05\0",
    data
));
