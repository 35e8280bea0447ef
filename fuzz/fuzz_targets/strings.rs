//! Any bytes as strings: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.bin",
    b"\x80\0\x01\x02\x03\x04\x05\xff",
    data
));
