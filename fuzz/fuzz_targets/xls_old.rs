//! Any bytes as xls old: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.xls",
    b"\x09\0\x04\0\x02\0\x10\0",
    data
));
