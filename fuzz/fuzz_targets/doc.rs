//! Any bytes as doc: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.doc", b"\xdc\xa5\x65\0", data));
