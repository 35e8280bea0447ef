//! Any bytes as parquet: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.parquet", b"PAR1", data));
