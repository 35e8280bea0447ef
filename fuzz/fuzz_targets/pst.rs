//! Any bytes as pst: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.pst",
    b"!BDN\0\0\0\0SM\x17\0",
    data
));
