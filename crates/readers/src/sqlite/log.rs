//! A write-ahead log in, the newest committed version of each page that stands in it out.
//!
//! Frames count as far as their salts are the log's and their running checksums
//! hold, and only up to the last that ends a transaction: just as the database
//! itself would see it.
//!
//! Format: "SQLite Database File Format", 4 (the write-ahead log).

use std::{
    collections::HashMap,
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
};

const HEAD: usize = 32;
const FRAME_HEAD: usize = 24;
/// Pages that are kept track of.
const MAX_PAGES: usize = 4 << 20;

/// The pages that a log changes.
pub(super) struct Log {
    file: File,
    /// Where the newest version of a page stands.
    places: HashMap<u32, u64>,
    /// How many pages the database has after the last transaction; zero when there was none.
    pub(super) n_pages: u32,
    /// Changes follow that were never committed.
    pub(super) has_more: bool,
}

impl Log {
    /// `None` when the log does not fit a database with pages of this size.
    pub(super) fn open(file: File, page_size: usize, pulse: &dyn Fn()) -> Option<Self> {
        let mut log = Self {
            file,
            places: HashMap::new(),
            n_pages: 0,
            has_more: false,
        };
        log.file.rewind().ok()?;
        let mut input = BufReader::with_capacity(256 << 10, &log.file);
        let mut head = [0; HEAD];
        input.read_exact(&mut head).ok()?;
        let is_big = match long(&head, 0) {
            0x377f_0682 => false,
            0x377f_0683 => true,
            _ => return None,
        };
        let mut sum = [0; 2];
        checksum(&head[..24], is_big, &mut sum);
        if sum != [long(&head, 24), long(&head, 28)]
            || long(&head, 4) != 3_007_000
            || long(&head, 8) as usize != page_size
        {
            return None;
        }
        let mut pending = Vec::new();
        let mut frame = vec![0; FRAME_HEAD + page_size];
        let mut at = HEAD as u64;
        let mut n = 0_u64;
        while input.read_exact(&mut frame).is_ok() {
            n += 1;
            if n.is_multiple_of(1024) {
                pulse();
            }
            if frame[8..16] != head[16..24] {
                break;
            }
            checksum(&frame[..8], is_big, &mut sum);
            checksum(&frame[FRAME_HEAD..], is_big, &mut sum);
            if sum != [long(&frame, 16), long(&frame, 20)] {
                break;
            }
            pending.push((long(&frame, 0), at + FRAME_HEAD as u64));
            at += frame.len() as u64;
            let n_pages = long(&frame, 4);
            if n_pages > 0 {
                log.places.extend(pending.drain(..));
                log.n_pages = n_pages;
            }
            if pending.len() + log.places.len() > MAX_PAGES {
                return None;
            }
        }
        log.has_more = !pending.is_empty();
        Some(log)
    }

    /// How many different pages it changes.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Puts the newest version of a page into `out`; `None` when it is not in the log.
    pub(super) fn page(&mut self, number: u32, out: &mut [u8]) -> Option<()> {
        let at = *self.places.get(&number)?;
        self.file.seek(SeekFrom::Start(at)).ok()?;
        self.file.read_exact(out).ok()
    }
}

fn long(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |it| u32::from_be_bytes(*it))
}

/// Adds bytes, a multiple of eight, to the running checksum.
pub(super) fn checksum(bytes: &[u8], is_big: bool, sum: &mut [u32; 2]) {
    let word = |bytes: [u8; 4]| {
        if is_big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    };
    for &[a, b, c, d, e, f, g, h] in bytes.as_chunks().0 {
        sum[0] = sum[0].wrapping_add(word([a, b, c, d])).wrapping_add(sum[1]);
        sum[1] = sum[1].wrapping_add(word([e, f, g, h])).wrapping_add(sum[0]);
    }
}
