//! Any bytes as x12: see the crate's `check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    whose_fuzz::check("a.x12", b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *240102*0930*^*00501*000000905*1*T*:~", data)
});
