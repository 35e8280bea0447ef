//! A disk image in, the files of its file systems as members out, under the paths a forensic examiner would write.
//!
//! `p2/Users/a/list.xlsx` lies on the second partition; `p2/[deleted]/...` was
//! deleted and its place is not in use again. What belongs to no file is
//! searched for readable strings, and a volume whose file system is not known
//! here as a whole; their places are byte offsets in the raw disk.
//!
//! Formats: one file a file system or image format; the partition tables are in `partitions.rs`.

mod blocks;
mod ewf;
mod exfat;
mod ext;
mod fat;
mod iso;
mod ntfs;
mod ntfs_data;
mod partitions;
mod qcow;
mod runs;
mod vhd;
mod vhdx;
mod vmdk;
mod window;

use std::io::Read;

use whose_model::{Cause, Locator};

use self::runs::{Run, len, read_at};
use crate::{
    exhibit::{Body, Reading},
    source::ReadSeek,
    strings,
};

pub(crate) use self::{
    ewf::read as read_ewf,
    iso::read as read_iso,
    qcow::read as read_qcow,
    vhd::read as read_vhd,
    vhdx::read as read_vhdx,
    vmdk::read as read_vmdk,
    window::{Whole, Window},
};

/// Whether a disk or a volume begins.
pub(crate) fn is_disk(head: &[u8]) -> bool {
    matches!(
        head.get(3..11),
        Some(b"NTFS    " | b"EXFAT   " | b"-FVE-FS-")
    ) || head.starts_with(b"LUKS\xba\xbe")
        || fat::is_fat(head)
        || ext::is_ext(head)
        || partitions::is_table(head)
}

/// Stretches of free space of one volume that are searched one by one.
const MAX_FREE: usize = 1 << 20;

/// What was found of a volume.
enum Volume {
    /// Its files were read; these stretches, counted from its start, belong to none.
    Read { free: Vec<Run> },
    /// It is locked as a whole.
    Locked,
    /// No file system that is known here.
    Unknown,
    /// No more members may be read.
    Stopped,
}

/// A disk that knows its holes.
pub(crate) trait Disk: ReadSeek {
    /// The next stretch at or after `at` that holds anything: start and end.
    fn content(&mut self, at: u64) -> Option<(u64, u64)>;
}

/// Reads a raw disk or volume.
pub(crate) fn read_raw(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    read_disk(&mut Whole(file), reading);
}

/// Reads a disk, whatever image it came in.
fn read_disk(disk: &mut dyn Disk, reading: &mut Reading<'_>) {
    let end = len(disk);
    let parts = partitions::of(disk);
    if parts.is_empty() {
        if read_volume(disk, 0, end, "", reading).is_none() {
            reading.gap(
                Cause::UnsupportedFormat,
                "neither a partition table nor a file system that is known here; only its readable strings were read",
            );
            scan(disk, 0, end, reading);
        }
        return;
    }
    let mut at = 0;
    for part in parts {
        // What lies between partitions.
        if part.at > at {
            scan(disk, at, part.at.min(end) - at.min(end), reading);
        }
        at = at.max(part.at.saturating_add(part.len));
        if part.at >= end {
            reading.gap_at(
                place(part.at, part.len),
                Cause::Truncated,
                "a partition lies behind the end of the image",
            );
            continue;
        }
        let n = part.len.min(end - part.at);
        let prefix = format!("p{}/", part.number);
        match read_volume(disk, part.at, n, &prefix, reading) {
            Some(true) => {}
            Some(false) => return,
            None => {
                reading.gap_at(
                    place(part.at, n),
                    Cause::UnsupportedFormat,
                    "a partition whose file system is not known here; only its readable strings were read",
                );
                scan(disk, part.at, n, reading);
            }
        }
    }
    if end > at {
        scan(disk, at, end - at, reading);
    }
}

/// Reads the strings of a stretch, holes passed over.
fn scan(disk: &mut dyn Disk, at: u64, len: u64, reading: &mut Reading<'_>) {
    let end = at.saturating_add(len);
    let mut at = at;
    while let Some((start, stop)) = disk.content(at) {
        let stop = stop.min(end);
        if start >= stop {
            return;
        }
        strings::scan(disk, start, stop - start, reading);
        at = stop;
    }
}

fn place(at: u64, len: u64) -> Locator {
    Locator::Bytes {
        start: at,
        end: at.saturating_add(len),
    }
}

/// Reads one volume. `None` when its file system is not known, `Some(false)` when no more members may be read.
fn read_volume(
    disk: &mut dyn Disk,
    at: u64,
    len: u64,
    prefix: &str,
    reading: &mut Reading<'_>,
) -> Option<bool> {
    let found = {
        let volume: &mut dyn Disk = &mut Window::new(disk, at, len);
        let head = read_at(volume, 0, 2048);
        if head.get(3..11) == Some(b"NTFS    ") {
            ntfs::read(volume, prefix, reading)
        } else if head.get(3..11) == Some(b"EXFAT   ") {
            exfat::read(volume, prefix, reading)
        } else if head.get(3..11) == Some(b"-FVE-FS-") || head.starts_with(b"LUKS\xba\xbe") {
            Volume::Locked
        } else if ext::is_ext(&head) {
            ext::read(volume, prefix, reading)
        } else if fat::is_fat(&head) {
            fat::read(volume, prefix, reading)
        } else {
            Volume::Unknown
        }
    };
    match found {
        Volume::Unknown => None,
        Volume::Stopped => Some(false),
        Volume::Locked => {
            reading.gap_at(
                place(at, len),
                Cause::Password,
                "an encrypted volume; its key is needed",
            );
            Some(true)
        }
        Volume::Read { free } => {
            for run in free {
                if let Some(start) = run.at
                    && start < len
                {
                    scan(disk, at + start, run.len.min(len - start), reading);
                }
            }
            Some(true)
        }
    }
}

/// Collects stretches that touch each other into one.
#[derive(Default)]
struct Free {
    runs: Vec<Run>,
    is_full: bool,
}

impl Free {
    fn add(&mut self, at: u64, len: u64) {
        if let Some(last) = self.runs.last_mut()
            && last.at.map(|start| start + last.len) == Some(at)
        {
            last.len += len;
        } else if self.runs.len() < MAX_FREE {
            self.runs.push(Run { at: Some(at), len });
        } else {
            self.is_full = true;
        }
    }

    /// The stretches; when there were too many, the gap says so.
    fn done(self, reading: &mut Reading<'_>) -> Vec<Run> {
        if self.is_full {
            reading.gap(
                Cause::TooLarge,
                "more stretches of free space than are searched; the rest was not read",
            );
        }
        self.runs
    }
}

/// Hands over the files of a volume. All files together are no longer than the
/// volume; when they claim to be, since they lie over each other or are mostly
/// holes, the rest counts against the bounds on unpacking.
struct Giver {
    files_left: u64,
    directories_left: u64,
}

impl Giver {
    fn new(volume: &mut dyn Disk) -> Self {
        let len = len(volume);
        Self {
            files_left: len,
            directories_left: len.saturating_add(4 << 20),
        }
    }

    /// Reads a file as a member. `false` when no more members may be read.
    fn put(&mut self, name: &str, body: &mut dyn Read, n: u64, reading: &mut Reading<'_>) -> bool {
        match self.files_left.checked_sub(n) {
            Some(left) => {
                self.files_left = left;
                reading.member(name, Body::Stored(body))
            }
            None => reading.member(name, Body::Unpacked(body)),
        }
    }

    /// Whether a directory of so many bytes may be looked at; the gap is noted once.
    fn may_list(&mut self, n: u64, reading: &mut Reading<'_>) -> bool {
        if let Some(left) = self.directories_left.checked_sub(n) {
            self.directories_left = left;
            return true;
        }
        if std::mem::take(&mut self.directories_left) > 0 {
            reading.gap(
                Cause::Corrupt,
                "directories that lie over each other; the rest of them was not read",
            );
        }
        false
    }
}
