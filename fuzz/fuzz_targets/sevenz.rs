//! Any bytes as sevenz: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.7z", b"7z\xbc\xaf\x27\x1c", data));
