//! Any bytes as the table of how people asked to be reached: taken, or refused by its row and without a cell of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match whose_engine::mail::parse(bytes) {
        Ok(choices) => assert!(choices.keys().all(|id| !id.is_empty())),
        Err(error) => assert!(error.to_string().contains("row")),
    }
});
