//! Any text as a file of custom detectors: it is used or refused with a line, and no pattern outgrows its bounds.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(errors) = whose_detectors::Custom::parse(text) {
        assert!(
            errors
                .iter()
                .all(|error| error.line > 0 && !error.what.is_empty())
        );
    }
});
