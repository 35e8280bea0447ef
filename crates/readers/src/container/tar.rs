//! A tar archive in, its files as members out; streaming.
//!
//! Links and devices are listed by name and never followed. A sparse file comes
//! with its holes as zeros; GNU's newer ways to write one (in pax headers) are
//! undone here, the old one by the crate.
//!
//! Format: POSIX.1-2001 pax, ustar, GNU tar; through the `tar` crate. Sparse files: GNU tar manual, "Storing sparse files".

use std::{
    collections::VecDeque,
    io::{self, BufRead, BufReader, Read},
};

use whose_model::Cause;

use crate::{
    encoding,
    exhibit::{Body, Reading},
    source::Source,
};

/// Stretches of one sparse file.
const MAX_STRETCHES: usize = 1 << 20;

/// Reads a tar archive.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    read_from(source, false, reading);
}

/// Reads a tar stream, which may have come out of a decompressor.
pub(super) fn read_from(stream: &mut dyn Read, is_unpacked: bool, reading: &mut Reading<'_>) {
    let mut archive = tar::Archive::new(stream);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return note(&error, reading),
    };
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => return note(&error, reading),
        };
        let kind = entry.header().entry_type();
        let name = entry.path_bytes();
        let name = encoding::detect(&name).decode(&name).into_owned();
        let is_file = kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse();
        let is_listed = kind.is_symlink()
            || kind.is_hard_link()
            || kind.is_character_special()
            || kind.is_block_special()
            || kind.is_fifo();
        if !is_file && !is_listed {
            continue;
        }
        if (is_listed || entry.size() == 0) && reading.is_empty_too_many() {
            continue;
        }
        let name = name.trim_start_matches("./").to_owned();
        let may_go_on = if is_listed {
            reading.member_as(&name, Body::Memory(&[]), Some("link"))
        } else if let Some(sparse) = Sparse::of(&mut entry) {
            let name = sparse.name.clone().unwrap_or(name);
            // Holes come out of nothing: they count as unpacked.
            match sparse.open(&mut entry) {
                Some(mut body) => reading.member(&name, Body::Unpacked(&mut body)),
                None => reading.lost_member(
                    &name,
                    "unknown",
                    Cause::Corrupt,
                    "the map of a sparse file is broken",
                    None,
                ),
            }
        } else if is_unpacked || kind.is_gnu_sparse() {
            reading.member(&name, Body::Unpacked(&mut entry))
        } else {
            reading.member(&name, Body::Stored(&mut entry))
        };
        if !may_go_on {
            return;
        }
    }
}

/// How a sparse file is written in pax headers.
#[derive(Default)]
struct Sparse {
    name: Option<String>,
    size: u64,
    /// Stretches, when the header holds them; else they stand before the content.
    map: Option<VecDeque<(u64, u64)>>,
}

impl Sparse {
    fn of<R: Read>(entry: &mut tar::Entry<'_, R>) -> Option<Self> {
        let mut sparse = Self::default();
        let mut is_sparse = false;
        let mut offset = None;
        for field in entry.pax_extensions().ok()??.flatten() {
            let (Ok(key), Ok(value)) = (field.key(), field.value()) else {
                continue;
            };
            let number = || value.parse::<u64>().ok();
            let mut pairs = VecDeque::new();
            match key {
                "GNU.sparse.major" | "GNU.sparse.numblocks" => is_sparse = true,
                "GNU.sparse.name" => sparse.name = Some(value.to_owned()),
                "GNU.sparse.realsize" | "GNU.sparse.size" => sparse.size = number()?,
                "GNU.sparse.offset" => offset = number(),
                "GNU.sparse.numbytes" => {
                    if let (Some(at), Some(n)) = (offset.take(), number()) {
                        sparse.map.get_or_insert_default().push_back((at, n));
                    }
                }
                "GNU.sparse.map" => {
                    let mut numbers = value.split(',').map(str::parse::<u64>);
                    while let (Some(Ok(at)), Some(Ok(n))) = (numbers.next(), numbers.next()) {
                        pairs.push_back((at, n));
                    }
                    sparse.map = Some(pairs);
                }
                _ => {}
            }
        }
        is_sparse.then_some(sparse)
    }

    /// The content with its holes; `None` when the map is broken.
    fn open<R: Read>(self, entry: R) -> Option<Holes<BufReader<R>>> {
        let mut stream = BufReader::with_capacity(512, entry);
        let map = match self.map {
            Some(map) => map,
            None => {
                let mut n_read = 0;
                let mut number = || {
                    let mut line = Vec::new();
                    let n = (&mut stream).take(24).read_until(b'\n', &mut line).ok()?;
                    n_read += n;
                    std::str::from_utf8(&line)
                        .ok()?
                        .trim_end()
                        .parse::<u64>()
                        .ok()
                };
                let n = usize::try_from(number()?).ok()?;
                let mut map = VecDeque::new();
                for _ in 0..n.min(MAX_STRETCHES) {
                    map.push_back((number()?, number()?));
                }
                // The map is filled up to a block.
                let n_filling = (512 - n_read % 512) % 512;
                let _ = io::copy(&mut (&mut stream).take(n_filling as u64), &mut io::sink());
                map
            }
        };
        Some(Holes {
            stream,
            map,
            at: 0,
            size: self.size,
        })
    }
}

/// A sparse file's bytes, holes as zeros.
struct Holes<R> {
    stream: R,
    map: VecDeque<(u64, u64)>,
    at: u64,
    size: u64,
}

impl<R: Read> Read for Holes<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some((start, n)) = self.map.front().copied() {
            let end = start.saturating_add(n);
            if self.at >= end {
                self.map.pop_front();
                continue;
            }
            if self.at < start {
                let n = (start - self.at).min(out.len() as u64);
                return Ok(self.hole(out, n));
            }
            let n = (end - self.at).min(out.len() as u64) as usize;
            let n = self.stream.read(&mut out[..n])?;
            if n == 0 && !out.is_empty() {
                self.map.clear();
                self.size = self.at;
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.at += n as u64;
            return Ok(n);
        }
        let n = self.size.saturating_sub(self.at).min(out.len() as u64);
        Ok(self.hole(out, n))
    }
}

impl<R> Holes<R> {
    fn hole(&mut self, out: &mut [u8], n: u64) -> usize {
        out[..n as usize].fill(0);
        self.at += n;
        n as usize
    }
}

fn note(error: &io::Error, reading: &mut Reading<'_>) {
    let text_is_eof = error.kind() == io::ErrorKind::UnexpectedEof;
    // The crate says `Other` both for a cut block and for a bad header.
    if text_is_eof || error.to_string().contains("entire block") {
        reading.gap(Cause::Truncated, "the archive ends inside a member");
    } else {
        reading.gap(
            Cause::Corrupt,
            "a member's header is broken; what follows it was not read",
        );
    }
}
