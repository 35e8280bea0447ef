//! Text, lines and boxes in, a grey page out: turned, skewed, with the grain of a fax.
//!
//! Letters are those of Noto Sans Mono, rasterised beforehand (the crate
//! `noto-sans-mono-bitmap`). All sums are of whole numbers, so that a picture
//! is the same on every machine.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

use crate::{chance::Chance, numbers::fold_char};

/// Height of a line of letters at scale 1, in points of the picture.
pub(crate) const LINE: usize = 32;
const PAPER: u8 = 255;

/// A grey picture, one byte a point.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) points: Vec<u8>,
}

/// How wide a letter is at scale 1.
pub(crate) fn letter_width() -> usize {
    get_raster_width(FontWeight::Regular, RasterHeight::Size32)
}

impl Canvas {
    /// A picture of one shade.
    pub(crate) fn new(width: usize, height: usize, shade: u8) -> Self {
        Self {
            width,
            height,
            points: vec![shade; width * height],
        }
    }

    /// Writes a line of text; black on light, white on dark where `light` says so.
    pub(crate) fn text(
        &mut self,
        x: usize,
        y: usize,
        text: &str,
        scale: usize,
        bold: bool,
        light: bool,
    ) {
        let weight = if bold {
            FontWeight::Bold
        } else {
            FontWeight::Regular
        };
        for (i, ch) in text.chars().enumerate() {
            let Some(letter) = raster(ch, weight) else {
                continue;
            };
            let left = x + i * letter_width() * scale;
            for (row, line) in letter.iter().enumerate() {
                for (column, &ink) in line.iter().enumerate() {
                    if ink == 0 {
                        continue;
                    }
                    for dy in 0..scale {
                        for dx in 0..scale {
                            let at = (left + column * scale + dx, y + row * scale + dy);
                            self.blend(at, ink, if light { 255 } else { 0 });
                        }
                    }
                }
            }
        }
    }

    fn blend(&mut self, (x, y): (usize, usize), ink: u8, shade: u8) {
        if x >= self.width {
            return;
        }
        if let Some(point) = self.points.get_mut(y * self.width + x) {
            let (old, new, ink) = (u32::from(*point), u32::from(shade), u32::from(ink));
            *point = ((old * (255 - ink) + new * ink) / 255) as u8;
        }
    }

    /// Fills a box with a shade.
    pub(crate) fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, shade: u8) {
        for row in y..(y + height).min(self.height) {
            let start = row * self.width + x.min(self.width);
            let end = row * self.width + (x + width).min(self.width);
            if let Some(line) = self.points.get_mut(start..end) {
                line.fill(shade);
            }
        }
    }

    /// Turned to the right by so many quarters.
    pub(crate) fn turned(&self, quarters: usize) -> Self {
        let mut out = self.clone();
        for _ in 0..quarters % 4 {
            let before = out.clone();
            (out.width, out.height) = (before.height, before.width);
            for y in 0..before.height {
                for x in 0..before.width {
                    out.points[x * out.width + before.height - 1 - y] =
                        before.points[y * before.width + x];
                }
            }
        }
        out
    }

    /// Askew by so many thousandths, as a page laid badly on the glass.
    pub(crate) fn skewed(&self, thousandths: i64) -> Self {
        let mut out = Self::new(self.width, self.height, PAPER);
        let (w, h) = (self.width as i64, self.height as i64);
        for y in 0..h {
            for x in 0..w {
                // In 256ths of a point, around the middle of the page.
                let from_x = x * 256 + (y - h / 2) * thousandths * 256 / 1000;
                let from_y = y * 256 - (x - w / 2) * thousandths * 256 / 1000;
                out.points[(y * w + x) as usize] = self.between(from_x, from_y);
            }
        }
        out
    }

    /// The shade at a place between points.
    fn between(&self, x: i64, y: i64) -> u8 {
        let (left, top) = (x.div_euclid(256), y.div_euclid(256));
        let (right_part, lower_part) = (x.rem_euclid(256), y.rem_euclid(256));
        let at = |x: i64, y: i64| -> i64 {
            if x < 0 || y < 0 || x >= self.width as i64 || y >= self.height as i64 {
                return i64::from(PAPER);
            }
            i64::from(self.points[(y as usize) * self.width + x as usize])
        };
        let upper = at(left, top) * (256 - right_part) + at(left + 1, top) * right_part;
        let lower = at(left, top + 1) * (256 - right_part) + at(left + 1, top + 1) * right_part;
        ((upper * (256 - lower_part) + lower * lower_part) >> 16) as u8
    }

    /// With grain, and specks so many in ten thousand.
    pub(crate) fn grained(mut self, grain: u64, specks: u64, chance: &mut Chance) -> Self {
        if grain > 0 {
            // One draw is enough for eight points.
            for points in self.points.chunks_mut(8) {
                for (point, draw) in points.iter_mut().zip(chance.next().to_le_bytes()) {
                    let offset = u64::from(draw) % (2 * grain + 1);
                    *point = (u64::from(*point) + offset).saturating_sub(grain).min(255) as u8;
                }
            }
        }
        for _ in 0..self.points.len() as u64 * specks / 10_000 {
            let at = chance.index(self.points.len());
            self.points[at] = 255 - self.points[at];
        }
        self
    }

    /// Black (true) and white, row by row.
    pub(crate) fn bilevel(&self) -> Vec<Vec<bool>> {
        self.points
            .chunks(self.width.max(1))
            .map(|row| row.iter().map(|&point| point < 140).collect())
            .collect()
    }
}

/// How thick the strokes of a letter are.
const STROKE: usize = 4;

/// A letter; one that the font lacks is drawn without its accent.
fn raster(ch: char, weight: FontWeight) -> Option<Vec<Vec<u8>>> {
    let of = |ch| get_raster(ch, weight, RasterHeight::Size32);
    let letter = of(ch).or_else(|| of(fold_char(ch)?.chars().next()?))?;
    let mut rows: Vec<Vec<u8>> = letter.rows().map(<[u8]>::to_vec).collect();
    if ch == '0' {
        without_slash(&mut rows);
    }
    Some(rows)
}

/// A zero as office letters have it: of the rows between its arcs only the strokes at both sides are kept.
fn without_slash(rows: &mut [Vec<u8>]) {
    let has_ink = |row: &Vec<u8>| row.iter().any(|&ink| ink > 0);
    let top = rows.iter().position(has_ink).unwrap_or(0);
    let bottom = rows.iter().rposition(has_ink).unwrap_or(0);
    for row in rows
        .iter_mut()
        .take((bottom + 1).saturating_sub(STROKE))
        .skip(top + STROKE)
    {
        let left = row.iter().position(|&ink| ink > 0).unwrap_or(0);
        let right = row.iter().rposition(|&ink| ink > 0).unwrap_or(0);
        for (x, ink) in row.iter_mut().enumerate() {
            if x >= left + STROKE && x + STROKE <= right {
                *ink = 0;
            }
        }
    }
}

/// Eight points a byte, black as 1, each row from a byte of its own.
pub(crate) fn packed_bits(rows: &[Vec<bool>]) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        for eight in row.chunks(8) {
            out.push(
                eight
                    .iter()
                    .enumerate()
                    .fold(0, |byte, (i, &black)| byte | u8::from(black) << (7 - i)),
            );
        }
    }
    out
}

#[test]
fn every_letter_of_french_is_drawn() {
    for ch in "abcXYZ0189ÀÂÇÉÈÊËÎÏÔÙÛÜŒàâçéèêëîïôùûüœ·’".chars() {
        assert!(raster(ch, FontWeight::Regular).is_some(), "{ch}");
    }
}

#[test]
fn a_picture_turned_four_times_is_as_it_was() {
    let mut canvas = Canvas::new(90, 40, 255);
    canvas.text(2, 3, "Né", 1, false, false);
    assert!(canvas.turned(4).points == canvas.points);
    assert!(canvas.turned(1).points != canvas.points);
    assert_eq!(canvas.turned(1).width, 40);
}
