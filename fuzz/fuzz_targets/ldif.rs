//! Any bytes as an export of a directory: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| whose_fuzz::check(
    "a.ldif",
    b"dn: cn=a,dc=b\ncn: a\n",
    data
));
