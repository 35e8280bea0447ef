//! Files that lie beside each other in; whether their bytes make one thing, and that thing as one run of bytes, out.
//!
//! Whoever starts the reading says by the names which files may belong
//! together: the parts of a split archive, a database and its log. A name is
//! only a hint (`IM.001`, `IM.002` may be two pictures), so the first bytes of
//! the first two decide, the same way whichever file of the set is being read:
//! the first gives all that is in them, the others only say whose part they
//! are. Nothing is copied: `Joined` reads from each part where it lies.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use whose_model::{ExhibitPath, SetKind};

use crate::{
    container, dbf,
    formats::{How, unknown},
    sniff,
};

/// Bytes of a file that are looked at.
const HEAD: u64 = 64 << 10;
/// A text is taken for one that was cut in pieces only when the pieces are as long as this.
const MIN_TEXT: u64 = 64 << 10;

/// The files that may belong with one that is being read.
pub struct Beside {
    /// How their names fit.
    pub kind: SetKind,
    /// Whether the one being read is the one under which all that is in them is listed.
    pub is_first: bool,
    /// Whether it comes after one that is missing.
    pub is_behind: bool,
    /// What they are called when they are joined.
    pub whole: String,
    /// What the part that would follow the last is called.
    pub next: Option<String>,
    /// In order, the one being read among them; when that is not the first, no more than the first two.
    pub files: Vec<Neighbour>,
}

/// One of several files that lie beside each other.
pub struct Neighbour {
    /// Its name.
    pub name: String,
    /// Open; `None` when it is missing.
    pub file: Option<File>,
}

impl Beside {
    /// Whether the bytes agree that these files make one thing.
    pub(crate) fn is_one(&mut self) -> bool {
        let whole = ExhibitPath(self.whole.clone());
        let kind = self.kind;
        let mut files = self.files.iter_mut().map(|it| it.file.as_mut());
        let (first, second) = (files.next().flatten(), files.next().flatten());
        let Some(file) = first else {
            // The first disk of a ZIP archive need not be there: its directory is on the last.
            return kind == SetKind::Zip;
        };
        let first = head(file);
        let second = second.map(head);
        let other = second.as_deref().unwrap_or(&[]);
        let both =
            |mark: &[u8]| first.starts_with(mark) && (second.is_none() || other.starts_with(mark));
        match kind {
            SetKind::Pieces => is_cut(file, &first, second.as_deref(), &whole),
            SetKind::Zip => first.starts_with(b"PK"),
            SetKind::Ewf => both(b"EVF\x09\x0d\x0a\xff\0"),
            SetKind::Rar => both(b"Rar!\x1a\x07") && container::is_rar_volume(&first),
            SetKind::Vmdk => both(b"KDMV"),
            SetKind::Log => {
                first.starts_with(b"SQLite format 3\0") && other.starts_with(b"\x37\x7f\x06")
            }
            SetKind::Memo => dbf::has_long_texts(&first) && !other.is_empty(),
        }
    }

    /// Whether what comes after a missing part cannot be read.
    pub(crate) fn is_lost(&mut self) -> bool {
        self.is_behind
            && match self.kind {
                SetKind::Ewf | SetKind::Rar => true,
                SetKind::Pieces => {
                    let first = self.files.first_mut().and_then(|it| it.file.as_mut());
                    let format = first.map_or_else(unknown, |file| {
                        sniff::format(&head(file), &ExhibitPath(self.whole.clone()))
                    });
                    !matches!(format.how, How::Seek(_))
                }
                _ => false,
            }
    }

    /// Bytes of all files together.
    pub(crate) fn n_bytes(&self) -> u64 {
        let files = self.files.iter().filter_map(|it| it.file.as_ref());
        files.map(n_bytes).fold(0, u64::saturating_add)
    }

    /// Names of those that are missing.
    pub(crate) fn missing(&self) -> Vec<String> {
        let files = self.files.iter().filter(|it| it.file.is_none());
        files.map(|it| it.name.clone()).collect()
    }

    /// The format of all files together, where the names say it.
    pub(crate) const fn format(&self) -> Option<&'static str> {
        match self.kind {
            SetKind::Zip => Some("zip"),
            SetKind::Ewf => Some("ewf"),
            SetKind::Rar => Some("rar"),
            SetKind::Vmdk => Some("vmdk"),
            SetKind::Pieces | SetKind::Log | SetKind::Memo => None,
        }
    }

    /// All files as one; a missing one is a hole as long as the first.
    pub(crate) fn join(self) -> Joined {
        let lens = |it: &Neighbour| it.file.as_ref().map(n_bytes);
        let hole = self.files.iter().find_map(lens).unwrap_or(0);
        let has_holes = self.files.iter().any(|it| it.file.is_none());
        let mut at = 0_u64;
        let mut pieces = Vec::new();
        for it in self.files {
            let len = it.file.as_ref().map_or(hole, n_bytes);
            pieces.push(Piece {
                start: at,
                len,
                file: it.file,
            });
            at = at.saturating_add(len);
        }
        Joined {
            pieces,
            at: 0,
            len: at,
            next: self.next.filter(|_| !has_holes),
        }
    }
}

fn n_bytes(file: &File) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.len())
}

/// The first bytes of a file, which is left at its beginning.
fn head(file: &mut File) -> Vec<u8> {
    let mut head = Vec::new();
    let _ = file.rewind();
    let _ = file.take(HEAD).read_to_end(&mut head);
    let _ = file.rewind();
    head
}

/// Whether a file ends with a line.
fn ends_with_line(file: &mut File) -> bool {
    let mut last = [0];
    let found = file
        .seek(SeekFrom::End(-1))
        .and_then(|_| file.read_exact(&mut last));
    let _ = file.rewind();
    found.is_err() || matches!(last, [b'\n' | b'\r' | 0x1C])
}

/// Whether a file goes on in the next: it shows what it is, and the next does not show the same once more.
fn is_cut(file: &mut File, first: &[u8], second: Option<&[u8]>, whole: &ExhibitPath) -> bool {
    if sniff::is_text(first) && !sniff::has_mark(first) {
        // Texts of one length may be so by chance when they are short: then the first must break off.
        let begin = |bytes: &[u8]| bytes.get(..8).unwrap_or(bytes).to_vec();
        let is_long = n_bytes(file) >= MIN_TEXT;
        let mut is_broken_off = || {
            whole.0.contains('.')
                && !ends_with_line(file)
                && second.is_some_and(|second| begin(second) != begin(first))
        };
        return second.is_none_or(sniff::is_text) && (is_long || is_broken_off());
    }
    let format = sniff::format(first, whole);
    if matches!(format.id, "unknown" | "part" | "binary" | "empty") {
        return false;
    }
    second.is_none_or(|second| sniff::format(second, whole).id != format.id)
}

/// Several files as one run of bytes, read where they lie.
pub(crate) struct Joined {
    pieces: Vec<Piece>,
    at: u64,
    len: u64,
    next: Option<String>,
}

struct Piece {
    start: u64,
    len: u64,
    /// `None` where a part is missing.
    file: Option<File>,
}

/// Where the pieces of what is being read begin.
#[derive(Clone, Default)]
pub(crate) struct Layout {
    /// For each piece, where it begins, and whether it is there.
    pub(crate) pieces: Vec<(u64, bool)>,
    /// What the piece that would follow is called, when none before is missing.
    pub(crate) next: Option<String>,
}

impl Layout {
    /// Where an offset within a piece lies in the whole; of a file in one piece, the offset itself.
    pub(crate) fn place(&self, piece: u64, offset: u64) -> Option<u64> {
        if self.pieces.len() < 2 {
            return Some(offset);
        }
        let (start, _) = self.pieces.get(usize::try_from(piece).ok()?)?;
        start.checked_add(offset)
    }

    /// Where what lies behind all missing pieces begins.
    pub(crate) fn after_holes(&self) -> u64 {
        let hole = self.pieces.iter().rposition(|(_, is_there)| !is_there);
        let next = hole.and_then(|hole| self.pieces.get(hole + 1));
        next.map_or(0, |(start, _)| *start)
    }

    /// Where each piece begins, up to the first that is missing; of a file in one piece, its beginning.
    pub(crate) fn starts(&self) -> Vec<u64> {
        if self.pieces.is_empty() {
            return vec![0];
        }
        let there = self.pieces.iter().take_while(|(_, is_there)| *is_there);
        there.map(|(start, _)| *start).collect()
    }
}

impl Joined {
    pub(crate) fn layout(&self) -> Layout {
        Layout {
            pieces: self
                .pieces
                .iter()
                .map(|piece| (piece.start, piece.file.is_some()))
                .collect(),
            next: self.next.clone(),
        }
    }

    /// The files, up to the first that is missing.
    pub(crate) fn files(&self) -> Vec<&File> {
        self.pieces
            .iter()
            .map_while(|piece| piece.file.as_ref())
            .collect()
    }
}

/// Where a part is missing, an error.
impl Read for Joined {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let number = self
            .pieces
            .partition_point(|piece| piece.start + piece.len <= self.at);
        let Some(piece) = self.pieces.get_mut(number) else {
            return Ok(0);
        };
        let within = self.at.saturating_sub(piece.start);
        let n = (piece.len - within).min(out.len() as u64) as usize;
        let Some(file) = &mut piece.file else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        file.seek(SeekFrom::Start(within))?;
        let n = file.read(&mut out[..n])?;
        if n == 0 && !out.is_empty() {
            // It became shorter since.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Joined {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests;
