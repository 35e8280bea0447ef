//! Any bytes as qcow2: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.qcow2", b"QFI\xfb", data));
