//! What the examples share: threads to lend, and scores against truth.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use whose_linkage::Parallel;

/// Lends this many threads.
pub(crate) struct Threads(pub(crate) usize);

impl Parallel for Threads {
    fn map(&self, n: usize, f: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.0.min(n) {
                scope.spawn(|| {
                    loop {
                        let part = next.fetch_add(1, Ordering::Relaxed);
                        if part >= n {
                            break;
                        }
                        f(part);
                    }
                });
            }
        });
    }
}

/// Pair precision, recall and F1, and B-cubed F1, of found people against true ones, both by record.
pub(crate) fn score(found: &[u64], truth: &[u64]) -> [f64; 4] {
    let mut both: HashMap<(u64, u64), u64> = HashMap::new();
    let mut by_found: HashMap<u64, u64> = HashMap::new();
    let mut by_truth: HashMap<u64, u64> = HashMap::new();
    for (f, t) in found.iter().zip(truth) {
        *both.entry((*f, *t)).or_default() += 1;
        *by_found.entry(*f).or_default() += 1;
        *by_truth.entry(*t).or_default() += 1;
    }
    let pairs = |n: u64| (n * n.saturating_sub(1) / 2) as f64;
    let right: f64 = both.values().map(|n| pairs(*n)).sum();
    let said: f64 = by_found.values().map(|n| pairs(*n)).sum();
    let true_pairs: f64 = by_truth.values().map(|n| pairs(*n)).sum();
    let (precision, recall) = (right / said.max(1.0), right / true_pairs.max(1.0));
    let n = found.len() as f64;
    let (mut b_precision, mut b_recall) = (0.0, 0.0);
    for ((f, t), count) in &both {
        let square = (*count * *count) as f64;
        b_precision += square / by_found[f] as f64 / n;
        b_recall += square / by_truth[t] as f64 / n;
    }
    [
        precision,
        recall,
        2.0 * precision * recall / (precision + recall).max(1e-12),
        2.0 * b_precision * b_recall / (b_precision + b_recall).max(1e-12),
    ]
}
