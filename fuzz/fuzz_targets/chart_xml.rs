//! Any bytes as a chart export: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.xml",
    b"<OmdCds><PatientRecord><Demographics>",
    data
));
