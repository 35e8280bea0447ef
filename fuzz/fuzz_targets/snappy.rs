//! Any bytes as snappy: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.sz", b"\xff\x06\0\0sNaPpY", data));
