//! Bytes in, nothing out: reads them under small `Limits` and asserts that every bound held.

use whose_model::{Cause, Ended, ExhibitPath, Gap, Limits, Segment, Sink};

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

#[derive(Default)]
struct Strict {
    open: Vec<(ExhibitPath, u64)>,
    n_unpacked: u64,
}

impl Sink for Strict {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        if let Some((_, n_members)) = self.open.last_mut() {
            *n_members += 1;
            assert!(*n_members <= LIMITS.max_members);
        }
        self.open.push((path.clone(), 0));
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
            }
            Segment::Rows(rows) => {
                assert_eq!(rows.ends.len(), rows.len() * rows.head.columns.len());
            }
            Segment::Record(_) => {}
        }
    }
    fn gap(&mut self, gap: Gap) {
        assert_ne!(gap.cause, Cause::Crash);
    }
    fn end(&mut self, path: &ExhibitPath, ended: Ended) {
        let (open, _) = self.open.pop().expect("an exhibit is open");
        assert_eq!(open, *path);
        if !self.open.is_empty() {
            self.n_unpacked += ended.bytes.min(LIMITS.max_unpacked_bytes);
        }
    }
}

/// Reads `head` and then `data` as a file of this name.
pub fn check(path: &str, head: &[u8], data: &[u8]) {
    let bytes = [head, data].concat();
    let mut sink = Strict::default();
    whose_readers::read(
        whose_readers::Input::Memory(&bytes),
        &ExhibitPath(path.to_owned()),
        &LIMITS,
        &mut sink,
    );
    assert!(sink.open.is_empty());
}
