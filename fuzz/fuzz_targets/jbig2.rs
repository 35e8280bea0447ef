//! Any bytes as jbig2: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.jb2", b"\x97JB2\r\n\x1a\n", data));
