//! Any bytes as ewf: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.e01",
    b"EVF\x09\x0d\x0a\xff\0",
    data
));
