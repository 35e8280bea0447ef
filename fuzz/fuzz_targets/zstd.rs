//! Any bytes as zstd: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.zst", b"\x28\xb5\x2f\xfd", data));
