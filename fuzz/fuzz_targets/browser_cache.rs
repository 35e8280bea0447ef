//! Any bytes as an entry of a browser's cache: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a_0",
    b"\x30\x5c\x72\xa7\x1b\x6d\xfb\xfc",
    data
));
