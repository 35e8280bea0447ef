//! Pixel data of a data set in, one frame at a time out as shades of grey from 0 to 255.
//!
//! A frame is shown as a viewer would show it: through its window, its palette,
//! its colours' brightness. What a picture says of its size is believed only as
//! far as its bytes go.
//!
//! Format: DICOM PS3.5, 8 and A.4 (pixels, fragments); PS3.3, C.7.6.3 (image pixel), C.11.2 (window).

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    jpeg12, jpegls,
    parse::{Element, Value, bytes_of, find},
    rle,
};

/// Samples of one frame.
const MAX_SAMPLES: usize = 64 << 20;

/// A picture as it was stored: channels side by side.
pub(super) struct Samples {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) n_channels: usize,
    pub(super) depth: u8,
    pub(super) values: Vec<i32>,
}

/// A frame in shades of grey.
pub(super) struct Shades {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

/// Why a frame was not decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unseen {
    /// No decoder for it here: moving pictures.
    Unsupported,
    Broken,
    TooLarge,
}

enum Data<'e, 'a> {
    Plain(&'a [u8]),
    Frames(Vec<&'e [&'a [u8]]>),
    None,
}

pub(super) struct Picture<'e, 'a> {
    width: usize,
    height: usize,
    n_channels: usize,
    allocated: usize,
    stored: u32,
    high_bit: u32,
    is_signed: bool,
    is_planar: bool,
    is_float: bool,
    is_big: bool,
    photometric: String,
    n_frames: usize,
    window: Option<(f64, f64)>,
    slope: f64,
    intercept: f64,
    palette: Option<Vec<u8>>,
    palette_first: i32,
    data: Data<'e, 'a>,
}

/// A decimal number of a text value.
fn decimal(elements: &[Element<'_>], tag: u32) -> Option<f64> {
    let text = String::from_utf8_lossy(bytes_of(elements, tag)?).into_owned();
    let first = text.split('\\').next()?.trim_matches(['\0', ' ']);
    first.parse().ok().filter(|number: &f64| number.is_finite())
}

impl<'e, 'a> Picture<'e, 'a> {
    /// The picture of a data set; `None` when it has none.
    pub(super) fn of(elements: &'e [Element<'a>], is_big: bool) -> Option<Self> {
        let short = |tag| {
            let bytes = *bytes_of(elements, tag)?.first_chunk::<2>()?;
            Some(if is_big {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            })
        };
        let (pixels, is_float) = [0x7FE0_0010, 0x7FE0_0008, 0x7FE0_0009]
            .into_iter()
            .find_map(|tag| Some((find(elements, tag)?, tag != 0x7FE0_0010)))?;
        let (height, width) = (
            usize::from(short(0x0028_0010)?),
            usize::from(short(0x0028_0011)?),
        );
        let n_channels = usize::from(short(0x0028_0002).unwrap_or(1));
        let allocated = usize::from(short(0x0028_0100).unwrap_or(8));
        let stored = u32::from(short(0x0028_0101).unwrap_or(allocated as u16)).clamp(1, 32);
        let photometric = bytes_of(elements, 0x0028_0004).unwrap_or_default();
        let window = decimal(elements, 0x0028_1050)
            .zip(decimal(elements, 0x0028_1051))
            .filter(|(_, width)| *width > 1.0);
        let n_said = decimal(elements, 0x0028_0008)
            .unwrap_or(1.0)
            .clamp(1.0, 1e7) as usize;
        let (palette, palette_first) = palette(elements, is_big);
        let mut picture = Self {
            width,
            height,
            n_channels,
            allocated,
            stored,
            high_bit: u32::from(short(0x0028_0102).unwrap_or(stored as u16 - 1))
                .clamp(stored - 1, 31),
            is_signed: short(0x0028_0103) == Some(1),
            is_planar: short(0x0028_0006) == Some(1),
            is_float,
            is_big,
            photometric: String::from_utf8_lossy(photometric)
                .trim_matches(['\0', ' '])
                .to_ascii_uppercase(),
            n_frames: n_said,
            window,
            slope: decimal(elements, 0x0028_1053).unwrap_or(1.0),
            intercept: decimal(elements, 0x0028_1052).unwrap_or(0.0),
            palette,
            palette_first,
            data: Data::None,
        };
        picture.data = match &pixels.value {
            Value::Bytes(bytes) => Data::Plain(bytes),
            Value::Fragments(fragments) => Data::Frames(frames_of(fragments, n_said)),
            Value::Items(_) => Data::None,
        };
        match &picture.data {
            Data::Plain(bytes) => {
                let bits = picture.frame_bits().filter(|bits| *bits > 0)?;
                let n_there = (bytes.len() as u128 * 8).div_ceil(bits as u128);
                picture.n_frames = n_said.min(usize::try_from(n_there).unwrap_or(usize::MAX));
            }
            Data::Frames(frames) => picture.n_frames = frames.len(),
            Data::None => picture.n_frames = 0,
        }
        Some(picture)
    }

    /// How many frames there are bytes for.
    pub(super) fn n_frames(&self) -> usize {
        self.n_frames
    }

    /// Bits of a frame that is not compressed.
    fn frame_bits(&self) -> Option<usize> {
        let pixels = self.width.checked_mul(self.height)?;
        let samples = match self.photometric.as_str() {
            "YBR_FULL_422" | "YBR_PARTIAL_422" => pixels.checked_mul(2),
            _ => pixels.checked_mul(self.n_channels),
        };
        samples?.checked_mul(self.allocated)
    }

    /// A frame, counted from 0.
    pub(super) fn frame(&self, index: usize) -> Result<Shades, Unseen> {
        let samples = match &self.data {
            Data::Plain(bytes) => self.plain(bytes, index)?,
            Data::Frames(frames) => {
                let fragments = frames.get(index).copied().unwrap_or_default();
                match fragments {
                    [one] => self.compressed(one)?,
                    several => self.compressed(&several.concat())?,
                }
            }
            Data::None => return Err(Unseen::Broken),
        };
        self.shades(samples).ok_or(Unseen::Broken)
    }

    fn plain(&self, bytes: &[u8], index: usize) -> Result<Samples, Unseen> {
        let bits = self.frame_bits().ok_or(Unseen::Broken)?;
        let n_values = bits / self.allocated.max(1);
        if n_values > MAX_SAMPLES {
            return Err(Unseen::TooLarge);
        }
        let first = bits.checked_mul(index).ok_or(Unseen::Broken)?;
        if self.allocated == 1 {
            let values = (first..first + bits)
                .map(|at| i32::from(bytes.get(at / 8).copied().unwrap_or(0) >> (at % 8) & 1))
                .collect();
            return Ok(self.samples(values, 1));
        }
        if !self.allocated.is_multiple_of(8) || !(8..=64).contains(&self.allocated) {
            return Err(Unseen::Unsupported);
        }
        let size = self.allocated / 8;
        let start = (first / 8).min(bytes.len());
        let frame = &bytes[start..(start + n_values * size).min(bytes.len())];
        if self.is_float {
            return Ok(self.floats(frame, size, n_values));
        }
        // Missing bytes at the end are black.
        let mut values = vec![0; n_values];
        for (value, chunk) in values.iter_mut().zip(frame.chunks_exact(size)) {
            let raw = chunk.iter().enumerate().fold(0_u64, |raw, (at, &byte)| {
                let shift = if self.is_big { size - 1 - at } else { at };
                raw | u64::from(byte) << (shift * 8)
            });
            *value = self.value(raw as u32);
        }
        if self.photometric.ends_with("_422") && self.n_channels == 3 {
            let bright = values
                .chunks_exact(4)
                .flat_map(|four| [four[0], four[1]])
                .collect();
            let mut samples = self.samples(bright, 8);
            samples.n_channels = 1;
            return Ok(samples);
        }
        if self.is_planar && self.n_channels > 1 {
            let n = self.width * self.height;
            let mut side_by_side = vec![0; n_values];
            for (at, value) in side_by_side.iter_mut().enumerate() {
                *value = values[at % self.n_channels * n + at / self.n_channels];
            }
            values = side_by_side;
        }
        Ok(self.samples(values, self.stored.min(31) as u8))
    }

    fn samples(&self, values: Vec<i32>, depth: u8) -> Samples {
        Samples {
            width: self.width,
            height: self.height,
            n_channels: self.n_channels.max(1),
            depth,
            values,
        }
    }

    /// The stored bits of a sample, with its sign.
    fn value(&self, raw: u32) -> i32 {
        let shifted = raw >> (self.high_bit + 1 - self.stored);
        if self.stored >= 32 {
            return shifted as i32;
        }
        let value = shifted & ((1 << self.stored) - 1);
        if self.is_signed && value >> (self.stored - 1) == 1 {
            value as i32 - (1_i64 << self.stored) as i32
        } else {
            value as i32
        }
    }

    /// Floats are spread over 16 bits.
    fn floats(&self, frame: &[u8], size: usize, n: usize) -> Samples {
        let numbers: Vec<f64> = frame
            .chunks_exact(size)
            .map(|chunk| {
                let mut unit = [0; 8];
                for (at, &byte) in chunk.iter().enumerate() {
                    unit[if self.is_big { size - 1 - at } else { at }] = byte;
                }
                if size == 4 {
                    f64::from(f32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]))
                } else {
                    f64::from_le_bytes(unit)
                }
            })
            .collect();
        let finite = || numbers.iter().copied().filter(|number| number.is_finite());
        let (low, high) = (
            finite().fold(f64::MAX, f64::min),
            finite().fold(f64::MIN, f64::max),
        );
        let span = (high - low).max(f64::MIN_POSITIVE);
        let mut values: Vec<i32> = numbers
            .iter()
            .map(|number| ((number - low) / span * 65535.0) as i32)
            .collect();
        values.resize(n, 0);
        self.samples(values, 16)
    }

    fn compressed(&self, bytes: &[u8]) -> Result<Samples, Unseen> {
        let start = bytes.trim_ascii_start();
        let bytes = if start.starts_with(&[0xFF, 0xD8]) {
            start
        } else {
            bytes
        };
        if bytes.starts_with(&[0xFF, 0xD8]) {
            return match frame_header(bytes) {
                Some((0xF7, _)) => jpegls::decode(bytes, MAX_SAMPLES).ok_or(Unseen::Broken),
                _ => jpeg(bytes),
            };
        }
        if bytes.starts_with(&[0xFF, 0x4F, 0xFF, 0x51]) || bytes.get(4..8) == Some(b"jP  ") {
            return jpeg2000(bytes);
        }
        let is_video = bytes.starts_with(&[0, 0, 1])
            || bytes.starts_with(&[0, 0, 0, 1])
            || bytes.first() == Some(&0x47)
            || bytes.get(4..8) == Some(b"ftyp");
        let n = self.width.checked_mul(self.height).filter(|n| *n > 0);
        let n = n.ok_or(Unseen::Broken)?;
        if n.saturating_mul(self.n_channels) > MAX_SAMPLES {
            return Err(Unseen::TooLarge);
        }
        if is_video && bytes.get(1..4) != Some(&[0, 0, 0]) {
            return Err(Unseen::Unsupported);
        }
        let planes = rle::planes(bytes, n).ok_or(Unseen::Broken)?;
        let size = (self.allocated / 8).clamp(1, 4);
        let n_channels = (planes.len() / size).max(1);
        let mut values = vec![0; n * n_channels];
        for (channel, planes) in planes.chunks_exact(size).enumerate() {
            for at in 0..n {
                let raw = planes
                    .iter()
                    .fold(0_u32, |raw, plane| raw << 8 | u32::from(plane[at]));
                values[at * n_channels + channel] = self.value(raw);
            }
        }
        let mut samples = self.samples(values, self.stored.min(31) as u8);
        samples.n_channels = n_channels;
        Ok(samples)
    }

    /// Shades as they would be seen.
    fn shades(&self, samples: Samples) -> Option<Shades> {
        let n = samples
            .width
            .checked_mul(samples.height)
            .filter(|n| *n > 0)?;
        let channels = samples.n_channels;
        if samples.values.len() < n.checked_mul(channels)? {
            return None;
        }
        let scale = |value: i32| {
            let max = (1_i64 << samples.depth.clamp(1, 31)) - 1;
            (i64::from(value).clamp(0, max) * 255 / max) as u8
        };
        let pixels: Vec<u8> = if channels >= 3 {
            let is_bright_first = self.photometric.starts_with("YBR");
            samples
                .values
                .chunks_exact(channels)
                .map(|pixel| {
                    let [r, g, b] = [scale(pixel[0]), scale(pixel[1]), scale(pixel[2])];
                    if is_bright_first {
                        return r;
                    }
                    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8
                })
                .collect()
        } else if let Some(palette) = &self.palette
            && self.photometric.starts_with("PALETTE")
        {
            let last = palette.len().saturating_sub(1);
            let values = samples.values.iter().step_by(channels);
            values
                .map(|value| {
                    let at = value.saturating_sub(self.palette_first).max(0) as usize;
                    palette.get(at.min(last)).copied().unwrap_or(0)
                })
                .collect()
        } else {
            let values: Vec<i32> = samples.values.iter().step_by(channels).copied().collect();
            self.windowed(&values, samples.depth)
        };
        let mut pixels = pixels;
        pixels.truncate(n);
        if self.photometric == "MONOCHROME1" {
            for pixel in &mut pixels {
                *pixel = 255 - *pixel;
            }
        }
        Some(Shades {
            width: samples.width,
            height: samples.height,
            pixels,
        })
    }

    /// Through the window that the file names, or from the darkest to the brightest value.
    fn windowed(&self, values: &[i32], depth: u8) -> Vec<u8> {
        let through = |center: f64, width: f64| -> Vec<u8> {
            values
                .iter()
                .map(|&value| {
                    let value = f64::from(value) * self.slope + self.intercept;
                    (((value - center + 0.5) / (width - 1.0) + 0.5) * 255.0).clamp(0.0, 255.0) as u8
                })
                .collect()
        };
        if let Some((center, width)) = self.window {
            let shown = through(center, width);
            let first = shown.first().copied().unwrap_or(0);
            if shown.iter().any(|shade| *shade != first) {
                return shown;
            }
        }
        let low = values.iter().copied().min().unwrap_or(0);
        let high = values.iter().copied().max().unwrap_or(0);
        if depth <= 8 && !self.is_signed && low >= 0 && high <= 255 {
            let max = (1 << depth) - 1;
            return values
                .iter()
                .map(|value| (value * 255 / max).min(255) as u8)
                .collect();
        }
        let span = (i64::from(high) - i64::from(low)).max(1);
        values
            .iter()
            .map(|&value| ((i64::from(value) - i64::from(low)) * 255 / span) as u8)
            .collect()
    }
}

/// A palette's brightness by entry, and the value of its first entry.
fn palette(elements: &[Element<'_>], is_big: bool) -> (Option<Vec<u8>>, i32) {
    let mut colours = Vec::new();
    let mut first = 0;
    for (descriptor, table) in [
        (0x0028_1101, 0x0028_1201),
        (0x0028_1102, 0x0028_1202),
        (0x0028_1103, 0x0028_1203),
    ] {
        let word = |chunk: &[u8]| {
            let pair = [chunk[0], chunk[1]];
            if is_big {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            }
        };
        let (Some(descriptor), Some(table)) =
            (bytes_of(elements, descriptor), bytes_of(elements, table))
        else {
            return (None, 0);
        };
        let numbers: Vec<u16> = descriptor.chunks_exact(2).map(word).collect();
        let [n, start, bits] = numbers.as_slice() else {
            return (None, 0);
        };
        first = i32::from(*start as i16);
        let n = if *n == 0 { 65536 } else { usize::from(*n) };
        let entries: Vec<u8> = if table.len() >= n * 2 {
            let words = table.chunks_exact(2).take(n).map(word);
            // Some write eight bits into the low half, whatever they say of sixteen.
            let is_low = *bits == 8 || table.chunks_exact(2).all(|chunk| word(chunk) < 256);
            words
                .map(|word| {
                    if is_low {
                        word as u8
                    } else {
                        (word >> 8) as u8
                    }
                })
                .collect()
        } else {
            table.iter().take(n).copied().collect()
        };
        colours.push(entries);
    }
    let n = colours.iter().map(Vec::len).min().unwrap_or(0);
    let shades = (0..n)
        .map(|at| {
            let [r, g, b] = [colours[0][at], colours[1][at], colours[2][at]].map(u32::from);
            ((r * 299 + g * 587 + b * 114) / 1000) as u8
        })
        .collect();
    (Some(shades), first)
}

/// Which fragments make up each frame.
fn frames_of<'e, 'a>(fragments: &'e [&'a [u8]], n_frames: usize) -> Vec<&'e [&'a [u8]]> {
    let Some((offsets, fragments)) = fragments.split_first() else {
        return Vec::new();
    };
    if fragments.is_empty() {
        return Vec::new();
    }
    if n_frames <= 1 {
        return vec![fragments];
    }
    if fragments.len() == n_frames {
        return fragments.chunks(1).collect();
    }
    let mut starts = Vec::new();
    let offsets: Vec<usize> = offsets
        .chunks_exact(4)
        .map(|chunk| u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]) as usize)
        .collect();
    let mut at = 0_usize;
    for (index, fragment) in fragments.iter().enumerate() {
        let begins = if offsets.is_empty() {
            fragment.starts_with(&[0xFF, 0xD8]) || fragment.starts_with(&[0xFF, 0x4F])
        } else {
            offsets.binary_search(&at).is_ok()
        };
        if begins || index == 0 {
            starts.push(index);
        }
        at += fragment.len() + 8;
    }
    let ends = starts.iter().skip(1).copied().chain([fragments.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &fragments[start..end])
        .collect()
}

/// The marker of a JPEG's frame, which tells the process, and how many components it has.
fn frame_header(bytes: &[u8]) -> Option<(u8, u8)> {
    let mut at = 2;
    while let (Some(0xFF), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) {
        match marker {
            0xFF => at += 1,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xF7 => {
                return Some((marker, *bytes.get(at + 9)?));
            }
            0xDA | 0xD9 => return None,
            _ => {
                let len = bytes.get(at + 2..)?.first_chunk::<2>()?;
                at += 2 + usize::from(u16::from_be_bytes(*len)).max(2);
            }
        }
    }
    None
}

fn jpeg(bytes: &[u8]) -> Result<Samples, Unseen> {
    use jpeg_decoder::{ColorTransform, Decoder, PixelFormat};
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(MAX_SAMPLES);
    // As it is stored: what the three channels are, the data set says.
    if frame_header(bytes).is_some_and(|(_, n_channels)| n_channels == 3) {
        decoder.set_color_transform(ColorTransform::RGB);
    }
    // Hostile pictures make the decoder panic; that costs the frame and no other.
    let decoded = catch_unwind(AssertUnwindSafe(|| decoder.decode()));
    let (Ok(Ok(values)), Some(info)) = (decoded, decoder.info()) else {
        return jpeg12::decode(bytes, MAX_SAMPLES).ok_or(Unseen::Broken);
    };
    let (n_channels, depth) = match info.pixel_format {
        PixelFormat::L8 => (1, 8),
        PixelFormat::L16 => (1, 16),
        PixelFormat::RGB24 => (3, 8),
        PixelFormat::CMYK32 => (4, 8),
    };
    let values = if depth == 16 {
        let pairs = values.chunks_exact(2);
        pairs
            .map(|pair| i32::from(u16::from_ne_bytes([pair[0], pair[1]])))
            .collect()
    } else {
        values.into_iter().map(i32::from).collect()
    };
    Ok(Samples {
        width: usize::from(info.width),
        height: usize::from(info.height),
        n_channels,
        depth,
        values,
    })
}

/// As for JPEG, a panic of the decoder costs the frame.
fn jpeg2000(bytes: &[u8]) -> Result<Samples, Unseen> {
    catch_unwind(AssertUnwindSafe(|| jpeg2000_samples(bytes))).unwrap_or(Err(Unseen::Broken))
}

fn jpeg2000_samples(bytes: &[u8]) -> Result<Samples, Unseen> {
    use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
    let image = Image::new(bytes, &DecodeSettings::default()).map_err(|_| Unseen::Broken)?;
    let (width, height) = (image.width() as usize, image.height() as usize);
    let n = width.checked_mul(height).filter(|n| *n <= MAX_SAMPLES / 4);
    let n = n.ok_or(Unseen::TooLarge)?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|_| Unseen::Broken)?;
    let components = decoded.components();
    let n_channels = match components.len() {
        0 => return Err(Unseen::Broken),
        1 | 2 => 1,
        _ => 3,
    };
    let mut values = vec![0; n * n_channels];
    for (channel, component) in components.iter().take(n_channels).enumerate() {
        for (at, &sample) in component.samples().iter().take(n).enumerate() {
            values[at * n_channels + channel] = sample as i32;
        }
    }
    Ok(Samples {
        width,
        height,
        n_channels,
        depth: components[0].bit_depth().clamp(1, 31),
        values,
    })
}
