//! A JPEG-LS picture in, its samples out: lossless and near-lossless, 2 to 16 bits, every interleave.
//!
//! Format: ITU-T T.87 (ISO/IEC 14495-1), annexes A (coding), B (interleave), C (markers).
//! Mapping tables, restart intervals and palettes are not read; DICOM forbids or does not use them.

use super::pixels::Samples;

/// Lengths of runs (T.87, A.7.1.2).
const J: [u32; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];

/// Bits of a scan; after a byte of ones comes a stuffed zero (T.87, A.1).
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    bits: u64,
    n: u32,
    is_after_ones: bool,
    n_beyond: u32,
}

impl Bits<'_> {
    fn fill(&mut self) {
        while self.n <= 48 {
            let byte = self.bytes.get(self.at).copied();
            let is_marker = self.is_after_ones && byte.is_some_and(|byte| byte >= 0x80);
            match byte {
                Some(byte) if !is_marker => {
                    let len = if self.is_after_ones { 7 } else { 8 };
                    self.bits = self.bits << len | u64::from(byte);
                    self.n += len;
                    self.is_after_ones = byte == 0xFF;
                    self.at += 1;
                }
                _ => {
                    self.bits <<= 8;
                    self.n += 8;
                    self.n_beyond += 1;
                }
            }
        }
    }

    fn take(&mut self, n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        if self.n < n {
            self.fill();
        }
        self.n -= n;
        let value = self.bits >> self.n & ((1 << n) - 1);
        value as u32
    }

    /// Zeros before the next one, at most `max`.
    fn zeros(&mut self, max: u32) -> u32 {
        let mut n = 0;
        while n < max && self.take(1) == 0 {
            n += 1;
        }
        n
    }

    /// Whether far more was taken than there was.
    fn is_spent(&self) -> bool {
        self.n_beyond > 64
    }
}

#[derive(Clone, Copy, Default)]
struct Context {
    a: i32,
    b: i32,
    c: i32,
    n: i32,
}

struct Coder {
    max: i32,
    near: i32,
    t: [i32; 3],
    reset: i32,
    range: i32,
    qbpp: u32,
    limit: u32,
    contexts: Vec<Context>,
    /// Contexts of what ends a run; `b` counts the negative errors.
    ends: [Context; 2],
}

impl Coder {
    fn new(max: i32, near: i32, given: [i32; 3], reset: i32) -> Self {
        let range = (max + 2 * near) / (2 * near + 1) + 1;
        let log = |value: i32| 32 - (value - 1).max(0).leading_zeros();
        let bpp = log(max + 1).max(2);
        let start = Context {
            a: ((range + 32) / 64).max(2),
            n: 1,
            ..Context::default()
        };
        let clamp = |value: i32, low: i32| {
            if value > max || value < low {
                low
            } else {
                value
            }
        };
        let usual = if max >= 128 {
            let factor = (max.min(4095) + 128) / 256;
            let t1 = clamp(factor + 2 + 3 * near, near + 1);
            let t2 = clamp(factor * 4 + 3 + 5 * near, t1);
            [t1, t2, clamp(factor * 17 + 4 + 7 * near, t2)]
        } else {
            let factor = 256 / (max + 1);
            let t1 = clamp((3 / factor + 3 * near).max(2), near + 1);
            let t2 = clamp((7 / factor + 5 * near).max(3), t1);
            [t1, t2, clamp((21 / factor + 7 * near).max(4), t2)]
        };
        let mut t = usual;
        for (own, given) in t.iter_mut().zip(given) {
            if given > 0 {
                *own = given;
            }
        }
        Self {
            max,
            near,
            t,
            reset: if reset > 0 { reset } else { 64 },
            range,
            qbpp: log(range),
            limit: 2 * (bpp + bpp.max(8)),
            contexts: vec![start; 365],
            ends: [start; 2],
        }
    }

    fn quantize(&self, d: i32) -> i32 {
        let [t1, t2, t3] = self.t;
        match d {
            _ if d <= -t3 => -4,
            _ if d <= -t2 => -3,
            _ if d <= -t1 => -2,
            _ if d < -self.near => -1,
            _ if d <= self.near => 0,
            _ if d < t1 => 1,
            _ if d < t2 => 2,
            _ if d < t3 => 3,
            _ => 4,
        }
    }

    fn golomb(&self, bits: &mut Bits<'_>, k: u32, limit: u32) -> i32 {
        let max = limit.saturating_sub(self.qbpp + 1);
        let n = bits.zeros(max);
        if n < max {
            ((n << k) | bits.take(k)) as i32
        } else {
            // The one that ends the row of zeros was not taken yet.
            bits.take(1);
            bits.take(self.qbpp) as i32 + 1
        }
    }

    fn rebuilt(&self, predicted: i32, error: i32) -> i32 {
        let step = 2 * self.near + 1;
        let mut value = predicted.wrapping_add(error.wrapping_mul(step));
        if value < -self.near {
            value = value.wrapping_add(self.range * step);
        } else if value > self.max + self.near {
            value = value.wrapping_sub(self.range * step);
        }
        value.clamp(0, self.max)
    }

    fn regular(&mut self, bits: &mut Bits<'_>, around: [i32; 4], q: i32) -> i32 {
        let [ra, rb, rc, _] = around;
        let sign = if q < 0 { -1 } else { 1 };
        let index = q.unsigned_abs() as usize;
        let Some(mut context) = self.contexts.get(index).copied() else {
            return 0;
        };
        let (low, high) = (ra.min(rb), ra.max(rb));
        let guess = if rc >= high {
            low
        } else if rc <= low {
            high
        } else {
            ra + rb - rc
        };
        let guess = (guess + sign * context.c).clamp(0, self.max);
        let mut k = 0;
        while k < 24 && context.n << k < context.a {
            k += 1;
        }
        let mapped = self.golomb(bits, k, self.limit);
        let is_turned = self.near == 0 && k == 0 && 2 * context.b <= -context.n;
        let error = match (mapped % 2 == 0, is_turned) {
            (true, false) => mapped / 2,
            (false, false) => -(mapped + 1) / 2,
            (true, true) => -(mapped / 2) - 1,
            (false, true) => (mapped - 1) / 2,
        };
        context.b += error * (2 * self.near + 1);
        context.a += error.abs();
        if context.n >= self.reset {
            context.a >>= 1;
            context.b >>= 1;
            context.n >>= 1;
        }
        context.n += 1;
        if context.b <= -context.n {
            context.b = (context.b + context.n).max(1 - context.n);
            context.c = (context.c - 1).max(-128);
        } else if context.b > 0 {
            context.b = (context.b - context.n).min(0);
            context.c = (context.c + 1).min(127);
        }
        self.contexts[index] = context;
        self.rebuilt(guess, sign * error)
    }

    /// The sample that ends a run. `kind` 1: left and above are alike.
    fn end_of_run(
        &mut self,
        bits: &mut Bits<'_>,
        ra: i32,
        rb: i32,
        kind: usize,
        run: usize,
    ) -> i32 {
        let mut context = self.ends[kind];
        let total = if kind == 1 {
            context.a + (context.n >> 1)
        } else {
            context.a
        };
        let mut k = 0;
        while k < 24 && context.n << k < total {
            k += 1;
        }
        let mapped = self.golomb(bits, k, self.limit.saturating_sub(J[run] + 1));
        let shifted = mapped + kind as i32;
        let odd = shifted & 1;
        let size = (shifted + odd) / 2;
        let is_negative = (k != 0 || 2 * context.b >= context.n) == (odd == 1);
        let error = if is_negative { -size } else { size };
        if error < 0 {
            context.b += 1;
        }
        context.a += (mapped + 1 - kind as i32) >> 1;
        if context.n >= self.reset {
            context.a >>= 1;
            context.n >>= 1;
            context.b >>= 1;
        }
        context.n += 1;
        self.ends[kind] = context;
        if kind == 1 {
            self.rebuilt(ra, error)
        } else {
            self.rebuilt(rb, if rb < ra { -error } else { error })
        }
    }
}

/// Two lines of one component, each with a sample before its first and one after its last.
struct Lines {
    above: Vec<i32>,
    line: Vec<i32>,
    run: usize,
}

struct Scan {
    components: Vec<usize>,
    near: i32,
    interleave: u8,
}

#[derive(Default)]
struct Frame {
    depth: u8,
    width: usize,
    height: usize,
    n: usize,
    ids: Vec<u8>,
}

/// Decodes a picture of at most `max_samples`.
pub(super) fn decode(bytes: &[u8], max_samples: usize) -> Option<Samples> {
    let mut frame = Frame::default();
    let mut preset = [0_i32; 5];
    let mut samples: Vec<i32> = Vec::new();
    let mut at = 2;
    let mut is_any = false;
    while let (Some(0xFF), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) {
        if marker == 0xFF {
            at += 1;
            continue;
        }
        if marker == 0xD9 {
            break;
        }
        let len = usize::from(u16::from_be_bytes([
            *bytes.get(at + 2)?,
            *bytes.get(at + 3)?,
        ]));
        let Some(body) = bytes.get(at + 4..(at + 2 + len).min(bytes.len())) else {
            break;
        };
        at += 2 + len;
        match marker {
            0xF7 => {
                frame = header(body)?;
                let n = frame
                    .width
                    .checked_mul(frame.height)?
                    .checked_mul(frame.n)?;
                if n == 0 || n > max_samples {
                    return None;
                }
            }
            0xF8 if body.first() == Some(&1) => {
                for (own, pair) in preset.iter_mut().zip(body[1..].chunks_exact(2)) {
                    *own = i32::from(u16::from_be_bytes([pair[0], pair[1]]));
                }
            }
            0xDD => return None,
            0xDA => {
                let scan = scan(body, &frame)?;
                let n = frame.width * frame.height * frame.n;
                samples.resize(n, 0);
                let max = match preset[0] {
                    0 => (1 << frame.depth) - 1,
                    max => max,
                };
                if max < 1 || scan.near > max {
                    return None;
                }
                let mut coder =
                    Coder::new(max, scan.near, [preset[1], preset[2], preset[3]], preset[4]);
                let mut bits = Bits {
                    bytes,
                    at,
                    bits: 0,
                    n: 0,
                    is_after_ones: false,
                    n_beyond: 0,
                };
                let is_whole = read_scan(&mut coder, &mut bits, &frame, &scan, &mut samples);
                is_any = true;
                if !is_whole {
                    break;
                }
                // The next marker stands where the scan's bytes end.
                at = (at..bytes.len())
                    .find(|&at| {
                        bytes[at] == 0xFF && bytes.get(at + 1).is_some_and(|byte| *byte >= 0x80)
                    })
                    .unwrap_or(bytes.len());
            }
            _ => {}
        }
    }
    is_any.then_some(Samples {
        width: frame.width,
        height: frame.height,
        n_channels: frame.n,
        depth: frame.depth,
        values: samples,
    })
}

fn header(body: &[u8]) -> Option<Frame> {
    let [depth, h1, h2, w1, w2, n, rest @ ..] = body else {
        return None;
    };
    if !(2..=16).contains(depth) || !(1..=4).contains(n) {
        return None;
    }
    Some(Frame {
        depth: *depth,
        height: usize::from(u16::from_be_bytes([*h1, *h2])),
        width: usize::from(u16::from_be_bytes([*w1, *w2])),
        n: usize::from(*n),
        ids: rest.chunks(3).map(|chunk| chunk[0]).collect(),
    })
}

fn scan(body: &[u8], frame: &Frame) -> Option<Scan> {
    let n = usize::from(*body.first()?);
    let components: Vec<usize> = (0..n)
        .map(|index| {
            let id = body.get(1 + index * 2)?;
            frame.ids.iter().position(|known| known == id)
        })
        .collect::<Option<_>>()?;
    let [near, interleave, ..] = *body.get(1 + n * 2..)? else {
        return None;
    };
    let is_sound = !components.is_empty()
        && components.iter().all(|&index| index < frame.n)
        && interleave <= 2
        && (interleave != 0 || components.len() == 1);
    is_sound.then_some(Scan {
        components,
        near: i32::from(near),
        interleave,
    })
}

/// Reads the lines of a scan. `false` when its bytes end before them.
fn read_scan(
    coder: &mut Coder,
    bits: &mut Bits<'_>,
    frame: &Frame,
    scan: &Scan,
    samples: &mut [i32],
) -> bool {
    let width = frame.width;
    let mut lines: Vec<Lines> = scan
        .components
        .iter()
        .map(|_| Lines {
            above: vec![0; width + 2],
            line: vec![0; width + 2],
            run: 0,
        })
        .collect();
    for row in 0..frame.height {
        for lines in &mut lines {
            lines.line[0] = lines.above[1];
            lines.above[width + 1] = lines.above[width];
        }
        if scan.interleave == 2 && lines.len() > 1 {
            read_line(coder, bits, &mut lines, width);
        } else {
            for index in 0..lines.len() {
                read_line(coder, bits, &mut lines[index..=index], width);
            }
        }
        for (lines, &component) in lines.iter_mut().zip(&scan.components) {
            for column in 0..width {
                samples[(row * width + column) * frame.n + component] = lines.line[column + 1];
            }
            std::mem::swap(&mut lines.above, &mut lines.line);
        }
        if bits.is_spent() {
            return false;
        }
    }
    true
}

/// One line of one component, or of several sample by sample; a run is one of all of them.
fn read_line(coder: &mut Coder, bits: &mut Bits<'_>, lines: &mut [Lines], width: usize) {
    let mut column = 1;
    let mut run = lines[0].run;
    while column <= width {
        let mut contexts = [0_i32; 4];
        let mut is_flat = true;
        for (context, lines) in contexts.iter_mut().zip(&*lines) {
            let [ra, rb, rc, rd] = around(lines, column);
            let (d1, d2, d3) = (rd - rb, rb - rc, rc - ra);
            *context = 81 * coder.quantize(d1) + 9 * coder.quantize(d2) + coder.quantize(d3);
            is_flat &= *context == 0;
        }
        if !is_flat {
            for (context, lines) in contexts.iter().zip(&mut *lines) {
                let around = around(lines, column);
                lines.line[column] = coder.regular(bits, around, *context);
            }
            column += 1;
            continue;
        }
        let start = column;
        let mut is_ended = false;
        while column <= width {
            if bits.take(1) == 1 {
                let len = 1_usize << J[run];
                let room = width + 1 - column;
                column += len.min(room);
                if len <= room && run < 31 {
                    run += 1;
                }
            } else {
                let len = bits.take(J[run]) as usize;
                column += len.min(width + 1 - column);
                is_ended = true;
                break;
            }
            if bits.is_spent() {
                column = width + 1;
            }
        }
        for lines in &mut *lines {
            let left = lines.line[start - 1];
            lines.line[start..column].fill(left);
        }
        if is_ended && column <= width {
            let is_single = lines.len() == 1;
            for lines in &mut *lines {
                let [ra, rb, ..] = around(lines, column);
                let kind = usize::from(is_single && (ra - rb).abs() <= coder.near);
                lines.line[column] = coder.end_of_run(bits, ra, rb, kind, run);
            }
            run = run.saturating_sub(1);
            column += 1;
        }
    }
    lines[0].run = run;
}

/// Left, above, above left, above right.
fn around(lines: &Lines, column: usize) -> [i32; 4] {
    [
        lines.line[column - 1],
        lines.above[column],
        lines.above[column - 1],
        lines.above[column + 1],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_decoded() {
        // T.87, H.3: four by four, eight bits, lossless.
        let bytes = [
            0xFF, 0xD8, 0xFF, 0xF7, 0, 0x0B, 8, 0, 4, 0, 4, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1,
            0, 0, 0, 0, 0xC0, 0, 0, 0x6C, 0x80, 0x20, 0x8E, 0x01, 0xC0, 0, 0, 0x57, 0x40, 0, 0,
            0x6E, 0xE6, 0, 0, 1, 0xBC, 0x18, 0, 0, 5, 0xD8, 0, 0, 0x91, 0x60, 0xFF, 0xD9,
        ];
        let samples = decode(&bytes, 100).unwrap();
        assert_eq!(
            samples.values,
            [
                0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_end(tail: Vec<u8>, near: u8, interleave in 0_u8..3) {
            let mut bytes = vec![
                0xFF, 0xD8, 0xFF, 0xF7, 0, 0x11, 12, 0, 9, 0, 7, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
                0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, near, interleave, 0,
            ];
            bytes.extend(tail);
            decode(&bytes, 1000);
        }
    }
}
