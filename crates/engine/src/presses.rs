//! Presses on all cores: pieces of work printed side by side, results in the order of the work.
//!
//! What a piece is (a letter, a bundle for a mail house) and where it goes are its caller's.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use whose_letters::{Languages, Press};

use crate::error::EngineError;
use crate::guard::{inner, lock};

/// Prints every piece of work on one of `n_threads` presses; the first failure stops them all.
///
/// # Errors
/// The failure that came first.
pub(crate) fn on_presses<W: Sync, R: Send>(
    languages: &Languages,
    work: &[W],
    n_threads: usize,
    print: impl Fn(&mut Press, &W) -> Result<R, EngineError> + Sync,
) -> Result<Vec<R>, EngineError> {
    let printed: Vec<Mutex<Option<R>>> = work.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let failure: Mutex<Option<EngineError>> = Mutex::new(None);
    // One press: takes the next piece until there is none, or until any press has failed.
    let print_next = || -> Result<(), EngineError> {
        let mut press =
            Press::of(languages.clone()).map_err(|error| EngineError::Letter(error.to_string()))?;
        while let Some((piece, slot)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            work.get(index).zip(printed.get(index))
        } {
            if lock(&failure).is_some() {
                return Ok(());
            }
            *lock(slot) = Some(print(&mut press, piece)?);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        for _ in 0..n_threads.clamp(1, work.len().max(1)) {
            scope.spawn(|| {
                // Typst spreads a paper over all of rayon's threads; with a press on each core that
                // only makes them wait for each other, so each press gets a pool of its own thread.
                let done = rayon::ThreadPoolBuilder::new()
                    .num_threads(1)
                    .build()
                    .map_err(|error| EngineError::Letter(error.to_string()))
                    .and_then(|pool| pool.install(print_next));
                if let Err(error) = done {
                    lock(&failure).get_or_insert(error);
                }
            });
        }
    });
    match inner(failure) {
        Some(error) => Err(error),
        None => Ok(printed.into_iter().filter_map(inner).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_work_whatever_press_made_them() {
        let work: Vec<u32> = (0..57).collect();
        let languages = Languages::shipped().unwrap();
        let doubled = on_presses(&languages, &work, 3, |_, piece| Ok(piece * 2)).unwrap();
        assert_eq!(doubled, work.iter().map(|one| one * 2).collect::<Vec<_>>());
        assert!(
            on_presses(&languages, &[] as &[u32], 3, |_, _| Ok(()))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn one_failure_stops_all_presses_and_is_what_comes_out() {
        for n_threads in [1, 3] {
            let n_tried = AtomicUsize::new(0);
            let work: Vec<usize> = (0..100).collect();
            let languages = Languages::shipped().unwrap();
            let result = on_presses(&languages, &work, n_threads, |_, &piece| {
                n_tried.fetch_add(1, Ordering::Relaxed);
                if piece == 3 {
                    return Err(EngineError::NotThere("a paper".into()));
                }
                Ok(())
            });
            assert!(matches!(result, Err(EngineError::NotThere(what)) if what == "a paper"));
            assert!(n_threads > 1 || n_tried.into_inner() == 4);
        }
    }
}
