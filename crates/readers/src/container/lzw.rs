//! What `compress` packed (`.Z`) in, its content out.
//!
//! Codes come in groups of eight of one width; when the width changes, the rest
//! of the group is filling. That quirk is the format.
//!
//! Format: the manual page `compress(1)` of 4.3BSD and ncompress's notes on it.

use std::io::{self, Read};

const CLEAR: usize = 256;

/// The content of a `.Z` stream.
pub(super) struct Lzw<R> {
    input: R,
    max_bits: u32,
    has_clear: bool,
    is_begun: bool,
    bits: u32,
    /// A group of eight codes.
    group: Vec<u8>,
    /// The next code's place in the group, in bits.
    at: usize,
    prefix: Vec<u16>,
    suffix: Vec<u8>,
    last: Option<usize>,
    first_byte: u8,
    /// What is ready, last byte first.
    ready: Vec<u8>,
}

impl<R: Read> Lzw<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            max_bits: 16,
            has_clear: true,
            is_begun: false,
            bits: 9,
            group: Vec::new(),
            at: 0,
            prefix: Vec::new(),
            suffix: Vec::new(),
            last: None,
            first_byte: 0,
            ready: Vec::new(),
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        let mut head = [0; 3];
        self.input.read_exact(&mut head)?;
        self.max_bits = u32::from(head[2] & 0x1F);
        self.has_clear = head[2] & 0x80 != 0;
        if head[..2] != [0x1F, 0x9D] || !(9..=16).contains(&self.max_bits) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.is_begun = true;
        self.reset();
        Ok(())
    }

    /// Codes beyond the 256 bytes; the code that clears takes a place of its own.
    fn reset(&mut self) {
        let n = if self.has_clear { 257 } else { 256 };
        self.prefix.clear();
        self.prefix.resize(n, 0);
        self.suffix = (0..=255).collect();
        self.suffix.resize(n, 0);
        self.bits = 9;
        self.last = None;
        self.group.clear();
        self.at = 0;
    }

    fn code(&mut self) -> io::Result<Option<usize>> {
        if self.prefix.len() >= 1 << self.bits && self.bits < self.max_bits {
            self.bits += 1;
            self.group.clear();
            self.at = 0;
        }
        let bits = self.bits as usize;
        if self.at + bits > self.group.len() * 8 {
            self.group.clear();
            self.at = 0;
            (&mut self.input)
                .take(bits as u64)
                .read_to_end(&mut self.group)?;
            if self.group.len() * 8 < bits {
                return Ok(None);
            }
        }
        let mut code = 0;
        for index in 0..bits {
            let at = self.at + index;
            let bit = self.group[at / 8] >> (at % 8) & 1;
            code |= usize::from(bit) << index;
        }
        self.at += bits;
        Ok(Some(code))
    }

    /// Makes the next string ready. `false` at the end.
    fn step(&mut self) -> io::Result<bool> {
        if !self.is_begun {
            self.begin()?;
        }
        let Some(code) = self.code()? else {
            return Ok(false);
        };
        if code == CLEAR && self.has_clear {
            self.reset();
            return Ok(true);
        }
        let Some(last) = self.last else {
            let byte = u8::try_from(code).map_err(|_| io::ErrorKind::InvalidData)?;
            self.first_byte = byte;
            self.last = Some(code);
            self.ready.push(byte);
            return Ok(true);
        };
        let n = self.prefix.len();
        let mut at = code;
        if code >= n {
            if code > n {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.ready.push(self.first_byte);
            at = last;
        }
        // Each prefix has a lower code, so this ends.
        while at >= 256 {
            self.ready.push(self.suffix[at]);
            at = usize::from(self.prefix[at]);
        }
        self.first_byte = at as u8;
        self.ready.push(self.first_byte);
        if n < 1 << self.max_bits {
            self.prefix.push(last as u16);
            self.suffix.push(self.first_byte);
        }
        self.last = Some(code);
        Ok(true)
    }
}

impl<R: Read> Read for Lzw<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut n = 0;
        while n < out.len() {
            match self.ready.pop() {
                Some(byte) => {
                    out[n] = byte;
                    n += 1;
                }
                None => match self.step() {
                    Ok(true) => {}
                    Ok(false) => break,
                    // What came before is handed over first.
                    Err(_) if n > 0 => break,
                    Err(error) => return Err(error),
                },
            }
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use crate::testkit::read_bytes;

    #[test]
    fn codes_of_growing_width_and_a_string_that_names_itself_are_undone() {
        // "aaaa...": each code is the one that is being made.
        let mut bits: Vec<bool> = Vec::new();
        for code in [97_u32, 257, 258, 259] {
            bits.extend((0..9).map(|bit| code >> bit & 1 == 1));
        }
        let mut packed = vec![0x1F, 0x9D, 0x90];
        for byte in bits.chunks(8) {
            packed.push(
                byte.iter()
                    .enumerate()
                    .map(|(i, b)| u8::from(*b) << i)
                    .sum(),
            );
        }
        let given = read_bytes("a.txt.Z", &packed);
        assert_eq!(given.text(), "aaaaaaaaaa");
        assert_eq!(given.end_of("a.txt.Z/a.txt").format, "text");
    }
}
