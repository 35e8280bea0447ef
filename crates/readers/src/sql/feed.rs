//! Bytes that come once, held from where the parser stands to as far as it needs to see.
//!
//! A parser that finds its statement cut off asks for more and starts the
//! statement again; the buffer doubles, so that a long one costs twice its
//! length at most.

use std::io::Read;

const FIRST: usize = 1 << 20;

/// Bytes ahead of a parser.
pub(super) struct Feed<'r> {
    input: &'r mut dyn Read,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    is_at_end: bool,
    /// Offset in the input of what has been passed.
    passed: u64,
    /// Bytes of the file for each byte here, as in UTF-16.
    width: u64,
}

impl<'r> Feed<'r> {
    pub(super) fn new(input: &'r mut dyn Read, width: u64) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            is_at_end: false,
            passed: 0,
            width,
        }
    }

    /// Counts positions from an offset in the input.
    pub(super) fn from(mut self, offset: u64) -> Self {
        self.passed = offset;
        self
    }

    /// What is ahead.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or(&[])
    }

    /// Offset in the file of the first byte ahead; about it, in UTF-16.
    pub(super) fn position(&self) -> u64 {
        self.passed * self.width
    }

    /// Offset in the input of the first byte ahead.
    pub(super) fn offset(&self) -> u64 {
        self.passed
    }

    /// Whether the file has no more bytes than those ahead.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Passes over bytes.
    pub(super) fn pass(&mut self, n: usize) {
        let n = n.min(self.end - self.start);
        self.start += n;
        self.passed += n as u64;
    }

    /// Sees further. `false` at the end, or when `max` bytes are held already.
    pub(super) fn more(&mut self, max: usize) -> bool {
        let have = self.end - self.start;
        if self.is_at_end || have >= max {
            return false;
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.start = 0;
        self.end = have;
        let wanted = (have * 2).max(FIRST);
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        while self.end < wanted {
            let Some(room) = self.buffer.get_mut(self.end..) else {
                break;
            };
            match self.input.read(room) {
                Ok(0) => {
                    self.is_at_end = true;
                    break;
                }
                Ok(n) => self.end += n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.is_at_end = true;
                    break;
                }
            }
        }
        self.end > have
    }
}
