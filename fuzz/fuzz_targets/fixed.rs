//! Any bytes below a header and dashes, as a table of fixed columns: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.prn",
    b"a   b   c\n--- --- ---\n1   2   3\n4   5   6\n",
    data
));
