//! A frame in shades of grey in, its letter-like marks out: spots of one height, three or more side by side.
//!
//! Anatomy and noise give few such rows, letters always do, bright or dark. The
//! marks of two frames are compared spot by spot, so that a film's letters that
//! stay are known again. What the letters say is not decided here.

use super::pixels::Shades;

/// How much brighter than its surroundings a spot is, of 255.
const CONTRAST: i32 = 48;
/// Half the side of the square that counts as surroundings.
const AROUND: usize = 20;
/// Height of letters, in pixels.
const LOWEST: usize = 5;
const HIGHEST: usize = 100;
/// Spots of one row from which it may be a word.
const MIN_ROW: usize = 3;
/// Spots of one frame that are looked at.
const MAX_SPOTS: usize = 200_000;
/// Side of the squares in which frames are compared, and pixels that differ in one for it to be another.
const CELL: usize = 16;
const MAX_DIFFERENT: u32 = 20;

/// Which pixels belong to letter-like marks.
#[derive(Clone)]
pub(super) struct Marks {
    width: usize,
    height: usize,
    bits: Vec<u64>,
    n: usize,
}

#[derive(Clone, Copy)]
struct Spot {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
    n: usize,
    is_letter: bool,
}

impl Spot {
    fn height(&self) -> usize {
        self.bottom - self.top + 1
    }
    fn width(&self) -> usize {
        self.right - self.left + 1
    }
}

impl Marks {
    /// The marks of a frame.
    pub(super) fn of(shades: &Shades) -> Self {
        let (width, height) = (shades.width, shades.height);
        let mut marks = Self {
            width,
            height,
            bits: vec![0; (width * height).div_ceil(64)],
            n: 0,
        };
        if width < 16 || height < LOWEST || shades.pixels.len() < width * height {
            return marks;
        }
        let means = means(shades);
        for sign in [1, -1] {
            let is_on = |at: usize| {
                sign * (i32::from(shades.pixels[at]) - i32::from(means[at])) >= CONTRAST
            };
            let (mut spots, labels) = spots(width, height, is_on);
            rows(&mut spots);
            for (at, &label) in labels.iter().enumerate() {
                if spots.get(label as usize).is_some_and(|spot| spot.is_letter) {
                    marks.bits[at / 64] |= 1 << (at % 64);
                    marks.n += 1;
                }
            }
        }
        marks
    }

    pub(super) fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Whether another frame's marks are the same, but for a pixel here and there.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        if (self.width, self.height) != (other.width, other.height) {
            return false;
        }
        self.fits(self.bits.iter().zip(&other.bits).map(|(a, b)| a ^ b))
    }

    /// Whether all marks that stand in two frames running are among these.
    pub(super) fn has_what_stays(&self, frame: &Self, before: &Self) -> bool {
        let sizes = [(frame.width, frame.height), (before.width, before.height)];
        if sizes != [(self.width, self.height); 2] {
            return false;
        }
        let stays = frame.bits.iter().zip(&before.bits).map(|(a, b)| a & b);
        self.fits(stays.zip(&self.bits).map(|(stays, known)| stays & !known))
    }

    /// Whether no square has more of these pixels than chance puts there.
    fn fits(&self, words: impl Iterator<Item = u64>) -> bool {
        let n_across = self.width.div_ceil(CELL);
        let mut different = vec![0_u32; n_across * self.height.div_ceil(CELL)];
        for (word, mut bits) in words.enumerate() {
            while bits != 0 {
                let at = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let cell = at / self.width / CELL * n_across + at % self.width / CELL;
                if let Some(n) = different.get_mut(cell) {
                    *n += 1;
                }
            }
        }
        different.iter().all(|n| *n <= MAX_DIFFERENT)
    }
}

/// The mean shade around each pixel.
fn means(shades: &Shades) -> Vec<u8> {
    let (width, height) = (shades.width, shades.height);
    let mut sums = vec![0_u64; (width + 1) * (height + 1)];
    for y in 0..height {
        let mut row = 0_u64;
        for x in 0..width {
            row += u64::from(shades.pixels[y * width + x]);
            sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
        }
    }
    let mut means = vec![0; width * height];
    for y in 0..height {
        let (y0, y1) = (y.saturating_sub(AROUND), (y + AROUND + 1).min(height));
        for x in 0..width {
            let (x0, x1) = (x.saturating_sub(AROUND), (x + AROUND + 1).min(width));
            let at = |y: usize, x: usize| sums[y * (width + 1) + x];
            let sum = at(y1, x1) + at(y0, x0) - at(y0, x1) - at(y1, x0);
            means[y * width + x] = (sum / ((y1 - y0) * (x1 - x0)) as u64) as u8;
        }
    }
    means
}

/// Pixels that hang together, each with the number of its spot; `u32::MAX` for those of none.
fn spots(width: usize, height: usize, is_on: impl Fn(usize) -> bool) -> (Vec<Spot>, Vec<u32>) {
    let mut labels = vec![u32::MAX; width * height];
    let mut spots = Vec::new();
    let mut open = Vec::new();
    for start in 0..width * height {
        if labels[start] != u32::MAX || !is_on(start) {
            continue;
        }
        if spots.len() >= MAX_SPOTS {
            break;
        }
        let label = spots.len() as u32;
        let (x, y) = (start % width, start / width);
        let mut spot = Spot {
            left: x,
            right: x,
            top: y,
            bottom: y,
            n: 0,
            is_letter: false,
        };
        labels[start] = label;
        open.push(start);
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            spot.n += 1;
            spot.left = spot.left.min(x);
            spot.right = spot.right.max(x);
            spot.top = spot.top.min(y);
            spot.bottom = spot.bottom.max(y);
            for near_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let near = near_y * width + near_x;
                    if labels[near] == u32::MAX && is_on(near) {
                        labels[near] = label;
                        open.push(near);
                    }
                }
            }
        }
        spots.push(spot);
    }
    (spots, labels)
}

/// Finds the spots that stand in rows.
fn rows(spots: &mut [Spot]) {
    let mut letters: Vec<usize> = (0..spots.len())
        .filter(|&at| {
            let spot = &spots[at];
            (LOWEST..=HIGHEST).contains(&spot.height())
                && spot.width() <= spot.height() * 12
                && spot.n * 20 >= spot.width() * spot.height()
        })
        .collect();
    letters.sort_by_key(|&at| (spots[at].left, spots[at].top));
    // Rows that may go on: the spots of each, by the band of heights where its last one stands.
    let mut open: std::collections::BTreeMap<usize, Vec<Vec<usize>>> =
        std::collections::BTreeMap::new();
    let mut done: Vec<Vec<usize>> = Vec::new();
    for at in letters {
        let spot = spots[at];
        let band = spot.bottom / 8;
        let mut place = None;
        'bands: for near in band.saturating_sub(1)..=band + 1 {
            for (index, row) in open.get(&near).into_iter().flatten().enumerate() {
                if row.last().is_some_and(|&last| follows(&spots[last], &spot)) {
                    place = Some((near, index));
                    break 'bands;
                }
            }
        }
        let row =
            match place.and_then(|(band, index)| Some(open.get_mut(&band)?.swap_remove(index))) {
                Some(mut row) => {
                    row.push(at);
                    row
                }
                None => vec![at],
            };
        let rows = open.entry(band).or_default();
        rows.push(row);
        // Rows that ended long ago make room.
        if rows.len() > 32 {
            done.extend(rows.drain(..16));
        }
    }
    done.extend(open.into_values().flatten());
    for row in done.iter().filter(|row| row.len() >= MIN_ROW) {
        for &at in row {
            spots[at].is_letter = true;
        }
    }
}

/// Whether a spot is the next letter of a row.
fn follows(last: &Spot, next: &Spot) -> bool {
    let (low, high) = (
        last.height().min(next.height()),
        last.height().max(next.height()),
    );
    let is_alike = high <= low * 2 + 1;
    let is_level = last.bottom.abs_diff(next.bottom) * 3 <= high;
    let is_near = next.left > last.left && next.left <= last.right + 1 + high * 3 / 2;
    is_alike && is_level && is_near
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(letters: &[(usize, usize)], shade: u8) -> Shades {
        let (width, height) = (120, 60);
        let mut pixels = vec![20; width * height];
        for &(x, y) in letters {
            for dy in 0..9 {
                for dx in 0..5 {
                    if dx == 0 || dy == 0 || dy == 8 {
                        pixels[(y + dy) * width + x + dx] = shade;
                    }
                }
            }
        }
        Shades {
            width,
            height,
            pixels,
        }
    }

    #[test]
    fn letters_in_a_row_are_marks_and_lone_spots_are_not() {
        let word = Marks::of(&frame(&[(10, 10), (18, 10), (26, 10), (34, 10)], 230));
        assert!(!word.is_empty());
        assert!(Marks::of(&frame(&[(10, 10), (70, 40)], 230)).is_empty());
        assert!(Marks::of(&frame(&[(10, 10), (18, 10), (26, 10)], 40)).is_empty());
    }

    #[test]
    fn the_same_letters_are_known_again_and_others_are_not() {
        let first = Marks::of(&frame(&[(10, 10), (18, 10), (26, 10)], 230));
        let again = Marks::of(&frame(&[(10, 10), (18, 10), (26, 10)], 220));
        let other = Marks::of(&frame(&[(10, 40), (18, 40), (26, 40)], 230));
        assert!(first.is_like(&again));
        assert!(!first.is_like(&other));
    }
}
