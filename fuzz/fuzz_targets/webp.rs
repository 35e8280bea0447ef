//! Any bytes as webp: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.webp", b"RIFF\0\x01\0\0WEBP", data));
