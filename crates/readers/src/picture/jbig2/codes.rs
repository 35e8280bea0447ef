//! Signs of a JBIG2 dictionary that are packed by Huffman's codes in, how many dots they have out.
//!
//! Here the sizes stand in front of the dots of each row of signs, so that
//! nothing is unpacked. A row without signs has dots too, as far as the decoder
//! is concerned: it goes down all its lines.
//!
//! Format: ITU-T T.88, 6.5.5 and 6.5.9 (rows of signs), annex B (codes, and the
//! tables B.1 to B.5; they are held against the decoder's by a test).

use super::signs::{MAX_SIDE, Sizes};

/// Bits of the longest code that is taken; the format has up to 255, and nobody writes them.
const MAX_LENGTH: usize = 32;
/// Lines of the longest table; the five of the format have 4 to 9.
const MAX_LINES: usize = 4_096;

/// A line of a table: the numbers that begin with one code.
#[derive(Clone, Copy)]
struct Line {
    /// Bits of the code; none is a line that is not used.
    length: u8,
    first: i64,
    /// Bits behind the code, which are added to the first number.
    n_bits: u8,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Up,
    /// The bits are taken away from the first number.
    Down,
    /// No number: the mark that ends a row.
    End,
}

/// A table of codes.
#[derive(Clone)]
pub(super) struct Codes {
    lines: Vec<Line>,
    /// For each length: how many codes are shorter, as places in `lines`, and the first code.
    lengths: [(usize, u64); MAX_LENGTH + 2],
}

const fn up(length: u8, first: i64, n_bits: u8) -> Line {
    let kind = Kind::Up;
    Line {
        length,
        first,
        n_bits,
        kind,
    }
}

const fn down(length: u8, first: i64) -> Line {
    let (kind, n_bits) = (Kind::Down, 32);
    Line {
        length,
        first,
        n_bits,
        kind,
    }
}

const fn end(length: u8) -> Line {
    let (kind, first, n_bits) = (Kind::End, 0, 0);
    Line {
        length,
        first,
        n_bits,
        kind,
    }
}

/// Tables B.1 to B.5.
const STANDARD: [&[Line]; 5] = [
    &[up(1, 0, 4), up(2, 16, 8), up(3, 272, 16), up(3, 65_808, 32)],
    &[
        up(1, 0, 0),
        up(2, 1, 0),
        up(3, 2, 0),
        up(4, 3, 3),
        up(5, 11, 6),
        up(6, 75, 32),
        end(6),
    ],
    &[
        up(8, -256, 8),
        up(1, 0, 0),
        up(2, 1, 0),
        up(3, 2, 0),
        up(4, 3, 3),
        up(5, 11, 6),
        down(8, -257),
        up(7, 75, 32),
        end(6),
    ],
    &[
        up(1, 1, 0),
        up(2, 2, 0),
        up(3, 3, 0),
        up(4, 4, 3),
        up(5, 12, 6),
        up(5, 76, 32),
    ],
    &[
        up(7, -255, 8),
        up(1, 1, 0),
        up(2, 2, 0),
        up(3, 3, 0),
        up(4, 4, 3),
        up(5, 12, 6),
        down(7, -256),
        up(6, 76, 32),
    ],
];

impl Codes {
    /// The table B.1 to B.5 of this number.
    pub(super) fn standard(number: usize) -> Self {
        Self::of(STANDARD[number - 1].to_vec())
    }

    /// A table that stands in the file (B.2). `Some(None)` is one of a size that nobody writes, `None` a broken one.
    pub(super) fn read(data: &[u8]) -> Option<Option<Self>> {
        let mut bits = Bits::new(data);
        let flags = bits.take(8)?;
        let (has_end, n_length, n_range) =
            (flags & 1 == 1, (flags >> 1 & 7) + 1, (flags >> 4 & 7) + 1);
        let lowest = i64::from(bits.take(32)? as u32 as i32);
        let highest = i64::from(bits.take(32)? as u32 as i32);
        let mut lines = Vec::new();
        let mut first = lowest;
        while first < highest {
            let (length, n_bits) = (bits.take(n_length)?, bits.take(n_range)?);
            if lines.len() == MAX_LINES || n_bits > 32 {
                return Some(None);
            }
            lines.push(up(length as u8, first, n_bits as u8));
            first += 1_i64 << n_bits;
        }
        lines.push(down(bits.take(n_length)? as u8, lowest - 1));
        lines.push(up(bits.take(n_length)? as u8, highest, 32));
        if has_end {
            lines.push(end(bits.take(n_length)? as u8));
        }
        let is_usual = lines
            .iter()
            .all(|line| usize::from(line.length) <= MAX_LENGTH);
        Some(is_usual.then(|| Self::of(lines)))
    }

    /// Gives each line its code: shorter ones come first, and of one length the line that stands first (B.3).
    fn of(mut lines: Vec<Line>) -> Self {
        lines.retain(|line| line.length > 0);
        lines.sort_by_key(|line| line.length);
        let mut lengths = [(lines.len(), 0); MAX_LENGTH + 2];
        let (mut at, mut code) = (0, 0_u64);
        for (length, place) in lengths.iter_mut().enumerate() {
            *place = (at, code);
            let n = lines[at..]
                .iter()
                .take_while(|line| usize::from(line.length) == length);
            let n = n.count();
            at += n;
            code = code.wrapping_add(n as u64).wrapping_mul(2);
        }
        Self { lines, lengths }
    }

    /// The next number; `Some(None)` is the mark, `None` is broken.
    fn next(&self, bits: &mut Bits<'_>) -> Option<Option<i64>> {
        let mut code = 0_u64;
        for length in 1..=MAX_LENGTH {
            code = code << 1 | bits.take(1)?;
            let ((at, first), (after, _)) = (self.lengths[length], self.lengths[length + 1]);
            let place = code.checked_sub(first).map(|by| by as usize);
            if let Some(place) = place.filter(|&place| place < after - at) {
                let line = self.lines[at + place];
                let by = bits.take(u64::from(line.n_bits))? as i64;
                return Some(match line.kind {
                    Kind::Up => Some(line.first + by),
                    Kind::Down => Some(line.first - by),
                    Kind::End => None,
                });
            }
        }
        None
    }
}

/// Bits taken from the front, high bit first.
struct Bits<'a> {
    data: &'a [u8],
    /// In bits.
    at: usize,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// A number of at most 32 bits; `None` behind the end.
    fn take(&mut self, n: u64) -> Option<u64> {
        let mut number = 0;
        for _ in 0..n {
            let byte = *self.data.get(self.at / 8)?;
            number = number << 1 | u64::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(number)
    }

    /// Goes on to the next whole byte, and so many bytes further.
    fn pass(&mut self, n_bytes: u64) -> Option<()> {
        let at = self
            .at
            .div_ceil(8)
            .checked_add(usize::try_from(n_bytes).ok()?)?;
        self.at = (at <= self.data.len()).then_some(at)? * 8;
        Some(())
    }
}

/// How a dictionary is packed.
pub(super) struct Coded<'a> {
    pub(super) heights: Codes,
    pub(super) widths: Codes,
    /// Bytes of the dots of a row of signs.
    pub(super) lengths: Codes,
    pub(super) n_signs: u32,
    pub(super) data: &'a [u8],
}

impl Coded<'_> {
    /// As `Packed::sizes`: `None` when there are more dots than allowed; of a broken dictionary, what stands before the break.
    pub(super) fn sizes(&self, allowed: u64) -> Option<Sizes> {
        let mut sizes = Sizes::default();
        let mut bits = Bits::new(self.data);
        let (mut height, mut n) = (0_u32, 0);
        while n < self.n_signs {
            if self
                .row(&mut bits, &mut height, &mut n, allowed, &mut sizes)
                .is_none()
            {
                break;
            }
        }
        (sizes.dots <= allowed).then_some(sizes)
    }

    /// One row of signs of one height; `None` where it breaks off, or goes beyond what is allowed.
    fn row(
        &self,
        bits: &mut Bits<'_>,
        height: &mut u32,
        n: &mut u32,
        allowed: u64,
        sizes: &mut Sizes,
    ) -> Option<()> {
        *height = add(*height, self.heights.next(bits)??)?;
        let (mut width, mut together) = (0_u32, 0_u64);
        while let Some(by) = self.widths.next(bits)? {
            width = add(width, by)?;
            if *n == self.n_signs {
                return None;
            }
            *n += 1;
            together += u64::from(width);
            let area = u64::from(width) * u64::from(*height);
            // One for the sign itself; its dots are drawn with those of the whole row, and cut out.
            sizes.dots = sizes.dots.saturating_add(area.max(1));
            if width.max(*height) <= MAX_SIDE {
                sizes.largest = sizes.largest.max(area);
            }
            if sizes.dots > allowed {
                return None;
            }
        }
        sizes.dots = sizes.dots.saturating_add(u64::from(*height).max(1));
        if sizes.dots > allowed {
            return None;
        }
        let length = u64::try_from(self.lengths.next(bits)??).ok()?;
        // None are dots that are not packed.
        let plain = together.div_ceil(8) * u64::from(*height);
        bits.pass(if length == 0 { plain } else { length })
    }
}

/// A size that grew; `None` where the decoder's own number would not hold it.
fn add(size: u32, by: i64) -> Option<u32> {
    size.checked_add_signed(i32::try_from(by).ok()?)
}

#[cfg(test)]
pub(super) mod tests {
    //! The other way round: rows of signs whose dots are not packed, behind codes.

    use super::{Codes, Kind};

    /// Bits, and how to write numbers by a table.
    #[derive(Default)]
    pub(in super::super) struct Writer(Vec<bool>);

    impl Writer {
        pub(in super::super) fn bits(&mut self, number: u64, n: u64) {
            self.0.extend((0..n).rev().map(|at| number >> at & 1 == 1));
        }

        pub(in super::super) fn number(&mut self, codes: &Codes, number: Option<i64>) {
            let fits = |line: &super::Line| match (number, line.kind) {
                (None, kind) => kind == Kind::End,
                (Some(number), Kind::Up) => {
                    (line.first..line.first + (1 << line.n_bits)).contains(&number)
                }
                (Some(number), Kind::Down) => number <= line.first,
                (Some(_), Kind::End) => false,
            };
            let at = codes.lines.iter().position(fits).unwrap();
            let line = codes.lines[at];
            let (first_at, first) = codes.lengths[usize::from(line.length)];
            self.bits(first + (at - first_at) as u64, u64::from(line.length));
            let by = number.unwrap_or(0).abs_diff(line.first);
            self.bits(by, u64::from(line.n_bits));
        }

        pub(in super::super) fn align(&mut self) {
            self.0.resize(self.0.len().next_multiple_of(8), false);
        }

        pub(in super::super) fn bytes(&self) -> Vec<u8> {
            let byte = |bits: &[bool]| bits.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
            self.0.chunks(8).map(byte).collect()
        }

        /// A dictionary's rows of signs, all of which are handed on.
        pub(in super::super) fn dictionary(
            mut self,
            heights: &Codes,
            widths: &Codes,
            rows: &[(u32, Vec<u32>)],
        ) -> Vec<u8> {
            let mut before = 0;
            for (height, all) in rows {
                self.number(heights, Some(i64::from(*height) - before));
                before = i64::from(*height);
                let mut last = 0;
                for &width in all {
                    self.number(widths, Some(i64::from(width) - last));
                    last = i64::from(width);
                }
                self.number(widths, None);
                self.number(&Codes::standard(1), Some(0));
                self.align();
                let n_bytes = all.iter().sum::<u32>().div_ceil(8) * height;
                for at in 0..n_bytes {
                    self.bits(u64::from(at.wrapping_mul(37) as u8), 8);
                }
            }
            let n: usize = rows.iter().map(|(_, all)| all.len()).sum();
            self.number(&Codes::standard(1), Some(0));
            self.number(&Codes::standard(1), Some(n as i64));
            self.align();
            self.bytes()
        }
    }

    #[test]
    fn numbers_come_back_as_they_were_coded() {
        for number in 1..=5 {
            let codes = Codes::standard(number);
            let first = codes.lines.iter().map(|line| match line.kind {
                Kind::End => None,
                _ => Some(line.first),
            });
            let all: Vec<_> = first.chain([Some(70_000)]).collect();
            let mut writer = Writer::default();
            for &number in &all {
                writer.number(&codes, number);
            }
            writer.align();
            let bytes = writer.bytes();
            let mut bits = super::Bits::new(&bytes);
            let back: Vec<_> = all.iter().map(|_| codes.next(&mut bits).unwrap()).collect();
            assert_eq!(back, all);
        }
    }
}
