//! `OneOf`: whether a text has one of a list of texts in it, many bytes at a time.
//!
//! The library's packed search takes a few texts only, and answers most lines
//! without a look at single bytes; an automaton of all of them takes a step for
//! each. Where they stand and which they are is not said here.

use aho_corasick::{AhoCorasick, packed};

/// So many the library looks for at once.
const AT_ONCE: usize = 32;

/// A list of texts to be found in others.
pub(crate) struct OneOf(Vec<Few>);

/// A few of them: compared at once where the processor can, else in an automaton.
enum Few {
    AtOnce(packed::Searcher),
    InTurn(AhoCorasick),
}

impl OneOf {
    pub(crate) fn new(texts: &[&str]) -> Self {
        let few = |texts: &[&str]| {
            let at_once = packed::Searcher::new(texts).map(Few::AtOnce);
            at_once.or_else(|| AhoCorasick::new(texts).ok().map(Few::InTurn))
        };
        Self(texts.chunks(AT_ONCE).filter_map(few).collect())
    }

    /// Whether one of them stands in this text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.0.iter().any(|few| match few {
            Few::AtOnce(texts) => texts.find(text).is_some(),
            Few::InTurn(texts) => texts.is_match(text),
        })
    }
}

#[test]
fn each_of_many_is_found_at_any_place_and_nothing_else() {
    let all: Vec<String> = (100..180).map(|n| format!("way {n} to")).collect();
    let texts: Vec<&str> = all.iter().map(String::as_str).collect();
    let one_of = OneOf::new(&texts);
    for text in &texts {
        for before in [
            "",
            " ",
            "a longer text stands before it, of more than forty bytes ",
        ] {
            assert!(one_of.is_in(&format!("{before}{text}")));
            assert!(one_of.is_in(&format!("{before}{text} and some words behind it")));
            assert!(!one_of.is_in(&format!("{before}{}", &text[1..])));
        }
    }
    assert!(!one_of.is_in(""));
    assert!(!OneOf::new(&[]).is_in("way 100 to"));
}
