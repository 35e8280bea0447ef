//! A sequential JPEG of 12 bits a sample in, the samples of its first component out.
//!
//! The crate `jpeg-decoder` reads 8 bits; the 12 bits of medical pictures are
//! read here, as far as text in them needs it: the first component is the
//! brightness, and a mean error of one shade in 4,096 is no matter.
//!
//! Format: ITU-T T.81, F.2 (sequential decoding), B.2 (markers), K (zigzag).

use super::pixels::Samples;

const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A Huffman table: how many codes of each length, and what they stand for.
#[derive(Clone, Default)]
struct Table {
    counts: [u16; 17],
    symbols: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
struct Component {
    id: u8,
    h: usize,
    v: usize,
    quantizer: usize,
    dc: usize,
    ac: usize,
    last: i32,
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    byte: u8,
    n: u8,
    n_beyond: u32,
}

impl Bits<'_> {
    fn bit(&mut self) -> u32 {
        if self.n == 0 {
            self.byte = match self.bytes.get(self.at) {
                Some(0xFF) => match self.bytes.get(self.at + 1) {
                    Some(0) => {
                        self.at += 2;
                        0xFF
                    }
                    _ => {
                        self.n_beyond += 1;
                        0
                    }
                },
                Some(&byte) => {
                    self.at += 1;
                    byte
                }
                None => {
                    self.n_beyond += 1;
                    0
                }
            };
            self.n = 8;
        }
        self.n -= 1;
        u32::from(self.byte >> self.n & 1)
    }

    fn symbol(&mut self, table: &Table) -> Option<u8> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_usize);
        for len in 1..=16 {
            code = code << 1 | self.bit();
            let n = u32::from(table.counts[len]);
            if code < first + n {
                return table.symbols.get(index + (code - first) as usize).copied();
            }
            index += n as usize;
            first = (first + n) << 1;
        }
        None
    }

    /// A number of `n` bits, those below the middle being negative (T.81, F.2.2.1).
    fn number(&mut self, n: u8) -> i32 {
        let mut value = 0_i32;
        for _ in 0..n {
            value = value << 1 | self.bit() as i32;
        }
        if n > 0 && value < 1 << (n - 1) {
            value - (1 << n) + 1
        } else {
            value
        }
    }

    /// Passes over the marker between two restart intervals.
    fn restart(&mut self) {
        self.n = 0;
        if self.bytes.get(self.at) == Some(&0xFF)
            && self
                .bytes
                .get(self.at + 1)
                .is_some_and(|byte| (0xD0..=0xD7).contains(byte))
        {
            self.at += 2;
        }
    }
}

/// The cosines of the inverse transform, by frequency and place.
fn cosines() -> [[f32; 8]; 8] {
    let mut table = [[0.0; 8]; 8];
    for (u, row) in table.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let scale = if u == 0 { (0.125_f32).sqrt() } else { 0.5 };
            let angle = (2 * x + 1) as f32 * u as f32 * std::f32::consts::PI / 16.0;
            *value = scale * angle.cos();
        }
    }
    table
}

fn inverse(block: &[f32; 64], cosines: &[[f32; 8]; 8]) -> [f32; 64] {
    let mut half = [0.0; 64];
    for v in 0..8 {
        for x in 0..8 {
            half[v * 8 + x] = (0..8).map(|u| block[v * 8 + u] * cosines[u][x]).sum();
        }
    }
    let mut out = [0.0; 64];
    for y in 0..8 {
        for x in 0..8 {
            out[y * 8 + x] = (0..8).map(|v| half[v * 8 + x] * cosines[v][y]).sum();
        }
    }
    out
}

struct Decoder {
    depth: u8,
    width: usize,
    height: usize,
    components: Vec<Component>,
    quantizers: [[f32; 64]; 4],
    dc: [Table; 4],
    ac: [Table; 4],
    interval: usize,
}

/// Decodes a sequential picture of at most `max_samples`.
pub(super) fn decode(bytes: &[u8], max_samples: usize) -> Option<Samples> {
    let mut decoder = Decoder {
        depth: 0,
        width: 0,
        height: 0,
        components: Vec::new(),
        quantizers: [[1.0; 64]; 4],
        dc: Default::default(),
        ac: Default::default(),
        interval: 0,
    };
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xFF {
            at += 1;
        }
        let marker = *bytes.get(at + 1)?;
        if matches!(marker, 0xFF | 0 | 1 | 0xD0..=0xD8) {
            at += 1;
            continue;
        }
        let len = usize::from(u16::from_be_bytes([
            *bytes.get(at + 2)?,
            *bytes.get(at + 3)?,
        ]));
        let body = bytes.get(at + 4..at + 2 + len.max(2))?;
        at += 2 + len.max(2);
        match marker {
            0xC0 | 0xC1 => decoder.frame(body, max_samples)?,
            0xC4 => decoder.tables(body)?,
            0xDB => decoder.quantizers(body)?,
            0xDD => {
                decoder.interval = usize::from(u16::from_be_bytes([*body.first()?, *body.get(1)?]))
            }
            0xDA => return decoder.scan(body, &bytes[at..]),
            0xD9 | 0xC2..=0xCF => return None,
            _ => {}
        }
    }
}

impl Decoder {
    fn frame(&mut self, body: &[u8], max_samples: usize) -> Option<()> {
        let [depth, h1, h2, w1, w2, n, rest @ ..] = body else {
            return None;
        };
        self.depth = *depth;
        self.height = usize::from(u16::from_be_bytes([*h1, *h2]));
        self.width = usize::from(u16::from_be_bytes([*w1, *w2]));
        self.components = rest
            .chunks_exact(3)
            .take(usize::from(*n))
            .map(|chunk| Component {
                id: chunk[0],
                h: usize::from(chunk[1] >> 4),
                v: usize::from(chunk[1] & 15),
                quantizer: usize::from(chunk[2] & 3),
                ..Component::default()
            })
            .collect();
        let n = self.width.checked_mul(self.height)?;
        let is_sound = n > 0
            && n <= max_samples
            && matches!(depth, 8 | 12)
            && (1..=4).contains(&self.components.len())
            && self
                .components
                .iter()
                .all(|c| (1..=4).contains(&c.h) && (1..=4).contains(&c.v));
        is_sound.then_some(())
    }

    fn tables(&mut self, mut body: &[u8]) -> Option<()> {
        while let [head, rest @ ..] = body {
            let counts = rest.get(..16)?;
            let mut table = Table::default();
            for (index, &n) in counts.iter().enumerate() {
                table.counts[index + 1] = u16::from(n);
            }
            let n: usize = counts.iter().map(|n| usize::from(*n)).sum();
            table.symbols = rest.get(16..16 + n)?.to_vec();
            let tables = if head >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            tables[usize::from(head & 3)] = table;
            body = &rest[16 + n..];
        }
        Some(())
    }

    fn quantizers(&mut self, mut body: &[u8]) -> Option<()> {
        while let [head, rest @ ..] = body {
            let size = if head >> 4 == 0 { 1 } else { 2 };
            let values = rest.get(..64 * size)?;
            for (index, chunk) in values.chunks_exact(size).enumerate() {
                let value = chunk
                    .iter()
                    .fold(0_u16, |value, byte| value << 8 | u16::from(*byte));
                self.quantizers[usize::from(head & 3)][usize::from(ZIGZAG[index])] =
                    f32::from(value);
            }
            body = &rest[64 * size..];
        }
        Some(())
    }

    fn scan(mut self, body: &[u8], data: &[u8]) -> Option<Samples> {
        let n = usize::from(*body.first()?);
        let mut order = Vec::new();
        for index in 0..n {
            let (id, tables) = (*body.get(1 + index * 2)?, *body.get(2 + index * 2)?);
            let at = self
                .components
                .iter()
                .position(|component| component.id == id)?;
            self.components[at].dc = usize::from(tables >> 4 & 3);
            self.components[at].ac = usize::from(tables & 3);
            order.push(at);
        }
        // The first component has all there is to see; a scan without it is not looked for.
        if order.first() != Some(&0) {
            return None;
        }
        let is_alone = order.len() == 1;
        let (h, v) = if is_alone {
            (1, 1)
        } else {
            let h = self.components.iter().map(|c| c.h).max()?;
            (h, self.components.iter().map(|c| c.v).max()?)
        };
        let first = self.components[0];
        // In a subsampled first component, rare as it is, a pixel stands for its neighbours.
        let (sx, sy) = if is_alone {
            (1, 1)
        } else {
            (h / first.h, v / first.v)
        };
        let (per_x, per_y) = if is_alone { (1, 1) } else { (first.h, first.v) };
        let (n_x, n_y) = (self.width.div_ceil(8 * h), self.height.div_ceil(8 * v));
        let mut bits = Bits {
            bytes: data,
            at: 0,
            byte: 0,
            n: 0,
            n_beyond: 0,
        };
        let cosines = cosines();
        let mut values = vec![0_i32; self.width * self.height];
        let (middle, max) = ((1 << (self.depth - 1)) as f32, (1 << self.depth) - 1);
        for unit in 0..n_x * n_y {
            if self.interval > 0 && unit > 0 && unit.is_multiple_of(self.interval) {
                bits.restart();
                for component in &mut self.components {
                    component.last = 0;
                }
            }
            for &index in &order {
                let component = self.components[index];
                let (bw, bh) = if is_alone {
                    (1, 1)
                } else {
                    (component.h, component.v)
                };
                for nth in 0..bw * bh {
                    let Some(block) = self.block(index, &mut bits) else {
                        return Some(self.samples(values));
                    };
                    if index != 0 {
                        continue;
                    }
                    let (x0, y0) = (
                        (unit % n_x * per_x + nth % bw) * 8,
                        (unit / n_x * per_y + nth / bw) * 8,
                    );
                    for (at, value) in inverse(&block, &cosines).into_iter().enumerate() {
                        let value = ((value + middle) as i32).clamp(0, max);
                        let (x, y) = ((x0 + at % 8) * sx, (y0 + at / 8) * sy);
                        for (dy, dx) in (0..sy).flat_map(|dy| (0..sx).map(move |dx| (dy, dx))) {
                            if x + dx < self.width && y + dy < self.height {
                                values[(y + dy) * self.width + x + dx] = value;
                            }
                        }
                    }
                }
            }
            if bits.n_beyond > 1024 {
                break;
            }
        }
        Some(self.samples(values))
    }

    fn samples(&self, values: Vec<i32>) -> Samples {
        Samples {
            width: self.width,
            height: self.height,
            n_channels: 1,
            depth: self.depth,
            values,
        }
    }

    fn block(&mut self, index: usize, bits: &mut Bits<'_>) -> Option<[f32; 64]> {
        let component = &mut self.components[index];
        let quantizer = &self.quantizers[component.quantizer];
        let mut block = [0.0; 64];
        let size = bits.symbol(&self.dc[component.dc])?.min(16);
        component.last = component.last.wrapping_add(bits.number(size));
        block[0] = component.last as f32 * quantizer[0];
        let mut at = 1;
        while at < 64 {
            let symbol = bits.symbol(&self.ac[component.ac])?;
            let (zeros, size) = (usize::from(symbol >> 4), symbol & 15);
            if size == 0 {
                if zeros < 15 {
                    break;
                }
                at += 16;
                continue;
            }
            at += zeros;
            let value = bits.number(size);
            let Some(&place) = ZIGZAG.get(at) else {
                break;
            };
            block[usize::from(place)] = value as f32 * quantizer[usize::from(place)];
            at += 1;
        }
        Some(block)
    }
}
