//! Any bytes as xport: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.xpt",
    b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!",
    data
));
