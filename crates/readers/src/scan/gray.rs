//! `Gray`: a picture in shades of grey, and what makes its text easier to recognise.
//!
//! Turning, straightening, scaling and inverting; a `View` remembers how its
//! pixels lead back to the picture as it was, so that a word found in it can be
//! pointed at. Nothing here knows of letters.

/// A picture in shades of grey, 0 black, row by row from the top.
#[derive(Clone)]
pub(crate) struct Gray {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

/// Most pixels of one picture that are looked at; a larger one is made smaller first.
const MAX_PIXELS: usize = 12_000_000;
/// Longest side that the recognition takes.
const MAX_SIDE: usize = 30_000;

impl Gray {
    /// A picture whose pixels are there as its size says; `None` otherwise.
    pub(crate) fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        let is_whole = width > 0 && height > 0 && width.checked_mul(height) == Some(pixels.len());
        is_whole.then_some(Self {
            width,
            height,
            pixels,
        })
    }

    /// From samples of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) a pixel; what is transparent is white.
    pub(crate) fn from_samples(
        width: usize,
        height: usize,
        n: usize,
        samples: &[u8],
    ) -> Option<Self> {
        if !(1..=4).contains(&n) || width.checked_mul(height)?.checked_mul(n)? > samples.len() {
            return None;
        }
        let over = |value: u32, alpha: u8| {
            let alpha = u32::from(alpha);
            ((value * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        let luma = |rgb: &[u8]| {
            (u32::from(rgb[0]) * 77 + u32::from(rgb[1]) * 150 + u32::from(rgb[2]) * 29) >> 8
        };
        let pixels = samples
            .chunks_exact(n)
            .take(width * height)
            .map(|pixel| match *pixel {
                [grey] => grey,
                [grey, alpha] => over(u32::from(grey), alpha),
                [_, _, _] => luma(pixel) as u8,
                [_, _, _, alpha] => over(luma(pixel), alpha),
                _ => 255,
            })
            .collect();
        Self::new(width, height, pixels)
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.pixels.get(y * self.width + x).copied().unwrap_or(255)
    }

    /// How many pixels have each shade.
    pub(crate) fn histogram(&self) -> [u64; 256] {
        let mut counts = [0; 256];
        for &pixel in &self.pixels {
            counts[usize::from(pixel)] += 1;
        }
        counts
    }

    /// The shade that sets ink apart from paper best (Otsu, 1979).
    pub(crate) fn threshold(&self) -> u8 {
        let counts = self.histogram();
        let total = self.pixels.len() as f64;
        let sum: f64 = counts
            .iter()
            .zip(0..)
            .map(|(&n, shade)| n as f64 * f64::from(shade))
            .sum();
        let (mut best, mut best_at) = (-1.0, 127);
        let (mut n_below, mut sum_below) = (0.0, 0.0);
        for (&n, shade) in counts.iter().zip(0..=255_u8) {
            n_below += n as f64;
            sum_below += n as f64 * f64::from(shade);
            let n_above = total - n_below;
            if n_below == 0.0 || n_above == 0.0 {
                continue;
            }
            let apart = sum_below / n_below - (sum - sum_below) / n_above;
            let between = n_below * n_above * apart * apart;
            if between > best {
                (best, best_at) = (between, shade);
            }
        }
        best_at
    }

    /// Whether hardly anything stands out from anything.
    pub(crate) fn is_blank(&self) -> bool {
        let counts = self.histogram();
        let few = (self.pixels.len() as u64 / 5000).max(4);
        let end = |mut shades: Box<dyn Iterator<Item = usize>>| {
            let mut n = 0;
            shades
                .find(|&shade| {
                    n += counts[shade];
                    n > few
                })
                .unwrap_or(0)
        };
        let (low, high) = (end(Box::new(0..256)), end(Box::new((0..256).rev())));
        high.saturating_sub(low) < 24
    }

    /// The parts of the pixels that are darker than the threshold.
    pub(crate) fn darkness(&self) -> f64 {
        let threshold = self.threshold();
        let n_dark = self
            .pixels
            .iter()
            .filter(|&&pixel| pixel <= threshold)
            .count();
        n_dark as f64 / self.pixels.len().max(1) as f64
    }

    /// Whether part of it is as calm as paper, and something stands out from it: grain and photographs are calm nowhere, or everywhere.
    pub(crate) fn has_paper(&self) -> bool {
        const SIDE: usize = 1200;
        const BLOCK: usize = 8;
        let small = self.shrunk(self.width.max(self.height).div_ceil(SIDE).max(1));
        let (mut n, mut n_calm, mut n_sharp) = (0_usize, 0_usize, 0_usize);
        for y in (0..small.height.saturating_sub(BLOCK - 1)).step_by(BLOCK) {
            for x in (0..small.width.saturating_sub(BLOCK - 1)).step_by(BLOCK) {
                let (mut low, mut high) = (255, 0);
                for row in y..y + BLOCK {
                    for &pixel in &small.pixels[row * small.width + x..][..BLOCK] {
                        low = low.min(pixel);
                        high = high.max(pixel);
                    }
                }
                n += 1;
                n_calm += usize::from(high - low < 40);
                n_sharp += usize::from(high - low > 60);
            }
        }
        // What is too small to tell is looked at.
        n < 64 || n_calm * 12 > n && n_sharp >= 4
    }

    /// Turned clockwise by quarter turns.
    pub(crate) fn turned(&self, quarters: u8) -> Self {
        let (w, h) = (self.width, self.height);
        let quarters = quarters % 4;
        if quarters == 0 {
            return self.clone();
        }
        let (width, height) = if quarters == 2 { (w, h) } else { (h, w) };
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..height {
            for x in 0..width {
                pixels.push(match quarters {
                    1 => self.at(y, h - 1 - x),
                    2 => self.at(w - 1 - x, h - 1 - y),
                    _ => self.at(w - 1 - y, x),
                });
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Mirrored left to right.
    pub(crate) fn mirrored(mut self) -> Self {
        for row in self.pixels.chunks_exact_mut(self.width) {
            row.reverse();
        }
        self
    }

    /// Black for white.
    pub(crate) fn inverted(mut self) -> Self {
        for pixel in &mut self.pixels {
            *pixel = 255 - *pixel;
        }
        self
    }

    /// Smaller by a whole factor: each pixel the mean of those it stands for.
    pub(crate) fn shrunk(&self, factor: usize) -> Self {
        let factor = factor.clamp(1, self.width.min(self.height).max(1));
        if factor == 1 {
            return self.clone();
        }
        let (width, height) = (self.width / factor, self.height / factor);
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0_u32; width];
        for y in 0..height {
            sums.fill(0);
            for row in y * factor..(y + 1) * factor {
                let from = row * self.width;
                let Some(row) = self.pixels.get(from..from + width * factor) else {
                    continue;
                };
                for (sum, part) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += part.iter().map(|&pixel| u32::from(pixel)).sum::<u32>();
                }
            }
            let n = (factor * factor) as u32;
            pixels.extend(sums.iter().map(|sum| (sum / n) as u8));
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The shade between pixels.
    fn between(&self, x: f32, y: f32, outside: u8) -> u8 {
        if x <= -1.0 || y <= -1.0 || x >= self.width as f32 || y >= self.height as f32 {
            return outside;
        }
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let pick = |dx: f32, dy: f32| {
            let x = (left + dx).clamp(0.0, (self.width - 1) as f32) as usize;
            let y = (top + dy).clamp(0.0, (self.height - 1) as f32) as usize;
            f32::from(self.at(x, y))
        };
        let above = pick(0.0, 0.0) * (1.0 - fx) + pick(1.0, 0.0) * fx;
        let below = pick(0.0, 1.0) * (1.0 - fx) + pick(1.0, 1.0) * fx;
        (above * (1.0 - fy) + below * fy + 0.5) as u8
    }
}

/// A picture made ready, and how its places lead back to the picture it was made of.
#[derive(Clone)]
pub(crate) struct View {
    pub(crate) image: Gray,
    /// `[a b c d e f]`: `x = a·x' + c·y' + e`, `y = b·x' + d·y' + f`.
    back: [f32; 6],
}

impl View {
    /// The picture itself, made smaller when it is too large.
    pub(crate) fn new(image: Gray) -> Self {
        let side = image.width.max(image.height).div_ceil(MAX_SIDE);
        let area = (image.pixels.len() as f64 / MAX_PIXELS as f64)
            .sqrt()
            // A little too many dots cost less than half of them would.
            .round() as usize;
        let factor = side.max(area).max(1);
        let back = [factor as f32, 0.0, 0.0, factor as f32, 0.0, 0.0];
        if factor == 1 {
            return Self { image, back };
        }
        Self {
            image: image.shrunk(factor),
            back,
        }
    }

    /// Where a place of the view stands in the picture.
    pub(crate) fn lead_back(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.back;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The same through another image, whose places lead back to this view by `step`.
    fn through(&self, image: Gray, step: [f32; 6]) -> Self {
        let [a, b, c, d, e, f] = step;
        let [oa, ob, oc, od, oe, of] = self.back;
        Self {
            image,
            back: [
                a * oa + b * oc,
                a * ob + b * od,
                c * oa + d * oc,
                c * ob + d * od,
                e * oa + f * oc + oe,
                e * ob + f * od + of,
            ],
        }
    }

    pub(crate) fn inverted(self) -> Self {
        Self {
            image: self.image.inverted(),
            ..self
        }
    }

    /// Turned clockwise by quarter turns.
    pub(crate) fn turned(&self, quarters: u8) -> Self {
        let (w, h) = (self.image.width as f32, self.image.height as f32);
        let step = match quarters % 4 {
            1 => [0.0, -1.0, 1.0, 0.0, 0.0, h],
            2 => [-1.0, 0.0, 0.0, -1.0, w, h],
            3 => [0.0, 1.0, -1.0, 0.0, w, 0.0],
            _ => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        };
        self.through(self.image.turned(quarters), step)
    }

    /// Larger by this factor, as far as the bound on pixels allows.
    pub(crate) fn enlarged(&self, factor: f32) -> Self {
        let image = &self.image;
        let most = (MAX_PIXELS as f32 / image.pixels.len().max(1) as f32).sqrt();
        let factor = factor.min(most);
        if factor <= 1.05 {
            return self.clone();
        }
        let width = (image.width as f32 * factor) as usize;
        let height = (image.height as f32 * factor) as usize;
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let from_y = (y as f32 + 0.5) / factor - 0.5;
            for x in 0..width {
                pixels.push(image.between((x as f32 + 0.5) / factor - 0.5, from_y, 255));
            }
        }
        let image = Gray {
            width,
            height,
            pixels,
        };
        let one = 1.0 / factor;
        self.through(image, [one, 0.0, 0.0, one, 0.0, 0.0])
    }

    /// Turned by an angle in degrees, clockwise, so that lines that rise to the right by it become level.
    pub(crate) fn straightened(&self, degrees: f32) -> Self {
        let image = &self.image;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (w, h) = (image.width as f32, image.height as f32);
        let width = (w * cos.abs() + h * sin.abs()).ceil();
        let height = (w * sin.abs() + h * cos.abs()).ceil();
        if width * height > 3.0 * MAX_PIXELS as f32 {
            return self.clone();
        }
        // Places of the straightened picture lead back by the turn the other way around.
        let e = w / 2.0 - (cos * width / 2.0 + sin * height / 2.0);
        let f = h / 2.0 - (cos * height / 2.0 - sin * width / 2.0);
        let step = [cos, -sin, sin, cos, e, f];
        let paper = paper(image);
        let mut pixels = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height as usize {
            for x in 0..width as usize {
                let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
                let from_x = cos * x + sin * y + e - 0.5;
                let from_y = -sin * x + cos * y + f - 0.5;
                pixels.push(image.between(from_x, from_y, paper));
            }
        }
        let image = Gray {
            width: width as usize,
            height: height as usize,
            pixels,
        };
        self.through(image, step)
    }
}

/// The shade that is most common: what the text stands on.
fn paper(image: &Gray) -> u8 {
    let counts = image.histogram();
    let most = counts.iter().zip(0..=255_u8).max_by_key(|(n, _)| **n);
    most.map_or(255, |(_, shade)| shade)
}

/// By how many degrees the lines of a picture rise to the right; 0 where no angle is plainly better.
///
/// At the right angle, rows are either full of ink or empty, so that the sums of
/// neighbouring rows differ most (Postl, 1986).
pub(crate) fn skew(image: &Gray) -> f32 {
    const SIDE: usize = 900;
    let small = image.shrunk(image.width.max(image.height).div_ceil(SIDE).max(1));
    if small.width < 100 || small.height < 60 {
        return 0.0;
    }
    let threshold = small.threshold();
    // The rim is left out: the shadow at the edge of a scan is straight, and dark.
    let (rim_x, rim_y) = (small.width / 40, small.height / 40);
    let mut ink: Vec<(f32, f32)> = Vec::new();
    for y in rim_y..small.height - rim_y {
        for x in rim_x..small.width - rim_x {
            // Lower edges only: big dark areas say nothing of lines.
            if small.at(x, y) <= threshold && small.at(x, y + 1) > threshold {
                ink.push((x as f32, y as f32));
            }
        }
    }
    if ink.len() < 200 {
        return 0.0;
    }
    let mut rows = vec![0_u32; small.height + small.width];
    let mut score = |degrees: f32| {
        rows.fill(0);
        let slope = degrees.to_radians().tan();
        let middle = small.width as f32 / 2.0;
        for &(x, y) in &ink {
            let row = y + (x - middle) * slope + middle;
            if let Some(sum) = rows.get_mut(row.max(0.0) as usize) {
                *sum += 1;
            }
        }
        rows.windows(2)
            .map(|pair| (f64::from(pair[0]) - f64::from(pair[1])).powi(2))
            .sum::<f64>()
    };
    let level = score(0.0);
    let (mut best, mut best_at) = (level, 0.0_f32);
    for step in -40..=40_i8 {
        let degrees = f32::from(step) * 0.5;
        let is = score(degrees);
        if is > best {
            (best, best_at) = (is, degrees);
        }
    }
    for step in [-0.3_f32, -0.2, -0.1, 0.1, 0.2, 0.3] {
        let is = score(best_at + step);
        if is > best {
            (best, best_at) = (is, best_at + step);
        }
    }
    if best > level * 1.15 { best_at } else { 0.0 }
}

/// Whether lines of text run from top to bottom rather than from left to right; `None` when neither is plain.
///
/// Across its lines, a text changes from row to row far more than along them.
pub(crate) fn runs_downwards(image: &Gray) -> Option<bool> {
    const SIDE: usize = 1200;
    let small = image.shrunk(image.width.max(image.height).div_ceil(SIDE).max(1));
    let threshold = small.threshold();
    let (mut rows, mut columns) = (vec![0_u32; small.height], vec![0_u32; small.width]);
    for (row, pixels) in rows.iter_mut().zip(small.pixels.chunks_exact(small.width)) {
        for (column, pixel) in columns.iter_mut().zip(pixels) {
            let ink = u32::from(*pixel <= threshold);
            *row += ink;
            *column += ink;
        }
    }
    let change = |sums: &[u32]| {
        let sum = |pair: &[u32]| (f64::from(pair[0]) - f64::from(pair[1])).powi(2);
        sums.windows(2).map(sum).sum::<f64>()
    };
    // Longer rows hold more ink.
    let across = change(&rows) / (small.width as f64).powi(2);
    let down = change(&columns) / (small.height as f64).powi(2);
    if across > down * 2.0 {
        Some(false)
    } else if down > across * 2.0 {
        Some(true)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of short dashes, as text from afar.
    fn lines(width: usize, height: usize) -> Gray {
        let mut image = Gray::new(width, height, vec![255; width * height]).unwrap();
        for y in (40..height - 40).filter(|y| y % 24 < 9) {
            // Letters stand below each other in no order.
            for x in (40..width - 40).filter(|x| (x + y / 24 * 5) % 11 < 7) {
                image.pixels[y * width + x] = 20;
            }
        }
        image
    }

    #[test]
    fn lines_that_rise_are_found_and_levelled() {
        for degrees in [-7.0_f32, -2.0, 3.0, 9.0] {
            let level = View::new(lines(800, 600));
            let tilted = level.straightened(-degrees);
            let found = skew(&tilted.image);
            assert!(
                (found - degrees).abs() < 0.6,
                "{degrees} was taken for {found}"
            );
            assert!(skew(&tilted.straightened(found).image).abs() < 0.6);
        }
    }

    #[test]
    fn the_way_that_lines_run_is_seen() {
        let level = lines(800, 600);
        assert_eq!(runs_downwards(&level), Some(false));
        assert_eq!(runs_downwards(&level.turned(1)), Some(true));
        assert!(level.has_paper());
    }

    #[test]
    fn noise_has_no_paper() {
        let mut state = 7_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = (0..300 * 200).map(|_| noise()).collect();
        assert!(!Gray::new(300, 200, pixels).unwrap().has_paper());
    }

    #[test]
    fn every_view_leads_back_to_the_picture() {
        let mut image = Gray::new(40, 30, vec![255; 1200]).unwrap();
        image.pixels[7 * 40 + 31] = 0;
        let view = View::new(image);
        for made in [
            view.turned(1),
            view.turned(2),
            view.turned(3),
            view.enlarged(2.0),
            view.turned(1).straightened(5.0),
            view.turned(3).enlarged(3.0),
        ] {
            let pixels = &made.image.pixels;
            let darkest = (0..pixels.len()).min_by_key(|&at| pixels[at]).unwrap();
            let (x, y) = (darkest % made.image.width, darkest / made.image.width);
            let (x, y) = made.lead_back(x as f32 + 0.5, y as f32 + 0.5);
            assert!((x - 31.5).abs() < 1.1 && (y - 7.5).abs() < 1.1, "{x} {y}");
        }
    }

    #[test]
    fn transparent_is_white_and_short_samples_are_no_picture() {
        let image = Gray::from_samples(2, 1, 4, &[0, 0, 0, 0, 0, 0, 0, 255]).unwrap();
        assert_eq!(image.pixels, [255, 0]);
        assert!(Gray::from_samples(2, 2, 3, &[0; 11]).is_none());
        assert!(Gray::from_samples(usize::MAX, 2, 3, &[0; 11]).is_none());
    }
}
