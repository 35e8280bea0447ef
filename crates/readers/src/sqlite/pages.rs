//! The pages of an SQLite database in, the cells of a b-tree out, page by page.
//!
//! Each page is used once in a database, so a page that is met again shows a
//! circle or a page that belongs to another row: it is refused, and all work
//! stays within the size of the file.
//!
//! Format: "SQLite Database File Format", 1.3 (header), 1.5 (freelist), 1.6
//! (b-tree pages), 1.7 (overflow pages).

use std::io::SeekFrom;

use whose_model::Cause;

use super::{
    log::Log,
    record::{is_exact, varint},
};
use crate::{encoding::Charset, source::ReadSeek};

/// A row's bytes as stored.
pub(super) struct Cell {
    pub(super) page: u32,
    /// The row's number; none in a table without.
    pub(super) number: Option<i64>,
    pub(super) payload: Vec<u8>,
    /// Whether a part of it could not be read.
    pub(super) is_cut: bool,
}

/// The pages of one file.
pub(super) struct Pages<'f> {
    file: &'f mut dyn ReadSeek,
    size: usize,
    /// Bytes of a page that are used.
    usable: usize,
    n_pages: u32,
    /// How many pages the database says it has.
    n_said: u32,
    encoding: Charset,
    first_free: u32,
    /// One bit a page.
    used: Vec<u64>,
    /// What stands in the log beside the database.
    log: Option<Log>,
}

impl<'f> Pages<'f> {
    /// `log` gives the log for pages of a size.
    pub(super) fn open(
        file: &'f mut dyn ReadSeek,
        log: &mut dyn FnMut(usize) -> Option<Log>,
    ) -> Result<Self, (Cause, &'static str)> {
        let io = |_| (Cause::Io, "the operating system did not give all bytes");
        let len = file.seek(SeekFrom::End(0)).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut header = vec![0; 100];
        if file.read_exact(&mut header).is_err() {
            return Err((Cause::Truncated, "the file ends inside the database's head"));
        }
        let size = match word(&header, 16) {
            Some(1) => 65_536,
            size => usize::from(size.unwrap_or(0)),
        };
        let usable = size.saturating_sub(usize::from(header[20]));
        if !size.is_power_of_two() || size < 512 || usable < 480 {
            return Err((Cause::Corrupt, "the database's head is broken"));
        }
        let mut n_pages = u32::try_from(len.div_ceil(size as u64)).unwrap_or(u32::MAX - 1);
        let mut log = log(size);
        if let Some(log) = log.as_mut().filter(|log| log.n_pages > 0) {
            let most = n_pages.saturating_add(u32::try_from(log.len()).unwrap_or(u32::MAX));
            n_pages = log.n_pages.min(most);
            let mut first = vec![0; size];
            if log.page(1, &mut first).is_some() {
                header = first;
            }
        }
        let long = |at: usize| long(&header, at).unwrap_or(0);
        let encoding = match long(56) {
            2 => Charset::Utf16 { little: true },
            3 => Charset::Utf16 { little: false },
            _ => Charset::Utf8,
        };
        // The size in the header is only kept by newer versions.
        let n_said = if long(24) == long(92) { long(28) } else { 0 };
        let first_free = long(32);
        Ok(Self {
            file,
            size,
            usable,
            n_pages,
            n_said,
            encoding,
            first_free,
            used: vec![0; n_pages as usize / 64 + 1],
            log,
        })
    }

    pub(super) fn size(&self) -> u64 {
        self.size as u64
    }

    pub(super) fn encoding(&self) -> Charset {
        self.encoding
    }

    /// Whether the database says that it has more pages than there are.
    pub(super) fn is_cut(&self) -> bool {
        self.n_said > self.n_pages
    }

    /// Whether changes stand in the log that were never committed.
    pub(super) fn has_more_in_log(&self) -> bool {
        self.log.as_ref().is_some_and(|log| log.has_more)
    }

    /// A page's bytes, unless it was used already or does not exist.
    fn take(&mut self, page: u32) -> Option<Vec<u8>> {
        if page == 0 || page > self.n_pages {
            return None;
        }
        let word = self.used.get_mut(page as usize / 64)?;
        let bit = 1 << (page % 64);
        if *word & bit != 0 {
            return None;
        }
        *word |= bit;
        let at = u64::from(page - 1) * self.size as u64;
        let mut bytes = vec![0; self.size];
        if let Some(log) = &mut self.log
            && log.page(page, &mut bytes).is_some()
        {
            return Some(bytes);
        }
        self.file.seek(SeekFrom::Start(at)).ok()?;
        let mut n = 0;
        while n < bytes.len() {
            match self.file.read(bytes.get_mut(n..)?) {
                Ok(0) => break,
                Ok(more) => n += more,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        // The last page of a file that was cut keeps what there is of it.
        (n > 0).then_some(bytes)
    }

    /// The bytes of a payload that begins in `local` and goes on in overflow pages; whether all came.
    fn payload(&mut self, page: &[u8], at: usize, len: u64, is_index: bool) -> (Vec<u8>, bool) {
        let usable = self.usable as u64;
        let most = if is_index {
            (usable - 12) * 64 / 255 - 23
        } else {
            usable - 35
        };
        let least = (usable - 12) * 32 / 255 - 23;
        let n_local = if len <= most {
            len
        } else {
            let n = least + (len - least) % (usable - 4);
            if n <= most { n } else { least }
        };
        let end = at.saturating_add(n_local as usize);
        let Some(local) = page.get(at..end) else {
            return (page.get(at..).unwrap_or(&[]).to_vec(), false);
        };
        let mut bytes = local.to_vec();
        if n_local == len {
            return (bytes, true);
        }
        let mut next = long(page, end);
        while (bytes.len() as u64) < len {
            let Some(overflow) = next.and_then(|next| self.take(next)) else {
                return (bytes, false);
            };
            next = long(&overflow, 0);
            let n = (len - bytes.len() as u64).min(usable - 4) as usize;
            bytes.extend_from_slice(overflow.get(4..4 + n).unwrap_or(&[]));
        }
        (bytes, true)
    }

    /// The free pages that are leaves of the free list.
    pub(super) fn free(&mut self) -> Vec<u32> {
        let mut free = Vec::new();
        let mut trunk = self.first_free;
        while let Some(bytes) = self.take(trunk) {
            let n = long(&bytes, 4).unwrap_or(0) as usize;
            let leaves = bytes.get(8..self.usable).unwrap_or(&[]);
            let leaves = leaves.chunks_exact(4).take(n);
            free.extend(
                leaves.filter_map(|leaf| leaf.first_chunk().map(|it| u32::from_be_bytes(*it))),
            );
            trunk = long(&bytes, 0).unwrap_or(0);
        }
        free
    }

    /// The cells of a free page that still are whole rows; none unless it was a leaf of a table.
    pub(super) fn whole_cells(&mut self, page: u32) -> Vec<Cell> {
        let Some(bytes) = self.take(page) else {
            return Vec::new();
        };
        let mut cells = Vec::new();
        let Some(leaf) = Leaf::of(&bytes, 0).filter(|leaf| leaf.kind == TABLE_LEAF) else {
            return cells;
        };
        for at in leaf.cells(&bytes) {
            let Some((len, number, start)) = table_cell(&bytes, at) else {
                continue;
            };
            let end = start.saturating_add(usize::try_from(len).unwrap_or(usize::MAX));
            // Its overflow pages may hold something else by now.
            let Some(payload) = bytes.get(start..end).filter(|payload| is_exact(payload)) else {
                continue;
            };
            cells.push(Cell {
                page,
                number: Some(number),
                payload: payload.to_vec(),
                is_cut: false,
            });
        }
        cells
    }
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_be_bytes(*bytes))
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_be_bytes(*bytes))
}

const INDEX_INTERIOR: u8 = 2;
const TABLE_INTERIOR: u8 = 5;
const INDEX_LEAF: u8 = 10;
const TABLE_LEAF: u8 = 13;

/// The head of a b-tree page.
#[derive(Clone, Copy)]
struct Leaf {
    kind: u8,
    n_cells: usize,
    /// Where the cells' positions stand.
    pointers: usize,
    /// The page to the right of all cells.
    right: Option<u32>,
}

impl Leaf {
    fn of(bytes: &[u8], at: usize) -> Option<Self> {
        let kind = *bytes.get(at)?;
        let is_interior = matches!(kind, INDEX_INTERIOR | TABLE_INTERIOR);
        if !is_interior && !matches!(kind, INDEX_LEAF | TABLE_LEAF) {
            return None;
        }
        Some(Self {
            kind,
            n_cells: usize::from(word(bytes, at + 3)?),
            pointers: at + if is_interior { 12 } else { 8 },
            right: if is_interior {
                long(bytes, at + 8)
            } else {
                None
            },
        })
    }

    fn cell(&self, bytes: &[u8], at: usize) -> Option<usize> {
        (at < self.n_cells)
            .then(|| word(bytes, self.pointers + 2 * at))
            .flatten()
            .map(usize::from)
    }

    fn cells<'b>(&'b self, bytes: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
        (0..self.n_cells).map_while(|at| self.cell(bytes, at))
    }
}

/// Length of the payload, the row's number, and where the payload begins.
fn table_cell(page: &[u8], at: usize) -> Option<(u64, i64, usize)> {
    let (len, n) = varint(page.get(at..)?)?;
    let (number, m) = varint(page.get(at + n..)?)?;
    Some((u64::try_from(len).ok()?, number, at + n + m))
}

/// A walk through one b-tree, in the order of its keys.
pub(super) struct Walk {
    root: Option<u32>,
    /// Pages from the root down, each with the cell that comes next.
    open: Vec<Open>,
}

struct Open {
    page: u32,
    bytes: Vec<u8>,
    leaf: Leaf,
    next: usize,
    /// Whether the page to the left of the next cell was read.
    went_left: bool,
}

/// Levels of a b-tree; the largest file has far fewer.
const MAX_LEVELS: usize = 64;

const BROKEN: &str = "a page of the database is broken; its rows were not read";
const BROKEN_ROW: &str = "a row of the database is broken";

impl Walk {
    pub(super) fn new(root: u32) -> Self {
        Self {
            root: Some(root),
            open: Vec::new(),
        }
    }

    /// The next row, or a page that is broken and why; `None` at the end.
    pub(super) fn next(
        &mut self,
        pages: &mut Pages<'_>,
    ) -> Option<Result<Cell, (u32, &'static str)>> {
        if let Some(root) = self.root.take()
            && let Err(error) = self.enter(root, pages)
        {
            return Some(Err(error));
        }
        loop {
            let open = self.open.last_mut()?;
            let is_interior = open.leaf.right.is_some();
            if open.next >= open.leaf.n_cells {
                let right = open.leaf.right.take();
                if is_interior && open.next == open.leaf.n_cells {
                    open.next += 1;
                    let Some(right) = right else { continue };
                    if let Err(error) = self.enter(right, pages) {
                        return Some(Err(error));
                    }
                } else {
                    self.open.pop();
                }
                continue;
            }
            let Some(at) = open.leaf.cell(&open.bytes, open.next) else {
                let page = open.page;
                self.open.pop();
                return Some(Err((page, BROKEN)));
            };
            if is_interior && !open.went_left {
                open.went_left = true;
                if open.leaf.kind == TABLE_INTERIOR {
                    open.next += 1;
                    open.went_left = false;
                }
                let Some(left) = long(&open.bytes, at) else {
                    return Some(Err((open.page, BROKEN)));
                };
                if let Err(error) = self.enter(left, pages) {
                    return Some(Err(error));
                }
                continue;
            }
            open.next += 1;
            open.went_left = false;
            let page = open.page;
            let cell = match open.leaf.kind {
                TABLE_LEAF => table_cell(&open.bytes, at)
                    .map(|(len, number, start)| (len, Some(number), start, false)),
                _ => {
                    let at = at + if is_interior { 4 } else { 0 };
                    let len = open.bytes.get(at..).and_then(varint);
                    len.and_then(|(len, n)| Some((u64::try_from(len).ok()?, None, at + n, true)))
                }
            };
            let Some((len, number, start, is_index)) = cell else {
                return Some(Err((page, BROKEN_ROW)));
            };
            let (payload, is_whole) = pages.payload(&open.bytes, start, len, is_index);
            return Some(Ok(Cell {
                page,
                number,
                payload,
                is_cut: !is_whole,
            }));
        }
    }

    fn enter(&mut self, page: u32, pages: &mut Pages<'_>) -> Result<(), (u32, &'static str)> {
        if self.open.len() >= MAX_LEVELS {
            return Err((page, BROKEN));
        }
        let bytes = pages.take(page).ok_or((page, BROKEN))?;
        let at = if page == 1 { 100 } else { 0 };
        let leaf = Leaf::of(&bytes, at).ok_or((page, BROKEN))?;
        self.open.push(Open {
            page,
            bytes,
            leaf,
            next: 0,
            went_left: false,
        });
        Ok(())
    }
}
