//! Bytes in, nothing out: reads them under small `Limits` and asserts that every bound held.
//!
//! What is asserted: `begin` and `end` are balanced, each exhibit ends in the
//! outcome that its gaps say, passages keep their bound, members and depth are
//! bounded, nothing panics, and what comes out, and the processor's time, is
//! bounded by what went in.

use whose_model::{Cause, Ended, ExhibitPath, Gap, Limits, Outcome, Segment, Sink};

/// Small, so that a fuzzer reaches them.
pub const LIMITS: Limits = Limits {
    max_unpacked_bytes: 4 << 20,
    max_held_bytes: 1 << 20,
    max_depth: 4,
    max_members: 64,
    max_expansion: 2_000,
    max_memory_bytes: 1 << 30,
    max_silent_seconds: 10,
    max_passage_bytes: 4096,
};

/// Bytes of values that may come out for each byte that was read, unpacked ones included.
const MAX_GROWTH: u64 = 64;

/// Nanoseconds of the processor's time that any input may take, and each of its bytes.
const FREE_TIME: u64 = 2_000_000_000;
const TIME_PER_BYTE: u64 = 50_000;

#[derive(Default)]
struct Open {
    path: ExhibitPath,
    n_members: u64,
    n_gaps: u64,
}

#[derive(Default)]
struct Strict {
    open: Vec<Open>,
    /// Bytes of all exhibits.
    n_read: u64,
    /// Bytes of values handed over.
    n_given: u64,
}

impl Sink for Strict {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        if let Some(open) = self.open.last_mut() {
            open.n_members += 1;
            assert!(open.n_members <= LIMITS.max_members);
        }
        self.open.push(Open {
            path: path.clone(),
            ..Open::default()
        });
        // One deeper begins, only to be noted as too deep.
        assert!(self.open.len() <= usize::from(LIMITS.max_depth) + 2);
        true
    }
    fn segment(&mut self, segment: Segment) {
        assert!(!self.open.is_empty());
        match segment {
            Segment::Passage(passage) => {
                assert!(passage.text.len() <= LIMITS.max_passage_bytes);
                let _ = passage.locate(0..passage.text.len());
                self.n_given += passage.text.len() as u64;
            }
            Segment::Rows(rows) => {
                assert_eq!(rows.ends.len(), rows.len() * rows.head.columns.len());
                assert!(rows.ends.is_sorted());
                self.n_given += rows.text.len() as u64;
            }
            Segment::Record(record) => {
                self.n_given += record
                    .fields
                    .iter()
                    .map(|field| field.value.len() as u64)
                    .sum::<u64>();
            }
        }
    }
    fn gap(&mut self, gap: Gap) {
        assert_ne!(gap.cause, Cause::Crash);
        let open = self.open.last_mut().expect("an exhibit is open");
        assert_eq!(open.path, gap.exhibit);
        open.n_gaps += 1;
    }
    fn end(&mut self, path: &ExhibitPath, ended: Ended) {
        let open = self.open.pop().expect("an exhibit is open");
        assert_eq!(open.path, *path);
        assert_eq!(open.n_gaps == 0, ended.outcome == Outcome::Read);
        self.n_read += ended.bytes.min(LIMITS.max_unpacked_bytes);
    }
}

/// The file that a fuzzer's bytes stand for: they come after the head; after a zero stands a whole file, as seeds do.
pub(crate) fn file(head: &[u8], data: &[u8]) -> Vec<u8> {
    match data.split_first() {
        Some((0, whole)) => whole.to_vec(),
        _ => [head, data].concat(),
    }
}

/// Nanoseconds that this thread was given by the processor; the time that it waits while others run is not among them.
fn time_taken() -> u64 {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = said.split(' ').next();
    first.and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// Reads the bytes as a file of this name.
pub(crate) fn check(path: &str, bytes: &[u8]) {
    let mut sink = Strict::default();
    let since = time_taken();
    whose_readers::read(
        whose_readers::Input::Memory(bytes),
        &ExhibitPath(path.to_owned()),
        &LIMITS,
        &mut sink,
    );
    let taken = time_taken() - since;
    assert!(taken <= FREE_TIME + TIME_PER_BYTE * bytes.len() as u64);
    assert!(sink.open.is_empty());
    assert!(sink.n_given <= MAX_GROWTH * sink.n_read + 8 * LIMITS.max_unpacked_bytes);
}
