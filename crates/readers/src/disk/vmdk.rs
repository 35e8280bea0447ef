//! A VMDK image (sparse or stream-optimised) in, the files on its disk as members out.
//!
//! A large disk lies in several extents (`-s001.vmdk`, `-s002.vmdk`, ...), each
//! with its own head and tables, which are read as one disk.
//!
//! Format: VMware, "Virtual Disk Format 5.0": sparse extents, compressed grains.

use memchr::memmem;
use whose_model::Cause;

use super::{
    blocks::{BROKEN_TABLES, Blocks, Mapped, Place, bound_tables, inflate},
    runs::{Pages, len, read_at},
};
use crate::{
    exhibit::Reading,
    fields::{le16, le32, le64},
    source::ReadSeek,
};

const SECTOR: u64 = 512;

/// One extent: a sparse file with its own head and tables.
struct Vmdk {
    /// Where it begins in what is read.
    base: u64,
    grain: u64,
    len: u64,
    directory: u64,
    per_table: u64,
    /// How many tables there are; fewer than the disk's length asks for when they cannot all be in the file.
    n_tables: u64,
    /// Tables lie behind the end of the file or over each other.
    is_broken: bool,
    is_packed: bool,
    has_base: bool,
    tables: Pages,
    entries: Pages,
}

/// All extents of a disk, one after the other.
struct Extents {
    grain: u64,
    /// Each with the number of its first block; `None` where one is missing.
    list: Vec<(u64, Option<Vmdk>)>,
    n_blocks: u64,
}

/// Reads a VMDK image.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let end = len(file);
    let mut pieces = reading.layout().pieces.clone();
    if pieces.is_empty() {
        pieces.push((0, true));
    }
    let mut extents = Extents {
        grain: 0,
        list: Vec::new(),
        n_blocks: 0,
    };
    let mut usual = 0;
    for (number, &(start, is_there)) in pieces.iter().enumerate() {
        let stop = pieces.get(number + 1).map_or(end, |(next, _)| *next);
        let extent = match is_there.then(|| extent(file, start, stop)).transpose() {
            Ok(extent) => extent,
            Err((cause, detail)) => {
                reading.gap(cause, detail);
                None
            }
        };
        if extents.grain == 0 {
            extents.grain = extent.as_ref().map_or(0, |it| it.grain);
        }
        let extent = extent.filter(|it| it.grain == extents.grain);
        if extents.grain == 0 {
            // Without the first nothing is in its place.
            return;
        }
        if extent.as_ref().is_some_and(|it| it.has_base) {
            reading.gap(
                Cause::Truncated,
                "the image holds changes only; the rest lies in another image",
            );
        }
        if extent.as_ref().is_some_and(|it| it.is_broken) {
            reading.gap(Cause::Corrupt, BROKEN_TABLES);
        }
        let n = extent
            .as_ref()
            .map_or(usual, |it| it.len.div_ceil(it.grain));
        usual = n;
        extents.list.push((extents.n_blocks, extent));
        extents.n_blocks = extents.n_blocks.saturating_add(n);
    }
    super::read_disk(&mut Mapped::new(file, &mut extents), reading);
}

/// The extent that lies between two places.
fn extent(file: &mut dyn ReadSeek, base: u64, stop: u64) -> Result<Vmdk, (Cause, &'static str)> {
    let mut head = read_at(file, base, SECTOR);
    let mut directory = le64(&head, 56);
    if directory == u64::MAX {
        // Written in one go: the true header stands before the end.
        let foot = read_at(file, stop.saturating_sub(2 * SECTOR), SECTOR);
        if !foot.starts_with(b"KDMV") {
            return Err((
                Cause::Truncated,
                "the image's directory stands at its end, which is missing",
            ));
        }
        directory = le64(&foot, 56);
        head = foot;
    }
    let grain = le64(&head, 20).saturating_mul(SECTOR);
    let per_table = u64::from(le32(&head, 44));
    if !(4096..=16 << 20).contains(&grain) || per_table == 0 || per_table > 1 << 16 {
        return Err((Cause::Corrupt, "the image's header is broken"));
    }
    let at = le64(&head, 28).saturating_mul(SECTOR).saturating_add(base);
    let description = read_at(file, at, 64 << 10);
    let mut extent = Vmdk {
        base,
        grain,
        len: le64(&head, 12).saturating_mul(SECTOR),
        directory: directory.saturating_mul(SECTOR).saturating_add(base),
        per_table,
        n_tables: 0,
        is_broken: false,
        is_packed: le32(&head, 8) & 0x1_0000 != 0 && le16(&head, 77) == 1,
        has_base: memmem::find(&description, b"parentFileNameHint").is_some(),
        tables: Pages::default(),
        entries: Pages::default(),
    };
    extent.bound(file, stop);
    Ok(extent)
}

impl Vmdk {
    fn at_sector(&self, sector: u64) -> u64 {
        self.base.saturating_add(sector.saturating_mul(SECTOR))
    }

    /// Where the table stands that is the `index`th; none there is zero.
    fn table(&mut self, file: &mut dyn ReadSeek, index: u64) -> u64 {
        let at = self.directory.saturating_add(index.saturating_mul(4));
        match u64::from(u32::from_le_bytes(self.tables.bytes(file, at))) {
            0 => 0,
            sector => self.at_sector(sector),
        }
    }

    /// Counts the tables.
    fn bound(&mut self, file: &mut dyn ReadSeek, stop: u64) {
        let asked = self.len.div_ceil(self.grain.saturating_mul(self.per_table));
        let (base, each) = (self.base, self.per_table * 4);
        (self.n_tables, self.is_broken) =
            bound_tables(asked, each, (base, stop), |index| self.table(file, index));
    }

    fn place(&mut self, file: &mut dyn ReadSeek, index: u64) -> Place {
        let absent = if self.has_base {
            Place::Lost
        } else {
            Place::Zero
        };
        let table = index / self.per_table;
        let table = match self.table(file, table) {
            _ if table >= self.n_tables => 0,
            place => place,
        };
        if table == 0 {
            return absent;
        }
        let at = table + index % self.per_table * 4;
        match u64::from(u32::from_le_bytes(self.entries.bytes(file, at))) {
            0 => absent,
            1 => Place::Zero,
            sector if self.is_packed => {
                let at = self.at_sector(sector);
                let head = read_at(file, at, 12);
                Place::Packed(at.saturating_add(12), u64::from(le32(&head, 8)))
            }
            sector => Place::At(self.at_sector(sector)),
        }
    }

    fn skip(&mut self, file: &mut dyn ReadSeek, index: u64) -> Option<u64> {
        let mut table = index / self.per_table;
        let end = len(file);
        // One behind the end of the file has no entries to go through.
        let is_there = |place: u64| place != 0 && place < end;
        if table < self.n_tables && is_there(self.table(file, table)) {
            return Some(index);
        }
        while table < self.n_tables && !is_there(self.table(file, table)) {
            table += 1;
        }
        (table < self.n_tables).then(|| table * self.per_table)
    }
}

impl Extents {
    /// The number of the extent in which a block lies.
    fn number(&self, index: u64) -> usize {
        let after = self.list.partition_point(|(first, _)| *first <= index);
        after.saturating_sub(1)
    }
}

impl Blocks for Extents {
    fn block(&self) -> u64 {
        self.grain
    }

    fn len(&self) -> u64 {
        match self.list.as_slice() {
            // A disk in one file may end within a block.
            [(_, Some(only))] => only.len,
            _ => self.n_blocks.saturating_mul(self.grain),
        }
    }

    fn place(&mut self, file: &mut dyn ReadSeek, index: u64) -> Place {
        let number = self.number(index);
        match self.list.get_mut(number) {
            Some((first, Some(extent))) => extent.place(file, index - *first),
            _ => Place::Lost,
        }
    }

    fn unpack(&self, packed: &[u8]) -> Option<Vec<u8>> {
        inflate(packed, true, self.grain)
    }

    fn skip(&mut self, file: &mut dyn ReadSeek, index: u64) -> u64 {
        let mut index = index;
        for number in self.number(index)..self.list.len() {
            let next = self.list.get(number + 1).map(|(first, _)| *first);
            if let Some((first, Some(extent))) = self.list.get_mut(number) {
                let within = extent.skip(file, index.saturating_sub(*first));
                if let Some(found) = within.map(|within| *first + within)
                    && next.is_none_or(|next| found < next)
                {
                    return found;
                }
            }
            match next {
                Some(next) => index = next,
                None => break,
            }
        }
        u64::MAX
    }
}
