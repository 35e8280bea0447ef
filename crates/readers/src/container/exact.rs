//! `Exact`: a member's bytes as far as its header says; ending earlier is an error, so that a cut-off member is never a whole one.

use std::io::{self, Read};

/// Exactly `left` more bytes of a stream.
pub(crate) struct Exact<'a> {
    stream: &'a mut dyn Read,
    left: u64,
}

impl<'a> Exact<'a> {
    pub(crate) fn new(stream: &'a mut dyn Read, n: u64) -> Self {
        Self { stream, left: n }
    }

    /// Passes over what nobody read. `false` when the stream ended before.
    pub(crate) fn finish(&mut self) -> bool {
        while self.left > 0 {
            let n = io::copy(
                &mut (&mut *self.stream).take(self.left.min(1 << 30)),
                &mut io::sink(),
            )
            .unwrap_or(0);
            if n == 0 {
                return false;
            }
            self.left -= n;
        }
        true
    }
}

impl Read for Exact<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).map_or(out.len(), |left| left.min(out.len()));
        if wanted == 0 {
            return Ok(0);
        }
        let n = self.stream.read(&mut out[..wanted])?;
        if n == 0 {
            self.left = 0;
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}
