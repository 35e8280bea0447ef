//! Any bytes as ppt: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.ppt",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    data
));
