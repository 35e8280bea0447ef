//! Any bytes as eml: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.eml",
    b"From: a@b.ca\nSubject: x\n",
    data
));
