//! Any bytes as jp2: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.jp2",
    b"\0\0\0\x0cjP  \r\n\x87\n",
    data
));
