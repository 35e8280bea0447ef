//! Any bytes as tiff: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.tif", b"II*\0\x08\0\0\0", data));
