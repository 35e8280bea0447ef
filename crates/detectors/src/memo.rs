//! What a text gave last time, so that the same text is not taken apart again: labels, diagnoses, medications repeat.
//!
//! A fixed number of places for each thread, no more than a few hundred kilobytes;
//! a text displaces another of the same place. The text itself is compared, so
//! what comes out is what would have been worked out.

use std::{cell::RefCell, thread::LocalKey};

use crate::text::hash_of;

/// Texts that are longer are not kept.
const LONGEST: usize = 64;

/// What short texts gave.
pub(crate) struct Memo<T, const N: usize> {
    places: Vec<Option<(Kept, T)>>,
}

/// A text with what else it depends on.
struct Kept {
    text: [u8; LONGEST],
    len: u8,
    beside: u8,
}

impl<T: Clone, const N: usize> Memo<T, N> {
    /// Without any.
    pub(crate) const fn new() -> Self {
        Self { places: Vec::new() }
    }

    /// What `work` gives for this text and what stands `beside`; only of texts not seen lately is it asked.
    pub(crate) fn get(&mut self, text: &str, beside: u8, work: impl FnOnce() -> T) -> T {
        let bytes = text.as_bytes();
        if bytes.len() > LONGEST {
            return work();
        }
        if self.places.is_empty() {
            self.places.resize_with(N, || None);
        }
        let hash = hash_of(text) ^ u64::from(beside);
        let Some(place) = self.places.get_mut((hash >> 17) as usize % N) else {
            return work();
        };
        if let Some((kept, gave)) = place
            && usize::from(kept.len) == bytes.len()
            && kept.beside == beside
            && kept.text.get(..bytes.len()) == Some(bytes)
        {
            return gave.clone();
        }
        let gave = work();
        let mut kept = Kept {
            text: [0; LONGEST],
            len: bytes.len() as u8,
            beside,
        };
        if let Some(text) = kept.text.get_mut(..bytes.len()) {
            text.copy_from_slice(bytes);
        }
        *place = Some((kept, gave.clone()));
        gave
    }
}

/// As `Memo::get`, of this thread's memo.
pub(crate) fn kept<T: Clone, const N: usize>(
    memo: &'static LocalKey<RefCell<Memo<T, N>>>,
    text: &str,
    beside: u8,
    work: impl Fn() -> T,
) -> T {
    // A thread that ends has no room any more.
    let gave = memo.try_with(|memo| Some(memo.try_borrow_mut().ok()?.get(text, beside, &work)));
    match gave {
        Ok(Some(gave)) => gave,
        _ => work(),
    }
}

#[test]
fn a_text_gives_what_it_gave_and_never_what_another_gave() {
    let mut memo: Memo<String, 4> = Memo::new();
    for round in 0..3 {
        for n in 0..40_u8 {
            let text = format!("label {}", n % 20);
            let gave = memo.get(&text, n % 3, || format!("{text} {}", n % 3));
            assert_eq!(gave, format!("{text} {}", n % 3), "{round}");
        }
    }
    let long = "x".repeat(100);
    assert_eq!(memo.get(&long, 0, || "long".to_owned()), "long");
}
