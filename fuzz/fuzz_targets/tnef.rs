//! Any bytes as tnef: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "winmail.dat",
    b"\x78\x9f\x3e\x22\0\0",
    data
));
