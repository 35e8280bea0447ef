//! `Parallel`: how the caller lends its threads; this crate starts none.
//!
//! Work is cut into numbered parts, each a pure function of its number.
//! Results are put together in the order of the numbers, so the count of
//! threads cannot change them.

use std::sync::Mutex;

/// Calls `f` once for every number below `n`, in any order, on any threads, and returns when all are done.
pub trait Parallel: Sync {
    /// Runs the parts.
    fn map(&self, n: usize, f: &(dyn Fn(usize) + Sync));
}

/// One part after the other, on the caller's thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl Parallel for Sequential {
    fn map(&self, n: usize, f: &(dyn Fn(usize) + Sync)) {
        (0..n).for_each(f);
    }
}

/// The results of all parts, in the order of their numbers.
pub(crate) fn collect<T: Send>(
    map: &dyn Parallel,
    n: usize,
    f: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let slots: Vec<Mutex<Option<T>>> = (0..n).map(|_| Mutex::new(None)).collect();
    map.map(n, &|part| {
        let result = f(part);
        if let Some(slot) = slots.get(part) {
            *slot.lock().unwrap_or_else(|poison| poison.into_inner()) = Some(result);
        }
    });
    slots
        .into_iter()
        .filter_map(|slot| {
            slot.into_inner()
                .unwrap_or_else(|poison| poison.into_inner())
        })
        .collect()
}

/// Cuts `n` things into parts of at most `size`, as ranges.
pub(crate) fn parts(n: usize, size: usize) -> Vec<std::ops::Range<usize>> {
    (0..n)
        .step_by(size.max(1))
        .map(|start| start..(start + size.max(1)).min(n))
        .collect()
}

#[test]
fn results_come_in_the_order_of_their_numbers() {
    assert_eq!(collect(&Sequential, 4, |part| part * part), [0, 1, 4, 9]);
    assert_eq!(parts(5, 2), [0..2, 2..4, 4..5]);
}
