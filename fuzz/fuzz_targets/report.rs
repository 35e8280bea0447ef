//! Any text as a published report: no panic, and every sentence stands where it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use whose_register::read::{Given, read};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let given = Given {
        published: "2024-02-29".parse().ok(),
        ..Given::default()
    };
    let Ok(reading) = read(&text, &given) else {
        panic!("a pattern does not compile");
    };
    for fact in reading.facts {
        if let Some(quote) = fact.quote {
            let start = quote.start as usize;
            let there = text.get(start..start + quote.sentence.len());
            assert_eq!(there, Some(quote.sentence.as_str()));
        }
    }
});
