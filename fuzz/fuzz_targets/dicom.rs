//! Any bytes as a DICOM data set without header: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.dcm",
    b"\x08\0\x05\0CS\x0a\0ISO_IR 100\x08\0\x60\0CS\x02\0CT",
    data
));
