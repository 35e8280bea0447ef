//! The signs of a JBIG2 dictionary in, how many dots they have out.
//!
//! How large a sign is stands between the dots of the signs before it, packed
//! with them, so that sizes can only be had by unpacking. Nothing is kept here
//! but the sign that is unpacked, and the count ends where it is allowed to:
//! a few bytes can ask for signs of four thousand million dots.
//!
//! Format: ITU-T T.88, 6.2 (dots by template), 6.5 (dictionaries), annexes A
//! (numbers) and E (arithmetic coding). Signs that are packed by Huffman's codes
//! are sized in `codes.rs`, those that are drawn out of others not at all.

/// The place of a dot from the one that is unpacked: right, down.
type Step = (i8, i8);

/// The fixed dots of the four templates (T.88, figures 3 to 6); the movable ones stand in the dictionary. In which order
/// they are taken does not matter, as long as it is one order.
const FIXED: [&[Step]; 4] = [
    &[
        (-1, -2),
        (0, -2),
        (1, -2),
        (-2, -1),
        (-1, -1),
        (0, -1),
        (1, -1),
        (2, -1),
        (-4, 0),
        (-3, 0),
        (-2, 0),
        (-1, 0),
    ],
    &[
        (-1, -2),
        (0, -2),
        (1, -2),
        (2, -2),
        (-2, -1),
        (-1, -1),
        (0, -1),
        (1, -1),
        (2, -1),
        (-3, 0),
        (-2, 0),
        (-1, 0),
    ],
    &[
        (-1, -2),
        (0, -2),
        (1, -2),
        (-2, -1),
        (-1, -1),
        (0, -1),
        (1, -1),
        (-2, 0),
        (-1, 0),
    ],
    &[
        (-3, -1),
        (-2, -1),
        (-1, -1),
        (0, -1),
        (1, -1),
        (-4, 0),
        (-3, 0),
        (-2, 0),
        (-1, 0),
    ],
];

/// Longest side of a sign that the decoder takes.
pub(super) const MAX_SIDE: u32 = 0xFFFF;

/// What the signs of a dictionary come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Dots of all of them, at least one for each and one for each row of the dictionary.
    pub(super) dots: u64,
    /// Dots of the largest.
    pub(super) largest: u64,
}

/// How a dictionary is packed.
pub(super) struct Packed<'a> {
    /// Which of the four templates.
    pub(super) template: u8,
    /// Its movable dots.
    pub(super) movable: Vec<Step>,
    pub(super) n_signs: u32,
    pub(super) data: &'a [u8],
}

/// What is known of each surrounding of a dot, which one dictionary may leave to the next.
#[derive(Clone)]
pub(super) struct Known(Vec<State>);

impl Known {
    /// Nothing yet, of the surroundings of this template.
    pub(super) fn of(template: u8) -> Self {
        // The first template has four movable dots, the others one.
        let n_movable = if template == 0 { 4 } else { 1 };
        let n_dots = FIXED[usize::from(template & 3)].len() + n_movable;
        Self(vec![State::default(); 1 << n_dots])
    }
}

impl Packed<'_> {
    /// The sizes, or `None` when there are more dots than allowed. Of a broken dictionary, what stands before the break:
    /// the decoder gets no further either.
    pub(super) fn sizes(&self, allowed: u64, Known(dots): &mut Known) -> Option<Sizes> {
        let mut steps = FIXED[usize::from(self.template & 3)].to_vec();
        steps.extend(&self.movable);
        // What was left is of another template, at which the decoder ends.
        if dots.len() != 1 << steps.len() {
            return Some(Sizes::default());
        }
        let mut coder = Coder::new(self.data);
        let (mut heights, mut widths) = (Numbers::default(), Numbers::default());
        let mut sizes = Sizes::default();
        let (mut height, mut n) = (0_u32, 0);
        while n < self.n_signs {
            let taller = heights
                .next(&mut coder)
                .and_then(|by| height.checked_add_signed(by));
            let Some(taller) = taller else {
                return Some(sizes);
            };
            height = taller;
            sizes.dots += 1;
            let mut width = 0_u32;
            while let Some(by) = widths.next(&mut coder) {
                let wider = width.checked_add_signed(by);
                let Some(wider) =
                    wider.filter(|&it| n < self.n_signs && it.max(height) <= MAX_SIDE)
                else {
                    return Some(sizes);
                };
                width = wider;
                let area = u64::from(width) * u64::from(height);
                sizes.dots += area.max(1);
                sizes.largest = sizes.largest.max(area);
                if sizes.dots > allowed {
                    return None;
                }
                unpack(width as usize, height as usize, &steps, dots, &mut coder);
                n += 1;
            }
            if sizes.dots > allowed {
                return None;
            }
        }
        Some(sizes)
    }
}

/// Unpacks the dots of one sign.
fn unpack(width: usize, height: usize, steps: &[Step], dots: &mut [State], coder: &mut Coder<'_>) {
    let mut rows = vec![0_u8; width * height];
    for y in 0..height {
        for x in 0..width {
            let about = steps.iter().fold(0, |about, &(right, down)| {
                let from = |n: usize, by: i8| n.checked_add_signed(isize::from(by));
                let at = from(x, right).filter(|&x| x < width).zip(from(y, down));
                let dot = at.and_then(|(x, y)| rows.get(y * width + x));
                about << 1 | usize::from(dot.copied().unwrap_or(0))
            });
            rows[y * width + x] = coder.bit(&mut dots[about]);
        }
    }
}

/// What is known of the next bit in one surrounding.
#[derive(Clone, Copy, Default)]
struct State {
    row: u8,
    likely: u8,
}

/// How probable the less likely bit is; the next row after the likely bit, after the other; whether they change places
/// (T.88, table E.1).
const ROWS: [(u32, u8, u8, bool); 47] = [
    (0x5601, 1, 1, true),
    (0x3401, 2, 6, false),
    (0x1801, 3, 9, false),
    (0x0AC1, 4, 12, false),
    (0x0521, 5, 29, false),
    (0x0221, 38, 33, false),
    (0x5601, 7, 6, true),
    (0x5401, 8, 14, false),
    (0x4801, 9, 14, false),
    (0x3801, 10, 14, false),
    (0x3001, 11, 17, false),
    (0x2401, 12, 18, false),
    (0x1C01, 13, 20, false),
    (0x1601, 29, 21, false),
    (0x5601, 15, 14, true),
    (0x5401, 16, 14, false),
    (0x5101, 17, 15, false),
    (0x4801, 18, 16, false),
    (0x3801, 19, 17, false),
    (0x3401, 20, 18, false),
    (0x3001, 21, 19, false),
    (0x2801, 22, 19, false),
    (0x2401, 23, 20, false),
    (0x2201, 24, 21, false),
    (0x1C01, 25, 22, false),
    (0x1801, 26, 23, false),
    (0x1601, 27, 24, false),
    (0x1401, 28, 25, false),
    (0x1201, 29, 26, false),
    (0x1101, 30, 27, false),
    (0x0AC1, 31, 28, false),
    (0x09C1, 32, 29, false),
    (0x08A1, 33, 30, false),
    (0x0521, 34, 31, false),
    (0x0441, 35, 32, false),
    (0x02A1, 36, 33, false),
    (0x0221, 37, 34, false),
    (0x0141, 38, 35, false),
    (0x0111, 39, 36, false),
    (0x0085, 40, 37, false),
    (0x0049, 41, 38, false),
    (0x0025, 42, 39, false),
    (0x0015, 43, 40, false),
    (0x0009, 44, 41, false),
    (0x0005, 45, 42, false),
    (0x0001, 45, 43, false),
    (0x5601, 46, 46, false),
];

/// Arithmetically coded bits (T.88, E.3). Behind the end stand ones, for ever.
struct Coder<'a> {
    data: &'a [u8],
    at: usize,
    code: u32,
    width: u32,
    n_left: u32,
}

impl<'a> Coder<'a> {
    fn new(data: &'a [u8]) -> Self {
        let mut coder = Self {
            data,
            at: 0,
            code: 0,
            width: 0x8000,
            n_left: 0,
        };
        coder.code = u32::from(coder.byte(0)) << 16;
        coder.more();
        coder.code <<= 7;
        coder.n_left -= 7;
        coder
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.data.get(self.at + ahead).copied().unwrap_or(0xFF)
    }

    /// Takes the next byte: after one of only ones, the bit that was stuffed in is passed; a mark ends the data.
    fn more(&mut self) {
        let is_stuffed = self.byte(0) == 0xFF;
        if is_stuffed && self.byte(1) > 0x8F {
            self.code = self.code.wrapping_add(0xFF00);
            self.n_left = 8;
            return;
        }
        self.at += 1;
        self.n_left = if is_stuffed { 7 } else { 8 };
        let byte = u32::from(self.byte(0));
        self.code = self.code.wrapping_add(byte << (16 - self.n_left));
    }

    fn bit(&mut self, state: &mut State) -> u8 {
        let (less, after_likely, after_other, changes) = ROWS[usize::from(state.row)];
        self.width -= less;
        let is_lower = self.code >> 16 < less;
        if !is_lower {
            self.code -= less << 16;
            if self.width & 0x8000 != 0 {
                return state.likely;
            }
        }
        // Of the two parts the larger one stands for the likely bit.
        let is_likely = is_lower == (self.width < less);
        if is_lower {
            self.width = less;
        }
        let bit = state.likely ^ u8::from(!is_likely);
        if is_likely {
            state.row = after_likely;
        } else {
            state.likely ^= u8::from(changes);
            state.row = after_other;
        }
        while self.width & 0x8000 == 0 {
            if self.n_left == 0 {
                self.more();
            }
            self.width <<= 1;
            self.code <<= 1;
            self.n_left -= 1;
        }
        bit
    }
}

/// Numbers coded bit by bit, each bit with the ones before it as its surrounding (T.88, A.2).
struct Numbers(Vec<State>);

impl Default for Numbers {
    fn default() -> Self {
        Self(vec![State::default(); 512])
    }
}

impl Numbers {
    /// The next number; `None` is the mark that ends a row.
    fn next(&mut self, coder: &mut Coder<'_>) -> Option<i32> {
        let mut before = 1_usize;
        let mut bit = || {
            let bit = coder.bit(&mut self.0[before]);
            let longer = before << 1 | usize::from(bit);
            before = if before < 256 {
                longer
            } else {
                longer & 511 | 256
            };
            u32::from(bit)
        };
        let is_negative = bit() == 1;
        // So many ones in front stand for so many bits, and the numbers begin where the shorter ones end.
        let ranges = [(2, 0), (4, 4), (6, 20), (8, 84), (12, 340), (32, 4436)];
        let mut range = 0;
        while range < 5 && bit() == 1 {
            range += 1;
        }
        let (n_bits, first) = ranges[range];
        let number = (0..n_bits).fold(0_u32, |number, _| number << 1 | bit());
        let number = number.wrapping_add(first) as i32;
        match (is_negative, number) {
            (false, _) => Some(number),
            (true, 0) => None,
            (true, _) => Some(number.wrapping_neg()),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    //! The other way round (T.88, annex E has it beside the decoder): signs of any size are packed.

    use super::{Coder, FIXED, Numbers, ROWS, State, Step};

    /// Packs bits.
    pub(in super::super) struct Writer {
        out: Vec<u8>,
        code: u32,
        width: u32,
        n_left: u32,
    }

    impl Default for Writer {
        fn default() -> Self {
            Self {
                out: vec![0],
                code: 0,
                width: 0x8000,
                n_left: 12,
            }
        }
    }

    impl Writer {
        fn bit(&mut self, state: &mut State, bit: u8) {
            let (less, after_likely, after_other, changes) = ROWS[usize::from(state.row)];
            self.width -= less;
            let is_likely = bit == state.likely;
            let takes_lower = is_likely == (self.width < less);
            if is_likely && self.width & 0x8000 != 0 {
                self.code += less;
                return;
            }
            if takes_lower {
                self.width = less;
            } else {
                self.code += less;
            }
            if is_likely {
                state.row = after_likely;
            } else {
                state.likely ^= u8::from(changes);
                state.row = after_other;
            }
            while self.width & 0x8000 == 0 {
                self.width <<= 1;
                self.code <<= 1;
                self.n_left -= 1;
                if self.n_left == 0 {
                    self.byte();
                }
            }
        }

        fn byte(&mut self) {
            let last = self.out.last_mut().unwrap();
            if *last != 0xFF && self.code >= 1 << 27 {
                *last += 1;
                self.code &= (1 << 27) - 1;
            }
            self.n_left = if *last == 0xFF { 7 } else { 8 };
            let shift = 27 - self.n_left;
            self.out.push((self.code >> shift) as u8);
            self.code &= (1 << shift) - 1;
        }

        fn end(mut self) -> Vec<u8> {
            let most = self.code + self.width;
            self.code |= 0xFFFF;
            if self.code >= most {
                self.code -= 0x8000;
            }
            for _ in 0..2 {
                self.code <<= self.n_left;
                self.byte();
            }
            self.out.extend([0xFF, 0xAC]);
            self.out.remove(0);
            self.out
        }

        fn number(&mut self, numbers: &mut Numbers, number: Option<i32>) {
            let size = number.unwrap_or(0).unsigned_abs();
            let ranges = [(2, 0), (4, 4), (6, 20), (8, 84), (12, 340), (32, 4436)];
            let range = ranges
                .iter()
                .rposition(|&(_, first)| first <= size)
                .unwrap();
            let (n_bits, first) = ranges[range];
            let mut bits = vec![u8::from(number.is_none_or(|it| it < 0))];
            bits.extend(std::iter::repeat_n(1, range));
            bits.extend((range < 5).then_some(0));
            bits.extend(
                (0..n_bits)
                    .rev()
                    .map(|at| ((size - first) as u64 >> at & 1) as u8),
            );
            let mut before = 1_usize;
            for bit in bits {
                self.bit(&mut numbers.0[before], bit);
                let longer = before << 1 | usize::from(bit);
                before = if before < 256 {
                    longer
                } else {
                    longer & 511 | 256
                };
            }
        }

        /// A dictionary's rows, of template 0 with its movable dots where they commonly stand, and that all are handed on.
        pub(in super::super) fn dictionary(mut self, rows: &[(u32, Vec<u32>)], n: u32) -> Vec<u8> {
            let mut steps: Vec<Step> = FIXED[0].to_vec();
            steps.extend([(3, -1), (-3, -1), (2, -2), (-2, -2)]);
            let mut states = vec![State::default(); 1 << 16];
            let (mut heights, mut widths) = (Numbers::default(), Numbers::default());
            let mut before = 0;
            let mut noise = 1_u32;
            for (height, all) in rows {
                self.number(&mut heights, Some((height - before) as i32));
                before = *height;
                let mut last = 0;
                for &width in all {
                    self.number(&mut widths, Some(width as i32 - last));
                    last = width as i32;
                    let mut dots = vec![0_u8; (width * height) as usize];
                    for at in 0..dots.len() {
                        let (x, y) = (at as i64 % i64::from(width), at as i64 / i64::from(width));
                        let about = steps.iter().fold(0, |about, &(right, down)| {
                            let (x, y) = (x + i64::from(right), y + i64::from(down));
                            let is_inside = (0..i64::from(width)).contains(&x) && y >= 0;
                            let dot = is_inside.then(|| dots[(y * i64::from(width) + x) as usize]);
                            about << 1 | usize::from(dot.unwrap_or(0))
                        });
                        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        dots[at] = u8::from(noise >> 29 == 0);
                        self.bit(&mut states[about], dots[at]);
                    }
                }
                self.number(&mut widths, None);
            }
            let mut runs = Numbers::default();
            self.number(&mut runs, Some(0));
            self.number(&mut runs, Some(n as i32));
            self.end()
        }

        /// What a dictionary says of the size of its first sign, and nothing more.
        pub(in super::super) fn size_only(mut self, width: i32, height: i32) -> Vec<u8> {
            self.number(&mut Numbers::default(), Some(height));
            self.number(&mut Numbers::default(), Some(width));
            self.end()
        }
    }

    #[test]
    fn numbers_come_back_as_they_were_packed() {
        let all = [
            Some(0),
            Some(3),
            Some(-4),
            None,
            Some(19),
            Some(-339),
            Some(4435),
            Some(4436),
            Some(-65_535),
            Some(i32::MAX),
        ];
        let mut writer = Writer::default();
        let mut numbers = Numbers::default();
        for number in all {
            writer.number(&mut numbers, number);
        }
        let bytes = writer.end();
        let mut coder = Coder::new(&bytes);
        let mut numbers = Numbers::default();
        let back: Vec<Option<i32>> = all.iter().map(|_| numbers.next(&mut coder)).collect();
        assert_eq!(back, all);
    }
}
