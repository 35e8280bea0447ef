//! Any text as a file of codes: every code is taken once, a second reading brings none, a line that is no code is named by its number.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut pool = whose_engine::mail::Pool::default();
    match pool.import(text) {
        Ok(imported) => {
            assert!(imported.new + imported.again <= text.lines().count() as u64);
            let second = pool.import(text).map(|again| again.new);
            assert_eq!(second.ok(), Some(0));
        }
        Err(error) => assert!(error.to_string().contains("line") && pool.is_empty()),
    }
});
