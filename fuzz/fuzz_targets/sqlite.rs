//! Any bytes as sqlite: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check("a.db", b"SQLite format 3\0", data));
