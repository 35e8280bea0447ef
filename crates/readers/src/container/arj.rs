//! An ARJ archive in, its files as members out; streaming.
//!
//! Format: ARJ's own TECHNOTE; methods 1 to 3 are those of LHA's -lh6- (`delharc`), method 4 is written here.

use std::io::{self, BufReader, Read};

use delharc::decode::{Decoder, Lh7Decoder};
use flate2::Crc;
use whose_model::Cause;

use super::exact::Exact;
use crate::{
    exhibit::{Body, Reading},
    fields::{le16, le32},
    source::Source,
};

const MARK: &[u8] = b"\x60\xea";
const BROKEN: &str = "a member's header is broken; what follows it was not read";

/// Reads an ARJ archive.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut is_first = true;
    loop {
        let head = source.ahead(4);
        if head.len() < 4 {
            return reading.gap(Cause::Truncated, "the archive's end mark is missing");
        }
        let n = usize::from(le16(head, 2));
        if !head.starts_with(MARK) || n > 2600 {
            return reading.gap(Cause::Corrupt, BROKEN);
        }
        if n == 0 {
            return;
        }
        let head = source.ahead(4 + n + 4);
        if head.len() < 4 + n + 4 {
            return reading.gap(Cause::Truncated, "the archive ends inside a header");
        }
        let mut crc = Crc::new();
        crc.update(&head[4..4 + n]);
        if crc.sum() != le32(head, 4 + n) || n < 30 {
            return reading.gap(Cause::Corrupt, BROKEN);
        }
        let header = head[4..4 + n].to_vec();
        source.pass(4 + n + 4);
        // Extended headers.
        loop {
            let n = usize::from(le16(source.ahead(2), 0));
            source.pass(2);
            if n == 0 || source.is_done() {
                break;
            }
            source.ahead(n + 4);
            source.pass(n + 4);
        }
        if std::mem::take(&mut is_first) {
            continue;
        }
        if !put(&header, source, reading) {
            return;
        }
    }
}

/// Reads one member. `false` when the archive was not read further.
fn put(header: &[u8], source: &mut Source<'_>, reading: &mut Reading<'_>) -> bool {
    let (flags, method, kind) = (header[4], header[5], header[6]);
    let packed = u64::from(le32(header, 12));
    let size = u64::from(le32(header, 16));
    let crc = le32(header, 20);
    let name = header.get(usize::from(header[0])..).unwrap_or(&[]);
    let name = name.split(|byte| *byte == 0).next().unwrap_or(&[]);
    let name: String = match std::str::from_utf8(name) {
        Ok(name) => name.replace('\\', "/"),
        Err(_) => name
            .iter()
            .map(|byte| super::code_page_437(*byte))
            .collect(),
    };
    let mut body = Exact::new(source, packed);
    let is_file = matches!(kind, 0 | 1);
    let lost = if flags & 1 != 0 {
        Some((Cause::Password, "locked with a password"))
    } else if flags & 0x0C != 0 {
        Some((
            Cause::Truncated,
            "a part of a split archive: the other part lies in another file",
        ))
    } else if method > 4 {
        Some((
            Cause::UnsupportedFormat,
            "packed by a method that is not known here",
        ))
    } else {
        None
    };
    let may_go_on = if !is_file || size == 0 && reading.is_empty_too_many() {
        true
    } else if let Some((cause, detail)) = lost {
        reading.lost_member(&name, "unknown", cause, detail, Some(size))
    } else {
        let mut buffered = BufReader::new(&mut body);
        let mut lzh;
        let mut fast;
        let stream: &mut dyn Read = match method {
            0 => &mut buffered,
            1..=3 => {
                lzh = Lzh(Lh7Decoder::new(buffered));
                &mut lzh
            }
            _ => {
                fast = Fast::new(buffered);
                &mut fast
            }
        };
        let mut checked = Checked {
            stream,
            crc: Crc::new(),
            expected: crc,
            left: size,
        };
        reading.member(&name, Body::Unpacked(&mut checked))
    };
    let is_whole = body.finish();
    if !is_whole {
        reading.gap(Cause::Truncated, "the archive ends inside a member");
    }
    may_go_on && is_whole
}

struct Lzh<R>(Lh7Decoder<R>);

impl<R: Read> Read for Lzh<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0
            .fill_buffer(out)
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok(out.len())
    }
}

/// As many bytes as the header says, with the checksum it says.
struct Checked<'a> {
    stream: &'a mut dyn Read,
    crc: Crc,
    expected: u32,
    left: u64,
}

impl Read for Checked<'_> {
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
        self.crc.update(&out[..n]);
        self.left -= n as u64;
        if self.left == 0 && self.crc.sum() != self.expected {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(n)
    }
}

/// Method 4: lengths and distances in Elias-gamma-like codes over a window of 32 KiB.
struct Fast<R> {
    input: R,
    bits: u32,
    n_bits: u32,
    window: Vec<u8>,
    at: usize,
    copy: usize,
    distance: usize,
}

impl<R: Read> Fast<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            bits: 0,
            n_bits: 0,
            window: vec![0; 32 << 10],
            at: 0,
            copy: 0,
            distance: 0,
        }
    }

    fn take(&mut self, n: u32) -> io::Result<usize> {
        while self.n_bits < n {
            let mut byte = [0];
            self.input.read_exact(&mut byte)?;
            self.bits = self.bits << 8 | u32::from(byte[0]);
            self.n_bits += 8;
        }
        self.n_bits -= n;
        let value = self.bits >> self.n_bits & ((1 << n) - 1);
        Ok(value as usize)
    }

    /// A number in a code that says its own width.
    fn code(&mut self, first: u32, last: u32) -> io::Result<usize> {
        let mut width = first;
        let mut base = 0;
        while width < last {
            if self.take(1)? == 0 {
                break;
            }
            base += 1 << width;
            width += 1;
        }
        let rest = if width == 0 { 0 } else { self.take(width)? };
        Ok(base + rest)
    }
}

impl<R: Read> Read for Fast<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mask = self.window.len() - 1;
        for slot in out.iter_mut() {
            if self.copy == 0 {
                let length = self.code(0, 7)?;
                if length == 0 {
                    self.window[self.at & mask] = self.take(8)? as u8;
                    *slot = self.window[self.at & mask];
                    self.at += 1;
                    continue;
                }
                self.copy = length + 2;
                self.distance = self.code(9, 13)? + 1;
            }
            let byte = self.window[self.at.wrapping_sub(self.distance) & mask];
            self.window[self.at & mask] = byte;
            *slot = byte;
            self.at += 1;
            self.copy -= 1;
        }
        Ok(out.len())
    }
}
