//! Any bytes as mbox: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.mbox",
    b"From a@b.ca Mon Jan  1 00:00:00 2024\nFrom: a@b.ca\n",
    data
));
