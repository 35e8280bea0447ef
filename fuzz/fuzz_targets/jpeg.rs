//! Any bytes as jpeg: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.jpg", b"\xff\xd8\xff\xe0", data));
