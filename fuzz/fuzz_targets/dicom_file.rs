//! Any bytes as a DICOM file: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.dcm",
    &[
        &[0; 128][..],
        b"DICM\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0"
    ]
    .concat(),
    data
));
