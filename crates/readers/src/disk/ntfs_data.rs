//! The content of an NTFS stream: in its record, in runs, or packed in units of clusters (LZNT1).
//!
//! Format: [MS-XCA] 2.5 for LZNT1; the linux-ntfs documentation for units.

use std::io::{self, Read};

use super::runs::{Run, Runs};
use crate::source::ReadSeek;

/// Where a stream's bytes are.
pub(super) enum Content {
    /// In the record itself.
    Resident(Vec<u8>),
    /// In these stretches of the volume.
    Runs(Vec<Run>),
}

/// A packed stream's bytes as they were.
pub(super) struct Packed<'a> {
    file: &'a mut dyn ReadSeek,
    runs: std::vec::IntoIter<Run>,
    current: Option<Run>,
    unit: u64,
    left: u64,
    ready: Vec<u8>,
    start: usize,
}

impl<'a> Packed<'a> {
    pub(super) fn new(file: &'a mut dyn ReadSeek, runs: Vec<Run>, unit: u64, size: u64) -> Self {
        Self {
            file,
            runs: runs.into_iter(),
            current: None,
            // 16 clusters of at most 64 KiB.
            unit: unit.clamp(512, 1 << 20),
            left: size,
            ready: Vec::new(),
            start: 0,
        }
    }

    /// The runs of the next unit.
    fn next_unit(&mut self) -> Vec<Run> {
        let mut wanted = self.unit;
        let mut own = Vec::new();
        while wanted > 0 {
            let Some(run) = self.current.take().or_else(|| self.runs.next()) else {
                break;
            };
            let n = run.len.min(wanted);
            wanted -= n;
            own.push(Run { at: run.at, len: n });
            if run.len > n {
                self.current = Some(Run {
                    at: run.at.map(|at| at + n),
                    len: run.len - n,
                });
            }
        }
        own
    }

    fn fill(&mut self) -> io::Result<()> {
        let runs = self.next_unit();
        if runs.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let n = self.unit.min(self.left) as usize;
        let kept: Vec<Run> = runs
            .iter()
            .filter(|run| run.at.is_some())
            .copied()
            .collect();
        let held: u64 = kept.iter().map(|run| run.len).sum();
        self.start = 0;
        self.ready.clear();
        if held == 0 {
            self.ready.resize(n, 0);
            return Ok(());
        }
        Runs::new(&mut *self.file, kept, held).read_to_end(&mut self.ready)?;
        if held < self.unit && runs.len() > 1 {
            self.ready = lznt1(&self.ready, n);
        }
        self.ready.resize(n, 0);
        Ok(())
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        if self.start >= self.ready.len()
            && let Err(error) = self.fill()
        {
            self.left = 0;
            return Err(error);
        }
        let ready = &self.ready[self.start..];
        let n = ready.len().min(out.len());
        out[..n].copy_from_slice(&ready[..n]);
        self.start += n;
        self.left -= n as u64;
        Ok(n)
    }
}

/// Chunks of 4 KiB, each packed for itself or kept as it is.
fn lznt1(mut packed: &[u8], max: usize) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    while packed.len() >= 2 && out.len() < max {
        let head = u16::from_le_bytes([packed[0], packed[1]]);
        if head == 0 {
            break;
        }
        let n = (usize::from(head & 0xFFF) + 1).min(packed.len() - 2);
        let chunk = &packed[2..2 + n];
        packed = &packed[2 + n..];
        if head & 0x8000 == 0 {
            out.extend_from_slice(chunk);
            continue;
        }
        let first = out.len();
        let mut rest = chunk.iter();
        'chunk: while let Some(flags) = rest.next() {
            for bit in 0..8 {
                let Some(&low) = rest.next() else {
                    break 'chunk;
                };
                if flags >> bit & 1 == 0 {
                    out.push(low);
                    continue;
                }
                let Some(&high) = rest.next() else {
                    break 'chunk;
                };
                let pair = u16::from_le_bytes([low, high]);
                let at = out.len() - first;
                // The further on, the more bits the distance takes.
                let mut width = 4;
                while width < 12 && at > 1 << width {
                    width += 1;
                }
                let distance = usize::from(pair >> (16 - width)) + 1;
                let length = usize::from(pair & ((1 << (16 - width)) - 1)) + 3;
                if distance > at || at + length > 8192 {
                    break 'chunk;
                }
                for _ in 0..length {
                    out.push(out[out.len() - distance]);
                }
            }
        }
        // A chunk that is not the last holds 4 KiB.
        if packed.len() >= 2 && out.len() - first < 4096 {
            out.resize(first + 4096, 0);
        }
    }
    out
}
