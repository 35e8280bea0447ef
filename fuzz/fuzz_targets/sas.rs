//! Any bytes as sas: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    whose_fuzz::check("a.sas7bdat", b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11", data)
});
