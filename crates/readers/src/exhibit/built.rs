//! A member that is no run of bytes: a folder or message that a mail store keeps in pieces.
//!
//! Its reader puts the pieces together; the digests are over what it said of
//! the content, in a fixed order, so that the same message in two stores has
//! the same digests. All promises of `exhibit.rs` hold for it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest as _, Sha256};
use whose_model::{Cause, Digest, Ended};

use super::{MEMBER_COST, Reading, Within};

/// The digests and the size of a thing that is put together.
pub(crate) struct Imprint {
    blake3: Box<blake3::Hasher>,
    sha256: Sha256,
    n_bytes: u64,
}

impl Imprint {
    /// Of nothing yet; also for what has bytes and digests of its own.
    pub(crate) fn new() -> Self {
        Self {
            blake3: Box::new(blake3::Hasher::new()),
            sha256: Sha256::new(),
            n_bytes: 0,
        }
    }

    /// Takes in a piece of content.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.blake3.update(bytes);
        self.sha256.update(bytes);
        self.n_bytes = self.n_bytes.saturating_add(bytes.len() as u64);
    }

    fn digest(self) -> Digest {
        Digest {
            blake3: *self.blake3.finalize().as_bytes(),
            sha256: self.sha256.finalize().into(),
        }
    }
}

impl Reading<'_> {
    /// Reads a member that is put together by `read`. `false` when no more members may be read.
    pub(crate) fn built(
        &mut self,
        name: &str,
        format: &'static str,
        read: &mut dyn FnMut(&mut Reading<'_>, &mut Imprint),
    ) -> bool {
        if !self.may_have_more() {
            return false;
        }
        let path = self.member_path(name);
        if !self.run.begin(&path) {
            return true;
        }
        let depth = self.depth.saturating_add(1);
        let ceiling = self.ceiling;
        let mut inner = Reading::new(self.run, &path, Within { depth, ceiling });
        let mut imprint = Imprint::new();
        let result = catch_unwind(AssertUnwindSafe(|| {
            if depth > inner.limits().max_depth {
                inner.gap(Cause::TooDeep, "nested deeper than allowed");
            } else {
                read(&mut inner, &mut imprint);
            }
        }));
        if result.is_err() {
            inner.gap(Cause::Crash, "the reader of this format ended unexpectedly");
        }
        let n_bytes = imprint.n_bytes;
        let ended = Ended {
            digest: Some(imprint.digest()),
            bytes: n_bytes,
            format,
            outcome: inner.reconciled(),
            n_expected: inner.n_expected,
        };
        self.run.end(&path, ended);
        self.run.moved(n_bytes.max(1));
        // When this is too much, `may_have_more` says so.
        let _ = self
            .run
            .unpacked(MEMBER_COST.saturating_add(n_bytes), self.ceiling);
        true
    }

    /// Counts bytes that were put together in memory. `false` when that is more than one file may unpack to.
    pub(crate) fn may_unpack(&self, n_bytes: u64) -> bool {
        self.run.unpacked(n_bytes, self.ceiling).is_ok()
    }
}
