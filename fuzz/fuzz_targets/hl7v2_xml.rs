//! Any bytes as HL7 version 2 in XML: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.xml",
    b"<ADT_A01 xmlns='urn:hl7-org:v2xml'><PID>",
    data
));
