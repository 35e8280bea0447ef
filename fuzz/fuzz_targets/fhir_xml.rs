//! Any bytes as FHIR in XML: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.xml",
    b"<Bundle xmlns='http://hl7.org/fhir'><entry><resource><Patient>",
    data
));
