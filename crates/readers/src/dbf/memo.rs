//! The number of a block in, the long text that stands there in the file beside the table out.
//!
//! All texts together are no longer than their file; when rows point to the
//! same text again and again, the rest shows the block's number only.
//!
//! Format: Microsoft, "Memo File Structure (.FPT)"; for `.dbt`, "Xbase File
//! Format Description" (E. Bachmann): dBASE III ends a text with 0x1A, dBASE IV
//! begins a block with FF FF 08 00 and its length.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

/// Bytes of one text.
const MAX_TEXT: u64 = 16 << 20;

/// Long texts.
pub(super) struct Memo {
    file: File,
    is_fox: bool,
    block: u64,
    left: u64,
}

impl Memo {
    pub(super) fn open(mut file: File, is_fox: bool) -> Option<Self> {
        let mut head = [0; 24];
        file.rewind().ok()?;
        file.read_exact(&mut head).ok()?;
        let block = if is_fox {
            u16::from_be_bytes([head[6], head[7]]).max(1)
        } else {
            // Zero in dBASE III, which knows one size only.
            match u16::from_le_bytes([head[20], head[21]]) {
                size if size.is_multiple_of(64) && size > 0 => size,
                _ => 512,
            }
        };
        let left = file.metadata().ok()?.len();
        Some(Self {
            file,
            is_fox,
            block: u64::from(block),
            left,
        })
    }

    /// The bytes of a text; `None` when there are none there, or more were asked for than there can be.
    pub(super) fn text(&mut self, number: u64) -> Option<Vec<u8>> {
        let text = self.at(number.checked_mul(self.block)?)?;
        self.left = self.left.checked_sub(text.len() as u64)?;
        Some(text)
    }

    fn at(&mut self, at: u64) -> Option<Vec<u8>> {
        self.file.seek(SeekFrom::Start(at)).ok()?;
        let mut head = [0; 8];
        let mut n = 0;
        while n < head.len() {
            match self.file.read(head.get_mut(n..)?).ok()? {
                0 => break,
                more => n += more,
            }
        }
        let last = head.last_chunk().copied()?;
        let len = if self.is_fox {
            Some(u64::from(u32::from_be_bytes(last)))
        } else if head.starts_with(b"\xff\xff\x08\x00") {
            u64::from(u32::from_le_bytes(last)).checked_sub(8)
        } else {
            None
        };
        if let Some(len) = len {
            if n < head.len() || len > MAX_TEXT || len > self.left {
                return None;
            }
            let mut text = Vec::new();
            (&self.file).take(len).read_to_end(&mut text).ok()?;
            return (text.len() as u64 == len).then_some(text);
        }
        let mut text = head.get(..n)?.to_vec();
        loop {
            if let Some(end) = memchr::memchr(0x1A, &text) {
                text.truncate(end);
                return Some(text);
            }
            if text.len() as u64 > MAX_TEXT.min(self.left) {
                return None;
            }
            let n_before = text.len();
            (&self.file).take(4096).read_to_end(&mut text).ok()?;
            if text.len() == n_before {
                // The file ends with it.
                return Some(text);
            }
        }
    }
}
