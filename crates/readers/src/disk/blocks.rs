//! `Mapped`: the raw disk inside an image that keeps it block by block, packed or in any order.
//!
//! A format says where a block lies (`Blocks`); reading, seeking, and telling
//! holes from content are the same for all.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Disk, runs::read_at, window::sought};
use crate::source::ReadSeek;

/// Where a block lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere: zeros.
    Zero,
    /// As it is.
    At(u64),
    /// Packed, in so many bytes.
    Packed(u64, u64),
    /// In another file, or its entry is broken.
    Lost,
}

/// An image format's map from block to place.
pub(super) trait Blocks {
    /// Bytes of a block.
    fn block(&self) -> u64;
    /// Bytes of the disk.
    fn len(&self) -> u64;
    /// Where a block lies.
    fn place(&mut self, file: &mut dyn ReadSeek, index: u64) -> Place;
    /// A packed block as it was.
    fn unpack(&self, packed: &[u8]) -> Option<Vec<u8>>;
    /// The first block from here on that may lie anywhere.
    fn skip(&mut self, _file: &mut dyn ReadSeek, index: u64) -> u64 {
        index
    }
}

/// Said of an image some of whose tables cannot be true.
pub(super) const BROKEN_TABLES: &str =
    "tables of the image lie behind its end or over each other; what they place was not read";

/// How many tables of a directory are gone through, of those that its header asks for; and whether all that are named can be true.
///
/// A header may ask for exabytes and name one table a million times, and each
/// entry of each of them would be looked at. Those that are there have room in
/// the file side by side. `place` gives where a table stands, 0 for none.
pub(super) fn bound_tables(
    n_asked: u64,
    bytes_of_each: u64,
    (start, end): (u64, u64),
    mut place: impl FnMut(u64) -> u64,
) -> (u64, bool) {
    // No directory is longer than its file, and an entry has four bytes at least.
    let n = n_asked.min(end / 4);
    let mut room = end.saturating_sub(start) / bytes_of_each.max(1) + 1;
    let mut is_broken = false;
    for index in 0..n {
        match place(index) {
            0 => {}
            place if place >= end => is_broken = true,
            _ if room == 0 => return (index, true),
            _ => room -= 1,
        }
    }
    (n, is_broken)
}

/// The raw disk.
pub(super) struct Mapped<'a> {
    file: &'a mut dyn ReadSeek,
    blocks: &'a mut dyn Blocks,
    at: u64,
    /// The block unpacked last.
    ready: Option<(u64, Vec<u8>)>,
}

impl<'a> Mapped<'a> {
    pub(super) fn new(file: &'a mut dyn ReadSeek, blocks: &'a mut dyn Blocks) -> Self {
        Self {
            file,
            blocks,
            at: 0,
            ready: None,
        }
    }
}

impl Read for Mapped<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.blocks.len().saturating_sub(self.at);
        let block = self.blocks.block();
        let (index, within) = (self.at / block, self.at % block);
        let n = (block - within).min(left).min(out.len() as u64) as usize;
        if n == 0 {
            return Ok(0);
        }
        let out = &mut out[..n];
        let n = match self.blocks.place(self.file, index) {
            Place::Zero => {
                out.fill(0);
                n
            }
            Place::At(at) => {
                let at = at.checked_add(within).ok_or(io::ErrorKind::InvalidData)?;
                self.file.seek(SeekFrom::Start(at))?;
                match self.file.read(out)? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    n => n,
                }
            }
            Place::Packed(at, len) => {
                if self.ready.as_ref().is_none_or(|(known, _)| *known != index) {
                    // Packing never makes a block much longer.
                    let packed = read_at(self.file, at, len.min(block * 2));
                    let unpacked = self.blocks.unpack(&packed);
                    self.ready = Some((index, unpacked.ok_or(io::ErrorKind::InvalidData)?));
                }
                let ready = self.ready.as_ref().map_or(&[][..], |(_, bytes)| bytes);
                let ready = ready.get(within as usize..).unwrap_or(&[]);
                let n = n.min(ready.len());
                if n == 0 {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                out[..n].copy_from_slice(&ready[..n]);
                n
            }
            Place::Lost => return Err(io::ErrorKind::InvalidData.into()),
        };
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Mapped<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = sought(to, self.at, self.blocks.len())?;
        Ok(self.at)
    }
}

/// Bytes of content after which the next hole is not looked for yet.
const MAX_STRETCH: u64 = 1 << 30;

impl Disk for Mapped<'_> {
    fn content(&mut self, at: u64) -> Option<(u64, u64)> {
        let block = self.blocks.block();
        let n_blocks = self.blocks.len().div_ceil(block);
        let mut index = at / block;
        loop {
            index = self.blocks.skip(self.file, index);
            if index >= n_blocks {
                return None;
            }
            if !matches!(
                self.blocks.place(self.file, index),
                Place::Zero | Place::Lost
            ) {
                break;
            }
            index += 1;
        }
        let start = index;
        while index < n_blocks && (index - start) * block < MAX_STRETCH {
            if matches!(
                self.blocks.place(self.file, index),
                Place::Zero | Place::Lost
            ) {
                break;
            }
            index += 1;
        }
        let end = (index * block).min(self.blocks.len());
        Some(((start * block).max(at), end))
    }
}

/// A stream of zlib or raw deflate that must give `n` bytes at most.
pub(super) fn inflate(packed: &[u8], has_header: bool, n: u64) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let read = if has_header {
        flate2::read::ZlibDecoder::new(packed)
            .take(n)
            .read_to_end(&mut out)
    } else {
        flate2::read::DeflateDecoder::new(packed)
            .take(n)
            .read_to_end(&mut out)
    };
    // A raw stream is followed by whatever fills its last sector.
    (read.is_ok() || !has_header && out.len() as u64 == n).then_some(out)
}

#[test]
fn tables_are_gone_through_as_far_as_they_have_room_side_by_side() {
    // Two tables of 4096 bytes, a hole between them.
    let place = |index: u64| [512, 0, 8192, 0].get(index as usize).copied().unwrap_or(0);
    assert_eq!(bound_tables(4, 4096, (0, 16_384), place), (4, false));
    // A header that asks for more than a directory can hold.
    assert_eq!(
        bound_tables(u64::MAX, 4096, (0, 16_384), place),
        (4096, false)
    );
    // One table named again and again, and one behind the end.
    assert_eq!(bound_tables(1 << 40, 4096, (0, 16_384), |_| 512), (5, true));
    assert_eq!(bound_tables(2, 4096, (0, 16_384), |_| 1 << 30), (2, true));
}
